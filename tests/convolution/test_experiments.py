from __future__ import annotations

import dataclasses
import math
import re
from typing import Any

import numpy as np
import pytest
import reference
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from explorer import images
from explorer.convolution.experiments import RECTIFIERS, Convolution, Pooling, Summary, compare, describe
from explorer.convolution.pooling import POOLINGS

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


# Pooling

CELLS = np.array([[1.0, 2, 0, 4], [3, 8, 1, 1], [-5, -6, 7, 7], [-2, -9, 7, 0]], np.float32)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("max", [[8, 4], [-2, 7]]),
        ("average", [[3.5, 1.5], [-5.5, 5.25]]),
        ("min", [[1, 0], [-9, 0]]),
        ("l2", [[78**0.5, 18**0.5], [146**0.5, 147**0.5]]),
    ],
)
def test_pooling_by_hand(kind: str, expected: list[list[float]]) -> None:
    """In twos, 1 + 2 + 3 + 8 = 14 is 3.5 on average and 8 at most."""
    np.testing.assert_allclose(Pooling(kind).feature_map(CELLS), expected, rtol=1e-6)


def test_winners_by_hand() -> None:
    """8 stands in row 1, column 1; of three sevens the first in reading order wins."""
    assert Pooling("max").winners(CELLS).tolist() == [[[1, 1], [0, 3]], [[3, 0], [2, 2]]]


@pytest.mark.parametrize(
    ("pooling", "shape", "reads", "operations"),
    [
        (Pooling(), (4, 4), 16, 12),  # four windows of four: three comparisons each
        (Pooling(pool_size=(2, 2)), (5, 5, 3), 16 * 3, 12 * 3),  # the fifth row and column are left out
        (Pooling(pool_size=2, ceil_mode=True), (5, 5), 25, 16),  # 9 windows of 4, 2 or 1 pixels
        (Pooling(pool_size=3, strides=1, padding="same"), (2, 2), 16, 12),  # each sees the four pixels
        (Pooling("average", 3, 1, "same", 1, True), (2, 2), 16, 12),  # adding a zero is no work
        (Pooling(pool_size=1), (4, 4), 16, 0),
    ],
)
def test_work_by_hand(pooling: Pooling, shape: tuple[int, ...], reads: int, operations: int) -> None:
    """A window of n pixels takes n - 1 comparisons or additions; the padding takes none."""
    assert pooling.reads(shape) == reads
    assert pooling.operations(shape) == operations


@pytest.mark.parametrize(
    ("pooling", "shape", "sentence"),
    [
        (Pooling(), (4, 4), "Of every 4 values, 1 is kept and 3 are dropped."),
        (Pooling("average", (4, 2)), (8, 8, 3), "Every 8 values become 1."),
        (
            Pooling(),
            (5, 4),
            "Of every 5 values, 1 is kept and 4 are dropped; no window covers 4 of the 20.",
        ),
        (
            Pooling(pool_size=3, strides=1, padding="same"),
            (4, 4),
            "The pooled map has as many values as its input.",
        ),
        (
            Pooling(pool_size=2, strides=1, padding=1),
            (2, 2),
            "The pooled map has more values than its input: 9 instead of 4.",
        ),
        (Pooling(pool_size=3, strides=2), (5, 5), "Every 6.25 values become 1."),  # windows overlap
        (
            Pooling(pool_size=1, strides=2),
            (4, 4),
            "Of every 4 values, 1 is kept and 3 are dropped; no window covers 12 of the 16.",
        ),
        (
            Pooling("l2", 2, dilation_rate=3),
            (4, 4),
            "Every 16 values become 1; no window covers 12 of the 16.",
        ),
    ],
)
def test_kept_by_hand(pooling: Pooling, shape: tuple[int, ...], sentence: str) -> None:
    """What is left of the image, and what no window covers, in one sentence."""
    assert pooling.kept(shape) == sentence


def test_size_formulas_by_hand() -> None:
    """Rounded down 5 / 2 windows fit, rounded up one more, unless it would start behind the image."""
    assert Pooling().size_formulas((5, 4, 3)) == (
        r"H' = \left\lfloor \frac{5 + 0 + 0 - 2}{2} \right\rfloor + 1 = 2",
        r"W' = \left\lfloor \frac{4 + 0 + 0 - 2}{2} \right\rfloor + 1 = 2",
    )
    assert Pooling(ceil_mode=True).size_formulas((5, 4, 3))[0] == (
        r"H' = \left\lceil \frac{5 + 0 + 0 - 2}{2} \right\rceil + 1 = 3"
    )
    behind = Pooling(pool_size=3, padding=1, ceil_mode=True).size_formulas((5, 5))[0]
    assert behind == (
        r"H' = \left\lceil \frac{5 + 1 + 1 - 3}{3} \right\rceil + 1"
        r" \underbrace{{} - 1}_{\text{starts behind the image}} = 2"
    )


@st.composite
def poolings(draw: st.DrawFn) -> tuple[Pooling, tuple[int, ...]]:
    """Draw settings and the shape of an image in which each window finds a pixel."""
    pooling = Pooling(
        draw(st.sampled_from(list(POOLINGS))),
        draw(st.one_of(st.integers(1, 5), st.tuples(st.integers(1, 8), st.integers(1, 8)))),
        draw(st.one_of(st.none(), st.integers(1, 8))),
        draw(st.one_of(st.just("valid"), st.just("same"), st.integers(0, 4))),
        draw(st.integers(1, 4)),
        draw(st.booleans()),
        draw(st.booleans()),
    )
    shape = (draw(st.integers(1, 16)), draw(st.integers(1, 16)), *draw(st.sampled_from([(), (1,), (3,)])))
    expected = reference.pool2d(
        image(*shape),
        pooling.window,
        pooling.steps,
        pooling.padding,
        dilation_rate=pooling.dilation_rate,
        ceil_mode=pooling.ceil_mode,
    )
    assume(expected is not None)
    return pooling, shape


@settings(deadline=None, max_examples=150)
@given(poolings())
def test_pooling_geometry_agrees_with_the_map(drawn: tuple[Pooling, tuple[int, ...]]) -> None:
    """Positions, taps, counts and shape are those of the map: a loop over them computes the same numbers."""
    pooling, shape = drawn
    pixels = image(*shape) - np.float32(0.5)
    found = pooling.feature_map(pixels)
    assert pooling.output_shape(shape) == found.shape
    for size, taps, positions in zip(shape, pooling.taps(shape), pooling.positions(shape), strict=False):
        inside = (positions >= 0) & (positions < size)
        np.testing.assert_array_equal(taps, np.where(inside, positions, -1))
    (rows, columns), (down, across) = pooling.taps(shape), pooling.counts(shape)
    folds: dict[str, Any] = {
        "max": lambda cells, count: cells.max(axis=(0, 1)),
        "min": lambda cells, count: cells.min(axis=(0, 1)),
        "average": lambda cells, count: cells.sum(axis=(0, 1)) / count,
        "l2": lambda cells, count: np.sqrt((cells**2).sum(axis=(0, 1))),
    }
    reads = 0
    for r, c in np.ndindex(found.shape[:2]):
        cells = pixels[np.ix_(rows[r][rows[r] >= 0], columns[c][columns[c] >= 0])]
        reads += cells.size
        expected = folds[pooling.kind](cells, down[r] * across[c])
        np.testing.assert_allclose(found[r, c], expected, rtol=0, atol=1e-5)
    assert pooling.reads(shape) == reads
    for formula, cells in zip(pooling.size_formulas(shape), found.shape, strict=False):
        assert formula.endswith(f" = {cells}")


@settings(deadline=None)
@given(poolings())
def test_formula_is_worth_what_it_says(drawn: tuple[Pooling, tuple[int, ...]]) -> None:
    """The numbers written in the formula, worked out, give the size at its end."""
    pooling, shape = drawn
    for formula in pooling.size_formulas(shape):
        left, _, right = formula.partition(" = ")[2].rpartition(" = ")
        top, bottom = re.findall(r"frac{(.+?)}{(\d+)}", left)[0]
        rounded = math.ceil if "lceil" in left else math.floor
        assert rounded(eval(top) / int(bottom)) + 1 - ("behind" in left) == int(right)


@pytest.mark.parametrize("kind", POOLINGS)
def test_winners_are_those_of_the_map(kind: str) -> None:
    """The value at the winner's place is the value of the map; other kinds have no winner."""
    pooling, pixels = Pooling(kind, 3, 2, "same"), image(7, 6, 3)
    assert pooling.has_winner == (kind in ("max", "min"))
    if not pooling.has_winner:
        with pytest.raises(ValueError, match="must be one of max, min"):
            pooling.winners(pixels)
        return
    winners = pooling.winners(pixels)
    picked = pixels[winners[..., 0], winners[..., 1], np.arange(3)]
    np.testing.assert_array_equal(picked, pooling.feature_map(pixels))


@pytest.mark.parametrize(
    "pooling",
    [Pooling(pool_size=3), Pooling(pool_size=1, padding=1), Pooling(pool_size=2, dilation_rate=4)],
)
def test_window_without_a_place(pooling: Pooling) -> None:
    """Where a window finds no place or no pixel, the map and every statement about it is refused."""
    shape = (2, 2)
    for call in (
        lambda: pooling.feature_map(np.ones(shape, np.float32)),
        lambda: pooling.winners(np.ones(shape, np.float32)),
        *(
            lambda name=name: getattr(pooling, name)(shape)
            for name in (
                "output_shape",
                "taps",
                "positions",
                "pads",
                "counts",
                "reads",
                "operations",
                "kept",
                "size_formulas",
            )
        ),
    ):
        with pytest.raises(ValueError, match=r"(?i)the window|^window"):
            call()


def test_unknown_pooling() -> None:
    """A kind that is not there is refused in a sentence that names those that are."""
    with pytest.raises(ValueError, match=r"no pooling 'median' here; choose one of max, average, min, l2\."):
        Pooling("median")


@pytest.mark.parametrize("strides", [None, 1, 3])
@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize("dilation_rate", [1, 2])
def test_average_pooling_is_a_box_filter(strides: int | None, ceil_mode: bool, dilation_rate: int) -> None:
    """Where all windows lie in the image, 1 / n everywhere is the mean; where zeros count, it always is."""
    pixels = image(11, 9, 3)
    box = np.full((3, 2), 1 / 6)
    inside = Pooling("average", (3, 2), strides, "valid", dilation_rate, False, False)
    np.testing.assert_allclose(inside.filtered(pixels, box), inside.feature_map(pixels), atol=1e-6)
    counted = dataclasses.replace(inside, padding=1, count_padding=True)
    np.testing.assert_allclose(counted.filtered(pixels, box), counted.feature_map(pixels), atol=1e-6)
    cut = dataclasses.replace(inside, padding="same", ceil_mode=ceil_mode)
    assert cut.filtered(pixels, box).shape == cut.feature_map(pixels).shape
    ceiled = dataclasses.replace(inside, ceil_mode=ceil_mode)
    assert ceiled.filtered(pixels, box).shape == ceiled.feature_map(pixels).shape


def test_one_pixel_kernel_keeps_every_nth_pixel() -> None:
    """A single 1 in the corner of the window, two cells on each time."""
    pixels = image(6, 7)
    kept = Pooling("max", 2).filtered(pixels, np.array([[1, 0], [0, 0]]))
    np.testing.assert_array_equal(kept, pixels[0:6:2, 0:6:2])


def test_another_kind_of_the_same_pooling() -> None:
    """Only the kind changes."""
    pooling = Pooling("max", (3, 2), 2, "same", 2, True, True)
    assert pooling.of_kind("l2") == Pooling("l2", (3, 2), 2, "same", 2, True, True)


@pytest.mark.parametrize("size", [3, (3, 3)])
def test_one_number_is_a_square_window(size: Any) -> None:
    """A pool size of 3 is 3 x 3, and without strides windows stand side by side."""
    pooling = Pooling(pool_size=size)
    assert (pooling.window, pooling.steps, pooling.reach) == ((3, 3), (3, 3), (3, 3))


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
    bins=st.integers(0, 60),
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
    if bins and summary.low < summary.high:
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
    """A sample thins the bars evenly; extremes, mean and deviation are of all values."""
    values = np.linspace(-1, 1, size, dtype=np.float32).reshape(1, -1)
    full, thinned = describe(values, bins=4), describe(values, bins=4, sample=100)
    assert (thinned.low, thinned.high, thinned.shape) == (full.low, full.high, full.shape)
    assert thinned.mean == pytest.approx(full.mean, abs=1e-7)
    assert thinned.std == pytest.approx(full.std, rel=1e-12)
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


@pytest.mark.parametrize("middle", [1.0, 1000.0, -1e6])
def test_a_nearly_even_map_has_the_deviation_of_numpy(middle: float) -> None:
    """The standard deviation keeps its digits where it is far smaller than the mean."""
    steps = np.random.default_rng(3).integers(0, 3, (64, 64))
    image = (middle + steps * np.spacing(np.float32(abs(middle)))).astype(np.float32)
    for sample in (None, 64):
        assert describe(image, sample=sample).std == pytest.approx(image.std(dtype=np.float64), rel=1e-6)


def test_maps_at_the_ends_of_float32_are_described_and_compared() -> None:
    """Mean and differences are given where their sums are beyond float32, while a map moves too."""
    image = np.full((4, 8), 3.4e38, np.float32)
    for sample in (None, 16):
        assert describe(image, sample=sample).mean == pytest.approx(3.4e38, rel=1e-6)
    found = compare(image, -image)
    assert (found.mean, found.largest) == pytest.approx((6.8e38, 6.8e38), rel=1e-6)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "The weights add up to 1: flat areas keep their brightness."),
        ({"gain": 2.0}, "The weights add up to 1: with the gain, flat areas are multiplied by 2."),
        ({"gain": -1.0}, "The weights add up to 1: with the gain, flat areas are multiplied by −1."),
        ({"bias": 0.25}, "The weights add up to 1: flat areas keep their brightness. The bias adds 0.25."),
        (
            {"gain": 0.0},
            "The weights add up to 1: with the gain, flat areas give 0, and so does everything else.",
        ),
        ({"activation": "relu"}, "keep their brightness. The activation, ReLU, comes last."),
    ],
)
def test_the_balance_is_of_all_that_is_set(settings: dict[str, Any], said: str) -> None:
    """What is said of flat areas is what comes out of one, with the gain and the bias as they are."""
    experiment = Convolution(np.full((2, 2), 0.25, np.float32), padding="valid", **settings)
    sentence = experiment.balance()
    assert said in sentence
    even = float(experiment.feature_map(np.full((4, 4), 0.5, np.float32))[1, 1])
    times = re.search(r"multiplied by (−?[\d.]*\d)", sentence)
    factor = float(times[1].replace("−", "-")) if times else 1.0 if "keep" in sentence else 0.0
    assert even == pytest.approx(0.5 * factor + settings.get("bias", 0.0))


@pytest.mark.parametrize(("gain", "bias"), [(1.0, 0.0), (0.3, 0.0), (-2.0, 0.0)])
@pytest.mark.parametrize(
    "kernel",
    [[[0.1, 0.2, -0.3]], [[0.1, -0.3], [0.3, -0.1]], [[0.1, 0.1, 0.1], [0.1, -0.8, 0.1], [0.1, 0.1, 0.1]]],
)
def test_an_even_surface_answers_nothing_to_weights_that_sum_to_0(kernel, gain, bias):
    """The map of a surface of one level is 0 in every cell, though the weights are no binary fractions."""
    filtered = Convolution(np.float32(kernel), pad_mode="edge", gain=gain, bias=bias)
    for level in (0.3, 0.7, 17 / 255):
        assert not filtered.feature_map(np.full((9, 8, 3), level, np.float32)).any()
    assert filtered.balance().startswith("The weights add up to 0")


def test_a_bias_that_takes_the_sum_away_leaves_0():
    """A mean of 0.3 less a bias of 0.3 is 0."""
    blur = Convolution(np.full((3, 3), 1 / 9, np.float32), pad_mode="edge", bias=-0.3)
    assert not blur.feature_map(np.full((6, 6), 0.3, np.float32)).any()


def test_small_answers_are_kept():
    """Small weights, and small differences of levels, are no residue, in the map and in the words."""
    small = Convolution(np.float32([[1e-8, 2e-8]]), padding="valid")
    assert small.feature_map(np.ones((1, 2), np.float32)) == pytest.approx(3e-8)
    assert "add up to ≈ 0" in small.balance()
    step = Convolution(np.float32([[-1, 1]]), padding="valid")
    assert step.feature_map(np.float32([[1, 1 - 1e-5]])) == pytest.approx(-1e-5, rel=1e-2)


@settings(deadline=None)
@given(
    hnp.arrays(np.int64, (5, 6), elements=st.integers(0, 255)),
    hnp.arrays(np.int64, (3, 3), elements=st.integers(-9, 9)),
)
def test_a_map_is_0_where_the_exact_sum_is(levels, tenths):
    """On the 256 levels of a picture, under weights in tenths, 0 is shown where the exact sum is 0, only."""
    filtered = Convolution(np.float32(tenths / 10), padding="valid")
    found = filtered.feature_map((np.float32(levels) / np.float32(255))[:, :, np.newaxis])[:, :, 0]
    exact = np.array(
        [[int((levels[r : r + 3, c : c + 3] * tenths).sum()) for c in range(4)] for r in range(3)]
    )
    assert ((found == 0) == (exact == 0)).all()


def test_the_mean_of_numbers_that_cancel_is_0():
    """A map and its negative have the mean 0; the mean of small numbers is a number."""
    values = image(40, 50)
    assert describe(np.stack([values, -values, 0.1 * values, -np.float32(0.1) * values])).mean == 0
    assert describe(np.full((4, 4), 1e-20, np.float32)).mean == pytest.approx(1e-20)


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize(
    "geometry",
    [
        {},
        {"strides": 3, "padding": 2},
        {"dilation_rate": 2, "padding": "valid"},
        {"padding": 3, "pad_mode": "reflect"},
        {"strides": 2, "padding": 2, "pad_mode": "edge"},
    ],
    ids=str,
)
def test_sums_that_cancel_are_0_whichever_way_their_terms_are_added_up(monkeypatch, geometry, flip, colour):
    """Gathering the windows of the few cells in question finds the same noise as filtering everything."""
    picture = images.prepare(images.sample("coffee"), size=64, colour=colour)
    kernel = np.float32([[1, 0, -1, 0.1], [-2.3, 0, 2.2, 0], [0.7, 0, -0.7, 0]])
    filtering = Convolution(kernel, flip=flip, **geometry)
    found = []
    for gathered in (1, picture.size):
        monkeypatch.setattr("explorer.convolution.experiments._GATHERED", gathered)
        found.append(filtering.feature_map(picture))
    assert_array_equal(*found)
    assert np.count_nonzero(found[0] == 0) > np.count_nonzero(filtering._sums(picture) == 0)
