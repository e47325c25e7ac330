"""The blocks that end a stack in an answer: its maps become a row of numbers, and these become probabilities.

A row of n numbers is n maps of a single cell, (1, 1, n), as a global pooling leaves them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from explorer import rounding
from explorer.activations.functions import plain_softmax
from explorer.convolution import receptive_fields
from explorer.convolution.experiments import Array
from explorer.mlp.initializers import INITIALIZERS
from explorer.pipeline.banks import Learned
from explorer.pipeline.blocks import MAX_MAPS, Block, Place, Reason, Shape, WeightedBlock, rounded
from explorer.words import counted

MAX_NUMBERS = 1 << 16
"""The longest row that maps are laid out in."""

MAX_UNITS = 128
"""The most units of a dense layer."""

MAX_DENSE_WEIGHTS = 1 << 20
"""The most weights of a dense layer."""


@dataclass(frozen=True)
class FlattenBlock(Block):
    """All numbers of all maps in one row: row by row, column by column, and cell by cell map by map."""

    kind: ClassVar[str] = "flatten"

    @property
    def is_global(self) -> bool:
        """A row has no rows and columns of a picture any more."""
        return True

    @property
    def title(self) -> str:
        """The field's name for it."""
        return "Flatten"

    def obstacle(self, shape: Shape) -> str:
        """Where the row would be too long."""
        count = math.prod(shape)
        if count <= MAX_NUMBERS:
            return ""
        return (
            f"a row of {count:,} numbers is too long, and the limit is {MAX_NUMBERS:,}. Choose fewer maps, "
            "more pooling, or a smaller picture."
        )

    def output_shape(self, shape: Shape) -> Shape:
        """Return as many maps of one cell as there are numbers."""
        return 1, 1, math.prod(shape)

    def formulas(self, shape: Shape) -> tuple[str, str, str]:
        """Write the product."""
        rows, columns, maps = shape
        return "H' = 1", "W' = 1", rf"C' = {rows} \cdot {columns} \cdot {maps} = {math.prod(shape)}"

    def compute(self, maps: Array) -> Array:
        """Lay the numbers out."""
        return maps.reshape(1, 1, -1)

    def explain(self, maps: Array, place: Place, made: float | None = None) -> Reason:
        """Return the cell that the number is a copy of."""
        row, column, number = self.cell(maps.shape, place[2])
        value = float(maps[row, column, number])
        sentence = (
            f"A copy of {rounded(value)}: map {number + 1}, row {row + 1}, column {column + 1} of the maps "
            "before."
        )
        return Reason(sentence, {"value": value, "result": value}, (row, column, number))

    def cell(self, shape: tuple[int, ...], number: int) -> Place:
        """Return row, column and map of a number of the row.

        Example:
            >>> FlattenBlock().cell((2, 3, 4), 17)
            (1, 1, 1)
        """
        rest, found = divmod(number, shape[2])
        return rest // shape[1], rest % shape[1], found

    def way(self, shape: Shape) -> receptive_fields.WindowStep | receptive_fields.Upsampling:
        """Return the maps as one window."""
        return receptive_fields.WindowStep(shape[:2])


@dataclass(frozen=True)
class DenseBlock(WeightedBlock):
    """A dense layer: each unit adds up all numbers of a row, times a weight of its own for each, and a bias.

    Attributes:
        units: How many units there are, and so numbers.
        seed: Draws the weights by Glorot's uniform distribution, as Keras does; biases are 0.
        learned: The weights that a training came to, (inputs, units), in place of those.
        bias: One number for all units, or one for each.
    """

    kind: ClassVar[str] = "dense"
    units: int = 10
    seed: int = 0
    learned: Learned | None = None
    bias: float | tuple[float, ...] = 0.0

    # A row of n numbers is n maps of one cell, which a kernel of one cell reads; no argument says so.
    strides = 1
    padding = "valid"
    dilation_rate = 1

    @property
    def window(self) -> tuple[int, int]:
        """One cell."""
        return 1, 1

    @property
    def filters(self) -> int:
        """A unit makes one number."""
        return self.units

    @property
    def title(self) -> str:
        """Count the units."""
        return f"Dense: {counted(self.units, 'unit')}"

    def obstacle(self, shape: Shape) -> str:
        """Where maps come instead of a row, or there would be too many weights."""
        rows, columns, maps = shape
        if (rows, columns) != (1, 1):
            return (
                f"it takes a row of numbers, but {counted(maps, 'map')} of {rows} × {columns} cells came. "
                "Add Flatten or a global pooling before it."
            )
        if maps * self.units > MAX_DENSE_WEIGHTS:
            return (
                f"{maps:,} numbers and {counted(self.units, 'unit')} make {maps * self.units:,} weights, and "
                f"the limit is {MAX_DENSE_WEIGHTS:,}. Choose fewer units, or more pooling before Flatten."
            )
        return ""

    def formulas(self, shape: Shape) -> tuple[str, str, str]:
        """Write how many numbers come out."""
        return "H' = 1", "W' = 1", f"C' = {self.units}"

    def weights(self, channels: int) -> Array:
        """Return the weights on so many numbers, float32 (1, 1, inputs, units), read-only."""
        if self.learned is not None:
            return self.learned.weights()[np.newaxis, np.newaxis]
        return _drawn(channels, self.units, self.seed)[np.newaxis, np.newaxis]


@dataclass(frozen=True)
class SoftmaxBlock(Block):
    """The softmax of the maps at each cell: probabilities that add up to 1."""

    kind: ClassVar[str] = "softmax"

    @property
    def title(self) -> str:
        """The function's name."""
        return "Softmax"

    def output_shape(self, shape: Shape) -> Shape:
        """Keep the shape."""
        return shape

    def compute(self, maps: Array) -> Array:
        """Compute e to the power of each, and divide by their sum."""
        return plain_softmax(maps)

    def explain(self, maps: Array, place: Place, made: float | None = None) -> Reason:
        """Put the numbers into the formula, the largest taken off all of them."""
        row, column, number = place
        logits = maps[row, column].astype(np.float64)
        powers = np.exp(logits - logits.max())
        value, power = float(logits[number]), float(powers[number])
        total = rounding.total(powers, given=rounding.SINGLE)
        result = power / total if made is None else made
        sentence = (
            f"e to the power of ({rounded(value)} − {rounded(logits.max())}) is {rounded(power)}. "
            f"Divided by {rounded(total)}, the sum of all {counted(len(logits), 'such power')}, "
            f"that is {rounded(result)}."
        )
        return Reason(sentence, {"value": value, "power": power, "sum": total, "result": result}, place)


def laid_out(block: Block, shape: Shape) -> Shape:
    """Return rows, columns and maps in which what a block made is best looked at.

    A row is shown as one map, in rows of at most 32; all else as it is.

    Example:
        >>> laid_out(FlattenBlock(), (1, 1, 1024)), laid_out(SoftmaxBlock(), (1, 1, 10))
        ((32, 32, 1), (1, 10, 1))
    """
    rows, columns, count = shape
    if (rows, columns) != (1, 1) or (count <= MAX_MAPS and not isinstance(block, _ROWS)):
        return shape
    return folded(count)


def folded(count: int) -> Shape:
    """Return rows and columns, and one map, in which so many numbers of a row are laid out.

    Example:
        >>> folded(1152), folded(7)
        ((36, 32, 1), (1, 7, 1))
    """
    across = max(size for size in range(1, _ACROSS + 1) if count % size == 0)
    return count // across, across, 1


_ROWS = (FlattenBlock, DenseBlock, SoftmaxBlock)
_ACROSS = 32  # numbers of a row beside each other


@lru_cache(maxsize=8)
def _drawn(inputs: int, units: int, seed: int) -> Array:
    """Draw the weights of a dense layer, (inputs, units)."""
    drawn = INITIALIZERS["glorot_uniform"].draw(inputs, units, np.random.default_rng(seed))
    weights = drawn.astype(np.float32)
    weights.setflags(write=False)
    return weights
