"""Guess first on ImageNet: whose map this is, and which class wins without a part of what there is."""

from __future__ import annotations

from functools import partial
from hashlib import sha256

from explorer.imagenet import preprocessing
from explorer.questions import NetworkSight
from pages.components import guess, waiting
from pages.imagenet import operation
from pages.imagenet.context import NetworkContext


def show(context: NetworkContext) -> None:
    """Ask about the network, what it sees, and what is switched off; the worker makes the questions."""
    pixels = preprocessing.seen(context.name, context.picture.levels)
    scaled = operation.view(context.values).scaled
    guess.show(
        "imagenet",
        lambda seed: NetworkSight(context.name, pixels, context.choice, scaled),
        None,
        (context.name, context.choice, scaled, sha256(pixels.tobytes()).hexdigest()),
        partial(waiting.result, say="Making a question"),
    )
