"""Pictures as arrays: their sizes, their levels, and the checks that loading and samples share."""

from __future__ import annotations

import io
import operator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.errors import ExplorerError
from explorer.words import signed

Array: TypeAlias = NDArray[np.float32]
Levels: TypeAlias = NDArray[np.uint8]

NO_PICTURE: Array = np.zeros((0, 0, 1), np.float32)
"""What an operation is given that works without a picture."""

MIN_SIZE, MAX_SIZE = 16, 512
"""Least and greatest longest side, in pixels, of a prepared picture and of a synthetic sample."""

RESAMPLING: dict[str, Image.Resampling] = {
    "nearest": Image.Resampling.NEAREST,
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "hamming": Image.Resampling.HAMMING,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
"""Pillow's resampling filters by name; all but "nearest" average over what they shrink."""

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue in grey: the luma Y' of ITU-R BT.601."""

SHRINKING = Image.Resampling.HAMMING  # never negative, so no ringing beside edges


class ImageError(ExplorerError):
    """A picture that cannot be used; the message is one sentence for the person who chose it."""


def prepare(image: Array, *, size: int = 256, colour: bool = True, resample: str = "bilinear") -> Array:
    """Make of a picture what the operation sees: its size, its colours, its 256 levels.

    Grey is the luma of ITU-R BT.601, `0.299 R + 0.587 G + 0.114 B`. The longest side becomes `size` and the
    other follows in proportion (at least 1 pixel); a picture that has this size is not resampled. Resampling
    works on floats and is clipped to [0, 1], for "bicubic" and "lanczos" overshoot. At last every value is
    rounded to the nearest of 256 levels (halves to the even one), so that a PNG of it is exact.

    Args:
        image: (H, W, C) in [0, 1], C = 1 or 3, as `load` and `sample` give it.
        size: Longest side in pixels, 16 to 512.
        colour: False makes one channel of three; a grey picture stays grey either way.
        resample: A key of `RESAMPLING`.

    Returns:
        float32 (H', W', C') in which every value is exactly `float32(level) / 255`.

    Raises:
        ImageError: If the picture, the size or the filter is none of these.

    >>> prepare(np.ones((30, 40, 3), np.float32), size=16, colour=False).shape
    (12, 16, 1)
    """
    pixels = _checked(image)
    longest = checked_size(size)
    if resample not in RESAMPLING:
        raise ImageError(
            f"There is no resampling filter {resample!r}; choose one of {', '.join(RESAMPLING)}."
        )
    if not colour and pixels.shape[2] == 3:
        pixels = pixels @ LUMA[:, np.newaxis]  # (H, W, 3) @ (3, 1) -> (H, W, 1)
    rows, columns = fitted_size(pixels.shape[0], pixels.shape[1], longest)
    if (rows, columns) != pixels.shape[:2]:
        planes = (pixels[..., channel] for channel in range(pixels.shape[2]))
        pixels = np.stack([resize(plane, rows, columns, RESAMPLING[resample]) for plane in planes], axis=-1)
    return _levels(pixels) / np.float32(255)


def to_png(image: Array) -> bytes:
    """Write a picture as an 8-bit PNG without loss: `load(to_png(prepare(x)))` equals `prepare(x)`.

    Args:
        image: (H, W, C) in [0, 1], C = 1 (grey) or 3 (RGB); values are rounded to the nearest of 256 levels.

    Raises:
        ImageError: If the array has another shape, is not of floats, or leaves [0, 1].

    >>> to_png(np.zeros((2, 3, 1), np.float32))[1:4]
    b'PNG'
    """
    levels = _levels(_checked(image)).astype(np.uint8)
    file = io.BytesIO()
    # (H, W, 1) -> (H, W), which Pillow writes as grey
    picture = Image.fromarray(levels[..., 0] if levels.shape[2] == 1 else levels)
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def from_levels(levels: Levels) -> Array:
    """Return 8-bit levels as float32 in [0, 1]: exactly `float32(level) / 255`.

    >>> from_levels(np.array([[[0], [51], [255]]], np.uint8)).ravel().tolist()
    [0.0, 0.20000000298023224, 1.0]
    """
    return levels.astype(np.float32) / np.float32(255)


def to_levels(image: Array) -> Levels:
    """Return a picture with values in [0, 1] as 8-bit levels, the nearest of 256.

    >>> to_levels(np.array([[[0], [0.2], [1]]], np.float32)).ravel().tolist()
    [0, 51, 255]
    """
    levels: Levels = np.rint(image * np.float32(255)).astype(np.uint8)
    return levels


# Sizes and checks that the public functions share.


def fitted_size(height: int, width: int, longest: int) -> tuple[int, int]:
    """Return (rows, columns) in proportion: one side is `longest`, the other is rounded and at least 1."""
    side = max(height, width)
    return (
        max(1, (2 * height * longest + side) // (2 * side)),
        max(1, (2 * width * longest + side) // (2 * side)),
    )


def resize(plane: Array, rows: int, columns: int, resampling: Image.Resampling) -> Array:
    """Resample (H, W) on floats."""
    return np.asarray(Image.fromarray(np.ascontiguousarray(plane)).resize((columns, rows), resampling))


def _levels(pixels: Array) -> Array:
    """Round to whole levels from 0 to 255, as floats."""
    levels: Array = np.rint(np.clip(pixels, 0, 1) * np.float32(255))
    return levels


def checked_whole(value: Any, name: str) -> int:
    """A whole number, or an error that names it."""
    try:
        return operator.index(value)
    except TypeError as error:
        raise ImageError(f"The {name} is {value!r}, and a whole number was expected; give one.") from error


def checked_size(size: int) -> int:
    """A size in pixels within the bounds."""
    pixels = checked_whole(size, "size")
    if not MIN_SIZE <= pixels <= MAX_SIZE:
        raise ImageError(f"The size is {pixels} pixels; choose one from {MIN_SIZE} to {MAX_SIZE} pixels.")
    return pixels


def _checked(image: Any) -> Array:
    """Return the array as float32 if it is a picture: (H, W, 1 or 3), floats, within [0, 1]."""
    if not isinstance(image, np.ndarray):
        raise ImageError(
            f"A picture was expected as an array (H, W, C), and an object of type {type(image).__name__} "
            "came; load it first."
        )
    if image.ndim != 3 or image.shape[2] not in (1, 3) or image.size == 0:
        raise ImageError(
            f"A picture of shape (H, W, 1) or (H, W, 3) was expected, and an array of shape {image.shape} "
            "came; give it rows, columns and one or three channels."
        )
    if image.dtype.kind != "f":
        raise ImageError(
            f"A picture of floats between 0 and 1 was expected, and values of type {image.dtype} came; "
            "divide them by their white first."
        )
    low, high = float(image.min()), float(image.max())
    if not (low >= 0 and high <= 1):  # NaN lies in no range
        raise ImageError(
            f"A picture of values between 0 and 1 was expected, and these reach from "
            f"{signed(low)} to {signed(high)}; clip or scale them first."
        )
    return image.astype(np.float32, copy=False)
