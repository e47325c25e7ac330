"""Drawings to start from, and some that the sketch network has never seen the like of.

SAMPLE_DRAWINGS["smiley"] -> draw("smiley") -> float32 (256, 256, 1), as a pad of that size gives it
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from explorer import images
from explorer.errors import ExplorerError
from explorer.images import Array

Points = NDArray[np.float64]  # (n, 2): x to the right and y down, in pixels of the sheet

SIDE = 256
"""Rows and columns of a drawing."""

_PEN = 11  # pixels
_FINE = 4  # binary digits of a pixel's fraction that OpenCV is given


@dataclass(frozen=True)
class SampleDrawing:
    """A drawing, or a picture that takes the place of one.

    Attributes:
        name: Key in `SAMPLE_DRAWINGS`.
        title: What it shows, in a few words.
        why: What there is to see when the network is asked about it.
        meant: Its class, or nothing where it belongs to none of them.
        style: The name of the test style of the network's training that it is drawn in, if it is one.
        strokes: Its lines; none for a photograph.
        photograph: The name of the sample of `explorer.images` that it is.
    """

    name: str
    title: str
    why: str
    meant: str = ""
    style: str = ""
    strokes: Callable[[], list[Points]] = list
    photograph: str = ""


def _line(*points: tuple[float, float]) -> Points:
    return np.array(points, np.float64)


def _arc(x: float, y: float, radius: float, start: float = 0, stop: float = 360) -> Points:
    """Points of an arc from one angle to another, in degrees clockwise from the right."""
    angles = np.radians(np.linspace(start, stop, max(12, int(abs(stop - start) / 5))))
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1)


def _bow(start: tuple[float, float], end: tuple[float, float], bend: float) -> Points:
    """Points of a line that is bent to its left by part of its length."""
    one, other = np.array(start), np.array(end)
    share = np.linspace(0, 1, 24)[:, np.newaxis]
    aside = np.array([other[1] - one[1], one[0] - other[0]])
    points: Points = one + share * (other - one) + np.sin(np.pi * share) * aside * bend
    return points


def _smiley() -> list[Points]:
    # Not quite round and not quite closed, as a hand draws it.
    face = _arc(127, 128, 84, -95, 272) * (1.0, 0.97) + (0, 4)
    return [face, _line((100, 98), (100, 118)), _line((155, 97), (156, 117)), _arc(128, 132, 44, 155, 28)]


def _bent_cross() -> list[Points]:
    return [_bow((52, 66), (204, 196), 0.2), _bow((196, 52), (62, 204), 0.2)]


def _block_arrow() -> list[Points]:
    body = _line((150, 100), (40, 96), (38, 160), (150, 158))
    head = _line((152, 56), (224, 128), (150, 204), (153, 58))
    return [body, head]


def _curved_star() -> list[Points]:
    angles = np.radians(-90 + 36 * np.arange(11))
    radius = np.where(np.arange(11) % 2, 49, 98)
    corners = np.stack([128 + radius * np.cos(angles), 132 + radius * np.sin(angles)], axis=1).tolist()
    return [np.concatenate([_bow(tuple(one), tuple(other), 0.12) for one, other in pairwise(corners)])]


def _letter() -> list[Points]:
    return [_line((60, 214), (128, 44), (198, 214)), _line((88, 152), (170, 152))]


def _house() -> list[Points]:
    return [
        _line((66, 118), (66, 214), (192, 214), (192, 118), (66, 118)),
        _line((48, 120), (129, 42), (210, 120)),
        _line((114, 212), (114, 164), (146, 164), (146, 212)),
    ]


def _two() -> list[Points]:
    return [_arc(78, 128, 46, -100, 268), _line((146, 84), (226, 172)), _line((224, 82), (148, 174))]


def _scribble() -> list[Points]:
    turns = np.linspace(0, 11 * np.pi, 240)
    x = 128 + 78 * np.cos(turns) * np.cos(0.31 * turns)
    y = 128 + 70 * np.sin(1.37 * turns)
    return [np.stack([x, y], axis=1)]


SAMPLE_DRAWINGS: dict[str, SampleDrawing] = {
    drawing.name: drawing
    for drawing in (
        SampleDrawing(
            name="smiley",
            title="A smiley",
            why="One of its ten classes.",
            meant="smiley",
            strokes=_smiley,
        ),
        SampleDrawing(
            name="bent_cross",
            title="Bent cross",
            why="The arms of the crosses that it learned from were nearly straight.",
            meant="cross",
            style="bent",
            strokes=_bent_cross,
        ),
        SampleDrawing(
            name="block_arrow",
            title="Block arrow",
            why="Drawn in two parts, unlike any arrow in its training.",
            meant="arrow",
            style="block in two parts",
            strokes=_block_arrow,
        ),
        SampleDrawing(
            name="curved_star",
            title="Curved star",
            why="The outlined stars in its training had straight sides.",
            meant="star",
            style="curved",
            strokes=_curved_star,
        ),
        SampleDrawing(
            name="letter",
            title="Letter A",
            why="Not one of its classes, but it cannot say so.",
            strokes=_letter,
        ),
        SampleDrawing(
            name="house",
            title="House",
            why="A square and a triangle at once.",
            strokes=_house,
        ),
        SampleDrawing(
            name="two",
            title="Two things",
            why="It learned one thing per drawing, in the middle.",
            strokes=_two,
        ),
        SampleDrawing(
            name="scribble",
            title="Scribble",
            why="Nothing at all, and it answers anyway.",
            strokes=_scribble,
        ),
        SampleDrawing(
            name="photograph",
            title="Photograph",
            why="It takes whatever stands out from the background for ink.",
            photograph="coffee",
        ),
    )
}
"""The example that a pad opens with, then what the network was not made for."""


@cache
def draw(name: str) -> Array:
    """Draw a drawing as a pad does: a round black pen on white paper.

    Returns:
        float32 (256, 256, C), read-only; C is 1 but for a photograph.

    Raises:
        ExplorerError: There is no such drawing.

    Example:
        >>> draw("smiley").shape, float(draw("smiley").min())
        ((256, 256, 1), 0.0)
    """
    if name not in SAMPLE_DRAWINGS:
        raise ExplorerError(f"There is no drawing {name!r}; choose one of {', '.join(SAMPLE_DRAWINGS)}.")
    drawing = SAMPLE_DRAWINGS[name]
    sheet: Any = np.full((SIDE, SIDE, 1), 255, np.uint8)
    if drawing.photograph:
        picture = images.prepare(images.sample(drawing.photograph, SIDE), size=SIDE)
        sheet = np.rint(255 * cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA))
    for points in drawing.strokes():
        places = np.round(points * (1 << _FINE)).astype(np.int32)
        cv2.polylines(sheet, [places], False, 0, _PEN, cv2.LINE_AA, _FINE)
    drawn: Array = sheet.astype(np.float32) / np.float32(255)
    drawn.setflags(write=False)
    return drawn
