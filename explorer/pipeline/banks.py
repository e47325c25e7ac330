"""Banks of kernels: chosen by name, written by hand, drawn at random, or learned."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from explorer.convolution.experiments import Array
from explorer.convolution.kernels import KERNELS, title_of


@dataclass(frozen=True)
class Named:
    """A kernel of `KERNELS` at a size (rows, columns), with all its arguments."""

    name: str
    size: tuple[int, int]
    arguments: tuple[tuple[str, float], ...] = ()

    @property
    def title(self) -> str:
        """The field's name for it."""
        return KERNELS[self.name].title

    def weights(self) -> Array:
        """Make the kernel, float32 (rows, columns)."""
        return KERNELS[self.name].make(self.size, **dict(self.arguments))


@dataclass(frozen=True)
class Own:
    """A kernel of one's own, row by row; each number is the shortest that reads back as its float32."""

    rows: tuple[tuple[float, ...], ...]

    @property
    def title(self) -> str:
        """The name of the kernel that has these weights, if there is one."""
        return _own_title(self.rows)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])

    def weights(self) -> Array:
        """Return the kernel, float32 (rows, columns)."""
        return np.array(self.rows, np.float32)


@dataclass(frozen=True)
class Random:
    """A bank of random kernels, each with its own weights for every input map, as a network starts out.

    Drawn from a normal distribution with standard deviation sqrt(2 / (kh * kw * Cin)) (K. He, X. Zhang,
    S. Ren, J. Sun, Delving deep into rectifiers, ICCV 2015). A kernel stays as it is when others are added
    after it, and when other blocks change as long as it gets as many maps.
    """

    filters: int = 8
    kernel_size: int = 3
    seed: int = 0


@dataclass(frozen=True)
class Learned:
    """Weights that a training came to: kernels (kh, kw, Cin, Cout), or a dense layer's (inputs, units).

    They are kept as bytes, so that blocks can be compared and looked up whatever they were made with.
    """

    shape: tuple[int, ...]
    data: bytes = field(repr=False)

    @classmethod
    def of(cls, weights: ArrayLike) -> Learned:
        """Keep weights.

        Example:
            >>> Learned.of([[1, 2, 3]]).weights().tolist()
            [[1.0, 2.0, 3.0]]
        """
        array = np.ascontiguousarray(weights, np.float32)
        return cls(array.shape, array.tobytes())

    def weights(self) -> Array:
        """Return the weights, float32, read-only."""
        return np.frombuffer(self.data, np.float32).reshape(self.shape)


Entry = Named | Own


@lru_cache(maxsize=256)  # while a weight of one kernel is dragged, the others keep theirs
def _own_title(rows: tuple[tuple[float, ...], ...]) -> str:
    return title_of(rows) or "own weights"


Bank = tuple[Entry, ...] | Random | Learned


@lru_cache(maxsize=64)
def bank_kernels(bank: tuple[Entry, ...]) -> Array:
    """Lay the kernels of a bank in a stack, float32 (kh, kw, filters), read-only.

    A kernel smaller than the largest stands among zeros where "same" padding would put it: in the middle,
    with the odd row or column of zeros at the top or left.

    Example:
        >>> bank_kernels((Own(((1.0,),)), Own(((2.0, 3.0),))))[..., 0].tolist()
        [[1.0, 0.0]]
    """
    rows, columns = (max(entry.size[axis] for entry in bank) for axis in (0, 1))
    stack = np.zeros((rows, columns, len(bank)), np.float32)
    for number, entry in enumerate(bank):
        height, width = entry.size
        top, left = (rows - 1) // 2 - (height - 1) // 2, (columns - 1) // 2 - (width - 1) // 2
        stack[top : top + height, left : left + width, number] = entry.weights()
    stack.setflags(write=False)
    return stack


@lru_cache(maxsize=64)
def bank_weights(bank: Bank, channels: int) -> Array:
    """Return the weights of a convolutional layer on so many maps, float32 (kh, kw, Cin, Cout), read-only.

    A kernel by name or of one's own has two axes. On C maps it is spread over them: k / C on every one, so
    that it filters the mean of the maps.

    Example:
        >>> bank_weights((Own(((3.0,),)),), 3)[0, 0].tolist()
        [[1.0], [1.0], [1.0]]
        >>> bank_weights(Random(4, 5, seed=1), 3).shape
        (5, 5, 3, 4)
    """
    if isinstance(bank, Learned):
        return bank.weights()
    if isinstance(bank, Random):
        shape = (bank.filters, channels, bank.kernel_size, bank.kernel_size)
        scale = math.sqrt(2 / math.prod(shape[1:]))
        drawn = np.random.default_rng(bank.seed).standard_normal(shape) * scale
        weights = np.ascontiguousarray(drawn.transpose(2, 3, 1, 0), np.float32)  # (kh, kw, Cin, Cout)
    else:
        spread = bank_kernels(bank)[:, :, np.newaxis] / np.float32(channels)  # (kh, kw, 1, Cout)
        weights = np.repeat(spread, channels, axis=2)
    weights.setflags(write=False)
    return weights
