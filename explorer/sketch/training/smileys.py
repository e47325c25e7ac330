"""Styles of smileys."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.sketch.training.strokes import (
    Random,
    Real,
    Stroke,
    StyleEntry,
    arc_of,
    broken_up,
    closed_path,
    line_of,
    ring_of,
    shake,
    smoothed,
    uniform,
)

# Smileys.


def _dots(rng: Random, size: tuple[float, float] = (0.03, 0.1), filled: bool = True) -> list[Stroke]:
    return [Stroke(arc_of(0, 360, uniform(rng, *size), at), filled) for at in _eyes(rng)]


def _eyes(rng: Random) -> list[tuple[float, float]]:
    apart, high = uniform(rng, 0.25, 0.45), uniform(rng, -0.45, -0.15)
    return [(side * apart + rng.normal(0, 0.04), high + rng.normal(0, 0.04)) for side in (-1, 1)]


def _line_eyes(rng: Random) -> list[Stroke]:
    long = uniform(rng, 0.08, 0.2)
    return [Stroke(shake(rng, line_of((x, y - long), (x, y + long)), 0.015)) for x, y in _eyes(rng)]


def _arc_eyes(rng: Random) -> list[Stroke]:
    size = uniform(rng, 0.1, 0.18)
    return [Stroke(arc_of(200, 340, size, at)) for at in _eyes(rng)]


def _cross_eyes(rng: Random) -> list[Stroke]:
    size = uniform(rng, 0.08, 0.15)
    lines = (line_of((-size, -size), (size, size)), line_of((-size, size), (size, -size)))
    return [Stroke(shake(rng, line, 0.015) + at) for at in _eyes(rng) for line in lines]


def _winking(rng: Random) -> list[Stroke]:
    left, right = _dots(rng)
    x, y = right.points.mean(axis=0)
    return [left, Stroke(shake(rng, line_of((x - 0.15, y), (x + 0.15, y)), 0.02))]


def _mouth(
    rng: Random, wide: tuple[float, float] = (0.35, 0.62), open_: bool = False, filled: bool = False
) -> Stroke:
    half = uniform(rng, *wide)
    low, deep = uniform(rng, 0.1, 0.3), uniform(rng, 0.15, 0.4)
    smile = arc_of(180 + rng.normal(0, 6), rng.normal(0, 6), (half, deep), (rng.normal(0, 0.04), low))
    return Stroke(closed_path(smile) if open_ or filled else smile, filled)


def _face(
    rng: Random, *more: Stroke, eyes: Callable[[Random], list[Stroke]] = _dots, face: Real | None = None
) -> list[Stroke]:
    ring = ring_of(rng, aspect=(0.88, 1.0), turns=(0.95, 1.06)) if face is None else face
    return [Stroke(ring), *eyes(rng), *(more or [_mouth(rng)])]


def _nose(rng: Random) -> Stroke:
    lines = (
        line_of((0, -0.12), (0, 0.12)),
        line_of((0.02, -0.15), (-0.1, 0.1), (0.04, 0.12)),
        arc_of(0, 360, 0.05),
    )
    return Stroke(shake(rng, lines[int(rng.integers(3))], 0.015))


def _teeth(rng: Random) -> list[Stroke]:
    half, deep = uniform(rng, 0.4, 0.58), uniform(rng, 0.2, 0.35)
    smile = Stroke(closed_path(arc_of(180, 0, (half, deep), (0, 0.15))))
    bars = [Stroke(line_of((x, 0.15), (x, 0.15 + deep * 0.8))) for x in np.linspace(-half, half, 6)[1:-1]]
    return [smile, *bars]


def _hair(rng: Random) -> list[Stroke]:
    angles = np.linspace(-130, -50, int(rng.integers(3, 7))) + rng.normal(0, 4)
    return [
        Stroke(np.concatenate([arc_of(a, a, 0.97)[:1], arc_of(a + rng.normal(0, 8), a, 1.3)[:1]]))
        for a in angles
    ]


def _pupils(rng: Random) -> list[Stroke]:
    rings = _dots(rng, (0.11, 0.18), False)
    places = [ring.points.mean(axis=0) for ring in rings]
    return [*rings, *(Stroke(arc_of(0, 360, 0.035) + place, True) for place in places)]


def _flat_mouth(rng: Random) -> Stroke:
    half, low = uniform(rng, 0.25, 0.5), uniform(rng, 0.3, 0.5)
    return Stroke(smoothed(shake(rng, [(-half, low), (0, low + uniform(rng, 0, 0.08)), (half, low)], 0.02)))


def _eared(rng: Random) -> list[Stroke]:
    size = uniform(rng, 0.15, 0.3)
    ears = [arc_of(100, 260, size, (-0.97, 0)), arc_of(-80, 80, size, (0.97, 0))]
    return [*_face(rng), *map(Stroke, ears)]


SMILEYS: tuple[StyleEntry, ...] = (
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
        lambda rng: _face(rng, face=ring_of(rng, aspect=(1, 1)) * (uniform(rng, 0.72, 0.9), 1)),
    ),
    ("open face", "train", lambda rng: _face(rng, face=ring_of(rng, turns=(0.84, 0.95), drift=0.1))),
    ("overlapping face", "train", lambda rng: _face(rng, face=ring_of(rng, turns=(1.05, 1.2), drift=0.12))),
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
    (
        "face of two arcs",
        "train",
        lambda rng: [*broken_up(rng, ring_of(rng), 2, (-0.05, 0.03)), *_face(rng)[1:]],
    ),
    ("cross eyes", "validation", lambda rng: _face(rng, eyes=_cross_eyes)),
    ("line eyes and a nose", "validation", lambda rng: _face(rng, _nose(rng), _mouth(rng), eyes=_line_eyes)),
    ("winking", "test", lambda rng: _face(rng, eyes=_winking)),
    ("teeth", "test", lambda rng: _face(rng, *_teeth(rng))),
    ("wide smile, arc eyes", "test", lambda rng: _face(rng, _mouth(rng, (0.55, 0.75)), eyes=_arc_eyes)),
    ("potato face", "test", lambda rng: _face(rng, face=ring_of(rng, lumps=0.06))),
)
