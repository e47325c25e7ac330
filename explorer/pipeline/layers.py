"""The blocks as layers that learn: what each makes of a batch of maps, and the gradient's way back.

They are the layers of trained networks (`explorer.imagenet.engine.layers`) and two that those networks lack.
A batch of maps is (n, H, W, C); a row of numbers is (n, 1, 1, numbers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from explorer.activations import ACTIVATIONS
from explorer.convolution import cores
from explorer.convolution.cores import Sides, Step
from explorer.convolution.layout import Array
from explorer.errors import ExplorerError
from explorer.imagenet.engine.functions import FUNCTIONS
from explorer.imagenet.engine.layers import (
    ActivationLayer,
    AveragePooling2DLayer,
    Conv2DLayer,
    EngineLayer,
    GlobalAveragePooling2DLayer,
    GlobalMaxPooling2DLayer,
    MaxPooling2DLayer,
    RescalingLayer,
    ReshapeLayer,
    SameShapeLayer,
    ShapedActivationLayer,
)
from explorer.imagenet.engine.layers import Shape as AnyShape
from explorer.pipeline.answers import FlattenBlock, SoftmaxBlock
from explorer.pipeline.blocks import (
    EPSILON,
    ActivationBlock,
    Block,
    NormalisationBlock,
    PoolingBlock,
    Shape,
    UpsamplingBlock,
    WeightedBlock,
)


@dataclass(frozen=True, eq=False)
class LearningLayer(Conv2DLayer):
    """The sums of a convolution, or of a dense layer, which is one of a single cell; its weights can learn.

    Attributes:
        block: Says how the window slides; its own weights are where learning starts.
    """

    block: WeightedBlock = field(kw_only=True)

    @property
    def taps(self) -> Step:
        """Rows and columns of the window, which need not be as many."""
        return self.block.window

    @property
    def stride(self) -> Step:
        """Cells from one window to the next, down and across."""
        return self.block.steps

    @property
    def dilation(self) -> Step:
        """Cells from one tap to the next, down and across."""
        return self.block.dilation_rate, self.block.dilation_rate

    def sides(self, shape: AnyShape) -> Sides:
        """Return the cells of padding around a map of shape (H, W, C)."""
        return self.block.pads(shape)

    def output_size(self, shape: AnyShape) -> Step:
        """Count the stops of the window on a map of shape (H, W, C)."""
        rows, columns, _ = self.block.output_shape(shape)
        return rows, columns

    def slopes(self, gradient: Array, inputs: Sequence[Array]) -> tuple[Array, Array]:
        """Turn the gradient at the output into those at the kernel (kh, kw, C, F) and the bias (F,)."""
        padded = cores.pad(inputs[0], self.sides(inputs[0].shape[1:]))
        kernel = cores.convolve_kernel_gradient(gradient, padded, self.taps, self.stride, self.dilation)
        flat = gradient.reshape(-1, self.filters)
        return kernel, np.ones(len(flat), flat.dtype) @ flat  # quicker than a sum over so long an axis


@dataclass(frozen=True, eq=False)
class GroupNormalizationLayer(SameShapeLayer):
    """`y = (x - mean) / sqrt(variance + epsilon)`, with mean and variance of each picture's own maps.

    Attributes:
        each: Whether they are those of each map by itself, or of all maps together.
    """

    each: bool

    @property
    def _axes(self) -> tuple[int, ...]:
        return (1, 2) if self.each else (1, 2, 3)

    def _inverse(self, maps: Array) -> Array:
        """1 / sqrt(variance + epsilon)."""
        variance = maps.var(axis=self._axes, keepdims=True, dtype=np.float64)
        return np.asarray(1 / np.sqrt(variance + EPSILON), maps.dtype)

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Take the mean off, and divide."""
        maps = inputs[0]
        mean = maps.mean(axis=self._axes, keepdims=True, dtype=np.float64).astype(maps.dtype)
        return np.asarray((maps - mean) * self._inverse(maps))

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Take off what moves the mean and the variance alone."""
        mean = gradient.mean(axis=self._axes, keepdims=True)
        along = (gradient * output).mean(axis=self._axes, keepdims=True)
        return (np.asarray((gradient - mean - output * along) * self._inverse(inputs[0])),)


@dataclass(frozen=True, eq=False)
class UpSampling2DLayer(EngineLayer):
    """Each map `size` times as high and wide: every new cell is a mixture of old ones."""

    block: UpsamplingBlock

    def output_shape(self, *inputs: AnyShape) -> AnyShape:
        """So many times the rows and columns."""
        rows, columns, maps = inputs[0]
        return self.block.output_shape((rows, columns, maps))

    def _shares(self, shape: AnyShape) -> tuple[Array, Array]:
        return _shares(self.block, shape[0]), _shares(self.block, shape[1])

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Mix down, then across."""
        down, across = self._shares(inputs[0].shape[1:])
        return np.asarray(np.einsum("ir,nrcm,jc->nijm", down, inputs[0], across, optimize=True))

    def backward(self, gradient: Array, inputs: Sequence[Array], output: Array) -> Sequence[Array]:
        """Give each cell its shares of the gradients."""
        down, across = self._shares(inputs[0].shape[1:])
        return (np.einsum("ir,nijm,jc->nrcm", down, gradient, across, optimize=True),)


@lru_cache(maxsize=32)
def _shares(block: UpsamplingBlock, size: int) -> Array:
    """How much of each cell along an axis is in each new one, (size * factor, size)."""
    shares = np.zeros((size * block.size, size), np.float32)
    for cell, row in enumerate(shares):
        cells, parts = block.mixture(cell, size)
        row[cells] = parts
    return shares


def layers_of(block: Block, shape: Shape) -> list[EngineLayer]:
    """Return the layers of a block on maps of a shape (H, W, C): its own, and one that scales its maps.

    Raises:
        ExplorerError: If there is no layer for the block.
    """
    factors = block.factors(block.output_shape(shape)[2])
    scaled: list[EngineLayer] = [] if factors is None else [RescalingLayer(scale=tuple(factors.tolist()))]
    return [_layer(block, shape), *scaled]


def _layer(block: Block, shape: Shape) -> EngineLayer:
    match block:
        case WeightedBlock():
            weights = {"kernel": block.weights(shape[2]), "bias": block.biases}
            return LearningLayer(max(block.window), filters=block.filters, block=block, weights=weights)
        case ActivationBlock(activation=name) if name in FUNCTIONS:
            return ActivationLayer(name)
        case ActivationBlock(activation=name):
            return ShapedActivationLayer(name, ACTIVATIONS[name].values())
        case PoolingBlock(is_global=True):
            globals_ = {"max": GlobalMaxPooling2DLayer, "average": GlobalAveragePooling2DLayer}
            return globals_[block.operation](keepdims=True)
        case PoolingBlock():
            windows = {"max": MaxPooling2DLayer, "average": AveragePooling2DLayer}
            return windows[block.operation](block.pool_size, block.strides, block.padding)
        case NormalisationBlock():
            return GroupNormalizationLayer(block.over == "map")
        case UpsamplingBlock():
            return UpSampling2DLayer(block)
        case FlattenBlock():
            return ReshapeLayer(block.output_shape(shape))
        case SoftmaxBlock():
            return ActivationLayer("softmax")
    raise ExplorerError(f"A block {block.kind!r} does not learn yet; take it out to train the others.")
