"""Styles of triangles."""

from __future__ import annotations

import numpy as np

from explorer.sketch.training.squares import in_dashes, nested, with_hook
from explorer.sketch.training.strokes import (
    Random,
    Real,
    Stroke,
    StyleEntry,
    closed_path,
    hatched,
    lengthened,
    line_of,
    outlined,
    shake,
    uniform,
)


def _triangle(rng: Random, *height: float) -> Real:
    tall = uniform(rng, *(height or (0.8, 1.1)))
    return np.array([(rng.normal(0, 0.1), -tall), (1, tall * 0.7), (-1, tall * 0.7)])


def _right_angled(rng: Random) -> Real:
    return np.array([(-1, -uniform(rng, 0.7, 1)), (-1, 0.8), (1, 0.8)])


def _angle_and_base(rng: Random) -> list[Stroke]:
    top, right, left = shake(rng, _triangle(rng), 0.06)
    base = lengthened(line_of(left, right), uniform(rng, -0.04, 0.12), uniform(rng, -0.04, 0.12))
    return [Stroke(line_of(left, top, right)), Stroke(base)]


TRIANGLES: tuple[StyleEntry, ...] = (
    ("one stroke", "train", lambda rng: outlined(rng, _triangle(rng))),
    ("three lines", "train", lambda rng: outlined(rng, _triangle(rng), "sides")),
    ("right-angled", "train", lambda rng: outlined(rng, _right_angled(rng))),
    ("rounded", "train", lambda rng: outlined(rng, _triangle(rng), "rounded")),
    ("low", "train", lambda rng: outlined(rng, _triangle(rng, 0.45, 0.7))),
    ("painted", "train", lambda rng: outlined(rng, _triangle(rng), "painted")),
    ("open", "train", lambda rng: outlined(rng, _triangle(rng), ends=(-0.12, -0.03), shaken=0.08)),
    ("two parts", "train", lambda rng: outlined(rng, _triangle(rng), "two parts")),
    ("uneven", "train", lambda rng: outlined(rng, _triangle(rng), shaken=0.2)),
    (
        "scribbled in",
        "train",
        lambda rng: [*outlined(rng, tri := _triangle(rng)), hatched(rng, closed_path(tri))],
    ),
    ("crossing lines", "train", lambda rng: outlined(rng, _triangle(rng), "sides", ends=(0.04, 0.15))),
    ("dashed", "train", lambda rng: in_dashes(rng, outlined(rng, _triangle(rng)))),
    ("one in the other", "train", lambda rng: nested(rng, _triangle(rng))),
    ("hooked", "train", lambda rng: with_hook(rng, _triangle(rng))),
    ("uneven, of lines", "train", lambda rng: outlined(rng, _triangle(rng), "sides", shaken=0.15)),
    ("uneven, rounded", "train", lambda rng: outlined(rng, _right_angled(rng), "rounded", shaken=0.12)),
    ("twice round", "validation", lambda rng: outlined(rng, _triangle(rng), "twice", shaken=0.06)),
    ("gaps", "validation", lambda rng: outlined(rng, _triangle(rng), "sides", ends=(-0.12, -0.03))),
    ("tall", "test", lambda rng: outlined(rng, _triangle(rng, 1.2, 1.6))),
    ("an angle and a base", "test", _angle_and_base),
    ("bent sides", "test", lambda rng: outlined(rng, _triangle(rng), bow=0.08)),
)
