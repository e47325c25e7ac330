from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from explorer.convolution import filters
from explorer.convolution.filters import conv2d, conv2d_transpose, filter2d, multiplications
from explorer.convolution.geometry import axis_positions, axis_taps, output_size, pads, window_at
from explorer.convolution.layout import PAD_MODES

# A kernel that answers upright edges, one that answers level ones.
ACROSS = np.array([[-1, 0, 1]] * 3)
DOWN = ACROSS.T


@pytest.fixture
def random():
    return np.random.default_rng(7)


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras")


# Worked numbers


def test_a_small_kernel_over_nine_numbers():
    """The worked example of every textbook: 0 0 + 1 1 + 3 2 + 4 3 = 19, and so on."""
    result = filter2d(np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2))
    assert_array_equal(result, [[19, 25], [37, 43]])
    assert result.dtype == np.float32


def test_flip_turns_the_kernel_around():
    """A true convolution of the same numbers: 0 3 + 1 2 + 3 1 + 4 0 = 5, and so on."""
    result = filter2d(np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2), flip=True)
    assert_array_equal(result, [[5, 11], [23, 29]])


def test_same_pads_the_odd_cell_at_the_bottom_and_right():
    """A 2 x 2 kernel of ones over ones finds half of them at the right and bottom, one in the corner."""
    result = filter2d(np.ones((3, 3)), np.ones((2, 2)), padding="same")
    assert_array_equal(result, [[4, 4, 2], [4, 4, 2], [2, 2, 1]])


def test_bias_and_channels_by_hand():
    """A 1 x 1 kernel mixes the channels of each pixel: 1 * 1 + 2 * 10 + 5 = 26."""
    image = np.array([[[1, 2], [3, 4]]])
    kernel = np.array([[[[1, 0], [10, 1]]]])
    assert_array_equal(conv2d(image, kernel, bias=[5, 0]), [[[26, 2], [48, 4]]])


@pytest.mark.parametrize(
    ("size", "kernel_size", "options", "expected"),
    [
        (7, 3, {}, 5),
        (7, 3, {"strides": 2}, 3),
        (8, 3, {"strides": 2}, 3),
        (8, 3, {"strides": 2, "padding": "same"}, 4),
        (7, 3, {"dilation_rate": 3}, 1),
        (7, 3, {"padding": 2}, 9),
        (7, 4, {"padding": (0, 3)}, 7),
        (1, 31, {"padding": "same"}, 1),
        (5, 1, {"strides": 9}, 1),
    ],
)
def test_output_sizes_by_hand(size, kernel_size, options, expected):
    """The formula with numbers put in."""
    assert output_size(size, kernel_size, **options) == expected


def test_multiplications_count_every_tap_of_every_cell_and_channel():
    """3 x 3 taps at 2 x 4 cells of 3 channels are 216 products."""
    options = {"strides": (2, 1), "padding": "valid", "dilation_rate": 1}
    assert multiplications((6, 6, 3), 3, **options) == 3 * 3 * 2 * 4 * 3
    assert multiplications((6, 6), (3, 3), **options) == 3 * 3 * 2 * 4


# Properties


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (5, 3), (31, 31)])
@pytest.mark.parametrize("channels", [(), (1,), (3,)])
def test_the_identity_kernel_returns_the_image(random, shape, channels):
    """A single 1 in the middle leaves every pixel as it is, whatever the size of the kernel."""
    image = random.random((12, 9, *channels), np.float32)
    kernel = np.zeros(shape)
    kernel[shape[0] // 2, shape[1] // 2] = 1
    assert_allclose(filter2d(image, kernel, padding="same"), image, atol=1e-6)


def test_shifting_the_input_shifts_the_output(random):
    """Convolution commutes with translation."""
    image, kernel = random.random((20, 20)), random.standard_normal((4, 3))
    shifted = np.roll(image, (2, 5), axis=(0, 1))
    options = {"padding": "same", "pad_mode": "wrap"}
    result = np.roll(filter2d(image, kernel, **options), (2, 5), axis=(0, 1))
    assert_allclose(filter2d(shifted, kernel, **options), result, atol=1e-5)


def test_filtering_is_linear(random):
    """The map of a weighted sum is the weighted sum of the maps."""
    first, second = random.random((2, 15, 11, 3))
    kernel = random.standard_normal((5, 5))
    expected = 2 * filter2d(first, kernel) - 3 * filter2d(second, kernel)
    assert_allclose(filter2d(2 * first - 3 * second, kernel), expected, atol=1e-4)


def test_an_upright_edge_excites_only_the_kernel_for_upright_edges():
    """Left dark, right bright: the differences across are positive at the edge, those down are zero."""
    image = np.zeros((8, 8))
    image[:, 4:] = 1
    assert_array_equal(filter2d(image, ACROSS)[0], [0, 0, 3, 3, 0, 0])
    assert not filter2d(image, DOWN).any()
    assert not filter2d(image.T, ACROSS).any()


def test_an_impulse_shows_the_kernel_turned_around(random):
    """Correlating a single bright pixel gives the flipped kernel, convolving it gives the kernel itself."""
    image = np.zeros((9, 9))
    image[4, 4] = 1
    kernel = random.random((3, 5), np.float32)
    there = (slice(3, 6), slice(2, 7))
    assert_array_equal(filter2d(image, kernel, padding="same")[there], kernel[::-1, ::-1])
    assert_array_equal(filter2d(image, kernel, padding="same", flip=True)[there], kernel)


def test_flip_is_the_true_convolution_of_scipy(random):
    """SciPy's convolve2d turns the kernel around, too."""
    signal = pytest.importorskip("scipy.signal")
    image, kernel = random.random((13, 17)), random.standard_normal((4, 5))
    expected = signal.convolve2d(image, kernel, mode="valid")
    assert_allclose(filter2d(image, kernel, flip=True), expected, atol=1e-5)


@pytest.mark.parametrize("channels", [2, 128, 129, 260])
def test_channels_are_filtered_one_by_one(random, channels):
    """Many channels together give what each gives alone, also more than OpenCV takes at once."""
    image, kernel = random.random((6, 7, channels), np.float32), random.standard_normal((3, 2))
    for options in ({"padding": 2}, {"strides": 2}, {"padding": "same", "pad_mode": "reflect"}):
        alone = [filter2d(image[:, :, c], kernel, **options) for c in range(channels)]
        assert_allclose(filter2d(image, kernel, **options), np.stack(alone, axis=-1), atol=1e-5)


def test_arguments_are_left_as_they_are(random):
    """Neither image nor kernel is written to, and the result shares no memory with them."""
    image, kernel = random.random((5, 5), np.float32), np.ones((1, 1), np.float32)
    image.setflags(write=False)
    kernel.setflags(write=False)
    result = filter2d(image, kernel)
    result += 1
    assert not np.shares_memory(result, image)
    assert_array_equal(result, image + 1)


@pytest.mark.parametrize(
    "convert",
    [
        lambda a: a.astype(np.float64),
        lambda a: a.astype(np.float16),
        lambda a: a.astype(np.uint8),
        lambda a: a.astype(">f4"),
        lambda a: np.asfortranarray(a),
        lambda a: np.repeat(a, 2, axis=1)[:, ::2],
        lambda a: a[::-1][::-1],
        lambda a: a.tolist(),
    ],
    ids=["double", "half", "uint8", "big-endian", "fortran", "every-second", "reversed", "list"],
)
def test_any_real_numbers_will_do(random, convert):
    """Type and memory layout of the input do not matter: the result is the same float32."""
    image = random.integers(0, 255, (6, 8)).astype(np.float32)
    kernel = random.integers(0, 4, (3, 3)).astype(np.float32)
    result = filter2d(convert(image), convert(kernel))
    assert result.dtype == np.float32
    assert_array_equal(result, filter2d(image, kernel))


def test_many_threads_get_the_same_answers(random):
    """Nothing is shared between calls: 200 of them in 16 threads give what they give one by one."""
    cases = [
        (random.random((40 + n % 7, 50, 3), np.float32), random.standard_normal((k, k)), {"strides": s})
        for n in range(20)
        for k in (3, 4, 13)
        for s in (1, 2)
    ]
    expected = [filter2d(image, kernel, **options) for image, kernel, options in cases]
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda case: filter2d(case[0], case[1], **case[2]), cases * 2))
    for result, value in zip(results, expected * 2, strict=True):
        assert_array_equal(result, value)


# Second opinions

SIDES = st.tuples(st.integers(0, 7), st.integers(0, 7))
STEPS = st.one_of(st.integers(1, 4), st.tuples(st.integers(1, 4), st.integers(1, 4)))
SETTINGS = st.fixed_dictionaries(
    {
        "strides": STEPS,
        "dilation_rate": STEPS,
        "padding": st.one_of(st.sampled_from(["valid", "same"]), st.integers(0, 7), st.tuples(SIDES, SIDES)),
        "pad_mode": st.sampled_from(list(PAD_MODES)),
    }
)
SPECIAL = st.sampled_from([None, np.nan, np.inf, -np.inf])


def assert_agree(ours, theirs, image, kernel, options, **more):
    """A function and its reference give the same, or the kernel does not fit, which only ours says."""
    size, places = kernel.shape[:2], {name: options[name] for name in ("strides", "padding", "dilation_rate")}
    if not reference.fits(image.shape, size, **places):
        with pytest.raises(ValueError, match="kernel reaches over"):
            ours(image, kernel, **options, **more)
        return
    with np.errstate(invalid="ignore"):
        expected = theirs(image, kernel, **options, **more)
    result = ours(image, kernel, **options, **more)
    assert result.shape == expected.shape
    assert_allclose(result, expected, rtol=1e-5, atol=1e-5)


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 2**32 - 1), st.data(), SETTINGS, st.booleans(), SPECIAL)
def test_filter2d_equals_the_loops(seed, data, options, flip, special):
    """For any sizes and settings, NaN and infinity included, by every way of adding up, the loops agree."""
    random = np.random.default_rng(seed)
    shape = data.draw(st.tuples(*[st.integers(1, 9)] * 2)) + data.draw(st.sampled_from([(), (1,), (3,)]))
    image = random.standard_normal(shape).astype(np.float32)
    kernel = random.standard_normal(data.draw(st.tuples(*[st.integers(1, 6)] * 2))).astype(np.float32)
    kernel[random.random(kernel.shape) < data.draw(st.sampled_from([0, 0.5, 1]))] = 0
    if special is not None:
        image.flat[seed % image.size] = special
    limits = {
        "_ONE_CORE": data.draw(st.sampled_from([0, 1 << 16])),
        "_PRODUCTS_OF_A_PART": data.draw(st.sampled_from([0, 1_500_000])),
        "_WEIGHTS_OF_A_PART": data.draw(st.sampled_from([0, 16])),
        "_TRANSFORM_CELLS": data.draw(st.sampled_from([6, 130])),
        "TRANSFORM_CELLS_ANYWHERE": data.draw(st.sampled_from([0, 6, 50])),
    }
    with patch.multiple(filters, **limits):
        assert_agree(filter2d, reference.filter2d, image, kernel, options, flip=flip)


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    power=st.one_of(st.integers(-100, 127), st.integers(125, 127)),
    shape=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    zeros=st.booleans(),
    strides=st.integers(1, 2),
    dilation_rate=st.integers(1, 2),
)
def test_a_sum_may_leave_float32_on_its_way(seed, power, shape, zeros, strides, dilation_rate):
    """Where the sum of products fits float32 it is given, though some products or parts of it do not."""
    random = np.random.default_rng(seed)
    image = np.ldexp(random.uniform(-1, 1, (8, 9, 3)), power).astype(np.float32)
    weights = random.uniform(-2, 2, (*shape, 3, 2)).astype(np.float32)
    weights[random.random(weights.shape) < 0.3 * zeros] = 0
    bias = np.ldexp(random.uniform(-1, 1, 2), power).astype(np.float32)
    options = {"strides": strides, "padding": "same", "dilation_rate": dilation_rate}
    pairs = [
        (
            filter2d(image, weights[..., 0, 0], **options),
            reference.filter2d(image, weights[..., 0, 0], **options),
        ),
        (conv2d(image, weights, bias=bias, **options), reference.conv2d(image, weights, bias, **options)),
        (
            conv2d_transpose(image, weights.transpose(0, 1, 3, 2), strides=strides),
            reference.conv2d_transpose(image, weights.transpose(0, 1, 3, 2), strides),
        ),
    ]
    for found, expected in pairs:
        assert found.dtype == np.float32
        # Not at the very end, where rounding says whether a number is finite.
        fits = np.abs(expected) <= 0.999 * np.finfo(np.float32).max
        assert_allclose(found[fits], expected[fits], rtol=1e-5, atol=1e-5 * np.abs(image).max())


@pytest.mark.parametrize("shape", [(3, 3), (13, 13), (31, 31), (5, 29)], ids=str)
@pytest.mark.parametrize(
    ("strides", "dilation_rate"), [(2, 1), (8, 1), ((1, 5), 1), (1, 6), (1, (2, 1)), (3, 2)]
)
def test_large_pictures_are_filtered_like_small_ones(random, shape, strides, dilation_rate):
    """Where parts are summed for speed, each value is still the sum of its own window."""
    image = random.random((230, 260), np.float32)
    kernel = (random.standard_normal(shape) / shape[0]).astype(np.float32)
    options = {"strides": strides, "padding": "same", "dilation_rate": dilation_rate}
    result = filter2d(image, kernel, **options)
    for row, col in random.integers(0, result.shape, (40, 2)):
        window = window_at(image, shape, int(row), int(col), **options)
        assert result[row, col] == pytest.approx(np.vdot(kernel, window.patch), abs=2e-5)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.data(), SETTINGS, SPECIAL)
def test_conv2d_equals_the_loops(seed, data, options, special):
    """For any sizes, groups and settings the loops give the same."""
    random = np.random.default_rng(seed)
    groups = data.draw(st.integers(1, 3))
    depth, share = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 2))
    height, width = data.draw(st.tuples(*[st.integers(1, 7)] * 2))
    kh, kw = data.draw(st.tuples(*[st.integers(1, 4)] * 2))
    image = random.standard_normal((height, width, depth * groups)).astype(np.float32)
    kernel = random.standard_normal((kh, kw, depth, share * groups)).astype(np.float32)
    if special is not None:
        image.flat[seed % image.size] = special
    bias = data.draw(st.sampled_from([None, np.arange(share * groups)]))
    assert_agree(conv2d, reference.conv2d, image, kernel, options, bias=bias, groups=groups)


@pytest.mark.parametrize("strides", [1, 2, 3, (2, 1)], ids=str)
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 3), (4, 3), (5, 7), (13, 2), (13, 13)], ids=str)
def test_conv2d_equals_keras(random, keras, shape, padding, strides):
    """Even kernels, strides that do not divide the size and oblong kernels give Keras's numbers."""
    kernel = random.standard_normal((*shape, 3, 4)).astype(np.float32)
    for size in [(13, 13), (16, 14)]:
        image = random.random((*size, 3), np.float32)
        expected = keras.ops.conv(image[None], kernel, strides=strides, padding=padding)[0]
        result = conv2d(image, kernel, strides=strides, padding=padding)
        assert_allclose(result, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("dilation_rate", [2, 3, (1, 4)], ids=str)
@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 3), (4, 3)], ids=str)
def test_dilated_conv2d_equals_keras(random, keras, shape, dilation_rate, padding):
    """Taps set apart give Keras's numbers."""
    image = random.random((14, 15, 2), np.float32)
    kernel = random.standard_normal((*shape, 2, 3)).astype(np.float32)
    expected = keras.ops.conv(image[None], kernel, padding=padding, dilation_rate=dilation_rate)[0]
    result = conv2d(image, kernel, padding=padding, dilation_rate=dilation_rate)
    assert_allclose(result, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_grouped_conv2d_equals_keras(random, keras, groups, padding):
    """Channels dealt out to groups give Keras's numbers, up to a group for each channel."""
    image = random.random((9, 8, 6), np.float32)
    kernel = random.standard_normal((3, 2, 6 // groups, 12)).astype(np.float32)
    expected = keras.ops.conv(image[None], kernel, strides=2, padding=padding)[0]
    assert_allclose(conv2d(image, kernel, strides=2, padding=padding, groups=groups), expected, atol=1e-5)


@pytest.mark.parametrize("sides", [((0, 0), (0, 3)), ((1, 4), (2, 0)), ((6, 6), (6, 6))], ids=str)
def test_lopsided_padding_equals_keras_on_a_padded_image(random, keras, sides):
    """Padding of any kind is the same as padding first and taking "valid"."""
    image = random.random((7, 6, 2), np.float32)
    kernel = random.standard_normal((3, 4, 2, 2)).astype(np.float32)
    for mode in PAD_MODES:
        padded = np.pad(image, [*sides, (0, 0)], mode=mode)
        expected = keras.ops.conv(padded[None], kernel, strides=2)[0]
        result = conv2d(image, kernel, strides=2, padding=sides, pad_mode=mode)
        assert_allclose(result, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("size", range(1, 32))
def test_filter2d_equals_keras_for_every_kernel_size(random, keras, size):
    """From 1 x 1 to 31 x 31, past the size where OpenCV changes to a Fourier transform."""
    image = random.random((40, 37, 3), np.float32)
    kernel = (random.standard_normal((size, size)) / size).astype(np.float32)
    weights = np.repeat(kernel[:, :, None, None], 3, axis=2)
    for padding in ("valid", "same"):
        expected = keras.ops.depthwise_conv(image[None], weights, padding=padding)[0]
        assert_allclose(filter2d(image, kernel, padding=padding), expected, rtol=1e-5, atol=1e-5)
    expected = keras.ops.depthwise_conv(image[None], weights, strides=3, padding="same")[0]
    assert_allclose(filter2d(image, kernel, strides=3, padding="same"), expected, rtol=1e-5, atol=1e-5)
    if size < 19:
        expected = keras.ops.depthwise_conv(image[None], weights, dilation_rate=2)[0]
        assert_allclose(filter2d(image, kernel, dilation_rate=2), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dilation_rate", [1, 2, (1, 3)], ids=str)
@pytest.mark.parametrize("strides", [1, 2, (3, 1)], ids=str)
def test_large_layers_are_computed_in_blocks(random, monkeypatch, strides, dilation_rate):
    """However small the blocks and the products in them, the layer is the same."""
    image, kernel = random.random((11, 12, 4), np.float32), random.standard_normal((3, 2, 2, 6))
    options = {"groups": 2, "padding": "same", "strides": strides, "dilation_rate": dilation_rate}
    whole = conv2d(image, kernel, **options)
    monkeypatch.setattr(filters, "_BLOCK", 200)
    monkeypatch.setattr(filters, "_ONE_CORE_PRODUCTS", 50)
    assert_allclose(conv2d(image, kernel, **options), whole, atol=1e-6)


# Positions


@pytest.mark.parametrize("mode", PAD_MODES)
@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("ends", [(0, 0), (1, 2), (7, 0), (40, 33)], ids=str)
def test_axis_taps_borrow_what_numpy_pads(size, ends, mode):
    """The inputs read in the padding are those that numpy.pad copies, however large the padding."""
    fill = {"constant_values": -1} if mode == "constant" else {}
    padded = np.pad(np.arange(size), ends, mode=mode, **fill)
    for taps, stride, dilation in [(1, 1, 1), (3, 1, 1), (2, 2, 3)]:
        if (taps - 1) * dilation < padded.size:
            options = {"strides": stride, "dilation_rate": dilation, "padding": ends}
            windows = np.lib.stride_tricks.sliding_window_view(padded, (taps - 1) * dilation + 1)
            result = axis_taps(size, taps, pad_mode=mode, **options)
            assert_array_equal(result, windows[::stride, ::dilation])
            assert result.dtype == np.int32


@pytest.mark.parametrize("mode", PAD_MODES)
@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (2, 3), (6, 4, 3)], ids=str)
def test_filter2d_pads_as_numpy_does_beyond_the_image(random, shape, mode):
    """Padding larger than the image repeats, mirrors or wraps it as often as numpy.pad does."""
    image, kernel = random.random(shape, np.float32), random.standard_normal((3, 2)).astype(np.float32)
    for sides in [((9, 12), (11, 8)), ((0, 31), (5, 0))]:
        padded = np.pad(image, [*sides, (0, 0)][: image.ndim], mode=mode)
        result = filter2d(image, kernel, padding=sides, pad_mode=mode)
        assert_allclose(result, filter2d(padded, kernel), atol=1e-5)
    large = random.standard_normal((31, 29)).astype(np.float32)
    expected = reference.filter2d(image, large, padding="same", pad_mode=mode)
    assert_allclose(filter2d(image, large, padding="same", pad_mode=mode), expected, rtol=1e-5, atol=1e-4)


def test_positions_are_those_of_the_formula():
    """Tap k of output o lies at o * stride - before + k * dilation."""
    result = axis_positions(6, 3, strides=2, padding=(3, 2), dilation_rate=2)
    assert_array_equal(result, [[-3, -1, 1], [-1, 1, 3], [1, 3, 5], [3, 5, 7]])


@pytest.mark.parametrize("padding", ["valid", "same", 2, (3, 0)], ids=str)
@pytest.mark.parametrize("stride", [1, 2, 5])
@pytest.mark.parametrize("dilation", [1, 3])
def test_sizes_pads_and_positions_agree(padding, stride, dilation):
    """The windows begin with the padding before and end at most a stride short of the padding after."""
    for size in (7, 8, 12):
        for taps in (1, 2, 3):
            options = {"strides": stride, "padding": padding, "dilation_rate": dilation}
            before, after = pads(size, taps, **options)
            places = axis_positions(size, taps, **options)
            assert places.shape == (output_size(size, taps, **options), taps)
            assert places[0, 0] == -before
            assert size + after - stride <= places[-1, -1] < size + after


@pytest.mark.parametrize("mode", PAD_MODES)
@pytest.mark.parametrize("padding", ["valid", "same", 3, ((0, 2), (4, 1))], ids=str)
@pytest.mark.parametrize(("strides", "dilation_rate"), [(1, 1), (2, 1), ((1, 3), 2), (2, (1, 2))], ids=str)
@pytest.mark.parametrize("channels", [(), (2,)], ids=["grey", "channels"])
def test_a_window_times_the_kernel_is_the_output(random, channels, strides, dilation_rate, padding, mode):
    """At every cell: patch times kernel, added up, is the value of the map, and the coordinates are true."""
    image = random.random((6, 7, *channels), np.float32)
    kernel = random.standard_normal((3, 2)).astype(np.float32)
    options = {
        "strides": strides,
        "padding": padding,
        "dilation_rate": dilation_rate,
        "pad_mode": mode,
    }
    result = filter2d(image, kernel, **options)
    for row, col in np.ndindex(result.shape[:2]):
        window = window_at(image, (3, 2), row, col, **options)
        assert_allclose(np.tensordot(kernel, window.patch), result[row, col], atol=1e-5)
        for i, j in np.ndindex(3, 2):
            inside = window.rows[i] >= 0 and window.cols[j] >= 0
            value = image[window.rows[i], window.cols[j]] if inside else 0
            assert_array_equal(window.patch[i, j], np.broadcast_to(value, channels))
            assert inside or window.is_padding[i, j]
        assert window.patch.dtype == np.float32
        assert (window.row, window.col) == (row, col)


def test_a_window_over_a_corner_by_hand():
    """Mirrored without the edge, the corner's neighbours stand outside it; only they count as padding."""
    window = window_at(np.arange(9).reshape(3, 3), 3, 0, 0, padding="same", pad_mode="reflect")
    assert_array_equal(window.patch, [[4, 3, 4], [1, 0, 1], [4, 3, 4]])
    assert_array_equal(window.is_padding, [[True, True, True], [True, False, False], [True, False, False]])
    assert_array_equal(window.rows, [1, 0, 1])
    assert window.box == (-1, -1, 2, 2)


# NaN and infinity


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("size", [3, 7, 8, 13, 31])
@pytest.mark.parametrize("weights", ["dense", "sparse", "zero"])
def test_every_window_that_reads_it_shows_it(random, value, size, weights):
    """NaN and infinity spread to just the windows that read them, weights of 0 included, as in NumPy."""
    image = random.random((40, 45), np.float32)
    image[20, 22] = value
    kernel = random.standard_normal((size, size)).astype(np.float32)
    kernel[random.random(kernel.shape) < {"dense": 0, "sparse": 0.5, "zero": 1}[weights]] = 0
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    with np.errstate(invalid="ignore"):
        expected = (windows.astype(float) * kernel).sum(axis=(2, 3))
    assert_allclose(filter2d(image, kernel), expected, rtol=1e-5, atol=1e-4)
    rows = min(20, 40 - size) - max(0, 21 - size) + 1
    cols = min(22, 45 - size) - max(0, 23 - size) + 1
    assert np.count_nonzero(~np.isfinite(expected)) == rows * cols


@pytest.mark.parametrize("size", [3, 13])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_kernel_that_is_no_number_shows_everywhere(random, size, value):
    """Every window reads the whole kernel; infinity times a zero of the border is NaN."""
    image = random.random((15, 16), np.float32) + 1
    kernel = np.zeros((size, size), np.float32)
    kernel[0, 0] = value
    inside = filter2d(image, kernel)
    assert_array_equal(inside, np.full_like(inside, np.nan if np.isnan(value) else np.inf))
    assert np.isnan(filter2d(image, kernel, padding="same")[0]).all()


def test_one_enormous_pixel_does_not_blur_the_others(random):
    """A Fourier transform would spread the rounding of 1e20 over the picture; far windows stay exact."""
    image = random.random((40, 40), np.float32)
    image[0, 0] = 1e20
    kernel = random.standard_normal((13, 13)).astype(np.float32)
    expected = filter2d(image[20:, 20:], kernel)
    assert_allclose(filter2d(image, kernel)[20:, 20:], expected, atol=1e-5)


def test_values_beyond_float32_become_infinite():
    """A double that float32 cannot hold is infinite in it, without a warning."""
    assert_array_equal(filter2d([[1e300, 1.0]], [[1.0]]), [[np.inf, 1.0]])


def test_conv2d_passes_nan_on_through_weights_of_zero():
    """A layer's NaN is NaN in every channel that reads it."""
    image = np.ones((5, 5, 2))
    image[0, 0, 0] = np.nan
    result = conv2d(image, np.zeros((3, 3, 2, 4)))
    assert np.isnan(result[0, 0]).all()
    assert not np.isnan(result[1:, 1:]).any()


# Errors

IMAGE = np.ones((5, 5))
LAYER = np.ones((5, 5, 4))


@pytest.mark.parametrize(
    ("image", "kernel", "options", "words"),
    [
        (IMAGE, np.ones((6, 1)), {}, "reaches over 6 rows but the padded image has only 5"),
        (IMAGE, np.ones((1, 6)), {}, "6 columns"),
        (IMAGE, np.ones((3, 3)), {"dilation_rate": 3}, "reaches over 7"),
        (np.ones((1, 1)), np.ones((2, 2)), {}, "larger image"),
        (np.ones(5), np.ones((1, 1)), {}, "image has the shape (5,); it must be (H, W) or (H, W, C)"),
        (np.ones((1, 5, 5, 1)), np.ones((1, 1)), {}, "image has the shape"),
        (IMAGE, np.ones(3), {}, "kernel has the shape (3,)"),
        (IMAGE, 2.0, {}, "kernel has the shape ()"),
        (np.ones((0, 5)), np.ones((1, 1)), {}, "image is empty"),
        (np.ones((5, 5, 0)), np.ones((1, 1)), {}, "image is empty"),
        (IMAGE, np.ones((0, 3)), {}, "kernel is empty"),
        (IMAGE * 1j, np.ones((1, 1)), {}, "complex128; it must hold real numbers"),
        (IMAGE, [["a"]], {}, "must hold real numbers"),
        ([[1, 2], [3]], np.ones((1, 1)), {}, "not an array of numbers"),
        (IMAGE, None, {}, "must hold real numbers"),
        (IMAGE, IMAGE, {"strides": 0}, "strides must be a whole number of at least 1; it is 0"),
        (IMAGE, IMAGE, {"strides": (1, -1)}, "it is -1"),
        (IMAGE, IMAGE, {"strides": True}, "it is True"),
        (IMAGE, IMAGE, {"strides": (True, 1)}, "it is True"),
        (IMAGE, IMAGE, {"strides": 1.0}, "it is 1.0"),
        (IMAGE, IMAGE, {"strides": (1, 1, 1)}, "(vertical, horizontal)"),
        (IMAGE, IMAGE, {"dilation_rate": 0}, "dilation_rate"),
        (IMAGE, IMAGE, {"dilation_rate": np.True_}, "dilation_rate"),
        (IMAGE, IMAGE, {"padding": "full"}, "'full'"),
        (IMAGE, IMAGE, {"padding": -1}, '"valid" or "same"'),
        (IMAGE, IMAGE, {"padding": False}, "it is False"),
        (IMAGE, IMAGE, {"padding": None}, "it is None"),
        (IMAGE, IMAGE, {"padding": (1, 2)}, "((top, bottom), (left, right))"),
        (IMAGE, IMAGE, {"padding": ((1, 2), (3,))}, "((top, bottom), (left, right))"),
        (IMAGE, IMAGE, {"padding": ((1, 2), (3, -4))}, "it is -4"),
        (IMAGE, IMAGE, {"padding": ((1, 2), (3, True))}, "it is True"),
        (IMAGE, IMAGE, {"pad_mode": "mirror"}, "constant, edge, reflect, symmetric, wrap"),
        (IMAGE, IMAGE, {"pad_mode": ["edge"]}, "must be one of"),
    ],
)
def test_filter2d_says_what_is_wrong(image, kernel, options, words):
    """Whatever does not fit is a ValueError with a sentence that says what came and what to do."""
    with pytest.raises(ValueError, match=re.escape(words)):
        filter2d(image, kernel, **options)


def test_an_argument_that_equals_another_is_still_looked_at():
    """True is no stride, even after 1, which equals it, has been used with the same sizes."""
    for strides, padding in [(1, 1), ((1, 1), ((1, 1), (1, 1)))]:
        filter2d(IMAGE, IMAGE, strides=strides, padding=padding)
    with pytest.raises(ValueError, match="True"):
        filter2d(IMAGE, IMAGE, strides=(1, True), padding=((1, 1), (1, 1)))
    with pytest.raises(ValueError, match="True"):
        filter2d(IMAGE, IMAGE, padding=((1, 1), (1, True)))


@pytest.mark.parametrize(
    ("image", "kernel", "options", "words"),
    [
        (LAYER, np.ones((3, 3, 3, 2)), {}, "image has 4 channels"),
        (LAYER, np.ones((3, 3, 4, 2)), {"groups": 2}, "takes 8"),
        (LAYER, np.ones((3, 3, 2, 3)), {"groups": 2}, "3 output channels cannot be dealt out"),
        (LAYER, np.ones((3, 3, 4, 2)), {"groups": True}, "groups must be a whole number"),
        (LAYER, np.ones((3, 3, 4, 2)), {"groups": 0}, "groups must be a whole number"),
        (LAYER, np.ones((3, 3, 4, 2)), {"bias": [1, 2, 3]}, "bias has 3 values"),
        (LAYER, np.ones((3, 3, 4, 2)), {"bias": 1}, "bias has the shape ()"),
        (LAYER, np.ones((3, 3)), {}, "kernel has the shape (3, 3)"),
        (IMAGE, np.ones((3, 3, 1, 1)), {}, "image has the shape (5, 5); it must be (H, W, Cin)"),
        (LAYER, np.ones((6, 3, 4, 1)), {}, "6 rows"),
        (LAYER, np.ones((3, 3, 4, 1)), {"pad_mode": "zeros"}, "'zeros'"),
    ],
)
def test_conv2d_says_what_is_wrong(image, kernel, options, words):
    """Channels, groups and bias that do not match are a ValueError with a sentence."""
    with pytest.raises(ValueError, match=re.escape(words)):
        conv2d(image, kernel, **options)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: output_size(0, 3), "size must be a whole number of at least 1; it is 0"),
        (lambda: output_size(5, 0), "kernel_size must be"),
        (lambda: output_size(5, 6), "6 cells"),
        (lambda: output_size(5, 3, padding=(1, 2, 3)), "(before, after)"),
        (lambda: output_size(5, 3, padding="half"), "'half'"),
        (lambda: output_size(5, 3, strides=(1, 1)), "strides must be"),
        (lambda: pads(5, 3, padding=(-1, 0)), "it is -1"),
        (lambda: axis_taps(5, 3, pad_mode="none"), "'none'"),
        (lambda: axis_positions(True, 3), "it is True"),
        (lambda: multiplications((5,), 3), "(H, W) or (H, W, C)"),
        (lambda: multiplications((5, 0), 3), "image_shape must be"),
        (lambda: multiplications((5, 5), (3, 9)), "9 columns"),
        (lambda: window_at(IMAGE, 3, 3, 0), "no output cell in row 3, column 0: the output has 3 rows and 3"),
        (lambda: window_at(IMAGE, 3, 0, 3), "no output cell"),
        (lambda: window_at(IMAGE, 3, -1, 0), "row must be a whole number of at least 0"),
        (lambda: window_at(IMAGE, (3, 3, 3), 0, 0), "kernel_size must be"),
        (lambda: window_at(np.ones(3), 1, 0, 0), "image has the shape (3,)"),
        (lambda: window_at(IMAGE, 3, 0, 0, pad_mode="x"), "'x'"),
    ],
)
def test_the_others_say_what_is_wrong(call, words):
    """Sizes, positions and windows refuse what they cannot answer, in a sentence."""
    with pytest.raises(ValueError, match=re.escape(words)):
        call()


def test_numpy_integers_are_integers():
    """Sizes that come out of NumPy will do where an int will."""
    one, two = np.int64(1), np.int32(2)
    options = {"strides": two, "padding": ((one, one), [two, two]), "dilation_rate": [one, two]}
    expected = filter2d(IMAGE, np.ones((2, 2)), strides=2, padding=((1, 1), (2, 2)), dilation_rate=(1, 2))
    assert_array_equal(filter2d(IMAGE, np.ones((2, 2)), **options), expected)
    assert output_size(np.int64(5), two, padding=one) == 6
