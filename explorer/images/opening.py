"""From the bytes of a file to a picture that is known by its header and not decoded yet."""

from __future__ import annotations

import contextlib
import io
import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from PIL import Image, JpegImagePlugin

from explorer.images.arrays import ImageError, fitted_size
from explorer.images.depth import is_deep_png
from explorer.images.limits import (
    DEEP,
    DEEP_WITH_ALPHA,
    MAX_BYTES,
    MAX_PIXELS,
    check_bytes,
    check_jpeg,
    check_size,
)
from explorer.images.tiff import TiffPart, tiff_parts

Source: TypeAlias = bytes | bytearray | memoryview | str | os.PathLike[str] | BinaryIO | Image.Image

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "HEIF", "BMP", "GIF", "TIFF", "JPEG2000")
"""What is read, by Pillow's names; Pillow itself reads all of these but HEIF."""

WANTED = "a PNG, JPEG, WebP, AVIF, HEIC, BMP, GIF, TIFF or JPEG 2000 picture"


MAX_PARTS = 24
"""Pages of a document or frames of an animation that can be chosen from."""

_MAX_TOGETHER = 256_000_000  # pixels of all the parts that are offered, since each of them is decoded

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def file_bytes(source: Any) -> bytes:
    """Return the bytes of a file, no more than `MAX_BYTES` of them."""
    if isinstance(source, bytes | bytearray | memoryview):
        check_bytes(memoryview(source).nbytes, WANTED)
        return bytes(source)
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        try:
            if not path.is_file():  # a device or a pipe might never end
                raise ImageError(f"There is no file {path.name!r}; choose {WANTED}.")
            with path.open("rb") as file:
                return _read_all(file)
        except ImageError:
            raise
        except (OSError, ValueError) as error:
            raise ImageError(f"The file {path.name!r} cannot be read; choose {WANTED}.") from error
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
    check_bytes(len(data), WANTED)
    return bytes(data)


@dataclass(frozen=True)
class OpenFile:
    """A picture that is known by its header.

    Attributes:
        image: Pillow's, not decoded yet; an empty one where Pillow knows nothing of its kind.
        data: The file, if it is one.
        whole: Width and height in the file where the decoder will shrink them, else nothing.
        tiff: What it holds, if it is a TIFF whose headers are sound.
    """

    image: Image.Image
    data: bytes = field(default=b"", repr=False)
    whole: tuple[int, int] | None = None
    tiff: tuple[TiffPart, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as they are stored."""
        return self.whole or self.image.size


def open_picture(data: bytes, longest: int) -> OpenFile:
    """Read the header, refuse what would cost too much, and let a JPEG be shrunk while it is decoded.

    Args:
        data: A file.
        longest: The longest side that is needed.
    """
    tiff = tiff_parts(data, MAX_PARTS) if data[:4] in _TIFF else ()
    try:
        if data[:2] == b"\xff\xd8":  # not by Image.open, which refuses pixels that are never all in memory
            image: Image.Image = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
        elif _is_heif(data):
            from pi_heif import HeifImageFile  # loads its own libraries

            image = HeifImageFile(io.BytesIO(data))
        else:
            image = Image.open(io.BytesIO(data), formats=[name for name in FORMATS if name != "HEIF"])
    except Image.DecompressionBombError as error:
        raise ImageError(
            f"The picture has far more than {MAX_PIXELS // 10**6} megapixels, the most that is read; make it "
            "smaller."
        ) from error
    except Exception as error:
        if any(not part.by_pillow for part in tiff):
            return OpenFile(Image.new("1", (0, 0)), data, tiff=tiff)
        raise ImageError(f"The file {_recognised(data)}; choose {WANTED}.") from error
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        rows, columns = fitted_size(image.height, image.width, min(longest, max(image.size)))
        size = image.size
        image.draft(None, (columns, rows))
        check_jpeg(image, data, size)
        return OpenFile(image, data, size)
    if image.format == "TIFF":
        _check_tiles(image)
    if is_deep_png(data):
        deep = DEEP if image.mode == "RGB" and "transparency" not in image.info else DEEP_WITH_ALPHA
        check_size(*image.size, math.prod(image.size) * deep)
    _mend_colour_key(image)
    return OpenFile(image, data, tiff=tiff)


def _is_heif(data: bytes) -> bool:
    """Whether a file names HEIF or HEVC among its brands; AVIF is built alike and names itself, too."""
    if data[4:8] != b"ftyp":
        return False
    brands = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
    if any(brand in brands for brand in (b"avif", b"avis")):
        return False
    return any(brand in brands for brand in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"))


def _check_tiles(image: Any) -> None:
    """Refuse huge tiles: libtiff allocates a whole tile, however small the picture in it is."""
    tags = getattr(image, "tag_v2", {})
    sides = (tags.get(322, 1), tags.get(323, 1))  # TileWidth, TileLength
    if not all(isinstance(side, int) for side in sides) or math.prod(sides) > MAX_PIXELS // 4:
        raise ImageError(
            f"The TIFF picture is stored in tiles of {sides[0]} × {sides[1]} pixels, which are too large "
            "to read; save it without tiles."
        )


_OTHER_KINDS = {
    b"%PDF": "is a PDF document",
    b"%!PS": "is a PostScript document",
    b"<svg": "is an SVG drawing",
    b"<html": "is a web page",
    b"<!DOCTYPE": "is a web page or an SVG drawing",
    b"ftypavi": "is an AVIF picture that is damaged or cut short",
    b"ftyphei": "is a HEIC picture that is damaged, cut short or of a rare kind",
    b"ftypmif1": "is a HEIC picture that is damaged, cut short or of a rare kind",
    b"ftypcrx": "is a camera's raw picture",
    b"FUJIFILMCCD-RAW": "is a camera's raw picture",
    b"IIU\0": "is a camera's raw picture",
    b"IIRO": "is a camera's raw picture",
    b"II*\0\x10\0\0\0CR": "is a camera's raw picture",
    b"ftyp": "is a video",
    b"\x1aE\xdf\xa3": "is a video",
    b"AVI LIST": "is a video",
    b"8BPS": "is a Photoshop document",
    b"gimp xcf": "is a GIMP document",
    b"PK\x03\x04": "is a ZIP archive or an office document",
    b"DICM": "is a DICOM picture, as hospitals save them",
    b"SIMPLE  =": "is a FITS picture, as observatories save them",
    b"\x93NUMPY": "is an array of NumPy",
    b"\x76\x2f\x31\x01": "is an OpenEXR picture",
    b"#?RADIANCE": "is a Radiance picture",
    b"\xff\x0a": "is a JPEG XL picture",
    b"JXL \r\n": "is a JPEG XL picture",
    b"II\xbc": "is a JPEG XR picture",
}
"""What else a file may be, by a mark in its first bytes; short marks count at the very start alone."""


def _recognised(data: bytes) -> str:
    for mark, kind in _OTHER_KINDS.items():
        if data.startswith(mark) or (len(mark) >= 4 and mark in data[:256]):
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


def part_names(opened: OpenFile) -> list[str]:
    """Name what a file offers to choose from; nothing where it holds a single picture.

    >>> part_names(OpenFile(Image.new("L", (4, 4))))
    []
    """
    image = opened.image
    most = max(1, min(MAX_PARTS, _MAX_TOGETHER // max(image.width * image.height, 1)))
    if opened.tiff:
        return [part.name for part in opened.tiff[:most]] if len(opened.tiff) > 1 else []
    count = 1
    if image.format in ("GIF", "TIFF"):  # their n_frames walks through the whole file
        with contextlib.suppress(Exception):  # the end of the file, or whatever is wrong with it
            for count in range(1, most):
                image.seek(count)
            count = most
        image.seek(0)
    else:
        count = min(most, getattr(image, "n_frames", 1))
    word = "Page" if image.format == "TIFF" else "Picture" if image.format == "HEIF" else "Frame"
    return [f"{word} {number}" for number in range(1, count + 1)] if count > 1 else []


def turn_to(opened: OpenFile, part: int) -> TiffPart | None:
    """Turn to a part of a file, counted from 0; of a TIFF also return which it is.

    Raises:
        ImageError: If the file has no such part.
    """
    found = opened.tiff[part] if part < len(opened.tiff) else None
    try:
        if opened.tiff and found is None:
            raise EOFError
        if found is None or found.by_pillow:
            number = found.page if found else part
            if number:
                opened.image.seek(number)
    except EOFError as error:
        raise ImageError(
            f"The file holds fewer than {part + 1} pictures, and number {part + 1} was asked for; choose an "
            "earlier one."
        ) from error
    return found
