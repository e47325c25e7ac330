from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from explorer.activations import (
    ACTIVATIONS,
    ActivationCurve,
    Interval,
    axis,
    flat_shares,
    products,
    softmax_sentence,
    softmax_steps,
    table,
    to_csv,
    verdict,
)
from explorer.code.activations import SNIPPETS, code

EACH = [
    ActivationCurve.of(name, values)
    for name, record in ACTIVATIONS.items()
    for values in (
        {},
        *({argument.name: end} for argument in record.parameters for end in (argument.low, argument.high)),
    )
]
every_curve = pytest.mark.parametrize("curve", EACH, ids=lambda curve: curve.said)


@every_curve
def test_samples_are_the_function_and_break_at_jumps_alone(curve):
    """Between the gaps a drawn line is the function and its slope; gaps lie at kinks, and where it jumps."""
    samples = curve.samples(-7, 7)
    kept, sloped = ~np.isnan(samples.values), ~np.isnan(samples.slopes)
    assert_array_equal(samples.values[kept], curve.record.f(samples.x[kept], **curve.values))
    assert_array_equal(samples.slopes[sloped], curve.record.derivative(samples.x[sloped], **curve.values))
    assert samples.x[~kept].tolist() == [kink.x for kink in curve.kinks if kink.jump]
    assert samples.x[~sloped].tolist() == [kink.x for kink in curve.kinks]


@every_curve
def test_intervals_are_flat_inside_and_steep_outside(curve):
    """Inside a saturated interval every slope is within the limit, inside a dead one 0, else neither."""
    limit = 0.08
    intervals = curve.intervals(-8, 8, limit)
    assert all(one.end <= other.start + 1e-9 for one, other in itertools.pairwise(intervals))
    x = np.linspace(-8, 8, 997)
    slopes = np.abs(curve.record.derivative(x, **curve.values))
    free = np.ones_like(x, bool)
    for each in intervals:
        inside = (x > each.start + 1e-6) & (x < each.end - 1e-6)
        assert (slopes[inside] == 0).all() if each.dead else (slopes[inside] < limit).all()
        free &= (x < each.start - 1e-6) | (x > each.end + 1e-6)
    flat_points = {kink.x for kink in curve.kinks}
    assert all(
        slope >= limit for place, slope in zip(x[free], slopes[free], strict=True) if place not in flat_points
    )


def test_where_a_slope_is_zero_is_cut_out_of_where_it_is_small():
    """Worked by hand: hard SiLU's slope is (2x + 3) / 6 between -3 and 3, and 0 below."""
    found = ActivationCurve("hard_silu").intervals(-6, 6, 0.1)
    assert found[0] == Interval(-6, -3, True)
    assert (found[1].start, found[1].end) == pytest.approx((-1.8, -1.2))
    assert len(found) == 2


@every_curve
def test_an_axis_holds_a_curve_whatever_its_parameters(curve):
    """While a parameter is dragged the axis stays, so that the curve moves and not the axis."""
    low, high = axis([curve], 6, [curve])
    assert (low, high) == axis([ActivationCurve(curve.name)], 6, [ActivationCurve(curve.name)])
    values = curve.record.f(np.linspace(-6, 6, 500), **curve.values)
    assert values[np.abs(values) <= 6].min(initial=0) >= low
    assert values[np.abs(values) <= 6].max(initial=0) <= high


def test_points_say_what_is_taken_and_what_is_only_approached():
    """A binary step has rings at both sides of its jump and a dot at its value, and so has its slope."""
    curve, slope = ActivationCurve("binary_step").points(-1, 1)
    assert [(point.y, point.open) for point in curve] == [(0, True), (1, True), (1, False)]
    assert [(point.y, point.open) for point in slope] == [(0, True), (0, False)]
    assert ActivationCurve("binary_step").points(1, 2) == ([], [])
    assert ActivationCurve("tanh").points(-1, 1) == ([], [])


@pytest.mark.parametrize(
    ("curve", "said"),
    [
        (ActivationCurve("sigmoid"), "Values in (0, 1): never quite 0 or 1."),
        (ActivationCurve("hard_tanh"), "Values in [−1, 1]: −1 and 1 are reached."),
        (ActivationCurve("gaussian"), "Values in (0, 1]: 1 is reached, never quite 0."),
        (ActivationCurve("relu"), "Values in [0, ∞): 0 is reached."),
        (ActivationCurve.of("elu", {"alpha": 2.0}), "Values in (−2, ∞): never quite −2."),
        (ActivationCurve("linear"), "Values from −∞ to ∞: nothing bounds them."),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_range_is_said_with_what_is_reached(curve, said):
    """The sentence says both ends, and which of them is a value of the function."""
    assert curve.range_sentence() == said


def test_the_kink_of_relu_and_the_jump_of_the_step_are_said():
    """The number that stands for the slope where there is none is said out loud."""
    assert ActivationCurve("relu").kink_sentence() == (
        "At 0 the slope changes from 0 to 1; the value there is 0, and the slope is taken to be 0."
    )
    assert "jumps up by 1" in ActivationCurve("binary_step").kink_sentence()
    assert ActivationCurve("relu").at(0.0).endswith("slope 0 by convention, as there is a kink here")
    assert ActivationCurve("relu").at(0.05) == "x = 0.05: ReLU 0.05, slope 1"


@every_curve
def test_zero_centred_is_said_as_the_record_says_it(curve):
    """At the usual parameters the sentence counted from the curve agrees with the table."""
    if curve.values == ACTIVATIONS[curve.name].values():
        assert curve.centre_sentence().startswith("Zero-centred") == curve.record.zero_centred


def test_why_a_binary_step_cannot_be_trained_is_said():
    """Its slope is 0 on the whole plot, and so is ReLU's on the left half alone."""
    assert "gradient descent cannot train it" in ActivationCurve("binary_step").training_sentence(-6, 6, 0.05)
    assert (
        ActivationCurve("relu").training_sentence(-6, 6, 0.05)
        == "Dead, with a slope of exactly 0, from −6 to 0."
    )
    assert ActivationCurve("linear").training_sentence(-6, 6, 0.05) == "Its slope is never within ±0.05 here."
    both = ActivationCurve("hard_silu").training_sentence(-6, 6, 0.1)
    assert both == (
        "Dead, with a slope of exactly 0, from −6 to −3. "
        "Saturated, with a slope within ±0.1, from −1.8 to −1.2."
    )


@pytest.mark.parametrize(
    ("name", "x", "layers", "weight", "said"),
    [
        ("linear", 1.0, 10, 1.0, "passes: times 1 after 10 layers"),
        ("linear", 1.0, 1, 1.0, "passes: times 1 after 1 layer"),
        ("linear", 1.0, 20, 0.5, "vanishes: less than a millionth is left after 20 layers"),
        ("linear", 1.0, 19, 0.5, "vanishes: times 0.000002 after 19 layers"),
        ("linear", 1.0, 10, 2.0, "explodes: times 1024 after 10 layers"),
        ("relu", -1.0, 3, 1.0, "dies: times 0 after 3 layers, so nothing before learns"),
        ("relu", -1.0, 1, 1.0, "dies: times 0 after 1 layer, so nothing before learns"),
        ("exponential", 1.5, 10, 1.0, "explodes: the numbers grow beyond the computer's range in layer 4"),
    ],
)
def test_what_becomes_of_a_gradient_is_said(name, x, layers, weight, said):
    """A product of the slopes near 1 passes, a tiny one vanishes, a large one explodes, and 0 is dead."""
    assert verdict(ActivationCurve(name).chain(x, layers, weight), layers) == said


def test_products_of_a_chain_fit_into_a_plot():
    """Magnitudes are as many as layers were passed, and none is beyond float32."""
    links = ActivationCurve("exponential").chain(2.0, 20, 1.0)
    layers, gradients = products(links)
    assert layers.tolist() == [link.layer for link in links]
    assert np.isfinite(gradients.astype(np.float32)).all()
    assert gradients[0] == pytest.approx(math.exp(2))


def test_softmax_is_worked_out_step_by_step():
    """Powers are those of the differences from the largest, and their shares are the probabilities."""
    z = [2.0, 1.0, -3.0]
    powers, probabilities = softmax_steps(z, 0.5)
    assert_allclose(powers, np.exp((np.array(z) - 2) / 0.5), rtol=1e-12)
    assert_allclose(probabilities, np.array(powers) / sum(powers), rtol=1e-12)
    assert softmax_sentence(probabilities).startswith("The probabilities add up to 1.")


def test_applied_to_a_feature_map_it_is_the_function_at_each_cell():
    """Values and slopes have the map's shape, and the shares of flat and dead cells are counted."""
    cells = np.array([[[-2.0], [0.5]], [[3.0], [-0.01]]], np.float32)
    after, slopes = ActivationCurve.of("leaky_relu", {"negative_slope": 0.1}).apply(cells)
    assert_allclose(after[..., 0], [[-0.2, 0.5], [3, -0.001]], rtol=1e-6)
    assert flat_shares(slopes, 0.2) == (0.5, 0)
    assert after.dtype == slopes.dtype == np.float32
    assert flat_shares(ActivationCurve("relu").apply(cells)[1], 0) == (0.5, 0.5)


@every_curve
def test_a_file_holds_the_curve(curve):
    """The rows of the CSV read back are x, value and slope, to the last bit."""
    text = to_csv(curve, -6, 6)
    read = np.array([[float(cell) for cell in row.split(",")] for row in text.splitlines()[1:]])
    assert_array_equal(read, table(curve, -6, 6))
    assert_array_equal(read[:, 1], curve.record.f(read[:, 0], **curve.values))
    assert_array_equal(read[:, 2], curve.record.derivative(read[:, 0], **curve.values))


@pytest.mark.parametrize("framework", SNIPPETS)
@every_curve
def test_the_code_runs_and_gives_the_curve(curve, framework):
    """The program ends with y, equal to the function to a millionth at the places of the plot."""
    if framework == "torch":
        pytest.importorskip("torch")
    if curve.name == "binary_step" and framework != "numpy":
        with pytest.raises(
            ValueError, match=r"has no binary step; choose NumPy, or another function above\."
        ):
            code(framework, curve, -6, 6)
        return
    names: dict[str, object] = {}
    exec(code(framework, curve, -6, 6), names)
    x, y = np.asarray(names["x"]), np.asarray(names["y"])
    assert_allclose(x, np.linspace(-6, 6, 481), atol=2e-6)
    assert_allclose(y, curve.record.f(x, **curve.values), rtol=2e-6, atol=2e-6)


def test_what_a_pipeline_offers_has_a_layer_in_both_frameworks():
    """A record that a pipeline offers says its layer, so that the pipeline's programs can be written."""
    for record in ACTIVATIONS.values():
        if record.in_pipeline:
            assert record.keras.startswith(f"keras.activations.{record.name}(")
            assert record.torch_layer


@pytest.mark.parametrize(
    "make",
    [
        lambda: ActivationCurve("no such function"),
        lambda: ActivationCurve.of("elu", {"beta": 1.0}),
        lambda: ActivationCurve.of("elu", {"alpha": 99.0}),
        lambda: code("no such framework", ActivationCurve("relu"), -6, 6),
    ],
)
def test_what_is_not_there_is_a_sentence(make):
    """An unknown name and a value out of bounds are answered with what is right."""
    with pytest.raises(ValueError, match=r"\.$"):
        make()
