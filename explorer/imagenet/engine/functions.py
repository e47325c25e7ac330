"""The activation functions of trained networks, each with its gradient, on whole arrays.

What they are is said in `ACTIVATIONS`; here is what a pass through a network asks of them beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from explorer.activations import ACTIVATIONS
from explorer.activations.functions import erf, plain_softmax
from explorer.convolution.layout import Array


@dataclass(frozen=True)
class EngineFunction:
    """An activation function that is applied to every number of a map by itself, or to all together.

    Attributes:
        name: Key in `FUNCTIONS`, and Keras's name.
        apply: What does it: the input to the output, which is a new array.
        gradient: The gradient at the output, the input, and the output to the gradient at the input.
        write: The same as `apply`, written over the input, where the gradient needs the output alone.
    """

    name: str
    apply: Callable[[Array], Array]
    gradient: Callable[[Array, Array, Array], Array]
    write: Callable[[Array], None] | None = None


def _as_recorded(name: str, write: Callable[[Array], None] | None = None) -> EngineFunction:
    """A function of `ACTIVATIONS`; one that is written over its input has the same slope at its output."""
    record = ACTIVATIONS[name]
    shape = record.values()

    def gradient(gradient: Array, values: Array, output: Array) -> Array:
        slope = record.slope(output if write else values, **shape)
        return gradient * np.asarray(slope, gradient.dtype)

    return EngineFunction(name=name, apply=partial(record.function, **shape), gradient=gradient, write=write)


_PLAIN = (
    "linear", "tanh", "elu", "selu", "celu", "gelu", "softplus", "softsign", "mish", "leaky_relu",
    "exponential", "hard_tanh", "gelu_tanh",
)  # fmt: skip
"""Those that no network of `NETWORKS` has, for models that are brought along."""


def _write_relu(values: Array) -> None:
    np.maximum(values, 0, out=values)


def _write_relu6(values: Array) -> None:
    np.clip(values, 0, 6, out=values)


def _sigmoid(values: Array) -> Array:
    """1 / (1 + exp(-x)) by the hyperbolic tangent: it never overflows, and takes two thirds of the time."""
    found: Array = np.tanh(values * 0.5)
    found *= 0.5
    found += 0.5
    return found


def _slope_of_silu(gradient: Array, values: Array, output: Array) -> Array:
    """Sigmoid(x) + silu(x) (1 - sigmoid(x)), times the gradient: with the output a sixth of the time."""
    sigmoid = _sigmoid(values)
    return gradient * (sigmoid + output * (1 - sigmoid))


def _slope_of_softmax(gradient: Array, values: Array, output: Array) -> Array:
    found: Array = output * (gradient - (gradient * output).sum(axis=-1, keepdims=True))
    return found


FUNCTIONS: dict[str, EngineFunction] = {
    function.name: function
    for function in (
        _as_recorded("relu", _write_relu),
        _as_recorded("relu6", _write_relu6),
        _as_recorded("hard_sigmoid"),
        *map(_as_recorded, _PLAIN),
        _as_recorded("hard_silu"),
        EngineFunction(
            name="sigmoid",
            apply=_sigmoid,
            gradient=lambda gradient, values, output: gradient * output * (1 - output),
        ),
        EngineFunction(
            name="silu",
            apply=lambda values: values * _sigmoid(values),
            gradient=_slope_of_silu,
        ),
        EngineFunction(
            name="erf",
            apply=erf,
            gradient=lambda gradient, values, output: (
                gradient * np.exp(-np.square(values)) * np.float32(2 / math.sqrt(math.pi))
            ),
        ),
        EngineFunction(
            name="softmax",
            apply=plain_softmax,
            gradient=_slope_of_softmax,
        ),
    )
}
"""The functions by Keras's names, besides them its rough GELU and what the exact one is made of in files.

At a kink the slope is TensorFlow's.
"""
