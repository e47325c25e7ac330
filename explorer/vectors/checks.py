"""What a vector, a matrix and a place in one may be, and the sentences for what they may not."""

from __future__ import annotations

import math
from collections.abc import Iterable
from operator import index as whole
from reprlib import repr as short

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.errors import ExplorerError
from explorer.tables import MAX_MAGNITUDE
from explorer.words import counted

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Shape = tuple[int, ...]

SHORTEST = 1e-100
"""A vector shorter than this has no direction here: its digits would be lost on the way."""

LARGEST_PIXEL = 1e30  # float32 ends at 3.4e38

SMALLEST_SQUARE = 1e-300  # the squares of numbers below 1e-154 are too small for a float

A, B = r"\mathbf{a}", r"\mathbf{b}"


def checked_vector(value: ArrayLike, name: str) -> Vector:
    """Read a vector of finite numbers, (n,)."""
    return checked_real(value, f"The vector {name}", "(n,)", (1,))


def checked_real(
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


def checked_pair(a: ArrayLike, b: ArrayLike) -> tuple[Vector, Vector]:
    """Read two vectors of one length."""
    left, right = checked_vector(a, "a"), checked_vector(b, "b")
    if left.size != right.size:
        raise ExplorerError(
            f"a has {counted(left.size, 'number')} and b has {right.size}; choose two vectors of one length."
        )
    return left, right


def checked_factor(value: float) -> float:
    """A finite number that is not too large."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise ExplorerError(f"The factor must be a number; it is {short(value)}.")
    if not abs(value) <= MAX_MAGNITUDE:
        raise ExplorerError(f"The factor must be a number within 1e100; it is {short(value)}.")
    return float(value)


def scaling_power(a: Vector) -> int:
    """The power of two next above the largest magnitude."""
    return math.frexp(float(np.abs(a).max()))[1]


def length_of(a: Vector) -> float:
    """The Euclidean norm; scaled by a power of two, which is exact, so that no square over- or underflows."""
    power = scaling_power(a)
    return math.ldexp(float(np.linalg.norm(np.ldexp(a, -power))), power)


def check_direction(a: Vector, name: str) -> None:
    """Refuse a vector that is too short to have a direction."""
    if length_of(a) < SHORTEST:
        what = "is shorter than 1e-100" if a.any() else "is the zero vector"
        raise ExplorerError(
            f"{name} {what}: it points nowhere, so it has no angle with another vector and nothing can be "
            "projected on it. Choose a vector with an entry that is not 0."
        )


def checked_directions(a: ArrayLike, b: ArrayLike) -> tuple[Vector, Vector]:
    """Read two vectors that have a direction."""
    left, right = checked_pair(a, b)
    check_direction(left, "a")
    check_direction(right, "b")
    return left, right


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
