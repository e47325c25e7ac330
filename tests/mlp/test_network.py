"""Networks of dense layers, against numbers by hand, central differences, TensorFlow, Keras and PyTorch."""

from __future__ import annotations

import io
import json
import math
import os
import zipfile

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from mlp.frameworks import (
    assert_equals_tape,
    assert_trains_as_here,
    batch,
    keras_loss,
    random_network,
    run,
    trained_by,
)

from explorer.activations import ACTIVATIONS
from explorer.code.mlp import NETWORK_SNIPPETS, network_code
from explorer.losses import LOSSES
from explorer.mlp.datasets import DATASETS, PointSplit, from_rows
from explorer.mlp.files import from_json, from_npz, to_json, to_npz
from explorer.mlp.initializers import INITIALIZERS
from explorer.mlp.layers import MAX_WEIGHT, Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Training
from explorer.mlp.optimizers import OPTIMIZERS
from explorer.mlp.passes import HELD
from explorer.mlp.remarks import remarks
from explorer.mlp.trainer import MAX_MEASURES, Trainer
from explorer.mlp.training import loss_titles
from explorer.mlp.worked import backward_steps, forward_steps

SQUARES = Training("mean_squared_error")
XOR = DenseNetwork((Dense(2, "relu"), Dense(1, "linear")), ([[1, 1], [1, 1]], [[1], [-2]]), ([0, -1], [0]))

# A published example worked by hand: M. Mazur, A step by step backpropagation example, 2015. Its error is
# half the sum of two squares, which is the mean of two squares.
MAZUR = DenseNetwork(
    (Dense(2, "sigmoid"), Dense(2, "sigmoid")),
    ([[0.15, 0.25], [0.20, 0.30]], [[0.40, 0.50], [0.45, 0.55]]),
    ([0.35, 0.35], [0.60, 0.60]),
)

# Both weighted sums are 0 at (1, 1), so that both units answer a half.
HALVES = DenseNetwork((Dense(1, "sigmoid"), Dense(1, "sigmoid")), ([[1], [-1]], [[1]]), ([0], [-0.5]))

SMOOTH = (
    "linear",
    "sigmoid",
    "tanh",
    "gelu",
    "gelu_tanh",
    "silu",
    "mish",
    "softplus",
    "sine",
    "gaussian",
    "celu",
)


def with_biases(network, layer, biases):
    """Return the network with other biases in one layer."""
    changed = [*network.biases]
    changed[layer] = biases
    return DenseNetwork(network.layers, network.weights, changed)


def split_of(name="circle", points=200, noise=0.1, share=0.5, seed=0):
    return DATASETS[name].make(points, noise, seed).split(share, seed)


# The forward and the backward pass


def test_exclusive_or_by_hand():
    """Two ReLUs and a linear output compute the exclusive or, number by number."""
    forward = XOR.forward([[0, 0], [0, 1], [1, 0], [1, 1]])
    assert forward.pre_activations[0].tolist() == [[0, -1], [1, 0], [1, 0], [2, 1]]
    assert forward.activations[0].tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert forward.output.tolist() == [[0], [1], [1], [0]]
    assert not forward.held


def test_gradient_by_hand():
    """At (1, 1) with target 1 the output is 0: dL/da = -2, and it goes back through weights 1 and -2."""
    gradients = XOR.backward([[1, 1]], [[1]], SQUARES)
    assert gradients.loss == 1
    assert gradients.pre_activations[1].tolist() == [[-2]]
    assert gradients.weights[1].tolist() == [[-4], [-2]]
    assert gradients.biases[1].tolist() == [-2]
    assert gradients.activations[0].tolist() == [[-2, 4]]
    assert gradients.slopes[0].tolist() == [[1, 1]]
    assert gradients.weights[0].tolist() == [[-2, 4], [-2, 4]]
    assert gradients.biases[0].tolist() == [-2, 4]
    assert gradients.inputs.tolist() == [[2, 2]]


def test_published_example():
    """Every number of the published example comes out, to all the digits that it gives."""
    x, y = np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])
    gradients = MAZUR.backward(x, y, SQUARES)
    np.testing.assert_allclose(gradients.forward.activations[0], [[0.593269992, 0.596884378]], atol=2e-8)
    np.testing.assert_allclose(gradients.forward.output, [[0.75136507, 0.772928465]], atol=2e-8)
    assert gradients.loss == pytest.approx(0.298371109, abs=2e-8)
    assert gradients.weights[1][0, 0] == pytest.approx(0.082167041, abs=2e-8)
    assert gradients.weights[0][0, 0] == pytest.approx(0.000438568, abs=2e-9)
    stepped = MAZUR.weights[1] - 0.5 * gradients.weights[1]
    expected = [[0.35891648, 0.511301270], [0.408666186, 0.561370121]]
    np.testing.assert_allclose(stepped, expected, atol=5e-8)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradients_equal_tensorflow_for_every_activation(name, dtype):
    """Hidden layers of an activation, and an output of it, have the gradients of a GradientTape."""
    arguments = ACTIVATIONS[name].parameters
    for parameters in ({}, {argument.name: (argument.default + argument.high) / 2 for argument in arguments}):
        layers = [Dense(5, name, parameters), Dense(4, name, parameters), Dense(2, name, parameters)]
        network = random_network(layers, seed=len(name), inputs=3)
        if name == "exponential":  # of exponentials of exponentials
            network = network.with_flat(network.flat() / 4)
        x, y = batch(20, 3, 1, dtype), batch(20, 2, 2, dtype)
        assert_equals_tape(network, x, y, Training("mean_squared_error", l1=0.01, l2=0.02))


def suited(loss, values, rng, count):
    """Give an output layer and targets that a loss can take."""
    takes = loss.takes(**values)
    units = 3 if loss.target.vector else 2
    activation = "linear" if takes.low == -math.inf else "sigmoid" if takes.high == 1 else "softplus"
    if takes.vector and takes.high == 1:  # after a sigmoid Keras would take the logits for a softmax's
        activation = "gaussian"
    y = rng.normal(size=(count, units))
    if loss.target.values:
        y = rng.choice(loss.target.values, size=(count, units))
    elif loss.target.vector:
        y = np.eye(units)[rng.integers(0, units, count)]
    elif loss.target.low == 0:
        y = np.abs(y)
    return Dense(units, activation), y


LOSS_SETTINGS = [(name, {}) for name in LOSSES] + [
    (name, {"from_logits": True, "label_smoothing": 0.2}) for name, loss in LOSSES.items() if loss.logits
]


@pytest.mark.parametrize(("name", "values"), LOSS_SETTINGS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradients_equal_tensorflow_for_every_loss(name, values, dtype):
    """The gradients of every loss go back through hidden layers as a GradientTape's do."""
    output, y = suited(LOSSES[name], values, np.random.default_rng(5), 24)
    network = random_network([Dense(4, "tanh"), Dense(3, "silu"), output], seed=7)
    assert_equals_tape(network, batch(24, 2, 3, dtype), y.astype(dtype), Training(name, values, l2=0.01))


@pytest.mark.parametrize("name", [name for name in loss_titles() if LOSSES[name].logits])
def test_saturated_sigmoid_still_learns(name):
    """Where a sigmoid is 1 to the last digit and wrong, the gradient is that of the logit, as in Keras."""
    network = DenseNetwork([Dense(1, "sigmoid")], [[[30], [0]]], [[0]])
    x, y = np.float32([[1, 0], [-1, 0]]), np.float32([[0], [1]])
    gradients = network.backward(x, y)
    assert gradients.from_logits
    np.testing.assert_allclose(gradients.pre_activations[0], [[0.5], [-0.5]], atol=1e-6)
    assert gradients.loss == pytest.approx(30)
    assert_equals_tape(network, x, y, Training())


@given(
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from(SMOOTH)), min_size=1, max_size=7),
    st.sampled_from(["mean_squared_error", "log_cosh", "huber"]),
    st.integers(0, 10_000),
)
@settings(max_examples=40, deadline=None)
def test_gradients_equal_central_differences(shape, loss, seed):
    """Every weight and bias, moved a little both ways, changes loss and penalty as its gradient says."""
    network = random_network([Dense(units, name) for units, name in shape], seed)
    training = Training(loss, l2=0.05)
    x, y = batch(5, 2, seed, np.float64), batch(5, shape[-1][0], seed + 1, np.float64)
    ours = network.backward(x, y, training)
    flat = np.concatenate([np.r_[w.ravel(), b] for w, b in zip(ours.weights, ours.biases, strict=True)])

    def objective(place, step):
        """Take what float32 made of the step for the step."""
        vector = network.flat()
        vector[place] += step
        moved = network.with_flat(vector)
        return moved.backward(x, y, training).loss + moved.penalty(training), float(vector[place])

    for place in np.random.default_rng(seed).integers(0, network.size, 6):
        (high, right), (low, left) = objective(place, 1e-3), objective(place, -1e-3)
        slope = (high - low) / (right - left)
        assert slope == pytest.approx(flat[place], rel=2e-3, abs=2e-3 * max(1, np.abs(flat).max()))


@pytest.mark.parametrize("name", [name for name, record in ACTIVATIONS.items() if record.torch])
def test_gradients_equal_pytorch(name):
    """PyTorch, which shares nothing with TensorFlow, finds the same gradients."""
    torch = pytest.importorskip("torch")
    network = random_network([Dense(4, name), Dense(3, "tanh"), Dense(1, "linear")], seed=3)
    x, y = batch(15, 2, 4), batch(15, 1, 5)
    tensors = [
        [torch.tensor(array, requires_grad=True) for array in arrays]
        for arrays in (network.weights, network.biases)
    ]
    value = torch.tensor(x)
    for layer, kernel, bias in zip(network.layers, *tensors, strict=True):
        names = {"torch": torch, "x": value @ kernel + bias, **dict(layer.parameters)}
        value = eval(ACTIVATIONS[layer.activation].torch, names)
    (value - torch.tensor(y)).square().mean().backward()
    ours = network.backward(x, y, SQUARES)
    for found, theirs in zip((ours.weights, ours.biases), tensors, strict=True):
        for array, tensor in zip(found, theirs, strict=True):
            np.testing.assert_allclose(array, tensor.grad, rtol=1e-5, atol=1e-5)


def test_precision():
    """What is float64 stays so, and everything else becomes float32."""
    x = batch(4, 2)
    for given_x, dtype in ((x, np.float32), (x.astype(np.float64), np.float64), (x.tolist(), np.float32)):
        gradients = XOR.backward(given_x, np.zeros((4, 1)), SQUARES)
        arrays = (gradients.forward.output, gradients.losses, gradients.inputs, *gradients.weights)
        assert {array.dtype for array in arrays} == {np.dtype(dtype)}


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([[1, 2, 3]], [[1]], r"x needs the shape \(points, 2\)"),
        ([1, 2], [[1]], r"x needs the shape"),
        ([[1, math.nan]], [[1]], "finite"),
        ([["a", "b"]], [[1]], "finite"),
        ([[1, 2], [3]], [[1]], "rows of one length"),
        ([[1, 2]], [[1, 2]], r"y needs the shape \(points, 1\)"),
        ([[1, 2]], [[1], [2]], "1 point and 2 targets"),
        (np.zeros((0, 2)), np.zeros((0, 1)), "at least one point"),
    ],
)
def test_a_batch_is_refused_in_a_sentence(x, y, words):
    """What does not fit a network is said."""
    with pytest.raises(ValueError, match=words):
        XOR.backward(x, y, SQUARES)


@given(
    st.sampled_from(list(ACTIVATIONS)),
    st.floats(-MAX_WEIGHT, MAX_WEIGHT, width=32),
    st.floats(-1e30, 1e30),
    st.sampled_from(["mean_squared_error", "binary_crossentropy", "mean_absolute_percentage_error"]),
)
@settings(max_examples=150, deadline=None)
def test_nothing_is_infinite_or_no_number(name, weight, value, loss):
    """However large weights and inputs are, what is shown is finite, and said to be held if it is."""
    network = DenseNetwork.create([Dense(3, name)] * 6 + [Dense(1, name)])
    network = network.with_flat(np.full(network.size, weight))
    gradients = network.backward([[value, -value]], [[1]], Training(loss))
    shown = (
        *gradients.forward.pre_activations,
        *gradients.forward.activations,
        gradients.losses,
        *gradients.activations,
        *gradients.pre_activations,
        *gradients.weights,
        *gradients.biases,
        gradients.inputs,
    )
    assert all(np.isfinite(array).all() for array in shown)
    assert all(np.isfinite(plane).all() for plane in network.planes((-3, 3, -3, 3), (4, 4)).outputs)


def test_held_numbers_are_said():
    """A network that overflows says so, and one that does not stays silent."""
    wild = DenseNetwork([Dense(1, "exponential"), Dense(1, "linear")], [[[100], [0]], [[1]]], [[0], [0]])
    assert wild.forward([[1, 0]]).held
    assert wild.forward([[1, 0]]).output.tolist() == [[np.float32(HELD)]]
    assert wild.planes((-3, 3, -3, 3)).held
    assert not wild.forward([[-1, 0]]).held


# Making and editing a network


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("sides", [(2, 8), (8, 8), (16, 3)])
def test_initialisers_have_the_distribution_of_keras(name, sides):
    """Over many seeds mean, spread and limits are those of Keras's initializer of the name."""
    import keras

    fan_in, units = sides
    theirs_of = keras.initializers.get(name)
    maker = type(theirs_of)
    ours = np.array(
        [
            DenseNetwork.create([Dense(units)], inputs=fan_in, initializer=name, seed=s).weights[0]
            for s in range(300)
        ]
    )
    seeded = {} if name == "zeros" else {"seed": 1}
    theirs = np.array(maker(**seeded)((fan_in, units * 300) if name == "random_uniform" else (fan_in, units)))
    if name not in ("zeros", "random_uniform"):
        theirs = np.array([maker(seed=s)((fan_in, units)) for s in range(300)])
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.03)
    assert ours.std() == pytest.approx(theirs.std(), rel=0.05)
    assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.02)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("random_uniform", 0.05),
        ("glorot_uniform", math.sqrt(6 / (2 + 4))),
        ("he_uniform", math.sqrt(6 / 2)),
        ("glorot_normal", 2 * math.sqrt(2 / (2 + 4)) / 0.87962566),
        ("he_normal", 2 * math.sqrt(2 / 2) / 0.87962566),
        ("lecun_normal", 2 * math.sqrt(1 / 2) / 0.87962566),
    ],
)
def test_limits_of_initialisers(name, limit):
    """No weight lies beyond the limit, and some come near it."""
    drawn = [DenseNetwork.create([Dense(4)], initializer=name, seed=seed).weights[0] for seed in range(200)]
    assert 0.97 * limit < np.abs(drawn).max() <= limit * (1 + 1e-6)


def test_the_calls_of_initialisers_run():
    """Each record's Keras call makes Keras's initializer of the name."""
    import keras

    for name, record in INITIALIZERS.items():
        values = {argument.name: argument.default for argument in record.parameters}
        assert type(eval(record.keras, {"keras": keras, **values})) is type(keras.initializers.get(name))


def test_seeds():
    """The same seed draws the same weights, and a layer's do not change when one is added behind it."""
    layers = [Dense(4), Dense(3), Dense(1, "sigmoid")]
    first, again, other = (DenseNetwork.create(layers, seed=seed) for seed in (5, 5, 6))
    assert np.array_equal(first.flat(), again.flat())
    assert not np.array_equal(first.flat(), other.flat())
    longer = DenseNetwork.create([*layers[:2], Dense(3), layers[2]], seed=5)
    assert np.array_equal(first.weights[0], longer.weights[0])
    assert np.array_equal(first.weights[1], longer.weights[1])
    assert not any(bias.any() for bias in first.biases)


def test_sizes_of_networks():
    """From one neuron to six layers of sixteen, and no further."""
    assert DenseNetwork.create([Dense(1)]).size == 3
    assert DenseNetwork.create([Dense(16)] * 6 + [Dense(1)]).size == 48 + 5 * 272 + 17
    with pytest.raises(ValueError, match="8 layers came"):
        DenseNetwork.create([Dense(2)] * 8)
    with pytest.raises(ValueError, match="0 layers came"):
        DenseNetwork.create([])
    with pytest.raises(ValueError, match="Units takes 1 to 16"):
        Dense(17)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Dense(2, "relux"), "no activation 'relux'"),
        (lambda: Dense(2, "elu", {"beta": 1}), "no parameter 'beta'"),
        (lambda: Dense(2.5), "whole number"),
        (lambda: DenseNetwork([Dense(1)], [[[1], [2]]], []), "1 array of weights and 0 of biases"),
        (lambda: DenseNetwork([Dense(1)], [[[1], [2]]], [[1, 2]]), "Layer 1 needs weights of the shape"),
        (lambda: DenseNetwork([Dense(1)], [[1, 2]], [[1]]), "first layer's weights"),
        (lambda: DenseNetwork([Dense(1)], [[[1], [math.inf]]], [[0]]), "magnitude"),
        (lambda: DenseNetwork([Dense(1)], [[["a"]]], [[0]]), "weights 1 must hold numbers"),
        (lambda: DenseNetwork([Dense(1)], [[[1], [2, 3]]], [[0]]), "rows of one length"),
        (lambda: DenseNetwork.create([Dense(1)], initializer="magic"), "no initializer 'magic'"),
        (lambda: DenseNetwork.create([Dense(1)], initializer="zeros", limit=1), "no parameter 'limit'"),
        (lambda: DenseNetwork.create([Dense(1)], seed=-1), "Seed takes 0 to 999999"),
        (lambda: DenseNetwork.create([Dense(1)], inputs=0), "Inputs takes 1 to 16"),
        (lambda: XOR.with_flat([1, 2]), "9 parameters"),
        (lambda: XOR.planes((0, 0, 0, 1)), "extent"),
        (lambda: XOR.planes((0, math.inf, 0, 1)), "extent"),
        (lambda: XOR.planes((0, 1, 0, 1), (1000, 1000)), "cells"),
        (lambda: XOR.planes((0, 1, 0, 1), (0, 5)), "cells"),
        (lambda: XOR.line((0, 1, 0, 1), 2), "no unit 2"),
        (lambda: DenseNetwork.create([Dense(1)], inputs=3).planes((0, 1, 0, 1)), "two inputs"),
        (lambda: forward_steps(XOR, [1, "a"]), "list of numbers"),
        (lambda: forward_steps(XOR, [1]), "shape"),
        (lambda: Training("guess"), "no loss 'guess'"),
        (lambda: Training(optimizer="guess"), "no optimizer 'guess'"),
        (lambda: Training(optimizer_parameters={"momentum": 0.5}), "no parameter 'momentum'"),
        (lambda: Training("huber", {"delta": -1}), "Delta takes 0.1 to 10"),
        (lambda: Training(learning_rate=0), "Learning rate takes 0.00001 to 100"),
        (lambda: Training(batch_size=1.5), "Batch size takes a whole number"),
        (lambda: Training(l2=-1), "L2 takes 0 to 1"),
    ],
)
def test_a_network_is_refused_in_a_sentence(make, words):
    """Whatever does not fit is a ValueError that names it."""
    with pytest.raises(ValueError, match=words):
        make()


def test_a_network_never_changes():
    """An edit gives another network, and arrays cannot be written to."""
    kernel = np.ones((2, 1))
    network = DenseNetwork((Dense(1),), (kernel,), ([0.5],))
    kernel[:] = 7
    edited = network.with_flat([1, 3, -1])
    assert network.flat().tolist() == [1, 1, 0.5]
    assert edited.flat().tolist() == [1, 3, -1]
    with pytest.raises(ValueError, match="read-only"):
        network.weights[0][0, 0] = 2
    flat = network.flat()
    flat[:] = 9
    assert network.flat().tolist() == [1, 1, 0.5]


def test_flat_order():
    """Layer by layer, weights row by row before biases, and the way back."""
    assert XOR.flat().tolist() == [1, 1, 1, 1, 0, -1, 1, -2, 0]
    moved = XOR.with_flat(np.arange(9))
    assert moved.weights[0].tolist() == [[0, 1], [2, 3]]
    assert moved.biases[1].tolist() == [8]


# Pictures over the plane


def test_planes_are_the_forward_pass_of_each_cell():
    """A cell holds what every unit answers to its centre; the top row has the largest second input."""
    network = random_network([Dense(3, "tanh"), Dense(2, "relu"), Dense(1, "sigmoid")], 4)
    planes = network.planes((-2, 4, -1, 3), (8, 12))
    assert [layer.shape for layer in planes.outputs] == [(8, 12, 3), (8, 12, 2), (8, 12, 1)]
    for row, column in ((0, 0), (0, 11), (7, 0), (3, 5)):
        centre = [-2 + 0.5 * (column + 0.5), 3 - 0.5 * (row + 0.5)]
        point = network.forward([centre])
        for layer, answer in zip(planes.outputs, point.activations, strict=True):
            np.testing.assert_allclose(layer[row, column], answer[0], atol=1e-6)
    assert planes.output.dtype == np.float32


@given(*[st.floats(-3, 3, width=32)] * 3)
def test_line_is_where_the_weighted_sum_is_zero(across, up, bias):
    """Both ends lie on the border of the part, and the weighted sum there is 0."""
    neuron = DenseNetwork([Dense(1)], [[[across], [up]]], [[bias]])
    line = neuron.line((-2, 3, -1, 4))
    signs = np.sign([across * x + up * y + bias for x in (-2, 3) for y in (-1, 4)])
    if line is None:
        assert not {-1.0, 1.0} <= set(signs)
        return
    for x, y in line:
        assert x in (-2, 3) or y in (-1, 4)
        assert -2 <= x <= 3
        assert -1 <= y <= 4
        assert across * x + up * y + bias == pytest.approx(0, abs=1e-5)


def test_there_is_not_always_a_line():
    """A neuron without weights, or whose line passes by, has none."""
    assert DenseNetwork([Dense(1)], [[[0], [0]]], [[1]]).line((-1, 1, -1, 1)) is None
    assert DenseNetwork([Dense(1)], [[[1], [0]]], [[5]]).line((-1, 1, -1, 1)) is None
    assert DenseNetwork([Dense(1)], [[[1], [0]]], [[-0.5]]).line((-1, 1, -1, 1)) == ((0.5, -1), (0.5, 1))


# Readable steps


def test_forward_steps_add_up():
    """Products and bias make the weighted sum, and the step holds what the forward pass holds."""
    network = random_network([Dense(3, "tanh"), Dense(4, "elu"), Dense(1, "sigmoid")], 2)
    point = [0.3, -1.2]
    forward = network.forward(np.array([point]))
    steps = forward_steps(network, point)
    assert [step.title for step in steps] == ["Hidden layer 1", "Hidden layer 2", "Output layer"]
    for step, z, a in zip(steps, forward.pre_activations, forward.activations, strict=True):
        np.testing.assert_allclose(step.products.sum(0) + step.biases, z[0], atol=1e-12)
        assert np.array_equal(step.pre_activations, z[0])
        assert np.array_equal(step.activations, a[0])


def test_steps_in_words():
    """The formulas of the exclusive or, as they are written."""
    first, last = forward_steps(XOR, [1, 1])
    assert first.weighted_sum(1) == (
        r"z_{2} = x_{1} w_{1,2} + x_{2} w_{2,2} + b_{2} = 1 \cdot 1 + 1 \cdot 1 + (-1) = 1"
    )
    assert last.weighted_sum() == (
        r"z_{1} = a_{1} w_{1,1} + a_{2} w_{2,1} + b_{1} = 2 \cdot 1 + 1 \cdot (-2) + 0 = 0"
    )
    assert first.activated(0) == r"a_{1} = f(z_{1}) = f(2) = 2"
    assert r"\begin{bmatrix} 1 & 1 \\ 1 & 1 \end{bmatrix}" in first.matrix_product
    assert first.all_activated.startswith(r"a = f(z) = \begin{bmatrix}")
    output, hidden = backward_steps(XOR, [1, 1], 1, SQUARES)
    assert output.coming_back() == ""
    assert hidden.coming_back(1) == r"\frac{\partial L}{\partial a_{2}} = (-2) \cdot (-2) = 4"
    assert hidden.weight(0, 1).latex == (
        r"\frac{\partial L}{\partial w_{1,2}} = x_{1} \cdot f'(z_{2}) \cdot \frac{\partial L}{\partial a_{2}}"
        r" = 1 \cdot 1 \cdot 4 = 4"
    )
    assert hidden.bias(1).value == 4
    last, _ = backward_steps(HALVES, [1, 1], 1, Training(l2=0.5))
    assert last.weight(0).latex.endswith(r"= 0.5 \cdot (-0.5) + 1 = 0.75")
    assert (
        last.bias().latex == r"\frac{\partial L}{\partial b_{1}} = \frac{\partial L}{\partial z_{1}} = -0.5"
    )


def test_very_small_numbers_are_written_with_powers():
    """A number that four decimals cannot hold is written with a power of ten."""
    neuron = DenseNetwork([Dense(1, "linear")], [[[1e-7], [0]]], [[0]])
    assert forward_steps(neuron, [1, 0])[0].activated().endswith(r"= f(1 \cdot 10^{-7}) = 1 \cdot 10^{-7}")


@pytest.mark.parametrize("training", [SQUARES, Training(l1=0.1, l2=0.2), Training("hinge", l2=0.3)])
def test_chains_multiply_to_the_gradients(training):
    """The product of a chain's factors, and the penalty, is the gradient of the weight or bias."""
    network = random_network([Dense(3, "tanh"), Dense(2, "softplus"), Dense(1, "sigmoid")], 9)
    x, y = np.array([[0.7, -0.4]]), np.array([[1.0]])
    gradients = network.backward(x, y, training)
    steps = backward_steps(network, x[0], 1, training)
    assert [step.layer for step in steps] == [2, 1, 0]
    for step in steps:
        for (source, unit), value in np.ndenumerate(gradients.weights[step.layer]):
            assert step.weight(source, unit).value == pytest.approx(value, abs=1e-12)
        for unit, value in enumerate(gradients.biases[step.layer]):
            assert step.bias(unit).value == pytest.approx(value, abs=1e-12)
        if step.next_weights is not None:
            np.testing.assert_allclose(step.next_weights @ step.next_deltas, step.upstream, atol=1e-12)


# Training


def by_keras(network, trainer, optimizer, count):
    """Let Keras make the same steps with the same batches; give the parameters."""
    import keras
    import tensorflow as tf

    training = trainer.training
    model = keras.Sequential([keras.Input((2,))])
    for layer in network.layers:
        penalty = keras.regularizers.L1L2(training.l1, training.l2)
        model.add(keras.layers.Dense(layer.units, activation=layer.activation, kernel_regularizer=penalty))
    model.set_weights([a for pair in zip(network.weights, network.biases, strict=True) for a in pair])
    train, batches = trainer.split.train, []
    for _ in range(count):
        batches.append(trainer.next_batch)
        trainer.step()
    for rows in batches:
        with tf.GradientTape() as tape:
            y = tf.constant(train.y[rows][:, np.newaxis])
            loss = tf.reduce_mean(keras_loss(training, y, model(train.x[rows]))) + sum(model.losses)
        optimizer.apply_gradients(
            zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables, strict=True)
        )
    return np.concatenate([np.ravel(array) for array in model.get_weights()])


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("penalty", [{}, {"l1": 0.01}, {"l2": 0.02}, {"l1": 0.003, "l2": 0.01}])
def test_training_equals_keras(name, penalty):
    """After 30 steps over five epochs the weights are those that Keras's optimizer makes."""
    import keras

    network = random_network([Dense(4, "tanh"), Dense(3, "relu"), Dense(1, "sigmoid")], 1)
    training = Training(optimizer=name, learning_rate=0.05, batch_size=16, **penalty)
    trainer = Trainer(network, split_of(points=200, share=0.4), training)
    record = OPTIMIZERS[name]
    values = {"keras": keras, "learning_rate": 0.05, **dict(training.optimizer_parameters)}
    expected = by_keras(network, trainer, eval(record.keras, values), 30)
    assert trainer.epochs == 6
    assert not np.allclose(expected, network.flat(), atol=1e-2)
    np.testing.assert_allclose(trainer.network.flat(), expected, atol=2e-5)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_updates_equal_pytorch(name):
    """PyTorch's optimizer of the record makes the same updates from the same gradients."""
    torch = pytest.importorskip("torch")
    record = OPTIMIZERS[name]
    values = {argument.name: argument.default for argument in record.parameters}
    weights = np.random.default_rng(0).normal(size=9).astype(np.float32)
    slots = np.zeros((record.slots, 9), np.float32)

    class model:
        tensor = torch.nn.Parameter(torch.tensor(weights))

        @classmethod
        def parameters(cls):
            return [cls.tensor]

    optimizer = eval(record.torch, {"torch": torch, "model": model, "learning_rate": 0.1, **values})
    for step in range(1, 11):
        gradient = np.random.default_rng(step).normal(size=9).astype(np.float32)
        record.update(weights, gradient, slots, step, 0.1, **values)
        model.tensor.grad = torch.tensor(gradient)
        optimizer.step()
    np.testing.assert_allclose(weights, model.tensor.detach(), atol=2e-6)


def test_a_step_by_hand():
    """One neuron, one point: the weights move against the gradient by the learning rate."""
    network = DenseNetwork([Dense(1, "linear")], [[[2], [-1]]], [[0.5]])
    points = from_rows([[1, 3, 1], [1, 3, 1]], "regression")
    trainer = Trainer(
        network, PointSplit(points, points), Training("mean_squared_error", learning_rate=0.125)
    )
    trainer.step()
    assert trainer.network.flat().tolist() == [2 + 0.375, -1 + 1.125, 0.5 + 0.375]
    momentum = Training("mean_squared_error", optimizer="momentum", learning_rate=0.125)
    trainer = Trainer(network, PointSplit(points, points), momentum)
    trainer.step()
    assert trainer.network.flat().tolist() == [2 + 0.375, -1 + 1.125, 0.5 + 0.375]


@pytest.mark.parametrize("size", [1, 7, 32, 100, 2000])
def test_an_epoch_uses_every_point_once(size):
    """The batches of an epoch part the points, in another order in the next epoch."""
    trainer = Trainer(XOR, split_of(), Training("mean_squared_error", batch_size=size, learning_rate=1e-3))
    orders = []
    for _ in range(2):
        seen = []
        for _ in range(math.ceil(100 / size)):
            seen.append(trainer.next_batch)
            trainer.step()
        orders.append(np.concatenate(seen))
        assert [len(rows) for rows in seen[:-1]] == [size] * (len(seen) - 1)
        assert sorted(orders[-1]) == list(range(100))
    assert trainer.epochs == 2
    assert orders[0].tolist() != orders[1].tolist()


def test_epoch_ends_the_epoch():
    """From the middle of an epoch it goes on to the end, and steps and epochs lead to the same weights."""
    training = Training(batch_size=30)
    network, split = DenseNetwork.create([Dense(3), Dense(1, "sigmoid")]), split_of()
    stepped, whole = Trainer(network, split, training), Trainer(network, split, training)
    stepped.step(2)
    assert stepped.epochs == 0.6
    stepped.epoch()
    assert (stepped.epochs, stepped.steps) == (1, 4)
    whole.epoch()
    assert np.array_equal(stepped.network.flat(), whole.network.flat())
    stepped.step(8)
    whole.epoch(2)
    assert np.array_equal(stepped.network.flat(), whole.network.flat())


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_rewind_is_exact(name):
    """After a rewind everything happens again to the last bit."""
    network = DenseNetwork.create([Dense(4), Dense(1, "sigmoid")], seed=2)
    trainer = Trainer(network, split_of("moons"), Training(optimizer=name, seed=5))
    start = trainer.history
    trainer.epoch(5)
    once = trainer.network.flat(), trainer.history
    trainer.rewind()
    assert np.array_equal(trainer.network.flat(), network.flat())
    assert (trainer.history, trainer.steps, trainer.epochs) == (start, 0, 0)
    trainer.epoch(5)
    assert np.array_equal(trainer.network.flat(), once[0])
    assert trainer.history == once[1]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_goes_on_elsewhere(name):
    """A snapshot put into another trainer goes on as if nothing had happened."""
    network, split = DenseNetwork.create([Dense(4), Dense(1, "sigmoid")]), split_of("xor")
    training = Training(optimizer=name, batch_size=16)
    first, second = Trainer(network, split, training), Trainer(network, split, training)
    first.step(10)
    second.restore(first.snapshot())
    first.step(20)
    second.step(20)
    assert np.array_equal(first.network.flat(), second.network.flat())
    assert (first.steps, first.epochs) == (second.steps, second.epochs)
    with pytest.raises(ValueError, match="snapshot"):
        Trainer(XOR, split, training).restore(first.snapshot())


def test_an_edit_before_training_is_the_new_start():
    """What is edited before the first step is where a rewind leads; what is edited later is not."""
    network, split = DenseNetwork.create([Dense(2), Dense(1, "sigmoid")]), split_of("gaussians")
    trainer = Trainer(network, split, Training())
    edited = with_biases(network, 0, [0, 0.75])
    trainer.replace(edited)
    trainer.step(3)
    trainer.replace(with_biases(network, 0, [-2, 0]))
    assert trainer.network.biases[0].tolist() == [-2, 0]
    assert trainer.steps == 3
    trainer.step()
    trainer.rewind()
    assert np.array_equal(trainer.network.flat(), edited.flat())
    with pytest.raises(ValueError, match="other layers"):
        trainer.replace(XOR)


def test_configure_goes_on_with_other_settings():
    """A new learning rate counts from the next step; another optimizer starts without a memory."""
    network, split = DenseNetwork.create([Dense(2), Dense(1, "sigmoid")]), split_of("gaussians")
    trainer = Trainer(network, split, Training(optimizer="momentum"))
    trainer.step(5)
    before = trainer.network
    adam = Training(optimizer="adam", learning_rate=0.25, l2=0.5, batch_size=2000)
    trainer.configure(adam)
    assert trainer.history[-1].penalty == pytest.approx(before.penalty(adam))
    trainer.step()
    # the first step of Adam moves each weight by the learning rate, whatever its gradient
    np.testing.assert_allclose(np.abs(trainer.network.flat() - before.flat()), 0.25, rtol=1e-2)
    trainer.rewind()
    assert np.array_equal(trainer.network.flat(), network.flat())


def test_measures_are_those_of_the_network():
    """Losses and accuracies in the history are what a forward pass over the points gives."""
    network, split = (
        DenseNetwork.create([Dense(3), Dense(1, "sigmoid")], seed=1),
        split_of("circle", share=0.7),
    )
    trainer = Trainer(network, split, Training(l2=0.01, learning_rate=0.5))
    trainer.epoch(3)
    measure, present = trainer.history[-1], trainer.network
    for points, loss, accuracy in (
        (split.train, measure.train_loss, measure.train_accuracy),
        (split.test, measure.test_loss, measure.test_accuracy),
    ):
        y = points.y[:, np.newaxis]
        assert loss == pytest.approx(present.backward(points.x, y, trainer.training).loss, rel=1e-5)
        assert accuracy == ((present.forward(points.x).output > 0.5) == (y == 1)).mean()
    assert measure.penalty == pytest.approx(0.01 * sum((w.astype(float) ** 2).sum() for w in present.weights))
    assert (measure.step, measure.epoch) == (15, 3.0)
    assert np.array_equal(trainer.trail[-1], present.flat())


def test_there_is_not_always_something_to_measure():
    """A regression has no accuracy, and without points to test with there is no test loss."""
    network = DenseNetwork.create([Dense(1, "linear")])
    trainer = Trainer(network, split_of("plane", share=1.0), SQUARES)
    trainer.epoch(200)
    measure = trainer.history[-1]
    assert (measure.test_loss, measure.train_accuracy, measure.test_accuracy) == (None, None, None)
    np.testing.assert_allclose(trainer.network.weights[0].ravel(), 1 / 6, atol=0.03)


def test_scores_are_told_apart_at_zero():
    """Where outputs are scores or logits, a point above 0 is of class 1."""
    neuron = DenseNetwork([Dense(1, "linear")], [[[1], [0]]], [[0]])
    split = PointSplit(from_rows([[0.2, 0, 1], [-0.2, 0, 0]]), from_rows([[0.2, 0, 0]]))
    for training, expected in (
        (Training("hinge"), 1.0),
        (Training(loss_parameters={"from_logits": True}), 1.0),
        (SQUARES, 0.5),
    ):
        assert Trainer(neuron, split, training).history[0].train_accuracy == expected


def test_history_is_bounded():
    """However long training goes on, so many measures are kept: the first, the last, and evenly between."""
    network = DenseNetwork.create([Dense(1, "sigmoid")])
    trainer = Trainer(network, split_of("gaussians", points=20), Training(learning_rate=1e-3))
    for _ in range(3 * MAX_MEASURES):
        trainer.step()
    steps = np.array([measure.step for measure in trainer.history])
    assert MAX_MEASURES / 3 < len(steps) <= MAX_MEASURES
    assert (steps[0], steps[-1]) == (0, 3 * MAX_MEASURES)
    assert np.diff(steps).min() >= 1
    assert np.diff(steps).max() <= 16
    assert trainer.trail.shape == (len(steps), 3)


@pytest.mark.parametrize(
    ("name", "layers", "training", "epochs", "accuracy"),
    [
        ("gaussians", [Dense(1, "sigmoid")], Training(), 20, 0.99),
        ("xor", [Dense(4), Dense(1, "sigmoid")], Training(learning_rate=0.5), 100, 0.95),
        ("circle", [Dense(4), Dense(1, "sigmoid")], Training(learning_rate=0.5), 100, 0.97),
        ("moons", [Dense(6, "relu"), Dense(1, "sigmoid")], Training(optimizer="momentum"), 100, 0.97),
        (
            "spiral",
            [Dense(16), Dense(16), Dense(1, "sigmoid")],
            Training(optimizer="adam", learning_rate=0.02),
            150,
            0.95,
        ),
        ("circle", [Dense(6), Dense(1, "linear")], Training("hinge", learning_rate=0.2), 100, 0.97),
    ],
)
def test_networks_learn_the_sets(name, layers, training, epochs, accuracy):
    """A network that is large enough gets points right that it has never seen."""
    trainer = Trainer(DenseNetwork.create(layers, seed=1), split_of(name, points=600, noise=0.05), training)
    trainer.epoch(epochs)
    assert trainer.trouble == ""
    assert trainer.history[-1].test_accuracy >= accuracy


@pytest.mark.parametrize("name", ["plane", "bumps", "sine"])
def test_networks_learn_numbers(name):
    """Two hidden layers bring the test loss of each regression set to a tenth of what it was."""
    network = DenseNetwork.create([Dense(16), Dense(16), Dense(1, "linear")], seed=1)
    training = Training("mean_squared_error", optimizer="adam", learning_rate=0.02)
    trainer = Trainer(network, split_of(name, points=1000, noise=0.0), training)
    trainer.epoch(150)
    assert trainer.history[-1].test_loss < 0.1 * trainer.history[0].test_loss


def test_one_neuron_does_not_learn_exclusive_or():
    """A straight line cannot part the exclusive or, and zeros keep a hidden layer from helping."""
    for layers, initializer in (
        ([Dense(1, "sigmoid")], "glorot_uniform"),
        ([Dense(8), Dense(1, "sigmoid")], "zeros"),
    ):
        trainer = Trainer(DenseNetwork.create(layers, initializer=initializer), split_of("xor"), Training())
        trainer.epoch(100)
        assert trainer.history[-1].train_accuracy < 0.8


# Divergence


def assert_stands(trainer, words):
    """A trainer in trouble says what to change, and everything that it shows is finite."""
    assert words in trainer.trouble
    assert trainer.trouble.endswith(".")
    assert np.isfinite(trainer.network.flat()).all()
    for measure in trainer.history:
        assert math.isfinite(measure.train_loss)
        assert math.isfinite(measure.penalty)


@pytest.mark.parametrize(
    ("layers", "training", "points", "words"),
    [
        (
            [Dense(4, "relu"), Dense(1, "linear")],
            Training("mean_squared_error", learning_rate=30),
            DATASETS["plane"].make(100),
            "Lower the learning rate: it is 30, try 3.",
        ),
        (
            [Dense(1, "linear")],
            Training("mean_squared_error"),
            from_rows([[1000.0 + i, i, i] for i in range(30)]),
            "standardise them",
        ),
        (
            [Dense(1, "linear")],
            Training("mean_squared_error", l2=1.0, learning_rate=3.0),
            DATASETS["plane"].make(100),
            "L2 of 1 is too strong",
        ),
        (
            [Dense(4, "exponential"), Dense(1, "linear")],
            Training("mean_squared_error", learning_rate=10),
            DATASETS["plane"].make(100),
            "choose another activation",
        ),
        (
            [Dense(1, "linear")],
            Training("asymmetric_profit", learning_rate=100),
            DATASETS["gaussians"].make(2000),
            "has no least value",
        ),
    ],
)
def test_divergence_is_caught(layers, training, points, words):
    """Training that explodes goes back to where it was and says what to change, and can be repeated."""
    trainer = Trainer(DenseNetwork.create(layers, seed=1), points.split(0.8), training)
    for _ in range(400):
        before = trainer.network.flat(), trainer.steps, trainer.history
        trainer.epoch()
        if trainer.trouble:
            break
    assert_stands(trainer, words)
    assert np.array_equal(trainer.network.flat(), before[0])
    assert (trainer.steps, trainer.history) == before[1:]
    sentence = trainer.trouble
    trainer.epoch()
    assert trainer.trouble == sentence
    trainer.rewind()
    assert trainer.trouble == ""


def test_after_divergence_training_goes_on():
    """With the learning rate that the sentence asks for, training works from where it stands."""
    network = DenseNetwork.create([Dense(4, "relu"), Dense(1, "linear")], seed=1)
    trainer = Trainer(network, split_of("plane"), Training("mean_squared_error", learning_rate=30))
    trainer.epoch()
    assert trainer.trouble
    trainer.configure(Training("mean_squared_error", learning_rate=0.03))
    assert trainer.trouble == ""
    trainer.epoch(20)
    assert trainer.trouble == ""
    assert trainer.history[-1].train_loss < trainer.history[0].train_loss


def test_a_loss_that_refuses_the_output():
    """A Poisson loss takes no negative rates; its own sentence is shown, and nothing is lost."""
    network = DenseNetwork([Dense(1, "linear")], [[[-1], [-1]]], [[0]])
    trainer = Trainer(network, split_of("plane"), Training("poisson"))
    assert "softplus" in trainer.trouble
    trainer.epoch()
    assert_stands(trainer, "softplus")
    assert np.array_equal(trainer.network.flat(), network.flat())


def test_a_start_that_is_already_infinite():
    """A network whose first loss is infinite has no history, and says why."""
    network = DenseNetwork([Dense(1, "exponential")], [[[500], [500]]], [[0]])
    trainer = Trainer(network, split_of("plane"), SQUARES)
    assert_stands(trainer, "too large to train from")
    assert trainer.history == ()
    assert trainer.trail.shape == (0, 3)
    trainer.step()
    assert trainer.trouble
    trainer.replace(network.with_flat([0, 0, 0]))
    assert trainer.trouble == ""
    assert len(trainer.history) == 1


@given(
    st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=1, max_size=4),
    st.sampled_from(list(loss_titles())),
    st.sampled_from(list(OPTIMIZERS)),
    st.floats(1e-3, 100),
    st.integers(0, 100),
)
@settings(max_examples=80, deadline=None)
@example(["exponential"], "hinge", "sgd", 14.0, 23)  # weights whose squares no float holds
def test_no_training_shows_a_number_that_is_none(names, loss, optimizer, rate, seed):
    """Whatever is chosen, weights, history and pictures stay finite, and a stop is explained."""
    layers = [*(Dense(3, name) for name in names[:-1]), Dense(1, names[-1])]
    training = Training(loss, optimizer=optimizer, learning_rate=rate, batch_size=8)
    trainer = Trainer(
        DenseNetwork.create(layers, seed=seed, initializer="he_normal"), split_of(points=40), training
    )
    trainer.epoch(5)
    assert bool(trainer.trouble) == (trainer.epochs < 5)
    if trainer.trouble:
        assert_stands(trainer, "")
    values = [value for measure in trainer.history for value in vars(measure).values() if value is not None]
    assert np.isfinite(values).all()
    assert np.isfinite(trainer.trail).all()
    json.dumps([vars(measure) for measure in trainer.history], allow_nan=False)
    planes = trainer.network.planes((-3, 3, -3, 3), (5, 5))
    assert all(np.isfinite(plane).all() for plane in planes.outputs)


def test_a_trainer_refuses_what_it_cannot_train():
    """Points have two inputs and one target, and there must be some."""
    split = split_of()
    with pytest.raises(ValueError, match="These points are of 2 classes, and the output has 2 units"):
        Trainer(DenseNetwork.create([Dense(2)]), split, Training())
    with pytest.raises(ValueError, match="no point to train on"):
        Trainer(XOR, PointSplit(from_rows([]), split.test), Training())
    trainer = Trainer(XOR, split, Training())
    for count in (0, -1, 1.5, True, 10**9):
        with pytest.raises(ValueError, match="Training goes on by"):
            trainer.step(count)
        with pytest.raises(ValueError, match="Training goes on by"):
            trainer.epoch(count)


# What cannot work


def test_losses_that_can_be_chosen():
    """Those for two classes come first, and nobody is offered a loss of several classes or of profit."""
    names = list(loss_titles())
    assert names[0] == "binary_crossentropy"
    assert {"hinge", "mean_squared_error"} < set(names)
    assert not {"categorical_crossentropy", "kl_divergence", "downside"} & set(names)


@pytest.mark.parametrize(
    ("layers", "training", "task", "words"),
    [
        (
            [Dense(2, "binary_step"), Dense(1, "sigmoid")],
            Training(),
            "classification",
            ["binary step of hidden layer 1"],
        ),
        ([Dense(2), Dense(1, "linear")], Training(), "classification", ["choose a sigmoid"]),
        ([Dense(2), Dense(1, "linear")], Training("poisson"), "regression", ["softplus"]),
        (
            [Dense(1, "sigmoid")],
            Training(loss_parameters={"from_logits": True}),
            "classification",
            ["applies a sigmoid itself"],
        ),
        ([Dense(1, "sigmoid")], Training("hinge"), "classification", ["from −1 to 1"]),
        ([Dense(1, "sigmoid")], SQUARES, "regression", ["choose a linear output"]),
        ([Dense(1, "sigmoid")], Training(), "classification", []),
        ([Dense(2), Dense(1, "linear")], SQUARES, "regression", []),
        ([Dense(2), Dense(1, "linear")], Training("hinge"), "classification", []),
        ([Dense(2), Dense(1, "tanh")], SQUARES, "classification", []),
    ],
)
def test_remarks(layers, training, task, words):
    """A combination that cannot work is remarked upon, one that works is not."""
    found = remarks(DenseNetwork.create(layers, seed=1), training, task)
    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))


def test_equal_units_are_remarked_upon():
    """Units that start alike stay alike: the remark is true of the gradients."""
    network = DenseNetwork.create([Dense(3), Dense(1, "sigmoid")], initializer="zeros")
    assert "start alike" in remarks(network, Training(), "classification")[0]
    trainer = Trainer(with_biases(network, 1, [0.5]), split_of("circle"), Training())
    trainer.epoch(10)
    kernel = trainer.network.weights[0]
    assert (kernel == kernel[:, :1]).all()


# Files


@given(
    st.lists(st.tuples(st.integers(1, 16), st.sampled_from(list(ACTIVATIONS))), min_size=1, max_size=7),
    st.integers(0, 1000),
)
@settings(max_examples=30, deadline=None)
def test_files_bring_the_same_network_back(shape, seed):
    """JSON and .npz keep layers, parameters and every bit of the weights."""
    network = random_network([Dense(units, name) for units, name in shape], seed)
    for again in (from_json(to_json(network)), from_npz(to_npz(network))):
        assert again.layers == network.layers
        assert np.array_equal(again.flat(), network.flat())


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return file.getvalue()


def saved(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        to_npz(XOR)[:200],
        to_npz(XOR)[:-30],
        zipped(layers=b"no array"),
        zipped(layers=bytes(10_000_000)),
        saved(layers=np.array("[]")),
        saved(layers=np.array("{")),
        saved(layers=np.array("[" * 100_000)),
        saved(layers=np.array('{"layers": [{"units": 1, "activation": "relu"}]}')),
        saved(layers=np.array('{"layers": []}')),
        saved(
            layers=np.array('{"layers": [{"units": 1}]}'), weights_1=np.zeros((2, 1)), biases_1=np.zeros(1)
        ),
        saved(layers=np.array([object()])),
    ],
    ids=range(13),
)
def test_a_file_is_refused_in_a_sentence(data):
    """What is cut off, damaged, too large or something else is no network."""
    with pytest.raises(ValueError, match=r"network|layer"):
        from_npz(data)


@given(st.binary(max_size=80), st.integers(0, 600), st.integers(0, 255))
@settings(deadline=None)
def test_any_bytes_give_a_network_or_a_sentence(tail, place, byte):
    """A file with any byte changed, or anything else, brings nothing but a network or a ValueError."""
    data = bytearray(to_npz(XOR))
    data[place] = byte
    for file in (bytes(data), tail, bytes(data[:place]) + tail):
        try:
            network = from_npz(file)
        except ValueError:
            continue
        assert np.isfinite(network.flat()).all()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[1]",
        "[" * 100_000,
        '{"layers": 5}',
        '{"layers": [5]}',
        '{"layers": [{}]}',
        '{"layers": [{"units": 1, "activation": "relu", "weights": [[1], [NaN]], "biases": [0]}]}',
        '{"layers": [{"units": 1, "activation": "relu", "weights": [[1], [1e999]], "biases": [0]}]}',
        '{"layers": [{"units": 1, "activation": "relu", "weights": null, "biases": null}]}',
        '{"layers": [{"units": "1", "activation": "relu", "weights": [[1], [2]], "biases": [0]}]}',
        '{"layers": [{"units": 1, "activation": ["relu"], "weights": [[1], [2]], "biases": [0]}]}',
        '{"layers": [{"units": 1, "activation": "elu", "parameters": {"alpha": "x"}, "weights": []}]}',
        '{"layers": [{"units": 1, "activation": "elu", "parameters": [1], "weights": []}]}',
        '{"layers": [{"units": 1, "activation": "relu", "weights": [[1], [2, 3]], "biases": [0]}]}',
        " " * 2_000_000 + "{}",
    ],
    ids=range(16),
)
def test_json_is_refused_in_a_sentence(text):
    """JSON that is no network is refused."""
    with pytest.raises(ValueError, match=r"network|layer|[Ww]eights|[Uu]nits|alpha"):
        from_json(text)


@pytest.fixture(params=NETWORK_SNIPPETS)
def framework(request):
    if request.param == "pytorch":
        pytest.importorskip("torch")
    return request.param


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_scripts_answer_as_the_network_does(framework, name):
    """The script, run as a reader would run it, ends with the network's answers."""
    values = {
        argument.name: argument.low + 0.25 * (argument.high - argument.low)
        for argument in ACTIVATIONS[name].parameters
    }
    network = random_network([Dense(16, name, values), Dense(3, name, values), Dense(1, "sigmoid")], 2)
    output = run(network_code(framework, network))["output"]
    expected = network.forward([[0, 0], [1, 1]]).output
    np.testing.assert_allclose(
        np.asarray(output.detach() if framework == "pytorch" else output), expected, atol=1e-5
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(
    ("loss", "values"),
    [("binary_crossentropy", {}), ("huber", {"delta": 0.5}), ("quantile", {"quantile": 0.3})],
)
def test_keras_script_trains_as_here(optimizer, loss, values):
    """A model from the script, given the same batch, takes the same steps, whatever the parameters."""
    network = random_network([Dense(3), Dense(1, "sigmoid")], 6)
    chosen = {"momentum": 0.3, "beta_1": 0.6, "beta_2": 0.8, "epsilon": 0.01}
    parameters = {each.name: chosen[each.name] for each in OPTIMIZERS[optimizer].parameters}
    training = Training(
        loss, values, optimizer, parameters, learning_rate=0.1, batch_size=2000, l1=0.01, l2=0.02
    )
    split = split_of()
    trainer = Trainer(network, split, training)
    model = run(network_code("keras", network, training))["model"]
    for _ in range(3):
        trainer.step()
        model.train_on_batch(split.train.x, split.train.y[:, np.newaxis])
    found = np.concatenate([np.ravel(array) for array in model.get_weights()])
    np.testing.assert_allclose(found, trainer.network.flat(), atol=2e-5)


def test_pytorch_script_trains_as_here():
    """Likewise for PyTorch, with the loss and the penalty of the script, for every loss."""
    pytest.importorskip("torch")
    network = random_network([Dense(3), Dense(1, "sigmoid")], 6)
    split = split_of()
    for loss in loss_titles():
        training = Training(loss, (), "momentum", learning_rate=0.1, batch_size=2000, l1=0.01, l2=0.02)
        trainer = Trainer(network, split, training)
        trainer.step()
        if trainer.trouble:  # a percentage of a target that is 0
            continue
        found = trained_by("pytorch", network, training, split)
        np.testing.assert_allclose(found, trainer.network.flat(), atol=2e-5, err_msg=loss)


@pytest.mark.parametrize(
    ("optimizer", "parameters", "rate"),
    [
        ("sgd", {}, 1.0),
        ("sgd", {}, 10.0),
        ("momentum", {"momentum": 0.0}, 1.0),
        ("momentum", {"momentum": 0.99}, 0.3),
        ("adam", {"epsilon": 0.1}, 0.1),
        ("adam", {"epsilon": 1.0}, 1.0),
        ("adam", {"beta_1": 0.0, "epsilon": 1e-3}, 0.1),
        ("adam", {"beta_2": 0.0, "epsilon": 0.01}, 0.1),
        ("adam", {"beta_1": 0.0, "beta_2": 0.0, "epsilon": 1.0}, 1.0),
        ("adam", {"beta_1": 0.999, "beta_2": 0.9, "epsilon": 1.0}, 0.1),
    ],
)
def test_scripts_train_as_here_at_the_ends_of_the_settings(framework, optimizer, parameters, rate):
    """Whole numbers, no memory, a long one and a large epsilon: ten steps lead to the weights of here."""
    network = random_network([Dense(3), Dense(1, "sigmoid")], 6)
    training = Training("mean_squared_error", (), optimizer, parameters, rate, batch_size=2000, l2=0.01)
    assert_trains_as_here(framework, network, training, split_of(), 10)


def test_pytorch_script_adds_epsilon_where_we_do():
    """With an epsilon as large as the gradients ten steps from 1 lead to 0.934; PyTorch's own, to 0.5."""
    torch = pytest.importorskip("torch")
    training = Training(optimizer="adam", optimizer_parameters={"epsilon": 0.1}, learning_rate=0.1)
    names = run(network_code("pytorch", DenseNetwork([Dense(1)], [[[1], [1]]], [[1]]), training))
    parameters = list(names["model"].parameters())
    plain = torch.nn.Parameter(torch.ones(1))
    theirs = torch.optim.Adam([plain], lr=0.1, eps=0.1)
    for _ in range(10):
        for each in (*parameters, plain):
            each.grad = torch.full_like(each, 0.1)
        names["optimizer"].step()
        theirs.step()
    weight, slots = np.ones(1, np.float32), np.zeros((2, 1), np.float32)
    for step in range(1, 11):
        gradient = np.full(1, 0.1, np.float32)
        OPTIMIZERS["adam"].update(weight, gradient, slots, step, 0.1, beta_1=0.9, beta_2=0.999, epsilon=0.1)
    assert weight[0].round(3) == np.float32(0.934)
    assert plain.item() == pytest.approx(0.5, abs=1e-3)
    for each in parameters:
        np.testing.assert_allclose(each.detach(), np.broadcast_to(weight, each.shape), atol=1e-6)


@pytest.mark.parametrize("loss", ["binary_crossentropy", "binary_focal_crossentropy"])
def test_scripts_learn_where_a_sigmoid_saturates(framework, loss):
    """A point far on the wrong side, whose probability rounds to 0 or 1, pulls as hard as it does here."""
    network = DenseNetwork([Dense(1, "sigmoid")], [[[40], [30]]], [[5]])
    training = Training(loss, learning_rate=0.1, batch_size=2000)
    trainer = Trainer(network, split_of(), training)
    trainer.step()
    assert np.abs(trainer.network.flat() - network.flat()).max() > 0.01
    assert_trains_as_here(framework, network, training, split_of(), compiled=True)


@pytest.mark.parametrize("name", [name for name, record in ACTIVATIONS.items() if record.kinks()])
@pytest.mark.parametrize("is_hidden", [True, False], ids=["hidden", "output"])
def test_scripts_take_the_slope_of_here_at_a_kink(framework, name, is_hidden):
    """Weights of 0 put every sum on a kink: the scripts run, and go where we go."""
    points = from_rows([[1, 2, 0.25], [1, -1, 0.75], [2, 1, 1], [0, 1, 0.5]], "regression")
    training = Training("mean_squared_error", batch_size=2000)
    for kink in ACTIVATIONS[name].kinks():
        kinked = Dense(2 if is_hidden else 1, name)
        layers, weights, biases = [kinked], [np.zeros((2, kinked.units))], [[kink.x] * kinked.units]
        if is_hidden:
            layers, weights = [*layers, Dense(1, "linear")], [*weights, [[1], [-2]]]
            biases.append([0.5])
        assert_trains_as_here(
            framework, DenseNetwork(layers, weights, biases), training, PointSplit(points, points)
        )


@pytest.mark.parametrize(
    ("loss", "output"), [("hinge", 1.0), ("quantile", 0.0), ("quantile", 1.0), ("mean_absolute_error", 1.0)]
)
def test_scripts_take_the_slope_of_here_where_a_loss_has_a_kink(framework, loss, output):
    """Likewise where the output is the target, or the edge of the margin."""
    points = from_rows([[1, 2, 0], [1, -1, 1], [2, 1, 1], [0, 1, 0]], "regression")
    network = DenseNetwork([Dense(1, "linear")], [np.zeros((2, 1))], [[output]])
    training = Training(loss, batch_size=2000)
    assert_trains_as_here(framework, network, training, PointSplit(points, points))


@pytest.mark.parametrize("loss", loss_titles())
def test_keras_knows_the_losses_of_the_script(loss):
    """The script says a loss by Keras's name, or writes it as a function where Keras has none."""
    network = DenseNetwork.create([Dense(16, "elu", {"alpha": 2.5}), Dense(1, "sigmoid")])
    script = network_code("keras", network, Training(loss, l2=0.01))
    assert max(map(len, script.splitlines())) <= 110
    assert ("def loss(y_true, y_pred):" in script) == (not LOSSES[loss].keras)
    model = run(script)["model"]
    model.train_on_batch(np.zeros((2, 2), np.float32), np.ones((2, 1), np.float32))


def test_unknown_framework():
    """There is code for two frameworks."""
    with pytest.raises(ValueError, match="no code for 'jax'"):
        network_code("jax", XOR)


def test_sums_that_cancel_are_0_on_the_way_forward_and_back():
    """A weighted sum, what comes back, and a gradient under a penalty are 0 where decimals cancel."""
    network = DenseNetwork(
        [Dense(2, "linear"), Dense(1, "linear")], [[[0.1, 0.3], [0.2, 0.1]], [[0.1], [0.2]]], [[-0.3, 0], [0]]
    )
    hidden, last = forward_steps(network, [1, 1])
    assert hidden.pre_activations[0] == hidden.activations[0] == 0
    assert hidden.weighted_sum(0).endswith(r"1 \cdot 0.1 + 1 \cdot 0.2 + (-0.3) = 0")
    assert hidden.activated(0) == "a_{1} = f(z_{1}) = f(0) = 0"
    assert "10^" not in hidden.matrix_product
    # 0.4 times 0.2 is the target of 0.08, so the error is 0, and so is every gradient.
    assert last.activations.tolist() == pytest.approx([0.08])
    for step in backward_steps(network, [1, 1], 0.08, Training("mean_squared_error")):
        assert not step.upstream.any()
        assert not step.weights.any()
    back = DenseNetwork(
        [Dense(1, "linear"), Dense(3, "linear")], [[[1], [0]], [[0.1, 0.2, -0.3]]], [[0], [0, 0, 0]]
    )
    output, first = backward_steps(back, [0, 0], [-1, -1, -1], Training("mean_squared_error"))
    assert output.upstream.tolist() == pytest.approx([2 / 3] * 3)
    assert first.upstream.tolist() == [0]
    assert first.coming_back(0).endswith("= 0")
    # The gradient -0.2 and the penalty 0.2 that L1 adds.
    one = DenseNetwork([Dense(1, "linear")], [[[0.1], [0.5]]], [[0]])
    (step,) = backward_steps(one, [1, 0], 0.2, Training("mean_squared_error", l1=0.2))
    assert step.weight(0).value == step.weights[0, 0] == 0
    assert step.weight(0).latex.endswith("= 0")


def test_a_small_weighted_sum_is_kept():
    """A small number alone is no residue: 1e-12 times 1 is a sum, and so is a small difference."""
    network = DenseNetwork([Dense(1, "linear")], [[[1e-12], [0]]], [[0]])
    assert forward_steps(network, [1, 0])[0].pre_activations == pytest.approx([1e-12], rel=1e-6)
    near = DenseNetwork([Dense(1, "linear")], [[[1], [-1]]], [[0]])
    assert forward_steps(near, [1, 1 - 1e-6])[0].pre_activations == pytest.approx([1e-6], rel=1e-6)
