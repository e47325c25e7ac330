"""Styles of spirals."""

from __future__ import annotations

import numpy as np

from explorer.sketch.training.strokes import (
    Random,
    Real,
    Stroke,
    StyleEntry,
    broken_up,
    shake,
    smoothed,
    uniform,
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
    whole = uniform(rng, *turns)
    t = np.linspace(0, 1, int(50 * whole))
    angle = 2 * np.pi * whole * t
    radius = inner + (1 - inner) * t ** uniform(rng, *power)
    if corners:
        side = 2 * np.pi / corners
        radius = radius * np.cos(side / 2) / np.cos(angle % side - side / 2)
    start = uniform(rng, 0, 2 * np.pi)
    points = np.stack([np.cos(angle + start), np.sin(angle + start)], axis=1) * radius[:, np.newaxis]
    points *= (1, rng.choice([-1, 1]) * uniform(rng, *aspect))
    return points[::-1] if rng.random() < 0.5 else points


def _tailed(rng: Random) -> Real:
    """The last turn leaves in a straight line."""
    path = _spiral(rng, turns=(1.8, 3.2))
    path = path[::-1] if np.hypot(*path[0]) > np.hypot(*path[-1]) else path
    way = path[-1] - path[-4]
    tail = path[-1] + way / np.hypot(*way) * uniform(rng, 0.3, 0.8)
    return np.concatenate([path, [tail]])


def _leaned(rng: Random, path: Real) -> Real:
    """The turns lie closer together on one side."""
    shift = uniform(rng, 0.1, 0.35) * np.hypot(*path.T)
    leaned: Real = path + np.stack([shift, np.zeros_like(shift)], axis=1)
    return leaned


SPIRALS: tuple[StyleEntry, ...] = (
    ("even", "train", lambda rng: [Stroke(_spiral(rng))]),
    ("few turns", "train", lambda rng: [Stroke(_spiral(rng, turns=(1.7, 2.2)))]),
    ("many turns", "train", lambda rng: [Stroke(_spiral(rng, turns=(4, 5.5), aspect=(0.85, 1)))]),
    ("opening", "train", lambda rng: [Stroke(_spiral(rng, power=(1.3, 2.0)))]),
    ("closing", "train", lambda rng: [Stroke(_spiral(rng, power=(0.55, 0.8)))]),
    ("hollow", "train", lambda rng: [Stroke(_spiral(rng, inner=0.3, turns=(1.9, 3.2)))]),
    ("oval", "train", lambda rng: [Stroke(_spiral(rng, aspect=(0.55, 0.8), turns=(1.8, 3.2)))]),
    ("in a hurry", "train", lambda rng: [Stroke(_spiral(rng)[:: int(rng.integers(4, 7))])]),
    ("square", "train", lambda rng: [Stroke(_spiral(rng, corners=4, turns=(1.8, 3.5)))]),
    ("wobbling", "train", lambda rng: [Stroke(shake(rng, _spiral(rng)[::4], 0.025))]),
    ("triangular", "train", lambda rng: [Stroke(_spiral(rng, corners=3, turns=(2, 3)))]),
    ("egg", "train", lambda rng: [Stroke(_leaned(rng, _spiral(rng, turns=(1.8, 3.2))))]),
    (
        "loose",
        "train",
        lambda rng: [Stroke(smoothed(shake(rng, _spiral(rng, turns=(1.8, 2.8))[::9], 0.05)))],
    ),
    ("hollow, many turns", "train", lambda rng: [Stroke(_spiral(rng, inner=0.25, turns=(3, 4.5)))]),
    (
        "hollow oval",
        "validation",
        lambda rng: [Stroke(_spiral(rng, inner=0.25, aspect=(0.6, 0.8), turns=(1.9, 3)))],
    ),
    ("with a tail", "test", lambda rng: [Stroke(_tailed(rng))]),
    ("six corners", "test", lambda rng: [Stroke(_spiral(rng, corners=6, turns=(1.8, 3.5)))]),
    ("in two strokes", "test", lambda rng: broken_up(rng, _spiral(rng), 2, (-0.02, 0.02))),
)
