"""The forward and the backward pass over arrays, which inference and training share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from explorer.mlp.layers import Array, Dense, Real

HELD = 1e30
"""Numbers beyond this are held at it where a network is drawn or explained, so that none is infinite."""


class GradientLink(NamedTuple):
    """What the chain rule finds at a layer, each (n, units): dL/da, f'(z) and dL/dz."""

    upstream: Real
    slope: Real
    delta: Real


def propagate(
    layers: Sequence[Dense],
    kernels: Sequence[Real],
    biases: Sequence[Real],
    x: Real,
    hold: Callable[[Real], Real] = lambda array: array,
) -> tuple[list[Real], list[Real]]:
    """Send a batch through layers; give each one's pre-activations and activations (n, units)."""
    pre, post = [], []
    x = hold(x)
    for layer, kernel, bias in zip(layers, kernels, biases, strict=True):
        z = x @ kernel
        z += bias
        z = hold(z)
        x = hold(layer.f(z))
        pre.append(z)
        post.append(x)
    return pre, post


def backpropagate(
    layers: Sequence[Dense],
    kernels: Sequence[Real],
    x: Real,
    pre: Sequence[Real],
    post: Sequence[Real],
    delta: Real,
    kernel_slopes: Sequence[Real],
    bias_slopes: Sequence[Real],
) -> list[GradientLink]:
    """Send dL/dz of the output layer back: fill the gradients in; give the hidden layers' links."""
    links = []
    for place in range(len(layers) - 1, -1, -1):
        np.matmul((post[place - 1] if place else x).T, delta, out=kernel_slopes[place])
        np.add.reduce(delta, axis=0, out=bias_slopes[place])
        if place:
            upstream = delta @ kernels[place].T
            slope = layers[place - 1].slope(pre[place - 1])
            delta = upstream * slope
            links.append(GradientLink(upstream, slope, delta))
    return links[::-1]


def clip(array: Real) -> Real:
    """Hold numbers within 1e30; 0 stands for what is no number, such as infinity times 0."""
    return np.asarray(np.clip(np.nan_to_num(array, nan=0.0, posinf=HELD, neginf=-HELD), -HELD, HELD))


def is_within_limit(array: Real) -> bool:
    """Whether all numbers lie within 1e30."""
    return not array.size or bool(array.max() <= HELD and array.min() >= -HELD)


def layer_views(vector: Array, shapes: Iterable[tuple[int, int]]) -> tuple[list[Array], list[Array]]:
    """Lay weights and biases over a vector: what is written to one is written to the other."""
    kernels, biases, at = [], [], 0
    for fan_in, units in shapes:
        kernels.append(vector[at : at + fan_in * units].reshape(fan_in, units))
        at += fan_in * units
        biases.append(vector[at : at + units])
        at += units
    return kernels, biases


def cast(arrays: Iterable[Array], dtype: np.dtype[Any]) -> list[Real]:
    """Arrays of one type of number, copied only where they have another."""
    return [array.astype(dtype, copy=False) for array in arrays]
