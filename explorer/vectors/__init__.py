"""Vectors and matrices: what a dot product, a projection and a matrix product are.

The numbers are the students' own, so everything made of them is float64 here; pictures stay float32. Rows
and columns are counted from 1 where a sentence speaks of them, from 0 in arguments. What rounding leaves of
numbers that cancel is 0 in every result, see `explorer.rounding`; so the words beside a number have nothing
to decide: right angles are where the dot product is 0.
Worked texts are LaTeX with the present numbers in it, up to 4 digits, and say "≈" where a digit is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import index as whole
from reprlib import repr as short

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import rounding
from explorer.convolution import geometry, layout
from explorer.errors import ExplorerError
from explorer.words import counted

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Shape = tuple[int, ...]

MAX_MAGNITUDE = 1e100
"""The largest magnitude of a number: products and squares of such numbers are finite."""

SHORTEST = 1e-100
"""A vector shorter than this has no direction here: its digits would be lost on the way."""

_LARGEST_PIXEL = 1e30  # float32 ends at 3.4e38
_SHOWN = 6  # entries of a vector, or terms of a sum, that are written out
_SMALLEST_SQUARE = 1e-300  # the squares of numbers below 1e-154 are too small for a float
_EXACTLY = 1e-12  # a number that is nearer to the digits that are shown, relative to them, is shown exactly


# Two vectors


@dataclass(frozen=True)
class Term:
    """A term of a dot product; `running` is the sum of the products up to this one, `place` counts from 0."""

    place: int
    a: float
    b: float
    product: float
    running: float


@dataclass(frozen=True, eq=False)
class Dot:
    """A dot product term by term.

    Attributes:
        a: The first vector, (n,).
        b: The second vector, (n,).
        products: a_i b_i, (n,).
        running: Their sums up to each of them, (n,).
    """

    a: Vector
    b: Vector
    products: Vector
    running: Vector

    @property
    def value(self) -> float:
        """The dot product: the last of the running sums."""
        return float(self.running[-1])

    @property
    def terms(self) -> Iterator[Term]:
        """The terms one by one.

        Example:
            >>> list(dot([3, 1], [1, 2]).terms)[1]
            Term(place=1, a=1.0, b=2.0, product=2.0, running=5.0)
        """
        arrays = (self.a, self.b, self.products, self.running)
        return (Term(place, *map(float, numbers)) for place, numbers in enumerate(zip(*arrays, strict=True)))


@dataclass(frozen=True, eq=False)
class Projection:
    """A vector a split in two: `along` b, `factor` times b, and the `remainder` at right angles to b."""

    factor: float
    along: Vector
    remainder: Vector


def add(a: ArrayLike, b: ArrayLike) -> Vector:
    """Add two vectors entry by entry: `(a + b)_i = a_i + b_i`, (n,).

    Raises:
        ExplorerError: If they are not vectors of one length; so do all functions of two vectors.

    Example:
        >>> add([3, 1], [1, 2]).tolist()
        [4.0, 3.0]
    """
    left, right = _pair(a, b)
    return left + right


def subtract(a: ArrayLike, b: ArrayLike) -> Vector:
    """Take b from a entry by entry: `(a - b)_i = a_i - b_i`, (n,), the way from the tip of b to that of a.

    Example:
        >>> subtract([3, 1], [1, 2]).tolist()
        [2.0, -1.0]
    """
    left, right = _pair(a, b)
    return left - right


def scale(a: ArrayLike, factor: float) -> Vector:
    """Multiply each entry by a number: `(c a)_i = c a_i`, (n,).

    Raises:
        ExplorerError: If `a` is no vector, or the factor no number within 1e100.

    Example:
        >>> scale([3, 1], -2).tolist()
        [-6.0, -2.0]
    """
    return _vector(a, "a") * _factor(factor)


def dot(a: ArrayLike, b: ArrayLike) -> Dot:
    """Multiply entry by entry and add up: `a . b = sum over i of a_i b_i`.

    Example:
        >>> dot([3, 1], [1, 2]).value, dot([0.1, 0.2, -0.3], [1, 1, 1]).value
        (5.0, 0.0)
    """
    left, right = _pair(a, b)
    return _dot_of(left, right)


def _dot_of(a: Vector, b: Vector, given: float = rounding.DOUBLE) -> Dot:
    products = a * b
    return Dot(a, b, products, rounding.running(products, given=given))


def length(a: ArrayLike) -> float:
    """Measure a vector: `|a| = sqrt(sum over i of a_i^2)`, the Euclidean norm.

    Raises:
        ExplorerError: If it is no vector.

    Example:
        >>> length([3, 4]), length([3e-200, 4e-200])
        (5.0, 5e-200)
    """
    return _length(_vector(a, "a"))


def distance(a: ArrayLike, b: ArrayLike) -> float:
    """Measure the way from the tip of one vector to that of the other: `|a - b|`.

    Example:
        >>> distance([4, 5], [1, 1])
        5.0
    """
    return _length(subtract(a, b))


def cosine(a: ArrayLike, b: ArrayLike) -> float:
    """Compare two directions: `a . b / (|a| |b|)`, from -1 (opposite) over 0 (right angle) to 1 (the same).

    Raises:
        ExplorerError: If one of them is the zero vector, which has no direction.

    Example:
        >>> cosine([1, 0], [0, 2]), cosine([1, 0], [3, 0])
        (0.0, 1.0)
    """
    left, right = _directed(a, b)
    product = dot(left, right).value
    if product and _parallel(left, right):
        return math.copysign(1.0, product)
    return max(-1.0, min(1.0, product / (_length(left) * _length(right))))


def angle(a: ArrayLike, b: ArrayLike) -> float:
    """Measure the angle between two vectors, 0 to 180 degrees.

    With u = a / |a| and v = b / |b| it is `2 atan2(|u - v|, |u + v|)`, which keeps its digits near 0 and 180,
    where the arc cosine loses them (W. Kahan, How futile are mindless assessments of roundoff in
    floating-point computation?, 2006). It is 90 where the dot product is 0, and 0 or 180 where `project`
    leaves no remainder.

    Raises:
        ExplorerError: If one of them is the zero vector, which has no direction.

    Example:
        >>> angle([1, 0], [0, 2]), f"{angle([1, 0], [1, 1e-12]):.3e}"
        (90.0, '5.730e-11')
    """
    left, right = _directed(a, b)
    product = dot(left, right).value
    if product == 0:
        return 90.0
    if _parallel(left, right):
        return 0.0 if product > 0 else 180.0
    u, v = left / _length(left), right / _length(right)
    return math.degrees(2 * math.atan2(_length(u - v), _length(u + v)))


def project(a: ArrayLike, b: ArrayLike) -> Projection:
    """Split a into a part along b and a remainder at right angles: `p = (a . b / b . b) b`, `r = a - p`.

    Raises:
        ExplorerError: If b is the zero vector, which has no direction.

    Example:
        >>> split = project([3, 1], [1, 2])
        >>> split.factor, split.along.tolist(), split.remainder.tolist()
        (1.0, [1.0, 2.0], [2.0, -1.0])
    """
    left, right = _pair(a, b)
    _check_direction(right, "b")
    power = _power(right)
    split = _split(left, np.ldexp(right, -power))  # whose square neither over- nor underflows
    factor = math.ldexp(split.factor, -power)
    if _parallel(left, right):
        return Projection(factor, left, np.zeros_like(left))
    return Projection(factor, split.along, split.remainder)


def _split(a: Vector, b: Vector) -> Projection:
    """Split a along b, each remainder settled by what it is a sum of: a_i and the b_i a_j b_j / b . b."""
    product, square = _dot_of(a, b), float(b @ b)
    factor = product.value / square
    along = factor * b + 0.0  # which takes the sign off -0
    size = np.abs(a) + np.abs(b) * (float(np.abs(product.products).sum()) / square)
    # The sums above and below the line, each with a rounding for every entry, and a few steps between them.
    return Projection(factor, along, rounding.settled(a - along, size, 2 * a.size + 4))


def _parallel(a: Vector, b: Vector) -> bool:
    """Whether two vectors lie on one line: whichever is projected on the other, nothing remains of it."""
    if not a.any():
        return False
    a, b = np.ldexp(a, -_power(a)), np.ldexp(b, -_power(b))
    return not (_split(a, b).remainder.any() and _split(b, a).remainder.any())


@dataclass(frozen=True)
class Measure:
    """One number about two vectors, and how it is written; None and "none" where it is not defined."""

    name: str
    value: float | None
    said: str


def measures(a: ArrayLike, b: ArrayLike) -> list[Measure]:
    """Measure two vectors in every way; a zero vector has no cosine and no angle.

    Example:
        >>> [measure.said for measure in measures([3, 0], [0, 4])]
        ['3', '4', '0', '5', '0', '90°']
        >>> measures([0, 0], [1, 2])[-1]
        Measure(name='angle', value=None, said='none')
    """
    left, right = _pair(a, b)
    product, apart = dot(left, right).value, _length(left - right)
    found = [
        Measure("length of a", _length(left), plain(_length(left))),
        Measure("length of b", _length(right), plain(_length(right))),
        Measure("dot product", product, plain(product)),
        Measure("distance", apart, plain(apart)),
    ]
    if min(_length(left), _length(right)) < SHORTEST:
        return [*found, Measure("cosine", None, "none"), Measure("angle", None, "none")]
    ratio, degrees = cosine(left, right), angle(left, right)
    return [
        *found,
        Measure("cosine", ratio, plain(ratio)),
        Measure("angle", degrees, f"{plain(degrees)}°"),
    ]


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
            for place in _places(columns[0].size)
        ]


@dataclass(frozen=True)
class Operation:
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
        return self.compute(*_pair(a, b), _factor(factor))


_A, _B = r"\mathbf{a}", r"\mathbf{b}"


def _add(a: Vector, b: Vector, factor: float) -> Result:
    total = a + b
    worked = _chain(
        f"{_A} + {_B}",
        (f"{_column(a)} + {_column(b)}", [a, b]),
        (_column(total), [total]),
    )
    vectors = {"a": a, "b": b, "a + b": total}
    return Result(total, worked, "", vectors, vectors, starts={"b": a})


def _subtract(a: Vector, b: Vector, factor: float) -> Result:
    way = a - b
    worked = _chain(
        f"{_A} - {_B}",
        (f"{_column(a)} - {_column(b)}", [a, b]),
        (_column(way), [way]),
    )
    vectors = {"a": a, "b": b, "a − b": way}
    return Result(way, worked, "", vectors, vectors, starts={"a − b": b})


def _scale(a: Vector, b: Vector, factor: float) -> Result:
    scaled = factor * a
    worked = _chain(
        f"c {_A}",
        (rf"{_bracketed(factor)} \cdot {_column(a)}", [factor, a]),
        (_column(scaled), [scaled]),
    )
    sentence = (
        "Times 0 any vector becomes the zero vector."
        if factor == 0
        else f"The length is multiplied by {plain(abs(factor))}"
        + (", and the direction turns round." if factor < 0 else ", and the direction stays.")
    )
    vectors = {"a": a, "c a": scaled}
    return Result(scaled, worked, sentence, vectors, vectors)


def _dot(a: Vector, b: Vector, factor: float) -> Result:
    product = dot(a, b)
    sentence = "Zero: the two are at right angles, or one of them is the zero vector."
    if product.value:
        sentence = (
            "Positive: the two point to the same side, with less than 90 degrees between them."
            if product.value > 0
            else "Negative: the two point to opposite sides, with more than 90 degrees between them."
        )
    last = f"a · b = {plain(product.value)}"
    return Result(product.value, dot_text(product), sentence, {"a": a, "b": b}, _dot_entries(product), last)


def _dot_entries(product: Dot) -> dict[str, Vector]:
    return {"a": product.a, "b": product.b, "a × b": product.products, "sum so far": product.running}


def _length_of(a: Vector, b: Vector, factor: float) -> Result:
    squares = [f"{_bracketed(x)}^2" for x in _seen(a)]
    worked = _root(rf"\lVert {_A} \rVert", squares, [a], a)
    entries = {"a": a, "a²": a**2, "sum so far": np.cumsum(a**2)}
    return Result(_length(a), worked, "", {"a": a}, entries, _plain_root(a))


def _distance(a: Vector, b: Vector, factor: float) -> Result:
    way = a - b
    squares = [f"({written(x)} - {_bracketed(y)})^2" for x, y in zip(_seen(a), _seen(b), strict=True)]
    worked = _root(rf"\lVert {_A} - {_B} \rVert", squares, [a, b], way)
    vectors = {"a": a, "b": b, "a − b": way}
    entries = vectors | {"squared": way**2, "sum so far": np.cumsum(way**2)}
    return Result(_length(way), worked, "", vectors, entries, _plain_root(way), {"a − b": b})


def _cosine(a: Vector, b: Vector, factor: float) -> Result:
    ratio = cosine(a, b)
    product, lengths = dot(a, b), (_length(a), _length(b))
    top = product.value
    last = _chain(
        "a · b / (length of a × length of b)",
        (f"{plain(top)} / ({plain(lengths[0])} × {plain(lengths[1])})", _quotient(top, *lengths)),
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
    sign = "=" if half or ratio in (-1, 0, 1) else _ALMOST
    worked = (
        rf"\theta = \arccos \frac{{{_A} \cdot {_B}}}{{\lVert {_A} \rVert \, \lVert {_B} \rVert}}"
        rf" {sign} \arccos({written(ratio)}) {sign} {{{written(degrees)}}}^\circ"
    )
    sign = "=" if sign == "=" else "≈"
    last = f"arccos {plain(ratio)} {sign} {plain(degrees)}°"
    sentence, entries = _direction_sentence(degrees), _dot_entries(dot(a, b))
    return Result(degrees, worked, sentence, {"a": a, "b": b}, entries, last, unit="°")


def _project(a: Vector, b: Vector, factor: float) -> Result:
    split = project(a, b)
    top, bottom = dot(a, b).value, dot(b, b).value
    along = _chain(
        rf"\mathbf{{p}} = \frac{{{_A} \cdot {_B}}}{{{_B} \cdot {_B}}} \, {_B}",
        (
            rf"\frac{{{written(top)}}}{{{written(bottom)}}} \cdot {_column(b)}",
            [top, bottom, b],
        ),
        (_column(split.along), [split.along]),
    )
    rest = _chain(
        rf"\mathbf{{r}} = {_A} - \mathbf{{p}}",
        (_column(split.remainder), [split.remainder]),
    )
    sentence = f"The part along b is {plain(split.factor)} times b; the rest is at right angles to b."
    if split.factor == 0:
        sentence = "a is at right angles to b, so no part of it lies along b."
    elif not split.remainder.any():
        sentence = "a lies along b, so nothing remains."
    last = _chain(
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


OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation(
            name="add",
            title="Sum",
            formula=rf"{_A} + {_B}",
            why="Goes along one arrow and then along the other, and says where that ends.",
            takes=("a", "b"),
            compute=_add,
        ),
        Operation(
            name="subtract",
            title="Difference",
            formula=rf"{_A} - {_B}",
            why="Is the way from the tip of b to the tip of a: what has to change.",
            takes=("a", "b"),
            compute=_subtract,
        ),
        Operation(
            name="scale",
            title="Scaling",
            formula=rf"c \, {_A}",
            why="Makes the arrow longer, shorter, or turns it round, and keeps the line it lies on.",
            takes=("a", "factor"),
            compute=_scale,
        ),
        Operation(
            name="dot",
            title="Dot product",
            formula=rf"{_A} \cdot {_B} = \sum_i a_i b_i",
            why="Makes one number of two vectors: what a neuron does with its inputs and its weights.",
            takes=("a", "b"),
            compute=_dot,
        ),
        Operation(
            name="length",
            title="Length",
            formula=rf"\lVert {_A} \rVert = \sqrt{{\textstyle\sum_i a_i^2}}",
            why="Is the Euclidean norm: Pythagoras, in as many dimensions as there are entries.",
            takes=("a",),
            compute=_length_of,
        ),
        Operation(
            name="distance",
            title="Distance",
            formula=rf"\lVert {_A} - {_B} \rVert = \sqrt{{\textstyle\sum_i (a_i - b_i)^2}}",
            why="Says how far two points lie apart: near ones are alike in all their entries.",
            takes=("a", "b"),
            compute=_distance,
        ),
        Operation(
            name="cosine",
            title="Cosine",
            formula=rf"\cos \theta = \frac{{{_A} \cdot {_B}}}{{\lVert {_A} \rVert \, \lVert {_B} \rVert}}",
            why=(
                "Compares directions and leaves lengths aside: 1 is the same, 0 a right angle, -1 the "
                "opposite."
            ),
            takes=("a", "b"),
            compute=_cosine,
        ),
        Operation(
            name="angle",
            title="Angle",
            formula=rf"\theta = \arccos \frac{{{_A} \cdot {_B}}}{{\lVert {_A} \rVert \, \lVert {_B} \rVert}}",
            why="Says in degrees what the cosine says as a ratio.",
            takes=("a", "b"),
            compute=_angle,
        ),
        Operation(
            name="project",
            title="Projection",
            formula=rf"\mathbf{{p}} = \frac{{{_A} \cdot {_B}}}{{{_B} \cdot {_B}}} \, {_B}",
            why="Is the shadow of a on the line of b; the remainder is at right angles to b.",
            takes=("a", "b"),
            compute=_project,
        ),
    )
}


def _vector(value: ArrayLike, name: str) -> Vector:
    """Read a vector of finite numbers, (n,)."""
    return _real(value, f"The vector {name}", "(n,)", (1,))


def _real(
    value: ArrayLike, name: str, form: str, ranks: tuple[int, ...], largest: float = MAX_MAGNITUDE
) -> NDArray[np.float64]:
    """Read an array of finite numbers as float64."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ExplorerError(
            f"{name} must be an array of numbers, its rows of one length; it is {short(value)}."
        ) from error
    if array.dtype.kind not in "biuf":
        raise ExplorerError(f"{name} must hold real numbers; it is {short(value)}.")
    if array.ndim not in ranks:
        raise ExplorerError(f"{name} has the shape {array.shape}; it must be {form}.")
    if array.size == 0:
        raise ExplorerError(f"{name} is empty; it needs a number or more.")
    numbers = array.astype(np.float64)
    if not bool((np.abs(numbers) <= largest).all()):
        raise ExplorerError(f"{name} must hold finite numbers within {largest:.2g}; it is {short(value)}.")
    return numbers


def _pair(a: ArrayLike, b: ArrayLike) -> tuple[Vector, Vector]:
    """Read two vectors of one length."""
    left, right = _vector(a, "a"), _vector(b, "b")
    if left.size != right.size:
        raise ExplorerError(
            f"a has {counted(left.size, 'number')} and b has {right.size}; choose two vectors of one length."
        )
    return left, right


def _factor(value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise ExplorerError(f"The factor must be a number; it is {short(value)}.")
    if not abs(value) <= MAX_MAGNITUDE:
        raise ExplorerError(f"The factor must be a number within 1e100; it is {short(value)}.")
    return float(value)


def _power(a: Vector) -> int:
    """The power of two next above the largest magnitude."""
    return math.frexp(float(np.abs(a).max()))[1]


def _length(a: Vector) -> float:
    """The Euclidean norm; scaled by a power of two, which is exact, so that no square over- or underflows."""
    power = _power(a)
    return math.ldexp(float(np.linalg.norm(np.ldexp(a, -power))), power)


def _check_direction(a: Vector, name: str) -> None:
    if _length(a) < SHORTEST:
        what = "is shorter than 1e-100" if a.any() else "is the zero vector"
        raise ExplorerError(
            f"{name} {what}: it points nowhere, so it has no angle with another vector and nothing can be "
            "projected on it. Choose a vector with an entry that is not 0."
        )


def _directed(a: ArrayLike, b: ArrayLike) -> tuple[Vector, Vector]:
    """Read two vectors that have a direction."""
    left, right = _pair(a, b)
    _check_direction(left, "a")
    _check_direction(right, "b")
    return left, right


def _direction_sentence(degrees: float) -> str:
    """What an angle says of two directions."""
    for exactly, sentence in (
        (0, "The two point in the same direction."),
        (90, "The two are at right angles: neither has a part along the other."),
        (180, "The two point in opposite directions."),
    ):
        if degrees == exactly:
            return sentence
    side = "the same side: less" if degrees < 90 else "opposite sides: more"
    return f"The two point to {side} than 90 degrees apart."


# Worked texts

_ALMOST = r"\approx"
_DOTS = r"\cdots"


def written(x: float) -> str:
    r"""Write a finite number in LaTeX: whole ones below a million as they are, others with 4 digits.

    Example:
        >>> written(65025), written(-1 / 3), written(2.5e-7)
        ('65025', '-0.3333', '2.5 \\cdot 10^{-7}')
    """
    mantissa, _, power = _rounded(x).partition("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa


def column_text(a: ArrayLike) -> str:
    r"""Write a vector as a column in LaTeX; of a long one the first four entries and the last.

    Example:
        >>> column_text([3, -0.5])
        '\\begin{pmatrix} 3 \\\\ -0.5 \\end{pmatrix}'
    """
    return _column(_vector(a, "a"))


def matrix_text(matrix: ArrayLike) -> str:
    r"""Write a matrix in LaTeX; of a large one the first four rows and columns and the last.

    Example:
        >>> matrix_text([[1, 2], [3, 4]])
        '\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}'
    """
    table = _real(matrix, "The matrix", "(m, n)", (2,))
    lines = [
        " & ".join(_abridged([written(x) for x in _seen(row)], table.shape[1], _DOTS))
        for row in table[_places(len(table))]
    ]
    return _stacked(_abridged(lines, len(table), " & ".join([r"\vdots"] * (lines[0].count("&") + 1))))


def dot_text(product: Dot) -> str:
    r"""Write a dot product term by term in LaTeX; of a long one the first four terms and the last.

    Example:
        >>> dot_text(dot([1, 2], [3, -4])).partition("=")[2]
        ' 1 \\cdot 3 + 2 \\cdot (-4) = 3 - 8 = -5'
    """
    a, b, products = (_seen(v) for v in (product.a, product.b, product.products))
    n = product.a.size
    steps: list[tuple[str, Iterable[ArrayLike]]] = [
        (_products(product.a, product.b), [a, b]),
        (_sum([written(x) for x in products], n), [products]),
        (written(product.value), [product.value]),
    ]
    # The sum of one term is the term.
    return _chain(rf"{_A} \cdot {_B}", *(steps if n > 1 else steps[::2]))


def _cosine_text(a: Vector, b: Vector) -> str:
    top, left, right = dot(a, b).value, _length(a), _length(b)
    return _chain(
        rf"\cos \theta = \frac{{{_A} \cdot {_B}}}{{\lVert {_A} \rVert \, \lVert {_B} \rVert}}",
        (
            rf"\frac{{{written(top)}}}{{{written(left)} \cdot {_bracketed(right)}}}",
            _quotient(top, left, right),
        ),
        (written(cosine(a, b)), [cosine(a, b)]),
    )


def _quotient(top: float, *bottom: float) -> list[float]:
    """The numbers that decide whether a quotient is written exactly: 0 is, whatever it is divided by."""
    return [top, *bottom] if top else [top]


def _root(start: str, squares: Sequence[str], given: Sequence[Vector], way: Vector) -> str:
    """Work out the length of a vector from the squares of its entries, written with the given vectors."""
    total = float(way @ way)
    return _chain(
        start,
        (rf"\sqrt{{{' + '.join(_abridged(squares, way.size, _DOTS))}}}", given),
        *([(rf"\sqrt{{{written(total)}}}", [total])] if total > _SMALLEST_SQUARE else []),
        (written(_length(way)), [_length(way)]),
    )


def _products(a: Vector, b: Vector) -> str:
    """The sum of the products of two vectors, not yet multiplied."""
    first, *others = [(x, _bracketed(y)) for x, y in zip(_seen(a), _seen(b), strict=True)]
    terms = [
        rf"{written(first[0])} \cdot {first[1]}",
        *(rf"{_bracketed(x)} \cdot {y}" for x, y in others),
    ]
    return " + ".join(_abridged(terms, a.size, _DOTS))


def _bracketed(x: float) -> str:
    """A number as a factor."""
    text = written(x)
    return f"({text})" if text.startswith("-") or "^" in text else text


def _sum(terms: Sequence[str], n: int) -> str:
    """Terms with their signs between them, n of them in all."""
    first, *others = _abridged(terms, n, _DOTS)
    return first + "".join(f" - {term[1:]}" if term.startswith("-") else f" + {term}" for term in others)


def _column(a: Vector) -> str:
    """A vector as a column; results may be larger than `MAX_MAGNITUDE`."""
    return _stacked(_abridged([written(x) for x in _seen(a)], a.size, r"\vdots"))


def _stacked(lines: Sequence[str]) -> str:
    return r"\begin{pmatrix} " + r" \\ ".join(lines) + r" \end{pmatrix}"


def _places(n: int) -> list[int]:
    """Which of n entries are written out."""
    return list(range(n)) if n <= _SHOWN else [*range(_SHOWN - 2), n - 1]


def _seen(a: Vector) -> list[float]:
    """The entries that are written out."""
    entries: list[float] = a[_places(a.size)].tolist()
    return entries


def _abridged(parts: Sequence[str], n: int, dots: str) -> list[str]:
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
    return f"({', '.join(_abridged([plain(x) for x in _seen(entries)], entries.size, '…'))})"


def _plain_root(way: Vector) -> str:
    """The last step to a length; none where the squares are too small for a float."""
    total = float(way @ way)
    if total <= _SMALLEST_SQUARE and way.any():
        return ""
    return _chain(f"√{plain(total)}", (plain(_length(way)), [_length(way), total, way]), almost="≈")


def _exact(values: Iterable[ArrayLike]) -> bool:
    """Whether what is written out of these numbers and vectors is all of it."""
    return all(
        abs(float(_rounded(x)) - x) <= _EXACTLY * abs(x)
        for value in values
        for x in _seen(np.atleast_1d(np.asarray(value, np.float64)))
    )


def _chain(start: str, *steps: tuple[str, Iterable[ArrayLike]], almost: str = _ALMOST) -> str:
    """Steps of an equation, each with the numbers in it; from the first that are rounded on it is "≈"."""
    text, sign = start, "="
    for step, numbers in steps:
        if not _exact(numbers):
            sign = almost
        text += f" {sign} {step}"
    return text


# Matrices


@dataclass(frozen=True, eq=False)
class ColumnStep:
    """A step of a matrix times a vector, column by column.

    Attributes:
        place: Which column, from 0.
        weight: The entry of the vector that it is multiplied by.
        column: The column, (m,).
        scaled: Weight times column, (m,).
        running: The sum of the scaled columns up to this one, (m,).
    """

    place: int
    weight: float
    column: Vector
    scaled: Vector
    running: Vector


@dataclass(frozen=True, eq=False)
class MatrixVector:
    """A matrix (m, n) times a vector (n,), and both ways to it step by step.

    Attributes:
        matrix: (m, n).
        vector: (n,).
        running: A_i1 x_1 + ... + A_ij x_j, (m, n): column j is the sum of the weighted columns up to it.
    """

    matrix: Matrix
    vector: Vector
    running: Matrix

    @property
    def result(self) -> Vector:
        """The product, (m,)."""
        return self.running[:, -1]

    def by_columns(self) -> Iterator[ColumnStep]:
        """Give the steps of the weighted sum of columns: `x_1 A_1 + ... + x_n A_n`.

        Example:
            >>> [step.running.tolist() for step in matrix_vector([[1, 2], [3, 4]], [5, 6]).by_columns()]
            [[5.0, 15.0], [17.0, 39.0]]
        """
        columns = zip(self.vector, self.matrix.T, self.running.T, strict=True)
        for place, (weight, column, running) in enumerate(columns):
            yield ColumnStep(place, float(weight), column, weight * column, running)

    def by_rows(self) -> Iterator[Dot]:
        """Give the entries of the result one by one, each the dot product of a row and the vector.

        Example:
            >>> [entry.value for entry in matrix_vector([[1, 2], [3, 4]], [5, 6]).by_rows()]
            [17.0, 39.0]
        """
        return (dot(row, self.vector) for row in self.matrix)

    @property
    def columns_worked(self) -> str:
        r"""The weighted sum of columns in LaTeX.

        Example:
            >>> print(matrix_vector([[2]], [3]).columns_worked)
            A \mathbf{x} = 3 \cdot \begin{pmatrix} 2 \end{pmatrix} = \begin{pmatrix} 6 \end{pmatrix}
        """
        places = _places(self.vector.size)
        columns = [self.matrix[:, place] for place in places]
        weights = [float(self.vector[place]) for place in places]
        n = self.vector.size
        products = [
            rf"{_bracketed(weight)} \cdot {_column(column)}"
            for weight, column in zip(weights, columns, strict=True)
        ]
        scaled = [weight * column for weight, column in zip(weights, columns, strict=True)]
        steps: list[tuple[str, Iterable[ArrayLike]]] = [
            (" + ".join(_abridged(products, n, _DOTS)), [weights, *columns]),
            (" + ".join(_abridged([_column(v) for v in scaled], n, _DOTS)), scaled),
            (_column(self.result), [self.result]),
        ]
        return _chain(r"A \mathbf{x}", *(steps if n > 1 else steps[::2]))

    @property
    def rows_worked(self) -> str:
        r"""The dot products of the rows in LaTeX.

        Example:
            >>> print(matrix_vector([[2]], [3]).rows_worked)
            A \mathbf{x} = \begin{pmatrix} 2 \cdot 3 \end{pmatrix} = \begin{pmatrix} 6 \end{pmatrix}
        """
        rows = self.matrix[_places(len(self.matrix))]
        lines = [_products(row, self.vector) for row in rows]
        return _chain(
            r"A \mathbf{x}",
            (_stacked(_abridged(lines, len(self.matrix), r"\vdots")), [self.vector, *rows]),
            (_column(self.result), [self.result]),
        )


def matrix_vector(matrix: ArrayLike, vector: ArrayLike) -> MatrixVector:
    """Multiply a matrix (m, n) by a vector (n,): `(A x)_i = sum over j of A_ij x_j`, (m,).

    Raises:
        ExplorerError: If the vector has not one number for each column.

    Example:
        >>> matrix_vector([[1, 2], [3, 4]], [5, 6]).result.tolist()
        [17.0, 39.0]
    """
    table, x = _real(matrix, "The matrix", "(m, n)", (2,)), _vector(vector, "x")
    if table.shape[1] != x.size:
        raise ExplorerError(
            f"The matrix has {counted(table.shape[1], 'column')} and the vector "
            f"{counted(x.size, 'number')}: each column is multiplied by one number, so give as many numbers "
            "as there are columns."
        )
    return MatrixVector(table, x, rounding.running(table * x))


def product_shape(left: Shape, right: Shape) -> Shape:
    """Give the shape of a matrix product: (m, n) times (n, p) is (m, p).

    Raises:
        ExplorerError: If the shapes do not fit.

    Example:
        >>> product_shape((2, 3), (3, 4))
        (2, 4)
    """
    for side, shape in (("left", left), ("right", right)):
        if len(shape) != 2 or min(shape) < 1:
            raise ExplorerError(
                f"The {side} matrix has the shape {shape}; a matrix has rows and columns, (m, n)."
            )
    (rows, inner), (tall, wide) = left, right
    if inner != tall:
        swapped = " The other way round they fit." if wide == rows else ""
        turned = " The right one transposed fits." if wide == inner else ""
        raise ExplorerError(
            f"A {rows} x {inner} matrix cannot be multiplied by a {tall} x {wide} one: the rows of the left "
            f"have {counted(inner, 'number')}, the columns of the right {tall}, and a dot product needs as "
            f"many on both sides.{swapped}{turned}"
        )
    return rows, wide


def product_sentence(left: Shape, right: Shape) -> str:
    """Say what a product of matrices of these shapes is.

    Raises:
        ExplorerError: If the shapes do not fit.

    Example:
        >>> product_sentence((2, 3), (3, 4))
        '2 x 3 times 3 x 4 is 2 x 4: 8 dot products of 3 numbers each; the inner 3 must agree, and vanishes.'
    """
    rows, wide = product_shape(left, right)
    inner = left[1]
    dots = f"{counted(rows * wide, 'dot product')} of {counted(inner, 'number')}" + (
        " each" if rows * wide > 1 else ""
    )
    return (
        f"{rows} x {inner} times {inner} x {wide} is {rows} x {wide}: {dots}; "
        f"the inner {inner} must agree, and vanishes."
    )


def matrix_product(left: ArrayLike, right: ArrayLike) -> Matrix:
    """Multiply two matrices, (m, n) and (n, p): `(A B)_ij = sum over k of A_ik B_kj`, (m, p).

    Raises:
        ExplorerError: If they are no matrices, or their shapes do not fit.

    Example:
        >>> matrix_product([[1, 2], [3, 4]], [[0, 1], [1, 0]]).tolist()
        [[2.0, 1.0], [4.0, 3.0]]
    """
    a, b = _matrices(left, right)
    return np.asarray(rounding.settled(a @ b, np.abs(a) @ np.abs(b), len(b)))


def product_cell(left: ArrayLike, right: ArrayLike, row: int, column: int) -> Dot:
    """Give one entry of a matrix product: the dot product of a row of the left and a column of the right.

    Raises:
        ExplorerError: If their shapes do not fit, or there is no such entry.

    Example:
        >>> product_cell([[1, 2], [3, 4]], [[0, 1], [1, 0]], 1, 0).value
        4.0
    """
    a, b = _matrices(left, right)
    return dot(a[checked_place(row, len(a), "row")], b[:, checked_place(column, b.shape[1], "column")])


def _matrices(left: ArrayLike, right: ArrayLike) -> tuple[Matrix, Matrix]:
    a = _real(left, "The left matrix", "(m, n)", (2,))
    b = _real(right, "The right matrix", "(n, p)", (2,))
    product_shape(a.shape, b.shape)
    return a, b


# Pictures


@dataclass(frozen=True)
class PictureSize:
    """How many rows, columns and channels a picture has."""

    rows: int
    columns: int
    channels: int

    @property
    def numbers(self) -> int:
        """How many numbers the picture is."""
        return self.rows * self.columns * self.channels

    def nearest(self, row: int, column: int) -> tuple[int, int]:
        """Give the pixel nearest to a place that may lie outside, counted from 0.

        Example:
            >>> PictureSize(4, 5, 1).nearest(2, 9)
            (2, 4)
        """
        return min(max(row, 0), self.rows - 1), min(max(column, 0), self.columns - 1)

    def flattened(self, pictures: int) -> str:
        """Say what such pictures are as a batch.

        Example:
            >>> PictureSize(4, 5, 3).flattened(32)
            'Flattened, it is a vector of 60 numbers; a batch of 32 such pictures is a matrix of 32 x 60.'
        """
        return (
            f"Flattened, it is a vector of {self.numbers:,} numbers; a batch of {pictures} such pictures is "
            f"a matrix of {pictures} x {self.numbers:,}."
        )

    def __str__(self) -> str:
        """Say it in a sentence."""
        size = f"{counted(self.rows, 'row')} x {counted(self.columns, 'column')}"
        if self.channels == 1:
            return f"This picture is a matrix of {size}: {self.numbers:,} numbers."
        return (
            f"This picture is {self.channels} matrices, one for each channel, of {size}: "
            f"{self.numbers:,} numbers."
        )


def picture_size(image: ArrayLike) -> PictureSize:
    """Say what a picture (H, W) or (H, W, C) is as matrices.

    Raises:
        ExplorerError: If it is no picture.

    Example:
        >>> str(picture_size(np.zeros((4, 5, 3))))
        'This picture is 3 matrices, one for each channel, of 4 rows x 5 columns: 60 numbers.'
    """
    return PictureSize(*_pixels(image).shape)


def pixel_row(image: ArrayLike, row: int, channel: int = 0) -> layout.Array:
    """Give one row of one channel of a picture (H, W) or (H, W, C) as a vector, float32 (W,).

    Raises:
        ExplorerError: If it is no picture, or has no such row or channel.

    Example:
        >>> pixel_row([[1, 2], [3, 4]], 1).tolist()
        [3.0, 4.0]
    """
    pixels = _pixels(image)
    return pixels[
        checked_place(row, len(pixels), "row"), :, checked_place(channel, pixels.shape[2], "channel")
    ]


@dataclass(frozen=True, eq=False)
class PatchDot:
    """A cell of a convolution as a dot product.

    Attributes:
        window: What the kernel lies on; see `explorer.convolution.geometry.Window`.
        kernel: The kernel as it lies there, (kh, kw); turned round for a true convolution.
        dot: The patch as a vector times the kernel as a vector, row after row: kh kw numbers each.
    """

    window: geometry.Window
    kernel: Matrix
    dot: Dot

    @property
    def value(self) -> float:
        """The cell: what `explorer.convolution.filters.filter2d` has there, but for the digits of float32."""
        return self.dot.value


def patch_dot(
    image: ArrayLike,
    kernel: ArrayLike,
    row: int,
    col: int,
    *,
    channel: int = 0,
    strides: layout.Pair = 1,
    padding: layout.Padding = "valid",
    dilation_rate: layout.Pair = 1,
    pad_mode: str = "constant",
    flip: bool = False,
) -> PatchDot:
    """Flatten the patch and the kernel of an output cell of `filter2d`: the cell is their dot product.

    Args:
        image: Real numbers, (H, W) or (H, W, C).
        kernel: Real numbers, (kh, kw).
        row: Row of the output cell.
        col: Column of the output cell.
        channel: Which channel of the image, from 0.
        strides: As in `filter2d`.
        padding: As in `filter2d`.
        dilation_rate: As in `filter2d`.
        pad_mode: As in `filter2d`.
        flip: As in `filter2d`.

    Raises:
        ExplorerError: If an argument is not of the kind above, the kernel does not fit, or the output has no
            such cell.

    Example:
        >>> cell = patch_dot(np.arange(9).reshape(3, 3), [[0, 1], [2, 3]], 0, 0)
        >>> cell.dot.a.tolist(), cell.dot.b.tolist(), cell.value
        ([0.0, 1.0, 3.0, 4.0], [0.0, 1.0, 2.0, 3.0], 19.0)
    """
    weights = _real(kernel, "The kernel", "(kh, kw)", (2,))
    pixels = _pixels(image)
    window = geometry.window_at(
        pixels[..., checked_place(channel, pixels.shape[2], "channel")],
        (weights.shape[0], weights.shape[1]),
        row,
        col,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        pad_mode=pad_mode,
    )
    laid = weights[::-1, ::-1] if flip else weights
    # Pixels and weights are float32, so they are decimals but for that.
    patch = window.patch.astype(np.float64)
    return PatchDot(window, laid, _dot_of(patch.ravel(), laid.ravel(), rounding.SINGLE))  # (kh kw,) each


def batch(images: Sequence[ArrayLike]) -> layout.Array:
    """Flatten pictures of one shape and stack them: a batch is a matrix, float32 (N, H W C).

    Each row is a picture, its pixels row after row and the channels of a pixel side by side.

    Raises:
        ExplorerError: If there is no picture, or they differ in shape.

    Example:
        >>> batch([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]).tolist()
        [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]
    """
    pictures = [_pixels(image) for image in images]
    if not pictures:
        raise ExplorerError("A batch needs a picture or more; there is none.")
    for place, picture in enumerate(pictures, start=1):
        if picture.shape != pictures[0].shape:
            raise ExplorerError(
                f"Picture {place} has the shape {picture.shape} and the first {pictures[0].shape}: the rows "
                "of a batch have one length, so crop or resize the pictures to one shape."
            )
    return np.stack([picture.ravel() for picture in pictures])  # (N, H W C)


def _pixels(image: ArrayLike) -> layout.Array:
    """A picture as float32 (H, W, C)."""
    numbers = _real(image, "The picture", "(H, W) or (H, W, C)", (2, 3), _LARGEST_PIXEL)
    pixels = numbers.astype(np.float32)
    return pixels[:, :, np.newaxis] if pixels.ndim == 2 else pixels


# Columns for a network


@dataclass(frozen=True, eq=False)
class Standardised:
    """Columns brought to mean 0 and standard deviation 1.

    Attributes:
        matrix: (n, d); a column of one value only is all zeros.
        mean: Of each column, (d,).
        std: Population standard deviation of each column, (d,).
        constant: The columns of one value only, from 0.
    """

    matrix: Matrix
    mean: Vector
    std: Vector
    constant: tuple[int, ...]

    def sentence(self, names: Sequence[str]) -> str:
        """Say what was done to columns of these names."""
        done = (
            "Each column less its mean, divided by its standard deviation (the population's: the mean of the "
            "squares is divided by n, not n - 1)."
        )
        if not self.constant:
            return done
        which = listed([names[place] for place in self.constant])
        return f"{done} One value only, so nothing to divide by, and all zeros: {which}."


def standardise(matrix: ArrayLike) -> Standardised:
    """Bring each column of a matrix (n, d) to mean 0 and standard deviation 1: `z = (x - mean) / std`.

    The standard deviation is the population's, `sqrt(mean((x - mean)^2))`, as in Keras's Normalization and
    numpy.std. A column of one value only becomes zeros and is named in `constant`.

    Raises:
        ExplorerError: If it is no matrix of finite numbers.

    Example:
        >>> result = standardise([[1, 5], [3, 5]])
        >>> result.matrix.tolist(), result.mean.tolist(), result.std.tolist(), result.constant
        ([[-1.0, 0.0], [1.0, 0.0]], [2.0, 5.0], [1.0, 0.0], (1,))
    """
    table = _real(matrix, "The matrix", "(n, d)", (2,))
    same = table.min(axis=0) == table.max(axis=0)
    # A power of two is exact, and brings every column within 1: no square over- or underflows.
    power = np.frexp(np.abs(table).max(axis=0))[1]
    near_1 = np.ldexp(table, -power)
    size = np.abs(near_1).mean(axis=0)
    mean = np.where(same, near_1[0], rounding.settled(near_1.mean(axis=0), size, len(near_1)))
    way = near_1 - mean
    way -= way.mean(axis=0)  # what rounding left in the mean of numbers far from 0
    # Whole numbers are what they are, however large; a column of which nothing would be left stays as it is.
    kept = rounding.settled(way, np.abs(near_1) + size, len(near_1))
    way = np.where((table == np.rint(table)).all(axis=0) | ~kept.any(axis=0), way, kept)
    std = np.sqrt((way**2).mean(axis=0))
    scores = way / np.where(same, 1.0, std)
    return Standardised(
        scores, np.ldexp(mean, power), np.ldexp(std, power), tuple(np.flatnonzero(same).tolist())
    )


def standardise_text(x: float, mean: float, std: float, z: float) -> str:
    r"""Write how a number x became z, in LaTeX.

    Example:
        >>> standardise_text(3, 2, 0.5, 2)
        'z = \\frac{x - \\mu}{\\sigma} = \\frac{3 - 2}{0.5} = 2'
    """
    if std == 0:
        return r"\sigma = 0, \qquad z = 0"
    taken = _bracketed(mean) if mean < 0 else written(mean)
    return _chain(
        r"z = \frac{x - \mu}{\sigma}",
        (rf"\frac{{{written(x)} - {taken}}}{{{written(std)}}}", [x, mean, std]),
        (written(z), [z]),
    )


# What is said of numbers and places


def checked_place(value: int, size: int, what: str) -> int:
    """Check that there is such a row, column or channel, counted from 0.

    Raises:
        ExplorerError: If there is none.

    Example:
        >>> checked_place(2, 3, "row")
        2
        >>> checked_place(3, 3, "row")
        Traceback (most recent call last):
        explorer.errors.ExplorerError: There is no row 3: there are 3, counted from 0.
    """
    try:
        place = -1 if isinstance(value, bool) else whole(value)
    except TypeError:
        place = -1
    if not 0 <= place < size:
        raise ExplorerError(
            f"There is no {what} {short(value)}: there {'is' if size == 1 else 'are'} {size}, counted from 0."
        )
    return place


def listed(names: Iterable[str]) -> str:
    """Name a few of them.

    Example:
        >>> listed("ab"), listed("abcdefghijklmn")[-14:]
        ("'a', 'b'", "'l' and 2 more")
    """
    every = [short(name) for name in names]
    return ", ".join(every[:12]) + (f" and {len(every) - 12} more" if len(every) > 12 else "")
