"""Invariance under pooling: a picture is changed a little, and so are its maps, before pooling and after.

Two words of the field, in numbers. A map is equivariant to a shift if shifting the picture shifts the map,
and invariant to a change if the change does not show in it at all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from explorer.convolution.experiments import Array, Pooling, SlidingWindow
from explorer.errors import ExplorerError
from explorer.figures import format_number
from explorer.words import counted, percent, plural

MAX_CELLS = 8
MAX_DEGREES = 45.0
MAX_NOISE = 0.5


@dataclass(frozen=True)
class Change:
    """A small change to a picture: first it is shifted, then turned, and at last noise is added.

    Attributes:
        down: Whole pixels that it moves down, 0 to 8.
        right: Whole pixels that it moves to the right, 0 to 8.
        angle: Degrees that it turns anticlockwise about its centre, -45 to 45.
        noise: Standard deviation of the Gaussian noise on each value, 0 to 0.5.
        seed: Which noise; with one seed, more noise is the same pattern, stronger.
    """

    down: int = 0
    right: int = 0
    angle: float = 0.0
    noise: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, low, high, kind in (
            ("down", 0, MAX_CELLS, int),
            ("right", 0, MAX_CELLS, int),
            ("angle", -MAX_DEGREES, MAX_DEGREES, float),
            ("noise", 0, MAX_NOISE, float),
        ):
            value = getattr(self, name)
            if not low <= value <= high or kind(value) != value:
                number = "a whole number" if kind is int else "a number"
                raise ExplorerError(f"{name} is {value}; choose {number} from {low} to {high}.")

    def apply(self, image: Array) -> Array:
        """Change an image (H, W) or (H, W, C) in [0, 1]; it keeps its shape.

        A shift is exact, without resampling. A turn reads between four pixels (bilinear). Where the picture
        gives way, by either, the nearest pixel of its edge is repeated. Noise is clipped to [0, 1].

        >>> Change(right=1).apply(np.array([[0.0, 0.25, 1.0]], np.float32)).tolist()
        [[0.0, 0.0, 0.25]]
        """
        changed = shifted(image, self.down, self.right)
        if self.angle:
            changed = _turned(changed, self.angle)
        if self.noise:
            noise = np.random.default_rng(self.seed).standard_normal(image.shape, np.float32)
            changed = np.clip(changed + np.float32(self.noise) * noise, 0, 1)
        return changed


def shifted(array: Array, down: int, right: int) -> Array:
    """Shift an array (H, W) or (H, W, C) by whole cells; its first row and column are repeated behind it.

    >>> shifted(np.array([[1.0], [2.0], [3.0]], np.float32), 2, 0).ravel().tolist()
    [1.0, 1.0, 1.0]
    """
    rows = np.maximum(np.arange(array.shape[0]) - down, 0)
    columns = np.maximum(np.arange(array.shape[1]) - right, 0)
    moved: Array = array[rows[:, np.newaxis], columns]
    return moved


def _turned(image: Array, angle: float) -> Array:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
    turned: Any = cv2.warpAffine(
        image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return turned.reshape(image.shape)  # type: ignore[no-any-return]  # OpenCV drops a single channel


@dataclass(frozen=True, eq=False)
class Pair:
    """An array of the picture, the same array of the changed picture, and how far they are apart.

    Attributes:
        first: Of the picture.
        second: Of the changed picture.
        difference: second - first.
        change: ||second - first|| / ||first||, Euclidean norms over all cells; 0 where nothing changed, and
            None where the first is 0 everywhere and the second is not, for then there is no such number.
        unchanged: Share of the cells, 0 to 1, that hold the very same number.
        blank: Share of the cells that are 0 both times; they are among the unchanged.
    """

    first: Array
    second: Array
    difference: Array
    change: float | None
    unchanged: float
    blank: float

    @classmethod
    def of(cls, first: Array, second: Array) -> Pair:
        """Compare two arrays of one shape.

        >>> pair = Pair.of(np.array([3.0, 4.0, 0.0]), np.array([3.0, 1.0, 0.0]))
        >>> pair.change, round(pair.unchanged, 2), round(pair.blank, 2)
        (0.6, 0.67, 0.33)
        """
        difference = second - first
        return cls(
            first,
            second,
            difference,
            _relative(difference, first),
            float(np.mean(difference == 0)),
            float(np.mean((first == 0) & (second == 0))),
        )


def _relative(difference: Array, first: Array) -> float | None:
    if not first.size:
        return 0.0
    # OpenCV adds up in double precision, and not on several cores that wait for one another.
    size, whole = (cv2.norm(np.ascontiguousarray(array).reshape(1, -1)) for array in (difference, first))
    if size == 0:
        return 0.0
    return size / whole if whole else None


@dataclass(frozen=True)
class Moved:
    """Why max pooling loses position: windows whose value stayed though another cell has it now.

    Attributes:
        windows: All windows, each channel's counted.
        same_value: Windows that hold the very same number as before.
        moved: Those among them whose winner lies in another place: the value cannot tell.
    """

    windows: int
    same_value: int
    moved: int

    def __str__(self) -> str:
        """It in a sentence."""
        sentence = (
            f"Of {counted(self.windows, 'window')}, {self.same_value:,} "
            f"{plural(self.same_value, 'has', 'have')} exactly the same value as before. In "
            f"{self.moved:,} of these, the value now comes from a different cell."
        )
        return sentence + (" The value stays, its position is lost." if self.moved else "")


@dataclass(frozen=True)
class Equivariance:
    """The map of the shifted picture against the shifted map, where no edge of the picture shows.

    The comparison is of cells whose windows, through all steps, read pixels alone that were in the picture
    before the shift and after it, so that what enters at the edge has no part in it.

    Attributes:
        cells: Cells that the map moves for this shift, (down, right): the shift divided by the stride.
        is_whole: Whether both are whole numbers; if not, the map is moved by the nearest whole ones.
        compared: Number of values compared; 0 if no window lies far enough from the edges.
        change: ||map of the shifted - shifted map|| / ||shifted map|| over these values, as `Pair.change`.
        largest: Largest absolute difference among them; 0 says that the map moved with the picture, exactly.
    """

    cells: tuple[float, float]
    is_whole: bool
    compared: int
    change: float | None
    largest: float

    def said(self, name: str) -> str:
        """It in a sentence about the map of this name."""
        if not self.compared:
            return f"{name}: no window is far enough from the edges to compare."
        ways = [
            f"{format_number(cells)} {plural(cells, 'cell')} {way}"
            for cells, way in zip(self.cells, ("down", "to the right"), strict=True)
            if cells
        ]
        moves = " and ".join(ways) or "0 cells"
        if self.is_whole:
            end = "exactly" if self.largest == 0 else f"to within {format_number(self.largest)}"
            return (
                f"{name} moves with the picture: shifted by {moves}, it equals that of the shifted picture "
                f"{end}, away from the edges."
            )
        share = "" if self.change is None else f"by {percent(self.change)}, "
        return (
            f"{name} cannot move with the picture: the shift is {moves}, not a whole number of cells. "
            f"Shifted by the nearest whole number, it differs from that of the shifted picture {share}by "
            f"{format_number(self.largest)} at most, away from the edges."
        )


@dataclass(frozen=True, eq=False)
class InvarianceReport:
    """What a change does to a picture, to its map and to its pooled map.

    Attributes:
        picture: The picture and the changed one.
        map: Before pooling.
        pooled: After pooling.
        moved: Winners that moved unseen; None for a kind of pooling that has no winner.
        map_shift: Equivariance of the map to the shift alone, without turn and noise.
        pooled_shift: Equivariance of the pooled map, likewise.
    """

    picture: Pair
    map: Pair
    pooled: Pair
    moved: Moved | None
    map_shift: Equivariance
    pooled_shift: Equivariance


def invariance(
    image: Array, convolution: SlidingWindow, pooling: Pooling, change: Change
) -> InvarianceReport:
    """Follow a change from the picture through a filter to the pooled map.

    Args:
        image: (H, W) or (H, W, C) in [0, 1].
        convolution: What makes the map.
        pooling: What pools it.
        change: What is done to the picture.

    Raises:
        ExplorerError: Where a window does not fit, as `Convolution` and `Pooling` say.
    """
    picture = Pair.of(image, change.apply(image))
    maps = Pair.of(*(convolution.feature_map(pixels) for pixels in (picture.first, picture.second)))
    pooled = Pair.of(*(pooling.feature_map(values) for values in (maps.first, maps.second)))
    moved = None
    if pooling.has_winner:
        first, second = (pooling.winners(values) for values in (maps.first, maps.second))
        same = pooled.difference == 0
        elsewhere = (first != second).any(axis=-1)
        moved = Moved(same.size, int(same.sum()), int((same & elsewhere).sum()))
    map_shift, pooled_shift = equivariance(image, (convolution, pooling), change.down, change.right)
    return InvarianceReport(picture, maps, pooled, moved, map_shift, pooled_shift)


def equivariance(image: Array, steps: tuple[SlidingWindow, ...], down: int, right: int) -> list[Equivariance]:
    """Compare the map of a shifted picture with the shifted map of the picture, away from the edges.

    Args:
        image: (H, W) or (H, W, C).
        steps: What makes the map, one after the other.
        down: Whole pixels of the shift, 0 or more.
        right: Likewise.

    Returns:
        The comparison after each step.

    Raises:
        ExplorerError: Where a window does not fit.

    >>> from explorer.convolution.experiments import Convolution
    >>> image = np.arange(36.0, dtype=np.float32).reshape(6, 6) % 5
    >>> copy, halved = Convolution(np.ones((1, 1))), Pooling("max", 2)
    >>> [[found.largest for found in equivariance(image, (copy, halved), 0, shift)] for shift in (1, 2)]
    [[0.0, 2.0], [0.0, 0.0]]
    """
    found, moved = image, shifted(image, down, right)
    strides = [1, 1]
    # Cells whose windows read pixels of the picture alone: from the first to behind the last, per axis.
    clean = [(0, image.shape[0]), (0, image.shape[1])]
    clean_moved = [(min(down, image.shape[0]), image.shape[0]), (min(right, image.shape[1]), image.shape[1])]
    comparisons = []
    for step in steps:
        places = step.positions(found.shape)
        clean, clean_moved = (
            [_inside(axis, *ends) for axis, ends in zip(places, sides, strict=True)]
            for sides in (clean, clean_moved)
        )
        found, moved = step.feature_map(found), step.feature_map(moved)
        strides = [stride * own for stride, own in zip(strides, step.steps, strict=True)]
        cells = down / strides[0], right / strides[1]
        cuts, partners = [], []
        for shift, (first, last), (first_moved, last_moved) in zip(cells, clean, clean_moved, strict=True):
            whole = math.floor(shift + 0.5)
            start, stop = max(first_moved, first + whole), min(last_moved, last + whole)
            cuts.append(slice(start, max(start, stop)))
            partners.append(slice(start - whole, max(start, stop) - whole))
        there, here = moved[tuple(cuts)], found[tuple(partners)]
        difference = there - here
        comparisons.append(
            Equivariance(
                cells,
                all(shift.is_integer() for shift in cells),
                difference.size,
                _relative(difference, here),
                float(np.abs(difference).max(initial=0)),
            )
        )
    return comparisons


def _inside(places: Any, first: int, last: int) -> tuple[int, int]:
    """Find the windows, of those whose taps lie at `places` (outputs, taps), that lie between two cells."""
    inside = np.flatnonzero((places[:, 0] >= first) & (places[:, -1] < last))
    return (int(inside[0]), int(inside[-1]) + 1) if inside.size else (0, 0)
