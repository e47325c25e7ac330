"""A graph of ONNX as a network of the engine: a function for each operator, which reads its attributes.

ONNX has its channels before rows and columns, and where a file has them last, as those of Keras do, it turns
the maps round on the way. The engine has them last throughout, so that such turns are nothing here; what
each value looks like in the file is kept beside it (`Value`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.convolution.cores import Sides, Step
from explorer.convolution.layout import Array
from explorer.errors import ExplorerError
from explorer.imagenet.engine import layers
from explorer.imagenet.engine.graph import GraphBuilder
from explorer.imagenet.engine.layers import EngineLayer, Shape
from explorer.imagenet.engine.other_layers import (
    Conv2DTransposeLayer,
    LayerNormalizationLayer,
    UpSampling2DLayer,
)
from explorer.models.building import (
    MAX_PARAMETERS,
    Built,
    check_cost,
    check_shape,
    picture_of,
    scales_pixels,
    with_classes,
)
from explorer.models.errors import ModelError

MAX_OPERATORS = 3000

FIRST, LAST, ROW = "channels first", "channels last", "a row"
"""What a value looks like in the file: (n, C, H, W), (n, H, W, C), or (n, numbers)."""

_TO_LAST, _TO_FIRST = [0, 2, 3, 1], [0, 3, 1, 2]


@dataclass(frozen=True)
class Value:
    """What an operator gives.

    Attributes:
        name: The node of the engine that has it.
        layout: What it looks like in the file.
        unrolled: Of a row that was a map with its channels first, the map's shape (H, W, C).
    """

    name: str
    layout: str
    unrolled: Shape | None = None


@dataclass(eq=False)
class OperatorCall:
    """An operator of a file, and what it is called with.

    Attributes:
        graph: The network as far as it is built.
        node: The operator.
        name: Its name.
        options: Its attributes.
        values: Its inputs that are maps, in their order.
        constants: Its inputs that are numbers in the file, by their place among all inputs.
    """

    graph: OperatorGraph
    node: Any
    name: str
    options: Mapping[str, Any]
    values: Sequence[Value]
    constants: Mapping[int, NDArray[Any]]

    def refused(self, why: str) -> ModelError:
        """Say why the operator is refused."""
        return ModelError(
            f"The operator {self.name} ({self.node.op_type}) {why}, which is not known here; export the "
            "model without it."
        )

    @property
    def value(self) -> Value:
        """The one map that goes in."""
        if len(self.values) != 1:
            raise self.refused(f"takes {len(self.values)} maps")
        return self.values[0]

    @property
    def shape(self) -> Shape:
        """Of that map."""
        return self.graph.builder.shape(self.value.name)

    def need_maps(self) -> Value:
        """Return the one map that goes in, which has to have its channels first."""
        if self.value.layout != FIRST:
            raise self.refused("takes no map with its channels first")
        return self.value

    def put(
        self, layer: EngineLayer, weights: Sequence[NDArray[Any]] = (), layout: str = "", **more: Any
    ) -> Value:
        """Add a layer after the inputs; its output looks like the first of them unless it is said."""
        sources = [value.name for value in self.values]
        shapes = [self.graph.builder.shape(source) for source in sources]
        expected = list(layer.variables(*shapes).values())
        came = [array.shape for array in weights]
        if came != expected:
            raise self.refused(f"has numbers of the shapes {came}, where {expected} fit")
        kind = self.node.op_type if isinstance(layer, layers.ShapedActivationLayer) else ""
        added = self.graph.builder.add(layer, *sources, name=self.name, kind=kind)
        check_shape(self.name, self.graph.builder.shape(added))
        if weights:
            self.graph.weights[added] = [np.ascontiguousarray(array, np.float32) for array in weights]
        first = self.values[0]
        return Value(added, layout or first.layout, more.get("unrolled", None if layout else first.unrolled))

    def pair(self, name: str) -> Step:
        """An attribute for down and across."""
        value = self.options.get(name, [1, 1])
        if len(value) != 2 or min(value) < 1:
            raise self.refused(f"has {name} of {' × '.join(map(str, value))}")
        return int(value[0]), int(value[1])

    def padding(self) -> str | Sides:
        """The cells around a map."""
        way = _text(self.options.get("auto_pad", "NOTSET"))
        if way in ("SAME_UPPER", "VALID"):
            return {"SAME_UPPER": "same", "VALID": "valid"}[way]
        if way != "NOTSET":
            raise self.refused(f"has the padding {way}")
        top, left, bottom, right = self.options.get("pads", [0, 0, 0, 0])
        return (int(top), int(bottom)), (int(left), int(right))

    def axes(self) -> list[int]:
        """The axes of maps that are reduced or squeezed, as places in the file's order."""
        listed = self.options.get("axes")
        found = self.constants[1].ravel().tolist() if listed is None and 1 in self.constants else listed
        rank = 4 if self.value.layout != ROW else 2
        return sorted(int(axis) % rank for axis in found or ())

    def per_channel(self, array: NDArray[Any]) -> float | tuple[float, ...]:
        """A number, or one for each channel of the map, of an array that is spread over it in the file."""
        if array.size == 1:
            return float(array.ravel()[0])
        channels = self.shape[-1]
        place = {FIRST: -3, LAST: -1, ROW: -1}[self.value.layout]
        sides = (1,) * 4 + array.shape
        if array.size != channels or sides[place] != channels or self.value.unrolled:
            raise self.refused("adds or multiplies numbers that are not one for each channel")
        return tuple(map(float, array.ravel()))


@dataclass(eq=False)
class OperatorGraph:
    """A network of the engine that is put together of operators."""

    builder: GraphBuilder
    values: dict[str, Value]
    constants: dict[str, NDArray[Any]]
    users: Counter[str]
    nodes: Sequence[Any]
    weights: dict[str, list[Array]] = field(default_factory=dict)
    final: str = ""
    notes: list[str] = field(default_factory=list)

    def bias_after(self, node: Any, units: int) -> tuple[NDArray[Any], str] | None:
        """The numbers that the next operator adds to a row, and its output, where that is all it does."""
        output = node.output[0]
        following = next((each for each in self.nodes if output in each.input), None)
        if self.users[output] != 1 or following is None or following.op_type != "Add":
            return None
        (other,) = [name for name in following.input if name != output] or [""]
        added = self.constants.get(other)
        if added is None or added.shape not in ((units,), (1, units)):
            return None
        return added.ravel(), following.output[0]


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _conv(call: OperatorCall) -> Value:
    call.need_maps()
    kernel = call.constants.get(1)
    if kernel is None or kernel.ndim != 4:
        raise call.refused("has no kernels of its own that slide over maps")
    bias = call.constants.get(2)
    groups, filters, channels = int(call.options.get("group", 1)), kernel.shape[0], call.shape[2]
    window: dict[str, Any] = {
        "kernel_size": kernel.shape[2:],
        "strides": call.pair("strides"),
        "padding": call.padding(),
        "dilation_rate": call.pair("dilations"),
        "use_bias": bias is not None,
    }
    added = [] if bias is None else [bias]
    if groups == channels == filters and groups > 1:
        return call.put(layers.DepthwiseConv2DLayer(**window), [kernel.transpose(2, 3, 0, 1), *added])
    if groups < 1 or filters % groups or channels % groups:
        raise call.refused(f"divides {channels} channels into {groups} groups")
    layer = layers.Conv2DLayer(**window, filters=filters, groups=groups)
    return call.put(layer, [kernel.transpose(2, 3, 1, 0), *added])


def _transposed(call: OperatorCall) -> Value:
    call.need_maps()
    kernel, bias = call.constants.get(1), call.constants.get(2)
    if kernel is None or kernel.ndim != 4 or int(call.options.get("group", 1)) != 1:
        raise call.refused("has no kernels of its own for all channels together")
    taps, strides = kernel.shape[2:], call.pair("strides")
    layer = Conv2DTransposeLayer(taps, strides, filters=kernel.shape[1], use_bias=bias is not None)
    more = [0, 0, 0, 0, *call.options.get("output_padding", [0, 0])]
    if _text(call.options.get("auto_pad", "NOTSET")) == "NOTSET":
        more[:4] = call.options.get("pads", [0, 0, 0, 0])
    for padding in ("valid", "same"):
        found = replace(layer, padding=padding)
        if call.pair("dilations") == (1, 1) and more == found.onnx_padding(call.shape):
            return call.put(found, [kernel.transpose(2, 3, 1, 0)] + ([] if bias is None else [bias]))
    raise call.refused(f"makes maps larger with the padding {', '.join(map(str, more))}")


def _layer_normalisation(call: OperatorCall) -> Value:
    gamma, beta = call.constants[1], call.constants.get(2)
    rank = 2 if call.value.layout == ROW else 4
    axis = int(call.options.get("axis", -1)) % rank
    if call.value.layout == FIRST or axis != rank - 1 or call.value.unrolled:
        raise call.refused("normalises something else than the channels of a cell")
    epsilon = float(call.options.get("epsilon", 1e-5))
    layer = LayerNormalizationLayer(epsilon, center=beta is not None)
    return call.put(layer, [gamma] if beta is None else [gamma, beta])


def _up_sampling(call: OperatorCall) -> Value:
    call.need_maps()
    scales = call.constants.get(2 if call.node.op_type == "Resize" else 1)
    factors = [] if scales is None else scales.ravel().tolist()
    way = [_text(call.options.get(name, usual)) for name, usual in _NEAREST.items()]
    whole = len(factors) == 4 and all(factor == int(factor) >= 1 for factor in factors)
    if not whole or factors[:2] != [1, 1] or way not in (["nearest", "asymmetric", "floor"], _UPSAMPLE):
        raise call.refused("makes maps another size, and not by repeating cells")
    return call.put(UpSampling2DLayer((int(factors[2]), int(factors[3]))))


_NEAREST = {
    "mode": "nearest",
    "coordinate_transformation_mode": "half_pixel",
    "nearest_mode": "round_prefer_floor",
}
_UPSAMPLE = ["nearest", "half_pixel", "round_prefer_floor"]
"""Two ways to write down that cells are repeated a whole number of times."""


def _normalisation(call: OperatorCall) -> Value:
    if call.value.layout == LAST or call.value.unrolled:
        raise call.refused("normalises something else than channels")
    layer = layers.BatchNormalizationLayer(float(call.options.get("epsilon", 1e-5)))
    return call.put(layer, [call.constants[at] for at in (1, 2, 3, 4)])


def _pooling(call: OperatorCall) -> Value:
    call.need_maps()
    window = call.pair("kernel_shape"), call.pair("strides"), call.padding()
    rows, columns, _ = call.shape
    (top, bottom), (left, right) = layers.MaxPooling2DLayer(*window).sides(call.shape)
    (high, wide), (down, across), _ = window
    rest = ((rows + top + bottom - high) % down, (columns + left + right - wide) % across)
    if call.options.get("ceil_mode", 0) and any(rest):
        raise call.refused("pools windows that reach over the edge")
    if call.node.op_type == "MaxPool":
        if call.pair("dilations") != (1, 1) or len(call.node.output) > 1:
            raise call.refused("pools with gaps, or gives places")
        return call.put(layers.MaxPooling2DLayer(*window))
    if call.options.get("count_include_pad", 0) and top + bottom + left + right:
        raise call.refused("counts its padding")
    return call.put(layers.AveragePooling2DLayer(*window))


def _global_average(call: OperatorCall) -> Value:
    call.need_maps()
    return call.put(layers.GlobalAveragePooling2DLayer(keepdims=True))


def _global_max(call: OperatorCall) -> Value:
    call.need_maps()
    return call.put(layers.GlobalMaxPooling2DLayer(keepdims=True))


def _mean(call: OperatorCall) -> Value:
    spatial = {FIRST: [2, 3], LAST: [1, 2], ROW: []}[call.value.layout]
    if not spatial or call.axes() != spatial:
        raise call.refused("takes a mean of something else than rows and columns")
    keeps = bool(call.options.get("keepdims", 1))
    kind = layers.GlobalMaxPooling2DLayer if call.node.op_type == "ReduceMax" else None
    layer = kind(keeps) if kind else layers.GlobalAveragePooling2DLayer(keeps)
    return call.put(layer, layout=call.value.layout if keeps else ROW)


def _is_single(shape: Shape) -> bool:
    return len(shape) == 3 and shape[:2] == (1, 1)


def _flatten(call: OperatorCall) -> Value:
    """Make a row of a map; with channels first its numbers have another order in the file."""
    value, shape = call.value, call.shape
    if call.node.op_type == "Flatten" and int(call.options.get("axis", 1)) != 1:
        raise call.refused("flattens something else than a picture's numbers")
    if call.node.op_type == "Reshape":
        target = call.constants.get(1)
        sides = [] if target is None else target.ravel().tolist()
        if len(sides) != 2 or sides[0] not in (0, 1, -1) or sides[1] not in (-1, math.prod(shape)):
            return _reshaped(call, sides)
    if call.node.op_type == "Squeeze" and (call.axes() not in ([2, 3], [1, 2]) or not _is_single(shape)):
        raise call.refused("leaves out something else than rows and columns")
    if value.layout == ROW:
        return value
    unrolled = shape if value.layout == FIRST and not _is_single(shape) else None
    return call.put(layers.FlattenLayer(), layout=ROW, unrolled=unrolled)


def _reshaped(call: OperatorCall, sides: list[int]) -> Value:
    """Give a row of channels rows and columns, which are one each, or turn a map of one channel."""
    if len(sides) == 4 and call.value.layout != ROW and call.shape[2] == 1 and sides[0] in (0, 1, -1):
        rows, columns, _ = call.shape
        if sides[1:] in ([1, rows, columns], [rows, columns, 1]):
            return Value(call.value.name, FIRST if sides[1] == 1 else LAST)
    if call.value.layout == ROW and len(sides) == 4 and not call.value.unrolled:
        channels = call.shape[0]
        for layout, place in ((FIRST, 1), (LAST, 3)):
            rest = [side for at, side in enumerate(sides) if at not in (0, place)]
            if sides[place] in (-1, channels) and rest == [1, 1]:
                return call.put(layers.ReshapeLayer((1, 1, channels)), layout=layout)
    raise call.refused("arranges numbers anew")


def _dense(call: OperatorCall) -> Value:
    """A matrix, and what is added to its product."""
    value = call.value
    matrix, bias = call.constants.get(1), call.constants.get(2)
    if matrix is None or matrix.ndim != 2 or value.layout != ROW or call.options.get("transA"):
        raise call.refused("multiplies something else than a row with a matrix of its own")
    matrix = matrix.T if call.options.get("transB") else matrix
    matrix = matrix * float(call.options.get("alpha", 1.0))
    units = matrix.shape[1]
    output = ""
    if bias is not None:
        bias = np.broadcast_to(bias.ravel() * float(call.options.get("beta", 1.0)), (units,))
    elif following := call.graph.bias_after(call.node, units):
        bias, output = following
    if value.unrolled:
        height, width, channels = value.unrolled
        matrix = matrix.reshape(channels, height, width, units).transpose(1, 2, 0, 3).reshape(-1, units)
    layer = layers.DenseLayer(units, use_bias=bias is not None)
    found = call.put(layer, [matrix] if bias is None else [matrix, bias], layout=ROW)
    if output:
        call.graph.values[output] = found
    return found


def _function(name: str) -> Callable[[OperatorCall], Value]:
    def put(call: OperatorCall) -> Value:
        return call.put(layers.ActivationLayer(name))

    return put


def _gelu(call: OperatorCall) -> Value:
    is_rough = _text(call.options.get("approximate", "none")) == "tanh"
    return call.put(layers.ActivationLayer("gelu_tanh" if is_rough else "gelu"))


def _shaped(name: str, parameter: str, default: float) -> Callable[[OperatorCall], Value]:
    def put(call: OperatorCall) -> Value:
        value = float(call.options.get("alpha", default))
        return call.put(layers.ShapedActivationLayer(name, {parameter: value}))

    return put


def _clip(call: OperatorCall) -> Value:
    low, high = (call.options.get(name, call.constants.get(at)) for at, name in ((1, "min"), (2, "max")))
    ends = tuple(None if end is None else float(np.ravel(end)[0]) for end in (low, high))
    if ends == (-1, 1):
        return call.put(layers.ActivationLayer("hard_tanh"))
    if ends[0] != 0 or ends[1] not in (6, None):
        raise call.refused(f"cuts numbers off at {ends[0]} and {ends[1]}")
    return call.put(layers.ReLULayer("relu6" if ends[1] else "relu"))


def _hard_sigmoid(call: OperatorCall) -> Value:
    slope, middle = float(call.options.get("alpha", 0.2)), float(call.options.get("beta", 0.5))
    if abs(slope - 1 / 6) > 1e-4 or middle != 0.5:
        raise call.refused(f"is a hard sigmoid with the slope {slope:g}")
    return call.put(layers.ActivationLayer("hard_sigmoid"))


def _prelu(call: OperatorCall) -> Value:
    told = call.constants[1]
    turned = told.transpose(1, 2, 0) if told.ndim == 3 and call.value.layout == FIRST else told
    if told.size > call.shape[-1] and turned.shape == call.shape:
        return call.put(layers.PReLULayer(is_shared=False), [turned])
    slopes = call.per_channel(told)
    row = np.broadcast_to(np.asarray(slopes, np.float32), call.shape[-1:])
    return call.put(layers.PReLULayer(), [row.reshape((1,) * (len(call.shape) - 1) + (-1,))])


def _softmax(call: OperatorCall) -> Value:
    single = _is_single(call.shape) or call.value.layout == ROW
    axis = int(call.options.get("axis", -1))
    if not single or axis not in (-1, 1, 3 if call.value.layout == LAST else 1):
        raise call.refused("is a softmax along something else than the classes")
    return call.put(layers.ActivationLayer("softmax"))


def _log_softmax(call: OperatorCall) -> Value:
    call.graph.notes.append("It gives logarithms of probabilities; here they are the logits.")
    return call.value


def _sigmoid(call: OperatorCall) -> Value:
    if not call.graph.users[call.node.output[0]] and math.prod(call.shape) == 1:
        call.graph.final = "sigmoid"
        return call.value
    return call.put(layers.ActivationLayer("sigmoid"))


def _sum(call: OperatorCall) -> Value:
    """Add two maps, or numbers of the file."""
    if len(call.values) == 1:
        ((place, array),) = call.constants.items()
        number = call.per_channel(array)
        if call.node.op_type == "Sub":
            if place == 0:
                return call.put(layers.RescalingLayer(-1.0, number))
            number = tuple(-each for each in number) if isinstance(number, tuple) else -number
        return call.put(layers.RescalingLayer(1.0, number))
    shapes = {call.graph.builder.shape(value.name) for value in call.values}
    if call.node.op_type == "Sub" or len(shapes) > 1 or len({value.layout for value in call.values}) > 1:
        raise call.refused("adds or subtracts maps of different shapes")
    return call.put(layers.AddLayer())


def _product(call: OperatorCall) -> Value:
    """Multiply two maps, or by numbers of the file."""
    if len(call.values) == 1:
        ((place, array),) = call.constants.items()
        if call.node.op_type == "Div":
            if place == 0:
                raise call.refused("divides by a map")
            array = 1 / array.astype(np.float64)
        return call.put(layers.RescalingLayer(call.per_channel(array)))
    first, second = (call.graph.builder.shape(value.name) for value in call.values)
    if _is_single(first) and not _is_single(second):
        call.values, first, second = list(reversed(call.values)), second, first
    same = len({value.layout for value in call.values}) == 1
    if call.node.op_type == "Div" or not same or second not in (first, (1, 1, first[-1])):
        raise call.refused("multiplies maps of different shapes")
    return call.put(layers.MultiplyLayer())


def _concatenation(call: OperatorCall) -> Value:
    layout = call.values[0].layout
    place = {FIRST: 1, LAST: 3, ROW: 1}[layout]
    axis = int(call.options["axis"]) % (2 if layout == ROW else 4)
    unlike = {value.layout for value in call.values} != {layout} or any(each.unrolled for each in call.values)
    if axis != place or unlike or call.constants:
        raise call.refused("puts together something else than channels of maps")
    return call.put(layers.ConcatenateLayer())


def _gathered(call: OperatorCall) -> Value:
    """Put channels in reverse order, as where red and blue change places."""
    place = {FIRST: 1, LAST: 3, ROW: None}[call.value.layout]
    order = call.constants[1].ravel().tolist()
    channels = call.shape[-1]
    if int(call.options.get("axis", 0)) % 4 != place or order != list(range(channels))[::-1]:
        raise call.refused("chooses some of the numbers")
    return call.put(layers.FlipLayer())


def _pad(call: OperatorCall) -> Value:
    listed = call.options.get("pads")
    pads = call.constants[1].ravel().tolist() if listed is None else list(listed)
    fill = call.constants.get(2, np.zeros(1))
    if _text(call.options.get("mode", "constant")) != "constant" or np.ravel(fill).any():
        raise call.refused("pads with something else than zeros")
    down, across = {FIRST: (2, 3), LAST: (1, 2), ROW: (0, 0)}[call.value.layout]
    others = [number for at, number in enumerate(pads) if at % 4 not in (down, across)]
    if len(pads) != 8 or call.value.layout == ROW or any(others) or min(pads) < 0:
        raise call.refused("pads something else than rows and columns")
    sides = (int(pads[down]), int(pads[down + 4])), (int(pads[across]), int(pads[across + 4]))
    return call.put(layers.ZeroPadding2DLayer(sides))


_ALL = 2**31 - 1
"""An end that is further than any, as exporters write it."""


def _negative(call: OperatorCall) -> Value:
    return call.put(layers.RescalingLayer(-1.0))


def _cropping(call: OperatorCall) -> Value:
    """Cut edges off rows and columns."""
    starts, ends, axes, steps = (
        call.constants[at].ravel().tolist() if at in call.constants else [] for at in (1, 2, 3, 4)
    )
    places = {FIRST: {2: 0, 3: 1}, LAST: {1: 0, 2: 1}, ROW: {}}[call.value.layout]
    sides = [(0, 0), (0, 0)]
    for start, end, axis in zip(starts, ends, axes or range(len(starts)), strict=True):
        if axis % 4 not in places:
            if start != 0 or end < _ALL:
                raise call.refused("takes a part of something else than rows and columns")
            continue
        size = call.shape[places[axis % 4]]
        first, last, _ = slice(start, end).indices(size)
        sides[places[axis % 4]] = (first, size - max(first, last))
    if any(step != 1 for step in steps):
        raise call.refused("leaves out rows or columns")
    return call.put(layers.Cropping2DLayer((sides[0], sides[1])))


def _transpose(call: OperatorCall) -> Value:
    value = call.value
    turns = list(call.options.get("perm", []))
    if value.layout == FIRST and turns == _TO_LAST:
        return Value(value.name, LAST)
    if value.layout == LAST and turns == _TO_FIRST:
        return Value(value.name, FIRST)
    raise call.refused("changes rows, columns and channels over")


def _unchanged(call: OperatorCall) -> Value:
    return call.values[0]


OPERATORS: dict[str, Callable[[OperatorCall], Value]] = {
    "Add": _sum,
    "AveragePool": _pooling,
    "BatchNormalization": _normalisation,
    "Cast": _unchanged,
    "Clip": _clip,
    "Concat": _concatenation,
    "Conv": _conv,
    "ConvTranspose": _transposed,
    "Div": _product,
    "Dropout": _unchanged,
    "Elu": _shaped("elu", "alpha", 1.0),
    "Erf": _function("erf"),
    "Exp": _function("exponential"),
    "Flatten": _flatten,
    "Gather": _gathered,
    "Gelu": _gelu,
    "Gemm": _dense,
    "GlobalAveragePool": _global_average,
    "GlobalMaxPool": _global_max,
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": _function("hard_silu"),
    "Identity": _unchanged,
    "LayerNormalization": _layer_normalisation,
    "LeakyRelu": _shaped("leaky_relu", "negative_slope", 0.01),
    "LogSoftmax": _log_softmax,
    "MatMul": _dense,
    "MaxPool": _pooling,
    "Mish": _function("mish"),
    "Mul": _product,
    "Neg": _negative,
    "PRelu": _prelu,
    "Pad": _pad,
    "ReduceMax": _mean,
    "ReduceMean": _mean,
    "Relu": _function("relu"),
    "Reshape": _flatten,
    "Resize": _up_sampling,
    "Selu": _function("selu"),
    "Sigmoid": _sigmoid,
    "Slice": _cropping,
    "Softmax": _softmax,
    "Softplus": _function("softplus"),
    "Softsign": _function("softsign"),
    "Squeeze": _flatten,
    "Sub": _sum,
    "Sum": _sum,
    "Tanh": _function("tanh"),
    "Transpose": _transpose,
    "Upsample": _up_sampling,
}
"""By their names in ONNX."""


OF_SHAPES = (
    "Add", "Cast", "Concat", "Div", "Gather", "Identity", "Mul", "ReduceProd", "Slice", "Squeeze", "Sub",
    "Unsqueeze",
)  # fmt: skip
"""Operators with which a file computes shapes for others; what they give is known before any picture."""

_MAX_SHAPE = 64  # numbers in a computation of shapes


def _is_of_shapes(node: Any, found: OperatorGraph) -> bool:
    """Whether an operator computes a shape, which then is one of the numbers in the file."""
    if node.op_type == "Shape" and node.input[0] in found.values:
        value = found.values[node.input[0]]
        shape = found.builder.shape(value.name)
        turned = (shape[2], *shape[:2]) if value.layout == FIRST else shape
        found.constants[node.output[0]] = np.array([1, *turned], np.int64)
        return True
    given = [found.constants.get(name) for name in node.input if name]
    small = [array for array in given if array is not None and array.size <= _MAX_SHAPE]
    if node.op_type not in OF_SHAPES or not given or len(small) < len(given):
        return False
    from onnx.reference import ReferenceEvaluator

    feeds = {name: found.constants[name] for name in node.input if name}
    outputs: Any = ReferenceEvaluator(node).run(None, feeds)
    found.constants[node.output[0]] = np.asarray(outputs[0])
    return True


def read_onnx(data: bytes, *, is_binary: bool) -> tuple[Built, str, tuple[str, ...]]:
    """Read a file of ONNX as a network of the engine; say what wrote it, and the classes that it names.

    Args:
        data: The file.
        is_binary: As for `building.built`.

    Raises:
        ModelError: If it is damaged, takes no picture, tells no classes apart, or has other operators.
    """
    import onnx

    try:
        model = onnx.load_model_from_string(data)
    except Exception as error:  # protobuf's errors have no common class
        raise ModelError("The file is no ONNX file, or is damaged; export the model again.") from error
    writer = " ".join(f"{model.producer_name} {model.producer_version}".split()) or "an unnamed program"
    try:
        labels = next((each.value for each in model.metadata_props if each.key == "labels"), "")
        return _built(model.graph, is_binary), f"{writer} (ONNX)", tuple(labels.splitlines())
    except ExplorerError:
        raise
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ModelError(
            f"The file does not describe its operators as ONNX does ({type(error).__name__}: {error}); "
            "export the model again."
        ) from error


def _built(graph: Any, is_binary: bool) -> Built:
    known = {*OPERATORS, *OF_SHAPES, "Constant", "Shape"}
    unknown = Counter(node.op_type for node in graph.node if node.op_type not in known)
    if unknown:
        raise ModelError(
            f"The model has operators that are not known here: {', '.join(sorted(unknown)[:8])}; those of "
            "convolutions, pooling, normalisation, activations, sums and dense layers are."
        )
    if len(graph.node) > MAX_OPERATORS:
        raise ModelError(f"The model has more than {MAX_OPERATORS:,} operators; choose a smaller one.")
    constants = _constants(graph)
    inputs = [each for each in graph.input if each.name not in constants]
    if len(inputs) != 1 or len(graph.output) != 1:
        raise ModelError(
            f"The model has {len(inputs)} inputs and {len(graph.output)} outputs, and one picture and one "
            "row of classes are looked at here; export a model with one of each."
        )
    notes: list[str] = []
    shape, layout = _input(inputs[0])
    size, channels = picture_of(shape, notes)
    users = Counter(name for node in graph.node for name in node.input)
    builder = GraphBuilder(size, channels, _plain(inputs[0].name))
    start = Value(builder.input, layout)
    found = OperatorGraph(builder, {inputs[0].name: start}, constants, users, list(graph.node), notes=notes)
    taken = {builder.input}
    for at, node in enumerate(graph.node):
        if node.op_type == "Constant" or node.output[0] in found.values:
            continue  # (a bias that its matrix has taken in)
        if _is_of_shapes(node, found):
            continue
        name = _plain(node.name or node.output[0])
        name = name if name not in taken else f"{name}.{at}"
        taken.add(name)
        values = [found.values[each] for each in node.input if each in found.values]
        numbers = {place: constants[each] for place, each in enumerate(node.input) if each in constants}
        if len(values) + len(numbers) < len([each for each in node.input if each]):
            raise ModelError(f"The operator {name} takes what is nowhere in the file; export it again.")
        if node.op_type not in OPERATORS:
            raise ModelError(
                f"The operator {name} ({node.op_type}) is known here for the shapes of maps alone, and takes "
                "a map; export the model without it."
            )
        found.values[node.output[0]] = OPERATORS[node.op_type](
            OperatorCall(found, node, name, _attributes(node), values, numbers)
        )
    end = found.values[graph.output[0].name]
    architecture = with_classes(builder, end.name, found.final, is_binary, notes)
    check_cost(architecture)
    weights = {owner: found.weights[owner] for owner in architecture.variables()}
    return Built(architecture, weights, scales_pixels(architecture), tuple(notes))


def _plain(name: str) -> str:
    """A name with what a file's name may have: PyTorch and TensorFlow write paths."""
    parts = [part for part in name.replace(":", "/").split("/") if part]
    return ".".join("".join(letter if letter.isalnum() else "_" for letter in part) for part in parts) or "x"


def _attributes(node: Any) -> dict[str, Any]:
    from onnx import helper

    return {each.name: helper.get_attribute_value(each) for each in node.attribute}


def _constants(graph: Any) -> dict[str, NDArray[Any]]:
    """The numbers in the file, by name."""
    from onnx import TensorProto, numpy_helper

    tensors = {each.name: each for each in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            attribute = node.attribute[0]
            if attribute.name != "value":
                raise ModelError(f"The numbers {node.output[0]} are written in an unusual way; export again.")
            tensors[node.output[0]] = attribute.t
    if any(each.data_location == TensorProto.EXTERNAL for each in tensors.values()):
        raise ModelError(
            "The numbers of the model lie in another file, which is not opened; export it as one file."
        )
    total = sum(math.prod(each.dims) for each in tensors.values())
    if total > MAX_PARAMETERS:
        raise ModelError(
            f"The model has {total:,} numbers, and {MAX_PARAMETERS:,} are the most that is looked at here; "
            "bring a smaller one."
        )
    return {name: numpy_helper.to_array(each) for name, each in tensors.items()}


def _input(told: Any) -> tuple[list[int | None], str]:
    """The shape (rows, columns, channels) of what goes in, and where the file has its channels."""
    sides = [each.dim_value or None for each in told.type.tensor_type.shape.dim][1:]
    if len(sides) != 3:
        return sides, FIRST
    if sides[0] in (1, 3) or sides[2] not in (1, 3):
        return [sides[1], sides[2], sides[0]], FIRST
    return sides, LAST
