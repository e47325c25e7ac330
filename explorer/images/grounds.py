"""What a transparent picture lies on: white, or a grey checker where white would swallow it."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from explorer.images.arrays import LUMA, Array

Ground: TypeAlias = Literal["", "white", "checker"]

LIGHT = 0.8
"""Ink of at least this luma, in the mean, is light."""

CHECKER = (0.4, 0.6)
"""The greys of the checker: neutral, and dark enough for white ink."""

SQUARES = 16
"""Squares of the checker along the longest side."""


def over_ground(
    colour: Array, alpha: Array, *, full: float = 1, multiplied: bool = False
) -> tuple[Array, Ground]:
    """Lay a transparent picture over its ground.

    The visible ink is light if `sum(alpha luma) / sum(alpha) >= 0.8`, where luma is 0.299 R + 0.587 G +
    0.114 B. Light ink lies over a checker of the greys 0.4 and 0.6, in squares of a sixteenth of the longest
    side; any other over white: `(value alpha + ground (full - alpha)) / full^2`.

    Args:
        colour: (H, W, 1 or 3) from 0 to `full`.
        alpha: (H, W, 1), likewise.
        full: What stands for 1.
        multiplied: Whether the colours are multiplied by alpha already.

    Returns:
        float32 (H, W, 1 or 3) in [0, 1], and the ground: "" if there is nothing transparent.

    >>> ink = np.ones((1, 2, 1), np.float32)
    >>> over_ground(ink, np.array([[[1], [0]]], np.float32))
    (array([[[1. ],
            [0.6]]], dtype=float32), 'checker')
    """
    size = np.float32(full)
    visible = float(alpha.sum(dtype=np.float64))
    luma = colour[..., 0] if colour.shape[2] == 1 else colour @ LUMA
    ink = float((luma if multiplied else luma * (alpha[..., 0] / size)).sum(dtype=np.float64))
    ground: Ground = "checker" if visible and ink >= LIGHT * visible else "white"
    if float(alpha.min()) >= full:
        ground = ""
    behind = size * _checker(*alpha.shape[:2]) if ground == "checker" else size
    # Levels up to 255 * 255 are exact in float32, so an opaque pixel is exactly level / 255.
    front = colour * size if multiplied else colour * alpha
    return np.minimum((front + behind * (size - alpha)) / (size * size), 1), ground


def _checker(rows: int, columns: int) -> Array:
    side = max(1, max(rows, columns) // SQUARES)
    squares = (np.arange(rows)[:, np.newaxis] // side + np.arange(columns) // side) % 2
    checker: Array = np.asarray(CHECKER, np.float32)[squares][..., np.newaxis]
    return checker
