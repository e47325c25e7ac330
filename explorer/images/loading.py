"""Pictures from files: the way from bytes to an array of numbers between 0 and 1."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import ExifTags, Image

from explorer.images.arrays import SHRINKING, Array, ImageError, checked_whole, fitted_size
from explorer.images.depth import Levels, is_deep_png, of_pillow, of_png, to_unit
from explorer.images.grounds import Ground, over_ground
from explorer.images.limits import check_picture
from explorer.images.opening import WANTED, OpenFile, Source, file_bytes, open_picture, part_names, turn_to
from explorer.images.profiles import floats_to_srgb, to_srgb
from explorer.images.tiff import of_tiff

THUMBNAIL = 64
"""Longest side of a part's thumbnail, in pixels."""

# One picture is decoded at a time: catch_warnings is not safe in threads, and large pictures are large.
_DECODING = threading.Lock()


@dataclass(frozen=True, eq=False)
class Reading:
    """A picture that was read, with what became of it on the way.

    Attributes:
        image: float32 (H, W, C) in [0, 1], C = 1 or 3.
        native: Rows and columns of the upright picture in its file.
        profile: Name of the colour profile from which it was brought to sRGB, or "".
        levels: The levels that it uses of 16 bits, where these are not all.
        stretched: Whether white is the greatest of these levels.
        ground: What it lies on where it is transparent, or "".
    """

    image: Array = field(repr=False)
    native: tuple[int, int]
    profile: str = ""
    levels: Levels | None = None
    stretched: bool = False
    ground: Ground = ""

    @property
    def notes(self) -> list[str]:
        """What a person should know of it, in sentences.

        >>> Reading(np.zeros((1, 1, 3), np.float32), (1, 1), profile="Display P3").notes
        ['Its colours were brought from Display P3 to sRGB.']
        """
        said = []
        if self.profile:
            said.append(f"Its colours were brought from {self.profile} to sRGB.")
        if self.levels:
            uses = f"It uses 0 to {self.levels.used} of {self.levels.of:,} levels"
            said.append(
                f"{uses}, and was stretched to them." if self.stretched else f"{uses}, so it is dark."
            )
        if self.ground == "white":
            said.append("Where it is transparent, it lies over white.")
        elif self.ground:
            said.append("It is transparent and its ink is light, so it lies over a grey checker.")
        return said


@dataclass(frozen=True, eq=False)
class FilePart:
    """One of several pictures in a file.

    Attributes:
        name: What to call it, such as "Page 3".
        thumbnail: It, small: float32 (H, W, C) in [0, 1].
    """

    name: str
    thumbnail: Array = field(repr=False)


def load(source: Source, *, max_side: int = 1024) -> Array:
    """Read a picture as numbers between 0 (black) and 1 (white): the `image` of `read`.

    Args:
        source: The bytes of a file, its path, a file opened in binary mode (read from its start where it can
            be rewound), or a Pillow image.
        max_side: Longest side in pixels; larger pictures are shrunk (antialiased), smaller ones left alone.

    Returns:
        float32 (H, W, C) in [0, 1], C = 1 (grey) or 3 (red, green, blue).

    Raises:
        ImageError: As `read` does.

    >>> fifth_of_red = Image.new("RGBA", (2, 1), (255, 0, 0, 51))
    >>> load(fifth_of_red)
    array([[[1. , 0.8, 0.8],
            [1. , 0.8, 0.8]]], dtype=float32)
    """
    return read(source, max_side=max_side).image


def read(source: Source, *, max_side: int = 1024, part: int = 0, stretch: bool = True) -> Reading:
    """Read a picture, and say what became of it: the one reading of files for pages and programs.

    * EXIF orientation is applied.
    * Transparency lies over white, `value * alpha + 1 - alpha`, or over a grey checker where the visible ink
      is light: see `explorer.images.grounds`.
    * Black and white and grey pictures have one channel; palettes, CMYK, YCbCr, Lab and HSV become RGB.
    * 8 bits: `level / 255`. 16 bits, grey and colour: `level / 65535`, or `level / 4095` and the like where
      no more than 8, 10, 12 or 14 bits are used and `stretch` is on; see `explorer.images.depth`.
    * Numbers without a declared white (floats, 32 bits): fractions between 0 and 1 are kept,
      whole numbers up to 65535 are levels, and anything else is stretched from the least to the greatest.
    * A colour profile (Display P3, Adobe RGB, a printer's CMYK, a grey of gamma 2.2) is brought to sRGB.
    * A JPEG at least twice as large as `max_side` is first brought to a half, a quarter or an eighth by its
      decoder, which takes little memory.

    Args:
        source: The bytes of a file, its path, a file opened in binary mode (read from its start where it can
            be rewound), or a Pillow image.
        max_side: Longest side in pixels; larger pictures are shrunk (antialiased), smaller ones left alone.
        part: Which of the `parts` of an animation or of a file of several pages, counted from 0.
        stretch: Whether white is the greatest level of the bits used, else of the bits stored.

    Raises:
        ImageError: If the file is missing, empty, larger or dearer to decode than `explorer.images.limits`
            allow (checked before anything is decoded), damaged, cut short, no picture or without such a part,
            or if a value is infinite or NaN.

    >>> read(Image.new("L", (40, 30)), max_side=20).image.shape
    (15, 20, 1)
    """
    longest, number = checked_whole(max_side, "max_side"), checked_whole(part, "part")
    if longest < 1:
        raise ImageError(
            f"The max_side is {longest}, and a picture needs at least 1 pixel; give a larger one."
        )
    if number < 0:
        raise ImageError(f"The part is {number}, and parts are counted from 0; give another.")
    with _decoding(source, longest) as opened:
        return _reading(opened, number, longest, stretch)


def parts(source: Source, *, side: int = THUMBNAIL) -> tuple[FilePart, ...]:
    """Return what a file offers to choose from: frames of an animation, pages of a document.

    Args:
        source: As for `read`.
        side: Longest side of the thumbnails.

    Returns:
        The first `MAX_PARTS` of them, in the order of `read`'s `part`; nothing for a single picture.

    Raises:
        ImageError: If the file cannot be read, as `read` does. A part beyond repair ends the list.

    >>> parts(Image.new("L", (40, 30)))
    ()
    """
    found: list[FilePart] = []
    with _decoding(source, side) as opened:
        for number, name in enumerate(part_names(opened)):
            try:
                found.append(FilePart(name, _reading(opened, number, side, stretch=True).image))
            except Exception:  # as many as in `_decoding`
                break
    return tuple(found) if len(found) > 1 else ()


@contextmanager
def _decoding(source: Source, longest: int) -> Iterator[OpenFile]:
    """Open a source, one at a time, and make a sentence of whatever goes wrong."""
    try:
        data = source if isinstance(source, Image.Image) else file_bytes(source)
        with _DECODING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield OpenFile(data) if isinstance(data, Image.Image) else open_picture(data, longest)
    except ImageError:
        raise
    except Exception as error:  # damaged files raise at least ten unrelated types in Pillow's readers
        raise ImageError(
            f"The picture is damaged or cut short and cannot be decoded; save it again as {WANTED}."
        ) from error


def _reading(opened: OpenFile, number: int, longest: int, stretch: bool) -> Reading:
    """Decode a part of a file."""
    part, image = turn_to(opened, number), opened.image
    numbers = levels = None
    if part and not part.by_pillow:
        numbers = of_tiff(opened.data, part)
        size = stored = part.size
        orientation, profile = part.orientation, part.profile
    else:
        check_picture(image)
        size = opened.size
        image.load()
        stored, orientation, profile = image.size, _orientation(image), image.info.get("icc_profile")
        if image.mode.startswith(("I", "F")):
            numbers = replace(of_pillow(image), white_is_zero=part is not None and part.white_is_zero)
        elif is_deep_png(opened.data) and number == 0:
            numbers = of_png(opened.data)
    rows, columns = fitted_size(stored[1], stored[0], min(longest, max(stored)))
    ground: Ground = ""
    if numbers is None:
        pixels, name, ground = _eight_bits(image, rows, columns, profile)
    else:
        colour, alpha, levels = to_unit(numbers, rows, columns, stretch=stretch)
        pixels, name = floats_to_srgb(colour, profile)
        if alpha is not None:
            pixels, ground = over_ground(pixels, alpha)
    if turn := _ORIENTATIONS.get(orientation):
        pixels = np.ascontiguousarray(turn(pixels))
    native = (size[0], size[1]) if orientation in _LYING else (size[1], size[0])
    return Reading(pixels, native, name, levels, stretch and levels is not None, ground)


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

_LYING = (5, 6, 7, 8)  # rows and columns change places


def _eight_bits(
    image: Image.Image, rows: int, columns: int, profile: bytes | None
) -> tuple[Array, str, Ground]:
    """Shrink a decoded image of up to 8 bits; give it as (H, W, C) in sRGB, and its profile and ground."""
    image = _plain(image)
    if image.size != (columns, rows):
        image = image.resize((columns, rows), SHRINKING)  # Pillow weighs colours by their alpha
    image, name = to_srgb(image, profile)
    image = image.convert("RGB") if image.mode == "CMYK" else image
    bands = np.asarray(image, np.float32).reshape(rows, columns, -1)  # (H, W) or (H, W, B) -> (H, W, B)
    if image.mode in ("L", "RGB"):
        return bands / np.float32(255), name, ""
    multiplied = image.mode in ("La", "RGBa")
    pixels, ground = over_ground(bands[..., :-1], bands[..., -1:], full=255, multiplied=multiplied)
    return pixels, name, ground


def _plain(image: Image.Image) -> Image.Image:
    """Convert an image of up to 8 bits to L, RGB or CMYK, with a band of alpha if it may be transparent."""
    if image.mode in ("LA", "La", "RGBA", "RGBa", "CMYK"):
        return image
    mode = "L" if image.mode in ("1", "L") else "RGB"
    mode += "A" if image.has_transparency_data else ""
    return image if image.mode == mode else image.convert(mode)
