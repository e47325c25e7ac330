"""A network of dense layers gives the same as a file of ONNX."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from numpy.testing import assert_allclose

from explorer.activations import ACTIVATIONS
from explorer.mlp.layers import Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.onnx_files import to_onnx
from explorer.onnx_writer import opened


@pytest.mark.parametrize("layers", [[], [Dense(16, "mish"), Dense(3, "elu", {"alpha": 0.5})]])
@pytest.mark.parametrize("output", [Dense(1, "sigmoid"), Dense(1, "linear")])
def test_a_network_gives_the_same_as_onnx(layers, output):
    """With hidden layers and without, on points of its own choice."""
    network = DenseNetwork.create([*layers, output], initializer="he_normal", seed=4)
    points = np.random.default_rng(1).uniform(-5, 5, (100, 2)).astype(np.float32)
    data = to_onnx(network)
    assert_allclose(opened(data)(points), network.forward(points).output, rtol=1e-4, atol=1e-5)
    model = onnx.load_from_string(data)
    assert (model.graph.input[0].name, model.graph.output[0].name) == ("points", "outputs")


def test_every_activation_is_written():
    """A hidden layer of each."""
    for name in ACTIVATIONS:
        network = DenseNetwork.create(
            [Dense(4, name), Dense(1, "tanh")], initializer="glorot_uniform", seed=2
        )
        assert to_onnx(network).startswith(b"\x08")
