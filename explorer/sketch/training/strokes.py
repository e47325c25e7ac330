"""Lines and arcs of the drawings, and what a hand does to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Real = NDArray[np.float64]
Random = np.random.Generator

DENSE = 0.03  # between the points of a stroke, in units of half a drawing, before the hand goes along it


class Stroke(NamedTuple):
    """Points (n, 2), x to the right and y down, about from -1 to 1; whether the inside is painted."""

    points: Real
    filled: bool = False


@dataclass(frozen=True)
class Style:
    """A way to draw one of the classes.

    Attributes:
        label: The class.
        name: The style.
        part: One of `PARTS`, to which all drawings in this style belong.
        strokes: Draws it once, by the generator's chance.
    """

    label: str
    name: str
    part: str
    strokes: Callable[[Random], list[Stroke]]


StyleEntry = tuple[str, str, Callable[[Random], list[Stroke]]]  # name, part, strokes


# Lines, arcs and what is done to them.


def line_of(*points: ArrayLike) -> Real:
    """Points as an array."""
    return np.array(points, np.float64)


def arc_of(
    start: float,
    stop: float,
    radius: float | tuple[float, float] = 1.0,
    centre: tuple[float, float] = (0.0, 0.0),
) -> Real:
    """Points of an arc from one angle to another, in degrees clockwise from the right."""
    angles = np.radians(np.linspace(start, stop, max(8, int(abs(stop - start) / 6))))
    points: Real = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius + centre
    return points


def smoothed(points: ArrayLike, closed: bool = False) -> Real:
    """Lay a smooth line through points: a Catmull-Rom spline."""
    at = np.asarray(points, np.float64)
    if closed:
        at = np.concatenate([at[-1:], at, at[:2]])
    else:
        at = np.concatenate([2 * at[:1] - at[1:2], at, 2 * at[-1:] - at[-2:-1]])
    t = np.linspace(0, 1, 12, endpoint=False)[:, np.newaxis]
    parts = []
    for a, b, c, d in zip(at, at[1:], at[2:], at[3:], strict=False):
        cubic = 3 * (b - c) + d - a
        parts.append(b + 0.5 * t * ((c - a) + t * ((2 * a - 5 * b + 4 * c - d) + t * cubic)))
    return np.concatenate([*parts, at[-2:-1]])


def rotated(points: Real, degrees: float) -> Real:
    """Points turned about the middle."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned: Real = points @ turn
    return turned


def uniform(rng: Random, low: float, high: float) -> float:
    """A random number between two."""
    return float(rng.uniform(low, high))


def shake(rng: Random, points: ArrayLike, amount: float) -> Real:
    """Points as an unsteady hand sets them."""
    at = np.asarray(points, np.float64)
    return at + rng.normal(0, amount, at.shape)


def densify(points: Real, step: float = DENSE) -> Real:
    """Put points between the points of a line, at most a step apart."""
    lengths = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0], np.cumsum(lengths)])
    if along[-1] == 0:
        return points[:1]
    places = np.unique(np.concatenate([along, np.linspace(0, along[-1], int(along[-1] / step) + 2)]))
    return point_at(places, along, points)


def point_at(places: Real, along: Real, points: Real) -> Real:
    """Interpolate points that lie along a line, at some places of it."""
    found: Real = np.stack([np.interp(places, along, points[:, axis]) for axis in (0, 1)], axis=1)
    return found


def bow_out(a: Real, b: Real, bow: float) -> Real:
    """Draw a side from a to b, bent to one side by part of its length."""
    t = np.linspace(0, 1, 14)[:, np.newaxis]
    normal = np.array([a[1] - b[1], b[0] - a[0]])
    side: Real = a + (b - a) * t + np.sin(np.pi * t) * normal * bow
    return side


def lengthened(points: Real, before: float, after: float) -> Real:
    """Make a straight line longer at its ends, or shorter where negative."""
    way = points[-1] - points[0]
    longer: Real = points + np.linspace(-before, after, len(points))[:, np.newaxis] * way
    return longer


def polylines(rng: Random, path: Real) -> list[Stroke]:
    """Draw every part of a line by itself, with ends that miss each other."""
    return [
        Stroke(lengthened(line_of(a, b), uniform(rng, -0.05, 0.08), uniform(rng, -0.05, 0.08)))
        for a, b in pairwise(path)
    ]


def _rounded(points: Real, share: float) -> Real:
    """Cut the corners of a closed line with arcs that begin at a share of the side."""
    parts = []
    for before, corner, after in zip(np.roll(points, 1, 0), points, np.roll(points, -1, 0), strict=True):
        a, b = corner + (before - corner) * share, corner + (after - corner) * share
        t = np.linspace(0, 1, 8)[:, np.newaxis]
        parts.append((1 - t) ** 2 * a + 2 * t * (1 - t) * corner + t**2 * b)
    return np.concatenate([*parts, parts[0][:1]])


def hatched(rng: Random, outline: Real) -> Stroke:
    """Scribble to and fro within an outline."""
    angle = uniform(rng, 0, 180)
    turned = rotated(densify(outline), angle)
    low, high = turned[:, 1].min(), turned[:, 1].max()
    step = uniform(rng, 0.12, 0.3)
    ends = []
    for number, y in enumerate(np.arange(low + step / 2, high, step)):
        near = turned[np.abs(turned[:, 1] - y) < DENSE * 1.5, 0]
        if near.size:
            sides = [near.min(), near.max()]
            ends += [(x, y) for x in (sides if number % 2 else sides[::-1])]
    return Stroke(rotated(shake(rng, ends, 0.03), -angle))


# Circles.


def ring_of(
    rng: Random,
    *,
    aspect: tuple[float, float] = (0.85, 1.0),
    turns: tuple[float, float] = (0.97, 1.04),
    drift: float = 0.05,
    power: float = 2.0,
    lumps: float = 0.0,
    flat: float = 0.0,
) -> Real:
    """Go round once or more, the ends a little off each other."""
    whole = uniform(rng, *turns)
    t = np.linspace(0, 1, int(70 * whole))
    angle = uniform(rng, 0, 2 * np.pi) + rng.choice([-1, 1]) * 2 * np.pi * whole * t
    cos, sin = np.cos(angle), np.sin(angle)
    radius = 1 + uniform(rng, -drift, drift) * 2 * (t - 0.5)
    for wave in (2, 3, 4):
        radius += lumps * np.sin(wave * angle + uniform(rng, 0, 6.3)) * rng.normal() / wave
    radius /= (np.abs(cos) ** power + np.abs(sin) ** power) ** (1 / power)
    points = np.stack([cos, sin], axis=1) * radius[:, np.newaxis]
    if flat:
        points[:, 1] = np.minimum(points[:, 1], 1 - uniform(rng, 0.4, 1) * flat)
    points[:, 1] *= uniform(rng, *aspect)
    return rotated(points, uniform(rng, 0, 360))


def broken_up(rng: Random, points: Real, count: int, gap: tuple[float, float]) -> list[Stroke]:
    """Draw a line in several strokes; a negative gap lets them overlap."""
    ends = np.linspace(0, len(points), count + 1) + rng.normal(0, len(points) * 0.03, count + 1)
    strokes = []
    for start, stop in pairwise(ends):
        trim = uniform(rng, *gap) * len(points) / 2
        part = points[max(0, round(start + trim)) : max(4, round(stop - trim))]
        if len(part) > 1:
            strokes.append(Stroke(part + rng.normal(0, 0.02, 2)))
    return strokes


# Shapes with corners.


def outlined(
    rng: Random,
    corners: ArrayLike,
    how: str = "one stroke",
    *,
    shaken: float = 0.05,
    ends: tuple[float, float] = (-0.03, 0.05),
    bow: float = 0.03,
) -> list[Stroke]:
    """Draw a closed shape through its corners, in one stroke or in several."""
    at = shake(rng, corners, shaken)
    at = np.roll(at, int(rng.integers(len(at))), axis=0)
    at = at[::-1] if rng.random() < 0.5 else at
    sides = [bow_out(a, b, rng.normal(0, bow)) for a, b in zip(at, np.roll(at, -1, 0), strict=True)]
    if how == "sides":
        return [Stroke(lengthened(side, uniform(rng, *ends), uniform(rng, *ends))) for side in sides]
    if how == "rounded":
        return [Stroke(_rounded(at, uniform(rng, 0.12, 0.3)))]
    if how == "twice":
        again = shake(rng, corners, shaken)
        return [Stroke(np.concatenate([line, line[:1]])) for line in (at, again)]
    path = np.concatenate(sides)
    if how == "two parts":
        cut = int(rng.integers(1, len(at))) * len(sides[0])
        return [Stroke(part + rng.normal(0, 0.03, 2)) for part in (path[:cut], path[cut:])]
    trim = uniform(rng, *ends)
    if trim < 0:
        path = path[: max(4, round(len(path) * (1 + trim)))]
    else:
        path = np.concatenate([path, path[: round(len(path) * trim)] + rng.normal(0, 0.04, 2)])
    return [Stroke(path, how == "painted")]


def closed_path(corners: ArrayLike) -> Real:
    """The way around, back to its start."""
    at = np.asarray(corners, np.float64)
    return np.concatenate([at, at[:1]])


def turned_all(strokes: Iterable[Stroke], degrees: float) -> list[Stroke]:
    """Strokes turned about the middle."""
    return [Stroke(rotated(stroke.points, degrees), stroke.filled) for stroke in strokes]


# Crosses.


def bars_of(
    rng: Random, *, turn: float = 0.0, where: float = 0.0, uneven: float = 0.08, bow: float = 0.03
) -> list[Stroke]:
    """Two lines across each other."""
    strokes = []
    for angle in (0.0, 90.0):
        line = bow_out(np.array([-1.0, 0]), np.array([1.0, 0]), rng.normal(0, bow))
        line = line * (uniform(rng, 1 - 2 * uneven, 1), 1)
        line[:, 1] += where if angle == 0 else 0
        strokes.append(Stroke(rotated(line, angle + turn + rng.normal(0, 5)) + rng.normal(0, uneven, 2)))
    return strokes
