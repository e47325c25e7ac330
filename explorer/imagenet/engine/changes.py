"""What a change of a part of the picture changes: only cells that can see it are computed anew.

A patch of 32 pixels reaches a fortieth of the cells of the first layers, and all of the last ones. In between
each layer is computed within the box that sees the change, out of the box that it reads there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from explorer.convolution.layout import Array
from explorer.imagenet.engine.layers import (
    ActivationLayer,
    AddLayer,
    BatchNormalizationLayer,
    ConcatenateLayer,
    DropoutLayer,
    NormalizationLayer,
    RescalingLayer,
    WindowLayer,
    ZeroPadding2DLayer,
)
from explorer.imagenet.engine.network import FeatureMaps, FusedStep

WORTHWHILE = 0.75
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

    def part(self, maps: Array) -> Array:
        """The part of maps (1, H, W, C) in the box, a view."""
        return maps[:, self.top : self.bottom, self.left : self.right]


class _Changes:
    """The maps of a changed picture: those of the picture before, and what is different in a box of each."""

    def __init__(self, maps: FeatureMaps) -> None:
        self.maps = maps
        self.found: dict[str, tuple[Box | None, Array]] = {}

    def read(self, name: str, box: Box) -> Array:
        """The changed map in a box."""
        return self._pasted(name, box.part(self.maps[name]).copy(), box.top, box.left)

    def whole(self, name: str) -> Array:
        """All of the changed map."""
        if name not in self.found:
            return self.maps[name]
        box, values = self.found[name]
        return values if box is None else self._pasted(name, self.maps[name].copy(), 0, 0)

    def _pasted(self, name: str, part: Array, top: int, left: int) -> Array:
        """Put what is different over a part of the map from (top, left) on."""
        if name not in self.found:
            return part
        box, values = self.found[name]
        whole = box or Box(0, values.shape[1], 0, values.shape[2])
        first_row, last_row = max(whole.top, top), min(whole.bottom, top + part.shape[1])
        first, last = max(whole.left, left), min(whole.right, left + part.shape[2])
        if first_row < last_row and first < last:
            inside = Box(first_row - whole.top, last_row - whole.top, first - whole.left, last - whole.left)
            Box(first_row - top, last_row - top, first - left, last - left).part(part)[...] = inside.part(
                values
            )
        return part

    def seen_by(self, step: FusedStep) -> Box | None:
        """The box of a step's output that sees what is different, or None where that is all of it."""
        boxes = [self.found[source][0] for source in step.inputs if source in self.found]
        known = [box for box in boxes if box is not None]
        shape, layer = step.nodes[-1].shape, step.padded
        if len(known) < len(boxes) or len(shape) != 3:
            return None
        box = Box(
            min(each.top for each in known),
            max(each.bottom for each in known),
            min(each.left for each in known),
            max(each.right for each in known),
        )
        if isinstance(layer, WindowLayer):
            (before, _), (ahead, _) = layer.sides(self.maps[step.inputs[0]].shape[1:])
            rows = _stops(box.top, box.bottom, before, layer.reach, layer.strides, shape[0])
            columns = _stops(box.left, box.right, ahead, layer.reach, layer.strides, shape[1])
            box = Box(*rows, *columns)
        elif isinstance(layer, ZeroPadding2DLayer):
            (down, _), (right, _) = layer.padding
            box = Box(box.top + down, box.bottom + down, box.left + right, box.right + right)
        elif not isinstance(layer, _CELL_BY_CELL):
            return None
        return box if box.cells <= WORTHWHILE * shape[0] * shape[1] else None

    def compute(self, step: FusedStep, box: Box) -> Array:
        """The output of a step in a box."""
        layer = step.padded
        if isinstance(layer, ZeroPadding2DLayer):
            (down, _), (ahead, _) = layer.padding
            moved = Box(box.top - down, box.bottom - down, box.left - ahead, box.right - ahead)
            return self.read(step.inputs[0], moved)
        if not isinstance(layer, WindowLayer):
            return step.forward([self.read(source, box) for source in step.inputs])
        (source,) = step.inputs
        height, width = self.maps[source].shape[1:3]
        (before, _), (ahead, _) = layer.sides((height, width))
        reach = layer.reach
        top, bottom = box.top * layer.strides - before, (box.bottom - 1) * layer.strides - before + reach
        left, right = box.left * layer.strides - ahead, (box.right - 1) * layer.strides - ahead + reach
        sides = (max(0, -top), max(0, bottom - height)), (max(0, -left), max(0, right - width))
        read = self.read(source, Box(max(0, top), min(bottom, height), max(0, left), min(right, width)))
        nodes = step.nodes[1:] if step.padding else step.nodes
        return FusedStep(nodes, replace(layer, padding=sides)).forward([read])


def _stops(first: int, last: int, before: int, reach: int, stride: int, outputs: int) -> tuple[int, int]:
    """The stops of a window, the last excluded, that read one of the cells from first to last."""
    start = -(-(first + before - reach + 1) // stride)
    return max(0, start), min(outputs, (last - 1 + before) // stride + 1)


def changed_logits(maps: FeatureMaps, pixels: Array, box: Box) -> Array:
    """Return the logits (classes,) of a picture that differs from another one in a box.

    Args:
        maps: All maps of the other one alone.
        pixels: The picture, scaled, (1, size, size, 3).
        box: Where it differs.
    """
    network = maps.network
    first, *others = network.steps
    if not box.cells:
        unchanged: Array = maps.logits[0]
        return unchanged
    changes = _Changes(maps)
    changes.found[first.name] = box, box.part(pixels)
    for step in others:
        if not any(source in changes.found for source in step.inputs):
            continue
        seen = changes.seen_by(step)
        if seen is None:
            value = step.forward([changes.whole(source) for source in step.inputs])
        elif seen.cells:
            value = changes.compute(step, seen)
        else:
            continue
        changes.found[step.name] = seen, value
    found: Array = changes.whole(network.architecture.logits).reshape(-1)
    return found


def box_of(mask: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Box:
    """Return the smallest box with all cells of a mask (H, W).

    >>> box_of(np.array([[False, True, False], [False, False, False]]))
    Box(top=0, bottom=1, left=1, right=2)
    """
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return Box(0, 0, 0, 0)
    return Box(int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)
