"""Layers that no network of `NETWORKS` has, for models that are brought along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from explorer.convolution import cores
from explorer.convolution.cores import Sides, Step
from explorer.convolution.layout import Array
from explorer.imagenet.engine.layers import EngineLayer, SameShapeLayer, Shape, WeightedLayer, added, as_step


@dataclass(frozen=True, eq=False)
class LayerNormalizationLayer(SameShapeLayer, WeightedLayer):
    """The channels of each cell less their mean, in units of their deviation, scaled and shifted, as learned.

    `y = gamma (x - mean) / sqrt(variance + epsilon) + beta` (Ba, Kiros and Hinton, Layer Normalization,
    2016).
    """

    epsilon: float
    center: bool = True
    scale: bool = True

    def variables(self, *inputs: Shape) -> dict[str, Shape]:
        """Two numbers a channel, less gamma without `scale` and beta without `center`."""
        learned = [name for name, there in (("gamma", self.scale), ("beta", self.center)) if there]
        return dict.fromkeys(learned, inputs[0][-1:])

    def _standardised(self, maps: Array) -> tuple[Array, Array]:
        """The channels of each cell with a mean of 0 and a variance of 1, and what they were divided by."""
        centred = maps - maps.mean(axis=-1, keepdims=True)
        epsilon = np.asarray(self.epsilon, maps.dtype)
        deviation = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + epsilon)
        return centred / deviation, deviation

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Standardise, scale and shift."""
        found, _ = self._standardised(inputs[0])
        if self.scale:
            found = found * self.weights["gamma"]
        return found + self.weights["beta"] if self.center else found

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Scale, less what changes the mean and the deviation of a cell alone."""
        found, deviation = self._standardised(inputs[0])
        slopes = gradient * self.weights["gamma"] if self.scale else gradient
        along = (slopes * found).mean(axis=-1, keepdims=True)
        return ((slopes - slopes.mean(axis=-1, keepdims=True) - found * along) / deviation,)


@dataclass(frozen=True, eq=False)
class Conv2DTransposeLayer(WeightedLayer):
    """A convolution the other way round, which makes maps larger: forward it is a convolution's gradient.

    Attributes:
        kernel_size: Rows and columns of the kernel, or one number for both.
        strides: Cells from one share of the output to the next, down and across, or one number for both.
        padding: "valid", or "same" for `strides` times as many rows and columns.
        filters: Channels of the output.
        use_bias: Whether a bias is added.
    """

    kernel_size: int | Step
    strides: int | Step = 1
    padding: str = "valid"
    filters: int = field(kw_only=True)
    use_bias: bool = True

    def output_shape(self, *inputs: Shape) -> Shape:
        """At least `strides` times as many rows and columns."""
        rows, columns = (end - start for start, end, _ in self.ends(inputs[0]))
        return rows, columns, self.filters

    def variables(self, *inputs: Shape) -> dict[str, Shape]:
        """The kernel (kh, kw, F, C) and the bias (F,)."""
        kernel = {"kernel": (*as_step(self.kernel_size), self.filters, inputs[0][2])}
        return kernel | ({"bias": (self.filters,)} if self.use_bias else {})

    def ends(self, shape: Shape) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        """Where the output begins and ends in what all shares make, and how long that is: down, across."""
        found = []
        for cells, taps, stride in zip(shape, as_step(self.kernel_size), as_step(self.strides), strict=False):
            more = max(taps - stride, 0)
            before = more // 2 if self.padding == "same" else 0
            end = before + cells * stride + (0 if self.padding == "same" else more)
            found.append((before, end, max((cells - 1) * stride + taps, end)))
        return found[0], found[1]

    def onnx_padding(self, shape: Shape) -> list[int]:
        """Cells that ONNX cuts off above, left, below and right, and those that it adds below and right."""
        ends = self.ends(shape)
        made = [
            (cells - 1) * stride + taps
            for cells, stride, taps in zip(
                shape, as_step(self.strides), as_step(self.kernel_size), strict=False
            )
        ]
        after = [least - end for (_, end, _), least in zip(ends, made, strict=True)]
        starts = [start for start, _, _ in ends]
        return [*starts, *(max(cells, 0) for cells in after), *(max(-cells, 0) for cells in after)]

    def _sides(self, shape: Shape) -> Sides:
        (top, bottom, rows), (left, right, columns) = self.ends(shape)
        return (top, rows - bottom), (left, columns - right)

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Give every output cell what falls into it."""
        shape = inputs[0].shape[1:]
        size = self.ends(shape)[0][2], self.ends(shape)[1][2]
        whole = cores.convolve_gradient(inputs[0], self.weights["kernel"], size, as_step(self.strides))
        return added(np.ascontiguousarray(cores.crop(whole, self._sides(shape))), self.bias)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Convolve."""
        padded = cores.pad(gradient, self._sides(inputs[0].shape[1:]))
        return (cores.convolve(padded, self.weights["kernel"], as_step(self.strides)),)


@dataclass(frozen=True, eq=False)
class UpSampling2DLayer(EngineLayer):
    """Every cell repeated, `size` times down and across, or one number for both."""

    size: int | Step = 2

    def output_shape(self, *inputs: Shape) -> Shape:
        """So many times more rows and columns."""
        down, across = as_step(self.size)
        return inputs[0][0] * down, inputs[0][1] * across, inputs[0][2]

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Repeat."""
        down, across = as_step(self.size)
        return inputs[0].repeat(down, axis=1).repeat(across, axis=2)

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Add up what comes back to all copies of a cell."""
        down, across = as_step(self.size)
        pictures, rows, columns, channels = inputs[0].shape
        return (gradient.reshape(pictures, rows, down, columns, across, channels).sum(axis=(2, 4)),)
