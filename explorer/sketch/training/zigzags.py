"""Styles of zigzags, which go to the right."""

from __future__ import annotations

import numpy as np

from explorer.sketch.training.strokes import (
    Random,
    Real,
    Stroke,
    StyleEntry,
    broken_up,
    densify,
    line_of,
    polylines,
    rotated,
    shake,
    uniform,
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
    up = np.where(np.arange(count) % 2, 1, -1) * uniform(rng, *high)
    size = 1 + rng.normal(0, uneven * 2, count) + uniform(rng, -grow, grow) * np.linspace(-1, 1, count)
    x += lean * np.where(np.arange(count) % 2, 1, -1) * 2 / count
    return np.stack([x, up * size], axis=1)


def _bolt(rng: Random) -> Real:
    """Lightning: down, back, down."""
    back = uniform(rng, 0.2, 0.6)
    return rotated(shake(rng, [(0.3, -1), (-0.4, 0.15), (-0.4 + back + 0.3, -0.15), (-0.2, 1)], 0.07), 90)


def _long_bolt(rng: Random) -> Real:
    path = _bolt(rng)
    return np.concatenate([path, [path[-1] + (path[2] - path[1]) * uniform(rng, 0.6, 1.3)]])


def _bent_zigzag(rng: Random) -> Real:
    """Along an arc."""
    path = _zigzag(rng, corners=(6, 11), high=(0.2, 0.35))
    bend = rng.choice([-1, 1]) * uniform(rng, 0.2, 0.45)
    path[:, 1] += bend * (path[:, 0] ** 2 - 0.5)
    return path


def _soft_zigzag(rng: Random) -> Real:
    """With round turns."""
    path = _zigzag(rng, high=(0.3, 0.6))
    parts = [path[:1]]
    for before, corner, after in zip(path, path[1:], path[2:], strict=False):
        share, t = uniform(rng, 0.1, 0.28), np.linspace(0, 1, 7)[:, np.newaxis]
        a, b = corner + (before - corner) * share, corner + (after - corner) * share
        parts.append((1 - t) ** 2 * a + 2 * t * (1 - t) * corner + t**2 * b)
    return np.concatenate([*parts, path[-1:]])


def _straight_ends(rng: Random) -> Real:
    """As a resistor is drawn: straight, to and fro, straight."""
    path = _zigzag(rng, corners=(5, 9)) * (0.65, 0.8)
    return np.concatenate([line_of((-1, 0), (-0.7, 0)), path, line_of((0.7, 0), (1, 0))])


ZIGZAGS: tuple[StyleEntry, ...] = (
    ("even", "train", lambda rng: [Stroke(_zigzag(rng))]),
    ("flat", "train", lambda rng: [Stroke(_zigzag(rng, high=(0.12, 0.28)))]),
    ("steep", "train", lambda rng: [Stroke(_zigzag(rng, high=(0.6, 1.1)))]),
    ("few corners", "train", lambda rng: [Stroke(_zigzag(rng, corners=(4, 6), high=(0.35, 0.9)))]),
    ("many corners", "train", lambda rng: [Stroke(_zigzag(rng, corners=(9, 15), uneven=0.05))]),
    ("saw", "train", lambda rng: [Stroke(_zigzag(rng, lean=uniform(rng, -0.45, 0.45)))]),
    ("growing", "train", lambda rng: [Stroke(_zigzag(rng, grow=0.6))]),
    ("uneven", "train", lambda rng: [Stroke(_zigzag(rng, uneven=0.2))]),
    ("lightning", "train", lambda rng: [Stroke(_bolt(rng))]),
    ("soft", "train", lambda rng: [Stroke(_soft_zigzag(rng))]),
    (
        "letter N or Z",
        "train",
        lambda rng: [Stroke(_zigzag(rng, corners=(4, 5), high=(0.6, 1.0), lean=uniform(rng, -0.3, 0.3)))],
    ),
    ("with straight ends", "train", lambda rng: [Stroke(_straight_ends(rng))]),
    ("soft and flat", "train", lambda rng: [Stroke(_soft_zigzag(rng) * (1, 0.5))]),
    ("steep and many", "train", lambda rng: [Stroke(_zigzag(rng, corners=(8, 13), high=(0.4, 0.8)))]),
    ("lightning with a tail", "train", lambda rng: [Stroke(_long_bolt(rng))]),
    ("single lines", "validation", lambda rng: polylines(rng, _zigzag(rng))),
    (
        "uneven saw",
        "validation",
        lambda rng: [Stroke(_zigzag(rng, uneven=0.16, lean=uniform(rng, -0.3, 0.3)))],
    ),
    ("along an arc", "test", lambda rng: [Stroke(_bent_zigzag(rng))]),
    ("uneven and growing", "test", lambda rng: [Stroke(_zigzag(rng, uneven=0.14, grow=0.5))]),
    (
        "in two strokes",
        "test",
        lambda rng: broken_up(rng, densify(_zigzag(rng, corners=(5, 10))), 2, (-0.03, 0.02)),
    ),
    (
        "twice",
        "test",
        lambda rng: [Stroke(path := _zigzag(rng, corners=(4, 8))), Stroke(shake(rng, path, 0.035))],
    ),
)
