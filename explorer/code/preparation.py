"""What became of a picture before an operation saw it, and the lines that do the same."""

from __future__ import annotations

import json
from dataclasses import dataclass

from PIL import Image

from explorer.convolution.experiments import Array
from explorer.errors import ExplorerError
from explorer.images.grounds import CHECKER, LIGHT, SQUARES
from explorer.words import counted

LOADED_SIDE = 1024
"""Longest side of a picture that `explorer.images.load` does not shrink."""

Sides = tuple[int, int]


@dataclass(frozen=True)
class Preparation:
    """What became of a file before the operation saw it, sizes as (width, height) as in Pillow.

    Attributes:
        size: Size of what the operation sees.
        colour: Whether that has three channels; else one.
        file: Name of the file.
        resample: Name of Pillow's resampling filter, a member of `Image.Resampling`.
        loaded: Size of the upright picture as `explorer.images.load` gave it; None if that is not known.
        grey_source: Whether the file is grey itself.
        alpha: Whether the file may be transparent.
    """

    size: Sides
    colour: bool = True
    file: str = "photo.jpg"
    resample: str = "BILINEAR"
    loaded: Sides | None = None
    grey_source: bool = False
    alpha: bool = False

    def __post_init__(self) -> None:
        if self.filter not in Image.Resampling.__members__:
            raise ExplorerError(
                f"There is no resampling filter {self.resample!r}; choose one of "
                f"{', '.join(member.name for member in Image.Resampling)}."
            )

    @classmethod
    def between(
        cls, loaded: Array, seen: Array, *, file: str, resample: str = "BILINEAR", alpha: bool = False
    ) -> Preparation:
        """Tell the preparation from its two ends: what `images.load` and what `images.prepare` gave.

        >>> import numpy as np
        >>> loaded, seen = np.zeros((600, 800, 3), np.float32), np.zeros((192, 256, 1), np.float32)
        >>> Preparation.between(loaded, seen, file="cat.png").shape
        (192, 256, 1)
        """
        (height, width, channels), (rows, columns, seen_channels) = loaded.shape, seen.shape
        return cls(
            size=(columns, rows),
            colour=seen_channels == 3,
            file=file,
            resample=resample,
            loaded=(width, height),
            grey_source=channels == 1,
            alpha=alpha,
        )

    @property
    def filter(self) -> str:
        """The resampling filter as Pillow spells it."""
        return self.resample.upper()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of the array that the operation sees: (H, W, C)."""
        width, height = self.size
        return height, width, 3 if self.colour and not self.grey_source else 1


def preparation_lines(preparation: Preparation) -> list[str]:
    """Write the way from the file to `image`, float32 (H, W, C)."""
    height, width, channels = preparation.shape
    loaded = preparation.loaded
    mode = ("L" if preparation.grey_source else "RGB") + ("A" if preparation.alpha else "")
    opened = f"Image.open({json.dumps(preparation.file, ensure_ascii=False)})"
    sides = counted(height, "row"), counted(width, "column"), counted(channels, "channel")
    lines = [f"# The picture as the operation sees it: {', '.join(sides)}"]
    if loaded and max(loaded) >= LOADED_SIDE:  # a picture of just this size is left as it is
        lines += [
            f'picture = {opened}.convert("{mode}")',
            "longest = max(picture.size)  # large pictures are shrunk on opening",
            f"sides = [int({LOADED_SIDE} * side / longest + 0.5) for side in picture.size]",
            "picture = ImageOps.exif_transpose(picture.resize(sides, Image.Resampling.HAMMING))",
        ]
    else:
        lines.append(f'picture = ImageOps.exif_transpose({opened}).convert("{mode}")')
    if preparation.alpha:
        luma = "colour @ np.float32([[0.299], [0.587], [0.114]])  # brightness"
        ink = "colour" if preparation.grey_source else luma
        lines += [
            "pixels = np.asarray(picture, np.float32)",
            "colour, alpha = pixels[:, :, :-1], pixels[:, :, -1:]",
            f"ink = {ink}",
            f"if (ink * alpha).sum() >= {LIGHT} * 255 * alpha.sum() > 0:  # light ink lies over a checker",
            f"    rows, columns = np.indices(alpha.shape[:2]) // max(1, max(alpha.shape) // {SQUARES})",
            f"    greys = np.float32({[255 * grey for grey in CHECKER]})",
            "    ground = greys[(rows + columns) % 2][:, :, np.newaxis]",
            "else:",
            "    ground = 255  # other ink over white",
            "image = (colour * alpha + ground * (255 - alpha)) / (255 * 255)",
        ]
    elif preparation.grey_source:
        lines.append("image = np.asarray(picture, np.float32)[:, :, np.newaxis] / 255")
    else:
        lines.append("image = np.asarray(picture, np.float32) / 255")
    to_grey = channels == 1 and not preparation.grey_source
    if to_grey:
        lines.append("image = image @ np.float32([[0.299], [0.587], [0.114]])  # brightness")
    resized = loaded != preparation.size
    if resized:
        way = f"resize({preparation.size}, Image.Resampling.{preparation.filter})"
        if channels == 1:
            lines.append(f"plane = Image.fromarray(image[:, :, 0]).{way}")
            lines.append("image = np.asarray(plane)[:, :, np.newaxis]")
        else:
            lines += [
                "planes = [  # Pillow resizes fractions one channel at a time",
                f"    Image.fromarray(image[:, :, channel]).{way}",
                f"    for channel in range({channels})",
                "]",
                "image = np.stack(planes, axis=-1)",
            ]
    if preparation.filter in ("BICUBIC", "LANCZOS") and resized:
        lines.append("image = np.clip(image, 0, 1)  # the filter can overshoot")
    if resized or to_grey or preparation.alpha:
        lines.append("image = np.rint(image * 255) / 255  # 256 levels, as in a file")
    return lines
