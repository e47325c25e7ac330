"""Where windows lie: the checks of shapes and arguments, and the layout that filters and poolings share.

Rows come before columns, channels come last, and every array is float32. Arguments have Keras's names and
meanings; `pad_mode` has numpy.pad's.
"""

from __future__ import annotations

from functools import lru_cache
from operator import index
from reprlib import repr as short
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.errors import ExplorerError

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

FLOAT32 = np.dtype(np.float32)

_CELLS = 'padding, unless it is "valid" or "same",'
# OpenCV 5 takes an array of more channels for one of more axes.
_CHANNELS = 128


class WindowAxis(NamedTuple):
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


class Layout(NamedTuple):
    """The windows of a pooling, along the rows and along the columns."""

    taps: tuple[int, int]
    rows: WindowAxis
    cols: WindowAxis
    counts: tuple[Array, Array]  # taps of each window in the image
    padded_counts: tuple[Array, Array]  # taps in the image or its padding, without what ceil_mode adds


def transposed_axis(size: int, reach: int, stride: int, padding: AxisPadding, cells: str) -> tuple[int, int]:
    """Count the cells that a transposed convolution leaves out before its outputs, and its outputs."""
    if padding == "valid":
        return 0, (size - 1) * stride + max(reach, stride)
    if padding == "same":
        return max(0, reach - stride) // 2, size * stride
    before, after = axis_ends(size, reach, stride, padding)
    outputs = (size - 1) * stride + reach - before - after
    if outputs < 1:
        raise ExplorerError(
            f"The padding takes away {before + after} {cells} of {outputs + before + after}: "
            "choose less padding, a larger kernel or a larger image."
        )
    return before, outputs


def window_views(padded: Array, taps: tuple[int, int], rows: WindowAxis, cols: WindowAxis) -> Array:
    """View a padded image (H, W, C) as its windows (H', W', kh, kw, C), without a copy."""
    down, across, channel = padded.strides
    return np.lib.stride_tricks.as_strided(
        padded,
        (rows.outputs, cols.outputs, *taps, padded.shape[2]),
        (rows.stride * down, cols.stride * across, rows.dilation * down, cols.dilation * across, channel),
        writeable=False,
    )


def spread_kernel(kernel: Array, vertical: int, horizontal: int) -> Array:
    """Set the taps of a kernel apart, with zeros between them."""
    if vertical == horizontal == 1:
        return kernel
    kh, kw = kernel.shape
    spread = np.zeros(((kh - 1) * vertical + 1, (kw - 1) * horizontal + 1), np.float32)
    spread[::vertical, ::horizontal] = kernel
    return spread


def pad_axes(image: Array, rows: WindowAxis, cols: WindowAxis, pad_mode: str, value: float = 0) -> Array:
    """Put the padding of both axes around an image; a constant border has the value."""
    parts = opencv_parts(image) if image.ndim == 3 else [image]
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


def opencv_parts(image: Array) -> list[Array]:
    """Split the channels of an image (H, W, C) into as few parts as OpenCV takes."""
    if image.shape[2] <= _CHANNELS:
        return [image]
    starts = range(0, image.shape[2], _CHANNELS)
    return [np.ascontiguousarray(image[:, :, start : start + _CHANNELS]) for start in starts]


def lay_out(
    shape: tuple[int, ...],
    taps: tuple[int, ...],
    strides: Pair,
    padding: Padding,
    dilation_rate: Pair,
    ceil_mode: bool = False,
    window: str = "kernel",
) -> tuple[WindowAxis, WindowAxis]:
    """Lay the window's ways down and across an image."""
    if type(strides) is not int:
        strides = checked_pair(strides, "strides", 1)
    if type(dilation_rate) is not int:
        dilation_rate = checked_pair(dilation_rate, "dilation_rate", 1)
    if type(padding) is not str and type(padding) is not int:
        padding = padding_sides(padding)
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
) -> tuple[WindowAxis, WindowAxis]:
    stride = checked_pair(strides, "strides", 1)
    dilation = checked_pair(dilation_rate, "dilation_rate", 1)
    vertical, horizontal = padding if isinstance(padding, tuple) else (padding, padding)
    down = (shape[0], taps[0], stride[0], vertical, dilation[0], "rows")
    across = (shape[1], taps[1], stride[1], horizontal, dilation[1], "columns")
    return _axis(*down, ceil_mode, window), _axis(*across, ceil_mode, window)


def padding_sides(padding: Any) -> Padding:
    """Read padding that is neither a plain str nor a plain int."""
    if isinstance(padding, str):
        return str(padding)
    if not isinstance(padding, tuple | list):
        return checked_whole(padding, _CELLS, 0)
    if len(padding) != 2 or not all(isinstance(ends, tuple | list) and len(ends) == 2 for ends in padding):
        raise ExplorerError(_padding_sentence(padding, "((top, bottom), (left, right))"))
    (top, bottom), (left, right) = padding
    return (
        (checked_whole(top, _CELLS, 0), checked_whole(bottom, _CELLS, 0)),
        (checked_whole(left, _CELLS, 0), checked_whole(right, _CELLS, 0)),
    )


def checked_axis(
    size: int,
    kernel_size: int,
    strides: int,
    padding: AxisPadding,
    dilation_rate: int,
    ceil_mode: bool = False,
) -> WindowAxis:
    """Lay the window's way along one axis given by a reader."""
    size = checked_whole(size, "size", 1)
    kernel_size = checked_whole(kernel_size, "kernel_size", 1)
    stride = checked_whole(strides, "strides", 1)
    dilation = checked_whole(dilation_rate, "dilation_rate", 1)
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
) -> WindowAxis:
    """Lay the window's way along one axis; `cells` is the word for what is counted along it."""
    reach = (taps - 1) * dilation + 1
    before, after = axis_ends(size, reach, stride, padding)
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
    return WindowAxis(free // stride + 1, before, after, stride, dilation, anchor)


def axis_ends(size: int, reach: int, stride: int, padding: AxisPadding) -> tuple[int, int]:
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
        return checked_whole(padding[0], _CELLS, 0), checked_whole(padding[1], _CELLS, 0)
    number = checked_whole(padding, _CELLS, 0)
    return number, number


def _padding_sentence(padding: object, pair: str) -> str:
    return (
        f'The padding is {short(padding)}; it must be "valid", "same", a whole number from 0 on, or {pair}.'
    )


def check_pad_mode(pad_mode: str) -> None:
    """Refuse what is no way to pad."""
    if not isinstance(pad_mode, str) or pad_mode not in PAD_MODES:
        raise ExplorerError(f"The pad_mode is {short(pad_mode)}; it must be one of {', '.join(PAD_MODES)}.")


def checked_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Read the shape of an image, its channels included if it has any."""
    if len(shape) not in (2, 3):
        raise ExplorerError(f"The image's shape is {shape}; it must be (H, W) or (H, W, C).")
    return tuple(checked_whole(size, "image_shape", 1) for size in shape)


def checked_pair(value: Pair, name: str, least: int) -> tuple[int, int]:
    """Read an int or (vertical, horizontal)."""
    if isinstance(value, tuple | list):
        if len(value) != 2:
            raise ExplorerError(
                f"{name} must be a whole number or (vertical, horizontal); it is {short(value)}."
            )
        return checked_whole(value[0], name, least), checked_whole(value[1], name, least)
    number = checked_whole(value, name, least)
    return number, number


def checked_whole(value: int, name: str, least: int) -> int:
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


def checked_array(value: ArrayLike, name: str, form: str, ranks: tuple[int, ...]) -> Array:
    """Read an array of real numbers as float32, without a copy where it is one already."""
    array: Array
    if type(value) is np.ndarray and value.dtype == FLOAT32 and value.flags.c_contiguous:
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
