"""A network of the engine as a model of Keras's: for what Keras does better, and as a second opinion."""

from __future__ import annotations

import dataclasses
from typing import Any

from explorer.imagenet.engine.graph import Architecture, GraphNode
from explorer.imagenet.engine.layers import (
    AveragePooling2DLayer,
    InputLayer,
    MaxPooling2DLayer,
    ReLULayer,
    RescalingLayer,
)

_DROPPED = 0.2  # the share of values that a dropout leaves out, which makes no difference but in training


def keras_model(architecture: Architecture, dtype: str = "float32") -> Any:
    """Build a `keras.Model` with the same layers; its weights are random.

    Args:
        architecture: The network.
        dtype: The precision of its layers.
    """
    import keras

    nodes = {node.name: node for node in architecture.nodes}
    outputs: dict[str, Any] = {}
    for node in architecture.nodes:
        if isinstance(node.layer, InputLayer):
            outputs[node.name] = keras.Input(node.shape, name=node.name)
            continue
        sums = nodes[node.inputs[0]]
        if node.kind and sums.owner == node.name:  # a layer that applies a function to its own output
            options = _options(sums) | _options(node)
            inputs = [outputs[source] for source in sums.inputs]
        elif node.kind:
            options, inputs = _options(node), [outputs[source] for source in node.inputs]
        else:
            inputs = [outputs[source] for source in node.inputs]
            if isinstance(node.layer, RescalingLayer):  # what is done between two layers
                outputs[node.name] = inputs[0] * node.layer.scale + node.layer.offset
            continue
        layer = getattr(keras.layers, node.kind)(**options, name=node.name, dtype=dtype)
        outputs[node.name] = layer(inputs if len(inputs) > 1 else inputs[0])
    first, last = architecture.nodes[0].name, architecture.nodes[-1].name
    return keras.Model(outputs[first], outputs[last])


def _options(node: GraphNode) -> dict[str, Any]:
    """The arguments of Keras's layer, which the record has by the same names."""
    options = {
        field.name: getattr(node.layer, field.name)
        for field in dataclasses.fields(node.layer)
        if field.name != "weights"
    }
    if isinstance(node.layer, AveragePooling2DLayer | MaxPooling2DLayer):
        names = {"pool_size": "kernel_size", "strides": "strides", "padding": "padding"}
        return {name: options[ours] for name, ours in names.items()}
    if isinstance(node.layer, ReLULayer):
        return {"max_value": 6 if node.layer.activation == "relu6" else None}
    return {"rate": _DROPPED} if node.kind == "Dropout" else options
