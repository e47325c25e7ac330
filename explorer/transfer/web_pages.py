"""A web page that answers as the explorer does: its files, with the network and the program that runs it.

All of them are scripts, so that the page opens from any web server and from a folder on the disk, where
browsers load neither modules nor data. What is no script lies in one, in base 64.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path

from explorer.imagenet.networks import network
from explorer.images.grounds import CHECKER, LIGHT, SQUARES
from explorer.transfer import web_runtime
from explorer.transfer.labelled_images import SIDE
from explorer.transfer.onnx_files import onnx_file
from explorer.transfer.training_job import TrainedClassifier

SOURCES = Path(__file__).with_name("web_page")

MODEL = "model.js"


def web_page(trained: TrainedClassifier, card: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files of the page by their names; `index.html` is the one to open.

    Args:
        trained: What was learned.
        card: Its model card, which the page shows.

    Raises:
        WebRuntimeError: If ONNX Runtime Web was not fetched yet.
        NetworkError, WeightsError: If the network or its weights cannot be used.
    """
    program, module, binary = (path.read_bytes() for path in web_runtime.files().values())
    plan = trained.plan
    told = {
        "classes": trained.classes,
        "size": network(plan.network).size,
        "fit": plan.fit,
        "longest": SIDE,
        "ground": {"light": LIGHT, "greys": CHECKER, "squares": SQUARES},
        "card": list(card.items()),
    }
    return {
        **{path.name: path.read_bytes() for path in sorted(SOURCES.iterdir())},
        "runtime.js": program,
        "runtime_module.js": _script("RUNTIME_MODULE", module),
        "runtime_program.js": _script("RUNTIME_PROGRAM", binary),
        MODEL: _script("MODEL", onnx_file(trained)),
        "taught.js": f"globalThis.TAUGHT = {json.dumps(told, indent=1)};\n".encode(),
    }


def network_of(files: Mapping[str, bytes]) -> bytes:
    """Return the network in the files of a page, as the page itself reads it: a file of ONNX."""
    return base64.b64decode(files[MODEL].split(b'"')[1])


def _script(name: str, data: bytes) -> bytes:
    return b'globalThis.%s = "%s";\n' % (name.encode(), base64.b64encode(data))
