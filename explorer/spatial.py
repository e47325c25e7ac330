"""Sliding windows: what a small kernel computes as it moves over an image, and what it reads at each stop.

Deep learning's convolution is a cross-correlation: the kernel is laid on the image as it stands. It is
turned around (a true convolution) only with `flip=True`. Rows come before columns, channels come last, and
every result is float32. Arguments have Keras's names and meanings; `pad_mode` has numpy.pad's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from operator import index
from reprlib import repr as short
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

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
# Patches for a matrix product are laid out in blocks of about this many numbers (16 MB).
_BLOCK = 1 << 22


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
        ValueError: If an argument is not of the kind above, or the kernel does not fit into the padded image.

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
        ValueError: If an argument is not of the kind above, the channels do not match, or the kernel does not
            fit into the padded image.

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
        raise ValueError(
            f"The image has {pixels.shape[2]} channels; a kernel of shape {weights.shape} in {groups} "
            f"group(s) takes {depth * groups}: make its third axis Cin / groups."
        )
    if filters % groups:
        raise ValueError(
            f"{filters} output channels cannot be dealt out evenly to {groups} groups: "
            "choose groups that divide the kernel's last axis."
        )
    offsets = None if bias is None else _real(bias, "bias", "(Cout,)", (1,))
    if offsets is not None and offsets.size != filters:
        raise ValueError(f"The bias has {offsets.size} values; the {filters} output channels need one each.")
    rows, cols = _axes(pixels.shape, (kh, kw), strides, padding, dilation_rate)
    _check_pad_mode(pad_mode)

    windows = _windows(_pad(pixels, rows, cols, pad_mode), (kh, kw), rows, cols)
    output = np.empty((rows.outputs, cols.outputs, filters), np.float32)
    step = max(1, _BLOCK // (cols.outputs * kh * kw * depth))
    share = filters // groups
    # Infinities and NaNs are the caller's own, so NumPy need not warn of them.
    with np.errstate(invalid="ignore", over="ignore"):
        for group in range(groups):
            inputs = slice(group * depth, (group + 1) * depth)
            outputs = slice(group * share, (group + 1) * share)
            matrix = weights[..., outputs].reshape(-1, share)  # (kh * kw * depth, share)
            for start in range(0, rows.outputs, step):
                block = windows[start : start + step, ..., inputs]
                patches = block.reshape(-1, matrix.shape[0])  # (rows * W', kh * kw * depth)
                output[start : start + step, :, outputs] = (patches @ matrix).reshape(*block.shape[:2], share)
        if offsets is not None:
            output += offsets
    return output


def output_size(
    size: int,
    kernel_size: int,
    *,
    strides: int = 1,
    padding: AxisPadding = "valid",
    dilation_rate: int = 1,
) -> int:
    """Count the outputs along one axis.

    floor((size + before + after - ((kernel_size - 1) * dilation_rate + 1)) / strides) + 1

    Args:
        size: Cells of the image along the axis.
        kernel_size: Taps of the kernel along the axis.
        strides: Cells from one window to the next.
        padding: "valid", "same", an int (at both ends), or (before, after).
        dilation_rate: Cells from one tap to the next.

    Raises:
        ValueError: If an argument is not of the kind above or the kernel does not fit into the padded axis.

    Example:
        >>> output_size(7, 3), output_size(7, 3, strides=2), output_size(7, 3, strides=2, padding="same")
        (5, 3, 4)
    """
    return _checked_axis(size, kernel_size, strides, padding, dilation_rate).outputs


def pads(
    size: int,
    kernel_size: int,
    *,
    strides: int = 1,
    padding: AxisPadding = "valid",
    dilation_rate: int = 1,
) -> tuple[int, int]:
    """Give the cells of padding before and after one axis; arguments and errors as `output_size`.

    "same" pads (ceil(size / strides) - 1) * strides + (kernel_size - 1) * dilation_rate + 1 - size cells, if
    that is positive. Half of them, rounded down, go before.

    Example:
        >>> pads(5, 3, padding="same"), pads(6, 3, strides=2, padding="same"), pads(5, 3, padding=(2, 0))
        ((1, 1), (0, 1), (2, 0))
    """
    axis = _checked_axis(size, kernel_size, strides, padding, dilation_rate)
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
        ValueError: If an argument is not of the kind above or the kernel does not fit into the padded image.

    Example:
        >>> multiplications((5, 5, 3), 3)
        243
    """
    if len(image_shape) not in (2, 3):
        raise ValueError(f"The image's shape is {image_shape}; it must be (H, W) or (H, W, C).")
    shape = tuple(_whole(size, "image_shape", 1) for size in image_shape)
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
        ValueError: If an argument is not of the kind above, the kernel does not fit into the padded image, or
            the output has no such cell.

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
        raise ValueError(
            f"There is no output cell in row {row}, column {col}: the output has {axes[0].outputs} rows and "
            f"{axes[1].outputs} columns, counted from 0."
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


def _reads(size: int, taps: int, axis: _Axis, output: int, pad_mode: str) -> tuple[Indices, Indices]:
    """Say which inputs the taps of one output read along an axis, and where the taps lie."""
    stride, padding, dilation = axis.stride, (axis.before, axis.after), axis.dilation
    reads = axis_taps(size, taps, strides=stride, padding=padding, dilation_rate=dilation, pad_mode=pad_mode)
    places = axis_positions(size, taps, strides=stride, padding=padding, dilation_rate=dilation)
    return reads[output], places[output]


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
    """Whether OpenCV's short cuts, leaving out zeros and the Fourier transform, do not show in the result."""
    if kernel.size >= _TRANSFORM_CELLS_ANYWHERE or dilated:
        return cv2.norm(image) * cv2.norm(kernel) < _TRANSFORM_LIMIT
    if np.count_nonzero(kernel) == kernel.size:
        return True
    # A sum is finite only if every pixel is. Rows are summed on several cores, which pays for large pictures.
    plane: Any = image if image.ndim == 2 else image.reshape(len(image), -1)  # (H, W * C)
    if plane.size > _ONE_CORE:
        plane = cv2.reduce(plane, 1, cv2.REDUCE_SUM)  # (H, 1)
    return math.isfinite(cv2.sumElems(plane)[0])


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


def _pad(image: Array, rows: _Axis, cols: _Axis, pad_mode: str) -> Array:
    """Put the padding of both axes around an image."""
    parts = _opencv_parts(image) if image.ndim == 3 else [image]
    vertical, horizontal = (rows.before, rows.after), (cols.before, cols.after)
    padded = [_border(part, vertical, horizontal, pad_mode) for part in parts]
    return padded[0] if len(padded) == 1 else np.concatenate(padded, axis=2)


def _border(image: Array, vertical: tuple[int, int], horizontal: tuple[int, int], pad_mode: str) -> Array:
    """Put padding around an image of no more channels than OpenCV takes."""
    if not any(vertical) and not any(horizontal):
        return image
    padded: Any = cv2.copyMakeBorder(image, *vertical, *horizontal, PAD_MODES[pad_mode])
    return padded.reshape(*padded.shape[:2], *image.shape[2:])  # type: ignore[no-any-return]


def _opencv_parts(image: Array) -> list[Array]:
    """Split the channels of an image (H, W, C) into as few parts as OpenCV takes."""
    if image.shape[2] <= _CHANNELS:
        return [image]
    starts = range(0, image.shape[2], _CHANNELS)
    return [np.ascontiguousarray(image[:, :, start : start + _CHANNELS]) for start in starts]


def _axes(
    shape: tuple[int, ...], taps: tuple[int, ...], strides: Pair, padding: Padding, dilation_rate: Pair
) -> tuple[_Axis, _Axis]:
    """Lay the window's ways down and across an image."""
    if type(strides) is not int:
        strides = _pair(strides, "strides", 1)
    if type(dilation_rate) is not int:
        dilation_rate = _pair(dilation_rate, "dilation_rate", 1)
    if type(padding) is not str and type(padding) is not int:
        padding = _sides(padding)
    return _both_axes(shape[:2], taps, strides, padding, dilation_rate)


# A small picture is filtered in microseconds, and while a weight is dragged the layout stays the same.
@lru_cache(maxsize=256)
def _both_axes(
    shape: tuple[int, ...], taps: tuple[int, ...], strides: Pair, padding: Padding, dilation_rate: Pair
) -> tuple[_Axis, _Axis]:
    stride = _pair(strides, "strides", 1)
    dilation = _pair(dilation_rate, "dilation_rate", 1)
    vertical, horizontal = padding if isinstance(padding, tuple) else (padding, padding)
    return (
        _axis(shape[0], taps[0], stride[0], vertical, dilation[0], "rows"),
        _axis(shape[1], taps[1], stride[1], horizontal, dilation[1], "columns"),
    )


def _sides(padding: Any) -> Padding:
    """Read padding that is neither a plain str nor a plain int."""
    if isinstance(padding, str):
        return str(padding)
    if not isinstance(padding, tuple | list):
        return _whole(padding, _CELLS, 0)
    if len(padding) != 2 or not all(isinstance(ends, tuple | list) and len(ends) == 2 for ends in padding):
        raise ValueError(_padding_sentence(padding, "((top, bottom), (left, right))"))
    (top, bottom), (left, right) = padding
    return (
        (_whole(top, _CELLS, 0), _whole(bottom, _CELLS, 0)),
        (_whole(left, _CELLS, 0), _whole(right, _CELLS, 0)),
    )


def _checked_axis(
    size: int, kernel_size: int, strides: int, padding: AxisPadding, dilation_rate: int
) -> _Axis:
    """Lay the window's way along one axis given by a reader."""
    size = _whole(size, "size", 1)
    kernel_size = _whole(kernel_size, "kernel_size", 1)
    stride = _whole(strides, "strides", 1)
    return _axis(size, kernel_size, stride, padding, _whole(dilation_rate, "dilation_rate", 1), "cells")


def _axis(size: int, taps: int, stride: int, padding: AxisPadding, dilation: int, cells: str) -> _Axis:
    """Lay the window's way along one axis; `cells` is the word for what is counted along it."""
    reach = (taps - 1) * dilation + 1
    if isinstance(padding, str):
        if padding == "valid":
            before = after = 0
        elif padding == "same":
            total = max(0, ((size - 1) // stride) * stride + reach - size)
            before = total // 2
            after = total - before
        else:
            raise ValueError(_padding_sentence(padding, "a pair (before, after) for each axis"))
    elif isinstance(padding, tuple | list):
        if len(padding) != 2:
            raise ValueError(_padding_sentence(padding, "a pair (before, after) for each axis"))
        before, after = (_whole(end, _CELLS, 0) for end in padding)
    else:
        before = after = _whole(padding, _CELLS, 0)
    free = size + before + after - reach
    if free < 0:
        raise ValueError(
            f"The kernel reaches over {reach} {cells} but the padded image has only {reach + free}: "
            "choose a smaller kernel or dilation, more padding, or a larger image."
        )
    anchor = -1
    if stride == dilation == 1 and before + after < taps:
        anchor = min(max(taps // 2, before), taps - 1 - after)
    return _Axis(free // stride + 1, before, after, stride, dilation, anchor)


def _padding_sentence(padding: object, pair: str) -> str:
    return (
        f'The padding is {short(padding)}; it must be "valid", "same", a whole number from 0 on, or {pair}.'
    )


def _check_pad_mode(pad_mode: str) -> None:
    if not isinstance(pad_mode, str) or pad_mode not in PAD_MODES:
        raise ValueError(f"The pad_mode is {short(pad_mode)}; it must be one of {', '.join(PAD_MODES)}.")


def _pair(value: Pair, name: str, least: int) -> tuple[int, int]:
    """Read an int or (vertical, horizontal)."""
    if isinstance(value, tuple | list):
        if len(value) != 2:
            raise ValueError(
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
        raise ValueError(f"{name} must be a whole number of at least {least}; it is {short(value)}.")
    return number


def _real(value: ArrayLike, name: str, form: str, ranks: tuple[int, ...]) -> Array:
    """Read an array of real numbers as float32, without a copy where it is one already."""
    array: Array
    if type(value) is np.ndarray and value.dtype == _FLOAT32 and value.flags.c_contiguous:
        array = value
    else:
        array = _converted(value, name)
    if array.ndim not in ranks:
        raise ValueError(f"The {name} has the shape {array.shape}; it must be {form}.")
    if array.size == 0:
        raise ValueError(f"The {name} is empty, its shape is {array.shape}; every axis needs a cell or more.")
    return array


def _converted(value: ArrayLike, name: str) -> Array:
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"The {name} is not an array of numbers: {error}.") from error
    if array.dtype.kind not in "biuf":
        raise ValueError(f"The {name} holds values of type {array.dtype}; it must hold real numbers.")
    with np.errstate(over="ignore"):
        return np.asarray(array, np.float32, order="C")
