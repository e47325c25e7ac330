"""Points to train on: each built-in set is what its name says, and the student's own are read or refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.mlp.datasets import DATASETS, HALF, MAX_POINTS, Points, from_csv, from_labels, from_rows, to_csv

CLASSES = [name for name, record in DATASETS.items() if record.task == "classification"]
TWO_CLASS = [name for name in CLASSES if len(DATASETS[name].classes) == 2]


def test_the_sets_of_the_menu():
    """Sets of two classes, of several, and for a regression, each with its title and its reason."""
    assert TWO_CLASS == ["circle", "xor", "gaussians", "spiral", "moons"]
    assert CLASSES[len(TWO_CLASS) :] == ["blobs", "three_moons", "rings", "three_arms", "iris"]
    assert [name for name in DATASETS if name not in CLASSES] == ["plane", "bumps", "sine"]
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


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("count", [20, 100, 2000])
def test_classes_are_balanced(name, count):
    """As many points are of each class, or one more where the number does not divide."""
    points = DATASETS[name].make(count)
    counts = np.bincount(points.y.astype(int), minlength=len(points.classes))
    assert len(counts) == len(points.classes)
    assert counts.max() - counts.min() <= (len(points) % len(counts) > 0)


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


def test_each_arm_is_a_third_of_a_turn_from_the_next():
    """A point of class k lies where one of class 0 of the same distance would, turned by k thirds."""
    points = DATASETS["three_arms"].make(600)
    radius, angle = np.hypot(*points.x.T), np.arctan2(points.x[:, 1], points.x[:, 0])
    expected = 2 * np.pi * (radius / 2.7 + points.y / 3)
    np.testing.assert_allclose(np.cos(angle), np.cos(expected), atol=1e-3)


def test_rings_and_blobs_are_where_they_are_said_to_be():
    """Rings are told by their radius, and each cloud stays around its centre."""
    rings, blobs = DATASETS["rings"].make(600), DATASETS["blobs"].make(600)
    assert np.array_equal(np.digitize(np.hypot(*rings.x.T), (1, 2)), rings.y)
    centres = np.array([blobs.x[blobs.y == label].mean(0) for label in range(5)])
    np.testing.assert_allclose(
        centres, [[-1.7, -1.7], [1.7, -1.7], [1.7, 1.7], [-1.7, 1.7], [0, 0]], atol=0.1
    )


def test_the_flowers_are_those_that_fisher_published():
    """150 petals; setosa lies as far from virginica as the published means do, in spreads."""
    points = DATASETS["iris"].make(2000)
    assert (len(points), points.classes) == (150, ("setosa", "versicolor", "virginica"))
    np.testing.assert_allclose(points.x.mean(0), 0, atol=1e-6)
    np.testing.assert_allclose(points.x.std(0), 1, atol=1e-6)
    length, width = (points.x[points.y == label].mean(0) for label in (0, 2))
    # 1.462 cm and 5.552 cm, 0.246 cm and 2.026 cm; all 150 spread by 1.7594 cm and 0.7597 cm
    np.testing.assert_allclose(width - length, [4.09 / 1.7594, 1.78 / 0.7597], rtol=1e-3)
    few = DATASETS["iris"].make(20)
    assert len(np.unique(few.x, axis=0)) > 15


@pytest.mark.parametrize("name", DATASETS)
def test_noise_is_a_standard_deviation(name):
    """Noise moves points of classes, and the targets of a regression, by its standard deviation."""
    calm, loud = DATASETS[name].make(2000, 0.0), DATASETS[name].make(2000, 0.5)
    moved, kept = ("x", "y") if name in CLASSES else ("y", "x")
    spread = np.std(getattr(loud, moved) - getattr(calm, moved))
    assert spread == pytest.approx(0.5, rel=0.05 if len(calm) == 2000 else 0.1)
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
    assert "If they are 3 classes, write a name in place of each." in points.note
    seven = from_csv("\n".join(f"1,2,{kind}" for kind in range(7)))
    assert "If they are 7 classes, keep 6 of them." in seven.note
    assert from_csv("1,2,0\n2,3,1\n3,1,2\n", "regression").note == ""
    assert from_csv("\n".join(f"1,2,{year}" for year in range(2000, 2011))).note == ""


def test_up_to_six_names_are_classes():
    """Names in the last column are classes in the order of the alphabet, and targets have a 1 for each."""
    points = from_csv("x,y,kind\n0,0,owl\n1,1,cat\n2,2,dog\n3,3,cat\n")
    assert (points.task, points.classes) == ("classification", ("cat", "dog", "owl"))
    assert points.y.tolist() == [2, 0, 1, 0]
    assert points.targets(3).tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]]
    assert from_csv("".join(f"1,2,{name}\n" for name in "abcdef")).classes == tuple("abcdef")


def test_drawn_labels_are_numbers_of_classes():
    """A class that has no point yet keeps its number, and a name may stand for it."""
    points = from_labels([[0, 0, 3], [1, 1, 0]], ["cat", "dog"])
    assert (points.y.tolist(), points.classes) == ([3, 0], ("cat", "dog", "2", "3"))
    assert from_labels([]).classes == ("0", "1")
    for wrong in (6, -1, 1.5):
        with pytest.raises(ValueError, match="whole numbers 0 to 5"):
            from_labels([[0, 0, wrong]])


def test_a_table_that_is_written_is_read_again():
    """Two classes and quantities by their numbers, several classes by name."""
    three = from_labels([[0, 0, 0], [1, 2, 2], [3, 1, 1]])
    for points, names in (
        (DATASETS["iris"].make(20), ("setosa", "versicolor", "virginica")),
        (three, ("class 0", "class 1", "class 2")),
        (DATASETS["xor"].make(20), ("0", "1")),
        (DATASETS["plane"].make(20), ()),
    ):
        again = from_csv(to_csv(points))
        assert again.classes == names
        assert np.array_equal(again.x, points.x)
        assert np.array_equal(again.y, points.y)


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
        ("1,2,0\n1,1e9,1\n", None, r"Row 2, column 2 .*, line 2 of the file, holds 1e9, .* from −1e"),
        (
            "".join(f"1,2,{name}\n" for name in "abcdefg"),
            None,
            "7 different targets, a, b, c, d, e, f and g, and this network tells 6 classes apart at most",
        ),
        ("1,2,3,4\n3,2,1,0\n", None, "three: x1, x2 and one target, for several targets at once"),
        ("1,2,a\n1,2,b\n", "regression", "holds text, such as 'a', and a regression learns numbers"),
        ("".join(f"1,2,{kind}\n" for kind in range(7)), "classification", "7 different targets, 0, 1, 2"),
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
        ((x, np.full(3, 3), "classification", tuple("abc")), "from 0 to 2"),
        ((x, np.zeros(3), "classification", tuple("abcdefg")), "2 to 6 classes, and 7 names"),
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
