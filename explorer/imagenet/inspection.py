"""What is looked at inside a network, made ready where the network is: a picture goes in, little comes out.

Layers of a network have many megabytes; a mosaic of them, a heat map and the few numbers beside them have few
kilobytes. So `look` runs in the process that holds the network, and only its `Look` travels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from explorer import figures
from explorer.activations import softmax
from explorer.imagenet import attribution, labels, networks, outputs, predictions, preprocessing, structure
from explorer.imagenet.challenge import rank

Array = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Scaled = tuple[tuple[int, int, float], ...]

ORDERS = {
    "index": "number",
    "mean": "mean",
    "maximum": "maximum",
    "variance": "variance",
}
"""By what the channels of a layer are sorted: the key, and its name for the screen."""

CAMS = {
    "grad_cam": "Grad-CAM",
    "hires_cam": "HiResCAM",
    "layer_cam": "LayerCAM",
}
"""Explanations that every layer has one of, by the names that `attribution.cams` takes."""

MOSAIC_SIDE = 800  # pixels of a mosaic along a side at most: about what a screen gives it
LOSSLESS_PIXELS = 90_000  # a smaller mosaic is sent as it is even while it moves
MOVING_QUALITY = 85


@dataclass(frozen=True)
class Encoded:
    """A picture or an array on its way to the screen."""

    kind: str
    data: bytes
    shape: tuple[int, ...] = ()


@dataclass(frozen=True)
class Look:
    """What is to be seen: facts that JSON can carry, and pictures by name."""

    facts: dict[str, Any]
    pictures: dict[str, Encoded] = field(default_factory=dict)


class _Content:
    """An array that is told from others by what is in it, so that what was computed of it can be kept."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels
        self.digest = blake2b(pixels.tobytes(), digest_size=16).digest()

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and (self.digest, self.pixels.shape) == (
            other.digest,
            other.pixels.shape,
        )


@lru_cache(maxsize=64)
def _logits(name: str, picture: _Content, weights: str, scaled: Scaled) -> Array:
    return predictions.logits(name, picture.pixels, weights=weights, scales=_scales(name, weights, scaled))


@lru_cache(maxsize=32)
def _cams(name: str, picture: _Content, weights: str, target: int, method: str) -> dict[str, Array]:
    return attribution.cams(name, picture.pixels, target, method=method, weights=weights)


@lru_cache(maxsize=8)
def _layers(name: str, weights: str) -> list[structure.Layer]:
    return structure.layers(name, weights=weights)


def _scales(name: str, weights: str, scaled: Scaled) -> dict[str, dict[int, float]] | None:
    """Name the layers whose channels are scaled, or raise a `NetworkError` where there is no such channel."""
    layers = _layers(name, weights)
    found: dict[str, dict[int, float]] = {}
    for place, channel, factor in scaled:
        if place >= len(layers) or channel >= layers[place].output_shape[-1]:
            raise networks.NetworkError(
                f"{name} has no channel {channel} in a layer {place}; switch on what another network has."
            )
        found.setdefault(layers[place].name, {})[channel] = factor
    return found or None


@dataclass(frozen=True)
class LayerView:
    """What is to be looked at, and how.

    Attributes:
        depth: The layer, counted from 0; one beyond the last is the last.
        order: A key of `ORDERS`: how the channels of the layer are sorted.
        shared: Whether all channels share one colour scale, or each has its own.
        channel: A channel to look at alone instead of all, counted from 0; one beyond the last is none.
        overlay: A key of `CAMS` for a heat map of this layer, or None.
        target: The class that the heat map explains, or None for the most probable one.
        scaled: Channels that are scaled, as (depth, channel, factor).
        temperature: By which logits are divided before the softmax.
        top: How many classes are listed.
        weights: As for `predictions.predict`.
        exact: Lossless pictures, and the values of the channel as numbers; else whatever is quick.
    """

    depth: int = 0
    order: str = "index"
    shared: bool = False
    channel: int | None = None
    overlay: str | None = None
    target: int | None = None
    scaled: tuple[tuple[int, int, float], ...] = ()
    temperature: float = 1.0
    top: int = 5
    weights: str = "auto"
    exact: bool = True


def look(name: str, image: Array | Pixels, view: LayerView) -> Look:
    """Look at one layer of a network that sees a picture, and at what the network takes the picture for.

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `predictions.predict`; whole pictures are squeezed into a square.
        view: What is to be looked at.

    Raises:
        NetworkError: If there is no such network, channel or class.
    """
    pixels = preprocessing.seen(name, image)
    picture = _Content(pixels)
    weights = view.weights
    layers = _layers(name, weights)
    layer = layers[min(view.depth, len(layers) - 1)]
    plain = _logits(name, picture, weights, ())
    logits = _logits(name, picture, weights, view.scaled) if view.scaled else plain
    target = int(plain.argmax()) if view.target is None else view.target
    painted = _painted(name, picture, weights, layer.name, view.order, view.shared, MOSAIC_SIDE)
    facts: dict[str, Any] = {
        "network": name,
        "size": pixels.shape[0],
        "depth": layers.index(layer),
        "layer": _layer_facts(layer),
        "prediction": _prediction(logits, plain, view.top, view.temperature),
        "target": _class_facts(target, logits, softmax(logits, temperature=view.temperature)),
        "switched": len(view.scaled),
        "maps": painted.facts,
        "chosen": None,
    }
    if view.channel is not None and view.channel < painted.facts["shape"][2]:
        facts["chosen"] = view.channel
        maps = _maps(name, picture, weights, layer.name)
        facts["channel"], given = _channel(maps[..., view.channel], view.exact)
    else:
        given = {"mosaic": _mosaic(painted, view.exact)}
    if view.overlay is not None:
        facts["overlay"], pictures = _overlay(name, picture, weights, target, view.overlay, layer)
        given |= pictures
    return Look(facts, given)


def _layer_facts(layer: structure.Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "kind": layer.kind,
        "shape": list(layer.output_shape),
        "parameters": layer.parameters,
        "multiply_adds": layer.multiply_adds,
        "receptive": layer.receptive and list(layer.receptive),
    }


def _class_facts(index: int, logits: Array, probabilities: Array) -> dict[str, Any]:
    if not 0 <= index < len(logits):
        raise networks.NetworkError(
            f"The network knows the classes 0 to {len(logits) - 1}, but {index} came; choose one of them."
        )
    label = labels.LABELS[index]
    return {
        "index": index,
        "label": label.text,
        "wnid": label.wnid,
        "logit": float(logits[index]),
        "probability": float(probabilities[index]),
    }


def _prediction(logits: Array, plain: Array, top: int, temperature: float) -> dict[str, Any]:
    """List the most probable classes; beside each what it had before channels were scaled."""
    probabilities, before = (softmax(each, temperature=temperature) for each in (logits, plain))
    best = np.argsort(-logits, kind="stable")[:top]
    return {
        "top": [
            _class_facts(int(index), logits, probabilities) | {"before": float(before[index])}
            for index in best
        ],
        "entropy": _entropy(probabilities),
        "temperature": temperature,
    }


def _entropy(probabilities: Array) -> float:
    """Give the entropy in bits: 0 if one class is certain, log2(1000) if all are alike."""
    positive = probabilities[probabilities > 0].astype(np.float64)
    return float(-(positive * np.log2(positive)).sum())


def _ranking(maps: Array, order: str) -> NDArray[np.int64]:
    """Sort channels by a number that each of them has, the largest first."""
    if order not in ORDERS:
        raise networks.NetworkError(
            f"Channels are sorted by {', '.join(ORDERS)}, but {order!r} came; choose one of these."
        )
    if order == "index":
        return np.arange(maps.shape[2])
    by = {"mean": maps.mean((0, 1)), "maximum": maps.max((0, 1)), "variance": maps.var((0, 1))}[order]
    return np.argsort(-by, kind="stable")


@dataclass(frozen=True, eq=False)
class _Painted:
    """The channels of a layer as pixels in the order in which they are shown, and what is said of them."""

    maps: figures.PaintedMaps
    facts: dict[str, Any]


@lru_cache(maxsize=8)  # of 2 MB: one channel after another is looked at, and all of them again
def _painted(
    name: str, picture: _Content, weights: str, layer: str, order: str, shared: bool, side: int
) -> _Painted:
    maps = _maps(name, picture, weights, layer)
    ranking = _ranking(maps, order)
    rows, columns, count = maps.shape
    across = int(np.ceil(np.sqrt(count * rows / columns)))
    low, high = maps.min((0, 1)), maps.max((0, 1))
    single = rows * columns == 1
    shared = shared or single  # alone, a number is neither high nor low
    scale = "signed" if low.min() < 0 else "stretched"
    longest = max(1, side // across)
    painted = figures.paint_maps(maps[..., ranking], scale, shared=shared, longest=longest)
    dead = np.flatnonzero((low == high) & (not single))
    facts = {
        "shape": [rows, columns, count],
        "across": across,
        "low": painted.low,
        "high": painted.high,
        "limits": painted.limits[0] if shared else None,
        "scale": scale,
        "remark": painted.remark,
        "dead": dead.tolist(),
        "order": ranking.tolist(),
    }
    return _Painted(painted, facts)


def _maps(name: str, picture: _Content, weights: str, layer: str) -> Array:
    """Give a layer's output as (rows, columns, channels)."""
    found = outputs.layer_output(name, picture.pixels, layer, weights=weights)
    return found if found.ndim == 3 else found.reshape(1, 1, -1)  # (1, 1, n): a number for each unit


def _mosaic(painted: _Painted, exact: bool) -> Encoded:
    pixels = figures.pack_maps(painted.maps, painted.facts["across"])
    lossless = exact or pixels.shape[0] * pixels.shape[1] <= LOSSLESS_PIXELS
    kind = "png" if lossless else "jpeg"
    return Encoded(figures.MIME[kind], figures.encode(pixels, kind, MOVING_QUALITY))


def _channel(values: Array, exact: bool) -> tuple[dict[str, Any], dict[str, Encoded]]:
    """Paint one channel in its own size, and at rest give its numbers."""
    scale = "signed" if values.min() < 0 else "stretched"
    painted = figures.paint(values, scale)
    facts = {
        "low": float(values.min()),
        "high": float(values.max()),
        "mean": float(values.mean()),
        "variance": float(values.var()),
        "ends": [painted.low, painted.high],
    }
    pictures = {"channel": Encoded(figures.MIME["png"], figures.encode(painted.pixels, "png"))}
    if exact:
        pictures["values"] = Encoded("float32", np.ascontiguousarray(values).tobytes(), values.shape)
    return facts, pictures


def _overlay(
    name: str, picture: _Content, weights: str, target: int, method: str, layer: structure.Layer
) -> tuple[dict[str, Any], dict[str, Encoded]]:
    """Give the heat map of a layer, from 0 to its greatest value, or say why there is none."""
    if method not in CAMS:
        raise networks.NetworkError(
            f"The heat maps are {', '.join(CAMS)}, but {method!r} came; choose one of these."
        )
    found = _cams(name, picture, weights, target, method).get(layer.name)
    facts: dict[str, Any] = {"method": method, "title": CAMS[method]}
    if found is None:
        return facts | {"missing": "This layer has no rows and columns left: a heat map needs them."}, {}
    high = float(found.max())
    if attribution.is_flat(found):
        return facts | {"missing": "Nothing in this layer speaks for this class: the heat map is flat."}, {}
    levels = np.round(255 * np.maximum(found, 0) / high).astype(np.uint8)
    encoded = Encoded("uint8", levels.tobytes(), levels.shape)
    return facts | {"shape": list(found.shape), "high": high}, {"overlay": encoded}


def warm(name: str, weights: str, what: str) -> None:
    """Compile what takes seconds the first time: "scales" of channels, or one of `CAMS`."""
    size = networks.network(name).size
    blank = np.zeros((size, size, 3), np.uint8)
    if what == "scales":
        first = structure.spatial_layers(name, weights=weights)[0]
        predictions.logits(name, blank, weights=weights, scales={first: {0: 0.0}})
    else:
        attribution.cams(name, blank, 0, method=what, weights=weights)


@dataclass(frozen=True)
class Totals:
    """What layers hold and cost together."""

    parameters: int
    multiply_adds: int


def totals(layers: Sequence[structure.Layer]) -> Totals:
    """Add up what layers hold and cost."""
    return Totals(sum(layer.parameters for layer in layers), sum(layer.multiply_adds for layer in layers))


def is_spatial(layer: structure.Layer) -> bool:
    """Whether a layer's maps have more than one cell, so that there is a where."""
    return len(layer.output_shape) == 3 and max(layer.output_shape[:2]) > 1


def answers(
    name: str, image: Array | Pixels, view: LayerView, wanted: int | tuple[int, ...]
) -> dict[str, Any]:
    """Say what the network gives to classes: their place, logit and probability, and how unsure it is.

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `look`.
        view: Its scaled channels, temperature and weights count.
        wanted: How many of the most probable classes, or which ones.
    """
    logits = _logits(name, _Content(preprocessing.seen(name, image)), view.weights, view.scaled)
    probabilities = softmax(logits, temperature=view.temperature)
    best = np.argsort(-logits, kind="stable")
    chosen = best[:wanted].tolist() if isinstance(wanted, int) else wanted
    entropy = _entropy(probabilities)
    return {
        "classes": [
            _class_facts(index, logits, probabilities) | {"place": rank(logits.tolist(), index)}
            for index in chosen
        ],
        "entropy": entropy,
        "alternatives": float(2**entropy),
    }


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


def banks(layers: Sequence[structure.Layer]) -> list[Bank]:
    """Give the layers that slide kernels over maps."""
    channels = {layer.name: layer.output_shape[-1] for layer in layers}
    found = []
    for place, layer in enumerate(layers):
        if layer.multiply_adds and len(layer.output_shape) == 3:
            inputs = channels[layer.inputs[0]]
            sizes = (inputs, 1) if _is_each_its_own(layer.kind) else (channels[layer.name], inputs)
            found.append(Bank(place, layer, *sizes))
    return found


def _is_each_its_own(kind: str) -> bool:
    """Whether each channel has a kernel of its own."""
    return kind.startswith(("Depthwise", "Separable"))


def kernels(
    name: str, layer: str, chosen: int = 0, *, part: int = 0, shared: bool = False, weights: str = "auto"
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

    Raises:
        NetworkError: If the layer has no kernels, or they have no such input channel.
    """
    found = structure.filters(name, layer, weights=weights)  # (kh, kw, input channels, kernels)
    if found.ndim != 4:
        raise networks.NetworkError(
            f"The weights of {layer} are a matrix of {found.shape[0]} x {found.shape[1]}, which slides over "
            "nothing; choose a convolution."
        )
    kind = next(each.kind for each in _layers(name, weights) if each.name == layer)
    if _is_each_its_own(kind):
        found = found.swapaxes(2, 3)  # a kernel for each channel: (kh, kw, 1, channels)
    rows, columns, inputs, count = found.shape
    in_colour = inputs == len(COLOURS)
    if in_colour and networks.network(name).mode == "caffe":
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
        figures.paint(shown[..., at], "signed", limits=(-float(end), float(end))).pixels
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
        "cells": [_cells(shown[..., channel, chosen], limit) for channel in range(shown.shape[2])],
        "strongest": [[int(at), float(strengths[at])] for at in np.argsort(-strengths, kind="stable")[:5]],
    }
    pictures = {"kernels": _framed(pixels, factor * rows, factor * columns, chosen, across), "kernel": large}
    return Look(facts, _encoded(pictures))


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
    framed[top:, left:][: height + 2 * GAP, : width + 2 * GAP] = _rgb(figures.ROLES["field"].dark)
    framed[top + GAP :, left + GAP :][:height, :width] = tile
    return framed


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _encoded(pictures: dict[str, Pixels]) -> dict[str, Encoded]:
    return {name: Encoded(figures.MIME["png"], figures.encode(each)) for name, each in pictures.items()}


def _cells(values: Array, limit: float) -> list[list[dict[str, Any]]]:
    """Give the numbers of one slice of a kernel, each with its colour and one that can be read on it."""
    painted = figures.paint(values, "signed", limits=(-limit, limit)).pixels
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


# Two beside each other


@dataclass(frozen=True, eq=False)
class Side:
    """One of two that are compared: a network, what it sees, and how it is looked at."""

    name: str
    image: Array | Pixels
    view: LayerView


@dataclass(frozen=True, eq=False)
class NetworkComparison:
    """Two that stand beside each other.

    Attributes:
        sides: What is to be seen of each. Their classes have the probability that the `other` gives them.
        common: The classes that are among the first of both.
        shared: How much of their probability falls on the same classes, 0 to 1.
        heat: How much of their heat lies in the same places, 0 to 1; None where one has none.
    """

    sides: tuple[Look, Look]
    common: tuple[str, ...]
    shared: float
    heat: float | None


def compare(first: Side, second: Side) -> NetworkComparison:
    """Look at two networks or two pictures alike, and say where they agree.

    Two distributions p and q share `sum(min(p, q))`: 1 if they are the same, 0 if nowhere both have any.
    Grad-CAM is that of the last layer with rows and columns.

    Raises:
        NetworkError: If there is no such network, channel or class.
    """
    sides = (first, second)
    looks = [look(side.name, side.image, side.view) for side in sides]
    chances = [_probabilities(side) for side in sides]
    maps, given = [], []
    for side, found, other in zip(sides, looks, reversed(chances), strict=True):
        pixels, target = preprocessing.seen(side.name, side.image), found.facts["target"]["index"]
        cam = attribution.grad_cam(side.name, pixels, target=target, weights=side.view.weights)
        top = [each | {"other": float(other[each["index"]])} for each in found.facts["prediction"]["top"]]
        facts = found.facts | {
            "prediction": found.facts["prediction"] | {"top": top},
            "heat": {"shape": list(cam.shape), "high": float(cam.max())},
        }
        large = figures.enlarge(pixels, max(1, SEEN_SIDE // pixels.shape[0]))
        given.append(Look(facts, found.pictures | _encoded({"seen": large, "heat": heated(large, cam)})))
        maps.append(cam)
    firsts, seconds = ([each["index"] for each in side.facts["prediction"]["top"]] for side in given)
    return NetworkComparison(
        (given[0], given[1]),
        tuple(labels.LABELS[index].text for index in firsts if index in seconds),
        _shared(*chances) or 0.0,
        _shared(*_alike(*maps)),
    )


SEEN_SIDE = 448  # pixels of a picture on which single pixels of a network's input can be told apart


def counterpart(
    layer: structure.Layer, layers: Sequence[structure.Layer], others: Sequence[structure.Layer]
) -> int:
    """Give the place of the layer of another network that is as deep, of the same kind where one is near.

    A layer stands at its place divided by that of the last, and near is at most a twentieth of the way.
    """
    depth = layers.index(layer) / (len(layers) - 1)
    distances = [abs(at / (len(others) - 1) - depth) for at in range(len(others))]
    return min(
        range(len(others)),
        key=lambda at: (distances[at] > NEAR, others[at].kind != layer.kind, distances[at]),
    )


NEAR = 0.05


def heated(pixels: Pixels, found: Array, limit: float | None = None) -> Pixels:
    """Paint a map over a picture: the greater a magnitude, the less of the picture is left; all of it at 0.

    Values above 0 and below have the colours of positive and negative values. A limit ends the scale before
    the greatest magnitude does.

    >>> picture = np.zeros((2, 2, 3), np.uint8)
    >>> heated(picture, np.array([[0, 1], [2, 4]], np.float32))[..., 0].tolist()
    [[0, 41], [82, 163]]
    """
    high = float(np.abs(found).max()) if limit is None else limit
    shares = np.clip(found / high, -1, 1) if high > 0 else np.zeros_like(found)
    size = pixels.shape[1], pixels.shape[0]
    signed = cv2.resize(shares, size, interpolation=cv2.INTER_NEAREST)[..., np.newaxis]
    cover = HEAT_MOST * np.abs(signed)
    above, below = (
        np.array(_rgb(figures.ROLES[role].light), np.float32) for role in ("positive", "negative")
    )
    return np.rint((1 - cover) * pixels + cover * np.where(signed < 0, below, above)).astype(np.uint8)


HEAT_MOST = 0.85  # how much of the picture the greatest value covers


def _probabilities(side: Side) -> Array:
    logits = _logits(
        side.name, _Content(preprocessing.seen(side.name, side.image)), side.view.weights, side.view.scaled
    )
    return softmax(logits, temperature=side.view.temperature)


def _alike(first: Array, second: Array) -> tuple[Array, Array]:
    """Cut the cells of two maps until both have as many."""
    rows, columns = (np.lcm(*sides) for sides in zip(first.shape, second.shape, strict=True))
    one, other = (
        np.repeat(np.repeat(each, rows // each.shape[0], 0), columns // each.shape[1], 1)
        for each in (first, second)
    )
    return one, other


def _shared(first: Array, second: Array) -> float | None:
    """Give how much of two distributions is the same, or None where one of them is zero everywhere."""
    totals = float(first.sum()), float(second.sum())
    if not all(totals):
        return None
    return float(np.minimum(first / totals[0], second / totals[1]).sum())
