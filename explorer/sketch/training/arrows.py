"""Styles of arrows, which point to the right."""

from __future__ import annotations

from typing import Any

import numpy as np

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
    rotated,
    shake,
    uniform,
)

# Arrows, which point to the right.


def _head(
    rng: Random, *, long: tuple[float, float] = (0.35, 0.75), wide: tuple[float, float] = (25, 50)
) -> Real:
    """The two lines of a head, from one end over the tip to the other."""
    size = uniform(rng, *long)
    ends = []
    for side in (-1, 1):
        angle = np.radians(uniform(rng, *wide))
        ends.append((1 - size * np.cos(angle), side * size * np.sin(angle)))
    return line_of(ends[0], (1, 0), ends[1])


def _shaft(rng: Random, bow: float = 0.03, wave: float = 0.0) -> Real:
    line = bow_out(np.array([-1.0, 0]), np.array([1.0, 0]), rng.normal(0, bow))
    line[:, 1] += wave * np.sin(np.linspace(0, uniform(rng, 1.5, 3) * np.pi, len(line)))
    line[:, 1] -= np.linspace(line[0, 1], line[-1, 1], len(line))
    return line


def _arrow(
    rng: Random, *, bow: float = 0.03, wave: float = 0.0, split: bool = False, **head: Any
) -> list[Stroke]:
    """A shaft and a head, turned to go on where the shaft ends."""
    shaft, tip = _shaft(rng, bow, wave), _head(rng, **head)
    way = shaft[-1] - shaft[-3]
    angle = float(np.degrees(np.arctan2(way[1], way[0])))
    tip = rotated(tip - shaft[-1], angle) + shaft[-1] + rng.normal(0, 0.04, 2)
    head_lines = [tip[:2], tip[1:] + rng.normal(0, 0.02, 2)] if split else [tip]
    return [Stroke(shaft), *map(Stroke, head_lines)]


def _one_sided(rng: Random) -> list[Stroke]:
    """One line of the head is longer than the other."""
    shaft, head = _arrow(rng)
    points = head.points.copy()
    points[0] = points[1] + (points[0] - points[1]) * uniform(rng, 0.5, 1.6)
    return [shaft, Stroke(points)]


def _pierced(rng: Random) -> list[Stroke]:
    """The shaft does not end where the head does."""
    shaft, head = _arrow(rng)
    return [Stroke(lengthened(shaft.points, 0, uniform(rng, -0.12, 0.1))), head]


def _scribbled_block(rng: Random) -> list[Stroke]:
    block = _block(rng)
    return [*outlined(rng, block, shaken=0.03), hatched(rng, closed_path(block))]


def _one_stroke_arrow(rng: Random, bow: float = 0.03) -> list[Stroke]:
    """The shaft, then to one end of the head, back over the tip, and to the other end."""
    return [Stroke(np.concatenate([_shaft(rng, bow), shake(rng, _head(rng), 0.03)]))]


def _closed_head(rng: Random, filled: bool, **how: Any) -> list[Stroke]:
    """The head is a triangle, painted or not."""
    shaft, head, *_ = _arrow(rng, **how)
    cut = int(len(shaft.points) * (1 if filled else uniform(rng, 0.8, 1)))
    return [Stroke(shaft.points[:cut]), Stroke(closed_path(head.points), filled)]


def _block(rng: Random) -> Real:
    """The outline of a thick arrow: seven corners."""
    neck, thick, wide = uniform(rng, -0.1, 0.35), uniform(rng, 0.15, 0.3), uniform(rng, 0.5, 0.8)
    upper = [(-1, -thick), (neck, -thick), (neck, -wide)]
    return np.array([*upper, (1, 0), *((x, -y) for x, y in reversed(upper))])


def _double_shaft(rng: Random) -> list[Stroke]:
    apart = uniform(rng, 0.12, 0.25)
    lines = [line_of((-1, y), (0.85, y)) for y in (-apart, apart)]
    tip = _head(rng, long=(0.6, 0.9), wide=(35, 50))
    return [*(Stroke(shake(rng, line, 0.02)) for line in lines), Stroke(tip)]


def _feathered(rng: Random) -> list[Stroke]:
    """With two or four feathers at its end."""
    strokes = _arrow(rng)
    size = uniform(rng, 0.2, 0.35)
    for number in range(int(rng.integers(1, 3))):
        x = -1 + number * 0.2
        strokes += [Stroke(shake(rng, line_of((x, 0), (x - size, side * size)), 0.03)) for side in (-1, 1)]
    return strokes


ARROWS: tuple[StyleEntry, ...] = (
    ("shaft and head", "train", lambda rng: _arrow(rng)),
    ("three lines", "train", lambda rng: _arrow(rng, split=True)),
    ("one stroke", "train", _one_stroke_arrow),
    ("large head", "train", lambda rng: _arrow(rng, long=(0.75, 1.2), wide=(30, 55))),
    ("small head", "train", lambda rng: _arrow(rng, long=(0.25, 0.4), wide=(30, 60))),
    ("curved", "train", lambda rng: _arrow(rng, bow=0.15)),
    ("painted head", "train", lambda rng: _closed_head(rng, True)),
    ("closed head", "train", lambda rng: _closed_head(rng, False)),
    ("block", "train", lambda rng: outlined(rng, _block(rng), shaken=0.03)),
    ("painted block", "train", lambda rng: outlined(rng, _block(rng), "painted", shaken=0.03)),
    ("double shaft", "train", _double_shaft),
    ("head with one long side", "train", _one_sided),
    ("shaft through the head", "train", _pierced),
    ("short, large head", "train", lambda rng: _arrow(rng, long=(0.9, 1.5), wide=(35, 60), split=True)),
    ("curved, one stroke", "train", lambda rng: _one_stroke_arrow(rng, 0.15)),
    ("scribbled block", "train", _scribbled_block),
    ("waving", "train", lambda rng: _arrow(rng, wave=0.15)),
    ("curved, painted head", "validation", lambda rng: _closed_head(rng, True, bow=0.12)),
    ("rounded block", "train", lambda rng: outlined(rng, _block(rng), "rounded", shaken=0.02)),
    ("feathered", "test", _feathered),
    ("curved, closed head", "test", lambda rng: _closed_head(rng, False, bow=0.12)),
    ("curved, three lines", "test", lambda rng: _arrow(rng, bow=0.14, split=True, long=(0.3, 0.8))),
    ("block in two parts", "test", lambda rng: outlined(rng, _block(rng), "two parts", shaken=0.04)),
)
