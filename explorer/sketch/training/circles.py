"""Styles of circles."""

from __future__ import annotations

import numpy as np

from explorer.sketch.training.strokes import (
    Random,
    Real,
    Stroke,
    StyleEntry,
    arc_of,
    broken_up,
    hatched,
    line_of,
    ring_of,
    uniform,
)


def _egg(rng: Random) -> Real:
    points = ring_of(rng, aspect=(0.98, 1.0))
    points[:, 0] *= uniform(rng, 0.7, 0.85) * (1 + uniform(rng, 0.1, 0.25) * points[:, 1])
    return points


def _polygonal(rng: Random) -> Real:
    """A circle in a hurry: few points, straight between them."""
    count = int(rng.integers(8, 13))
    angles = np.linspace(0, 360, count + 1) + np.append(rng.normal(0, 5, count), 0)
    return np.concatenate([arc_of(angle, angle, uniform(rng, 0.94, 1.06))[:1] for angle in angles])


def _flying_ends(rng: Random) -> Real:
    """The ends cross and leave the circle."""
    ring = ring_of(rng, turns=(0.98, 1.08), drift=0.08)
    for end in (ring[:8], ring[:-9:-1]):
        end *= 1 + uniform(rng, 0.05, 0.25) * np.linspace(1, 0, 8)[:, np.newaxis] ** 2
    return ring


def _stadium(rng: Random) -> Real:
    """Two half circles and short straight sides between them."""
    half = uniform(rng, 0.08, 0.22)
    return np.concatenate(
        [arc_of(-90, 90, 1, (half, 0)), arc_of(90, 270, 1, (-half, 0)), line_of((half, -1))]
    )


CIRCLES: tuple[StyleEntry, ...] = (
    ("one stroke", "train", lambda rng: [Stroke(ring_of(rng))]),
    ("oval", "train", lambda rng: [Stroke(ring_of(rng, aspect=(0.55, 0.85)))]),
    ("open", "train", lambda rng: [Stroke(ring_of(rng, turns=(0.82, 0.96), drift=0.12))]),
    ("overlapping ends", "train", lambda rng: [Stroke(ring_of(rng, turns=(1.05, 1.3), drift=0.15))]),
    ("two arcs", "train", lambda rng: broken_up(rng, ring_of(rng), 2, (-0.06, 0.04))),
    ("in a hurry", "train", lambda rng: [Stroke(_polygonal(rng))]),
    ("painted", "train", lambda rng: [Stroke(ring_of(rng), True)]),
    ("egg", "train", lambda rng: [Stroke(_egg(rng))]),
    ("wobbling", "train", lambda rng: [Stroke(ring_of(rng, lumps=0.05))]),
    ("scribbled in", "train", lambda rng: [Stroke(ring := ring_of(rng)), hatched(rng, ring)]),
    ("twice round", "train", lambda rng: [Stroke(ring_of(rng, turns=(1.7, 2.3), drift=0.07, lumps=0.02))]),
    ("flying ends", "train", lambda rng: [Stroke(_flying_ends(rng))]),
    ("stadium", "train", lambda rng: [Stroke(_stadium(rng))]),
    ("scribbled round", "train", lambda rng: [Stroke(ring_of(rng, turns=(2.5, 5), drift=0.06, lumps=0.02))]),
    ("flattened", "validation", lambda rng: [Stroke(ring_of(rng, flat=0.25))]),
    ("dashed", "train", lambda rng: broken_up(rng, ring_of(rng), int(rng.integers(5, 10)), (0.04, 0.08))),
    ("squarish", "test", lambda rng: [Stroke(ring_of(rng, power=uniform(rng, 2.2, 2.6)))]),
    ("potato", "test", lambda rng: [Stroke(ring_of(rng, lumps=0.08, turns=(0.94, 1.05)))]),
    ("four arcs", "test", lambda rng: broken_up(rng, ring_of(rng), 4, (-0.04, 0.04))),
)
