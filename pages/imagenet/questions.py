"""Guess first on ImageNet: whose map this is, and which class wins without a part of what there is."""

from __future__ import annotations

from functools import partial

from pages.components import chooser, guess, waiting
from pages.imagenet import operation
from pages.imagenet.context import NetworkContext


def show(context: NetworkContext) -> None:
    """Ask about the network, what it sees, and what is switched off; the worker makes the questions."""
    sight = operation.asked(context.values, chooser.whole().levels)
    guess.show(
        "imagenet",
        lambda seed: sight,
        None,
        (sight.name, sight.weights, sight.scaled, context.picture.id),
        partial(waiting.result, say="Making a question"),
    )
