"""What vectors and masks may be, and the sentences for what they may not."""

from __future__ import annotations

from reprlib import repr as short

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.calculus import Real, finite_number, real_array
from explorer.errors import ExplorerError
from explorer.words import counted, signed

Mask = NDArray[np.bool_]


class AttentionError(ExplorerError):
    """What cannot be attended to, in sentences: what came, what was expected, and what to do."""


def checked_rows(value: ArrayLike, name: str) -> Real:
    """Read vectors, one a row: finite numbers, (rows, width)."""
    array = real_array(value, name)
    if array.ndim != 2 or array.size == 0:
        raise AttentionError(
            f"{name} is made of rows of numbers, (rows, width), one at least; it has the shape {array.shape}."
        )
    if not np.isfinite(array).all():
        raise AttentionError(f"{name} must be finite numbers; replace NaN and infinity.")
    return array


def checked_mask(value: ArrayLike | None, queries: int, keys: int) -> Mask | None:
    """Read which query may look at which key, (queries, keys): each at one or more."""
    if value is None:
        return None
    mask = np.asarray(value)
    if mask.dtype != np.bool_ or mask.shape != (queries, keys):
        raise AttentionError(
            f"The mask says for each of {counted(queries, 'query', 'queries')} and {counted(keys, 'key')} "
            f"whether the one may look at the other, as true or false, ({queries}, {keys}); it is "
            f"{short(value)}."
        )
    blind = np.flatnonzero(~mask.any(axis=1))
    if blind.size:
        raise AttentionError(
            f"The mask lets query {blind[0] + 1} look at nothing; leave it one key or more, as its own."
        )
    return mask


def checked_temperature(value: float) -> float:
    """Read what scores are divided by beside the root of the width: a number above 0."""
    try:
        divisor = finite_number(value, "The temperature")
    except ExplorerError as error:
        raise AttentionError(str(error)) from None
    if divisor <= 0:
        raise AttentionError(f"The temperature must be above 0; it is {signed(divisor)}.")
    return divisor
