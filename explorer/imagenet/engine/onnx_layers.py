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
    DenseLayer,
    DepthwiseConv2DLayer,
    DropoutLayer,
    EngineLayer,
    FlattenLayer,
    FlipLayer,
    GlobalAveragePooling2DLayer,
    GlobalMaxPooling2DLayer,
    MaxPooling2DLayer,
    MultiplyLayer,
    NormalizationLayer,
    PReLULayer,
    RescalingLayer,
    ReshapeLayer,
    SeparableConv2DLayer,
    Shape,
    ShapedActivationLayer,
    WindowLayer,
    ZeroPadding2DLayer,
    as_step,
)
from explorer.imagenet.engine.network import EngineNetwork
from explorer.imagenet.engine.other_layers import (
    Conv2DTransposeLayer,
    LayerNormalizationLayer,
    UpSampling2DLayer,
)
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


def scaled(
    graph: OnnxWriter, x: str, factors: ArrayLike, offsets: ArrayLike, *, has_maps: bool = True
) -> str:
    """Write `factors x + offsets`, a number for each channel or one for all; 1 and 0 are left out.

    Args:
        graph: Where it is written.
        x: Maps (n, C, H, W), or without `has_maps` rows (n, C).
        factors: What they are multiplied by.
        offsets: What is added then.
        has_maps: Whether there are rows and columns.
    """
    for operation, values, nothing in (("Mul", factors, 1), ("Add", offsets, 0)):
        numbers = _by_channel(values, has_maps)
        if np.any(numbers != nothing):
            x = graph.add(operation, x, graph.constant(numbers, "scaling"))
    return x


def _by_channel(values: ArrayLike, has_maps: bool) -> Array:
    """A number for each channel, as it is spread over maps or rows."""
    return np.asarray(values, np.float32).reshape((-1, 1, 1) if has_maps else -1)


def _layer(graph: OnnxWriter, layer: EngineLayer, inputs: Sequence[str], shapes: Sequence[Shape]) -> str:
    x = inputs[0]
    has_maps = len(shapes[0]) == 3
    match layer:
        case Conv2DLayer():
            kernel, groups = layer.weights["kernel"], layer.groups
            return _convolution(graph, layer, x, shapes[0], kernel, layer.bias, groups)
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
        case ActivationLayer(activation="softmax") if has_maps:
            return graph.add("Softmax", x, axis=1)
        case ActivationLayer():
            return write_activation(graph, layer.activation, x)
        case ShapedActivationLayer():
            return write_activation(graph, layer.activation, x, **layer.parameters)
        case PReLULayer():
            slopes = layer.weights["alpha"]
            return graph.add("PRelu", x, graph.constant(slopes.transpose(2, 0, 1) if has_maps else slopes))
        case LayerNormalizationLayer():
            return _layer_normalization(graph, layer, x, shapes[0])
        case Conv2DTransposeLayer():
            return _transposed(graph, layer, x, shapes[0])
        case UpSampling2DLayer():
            scales = graph.constant([1, 1, *as_step(layer.size)], "scales")
            nearest = {"mode": "nearest", "nearest_mode": "floor"}
            return graph.add("Resize", x, "", scales, coordinate_transformation_mode="asymmetric", **nearest)
        case DropoutLayer():
            return x
        case BatchNormalizationLayer():
            return scaled(graph, x, *layer.factors, has_maps=has_maps)
        case RescalingLayer():
            return scaled(graph, x, layer.scale, layer.offset, has_maps=has_maps)
        case NormalizationLayer():
            deviation = np.sqrt(layer.variance)
            shift = -np.asarray(layer.mean) / deviation
            return scaled(graph, x, 1 / deviation, shift, has_maps=has_maps)
        case FlipLayer():
            return graph.add("Gather", x, graph.whole_numbers(range(shapes[0][-1])[::-1]), axis=1)
        case AddLayer():
            return graph.add("Sum", *inputs)
        case MultiplyLayer():
            return graph.add("Mul", *inputs)
        case ConcatenateLayer():
            return graph.add("Concat", *inputs, axis=1)
        case GlobalAveragePooling2DLayer():
            x = graph.add("GlobalAveragePool", x)
            return x if layer.keepdims else graph.add("Flatten", x)
        case GlobalMaxPooling2DLayer():
            x = graph.add("GlobalMaxPool", x)
            return x if layer.keepdims else graph.add("Flatten", x)
        case ReshapeLayer() | FlattenLayer():
            return _reshaped(graph, x, shapes[0], layer.output_shape(*shapes))
        case DenseLayer():
            bias = np.zeros(layer.units, np.float32) if layer.bias is None else layer.bias
            return graph.dense(x, layer.weights["kernel"], bias)
    raise NetworkError(f"A layer {layer.kind} is not written as ONNX; choose a network without it.")


def _reshaped(graph: OnnxWriter, x: str, before: Shape, after: Shape) -> str:
    """Write the same numbers in another shape: their order is that with channels last."""
    if len(before) == 3 and max(before[:2]) > 1:
        x = graph.add("Transpose", x, perm=[0, 2, 3, 1])
    if len(after) == 3 and max(after[:2]) > 1:
        x = graph.add("Reshape", x, graph.whole_numbers([-1, *after]))
        return graph.add("Transpose", x, perm=[0, 3, 1, 2])
    channels_first = [after[2], 1, 1] if len(after) == 3 else after
    return graph.add("Reshape", x, graph.whole_numbers([-1, *channels_first]))


def _convolution(
    graph: OnnxWriter,
    layer: WindowLayer,
    x: str,
    shape: Shape,
    kernel: Array,
    bias: Array | None,
    groups: int = 1,
) -> str:
    weights = [graph.constant(kernel.transpose(3, 2, 0, 1), "kernel")]  # (kh, kw, C, F) -> (F, C, kh, kw)
    weights += [] if bias is None else [graph.constant(bias, "bias")]
    dilations = list(layer.dilation)
    return graph.add("Conv", x, *weights, dilations=dilations, group=groups, **_window(layer, shape))


def _depthwise(
    graph: OnnxWriter, layer: WindowLayer, x: str, shape: Shape, kernel: Array, bias: Array | None
) -> str:
    flat = kernel.transpose(2, 3, 0, 1).reshape(
        -1, 1, *kernel.shape[:2]
    )  # (kh, kw, C, M) -> (C M, 1, kh, kw)
    weights = [graph.constant(flat, "kernel")]
    weights += [] if bias is None else [graph.constant(bias, "bias")]
    dilations = list(layer.dilation)
    return graph.add("Conv", x, *weights, dilations=dilations, group=shape[2], **_window(layer, shape))


def _transposed(graph: OnnxWriter, layer: Conv2DTransposeLayer, x: str, shape: Shape) -> str:
    kernel = layer.weights["kernel"]
    weights = [graph.constant(kernel.transpose(3, 2, 0, 1), "kernel")]  # (kh, kw, F, C) -> (C, F, kh, kw)
    weights += [] if layer.bias is None else [graph.constant(layer.bias, "bias")]
    padding = layer.onnx_padding(shape)
    return graph.add(
        "ConvTranspose",
        x,
        *weights,
        kernel_shape=kernel.shape[:2],
        strides=as_step(layer.strides),
        pads=padding[:4],
        output_padding=padding[4:],
    )


def _layer_normalization(graph: OnnxWriter, layer: LayerNormalizationLayer, x: str, shape: Shape) -> str:
    """Write it on channels that come last, where ONNX normalises."""
    has_maps = len(shape) == 3
    x = graph.add("Transpose", x, perm=[0, 2, 3, 1]) if has_maps else x
    gamma = layer.weights.get("gamma", np.ones(shape[-1], np.float32))
    learned = [graph.constant(gamma, "gamma")]
    learned += [graph.constant(layer.weights["beta"], "beta")] if layer.center else []
    x = graph.add("LayerNormalization", x, *learned, axis=-1, epsilon=layer.epsilon)
    return graph.add("Transpose", x, perm=[0, 3, 1, 2]) if has_maps else x


def _window(layer: WindowLayer, shape: Shape) -> dict[str, list[int]]:
    """The size, the strides and the padding of a window on a map of shape (H, W, C)."""
    sides: Sides = layer.sides(shape)
    (top, bottom), (left, right) = sides
    return {
        "kernel_shape": list(layer.taps),
        "strides": list(layer.stride),
        "pads": [top, left, bottom, right],
    }
