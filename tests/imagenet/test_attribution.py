"""Explanations: against loops and sums by hand, tf-keras-vis, and what the methods promise of themselves."""

from __future__ import annotations

import dataclasses
import gc
import itertools
import os
import pickle
import warnings
import weakref
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from explorer import images
from explorer.activations import softmax
from explorer.imagenet import attribution, models, predictions, preprocessing, structure
from explorer.imagenet.attribution import (
    CAMS,
    FILLS,
    PARAMETRISATIONS,
    RANDOMISABLE,
    MaximisationSettings,
    ascent,
    cams,
    colours,
    completeness,
    contributions,
    deletion_curve,
    feature_visualisation,
    filled,
    grad_cam,
    hires_cam,
    integrated_gradients,
    is_flat,
    layer_cam,
    maximise,
    occlusion,
    occlusion_cost,
    perturbation,
    randomised,
    saliency,
    smooth_grad,
    weighted_layers,
)
from explorer.imagenet.attribution import engine as engines
from explorer.imagenet.engine import opening
from explorer.imagenet.engine.architectures import ARCHITECTURES, architecture
from explorer.imagenet.engine.graph import GraphBuilder
from explorer.imagenet.engine.layers import (
    ActivationLayer,
    Conv2DLayer,
    DenseLayer,
    DropoutLayer,
    FlattenLayer,
    GlobalAveragePooling2DLayer,
    RescalingLayer,
)
from explorer.imagenet.engine.network import EngineNetwork
from explorer.imagenet.keras_graphs import keras_model
from explorer.imagenet.models import Opened
from explorer.imagenet.networks import NETWORKS, NetworkError
from explorer.imagenet.weights import find_weights
from explorer.pieces import Progress

SMALL = "MobileNet-0.25-128"
TINY = "tiny"
TRAINED = "MobileNetV2"
PHOTOGRAPHS = {"cat": 285, "bird": 19, "hot_dog": 934, "dog_train_0": 207}


@pytest.fixture(scope="module")
def picture():
    return np.random.default_rng(1).integers(0, 256, (8, 8, 3), np.uint8)


def tiny_architecture(size):
    """Two convolutions, averages and a dense layer."""
    net = GraphBuilder(size)
    x = net.add(RescalingLayer(1 / 255), net.input, name="scaled")
    x = net.add(Conv2DLayer(3, 1, "same", filters=5), x, name="first", activation="relu")
    x = net.add(Conv2DLayer(3, 2, filters=6), x, name="second", activation="relu")
    x = net.add(GlobalAveragePooling2DLayer(), x, name="averages")
    x = net.add(DropoutLayer(), x, name="dropped")
    x = net.add(DenseLayer(4), x, name="classes", activation="softmax")
    return net.build(x)


@pytest.fixture(scope="module")
def model():
    """The small network in Keras; class 3 has no weights at all."""
    import keras

    keras.utils.set_random_seed(3)
    model = keras_model(tiny_architecture(8))
    model.name = TINY
    classes = model.get_layer("classes")
    rng = np.random.default_rng(5)
    kernel = rng.standard_normal((6, 4), np.float32) * 3
    kernel[:, 3] = 0
    classes.set_weights([kernel, np.array([0.5, -1, 0.25, 2], np.float32)])
    return model


@pytest.fixture
def tiny(monkeypatch, model):
    """The small network under a name of its own, opened; `models` gives it as it gives others."""
    record = dataclasses.replace(
        NETWORKS[SMALL], name=TINY, title="Tiny", size=8, mode="none", builder=TINY, options={}
    )
    monkeypatch.setitem(NETWORKS, TINY, record)
    monkeypatch.setitem(ARCHITECTURES, TINY, tiny_architecture)
    network = Opened(record, find_weights(TINY, "random"), model, models.logits_of(model))
    others = models.opened
    monkeypatch.setattr(
        models,
        "opened",
        lambda name, weights="auto": network if name == TINY else others(name, weights),
    )
    weights = {layer.name: layer.get_weights() for layer in model.layers}
    engine, others_of_engine = EngineNetwork(architecture(record), weights), opening.open_engine
    monkeypatch.setattr(
        opening,
        "open_engine",
        lambda name, weights="auto": engine if name == TINY else others_of_engine(name, weights),
    )
    monkeypatch.setattr(opening, "learned_weights", lambda name, choice: weights)
    return network


def by_hand(model, pictures, layer, target):
    """Give a layer's output, and the gradients of a logit with respect to it and to the input, stepwise."""
    import tensorflow as tf

    *_, dense = model.layers
    x = tf.constant(pictures.reshape(-1, 8, 8, 3), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = kept = x
        for each in model.layers[1:-1]:
            value = each(value, training=False)
            if each.name == layer:
                kept = value
        logit = tf.reduce_sum((value @ dense.kernel + dense.bias)[:, target])
    found = (kept, *tape.gradient(logit, (kept, x)))
    return [each.numpy().reshape(*pictures.shape[:-3], *each.shape[1:]) for each in found]


def scores(model, batch):
    """Give the logits of pictures, from the probabilities: each is short of the same number."""
    return np.log(np.asarray(model(np.asarray(batch, np.float32), training=False)))


# Class activation maps


def test_grad_cam_of_a_worked_case():
    """Averages 1.5 and 5, weights 2 and -1: the gradient is a quarter of the weight in each of four cells.

    So the channels weigh 2/4 and -1/4: 0.5 * [[0, 1], [2, 3]] - 0.25 * [[8, 4], [4, 4]], cut at 0.
    """
    net = GraphBuilder(2)
    x = net.add(Conv2DLayer(1, filters=2, use_bias=False), net.input, name="maps")
    x = net.add(GlobalAveragePooling2DLayer(), x, name="averages")
    graph = net.build(net.add(DenseLayer(2), x, name="classes", activation="softmax"))
    weights = {"maps": [[[[[1, 0], [0, 1], [0, 0]]]]], "classes": [[[2, 0], [-1, 0]], [1, 1]]}
    network = EngineNetwork(graph, weights)
    pixels = np.zeros((2, 2, 3), np.float32)
    pixels[..., 0], pixels[..., 1] = [[0, 1], [2, 3]], [[8, 4], [4, 4]]
    maps = network.forward(pixels[np.newaxis])
    found = {method: engines.cams(maps, 0, ["maps"], method)["maps"] for method in CAMS}
    assert found["grad_cam"].tolist() == [[0, 0], [0, 0.5]]
    assert found["hires_cam"].tolist() == [[0, 0], [0, 0.5]]
    assert found["layer_cam"].tolist() == [[0, 0.5], [1, 1.5]]


@pytest.mark.parametrize("layer", ["first", "second"])
def test_maps_are_what_their_formulas_say(tiny, picture, layer):
    """Each method against its own formula, with activations and gradients taken step by step."""
    activation, gradient, _ = by_hand(tiny.model, picture, layer, 1)
    expected = {
        "grad_cam": (gradient.mean(axis=(0, 1)) * activation).sum(axis=-1),
        "hires_cam": (gradient * activation).sum(axis=-1),
        "layer_cam": (np.maximum(gradient, 0) * activation).sum(axis=-1),
    }
    for function in (grad_cam, hires_cam, layer_cam):
        found = function(TINY, picture, layer, 1)
        assert found.dtype == np.float32
        assert found.any()
        assert_allclose(found, np.maximum(expected[function.__name__], 0), atol=1e-5)


def test_every_map_of_one_pass_is_that_of_its_layer(tiny, picture):
    """All spatial layers have a map, the input among them; defaults are the last layer and the top class."""
    every = cams(TINY, picture)
    assert list(every) == ["input_layer", "scaled", "first", "second"]
    assert [each.shape for each in every.values()] == [(8, 8), (8, 8), (8, 8), (3, 3)]
    top = int(scores(tiny.model, picture[np.newaxis]).argmax())
    for layer, found in every.items():
        assert_allclose(found, grad_cam(TINY, picture, layer, top), atol=1e-6)
    assert_allclose(every["second"], grad_cam(TINY, picture), atol=1e-6)


def test_maps_equal_those_of_tf_keras_vis(tiny, picture):
    """A second opinion on Grad-CAM, LayerCAM and saliency, with explicit layers."""
    import keras

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it imports zoom from where it was in SciPy 1
        pytest.importorskip("tf_keras_vis", reason="tf-keras-vis is not installed")
        from tf_keras_vis.gradcam import Gradcam
        from tf_keras_vis.layercam import Layercam
        from tf_keras_vis.saliency import Saliency

    linear = keras.Model(tiny.model.input, tiny.logits)
    batch = picture[np.newaxis].astype(np.float32)
    explicit = {"seek_penultimate_conv_layer": False, "expand_cam": False, "normalize_cam": False}

    def score(outputs):
        return outputs[:, 2]

    for theirs, ours in ((Gradcam, grad_cam), (Layercam, layer_cam)):
        for layer in ("first", "second"):
            expected = theirs(linear, clone=False)(score, batch, penultimate_layer=layer, **explicit)
            assert_allclose(ours(TINY, picture, layer, 2), np.asarray(expected)[0], atol=1e-4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it wraps the input in a list
        expected = Saliency(linear, clone=False)(score, batch, normalize_map=False)[0]
    assert_allclose(saliency(TINY, picture, 2), expected, atol=1e-6)


def test_a_class_without_weights_has_flat_explanations(tiny, picture):
    """Where no gradient arrives, everything is zero, and nothing is NaN."""
    for method in CAMS:
        for found in cams(TINY, picture, 3, method=method).values():
            assert_array_equal(found, 0)
            assert is_flat(found)
    for function in (saliency, smooth_grad, integrated_gradients, occlusion):
        options = {"patch": 3, "stride": 2} if function is occlusion else {}
        assert is_flat(function(TINY, picture, 3, **options)), function
    flat = integrated_gradients(TINY, picture, 3, steps=4)
    assert completeness(TINY, picture, flat, 3) == attribution.Completeness(0, 0, None)
    fractions, probabilities = deletion_curve(TINY, picture, flat, 3, steps=4)
    assert fractions.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert np.isfinite(probabilities).all()
    for method in RANDOMISABLE:
        assert is_flat(randomised(TINY, picture, 0, target=3, method=method))


# Gradients


def test_saliency_and_smooth_grad_are_gradients(tiny, picture):
    """Saliency is the strongest colour's gradient; SmoothGrad that of the mean gradient of noisy copies."""
    assert_allclose(
        saliency(TINY, picture, 1), np.abs(by_hand(tiny.model, picture, "", 1)[2]).max(-1), atol=1e-7
    )
    copies = [
        picture + np.float32(0.1 * 255) * np.random.default_rng((7, n)).standard_normal((8, 8, 3), np.float32)
        for n in range(11)
    ]
    mean = by_hand(tiny.model, np.stack(copies), "", 1)[2].mean(axis=0)
    found = smooth_grad(TINY, picture, 1, samples=11, noise=0.1, seed=7)
    assert_allclose(found, np.abs(mean).max(-1), atol=1e-6)
    assert_allclose(smooth_grad(TINY, picture, 1, samples=2, noise=0), saliency(TINY, picture, 1), atol=1e-7)


@pytest.mark.parametrize("baseline", FILLS)
def test_integrated_gradients_share_out_the_rise_of_a_logit(tiny, picture, baseline):
    """The map adds up to the difference of logits, and is the mean gradient times the way, by a fine sum."""
    found = integrated_gradients(TINY, picture, 1, baseline=baseline)
    whole = completeness(TINY, picture, found, 1, baseline=baseline)
    start = filled(picture, baseline).astype(np.float32)
    rise = scores(tiny.model, [picture, start])
    # What a logarithm of a softmax leaves out is the same for all classes; class 3 never changes.
    assert whole.difference == pytest.approx(np.subtract(*(rise[:, 1] - rise[:, 3])), abs=1e-4)
    assert whole.total == pytest.approx(float(found.sum()), abs=1e-5)
    assert whole.error < 0.01
    way = picture - start
    places = (np.arange(500) + 0.5) / 500
    fine = by_hand(tiny.model, np.stack([start + place * way for place in places]), "", 1)[2].mean(axis=0)
    assert_allclose(found, (way * fine).sum(-1), atol=0.01 * np.abs(found).max())


# Hiding


def test_occlusion_is_a_loop_over_positions(tiny, picture):
    """Each cell tells how far the logit falls with the patch centred on it, whatever it is filled with."""
    for patch, stride, fill in ((3, 2, "grey"), (4, 3, "mean"), (1, 1, "black"), (8, 5, "blur")):
        found = occlusion(TINY, picture, 1, patch=patch, stride=stride, fill=fill)
        cost = occlusion_cost(TINY, patch=patch, stride=stride)
        assert found.shape == (cost.rows, cost.columns)
        assert cost.passes == cost.positions + 1 == found.size + 1
        cover = filled(picture, fill)
        for row, column in itertools.product(range(cost.rows), range(cost.columns)):
            top, left = (place * stride + (stride - patch) // 2 for place in (row, column))
            hidden = picture.copy()
            for y, x in itertools.product(range(8), range(8)):
                if top <= y < top + patch and left <= x < left + patch:
                    hidden[y, x] = cover[y, x]
            both = scores(tiny.model, [picture, hidden])
            fall = np.subtract(*(both[:, 1] - both[:, 3]))
            assert found[row, column] == pytest.approx(fall, abs=1e-4)


def test_fills_are_pictures_without_information(picture):
    """Grey and black are levels, the mean is the picture's own, a blur keeps it; all in new arrays."""
    before = picture.copy()
    assert_array_equal(filled(picture, "grey"), 128)
    assert_array_equal(filled(picture, "black"), 0)
    assert_allclose(filled(picture, "mean")[3, 4], picture.mean(axis=(0, 1)), atol=0.5)
    large = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    assert filled(large, "blur").std() < large.std() / 4
    assert_allclose(filled(large, "blur").mean(), large.mean(), atol=3)
    assert all(filled(picture, name).dtype == np.uint8 for name in FILLS)
    assert_array_equal(picture, before)


def test_deletion_hides_what_counts_most_first(tiny, picture):
    """The curve starts with the picture, ends with the fill, and a loop gives what is between."""
    ranks = np.random.default_rng(2).permutation(64).reshape(8, 8)
    fractions, probabilities = deletion_curve(TINY, picture, -ranks, 1, steps=5, fill="black")
    assert_allclose(fractions, [0, 0.2, 0.4, 0.6, 0.8, 1])
    for fraction, probability in zip(fractions, probabilities, strict=True):
        kept = np.where((ranks < round(float(fraction) * 64))[..., np.newaxis], 0, picture)
        expected = softmax(scores(tiny.model, kept[np.newaxis]))[0, 1]
        assert probability == pytest.approx(expected, abs=1e-5)


def test_a_small_explanation_is_enlarged():
    """Two by two cells become quarters; among equals the first pixel comes first."""
    assert perturbation._ranks(np.zeros((4, 4)), 4).tolist() == np.arange(16).reshape(4, 4).tolist()
    ranks = perturbation._ranks(np.array([[1, 2], [3, 4]]), 8)
    assert ranks[7, 7] < ranks[7, 0] < ranks[0, 7] < ranks[0, 0]
    assert {ranks[6, 6], ranks[7, 7]} == {0, 3}


# Channels and weights


def test_contributions_are_a_logit_taken_apart(tiny, picture):
    """Averages times weights, and the bias, are the logit: for a small network, and for a real structure."""
    found = contributions(TINY, picture, 1)
    activation = by_hand(tiny.model, picture, "second", 1)[0]
    kernel, bias = tiny.model.layers[-1].get_weights()
    assert_allclose(found.channels, activation.mean(axis=(0, 1)) * kernel[:, 1], atol=1e-5)
    assert found.bias == bias[1]
    cat = images.sample("chelsea")
    real = contributions(SMALL, cat, 285, weights="random")
    assert real.channels.shape == (256,)
    logit = predictions.logits(SMALL, cat, weights="random")[285]
    for each, expected in ((found, found.logit), (real, logit)):
        assert each.channels.sum() + each.bias == pytest.approx(each.logit, abs=1e-4)
        assert each.logit == pytest.approx(expected, abs=1e-4)


def test_a_head_of_another_kind_is_no_sum_over_channels():
    """Two dense layers, or maps that were never averaged, are refused in a sentence."""
    for tail in (
        [(FlattenLayer(), ""), (DenseLayer(2), "softmax")],
        [(GlobalAveragePooling2DLayer(), ""), (DenseLayer(3), "relu"), (DenseLayer(2), "softmax")],
        [(Conv2DLayer(4, filters=2), ""), (FlattenLayer(), ""), (ActivationLayer("softmax"), "")],
    ):
        net = GraphBuilder(4)
        x = net.input
        for number, (layer, function) in enumerate(tail):
            x = net.add(layer, x, name=f"tail_{number}", activation=function)
        graph = net.build(x)
        weights = {
            name: [np.zeros(shape) for shape in variables.values()]
            for name, variables in graph.variables().items()
        }
        with pytest.raises(NetworkError, match="not decided by one dense layer on the averages"):
            engines.head(EngineNetwork(graph, weights))


def test_randomising_leaves_the_open_network_whole(tiny, picture):
    """None is the explanation itself; more layers change it; a seed repeats it; no weight is touched."""
    before = {layer: grad_cam(TINY, picture, layer, 1) for layer in ("first", "second")}
    assert weighted_layers(TINY) == ("classes", "second", "first")
    for method, function in zip(RANDOMISABLE, (grad_cam, hires_cam, layer_cam, saliency), strict=True):
        where = {} if function is saliency else {"layer": "first"}
        plain = function(TINY, picture, target=1, **where)
        found = [randomised(TINY, picture, top, "first", 1, method=method, seed=4) for top in range(4)]
        assert_allclose(found[0], plain, atol=1e-6)
        assert all(np.abs(each - plain).max() > 1e-4 * plain.max() for each in found[1:])
        assert_array_equal(found[2], randomised(TINY, picture, 2, "first", 1, method=method, seed=4))
        assert not np.array_equal(found[3], randomised(TINY, picture, 3, "first", 1, method=method, seed=5))
    for layer, old in before.items():
        assert_array_equal(grad_cam(TINY, picture, layer, 1), old)


# Pictures that a unit likes


@pytest.mark.parametrize("parametrisation", PARAMETRISATIONS)
def test_maximise_raises_what_it_is_asked_for(tiny, parametrisation):
    """A class and a channel answer more strongly to the picture than to the start; a seed repeats it."""
    # In eight by eight cells any movement is a large one.
    settings = MaximisationSettings(parametrisation, rate=0.2, jitter=0, rotate=0, scale=0, seed=3)
    begin = maximise(TINY, 1, steps=1, settings=settings)
    found = maximise(TINY, 1, steps=40, settings=settings)
    assert (found.shape, found.dtype) == ((8, 8, 3), np.float32)
    assert 0 <= found.min() <= found.max() <= 1
    first, last = (predictions.logits(TINY, each)[1] for each in (begin, found))
    assert last > first + 0.1
    assert_array_equal(found, maximise(TINY, 1, steps=40, settings=settings))
    assert not np.array_equal(
        found, maximise(TINY, 1, steps=40, settings=dataclasses.replace(settings, seed=4))
    )
    channel = [
        by_hand(tiny.model, 255 * maximise(TINY, 2, "second", steps=steps, settings=settings), "second", 1)[0]
        for steps in (1, 40)
    ]
    assert channel[1][..., 2].mean() > channel[0][..., 2].mean()


def test_a_picture_is_moved_turned_and_scaled_about_its_centre():
    """Without movement each cell is read from itself; a quarter turn carries the corners round."""
    still = MaximisationSettings(jitter=0, rotate=0, scale=0)
    assert_array_equal(feature_visualisation._movement(9, still, 5), [1, 0, 0, 0, 1, 0, 0, 0])
    moved = feature_visualisation._movement(9, MaximisationSettings(jitter=3, rotate=0, scale=0), 5)
    assert_array_equal(moved[[0, 1, 3, 4, 6, 7]], [1, 0, 0, 1, 0, 0])
    assert set(np.abs(moved[[2, 5]])) <= {0, 1, 2, 3}
    turned = feature_visualisation._movement(9, MaximisationSettings(jitter=0, rotate=180, scale=0.5), 5)
    assert_allclose(turned[:6].reshape(2, 3) @ [4, 4, 1], [4, 4], atol=1e-5)


def test_colours_are_scaled_as_preprocessing_does():
    """The matrix and offset of a network's colours give what `preprocess` gives, for each way of scaling."""
    rng = np.random.default_rng(0)
    for name in ("MobileNetV2", "MobileNetV3Small", "ResNet50", "DenseNet121"):
        matrix, offset = colours.colour_scaling(name)
        pixels = rng.integers(0, 256, (224, 224, 3), np.uint8)
        ours = (pixels / np.float32(255)) @ matrix + offset
        assert_allclose(ours, preprocessing.preprocess(name, pixels), atol=1e-4)


# Pieces


def pieces_of(picture, run):
    """Give the generators of all long computations on the small network, by what they compute."""
    found = np.random.default_rng(0).random((8, 8), np.float32)
    return {
        occlusion: attribution.occlusion.pieces(TINY, picture, 1, patch=2, stride=1, run=run),
        smooth_grad: attribution.smooth_grad.pieces(TINY, picture, 1, samples=20, run=run),
        integrated_gradients: attribution.integrated_gradients.pieces(TINY, picture, 1, steps=20, run=run),
        deletion_curve: attribution.deletion_curve.pieces(TINY, picture, found, 1, steps=20, run=run),
        maximise: attribution.maximise.pieces(TINY, 1, steps=9, run=run),
    }


def test_pieces_travel_and_add_up(tiny, picture):
    """Calls and what they give are pickled; progress grows to its end; the last value is the function's."""
    calls = []

    def run(function, *arguments):
        function, arguments = pickle.loads(pickle.dumps((function, arguments)))
        calls.append(function)
        return pickle.loads(pickle.dumps(function(*arguments)))

    found = np.random.default_rng(0).random((8, 8), np.float32)
    plain = {
        occlusion: occlusion(TINY, picture, 1, patch=2, stride=1),
        smooth_grad: smooth_grad(TINY, picture, 1, samples=20),
        integrated_gradients: integrated_gradients(TINY, picture, 1, steps=20),
        deletion_curve: deletion_curve(TINY, picture, found, 1, steps=20),
        maximise: maximise(TINY, 1, steps=9),
    }
    for function, pieces in pieces_of(picture, run).items():
        calls.clear()
        steps = [pickle.loads(pickle.dumps(each)) for each in pieces]
        assert all(isinstance(each, Progress) for each in steps)
        assert len(calls) > len(steps) > 1, function
        done = [each.done for each in steps]
        assert done == sorted(set(done))
        assert {each.total for each in steps} == {done[-1]}
        for first, second in zip(np.atleast_1d(plain[function]), np.atleast_1d(steps[-1].value), strict=True):
            assert_array_equal(first, second)


def test_closing_stops_the_pieces(tiny, picture):
    """After a generator is closed, or its runner has failed, nothing more is run."""
    calls = []

    def run(function, *arguments):
        calls.append(function)
        return function(*arguments)

    for pieces in pieces_of(picture, run).values():
        next(pieces)
        before = len(calls)
        pieces.close()
        assert next(pieces, None) is None
        assert len(calls) == before

    def fail(*_):
        raise InterruptedError

    for pieces in pieces_of(picture, fail).values():
        with pytest.raises(InterruptedError):
            next(pieces)
        assert next(pieces, None) is None


# What surrounds it


def test_what_is_compiled_is_compiled_once_and_goes_with_its_network(tiny, model):
    """The same functions serve every unit of a layer; no network is kept by them."""
    import keras

    climbing = ascent.ascent_of(TINY, "auto")
    for unit in (0, 1):
        for layer in (None, "second"):
            maximise(TINY, unit, layer, steps=2)
    assert climbing is ascent.ascent_of(TINY, "auto")
    assert len(climbing._made) == 2
    for pair in climbing._made.values():
        assert [made.experimental_get_tracing_count() for made in pair] == [1, 1]

    copy = Opened(tiny.network, tiny.weights, keras.models.clone_model(model), None)
    ascent._ascents[copy] = ascent.Ascent(copy.model, models.logits_of(copy.model))
    gone = weakref.ref(copy)
    del copy
    gc.collect()
    assert gone() is None


def test_what_cannot_be_is_said(tiny, picture):
    """Errors are sentences that say what came and what to do."""
    for call, part in (
        (lambda: grad_cam(TINY, picture, "third"), "no layer 'third'"),
        (lambda: grad_cam(TINY, picture, "averages"), r"shape \(6,\), and a map needs rows and columns"),
        (lambda: grad_cam(TINY, picture, target=4), "classes are 0 to 3, and 4 came"),
        (lambda: cams(TINY, picture, method="cam"), "no method 'cam'; choose one of grad_cam"),
        (lambda: saliency(TINY, picture, -1), "classes are 0 to 3"),
        (lambda: saliency("LeNet", picture), "no network 'LeNet'"),
        (lambda: smooth_grad(TINY, picture, samples=0), "samples is 0; choose a whole number from 1"),
        (lambda: smooth_grad(TINY, picture, noise=-1), "noise is -1"),
        (lambda: integrated_gradients(TINY, picture, steps=2.5), "steps is 2.5; choose a whole number"),
        (
            lambda: integrated_gradients(TINY, picture, baseline="white"),
            "no fill 'white'; choose one of grey",
        ),
        (lambda: occlusion_cost(TINY, patch=9), "patch is 9; choose a whole number from 1 to 8"),
        (lambda: occlusion(TINY, picture, stride=0), "patch is 32"),
        (lambda: deletion_curve(TINY, picture, np.zeros(4)), r"one of shape \(4,\) came"),
        (lambda: deletion_curve(TINY, picture, np.full((2, 2), np.nan)), "came with others"),
        (lambda: randomised(TINY, picture, 4), "top is 4; choose a whole number from 0 to 3"),
        (lambda: randomised(TINY, picture, 1, method="occlusion"), "no method 'occlusion'"),
        (lambda: maximise(TINY, 4), "units 0 to 3, and 4 came"),
        (lambda: maximise(TINY, 0, "third"), "no layer 'third'"),
        (
            lambda: MaximisationSettings("wavelet"),
            "no parametrisation 'wavelet'; choose one of fourier, pixel",
        ),
        (lambda: MaximisationSettings(jitter=-1), "jitter is -1; choose a number from 0 to 64"),
    ):
        with pytest.raises(NetworkError, match=part) as raised:
            call()
        assert str(raised.value).endswith(".")


def test_a_large_network_is_explained_too():
    """Random weights of ResNet50: all comes in the sizes of its layers."""
    name, cat = "ResNet50", images.sample("chelsea")
    found = grad_cam(name, cat, target=5, weights="random")
    assert found.shape == (7, 7)
    assert np.isfinite(found).all()
    parts = contributions(name, cat, 5, weights="random")
    assert parts.channels.sum() + parts.bias == pytest.approx(parts.logit, abs=1e-4)


# With what was learned from photographs

needs_weights = [
    pytest.mark.weights,
    pytest.mark.skipif("EXPLORER_WEIGHTS" not in os.environ, reason="EXPLORER_WEIGHTS names no folder"),
]


def photograph(name):
    folder = Path(os.environ["EXPLORER_WEIGHTS"].split(os.pathsep)[0])
    return images.load(folder / ".." / ".." / "images" / f"{name}.jpg")


@needs_weights[0]
@needs_weights[1]
def test_explanations_of_photographs():
    """Maps are not flat, gradients are complete, logits come apart, curves fall, and a dream is known."""
    import keras
    import tensorflow as tf

    network = models.opened(TRAINED)
    last = keras.Model(network.model.input, [network.model.get_layer("out_relu").output, network.logits])
    for name, target in PHOTOGRAPHS.items():
        pixels = preprocessing.seen(TRAINED, photograph(name))
        logits = predictions.logits(TRAINED, pixels)
        assert logits.argmax() == target

        found = grad_cam(TRAINED, pixels)
        with tf.GradientTape() as tape:
            activation, values = last(preprocessing.preprocess(TRAINED, pixels)[np.newaxis], training=False)
            logit = values[0, target]
        gradient = tape.gradient(logit, activation).numpy()[0]
        expected = np.maximum((gradient.mean(axis=(0, 1)) * activation.numpy()[0]).sum(-1), 0)
        assert_allclose(found, expected, atol=1e-4)
        assert not is_flat(found)

        parts = contributions(TRAINED, pixels)
        assert parts.channels.sum() + parts.bias == pytest.approx(logits[target], abs=1e-4)

    # Of one photograph: many steps take seconds.
    fractions, probabilities = deletion_curve(TRAINED, pixels, found, target)
    assert np.trapezoid(probabilities, fractions) < probabilities[0] / 2

    changed = randomised(TRAINED, pixels, 10, target=target)
    assert np.isfinite(changed).all()
    assert not np.allclose(changed, found, atol=0.1 * found.max())

    shares = integrated_gradients(TRAINED, pixels)
    whole = completeness(TRAINED, pixels, shares)
    start = predictions.logits(TRAINED, filled(pixels, "grey"))[target]
    assert whole.difference == pytest.approx(logits[target] - start, abs=1e-4)
    assert whole.error < 0.01

    every = cams(TRAINED, pixels, target)
    assert tuple(every) == structure.spatial_layers(TRAINED)
    assert all(np.isfinite(each).all() for each in every.values())
    assert_allclose(every["out_relu"], found, atol=1e-4)

    dreamt = maximise(TRAINED, 207, steps=24, settings=MaximisationSettings(seed=1))
    assert predictions.logits(TRAINED, dreamt)[207] > 10
