from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linprog, minimize

from explorer.losses import LOSSES
from explorer.losses.fitting import DEGREE, MAX_POINTS, RULES, fit
from explorer.losses.point_sets import POINT_SETS

STRAIGHT = {
    "mean_absolute_error": lambda y: y,
    "mean_absolute_percentage_error": lambda y: y,
    "quantile": lambda y: y,
    "epsilon_insensitive": lambda y, epsilon: np.concatenate([y - epsilon, y + epsilon]),
}
SMOOTH = sorted(set(RULES) - set(STRAIGHT))
LEVELS = st.lists(st.integers(0, 40), min_size=1, max_size=15).map(lambda values: np.array(values) / 4)

every_rule = pytest.mark.parametrize("loss", RULES)
every_set = pytest.mark.parametrize("points", POINT_SETS.values(), ids=lambda each: each.name)


def drawn(seed, count=9, *, rounded=False):
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 10, count), 1 + rng.gamma(2, 2, count)
    return (np.round(x), np.round(y)) if rounded else (x, y)


def mean_loss(loss, y, predictions, **parameters):
    return float(LOSSES[loss].terms(y[:, None], np.asarray(predictions)[:, None], **parameters).mean())


def vertices(x, y, loss, degree, **parameters):
    """The mean loss of every polynomial that goes through degree + 1 kinks."""
    kinks = STRAIGHT[loss](y, **{"epsilon": parameters["epsilon"]} if "epsilon" in parameters else {})
    places = np.tile(x, len(kinks) // len(x))
    for rows in itertools.combinations(range(len(kinks)), degree + 1):
        chosen = list(rows)
        if len(np.unique(places[chosen])) > degree:
            basis = np.vander(places[chosen] - 5, degree + 1)
            weights = np.linalg.solve(basis, kinks[chosen])
            yield mean_loss(loss, y, np.polyval(weights, x - 5), **parameters)


# The best constant


@given(LEVELS)
def test_the_best_constant_of_the_squared_error_is_the_mean(y):
    """MSE's constant is the mean, and a Poisson loss's too."""
    for loss in ("mean_squared_error", "poisson"):
        assert_allclose(fit(np.arange(len(y)), y, loss, degree=0).coefficients, [y.mean()], rtol=1e-12)


@given(LEVELS)
def test_the_best_constant_of_the_absolute_error_is_the_median(y):
    """MAE's constant is the median, midway between the two middle ones where these are two."""
    found = fit(np.arange(len(y)), y, "mean_absolute_error", degree=0)
    assert found.coefficients[0] == np.median(y)
    ordered, half = np.sort(y), len(y) // 2
    assert found.between == (ordered[(len(y) - 1) // 2], ordered[half])
    assert found.unique == (found.between[0] == found.between[1])


@given(LEVELS, st.integers(1, 99))
def test_the_best_constant_of_the_pinball_loss_is_the_quantile(y, percent):
    """A pinball loss's constant is NumPy's averaged quantile, and the share below it is that quantile."""
    quantile = percent / 100
    found = fit(np.arange(len(y)), y, "quantile", degree=0, quantile=quantile).coefficients[0]
    assert_allclose(found, np.quantile(y, quantile, method="averaged_inverted_cdf"), rtol=1e-12)
    assert (y < found).mean() <= quantile + 1e-9
    assert (y <= found).mean() >= quantile - 1e-9


@given(LEVELS)
def test_the_best_constant_of_the_logarithmic_error_is_a_geometric_mean(y):
    """MSLE's constant is the geometric mean of 1 + y, less 1."""
    found = fit(np.arange(len(y)), y, "mean_squared_logarithmic_error", degree=0).coefficients[0]
    assert_allclose(found, math.prod(1 + y) ** (1 / len(y)) - 1, rtol=1e-9, atol=1e-12)


def test_one_wild_point_moves_the_mean_and_not_the_median():
    """By hand: of 1, 2, 3, 4, 5 both are 3; with 500 for 5 the mean is 102 and the median still 3."""
    x = range(5)
    for loss, before, after in (("mean_squared_error", 3, 102), ("mean_absolute_error", 3, 3)):
        assert fit(x, [1, 2, 3, 4, 5], loss, degree=0).coefficients == (before,)
        assert fit(x, [1, 2, 3, 4, 500], loss, degree=0).coefficients == (after,)


def test_a_percentage_error_prefers_small_answers():
    """By hand: of 1, 4, 4 the weights 1, 1/4, 1/4 put the weighted median at 1."""
    assert fit([0, 1, 2], [1, 4, 4], "mean_absolute_percentage_error", degree=0).coefficients == (1,)


def test_a_constant_within_epsilon_of_all_is_as_good_as_any_other():
    """By hand: 1 and 2 are within 0.75 of anything from 1.25 to 1.75, and the middle is taken."""
    found = fit([0, 1], [1, 2], "epsilon_insensitive", degree=0, epsilon=0.75)
    assert_allclose(found.between, (1.25, 1.75))
    assert_allclose(found.coefficients, [1.5])
    assert found.value == 0
    assert not found.unique


@every_rule
@pytest.mark.parametrize("seed", range(4))
def test_no_constant_of_a_fine_grid_is_better(loss, seed):
    """Brute force: none of 2001 constants from the lowest to the highest point has a smaller loss."""
    x, y = drawn(seed, rounded=seed % 2 == 1)
    grid = np.linspace(y.min(), y.max(), 2001)
    least = min(mean_loss(loss, y, np.full_like(y, level)) for level in grid)
    found = fit(x, y, loss, degree=0)
    assert found.value <= least + 1e-12
    assert found.value >= least - 0.05 * (1 + abs(least))


# Lines and curves


def test_three_points_give_three_different_lines():
    """By hand: MSE's line through (0, 0), (1, 3), (2, 0) is flat at 1; MAE's goes through the two at 0."""
    x, y = [0, 1, 2], [0, 3, 0]
    assert_allclose(fit(x, y).coefficients, (1, 0), atol=1e-12)
    absolute = fit(x, y, "mean_absolute_error")
    assert_allclose(absolute.coefficients, (0, 0), atol=1e-12)
    assert (absolute.touched, absolute.value, absolute.unique) == (2, 1.0, True)
    # a high quantile pays nine times for a point above the line: it goes over the top
    assert fit(x, y, "quantile", quantile=0.9).at(1) == pytest.approx(3)


@every_rule
@pytest.mark.parametrize("degree", range(4))
def test_points_on_a_curve_get_that_curve(loss, degree):
    """Where a polynomial goes through all points it is the answer, whatever the loss."""
    x = np.linspace(0, 10, 9)
    y = np.polyval([0.01, 0.05, 0.5, 3][-degree - 1 :], x)
    found = fit(x, y, loss, degree=degree, **({"epsilon": 0.0} if loss == "epsilon_insensitive" else {}))
    assert_allclose(found.predictions, y, rtol=1e-6)
    assert_allclose(found.at(x), y, rtol=1e-6)


@pytest.mark.parametrize("loss", STRAIGHT)
@pytest.mark.parametrize("degree", [1, 2])
@pytest.mark.parametrize("seed", range(6))
def test_a_loss_of_straight_pieces_is_solved_to_the_best_vertex(loss, degree, seed):
    """Brute force: of all curves through enough kinks, none is better than the answer."""
    x, y = drawn(seed, 8, rounded=seed % 2 == 1)
    parameters = LOSSES[loss].values()
    found = fit(x, y, loss, degree=degree)
    values = np.array(list(vertices(x, y, loss, degree, **parameters)))
    assert_allclose(found.value, values.min(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("quantile", [0.05, 0.25, 0.5, 0.75, 0.95])
@pytest.mark.parametrize(("count", "degree"), [(12, 1), (40, 3), (150, 5)])
def test_quantile_curves_are_those_of_a_linear_program(quantile, count, degree):
    """SciPy's solver for linear programs finds the same least loss."""
    x, y = drawn(count, count)
    basis = np.vander((x - 5) / 5, degree + 1)
    one = np.eye(count)
    solved = linprog(
        np.r_[np.zeros(2 * degree + 2), np.full(count, quantile), np.full(count, 1 - quantile)],
        A_eq=np.hstack([basis, -basis, one, -one]),
        b_eq=y,
    )
    found = fit(x, y, "quantile", degree=degree, quantile=quantile)
    assert_allclose(found.value, solved.fun / count, rtol=1e-9)
    assert found.touched >= degree + 1


@pytest.mark.parametrize("loss", SMOOTH)
@pytest.mark.parametrize("degree", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_a_smooth_loss_is_at_its_least(loss, degree, seed):
    """SciPy's simplex search, from two starts, finds nothing better, and hardly anything worse."""
    x, y = drawn(seed)
    basis = np.vander((x - 5) / 5, degree + 1)

    def value(weights):
        predictions = basis @ weights
        if loss == "poisson" and predictions.min() < 0:
            return 1e6 - predictions.min()
        return mean_loss(loss, y, predictions)

    level = np.zeros(degree + 1)
    level[-1] = y.mean()
    starts = (np.linalg.lstsq(basis, y, rcond=None)[0], level)
    options = {"xatol": 1e-10, "fatol": 1e-14, "maxiter": 6000, "maxfev": 6000}
    least = min(minimize(value, start, method="Nelder-Mead", options=options).fun for start in starts)
    assert_allclose(fit(x, y, loss, degree=degree).value, least, rtol=1e-9, atol=1e-10)


@every_rule
@pytest.mark.parametrize("parameter", ["low", "high"])
@pytest.mark.parametrize("seed", range(3))
def test_no_small_change_makes_an_answer_better(loss, parameter, seed):
    """At both ends of each parameter: pushing the line up, down or askew does not lower the loss."""
    x, y = drawn(seed, rounded=seed == 1)
    parameters = {each.name: getattr(each, parameter) for each in LOSSES[loss].parameters}
    found = fit(x, y, loss, **parameters)
    for lift, tilt in itertools.product((-1e-3, 0, 1e-3), repeat=2):
        pushed = np.maximum(found.predictions + lift + tilt * (x - 5), 0 if loss == "poisson" else -np.inf)
        assert mean_loss(loss, y, pushed, **parameters) >= found.value - 1e-12


@pytest.mark.parametrize("loss", [rule.loss for rule in RULES.values() if rule.convex])
def test_a_convex_loss_lies_below_its_chords(loss):
    """Where convexity is claimed the mean loss midway between two lines is not above the mean of theirs."""
    x, y = drawn(7)
    rng = np.random.default_rng(0)
    for _ in range(200):
        first, second = (np.polyval(rng.uniform(0, 3, 2), x) for _ in range(2))
        middle = mean_loss(loss, y, (first + second) / 2)
        assert middle <= (mean_loss(loss, y, first) + mean_loss(loss, y, second)) / 2 + 1e-12


def test_a_logarithmic_error_is_not_convex():
    """By hand: at a target of 0, ln 10 squared and ln 100 squared have a mean below ln 55 squared."""
    middle = mean_loss("mean_squared_logarithmic_error", np.zeros(1), [54.0])
    ends = [mean_loss("mean_squared_logarithmic_error", np.zeros(1), [level]) for level in (9.0, 99.0)]
    assert middle > sum(ends) / 2
    assert not RULES["mean_squared_logarithmic_error"].convex


def test_a_huber_line_turns_from_the_median_to_the_mean():
    """A delta above every error gives the least-squares line, a small one all but the least-absolute one."""
    points = np.array(POINT_SETS["wild"].points)
    x, y = points.T
    assert_allclose(fit(x, y, "huber", delta=10.0).coefficients, fit(x, y).coefficients, rtol=1e-9)
    near = fit(x, y, "huber", delta=0.1).at(9.5) - fit(x, y, "mean_absolute_error").at(9.5)
    assert abs(near) < 0.2 < abs(float(fit(x, y).at(9.5) - fit(x, y, "mean_absolute_error").at(9.5)))


def test_several_lines_may_be_equally_good():
    """By hand: a line between two points above each other at each end is as good wherever it runs between."""
    found = fit([0, 0, 1, 1], [0, 1, 0, 1], "mean_absolute_error")
    assert (found.unique, found.value) == (False, 0.5)
    assert fit([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2], "mean_absolute_error").unique


def test_rates_stay_above_zero():
    """A Poisson line predicts no rate below 0, though the least-squares line through the same counts does."""
    x, y = np.arange(8.0), np.array([0, 0, 0, 0, 0, 1, 4, 9.0])
    assert fit(x, y).predictions.min() < 0
    assert fit(x, y, "poisson").predictions.min() >= 0
    assert_allclose(fit(x, np.zeros(8), "poisson").predictions, 0, atol=1e-8)


@every_rule
@settings(max_examples=30, deadline=None)
@given(
    points=st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=2, max_size=12, unique_by=lambda p: p[0]
    ),
    degree=st.integers(0, 3),
)
def test_an_answer_is_finite_and_keeps_the_order_of_points_out_of_it(loss, points, degree):
    """Whatever the points, there is an answer, and their order does not matter to its loss."""
    x, y = np.array(points, float).T / 2
    degree = min(degree, len(points) - 1)
    found, other = fit(x, y, loss, degree=degree), fit(x[::-1], y[::-1], loss, degree=degree)
    assert np.isfinite(found.coefficients).all()
    assert len(found.coefficients) == degree + 1
    # a percentage of a target of 0 turns the last digit of a prediction into a millionth
    assert_allclose(found.value, other.value, rtol=1e-6, atol=1e-5)
    assert_allclose(found.value, found.losses.mean())


@settings(max_examples=40)
@given(
    points=st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=4, max_size=7, unique_by=lambda p: p[0]
    ),
    degree=st.integers(1, 3),
)
@example(points=[(1, 0), (7, 13), (20, 1), (19, 7), (6, 20)], degree=3)
@example(points=[(4, 1), (0, 17), (3, 13), (1, 8), (18, 12), (5, 0), (14, 4), (20, 1)], degree=3)
@pytest.mark.parametrize("loss", ["mean_absolute_error", "mean_absolute_percentage_error"])
def test_no_curve_through_as_many_points_as_it_has_coefficients_is_better(loss, points, degree):
    """The least sum of absolute errors is at a curve through some of the points; all of them are tried."""
    x, y = np.array(points, float).T / 2
    basis = np.vander(x, degree + 1, increasing=True)
    best = min(
        LOSSES[loss].f(y, basis @ np.linalg.solve(basis[list(rows)], y[list(rows)])).mean()
        for rows in itertools.combinations(range(len(x)), degree + 1)
    )
    assert fit(x, y, loss, degree=degree).value <= best * (1 + 1e-6) + 1e-4


@every_rule
def test_more_freedom_is_never_worse(loss):
    """A curve of a higher degree has at most the loss of one of a lower degree."""
    points = np.array(POINT_SETS["bend"].points)
    values = [fit(*points.T, loss, degree=degree).value for degree in range(DEGREE.high + 1)]
    assert all(later <= earlier + 1e-9 for earlier, later in itertools.pairwise(values))


@every_rule
def test_the_same_points_give_the_same_answer(loss):
    """Nothing is left to chance or to what came before."""
    points = np.array(POINT_SETS["fan"].points)
    first = fit(*points.T, loss, degree=2)
    fit([0, 1], [5, 5], loss)
    assert_array_equal(first.coefficients, fit(*points.T, loss, degree=2).coefficients)


# What is said


@pytest.mark.parametrize(
    ("coefficients", "text"),
    [
        ((1.5, -2, 0.25), "ŷ = 1.5 − 2x + 0.25x²"),
        ((0, 1), "ŷ = x"),
        ((-3,), "ŷ = −3"),
        ((0, -1, 0, 2), "ŷ = −x + 2x³"),
    ],
)
def test_a_curve_is_written_as_a_formula(coefficients, text):
    """A formula leaves out what is 0, and a factor of 1."""
    x = np.arange(6.0)
    assert str(fit(x, np.polyval(coefficients[::-1], x), degree=len(coefficients) - 1)) == text


@every_set
def test_a_set_of_points_can_be_fitted_under_every_loss(points):
    """Every built-in set lies on the plane, takes every loss, and is explained in one sentence."""
    x, y = np.array(points.points).T
    assert 0 <= min(x.min(), y.min()) <= max(x.max(), y.max()) <= 10
    assert points.why.endswith(".")
    for loss in RULES:
        assert np.isfinite(fit(x, y, loss, degree=points.degree).value)


def test_every_regression_loss_has_a_rule():
    """The table of rules is that of the regression losses, in their order, and says each best constant."""
    assert list(RULES) == [loss.name for loss in LOSSES.values() if loss.group == "Regression"]
    assert all(rule.constant and not rule.constant.endswith(".") for rule in RULES.values())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ([0, 1], [1, 2], "hinge"),
            "There is no fit for the loss 'hinge'; choose one of mean_squared_error, ",
        ),
        (([0], [1]), "A line needs points at 2 different x or more, and these lie at 1: add a point"),
        (([], []), "A line needs points at 2 different x or more, and these lie at 0"),
        (([1, 1, 1], [1, 2, 3]), "move one aside, or choose a simpler curve"),
        (([0, 1], [1]), r"two lists of one length; their shapes are \(2,\) and \(1,\)"),
        ((["a", 1], [1, 2]), "must each be a list of numbers"),
        (([0, 1], [1, math.nan]), "number of magnitude 1e\\+06 at most"),
        ((range(MAX_POINTS + 1), range(MAX_POINTS + 1)), "200 points at most; there are 201"),
        (([0, 1], [-1, 2], "poisson"), "Poisson takes targets of 0 or more, but the lowest point is at −1"),
    ],
)
def test_what_cannot_be_fitted_is_explained(arguments, sentence):
    """A mistake is answered with a sentence of what came and what to do."""
    with pytest.raises(ValueError, match=sentence):
        fit(*arguments)


@pytest.mark.parametrize(
    "loss", ["mean_squared_error", "mean_absolute_error", "huber", "quantile", "epsilon_insensitive"]
)
@pytest.mark.parametrize(
    ("x", "y", "degree"),
    [
        ([1, 2, 3], [0.1, 0.2, 0.3], 1),
        ([0.1, 0.3, 0.7, 1.1], [0.3, 0.9, 2.1, 3.3], 1),
        ([0, 1, 2, 3, 4], [0, 0.1, 0.4, 0.9, 1.6], 2),
        ([1, 2, 3], [0.7, 0.7, 0.7], 0),
    ],
)
def test_a_curve_through_all_points_costs_nothing(loss, x, y, degree):
    """Points that lie on the curve are met to the last digit: the losses and their mean are 0."""
    found = fit(x, y, loss, degree=degree)
    assert found.value == 0
    assert found.predictions.tolist() == y or loss == "epsilon_insensitive"
    assert not found.losses.any()


def test_a_small_miss_is_a_miss():
    """A curve that misses a point by a little has a loss."""
    found = fit([0, 1, 2], [1, 1 + 1e-6, 1], "mean_squared_error")
    assert 0 < found.value < 1e-12
