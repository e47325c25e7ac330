"""Networks without their heads: which layers they have, and what these make of pictures."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from explorer.imagenet import models
from explorer.imagenet.models import Opened
from explorer.imagenet.networks import Pixels
from explorer.imagenet.preprocessing import preprocess
from explorer.images import Array

Place: TypeAlias = tuple[str, str]  # a network and its weights


@dataclass(frozen=True)
class Backbone:
    """A network without its head.

    Attributes:
        layer: Its last layer with rows and columns: the features are the averages of its maps.
        features: How many these are.
        block: The last block, as `structure.Layer.block` calls it, which fine-tuning trains, together with
            the layers between it and the features.
        block_inputs: The layers whose outputs go into that block, with the shape of each.
        tuned: How many numbers fine-tuning changes.
    """

    layer: str
    features: int
    block: str
    block_inputs: Mapping[str, tuple[int, ...]]
    tuned: int


BACKBONES: dict[str, Backbone] = {
    "MobileNetV2": Backbone(
        layer="out_relu",
        features=1280,
        block="block_16",
        block_inputs={"block_15_add": (7, 7, 160)},
        tuned=879_040,
    ),
    "MobileNet-0.25-128": Backbone(
        layer="conv_pw_13_relu",
        features=256,
        block="block_13",
        block_inputs={"conv_pw_12_relu": (4, 4, 256)},
        tuned=67_840,
    ),
    "MobileNetV3Small": Backbone(
        layer="activation_17",
        features=576,
        block="expanded_conv_10",
        block_inputs={"expanded_conv_9_add": (7, 7, 96)},
        tuned=346_896,
    ),
    "EfficientNetV2B0": Backbone(
        layer="top_activation",
        features=1280,
        block="block6h",
        block_inputs={"block6g_add": (7, 7, 192)},
        tuned=810_288,
    ),
    "ResNet50": Backbone(
        layer="conv5_block3_out",
        features=2048,
        block="conv5_block3",
        block_inputs={"conv5_block2_out": (7, 7, 2048)},
        tuned=4_459_520,
    ),
    "VGG16": Backbone(
        layer="block5_pool",
        features=512,
        block="block5",
        block_inputs={"block4_pool": (14, 14, 512)},
        tuned=7_079_424,
    ),
    "DenseNet121": Backbone(
        layer="relu",
        features=1024,
        block="conv5_block16",
        block_inputs={"conv5_block15_concat": (7, 7, 992)},
        tuned=163_840,
    ),
    "NASNetMobile": Backbone(
        layer="activation_187",
        features=1056,
        block="block_12",
        block_inputs={"normal_concat_10": (7, 7, 1056), "normal_concat_11": (7, 7, 1056)},
        tuned=708_576,
    ),
}
"""What a head stands on, for every network of `networks.NETWORKS`."""


def block_inputs(place: Place, pictures: Pixels) -> list[Array]:
    """Give what goes into the last block, (n, rows, columns, channels) for each layer that goes into it."""
    found = compiled_part(*place, "block inputs")(preprocess(place[0], pictures))
    return [tensor.numpy() for tensor in (found if isinstance(found, list) else [found])]


def last_maps(place: Place, pictures: Pixels) -> Array:
    """Give the last maps of pictures, (n, rows, columns, d)."""
    found: Array = compiled_part(*place, "maps")(preprocess(place[0], pictures)).numpy()
    return found


def pooled(maps: Array) -> Array:
    """Return the average of each map, (n, d)."""
    averages: Array = maps.mean(axis=(1, 2))
    return averages


_compiled: WeakKeyDictionary[Opened, dict[str, Any]] = WeakKeyDictionary()

_compiling = threading.RLock()


def compiled_part(name: str, weights: str, what: str) -> Any:
    """Give a compiled part of a network; it is made on first use and let go together with the network."""
    found = models.opened(name, weights)
    with _compiling:
        parts = _compiled.setdefault(found, {})
        if what not in parts:
            parts[what] = _compile(found, BACKBONES[name], what)
        return parts[what]


def _compile(found: Opened, backbone: Backbone, what: str) -> Any:
    import keras

    last = found.model.get_layer(backbone.layer).output
    inputs = [found.model.get_layer(name).output for name in backbone.block_inputs]
    match what:
        case "maps":
            return models.compiled(found, last)
        case "block inputs":
            return models.compiled(found, inputs)
    return TrainableLayers(keras.Model(inputs, last))


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
        """Give the maps (n, rows, columns, d)."""
        return self._apply(_floats(inputs), list(values)).numpy()  # type: ignore[no-any-return]

    def pull(self, inputs: Sequence[Array], values: Sequence[Array], slopes: Array) -> list[Array]:
        """Give the gradients of the values, from those (n, d) of the averages of the maps."""
        return [tensor.numpy() for tensor in self._pull(_floats(inputs), list(values), slopes)]


def _floats(inputs: Sequence[NDArray[Any]]) -> list[Array]:
    return [part.astype(np.float32, copy=False) for part in inputs]


def block_values(place: Place) -> tuple[Array, ...]:
    """Give the numbers that fine-tuning changes, as they are before it."""
    return tuple(variable.numpy() for variable in compiled_part(*place, "trunk").variables)
