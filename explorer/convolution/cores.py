"""The arithmetic of convolutions alone: arrays that fit each other in, sums out, and their gradients.

Nothing is checked here: `conv2d` and the layers of trained networks do that, and both run on these. An array
of maps is (n, H, W, C), n pictures at once.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any, TypeAlias

import numpy as np

from explorer.convolution.layout import Array

Sides: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
"""Cells ((top, bottom), (left, right)) of padding or of cropping."""

Step: TypeAlias = tuple[int, int]
"""Strides or dilation rates (vertical, horizontal)."""

# Patches for a matrix product are laid out in blocks of about this many numbers (1 MB, a core's own cache).
_BLOCK = 1 << 18
# A product of so many rows at least, as fewer read the whole kernel for little work.
_ROWS = 64
# OpenBLAS shares larger products out among the cores, whose threads then wait for one another where many
# people compute at once: one of 0.3 ms was seen to take 7. On one core, too, small ones are quicker.
_ONE_CORE_PRODUCTS = 1 << 18
# Its kernels make so many rows and columns of a product at once.
_KERNEL_ROWS, _KERNEL_COLUMNS = 12, 16
# A matrix that is turned round is read so many columns at a time.
_TURNED = 96
# More terms of a sum than this are added up in parts.
_TERMS = _ONE_CORE_PRODUCTS // (_KERNEL_ROWS * _KERNEL_COLUMNS)
# A multiply-add over so many numbers on end makes up for what it takes to begin it.
_RUN = 1024
# A sum takes less time to begin: over runs of this length it need not be put together from several, and if
# it is, then over this many numbers.
_LONG, _ADDED = 192, 6144


def pad(maps: Array, sides: Sides, value: float = 0.0) -> Array:
    """Put cells of one value around maps; the maps themselves come back where there are none to put.

    >>> pad(np.ones((1, 1, 1, 1), np.float32), ((0, 1), (1, 0)))[0, :, :, 0].tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    (top, bottom), (left, right) = sides
    if not (top or bottom or left or right):
        return maps
    pictures, height, width, channels = maps.shape
    shape = pictures, top + height + bottom, left + width + right, channels
    padded = np.empty(shape, maps.dtype)
    padded[:, :top] = padded[:, top + height :] = value
    padded[:, top : top + height, :left] = padded[:, top : top + height, left + width :] = value
    padded[:, top : top + height, left : left + width] = maps
    return padded


def crop(maps: Array, sides: Sides) -> Array:
    """Cut cells off the edges of maps; what is left is a view.

    >>> crop(np.arange(4.0).reshape(1, 2, 2, 1), ((1, 0), (0, 1)))[0, :, :, 0].tolist()
    [[2.0]]
    """
    (top, bottom), (left, right) = sides
    return maps[:, top : maps.shape[1] - bottom, left : maps.shape[2] - right]


def outputs(size: int, taps: int, stride: int, dilation: int) -> int:
    """Count the stops of a window along an axis that is padded already."""
    return (size - (taps - 1) * dilation - 1) // stride + 1


def windows(maps: Array, taps: Step, strides: Step = (1, 1), dilation: Step = (1, 1)) -> Array:
    """Return all windows of maps as a view, (n, H', W', kh, kw, C)."""
    pictures, height, width, channels = maps.shape
    picture, down, across, channel = maps.strides
    return np.lib.stride_tricks.as_strided(
        maps,
        (
            pictures,
            outputs(height, taps[0], strides[0], dilation[0]),
            outputs(width, taps[1], strides[1], dilation[1]),
            *taps,
            channels,
        ),
        (
            picture,
            strides[0] * down,
            strides[1] * across,
            dilation[0] * down,
            dilation[1] * across,
            channel,
        ),
        writeable=False,
    )


def multiply(rows: Array, matrix: Array, output: Array | None = None) -> Array:
    """Return the product of matrices (m, k) and (k, n), in pieces that are computed on one core.

    Args:
        rows: (m, k).
        matrix: (k, n).
        output: Where to put it, (m, n) on end.

    >>> multiply(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]])).tolist()
    [[11.0]]
    """
    (count, terms), columns = rows.shape, matrix.shape[1]
    if output is None:
        output = np.empty((count, columns), rows.dtype)
    if count == 1:  # OpenBLAS shares a single row out as well
        np.einsum("mk,kn->mn", rows, matrix, out=output)
        return output
    if terms > _TERMS:
        multiply(rows[:, :_TERMS], matrix[:_TERMS], output)
        for start in range(_TERMS, terms, _TERMS):
            part = slice(start, start + _TERMS)
            output += multiply(rows[:, part], matrix[part])
        return output
    most = _ONE_CORE_PRODUCTS // (terms * _KERNEL_ROWS)
    if not matrix.flags.c_contiguous:  # a matrix turned round, whose copy pays for many rows
        matrix, most = (np.ascontiguousarray(matrix), most) if count > _ROWS else (matrix, min(most, _TURNED))
    wide = columns if columns <= most else most // _KERNEL_COLUMNS * _KERNEL_COLUMNS
    high = min(_ONE_CORE_PRODUCTS // (terms * wide), 8 * _KERNEL_ROWS) // _KERNEL_ROWS * _KERNEL_ROWS
    whole = count // high * high
    rest = min(whole, count - 2) if whole < count else count  # two rows at least
    pieces, made = rows[:whole].reshape(-1, high, terms), output[:whole].reshape(-1, high, columns)
    for left in range(0, columns, wide):
        part = slice(left, left + wide)
        np.matmul(pieces, matrix[:, part], out=made[..., part])
        np.matmul(rows[rest:], matrix[:, part], out=output[rest:, part])
    return output


def convolve(padded: Array, kernel: Array, strides: Step = (1, 1), dilation: Step = (1, 1)) -> Array:
    """Convolve padded maps (n, H, W, C) with a kernel (kh, kw, C, F), as deep learning does: no flip.

    A kernel of a single cell is a product of matrices, pixels times channels. Any other is one as well, once
    the patches that it reads are laid out as rows, which is done for a few rows of the output at a time.

    Returns:
        (n, H', W', F).

    >>> convolve(np.arange(9.0).reshape(1, 3, 3, 1), np.arange(4.0).reshape(2, 2, 1, 1))[0, :, :, 0].tolist()
    [[19.0, 25.0], [37.0, 43.0]]
    """
    kh, kw, channels, filters = kernel.shape
    matrix = kernel.reshape(-1, filters)
    if kh == kw == 1:
        read = padded[:, :: strides[0], :: strides[1]]
        return multiply(read.reshape(-1, channels), matrix).reshape(*read.shape[:3], filters)
    read = windows(padded, (kh, kw), strides, dilation)
    pictures, rows, columns = read.shape[:3]
    output = np.empty((pictures, rows, columns, filters), padded.dtype)
    size = columns * len(matrix)
    step = min(rows, max(1, _BLOCK // size, -(-_ROWS // columns)))
    patches = np.empty((step, *read.shape[2:]), padded.dtype)  # memory in use is faster than fresh
    for picture, start in product(range(pictures), range(0, rows, step)):
        block = output[picture, start : start + step]
        patches[: len(block)] = read[picture, start : start + step]
        multiply(patches[: len(block)].reshape(-1, len(matrix)), matrix, block.reshape(-1, filters))
    return output


def convolve_gradient(
    gradient: Array, kernel: Array, size: Step, strides: Step = (1, 1), dilation: Step = (1, 1)
) -> Array:
    """Turn the gradient at the output of `convolve`, (n, H', W', F), into that at its padded input.

    Every input cell gathers what the windows that read it made of it. Without a stride that is a convolution
    of the gradient with the kernel turned round; with one, each tap puts its share where it read.

    Args:
        gradient: (n, H', W', F).
        kernel: (kh, kw, C, F).
        size: H and W of the padded input.
        strides: As in `convolve`.
        dilation: As in `convolve`.

    Returns:
        (n, H, W, C).

    >>> convolve_gradient(np.ones((1, 1, 2, 1)), np.ones((1, 2, 1, 1)), (1, 3))[0, :, :, 0].tolist()
    [[1.0, 2.0, 1.0]]
    """
    kh, kw, channels, filters = kernel.shape
    if strides == (1, 1):
        turned = kernel[::-1, ::-1].transpose(0, 1, 3, 2)
        down, across = (kh - 1) * dilation[0], (kw - 1) * dilation[1]
        return convolve(pad(gradient, ((down, down), (across, across))), turned, (1, 1), dilation)
    pictures, rows, columns = gradient.shape[:3]
    flat, matrix = gradient.reshape(-1, filters), kernel.reshape(-1, filters)
    if len(matrix) < filters:  # planes, because few channels are few numbers on end
        planes = multiply(matrix, flat.T).reshape(kh, kw, channels, pictures, rows, columns)
        gathered: Array = np.zeros((channels, pictures, *size), gradient.dtype)
        for i, j in product(range(kh), range(kw)):
            gathered[:, :, *_read(i, j, rows, columns, strides, dilation)] += planes[i, j]
        return gathered.transpose(1, 2, 3, 0)
    whole: Array = np.zeros((pictures, *size, channels), gradient.dtype)
    for i, j in product(range(kh), range(kw)):
        shares = multiply(flat, kernel[i, j].T).reshape(pictures, rows, columns, channels)
        whole[:, *_read(i, j, rows, columns, strides, dilation)] += shares
    return whole


def _read(i: int, j: int, rows: int, columns: int, strides: Step, dilation: Step) -> tuple[slice, slice]:
    """The rows and columns of the padded input that tap (i, j) reads."""
    top, left = i * dilation[0], j * dilation[1]
    return (
        slice(top, top + (rows - 1) * strides[0] + 1, strides[0]),
        slice(left, left + (columns - 1) * strides[1] + 1, strides[1]),
    )


def convolve_depthwise(
    padded: Array, kernel: Array, strides: Step = (1, 1), dilation: Step = (1, 1)
) -> Array:
    """Convolve each channel of padded maps (n, H, W, C) with a kernel of its own, (kh, kw, C).

    One `einsum` over a view of all windows: NumPy then multiplies and adds in one pass, 7 products a ns,
    where a product and a sum for each tap reach 4, and OpenCV's filter of each plane less on small maps.

    Returns:
        (n, H', W', C).

    >>> convolve_depthwise(np.ones((1, 2, 2, 2)), np.array([[[1.0, 2.0]], [[3.0, 4.0]]]))[0].tolist()
    [[[4.0, 6.0], [4.0, 6.0]]]
    """
    pictures, height, width, channels = padded.shape
    kh, kw = kernel.shape[:2]
    rows = outputs(height, kh, strides[0], dilation[0])
    columns = outputs(width, kw, strides[1], dilation[1])
    together = _neighbours(columns, channels, _RUN) if strides[1] == 1 else 1
    runs = columns // together, together * channels  # how many, and how long
    picture, down, across, channel = padded.strides
    read = np.lib.stride_tricks.as_strided(
        padded,
        (pictures, rows, runs[0], kh, kw, runs[1]),
        (
            picture,
            strides[0] * down,
            together * strides[1] * across,
            dilation[0] * down,
            dilation[1] * across,
            channel,
        ),
    )
    weights = np.tile(kernel, together) if together > 1 else kernel
    output = np.empty((pictures, rows, columns, channels), padded.dtype)
    np.einsum("nrbijc,ijc->nrbc", read, weights, out=output.reshape(pictures, rows, *runs))
    return output


def add(maps: Array, values: Array) -> None:
    """Add a number to each channel of maps, (n, ..., C), in place, over as long a run of numbers as may be.

    >>> maps = np.zeros((1, 1, 2, 2), np.float32)
    >>> add(maps, np.array([1, 2], np.float32))
    >>> maps.tolist()
    [[[[1.0, 2.0], [1.0, 2.0]]]]
    """
    if len(values) < _LONG and maps.flags.c_contiguous:
        together = _neighbours(maps.size // len(values), len(values), _ADDED)
        run = np.empty((together, len(values)), values.dtype)  # as np.tile does it, in half its time
        run[:] = values
        maps, values = maps.reshape(-1, run.size), run.reshape(-1)
    maps += values


@lru_cache(maxsize=256)
def _neighbours(columns: int, channels: int, run: int) -> int:
    """How many columns next to each other, whose channels lie on end, are computed in one run."""
    return max(
        count
        for count in range(1, min(columns, run // channels + 1) + 1)
        if columns % count == 0 and (count - 1) * channels < run
    )


def convolve_depthwise_gradient(
    gradient: Array, kernel: Array, size: Step, strides: Step = (1, 1), dilation: Step = (1, 1)
) -> Array:
    """Turn the gradient at the output of `convolve_depthwise` into that at its padded input.

    Input cells whose places leave the same rest when divided by the stride are read by the same taps. So for
    each rest this is a convolution without a stride of the gradient with these taps turned round.

    Args:
        gradient: (n, H', W', C).
        kernel: (kh, kw, C).
        size: H and W of the padded input.
        strides: As in `convolve_depthwise`; 1 where a dilation is not.
        dilation: As in `convolve_depthwise`.

    Returns:
        (n, H, W, C).

    >>> kernel = np.array([1.0, 2.0, 3.0]).reshape(1, 3, 1)
    >>> convolve_depthwise_gradient(np.ones((1, 1, 2, 1)), kernel, (1, 5), (1, 2))[0, 0, :, 0].tolist()
    [1.0, 2.0, 4.0, 2.0, 3.0]
    """
    pictures, rows, columns, channels = gradient.shape
    whole: Array = np.zeros((pictures, *size, channels), gradient.dtype)
    for rest in product(range(strides[0]), range(strides[1])):
        taps = kernel[rest[0] :: strides[0], rest[1] :: strides[1]][::-1, ::-1]
        if taps.size == 0:
            continue
        down, across = (taps.shape[0] - 1) * dilation[0], (taps.shape[1] - 1) * dilation[1]
        found = convolve_depthwise(pad(gradient, ((down, down), (across, across))), taps, (1, 1), dilation)
        there = whole[:, rest[0] :: strides[0], rest[1] :: strides[1]]
        there[:, : rows + down, : columns + across] = found
    return whole


def pool_max(padded: Array, taps: Step, strides: Step) -> Array:
    """Return the greatest of each window, (n, H', W', C)."""
    read = windows(padded, taps, strides)
    best: Any = read[:, :, :, 0, 0].copy()
    for i, j in _taps(taps):
        np.maximum(best, read[:, :, :, i, j], out=best)
    return best  # type: ignore[no-any-return]


def pool_max_gradient(gradient: Array, padded: Array, output: Array, taps: Step, strides: Step) -> Array:
    """Give each window's gradient to the first of its greatest cells in reading order, (n, H, W, C)."""
    whole: Array = np.zeros(padded.shape, gradient.dtype)
    rows, columns = output.shape[1:3]
    waiting = np.ones(output.shape, bool)
    read = windows(padded, taps, strides)
    for i, j in [(0, 0), *_taps(taps)]:
        wins = (read[:, :, :, i, j] == output) & waiting
        waiting &= ~wins
        whole[:, *_read(i, j, rows, columns, strides, (1, 1))] += np.where(wins, gradient, 0)
    return whole


def pool_sum(padded: Array, taps: Step, strides: Step) -> Array:
    """Add up each window, (n, H', W', C)."""
    read = windows(padded, taps, strides)
    total: Array = read[:, :, :, 0, 0].copy()
    for i, j in _taps(taps):
        total += read[:, :, :, i, j]
    return total


def pool_sum_gradient(gradient: Array, size: Step, taps: Step, strides: Step) -> Array:
    """Give each window's gradient to all of its cells, (n, H, W, C)."""
    pictures, rows, columns, channels = gradient.shape
    whole: Array = np.zeros((pictures, *size, channels), gradient.dtype)
    for i, j in [(0, 0), *_taps(taps)]:
        whole[:, *_read(i, j, rows, columns, strides, (1, 1))] += gradient
    return whole


def _taps(taps: Step) -> list[tuple[int, int]]:
    """The taps of a window in reading order, without the first."""
    return list(product(range(taps[0]), range(taps[1])))[1:]


def cells(size: Step, taps: Step, strides: Step, sides: Sides) -> Array:
    """Count the cells of each window that are not padding, (H', W')."""
    inside = pad(np.ones((1, *size, 1), np.float32), sides)
    return pool_sum(inside, taps, strides)[0, :, :, 0]
