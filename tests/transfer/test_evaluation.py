"""Examinations: answers beside their pictures, counted, laid out and written down."""

from __future__ import annotations

import json

import numpy as np
import pytest

from explorer import figures
from explorer.transfer import evaluation, export, features, labelled_images
from explorer.transfer.labelled_images import Photo
from explorer.transfer.plan import Plan
from explorer.transfer.splits import Pick, Split
from explorer.transfer.training_job import Course, Epoch


def pick(label: int, name: str) -> Pick:
    return Pick(label, Photo(name, f"{name}.png", b""))


PICKS = [pick(0, "a"), pick(0, "b"), pick(1, "c"), pick(2, "d")]
ANSWERS = [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.3, 0.4, 0.3], [0.9, 0.05, 0.05]]


def test_a_worked_examination():
    """Two of four are right; rows are classes, columns answers; the surest mistake comes first."""
    found = evaluation.examine(PICKS, ANSWERS, ("cat", "dog", "cow"))
    assert found.right == 2
    assert found.confusion.tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]
    assert [each.photo.key for each in found.mistakes] == ["d", "b"]
    assert [each.photo.key for each in found.cell(0, 1)] == ["b"]
    assert found.cell(2, 2) == []
    scores = found.scores
    assert (scores["cat"].precision, scores["cat"].recall) == (0.5, 0.5)
    assert (scores["dog"].precision, scores["dog"].recall) == (0.5, 1.0)
    assert (scores["cow"].precision, scores["cow"].recall) == (None, 0.0)
    assert sum(map(sum, found.confusion.tolist())) == len(PICKS)


def test_answers_to_other_pictures_are_refused():
    """Nothing is guessed where the counts do not fit; no picture at all is no mistake."""
    with pytest.raises(ValueError, match=r"4 pictures and 3 classes"):
        evaluation.examine(PICKS, ANSWERS[:3], ("cat", "dog", "cow"))
    empty = evaluation.examine([], np.zeros((0, 2), np.float32), ("cat", "dog"))
    assert empty.confusion.tolist() == [[0, 0], [0, 0]]


HISTORY = (
    Epoch(0, 1.1, 0.25, None, None, False),
    Epoch(1, 0.6, 0.5, 0.9, 0.5, False),
    Epoch(2, 0.3, 1.0, 0.8, 0.75, True),
)


def test_lines_of_a_history_leave_out_what_was_not_measured():
    """Each line has the epochs in which there is a value."""
    assert evaluation.lines(HISTORY, "loss") == {
        "training": ([0, 1, 2], [1.1, 0.6, 0.3]),
        "test": ([1, 2], [0.9, 0.8]),
    }
    assert evaluation.lines((), "accuracy") == {}


def test_drawn_lines_stand_where_their_values_say():
    """The drawing and its exact values speak of the same places, and the box is the same when it is empty."""
    lines = evaluation.lines(HISTORY, "loss")
    drawn = figures.lines_svg(lines, "loss <&>", 4, mark=1).decode()
    assert 'points="52.0,' in drawn
    assert drawn.count("<polyline") == 2
    assert "loss &lt;&amp;&gt;" in drawn
    hovers = figures.lines_hover(lines, 4)
    assert [text for *_, text in hovers] == [
        "epoch 0: training 1.1",
        "epoch 1: training 0.6, test 0.9",
        "epoch 2: training 0.3, test 0.8",
    ]
    left, width, _ = hovers[2]
    middle = (left + width / 2) * figures.LINES_BOX[0]
    assert f"{middle:.1f},{178 - (178 - 44) * 0.3 / 1.5:.1f}" in drawn  # 0.3 of an axis that ends at 1.5
    empty = figures.lines_svg({}, "loss", 4).decode()
    assert empty[: empty.index("font-size")] == drawn[: drawn.index("font-size")]


def test_points_are_laid_out_without_distortion_and_named_in_their_middle():
    """The wider side fills the square, up is up, and one point alone stands in the middle."""
    places = features.spread(np.array([[0, 0], [4, 0], [4, 2]], np.float32))
    assert places == [(0.0, 0.75), (1.0, 0.75), (1.0, 0.25)]
    assert features.middles(places, [1, 1, 0]) == {0: (1.0, 0.25), 1: (0.5, 0.75)}
    assert features.spread([[3, 3]]) == [(0.5, 0.5)]


def test_an_experiment_is_written_down_as_a_whole():
    """The record names every choice, picture, epoch and answer, and can be read again."""
    gathered = labelled_images.LabelledImages().add_class("cat").add_class("d\u00f6g")
    halves = Split((pick(0, "a"), pick(1, "c")), (pick(0, "b"),))
    course = Course(
        "done", HISTORY, None, np.array([[0.9, 0.1], [0.2, 0.8]], np.float32), np.ones((1, 2)) / 2, ""
    )
    told = json.loads(export.record(Plan(), gathered.classes, halves, course))
    assert told["classes"] == ["cat", "d\u00f6g"]
    assert told["plan"]["network"] == "EfficientNetLite0"
    assert [epoch["number"] for epoch in told["history"]] == [0, 1, 2]
    assert told["pictures"][2] == {
        "key": "b",
        "name": "b.png",
        "class": "cat",
        "held_out": True,
        "probabilities": [0.5, 0.5],
    }
