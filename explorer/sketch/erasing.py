"""Another answer by erasing: which patches of the ink the prediction hangs on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from reprlib import repr as short

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.convolution.layout import Array
from explorer.pieces import Pieces, Progress, in_pieces
from explorer.sketch.network import CLASSES, DEFAULT, checked_seen, forward
from explorer.sketch.preparation import SIDE, Rectangle, SketchError
from explorer.words import percent

MAX_ERASED = 12
"""The most patches that are erased together in search of another answer."""


@dataclass(frozen=True, eq=False)
class Erasure:
    """What the network would say if patches of the drawing were erased.

    Attributes:
        tops: First rows of the patches, int (n,).
        lefts: Their first columns, int (m,).
        size: Rows and columns of a patch.
        label: What it says with nothing erased.
        probability: How sure it is of that.
        probabilities: float32 (n, m, 10): what it says with one patch erased.
        together: The patches that change its mind when they are erased together, most harmful first; none if
            `MAX_ERASED` of them do not.
        instead: What it says then; the label where it stays.
    """

    tops: NDArray[np.int64]
    lefts: NDArray[np.int64]
    size: int
    label: str
    probability: float
    probabilities: Array = field(repr=False)
    together: tuple[Rectangle, ...]
    instead: str

    @property
    def drops(self) -> Array:
        """float32 (n, m): how much less sure it is of its label with the patch erased."""
        return self.probability - self.probabilities[..., CLASSES.index(self.label)]

    @property
    def labels(self) -> list[list[str]]:
        """What it says with each patch erased, n rows of m."""
        return [[CLASSES[index] for index in row] for row in self.probabilities.argmax(axis=2)]

    @property
    def heat(self) -> Array:
        """float32 (64, 64): how much less sure it is, on average over the patches that cover a pixel."""
        total, count = np.zeros((2, SIDE, SIDE), np.float32)
        for top, drops in zip(self.tops.tolist(), self.drops, strict=True):
            for left, drop in zip(self.lefts.tolist(), drops, strict=True):
                _patch(total, (top, left), self.size)[...] += drop
                _patch(count, (top, left), self.size)[...] += 1
        return np.divide(total, count, out=total, where=count > 0)

    @property
    def levels(self) -> NDArray[np.uint8]:
        """The heat as uint8 (64, 64): 0 where it is not less sure, 255 where it loses most."""
        heat = np.maximum(self.heat, 0)
        levels: NDArray[np.uint8] = np.rint(255 * heat / max(float(heat.max()), 1e-9)).astype(np.uint8)
        return levels

    @property
    def alone(self) -> list[tuple[Rectangle, str]]:
        """The patches that change its mind each by itself, most harmful first, and what it says instead.

        Of patches that overlap the most harmful one is taken.
        """
        labels, drops = self.labels, self.drops
        order = np.argsort(-drops, axis=None, kind="stable")
        found = {}
        for row, column in zip(
            *(places.tolist() for places in np.unravel_index(order, drops.shape)), strict=True
        ):
            if labels[row][column] != self.label:
                found[int(self.tops[row]), int(self.lefts[column])] = labels[row][column]
        kept = _apart(list(found), self.size)
        return [((top, left, top + self.size, left + self.size), found[top, left]) for top, left in kept]

    @property
    def sentence(self) -> str:
        """The same in words and numbers."""
        said = f"It says {self.label}, {percent(self.probability)}."
        worst = float(self.drops.max(initial=0))
        if self.alone:
            _, instead = self.alone[0]
            count = len(self.alone)
            which = f"any one of the {count} framed patches" if count > 1 else "the framed patch"
            first = "Without the first" if count > 1 else "Without it"
            return f"{said} Erase {which} and it changes its mind. {first}, it says {instead}."
        said = f"{said} No single patch changes its mind; the most harmful costs {100 * worst:.1f} points."
        if not self.together:
            return f"{said} Nor do the {MAX_ERASED} most harmful patches together."
        count = len(self.together)
        return f"{said} The {count} framed patches together do: without them, it says {self.instead}."


@in_pieces
def erase(
    image: ArrayLike,
    variant: str = DEFAULT,
    off: Mapping[str, Collection[int]] | None = None,
    *,
    size: int = 8,
    stride: int = 8,
) -> Pieces[Erasure | None]:
    """Find out what would change the network's mind: erase patch after patch of the drawing and ask again.

    Nothing is centred anew, so that nothing else changes. Patches without ink are not asked about. Then the
    patches that harm its label most, no two of which overlap, are erased together, one more each time.

    Args:
        image: As `forward`.
        variant: As `forward`.
        off: As `forward`.
        size: Rows and columns of a patch, 1 to 64.
        stride: Pixels from one patch to the next, 2 to 64.

    A piece is one question to the network; until the last the value is None.

    Raises:
        SketchError: As `forward`, and if the size or the stride is out of its bounds.

    Example:
        >>> picture = np.zeros((64, 64, 1), np.float32)
        >>> picture[30:34, 6:58] = picture[6:58, 30:34] = 1
        >>> found = erase(picture)
        >>> found.label, found.drops.shape, float(found.drops[0, 0])
        ('cross', (8, 8), 0.0)
    """
    seen = checked_seen(image)
    for name, number, least in (("size", size, 1), ("stride", stride, 2)):
        if type(number) is not int or not least <= number <= SIDE:
            raise SketchError(
                f"The {name} of the patches must be a whole number from {least} to {SIDE}; it is "
                f"{short(number)}."
            )
    starts = range(0, SIDE - size + 1, stride)
    places = [(top, left) for top in starts for left in starts]
    inked = [place for place in places if _patch(seen, place, size).any()]
    asked = forward(seen, variant, off).probabilities
    best = int(asked.argmax())
    yield Progress(0, len(inked), None)
    probabilities = np.tile(asked, (len(starts), len(starts), 1))
    harm = np.zeros(len(inked), np.float32)
    for number, (top, left) in enumerate(inked):
        without = seen.copy()
        _patch(without, (top, left), size)[...] = 0
        answer = forward(without, variant, off).probabilities
        probabilities[top // stride, left // stride] = answer
        harm[number] = asked[best] - answer[best]
        yield Progress(number + 1, len(inked), None)
    worst = _apart([inked[number] for number in np.argsort(-harm, kind="stable") if harm[number] > 0], size)
    together: list[tuple[int, int]] = []
    instead, without = best, seen.copy()
    for number, place in enumerate(worst, 1):
        _patch(without, place, size)[...] = 0
        # With the last ink its mind is gone, not changed.
        if not without.any():
            break
        instead = int(forward(without, variant, off).probabilities.argmax())
        if instead != best:
            together = worst[:number]
            break
        yield Progress(len(inked), len(inked), None)
    found = Erasure(
        tops=np.array(starts),
        lefts=np.array(starts),
        size=size,
        label=CLASSES[best],
        probability=float(asked[best]),
        probabilities=probabilities,
        together=tuple((top, left, top + size, left + size) for top, left in together),
        instead=CLASSES[instead],
    )
    yield Progress(len(inked), len(inked), found)


def _apart(places: list[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    """Keep the first patches that overlap none before them."""
    kept: list[tuple[int, int]] = []
    for top, left in places:
        if all(abs(top - other) >= size or abs(left - beside) >= size for other, beside in kept):
            kept.append((top, left))
    return kept[:MAX_ERASED]


def _patch(picture: Array, place: tuple[int, int], size: int) -> Array:
    return picture[place[0] : place[0] + size, place[1] : place[1] + size]
