"""What a class can compete for: few units, a wide margin, much overfitting; computed, not guessed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.mlp.datasets import Extent, Points
from explorer.mlp.network import DenseNetwork
from explorer.mlp.trainer import TrainingMeasure

REACHED = 0.95
"""The share of the test points that have to be right for the fewest units."""

CELLS = 160
"""Rows and columns of the grid on which the border is found."""

Real = NDArray[np.float64]


def units_used(network: DenseNetwork, measure: TrainingMeasure | None) -> int | None:
    """Count the hidden units if they are enough: if 95 % of the test points are right; else None.

    Without test points the points to train on decide.

    Example:
        >>> from explorer.mlp.layers import Dense
        >>> good = TrainingMeasure(0, 0, 0.1, 0.1, 1.0, 0.96, 0.0)
        >>> units_used(DenseNetwork.create([Dense(3), Dense(2), Dense(1)]), good)
        5
    """
    found = None if measure is None else measure.test_accuracy
    if measure is not None and found is None:
        found = measure.train_accuracy
    return None if found is None or found < REACHED else sum(layer.units for layer in network.hidden)


def overfitting(measure: TrainingMeasure | None) -> float | None:
    """Return by how much the share of right training points exceeds that of the test points, or None.

    Example:
        >>> overfitting(TrainingMeasure(0, 0, 0.1, 0.9, 1.0, 0.75, 0.0))
        0.25
    """
    if measure is None or measure.train_accuracy is None or measure.test_accuracy is None:
        return None
    return measure.train_accuracy - measure.test_accuracy


def margin(network: DenseNetwork, points: Points, threshold: float = 0.5) -> float | None:
    """Measure how far the nearest point is from the border between the classes.

    The border is found on a grid of 160 × 160 cells over the plane, between neighbours of which one is on
    either side, so that it is right to about a hundredth of a cell.

    Args:
        network: Of two coordinates, with the weights to judge.
        points: The points to train on.
        threshold: The output above which one output says class 1.

    Returns:
        The distance, in the units of x1 and x2; None if a point is on the wrong side, if there is no border
        in sight, or for a regression.

    Example:
        >>> from explorer.mlp.datasets import from_rows
        >>> from explorer.mlp.layers import Dense
        >>> neuron = DenseNetwork([Dense(1, "sigmoid")], [[[3], [4]]], [[0]])  # the line 3 x1 + 4 x2 = 0
        >>> round(margin(neuron, from_rows([[1, 1, 1], [-1, 0, 0]])), 3)
        0.6
        >>> margin(neuron, from_rows([[1, 1, 0], [-1, 0, 0]]))
    """
    if points.task != "classification" or not len(points):
        return None
    if not (_leads(network, points.x, threshold)[np.arange(len(points)), points.y.astype(int)] > 0).all():
        return None
    border = _border(network, points.extent, threshold)
    if not len(border):
        return None
    nearest = np.inf
    for part in np.array_split(points.x.astype(np.float64), -(-len(points) // 256)):
        nearest = min(nearest, float(np.linalg.norm(part[:, np.newaxis] - border, axis=2).min()))
    return nearest


def _leads(network: DenseNetwork, x: NDArray[np.float32], threshold: float) -> Real:
    """Return by how much each class is ahead of the best of the others: (n, classes).

    Where the output is a sigmoid or a softmax that is said of the sums before it, which do not saturate.
    """
    forward = network.forward(x)
    output = network.output
    if output.units == 1:
        is_sum = output.activation == "sigmoid" and threshold == 0.5
        found = forward.pre_activations[-1] if is_sum else forward.output - threshold
        ahead = found[:, 0].astype(np.float64)
        return np.stack([-ahead, ahead], axis=1)
    sums = forward.pre_activations[-1].astype(np.float64)  # (n, classes)
    first, second = np.sort(sums, axis=1)[:, [-1, -2]].T
    others = np.where(sums == first[:, np.newaxis], second[:, np.newaxis], first[:, np.newaxis])
    return np.asarray(sums - others)


def _border(network: DenseNetwork, extent: Extent, threshold: float) -> Real:
    """Points of the borders between classes, float64 (n, 2)."""
    left, right, bottom, top = extent
    across, up = np.linspace(left, right, CELLS), np.linspace(bottom, top, CELLS)
    grid = np.stack(np.meshgrid(across, up), axis=-1)  # (cells, cells, 2)
    leads = _leads(network, grid.reshape(-1, 2).astype(np.float32), threshold).reshape(CELLS, CELLS, -1)
    found: list[Real] = []
    for axis in (0, 1):
        near, far = (np.take(leads, range(part, CELLS - 1 + part), axis=axis) for part in (0, 1))
        start, end = (np.take(grid, range(part, CELLS - 1 + part), axis=axis) for part in (0, 1))
        row, column, one = np.nonzero((near > 0) != (far > 0))
        here, there = near[row, column, one], far[row, column, one]
        share = (here / (here - there))[:, np.newaxis]
        found.append(start[row, column] + share * (end[row, column] - start[row, column]))
    return np.concatenate(found)
