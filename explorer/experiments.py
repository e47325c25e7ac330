"""What is on the screen as one value: a picture goes in, a map and its description come out."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from explorer import spatial

Array = NDArray[np.float32]
T = TypeVar("T")


@dataclass(frozen=True)
class Rectifier:
    """What is done to each value after the weighted sum, as formula and as function."""

    name: str
    title: str
    formula: str
    f: Callable[[Array], Array]


RECTIFIERS: dict[str, Rectifier] = {
    record.name: record
    for record in (
        Rectifier("none", "none", "v", lambda v: v),
        Rectifier("relu", "ReLU", "max(0, v)", lambda v: np.maximum(v, np.float32(0))),
        Rectifier("absolute", "absolute", "|v|", np.abs),
    )
}


@dataclass(frozen=True, eq=False)
class Convolution:
    """One filter with all its settings: `activation(gain * (image * kernel) + bias)`.

    The kernel has the shape (kh, kw) and runs over each channel alike; everything else is as in
    `explorer.spatial.filter2d`.

    >>> edge = Convolution(np.array([[-1.0, 1.0]]), padding="valid")
    >>> edge.feature_map(np.array([[0.0, 0.0, 1.0, 1.0]])).tolist()
    [[0.0, 1.0, 0.0]]
    """

    kernel: Array
    strides: int = 1
    padding: Literal["valid", "same"] | int = "same"
    dilation_rate: int = 1
    pad_mode: str = "constant"
    flip: bool = False
    bias: float = 0.0
    gain: float = 1.0
    activation: str = "none"

    def __post_init__(self) -> None:
        if self.activation not in RECTIFIERS:
            raise ValueError(
                f"There is no activation {self.activation!r} here; choose one of {', '.join(RECTIFIERS)}."
            )
        object.__setattr__(self, "kernel", np.asarray(self.kernel, np.float32))

    def feature_map(self, image: Array) -> Array:
        """Filter each channel of an image (H, W) or (H, W, C): the map (H', W') or (H', W', C).

        Raises:
            ValueError: where the settings leave no place for the kernel, as `filter2d` says.
        """
        sums = spatial.filter2d(
            image,
            self.kernel,
            strides=self.strides,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
            pad_mode=self.pad_mode,
            flip=self.flip,
        )
        if self.gain != 1.0 or self.bias != 0.0:
            sums = sums * np.float32(self.gain) + np.float32(self.bias)
        return RECTIFIERS[self.activation].f(sums)

    def taps(self, shape: tuple[int, ...]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Say which row and column each tap reads: integers (H', kh) and (W', kw), -1 for a border zero."""
        return self._along_both(partial(spatial.axis_taps, pad_mode=self.pad_mode), shape)

    def positions(self, shape: tuple[int, ...]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Say where each tap lies, padding included: integers (H', kh) and (W', kw), some off the image."""
        return self._along_both(spatial.axis_positions, shape)

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Give the shape of the map for an image of this shape, without computing the map."""
        return (*self._along_both(spatial.output_size, shape), *shape[2:])

    def size_formulas(self, shape: tuple[int, ...]) -> tuple[str, str]:
        """Write the sum that gives the map's height and the one for its width, in LaTeX with these numbers.

        `H' = floor((H + before + after - reach) / s) + 1`, where the window reaches over
        `d (k - 1) + 1` cells (Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016).
        """
        height, width = (
            rf"{letter}' = \left\lfloor \frac{{{size} + {before} + {after} - {reach}}}{{{self.strides}}}"
            rf" \right\rfloor + 1 = {cells}"
            for letter, size, reach, (before, after), cells in zip(
                "HW",
                shape[:2],
                (self.dilation_rate * (taps - 1) + 1 for taps in self.kernel.shape),
                self.pads(shape),
                self.output_shape(shape)[:2],
                strict=True,
            )
        )
        return height, width

    def balance(self) -> str:
        """Say what the sum of the weights means for an even surface."""
        total = float(self.kernel.sum(dtype=np.float64))
        if abs(total) < 1e-6:
            return "The weights sum to 0: an even surface answers nothing, so only differences show."
        if abs(total - 1) < 1e-6:
            return "The weights sum to 1: an even surface keeps its brightness."
        return f"The weights sum to {total:.4g}: an even surface comes out {total:.4g} times as bright."

    def pads(self, shape: tuple[int, ...]) -> tuple[tuple[int, int], tuple[int, int]]:
        """Give the padding in cells as ((top, bottom), (left, right))."""
        return self._along_both(spatial.pads, shape)

    def _along_both(self, geometry: Callable[..., T], shape: tuple[int, ...]) -> tuple[T, T]:
        """Ask one of the functions of an axis down the image and across it."""
        down, across = (
            geometry(size, taps, strides=self.strides, padding=self.padding, dilation_rate=self.dilation_rate)
            for size, taps in zip(shape[:2], self.kernel.shape, strict=True)
        )
        return down, across

    def multiplications(self, shape: tuple[int, ...]) -> int:
        """Count the multiplications of weights with pixels that the map needs."""
        return spatial.multiplications(
            shape,
            self.kernel.shape,
            strides=self.strides,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
        )


@dataclass(frozen=True)
class Summary:
    """A map in a few numbers; `counts` are the bars of a histogram from `low` to `high`."""

    shape: tuple[int, ...]
    low: float
    high: float
    mean: float
    std: float
    not_numbers: int
    counts: tuple[int, ...] = field(repr=False)


def describe(array: Array, bins: int = 48, sample: int | None = None) -> Summary:
    """Summarise a map: extremes, mean, standard deviation and `bins` equal bars of a histogram.

    Values that are not finite numbers are counted and left out. The last bar includes its right edge,
    as in `numpy.histogram`; a constant map has all its values in the middle bar. With `sample`, for a map
    that moves, the bars count evenly spaced values, about that many of them, instead of all, and the
    standard deviation is left out: it is NaN.

    >>> describe(np.array([[0.0, 1.0], [1.0, 2.0]], np.float32), bins=2).counts
    (1, 3)
    """
    values = np.ascontiguousarray(array, np.float32).reshape(1, -1)  # one row: OpenCV reads two axes
    # One dot product is finite only where every value is; it costs a tenth of asking each of them.
    with np.errstate(over="ignore"):  # squares of huge values, which the second look finds to be finite
        squares = np.dot(values[0], values[0])
    if not np.isfinite(squares):
        values = values[np.isfinite(values)].reshape(1, -1)
    missing = int(array.size - values.size)
    if values.size == 0:
        return Summary(array.shape, 0.0, 0.0, 0.0, 0.0, missing, (0,) * bins)
    low, high, _, _ = cv2.minMaxLoc(values)
    if sample:
        mean, deviation = cv2.mean(values)[0], math.nan
        counted = values[:, :: max(1, values.size // sample)]
    else:
        mean, deviation = (float(found[0, 0]) for found in cv2.meanStdDev(values))
        counted = values
    if low == high:
        counts = [0] * bins
        counts[bins // 2] = counted.size
    elif sample:
        counts = _quick_bars(counted, bins, low, high)
    else:
        # Edges in float64: a map that is nearly constant has no room for them in float32.
        counts = np.histogram(counted, bins, (np.float64(low), np.float64(high)))[0].tolist()
    return Summary(array.shape, low, high, mean, deviation, missing, tuple(counts))


def _quick_bars(values: Array, bins: int, low: float, high: float) -> list[int]:
    """Count a row of values (1, n) in equal bars with OpenCV: thrice as fast, but float32 at the edges."""
    above = float(np.nextafter(np.float32(high), np.float32(np.inf)))  # OpenCV leaves the last edge out
    counts: Any = cv2.calcHist([np.ascontiguousarray(values)], [0], None, [bins], [low, above])
    return [int(count) for count in counts.ravel()]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two maps of the same picture cell by cell: A minus B, and its size in two numbers."""

    difference: Array
    mean: float
    largest: float


def compare(a: Array, b: Array) -> Comparison:
    """Take B from A, cell by cell; `mean` and `largest` are of the absolute differences.

    Raises:
        ValueError: where the maps differ in shape, so that no cell of A has its partner in B.

    >>> compare(np.array([[1.0, 5.0]], np.float32), np.array([[1.0, 2.0]], np.float32)).mean
    1.5
    """
    if a.shape != b.shape:
        sizes = " and ".join(f"{shape[0]} x {shape[1]}" for shape in (a.shape, b.shape))
        raise ValueError(
            f"The maps are {sizes} cells, so they have no difference cell by cell; "
            "give A and B the same stride, padding, dilation and kernel size."
        )
    difference = a - b
    size = np.abs(difference)
    return Comparison(difference, float(size.mean()), float(size.max()))


def to_npy(array: Array) -> bytes:
    """Write an array as NumPy's own file format, exactly as it is.

    >>> np.load(io.BytesIO(to_npy(np.ones((1, 2), np.float32)))).tolist()
    [[1.0, 1.0]]
    """
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()
