"""Points of two classes and more: each function draws x (n, 2) and the classes y (n,), without noise."""

from __future__ import annotations

import csv
import math
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]

IRIS_NAMES = ("setosa", "versicolor", "virginica")
IRIS_FLOWERS = 150

_CENTRES = ((-1.7, -1.7), (1.7, -1.7), (1.7, 1.7), (-1.7, 1.7), (0.0, 0.0))


def in_turn(count: int, classes: int) -> Real:
    """Labels of some classes in turn, as equal in number as can be.

    >>> in_turn(5, 3).tolist()
    [0.0, 1.0, 2.0, 0.0, 1.0]
    """
    return np.arange(count, dtype=np.float64) % classes


def around(radius: Real, angle: Real) -> Real:
    """Points at some distances from the middle, in some directions."""
    points: Real = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)  # (n, 2)
    return points


def circle(count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    """A disc, and a ring around it."""
    y = in_turn(count, 2)
    # the square root spreads points evenly over a disc and over a ring
    inner, outer = np.where(y == 1, 0.0, 1.9), np.where(y == 1, 1.3, 2.8)
    radius = np.sqrt(rng.uniform(inner**2, outer**2))
    return around(radius, rng.uniform(0, 2 * math.pi, count)), y


def xor(count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    """Four squares: those on a diagonal are of one class."""
    y = in_turn(count, 2)
    size = rng.uniform(0.15, 2.8, (count, 2))
    right = rng.choice((-1.0, 1.0), count)
    up = np.where(y == 1, -right, right)
    size[:, 0] *= right
    size[:, 1] *= up
    return size, y


def gaussians(count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    """Two clouds on a diagonal."""
    y = in_turn(count, 2)
    return 0.5 * rng.standard_normal((count, 2)) + np.where(y == 1, 1.2, -1.2)[:, np.newaxis], y


def spiral(count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    """Two arms of a spiral, half a turn from each other."""
    y = in_turn(count, 2)
    along = np.sqrt(rng.uniform(0.02, 1, count))
    return around(2.7 * along, 3.5 * math.pi * along + math.pi * y), y


def moons(count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    """Two crescents that reach into each other."""
    y = in_turn(count, 2)
    x = around(np.full(count, 1.6), rng.uniform(0, math.pi, count))
    x[y == 1] *= -1
    x += np.where(y == 1, 1.0, -1.0)[:, np.newaxis] * np.array((0.8, 0.4))
    return x, y


def three_moons(count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    """Three crescents in a row, every second one upside down, that reach into each other."""
    y = in_turn(count, 3)
    x = around(np.full(count, 1.1), rng.uniform(0, math.pi, count))
    x[y == 1, 1] *= -1
    x += np.array(((-1.6, -0.2), (0.0, 0.3), (1.6, -0.2)))[y.astype(int)]
    return x, y


def rings(count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    """A disc, a ring around it, and another one around both."""
    y = in_turn(count, 3)
    inner, outer = np.array((0.0, 1.2, 2.2))[y.astype(int)], np.array((0.8, 1.8, 2.8))[y.astype(int)]
    # the square root spreads points evenly over a disc and over a ring
    radius = np.sqrt(rng.uniform(inner**2, outer**2))
    return around(radius, rng.uniform(0, 2 * math.pi, count)), y


def blobs(count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    """Five clouds: four corners and the middle. None reaches beyond 1.2 from its centre."""
    y = in_turn(count, len(_CENTRES))
    away = 0.35 * rng.standard_normal((count, 2))
    return np.clip(away, -1.2, 1.2) + np.array(_CENTRES)[y.astype(int)], y


def three_arms(count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    """Three arms of a spiral, each a third of a turn from the next."""
    y = in_turn(count, 3)
    along = np.sqrt(rng.uniform(0.02, 1, count))
    return around(2.7 * along, 2 * math.pi * along + 2 * math.pi / 3 * y), y


def iris(count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    """Petals of three species of iris, length and width, each with mean 0 and standard deviation 1.

    Args:
        count: How many flowers, as equal in number as can be; at most 150 are there.
        rng: Draws which.
    """
    x, y = _measured_petals()
    order = np.concatenate([rng.permutation(np.flatnonzero(y == label)) for label in range(3)])
    chosen = order.reshape(3, -1).T.ravel()[:count]  # the three species in turn
    return x[chosen], y[chosen]


@lru_cache(maxsize=1)
def _measured_petals() -> tuple[Real, Real]:
    with Path(__file__).with_name("iris.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    petals = np.array([[float(row["petal_length"]), float(row["petal_width"])] for row in rows])
    labels = np.array([float(IRIS_NAMES.index(row["species"])) for row in rows])
    return (petals - petals.mean(0)) / petals.std(0), labels
