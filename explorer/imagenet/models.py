"""Networks as models of Keras's: for fine-tuning, for activation maximisation, and for files of Keras's.

All else runs on `explorer.imagenet.engine`. Keras and TensorFlow are imported when a network is opened here,
not before.
"""

from __future__ import annotations

import dataclasses
import gc
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from explorer.imagenet.engine.architectures import architecture
from explorer.imagenet.engine.opening import weights_of
from explorer.imagenet.keras_graphs import keras_model
from explorer.imagenet.networks import Network, NetworkError, published
from explorer.imagenet.weights import Weights, find_weights

KEPT_NETWORKS = 2


@dataclass(frozen=True, eq=False)
class Opened:
    """A network that is ready to run.

    Attributes:
        network: Which one.
        weights: With which weights; what they were asked for with, and complaints, are `find_weights`'s.
        model: The flat `keras.Model` exactly as `keras.applications` builds it, with the softmax at its end.
        logits: The symbolic tensor (None, 1000) before the softmax.
    """

    network: Network
    weights: Weights
    model: Any
    logits: Any


def opened(name: str, weights: str = "auto") -> Opened:
    """Return a network that is ready to run; the last `KEPT_NETWORKS` that were asked for are kept.

    Raises:
        NetworkError: If there is no such network, or Keras is not set up for TensorFlow.
        WeightsError: If the file does not fit the network.
    """
    found = dataclasses.replace(find_weights(name, weights), complaint="")
    with _opening:
        if found not in _opened:
            while len(_opened) >= KEPT_NETWORKS:
                _opened.popitem(last=False)
                gc.collect()  # a model refers to itself, and the next may need its memory
            _opened[found] = _open(published(name), found)
        _opened.move_to_end(found)
        return _opened[found]


_opened: OrderedDict[Weights, Opened] = OrderedDict()

_opening = threading.RLock()


def _open(record: Network, weights: Weights) -> Opened:
    found = weights_of(record, weights)
    model, logits = built(record)
    for layer in model.layers:
        layer.set_weights(found.get(layer.name, []))
    return Opened(record, weights, model, logits)


def built(record: Network) -> tuple[Any, Any]:
    """Build a network and its logits, with the layer names that a new process would give."""
    keras = _keras()

    def build() -> tuple[Any, Any]:
        build = getattr(keras.applications, record.builder, None)
        model = build(weights=None, **record.options) if build else keras_model(architecture(record))
        return model, logits_of(model)

    # Keras counts the names that it makes up in each thread from the start.
    with ThreadPoolExecutor(1) as fresh:
        return fresh.submit(build).result()


def _keras() -> Any:
    import keras

    backend, order = keras.backend.backend(), keras.config.image_data_format()
    if (backend, order) != ("tensorflow", "channels_last"):
        raise NetworkError(
            f"Keras is set up for {backend} with {order}, and these networks run with tensorflow and "
            "channels_last; set KERAS_BACKEND and keras.json to that."
        )
    return keras


def logits_of(model: Any) -> Any:
    """Return the symbolic logits (None, 1000) of a model of `keras.applications`."""
    import keras

    last = model.layers[-1]
    if isinstance(last, keras.layers.Dense):
        return keras.ops.add(keras.ops.matmul(last.input, last.kernel), last.bias)
    return last.input
