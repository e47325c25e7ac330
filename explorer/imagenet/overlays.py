"""A map over the picture that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from explorer import figures
from explorer.imagenet.inspection import Array, Pixels

SEEN_SIDE = 448  # pixels of a picture on which single pixels of a network's input can be told apart

NEAR = 0.05

STEPS = 24  # colours in a legend
GROUND = 128.0  # the grey that stands for the photograph there

OPACITY = 0.75
"""How much of the picture the greatest value covers, unless something else is chosen."""


@dataclass(frozen=True)
class HeatStyle:
    """How a heat map lies over its picture.

    Attributes:
        cells: Whether each cell is a square; otherwise values between their middles are interpolated.
        opacity: How much of the picture the greatest value covers, 0 to 1.
    """

    cells: bool = False
    opacity: float = OPACITY


def heated(
    pixels: Pixels, found: Array, limit: float | None = None, style: HeatStyle | None = None
) -> Pixels:
    """Paint a map over a picture in grey: transparent at 0, and the least at the greatest magnitude.

    With s = |v| / limit, clipped to 1, a share `opacity` times s of the picture is covered, by colour
    round(255 s) of `figures.MAGNITUDE_COLOURS`: an even ground of small values, as maps of early layers
    have it, does not veil all of the picture. A map that has negative values is covered by the colours of
    positive and negative values instead.

    Args:
        pixels: uint8 (H, W, 3).
        found: The map, (h, w).
        limit: Ends the scale before the greatest magnitude does.
        style: Cells or smooth, and the opacity.

    Returns:
        uint8 (H, W, 3).

    >>> picture = np.zeros((2, 2, 3), np.uint8)
    >>> heated(picture, np.array([[0, 1], [2, 4]], np.float32), style=HeatStyle(cells=True))[..., 0].tolist()
    [[0, 25], [80, 185]]
    """
    style = style or HeatStyle()
    high = float(np.abs(found).max()) if limit is None else limit
    shares = np.clip(found / high, -1, 1) if high > 0 else np.zeros_like(found)
    way = cv2.INTER_NEAREST if style.cells else cv2.INTER_LINEAR
    spread = cv2.resize(shares.astype(np.float32), (pixels.shape[1], pixels.shape[0]), interpolation=way)
    covered = style.opacity * np.abs(spread)[..., None]
    if found.min() < 0:
        above, below = (
            np.array(figures.rgb_of(figures.ROLES[role].light), np.float32)
            for role in ("positive", "negative")
        )
        colours = np.where(spread[..., None] < 0, below, above)
    else:
        colours = figures.MAGNITUDE_COLOURS[np.rint(255 * spread).astype(np.uint8)].astype(np.float32)
    return np.rint((1 - covered) * grey(pixels) + covered * colours).astype(np.uint8)


def heat_colours(style: HeatStyle, *, signed: bool = False, alone: bool = False) -> Pixels:
    """Return the colours of a legend, uint8 (steps, 3): of the values 0 to the limit, over a middle grey.

    Args:
        style: How the map lies over its picture.
        signed: Whether the legend begins at minus the limit.
        alone: Whether the map is shown without the picture, and so covers all.

    >>> heat_colours(HeatStyle())[0].tolist()  # where the map is 0 the picture shows
    [128, 128, 128]
    """
    shares = np.linspace(-1 if signed else 0, 1, STEPS, dtype=np.float32)
    covered: Any = 1.0 if alone else style.opacity * np.abs(shares)[:, np.newaxis]
    if signed and alone:
        colours = np.array([figures.rgb_of(colour) for _, colour in figures.legend("signed", -1, 1, STEPS)])
    elif signed:
        below, above = (
            np.array(figures.rgb_of(figures.ROLES[role].light)) for role in ("negative", "positive")
        )
        colours = np.where(shares[:, np.newaxis] < 0, below, above)
    else:
        colours = figures.MAGNITUDE_COLOURS[np.rint(255 * shares).astype(int)]
    mixed: Pixels = np.rint((1 - covered) * GROUND + covered * colours).astype(np.uint8)
    return mixed


def grey(pixels: Pixels) -> Pixels:
    """A picture (H, W, 3) whose channels are their mean.

    >>> grey(np.array([[[0, 60, 120]]], np.uint8)).tolist()
    [[[60, 60, 60]]]
    """
    mean: Pixels = np.repeat(pixels.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    return mean
