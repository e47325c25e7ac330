"""The numbers of the page on the screen, as lessons measure them: one function a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from explorer.convolution.experiments import Array
from explorer.lessons import measures
from explorer.lessons.record import Value
from explorer.parameters import Values
from pages.activations import operation as activations
from pages.arithmetic import operation as arithmetic
from pages.components import chooser, lab
from pages.convolution import operation as convolution
from pages.draw_and_watch import held_drawing
from pages.hidden_layers import operation as hidden_layers
from pages.imagenet import measured as imagenet
from pages.losses import operation as losses
from pages.operations import OPERATIONS
from pages.pipeline import operation as pipeline
from pages.pooling import operation as pooling
from pages.transfer import measured as transfer


def _of(operation: str) -> Values:
    return lab.present(OPERATIONS[operation])


def _picture() -> Array:
    return chooser.current().levels


SUBJECTS: dict[str, Callable[[], Any]] = {
    "convolution": lambda: convolution.measured(_of("filter2d"), _picture()),
    "pooling": lambda: pooling.measured(_of("pool2d"), _of("invariance"), _picture()),
    "arithmetic": lambda: arithmetic.sums(_of("arithmetic")),
    "pipeline": lambda: pipeline.measured(_of("pipeline"), _picture()),
    "activations": lambda: activations.measured(
        _of("activations"), _of("chain"), _of("softmax"), _of("activated"), _picture()
    ),
    "hidden_layers": lambda: hidden_layers.training_setup(_of("network")),
    "losses": lambda: losses.measured(_of("losses"), _of("samples"), _of("fit")),
    "draw_and_watch": lambda: held_drawing.measured(_of("sketch"), chooser.current()),
    "imagenet": lambda: imagenet.measured(_of("look")),
    "transfer": transfer.measured,
}
"""By the name of the page, what its measures are made of: the session's present settings and picture."""


def measured(page: str, names: Iterable[str]) -> dict[str, Value]:
    """Measure some things on the page of the session.

    Raises:
        ExplorerError: If its settings leave nothing to measure, as a sentence for the person.
    """
    return measures.measured(page, SUBJECTS[page](), names)
