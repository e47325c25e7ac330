from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from numpy.testing import assert_allclose

from explorer.losses import EPSILON, LOSSES, TASKS, LossCurve, batch, pull_curve, span, to_csv
from explorer.parameters import Switch

EVERY = [LossCurve(task.name, name) for task in TASKS.values() for name in task.losses]

every_curve = pytest.mark.parametrize("curve", EVERY, ids=lambda each: f"{each.task}-{each.name}")
every_task = pytest.mark.parametrize("task", TASKS.values(), ids=lambda each: each.name)


def places_of(task, count=41):
    return np.linspace(task.prediction.low, task.prediction.high, count)


def test_every_loss_has_a_place():
    """Each loss of the table belongs to a task, and those that take a logit too belong to two."""
    offered = [curve.name for curve in EVERY]
    assert set(offered) == set(LOSSES)
    for name, loss in LOSSES.items():
        both = any(isinstance(each, Switch) and each.name == "from_logits" for each in loss.parameters)
        assert offered.count(name) == 1 + both


@every_task
def test_a_task_is_within_its_bounds(task):
    """What a task begins with is offered by it, and lies within its own bounds."""
    assert set(task.preset) <= set(task.losses)
    assert task.said.endswith(".")
    for argument in (task.target, task.prediction, task.wild):
        assert argument.checked(argument.default) == argument.default
        assert argument.title[0].isupper()


@every_curve
def test_a_loss_of_the_screen_is_that_of_the_table(curve):
    """One number at a time, or p and 1 - p for a loss of several classes, gives the same."""
    task = TASKS[curve.task]
    for prediction in places_of(task, 11):
        target = task.target.default
        if curve.record.prediction.vector:
            pair = [prediction, 0.0] if task.logits else [prediction, 1 - prediction]
            truth = curve.record.f(np.array([target, 1 - target]), np.array(pair), **curve.values)
        else:
            truth = curve.record.f(np.array([target]), np.array([prediction]), **curve.values)
        assert_allclose(curve.losses(target, prediction), truth, rtol=1e-12)


@every_curve
def test_a_gradient_is_the_slope_of_the_curve_on_the_screen(curve):
    """Away from kinks and clipping it is the central difference of the losses."""
    task, step = TASKS[curve.task], 1e-6
    target = task.target.default
    x = places_of(task)[1:-1]
    x = x[[all(abs(kink.x - place) > 1e-3 for kink in curve.kinks(target)) for place in x]]
    rise = (curve.losses(target, x + step) - curve.losses(target, x - step)) / (2 * step)
    assert_allclose(curve.slopes(target, x), rise, rtol=1e-5, atol=1e-6)


@every_curve
def test_a_curve_is_finite_wherever_a_prediction_may_be(curve):
    """At both ends of target and prediction values are finite, and a slope is missing at kinks alone."""
    task = TASKS[curve.task]
    for target in (task.target.low, task.target.default, task.target.high):
        samples = curve.samples(float(target))
        assert np.isfinite(samples.values).all()
        missing = samples.x[np.isnan(samples.slopes)]
        assert set(missing.tolist()) <= {kink.x for kink in curve.kinks(float(target))}
        assert (np.diff(samples.x) > 0).all()


def test_clipping_is_said_where_it_acts():
    """At a probability of 0 and 1, and nowhere else, a sentence says what is clipped and what comes out."""
    curve = LossCurve("probabilities", "binary_crossentropy")
    said = curve.sentence(1.0, 0.0)
    assert f"The loss is {-np.log(EPSILON):.4g}, not infinite, and the gradient 0." in said
    assert "infinite" not in curve.sentence(0.0, 0.0)
    assert curve.sentence(1.0, 0.5) == ""
    assert "infinite" in LossCurve.of(
        "probabilities", "binary_crossentropy", {"label_smoothing": 0.1}
    ).sentence(0, 0)
    assert LossCurve("scores", "binary_crossentropy").sentence(1.0, 0.0) == ""


def test_a_kink_is_said_where_the_prediction_is_on_it():
    """By hand: MAE at its target."""
    curve = LossCurve("numbers", "mean_absolute_error")
    assert curve.sentence(4.0, 4.0).startswith("At 4 the slope changes from −1 to 1")
    assert curve.sentence(4.0, 4.5) == ""


@every_task
def test_an_axis_holds_still_and_holds_the_curves(task):
    """It does not depend on parameters, contains 0, and holds the flattest of the curves all but wholly."""
    for name in task.losses:
        curve = LossCurve(task.name, name)
        axes = span([curve])
        for parameter in task.table[name].parameters:
            assert span([LossCurve.of(task.name, name, {parameter.name: parameter.high})]) == axes
        samples = curve.samples(task.target.default)
        for (low, high), line in zip(axes, (samples.values, samples.slopes), strict=True):
            assert low < 0 < high
            within = (line >= low) & (line <= high)
            assert within[np.isfinite(line)].mean() > 0.75


def test_wild_samples_by_hand():
    """MSE's slope is proportional to the error, MAE's is 1 in size, Huber's at most delta."""
    shown_curves = [
        LossCurve("numbers", name) for name in ("mean_squared_error", "mean_absolute_error", "huber")
    ]
    found = batch(shown_curves, 25.0)  # its prediction is 5
    errors = np.array([0.6, 0.3, 0.5, 0.4, 0.2, 20])
    assert_allclose(found.losses[0], errors**2)
    assert_allclose(found.losses[1], errors)
    assert_allclose(found.pulls[0], errors / errors.sum())
    assert_allclose(found.pulls[1], 1 / 6)
    assert_allclose(found.pulls[2, -1], 1 / 3)  # the others pull with 2 together


@every_curve
def test_a_pull_is_a_share(curve):
    """Shares of a batch add up to 1, or to 0 where nothing pulls, and the curve agrees with the batch."""
    task = TASKS[curve.task]
    x, shares = pull_curve(curve)
    assert ((shares >= 0) & (shares <= 1)).all()
    for place in (0, 40, -1):
        found = batch([curve], float(x[place]))
        assert found.pulls.sum() == pytest.approx(1) or found.pulls.sum() == 0
        assert found.pulls[0, -1] == pytest.approx(shares[place])
    assert (x[0], x[-1]) == (task.wild.low, task.wild.high)


def test_a_csv_has_the_curves():
    """The file's numbers are those of the screen."""
    shown_curves = [LossCurve("numbers", "huber"), LossCurve("numbers", "poisson")]
    head, *rows = csv.reader(io.StringIO(to_csv(shown_curves, 3.0)))
    assert head == ["prediction", "huber", "huber gradient", "poisson", "poisson gradient"]
    numbers = np.array(rows, float)
    assert_allclose(numbers[:, 1], shown_curves[0].losses(3.0, numbers[:, 0]))
    assert_allclose(numbers[:, 4], shown_curves[1].slopes(3.0, numbers[:, 0]))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("numbers", "hinge"), "no loss 'hinge' for the task 'numbers'"),
        (("colours", "huber"), "no loss 'huber' for the task 'colours'"),
        (("numbers", "huber", (("from_logits", 1),)), "Huber has no parameter 'from_logits' here"),
        (("numbers", "huber", (("delta", 99),)), "Delta takes 0.1 to 10, but 99 came"),
    ],
)
def test_a_loss_that_is_not_offered_is_explained(arguments, sentence):
    """A mistake is answered with a sentence."""
    with pytest.raises(ValueError, match=sentence):
        LossCurve(*arguments)


def test_a_loss_that_is_free_is_0():
    """0.4 misses 0.3 by the 0.1 that is free: loss and slope are 0, not 2.8e-17; a little more costs."""
    tube = LossCurve.of("numbers", "epsilon_insensitive", {"epsilon": 0.1})
    assert (tube.losses(0.3, 0.4).item(), tube.slopes(0.3, 0.4).item()) == (0, 0)
    assert tube.losses(0.3, 0.4 + 1e-12).item() == pytest.approx(1e-12, rel=1e-3)
    assert tube.slopes(0.3, 0.4 + 1e-12).item() == 1
    short = LossCurve.of("profit", "shortfall", {"threshold": 0.02})
    assert (short.losses(-0.1, 0.2).item(), short.slopes(-0.1, 0.2).item()) == (0, 0)
    assert short.slopes(-0.1, 0.2 + 1e-12).item() == 0.1


@pytest.mark.parametrize("name", ["binary_crossentropy", "categorical_crossentropy"])
@pytest.mark.parametrize("smoothing", [0.05, 0.1, 0.2, 0.3])
def test_the_slope_at_the_bottom_is_0(name, smoothing):
    """With smoothed labels the bottom lies at the smoothed target, and the slope there is 0 on the dot."""
    curve = LossCurve.of("probabilities", name, {"label_smoothing": smoothing})
    for hundredths in range(101):
        target = hundredths / 100
        bottom = target * (1 - smoothing) + smoothing / 2
        assert curve.slopes(target, bottom).item() == 0
        assert curve.slopes(target, float(f"{bottom:.6f}")).item() == 0
        assert curve.slopes(target, bottom + 1e-9).item() > 0
        assert curve.slopes(target, bottom - 1e-9).item() < 0


def test_a_small_slope_is_kept():
    """A slope that is small, because prediction and target are, is a slope."""
    squares = LossCurve.of("numbers", "mean_squared_error")
    assert squares.slopes(1e-20, 3e-20).item() == pytest.approx(4e-20)
    assert squares.slopes(0.0, 1e-20).item() == pytest.approx(2e-20)
