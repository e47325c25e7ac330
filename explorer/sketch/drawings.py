"""Small drawings of the ten classes, to train on and for the test; they ship with the explorer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.sketch.network import asset
from explorer.sketch.preparation import SketchError, prepare

SMALL_SIDE = 32
"""Rows and columns of a small drawing."""

LEVELS = 16
"""Of a cell, from paper to ink: two fit into a byte."""


@dataclass(frozen=True, eq=False)
class SmallDrawings:
    """Drawings with their classes.

    Attributes:
        pictures: uint8 (n, 32, 32, 1), read-only: 0 for paper, 255 for ink.
        labels: uint8 (n,), read-only: numbers in `CLASSES`.
    """

    pictures: NDArray[np.uint8]
    labels: NDArray[np.uint8]


@cache
def small_drawings(part: str) -> SmallDrawings:
    """Return the drawings of a part: "train", or "test" in styles of which "train" has none.

    `python -m explorer.sketch.training.small` drew them.

    Example:
        >>> small_drawings("test").pictures.shape, small_drawings("train").pictures.shape
        ((500, 32, 32, 1), (4000, 32, 32, 1))
    """
    with np.load(asset("drawings.npz"), allow_pickle=False) as file:
        levels, labels = unpacked(file[part]), file[f"{part}_labels"]
    pictures = (levels * np.uint8(255 // (LEVELS - 1)))[..., np.newaxis]
    for array in (pictures, labels):
        array.setflags(write=False)
    return SmallDrawings(pictures, labels)


def packed(levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay two levels of 0 to 15 in a byte: (n, 32, 32) -> (n, 32, 16).

    Example:
        >>> packed(np.array([[1, 15, 0, 2]], np.uint8)).tolist()
        [[31, 2]]
    """
    return np.asarray(levels[..., ::2] << 4 | levels[..., 1::2])


def unpacked(data: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Take them out again.

    Example:
        >>> unpacked(np.array([[31, 2]], np.uint8)).tolist()
        [[1, 15, 0, 2]]
    """
    return np.stack([data >> 4, data & 15], axis=-1).reshape(*data.shape[:-1], -1)


def small_sight(image: ArrayLike) -> tuple[NDArray[np.float32], bool]:
    """Return what a network that learned from these drawings sees of a picture, and whether it is one.

    Of a drawing that is its ink, as `prepare` finds it; of anything else the picture in grey; both shrunk.

    Args:
        image: (H, W, C) in [0, 1].

    Returns:
        float32 (32, 32, 1) in [0, 1], and whether there is ink on paper.

    Example:
        >>> picture = np.ones((100, 100, 1), np.float32)
        >>> small_sight(picture)[1]
        False
        >>> picture[20:80, 48:52] = 0
        >>> small_sight(picture)[1]
        True
    """
    try:
        return _shrunk(prepare(image)), True
    except SketchError:
        return small_grey(image), False


def small_grey(image: ArrayLike) -> NDArray[np.float32]:
    """Return a picture in grey on as many cells, float32 (32, 32, 1): the mean of its channels.

    Args:
        image: (H, W, C) in [0, 1].

    Example:
        >>> float(small_grey(np.full((64, 48, 3), [0.25, 0.5, 0.75])).mean())
        0.5
    """
    return _shrunk(np.asarray(image, np.float32).mean(axis=2, keepdims=True))


def _shrunk(seen: NDArray[np.float32]) -> NDArray[np.float32]:
    size = (SMALL_SIDE, SMALL_SIDE)
    small = cv2.resize(np.ascontiguousarray(seen), size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32).reshape(*size, 1)
