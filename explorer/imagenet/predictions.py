"""What a network says of a picture.

picture -> what the network sees -> every layer -> logits -> softmax -> 1000 classes
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from explorer.activations import softmax
from explorer.imagenet.engine import opening
from explorer.imagenet.engine.architectures import architecture
from explorer.imagenet.labels import LABELS, Label
from explorer.imagenet.networks import Array, NetworkError, NetworkRecord, Pixels, network, unknown_layer
from explorer.imagenet.outputs import maps_of
from explorer.imagenet.preprocessing import preprocess, seen

Scales: TypeAlias = Mapping[str, Mapping[int, float]]


@dataclass(frozen=True)
class Prediction:
    """A class and how probable a network takes it to be."""

    index: int
    wnid: str
    label: str
    probability: float


def predict(
    name: str, image: Array | Pixels, top: int = 5, *, fit: str = "resize", weights: str = "auto"
) -> list[Prediction]:
    """Return the `top` most probable classes of a picture, the best first.

    Args:
        name: A key of `NETWORKS`.
        image: What `seen` takes.
        top: How many, 1 to the number of classes.
        fit: One of `FITS`.
        weights: One of `WEIGHTS`.

    Raises:
        NetworkError, WeightsError: If the network, the picture or another argument cannot be used.
    """
    return best(logits(name, image, fit=fit, weights=weights), top, network(name).labels)


def best(logits: Array, top: int = 5, labels: Sequence[Label] = LABELS) -> list[Prediction]:
    """Return the `top` greatest of all logits as predictions with their softmax, the best first.

    >>> best(np.eye(1000, dtype=np.float32)[285] * 20, 1)[0].label
    'Egyptian cat'
    """
    if not 1 <= top <= len(labels):
        raise NetworkError(
            f"There are {len(labels)} classes, and the best {top} were asked for; ask for 1 to {len(labels)}."
        )
    probabilities = softmax(logits)
    order = np.argsort(-probabilities, kind="stable")[:top]
    return [
        Prediction(index, labels[index].wnid, labels[index].text, float(probabilities[index]))
        for index in map(int, order)
    ]


def logits(
    name: str,
    image: Array | Pixels,
    *,
    fit: str = "resize",
    weights: str = "auto",
    scales: Scales | None = None,
) -> Array:
    """Return what a network says of a picture before the softmax, float32 (classes,).

    Args:
        name: A key of `NETWORKS`.
        image: What `seen` takes.
        fit: One of `FITS`.
        weights: One of `WEIGHTS`.
        scales: `{layer: {channel: factor}}`: what the channels of layers are multiplied by before the next
            layers see them; 0 switches one off.

    Raises:
        NetworkError, WeightsError: If the network, the picture or another argument cannot be used.
    """
    pixels = seen(name, image, fit)
    if not scales:
        return np.array(maps_of(name, pixels, weights).logits[0])
    _check(network(name), scales)
    if len(scales) == 1:  # what comes before the layer is kept
        (layer, channels), maps = next(iter(scales.items())), maps_of(name, pixels, weights)
        changed = maps[layer].copy()
        for channel, factor in channels.items():
            changed[..., channel] *= factor
        found = maps.network.resume(maps, layer, changed, keep=())
    else:
        batch = preprocess(name, pixels)[np.newaxis]
        found = opening.open_engine(name, weights).forward(batch, keep=(), scales=scales)
    return np.array(found.logits[0])


def _check(record: NetworkRecord, scales: Scales) -> None:
    """Refuse layers and channels that are not there, and factors that are no numbers."""
    shapes = {node.name: node.shape for node in architecture(record).layers}
    for layer, channels in scales.items():
        if layer not in shapes:
            raise unknown_layer(record, layer)
        if layer == list(shapes)[-1]:
            raise NetworkError(
                f"Nothing follows {layer}, the last layer; scale the channels of one before it."
            )
        count = shapes[layer][-1]
        for channel, factor in channels.items():
            if not 0 <= channel < count or not math.isfinite(factor):
                raise NetworkError(
                    f"Channel {channel} of {layer} was to be multiplied by {factor}; its channels are 0 to "
                    f"{count - 1}, and factors are finite numbers."
                )
