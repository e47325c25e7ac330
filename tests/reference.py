"""The slow, obvious second opinion on sliding windows: loops over every output cell and every tap."""

from __future__ import annotations

import math

import numpy as np


def sides(size, kernel_size, stride, padding, dilation):
    """Cells of padding before and after one axis."""
    if padding == "valid":
        return 0, 0
    if padding == "same":
        last = (math.ceil(size / stride) - 1) * stride + (kernel_size - 1) * dilation
        total = max(0, last + 1 - size)
        return total // 2, total - total // 2
    return padding if isinstance(padding, tuple) else (padding, padding)


def both(value):
    return value if isinstance(value, tuple) else (value, value)


def ends(shape, kernel_size, strides, padding, dilation_rate):
    """Padding of an image as ((top, bottom), (left, right))."""
    axes = zip(
        shape[:2],
        kernel_size,
        both(strides),
        padding if isinstance(padding, tuple) else (padding, padding),
        both(dilation_rate),
        strict=True,
    )
    return [sides(*axis) for axis in axes]


def fits(shape, kernel_size, strides, padding, dilation_rate):
    """Whether the kernel finds a place in the padded image."""
    around = ends(shape, kernel_size, strides, padding, dilation_rate)
    return all(
        size + before + after > (taps - 1) * dilation
        for size, taps, (before, after), dilation in zip(
            shape[:2], kernel_size, around, both(dilation_rate), strict=True
        )
    )


def conv2d(
    image,
    kernel,
    bias=None,
    strides=1,
    padding="valid",
    dilation_rate=1,
    groups=1,
    pad_mode="constant",
):
    """Multiply and add for each output cell, channel and tap, in double precision."""
    image, kernel = np.asarray(image, float), np.asarray(kernel, float)
    kh, kw, depth, filters = kernel.shape
    (down, across), (dilation_y, dilation_x) = both(strides), both(dilation_rate)
    around = ends(image.shape, (kh, kw), strides, padding, dilation_rate)
    padded = np.pad(image, [*around, (0, 0)], mode=pad_mode)
    height = (padded.shape[0] - ((kh - 1) * dilation_y + 1)) // down + 1
    width = (padded.shape[1] - ((kw - 1) * dilation_x + 1)) // across + 1
    output = np.zeros((height, width, filters))
    for row in range(height):
        for col in range(width):
            for n in range(filters):
                first = n // (filters // groups) * depth
                total = 0.0 if bias is None else float(bias[n])
                for i in range(kh):
                    for j in range(kw):
                        pixel = padded[row * down + i * dilation_y, col * across + j * dilation_x]
                        for m in range(depth):
                            total += kernel[i, j, m, n] * pixel[first + m]
                output[row, col, n] = total
    return output


def filter2d(image, kernel, strides=1, padding="valid", dilation_rate=1, pad_mode="constant", flip=False):
    """Filter each channel by itself with the same kernel."""
    image, kernel = np.asarray(image, float), np.asarray(kernel, float)
    if flip:
        kernel = kernel[::-1, ::-1]
    planes = image.reshape(*image.shape[:2], -1)
    channels = [
        conv2d(
            planes[:, :, [c]], kernel[:, :, None, None], None, strides, padding, dilation_rate, 1, pad_mode
        )
        for c in range(planes.shape[2])
    ]
    output = np.concatenate(channels, axis=2)
    return output[:, :, 0] if image.ndim == 2 else output


def pool2d(
    image,
    pool_size=2,
    strides=None,
    padding="valid",
    kind="max",
    dilation_rate=1,
    count_padding=False,
    ceil_mode=False,
):
    """Collect the cells of each window one by one; None if some window holds no pixel, or none fits."""
    image = np.asarray(image, float)
    planes = image.reshape(*image.shape[:2], -1)
    taps = both(pool_size)
    steps, dilations = both(taps if strides is None else strides), both(dilation_rate)
    around = ends(image.shape, taps, steps, padding, dilations)
    starts = [
        pool_starts(*axis, ceil_mode)
        for axis in zip(image.shape[:2], taps, steps, around, dilations, strict=True)
    ]
    if not all(starts):
        return None
    output = np.zeros((len(starts[0]), len(starts[1]), planes.shape[2]))
    for row, top in enumerate(starts[0]):
        for col, left in enumerate(starts[1]):
            for channel in range(planes.shape[2]):
                cells, padded = [], 0
                for i in range(taps[0]):
                    for j in range(taps[1]):
                        y, x = top + i * dilations[0], left + j * dilations[1]
                        if 0 <= y < image.shape[0] and 0 <= x < image.shape[1]:
                            cells.append(planes[y, x, channel])
                        elif y < image.shape[0] + around[0][1] and x < image.shape[1] + around[1][1]:
                            padded += 1
                if not cells:
                    return None
                output[row, col, channel] = fold(cells, kind, padded if count_padding else 0)
    return output.reshape(*output.shape[:2], *image.shape[2:])


def pool_starts(size, taps, stride, sides, dilation, ceil_mode):
    """Where the windows of a pooling begin along an axis."""
    before, after = sides
    end = (taps - 1) * dilation
    starts, start = [], -before
    while start + end < size + after:
        starts.append(start)
        start += stride
    if ceil_mode and start - stride + end < size + after - 1 and start < size:
        starts.append(start)  # though it reaches beyond the padding
    return starts


def fold(cells, kind, padded=0):
    """Make one number of the cells of a window and so many zeros, which only an average counts."""
    if kind in ("max", "min") and np.isnan(cells).any():
        return np.nan
    return {
        "max": lambda: max(cells),
        "min": lambda: min(cells),
        "average": lambda: sum(cells) / (len(cells) + padded),
        "l2": lambda: math.sqrt(sum(cell * cell for cell in cells)),
    }[kind]()


def conv2d_transpose(image, kernel, strides=1, padding="valid"):
    """Write every input cell times its kernel on a large canvas, and cut out the part that is asked for."""
    image, kernel = np.asarray(image, float), np.asarray(kernel, float)
    kh, kw, filters, depth = kernel.shape
    height, width = image.shape[:2]
    down, across = both(strides)
    canvas = np.zeros(((height + 1) * down + kh, (width + 1) * across + kw, filters))
    for row in range(height):
        for col in range(width):
            for i in range(kh):
                for j in range(kw):
                    for n in range(filters):
                        for m in range(depth):
                            product = kernel[i, j, n, m] * image[row, col, m]
                            canvas[row * down + i, col * across + j, n] += product
    (top, bottom), (left, right) = (
        transposed_part(*axis)
        for axis in zip(
            (height, width),
            (kh, kw),
            (down, across),
            padding if isinstance(padding, tuple) else (padding, padding),
            strict=True,
        )
    )
    return canvas[top:bottom, left:right]


def transposed_part(size, taps, stride, padding):
    """First and last output of a transposed convolution along an axis, the last excluded."""
    if padding == "valid":
        return 0, (size - 1) * stride + max(taps, stride)
    if padding == "same":  # the padding of the convolution that makes `size` outputs of size * stride inputs
        before = sides(size * stride, taps, stride, "same", 1)[0]
        return before, before + size * stride
    before, after = padding if isinstance(padding, tuple) else (padding, padding)
    return before, (size - 1) * stride + taps - after
