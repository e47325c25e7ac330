"""Sliding windows: kernels, filters, pooling, and which cell reads which.

Example:
    >>> filter2d([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]]).tolist()
    [[19.0, 25.0], [37.0, 43.0]]
"""

from explorer.convolution.kernels import (
    KERNELS,
    Kernel,
    box,
    gabor,
    gaussian,
    laplacian_of_gaussian,
    motion_blur,
)
from explorer.convolution.spatial import (
    Window,
    conv2d,
    conv2d_transpose,
    filter2d,
    output_size,
    pool2d,
    window_at,
)

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
