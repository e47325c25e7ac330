"""Two networks, or two pictures, compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer import figures
from explorer.activations import softmax
from explorer.imagenet import attribution, networks, preprocessing, structure
from explorer.imagenet.inspection import (
    Array,
    LayerView,
    Look,
    PictureContent,
    Pixels,
    cached_logits,
    encoded,
    look,
    reach_of,
)
from explorer.imagenet.overlays import NEAR, SEEN_SIDE, HeatStyle, heated

# What is compared


@dataclass(frozen=True, eq=False)
class Side:
    """One of two that are compared: a network, what it sees, and how it is looked at."""

    name: str
    image: Array | Pixels
    view: LayerView


@dataclass(frozen=True, eq=False)
class NetworkComparison:
    """The comparison of two networks, or of two pictures.

    Attributes:
        sides: What is to be seen of each. Their classes have the probability that the `other` gives them.
        common: The classes that are among the first of both.
        shared: How much of their probability falls on the same classes, 0 to 1.
        heat: How much of their heat lies in the same places, 0 to 1; None where one has none.
        one_scale: Whether equal colours mean equal numbers on both.
    """

    sides: tuple[Look, Look]
    common: tuple[str, ...]
    shared: float
    heat: float | None
    one_scale: bool


def compare(
    first: Side, second: Side, one_scale: bool = True, style: HeatStyle | None = None
) -> NetworkComparison:
    """Look at two networks or two pictures alike, and say where they agree.

    Both have the same classes. Two distributions p and q share `sum(min(p, q))`: 1 if they are the same, 0
    if nowhere both have any. Grad-CAM is that of the last layer with rows and columns.

    Args:
        first: One of the two.
        second: The other.
        one_scale: Whether two pictures of one network are painted so that equal colours mean equal numbers.
            Numbers of two networks are not comparable, so each has a scale of its own.
        style: How the heat maps lie over the pictures.

    Raises:
        NetworkError: If there is no such network, channel or class.
    """
    one_scale = one_scale and (first.name, first.view) == (second.name, second.view)
    if one_scale:
        ends = [reach_of(side.name, side.image, side.view) for side in (first, second)]
        lows, highs = np.minimum(*ends)[:, 0], np.maximum(*ends)[:, 1]
        reach = tuple(zip(lows.tolist(), highs.tolist(), strict=True))
        first, second = (replace(side, view=replace(side.view, reach=reach)) for side in (first, second))
    sides = (first, second)
    looks = [look(side.name, side.image, side.view) for side in sides]
    chances = [_probabilities(side) for side in sides]
    seen = [preprocessing.seen(side.name, side.image) for side in sides]
    maps = [
        attribution.grad_cam(
            side.name, pixels, target=found.facts["target"]["index"], weights=side.view.weights
        )
        for side, pixels, found in zip(sides, seen, looks, strict=True)
    ]
    most = max(float(cam.max()) for cam in maps) if one_scale else None
    given = []
    for pixels, cam, found, other in zip(seen, maps, looks, reversed(chances), strict=True):
        top = [{**each, "other": float(other[each["index"]])} for each in found.facts["prediction"]["top"]]
        facts = {
            **found.facts,
            "prediction": {**found.facts["prediction"], "top": top},
            "heat": {
                "shape": list(cam.shape),
                "high": float(cam.max()),
                "limit": float(cam.max()) if most is None else most,
            },
        }
        large = figures.enlarge(pixels, max(1, SEEN_SIDE // pixels.shape[0]))
        pictures = {"seen": large, "heat": heated(large, cam, most, style)}
        given.append(Look(facts, found.pictures | encoded(pictures)))
    firsts, seconds = ([each["index"] for each in side.facts["prediction"]["top"]] for side in given)
    known = networks.network(first.name).labels
    return NetworkComparison(
        (given[0], given[1]),
        tuple(known[index].text for index in firsts if index in seconds),
        _shared(*chances) or 0.0,
        _shared(*_alike(*maps)),
        one_scale,
    )


def counterpart(
    layer: structure.Layer, layers: Sequence[structure.Layer], others: Sequence[structure.Layer]
) -> int:
    """Return the place of the layer of another network that is as deep, of the same kind where one is near.

    A layer stands at its place divided by that of the last, and near is at most a twentieth of the way.
    """
    depth = layers.index(layer) / (len(layers) - 1)
    distances = [abs(at / (len(others) - 1) - depth) for at in range(len(others))]
    return min(
        range(len(others)),
        key=lambda at: (distances[at] > NEAR, others[at].kind != layer.kind, distances[at]),
    )


def _probabilities(side: Side) -> Array:
    logits = cached_logits(
        side.name,
        PictureContent(preprocessing.seen(side.name, side.image)),
        side.view.weights,
        side.view.scaled,
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
    """Return how much of two distributions is the same, or None where one of them is zero everywhere."""
    totals = float(first.sum()), float(second.sum())
    if not all(totals):
        return None
    return float(np.minimum(first / totals[0], second / totals[1]).sum())
