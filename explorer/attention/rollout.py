"""What reaches each row of the last layer from each row of the first, through all layers between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from explorer.attention.checks import AttentionError
from explorer.calculus import Real, real_array


def rollout(weights: Sequence[ArrayLike]) -> Real:
    """Follow attention through layers: the product of (A + I) / 2, A being the mean over a layer's heads.

    The identity stands for the path around each layer, on which a row keeps what it was.

    Args:
        weights: Of each layer, the first one first, (heads, rows, rows) as `HeadsRun.weights`.

    Returns:
        (rows, rows): how much of each row of the first layer is in each row after the last; rows add up to 1.

    Raises:
        AttentionError: If there is no layer, or one is not (heads, rows, rows) with the rows of the first.

    Reference: Abnar and Zuidema, Quantifying Attention Flow in Transformers, 2020.

    Example:
        >>> rollout([[[[0.0, 1.0], [1.0, 0.0]]]]).tolist()
        [[0.5, 0.5], [0.5, 0.5]]
    """
    layers = [real_array(each, "A layer's weights") for each in weights]
    if not layers:
        raise AttentionError("A rollout needs one layer at least; none came.")
    shapes = [layer.shape for layer in layers]
    rows = shapes[0][-1] if len(shapes[0]) == 3 else 0
    if not rows or any(len(shape) != 3 or shape[1:] != (rows, rows) or not shape[0] for shape in shapes):
        raise AttentionError(
            f"A layer's weights are (heads, rows, rows), with the same rows in each; they are {shapes}."
        )
    reached: Real = np.eye(rows, dtype=layers[0].dtype)
    for layer in layers:
        reached = (layer.mean(axis=0) + np.eye(rows, dtype=layer.dtype)) / 2 @ reached
    return reached
