"""Networks in memory: built with their weights, compiled, and the last ones kept.

Keras and TensorFlow are imported when a network is run, not before.
"""

from __future__ import annotations

import dataclasses
import functools
import gc
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from explorer.imagenet.networks import Array, Network, NetworkError, network
from explorer.imagenet.preprocessing import preprocess
from explorer.imagenet.weights import Weights, WeightsError, find_weights, reason

KEPT_NETWORKS = 2

SEED = 2012  # of random weights


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

    @functools.cached_property
    def forward(self) -> Any:
        """The compiled function from scaled pixels (n, size, size, 3) to logits (n, 1000)."""
        return compiled(self, self.logits)

    @functools.cached_property
    def every(self) -> Any:
        """The compiled function from scaled pixels to the outputs of all layers, a list in their order."""
        return compiled(self, [layer.output for layer in self.model.layers])

    @functools.cached_property
    def scaled(self) -> Any:
        """The compiled function from scaled pixels, and factors for each layer's channels, to logits."""
        import tensorflow as tf

        walk = Walk(self.model, self.logits)
        names = [layer.name for layer in self.model.layers]
        return tf.function(
            lambda pixels, factors: walk.run(
                pixels, after=lambda layer, value: value * factors[names.index(layer.name)]
            )
        )

    @functools.cached_property
    def ones(self) -> list[Any]:
        """A factor of 1 for every channel of each layer."""
        import tensorflow as tf

        return [tf.ones(layer.output.shape[-1]) for layer in self.model.layers]


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
            _opened[found] = _open(network(name), found)
        _opened.move_to_end(found)
        return _opened[found]


_opened: OrderedDict[Weights, Opened] = OrderedDict()

_opening = threading.RLock()


def _open(record: Network, weights: Weights) -> Opened:
    model, logits = built(record)
    if weights.path:
        load(model, record, weights.path, str(weights.path))
    else:
        _randomise(record, model, logits)
    return Opened(record, weights, model, logits)


def built(record: Network) -> tuple[Any, Any]:
    """Build a network and its logits, with the layer names that a new process would give."""
    keras = _keras()

    def build() -> tuple[Any, Any]:
        model = getattr(keras.applications, record.builder)(weights=None, **record.options)
        return model, logits_of(model)

    # Keras counts the names that it makes up in each thread from the start.
    with ThreadPoolExecutor(1) as fresh:
        return fresh.submit(build).result()


def framework() -> str:
    """Import what runs the networks, which takes seconds the first time, and name it.

    Raises:
        NetworkError: If Keras is not set up for TensorFlow.
    """
    keras = _keras()
    import tensorflow as tf

    return f"TensorFlow {tf.__version__}, Keras {keras.__version__}"


def _keras() -> Any:
    import keras

    backend, order = keras.backend.backend(), keras.config.image_data_format()
    if (backend, order) != ("tensorflow", "channels_last"):
        raise NetworkError(
            f"Keras is set up for {backend} with {order}, and these networks run with tensorflow and "
            "channels_last; set KERAS_BACKEND and keras.json to that."
        )
    return keras


def load(model: Any, record: Network, path: Path, called: str) -> None:
    """Load a file into a model, or raise a `WeightsError` that calls it as a person does."""
    try:
        model.load_weights(path)
    except Exception as error:  # h5py, Keras and TensorFlow raise unrelated types for files that do not fit
        raise WeightsError(
            f"{called} holds no weights that fit {record.title} ({reason(error)}); download {record.file} "
            f"from {record.url}, or choose random weights."
        ) from error


def logits_of(model: Any) -> Any:
    """Return the symbolic logits (None, 1000) of a model of `keras.applications`."""
    import keras

    last = model.layers[-1]
    if isinstance(last, keras.layers.Dense):
        return keras.ops.add(keras.ops.matmul(last.input, last.kernel), last.bias)
    return last.input


def _randomise(record: Network, model: Any, logits: Any) -> None:
    """Draw every kernel from He's normal distribution, and fit normalisations and logits to random pictures.

    Otherwise what residual blocks add up would grow from block to block, and the softmax would be sure of
    one class.
    """
    import tensorflow as tf

    rng = np.random.default_rng(SEED)
    for layer in model.layers:
        layer.set_weights([untrained(variable, rng) for variable in layer.weights])

    def normalise(layer: Any, value: Any) -> None:
        if hasattr(layer, "moving_mean"):
            mean, variance = tf.nn.moments(value, (0, 1, 2))
            layer.moving_mean.assign(mean)
            layer.moving_variance.assign(variance)

    coarse = [
        Image.fromarray(rng.integers(0, 256, (side, side, 3), np.uint8)) for side in (1, 4, 16, 64, 224)
    ]
    pixels = np.stack([np.asarray(picture.resize((record.size, record.size))) for picture in coarse])
    values = Walk(model, logits).run(preprocess(record.name, pixels), before=normalise)
    kernel = next(variable for variable in reversed(model.weights) if variable.name == "kernel")
    kernel.assign(kernel / np.std(values))


def untrained(weight: Any, rng: np.random.Generator) -> Array:
    """Draw one of a layer's weights as it is before training.

    Kernels are normal with a variance of 2 / fan-in, scales and variances are 1, biases and means 0.
    """
    shape = tuple(weight.shape)
    if len(shape) < 2:
        return np.full(shape, weight.name in ("gamma", "moving_variance"), np.float32)
    # A kernel with a single output for each input channel is a depthwise one, and sees that channel alone.
    fan = math.prod(shape[:2] if len(shape) == 4 and shape[3] == 1 else shape[:-1])
    values: Array = rng.standard_normal(shape, np.float32)
    values *= np.float32(math.sqrt(2 / fan))
    return values


def compiled(network: Opened, outputs: Any) -> Any:
    """Compile the way from scaled pixels (n, size, size, 3) to symbolic outputs."""
    import keras
    import tensorflow as tf

    model = keras.Model(network.model.input, outputs)
    size = network.network.size
    signature = [tf.TensorSpec((None, size, size, 3), tf.float32)]
    return tf.function(lambda pixels: model(pixels, training=False), input_signature=signature)


class Walk:
    """A model's layers, one after the other, with something done before or after each.

    Between two layers there may be bare operations, as in MobileNetV3's hard swish; they run as they are.
    """

    def __init__(self, model: Any, logits: Any) -> None:
        import keras

        self._layers = list(model.layers)
        self._end = logits
        graph = keras.Model(model.input, [model.output, logits])
        self._made_by = {id(operation.output): operation for operation in graph.operations}
        self._between: dict[int, Any] = {}

    def sources(self, tensor: Any) -> list[Any]:
        """Return the layers whose outputs make up a symbolic tensor."""
        operation = self._made_by[id(tensor)]
        if operation in self._layers:
            return [operation]
        return list(
            dict.fromkeys(source for part in listed(operation.input) for source in self.sources(part))
        )

    def run(
        self,
        pixels: Any,
        before: Callable[[Any, Any], None] = lambda layer, value: None,
        after: Callable[[Any, Any], Any] = lambda layer, value: value,
    ) -> Any:
        """Return the logits; `before` sees each layer's input, and `after` makes what its output becomes."""
        values: dict[int, Any] = {}
        for layer in self._layers:
            if layer is self._layers[-1]:
                break
            if layer is self._layers[0]:
                value = pixels
            else:
                taken = [self._value(tensor, values) for tensor in listed(layer.input)]
                before(layer, taken[0])
                value = layer(taken if isinstance(layer.input, list) else taken[0], training=False)
            values[id(layer.output)] = after(layer, value)
        return self._value(self._end, values)

    def _value(self, tensor: Any, values: dict[int, Any]) -> Any:
        import keras

        if id(tensor) in values:
            return values[id(tensor)]
        outputs = [source.output for source in self.sources(tensor)]
        if id(tensor) not in self._between:
            self._between[id(tensor)] = keras.Model(outputs, tensor)
        return self._between[id(tensor)]([values[id(output)] for output in outputs])


def listed(tensors: Any) -> list[Any]:
    """The tensors as a list, also where there is one."""
    return tensors if isinstance(tensors, list) else [tensors]


def find_layer(network: Opened, name: str) -> Any:
    """The layer of an opened network, or a `NetworkError`."""
    found = next((layer for layer in network.model.layers if layer.name == name), None)
    if found is None:
        raise unknown_layer(network.network, name)
    return found


def unknown_layer(network: Network, layer: str) -> NetworkError:
    """The error that says that a network has no such layer."""
    return NetworkError(
        f"{network.title} has no layer {layer!r}; choose one that layers({network.name!r}) names."
    )
