"""Logits of a picture that was changed in a part are those of a whole pass over it."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.imagenet.engine import changes
from explorer.imagenet.engine.changes import Box, box_of, changed_logits
from explorer.imagenet.engine.graph import GraphBuilder
from explorer.imagenet.engine.layers import (
    ActivationLayer,
    AddLayer,
    AveragePooling2DLayer,
    ConcatenateLayer,
    Conv2DLayer,
    Cropping2DLayer,
    DenseLayer,
    DepthwiseConv2DLayer,
    GlobalAveragePooling2DLayer,
    MaxPooling2DLayer,
    MultiplyLayer,
    RescalingLayer,
    SeparableConv2DLayer,
    ZeroPadding2DLayer,
)
from explorer.imagenet.engine.network import EngineNetwork

SIZE = 45


def everything():
    """A network with all that moves or spreads a change, and two ways that meet."""
    net = GraphBuilder(SIZE)
    x = net.add(RescalingLayer(0.5, 1), net.input, name="scaled")
    x = net.add(ZeroPadding2DLayer(((1, 2), (0, 3))), x, name="pad")
    x = net.add(Conv2DLayer(3, 2, filters=4), x, name="conv", activation="silu")
    a = net.add(DepthwiseConv2DLayer(3, 1, "same"), x, name="depthwise")
    b = net.add(SeparableConv2DLayer(5, 1, "same", filters=4), x, name="separable")
    x = net.add(ActivationLayer("relu"), net.add(AddLayer(), a, b, name="add"), name="relu")
    x = net.add(ConcatenateLayer(), x, a, name="concat")
    x = net.add(ZeroPadding2DLayer(((1, 1), (2, 0))), x, name="pad2")
    x = net.add(MaxPooling2DLayer(3, 1), x, name="largest")
    x = net.add(AveragePooling2DLayer(3, 1, "same"), x, name="mean")
    x = net.add(Conv2DLayer(2, 1, "same", 2, filters=6), x, name="dilated")
    y = net.add(GlobalAveragePooling2DLayer(keepdims=True), x, name="squeeze")
    x = net.add(MultiplyLayer(), x, y, name="excite")
    x = net.add(Cropping2DLayer(((1, 0), (0, 1))), x, name="cropped")
    x = net.add(GlobalAveragePooling2DLayer(), x, name="averages")
    return net.build(net.add(DenseLayer(5), x, name="classes", activation="softmax"))


@pytest.fixture(scope="module")
def network():
    graph, rng = everything(), np.random.default_rng(0)
    weights = {
        name: [rng.standard_normal(shape) / 3 for shape in variables.values()]
        for name, variables in graph.variables().items()
    }
    return EngineNetwork(graph, weights, np.float64)


@pytest.mark.parametrize("most", [0.0, 0.3, 1.0])
def test_changed_parts_give_the_logits_of_the_whole(network, most, monkeypatch):
    """Anywhere, at edges and corners, of one pixel or many, one or several of any sizes at once.

    And whenever the rest is computed as a whole.
    """
    monkeypatch.setattr(changes, "WORTHWHILE", most)
    rng = np.random.default_rng(1)
    picture = rng.standard_normal((1, SIZE, SIZE, 3))
    maps = network.forward(picture)
    places = [(0, 1), (0, 9), (3, 4), (20, 29), (38, 45), (44, 45), (0, 45)]
    boxes = [Box(*rows, *columns) for rows in places for columns in places]
    pictures = np.repeat(picture, len(boxes), axis=0)
    for changed, box in zip(pictures[:, np.newaxis], boxes, strict=True):
        box.part(changed)[...] = rng.standard_normal(box.part(changed).shape)
    expected = network.forward(pictures).logits
    assert (np.abs(expected - maps.logits[0]).max(axis=1) > 0).all()
    for one, box in enumerate(boxes):
        found = changed_logits(maps, pictures[one : one + 1], [box])
        np.testing.assert_allclose(found, expected[one : one + 1], rtol=1e-9, atol=1e-12)
    small = np.flatnonzero([box.cells < 9 for box in boxes])
    for several in [small, *np.split(rng.permutation(len(boxes)), 7)]:
        found = changed_logits(maps, pictures[several], [boxes[one] for one in several])
        np.testing.assert_allclose(found, expected[several], rtol=1e-9, atol=1e-12)


def test_nothing_changed_changes_nothing(network):
    """An empty box is no change, and a change that no window reads is none either."""
    maps = network.forward(np.ones((1, SIZE, SIZE, 3)))
    empty = box_of(np.zeros((SIZE, SIZE), bool))
    found = changed_logits(maps, np.ones((2, SIZE, SIZE, 3)), [empty, empty])
    np.testing.assert_array_equal(found, maps.logits[[0, 0]])
    pictures = np.ones((2, SIZE, SIZE, 3))
    pictures[1, 3:5, 7] = 0
    found = changed_logits(maps, pictures, [empty, Box(3, 5, 7, 8)])
    np.testing.assert_allclose(found, network.forward(pictures).logits, rtol=1e-9, atol=1e-12)
    net = GraphBuilder(4)
    x = net.add(Conv2DLayer(1, 2, filters=2), net.input, name="sparse")
    x = net.add(GlobalAveragePooling2DLayer(), x, name="averages")
    graph = net.build(net.add(DenseLayer(2), x, name="classes", activation="softmax"))
    weights = {name: [np.ones(shape) for shape in each.values()] for name, each in graph.variables().items()}
    small = EngineNetwork(graph, weights)
    maps = small.forward(np.zeros((1, 4, 4, 3), np.float32))
    found = changed_logits(maps, np.ones((1, 4, 4, 3), np.float32), [Box(1, 2, 3, 4)])
    np.testing.assert_array_equal(found, maps.logits)
