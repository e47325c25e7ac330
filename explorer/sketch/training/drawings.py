"""The hand, the pen and the paper; and drawings by the thousand."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from explorer import sketch
from explorer.convolution.layout import Array
from explorer.sketch import CLASSES, SIDE, SketchError
from explorer.sketch.training.strokes import (
    DENSE,
    Random,
    Real,
    Stroke,
    Style,
    densify,
    point_at,
    rotated,
    shake,
    uniform,
)
from explorer.sketch.training.styles import PARTS, STYLES

_JOGGED = 0.5  # share of the drawings to train on that are not quite centred
_FINE = 2  # pixels drawn for each pixel of the picture, across and down

# The hand, the pen and the paper.

_TILTS = {"heart": 14.0, "smiley": 11.0, "square": 14.0, "triangle": 30.0}
"""Standard deviation of the tilt in degrees; what is not named may be turned in any way."""

_COVERED = {"spiral": 0.5, "smiley": 0.5, "zigzag": 0.7}
"""Share of the hull that lines may cover, so that what is between them can be seen."""

_UPRIGHT = 0.4  # share of drawings of a class that may be turned in any way, but is mostly drawn upright


def draw(style: Style, rng: Random) -> list[Stroke]:
    """Draw once in a style, as a hand does: bent, tilted, trembling, in haste.

    Returns:
        Strokes of few points with straight lines between them, as a pointer sends them.

    Example:
        >>> ring, *more = draw(STYLES[0], np.random.default_rng(0))
        >>> ring.points.shape[1], more
        (2, [])
    """
    tilt = rng.normal(0, _TILTS.get(style.label, 8.0))
    if style.label not in _TILTS and rng.random() > _UPRIGHT:
        tilt = uniform(rng, 0, 360)
    shape = np.diag(np.exp(rng.normal(0, 0.1, 2))) + rng.normal(0, 0.05, (2, 2))  # squeezed and slanted
    shape[0] *= rng.choice([-1, 1])  # either way round
    bend = rng.normal(0, 0.03, (2, 2, 2)), uniform(rng, 0, 6.3)
    haste, tremble = uniform(rng, 0, 1) ** 2, abs(rng.normal(0, 0.006))
    if style.label == "spiral":
        haste /= 2  # a turn would have corners, and cross the next
    drawn = []
    for stroke in style.strokes(rng):
        points = densify(stroke.points)
        for wave, phase in ((1.7, 0.0), (2.9, 1.1)):
            bent = np.sin(wave * points + bend[1] + phase)
            points = points + bent @ bend[0][int(phase > 0)]
        points = _hasty(rng, _wobbling(rng, points), haste)
        points = rotated(shake(rng, points, tremble) @ shape, tilt)
        drawn.append(Stroke(points, stroke.filled))
    return drawn


def _wobbling(rng: Random, points: Real) -> Real:
    """Let the line sway, slowly, to both sides."""
    along = np.linspace(0, len(points) * DENSE, len(points))
    amount = abs(rng.normal(0, 0.013))
    sway = np.zeros_like(points)
    for _ in range(3):
        waves = np.outer(along, rng.uniform(1.5, 12, 2)) + rng.uniform(0, 6.3, 2)
        sway += np.sin(waves) * rng.normal(0, amount, 2)
    return points + sway


def _hasty(rng: Random, points: Real, haste: float) -> Real:
    """Keep the points that a pointer sends: few where the hand is fast, where the way is straight."""
    if len(points) < 4:
        return points
    steps = np.diff(points, axis=0)
    turns = np.abs(np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))))
    slow = np.hypot(*steps.T) + 0.12 * np.concatenate([[0], np.minimum(turns, 2)])
    clock = np.concatenate([[0], np.cumsum(slow)])
    count = max(4, round(clock[-1] / (0.03 + 0.16 * haste)))
    moments = np.linspace(0, clock[-1], count)
    moments[1:-1] += rng.normal(0, 0.15, count - 2) * clock[-1] / count
    return point_at(moments, clock, points)


def paint(strokes: Sequence[Stroke], rng: Random, covered: float = 10.0) -> Array:
    """Put strokes on paper somewhere, of some size, with some pen: float32 (H, W, 1), perhaps photographed.

    The pen is so thin that the lines cover no more than a share of their hull.

    Example:
        >>> paint([Stroke(np.array([[-1.0, 0], [1, 0]]))], np.random.default_rng(0)).ndim
        3
    """
    size = int(rng.choice([256, 256, 256, 96, 160, 224]))
    every = np.concatenate([stroke.points for stroke in strokes])
    low, high = every.min(axis=0), every.max(axis=0)
    extent = size * float(np.exp(uniform(rng, np.log(0.2), np.log(0.92))))
    scale = extent / max(float((high - low).max()), 0.1)
    free = size - (high - low) * scale
    corner = rng.uniform(np.minimum(free * 0.04, 2), np.maximum(free * 0.96, free - 2))
    hull = cv2.contourArea(cv2.convexHull(every.astype(np.float32)))
    long = sum(float(np.hypot(*np.diff(stroke.points, axis=0).T).sum()) for stroke in strokes)
    most = min(0.16 * extent, covered * hull / max(long, 0.1) * scale)
    pen = float(np.clip(size * np.exp(uniform(rng, np.log(0.008), np.log(0.11))), 0.01 * extent, most))
    ink = _inked(strokes, (low - corner / scale, scale), size, max(pen, 1.0), rng)
    kind = rng.random()
    if kind < 0.55:
        paper, line = (0.0, 1.0) if rng.random() < 0.4 else (1.0, 0.0)
        return (paper + (line - paper) * ink)[..., np.newaxis].astype(np.float32)
    if kind < 0.65:
        paper = uniform(rng, 0, 1)
        line = paper + (1 if paper < 0.5 else -1) * uniform(rng, 0.25, 0.5)
        return (paper + (line - paper) * ink)[..., np.newaxis].astype(np.float32)
    return _photographed(ink, rng)


def _inked(strokes: Sequence[Stroke], where: tuple[Real, float], size: int, pen: float, rng: Random) -> Array:
    """Draw strokes with a round pen: float32 (size, size), 1 for ink."""
    sheet = np.zeros((size * _FINE, size * _FINE), np.uint8)
    origin, scale = where
    pressed = abs(rng.normal(0, 0.12))
    fraction = 4  # bits of a pixel that OpenCV is given
    for stroke in strokes:
        places = np.round((stroke.points - origin) * scale * _FINE * 2**fraction).astype(np.int32)
        if stroke.filled:
            cv2.fillPoly(sheet, [places], 255, cv2.LINE_AA, fraction)
        if len(places) == 1:
            places = np.repeat(places, 2, axis=0)
        pressure = np.exp(
            pressed * np.sin(np.linspace(0, uniform(rng, 1, 9), len(places)) + uniform(rng, 0, 6))
        )
        widths = np.maximum(1, np.round(pen * _FINE * pressure)).astype(int).tolist()
        if pressed < 0.08:
            cv2.polylines(sheet, [places], False, 255, widths[0], cv2.LINE_AA, fraction)
        else:
            for a, b, width in zip(places.tolist(), places[1:].tolist(), widths, strict=False):
                cv2.line(sheet, a, b, 255, width, cv2.LINE_AA, fraction)
    shrunk = np.asarray(cv2.resize(sheet, (size, size), interpolation=cv2.INTER_AREA), np.float32)
    return shrunk / np.float32(255)


@lru_cache(maxsize=8)
def _places(size: int) -> tuple[Array, Array]:
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j].astype(np.float32)
    return y, x


def _photographed(ink: Array, rng: Random) -> Array:
    """Take a photograph of a drawing: uneven light, grain, blur, compression, faint lines on the paper."""
    size = len(ink)
    y, x = _places(size)
    if rng.random() < 0.3:  # not from straight above
        corners = np.array([(0, 0), (size, 0), (size, size), (0, size)], np.float32)
        moved = corners + rng.uniform(-0.06, 0.06, (4, 2)).astype(np.float32) * size
        ink = np.asarray(cv2.warpPerspective(ink, cv2.getPerspectiveTransform(corners, moved), (size, size)))
    blackboard = rng.random() < 0.15
    paper = uniform(rng, 0.1, 0.35) if blackboard else uniform(rng, 0.6, 0.97)
    tilt = rng.normal(0, 0.12, 2)
    light = 1 + tilt[0] * y + tilt[1] * x - uniform(rng, 0, 0.15) * (y * y + x * x)
    if rng.random() < 0.3:  # the soft shadow of a hand or a head
        edge = (y * rng.normal() + x * rng.normal() + rng.normal(0, 0.3)) * uniform(rng, 1, 8)
        light = light - uniform(rng, 0, 0.12) / (1 + np.exp(-edge))
    sheet = np.full_like(ink, paper)
    if rng.random() < 0.25:
        apart = int(rng.integers(size // 16, size // 6))
        pale = 1 - uniform(rng, 0.02, 0.05)
        sheet[int(rng.integers(apart)) :: apart] *= pale
        if rng.random() < 0.5:
            sheet[:, int(rng.integers(apart)) :: apart] *= pale
    line = uniform(rng, 0.6, 1.0) if blackboard else paper * uniform(rng, 0.05, 0.6)
    grain = uniform(rng, 0, 1)
    ink = ink * (1 - 0.35 * grain * rng.random(ink.shape, np.float32))  # pencil and chalk leave gaps
    picture = (sheet + (line - sheet) * ink) * light
    picture = np.asarray(
        cv2.GaussianBlur(picture.astype(np.float32), (0, 0), uniform(rng, 0.4, 1.3) * size / 256 + 0.1)
    )
    picture += rng.standard_normal(picture.shape, np.float32) * np.float32(uniform(rng, 0.003, 0.025))
    levels = np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 95))])
    found = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.float32)
    return found[..., np.newaxis] / np.float32(255)


# Drawings by the thousand.


@dataclass(frozen=True, eq=False)
class Drawings:
    """Drawings as the network sees them.

    Attributes:
        seen: uint8 (n, 64, 64, 1), 255 for ink.
        labels: uint8 (n,), numbers in `CLASSES`.
        styles: int16 (n,), numbers in `STYLES`.
    """

    seen: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    styles: NDArray[np.int16]


def synthesise(part: str, each: int, seed: int = 0, *, processes: int = 1) -> Drawings:
    """Draw `each` drawings of every class in the styles of a part, all styles of a class equally often.

    The same arguments give the same drawings, however many processes draw.

    Example:
        >>> drawings = synthesise("test", 2)
        >>> drawings.seen.shape, drawings.labels.tolist()[:4]
        ((20, 64, 64, 1), [0, 0, 1, 1])
    """
    numbers = []
    for label in CLASSES:
        own = [number for number, style in enumerate(STYLES) if (style.label, style.part) == (label, part)]
        numbers += [own[turn % len(own)] for turn in range(each)]
    chunks = [range(start, min(start + 256, len(numbers))) for start in range(0, len(numbers), 256)]
    tasks = [(part, seed, chunk.start, [numbers[index] for index in chunk]) for chunk in chunks]
    if processes > 1:
        spawning = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, spawning, cv2.setNumThreads, (1,)) as pool:
            found = list(pool.map(_drawn, tasks))
    else:
        found = [_drawn(task) for task in tasks]
    labels = [CLASSES.index(STYLES[number].label) for number in numbers]
    return Drawings(np.concatenate(found), np.array(labels, np.uint8), np.array(numbers, np.int16))


def _drawn(task: tuple[str, int, int, list[int]]) -> NDArray[np.uint8]:
    """Draw in some styles, each drawing by a chance of its own."""
    part, seed, first, numbers = task
    seen = np.empty((len(numbers), SIDE, SIDE, 1), np.uint8)
    for index, number in enumerate(numbers):
        rng = np.random.default_rng([seed, PARTS.index(part), first + index])
        drawing = _seen(STYLES[number], rng)
        if part == "train" and rng.random() < _JOGGED:
            drawing = _jogged(drawing, rng)
        seen[index] = np.round(drawing * 255)
    return seen


def _jogged(seen: Array, rng: Random) -> Array:
    """Move and scale what is seen a little, as a stray line does that the ink is measured with."""
    scale = uniform(rng, 0.8, 1.02)
    move = (1 - scale) * SIDE / 2 + rng.uniform(-4, 4, 2)
    matrix = np.array([[scale, 0, move[0]], [0, scale, move[1]]])
    return np.asarray(cv2.warpAffine(seen, matrix, (SIDE, SIDE)), np.float32)[..., np.newaxis]


def _seen(style: Style, rng: Random) -> Array:
    """Draw until the ink is seen: a photograph may be too pale for it."""
    while True:
        try:
            return sketch.prepare(
                np.clip(paint(draw(style, rng), rng, _COVERED.get(style.label, 10.0)), 0, 1)
            )
        except SketchError:
            continue
