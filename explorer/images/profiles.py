"""Colour profiles: what a file's numbers mean as light, brought to sRGB by Little CMS."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from explorer.images.arrays import Array

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsTransform

_MAX_PROFILE = 4 * 2**20  # bytes; those of printers have one or two million
_MODES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_STEPS = 9  # levels of each channel at which a profile is compared with sRGB
_SAME = 1  # a profile that moves no level by more than this is sRGB
_LONGEST_NAME = 40


def to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, str]:
    """Bring the colours of a picture to sRGB, in the profile's own (perceptual) way.

    A profile that is damaged, that is for colours of another kind, or that says what sRGB says changes
    nothing.

    Args:
        image: Of mode L, RGB, CMYK, LA or RGBA; alpha is left as it is.
        profile: An ICC profile, as Pillow finds it in a file.

    Returns:
        The picture, of mode L, LA, RGB, RGBA or (unchanged) CMYK, and the name of the profile that was
        applied, or "".

    >>> to_srgb(Image.new("RGB", (1, 1)), None)[1]
    ''
    """
    found = _transform(profile) if profile and len(profile) <= _MAX_PROFILE else None
    if found is None:
        return image, ""
    transform, mode, name = found
    colours = image.convert(image.mode[:-1]) if image.mode in ("LA", "RGBA") else image
    if colours.mode == mode:
        converted = _applied(colours, transform)
    elif (colours.mode, mode) == ("L", "RGB"):
        converted = _applied(colours.convert("RGB"), transform)
    else:
        return image, ""
    if colours.mode == "L":  # grey stays grey in every profile
        converted = converted.getchannel("G")
    if image.mode in ("LA", "RGBA"):
        converted.putalpha(image.getchannel("A"))
    return converted, name


def floats_to_srgb(colour: Array, profile: bytes | None) -> tuple[Array, str]:
    """Bring the colours of a deeper picture to sRGB.

    Little CMS is given whole levels, and what they leave of each value is added to its answer.

    Args:
        colour: float32 (H, W, 1 or 3) in [0, 1].
        profile: An ICC profile.
    """
    levels = np.rint(255 * colour).astype(np.uint8)
    image = Image.fromarray(levels[..., 0] if levels.shape[2] == 1 else levels)
    converted, name = to_srgb(image, profile)
    if not name:
        return colour, ""
    answer = np.asarray(converted, np.float32).reshape(colour.shape)
    return np.clip((answer - levels) / np.float32(255) + colour, 0, 1), name


def _applied(image: Image.Image, transform: ImageCmsTransform) -> Image.Image:
    from PIL import ImageCms

    converted = ImageCms.applyTransform(image, transform)
    return image if converted is None else converted


@lru_cache(maxsize=4)
def _transform(profile: bytes) -> tuple[ImageCmsTransform, str, str] | None:
    """Return the way from a profile to sRGB, the mode it takes and its name; None where none is needed."""
    from PIL import ImageCms  # 20 ms, which a server spends when the first such picture comes

    try:
        source = ImageCms.getOpenProfile(io.BytesIO(profile))
        mode = _MODES[source.profile.xcolor_space]
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        probe = _probe(mode)
        moved = np.asarray(_applied(probe, transform), int) - np.asarray(probe.convert("RGB"), int)
    except (ImageCms.PyCMSError, OSError, KeyError, ValueError):
        return None
    if mode != "CMYK" and int(np.abs(moved).max()) <= _SAME:
        return None
    return transform, mode, _name(source)


def _probe(mode: str) -> Image.Image:
    """A picture of evenly spaced levels of each channel."""
    levels = np.linspace(0, 255, _STEPS).astype(np.uint8)
    if mode == "L":
        return Image.fromarray(levels[np.newaxis])
    grid = np.stack(np.meshgrid(*[levels] * len(mode), indexing="ij"), axis=-1)
    return Image.fromarray(grid.reshape(_STEPS, -1, len(mode)), mode)


def _name(source: Any) -> str:
    from PIL import ImageCms

    try:
        name = " ".join(ImageCms.getProfileDescription(source).split())
    except (ImageCms.PyCMSError, UnicodeError):
        name = ""
    return name[:_LONGEST_NAME] or "a colour profile"
