"""Numbers and vectors as they are written: in LaTeX, and in plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from explorer.vectors.checks import SMALLEST_SQUARE, Vector, length_of

_SHOWN = 6  # entries of a vector, or terms of a sum, that are written out

_EXACTLY = 1e-12  # a number that is nearer to the digits that are shown, relative to them, is shown exactly

# Worked texts

ALMOST = r"\approx"
DOTS = r"\cdots"


def written(x: float) -> str:
    r"""Write a finite number in LaTeX: whole ones below a million as they are, others with 4 digits.

    Example:
        >>> written(65025), written(-1 / 3), written(2.5e-7)
        ('65025', '-0.3333', '2.5 \\cdot 10^{-7}')
    """
    mantissa, _, power = _rounded(x).partition("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa


def quotient_numbers(top: float, *bottom: float) -> list[float]:
    """The numbers that decide whether a quotient is written exactly: 0 is, whatever it is divided by."""
    return [top, *bottom] if top else [top]


def root_text(start: str, squares: Sequence[str], given: Sequence[Vector], way: Vector) -> str:
    """Work out the length of a vector from the squares of its entries, written with the given vectors."""
    total = float(way @ way)
    return chain(
        start,
        (rf"\sqrt{{{' + '.join(abridged(squares, way.size, DOTS))}}}", given),
        *([(rf"\sqrt{{{written(total)}}}", [total])] if total > SMALLEST_SQUARE else []),
        (written(length_of(way)), [length_of(way)]),
    )


def products_text(a: Vector, b: Vector) -> str:
    """The sum of the products of two vectors, not yet multiplied."""
    first, *others = [(x, bracketed(y)) for x, y in zip(shown_entries(a), shown_entries(b), strict=True)]
    terms = [
        rf"{written(first[0])} \cdot {first[1]}",
        *(rf"{bracketed(x)} \cdot {y}" for x, y in others),
    ]
    return " + ".join(abridged(terms, a.size, DOTS))


def bracketed(x: float) -> str:
    """A number as a factor."""
    text = written(x)
    return f"({text})" if text.startswith("-") or "^" in text else text


def sum_text(terms: Sequence[str], n: int) -> str:
    """Terms with their signs between them, n of them in all."""
    first, *others = abridged(terms, n, DOTS)
    return first + "".join(f" - {term[1:]}" if term.startswith("-") else f" + {term}" for term in others)


def column_latex(a: Vector) -> str:
    """A vector as a column; results may be larger than `MAX_MAGNITUDE`."""
    return stacked(abridged([written(x) for x in shown_entries(a)], a.size, r"\vdots"))


def stacked(lines: Sequence[str]) -> str:
    """Lines as a matrix in LaTeX."""
    return r"\begin{pmatrix} " + r" \\ ".join(lines) + r" \end{pmatrix}"


def shown_places(n: int) -> list[int]:
    """Which of n entries are written out."""
    return list(range(n)) if n <= _SHOWN else [*range(_SHOWN - 2), n - 1]


def shown_entries(a: Vector) -> list[float]:
    """The entries that are written out."""
    entries: list[float] = a[shown_places(a.size)].tolist()
    return entries


def abridged(parts: Sequence[str], n: int, dots: str) -> list[str]:
    """The parts written out of n, with dots in the place of the others."""
    return [*parts] if n <= _SHOWN else [*parts[:-1], dots, parts[-1]]


def _rounded(x: float) -> str:
    if x == 0:
        return "0"
    if 1000 <= abs(x) < 999_999.5 or (abs(x) < 1000 and x == round(x)):
        return f"{x:.0f}"
    return f"{x:.4g}"


def plain(x: float) -> str:
    """Write a number for a sentence or a cell; see `written` for the digits.

    Example:
        >>> plain(-2.0), plain(1 / 3), plain(2.5e-7)
        ('−2', '0.3333', '2.5e−7')
    """
    mantissa, _, power = _rounded(x).partition("e")
    return (f"{mantissa}e{int(power)}" if power else mantissa).replace("-", "−")


def plain_vector(a: ArrayLike) -> str:
    """Write a vector for a sentence; of a long one the first four entries and the last.

    Example:
        >>> plain_vector([3, -0.5]), plain_vector(range(9))
        ('(3, −0.5)', '(0, 1, 2, 3, …, 8)')
    """
    entries = np.asarray(a, np.float64)
    return f"({', '.join(abridged([plain(x) for x in shown_entries(entries)], entries.size, '…'))})"


def plain_root(way: Vector) -> str:
    """The last step to a length; none where the squares are too small for a float."""
    total = float(way @ way)
    if total <= SMALLEST_SQUARE and way.any():
        return ""
    return chain(f"√{plain(total)}", (plain(length_of(way)), [length_of(way), total, way]), almost="≈")


def _exact(values: Iterable[ArrayLike]) -> bool:
    """Whether what is written out of these numbers and vectors is all of it."""
    return all(
        abs(float(_rounded(x)) - x) <= _EXACTLY * abs(x)
        for value in values
        for x in shown_entries(np.atleast_1d(np.asarray(value, np.float64)))
    )


def chain(start: str, *steps: tuple[str, Iterable[ArrayLike]], almost: str = ALMOST) -> str:
    """Steps of an equation, each with the numbers in it; from the first that are rounded on it is "≈"."""
    text, sign = start, "="
    for step, numbers in steps:
        if not _exact(numbers):
            sign = almost
        text += f" {sign} {step}"
    return text
