"""Near copies: one picture saved twice, shifted or cropped a little, or the shots of a burst.

Where one of them is learned and its copy is held out, the test asks what was learned by heart.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from explorer.transfer.labelled_images import MAX_PHOTOS, Photo

MOST_BITS = 14
"""So many of 63 bits may differ: of photographs of different things 22 or more do."""
LEAST_CORRELATION = 0.9
"""Of the pixels: different photographs with like bits reach 0.63, different drawings of one thing 0.88."""

_SIDE = 160  # pixels a side from which the windows are cut
_SMALL = 32  # pixels a side of a window when it is compared
_SCALES = (0.95, 0.9, 0.85, 0.8)  # of a side that a crop may have left
_PLACES = (0.0, 0.5, 1.0)  # of a crop: at the start of what is left over, in its middle, at its end
_FLAT = 0.25  # standard deviation in levels of a picture without anything to compare

Real = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """What a picture and crops of it look like from afar; the first of them is the whole.

    Attributes:
        bits: bool (windows, 63): the signs of the low frequencies (the perceptual hash pHash).
        pixels: float16 (windows, 1024), 75 kB: grey levels with mean 0 and variance 1.
        is_flat: Whether there is nothing to compare.
    """

    bits: npt.NDArray[np.bool_]
    pixels: npt.NDArray[np.float16]
    is_flat: bool


@lru_cache(maxsize=2 * MAX_PHOTOS)
def fingerprint(photo: Photo) -> Fingerprint:
    """Take a photo's fingerprint.

    The bits are those of pHash: of the discrete cosine transform of 32 x 32 grey levels the 63 lowest
    frequencies beside the mean, each larger or not than their median.

    Source: C. Zauner, Implementation and benchmarking of perceptual image hash functions, Hagenberg, 2010.
    """
    with Image.open(io.BytesIO(photo.data), formats=["WEBP"]) as picture:
        grey = np.asarray(picture.convert("L"), np.float32)
    grey = _resized(grey, _SIDE)
    windows = np.stack([_resized(grey[rows, columns], _SMALL) for rows, columns in _windows()])
    frequencies = np.stack([cv2.dct(each)[:8, :8].ravel()[1:] for each in windows])
    bits = frequencies > np.median(frequencies, axis=1, keepdims=True)
    pixels = windows.reshape(len(windows), -1)
    pixels = pixels - pixels.mean(axis=1, keepdims=True)
    spread = pixels.std(axis=1, keepdims=True)
    is_flat = bool(spread[0, 0] <= _FLAT)
    return Fingerprint(bits, (pixels / np.maximum(spread, _FLAT)).astype(np.float16), is_flat)


def _windows() -> list[tuple[slice, slice]]:
    """The whole, then crops of four sizes at nine places each."""
    cuts = [(0, 0, _SIDE)]
    for scale in _SCALES:
        side = round(scale * _SIDE)
        starts = [round(place * (_SIDE - side)) for place in _PLACES]
        cuts += [(top, left, side) for top, left in itertools.product(starts, starts)]
    return [(slice(top, top + side), slice(left, left + side)) for top, left, side in cuts]


def _resized(grey: Real, side: int) -> Real:
    resized: Real = cv2.resize(grey, (side, side), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    return resized


@lru_cache(maxsize=2 * MAX_PHOTOS**2)
def are_near_copies(one: Photo, other: Photo) -> bool:
    """Whether two photos show the same picture: one of them whole is like the other, or like a crop of it."""
    prints = fingerprint(one), fingerprint(other)
    if any(each.is_flat for each in prints):
        return False
    for whole, crops in (prints, prints[::-1]):
        correlations = crops.pixels.astype(np.float32) @ whole.pixels[0].astype(np.float32) / _SMALL**2
        best = int(correlations.argmax())
        differing = np.count_nonzero(crops.bits[best] != whole.bits[0])
        if correlations[best] >= LEAST_CORRELATION and differing <= MOST_BITS:
            return True
    return False


def _belong_together(one: Photo, other: Photo) -> bool:
    return (one.burst != "" and one.burst == other.burst) or are_near_copies(one, other)


def groups(photos: Sequence[Photo]) -> list[tuple[Photo, ...]]:
    """Sort photos into groups: near copies of near copies are together, most are alone. Order is kept.

    Photos of one burst are together however much moved in it: what stood still is in all of them.

    >>> level = lambda value: Photo.of(Image.new("L", (8, 8), value), str(value))
    >>> [[photo.name for photo in group] for group in groups([level(10), level(20)])]
    [['10'], ['20']]
    """
    # By hand: scipy.sparse.csgraph costs the server 0.2 s and more memory than all photos.
    first = list(range(len(photos)))  # of each photo's group
    for one, other in itertools.combinations(range(len(photos)), 2):
        if first[one] != first[other] and _belong_together(photos[one], photos[other]):
            kept, gone = sorted((first[one], first[other]))
            first = [kept if each == gone else each for each in first]
    return [
        tuple(photo for photo, place in zip(photos, first, strict=True) if place == each)
        for each in dict.fromkeys(first)
    ]
