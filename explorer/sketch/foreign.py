"""What is on a photographed or scanned sheet and was not drawn: its rim, the lines of its paper, a thumb."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from explorer.convolution.layout import Array

Mask = NDArray[np.bool_]

_MOST = 0.5  # of a side of the sheet is dark at its very edge: a rim, which no drawing has
_DEEPEST = 0.12  # of the sheet, so deep may a rim reach
_SLACK = 2.0  # times the usual depth of a rim: from there on it is what was drawn
_LONG = 0.25  # of the sheet: pieces of a printed line are at least so long
_REACH = 0.04  # of the sheet: so close to both edges comes a printed line
_THIN = 4  # pixels, the thickest printed line
_ALONG = 0.2  # of a printed line, at least, no stroke lies along it
_BROAD = 0.1  # of the sheet: no pen is so broad
_PALE = 0.75  # of the ink's difference from the paper, at most, is that of a cover
_REST = 0.04  # of what covers the sheet, at least, is there besides: else it is the drawing


def foreign(marks: Mask) -> Mask:
    """Return which of the marks were not drawn.

    * A rim: ink along more than half of an edge of the sheet, as far inwards as it reaches there.
    * Printed lines: thin and straight from one edge to the other, level or upright. Where a stroke crosses
      one, it stays.

    Args:
        marks: What differs from the paper, (H, W).

    >>> sheet = np.zeros((64, 64), bool)
    >>> sheet[:, :3] = sheet[20:40, 30] = True
    >>> np.flatnonzero(foreign(sheet).any(axis=0)).tolist()
    [0, 1, 2]
    """
    reach = max(2, round(_REACH * max(marks.shape)))
    inner = marks[reach:-reach, reach:-reach]
    if np.count_nonzero(inner) == np.count_nonzero(marks):  # nothing comes near an edge
        return np.zeros_like(marks)
    found = _rims(marks)
    return found | _printed(marks & ~found)


def cover(differences: Array, least: float) -> Array | None:
    """Return by how much a thumb or a shadow at the edge of the sheet changes its paper; None if none does.

    It is what a disc broader than a pen fits into and the edge cuts: there the strokes are what stands out
    from the opening of the levels by that disc. Where hardly anything does, or nothing that differs clearly
    more, it is a drawing itself.

    Args:
        differences: From the paper, those of ink positive, (H, W).
        least: Up to here they are none.

    Returns:
        float32 (H, W), zero where the paper is bare.

    >>> sheet = np.zeros((80, 80), np.float32)
    >>> sheet[:30, :30] = 0.5
    >>> sheet[8:30, 12] += 0.4
    >>> sheet[60, 20:70] = 1.0
    >>> covered = cover(sheet, 0.1)
    >>> covered[20, 12], covered[60, 40], round(float((sheet - covered)[20, 12]), 3)
    (np.float32(0.5), np.float32(0.0), 0.4)
    """
    across = 2 * round(_BROAD * max(differences.shape) / 2) + 1
    # What the disc fits into and an edge cuts is as broad there; of most sheets no more is looked at.
    if not any(np.count_nonzero(edge > least) >= across for edge in _edges(differences)):
        return None
    marked = differences > least
    rims = _rims(marked)  # which may be as broad, and are found by their edge
    marks = (marked & ~rims).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across))
    # Beyond the edge all counts as covered.
    broad = cv2.morphologyEx(marks, cv2.MORPH_OPEN, disc)
    if not any(np.count_nonzero(edge) >= across for edge in _edges(broad)):
        return None
    level: Any = cv2.morphologyEx(np.where(rims, np.float32(0), differences), cv2.MORPH_OPEN, disc)
    _, places = cv2.connectedComponents((level > least / 2).astype(np.uint8), connectivity=8)
    cut = [np.bincount(edge, minlength=int(places.max()) + 1) >= across for edge in _edges(places)]
    covering = np.any(cut, axis=0)
    covering[0] = False
    over: Array = np.where(covering[places], level, np.float32(0))
    rest, under = (each[each > least] for each in (differences - over, over))
    if not rest.size or rest.size < _REST * under.size:
        return None
    # A pen as broad as the disc leaves crumbs of its own level.
    is_ink = float(np.median(under)) > _PALE * float(np.quantile(rest, 0.9))
    return None if is_ink else over


def _edges(sheet: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    return sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]


def _rims(marks: Mask) -> Mask:
    found = np.zeros_like(marks)
    for turns in range(4):  # each edge in turn is on the left
        turned, out = np.rot90(marks, turns), np.rot90(found, turns)
        deepest = max(2, round(_DEEPEST * turned.shape[1]))
        # One more than the deepest, so that what has no end there can be told from a rim.
        depth = np.where(turned[:, : deepest + 1].all(axis=1), deepest + 1, turned.argmin(axis=1))
        depth = np.minimum(depth, deepest + 1)
        there = depth[depth > 0]
        if there.size <= _MOST * depth.size or np.median(there) > deepest:
            continue
        usual = np.quantile(there[there <= deepest], 0.9)
        depth = np.where(depth > _SLACK * usual + 2, round(usual), depth + (depth > 0))  # and its soft side
        out |= np.arange(turned.shape[1]) < depth[:, np.newaxis]
    return found & marks


def _printed(marks: Mask) -> Mask:
    lines = np.zeros_like(marks)
    for ours, out in ((marks, lines), (marks.T, lines.T)):
        columns = ours.shape[1]
        reach = max(2, round(_REACH * columns))
        kernel: Any = np.ones((1, max(8, round(_LONG * columns))), np.uint8)
        askew: Any = cv2.dilate(np.ascontiguousarray(ours, np.uint8), np.ones((3, 1), np.uint8))
        long: Any = cv2.morphologyEx(askew, cv2.MORPH_OPEN, kernel)
        if not long.any():
            continue
        count, marked, stats, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
        for line in range(1, count):
            left, width = stats[line, cv2.CC_STAT_LEFT], stats[line, cv2.CC_STAT_WIDTH]
            y, x = np.nonzero(marked == line)
            thickness = float(np.quantile(np.bincount(x - left), _ALONG)) - 2
            if left > reach or left + width < columns - reach or thickness > _THIN:
                continue
            # From end to end, where little is drawn; a stroke that touches the line lies beside that.
            first, last = (float(np.median(y[end])) for end in (x <= reach, x >= columns - 1 - reach))
            near = np.abs(y - first - (last - first) * x / columns) <= thickness / 2 + 1
            out[y[near], x[near]] = ours[y[near], x[near]]
    if not lines.any():
        return lines
    return lines & ~(_crossed(marks & ~lines) | _crossed((marks & ~lines).T).T)


def _crossed(strokes: Mask) -> Mask:
    """Where strokes go on both above and below, within the thickness of a printed line."""
    above, below = np.zeros_like(strokes), np.zeros_like(strokes)
    for shift in range(1, _THIN + 2):
        above[shift:] |= strokes[:-shift]
        below[:-shift] |= strokes[shift:]
    return above & below
