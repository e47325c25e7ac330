"""What a change of a part of the picture changes: only cells that can see it are computed anew.

A patch of 32 pixels reaches a fortieth of the cells of the first layers, and all of the last ones. In between
each layer is computed within the box that sees the change, out of the box that it reads there.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from explorer.convolution.layout import Array
from explorer.imagenet.engine.layers import (
    ActivationLayer,
    AddLayer,
    AveragePooling2DLayer,
    BatchNormalizationLayer,
    ConcatenateLayer,
    DropoutLayer,
    NormalizationLayer,
    RescalingLayer,
    Shape,
    WindowLayer,
    ZeroPadding2DLayer,
)
from explorer.imagenet.engine.network import FeatureMaps, FusedStep

WORTHWHILE = 0.9
"""The share of a map's cells from which on all of it is computed: pasting costs as well."""

_CELL_BY_CELL = (
    ActivationLayer,
    AddLayer,
    BatchNormalizationLayer,
    ConcatenateLayer,
    DropoutLayer,
    NormalizationLayer,
    RescalingLayer,
)


class Box(NamedTuple):
    """Rows and columns of a map; the last ones are excluded."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def cells(self) -> int:
        """How many cells there are in it."""
        return max(0, self.bottom - self.top) * max(0, self.right - self.left)

    def moved(self, down: int, right: int) -> Box:
        """The box that lies so many cells further down and to the right."""
        return Box(self.top + down, self.bottom + down, self.left + right, self.right + right)

    def common(self, other: Box) -> Box:
        """What two boxes have in common."""
        return Box(
            max(self.top, other.top),
            min(self.bottom, other.bottom),
            max(self.left, other.left),
            min(self.right, other.right),
        )

    def around(self, other: Box) -> Box:
        """The smallest box around two."""
        return Box(
            min(self.top, other.top),
            max(self.bottom, other.bottom),
            min(self.left, other.left),
            max(self.right, other.right),
        )

    def part(self, maps: Array) -> Array:
        """The part of maps (1, H, W, C) in the box, a view."""
        return maps[:, self.top : self.bottom, self.left : self.right]


class _Changes:
    """The maps of n changed pictures: those of the picture before, and what is different in a box of each.

    What is found of a map is its boxes, one for each picture and all of one size, with the values in them,
    (n, rows, columns, C), or None with all values of the map, (n, H, W, C) or (n, numbers).
    """

    def __init__(self, maps: FeatureMaps, count: int) -> None:
        self.maps = maps
        self.count = count
        self.found: dict[str, tuple[list[Box] | None, Array]] = {}

    def read(self, name: str, boxes: list[Box], edge: float = 0.0) -> Array:
        """The changed map in boxes of one size; beyond the map's edges is one value."""
        known, values = self.found.get(name, (None, None))
        if values is not None and known == boxes:
            return values
        before = self.maps[name]
        top, bottom, left, right = boxes[0]
        read = np.empty((self.count, bottom - top, right - left, before.shape[3]), before.dtype)
        for one, box in enumerate(boxes):
            target, inside = read[one : one + 1], box.common(_all_of(before))
            if inside != box:
                target[...] = edge
            inside.moved(-box.top, -box.left).part(target)[...] = inside.part(before)
        return self._pasted(name, read, boxes)

    def whole(self, name: str) -> Array:
        """All of the changed map."""
        before = self.maps[name]
        everywhere = np.broadcast_to(before, (self.count, *before.shape[1:]))
        if name not in self.found:
            return everywhere
        boxes, values = self.found[name]
        if boxes is None:
            return values
        return self._pasted(name, everywhere.copy(), [_all_of(before)] * self.count)

    def _pasted(self, name: str, parts: Array, boxes: list[Box]) -> Array:
        """Put what is different over the parts of a map in boxes."""
        known, values = self.found.get(name, (None, None))
        if known is not None and values is not None:
            for one, (box, there) in enumerate(zip(boxes, known, strict=True)):
                both = box.common(there)
                if both.cells:
                    target, source = both.moved(-box.top, -box.left), both.moved(-there.top, -there.left)
                    target.part(parts[one : one + 1])[...] = source.part(values[one : one + 1])
        return parts

    def seen_by(self, step: FusedStep) -> list[Box] | None:
        """The boxes of a step's output that see what is different, or None where that is all of it."""
        sources = [self.found[source][0] for source in step.inputs if source in self.found]
        known = [boxes for boxes in sources if boxes is not None]
        shape, layer = step.nodes[-1].shape, step.padded
        if len(known) < len(sources) or len(shape) != 3:
            return None
        boxes = [functools.reduce(Box.around, each) for each in zip(*known, strict=True)]
        if isinstance(layer, WindowLayer):
            (before, _), (ahead, _) = layer.sides(self.maps[step.inputs[0]].shape[1:])
            reach, stride = layer.reach, layer.stride
            boxes = [
                Box(
                    *_stops(top, bottom, before, reach[0], stride[0], shape[0]),
                    *_stops(left, right, ahead, reach[1], stride[1], shape[1]),
                )
                for top, bottom, left, right in boxes
            ]
        elif isinstance(layer, ZeroPadding2DLayer):
            boxes = [box.moved(layer.padding[0][0], layer.padding[1][0]) for box in boxes]
        elif not isinstance(layer, _CELL_BY_CELL):
            return None
        boxes = _of_one_size(boxes, shape)
        return boxes if boxes[0].cells <= WORTHWHILE * shape[0] * shape[1] else None

    def compute(self, step: FusedStep, boxes: list[Box]) -> Array:
        """The output of a step in boxes of one size."""
        layer = step.padded
        if isinstance(layer, ZeroPadding2DLayer):
            (down, _), (ahead, _) = layer.padding
            return self.read(step.inputs[0], [box.moved(-down, -ahead) for box in boxes])
        if not isinstance(layer, WindowLayer):
            return step.forward([self.read(source, boxes) for source in step.inputs])
        (source,) = step.inputs
        shape = self.maps[source].shape[1:]
        (before, _), (ahead, _) = layer.sides(shape)
        reach, stride = layer.reach, layer.stride
        read = [
            Box(
                top * stride[0] - before,
                (bottom - 1) * stride[0] - before + reach[0],
                left * stride[1] - ahead,
                (right - 1) * stride[1] - ahead + reach[1],
            )
            for top, bottom, left, right in boxes
        ]
        output = step.unpadded.forward([self.read(source, read, layer.edge)])
        if isinstance(layer, AveragePooling2DLayer):  # the padding counted
            output *= math.prod(layer.taps)
            cells = layer.cells(shape)[np.newaxis]
            for one, box in zip(output, boxes, strict=True):
                one /= box.part(cells)[0]
        return output


def _stops(first: int, last: int, before: int, reach: int, stride: int, outputs: int) -> tuple[int, int]:
    """The stops of a window, the last excluded, that read one of the cells from first to last."""
    start = -(-(first + before - reach + 1) // stride)
    return max(0, start), min(outputs, (last - 1 + before) // stride + 1)


def _all_of(maps: Array) -> Box:
    """The box around maps (n, H, W, C)."""
    return Box(0, maps.shape[1], 0, maps.shape[2])


def _of_one_size(boxes: list[Box], shape: Shape) -> list[Box]:
    """Enlarge boxes to the size of the largest, and move them into a map of shape (H, W, C)."""
    rows = max(0, *(box.bottom - box.top for box in boxes))
    columns = max(0, *(box.right - box.left for box in boxes))
    tops = [max(0, min(box.top, shape[0] - rows)) for box in boxes]
    lefts = [max(0, min(box.left, shape[1] - columns)) for box in boxes]
    return [Box(top, top + rows, left, left + columns) for top, left in zip(tops, lefts, strict=True)]


def changed_logits(maps: FeatureMaps, pixels: Array, boxes: Sequence[Box]) -> Array:
    """Return the logits (n, classes) of n pictures that differ from another one in a box each.

    Boxes of like size are computed together, in the size of the largest of them.

    Args:
        maps: All maps of the other one alone.
        pixels: The pictures, scaled, (n, size, size, 3).
        boxes: Where they differ.
    """
    network = maps.network
    logits = network.architecture.logits
    first, *others = network.steps
    changes = _Changes(maps, len(pixels))
    places = _of_one_size(list(boxes), pixels.shape[1:])
    if places[0].cells:
        differing = [box.part(pixels[one : one + 1]) for one, box in enumerate(places)]
        changes.found[first.name] = places, np.concatenate(differing)
    for step in others:
        if not any(source in changes.found for source in step.inputs):
            continue
        seen = changes.seen_by(step)
        if seen is None:
            value = step.forward([changes.whole(source) for source in step.inputs])
        elif seen[0].cells:
            value = changes.compute(step, seen)
        else:
            continue
        changes.found[step.name] = seen, value
        if step.name == logits:
            break
    return changes.whole(logits).reshape(len(pixels), -1)


def box_of(mask: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Box:
    """Return the smallest box with all cells of a mask (H, W).

    >>> box_of(np.array([[False, True, False], [False, False, False]]))
    Box(top=0, bottom=1, left=1, right=2)
    """
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return Box(0, 0, 0, 0)
    return Box(int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)
