"""Larger maps from small ones: nearest neighbours and bilinear interpolation."""

from __future__ import annotations

from reprlib import repr as short
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike

from explorer.convolution.layout import Array, Pair, checked_array, checked_pair, opencv_parts
from explorer.errors import ExplorerError


def upsample2d(image: ArrayLike, size: Pair = 2, interpolation: str = "nearest") -> Array:
    """Enlarge a map by whole factors; it equals keras.layers.UpSampling2D.

    "nearest" repeats every cell. "bilinear" reads at ((r + 1/2) / size - 1/2), between the centres of the
    four cells around it; beyond the edge stand the cells of the edge.

    Args:
        image: Real numbers, (H, W) or (H, W, C).
        size: Cells of the result to a cell of the image: an int or (vertical, horizontal).
        interpolation: "nearest" or "bilinear".

    Returns:
        float32 (H * size, W * size) or (H * size, W * size, C).

    Raises:
        ExplorerError: If an argument is not of the kind above.

    Example:
        >>> upsample2d([[1, 2]], (1, 2)).tolist(), upsample2d([[1, 2]], (1, 2), "bilinear").tolist()
        ([[1.0, 1.0, 2.0, 2.0]], [[1.0, 1.25, 1.75, 2.0]])
    """
    pixels = checked_array(image, "image", "(H, W) or (H, W, C)", (2, 3))
    down, across = checked_pair(size, "size", 1)
    check_interpolation(interpolation)
    height, width = pixels.shape[0] * down, pixels.shape[1] * across
    if interpolation == "nearest":
        return pixels.repeat(down, axis=0).repeat(across, axis=1)
    planes = opencv_parts(pixels) if pixels.ndim == 3 else [pixels]
    parts: list[Any] = [cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR) for part in planes]
    channels = [part.reshape(height, width, -1) for part in parts]
    return np.concatenate(channels, axis=2).reshape(height, width, *pixels.shape[2:])


def check_interpolation(interpolation: str) -> None:
    """Refuse what is no way to interpolate."""
    if interpolation not in ("nearest", "bilinear"):
        raise ExplorerError(
            f'The interpolation is {short(interpolation)}; it must be "nearest" or "bilinear".'
        )
