"""A stack of blocks on a picture: what every step makes, what it costs, where its numbers come from.

A pipeline is up to `MAX_BLOCKS` blocks: convolution, activation, pooling, normalisation and upsampling, the
forward half of a convolutional network, with weights chosen by name, written by hand or drawn at random.
`run` gives the maps of every step, `trace` follows one number back to the picture, and `from_json`,
`to_json`, `from_text` and `to_text` carry a pipeline over the wire and through an address. `BLOCKS` has all
that can be set.

Counting: a step's multiply-adds are the products of a weight and a value, H' * W' * kh * kw * Cin * Cout for
a convolution, zeros of the padding included; adding the bias is free. Blocks without weights count none, as
in the tables of the literature. Switching a map off, or scaling it, is a way to look and counts nothing.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from reprlib import repr as short
from typing import Any, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import ArrayLike

from explorer import figures, rounding
from explorer.activations import ACTIVATIONS
from explorer.convolution import kernels, spatial
from explorer.convolution.experiments import Array, SlidingWindow, largest
from explorer.convolution.kernels import KERNELS
from explorer.errors import ExplorerError
from explorer.parameters import Choice, Parameter, Values, WholeNumber, plain
from explorer.words import counted, plural

MAX_BLOCKS = 8
"""The most blocks of a pipeline."""

MAX_MAPS = 16
"""The most kernels of a bank, and so the most maps of a step."""

MAX_KERNEL = 11
"""The most rows, and columns, of a kernel in a bank."""

MAX_WEIGHT = 1000.0
"""The largest magnitude of a weight or bias of one's own."""

MAX_SCALE = 2.0
"""The largest factor of a map."""

MAX_SEED = 999_999
"""The last seed of a random bank."""

MAX_VALUES = 1 << 22
"""The most numbers of a step: 16 maps of 512 x 512."""

MAX_PRODUCTS = 2_000_000_000
"""The most multiply-adds of a step."""

EPSILON = 1e-3
"""What a normalisation adds to the variance, as Keras's GroupNormalization does."""

_SPREAD = 1e37
"""The largest standard deviation that a normalisation divides by in float32."""


class _Offered(Mapping[str, str]):
    """Titles of the activations whose records say that a pipeline offers them, by name."""

    def __getitem__(self, name: str) -> str:
        if not ACTIVATIONS[name].in_pipeline:
            raise KeyError(name)
        return ACTIVATIONS[name].title

    def __iter__(self) -> Iterator[str]:
        return (name for name, record in ACTIVATIONS.items() if record.in_pipeline)

    def __len__(self) -> int:
        return sum(1 for _ in self)


OFFERED = _Offered()
"""The activations of the menu, read from `ACTIVATIONS`; parameters have their defaults, which are Keras's."""


CHANNELS = {1: ("brightness",), 3: ("red", "green", "blue")}

Shape = tuple[int, int, int]
Place = tuple[int, int, int]  # row, column, map
Scales = tuple[tuple[int, float], ...]

_EACH = spatial.WindowStep(1)  # how a block reads that takes every cell by itself


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
    title: ClassVar[str] = "own kernel"

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])

    def weights(self) -> Array:
        """Give the kernel, float32 (rows, columns)."""
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


Entry = Named | Own
Bank = tuple[Entry, ...] | Random


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
    """Give the weights of a convolutional layer on so many maps, float32 (kh, kw, Cin, Cout), read-only.

    A kernel by name or of one's own has two axes. On C maps it is spread over them: k / C on every one, so
    that it filters the mean of the maps.

    Example:
        >>> bank_weights((Own(((3.0,),)),), 3)[0, 0].tolist()
        [[1.0], [1.0], [1.0]]
        >>> bank_weights(Random(4, 5, seed=1), 3).shape
        (5, 5, 3, 4)
    """
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


@dataclass(frozen=True)
class _Why:
    """What made a number, before its map was scaled: `main` is the cell that gave most of it.

    `numbers` has the result as "result". Without a main cell it was padding alone.
    """

    sentence: str
    numbers: dict[str, float]
    main: Place | None


class Block(ABC):
    """One step of a pipeline: maps (H, W, C) go in, maps come out."""

    kind: ClassVar[str]
    scales: Scales = ()

    @property
    @abstractmethod
    def title(self) -> str:
        """What it is, in a few words."""

    @abstractmethod
    def output_shape(self, shape: Shape) -> Shape:
        """Give the shape of its maps for maps of this shape; `obstacle` says whether there are any."""

    @abstractmethod
    def compute(self, maps: Array) -> Array:
        """Compute its maps, not yet scaled."""

    @abstractmethod
    def explain(self, maps: Array, place: Place, made: float | None = None) -> _Why:
        """Say what of the maps that go in made the number at a place of those that come out.

        `made` is that number, before its map was scaled, where it is known: what is said ends with it.
        """

    def formulas(self, shape: Shape) -> tuple[str, str, str]:
        """Write in LaTeX how many rows, columns and maps come out, with the present numbers."""
        rows, columns, maps = self.output_shape(shape)
        return f"H' = H = {rows}", f"W' = W = {columns}", f"C' = C = {maps}"

    def obstacle(self, shape: Shape) -> str:
        """Say why there is no map for maps of this shape, and what to change; the empty text if there is."""
        return ""

    def way(self, shape: Shape) -> spatial.WindowStep | spatial.Upsampling:
        """Say how the block reads the maps, for `spatial.receptive_field`."""
        return _EACH

    def parameters(self, channels: int) -> tuple[int, int]:
        """Count the weights and the biases on so many maps."""
        return 0, 0

    def multiply_adds(self, shape: Shape) -> int:
        """Count the products of a weight and a value."""
        return 0

    def factors(self, maps: int) -> Array | None:
        """Give the factor of each map (C,), or None if none is scaled."""
        scales = {number: factor for number, factor in self.scales if number < maps}
        return np.array([scales.get(number, 1.0) for number in range(maps)], np.float32) if scales else None

    def apply(self, maps: Array) -> Array:
        """Compute its maps, scaled, float32 (H', W', C'), read-only."""
        # Numbers may grow beyond float32; whoever calls looks for that.
        with np.errstate(over="ignore", invalid="ignore"):
            made = self.compute(maps)
            factors = self.factors(made.shape[2])
            if factors is not None:
                made = made * factors
        made = np.ascontiguousarray(made, np.float32)
        made.setflags(write=False)
        return made


class _WindowBlock(SlidingWindow, Block):
    """A block that slides a window, and so may find no place for it."""

    padding: Literal["valid", "same"] | int

    def feature_map(self, image: Array) -> Array:
        """Compute its maps; see `compute`."""
        return self.compute(image)

    def output_shape(self, shape: tuple[int, ...]) -> Shape:
        """Give the rows and columns that the window finds a place on, and as many maps."""
        rows, columns, maps = super().output_shape(shape)
        return rows, columns, maps

    def obstacle(self, shape: Shape) -> str:
        """Say where the window is larger than the maps with their padding."""
        if self.padding == "same":
            return ""
        around = 2 * self.padding if isinstance(self.padding, int) else 0
        if all(size + around >= reach for size, reach in zip(shape[:2], self.reach, strict=True)):
            return ""
        rows, columns = self.reach
        room = f"{shape[0] + around} x {shape[1] + around}"
        return (
            f"its window reaches over {rows} x {columns} cells, and the maps that it gets have only {room}"
            f"{', padding included' if around else ''}. Choose a smaller window, more padding, or fewer "
            "poolings and strides before it."
        )

    def formulas(self, shape: Shape) -> tuple[str, str, str]:
        """Write how many rows and columns the window finds a place on, and the maps."""
        maps = self.output_shape(shape)[2]
        return *self.size_formulas(shape), f"C' = {maps}" if maps != shape[2] else f"C' = C = {maps}"

    def way(self, shape: Shape) -> spatial.WindowStep | spatial.Upsampling:
        """Give the window."""
        return spatial.WindowStep(self.window, self.steps, self.padding, self.dilation_rate)

    def look(self, maps: Array, place: Place) -> spatial.Window:
        """Give what the window reads for the number at a place."""
        row, column, _ = place
        return spatial.window_at(
            maps,
            self.window,
            row,
            column,
            strides=self.steps,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
        )


@dataclass(frozen=True)
class ConvolutionBlock(_WindowBlock):
    """A convolutional layer: `bank_weights` over all maps that come in, and a bias to each map that goes out.

    Attributes:
        bank: The kernels; see `bank_weights` for what becomes of them on several maps.
        strides: As in `spatial.conv2d`.
        padding: As in `spatial.conv2d`.
        dilation_rate: As in `spatial.conv2d`.
        bias: One number for all maps, or one for each.
        scales: (map, factor) of every map that is switched off or scaled.
    """

    kind: ClassVar[str] = "convolution"
    bank: Bank = ()
    strides: int = 1
    padding: Literal["valid", "same"] | int = "same"
    dilation_rate: int = 1
    bias: float | tuple[float, ...] = 0.0
    scales: Scales = ()

    def __post_init__(self) -> None:
        if isinstance(self.bias, tuple) and len(self.bias) != self.filters:
            raise ExplorerError(
                f"The bias has {len(self.bias)} numbers for {self.filters} kernels: give one for each, or a "
                "single number for all."
            )

    @property
    def filters(self) -> int:
        """How many kernels there are."""
        return self.bank.filters if isinstance(self.bank, Random) else len(self.bank)

    @property
    def window(self) -> tuple[int, int]:
        """Rows and columns of the kernels."""
        if isinstance(self.bank, Random):
            return self.bank.kernel_size, self.bank.kernel_size
        rows, columns = (max(entry.size[axis] for entry in self.bank) for axis in (0, 1))
        return rows, columns

    @property
    def biases(self) -> Array:
        """The bias of each map, float32 (Cout,)."""
        return np.broadcast_to(np.array(self.bias, np.float32), self.filters)

    @property
    def title(self) -> str:
        """Name a single kernel, count several."""
        size = f"{self.window[0]} x {self.window[1]}"
        if isinstance(self.bank, Random):
            words = f"{counted(self.filters, 'random kernel')} {size}"
        elif self.filters == 1:
            words = f"{self.bank[0].title} {size}"
        else:
            words = f"{self.filters} kernels {size}"
        more = [f"stride {self.strides}"] * (self.strides > 1)
        more += [f"dilation {self.dilation_rate}"] * (self.dilation_rate > 1)
        return ", ".join([f"Convolution: {words}", *more])

    def weights(self, channels: int) -> Array:
        """Give the weights on so many maps, float32 (kh, kw, Cin, Cout), read-only."""
        return bank_weights(self.bank, channels)

    def output_shape(self, shape: tuple[int, ...]) -> Shape:
        """Give the rows and columns that the window finds a place on, and a map for each kernel."""
        return *super().output_shape(shape)[:2], self.filters

    def compute(self, maps: Array) -> Array:
        """Filter the maps; kernels that are alike on all of them filter their mean, which is the same sum."""
        weights = self.weights(maps.shape[2])
        if not isinstance(self.bank, Random) and maps.shape[2] > 1:
            maps = self._mean(maps)
            weights = bank_kernels(self.bank)[:, :, np.newaxis]
        made = self._filter(maps, weights, self.biases)
        sizes, biases = np.abs(weights), np.abs(self.biases)

        def magnitudes(cells: rounding.Cells | None) -> Array:
            if cells is None:
                return self._filter(np.abs(maps), sizes, biases)
            rows, columns, filters = cells
            patches = np.abs(self.patches(maps, rows, columns)).reshape(len(rows), -1)  # (n, kh kw Cin)
            kernels = sizes.reshape(-1, self.filters)[:, filters]  # (kh kw Cin, n)
            return np.asarray(np.einsum("nk,kn->n", patches, kernels) + biases[filters])

        # (Cout,), in double precision, which it cannot leave
        most = sizes.sum(axis=(0, 1, 2), dtype=np.float64) * largest(maps) + biases
        return rounding.settled_map(made, weights[..., 0].size + 1, float(most.max()), magnitudes)

    def _mean(self, maps: Array) -> Array:
        return spatial.conv2d(maps, np.full((1, 1, maps.shape[2], 1), 1 / maps.shape[2], np.float32))

    def _filter(self, maps: Array, weights: Array, biases: Array) -> Array:
        return spatial.conv2d(
            maps,
            weights,
            bias=biases,
            strides=self.strides,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
        )

    def explain(self, maps: Array, place: Place, made: float | None = None) -> _Why:
        """Name the largest of the products that were added up."""
        window = self.look(maps, place)
        weights = self.weights(maps.shape[2])[..., place[2]].astype(np.float64)
        products = weights * window.patch  # (kh, kw, Cin)
        total, bias = _total(products), float(self.biases[place[2]])
        if made is None:
            made = _total([*products.flat, bias])
        if not bias:
            total = made
        padded = int(window.is_padding.sum()) * maps.shape[2]
        numbers = {"sum": total, "bias": bias, "result": made, "products": products.size}
        sentence = (
            f"{counted(products.size, 'product')} {plural(products.size, 'adds', 'add')} up to {_say(total)}"
        )
        sentence += f", and the bias {_say(bias)} makes {_say(made)}." if bias else "."
        if padded:
            sentence += f" {padded:,} of them {plural(padded, 'is', 'are')} 0, in the padding."
        # Where all products are 0 the largest weight decides.
        sizes = np.abs(products) if products.any() else np.abs(weights)
        sizes = np.where(window.is_padding[..., np.newaxis], -1.0, sizes)
        tap = np.unravel_index(int(sizes.argmax()), sizes.shape)
        if sizes[tap] < 0:
            return _Why(sentence, numbers, None)
        main = int(window.rows[tap[0]]), int(window.cols[tap[1]]), int(tap[2])
        value, weight, share = float(window.patch[tap]), float(weights[tap]), float(products[tap])
        numbers |= {"value": value, "weight": weight, "product": share}
        which = "It is" if products.size == 1 else "The largest:"
        sentence += f" {which} {_say(value)} · {_say(weight)} = {_say(share)}."
        return _Why(sentence, numbers, main)

    def parameters(self, channels: int) -> tuple[int, int]:
        """Count kh * kw * Cin * Cout weights and Cout biases."""
        return math.prod(self.window) * channels * self.filters, self.filters

    def multiply_adds(self, shape: Shape) -> int:
        """Count H' * W' * kh * kw * Cin * Cout."""
        return math.prod(self.output_shape(shape)) * math.prod(self.window) * shape[2]


@dataclass(frozen=True)
class ActivationBlock(Block):
    """A function of `ACTIVATIONS` on every number, its parameters at their defaults."""

    kind: ClassVar[str] = "activation"
    activation: str = "relu"
    scales: Scales = ()

    @property
    def title(self) -> str:
        """The function's name."""
        return f"Activation: {ACTIVATIONS[self.activation].title}"

    def output_shape(self, shape: Shape) -> Shape:
        """Keep the shape."""
        return shape

    def compute(self, maps: Array) -> Array:
        """Apply the function to each number."""
        return np.asarray(ACTIVATIONS[self.activation].f(maps), np.float32)

    def explain(self, maps: Array, place: Place, made: float | None = None) -> _Why:
        """Give the number that went in."""
        record = ACTIVATIONS[self.activation]
        value = float(maps[place])
        result = float(record.f(np.float64(value))) if made is None else made
        sentence = f"{record.title} makes {_say(value)} into {_say(result)}."
        return _Why(sentence, {"value": value, "result": result}, place)


@dataclass(frozen=True)
class PoolingBlock(_WindowBlock):
    """The largest or the mean number of each window, or of the whole map, in each map by itself.

    `pooling` is "max", "average", "global_max" or "global_average"; the global ones keep a map of one cell
    and do not heed the other arguments.
    """

    kind: ClassVar[str] = "pooling"
    pooling: str = "max"
    pool_size: int = 2
    strides: int = 2
    padding: Literal["valid", "same"] = "valid"
    dilation_rate = 1
    scales: Scales = ()

    @property
    def is_global(self) -> bool:
        """Whether the window is the map."""
        return self.pooling.startswith("global_")

    @property
    def operation(self) -> str:
        """A key of `spatial.POOLINGS`."""
        return self.pooling.removeprefix("global_")

    @property
    def window(self) -> tuple[int, int]:
        """Rows and columns of the window."""
        return self.pool_size, self.pool_size

    @property
    def title(self) -> str:
        """The field's name and the window."""
        name = spatial.POOLINGS[self.operation].title
        if self.is_global:
            return f"Global {name.lower()}"
        return f"{name} {self.pool_size} x {self.pool_size}, stride {self.strides}"

    def obstacle(self, shape: Shape) -> str:
        """Say where the window is larger than the maps; the whole map always is one."""
        return "" if self.is_global else super().obstacle(shape)

    def output_shape(self, shape: tuple[int, ...]) -> Shape:
        """Give the rows and columns that the window finds a place on, and as many maps."""
        return (1, 1, shape[2]) if self.is_global else super().output_shape(shape)

    def formulas(self, shape: Shape) -> tuple[str, str, str]:
        """Write how many rows and columns the window finds a place on, and the maps."""
        return ("H' = 1", "W' = 1", f"C' = C = {shape[2]}") if self.is_global else super().formulas(shape)

    def compute(self, maps: Array) -> Array:
        """Pool each map."""
        made = self._pool(maps)
        if self.operation == "max":
            return made
        terms = math.prod(maps.shape[:2] if self.is_global else self.window)

        def magnitudes(cells: rounding.Cells | None) -> Array:
            if cells is None or self.is_global:
                return self._pool(np.abs(maps))[cells or ...]
            rows, columns, number = cells
            read = self.patches(maps, rows, columns)[np.arange(len(rows)), :, :, number]  # (n, kh, kw)
            inside = self.patches(np.ones(maps.shape[:2], np.float32), rows, columns)
            return np.asarray(np.abs(read).sum(axis=(1, 2)) / inside.sum(axis=(1, 2)))

        return rounding.settled_map(made, terms, largest(maps), magnitudes)

    def _pool(self, maps: Array) -> Array:
        if self.is_global:
            return spatial.global_pool2d(maps, self.operation)[np.newaxis, np.newaxis]  # (1, 1, C)
        return spatial.pool2d(
            maps, self.pool_size, strides=self.strides, padding=self.padding, kind=self.operation
        )

    def explain(self, maps: Array, place: Place, made: float | None = None) -> _Why:
        """Name the winner, or the largest part of the mean."""
        plane = maps[:, :, [place[2]]]
        if self.is_global:
            window = spatial.window_at(plane, plane.shape[:2], 0, 0)
        else:
            window = self.look(plane, place)
        cells = window.patch[..., 0].astype(np.float64)  # (kh, kw)
        inside = ~window.is_padding
        count = int(inside.sum())
        sizes = cells if self.operation == "max" else np.abs(cells)
        tap = np.unravel_index(int(np.where(inside, sizes, -np.inf).argmax()), cells.shape)
        main = int(window.rows[tap[0]]), int(window.cols[tap[1]]), place[2]
        value = float(cells[tap])
        numbers = {"count": float(count), "value": value}
        if self.operation == "max":
            sentence = f"{_say(value)} is the largest of {counted(count, 'cell')}."
            return _Why(sentence, numbers | {"result": value}, main)
        total = _total(cells[inside]) if made is None else made * count
        result = total / count
        sentence = (
            f"{counted(count, 'cell')} {plural(count, 'adds', 'add')} up to {_say(total)}; "
            f"divided by {count:,} that is {_say(result)}."
        )
        sentence += f" The largest part: {_say(value)}."
        return _Why(sentence, numbers | {"sum": total, "result": result}, main)

    def way(self, shape: Shape) -> spatial.WindowStep | spatial.Upsampling:
        """Give the window."""
        return spatial.WindowStep(shape[:2]) if self.is_global else super().way(shape)


@dataclass(frozen=True)
class NormalisationBlock(Block):
    """Every number less the mean, divided by the root of the variance and `EPSILON`; nothing is learnt.

    y = (x - mean) / sqrt(variance + 0.001)

    `over` says what mean and variance are taken of: "map" each map by itself (instance normalisation), "maps"
    all maps of the picture together (layer normalisation).
    """

    kind: ClassVar[str] = "normalisation"
    over: str = "map"
    scales: Scales = ()

    @property
    def title(self) -> str:
        """The field's name for it."""
        return NORMALISATIONS[self.over]

    def output_shape(self, shape: Shape) -> Shape:
        """Keep the shape."""
        return shape

    def compute(self, maps: Array) -> Array:
        """Take off the mean, then divide, with sums in double precision."""
        planes = maps.reshape(-1, maps.shape[2] if self.over == "map" else 1)  # (n, groups)
        mean = planes.mean(axis=0, dtype=np.float64).astype(np.float32)
        centred: Array = planes - mean
        # A number that is the mean but for rounding lies on it.
        most = largest(planes) + largest(mean)

        def magnitudes(cells: rounding.Cells | None) -> Array:
            everywhere = np.broadcast_to(mean, planes.shape)
            return np.asarray(np.abs(planes[cells or ...]) + np.abs(everywhere[cells or ...]))

        centred = rounding.settled_map(centred, 2, most, magnitudes)
        variance = np.einsum("ij,ij->j", centred, centred, dtype=np.float64) / len(centred)
        if not (variance < _SPREAD**2).all():
            # Numbers so far from their mean, and the factor that brings them back, are beyond float32.
            away = planes - planes.mean(axis=0, dtype=np.float64)
            scaled = away / np.sqrt(np.square(away).mean(axis=0) + EPSILON)
            return np.asarray(scaled, np.float32).reshape(maps.shape)
        centred *= (1 / np.sqrt(variance + EPSILON)).astype(np.float32)
        return centred.reshape(maps.shape)

    def explain(self, maps: Array, place: Place, made: float | None = None) -> _Why:
        """Put the numbers into the formula."""
        group = maps[:, :, place[2]] if self.over == "map" else maps
        value = float(maps[place])
        mean = rounding.mean(group, given=rounding.SINGLE)
        variance = float(group.var(dtype=np.float64))
        result = (value - mean) / math.sqrt(variance + EPSILON) if made is None else made
        whose = "the map" if self.over == "map" else "all maps"
        sentence = (
            f"({_say(value)} − {_say(mean)}) / √({_say(variance)} + {EPSILON}) = {_say(result)}, "
            f"with mean and variance of {whose}."
        )
        numbers = {"value": value, "mean": mean, "variance": variance, "result": result}
        return _Why(sentence, numbers, place)


@dataclass(frozen=True)
class UpsamplingBlock(Block):
    """Every map `size` times as high and wide, as `spatial.upsample2d` does it."""

    kind: ClassVar[str] = "upsampling"
    size: int = 2
    interpolation: str = "nearest"
    scales: Scales = ()

    @property
    def title(self) -> str:
        """How much, and how."""
        return f"Upsampling {self.size} x {self.size}, {self.interpolation}"

    def output_shape(self, shape: Shape) -> Shape:
        """Multiply rows and columns."""
        return shape[0] * self.size, shape[1] * self.size, shape[2]

    def formulas(self, shape: Shape) -> tuple[str, str, str]:
        """Write the products."""
        rows, columns, maps = self.output_shape(shape)
        return (
            rf"H' = {self.size} \cdot {shape[0]} = {rows}",
            rf"W' = {self.size} \cdot {shape[1]} = {columns}",
            f"C' = C = {maps}",
        )

    def compute(self, maps: Array) -> Array:
        """Enlarge each map."""
        made = spatial.upsample2d(maps, self.size, self.interpolation)
        if self.interpolation == "nearest":
            return made

        def magnitudes(cells: rounding.Cells | None) -> Array:
            return spatial.upsample2d(np.abs(maps), self.size, self.interpolation)[cells or ...]

        return rounding.settled_map(made, 4, largest(maps), magnitudes)

    def explain(self, maps: Array, place: Place, made: float | None = None) -> _Why:
        """Name the cell that was copied, or the largest part of the mixture."""
        row, column, number = place
        if self.interpolation == "nearest":
            main = row // self.size, column // self.size, number
            value = float(maps[main])
            return _Why(f"A copy of {_say(value)}.", {"value": value, "result": value}, main)
        rows, down = self._mixture(row, maps.shape[0])
        columns, across = self._mixture(column, maps.shape[1])
        weights = np.outer(down, across)
        cells = maps[np.ix_(rows, columns, [number])][..., 0].astype(np.float64)
        products = weights * cells
        tap = np.unravel_index(int(np.abs(products).argmax()), products.shape)
        value, weight = float(cells[tap]), float(weights[tap])
        total = _total(products) if made is None else made
        sentence = (
            f"{counted(products.size, 'cell')} nearest to it, mixed by nearness, "
            f"{plural(products.size, 'makes', 'make')} {_say(total)}."
        )
        sentence += f" The largest part: {_say(value)} · {_say(weight)} = {_say(products[tap])}."
        numbers = {"value": value, "weight": weight, "product": float(products[tap]), "result": total}
        return _Why(sentence, numbers, (rows[tap[0]], columns[tap[1]], number))

    def _mixture(self, cell: int, size: int) -> tuple[list[int], list[float]]:
        """Say which one or two inputs along an axis make a cell, and their shares."""
        position = min(max((cell + 0.5) / self.size - 0.5, 0.0), size - 1.0)
        low = int(position)
        part = position - low
        return ([low, low + 1], [1 - part, part]) if part else ([low], [1.0])

    def way(self, shape: Shape) -> spatial.WindowStep | spatial.Upsampling:
        """Give the factor."""
        return spatial.Upsampling(self.size, self.interpolation)


def _say(number: float) -> str:
    """Write a number with four digits."""
    return figures.format_number(number + 0.0, 4)


def _total(terms: ArrayLike) -> float:
    """Add up products of float32 numbers, or such numbers; 0 where rounding alone is left."""
    return rounding.total(terms, given=rounding.SINGLE)


@dataclass(frozen=True)
class Pipeline:
    """Blocks, first to last."""

    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Field:
    """What a unit of a step sees of the picture; pairs are (vertical, horizontal), in pixels.

    Attributes:
        size: Rows and columns, as `spatial.receptive_field` counts them: over the edge they reach out.
        jump: Pixels from one unit to the next; a fraction after an upsampling.
        offset: First row and column that unit (0, 0) sees.
        whole: Whether every unit sees the whole picture, as after a global pooling.
        normalised: Whether a mean and a variance of whole maps are in the numbers, so that every pixel moves
            them a little, from outside the field too.
    """

    size: tuple[int, int]
    jump: tuple[float, float]
    offset: tuple[int, int]
    whole: bool
    normalised: bool


@dataclass(frozen=True, eq=False)
class Step:
    """What a block made of the maps before it.

    Attributes:
        number: Which block it is, from 1 on.
        block: The block.
        maps: float32 (H, W, C), read-only.
        formulas: LaTeX: how the rows, columns and maps follow from the shape before, with the numbers.
        weights: How many weights it has.
        biases: How many biases.
        multiply_adds: As the module counts them.
        field: What its units see of the picture.
    """

    number: int
    block: Block
    maps: Array = field(repr=False)
    formulas: tuple[str, str, str]
    weights: int
    biases: int
    multiply_adds: int
    field: Field

    @property
    def title(self) -> str:
        """What the block is, in a few words."""
        return self.block.title


@dataclass(frozen=True)
class Stop:
    """Where a pipeline ends early: the number of the block that makes no maps, and why, as a sentence."""

    block: int
    sentence: str


@dataclass(frozen=True, eq=False)
class Run:
    """A pipeline on a picture: its steps, up to the block that stopped it if one did."""

    pipeline: Pipeline
    image: Array = field(repr=False)
    steps: tuple[Step, ...]
    stopped: Stop | None = None

    def maps(self, step: int) -> Array:
        """Give the maps of a step, from 1 on, or the picture as step 0: float32 (H, W, C)."""
        return self.steps[step - 1].maps if step else self.image


_TOO_LARGE = (
    "its numbers grow beyond 3.4e38, the most that 32 bits hold. Choose smaller weights, or put a "
    "normalisation before it."
)


def run(pipeline: Pipeline, image: ArrayLike, previous: Run | None = None) -> Run:
    """Compute every step of a pipeline on a picture.

    A block that can make no maps (its window finds no place, its maps would be too large, its numbers leave
    float32) ends the run with `stopped`; the steps before it are there.

    Args:
        pipeline: The blocks.
        image: Real numbers, (H, W, C).
        previous: A run whose steps are taken over where the picture is the same array and all blocks up to
            them are equal. The caller must not have changed the array in between.

    Raises:
        ExplorerError: If the picture is not an array (H, W, C) of finite real numbers.

    Example:
        >>> halved = from_json([{"kind": "pooling", "pool_size": 2}, {"kind": "pooling", "pool_size": 8}])
        >>> found = run(halved, np.arange(16.0).reshape(4, 4, 1))
        >>> found.steps[0].maps[..., 0].tolist()
        [[5.0, 7.0], [13.0, 15.0]]
        >>> print(found.stopped.sentence)
        The pipeline ends before block 2 (Max pooling 8 x 8, stride 2): its window reaches over 8 x 8 cells, \
and the maps that it gets have only 2 x 2. Choose a smaller window, more padding, or fewer poolings and \
strides before it.
    """
    steps: list[Step] = []
    if previous is not None and previous.image is image:
        picture = previous.image
        pairs = zip(previous.steps, pipeline.blocks, strict=False)
        steps = [step for step, _ in takewhile(lambda pair: pair[0].block == pair[1], pairs)]
    else:
        picture = _picture(image)
    ways = tuple(_facts(step.block, _shape(before)).way for step, before in _inputs(picture, steps))
    for number, block in enumerate(pipeline.blocks[len(steps) :], len(steps) + 1):
        maps = steps[-1].maps if steps else picture
        shape = _shape(maps)
        facts = _facts(block, shape)
        if facts.obstacle:
            return Run(pipeline, picture, tuple(steps), _stop(number, block, facts.obstacle))
        made = block.apply(maps)
        if not _is_finite(made):
            return Run(pipeline, picture, tuple(steps), _stop(number, block, _TOO_LARGE))
        ways += (facts.way,)
        steps.append(_step(number, block, made, facts, _fields(ways, picture.shape[:2]), steps))
    return Run(pipeline, picture, tuple(steps))


@dataclass(frozen=True)
class _Facts:
    """What there is to say of a block on maps of a shape without computing them."""

    obstacle: str
    shape: Shape = (0, 0, 0)
    way: spatial.WindowStep | spatial.Upsampling = _EACH
    formulas: tuple[str, str, str] = ("", "", "")
    parameters: tuple[int, int] = (0, 0)
    multiply_adds: int = 0


# While a weight or a factor is dragged most blocks, and all shapes, stay the same.
@lru_cache(maxsize=512)
def _facts(block: Block, shape: Shape) -> _Facts:
    obstacle = block.obstacle(shape)
    if obstacle:
        return _Facts(obstacle)
    rows, columns, maps = block.output_shape(shape)
    products = block.multiply_adds(shape)
    if rows * columns * maps > MAX_VALUES:
        return _Facts(
            f"{counted(maps, 'map')} of {rows} x {columns} {plural(maps, 'is', 'are')} "
            f"{rows * columns * maps:,} numbers, and {MAX_VALUES:,} is "
            "the most here. Choose a smaller picture, fewer kernels, less upsampling, or more pooling."
        )
    if products > MAX_PRODUCTS:
        return _Facts(
            f"it takes {products:,} multiply-adds, and {MAX_PRODUCTS:,} is the most here. Choose a smaller "
            "picture, fewer or smaller kernels, or a longer stride."
        )
    return _Facts(
        obstacle="",
        shape=(rows, columns, maps),
        way=block.way(shape),
        formulas=block.formulas(shape),
        parameters=block.parameters(shape[2]),
        multiply_adds=products,
    )


def _stop(number: int, block: Block, why: str) -> Stop:
    return Stop(number, f"The pipeline ends before block {number} ({block.title}): {why}")


def shapes(pipeline: Pipeline, shape: Shape) -> tuple[list[Shape], Stop | None]:
    """Give the shape (H, W, C) after each block, without its maps, and where the pipeline ends early.

    Numbers that leave float32, which end a `run` too, are not seen here.

    Example:
        >>> shapes(from_text("pooling~~pooling~pool_size=8"), (8, 8, 3))[0]
        [(4, 4, 3)]
    """
    found: list[Shape] = []
    for number, block in enumerate(pipeline.blocks, 1):
        facts = _facts(block, shape)
        if facts.obstacle:
            return found, _stop(number, block, facts.obstacle)
        shape = facts.shape
        found.append(shape)
    return found, None


@lru_cache(maxsize=256)
def _fields(
    ways: tuple[spatial.WindowStep | spatial.Upsampling, ...], shape: tuple[int, ...]
) -> spatial.ReceptiveField:
    return spatial.receptive_field(ways, shape)[-1]


def _step(
    number: int,
    block: Block,
    maps: Array,
    facts: _Facts,
    seen: spatial.ReceptiveField,
    before: Sequence[Step],
) -> Step:
    last = before[-1].field if before else None
    return Step(
        number=number,
        block=block,
        maps=maps,
        formulas=facts.formulas,
        weights=facts.parameters[0],
        biases=facts.parameters[1],
        multiply_adds=facts.multiply_adds,
        field=Field(
            size=seen.size,
            jump=seen.jump,
            offset=seen.offset,
            whole=(isinstance(block, PoolingBlock) and block.is_global) or (last is not None and last.whole),
            normalised=isinstance(block, NormalisationBlock) or (last is not None and last.normalised),
        ),
    )


def _picture(image: ArrayLike) -> Array:
    try:
        picture = np.ascontiguousarray(image, np.float32)
    except (TypeError, ValueError) as error:
        raise ExplorerError(f"The picture is not an array of numbers: {error}.") from error
    if picture.ndim != 3 or picture.size == 0:
        raise ExplorerError(f"The picture has the shape {picture.shape}; it must be (H, W, C).")
    if not _is_finite(picture):
        raise ExplorerError("The picture holds a number that is infinite or NaN; give finite numbers.")
    return picture


def _is_finite(maps: Array) -> bool:
    """Whether every number is: their sum in double precision is only then, and cannot overflow."""
    plane: Any = maps.reshape(len(maps), -1)
    return math.isfinite(cv2.sumElems(plane)[0])


def _shape(maps: Array) -> Shape:
    rows, columns, number = maps.shape
    return rows, columns, number


def _inputs(picture: Array, steps: Sequence[Step]) -> list[tuple[Step, Array]]:
    """Pair every step with the maps that went into it."""
    return list(zip(steps, [picture, *(step.maps for step in steps)], strict=False))


@dataclass(frozen=True)
class Cause:
    """One number on the way from a unit back to the picture.

    Attributes:
        step: The step it is a number of, from 1 on; 0 is the picture.
        title: What made it: the block in a few words, the picture, or the padding.
        row: Its row; None in the padding.
        column: Its column, likewise.
        map: Its map, or channel of the picture, likewise.
        value: The number itself, as it is in the maps.
        sentence: What made it, in words and numbers.
        numbers: The same numbers by name. "result" is the value before the map was scaled.
    """

    step: int
    title: str
    row: int | None
    column: int | None
    map: int | None
    value: float
    sentence: str
    numbers: Mapping[str, float]


@dataclass(frozen=True)
class Trace:
    """Where a number comes from.

    Attributes:
        rectangle: The pixels that it depends on through the windows, (top, left, bottom, right), the last two
            excluded, as `spatial.input_rectangle` gives them. A normalisation makes it depend on all others
            too, see `Field.normalised`.
        path: The number first, then at each depth the number that gave most of it, last a pixel or padding.
    """

    rectangle: tuple[int, int, int, int]
    path: tuple[Cause, ...]


def trace(found: Run, step: int, row: int, column: int, map: int) -> Trace:
    """Follow a number of a step back to the picture, by the main contributor at each depth.

    That is the largest product (in magnitude) of a convolution, the winner of a max pooling, the largest cell
    of a mean, the largest part of a bilinear mixture, and else the cell itself.

    Args:
        found: The run.
        step: A step of it, from 1 on; 0 is the picture.
        row: Row of the number in its map.
        column: Column of the number.
        map: Which map, counted from 0 as rows and columns are.

    Raises:
        ExplorerError: If there is no such number.

    Example:
        >>> blocks = from_json([{"kind": "pooling"}, {"kind": "activation", "activation": "relu"}])
        >>> found = trace(run(blocks, np.arange(16.0).reshape(4, 4, 1)), 2, 0, 1, 0)
        >>> found.rectangle
        (0, 2, 2, 4)
        >>> print(*[cause.sentence for cause in found.path], sep=" ")
        ReLU makes 7 into 7. 7 is the largest of 4 cells. The pixel in row 1, column 3: brightness 7.
    """
    _check_place(found, step, row, column, map)
    inputs = _inputs(found.image, found.steps[:step])
    ways = [_facts(stage.block, _shape(maps)).way for stage, maps in inputs]
    rectangle = spatial.input_rectangle(ways, found.image.shape, row, column)
    path: list[Cause] = []
    place: Place | None = (row, column, map)
    for stage, maps in reversed(inputs):
        if place is None:
            break
        value, factors = float(stage.maps[place]), stage.block.factors(stage.maps.shape[2])
        factor = 1.0 if factors is None else float(factors[place[2]])
        why = stage.block.explain(maps, place, value / factor if factor else None)
        sentence = why.sentence
        if factor != 1:
            sentence += (
                " The map is switched off: 0."
                if factor == 0
                else f" The map is scaled: {_say(factor)} · {_say(why.numbers['result'])} = {_say(value)}."
            )
        path.append(Cause(stage.number, stage.title, *place, value, sentence, why.numbers))
        place = why.main
    path.append(_end(found.image, place))
    return Trace(rectangle, tuple(path))


def _end(image: Array, place: Place | None) -> Cause:
    """Give the last record of a path: a pixel, or the padding."""
    if place is None:
        return Cause(0, "Padding", None, None, None, 0.0, "A 0 that was put around the maps.", {})
    value = float(image[place])
    names = CHANNELS.get(image.shape[2], ())
    channel = names[place[2]] if names else f"channel {place[2]}"
    sentence = f"The pixel in row {place[0]}, column {place[1]}: {channel} {_say(value)}."
    return Cause(0, "Picture", *place, value, sentence, {"value": value})


def _check_place(found: Run, step: int, row: int, column: int, map: int) -> None:
    for name, number in {"step": step, "row": row, "column": column, "map": map}.items():
        if type(number) is not int:
            raise ExplorerError(f"The {name} must be a whole number; it is {short(number)}.")
    if not 0 <= step <= len(found.steps):
        raise ExplorerError(
            f"There is no step {step}: the pipeline has {len(found.steps)}, and 0 is the picture."
        )
    rows, columns, maps = found.maps(step).shape
    if not (0 <= row < rows and 0 <= column < columns and 0 <= map < maps):
        raise ExplorerError(
            f"Step {step} has no number in map {map}, row {row}, column {column}: it has "
            f"{counted(maps, 'map')} of {rows} x {columns}, counted from 0."
        )


@dataclass(frozen=True, kw_only=True)
class BankParameter(Parameter):
    """The kernels of a convolution: entries one by one, or a random bank.

    In JSON `[{"name", "rows", "columns", "arguments"}, {"weights": [[...]]}, ...]`, where what follows from
    the kernel may be left out, or `{"filters", "kernel_size", "seed"}`. In the address
    `gaussian=5x5_1.5,sobel_x,own=2x2_1_0_0_-1`, or `8x3_0` for 8 random kernels 3 x 3 of seed 0.
    """

    kind = "bank"
    name: str = "bank"
    title: str = "Kernels"
    default: Bank = (Named("sobel_x", (3, 3)),)

    def checked(self, value: Any) -> Bank:
        """Read a list of entries, or a random bank."""
        if isinstance(value, dict):
            return Random(**_values(RANDOM, value, "A random bank"))
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_MAPS:
            raise ExplorerError(
                f"{self.title} are a list of 1 to {MAX_MAPS} kernels, or a random bank; it is {short(value)}."
            )
        return tuple(self._entry(entry) for entry in value)

    def _entry(self, value: Any) -> Entry:
        if not isinstance(value, dict):
            raise ExplorerError(f"A kernel is a name or a table of weights; it is {short(value)}.")
        _refuse_unknown(value, ("name", "rows", "columns", "arguments", "weights"), "A kernel")
        name = value.get("name", "custom")
        if name == "custom":
            return Own(_rows(value.get("weights")))
        kernel = KERNELS.get(name) if isinstance(name, str) else None
        if kernel is None:
            raise ExplorerError(
                f'There is no kernel {short(name)}; choose "custom" with weights, or {", ".join(KERNELS)}.'
            )
        sides = zip((ROWS, COLUMNS), kernel.size, strict=True)
        rows, columns = (int(side.checked(value.get(side.name, own))) for side, own in sides)
        given = value.get("arguments", {})
        if not isinstance(given, dict):
            raise ExplorerError(
                f"{kernel.title}: the arguments are names with numbers; they are {short(given)}."
            )
        _refuse_unknown(given, [argument.name for argument in kernel.arguments], kernel.title)
        arguments = tuple(
            (argument.name, argument.checked(given.get(argument.name, argument.default)))
            for argument in kernel.arguments
        )
        entry = Named(kernel.name, (rows, columns), arguments)
        entry.weights()  # some sizes and arguments do not go together, which it says
        return entry

    def to_json(self, value: Bank) -> Any:
        """Give the entries in full, or the random bank."""
        if isinstance(value, Random):
            return {argument.name: getattr(value, argument.name) for argument in RANDOM}
        return [
            {"name": "custom", "weights": [list(row) for row in entry.rows]}
            if isinstance(entry, Own)
            else {
                "name": entry.name,
                "rows": entry.size[0],
                "columns": entry.size[1],
                "arguments": dict(entry.arguments),
            }
            for entry in value
        ]

    def to_text(self, value: Bank) -> str:
        """Write the entries with commas between, or the random bank."""
        if isinstance(value, Random):
            return f"{value.filters}x{value.kernel_size}_{value.seed}"
        return ",".join(self._entry_text(entry) for entry in value)

    def _entry_text(self, entry: Entry) -> str:
        size = f"{entry.size[0]}x{entry.size[1]}"
        if isinstance(entry, Own):
            return "_".join([f"own={size}", *(plain(weight) for row in entry.rows for weight in row)])
        usual = self._entry({"name": entry.name})
        if entry == usual:
            return entry.name
        return "_".join([f"{entry.name}={size}", *(plain(number) for _, number in entry.arguments)])

    def from_text(self, text: str) -> Bank:
        """Read the entries, or the random bank."""
        counts = re.fullmatch(r"(\d{1,9})x(\d{1,9})_(\d{1,9})", text, re.ASCII)
        if counts:
            numbers = (int(number) for number in counts.groups())
            return self.checked(dict(zip((argument.name for argument in RANDOM), numbers, strict=True)))
        return self.checked([self._entry_from_text(part) for part in text.split(",")])

    def _entry_from_text(self, text: str) -> dict[str, Any]:
        name, has_more, more = text.partition("=")
        if not has_more:
            return {"name": name}
        size, *texts = more.split("_")
        sides = re.fullmatch(r"(\d{1,9})x(\d{1,9})", size, re.ASCII)
        if not sides:
            raise ExplorerError(f"The address has {short(more)} for a kernel; begin it with rows x columns.")
        rows, columns = int(sides[1]), int(sides[2])
        numbers = [_read(number, "A kernel") for number in texts]
        if name == "own":
            if len(numbers) != rows * columns or not 1 <= columns <= MAX_KERNEL:
                raise ExplorerError(
                    f"The address has {len(numbers)} weights for an own kernel of {rows} x {columns}; write "
                    "one for each cell."
                )
            return {
                "weights": [numbers[start : start + columns] for start in range(0, len(numbers), columns)]
            }
        known = [argument.name for argument in KERNELS[name].arguments] if name in KERNELS else []
        if name in KERNELS and len(known) != len(numbers):
            raise ExplorerError(
                f"The address has {len(numbers)} numbers for {name}; it takes {len(known)}: "
                f"{', '.join(known) or 'none'}."
            )
        arguments = dict(zip(known, numbers, strict=False))
        return {"name": name, "rows": rows, "columns": columns, "arguments": arguments}

    def describe(self) -> Values:
        """Return what the editor of a bank needs, besides the menu of kernels."""
        return super().describe() | {
            "most": MAX_MAPS,
            "largest": MAX_KERNEL,
            "weight": MAX_WEIGHT,
            "random": [argument.describe() for argument in RANDOM],
        }


@dataclass(frozen=True, kw_only=True)
class BiasParameter(Parameter):
    """One number for all maps, or a list with one for each."""

    kind = "bias"
    name: str = "bias"
    title: str = "Bias"
    default: float = 0.0

    def checked(self, value: Any) -> float | tuple[float, ...]:
        """Read a number or a list of them."""
        if not isinstance(value, list):
            return _bounded(value, self.title, -MAX_WEIGHT, MAX_WEIGHT)
        if not 1 <= len(value) <= MAX_MAPS:
            raise ExplorerError(f"{self.title} is a number or 1 to {MAX_MAPS} of them; it is {short(value)}.")
        return tuple(_bounded(number, self.title, -MAX_WEIGHT, MAX_WEIGHT) for number in value)

    def to_json(self, value: float | tuple[float, ...]) -> Any:
        """Give the number, or the list."""
        return list(value) if isinstance(value, tuple) else value

    def to_text(self, value: float | tuple[float, ...]) -> str:
        """Write the number, or each with a comma after it."""
        return "".join(f"{plain(number)}," for number in value) if isinstance(value, tuple) else plain(value)

    def from_text(self, text: str) -> float | tuple[float, ...]:
        """Read the number, or the list, which has a comma after each."""
        if not text.endswith(","):
            return self.checked(_read(text, self.title))
        return self.checked([_read(number, self.title) for number in text[:-1].split(",")])

    def describe(self) -> Values:
        """Return what a slider needs."""
        return super().describe() | {"low": -MAX_WEIGHT, "high": MAX_WEIGHT, "step": 0.01}


@dataclass(frozen=True, kw_only=True)
class ScalesParameter(Parameter):
    """Factors of maps by their numbers; a factor of 1 is left out."""

    kind = "scales"
    name: str = "scales"
    title: str = "Maps"
    default: Scales = ()

    def checked(self, value: Any) -> Scales:
        """Read numbers of maps, as texts, with factors."""
        if not isinstance(value, dict):
            raise ExplorerError(f"{self.title} are numbers of maps with factors; they are {short(value)}.")
        numbers = {str(number): number for number in range(MAX_MAPS)}
        _refuse_unknown(value, list(numbers), "A step")
        factors = {
            numbers[key]: _bounded(factor, f"The factor of map {key}", 0.0, MAX_SCALE)
            for key, factor in value.items()
        }
        return tuple((number, factor) for number, factor in sorted(factors.items()) if factor != 1)

    def to_json(self, value: Scales) -> dict[str, float]:
        """Give the factors by number."""
        return {str(number): factor for number, factor in value}

    def to_text(self, value: Scales) -> str:
        """Write number and factor of each."""
        return ",".join(f"{number}_{plain(factor)}" for number, factor in value)

    def from_text(self, text: str) -> Scales:
        """Read number and factor of each."""
        pairs = (part.partition("_") for part in text.split(",") if text)
        return self.checked({number: _read(factor, self.title) for number, _, factor in pairs})

    def describe(self) -> Values:
        """Return what the sliders of the maps need."""
        return super().describe() | {"low": 0.0, "high": MAX_SCALE, "step": 0.05}


@dataclass(frozen=True)
class BlockKind:
    """A kind of block.

    Attributes:
        kind: Key in `BLOCKS`.
        title: The field's name for it.
        why: One sentence: what it is for.
        arguments: What it is made with, `scales` included.
        make: The class.
    """

    kind: str
    title: str
    why: str
    arguments: tuple[Parameter, ...]
    make: Callable[..., Block]

    def describe(self) -> dict[str, Any]:
        """Say what a menu needs, in JSON."""
        return {
            "kind": self.kind,
            "title": self.title,
            "why": self.why,
            "arguments": [argument.describe() for argument in self.arguments],
        }


ROWS = WholeNumber(
    name="rows",
    title="Rows",
    low=1,
    high=MAX_KERNEL,
    step=1,
    default=3,
)
COLUMNS = WholeNumber(
    name="columns",
    title="Columns",
    low=1,
    high=MAX_KERNEL,
    step=1,
    default=3,
)

RANDOM = (
    WholeNumber(
        name="filters",
        title="Kernels",
        low=1,
        high=MAX_MAPS,
        step=1,
        default=8,
    ),
    WholeNumber(
        name="kernel_size",
        title="Kernel size",
        low=1,
        high=MAX_KERNEL,
        step=1,
        default=3,
    ),
    WholeNumber(
        name="seed",
        title="Seed",
        low=0,
        high=MAX_SEED,
        step=1,
        default=0,
    ),
)
"""What a random bank is made with."""

NORMALISATIONS = {"map": "Instance normalisation", "maps": "Layer normalisation"}

SCALES = ScalesParameter()

BLOCKS: dict[str, BlockKind] = {
    record.kind: record
    for record in (
        BlockKind(
            kind="convolution",
            title="Convolution",
            why="Looks for one pattern with each kernel, everywhere in all the maps before it.",
            arguments=(
                BankParameter(),
                WholeNumber(
                    name="strides",
                    title="Stride",
                    low=1,
                    high=4,
                    step=1,
                    default=1,
                ),
                Choice(
                    name="padding",
                    title="Padding",
                    options={"valid": "valid", "same": "same"} | {cells: str(cells) for cells in range(7)},
                    default="same",
                ),
                WholeNumber(
                    name="dilation_rate",
                    title="Dilation",
                    low=1,
                    high=4,
                    step=1,
                    default=1,
                ),
                BiasParameter(),
                SCALES,
            ),
            make=ConvolutionBlock,
        ),
        BlockKind(
            kind="activation",
            title="Activation",
            why="Bends every number, without which two convolutions would be no more than one.",
            arguments=(
                Choice(
                    name="activation",
                    title="Function",
                    options=OFFERED,
                    default="relu",
                ),
                SCALES,
            ),
            make=ActivationBlock,
        ),
        BlockKind(
            kind="pooling",
            title="Pooling",
            why=(
                "Makes one number of every window: smaller maps, and less care for where exactly something "
                "is."
            ),
            arguments=(
                Choice(
                    name="pooling",
                    title="Kind",
                    options={
                        "max": "Max",
                        "average": "Average",
                        "global_max": "Max of the whole map",
                        "global_average": "Average of the whole map",
                    },
                    default="max",
                ),
                WholeNumber(
                    name="pool_size",
                    title="Window",
                    low=1,
                    high=8,
                    step=1,
                    default=2,
                ),
                WholeNumber(
                    name="strides",
                    title="Stride",
                    low=1,
                    high=8,
                    step=1,
                    default=2,
                ),
                Choice(
                    name="padding",
                    title="Padding",
                    options={"valid": "valid", "same": "same"},
                    default="valid",
                ),
                SCALES,
            ),
            make=PoolingBlock,
        ),
        BlockKind(
            kind="normalisation",
            title="Normalisation",
            why=(
                "Brings the numbers back to mean 0 and, where they are not all nearly the same, to "
                "variance 1."
            ),
            arguments=(
                Choice(
                    name="over",
                    title="Mean and variance of",
                    options={"map": "each map", "maps": "all maps"},
                    default="map",
                ),
                SCALES,
            ),
            make=NormalisationBlock,
        ),
        BlockKind(
            kind="upsampling",
            title="Upsampling",
            why="Makes the maps larger again; what pooling threw away does not come back.",
            arguments=(
                WholeNumber(
                    name="size",
                    title="Factor",
                    low=2,
                    high=4,
                    step=1,
                    default=2,
                ),
                Choice(
                    name="interpolation",
                    title="Between the cells",
                    options={"nearest": "nearest", "bilinear": "bilinear"},
                    default="nearest",
                ),
                SCALES,
            ),
            make=UpsamplingBlock,
        ),
    )
}
"""The kinds of block, in the order of the menu."""


def menu() -> list[dict[str, Any]]:
    """Describe `BLOCKS` for a menu, in plain numbers, texts, lists and dicts.

    Example:
        >>> [kind["kind"] for kind in menu()]
        ['convolution', 'activation', 'pooling', 'normalisation', 'upsampling']
    """
    return [kind.describe() for kind in BLOCKS.values()]


def from_json(value: Any) -> Pipeline:
    """Read a pipeline from plain lists, dicts, numbers and texts; arguments left out have their defaults.

    Args:
        value: A list of at most `MAX_BLOCKS` dicts {"kind": ..., argument: ...}, see `BLOCKS`.

    Raises:
        ExplorerError: If it is anything else, with the number of the block.

    Example:
        >>> from_json([{"kind": "activation"}, {"kind": "pooling", "pooling": "average"}]).blocks[1].title
        'Average pooling 2 x 2, stride 2'
    """
    if not isinstance(value, list):
        raise ExplorerError(f"A pipeline is a list of at most {MAX_BLOCKS} blocks; it is {short(value)}.")
    _refuse_too_many(value)
    return Pipeline(tuple(_numbered(number, _block, given) for number, given in enumerate(value, 1)))


def to_json(pipeline: Pipeline) -> list[dict[str, Any]]:
    """Write a pipeline as plain lists, dicts, numbers and texts, with every argument.

    Example:
        >>> to_json(from_json([{"kind": "upsampling", "scales": {"1": 0}}]))
        [{'kind': 'upsampling', 'size': 2, 'interpolation': 'nearest', 'scales': {'1': 0.0}}]
    """
    return [
        {"kind": block.kind}
        | {
            argument.name: argument.to_json(getattr(block, argument.name))
            for argument in BLOCKS[block.kind].arguments
        }
        for block in pipeline.blocks
    ]


def to_text(pipeline: Pipeline) -> str:
    """Write a pipeline for an address, with letters, digits and `.,-_~=`; defaults are left out.

    Example:
        >>> blocks = [{"kind": "convolution", "bank": [{"name": "gaussian", "rows": 3}]}, {"kind": "pooling"}]
        >>> to_text(from_json(blocks))
        'convolution~bank=gaussian=3x5_1~~pooling'
    """
    blocks = []
    for block in pipeline.blocks:
        given = [(argument, getattr(block, argument.name)) for argument in BLOCKS[block.kind].arguments]
        parts = [
            f"{argument.name}={argument.to_text(value)}"
            for argument, value in given
            if value != argument.default
        ]
        blocks.append("~".join([block.kind, *parts]))
    return "~~".join(blocks)


def from_text(text: str) -> Pipeline:
    """Read a pipeline from an address.

    Raises:
        ExplorerError: If `to_text` writes no such text, with the number of the block.

    Example:
        >>> from_text("convolution~bank=8x3_0~strides=2~~activation").blocks[0].title
        'Convolution: 8 random kernels 3 x 3, stride 2'
    """
    parts = text.split("~~") if text else []
    _refuse_too_many(parts)
    return Pipeline(tuple(_numbered(number, _block_from_text, part) for number, part in enumerate(parts, 1)))


def _numbered(number: int, read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except ExplorerError as error:
        raise ExplorerError(f"Block {number}: {error}") from None


def _block(value: Any) -> Block:
    if not isinstance(value, dict):
        raise ExplorerError(f"A block is a kind with its arguments; it is {short(value)}.")
    kind = _kind(value.get("kind"))
    return kind.make(**_values(kind.arguments, {k: v for k, v in value.items() if k != "kind"}, kind.title))


def _block_from_text(text: str) -> Block:
    name, *parts = text.split("~")
    kind = _kind(name)
    pairs = [part.partition("=") for part in parts]
    written = {key: text for key, _, text in pairs}
    _refuse_unknown(written, [argument.name for argument in kind.arguments], kind.title)
    return kind.make(
        **{
            argument.name: argument.from_text(written[argument.name])
            if argument.name in written
            else argument.default
            for argument in kind.arguments
        }
    )


def _refuse_too_many(blocks: Sequence[Any]) -> None:
    if len(blocks) > MAX_BLOCKS:
        raise ExplorerError(
            f"A pipeline is a list of at most {MAX_BLOCKS} blocks; it is one of {len(blocks)}."
        )


def _kind(name: Any) -> BlockKind:
    if not isinstance(name, str) or name not in BLOCKS:
        raise ExplorerError(f"There is no kind of block {short(name)}; choose one of {', '.join(BLOCKS)}.")
    return BLOCKS[name]


def _values(arguments: Sequence[Parameter], given: Mapping[Any, Any], title: str) -> dict[str, Any]:
    """Read every argument that is given, and take the default of every other."""
    _refuse_unknown(given, [argument.name for argument in arguments], title)
    return {
        argument.name: argument.checked(given[argument.name]) if argument.name in given else argument.default
        for argument in arguments
    }


def _refuse_unknown(given: Mapping[Any, Any], known: Sequence[str], title: str) -> None:
    for name in given:
        if name not in known:
            raise ExplorerError(
                f"{title} takes no {short(name)}; it takes {', '.join(known) or 'no argument'}."
            )


def _rows(value: Any) -> tuple[tuple[float, ...], ...]:
    """Read a table of weights."""
    sentence = f"An own kernel has 1 to {MAX_KERNEL} rows of as many weights each, 1 to {MAX_KERNEL}"
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_KERNEL:
        raise ExplorerError(f"{sentence}; it is {short(value)}.")
    for row in value:
        if not isinstance(row, list) or not 1 <= len(row) <= MAX_KERNEL or len(row) != len(value[0]):
            raise ExplorerError(f"{sentence}; a row is {short(row)}.")
    rows = [[_bounded(weight, "A weight", -MAX_WEIGHT, MAX_WEIGHT) for weight in row] for row in value]
    return tuple(tuple(row) for row in kernels.to_rows(rows))


def _bounded(value: Any, title: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ExplorerError(f"{title} must be a number from {low:g} to {high:g}; it is {short(value)}.")
    return float(value) + 0  # which takes the sign off -0


def _read(text: str, title: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ExplorerError(f"{title}: the address has {short(text)} where a number belongs.") from None


@dataclass(frozen=True)
class Preset:
    """A pipeline to start from.

    Attributes:
        name: Key in `PRESETS`.
        title: Its name in the menu.
        why: One sentence: what to look at. It holds for every picture.
        pipeline: The blocks.
        sized: Writes a sentence with numbers, from the picture's shape and that after each block.
    """

    name: str
    title: str
    why: str
    pipeline: Pipeline
    sized: Callable[[Shape, Sequence[Shape]], str] | None = None

    def said(self, shape: Shape) -> str:
        """Say what to look at on a picture of this shape (H, W, C).

        Example:
            >>> print(PRESETS["too_much"].said((81, 90, 1)))
            Every pooling leaves a ninth of the cells at most. A picture of 81 x 90 pixels is down to 1 x 1 \
after 4 of the 5, and the next finds no place.
        """
        if self.sized is None:
            return self.why
        after, _ = shapes(self.pipeline, shape)
        return f"{self.why} {self.sized(shape, after)}"


def _pooled(shape: Shape, after: Sequence[Shape]) -> str:
    """Say how far the poolings of "too_much" come."""
    blocks = PRESETS["too_much"].pipeline.blocks
    every = sum(isinstance(block, PoolingBlock) for block in blocks)
    done = sum(isinstance(block, PoolingBlock) for block, _ in zip(blocks, after, strict=False))
    picture = f"A picture of {shape[0]} x {shape[1]} pixels is"
    if not done:
        return f"{picture} too small for the first of them."
    down = f"{picture} down to {after[-1][0]} x {after[-1][1]} after"
    return (
        f"{down} all {every}."
        if done == every
        else f"{down} {done} of the {every}, and the next finds no place."
    )


def _as_before(shape: Shape, after: Sequence[Shape]) -> str:
    """Say how large the maps of "down_up" come back."""
    if len(after) < len(PRESETS["down_up"].pipeline.blocks):
        return f"A picture of {shape[0]} x {shape[1]} pixels is too small to be pooled so often."
    rows, columns, _ = after[-1]
    if (rows, columns) == shape[:2]:
        return f"The maps are {rows} x {columns} as before, and the detail is gone."
    return f"Of {shape[0]} x {shape[1]} cells {rows} x {columns} are back, and the detail is gone."


_EDGES = (
    "convolution~bank=gaussian~~convolution~bank=sobel_x,own=3x3_1_0_-1_2_0_-2_1_0_-1,sobel_y,"
    "own=3x3_1_2_1_0_0_0_-1_-2_-1~~activation~~convolution~bank=identity=1x1~~normalisation"
)
_POOLED = "~~pooling~pool_size=3~strides=3"

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            name="edges",
            title="Edge detector",
            why=(
                "Four kernels each answer edges of one direction, ReLU drops the opposite ones, and the "
                "mean of "
                "the four maps answers them all."
            ),
            pipeline=from_text(_EDGES),
        ),
        Preset(
            name="blur",
            title="Blur then shrink",
            why=(
                "A blur takes away the detail that a smaller picture has no cells for; take it out, and "
                "stairs "
                "and false stripes appear where the picture is fine."
            ),
            pipeline=from_text("~~".join(["convolution~bank=gaussian", "pooling~pool_size=1"] * 2)),
        ),
        Preset(
            name="lenet",
            title="LeNet-like",
            why=(
                "The order of blocks of LeNet-5, which read the digits on cheques: fewer cells and more maps "
                "towards the end. Its weights here are random."
            ),
            pipeline=from_text(
                "convolution~bank=6x5_1~~activation~activation=tanh~~pooling~pooling=average~~"
                "convolution~bank=16x5_2~padding=valid~~activation~activation=tanh~~pooling~pooling=average"
            ),
        ),
        Preset(
            name="too_much",
            title="Too much pooling",
            why="Every pooling leaves a ninth of the cells at most.",
            pipeline=from_text(f"convolution~~activation{_POOLED * 5}"),
            sized=_pooled,
        ),
        Preset(
            name="random",
            title="Random features",
            why=(
                "Kernels that nobody trained already tell edges and textures apart, and colours where "
                "there are "
                "some; change the seed and get others."
            ),
            pipeline=from_text(
                "convolution~bank=8x3_0~~activation~~pooling~~convolution~bank=8x3_1~~activation~~pooling~~"
                "normalisation"
            ),
        ),
        Preset(
            name="down_up",
            title="Down and up again",
            why="What pooling throws away no upsampling brings back.",
            pipeline=from_text(
                "pooling~~pooling~~upsampling~interpolation=bilinear~~upsampling~interpolation=bilinear"
            ),
            sized=_as_before,
        ),
    )
}
"""Pipelines to start from, in the order of the menu."""
