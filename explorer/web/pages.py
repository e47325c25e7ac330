"""The files of a web page with a network in it: what every such page has, and what is its own.

All of them are scripts, so that the page opens from any web server and from a folder on the disk, where
browsers load neither modules nor data. What is no script lies in one, in base 64.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from explorer.web import runtime

SHARED = Path(__file__).with_name("page")

MODEL = "model.js"


def web_page(own: Path, scripts: Sequence[str], model: bytes, told: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of a page by their names; `index.html` is the one to open.

    Args:
        own: The folder of what is this page's own: its scripts, `stage.html` and `controls.html`, which stand
            in the shared page, and `style.css`, which follows the shared one.
        scripts: The names of its scripts, in their order; the shared ones come first.
        model: The network, a file of ONNX.
        told: What else the page knows: at least `classes`, and the model card as `card`, pairs of what a line
            is about and what it says.

    Raises:
        WebRuntimeError: If ONNX Runtime Web was not fetched yet.
    """
    program, module, binary = (path.read_bytes() for path in runtime.files().values())
    every = {
        "runtime.js": program,
        "runtime_module.js": _script("RUNTIME_MODULE", module),
        "runtime_program.js": _script("RUNTIME_PROGRAM", binary),
        MODEL: _script("MODEL", model),
        "taught.js": f"globalThis.TAUGHT = {json.dumps(told, indent=1)};\n".encode(),
        "network.js": (SHARED / "network.js").read_bytes(),
        **{name: (own / name).read_bytes() for name in scripts},
    }
    page = Template((SHARED / "index.html").read_text("utf-8")).substitute(
        stage=(own / "stage.html").read_text("utf-8"),
        controls=(own / "controls.html").read_text("utf-8"),
        scripts="\n".join(f'    <script src="{name}"></script>' for name in every),
    )
    style = b"\n".join((folder / "style.css").read_bytes() for folder in (SHARED, own))
    return {"index.html": page.encode(), "style.css": style, **every}


def network_of(files: Mapping[str, bytes]) -> bytes:
    """Return the network in the files of a page, as the page itself reads it: a file of ONNX."""
    return base64.b64decode(files[MODEL].split(b'"')[1])


def _script(name: str, data: bytes) -> bytes:
    return b'globalThis.%s = "%s";\n' % (name.encode(), base64.b64encode(data))
