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
