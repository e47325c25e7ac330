"""What a picture may cost: limits of bytes, pixels, memory and passes, all of them judged from the header.

A file of some kilobytes may claim gigapixels, so nothing is decoded before its price is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from PIL import Image

from explorer.images.arrays import ImageError

MAX_BYTES = 64 * 2**20
"""Of a file. A photograph of 30 megapixels as PNG has about 45 MB."""

MAX_PIXELS = 64_000_000
"""Of a picture that is decoded whole."""

MAX_SHRUNK_PIXELS = 256_000_000
"""Of a JPEG that is shrunk while it is decoded, a row of blocks at a time."""

MAX_MEMORY = 400 * 2**20
"""Bytes that decoding one picture may take, the pixels included."""

MAX_SCANS = 100
"""Scans in a progressive JPEG: ten are usual, and 31 bytes more cost another pass over all pixels."""

MAX_SCANNED = 1_600_000_000
"""Pixels of all these passes together."""

# Bytes a pixel at the peak of decoding, measured with Pillow 13 on pictures of 12 megapixels: what the reader
# keeps for itself, and Pillow's pixels.
_BY_FORMAT = {"WEBP": 16.5, "JPEG2000": 20.0, "AVIF": 12.0, "HEIF": 8.0}
# Pillow's own pixels, and the copy in which palettes find their colours or colours are weighed by alpha.
_BY_MODE = {
    "1": 1.0,
    "L": 1.0,
    "P": 9.0,
    "LA": 9.0,
    "PA": 9.0,
    "RGBA": 9.0,
    "I;16": 14.0,
    "I": 20.0,
    "F": 20.0,
}
_PLAIN = 5.0

DEEP, DEEP_WITH_ALPHA = 20.0, 31.0
"""The same for 16 bits in colour: Pillow's pixels, OpenCV's, and channels as floats."""

_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # in pixels a zero follows 255, or a restart marker
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_WITHOUT_LENGTH = (0x01, 0xD8)


def check_bytes(count: int, wanted: str) -> None:
    """Refuse a file that is empty or larger than `MAX_BYTES`."""
    if count == 0:
        raise ImageError(f"The file is empty (0 bytes); choose {wanted}.")
    if count > MAX_BYTES:
        raise ImageError(
            f"The file is larger than {MAX_BYTES // 2**20} MB, the most that is read; save it smaller."
        )


def check_picture(image: Image.Image, most: int = MAX_PIXELS) -> None:
    """Refuse a picture without pixels, with too many, or too dear to decode, before it is decoded."""
    width, height = image.size
    cost = _BY_FORMAT.get(image.format or "", _BY_MODE.get(image.mode, _PLAIN))
    check_size(width, height, width * height * cost, most)


def check_size(width: int, height: int, memory: float, most: int = MAX_PIXELS) -> None:
    """Refuse a picture without pixels, with more than `most`, or that takes more memory than may be."""
    size = f"The picture is {width} × {height} pixels"
    if width < 1 or height < 1:
        raise ImageError(f"{size} and so is empty; choose another.")
    if width * height > most:
        raise ImageError(
            f"{size} ({width * height / 1e6:,.{_digits(width * height, most)}f} megapixels), and at most "
            f"{most // 10**6} megapixels are read; make it smaller."
        )
    if memory > MAX_MEMORY:
        raise ImageError(
            f"{size}, to decode it takes {-int(-memory // 2**20):,} MB of memory, and at most "
            f"{MAX_MEMORY // 2**20} MB are given to a picture of this kind; make it smaller."
        )


def _digits(pixels: int, most: int) -> int:
    """Return how many decimals of megapixels tell a number from the most that may be."""
    return next((digits for digits in range(1, 6) if round(pixels / 1e6, digits) > most / 1e6), 6)


def check_jpeg(image: Any, data: bytes, size: tuple[int, int]) -> None:
    """Refuse a JPEG that is too large or has too many passes; `image` is to be decoded at its own size now.

    One pass that holds all components is shrunk as it comes. In any other file, progressive or with a pass
    for each component, all coefficients of 2 bytes wait in memory for the last pass.

    Args:
        image: Pillow's, after `draft`.
        data: Its file.
        size: Width and height before `draft`.
    """
    width, height = size
    scans, together = _scans(data)
    whole = bool(image.info.get("progressive")) or together < len(image.layer)
    if scans > MAX_SCANS or (scans > 1 and scans * width * height > MAX_SCANNED):
        most = min(MAX_SCANS, MAX_SCANNED // max(width * height, 1))
        raise ImageError(f"The JPEG picture has more than {most} passes, which take too long; save it again.")
    pixels = image.size[0] * image.size[1] * _PLAIN
    if whole:
        pixels += width * height * 2 * float(_samples(image.layer))
    check_size(width, height, pixels, MAX_PIXELS if whole else MAX_SHRUNK_PIXELS)


def _samples(layers: Sequence[tuple[Any, int, int, Any]]) -> Fraction:
    """Return the samples a pixel: 3 for three components in full, 3/2 with the colours halved both ways."""
    across = max((layer[1] for layer in layers), default=1)
    down = max((layer[2] for layer in layers), default=1)
    return sum((Fraction(layer[1] * layer[2], across * down) for layer in layers), Fraction(0))


def _scans(data: bytes) -> tuple[int, int]:
    """Return the number of passes in the first picture of a file, and the components in the first of them.

    What follows the picture, such as the film behind a "motion photo", is not looked at.
    """
    scans, together, place = 0, 0, 2
    while scans <= MAX_SCANS and (found := _MARKER.search(data, place)):
        marker, place = data[found.end() - 1], found.end()
        if marker == _END_OF_IMAGE:
            break
        if marker in _WITHOUT_LENGTH:
            continue
        if marker == _START_OF_SCAN:
            scans += 1
            together = together or int.from_bytes(data[place + 2 : place + 3], "big")
        place += int.from_bytes(data[place : place + 2], "big")
    return scans, together
