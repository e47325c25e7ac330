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
# A multiply-add over so many numbers on end makes up for what it takes to begin it.
_RUN = 1024


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
    padded: Array = np.zeros(shape, maps.dtype) if value == 0 else np.full(shape, value, maps.dtype)
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
        sums: Array = read.reshape(-1, channels) @ matrix
        return sums.reshape(*read.shape[:3], filters)
    read = windows(padded, (kh, kw), strides, dilation)
    pictures, rows, columns = read.shape[:3]
    output = np.empty((pictures, rows, columns, filters), padded.dtype)
    size = columns * len(matrix)
    step = min(rows, max(1, _BLOCK // size, -(-_ROWS // columns)))
    patches = np.empty((step, *read.shape[2:]), padded.dtype)  # memory in use is faster than fresh
    for picture, start in product(range(pictures), range(0, rows, step)):
        block = output[picture, start : start + step]
        patches[: len(block)] = read[picture, start : start + step]
        np.matmul(patches[: len(block)].reshape(-1, len(matrix)), matrix, out=block.reshape(-1, filters))
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
        planes = (matrix @ flat.T).reshape(kh, kw, channels, pictures, rows, columns)
        gathered: Array = np.zeros((channels, pictures, *size), gradient.dtype)
        for i, j in product(range(kh), range(kw)):
            gathered[:, :, *_read(i, j, rows, columns, strides, dilation)] += planes[i, j]
        return gathered.transpose(1, 2, 3, 0)
    whole: Array = np.zeros((pictures, *size, channels), gradient.dtype)
    for i, j in product(range(kh), range(kw)):
        shares = (flat @ kernel[i, j].T).reshape(pictures, rows, columns, channels)
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
    kh, kw, channels = kernel.shape
    read = windows(padded, (kh, kw), strides, dilation)
    pictures, rows, columns = read.shape[:3]
    output = np.empty((pictures, rows, columns, channels), padded.dtype)
    together = _neighbours(columns, channels) if strides[1] == 1 else 1
    run = together * channels
    picture, row, column, down, across, channel = read.strides
    runs = np.lib.stride_tricks.as_strided(
        read,
        (pictures, rows, columns // together, kh, kw, run),
        (picture, row, together * column, down, across, channel),
        writeable=False,
    )
    weights = np.tile(kernel, together)  # (kh, kw, run)
    np.einsum("nrbijc,ijc->nrbc", runs, weights, out=output.reshape(pictures, rows, -1, run))
    return output


def add(maps: Array, values: Array) -> None:
    """Add a number to each channel of maps, (n, ..., C), in place, over as long a run of numbers as may be.

    >>> maps = np.zeros((1, 1, 2, 2), np.float32)
    >>> add(maps, np.array([1, 2], np.float32))
    >>> maps.tolist()
    [[[[1.0, 2.0], [1.0, 2.0]]]]
    """
    together = _neighbours(maps.shape[-2], len(values)) if maps.flags.c_contiguous else 1
    if together == 1:
        maps += values
    else:
        runs = maps.reshape(-1, together * len(values))
        runs += np.tile(values, together)


@lru_cache(maxsize=256)
def _neighbours(columns: int, channels: int) -> int:
    """How many columns next to each other, whose channels lie on end, are computed in one run."""
    return max(
        count for count in range(1, columns + 1) if columns % count == 0 and (count - 1) * channels < _RUN
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
