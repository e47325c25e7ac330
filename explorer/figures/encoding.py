"""Pixels as files and as pictures that a page can show."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence

import cv2
import numpy as np

from explorer.errors import ExplorerError
from explorer.figures.colours import Pixels
from explorer.figures.painting import Painted

MIME: dict[str, str] = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
}

MOVING_QUALITY = 80
"""The JPEG quality of a picture that the next one follows at once: a third fewer bytes than at 90."""

SEEN_QUALITY = 90
"""The JPEG quality of a moving picture that has been shrunk to what is seen of it."""

FEW_COLOURS, COLOURS_LOOKED_AT = 8, 1024  # in a picture that moves, and pixels among which they are counted

_WORTH_SHRINKING = 0.75  # of a side: a picture of more is encoded and decoded sooner than it is shrunk

MAX_CHART_SIDE = 8192
"""The longest side, in pixels, of a picture that `enlarge` and `mosaic` make."""


def encode(pixels: Pixels, format: str = "png", quality: int = 90) -> bytes:
    r"""The file of a picture: PNG is exact, JPEG (with full colour resolution) the quickest while it moves.

    Args:
        pixels: uint8 (H, W) or (H, W, 3), red first.
        format: "png", "jpeg" or "webp".
        quality: 0 to 100; PNG has no use for it.

    Raises:
        ExplorerError: the pixels, the format or the quality cannot be used.

    >>> encode(np.zeros((2, 2), np.uint8))[:4]
    b'\x89PNG'
    """
    picture = checked_pixels(pixels)
    if not 0 <= quality <= 100:
        raise ExplorerError(f"Quality is a number from 0 to 100, not {quality}.")
    settings = {
        # OpenCV's own choice for PNG is its quickest, run lengths at level 1; naming a level makes it slower.
        "png": [],
        "jpeg": [
            cv2.IMWRITE_JPEG_QUALITY,
            quality,
            # Halving the resolution of colour would blur the thin lines of a signed map.
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
        ],
        "webp": [cv2.IMWRITE_WEBP_QUALITY, max(1, quality)],
    }
    if format not in settings:
        raise ExplorerError(f"A picture is encoded as {', '.join(settings)}, not as {format!r}.")
    return _encoded(picture, format, settings[format])


def encode_moving(pixels: Pixels) -> tuple[str, bytes]:
    """The kind and the file of a picture that the next one follows at once: small, and quick to make.

    JPEG, or PNG where there are but a few colours: their edges are what JPEG needs the most bytes for.

    Args:
        pixels: uint8 (H, W) or (H, W, 3), red first.

    Raises:
        ExplorerError: the pixels cannot be used.

    >>> step = np.zeros((32, 32, 3), np.uint8)
    >>> step[:, 16:] = 255
    >>> encode_moving(step)[0]
    'png'
    """
    picture = checked_pixels(pixels)
    colours = picture.reshape(-1, *picture.shape[2:])
    sample = colours[:: max(1, len(colours) // COLOURS_LOOKED_AT)]
    if len(np.unique(sample, axis=0)) > FEW_COLOURS:
        return "jpeg", encode(picture, "jpeg", MOVING_QUALITY)
    # Level 1 with its usual strategy takes half the bytes that run lengths alone do, and as long.
    settings = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_DEFAULT]
    return "png", _encoded(picture, "png", settings)


def _encoded(picture: Pixels, format: str, settings: Sequence[int]) -> bytes:
    blue_first = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR) if picture.ndim == 3 else picture
    try:
        done, data = cv2.imencode(f".{format}", blue_first, settings)
    except cv2.error:
        done = False
    if not done:
        rows, columns = picture.shape[:2]
        raise ExplorerError(
            f"A picture of {rows} by {columns} pixels is too large for {format}; choose another format."
        )
    return data.tobytes()


def data_uri(data: bytes, mime: str) -> str:
    """The address that holds a file's bytes itself.

    >>> data_uri(b"GIF89a", MIME["gif"])
    'data:image/gif;base64,R0lGODlh'
    """
    return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"


def lighten(pixels: Pixels) -> Pixels:
    """Mix a picture with as much white, so that dark numbers can be read on it.

    >>> lighten(np.array([[0, 100, 255]], np.uint8)).tolist()
    [[128, 178, 255]]
    """
    return 255 - (255 - pixels) // 2


def picture_uri(painted: Painted, side: int = 384) -> str:
    """A painted map as a lossless picture for a page, enlarged where a browser would smooth its cells.

    Args:
        painted: what `paint` gave.
        side: pixels that the longest side shall have at least.

    >>> from explorer.figures import paint
    >>> picture_uri(paint([[0.0, 1.0]], "unit"), 2)[:22]
    'data:image/png;base64,'
    """
    factor = -(-side // max(painted.pixels.shape[:2]))
    return data_uri(encode(enlarge(painted.pixels, max(1, factor)), "png"), MIME["png"])


def as_seen(pixels: Pixels, longest: int) -> Pixels:
    """The picture in about the pixels in which it is shown, where these are far fewer than its own.

    It is shrunk by linear interpolation, as a browser's canvas shrinks a picture.

    Args:
        pixels: uint8 (H, W) or (H, W, 3).
        longest: pixels along the longer side of where it is shown; 0 where that is not known.

    >>> as_seen(np.zeros((400, 200), np.uint8), 100).shape, as_seen(np.zeros((2, 3), np.uint8), 0).shape
    ((100, 50), (2, 3))
    """
    rows, columns = pixels.shape[:2]
    share = longest / max(rows, columns)
    if not 0 < share < _WORTH_SHRINKING:
        return pixels
    size = [max(1, round(side * share)) for side in (columns, rows)]
    return cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)


def enlarge(pixels: Pixels, factor: int) -> Pixels:
    """Each pixel becomes a square of factor by factor pixels, so that it can be seen and none is invented.

    Args:
        pixels: uint8 (H, W) or (H, W, 3).
        factor: a whole number, at least 1.

    Returns:
        uint8 (factor H, factor W) or (factor H, factor W, 3).

    >>> enlarge(np.array([[1, 2]], np.uint8), 2).tolist()
    [[1, 1, 2, 2], [1, 1, 2, 2]]
    """
    picture = checked_pixels(pixels)
    longest = max(picture.shape[:2])
    if not 1 <= factor <= MAX_CHART_SIDE // longest:
        raise ExplorerError(
            f"A picture with a side of {longest} pixels can be enlarged 1 to {MAX_CHART_SIDE // longest} "
            f"times, not {factor} times."
        )
    rows, columns = picture.shape[:2]
    larger = cv2.resize(picture, (columns * factor, rows * factor), interpolation=cv2.INTER_NEAREST)
    return larger.astype(np.uint8, copy=False)


def mosaic(
    tiles: Sequence[Pixels],
    columns: int | None = None,
    gap: int = 2,
    background: tuple[int, int, int] = (128, 128, 128),
) -> Pixels:
    """Many pictures of one size in one, row by row, which is far quicker to send and show than many files.

    Args:
        tiles: uint8 pictures (h, w) or (h, w, 3), all of the same height and width.
        columns: tiles in a row; chosen so that the mosaic is about square if not given.
        gap: pixels between tiles.
        background: colour of the gaps and of places without a tile.

    Returns:
        uint8 (H, W, 3) with H = rows (h + gap) - gap and W = columns (w + gap) - gap.

    >>> mosaic([np.zeros((4, 6), np.uint8)] * 5, columns=3, gap=1).shape
    (9, 20, 3)
    """
    pictures = [checked_pixels(tile) for tile in tiles]
    if not pictures:
        raise ExplorerError("A mosaic needs at least one picture, but there is none.")
    sizes = sorted({picture.shape[:2] for picture in pictures})
    if len(sizes) > 1:
        raise ExplorerError(f"The pictures of a mosaic have one size, but these have {len(sizes)}: {sizes}.")
    if gap < 0 or (columns is not None and columns < 1):
        raise ExplorerError(
            f"A mosaic has at least 1 column and no negative gap, not columns={columns}, gap={gap}."
        )
    height, width = sizes[0]
    if columns is None:
        columns = math.ceil(math.sqrt(len(pictures) * height / width))
    columns = min(columns, len(pictures))
    rows = math.ceil(len(pictures) / columns)
    full = (rows * (height + gap) - gap, columns * (width + gap) - gap)
    if max(full) > MAX_CHART_SIDE:
        raise ExplorerError(
            f"A mosaic of {full[0]} by {full[1]} pixels is too large: {MAX_CHART_SIDE} a side are the most; "
            f"use smaller or fewer tiles."
        )
    whole = np.empty((*full, 3), np.uint8)
    whole[:] = background
    for place, picture in enumerate(pictures):
        top, left = (place // columns) * (height + gap), (place % columns) * (width + gap)
        whole[top : top + height, left : left + width] = picture if picture.ndim == 3 else picture[..., None]
    return whole


def checked_pixels(pixels: Pixels) -> Pixels:
    """The pixels, contiguous, if they are a picture."""
    given = np.asarray(pixels)
    if given.dtype != np.uint8 or given.size == 0 or not (given.ndim == 2 or given.shape[2:] == (3,)):
        raise ExplorerError(
            f"A picture is a uint8 array of shape (H, W) or (H, W, 3), but this is {given.dtype} of shape "
            f"{given.shape}; paint() makes one from numbers."
        )
    return np.ascontiguousarray(given)
