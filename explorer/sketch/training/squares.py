"""Styles of squares."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from explorer.sketch.training.strokes import (
    Random,
    Real,
    Stroke,
    StyleEntry,
    bow_out,
    broken_up,
    closed_path,
    densify,
    hatched,
    lengthened,
    line_of,
    outlined,
    shake,
    turned_all,
    uniform,
)

SQUARE = ((-1, -1), (1, -1), (1, 1), (-1, 1))


def _rectangle(rng: Random, *aspect: float) -> Real:
    return np.array(SQUARE) * (1, uniform(rng, *(aspect or (0.85, 1.0))))


def _leaning(rng: Random) -> Real:
    corners = _rectangle(rng)
    corners[:, 0] += corners[:, 1] * uniform(rng, 0.12, 0.3)
    return corners


def _trapezium(rng: Random) -> Real:
    corners = _rectangle(rng)
    corners[:, 0] *= 1 - uniform(rng, 0.05, 0.2) * (1 + corners[:, 1]) / 2
    return corners


def _open_box(rng: Random) -> list[Stroke]:
    """Three sides in one stroke, and a lid."""
    a, b, c, d = shake(rng, _rectangle(rng), 0.05)
    lid = lengthened(bow_out(a, b, rng.normal(0, 0.03)), uniform(rng, -0.03, 0.1), uniform(rng, -0.03, 0.1))
    return [Stroke(line_of(a, d, c, b)), Stroke(lid)]


SQUARES: tuple[StyleEntry, ...] = (
    ("one stroke", "train", lambda rng: outlined(rng, _rectangle(rng))),
    ("four lines", "train", lambda rng: outlined(rng, _rectangle(rng), "sides")),
    ("rounded", "train", lambda rng: outlined(rng, _rectangle(rng), "rounded")),
    ("rectangle", "train", lambda rng: outlined(rng, _rectangle(rng, 0.6, 0.85))),
    ("diamond", "train", lambda rng: turned_all(outlined(rng, _rectangle(rng, 0.9, 1.0)), 45)),
    ("painted", "train", lambda rng: outlined(rng, _rectangle(rng), "painted")),
    ("open", "train", lambda rng: outlined(rng, _rectangle(rng), ends=(-0.12, -0.03), shaken=0.08)),
    ("two parts", "train", lambda rng: outlined(rng, _rectangle(rng), "two parts")),
    ("trapezium", "train", lambda rng: outlined(rng, _trapezium(rng))),
    (
        "scribbled in",
        "train",
        lambda rng: [*outlined(rng, box := _rectangle(rng)), hatched(rng, closed_path(box))],
    ),
    ("crossing lines", "train", lambda rng: outlined(rng, _rectangle(rng), "sides", ends=(0.04, 0.14))),
    ("dashed", "train", lambda rng: in_dashes(rng, outlined(rng, _rectangle(rng)))),
    ("one in the other", "train", lambda rng: nested(rng, _rectangle(rng))),
    ("hooked", "train", lambda rng: with_hook(rng, _rectangle(rng))),
    ("kite", "train", lambda rng: outlined(rng, _rectangle(rng), shaken=0.13)),
    ("uneven, rounded", "train", lambda rng: outlined(rng, _rectangle(rng), "rounded", shaken=0.1)),
    ("twice round", "validation", lambda rng: outlined(rng, _rectangle(rng), "twice", shaken=0.06)),
    ("gaps", "validation", lambda rng: outlined(rng, _rectangle(rng), "sides", ends=(-0.12, -0.03))),
    ("leaning", "test", lambda rng: outlined(rng, _leaning(rng))),
    ("three sides and a lid", "test", _open_box),
    ("bent sides", "test", lambda rng: outlined(rng, _rectangle(rng), bow=0.07)),
)


def in_dashes(rng: Random, strokes: list[Stroke]) -> list[Stroke]:
    """A single stroke as dashes."""
    (stroke,) = strokes
    return broken_up(rng, densify(stroke.points), int(rng.integers(8, 15)), (0.02, 0.05))


def nested(rng: Random, corners: ArrayLike) -> list[Stroke]:
    """The shape, and once more inside."""
    inner = np.asarray(corners) * uniform(rng, 0.6, 0.88)
    return [*outlined(rng, corners, shaken=0.04), *outlined(rng, inner, shaken=0.03)]


def with_hook(rng: Random, corners: ArrayLike) -> list[Stroke]:
    """One stroke that goes on beyond its beginning."""
    (stroke,) = outlined(rng, corners, ends=(0.0, 0.01), bow=0.02)
    way = stroke.points[6] - stroke.points[0]
    return [Stroke(np.concatenate([stroke.points, [stroke.points[0] + way * uniform(rng, 0.2, 1.2)]]))]
