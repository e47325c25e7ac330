"""The blocks of a pipeline: what each makes of maps, what it costs, and why a number is what it is."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike

from explorer import figures, rounding
from explorer.activations import ACTIVATIONS
from explorer.convolution import geometry, receptive_fields, upsampling
from explorer.convolution.experiments import Array, SlidingWindow, largest
from explorer.convolution.filters import conv2d
from explorer.convolution.pooling import POOLINGS, global_pool2d, pool2d
from explorer.errors import ExplorerError
from explorer.parameters import Offered
from explorer.pipeline.banks import Bank, Learned, Random, bank_kernels, bank_weights
from explorer.words import counted, plural

MAX_MAPS = 16
"""The most kernels of a bank, and so the most maps of a step."""

MAX_KERNEL = 11
"""The most rows, and columns, of a kernel in a bank."""

MAX_SCALE = 2.0
"""The largest factor of a map."""

MAX_SEED = 999_999
"""The last seed of a random bank."""

EPSILON = 1e-3
"""What a normalisation adds to the variance, as Keras's GroupNormalization does."""

_SPREAD = 1e37
"""The largest standard deviation that a normalisation divides by in float32."""


OFFERED = Offered(lambda: {name: each.title for name, each in ACTIVATIONS.items() if each.in_pipeline})
"""The activations of the menu, read from `ACTIVATIONS`; parameters have their defaults, which are Keras's."""

CHANNELS = {1: ("brightness",), 3: ("red", "green", "blue")}

Shape = tuple[int, int, int]
Place = tuple[int, int, int]  # row, column, map
Scales = tuple[tuple[int, float], ...]

EACH_CELL = receptive_fields.WindowStep(1)  # how a block reads that takes every cell by itself


@dataclass(frozen=True)
class Reason:
    """What made a number, before its map was scaled: `main` is the cell that gave most of it.

    `numbers` has the result as "result". Without a main cell it was padding alone. Of a window
    `patch` has what it read, (kh, kw, Cin), and `weights` what each is multiplied with, if anything.
    """

    sentence: str
    numbers: dict[str, float]
    main: Place | None
    patch: Array | None = None
    weights: Array | None = None


class Block(ABC):
    """One step of a pipeline: maps (H, W, C) go in, maps come out."""

    kind: ClassVar[str]
    scales: Scales = ()

    @property
    def is_global(self) -> bool:
        """Whether each of its numbers comes from whole maps, or belongs to no place on them any more."""
        return False

    @property
    @abstractmethod
    def title(self) -> str:
        """What it is, in a few words."""

    @abstractmethod
    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape of its maps for maps of this shape; `obstacle` says whether there are any."""

    @abstractmethod
    def compute(self, maps: Array) -> Array:
        """Compute its maps, not yet scaled."""

    @abstractmethod
    def explain(self, maps: Array, place: Place, made: float | None = None) -> Reason:
        """What of the maps that go in made the number at a place of those that come out.

        `made` is that number, before its map was scaled, where it is known: what is said ends with it.
        """

    def formulas(self, shape: Shape) -> tuple[str, str, str]:
        """Write in LaTeX how many rows, columns and maps come out, with the present numbers."""
        rows, columns, maps = self.output_shape(shape)
        return f"H' = H = {rows}", f"W' = W = {columns}", f"C' = C = {maps}"

    def obstacle(self, shape: Shape) -> str:
        """Why there is no map for maps of this shape, and what to change; the empty text if there is."""
        return ""

    def way(self, shape: Shape) -> receptive_fields.WindowStep | receptive_fields.Upsampling:
        """How the block reads the maps, for `receptive_field`."""
        return EACH_CELL

    def parameters(self, channels: int) -> tuple[int, int]:
        """Count the weights and the biases on so many maps."""
        return 0, 0

    def multiply_adds(self, shape: Shape) -> int:
        """Count the products of a weight and a value."""
        return 0

    def factors(self, maps: int) -> Array | None:
        """Return the factor of each map (C,), or None if none is scaled."""
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


class WindowBlock(SlidingWindow, Block):
    """A block that slides a window, and so may find no place for it."""

    padding: Literal["valid", "same"] | int

    def feature_map(self, image: Array) -> Array:
        """Compute its maps; see `compute`."""
        return self.compute(image)

    def output_shape(self, shape: tuple[int, ...]) -> Shape:
        """Return the rows and columns that the window finds a place on, and as many maps."""
        rows, columns, maps = super().output_shape(shape)
        return rows, columns, maps

    def obstacle(self, shape: Shape) -> str:
        """Where the window is larger than the maps with their padding."""
        if self.padding == "same":
            return ""
        around = 2 * self.padding if isinstance(self.padding, int) else 0
        if all(size + around >= reach for size, reach in zip(shape[:2], self.reach, strict=True)):
            return ""
        rows, columns = self.reach
        space = f"{shape[0] + around} × {shape[1] + around}"
        return (
            f"its window covers {rows} × {columns} cells, but the incoming maps have only {space}"
            f"{', padding included' if around else ''}. Choose a smaller window, more padding, or less "
            "pooling and smaller strides before it."
        )

    def formulas(self, shape: Shape) -> tuple[str, str, str]:
        """Write how many rows and columns the window finds a place on, and the maps."""
        maps = self.output_shape(shape)[2]
        return *self.size_formulas(shape), f"C' = {maps}" if maps != shape[2] else f"C' = C = {maps}"

    def way(self, shape: Shape) -> receptive_fields.WindowStep | receptive_fields.Upsampling:
        """Return the window."""
        return receptive_fields.WindowStep(self.window, self.steps, self.padding, self.dilation_rate)

    def look(self, maps: Array, place: Place) -> geometry.Window:
        """Return what the window reads for the number at a place."""
        row, column, _ = place
        return geometry.window_at(
            maps,
            self.window,
            row,
            column,
            strides=self.steps,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
        )


class WeightedBlock(WindowBlock):
    """A block that adds up products of weights and what its window reads, and a bias."""

    bias: float | tuple[float, ...]

    @property
    @abstractmethod
    def filters(self) -> int:
        """How many maps it makes."""

    @abstractmethod
    def weights(self, channels: int) -> Array:
        """Return the weights on so many maps, float32 (kh, kw, Cin, Cout), read-only."""

    @property
    def biases(self) -> Array:
        """The bias of each map, float32 (Cout,)."""
        return np.broadcast_to(np.array(self.bias, np.float32), self.filters)

    def output_shape(self, shape: tuple[int, ...]) -> Shape:
        """Return the rows and columns that the window finds a place on, and a map for each sum."""
        return *super().output_shape(shape)[:2], self.filters

    def compute(self, maps: Array) -> Array:
        """Add the products up."""
        return self._sums(maps, self.weights(maps.shape[2]))

    def _sums(self, maps: Array, weights: Array) -> Array:
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

    def _filter(self, maps: Array, weights: Array, biases: Array) -> Array:
        return conv2d(
            maps,
            weights,
            bias=biases,
            strides=self.steps,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
        )

    def explain(self, maps: Array, place: Place, made: float | None = None) -> Reason:
        """Name the largest of the products that were added up."""
        window = self.look(maps, place)
        weights = self.weights(maps.shape[2])[..., place[2]].astype(np.float64)
        products = weights * window.patch  # (kh, kw, Cin)
        total, bias = total_of(products), float(self.biases[place[2]])
        if made is None:
            made = total_of([*products.flat, bias])
        if not bias:
            total = made
        padded = int(window.is_padding.sum()) * maps.shape[2]
        numbers = {"sum": total, "bias": bias, "result": made, "products": products.size}
        adds = plural(products.size, "adds", "add")
        sentence = f"{counted(products.size, 'product')} {adds} up to {rounded(total)}"
        sentence += f"; with the bias {rounded(bias)}, that is {rounded(made)}." if bias else "."
        if padded:
            sentence += f" {padded:,} of them {plural(padded, 'is', 'are')} 0, from the padding."
        # Where all products are 0 the largest weight decides.
        sizes = np.abs(products) if products.any() else np.abs(weights)
        sizes = np.where(window.is_padding[..., np.newaxis], -1.0, sizes)
        tap = np.unravel_index(int(sizes.argmax()), sizes.shape)
        if sizes[tap] < 0:
            return Reason(sentence, numbers, None, window.patch, weights.astype(np.float32))
        main = int(window.rows[tap[0]]), int(window.cols[tap[1]]), int(tap[2])
        value, weight, share = float(window.patch[tap]), float(weights[tap]), float(products[tap])
        numbers |= {"value": value, "weight": weight, "product": share}
        which = "It is" if products.size == 1 else "The largest:"
        sentence += f" {which} {rounded(value)} · {rounded(weight)} = {rounded(share)}."
        return Reason(sentence, numbers, main, window.patch, weights.astype(np.float32))

    def parameters(self, channels: int) -> tuple[int, int]:
        """Count kh * kw * Cin * Cout weights and Cout biases."""
        return math.prod(self.window) * channels * self.filters, self.filters

    def multiply_adds(self, shape: Shape) -> int:
        """Count H' * W' * kh * kw * Cin * Cout."""
        return math.prod(self.output_shape(shape)) * math.prod(self.window) * shape[2]


@dataclass(frozen=True)
class ConvolutionBlock(WeightedBlock):
    """A convolutional layer: `bank_weights` over all maps that come in, and a bias to each map that goes out.

    Attributes:
        bank: The kernels; see `bank_weights` for what becomes of them on several maps.
        strides: As in `conv2d`.
        padding: As in `conv2d`.
        dilation_rate: As in `conv2d`.
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
        if isinstance(self.bank, Random):
            return self.bank.filters
        return self.bank.shape[3] if isinstance(self.bank, Learned) else len(self.bank)

    @property
    def window(self) -> tuple[int, int]:
        """Rows and columns of the kernels."""
        if isinstance(self.bank, Random):
            return self.bank.kernel_size, self.bank.kernel_size
        if isinstance(self.bank, Learned):
            return self.bank.shape[0], self.bank.shape[1]
        rows, columns = (max(entry.size[axis] for entry in self.bank) for axis in (0, 1))
        return rows, columns

    @property
    def title(self) -> str:
        """Name a single kernel, count several."""
        size = f"{self.window[0]} × {self.window[1]}"
        if isinstance(self.bank, Random):
            words = f"{counted(self.filters, 'random kernel')} {size}"
        elif isinstance(self.bank, Learned):
            words = f"{counted(self.filters, 'learned kernel')} {size}"
        elif self.filters == 1:
            words = f"{self.bank[0].title} {size}"
        else:
            words = f"{self.filters} kernels {size}"
        more = [f"stride {self.strides}"] * (self.strides > 1)
        more += [f"dilation {self.dilation_rate}"] * (self.dilation_rate > 1)
        return ", ".join([f"Convolution: {words}", *more])

    def weights(self, channels: int) -> Array:
        """Return the weights on so many maps, float32 (kh, kw, Cin, Cout), read-only."""
        return bank_weights(self.bank, channels)

    def compute(self, maps: Array) -> Array:
        """Filter the maps; kernels that are alike on all of them filter their mean, which is the same sum."""
        if isinstance(self.bank, tuple) and maps.shape[2] > 1:
            return self._sums(self._mean(maps), bank_kernels(self.bank)[:, :, np.newaxis])
        return super().compute(maps)

    def _mean(self, maps: Array) -> Array:
        return conv2d(maps, np.full((1, 1, maps.shape[2], 1), 1 / maps.shape[2], np.float32))


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

    def explain(self, maps: Array, place: Place, made: float | None = None) -> Reason:
        """Return the number that went in."""
        record = ACTIVATIONS[self.activation]
        value = float(maps[place])
        result = float(record.f(np.float64(value))) if made is None else made
        sentence = f"{record.title} makes {rounded(value)} into {rounded(result)}."
        return Reason(sentence, {"value": value, "result": result}, place)


@dataclass(frozen=True)
class PoolingBlock(WindowBlock):
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
        """A key of `POOLINGS`."""
        return self.pooling.removeprefix("global_")

    @property
    def window(self) -> tuple[int, int]:
        """Rows and columns of the window."""
        return self.pool_size, self.pool_size

    @property
    def title(self) -> str:
        """The field's name and the window."""
        name = POOLINGS[self.operation].title
        if self.is_global:
            return f"Global {name.lower()}"
        return f"{name} {self.pool_size} × {self.pool_size}, stride {self.strides}"

    def obstacle(self, shape: Shape) -> str:
        """Where the window is larger than the maps; the whole map always is one."""
        return "" if self.is_global else super().obstacle(shape)

    def output_shape(self, shape: tuple[int, ...]) -> Shape:
        """Return the rows and columns that the window finds a place on, and as many maps."""
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
            return global_pool2d(maps, self.operation)[np.newaxis, np.newaxis]  # (1, 1, C)
        return pool2d(maps, self.pool_size, strides=self.strides, padding=self.padding, kind=self.operation)

    def explain(self, maps: Array, place: Place, made: float | None = None) -> Reason:
        """Name the winner, or the largest part of the mean."""
        plane = maps[:, :, [place[2]]]
        if self.is_global:
            window = geometry.window_at(plane, plane.shape[:2], 0, 0)
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
            sentence = f"{rounded(value)} is the largest of {counted(count, 'cell')}."
            return Reason(sentence, numbers | {"result": value}, main, window.patch)
        total = total_of(cells[inside]) if made is None else made * count
        result = total / count
        sentence = (
            f"{counted(count, 'cell')} {plural(count, 'adds', 'add')} up to {rounded(total)}; "
            f"divided by {count:,} that is {rounded(result)}."
        )
        sentence += f" The largest part: {rounded(value)}."
        return Reason(sentence, numbers | {"sum": total, "result": result}, main, window.patch)

    def way(self, shape: Shape) -> receptive_fields.WindowStep | receptive_fields.Upsampling:
        """Return the window."""
        return receptive_fields.WindowStep(shape[:2]) if self.is_global else super().way(shape)


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

    def explain(self, maps: Array, place: Place, made: float | None = None) -> Reason:
        """Put the numbers into the formula."""
        group = maps[:, :, place[2]] if self.over == "map" else maps
        value = float(maps[place])
        mean = rounding.mean(group, given=rounding.SINGLE)
        variance = float(group.var(dtype=np.float64))
        result = (value - mean) / math.sqrt(variance + EPSILON) if made is None else made
        whose = "the map" if self.over == "map" else "all maps"
        sentence = (
            f"({rounded(value)} − {rounded(mean)}) / √({rounded(variance)} + {EPSILON}) = {rounded(result)}, "
            f"with mean and variance of {whose}."
        )
        numbers = {"value": value, "mean": mean, "variance": variance, "result": result}
        return Reason(sentence, numbers, place)


@dataclass(frozen=True)
class UpsamplingBlock(Block):
    """Every map `size` times as high and wide, as `upsampling.upsample2d` does it."""

    kind: ClassVar[str] = "upsampling"
    size: int = 2
    interpolation: str = "nearest"
    scales: Scales = ()

    @property
    def title(self) -> str:
        """How much, and how."""
        return f"Upsampling {self.size} × {self.size}, {self.interpolation}"

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
        made = upsampling.upsample2d(maps, self.size, self.interpolation)
        if self.interpolation == "nearest":
            return made

        def magnitudes(cells: rounding.Cells | None) -> Array:
            return upsampling.upsample2d(np.abs(maps), self.size, self.interpolation)[cells or ...]

        return rounding.settled_map(made, 4, largest(maps), magnitudes)

    def explain(self, maps: Array, place: Place, made: float | None = None) -> Reason:
        """Name the cell that was copied, or the largest part of the mixture."""
        row, column, number = place
        if self.interpolation == "nearest":
            main = row // self.size, column // self.size, number
            value = float(maps[main])
            return Reason(f"A copy of {rounded(value)}.", {"value": value, "result": value}, main)
        rows, down = self.mixture(row, maps.shape[0])
        columns, across = self.mixture(column, maps.shape[1])
        weights = np.outer(down, across)
        cells = maps[np.ix_(rows, columns, [number])][..., 0].astype(np.float64)
        products = weights * cells
        tap = np.unravel_index(int(np.abs(products).argmax()), products.shape)
        value, weight = float(cells[tap]), float(weights[tap])
        total = total_of(products) if made is None else made
        cells_said = (
            f"weighted mean of the {products.size} nearest cells" if products.size > 1 else "nearest cell"
        )
        sentence = f"The {cells_said} is {rounded(total)}."
        sentence += f" The largest part: {rounded(value)} · {rounded(weight)} = {rounded(products[tap])}."
        numbers = {"value": value, "weight": weight, "product": float(products[tap]), "result": total}
        return Reason(sentence, numbers, (rows[tap[0]], columns[tap[1]], number))

    def mixture(self, cell: int, size: int) -> tuple[list[int], list[float]]:
        """Which one or two inputs along an axis make a cell, and their shares."""
        if self.interpolation == "nearest":
            return [cell // self.size], [1.0]
        position = min(max((cell + 0.5) / self.size - 0.5, 0.0), size - 1.0)
        low = int(position)
        part = position - low
        return ([low, low + 1], [1 - part, part]) if part else ([low], [1.0])

    def way(self, shape: Shape) -> receptive_fields.WindowStep | receptive_fields.Upsampling:
        """Return the factor."""
        return receptive_fields.Upsampling(self.size, self.interpolation)


def rounded(number: float) -> str:
    """Write a number with four digits."""
    return figures.format_number(number + 0.0, 4)


def total_of(terms: ArrayLike) -> float:
    """Add up products of float32 numbers, or such numbers; 0 where rounding alone is left."""
    return rounding.total(terms, given=rounding.SINGLE)


NORMALISATIONS = {"map": "Instance normalisation", "maps": "Layer normalisation"}
