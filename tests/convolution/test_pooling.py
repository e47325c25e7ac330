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

from explorer.convolution import pooling
from explorer.convolution.filters import conv2d, conv2d_transpose, filter2d
from explorer.convolution.geometry import output_size, pads, transposed_positions, window_at
from explorer.convolution.pooling import POOLINGS, global_pool2d, pool2d, pool_winners
from explorer.convolution.receptive_fields import Upsampling, WindowStep, input_rectangle, receptive_field
from explorer.convolution.upsampling import upsample2d

IMAGE = np.array([[1, 2, 0, 4], [3, 8, 1, 1], [-5, -6, 7, 7], [-2, -9, 7, 0]])


@pytest.fixture
def random():
    return np.random.default_rng(11)


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras")


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


# Worked numbers


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("max", [[8, 4], [-2, 7]]),
        ("average", [[3.5, 1.5], [-5.5, 5.25]]),
        ("min", [[1, 0], [-9, 0]]),
        ("l2", [[78**0.5, 18**0.5], [146**0.5, 147**0.5]]),
    ],
)
def test_four_windows_by_hand(kind, expected):
    """A 4 x 4 map in four windows of 2 x 2: 1 + 2 + 3 + 8 = 14, a quarter of it is 3.5, and so on."""
    result = pool2d(IMAGE, kind=kind)
    assert_allclose(result, expected, rtol=1e-6)
    assert result.dtype == np.float32


def test_padded_cells_neither_win_nor_count():
    """In the corner of -1, -2, -3, -4 a 3 x 3 window sees these four alone, and nine cells if zeros count."""
    image = -np.arange(1, 5).reshape(2, 2)
    options = {"strides": 1, "padding": "same"}
    assert_array_equal(pool2d(image, 3, **options), -np.ones((2, 2)))
    assert_array_equal(pool2d(image, 3, **options, kind="min"), np.full((2, 2), -4))
    assert_array_equal(pool2d(image, 3, **options, kind="average"), np.full((2, 2), -2.5))
    counted = pool2d(image, 3, **options, kind="average", count_padding=True)
    assert_allclose(counted, np.full((2, 2), -10 / 9), rtol=1e-6)


def test_ceil_mode_keeps_the_last_window_by_hand():
    """Five cells in twos: the fifth makes a window of its own, and what lies beyond the edge never counts."""
    image = np.arange(1, 6).reshape(1, 5)
    assert_array_equal(pool2d(image, (1, 2)), [[2, 4]])
    assert_array_equal(pool2d(image, (1, 2), ceil_mode=True), [[2, 4, 5]])
    for count_padding in (False, True):
        options = {"kind": "average", "ceil_mode": True, "count_padding": count_padding}
        assert_array_equal(pool2d(image, (1, 2), **options), [[1.5, 3.5, 5]])


def test_ceil_mode_drops_a_window_that_starts_behind_the_image():
    """After windows at -1 and 2 of three cells the next would start at 5, in the padding behind them."""
    image = np.arange(5).reshape(1, 5)
    options = {"strides": (1, 3), "padding": ((0, 0), (1, 1)), "ceil_mode": True}
    assert_array_equal(pool2d(image, (1, 3), **options), [[1, 4]])
    assert output_size(5, 3, strides=3, padding=(1, 1), ceil_mode=True) == 2


def test_winners_by_hand():
    """Of equal cells the first in reading order wins: the lower right window has three sevens."""
    assert_array_equal(pool_winners(IMAGE), [[[1, 1], [0, 3]], [[3, 0], [2, 2]]])
    assert_array_equal(pool_winners(IMAGE, kind="min"), [[[0, 0], [0, 2]], [[3, 1], [3, 3]]])


def test_a_transposed_convolution_by_hand():
    """Cells 1 and 2, two apart, write 1 2 3 and 2 4 6: where they meet 3 + 2 = 5 stands."""
    image, kernel = np.array([[[1.0], [2.0]]]), np.array([1.0, 2.0, 3.0]).reshape(1, 3, 1, 1)
    result = conv2d_transpose(image, kernel, strides=(1, 2))
    assert_array_equal(result[:, :, 0], [[1, 2, 5, 4, 6]])
    assert_array_equal(conv2d_transpose(image, kernel, strides=(1, 2), padding="same"), result[:, :4])


def test_upsampling_by_hand():
    """Twice as many cells: each repeated, or at quarters of the way from centre to centre."""
    assert_array_equal(upsample2d([[0, 4]]), [[0, 0, 4, 4]] * 2)
    assert_array_equal(upsample2d([[0, 4]], 2, "bilinear"), [[0, 1, 3, 4]] * 2)


def test_the_receptive_fields_of_a_small_network_by_hand():
    """Convolution 5, pooling 2, twice (LeNet): sizes 5, 6, 14, 16 and jumps 1, 2, 2, 4."""
    steps = [WindowStep(5), WindowStep(2, 2), WindowStep(5), WindowStep(2, 2)]
    fields = receptive_field(steps, (28, 28, 1))
    assert [field.size for field in fields] == [(5, 5), (6, 6), (14, 14), (16, 16)]
    assert [field.jump for field in fields] == [(1, 1), (2, 2), (2, 2), (4, 4)]
    assert [field.offset for field in fields] == [(0, 0)] * 4
    assert input_rectangle(steps, (28, 28), 1, 3) == (4, 12, 20, 28)


# Records


def test_every_kind_says_what_it_is():
    """The menu's records have a title, a formula and a sentence, and their key is the kind of pool2d."""
    for name, kind in POOLINGS.items():
        assert name == kind.name
        assert kind.title
        assert kind.formula.startswith("y = ")
        assert kind.why.endswith(".")
        assert pool2d(IMAGE, kind=name).shape == (2, 2)
        if kind.has_winner:
            assert pool_winners(IMAGE, kind=name).shape == (2, 2, 2)


# Properties


def test_max_and_min_are_each_others_mirror(random):
    """The least is minus the greatest of minus."""
    image = random.standard_normal((9, 11, 3)).astype(np.float32)
    options = {"strides": (2, 1), "padding": "same", "dilation_rate": (1, 2)}
    assert_array_equal(pool2d(image, 3, kind="min", **options), -pool2d(-image, 3, **options))


def test_a_shift_by_the_stride_shifts_the_pooled_map(random):
    """Pooling commutes with translations by whole strides."""
    image = random.random((16, 20), np.float32)
    for kind in POOLINGS:
        shifted = pool2d(np.roll(image, (2, 4), axis=(0, 1)), kind=kind)
        assert_array_equal(shifted, np.roll(pool2d(image, kind=kind), (1, 2), axis=(0, 1)))


def test_an_average_is_a_filter_with_equal_weights(random):
    """With the padding counted it is `filter2d` with weights that add up to 1."""
    image, kernel = random.random((10, 9, 2)), np.full((3, 4), 1 / 12)
    for padding in ("valid", "same", 1, ((0, 2), (3, 1))):
        options = {"strides": 2, "padding": padding}
        result = pool2d(image, (3, 4), kind="average", count_padding=True, **options)
        assert_allclose(result, filter2d(image, kernel, **options), atol=1e-6)


@pytest.mark.parametrize("kind", POOLINGS)
@pytest.mark.parametrize("channels", [1, 5, 128, 129, 260])
def test_channels_are_pooled_one_by_one(random, channels, kind):
    """Many channels together give what each gives alone, also more than OpenCV takes at once."""
    image = random.standard_normal((6, 7, channels)).astype(np.float32)
    for options in ({"padding": 1}, {"strides": 1}, {"strides": 3, "padding": "same", "dilation_rate": 2}):
        alone = [pool2d(image[:, :, c], 2, kind=kind, **options) for c in range(channels)]
        assert_allclose(pool2d(image, 2, kind=kind, **options), np.stack(alone, axis=-1), rtol=1e-6)


@pytest.mark.parametrize("kind", POOLINGS)
@pytest.mark.parametrize("shape", [(5, 6), (5, 6, 1), (5, 6, 3)], ids=str)
def test_arguments_are_left_as_they_are(random, shape, kind):
    """The image is not written to, and no result shares memory with it, not even under a 1 x 1 window."""
    image = random.random(shape, np.float32)
    image.setflags(write=False)
    for options in ({}, {"strides": 2}, {"dilation_rate": 2}):
        result = pool2d(image, 1, kind=kind, **options)
        result += 1
        assert not np.shares_memory(result, image)
    for result in (upsample2d(image, 1), upsample2d(image, 1, "bilinear")):
        assert_array_equal(result, image)
        assert not np.shares_memory(result, image)


def test_many_threads_get_the_same_answers(random):
    """Nothing is shared between calls: 120 of them in 16 threads give what they give one by one."""
    cases = [
        (random.random((90 + n, 60, 3), np.float32), size, {"strides": stride, "kind": kind})
        for n in range(5)
        for size in (2, 3)
        for stride in (1, 2, 3)
        for kind in POOLINGS
    ]
    expected = [pool2d(image, size, **options) for image, size, options in cases]
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda case: pool2d(case[0], case[1], **case[2]), cases))
    for result, value in zip(results, expected, strict=True):
        assert_array_equal(result, value)


@pytest.mark.parametrize("stride", range(1, 20))
def test_every_nth_column_is_kept_exactly(random, stride):
    """Windows of one cell keep every n-th cell, whether or not the stride divides the width."""
    image = random.random((3, 700), np.float32)
    for width in (*range(stride, 600, stride), 1, 255, 699, 700):
        result = pool2d(image[:, :width], 1, strides=(1, stride))
        assert_array_equal(result, image[:, :width:stride])


# Second opinions

SIDES = st.tuples(st.integers(0, 4), st.integers(0, 4))
STEPS = st.one_of(st.integers(1, 4), st.tuples(st.integers(1, 4), st.integers(1, 4)))
SETTINGS = st.fixed_dictionaries(
    {
        "strides": st.one_of(st.none(), STEPS),
        "dilation_rate": st.one_of(st.just(1), STEPS),
        "padding": st.one_of(st.sampled_from(["valid", "same"]), st.integers(0, 4), st.tuples(SIDES, SIDES)),
        "ceil_mode": st.booleans(),
    }
)
SPECIAL = st.sampled_from([None, np.nan, np.inf, -np.inf])


def drawn(seed, data, special):
    """Some picture, with ties, and some window."""
    random = np.random.default_rng(seed)
    shape = data.draw(st.tuples(*[st.integers(1, 10)] * 2)) + data.draw(st.sampled_from([(), (1,), (3,)]))
    image = random.integers(-4, 5, shape).astype(np.float32)
    if special is not None:
        image[random.random(shape) < 0.2] = special
    return image, data.draw(st.one_of(st.integers(1, 5), st.tuples(*[st.integers(1, 8)] * 2)))


@pytest.mark.parametrize("kind", POOLINGS)
@pytest.mark.parametrize("size", [(6, 2), (2, 6), (3, 3), (7, 7)])
@pytest.mark.parametrize("hole", range(5))
def test_a_nan_is_in_no_window_but_those_that_read_it(kind, size, hole):
    """What has gone out of a running sum leaves nothing behind."""
    image = np.linspace(0.1, 0.9, 35, dtype=np.float32).reshape(5, 7)
    image[hole, hole] = np.nan
    result = pool2d(image, size, strides=1, padding="same", kind=kind)
    assert_allclose(result, reference.pool2d(image, size, strides=1, padding="same", kind=kind), rtol=1e-6)


@settings(max_examples=600, deadline=None)
@given(
    st.integers(0, 2**32 - 1), st.data(), SETTINGS, st.sampled_from(list(POOLINGS)), st.booleans(), SPECIAL
)
def test_pool2d_equals_the_loops(seed, data, options, kind, count_padding, special):
    """For any sizes and settings, NaN and infinity included, in bands of any height, the loops agree."""
    image, size = drawn(seed, data, special)
    options |= {"kind": kind, "count_padding": count_padding}
    with np.errstate(invalid="ignore"):
        expected = reference.pool2d(image, size, **options)
    with patch.object(pooling, "_BAND", data.draw(st.sampled_from([0, 40, 1 << 18]))):
        if expected is None:
            with pytest.raises(ValueError, match=r"window reaches over|nothing but padding"):
                pool2d(image, size, **options)
            return
        result = pool2d(image, size, **options)
    assert result.shape == expected.shape
    assert_allclose(result, expected, rtol=1e-6, atol=1e-6)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32 - 1), st.data(), SETTINGS, st.sampled_from(["max", "min"]), SPECIAL)
def test_the_winner_is_the_first_cell_with_the_value(seed, data, options, kind, special):
    """The winner has the pooled value and lies in the window; no cell of it before the winner is as good."""
    image, size = drawn(seed, data, special)
    if reference.pool2d(image, size, kind=kind, **options) is None:
        return
    values, winners = (f(image, size, kind=kind, **options) for f in (pool2d, pool_winners))
    assert winners.shape == (*values.shape, 2)
    assert winners.dtype == np.int32
    taps, (down, across) = reference.both(size), reference.both(options["dilation_rate"])
    strides = reference.both(taps if options["strides"] is None else options["strides"])
    (top, _), (left, _) = reference.ends(image.shape, taps, strides, options["padding"], (down, across))
    for cell in np.ndindex(values.shape):
        reads = [
            (cell[0] * strides[0] - top + i * down, cell[1] * strides[1] - left + j * across)
            for i, j in np.ndindex(taps)
        ]
        inside = [(y, x) for y, x in reads if 0 <= y < image.shape[0] and 0 <= x < image.shape[1]]
        equal = [place for place in inside if np.array_equal(image[(*place, *cell[2:])], values[cell], True)]
        assert tuple(winners[cell]) == equal[0]


# Very large and very small numbers


WINDOWS = st.fixed_dictionaries(
    {
        "pool_size": st.one_of(st.integers(1, 6), st.tuples(st.integers(1, 6), st.integers(1, 6))),
        "strides": st.sampled_from([None, 1, 2, 3, (2, 1)]),
        "padding": st.sampled_from(["valid", "same", 1]),
        "dilation_rate": st.sampled_from([1, 1, 2]),
    }
)


def pooled(image, options, kind, pool=pool2d):
    """Pool, or give None where a window finds no place."""
    try:
        return pool(image, kind=kind, **options)
    except ValueError:
        return None


@settings(max_examples=300, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    power=st.integers(-125, 125),
    kind=st.sampled_from(list(POOLINGS)),
    options=WINDOWS,
    channels=st.sampled_from([(), (1,), (3,)]),
)
def test_a_picture_times_a_power_of_two_pools_to_as_many_times_the_map(seed, power, kind, options, channels):
    """Powers of two round nothing: pooling a picture times one gives the map times it, while both fit."""
    image = np.random.default_rng(seed).integers(-3, 4, (7, 9, *channels)).astype(np.float32)
    expected = pooled(image, options, kind)
    if expected is None:
        return
    expected = np.ldexp(expected.astype(np.float64), power)
    found = pooled(np.ldexp(image, power), options, kind)
    assert found.dtype == np.float32
    fits = np.abs(expected) <= np.finfo(np.float32).max
    assert_allclose(found[fits], expected[fits], rtol=1e-6)
    assert np.isinf(found[~fits]).all()


@settings(max_examples=300, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(["max", "min", "l2"]),
    options=WINDOWS,
    reach=st.integers(1, 70),
    middle=st.integers(-60, 50),
)
def test_windows_of_all_sizes_of_numbers_equal_the_loops(seed, kind, options, reach, middle):
    """A window of small numbers keeps its digits beside one of large numbers, in the root of squares too."""
    random = np.random.default_rng(seed)
    image = np.ldexp(random.uniform(-1, 1, (11, 8)), middle + random.integers(-reach, reach + 1, (11, 8)))
    image = (image * (random.random(image.shape) < 0.8)).astype(np.float32)
    found = pooled(image, options, kind)
    if found is not None:
        assert_allclose(found, reference.pool2d(image, **options, kind=kind), rtol=1e-6)


@pytest.mark.parametrize("size", [2, 3, (1, 4), 4, 8])
@pytest.mark.parametrize("strides", [None, 1, 2])
@pytest.mark.parametrize("side", [8, 16, 700])
def test_numbers_at_the_ends_of_float32_are_pooled(size, strides, side):
    """The mean of the largest number is that number, and squares may be beyond both ends of float32."""
    taps = np.prod(reference.both(size))
    for value in (np.finfo(np.float32).max, 1e20, 1e-25, np.finfo(np.float32).smallest_subnormal):
        image = np.full((side, side), value, np.float32)
        options = {"strides": strides}
        assert_allclose(pool2d(image, size, **options, kind="average"), image[0, 0], rtol=2e-6)
        root = np.sqrt(taps) * np.float64(image[0, 0])
        found = pool2d(image, size, **options, kind="l2")
        fits = root <= np.finfo(np.float32).max
        assert_allclose(found, root if fits else np.inf, rtol=1e-6, atol=7e-46)
        image[::2] *= -1
        even = reference.both(size)[0] % 2 == 0
        if even:
            assert_array_equal(pool2d(image, size, **options, kind="average"), 0)


@pytest.mark.parametrize("size", [2, 4, 5, 8])
def test_running_sums_leave_nothing_behind(random, size):
    """What has gone out of the window leaves no trace: 0 stays 0, and no root is of less than nothing."""
    image = np.exp(random.uniform(-12, 3, (60, 40))).astype(np.float32)
    image[20:, 12:] *= 1e-9
    image[30:45, 20:] = 0
    found = pool2d(image, size, strides=1, kind="l2")
    assert_allclose(found, reference.pool2d(image, size, 1, kind="l2"), rtol=1e-6)
    assert (found == 0).any()


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", [None, 1, 2, 3, (2, 1)], ids=str)
@pytest.mark.parametrize("size", [1, 2, 3, 5, (2, 3), (4, 1)], ids=str)
def test_pooling_equals_keras(random, keras, size, strides, padding):
    """Even windows, strides that do not divide the size, and lopsided padding give Keras's numbers."""
    for shape in [(5, 5, 2), (6, 7, 3), (12, 13, 1)]:
        image = random.standard_normal(shape).astype(np.float32)
        steps = size if strides is None else strides
        highest = keras.ops.max_pool(image[None], size, steps, padding)[0]
        assert_array_equal(pool2d(image, size, strides=strides, padding=padding), highest)
        mean = keras.ops.average_pool(image[None], size, steps, padding)[0]
        result = pool2d(image, size, strides=strides, padding=padding, kind="average")
        assert_allclose(result, mean, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize("strides", [None, 1, 2, 3, (3, 2)], ids=str)
@pytest.mark.parametrize(
    ("size", "padding"), [(2, 0), (2, 1), (3, 1), ((3, 5), (1, 2)), (4, (2, 0))], ids=str
)
def test_pooling_equals_pytorch(random, torch, size, padding, strides, ceil_mode):
    """Padding, dilation, rounding up and counted padding give PyTorch's numbers, whose l2 is a sum, too."""
    vertical, horizontal = reference.both(padding)
    ours = {
        "strides": strides,
        "padding": ((vertical, vertical), (horizontal, horizontal)),
        "ceil_mode": ceil_mode,
    }
    theirs = {"stride": strides, "padding": padding, "ceil_mode": ceil_mode}
    functional = torch.nn.functional
    for shape in [(7, 7, 2), (8, 9, 1), (10, 11, 3)]:
        image = random.standard_normal(shape).astype(np.float32)
        planes = torch.from_numpy(image.transpose(2, 0, 1).copy())
        for dilation in (1, 2):
            expected, places = functional.max_pool2d(
                planes, size, dilation=dilation, return_indices=True, **theirs
            )
            expected = expected.numpy().transpose(1, 2, 0)
            assert_array_equal(pool2d(image, size, dilation_rate=dilation, **ours), expected)
            winners = pool_winners(image, size, dilation_rate=dilation, **ours)
            flat = winners[..., 0] * shape[1] + winners[..., 1]
            assert_array_equal(flat, places.numpy().transpose(1, 2, 0))
        for count_padding in (False, True):
            expected = functional.avg_pool2d(planes, size, count_include_pad=count_padding, **theirs)
            result = pool2d(image, size, kind="average", count_padding=count_padding, **ours)
            assert_allclose(result, expected.numpy().transpose(1, 2, 0), rtol=1e-5, atol=1e-6)
        if padding == 0 and not ceil_mode:
            expected = functional.lp_pool2d(planes.abs(), 2, size, strides)
            assert_allclose(
                pool2d(image, size, kind="l2", **ours), expected.numpy().transpose(1, 2, 0), rtol=1e-5
            )


@pytest.mark.parametrize("strides", [1, 2, 3])
def test_large_pictures_are_pooled_like_small_ones(random, strides):
    """Where bands meet, every value is still that of its own window."""
    image = random.standard_normal((300, 310, 3)).astype(np.float32)
    folds = {"max": np.max, "min": np.min, "average": np.mean}
    for kind, fold in folds.items():
        with patch.object(pooling, "_BAND", 20_000):
            result = pool2d(image, (5, 4), strides=strides, kind=kind)
        windows = np.lib.stride_tricks.sliding_window_view(image, (5, 4), axis=(0, 1))
        assert_allclose(result, fold(windows[::strides, ::strides], axis=(3, 4)), atol=1e-6)


def test_a_window_of_ceil_mode_is_a_window_of_its_pads(random):
    """Given as padding, the pads of ceil_mode make `window_at` and `output_size` tell of the same windows."""
    image = random.random((8, 10), np.float32)
    options = {"strides": 3, "padding": 1}
    result = pool2d(image, 4, kind="l2", ceil_mode=True, **options)
    sides = tuple(pads(size, 4, ceil_mode=True, strides=3, padding=1) for size in image.shape)
    for axis, (size, ends) in enumerate(zip(image.shape, sides, strict=True)):
        assert output_size(size, 4, strides=3, padding=ends) == result.shape[axis]
        assert output_size(size, 4, ceil_mode=True, **options) == result.shape[axis]
    for row, col in np.ndindex(result.shape):
        window = window_at(image, 4, row, col, strides=3, padding=sides)
        assert result[row, col] == pytest.approx(np.linalg.norm(window.patch), rel=1e-5)


@pytest.mark.parametrize("shape", [(1, 1, 3), (4, 7, 2), (5, 3, 130)], ids=str)
def test_global_pooling_is_a_pooling_of_the_whole_image(random, keras, shape):
    """One window as large as the image gives the same, and the average equals Keras's layer."""
    image = random.standard_normal(shape).astype(np.float32)
    for kind in POOLINGS:
        result = global_pool2d(image, kind)
        assert result.shape == shape[2:]
        assert result.dtype == np.float32
        assert_allclose(result, pool2d(image, shape[:2], kind=kind)[0, 0], rtol=1e-5, atol=1e-6)
        assert_allclose(global_pool2d(image[:, :, 0], kind), result[:1], rtol=1e-6)
    assert_allclose(global_pool2d(image), keras.layers.GlobalAveragePooling2D()(image[None])[0], atol=1e-6)
    assert_array_equal(global_pool2d(image, "max"), keras.layers.GlobalMaxPooling2D()(image[None])[0])


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", [1, 2, 3, 5, (1, 2), (3, 2)], ids=str)
@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 3), (4, 3), (5, 2)], ids=str)
def test_transposed_convolution_equals_keras(random, keras, size, strides, padding):
    """Kernels shorter and longer than the stride, even and odd, give Keras's numbers."""
    kernel = random.standard_normal((*size, 4, 3)).astype(np.float32)
    for shape in [(1, 1, 3), (4, 5, 3), (7, 2, 3)]:
        image = random.standard_normal(shape).astype(np.float32)
        expected = keras.ops.conv_transpose(image[None], kernel, strides=strides, padding=padding)[0]
        result = conv2d_transpose(image, kernel, strides=strides, padding=padding)
        assert result.shape == expected.shape
        assert_allclose(result, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize("strides", [1, 2, 3])
@pytest.mark.parametrize("dilation", [1, 2, (3, 1)], ids=str)
def test_transposed_convolution_equals_pytorch(random, torch, strides, padding, dilation):
    """Padding given in cells cuts the edges off, as in PyTorch, and taps lie a dilation apart."""
    image = random.standard_normal((5, 4, 3)).astype(np.float32)
    kernel = random.standard_normal((3, 3, 2, 3)).astype(np.float32)
    expected = torch.nn.functional.conv_transpose2d(
        torch.from_numpy(image.transpose(2, 0, 1).copy()),
        torch.from_numpy(kernel.transpose(3, 2, 0, 1).copy()),
        stride=strides,
        padding=padding,
        dilation=dilation,
    )
    result = conv2d_transpose(image, kernel, strides=strides, padding=padding, dilation_rate=dilation)
    assert_allclose(result, expected.numpy().transpose(1, 2, 0), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same", 0, 1, (2, 0), (0, 3)], ids=str)
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("strides", [1, 2, 5])
@pytest.mark.parametrize("taps", [1, 2, 3])
def test_transposed_positions_read_what_the_transposed_convolution_writes(
    random, taps, strides, dilation, padding
):
    """Slid over the spread input as its positions say, the turned kernel gives the same numbers."""
    image, kernel = random.integers(-9, 10, 4), random.integers(-9, 10, taps)
    options = {"strides": strides, "dilation_rate": dilation}
    places = transposed_positions(4, taps, padding=padding, **options)
    spread = {i * strides: int(cell) for i, cell in enumerate(image)}
    sums = [np.dot([spread.get(place, 0) for place in row], kernel[::-1]) for row in places.tolist()]
    ends = padding if isinstance(padding, tuple) else (padding, padding)
    sides = padding if isinstance(padding, str) else ((0, 0), ends)
    result = conv2d_transpose(
        image[None, :, None],
        kernel[None, :, None, None],
        padding=sides,
        strides=(1, strides),
        dilation_rate=(1, dilation),
    )
    assert_array_equal(result[0, :, 0], sums)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.data(), STEPS)
def test_transposed_convolution_equals_the_loops(seed, data, strides):
    """For any sizes and settings, lopsided padding included, the loops agree."""
    random = np.random.default_rng(seed)
    height, width = data.draw(st.tuples(*[st.integers(1, 5)] * 2))
    kh, kw = data.draw(st.tuples(*[st.integers(1, 4)] * 2))
    image, kernel = random.standard_normal((height, width, 2)), random.standard_normal((kh, kw, 3, 2))
    down, across = reference.both(strides)
    cuts = [
        data.draw(st.integers(0, (size - 1) * stride + taps - 1))
        for size, stride, taps in [(height, down, kh), (width, across, kw)]
    ]
    befores = [data.draw(st.integers(0, cut)) for cut in cuts]
    sides = tuple((before, cut - before) for before, cut in zip(befores, cuts, strict=True))
    for padding in ("valid", "same", sides):
        expected = reference.conv2d_transpose(image, kernel, strides, padding)
        result = conv2d_transpose(image, kernel, strides=strides, padding=padding)
        assert result.shape == expected.shape
        assert_allclose(result, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", [1, 2, 3])
def test_a_transposed_convolution_is_the_transpose(random, strides, padding):
    """For all x and y: <conv(x), y> = <x, transposed(y)>, which is what the name says."""
    kernel = random.standard_normal((3, 4, 2, 5))
    x = random.standard_normal((12, 12, 2) if padding == "same" else (15, 16, 2))  # the strides divide both
    image = conv2d(x, kernel, strides=strides, padding=padding)
    y = random.standard_normal(image.shape)
    back = conv2d_transpose(y, kernel, strides=strides, padding=padding)
    rows, cols, _ = back.shape
    assert np.vdot(image, y) == pytest.approx(np.vdot(x[:rows, :cols], back), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
@pytest.mark.parametrize("size", [1, 2, 3, 4, (1, 3), (5, 2)], ids=str)
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 5, 3), (7, 6, 2), (3, 4, 130)], ids=str)
def test_upsampling_equals_keras(random, keras, shape, size, interpolation):
    """Odd and even factors, also on a single cell and on more channels than OpenCV takes at once."""
    image = random.standard_normal(shape).astype(np.float32)
    expected = keras.layers.UpSampling2D(size, interpolation=interpolation)(image[None])[0]
    result = upsample2d(image, size, interpolation)
    assert result.dtype == np.float32
    assert_allclose(result, expected, rtol=1e-5, atol=1e-5)
    assert_allclose(upsample2d(image[:, :, 0], size, interpolation), result[:, :, 0], atol=1e-6)


# NaN and infinity


@pytest.mark.parametrize("kind", POOLINGS)
@pytest.mark.parametrize("options", [{}, {"strides": 1}, {"padding": "same"}, {"dilation_rate": 2}], ids=str)
def test_every_window_that_reads_nan_is_nan(random, kind, options):
    """A NaN shows in just the windows that read it, though maxima and minima of OpenCV lose it."""
    image = random.random((9, 8, 2), np.float32)
    image[4, 4, 1] = np.nan
    expected = np.isnan(reference.pool2d(image, 3, kind=kind, **options))
    assert expected.any()
    assert_array_equal(np.isnan(pool2d(image, 3, kind=kind, **options)), expected)


def test_an_image_of_minus_infinity_has_winners_in_it():
    """The padding never wins, not even where all cells are as low as can be."""
    image = np.full((3, 3), -np.inf)
    assert_array_equal(pool2d(image, 3, padding=1, strides=2), np.full((2, 2), -np.inf))
    assert_array_equal(pool_winners(image, 3, padding=1, strides=2), [[[0, 0], [0, 1]], [[1, 0], [1, 1]]])


def test_one_enormous_cell_does_not_blur_the_others(random):
    """Running sums would carry the rounding of 1e20 along the row; windows that miss it stay exact."""
    image = random.random((40, 40), np.float32)
    image[3, 3] = 1e20
    for options in ({"strides": 1}, {"strides": 2}, {"strides": 1, "dilation_rate": 2}):
        expected = pool2d(image[4:, 4:], 3, kind="average", **options)
        result = pool2d(image, 3, kind="average", **options)[-len(expected) :, -len(expected) :]
        assert_allclose(result, expected, rtol=1e-6)


# Receptive fields

KERNELS = st.one_of(st.integers(1, 4), st.tuples(st.integers(1, 4), st.integers(1, 4)))
WINDOWS = st.builds(
    WindowStep,
    kernel_size=KERNELS,
    strides=st.one_of(st.just(1), st.integers(1, 3), st.tuples(st.integers(1, 3), st.integers(1, 3))),
    padding=st.one_of(st.sampled_from(["valid", "same"]), st.integers(0, 2), st.tuples(SIDES, SIDES)),
    dilation_rate=st.one_of(st.just(1), st.integers(1, 2)),
)
LARGER = st.builds(Upsampling, st.integers(1, 3), st.sampled_from(["nearest", "bilinear"]))


def ran(steps, image, weights):
    """Run a stack with positive kernels on an image."""
    for step, kernel in zip(steps, weights, strict=True):
        if isinstance(step, Upsampling):
            image = upsample2d(image, step.size, step.interpolation)
        else:
            options = {name: getattr(step, name) for name in ("strides", "padding", "dilation_rate")}
            image = filter2d(image, kernel, **options) if kernel is not None else image
    return image


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.data(),
    st.lists(st.one_of(WINDOWS, WINDOWS, LARGER), min_size=1, max_size=4),
)
def test_a_unit_moves_only_with_the_pixels_of_its_rectangle(seed, data, steps):
    """With positive kernels no pixel outside moves the unit; some on each edge of the rectangle do."""
    random = np.random.default_rng(seed)
    shape = data.draw(st.tuples(st.integers(4, 12), st.integers(4, 12)))
    weights = [
        None if isinstance(step, Upsampling) else random.random(reference.both(step.kernel_size)) + 0.5
        for step in steps
    ]
    try:
        result = ran(steps, np.zeros(shape), weights)
    except ValueError:
        with pytest.raises(ValueError, match=r"Step \d: The kernel reaches over"):
            receptive_field(steps, shape)
        return
    row, col = (data.draw(st.integers(0, size - 1)) for size in result.shape)
    top, left, bottom, right = input_rectangle(steps, shape, row, col)
    moves = np.zeros(shape, bool)
    for place in np.ndindex(shape):
        image = np.zeros(shape)
        image[place] = 1
        moves[place] = ran(steps, image, weights)[row, col] > 0
    outside = moves.copy()
    outside[top:bottom, left:right] = False
    assert not outside.any()
    inside = moves[top:bottom, left:right]
    if inside.size:
        assert inside[[0, -1]].any(axis=1).all()
        assert inside[:, [0, -1]].any(axis=0).all()
    field = receptive_field(steps, shape)[-1]
    if not any(isinstance(step, Upsampling) for step in steps) and inside.size:
        for axis, (unit, low, high) in enumerate([(row, top, bottom), (col, left, right)]):
            start = field.offset[axis] + unit * field.jump[axis]
            assert start <= low < high <= start + field.size[axis]


@pytest.mark.parametrize("kind", POOLINGS)
def test_poolings_have_the_receptive_fields_of_convolutions(random, kind):
    """Every pixel of the rectangle can move a unit behind a pooling of any kind, and no other does."""
    steps = [WindowStep(3, padding="same"), WindowStep(2, 2, ceil_mode=True), WindowStep(2, dilation_rate=2)]
    kernel, last = random.random((3, 3)) + 0.5, random.random((2, 2)) + 0.5

    def unit(image):
        pooled = pool2d(filter2d(image, kernel, padding="same"), kind=kind, ceil_mode=True)
        return filter2d(pooled, last, dilation_rate=2)[0, 1]

    image = random.random((9, 9))
    top, left, bottom, right = input_rectangle(steps, image.shape, 0, 1)
    moves = np.zeros(image.shape, bool)
    for place in np.ndindex(image.shape):
        for change in (-100, 100):
            moved = image.copy()
            moved[place] += change
            moves[place] |= unit(moved) != unit(image)
    rows, cols = np.nonzero(moves)
    assert (rows.min(), cols.min(), rows.max() + 1, cols.max() + 1) == (top, left, bottom, right)


def test_after_padding_under_a_stride_pixels_beyond_the_last_window_are_left_out():
    """Of 8 columns, windows at 0, 2 and 4 leave the last unread, and padding does not stand for it."""
    steps = [WindowStep((1, 3), (1, 2)), WindowStep((1, 3), padding="same")]
    assert input_rectangle(steps, (1, 8), 0, 2) == (0, 2, 1, 7)
    assert receptive_field(steps, (1, 8))[-1] == ((1, 7), (1, 2), (0, -2))


def test_upsampling_divides_the_jump_by_its_size():
    """After a pooling by 2 and an upsampling by 4, neighbours are half a pixel apart and see two pixels."""
    for interpolation, size in [("nearest", 2), ("bilinear", 4)]:
        field = receptive_field([WindowStep(2, 2), Upsampling(4, interpolation)], (8, 8))[-1]
        assert field.jump == (0.5, 0.5)
        assert field.size == (size, size)


def test_the_field_of_no_steps_is_the_pixel():
    """Without steps the unit is a pixel; one that reads padding only has an empty rectangle."""
    assert receptive_field([], (4, 5)) == []
    assert input_rectangle([], (4, 5), 3, 4) == (3, 4, 4, 5)
    assert input_rectangle([WindowStep(1, padding=3)], (4, 5), 0, 4) == (0, 0, 0, 0)


# Errors

LAYER = np.ones((5, 5, 3))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: pool2d(np.ones(5)), "image has the shape (5,); it must be (H, W) or (H, W, C)"),
        (lambda: pool2d(LAYER, 0), "pool_size must be a whole number of at least 1; it is 0"),
        (lambda: pool2d(LAYER, True), "it is True"),
        (lambda: pool2d(LAYER, strides=0), "strides must be"),
        (lambda: pool2d(LAYER, dilation_rate=1.5), "dilation_rate must be"),
        (lambda: pool2d(LAYER, padding="full"), "'full'"),
        (lambda: pool2d(LAYER, padding=True), "it is True"),
        (lambda: pool2d(LAYER, kind="median"), "kind is 'median'; it must be one of max, average, min, l2."),
        (lambda: pool2d(LAYER, kind=["max"]), "must be one of"),
        (lambda: pool2d(LAYER, 6), "window reaches over 6 rows but the padded image has only 5"),
        (lambda: pool2d(LAYER, (2, 3), dilation_rate=3), "7 columns"),
        (lambda: pool2d(LAYER, 2, padding=2), "Window 0 along the rows, counted from 0, reads nothing but"),
        (lambda: pool2d(LAYER, 2, padding=((0, 0), (0, 3))), "Window 3 along the columns"),
        (lambda: pool2d([[1]], 2, padding="same", dilation_rate=2), "a smaller dilation"),
        (lambda: pool_winners(LAYER, kind="average"), "must be one of max, min."),
        (lambda: pool_winners(LAYER, 6), "reaches over 6"),
        (lambda: global_pool2d(np.ones(3)), "must be (H, W, C) or (H, W)"),
        (lambda: global_pool2d(LAYER, "sum"), "'sum'"),
        (lambda: conv2d_transpose(np.ones((5, 5)), np.ones((2, 2, 1, 1))), "must be (H, W, Cin)"),
        (lambda: conv2d_transpose(LAYER, np.ones((2, 2))), "must be (kh, kw, Cout, Cin)"),
        (lambda: conv2d_transpose(LAYER, np.ones((2, 2, 3, 1))), "takes 1: make its last axis Cin"),
        (lambda: conv2d_transpose(LAYER, np.ones((2, 2, 1, 3)), strides=0), "strides must be"),
        (lambda: conv2d_transpose(LAYER, np.ones((2, 2, 1, 3)), padding="full"), "'full'"),
        (lambda: conv2d_transpose(LAYER, np.ones((2, 2, 1, 3)), padding=False), "it is False"),
        (lambda: conv2d_transpose(LAYER, np.ones((2, 2, 1, 3)), padding=3), "takes away 6 rows of 6"),
        (lambda: upsample2d(LAYER, 0), "size must be a whole number"),
        (lambda: upsample2d(LAYER, 2, "cubic"), "'cubic'; it must be \"nearest\" or \"bilinear\""),
        (lambda: receptive_field([WindowStep(2)], (5,)), "(H, W) or (H, W, C)"),
        (lambda: receptive_field([WindowStep(2)], (5, 0)), "input_shape must be"),
        (
            lambda: receptive_field([WindowStep(3), WindowStep(3, 2), WindowStep(4)], (8, 9)),
            "Step 3: The kernel reaches",
        ),
        (lambda: receptive_field([Upsampling(0)], (8, 9)), "Step 1: size must be"),
        (lambda: receptive_field([Upsampling(2, "area")], (8, 9)), "'area'"),
        (lambda: input_rectangle([WindowStep(3)], (8, 9), 6, 0), "row 6, column 0: the last step has 6 rows"),
        (lambda: input_rectangle([WindowStep(3)], (8, 9), 0, 7), "no unit"),
        (lambda: input_rectangle([WindowStep(3)], (8, 9), -1, 0), "row must be"),
    ],
)  # fmt: skip
def test_each_says_what_is_wrong(call, words):
    """Whatever does not fit is a ValueError with a sentence that says what came and what to do."""
    with pytest.raises(ValueError, match=re.escape(words)):
        call()


def test_an_argument_that_equals_another_is_still_looked_at():
    """True is no padding, even after 1, which equals it, has been used with the same sizes."""
    pool2d(LAYER, padding=1)
    with pytest.raises(ValueError, match="True"):
        pool2d(LAYER, padding=True)
