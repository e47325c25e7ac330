"""Pictures from files: the formats, the limits, and the way from bytes to an array."""

from __future__ import annotations

import contextlib
import io
import math
import os
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from PIL import ExifTags, Image, JpegImagePlugin

from explorer.images.arrays import SHRINKING, Array, ImageError, checked_whole, fitted_size, resize
from explorer.images.limits import MAX_BYTES, MAX_PIXELS, check_bytes, check_jpeg, check_picture

Source: TypeAlias = bytes | bytearray | memoryview | str | os.PathLike[str] | BinaryIO | Image.Image

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
_WANTED = "a PNG, JPEG, WebP, BMP, GIF or TIFF picture"

# One picture is decoded at a time: catch_warnings is not safe in threads, and large pictures are large.
_DECODING = threading.Lock()


def load(source: Source, *, max_side: int = 1024) -> Array:
    """Read a picture as numbers between 0 (black) and 1 (white).

    * An animation, or a file of several pages, gives its first picture; EXIF orientation is applied.
    * Transparency lies over white: `value * alpha + 1 - alpha`.
    * Black and white and grey pictures have one channel; palettes, CMYK, YCbCr, Lab and HSV become RGB.
    * 8 bits: `level / 255`. 16 bits grey (I;16): `level / 65535`; of 16-bit colour Pillow keeps 8 bits.
    * Numbers without a declared white (modes I and F): fractions between 0 and 1 (F) are kept, whole numbers
      from 0 to 255 or from 0 to 65535 are levels of 8 or 16 bits, and anything else is stretched so that the
      least becomes 0 and the greatest 1.
    * Colour profiles are not applied.
    * A JPEG at least twice as large as `max_side` is first brought to a half, a quarter or an eighth by its
      decoder, which takes little memory.

    Args:
        source: The bytes of a file, its path, a file opened in binary mode (read from its start where it can
            be rewound), or a Pillow image.
        max_side: Longest side in pixels; larger pictures are shrunk (antialiased), smaller ones left alone.

    Returns:
        float32 (H, W, C) in [0, 1], C = 1 (grey) or 3 (red, green, blue).

    Raises:
        ImageError: If the file is missing, empty, larger or dearer to decode than `explorer.images.limits`
            allow (checked before anything is decoded), damaged, cut short or no picture, or if a value is
            infinite or NaN.

    >>> fifth_of_red = Image.new("RGBA", (2, 1), (255, 0, 0, 51))
    >>> load(fifth_of_red)
    array([[[1. , 0.8, 0.8],
            [1. , 0.8, 0.8]]], dtype=float32)
    """
    longest = checked_whole(max_side, "max_side")
    if longest < 1:
        raise ImageError(
            f"The max_side is {longest}, and a picture needs at least 1 pixel; give a larger one."
        )
    try:
        data = source if isinstance(source, Image.Image) else _read(source)
        with _DECODING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = data if isinstance(data, Image.Image) else _open(data, longest)
            check_picture(image)
            image.load()
            turn = _ORIENTATIONS.get(_orientation(image))
            pixels = _to_array(image, longest)
    except ImageError:
        raise
    except Exception as error:  # damaged files raise at least ten unrelated types in Pillow's readers
        raise ImageError(
            f"The picture is damaged or cut short and cannot be decoded; save it again as {_WANTED}."
        ) from error
    return np.ascontiguousarray(turn(pixels)) if turn else pixels


# Reading: the bytes of a file, then an image that is not decoded, then an array.


def _read(source: Any) -> bytes:
    """Return the bytes of a file, no more than `MAX_BYTES` of them."""
    if isinstance(source, bytes | bytearray | memoryview):
        check_bytes(memoryview(source).nbytes, _WANTED)
        return bytes(source)
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        try:
            if not path.is_file():  # a device or a pipe might never end
                raise ImageError(f"There is no file {path.name!r}; choose {_WANTED}.")
            with path.open("rb") as file:
                return _read_all(file)
        except ImageError:
            raise
        except (OSError, ValueError) as error:
            raise ImageError(f"The file {path.name!r} cannot be read; choose {_WANTED}.") from error
    if callable(getattr(source, "read", None)):
        try:
            with contextlib.suppress(AttributeError, OSError):
                source.seek(0)
            return _read_all(source)
        except ImageError:
            raise
        except (OSError, ValueError) as error:
            raise ImageError("The file cannot be read, perhaps it is closed; open it again.") from error
    raise ImageError(
        "A picture was expected as bytes, a path, an open file or a Pillow image, and an object of type "
        f"{type(source).__name__} came; give one of these."
    )


def _read_all(file: BinaryIO) -> bytes:
    data = bytearray()
    while len(data) <= MAX_BYTES and (chunk := file.read(MAX_BYTES + 1 - len(data))):
        if not isinstance(chunk, bytes):
            raise ImageError('The file is open as text, and bytes were expected; open it in mode "rb".')
        data += chunk
    check_bytes(len(data), _WANTED)
    return bytes(data)


def _open(data: bytes, longest: int) -> Image.Image:
    """Read the header, refuse what would cost too much, and let a JPEG be shrunk while it is decoded."""
    try:
        # Not by Image.open, which refuses pixels that are never in memory together.
        jpeg = JpegImagePlugin.JpegImageFile(io.BytesIO(data)) if data[:2] == b"\xff\xd8" else None
        image = jpeg or Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ImageError(
            f"The picture has far more than {MAX_PIXELS // 10**6} megapixels, the most that is read; make it "
            "smaller."
        ) from error
    except Exception as error:
        raise ImageError(f"The file {_recognised(data)}; choose {_WANTED}.") from error
    if jpeg:
        rows, columns = fitted_size(jpeg.height, jpeg.width, min(longest, max(jpeg.size)))
        size = jpeg.size
        jpeg.draft(None, (columns, rows))
        check_jpeg(jpeg, data, size)
    if image.format == "TIFF":
        tags: Any = getattr(image, "tag_v2", {})
        sides = (tags.get(322, 1), tags.get(323, 1))  # TileWidth, TileLength
        # libtiff allocates a whole tile, however small the picture in it is
        if not all(isinstance(side, int) for side in sides) or math.prod(sides) > MAX_PIXELS:
            raise ImageError(
                f"The TIFF picture is stored in tiles of {sides[0]} x {sides[1]} pixels, which are too large "
                "to read; save it without tiles."
            )
    _mend_colour_key(image)
    return image


_OTHER_KINDS = {
    b"%PDF": "is a PDF document",
    b"<svg": "is an SVG drawing",
    b"<html": "is a web page",
    b"<!DOCTYPE": "is a web page or an SVG drawing",
    b"ftypavif": "is an AVIF picture",
    b"ftyphei": "is a HEIC picture, as some phones save them",
    b"ftypmif1": "is a HEIC picture, as some phones save them",
    b"ftypisom": "is a video",
    b"ftypmp4": "is a video",
    b"ftypqt": "is a video",
    b"8BPS": "is a Photoshop document",
    b"PK\x03\x04": "is a ZIP archive or an office document",
}


def _recognised(data: bytes) -> str:
    for mark, kind in _OTHER_KINDS.items():
        if mark in data[:256]:
            return kind
    return f"({len(data)} bytes) is no picture of a known kind, or is damaged in its first bytes"


def _mend_colour_key(image: Image.Image) -> None:
    """Bring the transparent colour of a PNG to the 8 bits that Pillow makes of its pixels, but not of it."""
    key = image.info.get("transparency")
    tiles = getattr(image, "tile", None)
    if image.format != "PNG" or key is None or not tiles:
        return
    packing = tiles[0].args
    if packing == "L;2":
        image.info["transparency"] = (key & 3) * 85
    elif packing == "L;4":
        image.info["transparency"] = (key & 15) * 17
    elif packing == "RGB;16B":
        image.info["transparency"] = tuple(part >> 8 for part in key)


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; metadata beyond repair counts as 1, for the pixels may be good."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        return 1


_ORIENTATIONS: dict[int, Callable[[Array], Array]] = {
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    8: lambda pixels: np.rot90(pixels),
}
"""What turns the stored rows and columns upright, by EXIF orientation; 1 is upright."""


def _to_array(image: Image.Image, max_side: int) -> Array:
    """Shrink a decoded image to `max_side` if it is larger, and give it as (H, W, C) over white."""
    rows, columns = fitted_size(image.height, image.width, min(max_side, max(image.size)))
    if image.mode.startswith(("I", "F")):
        plane = _numbers(image)
        if plane.shape != (rows, columns):
            plane = np.clip(resize(plane, rows, columns, SHRINKING), 0, 1)
        return plane[..., np.newaxis]  # (H, W) -> (H, W, 1)
    image = _plain(image)
    if image.size != (columns, rows):
        image = image.resize((columns, rows), SHRINKING)  # Pillow weighs colours by their alpha
    bands = np.asarray(image, np.float32).reshape(rows, columns, -1)  # (H, W) or (H, W, B) -> (H, W, B)
    if image.mode in ("L", "RGB"):
        return bands / np.float32(255)
    colour, alpha = bands[..., :-1], bands[..., -1:]
    over_white: Array
    if image.mode in ("La", "RGBa"):  # colours are multiplied by alpha already
        over_white = np.minimum(colour + (255 - alpha), 255) / np.float32(255)
    else:  # whole numbers up to 255 * 255 are exact in float32, so an opaque pixel is exactly level / 255
        over_white = (colour * alpha + 255 * (255 - alpha)) / np.float32(255 * 255)
    return over_white


def _plain(image: Image.Image) -> Image.Image:
    """Convert an image of 8 bits or fewer to L or RGB, with a band of alpha if it may be transparent."""
    if image.mode in ("LA", "La", "RGBA", "RGBa"):
        return image
    mode = "L" if image.mode in ("1", "L") else "RGB"
    mode += "A" if image.has_transparency_data else ""
    return image if image.mode == mode else image.convert(mode)


def _numbers(image: Image.Image) -> Array:
    """Return (H, W) in [0, 1] from the modes I;16, I and F."""
    values = np.asarray(image)
    if image.mode.startswith("I;16"):
        levels: Array = values.astype(np.float32) / np.float32(65535)
        key = image.info.get("transparency")
        return levels if key is None else np.where(values == key, np.float32(1), levels)
    bad = values.size - np.count_nonzero(np.isfinite(values))
    if bad:
        raise ImageError(
            f"The picture has {bad} of {values.size} pixels that are infinite or not a number (NaN); replace "
            "them by finite values."
        )
    low, high = float(values.min()), float(values.max())
    if image.mode == "F" and low >= 0 and high <= 1:
        return values.astype(np.float32)
    if low >= 0 and high <= 65535 and not np.any(values % 1):
        return values.astype(np.float32) / np.float32(255 if high <= 255 else 65535)
    if low == high:
        return np.full(values.shape, low > 0, np.float32)
    return ((values.astype(np.float64) - low) / (high - low)).astype(np.float32)
