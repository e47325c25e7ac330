"""Tables: named columns of numbers and texts, from a file, a data editor, or built in.

A column of numbers is a vector, and such columns side by side are a matrix; see `explorer.vectors` for what
is done with them. Numbers are float64, for they are the students' own. Rows and columns are counted from 1
where a sentence speaks of them, from 0 in arguments.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from reprlib import repr as short
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.tables import (
    CellColumn,
    Column,
    MissingValues,
    NamedColumns,
    Numerals,
    TableReading,
    check_numbers,
    column_of,
    label,
    place_of,
    read_table,
    unique_names,
)
from explorer.vectors import Matrix, Vector, checked_place, listed
from explorer.words import counted

Category = int | str
Along = Literal["columns", "rows"]

MAX_CATEGORIES = 1000
"""The most categories, and so columns, of a one-hot code."""

_MOST_CODES = 10_000_000  # numbers of a one-hot code
_OWN = "Your own table."


@dataclass(frozen=True, eq=False)
class Table(NamedColumns):
    """Named columns side by side: a column of numbers is a vector, and such columns together are a matrix.

    Attributes:
        name: Key in `TABLES`.
        title: What it is called on the screen.
        columns: By name, in their order: float64 (n,), read-only, or a tuple of n texts.
        why: One sentence: what can be seen in it.
        source: Where the numbers come from.
        first: What its first row is counted as: 1, unless it is a part of a longer table.
        lines: int32 (n,): in which line of its file each row stands; None where there is no file.
    """

    name: str
    title: str
    columns: Mapping[str, Column]
    why: str
    source: str
    first: int = 1
    lines: NDArray[np.int32] | None = None

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values())))

    @property
    def row_names(self) -> tuple[str, ...]:
        """A name for each row: the first column of text if no two of its cells are equal, else "row 1" ...

        Example:
            >>> TABLES["weather"].row_names[:2], TABLES["flowers"].row_names[:2]
            (('Monday', 'Tuesday'), ('row 1', 'row 2'))
        """
        first = self.columns[self.texts[0]] if self.texts else ()
        if len(set(first)) == self.size:
            return tuple(str(cell) for cell in first)
        return tuple(f"row {place}" for place in range(self.first, self.first + self.size))

    def vector(self, name: str) -> Vector:
        """Return a column of numbers, (n,).

        Raises:
            ExplorerError: If there is no such column, or it holds text.

        Example:
            >>> TABLES["arrows"].vector("a").tolist()
            [3.0, 1.0]
        """
        cells = self._column(name)
        if isinstance(cells, tuple):
            raise ExplorerError(f"Column {short(name)} holds text; choose one of {listed(self.numbers)}.")
        return cells

    def row(self, place: int) -> Vector:
        """Return the numbers of a row, counted from 0: (d,) for d columns of numbers.

        Raises:
            ExplorerError: If there is no such row.

        Example:
            >>> TABLES["colours"].row(0).tolist()
            [255.0, 0.0, 0.0]
        """
        row = checked_place(place, self.size, "row")
        return np.array([self.vector(name)[row] for name in self.numbers])

    def matrix(self, names: Sequence[str] | None = None) -> Matrix:
        """Lay columns of numbers side by side, all of them if none are named: (n, d), a batch of n rows.

        Raises:
            ExplorerError: If a column is unknown or holds text, or none is named.

        Example:
            >>> TABLES["arrows"].matrix(["a", "b"]).tolist()
            [[3.0, 1.0], [1.0, 2.0]]
        """
        chosen = self.numbers if names is None else names
        if not chosen:
            raise ExplorerError(f"A matrix needs a column or more; choose from {listed(self.numbers)}.")
        return np.stack([self.vector(name) for name in chosen], axis=1)

    def vector_names(self, along: Along = "columns") -> tuple[str, ...]:
        """Return the names of the vectors in it: of its columns of numbers, or of its rows.

        Example:
            >>> TABLES["arrows"].vector_names(), TABLES["arrows"].vector_names("rows")
            (('a', 'b', 'c', 'd'), ('x', 'y'))
        """
        return self.numbers if along == "columns" else self.row_names

    def places(self, along: Along = "columns") -> tuple[str, ...]:
        """Return the names of the places in such a vector: of the rows, or of the columns of numbers."""
        return self.row_names if along == "columns" else self.numbers

    def pick(self, along: Along, name: str) -> Vector:
        """Return a vector by its name.

        Raises:
            ExplorerError: If there is none of that name.

        Example:
            >>> TABLES["arrows"].pick("columns", "b").tolist(), TABLES["arrows"].pick("rows", "y").tolist()
            ([1.0, 2.0], [1.0, 2.0, 1.0, -2.0])
        """
        if along == "columns":
            return self.vector(name)
        if name not in self.row_names:
            raise ExplorerError(f"There is no row {short(name)}; the rows: {listed(self.row_names)}.")
        return self.row(self.row_names.index(name))

    def put(self, along: Along, name: str, vector: Sequence[float] | Vector) -> Table:
        """Return the table with other numbers in one of its vectors.

        Raises:
            ExplorerError: If there is no vector of that name, or it has another length.

        Example:
            >>> TABLES["arrows"].put("rows", "y", [0, 0, 0, 9]).vector("d").tolist()
            [-6.0, 9.0]
        """
        if len(vector) != self.pick(along, name).size:
            raise ExplorerError(
                f"{short(name)} has {counted(self.pick(along, name).size, 'number')}, not {len(vector)}."
            )
        if along == "columns":
            return self._with({name: vector})
        row = self.row_names.index(name)
        changed = {column: self.vector(column).copy() for column in self.numbers}
        for column, number in zip(self.numbers, vector, strict=True):
            changed[column][row] = number
        return self._with(changed)

    def _with(self, changed: Mapping[str, Sequence[float] | Vector]) -> Table:
        read = from_columns({name: list(cells) for name, cells in changed.items()})
        return _own({name: read.columns.get(name, cells) for name, cells in self.columns.items()})

    def part(self, rows: slice, columns: slice) -> Table:
        """Return some of the rows of some of the columns.

        Raises:
            ExplorerError: If there is no number among them.

        Example:
            >>> weekend = TABLES["weather"].part(slice(5, None), slice(2, 3))
            >>> weekend.cells(), weekend.row_names
            ({'temperature (°C)': [17.0, 20.0]}, ('row 6', 'row 7'))
        """
        chosen = {name: cells[rows] for name, cells in list(self.columns.items())[columns]}
        lines = None if self.lines is None else self.lines[rows]
        first = self.first + rows.indices(self.size)[0]
        found = replace(self, columns=chosen, first=first, lines=lines)
        if not found.numbers or not found.size:
            raise ExplorerError("There are no numbers in this part of the table; choose another one.")
        return found

    def with_part(self, rows: slice, part: Table) -> Table:
        """Return the table with a part of it, as `part` gave it, exchanged for an edited one.

        Raises:
            ExplorerError: If the edited one has more rows or fewer, and not all columns.

        Example:
            >>> table = TABLES["arrows"]
            >>> edited = from_columns({"a": [7]})
            >>> table.with_part(slice(1, 2), edited).vector("a").tolist()
            [3.0, 7.0]
        """
        given = len(range(*rows.indices(self.size)))
        if part.size != given and part.columns.keys() != self.columns.keys():
            raise ExplorerError("Rows come and go in all columns at once: show all of them first.")
        columns = dict(self.columns)
        for name, new in part.columns.items():
            columns[name] = new if given == self.size else _spliced(name, self._column(name), rows, new)
        return _own(columns)

    def with_column(self, name: str) -> Table:
        """Return the table with one more column, the last, of zeros.

        Raises:
            ExplorerError: If the name is blank or taken, or there are too many columns already.

        Example:
            >>> TABLES["arrows"].with_column("e").vector("e").tolist()
            [0.0, 0.0]
        """
        zeros = np.zeros(self.size)
        zeros.setflags(write=False)
        names = unique_names([*self.columns, self._new_name(name)])
        return _own({**self.columns, names[-1]: zeros})

    def renamed(self, name: str, new: str) -> Table:
        """Return the table with another name for one of its columns.

        Raises:
            ExplorerError: If there is no such column, or the new name is blank or taken.

        Example:
            >>> TABLES["arrows"].renamed("a", "wind").numbers
            ('wind', 'b', 'c', 'd')
        """
        self._column(name)
        new = self._new_name(new, name)
        return _own({new if each == name else each: cells for each, cells in self.columns.items()})

    def without(self, name: str) -> Table:
        """Return the table without one of its columns.

        Raises:
            ExplorerError: If there is no such column, or no numbers would be left.

        Example:
            >>> TABLES["arrows"].without("axis").row_names
            ('row 1', 'row 2')
        """
        self._column(name)
        if self.numbers == (name,):
            raise ExplorerError(f"{short(name)} is the only column of numbers: add another one first.")
        return _own({each: cells for each, cells in self.columns.items() if each != name})

    def _new_name(self, name: str, old: str | None = None) -> str:
        new = label(name)
        if not new:
            raise ExplorerError("A column needs a name: write one.")
        if new != old and new in self.columns:
            raise ExplorerError(f"There is a column {short(new)} already; write another name.")
        return new

    def cells(self) -> dict[str, list[float] | list[str]]:
        """Return the columns as plain lists, as a data editor takes them; `from_columns` is the way back.

        Example:
            >>> TABLES["arrows"].cells()["a"]
            [3.0, 1.0]
        """
        return {
            name: list(cells) if isinstance(cells, tuple) else cells.tolist()
            for name, cells in self.columns.items()
        }

    def one_hot(self, name: str) -> OneHot:
        """Code a column by its categories; see `one_hot`.

        Example:
            >>> TABLES["weather"].one_hot("sky").categories
            ('cloud', 'rain', 'sun')
        """
        return one_hot(self._column(name))

    def where(self, row: int, name: str) -> str:
        r"""Where a cell stands, its row counted from 0 and its line in the file from 1.

        Example:
            >>> read_csv("x,y\n1,2\n\n3,4\n").where(1, "y")
            "Row 2, column 2 ('y'), line 4 of the file,"
        """
        line = None if self.lines is None else int(self.lines[row])
        return place_of(self.first - 1 + row, list(self.columns).index(name), name, line)

    def _column(self, name: str) -> Column:
        if name not in self.columns:
            raise ExplorerError(
                f"There is no column {short(name)}; the columns: {listed(tuple(self.columns))}."
            )
        return self.columns[name]


def from_columns(
    columns: Mapping[str, Sequence[object]],
    *,
    name: str = "own",
    title: str = "Your table",
    why: str = _OWN,
    source: str = "",
) -> Table:
    """Make a table of columns of cells, such as an edited one; half of a column's cells make it numbers.

    Args:
        columns: By name; each cell a finite number or a text. None, NaN and "" are missing.
        name: As in `Table`, and so the rest.
        title: See there.
        why: See there.
        source: See there.

    Raises:
        ExplorerError: If a cell is missing or not of its column's kind (the sentence says which row and
            column), the columns differ in length, or there is nothing to compute with.

    Example:
        >>> from_columns({"fruit": ["fig", "plum"], "price": [0.5, "2"]}).vector("price").tolist()
        [0.5, 2.0]
    """
    names = unique_names([str(key) for key in columns])
    heights = [len(cells) for cells in columns.values()]
    if not heights or not max(heights):
        raise ExplorerError("The table is empty: write a row of numbers or more.")
    for place, height in enumerate(heights, start=1):
        if height != heights[0]:
            raise ExplorerError(
                f"Column {place} ({short(names[place - 1])}) has {counted(height, 'cell')} and column 1 has "
                f"{heights[0]}: all columns of a table have the same number of rows."
            )
    read = {
        each: column_of(CellColumn([_as_text(cell) for cell in cells]), Numerals(), _places(place, each))
        for place, (each, cells) in enumerate(zip(names, columns.values(), strict=True))
    }
    check_numbers(read)
    return Table(name, title, read, why, source)


def _places(place: int, name: str) -> Callable[[int], str]:
    return lambda row: place_of(row, place, name)


def read_csv(
    source: str | bytes,
    *,
    separator: str | None = None,
    decimal: str | None = None,
    header: bool | None = None,
    missing: MissingValues = "drop",
    name: str = "own",
    title: str = "Your table",
) -> Table:
    r"""Read a table from the text of a CSV file, or from the bytes of one or of a workbook.

    Args:
        source: At most 10 MB, as `explorer.tables.read_table` takes it, and so the rest.
        separator: A key of `SEPARATORS`, or None to look for it.
        decimal: A key of `DECIMALS`, or None to look for it.
        header: Whether the first row gives the names, and all others are of the table; None to look.
        missing: What is done where a cell is missing.
        name: As in `Table`.
        title: As in `Table`.

    Raises:
        ExplorerError: If it cannot be read; the sentence says why, where (row, column, line), and what to do.

    Example:
        >>> read_csv("x;y\n1,5;2\n3;4,25\n").matrix().tolist()
        [[1.5, 2.0], [3.0, 4.25]]
        >>> read_csv("x,y\n1,2\n3,four\n")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        explorer.errors.ExplorerError: Row 2, column 2 ('y'), line 3 of the file, holds 'four', which is ...
    """
    read = read_table(source, separator=separator, decimal=decimal, header=header, missing=missing)
    return from_reading(read, name=name, title=title)


def from_reading(read: TableReading, *, name: str = "own", title: str = "Your table") -> Table:
    r"""Make a table of what was read from a file; its sentence says how it was understood.

    Example:
        >>> from_reading(read_table("x;y\n1,5;2\n")).why
        'Semicolon, decimal comma, 2 numeric columns, 1 row.'
    """
    return Table(name, title, read.columns, read.said, "Your file.", lines=read.lines)


def _own(columns: Mapping[str, Column]) -> Table:
    return Table("own", "Your table", columns, _OWN, "")


def _spliced(name: str, column: Column, rows: slice, new: Column) -> Column:
    """A column with other cells in these rows."""
    start, stop, _ = rows.indices(len(column))
    if isinstance(column, tuple) and isinstance(new, tuple):
        return column[:start] + new + column[stop:]
    if isinstance(column, tuple) or isinstance(new, tuple):
        raise ExplorerError(
            f"Column {short(name)} would hold numbers and texts; a column holds numbers alone or text alone."
        )
    values = np.concatenate([column[:start], new, column[stop:]])
    values.setflags(write=False)
    return values


def to_text(table: Table) -> str:
    r"""Write a small table for an address: as CSV with as few marks as can be; `from_text` is the way back.

    Example:
        >>> to_text(TABLES["arrows"])
        'axis,a,b,c,d\nx,3,1,-2,-6\ny,1,2,1,-2'
    """
    return _csv(table, csv.QUOTE_MINIMAL, "\n").removesuffix("\n")


def from_text(text: str) -> Table:
    r"""Read what `to_text` wrote.

    Raises:
        ExplorerError: As for `read_csv`.

    Example:
        >>> from_text("x,y\n1,2").vector("y").tolist()
        [2.0]
    """
    table = read_csv(text, separator=",", decimal=".", header=True, missing="refuse")
    return replace(table, why=_OWN, source="", lines=None)


def write_csv(table: Table) -> str:
    r"""Write a table as CSV with commas, points and a header, every text in quotation marks.

    `read_csv` with `header=True` gives the same numbers and texts back.

    Example:
        >>> write_csv(TABLES["arrows"])
        '"axis","a","b","c","d"\r\n"x",3,1,-2,-6\r\n"y",1,2,1,-2\r\n'
    """
    return _csv(table, csv.QUOTE_NONNUMERIC, "\r\n")


def _csv(table: Table, quoting: Literal[0, 2], ending: str) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=quoting, lineterminator=ending)
    writer.writerow(table.columns)
    columns = (
        cells if isinstance(cells, tuple) else map(_shortest, cells.tolist())
        for cells in table.columns.values()
    )
    writer.writerows(zip(*columns, strict=True))
    return file.getvalue()


def _shortest(x: float) -> float | int:
    """The same number without an idle ".0"."""
    return int(x) if x.is_integer() and abs(x) < 1e15 else x


def _as_text(cell: object) -> str:
    """A cell of an edited table as a file would hold it."""
    if cell is None or (isinstance(cell, float | np.floating) and math.isnan(cell)):
        return ""
    if isinstance(cell, int | float | np.number) and not isinstance(cell, np.complexfloating):
        try:
            return repr(float(cell))
        except OverflowError:
            return "1e999"
    return str(cell)


_MADE_UP = "Invented example."

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        from_columns(
            {"axis": ["x", "y"], "a": [3, 1], "b": [1, 2], "c": [-2, 1], "d": [-6, -2]},
            name="arrows",
            title="Arrows in the plane",
            why="Each column is an arrow: b and c are at right angles; d is a, twice as long and reversed.",
            source=_MADE_UP,
        ),
        from_columns(
            {"axis": ["x", "y", "z"], "a": [2, 1, 2], "b": [1, 2, -2], "c": [4, 2, 4], "d": [0, 3, 4]},
            name="arrows_3d",
            title="Arrows in space",
            why="a and b have the same length and are at right angles; c points in the direction of a.",
            source=_MADE_UP,
        ),
        from_columns(
            {
                "colour": ["red", "orange", "yellow", "green", "teal", "blue", "purple", "grey", "white"],
                "R": [255, 255, 255, 0, 0, 0, 128, 128, 255],
                "G": [0, 165, 255, 128, 128, 0, 0, 128, 255],
                "B": [0, 0, 0, 0, 128, 255, 128, 128, 255],
            },
            name="colours",
            title="Colours",
            why="Each row is a colour as a vector of red, green and blue: red plus blue points in the "
            "direction of purple, and grey in that of white, only not as far.",
            source="Named colours of CSS Color Module Level 4, W3C; 0 to 255.",
        ),
        from_columns(
            {
                "species": ["setosa"] * 3 + ["versicolor"] * 3 + ["virginica"] * 3,
                "sepal length (cm)": [5.1, 4.9, 4.7, 7.0, 6.4, 6.9, 6.3, 5.8, 7.1],
                "sepal width (cm)": [3.5, 3.0, 3.2, 3.2, 3.2, 3.1, 3.3, 2.7, 3.0],
                "petal length (cm)": [1.4, 1.4, 1.3, 4.7, 4.5, 4.9, 6.0, 5.1, 5.9],
                "petal width (cm)": [0.2, 0.2, 0.2, 1.4, 1.5, 1.5, 2.5, 1.9, 2.1],
            },
            name="flowers",
            title="Irises",
            why="Each row is a flower as a vector of four lengths: those of one species lie close together.",
            source="The first three of each species in R. A. Fisher, The use of multiple measurements in "
            "taxonomic problems, 1936.",
        ),
        from_columns(
            {
                "day": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
                "sky": ["sun", "sun", "cloud", "rain", "rain", "cloud", "sun"],
                "temperature (°C)": [21, 23, 19, 15, 14, 17, 20],
                "rain (mm)": [0, 0, 0.5, 7.5, 12, 1, 0],
                "wind (km/h)": [8, 10, 18, 30, 26, 15, 9],
            },
            name="weather",
            title="A week of weather",
            why="The columns have different units: standardise them before you compare them. The sky is a "
            "category: a one-hot code turns it into numbers.",
            source=_MADE_UP,
        ),
        from_columns(
            {
                "film": ["space", "robots", "romance", "comedy", "ghosts"],
                "Ada": [5, 4, 1, 2, 3],
                "Ben": [2, 1, 5, 4, 2],
                "Chloe": [4, 5, 1, 1, 4],
                "Dan": [1, 1, 4, 5, 1],
                "Eli": [3, 2, 3, 3, 5],
            },
            name="ratings",
            title="Film ratings",
            why="Each column is one person's taste: the cosine of two columns says how alike two tastes are, "
            "which is what a film recommender asks.",
            source=_MADE_UP,
        ),
        from_columns(
            {
                "shopper": ["Eve", "Finn", "Gita"],
                "apples": [2, 0, 5],
                "bread": [1, 2, 1],
                "milk": [0, 3, 2],
            },
            name="baskets",
            title="Shopping baskets",
            why="The matrix of baskets times the vector of prices is the vector of bills.",
            source=_MADE_UP,
        ),
    )
}


# One-hot codes


@dataclass(frozen=True, eq=False)
class OneHot:
    """A column of categories as a matrix of zeros and ones.

    Attributes:
        categories: k whole numbers or texts, sorted: texts by their characters, capitals first.
        matrix: (n, k); the 1 of a row stands in the column of its category.
    """

    categories: tuple[Category, ...]
    matrix: Matrix


def one_hot(values: Sequence[object] | Vector) -> OneHot:
    """Code categories as vectors: as many numbers as there are categories, all 0 but the category's own, 1.

    Args:
        values: n texts, or n whole numbers (3.0 is one).

    Raises:
        ExplorerError: If a value is neither, texts and numbers are mixed, or there are too many categories.

    Example:
        >>> one_hot(["rain", "sun", "rain"]).matrix.tolist()
        [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]
        >>> one_hot([3, 1, 3]).categories
        (1, 3)
    """
    cells = [_category(value, place) for place, value in enumerate(values, start=1)]
    if not cells:
        raise ExplorerError("There is nothing to code; a one-hot code needs a category or more.")
    texts = [cell for cell in cells if isinstance(cell, str)]
    numbers = [cell for cell in cells if isinstance(cell, int)]
    if texts and numbers:
        raise ExplorerError(
            f"The categories mix texts, such as {short(texts[0])}, and numbers, such as {numbers[0]}; use "
            "one kind."
        )
    categories: tuple[Category, ...] = (*sorted(set(texts)), *sorted(set(numbers)))
    k = len(categories)
    if k > MAX_CATEGORIES or k * len(cells) > _MOST_CODES:
        raise ExplorerError(
            f"{len(cells):,} rows of {k:,} categories are too many: {MAX_CATEGORIES:,} categories and "
            f"{_MOST_CODES:,} zeros and ones are the most. Choose a column with fewer different values."
        )
    column = {category: place for place, category in enumerate(categories)}
    matrix = np.zeros((len(cells), k))
    matrix[np.arange(len(cells)), [column[cell] for cell in cells]] = 1.0
    return OneHot(categories, matrix)


def _category(value: object, place: int) -> Category:
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, str):
        return plain
    if isinstance(plain, int) or (isinstance(plain, float) and plain.is_integer()):
        return int(plain)
    raise ExplorerError(
        f"Row {place} holds {short(plain)}: a category is a text or a whole number; round the column, or "
        "choose another."
    )
