from __future__ import annotations

import dataclasses
import itertools
import math
import re
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.testing import assert_allclose, assert_array_equal

from explorer.activations import ACTIVATIONS, softmax
from explorer.errors import ExplorerError
from explorer.losses import EPSILON, GROUPS, LOSSES
from explorer.parameters import Number, Switch

FAR = np.array([-1e4, -1e3, -100, -30, -1, -1e-6, 0, 1e-6, 1, 30, 100, 1e3, 1e4], np.float32)
NUMBERS = arrays.arrays(np.float32, st.integers(1, 20), elements=st.floats(-1e4, 1e4, width=32))


def settings(curve):
    """Combinations of its switches, with all numbers at their defaults and each in turn at its bounds."""
    switches = [each for each in curve.parameters if isinstance(each, Switch)]
    numbers = [each for each in curve.parameters if isinstance(each, Number)]
    changes = [{}, *({each.name: bound} for each in numbers for bound in (each.low, each.high))]
    choices = [
        {each.name: on for each, on in zip(switches, chosen, strict=True)} | change
        for chosen in itertools.product([False, True], repeat=len(switches))
        for change in changes
    ]
    complete = [curve.values(**choice) for choice in choices]
    return [values for n, values in enumerate(complete) if values not in complete[:n]]


def cases(curves):
    """Curves with each of their settings."""
    return [
        pytest.param(curve, values, id="-".join([curve.name, *(f"{k}={v}" for k, v in values.items())]))
        for curve in curves
        for values in settings(curve)
    ]


def in_probabilities(curve, values):
    return curve.takes(**values).high == 1


every_activation = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda each: each.name)
every_setting = pytest.mark.parametrize(("activation", "values"), cases(ACTIVATIONS.values()))
every_loss = pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda each: each.name)
every_loss_setting = pytest.mark.parametrize(("loss", "values"), cases(LOSSES.values()))


@cache
def frameworks():
    """Keras and TensorFlow, which are slow to import."""
    import keras
    import tensorflow as tf

    return keras, tf


def with_tape(call, x, **names):
    """Value and gradient of a call in Keras, by TensorFlow's tape."""
    keras, tf = frameworks()
    tensor = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        value = call(keras, tensor)
    return value.numpy(), tape.gradient(value, tensor).numpy()


def in_keras(activation, x, values):
    """An activation's own Keras call with its gradient, on a batch of one number a sample."""
    value, slope = with_tape(
        lambda keras, tensor: eval(activation.keras, {"keras": keras, "x": tensor, **values}),
        x[:, np.newaxis],
    )
    return value[:, 0], slope[:, 0]


def away_from_kinks(curve, x, values, distance=1e-2):
    places = [kink.x for kink in curve.kinks(**values)]
    return x[[all(abs(place - each) > distance for place in places) for each in x]]


def balanced(formula):
    """Whether LaTeX opens and closes its braces, brackets and environments."""
    opened = formula.replace(r"\{", "").replace(r"\}", "")
    return (
        opened.count("{") == opened.count("}")
        and len(re.findall(r"\\left\b", formula)) == len(re.findall(r"\\right\b", formula))
        and re.findall(r"\\begin\{(\w+)\}", formula) == re.findall(r"\\end\{(\w+)\}", formula)
    )


# What both tables say


@pytest.mark.parametrize("curve", [*ACTIVATIONS.values(), *LOSSES.values()], ids=lambda curve: curve.name)
def test_every_curve_says_what_it_is(curve):
    """A title, formulas in sound LaTeX, one sentence of why, a source, and parameters within their bounds."""
    formulas = [getattr(curve, name) for name in vars(curve) if name.endswith("formula")]
    assert len(formulas) == 2
    assert all(formula and balanced(formula) for formula in formulas)
    assert curve.title
    assert re.fullmatch(r"[A-Z][^.]+\.(?: [A-Z][^.]+\.)*", curve.why)
    assert curve.source.endswith(".")
    for parameter in curve.parameters:
        assert parameter.checked(parameter.default) == parameter.default
        assert parameter.title
        assert isinstance(parameter, Switch) or parameter.low < parameter.high
    assert curve.values() == {each.name: each.default for each in curve.parameters}
    with pytest.raises(dataclasses.FrozenInstanceError):
        curve.title = "another"


@pytest.mark.parametrize("table", [ACTIVATIONS, LOSSES], ids=["activations", "losses"])
def test_a_table_has_its_names_as_keys_and_no_title_twice(table):
    """A record is found under its own name, and a menu of the titles has no two alike."""
    assert all(curve.name == name for name, curve in table.items())
    assert len({curve.title for curve in table.values()}) == len(table)


def test_the_tables_have_what_the_course_needs():
    """Nothing that the pages speak of is missing."""
    assert set(ACTIVATIONS) >= {
        *("sigmoid", "tanh", "relu", "binary_step", "leaky_relu", "prelu", "elu", "selu", "celu", "gelu"),
        *("gelu_tanh", "silu", "mish", "softplus", "softsign", "hard_sigmoid", "hard_silu", "hard_tanh"),
        *("relu6", "thresholded_relu", "exponential", "sine", "gaussian", "linear"),
    }
    assert set(LOSSES) >= {
        *("mean_squared_error", "mean_absolute_error", "huber", "log_cosh", "poisson", "quantile"),
        *("mean_squared_logarithmic_error", "mean_absolute_percentage_error", "epsilon_insensitive"),
        *("binary_crossentropy", "categorical_crossentropy", "binary_focal_crossentropy", "hinge"),
        *("categorical_focal_crossentropy", "squared_hinge", "kl_divergence"),
        *("downside", "asymmetric_profit", "shortfall"),
    }
    assert {loss.group for loss in LOSSES.values()} == set(GROUPS)


@pytest.mark.parametrize("curve", [*ACTIVATIONS.values(), *LOSSES.values()], ids=lambda curve: curve.name)
def test_a_name_of_keras_is_used_where_keras_has_one(curve):
    """A curve is called what Keras calls it; what is not one is a composition of Keras's functions."""
    keras, _ = frameworks()
    module = keras.losses if curve.name in LOSSES else keras.activations
    if hasattr(module, curve.name):
        assert f"keras.{module.__name__.rpartition('.')[2]}.{curve.name}(" in curve.keras


@pytest.mark.parametrize("curve", [*ACTIVATIONS.values(), *LOSSES.values()], ids=lambda curve: curve.name)
def test_a_wrong_parameter_is_explained(curve):
    """An unknown name and a value out of its bounds are answered with a sentence that says what is right."""
    with pytest.raises(ValueError, match=r"has no parameter 'steepness'; the parameters it takes: .+\."):
        curve.values(steepness=1)
    for parameter in curve.parameters:
        wrong = 2 if isinstance(parameter, Switch) else parameter.high + 1
        expected = rf"^{re.escape(parameter.label)} (takes|is) .+, but '?{wrong:g}'? came"
        with pytest.raises(ExplorerError, match=expected):
            curve.values(**{parameter.name: wrong})


# Activations: values and slopes


@pytest.mark.parametrize(("activation", "values"), cases(each for each in ACTIVATIONS.values() if each.keras))
def test_an_activation_is_that_of_keras(activation, values):
    """Values equal Keras's to a millionth, slopes those of TensorFlow's tape to its rounding, far out too."""
    x = np.concatenate([np.linspace(-8, 8, 801, dtype=np.float32), FAR])
    value, slope = in_keras(activation, x, values)
    assert_allclose(activation.f(x, **values), value, rtol=1e-6, atol=1e-6)
    if activation.name == "celu":  # TensorFlow adds the slopes of both halves at 0
        x, slope = x[x != 0], slope[x != 0]
    assert_allclose(activation.derivative(x, **values), slope, rtol=2e-6, atol=5e-6)


@pytest.mark.parametrize(("activation", "values"), cases(each for each in ACTIVATIONS.values() if each.torch))
def test_an_activation_is_that_of_pytorch(activation, values):
    """Values equal PyTorch's to a millionth."""
    torch = pytest.importorskip("torch")
    x = np.concatenate([np.linspace(-8, 8, 801, dtype=np.float32), FAR])
    theirs = eval(activation.torch, {"torch": torch, "x": torch.from_numpy(x), **values}).numpy()
    assert_allclose(activation.f(x, **values), theirs, rtol=1e-6, atol=1e-6)


@every_setting
def test_a_derivative_is_the_slope_of_its_function(activation, values):
    """Away from kinks the derivative is the central difference."""
    x = away_from_kinks(activation, np.linspace(-9, 9, 1234), values)
    step = 1e-5
    difference = (activation.f(x + step, **values) - activation.f(x - step, **values)) / (2 * step)
    assert_allclose(activation.derivative(x, **values), difference, rtol=1e-7, atol=1e-7)


@every_setting
def test_an_activation_keeps_shape_and_precision(activation, values):
    """float32 stays float32, a float64 array stays float64, other numbers become float32; shapes stay."""
    for method in (activation.f, activation.derivative):
        assert method(np.zeros((2, 3, 4), np.float32), **values).dtype == np.float32
        assert method(np.zeros((2, 3, 4), np.float32), **values).shape == (2, 3, 4)
        assert method(np.zeros((0, 3), np.float32), **values).shape == (0, 3)
        assert method(np.zeros(3), **values).dtype == np.float64
        assert method([0.5, 1], **values).dtype == np.float32
        assert method(np.array([1, 2]), **values).dtype == np.float32
        assert method(0.5, **values).shape == ()
        single, double = method(np.float32([0.3, -0.7]), **values), method(np.array([0.3, -0.7]), **values)
        assert_allclose(single, double, rtol=1e-6, atol=1e-6)


@every_activation
def test_an_activation_leaves_its_input_alone(activation):
    """What is returned is new: writing to it does not change what was given."""
    x = np.linspace(-2, 2, 5, dtype=np.float32)
    for method in (activation.f, activation.derivative):
        method(x)[:] = 7
    assert_array_equal(x, np.linspace(-2, 2, 5, dtype=np.float32))


@every_activation
@given(x=NUMBERS)
def test_an_activation_is_stable(activation, x):
    """Up to ten thousand either way there is no NaN and no warning, and no infinity but the exponential's."""
    value, slope = activation.f(x), activation.derivative(x)
    assert not np.isnan(value).any()
    assert not np.isnan(slope).any()
    finite = x < 88 if activation.name == "exponential" else np.ones(x.shape, bool)
    assert np.isfinite(value[finite]).all()
    assert np.isfinite(slope[finite]).all()


@every_setting
def test_an_activation_stays_within_its_range(activation, values):
    """No value lies outside the range, its finite ends are come near to, and those reached are reached."""
    x = np.concatenate([np.linspace(-60, 60, 120_001), [-1e6, 1e6]])
    value, span = activation.f(x, **values), activation.range(**values)
    slack = 1e-7
    assert value.min() >= span.low - slack
    assert value.max() <= span.high + slack
    ends = [(span.low, value.min(), span.low_reached), (span.high, value.max(), span.high_reached)]
    for end, nearest, reached in ends:
        if math.isinf(end):
            assert abs(nearest) > 50
            assert not reached
        else:
            assert nearest == pytest.approx(end, abs=1e-3 if not reached else 1e-6)


@pytest.mark.parametrize(
    "name", ["sigmoid", "tanh", "softsign", "softplus", "gaussian", "elu", "exponential"]
)
def test_an_end_that_is_only_approached_is_not_reached(name):
    """Where the range is open, a value of moderate input is strictly inside it."""
    value, span = ACTIVATIONS[name].f(np.linspace(-5, 5, 101)), ACTIVATIONS[name].range()
    assert span.low_reached or value.min() > span.low
    assert span.high_reached or value.max() < span.high


@every_activation
def test_zero_centred_is_said_of_those_that_are(activation):
    """It is said of exactly those whose mean output is 0 for inputs from a standard normal."""
    assert activation.zero_centred == (abs(activation.mean()) < 1e-6)


def test_the_mean_is_that_of_many_draws():
    """The mean output equals the average over random inputs."""
    draws = np.random.default_rng(0).standard_normal(200_000)
    for activation in ACTIVATIONS.values():
        assert activation.mean() == pytest.approx(activation.f(draws).mean(), abs=0.02)


@every_setting
def test_a_function_falls_where_its_derivative_is_negative(activation, values):
    """A function falls somewhere on its plot exactly where its derivative is negative somewhere."""
    places = np.linspace(-8, 8, 1999, dtype=np.float64)
    falls = (np.diff(activation.f(places, **values)) < -1e-12).any()
    assert falls == (activation.derivative(places, **values) < -1e-9).any()


@pytest.mark.parametrize(
    ("name", "x", "value", "slope"),
    [
        ("sigmoid", 0, 1 / 2, 1 / 4),
        ("sigmoid", math.log(3), 3 / 4, 3 / 16),
        ("tanh", math.log(2), 3 / 5, 16 / 25),
        ("leaky_relu", -5, -1, 0.2),
        ("prelu", -4, -1, 0.25),
        ("elu", -math.log(2), -1 / 2, 1 / 2),
        ("selu", 2, 2.1014019747, 1.0507009874),
        ("celu", -math.log(4), -3 / 4, 1 / 4),
        ("gelu", 1, 0.8413447461, 1.0833154706),
        ("silu", math.log(3), 3 / 4 * math.log(3), 3 / 4 + 3 / 16 * math.log(3)),
        ("mish", 0, 0, 3 / 5),
        ("softplus", 0, math.log(2), 1 / 2),
        ("softsign", 3, 3 / 4, 1 / 16),
        ("hard_sigmoid", 1.5, 3 / 4, 1 / 6),
        ("hard_silu", -1.5, -3 / 8, 0),
        ("hard_tanh", 7, 1, 0),
        ("relu6", 7, 6, 0),
        ("thresholded_relu", 0.9, 0, 0),
        ("thresholded_relu", 1.1, 1.1, 1),
        ("exponential", math.log(2), 2, 2),
        ("sine", math.pi / 6, 1 / 2, math.sqrt(3) / 2),
        ("gaussian", 1, 1 / math.e, -2 / math.e),
        ("linear", -3, -3, 1),
        ("binary_step", -1, 0, 0),
    ],
)
def test_worked_numbers(name, x, value, slope):
    """Values and slopes that come out by hand."""
    activation = ACTIVATIONS[name]
    assert activation.f(np.float64(x)) == pytest.approx(value, abs=1e-9, rel=1e-8)
    assert activation.derivative(np.float64(x)) == pytest.approx(slope, abs=1e-9, rel=1e-8)


@given(x=st.floats(-40, 40))
def test_gelu_is_exact(x):
    """GELU is x times half of erfc(-x / sqrt 2), to a hundred-millionth of its value, far into the tail."""
    truth = x * math.erfc(-x / math.sqrt(2)) / 2
    assert ACTIVATIONS["gelu"].f(np.float64(x)) == pytest.approx(truth, rel=1e-8, abs=1e-300)


@pytest.mark.parametrize("name", ["sigmoid", "silu", "softplus", "mish", "gelu"])
def test_tails_keep_their_digits(name):
    """Far to the left the values fade out instead of being rounded to 0 at once."""
    x = np.array([-20, -10], np.float32)
    if name == "gelu":
        x /= 2
    truth = {
        "sigmoid": np.exp(x),
        "softplus": np.exp(x),
        "silu": x * np.exp(x),
        "mish": x * np.exp(x),
        "gelu": np.array([each * math.erfc(-each / math.sqrt(2)) / 2 for each in x.tolist()]),
    }[name]
    assert_allclose(ACTIVATIONS[name].f(x), truth, rtol=1e-4)


# Activations: kinks


KINKS = {  # (x, value, slope) as TensorFlow has them
    "binary_step": [(0, 1, 0)],
    "relu": [(0, 0, 0)],
    "leaky_relu": [(0, 0, 0.2)],
    "prelu": [(0, 0, 0)],
    "selu": [(0, 0, 1.0507)],
    "hard_sigmoid": [(-3, 0, 0), (3, 1, 0)],
    "hard_silu": [(-3, 0, 0), (3, 3, 1)],
    "hard_tanh": [(-1, -1, 1), (1, 1, 1)],
    "relu6": [(0, 0, 0), (6, 6, 0)],
    "thresholded_relu": [(1, 0, 0)],
}


@every_activation
def test_the_value_and_slope_at_a_kink_are_stated(activation):
    """The kinks are these and no others, with these values and slopes, and `f` and `derivative` agree."""
    kinks = activation.kinks()
    assert [(kink.x, kink.value, kink.slope) for kink in kinks] == KINKS.get(activation.name, [])
    for kink in kinks:
        assert activation.f(kink.x) == pytest.approx(kink.value, abs=1e-4)
        assert activation.derivative(kink.x) == pytest.approx(kink.slope, abs=1e-4)


@every_setting
def test_kinks_are_where_the_one_sided_slopes_differ(activation, values):
    """At each kink the slopes on either side differ or the value jumps, and nowhere else."""
    step = 1e-4
    grid = np.round(np.linspace(-8, 8, 1601), 2)
    right = (activation.f(grid + step, **values) - activation.f(grid, **values)) / step
    left = (activation.f(grid, **values) - activation.f(grid - step, **values)) / step
    curved = np.abs(left) + np.abs(right)  # a smooth curve changes its slope by little of this
    seen = grid[np.abs(right - left) > 1e-2 * (1 + curved)].tolist()
    kinks = [kink for kink in activation.kinks(**values) if kink.jump or kink.left != kink.right]
    assert [kink.x for kink in kinks] == seen
    for kink in kinks:
        place = grid.tolist().index(kink.x)
        if kink.jump:
            assert abs(left[place] + right[place]) * step == pytest.approx(abs(kink.jump), abs=1e-3)
        else:
            assert (left[place], right[place]) == pytest.approx((kink.left, kink.right), abs=1e-3)


def test_a_kink_goes_with_its_parameter():
    """It moves with the threshold, and vanishes where the parameters make the curve smooth."""
    assert ACTIVATIONS["thresholded_relu"].kinks(threshold=2.5)[0].x == 2.5
    assert ACTIVATIONS["leaky_relu"].kinks(negative_slope=1) == ()
    assert ACTIVATIONS["elu"].kinks() == ()
    assert ACTIVATIONS["elu"].kinks(alpha=2)[0].left == 2


def test_a_straight_place_with_another_slope_is_told():
    """A PReLU with a slope of 1 is a straight line, and yet TensorFlow's slope at 0 is 0."""
    assert str(ACTIVATIONS["prelu"].kinks(alpha=1)[0]) == (
        "At 0 the slope is 1 on both sides; the value there is 0, and the slope is taken to be 0."
    )


def test_a_kink_says_itself_in_a_sentence():
    """The jump of the binary step and the change of slope of ReLU are said with their numbers."""
    assert str(ACTIVATIONS["binary_step"].kinks()[0]) == (
        "At 0 it jumps up by 1; the value there is 1, and the slope is taken to be 0."
    )
    assert str(ACTIVATIONS["relu"].kinks()[0]) == (
        "At 0 the slope changes from 0 to 1; the value there is 0, and the slope is taken to be 0."
    )


# Activations: what the page shows


@every_setting
def test_a_tangent_touches_its_curve(activation, values):
    """It passes through the point, and close by it departs from the curve by the square of the distance."""
    for x in away_from_kinks(activation, np.array([-3.3, -0.4, 0.7, 2.9]), values):
        tangent = activation.tangent(x, **values)
        assert tangent.at(x) == tangent.value == activation.f(np.float64(x), **values)
        beside = x + 1e-3
        assert tangent.at(beside) == pytest.approx(activation.f(np.float64(beside), **values), abs=5e-5)


@pytest.mark.parametrize(
    ("name", "limit", "intervals"),
    [
        ("relu", 0.01, [(-8, 0)]),
        ("relu", 0, [(-8, 0)]),
        ("relu6", 0, [(-8, 0), (6, 8)]),
        ("binary_step", 0, [(-8, 8)]),
        ("linear", 1, []),
        ("linear", 1.1, [(-8, 8)]),
        ("leaky_relu", 0, []),
        ("prelu", 0, []),
        ("sigmoid", 3 / 16, [(-8, -math.log(3)), (math.log(3), 8)]),
        ("tanh", 16 / 25, [(-8, -math.log(2)), (math.log(2), 8)]),
        ("softsign", 1 / 16, [(-8, -3), (3, 8)]),
        ("exponential", 1, [(-8, 0)]),
        (
            "sine",
            0.5,
            [(n * math.pi / 2 - math.pi / 6, n * math.pi / 2 + math.pi / 6) for n in (-5, -3, -1, 1, 3, 5)],
        ),
    ],
)
def test_saturation_is_where_the_slope_is_small(name, limit, intervals):
    """The intervals are those that come out by hand, cut off at the ends of what is looked at."""
    found = ACTIVATIONS[name].saturation(-8, 8, limit)
    if name == "sine":
        intervals = [(max(start, -8), min(end, 8)) for start, end in intervals]
    assert found == [pytest.approx(pair, abs=1e-6) for pair in intervals]


@every_setting
def test_saturation_agrees_with_the_slopes(activation, values):
    """Inside an interval every slope is below the limit, outside none is, the ends aside."""
    limit = 0.05
    found = activation.saturation(-7, 7, limit, **values)
    x = np.linspace(-7, 7, 997)
    for place, slope in zip(x, np.abs(activation.derivative(x, **values)), strict=True):
        ends = [abs(place - end) for pair in found for end in pair]
        if min(ends, default=1) > 1e-6 and all(
            abs(place - kink.x) > 1e-6 for kink in activation.kinks(**values)
        ):
            assert any(start < place < end for start, end in found) == (slope < limit)


@pytest.mark.parametrize(("low", "high", "limit"), [(1, 1, 0.1), (2, 1, 0.1), (0, 1, -1), (0, math.inf, 1)])
def test_saturation_needs_an_interval_and_a_limit(low, high, limit):
    """Ends the wrong way round, infinite ends and a negative limit are answered with a sentence."""
    with pytest.raises(ValueError, match=r"low to a high end|finite number"):
        ACTIVATIONS["relu"].saturation(low, high, limit)


def test_sigmoids_make_the_gradient_vanish():
    """Twenty sigmoids multiply slopes of at most a quarter: less than a millionth of a millionth is left."""
    links = ACTIVATIONS["sigmoid"].chain(0, 20)
    assert len(links) == 20
    assert links[0].slope == 0.25
    assert 0 < links[-1].product < 0.25**20 * 1.01


def test_large_weights_make_the_gradient_explode():
    """ReLU with a weight of 2 doubles the gradient in every layer, with a half halves it, with 1 keeps it."""
    for weight in (2.0, 1.0, 0.5):
        links = ACTIVATIONS["relu"].chain(1, 10, weight)
        assert [link.product for link in links] == [weight**layer for layer in range(1, 11)]
        assert [link.layer for link in links] == list(range(1, 11))


@every_setting
def test_the_product_of_slopes_is_the_gradient_of_the_chain(activation, values):
    """The last product is the central difference of the last output with respect to the input."""
    x, layers, weight, step = 0.37, 3, 0.9, 1e-6
    links = activation.chain(x, layers, weight, **values)
    for before, link in itertools.pairwise(links):
        assert link.pre_activation == weight * before.output
        assert link.product == before.product * link.slope
    ends = [activation.chain(x + change, layers, weight, **values)[-1].output for change in (step, -step)]
    assert links[-1].product == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-4, abs=1e-7)


def test_a_chain_ends_where_numbers_end():
    """The exponential of an exponential of an exponential outgrows float64, and no infinity is returned."""
    links = ACTIVATIONS["exponential"].chain(2, 20)
    assert 1 <= len(links) < 20
    assert all(math.isfinite(number) for link in links for number in dataclasses.astuple(link))


@pytest.mark.parametrize("layers", [0, 1001, 2.5, True, "3"])
def test_a_chain_has_a_number_of_layers(layers):
    """Anything but a whole number from 1 to 1000 is answered with a sentence."""
    with pytest.raises(ValueError, match="1 to 1000 layers"):
        ACTIVATIONS["relu"].chain(1, layers)


@pytest.mark.parametrize("x", ["abc", [[1, 2], [3]], [None], 1j])
def test_an_input_that_is_no_number_is_explained(x):
    """Text, ragged rows, nothing at all and complex numbers are answered with a sentence."""
    with pytest.raises(ValueError, match=r"must be .*real numbers"):
        ACTIVATIONS["relu"].f(x)


# Softmax


@pytest.mark.parametrize("axis", [-1, 0, 1, 2])
@pytest.mark.parametrize("temperature", [0.25, 1.0, 5.0])
def test_softmax_is_that_of_keras(axis, temperature):
    """Probabilities equal Keras's of x / T along the same axis."""
    keras, _ = frameworks()
    x = np.random.default_rng(1).normal(size=(4, 5, 6)).astype(np.float32) * 5
    theirs = np.asarray(keras.activations.softmax(x / np.float32(temperature), axis=axis))
    assert_allclose(softmax(x, axis, temperature=temperature), theirs, rtol=2e-6, atol=1e-7)


@given(x=NUMBERS, temperature=st.floats(1e-3, 1e6))
def test_softmax_sums_to_1(x, temperature):
    """Probabilities lie from 0 to 1, add up to 1, keep the order, and are the same for x + 5."""
    p = softmax(x.astype(np.float64), temperature=temperature)
    assert p.sum() == pytest.approx(1)
    assert (p >= 0).all()
    assert (np.diff(p[np.argsort(x)]) >= 0).all()
    assert_allclose(softmax(x.astype(np.float64) + 5, temperature=temperature), p, rtol=1e-5, atol=1e-9)


def test_temperature_sharpens_and_evens_out():
    """Cold, the largest takes all; hot, all are alike; two equal numbers share."""
    assert_allclose(softmax([1, 2, 3], temperature=0.01), [0, 0, 1], atol=1e-6)
    assert_allclose(softmax([1, 2, 3], temperature=1e6), [1 / 3] * 3, atol=1e-6)
    assert_array_equal(softmax([2, 2], temperature=0.01), [0.5, 0.5])
    assert_allclose(softmax([0, math.log(3)]), [0.25, 0.75], rtol=1e-6)


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        ([1, 2], {"temperature": 0}, "must be above 0"),
        ([1, 2], {"temperature": -1}, "must be above 0"),
        ([1, 2], {"temperature": math.nan}, "finite number"),
        ([1, 2], {"axis": 1}, "along axis 1"),
        ([], {}, "along axis -1"),
        (3, {}, "along axis -1"),
        ("abc", {}, "real numbers"),
    ],
)
def test_softmax_explains_what_it_needs(x, options, message):
    """A temperature of 0 or less, an axis that is not there and no numbers are answered with a sentence."""
    with pytest.raises(ValueError, match=message):
        softmax(x, **options)


# Losses: values and gradients


def draw(domain, rng, samples=40, outputs=3):
    """Targets or predictions that a loss takes, float32 (samples, outputs)."""
    shape = (samples, outputs)
    if domain.values:
        return rng.choice(domain.values, shape).astype(np.float32)
    if domain.title == "one-hot vector":
        return np.eye(outputs, dtype=np.float32)[rng.integers(0, outputs, samples)]
    if domain.vector and domain.high == 1:
        return softmax(rng.normal(size=shape).astype(np.float32))
    if domain.high == 1:
        return rng.uniform(0.01, 0.99, shape).astype(np.float32)
    if domain.low == 0:
        return rng.uniform(0.01, 5, shape).astype(np.float32)
    return (rng.normal(size=shape) * 3).astype(np.float32)


def pairs(loss, values, seed=0):
    rng = np.random.default_rng(seed)
    return draw(loss.target, rng), draw(loss.takes(**values), rng)


def loss_in_keras(loss, y_true, y_pred, values):
    return with_tape(
        lambda keras, tensor: eval(
            loss.keras, {"keras": keras, "y_true": y_true, "y_pred": tensor, **values}
        ),
        y_pred,
    )


@pytest.mark.parametrize(("loss", "values"), cases(each for each in LOSSES.values() if each.keras))
def test_a_loss_is_that_of_keras(loss, values):
    """Values equal Keras's and gradients those of TensorFlow's tape, to a millionth."""
    y_true, y_pred = pairs(loss, values)
    y_pred[:3] = y_true[:3]  # on the target, where many a loss has its kink
    if in_probabilities(loss, values) and values.get("gamma") == 0:
        y_pred[:3] = 0.2  # TensorFlow's gradient of 0 to the power of 0 is NaN
    value, gradient = loss_in_keras(loss, y_true, y_pred, values)
    assert_allclose(loss.f(y_true, y_pred, **values), value, rtol=1e-6, atol=1e-6)
    assert_allclose(loss.gradient(y_true, y_pred, **values), gradient, rtol=2e-6, atol=1e-6)


@every_loss_setting
def test_a_gradient_is_the_slope_of_its_loss(loss, values):
    """Away from kinks each part of the gradient is the central difference of the sample's loss."""
    y_true, y_pred = (array.astype(np.float64) for array in pairs(loss, values, seed=1))
    gradient = loss.gradient(y_true, y_pred, **values)
    step = 1e-6
    for output in range(y_pred.shape[1]):
        change = step * np.eye(y_pred.shape[1])[output]
        higher, lower = (loss.f(y_true, y_pred + sign * change, **values) for sign in (1, -1))
        assert_allclose(gradient[:, output], (higher - lower) / (2 * step), rtol=1e-5, atol=1e-7)


@every_loss_setting
def test_a_loss_keeps_samples_apart(loss, values):
    """A sample's loss and gradient do not depend on the other samples, and shapes and precision are kept."""
    y_true, y_pred = pairs(loss, values)
    value, gradient = loss.f(y_true, y_pred, **values), loss.gradient(y_true, y_pred, **values)
    assert (value.shape, value.dtype) == (y_pred.shape[:1], np.float32)
    assert (gradient.shape, gradient.dtype) == (y_pred.shape, np.float32)
    assert loss.f(y_true, y_pred.astype(float), **values).dtype == np.float64
    if loss.target.title == "class":
        y_true[:, 0] = -1  # a sample of ones alone would be read as labels
    for index in (0, 17):
        assert_allclose(
            loss.f(y_true[index], y_pred[index], **values), loss.f(y_true, y_pred, **values)[index]
        )
    folded = (2, 20, y_pred.shape[1])
    assert_array_equal(
        loss.f(y_true.reshape(folded), y_pred.reshape(folded), **values).ravel(),
        loss.f(y_true, y_pred, **values),
    )


@every_loss_setting
def test_the_terms_make_the_loss(loss, values):
    """The loss of a sample is the mean, or the sum, of its outputs' terms."""
    y_true, y_pred = pairs(loss, values)
    terms = loss.terms(y_true, y_pred, **values)
    assert terms.shape == y_pred.shape
    assert_array_equal(getattr(terms, loss.reduction)(-1), loss.f(y_true, y_pred, **values))


@pytest.mark.parametrize("probability", [0.0, 1.0, EPSILON, 1 - EPSILON, 1e-30])
@pytest.mark.parametrize(
    ("loss", "values"), [case for case in cases(LOSSES.values()) if in_probabilities(*case.values)]
)
def test_a_loss_of_probabilities_is_finite_at_0_and_1(loss, values, probability):
    """At probabilities of 0 and 1 a loss and its gradient are finite, and the loss is Keras's."""
    y_pred = np.array([[probability, 1 - probability]] * 2, np.float32)
    y_true = np.array([[0, 1], [1, 0]], np.float32)
    value, _ = loss_in_keras(loss, y_true, y_pred, values)
    assert_allclose(loss.f(y_true, y_pred, **values), value, rtol=1e-6, atol=1e-6)
    assert np.isfinite(loss.gradient(y_true, y_pred, **values)).all()


@pytest.mark.parametrize("name", ["binary_crossentropy", "kl_divergence"])
def test_clipping_stops_the_gradient(name):
    """A probability of 0 for what is true has a finite loss and, as in TensorFlow, a gradient of 0."""
    loss = LOSSES[name]
    y_true, y_pred = np.array([[1]], np.float32), np.array([[0]], np.float32)
    assert loss.clipping
    assert loss.f(y_true, y_pred) == pytest.approx(-math.log(EPSILON), rel=1e-6)
    assert_array_equal(loss.gradient(y_true, y_pred), [[0]])
    assert_array_equal(loss_in_keras(loss, y_true, y_pred, loss.values())[1], [[0]])


@pytest.mark.parametrize("name", ["binary_crossentropy", "kl_divergence"])
def test_the_last_probability_that_is_not_clipped_has_its_gradient(name):
    """Exactly at epsilon the gradient is that of the logarithm, -1 / epsilon, as in TensorFlow."""
    loss = LOSSES[name]
    y_true, y_pred = np.array([[1]], np.float32), np.array([[EPSILON]], np.float32)
    assert loss.gradient(y_true, y_pred) == pytest.approx(-1 / EPSILON, rel=1e-6)
    assert_allclose(loss_in_keras(loss, y_true, y_pred, loss.values())[1], [[-1 / EPSILON]], rtol=1e-6)


def test_targets_need_not_be_a_distribution():
    """Where targets do not add up to 1, the gradient from logits is still the slope of the loss."""
    loss = LOSSES["categorical_crossentropy"]
    y_true, y_pred, step = np.array([[2.0, 0.5]]), np.array([[0.3, -0.4]]), np.array([[1e-6, 0]])
    higher, lower = (loss.f(y_true, y_pred + sign * step, from_logits=True)[0] for sign in (1, -1))
    gradient = loss.gradient(y_true, y_pred, from_logits=True)[0, 0]
    assert gradient == pytest.approx((higher - lower) / 2e-6, rel=1e-6)


def test_clipping_leaves_the_focal_factor_alone():
    """At a probability of 0 for what is true only the factor (1 - p)^2 passes a gradient: 2 ln(epsilon)."""
    loss = LOSSES["binary_focal_crossentropy"]
    y_true, y_pred = np.array([[1]], np.float32), np.array([[0]], np.float32)
    assert loss.gradient(y_true, y_pred) == pytest.approx(2 * math.log(EPSILON), rel=1e-6)
    assert_allclose(
        loss_in_keras(loss, y_true, y_pred, loss.values())[1], loss.gradient(y_true, y_pred), rtol=1e-6
    )


@every_loss
@given(data=st.data())
def test_a_loss_is_stable(loss, data):
    """Within what it takes, up to ten thousand either way, there is no NaN, no infinity and no warning."""
    values = {
        each.name: data.draw(
            st.booleans() if isinstance(each, Switch) else st.sampled_from([each.low, each.default])
        )
        for each in loss.parameters
    }

    def numbers(domain):
        if domain.values:
            element = st.sampled_from(domain.values)
        else:
            element = st.floats(max(domain.low, -1e4), min(domain.high, 1e4), width=32)
        return data.draw(arrays.arrays(np.float32, (2, 3), elements=element))

    y_true, y_pred = numbers(loss.target), numbers(loss.takes(**values))
    if loss.takes(**values).vector and loss.takes(**values).high == 1:
        y_pred[:, 0] += 0.25  # a sum above 0
    assert np.isfinite(loss.f(y_true, y_pred, **values)).all()
    assert np.isfinite(loss.gradient(y_true, y_pred, **values)).all()


@pytest.mark.parametrize(
    ("name", "y_true", "y_pred", "values", "value", "gradient"),
    [
        ("mean_squared_error", [1, 2], [3, 2], {}, 2, [2, 0]),
        ("mean_absolute_error", [1, 2], [3, 2], {}, 1, [0.5, 0]),
        ("huber", [0, 0], [0.5, 3], {}, (0.125 + 2.5) / 2, [0.25, 0.5]),
        ("huber", [0], [3], {"delta": 2.0}, 4, [2]),
        ("log_cosh", [0], [math.log(2)], {}, math.log(1.25), [0.6]),
        ("mean_squared_logarithmic_error", [0], [math.e - 1], {}, 1, [2 / math.e]),
        ("mean_absolute_percentage_error", [-4, 2], [-3, 2], {}, 12.5, [12.5, 0]),
        ("quantile", [1, 1], [0, 2], {"quantile": 0.9}, 0.5, [-0.45, 0.05]),
        ("epsilon_insensitive", [0, 0], [0.5, -3], {"epsilon": 1.0}, 1, [0, -0.5]),
        ("poisson", [2], [1], {}, 1, [-1]),
        ("binary_crossentropy", [1, 0], [0.5, 0.75], {}, math.log(8) / 2, [-1, 2]),
        ("binary_crossentropy", [1], [0], {"from_logits": True}, math.log(2), [-0.5]),
        ("categorical_crossentropy", [0, 1, 0], [0.25, 0.5, 0.25], {}, math.log(2), [1, -1, 1]),
        (
            *("categorical_crossentropy", [0, 1], [0, math.log(3)], {"from_logits": True}),
            *(math.log(4 / 3), [0.25, -0.25]),
        ),
        ("binary_focal_crossentropy", [1], [0.5], {}, math.log(2) / 4, [-math.log(2) - 0.5]),
        ("categorical_focal_crossentropy", [1, 0], [0.5, 0.5], {}, math.log(2) / 16, None),
        ("hinge", [1, -1], [0.5, -2], {}, 0.25, [-0.5, 0]),
        ("hinge", [1, 0], [0.5, -2], {}, 0.25, [-0.5, 0]),
        ("squared_hinge", [1, -1], [0.5, 1], {}, 2.125, [-0.5, 2]),
        ("kl_divergence", [0.5, 0.5], [0.25, 0.75], {}, math.log(4 / 3) / 2, [-2, -2 / 3]),
        ("downside", [-0.5, 0.5], [2, 2], {}, 0.5, [0.25, 0]),
        ("downside", [-0.5, 0.5], [2, 2], {"power": 2}, 0.5, [0.5, 0]),
        ("asymmetric_profit", [-0.5, 0.5], [2, 2], {"weight": 3.0}, 1, [0.75, -0.25]),
        ("shortfall", [-0.5, 0.5], [2, 2], {"threshold": 0.25}, 0.375, [0.25, 0]),
    ],
)
def test_worked_losses(name, y_true, y_pred, values, value, gradient):
    """Losses and gradients that come out by hand."""
    loss = LOSSES[name]
    y_true, y_pred = np.array(y_true, float), np.array(y_pred, float)
    assert loss.f(y_true, y_pred, **values) == pytest.approx(value, rel=1e-6)
    if gradient is not None:
        assert loss.gradient(y_true, y_pred, **values) == pytest.approx(np.array(gradient), rel=1e-6)


@pytest.mark.parametrize("name", ["binary", "categorical"])
def test_focal_without_gamma_is_cross_entropy(name):
    """With gamma 0 nothing is focused on: what is left is cross-entropy, times alpha for several classes."""
    focal, plain = LOSSES[f"{name}_focal_crossentropy"], LOSSES[f"{name}_crossentropy"]
    y_true, y_pred = pairs(plain, {})
    values = {"gamma": 0.0} if name == "binary" else {"gamma": 0.0, "alpha": 1.0}
    assert_allclose(focal.f(y_true, y_pred, **values), plain.f(y_true, y_pred), rtol=1e-6)
    assert_allclose(focal.gradient(y_true, y_pred, **values), plain.gradient(y_true, y_pred), rtol=1e-5)


@pytest.mark.parametrize("name", ["binary", "categorical"])
@pytest.mark.parametrize("kind", ["crossentropy", "focal_crossentropy"])
def test_logits_and_probabilities_agree(name, kind):
    """The loss from logits is the loss from the probabilities that they make."""
    loss = LOSSES[f"{name}_{kind}"]
    rng = np.random.default_rng(3)
    y_true, logits = draw(loss.target, rng), draw(loss.logits, rng)
    probabilities = ACTIVATIONS["sigmoid"].f(logits) if name == "binary" else softmax(logits)
    from_logits = loss.f(y_true, logits, from_logits=True)
    assert_allclose(from_logits, loss.f(y_true, probabilities), rtol=1e-4, atol=1e-6)


def best_constant(name, targets, **values):
    """The one answer to all targets that a loss likes best, on a fine grid."""
    answers = np.linspace(targets.min(), targets.max(), 4001)
    y_pred = np.repeat(answers[:, np.newaxis], targets.size, axis=1)  # (answers, targets)
    y_true = np.broadcast_to(targets, y_pred.shape)
    return answers[LOSSES[name].f(y_true, y_pred, **values).argmin()]


def test_each_loss_has_its_own_best_answer():
    """The mean for squares, the median for absolute errors, the quantile for the pinball."""
    targets = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 50.0, 60.0])
    assert best_constant("mean_squared_error", targets) == pytest.approx(targets.mean(), abs=0.02)
    assert best_constant("mean_absolute_error", targets) == pytest.approx(5, abs=0.02)
    assert best_constant("quantile", targets, quantile=0.5) == pytest.approx(5, abs=0.02)
    assert best_constant("quantile", targets, quantile=0.8) == pytest.approx(8, abs=0.02)
    assert best_constant("poisson", targets) == pytest.approx(targets.mean(), abs=0.02)


def test_an_outlier_pulls_hardest_on_squares():
    """A point ten times as far off pulls ten times as hard on MSE, no harder on MAE, no harder on Huber."""
    near, far = np.array([[2.0]]), np.array([[20.0]])
    pulls = {
        name: float(LOSSES[name].gradient(0.0, far)[0, 0] / LOSSES[name].gradient(0.0, near)[0, 0])
        for name in ("mean_squared_error", "mean_absolute_error", "huber")
    }
    assert pulls == {"mean_squared_error": 10, "mean_absolute_error": 1, "huber": 1}


@pytest.mark.parametrize("name", ["downside", "shortfall"])
def test_gains_are_free(name):
    """A position that earns costs nothing and is not pulled at, however much it earns."""
    y_true, y_pred = np.array([[0.5, -0.2]]), np.array([[3.0, -4.0]])
    assert LOSSES[name].f(y_true, y_pred) == 0
    assert_array_equal(LOSSES[name].gradient(y_true, y_pred), [[0, 0]])


LOSS_KINKS = {  # at a target of 1: (prediction, slope taken there), as TensorFlow has it
    "mean_absolute_error": [(1, 0)],
    "mean_squared_logarithmic_error": [(EPSILON, -1.3863)],
    "mean_absolute_percentage_error": [(1, 0)],
    "quantile": [(1, 0)],
    "epsilon_insensitive": [(0.9, 0), (1.1, 0)],
    "hinge": [(1, -1)],
    "downside": [(0, 0)],
    "asymmetric_profit": [(0, -1)],
    "shortfall": [(-0.02, 0)],
}


@every_loss
def test_the_slope_at_a_kink_of_a_loss_is_stated(loss):
    """For a target of 1 the kinks are these and no others, with these slopes, and the gradient agrees."""
    kinks = loss.kinks(1)
    assert [(kink.x, kink.slope) for kink in kinks] == LOSS_KINKS.get(loss.name, [])
    for kink in kinks:
        gradient = loss.gradient(np.array([[1.0]]), np.array([[kink.x]]))
        assert gradient == pytest.approx(kink.slope, abs=1e-4)
        sides = loss.gradient(np.ones((2, 1)), np.array([[kink.x - 1e-5], [kink.x + 1e-5]]))
        assert sides.ravel() == pytest.approx([kink.left, kink.right], abs=1e-3)
        assert kink.jump == 0


@pytest.mark.parametrize("name", [name for name in LOSS_KINKS if LOSSES[name].keras])
def test_the_slope_at_a_kink_of_a_loss_is_that_of_tensorflow(name):
    """Exactly on the kink the gradient is what TensorFlow's tape gives."""
    loss = LOSSES[name]
    (place,) = [kink.x for kink in loss.kinks(1)]
    y_true, y_pred = np.array([[1]], np.float32), np.array([[place]], np.float32)
    assert_allclose(loss.gradient(y_true, y_pred), loss_in_keras(loss, y_true, y_pred, {})[1], rtol=1e-6)


def test_kinks_of_a_loss_go_with_target_and_parameters():
    """They follow the target, the tube's width, the margin's side; where a return is 0 there is none."""
    assert [kink.x for kink in LOSSES["epsilon_insensitive"].kinks(3, epsilon=0.5)] == [2.5, 3.5]
    assert [kink.x for kink in LOSSES["epsilon_insensitive"].kinks(3, epsilon=0)] == [3]
    assert [kink.x for kink in LOSSES["hinge"].kinks(-1)] == [-1]
    assert [kink.x for kink in LOSSES["hinge"].kinks(0)] == [-1]
    assert LOSSES["downside"].kinks(1, power=2) == ()
    assert LOSSES["asymmetric_profit"].kinks(1, weight=1) == ()
    assert LOSSES["shortfall"].kinks(0) == ()


@given(target=st.floats(0.1, 10), width=st.floats(0.01, 1))
def test_rounding_does_not_decide_on_a_kink(target, width):
    """Whatever the numbers, the slope taken at the edge of what is free is 0."""
    tube = LOSSES["epsilon_insensitive"].kinks(target, epsilon=width)
    assert [kink.slope for kink in tube] == [0, 0]
    assert [kink.slope for kink in LOSSES["shortfall"].kinks(target, threshold=width)] == [0]


@every_loss
def test_a_loss_says_what_it_takes(loss):
    """Targets and predictions have a domain, and a loss has one for logits exactly where it takes them."""
    switches = {each.name for each in loss.parameters}
    assert loss.reduction in ("mean", "sum")
    assert (loss.logits is not None) == ("from_logits" in switches)
    assert loss.takes() is loss.prediction
    if loss.logits:
        assert loss.takes(from_logits=True) is loss.logits
        assert loss.clipping


@pytest.mark.parametrize(
    ("name", "y_true", "y_pred", "message"),
    [
        ("mean_squared_error", [1, 2, 3], [[1], [2], [3]], r"same shape.*\(3,\) and \(3, 1\)"),
        ("mean_squared_error", [[]], [[]], "at least one output"),
        ("mean_squared_error", ["a"], [1], "y_true must be real numbers"),
        ("mean_squared_error", [1], ["a"], "y_pred must be real numbers"),
        ("poisson", [[1]], [[-0.1]], "rates of 0 or more"),
        ("binary_focal_crossentropy", [[1]], [[1.5]], "from 0 to 1"),
        ("categorical_crossentropy", [[1, 0]], [[0, 0]], "add up to 0"),
        ("categorical_focal_crossentropy", [[1, 0]], [[0, 0]], "add up to 0"),
    ],
)
def test_a_loss_explains_what_it_needs(name, y_true, y_pred, message):
    """Shapes that differ, no output, no numbers and predictions out of reach are answered with a sentence."""
    for method in (LOSSES[name].f, LOSSES[name].gradient):
        with pytest.raises(ValueError, match=message):
            method(y_true, y_pred)


def test_one_target_serves_all_predictions():
    """A single number as target stands for one of every prediction's shape, so that a curve is one call."""
    y_pred = np.linspace(-2, 2, 5)[:, np.newaxis]
    assert_array_equal(LOSSES["mean_squared_error"].f(1, y_pred), [9, 4, 1, 0, 1])


@pytest.mark.parametrize(
    "parameter",
    [
        Switch(
            name="from_logits",
            title="From logits",
        ),
        Number(
            name="a",
            title="A",
            low=0.0,
            high=1.0,
            step=0.1,
            default=0.5,
        ),
    ],
)
def test_a_switch_and_a_number_are_not_confused(parameter):
    """A switch takes True or False alone, and a number takes neither."""
    wrong = 1 if isinstance(parameter, Switch) else True
    with pytest.raises(
        ExplorerError, match=f"^{parameter.label} (takes a finite number|is on or off), .*{wrong}"
    ):
        parameter.checked(wrong)


HUGE = np.array([-3e38, -1e20, -1.5e19, -1, 0, 1e-25, 1, 1.5e19, 1e20, 3e38], np.float32)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda loss: loss.name)
@pytest.mark.parametrize("outputs", [1, 4])
def test_a_loss_may_leave_float32_on_its_way(loss, outputs):
    """Where a loss or its gradient fits float32 it is given, though squares or sums on the way do not."""
    for target, prediction in itertools.product(HUGE, HUGE):
        y_true, y_pred = np.full((1, outputs), target), np.full((1, outputs), prediction)
        for function in (loss.f, loss.gradient):
            try:
                expected = function(y_true.astype(np.float64), y_pred.astype(np.float64))
            except ValueError:  # a number that the loss does not take
                continue
            fits = np.abs(expected) < 3.4e38
            said = f"{function.__name__} of {target}, {prediction}"
            assert np.isfinite(function(y_true, y_pred)[fits]).all(), said


def test_a_mean_of_squares_may_be_smaller_than_their_sum():
    """Four errors of 1.5e19 have the mean square of each, though the sum of the squares is beyond float32."""
    errors = np.full((1, 4), 1.5e19, np.float32)
    found = LOSSES["mean_squared_error"].f(np.zeros_like(errors), errors)
    assert found.dtype == np.float32
    assert_allclose(found, 2.25e38, rtol=1e-6)


def test_slopes_far_out_fade():
    """Far from 0 a bump and a saturated curve are flat, to the last number of float32."""
    x = np.array([-3.4e38, -1e20, 1e20, 3.4e38], np.float32)
    assert_array_equal(ACTIVATIONS["gaussian"].derivative(x), 0)
    found = ACTIVATIONS["softsign"].derivative(x)
    assert_allclose(found, ACTIVATIONS["softsign"].derivative(x.astype(np.float64)), atol=1e-45)
    assert found[1] > 0


@pytest.mark.parametrize("temperature", [1e-300, 1e-45, 1e300])
def test_softmax_takes_any_temperature(temperature):
    """However low, the largest takes all; however high, all take alike."""
    found = softmax(np.array([1.0, 2.0, -3.4e38], np.float32), temperature=temperature)
    assert found.dtype == np.float32
    assert_allclose(found, [0, 1, 0] if temperature < 1 else [1 / 3] * 3, atol=1e-6)
