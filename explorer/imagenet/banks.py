"""Kernels of a layer as pictures and as numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer import figures
from explorer.imagenet import networks, structure
from explorer.imagenet.inspection import MOSAIC_SIDE, Array, Look, Pixels, encoded


@dataclass(frozen=True)
class Bank:
    """The kernels of a layer that slides some: the layer's place, how many there are, and slices of each."""

    place: int
    layer: structure.Layer
    count: int
    slices: int

    @property
    def of_one_cell(self) -> bool:
        """Whether their window is a single cell."""
        return self.layer.multiply_adds == math.prod(self.layer.output_shape) * self.slices

    @property
    def in_colour(self) -> bool:
        """Whether they look at a picture."""
        return self.slices == len(COLOURS)


COLOURS = ("red", "green", "blue")


def banks_of(layers: Sequence[structure.Layer]) -> list[Bank]:
    """Return the layers that slide kernels over maps."""
    channels = {layer.name: layer.output_shape[-1] for layer in layers}
    found = []
    for place, layer in enumerate(layers):
        if layer.multiply_adds and len(layer.output_shape) == 3:
            inputs = channels[layer.inputs[0]]
            count = channels[layer.name]
            if _is_each_its_own(layer.kind):
                sizes = (inputs if layer.kind.startswith("Separable") else count), 1
            else:
                sizes = count, inputs
            found.append(Bank(place, layer, *sizes))
    return found


def _is_each_its_own(kind: str) -> bool:
    """Whether each channel has a kernel of its own."""
    return kind.startswith(("Depthwise", "Separable"))


def kernels(
    name: str,
    layer: str,
    chosen: int = 0,
    *,
    part: int = 0,
    shared: bool = False,
    weights: str = "auto",
    dark: bool = False,
) -> Look:
    """Paint the kernels of a layer, and one of them large with its numbers.

    A kernel that looks at a picture is painted in colour, one that looks at a single channel whole, and of
    one that looks at many channels a single slice. Zero is the middle of each scale, which goes from -m to m.

    Args:
        name: A key of `networks.NETWORKS`.
        layer: A layer that has kernels.
        chosen: The kernel that is painted large.
        part: The input channel whose slices are painted, where a kernel has many.
        shared: Whether m is the greatest magnitude of the layer's weights, or of each painted kernel's own.
        weights: As for `predictions.predict`.
        dark: As for `figures.paint`.

    Raises:
        NetworkError: If the layer has no kernels, or they have no such input channel.
    """
    found = structure.filters(name, layer, weights=weights)  # (kh, kw, input channels, kernels)
    if found.ndim != 4:
        raise networks.NetworkError(
            f"The weights of {layer} are a matrix of {found.shape[0]} × {found.shape[1]}, which slides over "
            "nothing; choose a convolution."
        )
    kind = next(each.kind for each in structure.layers(name) if each.name == layer)
    if _is_each_its_own(kind):
        found = found.reshape(*found.shape[:2], 1, -1)  # kernels for each channel
    elif kind == "Conv2DTranspose":
        found = found.swapaxes(2, 3)
    rows, columns, inputs, count = found.shape
    in_colour = inputs == len(COLOURS)
    if in_colour and networks.network(name).scaling.blue_first:
        found = found[:, :, ::-1]  # the picture comes to it with blue first
    for number, most, what in ((chosen, count, "kernels"), (part, inputs, "slices")):
        if not 0 <= number < most:
            raise networks.NetworkError(
                f"The {what} of {layer} are 0 to {most - 1}, but {number} came; choose another."
            )
    shown = found if in_colour else found[:, :, part : part + 1]
    reaches = np.abs(found if shared else shown).max((0, 1, 2))
    ends = np.full(count, reaches.max()) if shared else reaches
    tiles = [
        figures.paint(shown[..., at], "signed", limits=(-float(end), float(end)), dark=dark).pixels
        for at, end in enumerate(ends)
    ]
    across = int(np.ceil(np.sqrt(count * rows / columns)))
    factor = max(1, (MOSAIC_SIDE // across - GAP) // max(rows, columns))
    pixels = figures.mosaic([figures.enlarge(tile, factor) for tile in tiles], across, GAP, BETWEEN)
    large = figures.enlarge(tiles[chosen], max(1, KERNEL_SIDE // max(rows, columns)))
    strengths = np.abs(found[..., chosen]).sum((0, 1))
    limit = float(ends[chosen])
    facts = {
        "shape": [rows, columns, inputs, count],
        "across": across,
        "low": float(found.min()),
        "high": float(found.max()),
        "zero": int(np.count_nonzero(np.abs(found).max((0, 1, 2)) == 0)),
        "limit": limit,
        "cells": [_cells(shown[..., channel, chosen], limit, dark) for channel in range(shown.shape[2])],
        "strongest": [[int(at), float(strengths[at])] for at in np.argsort(-strengths, kind="stable")[:5]],
    }
    pictures = {"kernels": _framed(pixels, factor * rows, factor * columns, chosen, across), "kernel": large}
    return Look(facts, encoded(pictures))


KERNEL_SIDE = 240  # pixels of the one kernel that is shown large
GAP = 6  # pixels between kernels, and of the frame around the chosen one
BETWEEN = (62, 70, 80)  # the colour there: in none of the scales


def _framed(mosaic: Pixels, height: int, width: int, chosen: int, across: int) -> Pixels:
    """Put a rim around a mosaic, and a frame around one of its tiles."""
    framed = np.full((mosaic.shape[0] + 2 * GAP, mosaic.shape[1] + 2 * GAP, 3), BETWEEN, np.uint8)
    framed[GAP:-GAP, GAP:-GAP] = mosaic
    row, column = divmod(chosen, across)
    top, left = row * (height + GAP), column * (width + GAP)
    tile = framed[top + GAP :, left + GAP :][:height, :width].copy()
    framed[top:, left:][: height + 2 * GAP, : width + 2 * GAP] = figures.rgb_of(figures.ROLES["field"].dark)
    framed[top + GAP :, left + GAP :][:height, :width] = tile
    return framed


def _cells(values: Array, limit: float, dark: bool) -> list[list[dict[str, Any]]]:
    """Return the numbers of one slice of a kernel, each with its colour and one that can be read on it."""
    painted = figures.paint(values, "signed", limits=(-limit, limit), dark=dark).pixels
    return [
        [
            {
                "value": float(value),
                "colour": f"#{bytes(pixel).hex()}",
                "ink": "#000000" if (pixel / 255) ** 2.2 @ _LUMINANCE > EVEN else "#ffffff",
            }
            for value, pixel in zip(*line, strict=True)
        ]
        for line in zip(values, painted, strict=True)
    ]


_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
EVEN = 0.18  # the luminance on which black and white can be read equally well
