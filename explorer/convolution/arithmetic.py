"""The arithmetic of shapes: sliding windows on grids so small that every number can be seen and checked.

Convolution, transposed convolution and pooling of whole numbers. Each answers the same questions: how large
is the output, which cells make each of its numbers, where does each cell of the input go, and which cells
does no window read. The numbers themselves come from `explorer.convolution`.

All three are drawn in one way: a window of taps slides over a *board*. For convolution and pooling the board
is the input with its padding. For the transposed convolution it is the input with its cells a stride apart
and a border around them, all of it zeros, and the kernel slides turned round, one cell at a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.convolution import filters, geometry, layout, pooling
from explorer.errors import ExplorerError
from explorer.words import counted, plural, signed

Grid = NDArray[np.int64]


Mask = NDArray[np.bool_]


SIDES = (1, 16)
"""The fewest and the most rows or columns of an input."""


KERNEL_SIDES = (1, 7)
"""The fewest and the most rows or columns of a kernel."""


MAX_NUMBER = 99
"""The largest magnitude of a number: two digits can be read from the back row, and sums stay exact."""


PADDINGS = ("valid", "same", "full")
"""Padding by name: none; as much as keeps the size at stride 1; all that the kernel reaches over but one."""


INPUT_VALUES = (0, 9)
"""The least and the greatest random number of an input: one digit, as on the blackboard."""


WEIGHTS = (-2, 2)
"""The least and the greatest random weight of a kernel."""


@dataclass(frozen=True)
class GridKind:
    """A way from an input to an output.

    Attributes:
        name: Key in `KINDS`.
        title: The field's name for it.
        formula: LaTeX: one output cell, where b is the board.
        size: LaTeX: the height of the output, with p the padding, k the rows of the kernel, d the dilation
            and s the stride.
        size_why: The same in words.
        why: One sentence: what happens.
        has_weights: Whether a kernel of weights is laid on the board, and not a window alone.
    """

    name: str
    title: str
    formula: str
    size: str
    size_why: str
    why: str
    has_weights: bool = False


_SLIDING_WHY = (
    "the input and its padding, less the e = dilation × (kernel\u00a0−\u00a01)\u00a0+\u00a01 cells "
    "that the window reaches over, divided by the stride and **rounded down**, plus 1 for the first stop."
)


_SLIDING = (
    r"H' = {\left\lfloor \frac{H + p_\text{top} + p_\text{bottom} - e}{s} \right\rfloor + 1},"
    r" \qquad e = d \cdot (k - 1) + 1"
)


KINDS: dict[str, GridKind] = {
    kind.name: kind
    for kind in (
        GridKind(
            name="convolution",
            title="Convolution",
            formula=r"y_{r,c} = \sum_{i,j} w_{i,j} \; b_{sr + di,\; sc + dj}",
            size=_SLIDING,
            size_why=_SLIDING_WHY,
            why="Each output cell is the sum of the window's cells, each multiplied by the weight on it.",
            has_weights=True,
        ),
        GridKind(
            name="transposed",
            title="Transposed convolution",
            formula=r"y_{r,c} = \sum_{i,j} w_{k-1-i,\, k-1-j} \; b_{r + di,\; c + dj}",
            size=r"H' = s \cdot (H - 1) + d \cdot (k - 1) + 1 - p_\text{top} - p_\text{bottom}",
            size_why=(
                "the first and the last input cell lie stride × (input − 1) cells apart, each writes as "
                "far as "
                "the kernel reaches, dilation × (kernel − 1) + 1, and padding is cut off; nothing is rounded."
            ),
            why=(
                "Each input cell lays the kernel, times its own value, on the output, and a small map "
                "becomes a "
                "large one. Zeros between the input cells and a kernel rotated by 180° give the same."
            ),
            has_weights=True,
        ),
        *(
            GridKind(
                name=name,
                title=pooling.POOLINGS[name].title,
                formula=pooling.POOLINGS[name].formula,
                size=_SLIDING,
                size_why=_SLIDING_WHY,
                why=why,
            )
            for name, why in (
                ("max", "Each output cell is the largest of the window's cells; padding never counts."),
                ("average", "Each output cell is the mean of the window's cells; padding does not count."),
                ("min", "Each output cell is the smallest of the window's cells; padding never counts."),
            )
        ),
    )
}


@dataclass(frozen=True, eq=False)
class Axis:
    """The window's way along the rows or along the columns, in places of the board.

    Place 0 is the first cell of the input; the padding before it has places below 0.

    Attributes:
        size: Cells of the input.
        taps: Cells of the kernel.
        reach: Places from the first tap to the last, both included.
        apart: Places from one input cell to the next: 1, for the transposed convolution the stride.
        pads: Padding before and after. For the transposed convolution the cells cut off the output; below 0
            as many zeros are added to it.
        margins: Places of the board before the first cell of the input and after the last.
        positions: The place of every tap of every window, int32 (outputs, taps).
    """

    size: int
    taps: int
    reach: int
    apart: int
    pads: tuple[int, int]
    margins: tuple[int, int]
    positions: layout.Indices

    @classmethod
    def sliding(cls, size: int, taps: int, stride: int, padding: str | int, dilation: int) -> Axis:
        """The way of a convolution or a pooling."""
        reach = (taps - 1) * dilation + 1
        way: layout.AxisPadding = reach - 1 if padding == "full" else padding
        pads = geometry.pads(size, taps, strides=stride, padding=way, dilation_rate=dilation)
        positions = geometry.axis_positions(size, taps, strides=stride, padding=pads, dilation_rate=dilation)
        return cls(size, taps, reach, 1, pads, pads, positions)

    @classmethod
    def transposed(cls, size: int, taps: int, stride: int, padding: str | int, dilation: int) -> Axis:
        """The way of a transposed convolution, over the input with its cells a stride apart."""
        reach = (taps - 1) * dilation + 1
        way: layout.AxisPadding = reach - 1 if padding == "full" else padding
        positions = geometry.transposed_positions(
            size, taps, strides=stride, padding=way, dilation_rate=dilation
        )
        before, length = int(positions[0, -1]), (size - 1) * stride + 1
        pads = before, length + reach - 1 - before - len(positions)
        margins = max(0, -int(positions[0, 0])), max(0, int(positions[-1, -1]) + 1 - length)
        return cls(size, taps, reach, stride, pads, margins, positions)

    @property
    def outputs(self) -> int:
        """Cells of the output."""
        return len(self.positions)

    @property
    def places(self) -> layout.Indices:
        """Every place of the board, int32 (places,)."""
        before, after = self.margins
        return np.arange(-before, (self.size - 1) * self.apart + 1 + after, dtype=np.int32)

    def cells(self, places: layout.Indices) -> layout.Indices:
        """Return the input cell at each place, and -1 where padding or a zero between cells is."""
        inside = (places >= 0) & (places % self.apart == 0) & (places < self.size * self.apart)
        return np.where(inside, places // self.apart, np.int32(-1))

    @property
    def reads(self) -> layout.Indices:
        """The input cell under every tap of every window, int32 (outputs, taps), -1 for a zero."""
        return self.cells(self.positions)

    @property
    def unread(self) -> Mask:
        """Whether no window reads a place of the board, (places,)."""
        return ~np.isin(self.places, self.positions)

    @property
    def unused(self) -> list[int]:
        """The input cells that no window reads."""
        return sorted(set(range(self.size)) - set(self.reads.ravel().tolist()))


@dataclass(frozen=True, eq=False)
class GridFrame:
    """How one output cell is made: the window laid on the board, cell by cell.

    Attributes:
        row: Row of the output cell.
        col: Column of the output cell.
        places: The rows (kh,) and the columns (kw,) of the board that the taps lie on.
        cells: The rows (kh,) and the columns (kw,) of the input that they read, -1 for none.
        values: What they read, (kh, kw): zero where no input cell is.
        is_input: Whether they read a cell of the input, (kh, kw).
        weights: The weights as they lie on the board, (kh, kw), for the transposed convolution turned round;
            None for a pooling.
        winner: The tap (row, column) whose cell is the greatest or least, for the poolings that have one.
        value: The output cell, worked out from what stands here.
    """

    row: int
    col: int
    places: tuple[layout.Indices, layout.Indices]
    cells: tuple[layout.Indices, layout.Indices]
    values: Grid
    is_input: Mask
    weights: Grid | None
    winner: tuple[int, int] | None
    value: float

    @property
    def products(self) -> Grid | None:
        """Each cell times the weight that lies on it, (kh, kw); None for a pooling."""
        return None if self.weights is None else self.values * self.weights


@dataclass(frozen=True, eq=False)
class Arithmetic:
    """One operation on one small grid of whole numbers, with every number open to question.

    Attributes:
        image: The input, whole numbers (H, W), at most 16 a side and from -99 to 99.
        kernel: The weights, (kh, kw), at most 7 a side, likewise; a pooling takes its window's size from it.
        kind: A key of `KINDS`.
        strides: Cells from one window to the next; for the transposed convolution cells of the output.
        padding: "valid", "same", "full" (all that the kernel reaches over but one) or cells at every side. Of
            the transposed convolution it is the padding that it undoes, so it is cut off the output.
        dilation_rate: Cells from one tap to the next.

    Raises:
        ExplorerError: If an argument is not of the kind above, or the settings leave no place for the window.

    Example:
        >>> sums = Arithmetic(np.arange(9).reshape(3, 3), np.array([[0, 1], [2, 3]]))
        >>> sums.output.tolist(), sums.frame(0, 1).products.tolist()
        ([[19, 25], [37, 43]], [[0, 2], [8, 15]])
        >>> Arithmetic(np.array([[1, 2]]), np.ones((1, 3)), "transposed", strides=2).output.tolist()
        [[1, 1, 3, 2, 2], [0, 0, 0, 0, 0]]
    """

    image: Grid
    kernel: Grid
    kind: str = "convolution"
    strides: int = 1
    padding: str | int = "valid"
    dilation_rate: int = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ExplorerError(
                f"There is no operation {self.kind!r} here; choose one of {', '.join(KINDS)}."
            )
        object.__setattr__(self, "image", whole_numbers(self.image, "input", SIDES))
        object.__setattr__(self, "kernel", whole_numbers(self.kernel, "kernel", KERNEL_SIDES))
        _ = self.output  # so that settings without a place for the window are refused here

    @cached_property
    def axes(self) -> tuple[Axis, Axis]:
        """The window's way down the rows and along the columns."""
        make = Axis.transposed if self.kind == "transposed" else Axis.sliding
        rows, cols = (
            make(size, taps, self.strides, self.padding, self.dilation_rate)
            for size, taps in zip(self.image.shape, self.kernel.shape, strict=True)
        )
        return rows, cols

    @cached_property
    def output(self) -> Grid | layout.Array:
        """The output, int64 (H', W'), but float32 for average pooling."""
        rows, cols = self.axes
        image, kernel = self.image.astype(np.float32), self.kernel.astype(np.float32)
        padding = (rows.pads, cols.pads) if self.padding == "full" else self.padding
        options: Any = {"strides": self.strides, "padding": padding, "dilation_rate": self.dilation_rate}
        if self.kind == "transposed":
            layer = kernel[:, :, np.newaxis, np.newaxis]  # (kh, kw, 1, 1)
            found = filters.conv2d_transpose(image[:, :, np.newaxis], layer, **options)[:, :, 0]
        elif self.kind == "convolution":
            found = filters.filter2d(image, kernel, **options)
        else:
            found = pooling.pool2d(image, kernel.shape, kind=self.kind, **options)
        return found if self.kind == "average" else np.rint(found).astype(np.int64)

    @property
    def weights(self) -> Grid | None:
        """The weights as they lie on the board, (kh, kw); None for a pooling."""
        if not KINDS[self.kind].has_weights:
            return None
        return self.kernel[::-1, ::-1] if self.kind == "transposed" else self.kernel

    @cached_property
    def board(self) -> Grid:
        """The numbers that the window slides over: the input with the zeros around and between its cells."""
        return self._lay(*(axis.cells(axis.places) for axis in self.axes))

    @property
    def is_input(self) -> Mask:
        """Whether a place of the board is a cell of the input."""
        rows, cols = (axis.cells(axis.places) >= 0 for axis in self.axes)
        return rows[:, np.newaxis] & cols

    @property
    def unread(self) -> Mask:
        """Whether no window reads a place of the board: left over at the end, or in gaps."""
        rows, cols = (axis.unread for axis in self.axes)
        return rows[:, np.newaxis] | cols

    @property
    def unused(self) -> Mask:
        """Whether no window reads a cell of the input, (H, W).

        >>> Arithmetic(np.ones((1, 4)), np.ones((1, 1)), strides=2).unused.tolist()
        [[False, True, False, True]]
        """
        rows, cols = (np.isin(np.arange(axis.size), axis.unused) for axis in self.axes)
        return rows[:, np.newaxis] | cols

    def board_positions(self) -> tuple[layout.Indices, layout.Indices]:
        """Where every tap lies on the board, counted from its first row and column: (H', kh) and (W', kw)."""
        rows, cols = (axis.positions + np.int32(axis.margins[0]) for axis in self.axes)
        return rows, cols

    def work(self) -> int:
        """Count what the output reads: its cells times the cells of the window.

        >>> Arithmetic(np.ones((5, 5)), np.ones((3, 3))).work()
        81
        """
        return self.output.size * self.kernel.size

    def frame(self, row: int, col: int) -> GridFrame:
        """How an output cell is made.

        Raises:
            ExplorerError: If the output has no such cell.
        """
        rows, cols = self.axes
        self._check(row, col, (rows.outputs, cols.outputs), "output")
        cells = rows.reads[row], cols.reads[col]
        values = self._lay(*cells)
        is_input = (cells[0] >= 0)[:, np.newaxis] & (cells[1] >= 0)
        weights = self.weights
        value, winner = self._fold(values, is_input, weights)
        places = rows.positions[row], cols.positions[col]
        return GridFrame(row, col, places, cells, values, is_input, weights, winner, value)

    def feeds(self, row: int, col: int) -> list[tuple[int, int]]:
        """Return the output cells (row, column) that read an input cell, in reading order.

        For use of the library by itself: no page needs it.

        Raises:
            ExplorerError: If the input has no such cell.

        Example:
            >>> Arithmetic(np.ones((3, 3)), np.ones((2, 2))).feeds(0, 1)
            [(0, 0), (0, 1)]
        """
        self._check(row, col, self.image.shape, "input")
        rows, cols = (
            np.flatnonzero((axis.reads == cell).any(axis=1)).tolist()
            for axis, cell in zip(self.axes, (row, col), strict=True)
        )
        return [(r, c) for r in rows for c in cols]

    def size_formulas(self) -> tuple[str, str]:
        r"""Write the sum that gives the height of the output and the one for its width, in LaTeX.

        `H' = floor((H + before + after - (d (k - 1) + 1)) / s) + 1`; of a transposed convolution
        `H' = s (H - 1) + d (k - 1) + 1 - before - after` (Dumoulin and Visin, A guide to convolution
        arithmetic for deep learning, 2016).

        Example:
            >>> print(Arithmetic(np.ones((1, 6)), np.ones((1, 3)), strides=2).size_formulas()[1])
            W' = \left\lfloor \frac{6 + 0 + 0 - 3}{2} \right\rfloor + 1 = \lfloor 1.5 \rfloor + 1 = 2
        """
        write = self._transposed_formula if self.kind == "transposed" else self._sliding_formula
        height, width = (write(letter, axis) for letter, axis in zip("HW", self.axes, strict=True))
        return height, width

    def _sliding_formula(self, letter: str, axis: Axis) -> str:
        before, after = axis.pads
        quotient = (axis.size + before + after - axis.reach) / self.strides
        fraction = rf"\frac{{{axis.size} + {before} + {after} - {axis.reach}}}{{{self.strides}}}"
        floor = rf"\lfloor {quotient:.3g} \rfloor"
        return rf"{letter}' = \left\lfloor {fraction} \right\rfloor + 1 = {floor} + 1 = {axis.outputs}"

    def _transposed_formula(self, letter: str, axis: Axis) -> str:
        before, after = axis.pads
        cut = f"- {before} - {after}" if after >= 0 else f"- {before} + {-after}"
        return rf"{letter}' = {self.strides} \cdot ({axis.size} - 1) + {axis.reach} {cut} = {axis.outputs}"

    def size_sums(self) -> tuple[str, str]:
        """Write the same sums as plain text, for the height and for the width.

        Example:
            >>> Arithmetic(np.ones((1, 6)), np.ones((1, 3)), strides=2).size_sums()[1]
            '⌊(6 + 0 + 0 − 3) / 2⌋ + 1 = ⌊1.5⌋ + 1 = 2'
            >>> Arithmetic(np.ones((1, 6)), np.ones((1, 3)), "transposed", strides=2).size_sums()[1]
            '2 · (6 − 1) + 3 − 0 − 0 = 13'
        """
        height, width = (self._plain_sum(axis) for axis in self.axes)
        return height, width

    def _plain_sum(self, axis: Axis) -> str:
        before, after = axis.pads
        if self.kind == "transposed":
            cut = f"− {before} − {after}" if after >= 0 else f"− {before} + {-after}"
            return f"{self.strides} · ({axis.size} − 1) + {axis.reach} {cut} = {axis.outputs}"
        quotient = f"{(axis.size + before + after - axis.reach) / self.strides:.3g}"
        fraction = f"⌊({axis.size} + {before} + {after} − {axis.reach}) / {self.strides}⌋"
        return f"{fraction} + 1 = ⌊{quotient}⌋ + 1 = {axis.outputs}"

    def unused_sentence(self) -> str:
        """Name the rows and columns of the input that no window reads, counted from 1.

        Example:
            >>> Arithmetic(np.ones((6, 5)), np.ones((3, 3)), strides=2).unused_sentence()
            'No window reads row 6 of the input.'
            >>> Arithmetic(np.ones((5, 5)), np.ones((3, 3))).unused_sentence()
            'Every cell of the input is read.'
        """
        parts = [
            f"{plural(len(axis.unused), name)} {_listed([index + 1 for index in axis.unused])}"
            for name, axis in zip(("row", "column"), self.axes, strict=True)
            if axis.unused
        ]
        if not parts:
            return "Every cell of the input is read."
        return f"No window reads {' or '.join(parts)} of the input."

    def _lay(self, rows: layout.Indices, cols: layout.Indices) -> Grid:
        """The input at rows (n,) and columns (m,), with zeros where these are -1: (n, m)."""
        inside = (rows >= 0)[:, np.newaxis] & (cols >= 0)
        return np.where(inside, self.image[rows[:, np.newaxis], cols], 0)

    def _fold(
        self, values: Grid, is_input: Mask, weights: Grid | None
    ) -> tuple[float, tuple[int, int] | None]:
        """Make one number of a window, and name the tap that won."""
        if weights is not None:
            return int((values * weights).sum()), None
        if self.kind == "average":
            return float(np.float32(values[is_input].sum()) / np.float32(is_input.sum())), None
        best = values[is_input].max() if self.kind == "max" else values[is_input].min()
        first, *_ = np.argwhere(is_input & (values == best)).tolist()
        return int(best), (first[0], first[1])

    def _check(self, row: int, col: int, shape: tuple[int, ...], grid: str) -> None:
        if not (0 <= row < shape[0] and 0 <= col < shape[1]):
            raise ExplorerError(
                f"There is no cell in row {row}, column {col}: the {grid} has "
                f"{counted(shape[0], 'row')} and {counted(shape[1], 'column')}, counted from 0."
            )


def _listed(numbers: list[int]) -> str:
    """Name ascending numbers, three neighbours or more as a range: '1, 2 and 5 to 7'."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    names: list[str] = []
    for run in runs:
        names += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run)
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def whole_numbers(values: ArrayLike, name: str, sides: tuple[int, int]) -> Grid:
    """Read a grid of whole numbers that can be drawn, int64 (H, W).

    Args:
        values: Numbers (H, W) without a fraction, from -99 to 99.
        name: What the grid is, for the sentence: "input" or "kernel".
        sides: The fewest and the most rows, and columns.

    Raises:
        ExplorerError: If it is not of this kind.

    Example:
        >>> whole_numbers([[1.0, -2.0]], "kernel", KERNEL_SIDES).tolist()
        [[1, -2]]
    """
    try:
        array = np.asarray(values)
    except ValueError:
        array = np.empty(0)  # rows of several lengths
    if array.ndim != 2 or array.dtype.kind not in "iuf":
        raise ExplorerError(
            f"The {name} takes rows of whole numbers, each row as long as the others; give such."
        )
    least, most = sides
    if not all(least <= side <= most for side in array.shape):
        raise ExplorerError(
            f"The {name} takes {least} to {most} rows and columns, but {array.shape[0]} × {array.shape[1]} "
            "came; leave some out or add some."
        )
    wrong = array[(np.abs(array) > MAX_NUMBER) | (array != np.rint(array))]
    if wrong.size:
        raise ExplorerError(
            f"The {name} takes whole numbers from −{MAX_NUMBER} to {MAX_NUMBER}, but {signed(wrong[0])} "
            "came; choose another."
        )
    return array.astype(np.int64)


def read_grid(text: str, name: str, sides: tuple[int, int]) -> Grid:
    """Read a grid as it is typed, or pasted from a spreadsheet or a CSV file.

    Rows stand on lines of their own or have a semicolon or an underscore between them, numbers in a row a
    comma, a tab or spaces. Arguments and errors as `whole_numbers`.

    Example:
        >>> read_grid("1, 2; 3 -4", "input", SIDES).tolist()
        [[1, 2], [3, -4]]
    """
    lines = [line.strip(" \r").rstrip(",\t ") for line in re.split(r"[\n;_]", text.replace("−", "-"))]
    rows = [re.split(r" *[,\t] *| +", line) for line in lines if line]
    if not rows:
        raise ExplorerError(f"There are no numbers for the {name}; type rows such as 1 2 3, one to a line.")
    for number, row in enumerate(rows, 1):
        for cell in row:
            if not cell:
                raise ExplorerError(
                    f"Row {number} of the {name} has an empty cell; type a number, perhaps 0."
                )
            if not re.fullmatch(r"[+-]?\d{1,9}(\.0*)?", cell, re.ASCII):
                raise ExplorerError(
                    f"Row {number} of the {name} has {cell[:20]!r}, which is no whole number; type digits."
                )
        if len(row) != len(rows[0]):
            raise ExplorerError(
                f"The rows of the {name} differ in length: row 1 has "
                f"{counted(len(rows[0]), 'number')}, row {number} has {len(row)}; give every row as many."
            )
    return whole_numbers([[float(cell) for cell in row] for row in rows], name, sides)


def write_grid(grid: Grid | layout.Array) -> str:
    r"""Write a grid as CSV, one line a row; `read_grid` reads it if its numbers are whole.

    Example:
        >>> write_grid(np.array([[1, -2], [3, 4]]))
        '1,-2\n3,4\n'
    """
    return "".join(",".join(f"{value:.9g}" for value in row) + "\n" for row in grid.tolist())


def random_input(rows: int, columns: int, seed: int) -> Grid:
    """Draw an input of digits 0 to 9, (rows, columns); a larger one of the same seed continues it.

    >>> random_input(2, 3, 1).tolist() == random_input(4, 4, 1)[:2, :3].tolist()
    True
    """
    return _drawn(seed, 0, INPUT_VALUES, SIDES[1])[:rows, :columns]


def random_kernel(rows: int, columns: int, seed: int) -> Grid:
    """Draw weights from -2 to 2, (rows, columns); a larger kernel of the same seed continues it.

    >>> sorted(set(random_kernel(7, 7, 1).ravel().tolist()))
    [-2, -1, 0, 1, 2]
    """
    return _drawn(seed, 1, WEIGHTS, KERNEL_SIDES[1])[:rows, :columns]


def _drawn(seed: int, stream: int, values: tuple[int, int], side: int) -> Grid:
    low, high = values
    return np.random.default_rng([seed, stream]).integers(low, high, (side, side), endpoint=True)


def fill(own: ArrayLike | None, drawn: Grid) -> Grid:
    """Put numbers of one's own over drawn ones, from the top left as far as both reach.

    >>> fill(np.array([[7, 7, 7]]), np.zeros((2, 2), np.int64)).tolist()
    [[7, 7], [0, 0]]
    """
    if own is None:
        return drawn
    numbers, filled = np.asarray(own), drawn.copy()
    rows, columns = (min(sides) for sides in zip(numbers.shape, drawn.shape, strict=True))
    filled[:rows, :columns] = numbers[:rows, :columns]
    return filled
