"""Inputs made by hand: what they are, their gradients, training, programs and files."""

from __future__ import annotations

import math

import numpy as np
import pytest
from mlp.frameworks import assert_trains_as_here, batch, by_tape, random_network, run
from numpy.testing import assert_allclose, assert_array_equal

from explorer.code.mlp import NETWORK_SNIPPETS, network_code
from explorer.mlp import training
from explorer.mlp.datasets import DATASETS
from explorer.mlp.features import FEATURES, with_features
from explorer.mlp.files import from_json, from_npz, to_json, to_npz
from explorer.mlp.layers import Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Training
from explorer.mlp.onnx_files import to_onnx
from explorer.mlp.trainer import Trainer
from explorer.mlp.training import TrainingSetup
from explorer.mlp.worked import backward_steps, forward_steps
from explorer.onnx_writer import opened

ALL = tuple(FEATURES)


def featured(layers: list[Dense], names: tuple[str, ...] = ALL, seed: int = 4) -> DenseNetwork:
    network = DenseNetwork.create(layers, features=names)
    return network.with_flat(np.random.default_rng(seed).normal(0, 0.5, network.size))


def test_each_is_what_its_name_says() -> None:
    """Squares, the product and the sines of both coordinates, in the order of the table."""
    assert_allclose(
        with_features(np.array([[2.0, -3.0]]), ALL)[0], [2, -3, 4, 9, -6, math.sin(2), math.sin(-3)]
    )
    x = np.ones((2, 2), np.float32)
    assert with_features(x, ALL).dtype == np.float32
    assert with_features(x, ()) is x


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradients_equal_tensorflow(dtype: type) -> None:
    """A network that makes its inputs has the gradients of one that is given them."""
    network = featured([Dense(4, "tanh"), Dense(1, "sigmoid")])
    x, y = batch(20, 2, 1, dtype), (batch(20, 1, 2) > 0).astype(dtype)
    plain = DenseNetwork(network.layers, network.weights, network.biases)
    loss, expected = by_tape(plain, with_features(x, ALL), y, Training(l2=0.01))
    ours = network.backward(x, y, Training(l2=0.01))
    assert ours.loss == pytest.approx(loss, rel=1e-5)
    for found, theirs in zip(
        (*ours.weights, *ours.biases), expected["weights"] + expected["biases"], strict=True
    ):
        assert_allclose(found, theirs, atol=1e-5)


@pytest.mark.parametrize(
    ("data", "names"), [("circle", ("x1_squared", "x2_squared")), ("xor", ("x1_times_x2",))]
)
def test_with_the_right_inputs_one_unit_is_enough(data: str, names: tuple[str, ...]) -> None:
    """An ellipse of squares closes around the disc, and the sign of the product is the exclusive or."""
    points = DATASETS[data].make(200)
    found = []
    for made in ((), names):
        start = DenseNetwork.create([Dense(1, "sigmoid")], features=made)
        setup = TrainingSetup(start, points, training=Training(learning_rate=0.3))
        trainer = Trainer(start, setup.split, setup.training)
        trainer.epoch(30)
        found.append(trainer.history[-1].test_accuracy)
    assert found[0] < 0.7
    assert found[1] == 1


@pytest.mark.parametrize("framework", NETWORK_SNIPPETS)
def test_programs_make_the_same_inputs(framework: str) -> None:
    """The program answers alike and trains alike, with a penalty too."""
    if framework == "pytorch":
        pytest.importorskip("torch")
    network = featured([Dense(3, "tanh"), Dense(1, "sigmoid")])
    settings = Training(learning_rate=0.1, batch_size=2000, l2=0.01)
    output = run(network_code(framework, network, settings))["output"]
    answers = np.asarray(output.detach() if framework == "pytorch" else output)
    assert_allclose(answers, network.forward([[0, 0], [1, 1]]).output, atol=1e-6)
    assert_trains_as_here(framework, network, settings, DATASETS["moons"].make(80, 0.1).split(), 3)


def test_files_make_the_same_inputs() -> None:
    """JSON and NPZ keep their names, and a file of ONNX makes them itself."""
    network = featured([Dense(3, "relu"), Dense(1, "sigmoid")], ("x2_squared", "x1_times_x2", "sin_x1"))
    for again in (from_json(to_json(network)), from_npz(to_npz(network))):
        assert again.features == network.features
        assert_array_equal(again.flat(), network.flat())
    points = batch(50, 2, 8)
    assert_allclose(opened(to_onnx(network))(points), network.forward(points).output, atol=1e-5)
    for text in ('"features": 3', '"features": ["x3"]'):
        with pytest.raises(ValueError, match=r"list of names|called 'x3'"):
            from_json(to_json(network).replace('"features": ["x2_squared", "x1_times_x2", "sin_x1"]', text))


def test_they_are_seen_as_units_and_written_into_the_sums() -> None:
    """Their pictures come before those of the units, and a sum says x squared, not x with a number."""
    network = featured([Dense(2, "tanh"), Dense(1, "sigmoid")], ("x1_squared", "sin_x2"))
    seen = training.view(network, (-3, 3, -3, 3), 0.5, 0.5, side=6, output_side=6)
    assert seen.units.shape == (5, 6, 6)
    assert_allclose(seen.limits[:2], [2.5**2, math.sin(1.5)], rtol=1e-6)
    assert (seen.units[0] > 0).all()
    step = forward_steps(network, [0.5, -1.0])[0]
    assert step.inputs.tolist() == pytest.approx([0.5, -1, 0.25, math.sin(-1)])
    assert r"x_{1}^{2} w_{3,1} + (\sin x_{2}) w_{4,1}" in step.weighted_sum(0)
    back = backward_steps(network, [0.5, -1.0], 1)[-1]
    assert back.weight(2).factors[0].symbol == "x_{1}^{2}"


def test_what_cannot_be_made_is_refused() -> None:
    """Names are known, weights are of as many inputs, and a line is drawn of two inputs alone."""
    with pytest.raises(ValueError, match="called 'x3'"):
        DenseNetwork.create([Dense(1)], features=("x3",))
    with pytest.raises(ValueError, match="first layer of 3 inputs"):
        DenseNetwork([Dense(1)], [[[1], [1]]], [[0]], ("sin_x1",))
    with pytest.raises(ValueError, match="draws a curve"):
        featured([Dense(1)]).line((-3, 3, -3, 3))
    plain, made = random_network([Dense(1, "sigmoid")]), featured([Dense(1, "sigmoid")])
    trainer = Trainer(plain, DATASETS["xor"].make(20).split(), Training())
    with pytest.raises(ValueError, match="other layers"):
        trainer.replace(made)
    assert made.with_flat(made.flat()).features == ALL


def test_they_decide_where_training_leads() -> None:
    """Two networks of one shape with other inputs have other recipes."""
    points = DATASETS["xor"].make(20)
    one, other = (
        TrainingSetup(DenseNetwork.create([Dense(1, "sigmoid")], features=(name,)), points).recipe
        for name in ("sin_x1", "sin_x2")
    )
    assert one != other
