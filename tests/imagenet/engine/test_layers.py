"""Each layer of the engine by itself, against Keras's layer and its gradient, in double precision."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from explorer.imagenet.engine import layers
from explorer.imagenet.engine.functions import FUNCTIONS
from explorer.imagenet.engine.other_layers import (
    Conv2DTransposeLayer,
    LayerNormalizationLayer,
    UpSampling2DLayer,
)

WINDOWS = [
    {"kernel_size": kernel, "strides": stride, "padding": padding, "dilation_rate": dilation}
    for kernel, stride, padding, dilation in itertools.product(
        (1, 2, 3, 5), (1, 2, 3), ("valid", "same"), (1, 2)
    )
    if 1 in (stride, dilation)
]
SIZES = ((9, 9, 3), (11, 6, 4), (5, 5, 40))
TABLE = [
    (layers.ZeroPadding2DLayer(((0, 1), (2, 3))), {"padding": ((0, 1), (2, 3))}),
    (layers.Cropping2DLayer(((0, 1), (2, 3))), {"cropping": ((0, 1), (2, 3))}),
    (layers.GlobalAveragePooling2DLayer(), {}),
    (layers.GlobalAveragePooling2DLayer(keepdims=True), {"keepdims": True}),
    (layers.GlobalMaxPooling2DLayer(), {}),
    (layers.GlobalMaxPooling2DLayer(keepdims=True), {"keepdims": True}),
    (layers.Conv2DLayer(3, filters=6, groups=2), {"kernel_size": 3, "filters": 6, "groups": 2}),
    (layers.PReLULayer(), {"shared_axes": [1, 2]}),
    (layers.FlattenLayer(), {}),
    (layers.ReshapeLayer((4, 11, 6)), {"target_shape": (4, 11, 6)}),
    (layers.DropoutLayer(), {"rate": 0.5}),
    (layers.RescalingLayer(0.25, -1), {"scale": 0.25, "offset": -1}),
    (
        layers.RescalingLayer((0.25, 1, 2, 3), (-1, 0, 1, 2)),
        {"scale": (0.25, 1, 2, 3), "offset": (-1, 0, 1, 2)},
    ),
    (layers.BatchNormalizationLayer(1e-3), {"epsilon": 1e-3}),
    (layers.BatchNormalizationLayer(1e-3, scale=False), {"scale": False}),
    (layers.BatchNormalizationLayer(1e-3, center=False), {"center": False}),
    (layers.AddLayer(), {}),
    (layers.ConcatenateLayer(), {}),
    (layers.ReLULayer("relu"), {}),
    (layers.ReLULayer("relu6"), {"max_value": 6}),
    *(
        (layers.ActivationLayer(name), {"activation": name})
        for name in FUNCTIONS
        if name not in ("gelu_tanh", "erf")
    ),
]


def compare(record, theirs, shapes, tolerance=1e-9):
    """Both passes of a layer and of Keras's agree, with weights that are drawn for both."""
    import tensorflow as tf

    rng = np.random.default_rng(0)
    inputs = [3 * rng.standard_normal((2, *shape)) for shape in shapes]
    tensors = [tf.constant(array) for array in inputs]
    given = tensors if len(tensors) > 1 else tensors[0]
    theirs(given)
    variables = record.variables(*shapes)
    assert [tuple(weight.shape) for weight in theirs.weights] == list(variables.values())
    weights = [
        rng.uniform(0.5, 2, shape) if name == "moving_variance" else rng.standard_normal(shape)
        for name, shape in variables.items()
    ]
    theirs.set_weights(weights)
    if variables:
        record = dataclasses.replace(record, weights=dict(zip(variables, weights, strict=True)))
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        expected = theirs(given)
        pull = rng.standard_normal(expected.shape)
        score = tf.reduce_sum(expected * pull)
    slopes = tape.gradient(score, tensors)

    output = record.forward(inputs)
    assert output.shape[1:] == record.output_shape(*shapes)
    np.testing.assert_allclose(output, expected, rtol=tolerance, atol=tolerance)
    kept = [array.copy() for array in inputs]
    for ours, slope in zip(record.backward(pull, inputs, output), slopes, strict=True):
        np.testing.assert_allclose(ours, slope, rtol=tolerance, atol=tolerance)
    for before, after in zip(kept, inputs, strict=True):
        np.testing.assert_array_equal(before, after)


def fits(shape, window):
    """Whether a window finds a place, and every pooling of it a cell."""
    reach = (window["kernel_size"] - 1) * window["dilation_rate"] + 1
    return window["padding"] == "same" or min(shape[:2]) >= reach


@pytest.mark.parametrize("shape", [*SIZES, (1, 1, 3)])
def test_sliding_windows_are_those_of_keras(shape):
    """Even kernels, strides that do not divide, odd sizes, maps of a single pixel, dilation, with a bias."""
    import keras

    for window in WINDOWS:
        if not fits(shape, window):
            continue
        pairs = [
            (
                layers.Conv2DLayer(**window, filters=5),
                keras.layers.Conv2D(**window, filters=5, dtype="float64"),
            ),
            (
                layers.DepthwiseConv2DLayer(**window),
                keras.layers.DepthwiseConv2D(**window, dtype="float64"),
            ),
            (
                layers.SeparableConv2DLayer(**window, filters=6),
                keras.layers.SeparableConv2D(**window, filters=6, dtype="float64"),
            ),
        ]
        if window["dilation_rate"] == 1:
            kernel, rest = window["kernel_size"], (window["strides"], window["padding"])
            pairs += [
                (
                    layers.MaxPooling2DLayer(kernel, *rest),
                    keras.layers.MaxPooling2D(kernel, *rest, dtype="float64"),
                ),
                (
                    layers.AveragePooling2DLayer(kernel, *rest),
                    keras.layers.AveragePooling2D(kernel, *rest, dtype="float64"),
                ),
            ]
        for record, theirs in pairs:
            compare(record, theirs, [shape])


@pytest.mark.parametrize(("record", "options"), TABLE, ids=lambda value: getattr(value, "kind", None))
def test_other_layers_are_those_of_keras(record, options):
    """Shapes, sums, functions and normalisations."""
    import keras

    theirs = getattr(keras.layers, record.kind)(**options, dtype="float64")
    several = isinstance(record, layers.AddLayer | layers.ConcatenateLayer)
    # Keras rounds a constant of these to single precision.
    tolerance = 1e-7 if getattr(record, "activation", "") in ("gelu", "leaky_relu") else 1e-9
    compare(record, theirs, [(11, 6, 4)] * (2 if several else 1), tolerance)


def test_layers_of_numbers_are_those_of_keras():
    """A dense layer, fixed normalisation, and factors that meet every cell of their channels."""
    import keras

    compare(layers.DenseLayer(7), keras.layers.Dense(7, dtype="float64"), [(12,)])
    compare(layers.MultiplyLayer(), keras.layers.Multiply(dtype="float64"), [(5, 4, 3), (1, 1, 3)])
    compare(layers.MultiplyLayer(), keras.layers.Multiply(dtype="float64"), [(5, 4, 3), (5, 4, 3)])
    mean, variance = (0.5, 0.25, 0.125), (4.0, 1.0, 0.25)
    theirs = keras.layers.Normalization(mean=mean, variance=variance, dtype="float64")
    compare(layers.NormalizationLayer(mean, variance), theirs, [(5, 4, 3)])


def test_what_models_that_are_brought_along_have_besides_is_keras_s():
    """Shaped activations, three maps added up, a dense layer without a bias, red and blue changed over."""
    import keras

    leaky = layers.ShapedActivationLayer("leaky_relu", {"negative_slope": 0.25})
    compare(leaky, keras.layers.LeakyReLU(negative_slope=0.25, dtype="float64"), [(5, 4, 3)])
    compare(
        layers.ShapedActivationLayer("elu", {"alpha": 0.5}),
        keras.layers.ELU(alpha=0.5, dtype="float64"),
        [(5, 4, 3)],
    )
    compare(layers.AddLayer(), keras.layers.Add(dtype="float64"), [(5, 4, 3)] * 3)
    theirs = keras.layers.Dense(7, use_bias=False, dtype="float64")
    compare(layers.DenseLayer(7, use_bias=False), theirs, [(12,)])
    maps = np.arange(12.0).reshape(1, 2, 2, 3)
    flip = layers.FlipLayer()
    np.testing.assert_array_equal(flip.forward([maps]), maps[..., ::-1])
    np.testing.assert_array_equal(flip.backward(maps[..., ::-1], [maps], maps)[0], maps)


RECTANGLES = [
    {"kernel_size": (1, 7), "strides": (1, 1), "padding": "same"},
    {"kernel_size": (5, 2), "strides": (2, 2), "padding": "valid"},
    {"kernel_size": (2, 3), "strides": (3, 1), "padding": "same"},
    {"kernel_size": (3, 2), "strides": (1, 1), "padding": "valid", "dilation_rate": (1, 2)},
]


@pytest.mark.parametrize("window", RECTANGLES)
def test_windows_may_be_rectangles(window):
    """Kernels, strides and gaps that are not the same down and across; several kernels for each channel."""
    import keras

    pairs = [("Conv2D", {"filters": 5})]
    if len(set(window["strides"])) == 1:  # TensorFlow has no others for each channel by itself
        pairs += [
            ("DepthwiseConv2D", {"depth_multiplier": 3}),
            ("SeparableConv2D", {"filters": 5, "depth_multiplier": 2}),
        ]
    if "dilation_rate" not in window:
        pairs += [("MaxPooling2D", {}), ("AveragePooling2D", {})]
    for kind, more in pairs:
        theirs = dict(window)
        if kind.endswith("Pooling2D"):
            theirs["pool_size"] = theirs.pop("kernel_size")
        record = getattr(layers, f"{kind}Layer")(**window, **more)
        compare(record, getattr(keras.layers, kind)(**theirs, **more, dtype="float64"), [(9, 8, 3)])


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("kernel", "strides"), [(3, 1), (3, 2), ((4, 1), (2, 2)), ((1, 3), (3, 2)), (2, 3)])
def test_a_convolution_the_other_way_round_is_keras_s(kernel, strides, padding):
    """Larger than its stride and smaller, not the same down and across, with a bias."""
    import keras

    options = {"kernel_size": kernel, "strides": strides, "padding": padding, "filters": 5}
    theirs = keras.layers.Conv2DTranspose(**options, dtype="float64")
    compare(Conv2DTransposeLayer(**options), theirs, [(4, 5, 3)])


def test_normalised_cells_and_repeated_ones_are_keras_s():
    """Channels of a cell in units of their deviation; cells repeated; slopes for each cell; GELU by tanh."""
    import keras

    for shape in ((5, 4, 3), (7,)):
        for options in ({}, {"center": False}, {"scale": False}):
            theirs = keras.layers.LayerNormalization(**options, epsilon=1e-2, dtype="float64")
            compare(LayerNormalizationLayer(1e-2, **options), theirs, [shape])
    for size in (2, (1, 3)):
        compare(UpSampling2DLayer(size), keras.layers.UpSampling2D(size, dtype="float64"), [(4, 5, 3)])
    compare(layers.PReLULayer(is_shared=False), keras.layers.PReLU(dtype="float64"), [(4, 5, 3)])
    values = np.random.default_rng(0).standard_normal((2, 7))
    approximate = keras.ops.gelu(values, approximate=True)
    np.testing.assert_allclose(FUNCTIONS["gelu_tanh"].apply(values), approximate, atol=1e-6)
    erf = FUNCTIONS["erf"]
    np.testing.assert_allclose(erf.apply(values), keras.ops.erf(values), atol=1e-6)
    slopes = (erf.apply(values + 1e-4) - erf.apply(values - 1e-4)) / 2e-4
    np.testing.assert_allclose(erf.gradient(np.ones_like(values), values, values), slopes, atol=1e-5)


def test_a_sigmoid_is_the_softmax_of_two_classes():
    """The number of a single unit becomes two logits whose softmax is the sigmoid, with its gradient."""
    numbers = np.array([[-3.0], [0.5]])
    record = layers.TwoClassesLayer()
    logits = record.forward([numbers])
    np.testing.assert_allclose(FUNCTIONS["softmax"].apply(logits)[:, 1:], 1 / (1 + np.exp(-numbers)))
    (found,) = record.backward(np.array([[5.0, 2.0], [7.0, 3.0]]), [numbers], logits)
    assert found.tolist() == [[2.0], [3.0]]


def test_among_equals_the_first_wins():
    """A window of equal cells hands its gradient to the first, as in TensorFlow."""
    record = layers.MaxPooling2DLayer(2, 1)
    maps = np.zeros((1, 3, 3, 1))
    (found,) = record.backward(np.ones((1, 2, 2, 1)), [maps], record.forward([maps]))
    assert found[0, :, :, 0].tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_functions_bear_any_number():
    """No value overflows, and no gradient is lost to a NaN."""
    values = np.array([-1e30, -200, -6, -3, 0, 3, 6, 200, 1e30], np.float32)
    for function in FUNCTIONS.values():
        output = function.apply(values)
        assert np.isfinite(output).all(), function.name
        assert output.dtype == np.float32
        slope = function.gradient(np.ones_like(values), values, output)
        assert np.isfinite(slope).all(), function.name
        assert slope.dtype == np.float32
        if function.write:
            function.write(values := values.copy())
            np.testing.assert_array_equal(values, output)
