"""What a window reads: the size of the output, the padding, and which cell takes which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.convolution.layout import (
    Array,
    AxisPadding,
    Indices,
    Padding,
    Pair,
    WindowAxis,
    check_pad_mode,
    checked_array,
    checked_axis,
    checked_pair,
    checked_whole,
    lay_out,
    transposed_axis,
)
from explorer.errors import ExplorerError
from explorer.words import counted


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
    return checked_axis(size, kernel_size, strides, padding, dilation_rate, ceil_mode).outputs


def pads(
    size: int,
    kernel_size: int,
    *,
    strides: int = 1,
    padding: AxisPadding = "valid",
    dilation_rate: int = 1,
    ceil_mode: bool = False,
) -> tuple[int, int]:
    """Return the cells of padding before and after one axis; arguments and errors as `output_size`.

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
    axis = checked_axis(size, kernel_size, strides, padding, dilation_rate, ceil_mode)
    return axis.before, axis.after


def axis_positions(
    size: int,
    kernel_size: int,
    *,
    strides: int = 1,
    padding: AxisPadding = "valid",
    dilation_rate: int = 1,
) -> Indices:
    """Where every tap of every window lies along one axis; arguments and errors as `output_size`.

    position[o, k] = o * strides - before + k * dilation_rate

    Returns:
        int32 (outputs, kernel_size) in input coordinates: below 0 or from `size` on is padding.

    Example:
        >>> axis_positions(3, 3, padding="same").tolist()
        [[-1, 0, 1], [0, 1, 2], [1, 2, 3]]
    """
    axis = checked_axis(size, kernel_size, strides, padding, dilation_rate)
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
    """Where every tap of every window lies along one axis of a `conv2d_transpose`, read as a convolution.

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
    size = checked_whole(size, "size", 1)
    kernel_size = checked_whole(kernel_size, "kernel_size", 1)
    stride = checked_whole(strides, "strides", 1)
    dilation = checked_whole(dilation_rate, "dilation_rate", 1)
    before, outputs = transposed_axis(size, (kernel_size - 1) * dilation + 1, stride, padding, "cells")
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
    """Which input every tap of every window reads along one axis; arguments and errors as `output_size`.

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
    check_pad_mode(pad_mode)
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
    """Which inputs made the output cell (row, col) of `filter2d`, `conv2d` or a pooling.

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
    pixels = checked_array(image, "image", "(H, W) or (H, W, C)", (2, 3))
    taps = checked_pair(kernel_size, "kernel_size", 1)
    axes = lay_out(pixels.shape, taps, strides, padding, dilation_rate)
    cell = checked_whole(row, "row", 0), checked_whole(col, "col", 0)
    if cell[0] >= axes[0].outputs or cell[1] >= axes[1].outputs:
        raise ExplorerError(
            f"There is no output cell in row {row}, column {col}: the output has "
            f"{counted(axes[0].outputs, 'row')} and {counted(axes[1].outputs, 'column')}, counted from 0."
        )
    rows, down = axis_reads(pixels.shape[0], taps[0], axes[0], cell[0], pad_mode)
    cols, across = axis_reads(pixels.shape[1], taps[1], axes[1], cell[1], pad_mode)
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


def axis_reads(size: int, taps: int, axis: WindowAxis, output: int, pad_mode: str) -> tuple[Indices, Indices]:
    """Which inputs the taps of one output read along an axis, and where the taps lie."""
    stride, padding, dilation = axis.stride, (axis.before, axis.after), axis.dilation
    reads = axis_taps(size, taps, strides=stride, padding=padding, dilation_rate=dilation, pad_mode=pad_mode)
    places = axis_positions(size, taps, strides=stride, padding=padding, dilation_rate=dilation)
    return reads[output], places[output]
