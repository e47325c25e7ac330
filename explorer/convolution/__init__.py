"""Sliding windows: kernels, filters, pooling, and which cell reads which.

Example:
    >>> filter2d([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]]).tolist()
    [[19.0, 25.0], [37.0, 43.0]]
"""

from explorer.convolution.filters import conv2d, conv2d_transpose, filter2d
from explorer.convolution.geometry import Window, output_size, window_at
from explorer.convolution.kernels import (
    KERNELS,
    Kernel,
    box,
    gabor,
    gaussian,
    laplacian_of_gaussian,
    motion_blur,
)
from explorer.convolution.pooling import pool2d

__all__ = [
    "KERNELS",
    "Kernel",
    "Window",
    "box",
    "conv2d",
    "conv2d_transpose",
    "filter2d",
    "gabor",
    "gaussian",
    "laplacian_of_gaussian",
    "motion_blur",
    "output_size",
    "pool2d",
    "window_at",
]
