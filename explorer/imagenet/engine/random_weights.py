"""Weights of a network that has learned nothing."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PIL import Image

from explorer.convolution.layout import Array
from explorer.imagenet.engine.architectures import architecture
from explorer.imagenet.engine.graph import GraphNode
from explorer.imagenet.engine.layers import BatchNormalizationLayer, Shape
from explorer.imagenet.networks import NetworkRecord

SEED = 2012


def random_weights(record: NetworkRecord) -> dict[str, list[Array]]:
    """Draw every kernel from He's normal distribution, and fit normalisations and logits to random pictures.

    Otherwise what residual blocks add up would grow from block to block, and the softmax would be sure of
    one class.

    Returns:
        For each layer with weights its arrays, in Keras's order.
    """
    network = architecture(record)
    rng = np.random.default_rng(SEED)
    weights = {
        layer: [untrained(name, shape, rng) for name, shape in variables.items()]
        for layer, variables in network.variables().items()
    }
    coarse = [
        Image.fromarray(rng.integers(0, 256, (side, side, 3), np.uint8)) for side in (1, 4, 16, 64, 224)
    ]
    pixels = np.stack([np.asarray(picture.resize((record.size, record.size))) for picture in coarse])
    maps = {network.nodes[0].name: record.scaled(pixels)}
    users = {source: node.name for node in network.nodes for source in node.inputs}
    for node in network.nodes[1:]:
        inputs = [maps[source] for source in node.inputs]
        if isinstance(node.layer, BatchNormalizationLayer):
            weights[node.owner][-2:] = _moments(inputs[0])
        maps[node.name] = _with_weights(node, weights.get(node.owner, [])).layer.forward(inputs)
        if node.name == network.logits:
            break
        for source in {*node.inputs}:
            if users[source] == node.name:
                del maps[source]
    last = next(node for node in reversed(network.nodes) if "kernel" in node.variables)
    weights[last.owner][0] /= np.std(maps[network.logits])
    return weights


def untrained(name: str, shape: Shape, rng: np.random.Generator) -> Array:
    """Draw one of a layer's weights as it is before training.

    Kernels are normal with a variance of 2 / fan-in, scales and variances are 1, biases and means 0.
    """
    if len(shape) < 2:
        return np.full(shape, name in ("gamma", "moving_variance"), np.float32)
    # A kernel with a single output for each input channel is a depthwise one, and sees that channel alone.
    fan = math.prod(shape[:2] if len(shape) == 4 and shape[3] == 1 else shape[:-1])
    values: Array = rng.standard_normal(shape, np.float32)
    values *= math.sqrt(2 / fan)
    return values


def _moments(maps: Array) -> list[Array]:
    """The mean and the variance of each channel."""
    others = tuple(range(maps.ndim - 1))
    return [maps.mean(axis=others), maps.var(axis=others)]


def _with_weights(node: GraphNode, weights: list[Array]) -> GraphNode:
    """A node that can run."""
    if not node.variables:
        return node
    given = dict(zip(node.variables, weights, strict=True))
    return replace(node, layer=replace(node.layer, weights=given))  # type: ignore[call-arg]
