"""Dropout and batch normalisation: in training and in use, against TensorFlow and in programs."""

from __future__ import annotations

import numpy as np
import pytest
from mlp.frameworks import batch, run
from numpy.testing import assert_allclose, assert_array_equal

from explorer.code.mlp import NETWORK_SNIPPETS, network_code
from explorer.mlp.datasets import DATASETS
from explorer.mlp.files import from_json, from_npz, to_json, to_npz
from explorer.mlp.layers import SOFTMAX, Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Training
from explorer.mlp.onnx_files import to_onnx
from explorer.mlp.trainer import Trainer
from explorer.mlp.training import TrainingSetup
from explorer.mlp.worked import backward_steps, forward_steps
from explorer.onnx_writer import opened

LAYERS = (
    Dense(5, "tanh", batch_normalization=True, dropout=0.4),
    Dense(4, "silu", batch_normalization=True),
    Dense(3, "tanh", dropout=0.5),
    Dense(3, SOFTMAX),
)
ENTROPY = Training("categorical_crossentropy", learning_rate=0.1, batch_size=2000, l2=0.01)


def made(layers: tuple[Dense, ...] = LAYERS, seed: int = 3) -> DenseNetwork:
    """A network none of whose numbers is as before training; variances are above 0."""
    network = DenseNetwork.create(layers)
    flat = np.random.default_rng(seed).normal(0, 0.6, network.size)
    network = network.with_flat(flat)
    norms = tuple(
        np.vstack([norm[:3], np.abs(norm[3:]) + 0.1]) if len(norm) else norm for norm in network.norms
    )
    return DenseNetwork(network.layers, network.weights, network.biases, (), norms)


def masks_of(layers: tuple[Dense, ...], points: int, seed: int = 0) -> list[np.ndarray | None]:
    rng = np.random.default_rng(seed)
    return [
        np.float32(rng.random((points, each.units)) >= each.dropout) / np.float32(1 - each.dropout)
        if each.dropout
        else None
        for each in layers
    ]


def in_keras(network: DenseNetwork) -> tuple[list, list[list]]:
    """Build Keras's own layers with the same numbers: dense and normalisation, and their activations."""
    import keras

    built = []
    for layer, kernel, bias, norm in zip(
        network.layers, network.weights, network.biases, network.norms, strict=True
    ):
        dense = keras.layers.Dense(layer.units)
        dense.build((None, len(kernel)))
        dense.set_weights([kernel, bias])
        normalising = None
        if len(norm):
            normalising = keras.layers.BatchNormalization(momentum=0.9)
            normalising.build((None, layer.units))
            normalising.set_weights(list(norm))
        built.append((dense, normalising, getattr(keras.activations, layer.activation)))
    return built


@pytest.mark.parametrize("dropped", [False, True])
def test_the_gradient_of_a_step_equals_tensorflow(dropped: bool) -> None:
    """With the batch's own moments and fixed masks every number has the gradient of a GradientTape."""
    import keras
    import tensorflow as tf

    network = made()
    x, y = batch(30, 2, 1), np.eye(3, dtype=np.float32)[np.arange(30) % 3]
    masks = masks_of(LAYERS, 30) if dropped else [None] * 4
    built = in_keras(network)
    with tf.GradientTape() as tape:
        value = tf.constant(x)
        for (dense, normalising, activation), mask in zip(built, masks, strict=True):
            value = dense(value)
            value = normalising(value, training=True) if normalising else value
            value = activation(value)
            value = value if mask is None else value * mask
        loss = tf.reduce_mean(keras.losses.categorical_crossentropy(y, value))
        loss += sum(0.01 * tf.reduce_sum(tf.square(dense.kernel)) for dense, _, _ in built)
    variables = [v for parts in built for part in parts[:2] if part for v in part.trainable_variables]
    theirs = np.concatenate([np.ravel(g) for g in tape.gradient(loss, variables)])
    ours = network.learning_gradient(x, y, ENTROPY, masks)
    running = network.with_flat(np.arange(1, network.size + 1)).norms
    learnt = np.setdiff1d(
        np.arange(network.size), np.concatenate([n[2:].ravel() for n in running]).astype(int) - 1
    )
    assert_allclose(ours[learnt], theirs, atol=1e-5)
    assert not np.delete(ours, learnt).any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_in_use_answers_and_gradients_equal_keras(dtype: type) -> None:
    """The running moments normalise, nothing is dropped, and gradients go back through that."""
    import keras
    import tensorflow as tf

    network = made()
    x, y = batch(20, 2, 2, dtype), np.eye(3, dtype=dtype)[np.arange(20) % 3]
    built = in_keras(network)
    with tf.GradientTape(persistent=True) as tape:
        value = tf.constant(x.astype(np.float32))
        for dense, normalising, activation in built:
            value = dense(value)
            value = normalising(value, training=False) if normalising else value
            value = activation(value)
        loss = tf.reduce_mean(keras.losses.categorical_crossentropy(y.astype(np.float32), value))
    gradients = network.backward(x, y, Training("categorical_crossentropy"))
    assert_allclose(network.forward(x).output, value, atol=1e-6)
    for place, (dense, normalising, _) in enumerate(built):
        assert_allclose(gradients.weights[place], tape.gradient(loss, dense.kernel), atol=1e-5)
        assert_allclose(gradients.biases[place], tape.gradient(loss, dense.bias), atol=1e-5)
        if normalising:
            theirs = [tape.gradient(loss, normalising.gamma), tape.gradient(loss, normalising.beta)]
            assert_allclose(gradients.norms[place][:2], theirs, atol=1e-5)


@pytest.mark.parametrize("framework", NETWORK_SNIPPETS)
def test_programs_answer_and_learn_alike(framework: str) -> None:
    """With batch normalisation, also after three steps, running moments included; dropout stands in it."""
    torch = pytest.importorskip("torch") if framework == "pytorch" else None
    layers = (Dense(4, "tanh", batch_normalization=True), Dense(1, "sigmoid"))
    split = DATASETS["moons"].make(60, 0.1).split()
    settings = Training(learning_rate=0.1, batch_size=2000)
    network = made(layers)
    names = run(network_code(framework, network, settings))
    output = names["output"]
    assert_allclose(
        np.asarray(output.detach() if torch else output), network.forward([[0, 0], [1, 1]]).output, atol=1e-6
    )
    trainer = Trainer(network, split, settings)
    trainer.step(3)
    x, y = split.train.x, split.train.targets(1)
    model = names["model"]
    if torch:
        model.train()
        for _ in range(3):
            names["optimizer"].zero_grad()
            names["loss"](torch.tensor(y), model(torch.tensor(x))).backward()
            names["optimizer"].step()
        model.eval()
        answers = model(torch.tensor(split.test.x)).detach().numpy()
    else:
        for _ in range(3):
            model.train_on_batch(x, y)
        answers = np.asarray(model(split.test.x))
    assert_allclose(answers, trainer.network.forward(split.test.x).output, atol=1e-5)
    code = network_code(framework, made(), ENTROPY)
    assert "Dropout(0.4)" in code
    answered = run(code)["output"]
    assert_allclose(
        np.asarray(answered.detach() if torch else answered),
        made().forward([[0, 0], [1, 1]]).output,
        atol=1e-5,
    )


def test_files_keep_them() -> None:
    """JSON and NPZ give the network back, and in ONNX the normalisation is part of the weights."""
    network = made()
    for again in (from_json(to_json(network)), from_npz(to_npz(network))):
        assert again.layers == network.layers
        assert_array_equal(again.flat(), network.flat())
    points = batch(50, 2, 8)
    assert_allclose(opened(to_onnx(network))(points), network.forward(points).output, atol=1e-5)


def test_masks_are_drawn_for_each_step_and_repeat_themselves() -> None:
    """The same training drops the same answers, whether or not it was interrupted; another seed others."""
    points = DATASETS["circle"].make(60)
    start = DenseNetwork.create([Dense(6, dropout=0.5, batch_normalization=True), Dense(1, "sigmoid")])

    def trained(seed: int, frames: int) -> np.ndarray:
        settings, state = Training(batch_size=8, seed=seed), None
        for _ in range(frames):
            state = TrainingSetup(start, points, training=settings, state=state).advanced("step").state
        return TrainingSetup(start, points, training=settings, state=state).network.flat()

    whole = Trainer(start, points.split(), Training(batch_size=8, seed=1))
    whole.step(5)
    assert_array_equal(trained(1, 5), whole.network.flat())
    assert not np.array_equal(trained(1, 5), trained(2, 5))


def test_half_of_the_answers_are_dropped_and_the_rest_doubled() -> None:
    """Over many steps a mask has a mean of 1, so that the next layer gets as much as in use."""
    start = DenseNetwork.create([Dense(16, dropout=0.5), Dense(1, "sigmoid")])
    trainer = Trainer(start, DATASETS["circle"].make(500).split(), Training(batch_size=50))
    masks = []
    for _ in range(20):
        masks.append(trainer._masks(50)[0])
        trainer.step()
    assert set(np.unique(masks)) == {0, 2}
    assert np.mean(masks) == pytest.approx(1, abs=0.03)


def test_a_normalised_batch_has_mean_0_and_spread_1_and_the_running_ones_follow() -> None:
    """After many steps with the same points the running moments are those of the sums."""
    layers = (Dense(3, "linear", batch_normalization=True), Dense(1, "sigmoid"))
    split = DATASETS["gaussians"].make(100).split()
    trainer = Trainer(DenseNetwork.create(layers), split, Training(learning_rate=1e-5, batch_size=2000))
    trainer.step(150)
    network = trainer.network
    sums = split.train.x @ network.weights[0] + network.biases[0]
    assert_allclose(network.norms[0][2:], [sums.mean(0), sums.var(0)], rtol=1e-3, atol=1e-4)
    normal = network.forward(split.train.x).pre_activations[0]
    assert_allclose(normal.mean(0), 0, atol=0.01)
    assert_allclose(normal.std(0), 1, atol=0.01)
    assert (network.size, network.learnt) == (25, 19)


def test_a_point_is_worked_through_a_normalisation_and_back() -> None:
    """The sum is s, what goes into the activation is z, and the gradient has one more factor."""
    network = made((Dense(2, "tanh", batch_normalization=True), Dense(1, "sigmoid")))
    step = forward_steps(network, [0.5, -1.0])[0]
    gamma, beta, mean, variance = network.norms[0][:, 1]
    z = gamma * (step.sums[1] - mean) / np.sqrt(variance + 1e-3) + beta
    assert step.pre_activations[1] == pytest.approx(z, rel=1e-6)
    assert step.weighted_sum(1).startswith("s_{2} = ")
    assert step.normalised(1).startswith(r"z_{2} = \gamma \cdot \frac{s_{2} - \mu}{\sigma}")
    assert forward_steps(network, [0.5, -1.0])[1].normalised() == ""
    gradients = network.backward(np.array([[0.5, -1.0]]), [[1]])
    back = backward_steps(network, [0.5, -1.0], 1)[-1]
    for source in (0, 1):
        assert back.weight(source, 1).value == pytest.approx(gradients.weights[0][source, 1], rel=1e-6)
    assert back.bias(1).value == pytest.approx(gradients.biases[0][1], rel=1e-6)


def test_what_cannot_be_is_refused() -> None:
    """Neither on the output, nor with numbers of another shape."""
    for output in (Dense(1, dropout=0.5), Dense(1, batch_normalization=True)):
        with pytest.raises(ValueError, match="are for hidden layers"):
            DenseNetwork.create([output])
    with pytest.raises(ValueError, match="Dropout takes"):
        Dense(2, dropout=0.95)
    with pytest.raises(ValueError, match="normalisations of these layers have the shapes"):
        DenseNetwork([Dense(1), Dense(1)], [[[1]], [[1]]], [[0], [0]], (), (np.ones((4, 1)), np.ones((0, 1))))
    assert Dense(2, dropout=0.5, batch_normalization=True).said == "Tanh, batch normalisation, dropout 0.5"
