"""A network of the engine as a model of Keras's: for what Keras does better, and as a second opinion."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from explorer.convolution.layout import Array
from explorer.imagenet.engine.graph import Architecture
from explorer.imagenet.engine.layers import (
    ActivationLayer,
    AveragePooling2DLayer,
    EngineLayer,
    FlipLayer,
    InputLayer,
    MaxPooling2DLayer,
    PReLULayer,
    ReLULayer,
    RescalingLayer,
    Shape,
    ShapedActivationLayer,
    TwoClassesLayer,
    WindowLayer,
)
from explorer.imagenet.networks import NetworkError

_DROPPED = 0.2  # the share of values that a dropout leaves out, which makes no difference but in training

_SHAPED = {"leaky_relu": "LeakyReLU", "elu": "ELU"}
"""Keras's classes of functions that something besides x shapes."""


def keras_model(
    architecture: Architecture,
    dtype: str = "float32",
    weights: Mapping[str, Sequence[Array]] | None = None,
) -> Any:
    """Build a `keras.Model` with the same layers.

    Args:
        architecture: The network.
        dtype: The precision of its layers.
        weights: Of each layer that has some, its arrays in Keras's order; without them they are random.

    Raises:
        NetworkError: If Keras has no counterpart of a layer.
    """
    import keras

    nodes = {node.name: node for node in architecture.nodes}
    outputs: dict[str, Any] = {}
    for node in architecture.nodes:
        if isinstance(node.layer, InputLayer):
            outputs[node.name] = keras.Input(node.shape, name=node.name)
            continue
        inputs: list[Any] = [outputs.get(source) for source in node.inputs]
        if not node.kind:
            if isinstance(node.layer, RescalingLayer):  # what is done between two layers
                outputs[node.name] = inputs[0] * node.layer.scale + node.layer.offset
            continue  # (or the sums of a layer, which applies its function below)
        layer, more = node.layer, {}
        sums = nodes[node.inputs[0]]
        if sums.owner == node.name:  # a layer that applies a function to its own output
            assert isinstance(layer, ActivationLayer)
            more = {"activation": layer.activation}
            layer, inputs = sums.layer, [outputs[source] for source in sums.inputs]
        outputs[node.name] = _applied(layer, inputs, node.shape, name=node.name, dtype=dtype, **more)
    first, last = architecture.nodes[0].name, architecture.nodes[-1].name
    model = keras.Model(outputs[first], outputs[last])
    for name, arrays in (weights or {}).items():
        if name in nodes:
            model.get_layer(name).set_weights(arrays)
    return model


def _applied(layer: EngineLayer, inputs: list[Any], shape: Shape, **more: Any) -> Any:
    """Apply Keras's counterpart of a layer."""
    import keras

    options = {
        field.name: getattr(layer, field.name)
        for field in dataclasses.fields(layer)
        if field.name != "weights"
    }
    x = inputs if len(inputs) > 1 else inputs[0]
    kind = layer.kind
    match layer:
        case TwoClassesLayer():
            raise NetworkError("A sigmoid that stands for two classes is no layer of Keras's.")
        case FlipLayer():
            return keras.ops.flip(x, axis=-1)
        case ActivationLayer(activation="gelu_tanh"):
            return keras.ops.gelu(x, approximate=True)
        case ActivationLayer(activation="erf"):
            return keras.ops.erf(x)
        case ReLULayer():
            options = {"max_value": 6 if layer.activation == "relu6" else None}
        case ShapedActivationLayer():
            kind, options = _SHAPED[layer.activation], dict(layer.parameters)
        case PReLULayer():
            options = {"shared_axes": [1, 2] if len(shape) == 3 and layer.is_shared else None}
        case AveragePooling2DLayer() | MaxPooling2DLayer():
            names = {"pool_size": "kernel_size", "strides": "strides", "padding": "padding"}
            options = {name: options[ours] for name, ours in names.items()}
    if kind == "Dropout":
        options = {"rate": _DROPPED}
    if isinstance(layer, WindowLayer) and not isinstance(layer.padding, str):
        x, options["padding"] = _padded(x, layer), "valid"
    return getattr(keras.layers, kind)(**options, **more)(x)


def _padded(x: Any, layer: WindowLayer) -> Any:
    """Put cells around maps as a layer of the engine does by itself."""
    import keras

    if isinstance(layer, AveragePooling2DLayer) and layer.padding != ((0, 0), (0, 0)):
        raise NetworkError(
            "Keras has no average pooling with padding that does not count; choose another format."
        )
    return keras.ops.pad(x, [(0, 0), *layer.padding, (0, 0)], constant_values=layer.edge)
