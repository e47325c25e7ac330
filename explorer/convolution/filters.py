"""Filters and convolutions: patch times kernel, added up, at every stop of the window.

Deep learning's convolution is a cross-correlation: the kernel is laid on the image as it stands. It is
turned around (a true convolution) only with `flip=True`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike

from explorer.convolution import cores
from explorer.convolution.layout import (
    PAD_MODES,
    Array,
    Padding,
    Pair,
    WindowAxis,
    check_pad_mode,
    checked_array,
    checked_pair,
    checked_shape,
    checked_whole,
    lay_out,
    opencv_parts,
    pad_axes,
    padding_sides,
    spread_kernel,
    transposed_axis,
)
from explorer.errors import ExplorerError
from explorer.words import counted

# The magnitudes of weights that add up to 1, each of them rounded, do not exceed this.
_BLUR = 1 + 1e-6
LARGEST = float(np.finfo(np.float32).max)
# OpenCV sends kernels through a Fourier transform from 130 cells on, on processors without SSE3 from 50 on.
_TRANSFORM_CELLS = 130
TRANSFORM_CELLS_ANYWHERE = 50
# It transforms in double precision, so the error is about 1e-15 of |image| |kernel| (Euclidean norms) at the
# most: below 1e-5 as long as that product is below this.
_TRANSFORM_LIMIT = 1e10

# With fewer products, or fewer weights saved by the stride, a picture is filtered faster whole than in parts.
_PRODUCTS_OF_A_PART = 1_500_000
_WEIGHTS_OF_A_PART = 16
# OpenCV filters pictures of so many pixels on several cores.
_SHARED_CELLS = 1 << 20
# Pictures of more numbers are searched for NaN on several cores.
_ONE_CORE = 1 << 16

# So many filters make up for it that all that a window reads is laid out for them at once.
_MANY_FILTERS = 32
# Patches for a matrix product are laid out in blocks of about this many numbers (1 MB).
_BLOCK = 1 << 18
# OpenBLAS shares larger products out among the cores, whose threads then wait for one another where many
# people compute at once: a convolution of 1 ms was seen to take 9.
_ONE_CORE_PRODUCTS = 1 << 18


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
    pixels = checked_array(image, "image", "(H, W) or (H, W, C)", (2, 3))
    weights = checked_array(kernel, "kernel", "(kh, kw)", (2,))
    rows, cols = lay_out(pixels.shape, weights.shape, strides, padding, dilation_rate)
    check_pad_mode(pad_mode)
    if flip:
        weights = np.ascontiguousarray(weights[::-1, ::-1])
    if pixels.ndim == 2:
        return _slide(pixels, weights, rows, cols, pad_mode)
    parts = [_slide(part, weights, rows, cols, pad_mode) for part in opencv_parts(pixels)]
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
    pixels = checked_array(image, "image", "(H, W, Cin)", (3,))
    weights = checked_array(kernel, "kernel", "(kh, kw, Cin / groups, Cout)", (4,))
    kh, kw, depth, filters = weights.shape
    groups = checked_whole(groups, "groups", 1)
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
    offsets = None if bias is None else checked_array(bias, "bias", "(Cout,)", (1,))
    if offsets is not None and offsets.size != filters:
        raise ExplorerError(
            f"The bias has {offsets.size} values; the {filters} output channels need one each."
        )
    rows, cols = lay_out(pixels.shape, (kh, kw), strides, padding, dilation_rate)
    check_pad_mode(pad_mode)

    padded = pad_axes(pixels, rows, cols, pad_mode)
    share = filters // groups

    steps, rates = (rows.stride, cols.stride), (rows.dilation, cols.dilation)

    def convolved(padded: Array, weights: Array) -> Array:
        output: Array
        if depth == share == 1 < groups:
            output = cores.convolve_depthwise(padded[np.newaxis], weights[:, :, 0], steps, rates)[0]
        elif groups == 1 and (kh == kw == 1 or filters >= _MANY_FILTERS):
            output = cores.convolve(padded[np.newaxis], weights, steps, rates)[0]
        else:
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
    pixels = checked_array(image, "image", "(H, W, Cin)", (3,))
    weights = checked_array(kernel, "kernel", "(kh, kw, Cout, Cin)", (4,))
    height, width, channels = pixels.shape
    kh, kw, filters, depth = weights.shape
    if depth != channels:
        raise ExplorerError(
            f"The image has {counted(channels, 'channel')}; a kernel of shape {weights.shape} takes {depth}: "
            "make its last axis Cin."
        )
    down, across = checked_pair(strides, "strides", 1)
    apart_down, apart_across = checked_pair(dilation_rate, "dilation_rate", 1)
    reach = (kh - 1) * apart_down + 1, (kw - 1) * apart_across + 1
    sides = padding if isinstance(padding, str | int) else padding_sides(padding)
    vertical, horizontal = sides if isinstance(sides, tuple) else (sides, sides)
    top, rows = transposed_axis(height, reach[0], down, vertical, "rows")
    left, cols = transposed_axis(width, reach[1], across, horizontal, "columns")
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
    shape = checked_shape(image_shape)
    taps = checked_pair(kernel_size, "kernel_size", 1)
    rows, cols = lay_out(shape, taps, strides, padding, dilation_rate)
    return math.prod((rows.outputs, cols.outputs, *taps, *shape[2:]))


def _in_range(sums: Callable[[Array, Array], Array], pixels: Array, weights: Array) -> Array:
    """Sums of single precision, from double where one is not finite: it may not have been so at last."""
    # Infinities and NaNs are the caller's own, so NumPy need not warn of them.
    with np.errstate(invalid="ignore", over="ignore"):
        found = sums(pixels, weights)
        if not math.isfinite(total_magnitude(found)):
            doubles: Any = sums(pixels.astype(np.float64), weights.astype(np.float64))
            found = doubles.astype(np.float32)
    return found


def _convolve(padded: Array, kernel: Array, rows: WindowAxis, cols: WindowAxis, output: Array) -> None:
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


def _slide(image: Array, kernel: Array, rows: WindowAxis, cols: WindowAxis, pad_mode: str) -> Array:
    """Filter an image of no more channels than OpenCV takes, by the cheapest way that is exact."""
    if image.ndim == 3 and image.shape[2] == 1:  # OpenCV would drop the axis
        return _slide(image[:, :, 0], kernel, rows, cols, pad_mode)[:, :, np.newaxis]
    if not _is_plain(image, kernel, rows.dilation > 1 or cols.dilation > 1):
        return _sum_taps(pad_axes(image, rows, cols, pad_mode), kernel, rows, cols)
    if rows.anchor >= 0 and cols.anchor >= 0 and pad_mode != "wrap":
        anchor = (cols.anchor, rows.anchor)
        sums: Any = cv2.filter2D(image, -1, kernel, None, anchor, 0, PAD_MODES[pad_mode])
        top, left = rows.anchor - rows.before, cols.anchor - cols.before
        return sums[top : top + rows.outputs, left : left + cols.outputs]  # type: ignore[no-any-return]
    padded = pad_axes(image, rows, cols, pad_mode)
    spread = spread_kernel(kernel, rows.dilation, cols.dilation)
    if rows.stride == 1 and rows.dilation > 1 and spread.size >= _TRANSFORM_CELLS:
        sums = _dilated_rows(padded, spread[:: rows.dilation], rows)
        return np.ascontiguousarray(sums[:, :: cols.stride])
    return _strided(padded, spread, rows, cols)


def _strided(padded: Array, kernel: Array, rows: WindowAxis, cols: WindowAxis) -> Array:
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
    if -(-kh // down) * kw < TRANSFORM_CELLS_ANYWHERE:
        across = 1
    transformed = -(-kh // down) * -(-kw // across) >= _TRANSFORM_CELLS
    small = cells * weights < _PRODUCTS_OF_A_PART or weights * (down * across - 1) < _WEIGHTS_OF_A_PART
    shared = cells >= _SHARED_CELLS and kh * kw < _TRANSFORM_CELLS and down * across < 4
    return (1, 1) if transformed or small or shared else (down, across)


def _dilated_rows(padded: Array, kernel: Array, rows: WindowAxis) -> Array:
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
    if kernel.size >= TRANSFORM_CELLS_ANYWHERE or dilated:
        return cv2.norm(image) * cv2.norm(kernel) < _TRANSFORM_LIMIT
    plane: Any = image if image.ndim == 2 else image.reshape(len(image), -1)  # (H, W * C)
    reach = cv2.norm(kernel, cv2.NORM_L1)
    if np.count_nonzero(kernel) == kernel.size:
        # No sum under a blur's weights is larger than the largest pixel.
        return reach < _BLUR or cv2.norm(plane, cv2.NORM_INF) * reach < LARGEST
    # A root of squares is finite, and as large as every pixel, only where every pixel is finite.
    if plane.size <= _ONE_CORE:
        return cv2.norm(plane) * reach < LARGEST
    with np.errstate(over="ignore", invalid="ignore"):  # a third faster, in single precision
        return bool(float(np.vdot(plane, plane)) ** 0.5 * reach < LARGEST)


def total_magnitude(image: Array) -> float:
    """Add up all pixels: the sum is finite only if every pixel is, and NaN if one of them is."""
    plane: Any = image if image.ndim == 2 else image.reshape(len(image), -1)  # (H, W * C)
    if plane.size > _ONE_CORE:  # rows are summed on several cores, which pays for large pictures
        plane = cv2.reduce(plane, 1, cv2.REDUCE_SUM)  # (H, 1)
    return float(cv2.sumElems(plane)[0])


def _sum_taps(padded: Array, kernel: Array, rows: WindowAxis, cols: WindowAxis) -> Array:
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
