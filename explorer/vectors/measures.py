"""Every number about two vectors."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from explorer.vectors.checks import SHORTEST, checked_pair, length_of
from explorer.vectors.geometry import angle, cosine, dot
from explorer.vectors.texts import plain


@dataclass(frozen=True)
class VectorMeasure:
    """One number about two vectors, and how it is written; None and "none" where it is not defined."""

    name: str
    value: float | None
    said: str


def measures(a: ArrayLike, b: ArrayLike) -> list[VectorMeasure]:
    """Measure two vectors in every way; a zero vector has no cosine and no angle.

    Example:
        >>> [measure.said for measure in measures([3, 0], [0, 4])]
        ['3', '4', '0', '5', '0', '90°']
        >>> measures([0, 0], [1, 2])[-1]
        VectorMeasure(name='angle', value=None, said='none')
    """
    left, right = checked_pair(a, b)
    product, apart = dot(left, right).value, length_of(left - right)
    found = [
        VectorMeasure("length of a", length_of(left), plain(length_of(left))),
        VectorMeasure("length of b", length_of(right), plain(length_of(right))),
        VectorMeasure("dot product", product, plain(product)),
        VectorMeasure("distance", apart, plain(apart)),
    ]
    if min(length_of(left), length_of(right)) < SHORTEST:
        return [*found, VectorMeasure("cosine", None, "none"), VectorMeasure("angle", None, "none")]
    ratio, degrees = cosine(left, right), angle(left, right)
    return [
        *found,
        VectorMeasure("cosine", ratio, plain(ratio)),
        VectorMeasure("angle", degrees, f"{plain(degrees)}°"),
    ]
