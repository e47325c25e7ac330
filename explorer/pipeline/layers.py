"""The blocks as layers that learn: what each makes of a batch of maps, and the gradient's way back.

A batch of maps is (C, H, W, n), its n pictures last, and a row of numbers is (numbers, 1, 1, n). NumPy then
works along runs of pictures, where channels last, as elsewhere, give it runs of a few channels alone: a step
of training takes half the time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product

import numpy as np

from explorer.activations import ACTIVATIONS
from explorer.activations.functions import plain_softmax
from explorer.convolution import cores
from explorer.convolution.cores import Sides
from explorer.convolution.layout import Array
from explorer.errors import ExplorerError
from explorer.imagenet.engine.functions import FUNCTIONS
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
    WindowBlock,
)

# OpenBLAS shares larger products out among the cores, whose threads then wait for one another.
_ONE_CORE_PRODUCTS = 1 << 18


class LearningLayer(ABC):
    """What a block, or a part of it, does to a batch."""

    @abstractmethod
    def forward(self, x: Array) -> Array:
        """Compute its maps."""

    @abstractmethod
    def backward(self, gradient: Array, x: Array, output: Array) -> Array:
        """Turn the gradient at its maps into that at those that came in."""


@dataclass(frozen=True, eq=False)
class _Window(LearningLayer):
    """A layer that slides a window over maps of a shape (H, W, C)."""

    block: WindowBlock
    shape: Shape

    @cached_property
    def _pads(self) -> Sides:
        return self.block.pads(self.shape)

    @cached_property
    def _size(self) -> tuple[int, int]:
        """Rows and columns of what it makes."""
        rows, columns, _ = self.block.output_shape(self.shape)
        return rows, columns

    def _padded(self, x: Array, value: float = 0.0) -> Array:
        (top, bottom), (left, right) = self._pads
        if not (top or bottom or left or right):
            return x
        channels, rows, columns, pictures = x.shape
        padded = np.full((channels, top + rows + bottom, left + columns + right, pictures), value, x.dtype)
        padded[:, top : top + rows, left : left + columns] = x
        return padded

    def _inside(self, padded: Array) -> Array:
        """Cut the padding off again."""
        (top, _), (left, _) = self._pads
        return padded[:, top : top + self.shape[0], left : left + self.shape[1]]

    @cached_property
    def _taps(self) -> list[tuple[tuple[int, int], tuple[slice, slice, slice]]]:
        """Each tap of the window in reading order, with what it reads of all padded maps."""
        (rows, columns), gap = self._size, self.block.dilation_rate
        down, across = self.block.steps
        found = []
        for i, j in product(*map(range, self.block.window)):
            vertical = slice(i * gap, i * gap + (rows - 1) * down + 1, down)
            horizontal = slice(j * gap, j * gap + (columns - 1) * across + 1, across)
            found.append(((i, j), (slice(None), vertical, horizontal)))
        return found


@dataclass(frozen=True, eq=False)
class SummingLayer(_Window):
    """The sums of a convolution, or of a dense layer, which is one of a single cell.

    Attributes:
        block: Says how the window slides.
        kernel: (kh, kw, Cin, Cout), whose numbers may change.
        bias: (Cout,), likewise.
    """

    block: WeightedBlock
    kernel: Array
    bias: Array

    def read(self, x: Array) -> Array:
        """Lay out what every weight is multiplied with: (Cin, kh, kw, H', W', n)."""
        padded = self._padded(x)
        found = np.empty((len(x), *self.block.window, *self._size, x.shape[3]), x.dtype)
        for (i, j), place in self._taps:
            found[:, i, j] = padded[place]
        return found

    def _matrix(self) -> Array:
        return np.ascontiguousarray(self.kernel.transpose(3, 2, 0, 1)).reshape(len(self.bias), -1)

    def forward(self, x: Array) -> Array:
        """Multiply and add up."""
        read, matrix = self.read(x), self._matrix()
        made = _multiplied(matrix, read.reshape(matrix.shape[1], -1))
        made += self.bias[:, np.newaxis]
        return made.reshape(-1, *read.shape[3:])

    def backward(self, gradient: Array, x: Array, output: Array) -> Array:
        """Give every input the gradients of all that it went into, times its weight there."""
        matrix = np.ascontiguousarray(self._matrix().T)
        shares = _multiplied(matrix, gradient.reshape(len(gradient), -1))
        parts = shares.reshape(len(x), *self.block.window, *gradient.shape[1:])
        whole = np.zeros_like(self._padded(x))
        for (i, j), place in self._taps:
            whole[place] += parts[:, i, j]
        return self._inside(whole)

    def slopes(self, gradient: Array, x: Array) -> tuple[Array, Array]:
        """Turn the gradient at the output into those at the kernel and the bias."""
        read, flat = self.read(x), gradient.reshape(len(gradient), -1)
        found = _gathered(flat, read.reshape(-1, flat.shape[1]))
        taps = found.reshape(len(flat), *read.shape[:3])  # (Cout, Cin, kh, kw)
        return taps.transpose(2, 3, 1, 0), flat.sum(axis=1)


def _multiplied(matrix: Array, columns: Array) -> Array:
    """Return the product of (m, k) and (k, many), in pieces that are computed on one core."""
    many = columns.shape[1]
    output = np.empty((len(matrix), many), columns.dtype)
    size = min(many, max(1, _ONE_CORE_PRODUCTS // matrix.size))
    whole = many // size * size
    pieces, made = (each[:, :whole].reshape(len(each), -1, size).swapaxes(0, 1) for each in (columns, output))
    np.matmul(matrix, pieces, out=made)
    np.matmul(matrix, columns[:, whole:], out=output[:, whole:])
    return output


def _gathered(rows: Array, columns: Array) -> Array:
    """Return the product of (m, many) and the transpose of (k, many), likewise."""
    many = rows.shape[1]
    size = min(many, max(1, _ONE_CORE_PRODUCTS // (len(rows) * len(columns))))
    whole = many // size * size
    left, right = (each[:, :whole].reshape(len(each), -1, size) for each in (rows, columns))
    total: Array = np.matmul(left.swapaxes(0, 1), right.transpose(1, 2, 0)).sum(axis=0)
    return total + rows[:, whole:] @ columns[:, whole:].T


@dataclass(frozen=True, eq=False)
class _MaxPooling(_Window):
    """The largest number of each window; padding never wins."""

    def forward(self, x: Array) -> Array:
        """Compare and move on."""
        padded = self._padded(x, -np.inf)
        first, *others = (padded[place] for _, place in self._taps)
        best = first.copy()
        for each in others:
            np.maximum(best, each, out=best)
        return best

    def backward(self, gradient: Array, x: Array, output: Array) -> Array:
        """Give each gradient to the cell that won; among equals to the first in reading order."""
        padded, waiting = self._padded(x, -np.inf), np.ones(output.shape, bool)
        whole = np.zeros_like(padded)
        is_apart = all(step >= taps for step, taps in zip(self.block.steps, self.block.window, strict=True))
        for _, place in self._taps:
            wins = padded[place] == output
            wins &= waiting
            waiting ^= wins
            if is_apart:
                np.multiply(gradient, wins, out=whole[place])
            else:
                whole[place] += gradient * wins
        return self._inside(whole)


@dataclass(frozen=True, eq=False)
class _AveragePooling(_Window):
    """The mean of each window; padding does not count."""

    @cached_property
    def _cells(self) -> Array:
        """Count the cells of each window that are not padding, (H', W', 1)."""
        counts = cores.cells(self.shape[:2], self.block.window, self.block.steps, self._pads)
        return counts[..., np.newaxis]

    def forward(self, x: Array) -> Array:
        """Add up, divide and move on."""
        padded = self._padded(x)
        first, *others = (padded[place] for _, place in self._taps)
        total = first.copy()
        for each in others:
            total += each
        total /= self._cells
        return total

    def backward(self, gradient: Array, x: Array, output: Array) -> Array:
        """Give each cell of a window its equal share."""
        share, whole = gradient / self._cells, np.zeros_like(self._padded(x))
        for _, place in self._taps:
            whole[place] += share
        return self._inside(whole)


class _GlobalMax(LearningLayer):
    """The largest number of each map."""

    def forward(self, x: Array) -> Array:
        """Compare."""
        return np.asarray(x.max(axis=(1, 2), keepdims=True))

    def backward(self, gradient: Array, x: Array, output: Array) -> Array:
        """Give the gradient to the cells that won, in equal shares, as TensorFlow does."""
        won = x == output
        return np.where(won, gradient / won.sum(axis=(1, 2), keepdims=True), np.float32(0)).astype(x.dtype)


class _GlobalAverage(LearningLayer):
    """The mean of each map."""

    def forward(self, x: Array) -> Array:
        """Add up and divide."""
        return np.asarray(x.mean(axis=(1, 2), keepdims=True))

    def backward(self, gradient: Array, x: Array, output: Array) -> Array:
        """Give each cell its equal share."""
        return np.broadcast_to(gradient / np.float32(x.shape[1] * x.shape[2]), x.shape)


@dataclass(frozen=True)
class _Activated(LearningLayer):
    """A function of `ACTIVATIONS` on every number, its parameters at their defaults."""

    name: str

    def forward(self, x: Array) -> Array:
        """Apply the function."""
        if self.name in FUNCTIONS:
            return FUNCTIONS[self.name].apply(x)
        return np.asarray(ACTIVATIONS[self.name].function(x, **ACTIVATIONS[self.name].values()))

    def backward(self, gradient: Array, x: Array, output: Array) -> Array:
        """Multiply by its slope."""
        if self.name in FUNCTIONS:
            return FUNCTIONS[self.name].gradient(gradient, x, output)
        return np.asarray(gradient * ACTIVATIONS[self.name].slope(x, **ACTIVATIONS[self.name].values()))


class _Softmax(LearningLayer):
    """The softmax over the maps at each cell."""

    def forward(self, x: Array) -> Array:
        """Compute e to the power of each, and divide by their sum."""
        return plain_softmax(x, axis=0)

    def backward(self, gradient: Array, x: Array, output: Array) -> Array:
        """Take off what moves all of them alike."""
        return np.asarray(output * (gradient - (gradient * output).sum(axis=0, keepdims=True)))


@dataclass(frozen=True)
class _Normalised(LearningLayer):
    """`y = (x - mean) / sqrt(variance + epsilon)`, with mean and variance over some axes of each picture."""

    axes: tuple[int, ...]

    def _inverse(self, x: Array) -> Array:
        """1 / sqrt(variance + epsilon)."""
        variance = x.var(axis=self.axes, keepdims=True, dtype=np.float64)
        return np.asarray(1 / np.sqrt(variance + EPSILON), x.dtype)

    def forward(self, x: Array) -> Array:
        """Take the mean off, and divide."""
        mean = x.mean(axis=self.axes, keepdims=True, dtype=np.float64).astype(x.dtype)
        return np.asarray((x - mean) * self._inverse(x))

    def backward(self, gradient: Array, x: Array, output: Array) -> Array:
        """Take off what moves the mean and the variance alone."""
        mean = gradient.mean(axis=self.axes, keepdims=True)
        along = (gradient * output).mean(axis=self.axes, keepdims=True)
        return np.asarray((gradient - mean - output * along) * self._inverse(x))


@dataclass(frozen=True)
class _Upsampled(LearningLayer):
    """Each map `size` times as high and wide: every new cell is a mixture of old ones."""

    block: UpsamplingBlock

    def _shares(self, x: Array) -> tuple[Array, Array]:
        return _shares(self.block, x.shape[1]), _shares(self.block, x.shape[2])

    def forward(self, x: Array) -> Array:
        """Mix down, then across."""
        down, across = self._shares(x)
        return np.asarray(np.einsum("ir,crsn,js->cijn", down, x, across, optimize=True))

    def backward(self, gradient: Array, x: Array, output: Array) -> Array:
        """Give each cell its shares of the gradients."""
        down, across = self._shares(x)
        return np.asarray(np.einsum("ir,cijn,js->crsn", down, gradient, across, optimize=True))


@lru_cache(maxsize=32)
def _shares(block: UpsamplingBlock, size: int) -> Array:
    """How much of each cell along an axis is in each new one, (size * factor, size)."""
    shares = np.zeros((size * block.size, size), np.float32)
    for cell, row in enumerate(shares):
        cells, parts = block.mixture(cell, size)
        row[cells] = parts
    return shares


class _Flattened(LearningLayer):
    """All numbers in one row: row by row, column by column, and cell by cell map by map."""

    def forward(self, x: Array) -> Array:
        """Lay the numbers out."""
        return x.transpose(1, 2, 0, 3).reshape(-1, 1, 1, x.shape[3])

    def backward(self, gradient: Array, x: Array, output: Array) -> Array:
        """Put the gradients where the numbers were."""
        channels, rows, columns, pictures = x.shape
        return np.ascontiguousarray(gradient.reshape(rows, columns, channels, pictures).transpose(2, 0, 1, 3))


@dataclass(frozen=True, eq=False)
class _Scaled(LearningLayer):
    """A factor for each map."""

    factors: Array

    def forward(self, x: Array) -> Array:
        """Scale."""
        return np.asarray(x * self.factors[:, np.newaxis, np.newaxis, np.newaxis])

    def backward(self, gradient: Array, x: Array, output: Array) -> Array:
        """Scale."""
        return self.forward(gradient)


def layers_of(block: Block, shape: Shape) -> list[LearningLayer]:
    """Return the layers of a block on maps of a shape (H, W, C): its own, and one that scales its maps.

    Raises:
        ExplorerError: If there is no layer for the block.
    """
    factors = block.factors(block.output_shape(shape)[2])
    return [_layer(block, shape), *([] if factors is None else [_Scaled(factors)])]


def _layer(block: Block, shape: Shape) -> LearningLayer:
    match block:
        case WeightedBlock():
            return SummingLayer(block, shape, block.weights(shape[2]), block.biases)
        case ActivationBlock(activation=name):
            return _Activated(name)
        case PoolingBlock(is_global=True):
            return _GlobalMax() if block.operation == "max" else _GlobalAverage()
        case PoolingBlock():
            return (_MaxPooling if block.operation == "max" else _AveragePooling)(block, shape)
        case NormalisationBlock():
            return _Normalised((1, 2) if block.over == "map" else (0, 1, 2))
        case UpsamplingBlock():
            return _Upsampled(block)
        case FlattenBlock():
            return _Flattened()
        case SoftmaxBlock():
            return _Softmax()
    raise ExplorerError(f"A block {block.kind!r} does not learn yet; take it out to train the others.")
