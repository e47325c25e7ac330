"""The training of the sketch network: drawings in styles of three parts, a seeded training, honest counts."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from explorer import sketch
from explorer.sketch import CLASSES, SIDE, network
from explorer.sketch.training.command import main
from explorer.sketch.training.drawings import Drawings, draw, paint, synthesise
from explorer.sketch.training.networks import TrainingPlan, measure, rounded, train
from explorer.sketch.training.strokes import Stroke
from explorer.sketch.training.styles import PARTS, STYLES

TINY = TrainingPlan(each=4, tested=3, epochs=1, seed=5, processes=1)


def test_every_class_has_many_styles_in_every_part():
    """Ten ways and more to train on, and others to test with; a style is in one part."""
    count = Counter((style.label, style.part) for style in STYLES)
    assert all(count[label, "train"] >= 10 and count[label, "test"] >= 3 for label in CLASSES)
    assert {part for _, part in count} == set(PARTS)
    assert all(count[label, "validation"] >= 1 for label in CLASSES)
    names = [(style.label, style.name) for style in STYLES]
    assert len(set(names)) == len(names)


def test_every_style_draws_something_new_each_time():
    """Finite strokes of a sensible size, never the same twice, the same again from the same seed."""
    for style in STYLES:
        first, again, other = (draw(style, np.random.default_rng(seed)) for seed in (0, 0, 1))
        for stroke, same in zip(first, again, strict=True):
            assert_array_equal(stroke.points, same.points)
        points = np.concatenate([stroke.points for stroke in first])
        assert np.isfinite(points).all()
        assert 1 < np.ptp(points, axis=0).max() < 5, style
        assert points.tolist() != np.concatenate([stroke.points for stroke in other]).tolist()


def test_a_painted_drawing_is_on_its_paper():
    """A line can be seen on the sheet as it was drawn, dark on light or light on dark."""
    line = [Stroke(np.array([[-1.0, 0.0], [1.0, 0.0]]))]
    sides = Counter()
    for seed in range(40):
        picture = np.clip(paint(line, np.random.default_rng(seed)), 0, 1)
        assert picture.dtype == np.float32
        sight = sketch.look(picture)
        sides[sight.light] += 1
        top, left, bottom, right = sight.box
        assert right - left > 2 * (bottom - top)
    assert min(sides[True], sides[False]) > 5


def test_drawings_are_decided_by_the_seed_alone():
    """The same in one process and in two, part by part, others from another seed."""
    one, two = synthesise("validation", 26, 3), synthesise("validation", 26, 3, processes=2)
    assert_array_equal(one.seen, two.seen)
    assert_array_equal(one.styles, two.styles)
    assert one.seen.shape == (260, SIDE, SIDE, 1)
    assert np.bincount(one.labels).tolist() == [26] * 10
    assert {STYLES[number].part for number in one.styles} == {"validation"}
    assert [STYLES[number].label for number in one.styles] == [CLASSES[label] for label in one.labels]
    assert (one.seen[:1] != synthesise("validation", 1, 4).seen[:1]).any()


def test_what_is_kept_of_a_kernel_is_near_it():
    """Whole numbers off by half a scale at the most, the largest exact; zeros stay zeros."""
    kernel = np.random.default_rng(0).normal(size=(3, 3, 4, 5)).astype(np.float32)
    kernel[..., 2] = 0
    whole, scale = rounded(kernel)
    assert (whole.dtype, scale.shape) == (np.int8, (5,))
    assert (np.abs(whole * scale - kernel) <= scale / 2 + 1e-7).all()
    assert np.abs(whole).max(axis=(0, 1, 2)).tolist() == [127, 127, 0, 127, 127]


def test_answers_are_counted_by_class_and_by_style():
    """Worked by hand: a model that always says square, on three squares and a circle."""

    def always_square(seen):
        return np.eye(10, dtype=np.float32)[np.ones(len(seen), int)]

    square, circle = (
        next(i for i, style in enumerate(STYLES) if style.label == name) for name in ("square", "circle")
    )
    drawings = Drawings(
        np.zeros((4, SIDE, SIDE, 1), np.uint8),
        np.array([1, 1, 0, 1], np.uint8),
        np.array([square, square, circle, square], np.int16),
    )
    found = measure(always_square, drawings)
    assert (found["drawings"], found["accuracy"]) == (4, 0.75)
    assert found["styles"] == {"circle": {"one stroke": 0.0}, "square": {"one stroke": 1.0}}
    confusion = np.array(found["confusion"])
    assert (confusion[1, 1], confusion[0, 1], confusion.sum()) == (3, 1, 4)


def test_a_training_is_decided_by_its_seed():
    """The same plan gives the same weights, bit for bit, and another seed gives others."""
    drawings = synthesise("train", 7, 0)
    one, again, other = (
        train("one_block", drawings, TrainingPlan(epochs=1, seed=seed)).get_weights() for seed in (1, 1, 2)
    )
    for first, second in zip(one, again, strict=True):
        assert_array_equal(first, second)
    assert any((first != second).any() for first, second in zip(one, other, strict=True))


def test_the_command_writes_weights_and_facts(tmp_path, monkeypatch, capsys):
    """All that the network needs is in the two files that a training leaves behind."""
    main([f"--folder={tmp_path}", *(f"--{name}={getattr(TINY, name)}" for name in vars(TINY))])
    assert f"written to {tmp_path}" in capsys.readouterr().out
    facts = json.loads((tmp_path / "sketch.json").read_text("utf-8"))
    assert facts["plan"] == {"each": 4, "tested": 3, "epochs": 1, "seed": 5}
    monkeypatch.setattr(network, "_PLACES", (tmp_path,))
    sketch.weights.cache_clear()
    try:
        drawings = synthesise("test", TINY.tested, TINY.seed)
        for variant, told in facts["variants"].items():
            said = sketch.forward_all(drawings.seen.astype(np.float32) / 255, variant).argmax(axis=1)
            assert (said == drawings.labels).mean() == pytest.approx(told["test"]["accuracy"], abs=1e-4)
            scores = [
                sketch.forward(seen.astype(np.float32) / 255, variant).maps["dense"].max()
                for seen in drawings.seen
            ]
            steps = told["test"]["best_scores"]
            assert steps == pytest.approx(np.percentile(scores, range(101)), abs=2e-3)
    finally:
        sketch.weights.cache_clear()
