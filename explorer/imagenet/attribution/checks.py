"""What is checked of the arguments of every explanation."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from explorer.imagenet.networks import NetworkError


def check_choice(names: Collection[str], value: str, what: str) -> None:
    """Raise a `NetworkError` that lists the names if a value is none of them."""
    if value not in names:
        raise NetworkError(f"There is no {what} {value!r}; choose one of {', '.join(names)}.")


def check_whole(name: str, value: int, low: int, high: int = 100_000) -> None:
    """Raise a `NetworkError` with the bounds if a value is no whole number within them."""
    if not (isinstance(value, int | np.integer) and low <= value <= high):
        raise NetworkError(f"{name} is {value!r}; choose a whole number from {low} to {high}.")
