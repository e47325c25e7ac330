from __future__ import annotations

import csv
import io
import json
import re

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.testing import assert_allclose, assert_array_equal

from explorer import rounding
from explorer.convolution import kernels
from explorer.convolution.filters import filter2d
from explorer.convolution.kernels import (
    GROUPS,
    KERNELS,
    MAX_KERNEL_SIDE,
    gabor,
    gaussian,
    laplacian_of_gaussian,
    motion_blur,
)

BLURS = ["box", "gaussian", "motion_blur"]
KEEP_BRIGHTNESS = [*BLURS, "identity", "sharpen", "unsharp", "emboss"]
DERIVATIVES = [name for name, kernel in KERNELS.items() if kernel.group in ("Edges", "Lines and textures")]
FINITE = st.floats(-1e6, 1e6, width=32)
TABLES = arrays.arrays(np.float32, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=FINITE)


def sizes_of(kernel):
    """A sample of the sizes that a kernel can be made at: small ones, oblong ones, the largest."""
    sides = [1, 2, 3, 4, 5, 6, 7, 9, 30, 31]
    return [(rows, columns) for rows in sides for columns in sides if (rows, columns) in kernel.sizes]


EVERY_SIZE = [
    pytest.param(kernel, size, id=f"{kernel.name}-{size[0]}x{size[1]}")
    for kernel in KERNELS.values()
    for size in sizes_of(kernel)
]


def is_identity(weights):
    """Whether a kernel is a single weight at its centre, or so near to it that nobody would see."""
    rest = np.abs(weights).copy()
    rest[(rest.shape[0] - 1) // 2, (rest.shape[1] - 1) // 2] = 0
    return rest.sum() < 1e-6


# The table


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=lambda kernel: kernel.name)
def test_every_kernel_says_what_it_is_for_and_where_it_comes_from(kernel):
    """A title, one sentence of why, a source, a group of the menu, and weights that cannot be written to."""
    assert KERNELS[kernel.name] is kernel
    assert kernel.title
    assert kernel.source.endswith(".")
    assert re.fullmatch(r"[^.]+\.", kernel.why)
    assert kernel.group in GROUPS
    assert kernel.weights.shape == kernel.size
    assert kernel.weights.dtype == np.float32
    assert not kernel.weights.flags.writeable


def test_the_table_has_every_kernel_and_group():
    """Nothing of the course is missing, and no two kernels have the same weights or title."""
    assert {kernel.group for kernel in KERNELS.values()} == set(GROUPS)
    assert len({kernel.title for kernel in KERNELS.values()}) == len(KERNELS)
    assert len({(kernel.size, kernel.weights.tobytes()) for kernel in KERNELS.values()}) == len(KERNELS)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("identity", [[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        ("sharpen", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        ("outline4", [[0, -1, 0], [-1, 4, -1], [0, -1, 0]]),
        ("outline8", [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        ("sobel_x", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
        ("sobel_y", [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
        ("scharr_x", [[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]]),
        ("scharr_y", [[-3, -10, -3], [0, 0, 0], [3, 10, 3]]),
        ("prewitt_x", [[-1, 0, 1]] * 3),
        ("prewitt_y", [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]),
        ("roberts_falling", [[1, 0], [0, -1]]),
        ("roberts_rising", [[0, 1], [-1, 0]]),
        ("emboss", [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
        ("line_horizontal", [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]]),
        ("line_vertical", [[-1, 2, -1]] * 3),
        ("line_rising", [[-1, -1, 2], [-1, 2, -1], [2, -1, -1]]),
        ("line_falling", [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]),
    ],
)
def test_the_well_known_kernels_have_the_well_known_weights(name, rows):
    """The weights at 3 x 3 (Roberts 2 x 2) are those of the textbooks."""
    assert_array_equal(KERNELS[name].weights, rows)


# Families


@pytest.mark.parametrize(("kernel", "size"), EVERY_SIZE)
def test_a_family_has_the_size_asked_for(kernel, size):
    """5 x 5 is a true 5 x 5: finite, never a silent identity, and its sum is what its purpose asks for."""
    arguments = {"angle": 90.0} if kernel.name == "motion_blur" and size[1] == 1 else {}
    weights = kernel.make(size, **arguments)
    assert weights.shape == size
    assert weights.dtype == np.float32
    assert np.isfinite(weights).all()
    assert is_identity(weights) == (kernel.name == "identity" or (kernel.name, size) == ("random", (1, 1)))
    total = weights.astype(float).sum()
    if kernel.name in KEEP_BRIGHTNESS:
        assert total == pytest.approx(1, abs=1e-5)
    if kernel.name in BLURS:
        assert (weights >= 0).all()
    if kernel.name in DERIVATIVES:
        assert abs(total) <= 1e-6 * np.abs(weights).sum()


@pytest.mark.parametrize(
    "name", sorted(set(KERNELS) - {"identity", "random", "gabor", "roberts_falling", "roberts_rising"})
)
def test_the_outermost_cells_are_used(name):
    """A family at 7 x 7 is no 3 x 3 with zeros around it."""
    kernel = KERNELS[name]
    weights = kernel.make((7, 7)) if (7, 7) in kernel.sizes else kernel.weights
    edge = np.concatenate([weights[0], weights[-1], weights[:, 0], weights[:, -1]])
    assert edge.any()


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=lambda kernel: kernel.name)
def test_arguments_matter_and_have_honest_bounds(kernel):
    """Both ends of every argument make a kernel that differs from the default and is no identity."""
    for argument in kernel.arguments:
        assert argument.low <= argument.default <= argument.high
        for value in {argument.low, argument.high} - {argument.default}:
            weights = kernel.make(**{argument.name: value})
            assert weights.shape == kernel.size
            assert not is_identity(weights)
            turns_full_circle = value - argument.default in (180, 360)
            assert turns_full_circle or not np.allclose(weights, kernel.weights, atol=1e-7)


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=lambda kernel: kernel.name)
def test_the_menu_of_sizes_holds_only_what_can_be_made(kernel):
    """Offered sizes are square, rise to the bound, and a kernel of one size says so."""
    offered = kernel.offered(7)
    assert offered
    assert all(rows == columns <= 7 for rows, columns in offered)
    assert [kernel.make(size).shape for size in offered] == offered
    assert kernel.fixed == (len(kernel.offered()) == 1)


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("roberts_rising", 3, "cannot be made 3 × 3; it can be made only 2 × 2"),
        ("scharr_x", (5, 5), "only 3 × 3"),
        ("sobel_x", 4, "with 3 to 7 rows and columns, odd numbers only"),
        ("sobel_y", (3, 9), "cannot be made 3 × 9"),
        ("line_rising", (3, 5), "as many rows as columns"),
        ("box", 1, "2 weights or more"),
        ("gabor", (2, 5), "with 3 to 31 rows and columns"),
        ("gaussian", MAX_KERNEL_SIDE + 1, "1 to 31"),
        ("box", 0, "1 or more; it is 0"),
        ("box", (3, 3, 3), "(rows, columns)"),
        ("box", True, "it is True"),
        ("box", 2.5, "it is 2.5"),
        ("box", "3x3", "(rows, columns)"),
    ],
)
def test_sizes_that_do_not_exist_are_refused_with_those_that_do(name, size, words):
    """The error says which sizes there are."""
    with pytest.raises(ValueError, match=re.escape(words)):
        KERNELS[name].make(size)


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("gaussian", {"sigma": 0.1}, "Sigma takes 0.3 to 10, but 0.1 came; choose one"),
        ("gaussian", {"sigma": np.nan}, "'nan' came"),
        ("gaussian", {"sigma": "1"}, "Sigma takes a finite number, but '1' came"),
        ("gaussian", {"sigma": True}, "'True' came"),
        ("gaussian", {"width": 1}, "no argument 'width'; the arguments it takes: sigma"),
        ("box", {"sigma": 1}, "it takes: none"),
        ("random", {"seed": 1.5}, "Seed takes a whole number, but 1.5 came"),
        ("random", {"seed": -1}, "Seed takes 0 to 9999, but −1 came"),
        ("motion_blur", {"angle": np.inf}, "Direction (angle) takes a finite number, but 'inf' came"),
    ],
)
def test_arguments_that_do_not_exist_or_fit_are_refused(name, arguments, words):
    """The error says what came and what was expected."""
    with pytest.raises(ValueError, match=re.escape(words)):
        KERNELS[name].make(**arguments)


# Second opinions


@pytest.mark.parametrize("size", [3, 5, 9, 31])
@pytest.mark.parametrize("sigma", [0.3, 0.8, 2.0, 7.5])
def test_gaussian_equals_opencv(size, sigma):
    """The outer product of OpenCV's one-dimensional bells."""
    tall, wide = cv2.getGaussianKernel(size, sigma), cv2.getGaussianKernel(5, sigma)
    assert_allclose(gaussian(size, sigma), tall @ tall.T, atol=1e-6)
    assert_allclose(gaussian((size, 5), sigma), tall @ wide.T, atol=1e-6)


@pytest.mark.parametrize("size", [2, 4, 8, 30])
def test_gaussian_of_even_size_equals_scipy(size):
    """With an even number of cells the top of the bell lies between the two in the middle."""
    windows = pytest.importorskip("scipy.signal.windows")
    bell = windows.gaussian(size, 1.7)
    expected = np.outer(bell, bell) / bell.sum() ** 2
    assert_allclose(gaussian(size, 1.7), expected, atol=1e-6)


@pytest.mark.parametrize("size", [3, 5, 7])
def test_sobel_equals_opencv(size):
    """Smoothing down times slope across, as OpenCV's getDerivKernels gives them."""
    slope, smooth = cv2.getDerivKernels(1, 0, size)
    assert_array_equal(KERNELS["sobel_x"].make(size), smooth @ slope.T)
    assert_array_equal(KERNELS["sobel_y"].make(size), slope @ smooth.T)


def test_scharr_equals_opencv():
    """OpenCV has the same integers."""
    slope, smooth = cv2.getDerivKernels(1, 0, cv2.FILTER_SCHARR)
    assert_array_equal(KERNELS["scharr_x"].weights, smooth @ slope.T)


def test_laplacian_of_gaussian_equals_scipy():
    """Far from the cut, an impulse through SciPy's filter gives the same function."""
    ndimage = pytest.importorskip("scipy.ndimage")
    impulse = np.zeros((31, 31))
    impulse[15, 15] = 1
    expected = ndimage.gaussian_laplace(impulse, 2.0, truncate=8)
    assert_allclose(laplacian_of_gaussian(31, 2.0), expected, atol=1e-4)


def test_laplacian_of_gaussian_turns_its_sign_at_its_radius():
    """It is negative within sqrt(2) sigma of the centre and positive beyond."""
    weights = laplacian_of_gaussian(21, 2.0)[10]
    assert (weights[8:13] < 0).all()
    assert (weights[[5, 6, 14, 15]] > 0).all()


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 135])
def test_gabor_equals_opencv_up_to_scale(angle):
    """OpenCV's filter, its mean taken off and scaled alike; its y axis runs down, so its angle is turned."""
    theirs = cv2.getGaborKernel((9, 9), 2.0, -np.radians(angle), 4.0, 0.5, 0)
    theirs -= theirs.mean()
    theirs *= 2 / np.abs(theirs).sum()
    assert_allclose(gabor(9, angle, 4.0, 2.0, 0.5, 0), theirs, atol=1e-6)


def test_prewitt_is_the_slope_of_the_best_plane():
    """On a tilted plane it gives the slope across, times the sum of its squared weights."""
    down, across = np.mgrid[:9, :7]
    weights = KERNELS["prewitt_x"].make((5, 7))
    result = filter2d(3 * across - 2 * down + 1, weights)
    assert_allclose(result, 3 * (weights**2).sum() * np.ones_like(result), rtol=1e-5)


# What they see


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=lambda kernel: kernel.name)
def test_a_kernel_that_a_convolution_changes_says_what_it_does_then(kernel):
    """Half a turn changes the weights of those that have a second sentence, and of a random one, alone."""
    changed = not np.array_equal(kernel.weights, kernel.weights[::-1, ::-1])
    assert bool(kernel.turned) == (changed and kernel.name != "random")


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("kernel", KERNELS.values(), ids=lambda kernel: kernel.name)
def test_the_sign_of_an_edge_is_that_of_its_sentence(kernel, flip):
    """`positive where the right side is brighter` holds of the map, and so does `negative ...` if rotated."""
    sentence = kernel.turned if flip and kernel.turned else kernel.why
    found = re.search(r"(positive|negative) where the (right|lower) side is brighter", sentence)
    if not found:
        assert "brighter" not in sentence
        return
    step = np.zeros((12, 12), np.float32)
    step[:, 6:] = 1
    edge = step if found[2] == "right" else step.T
    feature_map = filter2d(edge, kernel.weights, flip=flip)
    assert np.sign(feature_map.sum()) == (1 if found[1] == "positive" else -1)


def test_signs_are_as_promised():
    """Bright on the right is positive for x, bright at the bottom for y, and flat pictures give 0."""
    image = np.zeros((11, 11))
    image[:, 6:] = 1
    for name in ("sobel", "scharr", "prewitt"):
        across, down = KERNELS[f"{name}_x"].weights, KERNELS[f"{name}_y"].weights
        assert filter2d(image, across).max() > 0 == filter2d(image, across).min()
        assert not filter2d(image, down).any()
        assert filter2d(image.T, down).max() > 0 == filter2d(image.T, down).min()


@pytest.mark.parametrize("size", [3, 5, 9])
@pytest.mark.parametrize("name", ["line_horizontal", "line_vertical", "line_rising", "line_falling"])
def test_each_line_detector_answers_its_own_line_most(name, size):
    """Of four lines through the window the one of its name gives the largest sum, 0 or less the others."""
    lines = {
        "line_horizontal": np.zeros((size, size)),
        "line_vertical": np.zeros((size, size)),
        "line_falling": np.eye(size),
        "line_rising": np.eye(size)[::-1],
    }
    lines["line_horizontal"][size // 2] = 1
    lines["line_vertical"][:, size // 2] = 1
    answers = {line: filter2d(picture, KERNELS[name].make(size)).item() for line, picture in lines.items()}
    assert answers.pop(name) == size * (size - 1)
    assert max(answers.values()) <= 0


@pytest.mark.parametrize("orientation", [0, 45, 90, 135])
def test_gabor_answers_stripes_of_its_own_direction_most(orientation):
    """A wave that runs to the upper right at 45 degrees is answered by the filter of 45 degrees."""
    down, across = np.mgrid[:41, :41]

    def strength(angle):
        direction = np.radians(angle)
        wave = np.cos(np.pi / 3 * (across * np.cos(direction) - down * np.sin(direction)))
        return np.abs(filter2d(wave, gabor(13, orientation, 6.0, 3.0))).max()

    assert max((0, 45, 90, 135), key=strength) == orientation


@pytest.mark.parametrize("size", [3, 5, 8, 31, (3, 9), (9, 4)], ids=str)
@pytest.mark.parametrize("angle", [0, 10, 37.5, 45, 60, 90, 120, 135, 179, 180, -45, 400])
def test_motion_blur_is_an_even_line_at_any_angle(size, angle):
    """It adds up to 1, looks alike turned by 180 degrees, and spreads along its direction alone."""
    weights = motion_blur(size, angle).astype(float)
    assert weights.sum() == pytest.approx(1, abs=1e-6)
    assert_allclose(weights, weights[::-1, ::-1], atol=1e-7)
    down, across = np.mgrid[: weights.shape[0], : weights.shape[1]]
    down, across = down - down.mean(), across - across.mean()
    direction = np.radians(angle)
    off = across * np.sin(direction) + down * np.cos(direction)  # distance from the line
    assert np.abs(off[weights > 0]).max() < 1 + 1e-9
    assert np.count_nonzero(weights) > 1


def test_motion_blur_by_hand():
    """Level, upright and along both diagonals the line is exact."""
    third = np.float32(1 / 3)
    assert_array_equal(motion_blur(3, 0), [[0, 0, 0], [third] * 3, [0, 0, 0]])
    assert_array_equal(motion_blur(3, 90), motion_blur(3, 0).T)
    assert_array_equal(motion_blur(3, 135), np.eye(3, dtype=np.float32) * third)
    assert_array_equal(motion_blur(3, 45), motion_blur(3, 135)[::-1])


def test_unsharp_adds_what_the_blur_takes_away():
    """Image plus amount times (image less blur)."""
    image = np.random.default_rng(2).random((9, 9))
    blurred = filter2d(image, gaussian(5, 1.5))
    expected = image[2:-2, 2:-2] + 0.7 * (image[2:-2, 2:-2] - blurred)
    assert_allclose(filter2d(image, KERNELS["unsharp"].make(5, sigma=1.5, amount=0.7)), expected, atol=1e-6)


def test_random_depends_on_its_seed_alone():
    """The same seed gives the same weights, another one others."""
    make = KERNELS["random"].make
    assert_array_equal(make(5, seed=3), make(5, seed=3))
    assert (make(5, seed=3) != make(5, seed=4)).any()
    assert make(31).std() == pytest.approx(np.sqrt(2) / 31, rel=0.1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: gaussian(5, 0), "sigma must be a finite number of at least 0.2; it is 0"),
        (lambda: gaussian(5, np.inf), "it is inf"),
        (lambda: gaussian(5, True), "it is True"),
        (lambda: gaussian((0, 5), 1), "1 or more"),
        (lambda: kernels.box(-1), "1 or more; it is -1"),
        (lambda: laplacian_of_gaussian((2, 5), 1), "3 rows and columns or more"),
        (lambda: laplacian_of_gaussian(5, 0.1), "at least 0.3"),
        (lambda: motion_blur((9, 1), 0), "A line at 0° covers a single cell of 9 × 1"),
        (lambda: motion_blur((1, 9), 90), "A line at 90° covers a single cell of 1 × 9"),
        (lambda: motion_blur(1, 0), "single cell"),
        (lambda: motion_blur(3, np.nan), "angle must be a finite number; it is nan"),
        (lambda: gabor(5, wavelength=1), "wavelength"),
        (lambda: gabor(5, wavelength=2, phase=90), "weights are all alike"),
        (lambda: gabor(1), "weights are all alike"),
    ],
)
def test_families_say_what_is_wrong(call, words):
    """Whatever would make a silent identity, or nothing, is refused in a sentence."""
    with pytest.raises(ValueError, match=re.escape(words)):
        call()


# Changing a kernel


@given(TABLES)
def test_turning_twice_gives_the_kernel_back(weights):
    """Flip and transpose undo themselves."""
    assert_array_equal(kernels.flip(kernels.flip(weights)), weights)
    assert_array_equal(kernels.transpose(kernels.transpose(weights)), weights)


@given(st.integers(0, 5).map(lambda n: 2 * n + 1), st.integers(0, 2**32 - 1))
def test_eight_turns_are_a_full_circle(side, seed):
    """Eight turns by 45 degrees give the kernel back, two are a quarter turn clockwise."""
    weights = np.random.default_rng(seed).random((side, side), np.float32)
    twice = kernels.rotate45(kernels.rotate45(weights))
    assert_array_equal(twice, np.rot90(weights, -1))
    turned = twice
    for _ in range(6):
        turned = kernels.rotate45(turned)
    assert_array_equal(turned, weights)


def test_turned_edge_finders_find_turned_edges():
    """Sobel y is Sobel x turned by 90 degrees, and between the two is the one for slanting edges."""
    turned = kernels.rotate45(KERNELS["sobel_x"].weights)
    assert_array_equal(turned, [[-2, -1, 0], [-1, 0, 1], [0, 1, 2]])
    assert_array_equal(kernels.rotate45(turned), KERNELS["sobel_y"].weights)


@given(TABLES)
def test_zero_mean_adds_up_to_zero(weights):
    """Whatever came, the sum is 0 within rounding."""
    result = kernels.zero_mean(weights)
    assert abs(result.astype(float).sum()) <= 1e-6 * (1 + np.abs(weights).sum())


@given(TABLES)
def test_normalise_adds_up_to_one_or_says_why_not(weights):
    """The sum is 1; where the weights add up to nothing, the sentence says so."""
    total, strength = weights.astype(float).sum(), np.abs(weights.astype(float)).sum()
    if abs(total) <= rounding.noise(strength, weights.size, given=rounding.SINGLE):
        with pytest.raises(ValueError, match="add up to 0"):
            kernels.normalise(weights)
    else:
        result = kernels.normalise(weights).astype(float)
        assert result.sum() == pytest.approx(1, abs=1e-6 * np.abs(result).sum())
        assert_allclose(result * total, weights, rtol=1e-5, atol=1e-6 * strength)


def test_resize_keeps_the_centre():
    """Cropping and padding leave the centre cell in the centre, odd or even."""
    weights = np.arange(25.0).reshape(5, 5)
    assert_array_equal(kernels.resize(weights, 3), weights[1:4, 1:4])
    assert_array_equal(kernels.resize(weights, (7, 1))[:, 0], [0, 2, 7, 12, 17, 22, 0])
    assert_array_equal(kernels.resize([[1, 2], [3, 4]], 3), [[0, 0, 0], [0, 1, 2], [0, 3, 4]])
    for size in (1, 2, 3, 4, 7, 8):
        centre = kernels.resize(weights, size)[(size - 1) // 2, (size - 1) // 2]
        assert centre == weights[2, 2]


@given(TABLES)
def test_what_is_written_reads_back_to_the_bit(weights):
    """JSON, CSV and rows restore every float32 exactly."""
    assert_array_equal(np.float32(json.loads(kernels.to_json(weights))), weights)
    rows = list(csv.reader(io.StringIO(kernels.to_csv(weights))))
    assert_array_equal(np.float32([[float(text) for text in row] for row in rows]), weights)
    assert_array_equal(kernels.from_rows(kernels.to_rows(weights)), weights)


def test_numbers_are_written_as_short_as_can_be():
    """A tenth is 0.1, not the digits of its double."""
    assert kernels.to_csv(np.float32([[0.1, -2], [1e-7, 3e8]])) == "0.1,-2.0\n1e-07,300000000.0\n"


@pytest.mark.parametrize("change", ["normalise", "zero_mean", "flip", "transpose", "rotate45"])
def test_changes_make_new_kernels(change):
    """What is changed is a copy: the kernels of the table stay as they are."""
    weights = KERNELS["gaussian"].weights
    before = weights.copy()
    result = getattr(kernels, change)(weights)
    result[:] = 7
    assert_array_equal(weights, before)
    assert result.dtype == np.float32


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: kernels.rotate45(np.ones((3, 5))), "this one is 3 × 5"),
        (lambda: kernels.rotate45(np.ones((4, 4))), "odd number of rows"),
        (lambda: kernels.normalise(KERNELS["sobel_x"].weights), "add up to 0"),
        (lambda: kernels.normalise(np.zeros((3, 3))), "add up to 0"),
        (lambda: kernels.flip([1, 2, 3]), "has the shape (3,)"),
        (lambda: kernels.flip(np.ones((0, 3))), "has the shape (0, 3)"),
        (lambda: kernels.flip([[1j]]), "type complex128"),
        (lambda: kernels.from_rows([[1], [2, 3]]), "rows of one length"),
        (lambda: kernels.to_json([[np.nan]]), "NaN or infinite"),
        (lambda: kernels.to_csv([[np.inf]]), "NaN or infinite"),
        (lambda: kernels.resize([[1]], (0, 3)), "1 or more"),
    ],
)
def test_changes_say_what_is_wrong(call, words):
    """What is no kernel, or cannot be changed so, is refused in a sentence."""
    with pytest.raises(ValueError, match=re.escape(words)):
        call()


def test_brightness_is_kept_where_the_weights_sum_to_one() -> None:
    """Blurs and sharpeners keep the brightness; kernels that find differences, and chance, do not."""
    keeping = {name for name, kernel in KERNELS.items() if kernel.keeps_brightness}
    assert {"identity", "box", "gaussian", "sharpen", "unsharp", "motion_blur"} <= keeping
    assert keeping.isdisjoint({"sobel_x", "laplacian_of_gaussian", "gabor", "prewitt_y", "random"})


def test_no_weight_is_a_residue():
    """The mean taken off leaves 0 of a weight that is the mean; a sine has 0 in the middle; both exactly."""
    assert kernels.zero_mean([[0.1, 0.2, 0.3]])[0, 1] == 0
    assert not kernels.zero_mean([[0.3, 0.3, 0.3]]).any()
    for phase in (90, 270):
        assert not gabor(7, phase=phase, orientation=0)[:, 3].any()
    with pytest.raises(ValueError, match="add up to 0"):
        kernels.normalise([[0.1, 0.2, -0.3]])
    assert kernels.normalise([[1e-8, 3e-8]]).tolist() == [[0.25, 0.75]]
