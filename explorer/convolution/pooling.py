"""Poolings: the largest, the smallest or the mean of what each window reads, and where it was found."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from reprlib import repr as short
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import ArrayLike

from explorer.convolution.filters import LARGEST, TRANSFORM_CELLS_ANYWHERE, total_magnitude
from explorer.convolution.layout import (
    FLOAT32,
    Array,
    Indices,
    Layout,
    Padding,
    Pair,
    WindowAxis,
    axis_ends,
    checked_array,
    checked_pair,
    checked_shape,
    lay_out,
    opencv_parts,
    pad_axes,
    padding_sides,
    window_views,
)
from explorer.errors import ExplorerError

# OpenCV's box filter keeps running sums in double precision. A step of them errs by 1e-8 at the most where
# the magnitudes of all pixels add up to less than this.
_RUNNING_LIMIT = 1e8
# Sums of so few squares are as fast anew for every window as with running sums.
_SUMMED_ANEW = 9
# A sum that running sums can have got wrong by no more than one part in so many is as good as any.
_DIGITS = 2.0**22
# Poolings read the picture in bands of about so many numbers (1 MB): memory in use is faster than fresh.
_BAND = 1 << 18


class _Fold(NamedTuple):
    """A way to make one number of two, and so of a window."""

    ufunc: Callable[..., Any]
    pairs: Callable[..., Any]  # OpenCV's ufunc
    slide: Callable[..., Any]  # (image, taps) -> the value at (r, c) is of the close window that begins there
    keeps_nan: bool  # whether OpenCV does
    neutral: float  # changes no result, and so stands in the padding
    squared: bool = False  # whether it is of the squares, and the root is taken at last


@dataclass(frozen=True)
class PoolingKind:
    """A way to make one number of a window.

    Attributes:
        name: Key in `POOLINGS`, and the `kind` of `pool2d`.
        title: The field's name for it.
        formula: LaTeX; x_1 ... x_n are the cells of the window that lie in the image.
        why: One sentence: what it keeps of the picture.
        has_winner: Whether one cell of the window is the answer, the one `pool_winners` names.
    """

    name: str
    title: str
    formula: str
    why: str
    has_winner: bool


POOLINGS: dict[str, PoolingKind] = {
    pooling.name: pooling
    for pooling in (
        PoolingKind(
            "max",
            "Max pooling",
            r"y = \max_k \, x_k",
            "Keeps the largest value of each window: whether a feature is there, but not where.",
            True,
        ),
        PoolingKind(
            "average",
            "Average pooling",
            r"y = \frac{1}{n} \sum_{k=1}^{n} x_k",
            "Keeps the average level of each window and smooths the details away.",
            False,
        ),
        PoolingKind(
            "min",
            "Min pooling",
            r"y = \min_k \, x_k",
            "Keeps the smallest value of each window: dark details grow, bright specks vanish.",
            True,
        ),
        PoolingKind(
            "l2",
            "L2 pooling",
            r"y = \sqrt{\sum_{k=1}^{n} x_k^2}",
            "Measures the energy in each window: signs do not matter, and large values count more.",
            False,
        ),
    )
}


def pool2d(
    image: ArrayLike,
    pool_size: Pair = 2,
    *,
    strides: Pair | None = None,
    padding: Padding = "valid",
    kind: str = "max",
    dilation_rate: Pair = 1,
    count_padding: bool = False,
    ceil_mode: bool = False,
) -> Array:
    """Make one number of every window, in each channel by itself.

    output[r, c] = kind over i, j of padded[r * stride + i * dilation, c * stride + j * dilation]

    "max" and "average" equal keras.ops.max_pool and average_pool; "l2" is the square root of the sum, not the
    mean, of the squares. The padding never wins and adds nothing. A window that reads a NaN gives NaN. Sums
    and squares that float32 cannot hold do no harm where it can hold the result.

    Args:
        image: Real numbers, (H, W) or (H, W, C).
        pool_size: Taps of the window: an int or (vertical, horizontal).
        strides: As in `filter2d`; the pool_size if None.
        padding: As in `filter2d`.
        kind: A key of `POOLINGS`: "max", "average", "min" or "l2".
        dilation_rate: As in `filter2d`.
        count_padding: Whether an average counts the cells of the padding as zeros.
        ceil_mode: Keep a last window that reaches beyond the padding, if it starts in the image or in the
            padding before it, as in PyTorch and ONNX. What lies beyond the padding never counts.

    Returns:
        float32 (H', W') or (H', W', C), H' and W' as `output_size` says. It may be a view of a larger array.

    Raises:
        ExplorerError: If an argument is not of the kind above, the window does not fit into the padded
            image, or some window reads nothing but padding.

    Example:
        >>> image = np.arange(16).reshape(4, 4)
        >>> pool2d(image).tolist(), pool2d(image, kind="average").tolist()
        ([[5.0, 7.0], [13.0, 15.0]], [[2.5, 4.5], [10.5, 12.5]])
        >>> pool2d(-np.ones((2, 2)), 3, strides=1, padding="same").tolist()
        [[-1.0, -1.0], [-1.0, -1.0]]
    """
    pixels = checked_array(image, "image", "(H, W) or (H, W, C)", (2, 3))
    _check_kind(kind, POOLINGS)
    layout = _pool_layout(pixels.shape, pool_size, strides, padding, dilation_rate, ceil_mode)
    counts = None
    if kind == "average":
        down, across = layout.padded_counts if count_padding else layout.counts
        counts = down[:, np.newaxis] * across  # (H', W')
    return _pool_parts(pixels, layout, _FOLDS[kind], counts)


def pool_winners(
    image: ArrayLike,
    pool_size: Pair = 2,
    *,
    strides: Pair | None = None,
    padding: Padding = "valid",
    kind: str = "max",
    dilation_rate: Pair = 1,
    ceil_mode: bool = False,
) -> Indices:
    """Which input cell each output of a max or min pooling is the value of; arguments as `pool2d`.

    Among equal cells the first in reading order wins, and a NaN wins over every number.

    Returns:
        int32 (H', W', 2) or (H', W', C, 2): row and column in the image.

    Raises:
        ExplorerError: As `pool2d`, and if the kind has no winner.

    Example:
        >>> pool_winners([[1, 5], [5, 0]]).tolist(), pool_winners([[1, 5], [5, 0]], kind="min").tolist()
        ([[[0, 1]]], [[[1, 1]]])
    """
    pixels = checked_array(image, "image", "(H, W) or (H, W, C)", (2, 3))
    _check_kind(kind, [name for name, pooling in POOLINGS.items() if pooling.has_winner])
    layout = _pool_layout(pixels.shape, pool_size, strides, padding, dilation_rate, ceil_mode)
    rows, cols = layout.rows, layout.cols
    best = _pool_parts(pixels, layout, _FOLDS[kind], None).reshape(
        rows.outputs, cols.outputs, -1
    )  # (H', W', C)
    planes = pixels.reshape(*pixels.shape[:2], -1)  # (H, W, C)
    # No cell equals NaN, so neither the padding does nor, where NaN has won, any number.
    windows = window_views(pad_axes(planes, rows, cols, "constant", math.nan), layout.taps, rows, cols)
    is_nan = None
    if np.isnan(best).any():
        marks = pad_axes(np.isnan(planes).astype(np.float32), rows, cols, "constant")
        is_nan = window_views(marks, layout.taps, rows, cols) > 0
    winners = np.empty((*best.shape, 2), np.int32)
    taps = np.empty(best.shape, np.int32)
    for number, (i, j) in reversed(list(enumerate(np.ndindex(layout.taps)))):
        wins = windows[:, :, i, j] == best
        np.copyto(taps, number, where=wins if is_nan is None else wins | is_nan[:, :, i, j])
    tops = np.arange(rows.outputs, dtype=np.int32) * rows.stride - rows.before
    lefts = np.arange(cols.outputs, dtype=np.int32) * cols.stride - cols.before
    down, across = np.divmod(taps, np.int32(layout.taps[1]))
    winners[..., 0] = tops[:, np.newaxis, np.newaxis] + down * rows.dilation
    winners[..., 1] = lefts[:, np.newaxis] + across * cols.dilation
    return winners[:, :, 0] if pixels.ndim == 2 else winners


def pool_counts(
    image_shape: tuple[int, ...],
    pool_size: Pair = 2,
    *,
    strides: Pair | None = None,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
    count_padding: bool = False,
    ceil_mode: bool = False,
) -> tuple[Indices, Indices]:
    """Count the cells that every window of a pooling has, down and across; arguments and errors as `pool2d`.

    Window (r, c) makes its number of down[r] * across[c] cells of each channel: those that lie in the image
    and, with `count_padding`, those in the padding.

    Returns:
        int32 (H',) and (W',).

    Example:
        >>> down, across = pool_counts((4, 5), 2, ceil_mode=True)
        >>> down.tolist(), across.tolist()
        ([2, 2], [2, 2, 1])
    """
    shape = checked_shape(image_shape)
    layout = _pool_layout(shape, pool_size, strides, padding, dilation_rate, ceil_mode)
    down, across = layout.padded_counts if count_padding else layout.counts
    return down.astype(np.int32), across.astype(np.int32)


def global_pool2d(image: ArrayLike, kind: str = "average") -> Array:
    """Make one number of each channel: a pooling whose window is the image.

    Args:
        image: Real numbers, (H, W, C); (H, W) is taken as one channel.
        kind: As in `pool2d`.

    Returns:
        float32 (C,).

    Raises:
        ExplorerError: If an argument is not of the kind above.

    Example:
        >>> global_pool2d(np.arange(8).reshape(2, 2, 2)).tolist()
        [3.0, 4.0]
    """
    pixels = checked_array(image, "image", "(H, W, C) or (H, W)", (2, 3))
    _check_kind(kind, POOLINGS)
    planes = pixels.reshape(pixels.shape[0] * pixels.shape[1], -1)  # (H * W, C)
    if kind in ("max", "min"):
        winners: Any = planes.max(axis=0) if kind == "max" else planes.min(axis=0)
        return winners  # type: ignore[no-any-return]
    # Infinities and NaNs are the caller's own, so NumPy need not warn of them.
    with np.errstate(invalid="ignore", over="ignore"):
        if kind == "average":
            return np.asarray(planes.mean(axis=0, dtype=np.float64), np.float32)
        return np.asarray(np.sqrt(np.square(planes, dtype=np.float64).sum(axis=0)), np.float32)


def _pool_parts(image: Array, layout: Layout, fold: _Fold, counts: Array | None) -> Array:
    """Make one number of every window of an image, in a new array; sums are divided by `counts` (H', W')."""
    planes = opencv_parts(image) if image.ndim == 3 else [image]
    parts = [_pool(part, layout, fold, counts) for part in planes]
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=2)


def _pool(image: Array, layout: Layout, fold: _Fold, counts: Array | None) -> Array:
    """Make one number of every window of an image of no more channels than OpenCV takes, band by band."""
    if image.ndim == 3 and image.shape[2] == 1:  # OpenCV would drop the axis
        return _pool(image[:, :, 0], layout, fold, counts)[:, :, np.newaxis]
    taps, rows, cols = layout.taps, layout.rows, layout.cols
    height, reach = len(image), (taps[0] - 1) * rows.dilation + 1
    step = max(1, _BAND * height // image.size // rows.stride)
    padded = any((rows.before, rows.after, cols.before, cols.after))
    if step >= rows.outputs or (rows.stride == 1 and not padded and not fold.squared):
        # A small picture, or one pass that needs no memory but that of its result.
        if counts is not None and not padded and rows.stride == rows.dilation == cols.dilation == 1:
            fold, counts = _MEAN, None
        found = _pool_band(image, taps, rows, cols, fold)
        is_single = found.dtype == FLOAT32
        return _finish(found, fold, counts, found if is_single else np.empty(found.shape, np.float32))
    output = np.empty((rows.outputs, cols.outputs, *image.shape[2:]), np.float32)
    for start in range(0, rows.outputs, step):
        stop = min(start + step, rows.outputs)
        top, bottom = start * rows.stride - rows.before, (stop - 1) * rows.stride - rows.before + reach
        band = rows._replace(outputs=stop - start, before=max(0, -top), after=max(0, bottom - height))
        found = _pool_band(image[max(0, top) : min(height, bottom)], taps, band, cols, fold)
        _finish(found, fold, None if counts is None else counts[start:stop], output[start:stop])
    return output


def _finish(found: Array, fold: _Fold, counts: Array | None, output: Array) -> Array:
    """Make means of sums, and roots of sums of squares."""
    if found.dtype != output.dtype:
        with np.errstate(over="ignore", invalid="ignore"):
            output[...] = _finish(found, fold, counts, found)
        return output
    if fold.squared:
        return np.sqrt(found, out=output)
    if counts is not None:
        least, most = counts.min(), counts.max()
        # One number for all windows, where it is one, is read faster than one for each.
        divisor = most if least == most else counts.reshape(*counts.shape, *[1] * (found.ndim - 2))
        return np.divide(found, divisor, out=output)
    if output is not found:
        output[...] = found
    return output


def _pool_band(image: Array, taps: tuple[int, int], rows: WindowAxis, cols: WindowAxis, fold: _Fold) -> Array:
    """Fold the windows of a band in single precision, or in double where a sum or a square leaves that.

    Whether a square did costs nothing to know, because NumPy looks at the processor's flag. To look at the
    sums takes 15 of 450 us; to do everything in double precision would take twice as long.
    """
    try:
        singles = image
        if fold.squared:
            with np.errstate(over="raise", under="raise"):
                singles = np.square(image)
        return _fold_band(singles, taps, rows, cols, fold)
    except FloatingPointError:
        doubles: Any = image.astype(np.float64)
        return _fold_band(np.square(doubles) if fold.squared else doubles, taps, rows, cols, fold)


def _fold_band(image: Array, taps: tuple[int, int], rows: WindowAxis, cols: WindowAxis, fold: _Fold) -> Array:
    """Fold the windows of a band; FloatingPointError where sums of single precision become infinite.

    Windows are separable: the rows of each are folded first, then the columns of what is left. Rows are read
    in place at every stride. Columns next to each other OpenCV folds faster all than every n-th by itself.
    Without a stride down it does both at once. NaN and taps set apart are left to NumPy.
    """
    kh, kw = taps
    exact = fold.keeps_nan or not math.isnan(total_magnitude(image))
    close = exact and cols.dilation == 1
    padded = pad_axes(image, rows, cols, "constant", fold.neutral)
    if close and rows.stride == rows.dilation == 1:
        found: Array = fold.slide(padded, taps)
        if kh == 1:  # sums of several rows are looked at where they are made, as running sums need not be
            found = _finite(found, fold)
        return _every(found[: rows.outputs], cols)
    plane = padded.reshape(len(padded), -1)  # (H, W * C)
    reach = (rows.outputs - 1) * rows.stride + 1
    tops = range(0, kh * rows.dilation, rows.dilation)
    lines = _fold([plane[top : top + reach : rows.stride] for top in tops], fold, exact)  # (H', W * C)
    lines = lines.reshape(rows.outputs, *padded.shape[1:])
    if close:
        found = _every(fold.slide(lines, (1, kw)), cols)
    else:
        reach = (cols.outputs - 1) * cols.stride + 1
        lefts = range(0, kw * cols.dilation, cols.dilation)
        found = _fold([lines[:, left : left + reach : cols.stride] for left in lefts], fold, False)
    return _finite(found, fold)  # type: ignore[no-any-return]


def _fold(arrays: list[Array], fold: _Fold, opencv: bool) -> Array:
    """Fold arrays of one shape into a new one, cell by cell."""
    if len(arrays) == 1:
        return arrays[0].copy()
    pairs, into = (fold.pairs, "dst") if opencv else (fold.ufunc, "out")
    # Infinities and NaNs are the caller's own, so NumPy need not warn of them.
    with np.errstate(invalid="ignore", over="ignore"):
        total: Array = pairs(arrays[0], arrays[1])
        for array in arrays[2:]:
            pairs(total, array, **{into: total})
    return total


def _dilate(image: Array, taps: tuple[int, int]) -> Any:
    return cv2.dilate(image, np.ones(taps, np.uint8), anchor=(0, 0), borderType=cv2.BORDER_REPLICATE)


def _erode(image: Array, taps: tuple[int, int]) -> Any:
    return cv2.erode(image, np.ones(taps, np.uint8), anchor=(0, 0), borderType=cv2.BORDER_REPLICATE)


def _add_up(image: Array, taps: tuple[int, int]) -> Any:
    if taps[0] == 1 and taps[1] < TRANSFORM_CELLS_ANYWHERE:
        return _add_up_anew(image, taps)
    if cv2.norm(image.reshape(len(image), -1), cv2.NORM_L1) < _RUNNING_LIMIT:
        return cv2.boxFilter(image, -1, taps[::-1], None, (0, 0), False, cv2.BORDER_REPLICATE)
    return _add_up_anew(image, taps)


def _add_up_squares(image: Array, taps: tuple[int, int]) -> Any:
    """Add up numbers none of which is negative, and keep the digits of a small sum beside large ones.

    Running sums leave a trace of what has gone out of the window, and it can be below zero. The root makes
    3e-9 of a trace of 1e-17, and NaN of one below zero.
    """
    if math.prod(taps) <= _SUMMED_ANEW or (taps[0] == 1 and taps[1] < TRANSFORM_CELLS_ANYWHERE):
        return _add_up_anew(image, taps)
    height, width = image.shape[:2]
    (down, across), planes = taps, image.reshape(height, -1)
    found: Any = cv2.boxFilter(image, -1, taps[::-1], None, (0, 0), False, cv2.BORDER_REPLICATE)
    # A running sum holds a row and a column more than the window, and errs at each step down and across.
    most = (down + 1) * (across + 1) * cv2.norm(planes, cv2.NORM_INF)
    error = (height + down * width) * most * 2.0**-53
    if most < LARGEST:
        windows = (width - across + 1) * planes.shape[1] // width
        least = found.reshape(height, -1)[: height - down + 1, :windows].min()
        if least >= _DIGITS * error:
            return found
        # Singles of like sizes, such as those of a picture of 256 levels, add up exactly in doubles. Read as
        # whole numbers, the bits of singles from 0 on are in their order; less 1, those of 0 are the largest.
        # A NaN, which no norm of OpenCV has told, would stay in the running sums.
        if image.dtype == FLOAT32 and not math.isnan(least):
            bits, limit = planes.view(np.uint32), np.float32(most * 2.0**-29).view(np.uint32)
            if int((bits - np.uint32(1)).min()) + 1 >= limit:
                return found
    return _add_up_anew(image, taps)


def _add_up_anew(image: Array, taps: tuple[int, int]) -> Any:
    """Add up each window by itself."""
    anchor, border = (0, 0), cv2.BORDER_REPLICATE
    if taps[0] == 1 and taps[1] < TRANSFORM_CELLS_ANYWHERE:
        return cv2.filter2D(image, -1, _ones(taps), None, anchor, 0, border)
    if math.prod(taps) <= _SUMMED_ANEW:
        return _finite(cv2.filter2D(image, -1, _ones(taps), None, anchor, 0, border))
    down, across = _ones((taps[0], 1)), _ones((1, taps[1]))
    return _finite(cv2.sepFilter2D(image, -1, across, down, None, anchor, 0, border))


@lru_cache(maxsize=64)
def _ones(taps: tuple[int, int]) -> Array:
    """Return a kernel of ones, read-only: to make it takes a tenth of a small pooling."""
    kernel = np.ones(taps, np.float32)
    kernel.setflags(write=False)
    return kernel


def _finite(sums: Any, fold: _Fold | None = None) -> Any:
    """Return sums as they are; FloatingPointError if they are of single precision and one is not finite."""
    if fold is not None and fold.ufunc is not np.add:
        return sums
    if sums.dtype == FLOAT32 and not math.isfinite(total_magnitude(sums)):
        raise FloatingPointError
    return sums


def _mean(image: Array, taps: tuple[int, int]) -> Any:
    """Divide in the same pass where OpenCV can: half the time of doing it afterwards."""
    if taps[0] > 1 and cv2.norm(image.reshape(len(image), -1), cv2.NORM_L1) < _RUNNING_LIMIT:
        return cv2.boxFilter(image, -1, taps[::-1], None, (0, 0), True, cv2.BORDER_REPLICATE)
    return _add_up(image, taps) / np.float32(math.prod(taps))


_MAX = _Fold(np.maximum, cv2.max, _dilate, False, -math.inf)
_MIN = _Fold(np.minimum, cv2.min, _erode, False, math.inf)
_SUM = _Fold(np.add, cv2.add, _add_up, True, 0.0)
_MEAN = _SUM._replace(slide=_mean)
_FOLDS = {"max": _MAX, "min": _MIN, "average": _SUM, "l2": _SUM._replace(slide=_add_up_squares, squared=True)}


def _every(array: Array, cols: WindowAxis) -> Array:
    """Keep every n-th column; OpenCV's resizing to a whole part keeps just these, and faster than NumPy."""
    if cols.stride == 1:
        return array[:, : cols.outputs]
    width = cols.outputs * cols.stride
    if width > array.shape[1]:
        return np.ascontiguousarray(array[:, :: cols.stride][:, : cols.outputs])
    kept: Any = cv2.resize(array[:, :width], (cols.outputs, len(array)), interpolation=cv2.INTER_NEAREST)
    return kept  # type: ignore[no-any-return]


def _pool_layout(
    shape: tuple[int, ...],
    pool_size: Pair,
    strides: Pair | None,
    padding: Padding,
    dilation_rate: Pair,
    ceil_mode: bool,
) -> Layout:
    """Lay the windows of a pooling over an image, each of which reads a pixel at least."""
    taps = checked_pair(pool_size, "pool_size", 1)
    steps = taps if strides is None else checked_pair(strides, "strides", 1)
    if type(padding) is not str and type(padding) is not int:
        padding = padding_sides(padding)
    dilation = checked_pair(dilation_rate, "dilation_rate", 1)
    return _checked_layout(shape[:2], taps, steps, padding, dilation, bool(ceil_mode))


@lru_cache(maxsize=256)
def _checked_layout(
    shape: tuple[int, ...],
    taps: tuple[int, int],
    strides: tuple[int, int],
    padding: Padding,
    dilation_rate: tuple[int, int],
    ceil_mode: bool,
) -> Layout:
    sides = padding if isinstance(padding, tuple) else (padding, padding)
    rows, cols = lay_out(shape, taps, strides, padding, dilation_rate, ceil_mode, "window")
    ways = []
    for size, tap, axis, side, cells in zip(
        shape, taps, (rows, cols), sides, ("rows", "columns"), strict=True
    ):
        starts = np.arange(axis.outputs, dtype=np.int32) * axis.stride - axis.before
        places = starts[:, np.newaxis] + np.arange(tap, dtype=np.int32) * axis.dilation  # (outputs, taps)
        inside = (places >= 0) & (places < size)
        if not inside.any(axis=1).all():
            raise ExplorerError(
                f"Window {inside.any(axis=1).argmin()} along the {cells}, counted from 0, reads nothing but "
                "padding: choose less padding, a larger window or a smaller dilation."
            )
        _, after = axis_ends(size, (tap - 1) * axis.dilation + 1, axis.stride, side)
        counts = np.count_nonzero(inside, axis=1).astype(np.float32)
        padded_counts = np.count_nonzero(places < size + after, axis=1).astype(np.float32)
        ways.append((counts, padded_counts))
    down, across = ways
    return Layout(taps, rows, cols, *zip(down, across, strict=True))


def _check_kind(kind: str, kinds: Collection[str]) -> None:
    if not isinstance(kind, str) or kind not in kinds:
        raise ExplorerError(f"The kind is {short(kind)}; it must be one of {', '.join(kinds)}.")
