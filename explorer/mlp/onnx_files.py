"""Networks of dense layers as files of ONNX."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.activations.onnx_forms import write_activation
from explorer.mlp.features import FEATURES
from explorer.mlp.network import DenseNetwork
from explorer.mlp.passes import EPSILON
from explorer.onnx_writer import OnnxWriter, tried


def to_onnx(network: DenseNetwork) -> bytes:
    """Return a network as an ONNX file, after ONNX Runtime has answered some points by it.

    It takes "points", float32 (n, coordinates), and gives "outputs", float32 (n, units of the output layer).

    Raises:
        ExplorerError: If an activation has no counterpart in ONNX, or the file answers otherwise.
    """
    graph = OnnxWriter("network")
    x = _with_features(graph, graph.input("points", ["n", network.coordinates]), network.features)
    parts = zip(network.layers, network.weights, network.biases, network.norms, strict=True)
    for layer, kernel, bias, norm in parts:
        if layer.batch_normalization:  # in use it is one more factor and summand of each unit
            factor = norm[0] / np.sqrt(norm[3] + np.float32(EPSILON))
            kernel, bias = kernel * factor, (bias - norm[2]) * factor + norm[1]
        x = write_activation(graph, layer.activation, graph.dense(x, kernel, bias), **dict(layer.parameters))
    data = graph.file(x, "outputs", ["n", network.output.units], {})
    points = np.random.default_rng(0).uniform(-1, 1, (64, network.coordinates)).astype(np.float32)
    return tried(data, points, np.asarray(network.forward(points).output, np.float32))


def _with_features(graph: OnnxWriter, points: str, names: Sequence[str]) -> str:
    """Put the inputs made by hand behind the coordinates."""
    if not names:
        return points
    columns = {
        f"x{place + 1}": graph.add("Gather", points, graph.whole_numbers([place]), axis=1) for place in (0, 1)
    }
    made = []
    for name in names:
        operation, *taken = FEATURES[name].onnx
        made.append(graph.add(operation, *(columns[each] for each in taken)))
    return graph.add("Concat", points, *made, axis=1)
