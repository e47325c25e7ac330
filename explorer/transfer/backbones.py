"""Networks without their heads: which layers they have, and what these make of pictures."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from explorer.imagenet import models
from explorer.imagenet.engine import opening
from explorer.imagenet.models import Opened
from explorer.imagenet.networks import Pixels, network
from explorer.imagenet.preprocessing import preprocess
from explorer.images import Array

Place: TypeAlias = tuple[str, str]  # a network and its weights


def block_inputs(place: Place, pictures: Pixels) -> list[Array]:
    """Return what goes into the last block, (n, rows, columns, channels) for each layer that goes into it."""
    return _maps(place, pictures, *network(place[0]).backbone.block_inputs)


def last_maps(place: Place, pictures: Pixels) -> Array:
    """Return the last maps of pictures, (n, rows, columns, d), or what stands for them, (n, d)."""
    return _maps(place, pictures, network(place[0]).backbone.layer)[0]


def _maps(place: Place, pictures: Pixels, *names: str) -> list[Array]:
    maps = opening.open_engine(*place).forward(preprocess(place[0], pictures), keep=names)
    return [maps[name] for name in names]


def pooled(maps: Array) -> Array:
    """Return the average of each map, (n, d); of a row the row itself."""
    averages: Array = maps.mean(axis=(1, 2)) if maps.ndim == 4 else maps
    return averages


_blocks: WeakKeyDictionary[Opened, TrainableLayers] = WeakKeyDictionary()

_compiling = threading.RLock()


def last_block(place: Place) -> TrainableLayers:
    """Return the last block of a network, to be trained; it is compiled once and let go with the network."""
    found = models.opened(*place)
    with _compiling:
        if found not in _blocks:
            import keras

            backbone = network(place[0]).backbone
            inputs = [found.model.get_layer(name).output for name in backbone.block_inputs]
            last = found.model.get_layer(backbone.layer).output
            _blocks[found] = TrainableLayers(keras.Model(inputs, last))
        return _blocks[found]


class TrainableLayers:
    """Layers that learn: from their inputs to maps, with the values that their variables are to have.

    Batch normalisation is left as it is, with the averages that it has learned.
    """

    def __init__(self, model: Any) -> None:
        import keras
        import tensorflow as tf

        kept = keras.layers.BatchNormalization
        self.layers = [layer for layer in model.layers if layer.weights and not isinstance(layer, kept)]
        self.variables = [variable for layer in self.layers for variable in layer.trainable_weights]

        def apply(inputs: Any, values: Any) -> Any:
            with keras.StatelessScope(list(zip(self.variables, values, strict=True))):
                return model(inputs, training=False)

        def pull(inputs: Any, values: Any, slopes: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(values)
                averages = tf.reduce_mean(apply(inputs, values), axis=(1, 2))
            return tape.gradient(averages, values, output_gradients=slopes)

        inputs = [tf.TensorSpec(tensor.shape, tf.float32) for tensor in model.inputs]
        values = [tf.TensorSpec(variable.shape, tf.float32) for variable in self.variables]
        slopes = tf.TensorSpec((None, None), tf.float32)
        self._apply = tf.function(apply, input_signature=[inputs, values], autograph=False)
        self._pull = tf.function(pull, input_signature=[inputs, values, slopes], autograph=False)

    def maps(self, inputs: Sequence[Array], values: Sequence[Array]) -> Array:
        """Return the maps (n, rows, columns, d)."""
        return self._apply(_floats(inputs), list(values)).numpy()  # type: ignore[no-any-return]

    def pull(self, inputs: Sequence[Array], values: Sequence[Array], slopes: Array) -> list[Array]:
        """Return the gradients of the values, from those (n, d) of the averages of the maps."""
        return [tensor.numpy() for tensor in self._pull(_floats(inputs), list(values), slopes)]


def _floats(inputs: Sequence[NDArray[Any]]) -> list[Array]:
    return [part.astype(np.float32, copy=False) for part in inputs]


def block_values(place: Place) -> tuple[Array, ...]:
    """Return the numbers that fine-tuning changes, as they are before it."""
    return tuple(variable.numpy() for variable in last_block(place).variables)
