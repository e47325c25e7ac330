"""What a number several layers on depends on: receptive fields and the rectangle of the input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from explorer.convolution.layout import (
    Indices,
    Padding,
    Pair,
    WindowAxis,
    checked_pair,
    checked_whole,
    lay_out,
)
from explorer.convolution.upsampling import check_interpolation
from explorer.errors import ExplorerError
from explorer.words import counted


class _Way(NamedTuple):
    """A step of a stack along one axis; `reads` gives the inputs (n, taps) of cells (n,) of its output."""

    size: int
    outputs: int
    reads: Callable[[Indices], Indices]


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


def receptive_field(
    steps: Sequence[WindowStep | Upsampling], input_shape: tuple[int, ...]
) -> list[ReceptiveField]:
    """What the units of a stack of steps see of the image, at every depth.

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
                jumps[axis] /= checked_pair(step.size, "size", 1)[axis]
            else:
                jumps[axis] *= checked_pair(step.strides, "strides", 1)[axis]
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
    """Return the smallest rectangle of pixels that holds all that unit (row, col) of the last step reads.

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
    cell = checked_whole(row, "row", 0), checked_whole(col, "col", 0)
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
    shape = tuple(checked_whole(size, "input_shape", 1) for size in input_shape[:2])
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
    taps = checked_pair(step.kernel_size, "kernel_size", 1)
    axes = lay_out(shape, taps, step.strides, step.padding, step.dilation_rate, step.ceil_mode)

    def way(size: int, taps: int, axis: WindowAxis) -> _Way:
        steps = np.arange(taps, dtype=np.int32) * axis.dilation - axis.before
        return _Way(size, axis.outputs, lambda cells: cells[:, np.newaxis] * axis.stride + steps)

    return way(shape[0], taps[0], axes[0]), way(shape[1], taps[1], axes[1])


def _upsampling_ways(step: Upsampling, shape: tuple[int, ...]) -> tuple[_Way, _Way]:
    factors = checked_pair(step.size, "size", 1)
    check_interpolation(step.interpolation)

    def way(size: int, factor: int) -> _Way:
        def nearest(cells: Indices) -> Indices:
            return (cells // factor)[:, np.newaxis]

        def bilinear(cells: Indices) -> Indices:
            place = 2 * cells + 1 - factor  # twice `factor` of these to a cell
            return np.stack([place // (2 * factor), -(-place // (2 * factor))], axis=1)

        return _Way(size, size * factor, nearest if step.interpolation == "nearest" else bilinear)

    return way(shape[0], factors[0]), way(shape[1], factors[1])
