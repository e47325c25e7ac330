"""What a file says: its columns, and the sentence on how they were understood."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from reprlib import repr as short
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.tables.layout import TableLayout, is_missing, laid_out
from explorer.tables.numerals import MAX_MAGNITUDE, Numeral, Numerals, numeral
from explorer.tables.sources import (
    DECIMALS,
    MAX_COLUMNS,
    SEPARATORS,
    Cell,
    PerCent,
    Source,
    is_blank,
    is_number,
    shown,
    text_source,
)
from explorer.tables.workbooks import is_workbook, workbook_source
from explorer.words import counted, plural

Vector = NDArray[np.float64]
Column = Vector | tuple[str, ...]
MissingValues = Literal["drop", "mean", "keep", "refuse"]

_UNWRITTEN = re.compile(r"[\x00-\x1f\x7f\ufeff\ud800-\udfff]")
_NO_TEXT = "missing"  # stands where a text is missing and its row is kept
_MONTH = (
    r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|f[ée]v|avr|ao[uû]|d[ée]c"
    r"|jän|mrz|ene|abr|ago|dic)\w*\.?"
)
_DATE = re.compile(
    r"(?:\w{2,9}\.?,? )?(?:\d{4}([-/. ])\d{1,2}\1\d{1,2}|\d{1,2}([-/. ]|\. )\d{1,2}\2\d{2,4}|\d{4}[-/]\d\d"
    rf"|\d{{1,2}}(?:er|\.)?[- ]?(?:de )?{_MONTH}[- ,]*(?:de )?\d{{2,4}}"
    rf"|{_MONTH}[- ]?\d{{1,2}}(?:, ?|[- ])\d{{2,4}}"
    rf"|{_MONTH}[- ]\d{{4}})"
    r"(?:[ T,].*)?",
    re.IGNORECASE,
)


class NamedColumns:
    """What holds columns by name."""

    columns: Mapping[str, Column]

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the columns of numbers."""
        return tuple(name for name, cells in self.columns.items() if isinstance(cells, np.ndarray))

    @property
    def texts(self) -> tuple[str, ...]:
        """Names of the columns of text."""
        return tuple(name for name, cells in self.columns.items() if isinstance(cells, tuple))


@dataclass(frozen=True, eq=False)
class TableReading(NamedColumns):
    """A table as it was understood.

    Attributes:
        columns: By name, in their order: float64 (n,), read-only, or a tuple of n texts.
        lines: int32 (n,): the line of the file on which each row stands.
        source: Where its rows came from, without them.
        layout: What of the file is the table, without its rows.
        decimal: The decimal mark, "." or ","; "" where no number has one.
        doubt: What could be read in two ways, in a sentence; "" where nothing could.
        missing: How many cells are missing in the file, in how many rows.
        empty: Names of columns in which nothing stands, which are left out.
        percent: Names of columns written in per cent: of 5 % the number is 0.05.
        money: Names of columns written with a currency, which is left away.
        dates: Names of the columns of text that are dates.
        filled: How a missing number was made one.
    """

    columns: Mapping[str, Column]
    lines: NDArray[np.int32]
    source: Source
    layout: TableLayout
    decimal: str
    doubt: str
    missing: tuple[int, int]
    empty: tuple[str, ...]
    percent: tuple[str, ...]
    money: tuple[str, ...]
    dates: tuple[str, ...]
    filled: MissingValues

    def completed(self, how: Literal["drop", "mean"], names: Sequence[str] | None = None) -> TableReading:
        r"""Return it without gaps.

        Args:
            how: "drop" leaves out the rows in which a cell is missing; "mean" takes the mean of a column of
                numbers, and "missing" in one of text.
            names: The columns that are needed; None: all of them.

        Raises:
            ExplorerError: If no row is left.

        Example:
            >>> kept = read_table("x,y\n1,\n3,4\n", missing="keep")
            >>> kept.completed("mean").columns["y"].tolist(), kept.completed("drop").lines.tolist()
            ([4.0, 4.0], [3])
            >>> kept.completed("drop", ["x"]).columns["x"].tolist()
            [1.0, 3.0]
        """
        columns = {name: self.columns[name] for name in (self.columns if names is None else names)}
        missing, lines = _missing(columns.values()), self.lines
        if how == "mean":
            columns = {name: _filled(column) for name, column in columns.items()}
        elif missing[0]:
            whole = np.flatnonzero(~np.any([_gaps(column) for column in columns.values()], axis=0))
            if not whole.size:
                raise ExplorerError(
                    "In every row a value is missing, so that none is left; take the mean of the column for "
                    "what is missing, or leave columns with gaps out of the file."
                )
            lines = lines[whole]
            lines.setflags(write=False)
            columns = {name: _kept(column, whole) for name, column in columns.items()}
        return replace(self, columns=columns, lines=lines, missing=missing, filled=how)

    def first_rows(self, rows: int, columns: int) -> dict[str, list[float] | list[str]]:
        r"""Return the beginning of it to be looked at: what is missing there is blank.

        Example:
            >>> read_table("x,y\n1.5,\n3,4\n", missing="keep").first_rows(2, 2)
            {'x': [1.5, 3.0], 'y': ['', '4']}
        """
        first: dict[str, list[float] | list[str]] = {}
        for name, column in list(self.columns.items())[:columns]:
            if isinstance(column, tuple):
                first[name] = list(column[:rows])
                continue
            numbers: list[float] = column[:rows].tolist()
            has_gap = any(map(math.isnan, numbers))
            first[name] = ["" if math.isnan(x) else shown(x) for x in numbers] if has_gap else numbers
        return first

    @property
    def said(self) -> str:
        r"""What was understood, in sentences.

        Example:
            >>> found = read_table("town;height;share\nBonn;1.234,5;5 %\nTotal;1.234,5;5 %\n").said
            >>> for sentence in found.split("; "):
            ...     print(sentence)
            Semicolon, decimal comma, 2 numeric columns, 1 text column, 1 row
            1 row left out (the total in line 3). 'share' is in per cent: of 5 % the number is 0.05.
        """
        found = [*self._form(), counted(len(self.numbers), "numeric column")]
        if self.texts:
            dates = f" ({', '.join(map(short, self.dates))}: dates, kept as text)" if self.dates else ""
            found.append(counted(len(self.texts), "text column") + dates)
        found.append(counted(len(self.lines), "row"))
        said = ", ".join(found)
        if out := self.layout.left_out:
            which = ", ".join(f"{each.what} in line {each.line}" for each in out)
            said += f"; {counted(len(out), 'row')} left out ({which})"
        sentences = [f"{said[0].upper()}{said[1:]}", *self._remarks()]
        return " ".join(f"{sentence}." for sentence in sentences)

    def _form(self) -> list[str]:
        kind, sheets = self.source.kind, self.source.sheets
        if kind != "text":
            return [
                kind + (f", sheet {short(self.source.sheet)} of {len(sheets)}" if len(sheets) > 1 else "")
            ]
        return list(
            filter(
                None,
                (
                    SEPARATORS.get(self.source.separator, "one column"),
                    DECIMALS.get(self.decimal, ""),
                    self.source.encoding,
                ),
            )
        )

    def _remarks(self) -> list[str]:
        cells, rows = self.missing
        said = []
        if not self.layout.header:
            said.append("The file gives no names")
        elif any(map(is_number, self.layout.names)):
            said.append("The first row gives the names, though some are numbers")
        if self.layout.units:
            said.append(f"Line {self.layout.units} gives the units")
        if self.percent:
            said.append(f"{_named(self.percent)} in per cent: of 5 % the number is 0.05")
        if self.money:
            said.append(f"{_named(self.money)} written with a currency, which is left away")
        if self.empty:
            said.append(f"{_named(self.empty)} empty and left out")
        if self.doubt:
            said.append(self.doubt)
        if cells:
            where = (
                f"{counted(cells, 'value')} {plural(cells, 'is', 'are')} missing in {counted(rows, 'row')}"
            )
            this = plural(rows, "this row is", "these rows are")
            done = {"drop": f": {this} left out", "mean": ": the mean of the column stands there"}
            said.append(where + done.get(self.filled, ""))
        return said


def read_table(
    source: str | bytes,
    *,
    separator: str | None = None,
    decimal: str | None = None,
    header: bool | None = None,
    total: bool | None = None,
    missing: MissingValues = "drop",
    sheet: str = "",
) -> TableReading:
    r"""Read a table from a text as spreadsheets write it, or from an .xlsx or .ods workbook.

    What is not said is found. A text may begin with a line "sep=;". A row is one of names if it holds no
    number, has a word above numbers, or holds years; short words between the names and numbers are units;
    what stands above the table, and totals and notes below it, is left out. A column is one of numbers if
    half of its cells are: groups of digits, currencies and per cent are understood.

    Args:
        source: The text, or the bytes of a file of at most 10 MB.
        separator: A key of `SEPARATORS`.
        decimal: A key of `DECIMALS`.
        header: Whether the first row gives the names; if it is said, every row belongs to the table.
        total: Whether the last row, notes apart, is a total and none of the table's own; one without a name
            is found where it adds up three rows or more in two columns or more.
        missing: "drop" leaves rows out in which a cell is missing; "mean" takes the mean of a column of
            numbers, and "missing" in one of text; "keep" leaves NaN and "" there, for `completed`; "refuse"
            takes only what is complete.
        sheet: The sheet of a workbook; "" for the first that is not empty.

    Raises:
        ExplorerError: If it cannot be read; the sentence says what came, where, and what to do.

    Example:
        >>> read_table("x\ty\n1,5\t1 234,5\n").columns["y"].tolist()
        [1234.5]
    """
    if decimal is not None and decimal not in DECIMALS:
        raise ExplorerError(f"There is no decimal mark {short(decimal)}; choose one of . and ,")
    if missing not in get_args(MissingValues):
        raise ExplorerError(
            f"Missing values cannot be treated by {short(missing)}; choose drop, mean, keep or refuse."
        )
    if is_workbook(source):
        assert isinstance(source, bytes)
        found = workbook_source(source, sheet)
    else:
        found = text_source(source, separator)
    layout = laid_out(found.rows, header, total)
    names = unique_names(layout.names)
    lines = np.array([line for line, _ in layout.rows], np.int32)
    cells = {
        name: CellColumn(column)
        for name, column in zip(names, zip(*(row for _, row in layout.rows), strict=True), strict=True)
    }
    empty = tuple(name for name, column in cells.items() if all(map(is_blank, column.cells)))
    chosen, doubt = (decimal, "") if decimal else _decimal(list(cells.values()), found.separator)
    numerals = Numerals(chosen or ".")
    columns: dict[str, Column] = {}
    for place, (name, column) in enumerate(cells.items()):
        if name not in empty:
            where = _places(place, name, lines)
            columns[name] = column_of(column, numerals, where, with_gaps=missing != "refuse")
    check_numbers(columns)
    lines.setflags(write=False)
    read = TableReading(
        columns=columns,
        lines=lines,
        # The cells themselves may go.
        source=replace(found, rows=[]),
        layout=replace(layout, rows=[]),
        decimal=chosen,
        doubt=doubt,
        missing=_missing(columns.values()),
        empty=empty,
        percent=tuple(name for name in columns if cells[name].is_percent),
        money=tuple(name for name in columns if cells[name].is_money),
        dates=tuple(name for name, column in columns.items() if _are_dates(column)),
        filled="keep",
    )
    return read.completed(missing) if missing in ("drop", "mean") else read


class CellColumn:
    """The cells of a column, and what of them could be numbers.

    Attributes:
        cells: As they stand in the file, or typed by a workbook.
        quick: Them as numbers where Python reads each as one; None where a cell needs a closer look.
        numerals: By each different text: how it could be a number, None if it could not; empty if `quick`.
    """

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = cells
        self.quick = _floats(cells)
        self.numerals: dict[str, Numeral | None] = {}
        if self.quick is None:
            self.numerals = {cell: numeral(cell) for cell in set(cells) if isinstance(cell, str)}

    @cached_property
    def is_numeric(self) -> bool:
        """Whether half of the cells or more are numbers, those that are missing not counted."""
        if self.quick is not None:
            return True
        present = [cell for cell in self.cells if not is_missing(cell)]
        return (
            0
            < len(present)
            <= 2 * sum(not isinstance(cell, str) or bool(self.numerals[cell]) for cell in present)
        )

    @property
    def is_percent(self) -> bool:
        """Whether it is one of numbers in per cent."""
        return self.is_numeric and (
            any(found.percent for found in self.numerals.values() if found)
            or any(isinstance(cell, PerCent) for cell in self.cells)
        )

    @property
    def is_money(self) -> bool:
        """Whether it is one of numbers with a currency."""
        return self.is_numeric and any(found.money for found in self.numerals.values() if found)

    def with_marks(self) -> Iterator[Numeral]:
        """Return each different number that has a decimal mark or groups, if it is a column of numbers."""
        if not self.is_numeric:
            return
        if self.quick is None:
            texts: Iterable[Numeral | None] = self.numerals.values()
        else:
            texts = (numeral(cell) for cell in set(self.cells) if isinstance(cell, str) and "." in cell)
        yield from (found for found in texts if found and (found.is_open or found.is_settled))


def _floats(cells: Sequence[Cell]) -> Vector | None:
    """The cells as numbers, None if one of them needs a closer look."""
    try:
        values = np.array(list(map(float, cells)))
    except ValueError:
        return None
    # NaN is not below anything. Python reads 1_000 as a number.
    fits = bool((np.abs(values) <= MAX_MAGNITUDE).all())
    return values if fits and "_" not in "".join(map(str, cells)) else None


def _decimal(columns: Sequence[CellColumn], separator: str) -> tuple[str, str]:
    """The decimal mark of a file, "" where no number has one, and what could be read in two ways."""
    closely, quickly = ([each for each in columns if (each.quick is None) is slow] for slow in (True, False))
    marked = [found for column in closely for found in column.with_marks()]
    settled = Counter(found.marks for found in marked if found.is_settled)
    # What Python reads has no comma: one settled cell of it is enough, unless commas stand against it.
    for found in chain.from_iterable(column.with_marks() for column in quickly):
        if settled and not settled[","]:
            break
        marked.append(found)
        settled.update([found.marks] if found.is_settled else [])
    if settled:
        return settled.most_common(1)[0][0], ""
    if not marked:
        return "", ""
    # 1,234 alone. Where a comma separates cells, it is hardly the decimal mark too.
    has_comma = any("," in found.digits for found in marked)
    chosen = "," if has_comma and separator != "," else "."
    first = next((found for found in marked if chosen in found.digits), marked[0])
    read, other = (f"{first.value(mark):g}" for mark in (chosen, Numerals(chosen).other))
    return chosen, f"{first.digits} is read as {read}, and could be {other}: choose the decimal mark if it is"


Where = Callable[[int], str]
"""Says of a row, counted from 0, where its cell stands."""


def place_of(row: int, place: int, name: str, line: int | None = None) -> str:
    """Return where a cell stands, its row and place counted from 0, for a sentence to begin with.

    >>> place_of(1, 0, "x")
    "Row 2, column 1 ('x')"
    """
    where = f"Row {row + 1}, column {place + 1} ({short(name)})"
    return where if line is None else f"{where}, line {line} of the file,"


def _places(place: int, name: str, lines: NDArray[np.int32]) -> Where:
    return lambda row: place_of(row, place, name, int(lines[row]))


def column_of(column: CellColumn, numerals: Numerals, where: Where, *, with_gaps: bool = False) -> Column:
    """Read the cells of a column: numbers where half of them are, text otherwise.

    Args:
        column: n cells.
        numerals: How their numbers are written.
        where: Says where a cell stands.
        with_gaps: Whether a cell may be missing, which gives NaN or "".

    Returns:
        float64 (n,), read-only, or n texts.

    Raises:
        ExplorerError: If one of the numbers cannot be read, or a cell is missing that may not be.

    Example:
        >>> column_of(CellColumn(["€ 2", "3.50"]), Numerals("."), str).tolist()
        [2.0, 3.5]
    """
    if column.quick is not None and (numerals.decimal == "." or not any(column.with_marks())):
        column.quick.setflags(write=False)
        return column.quick
    texts = {} if column.is_numeric else {cell: label(shown(cell)) for cell in set(column.cells)}
    is_gap = [is_missing(cell) if column.is_numeric else not texts[cell] for cell in column.cells]
    if True in is_gap and not with_gaps:
        row = is_gap.index(True)
        word = label(shown(column.cells[row]))
        raise ExplorerError(
            f"{where(row)} is missing{word and f' ({short(word)})'}; fill it in, or leave the row out."
        )
    if not column.is_numeric:
        return tuple(texts[cell] for cell in column.cells)
    values = np.full(len(column.cells), np.nan)
    for row, cell in enumerate(column.cells):
        if not is_gap[row]:
            values[row] = _number(cell, column, numerals, where, row)
    values.setflags(write=False)
    return values


def _number(cell: Cell, column: CellColumn, numerals: Numerals, where: Where, row: int) -> float:
    found = None if not isinstance(cell, str) else (column.numerals.get(cell) or numeral(cell))
    if found and numerals.decimal not in found.marks:
        raise ExplorerError(
            f"{where(row)} holds {short(cell)}, and the numbers are read with a "
            f"{DECIMALS[numerals.decimal]}; write all of them alike, or choose the other decimal mark."
        )
    if isinstance(cell, str) and not found:
        raise ExplorerError(f"{where(row)} holds {short(label(cell))}, which is not a number; write one.")
    number = found.value(numerals.decimal) if found else float(cell)
    if not abs(number) <= MAX_MAGNITUDE:
        raise ExplorerError(
            f"{where(row)} holds {short(shown(cell))}, which is beyond 1e100; use another unit."
        )
    return number


def check_numbers(columns: Mapping[str, Column]) -> None:
    """Refuse columns of which none is one of numbers."""
    if not any(isinstance(column, np.ndarray) for column in columns.values()):
        name, column = next(iter(columns.items()))
        raise ExplorerError(
            f"The table holds text only; column 1 ({short(name)}) begins with {short(column[0])} in row 1. "
            "Numbers are needed: add a column of them."
        )


def _gaps(column: Column) -> NDArray[np.bool_]:
    """Where a cell is missing, (n,)."""
    if isinstance(column, np.ndarray):
        return np.isnan(column)
    return np.array([not cell for cell in column], bool)


def _missing(columns: Iterable[Column]) -> tuple[int, int]:
    """How many cells are missing, in how many rows."""
    gaps = np.array([_gaps(column) for column in columns])  # (columns, rows)
    return int(gaps.sum()), int(gaps.any(axis=0).sum())


def _kept(column: Column, rows: NDArray[np.intp]) -> Column:
    """Some of the rows of a column."""
    if isinstance(column, tuple):
        return tuple(column[row] for row in rows)
    values = column[rows]
    values.setflags(write=False)
    return values


def _filled(column: Column) -> Column:
    if isinstance(column, tuple):
        return tuple(cell or _NO_TEXT for cell in column)
    values = np.where(np.isnan(column), np.nanmean(column), column)
    values.setflags(write=False)
    return values


def _are_dates(column: Column) -> bool:
    """Whether most of a column's texts look like dates."""
    if not isinstance(column, tuple):
        return False
    looked_at = column[:: max(1, len(column) // 100)]
    return 2 * sum(_DATE.fullmatch(cell) is not None for cell in looked_at) > len(looked_at)


def _named(names: Sequence[str]) -> str:
    return f"{', '.join(map(short, names))} {plural(len(names), 'is', 'are')}"


def label(text: str) -> str:
    """Return a text for the screen: one space between words, no control characters.

    >>> label(" two  words ")
    'two words'
    """
    return " ".join(filter(None, (_UNWRITTEN.sub("", word) for word in text.split())))


def unique_names(cells: Sequence[str]) -> list[str]:
    """Return names of columns: none blank, no two equal.

    >>> unique_names(["x", "", "x"])
    ['x', 'column 2', 'x (2)']
    """
    if len(cells) > MAX_COLUMNS:
        raise ExplorerError(f"A table has {MAX_COLUMNS:,} columns at the most, not {len(cells):,}.")
    names: dict[str, None] = {}
    for place, cell in enumerate(cells, start=1):
        given = name = label(cell) or f"column {place}"
        copy = 1
        while name in names:
            copy += 1
            name = f"{given} ({copy})"
        names[name] = None
    return list(names)
