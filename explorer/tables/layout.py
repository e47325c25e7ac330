"""The layout of a table: a title above it, its names and units, its rows, a total and notes below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from explorer.errors import ExplorerError
from explorer.tables.sources import MAX_COLUMNS, Cell, Row, filled, is_blank, is_number, shown, trimmed
from explorer.tables.sums import FEWEST_ADDED, FEWEST_SUMS, add_up
from explorer.words import counted

MISSING = frozenset(
    {"", "-", "–", "—", "?", ".", "..", "...", ":", "na", "n/a", "n.a.", "k.a.", "nan", "none", "null", "nil"}
    | {"#n/a", "#nv", "#div/0!", "#wert!", "#value!", "#ref!", "#bezug!", "#num!", "#zahl!", "#name?"}
)
"""What stands for a missing number, in small letters."""

_TOTALS = frozenset(
    {"total", "totals", "grand total", "sum", "average", "mean", "subtotal", "overall"}
    | {"summe", "gesamt", "gesamtsumme", "insgesamt", "durchschnitt", "mittelwert", "ø", "∑", "σ"}
    | {"somme", "moyenne", "total général", "totale", "media", "somma", "suma", "promedio", "soma", "média"}
)
_LOOKED_AT = 50  # rows below, to see what a column holds
_MOST_ABOVE = 20  # rows of a title
_MOST_BELOW = 5  # rows of totals and notes
_LONGEST_UNIT = 16
_YEARS = (1800, 2200)


@dataclass(frozen=True)
class LeftOut:
    """A row of the file that is none of the table.

    Attributes:
        line: Where it stands, from 1.
        what: "the title", "the total", "the sums of the columns" or "a note".
    """

    line: int
    what: str


@dataclass(frozen=True)
class TableLayout:
    """A table within a file.

    Attributes:
        names: Of the columns, as they stand there, "" where there is none; with units: "wind (km/h)".
        rows: What stands below, each with as many cells as there are names.
        header: Whether the file gives the names.
        units: The line that gives the units; None where none does.
        left_out: Rows that are no part of it.
    """

    names: tuple[str, ...]
    rows: list[Row]
    header: bool
    units: int | None = None
    left_out: tuple[LeftOut, ...] = ()


def laid_out(rows: Sequence[Row], header: bool | None = None, total: bool | None = None) -> TableLayout:
    """Find the table among the rows of a file.

    Args:
        rows: Those that are not blank.
        header: Whether the first row gives the names. If it is said, all rows are of the table; None: what
            stands around the table is looked for too.
        total: Whether the last row, notes apart, is a total, which is left out; None: one is looked for where
            `header` is None.

    Raises:
        ExplorerError: If a row has another number of cells, or there is no row of the table.

    Example:
        >>> rows = [(1, ["Sales", ""]), (2, ["town", "2023"]), (3, ["Bonn", "5"]), (4, ["Total", "5"])]
        >>> found = laid_out(rows)
        >>> found.names, found.rows, [(each.line, each.what) for each in found.left_out]
        (('town', '2023'), [(3, ['Bonn', '5'])], [(1, 'the title'), (4, 'the total')])
    """
    left_out: list[LeftOut] = []
    kept = list(rows)
    width = _width(kept, header is None)
    if header is None:
        kept, left_out = _without_surroundings(kept, width, has_total=total is None)
    for place, (line, row) in enumerate(kept):
        _fit(row, width, place, line)
    first = kept[0][1]
    looked_for_sums = header is None
    if header is None:
        header = _names_columns(first, [row for _, row in kept[1 : _LOOKED_AT + 1]])
        looked_for_units = header
    else:
        looked_for_units = False
    names = tuple(shown(cell) for cell in first) if header else ("",) * width
    body = kept[header:]
    units = None
    if looked_for_units and len(body) > 1 and _are_units(body[0][1], [row for _, row in body[1:_LOOKED_AT]]):
        units, cells = body[0]
        names = tuple(_with_unit(name, shown(cell)) for name, cell in zip(names, cells, strict=True))
        body = body[1:]
    if total and len(body) > 1:
        left_out.append(LeftOut(body.pop()[0], "the total"))
    elif total is None and looked_for_sums and _are_sums(body):
        left_out.append(LeftOut(body.pop()[0], "the sums of the columns"))
    left_out.sort(key=lambda each: each.line)
    if not body:
        raise ExplorerError(
            "The file has one row, which was read as the names of the columns, and no numbers below it; "
            "write a row of numbers or more."
        )
    return TableLayout(names, body, header, units, tuple(left_out))


def _width(rows: Sequence[Row], is_free: bool) -> int:
    """How many columns there are: as many as most rows have; blank ones after the last are none."""
    if is_free:
        counts = Counter(len(row) for _, row in rows)
        width = max(counts, key=lambda width: (counts[width], width))
        width = min(width, max(len(trimmed(row)) for _, row in rows))
    else:
        width = len(trimmed(rows[0][1]))
    if width > MAX_COLUMNS:
        raise ExplorerError(
            f"The file has {width:,} columns and {MAX_COLUMNS:,} are the most; keep those you need. "
            "If that is not their number, the cells are separated by something else."
        )
    return width


def _fit(row: list[Cell], width: int, place: int, line: int) -> None:
    """Make a row as long as the others by blank cells at its end, and refuse what that does not help."""
    while len(row) > width and is_blank(row[-1]):
        row.pop()
    if len(row) != width:
        raise ExplorerError(
            f"Line {line} of the file has {counted(len(row), 'cell')}, and most have {width}: every row "
            "needs the same number. If that is not their number, the cells are separated by something else."
        )


def _without_surroundings(rows: list[Row], width: int, *, has_total: bool) -> tuple[list[Row], list[LeftOut]]:
    if width < 2:
        return rows, []
    above = list(takewhile(lambda each: _is_title(each[1], width), rows[: min(_MOST_ABOVE, len(rows) - 1)]))
    left_out = [LeftOut(line, "the title") for line, _ in above]
    rows = rows[len(above) :]
    below: list[LeftOut] = []
    while len(rows) > 2 and len(below) < _MOST_BELOW and (what := _is_below(rows[-1][1], width)):
        if what == "the total" and not has_total:
            break
        below.insert(0, LeftOut(rows.pop()[0], what))
    return rows, left_out + below


def _is_title(row: Sequence[Cell], width: int) -> bool:
    """Whether a row says something of the table as a whole: few words, where the others have more cells."""
    cells = trimmed(row)
    return (
        0 < filled(cells) <= max(1, width // 2)
        and len(cells) < width
        and not any(is_number(cell) for cell in cells if not is_blank(cell))
    )


def _is_below(row: Sequence[Cell], width: int) -> str:
    """What a row at the end is that is none of the table's own; "" if it is one."""
    first = next(cell for cell in row if not is_blank(cell))
    if shown(first).strip().rstrip(" :.").casefold() in _TOTALS:
        return "the total"
    is_alone = filled(row) == 1 and _is_text(first) and (len(row) == 1 or width > 2)
    return "a note" if is_alone else ""


def _are_sums(rows: Sequence[Row]) -> bool:
    """Whether the last row adds up the columns above it wherever it holds something."""
    if len(rows) <= FEWEST_ADDED:
        return False
    *above, (_, last) = rows
    places = [place for place, cell in enumerate(last) if not is_missing(cell)]
    if len(places) < FEWEST_SUMS:
        return False
    columns = [[row[place] for _, row in above if not is_missing(row[place])] for place in places]
    return add_up([last[place] for place in places], columns)


def is_missing(cell: Cell) -> bool:
    """Whether a cell says that there is no number."""
    return isinstance(cell, str) and cell.strip().casefold() in MISSING


def _is_text(cell: Cell) -> bool:
    return not is_missing(cell) and not is_number(cell)


def _names_columns(first: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> bool:
    """Whether a row gives the names of what stands below it."""
    numbers = [place for place, cell in enumerate(first) if is_number(cell)]
    if not numbers:
        return True
    if not below:
        return False
    columns = [[row[place] for row in below] for place in range(len(first))]
    if any(_is_text(cell) and _holds_numbers(cells) for cell, cells in zip(first, columns, strict=True)):
        return True
    counts = [_whole(first[place]) for place in numbers]
    if None in counts or counts == [_whole(below[0][place]) for place in numbers]:
        return False
    wholes = [count for count in counts if count is not None]
    steps = {after - before for before, after in pairwise(wholes)}
    is_run = len(steps) == 1 and 0 not in steps
    are_years = all(_YEARS[0] <= count < _YEARS[1] for count in wholes) and not all(
        _YEARS[0] <= (_whole(below[0][place]) or 0) < _YEARS[1] for place in numbers
    )
    is_corner_blank = is_blank(first[0]) and not is_blank(below[0][0])
    has_row_names = _is_text(below[0][0]) and not is_number(first[0])
    if is_corner_blank or (are_years and (is_run or has_row_names)):
        return True
    return has_row_names and is_run and len(wholes) > 2 and wholes[0] in (0, 1)


def _whole(cell: Cell) -> int | None:
    """A whole number without marks, None if it is none."""
    text = shown(cell).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _holds_numbers(cells: Sequence[Cell]) -> bool:
    """Whether all that is there are numbers, and some are."""
    present = [cell for cell in cells if not is_missing(cell)]
    return bool(present) and all(map(is_number, present))


def _are_units(row: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> bool:
    """Whether a row gives the units: short words above numbers, and nothing that is a number itself."""
    units = [place for place, cell in enumerate(row) if not is_missing(cell)]
    numbers = [place for place in range(len(row)) if _holds_numbers([each[place] for each in below])]
    return (
        bool(set(units) & set(numbers))
        and not any(map(is_number, row))
        and all(len(shown(row[place])) <= _LONGEST_UNIT for place in units)
        and all(place in units or is_blank(row[place]) or shown(row[place]) == "-" for place in numbers)
    )


def _with_unit(name: str, unit: str) -> str:
    word = unit.strip().strip("()[]").strip()
    return f"{name} ({word})" if word.casefold() not in MISSING else name
