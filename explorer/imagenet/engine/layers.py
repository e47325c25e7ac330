"""The layers of trained networks as records: what each makes of its inputs, and the gradient's way back.

Maps are float32 (n, H, W, C), n pictures at once, or (n, numbers). A layer is named as in Keras and takes the
arguments that it takes there. Its weights come last: without them it is a plan, with them it can run.

A gradient is that of one number, such as a class's logit, with respect to each value of a map. `backward`
turns the gradient at a layer's output into those at its inputs (Rumelhart, Hinton and Williams, Learning
representations by back-propagating errors, Nature 1986).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, TypeAlias

import numpy as np

from explorer.activations import ACTIVATIONS
from explorer.convolution import cores
from explorer.convolution.cores import Sides, Step
from explorer.convolution.layout import Array, axis_ends
from explorer.imagenet.engine.functions import FUNCTIONS

Shape: TypeAlias = tuple[int, ...]
"""Of a map, without the number of pictures: (H, W, C) or (numbers,)."""


@dataclass(frozen=True, eq=False)
class EngineLayer(ABC):
    """A layer; `kind` is the name of Keras's class, which is the record's without "Layer" at its end."""

    kind: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        cls.kind = cls.__name__ if cls.__name__ == "InputLayer" else cls.__name__.removesuffix("Layer")

    @abstractmethod
    def output_shape(self, *inputs: Shape) -> Shape:
        """Return the shape of the output for inputs of these shapes."""

    def variables(self, *inputs: Shape) -> dict[str, Shape]:
        """Name the weights, in Keras's order, with their shapes, for inputs of these shapes."""
        return {}

    @abstractmethod
    def forward(self, inputs: Sequence[Array]) -> Array:
        """Compute the output."""

    @abstractmethod
    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Turn the gradient at the output into one for each input."""


@dataclass(frozen=True, eq=False)
class WeightedLayer(EngineLayer):
    """A layer that has learned numbers: `weights`, by the names that `variables` gives."""

    weights: Mapping[str, Array] = field(default_factory=dict, kw_only=True, repr=False)

    @property
    def bias(self) -> Array | None:
        """What is added to each channel, (F,), where the layer adds something."""
        return self.weights.get("bias")


@dataclass(frozen=True, eq=False)
class InputLayer(EngineLayer):
    """The scaled pixels, (size, size, channels)."""

    size: int
    channels: int = 3

    def output_shape(self, *inputs: Shape) -> Shape:
        """As many pixels as the network takes."""
        return self.size, self.size, self.channels

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Hand the pixels on."""
        return inputs[0]

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Hand the gradient on."""
        return (gradient,)


@dataclass(frozen=True, eq=False)
class WindowLayer(WeightedLayer):
    """A layer whose windows slide over maps.

    Attributes:
        kernel_size: Rows and columns of the window, or one number for both.
        strides: Cells from one window to the next, down and across, or one number for both.
        padding: "valid", "same" as in TensorFlow, or the cells on each side.
        dilation_rate: Cells from one tap to the next, likewise; 1 wherever a stride is not.
    """

    kernel_size: int | Step
    strides: int | Step = 1
    padding: str | Sides = "valid"
    dilation_rate: int | Step = 1

    edge: ClassVar[float] = 0.0
    """What stands in the cells of padding."""

    @property
    def taps(self) -> Step:
        """Rows and columns of the window."""
        return as_step(self.kernel_size)

    @property
    def stride(self) -> Step:
        """Cells from one window to the next, down and across."""
        return as_step(self.strides)

    @property
    def dilation(self) -> Step:
        """Cells from one tap to the next, down and across."""
        return as_step(self.dilation_rate)

    @property
    def reach(self) -> Step:
        """Cells from the first tap to the last, down and across."""
        (rows, columns), (down, across) = self.taps, self.dilation
        return (rows - 1) * down + 1, (columns - 1) * across + 1

    def sides(self, shape: Shape) -> Sides:
        """Return the cells of padding around a map of shape (H, W, C)."""
        if not isinstance(self.padding, str):
            return self.padding
        return _sides(shape[:2], self.reach, self.stride, self.padding)

    def output_size(self, shape: Shape) -> Step:
        """Count the stops of the window on a map of shape (H, W, C)."""
        rows, columns = self.padded_size(shape)
        (high, wide), (down, across), (deep, broad) = self.taps, self.stride, self.dilation
        return cores.outputs(rows, high, down, deep), cores.outputs(columns, wide, across, broad)

    def padded_size(self, shape: Shape) -> Step:
        """Return rows and columns of a map of shape (H, W, C) with its padding."""
        (top, bottom), (left, right) = self.sides(shape)
        return top + shape[0] + bottom, left + shape[1] + right


def as_step(value: int | Step) -> Step:
    """Return a number for down and one for across, where one may stand for both.

    >>> as_step(2), as_step((1, 7))
    ((2, 2), (1, 7))
    """
    return (value, value) if isinstance(value, int) else value


@lru_cache(maxsize=1024)
def _sides(size: Shape, reach: Step, stride: Step, padding: str) -> Sides:
    down, across = (axis_ends(*axis, padding) for axis in zip(size, reach, stride, strict=True))
    return down, across


@dataclass(frozen=True, eq=False)
class Conv2DLayer(WindowLayer):
    """A convolution: `y[r, c, f] = b[f] + sum of k[i, j, m, f] x[s r + d i, s c + d j, m]` over i, j, m.

    Attributes:
        filters: Channels of the output.
        use_bias: Whether b is added.
        groups: In how many groups channels and filters are divided: a filter sees those of its own alone.
    """

    filters: int = field(kw_only=True)
    use_bias: bool = True
    groups: int = 1

    def output_shape(self, *inputs: Shape) -> Shape:
        """One channel for each filter."""
        return *self.output_size(inputs[0]), self.filters

    def variables(self, *inputs: Shape) -> dict[str, Shape]:
        """The kernel (kh, kw, C / groups, F) and the bias (F,)."""
        kernel = {"kernel": (*self.taps, inputs[0][2] // self.groups, self.filters)}
        return kernel | ({"bias": (self.filters,)} if self.use_bias else {})

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Multiply, add up and move on."""
        padded = cores.pad(inputs[0], self.sides(inputs[0].shape[1:]))
        kernel = self.weights["kernel"]
        if self.groups == 1:
            return added(cores.convolve(padded, kernel, self.stride, self.dilation), self.bias)
        parts = zip(self._parts(padded), self._parts(kernel), strict=True)
        sums = [cores.convolve(maps, part, self.stride, self.dilation) for maps, part in parts]
        return added(np.concatenate(sums, axis=-1), self.bias)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Give every input value the gradients of all that it went into, times its weight there."""
        shape = inputs[0].shape[1:]
        size, kernel = self.padded_size(shape), self.weights["kernel"]
        found = [
            cores.convolve_gradient(slopes, part, size, self.stride, self.dilation)
            for slopes, part in zip(self._parts(gradient), self._parts(kernel), strict=True)
        ]
        return (cores.crop(found[0] if self.groups == 1 else np.concatenate(found, -1), self.sides(shape)),)

    def _parts(self, values: Array) -> list[Array]:
        """The channels, or filters, of each group."""
        if self.groups == 1:
            return [values]
        return [np.ascontiguousarray(part) for part in np.split(values, self.groups, axis=-1)]


@dataclass(frozen=True, eq=False)
class DepthwiseConv2DLayer(WindowLayer):
    """A convolution of each channel by itself, with a kernel of its own.

    `y[r, c, m] = b[m] + sum of k[i, j, m] x[s r + d i, s c + d j, m]` over i and j. With a `depth_multiplier`
    of M each channel has M kernels, and what they make of it stands together.

    Attributes:
        use_bias: Whether b is added.
        depth_multiplier: How many kernels each channel has.
    """

    use_bias: bool = True
    depth_multiplier: int = 1

    def output_shape(self, *inputs: Shape) -> Shape:
        """A channel for each kernel."""
        return *self.output_size(inputs[0]), inputs[0][2] * self.depth_multiplier

    def variables(self, *inputs: Shape) -> dict[str, Shape]:
        """The kernel (kh, kw, C, M) and the bias (C M,)."""
        channels, many = inputs[0][2], self.depth_multiplier
        kernel = {"kernel": (*self.taps, channels, many)}
        return kernel | ({"bias": (channels * many,)} if self.use_bias else {})

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Multiply, add up and move on, in each channel."""
        return added(_each_channel(self, self.weights["kernel"], inputs[0]), self.bias)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """As of a convolution, in each channel."""
        return (_each_channel_back(self, self.weights["kernel"], gradient, inputs[0].shape[1:]),)


@dataclass(frozen=True, eq=False)
class SeparableConv2DLayer(WindowLayer):
    """A depthwise convolution and one of a single cell after it (Chollet, Xception, CVPR 2017).

    Attributes:
        filters: Channels of the output.
        use_bias: Whether a bias is added at last.
        depth_multiplier: How many kernels each channel has in the first of them.
    """

    filters: int = field(kw_only=True)
    use_bias: bool = True
    depth_multiplier: int = 1

    def output_shape(self, *inputs: Shape) -> Shape:
        """One channel for each filter."""
        return *self.output_size(inputs[0]), self.filters

    def variables(self, *inputs: Shape) -> dict[str, Shape]:
        """The kernel of each channel (kh, kw, C, M), that of all (1, 1, C M, F), and the bias (F,)."""
        channels, many = inputs[0][2], self.depth_multiplier
        kernels = {
            "depthwise_kernel": (*self.taps, channels, many),
            "pointwise_kernel": (1, 1, channels * many, self.filters),
        }
        return kernels | ({"bias": (self.filters,)} if self.use_bias else {})

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Each channel by itself, then all together."""
        middle = _each_channel(self, self.weights["depthwise_kernel"], inputs[0])
        return added(cores.convolve(middle, self.weights["pointwise_kernel"]), self.bias)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Back through both."""
        pointwise = self.weights["pointwise_kernel"].transpose(0, 1, 3, 2)
        middle = cores.convolve(gradient, pointwise)
        return (_each_channel_back(self, self.weights["depthwise_kernel"], middle, inputs[0].shape[1:]),)


def _each_channel(window: WindowLayer, kernel: Array, maps: Array) -> Array:
    """Convolve each channel of maps with its own kernels, (kh, kw, C, M)."""
    padded, many = cores.pad(maps, window.sides(maps.shape[1:])), kernel.shape[3]
    padded = padded.repeat(many, axis=-1) if many > 1 else padded
    flat = kernel.reshape(*kernel.shape[:2], -1)
    return cores.convolve_depthwise(padded, flat, window.stride, window.dilation)


def _each_channel_back(window: WindowLayer, kernel: Array, gradient: Array, shape: Shape) -> Array:
    """Turn the gradient at the output of `_each_channel` into that at maps of shape (H, W, C)."""
    flat, size = kernel.reshape(*kernel.shape[:2], -1), window.padded_size(shape)
    found = cores.convolve_depthwise_gradient(gradient, flat, size, window.stride, window.dilation)
    if kernel.shape[3] > 1:
        found = found.reshape(*found.shape[:3], *kernel.shape[2:]).sum(axis=-1)
    return cores.crop(found, window.sides(shape))


def added(sums: Array, bias: Array | None) -> Array:
    """Add a bias to sums that nobody else has yet."""
    if bias is not None:
        cores.add(sums, bias)
    return sums


@dataclass(frozen=True, eq=False)
class MaxPooling2DLayer(WindowLayer):
    """The greatest of each window; padding never wins."""

    edge: ClassVar[float] = -math.inf

    def output_shape(self, *inputs: Shape) -> Shape:
        """As many channels as go in."""
        return *self.output_size(inputs[0]), inputs[0][2]

    def _padded(self, maps: Array) -> Array:
        return cores.pad(maps, self.sides(maps.shape[1:]), self.edge)

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Compare and move on."""
        return cores.pool_max(self._padded(inputs[0]), self.taps, self.stride)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Give each gradient to the cell that won; among equals to the first in reading order."""
        padded = self._padded(inputs[0])
        found = cores.pool_max_gradient(gradient, padded, output, self.taps, self.stride)
        return (cores.crop(found, self.sides(inputs[0].shape[1:])),)


@dataclass(frozen=True, eq=False)
class AveragePooling2DLayer(WindowLayer):
    """The mean of each window; padding does not count."""

    def output_shape(self, *inputs: Shape) -> Shape:
        """As many channels as go in."""
        return *self.output_size(inputs[0]), inputs[0][2]

    def cells(self, shape: Shape) -> Array:
        """Count the cells of each window that are not padding, (H', W', 1), on a map of shape (H, W, C)."""
        found = cores.cells((shape[0], shape[1]), self.taps, self.stride, self.sides(shape))
        return found[:, :, np.newaxis]

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Add up, divide and move on."""
        shape = inputs[0].shape[1:]
        total = cores.pool_sum(cores.pad(inputs[0], self.sides(shape)), self.taps, self.stride)
        total /= self.cells(shape)
        return total

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Give each cell of a window its equal share."""
        shape = inputs[0].shape[1:]
        share, size = gradient / self.cells(shape), self.padded_size(shape)
        found = cores.pool_sum_gradient(share, size, self.taps, self.stride)
        return (cores.crop(found, self.sides(shape)),)


@dataclass(frozen=True, eq=False)
class ZeroPadding2DLayer(EngineLayer):
    """Zeros around a map: ((top, bottom), (left, right)) cells of `padding`."""

    padding: Sides

    def output_shape(self, *inputs: Shape) -> Shape:
        """The map and what is around it."""
        (top, bottom), (left, right) = self.padding
        return top + inputs[0][0] + bottom, left + inputs[0][1] + right, inputs[0][2]

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Put the zeros there."""
        return cores.pad(inputs[0], self.padding)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Leave the zeros' gradient out."""
        return (cores.crop(gradient, self.padding),)


@dataclass(frozen=True, eq=False)
class Cropping2DLayer(EngineLayer):
    """A map without its edges: ((top, bottom), (left, right)) cells of `cropping` are cut off."""

    cropping: Sides

    def output_shape(self, *inputs: Shape) -> Shape:
        """What is left."""
        (top, bottom), (left, right) = self.cropping
        return inputs[0][0] - top - bottom, inputs[0][1] - left - right, inputs[0][2]

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Cut the edges off."""
        return cores.crop(inputs[0], self.cropping)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Nothing comes back to what was cut off."""
        return (cores.pad(gradient, self.cropping),)


@dataclass(frozen=True, eq=False)
class SameShapeLayer(EngineLayer):
    """A layer whose output has the shape of its first input."""

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape of the first input."""
        return inputs[0]


@dataclass(frozen=True, eq=False)
class ActivationLayer(SameShapeLayer):
    """A function of `FUNCTIONS`, applied to each number, or the softmax, to all of a picture's."""

    activation: str

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Apply the function."""
        return FUNCTIONS[self.activation].apply(inputs[0])

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Multiply by its slope."""
        return (FUNCTIONS[self.activation].gradient(gradient, inputs[0], output),)


@dataclass(frozen=True, eq=False)
class ReLULayer(ActivationLayer):
    """The rectifier as a layer of its own, "relu" or "relu6"."""


@dataclass(frozen=True, eq=False)
class ShapedActivationLayer(SameShapeLayer):
    """A function of `ACTIVATIONS` that something besides x shapes, such as the slope of a leaky ReLU.

    Attributes:
        activation: Its name.
        parameters: What shapes it, by name.
    """

    activation: str
    parameters: Mapping[str, float]

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Apply the function."""
        found: Array = ACTIVATIONS[self.activation].function(inputs[0], **self.parameters)
        return found

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Multiply by its slope."""
        slope = ACTIVATIONS[self.activation].slope(inputs[0], **self.parameters)
        return (gradient * np.asarray(slope, gradient.dtype),)


@dataclass(frozen=True, eq=False)
class PReLULayer(SameShapeLayer, WeightedLayer):
    """`y = x` above 0 and `alpha x` below, with an alpha that was learned for each channel.

    (He and others, Delving Deep into Rectifiers, ICCV 2015.)

    Attributes:
        is_shared: Whether rows and columns share it, or each cell has one of its own.
    """

    is_shared: bool = True

    def variables(self, *inputs: Shape) -> dict[str, Shape]:
        """One slope a channel, or a cell."""
        return {"alpha": (*(1,) * (len(inputs[0]) - 1), inputs[0][-1]) if self.is_shared else inputs[0]}

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Multiply what is negative."""
        return np.where(inputs[0] > 0, inputs[0], self.weights["alpha"] * inputs[0])

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Multiply where the input was negative."""
        return (np.where(inputs[0] > 0, gradient, self.weights["alpha"] * gradient),)


@dataclass(frozen=True, eq=False)
class DropoutLayer(SameShapeLayer):
    """What leaves out values at random while a network is trained, and nothing afterwards."""

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Hand the map on."""
        return inputs[0]

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Hand the gradient on."""
        return (gradient,)


@dataclass(frozen=True, eq=False)
class BatchNormalizationLayer(SameShapeLayer, WeightedLayer):
    """Each channel less its mean, in units of its deviation, scaled and shifted, as learned.

    `y = gamma (x - mean) / sqrt(variance + epsilon) + beta` (Ioffe and Szegedy, Batch Normalization:
    Accelerating Deep Network Training by Reducing Internal Covariate Shift, ICML 2015).
    """

    epsilon: float
    center: bool = True
    scale: bool = True

    def variables(self, *inputs: Shape) -> dict[str, Shape]:
        """Four numbers a channel, less gamma without `scale` and beta without `center`."""
        learned = [name for name, there in (("gamma", self.scale), ("beta", self.center)) if there]
        return dict.fromkeys((*learned, "moving_mean", "moving_variance"), inputs[0][-1:])

    @property
    def factors(self) -> tuple[Array, Array]:
        """The scale and the shift of each channel: `y = scale x + shift`."""
        weights = {name: value.astype(np.float64) for name, value in self.weights.items()}
        scale = weights.get("gamma", 1.0) / np.sqrt(weights["moving_variance"] + self.epsilon)
        shift = weights.get("beta", 0.0) - scale * weights["moving_mean"]
        dtype = self.weights["moving_mean"].dtype
        return scale.astype(dtype), shift.astype(dtype)

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Scale and shift."""
        scale, shift = self.factors
        return added(inputs[0] * scale, shift)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Scale."""
        return (gradient * self.factors[0],)


@dataclass(frozen=True, eq=False)
class RescalingLayer(SameShapeLayer):
    """`y = scale x + offset`, with the same numbers for all values, or with some for each channel."""

    scale: float | tuple[float, ...] = 1.0
    offset: float | tuple[float, ...] = 0.0

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Scale and shift."""
        found: Array = inputs[0] * np.asarray(self.scale, inputs[0].dtype)
        found += np.asarray(self.offset, found.dtype)
        return found

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Scale."""
        return (gradient * np.asarray(self.scale, gradient.dtype),)


@dataclass(frozen=True, eq=False)
class FlipLayer(SameShapeLayer):
    """The channels in reverse order, as where red and blue change places."""

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Turn them round."""
        return np.ascontiguousarray(inputs[0][..., ::-1])

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Turn the gradient round."""
        return (np.ascontiguousarray(gradient[..., ::-1]),)


@dataclass(frozen=True, eq=False)
class NormalizationLayer(SameShapeLayer):
    """`y = (x - mean) / sqrt(variance)`, with fixed numbers for each channel."""

    mean: tuple[float, ...]
    variance: tuple[float, ...]

    def _deviation(self, maps: Array) -> Array:
        return np.sqrt(np.array(self.variance, maps.dtype))

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Shift and scale."""
        found: Array = inputs[0] - np.array(self.mean, inputs[0].dtype)
        found /= self._deviation(found)
        return found

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Scale."""
        return (gradient / self._deviation(gradient),)


@dataclass(frozen=True, eq=False)
class AddLayer(SameShapeLayer):
    """The sum of two or more maps."""

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Add."""
        found = inputs[0] + inputs[1]
        for maps in inputs[2:]:
            found += maps
        return found

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Hand the gradient on to each."""
        return (gradient,) * len(inputs)


@dataclass(frozen=True, eq=False)
class MultiplyLayer(SameShapeLayer):
    """The product of two maps, or of a map and a number for each channel, as in squeeze and excitation."""

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Multiply."""
        return inputs[0] * inputs[1]

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Give each the gradient times the other, added up over the cells that it met."""
        maps, factors = inputs
        slopes = gradient * maps
        if factors.shape != maps.shape:
            slopes = slopes.sum(axis=(1, 2), keepdims=True)
        return gradient * factors, slopes


@dataclass(frozen=True, eq=False)
class ConcatenateLayer(EngineLayer):
    """The channels of several maps, one after the other."""

    def output_shape(self, *inputs: Shape) -> Shape:
        """All channels."""
        return *inputs[0][:-1], sum(shape[-1] for shape in inputs)

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Put them together."""
        return np.concatenate(inputs, axis=-1)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Deal the gradient out."""
        ends = np.cumsum([maps.shape[-1] for maps in inputs])
        return np.split(gradient, ends[:-1].tolist(), axis=-1)


@dataclass(frozen=True, eq=False)
class GlobalAveragePooling2DLayer(EngineLayer):
    """The mean of each channel; with `keepdims` as a map of a single cell."""

    keepdims: bool = False

    def output_shape(self, *inputs: Shape) -> Shape:
        """One number a channel."""
        return (1, 1, inputs[0][2]) if self.keepdims else inputs[0][2:]

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Add up and divide."""
        found: Array = inputs[0].mean(axis=(1, 2), keepdims=self.keepdims)
        return found

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Give each cell its equal share."""
        pictures, height, width, channels = inputs[0].shape
        share = gradient.reshape(pictures, 1, 1, channels) / (height * width)
        return (np.broadcast_to(share, inputs[0].shape),)


@dataclass(frozen=True, eq=False)
class GlobalMaxPooling2DLayer(EngineLayer):
    """The greatest value of each channel; with `keepdims` as a map of a single cell."""

    keepdims: bool = False

    def output_shape(self, *inputs: Shape) -> Shape:
        """One number a channel."""
        return (1, 1, inputs[0][2]) if self.keepdims else inputs[0][2:]

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Compare."""
        found: Array = inputs[0].max(axis=(1, 2), keepdims=self.keepdims)
        return found

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Give the gradient to the cells that won, in equal shares, as TensorFlow does."""
        pictures, _, _, channels = inputs[0].shape
        greatest, slopes = (each.reshape(pictures, 1, 1, channels) for each in (output, gradient))
        won = inputs[0] == greatest
        return (np.where(won, slopes / won.sum(axis=(1, 2), keepdims=True), np.float32(0)),)


@dataclass(frozen=True, eq=False)
class ReshapeLayer(EngineLayer):
    """The same numbers in another shape."""

    target_shape: Shape

    def output_shape(self, *inputs: Shape) -> Shape:
        """The new shape."""
        return self.target_shape

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Reshape."""
        return inputs[0].reshape(len(inputs[0]), *self.target_shape)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Shape the gradient as the input was."""
        return (gradient.reshape(inputs[0].shape),)


@dataclass(frozen=True, eq=False)
class FlattenLayer(EngineLayer):
    """The numbers of a map in one row, channel by channel, column by column, row by row."""

    def output_shape(self, *inputs: Shape) -> Shape:
        """One row."""
        return (math.prod(inputs[0]),)

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Reshape."""
        return inputs[0].reshape(len(inputs[0]), -1)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Shape the gradient as the input was."""
        return (gradient.reshape(inputs[0].shape),)


@dataclass(frozen=True, eq=False)
class DenseLayer(WeightedLayer):
    """`y = x W + b`, with W (numbers in, units) and b (units,).

    Attributes:
        units: How many numbers come out.
        use_bias: Whether b is added.
    """

    units: int
    use_bias: bool = True

    def output_shape(self, *inputs: Shape) -> Shape:
        """One number a unit."""
        return (self.units,)

    def variables(self, *inputs: Shape) -> dict[str, Shape]:
        """The kernel and the bias."""
        kernel = {"kernel": (inputs[0][0], self.units)}
        return kernel | ({"bias": (self.units,)} if self.use_bias else {})

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Multiply and add up."""
        return added(cores.multiply(inputs[0], self.weights["kernel"]), self.bias)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Multiply by the weights the other way."""
        return (cores.multiply(gradient, self.weights["kernel"].T),)


@dataclass(frozen=True, eq=False)
class TwoClassesLayer(EngineLayer):
    """The logits (0, z) of two classes, of the one number z that a sigmoid takes.

    The softmax of these is (1 - sigmoid(z), sigmoid(z)): a sigmoid is the softmax of two classes.
    """

    def output_shape(self, *inputs: Shape) -> Shape:
        """Two numbers."""
        return (2,)

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Put a 0 before the number."""
        row = inputs[0].reshape(len(inputs[0]), 1)
        return np.concatenate([np.zeros_like(row), row], axis=1)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Leave the gradient of the 0 out."""
        return (gradient[:, 1:].reshape(inputs[0].shape),)
