"""Trading systems: a neuron that takes positions from past returns, trained for a goal.

What it makes is said in stakes, the money that is at risk each day.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from reprlib import repr as short

import numpy as np
from numpy.typing import ArrayLike

from explorer import rounding
from explorer.errors import ExplorerError
from explorer.losses import LOSSES
from explorer.parameters import Number, WholeNumber
from explorer.trading.goals import CREDIT, GOALS, HOLD, RATE, Goal
from explorer.trading.market import SEED, Market, Real, root_mean_square

LAGS = WholeNumber(
    name="lags",
    title="Days looked back",
    low=1,
    high=10,
    step=1,
    default=3,
)
SHARE = Number(
    name="share",
    title="Training share",
    low=0.2,
    high=0.8,
    step=0.05,
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

_TOO_FAR = 1e3  # a weight beyond is on its way to infinity
_EVERY = 10  # steps from one entry of a history to the next


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

    def mean_loss(self, goal: Goal, weights: ArrayLike, **parameters: float) -> float:
        """Return the mean loss of the system on the days for training.

        It is the loss divided by size^order, less the credit times the profit divided by size.

        Args:
            goal: What it is penalised for.
            weights: (1 + lags,): the bias, and a weight for each day before, the latest first.
            **parameters: Of the goal's loss, in place of its defaults.
        """
        return self._mean_loss(goal, np.asarray(weights, np.float64), goal.values(**parameters))

    def gradient(self, goal: Goal, weights: ArrayLike, **parameters: float) -> Real:
        """Return the derivative of `mean_loss` with respect to each weight, (1 + lags,)."""
        return self._gradient(goal, np.asarray(weights, np.float64), goal.values(**parameters))

    def _mean_loss(self, goal: Goal, weights: Real, values: dict[str, float]) -> float:
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
        """Return the weights to begin with: small numbers drawn by lot."""
        return 0.1 * np.random.default_rng((self.trading.seed, 2)).standard_normal(1 + self.trading.lags)

    def positions(self, goal: Goal, weights: ArrayLike) -> Real:
        """Return the position of every day, in stakes: the bounded weighted sum of its past.

        A forecast is first divided by the usual size of the forecasts on the days for training.
        """
        total = self.inputs @ np.asarray(weights, np.float64)
        if goal.forecast:
            total = total / (root_mean_square(total[: self.training]) or 1.0)
        return BOUNDS[self.trading.bound].function(total)


def trading_data(market: Market, trading: Trading | None = None) -> TradingData:
    """Lay out a market for a system to learn from.

    Raises:
        ExplorerError: If no return for training differs from 0.

    Example:
        >>> from explorer.trading.market import synthetic
        >>> trading_data(synthetic(200), Trading(lags=2)).inputs.shape
        (198, 3)
    """
    trading = trading or Trading()
    lags, returns = trading.lags, market.returns
    training = math.floor(trading.share * (len(returns) - lags))
    size = root_mean_square(returns[: lags + training])
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
    def stays_out(self) -> bool:
        """Whether it hardly takes part: its positions are below a hundredth of a stake on average."""
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
        goal: What it was penalised for.
        weights: (1 + lags,): the bias, and a weight for each day before, the latest first.
        history: (step, the mean loss before it), every few steps and after the last.
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


def train(data: TradingData, goal: str | Goal, **parameters: float) -> Trained:
    """Teach a system by gradient descent, from the same weights for every goal.

    Args:
        data: What there is to learn from.
        goal: A goal, or its key in `GOALS`.
        **parameters: Of the goal's loss, in place of its defaults.

    Raises:
        ExplorerError: If there is no such goal, or a parameter is unknown or out of its bounds.

    Example:
        >>> from explorer.trading.market import synthetic
        >>> trained = train(trading_data(synthetic(1000, signal=0.5)), "forecast")
        >>> bool(trained.weights[1] > 0.4)  # it finds how much of yesterday's return comes back
        True
    """
    if isinstance(goal, str):
        if goal not in GOALS:
            raise ExplorerError(f"There is no goal {short(goal)}; choose one of {', '.join(GOALS)}.")
        goal = GOALS[goal]
    values = goal.values(**parameters)
    weights, history, trouble = data.start(), [], ""
    for step in range(data.trading.steps):
        if step % _EVERY == 0:
            history.append((step, data._mean_loss(goal, weights, values)))
        following = weights - data.trading.rate * data._gradient(goal, weights, values)
        if np.abs(following).max() > _TOO_FAR:
            trouble = (
                f"Training stopped after {step} steps, because the weights grow without end: choose a "
                "smaller learning rate, or positions within one stake (tanh)."
            )
            break
        weights = following
    history.append((data.trading.steps, data._mean_loss(goal, weights, values)))
    return _result(data, goal, weights, data.positions(goal, weights), tuple(history), trouble)


def to_csv(data: TradingData, systems: Mapping[str, Trained]) -> str:
    r"""Write each day's return, and each system's position and profit, as CSV.

    Example:
        >>> from explorer.trading.market import synthetic
        >>> learnt = trading_data(synthetic(200), Trading(steps=0))
        >>> to_csv(learnt, {"hold": hold(learnt)}).splitlines()[0]
        'day,held out,return,hold position,hold profit'
    """
    heads = [f"{name} {what}" for name in systems for what in ("position", "profit")]
    returns = data.returns
    numbers = np.stack(
        [returns]
        + [column for each in systems.values() for column in (each.positions, each.positions * returns)],
        axis=1,
    )
    lines = [",".join(["day", "held out", "return", *heads])]
    for day, row in enumerate(numbers.tolist(), start=1):
        lines.append(",".join([str(day), str(int(day > data.training)), *map(repr, row)]))
    return "\n".join(lines) + "\n"


def hold(data: TradingData) -> Trained:
    """Hold one stake on every day, for comparison with what was learnt.

    Example:
        >>> from explorer.trading.market import synthetic
        >>> held = hold(trading_data(synthetic(200)))
        >>> float(held.positions.min()), held.held_out.exposure
        (1.0, 1.0)
    """
    weights = np.zeros(1 + data.trading.lags)
    return _result(data, HOLD, weights, np.ones_like(data.returns), (), "")


def _result(
    data: TradingData,
    goal: Goal,
    weights: Real,
    positions: Real,
    history: tuple[tuple[int, float], ...],
    trouble: str,
) -> Trained:
    returns = data.returns
    seen, held_out = (
        outcome(positions[days], returns[days]) for days in (slice(data.training), slice(data.training, None))
    )
    return Trained(goal, weights, history, positions, seen, held_out, trouble)


def axis(curves: Sequence[ArrayLike]) -> tuple[float, float]:
    """How far a plot of equities reaches: to whole fifths of a stake, so that it seldom jumps.

    Example:
        >>> axis([[0.0, 0.25], [-0.1]])
        (-0.2, 0.4)
    """
    values = np.concatenate([np.ravel(np.asarray(curve, np.float64)) for curve in curves])
    low, high = math.floor(5 * float(values.min(initial=0.0))), math.ceil(5 * float(values.max(initial=0.0)))
    return low / 5, max(high, low + 1) / 5
