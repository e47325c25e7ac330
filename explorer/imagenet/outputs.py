"""What the layers of a network make of a picture; the last pictures' are kept."""

from __future__ import annotations

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

import numpy as np

from explorer.imagenet import models
from explorer.imagenet.models import Opened, unknown_layer
from explorer.imagenet.networks import Array, Pixels
from explorer.imagenet.preprocessing import preprocess, seen
from explorer.imagenet.weights import Weights

KEPT_BYTES = 400_000_000  # of layer outputs: the last two pictures of the widest network here


def layer_output(
    name: str, image: Array | Pixels, layer: str, *, fit: str = "resize", weights: str = "auto"
) -> Array:
    """Return what a layer makes of a picture, float32 (rows, columns, channels) or (numbers,).

    Raises:
        NetworkError, WeightsError: If the network, the picture, the layer or another argument cannot be used.
    """
    return layer_outputs(name, image, [layer], fit=fit, weights=weights)[layer]


def layer_outputs(
    name: str,
    image: Array | Pixels,
    layers: Iterable[str] | None = None,
    *,
    fit: str = "resize",
    weights: str = "auto",
) -> dict[str, Array]:
    """Return what layers make of a picture, by name; without `layers`, what all of them do.

    All come from one pass, and those of the last pictures are kept up to `KEPT_BYTES`; only those that were
    asked for become arrays, which are the caller's own.

    Raises:
        NetworkError, WeightsError: If the network, the picture, a layer or another argument cannot be used.
    """
    network = models.opened(name, weights)
    places = {layer.name: place for place, layer in enumerate(network.model.layers)}
    wanted = list(places) if layers is None else list(layers)
    for layer in wanted:
        if layer not in places:
            raise unknown_layer(network.network, layer)
    tensors = _tensors(network, seen(name, image, fit))
    return {layer: tensors[places[layer]].numpy()[0] for layer in wanted}


_outputs: OrderedDict[tuple[Weights, bytes], tuple[list[Any], int]] = OrderedDict()

_computing = threading.Lock()


def _tensors(network: Opened, pixels: Pixels) -> list[Any]:
    """Return the outputs of all layers as tensors, from one pass or from those kept."""
    key = network.weights, hashlib.sha256(pixels.tobytes()).digest()
    with _computing:
        if key not in _outputs:
            tensors = network.every(preprocess(network.network.name, pixels)[np.newaxis])
            size = sum(4 * math.prod(tensor.shape) for tensor in tensors)
            while _outputs and size + sum(kept for _, kept in _outputs.values()) > KEPT_BYTES:
                _outputs.popitem(last=False)
            _outputs[key] = tensors, size
        _outputs.move_to_end(key)
        return _outputs[key][0]
