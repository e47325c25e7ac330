"""Trading: systems that learn under losses of money, and the losses that they learn under."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, TypedDict

from explorer.convolution.experiments import Array
from explorer.descriptions import Ends
from explorer.parameters import Choice, Values
from explorer.trading import market
from explorer.trading.goals import CREDIT, GOALS, RATE
from explorer.trading.parameters import ReturnsParameter
from explorer.trading.systems import (
    LAGS,
    SHARE,
    STEPS,
    Trading,
    TradingData,
    Trained,
    axis,
    hold,
    to_csv,
    trading_data,
    train,
)
from pages.components import loss_curves
from pages.live.protocol import Answer, Operation, float_blob

CURVES = loss_curves.operations(("profit",), plot="profits", samples="profit_samples")

MARKET = tuple(
    replace(argument, help=text)
    for argument, text in (
        (
            market.SIGNAL,
            "How much of each day's return comes back the next day. Real markets have far less.",
        ),
        (market.VOLATILITY, "How far a usual day moves."),
        (market.DRIFT, "Is added to every day's return."),
        (market.CRASHES, "Days that fall by five volatilities."),
        (market.DAYS, ""),
        (replace(market.SEED, default=2), "The same seed gives the same market."),
    )
)

TRADING = tuple(
    replace(argument, help=text)
    for argument, text in (
        (CREDIT, "How much a gain lowers the downside and shortfall losses. At 0 only losing counts."),
        (LAGS, "How many past returns a system sees."),
        (SHARE, "The earliest days. The later ones are test days."),
        (RATE, "How far each step of gradient descent goes."),
        (STEPS, "Each step uses all training days."),
    )
)

GOAL_PARAMETERS = {
    goal.name: tuple(parameter.name for parameter in goal.parameters) for goal in GOALS.values()
}

TRADE_BOUND = Choice(
    name="bound",
    title="Position",
    options={"tanh": "tanh", "linear": "linear"},
    default="tanh",
    help="How the weighted sum of past returns becomes a position.",
    details={"tanh": "A position stays within one stake.", "linear": "A position has no limit."},
)

HOLDS = Choice(
    name="holds",
    title="The column holds",
    options={
        "fraction": "simple returns",
        "percent": "simple returns in %",
        "log": "log returns",
        "log_percent": "log returns in %",
        "price": "prices",
    },
    default="fraction",
    help=(
        "A simple return is the change divided by the price before; a log return is the change of the "
        "price's logarithm. 0.01 means 1 %; in %, 1 does. Profit is position × simple return, so log "
        "returns become simple ones first."
    ),
)

DATES = Choice(
    name="dates",
    title="Dates such as 05/06/2024",
    options={
        "auto": "automatic",
        "day": "day first",
        "month": "month first",
        "year": "year first",
    },
    default="auto",
    help=(
        "A day above 12 settles it, or the only order in which the dates run one way. Otherwise you are "
        "asked."
    ),
)

TRADE = (
    *(
        replace(parameter, default=default, high=high, step=step, help=text)
        for name, default, high, step, text in (
            ("asymmetric", 1.5, 5.0, 0.1, "How much more losing money counts than gaining as much."),
            (
                "shortfall",
                0.02,
                0.1,
                0.005,
                "In stakes: losing up to this in a day costs the shortfall system nothing.",
            ),
        )
        for parameter in GOALS[name].parameters
    ),
    *TRADING,
    *MARKET,
    TRADE_BOUND,
    Choice(
        name="shown",
        title="Days on the plot",
        options={"held_out": "test days", "all": "all"},
        default="held_out",
    ),
    HOLDS,
    DATES,
    ReturnsParameter(
        name="returns",
        title="Your market",
    ),
)


class SystemFacts(TypedDict):
    """What a trading system earned on the days that it had not seen, as far as there are such numbers."""

    name: str
    title: str
    why: str
    profit: float
    drawdown: float
    hit_rate: float | None
    exposure: float
    ratio: float | None
    stays_out: bool
    weights: list[float]
    trouble: str


class TradingFacts(TypedDict):
    """What is said of trading systems; `training` and `held_out` count days."""

    curves: list[SystemFacts]
    training: int
    held_out: int
    x: Ends
    ends: Ends
    own: bool
    all: bool


def trained(values: Values) -> dict[str, Trained]:
    """Train a system for each goal."""
    shared = _trading_data(*_described(values))
    return {
        goal: _trained(shared, goal, tuple((name, values[name]) for name in GOAL_PARAMETERS[goal]))
        for goal in GOALS
    }


def _described(values: Values) -> tuple[Any, ...]:
    """What the data of a trading system are made of, to be kept by: returns, market, and how is traded."""
    return (
        values["returns"] and tuple(values["returns"]),
        tuple((setting.name, values[setting.name]) for setting in MARKET),
        tuple((setting.name, values[setting.name]) for setting in (*TRADING, TRADE_BOUND)),
    )


def trades_csv(values: Values) -> str:
    """Write what each system did each day."""
    return to_csv(_trading_data(*_described(values)), trained(values))


# One control moves one thing: the systems that it does not concern are those of before.
@lru_cache(maxsize=32)
def _trading_data(
    own: tuple[float, ...] | None, made: tuple[tuple[str, Any], ...], how: tuple[tuple[str, Any], ...]
) -> TradingData:
    days = market.own_market(own, "Your file") if own else market.synthetic(**dict(made))
    return trading_data(days, Trading(**dict(how)))


@lru_cache(maxsize=256)
def _trained(shared: TradingData, goal: str, parameters: tuple[tuple[str, float], ...]) -> Trained:
    return train(shared, goal, **dict(parameters))


def _trade(_: Array, values: Values, rest: bool) -> Answer:
    systems = trained(values)
    held = hold(_trading_data(*_described(values)))
    everything = values["shown"] == "all"
    curves: list[SystemFacts] = []
    blobs = []
    equities = [each.equity if everything else each.held_out.equity for each in (*systems.values(), held)]
    first = held.seen.profits.size
    days = held.days if everything else held.days[first:]
    blobs.append(float_blob("x", days))
    for number, (each, equity) in enumerate(zip((*systems.values(), held), equities, strict=True)):
        blobs.append(float_blob(f"values{number}", 100 * equity))
        result = each.held_out
        curves.append(
            {
                "name": each.goal.name,
                "title": each.goal.title,
                "why": each.goal.why,
                "profit": result.profit,
                "drawdown": result.drawdown,
                "hit_rate": result.hit_rate,
                "exposure": result.exposure,
                "ratio": result.ratio,
                "stays_out": result.stays_out,
                "weights": each.weights.tolist(),
                "trouble": each.trouble,
            }
        )
    low, high = axis(equities)
    facts: TradingFacts = {
        "curves": curves,
        "training": first,
        "held_out": held.held_out.profits.size,
        "x": [float(days[0]), float(days[-1])],
        "ends": [100 * low, 100 * high],
        "own": values["returns"] is not None,
        "all": everything,
    }
    return Answer(facts, tuple(blobs))


OPERATIONS = (
    Operation(
        name="trading",
        settings=TRADE,
        facts=TradingFacts,
        answer=_trade,
        view="trading",
        picture=False,
    ),
    *CURVES,
)
