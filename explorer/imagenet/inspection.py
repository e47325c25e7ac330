"""A layer of a network as a picture: its maps, one of them large, and what the classes say to it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Annotated, Any, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from explorer import figures
from explorer.activations import softmax
from explorer.imagenet import attribution, networks, outputs, predictions, preprocessing, structure
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

MOSAIC_SIDE = 800  # pixels of a mosaic along a side at most: about what a screen gives it
LOSSLESS_PIXELS = 90_000  # a smaller mosaic is sent as it is even while it moves
STAGE_SIDE = 40  # pixels of a map in the strip of all stages
STAGE_MAPS = 4  # and how many of each stage are there
KEPT_CAMS = 16  # pictures and classes whose heat maps are kept, at 1 MB each


@dataclass(frozen=True)
class Encoded:
    """A picture or an array on its way to the screen."""

    kind: str
    data: bytes
    shape: tuple[int, ...] = ()


@dataclass(frozen=True)
class Look:
    """What is to be seen: facts that JSON can carry, and pictures by name."""

    facts: Mapping[str, Any]
    pictures: dict[str, Encoded] = field(default_factory=dict)


class LayerFacts(TypedDict):
    """What is said of a layer; see `structure.Layer`."""

    name: str
    kind: str
    shape: list[int]
    parameters: int
    multiply_adds: int
    receptive: Annotated[list[int], tuple[int, int, int]] | None


class ClassFacts(TypedDict):
    """What a network gives to a class."""

    index: int
    label: str
    wnid: str
    logit: float
    probability: float


class RankedClass(ClassFacts):
    """One of the most probable classes, with its probability before channels were scaled."""

    before: float


class PlacedClass(ClassFacts):
    """A class with its place among all of them."""

    place: int


class PredictionFacts(TypedDict):
    """The most probable classes, and how unsure the network is, in bits."""

    top: list[RankedClass]
    entropy: float
    temperature: float


class AnswersFacts(TypedDict):
    """What a network gives to some classes, and among how many alike it would be as unsure."""

    classes: list[PlacedClass]
    entropy: float
    alternatives: float


class ChannelMapsFacts(TypedDict):
    """What is said of all channels of a layer, `across` in a row in the `order` in which they are shown.

    `limits` are the ends of a scale that all share, and `dead` are channels of one value.
    """

    shape: Annotated[list[int], tuple[int, int, int]]
    across: int
    low: float
    high: float
    limits: figures.Limits | None
    scale: str
    remark: str
    dead: list[int]
    order: list[int]


class ChannelFacts(TypedDict):
    """What is said of one channel; `ends` are those of its colours, `remark` what lies beyond."""

    low: float
    high: float
    mean: float
    variance: float
    ends: Annotated[list[float], tuple[float, float]]
    remark: str


class HeatFacts(TypedDict):
    """What is said of the heat map of a layer, which reaches from 0 to `high`."""

    method: str
    title: str
    shape: list[int]
    high: float


class MissingHeat(TypedDict):
    """Why a layer has no heat map."""

    method: str
    title: str
    missing: str


class LookFacts(TypedDict):
    """What is said of a layer of a network that sees a picture; `channel` where one is chosen."""

    network: str
    size: int
    depth: int
    layer: LayerFacts
    prediction: PredictionFacts
    target: ClassFacts
    switched: int
    maps: ChannelMapsFacts
    chosen: int | None
    channel: NotRequired[ChannelFacts]
    overlay: NotRequired[HeatFacts | MissingHeat]


@dataclass(frozen=True)
class LayerLook(Look):
    """What is to be seen of a layer of a network that sees a picture."""

    facts: LookFacts


class PictureContent:
    """An array that is told from others by what is in it, so that what was computed of it can be kept."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels
        self.digest = blake2b(pixels.tobytes(), digest_size=16).digest()

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PictureContent) and (self.digest, self.pixels.shape) == (
            other.digest,
            other.pixels.shape,
        )


@lru_cache(maxsize=64)
def cached_logits(name: str, picture: PictureContent, weights: str, scaled: Scaled) -> Array:
    """Logits of a picture, kept while its view changes."""
    return predictions.logits(name, picture.pixels, weights=weights, scales=scales_of(name, scaled))


_cams: OrderedDict[tuple[str, PictureContent, str, int, str], dict[str, Array]] = OrderedDict()

_keeping = threading.Lock()


def _cam(
    name: str, picture: PictureContent, weights: str, target: int, method: str, layer: str, every: bool
) -> Array:
    """Return the heat map of a layer; those of `every` other come from the same pass, and are kept."""
    key = name, picture, weights, target, method
    with _keeping:
        found = _cams.get(key)
        if found:
            _cams.move_to_end(key)
    if (
        found is None and not every
    ):  # a picture that is gone with the next answer: to this layer and no further
        explain = {
            "grad_cam": attribution.grad_cam,
            "hires_cam": attribution.hires_cam,
            "layer_cam": attribution.layer_cam,
        }[method]
        return explain(name, picture.pixels, layer, target, weights=weights)
    if found is None:
        found = attribution.cams(name, picture.pixels, target, method=method, weights=weights)
        with _keeping:
            _cams[key] = found
            while len(_cams) > KEPT_CAMS:
                _cams.popitem(last=False)
    return found[layer]


def scales_of(name: str, scaled: Scaled) -> dict[str, dict[int, float]] | None:
    """Name the layers whose channels are scaled, or raise a `NetworkError` where there is no such channel."""
    layers = structure.layers(name)
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
        overlay: A key of `attribution.CAMS` for a heat map of this layer, or None.
        target: The class that the heat map explains, or None for the most probable one.
        scaled: Channels that are scaled, as (depth, channel, factor).
        temperature: By which logits are divided before the softmax.
        top: How many classes are listed.
        weights: As for `predictions.predict`.
        reach: The lowest and the highest number of each channel that its colours are for, if not its own.
        dark: Whether maps with negative values are dark at zero, for the dark theme.
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
    reach: tuple[tuple[float, float], ...] | None = None
    dark: bool = False
    exact: bool = True


def look(name: str, image: Array | Pixels, view: LayerView) -> LayerLook:
    """Look at one layer of a network that sees a picture, and at what the network takes the picture for.

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `predictions.predict`; whole pictures are squeezed into a square.
        view: What is to be looked at.

    Raises:
        NetworkError: If there is no such network, channel or class.
    """
    pixels = preprocessing.seen(name, image)
    picture = PictureContent(pixels)
    weights = view.weights
    layers = structure.layers(name)
    layer = layers[min(view.depth, len(layers) - 1)]
    plain = cached_logits(name, picture, weights, ())
    logits = cached_logits(name, picture, weights, view.scaled) if view.scaled else plain
    target = int(plain.argmax()) if view.target is None else view.target
    shared, reach = view.shared, view.reach
    painted = _painted(name, picture, weights, layer.name, view.order, shared, MOSAIC_SIDE, reach, view.dark)
    facts: LookFacts = {
        "network": name,
        "size": pixels.shape[0],
        "depth": layers.index(layer),
        "layer": _layer_facts(layer),
        "prediction": _prediction(name, logits, plain, view),
        "target": _class_facts(name, target, logits, softmax(logits, temperature=view.temperature)),
        "switched": len(view.scaled),
        "maps": painted.facts,
        "chosen": None,
    }
    if view.channel is not None and view.channel < painted.facts["shape"][2]:
        facts["chosen"] = view.channel
        maps = _maps(name, picture, weights, layer.name)
        facts["channel"], given = _channel(maps[..., view.channel], view)
    else:
        given = {"mosaic": _mosaic(painted, view.exact)}
    if view.exact and structure.stages(layers):
        given["stages"] = _stages(name, picture, weights)
    if view.overlay is not None:
        facts["overlay"], pictures = _overlay(name, picture, weights, target, view.overlay, layer, view.exact)
        given |= pictures
    return LayerLook(facts, given)


@lru_cache(maxsize=4)
def _stages(name: str, picture: PictureContent, weights: str) -> Encoded:
    """Paint the maps of each stage whose values differ most: one below the other, stage by stage."""
    layers = structure.layers(name)
    rows = []
    for stage in structure.stages(layers):
        maps = _maps(name, picture, weights, layers[stage.layer].name)
        chosen = maps[..., _ranking(maps, "variance")[:STAGE_MAPS]]
        painted = figures.paint_maps(chosen, "stretched", shared=False, longest=STAGE_SIDE)
        down, across = (np.arange(STAGE_SIDE) * side // STAGE_SIDE for side in painted.tiles[0].shape)
        rows += [tile[down][:, across] for tile in painted.tiles]
    return Encoded(figures.MIME["jpeg"], figures.encode(np.concatenate(rows), "jpeg"))


def reach_of(name: str, image: Array | Pixels, view: LayerView) -> Array:
    """Return the lowest and the highest number of each channel of the layer that is looked at: (C, 2)."""
    layers = structure.layers(name)
    layer = layers[min(view.depth, len(layers) - 1)]
    maps = _maps(name, PictureContent(preprocessing.seen(name, image)), view.weights, layer.name)
    return np.transpose([maps.min((0, 1)), maps.max((0, 1))])


def _layer_facts(layer: structure.Layer) -> LayerFacts:
    return {
        "name": layer.name,
        "kind": layer.kind,
        "shape": list(layer.output_shape),
        "parameters": layer.parameters,
        "multiply_adds": layer.multiply_adds,
        "receptive": layer.receptive and list(layer.receptive),
    }


def _class_facts(name: str, index: int, logits: Array, probabilities: Array) -> ClassFacts:
    if not 0 <= index < len(logits):
        raise networks.NetworkError(
            f"The network knows the classes 0 to {len(logits) - 1}, but {index} came; choose one of them."
        )
    label = networks.network(name).labels[index]
    return {
        "index": index,
        "label": label.text,
        "wnid": label.wnid,
        "logit": float(logits[index]),
        "probability": float(probabilities[index]),
    }


def _prediction(name: str, logits: Array, plain: Array, view: LayerView) -> PredictionFacts:
    """List the most probable classes; beside each what it had before channels were scaled."""
    probabilities, before = (softmax(each, temperature=view.temperature) for each in (logits, plain))
    best = np.argsort(-logits, kind="stable")[: view.top]
    return {
        "top": [
            {**_class_facts(name, int(index), logits, probabilities), "before": float(before[index])}
            for index in best
        ],
        "entropy": _entropy(probabilities),
        "temperature": view.temperature,
    }


def _entropy(probabilities: Array) -> float:
    """Return the entropy in bits: 0 if one class is certain, log2(1000) if all are alike."""
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
    facts: ChannelMapsFacts


@lru_cache(maxsize=4)  # of 2 MB: one channel after another is looked at, and all of them again
def _painted(
    name: str,
    picture: PictureContent,
    weights: str,
    layer: str,
    order: str,
    shared: bool,
    side: int,
    reach: tuple[tuple[float, float], ...] | None,
    dark: bool,
) -> _Painted:
    maps = _maps(name, picture, weights, layer)
    ranking = _ranking(maps, order)
    rows, columns, count = maps.shape
    across = int(np.ceil(np.sqrt(count * rows / columns)))
    low, high = maps.min((0, 1)), maps.max((0, 1))
    single = rows * columns == 1
    shared = shared or single  # alone, a number is neither high nor low
    extremes = np.transpose([low, high]) if reach is None else np.array(reach)
    scale = "signed" if extremes.min() < 0 else "stretched"
    longest = max(1, side // across)
    # In the network's order they need no copy, which has 5 MB in the widest layer.
    ordered = maps if order == "index" else maps[..., ranking]
    painted = figures.paint_maps(
        ordered,
        scale,
        shared=shared,
        longest=longest,
        reach=None if reach is None else extremes[ranking],
        usual=reach is None and not single,
        dark=dark,
    )
    dead = np.flatnonzero((low == high) & (not single))
    facts: ChannelMapsFacts = {
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


def _maps(name: str, picture: PictureContent, weights: str, layer: str) -> Array:
    """Return a layer's output as (rows, columns, channels); nobody may change it."""
    found: Array = outputs.maps_of(name, picture.pixels, weights)[layer][0]
    return found if found.ndim == 3 else found.reshape(1, 1, -1)  # (1, 1, n): a number for each unit


def _mosaic(painted: _Painted, exact: bool) -> Encoded:
    pixels = figures.pack_maps(painted.maps, painted.facts["across"])
    lossless = exact or pixels.shape[0] * pixels.shape[1] <= LOSSLESS_PIXELS
    kind = "png" if lossless else "jpeg"
    return Encoded(figures.MIME[kind], figures.encode(pixels, kind, figures.MOVING_QUALITY))


def _channel(values: Array, view: LayerView) -> tuple[ChannelFacts, dict[str, Encoded]]:
    """Paint one channel in its own size, and at rest give its numbers."""
    scale = "signed" if values.min() < 0 else "stretched"
    ends = figures.usual_limits(values, scale) if values.size > 1 else None
    painted = figures.paint(values, scale, limits=ends, dark=view.dark)
    facts: ChannelFacts = {
        "low": float(values.min()),
        "high": float(values.max()),
        "mean": float(values.mean()),
        "variance": float(values.var()),
        "ends": [painted.low, painted.high],
        "remark": painted.remark,
    }
    pictures = {"channel": Encoded(figures.MIME["png"], figures.encode(painted.pixels, "png"))}
    if view.exact:
        pictures["values"] = Encoded("float32", np.ascontiguousarray(values).tobytes(), values.shape)
    return facts, pictures


def _overlay(
    name: str,
    picture: PictureContent,
    weights: str,
    target: int,
    method: str,
    layer: structure.Layer,
    exact: bool,
) -> tuple[HeatFacts | MissingHeat, dict[str, Encoded]]:
    """Return the heat map of a layer, from 0 to its greatest value, or say why there is none."""
    if method not in attribution.CAMS:
        raise networks.NetworkError(
            f"The heat maps are {', '.join(attribution.CAMS)}, but {method!r} came; choose one of these."
        )
    title = attribution.CAMS[method]

    def missing(sentence: str) -> tuple[MissingHeat, dict[str, Encoded]]:
        return {"method": method, "title": title, "missing": sentence}, {}

    if layer.name not in structure.spatial_layers(name):
        return missing("This layer has no rows and columns left: a heat map needs them.")
    found = _cam(name, picture, weights, target, method, layer.name, exact)
    high = float(found.max())
    if attribution.is_flat(found):
        return missing("Nothing in this layer speaks for this class: the heat map is flat.")
    levels = np.round(255 * np.maximum(found, 0) / high).astype(np.uint8)
    encoded = Encoded("uint8", levels.tobytes(), levels.shape)
    facts: HeatFacts = {"method": method, "title": title, "shape": list(found.shape), "high": high}
    return facts, {"overlay": encoded}


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


def answers(name: str, image: Array | Pixels, view: LayerView, wanted: int | tuple[int, ...]) -> AnswersFacts:
    """What the network gives to classes: their place, logit and probability, and how unsure it is.

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `look`.
        view: Its scaled channels, temperature and weights count.
        wanted: How many of the most probable classes, or which ones.
    """
    logits = cached_logits(name, PictureContent(preprocessing.seen(name, image)), view.weights, view.scaled)
    probabilities = softmax(logits, temperature=view.temperature)
    best = np.argsort(-logits, kind="stable")
    chosen = best[:wanted].tolist() if isinstance(wanted, int) else wanted
    entropy = _entropy(probabilities)
    return {
        "classes": [
            {**_class_facts(name, index, logits, probabilities), "place": rank(logits.tolist(), index)}
            for index in chosen
        ],
        "entropy": entropy,
        "alternatives": float(2**entropy),
    }


def encoded(pictures: dict[str, Pixels]) -> dict[str, Encoded]:
    """Pictures as PNG files."""
    return {name: Encoded(figures.MIME["png"], figures.encode(each)) for name, each in pictures.items()}
