"""What the layers of a network make of a picture; the last pictures' are kept."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable

import numpy as np

from explorer.imagenet.engine import opening
from explorer.imagenet.engine.architectures import architecture
from explorer.imagenet.engine.network import EngineNetwork, FeatureMaps
from explorer.imagenet.networks import Array, Pixels, network, unknown_layer
from explorer.imagenet.preprocessing import preprocess, seen
from explorer.imagenet.weights import Weights

KEPT_BYTES = 60_000_000  # of maps: two pictures of a network for small devices, as many as are compared


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

    All come from one pass, and those of the last pictures are kept up to `KEPT_BYTES`. The arrays are the
    caller's own.

    Raises:
        NetworkError, WeightsError: If the network, the picture, a layer or another argument cannot be used.
    """
    record = network(name)
    known = [node.name for node in architecture(record).layers]
    wanted = known if layers is None else list(layers)
    for layer in wanted:
        if layer not in known:
            raise unknown_layer(record, layer)
    maps = maps_of(name, seen(name, image, fit), weights)
    return {layer: np.array(maps[layer][0]) for layer in wanted}


_outputs: OrderedDict[tuple[Weights, bytes], FeatureMaps] = OrderedDict()

_computing = threading.Lock()


def maps_of(name: str, pixels: Pixels, weights: str = "auto") -> FeatureMaps:
    """Return all maps of what a network sees, from one pass or from those kept; nobody may change them.

    Raises:
        NetworkError, WeightsError: If there are no such network and weights.
    """
    opened: EngineNetwork = opening.open_engine(name, weights)
    key = opening.known_weights(name, weights), hashlib.sha256(pixels.tobytes()).digest()
    with _computing:
        if key not in _outputs or _outputs[key].network is not opened:
            _outputs.pop(key, None)
            # What has to go is gone before the pass, which takes its memory: all maps of a network are alike.
            _make_room(max((kept.nbytes for kept in _outputs.values() if kept.network is opened), default=0))
            maps = opened.forward(preprocess(name, pixels)[np.newaxis])
            _make_room(maps.nbytes)
            _outputs[key] = maps
        _outputs.move_to_end(key)
        return _outputs[key]


def _make_room(size: int) -> None:
    """Forget the oldest maps until those of a pass can be kept as well."""
    while _outputs and size + sum(kept.nbytes for kept in _outputs.values()) > KEPT_BYTES:
        _outputs.popitem(last=False)
