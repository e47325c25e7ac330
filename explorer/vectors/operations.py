"""The operations on two vectors, worked out in numbers and in LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from explorer import rounding
from explorer.vectors.checks import A, B, Vector, checked_factor, checked_pair, length_of
from explorer.vectors.geometry import Dot, angle, cosine, dot, project
from explorer.vectors.texts import (
    ALMOST,
    bracketed,
    chain,
    column_latex,
    plain,
    plain_root,
    plain_vector,
    products_text,
    quotient_numbers,
    root_text,
    shown_entries,
    shown_places,
    sum_text,
    written,
)


@dataclass(frozen=True, eq=False)
class Result:
    """What an operation gives, and how it is shown.

    Attributes:
        value: The vector (n,) or the number.
        worked: The formula with these numbers, in LaTeX.
        sentence: What it says, in words; empty if there is nothing to add.
        vectors: What to draw, by name; "a" and "b" are the given ones.
        entries: What is worked out place by place, by its heading, (n,) each.
        last: The step from the entries to the number, as plain text; empty if there is none.
        starts: Where an arrow starts that does not start at the origin, by name.
        unit: What stands after the number.
    """

    value: Vector | float
    worked: str
    sentence: str
    vectors: dict[str, Vector]
    entries: dict[str, Vector]
    last: str = ""
    starts: dict[str, Vector] = field(default_factory=dict)
    unit: str = ""

    @property
    def said(self) -> str:
        """The value as plain text.

        Example:
            >>> OPERATIONS["add"].apply([3, 1], [1, -2]).said, OPERATIONS["angle"].apply([1, 0], [0, 1]).said
            ('(4, −1)', '90°')
        """
        if isinstance(self.value, float):
            return plain(self.value) + self.unit
        return plain_vector(self.value)

    def rows(self) -> list[tuple[int, tuple[str, ...]]]:
        """The entries as plain text, row by row, each with its place; of many the first four and the last.

        Example:
            >>> OPERATIONS["dot"].apply([3, 1], [1, 2]).rows()
            [(0, ('3', '1', '3', '3')), (1, ('1', '2', '2', '5'))]
        """
        columns = list(self.entries.values())
        return [
            (place, tuple(plain(float(column[place])) for column in columns))
            for place in shown_places(columns[0].size)
        ]


@dataclass(frozen=True)
class VectorOperation:
    """Something to do with one vector or two.

    Attributes:
        name: Key in `OPERATIONS`.
        title: The field's name for it.
        formula: LaTeX.
        why: One sentence: what it is for.
        takes: What it needs: "a", "b" and "factor".
        compute: The function behind `apply`: (a, b, factor) -> Result.
    """

    name: str
    title: str
    formula: str
    why: str
    takes: tuple[str, ...]
    compute: Callable[[Vector, Vector, float], Result]

    def apply(self, a: ArrayLike, b: ArrayLike, factor: float = 2.0) -> Result:
        r"""Compute it for two vectors of one length; what it does not take is checked all the same.

        Raises:
            ExplorerError: If they are not vectors of one length, or the result is not defined for them.

        Example:
            >>> result = OPERATIONS["dot"].apply([3, 1], [1, 2])
            >>> result.value, result.worked.replace("mathbf", "b")
            (5.0, '\\b{a} \\cdot \\b{b} = 3 \\cdot 1 + 1 \\cdot 2 = 3 + 2 = 5')
        """
        return self.compute(*checked_pair(a, b), checked_factor(factor))


def _add(a: Vector, b: Vector, factor: float) -> Result:
    total = a + b
    worked = chain(
        f"{A} + {B}",
        (f"{column_latex(a)} + {column_latex(b)}", [a, b]),
        (column_latex(total), [total]),
    )
    vectors = {"a": a, "b": b, "a + b": total}
    return Result(total, worked, "", vectors, vectors, starts={"b": a})


def _subtract(a: Vector, b: Vector, factor: float) -> Result:
    way = a - b
    worked = chain(
        f"{A} - {B}",
        (f"{column_latex(a)} - {column_latex(b)}", [a, b]),
        (column_latex(way), [way]),
    )
    vectors = {"a": a, "b": b, "a − b": way}
    return Result(way, worked, "", vectors, vectors, starts={"a − b": b})


def _scale(a: Vector, b: Vector, factor: float) -> Result:
    scaled = factor * a
    worked = chain(
        f"c {A}",
        (rf"{bracketed(factor)} \cdot {column_latex(a)}", [factor, a]),
        (column_latex(scaled), [scaled]),
    )
    sentence = (
        "Any vector times 0 is the zero vector."
        if factor == 0
        else f"The length is multiplied by {plain(abs(factor))}"
        + (", and the direction is reversed." if factor < 0 else ", and the direction stays.")
    )
    vectors = {"a": a, "c a": scaled}
    return Result(scaled, worked, sentence, vectors, vectors)


def _dot(a: Vector, b: Vector, factor: float) -> Result:
    product = dot(a, b)
    sentence = "Zero: they are at right angles, or one of them is the zero vector."
    if product.value:
        sentence = (
            "Positive: they point in roughly the same direction, less than 90° apart."
            if product.value > 0
            else "Negative: they point in roughly opposite directions, more than 90° apart."
        )
    last = f"a · b = {plain(product.value)}"
    return Result(product.value, dot_text(product), sentence, {"a": a, "b": b}, _dot_entries(product), last)


def _dot_entries(product: Dot) -> dict[str, Vector]:
    return {"a": product.a, "b": product.b, "a × b": product.products, "sum so far": product.running}


def _length_result(a: Vector, b: Vector, factor: float) -> Result:
    squares = [f"{bracketed(x)}^2" for x in shown_entries(a)]
    worked = root_text(rf"\lVert {A} \rVert", squares, [a], a)
    entries = {"a": a, "a²": a**2, "sum so far": np.cumsum(a**2)}
    return Result(length_of(a), worked, "", {"a": a}, entries, plain_root(a))


def _distance(a: Vector, b: Vector, factor: float) -> Result:
    way = a - b
    squares = [
        f"({written(x)} - {bracketed(y)})^2" for x, y in zip(shown_entries(a), shown_entries(b), strict=True)
    ]
    worked = root_text(rf"\lVert {A} - {B} \rVert", squares, [a, b], way)
    vectors = {"a": a, "b": b, "a − b": way}
    entries = vectors | {"squared": way**2, "sum so far": np.cumsum(way**2)}
    return Result(length_of(way), worked, "", vectors, entries, plain_root(way), {"a − b": b})


def _cosine(a: Vector, b: Vector, factor: float) -> Result:
    ratio = cosine(a, b)
    product, lengths = dot(a, b), (length_of(a), length_of(b))
    top = product.value
    last = chain(
        "a · b / (length of a × length of b)",
        (f"{plain(top)} / ({plain(lengths[0])} × {plain(lengths[1])})", quotient_numbers(top, *lengths)),
        (plain(ratio), [ratio]),
        almost="≈",
    )
    sentence = _direction_sentence(angle(a, b))
    return Result(ratio, _cosine_text(a, b), sentence, {"a": a, "b": b}, _dot_entries(product), last)


def _angle(a: Vector, b: Vector, factor: float) -> Result:
    degrees, ratio = angle(a, b), cosine(a, b)
    # I. Niven, 1956: from 0 to 180 degrees only these have a cosine that a few digits can write.
    # Those of 60 and 120 are a half but for the rounding of both dot products and roots.
    half = rounding.settled(abs(ratio) - 0.5, 1.0, 2 * a.size + 4) == 0
    sign = "=" if half or ratio in (-1, 0, 1) else ALMOST
    worked = (
        rf"\theta = \arccos \frac{{{A} \cdot {B}}}{{\lVert {A} \rVert \, \lVert {B} \rVert}}"
        rf" {sign} \arccos({written(ratio)}) {sign} {{{written(degrees)}}}^\circ"
    )
    sign = "=" if sign == "=" else "≈"
    last = f"arccos {plain(ratio)} {sign} {plain(degrees)}°"
    sentence, entries = _direction_sentence(degrees), _dot_entries(dot(a, b))
    return Result(degrees, worked, sentence, {"a": a, "b": b}, entries, last, unit="°")


def _project(a: Vector, b: Vector, factor: float) -> Result:
    split = project(a, b)
    top, bottom = dot(a, b).value, dot(b, b).value
    along = chain(
        rf"\mathbf{{p}} = \frac{{{A} \cdot {B}}}{{{B} \cdot {B}}} \, {B}",
        (
            rf"\frac{{{written(top)}}}{{{written(bottom)}}} \cdot {column_latex(b)}",
            [top, bottom, b],
        ),
        (column_latex(split.along), [split.along]),
    )
    rest = chain(
        rf"\mathbf{{r}} = {A} - \mathbf{{p}}",
        (column_latex(split.remainder), [split.remainder]),
    )
    sentence = f"The part along b is {plain(split.factor)} times b; the rest is at right angles to b."
    if split.factor == 0:
        sentence = "a is at right angles to b, so no part of it lies along b."
    elif not split.remainder.any():
        sentence = "a lies along b, so nothing remains."
    last = chain(
        "(a · b) / (b · b)",
        (f"{plain(top)} / {plain(bottom)}", [top, bottom]),
        (plain(split.factor), [split.factor]),
        almost="≈",
    )
    vectors = {"a": a, "b": b, "projection": split.along, "remainder": split.remainder}
    worked = along + r", \qquad " + rest
    return Result(
        split.along, worked, sentence, vectors, vectors, f"{last} times b", {"remainder": split.along}
    )


OPERATIONS: dict[str, VectorOperation] = {
    operation.name: operation
    for operation in (
        VectorOperation(
            name="add",
            title="Sum",
            formula=rf"{A} + {B}",
            why="Follow one arrow, then the other: the sum points to where you end up.",
            takes=("a", "b"),
            compute=_add,
        ),
        VectorOperation(
            name="subtract",
            title="Difference",
            formula=rf"{A} - {B}",
            why="Go from the tip of b to the tip of a: what has to be added to b to get a.",
            takes=("a", "b"),
            compute=_subtract,
        ),
        VectorOperation(
            name="scale",
            title="Scaling",
            formula=rf"c \, {A}",
            why="Make the arrow longer or shorter, or reverse it: it stays on its line.",
            takes=("a", "factor"),
            compute=_scale,
        ),
        VectorOperation(
            name="dot",
            title="Dot product",
            formula=rf"{A} \cdot {B} = \sum_i a_i b_i",
            why="Turn two vectors into one number, as a unit does with its inputs and its weights.",
            takes=("a", "b"),
            compute=_dot,
        ),
        VectorOperation(
            name="length",
            title="Length",
            formula=rf"\lVert {A} \rVert = \sqrt{{\textstyle\sum_i a_i^2}}",
            why="Measure the arrow: Pythagoras with as many squares as entries (the Euclidean norm).",
            takes=("a",),
            compute=_length_result,
        ),
        VectorOperation(
            name="distance",
            title="Distance",
            formula=rf"\lVert {A} - {B} \rVert = \sqrt{{\textstyle\sum_i (a_i - b_i)^2}}",
            why="Measure how far apart the tips are: vectors with similar entries are close.",
            takes=("a", "b"),
            compute=_distance,
        ),
        VectorOperation(
            name="cosine",
            title="Cosine",
            formula=rf"\cos \theta = \frac{{{A} \cdot {B}}}{{\lVert {A} \rVert \, \lVert {B} \rVert}}",
            why=(
                "Compare directions and ignore lengths: 1 is the same direction, 0 a right angle, −1 the "
                "opposite."
            ),
            takes=("a", "b"),
            compute=_cosine,
        ),
        VectorOperation(
            name="angle",
            title="Angle",
            formula=rf"\theta = \arccos \frac{{{A} \cdot {B}}}{{\lVert {A} \rVert \, \lVert {B} \rVert}}",
            why="Give in degrees what the cosine gives as a ratio.",
            takes=("a", "b"),
            compute=_angle,
        ),
        VectorOperation(
            name="project",
            title="Projection",
            formula=rf"\mathbf{{p}} = \frac{{{A} \cdot {B}}}{{{B} \cdot {B}}} \, {B}",
            why="Cast the shadow of a on the line of b: the remainder is at right angles to b.",
            takes=("a", "b"),
            compute=_project,
        ),
    )
}


def _direction_sentence(degrees: float) -> str:
    """What an angle says of two directions."""
    for exactly, sentence in (
        (0, "They point in the same direction."),
        (90, "They are at right angles: neither has a part along the other."),
        (180, "They point in opposite directions."),
    ):
        if degrees == exactly:
            return sentence
    side = "the same direction: less" if degrees < 90 else "opposite directions: more"
    return f"They point in roughly {side} than 90° apart."


def dot_text(product: Dot) -> str:
    r"""Write a dot product term by term in LaTeX; of a long one the first four terms and the last.

    Example:
        >>> dot_text(dot([1, 2], [3, -4])).partition("=")[2]
        ' 1 \\cdot 3 + 2 \\cdot (-4) = 3 - 8 = -5'
    """
    a, b, products = (shown_entries(v) for v in (product.a, product.b, product.products))
    n = product.a.size
    steps: list[tuple[str, Iterable[ArrayLike]]] = [
        (products_text(product.a, product.b), [a, b]),
        (sum_text([written(x) for x in products], n), [products]),
        (written(product.value), [product.value]),
    ]
    # The sum of one term is the term.
    return chain(rf"{A} \cdot {B}", *(steps if n > 1 else steps[::2]))


def _cosine_text(a: Vector, b: Vector) -> str:
    top, left, right = dot(a, b).value, length_of(a), length_of(b)
    return chain(
        rf"\cos \theta = \frac{{{A} \cdot {B}}}{{\lVert {A} \rVert \, \lVert {B} \rVert}}",
        (
            rf"\frac{{{written(top)}}}{{{written(left)} \cdot {bracketed(right)}}}",
            quotient_numbers(top, left, right),
        ),
        (written(cosine(a, b)), [cosine(a, b)]),
    )
