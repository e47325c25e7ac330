"""The layers of a trained network as operations of ONNX.

ONNX has channels before rows, (n, C, H, W), and so have all maps in the file; kernels are (F, C, kh, kw).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from explorer.activations.onnx_forms import write_activation
from explorer.convolution.cores import Sides
from explorer.convolution.layout import Array
from explorer.imagenet.engine.layers import (
    ActivationLayer,
    AddLayer,
    AveragePooling2DLayer,
    BatchNormalizationLayer,
    ConcatenateLayer,
    Conv2DLayer,
    Cropping2DLayer,
    DepthwiseConv2DLayer,
    DropoutLayer,
    EngineLayer,
    GlobalAveragePooling2DLayer,
    MaxPooling2DLayer,
    MultiplyLayer,
    NormalizationLayer,
    RescalingLayer,
    ReshapeLayer,
    SeparableConv2DLayer,
    Shape,
    WindowLayer,
    ZeroPadding2DLayer,
)
from explorer.imagenet.engine.network import EngineNetwork
from explorer.imagenet.networks import NetworkError
from explorer.onnx_writer import OnnxWriter


def write_layers(graph: OnnxWriter, network: EngineNetwork, pixels: str, last: str) -> str:
    """Write the layers of a network, from scaled pixels up to one of them.

    Args:
        graph: Where they are written.
        network: With its weights; what it computes as one is written as one.
        pixels: The array of scaled pixels (n, 3, size, size).
        last: The layer whose maps are wanted.

    Returns:
        The array of these maps (n, C, H, W).

    Raises:
        NetworkError: If there is no such layer, or one before it has no counterpart in ONNX.
    """
    end = network.step(last).name
    first, *steps = network.steps
    shapes = {node.name: node.shape for node in network.architecture.nodes}
    written = {first.name: pixels}
    for step in steps:
        inputs = [written[source] for source in step.inputs]
        output = _layer(graph, step.padded, inputs, [shapes[source] for source in step.inputs])
        written[step.name] = write_activation(graph, step.function, output) if step.function else output
        if step.name == end:
            break
    return written[end]


def scaled(graph: OnnxWriter, x: str, factors: ArrayLike, offsets: ArrayLike) -> str:
    """Write `factors x + offsets` of maps, a number for each channel or one for all; 1 and 0 are left out."""
    for operation, values, nothing in (("Mul", factors, 1), ("Add", offsets, 0)):
        numbers = np.asarray(values, np.float32).reshape(-1, 1, 1)
        if np.any(numbers != nothing):
            x = graph.add(operation, x, graph.constant(numbers, "scaling"))
    return x


def _layer(graph: OnnxWriter, layer: EngineLayer, inputs: Sequence[str], shapes: Sequence[Shape]) -> str:
    x = inputs[0]
    match layer:
        case Conv2DLayer():
            return _convolution(graph, layer, x, shapes[0], layer.weights["kernel"], layer.bias)
        case DepthwiseConv2DLayer():
            return _depthwise(graph, layer, x, shapes[0], layer.weights["kernel"], layer.bias)
        case SeparableConv2DLayer():
            x = _depthwise(graph, layer, x, shapes[0], layer.weights["depthwise_kernel"], None)
            point = Conv2DLayer(1, filters=layer.filters)
            return _convolution(graph, point, x, shapes[0], layer.weights["pointwise_kernel"], layer.bias)
        case MaxPooling2DLayer():
            return graph.add("MaxPool", x, **_window(layer, shapes[0]))
        case AveragePooling2DLayer():
            return graph.add("AveragePool", x, count_include_pad=0, **_window(layer, shapes[0]))
        case ZeroPadding2DLayer():
            (top, bottom), (left, right) = layer.padding
            pads = graph.whole_numbers([0, 0, top, left, 0, 0, bottom, right])
            return graph.add("Pad", x, pads, graph.constant(0))
        case Cropping2DLayer():
            (top, bottom), (left, right) = layer.cropping
            ends = [shapes[0][0] - bottom, shapes[0][1] - right]
            parts = [graph.whole_numbers(numbers) for numbers in ([top, left], ends, [2, 3])]
            return graph.add("Slice", x, *parts)
        case ActivationLayer():
            return write_activation(graph, layer.activation, x)
        case DropoutLayer():
            return x
        case BatchNormalizationLayer():
            return scaled(graph, x, *layer.factors)
        case RescalingLayer():
            return scaled(graph, x, layer.scale, layer.offset)
        case NormalizationLayer():
            deviation = np.sqrt(layer.variance)
            return scaled(graph, x, 1 / deviation, -np.asarray(layer.mean) / deviation)
        case AddLayer():
            return graph.add("Add", *inputs)
        case MultiplyLayer():
            return graph.add("Mul", *inputs)
        case ConcatenateLayer():
            return graph.add("Concat", *inputs, axis=1)
        case GlobalAveragePooling2DLayer():
            x = graph.add("GlobalAveragePool", x)
            return x if layer.keepdims else graph.add("Flatten", x)
        case ReshapeLayer(target_shape=(1, 1, channels)):
            return graph.add("Reshape", x, graph.whole_numbers([-1, channels, 1, 1]))
    raise NetworkError(f"A layer {layer.kind} is not written as ONNX; choose a network without it.")


def _convolution(
    graph: OnnxWriter, layer: WindowLayer, x: str, shape: Shape, kernel: Array, bias: Array | None
) -> str:
    weights = [graph.constant(kernel.transpose(3, 2, 0, 1), "kernel")]  # (kh, kw, C, F) -> (F, C, kh, kw)
    weights += [] if bias is None else [graph.constant(bias, "bias")]
    dilations = list(layer.dilation)
    return graph.add("Conv", x, *weights, dilations=dilations, **_window(layer, shape))


def _depthwise(
    graph: OnnxWriter, layer: WindowLayer, x: str, shape: Shape, kernel: Array, bias: Array | None
) -> str:
    weights = [graph.constant(kernel.transpose(2, 3, 0, 1), "kernel")]  # (kh, kw, C, 1) -> (C, 1, kh, kw)
    weights += [] if bias is None else [graph.constant(bias, "bias")]
    dilations = list(layer.dilation)
    return graph.add("Conv", x, *weights, dilations=dilations, group=shape[2], **_window(layer, shape))


def _window(layer: WindowLayer, shape: Shape) -> dict[str, list[int]]:
    """The size, the strides and the padding of a window on a map of shape (H, W, C)."""
    sides: Sides = layer.sides(shape)
    (top, bottom), (left, right) = sides
    return {
        "kernel_shape": list(layer.taps),
        "strides": list(layer.stride),
        "pads": [top, left, bottom, right],
    }
