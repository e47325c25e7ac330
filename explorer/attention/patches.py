"""A picture as a sequence of patches and back, and vectors that tell places apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from explorer.attention.checks import AttentionError, checked_rows
from explorer.calculus import Real, real_array


def patches(picture: ArrayLike, size: int) -> Real:
    """Cut a picture into square patches that touch, each written as a row, pixel by pixel.

    Args:
        picture: (H, W, C), its sides multiples of the size.
        size: p, the side of a patch in pixels.

    Returns:
        (H / p · W / p, p · p · C), the patches row by row, of each the pixels row by row.

    Raises:
        AttentionError: If the picture is not (H, W, C), or the size does not divide its sides.

    Example:
        >>> patches(np.arange(16.0).reshape(4, 4, 1), 2).tolist()[1]
        [2.0, 3.0, 6.0, 7.0]
    """
    array = real_array(picture, "The picture")
    if array.ndim != 3 or array.size == 0:
        raise AttentionError(f"A picture is (rows, columns, channels); this one has the shape {array.shape}.")
    rows, columns, channels = array.shape
    if size < 1 or rows % size or columns % size:
        raise AttentionError(
            f"Patches of {size} × {size} pixels do not fill a picture of {rows} × {columns}; choose a side "
            "that divides both."
        )
    grid = array.reshape(rows // size, size, columns // size, size, channels)
    return grid.swapaxes(1, 2).reshape(-1, size * size * channels)


def picture_of(sequence: ArrayLike, rows: int, columns: int, size: int) -> Real:
    """Lay patches down where `patches` took them from.

    Args:
        sequence: (rows · columns, size · size · C), as `patches` gives it.
        rows: How many patches stand below one another.
        columns: How many stand side by side.
        size: The side of a patch in pixels.

    Raises:
        AttentionError: If there are more or fewer patches, or they are of another size.

    Example:
        >>> picture = np.arange(24.0).reshape(4, 6, 1)
        >>> bool((picture_of(patches(picture, 2), 2, 3, 2) == picture).all())
        True
    """
    array = checked_rows(sequence, "The sequence")
    channels, rest = divmod(array.shape[1], size * size)
    if len(array) != rows * columns or rest or not channels:
        raise AttentionError(
            f"{rows} × {columns} patches of {size} × {size} pixels are {rows * columns} rows of a multiple "
            f"of {size * size} numbers; the sequence has the shape {array.shape}."
        )
    grid = array.reshape(rows, columns, size, size, channels)
    return grid.swapaxes(1, 2).reshape(rows * size, columns * size, channels)


def sinusoidal_positions(count: int, width: int) -> Real:
    """Vectors that tell the places of a sequence apart, and that turn alike from one place to the next.

    Entry 2i of place p is sin(p / 10000^(2i / width)), entry 2i + 1 is its cosine.

    Args:
        count: How many places.
        width: How many numbers a vector has.

    Returns:
        float32 (count, width).

    Raises:
        AttentionError: If there is no place, or a vector has no number.

    Reference: Vaswani et al., Attention Is All You Need, 2017, section 3.5.

    Example:
        >>> sinusoidal_positions(2, 4).round(2).tolist()[0]
        [0.0, 1.0, 0.0, 1.0]
    """
    if count < 1 or width < 1:
        raise AttentionError(f"Positions need a place and a number at least; these are {count} and {width}.")
    entries = np.arange(width)
    turns = np.arange(count)[:, None] / 10_000.0 ** ((entries - entries % 2) / width)
    return np.where(entries % 2, np.cos(turns), np.sin(turns)).astype(np.float32)
