"""Styles of hearts."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.sketch.training.strokes import (
    Random,
    Real,
    Stroke,
    StyleEntry,
    arc_of,
    broken_up,
    densify,
    hatched,
    line_of,
    smoothed,
    uniform,
)

# Hearts.


def _half_heart(rng: Random, notch: float, top: float, belly: float, straight: bool = False) -> Real:
    """The right half, from the notch to the tip."""
    points = [(0, notch), (0.22, top * 0.85), (0.55, top), (0.88, top * 0.75), (1.0, top * 0.35)]
    points += [] if straight else [(0.85 + belly, 0.1), (0.45 + belly * 0.7, 0.55)]
    if straight:
        return np.concatenate([smoothed(points), line_of((0, 1))])
    return smoothed([*points, (0, 1)])


def _heart(
    rng: Random, *, straight: bool = False, even: float = 0.08, wide: tuple[float, float] = (0.8, 1.15)
) -> list[Real]:
    """Two halves, right and left, from the notch to the tip."""
    notch, top = uniform(rng, -0.6, -0.15), uniform(rng, -1.0, -0.75)
    belly, width = uniform(rng, -0.08, 0.1), uniform(rng, *wide)
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
    t = np.linspace(0, 2 * np.pi, 60) * uniform(rng, 0.97, 1.02)
    cusp = uniform(rng, 4, 6)
    y = 13 * np.cos(t) - cusp * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([np.sin(t) ** 3, -y / 16 * uniform(rng, 0.85, 1.15)], axis=1)


def _from_the_tip(rng: Random) -> Real:
    """One stroke from the tip to the tip, with open or crossing ends."""
    right, left = _heart(rng)
    ends = uniform(rng, -0.12, 0.1)
    path = np.concatenate([left[::-1], right])
    path[:3] += (ends, abs(ends))
    path[-3:] += (-ends, abs(ends))
    return path


def _two_lobes_and_an_angle(rng: Random) -> list[Stroke]:
    high = uniform(rng, 0.4, 0.6)
    lobes = [
        arc_of(180 + uniform(rng, -25, 5), 360 + uniform(rng, -5, 25), (0.5, high), (x, -0.3))
        for x in (-0.5, 0.5)
    ]
    angle = line_of((-0.97, -0.25), (rng.normal(0, 0.06), 1), (0.97, -0.25))
    return [*(Stroke(lobe + rng.normal(0, 0.03, 2)) for lobe in lobes), Stroke(angle)]


def _curled_heart(rng: Random) -> list[Stroke]:
    """The tip is swung to one side."""
    path = _whole_heart(rng)
    low = np.clip((path[:, 1] - 0.2) / 0.8, 0, 1) ** 2
    path[:, 0] += rng.choice([-1, 1]) * uniform(rng, 0.1, 0.3) * low
    return [Stroke(path)]


def _nested_heart(rng: Random) -> list[Stroke]:
    path = _whole_heart(rng)
    return [Stroke(path), Stroke(path * uniform(rng, 0.6, 0.88) + rng.normal(0, 0.03, 2))]


def _deep_heart(rng: Random) -> Real:
    """The notch goes far down."""
    path = _whole_heart(rng)
    down = np.exp(-((path[:, 0] / uniform(rng, 0.1, 0.3)) ** 2)) * (path[:, 1] < 0.2)
    path[:, 1] += down * uniform(rng, 0.1, 0.4)
    return path


HEARTS: tuple[StyleEntry, ...] = (
    ("one stroke", "train", lambda rng: [Stroke(_whole_heart(rng))]),
    ("two halves", "train", lambda rng: _halves(rng)),
    ("by formula", "train", lambda rng: [Stroke(_formula_heart(rng))]),
    ("straight sides", "train", lambda rng: [Stroke(_whole_heart(rng, straight=True))]),
    ("narrow", "train", lambda rng: [Stroke(_whole_heart(rng, wide=(0.6, 0.8)))]),
    ("wide", "train", lambda rng: [Stroke(_whole_heart(rng, wide=(1.15, 1.45)))]),
    ("painted", "train", lambda rng: [Stroke(_whole_heart(rng), True)]),
    ("from the tip", "train", lambda rng: [Stroke(_from_the_tip(rng))]),
    ("uneven", "train", lambda rng: [Stroke(_whole_heart(rng, even=0.16))]),
    ("scribbled in", "train", lambda rng: [Stroke(heart := _whole_heart(rng)), hatched(rng, heart)]),
    (
        "twice round",
        "train",
        lambda rng: [Stroke(path := _whole_heart(rng)), Stroke(path * rng.normal(1, 0.06, 2))],
    ),
    ("one in the other", "train", _nested_heart),
    ("deep", "train", lambda rng: [Stroke(_deep_heart(rng))]),
    ("soft", "train", lambda rng: [Stroke(smoothed(_whole_heart(rng)[::7]))]),
    ("straight halves", "validation", lambda rng: _halves(rng, straight=True)),
    (
        "dashed",
        "train",
        lambda rng: broken_up(rng, densify(_whole_heart(rng)), int(rng.integers(5, 9)), (0.03, 0.06)),
    ),
    ("two lobes and an angle", "test", _two_lobes_and_an_angle),
    ("curled", "test", _curled_heart),
    ("uneven halves", "test", lambda rng: _halves(rng, even=0.14)),
)
