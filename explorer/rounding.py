"""Rounding: a sum of which rounding alone is left is 0, and a number that is small stays as it is.

A float is known to a share u of itself: `DOUBLE` = 2^-53 of a float64, `SINGLE` = 2^-24 of a float32. A sum
of n products is therefore known to about (3 u + n u') times the sum of their magnitudes: two factors are read
and their product is rounded, each by u, and every addition rounds by u' (N. J. Higham, Accuracy and
stability of numerical algorithms, 2002, section 3.1). A sum that is no larger than that has no digit of its
own: 0.1 + 0.2 - 0.3 is 5.55e-17 in float64, which is 9e-17 of the 0.6 that was added up. It is 0 here.

The scale is that of the terms, never a fixed one: 1e-20 alone is a number, for its only term is 1e-20.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Real = NDArray[np.float64]
Array = NDArray[np.float32]
Cells = tuple[NDArray[np.intp], ...]
Magnitudes = Callable[[Cells | None], Array]

DOUBLE = 2.0**-53
"""The share of a float64 that rounding may change."""

SINGLE = 2.0**-24
"""The share of a float32 that rounding may change."""

_AT_ONCE = 65_536  # numbers whose magnitudes stay in the processor's own memory until they are compared
_ROUNDED = 3  # times a term is rounded before it is added: both factors, and their product


def noise(size: ArrayLike, terms: int, *, given: float = DOUBLE, added: float = DOUBLE) -> Any:
    """How large a sum can be that is 0 but for rounding.

    Args:
        size: The sum of the magnitudes of what was added up, of any shape.
        terms: How many there were.
        given: The share by which each factor may be off: `SINGLE` where it was read as float32.
        added: The share by which each addition may be off.

    Example:
        >>> f"{noise(0.6, 3):.1e}"
        '4.0e-16'
    """
    return (_ROUNDED * given + terms * added) * np.asarray(size)


def settled(
    value: ArrayLike, size: ArrayLike, terms: int, *, given: float = DOUBLE, added: float = DOUBLE
) -> Any:
    """Return a sum, or 0 where rounding alone is left of it: float64 of the shape of `value`.

    Args:
        value: The sum, or what was made of it without another cancellation.
        size: As in `noise`.
        terms: As in `noise`.
        given: As in `noise`.
        added: As in `noise`.

    Example:
        >>> float(settled(0.1 + 0.2 - 0.3, 0.6, 3)), float(settled(1e-20, 1e-20, 1))
        (0.0, 1e-20)
    """
    found = np.asarray(value, np.float64)
    return np.where(np.abs(found) <= noise(size, terms, given=given, added=added), 0.0, found)[()]


def running(terms: ArrayLike, *, given: float = DOUBLE) -> Real:
    """Add up along the last axis, and keep the sum after each term: float64 of the shape of `terms`.

    Args:
        terms: Real numbers, (..., n).
        given: As in `noise`.

    Example:
        >>> running([0.1, 0.2, -0.3, 1]).round(9).tolist()
        [0.1, 0.3, 0.0, 1.0]
    """
    parts = np.asarray(terms, np.float64)
    sizes = np.abs(parts).cumsum(axis=-1)
    count = parts.shape[-1]
    return np.asarray(settled(parts.cumsum(axis=-1), sizes, count, given=given))


def total(terms: ArrayLike, *, given: float = DOUBLE) -> float:
    """Add up all terms, of any shape.

    Args:
        terms: Real numbers.
        given: As in `noise`.

    Example:
        >>> total([0.1, 0.2, -0.3]), total([1e-20]), total([])
        (0.0, 1e-20, 0.0)
    """
    parts = np.asarray(terms, np.float64)
    return float(settled(parts.sum(), np.abs(parts).sum(), parts.size, given=given))


def mean(values: ArrayLike, *, given: float = DOUBLE) -> float:
    """Average all numbers, of any shape; 0 where they cancel.

    Args:
        values: Real numbers, one or more.
        given: As in `noise`.

    Example:
        >>> mean([0.1, 0.2, -0.3]), mean([1, 2])
        (0.0, 1.5)
    """
    return total(values, given=given) / np.size(values)


def settled_map(
    sums: Array, terms: int, most: float, magnitudes: Magnitudes, *, is_own: bool = False
) -> Array:
    """Set to 0 what rounding left in a map of sums that were added up in float32.

    The roundings of many terms rarely all go one way: their sum grows with the root of their number (N. J.
    Higham and T. Mary, A new approach to probabilistic rounding error analysis, 2019), and so does the limit.

    Args:
        sums: float32 of any shape.
        terms: How many terms each sum has.
        most: A bound on the sum of the magnitudes of what was added up, wherever.
        magnitudes: Gives that sum at cells (indices along each axis, as of `numpy.nonzero`), or for None
            everywhere; it is asked only where numbers are small beside `most`.
        is_own: Whether nobody else has `sums`: they are changed in place then, as a copy of a map that moves
            takes as long as all else here.

    Example:
        >>> sums, sizes = np.float32([0.3 - 0.1 - 0.2, 1.0]), np.float32([0.6, 2.0])
        >>> settled_map(sums, 3, 2.0, lambda cells: sizes[cells or ...]).tolist()
        [0.0, 1.0]
    """
    steps = math.isqrt(max(terms - 1, 0)) + 1
    limit = float(noise(most, steps, given=SINGLE, added=SINGLE))
    row = sums.ravel()
    parts = (row[at : at + _AT_ONCE] for at in range(0, row.size or 1, _AT_ONCE))
    places = np.flatnonzero(np.concatenate([(np.abs(part) <= limit) & (part != 0) for part in parts]))
    if not len(places):
        return sums
    cells = np.unravel_index(places, sums.shape)
    # Where many are small it takes less time, and less memory, to ask for all.
    few = terms * len(places) <= sums.size
    asked = magnitudes(cells) if few else magnitudes(None)[cells]
    limits = noise(asked, steps, given=SINGLE, added=SINGLE)
    # Magnitudes beyond float32 say nothing.
    nothing = (np.abs(sums[cells]) <= limits) & np.isfinite(limits)
    found = sums if is_own else sums.copy()
    found[tuple(axis[nothing] for axis in cells)] = 0
    return found
