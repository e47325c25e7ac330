"""What is on the screen as one value: a picture goes in, a map and its description come out."""

from __future__ import annotations

import io
import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal, TypeVar

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import figures, rounding
from explorer.convolution import filters, pooling
from explorer.convolution.geometry import axis_positions, axis_taps, output_size, pads
from explorer.errors import ExplorerError

Array = NDArray[np.float32]
Indices = NDArray[np.int32]
Ends = tuple[int, int]  # cells before and after an axis
T = TypeVar("T")

_GATHERED = 1_000  # the windows of one cell in so many are gathered in less time than everything is filtered
_NEAR = 1e-3  # a standard deviation smaller than this part of the mean is computed from the differences


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
        Rectifier(
            name="none",
            title="none",
            formula="v",
            f=lambda v: v,
        ),
        Rectifier(
            name="relu",
            title="ReLU",
            formula="max(0, v)",
            f=lambda v: np.maximum(v, np.float32(0)),
        ),
        Rectifier(
            name="absolute",
            title="absolute",
            formula="|v|",
            f=np.abs,
        ),
    )
}


class SlidingWindow(ABC):
    """Where a window stops on an image and what it reads there: what convolution and pooling share."""

    strides: int | None
    padding: Literal["valid", "same"] | int
    dilation_rate: int
    pad_mode: str = "constant"
    ceil_mode: bool = False

    @abstractmethod
    def feature_map(self, image: Array) -> Array:
        """Compute the map (H', W') or (H', W', C) of an image (H, W) or (H, W, C)."""

    @property
    @abstractmethod
    def window(self) -> tuple[int, int]:
        """Taps of the window, down and across."""

    @property
    def steps(self) -> tuple[int, int]:
        """Cells from one window to the next, down and across."""
        return self.window if self.strides is None else (self.strides, self.strides)

    @property
    def reach(self) -> tuple[int, int]:
        """Rows and columns that the window covers, the gaps of its dilation included: `d (k - 1) + 1`."""
        rows, columns = (self.dilation_rate * (taps - 1) + 1 for taps in self.window)
        return rows, columns

    def taps(self, shape: tuple[int, ...]) -> tuple[Indices, Indices]:
        """Which row and column each tap reads: integers (H', kh) and (W', kw), -1 for a border zero."""
        return self._along_both(partial(axis_taps, pad_mode=self.pad_mode), shape)

    def positions(self, shape: tuple[int, ...]) -> tuple[Indices, Indices]:
        """Where each tap lies, padding included: integers (H', kh) and (W', kw), some off the image."""
        return self._along_both(axis_positions, shape)

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the map for an image of this shape, without computing the map."""
        return (*self._along_both(output_size, shape), *shape[2:])

    def pads(self, shape: tuple[int, ...]) -> tuple[Ends, Ends]:
        """Return the padding in cells as ((top, bottom), (left, right)), with what `ceil_mode` adds to it."""
        down, across = (
            pads(
                size,
                taps,
                strides=step,
                padding=self.padding,
                dilation_rate=self.dilation_rate,
                ceil_mode=self.ceil_mode,
            )
            for size, taps, step in zip(shape[:2], self.window, self.steps, strict=True)
        )
        return down, across

    def margins(self, shape: tuple[int, ...]) -> tuple[Ends, Ends]:
        """Return the padding that was asked for, likewise, without what `ceil_mode` adds to it."""
        if self.padding == "same":  # which leaves nothing for it to add
            return self.pads(shape)
        cells = 0 if self.padding == "valid" else self.padding
        return (cells, cells), (cells, cells)

    def patches(self, image: Array, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Array:
        """Return what the windows of some cells read: (n, kh, kw) or (n, kh, kw, C), 0 in the padding."""
        every_row, every_column = self.taps(image.shape)
        down, across = every_row[rows], every_column[columns]  # (n, kh) and (n, kw)
        outside = (down < 0)[:, :, np.newaxis] | (across < 0)[:, np.newaxis]
        found = image[down[:, :, np.newaxis], across[:, np.newaxis]]
        found[outside] = 0
        return found

    def size_formulas(self, shape: tuple[int, ...]) -> tuple[str, str]:
        """Write the sum that gives the map's height and the one for its width, in LaTeX with these numbers.

        `H' = floor((H + before + after - reach) / s) + 1`, where the window reaches over
        `d (k - 1) + 1` cells (Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016).
        With `ceil_mode` it is rounded up, and a window that would start behind the image does not count.
        """
        rounding = "ceil" if self.ceil_mode else "floor"
        formulas = []
        for letter, size, reach, step, (before, after), cells in zip(
            "HW",
            shape[:2],
            self.reach,
            self.steps,
            self.margins(shape),
            self.output_shape(shape)[:2],
            strict=True,
        ):
            rounded_up = -((reach - size - before - after) // step)
            behind = self.ceil_mode and rounded_up + 1 > cells
            formulas.append(
                rf"{letter}' = \left\l{rounding} \frac{{{size} + {before} + {after} - {reach}}}{{{step}}}"
                rf" \right\r{rounding} + 1"
                + (r" \underbrace{{} - 1}_{\text{starts behind the image}}" if behind else "")
                + f" = {cells}"
            )
        height, width = formulas
        return height, width

    def _along_both(self, geometry: Callable[..., T], shape: tuple[int, ...]) -> tuple[T, T]:
        """Ask one of the functions of an axis down the image and across it."""
        down, across = (
            geometry(size, taps, strides=step, padding=ends, dilation_rate=self.dilation_rate)
            for size, taps, step, ends in zip(
                shape[:2], self.window, self.steps, self.pads(shape), strict=True
            )
        )
        return down, across


@dataclass(frozen=True, eq=False)
class Convolution(SlidingWindow):
    """One filter with all its settings: `activation(gain * (image * kernel) + bias)`.

    The kernel has the shape (kh, kw) and runs over each channel alike; everything else is as in
    `explorer.convolution.filters.filter2d`.

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
            raise ExplorerError(
                f"There is no activation {self.activation!r} here; choose one of {', '.join(RECTIFIERS)}."
            )
        object.__setattr__(self, "kernel", np.asarray(self.kernel, np.float32))

    @classmethod
    def without_weights(cls, rows: int, columns: int, **geometry: Any) -> Convolution:
        """Return a convolution whose window has this size and whose weights are 0: for its geometry.

        >>> Convolution.without_weights(2, 3, strides=2).kernel.shape
        (2, 3)
        """
        return cls(np.zeros((rows, columns), np.float32), **geometry)

    def feature_map(self, image: Array) -> Array:
        """Filter each channel of an image (H, W) or (H, W, C): the map (H', W') or (H', W', C).

        Raises:
            ExplorerError: where the settings leave no place for the kernel, as `filter2d` says.
        """
        sums = self._sums(image)
        if self.gain != 1.0:
            sums = sums * np.float32(self.gain)
            sums += np.float32(self.bias)
        elif self.bias != 0.0:
            sums = sums + np.float32(self.bias)
        return RECTIFIERS[self.activation].f(self._settled(sums, image))

    def _settled(self, sums: Array, image: Array) -> Array:
        """Set to 0 what rounding left of sums that cancel, as those of an even surface may, in place."""
        weights = np.abs(self.kernel)
        gain, bias = np.float32(abs(self.gain)), np.float32(abs(self.bias))
        low, high = _ends(image)

        def magnitudes(cells: rounding.Cells | None) -> Array:
            if cells is None or _GATHERED * len(cells[0]) > sums.size:
                sizes = image if low >= 0 else np.abs(image)
                own = replace(self, kernel=weights)._sums(sizes)[cells or ...]
            else:
                rows, columns, *channel = cells
                patches = self.patches(image, rows, columns)  # (n, kh, kw) or (n, kh, kw, C)
                if channel:
                    patches = np.take_along_axis(patches, channel[0][:, None, None, None], 3)[..., 0]
                own = np.einsum("nij,ij->n", np.abs(patches), weights[::-1, ::-1] if self.flip else weights)
            if gain != 1.0 or bias != 0.0:
                own = gain * own
                own += bias
            return np.asarray(own)

        most = gain * max(-low, high) * float(weights.sum(dtype=np.float64)) + bias
        terms = weights.size + 1  # the bias
        return rounding.settled_map(sums, terms, float(most), magnitudes, is_own=True)

    def _sums(self, image: Array) -> Array:
        """The weighted sums, before gain and bias."""
        return filters.filter2d(
            image,
            self.kernel,
            strides=self.strides,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
            pad_mode=self.pad_mode,
            flip=self.flip,
        )

    @property
    def window(self) -> tuple[int, int]:
        """Shape of the kernel."""
        rows, columns = self.kernel.shape
        return rows, columns

    def balance(self) -> str:
        """What the sum of the weights, the gain and the bias mean for a flat area of the picture.

        Example:
            >>> print(Convolution(np.ones((1, 2), np.float32), gain=0.5, bias=0.25).balance())
            The weights add up to 2: with the gain, flat areas keep their brightness. The bias adds 0.25.
        """
        gained = self.gain * self.kernel.astype(np.float64)
        weights = rounding.total(self.kernel, given=rounding.SINGLE)
        total = rounding.total(gained, given=rounding.SINGLE)
        gain = "" if self.gain == 1 else "with the gain, "
        sentence = f"The weights add up to {figures.format_number(weights, 4)}: {gain}flat areas "
        if self.gain == 0:
            sentence += "give 0, and so does everything else."
        elif total == 0:
            sentence += "give 0, only edges show."
        elif rounding.total([*gained.flat, -1.0], given=rounding.SINGLE) == 0:
            sentence += "keep their brightness."
        else:
            sentence += f"are multiplied by {figures.format_number(total, 4)}."
        sentence += f" The bias adds {figures.format_number(self.bias, 4)}." if self.bias else ""
        if self.activation == "none":
            return sentence
        return f"{sentence} The activation, {RECTIFIERS[self.activation].title}, comes last."

    def multiplications(self, shape: tuple[int, ...]) -> int:
        """Count the multiplications of weights with pixels that the map needs."""
        return filters.multiplications(
            shape,
            self.kernel.shape,
            strides=self.strides,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
        )


@dataclass(frozen=True)
class Pooling(SlidingWindow):
    """One pooling with all its settings; everything is as in `explorer.convolution.pooling.pool2d`.

    >>> halved = Pooling("max", 2)
    >>> halved.feature_map(np.arange(16.0).reshape(4, 4)).tolist()
    [[5.0, 7.0], [13.0, 15.0]]
    >>> halved.kept((4, 4))
    'Of every 4 values, 1 is kept and 3 are dropped.'
    """

    kind: str = "max"
    pool_size: int | tuple[int, int] = (2, 2)
    strides: int | None = None
    padding: Literal["valid", "same"] | int = "valid"
    dilation_rate: int = 1
    count_padding: bool = False
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        if self.kind not in pooling.POOLINGS:
            raise ExplorerError(
                f"There is no pooling {self.kind!r} here; choose one of {', '.join(pooling.POOLINGS)}."
            )

    @property
    def window(self) -> tuple[int, int]:
        """The pool size, as a pair."""
        return self.pool_size if isinstance(self.pool_size, tuple) else (self.pool_size, self.pool_size)

    @property
    def has_winner(self) -> bool:
        """Whether one cell of each window is the answer."""
        return pooling.POOLINGS[self.kind].has_winner

    def feature_map(self, image: Array) -> Array:
        """Make one number of every window of an image (H, W) or (H, W, C): (H', W') or (H', W', C).

        Raises:
            ExplorerError: where the settings leave a window no place or no pixel, as `pool2d` says.
        """
        return pooling.pool2d(image, kind=self.kind, count_padding=self.count_padding, **self._layout())

    def of_kind(self, kind: str) -> Pooling:
        """Return the same pooling of another kind."""
        return replace(self, kind=kind)

    def filtered(self, image: Array, weights: ArrayLike) -> Array:
        """Lay a kernel where this pooling has its windows: what a strided convolution makes of the image.

        With `1 / n` everywhere it is average pooling, where no window reaches into the padding; with a single
        1 it keeps every n-th pixel and forgets the rest.

        Args:
            image: (H, W) or (H, W, C).
            weights: as many rows and columns as the window has; cells of the padding are zeros.

        Returns:
            float32, of the shape of `feature_map`.

        >>> Pooling("average").filtered(np.arange(4.0).reshape(2, 2), np.full((2, 2), 0.25)).tolist()
        [[1.5]]
        """
        return filters.filter2d(
            image,
            weights,
            strides=self.steps,
            padding=self.pads(np.shape(image)),
            dilation_rate=self.dilation_rate,
        )

    def winners(self, image: Array) -> Indices:
        """Which row and column of the image each cell of the map has its value from: (H', W', C, 2).

        Raises:
            ExplorerError: as `feature_map`, and where the kind of pooling has no winner.
        """
        return pooling.pool_winners(image, kind=self.kind, **self._layout())

    def pads(self, shape: tuple[int, ...]) -> tuple[Ends, Ends]:
        """Return the padding in cells as ((top, bottom), (left, right)), with what `ceil_mode` adds to it.

        Raises:
            ExplorerError: as `feature_map`; so does all else that is said of the geometry.
        """
        self.counts(shape)
        return super().pads(shape)

    def counts(self, shape: tuple[int, ...]) -> tuple[Indices, Indices]:
        """Count the cells that each window has down and across: integers (H',) and (W',).

        Their products are what an average is divided by: pixels, and with `count_padding` the padding too.
        """
        return pooling.pool_counts(shape, count_padding=self.count_padding, **self._layout())

    def reads(self, shape: tuple[int, ...]) -> int:
        """Count the pixels that all windows together read, each as often as it is read."""
        down, across = pooling.pool_counts(shape, **self._layout())
        return int(down.sum()) * int(across.sum()) * math.prod(shape[2:])

    def operations(self, shape: tuple[int, ...]) -> int:
        """Count the comparisons (max, min) or additions (average, L2): n - 1 for a window of n pixels."""
        return self.reads(shape) - math.prod(self.output_shape(shape))

    def kept(self, shape: tuple[int, ...]) -> str:
        """How much of an image of this shape is left, and what of it no window reads."""
        cells, left = math.prod(shape[:2]), math.prod(self.output_shape(shape)[:2])
        share = f"{cells / left:.3g}"
        apart = all(step >= reach for step, reach in zip(self.steps, self.reach, strict=True))
        if left >= cells:
            sentence = (
                "The pooled map has as many values as its input"
                if left == cells
                else f"The pooled map has more values than its input: {left:,} instead of {cells:,}"
            )
        elif self.has_winner and apart:
            sentence = f"Of every {share} values, 1 is kept and {cells / left - 1:.3g} are dropped"
        else:
            sentence = f"Every {share} values become 1"
        rows, columns = (np.unique(taps[taps >= 0]).size for taps in self.taps(shape))
        unread = cells - rows * columns
        if not unread:
            return f"{sentence}."
        return f"{sentence}; no window covers {unread:,} of the {cells:,}."

    def _layout(self) -> dict[str, Any]:
        """Return the settings that all functions of pooling take."""
        return {
            "pool_size": self.pool_size,
            "strides": self.strides,
            "padding": self.padding,
            "dilation_rate": self.dilation_rate,
            "ceil_mode": self.ceil_mode,
        }


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
    as in `numpy.histogram`; a constant map has all its values in the middle bar. The bars take most of the
    time, and with 0 `bins` there are none. With `sample`, for a map that moves, the bars count evenly spaced
    values, about that many of them, instead of all, and the last bits of the deviation may be others.

    >>> describe(np.array([[0.0, 1.0], [1.0, 2.0]], np.float32), bins=2).counts
    (1, 3)
    """
    values = np.ascontiguousarray(array, np.float32).reshape(1, -1)  # one row: OpenCV reads two axes
    # The squares of float32, added up in float64, are finite only where every value is.
    squares = cv2.norm(values, cv2.NORM_L2SQR)
    if not math.isfinite(squares):
        values = values[np.isfinite(values)].reshape(1, -1)
        squares = cv2.norm(values, cv2.NORM_L2SQR) if values.size else 0.0
    missing = int(array.size - values.size)
    if values.size == 0:
        return Summary(array.shape, 0.0, 0.0, 0.0, 0.0, missing, (0,) * bins)
    low, high = _ends(values)
    if sample:  # OpenCV's own way takes five times as long, for some of the last bits
        mean = cv2.sumElems(values)[0] / values.size
        deviation = math.sqrt(max(0.0, squares / values.size - mean * mean))
    else:
        mean, deviation = (float(found[0, 0]) for found in cv2.meanStdDev(values))
    if deviation < _NEAR * abs(mean):  # the mean of the squares, less that of the mean, has lost its digits
        deviation = float(values.std(dtype=np.float64))
    counted = values[:, :: max(1, values.size // sample)] if sample else values
    # The values are float32 sums, of terms that may be several times as large.
    size = cv2.norm(values, cv2.NORM_L1) / values.size
    mean = float(rounding.settled(mean, size, 16, given=rounding.SINGLE, added=rounding.SINGLE))
    if not bins:
        counts = []
    elif low == high:
        counts = [0] * bins
        counts[bins // 2] = counted.size
    elif sample:
        counts = _quick_bars(counted, bins, low, high)
    else:
        # Edges in float64: a map that is nearly constant has no room for them in float32.
        counts = np.histogram(counted, bins, (np.float64(low), np.float64(high)))[0].tolist()
    return Summary(array.shape, low, high, mean, deviation, missing, tuple(counts))


def largest(array: Array) -> float:
    """The largest magnitude of finite numbers."""
    low, high = _ends(array)
    return max(-low, high)


def _ends(array: Array) -> tuple[float, float]:
    """The least and the greatest of finite numbers."""
    low, high, _, _ = cv2.minMaxLoc(np.ascontiguousarray(array, np.float32).reshape(1, -1))
    return low, high


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
        ExplorerError: where the maps differ in shape, so that no cell of A has its partner in B.

    >>> compare(np.array([[1.0, 5.0]], np.float32), np.array([[1.0, 2.0]], np.float32)).mean
    1.5
    """
    if a.shape != b.shape:
        sizes = " and ".join(f"{shape[0]} × {shape[1]}" for shape in (a.shape, b.shape))
        raise ExplorerError(
            f"The feature maps have {sizes} cells, so they cannot be compared cell by cell; "
            "give A and B the same stride, padding, dilation and kernel size."
        )
    with np.errstate(over="ignore"):  # maps near the ends of float32 may differ by more than it holds
        difference = a - b
    # Two ways to one sum differ by rounding alone.
    own = np.add(np.abs(a), np.abs(b), dtype=np.float64)
    difference = np.where(np.abs(difference) <= rounding.noise(own, 2, given=rounding.SINGLE), 0, difference)
    size = np.abs(difference)
    largest = float(size.max())
    if math.isinf(largest):
        size = np.abs(np.subtract(a, b, dtype=np.float64))
        largest = float(size.max())
    return Comparison(difference, float(size.mean(dtype=np.float64)), largest)


def to_npy(array: NDArray[Any]) -> bytes:
    """Write an array as NumPy's own file format, exactly as it is.

    >>> np.load(io.BytesIO(to_npy(np.ones((1, 2), np.float32)))).tolist()
    [[1.0, 1.0]]
    """
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()
