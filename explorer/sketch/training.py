"""Train the sketch network: synthesise drawings in many styles, train, measure on styles never trained on.

    python -m explorer.sketch.training

writes `assets/sketch.npz` and `assets/sketch.json`. Each class is drawn in a dozen styles, ways in which a
person may go about it; a style belongs to one part as a whole: "train", "validation" (looked at while the
drawing and the training were designed) or "test" (the accuracy that is reported). Within a style no two
drawings are alike, and every one passes through `sketch.look` as a visitor's does.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import multiprocessing
import os
import re
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import sketch
from explorer.convolution.layout import Array
from explorer.sketch import CLASSES, SIDE, VARIANTS, SketchError

Real = NDArray[np.float64]
Random = np.random.Generator

PARTS = ("train", "validation", "test")

_DENSE = 0.03  # between the points of a stroke, in units of half a drawing, before the hand goes along it
_JOGGED = 0.5  # share of the drawings to train on that are not quite centred
_FINE = 2  # pixels drawn for each pixel of the picture, across and down


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


_Entry = tuple[str, str, Callable[[Random], list[Stroke]]]  # name, part, strokes


# Lines, arcs and what is done to them.


def _line(*points: ArrayLike) -> Real:
    return np.array(points, np.float64)


def _arc(
    start: float,
    stop: float,
    radius: float | tuple[float, float] = 1.0,
    centre: tuple[float, float] = (0.0, 0.0),
) -> Real:
    """Points of an arc from one angle to another, in degrees clockwise from the right."""
    angles = np.radians(np.linspace(start, stop, max(8, int(abs(stop - start) / 6))))
    points: Real = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius + centre
    return points


def _smooth(points: ArrayLike, closed: bool = False) -> Real:
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


def _turned(points: Real, degrees: float) -> Real:
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned: Real = points @ turn
    return turned


def _between(rng: Random, low: float, high: float) -> float:
    return float(rng.uniform(low, high))


def _shaken(rng: Random, points: ArrayLike, amount: float) -> Real:
    at = np.asarray(points, np.float64)
    return at + rng.normal(0, amount, at.shape)


def _densely(points: Real, step: float = _DENSE) -> Real:
    """Put points between the points of a line, at most a step apart."""
    lengths = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0], np.cumsum(lengths)])
    if along[-1] == 0:
        return points[:1]
    places = np.unique(np.concatenate([along, np.linspace(0, along[-1], int(along[-1] / step) + 2)]))
    return _at(places, along, points)


def _at(places: Real, along: Real, points: Real) -> Real:
    """Interpolate points that lie along a line, at some places of it."""
    found: Real = np.stack([np.interp(places, along, points[:, axis]) for axis in (0, 1)], axis=1)
    return found


def _bowed(a: Real, b: Real, bow: float) -> Real:
    """Draw a side from a to b, bent to one side by part of its length."""
    t = np.linspace(0, 1, 14)[:, np.newaxis]
    normal = np.array([a[1] - b[1], b[0] - a[0]])
    side: Real = a + (b - a) * t + np.sin(np.pi * t) * normal * bow
    return side


def _longer(points: Real, before: float, after: float) -> Real:
    """Make a straight line longer at its ends, or shorter where negative."""
    way = points[-1] - points[0]
    longer: Real = points + np.linspace(-before, after, len(points))[:, np.newaxis] * way
    return longer


def _lines(rng: Random, path: Real) -> list[Stroke]:
    """Draw every part of a line by itself, with ends that miss each other."""
    return [
        Stroke(_longer(_line(a, b), _between(rng, -0.05, 0.08), _between(rng, -0.05, 0.08)))
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


def _hatching(rng: Random, outline: Real) -> Stroke:
    """Scribble to and fro within an outline."""
    angle = _between(rng, 0, 180)
    turned = _turned(_densely(outline), angle)
    low, high = turned[:, 1].min(), turned[:, 1].max()
    step = _between(rng, 0.12, 0.3)
    ends = []
    for number, y in enumerate(np.arange(low + step / 2, high, step)):
        near = turned[np.abs(turned[:, 1] - y) < _DENSE * 1.5, 0]
        if near.size:
            sides = [near.min(), near.max()]
            ends += [(x, y) for x in (sides if number % 2 else sides[::-1])]
    return Stroke(_turned(_shaken(rng, ends, 0.03), -angle))


# Circles.


def _ring(
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
    whole = _between(rng, *turns)
    t = np.linspace(0, 1, int(70 * whole))
    angle = _between(rng, 0, 2 * np.pi) + rng.choice([-1, 1]) * 2 * np.pi * whole * t
    cos, sin = np.cos(angle), np.sin(angle)
    radius = 1 + _between(rng, -drift, drift) * 2 * (t - 0.5)
    for wave in (2, 3, 4):
        radius += lumps * np.sin(wave * angle + _between(rng, 0, 6.3)) * rng.normal() / wave
    radius /= (np.abs(cos) ** power + np.abs(sin) ** power) ** (1 / power)
    points = np.stack([cos, sin], axis=1) * radius[:, np.newaxis]
    if flat:
        points[:, 1] = np.minimum(points[:, 1], 1 - _between(rng, 0.4, 1) * flat)
    points[:, 1] *= _between(rng, *aspect)
    return _turned(points, _between(rng, 0, 360))


def _pieces(rng: Random, points: Real, count: int, gap: tuple[float, float]) -> list[Stroke]:
    """Draw a line in several strokes; a negative gap lets them overlap."""
    ends = np.linspace(0, len(points), count + 1) + rng.normal(0, len(points) * 0.03, count + 1)
    strokes = []
    for start, stop in pairwise(ends):
        trim = _between(rng, *gap) * len(points) / 2
        part = points[max(0, round(start + trim)) : max(4, round(stop - trim))]
        if len(part) > 1:
            strokes.append(Stroke(part + rng.normal(0, 0.02, 2)))
    return strokes


def _egg(rng: Random) -> Real:
    points = _ring(rng, aspect=(0.98, 1.0))
    points[:, 0] *= _between(rng, 0.7, 0.85) * (1 + _between(rng, 0.1, 0.25) * points[:, 1])
    return points


def _polygonal(rng: Random) -> Real:
    """A circle in a hurry: few points, straight between them."""
    count = int(rng.integers(8, 13))
    angles = np.linspace(0, 360, count + 1) + np.append(rng.normal(0, 5, count), 0)
    return np.concatenate([_arc(angle, angle, _between(rng, 0.94, 1.06))[:1] for angle in angles])


def _flying_ends(rng: Random) -> Real:
    """The ends cross and leave the circle."""
    ring = _ring(rng, turns=(0.98, 1.08), drift=0.08)
    for end in (ring[:8], ring[:-9:-1]):
        end *= 1 + _between(rng, 0.05, 0.25) * np.linspace(1, 0, 8)[:, np.newaxis] ** 2
    return ring


def _stadium(rng: Random) -> Real:
    """Two half circles and short straight sides between them."""
    half = _between(rng, 0.08, 0.22)
    return np.concatenate([_arc(-90, 90, 1, (half, 0)), _arc(90, 270, 1, (-half, 0)), _line((half, -1))])


_CIRCLES: tuple[_Entry, ...] = (
    ("one stroke", "train", lambda rng: [Stroke(_ring(rng))]),
    ("oval", "train", lambda rng: [Stroke(_ring(rng, aspect=(0.55, 0.85)))]),
    ("open", "train", lambda rng: [Stroke(_ring(rng, turns=(0.82, 0.96), drift=0.12))]),
    ("overlapping ends", "train", lambda rng: [Stroke(_ring(rng, turns=(1.05, 1.3), drift=0.15))]),
    ("two arcs", "train", lambda rng: _pieces(rng, _ring(rng), 2, (-0.06, 0.04))),
    ("in a hurry", "train", lambda rng: [Stroke(_polygonal(rng))]),
    ("painted", "train", lambda rng: [Stroke(_ring(rng), True)]),
    ("egg", "train", lambda rng: [Stroke(_egg(rng))]),
    ("wobbling", "train", lambda rng: [Stroke(_ring(rng, lumps=0.05))]),
    ("scribbled in", "train", lambda rng: [Stroke(ring := _ring(rng)), _hatching(rng, ring)]),
    ("twice round", "train", lambda rng: [Stroke(_ring(rng, turns=(1.7, 2.3), drift=0.07, lumps=0.02))]),
    ("flying ends", "train", lambda rng: [Stroke(_flying_ends(rng))]),
    ("stadium", "train", lambda rng: [Stroke(_stadium(rng))]),
    ("scribbled round", "train", lambda rng: [Stroke(_ring(rng, turns=(2.5, 5), drift=0.06, lumps=0.02))]),
    ("flattened", "validation", lambda rng: [Stroke(_ring(rng, flat=0.25))]),
    ("dashed", "train", lambda rng: _pieces(rng, _ring(rng), int(rng.integers(5, 10)), (0.04, 0.08))),
    ("squarish", "test", lambda rng: [Stroke(_ring(rng, power=_between(rng, 2.2, 2.6)))]),
    ("potato", "test", lambda rng: [Stroke(_ring(rng, lumps=0.08, turns=(0.94, 1.05)))]),
    ("four arcs", "test", lambda rng: _pieces(rng, _ring(rng), 4, (-0.04, 0.04))),
)


# Shapes with corners.


def _outline(
    rng: Random,
    corners: ArrayLike,
    how: str = "one stroke",
    *,
    shaken: float = 0.05,
    ends: tuple[float, float] = (-0.03, 0.05),
    bow: float = 0.03,
) -> list[Stroke]:
    """Draw a closed shape through its corners, in one stroke or in several."""
    at = _shaken(rng, corners, shaken)
    at = np.roll(at, int(rng.integers(len(at))), axis=0)
    at = at[::-1] if rng.random() < 0.5 else at
    sides = [_bowed(a, b, rng.normal(0, bow)) for a, b in zip(at, np.roll(at, -1, 0), strict=True)]
    if how == "sides":
        return [Stroke(_longer(side, _between(rng, *ends), _between(rng, *ends))) for side in sides]
    if how == "rounded":
        return [Stroke(_rounded(at, _between(rng, 0.12, 0.3)))]
    if how == "twice":
        again = _shaken(rng, corners, shaken)
        return [Stroke(np.concatenate([line, line[:1]])) for line in (at, again)]
    path = np.concatenate(sides)
    if how == "two parts":
        cut = int(rng.integers(1, len(at))) * len(sides[0])
        return [Stroke(part + rng.normal(0, 0.03, 2)) for part in (path[:cut], path[cut:])]
    trim = _between(rng, *ends)
    if trim < 0:
        path = path[: max(4, round(len(path) * (1 + trim)))]
    else:
        path = np.concatenate([path, path[: round(len(path) * trim)] + rng.normal(0, 0.04, 2)])
    return [Stroke(path, how == "painted")]


_SQUARE = ((-1, -1), (1, -1), (1, 1), (-1, 1))


def _rectangle(rng: Random, *aspect: float) -> Real:
    return np.array(_SQUARE) * (1, _between(rng, *(aspect or (0.85, 1.0))))


def _leaning(rng: Random) -> Real:
    corners = _rectangle(rng)
    corners[:, 0] += corners[:, 1] * _between(rng, 0.12, 0.3)
    return corners


def _trapezium(rng: Random) -> Real:
    corners = _rectangle(rng)
    corners[:, 0] *= 1 - _between(rng, 0.05, 0.2) * (1 + corners[:, 1]) / 2
    return corners


def _open_box(rng: Random) -> list[Stroke]:
    """Three sides in one stroke, and a lid."""
    a, b, c, d = _shaken(rng, _rectangle(rng), 0.05)
    lid = _longer(_bowed(a, b, rng.normal(0, 0.03)), _between(rng, -0.03, 0.1), _between(rng, -0.03, 0.1))
    return [Stroke(_line(a, d, c, b)), Stroke(lid)]


_SQUARES: tuple[_Entry, ...] = (
    ("one stroke", "train", lambda rng: _outline(rng, _rectangle(rng))),
    ("four lines", "train", lambda rng: _outline(rng, _rectangle(rng), "sides")),
    ("rounded", "train", lambda rng: _outline(rng, _rectangle(rng), "rounded")),
    ("rectangle", "train", lambda rng: _outline(rng, _rectangle(rng, 0.6, 0.85))),
    ("diamond", "train", lambda rng: _turned_all(_outline(rng, _rectangle(rng, 0.9, 1.0)), 45)),
    ("painted", "train", lambda rng: _outline(rng, _rectangle(rng), "painted")),
    ("open", "train", lambda rng: _outline(rng, _rectangle(rng), ends=(-0.12, -0.03), shaken=0.08)),
    ("two parts", "train", lambda rng: _outline(rng, _rectangle(rng), "two parts")),
    ("trapezium", "train", lambda rng: _outline(rng, _trapezium(rng))),
    (
        "scribbled in",
        "train",
        lambda rng: [*_outline(rng, box := _rectangle(rng)), _hatching(rng, _shut(box))],
    ),
    ("crossing lines", "train", lambda rng: _outline(rng, _rectangle(rng), "sides", ends=(0.04, 0.14))),
    ("dashed", "train", lambda rng: _dashed(rng, _outline(rng, _rectangle(rng)))),
    ("one in the other", "train", lambda rng: _nested(rng, _rectangle(rng))),
    ("hooked", "train", lambda rng: _hooked(rng, _rectangle(rng))),
    ("kite", "train", lambda rng: _outline(rng, _rectangle(rng), shaken=0.13)),
    ("uneven, rounded", "train", lambda rng: _outline(rng, _rectangle(rng), "rounded", shaken=0.1)),
    ("twice round", "validation", lambda rng: _outline(rng, _rectangle(rng), "twice", shaken=0.06)),
    ("gaps", "validation", lambda rng: _outline(rng, _rectangle(rng), "sides", ends=(-0.12, -0.03))),
    ("leaning", "test", lambda rng: _outline(rng, _leaning(rng))),
    ("three sides and a lid", "test", _open_box),
    ("bent sides", "test", lambda rng: _outline(rng, _rectangle(rng), bow=0.07)),
)


def _dashed(rng: Random, strokes: list[Stroke]) -> list[Stroke]:
    (stroke,) = strokes
    return _pieces(rng, _densely(stroke.points), int(rng.integers(8, 15)), (0.02, 0.05))


def _nested(rng: Random, corners: ArrayLike) -> list[Stroke]:
    """The shape, and once more inside."""
    inner = np.asarray(corners) * _between(rng, 0.6, 0.88)
    return [*_outline(rng, corners, shaken=0.04), *_outline(rng, inner, shaken=0.03)]


def _hooked(rng: Random, corners: ArrayLike) -> list[Stroke]:
    """One stroke that goes on beyond its beginning."""
    (stroke,) = _outline(rng, corners, ends=(0.0, 0.01), bow=0.02)
    way = stroke.points[6] - stroke.points[0]
    return [Stroke(np.concatenate([stroke.points, [stroke.points[0] + way * _between(rng, 0.2, 1.2)]]))]


def _shut(corners: ArrayLike) -> Real:
    at = np.asarray(corners, np.float64)
    return np.concatenate([at, at[:1]])


def _turned_all(strokes: Iterable[Stroke], degrees: float) -> list[Stroke]:
    return [Stroke(_turned(stroke.points, degrees), stroke.filled) for stroke in strokes]


def _triangle(rng: Random, *height: float) -> Real:
    tall = _between(rng, *(height or (0.8, 1.1)))
    return np.array([(rng.normal(0, 0.1), -tall), (1, tall * 0.7), (-1, tall * 0.7)])


def _right_angled(rng: Random) -> Real:
    return np.array([(-1, -_between(rng, 0.7, 1)), (-1, 0.8), (1, 0.8)])


def _angle_and_base(rng: Random) -> list[Stroke]:
    top, right, left = _shaken(rng, _triangle(rng), 0.06)
    base = _longer(_line(left, right), _between(rng, -0.04, 0.12), _between(rng, -0.04, 0.12))
    return [Stroke(_line(left, top, right)), Stroke(base)]


_TRIANGLES: tuple[_Entry, ...] = (
    ("one stroke", "train", lambda rng: _outline(rng, _triangle(rng))),
    ("three lines", "train", lambda rng: _outline(rng, _triangle(rng), "sides")),
    ("right-angled", "train", lambda rng: _outline(rng, _right_angled(rng))),
    ("rounded", "train", lambda rng: _outline(rng, _triangle(rng), "rounded")),
    ("low", "train", lambda rng: _outline(rng, _triangle(rng, 0.45, 0.7))),
    ("painted", "train", lambda rng: _outline(rng, _triangle(rng), "painted")),
    ("open", "train", lambda rng: _outline(rng, _triangle(rng), ends=(-0.12, -0.03), shaken=0.08)),
    ("two parts", "train", lambda rng: _outline(rng, _triangle(rng), "two parts")),
    ("uneven", "train", lambda rng: _outline(rng, _triangle(rng), shaken=0.2)),
    (
        "scribbled in",
        "train",
        lambda rng: [*_outline(rng, tri := _triangle(rng)), _hatching(rng, _shut(tri))],
    ),
    ("crossing lines", "train", lambda rng: _outline(rng, _triangle(rng), "sides", ends=(0.04, 0.15))),
    ("dashed", "train", lambda rng: _dashed(rng, _outline(rng, _triangle(rng)))),
    ("one in the other", "train", lambda rng: _nested(rng, _triangle(rng))),
    ("hooked", "train", lambda rng: _hooked(rng, _triangle(rng))),
    ("uneven, of lines", "train", lambda rng: _outline(rng, _triangle(rng), "sides", shaken=0.15)),
    ("uneven, rounded", "train", lambda rng: _outline(rng, _right_angled(rng), "rounded", shaken=0.12)),
    ("twice round", "validation", lambda rng: _outline(rng, _triangle(rng), "twice", shaken=0.06)),
    ("gaps", "validation", lambda rng: _outline(rng, _triangle(rng), "sides", ends=(-0.12, -0.03))),
    ("tall", "test", lambda rng: _outline(rng, _triangle(rng, 1.2, 1.6))),
    ("an angle and a base", "test", _angle_and_base),
    ("bent sides", "test", lambda rng: _outline(rng, _triangle(rng), bow=0.08)),
)


# Stars.


def _rays(rng: Random, points: int, inner: tuple[float, float]) -> Real:
    angles = np.radians(np.arange(2 * points) * 180 / points - 90)
    radius = np.where(np.arange(2 * points) % 2, _between(rng, *inner), 1.0)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius[:, np.newaxis]


def _pentagram(rng: Random, shaken: float = 0.06) -> Real:
    """One stroke over five tips, ending near where it began."""
    tips = _shaken(rng, _rays(rng, 5, (1, 1))[::2], shaken)
    order = (np.arange(6) * 2 + int(rng.integers(5))) % 5
    path = tips[order]
    path[-1] += rng.normal(0, 0.06, 2)
    return path


def _asterisk(rng: Random) -> list[Stroke]:
    arms = int(rng.integers(3, 5))
    turn = _between(rng, 0, 180)
    strokes = []
    for arm in range(arms):
        line = _shaken(rng, _line((-1, 0), (1, 0)), 0.07) * _between(rng, 0.85, 1.1)
        strokes.append(Stroke(_turned(line, turn + arm * 180 / arms + rng.normal(0, 4))))
    return strokes


def _burst(rng: Random) -> list[Stroke]:
    """Lines from the middle, five or more."""
    count = int(rng.integers(5, 9))
    tips = [_turned(_line((0.05, 0), (1, 0)), 360 * arm / count + rng.normal(0, 5)) for arm in range(count)]
    return [Stroke(_shaken(rng, tip, 0.04)) for tip in tips]


def _scribbled_star(rng: Random) -> list[Stroke]:
    star = _rays(rng, 5, (0.38, 0.55))
    return [*_outline(rng, star, shaken=0.04), _hatching(rng, _shut(star))]


def _hooked_pentagram(rng: Random) -> list[Stroke]:
    path = _pentagram(rng)
    return [Stroke(np.concatenate([path, [path[-1] + (path[1] - path[0]) * _between(rng, 0.1, 0.5)]]))]


def _two_triangles(rng: Random) -> list[Stroke]:
    corners = _rays(rng, 3, (1, 1))[::2]
    return [stroke for turn in (1, -1) for stroke in _outline(rng, corners * (1, turn), shaken=0.06)]


def _chevrons(rng: Random) -> list[Stroke]:
    """Every tip by itself."""
    at = _shaken(rng, _rays(rng, 5, (0.4, 0.5)), 0.04)
    return [
        Stroke(_longer(_line(at[i - 1], at[i], at[(i + 1) % 10]), 0.02, 0.02) + rng.normal(0, 0.02, 2))
        for i in range(0, 10, 2)
    ]


def _curved_star(rng: Random) -> list[Stroke]:
    at = _shaken(rng, _rays(rng, int(rng.choice([4, 5])), (0.4, 0.5)), 0.03)
    bow = _between(rng, -0.12, 0.05)
    sides = [_bowed(a, b, bow) for a, b in zip(at, np.roll(at, -1, 0), strict=True)]
    return [Stroke(np.concatenate(sides))]


_STARS: tuple[_Entry, ...] = (
    ("pentagram", "train", lambda rng: [Stroke(_pentagram(rng))]),
    ("five tips", "train", lambda rng: _outline(rng, _rays(rng, 5, (0.35, 0.55)))),
    ("six tips", "train", lambda rng: _outline(rng, _rays(rng, 6, (0.4, 0.6)), shaken=0.04)),
    ("four tips", "train", lambda rng: _outline(rng, _rays(rng, 4, (0.2, 0.42)), shaken=0.04)),
    (
        "seven or eight tips",
        "train",
        lambda rng: _outline(rng, _rays(rng, int(rng.choice([7, 8])), (0.45, 0.65))),
    ),
    ("painted", "train", lambda rng: _outline(rng, _rays(rng, 5, (0.35, 0.55)), "painted")),
    ("two triangles", "train", _two_triangles),
    ("asterisk", "train", _asterisk),
    (
        "uneven",
        "train",
        lambda rng: _outline(rng, _rays(rng, 5, (0.35, 0.55)), shaken=0.11, ends=(-0.06, 0.06)),
    ),
    ("bent pentagram", "train", lambda rng: [Stroke(_smooth(_pentagram(rng, 0.1)))]),
    ("two parts", "train", lambda rng: _outline(rng, _rays(rng, 5, (0.35, 0.55)), "two parts")),
    ("long tips", "train", lambda rng: _outline(rng, _rays(rng, 5, (0.22, 0.36)), shaken=0.04)),
    ("short tips", "train", lambda rng: _outline(rng, _rays(rng, 5, (0.55, 0.65)), shaken=0.03)),
    ("scribbled in", "train", _scribbled_star),
    ("dashed", "train", lambda rng: _dashed(rng, _outline(rng, _rays(rng, 5, (0.38, 0.5)), shaken=0.04))),
    ("pentagram with a hook", "train", _hooked_pentagram),
    ("one in the other", "train", lambda rng: _nested(rng, _rays(rng, 5, (0.4, 0.52)))),
    (
        "single lines",
        "validation",
        lambda rng: _outline(rng, _rays(rng, 5, (0.35, 0.5)), "sides", shaken=0.03),
    ),
    ("burst", "train", _burst),
    ("tip by tip", "test", _chevrons),
    ("curved", "test", _curved_star),
    ("round tips", "test", lambda rng: _outline(rng, _rays(rng, 5, (0.38, 0.5)), "rounded", shaken=0.04)),
    ("pentagram of lines", "test", lambda rng: _lines(rng, _pentagram(rng, 0.04))),
)


# Hearts.


def _half_heart(rng: Random, notch: float, top: float, belly: float, straight: bool = False) -> Real:
    """The right half, from the notch to the tip."""
    points = [(0, notch), (0.22, top * 0.85), (0.55, top), (0.88, top * 0.75), (1.0, top * 0.35)]
    points += [] if straight else [(0.85 + belly, 0.1), (0.45 + belly * 0.7, 0.55)]
    if straight:
        return np.concatenate([_smooth(points), _line((0, 1))])
    return _smooth([*points, (0, 1)])


def _heart(
    rng: Random, *, straight: bool = False, even: float = 0.08, wide: tuple[float, float] = (0.8, 1.15)
) -> list[Real]:
    """Two halves, right and left, from the notch to the tip."""
    notch, top = _between(rng, -0.6, -0.15), _between(rng, -1.0, -0.75)
    belly, width = _between(rng, -0.08, 0.1), _between(rng, *wide)
    halves = []
    for side in (1, -1):
        half = _half_heart(rng, notch, top + rng.normal(0, even), belly + rng.normal(0, even / 2), straight)
        halves.append(half * (side * width * (1 + rng.normal(0, even)), 1))
    return halves


def _whole_heart(rng: Random, **how: Any) -> Real:
    right, left = _heart(rng, **how)
    return np.concatenate(
        [right, left[::-1] + np.linspace(0, 1, len(left))[:, np.newaxis] * rng.normal(0, 0.04, 2)]
    )


def _halves(rng: Random, **how: Any) -> list[Stroke]:
    return [Stroke(half + rng.normal(0, 0.04, 2)) for half in _heart(rng, **how)]


def _formula_heart(rng: Random) -> Real:
    t = np.linspace(0, 2 * np.pi, 60) * _between(rng, 0.97, 1.02)
    cusp = _between(rng, 4, 6)
    y = 13 * np.cos(t) - cusp * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([np.sin(t) ** 3, -y / 16 * _between(rng, 0.85, 1.15)], axis=1)


def _from_the_tip(rng: Random) -> Real:
    """One stroke from the tip to the tip, with open or crossing ends."""
    right, left = _heart(rng)
    ends = _between(rng, -0.12, 0.1)
    path = np.concatenate([left[::-1], right])
    path[:3] += (ends, abs(ends))
    path[-3:] += (-ends, abs(ends))
    return path


def _two_lobes_and_an_angle(rng: Random) -> list[Stroke]:
    high = _between(rng, 0.4, 0.6)
    lobes = [
        _arc(180 + _between(rng, -25, 5), 360 + _between(rng, -5, 25), (0.5, high), (x, -0.3))
        for x in (-0.5, 0.5)
    ]
    angle = _line((-0.97, -0.25), (rng.normal(0, 0.06), 1), (0.97, -0.25))
    return [*(Stroke(lobe + rng.normal(0, 0.03, 2)) for lobe in lobes), Stroke(angle)]


def _curled_heart(rng: Random) -> list[Stroke]:
    """The tip is swung to one side."""
    path = _whole_heart(rng)
    low = np.clip((path[:, 1] - 0.2) / 0.8, 0, 1) ** 2
    path[:, 0] += rng.choice([-1, 1]) * _between(rng, 0.1, 0.3) * low
    return [Stroke(path)]


def _nested_heart(rng: Random) -> list[Stroke]:
    path = _whole_heart(rng)
    return [Stroke(path), Stroke(path * _between(rng, 0.6, 0.88) + rng.normal(0, 0.03, 2))]


def _deep_heart(rng: Random) -> Real:
    """The notch goes far down."""
    path = _whole_heart(rng)
    down = np.exp(-((path[:, 0] / _between(rng, 0.1, 0.3)) ** 2)) * (path[:, 1] < 0.2)
    path[:, 1] += down * _between(rng, 0.1, 0.4)
    return path


_HEARTS: tuple[_Entry, ...] = (
    ("one stroke", "train", lambda rng: [Stroke(_whole_heart(rng))]),
    ("two halves", "train", lambda rng: _halves(rng)),
    ("by formula", "train", lambda rng: [Stroke(_formula_heart(rng))]),
    ("straight sides", "train", lambda rng: [Stroke(_whole_heart(rng, straight=True))]),
    ("narrow", "train", lambda rng: [Stroke(_whole_heart(rng, wide=(0.6, 0.8)))]),
    ("wide", "train", lambda rng: [Stroke(_whole_heart(rng, wide=(1.15, 1.45)))]),
    ("painted", "train", lambda rng: [Stroke(_whole_heart(rng), True)]),
    ("from the tip", "train", lambda rng: [Stroke(_from_the_tip(rng))]),
    ("uneven", "train", lambda rng: [Stroke(_whole_heart(rng, even=0.16))]),
    ("scribbled in", "train", lambda rng: [Stroke(heart := _whole_heart(rng)), _hatching(rng, heart)]),
    (
        "twice round",
        "train",
        lambda rng: [Stroke(path := _whole_heart(rng)), Stroke(path * rng.normal(1, 0.06, 2))],
    ),
    ("one in the other", "train", _nested_heart),
    ("deep", "train", lambda rng: [Stroke(_deep_heart(rng))]),
    ("soft", "train", lambda rng: [Stroke(_smooth(_whole_heart(rng)[::7]))]),
    ("straight halves", "validation", lambda rng: _halves(rng, straight=True)),
    (
        "dashed",
        "train",
        lambda rng: _pieces(rng, _densely(_whole_heart(rng)), int(rng.integers(5, 9)), (0.03, 0.06)),
    ),
    ("two lobes and an angle", "test", _two_lobes_and_an_angle),
    ("curled", "test", _curled_heart),
    ("uneven halves", "test", lambda rng: _halves(rng, even=0.14)),
)


# Crosses.


def _bars(
    rng: Random, *, turn: float = 0.0, where: float = 0.0, uneven: float = 0.08, bow: float = 0.03
) -> list[Stroke]:
    """Two lines across each other."""
    strokes = []
    for angle in (0.0, 90.0):
        line = _bowed(np.array([-1.0, 0]), np.array([1.0, 0]), rng.normal(0, bow))
        line = line * (_between(rng, 1 - 2 * uneven, 1), 1)
        line[:, 1] += where if angle == 0 else 0
        strokes.append(Stroke(_turned(line, angle + turn + rng.normal(0, 5)) + rng.normal(0, uneven, 2)))
    return strokes


def _plus(rng: Random, *thick: float) -> Real:
    """The outline of a thick plus: twelve corners."""
    half = _between(rng, *(thick or (0.18, 0.4)))
    quarter = np.array([(half, -1), (half, -half), (1, -half)])
    return np.concatenate([_turned(quarter, 90 * side) for side in range(4)])


def _latin(rng: Random) -> list[Stroke]:
    return [
        Stroke(s.points * (_between(rng, 0.55, 0.8), 1)) for s in _bars(rng, where=-_between(rng, 0.25, 0.5))
    ]


def _looped_cross(rng: Random) -> list[Stroke]:
    """Both lines in one stroke, which turns outside."""
    out = _between(rng, 0.1, 0.45)
    path = _shaken(rng, [(-1, -1), (1, 1), (1 + out, 0.3), (1, -0.9), (-1, 1)], 0.07)
    return [Stroke(np.concatenate([path[:1], _smooth(path[1:4]), path[4:]]))]


def _retraced_cross(rng: Random) -> list[Stroke]:
    """One stroke that never leaves the paper: there, half the way back, and across."""
    path = [(-1, 0), (1, 0), (0, 0), (0, -1), (0, 1)]
    return [Stroke(_turned(_shaken(rng, path, 0.05), _between(rng, 0, 90)))]


def _double_cross(rng: Random) -> list[Stroke]:
    """Every line is drawn twice."""
    bars = _bars(rng)
    return [Stroke(bar.points + rng.normal(0, 0.03, 2)) for bar in bars for _ in range(2)]


def _serif_cross(rng: Random) -> list[Stroke]:
    strokes = _bars(rng, uneven=0.03)
    wide = _between(rng, 0.12, 0.25)
    for side in range(4):
        strokes.append(Stroke(_shaken(rng, _turned(_line((0.97, -wide), (0.97, wide)), 90 * side), 0.03)))
    return strokes


def _four_arms(rng: Random) -> list[Stroke]:
    """Four lines that meet, or nearly, in the middle."""
    inner = _between(rng, 0, 0.1)
    arms = [_turned(_line((inner, 0), (1, 0)), 90 * side + rng.normal(0, 5)) for side in range(4)]
    return [Stroke(_shaken(rng, arm, 0.04)) for arm in arms]


def _two_boxes(rng: Random) -> list[Stroke]:
    """A long box across another."""
    thick = _between(rng, 0.12, 0.25)
    box = np.array(_SQUARE) * (1, thick)
    return [stroke for turn in (0, 90) for stroke in _outline(rng, _turned(box, turn), shaken=0.03)]


def _narrow_cross(rng: Random) -> list[Stroke]:
    """Lines that meet at another than a right angle."""
    squeeze = (1, _between(rng, 0.5, 0.75))
    return [Stroke(bar.points * squeeze) for bar in _bars(rng, turn=45)]


def _hooked_cross(rng: Random) -> list[Stroke]:
    """The pen leaves a hook at the end of a line."""
    strokes = _bars(rng, turn=_between(rng, 0, 45))
    for number in range(int(rng.integers(1, 3))):
        path = strokes[number].points
        hook = _turned(path[-1] - path[0], rng.choice([-1, 1]) * _between(rng, 70, 140))
        strokes[number] = Stroke(np.concatenate([path, [path[-1] + hook * _between(rng, 0.05, 0.15)]]))
    return strokes


_CROSSES: tuple[_Entry, ...] = (
    ("plus", "train", lambda rng: _bars(rng)),
    ("times", "train", lambda rng: _bars(rng, turn=45)),
    ("latin", "train", _latin),
    ("outline", "train", lambda rng: _outline(rng, _plus(rng), shaken=0.03)),
    ("painted", "train", lambda rng: _outline(rng, _plus(rng), "painted", shaken=0.03)),
    ("looped", "train", _looped_cross),
    ("double lines", "train", _double_cross),
    ("uneven", "train", lambda rng: _bars(rng, uneven=0.15)),
    ("four arms", "train", _four_arms),
    (
        "slanted",
        "train",
        lambda rng: [Stroke(s.points + s.points[:, ::-1] * _between(rng, 0.1, 0.3)) for s in _bars(rng)],
    ),
    ("outline in two parts", "train", lambda rng: _outline(rng, _plus(rng), "two parts", shaken=0.03)),
    ("off centre", "train", lambda rng: _bars(rng, turn=45, where=_between(rng, -0.4, 0.4), uneven=0.12)),
    ("narrow", "train", _narrow_cross),
    ("hooked", "train", _hooked_cross),
    ("thin outline", "train", lambda rng: _outline(rng, _plus(rng, 0.1, 0.2), shaken=0.02)),
    ("outline of lines", "train", lambda rng: _outline(rng, _plus(rng), "sides", shaken=0.02)),
    ("serifs", "validation", _serif_cross),
    (
        "rounded outline",
        "validation",
        lambda rng: _outline(rng, _plus(rng, 0.22, 0.4), "rounded", shaken=0.02),
    ),
    ("one stroke", "test", _retraced_cross),
    ("bent", "test", lambda rng: _bars(rng, turn=_between(rng, 0, 90), bow=0.12)),
    ("two boxes", "test", _two_boxes),
)


# Arrows, which point to the right.


def _head(
    rng: Random, *, long: tuple[float, float] = (0.35, 0.75), wide: tuple[float, float] = (25, 50)
) -> Real:
    """The two lines of a head, from one end over the tip to the other."""
    size = _between(rng, *long)
    ends = []
    for side in (-1, 1):
        angle = np.radians(_between(rng, *wide))
        ends.append((1 - size * np.cos(angle), side * size * np.sin(angle)))
    return _line(ends[0], (1, 0), ends[1])


def _shaft(rng: Random, bow: float = 0.03, wave: float = 0.0) -> Real:
    line = _bowed(np.array([-1.0, 0]), np.array([1.0, 0]), rng.normal(0, bow))
    line[:, 1] += wave * np.sin(np.linspace(0, _between(rng, 1.5, 3) * np.pi, len(line)))
    line[:, 1] -= np.linspace(line[0, 1], line[-1, 1], len(line))
    return line


def _arrow(
    rng: Random, *, bow: float = 0.03, wave: float = 0.0, split: bool = False, **head: Any
) -> list[Stroke]:
    """A shaft and a head, turned to go on where the shaft ends."""
    shaft, tip = _shaft(rng, bow, wave), _head(rng, **head)
    way = shaft[-1] - shaft[-3]
    angle = float(np.degrees(np.arctan2(way[1], way[0])))
    tip = _turned(tip - shaft[-1], angle) + shaft[-1] + rng.normal(0, 0.04, 2)
    head_lines = [tip[:2], tip[1:] + rng.normal(0, 0.02, 2)] if split else [tip]
    return [Stroke(shaft), *map(Stroke, head_lines)]


def _one_sided(rng: Random) -> list[Stroke]:
    """One line of the head is longer than the other."""
    shaft, head = _arrow(rng)
    points = head.points.copy()
    points[0] = points[1] + (points[0] - points[1]) * _between(rng, 0.5, 1.6)
    return [shaft, Stroke(points)]


def _pierced(rng: Random) -> list[Stroke]:
    """The shaft does not end where the head does."""
    shaft, head = _arrow(rng)
    return [Stroke(_longer(shaft.points, 0, _between(rng, -0.12, 0.1))), head]


def _scribbled_block(rng: Random) -> list[Stroke]:
    block = _block(rng)
    return [*_outline(rng, block, shaken=0.03), _hatching(rng, _shut(block))]


def _one_stroke_arrow(rng: Random, bow: float = 0.03) -> list[Stroke]:
    """The shaft, then to one end of the head, back over the tip, and to the other end."""
    return [Stroke(np.concatenate([_shaft(rng, bow), _shaken(rng, _head(rng), 0.03)]))]


def _closed_head(rng: Random, filled: bool, **how: Any) -> list[Stroke]:
    """The head is a triangle, painted or not."""
    shaft, head, *_ = _arrow(rng, **how)
    cut = int(len(shaft.points) * (1 if filled else _between(rng, 0.8, 1)))
    return [Stroke(shaft.points[:cut]), Stroke(_shut(head.points), filled)]


def _block(rng: Random) -> Real:
    """The outline of a thick arrow: seven corners."""
    neck, thick, wide = _between(rng, -0.1, 0.35), _between(rng, 0.15, 0.3), _between(rng, 0.5, 0.8)
    upper = [(-1, -thick), (neck, -thick), (neck, -wide)]
    return np.array([*upper, (1, 0), *((x, -y) for x, y in reversed(upper))])


def _double_shaft(rng: Random) -> list[Stroke]:
    apart = _between(rng, 0.12, 0.25)
    lines = [_line((-1, y), (0.85, y)) for y in (-apart, apart)]
    tip = _head(rng, long=(0.6, 0.9), wide=(35, 50))
    return [*(Stroke(_shaken(rng, line, 0.02)) for line in lines), Stroke(tip)]


def _feathered(rng: Random) -> list[Stroke]:
    """With two or four feathers at its end."""
    strokes = _arrow(rng)
    size = _between(rng, 0.2, 0.35)
    for number in range(int(rng.integers(1, 3))):
        x = -1 + number * 0.2
        strokes += [Stroke(_shaken(rng, _line((x, 0), (x - size, side * size)), 0.03)) for side in (-1, 1)]
    return strokes


_ARROWS: tuple[_Entry, ...] = (
    ("shaft and head", "train", lambda rng: _arrow(rng)),
    ("three lines", "train", lambda rng: _arrow(rng, split=True)),
    ("one stroke", "train", _one_stroke_arrow),
    ("large head", "train", lambda rng: _arrow(rng, long=(0.75, 1.2), wide=(30, 55))),
    ("small head", "train", lambda rng: _arrow(rng, long=(0.25, 0.4), wide=(30, 60))),
    ("curved", "train", lambda rng: _arrow(rng, bow=0.15)),
    ("painted head", "train", lambda rng: _closed_head(rng, True)),
    ("closed head", "train", lambda rng: _closed_head(rng, False)),
    ("block", "train", lambda rng: _outline(rng, _block(rng), shaken=0.03)),
    ("painted block", "train", lambda rng: _outline(rng, _block(rng), "painted", shaken=0.03)),
    ("double shaft", "train", _double_shaft),
    ("head with one long side", "train", _one_sided),
    ("shaft through the head", "train", _pierced),
    ("short, large head", "train", lambda rng: _arrow(rng, long=(0.9, 1.5), wide=(35, 60), split=True)),
    ("curved, one stroke", "train", lambda rng: _one_stroke_arrow(rng, 0.15)),
    ("scribbled block", "train", _scribbled_block),
    ("waving", "train", lambda rng: _arrow(rng, wave=0.15)),
    ("curved, painted head", "validation", lambda rng: _closed_head(rng, True, bow=0.12)),
    ("rounded block", "train", lambda rng: _outline(rng, _block(rng), "rounded", shaken=0.02)),
    ("feathered", "test", _feathered),
    ("curved, closed head", "test", lambda rng: _closed_head(rng, False, bow=0.12)),
    ("curved, three lines", "test", lambda rng: _arrow(rng, bow=0.14, split=True, long=(0.3, 0.8))),
    ("block in two parts", "test", lambda rng: _outline(rng, _block(rng), "two parts", shaken=0.04)),
)


# Zigzags, which go to the right.


def _zigzag(
    rng: Random,
    *,
    corners: tuple[int, int] = (4, 10),
    high: tuple[float, float] = (0.25, 0.6),
    uneven: float = 0.08,
    lean: float = 0.0,
    grow: float = 0.0,
) -> Real:
    count = int(rng.integers(*corners))
    x = np.linspace(-1, 1, count) + rng.normal(0, uneven * 2 / count, count)
    up = np.where(np.arange(count) % 2, 1, -1) * _between(rng, *high)
    size = 1 + rng.normal(0, uneven * 2, count) + _between(rng, -grow, grow) * np.linspace(-1, 1, count)
    x += lean * np.where(np.arange(count) % 2, 1, -1) * 2 / count
    return np.stack([x, up * size], axis=1)


def _bolt(rng: Random) -> Real:
    """Lightning: down, back, down."""
    back = _between(rng, 0.2, 0.6)
    return _turned(_shaken(rng, [(0.3, -1), (-0.4, 0.15), (-0.4 + back + 0.3, -0.15), (-0.2, 1)], 0.07), 90)


def _long_bolt(rng: Random) -> Real:
    path = _bolt(rng)
    return np.concatenate([path, [path[-1] + (path[2] - path[1]) * _between(rng, 0.6, 1.3)]])


def _bent_zigzag(rng: Random) -> Real:
    """Along an arc."""
    path = _zigzag(rng, corners=(6, 11), high=(0.2, 0.35))
    bend = rng.choice([-1, 1]) * _between(rng, 0.2, 0.45)
    path[:, 1] += bend * (path[:, 0] ** 2 - 0.5)
    return path


def _soft_zigzag(rng: Random) -> Real:
    """With round turns."""
    path = _zigzag(rng, high=(0.3, 0.6))
    parts = [path[:1]]
    for before, corner, after in zip(path, path[1:], path[2:], strict=False):
        share, t = _between(rng, 0.1, 0.28), np.linspace(0, 1, 7)[:, np.newaxis]
        a, b = corner + (before - corner) * share, corner + (after - corner) * share
        parts.append((1 - t) ** 2 * a + 2 * t * (1 - t) * corner + t**2 * b)
    return np.concatenate([*parts, path[-1:]])


def _straight_ends(rng: Random) -> Real:
    """As a resistor is drawn: straight, to and fro, straight."""
    path = _zigzag(rng, corners=(5, 9)) * (0.65, 0.8)
    return np.concatenate([_line((-1, 0), (-0.7, 0)), path, _line((0.7, 0), (1, 0))])


_ZIGZAGS: tuple[_Entry, ...] = (
    ("even", "train", lambda rng: [Stroke(_zigzag(rng))]),
    ("flat", "train", lambda rng: [Stroke(_zigzag(rng, high=(0.12, 0.28)))]),
    ("steep", "train", lambda rng: [Stroke(_zigzag(rng, high=(0.6, 1.1)))]),
    ("few corners", "train", lambda rng: [Stroke(_zigzag(rng, corners=(4, 6), high=(0.35, 0.9)))]),
    ("many corners", "train", lambda rng: [Stroke(_zigzag(rng, corners=(9, 15), uneven=0.05))]),
    ("saw", "train", lambda rng: [Stroke(_zigzag(rng, lean=_between(rng, -0.45, 0.45)))]),
    ("growing", "train", lambda rng: [Stroke(_zigzag(rng, grow=0.6))]),
    ("uneven", "train", lambda rng: [Stroke(_zigzag(rng, uneven=0.2))]),
    ("lightning", "train", lambda rng: [Stroke(_bolt(rng))]),
    ("soft", "train", lambda rng: [Stroke(_soft_zigzag(rng))]),
    (
        "letter N or Z",
        "train",
        lambda rng: [Stroke(_zigzag(rng, corners=(4, 5), high=(0.6, 1.0), lean=_between(rng, -0.3, 0.3)))],
    ),
    ("with straight ends", "train", lambda rng: [Stroke(_straight_ends(rng))]),
    ("soft and flat", "train", lambda rng: [Stroke(_soft_zigzag(rng) * (1, 0.5))]),
    ("steep and many", "train", lambda rng: [Stroke(_zigzag(rng, corners=(8, 13), high=(0.4, 0.8)))]),
    ("lightning with a tail", "train", lambda rng: [Stroke(_long_bolt(rng))]),
    ("single lines", "validation", lambda rng: _lines(rng, _zigzag(rng))),
    (
        "uneven saw",
        "validation",
        lambda rng: [Stroke(_zigzag(rng, uneven=0.16, lean=_between(rng, -0.3, 0.3)))],
    ),
    ("along an arc", "test", lambda rng: [Stroke(_bent_zigzag(rng))]),
    ("uneven and growing", "test", lambda rng: [Stroke(_zigzag(rng, uneven=0.14, grow=0.5))]),
    (
        "in two strokes",
        "test",
        lambda rng: _pieces(rng, _densely(_zigzag(rng, corners=(5, 10))), 2, (-0.03, 0.02)),
    ),
    (
        "twice",
        "test",
        lambda rng: [Stroke(path := _zigzag(rng, corners=(4, 8))), Stroke(_shaken(rng, path, 0.035))],
    ),
)


# Spirals.


def _spiral(
    rng: Random,
    *,
    turns: tuple[float, float] = (2.0, 4.0),
    power: tuple[float, float] = (0.8, 1.2),
    inner: float = 0.05,
    aspect: tuple[float, float] = (0.8, 1.0),
    corners: int = 0,
) -> Real:
    whole = _between(rng, *turns)
    t = np.linspace(0, 1, int(50 * whole))
    angle = 2 * np.pi * whole * t
    radius = inner + (1 - inner) * t ** _between(rng, *power)
    if corners:
        side = 2 * np.pi / corners
        radius = radius * np.cos(side / 2) / np.cos(angle % side - side / 2)
    start = _between(rng, 0, 2 * np.pi)
    points = np.stack([np.cos(angle + start), np.sin(angle + start)], axis=1) * radius[:, np.newaxis]
    points *= (1, rng.choice([-1, 1]) * _between(rng, *aspect))
    return points[::-1] if rng.random() < 0.5 else points


def _tailed(rng: Random) -> Real:
    """The last turn leaves in a straight line."""
    path = _spiral(rng, turns=(1.8, 3.2))
    path = path[::-1] if np.hypot(*path[0]) > np.hypot(*path[-1]) else path
    way = path[-1] - path[-4]
    tail = path[-1] + way / np.hypot(*way) * _between(rng, 0.3, 0.8)
    return np.concatenate([path, [tail]])


def _leaned(rng: Random, path: Real) -> Real:
    """The turns lie closer together on one side."""
    shift = _between(rng, 0.1, 0.35) * np.hypot(*path.T)
    leaned: Real = path + np.stack([shift, np.zeros_like(shift)], axis=1)
    return leaned


_SPIRALS: tuple[_Entry, ...] = (
    ("even", "train", lambda rng: [Stroke(_spiral(rng))]),
    ("few turns", "train", lambda rng: [Stroke(_spiral(rng, turns=(1.7, 2.2)))]),
    ("many turns", "train", lambda rng: [Stroke(_spiral(rng, turns=(4, 5.5), aspect=(0.85, 1)))]),
    ("opening", "train", lambda rng: [Stroke(_spiral(rng, power=(1.3, 2.0)))]),
    ("closing", "train", lambda rng: [Stroke(_spiral(rng, power=(0.55, 0.8)))]),
    ("hollow", "train", lambda rng: [Stroke(_spiral(rng, inner=0.3, turns=(1.9, 3.2)))]),
    ("oval", "train", lambda rng: [Stroke(_spiral(rng, aspect=(0.55, 0.8), turns=(1.8, 3.2)))]),
    ("in a hurry", "train", lambda rng: [Stroke(_spiral(rng)[:: int(rng.integers(4, 7))])]),
    ("square", "train", lambda rng: [Stroke(_spiral(rng, corners=4, turns=(1.8, 3.5)))]),
    ("wobbling", "train", lambda rng: [Stroke(_shaken(rng, _spiral(rng)[::4], 0.025))]),
    ("triangular", "train", lambda rng: [Stroke(_spiral(rng, corners=3, turns=(2, 3)))]),
    ("egg", "train", lambda rng: [Stroke(_leaned(rng, _spiral(rng, turns=(1.8, 3.2))))]),
    (
        "loose",
        "train",
        lambda rng: [Stroke(_smooth(_shaken(rng, _spiral(rng, turns=(1.8, 2.8))[::9], 0.05)))],
    ),
    ("hollow, many turns", "train", lambda rng: [Stroke(_spiral(rng, inner=0.25, turns=(3, 4.5)))]),
    (
        "hollow oval",
        "validation",
        lambda rng: [Stroke(_spiral(rng, inner=0.25, aspect=(0.6, 0.8), turns=(1.9, 3)))],
    ),
    ("with a tail", "test", lambda rng: [Stroke(_tailed(rng))]),
    ("six corners", "test", lambda rng: [Stroke(_spiral(rng, corners=6, turns=(1.8, 3.5)))]),
    ("in two strokes", "test", lambda rng: _pieces(rng, _spiral(rng), 2, (-0.02, 0.02))),
)


# Smileys.


def _dots(rng: Random, size: tuple[float, float] = (0.03, 0.1), filled: bool = True) -> list[Stroke]:
    return [Stroke(_arc(0, 360, _between(rng, *size), at), filled) for at in _eyes(rng)]


def _eyes(rng: Random) -> list[tuple[float, float]]:
    apart, high = _between(rng, 0.25, 0.45), _between(rng, -0.45, -0.15)
    return [(side * apart + rng.normal(0, 0.04), high + rng.normal(0, 0.04)) for side in (-1, 1)]


def _line_eyes(rng: Random) -> list[Stroke]:
    long = _between(rng, 0.08, 0.2)
    return [Stroke(_shaken(rng, _line((x, y - long), (x, y + long)), 0.015)) for x, y in _eyes(rng)]


def _arc_eyes(rng: Random) -> list[Stroke]:
    size = _between(rng, 0.1, 0.18)
    return [Stroke(_arc(200, 340, size, at)) for at in _eyes(rng)]


def _cross_eyes(rng: Random) -> list[Stroke]:
    size = _between(rng, 0.08, 0.15)
    lines = (_line((-size, -size), (size, size)), _line((-size, size), (size, -size)))
    return [Stroke(_shaken(rng, line, 0.015) + at) for at in _eyes(rng) for line in lines]


def _winking(rng: Random) -> list[Stroke]:
    left, right = _dots(rng)
    x, y = right.points.mean(axis=0)
    return [left, Stroke(_shaken(rng, _line((x - 0.15, y), (x + 0.15, y)), 0.02))]


def _mouth(
    rng: Random, wide: tuple[float, float] = (0.35, 0.62), open_: bool = False, filled: bool = False
) -> Stroke:
    half = _between(rng, *wide)
    low, deep = _between(rng, 0.1, 0.3), _between(rng, 0.15, 0.4)
    smile = _arc(180 + rng.normal(0, 6), rng.normal(0, 6), (half, deep), (rng.normal(0, 0.04), low))
    return Stroke(_shut(smile) if open_ or filled else smile, filled)


def _face(
    rng: Random, *more: Stroke, eyes: Callable[[Random], list[Stroke]] = _dots, face: Real | None = None
) -> list[Stroke]:
    ring = _ring(rng, aspect=(0.88, 1.0), turns=(0.95, 1.06)) if face is None else face
    return [Stroke(ring), *eyes(rng), *(more or [_mouth(rng)])]


def _nose(rng: Random) -> Stroke:
    lines = (
        _line((0, -0.12), (0, 0.12)),
        _line((0.02, -0.15), (-0.1, 0.1), (0.04, 0.12)),
        _arc(0, 360, 0.05),
    )
    return Stroke(_shaken(rng, lines[int(rng.integers(3))], 0.015))


def _teeth(rng: Random) -> list[Stroke]:
    half, deep = _between(rng, 0.4, 0.58), _between(rng, 0.2, 0.35)
    smile = Stroke(_shut(_arc(180, 0, (half, deep), (0, 0.15))))
    bars = [Stroke(_line((x, 0.15), (x, 0.15 + deep * 0.8))) for x in np.linspace(-half, half, 6)[1:-1]]
    return [smile, *bars]


def _hair(rng: Random) -> list[Stroke]:
    angles = np.linspace(-130, -50, int(rng.integers(3, 7))) + rng.normal(0, 4)
    return [
        Stroke(np.concatenate([_arc(a, a, 0.97)[:1], _arc(a + rng.normal(0, 8), a, 1.3)[:1]])) for a in angles
    ]


def _pupils(rng: Random) -> list[Stroke]:
    rings = _dots(rng, (0.11, 0.18), False)
    places = [ring.points.mean(axis=0) for ring in rings]
    return [*rings, *(Stroke(_arc(0, 360, 0.035) + place, True) for place in places)]


def _flat_mouth(rng: Random) -> Stroke:
    half, low = _between(rng, 0.25, 0.5), _between(rng, 0.3, 0.5)
    return Stroke(_smooth(_shaken(rng, [(-half, low), (0, low + _between(rng, 0, 0.08)), (half, low)], 0.02)))


def _eared(rng: Random) -> list[Stroke]:
    size = _between(rng, 0.15, 0.3)
    ears = [_arc(100, 260, size, (-0.97, 0)), _arc(-80, 80, size, (0.97, 0))]
    return [*_face(rng), *map(Stroke, ears)]


_SMILEYS: tuple[_Entry, ...] = (
    ("dots and a smile", "train", lambda rng: _face(rng)),
    ("line eyes", "train", lambda rng: _face(rng, eyes=_line_eyes)),
    ("ring eyes", "train", lambda rng: _face(rng, eyes=lambda rng: _dots(rng, (0.08, 0.17), False))),
    ("with a nose", "train", lambda rng: _face(rng, _nose(rng), _mouth(rng))),
    ("open mouth", "train", lambda rng: _face(rng, _mouth(rng, open_=True))),
    ("painted mouth", "train", lambda rng: _face(rng, _mouth(rng, filled=True))),
    ("arc eyes", "train", lambda rng: _face(rng, eyes=_arc_eyes)),
    (
        "oval face",
        "train",
        lambda rng: _face(rng, face=_ring(rng, aspect=(1, 1)) * (_between(rng, 0.72, 0.9), 1)),
    ),
    ("open face", "train", lambda rng: _face(rng, face=_ring(rng, turns=(0.84, 0.95), drift=0.1))),
    ("overlapping face", "train", lambda rng: _face(rng, face=_ring(rng, turns=(1.05, 1.2), drift=0.12))),
    ("with hair", "train", lambda rng: [*_face(rng), *_hair(rng)]),
    ("eyes with pupils", "train", lambda rng: _face(rng, eyes=_pupils)),
    ("small mouth", "train", lambda rng: _face(rng, _mouth(rng, (0.2, 0.35)))),
    ("straight mouth", "train", lambda rng: _face(rng, _flat_mouth(rng))),
    (
        "nose and open mouth",
        "train",
        lambda rng: _face(rng, _nose(rng), _mouth(rng, open_=True), eyes=_line_eyes),
    ),
    ("ears", "train", _eared),
    ("face of two arcs", "train", lambda rng: [*_pieces(rng, _ring(rng), 2, (-0.05, 0.03)), *_face(rng)[1:]]),
    ("cross eyes", "validation", lambda rng: _face(rng, eyes=_cross_eyes)),
    ("line eyes and a nose", "validation", lambda rng: _face(rng, _nose(rng), _mouth(rng), eyes=_line_eyes)),
    ("winking", "test", lambda rng: _face(rng, eyes=_winking)),
    ("teeth", "test", lambda rng: _face(rng, *_teeth(rng))),
    ("wide smile, arc eyes", "test", lambda rng: _face(rng, _mouth(rng, (0.55, 0.75)), eyes=_arc_eyes)),
    ("potato face", "test", lambda rng: _face(rng, face=_ring(rng, lumps=0.06))),
)

STYLES: tuple[Style, ...] = tuple(
    Style(label, *entry)
    for label, entries in zip(
        CLASSES,
        (
            _CIRCLES,
            _SQUARES,
            _TRIANGLES,
            _STARS,
            _HEARTS,
            _CROSSES,
            _ARROWS,
            _ZIGZAGS,
            _SPIRALS,
            _SMILEYS,
        ),
        strict=True,
    )
    for entry in entries
)


# The hand, the pen and the paper.

_TILTS = {"heart": 14.0, "smiley": 11.0, "square": 14.0, "triangle": 30.0}
"""Standard deviation of the tilt in degrees; what is not named may be turned in any way."""

_COVERED = {"spiral": 0.5, "smiley": 0.5, "zigzag": 0.7}
"""Share of the hull that lines may cover, so that what is between them can be seen."""

_UPRIGHT = 0.4  # share of drawings of a class that may be turned in any way, but is mostly drawn upright


def draw(style: Style, rng: Random) -> list[Stroke]:
    """Draw once in a style, as a hand does: bent, tilted, trembling, in haste.

    Returns:
        Strokes of few points with straight lines between them, as a pointer sends them.

    Example:
        >>> ring, *more = draw(STYLES[0], np.random.default_rng(0))
        >>> ring.points.shape[1], more
        (2, [])
    """
    tilt = rng.normal(0, _TILTS.get(style.label, 8.0))
    if style.label not in _TILTS and rng.random() > _UPRIGHT:
        tilt = _between(rng, 0, 360)
    shape = np.diag(np.exp(rng.normal(0, 0.1, 2))) + rng.normal(0, 0.05, (2, 2))  # squeezed and slanted
    shape[0] *= rng.choice([-1, 1])  # either way round
    bend = rng.normal(0, 0.03, (2, 2, 2)), _between(rng, 0, 6.3)
    haste, tremble = _between(rng, 0, 1) ** 2, abs(rng.normal(0, 0.006))
    if style.label == "spiral":
        haste /= 2  # a turn would have corners, and cross the next
    drawn = []
    for stroke in style.strokes(rng):
        points = _densely(stroke.points)
        for wave, phase in ((1.7, 0.0), (2.9, 1.1)):
            bent = np.sin(wave * points + bend[1] + phase)
            points = points + bent @ bend[0][int(phase > 0)]
        points = _hasty(rng, _wobbling(rng, points), haste)
        points = _turned(_shaken(rng, points, tremble) @ shape, tilt)
        drawn.append(Stroke(points, stroke.filled))
    return drawn


def _wobbling(rng: Random, points: Real) -> Real:
    """Let the line sway, slowly, to both sides."""
    along = np.linspace(0, len(points) * _DENSE, len(points))
    amount = abs(rng.normal(0, 0.013))
    sway = np.zeros_like(points)
    for _ in range(3):
        waves = np.outer(along, rng.uniform(1.5, 12, 2)) + rng.uniform(0, 6.3, 2)
        sway += np.sin(waves) * rng.normal(0, amount, 2)
    return points + sway


def _hasty(rng: Random, points: Real, haste: float) -> Real:
    """Keep the points that a pointer sends: few where the hand is fast, where the way is straight."""
    if len(points) < 4:
        return points
    steps = np.diff(points, axis=0)
    turns = np.abs(np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))))
    slow = np.hypot(*steps.T) + 0.12 * np.concatenate([[0], np.minimum(turns, 2)])
    clock = np.concatenate([[0], np.cumsum(slow)])
    count = max(4, round(clock[-1] / (0.03 + 0.16 * haste)))
    moments = np.linspace(0, clock[-1], count)
    moments[1:-1] += rng.normal(0, 0.15, count - 2) * clock[-1] / count
    return _at(moments, clock, points)


def paint(strokes: Sequence[Stroke], rng: Random, covered: float = 10.0) -> Array:
    """Put strokes on paper somewhere, of some size, with some pen: float32 (H, W, 1), perhaps photographed.

    The pen is so thin that the lines cover no more than a share of their hull.

    Example:
        >>> paint([Stroke(np.array([[-1.0, 0], [1, 0]]))], np.random.default_rng(0)).ndim
        3
    """
    size = int(rng.choice([256, 256, 256, 96, 160, 224]))
    every = np.concatenate([stroke.points for stroke in strokes])
    low, high = every.min(axis=0), every.max(axis=0)
    extent = size * float(np.exp(_between(rng, np.log(0.2), np.log(0.92))))
    scale = extent / max(float((high - low).max()), 0.1)
    free = size - (high - low) * scale
    corner = rng.uniform(np.minimum(free * 0.04, 2), np.maximum(free * 0.96, free - 2))
    hull = cv2.contourArea(cv2.convexHull(every.astype(np.float32)))
    long = sum(float(np.hypot(*np.diff(stroke.points, axis=0).T).sum()) for stroke in strokes)
    most = min(0.16 * extent, covered * hull / max(long, 0.1) * scale)
    pen = float(np.clip(size * np.exp(_between(rng, np.log(0.008), np.log(0.11))), 0.01 * extent, most))
    ink = _inked(strokes, (low - corner / scale, scale), size, max(pen, 1.0), rng)
    kind = rng.random()
    if kind < 0.55:
        paper, line = (0.0, 1.0) if rng.random() < 0.4 else (1.0, 0.0)
        return (paper + (line - paper) * ink)[..., np.newaxis].astype(np.float32)
    if kind < 0.65:
        paper = _between(rng, 0, 1)
        line = paper + (1 if paper < 0.5 else -1) * _between(rng, 0.25, 0.5)
        return (paper + (line - paper) * ink)[..., np.newaxis].astype(np.float32)
    return _photographed(ink, rng)


def _inked(strokes: Sequence[Stroke], where: tuple[Real, float], size: int, pen: float, rng: Random) -> Array:
    """Draw strokes with a round pen: float32 (size, size), 1 for ink."""
    sheet = np.zeros((size * _FINE, size * _FINE), np.uint8)
    origin, scale = where
    pressed = abs(rng.normal(0, 0.12))
    fraction = 4  # bits of a pixel that OpenCV is given
    for stroke in strokes:
        places = np.round((stroke.points - origin) * scale * _FINE * 2**fraction).astype(np.int32)
        if stroke.filled:
            cv2.fillPoly(sheet, [places], 255, cv2.LINE_AA, fraction)
        if len(places) == 1:
            places = np.repeat(places, 2, axis=0)
        pressure = np.exp(
            pressed * np.sin(np.linspace(0, _between(rng, 1, 9), len(places)) + _between(rng, 0, 6))
        )
        widths = np.maximum(1, np.round(pen * _FINE * pressure)).astype(int).tolist()
        if pressed < 0.08:
            cv2.polylines(sheet, [places], False, 255, widths[0], cv2.LINE_AA, fraction)
        else:
            for a, b, width in zip(places.tolist(), places[1:].tolist(), widths, strict=False):
                cv2.line(sheet, a, b, 255, width, cv2.LINE_AA, fraction)
    shrunk = np.asarray(cv2.resize(sheet, (size, size), interpolation=cv2.INTER_AREA), np.float32)
    return shrunk / np.float32(255)


@lru_cache(maxsize=8)
def _places(size: int) -> tuple[Array, Array]:
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j].astype(np.float32)
    return y, x


def _photographed(ink: Array, rng: Random) -> Array:
    """Take a photograph of a drawing: uneven light, grain, blur, compression, faint lines on the paper."""
    size = len(ink)
    y, x = _places(size)
    if rng.random() < 0.3:  # not from straight above
        corners = np.array([(0, 0), (size, 0), (size, size), (0, size)], np.float32)
        moved = corners + rng.uniform(-0.06, 0.06, (4, 2)).astype(np.float32) * size
        ink = np.asarray(cv2.warpPerspective(ink, cv2.getPerspectiveTransform(corners, moved), (size, size)))
    blackboard = rng.random() < 0.15
    paper = _between(rng, 0.1, 0.35) if blackboard else _between(rng, 0.6, 0.97)
    tilt = rng.normal(0, 0.12, 2)
    light = 1 + tilt[0] * y + tilt[1] * x - _between(rng, 0, 0.15) * (y * y + x * x)
    if rng.random() < 0.3:  # the soft shadow of a hand or a head
        edge = (y * rng.normal() + x * rng.normal() + rng.normal(0, 0.3)) * _between(rng, 1, 8)
        light = light - _between(rng, 0, 0.12) / (1 + np.exp(-edge))
    sheet = np.full_like(ink, paper)
    if rng.random() < 0.25:
        apart = int(rng.integers(size // 16, size // 6))
        pale = 1 - _between(rng, 0.02, 0.05)
        sheet[int(rng.integers(apart)) :: apart] *= pale
        if rng.random() < 0.5:
            sheet[:, int(rng.integers(apart)) :: apart] *= pale
    line = _between(rng, 0.6, 1.0) if blackboard else paper * _between(rng, 0.05, 0.6)
    grain = _between(rng, 0, 1)
    ink = ink * (1 - 0.35 * grain * rng.random(ink.shape, np.float32))  # pencil and chalk leave gaps
    picture = (sheet + (line - sheet) * ink) * light
    picture = np.asarray(
        cv2.GaussianBlur(picture.astype(np.float32), (0, 0), _between(rng, 0.4, 1.3) * size / 256 + 0.1)
    )
    picture += rng.standard_normal(picture.shape, np.float32) * np.float32(_between(rng, 0.003, 0.025))
    levels = np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 95))])
    found = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.float32)
    return found[..., np.newaxis] / np.float32(255)


# Drawings by the thousand.


@dataclass(frozen=True, eq=False)
class Drawings:
    """Drawings as the network sees them.

    Attributes:
        seen: uint8 (n, 64, 64, 1), 255 for ink.
        labels: uint8 (n,), numbers in `CLASSES`.
        styles: int16 (n,), numbers in `STYLES`.
    """

    seen: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    styles: NDArray[np.int16]


def synthesise(part: str, each: int, seed: int = 0, *, processes: int = 1) -> Drawings:
    """Draw `each` drawings of every class in the styles of a part, all styles of a class equally often.

    The same arguments give the same drawings, however many processes draw.

    Example:
        >>> drawings = synthesise("test", 2)
        >>> drawings.seen.shape, drawings.labels.tolist()[:4]
        ((20, 64, 64, 1), [0, 0, 1, 1])
    """
    numbers = []
    for label in CLASSES:
        own = [number for number, style in enumerate(STYLES) if (style.label, style.part) == (label, part)]
        numbers += [own[turn % len(own)] for turn in range(each)]
    chunks = [range(start, min(start + 256, len(numbers))) for start in range(0, len(numbers), 256)]
    tasks = [(part, seed, chunk.start, [numbers[index] for index in chunk]) for chunk in chunks]
    if processes > 1:
        spawning = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, spawning, cv2.setNumThreads, (1,)) as pool:
            found = list(pool.map(_drawn, tasks))
    else:
        found = [_drawn(task) for task in tasks]
    labels = [CLASSES.index(STYLES[number].label) for number in numbers]
    return Drawings(np.concatenate(found), np.array(labels, np.uint8), np.array(numbers, np.int16))


def _drawn(task: tuple[str, int, int, list[int]]) -> NDArray[np.uint8]:
    """Draw in some styles, each drawing by a chance of its own."""
    part, seed, first, numbers = task
    seen = np.empty((len(numbers), SIDE, SIDE, 1), np.uint8)
    for index, number in enumerate(numbers):
        rng = np.random.default_rng([seed, PARTS.index(part), first + index])
        drawing = _seen(STYLES[number], rng)
        if part == "train" and rng.random() < _JOGGED:
            drawing = _jogged(drawing, rng)
        seen[index] = np.round(drawing * 255)
    return seen


def _jogged(seen: Array, rng: Random) -> Array:
    """Move and scale what is seen a little, as a stray line does that the ink is measured with."""
    scale = _between(rng, 0.8, 1.02)
    move = (1 - scale) * SIDE / 2 + rng.uniform(-4, 4, 2)
    matrix = np.array([[scale, 0, move[0]], [0, scale, move[1]]])
    return np.asarray(cv2.warpAffine(seen, matrix, (SIDE, SIDE)), np.float32)[..., np.newaxis]


def _seen(style: Style, rng: Random) -> Array:
    """Draw until the ink is seen: a photograph may be too pale for it."""
    while True:
        try:
            return sketch.prepare(
                np.clip(paint(draw(style, rng), rng, _COVERED.get(style.label, 10.0)), 0, 1)
            )
        except SketchError:
            continue


# Training and measuring.


@dataclass(frozen=True)
class TrainingPlan:
    """How much is drawn and how long it is trained on.

    Attributes:
        each: Drawings of each class to train on.
        tested: Drawings of each class in the validation and in the test.
        epochs: How often every drawing to train on is seen, by the variant whose share is 1.
        seed: Decides the drawings, the first weights and the order.
        processes: How many processes draw.
    """

    each: int = 4000
    tested: int = 600
    epochs: int = 12
    seed: int = 2026
    processes: int = os.cpu_count() or 1


# Of the epochs: most weights of these are in their dense layer, and they learn sooner.
_SHARES = {"no_pooling": 0.2, "one_block": 0.5}
_BATCH = 64
_RATE = 2e-3  # falls to 0 along a cosine
_DECAY = 0.02
_SMOOTHING = 0.05  # of the labels: a network that is told to be certain shows nothing but certainty
_DROPOUT = 0.3


def build(variant: str, dropout: float = 0.0) -> Any:
    """Build a variant as a Keras model, (n, 64, 64, 1) in [0, 1] -> probabilities (n, 10); untrained.

    Its layers are called as in `sketch.layers`.
    """
    import keras

    model = keras.Sequential([keras.Input((SIDE, SIDE, 1))], name=variant)
    for layer in sketch.layers(variant):
        match layer.kind:
            case "convolution" if layer.step is not None:
                maps, size = layer.shape[-1], layer.step.kernel_size
                model.add(keras.layers.Conv2D(maps, size, padding="same", name=layer.name))
            case "relu":
                model.add(keras.layers.ReLU(name=layer.name))
            case "pooling":
                model.add(keras.layers.MaxPooling2D(2, name=layer.name))
            case "dense":
                model.add(keras.layers.Flatten(name="flatten"))
                model.add(keras.layers.Dropout(dropout, name="dropout"))
                model.add(keras.layers.Dense(len(CLASSES), name=layer.name))
            case _:
                model.add(keras.layers.Softmax(name=layer.name))
    return model


def epochs_of(variant: str, plan: TrainingPlan) -> int:
    """Say for how many epochs a variant is trained.

    Example:
        >>> epochs_of("two_blocks", TrainingPlan()), epochs_of("no_pooling", TrainingPlan())
        (12, 2)
    """
    return max(1, round(plan.epochs * _SHARES.get(variant, 1)))


def train(variant: str, drawings: Drawings, plan: TrainingPlan) -> Any:
    """Train a variant; the same plan and drawings give the same weights on the same kind of machine."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(plan.seed)
    tf.config.experimental.enable_op_determinism()
    model = build(variant, _DROPOUT)
    epochs = epochs_of(variant, plan)
    steps = epochs * -(-len(drawings.seen) // _BATCH)
    # The drawings stay bytes until a batch is read.
    learner = keras.Sequential([keras.layers.Rescaling(1 / 255), model])
    learner.compile(
        optimizer=keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(_RATE, steps), weight_decay=_DECAY
        ),
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=_SMOOTHING),
        metrics=["accuracy"],
    )
    goals = np.eye(len(CLASSES), dtype=np.float32)[drawings.labels]
    learner.fit(drawings.seen, goals, batch_size=_BATCH, epochs=epochs, verbose=2)
    return model


def rounded(kernel: Array) -> tuple[NDArray[np.int8], Array]:
    """Write a kernel (..., n) as whole numbers from -127 to 127 and one scale for each output, (n,).

    kernel is about whole * scale, off by half a scale at the most.

    Example:
        >>> whole, scale = rounded(np.array([[101.0, 0.0], [-254.0, 0.0]], np.float32))
        >>> whole.tolist(), scale.tolist()
        ([[50, 0], [-127, 0]], [2.0, 1.0])
    """
    largest = np.abs(kernel).max(axis=tuple(range(kernel.ndim - 1)))
    scale = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    return np.round(kernel / scale).astype(np.int8), scale


def keep(model: Any) -> dict[str, NDArray[Any]]:
    """Round a model's weights to what is kept of them, in the model too, and give them by their names."""
    kept: dict[str, NDArray[Any]] = {}
    for layer in model.layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            whole, scale = rounded(kernel)
            layer.set_weights([whole * scale, bias])
            for part, numbers in (("kernel", whole), ("scale", scale), ("bias", bias)):
                kept[f"{model.name}/{layer.name}/{part}"] = numbers
    return kept


def measure(model: Any, drawings: Drawings) -> dict[str, Any]:
    """Count what a model says of drawings.

    Returns:
        "drawings", how many; "accuracy", the share that it gets right; "confusion", 10 x 10 counts, a row for
        each true class and a column for each answer; "styles", the share by class and style.
    """
    answers = []
    for start in range(0, len(drawings.seen), 500):
        seen = drawings.seen[start : start + 500].astype(np.float32) / 255
        answers.append(np.asarray(model(seen)).argmax(axis=1))
    said = np.concatenate(answers)
    is_right = said == drawings.labels
    confusion = np.zeros((len(CLASSES), len(CLASSES)), np.int64)
    np.add.at(confusion, (drawings.labels, said), 1)
    styles: dict[str, dict[str, float]] = {}
    for number in np.unique(drawings.styles):
        style, share = STYLES[number], float(is_right[drawings.styles == number].mean())
        styles.setdefault(style.label, {})[style.name] = round(share, 4)
    return {
        "drawings": len(said),
        "accuracy": round(float(is_right.mean()), 4),
        "confusion": confusion.tolist(),
        "styles": styles,
    }


def run(plan: TrainingPlan, folder: Path) -> dict[str, Any]:
    """Draw, train every variant, measure, and write `sketch.npz` and `sketch.json` into a folder."""
    began = time.perf_counter()
    parts = {
        part: synthesise(
            part, plan.each if part == "train" else plan.tested, plan.seed, processes=plan.processes
        )
        for part in PARTS
    }
    drawn = time.perf_counter() - began
    print(f"drawn in {drawn:.0f} s", flush=True)
    kept: dict[str, NDArray[Any]] = {}
    variants: dict[str, Any] = {}
    for variant in VARIANTS:
        start = time.perf_counter()
        model = train(variant, parts["train"], plan)
        seconds = time.perf_counter() - start
        kept |= keep(model)
        measured = {part: measure(model, parts[part]) for part in ("validation", "test")}
        variants[variant] = {
            "parameters": model.count_params(),
            "epochs": epochs_of(variant, plan),
            "seconds": round(seconds),
            **measured,
        }
        print(f"{variant}: {seconds:.0f} s, test {measured['test']['accuracy']:.2%}", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "sketch.npz", allow_pickle=False, **kept)
    found = {
        "command": "python -m explorer.sketch.training",
        "classes": CLASSES,
        "plan": {"each": plan.each, "tested": plan.tested, "epochs": plan.epochs, "seed": plan.seed},
        "styles": {part: sum(style.part == part for style in STYLES) for part in PARTS},
        "versions": _versions(),
        "seconds": {"drawing": round(drawn), "all": round(time.perf_counter() - began)},
        "sha256": hashlib.sha256((folder / "sketch.npz").read_bytes()).hexdigest(),
        "variants": variants,
    }
    (folder / "sketch.json").write_text(_json(found), "utf-8")
    return found


def _versions() -> dict[str, str]:
    names = ("keras", "tensorflow", "numpy", "opencv-python-headless")
    return {name: importlib.metadata.version(name) for name in names}


def _json(found: dict[str, Any]) -> str:
    """Write JSON with lists of numbers on one line."""
    text = json.dumps(found, indent=1)
    return re.sub(r"\[[\s\d,.]+\]", lambda match: re.sub(r"\s+", " ", match[0]), text) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the training from a command line."""
    plan = TrainingPlan()
    parser = argparse.ArgumentParser(prog="python -m explorer.sketch.training", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    for name in ("each", "tested", "epochs", "seed", "processes"):
        parser.add_argument(f"--{name}", type=int, default=getattr(plan, name))
    parser.add_argument("--folder", type=Path, default=Path(__file__).parents[2] / "assets")
    chosen = vars(parser.parse_args(arguments))
    folder = chosen.pop("folder")
    found = run(TrainingPlan(**chosen), folder)
    print(f"{found['seconds']['all']} s in all; written to {folder}")


if __name__ == "__main__":
    main()
