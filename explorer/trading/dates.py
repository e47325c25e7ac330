r"""Dates: in which order in time the rows of a table stand, whichever way its dates are written.

One cell may leave open what it says: 05/06/2024 is a day of May or of June. The whole column settles it: by a
cell with a day above 12, or by the one reading in which it runs one way in time. What it does not settle is
asked, for a file that is read backwards makes a future of the past.

Years of two digits are 1969 to 2068, as in POSIX. Months in words are English, German, French or Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from reprlib import repr as short
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.vectors import Vector
from explorer.vectors.tables import Table

Whole = NDArray[np.int64]
Where = Callable[[int], str]
"""Says of a row where its date stands: "Row 2, column 1 ('day'), line 3 of the file,"."""

ORDERS = ("auto", "day", "month", "year")
"""Which number of 05/06/2024 comes first: settled by the whole column, or said."""

_FIRST = {"day": "the day first", "month": "the month first", "year": "the year first"}
_ADVICE = "write it as 2024-05-29 or 29 May 2024"

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_OTHER_MONTHS = (
    "januar jan jänner jän janvier janv enero ene",
    "februar feber feb février févr fév fevrier febrero",
    "märz mär mrz maerz mars marzo",
    "april apr avril avr abril abr",
    "mai mayo",
    "juni jun juin junio",
    "juli jul juillet juil julio",
    "august aug août aout agosto ago",
    "september sep sept septembre septiembre setiembre set",
    "oktober okt octobre octubre",
    "november nov novembre noviembre",
    "dezember dez décembre déc decembre diciembre dic",
)
"""Months in German, French and Spanish, in full and short; none stands for two."""

_NUMBER_OF = {
    written: place
    for place, (name, others) in enumerate(zip(_MONTHS, _OTHER_MONTHS, strict=True), start=1)
    for written in (name, name[:3], *others.split())
}
_ZONES = {"z": 0, "ut": 0, "utc": 0, "gmt": 0, "bst": 1, "cet": 1, "cest": 2} | {
    f"{place}{half}t": hours + (half == "d")
    for place, hours in (("e", -5), ("c", -6), ("m", -7), ("p", -8))
    for half in "sd"
}
"""Hours before UTC of the zones that mail has names for (RFC 822), and of Europe's that files do."""

_SECOND = 1_000_000  # microseconds
_DAY = 86_400 * _SECOND
_YEARS = (1000, 9000)  # the first that is read as one, and the first that is not
_PIVOT = 69  # the first year of two digits in the last century
_UNIX = {1e8: _SECOND, 1e11: 1000, 1e14: 1, 1e17: 0.001}  # from a number on: microseconds of a unit

_ZONE = (
    rf"(?: ?(?P<zone>(?:utc|gmt)?[+-]\d\d?(?::?\d\d)?|{'|'.join(sorted(_ZONES, reverse=True))})(?![\w:])"
    r"(?: ?\([^)]*\))?)?"
)
_HALF = r"(?P<half>[ap])\.?m\.?"
_FRACTION = r"(?:[.,](?P<fraction>\d+))?"
_CLOCKS = tuple(
    re.compile(pattern + _ZONE)
    for pattern in (
        rf"(?:(?<=\d)t|, ?| |^)(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d){_FRACTION})?"
        rf"(?: ?{_HALF})?",
        rf"(?:,? |^)(?P<hour>\d\d?)[- ]?{_HALF}",
        rf"(?<=\d{{8}})[t ](?P<hour>\d\d)(?P<minute>\d\d)(?:(?P<second>\d\d){_FRACTION})?",
    )
)
_MAYBE_CLOCK = re.compile(r":|\d[- ]?[ap]\.?m|\d{8}[t ]")  # most cells have none
_WORD = rf"(?P<word>{'|'.join(sorted(_NUMBER_OF, key=len, reverse=True))})\.?"
_WEEKDAY = (
    r"(?:(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?"
    r"|(?:mo|di|mi|do|fr|sa|so)|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend"
    r"|(?:lun|mar|mer|jeu|ven)(?:di)?|mercredi|sam|samedi|dim|dimanche"
    r"|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo|mi[eé]|jue|vie|s[aá]b|dom)\.?,? )?"
)
_IN_WORDS = r"(?P<day>\d\d?)(?:st|nd|rd|th|er)?"
_LAYOUTS = tuple(
    (layout, re.compile(_WEEKDAY + pattern))
    for layout, pattern in (
        ("year first", r"(?P<year>\d{4})(?P<mark>[-/. ])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)\.?"),
        ("one number", r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"),
        ("numbers", r"(?P<a>\d\d?)(?P<mark>[-/ ]|\. ?)(?P<b>\d\d?)(?P=mark)(?P<c>\d{4}|\d\d)\.?"),
        ("words", rf"{_IN_WORDS}\.?[- /]?(?:of |de )?{_WORD},?[- /]?(?:del? )?(?P<year>\d{{4}}|\d\d)"),
        ("words", rf"{_WORD}[- /]?{_IN_WORDS}(?:, ?|[- /])(?P<year>\d{{4}}|\d\d)"),
        ("words", rf"(?P<year>\d{{4}})[- /]?{_WORD}[- /]?{_IN_WORDS}"),
        ("month", r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d\d?)"),
        ("month", r"(?P<month>\d\d?)(?P<mark>[-/.])(?P<year>\d{4})"),
        ("month", rf"{_WORD}[- /]?(?P<year>\d{{4}})"),
        ("week", r"(?P<year>\d{4})-?w(?P<week>\d\d)(?:-?(?P<weekday>[1-7]))?"),
    )
)
_NAMES = frozenset({"date", "dates", "datetime", "timestamp", "datum"})
_NUMBER_NAMES = _NAMES | {
    *("time", "opentime", "closetime", "unix", "unixtime", "unixtimestamp", "epoch"),
    *("day", "days", "week", "month", "year", "yyyymmdd", "yyyymm", "t"),
}
_LOOKED_AT = 100  # cells, to see whether a column of text holds dates


@dataclass(frozen=True, eq=False)
class Timeline:
    """In which order in time the rows of a table stand: each is a moment, and no two are the same.

    Attributes:
        newest_first: Whether the first row is the newest; else it is the oldest.
        cells: What the file says of each row.
        moments: int64 (n,), microseconds since 1970; None where several readings give the same order, or the
            cells are no days of a calendar.
        zoned: Whether the moments are in UTC, and not in a time that the file has no zone for.
    """

    newest_first: bool
    cells: Sequence[str]
    moments: Whole | None = None
    zoned: bool = False

    def said(self, row: int) -> str:
        r"""Return the moment of a row for a sentence, as far as it is known; otherwise what the file says.

        Example:
            >>> from explorer.vectors.tables import read_csv
            >>> found = timeline(read_csv("day,x\n5/6/24,1\n5/13/24,2\n"), "x")
            >>> found.said(0), found.newest_first
            ('6 May 2024', False)
        """
        if self.moments is None:
            return str(self.cells[row])
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(self.moments[row]))
        text = f"{moment.day} {_MONTHS[moment.month - 1].title()} {moment.year}"
        if not (self.moments % _DAY).any():
            return text
        return f"{text}, {moment:%H:%M}{' UTC' if self.zoned else ''}"


def timeline(table: Table, values: str = "", order: str = "auto") -> Timeline | None:
    r"""Find the column that dates the rows of a table, and say which way it runs; None where there is none.

    It is one of text in which most cells are dates, or which is called date; or one of numbers, which may be
    20240529, Unix times, or a count of days that is called day. A column called time is read with it, and
    columns called year, month and day are read as one.

    Args:
        table: What was read.
        values: The column whose numbers are dated, which is no date itself.
        order: One of `ORDERS`; for columns such as 05/06/2024.

    Raises:
        ExplorerError: If a cell is no date, the column is in disorder or repeats a moment, or it does not
            settle whether the day or the month comes first; the sentence says where, and what to do.

    Example:
        >>> from explorer.vectors.tables import read_csv
        >>> text = "close,date\n103,31/05/2024\n102,30/05/2024\n"
        >>> timeline(read_csv(text), "close").newest_first
        True
    """
    if order not in ORDERS:
        raise ExplorerError(f"There is no order {short(order)}; choose one of {', '.join(ORDERS)}.")
    name = next((name for name in table.columns if name != values and is_time(table, name)), None)
    if name is None:
        return _from_parts(table, values)
    column, where = table.columns[name], partial(table.where, name=name)
    cells = column if isinstance(column, tuple) else _calendar(column)
    if cells is None:
        return _counted(table.vector(name), where, name)
    return _read(_with_clock(table, cells), where, name, order)


def is_time(table: Table, name: str) -> bool:
    r"""Whether a column tells when its rows were, by its name and by what it holds.

    Example:
        >>> from explorer.vectors.tables import read_csv
        >>> table = read_csv("timestamp,volume,close\n1717000000,1717000000,5\n1717086400,1616000000,6\n")
        >>> [is_time(table, name) for name in table.columns]
        [True, False, False]
    """
    cells, first = table.columns[name], name == next(iter(table.columns))
    label = re.sub(r"[\W_]", "", name.casefold())
    words = set(re.findall(r"[^\W\d_]+", name.casefold())) if first else set()
    if isinstance(cells, tuple):
        if label in _NAMES or words & _NAMES:
            return True
        looked_at = cells[:: max(1, len(cells) // _LOOKED_AT)]
        return 2 * sum(_written(cell) is not None for cell in looked_at) > len(looked_at)
    if _parts(table) and label in ("year", "month", "day"):
        return False
    if label in _NUMBER_NAMES or words & (_NAMES | {"time", "unix", "epoch"}):
        return True
    if not first:
        return False
    # Volumes are as large as Unix times, but do not run one way.
    return _calendar(cells) is not None or (_unix(cells) is not None and _run(cells)[1] is None)


def tells_time(table: Table, name: str) -> bool:
    r"""Whether `timeline` may read a column: one that dates rows, one of clocks, or a part of a date.

    Example:
        >>> from explorer.vectors.tables import read_csv
        >>> table = read_csv("date,time,x\n2024-05-29,9:30,1\n2024-05-29,9:45,2\n")
        >>> [tells_time(table, name) for name in table.columns]
        [True, True, False]
    """
    return is_time(table, name) or _is_clock(table, name) or name in _parts(table)


def _is_clock(table: Table, name: str) -> bool:
    return name in table.texts and re.sub(r"\W", "", name.casefold()) == "time"


def _parts(table: Table) -> list[str]:
    """The columns of numbers called year, month and day, if the first two are there."""
    names = {name.strip().casefold(): name for name in table.numbers}
    return (
        [names[part] for part in ("year", "month", "day") if part in names]
        if ("year" in names and "month" in names)
        else []
    )


def _from_parts(table: Table, values: str) -> Timeline | None:
    parts = [name for name in _parts(table) if name != values]
    if len(parts) < 2:
        return None
    rows = zip(*(table.vector(name) for name in parts), strict=True)
    cells = ["-".join(f"{number:g}" for number in row) for row in rows]
    return _read(cells, partial(table.where, name=parts[0]), parts[0], "auto")


def _with_clock(table: Table, cells: Sequence[str]) -> Sequence[str]:
    """Dates with the time of day of a column called time, if there is one and they have none."""
    for other in table.texts:
        clocks = table.columns[other]
        if _is_clock(table, other) and _written(f"{cells[0]} {clocks[0]}"):
            return [f"{cell} {clock}" for cell, clock in zip(cells, clocks, strict=True)]
    return cells


# Cells


class _WrittenMoment(NamedTuple):
    """A cell as it is written: the layout, its three numbers, the microseconds of its clock, its zone."""

    layout: tuple[str, str]
    numbers: tuple[int, int, int]  # year, month, day; or as they stand there
    two_digits: bool
    clock: int
    zoned: bool


def _clock(text: str) -> re.Match[str] | None:
    return next((found for pattern in _CLOCKS if (found := pattern.search(text))), None)


def _microseconds(found: re.Match[str]) -> int | None:
    """The time of a clock since midnight in UTC, or where it has no zone; None if there is no such time."""
    parts = found.groupdict()
    hour, minute, second = (int(parts.get(part) or 0) for part in ("hour", "minute", "second"))
    if parts.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (parts["half"] == "p")
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = int((parts.get("fraction") or "0").ljust(6, "0")[:6])
    return ((hour * 60 + minute - _offset(parts["zone"] or "")) * 60 + second) * _SECOND + fraction


def _offset(zone: str) -> int:
    """How many minutes a zone is before UTC."""
    if not zone or zone in _ZONES:
        return 60 * _ZONES.get(zone, 0)
    sign, digits = zone.lstrip("utcgm")[0], re.sub(r"\D", "", zone)
    hours, minutes = (digits, "0") if len(digits) < 3 else (digits[:-2], digits[-2:])
    return (60 * int(hours) + int(minutes)) * (-1 if sign == "-" else 1)


def _written(cell: str) -> _WrittenMoment | None:
    """Read what a cell says, as far as it says so alone; None if it is no date."""
    text = cell.strip().lower().replace("−", "-")
    found, clock = _clock(text) if _MAYBE_CLOCK.search(text) else None, 0
    if found:
        since = _microseconds(found)
        if since is None:
            return None
        clock = since
        text = " ".join(f"{text[: found.start()]} {text[found.end() :]}".split()).strip(" ,")
    day = _day(text)
    return day and _WrittenMoment(*day, clock, bool(found and found["zone"]))


@lru_cache(maxsize=4096)  # the same day comes with many times of day
def _day(text: str) -> tuple[tuple[str, str], tuple[int, int, int], bool] | None:
    """The layout, the numbers of a date without a clock, and whether its year has two digits."""
    for layout, pattern in _LAYOUTS:
        if match := pattern.fullmatch(text):
            parts = match.groupdict()
            numbers = _numbers(layout, parts)
            year = parts.get("year") or parts.get("c") or ""
            return numbers and ((layout, (parts.get("mark") or "").strip()), numbers, len(year) == 2)
    return None


def _numbers(layout: str, parts: dict[str, str | None]) -> tuple[int, int, int] | None:
    """The three numbers of a date: as they stand there, or year, month and day."""
    if layout == "numbers":
        return int(parts["a"] or 0), int(parts["b"] or 0), int(parts["c"] or 0)
    year = int(parts["year"] or 0)
    if layout == "week":
        try:
            monday = date.fromisocalendar(year, int(parts["week"] or 0), int(parts["weekday"] or 1))
        except ValueError:
            return None
        return monday.year, monday.month, monday.day
    word = parts.get("word")
    month = _NUMBER_OF[word] if word else int(parts["month"] or 0)
    if len(parts["year"] or "") == 2:
        year = int(_full(np.array(year)))
    return year, month, int(parts.get("day") or 1)


def _full(years: Whole) -> Whole:
    """Years of two digits with their century."""
    return np.where(years >= _PIVOT, 1900, 2000) + years


def _days(year: Whole, month: Whole, day: Whole) -> tuple[Whole, NDArray[np.bool_]]:
    """Days since 1970, and which of them a calendar has."""
    known = (year >= _YEARS[0]) & (year < _YEARS[1]) & (month > 0) & (month < 13)
    months = np.where(known, (year - 1970) * 12 + month - 1, 0)
    first, following = ((months + more).astype("M8[M]").astype("M8[D]").astype(np.int64) for more in (0, 1))
    return first + day - 1, known & (day > 0) & (day <= following - first)


# Columns


def _read(cells: Sequence[str], where: Where, name: str, order: str) -> Timeline:
    """Read a column of dates by what its cells say together."""
    written: list[_WrittenMoment] = []
    for row, cell in enumerate(cells):
        found = _written(cell)
        if found is None:
            raise ExplorerError(
                f"{where(row)} holds {short(cell)}, which is no date that can be read here; {_ADVICE}, or "
                "take the column out of the file if the first row is the oldest."
            )
        if written and found.layout != written[0].layout:
            raise ExplorerError(
                f"{where(row)} holds {short(cell)}, and the column begins with {short(cells[0])}: a "
                "spreadsheet may have changed some of its dates and not others. Write all of them alike."
            )
        if written and found.zoned != written[0].zoned:
            raise ExplorerError(
                f"{where(row)} holds {short(cell)}, and the column begins with {short(cells[0])}: one has a "
                "time zone and the other has none. Write a zone in every cell, or in no cell."
            )
        written.append(found)
    readings = _readings(written)
    moments = {
        reading: days * _DAY + np.array([each.clock for each in written], np.int64)
        for reading, (days, _) in readings.items()
    }
    possible = _possible(cells, where, {key: valid for key, (_, valid) in readings.items()}, order)
    runs = {reading: _run(moments[reading]) for reading in possible}
    in_order = [reading for reading, (_, wrong) in runs.items() if wrong is None]
    if not in_order:
        least = min(possible, key=lambda reading: _breaks(moments[reading]))
        read = (
            f", read with {_FIRST[least]}"
            if "" not in readings and (len(possible) > 1 or order != "auto")
            else ""
        )
        raise ExplorerError(_disorder(cells, moments[least], where, name, read))
    ways = {runs[reading][0] for reading in in_order}
    if len(ways) > 1:
        ends = " and ".join(
            f"with {_FIRST[reading]} it is the {'newest' if runs[reading][0] else 'oldest'}"
            for reading in in_order
        )
        raise ExplorerError(
            f"{where(0)} holds {short(cells[0])}, and no cell of the column tells the day from the month: "
            f"{ends} in the file. Choose day first or month first."
        )
    shown = len(in_order) == 1 and written[0].layout[0] not in ("month", "week")
    return Timeline(ways.pop(), cells, moments[in_order[0]] if shown else None, written[0].zoned)


def _readings(written: Sequence[_WrittenMoment]) -> dict[str, tuple[Whole, NDArray[np.bool_]]]:
    """The days of each way to read a column, and which of them a calendar has."""
    first, second, third = np.array([each.numbers for each in written], np.int64).T
    if written[0].layout[0] != "numbers":
        return {"": _days(first, second, third)}
    short_years = np.array([each.two_digits for each in written])
    years = np.where(short_years, _full(third), third)
    readings = {"day": _days(years, second, first), "month": _days(years, first, second)}
    return readings | ({"year": _days(_full(first), second, third)} if short_years.all() else {})


def _possible(
    cells: Sequence[str], where: Where, valid: dict[str, NDArray[np.bool_]], order: str
) -> list[str]:
    """The ways to read a column in which every cell is a day of the calendar; the one that was said."""
    wrong = {reading: int(np.argmin(days)) for reading, days in valid.items() if not days.all()}
    if order != "auto" and "" not in valid:
        if order not in valid:
            raise ExplorerError(
                f"{where(0)} holds {short(cells[0])}, whose year has four digits and is the last; choose day "
                "first or month first."
            )
        if order in wrong and wrong.keys() != valid.keys():
            raise ExplorerError(
                f"{where(wrong[order])} holds {short(cells[wrong[order]])}, which is no date with "
                f"{_FIRST[order]}; choose another order, or let the column settle it."
            )
        valid = {order: valid[order]}
    possible = [reading for reading in valid if reading not in wrong]
    if possible:
        return possible
    nowhere = np.flatnonzero(~np.any(list(valid.values()), axis=0))
    if nowhere.size:
        row = int(nowhere[0])
        raise ExplorerError(f"{where(row)} holds {short(cells[row])}, a day that no calendar has; {_ADVICE}.")
    day, month = wrong["day"], wrong["month"]
    raise ExplorerError(
        f"{where(day)} holds {short(cells[day])}, which cannot have the day first, and "
        f"{short(cells[month])} in row {month + 1} cannot have the month first. Write all dates alike."
    )


def _run(moments: Whole | Vector) -> tuple[bool, int | None]:
    """Whether rows run from newest to oldest, as most do, and the first row that does not follow."""
    steps = np.sign(np.diff(moments))
    falls = int((steps < 0).sum()) > int((steps > 0).sum())
    wrong = np.flatnonzero(steps != (-1 if falls else 1))
    return falls, int(wrong[0]) + 1 if wrong.size else None


def _breaks(moments: Whole) -> int:
    """How many rows do not follow the one before them as most do."""
    steps = np.sign(np.diff(moments))
    return int(min((steps != 1).sum(), (steps != -1).sum()))


def _disorder(cells: Sequence[str], moments: Whole | Vector, where: Where, name: str, read: str = "") -> str:
    """Say of the first row that does not follow why it does not."""
    falls, wrong = _run(moments)
    row = wrong or 0
    if moments[row] == moments[row - 1]:
        return (
            f"{where(row)} holds {short(cells[row])}, the moment of the row before it{read}: each may come "
            "once. Leave out the rows that repeat; where a day has several, write the time with the date; of "
            "several markets keep one."
        )
    return (
        f"{where(row)} holds {short(cells[row])}, which lies {'after' if falls else 'before'} the "
        f"{short(cells[row - 1])} of the row before it, and most rows do not{read}. The dates in column "
        f"{short(name)} are in disorder; sort the file by date, so that no day is taken for the past of one "
        "before it, and of several markets keep one."
    )


# Columns of numbers


def _calendar(numbers: Vector) -> list[str] | None:
    """Numbers such as 20240529 or 20240529093000 as texts; None if one of them is none."""
    if not ((numbers == np.floor(numbers)) & (numbers >= 18e6) & (numbers < 22e12)).all():
        return None
    cells = [f"{number:.0f}" for number in numbers.tolist()]
    if {len(cell) for cell in cells} - {8, 12, 14}:
        return None
    year, month, day = np.array([(int(cell[:4]), int(cell[4:6]), int(cell[6:8])) for cell in cells]).T
    if not (_days(year, month, day)[1] & (year >= 1800) & (year < 2200)).all():
        return None
    return [cell if len(cell) == 8 else f"{cell[:8]}T{cell[8:]}" for cell in cells]


def _unix(numbers: Vector) -> Whole | None:
    """Unix times in microseconds, from seconds, ms, µs or ns; None if the numbers are none."""
    low, high = float(numbers.min()), float(numbers.max())
    for start, unit in _UNIX.items():
        if start <= low and high < 100 * start and (numbers == np.floor(numbers)).all():
            return np.asarray(np.rint(numbers * unit), np.int64)
    return None


def _counted(numbers: Vector, where: Where, name: str) -> Timeline:
    """Read a column of Unix times, or of anything else that is counted: its order is that of the numbers."""
    cells = [f"{number:.15g}" for number in numbers.tolist()]
    falls, wrong = _run(numbers)
    if wrong is not None:
        raise ExplorerError(_disorder(cells, numbers, where, name, ""))
    moments = _unix(numbers)
    return Timeline(falls, cells, moments, zoned=moments is not None)
