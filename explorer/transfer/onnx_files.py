"""What was learned as a file of ONNX, and what ONNX Runtime makes of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.activations.onnx_forms import write_activation
from explorer.imagenet.engine.architectures import architecture
from explorer.imagenet.engine.network import EngineNetwork
from explorer.imagenet.engine.onnx_layers import scaled, write_layers
from explorer.imagenet.engine.opening import learned_weights
from explorer.imagenet.networks import Pixels, network
from explorer.images import Array
from explorer.onnx_writer import OnnxWriter, opened
from explorer.transfer.export import scaling, tuned_weights
from explorer.transfer.training_job import TrainedClassifier

INPUT, OUTPUT = "picture", "probabilities"


def onnx_file(trained: TrainedClassifier) -> bytes:
    """Return the whole network as an ONNX file, scaling and softmax included.

    It takes "picture", float32 (n, size, size, 3): levels from 0 to 255, red first, as `preprocessing.seen`
    gives them. It gives "probabilities", float32 (n, classes). The names of the classes are in the file, a
    line each, as its property "labels".

    Raises:
        NetworkError, WeightsError: If the network or its weights cannot be used.
    """
    plan = trained.plan
    record = network(plan.network)
    weights = dict(learned_weights(plan.network, plan.weights))
    for name, tuned in tuned_weights(trained).items():
        weights[name] = tuned
    graph = OnnxWriter("transfer")
    picture = graph.input(INPUT, ["n", record.size, record.size, 3])
    x = graph.add("Transpose", picture, perm=[0, 3, 1, 2])
    if record.channels == 1:
        x = graph.add("Gather", x, graph.whole_numbers([0]), axis=1)
    if record.scaling.blue_first:
        x = graph.add("Gather", x, graph.whole_numbers([2, 1, 0]), axis=1)
    x = scaled(graph, x, *scaling(plan.network))
    engine = EngineNetwork(architecture(record), weights)
    x = write_layers(graph, engine, x, plan.backbone.layer)
    x = graph.add("Flatten", graph.add("GlobalAveragePool", x) if plan.backbone.has_maps else x)
    for at in range(0, len(trained.head), 2):
        x = graph.dense(write_activation(graph, "relu", x) if at else x, *trained.head[at : at + 2])
    x = write_activation(graph, "softmax", x)
    return graph.file(x, OUTPUT, ["n", len(trained.classes)], {"labels": "\n".join(trained.classes)})


def onnx_answers(data: bytes, pictures: Sequence[Pixels]) -> Array:
    """Return what ONNX Runtime makes of a file and of pictures, one by one: float32 (n, classes)."""
    run = opened(data)
    return np.concatenate([run(pixels[np.newaxis].astype(np.float32)) for pixels in pictures])
