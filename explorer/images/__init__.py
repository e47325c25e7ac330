"""Pictures: a file, an upload or a drawing becomes a float32 array (H, W, C) in [0, 1].

`load` reads whatever a person may hand in, `sample` gives pictures that need no upload, `prepare` makes "what
the operation sees" of either, and `to_png` writes that down without loss. Every array returned here is the
caller's own and may be changed.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import math
import operator
import os
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageDraw, ImageFont

from explorer.errors import ExplorerError

Array: TypeAlias = NDArray[np.float32]
Source: TypeAlias = bytes | bytearray | memoryview | str | os.PathLike[str] | BinaryIO | Image.Image

NO_PICTURE: Array = np.zeros((0, 0, 1), np.float32)
"""What an operation is given that works without a picture."""

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
MAX_BYTES = 10 * 2**20
MAX_PIXELS = 16_000_000
MAX_SCANS = 100
"""Scans in a progressive JPEG: ten are usual, and 31 bytes more cost another pass over all pixels."""
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

_WANTED = "a PNG, JPEG, WebP, BMP, GIF or TIFF picture"
_SHRINKING = Image.Resampling.HAMMING  # never negative, so no ringing beside edges

# One picture is decoded at a time: catch_warnings is not safe in threads, and large pictures are large.
_DECODING = threading.Lock()


class ImageError(ExplorerError):
    """A picture that cannot be used; the message is one sentence for the person who chose it."""


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

    Args:
        source: The bytes of a file, its path, a file opened in binary mode (read from its start where it can
            be rewound), or a Pillow image.
        max_side: Longest side in pixels; larger pictures are shrunk (antialiased), smaller ones left alone.

    Returns:
        float32 (H, W, C) in [0, 1], C = 1 (grey) or 3 (red, green, blue).

    Raises:
        ImageError: If the file is missing, empty, over `MAX_BYTES` or `MAX_PIXELS` (checked before anything
            is decoded), damaged, cut short or no picture, or if a value is infinite or NaN.

    >>> fifth_of_red = Image.new("RGBA", (2, 1), (255, 0, 0, 51))
    >>> load(fifth_of_red)
    array([[[1. , 0.8, 0.8],
            [1. , 0.8, 0.8]]], dtype=float32)
    """
    longest = _whole_number(max_side, "max_side")
    if longest < 1:
        raise ImageError(
            f"The max_side is {longest}, and a picture needs at least 1 pixel; give a larger one."
        )
    try:
        data = source if isinstance(source, Image.Image) else _read(source)
        with _DECODING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = data if isinstance(data, Image.Image) else _open(data)
            _check_size(image)
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
    longest = _checked_size(size)
    if resample not in RESAMPLING:
        raise ImageError(
            f"There is no resampling filter {resample!r}; choose one of {', '.join(RESAMPLING)}."
        )
    if not colour and pixels.shape[2] == 3:
        pixels = pixels @ LUMA[:, np.newaxis]  # (H, W, 3) @ (3, 1) -> (H, W, 1)
    rows, columns = _fit(pixels.shape[0], pixels.shape[1], longest)
    if (rows, columns) != pixels.shape[:2]:
        planes = (pixels[..., channel] for channel in range(pixels.shape[2]))
        pixels = np.stack([_resize(plane, rows, columns, RESAMPLING[resample]) for plane in planes], axis=-1)
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


def from_levels(levels: NDArray[np.uint8]) -> Array:
    """Return 8-bit levels as float32 in [0, 1]: exactly `float32(level) / 255`.

    >>> from_levels(np.array([[[0], [51], [255]]], np.uint8)).ravel().tolist()
    [0.0, 0.20000000298023224, 1.0]
    """
    return levels.astype(np.float32) / np.float32(255)


@dataclass(frozen=True)
class Sample:
    """A picture that needs no upload."""

    name: str
    """Key in `SAMPLES`."""
    title: str
    """Name to show."""
    kind: Literal["photograph", "synthetic"]
    """Found in the world, or computed so that the answer of an operation is known."""
    credit: str
    """Whose it is."""
    why: str
    """What to look for, in one sentence."""
    make: Callable[[int], Array]
    """Side in pixels -> (H, W, C) in [0, 1]; a photograph has a size of its own and ignores this one."""


def sample_names() -> list[str]:
    """Names that `sample` knows: photographs first, then synthetic pictures.

    >>> sample_names()[0], sample_names()[-1]
    ('astronaut', 'salt_and_pepper')
    """
    return list(SAMPLES)


def sample(name: str, size: int = 256) -> Array:
    """Give a sample picture.

    Args:
        name: A key of `SAMPLES`.
        size: Side of a synthetic picture in pixels, 16 to 512; photographs come in a size of their own.

    Returns:
        float32 (H, W, C) in [0, 1], a copy.

    Raises:
        ImageError: If the name or the size is unknown, or the photograph is not installed.

    >>> sample("camera").shape
    (512, 512, 1)
    >>> sample("impulse", 17).sum()
    np.float32(1.0)
    """
    if name not in SAMPLES:
        raise ImageError(f"There is no sample picture {name!r}; choose one of {', '.join(SAMPLES)}.")
    return _made(name, _checked_size(size) if SAMPLES[name].kind == "synthetic" else MAX_SIZE).copy()


@lru_cache(maxsize=8)
def _made(name: str, size: int) -> Array:
    return SAMPLES[name].make(size)


# Reading: the bytes of a file, then an image that is not decoded, then an array.


def _read(source: Any) -> bytes:
    """Give the bytes of a file, no more than `MAX_BYTES` of them."""
    if isinstance(source, bytes | bytearray | memoryview):
        _check_bytes(memoryview(source).nbytes)
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
    _check_bytes(len(data))
    return bytes(data)


def _check_bytes(count: int) -> None:
    if count == 0:
        raise ImageError(f"The file is empty (0 bytes); choose {_WANTED}.")
    if count > MAX_BYTES:
        raise ImageError(
            f"The file is larger than {MAX_BYTES // 2**20} MB, the most that is read; save it smaller."
        )


def _open(data: bytes) -> Image.Image:
    """Read the header, and refuse what would cost far more to decode than its size in pixels tells."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ImageError(
            f"The picture has far more than {MAX_PIXELS // 10**6} megapixels, the most that is read; make it "
            "smaller."
        ) from error
    except Exception as error:
        raise ImageError(f"The file {_recognised(data)}; choose {_WANTED}.") from error
    if image.format in ("JPEG", "MPO") and data.count(b"\xff\xda") > MAX_SCANS:
        raise ImageError(
            f"The JPEG picture has more than {MAX_SCANS} passes, which take too long; save it again."
        )
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


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width < 1 or height < 1:
        raise ImageError(f"The picture is {width} x {height} pixels and so is empty; choose another.")
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"The picture is {width} x {height} pixels ({width * height / 1e6:.1f} megapixels), and at most "
            f"{MAX_PIXELS // 10**6} megapixels are read; make it smaller."
        )


def _orientation(image: Image.Image) -> int:
    """Give the EXIF orientation, 1 to 8; metadata beyond repair counts as 1, for the pixels may be good."""
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
    rows, columns = _fit(image.height, image.width, min(max_side, max(image.size)))
    if image.mode.startswith(("I", "F")):
        plane = _numbers(image)
        if plane.shape != (rows, columns):
            plane = np.clip(_resize(plane, rows, columns, _SHRINKING), 0, 1)
        return plane[..., np.newaxis]  # (H, W) -> (H, W, 1)
    image = _plain(image)
    if image.size != (columns, rows):
        image = image.resize((columns, rows), _SHRINKING)  # Pillow weighs colours by their alpha
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
    """Give (H, W) in [0, 1] from the modes I;16, I and F."""
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


# Sizes and checks that the public functions share.


def _fit(height: int, width: int, longest: int) -> tuple[int, int]:
    """Give (rows, columns) in proportion: one side is `longest`, the other is rounded and at least 1."""
    side = max(height, width)
    return (
        max(1, (2 * height * longest + side) // (2 * side)),
        max(1, (2 * width * longest + side) // (2 * side)),
    )


def _resize(plane: Array, rows: int, columns: int, resampling: Image.Resampling) -> Array:
    """Resample (H, W) on floats."""
    return np.asarray(Image.fromarray(np.ascontiguousarray(plane)).resize((columns, rows), resampling))


def _levels(pixels: Array) -> Array:
    """Round to whole levels from 0 to 255, as floats."""
    levels: Array = np.rint(np.clip(pixels, 0, 1) * np.float32(255))
    return levels


def _whole_number(value: Any, name: str) -> int:
    try:
        return operator.index(value)
    except TypeError as error:
        raise ImageError(f"The {name} is {value!r}, and a whole number was expected; give one.") from error


def _checked_size(size: int) -> int:
    pixels = _whole_number(size, "size")
    if not MIN_SIZE <= pixels <= MAX_SIZE:
        raise ImageError(f"The size is {pixels} pixels; choose one from {MIN_SIZE} to {MAX_SIZE} pixels.")
    return pixels


def _checked(image: Any) -> Array:
    """Give the array as float32 if it is a picture: (H, W, 1 or 3), floats, within [0, 1]."""
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
            f"A picture of values between 0 and 1 was expected, and these reach from {low:g} to {high:g}; "
            "clip or scale them first."
        )
    return image.astype(np.float32, copy=False)


# Samples.


def _bundled(file: str, size: int) -> Array:
    """Read one of scikit-image's own pictures; `size` is not used, for a photograph has its own.

    The package is located but not imported: importing its data module would bring SciPy with it.
    """
    package = importlib.util.find_spec("skimage")
    folders = package.submodule_search_locations if package else None
    path = Path(folders[0], "data", file) if folders else None
    if path is None or not path.is_file():
        raise ImageError(
            f"The sample picture {file!r} comes with scikit-image and is not installed here; install "
            "scikit-image or choose another sample."
        )
    pixels = load(path)
    grey = pixels[..., :1]
    return grey.copy() if np.array_equal(pixels, np.broadcast_to(grey, pixels.shape)) else pixels


def _grid(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the row numbers (H, 1) and the column numbers (1, W)."""
    steps = np.arange(size, dtype=np.float64)
    return steps[:, np.newaxis], steps[np.newaxis, :]


def _picture(values: NDArray[Any], size: int) -> Array:
    """Spread values over (size, size, 1)."""
    return np.broadcast_to(values, (size, size)).astype(np.float32)[..., np.newaxis]


def _vertical_edge(size: int) -> Array:
    _, column = _grid(size)
    return _picture(column >= size // 2, size)


def _horizontal_edge(size: int) -> Array:
    row, _ = _grid(size)
    return _picture(row >= size // 2, size)


def _diagonal_edge(size: int) -> Array:
    row, column = _grid(size)
    return _picture(column > row, size)


def _checkerboard(size: int) -> Array:
    row, column = _grid(size)
    side = size // 8
    return _picture((row // side + column // side) % 2, size)


def _zone_plate(size: int) -> Array:
    row, column = _grid(size)
    squared_distance = (row - size // 2) ** 2 + (column - size // 2) ** 2
    return _picture(0.5 + 0.5 * np.cos(np.pi * squared_distance / size), size)


def _gradient(size: int) -> Array:
    _, column = _grid(size)
    return _picture(column / (size - 1), size)


def _impulse(size: int) -> Array:
    row, column = _grid(size)
    return _picture((row == size // 2) & (column == size // 2), size)


def _disc(size: int) -> Array:
    row, column = _grid(size)
    middle = (size - 1) / 2
    distance = np.hypot(row - middle, column - middle)
    return _picture(np.clip(size / 4 + 0.5 - distance, 0, 1), size)  # a rim one pixel wide, not a staircase


def _letter(size: int) -> Array:
    paper = Image.new("L", (size, size))
    ImageDraw.Draw(paper).text((0, 0), "R", fill=255, font=ImageFont.load_default(0.8 * size))
    ink = paper.crop(paper.getbbox())
    centred = Image.new("L", (size, size))
    centred.paste(ink, ((size - ink.width) // 2, (size - ink.height) // 2))
    return _picture(np.asarray(centred) / 255, size)


def _chirp(size: int) -> Array:
    _, column = _grid(size)
    return _picture(0.5 + 0.5 * np.cos(np.pi * column**2 / (2 * size)), size)


def _salt_and_pepper(size: int) -> Array:
    pixels = 0.25 + 0.5 * _vertical_edge(size)
    share = size * size // 20
    places = np.random.default_rng(5).permutation(size * size)
    pixels.flat[places[:share]] = 0
    pixels.flat[places[share : 2 * share]] = 1
    return pixels


def _photograph(name: str, title: str, file: str, credit: str, why: str) -> Sample:
    return Sample(name, title, "photograph", credit, why, partial(_bundled, file))


def _synthetic(
    name: str, title: str, make: Callable[[int], Array], why: str, credit: str = "Computed by the explorer."
) -> Sample:
    return Sample(name, title, "synthetic", credit, why, make)


_RECORDS = (
    _photograph(
        "astronaut",
        "Astronaut",
        "astronaut.png",
        "Eileen Collins, portrait by NASA, public domain; from scikit-image.",
        "Smooth skin lies beside sharp stripes and badges: see which of them a blur changes.",
    ),
    _photograph(
        "camera",
        "Photographer",
        "camera.png",
        "Lav Varshney, CC0; from scikit-image.",
        "A dark coat before a bright sky makes strong edges, and grass makes fine texture: compare both.",
    ),
    _photograph(
        "chelsea",
        "Chelsea the cat",
        "chelsea.png",
        "Stéfan van der Walt, CC0; from scikit-image.",
        "Fur and whiskers run in many directions: an oriented kernel keeps those that run its own way.",
    ),
    _photograph(
        "coffee",
        "Coffee cup",
        "coffee.png",
        "Rachel Michetti, courtesy of Pikolo Espresso Bar, CC0; from scikit-image.",
        "Cup and saucer have edges of every orientation, and the grain of the table has one.",
    ),
    _photograph(
        "rocket",
        "Rocket",
        "rocket.jpg",
        "SpaceX, launch of DSCOVR on Falcon 9, released into the public domain; from scikit-image.",
        "Thin towers stand before a smooth evening sky: see what a line detector makes of narrow things.",
    ),
    _photograph(
        "coins",
        "Coins",
        "coins.png",
        "Brooklyn Museum Collection, no known copyright restrictions; from scikit-image.",
        "The background is uneven: a difference filter finds the outlines where one threshold does not.",
    ),
    _photograph(
        "clock",
        "Clock in motion",
        "clock_motion.png",
        "Stéfan van der Walt, public domain; from scikit-image.",
        "The camera moved sideways: vertical edges are smeared away, and horizontal ones are still sharp.",
    ),
    _photograph(
        "horse",
        "Horse (silhouette)",
        "horse.png",
        "Drawing by Andreas Preuss (marauder), openclipart, CC0; from scikit-image.",
        "Two flat regions and nothing else: of these a kernel whose weights sum to 0 keeps just the outline.",
    ),
    _photograph(
        "brick",
        "Brick wall",
        "brick.png",
        "CC0Textures (Bricks25), CC0; from scikit-image.",
        "Joints run in two directions in a regular pattern: a kernel for each direction takes them apart.",
    ),
    _photograph(
        "grass",
        "Grass",
        "grass.png",
        "linolafett, DeviantArt (Grass 01), CC0; from scikit-image.",
        "Texture without any outline: a blur makes it almost even, and an edge filter answers everywhere.",
    ),
    _photograph(
        "text",
        "Handwriting",
        "text.png",
        "Wikipedia (Corner.png), public domain; from scikit-image.",
        "Strokes of a pen cross ruled lines: where they meet, kernels for both directions answer.",
    ),
    _photograph(
        "page",
        "Printed page",
        "page.png",
        "From scikit-image, which names no author.",
        "The light falls off to one side: take a wide blur away, and the letters stand on even paper.",
    ),
    _photograph(
        "moon",
        "Moon",
        "moon.png",
        "From scikit-image, which names no author.",
        "Nearly all pixels have nearly the same grey: sharpening or a stretched scale brings craters out.",
    ),
    _synthetic(
        "vertical_edge",
        "Vertical edge",
        _vertical_edge,
        "0 on the left and 1 on the right: Sobel x answers 4 in the two columns at the step, 0 beside it.",
    ),
    _synthetic(
        "horizontal_edge",
        "Horizontal edge",
        _horizontal_edge,
        "0 above and 1 below: Sobel y answers 4 in the two rows at the step, Sobel x 0 but at the border.",
    ),
    _synthetic(
        "diagonal_edge",
        "Diagonal edge",
        _diagonal_edge,
        "1 above the diagonal, 0 elsewhere: Sobel x and Sobel y answer alike with opposite signs.",
    ),
    _synthetic(
        "checkerboard",
        "Checkerboard",
        _checkerboard,
        "Equal squares of 0 and 1: a box that is two squares wide makes an even grey of 0.5 of them.",
    ),
    _synthetic(
        "zone_plate",
        "Zone plate",
        _zone_plate,
        "There are r/size waves a pixel at distance r from the centre: a blur keeps the inner rings alone.",
    ),
    _synthetic(
        "gradient",
        "Gradient",
        _gradient,
        "Each column is 1/(size - 1) brighter than the last: inside, Sobel x answers 8 times that, a "
        "Laplacian 0.",
    ),
    _synthetic(
        "impulse",
        "Single bright pixel",
        _impulse,
        "One pixel is 1, all others are 0: the feature map is the kernel, turned by half a circle.",
    ),
    _synthetic(
        "disc",
        "Disc",
        _disc,
        "A rim of radius size/4 has every orientation: each kernel answers on its own part of it.",
    ),
    _synthetic(
        "letter",
        "Letter R",
        _letter,
        "An R looks different however it is mirrored or turned: whatever is flipped gives itself away.",
        "Computed by the explorer with the font of Pillow, Aileron by Sora Sagano, CC0.",
    ),
    _synthetic(
        "chirp",
        "Stripes of rising frequency",
        _chirp,
        "Column x has x/(2 size) waves a pixel: a blur ends the stripes, and a stride folds them back.",
    ),
    _synthetic(
        "salt_and_pepper",
        "Salt-and-pepper noise",
        _salt_and_pepper,
        "A step from 0.25 to 0.75 with one pixel of ten turned 0 or 1: a blur spreads the specks out.",
    ),
)

SAMPLES: dict[str, Sample] = {record.name: record for record in _RECORDS}
"""Sample pictures by name, in the order of a menu."""
