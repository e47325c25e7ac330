"""Losses: their curves, one wild sample, fits through points, and a market."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Annotated, Any, Literal, TypedDict

from explorer import losses
from explorer.activations.parameters import FunctionsParameter
from explorer.calculus import places
from explorer.convolution.experiments import Array
from explorer.descriptions import Ends
from explorer.errors import ExplorerError
from explorer.losses import LossCurve, fitting
from explorer.losses.parameters import LossesParameter, PlacedPoint, PointsParameter
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
from pages.live.protocol import Answer, Operation, float_blob

LOSSES = LossesParameter(
    name="losses",
    title="Losses",
)

PLOT = (
    LOSSES,
    *(argument for task in losses.TASKS.values() for argument in (task.target, task.prediction)),
)

SAMPLES = (LOSSES, *(task.wild for task in losses.TASKS.values()))

FITS = FunctionsParameter(
    name="fits",
    title="Losses",
    preset=("mean_squared_error", "mean_absolute_error", "quantile"),
    table=fitting.offers(),
)

FIT = (
    PointsParameter(
        name="points",
        title="Points",
        preset="wild",
    ),
    Choice(
        name="degree",
        title="Fit",
        options=dict(enumerate(fitting.CURVES[:5])),
        default=1,
        help="A polynomial: its coefficients are chosen so that the mean loss over the points is least.",
    ),
    FITS,
)

MARKET = tuple(
    replace(argument, help=text)
    for argument, text in (
        (
            market.SIGNAL,
            "The share of each day's return that comes back the day after. Real markets have far less.",
        ),
        (market.VOLATILITY, "How far a usual day moves."),
        (market.DRIFT, "What is added to every day."),
        (market.CRASHES, "Days that fall by five volatilities more."),
        (market.DAYS, ""),
        (replace(market.SEED, default=2), "The same seed gives the same market."),
    )
)

TRADING = tuple(
    replace(argument, help=text)
    for argument, text in (
        (CREDIT, "What a gain takes off the downside and shortfall losses. At 0 only losing counts."),
        (LAGS, "The past returns that the system sees."),
        (SHARE, "The earliest days; the others are held out."),
        (RATE, "How far a step of gradient descent goes."),
        (STEPS, "Each looks at all days for training."),
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
    help="What is made of the weighted sum of past returns.",
    details={"tanh": "A position is within one stake.", "linear": "A position has no bound."},
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
        "A simple return is the change over the price before, a log return the change of the logarithm of "
        "the price. 0.01 is 1 %; in %, 1 is. A profit is position × simple return, so log returns are made "
        "simple ones first."
    ),
)

DATES = Choice(
    name="dates",
    title="Dates such as 05/06/2024",
    options={
        "auto": "settled by the column",
        "day": "day first",
        "month": "month first",
        "year": "year first",
    },
    default="auto",
    help=(
        "One cell with a day above 12 settles it, or the one reading in which the column runs one way in "
        "time. Where nothing does, you are asked."
    ),
)

TRADE = (
    *(
        replace(parameter, default=default, high=high, step=step, help=text)
        for name, default, high, step, text in (
            ("asymmetric", 1.5, 5.0, 0.1, "How much more a loss of money counts than a gain of as much."),
            (
                "shortfall",
                0.02,
                0.1,
                0.005,
                "A day's loss up to this, in stakes, costs the shortfall system nothing.",
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
        options={"held_out": "held out", "all": "all"},
        default="held_out",
    ),
    HOLDS,
    DATES,
    ReturnsParameter(
        name="returns",
        title="Your market",
    ),
)


PlotAxis = Annotated[list[float | str], tuple[float, float, str]]
"""The ends of an axis, and its title."""


class KinkFacts(TypedDict):
    """A place where a loss has no derivative: the slopes to both sides, and what is taken there."""

    x: float
    left: float
    right: float
    slope: float


class PlottedLoss(TypedDict):
    """A loss on the plot, with its value and slope at the prediction."""

    name: str
    title: str
    said: str
    value: float
    slope: float
    kinks: list[KinkFacts]
    note: str


class LossesFacts(TypedDict):
    """What is said of the losses of a task on one plot; `ends` are those of the values and of the slopes."""

    task: str
    curves: list[PlottedLoss]
    chosen: str
    target: float
    prediction: float
    x: PlotAxis
    ends: tuple[tuple[float, float], tuple[float, float]]
    said: str


class SampledLoss(TypedDict):
    """A loss of each sample of a batch, each one's pull in %, and the mean with and without the wild one."""

    name: str
    title: str
    losses: list[float]
    pulls: list[float]
    mean: float
    without: float


class SamplesFacts(TypedDict):
    """What is said of a batch with a wild sample; `even` is the pull of each if all pulled alike, in %."""

    task: str
    chosen: str
    curves: list[SampledLoss]
    targets: list[float]
    predictions: list[float]
    wild: float
    x: PlotAxis
    moves: Annotated[str, Literal["target", "prediction"]]
    even: float


class FitLoss(TypedDict):
    """A loss under which points are fitted."""

    name: str
    title: str
    said: str


class RefusedFit(FitLoss):
    """A loss that cannot be fitted to the points, and why."""

    refused: str


class FittedCurve(FitLoss):
    """The curve with the least mean loss."""

    refused: Literal[""]
    formula: str
    value: float
    said_of: str
    coefficients: tuple[float, ...]
    predictions: list[float]
    losses: list[float]


class FitFacts(TypedDict):
    """What is said of the curves that losses make of points."""

    curves: list[RefusedFit | FittedCurve]
    chosen: str
    points: list[PlacedPoint]
    degree: int
    ends: Ends


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


def shown_curves(values: Values) -> tuple[LossCurve, ...]:
    """Make the losses that these settings describe."""
    chosen = values["losses"]
    return tuple(LossCurve.of(chosen["task"], **curve) for curve in chosen["curves"])


def chosen_curve(values: Values) -> LossCurve:
    """Make the one in question."""
    return next(curve for curve in shown_curves(values) if curve.name == values["losses"]["chosen"])


def target_and_prediction(values: Values) -> tuple[float, float]:
    """Return the two numbers of the present task."""
    task = losses.TASKS[values["losses"]["task"]]
    return values[task.target.name], values[task.prediction.name]


def _plot(_: Array, values: Values, rest: bool) -> Answer:
    task = losses.TASKS[values["losses"]["task"]]
    target, prediction = target_and_prediction(values)
    shown = shown_curves(values)
    curves: list[PlottedLoss] = []
    blobs = []
    for number, curve in enumerate(shown):
        samples = curve.samples(target)
        for name, array in (("x", samples.x), ("values", samples.values), ("slopes", samples.slopes)):
            blobs.append(float_blob(f"{name}{number}", array))
        curves.append(
            {
                "name": curve.name,
                "title": curve.title,
                "said": curve.said,
                "value": float(curve.losses(target, prediction)),
                "slope": float(curve.slopes(target, prediction)),
                "kinks": [
                    {"x": kink.x, "left": kink.left, "right": kink.right, "slope": kink.slope}
                    for kink in curve.kinks(target)
                ],
                "note": curve.sentence(target, prediction),
            }
        )
    facts: LossesFacts = {
        "task": task.name,
        "curves": curves,
        "chosen": values["losses"]["chosen"],
        "target": target,
        "prediction": prediction,
        "x": [task.prediction.low, task.prediction.high, task.prediction.title],
        "ends": losses.span(shown),
        "said": task.said,
    }
    return Answer(facts, tuple(blobs))


def _samples(_: Array, values: Values, rest: bool) -> Answer:
    task = losses.TASKS[values["losses"]["task"]]
    shown = shown_curves(values)
    found = losses.batch(shown, values[task.wild.name])
    curves: list[SampledLoss] = []
    blobs = []
    for number, curve in enumerate(shown):
        x, pulls = losses.pull_curve(curve)
        blobs += [float_blob(f"x{number}", x), float_blob(f"values{number}", 100 * pulls)]
        curves.append(
            {
                "name": curve.name,
                "title": curve.title,
                "losses": found.losses[number].tolist(),
                "pulls": found.pulls[number].tolist(),
                "mean": float(found.losses[number].mean()),
                "without": float(found.losses[number][:-1].mean()),
            }
        )
    facts: SamplesFacts = {
        "task": task.name,
        "chosen": values["losses"]["chosen"],
        "curves": curves,
        "targets": found.targets.tolist(),
        "predictions": found.predictions.tolist(),
        "wild": values[task.wild.name],
        "x": [task.wild.low, task.wild.high, task.wild.title],
        "moves": task.moves,
        "even": 100 / len(task.samples),
    }
    return Answer(facts, tuple(blobs))


def fits(values: Values) -> dict[str, fitting.Fit | str]:
    """Fit the points under each loss, or say why that cannot be."""
    x, y = zip(*values["points"], strict=True)
    found: dict[str, fitting.Fit | str] = {}
    for curve in values["fits"]["curves"]:
        try:
            found[curve["name"]] = fitting.fit(
                x, y, curve["name"], degree=values["degree"], **curve["parameters"]
            )
        except ExplorerError as error:
            found[curve["name"]] = str(error)
    return found


def _fit(_: Array, values: Values, rest: bool) -> Answer:
    low, high = FIT[0].low, FIT[0].high
    x = places(low, high, count=201)
    curves: list[RefusedFit | FittedCurve] = []
    blobs = [float_blob("x", x)]
    for number, ((name, found), curve) in enumerate(
        zip(fits(values).items(), values["fits"]["curves"], strict=True)
    ):
        loss: FitLoss = {
            "name": name,
            "title": FITS.table[name].title,
            "said": LossCurve.of("numbers", name, curve["parameters"]).said,
        }
        if isinstance(found, str):
            curves.append({**loss, "refused": found})
            continue
        blobs.append(float_blob(f"values{number}", found.at(x)))
        curves.append(
            {
                **loss,
                "refused": "",
                "formula": str(found),
                "value": found.value,
                "said_of": found.said,
                "coefficients": found.coefficients,
                "predictions": found.predictions.tolist(),
                "losses": found.losses.tolist(),
            }
        )
    facts: FitFacts = {
        "curves": curves,
        "chosen": values["fits"]["chosen"],
        "points": values["points"],
        "degree": values["degree"],
        "ends": [low, high],
    }
    return Answer(facts, tuple(blobs))


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


def fits_csv(values: Values) -> str:
    """Write the points and what each loss predicts there, as far as they can be fitted."""
    x, y = zip(*values["points"], strict=True)
    found = {name: each for name, each in fits(values).items() if not isinstance(each, str)}
    return fitting.to_csv(x, y, found)


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
        name="losses",
        settings=PLOT,
        facts=LossesFacts,
        answer=_plot,
        view="losses",
        picture=False,
    ),
    Operation(
        name="samples",
        settings=SAMPLES,
        facts=SamplesFacts,
        answer=_samples,
        view="samples",
        picture=False,
    ),
    Operation(
        name="fit",
        settings=FIT,
        facts=FitFacts,
        answer=_fit,
        view="fit",
        picture=False,
    ),
    Operation(
        name="trading",
        settings=TRADE,
        facts=TradingFacts,
        answer=_trade,
        view="trading",
        picture=False,
    ),
)
