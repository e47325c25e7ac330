r"""A lesson on asymmetric losses: a system of one layer trades on past returns and is charged for losing.

Each day it takes a position before the day's return is known; position times return is its profit. What it is
charged for while it learns, every error of a forecast or only money lost, decides how it trades. Profits are
added and not compounded, trading is free, and the built-in market is far easier than a real one: this teaches
what a loss does, and is no advice on what to do with money.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from reprlib import repr as short

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import rounding
from explorer.errors import ExplorerError
from explorer.losses import LOSSES
from explorer.parameters import Number, WholeNumber
from explorer.trading.dates import is_time, timeline
from explorer.vectors.tables import Table, read_csv

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
    title="Crashes",
    low=0.0,
    high=5.0,
    step=0.5,
    default=0.5,
    unit="% of days",
)
SEED = WholeNumber(
    name="seed",
    title="Seed",
    low=0,
    high=999_999,
    step=1,
    default=0,
)

LAGS = WholeNumber(
    name="lags",
    title="Days looked back on",
    low=1,
    high=10,
    step=1,
    default=3,
)
SHARE = Number(
    name="share",
    title="Share for training",
    low=0.2,
    high=0.8,
    step=0.05,
    default=0.5,
)
CREDIT = Number(
    name="credit",
    title="Credit for a gain",
    low=0.0,
    high=1.0,
    step=0.05,
    default=0.5,
)
RATE = Number(
    name="rate",
    title="Learning rate",
    low=0.01,
    high=2.0,
    step=0.01,
    default=0.5,
)
STEPS = WholeNumber(
    name="steps",
    title="Steps",
    low=0,
    high=500,
    step=10,
    default=100,
)

UNITS = ("fraction", "percent", "log", "log_percent", "price")
"""What a file may hold: simple returns, of which 0.01 or 1 is 1 %, log returns alike, or prices."""

MIN_DAYS, MAX_DAYS = 60, 3000
"""The fewest and the most days of returns."""

_CRASH = 5  # volatilities that a crash takes
_WARM_UP = 50  # days before the first, so that it is like the others
_LARGEST_GAIN = 5.0  # of a stake in a day; beyond, a file has another unit
_ALL_GAINS = 0.05  # no market gains this much every day, but prices are all above it
_TOO_FAR = 1e3  # a weight beyond is on its way to infinity
_EVERY = 10  # steps from one entry of a history to the next


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
        return _usual(self.returns)

    def rounded(self) -> list[float]:
        """Give the returns to a millionth, which keeps a message short.

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
        source: As `explorer.vectors.tables.read_csv` takes it.
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
    if unit not in UNITS:
        raise ExplorerError(f"There is no unit {short(unit)}; choose one of {', '.join(UNITS)}.")
    table = read_csv(source)
    column = column or _likely(table, unit)
    rows, numbers = np.arange(table.size), table.vector(column)
    time = timeline(table, column, order)
    note = ""
    if time and time.newest_first:
        rows, numbers = rows[::-1], numbers[::-1]
        note = "The file has the newest day first and was turned round."
    returns = _returns(table, column, unit, rows, numbers)
    if len(returns) < MIN_DAYS:
        raise ExplorerError(
            f"The file gives {len(returns)} returns; {MIN_DAYS} or more are needed, to learn from some and "
            "be tested on others."
        )
    if len(returns) > MAX_DAYS:
        note += f" Of its {len(returns):,} days the latest {MAX_DAYS:,} are used."
    first, last = (int(rows[place]) for place in (-min(len(returns), MAX_DAYS), -1))
    span = f"{time.said(first)} to {time.said(last)}" if time else ""
    return Market(returns[-MAX_DAYS:], f"Your file, column {column}", note.strip(), span)


def _returns(table: Table, column: str, unit: str, rows: NDArray[np.integer], numbers: Real) -> Real:
    """The simple returns that a column gives, its rows from the oldest to the newest, or a refusal."""
    if unit == "price":
        if (wrong := rows[numbers <= 0]).size:
            row = int(wrong.min())
            raise ExplorerError(
                f"{table.where(row, column)} holds {table.vector(column)[row]:g}, and a price must be above "
                "0; correct it, or say that the column holds returns."
            )
        returns: Real = numbers[1:] / numbers[:-1] - 1
        rows = rows[1:]
    else:
        returns = numbers * (0.01 if unit in ("percent", "log_percent") else 1.0)
        if returns.min() > _ALL_GAINS:
            raise ExplorerError(
                f"Column {short(column)} holds {numbers.min():g} to {numbers.max():g}, a gain of more than "
                f"{_ALL_GAINS:.0%} every day, which no market has; say whether its numbers are fractions, "
                "per cent or prices."
            )
    is_log = unit in ("log", "log_percent")
    high = math.log1p(_LARGEST_GAIN) if is_log else _LARGEST_GAIN
    low = -high if is_log else -1.0
    wrong = np.flatnonzero((returns < low) | (returns > high))
    if wrong.size:
        place = int(wrong[0])
        raise ExplorerError(
            f"{table.where(int(rows[place]), column)} gives a{' log' * is_log} return of "
            f"{returns[place]:.4g}, and one lies from {low:.4g}{'' if is_log else ', where all is lost,'} to "
            f"{high:.4g}; say whether the numbers are fractions, per cent or prices, or correct the cell."
        )
    return np.expm1(returns) if is_log else returns


def _likely(table: Table, unit: str) -> str:
    """The column that holds the returns, or the prices."""
    dated = {name for name in table.numbers if is_time(table, name)}
    names = {name.strip().casefold(): name for name in table.numbers if name not in dated} or {
        name: name for name in table.numbers
    }
    known = ["return", "returns", "close"]
    if unit == "price":
        known = ["close", "price", *known]
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


# What a system is charged for


@dataclass(frozen=True)
class Goal:
    """What a system is charged for while it learns.

    Attributes:
        name: Key in `GOALS`.
        title: Name to show.
        loss: Key in `LOSSES`.
        fixed: Parameters of the loss that belong to the goal, as pairs.
        order: The loss grows with this power of the returns, and is divided by that of their usual size.
        forecast: Whether the loss compares a forecast with the return; otherwise a position.
        why: One sentence: what it makes of a system.
    """

    name: str
    title: str
    loss: str
    fixed: tuple[tuple[str, float], ...]
    order: int
    forecast: bool
    why: str

    @property
    def parameters(self) -> tuple[Number, ...]:
        """What can be set: the parameters of the loss that are not fixed."""
        fixed = dict(self.fixed)
        return tuple(
            each
            for each in LOSSES[self.loss].parameters
            if isinstance(each, Number) and each.name not in fixed
        )

    @property
    def credited(self) -> bool:
        """Whether a credit for gains is taken off: the other goals count gains themselves, or no money."""
        return self.loss in ("downside", "shortfall")

    def values(self, **parameters: float) -> dict[str, float]:
        """Give every parameter of the loss its value.

        Raises:
            ExplorerError: If a parameter is unknown, fixed or out of its bounds.

        Example:
            >>> GOALS["downside_squared"].values()
            {'power': 2}
        """
        known = {each.name for each in self.parameters}
        for name in parameters.keys() - known:
            takes = ", ".join(known) or "none"
            raise ExplorerError(f"{self.title} has no parameter {name!r}; the parameters it takes: {takes}.")
        return LOSSES[self.loss].values(**dict(self.fixed), **parameters)


GOALS: dict[str, Goal] = {
    goal.name: goal
    for goal in (
        Goal(
            name="forecast",
            title="Forecast error",
            loss="mean_squared_error",
            fixed=(),
            order=2,
            forecast=True,
            why=(
                "It learns to forecast the return by the squared error, which charges a loss of money and "
                "a gain "
                "alike."
            ),
        ),
        Goal(
            name="downside",
            title="Downside",
            loss="downside",
            fixed=(("power", 1),),
            order=1,
            forecast=False,
            why=(
                "It is charged for each loss of money by its size; with no credit for gains it learns to "
                "stand "
                "aside."
            ),
        ),
        Goal(
            name="downside_squared",
            title="Downside squared",
            loss="downside",
            fixed=(("power", 2),),
            order=2,
            forecast=False,
            why=(
                "A loss twice as large costs four times as much: small losses hardly count, and it takes "
                "small "
                "positions rather than none."
            ),
        ),
        Goal(
            name="asymmetric",
            title="Asymmetric weight",
            loss="asymmetric_profit",
            fixed=(),
            order=1,
            forecast=False,
            why=(
                "Gains count in full and losses more than that: it takes part where a gain is likely "
                "enough to "
                "pay for the weight."
            ),
        ),
        Goal(
            name="shortfall",
            title="Shortfall",
            loss="shortfall",
            fixed=(),
            order=1,
            forecast=False,
            why=(
                "Losses up to the threshold are free: it takes large positions and shuns days that go beyond."
            ),
        ),
    )
}
"""What a system can be charged for, in the order of the menu."""


# The system


@dataclass(frozen=True)
class Bound:
    """What makes a position of the weighted sum.

    Attributes:
        function: weighted sums (n,) -> positions (n,).
        slope: positions (n,) -> the derivative there.
    """

    function: Callable[[Real], Real]
    slope: Callable[[Real], Real]


BOUNDS = {
    "tanh": Bound(np.tanh, lambda position: 1 - position * position),
    "linear": Bound(np.copy, np.ones_like),
}
"""By the names of activations: positions within one stake, or without a bound."""


@dataclass(frozen=True)
class Trading:
    """How a system looks back, takes positions and learns.

    Attributes:
        lags: How many past returns it sees.
        bound: One of `BOUNDS`.
        share: The part of the days that it learns from, the earliest; the others are held out.
        credit: What a gain of money takes off the loss of the downside and shortfall goals, a share of it.
        rate: Learning rate of gradient descent.
        steps: How many steps, each over all days for training.
        seed: Of the weights to begin with, which are the same for all goals.

    Raises:
        ExplorerError: If one of them is out of its bounds.
    """

    lags: int = 3
    bound: str = "tanh"
    share: float = SHARE.default
    credit: float = CREDIT.default
    rate: float = RATE.default
    steps: int = 100
    seed: int = 0

    def __post_init__(self) -> None:
        for argument in (LAGS, SHARE, CREDIT, RATE, STEPS, SEED):
            object.__setattr__(self, argument.name, argument.checked(getattr(self, argument.name)))
        if self.bound not in BOUNDS:
            raise ExplorerError(f"There is no bound {short(self.bound)}; choose one of {', '.join(BOUNDS)}.")


@dataclass(frozen=True, eq=False)
class TradingData:
    """What there is to learn from: each day's past and its return, in units of a usual return.

    Attributes:
        inputs: (n, 1 + lags): 1 for the bias, then the returns of the days before, latest first, over `size`.
        returns: (n,): the return of the day itself.
        size: The root mean square of the returns up to the last day for training: a usual return.
        training: Number of days for training; the others are held out.
        trading: How the system learns.
    """

    inputs: Real
    returns: Real
    size: float
    training: int
    trading: Trading

    def charge(self, goal: Goal, weights: ArrayLike, **parameters: float) -> float:
        """Give what the system is charged for on average on the days for training.

        It is the loss divided by size^order, less the credit times the profit divided by size.

        Args:
            goal: What it is charged for.
            weights: (1 + lags,): the bias, and a weight for each day before, the latest first.
            **parameters: Of the goal's loss, in place of its defaults.
        """
        return self._charge(goal, np.asarray(weights, np.float64), goal.values(**parameters))

    def gradient(self, goal: Goal, weights: ArrayLike, **parameters: float) -> Real:
        """Give the derivative of `charge` with respect to each weight, (1 + lags,)."""
        return self._gradient(goal, np.asarray(weights, np.float64), goal.values(**parameters))

    def _charge(self, goal: Goal, weights: Real, values: dict[str, float]) -> float:
        record, returns = LOSSES[goal.loss], self.returns[: self.training]
        total = self.inputs[: self.training] @ weights
        if goal.forecast:
            return float(record.function(returns / self.size, total, **values).mean())
        position = BOUNDS[self.trading.bound].function(total)
        loss = record.function(returns, position, **values) / self.size**goal.order
        return float((loss - self._credit(goal) * returns * position).mean())

    def _gradient(self, goal: Goal, weights: Real, values: dict[str, float]) -> Real:
        record, returns, inputs = (
            LOSSES[goal.loss],
            self.returns[: self.training],
            self.inputs[: self.training],
        )
        total = inputs @ weights
        if goal.forecast:
            slope = record.slope(returns / self.size, total, **values)
        else:
            bound = BOUNDS[self.trading.bound]
            position = bound.function(total)
            slope = record.slope(returns, position, **values) / self.size**goal.order
            slope = (slope - self._credit(goal) * returns) * bound.slope(position)
        return np.asarray(slope @ inputs / self.training)

    def _credit(self, goal: Goal) -> float:
        return self.trading.credit / self.size if goal.credited else 0.0

    def start(self) -> Real:
        """Give the weights to begin with: small numbers drawn by lot."""
        return 0.1 * np.random.default_rng((self.trading.seed, 2)).standard_normal(1 + self.trading.lags)

    def positions(self, goal: Goal, weights: ArrayLike) -> Real:
        """Give the position of every day, in stakes: the bounded weighted sum of its past.

        A forecast is first divided by the usual size of the forecasts on the days for training.
        """
        total = self.inputs @ np.asarray(weights, np.float64)
        if goal.forecast:
            total = total / (_usual(total[: self.training]) or 1.0)
        return BOUNDS[self.trading.bound].function(total)


def lesson(market: Market, trading: Trading | None = None) -> TradingData:
    """Lay out a market for a system to learn from.

    Raises:
        ExplorerError: If no return for training differs from 0.

    Example:
        >>> lesson(synthetic(200), Trading(lags=2)).inputs.shape
        (198, 3)
    """
    trading = trading or Trading()
    lags, returns = trading.lags, market.returns
    training = math.floor(trading.share * (len(returns) - lags))
    size = _usual(returns[: lags + training])
    if size == 0:
        raise ExplorerError(
            "Every return on the days for training is 0, so there is nothing to learn; add days."
        )
    windows = np.lib.stride_tricks.sliding_window_view(returns[:-1], lags)[:, ::-1]  # (n, lags), latest first
    inputs = np.hstack([np.ones((len(windows), 1)), windows / size])
    return TradingData(inputs, returns[lags:], size, training, trading)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What positions earned on successive days.

    Attributes:
        profits: (n,): position times return of each day, in stakes.
        equity: (n + 1,): all profits so far added up, from 0 on.
        drawdown: The largest fall of the equity below an earlier height, 0 or more.
        hit_rate: The share of days with a gain among those with a gain or a loss; None where there is none.
        exposure: The mean size of the positions.
    """

    profits: Real
    equity: Real
    drawdown: float
    hit_rate: float | None
    exposure: float

    @property
    def aside(self) -> bool:
        """Whether it all but takes no part: its positions are below a hundredth of a stake on average."""
        return self.exposure < 0.01

    @property
    def profit(self) -> float:
        """All profits added up."""
        return float(self.equity[-1])

    @property
    def ratio(self) -> float | None:
        """Mean profit of a day over its standard deviation, the same at any stake; None without risk.

        Example:
            >>> outcome([1, 1], [0.01, 0.03]).ratio
            2.0
        """
        size = np.abs(self.profits).mean()
        spread = float(rounding.settled(self.profits.std(), size, self.profits.size))
        return rounding.mean(self.profits) / spread if spread else None


def outcome(positions: ArrayLike, returns: ArrayLike) -> Outcome:
    """Trade: take a position on each day and earn it times the day's return.

    Args:
        positions: (n,), in stakes; below 0 earns when the market falls.
        returns: (n,).

    Raises:
        ExplorerError: If they are not of one length, or empty.

    Example:
        >>> result = outcome([1, 1, -0.5], [0.01, -0.02, 0.03])
        >>> result.equity.round(3).tolist(), round(result.drawdown, 3), round(result.hit_rate, 3)
        ([0.0, 0.01, -0.01, -0.025], 0.035, 0.333)
    """
    taken, earned = np.asarray(positions, np.float64), np.asarray(returns, np.float64)
    if taken.ndim != 1 or taken.shape != earned.shape or not taken.size:
        raise ExplorerError(
            "Positions and returns must be two lists of one length with a day or more; their shapes are "
            f"{taken.shape} and {earned.shape}."
        )
    profits = taken * earned
    equity = np.concatenate([[0.0], rounding.running(profits)])
    below = np.maximum.accumulate(equity) - equity
    moved = np.concatenate([[0.0], np.abs(profits).cumsum()])
    drawdown = float(rounding.settled(below, moved, profits.size).max())
    gains, losses = int((profits > 0).sum()), int((profits < 0).sum())
    hits = gains / (gains + losses) if gains + losses else None
    return Outcome(profits, equity, drawdown, hits, float(np.abs(taken).mean()))


@dataclass(frozen=True, eq=False)
class Trained:
    """A system that has learnt.

    Attributes:
        goal: What it was charged for.
        weights: (1 + lags,): the bias, and a weight for each day before, the latest first.
        history: (step, what it was charged before it), every few steps and after the last.
        positions: (n,): of every day that has a past long enough.
        seen: What it earned on the days for training, which it has seen while it learnt.
        held_out: What it earned on the days after, which it has not.
        trouble: A sentence if training was given up, or "".
    """

    goal: Goal
    weights: Real
    history: tuple[tuple[int, float], ...]
    positions: Real
    seen: Outcome
    held_out: Outcome
    trouble: str

    @property
    def equity(self) -> Real:
        """All profits so far added up over every day, from 0 on: (n + 1,)."""
        return np.concatenate([self.seen.equity, self.seen.profit + self.held_out.equity[1:]])

    @property
    def days(self) -> Real:
        """What the plot of `equity` has below each number: the days that were traded so far, (n + 1,)."""
        return np.arange(len(self.positions) + 1, dtype=np.float64)


def train(lesson: TradingData, goal: str | Goal, **parameters: float) -> Trained:
    """Teach a system by gradient descent, from the same weights for every goal.

    Args:
        lesson: What there is to learn from.
        goal: A goal, or its key in `GOALS`.
        **parameters: Of the goal's loss, in place of its defaults.

    Raises:
        ExplorerError: If there is no such goal, or a parameter is unknown or out of its bounds.

    Example:
        >>> trained = train(lesson(synthetic(1000, signal=0.5)), "forecast")
        >>> bool(trained.weights[1] > 0.4)  # it finds how much of yesterday's return comes back
        True
    """
    if isinstance(goal, str):
        if goal not in GOALS:
            raise ExplorerError(f"There is no goal {short(goal)}; choose one of {', '.join(GOALS)}.")
        goal = GOALS[goal]
    values = goal.values(**parameters)
    weights, history, trouble = lesson.start(), [], ""
    for step in range(lesson.trading.steps):
        if step % _EVERY == 0:
            history.append((step, lesson._charge(goal, weights, values)))
        following = weights - lesson.trading.rate * lesson._gradient(goal, weights, values)
        if np.abs(following).max() > _TOO_FAR:
            trouble = (
                f"Training was given up after {step} steps, because the weights grow without end: choose a "
                "smaller learning rate, or positions within one stake (tanh)."
            )
            break
        weights = following
    history.append((lesson.trading.steps, lesson._charge(goal, weights, values)))
    return _result(lesson, goal, weights, lesson.positions(goal, weights), tuple(history), trouble)


def to_csv(lesson: TradingData, systems: Mapping[str, Trained]) -> str:
    r"""Write each day's return, and each system's position and profit, as CSV.

    Example:
        >>> learnt = lesson(synthetic(200), Trading(steps=0))
        >>> to_csv(learnt, {"hold": hold(learnt)}).splitlines()[0]
        'day,held out,return,hold position,hold profit'
    """
    heads = [f"{name} {what}" for name in systems for what in ("position", "profit")]
    returns = lesson.returns
    numbers = np.stack(
        [returns]
        + [column for each in systems.values() for column in (each.positions, each.positions * returns)],
        axis=1,
    )
    lines = [",".join(["day", "held out", "return", *heads])]
    for day, row in enumerate(numbers.tolist(), start=1):
        lines.append(",".join([str(day), str(int(day > lesson.training)), *map(repr, row)]))
    return "\n".join(lines) + "\n"


HOLD = Goal(
    name="hold",
    title="Always one stake",
    loss="asymmetric_profit",
    fixed=(("weight", 1.0),),
    order=1,
    forecast=False,
    why="It holds one stake every day and learns nothing, for comparison.",
)


def hold(lesson: TradingData) -> Trained:
    """Hold one stake on every day, for comparison with what was learnt.

    Example:
        >>> held = hold(lesson(synthetic(200)))
        >>> float(held.positions.min()), held.held_out.exposure
        (1.0, 1.0)
    """
    weights = np.zeros(1 + lesson.trading.lags)
    return _result(lesson, HOLD, weights, np.ones_like(lesson.returns), (), "")


def _result(
    lesson: TradingData,
    goal: Goal,
    weights: Real,
    positions: Real,
    history: tuple[tuple[int, float], ...],
    trouble: str,
) -> Trained:
    returns = lesson.returns
    seen, held_out = (
        outcome(positions[days], returns[days])
        for days in (slice(lesson.training), slice(lesson.training, None))
    )
    return Trained(goal, weights, history, positions, seen, held_out, trouble)


def axis(curves: Sequence[ArrayLike]) -> tuple[float, float]:
    """Say how far a plot of equities reaches: to whole fifths of a stake, so that it seldom jumps.

    Example:
        >>> axis([[0.0, 0.25], [-0.1]])
        (-0.2, 0.4)
    """
    values = np.concatenate([np.ravel(np.asarray(curve, np.float64)) for curve in curves])
    low, high = math.floor(5 * float(values.min(initial=0.0))), math.ceil(5 * float(values.max(initial=0.0)))
    return low / 5, max(high, low + 1) / 5


def _usual(values: Real) -> float:
    """Root mean square."""
    return math.sqrt(float(np.square(values).mean()))
