"""The activation functions of trained networks, each with its gradient, on whole arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.convolution.layout import Array


@dataclass(frozen=True)
class EngineFunction:
    """An activation function that is applied to every number of a map by itself, or to all together.

    Attributes:
        name: Key in `FUNCTIONS`, and Keras's name.
        formula: What it computes.
        apply: What does it: the input to the output, which is a new array.
        gradient: The gradient at the output, the input, and the output to the gradient at the input.
        write: The same as `apply`, written over the input, where the gradient needs the output alone.
    """

    name: str
    formula: str
    apply: Callable[[Array], Array]
    gradient: Callable[[Array, Array, Array], Array]
    write: Callable[[Array], None] | None = None


def _write_relu(values: Array) -> None:
    np.maximum(values, 0, out=values)


def _write_relu6(values: Array) -> None:
    np.clip(values, 0, 6, out=values)


def _sigmoid(values: Array) -> Array:
    """1 / (1 + exp(-x)), by the hyperbolic tangent, which never overflows."""
    found: Array = np.tanh(values * 0.5)
    found *= 0.5
    found += 0.5
    return found


def _hard_sigmoid(values: Array) -> Array:
    found: Array = np.clip(values / 6 + 0.5, 0, 1)
    return found


def _slope_of_silu(gradient: Array, values: Array, output: Array) -> Array:
    """Sigmoid(x) + silu(x) (1 - sigmoid(x)), times the gradient."""
    sigmoid = _sigmoid(values)
    return gradient * (sigmoid + output * (1 - sigmoid))


def _slope_of_hard_silu(gradient: Array, values: Array, output: Array) -> Array:
    inner = values / 3 + 0.5
    slope: Array = np.where(values <= -3, 0, np.where(values < 3, inner, 1))
    return gradient * slope


def _softmax(values: Array) -> Array:
    found: Array = np.exp(values - values.max(axis=-1, keepdims=True))
    found /= found.sum(axis=-1, keepdims=True)
    return found


def _slope_of_softmax(gradient: Array, values: Array, output: Array) -> Array:
    found: Array = output * (gradient - (gradient * output).sum(axis=-1, keepdims=True))
    return found


FUNCTIONS: dict[str, EngineFunction] = {
    function.name: function
    for function in (
        EngineFunction(
            name="relu",
            formula="max(x, 0)",
            apply=lambda values: np.maximum(values, 0),
            gradient=lambda gradient, values, output: gradient * (output > 0),
            write=_write_relu,
        ),
        EngineFunction(
            name="relu6",
            formula="min(max(x, 0), 6)",
            apply=lambda values: np.clip(values, 0, 6),
            gradient=lambda gradient, values, output: gradient * ((output > 0) & (output < 6)),
            write=_write_relu6,
        ),
        EngineFunction(
            name="sigmoid",
            formula="1 / (1 + exp(-x))",
            apply=_sigmoid,
            gradient=lambda gradient, values, output: gradient * output * (1 - output),
        ),
        EngineFunction(
            name="hard_sigmoid",
            formula="min(max(x / 6 + 1/2, 0), 1)",
            apply=_hard_sigmoid,
            gradient=lambda gradient, values, output: gradient * ((output > 0) & (output < 1)) * (1 / 6),
        ),
        EngineFunction(
            name="silu",
            formula="x sigmoid(x)",
            apply=lambda values: values * _sigmoid(values),
            gradient=_slope_of_silu,
        ),
        EngineFunction(
            name="hard_silu",
            formula="x hard_sigmoid(x)",
            apply=lambda values: values * _hard_sigmoid(values),
            gradient=_slope_of_hard_silu,
        ),
        EngineFunction(
            name="softmax",
            formula="exp(x) / sum of exp(x)",
            apply=_softmax,
            gradient=_slope_of_softmax,
        ),
    )
}
"""The functions by Keras's names. At a kink the slope is 0, as TensorFlow has it."""
