"""Whether a row without a name is the total of its table: it adds up the columns above it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.tables.numerals import MAX_MAGNITUDE, numeral
from explorer.tables.sources import Cell

FEWEST_ADDED = 3
"""Rows above such a total."""

FEWEST_SUMS = 2
"""Columns in which it is beyond all that it adds up: four rows of zeros and ones may be a truth table."""

_FIRST = 50  # cells of a column, which say of most tables that there is no total
_EXACT, _ROUNDED = 1e-9, 2e-3  # of all that is added: what computing, or rounding, may change a sum by


@dataclass(frozen=True)
class _Numbers:
    """What some cells hold.

    Attributes:
        values: Their numbers.
        unit: That of the finest last digit, 0 where numbers come with all their digits.
    """

    values: list[float]
    unit: float


def add_up(totals: Sequence[Cell], columns: Sequence[Sequence[Cell]]) -> bool:
    """Whether each total is the sum of its column within rounding, and more than one of its numbers in two.

    Args:
        totals: One for each column.
        columns: Their cells, none of them missing.

    Example:
        >>> add_up(["7", "4,4"], [["1", "2", "4"], ["1,1", "1,2", "2,1"]])
        True
        >>> add_up(["1", "1"], [["0", "0", "1"], ["0", "1", "0"]])
        False
    """
    for decimal in ".,":
        wholes = [_numbers([total], decimal) for total in totals]
        first = [_numbers(cells[:_FIRST], decimal) for cells in columns]
        if sum(map(_is_beyond, wholes, first)) < FEWEST_SUMS:
            continue
        parts: list[_Numbers | None] = []
        for whole, cells in zip(wholes, columns, strict=True):
            if not _may_be_sum(whole, cells, decimal):
                break
            parts.append(_numbers(cells, decimal))
            if not _is_sum(whole, parts[-1]):
                break
        else:
            return sum(map(_is_beyond, wholes, parts)) >= FEWEST_SUMS
    return False


def _numbers(cells: Sequence[Cell], decimal: str) -> _Numbers | None:
    """Read cells with a decimal mark; None where one is no number with it, or too large."""
    values: list[float] = []
    units: list[float] = []
    for cell in cells:
        found = numeral(cell) if isinstance(cell, str) else None
        if isinstance(cell, str):
            if found is None or decimal not in found.marks:
                return None
            _, mark, digits = found.digits.rpartition(decimal)
            power = int(found.exponent[1:] or 0) - (len(digits) if mark else 0) - 2 * found.percent
            units.append(float(f"1e{power}"))
        values.append(found.value(decimal) if found else float(cell))
        if not abs(values[-1]) <= MAX_MAGNITUDE:
            return None
    return _Numbers(values, min(units, default=0.0))


def _may_be_sum(whole: _Numbers | None, cells: Sequence[Cell], decimal: str) -> bool:
    """Whether plain numbers roughly add up to a total: a long column is added in no time, and read once."""
    other = "," if decimal == "." else "."
    try:
        values = [
            float(cell.replace(other, "").replace(decimal, ".") if isinstance(cell, str) else cell)
            for cell in cells
        ]
    except ValueError:
        return True  # written in another way
    return whole is not None and abs(sum(values) - whole.values[0]) <= 2 * _ROUNDED * sum(map(abs, values))


def _is_beyond(whole: _Numbers | None, parts: _Numbers | None) -> bool:
    if whole is None or parts is None:
        return False
    return abs(whole.values[0]) > max(map(abs, parts.values), default=math.inf)


def _is_sum(whole: _Numbers | None, parts: _Numbers | None) -> bool:
    if whole is None or parts is None:
        return False
    size = math.fsum(map(abs, parts.values))
    # Each part may be off by half a unit, to either side, and so may the total, whose unit may be another.
    rounded = max(math.sqrt(len(parts.values)) * parts.unit, whole.unit / 2)
    slack = max(_EXACT * size, min(rounded, _ROUNDED * size))
    return abs(math.fsum(parts.values) - whole.values[0]) <= slack
