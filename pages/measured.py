"""The numbers of the page on the screen, as lessons measure them: one function a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from explorer import parameters
from explorer.convolution.experiments import Array
from explorer.lessons import measures
from explorer.lessons.record import Value
from explorer.lessons.subjects import OnDrawing
from explorer.parameters import Values
from pages.activations import operation as activations
from pages.arithmetic import operation as arithmetic
from pages.attention import drawing as attention_drawing
from pages.attention import operation as attention
from pages.components import chooser, held_drawing, lab
from pages.convolution import operation as convolution
from pages.draw_and_watch import looked_at
from pages.hidden_layers import operation as hidden_layers
from pages.imagenet import measured as imagenet
from pages.losses import operation as losses
from pages.operations import OPERATIONS
from pages.pipeline import operation as pipeline
from pages.pipeline import trained
from pages.pooling import operation as pooling
from pages.transfer import measured as transfer

Settings = Callable[[str], Values]
"""Gives the settings of an operation by its name."""


def _present(operation: str) -> Values:
    return lab.present(OPERATIONS[operation])


def _picture() -> Array:
    return chooser.current().levels


def _drawn(values: Values) -> OnDrawing:
    return attention_drawing.measured(held_drawing.named(values["source"], attention_drawing.EXAMPLE), values)


SUBJECTS: dict[str, Callable[[Settings], Any]] = {
    "convolution": lambda of: convolution.measured(of("filter2d"), _picture()),
    "pooling": lambda of: pooling.measured(of("pool2d"), of("invariance"), _picture()),
    "arithmetic": lambda of: arithmetic.sums(of("arithmetic")),
    "pipeline": lambda of: pipeline.measured(
        of("pipeline"), _picture(), trained.attempted(of("pipeline_training"), of("pipeline")["blocks"])
    ),
    "activations": lambda of: activations.measured(
        of("activations"), of("chain"), of("softmax"), of("activated"), _picture()
    ),
    "hidden_layers": lambda of: hidden_layers.training_setup(of("network")),
    "losses": lambda of: losses.measured(of("losses"), of("samples"), of("fit")),
    "attention": lambda of: attention.measured(of("attention"), lambda: _drawn(of("drawn_attention"))),
    "draw_and_watch": lambda of: looked_at.measured(of("sketch"), chooser.current()),
    "imagenet": lambda of: imagenet.measured(of("look")),
    "transfer": lambda of: transfer.measured(),
}
"""By the name of the page, what its measures are made of: some settings, and the session's picture."""


def measured(page: str, names: Iterable[str], query: Mapping[str, str] | None = None) -> dict[str, Value]:
    """Measure some things on the page of the session.

    Args:
        page: The name of the page.
        names: Keys in its table of measures.
        query: Settings as an address has them, in place of the session's.

    Raises:
        ExplorerError: If the settings leave nothing to measure, as a sentence for the person.
    """

    def asked(operation: str) -> Values:
        return parameters.from_query(OPERATIONS[operation].settings, query or {})[0]

    return measures.measured(page, SUBJECTS[page](_present if query is None else asked), names)
