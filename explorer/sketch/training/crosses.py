"""Styles of crosses."""

from __future__ import annotations

import numpy as np

from explorer.sketch.training.squares import SQUARE
from explorer.sketch.training.strokes import (
    Random,
    Real,
    Stroke,
    StyleEntry,
    bars_of,
    line_of,
    outlined,
    rotated,
    shake,
    smoothed,
    uniform,
)


def _plus(rng: Random, *thick: float) -> Real:
    """The outline of a thick plus: twelve corners."""
    half = uniform(rng, *(thick or (0.18, 0.4)))
    quarter = np.array([(half, -1), (half, -half), (1, -half)])
    return np.concatenate([rotated(quarter, 90 * side) for side in range(4)])


def _latin(rng: Random) -> list[Stroke]:
    return [
        Stroke(s.points * (uniform(rng, 0.55, 0.8), 1)) for s in bars_of(rng, where=-uniform(rng, 0.25, 0.5))
    ]


def _looped_cross(rng: Random) -> list[Stroke]:
    """Both lines in one stroke, which turns outside."""
    out = uniform(rng, 0.1, 0.45)
    path = shake(rng, [(-1, -1), (1, 1), (1 + out, 0.3), (1, -0.9), (-1, 1)], 0.07)
    return [Stroke(np.concatenate([path[:1], smoothed(path[1:4]), path[4:]]))]


def _retraced_cross(rng: Random) -> list[Stroke]:
    """One stroke that never leaves the paper: there, half the way back, and across."""
    path = [(-1, 0), (1, 0), (0, 0), (0, -1), (0, 1)]
    return [Stroke(rotated(shake(rng, path, 0.05), uniform(rng, 0, 90)))]


def _double_cross(rng: Random) -> list[Stroke]:
    """Every line is drawn twice."""
    bars = bars_of(rng)
    return [Stroke(bar.points + rng.normal(0, 0.03, 2)) for bar in bars for _ in range(2)]


def _serif_cross(rng: Random) -> list[Stroke]:
    strokes = bars_of(rng, uneven=0.03)
    wide = uniform(rng, 0.12, 0.25)
    for side in range(4):
        strokes.append(Stroke(shake(rng, rotated(line_of((0.97, -wide), (0.97, wide)), 90 * side), 0.03)))
    return strokes


def _four_arms(rng: Random) -> list[Stroke]:
    """Four lines that meet, or nearly, in the middle."""
    inner = uniform(rng, 0, 0.1)
    arms = [rotated(line_of((inner, 0), (1, 0)), 90 * side + rng.normal(0, 5)) for side in range(4)]
    return [Stroke(shake(rng, arm, 0.04)) for arm in arms]


def _two_boxes(rng: Random) -> list[Stroke]:
    """A long box across another."""
    thick = uniform(rng, 0.12, 0.25)
    box = np.array(SQUARE) * (1, thick)
    return [stroke for turn in (0, 90) for stroke in outlined(rng, rotated(box, turn), shaken=0.03)]


def _narrow_cross(rng: Random) -> list[Stroke]:
    """Lines that meet at another than a right angle."""
    squeeze = (1, uniform(rng, 0.5, 0.75))
    return [Stroke(bar.points * squeeze) for bar in bars_of(rng, turn=45)]


def _hooked_cross(rng: Random) -> list[Stroke]:
    """The pen leaves a hook at the end of a line."""
    strokes = bars_of(rng, turn=uniform(rng, 0, 45))
    for number in range(int(rng.integers(1, 3))):
        path = strokes[number].points
        hook = rotated(path[-1] - path[0], rng.choice([-1, 1]) * uniform(rng, 70, 140))
        strokes[number] = Stroke(np.concatenate([path, [path[-1] + hook * uniform(rng, 0.05, 0.15)]]))
    return strokes


CROSSES: tuple[StyleEntry, ...] = (
    ("plus", "train", lambda rng: bars_of(rng)),
    ("times", "train", lambda rng: bars_of(rng, turn=45)),
    ("latin", "train", _latin),
    ("outline", "train", lambda rng: outlined(rng, _plus(rng), shaken=0.03)),
    ("painted", "train", lambda rng: outlined(rng, _plus(rng), "painted", shaken=0.03)),
    ("looped", "train", _looped_cross),
    ("double lines", "train", _double_cross),
    ("uneven", "train", lambda rng: bars_of(rng, uneven=0.15)),
    ("four arms", "train", _four_arms),
    (
        "slanted",
        "train",
        lambda rng: [Stroke(s.points + s.points[:, ::-1] * uniform(rng, 0.1, 0.3)) for s in bars_of(rng)],
    ),
    ("outline in two parts", "train", lambda rng: outlined(rng, _plus(rng), "two parts", shaken=0.03)),
    ("off centre", "train", lambda rng: bars_of(rng, turn=45, where=uniform(rng, -0.4, 0.4), uneven=0.12)),
    ("narrow", "train", _narrow_cross),
    ("hooked", "train", _hooked_cross),
    ("thin outline", "train", lambda rng: outlined(rng, _plus(rng, 0.1, 0.2), shaken=0.02)),
    ("outline of lines", "train", lambda rng: outlined(rng, _plus(rng), "sides", shaken=0.02)),
    ("serifs", "validation", _serif_cross),
    (
        "rounded outline",
        "validation",
        lambda rng: outlined(rng, _plus(rng, 0.22, 0.4), "rounded", shaken=0.02),
    ),
    ("one stroke", "test", _retraced_cross),
    ("bent", "test", lambda rng: bars_of(rng, turn=uniform(rng, 0, 90), bow=0.12)),
    ("two boxes", "test", _two_boxes),
)
