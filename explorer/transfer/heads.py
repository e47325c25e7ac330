"""A head: dense layers as (kernel, bias, kernel, bias, ...), with ReLU between them, and its gradients."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from explorer.images import Array
from explorer.losses import LOSSES
from explorer.mlp.initializers import INITIALIZERS
from explorer.transfer.plan import Plan


def initial_head(plan: Plan, inputs: int, classes: int) -> tuple[Array, ...]:
    """Draw the weights of a new head by Glorot's uniform distribution; biases are 0."""
    rng = np.random.default_rng(plan.seed)
    sizes = [inputs, *([plan.units] if plan.head == "hidden" else []), classes]
    head: list[Array] = []
    for fan_in, units in itertools.pairwise(sizes):
        kernel = INITIALIZERS["glorot_uniform"].draw(fan_in, units, rng)
        head += [kernel.astype(np.float32), np.zeros(units, np.float32)]
    return tuple(head)


def forward(head: Sequence[Array], x: Array) -> tuple[list[Array], Array]:
    """Return what goes into each layer, and the logits (n, classes)."""
    inputs = [x]
    for at in range(0, len(head) - 2, 2):
        inputs.append(np.maximum(inputs[-1] @ head[at] + head[at + 1], np.float32(0)))
    return inputs, inputs[-1] @ head[-2] + head[-1]


def head_logits(head: Sequence[Array], x: Array) -> Array:
    """Return the logits (n, classes) of features (n, d)."""
    return forward(head, x)[1]


def backward(head: Sequence[Array], inputs: Sequence[Array], slopes: Array) -> tuple[list[Array], Array]:
    """Return the gradients of the head and of its features, from those (n, classes) of the logits."""
    gradients: list[Array] = []
    for at in range(len(inputs) - 1, -1, -1):
        gradients = [inputs[at].T @ slopes, slopes.sum(axis=0), *gradients]
        slopes = slopes @ head[2 * at].T
        if at:
            slopes = slopes * (inputs[at] > 0)
    return gradients, slopes


LOSS = LOSSES["categorical_crossentropy"]


def loss_gradients(head: Sequence[Array], x: Array, targets: Array) -> tuple[list[Array], Array]:
    """Return the gradients of the mean loss with respect to the head, and to the features (n, d)."""
    inputs, logits = forward(head, x)
    slopes = LOSS.gradient(targets, logits, from_logits=True) / np.float32(len(x))
    return backward(head, inputs, slopes)
