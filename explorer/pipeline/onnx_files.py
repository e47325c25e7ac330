"""Pipelines as files of ONNX, whose maps are (n, C, H, W) inside."""

from __future__ import annotations

import math

import numpy as np

from explorer.activations.onnx_forms import write_activation
from explorer.convolution.experiments import Array
from explorer.errors import ExplorerError
from explorer.onnx_writer import OnnxWriter, tried
from explorer.pipeline.answers import FlattenBlock, SoftmaxBlock
from explorer.pipeline.blocks import (
    EPSILON,
    ActivationBlock,
    Block,
    NormalisationBlock,
    PoolingBlock,
    Shape,
    UpsamplingBlock,
    WeightedBlock,
    WindowBlock,
)
from explorer.pipeline.execution import Pipeline, run, step_inputs


def to_onnx(pipeline: Pipeline, image: Array) -> bytes:
    """Return a pipeline as an ONNX file, after ONNX Runtime has made the maps of a picture by it.

    It takes "picture", float32 (n, H, W, C) with values from 0 to 1, as large as this picture, and gives
    "maps", float32 (n, H', W', C'), those of the last block that makes some.

    Args:
        pipeline: The blocks.
        image: The picture, (H, W, C).

    Raises:
        ExplorerError: If no block makes maps, one has no counterpart in ONNX, or the file makes other maps.
    """
    found = run(pipeline, image)
    if not found.steps:
        raise ExplorerError("There are no blocks that make maps; add one to have a file of it.")
    graph = OnnxWriter("pipeline")
    x = graph.add("Transpose", graph.input("picture", ["n", *found.image.shape]), perm=[0, 3, 1, 2])
    for step, maps in step_inputs(found.image, found.steps):
        rows, columns, channels = maps.shape
        x = _block(graph, step.block, x, (rows, columns, channels))
        factors = step.block.factors(step.maps.shape[2])
        if factors is not None:
            x = graph.add("Mul", x, graph.constant(factors.reshape(-1, 1, 1), "factors"))
    made = found.steps[-1].maps
    data = graph.file(graph.add("Transpose", x, perm=[0, 2, 3, 1]), "maps", ["n", *made.shape], {})
    return tried(data, found.image[np.newaxis], made[np.newaxis])


def _block(graph: OnnxWriter, block: Block, x: str, shape: Shape) -> str:
    match block:
        case FlattenBlock():
            row = graph.whole_numbers([0, math.prod(shape), 1, 1])
            return graph.add("Reshape", graph.add("Transpose", x, perm=[0, 2, 3, 1]), row)
        case SoftmaxBlock():
            return graph.add("Softmax", x, axis=1)
        case WeightedBlock():  # a dense layer reads a row as a kernel of one cell does
            kernel = block.weights(shape[2]).transpose(
                3, 2, 0, 1
            )  # (kh, kw, Cin, Cout) -> (Cout, Cin, kh, kw)
            return graph.add(
                "Conv",
                x,
                graph.constant(kernel, "kernel"),
                graph.constant(block.biases, "bias"),
                kernel_shape=list(block.window),
                strides=list(block.steps),
                dilations=[block.dilation_rate] * 2,
                pads=_pads(block, shape),
            )
        case PoolingBlock():
            kind = "Max" if block.operation == "max" else "Average"
            if block.is_global:
                return graph.add(f"Global{kind}Pool", x)
            window = {"kernel_shape": list(block.window), "strides": list(block.steps)}
            return graph.add(f"{kind}Pool", x, pads=_pads(block, shape), **window)
        case ActivationBlock():
            return write_activation(graph, block.activation, x)
        case NormalisationBlock():
            axes = [2, 3] if block.over == "map" else [1, 2, 3]
            apart = graph.add("Sub", x, graph.add("ReduceMean", x, axes=axes))
            variance = graph.add("ReduceMean", graph.add("Mul", apart, apart), axes=axes)
            deviation = graph.add("Sqrt", graph.add("Add", variance, graph.constant(EPSILON)))
            return graph.add("Div", apart, deviation)
        case UpsamplingBlock(interpolation="nearest"):
            mode = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
            return graph.add("Resize", x, "", _factors(graph, block), mode="nearest", **mode)
        case UpsamplingBlock():
            half = "half_pixel"
            scale = _factors(graph, block)
            return graph.add("Resize", x, "", scale, mode="linear", coordinate_transformation_mode=half)
    raise ExplorerError(f"A block {block.kind!r} is not written as ONNX; take it out to have a file.")


def _pads(block: WindowBlock, shape: Shape) -> list[int]:
    (top, bottom), (left, right) = block.pads(shape)
    return [top, left, bottom, right]


def _factors(graph: OnnxWriter, block: UpsamplingBlock) -> str:
    return graph.constant([1, 1, block.size, block.size], "scale")
