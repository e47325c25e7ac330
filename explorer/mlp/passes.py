"""The forward and the backward pass over arrays, which inference and training share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from explorer.mlp.layers import Array, Dense, Real, norm_shapes, weight_shapes

EPSILON = 1e-3
"""What a batch normalisation adds to a variance, as Keras does."""

HELD = 1e30
"""Numbers beyond this are held at it where a network is drawn or explained, so that none is infinite."""


class GradientLink(NamedTuple):
    """What the chain rule finds at a layer, each (n, units): dL/da, f'(z) and dL/dz."""

    upstream: Real
    slope: Real
    delta: Real


class Parts(NamedTuple):
    """The numbers of all layers: weights (inputs, units), biases (units,), normalisations (4 or 0, units)."""

    kernels: Sequence[Real]
    biases: Sequence[Real]
    norms: Sequence[Real]


class Learning:
    """What a pass in training has beside one in use: what is dropped, and what a batch is like.

    Attributes:
        masks: For each layer what its answers are multiplied by (n, units), or None.
        whitened: For each layer with batch normalisation its sums less their mean, divided by their spread.
        spreads: The root of the batch's variance, a little more, (units,).
        moments: Mean and variance of the batch, (units,) each.
    """

    def __init__(self, masks: Sequence[Real | None]) -> None:
        self.masks = masks
        self.whitened: dict[int, Real] = {}
        self.spreads: dict[int, Real] = {}
        self.moments: dict[int, tuple[Real, Real]] = {}

    def normalised(self, place: int, sums: Real) -> Real:
        """Normalise the sums of a layer by their own mean and variance over the batch."""
        mean = sums.mean(0)
        variance = np.square(sums - mean).mean(0)
        self.moments[place] = mean, variance
        self.spreads[place] = np.sqrt(variance + sums.dtype.type(EPSILON))
        self.whitened[place] = (sums - mean) / self.spreads[place]
        return self.whitened[place]


def in_use(norm: Real, sums: Real) -> Real:
    """Normalise sums by the running mean and variance, as a trained network does."""
    return np.asarray((sums - norm[2]) / _spread(norm))


def _spread(norm: Real) -> Real:
    return np.asarray(np.sqrt(np.maximum(norm[3], 0) + norm.dtype.type(EPSILON)))


def propagate(
    layers: Sequence[Dense],
    parts: Parts,
    x: Real,
    hold: Callable[[Real], Real] = lambda array: array,
    learning: Learning | None = None,
) -> tuple[list[Real], list[Real]]:
    """Send a batch through layers; give each one's pre-activations and activations (n, units).

    Pre-activations are what goes into the activation: sums, normalised where a layer does that.
    """
    pre, post = [], []
    x = hold(x)
    for place, (layer, kernel, bias, norm) in enumerate(zip(layers, *parts, strict=True)):
        z = x @ kernel
        z += bias
        if layer.batch_normalization:
            whitened = learning.normalised(place, z) if learning else in_use(norm, z)
            z = norm[0] * whitened + norm[1]
        z = hold(z)
        x = hold(layer.f(z))
        if learning is not None and (mask := learning.masks[place]) is not None:
            x = x * mask
        pre.append(z)
        post.append(x)
    return pre, post


def backpropagate(
    layers: Sequence[Dense],
    parts: Parts,
    x: Real,
    pre: Sequence[Real],
    post: Sequence[Real],
    delta: Real,
    slopes: Parts,
    learning: Learning | None = None,
) -> tuple[list[GradientLink], Real]:
    """Send dL/dz of the output layer back: fill the gradients in.

    Returns:
        The hidden layers' links, and the loss's slope with respect to the sums of the first layer.
    """
    links = []
    for place in range(len(layers) - 1, -1, -1):
        given = post[place - 1] if place else x
        if layers[place].batch_normalization:
            delta = _through_norm(place, parts, given, delta, slopes, learning)
        np.matmul(given.T, delta, out=slopes.kernels[place])
        np.add.reduce(delta, axis=0, out=slopes.biases[place])
        if place:
            upstream = delta @ parts.kernels[place].T
            if learning is not None and (mask := learning.masks[place - 1]) is not None:
                upstream = upstream * mask
            slope = layers[place - 1].slope(pre[place - 1])
            delta = upstream * slope
            links.append(GradientLink(upstream, slope, delta))
    return links[::-1], delta


def _through_norm(
    place: int, parts: Parts, given: Real, delta: Real, slopes: Parts, learning: Learning | None
) -> Real:
    """Send a gradient back through a batch normalisation; fill those of gamma and beta in."""
    norm, into = parts.norms[place], slopes.norms[place]
    if learning:
        whitened, spread = learning.whitened[place], learning.spreads[place]
    else:
        whitened = in_use(norm, given @ parts.kernels[place] + parts.biases[place])
        spread = _spread(norm)
    into[0] = (delta * whitened).sum(0)
    into[1] = delta.sum(0)
    into[2:] = 0
    back = delta * norm[0]
    if learning:  # mean and variance of the batch change with every point of it
        back = back - back.mean(0) - whitened * (back * whitened).mean(0)
    return np.asarray(back / spread)


def clip(array: Real) -> Real:
    """Hold numbers within 1e30; 0 stands for what is no number, such as infinity times 0."""
    return np.asarray(np.clip(np.nan_to_num(array, nan=0.0, posinf=HELD, neginf=-HELD), -HELD, HELD))


def is_within_limit(array: Real) -> bool:
    """Whether all numbers lie within 1e30."""
    return not array.size or bool(array.max() <= HELD and array.min() >= -HELD)


def views(vector: Array, shapes: Iterable[tuple[int, ...]]) -> Iterator[Array]:
    """Lay arrays over a vector, one after the other: what is written to one is written to the other."""
    at = 0
    for shape in shapes:
        size = math.prod(shape)
        yield vector[at : at + size].reshape(shape)
        at += size


def layer_views(vector: Array, layers: Sequence[Dense], inputs: int) -> Parts:
    """Lay all numbers of layers over a vector.

    A layer's weights come row by row, then its biases, then the four rows of its batch normalisation.
    """
    sizes = zip(weight_shapes(layers, inputs), norm_shapes(layers), strict=True)
    found = list(views(vector, (shape for kernel, norm in sizes for shape in (kernel, kernel[1:], norm))))
    return Parts(found[0::3], found[1::3], found[2::3])


def cast(arrays: Iterable[Array], dtype: np.dtype[Any]) -> list[Real]:
    """Arrays of one type of number, copied only where they have another."""
    return [array.astype(dtype, copy=False) for array in arrays]
