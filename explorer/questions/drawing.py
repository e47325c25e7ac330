"""What the generators share: chance by a seed, options in an order of its own, numbers and terms as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import figures
from explorer.questions.record import (
    DECIMALS,
    LETTERS,
    Answer,
    Cell,
    GridFigure,
    Option,
    QuestionError,
    is_near,
)

MAX_SEED = 999_999
"""The last seed of a question."""

MOST_TERMS = 25
"""The most products of a sum that a person is asked to work out."""

_SHADES = 9  # the lightest of the shades that stand for brightness on paper and on the board

Array = NDArray[np.float32]
Generator = np.random.Generator


def chance(seed: int, kind: str) -> Generator:
    """Return what a question of this kind and seed is drawn with.

    Raises:
        QuestionError: If the seed is not a whole number from 0 to 999,999.

    Example:
        >>> int(chance(7, "a").integers(100)) == int(chance(7, "a").integers(100))
        True
    """
    if type(seed) is not int or not 0 <= seed <= MAX_SEED:
        raise QuestionError(f"A seed is a whole number from 0 to {MAX_SEED:,}, but {seed!r} came.")
    return np.random.default_rng([seed, *kind.encode()])


def one_of(rng: Generator, things: Sequence[int]) -> int:
    """Draw one of some whole numbers."""
    return int(things[int(rng.integers(len(things)))])


def number(value: float) -> str:
    """Write a number that is worked with: whole ones in full, others to four significant digits.

    >>> number(-12.0), number(0.25)
    ('−12', '0.25')
    """
    return (
        f"{round(value):,}".replace("-", "−")
        if float(value).is_integer()
        else figures.format_number(value, 4)
    )


def bracketed(value: float) -> str:
    """Write a number after a sign: in brackets if it has one itself.

    >>> bracketed(-2), bracketed(3)
    ('(−2)', '3')
    """
    return f"({number(value)})" if value < 0 else number(value)


def products(values: ArrayLike, weights: ArrayLike) -> str:
    """Write a sum of products, cell · weight, without those whose cell or weight is 0.

    >>> products([[3, 0], [1, 2]], [[2, 5], [-1, 1]])
    '3 · 2 + 1 · (−1) + 2 · 1'
    """
    pairs = zip(np.ravel(values).tolist(), np.ravel(weights).tolist(), strict=True)
    terms = [f"{bracketed(value)} · {bracketed(weight)}" for value, weight in pairs if value and weight]
    return " + ".join(terms) or "0"


def grid(values: ArrayLike) -> tuple[tuple[str, ...], ...]:
    """Write the cells of a grid (H, W).

    >>> grid([[1, -2.5]])
    (('1', '−2.5'),)
    """
    return tuple(tuple(number(value) for value in row) for row in np.asarray(values).tolist())


def answers(answer: float, mistakes: Sequence[tuple[float, str]], within: float = 0.0) -> dict[Answer, str]:
    """Return the mistakes that can be told from the answer and from those before them.

    Example:
        >>> answers(4.0, [(4.0, "no mistake"), (5.0, "one too many"), (5.0, "the same number")])
        {5.0: 'one too many'}
    """
    kept: dict[Answer, str] = {}
    apart = max(2 * within, DECIMALS)
    for wrong, sentence in mistakes:
        known = [answer, *(each for each in kept if isinstance(each, float))]
        if np.isfinite(wrong) and not any(is_near(wrong, each, apart) for each in known):
            kept[float(wrong)] = sentence
    return kept


def arranged(
    rng: Generator, right: Option, wrong: Sequence[tuple[Option, str]]
) -> tuple[tuple[Option, ...], str, Mapping[Answer, str]]:
    """Put options in an order of chance.

    Args:
        rng: As `chance` gives it.
        right: The option that is right.
        wrong: The others, each with what to say to those who choose it.

    Returns:
        The options, the letter of the right one, and what to say by the letter of each other one.

    Example:
        >>> options, letter, told = arranged(chance(1, "a"), Option(text="4"), [(Option(text="5"), "No.")])
        >>> options["AB".index(letter)].text, list(told.values())
        ('4', ['No.'])
    """
    pairs: list[tuple[Option, str | None]] = [(right, None), *wrong]
    order = rng.permutation(len(pairs)).tolist()
    options = tuple(pairs[place][0] for place in order)
    told: dict[Answer, str] = {}
    for letter, place in zip(LETTERS, order, strict=False):
        sentence = pairs[place][1]
        if sentence is not None:
            told[letter] = sentence
    return options, LETTERS[order.index(0)], told


def grey(picture: Array) -> Array:
    """Return the mean of a picture's channels: float32 (H, W).

    >>> grey(np.array([[[0.0, 1.0]]], np.float32)).tolist()
    [[0.5]]
    """
    return np.asarray(picture.mean(axis=2) if picture.ndim == 3 else picture, np.float32)


def busiest(rng: Generator, picture: Array, side: int, tries: int = 16) -> tuple[int, int]:
    """Draw places of a grey picture (H, W), and return the top left of the square with most contrast.

    A side that the picture does not have is taken as far as it goes.
    """
    rows, columns = (max(1, length - side + 1) for length in picture.shape)
    places = zip(
        rng.integers(rows, size=tries).tolist(), rng.integers(columns, size=tries).tolist(), strict=True
    )
    return max(places, key=lambda place: float(cut(picture, place, side).std()))


def cut(picture: Array, place: tuple[int, int], side: int) -> Array:
    """Cut a square out of a grey picture (H, W)."""
    top, left = place
    return picture[top : top + side, left : left + side]


def shades(picture: Array) -> Array:
    """Write a grey picture in ten shades, 0 for its darkest and 9 for its lightest: float32 (H, W).

    >>> shades(np.array([[0.2, 0.3, 0.4]], np.float32)).tolist(), shades(np.ones((1, 2), np.float32)).tolist()
    ([[0.0, 5.0, 9.0]], [[0.0, 0.0]])
    """
    low, high = float(picture.min()), float(picture.max())
    return np.asarray(np.rint(_SHADES * (picture - low) / ((high - low) or 1.0)), np.float32)


def pooled(kind: str, read: list[str], answer: float) -> str:
    """Work out what a pooling makes of the cells that it reads.

    >>> pooled("max", ["1", "5", "2"], 5), pooled("average", ["1", "2"], 1.5)
    ('The largest of 1, 5 and 2 is 5.', '(1 + 2) ÷ 2 = 1.5.')
    """
    if kind == "average":
        return f"({' + '.join(read)}) ÷ {len(read)} = {number(answer)}."
    if kind == "l2":
        return f"√({' + '.join(f'{each}²' for each in read)}) = {number(answer)}."
    *others, last = read
    which = "largest" if kind == "max" else "smallest"
    return (
        f"The {which} of {', '.join(others)} and {last} is {number(answer)}." if others else f"It is {last}."
    )


def masked(mask: NDArray[np.bool_]) -> tuple[tuple[bool, ...], ...]:
    """Write a mask (H, W) as a figure takes it."""
    return tuple(tuple(bool(cell) for cell in row) for row in mask.tolist())


def covered(title: str, cells: tuple[tuple[str, ...], ...], cell: Cell) -> GridFigure:
    """An output of which one cell has a question mark.

    >>> covered("Output", (("1", "2"),), (0, 1)).cells
    (('1', '?'),)
    """
    hidden = tuple(
        tuple("?" if (row, column) == cell else text for column, text in enumerate(texts))
        for row, texts in enumerate(cells)
    )
    return GridFigure(title=title, role="output", cells=hidden, covered=cell)
