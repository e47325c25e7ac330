"""The small networks as files of ONNX."""

from __future__ import annotations

from explorer.activations.onnx_forms import write_activation
from explorer.onnx_writer import OnnxWriter
from explorer.sketch.network import CLASSES, DEFAULT, layers, weights
from explorer.sketch.preparation import SIDE

INPUT, OUTPUT = "drawing", "probabilities"


def onnx_file(variant: str = DEFAULT) -> bytes:
    """Return a variant as an ONNX file, softmax included.

    It takes "drawing", float32 (n, 64, 64, 1): 0 for paper and 1 for ink, as `prepare` gives them. It gives
    "probabilities", float32 (n, 10). The names of the classes are in the file, a line each, as its property
    "labels".

    Raises:
        SketchError: If there is no such variant.
    """
    known = weights(variant)
    graph = OnnxWriter("sketch")
    x = graph.add("Transpose", graph.input(INPUT, ["n", SIDE, SIDE, 1]), perm=[0, 3, 1, 2])
    for layer in layers(variant):
        match layer.kind:
            case "convolution":
                kernel, bias = known[layer.name]
                side = kernel.shape[0]
                # (kh, kw, Cin, Cout) -> (Cout, Cin, kh, kw); all kernels have a middle
                weighed = graph.constant(kernel.transpose(3, 2, 0, 1), "kernel")
                x = graph.add("Conv", x, weighed, graph.constant(bias, "bias"), pads=[side // 2] * 4)
            case "pooling":
                x = graph.add("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
            case "dense":
                cells = graph.add("Flatten", graph.add("Transpose", x, perm=[0, 2, 3, 1]))
                x = graph.dense(cells, *known[layer.name])
            case name:
                x = write_activation(graph, name, x)
    return graph.file(x, OUTPUT, ["n", len(CLASSES)], {"labels": "\n".join(CLASSES)})
