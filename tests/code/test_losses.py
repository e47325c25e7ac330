"""The losses as programs: each runs, and ends with the numbers of the screen."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from explorer.code.losses import SNIPPETS, code, form, function
from explorer.losses import EPSILON, LOSSES, TASKS, LossCurve


def curves_of(task):
    """Each loss of a task with its usual parameters, and with each of them at both ends."""
    for offer in task.table.values():
        yield LossCurve(task.name, offer.name)
        for each in offer.parameters:
            for end in (each.low, each.high):
                yield LossCurve.of(task.name, offer.name, {each.name: end})


def ran(framework, curve, target, prediction):
    """Loss and slope that a program ends with; the slope is that along p where the prediction is p, 1 - p."""
    names = {}
    exec(code(framework, curve, target, prediction), names)
    loss, gradient = names["loss"], names["gradient"]
    if framework == "pytorch":
        loss = loss.detach()
    gradient = np.asarray(gradient, np.float64)
    both = gradient.size == 2 and not TASKS[curve.task].logits
    return float(loss), gradient[0] - (gradient[1] if both else 0)


def test_every_loss_is_written_in_every_framework():
    """Each record has its forms, from logits too where it takes them, and Keras's one way or the other."""
    assert {name for task in TASKS.values() for name in task.losses} == set(LOSSES)
    for loss in LOSSES.values():
        from_logits = {loss.numpy_from_logits is None, loss.torch_from_logits is None}
        assert from_logits == {loss.logits is None}, loss.name
        assert (loss.keras == "") == (loss.keras_operations is not None), loss.name


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_numpy_gives_the_loss_and_the_gradient_of_the_screen(task):
    """Whatever the parameters, over the whole plot, at both ends and at the target, in double precision."""
    low, high = task.prediction.low, task.prediction.high
    targets = {task.target.low, task.target.default, task.target.high}
    places = [*np.linspace(low, high, 9), *targets] if task.same else np.linspace(low, high, 9)
    if task.name == "probabilities":
        places = [*places, 2 * EPSILON, 1 - 2 * EPSILON]
    for curve in curves_of(task):
        for target in targets:
            for prediction in places:
                found = ran("numpy", curve, target, prediction)
                expected = curve.losses(target, prediction), curve.slopes(target, prediction)
                said = f"{curve.said} at {target}, {prediction}"
                assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=said)


@pytest.mark.parametrize("framework", [name for name in SNIPPETS if name != "numpy"])
@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_a_framework_gives_the_loss_and_the_gradient_of_the_screen(framework, task):
    """So do the programs whose framework finds the gradient, in single precision and off the kinks."""
    if framework == "pytorch":
        pytest.importorskip("torch")
    low, high = task.prediction.low, task.prediction.high
    for curve in curves_of(task):
        for place in (
            (0.25, 0.6) if curve.parameters == LossCurve(task.name, curve.name).parameters else (0.6,)
        ):
            target, prediction = task.target.default, low + place * (high - low)
            found = ran(framework, curve, target, prediction)
            expected = curve.losses(target, prediction), curve.slopes(target, prediction)
            said = f"{curve.said} at {target}, {prediction}"
            assert_allclose(found, expected, rtol=1e-5, atol=1e-6, err_msg=said)


@pytest.mark.parametrize("framework", [name for name in SNIPPETS if name != "numpy"])
@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_a_framework_gives_the_slope_of_the_screen_at_a_kink(framework, task):
    """So they do where the slope jumps, and where a probability is 0 or 1 and so is clipped."""
    if framework == "pytorch":
        pytest.importorskip("torch")
    target = task.target.high
    for name in task.losses:
        curve = LossCurve(task.name, name)
        # Not where a kink lies between two floats, so that its side is a matter of rounding.
        is_exact = name not in ("shortfall", "mean_squared_logarithmic_error")
        places = {kink.x for kink in curve.kinks(target)} if is_exact else set()
        for prediction in places | ({0.0, 1.0} if task.name == "probabilities" else {0.0}):
            if not task.prediction.low <= prediction <= task.prediction.high:
                continue
            found = ran(framework, curve, target, prediction)
            expected = curve.losses(target, prediction), curve.slopes(target, prediction)
            said = f"{curve.said} at {target}, {prediction}"
            assert_allclose(found, expected, rtol=1e-5, atol=1e-6, err_msg=said)


def test_a_function_takes_a_batch():
    """Written as a function of a batch, a loss is the mean over its samples, of one output or of classes."""
    torch = pytest.importorskip("torch")
    for name, record in LOSSES.items():
        y_true, y_pred = np.array([[0.0], [1.0], [1.0]]), np.array([[0.2], [0.9], [0.4]])
        if record.target.vector:
            y_true, y_pred = np.eye(3)[[0, 2]], np.array([[0.2, 0.5, 0.3], [0.3, 0.1, 0.9]])
        names = {"torch": torch}
        exec("\n".join(function("pytorch", name, record.values())), names)
        found = names["loss"](torch.tensor(y_true), torch.tensor(y_pred))
        assert_allclose(float(found), record.f(y_true, y_pred).mean(), rtol=1e-6, err_msg=name)


def test_an_unknown_framework_is_explained():
    """A mistake is answered with a sentence."""
    with pytest.raises(ValueError, match="no code for 'jax'; choose one of keras, numpy, pytorch"):
        form("jax", "huber", {})
