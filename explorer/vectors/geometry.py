"""Two vectors: sums, dot products, lengths, angles and projections, with every term."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from explorer import rounding
from explorer.vectors.checks import (
    Vector,
    check_direction,
    checked_directions,
    checked_factor,
    checked_pair,
    checked_vector,
    length_of,
    scaling_power,
)

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
    left, right = checked_pair(a, b)
    return left + right


def subtract(a: ArrayLike, b: ArrayLike) -> Vector:
    """Take b from a entry by entry: `(a - b)_i = a_i - b_i`, (n,), the way from the tip of b to that of a.

    Example:
        >>> subtract([3, 1], [1, 2]).tolist()
        [2.0, -1.0]
    """
    left, right = checked_pair(a, b)
    return left - right


def scale(a: ArrayLike, factor: float) -> Vector:
    """Multiply each entry by a number: `(c a)_i = c a_i`, (n,).

    Raises:
        ExplorerError: If `a` is no vector, or the factor no number within 1e100.

    Example:
        >>> scale([3, 1], -2).tolist()
        [-6.0, -2.0]
    """
    return checked_vector(a, "a") * checked_factor(factor)


def dot(a: ArrayLike, b: ArrayLike) -> Dot:
    """Multiply entry by entry and add up: `a . b = sum over i of a_i b_i`.

    Example:
        >>> dot([3, 1], [1, 2]).value, dot([0.1, 0.2, -0.3], [1, 1, 1]).value
        (5.0, 0.0)
    """
    left, right = checked_pair(a, b)
    return dot_of(left, right)


def dot_of(a: Vector, b: Vector, given: float = rounding.DOUBLE) -> Dot:
    """The dot product of two vectors that are checked already."""
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
    return length_of(checked_vector(a, "a"))


def distance(a: ArrayLike, b: ArrayLike) -> float:
    """Measure the way from the tip of one vector to that of the other: `|a - b|`.

    Example:
        >>> distance([4, 5], [1, 1])
        5.0
    """
    return length_of(subtract(a, b))


def cosine(a: ArrayLike, b: ArrayLike) -> float:
    """Compare two directions: `a . b / (|a| |b|)`, from -1 (opposite) over 0 (right angle) to 1 (the same).

    Raises:
        ExplorerError: If one of them is the zero vector, which has no direction.

    Example:
        >>> cosine([1, 0], [0, 2]), cosine([1, 0], [3, 0])
        (0.0, 1.0)
    """
    left, right = checked_directions(a, b)
    product = dot(left, right).value
    if product and _parallel(left, right):
        return math.copysign(1.0, product)
    return max(-1.0, min(1.0, product / (length_of(left) * length_of(right))))


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
    left, right = checked_directions(a, b)
    product = dot(left, right).value
    if product == 0:
        return 90.0
    if _parallel(left, right):
        return 0.0 if product > 0 else 180.0
    u, v = left / length_of(left), right / length_of(right)
    return math.degrees(2 * math.atan2(length_of(u - v), length_of(u + v)))


def project(a: ArrayLike, b: ArrayLike) -> Projection:
    """Split a into a part along b and a remainder at right angles: `p = (a . b / b . b) b`, `r = a - p`.

    Raises:
        ExplorerError: If b is the zero vector, which has no direction.

    Example:
        >>> split = project([3, 1], [1, 2])
        >>> split.factor, split.along.tolist(), split.remainder.tolist()
        (1.0, [1.0, 2.0], [2.0, -1.0])
    """
    left, right = checked_pair(a, b)
    check_direction(right, "b")
    power = scaling_power(right)
    split = _split(left, np.ldexp(right, -power))  # whose square neither over- nor underflows
    factor = math.ldexp(split.factor, -power)
    if _parallel(left, right):
        return Projection(factor, left, np.zeros_like(left))
    return Projection(factor, split.along, split.remainder)


def _split(a: Vector, b: Vector) -> Projection:
    """Split a along b, each remainder settled by what it is a sum of: a_i and the b_i a_j b_j / b . b."""
    product, square = dot_of(a, b), float(b @ b)
    factor = product.value / square
    along = factor * b + 0.0  # which takes the sign off -0
    size = np.abs(a) + np.abs(b) * (float(np.abs(product.products).sum()) / square)
    # The sums above and below the line, each with a rounding for every entry, and a few steps between them.
    return Projection(factor, along, rounding.settled(a - along, size, 2 * a.size + 4))


def _parallel(a: Vector, b: Vector) -> bool:
    """Whether two vectors lie on one line: whichever is projected on the other, nothing remains of it."""
    if not a.any():
        return False
    a, b = np.ldexp(a, -scaling_power(a)), np.ldexp(b, -scaling_power(b))
    return not (_split(a, b).remainder.any() and _split(b, a).remainder.any())
