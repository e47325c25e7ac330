"""Files of ONNX: they compute what its own evaluator computes, and unknown operators are named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from explorer.activations import softmax
from explorer.imagenet import outputs, predictions, structure
from explorer.imagenet.networks import network
from explorer.models.errors import ModelError
from explorer.models.reading import bring


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep models in a folder of the test's own."""
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path / "models"))


def onnx_file(
    nodes: Sequence[Any],
    numbers: dict[str, np.ndarray],
    shape: Sequence[int | str],
    classes: int = 3,
    last: str = "y",
) -> onnx.ModelProto:
    """A model with one input, x, and one output."""
    graph = helper.make_graph(
        list(nodes),
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, [None, classes])],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in numbers.items()],
    )
    opsets = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, producer_name="school", producer_version="1", opset_imports=opsets)


def drawn(**shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Numbers by name, near 0 but for what is called variance."""
    rng = np.random.default_rng(5)
    return {
        name: (np.abs(values) + 0.5 if "variance" in name else values).astype(np.float32)
        for name, shape in shapes.items()
        for values in [0.4 * rng.standard_normal(shape)]
    }


def from_pytorch() -> onnx.ModelProto:
    """Channels first: a residual block, a map that is flattened as it is, matrices turned round."""
    node = helper.make_node
    nodes = [
        node("Conv", ["x", "k1", "b1"], ["c1"], pads=[1, 1, 1, 1], strides=[2, 2], name="/stem/Conv"),
        node("BatchNormalization", ["c1", "gamma", "beta", "mean", "variance"], ["n1"], epsilon=1e-3),
        node("Clip", ["n1", "zero", "six"], ["r1"]),
        node("Conv", ["r1", "k2"], ["c2"], pads=[1, 1, 1, 1], group=8),
        node("HardSigmoid", ["c2"], ["s2"], alpha=1 / 6, beta=0.5),
        node("Mul", ["c2", "s2"], ["h2"]),
        node("Conv", ["h2", "k3", "b3"], ["c3"], group=2),
        node("Add", ["c3", "r1"], ["a3"]),
        node("LeakyRelu", ["a3"], ["l3"], alpha=0.125),
        node("MaxPool", ["l3"], ["p3"], kernel_shape=[2, 2], strides=[2, 2]),
        node("Concat", ["p3", "p3"], ["t3"], axis=1),
        node("AveragePool", ["t3"], ["q3"], kernel_shape=[2, 2], strides=[2, 2]),
        node("Dropout", ["q3"], ["d3"]),
        node("Flatten", ["d3"], ["f3"], axis=1),
        node("Relu", ["f3"], ["g3"]),
        node("Gemm", ["g3", "w4", "b4"], ["h4"], transB=1),
        node("Elu", ["h4"], ["e4"]),
        node("Gemm", ["e4", "w5", "b5"], ["y"], transB=1),
    ]
    numbers = drawn(
        k1=(8, 3, 3, 3), b1=(8,), gamma=(8,), beta=(8,), mean=(8,), variance=(8,), k2=(8, 1, 3, 3),
        k3=(8, 4, 1, 1), b3=(8,), w4=(10, 64), b4=(10,), w5=(3, 10), b5=(3,),
    )  # fmt: skip
    return onnx_file(nodes, numbers | {"zero": np.float32(0), "six": np.float32(6)}, ["n", 3, 16, 16])


def from_keras() -> onnx.ModelProto:
    """Channels last, turned round on the way: pixels are scaled inside, factors for channels, a softmax."""
    node = helper.make_node
    nodes = [
        node("Mul", ["x", "scale"], ["x1"]),
        node("Sub", ["x1", "means"], ["x2"]),
        node("Transpose", ["x2"], ["t1"], perm=[0, 3, 1, 2]),
        node("Pad", ["t1", "pads"], ["p1"]),
        node("Conv", ["p1", "k1"], ["c1"], strides=[2, 2]),
        node("Add", ["c1", "b1"], ["a1"]),
        node("Tanh", ["a1"], ["h1"]),
        node("GlobalAveragePool", ["h1"], ["g1"]),
        node("Conv", ["g1", "k2"], ["c2"]),
        node("Sigmoid", ["c2"], ["s2"]),
        node("Mul", ["s2", "h1"], ["m2"]),
        node("Conv", ["m2", "k3"], ["c3"], auto_pad="SAME_UPPER"),
        node("PRelu", ["c3", "slopes"], ["r3"]),
        node("Transpose", ["r3"], ["t3"], perm=[0, 2, 3, 1]),
        node("ReduceMean", ["t3"], ["m3"], axes=[1, 2], keepdims=1),
        node("Shape", ["m3"], ["shape"]),
        node("Gather", ["shape", "places"], ["sides"]),
        node("Reshape", ["m3", "sides"], ["f3"]),
        node("MatMul", ["f3", "w4"], ["w"]),
        node("Add", ["w", "b4"], ["h4"]),
        node("Softmax", ["h4"], ["y"]),
    ]
    numbers = drawn(
        k1=(6, 3, 3, 3), b1=(1, 6, 1, 1), k2=(6, 6, 1, 1), k3=(4, 6, 3, 3), slopes=(4, 1, 1), w4=(4, 3),
        b4=(3,), means=(3,),
    )  # fmt: skip
    return onnx_file(
        nodes,
        numbers
        | {
            "scale": np.float32(1 / 127.5),
            "pads": np.array([0, 0, 0, 0, 0, 0, 1, 1]),
            "places": np.array([0, 3]),
        },
        ["n", 16, 16, 3],
    )


def from_exporters() -> onnx.ModelProto:
    """As programs write what ONNX has no operator for: an exact GELU, a PReLU's slopes, maps that are cut."""
    node = helper.make_node
    nodes = [
        node("Conv", ["x", "k1"], ["c1"], strides=[1, 2]),
        node("Div", ["c1", "root"], ["d1"]),
        node("Erf", ["d1"], ["e1"]),
        node("Add", ["e1", "one"], ["a1"]),
        node("Mul", ["c1", "a1"], ["m1"]),
        node("Mul", ["m1", "half"], ["g1"]),
        node("Relu", ["g1"], ["r2"]),
        node("Neg", ["g1"], ["n2"]),
        node("Relu", ["n2"], ["s2"]),
        node("Mul", ["s2", "slopes"], ["t2"]),
        node("Add", ["r2", "t2"], ["p2"]),
        node("Slice", ["p2", "starts", "ends"], ["q2"]),
        node("ConvTranspose", ["q2", "k2", "b2"], ["u2"], strides=[2, 2], pads=[0, 0, 1, 1]),
        node("Clip", ["u2", "low", "one"], ["h2"]),
        node("Transpose", ["h2"], ["l2"], perm=[0, 2, 3, 1]),
        node("LayerNormalization", ["l2", "gamma", "beta"], ["w2"], axis=-1, epsilon=1e-3),
        node("Transpose", ["w2"], ["v2"], perm=[0, 3, 1, 2]),
        node("Resize", ["v2", "", "scales"], ["z2"], mode="nearest",
             coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
        node("GlobalMaxPool", ["z2"], ["x2"]),
        node("Flatten", ["x2"], ["y"]),
    ]  # fmt: skip
    numbers = drawn(k1=(5, 3, 3, 2), slopes=(5, 1, 1), k2=(5, 3, 3, 3), b2=(3,), gamma=(3,), beta=(3,))
    fixed = {
        "root": np.float32(2**0.5), "one": np.float32(1), "half": np.float32(0.5), "low": np.float32(-1),
        "starts": np.array([0, 0, 1, 0]), "ends": np.array([2**31 - 1, 2**31 - 1, -2, 7]),
        "scales": np.array([1, 1, 2, 3], np.float32),
    }  # fmt: skip
    return onnx_file(nodes, numbers | fixed, ["n", 3, 16, 16])


@pytest.mark.parametrize(
    ("make", "layout", "mode"),
    [
        (from_pytorch, "first", "unit"),
        (from_keras, "last", "none"),
        (from_exporters, "first", "unit"),
    ],
)
def test_a_graph_says_what_its_own_evaluator_says(make: Any, layout: str, mode: str):
    """All logits to 1e-5, channels first and last, and the maps of a layer."""
    model = make()
    onnx.checker.check_model(model)
    name = bring({"my.onnx": model.SerializeToString(), "labels.txt": b"a\nb\nc"})
    record = network(name)
    assert (record.size, record.mode, record.writer) == (16, mode, "school 1 (ONNX)")
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
    inputs = record.scaled(pixels)[np.newaxis]
    given = inputs.transpose(0, 3, 1, 2) if layout == "first" else inputs
    (expected,) = ReferenceEvaluator(model).run(None, {"x": given})
    probabilities = expected[0] if layout == "last" else softmax(expected[0])
    found = predictions.predict(name, pixels, top=3)
    assert np.ptp(probabilities) > 1e-3
    np.testing.assert_allclose(
        [each.probability for each in sorted(found, key=lambda each: each.index)], probabilities, atol=1e-5
    )
    untrained = predictions.predict(name, pixels, top=3, weights="random")
    assert sum(each.probability for each in untrained) == pytest.approx(1)
    if make is from_pytorch:
        inner = helper.make_tensor_value_info("l3", TensorProto.FLOAT, None)
        model.graph.output.append(inner)
        maps = ReferenceEvaluator(model).run(["l3"], {"x": given})[0]
        layer = next(each.name for each in structure.layers(name) if each.kind == "LeakyRelu")
        np.testing.assert_allclose(
            outputs.layer_output(name, pixels, layer), maps[0].transpose(1, 2, 0), atol=1e-5
        )
        assert structure.layers(name)[1].name == "stem.Conv"


CONVOLUTION = helper.make_node("Conv", ["x", "k"], ["c"], name="first")
MEAN = helper.make_node("GlobalAveragePool", ["c"], ["g"])
ROW = helper.make_node("Flatten", ["g"], ["y"])


@pytest.mark.parametrize(
    ("nodes", "numbers", "shape", "words"),
    [
        ([CONVOLUTION, helper.make_node("LSTM", ["c"], ["y"])], {}, [1, 3, 16, 16], "known here: LSTM"),
        ([CONVOLUTION, MEAN, ROW], {"k": (3, 3, 7)}, [1, 3, 16, 16], "first.*no kernels of its own"),
        ([CONVOLUTION, MEAN, ROW], {"k": (3, 2, 3, 3)}, [1, 3, 16, 16], "first.*shapes"),
        ([CONVOLUTION, MEAN, ROW], {"k": (3, 3, 3, 3)}, [1, 16], "takes 16"),
        ([CONVOLUTION, MEAN, ROW], {"k": (3, 3, 3, 3)}, [1, 3, 16, 20], "16 × 20"),
        ([CONVOLUTION, MEAN, ROW], {}, [1, 3, 16, 16], "first takes what is nowhere"),
        (
            [CONVOLUTION, helper.make_node("Transpose", ["c"], ["y"], perm=[0, 3, 2, 1])],
            {"k": (3, 3, 3, 3)},
            [1, 3, 16, 16],
            "rows, columns and channels over",
        ),
        ([CONVOLUTION], {"k": (3, 3, 3, 3)}, [1, 3, 16, 16], "14 × 14 × 3"),
    ],
)
def test_graphs_that_are_not_looked_into_say_why(nodes: Any, numbers: Any, shape: Any, words: str):
    """The operator by its name, and what about it."""
    last = nodes[-1].output[0]
    model = onnx_file(nodes, drawn(**numbers), shape, last=last)
    with pytest.raises(ModelError, match=words):
        bring({"a.onnx": model.SerializeToString()})


def test_numbers_in_other_files_are_not_opened():
    """A file that refers to another one is refused, and one that is none is told so."""
    model = onnx_file([CONVOLUTION, MEAN, ROW], drawn(k=(3, 3, 3, 3)), [1, 3, 16, 16])
    (tensor,) = model.graph.initializer
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights.bin")
    with pytest.raises(ModelError, match="another file"):
        bring({"a.onnx": model.SerializeToString()})
    with pytest.raises(ModelError, match="no ONNX file"):
        bring({"a.onnx": b"\xff\xff\xff"})


def test_a_grey_map_is_turned_by_arranging_it_anew():
    """With one channel, first and last are the same order of numbers, and exporters write it so."""
    nodes = [
        helper.make_node("Reshape", ["x", "sides"], ["t"]),
        helper.make_node("Conv", ["t", "k"], ["c"]),
        helper.make_node("GlobalMaxPool", ["c"], ["g"]),
        helper.make_node("Flatten", ["g"], ["y"]),
    ]
    numbers = drawn(k=(3, 1, 3, 3)) | {"sides": np.array([-1, 1, 12, 12])}
    model = onnx_file(nodes, numbers, ["n", 12, 12, 1])
    name = bring({"grey.onnx": model.SerializeToString()})
    pixels = np.repeat(np.random.default_rng(0).integers(0, 256, (12, 12, 1), np.uint8), 3, axis=2)
    inputs = network(name).scaled(pixels)[np.newaxis]
    (expected,) = ReferenceEvaluator(model).run(None, {"x": inputs})
    np.testing.assert_allclose(predictions.logits(name, pixels), expected[0], atol=1e-5)


def test_what_the_explorer_exports_comes_in_again():
    """Its own files name their classes inside, and red and blue change places there by gathering channels."""
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2]),
        helper.make_node("Gather", ["t", "order"], ["b"], axis=1),
        helper.make_node("Conv", ["b", "k"], ["c"]),
        helper.make_node("GlobalAveragePool", ["c"], ["g"]),
        helper.make_node("Flatten", ["g"], ["f"]),
        helper.make_node("Softmax", ["f"], ["y"]),
    ]
    model = onnx_file(nodes, drawn(k=(2, 3, 3, 3)) | {"order": np.array([2, 1, 0])}, ["n", 12, 12, 3], 2)
    helper.set_model_props(model, {"labels": "cat\ncup"})
    name = bring({"transfer.onnx": model.SerializeToString()})
    assert [label.text for label in network(name).labels] == ["cat", "cup"]
    pixels = np.random.default_rng(0).integers(0, 256, (12, 12, 3), np.uint8)
    (expected,) = ReferenceEvaluator(model).run(None, {"x": network(name).scaled(pixels)[np.newaxis]})
    np.testing.assert_allclose(softmax(predictions.logits(name, pixels)), expected[0], atol=1e-5)
