"""Sequences so small that every number can be seen: pictures of six patches, and short runs of words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.attention.patches import patches, sinusoidal_positions
from explorer.calculus import Real

DEPTH = 2
"""How many numbers a query, a key and a value have."""

HEADS = 3
"""How many heads an example has weights for."""

LONGEST = 6
"""The most vectors of an example."""

SIDE = 2
"""Rows and columns of a patch, in pixels."""


@dataclass(frozen=True, kw_only=True, eq=False)
class AttentionExample:
    """Vectors, one a row, and the weights of three heads for them.

    Attributes:
        name: Key in `EXAMPLES`.
        title: Its name on the screen.
        why: What there is to see, in a sentence.
        one: What a row is: "patch" or "word".
        words: The words; nothing where the rows are patches.
        across: How many patches stand side by side; 1 where the rows are words.
        entries: What the numbers of a row are called.
        places: What the two numbers of a position are called.
        numbers: (rows, entries).
        positions: (rows, 2). A vector has two more numbers than entries, 0 each: its position is added there.
        looks: Of each head, what it looks for, as it stands after "looks for".
        query_kernel: (entries + 2, 6), the columns of the three heads side by side.
        key_kernel: (entries + 2, 6).
        value_kernel: (entries + 2, 6).
        output_kernel: (6, entries + 2), the rows of the three heads below one another.
    """

    name: str
    title: str
    why: str
    one: str
    words: tuple[str, ...]
    across: int
    entries: tuple[str, ...]
    places: tuple[str, str]
    numbers: Real
    positions: Real
    looks: tuple[str, str, str]
    query_kernel: Real
    key_kernel: Real
    value_kernel: Real
    output_kernel: Real

    def called(self, row: int) -> str:
        """What a row is called, counted from 0 here and from 1 there.

        Example:
            >>> EXAMPLES["box"].called(1), EXAMPLES["river"].called(1)
            ('patch 2', 'word 2 (bank)')
        """
        number = f"{self.one} {row + 1}"
        return f"{number} ({self.words[row]})" if self.words else number


# Of a patch: top left, top right, bottom left, bottom right; then its row and its column.
_EDGES = np.array([[1.0, -1.0, 1.0, -1.0, 0.0, 0.0], [1.0, 1.0, -1.0, -1.0, 0.0, 0.0]])
_ROWS = np.array([[0.5, 0.5, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.5, 0.5, 0.0, 0.0]])
_COLUMNS = np.array([[0.5, 0.0, 0.5, 0.0, 0.0, 0.0], [0.0, 0.5, 0.0, 0.5, 0.0, 0.0]])
_PATCH_PLACE = np.eye(6)[4:]

# Of a word: how much it has to do with water, and with money; then sine and cosine of its position.
_MEANING, _WORD_PLACE = np.eye(4)[:2], np.eye(4)[2:]
# A position turned back by one place, which is 1 radian, and made 6 times as long.
_ONE_BEFORE = np.array([[0.0, 0.0, 3.2, -5.0], [0.0, 0.0, 5.0, 3.2]])


def _side_by_side(*heads: Real) -> Real:
    return np.concatenate(heads).T


def _picture(name: str, title: str, why: str, rows: list[str]) -> AttentionExample:
    picture = np.array([[float(pixel) for pixel in row] for row in rows])[..., np.newaxis]
    down, across = (side // SIDE for side in picture.shape[:2])
    places = [(row, column) for row in np.linspace(-1, 1, down) for column in np.linspace(-1, 1, across)]
    return AttentionExample(
        name=name,
        title=title,
        why=why,
        one="patch",
        words=(),
        across=across,
        entries=("top left", "top right", "bottom left", "bottom right"),
        places=("row", "column"),
        numbers=patches(picture, SIDE),
        positions=np.array(places),
        looks=("the same edges", "the opposite edges", "places nearby"),
        query_kernel=_side_by_side(_EDGES, _EDGES, 3 * _PATCH_PLACE),
        key_kernel=_side_by_side(_EDGES, -_EDGES, _PATCH_PLACE),
        value_kernel=_side_by_side(_ROWS, _COLUMNS, _PATCH_PLACE),
        output_kernel=np.concatenate([2 * _ROWS, 2 * _COLUMNS, _PATCH_PLACE]),
    )


def _words(name: str, title: str, why: str, **meanings: tuple[float, float]) -> AttentionExample:
    words = tuple(word.rstrip("_") for word in meanings)
    return AttentionExample(
        name=name,
        title=title,
        why=why,
        one="word",
        words=words,
        across=1,
        entries=("water", "money"),
        places=("sine", "cosine"),
        numbers=np.array(list(meanings.values())),
        positions=sinusoidal_positions(len(words), 2).astype(np.float64).round(2),
        looks=("the same meaning", "the word before", "its own place"),
        query_kernel=_side_by_side(2 * _MEANING, _ONE_BEFORE, 6 * _WORD_PLACE),
        key_kernel=_side_by_side(_MEANING, _WORD_PLACE, _WORD_PLACE),
        value_kernel=_side_by_side(_MEANING, _MEANING, _WORD_PLACE),
        output_kernel=np.concatenate([_MEANING, _MEANING, _WORD_PLACE]),
    )


EXAMPLES: dict[str, AttentionExample] = {
    example.name: example
    for example in (
        _picture(
            "box",
            "A box",
            "Each of the six patches has another part of the box's outline.",
            [
                "000000",
                "011110",
                "011110",
                "000000",
            ],
        ),
        _picture(
            "textures",
            "Two textures",
            "Three patches have upright stripes and three a step, so each has two twins.",
            [
                "010101",
                "010101",
                "111111",
                "000000",
            ],
        ),
        _words(
            "river",
            "Bank of a river",
            "“Bank” means two things, and the word “river” decides.",
            the=(0.0, 0.0),
            bank=(1.0, 1.0),
            of=(0.0, 0.0),
            the_=(0.0, 0.0),
            river=(2.0, 0.0),
        ),
        _words(
            "money",
            "Bank with money",
            "The same word “bank”, among words of money.",
            the=(0.0, 0.0),
            bank=(1.0, 1.0),
            lends=(0.0, 1.0),
            money=(0.0, 2.0),
        ),
    )
}
"""By their names."""
