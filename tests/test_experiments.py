from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from explorer.experiments import RECTIFIERS, Convolution, Summary, describe

Array = NDArray[np.float32]

PAD_MODES = ("constant", "edge", "reflect", "symmetric", "wrap")


def image(*shape: int) -> Array:
    return np.random.default_rng(7).random(shape, dtype=np.float32)


def weights(rows: int, columns: int) -> Array:
    return np.random.default_rng(rows * 31 + columns).normal(size=(rows, columns)).astype(np.float32)


# Convolution


def test_sum_by_hand() -> None:
    """The kernel lies on the image as it stands: 0*0 + 1*1 + 2*3 + 3*4 = 19 in the first cell."""
    experiment = Convolution(np.array([[0.0, 1.0], [2.0, 3.0]]), padding="valid")
    assert experiment.feature_map(np.arange(9.0).reshape(3, 3)).tolist() == [[19, 25], [37, 43]]


def test_flip_by_hand() -> None:
    """Turned around, the first cell is 3*0 + 2*1 + 1*3 + 0*4 = 5."""
    experiment = Convolution(np.array([[0.0, 1.0], [2.0, 3.0]]), padding="valid", flip=True)
    assert experiment.feature_map(np.arange(9.0).reshape(3, 3)).tolist() == [[5, 11], [23, 29]]


@pytest.mark.parametrize(
    ("activation", "expected"),
    [("none", [-1.5, 2.5, 0.5]), ("relu", [0, 2.5, 0.5]), ("absolute", [1.5, 2.5, 0.5])],
)
def test_gain_then_bias_then_activation(activation: str, expected: list[float]) -> None:
    """Sums 1, -1, 0 times -2 plus 0.5 are -1.5, 2.5, 0.5, and only these are rectified."""
    experiment = Convolution(np.array([[1.0]]), padding="valid", gain=-2.0, bias=0.5, activation=activation)
    assert experiment.feature_map(np.array([[1.0, -1.0, 0.0]])).tolist() == [expected]


@settings(deadline=None)
@given(
    gain=st.floats(-4, 4, width=32),
    bias=st.floats(-2, 2, width=32),
    activation=st.sampled_from(list(RECTIFIERS)),
    strides=st.integers(1, 3),
    pad_mode=st.sampled_from(PAD_MODES),
)
def test_formula(gain: float, bias: float, activation: str, strides: int, pad_mode: str) -> None:
    """activation(gain * sums + bias), whatever the settings of the sum are."""
    plain = Convolution(weights(3, 2), strides=strides, pad_mode=pad_mode)
    sums = plain.feature_map(image(9, 8, 3)).astype(np.float64)
    value = gain * sums + bias
    expected = {"none": value, "relu": np.where(value > 0, value, 0), "absolute": abs(value)}[activation]
    found = dataclasses.replace(plain, gain=gain, bias=bias, activation=activation).feature_map(
        image(9, 8, 3)
    )
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("shape", [(6, 7), (6, 7, 1), (6, 7, 3)])
def test_channels_are_filtered_alike(shape: tuple[int, ...]) -> None:
    """Each channel is the map of that channel alone, and the rank stays."""
    experiment = Convolution(weights(3, 3), bias=0.1)
    pixels = image(*shape)
    found = experiment.feature_map(pixels)
    assert found.shape == shape
    for channel in np.ndindex(shape[2:]):
        np.testing.assert_allclose(
            found[(..., *channel)], experiment.feature_map(pixels[(..., *channel)]), atol=1e-6
        )


def test_image_is_left_alone() -> None:
    """Neither rectifying nor scaling writes into the image, not even with a kernel that copies it."""
    pixels = image(5, 5, 3) - np.float32(0.5)
    before = pixels.copy()
    for activation in RECTIFIERS:
        experiment = Convolution(np.ones((1, 1)), padding="valid", gain=2.0, bias=1.0, activation=activation)
        experiment.feature_map(pixels)
    np.testing.assert_array_equal(pixels, before)


def test_kernel_becomes_float32() -> None:
    """Weights given as rows of numbers are the float32 kernel that is used."""
    rows: Any = [[1, 2], [3, 4]]
    kernel = Convolution(rows).kernel
    assert kernel.dtype == np.float32
    assert kernel.tolist() == rows


def test_unknown_activation() -> None:
    """An activation that is not there is refused in a sentence that names those that are."""
    with pytest.raises(ValueError, match=r"no activation 'tanh' here; choose one of none, relu, absolute\."):
        Convolution(np.ones((1, 1)), activation="tanh")


@pytest.mark.parametrize("record", RECTIFIERS.values(), ids=list(RECTIFIERS))
def test_rectifier_formula(record: Any) -> None:
    """The formula written is the function computed, in float32."""
    values = np.array([-2.5, -0.0, 0.0, 1.5], np.float32)
    names = {"v": None, "max": max, "abs": abs}
    formula = record.formula.replace("|v|", "abs(v)")
    expected = [eval(formula, names | {"v": float(value)}) for value in values]
    assert record.f(values).tolist() == expected
    assert record.f(values).dtype == np.float32


@st.composite
def experiments(draw: st.DrawFn) -> tuple[Convolution, tuple[int, ...]]:
    """Draw settings and the shape of an image into which the kernel fits."""
    experiment = Convolution(
        weights(draw(st.integers(1, 5)), draw(st.integers(1, 5))),
        strides=draw(st.integers(1, 8)),
        padding=draw(st.one_of(st.just("valid"), st.just("same"), st.integers(0, 6))),
        dilation_rate=draw(st.integers(1, 6)),
        pad_mode=draw(st.sampled_from(PAD_MODES)),
    )
    shape = (draw(st.integers(1, 20)), draw(st.integers(1, 20)), *draw(st.sampled_from([(), (1,), (3,)])))
    margin = 0 if experiment.padding == "valid" else experiment.padding
    if margin != "same":
        for size, taps in zip(shape, experiment.kernel.shape, strict=False):
            assume((taps - 1) * experiment.dilation_rate < size + 2 * int(margin))
    return experiment, shape


@settings(deadline=None)
@given(experiments())
def test_geometry_agrees_with_the_map(drawn: tuple[Convolution, tuple[int, ...]]) -> None:
    """What is said of shape, padding, positions and taps is true of the map that is computed."""
    experiment, shape = drawn
    pixels = image(*shape)
    found = experiment.feature_map(pixels)
    assert experiment.output_shape(shape) == found.shape

    padding = experiment.pads(shape)
    margins = [*padding, *[(0, 0)] * (len(shape) - 2)]
    numpys: Any = experiment.pad_mode
    padded = np.pad(pixels, margins, mode=numpys)
    kernel = experiment.kernel
    for axis, (taps, positions) in enumerate(
        zip(experiment.taps(shape), experiment.positions(shape), strict=True)
    ):
        assert taps.shape == positions.shape == (found.shape[axis], kernel.shape[axis])
        starts = np.arange(found.shape[axis]) * experiment.strides - padding[axis][0]
        expected = starts[:, np.newaxis] + np.arange(kernel.shape[axis]) * experiment.dilation_rate
        np.testing.assert_array_equal(positions, expected)
        inside = (positions >= 0) & (positions < shape[axis])
        np.testing.assert_array_equal(taps[inside], positions[inside])
        outside = taps[~inside]
        if experiment.pad_mode == "constant":
            assert (outside == -1).all()
        else:
            assert ((outside >= 0) & (outside < shape[axis])).all()

    # Both ways to the same sums: through the padded image, and through the taps with zeros for -1.
    (rows, columns), (down, across) = experiment.positions(shape), experiment.taps(shape)
    by_positions = padded[np.ix_((rows + padding[0][0]).ravel(), (columns + padding[1][0]).ravel())]
    bordered = np.pad(pixels, [(0, 1), (0, 1), *[(0, 0)] * (len(shape) - 2)])  # index -1 is a zero
    by_taps = bordered[np.ix_(down.ravel(), across.ravel())]
    for read in (by_positions, by_taps):
        # (H' * kh, W' * kw, ...) -> (H', kh, W', kw, ...)
        windows = read.reshape(*rows.shape, *columns.shape, *shape[2:]).astype(np.float64)
        sums = np.einsum("hiwj...,ij->hw...", windows, kernel)
        np.testing.assert_allclose(found, sums, rtol=0, atol=1e-5 * max(1.0, np.abs(kernel).sum()))


@pytest.mark.parametrize(
    ("chosen", "shape", "count"),
    [
        ({"padding": "valid"}, (5, 5), 9 * 9),  # 3 x 3 windows of 9 weights
        ({"padding": "same"}, (5, 5, 3), 25 * 9 * 3),
        ({"padding": "same", "strides": 2}, (5, 6, 3), 3 * 3 * 9 * 3),
        ({"padding": 1, "dilation_rate": 2}, (5, 5), 3 * 3 * 9),  # zeros of the border are multiplied too
    ],
)
def test_multiplications_by_hand(chosen: dict[str, Any], shape: tuple[int, ...], count: int) -> None:
    """Cells of the map times weights times channels."""
    assert Convolution(np.ones((3, 3)), **chosen).multiplications(shape) == count


def test_kernel_that_does_not_fit() -> None:
    """Where the kernel is larger than the image, the map and every statement about it is refused."""
    experiment = Convolution(np.ones((3, 3)), padding="valid")
    for call in (
        lambda: experiment.feature_map(np.ones((2, 5), np.float32)),
        lambda: experiment.output_shape((2, 5)),
        lambda: experiment.taps((2, 5)),
        lambda: experiment.positions((2, 5)),
        lambda: experiment.pads((2, 5)),
        lambda: experiment.multiplications((2, 5)),
    ):
        with pytest.raises(ValueError, match="kernel"):
            call()


# describe


def test_summary_by_hand() -> None:
    """0, 1, 1, 2 have the mean 1, the variance 1/2, and three of them lie in the upper half."""
    summary = describe(np.array([[0.0, 1.0], [1.0, 2.0]], np.float32), bins=2)
    assert summary == Summary((2, 2), 0.0, 2.0, 1.0, pytest.approx(math.sqrt(0.5)), 0, (1, 3))


@settings(deadline=None)
@given(
    values=hnp.arrays(
        np.float32, hnp.array_shapes(max_dims=3, max_side=8), elements=st.floats(-1000, 1000, width=32)
    ),
    bins=st.integers(1, 60),
)
def test_summary_equals_numpy(values: Array, bins: int) -> None:
    """Extremes, mean, standard deviation and bars are NumPy's."""
    summary = describe(values, bins)
    exact = values.astype(np.float64)
    assert summary.shape == values.shape
    assert (summary.low, summary.high) == (exact.min(), exact.max())
    assert summary.mean == pytest.approx(exact.mean(), rel=1e-6, abs=1e-6 * max(1, abs(exact).max()))
    assert summary.std == pytest.approx(exact.std(), rel=1e-6, abs=1e-6 * max(1, abs(exact).max()))
    assert summary.not_numbers == 0
    assert len(summary.counts) == bins
    if summary.low < summary.high:
        expected = np.histogram(exact, bins)[0]
        assert list(summary.counts) == expected.tolist()


@settings(deadline=None)
@given(
    values=hnp.arrays(
        np.float32,
        (4, 5, 2),
        elements=st.one_of(st.floats(-9, 9, width=32), st.sampled_from([np.nan, np.inf, -np.inf])),
    )
)
def test_not_numbers_are_counted_and_left_out(values: Array) -> None:
    """NaN and infinity change the count of missing values and nothing else."""
    finite = values[np.isfinite(values)]
    summary = describe(values)
    assert summary.shape == (4, 5, 2)
    assert summary.not_numbers == values.size - finite.size
    if finite.size:
        assert dataclasses.replace(summary, shape=finite.shape, not_numbers=0) == describe(finite)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("shape", [(3, 4), (1, 1), (0, 3), (2, 0, 3)])
def test_nothing_to_summarise(shape: tuple[int, ...], value: float) -> None:
    """Without a finite value all numbers are 0, and every value counts as missing."""
    summary = describe(np.full(shape, value, np.float32), bins=4)
    assert summary == Summary(shape, 0.0, 0.0, 0.0, 0.0, math.prod(shape), (0, 0, 0, 0))


@pytest.mark.parametrize("value", [3e38, 1e20, -3e38])
def test_huge_values_are_numbers(value: float) -> None:
    """Values whose squares leave float32 are finite all the same, and counted."""
    values = np.array([[value, 0.0, 1.0]], np.float32)
    summary = describe(values, bins=2)
    assert summary.not_numbers == 0
    assert (summary.low, summary.high) == (values.min(), values.max())
    assert sum(summary.counts) == 3


@pytest.mark.parametrize("low", [0.0, 0.5, -1000.0])
def test_nearly_constant_map(low: float) -> None:
    """Two neighbouring float32 numbers, with no third between them, fill the first bar and the last."""
    values = np.array([low, low, np.nextafter(np.float32(low), np.float32(1))], np.float32)
    assert describe(values, bins=48).counts == (2, *[0] * 46, 1)


@pytest.mark.parametrize("value", [0.0, -2.5, 1e-30, 255.0])
@pytest.mark.parametrize("shape", [(1, 1), (1, 1, 3), (7, 5), (4, 4, 3)])
@pytest.mark.parametrize("bins", [1, 2, 5, 48])
def test_constant_map(shape: tuple[int, ...], value: float, bins: int) -> None:
    """One pixel, or one value everywhere, stands in the middle bar, with no deviation."""
    values = np.full(shape, value, np.float32)
    summary = describe(values, bins)
    assert summary.low == summary.high == values.flat[0]
    assert summary.mean == pytest.approx(values.flat[0])
    assert summary.std == pytest.approx(0, abs=1e-6)
    expected = [0] * bins
    expected[bins // 2] = values.size
    assert list(summary.counts) == expected


@pytest.mark.parametrize("size", [1, 10, 99, 100, 101, 1000, 12_345])
def test_sample(size: int) -> None:
    """A sample thins the bars evenly; extremes and mean are of all values, the deviation is left out."""
    values = np.linspace(-1, 1, size, dtype=np.float32).reshape(1, -1)
    full, thinned = describe(values, bins=4), describe(values, bins=4, sample=100)
    assert (thinned.low, thinned.high, thinned.shape) == (full.low, full.high, full.shape)
    assert thinned.mean == pytest.approx(full.mean, abs=1e-7)
    assert math.isnan(thinned.std)
    counted = sum(thinned.counts)
    assert min(size, 100) <= counted < 200
    if size > 1:
        shares = np.array(thinned.counts) / counted - np.array(full.counts) / size
        assert np.abs(shares).max() < 0.1


def test_counts_add_up_to_the_values() -> None:
    """No value is lost between the bars of an ordinary map, whatever its layout in memory."""
    pixels = image(40, 30, 3)
    for view in (pixels, pixels[::2, ::3], pixels.transpose(1, 0, 2), pixels[:, :, :1]):
        summary = describe(view)
        assert sum(summary.counts) == view.size
        assert summary.mean == pytest.approx(float(view.mean()), rel=1e-5)


def test_summary_is_plain() -> None:
    """Every number of a summary is Python's own, so that it goes into JSON."""
    summary = describe(image(4, 4, 3), bins=3)
    for value in (summary.low, summary.high, summary.mean, summary.std):
        assert type(value) is float
    assert type(summary.not_numbers) is int
    assert all(type(count) is int for count in summary.counts)
