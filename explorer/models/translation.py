"""Keras's layers as those of the engine: a function for each class, which reads its arguments.

What the engine does not have is refused with its name, so that nothing is shown that the model does not
compute.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from explorer.convolution.cores import Sides, Step
from explorer.imagenet.engine import layers
from explorer.imagenet.engine.functions import FUNCTIONS
from explorer.imagenet.engine.layers import EngineLayer, Shape
from explorer.imagenet.engine.other_layers import (
    Conv2DTransposeLayer,
    LayerNormalizationLayer,
    UpSampling2DLayer,
)
from explorer.models.errors import ModelError
from explorer.models.keras_configs import LayerSpec, snake

Translated: TypeAlias = tuple[EngineLayer, str]
"""A layer, and the function that it applies to its own output or nothing."""


@dataclass(frozen=True, eq=False)
class LayerCall:
    """A layer of a file, and what it is called with.

    Attributes:
        spec: The layer.
        shapes: Of its inputs.
        is_keras_2: Whether Keras 2 wrote the file, which some names mean something else to.
        read: Gives arrays of the layer, by the shapes of what is read.
    """

    spec: LayerSpec
    shapes: Sequence[Shape]
    is_keras_2: bool
    read: Callable[[Mapping[str, Shape]], list[Any]]

    def option(self, name: str, default: Any = None) -> Any:
        """An argument of the layer."""
        return self.spec.options.get(name, default)

    def refused(self, why: str, instead: str = "build the model without it") -> ModelError:
        """Say why the layer is refused."""
        return ModelError(
            f"The layer {self.spec.name} ({self.spec.kind}) {why}, which is not known here; {instead}."
        )

    def expect_channels_last(self) -> None:
        """Refuse maps whose channels come first."""
        if self.option("data_format") == "channels_first":
            raise self.refused("has its channels first", "save the model with channels last")

    def pair(self, name: str, default: Any = 1) -> Step:
        """An argument for down and across, where one number may stand for both."""
        value = self.option(name, default)
        down, across = value if isinstance(value, list | tuple) else (value, value)
        if min(int(down), int(across)) < 1:
            raise self.refused(f"has a {name} of {down} × {across}")
        return int(down), int(across)

    def sides(self, name: str) -> Sides:
        """Cells on each side: one number, one for each direction, or a pair for each."""
        value = self.option(name, 1)
        pair = value if isinstance(value, list | tuple) else (value, value)
        down, across = (each if isinstance(each, list | tuple) else (each, each) for each in pair)
        return (int(down[0]), int(down[1])), (int(across[0]), int(across[1]))

    def expect_maps(self) -> None:
        """Refuse what is no map with its channels last."""
        self.expect_channels_last()
        if len(self.shapes[0]) != 3:
            raise self.refused("takes no map with rows, columns and channels")

    def window(self, size: str = "kernel_size") -> dict[str, Any]:
        """What all windows have."""
        self.expect_maps()
        taps = self.pair(size)
        padding = self.option("padding", "valid")
        if padding not in ("valid", "same"):
            raise self.refused(f"has the padding {padding!r}")
        default = taps if size == "pool_size" else (1, 1)
        strides = self.pair("strides") if self.option("strides") is not None else default
        return {"kernel_size": taps, "strides": strides, "padding": padding}

    def kernels_each(self) -> int:
        """How many kernels each channel has."""
        many = int(self.option("depth_multiplier", 1))
        if many < 1:
            raise self.refused(f"has {many} kernels for each channel")
        return many

    def function(self, name: str = "activation") -> str:
        """The function of `FUNCTIONS` that an argument names, or nothing for none."""
        return self.known_function(self.option(name))

    def known_function(self, told: Any) -> str:
        """The function of `FUNCTIONS` that Keras writes down so, or nothing for none."""
        if isinstance(told, Mapping):
            inner = told.get("config")
            told = inner if isinstance(inner, str) else told.get("class_name")
        name = {"swish": "silu", "hard_swish": "hard_silu", None: "linear"}.get(told, told)
        if name == "linear":
            return ""
        if name == "hard_sigmoid" and self.is_keras_2:
            raise self.refused("has the hard sigmoid of Keras 2, another than that of Keras 3")
        if name == "softmax" and self.option("axis", -1) not in (-1, len(self.shapes[0])):
            raise self.refused("has a softmax along something else than the classes")
        if not isinstance(name, str) or name not in FUNCTIONS:
            raise self.refused(f"applies the function {name!r}")
        return name


def _conv2d(call: LayerCall) -> Translated:
    dilation, groups = call.pair("dilation_rate"), int(call.option("groups") or 1)
    layer = layers.Conv2DLayer(
        **call.window(),
        dilation_rate=dilation,
        filters=int(call.option("filters")),
        use_bias=bool(call.option("use_bias", True)),
        groups=groups,
    )
    if min(layer.filters, groups) < 1 or layer.filters % groups or call.shapes[0][2] % groups:
        raise call.refused(f"divides its channels into {groups} groups, which does not come out even")
    return layer, call.function()


def _depthwise(call: LayerCall) -> Translated:
    layer = layers.DepthwiseConv2DLayer(
        **call.window(),
        dilation_rate=call.pair("dilation_rate"),
        use_bias=bool(call.option("use_bias", True)),
        depth_multiplier=call.kernels_each(),
    )
    return layer, call.function()


def _separable(call: LayerCall) -> Translated:
    layer = layers.SeparableConv2DLayer(
        **call.window(),
        dilation_rate=call.pair("dilation_rate"),
        filters=int(call.option("filters")),
        use_bias=bool(call.option("use_bias", True)),
        depth_multiplier=call.kernels_each(),
    )
    return layer, call.function()


def _transposed(call: LayerCall) -> Translated:
    if call.pair("dilation_rate") != (1, 1) or call.option("output_padding") is not None:
        raise call.refused("has gaps between its weights, or a size of its own")
    layer = Conv2DTransposeLayer(
        **call.window(),
        filters=int(call.option("filters")),
        use_bias=bool(call.option("use_bias", True)),
    )
    return layer, call.function()


def _up_sampling(call: LayerCall) -> Translated:
    call.expect_maps()
    if call.option("interpolation", "nearest") != "nearest":
        raise call.refused(f"makes maps larger by {call.option('interpolation')} interpolation")
    return UpSampling2DLayer(call.pair("size", 2)), ""


def _max_pooling(call: LayerCall) -> Translated:
    return layers.MaxPooling2DLayer(**call.window("pool_size")), ""


def _average_pooling(call: LayerCall) -> Translated:
    return layers.AveragePooling2DLayer(**call.window("pool_size")), ""


def _zero_padding(call: LayerCall) -> Translated:
    call.expect_channels_last()
    return layers.ZeroPadding2DLayer(call.sides("padding")), ""


def _cropping(call: LayerCall) -> Translated:
    call.expect_channels_last()
    return layers.Cropping2DLayer(call.sides("cropping")), ""


def _global_average(call: LayerCall) -> Translated:
    call.expect_channels_last()
    return layers.GlobalAveragePooling2DLayer(bool(call.option("keepdims", False))), ""


def _global_max(call: LayerCall) -> Translated:
    call.expect_channels_last()
    return layers.GlobalMaxPooling2DLayer(bool(call.option("keepdims", False))), ""


def _dense(call: LayerCall) -> Translated:
    if len(call.shapes[0]) != 1:
        raise call.refused("is applied to every cell of a map", "use a convolution of 1 × 1 there")
    units, use_bias = int(call.option("units")), bool(call.option("use_bias", True))
    return layers.DenseLayer(units, use_bias=use_bias), call.function()


def _flatten(call: LayerCall) -> Translated:
    call.expect_channels_last()
    return layers.FlattenLayer(), ""


def _reshape(call: LayerCall) -> Translated:
    target = [int(side) for side in call.option("target_shape")]
    total = math.prod(call.shapes[0])
    known = math.prod(side for side in target if side != -1)
    shape = tuple(total // max(known, 1) if side == -1 else side for side in target)
    if math.prod(shape) != total or len(shape) not in (1, 3):
        raise call.refused(f"makes {' × '.join(map(str, target))} of {' × '.join(map(str, call.shapes[0]))}")
    return layers.ReshapeLayer(shape), ""


def _normalisation(call: LayerCall) -> Translated:
    axis = call.option("axis", -1)
    axis = axis[0] if isinstance(axis, list | tuple) else axis
    if axis not in (-1, len(call.shapes[0])):
        raise call.refused("normalises something else than channels")
    layer = layers.BatchNormalizationLayer(
        float(call.option("epsilon", 1e-3)),
        center=bool(call.option("center", True)),
        scale=bool(call.option("scale", True)),
    )
    return layer, ""


def _layer_normalisation(call: LayerCall) -> Translated:
    axis = call.option("axis", -1)
    axis = axis[0] if isinstance(axis, list | tuple) and len(axis) == 1 else axis
    if axis not in (-1, len(call.shapes[0])) or call.option("rms_scaling"):
        raise call.refused("normalises something else than the channels of a cell")
    layer = LayerNormalizationLayer(
        float(call.option("epsilon", 1e-3)),
        center=bool(call.option("center", True)),
        scale=bool(call.option("scale", True)),
    )
    return layer, ""


def _numbers(value: Any) -> Any:
    """A number, or one for each channel."""
    if isinstance(value, Mapping):  # an array, as Keras 3 writes it
        value = value.get("config", {}).get("value")
    flat = np.asarray(value, np.float64).ravel()
    return float(flat[0]) if flat.size == 1 else tuple(map(float, flat))


def _rescaling(call: LayerCall) -> Translated:
    return layers.RescalingLayer(_numbers(call.option("scale", 1)), _numbers(call.option("offset", 0))), ""


def _fixed_normalisation(call: LayerCall) -> Translated:
    axis = call.option("axis", -1)
    axis = axis[0] if isinstance(axis, list | tuple) and axis else axis
    if axis not in (-1, len(call.shapes[0])) or call.option("invert"):
        raise call.refused("normalises something else than channels")
    channels = call.shapes[0][-1]
    if call.option("mean") is not None:
        found = [_numbers(call.option(each)) for each in ("mean", "variance")]
    else:
        found = [_numbers(array) for array in call.read({"mean": (channels,), "variance": (channels,)})]
    mean, variance = (each if isinstance(each, tuple) else (each,) * channels for each in found)
    return layers.NormalizationLayer(mean, variance), ""


def _activation(call: LayerCall) -> Translated:
    return layers.ActivationLayer(call.function() or "linear"), ""


def _named_function(call: LayerCall) -> Translated:
    return layers.ActivationLayer(call.known_function(snake(call.spec.kind)) or "linear"), ""


def _gelu(call: LayerCall) -> Translated:
    return layers.ActivationLayer("gelu_tanh" if call.option("approximate") else "gelu"), ""


def _softmax(call: LayerCall) -> Translated:
    return layers.ActivationLayer(call.known_function("softmax")), ""


def _relu(call: LayerCall) -> Translated:
    most = call.option("max_value")
    slope, threshold = (_numbers(call.option(name) or 0.0) for name in ("negative_slope", "threshold"))
    most = None if most is None else _numbers(most)
    if threshold or most not in (None, 6.0) or (slope and most):
        raise call.refused("is a ReLU with bounds of its own")
    if slope:
        return layers.ShapedActivationLayer("leaky_relu", {"negative_slope": slope}), ""
    return layers.ReLULayer("relu6" if most else "relu"), ""


def _leaky_relu(call: LayerCall) -> Translated:
    slope = _numbers(call.option("negative_slope", call.option("alpha", 0.3)))
    return layers.ShapedActivationLayer("leaky_relu", {"negative_slope": slope}), ""


def _elu(call: LayerCall) -> Translated:
    return layers.ShapedActivationLayer("elu", {"alpha": _numbers(call.option("alpha", 1.0))}), ""


def _prelu(call: LayerCall) -> Translated:
    shared = sorted(int(axis) for axis in call.option("shared_axes") or ())
    if shared not in ([], [1, 2]):
        raise call.refused("has slopes that rows or columns share, and not both")
    return layers.PReLULayer(is_shared=bool(shared)), ""


def _unchanged(call: LayerCall) -> Translated:
    return layers.DropoutLayer(), ""


def _add(call: LayerCall) -> Translated:
    if len(call.shapes) == 1 and len(call.spec.constants) == 1:
        return layers.RescalingLayer(1.0, call.spec.constants[0]), ""
    if len(call.shapes) < 2 or len(set(call.shapes)) > 1:
        raise call.refused("adds up maps of different shapes")
    return layers.AddLayer(), ""


def _subtract(call: LayerCall) -> Translated:
    if len(call.shapes) != 1 or len(call.spec.constants) != 1:
        raise call.refused("takes maps from each other")
    (number,) = call.spec.constants
    if call.spec.is_reversed:
        return layers.RescalingLayer(-1.0, number), ""
    return layers.RescalingLayer(1.0, -number), ""


def _divide(call: LayerCall) -> Translated:
    if len(call.shapes) != 1 or len(call.spec.constants) != 1 or call.spec.is_reversed:
        raise call.refused("divides maps")
    return layers.RescalingLayer(1 / call.spec.constants[0]), ""


def _multiply(call: LayerCall) -> Translated:
    if len(call.shapes) == 1 and len(call.spec.constants) == 1:
        return layers.RescalingLayer(call.spec.constants[0]), ""
    if len(call.shapes) != 2 or call.shapes[1] not in (call.shapes[0], (1, 1, call.shapes[0][-1])):
        raise call.refused("multiplies maps of different shapes")
    return layers.MultiplyLayer(), ""


def _concatenate(call: LayerCall) -> Translated:
    if call.option("axis", -1) not in (-1, len(call.shapes[0])):
        raise call.refused("puts maps beside each other, not their channels")
    return layers.ConcatenateLayer(), ""


def _flip(call: LayerCall) -> Translated:
    if call.option("axis") not in (-1, len(call.shapes[0])):
        raise call.refused("mirrors the picture")
    return layers.FlipLayer(), ""


def _named_operation(call: LayerCall) -> Translated:
    """A step between layers, as Keras 2 writes it: the name of a function of TensorFlow's."""
    name = str(call.option("function")).rpartition(".")[2]
    if name not in _OPERATIONS:
        raise call.refused(f"is a step between layers, {call.option('function')}")
    return _OPERATIONS[name](call)


_OPERATIONS: dict[str, Callable[[LayerCall], Translated]] = {
    "truediv": _divide,
    "divide": _divide,
    "subtract": _subtract,
    "sub": _subtract,
    "multiply": _multiply,
    "mul": _multiply,
    "add": _add,
}

UNCHANGED = (
    "ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "Identity",
    "RandomBrightness", "RandomColorJitter", "RandomContrast", "RandomElasticTransform",
    "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert",
    "RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness",
    "RandomShear", "RandomTranslation", "RandomZoom", "SpatialDropout2D",
)  # fmt: skip
"""Layers that do something in training alone."""

TRANSLATIONS: dict[str, Callable[[LayerCall], Translated]] = {
    "Activation": _activation,
    "Add": _add,
    "AveragePooling2D": _average_pooling,
    "BatchNormalization": _normalisation,
    "Concatenate": _concatenate,
    "Conv2D": _conv2d,
    "Conv2DTranspose": _transposed,
    "Cropping2D": _cropping,
    "Dense": _dense,
    "DepthwiseConv2D": _depthwise,
    "Divide": _divide,
    "ELU": _elu,
    "Elu": _elu,
    "Flatten": _flatten,
    "Flip": _flip,
    "Gelu": _gelu,
    "GlobalAveragePooling2D": _global_average,
    "GlobalMaxPooling2D": _global_max,
    "LayerNormalization": _layer_normalisation,
    "LeakyReLU": _leaky_relu,
    "LeakyRelu": _leaky_relu,
    "MaxPooling2D": _max_pooling,
    "Multiply": _multiply,
    "Normalization": _fixed_normalisation,
    "PReLU": _prelu,
    "ReLU": _relu,
    "Relu": _relu,
    "Rescaling": _rescaling,
    "Reshape": _reshape,
    "SeparableConv2D": _separable,
    "Sigmoid": _named_function,
    "Softmax": _softmax,
    "Subtract": _subtract,
    "SyncBatchNormalization": _normalisation,
    "UpSampling2D": _up_sampling,
    "TFOpLambda": _named_operation,
    "TrueDivide": _divide,
    "ZeroPadding2D": _zero_padding,
    **dict.fromkeys(UNCHANGED, _unchanged),
    **dict.fromkeys(
        ("HardSigmoid", "HardSilu", "HardTanh", "Relu6", "Selu", "Silu", "Softplus", "Tanh"), _named_function
    ),
}
"""By Keras's class."""


def translated(call: LayerCall) -> Translated:
    """Return the layer of the engine that computes the same.

    Raises:
        ModelError: If there is none.
    """
    if call.option("quantization_config") is not None:
        raise call.refused("has numbers that were made smaller", "save the model before that")
    if call.spec.kind not in TRANSLATIONS:
        raise ModelError(
            f"The model has a {call.spec.kind} layer ({call.spec.name}), which is not known here; models of "
            "convolutions, pooling, normalisation, activations, sums and dense layers are."
        )
    return TRANSLATIONS[call.spec.kind](call)
