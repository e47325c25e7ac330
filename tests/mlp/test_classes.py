"""Networks that tell three classes and more apart: softmax, its losses, training, programs and files."""

from __future__ import annotations

import numpy as np
import pytest
from mlp.frameworks import assert_equals_tape, assert_trains_as_here, batch, random_network, run
from numpy.testing import assert_allclose, assert_array_equal

from explorer.code.mlp import NETWORK_SNIPPETS, network_code
from explorer.losses import LOSSES
from explorer.mlp import training
from explorer.mlp.datasets import DATASETS, Points
from explorer.mlp.files import from_json, from_npz, to_json, to_npz
from explorer.mlp.layers import SOFTMAX, Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Training
from explorer.mlp.onnx_files import to_onnx
from explorer.mlp.remarks import remarks
from explorer.mlp.separation import is_separable
from explorer.mlp.trainer import Trainer
from explorer.mlp.training import OWN, TrainingSetup, loss_titles, suited
from explorer.mlp.worked import backward_steps
from explorer.onnx_writer import opened

ENTROPY = Training("categorical_crossentropy", learning_rate=0.1)
THREE = Dense(3, SOFTMAX)


@pytest.fixture(params=NETWORK_SNIPPETS)
def framework(request: pytest.FixtureRequest) -> str:
    if request.param == "pytorch":
        pytest.importorskip("torch")
    return str(request.param)


def one_hot(count: int, classes: int, seed: int = 0) -> np.ndarray:
    return np.eye(classes, dtype=np.float32)[np.random.default_rng(seed).integers(0, classes, count)]


@pytest.mark.parametrize("loss", loss_titles(THREE))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradients_of_a_softmax_equal_tensorflow(loss: str, dtype: type) -> None:
    """Under every loss of several classes a softmax passes back what a GradientTape finds, smoothed too."""
    network = random_network([Dense(4, "tanh"), Dense(6, SOFTMAX)], seed=2)
    for values in ({}, {"label_smoothing": 0.2}) if LOSSES[loss].logits else ({},):
        assert_equals_tape(
            network, batch(24, 2, 3, dtype), one_hot(24, 6).astype(dtype), Training(loss, values, l2=0.01)
        )


def test_gradient_of_a_softmax_by_hand() -> None:
    """With all sums 0 each of three classes has a third, and dL/dz is that, less 1 for the true class."""
    network = DenseNetwork([THREE], [np.zeros((2, 3))], [np.zeros(3)])
    gradients = network.backward(np.array([[1.0, -2.0]]), [[0, 1, 0]], ENTROPY)
    assert gradients.from_logits
    assert gradients.loss == pytest.approx(np.log(3))
    assert_allclose(gradients.pre_activations[0], [[1 / 3, -2 / 3, 1 / 3]])
    assert_allclose(gradients.weights[0], [[1 / 3, -2 / 3, 1 / 3], [-2 / 3, 4 / 3, -2 / 3]])


def test_a_saturated_softmax_still_learns() -> None:
    """Where it is 1 to the last digit and wrong, the gradient is that of the logits, as in Keras."""
    network = DenseNetwork([Dense(2, SOFTMAX)], [[[60, -60], [0, 0]]], [[0, 0]])
    x, y = np.float32([[1, 0]]), np.float32([[0, 1]])
    gradients = network.backward(x, y, ENTROPY)
    assert_allclose(gradients.pre_activations[0], [[1, -1]])
    assert gradients.loss == pytest.approx(120)
    assert_equals_tape(network, x, y, ENTROPY)


def test_two_units_of_softmax_are_a_sigmoid_of_their_difference() -> None:
    """Half the weights with either sign, trained at twice the rate, take the steps of one sigmoid."""
    split = DATASETS["gaussians"].make(100, 0.2).split()
    single = DenseNetwork([Dense(1, "sigmoid")], [[[0.4], [-0.2]]], [[0.1]])
    double = DenseNetwork([Dense(2, SOFTMAX)], [[[-0.2, 0.2], [0.1, -0.1]]], [[-0.05, 0.05]])
    one = Trainer(single, split, Training(learning_rate=0.2))
    two = Trainer(double, split, Training("categorical_crossentropy", learning_rate=0.1))
    for trainer in (one, two):
        trainer.epoch(5)
    weights = two.network.weights[0]
    assert_allclose(weights[:, 1] - weights[:, 0], one.network.weights[0][:, 0], rtol=1e-4)
    assert one.history[-1].train_loss == pytest.approx(two.history[-1].train_loss, rel=1e-4)
    assert one.history[-1].test_accuracy == two.history[-1].test_accuracy


def test_five_blobs_need_no_hidden_layer_and_rings_do() -> None:
    """A softmax of sums parts the clouds with straight borders; of rings it gets half right."""
    found = {}
    for name in ("blobs", "rings"):
        points = DATASETS[name].make(300, 0.05)
        trainer = Trainer(DenseNetwork.create([Dense(len(points.classes), SOFTMAX)]), points.split(), ENTROPY)
        trainer.epoch(40)
        found[name] = trainer.history[-1].test_accuracy
    assert found["blobs"] > 0.97
    assert found["rings"] < 0.65


@pytest.mark.parametrize("loss", loss_titles(THREE))
def test_programs_train_as_here(framework: str, loss: str) -> None:
    """The program's model answers alike, and takes the same steps with its own optimiser and loss."""
    network = random_network([Dense(4, "tanh"), THREE], 6)
    settings = Training(loss, (), "momentum", learning_rate=0.05, batch_size=2000, l2=0.01)
    output = run(network_code(framework, network, settings))["output"]
    answers = np.asarray(output.detach() if framework == "pytorch" else output)
    assert_allclose(answers, network.forward([[0, 0], [1, 1]]).output, atol=1e-6)
    split = DATASETS["rings"].make(90, 0.1).split()
    assert_trains_as_here(framework, network, settings, split, 3)


def test_files_keep_a_softmax() -> None:
    """JSON and NPZ give the network back, and ONNX its answers."""
    network = random_network([Dense(3, "relu"), Dense(5, SOFTMAX)], 1)
    for again in (from_json(to_json(network)), from_npz(to_npz(network))):
        assert again.layers == network.layers
        assert_array_equal(again.flat(), network.flat())
    points = batch(50, 2, 8)
    assert_allclose(opened(to_onnx(network))(points), network.forward(points).output, atol=1e-5)


@pytest.mark.parametrize(
    ("output", "points", "loss", "words"),
    [
        (Dense(1, "sigmoid"), "rings", "binary_crossentropy", "of 3 classes, and the output has 1 unit"),
        (Dense(4, SOFTMAX), "rings", "categorical_crossentropy", "it needs 3 with softmax"),
        (Dense(3), "rings", "categorical_crossentropy", "it needs 3 with softmax"),
        (Dense(3, SOFTMAX), "circle", "categorical_crossentropy", "it needs 2 with softmax, or one"),
        (Dense(2, "linear"), "plane", "mean_squared_error", "one number for each point, .* has 2 outputs"),
        (Dense(1, "sigmoid"), "circle", "categorical_crossentropy", "choose softmax for it"),
        (Dense(3, SOFTMAX), "rings", "binary_crossentropy", "takes one output, and a softmax has several"),
    ],
)
def test_what_does_not_fit_is_said(output: Dense, points: str, loss: str, words: str) -> None:
    """Outputs, classes and loss belong together; several numbers at once are refused in a sentence."""
    drawn, network = DATASETS[points].make(40), DenseNetwork.create([output])
    with pytest.raises(ValueError, match=words):
        Trainer(network, drawn.split(), Training(loss))
    with pytest.raises(ValueError, match=words):
        TrainingSetup(network, drawn, training=Training(loss))


def test_layers_refuse_a_softmax_that_cannot_be() -> None:
    """Not in a hidden layer, not of one unit, and without parameters."""
    with pytest.raises(ValueError, match="for the output layer"):
        DenseNetwork.create([Dense(2, SOFTMAX), Dense(1)])
    with pytest.raises(ValueError, match="this layer has 1"):
        Dense(1, SOFTMAX)
    with pytest.raises(ValueError, match="no parameter 'alpha'"):
        Dense(2, SOFTMAX, {"alpha": 1})
    assert Dense(2, SOFTMAX).said == "Softmax"


def test_an_output_is_suited_to_its_points_and_kept_where_it_fits() -> None:
    """Only what does not fit is changed: a softmax of two for two classes stays, as any single unit does."""
    circle, rings = DATASETS["circle"].make(20), DATASETS["rings"].make(20)
    assert suited([Dense(1, "tanh")], "hinge", circle) == ((Dense(1, "tanh"),), "hinge")
    assert suited([THREE], "kl_divergence", circle) == ((Dense(1, "sigmoid"),), "binary_crossentropy")
    assert suited([THREE], "kl_divergence", rings) == ((THREE,), "kl_divergence")
    pair = (Dense(2, SOFTMAX),)
    assert suited(pair, "binary_crossentropy", circle) == (pair, "categorical_crossentropy")
    plane, line = DATASETS["plane"].make(20), (Dense(1, "linear"),)
    assert suited(line, "kl_divergence", plane) == (line, "mean_squared_error")
    assert suited([THREE], "kl_divergence", training.NOBODY) == ((THREE,), "kl_divergence")


def test_a_point_is_worked_back_through_a_softmax() -> None:
    """Loss and softmax give one factor together, and the products are the gradients."""
    network = random_network([Dense(2, "tanh"), THREE], 3)
    for loss in ("categorical_crossentropy", "kl_divergence"):
        gradients = network.backward(np.array([[0.5, -1.0]]), [[0, 0, 1]], Training(loss))
        last, _ = backward_steps(network, [0.5, -1.0], [0, 0, 1], Training(loss))
        chain = last.weight(1, 2)
        assert chain.factors[1].meaning == "slope of loss and softmax together"
        assert chain.value == pytest.approx(gradients.weights[1][1, 2], rel=1e-6)


def test_the_plane_of_several_classes_holds_their_probabilities() -> None:
    """A map for each class, which add up to 1 in every cell but for rounding."""
    network = random_network([Dense(3), THREE], 5)
    seen = training.view(network, (-3, 3, -3, 3), 0.5, 0.5, side=4, output_side=8)
    assert seen.output.shape == (3, 8, 8)
    assert np.abs(seen.output.sum(0, dtype=int) - training.SIGNS).max() <= 2
    assert_allclose(
        seen.output / training.SIGNS,
        network.planes((-3, 3, -3, 3), (8, 8)).output.transpose(2, 0, 1),
        atol=1e-4,
    )


def test_own_points_of_three_classes_are_learnt() -> None:
    """Drawn rows with the number of a class each, and names for some of them."""
    rows = [[-2, 0, 0], [-2, 1, 0], [2, 0, 1], [2, 1, 1], [0, 2.5, 2], [0.5, 2.5, 2]]
    points = training.make_points(OWN, 20, 0, 0, rows, "classification", ("sea", "land"))
    assert points.classes == ("sea", "land", "2")
    trainer = Trainer(DenseNetwork.create([THREE]), points.split(1.0), ENTROPY)
    trainer.epoch(200)
    assert trainer.history[-1].train_accuracy == 1


def test_what_is_about_two_classes_says_so() -> None:
    """Whether a line parts the points is asked of two classes alone."""
    with pytest.raises(ValueError, match="these points are of 3"):
        is_separable(DATASETS["rings"].make(20))


def test_a_softmax_within_the_loss_too_is_remarked() -> None:
    """From logits the loss applies its own."""
    network = DenseNetwork.create([THREE])
    assert not remarks(network, ENTROPY, "classification")
    twice = Training("categorical_crossentropy", {"from_logits": True})
    assert "applies a softmax itself" in remarks(network, twice, "classification")[0]
    assert Points(np.zeros((0, 2)), np.zeros(0)).targets(3).shape == (0, 3)
