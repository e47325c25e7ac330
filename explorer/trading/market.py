"""Markets: synthetic ones, and a table of one's own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from reprlib import repr as short
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.parameters import Number, WholeNumber
from explorer.tables import TableReading, read_table
from explorer.trading.dates import is_time, tells_time, timeline
from explorer.vectors import tables
from explorer.vectors.tables import Table
from explorer.words import counted, signed

Real = NDArray[np.floating]

FORMULA = (
    r"r_t = \mu + a\, r_{t-1} + \sigma (\varepsilon_t - 5\, c_t), \quad \varepsilon_t \sim \mathcal N(0, 1)"
)
"""The synthetic market in LaTeX: c is 1 on days of a crash and 0 on others."""

DAYS = WholeNumber(
    name="days",
    title="Days",
    low=200,
    high=3000,
    step=50,
    default=1000,
)
SIGNAL = Number(
    name="signal",
    title="Signal a",
    low=-0.5,
    high=0.5,
    step=0.05,
    default=0.25,
)
DRIFT = Number(
    name="drift",
    title="Drift",
    low=-0.2,
    high=0.2,
    step=0.01,
    default=0.05,
    unit="%",
)
VOLATILITY = Number(
    name="volatility",
    title="Volatility",
    low=0.2,
    high=4.0,
    step=0.1,
    default=1.0,
    unit="%",
)
CRASHES = Number(
    name="crashes",
    title="Crash days",
    low=0.0,
    high=5.0,
    step=0.5,
    default=0.5,
    unit="%",
)
SEED = WholeNumber(
    name="seed",
    title="Seed",
    low=0,
    high=999_999,
    step=1,
    default=0,
)

UNITS = ("fraction", "percent", "log", "log_percent", "price")
"""What a file may hold: simple returns, of which 0.01 or 1 is 1 %, log returns alike, or prices."""

MIN_DAYS, MAX_DAYS = 60, 3000
"""The fewest and the most days of returns."""

_PRICES = (
    *("close", "price", "close/last", "close price", "last", "last price", "settle", "adj close"),
    *("schluss", "schlusskurs", "kurs", "letzter", "zuletzt", "clôture", "dernier", "cierre", "último"),
)  # as exchanges and banks call the price at the end of a day, the likeliest first
_CRASH = 5  # volatilities that a crash takes
_WARM_UP = 50  # days before the first, so that it is like the others
_LARGEST_GAIN = 5.0  # of a stake in a day; beyond, a file has another unit
_ALL_GAINS = 0.05  # no market gains this much every day, but prices are all above it


@dataclass(frozen=True, eq=False)
class Market:
    """The returns of successive days.

    Attributes:
        returns: float64 (n,), read-only, oldest first: 0.01 is a gain of 1 % on the stake.
        title: Where they come from.
        note: Sentences on what was done to a file to read it, or "".
        span: Its first and its last day, such as "2 January 2024 to 29 May 2024"; "" where none is known.
    """

    returns: Real
    title: str
    note: str = ""
    span: str = ""

    def __post_init__(self) -> None:
        returns = np.array(self.returns, np.float64)
        if returns.ndim != 1 or not MIN_DAYS <= returns.size <= MAX_DAYS:
            raise ExplorerError(
                f"A market needs the returns of {MIN_DAYS} to {MAX_DAYS:,} days, one after the other; these "
                f"have the shape {returns.shape}."
            )
        if not np.isfinite(returns).all():
            raise ExplorerError("Every return must be a finite number; leave out the days that have none.")
        returns.setflags(write=False)
        object.__setattr__(self, "returns", returns)

    def __len__(self) -> int:
        return len(self.returns)

    @property
    def usual(self) -> float:
        """The root mean square of the returns: how far a usual day moves."""
        return root_mean_square(self.returns)

    def rounded(self) -> list[float]:
        """Return the returns to a millionth, which keeps a message short.

        Example:
            >>> synthetic(200, seed=1).rounded()[0] == round(float(synthetic(200, seed=1).returns[0]), 6)
            True
        """
        return [round(value, 6) for value in self.returns.tolist()]


def own_market(returns: Sequence[float], title: str) -> Market:
    """Return a market of given returns, oldest first, in fractions of the stake.

    >>> len(own_market([0.01, -0.02] * 30, "Two days, again and again"))
    60
    """
    return Market(np.array(returns, np.float64), title)


def synthetic(
    days: int = 1000,
    *,
    signal: float = SIGNAL.default,
    drift: float = DRIFT.default,
    volatility: float = VOLATILITY.default,
    crashes: float = CRASHES.default,
    seed: int = 0,
) -> Market:
    r"""Draw a market in which a share of each day's return comes back the day after, under much noise.

    r_t = drift + signal r_{t-1} + volatility (e_t - 5 c_t), with e_t from a standard normal and c_t 1 on the
    given share of days, drawn by lot, and 0 on others. The signal explains about signal² of the variance.

    Args:
        days: How many, 200 to 3000.
        signal: -0.5 to 0.5; below 0 a rise is more often followed by a fall.
        drift: In per cent a day.
        volatility: In per cent a day.
        crashes: In per cent of the days.
        seed: The same seed gives the same market, and another number of days one that begins alike.

    Raises:
        ExplorerError: If an argument is out of its bounds.

    Example:
        >>> synthetic(200, signal=0, drift=0.1, volatility=0.2, crashes=0).returns.mean().round(3)
        np.float64(0.001)
    """
    days, signal = int(DAYS.checked(days)), SIGNAL.checked(signal)
    drift, volatility = DRIFT.checked(drift) / 100, VOLATILITY.checked(volatility) / 100
    share = CRASHES.checked(crashes) / 100
    seed, total = int(SEED.checked(seed)), days + _WARM_UP
    noise = np.random.default_rng(seed).standard_normal(total)
    crash = np.random.default_rng((seed, 1)).random(total) < share
    shocks = drift + volatility * (noise - _CRASH * crash)
    returns = np.empty(total)
    before = 0.0
    for day, shock in enumerate(shocks.tolist()):
        before = returns[day] = shock + signal * before
    return Market(returns[_WARM_UP:], "Synthetic market")


def from_csv(source: str | bytes, column: str = "", unit: str = "fraction", order: str = "auto") -> Market:
    r"""Read the student's own returns, or prices, from a CSV file.

    Days run from the oldest to the newest by the dates of the file, however they are written: a file that
    runs the other way is turned round, and one in disorder is refused. Without dates the first row is taken
    for the oldest. A profit is position times simple return, so a log return r is read as exp(r) - 1.

    Args:
        source: As `explorer.tables.read_table` takes it.
        column: The column to read; "": the only one of numbers, or the one called return, returns or close.
        unit: One of `UNITS`; from prices the returns are computed, one fewer than there are prices.
        order: One of `explorer.trading.dates.ORDERS`: whether 05/06/2024 has the day or the month first.

    Raises:
        ExplorerError: If it cannot be read, or its numbers cannot be returns; the sentence says where it can
            what was found, and what to do.

    Example:
        >>> text = "close\n" + "\n".join(str(100 + day % 2) for day in range(100))
        >>> from_csv(text, unit="price").returns[:2].round(4).tolist()
        [0.01, -0.0099]
        >>> text = "return\n" + "\n".join([repr(math.log(1.01)), repr(math.log(0.99))] * 50)
        >>> from_csv(text, unit="log").returns[:2].round(4).tolist()
        [0.01, -0.01]
    """
    return from_reading(read_table(source, missing="keep"), column, unit, order)


def from_reading(
    read: TableReading,
    column: str = "",
    unit: str = "fraction",
    order: str = "auto",
    *,
    missing: Literal["drop", "mean"] = "drop",
) -> Market:
    r"""Make a market of a table that was read; see `from_csv`.

    Args:
        read: Its rows may have gaps: those in the column and in its dates count, and no others.
        column: See `from_csv`, and so the rest.
        unit: A column whose cells have a sign of per cent is in per cent, whether that is said or not.
        order: See there.
        missing: A day that has no number is left out, or has the mean of the column.

    Raises:
        ExplorerError: If its numbers cannot be returns, as for `from_csv`.

    Example:
        >>> text = "day,change\n" + "\n".join(f"{day},{day % 3 - 1} %" for day in range(1, 70))
        >>> from_reading(read_table(text)).returns[:3].tolist()
        [0.0, 0.01, -0.01]
    """
    if unit not in UNITS:
        raise ExplorerError(f"There is no unit {short(unit)}; choose one of {', '.join(UNITS)}.")
    table = tables.from_reading(read)
    column = column or _likely(table, unit)
    table.vector(column)
    read = read.completed(
        missing, [name for name in read.columns if name == column or tells_time(table, name)]
    )
    table = tables.from_reading(read)
    if column in read.percent:
        unit = {"percent": "fraction", "log_percent": "log"}.get(unit, unit)  # of 5 % the number is 0.05
    rows, numbers = np.arange(table.size), table.vector(column)
    time = timeline(table, column, order)
    notes = []
    if read.missing[1]:
        gaps = f"{counted(read.missing[1], 'day')} without a number"
        notes.append(f"{gaps} {'left out' if missing == 'drop' else 'given the mean of the column'}.")
    if time and time.newest_first:
        rows, numbers = rows[::-1], numbers[::-1]
        notes.append("The file has the newest day first and was reversed.")
    returns = _returns(table, column, unit, rows, numbers)
    if len(returns) < MIN_DAYS:
        raise ExplorerError(
            f"The file gives {len(returns)} returns; {MIN_DAYS} or more are needed, to learn from some and "
            "be tested on others."
        )
    if len(returns) > MAX_DAYS:
        notes.append(f"Of its {len(returns):,} days the latest {MAX_DAYS:,} are used.")
    first, last = (int(rows[place]) for place in (-min(len(returns), MAX_DAYS), -1))
    span = f"{time.said(first)} to {time.said(last)}" if time else ""
    return Market(returns[-MAX_DAYS:], f"Your file, column {column}", " ".join(notes), span)


def _returns(table: Table, column: str, unit: str, rows: NDArray[np.integer], numbers: Real) -> Real:
    """The simple returns that a column gives, its rows from the oldest to the newest, or a refusal."""
    if unit == "price":
        if (wrong := rows[numbers <= 0]).size:
            row = int(wrong.min())
            raise ExplorerError(
                f"{table.where(row, column)} holds {signed(table.vector(column)[row])}, and a price must be "
                "above 0; correct it, or say that the column holds returns."
            )
        returns: Real = numbers[1:] / numbers[:-1] - 1
        rows = rows[1:]
    else:
        returns = numbers * (0.01 if unit in ("percent", "log_percent") else 1.0)
        if returns.min() > _ALL_GAINS:
            raise ExplorerError(
                f"Column {short(column)} holds {signed(numbers.min())} to {signed(numbers.max())}, a gain of "
                f"more than {100 * _ALL_GAINS:.0f} % every day, which no market has; say whether its numbers "
                "are fractions, per cent or prices."
            )
    is_log = unit in ("log", "log_percent")
    high = math.log1p(_LARGEST_GAIN) if is_log else _LARGEST_GAIN
    low = -high if is_log else -1.0
    wrong = np.flatnonzero((returns < low) | (returns > high))
    if wrong.size:
        place = int(wrong[0])
        raise ExplorerError(
            f"{table.where(int(rows[place]), column)} gives a{' log' * is_log} return of "
            f"{signed(returns[place], 4)}, and one lies from {signed(low, 4)}"
            f"{'' if is_log else ', where all is lost,'} to {high:.4g}; say whether the numbers are "
            "fractions, per cent or prices, or correct the cell."
        )
    return np.expm1(returns) if is_log else returns


def _likely(table: Table, unit: str) -> str:
    """The column that holds the returns, or the prices."""
    dated = {name for name in table.numbers if is_time(table, name)}
    names = {name.strip().casefold(): name for name in table.numbers if name not in dated} or {
        name: name for name in table.numbers
    }
    known = ["return", "returns", "change %", "close"]
    if unit == "price":
        known = [*_PRICES, *known]
    elif unit in ("log", "log_percent"):
        known = ["log return", "log returns", "log_return", *known]
    for name in known:
        if name in names:
            return names[name]
    if len(names) == 1:
        return next(iter(names.values()))
    raise ExplorerError(
        f"The file has {len(names)} columns of numbers: {', '.join(names.values())}. Choose the one with the "
        "returns or the prices."
    )


def root_mean_square(values: Real) -> float:
    """Root mean square."""
    return math.sqrt(float(np.square(values).mean()))
