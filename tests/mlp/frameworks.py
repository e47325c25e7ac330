"""What other frameworks make of a network: TensorFlow's gradients, and the programs that are exported."""

from __future__ import annotations

import os

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from explorer.activations import ACTIVATIONS
from explorer.code.mlp import network_code
from explorer.losses import LOSSES
from explorer.mlp.network import DenseNetwork
from explorer.mlp.trainer import Trainer

LOSS_FORMULAS = {  # those that Keras has not, with TensorFlow
    "quantile": lambda tf, y, p, quantile: tf.maximum(quantile * (y - p), (quantile - 1) * (y - p)),
    "epsilon_insensitive": lambda tf, y, p, epsilon: tf.maximum(abs(p - y) - epsilon, 0),
    "downside": lambda tf, y, p, power: tf.maximum(-y * p, 0) ** power,
    "asymmetric_profit": lambda tf, y, p, weight: tf.where(y * p < 0, -weight * y * p, -y * p),
    "shortfall": lambda tf, y, p, threshold: tf.maximum(-y * p - threshold, 0),
}


def keras_activation(layer, x):
    """Apply an activation in TensorFlow, by the call that its record states."""
    import keras
    import tensorflow as tf

    if layer.is_softmax:
        return keras.activations.softmax(x)
    record, values = ACTIVATIONS[layer.activation], dict(layer.parameters)
    if record.name == "binary_step":
        return tf.cast(x >= 0, x.dtype)
    if record.name == "prelu":
        return tf.maximum(x, 0) + values["alpha"] * tf.minimum(x, 0)
    return eval(record.keras, {"keras": keras, "x": x, **values})


def keras_loss(training, y_true, y_pred):
    """Give the loss of each point in TensorFlow, likewise."""
    import keras
    import tensorflow as tf

    record, values = LOSSES[training.loss], dict(training.loss_parameters)
    if record.keras:
        return eval(record.keras, {"keras": keras, "y_true": y_true, "y_pred": y_pred, **values})
    return tf.reduce_mean(LOSS_FORMULAS[record.name](tf, y_true, y_pred, **values), -1)


def by_tape(network, x, y, training):
    """Let TensorFlow find the loss and all gradients."""
    import keras
    import tensorflow as tf

    weights = [tf.Variable(array.astype(x.dtype)) for array in network.weights]
    biases = [tf.Variable(array.astype(x.dtype)) for array in network.biases]
    given = tf.Variable(x)
    with tf.GradientTape(persistent=True) as tape:
        value, sums, outputs = given, [], []
        for layer, kernel, bias in zip(network.layers, weights, biases, strict=True):
            sums.append(value @ kernel + bias)
            value = keras_activation(layer, sums[-1])
            tape.watch(value)  # no gradient reaches the parameters behind a binary step
            outputs.append(value)
        data = tf.reduce_mean(keras_loss(training, tf.constant(y), value))
        penalty = keras.regularizers.L1L2(training.l1, training.l2)
        loss = data + sum(penalty(kernel) for kernel in weights)

    def gradients(variables):
        zero = tf.UnconnectedGradients.ZERO
        return [np.array(g) for g in tape.gradient(loss, variables, unconnected_gradients=zero)]

    found = {"weights": weights, "biases": biases, "pre_activations": sums, "activations": outputs}
    return float(data), {name: gradients(arrays) for name, arrays in found.items()} | {
        "inputs": gradients([given])
    }


def assert_equals_tape(network, x, y, training, tolerance=1e-5):
    loss, expected = by_tape(network, x, y, training)
    ours = network.backward(x, y, training)
    assert ours.loss == pytest.approx(loss, rel=tolerance, abs=tolerance)
    for name, arrays in expected.items():
        found = [ours.inputs] if name == "inputs" else getattr(ours, name)
        if name == "activations" and ours.from_logits:
            arrays, found = arrays[:-1], found[:-1]  # Keras passes by the sigmoid's output
        for array, other in zip(arrays, found, strict=True):
            scale = max(1.0, float(np.abs(array).max(initial=0)))
            np.testing.assert_allclose(other, array, rtol=0, atol=tolerance * scale, err_msg=name)


def batch(count, inputs, seed=0, dtype=np.float32):
    return np.random.default_rng(seed).normal(size=(count, inputs)).astype(dtype)


def random_network(layers, seed=0, inputs=2):
    """Weights and biases from a normal distribution, none of them 0."""
    network = DenseNetwork.create(layers, inputs=inputs)
    return network.with_flat(np.random.default_rng(seed).normal(0, 0.6, network.size))


def run(script):
    names = {}
    exec(compile(script, "script.py", "exec"), names)
    return names


def trained_by(framework, network, training, split, steps=1, *, compiled=False):
    """Let the script's own model, optimizer and loss take steps, all points in each; give the parameters.

    Keras takes the same steps, sooner, where it need not compile each model for them as a reader's does.
    """
    names = run(network_code(framework, network, training))
    model, x, y = names["model"], split.train.x, split.train.targets(network.output.units)
    if framework == "keras":
        model.run_eagerly = not compiled
        for _ in range(steps):
            model.train_on_batch(x, y)
        return np.concatenate([np.ravel(array) for array in model.get_weights()])
    tensor = pytest.importorskip("torch").tensor
    model.train()
    for _ in range(steps):
        names["optimizer"].zero_grad()
        loss = names["loss"](tensor(y), model(tensor(x)))
        (loss + names["penalty"]() if "penalty" in names else loss).backward()
        names["optimizer"].step()
        if "schedule" in names:
            names["schedule"].step()
    return np.concatenate([each.detach().numpy().T.ravel() for each in model.parameters()])


def assert_trains_as_here(framework, network, training, split, steps=1, *, compiled=False):
    trainer = Trainer(network, split, training)
    trainer.step(steps)
    assert not trainer.trouble
    found = trained_by(framework, network, training, split, steps, compiled=compiled)
    expected = trainer.network.flat()
    np.testing.assert_allclose(found, expected, atol=5e-5 * max(1, np.abs(expected).max()))
