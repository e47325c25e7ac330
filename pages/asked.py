"""What the questions of a page are about, by settings as an address has them: one function a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from explorer import parameters
from explorer.images import Array
from explorer.parameters import Values
from explorer.questions import PosedQuestion, QuestionKind
from pages.activations import operation as activations
from pages.arithmetic import operation as arithmetic
from pages.attention import operation as attention
from pages.components import chooser, waiting
from pages.components.filters import convolution
from pages.draw_and_watch import looked_at
from pages.draw_and_watch import operation as draw_and_watch
from pages.hidden_layers import operation as hidden_layers
from pages.imagenet import operation as imagenet
from pages.losses import operation as losses
from pages.operations import OPERATIONS
from pages.pipeline import operation as pipeline
from pages.pooling import operation as pooling

Query = Mapping[str, str]


def _values(operation: str, query: Query) -> Values:
    return parameters.from_query(OPERATIONS[operation].settings, query)[0]


def _drawn(query: Query) -> Any:
    values = _values("sketch", query)
    return draw_and_watch.asked(looked_at.looked_at(chooser.linked(query), values), values)


EXPERIMENTS: dict[str, Callable[[Query, int], Any]] = {
    "convolution": lambda query, seed: convolution(_values("filter2d", query)),
    "pooling": lambda query, seed: pooling.pooling(_values("pool2d", query)),
    "arithmetic": lambda query, seed: arithmetic.renewed(_values("arithmetic", query), seed),
    "pipeline": lambda query, seed: pipeline.stack(_values("pipeline", query)),
    "activations": lambda query, seed: activations.chosen_curve(_values("activations", query)),
    "hidden_layers": lambda query, seed: hidden_layers.varied(_values("network", query), seed),
    "losses": lambda query, seed: losses.asked(_values("losses", query), _values("fit", query)),
    "attention": lambda query, seed: attention.renewed(_values("attention", query), seed),
    "draw_and_watch": lambda query, seed: _drawn(query),
    "imagenet": lambda query, seed: imagenet.asked(
        _values("look", query), chooser.linked_whole(query).levels
    ),
}
"""By the name of the page, what a question of a seed is about."""

_LOOKING = ("convolution", "pooling", "pipeline")  # pages whose questions need their picture


def question(kind: QuestionKind, query: Query, seed: int) -> PosedQuestion:
    """Make a question as the page asks it that a link opens, of a sample where it is about a picture.

    Raises:
        ExplorerError: If these settings have no such question.
    """
    experiment = EXPERIMENTS[kind.page](query, seed)
    picture: Array | None = chooser.linked(query).levels if kind.page in _LOOKING else None
    if kind.page == "imagenet":
        return waiting.result(kind.make, experiment, picture, seed, say="Asking the network")
    return kind.make(experiment, picture, seed)
