"""Whole networks of the engine against Keras's: layers, every map, and the gradient at every map."""

from __future__ import annotations

import dataclasses
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from PIL import Image

from explorer import images
from explorer.imagenet import models
from explorer.imagenet.attribution.engine import cams
from explorer.imagenet.engine.architectures import architecture
from explorer.imagenet.engine.graph import GraphBuilder
from explorer.imagenet.engine.keras_files import read_keras_file
from explorer.imagenet.engine.layers import (
    ActivationLayer,
    BatchNormalizationLayer,
    Conv2DLayer,
    DenseLayer,
    FlattenLayer,
    ZeroPadding2DLayer,
)
from explorer.imagenet.engine.network import EngineNetwork, with_weights
from explorer.imagenet.engine.opening import open_engine, prepare, read_weights
from explorer.imagenet.engine.pytorch_files import installed_file
from explorer.imagenet.engine.random_weights import random_weights
from explorer.imagenet.keras_graphs import keras_model
from explorer.imagenet.labels import LABELS
from explorer.imagenet.networks import NETWORKS, NetworkError
from explorer.imagenet.weights import WeightsError, find_weights

SMALL = "MobileNet-0.25-128"
LITE0 = NETWORKS["EfficientNetLite0"]
TARGET = 7
# Sides for networks that take long, odd where that makes a difference. VGG-16 of 224 has 138 million weights.
SMALLER = {"VGG16": 64, "ResNet50": 97, "DenseNet121": 97, "NASNetMobile": 97}


def pixels_of(record, count=1):
    rng = np.random.default_rng(1)
    levels = rng.integers(0, 256, (count, record.size, record.size, 3)).astype(np.float32)
    return np.ascontiguousarray(record.scaling.apply(levels))


def resized(name, size=None):
    """A network's record, for smaller pictures where it is too large for a test, or of some size."""
    record = NETWORKS[name]
    size = size or SMALLER.get(name)
    if size is None:
        return record
    return dataclasses.replace(record, size=size, options={"input_shape": (size, size, 3)})


def built(record, dtype):
    """A network of Keras's and its logits, in some precision, named as in a new process."""
    import keras

    def build():
        keras.config.set_dtype_policy(dtype)  # of this thread alone
        if record.name == LITE0.name:  # which Keras has not
            model = keras_model(architecture(record), dtype)
            return model, models.logits_of(model)
        model = getattr(keras.applications, record.builder)(weights=None, **record.options)
        return model, models.logits_of(model)

    with ThreadPoolExecutor(1) as fresh:
        return fresh.submit(build).result()


def passes(model, logits, pixels):
    """The output of every layer and the gradient of a logit at each, by name, and the logits."""
    import keras
    import tensorflow as tf

    both = keras.Model(model.input, [*(layer.output for layer in model.layers), logits])
    with tf.GradientTape() as tape:
        given = tf.constant(pixels)
        tape.watch(given)
        *outputs, found = both(given, training=False)
        score = found[0, TARGET]
    slopes = tape.gradient(score, [given, *outputs[1:]], unconnected_gradients="zero")
    names = [layer.name for layer in model.layers]
    return (
        {name: output.numpy() for name, output in zip(names, outputs, strict=True)},
        {name: slope.numpy() for name, slope in zip(names, slopes, strict=True)},
        found.numpy(),
    )


def sources(operation, model):
    """The layers whose outputs go into one of Keras's layers or operations, whatever is done in between."""
    inputs = operation.input if isinstance(operation.input, list) else [operation.input]
    before = [tensor._keras_history.operation for tensor in inputs]
    return [
        name for each in before for name in ([each.name] if each in model.layers else sources(each, model))
    ]


def assert_close(ours, theirs, tolerance, name):
    """Equal in shape, and in value relative to the largest."""
    assert ours.shape == theirs.shape, name
    assert np.abs(ours - theirs).max() <= tolerance * np.abs(theirs).max(), name


# Of 32 pixels one is left.
@pytest.mark.parametrize(("name", "size"), [*((name, None) for name in NETWORKS), ("MobileNetV2", 32)])
def test_networks_are_those_of_keras(name, size):
    """Layers, shapes, connections and parameters; in double precision every map, gradient and Grad-CAM.

    In double precision, because in single precision rounding decides at some of the many thousand rectifiers
    of a network that has learned nothing whether a value near 0 is above it: of its 144 gradients Lite0 here
    has 140 that are off by more than 1e-4 from those in double precision, by 0.01 in the median and 0.4 at
    most, and Keras has as many, as far off. In single precision the maps agree.
    """
    record = resized(name, size)
    model, logits = built(record, "float64")
    ours = architecture(record)
    assert [(node.name, node.kind, node.shape) for node in ours.layers] == [
        (layer.name, type(layer).__name__, tuple(layer.output.shape[1:])) for layer in model.layers
    ]
    for layer in model.layers[1:]:
        assert ours.layer_inputs(layer.name) == tuple(dict.fromkeys(sources(layer, model))), layer.name
        assert ours.parameters(layer.name) == layer.count_params(), layer.name
    whole = architecture(NETWORKS[name])
    assert sum(whole.parameters(node.name) for node in whole.layers) == NETWORKS[name].parameters
    shapes = {node.name: node.shape for node in whole.layers}
    backbone = NETWORKS[name].backbone
    assert {layer: shapes[layer] for layer in backbone.block_inputs} == backbone.block_inputs
    assert shapes[backbone.layer][-1] == backbone.features

    weights = random_weights(record)
    for layer in model.layers:
        layer.set_weights(weights.get(layer.name, []))
    pixels = pixels_of(record)
    maps, slopes, expected = passes(model, logits, pixels)
    network = EngineNetwork(ours, weights, np.float64)
    found = network.forward(pixels.astype(np.float64))
    for layer in ("rescaling", "normalization"):
        if layer in maps:  # whose numbers Keras rounds to single precision
            assert_close(found[layer], maps[layer], 1e-6, layer)
            found = network.resume(found, layer, maps[layer])
    gradients = network.backward(found, TARGET)
    assert_close(found.logits, expected, 1e-9, "logits")
    for node in ours.layers:
        assert_close(found[node.name], maps[node.name], 1e-6, node.name)
        # The gradient at the pixels comes in the precision of the pixels.
        assert_close(gradients[node.name], slopes[node.name], 1e-6, node.name)
    spatial = [node.name for node in ours.layers if len(node.shape) == 3]
    for layer, heat in cams(found, TARGET, spatial, "grad_cam").items():
        weighed = (maps[layer] * slopes[layer].mean((1, 2), keepdims=True)).sum(-1)[0]
        # Keras gives the pixels and their gradient in single precision; relative to the sums before the cut.
        assert np.abs(heat - np.maximum(weighed, 0)).max() <= 1e-4 * np.abs(weighed).max(), layer

    single = EngineNetwork(ours, weights).forward(pixels)
    assert_close(single.logits, expected, 1e-4, "logits")
    for node in ours.layers:
        assert single[node.name].dtype == np.float32
        # (Of one pixel no average is left that evens rounding out: 4e-4 in probabilities.)
        assert_close(single[node.name], maps[node.name], 5e-4 if size == 32 else 1e-4, node.name)


@pytest.mark.weights
@pytest.mark.skipif("EXPLORER_WEIGHTS" not in os.environ, reason="EXPLORER_WEIGHTS names no folder")
@pytest.mark.parametrize("name", ["MobileNetV2", SMALL])
def test_trained_networks_are_those_of_keras(name):
    """With a file of Keras's, in single precision: every map, the logits, and the gradient at every map."""
    record = NETWORKS[name]
    opened = models.opened(name)
    assert opened.weights.trained
    pixels = pixels_of(record)
    maps, slopes, expected = passes(opened.model, opened.logits, pixels)
    network = open_engine(name)
    found = network.forward(pixels)
    gradients = network.backward(found, TARGET)
    assert_close(found.logits, expected, 1e-4, "logits")
    for node in network.architecture.layers:
        assert_close(found[node.name], maps[node.name], 1e-4, node.name)
        assert_close(gradients[node.name], slopes[node.name], 1e-4, node.name)
    assert open_engine(name) is network


def test_lite0_is_that_of_keras():
    """With the weights that are installed, and photographs: the same layers, built in Keras.

    The gradients in double precision, as rounding decides at some rectifiers here too.
    """
    graph = architecture(LITE0)
    weights = read_weights(LITE0, installed_file(), "The file")
    model, logits = built(LITE0, "float64")
    for layer in model.layers:
        layer.set_weights(weights.get(layer.name, []))
    pixels = np.stack([LITE0.scaling.apply(picture) for picture in photographs(LITE0)])
    maps, slopes, expected = passes(model, logits, pixels)
    network = EngineNetwork(graph, weights, np.float64)
    found = network.forward(pixels.astype(np.float64))
    gradient = np.zeros_like(found.logits)
    gradient[0, TARGET] = 1
    gradients = network.backward(found, gradient)
    single = EngineNetwork(graph, weights).forward(pixels)
    assert_close(single.logits, expected, 1e-4, "logits")
    for node in graph.layers:
        assert_close(gradients[node.name], slopes[node.name], 1e-6, node.name)
        assert_close(single[node.name], maps[node.name], 1e-4, node.name)
    assert [LABELS[best].text for best in single.logits.argmax(axis=1)] == ["Egyptian cat", "espresso"]


def photographs(record):
    """A cat and a cup of coffee as a network sees them, float32."""
    for name in ("chelsea", "coffee"):
        levels = np.rint(255 * images.sample(name)).astype(np.uint8)
        square = Image.fromarray(levels).resize((record.size, record.size), Image.Resampling.BILINEAR)
        yield np.asarray(square, np.float32).copy()


def test_random_weights_are_those_of_the_networks_in_keras():
    """Keras's network is opened with the engine's."""
    import keras

    ours, theirs = open_engine(SMALL, "random"), models.opened(SMALL, "random")
    pixels = pixels_of(NETWORKS[SMALL])
    logits = keras.Model(theirs.model.input, theirs.logits)(pixels, training=False)
    np.testing.assert_allclose(ours.forward(pixels).logits, logits, atol=1e-4)


@pytest.fixture(scope="module")
def small():
    """A network with random weights, in double precision, and all its maps of two pictures."""
    network = EngineNetwork(architecture(NETWORKS[SMALL]), random_weights(NETWORKS[SMALL]), np.float64)
    return network, network.forward(pixels_of(NETWORKS[SMALL], 2).astype(np.float64))


def test_several_pictures_are_computed_at_once(small):
    """Each picture's maps and gradients are those that it has by itself."""
    network, maps = small
    both = network.backward(maps, TARGET)
    for picture in range(2):
        alone = network.forward(maps["input_layer"][[picture]])
        gradients = network.backward(alone, TARGET)
        for name in alone:
            np.testing.assert_allclose(maps[name][[picture]], alone[name], rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(both[name][[picture]], gradients[name], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "layer", ["input_layer", "conv1", "conv_pad_2", "conv_dw_2", "conv_dw_2_bn", "conv_pw_13_relu", "dropout"]
)
def test_a_replaced_map_changes_what_comes_after_it(small, layer):
    """To switch channels is to go on from their layer, whether it is computed by itself or with others."""
    network, maps = small
    channels = maps[layer].shape[-1]
    scales = {0: 0.0, channels - 1: 2.5}
    factors = np.ones(channels)
    factors[list(scales)] = list(scales.values())
    changed = network.resume(maps, layer, maps[layer] * factors)
    expected = network.forward(maps["input_layer"], scales={layer: scales})
    assert np.abs(changed.logits - maps.logits).max() > 1e-3
    names = list(maps)
    for name in names[names.index(layer) + 1 :]:
        if network.step(name).name == name:
            np.testing.assert_allclose(changed[name], expected[name], rtol=1e-9, atol=1e-12)
    answer = network.resume(maps, layer, maps[layer] * factors, keep=())
    np.testing.assert_array_equal(answer.logits, changed.logits)
    assert answer.nbytes < changed.nbytes


def test_maps_that_nobody_wants_are_let_go(small):
    """What is kept is what was asked for, and the logits."""
    network, maps = small
    few = network.forward(maps["input_layer"], keep=["conv_pw_6_relu"])
    assert sorted(few.kept) == ["conv_pw_6_relu", "predictions", "reshape_2"]
    np.testing.assert_array_equal(few.logits, maps.logits)
    np.testing.assert_array_equal(few["conv_pw_6_relu"], maps["conv_pw_6_relu"])
    with pytest.raises(NetworkError, match="conv_dw_6_relu was not kept"):
        few["conv_pw_6"]


def test_a_gradient_may_begin_with_any_mixture_of_logits(small):
    """That of a sum is the sum of those of its parts."""
    network, maps = small
    mixture = np.zeros_like(maps.logits)
    mixture[:, 3], mixture[:, 5] = 2, -1
    found, three, five = (network.backward(maps, target) for target in (mixture, 3, np.int64(5)))
    for name in ("input_layer", "conv_dw_7_bn", "conv_preds"):
        np.testing.assert_allclose(found[name], 2 * three[name] - five[name], rtol=1e-9, atol=1e-12)
    assert not found["predictions"].any()
    assert len(found) == len(maps) == len(list(found))


@pytest.mark.parametrize("gamma", [0.0, 1e-30, 1e-6, -1.0])
def test_a_normalisation_may_switch_a_channel_off(gamma):
    """Before it the map is there all the same, however small the scale, and the gradient is right."""
    net = GraphBuilder(8)
    x = net.add(ZeroPadding2DLayer(((1, 1), (1, 1))), net.input, name="pad")
    x = net.add(Conv2DLayer(3, filters=4), x, name="conv")
    x = net.add(BatchNormalizationLayer(1e-3), x, name="bn")
    x = net.add(ActivationLayer("relu"), x, name="relu")
    x = net.add(FlattenLayer(), x, name="flatten")
    graph = net.build(net.add(DenseLayer(5), x, name="predictions", activation="softmax"), "predictions/sums")
    rng = np.random.default_rng(3)
    weights = {
        layer: [rng.uniform(0.5, 2, shape) for shape in variables.values()]
        for layer, variables in graph.variables().items()
    }
    weights["conv"][0] -= 1
    weights["bn"][0][2] = gamma
    network = EngineNetwork(graph, weights)
    layers_kept = [
        layer for step in network.steps for layer in (step.main, *(each.layer for each in step.nodes))
    ]
    kernels = [layer.weights["kernel"] for layer in layers_kept if "kernel" in getattr(layer, "weights", {})]
    assert len({id(kernel) for kernel in kernels if kernel.ndim == 4}) == 1
    layers = with_weights(graph, weights)
    maps = network.forward(rng.standard_normal((1, 8, 8, 3)).astype(np.float32))
    value = maps["input_layer"]
    for node in graph.nodes[1:]:
        value = layers[node.name].forward([value])
        np.testing.assert_allclose(maps[node.name], value, rtol=2e-4, atol=1e-5)
    gradients = network.backward(maps, 1)
    scale, _ = layers["bn"].factors
    np.testing.assert_allclose(gradients["conv"], gradients["bn"] * scale, rtol=1e-5)
    (expected,) = layers["conv"].backward(gradients["conv"], [maps["pad"]], maps["conv"])
    np.testing.assert_allclose(gradients["pad"], expected, rtol=1e-4, atol=1e-5)


def test_what_does_not_fit_is_refused_with_a_sentence(small):
    """Layers, channels, classes, pictures, maps, gradients and weights."""
    network, maps = small
    asked = [
        (partial(network.step, "conv"), "There is no layer 'conv'"),
        (partial(network.forward, np.zeros((128, 128, 3))), r"takes pictures \(n, 128, 128, 3\)"),
        (partial(network.forward, maps["input_layer"], scales={"conv1": {8: 0.0}}), "are 0 to 7, and 8"),
        (partial(network.forward, maps["input_layer"], scales={"no": {}}), "There is no layer 'no'"),
        (partial(network.resume, maps, "conv1", maps["conv1"][:1]), "The map of conv1 has the shape"),
        (partial(network.backward, maps, 1000), "The classes are 0 to 999, and 1000 came"),
        (partial(network.backward, maps, np.zeros(1000)), r"a gradient of \(1000,\) came"),
        (partial(EngineNetwork, network.architecture, {}), "conv1 takes weights of the shapes"),
    ]
    for ask, sentence in asked:
        with pytest.raises(NetworkError, match=sentence):
            ask()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_file_is_read_as_keras_reads_it(tmp_path):
    """One that Keras has written: the same arrays for the same layers."""
    model, _ = models.built(NETWORKS[SMALL])
    network = architecture(NETWORKS[SMALL])
    model.save(tmp_path / "model.h5")
    found = read_keras_file(tmp_path / "model.h5", network)
    assert list(found) == [layer.name for layer in model.layers if layer.weights]
    for layer in model.layers:
        for ours, theirs in zip(found.get(layer.name, []), layer.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_file_of_something_else_is_refused(tmp_path):
    """Another network's, a cut one, and what is no such file."""
    models.built(NETWORKS[SMALL])[0].save(tmp_path / "small.h5")
    whole = (tmp_path / "small.h5").read_bytes()
    (tmp_path / "cut.h5").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "words.h5").write_bytes(b"These are no weights.")
    for name, file in (("MobileNetV2", "small.h5"), (SMALL, "cut.h5"), (SMALL, "words.h5")):
        with pytest.raises(WeightsError, match=r"The file holds no weights that fit .*; download "):
            read_weights(NETWORKS[name], tmp_path / file, "The file")
    assert find_weights(SMALL, "random").path is None


def test_a_network_that_is_made_ready_has_read_its_file(tmp_path, monkeypatch):
    """What is wrong with a file is said when the network is opened, not when it is first asked."""
    (tmp_path / NETWORKS["MobileNetV2"].file).write_bytes(b"no weights")
    monkeypatch.setenv("EXPLORER_WEIGHTS", str(tmp_path))
    with pytest.raises(WeightsError, match="holds no weights that fit MobileNetV2"):
        prepare("MobileNetV2")
