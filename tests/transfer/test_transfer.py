"""A new head on a pretrained network: against Keras, gradient tapes, sums by hand, and in a new process."""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import json
import os
import pickle
import subprocess
import sys
import weakref
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from explorer import compute, images
from explorer.imagenet import attribution, models, outputs, preprocessing
from explorer.imagenet.engine import opening
from explorer.imagenet.engine.graph import GraphBuilder
from explorer.imagenet.engine.layers import (
    BatchNormalizationLayer,
    Conv2DLayer,
    DenseLayer,
    GlobalAveragePooling2DLayer,
    ReLULayer,
    RescalingLayer,
)
from explorer.imagenet.engine.network import EngineNetwork
from explorer.imagenet.keras_graphs import keras_model
from explorer.imagenet.models import Opened
from explorer.imagenet.networks import NETWORKS, Backbone
from explorer.imagenet.weights import find_weights
from explorer.transfer import backbones, fine_tuning, heads, training
from explorer.transfer.augmentation import augmentation, versions
from explorer.transfer.evaluation import ClassScore, confusion, precision_recall
from explorer.transfer.export import _NEWER, saved
from explorer.transfer.features import feature_map, features, features_of_pictures, nearest
from explorer.transfer.from_scratch import scratch
from explorer.transfer.plan import Plan, TransferError
from explorer.transfer.predictions import grad_cam, predict, predict_many, tuned_features
from explorer.transfer.training import train
from explorer.transfer.training_job import BATCH

SMALL = "MobileNet-0.25-128"
CLASSES = ("dark", "bright", "red")
HEAD = Plan(SMALL, epochs=4, learning_rate=0.05, seed=3)  # the fixture calls its network by this name


def tiny_architecture(size):
    """A convolution, and a block of another one with a normalisation, and a head."""
    net = GraphBuilder(size)
    x = net.add(RescalingLayer(1 / 100), net.input, name="scaled")
    x = net.add(Conv2DLayer(3, 1, "same", filters=4), x, name="first", activation="relu")
    x = net.add(Conv2DLayer(3, 2, "same", filters=6), x, name="second")
    x = net.add(BatchNormalizationLayer(1e-3), x, name="normal")
    x = net.add(ReLULayer("relu"), x, name="last")
    x = net.add(GlobalAveragePooling2DLayer(), x, name="averages")
    x = net.add(DenseLayer(4), x, name="predictions", activation="softmax")
    return net.build(x)


@pytest.fixture(scope="module")
def model():
    """The small network in Keras; its normalisation has seen much."""
    import keras

    keras.utils.set_random_seed(7)
    model = keras_model(tiny_architecture(16))
    rng = np.random.default_rng(3)
    model.get_layer("normal").set_weights([rng.uniform(0.5, 1.5, 6) for _ in range(4)])
    return model


@pytest.fixture
def tiny(monkeypatch, model):
    """The small network in place of the smallest real one; its colours are Caffe's."""
    backbone = Backbone(
        layer="last",
        features=6,
        block="block",
        block_inputs={"first": (16, 16, 4)},
        tuned=3 * 3 * 4 * 6 + 6,
    )
    record = dataclasses.replace(NETWORKS[SMALL], size=16, mode="caffe", backbone=backbone)
    monkeypatch.setitem(NETWORKS, SMALL, record)
    network = Opened(record, find_weights(SMALL, "random"), model, models.logits_of(model))
    monkeypatch.setattr(models, "opened", lambda name, weights="auto": network)
    weights = {layer.name: layer.get_weights() for layer in model.layers}
    engine = EngineNetwork(tiny_architecture(16), weights)
    monkeypatch.setattr(opening, "open_engine", lambda name, weights="auto": engine)
    return network


@pytest.fixture(scope="module")
def samples():
    """Ten noisy pictures of three classes to train on, and three others."""
    rng = np.random.default_rng(11)
    means = np.array([[60, 60, 60], [190, 190, 190], [190, 60, 60]])
    labels = [0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 0, 1, 2]
    noisy = (rng.normal(means[label], 50, (16, 16, 3)) for label in labels)
    both = [
        (np.clip(each, 0, 255).astype(np.uint8), label) for each, label in zip(noisy, labels, strict=True)
    ]
    return both[:10], both[10:]


def by_keras(network, plan, given, start):
    """Train with Keras's own layers, loss and Adam, every picture anew; give all weights and the losses."""
    import keras
    import tensorflow as tf

    model = keras.models.clone_model(network.model)
    model.set_weights(network.model.get_weights())
    hidden = [keras.layers.Dense(plan.units, "relu")] if plan.head == "hidden" else []
    head = keras.Sequential([keras.Input((6,)), *hidden, keras.layers.Dense(len(CLASSES))])
    head.set_weights(start)
    learner = keras.Model(model.input, head(model.get_layer("averages").output))
    block = model.get_layer("second").trainable_weights
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    keys = [(label, hashlib.sha256(pixels.tobytes()).hexdigest()) for pixels, label in given]
    ordered = [given[at] for at in sorted(range(len(given)), key=keys.__getitem__)]
    rows = np.concatenate([versions(plan, pixels) for pixels, _ in ordered])
    each = len(rows) // len(given)
    labels = np.repeat([label for _, label in ordered], each)
    batch = preprocessing.preprocess(plan.network, rows)
    losses = []
    for epoch in range(1, plan.epochs + plan.fine_tune * plan.tune_epochs + 1):
        tuned = epoch > plan.epochs
        weights = head.trainable_weights if not tuned else block + head.trainable_weights
        if epoch in (1, plan.epochs + 1):
            optimizer = keras.optimizers.Adam(plan.tune_rate if tuned else plan.learning_rate)
        order = np.random.default_rng((plan.seed, epoch)).permutation(len(rows))
        for at in range(0, len(order), BATCH):
            chosen = order[at : at + BATCH]
            with tf.GradientTape() as tape:
                value = loss(labels[chosen], learner(batch[chosen], training=False))
            optimizer.apply(tape.gradient(value, weights), weights)
        losses.append(float(loss(labels[::each], learner(batch[::each], training=False))))
    return [np.asarray(weight) for weight in (*block, *head.trainable_weights)], losses


def assert_same(one, other):
    """Two courses came to the same, bit for bit."""
    assert one.history == other.history
    mine, theirs = ((*each.trained.block, *each.trained.head) for each in (one, other))
    for first, second in zip(mine, theirs, strict=True):
        assert_array_equal(first, second)
    assert_array_equal(one.held_out_answers, other.held_out_answers)


DEEP = dataclasses.replace(
    HEAD,
    head="hidden",
    units=7,
    flip=True,
    crop=True,
    colour=True,
    fine_tune=True,
    tune_rate=0.01,
    tune_epochs=3,
)


# Training


@pytest.mark.parametrize("plan", [HEAD, DEEP], ids=["linear head", "hidden layer, augmented, fine-tuned"])
def test_training_is_that_of_keras(tiny, samples, plan):
    """The same weights and losses as with Keras's layers, loss, gradients and Adam on whole pictures."""
    course = train(plan, *samples, CLASSES)
    weights, losses = by_keras(tiny, plan, samples[0], heads.initial_head(plan, 6, len(CLASSES)))
    untouched = tiny.model.get_layer("second").get_weights()
    for mine, theirs in zip(
        (*(course.trained.block or untouched), *course.trained.head), weights, strict=True
    ):
        assert_allclose(mine, theirs, atol=2e-4)
    assert [epoch.number for epoch in course.history] == list(range(len(losses) + 1))
    assert [epoch.loss for epoch in course.history[1:]] == pytest.approx(losses, abs=1e-4)
    assert [epoch.tuned for epoch in course.history[1:]] == [
        at > plan.epochs for at in range(1, len(losses) + 1)
    ]
    assert course.history[-1].loss < course.history[0].loss
    assert course.stage == "done"
    assert not course.trouble


def test_what_was_learned_answers_as_it_was_measured(tiny, samples):
    """Answers stand in the order of the pictures, `predict` gives the same, and the history counts them."""
    learned, held_out = samples
    for plan in (HEAD, DEEP):
        course = train(plan, learned, held_out, CLASSES)
        for given, answers in ((learned, course.answers), (held_out, course.held_out_answers)):
            assert_allclose(predict_many(course.trained, [pixels for pixels, _ in given]), answers, atol=1e-5)
        assert_allclose(predict(course.trained, learned[4][0]), course.answers[4], atol=1e-5)
        last, labels = course.history[-1], [label for _, label in held_out]
        assert last.held_out_accuracy == np.trace(confusion(course.held_out_answers, labels)) / 3
        truth = course.held_out_answers[range(3), labels]
        assert last.held_out_loss == pytest.approx(-np.log(truth).mean(), abs=1e-5)
        seen = features(SMALL, learned[0][0])
        assert np.allclose(tuned_features(course.trained, learned[0][0]), seen, atol=1e-6) != plan.fine_tune


def test_pieces_and_order_change_nothing(tiny, samples, monkeypatch):
    """Cut otherwise, sent through a pickle to functions of modules, or given in another order: no matter."""
    whole = train(DEEP, *samples, CLASSES)
    kept = []

    def elsewhere(function, *arguments, key=True):
        named = compute.content(compute._name(function), *arguments)
        if key:
            kept.append(named)
        return pickle.loads(pickle.dumps(function(*pickle.loads(pickle.dumps(arguments)))))

    monkeypatch.setattr(training, "PIECE", 0.0)
    parts = list(train.pieces(DEEP, *samples, CLASSES, run=elsewhere))
    assert_same(whole, parts[-1].value)
    assert [part.done for part in parts] == sorted({part.done for part in parts})
    assert parts[-1].done == parts[-1].total == parts[0].total
    # Features of both kinds and what goes into the block, of ten pictures and three, and the block itself.
    assert len(kept) == len(set(kept)) == (10 + 3) + 10 + (10 + 3) + 1
    stages = [part.value.stage for part in parts]
    assert stages == sorted(stages, key=["features", "head", "block", "done"].index)
    assert set(stages) == {"features", "head", "block", "done"}
    halfway = next(part.value for part in parts if part.value.stage == "head")
    assert_allclose(
        predict_many(halfway.trained, [samples[1][0][0]])[0], halfway.held_out_answers[0], atol=1e-5
    )

    turned = train(DEEP, samples[0][::-1], samples[1], CLASSES)
    assert_same(whole, turned)
    assert_array_equal(turned.answers, whole.answers[::-1])
    other = train(dataclasses.replace(DEEP, seed=4), *samples, CLASSES)
    assert other.history[0] != whole.history[0]
    assert compute.content(whole.trained) != compute.content(other.trained)


def test_training_does_without_held_out_pictures(tiny, samples):
    """There is nothing to say of them then."""
    course = train(DEEP, samples[0], [], CLASSES)
    assert course.held_out_answers.shape == (0, 3)
    assert {(epoch.held_out_loss, epoch.held_out_accuracy) for epoch in course.history} == {(None, None)}
    assert [each.number for each in course.history] == list(range(8))


@pytest.mark.parametrize(("broken", "epochs"), [("features", 0), ("block_inputs_of_versions", 4)])
def test_what_diverges_is_said_and_what_was_learned_is_kept(tiny, samples, monkeypatch, broken, epochs):
    """Numbers that overflow end the training before they are learned from."""
    intact = getattr(training, broken)

    @np.errstate(all="ignore")
    def huge(*arguments):
        found = intact(*arguments)
        if isinstance(found, list):
            return [array * np.float32(1e38) for array in found]
        return found * np.float32(1e38)

    monkeypatch.setattr(training, broken, huge)
    *_, last = train.pieces(DEEP, *samples, CLASSES)
    assert last.done == last.total
    assert f"diverged in epoch {epochs + 1}:" in last.value.trouble
    assert last.value.trouble.endswith("choose a smaller learning rate.")
    assert last.value.trained.epochs == epochs
    assert all(np.isfinite(array).all() for array in (*last.value.trained.block, *last.value.trained.head))


def test_augmentation_makes_what_it_says():
    """A mirror image, two enlarged parts of the picture, two other lights; the same of every picture."""
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (128, 128, 3), np.uint8)
    plan = Plan(SMALL, flip=True, crop=True, colour=True)
    asked = augmentation(plan)
    found = versions(plan, picture)
    assert found.shape == (asked.count, 128, 128, 3) == (6, 128, 128, 3)
    assert_array_equal(found[0], picture)
    assert_array_equal(found[1], picture[:, ::-1])
    for (left, top, right, bottom), part in zip(asked.crops, found[2:4], strict=True):
        assert 0.7 * 128 - 0.1 <= right - left <= 0.95 * 128 + 0.1
        assert bottom - top == pytest.approx(right - left, abs=0.11)
        assert min(left, top) >= 0
        assert max(right, bottom) <= 128
        # Pillow reads cell i of a part at left + (i + 0.5) * scale, between the middles of pixels.
        scale = np.array([bottom - top, right - left]) / 128
        at = np.array([top, left]) + (np.array([40, 70]) + 0.5) * scale - 0.5
        (row, col), (down, right_) = np.floor(at).astype(int), at - np.floor(at)
        above, below = (
            picture[line, col] * (1 - right_) + picture[line, col + 1] * right_ for line in (row, row + 1)
        )
        assert_allclose(part[40, 70], above * (1 - down) + below * down, atol=2)
    for factors, part in zip(asked.colour_factors, found[4:], strict=True):
        assert_array_equal(part, np.rint(np.minimum(picture * np.array(factors), 255)))
    assert augmentation(dataclasses.replace(plan, seed=1)).colour_factors != asked.colour_factors
    assert_array_equal(versions(Plan(SMALL), picture), picture[np.newaxis])


def test_a_small_network_learns_from_scratch(samples):
    """It tells dark from bright in time, in the same way each time, and its pieces count what they say."""
    pictures = [(np.repeat(np.repeat(pixels, 8, 0), 8, 1), label) for pixels, label in samples[0]]
    plan = Plan(SMALL, epochs=6, learning_rate=0.01, flip=True)
    *_, last = parts = list(scratch.pieces(plan, pictures[:7], pictures[7:], CLASSES))
    assert [part.done for part in parts] == list(range(1, last.total + 1))
    assert len(last.value.history) == plan.epochs + 1
    assert last.value.history[-1].loss < last.value.history[0].loss
    assert last.value.trained is None
    assert last.value.answers.shape == (7, 3)
    assert last.value.held_out_answers.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    again = scratch(plan, pictures[:7][::-1], pictures[7:], CLASSES)
    assert again.history == last.value.history


def test_what_cannot_be_is_said(tiny, samples):
    """Errors are sentences that say what came and what to do."""
    learned, held_out = samples
    grey = np.zeros((16, 16, 1), np.uint8)
    trained = train(HEAD, *samples, CLASSES).trained
    for call, part in (
        (lambda: Plan("LeNet"), "network is 'LeNet'; choose one of EfficientNetLite0"),
        (lambda: Plan(head="deep"), "head is 'deep'; choose one of linear, hidden"),
        (lambda: Plan(weights="best"), "weights is 'best'"),
        (lambda: Plan(fit="fill"), "fit is 'fill'"),
        (lambda: Plan(epochs=0), "Epochs takes 1 to 500, but 0 came"),
        (lambda: Plan(learning_rate=float("nan")), "Learning rate takes a finite number"),
        (lambda: train(HEAD, learned, held_out, ["one"]), "2 to 10 classes can be told apart, and 1 came"),
        (lambda: train(HEAD, learned, held_out, ["a", "b"]), "numbered 0 to 1, and 2 came"),
        (lambda: train(HEAD, learned[:2], [], CLASSES), "no picture of red to train on"),
        (
            lambda: train(HEAD, [*learned, (grey, 0)], [], CLASSES),
            r"uint8 values of shape \(16, 16, 1\) came",
        ),
        (lambda: grad_cam(trained, learned[0][0], 3), "classes are 0 to 2, and 3 came"),
    ):
        with pytest.raises(TransferError, match=part) as raised:
            call()
        assert str(raised.value).endswith(".")
    large = Plan("VGG16", fine_tune=True)
    with pytest.raises(TransferError, match=r"takes 401 MB for 1000 pictures .* choose a smaller"):
        fine_tuning.check_memory(large.backbone, 1000)


# What was learned


def test_grad_cam_is_that_of_the_gradients(tiny, samples):
    """The formula of `attribution` with the gradient of a tape: linear heads and deep ones, tuned or not."""
    import keras
    import tensorflow as tf

    pixels = samples[0][1][0]
    batch = preprocessing.preprocess(SMALL, pixels)[np.newaxis]
    for plan in (HEAD, DEEP):
        trained = train(plan, *samples, CLASSES).trained
        copy = keras.models.clone_model(tiny.model)
        copy.set_weights(tiny.model.get_weights())
        if trained.block:
            copy.get_layer("second").set_weights(trained.block)
        maps = keras.Model(copy.input, copy.get_layer("last").output)(batch, training=False)
        for target in range(3):
            with tf.GradientTape() as tape:
                tape.watch(maps)
                x = tf.reduce_mean(maps, (1, 2))
                for at in range(0, len(trained.head), 2):
                    x = (tf.nn.relu(x) if at else x) @ trained.head[at] + trained.head[at + 1]
                score = x[0, target]
            weights = tf.reduce_mean(tape.gradient(score, maps), (1, 2), keepdims=True)
            expected = tf.nn.relu(tf.reduce_sum(weights * maps, -1))[0]
            assert_allclose(grad_cam(trained, pixels, target), expected, atol=1e-5)
        top = int(predict(trained, pixels).argmax())
        assert_array_equal(grad_cam(trained, pixels), grad_cam(trained, pixels, top))


def test_what_is_compiled_goes_with_its_network(tiny, samples, monkeypatch):
    """Nothing of a network stays when it is let go."""
    import keras

    copy = Opened(tiny.network, tiny.weights, keras.models.clone_model(tiny.model), None)
    monkeypatch.setattr(models, "opened", lambda name, weights="auto", copy=copy: copy)
    predict(train(DEEP, *samples, CLASSES).trained, samples[0][0][0])
    assert copy in backbones._blocks
    gone = weakref.ref(copy)
    monkeypatch.undo()
    del copy
    gc.collect()
    assert gone() is None


def test_features_are_averages_of_the_last_maps():
    """Of a real network with random weights: one by one in pieces, and equal to the layer's output."""
    pictures = [preprocessing.seen(SMALL, images.sample(name)) for name in ("chelsea", "coffee")]
    found = features(SMALL, pictures[0], "random")
    assert found.shape == (NETWORKS[SMALL].backbone.features,)
    maps = outputs.layer_output(SMALL, pictures[0], NETWORKS[SMALL].backbone.layer, weights="random")
    assert_allclose(found, maps.mean(axis=(0, 1)), atol=1e-4)
    first, second = features_of_pictures.pieces(SMALL, pictures, "random")
    assert (first.done, second.done, second.total) == (1, 2, 2)
    assert_array_equal(second.value[0], found)
    assert_array_equal(first.value, second.value[:1])


def test_confusion_counts_and_scores():
    """By hand: of two of class 0 one is taken for 1, class 2 is never said, and none of class 3 came."""
    answers = np.eye(4)[[0, 1, 1, 1, 3]]
    counts = confusion(answers, [0, 0, 1, 2, 0])
    assert counts.tolist() == [[1, 1, 0, 1], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert precision_recall(counts) == [
        ClassScore(1.0, 1 / 3),
        ClassScore(1 / 3, 1.0),
        ClassScore(None, 0.0),
        ClassScore(0.0, None),
    ]
    assert confusion(np.zeros((0, 3)), []).sum() == 0


def test_nearest_features_point_the_same_way():
    """Cosines by hand; length does not count, and zero is like nothing."""
    found = nearest([3, 4], [[4, 3], [0, 0], [30, 40], [-3, -4]])
    assert found == [(2, 1.0), (0, 0.96), (1, 0.0), (3, -1.0)]


def test_the_map_of_features_keeps_what_it_says():
    """Its variances are the two largest eigenvalues of the covariance; the sign is settled; few points do."""
    rows = np.random.default_rng(2).normal(size=(12, 5)) * [1, 5, 2, 0.5, 3]
    found = feature_map(rows)
    eigenvalues = np.linalg.eigvalsh(np.cov(rows.T))[::-1]
    assert_allclose(found.points.var(axis=0, ddof=1), eigenvalues[:2], rtol=1e-5)
    assert found.shares == pytest.approx(tuple(eigenvalues[:2] / eigenvalues.sum()))
    assert_allclose(feature_map(-rows).points, -found.points, atol=1e-5)
    assert feature_map(rows[:1]).points.tolist() == [[0, 0]]
    assert feature_map(np.ones((3, 4))).shares == (0, 0)


RELOAD = """
import json
import keras, numpy as np
for at in range(3):
    model = keras.models.load_model(f"{at}.keras")
    pictures = np.load(f"{at}.npy").astype("float32")
    answers = model(pictures), model(pictures, training=False), model.predict(pictures, verbose=0)
    print(json.dumps([np.asarray(answer).tolist() for answer in answers]))
    assert not any(isinstance(layer, keras.Model) for layer in model.layers)
photograph = np.load("photograph.npy")[None]
np.save("seen.npy", keras.Model(model.input, model.get_layer("resize").output)(photograph)[0])
"""


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # in Keras
def test_what_is_saved_answers_alike_in_a_new_process(tiny, samples, tmp_path, monkeypatch):
    """Called in each way, to 1e-5; a photograph becomes what the network sees, but for rounding."""
    learned, held_out = samples
    shown = [pixels for pixels, _ in held_out]
    expected = []
    for at, plan in enumerate((HEAD, DEEP)):
        trained = train(plan, learned, held_out, CLASSES).trained
        (tmp_path / f"{at}.keras").write_bytes(saved(trained))
        expected.append(predict_many(trained, shown))
    monkeypatch.undo()
    photographs = [images.sample(name) for name in ("chelsea", "coffee")]
    assert photographs[0].shape[0] != photographs[0].shape[1]
    pictures = [preprocessing.seen(SMALL, photograph) for photograph in photographs]
    plan = Plan(SMALL, weights="random", fine_tune=True, epochs=3, tune_epochs=1)
    trained = train(plan, [(pixels, at) for at, pixels in enumerate(pictures)], [], ("cat", "cup")).trained
    (tmp_path / "2.keras").write_bytes(saved(trained))
    expected.append(predict_many(trained, pictures))
    for at, given in enumerate((shown, shown, pictures)):
        np.save(tmp_path / f"{at}.npy", np.stack(given))
    np.save(tmp_path / "photograph.npy", photographs[0] * 255)
    said = subprocess.run(
        [sys.executable, "-c", RELOAD], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120
    ).stdout.splitlines()
    for line, mine in zip(said, expected, strict=True):
        for answer in json.loads(line):
            assert_allclose(answer, mine, atol=1e-5)
    assert_allclose(np.load(tmp_path / "seen.npy"), pictures[0], atol=1)
    config = zipfile.ZipFile(tmp_path / "2.keras").read("config.json").decode()
    assert not [name for name in _NEWER if f'"{name}"' in config]  # by which an older Keras is stopped


# With what was learned from photographs


@pytest.mark.weights
@pytest.mark.skipif("EXPLORER_WEIGHTS" not in os.environ, reason="EXPLORER_WEIGHTS names no folder")
def test_three_classes_from_four_photographs():
    """A cat, a dog and two hot dogs teach to tell three others; random features and pixels do not as well."""
    folder = Path(os.environ["EXPLORER_WEIGHTS"].split(os.pathsep)[0]) / ".." / ".." / "images"
    names, network = ("cat", "dog", "hotdog"), "MobileNetV2"
    learned, held_out = (
        [
            (preprocessing.seen(network, images.load(path)), label)
            for label, name in enumerate(names)
            for path in sorted(folder.glob(f"{name}_{part}_*.jpg"))
        ]
        for part in ("train", "test")
    )
    assert (len(learned), len(held_out)) == (4, 3)
    for plan in (Plan(), Plan(head="hidden", flip=True, crop=True, colour=True)):
        course = train(plan, learned, held_out, names)
        assert course.history[0].held_out_accuracy < 1
        assert course.history[-1].held_out_accuracy == 1
        assert confusion(course.held_out_answers, [0, 1, 2]).tolist() == np.eye(3).tolist()
    rows = np.stack([features(network, pixels) for pixels, _ in learned])
    assert nearest(features(network, held_out[2][0]), rows)[0][0] in (2, 3)
    heat = grad_cam(course.trained, held_out[0][0])
    assert heat.shape == (7, 7)
    assert not attribution.is_flat(heat)
    alone = scratch(Plan(), learned, held_out, names)
    assert alone.history[-1].held_out_loss > course.history[-1].held_out_loss
