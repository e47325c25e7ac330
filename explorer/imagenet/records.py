"""What is known of every network that looks at pictures, and how pixels are scaled for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.imagenet.labels import LABELS, Label

Array: TypeAlias = NDArray[np.float32]

Pixels: TypeAlias = NDArray[np.uint8]


class NetworkError(ExplorerError):
    """What a network cannot do, in a sentence for the reader."""


@dataclass(frozen=True)
class Scaling:
    """How pixels with values from 0 to 255 are scaled before they come into a network.

    Attributes:
        name: Key in `SCALINGS`, Keras's mode where it has one.
        sentence: What is done, for the screen.
        code: Lines that make `inputs` of `pixels`.
        apply: What does it: float32 (..., 3) to the same; it may write into what it is given.
        blue_first: Whether red and blue change places.
    """

    name: str
    sentence: str
    code: str
    apply: Callable[[Array], Array]
    blue_first: bool = False


_MEAN = np.array([0.485, 0.456, 0.406], np.float32)

_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)

_MEAN_LEVELS = np.array([103.939, 116.779, 123.68], np.float32)  # blue, green, red


def _between_ends(values: Array) -> Array:
    values /= np.float32(127.5)
    values -= np.float32(1)
    return values


def _to_one(values: Array) -> Array:
    values /= np.float32(255)
    return values


def _around_middle(values: Array) -> Array:
    values -= np.float32(127)
    values /= np.float32(128)
    return values


def _standardised(values: Array) -> Array:
    values /= np.float32(255)
    values -= _MEAN
    values /= _DEVIATION
    return values


SCALINGS: dict[str, Scaling] = {
    scaling.name: scaling
    for scaling in (
        Scaling(
            name="tf",
            sentence=(
                "Each value from 0 to 255 is divided by 127.5, then 1 is subtracted: −1 is black and 1 is "
                "white."
            ),
            code="inputs = pixels / 127.5 - 1  # from 0..255 to -1..1",
            apply=_between_ends,
        ),
        Scaling(
            name="unit",
            sentence="Each value from 0 to 255 is divided by 255: 0 is black and 1 is white.",
            code="inputs = pixels / 255  # from 0..255 to 0..1",
            apply=_to_one,
        ),
        Scaling(
            name="torch",
            sentence=(
                "Each value is divided by 255; then the mean of the ImageNet photographs in its channel is "
                "subtracted, and the rest is divided by their standard deviation."
            ),
            code="""\
inputs = pixels / 255
inputs = (inputs - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]  # mean and deviation of ImageNet""",
            apply=_standardised,
        ),
        Scaling(
            name="caffe",
            sentence=(
                "Red and blue change places, then the mean of the ImageNet photographs is subtracted from "
                "each channel; nothing is divided."
            ),
            code="inputs = pixels[..., ::-1] - [103.939, 116.779, 123.68]  # BGR, less the mean of ImageNet",
            apply=lambda values: values[..., ::-1] - _MEAN_LEVELS,
            blue_first=True,
        ),
        Scaling(
            name="lite",
            sentence="From each value from 0 to 255, 127 is subtracted, then the rest is divided by 128.",
            code="inputs = (pixels - 127) / 128  # from 0..255 to about -1..1",
            apply=_around_middle,
        ),
        Scaling(
            name="none",
            sentence=("Values from 0 to 255 go in as they are: the first layers of the network scale them."),
            code="inputs = pixels  # the network's own first layers scale them",
            apply=lambda values: values,
        ),
    )
}
"""The ways in which networks have their pixels, by Keras's names where it has one.

"lite" is that of EfficientNet-Lite, and "unit" that of many a course.
"""


@dataclass(frozen=True)
class Backbone:
    """A network without its head.

    Attributes:
        layer: Where it ends: the features are the averages of this layer's maps.
        features: How many these are, or 0 where nothing is left without the head.
        block: The last block, as `structure.Layer.block` calls it, which fine-tuning trains, together with
            the layers between it and the features.
        block_inputs: The layers whose outputs go into that block, with the shape of each.
        tuned: How many numbers fine-tuning changes; 0 where no block is known.
        has_maps: Whether that layer has rows and columns; one that has none gives the features itself.
    """

    layer: str
    features: int
    block: str
    block_inputs: Mapping[str, tuple[int, ...]]
    tuned: int
    has_maps: bool = True


@dataclass(frozen=True, kw_only=True)
class NetworkRecord:
    """A network that tells classes apart in square pictures.

    Attributes:
        name: What it is asked for by.
        title: Name to show.
        size: Side of its input in pixels.
        channels: Of its input: 3, or 1 for grey pictures.
        mode: Key in `SCALINGS`: how pixels are scaled before they come in.
        backbone: What a new head stands on.
    """

    name: str
    title: str
    size: int
    channels: int = 3
    mode: str
    backbone: Backbone

    @property
    def scaling(self) -> Scaling:
        """How pixels are scaled before they come in."""
        return SCALINGS[self.mode]

    @property
    def labels(self) -> tuple[Label, ...]:
        """Its classes, in the order of its outputs."""
        return LABELS

    def scaled(self, pixels: NDArray[Any]) -> Array:
        """Scale pixels (..., size, size, 3), whose channels are equal where the network takes one."""
        return self.scaling.apply(pixels[..., : self.channels].astype(np.float32))
