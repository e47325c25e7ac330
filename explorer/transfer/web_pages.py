"""A web page that answers pictures as the explorer does, with a network that was taught."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from explorer.imagenet.networks import network
from explorer.images.grounds import CHECKER, LIGHT, SQUARES
from explorer.transfer.labelled_images import SIDE
from explorer.transfer.onnx_files import onnx_file
from explorer.transfer.training_job import TrainedClassifier
from explorer.web import pages

OWN = Path(__file__).with_name("web_page")

SCRIPTS = ("picture.js", "page.js")


def web_page(trained: TrainedClassifier, card: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files of the page by their names; `index.html` is the one to open.

    Args:
        trained: What was learned.
        card: Its model card, which the page shows.

    Raises:
        WebRuntimeError: If ONNX Runtime Web was not fetched yet.
        NetworkError, WeightsError: If the network or its weights cannot be used.
    """
    plan, record = trained.plan, network(trained.plan.network)
    told = {
        "classes": trained.classes,
        "size": record.size,
        "grey": record.channels == 1,
        "fit": plan.fit,
        "longest": SIDE,
        "ground": {"light": LIGHT, "greys": CHECKER, "squares": SQUARES},
        "card": list(card.items()),
    }
    return pages.web_page(OWN, SCRIPTS, onnx_file(trained), told)
