from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from explorer import images
from explorer.convolution.experiments import Convolution, Pooling
from explorer.convolution.invariance import (
    Change,
    Equivariance,
    Moved,
    Pair,
    equivariance,
    invariance,
    shifted,
)
from explorer.convolution.kernels import KERNELS
from explorer.convolution.pooling import POOLINGS

Array = NDArray[np.float32]

COPY = Convolution(np.ones((1, 1)), padding="valid")
EDGES = Convolution(KERNELS["sobel_x"].weights, activation="relu")


def image(*shape: int, seed: int = 3) -> Array:
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


def whole(*shape: int) -> Array:
    """Whole numbers, whose sums are exact however they are added up."""
    return np.random.default_rng(5).integers(0, 32, shape).astype(np.float32)


# Change


def test_shift_by_hand() -> None:
    """One down and two to the right: the first row and column are repeated, the last ones leave."""
    cells = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert shifted(cells, 1, 2).tolist() == [[0, 0, 0, 1], [0, 0, 0, 1], [4, 4, 4, 5]]


def test_shift_beyond_the_picture() -> None:
    """A picture smaller than its shift shows its first pixel all over."""
    assert_array_equal(Change(8, 8).apply(image(3, 2, 3)), np.broadcast_to(image(3, 2, 3)[0, 0], (3, 2, 3)))


@pytest.mark.parametrize("shape", [(7, 9), (7, 9, 1), (7, 9, 3)])
def test_no_change_is_no_change(shape: tuple[int, ...]) -> None:
    """Nothing set leaves every pixel as it was, whatever the seed."""
    assert_array_equal(Change(seed=9).apply(image(*shape)), image(*shape))


@pytest.mark.parametrize("shape", [(12, 16), (12, 16, 1), (12, 16, 3)])
@pytest.mark.parametrize("angle", [-45.0, -10.0, 30.0])
def test_turned_plane(shape: tuple[int, ...], angle: float) -> None:
    """Between four pixels of an evenly rising plane lies the plane itself, turned about the centre."""
    rows, columns = np.mgrid[: shape[0], : shape[1]] - np.array([5.5, 7.5])[:, None, None]
    heights = 0.5 + 0.02 * rows + 0.01 * columns
    picture = np.broadcast_to(heights.reshape(*shape[:2], *[1] * len(shape[2:])), shape).astype(np.float32)
    turned = Change(angle=angle).apply(picture)
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    # Anticlockwise on the screen, where rows count downwards: what comes to (r, c) stood at:
    row, column = sine * columns + cosine * rows, cosine * columns - sine * rows
    within = (abs(row) <= 5.5) & (abs(column) <= 7.5)
    expected = 0.5 + 0.02 * row + 0.01 * column
    assert turned.shape == shape
    planes = turned.reshape(*shape[:2], -1)
    assert within.sum() > 80
    assert_allclose(planes[within], np.repeat(expected[within][:, None], planes.shape[2], 1), atol=1e-3)


def test_positive_angles_turn_anticlockwise() -> None:
    """A bright pixel to the right of the centre goes up."""
    picture = np.zeros((9, 9), np.float32)
    picture[4, 7] = 1
    turned = Change(angle=45).apply(picture)
    assert np.unravel_index(turned.argmax(), turned.shape) == (2, 6)


def test_noise() -> None:
    """Noise has the standard deviation that is set, is the same for one seed, and stays within [0, 1]."""
    grey = np.full((100, 100, 3), 0.5, np.float32)
    some = Change(noise=0.1, seed=4).apply(grey)
    assert np.std(some - grey) == pytest.approx(0.1, rel=0.02)
    assert abs(np.mean(some - grey)) < 0.002
    assert_array_equal(some, Change(noise=0.1, seed=4).apply(grey))
    assert (some != Change(noise=0.1, seed=5).apply(grey)).mean() > 0.99
    assert_allclose(Change(noise=0.05, seed=4).apply(grey) - grey, (some - grey) / 2, atol=1e-6)
    strong = Change(noise=0.5).apply(grey)
    assert (strong.min(), strong.max(), strong.dtype) == (0, 1, np.float32)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"down": 9}, r"down is 9; choose a whole number from 0 to 8\."),
        ({"right": -1}, r"right is -1; choose a whole number from 0 to 8\."),
        ({"right": 1.5}, r"right is 1\.5; choose a whole number from 0 to 8\."),
        ({"angle": 46.0}, r"angle is 46\.0; choose a number from -45\.0 to 45\.0\."),
        ({"angle": float("nan")}, "angle is nan"),
        ({"noise": 0.6}, r"noise is 0\.6; choose a number from 0 to 0\.5\."),
    ],
)
def test_bounds(chosen: dict[str, Any], sentence: str) -> None:
    """What is too much is refused in a sentence that says how much there can be."""
    with pytest.raises(ValueError, match=sentence):
        Change(**chosen)


# Pair


def test_relative_change_by_hand() -> None:
    """From (3, 4) to (3, 1) the change is 3 and the length was 5."""
    pair = Pair.of(np.array([3.0, 4.0, 0.0, 0.0]), np.array([3.0, 1.0, 0.0, 0.0]))
    assert pair.change == 3 / 5
    assert pair.unchanged == 3 / 4
    assert pair.blank == 2 / 4
    assert pair.difference.tolist() == [0, -3, 0, 0]


def test_nothing_to_divide_by() -> None:
    """From nothing to nothing is no change; from nothing to something there is no such number."""
    nothing, something = np.zeros((2, 2), np.float32), np.eye(2, dtype=np.float32)
    assert Pair.of(nothing, nothing).change == 0
    assert Pair.of(nothing, something).change is None
    assert Pair.of(something, nothing).change == 1


# InvarianceReport


def test_moved_winner_by_hand() -> None:
    """A 9 that moves one cell within its window is still the largest: same value, other place.

    1 0 | 0 0      1 1 | 0 0      The first window keeps its 1, still at its first place. In the window
    0 0 | 9 0      0 0 | 0 9      of the 9 the winner moves, and the value cannot tell.
    """
    picture = np.array([[1, 0, 0, 0], [0, 0, 9, 0]], np.float32)
    found = invariance(picture, COPY, Pooling(), Change(right=1))
    assert found.map.second.tolist() == [[1, 1, 0, 0], [0, 0, 0, 9]]
    assert found.pooled.first.tolist() == found.pooled.second.tolist() == [[1, 9]]
    assert found.moved is not None
    assert (found.moved.windows, found.moved.same_value, found.moved.moved) == (2, 2, 1)
    assert found.pooled.change == 0
    assert found.map.change == pytest.approx((163 / 82) ** 0.5)  # 1, 9 and 9 of the differences; 1 and 9
    assert (found.map.unchanged, found.pooled.unchanged) == (5 / 8, 1)


@pytest.mark.parametrize("kind", POOLINGS)
@pytest.mark.parametrize("shape", [(9, 10), (9, 10, 1), (9, 10, 3)])
def test_zero_change_is_zero_everywhere(kind: str, shape: tuple[int, ...]) -> None:
    """Nothing changed: every difference is 0, every cell unchanged, every winner where it was."""
    found = invariance(image(*shape), EDGES, Pooling(kind, 3, 2, "same"), Change())
    for pair in (found.picture, found.map, found.pooled):
        assert not pair.difference.any()
        assert (pair.change, pair.unchanged) == (0, 1)
    for shift in (found.map_shift, found.pooled_shift):
        assert (shift.cells, shift.is_whole, shift.change, shift.largest) == ((0, 0), True, 0, 0)
        assert shift.compared > 0
    if kind in ("max", "min"):
        assert found.moved is not None
        assert (found.moved.windows, found.moved.moved) == (found.pooled.first.size, 0)
        assert found.moved.same_value == found.moved.windows
    else:
        assert found.moved is None


def test_even_picture() -> None:
    """Of an even picture the edges are 0 everywhere; a shift leaves it so and nothing is divided by 0."""
    found = invariance(np.full((8, 8, 3), 0.5, np.float32), EDGES, Pooling(), Change(down=3, right=1))
    inner = Convolution(EDGES.kernel, padding="valid", activation="relu")
    clean = invariance(np.full((8, 8, 3), 0.5, np.float32), inner, Pooling(), Change(down=3, right=1))
    assert (clean.map.change, clean.pooled.change, clean.map.blank) == (0, 0, 1)
    assert (found.picture.change, found.map.change) == (0, 0)
    noisy = invariance(np.full((8, 8, 3), 0.5, np.float32), inner, Pooling(), Change(noise=0.1))
    assert (noisy.map.change, noisy.pooled.change) == (None, None)


def test_a_shift_changes_a_pooled_map_less() -> None:
    """On a photograph a shift changes the pooled map less than the map, the less the larger the windows."""
    picture = images.prepare(images.sample("astronaut"), size=128)
    changes = []
    for size in (1, 2, 4, 8):
        found = invariance(picture, EDGES, Pooling("max", size), Change(right=1))
        assert found.map.change is not None
        assert found.pooled.change is not None
        changes.append(found.pooled.change)
        assert size > 1 or found.pooled.change == found.map.change
    assert changes == sorted(changes, reverse=True)
    assert changes[-1] < changes[0] / 2


# Equivariance


def shift_of(picture: Array, steps: tuple[Any, ...], down: int, right: int) -> Equivariance:
    """Compare after the last step."""
    return equivariance(picture, steps, down, right)[-1]


@settings(deadline=None)
@given(
    rows=st.integers(1, 4),
    columns=st.integers(1, 4),
    padding=st.sampled_from(["valid", "same", 2]),
    dilation=st.integers(1, 2),
    pad_mode=st.sampled_from(["constant", "edge", "reflect"]),
    down=st.integers(0, 8),
    right=st.integers(0, 8),
)
def test_convolution_shifts_with_the_picture(
    rows: int, columns: int, padding: Any, dilation: int, pad_mode: str, down: int, right: int
) -> None:
    """Away from the edges the map of the shifted picture is the shifted map, to the last bit."""
    kernel = np.random.default_rng(rows * 5 + columns).integers(-4, 5, (rows, columns))
    convolution = Convolution(
        kernel, padding=padding, dilation_rate=dilation, pad_mode=pad_mode, activation="relu"
    )
    found = shift_of(whole(20, 22, 3), (convolution,), down, right)
    assert found.largest == 0
    assert found.change == 0
    assert found.is_whole
    assert found.cells == (down, right)
    # Every window that reads pixels of the picture alone, before the shift and after it.
    reach = [(taps - 1) * dilation for taps in (rows, columns)]
    assert found.compared == (20 - down - reach[0]) * (22 - right - reach[1]) * 3


@pytest.mark.parametrize("kind", POOLINGS)
@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (2, 3), (4, 4), (3, 1)])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_pooling_shifts_by_whole_strides(kind: str, size: int, stride: int, padding: Any) -> None:
    """Moved by k strides, the pooled map moves by k cells and is the same; in between it is another one."""
    pooling = Pooling(kind, size, stride, padding)
    steps = (Convolution(np.array([[1, 0, -2]])), pooling)
    for shift in range(9):
        found = shift_of(whole(40, 40, 1), steps, shift, 0)
        assert found.cells == (shift / stride, 0)
        assert found.is_whole == (shift % stride == 0)
        assert found.compared > 0
        assert (found.largest == 0) == found.is_whole


def test_pooled_map_by_hand() -> None:
    """0 1 | 2 3 | 4 5 in twos is 1 3 5; moved by one, | 2 4 | stand against | 3 5 |: a difference of 1."""
    ramp = np.arange(6, dtype=np.float32)[np.newaxis]
    pooling = Pooling("max", (1, 2), strides=None)
    moved = shift_of(ramp, (pooling,), 0, 1)
    # By half a cell: the map is moved by the nearest whole number, 1; cells 1 and 2 read 1 2 and 3 4.
    assert moved == Equivariance((0, 0.5), False, 2, pytest.approx((2 / 10) ** 0.5), 1)
    assert shift_of(ramp, (pooling,), 0, 2) == Equivariance((0, 1), True, 2, 0, 0)


def test_strides_multiply() -> None:
    """A convolution with stride 2 before a pooling with stride 3 moves in steps of six pixels."""
    steps = (Convolution(np.ones((2, 2)), strides=2, padding="valid"), Pooling("max", 3))
    found = {shift: shift_of(whole(48, 48), steps, 0, shift) for shift in (3, 6)}
    assert (found[6].cells, found[6].is_whole, found[6].largest) == ((0, 1), True, 0)
    assert (found[3].cells, found[3].is_whole) == ((0, 0.5), False)
    assert found[3].largest > 0


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            Equivariance((1.0, 0.0), True, 9, 0.0, 0.0),
            "The map moves with the picture: shifted by 1 cell down, it equals that of the shifted picture "
            "exactly, away from the edges.",
        ),
        (
            Equivariance((2.0, 3.0), True, 9, 1e-7, 1e-6),
            "The map moves with the picture: shifted by 2 cells down and 3 cells to the right, it equals "
            "that of the shifted picture to within 0.000001, away from the edges.",
        ),
        (
            Equivariance((0.0, 1.5), False, 9, 0.25, 1.0),
            "The map cannot move with the picture: the shift is 1.5 cells to the right, not a whole number "
            "of cells. Shifted by the nearest whole number, it differs from that of the shifted picture by "
            "25.0\u00a0%, by 1 at most, away from the edges.",
        ),
        (
            Equivariance((0.0, 0.5), False, 9, None, 1.0),
            "The map cannot move with the picture: the shift is 0.5 cells to the right, not a whole number "
            "of cells. Shifted by the nearest whole number, it differs from that of the shifted picture by 1 "
            "at most, away from the edges.",
        ),
        (
            Equivariance((0.0, 0.5), False, 0, 0.0, 0.0),
            "The map: no window is far enough from the edges to compare.",
        ),
    ],
)
def test_equivariance_in_words(found: Equivariance, sentence: str) -> None:
    """The sentence says by how much the map moves, and how far that is from the truth."""
    assert found.said("The map") == sentence


def test_moved_winners_in_words() -> None:
    """All three numbers are in the sentence, and a lesson if there is one."""
    assert str(Moved(1200, 400, 30)) == (
        "Of 1,200 windows, 400 have exactly the same value as before. In 30 of these, the value now comes "
        "from a different cell. The value stays, its position is lost."
    )
    assert str(Moved(4, 4, 0)).endswith("In 0 of these, the value now comes from a different cell.")


def test_nothing_is_far_enough_from_the_edges() -> None:
    """Where every window touches what entered at the edge, nothing is compared and nothing fails."""
    found = shift_of(whole(6, 6), (COPY, Pooling("max", 6)), 4, 0)
    assert (found.compared, found.largest, found.change) == (0, 0, 0)
    beyond = shift_of(whole(4, 4), (COPY,), 8, 8)
    assert beyond.compared == 0


def test_window_that_does_not_fit() -> None:
    """The sentence is the pooling's own."""
    with pytest.raises(ValueError, match="The window reaches over 8 rows"):
        invariance(image(4, 4), COPY, Pooling(pool_size=8), Change())
