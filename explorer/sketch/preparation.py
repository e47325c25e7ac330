"""From a picture to what the network sees: the ink is found, centred and scaled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import images
from explorer.convolution.layout import Array
from explorer.errors import ExplorerError
from explorer.sketch.foreign import cover, foreign

Rectangle = tuple[int, int, int, int]  # top, left, bottom, right, the last two excluded

SIDE = 64
"""Rows and columns of what the network sees."""

INK = 52
"""Its longer side, to which the ink is scaled, so that a rim stays free."""

LOOKED_AT = 256
"""Longest side of the picture in which the ink is searched."""

_GRID = 64  # the paper is judged by about so many rows and columns of pixels
_BINS = 32  # of grey levels, when the commonest is looked for
_RIM = 0.5  # what a pixel at the rim of the picture counts more: paper reaches there more often than ink
_INWARDS = 16  # parts of a side: one of them inwards is where the rim is looked at
_FLAT = 0.9  # of its pixels have one level: the paper of a pad
_DENTS = 4  # times that the paper's surface is dented where soft shadows fall
_SOFT = 4.0  # standard deviation of the shadows' softness, in pixels of the grid
_FIRM = 0.05  # far from all paper the surface stays as it is
_NEAR = 0.1  # pixels this close to the paper's surface may be paper
_FAINT = 0.06  # differences from the paper up to this are not taken for ink
_GRAIN = 5.0  # ink differs by so many standard deviations of the paper's grain
_CLEAN = 0.003  # a paper with more grain than this was photographed
_SPECK = 0.004  # of all ink: smaller spots on a photographed paper are dust
_DARKEST = 3.0  # times weaker may the light be, and ink with it, than where it is strongest
_EDGE = 0.25  # from here on a pixel belongs to the drawing


class SketchError(ExplorerError):
    """Why a picture is no drawing that the network can see, in a sentence for the reader."""


@dataclass(frozen=True, eq=False)
class Sight:
    """What the network sees of a picture.

    Attributes:
        seen: float32 (64, 64, 1), read-only: 0 for paper, 1 for ink, as in training.
        box: Rows and columns of the picture that the ink takes, (top, left, bottom, right).
        place: Where these lie in `seen`, likewise.
        light: Whether the ink is lighter than the paper.
    """

    seen: Array = field(repr=False)
    box: tuple[float, float, float, float]
    place: Rectangle
    light: bool

    def on_picture(self, rectangle: Rectangle) -> tuple[float, float, float, float]:
        """Where a rectangle of `seen` lies on the picture; it may reach out of it.

        Example:
            >>> picture = np.ones((128, 256), np.float32)
            >>> picture[30:82, 100:204] = 0
            >>> look(picture).on_picture((6, 6, 58, 58))
            (4.0, 100.0, 108.0, 204.0)
        """
        found = []
        for axis in (0, 1):
            first, last = self.box[axis], self.box[axis + 2]
            scale = (last - first) / (self.place[axis + 2] - self.place[axis])
            found.append([first + (rectangle[end] - self.place[axis]) * scale for end in (axis, axis + 2)])
        (top, bottom), (left, right) = found
        return top, left, bottom, right


def prepare(image: ArrayLike) -> Array:
    """Return what the network sees of a picture: its ink alone, centred and scaled; see `look`.

    Returns:
        float32 (64, 64, 1), 0 for paper and 1 for ink.

    Raises:
        SketchError: If there is no ink.
        ImageError: If it is no picture.

    Example:
        >>> picture = np.ones((100, 200, 1), np.float32)
        >>> picture[20:30, 90:130] = 0
        >>> seen = prepare(picture)[..., 0]
        >>> seen.max(), np.flatnonzero(seen.any(axis=0))[[0, -1]].tolist()
        (np.float32(1.0), [6, 57])
    """
    return look(image).seen


def look(image: ArrayLike) -> Sight:
    """Find the ink of a picture, and centre and scale it as the network has learned to see it.

    The paper is a smooth surface of grey levels that most of the picture, and most of its rim, lie close to;
    ink is what differs from it clearly, to the darker or to the lighter side, whichever there is more of. A
    dark rim, printed lines, shadows and thumbs are no ink: see `explorer.sketch.foreign`. The longer side of
    the ink becomes 52 of 64 pixels.

    Args:
        image: (H, W, C) or (H, W) in [0, 1], C = 1 or 3, as `explorer.images.load` gives it.

    Raises:
        SketchError: If there is no ink.
        ImageError: If it is no picture.

    Example:
        >>> light = np.zeros((64, 64, 1), np.float32)
        >>> light[10:14, 20:50] = 1
        >>> sight = look(light)
        >>> sight.light, sight.box, sight.place
        (True, (10.0, 20.0, 14.0, 50.0), (28, 6, 35, 58))
    """
    picture = np.asarray(image)
    picture = picture[..., np.newaxis] if picture.ndim == 2 else picture
    size = min(max(picture.shape[:2], default=0), LOOKED_AT)
    grey = images.prepare(picture, size=max(size, images.MIN_SIZE), colour=False)[..., 0]
    ink, is_light = _ink(grey)
    rows, columns = (np.flatnonzero((ink >= _EDGE).any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        raise SketchError(
            "There is nothing drawn: no ink stands out from the paper. Draw something, or choose a picture "
            "with more contrast."
        )
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    scale = INK / max(bottom - top, right - left)
    tall, wide = (max(1, round((last - first) * scale)) for first, last in ((top, bottom), (left, right)))
    averaging = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    drawn: Any = cv2.resize(ink[top:bottom, left:right], (wide, tall), interpolation=averaging)
    first, second = (SIDE - tall) // 2, (SIDE - wide) // 2
    seen = np.zeros((SIDE, SIDE, 1), np.float32)
    # A thin line that was shrunk has become pale, and is ink nevertheless.
    seen[first : first + tall, second : second + wide, 0] = drawn / drawn.max()
    seen.setflags(write=False)
    down, across = picture.shape[0] / len(grey), picture.shape[1] / grey.shape[1]
    box = top * down, left * across, bottom * down, right * across
    return Sight(seen, box, (first, second, first + tall, second + wide), is_light)


# What the network sees.


def _ink(grey: Array) -> tuple[Array, bool]:
    """How much ink each pixel has, float32 (H, W) in [0, 1], and whether it is lighter than the paper."""
    paper, grain = _paper(grey)
    least = max(_FAINT, _GRAIN * grain)
    darker = _uncovered(paper - grey, paper, least)
    lighter = _uncovered(grey - paper, 1 - paper, least)
    is_light = _amount(lighter, least) > _amount(darker, least)
    differences = lighter if is_light else darker
    ink = _shares(differences, least)
    if (other := foreign(ink >= _EDGE)).any():
        around: Any = cv2.dilate(other.astype(np.uint8), np.ones((3, 3), np.uint8))
        left_out = other | ((around > 0) & (ink < _EDGE))  # with its soft sides
        ink = _shares(np.where(left_out, np.float32(0), differences), least)
    return (_without_dust(ink) if grain > _CLEAN else ink), is_light


def _uncovered(differences: Array, room: Array, least: float) -> Array:
    """How far ink differs from what is under it, in the light in which it can differ most.

    Args:
        differences: From the paper, those of ink positive, (H, W).
        room: How far ink may differ from the paper: to black or to white.
        least: Up to here differences are none.
    """
    over = cover(differences, least)
    strongest: np.float32 = room.max()
    if over is not None:
        differences, room = differences - over, room - over
    elif strongest == room.min():  # nothing covers a sheet in even light
        return differences
    gain: Array = np.maximum(room, np.float32(_FAINT))
    np.clip(np.divide(strongest, gain, out=gain), 1, _DARKEST, out=gain)
    return np.multiply(differences, gain, out=gain)


def _amount(differences: Array, least: float) -> float:
    return float(np.maximum(differences - least, 0).sum())


def _shares(differences: Array, least: float) -> Array:
    """How much ink each pixel has, from how far it differs from the paper."""
    marks = differences[differences > least]
    if not marks.size:
        return np.zeros_like(differences)
    # The mean of equal numbers, rounded to their precision, can lie above them all.
    full = float(marks[marks >= float(marks.mean(dtype=np.float64))].mean())
    floor = min(max(least, 0.2 * full), 0.9 * full)
    shares: Array = np.clip((differences - floor) / (full - floor), 0, 1).astype(np.float32)
    return shares


def _paper(grey: Array) -> tuple[Array, float]:
    """Fit a smooth surface to the grey levels of the paper; also give the grain, its standard deviation.

    It starts from the commonest level and grows: what lies near the surface so far bends it anew, first as a
    plane, then as a paraboloid, at last with dents for soft shadows. Ink lies far from it and has no say.
    """
    step = max(1, max(grey.shape) // _GRID)
    down, across = (_spread(size, step) for size in grey.shape)
    some = grey[np.ix_(down, across)]
    y, x = (np.linspace(-1, 1, size, dtype=np.float32) for size in grey.shape)
    few = _terms(y[down], x[across]).reshape(-1, 6)
    levels = some.reshape(-1)
    level = _commonest(some)
    near = np.abs(levels - level) < _NEAR
    middle = np.median(levels[near])
    if np.count_nonzero(levels[near] == middle) > _FLAT * np.count_nonzero(near):
        return np.full_like(grey, middle), 0.0
    found = np.zeros(6, np.float32)
    for count in (1, 3, 3, 6, 6, 6):
        near = np.abs(levels - level - few @ found) < _NEAR
        chosen = few[near, :count]
        # A little is added so that pixels in one row, or few, have an answer too.
        square = chosen.T @ chosen + 1e-6 * len(levels) * np.eye(count)
        found[:count] = np.linalg.solve(square, chosen.T @ (levels[near] - level))
    rest = (levels - level - few @ found).reshape(some.shape).astype(np.float32)
    dents: Array = np.zeros_like(rest)
    for _ in range(_DENTS):
        close: Any = (np.abs(rest - dents) < _NEAR).astype(np.float32)
        weight: Any = cv2.GaussianBlur(close, (0, 0), _SOFT)
        dents = np.asarray(cv2.GaussianBlur(close * rest, (0, 0), _SOFT) / (weight + _FIRM))
    near = np.abs(rest - dents)[close > 0]
    grain = 1.4826 * float(np.median(near)) if near.size else 0.0
    lengthwise = level + found[0] + (found[1] + found[3] * y) * y
    crosswise = (found[2] + found[5] * x) * x
    smooth = lengthwise[:, np.newaxis] + crosswise + np.multiply.outer(found[4] * y, x)
    # The last cells of the grid may stand for fewer pixels than the others.
    grown = (some.shape[1] * step, some.shape[0] * step)
    wide: Any = cv2.resize(dents, grown, interpolation=cv2.INTER_LINEAR)
    return smooth + wide[: grey.shape[0], : grey.shape[1]], grain


def _spread(size: int, step: int) -> NDArray[np.intp]:
    """One place of each `step`, not the same in each: printed lines may be as far apart, and all be met.

    >>> _spread(16, 4).tolist()
    [0, 5, 10, 15]
    """
    cells = np.arange(-(-size // step))
    places: NDArray[np.intp] = np.minimum(cells * step + cells % step, size - 1)
    return places


def _terms(y: Array, x: Array) -> Array:
    """1, y, x, y², yx, x² of every pixel, (H, W, 6), where x and y go from -1 to 1."""
    rows, columns = np.meshgrid(y, x, indexing="ij")
    ones = np.ones_like(rows)
    return np.stack([ones, rows, columns, rows * rows, rows * columns, columns * columns], axis=-1)


def _commonest(grey: Array) -> float:
    """Return the grey level that most pixels have, those at the rim counted more."""
    bins = np.minimum((grey * _BINS).astype(np.int64), _BINS - 1)
    down, across = (side // _INWARDS for side in bins.shape)  # scanners leave a dark rim at the very edge
    rim = np.concatenate([bins[down], bins[-1 - down], bins[:, across], bins[:, -1 - across]])
    votes = np.bincount(bins.reshape(-1), minlength=_BINS) / bins.size
    votes += _RIM * np.bincount(rim, minlength=_BINS) / rim.size
    around = np.convolve(votes, np.ones(3), "same")
    # Of three bins that win together the fullest is meant.
    best = int(around.argmax())
    first = max(best - 1, 0)
    best = first + int(votes[first : best + 2].argmax())
    return float(grey[bins == best].mean())


def _without_dust(ink: Array) -> Array:
    """Leave out the smallest spots of a photograph."""
    count, marks, stats, _ = cv2.connectedComponentsWithStats((ink >= _EDGE).astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    kept = areas >= max(4.0, _SPECK * areas.sum())
    kept[0] = True  # the faint rim of strokes
    return np.where(kept[marks], ink, np.float32(0)) if count > 1 else ink
