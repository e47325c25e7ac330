"""Points to train on: each built-in set is what its name says, and the student's own are read or refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.mlp.datasets import DATASETS, HALF, MAX_POINTS, Points, from_csv, from_rows

TWO_CLASS = [name for name, record in DATASETS.items() if record.task == "classification"]


def test_the_sets_of_the_menu():
    """Two-class sets and regression sets, each with its title and its reason."""
    assert TWO_CLASS == ["circle", "xor", "gaussians", "spiral", "moons"]
    assert [name for name in DATASETS if name not in TWO_CLASS] == ["plane", "bumps", "sine"]
    assert all(record.name == name and record.title and record.why for name, record in DATASETS.items())


@pytest.mark.parametrize("name", DATASETS)
def test_the_same_seed_gives_the_same_points(name):
    """A seed fixes every point, and another seed gives others."""
    first, again, other = (DATASETS[name].make(100, 0.2, seed) for seed in (3, 3, 4))
    assert np.array_equal(first.x, again.x)
    assert np.array_equal(first.y, again.y)
    assert not np.array_equal(first.x, other.x)
    assert first.x.shape == (100, 2)
    assert first.x.dtype == first.y.dtype == np.float32


@pytest.mark.parametrize("name", DATASETS)
def test_points_without_noise_lie_on_the_plane(name):
    """Nothing lies outside of the square that is drawn."""
    points = DATASETS[name].make(1000, 0.0)
    assert np.abs(points.x).max() <= HALF
    assert points.extent == (-HALF, HALF, -HALF, HALF)


@pytest.mark.parametrize("name", TWO_CLASS)
@pytest.mark.parametrize("count", [20, 100, 2000])
def test_classes_are_balanced(name, count):
    """Half of the points are of each class."""
    assert DATASETS[name].make(count).y.mean() == 0.5


def test_labels_follow_the_geometry():
    """Without noise a point's place tells its class."""
    circle, xor = DATASETS["circle"].make(500), DATASETS["xor"].make(500)
    assert np.array_equal(np.hypot(*circle.x.T) < 1.6, circle.y == 1)
    assert np.array_equal(xor.x[:, 0] * xor.x[:, 1] < 0, xor.y == 1)
    plane, sine = DATASETS["plane"].make(500), DATASETS["sine"].make(500)
    np.testing.assert_allclose(plane.y, plane.x.sum(1) / 6, atol=1e-6)
    np.testing.assert_allclose(sine.y, np.sin(2 * sine.x[:, 0]), atol=1e-6)


def test_spiral_arms_are_turned_copies():
    """A point of class 1 lies where one of class 0 of the same distance would, turned by half a turn."""
    points = DATASETS["spiral"].make(1000)
    radius, angle = np.hypot(*points.x.T), np.arctan2(points.x[:, 1], points.x[:, 0])
    expected = 3.5 * np.pi * radius / 2.7 + np.pi * points.y
    np.testing.assert_allclose(np.cos(angle), np.cos(expected), atol=1e-3)


@pytest.mark.parametrize("name", DATASETS)
def test_noise_is_a_standard_deviation(name):
    """Noise moves points of two classes, and the targets of a regression, by its standard deviation."""
    calm, loud = DATASETS[name].make(2000, 0.0), DATASETS[name].make(2000, 0.5)
    moved, kept = ("x", "y") if name in TWO_CLASS else ("y", "x")
    assert np.std(getattr(loud, moved) - getattr(calm, moved)) == pytest.approx(0.5, rel=0.05)
    assert np.array_equal(getattr(loud, kept), getattr(calm, kept))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.85, 1.0])
def test_split_parts_the_points(share):
    """Each point goes to one side, and the share says how many to the first."""
    points = DATASETS["sine"].make(200)
    split = points.split(share, seed=2)
    assert len(split.train) == round(200 * share)
    together = np.concatenate([split.train.x, split.test.x])
    assert np.array_equal(np.unique(together, axis=0), np.unique(points.x, axis=0))
    again = points.split(share, seed=2)
    assert np.array_equal(split.train.x, again.train.x)


def test_a_single_point_is_trained_on():
    """However small the share, there is something to train on."""
    split = from_rows([[1, 2, 3]]).split(0.1)
    assert (len(split.train), len(split.test)) == (1, 0)


def test_points_cannot_be_changed():
    """Points are shared by pages and training, so nobody may write to them."""
    points = DATASETS["xor"].make(50)
    with pytest.raises(ValueError, match="read-only"):
        points.x[0] = 0


def test_own_rows():
    """Two kinds of targets are classes, in order of size; more are numbers."""
    two = from_rows([[0, 0, 5], [1, 1, 2]])
    assert (two.task, two.y.tolist(), two.classes) == ("classification", [1.0, 0.0], ("2", "5"))
    three = from_rows([[0, 0, 5], [1, 1, 2], [2, 2, 0.5]])
    assert (three.task, three.y.tolist(), three.classes) == ("regression", [5.0, 2.0, 0.5], ())
    assert from_rows([[0, 0, 5], [1, 1, 2]], "regression").y.tolist() == [5.0, 2.0]
    one = from_rows([[0, 0, 1]])
    assert (one.task, one.y.tolist()) == ("classification", [1.0])


@given(
    st.lists(
        st.tuples(*[st.floats(-1e5, 1e5, width=32)] * 2, st.sampled_from([0.0, 1.0])), min_size=1, max_size=20
    )
)
def test_rows_come_back(rows):
    """What a page keeps as rows makes the same points again, and all lie within what is drawn."""
    points = from_rows(rows, "classification")
    again = from_rows(points.rows(), "classification")
    assert np.array_equal(points.x, again.x)
    assert np.array_equal(points.y, again.y)
    left, right, bottom, top = points.extent
    low, high = points.x.min(0), points.x.max(0)
    assert left <= low[0] <= high[0] <= right
    assert bottom <= low[1] <= high[1] <= top
    assert right - left == pytest.approx(top - bottom)


@pytest.mark.parametrize(
    "text",
    [
        "x1,x2,label\n0.5,1,cat\n2,-1.5,dog\n",
        "0.5;1;cat\r\n\r\n2;-1.5;dog",
        "\ufeffa\tb\tc\n0,5\t1\tcat\n2\t-1,5\tdog\n",
        '"0.5", "1", "cat"\n2,-1.5,dog',
        "Our points\nx1;x2;kind\ncm;cm;\n0,5;1;cat\n2;-1,5;dog\n".encode("cp1252"),
    ],
)
def test_csv_is_read_as_spreadsheets_write_it(text):
    """Commas, semicolons and tabs, with and without names, decimal commas, quotes and empty lines."""
    points = from_csv(text)
    assert points.x.tolist() == [[0.5, 1.0], [2.0, -1.5]]
    assert points.classes == ("cat", "dog")
    assert points.y.tolist() == [0.0, 1.0]


def test_csv_of_numbers_is_a_regression():
    """Three different numbers are targets to be met."""
    points = from_csv("0,0,1.5\n1,1,2.5\n2,2,3.5")
    assert (points.task, points.y.tolist(), points.note) == ("regression", [1.5, 2.5, 3.5], "")


def test_a_third_class_is_never_a_silent_regression():
    """Few whole numbers could be classes: they are learnt as numbers, and that is said."""
    points = from_csv("1,2,0\n2,3,1\n3,1,2\n")
    assert points.task == "regression"
    assert "whole numbers 0, 1 and 2, and they are taken as quantities" in points.note
    assert "If they are 3 classes, keep the rows of two of them" in points.note
    assert from_csv("1,2,0\n2,3,1\n3,1,2\n", "regression").note == ""
    assert from_csv("\n".join(f"1,2,{year}" for year in range(2000, 2011))).note == ""


def test_a_class_may_be_called_as_a_total_is():
    """A row whose target is "average" is a point."""
    assert from_csv("x,y,mark\n1,2,good\n3,4,average\n").classes == ("average", "good")


@pytest.mark.parametrize(
    ("text", "task", "words"),
    [
        ("", None, "The file is empty"),
        ("x1,x2,y\n", None, "no numbers below it"),
        ("1,2\n", None, "The table has 2 columns, 'column 1', 'column 2', and points need three"),
        ("1,2,3\n\n1,2,3,4\n1,2,3\n", None, "Line 3 of the file has 4 cells, and most have 3"),
        ("1,2,0\n1,two,1\n", None, "line 2 of the file, holds 'two'"),
        (
            "a,b,c\nx,2,0\ny,1,1\n",
            None,
            r"Column 1 \('a'\) holds text, such as 'x', and x1 and x2 are numbers",
        ),
        ("1,2,0\n1,1e9,1\n", None, r"Row 2, column 2 .*, line 2 of the file, holds 1e\+09, .* from -1e"),
        (
            "1,2,a\n1,2,b\n3,4,c\n",
            None,
            "3 different targets, a, b and c, and this network tells two classes",
        ),
        ("1,2,a\n1,2,b\n", "regression", "holds text, such as 'a', and a regression learns numbers"),
        ("1,2,3\n1,2,4\n3,4,5\n", "classification", "3 different targets, 3, 4 and 5"),
        ("1,2,3\n", "guess", "no task 'guess'"),
        ("1,2,3\n" * (MAX_POINTS + 1), None, "2000 points"),
    ],
)
def test_csv_is_refused_in_a_sentence(text, task, words):
    """What cannot be read is named with its line."""
    with pytest.raises(ValueError, match=words):
        from_csv(text, task)


@given(st.text(max_size=60), st.sampled_from([None, "classification", "regression"]))
def test_any_text_gives_points_or_a_sentence(text, task):
    """No text brings anything but points or a ValueError."""
    try:
        points = from_csv(text, task)
    except ValueError:
        return
    assert np.isfinite(points.x).all()
    assert np.isfinite(points.y).all()


@pytest.mark.parametrize(
    "rows",
    [
        [[1, 2]],
        [[1, 2, "a"]],
        [[1, 2, float("nan")]],
        [[1, 2, 1e7]],
        [5],
        ["123"],
        [[1, 2, True]],
        [[1, 2, 10**400]],
    ],
)
def test_rows_are_refused_in_a_sentence(rows):
    """A row is three finite numbers."""
    with pytest.raises(ValueError, match="Point 1 must be three numbers"):
        from_rows(rows)


def test_too_many_rows():
    """There is an end to how many points are read."""
    with pytest.raises(ValueError, match="2000 points"):
        from_rows([[0, 0, 1]] * 2001)


def test_points_check_themselves():
    """Shapes, labels and task are checked wherever points come from."""
    x = np.zeros((3, 2))
    for arguments, words in (
        ((x, np.zeros(2)), "shape"),
        ((x, np.full(3, 0.5)), "0 or 1"),
        ((x, np.zeros(3), "other"), "no task"),
        ((np.full((3, 2), np.nan), np.zeros(3)), "magnitude"),
    ):
        with pytest.raises(ValueError, match=words):
            Points(*arguments)
    empty = from_rows([])
    assert empty.extent == (-3, 3, -3, 3)
    assert len(empty.standardised()) == 0
    with pytest.raises(ValueError, match="no point to train on"):
        empty.split()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((10,), "Points takes"), ((100, -1.0), "Noise takes"), ((100, 0.0, -1), "Seed takes")],
)
def test_a_set_refuses_what_is_out_of_bounds(arguments, words):
    """Numbers of points, noise and seed have bounds."""
    with pytest.raises(ValueError, match=words):
        DATASETS["xor"].make(*arguments)


def test_standardised():
    """Each input has mean 0 and standard deviation 1 afterwards."""
    points = from_rows([[1000 + i, 5 * i, i % 2] for i in range(50)]).standardised()
    np.testing.assert_allclose(points.x.mean(0), 0, atol=1e-6)
    np.testing.assert_allclose(points.x.std(0), 1, atol=1e-6)
