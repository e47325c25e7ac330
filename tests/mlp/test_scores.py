"""The scores of a network: units that are enough, the width of the margin, and overfitting."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.mlp.datasets import DATASETS, from_labels, from_rows
from explorer.mlp.layers import SOFTMAX, Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.scores import margin, overfitting, units_used
from explorer.mlp.trainer import TrainingMeasure


def measure(train: float | None, test: float | None) -> TrainingMeasure:
    return TrainingMeasure(1, 1, 0.1, 0.1, train, test, 0.0)


@pytest.mark.parametrize("angle", [0.0, 0.3, 1.1, 2.5])
@pytest.mark.parametrize("activation", ["sigmoid", "linear"])
def test_the_margin_of_a_line_is_its_distance(angle: float, activation: str) -> None:
    """For one unit it is the smallest |x W + b| / |W| over the points, by the formula of a line."""
    weights, bias = np.array([[5 * math.cos(angle)], [5 * math.sin(angle)]]), 0.7
    neuron = DenseNetwork([Dense(1, activation)], [weights], [[bias]])
    x = np.random.default_rng(1).uniform(-2, 2, (60, 2))
    distance = (x @ weights[:, 0] + bias) / 5
    x, distance = x[abs(distance) > 0.2], distance[abs(distance) > 0.2]
    threshold = 0.5 if activation == "sigmoid" else 0.0
    points = from_rows(np.column_stack([x, distance > 0]).tolist())
    assert margin(neuron, points, threshold) == pytest.approx(abs(distance).min(), rel=0.01)


def test_the_margin_of_a_circle_is_that_of_its_radius() -> None:
    """Both squares make a circle of radius 2: a point 1.5 from the middle is 0.5 from its border."""
    circle = DenseNetwork(
        [Dense(1, "sigmoid")], [[[0], [0], [-1], [-1]]], [[4]], ("x1_squared", "x2_squared")
    )
    points = from_rows([[0.9, 1.2, 1], [0, 0, 1], [2.7, 0, 0]])
    assert margin(circle, points) == pytest.approx(0.5, rel=0.01)


def test_the_margin_of_three_classes_is_that_of_the_nearest_border() -> None:
    """The scores -x1, x1 and x2 part the plane along x1 = 0 and the diagonals."""
    network = DenseNetwork([Dense(3, SOFTMAX)], [[[-1, 1, 0], [0, 0, 1]]], [[0, 0, 0]])
    points = from_labels([[-2, -1, 0], [1, -1, 1], [0, 2, 2]])
    assert margin(network, points) == pytest.approx(1, rel=0.01)
    assert margin(network, from_labels([[-2, -1, 0], [2, 1.5, 1]])) == pytest.approx(
        0.5 / math.sqrt(2), rel=0.01
    )


def test_without_all_points_right_there_is_no_margin() -> None:
    """Nor without a border, without points, or for numbers."""
    neuron = DenseNetwork([Dense(1, "sigmoid")], [[[1], [0]]], [[0]])
    assert margin(neuron, from_rows([[1, 0, 1], [2, 0, 0]])) is None
    assert margin(neuron, DATASETS["plane"].make(20)) is None
    assert margin(neuron, from_rows([])) is None
    everywhere = DenseNetwork([Dense(1, "sigmoid")], [[[0], [0]]], [[1]])
    assert margin(everywhere, from_rows([[1, 0, 1]])) is None


def test_units_count_once_they_are_enough() -> None:
    """From 95 % of the test points on, or of the others where there are no test points."""
    network = DenseNetwork.create([Dense(4), Dense(3), Dense(1)])
    assert units_used(network, measure(1.0, 0.95)) == 7
    assert units_used(network, measure(1.0, 0.94)) is None
    assert units_used(network, measure(0.96, None)) == 7
    assert units_used(network, None) is None
    assert overfitting(measure(0.9, 0.5)) == pytest.approx(0.4)
    assert overfitting(measure(0.9, None)) is None
    assert overfitting(None) is None
