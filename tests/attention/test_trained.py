"""The vision transformer that ships: what it says of drawings, beside the convolutional network."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from explorer import sketch
from explorer.attention import AttentionError, VisionTransformer, trained
from explorer.attention.training.command import run
from explorer.attention.training.networks import TransformerSize, augmented, build, keep, train
from explorer.images import drawings
from explorer.sketch.training.drawings import synthesise
from explorer.sketch.training.networks import TrainingPlan

TINY = TransformerSize(patch=16, width=8, layers=1, heads=2, hidden=8)


@pytest.fixture(scope="module")
def seen() -> np.ndarray:
    return sketch.prepare(drawings.draw("smiley"))


def test_the_facts_are_of_the_weights_that_ship():
    """What is told of the training fits the file: its sum, its size, its styles, which nobody trained on."""
    facts, file = trained.facts(), sketch.asset("transformer.npz")
    assert hashlib.sha256(file.read_bytes()).hexdigest() == facts["sha256"]
    assert file.stat().st_size < 1_000_000
    assert trained.network().parameters == facts["parameters"]
    assert facts["styles"] == sketch.facts()["styles"]
    assert facts["plan"] == sketch.facts()["plan"]
    convolution = sketch.facts()["variants"]["two_blocks"]["test"]["styles"]
    assert {label: set(found) for label, found in facts["test"]["styles"].items()} == {
        label: set(found) for label, found in convolution.items()
    }
    assert facts["test"]["accuracy"] >= 0.95


def test_drawings_of_the_test_are_recognised_as_it_was_counted():
    """Of drawings in the styles of the test, as many are recognised, give or take a few."""
    some = synthesise("test", 12, 2026)
    answers = [trained.network()(each.astype(np.float32) / 255).probabilities.argmax() for each in some.seen]
    assert np.mean(answers == some.labels) == pytest.approx(trained.facts()["test"]["accuracy"], abs=0.04)


def test_a_model_of_keras_says_the_same(seen: np.ndarray):
    """What is kept of a Keras model answers as the model does, rounded as it is."""
    model = build(TransformerSize())
    network = VisionTransformer.from_arrays(
        {name: numbers.astype(np.float32) for name, numbers in keep(model).items()}
    )
    expected = np.asarray(model(seen[np.newaxis]))[0]
    np.testing.assert_allclose(network(seen).probabilities, expected, atol=1e-4)
    assert network.parameters == model.count_params() == trained.network().parameters


def test_the_command_writes_weights_and_facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """All that the network needs is in two files, and the same plan gives the same weights, bit for bit."""
    monkeypatch.setattr("explorer.sketch.network._PLACES", (tmp_path,))
    plan = TrainingPlan(each=4, tested=2, epochs=1, seed=5, processes=1)
    found = run(plan, tmp_path, TINY)
    for cached in (trained.network, trained.facts):
        cached.cache_clear()
    try:
        assert trained.facts() == json.loads(json.dumps(found))
        some = synthesise("test", 2, 5)
        said = [trained.network()(each.astype(np.float32) / 255).scores.argmax() for each in some.seen]
        assert np.mean(said == some.labels) == pytest.approx(found["test"]["accuracy"], abs=1e-4)
        again = keep(train(TINY, synthesise("train", 4, 5), plan))
        assert all((numbers == again[name]).all() for name, numbers in trained.network().arrays().items())
    finally:
        for cached in (trained.network, trained.facts):
            cached.cache_clear()


def test_drawings_are_altered_a_little():
    """Other pixels each time, about as much ink, nothing lost of a drawing in the middle."""
    seen = np.zeros((40, 64, 64, 1), np.uint8)
    seen[:, 20:44, 20:44] = 255
    found = augmented(seen, np.random.default_rng(0)) / 255
    areas = found.sum(axis=(1, 2, 3)) / 24**2
    assert (np.abs(np.log(areas)) < 0.6).all()
    assert np.std(areas) > 0.05
    assert len({each.tobytes() for each in found}) == 40


def test_places_of_a_shuffle_are_laid_out(seen: np.ndarray):
    """The picture that is laid out has the same ink, and in its own places nothing changes."""
    places = trained.shuffled(7)
    laid = trained.laid_out(seen, places)
    np.testing.assert_array_equal(np.sort(laid.ravel()), np.sort(seen.ravel()))
    np.testing.assert_array_equal(trained.laid_out(seen, range(64)), seen)
    run, told = trained.network()(laid), trained.network()(seen, places=places)
    np.testing.assert_allclose(told.scores, run.scores, atol=1e-4)
    without = trained.laid_out(seen, range(64), dropped=range(32))
    assert not without[:32].any()
    np.testing.assert_array_equal(without[32:], seen[32:])


def test_what_is_said_is_what_is_there(seen: np.ndarray):
    """The patch that is named has the largest share, and the class token's share is what the row lacks."""
    run = trained.network()(seen)
    best, share = trained.most_looked_at(run, 2, None, 1)
    sheet = run.looks(2)[1]
    assert share == sheet.max() == sheet.flat[best]
    said = trained.sentence(run, 2, None, 1)
    assert said.startswith("In layer 3, in head 2, the answer takes ")
    assert f"from patch {best + 1}, more than" in said
    assert f"and {100 * (1 - sheet.sum()):.1f}\xa0% from the class token" in said
    assert "on average over its heads, patch 5 takes" in trained.sentence(run, 0, 4, None)
    dropped = trained.network()(seen, dropped=range(40))
    told = trained.change_sentence(run, dropped)
    before, after = (sketch.ranked(each.probabilities)[0][0] for each in (run, dropped))
    assert before == "smiley"
    assert f"it says smiley, {100 * run.probabilities.max():.1f}\xa0%; it" in told
    assert ("now says" in told) == (before != after)


def test_maps_of_the_last_convolution_add_up_to_the_score(seen: np.ndarray):
    """HiResCAM, with what speaks against a class, is the score less the bias; Grad-CAM is not."""
    run = sketch.forward(seen)
    kernel, bias = sketch.weights()["dense"]
    products = run.maps["pool2"] * kernel[:, 9].reshape(16, 16, 16)
    assert products.sum() + bias[9] == pytest.approx(run.maps["dense"][9], abs=1e-3)
    np.testing.assert_allclose(
        trained.class_activation(run, 9), np.maximum(products.sum(axis=2), 0), atol=1e-4
    )
    assert not np.allclose(trained.class_activation(run, 9, "grad_cam"), trained.class_activation(run, 9))
    for wrong in ({"target": 10}, {"target": 0, "method": "magic"}):
        with pytest.raises(AttentionError, match="of the classes 0 to 9"):
            trained.class_activation(run, **wrong)
    with pytest.raises(AttentionError, match="in one_block was asked for"):
        trained.class_activation(sketch.forward(seen, "one_block"), 0)


def test_what_a_shift_does_to_both(seen: np.ndarray):
    """Unmoved, both say what they say; a convolution's first maps move along exactly, the vectors do not."""
    found = trained.shifts(seen, 9, most=1)
    assert found.right == (-1, 0, 1)
    assert found.transformer[1] == trained.network()(seen).probabilities[9]
    assert found.convolution[1] == sketch.forward(seen).probabilities[9]
    assert found.maps_change == 0
    assert found.rows_change > 0.1
    back = trained.moved(trained.moved(seen, 3, -2), -3, 2)
    np.testing.assert_array_equal(back[4:-4, 4:-4], seen[4:-4, 4:-4])


def test_a_view_is_what_a_unit_depends_on(seen: np.ndarray):
    """Other pixels outside change nothing at the unit; a patch depends on the furthest one."""
    first, last, whole = trained.views(27)
    assert (first.size, last.size, whole.size) == ((3, 3), (22, 22), (64, 64))
    before = sketch.forward(seen)
    for view, layer, place in ((first, "conv1", (28, 28)), (last, "conv4", (14, 14))):
        other = np.where(view.pixels[..., np.newaxis], seen, np.float32(0.5))
        np.testing.assert_allclose(
            sketch.forward(other).maps[layer][place], before.maps[layer][place], atol=1e-5
        )
    far = seen.copy()
    far[-8:, -8:] = 1
    one, two = (trained.network()(each).blocks[0].output[28] for each in (seen, far))
    assert not np.allclose(one, two)
    shown = first.shown(seen)
    assert shown.dtype == np.uint8
    assert (shown[~first.pixels] <= 200).all()
    np.testing.assert_array_equal(whole.shown(seen), (255 * (1 - seen[..., 0])).astype(np.uint8))


def test_both_networks_are_counted_alike():
    """Multiply-adds by hand, and about as many parameters: within a third."""
    transformer, convolution = trained.compared()
    by_hand = 64 * 64 * (9 * 8 + 9 * 8 * 8) + 32 * 32 * (25 * 8 * 16 + 25 * 16 * 16) + 4096 * 10
    assert convolution.multiply_adds == by_hand
    assert transformer.multiply_adds == trained.network().multiply_adds()
    assert 0.75 < transformer.parameters / convolution.parameters < 1.34


def test_a_missing_file_says_what_makes_it():
    """The command that makes the weights is named."""
    with pytest.raises(sketch.SketchError, match=r"make it with python -m explorer\.attention\.training"):
        sketch.asset("no such file", "python -m explorer.attention.training")
