"""A network as a file of ONNX, put together node by node from plain arrays.

ONNX describes a network as operations between named arrays (onnx.ai). The file keeps to a version of 2021,
which every ONNX Runtime since then reads, in a browser too. The package `onnx` is imported when a graph is
begun: pages import this module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.errors import ExplorerError

Array: TypeAlias = NDArray[np.float32]

OPSET, IR_VERSION = 17, 8
"""The version of the operations, and that of the file."""

WITHIN = 1e-3
"""By how much of the largest number a file may come to other numbers than the explorer."""


class OnnxError(ExplorerError):
    """Why there is no file of ONNX, in a sentence for the reader."""


class OnnxWriter:
    """An ONNX graph that grows: each method gives the name of an array, for the next one to take.

    Args:
        name: What the graph is called.
    """

    def __init__(self, name: str) -> None:
        import onnx

        self._onnx = onnx
        self._name = name
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._inputs: list[Any] = []
        self._named: Counter[str] = Counter()

    def input(self, name: str, shape: Sequence[int | str]) -> str:
        """Take in float32 numbers of a shape; a word in it stands for any size."""
        self._inputs.append(self._described(self._new(name), shape))
        return name

    def constant(self, values: ArrayLike, name: str = "constant", dtype: Any = np.float32) -> str:
        """Keep numbers in the file."""
        array: NDArray[Any] = np.ascontiguousarray(values, dtype)
        self._constants.append(self._onnx.numpy_helper.from_array(array, self._new(name)))
        return str(self._constants[-1].name)

    def whole_numbers(self, values: ArrayLike, name: str = "numbers") -> str:
        """Keep whole numbers in the file, which some operations take in place of attributes."""
        return self.constant(values, name, np.int64)

    def add(self, operation: str, *inputs: str, **attributes: Any) -> str:
        """Apply an operation of ONNX's with its attributes."""
        output = self._new(operation.lower())
        self._nodes.append(self._onnx.helper.make_node(operation, inputs, [output], output, **attributes))
        return output

    def dense(self, x: str, kernel: Array, bias: Array) -> str:
        """Apply a dense layer, `x W + b`, to rows (n, numbers)."""
        return self.add("Gemm", x, self.constant(kernel, "kernel"), self.constant(bias, "bias"))

    def file(self, output: str, name: str, shape: Sequence[int | str], notes: Mapping[str, str]) -> bytes:
        """Give an array out under a name, and return the file after ONNX's own check of it.

        Args:
            output: The array.
            name: What it is called outside.
            shape: Its shape, as for `input`.
            notes: What else the file says of itself, by name.
        """
        self._nodes.append(self._onnx.helper.make_node("Identity", [output], [name]))
        graph = self._onnx.helper.make_graph(
            self._nodes, self._name, self._inputs, [self._described(name, shape)], self._constants
        )
        model = self._onnx.helper.make_model(
            graph,
            opset_imports=[self._onnx.helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="explorer",
        )
        self._onnx.helper.set_model_props(model, dict(notes))
        self._onnx.checker.check_model(model, full_check=True)
        data: bytes = model.SerializeToString()
        return data

    def _described(self, name: str, shape: Sequence[int | str]) -> Any:
        return self._onnx.helper.make_tensor_value_info(name, self._onnx.TensorProto.FLOAT, shape)

    def _new(self, name: str) -> str:
        number = self._named[name]
        self._named[name] += 1
        return f"{name}_{number}" if number else name


def opened(data: bytes) -> Callable[[Array], Array]:
    """Return what ONNX Runtime computes by a file with one input and one output."""
    import onnxruntime

    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    (taken,) = session.get_inputs()

    def run(values: Array) -> Array:
        found: Array = session.run(None, {taken.name: values})[0]
        return found

    return run


def tried(data: bytes, values: Array, expected: Array) -> bytes:
    """Return a file by which ONNX Runtime computes what was expected, to a thousandth of the largest number.

    Raises:
        OnnxError: If it comes to something else.
    """
    found = opened(data)(values)
    reach = float(np.abs(found - expected).max())
    if not reach <= WITHIN * max(1.0, float(np.abs(expected).max())):
        raise OnnxError(
            "The file of ONNX is not offered: ONNX Runtime's numbers differ from the explorer's by "
            f"{reach:.2g}; take the program for Keras or PyTorch."
        )
    return data
