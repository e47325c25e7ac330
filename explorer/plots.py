"""Where a curve is sampled for a plot, and how far its axes reach."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.errors import ExplorerError

Real = NDArray[np.float64]

SAMPLES = 481  # places on a plot: closer together than two pixels of a laptop's screen
_BESIDE = 1e-7  # of the plot's width: how far on either side of a break the curve is sampled


def places(low: float, high: float, breaks: Iterable[float] = (), *, count: int = SAMPLES) -> Real:
    """Choose the places at which a curve is sampled: evenly, and at each break and just beside it.

    Args:
        low: The left end of the plot.
        high: The right end.
        breaks: Where the curve, or its slope, jumps; those outside are left out.
        count: How many even places there are, both ends among them.

    Returns:
        float64 (n,), growing.

    Raises:
        ExplorerError: If low is not below high, or count is below 2.

    Example:
        >>> places(-1, 1, [0.5], count=3).round(3).tolist()
        [-1.0, 0.0, 0.5, 0.5, 0.5, 1.0]
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high and count >= 2):
        raise ExplorerError(
            "A plot runs from a low to a high end with at least 2 places; "
            f"{low:g}, {high:g} and {count} came."
        )
    beside = _BESIDE * (high - low)
    around = [x + way * beside for x in breaks if low < x < high for way in (-1, 0, 1)]
    return np.unique(np.concatenate([np.linspace(low, high, count), np.clip(around, low, high)]))


def broken(values: ArrayLike, x: ArrayLike, gaps: Iterable[float]) -> Real:
    """Leave a gap in a curve at each of these places, by NaN, so that a jump is not drawn as a steep line.

    Args:
        values: The curve (n,).
        x: Where it was sampled (n,).
        gaps: Where it jumps.

    Returns:
        float64 (n,), a copy.

    Example:
        >>> broken([0, 5, 1], [-1, 0, 1], [0]).tolist()
        [0.0, nan, 1.0]
    """
    found = np.array(values, np.float64)
    found[np.isin(x, list(gaps))] = np.nan
    return found


def extent(curves: Sequence[ArrayLike], *, most: float, margin: float = 0.06) -> tuple[float, float]:
    """Say how far the vertical axis has to reach for curves: from the least to the greatest value, and 0.

    Args:
        curves: Values of any shape; NaN and infinities do not count.
        most: The axis never reaches beyond -most and most: a curve that does leaves the plot.
        margin: The share of the height that stays free above and below.

    Returns:
        (low, high) with low < high.

    Example:
        >>> extent([[0.0, 2.0], [-1.0, 1e9]], most=4, margin=0)
        (-1.0, 4.0)
    """
    values = np.concatenate([np.ravel(np.asarray(curve, np.float64)) for curve in curves] or [np.zeros(1)])
    values = np.clip(values[np.isfinite(values)], -most, most)
    low, high = min(0.0, values.min(initial=0.0)), max(0.0, values.max(initial=0.0))
    if low == high:
        high = 1.0
    free = margin * (high - low)
    return float(low - free), float(high + free)
