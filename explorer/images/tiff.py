"""TIFF beyond what Pillow reads: stacks, channels, floats, and 16 bits of colour.

tifffile reads the headers, and the pixels that are stored plainly or deflated; OpenCV those that are packed
otherwise. What Pillow reads right is left to it.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.images.arrays import ImageError
from explorer.images.depth import StoredNumbers
from explorer.images.limits import MAX_PIXELS, check_size

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB = 0, 1, 2  # photometric interpretations
_RAW = (32803, 34892)
_PLAIN, _DEFLATED = 1, (8, 32946)  # compressions
_ALPHA = (1, 2)  # kinds of extra sample: colours are multiplied by it already, or are not
_UNPACKED = (5, *_DEFLATED, 32773)  # LZW, deflate, PackBits
_OF_FLOATS = 3  # a predictor: the bytes of floats stand apart
_DEFLATE_AT_MOST = 1032  # times smaller than what was packed
_ORIENTATION, _PROFILE = 274, 34675  # tags


@dataclass(frozen=True)
class TiffPart:
    """One picture of a TIFF: a page, or a channel of one.

    Attributes:
        page: Its number, counted from 0.
        channel: Which channel of the page it is, if these are no colours.
        name: What to call it.
        by_pillow: Whether Pillow reads it right.
        white_is_zero: Whether 0 is white and Pillow does not turn that round.
        size: Width and height.
        orientation: As in EXIF, 1 to 8.
        profile: Its ICC profile.
    """

    page: int
    channel: int | None
    name: str
    by_pillow: bool
    white_is_zero: bool
    size: tuple[int, int]
    orientation: int
    profile: bytes | None


def tiff_parts(data: bytes, most: int) -> tuple[TiffPart, ...]:
    """Read the headers of a TIFF: what it holds, no more than `most`; nothing where they are damaged.

    Raises:
        ImageError: If it is a camera's raw picture.
    """
    from tifffile import TiffFile  # 0.1 s

    pages: list[Any] = []
    try:
        with TiffFile(io.BytesIO(data)) as file:
            for number in range(most):
                pages.append(_described(file.pages[number]))
    except ImageError:
        raise
    except Exception:  # the end of the file, or whatever is wrong with it; Pillow says so, too
        pass
    found: list[TiffPart] = []
    for number, (channels, rest) in enumerate(pages):
        for channel in range(channels):
            words = [f"Page {number + 1}"] if len(pages) > 1 or channels == 1 else []
            words += [f"channel {channel + 1}"] if channels > 1 else []
            name = ", ".join(words)
            name = name[0].upper() + name[1:]
            found.append(TiffPart(number, channel if channels > 1 else None, name, **rest))
    return tuple(found[:most])


def _described(page: Any) -> tuple[int, dict[str, Any]]:
    """Return how many pictures a page holds, and what its `TiffPart`s have in common."""
    photometric, samples, bits = int(page.photometric), page.samplesperpixel, page.bitspersample
    if photometric in _RAW:
        raise ImageError("The TIFF is a camera's raw picture; develop it, and choose the picture made of it.")
    whole = page.dtype is None or page.dtype.kind in "uib"
    extra = tuple(int(kind) for kind in page.extrasamples)
    if samples == 1 and page.imagedepth == 1:
        by_pillow = bits != 64 and (whole or bits == 32)
    elif photometric == _RGB:
        by_pillow = bits == 8 and whole
    elif photometric == _BLACK_IS_ZERO:
        by_pillow = bits == 8 and whole and samples == 2 and extra[:1] in ((1,), (2,))
    else:
        by_pillow = photometric != _WHITE_IS_ZERO
    planes = samples * page.imagedepth
    is_colour = photometric == _RGB and samples >= 3
    single = by_pillow or is_colour or planes == 1 or (planes == 2 and extra[:1] in ((1,), (2,)))
    tags = {code: page.tags[code].value for code in (_ORIENTATION, _PROFILE) if code in page.tags}
    orientation, profile = tags.get(_ORIENTATION, 1), tags.get(_PROFILE)
    return 1 if single else planes, {
        "by_pillow": by_pillow,
        "white_is_zero": photometric == _WHITE_IS_ZERO and not (by_pillow and bits <= 8),
        "size": (page.imagewidth, page.imagelength),
        "orientation": int(orientation),
        "profile": bytes(profile) if profile is not None else None,
    }


def of_tiff(data: bytes, part: TiffPart) -> StoredNumbers:
    """Decode a part of a TIFF with all its bits.

    Raises:
        ImageError: If that would take too much memory, or its way of packing is not known.
    """
    from tifffile import TiffFile

    with TiffFile(io.BytesIO(data)) as file:
        page: Any = file.pages[part.page]
        width, height = part.size
        planes = page.samplesperpixel * page.imagedepth
        check_size(width, height, width * height * (2 * planes * page.bitspersample / 8 + 12))
        _check_segments(page, data)
        values = _decoded(page, data)
        photometric = int(page.photometric)
        alpha_kind = next(iter(page.extrasamples), 0)
    if part.channel is not None:
        return StoredNumbers(values[part.channel, ..., np.newaxis], None, part.white_is_zero)
    channels = 3 if photometric == _RGB and len(values) >= 3 else 1
    colour = np.moveaxis(values[:channels], 0, -1)
    if int(alpha_kind) not in _ALPHA or len(values) <= channels:
        return StoredNumbers(colour, None, part.white_is_zero)
    alpha = values[channels]
    if int(alpha_kind) == 1 and alpha.dtype.kind == "u":  # take the alpha out of the colours again
        share = np.maximum(alpha, 1)[..., np.newaxis] / np.float32(np.iinfo(alpha.dtype).max)
        colour = np.minimum(colour / share, np.iinfo(alpha.dtype).max).astype(alpha.dtype)
    return StoredNumbers(colour, alpha, part.white_is_zero)


def _check_segments(page: Any, data: bytes) -> None:
    """Refuse strips and tiles that are missing, huge, or unpack to far more than they should hold."""
    sides = (page.tilewidth, page.tilelength) if page.is_tiled else (page.imagewidth, page.rowsperstrip)
    if page.is_tiled and sides[0] * sides[1] > MAX_PIXELS // 4:
        raise ImageError(
            f"The TIFF picture is stored in tiles of {sides[0]} × {sides[1]} pixels, which are too large to "
            "read; save it without tiles."
        )
    held = sides[0] * min(sides[1], max(page.imagelength, page.tilelength))
    held *= page.samplesperpixel * page.imagedepth * page.bitspersample // 8 + 1
    for start, count in zip(page.dataoffsets, page.databytecounts, strict=True):
        if count < 1 or start + count > len(data):
            raise ImageError("The TIFF picture is cut short; save it again, or choose another.")
        if int(page.compression) in _DEFLATED and count * _DEFLATE_AT_MOST > held:
            unpacking = zlib.decompressobj()
            unpacking.decompress(data[start : start + count], held)
            if unpacking.unconsumed_tail:
                raise ImageError("The TIFF picture holds more than its header says; save it again.")


def _decoded(page: Any, data: bytes) -> NDArray[Any]:
    """Return the pixels of a page as (planes, H, W)."""
    height, width = page.imagelength, page.imagewidth
    compression = int(page.compression)
    values: Any = None
    if compression == _PLAIN or compression in _DEFLATED:
        try:
            values = page.asarray(maxworkers=1)
        except ValueError as error:  # a predictor that needs a package of codecs
            if "imagecodecs" not in str(error):
                raise
    if values is not None:
        if page.axes.endswith("S"):  # samples stand together
            values = np.moveaxis(values, -1, 0)
        return np.asarray(values.reshape(-1, height, width))
    apart, together = (page.samplesperpixel, 1) if int(page.planarconfig) == 2 else (1, page.samplesperpixel)
    if apart > 1 or (together > 1 and int(page.photometric) != _RGB and int(page.predictor) < _OF_FLOATS):
        planes = [_unpacked(page, data, number, apart, together) for number in range(apart)]
        return np.concatenate([np.moveaxis(plane, -1, 0) for plane in planes])
    upright = bytearray(data)
    if turned := page.tags.get(_ORIENTATION):  # OpenCV would turn it
        upright[turned.valueoffset : turned.valueoffset + 2] = struct.pack(f"{page.parent.byteorder}H", 1)
    values = _by_opencv(upright, page.index, page, page.samplesperpixel)
    values = values.reshape(height, width, -1)
    if values.shape[2] >= 3:
        values = values[..., [2, 1, 0, 3][: values.shape[2]]]
    return np.moveaxis(values, -1, 0)


def _by_opencv(file: bytes | bytearray, number: int, page: Any, samples: int) -> NDArray[Any]:
    """Decode a page of a file, and check that it is what the header of `page` says."""
    buffer = np.frombuffer(file, np.uint8)
    read, pictures = cv2.imdecodemulti(buffer, cv2.IMREAD_UNCHANGED, range=(number, number + 1))
    values = pictures[0] if read and len(pictures) == 1 else None
    size = page.imagelength * page.imagewidth * samples
    if values is not None and values.dtype == page.dtype and values.size == size:
        return np.asarray(values)
    if values is None and int(page.compression) in _UNPACKED:
        raise ImageError("The TIFF picture is damaged or cut short and cannot be decoded; save it again.")
    raise _not_read(page)


def _not_read(page: Any) -> ImageError:
    name = getattr(page.compression, "name", page.compression)
    planes = " in planes" if int(page.planarconfig) == 2 and page.samplesperpixel > 1 else ""
    return ImageError(
        f"The TIFF picture of {page.samplesperpixel} × {page.bitspersample} bits is compressed{planes} "
        f"({name}) in a way that is not read; save it without compression."
    )


def _unpacked(page: Any, data: bytes, number: int, apart: int, together: int) -> NDArray[Any]:
    """Return one of the planes that stand apart, (H, W, C) with the channels that stand together in it."""
    if int(page.compression) not in _UNPACKED:
        raise _not_read(page)
    grey = _as_grey(page, data, number, apart, together)
    if page.dtype == np.uint8:  # where OpenCV gives zeros for what is damaged
        with Image.open(io.BytesIO(grey), formats=["TIFF"]) as image:
            values: NDArray[Any] = np.asarray(image)
    else:
        values = _by_opencv(grey, 0, page, together)
    values = values.reshape(page.imagelength, page.imagewidth, together)
    if together > 1 and int(page.predictor) > 1:  # each number is the difference from the one before it
        values = np.cumsum(values, axis=1, dtype=values.dtype)
    return values


def _as_grey(page: Any, data: bytes, number: int, apart: int, together: int) -> bytes:
    """Return a grey TIFF of one plane, packed as it is there: other readers know planes of colours alone."""
    count = len(page.dataoffsets) // apart
    here = slice(number * count, (number + 1) * count)
    sizes = page.databytecounts[here]
    packed = [data[start : start + size] for start, size in zip(page.dataoffsets[here], sizes, strict=True)]
    if page.is_tiled:
        sides = {322: [page.tilewidth * together], 323: [page.tilelength]}
        starts, lengths = 324, 325
    else:
        sides = {278: [page.rowsperstrip]}
        starts, lengths = 273, 279
    tags = sides | {
        256: [page.imagewidth * together],
        257: [page.imagelength],
        258: [page.bitspersample],
        259: [int(page.compression)],
        262: [_BLACK_IS_ZERO],
        277: [1],
        317: [int(page.predictor) if together == 1 else 1],
        339: [int(page.sampleformat)],
        starts: [0] * count,
        lengths: list(sizes),
    }
    order = page.parent.byteorder
    behind = 8 + 2 + 12 * len(tags) + 4  # the header and the directory
    place = behind + (8 * count if count > 1 else 0)  # and the two lists
    tags[starts] = [place + sum(sizes[:index]) for index in range(count)]
    directory, lists = struct.pack(f"{order}H", len(tags)), b""
    for code, values in sorted(tags.items()):
        text = struct.pack(f"{order}{len(values)}I", *values)
        if len(values) > 1:
            text, lists = struct.pack(f"{order}I", behind + len(lists)), lists + text
        directory += struct.pack(f"{order}HHI", code, 4, len(values)) + text
    header = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    return header + directory + bytes(4) + lists + b"".join(packed)
