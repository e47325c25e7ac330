"""More than 8 bits: numbers as a file holds them, and the way to fractions between black and white."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.images.arrays import SHRINKING, Array, ImageError, resize

_BITS = (8, 10, 12, 14)  # of cameras and microscopes, which store them in 16
_FULL = 65535


class Levels(NamedTuple):
    """How much of its room for levels a picture uses."""

    used: int
    """The greatest level of as many bits as it uses."""
    of: int
    """The greatest level of as many bits as it is stored in."""


@dataclass(frozen=True, eq=False)
class StoredNumbers:
    """A decoded picture in the numbers of its file.

    Attributes:
        colour: Grey or red, green, blue: (H, W, 1 or 3), of any type.
        alpha: How opaque a pixel is: (H, W) of whole numbers, or float in [0, 1]; None where all are.
        white_is_zero: Whether 0 is white, as in some scanners' TIFFs.
    """

    colour: NDArray[Any]
    alpha: NDArray[Any] | None = None
    white_is_zero: bool = False


def of_pillow(image: Image.Image) -> StoredNumbers:
    """Return the numbers of a decoded image of mode I;16, I or F."""
    values = np.asarray(image)
    key = image.info.get("transparency")
    alpha = None if key is None else (values != key).astype(np.float32)
    return StoredNumbers(values[..., np.newaxis], alpha)


def is_deep_png(data: bytes) -> bool:
    """Whether a file is a PNG of 16 bits of which Pillow keeps 8: in colour, or grey with alpha."""
    return (
        data[:8] == b"\x89PNG\r\n\x1a\n" and data[24:25] == b"\x10" and data[25:26] in (b"\2", b"\4", b"\6")
    )


def of_png(data: bytes) -> StoredNumbers:
    """Decode such a PNG, which Pillow has found to be whole, with all its bits."""
    pixels: Any = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ImageError("The PNG picture of 16 bits cannot be decoded; save it again with 8 bits.")
    channels = 1 if data[25:26] == b"\4" else 3  # grey with alpha comes as blue, green, red and alpha, too
    colour = pixels[..., :channels] if channels == 1 else pixels[..., 2::-1]
    return StoredNumbers(colour, pixels[..., 3] if pixels.shape[2] == 4 else None)


def to_unit(
    numbers: StoredNumbers, rows: int, columns: int, *, stretch: bool = True
) -> tuple[Array, Array | None, Levels | None]:
    """Bring numbers to fractions and shrink them, a channel at a time.

    * Levels of 8 bits: `level / 255`. Levels of 16: `level / 65535`; where a picture that is not of one level
      alone uses no more than 8, 10, 12 or 14 bits of 16, `level / (2^bits - 1)`, if it may be stretched.
    * Numbers that declare no white (floats, and whole numbers of 32 bits): fractions between 0 and 1 are
      kept, whole numbers up to 65535 are levels, and anything else is stretched so that the least becomes 0
      and the greatest 1.

    Returns:
        float32 (rows, columns, 1 or 3), float32 (rows, columns, 1) or None, both in [0, 1]; and the levels
        used, where these are not all.

    Raises:
        ImageError: If a value is infinite or NaN.

    >>> dark = StoredNumbers(np.array([[[0], [1000], [4000]]], np.uint16))
    >>> to_unit(dark, 1, 3)[2], round(float(to_unit(dark, 1, 3)[0].max()), 4)
    (Levels(used=4095, of=65535), 0.9768)
    """
    low, high, levels = _range(numbers.colour, stretch)
    opaque = None if numbers.alpha is None else _fractions(numbers.alpha, 0, _white(numbers.alpha))
    alpha = None if opaque is None else _shrunk(opaque, rows, columns)
    planes = []
    for channel in range(numbers.colour.shape[2]):
        plane = _fractions(numbers.colour[..., channel], low, high)
        if numbers.white_is_zero:
            plane = 1 - plane
        if opaque is not None and alpha is not None and plane.shape != (rows, columns):
            # What is transparent has no say in the colour of a smaller picture.
            weighed = _shrunk(plane * opaque, rows, columns)
            plane = np.divide(weighed, alpha, out=np.zeros_like(weighed), where=alpha > 0)
        planes.append(np.clip(_shrunk(plane, rows, columns), 0, 1))
    return np.stack(planes, axis=-1), None if alpha is None else alpha[..., np.newaxis], levels


def _range(values: NDArray[Any], stretch: bool) -> tuple[float, float, Levels | None]:
    """Return what is black, what is white, and the levels used where these are not all."""
    if values.dtype.kind == "f":
        good = sum(int(np.count_nonzero(np.isfinite(row).all(axis=-1))) for row in values)
        pixels = values.shape[0] * values.shape[1]
        if good < pixels:
            raise ImageError(
                f"The picture has {pixels - good} of {pixels} pixels that are infinite or not a number "
                "(NaN); replace them by finite values."
            )
    low, high = float(values.min()), float(values.max())
    if values.dtype == np.uint8:
        return 0, 255, None
    if values.dtype.kind == "f" and low >= 0 and high <= 1:
        return 0, 1, None
    whole = values.dtype.kind != "f" or not any(np.any(row % 1) for row in values)
    if not whole or low < 0 or high > _FULL:
        return (low, high, None) if low < high else (0, abs(high) or 1, None)
    if values.dtype != np.uint16 and high <= 255:
        return 0, 255, None
    used = next((2**bits - 1 for bits in _BITS if high < 2**bits), _FULL)
    if used == _FULL or low == high:  # one level does not tell how many there might be
        return 0, _FULL, None
    return 0, used if stretch else _FULL, Levels(used, _FULL)


def _white(alpha: NDArray[Any]) -> float:
    return 1 if alpha.dtype.kind == "f" else float(np.iinfo(alpha.dtype).max)


def _fractions(plane: NDArray[Any], low: float, high: float) -> Array:
    if low == 0 and plane.dtype.itemsize <= 4:  # a level is exactly float32(level) / float32(white)
        fractions = plane.astype(np.float32)
        fractions /= np.float32(high)
    else:
        fractions = ((plane.astype(np.float64) - low) / (high - low)).astype(np.float32)
    return np.clip(fractions, 0, 1, out=fractions)


def _shrunk(plane: Array, rows: int, columns: int) -> Array:
    return plane if plane.shape == (rows, columns) else np.clip(resize(plane, rows, columns, SHRINKING), 0, 1)
