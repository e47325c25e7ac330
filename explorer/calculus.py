"""What activations and losses share: ranges, kinks, tangents, checks, and where a curve is sampled."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from reprlib import repr as short
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import figures
from explorer.errors import ExplorerError
from explorer.words import signed

Real = NDArray[np.floating]


@dataclass(frozen=True)
class Range:
    """The smallest interval that holds a function's values; each end is reached or only approached.

    Example:
        >>> str(Range(0.0, math.inf, low_reached=True))
        '[0, ∞)'
    """

    low: float = -math.inf
    high: float = math.inf
    low_reached: bool = False
    high_reached: bool = False

    def __str__(self) -> str:
        """It as an interval: a square bracket where the end is reached, a round one where it is not."""
        opening, closing = "[" if self.low_reached else "(", "]" if self.high_reached else ")"
        return f"{opening}{written(self.low)}, {written(self.high)}{closing}"


@dataclass(frozen=True)
class Kink:
    """A place where a function has no derivative, and what is taken for it there.

    Attributes:
        x: The place.
        value: The function's value there.
        slope: The number that stands for the derivative there: TensorFlow's, where Keras has the function.
        left: The slope just left of it.
        right: The slope just right of it.
        jump: How far the function jumps there; 0 where only its slope changes.

    Example:
        >>> str(Kink(0.0, 0.0, 0.0, -1.0, 1.0, 0.0))
        'At 0 the slope changes from −1 to 1; the value there is 0, and the slope is taken to be 0.'
    """

    x: float
    value: float
    slope: float
    left: float
    right: float
    jump: float

    def __str__(self) -> str:
        """It in a sentence."""
        x, value, slope, left, right, jump = map(
            written, (self.x, self.value, self.slope, self.left, self.right, abs(self.jump))
        )
        if self.jump:
            event = f"it jumps {'up' if self.jump > 0 else 'down'} by {jump}"
        elif left == right:
            event = f"the slope is {left} on both sides"
        else:
            event = f"the slope changes from {left} to {right}"
        return f"At {x} {event}; the value there is {value}, and the slope is taken to be {slope}."


@dataclass(frozen=True)
class Tangent:
    """The straight line that touches a curve at x."""

    x: float
    value: float
    slope: float

    def at(self, x: float) -> float:
        """Height of the line at a place.

        Example:
            >>> Tangent(1.0, 2.0, 0.5).at(3.0)
            3.0
        """
        return self.value + self.slope * (x - self.x)


@dataclass(frozen=True)
class Link:
    """One layer in a chain of layers of one unit each.

    Attributes:
        layer: Its number, from 1.
        pre_activation: The weight times the output of the layer before.
        output: The activation of that.
        slope: What a small change is multiplied by in this layer: the weight times the activation's slope.
        product: The slopes of this layer and all before it multiplied: the gradient that reaches the input.
    """

    layer: int
    pre_activation: float
    output: float
    slope: float
    product: float


def real_array(x: ArrayLike, name: str = "The input") -> Real:
    """Read real numbers: a float64 array or scalar of NumPy's stays as it is, the rest becomes float32."""
    try:
        array = np.asarray(x)
    except (TypeError, ValueError) as error:
        raise ExplorerError(
            f"{name} must be an array of real numbers, its rows of one length; {error}."
        ) from error
    if array.dtype.kind not in "biuf":
        raise ExplorerError(f"{name} must be real numbers; it is {short(x)}.")
    stays = isinstance(x, np.ndarray | np.generic) and array.dtype == np.float64
    return array if stays else array.astype(np.float32, copy=False)


def finite_number(value: float, name: str) -> float:
    """Read a finite number."""
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not math.isfinite(value):
        raise ExplorerError(f"{name} must be a finite number; it is {short(value)}.")
    return float(value)


def written(number: float) -> str:
    """Write a number with up to 4 digits, as it is printed in a book."""
    return figures.format_number(number, 4)


def apply(function: Callable[..., Real], x: Real, values: Mapping[str, Any]) -> Real:
    """Call a function on an array, in the array's own precision."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return np.asarray(function(x, **values), x.dtype)


def checked_values(title: str, parameters: Sequence[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Check the parameters given, and give the others their defaults."""
    known = {parameter.name: parameter for parameter in parameters}
    for name in given.keys() - known.keys():
        takes = ", ".join(known) or "none"
        raise ExplorerError(f"{title} has no parameter {name!r}; the parameters it takes: {takes}.")
    return {name: parameter.checked(given.get(name, parameter.default)) for name, parameter in known.items()}


def find_kinks(
    function: Callable[[Real], Real], slope: Callable[[Real], Real], places: Iterable[float]
) -> tuple[Kink, ...]:
    """Look at places and a millionth to their left and right; keep those that are not like both sides."""
    found = []
    for x in places:
        around = np.array([x - 1e-6, x, x + 1e-6])
        before, value, after = (function(around).round(5) + 0.0).tolist()  # + 0.0 takes the sign off -0
        left, here, right = (slope(around).round(4) + 0.0).tolist()
        jump = round(after - before, 4)
        if jump or not left == here == right:
            found.append(Kink(x, value, here, left, right, jump))
    return tuple(found)


# Where a curve is sampled for a plot, and how far its axes reach

SAMPLES = 481  # places on a plot: closer together than two pixels of a laptop's screen
_BESIDE = 1e-7  # of the plot's width: how far on either side of a break the curve is sampled


@dataclass(frozen=True)
class Samples:
    """A curve at the places of a plot, float64 (n,) each; NaN where it, or its slope, jumps."""

    x: NDArray[np.float64]
    values: NDArray[np.float64]
    slopes: NDArray[np.float64]


def places(
    low: float, high: float, breaks: Iterable[float] = (), *, count: int = SAMPLES
) -> NDArray[np.float64]:
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
            f"{signed(low)}, {signed(high)} and {count} came."
        )
    beside = _BESIDE * (high - low)
    around = [x + way * beside for x in breaks if low < x < high for way in (-1, 0, 1)]
    return np.unique(np.concatenate([np.linspace(low, high, count), np.clip(around, low, high)]))


def broken(values: ArrayLike, x: ArrayLike, gaps: Iterable[float]) -> NDArray[np.float64]:
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
    """How far the vertical axis has to reach for curves: from the least to the greatest value, and 0.

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
