"""Activations as operations of ONNX: those that ONNX has itself, all others from their line of NumPy."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.activations.table import ACTIVATIONS
from explorer.errors import ExplorerError
from explorer.onnx_writer import OnnxWriter


class OnnxFormError(ExplorerError):
    """Why an activation is not written as ONNX, in a sentence for the reader."""


_OWN = {
    "erf": "Erf",
    "relu": "Relu",
    "sigmoid": "Sigmoid",
    "hard_silu": "HardSwish",
    "selu": "Selu",
    "softplus": "Softplus",
    "softsign": "Softsign",
}
"""Operations of ONNX's own that take nothing besides x."""

_CALLS = {
    "np.abs": "Abs",
    "np.exp": "Exp",
    "np.maximum": "Max",
    "np.minimum": "Min",
    "np.sin": "Sin",
    "np.tanh": "Tanh",
    "np.clip": "Clip",
    "np.where": "Where",
    "np.vectorize(math.erf)": "Erf",
}
"""ONNX's operation for a function of NumPy, with the same arguments in the same order."""

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "Add",
    ast.Sub: "Sub",
    ast.Mult: "Mul",
    ast.Div: "Div",
    ast.Pow: "Pow",
    ast.USub: "Neg",
    ast.Gt: "Greater",
    ast.GtE: "GreaterOrEqual",
}


def write_activation(graph: OnnxWriter, name: str, x: str, **parameters: float) -> str:
    """Write an activation of an array, and return the array of its values.

    Args:
        graph: Where it is written.
        name: A key of `ACTIVATIONS`, or "softmax", which is one of rows (n, numbers).
        x: The array.
        parameters: Of the activation; those left out take their defaults.

    Raises:
        OnnxFormError: If there is no such activation, or its line of NumPy says what is not known here.
    """
    if name in _OWN:
        return graph.add(_OWN[name], x)
    match name:
        case "softmax":
            return graph.add("Softmax", x, axis=-1)
        case "leaky_relu":
            slope = ACTIVATIONS[name].values(**parameters)["negative_slope"]
            return graph.add("LeakyRelu", x, alpha=slope)
        case "elu":
            return graph.add("Elu", x, alpha=ACTIVATIONS[name].values(**parameters)["alpha"])
        case "silu":
            return graph.add("Mul", x, graph.add("Sigmoid", x))
        case "hard_sigmoid":
            return graph.add("HardSigmoid", x, alpha=1 / 6, beta=0.5)
    if name not in ACTIVATIONS:
        raise OnnxFormError(f"There is no activation {name!r}; choose one of {', '.join(ACTIVATIONS)}.")
    record = ACTIVATIONS[name]
    try:
        return _Line(graph, x, record.values(**parameters)).write(ast.parse(record.numpy, mode="eval").body)
    except KeyError as error:
        raise OnnxFormError(
            f"{record.title} is not written as ONNX, as {error} is not known there; choose another one."
        ) from error


class _Line:
    """A line of NumPy on its way into a graph: `x` is an array, each parameter a number."""

    def __init__(self, graph: OnnxWriter, x: str, parameters: Mapping[str, float]) -> None:
        self._graph = graph
        self._x = x
        self._known: dict[str, Any] = {"np": np, "math": math, **parameters}

    def write(self, node: ast.expr) -> str:
        """Write an expression, its parts first, and return its array."""
        if not any(isinstance(each, ast.Name) and each.id == "x" for each in ast.walk(node)):
            return self._graph.constant(eval(ast.unparse(node), dict(self._known)))
        match node:
            case ast.Name():
                return self._x
            case ast.UnaryOp(op, operand):
                return self._graph.add(_OPERATORS[type(op)], self.write(operand))
            case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]):
                return self._graph.add(_OPERATORS[type(op)], self.write(left), self.write(right))
            case ast.Call(function, arguments):
                return self._call(ast.unparse(function), [self.write(each) for each in arguments])
        raise KeyError(ast.unparse(node))

    def _call(self, function: str, arguments: list[str]) -> str:
        if function == "np.expm1":
            return self._graph.add("Sub", self._graph.add("Exp", *arguments), self._graph.constant(1))
        if function == "np.logaddexp":  # log(exp(a) + exp(b)) = a + log(1 + exp(b - a))
            first, second = arguments
            return self._graph.add(
                "Add", first, self._graph.add("Softplus", self._graph.add("Sub", second, first))
            )
        return self._graph.add(_CALLS[function], *arguments)
