"""Styles of stars."""

from __future__ import annotations

import numpy as np

from explorer.sketch.training.squares import in_dashes, nested
from explorer.sketch.training.strokes import (
    Random,
    Real,
    Stroke,
    StyleEntry,
    bow_out,
    closed_path,
    hatched,
    lengthened,
    line_of,
    outlined,
    polylines,
    rotated,
    shake,
    smoothed,
    uniform,
)

# Stars.


def _rays(rng: Random, points: int, inner: tuple[float, float]) -> Real:
    angles = np.radians(np.arange(2 * points) * 180 / points - 90)
    radius = np.where(np.arange(2 * points) % 2, uniform(rng, *inner), 1.0)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius[:, np.newaxis]


def _pentagram(rng: Random, shaken: float = 0.06) -> Real:
    """One stroke over five tips, ending near where it began."""
    tips = shake(rng, _rays(rng, 5, (1, 1))[::2], shaken)
    order = (np.arange(6) * 2 + int(rng.integers(5))) % 5
    path = tips[order]
    path[-1] += rng.normal(0, 0.06, 2)
    return path


def _asterisk(rng: Random) -> list[Stroke]:
    arms = int(rng.integers(3, 5))
    turn = uniform(rng, 0, 180)
    strokes = []
    for arm in range(arms):
        line = shake(rng, line_of((-1, 0), (1, 0)), 0.07) * uniform(rng, 0.85, 1.1)
        strokes.append(Stroke(rotated(line, turn + arm * 180 / arms + rng.normal(0, 4))))
    return strokes


def _burst(rng: Random) -> list[Stroke]:
    """Lines from the middle, five or more."""
    count = int(rng.integers(5, 9))
    tips = [rotated(line_of((0.05, 0), (1, 0)), 360 * arm / count + rng.normal(0, 5)) for arm in range(count)]
    return [Stroke(shake(rng, tip, 0.04)) for tip in tips]


def _scribbled_star(rng: Random) -> list[Stroke]:
    star = _rays(rng, 5, (0.38, 0.55))
    return [*outlined(rng, star, shaken=0.04), hatched(rng, closed_path(star))]


def _hooked_pentagram(rng: Random) -> list[Stroke]:
    path = _pentagram(rng)
    return [Stroke(np.concatenate([path, [path[-1] + (path[1] - path[0]) * uniform(rng, 0.1, 0.5)]]))]


def _two_triangles(rng: Random) -> list[Stroke]:
    corners = _rays(rng, 3, (1, 1))[::2]
    return [stroke for turn in (1, -1) for stroke in outlined(rng, corners * (1, turn), shaken=0.06)]


def _chevrons(rng: Random) -> list[Stroke]:
    """Every tip by itself."""
    at = shake(rng, _rays(rng, 5, (0.4, 0.5)), 0.04)
    return [
        Stroke(lengthened(line_of(at[i - 1], at[i], at[(i + 1) % 10]), 0.02, 0.02) + rng.normal(0, 0.02, 2))
        for i in range(0, 10, 2)
    ]


def _curved_star(rng: Random) -> list[Stroke]:
    at = shake(rng, _rays(rng, int(rng.choice([4, 5])), (0.4, 0.5)), 0.03)
    bow = uniform(rng, -0.12, 0.05)
    sides = [bow_out(a, b, bow) for a, b in zip(at, np.roll(at, -1, 0), strict=True)]
    return [Stroke(np.concatenate(sides))]


STARS: tuple[StyleEntry, ...] = (
    ("pentagram", "train", lambda rng: [Stroke(_pentagram(rng))]),
    ("five tips", "train", lambda rng: outlined(rng, _rays(rng, 5, (0.35, 0.55)))),
    ("six tips", "train", lambda rng: outlined(rng, _rays(rng, 6, (0.4, 0.6)), shaken=0.04)),
    ("four tips", "train", lambda rng: outlined(rng, _rays(rng, 4, (0.2, 0.42)), shaken=0.04)),
    (
        "seven or eight tips",
        "train",
        lambda rng: outlined(rng, _rays(rng, int(rng.choice([7, 8])), (0.45, 0.65))),
    ),
    ("painted", "train", lambda rng: outlined(rng, _rays(rng, 5, (0.35, 0.55)), "painted")),
    ("two triangles", "train", _two_triangles),
    ("asterisk", "train", _asterisk),
    (
        "uneven",
        "train",
        lambda rng: outlined(rng, _rays(rng, 5, (0.35, 0.55)), shaken=0.11, ends=(-0.06, 0.06)),
    ),
    ("bent pentagram", "train", lambda rng: [Stroke(smoothed(_pentagram(rng, 0.1)))]),
    ("two parts", "train", lambda rng: outlined(rng, _rays(rng, 5, (0.35, 0.55)), "two parts")),
    ("long tips", "train", lambda rng: outlined(rng, _rays(rng, 5, (0.22, 0.36)), shaken=0.04)),
    ("short tips", "train", lambda rng: outlined(rng, _rays(rng, 5, (0.55, 0.65)), shaken=0.03)),
    ("scribbled in", "train", _scribbled_star),
    ("dashed", "train", lambda rng: in_dashes(rng, outlined(rng, _rays(rng, 5, (0.38, 0.5)), shaken=0.04))),
    ("pentagram with a hook", "train", _hooked_pentagram),
    ("one in the other", "train", lambda rng: nested(rng, _rays(rng, 5, (0.4, 0.52)))),
    (
        "single lines",
        "validation",
        lambda rng: outlined(rng, _rays(rng, 5, (0.35, 0.5)), "sides", shaken=0.03),
    ),
    ("burst", "train", _burst),
    ("tip by tip", "test", _chevrons),
    ("curved", "test", _curved_star),
    ("round tips", "test", lambda rng: outlined(rng, _rays(rng, 5, (0.38, 0.5)), "rounded", shaken=0.04)),
    ("pentagram of lines", "test", lambda rng: polylines(rng, _pentagram(rng, 0.04))),
)
