"""What explanations ask of a network: logits with parts hidden, gradients at pictures, maps of layers."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.imagenet import structure
from explorer.imagenet.engine import opening
from explorer.imagenet.engine.changes import box_of, changed_logits
from explorer.imagenet.engine.layers import WeightedLayer
from explorer.imagenet.engine.network import EngineNetwork, FeatureMaps
from explorer.imagenet.networks import Array, NetworkError, Pixels
from explorer.imagenet.outputs import maps_of
from explorer.imagenet.preprocessing import preprocess, seen

CAMS = {
    "grad_cam": "Grad-CAM",
    "hires_cam": "HiResCAM",
    "layer_cam": "LayerCAM",
}
"""Titles of the explanations that every layer with rows and columns has one of, by name."""

PIECE = 16  # pictures in a piece for a network that costs nothing: MobileNetV2 then takes about 0.2 s

COSTLY = 2e9  # multiplications and additions a picture that halve that number

TOGETHER = 2
"""Pictures that are computed at once: the maps of more of them do not stay in a processor's cache."""

CHANGED_TOGETHER = 8
"""Changed parts of pictures that are computed at once, which are smaller."""

SMALL = 0.25
"""The share of a picture up to which a change of it is followed through the layers."""


def hidden(maps: FeatureMaps, cover: Array, masks: NDArray[np.bool_]) -> Array:
    """Return the logits (n, classes) of a picture with another one where masks (n, size, size) say so.

    Args:
        maps: All maps of the picture.
        cover: The other one, scaled, (size, size, 3).
        masks: Where it is seen. A small one costs less than a pass: see `engine.changes`.
    """
    network = maps.network
    picture = maps[network.architecture.nodes[0].name][0]

    boxes = [box_of(mask) for mask in masks]
    small = max(box.cells for box in boxes) <= SMALL * masks[0].size

    def logits(part: slice) -> Array:
        covered = np.where(masks[part, ..., np.newaxis], cover, picture)
        if small:
            return changed_logits(maps, covered, boxes[part])
        return network.forward(covered, keep=()).logits

    return _on_all_cores(logits, len(masks), CHANGED_TOGETHER if small else TOGETHER)


def gradients(network: EngineNetwork, batch: Array, target: int) -> Array:
    """Return the gradient of a logit with respect to each picture, (n, size, size, 3)."""
    first = network.architecture.nodes[0].name

    def gradient(part: slice) -> Array:
        return network.backward(network.forward(batch[part]), target)[first]

    return _on_all_cores(gradient, len(batch), TOGETHER)


def _on_all_cores(function: Callable[[slice], Array], count: int, most: int) -> Array:
    """Join what a function makes of some pictures at a time; NumPy lets other threads run meanwhile."""
    cores = os.cpu_count() or 1
    together = min(most, -(-count // cores))
    parts = [slice(start, start + together) for start in range(0, count, together)]
    with ThreadPoolExecutor(max(1, min(len(parts), cores))) as threads:
        return np.concatenate(list(threads.map(function, parts)))


def cams(maps: FeatureMaps, target: int, names: Sequence[str], method: str) -> dict[str, Array]:
    """Return the maps of some layers of one picture, from one pass back as far as these layers lie."""
    found = maps.network.backward(maps, target, names)
    return {name: cam(maps[name][0], found[name][0], method) for name in names}


def cam(activation: Array, gradient: Array, method: str) -> Array:
    """Add up the channels of a layer's output (h, w, c), each weighed by what its gradient says.

    Grad-CAM weighs a channel by the mean of its gradient, HiResCAM each cell by its own, and LayerCAM by its
    own where that is positive. Negative sums become 0.

    Args:
        activation: (h, w, c).
        gradient: (h, w, c), of the class's logit.
        method: A key of `CAMS`.

    >>> output, slope = np.array([[[1.0], [2.0]]]), np.array([[[1.0], [-1.0]]])
    >>> [cam(output, slope, method).tolist() for method in CAMS]
    [[[0.0, 0.0]], [[1.0, 0.0]], [[1.0, 0.0]]]
    """
    if method == "grad_cam":
        total = np.einsum("hwc,c->hw", activation, gradient.mean(axis=(0, 1)))
    else:
        factors = gradient if method == "hires_cam" else np.maximum(gradient, 0)
        total = np.einsum("hwc,hwc->hw", activation, factors)
    found: Array = np.maximum(total, 0)
    return found


def head(network: EngineNetwork) -> tuple[str, Array, Array]:
    """Return the layer of averages that one dense layer decides on, its kernel (c, classes), its bias.

    Raises:
        NetworkError: If the head is another.
    """
    nodes = {node.name: node for node in network.architecture.nodes}

    def before(name: str) -> str:
        while nodes[name].layer.kind in ("Dropout", "Reshape", "Flatten"):
            (name,) = nodes[name].inputs
        return name

    dense = before(network.architecture.logits)
    average = before(nodes[dense].inputs[0]) if nodes[dense].inputs else dense
    last = network.step(dense).main
    weights = last.weights if isinstance(last, WeightedLayer) else {}
    kernel = weights.get("kernel", np.zeros((0, 0), np.float32))
    # A convolution of a single cell with a kernel of a single cell is a dense layer.
    if kernel.shape[:-2] not in ((), (1, 1)) or nodes[average].kind != "GlobalAveragePooling2D":
        raise NetworkError(
            "The classes of this network are not decided by one dense layer on the averages of the last "
            "maps, so its logits are no sums over channels; choose another network, such as MobileNetV2."
        )
    kernel = kernel.reshape(-1, kernel.shape[-1])
    return average, kernel, weights.get("bias", np.zeros(kernel.shape[1], np.float32))


def weighted(network: EngineNetwork) -> list[str]:
    """Name the layers that have weights, the last first."""
    return list(network.architecture.variables())[::-1]


@dataclass(frozen=True, eq=False)
class NetworkInput:
    """A picture on its way into a network: which network, with which weights, and what it sees.

    Attributes:
        name: A key of `networks.NETWORKS`.
        weights: One of `weights.WEIGHTS`.
        pixels: As `preprocessing.seen` gives them.
    """

    name: str
    weights: str
    pixels: Pixels

    @classmethod
    def of(cls, name: str, image: Array | Pixels, fit: str, weights: str) -> NetworkInput:
        """A picture of any size, made to fit."""
        return cls(name, weights, seen(name, image, fit))

    @property
    def network(self) -> EngineNetwork:
        """The network, ready to run."""
        return opening.open_engine(self.name, self.weights)

    @property
    def maps(self) -> FeatureMaps:
        """All maps of the picture, from one pass or from those kept."""
        return maps_of(self.name, self.pixels, self.weights)

    @cached_property
    def scaled(self) -> Array:
        """The pixels as the first layer expects them."""
        return preprocess(self.name, self.pixels)

    def settled(self, target: int | None) -> int:
        """The class, or the one with the greatest logit where none is given."""
        logits = self.maps.logits[0]
        if target is None:
            return int(logits.argmax())
        if not (isinstance(target, int | np.integer) and 0 <= target < len(logits)):
            raise NetworkError(
                f"The classes are 0 to {len(logits) - 1}, and {target!r} came; choose one of them."
            )
        return int(target)

    def changed(self, pixels: NDArray[Any]) -> Array:
        """Other pixels for the same network, scaled."""
        return preprocess(self.name, pixels)


def begin(given: NetworkInput, target: int | None) -> tuple[int, int]:
    """Settle the class, and how many pictures a piece has."""
    return given.settled(target), piece_size(given.name)


def piece_size(name: str) -> int:
    """How many pictures a piece has: the fewer, the more a network costs."""
    cost = sum(layer.multiply_adds or 0 for layer in structure.layers(name))
    return max(1, round(PIECE / (1 + cost / COSTLY)))
