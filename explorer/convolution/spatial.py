"""Sliding windows: what a small kernel computes as it moves over an image, and what it reads at each stop.

Deep learning's convolution is a cross-correlation: the kernel is laid on the image as it stands. It is
turned around (a true convolution) only with `flip=True`. Rows come before columns, channels come last, and
every result is float32. Arguments have Keras's names and meanings; `pad_mode` has numpy.pad's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from operator import index
from reprlib import repr as short
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.errors import ExplorerError
from explorer.words import counted

Array = NDArray[np.float32]
Indices = NDArray[np.int32]
Pair = int | tuple[int, int]  # one number for both axes, or (vertical, horizontal)
AxisPadding = str | int | tuple[int, int]  # "valid", "same", a number at both ends, or (before, after)
Padding = str | int | tuple[tuple[int, int], tuple[int, int]]  # the last is ((top, bottom), (left, right))

# numpy.pad's names for what stands beyond the edge, and OpenCV's.
PAD_MODES: dict[str, int] = {
    "constant": cv2.BORDER_CONSTANT,
    "edge": cv2.BORDER_REPLICATE,
    "reflect": cv2.BORDER_REFLECT_101,
    "symmetric": cv2.BORDER_REFLECT,
    "wrap": cv2.BORDER_WRAP,
}

_FLOAT32 = np.dtype(np.float32)
# The magnitudes of weights that add up to 1, each of them rounded, do not exceed this.
_BLUR = 1 + 1e-6
_LARGEST = float(np.finfo(np.float32).max)
# OpenCV sends kernels through a Fourier transform from 130 cells on, on processors without SSE3 from 50 on.
_TRANSFORM_CELLS = 130
_TRANSFORM_CELLS_ANYWHERE = 50
# It transforms in double precision, so the error is about 1e-15 of |image| |kernel| (Euclidean norms) at the
# most: below 1e-5 as long as that product is below this.
_TRANSFORM_LIMIT = 1e10
_CELLS = 'padding, unless it is "valid" or "same",'
# OpenCV 5 takes an array of more channels for one of more axes.
_CHANNELS = 128
# With fewer products, or fewer weights saved by the stride, a picture is filtered faster whole than in parts.
_PRODUCTS_OF_A_PART = 1_500_000
_WEIGHTS_OF_A_PART = 16
# OpenCV filters pictures of so many pixels on several cores.
_SHARED_CELLS = 1 << 20
# Pictures of more numbers are searched for NaN on several cores.
_ONE_CORE = 1 << 16
# OpenCV's box filter keeps running sums in double precision. A step of them errs by 1e-8 at the most where
# the magnitudes of all pixels add up to less than this.
_RUNNING_LIMIT = 1e8
# Sums of so few squares are as fast anew for every window as with running sums.
_SUMMED_ANEW = 9
# A sum that running sums can have got wrong by no more than one part in so many is as good as any.
_DIGITS = 2.0**22
# Poolings read the picture in bands of about so many numbers (1 MB): memory in use is faster than fresh.
_BAND = 1 << 18
# Patches for a matrix product are laid out in blocks of about this many numbers (1 MB).
_BLOCK = 1 << 18
# OpenBLAS shares larger products out among the cores, whose threads then wait for one another where many
# people compute at once: a convolution of 1 ms was seen to take 9.
_ONE_CORE_PRODUCTS = 1 << 18


class _Axis(NamedTuple):
    """A window's way along one axis: tap k of output o reads input o * stride - before + k * dilation.

    `anchor` is the tap that OpenCV can lay on one pixel after the other to meet every window, with the
    padding left to it; -1 if there is none.
    """

    outputs: int
    before: int
    after: int
    stride: int
    dilation: int
    anchor: int


class _Layout(NamedTuple):
    """The windows of a pooling, along the rows and along the columns."""

    taps: tuple[int, int]
    rows: _Axis
    cols: _Axis
    counts: tuple[Array, Array]  # taps of each window in the image
    padded_counts: tuple[Array, Array]  # taps in the image or its padding, without what ceil_mode adds


class _Way(NamedTuple):
    """A step of a stack along one axis; `reads` gives the inputs (n, taps) of cells (n,) of its output."""

    size: int
    outputs: int
    reads: Callable[[Indices], Indices]


class _Fold(NamedTuple):
    """A way to make one number of two, and so of a window."""

    ufunc: Callable[..., Any]
    pairs: Callable[..., Any]  # OpenCV's ufunc
    slide: Callable[..., Any]  # (image, taps) -> the value at (r, c) is of the close window that begins there
    keeps_nan: bool  # whether OpenCV does
    neutral: float  # changes no result, and so stands in the padding
    squared: bool = False  # whether it is of the squares, and the root is taken at last


@dataclass(frozen=True, eq=False)
class Window:
    """The inputs that make one output cell.

    Attributes:
        row: Row of the output cell.
        col: Column of the output cell.
        patch: The values read, float32 (kh, kw) or (kh, kw, C); zero beyond a constant border.
        rows: The input row that each row of taps reads, (kh,); -1 for a zero of the constant border.
        cols: The input column that each column of taps reads, (kw,); -1 likewise.
        is_padding: Whether a tap lies outside the image, (kh, kw). With a `pad_mode` other than "constant" it
            borrows the value at (rows[i], cols[j]).
        box: (top, left, bottom, right) in input coordinates, the last two excluded. Over padding the box
            reaches out of the image.
    """

    row: int
    col: int
    patch: Array
    rows: Indices
    cols: Indices
    is_padding: NDArray[np.bool_]
    box: tuple[int, int, int, int]


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
            "Says whether a feature is anywhere in the window, and forgets where.",
            True,
        ),
        PoolingKind(
            "average",
            "Average pooling",
            r"y = \frac{1}{n} \sum_{k=1}^{n} x_k",
            "Keeps the overall level and smooths the rest away: a blur before every n-th cell is kept.",
            False,
        ),
        PoolingKind(
            "min",
            "Min pooling",
            r"y = \min_k \, x_k",
            "Keeps the weakest answer of the window: dark details grow and bright specks vanish.",
            True,
        ),
        PoolingKind(
            "l2",
            "L2 pooling",
            r"y = \sqrt{\sum_{k=1}^{n} x_k^2}",
            "Measures the energy in the window whatever the signs, large answers more than small ones.",
            False,
        ),
    )
}


@dataclass(frozen=True)
class WindowStep:
    """A step of a stack that slides a window, convolution and pooling alike; arguments as `pool2d`'s."""

    kernel_size: Pair
    strides: Pair = 1
    padding: Padding = "valid"
    dilation_rate: Pair = 1
    ceil_mode: bool = False


@dataclass(frozen=True)
class Upsampling:
    """A step of a stack that enlarges the map; arguments as `upsample2d`'s."""

    size: Pair = 2
    interpolation: str = "nearest"


class ReceptiveField(NamedTuple):
    """What the units of one depth see of the image, (vertical, horizontal) each; see `receptive_field`."""

    size: tuple[int, int]
    jump: tuple[float, float]
    offset: tuple[int, int]


def filter2d(
    image: ArrayLike,
    kernel: ArrayLike,
    *,
    strides: Pair = 1,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
    pad_mode: str = "constant",
    flip: bool = False,
) -> Array:
    """Slide one kernel over an image, over each channel alike: multiply, add up, move on.

    output[r, c] = sum over i, j of
    kernel[i, j] * padded[r * stride + i * dilation, c * stride + j * dilation]

    As in NumPy's arithmetic, a window that reads a NaN gives NaN, even where the weight is 0.

    Args:
        image: Real numbers, (H, W) or (H, W, C).
        kernel: Real numbers, (kh, kw).
        strides: Cells from one window to the next: an int or (vertical, horizontal).
        padding: "valid" (none), "same" (ceil(size / stride) outputs; as in TensorFlow an odd extra cell goes
            to the bottom or right), an int (all round), or ((top, bottom), (left, right)).
        dilation_rate: Cells from one tap to the next: an int or (vertical, horizontal).
        pad_mode: What stands in the padding: "constant" (zeros), "edge", "reflect", "symmetric" or "wrap".
        flip: Turn the kernel around both axes first, which makes the sum a true convolution.

    Returns:
        float32 (H', W') or (H', W', C), H' and W' as `output_size` says. It may be a view of a larger array.

    Raises:
        ExplorerError: If an argument is not of the kind above, or the kernel does not fit into the padded
            image.

    Example:
        >>> filter2d(np.arange(9).reshape(3, 3), [[0, 1], [2, 3]]).tolist()
        [[19.0, 25.0], [37.0, 43.0]]
        >>> filter2d(np.ones((2, 2)), np.ones((3, 3)), padding="same").tolist()
        [[4.0, 4.0], [4.0, 4.0]]
    """
    pixels = _real(image, "image", "(H, W) or (H, W, C)", (2, 3))
    weights = _real(kernel, "kernel", "(kh, kw)", (2,))
    rows, cols = _axes(pixels.shape, weights.shape, strides, padding, dilation_rate)
    _check_pad_mode(pad_mode)
    if flip:
        weights = np.ascontiguousarray(weights[::-1, ::-1])
    if pixels.ndim == 2:
        return _slide(pixels, weights, rows, cols, pad_mode)
    parts = [_slide(part, weights, rows, cols, pad_mode) for part in _opencv_parts(pixels)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=2)


def conv2d(
    image: ArrayLike,
    kernel: ArrayLike,
    *,
    bias: ArrayLike | None = None,
    strides: Pair = 1,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
    groups: int = 1,
    pad_mode: str = "constant",
) -> Array:
    """Compute a convolutional layer: every output channel has a kernel of its own over all input channels.

    output[r, c, n] = bias[n] + sum over i, j, m of
    kernel[i, j, m, n] * padded[r * stride + i * dilation, c * stride + j * dilation, m]

    It equals keras.ops.conv. With `groups` the channels are dealt out in order, and the output channels of a
    group see its input channels alone; groups = Cin is a depthwise convolution.

    Args:
        image: Real numbers, (H, W, Cin).
        kernel: Real numbers, (kh, kw, Cin / groups, Cout).
        bias: Real numbers, (Cout,), added to every cell of their channel.
        strides: As in `filter2d`.
        padding: As in `filter2d`.
        dilation_rate: As in `filter2d`.
        groups: How many groups the channels are split into; it divides Cin and Cout.
        pad_mode: As in `filter2d`.

    Returns:
        float32 (H', W', Cout).

    Raises:
        ExplorerError: If an argument is not of the kind above, the channels do not match, or the kernel does
            not fit into the padded image.

    Example:
        >>> image = np.arange(9.0).reshape(3, 3, 1)
        >>> conv2d(image, np.arange(4.0).reshape(2, 2, 1, 1), bias=[100])[:, :, 0].tolist()
        [[119.0, 125.0], [137.0, 143.0]]
    """
    pixels = _real(image, "image", "(H, W, Cin)", (3,))
    weights = _real(kernel, "kernel", "(kh, kw, Cin / groups, Cout)", (4,))
    kh, kw, depth, filters = weights.shape
    groups = _whole(groups, "groups", 1)
    if depth * groups != pixels.shape[2]:
        raise ExplorerError(
            f"The image has {counted(pixels.shape[2], 'channel')}; a kernel of shape {weights.shape} in "
            f"{counted(groups, 'group')} takes {depth * groups}: make its third axis Cin / groups."
        )
    if filters % groups:
        raise ExplorerError(
            f"{counted(filters, 'output channel')} cannot be dealt out evenly to {groups} groups: "
            "choose groups that divide the kernel's last axis."
        )
    offsets = None if bias is None else _real(bias, "bias", "(Cout,)", (1,))
    if offsets is not None and offsets.size != filters:
        raise ExplorerError(
            f"The bias has {offsets.size} values; the {filters} output channels need one each."
        )
    rows, cols = _axes(pixels.shape, (kh, kw), strides, padding, dilation_rate)
    _check_pad_mode(pad_mode)

    padded = _pad(pixels, rows, cols, pad_mode)
    share = filters // groups

    def convolved(padded: Array, weights: Array) -> Array:
        output = np.empty((rows.outputs, cols.outputs, filters), weights.dtype)
        for group in range(groups):
            inputs = slice(group * depth, (group + 1) * depth)
            outputs = slice(group * share, (group + 1) * share)
            _convolve(padded[..., inputs], weights[..., outputs], rows, cols, output[..., outputs])
        if offsets is not None:
            output += offsets
        return output

    return _in_range(convolved, padded, weights)


def conv2d_transpose(
    image: ArrayLike,
    kernel: ArrayLike,
    *,
    strides: Pair = 1,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
) -> Array:
    """Compute a transposed convolution: every input cell lays its kernel, times its value, on the output.

    output[r * stride - top + i * dilation, c * stride - left + j * dilation, n] +=
    kernel[i, j, n, m] * image[r, c, m]

    It equals keras.ops.conv_transpose. What `conv2d` reads, the transposed convolution writes: it turns the
    size of an output back into that of the input.

    Args:
        image: Real numbers, (H, W, Cin).
        kernel: Real numbers, (kh, kw, Cout, Cin).
        strides: Cells of the output from one input cell to the next: an int or (vertical, horizontal).
        padding: "valid", (size - 1) * stride + max(reach, stride) outputs, where a kernel reaches over
            (kernel size - 1) * dilation + 1 cells; "same", size * stride; or the cells cut off the edges of
            (size - 1) * stride + reach outputs, as in PyTorch: an int or ((top, bottom), (left, right)).
        dilation_rate: Cells of the output from one tap to the next: an int or (vertical, horizontal).

    Returns:
        float32 (H', W', Cout).

    Raises:
        ExplorerError: If an argument is not of the kind above, the channels do not match, or the padding
            leaves no output.

    Example:
        >>> image = np.array([[1.0, 2.0]])[:, :, np.newaxis]
        >>> conv2d_transpose(image, np.ones((1, 2, 1, 1)), strides=(1, 2))[:, :, 0].tolist()
        [[1.0, 1.0, 2.0, 2.0]]
        >>> conv2d_transpose(image, np.ones((1, 3, 1, 1)), strides=(1, 2))[:, :, 0].tolist()
        [[1.0, 1.0, 3.0, 2.0, 2.0]]
    """
    pixels = _real(image, "image", "(H, W, Cin)", (3,))
    weights = _real(kernel, "kernel", "(kh, kw, Cout, Cin)", (4,))
    height, width, channels = pixels.shape
    kh, kw, filters, depth = weights.shape
    if depth != channels:
        raise ExplorerError(
            f"The image has {counted(channels, 'channel')}; a kernel of shape {weights.shape} takes {depth}: "
            "make its last axis Cin."
        )
    down, across = _pair(strides, "strides", 1)
    apart_down, apart_across = _pair(dilation_rate, "dilation_rate", 1)
    reach = (kh - 1) * apart_down + 1, (kw - 1) * apart_across + 1
    sides = padding if isinstance(padding, str | int) else _sides(padding)
    vertical, horizontal = sides if isinstance(sides, tuple) else (sides, sides)
    top, rows = _transposed_axis(height, reach[0], down, vertical, "rows")
    left, cols = _transposed_axis(width, reach[1], across, horizontal, "columns")
    tall, wide = (height - 1) * down + 1, (width - 1) * across + 1  # what one tap reaches over
    written = tall + reach[0] - 1, wide + reach[1] - 1

    def written_to(pixels: Array, weights: Array) -> Array:
        shape = max(written[0], top + rows), max(written[1], left + cols), filters
        whole: Array = np.zeros(shape, weights.dtype)
        for i, j in product(range(kh), range(kw)):
            row, col = i * apart_down, j * apart_across
            there = whole[row : row + tall : down, col : col + wide : across]
            there += (pixels.reshape(-1, depth) @ weights[i, j].T).reshape(height, width, filters)
        return whole[top : top + rows, left : left + cols]

    return _in_range(written_to, pixels, weights)


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
    pixels = _real(image, "image", "(H, W) or (H, W, C)", (2, 3))
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
    """Say which input cell each output of a max or min pooling is the value of; arguments as `pool2d`.

    Among equal cells the first in reading order wins, and a NaN wins over every number.

    Returns:
        int32 (H', W', 2) or (H', W', C, 2): row and column in the image.

    Raises:
        ExplorerError: As `pool2d`, and if the kind has no winner.

    Example:
        >>> pool_winners([[1, 5], [5, 0]]).tolist(), pool_winners([[1, 5], [5, 0]], kind="min").tolist()
        ([[[0, 1]]], [[[1, 1]]])
    """
    pixels = _real(image, "image", "(H, W) or (H, W, C)", (2, 3))
    _check_kind(kind, [name for name, pooling in POOLINGS.items() if pooling.has_winner])
    layout = _pool_layout(pixels.shape, pool_size, strides, padding, dilation_rate, ceil_mode)
    rows, cols = layout.rows, layout.cols
    best = _pool_parts(pixels, layout, _FOLDS[kind], None).reshape(
        rows.outputs, cols.outputs, -1
    )  # (H', W', C)
    planes = pixels.reshape(*pixels.shape[:2], -1)  # (H, W, C)
    # No cell equals NaN, so neither the padding does nor, where NaN has won, any number.
    windows = _windows(_pad(planes, rows, cols, "constant", math.nan), layout.taps, rows, cols)
    is_nan = None
    if np.isnan(best).any():
        marks = _pad(np.isnan(planes).astype(np.float32), rows, cols, "constant")
        is_nan = _windows(marks, layout.taps, rows, cols) > 0
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
    shape = _image_shape(image_shape)
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
    pixels = _real(image, "image", "(H, W, C) or (H, W)", (2, 3))
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


def upsample2d(image: ArrayLike, size: Pair = 2, interpolation: str = "nearest") -> Array:
    """Enlarge a map by whole factors; it equals keras.layers.UpSampling2D.

    "nearest" repeats every cell. "bilinear" reads at ((r + 1/2) / size - 1/2), between the centres of the
    four cells around it; beyond the edge stand the cells of the edge.

    Args:
        image: Real numbers, (H, W) or (H, W, C).
        size: Cells of the result to a cell of the image: an int or (vertical, horizontal).
        interpolation: "nearest" or "bilinear".

    Returns:
        float32 (H * size, W * size) or (H * size, W * size, C).

    Raises:
        ExplorerError: If an argument is not of the kind above.

    Example:
        >>> upsample2d([[1, 2]], (1, 2)).tolist(), upsample2d([[1, 2]], (1, 2), "bilinear").tolist()
        ([[1.0, 1.0, 2.0, 2.0]], [[1.0, 1.25, 1.75, 2.0]])
    """
    pixels = _real(image, "image", "(H, W) or (H, W, C)", (2, 3))
    down, across = _pair(size, "size", 1)
    _check_interpolation(interpolation)
    height, width = pixels.shape[0] * down, pixels.shape[1] * across
    if interpolation == "nearest":
        return pixels.repeat(down, axis=0).repeat(across, axis=1)
    planes = _opencv_parts(pixels) if pixels.ndim == 3 else [pixels]
    parts: list[Any] = [cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR) for part in planes]
    channels = [part.reshape(height, width, -1) for part in parts]
    return np.concatenate(channels, axis=2).reshape(height, width, *pixels.shape[2:])


def output_size(
    size: int,
    kernel_size: int,
    *,
    strides: int = 1,
    padding: AxisPadding = "valid",
    dilation_rate: int = 1,
    ceil_mode: bool = False,
) -> int:
    """Count the outputs along one axis.

    floor((size + before + after - ((kernel_size - 1) * dilation_rate + 1)) / strides) + 1

    Args:
        size: Cells of the image along the axis.
        kernel_size: Taps of the kernel along the axis.
        strides: Cells from one window to the next.
        padding: "valid", "same", an int (at both ends), or (before, after).
        dilation_rate: Cells from one tap to the next.
        ceil_mode: Round up instead of down, as `pool2d` does with it.

    Raises:
        ExplorerError: If an argument is not of the kind above or the kernel does not fit into the padded
            axis.

    Example:
        >>> output_size(7, 3), output_size(7, 3, strides=2), output_size(7, 3, strides=2, padding="same")
        (5, 3, 4)
    """
    return _checked_axis(size, kernel_size, strides, padding, dilation_rate, ceil_mode).outputs


def pads(
    size: int,
    kernel_size: int,
    *,
    strides: int = 1,
    padding: AxisPadding = "valid",
    dilation_rate: int = 1,
    ceil_mode: bool = False,
) -> tuple[int, int]:
    """Give the cells of padding before and after one axis; arguments and errors as `output_size`.

    "same" pads (ceil(size / strides) - 1) * strides + (kernel_size - 1) * dilation_rate + 1 - size cells, if
    that is positive. Half of them, rounded down, go before. With `ceil_mode` the last window may reach beyond
    the padding: what it takes is counted after, so that the pair, given as `padding` to the other functions,
    makes them tell of the same windows.

    Example:
        >>> pads(5, 3, padding="same"), pads(6, 3, strides=2, padding="same"), pads(5, 3, padding=(2, 0))
        ((1, 1), (0, 1), (2, 0))
        >>> pads(5, 2, strides=2), pads(5, 2, strides=2, ceil_mode=True)
        ((0, 0), (0, 1))
    """
    axis = _checked_axis(size, kernel_size, strides, padding, dilation_rate, ceil_mode)
    return axis.before, axis.after


def multiplications(
    image_shape: tuple[int, ...],
    kernel_size: Pair,
    *,
    strides: Pair = 1,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
) -> int:
    """Count the products of a weight and a pixel that `filter2d` stands for: H' * W' * kh * kw * C.

    Args:
        image_shape: (H, W) or (H, W, C).
        kernel_size: An int or (kh, kw).
        strides: As in `filter2d`.
        padding: As in `filter2d`.
        dilation_rate: As in `filter2d`.

    Raises:
        ExplorerError: If an argument is not of the kind above or the kernel does not fit into the padded
            image.

    Example:
        >>> multiplications((5, 5, 3), 3)
        243
    """
    shape = _image_shape(image_shape)
    taps = _pair(kernel_size, "kernel_size", 1)
    rows, cols = _axes(shape, taps, strides, padding, dilation_rate)
    return math.prod((rows.outputs, cols.outputs, *taps, *shape[2:]))


def axis_positions(
    size: int,
    kernel_size: int,
    *,
    strides: int = 1,
    padding: AxisPadding = "valid",
    dilation_rate: int = 1,
) -> Indices:
    """Say where every tap of every window lies along one axis; arguments and errors as `output_size`.

    position[o, k] = o * strides - before + k * dilation_rate

    Returns:
        int32 (outputs, kernel_size) in input coordinates: below 0 or from `size` on is padding.

    Example:
        >>> axis_positions(3, 3, padding="same").tolist()
        [[-1, 0, 1], [0, 1, 2], [1, 2, 3]]
    """
    axis = _checked_axis(size, kernel_size, strides, padding, dilation_rate)
    starts = np.arange(axis.outputs, dtype=np.int32) * axis.stride - axis.before
    taps = np.arange(kernel_size, dtype=np.int32) * axis.dilation
    return starts[:, np.newaxis] + taps


def transposed_positions(
    size: int,
    kernel_size: int,
    *,
    strides: int = 1,
    padding: AxisPadding = "valid",
    dilation_rate: int = 1,
) -> Indices:
    """Say where every tap of every window lies along one axis of a `conv2d_transpose`, read as a convolution.

    Set the input cells `strides` apart with zeros between them, turn the kernel round, and slide it one cell
    at a time: position[o, k] = o + before - (kernel_size - 1 - k) * dilation_rate, where `before` outputs are
    cut off. Input cell i lies at i * strides, and every other place is a zero.

    Args:
        size: Cells of the image along the axis.
        kernel_size: Taps of the kernel along the axis.
        strides: As in `conv2d_transpose`.
        padding: As in `conv2d_transpose`, with (before, after) for the pairs.
        dilation_rate: As in `conv2d_transpose`.

    Returns:
        int32 (outputs, kernel_size); tap k is that of the turned kernel.

    Raises:
        ExplorerError: If an argument is not of the kind above or the padding leaves no output.

    Example:
        >>> transposed_positions(2, 3, strides=2).tolist()
        [[-2, -1, 0], [-1, 0, 1], [0, 1, 2], [1, 2, 3], [2, 3, 4]]
    """
    size = _whole(size, "size", 1)
    kernel_size = _whole(kernel_size, "kernel_size", 1)
    stride = _whole(strides, "strides", 1)
    dilation = _whole(dilation_rate, "dilation_rate", 1)
    before, outputs = _transposed_axis(size, (kernel_size - 1) * dilation + 1, stride, padding, "cells")
    taps = np.arange(1 - kernel_size, 1, dtype=np.int32) * dilation
    return np.arange(before, before + outputs, dtype=np.int32)[:, np.newaxis] + taps


def axis_taps(
    size: int,
    kernel_size: int,
    *,
    strides: int = 1,
    padding: AxisPadding = "valid",
    dilation_rate: int = 1,
    pad_mode: str = "constant",
) -> Indices:
    """Say which input every tap of every window reads along one axis; arguments and errors as `output_size`.

    Windows are separable: two of these tables, one for the rows and one for the columns, describe them all.

    Args:
        size: As in `output_size`.
        kernel_size: As in `output_size`.
        strides: As in `output_size`.
        padding: As in `output_size`.
        dilation_rate: As in `output_size`.
        pad_mode: As in `filter2d`.

    Returns:
        int32 (outputs, kernel_size): the input index (in the padding the one that numpy.pad copies from), or
        -1 for a zero of the constant border.

    Example:
        >>> axis_taps(3, 3, padding="same").tolist()
        [[-1, 0, 1], [0, 1, 2], [1, 2, -1]]
        >>> axis_taps(3, 3, padding="same", pad_mode="reflect").tolist()
        [[1, 0, 1], [0, 1, 2], [1, 2, 1]]
    """
    _check_pad_mode(pad_mode)
    positions = axis_positions(
        size, kernel_size, strides=strides, padding=padding, dilation_rate=dilation_rate
    )
    if pad_mode == "edge":
        return np.clip(positions, 0, size - 1)
    if pad_mode == "wrap":
        return positions % size
    if pad_mode == "constant":
        return np.where((positions >= 0) & (positions < size), positions, np.int32(-1))
    # Mirrored, the image repeats after there and back: "symmetric" reads its edges twice, "reflect" once.
    period = 2 * size if pad_mode == "symmetric" else max(1, 2 * size - 2)
    there = positions % period
    return np.where(there < size, there, period - there - (pad_mode == "symmetric"))


def window_at(
    image: ArrayLike,
    kernel_size: Pair,
    row: int,
    col: int,
    *,
    strides: Pair = 1,
    padding: Padding = "valid",
    dilation_rate: Pair = 1,
    pad_mode: str = "constant",
) -> Window:
    """Say which inputs made the output cell (row, col) of `filter2d`, `conv2d` or a pooling.

    The sum of kernel * patch is the output cell.

    Args:
        image: Real numbers, (H, W) or (H, W, C).
        kernel_size: An int or (kh, kw).
        row: Row of the output cell.
        col: Column of the output cell.
        strides: As in `filter2d`.
        padding: As in `filter2d`.
        dilation_rate: As in `filter2d`.
        pad_mode: As in `filter2d`.

    Raises:
        ExplorerError: If an argument is not of the kind above, the kernel does not fit into the padded
            image, or the output has no such cell.

    Example:
        >>> window = window_at(np.arange(9).reshape(3, 3), 3, 0, 1, padding="same")
        >>> window.patch.tolist(), window.rows.tolist(), window.box
        ([[0.0, 0.0, 0.0], [0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], [-1, 0, 1], (-1, 0, 2, 3))
    """
    pixels = _real(image, "image", "(H, W) or (H, W, C)", (2, 3))
    taps = _pair(kernel_size, "kernel_size", 1)
    axes = _axes(pixels.shape, taps, strides, padding, dilation_rate)
    cell = _whole(row, "row", 0), _whole(col, "col", 0)
    if cell[0] >= axes[0].outputs or cell[1] >= axes[1].outputs:
        raise ExplorerError(
            f"There is no output cell in row {row}, column {col}: the output has "
            f"{counted(axes[0].outputs, 'row')} and {counted(axes[1].outputs, 'column')}, counted from 0."
        )
    rows, down = _reads(pixels.shape[0], taps[0], axes[0], cell[0], pad_mode)
    cols, across = _reads(pixels.shape[1], taps[1], axes[1], cell[1], pad_mode)
    patch = pixels[rows[:, np.newaxis], cols]  # (kh, kw) or (kh, kw, C)
    patch[(rows < 0)[:, np.newaxis] | (cols < 0)] = 0
    rows_outside = (down < 0) | (down >= pixels.shape[0])
    cols_outside = (across < 0) | (across >= pixels.shape[1])
    return Window(
        row=cell[0],
        col=cell[1],
        patch=patch,
        rows=rows,
        cols=cols,
        is_padding=rows_outside[:, np.newaxis] | cols_outside,
        box=(int(down[0]), int(across[0]), int(down[-1]) + 1, int(across[-1]) + 1),
    )


def receptive_field(
    steps: Sequence[WindowStep | Upsampling], input_shape: tuple[int, ...]
) -> list[ReceptiveField]:
    """Say what the units of a stack of steps see of the image, at every depth.

    size' = size + (kernel_size - 1) * dilation * jump, jump' = jump * stride,
    offset' = offset - before * jump

    Unit r sees the rows from offset + r * jump on, `size` of them; over padding they reach out of the image.
    After an upsampling the jump is a fraction and units see unequally much: the size is that of the largest
    and the offset is that of unit 0. Which pixels a unit does see, `input_rectangle` tells exactly.

    Args:
        steps: Convolutions and poolings as `WindowStep`, and upsamplings, from the image on.
        input_shape: (H, W) or (H, W, C) of the image; "same" padding depends on it.

    Returns:
        A field (size, jump, offset) for each step, each a pair (vertical, horizontal), in pixels.

    Raises:
        ExplorerError: If an argument is not of the kind above, or a window does not fit, with the step's
            number.

    Example:
        >>> stack = [WindowStep(3, padding="same"), WindowStep(2, 2), WindowStep(3)]
        >>> [field.size for field in receptive_field(stack, (8, 8))]
        [(3, 3), (4, 4), (8, 8)]
        >>> receptive_field(stack, (8, 8))[-1]
        ReceptiveField(size=(8, 8), jump=(2, 2), offset=(-1, -1))
    """
    fields = []
    ways = _ways(steps, input_shape)
    jumps = [Fraction(1), Fraction(1)]
    for depth, step in enumerate(steps, 1):
        spans = []
        for axis in (0, 1):
            if isinstance(step, Upsampling):
                jumps[axis] /= _pair(step.size, "size", 1)[axis]
            else:
                jumps[axis] *= _pair(step.strides, "strides", 1)[axis]
            low = high = np.arange(ways[depth - 1][axis].outputs, dtype=np.int32)
            for way in ways[depth - 1 :: -1]:
                low, high = way[axis].reads(low)[:, 0], way[axis].reads(high)[:, -1]
            spans.append((int((high - low).max()) + 1, int(low[0])))
        (tall, top), (wide, left) = spans
        down, across = (jump.numerator if jump.denominator == 1 else float(jump) for jump in jumps)
        fields.append(ReceptiveField((tall, wide), (down, across), (top, left)))
    return fields


def input_rectangle(
    steps: Sequence[WindowStep | Upsampling], input_shape: tuple[int, ...], row: int, col: int
) -> tuple[int, int, int, int]:
    """Give the smallest rectangle of pixels that holds all that unit (row, col) of the last step reads.

    It is clipped: padding is left out, at every depth, so that its first and last rows and columns are pixels
    that the unit does read. With dilation or long strides there may be pixels in between that it does not.

    Args:
        steps: As in `receptive_field`; for a unit at a lesser depth give fewer of them.
        input_shape: As in `receptive_field`.
        row: Row of the unit.
        col: Column of the unit.

    Returns:
        (top, left, bottom, right), the last two excluded; (0, 0, 0, 0) if the unit reads padding only.

    Raises:
        ExplorerError: As `receptive_field`, and if there is no such unit.

    Example:
        >>> stack = [WindowStep(3, padding="same"), WindowStep(2, 2), WindowStep(3)]
        >>> input_rectangle(stack, (8, 8), 0, 1)
        (0, 1, 7, 8)
    """
    ways = _ways(steps, input_shape)
    height, width = (way.outputs for way in ways[-1]) if ways else input_shape[:2]
    cell = _whole(row, "row", 0), _whole(col, "col", 0)
    if cell[0] >= height or cell[1] >= width:
        raise ExplorerError(
            f"There is no unit in row {row}, column {col}: the last step has {counted(height, 'row')} "
            f"and {counted(width, 'column')}, counted from 0."
        )
    ends = []
    for axis in (0, 1):
        cells = np.array([cell[axis]], np.int32)
        for way in reversed(ways):
            cells = np.unique(way[axis].reads(cells))
            cells = cells[(cells >= 0) & (cells < way[axis].size)]
        if not cells.size:
            return 0, 0, 0, 0
        ends.append((int(cells[0]), int(cells[-1]) + 1))
    (top, bottom), (left, right) = ends
    return top, left, bottom, right


def _ways(steps: Sequence[WindowStep | Upsampling], input_shape: tuple[int, ...]) -> list[tuple[_Way, _Way]]:
    """Lay out every step of a stack down and across the map that it is given."""
    if len(input_shape) not in (2, 3):
        raise ExplorerError(f"The image's shape is {input_shape}; it must be (H, W) or (H, W, C).")
    shape = tuple(_whole(size, "input_shape", 1) for size in input_shape[:2])
    ways = []
    for number, step in enumerate(steps, 1):
        try:
            way = _upsampling_ways(step, shape) if isinstance(step, Upsampling) else _step_ways(step, shape)
        except ExplorerError as error:
            raise ExplorerError(f"Step {number}: {error}") from error
        ways.append(way)
        shape = tuple(axis.outputs for axis in way)
    return ways


def _step_ways(step: WindowStep, shape: tuple[int, ...]) -> tuple[_Way, _Way]:
    taps = _pair(step.kernel_size, "kernel_size", 1)
    axes = _axes(shape, taps, step.strides, step.padding, step.dilation_rate, step.ceil_mode)

    def way(size: int, taps: int, axis: _Axis) -> _Way:
        steps = np.arange(taps, dtype=np.int32) * axis.dilation - axis.before
        return _Way(size, axis.outputs, lambda cells: cells[:, np.newaxis] * axis.stride + steps)

    return way(shape[0], taps[0], axes[0]), way(shape[1], taps[1], axes[1])


def _upsampling_ways(step: Upsampling, shape: tuple[int, ...]) -> tuple[_Way, _Way]:
    factors = _pair(step.size, "size", 1)
    _check_interpolation(step.interpolation)

    def way(size: int, factor: int) -> _Way:
        def nearest(cells: Indices) -> Indices:
            return (cells // factor)[:, np.newaxis]

        def bilinear(cells: Indices) -> Indices:
            place = 2 * cells + 1 - factor  # twice `factor` of these to a cell
            return np.stack([place // (2 * factor), -(-place // (2 * factor))], axis=1)

        return _Way(size, size * factor, nearest if step.interpolation == "nearest" else bilinear)

    return way(shape[0], factors[0]), way(shape[1], factors[1])


def _reads(size: int, taps: int, axis: _Axis, output: int, pad_mode: str) -> tuple[Indices, Indices]:
    """Say which inputs the taps of one output read along an axis, and where the taps lie."""
    stride, padding, dilation = axis.stride, (axis.before, axis.after), axis.dilation
    reads = axis_taps(size, taps, strides=stride, padding=padding, dilation_rate=dilation, pad_mode=pad_mode)
    places = axis_positions(size, taps, strides=stride, padding=padding, dilation_rate=dilation)
    return reads[output], places[output]


def _in_range(sums: Callable[[Array, Array], Array], pixels: Array, weights: Array) -> Array:
    """Give sums of single precision, from double where one is not finite: it may not have been so at last."""
    # Infinities and NaNs are the caller's own, so NumPy need not warn of them.
    with np.errstate(invalid="ignore", over="ignore"):
        found = sums(pixels, weights)
        if not math.isfinite(_total(found)):
            doubles: Any = sums(pixels.astype(np.float64), weights.astype(np.float64))
            found = doubles.astype(np.float32)
    return found


def _convolve(padded: Array, kernel: Array, rows: _Axis, cols: _Axis, output: Array) -> None:
    """Write the sums of a padded image (H, W, C) under every filter of a kernel (kh, kw, C, F) to an output.

    The patches of one row of taps are laid out once, and serve every row of the kernel.
    """
    kh, kw, depth, filters = kernel.shape
    matrices = kernel.reshape(kh, kw * depth, filters)
    down, across, channel = padded.strides
    taps: tuple[int, ...] = (kw, depth)
    steps: tuple[int, ...] = (cols.dilation * across, channel)
    if steps[0] == depth * channel:  # taps that lie side by side are copied in one go
        taps, steps = (kw * depth,), (channel,)
    reach = (kh - 1) * rows.dilation
    width = cols.outputs * kw * depth
    step = min(rows.outputs, max(1, (_BLOCK // width - reach) // rows.stride, 2 * reach // rows.stride))
    span = max(1, _ONE_CORE_PRODUCTS // (kw * depth * filters))
    # Memory in use is faster than fresh, so every block is laid out in the same.
    patches = np.empty(((step - 1) * rows.stride + reach + 1, cols.outputs, *taps), kernel.dtype)
    matrix = patches.reshape(len(patches), cols.outputs, kw * depth)
    sums, products = np.empty((2, step, cols.outputs, filters), kernel.dtype)
    for start in range(0, rows.outputs, step):
        count = min(step, rows.outputs - start)
        height = (count - 1) * rows.stride + reach + 1
        patches[:height] = np.lib.stride_tricks.as_strided(
            padded[start * rows.stride :],
            (height, cols.outputs, *taps),
            (down, cols.stride * across, *steps),
            writeable=False,
        )
        for i, left in product(range(kh), range(0, cols.outputs, span)):
            part = slice(left, left + span)
            read = matrix[i * rows.dilation :: rows.stride][:count, part]  # (count, span, kw * C)
            np.matmul(read, matrices[i], out=(products if i else sums)[:count, part])
            if i:
                sums[:count, part] += products[:count, part]
        output[start : start + count] = sums[:count]


def _slide(image: Array, kernel: Array, rows: _Axis, cols: _Axis, pad_mode: str) -> Array:
    """Filter an image of no more channels than OpenCV takes, by the cheapest way that is exact."""
    if image.ndim == 3 and image.shape[2] == 1:  # OpenCV would drop the axis
        return _slide(image[:, :, 0], kernel, rows, cols, pad_mode)[:, :, np.newaxis]
    if not _is_plain(image, kernel, rows.dilation > 1 or cols.dilation > 1):
        return _sum_taps(_pad(image, rows, cols, pad_mode), kernel, rows, cols)
    if rows.anchor >= 0 and cols.anchor >= 0 and pad_mode != "wrap":
        anchor = (cols.anchor, rows.anchor)
        sums: Any = cv2.filter2D(image, -1, kernel, None, anchor, 0, PAD_MODES[pad_mode])
        top, left = rows.anchor - rows.before, cols.anchor - cols.before
        return sums[top : top + rows.outputs, left : left + cols.outputs]  # type: ignore[no-any-return]
    padded = _pad(image, rows, cols, pad_mode)
    spread = _spread(kernel, rows.dilation, cols.dilation)
    if rows.stride == 1 and rows.dilation > 1 and spread.size >= _TRANSFORM_CELLS:
        sums = _dilated_rows(padded, spread[:: rows.dilation], rows)
        return np.ascontiguousarray(sums[:, :: cols.stride])
    return _strided(padded, spread, rows, cols)


def _strided(padded: Array, kernel: Array, rows: _Axis, cols: _Axis) -> Array:
    """Filter for every n-th cell: pixels n apart meet every n-th weight only, and these sums add up."""
    weights = int(np.count_nonzero(kernel))
    down, across = _steps(padded.size, weights, kernel.shape, rows.stride, cols.stride)
    # One array for the sums of all parts: fresh memory costs as much as the sums.
    sums = np.empty_like(padded[::down, ::across])

    def part(top: int, left: int) -> Array:
        found = _correlate(padded[top::down, left::across], kernel[top::down, left::across], sums)
        return found[:: rows.stride // down, :: cols.stride // across][: rows.outputs, : cols.outputs]

    total = part(0, 0).copy()
    # Infinities and NaNs are the caller's own, so NumPy need not warn of them.
    with np.errstate(invalid="ignore", over="ignore"):
        for top, left in product(range(min(down, len(kernel))), range(min(across, kernel.shape[1]))):
            if (top or left) and kernel[top::down, left::across].any():
                total += part(top, left)
    return total


def _steps(cells: int, weights: int, taps: tuple[int, ...], down: int, across: int) -> tuple[int, int]:
    """How far to take the rows and columns of a picture apart before the sum, for strides down and across.

    Rows apart are read in place. Columns must be gathered, which pays for large kernels only. Some are as
    fast whole: kernels so large that even their parts go through a transform, small pictures, few weights
    under a short stride, and pictures that OpenCV shares out among the processor's cores only whole.
    """
    kh, kw = taps
    if -(-kh // down) * kw < _TRANSFORM_CELLS_ANYWHERE:
        across = 1
    transformed = -(-kh // down) * -(-kw // across) >= _TRANSFORM_CELLS
    small = cells * weights < _PRODUCTS_OF_A_PART or weights * (down * across - 1) < _WEIGHTS_OF_A_PART
    shared = cells >= _SHARED_CELLS and kh * kw < _TRANSFORM_CELLS and down * across < 4
    return (1, 1) if transformed or small or shared else (down, across)


def _dilated_rows(padded: Array, kernel: Array, rows: _Axis) -> Array:
    """Filter with rows of taps n apart: every n-th row of the image is an image under a close kernel."""
    shape = (rows.outputs, padded.shape[1] - kernel.shape[1] + 1, *padded.shape[2:])
    sums = np.empty(shape, np.float32)
    for phase in range(min(rows.dilation, rows.outputs)):
        sums[phase :: rows.dilation] = _correlate(padded[phase :: rows.dilation], kernel)
    return sums


def _correlate(image: Array, kernel: Array, into: Array | None = None) -> Array:
    """Filter with OpenCV, which gives a sum for every pixel, and keep those that need no padding.

    The sums are written to the first rows and columns of `into`, if it is given.
    """
    height, width = image.shape[:2]
    if into is not None:
        into = into[:height, :width]
    sums: Any = cv2.filter2D(image, -1, kernel, into, (0, 0), 0, cv2.BORDER_CONSTANT)
    return sums[: height - kernel.shape[0] + 1, : width - kernel.shape[1] + 1]  # type: ignore[no-any-return]


def _is_plain(image: Array, kernel: Array, dilated: bool) -> bool:
    """Whether OpenCV's short cuts do not show in the result: leaving out zeros, transforms, single precision.

    In single precision a sum can become infinite on its way to a number that is not.
    """
    if kernel.size >= _TRANSFORM_CELLS_ANYWHERE or dilated:
        return cv2.norm(image) * cv2.norm(kernel) < _TRANSFORM_LIMIT
    plane: Any = image if image.ndim == 2 else image.reshape(len(image), -1)  # (H, W * C)
    reach = cv2.norm(kernel, cv2.NORM_L1)
    if np.count_nonzero(kernel) == kernel.size:
        # No sum under a blur's weights is larger than the largest pixel.
        return reach < _BLUR or cv2.norm(plane, cv2.NORM_INF) * reach < _LARGEST
    # A root of squares is finite, and as large as every pixel, only where every pixel is finite.
    if plane.size <= _ONE_CORE:
        return cv2.norm(plane) * reach < _LARGEST
    with np.errstate(over="ignore", invalid="ignore"):  # a third faster, in single precision
        return bool(float(np.vdot(plane, plane)) ** 0.5 * reach < _LARGEST)


def _total(image: Array) -> float:
    """Add up all pixels: the sum is finite only if every pixel is, and NaN if one of them is."""
    plane: Any = image if image.ndim == 2 else image.reshape(len(image), -1)  # (H, W * C)
    if plane.size > _ONE_CORE:  # rows are summed on several cores, which pays for large pictures
        plane = cv2.reduce(plane, 1, cv2.REDUCE_SUM)  # (H, 1)
    return float(cv2.sumElems(plane)[0])


def _sum_taps(padded: Array, kernel: Array, rows: _Axis, cols: _Axis) -> Array:
    """Filter tap by tap, with no product left out: slow, and right for NaN and infinity too."""
    total = np.zeros((rows.outputs, cols.outputs, *padded.shape[2:]))
    height = (rows.outputs - 1) * rows.stride + 1
    width = (cols.outputs - 1) * cols.stride + 1
    # Infinities and NaNs are the caller's own, so NumPy need not warn of them.
    with np.errstate(invalid="ignore", over="ignore"):
        for (i, j), weight in np.ndenumerate(kernel):
            top, left = i * rows.dilation, j * cols.dilation
            read = padded[top : top + height : rows.stride, left : left + width : cols.stride]
            total += np.float64(weight) * read
        return total.astype(np.float32)


def _pool_parts(image: Array, layout: _Layout, fold: _Fold, counts: Array | None) -> Array:
    """Make one number of every window of an image, in a new array; sums are divided by `counts` (H', W')."""
    planes = _opencv_parts(image) if image.ndim == 3 else [image]
    parts = [_pool(part, layout, fold, counts) for part in planes]
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=2)


def _pool(image: Array, layout: _Layout, fold: _Fold, counts: Array | None) -> Array:
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
        is_single = found.dtype == _FLOAT32
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


def _pool_band(image: Array, taps: tuple[int, int], rows: _Axis, cols: _Axis, fold: _Fold) -> Array:
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


def _fold_band(image: Array, taps: tuple[int, int], rows: _Axis, cols: _Axis, fold: _Fold) -> Array:
    """Fold the windows of a band; FloatingPointError where sums of single precision become infinite.

    Windows are separable: the rows of each are folded first, then the columns of what is left. Rows are read
    in place at every stride. Columns next to each other OpenCV folds faster all than every n-th by itself.
    Without a stride down it does both at once. NaN and taps set apart are left to NumPy.
    """
    kh, kw = taps
    exact = fold.keeps_nan or not math.isnan(_total(image))
    close = exact and cols.dilation == 1
    padded = _pad(image, rows, cols, "constant", fold.neutral)
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
    if taps[0] == 1 and taps[1] < _TRANSFORM_CELLS_ANYWHERE:
        return _add_up_anew(image, taps)
    if cv2.norm(image.reshape(len(image), -1), cv2.NORM_L1) < _RUNNING_LIMIT:
        return cv2.boxFilter(image, -1, taps[::-1], None, (0, 0), False, cv2.BORDER_REPLICATE)
    return _add_up_anew(image, taps)


def _add_up_squares(image: Array, taps: tuple[int, int]) -> Any:
    """Add up numbers none of which is negative, and keep the digits of a small sum beside large ones.

    Running sums leave a trace of what has gone out of the window, and it can be below zero. The root makes
    3e-9 of a trace of 1e-17, and NaN of one below zero.
    """
    if math.prod(taps) <= _SUMMED_ANEW or (taps[0] == 1 and taps[1] < _TRANSFORM_CELLS_ANYWHERE):
        return _add_up_anew(image, taps)
    height, width = image.shape[:2]
    (down, across), planes = taps, image.reshape(height, -1)
    found: Any = cv2.boxFilter(image, -1, taps[::-1], None, (0, 0), False, cv2.BORDER_REPLICATE)
    # A running sum holds a row and a column more than the window, and errs at each step down and across.
    most = (down + 1) * (across + 1) * cv2.norm(planes, cv2.NORM_INF)
    error = (height + down * width) * most * 2.0**-53
    if most < _LARGEST:
        windows = (width - across + 1) * planes.shape[1] // width
        if found.reshape(height, -1)[: height - down + 1, :windows].min() >= _DIGITS * error:
            return found
        # Singles of like sizes, such as those of a picture of 256 levels, add up exactly in doubles. Read as
        # whole numbers, the bits of singles from 0 on are in their order; less 1, those of 0 are the largest.
        if image.dtype == _FLOAT32:
            bits, limit = planes.view(np.uint32), np.float32(most * 2.0**-29).view(np.uint32)
            if int((bits - np.uint32(1)).min()) + 1 >= limit:
                return found
    return _add_up_anew(image, taps)


def _add_up_anew(image: Array, taps: tuple[int, int]) -> Any:
    """Add up each window by itself."""
    anchor, border = (0, 0), cv2.BORDER_REPLICATE
    if taps[0] == 1 and taps[1] < _TRANSFORM_CELLS_ANYWHERE:
        return cv2.filter2D(image, -1, _ones(taps), None, anchor, 0, border)
    if math.prod(taps) <= _SUMMED_ANEW:
        return _finite(cv2.filter2D(image, -1, _ones(taps), None, anchor, 0, border))
    down, across = _ones((taps[0], 1)), _ones((1, taps[1]))
    return _finite(cv2.sepFilter2D(image, -1, across, down, None, anchor, 0, border))


@lru_cache(maxsize=64)
def _ones(taps: tuple[int, int]) -> Array:
    """Give a kernel of ones, read-only: to make it takes a tenth of a small pooling."""
    kernel = np.ones(taps, np.float32)
    kernel.setflags(write=False)
    return kernel


def _finite(sums: Any, fold: _Fold | None = None) -> Any:
    """Give sums as they are; FloatingPointError if they are of single precision and one is not finite."""
    if fold is not None and fold.ufunc is not np.add:
        return sums
    if sums.dtype == _FLOAT32 and not math.isfinite(_total(sums)):
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


def _every(array: Array, cols: _Axis) -> Array:
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
) -> _Layout:
    """Lay the windows of a pooling over an image, each of which reads a pixel at least."""
    taps = _pair(pool_size, "pool_size", 1)
    steps = taps if strides is None else _pair(strides, "strides", 1)
    if type(padding) is not str and type(padding) is not int:
        padding = _sides(padding)
    dilation = _pair(dilation_rate, "dilation_rate", 1)
    return _checked_layout(shape[:2], taps, steps, padding, dilation, bool(ceil_mode))


@lru_cache(maxsize=256)
def _checked_layout(
    shape: tuple[int, ...],
    taps: tuple[int, int],
    strides: tuple[int, int],
    padding: Padding,
    dilation_rate: tuple[int, int],
    ceil_mode: bool,
) -> _Layout:
    sides = padding if isinstance(padding, tuple) else (padding, padding)
    rows, cols = _axes(shape, taps, strides, padding, dilation_rate, ceil_mode, "window")
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
        _, after = _axis_ends(size, (tap - 1) * axis.dilation + 1, axis.stride, side)
        counts = np.count_nonzero(inside, axis=1).astype(np.float32)
        padded_counts = np.count_nonzero(places < size + after, axis=1).astype(np.float32)
        ways.append((counts, padded_counts))
    down, across = ways
    return _Layout(taps, rows, cols, *zip(down, across, strict=True))


def _transposed_axis(size: int, reach: int, stride: int, padding: AxisPadding, cells: str) -> tuple[int, int]:
    """Count the cells that a transposed convolution leaves out before its outputs, and its outputs."""
    if padding == "valid":
        return 0, (size - 1) * stride + max(reach, stride)
    if padding == "same":
        return max(0, reach - stride) // 2, size * stride
    before, after = _axis_ends(size, reach, stride, padding)
    outputs = (size - 1) * stride + reach - before - after
    if outputs < 1:
        raise ExplorerError(
            f"The padding takes away {before + after} {cells} of {outputs + before + after}: "
            "choose less padding, a larger kernel or a larger image."
        )
    return before, outputs


def _windows(padded: Array, taps: tuple[int, int], rows: _Axis, cols: _Axis) -> Array:
    """View a padded image (H, W, C) as its windows (H', W', kh, kw, C), without a copy."""
    down, across, channel = padded.strides
    return np.lib.stride_tricks.as_strided(
        padded,
        (rows.outputs, cols.outputs, *taps, padded.shape[2]),
        (rows.stride * down, cols.stride * across, rows.dilation * down, cols.dilation * across, channel),
        writeable=False,
    )


def _spread(kernel: Array, vertical: int, horizontal: int) -> Array:
    """Set the taps of a kernel apart, with zeros between them."""
    if vertical == horizontal == 1:
        return kernel
    kh, kw = kernel.shape
    spread = np.zeros(((kh - 1) * vertical + 1, (kw - 1) * horizontal + 1), np.float32)
    spread[::vertical, ::horizontal] = kernel
    return spread


def _pad(image: Array, rows: _Axis, cols: _Axis, pad_mode: str, value: float = 0) -> Array:
    """Put the padding of both axes around an image; a constant border has the value."""
    parts = _opencv_parts(image) if image.ndim == 3 else [image]
    vertical, horizontal = (rows.before, rows.after), (cols.before, cols.after)
    padded = [_border(part, vertical, horizontal, pad_mode, value) for part in parts]
    return padded[0] if len(padded) == 1 else np.concatenate(padded, axis=2)


def _border(
    image: Array, vertical: tuple[int, int], horizontal: tuple[int, int], pad_mode: str, value: float
) -> Array:
    """Put padding around an image of no more channels than OpenCV takes."""
    if not any(vertical) and not any(horizontal):
        return image
    padded: Any = cv2.copyMakeBorder(image, *vertical, *horizontal, PAD_MODES[pad_mode], value=(value,) * 4)
    return padded.reshape(*padded.shape[:2], *image.shape[2:])  # type: ignore[no-any-return]


def _opencv_parts(image: Array) -> list[Array]:
    """Split the channels of an image (H, W, C) into as few parts as OpenCV takes."""
    if image.shape[2] <= _CHANNELS:
        return [image]
    starts = range(0, image.shape[2], _CHANNELS)
    return [np.ascontiguousarray(image[:, :, start : start + _CHANNELS]) for start in starts]


def _axes(
    shape: tuple[int, ...],
    taps: tuple[int, ...],
    strides: Pair,
    padding: Padding,
    dilation_rate: Pair,
    ceil_mode: bool = False,
    window: str = "kernel",
) -> tuple[_Axis, _Axis]:
    """Lay the window's ways down and across an image."""
    if type(strides) is not int:
        strides = _pair(strides, "strides", 1)
    if type(dilation_rate) is not int:
        dilation_rate = _pair(dilation_rate, "dilation_rate", 1)
    if type(padding) is not str and type(padding) is not int:
        padding = _sides(padding)
    return _both_axes(shape[:2], taps, strides, padding, dilation_rate, bool(ceil_mode), window)


# A small picture is filtered in microseconds, and while a weight is dragged the layout stays the same.
@lru_cache(maxsize=256)
def _both_axes(
    shape: tuple[int, ...],
    taps: tuple[int, ...],
    strides: Pair,
    padding: Padding,
    dilation_rate: Pair,
    ceil_mode: bool,
    window: str,
) -> tuple[_Axis, _Axis]:
    stride = _pair(strides, "strides", 1)
    dilation = _pair(dilation_rate, "dilation_rate", 1)
    vertical, horizontal = padding if isinstance(padding, tuple) else (padding, padding)
    down = (shape[0], taps[0], stride[0], vertical, dilation[0], "rows")
    across = (shape[1], taps[1], stride[1], horizontal, dilation[1], "columns")
    return _axis(*down, ceil_mode, window), _axis(*across, ceil_mode, window)


def _sides(padding: Any) -> Padding:
    """Read padding that is neither a plain str nor a plain int."""
    if isinstance(padding, str):
        return str(padding)
    if not isinstance(padding, tuple | list):
        return _whole(padding, _CELLS, 0)
    if len(padding) != 2 or not all(isinstance(ends, tuple | list) and len(ends) == 2 for ends in padding):
        raise ExplorerError(_padding_sentence(padding, "((top, bottom), (left, right))"))
    (top, bottom), (left, right) = padding
    return (
        (_whole(top, _CELLS, 0), _whole(bottom, _CELLS, 0)),
        (_whole(left, _CELLS, 0), _whole(right, _CELLS, 0)),
    )


def _checked_axis(
    size: int,
    kernel_size: int,
    strides: int,
    padding: AxisPadding,
    dilation_rate: int,
    ceil_mode: bool = False,
) -> _Axis:
    """Lay the window's way along one axis given by a reader."""
    size = _whole(size, "size", 1)
    kernel_size = _whole(kernel_size, "kernel_size", 1)
    stride = _whole(strides, "strides", 1)
    dilation = _whole(dilation_rate, "dilation_rate", 1)
    return _axis(size, kernel_size, stride, padding, dilation, "cells", ceil_mode)


def _axis(
    size: int,
    taps: int,
    stride: int,
    padding: AxisPadding,
    dilation: int,
    cells: str,
    ceil_mode: bool = False,
    window: str = "kernel",
) -> _Axis:
    """Lay the window's way along one axis; `cells` is the word for what is counted along it."""
    reach = (taps - 1) * dilation + 1
    before, after = _axis_ends(size, reach, stride, padding)
    free = size + before + after - reach
    if ceil_mode and free % stride > 0:
        last = -(-free // stride)
        if 0 <= last * stride < size + before:
            after = last * stride + reach - size - before
            free = last * stride
    if free < 0:
        raise ExplorerError(
            f"The {window} reaches over {reach} {cells} but the padded image has only {reach + free}: "
            f"choose a smaller {window} or dilation, more padding, or a larger image."
        )
    anchor = -1
    if stride == dilation == 1 and before + after < taps:
        anchor = min(max(taps // 2, before), taps - 1 - after)
    return _Axis(free // stride + 1, before, after, stride, dilation, anchor)


def _axis_ends(size: int, reach: int, stride: int, padding: AxisPadding) -> tuple[int, int]:
    """Count the cells of padding before and after one axis, for a window that reaches over so many cells."""
    if isinstance(padding, str):
        if padding == "valid":
            return 0, 0
        if padding == "same":
            total = max(0, ((size - 1) // stride) * stride + reach - size)
            return total // 2, total - total // 2
        raise ExplorerError(_padding_sentence(padding, "a pair (before, after) for each axis"))
    if isinstance(padding, tuple | list):
        if len(padding) != 2:
            raise ExplorerError(_padding_sentence(padding, "a pair (before, after) for each axis"))
        return _whole(padding[0], _CELLS, 0), _whole(padding[1], _CELLS, 0)
    number = _whole(padding, _CELLS, 0)
    return number, number


def _padding_sentence(padding: object, pair: str) -> str:
    return (
        f'The padding is {short(padding)}; it must be "valid", "same", a whole number from 0 on, or {pair}.'
    )


def _check_kind(kind: str, kinds: Collection[str]) -> None:
    if not isinstance(kind, str) or kind not in kinds:
        raise ExplorerError(f"The kind is {short(kind)}; it must be one of {', '.join(kinds)}.")


def _check_interpolation(interpolation: str) -> None:
    if interpolation not in ("nearest", "bilinear"):
        raise ExplorerError(
            f'The interpolation is {short(interpolation)}; it must be "nearest" or "bilinear".'
        )


def _check_pad_mode(pad_mode: str) -> None:
    if not isinstance(pad_mode, str) or pad_mode not in PAD_MODES:
        raise ExplorerError(f"The pad_mode is {short(pad_mode)}; it must be one of {', '.join(PAD_MODES)}.")


def _image_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Read the shape of an image, its channels included if it has any."""
    if len(shape) not in (2, 3):
        raise ExplorerError(f"The image's shape is {shape}; it must be (H, W) or (H, W, C).")
    return tuple(_whole(size, "image_shape", 1) for size in shape)


def _pair(value: Pair, name: str, least: int) -> tuple[int, int]:
    """Read an int or (vertical, horizontal)."""
    if isinstance(value, tuple | list):
        if len(value) != 2:
            raise ExplorerError(
                f"{name} must be a whole number or (vertical, horizontal); it is {short(value)}."
            )
        return _whole(value[0], name, least), _whole(value[1], name, least)
    number = _whole(value, name, least)
    return number, number


def _whole(value: int, name: str, least: int) -> int:
    """Read a whole number, NumPy's included, but not a truth value."""
    if type(value) is int and value >= least:
        return value
    try:
        number = least - 1 if isinstance(value, bool) else index(value)
    except TypeError:
        number = least - 1
    if number < least:
        raise ExplorerError(f"{name} must be a whole number of at least {least}; it is {short(value)}.")
    return number


def _real(value: ArrayLike, name: str, form: str, ranks: tuple[int, ...]) -> Array:
    """Read an array of real numbers as float32, without a copy where it is one already."""
    array: Array
    if type(value) is np.ndarray and value.dtype == _FLOAT32 and value.flags.c_contiguous:
        array = value
    else:
        array = _converted(value, name)
    if array.ndim not in ranks:
        raise ExplorerError(f"The {name} has the shape {array.shape}; it must be {form}.")
    if array.size == 0:
        raise ExplorerError(
            f"The {name} is empty, its shape is {array.shape}; every axis needs a cell or more."
        )
    return array


def _converted(value: ArrayLike, name: str) -> Array:
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ExplorerError(f"The {name} is not an array of numbers: {error}.") from error
    if array.dtype.kind not in "biuf":
        raise ExplorerError(f"The {name} holds values of type {array.dtype}; it must hold real numbers.")
    with np.errstate(over="ignore"):
        return np.asarray(array, np.float32, order="C")
