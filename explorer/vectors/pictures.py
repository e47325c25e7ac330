"""Pictures as vectors: rows of pixels, patches, and batches of a shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from explorer import rounding
from explorer.convolution import geometry, layout
from explorer.errors import ExplorerError
from explorer.vectors.checks import LARGEST_PIXEL, Matrix, checked_place, checked_real
from explorer.vectors.geometry import Dot, dot_of
from explorer.words import counted

# Pictures


@dataclass(frozen=True)
class PictureSize:
    """How many rows, columns and channels a picture has."""

    rows: int
    columns: int
    channels: int

    @property
    def numbers(self) -> int:
        """How many numbers the picture is."""
        return self.rows * self.columns * self.channels

    def nearest(self, row: int, column: int) -> tuple[int, int]:
        """Return the pixel nearest to a place that may lie outside, counted from 0.

        Example:
            >>> PictureSize(4, 5, 1).nearest(2, 9)
            (2, 4)
        """
        return min(max(row, 0), self.rows - 1), min(max(column, 0), self.columns - 1)

    def flattened(self, pictures: int) -> str:
        """What such pictures are as a batch.

        Example:
            >>> PictureSize(4, 5, 3).flattened(32)
            'Flattened, it is a vector of 60 numbers; a batch of 32 such pictures is a matrix of 32 × 60.'
        """
        return (
            f"Flattened, it is a vector of {self.numbers:,} numbers; a batch of {pictures} such pictures is "
            f"a matrix of {pictures} × {self.numbers:,}."
        )

    def __str__(self) -> str:
        """It in a sentence."""
        size = f"{counted(self.rows, 'row')} × {counted(self.columns, 'column')}"
        if self.channels == 1:
            return f"This picture is a matrix of {size}: {self.numbers:,} numbers."
        return (
            f"This picture is {self.channels} matrices, one for each channel, of {size}: "
            f"{self.numbers:,} numbers."
        )


def picture_size(image: ArrayLike) -> PictureSize:
    """What a picture (H, W) or (H, W, C) is as matrices.

    Raises:
        ExplorerError: If it is no picture.

    Example:
        >>> str(picture_size(np.zeros((4, 5, 3))))
        'This picture is 3 matrices, one for each channel, of 4 rows × 5 columns: 60 numbers.'
    """
    return PictureSize(*_pixels(image).shape)


def pixel_row(image: ArrayLike, row: int, channel: int = 0) -> layout.Array:
    """Return one row of one channel of a picture (H, W) or (H, W, C) as a vector, float32 (W,).

    Raises:
        ExplorerError: If it is no picture, or has no such row or channel.

    Example:
        >>> pixel_row([[1, 2], [3, 4]], 1).tolist()
        [3.0, 4.0]
    """
    pixels = _pixels(image)
    return pixels[
        checked_place(row, len(pixels), "row"), :, checked_place(channel, pixels.shape[2], "channel")
    ]


@dataclass(frozen=True, eq=False)
class PatchDot:
    """A cell of a convolution as a dot product.

    Attributes:
        window: What the kernel lies on; see `explorer.convolution.geometry.Window`.
        kernel: The kernel as it lies there, (kh, kw); turned round for a true convolution.
        dot: The patch as a vector times the kernel as a vector, row after row: kh kw numbers each.
    """

    window: geometry.Window
    kernel: Matrix
    dot: Dot

    @property
    def value(self) -> float:
        """The cell: what `explorer.convolution.filters.filter2d` has there, but for the digits of float32."""
        return self.dot.value


def patch_dot(
    image: ArrayLike,
    kernel: ArrayLike,
    row: int,
    col: int,
    *,
    channel: int = 0,
    strides: layout.Pair = 1,
    padding: layout.Padding = "valid",
    dilation_rate: layout.Pair = 1,
    pad_mode: str = "constant",
    flip: bool = False,
) -> PatchDot:
    """Flatten the patch and the kernel of an output cell of `filter2d`: the cell is their dot product.

    Args:
        image: Real numbers, (H, W) or (H, W, C).
        kernel: Real numbers, (kh, kw).
        row: Row of the output cell.
        col: Column of the output cell.
        channel: Which channel of the image, from 0.
        strides: As in `filter2d`.
        padding: As in `filter2d`.
        dilation_rate: As in `filter2d`.
        pad_mode: As in `filter2d`.
        flip: As in `filter2d`.

    Raises:
        ExplorerError: If an argument is not of the kind above, the kernel does not fit, or the output has no
            such cell.

    Example:
        >>> cell = patch_dot(np.arange(9).reshape(3, 3), [[0, 1], [2, 3]], 0, 0)
        >>> cell.dot.a.tolist(), cell.dot.b.tolist(), cell.value
        ([0.0, 1.0, 3.0, 4.0], [0.0, 1.0, 2.0, 3.0], 19.0)
    """
    weights = checked_real(kernel, "The kernel", "(kh, kw)", (2,))
    pixels = _pixels(image)
    window = geometry.window_at(
        pixels[..., checked_place(channel, pixels.shape[2], "channel")],
        (weights.shape[0], weights.shape[1]),
        row,
        col,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        pad_mode=pad_mode,
    )
    laid = weights[::-1, ::-1] if flip else weights
    # Pixels and weights are float32, so they are decimals but for that.
    patch = window.patch.astype(np.float64)
    return PatchDot(window, laid, dot_of(patch.ravel(), laid.ravel(), rounding.SINGLE))  # (kh kw,) each


def batch(images: Sequence[ArrayLike]) -> layout.Array:
    """Flatten pictures of one shape and stack them: a batch is a matrix, float32 (N, H W C).

    Each row is a picture, its pixels row after row and the channels of a pixel side by side.

    Raises:
        ExplorerError: If there is no picture, or they differ in shape.

    Example:
        >>> batch([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]).tolist()
        [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]
    """
    pictures = [_pixels(image) for image in images]
    if not pictures:
        raise ExplorerError("A batch needs a picture or more; there is none.")
    for place, picture in enumerate(pictures, start=1):
        if picture.shape != pictures[0].shape:
            raise ExplorerError(
                f"Picture {place} has the shape {picture.shape} and the first {pictures[0].shape}: the rows "
                "of a batch have one length, so crop or resize the pictures to one shape."
            )
    return np.stack([picture.ravel() for picture in pictures])  # (N, H W C)


def _pixels(image: ArrayLike) -> layout.Array:
    """A picture as float32 (H, W, C)."""
    numbers = checked_real(image, "The picture", "(H, W) or (H, W, C)", (2, 3), LARGEST_PIXEL)
    pixels = numbers.astype(np.float32)
    return pixels[:, :, np.newaxis] if pixels.ndim == 2 else pixels
