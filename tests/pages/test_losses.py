"""The Losses page without a browser: settings in and out, every control at both ends, every tab."""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from functools import partial
from typing import Any

import driving
import pytest
from streamlit.testing.v1 import AppTest

from explorer import images, parameters
from explorer.code import losses as loss_code
from explorer.errors import ExplorerError
from explorer.losses import LOSSES, TASKS, LossCurve
from explorer.losses.parameters import LossesParameter, PointsParameter
from explorer.losses.point_sets import POINT_SETS
from explorer.parameters import Choice, Number, Parameter, Values
from explorer.trading import market
from explorer.trading.parameters import ReturnsParameter
from explorer.trading.systems import Trading, trading_data, train
from pages.components import lab
from pages.losses import operation
from pages.operations import OPERATIONS

OURS = ("losses", "samples", "fit", "trading")
TABS = {"samples": "One wild sample", "fit": "Fit it", "trading": "Trading"}


opened = partial(driving.opened, "losses/page.py")


def set_in(app: AppTest, operation: str, parameters: Values, seq: int = 1) -> AppTest:
    return driving.set_in(app, parameters, seq, operation=operation)


def state_of(app: AppTest, operation: str = "losses") -> lab.State:
    return driving.state_of(app, operation)


text_of = driving.text_of


def ends(setting: Parameter) -> list[Any]:
    if isinstance(setting, Number):
        return [setting.low, setting.high]
    if isinstance(setting, Choice):
        return list(setting.options)
    if isinstance(setting, LossesParameter):
        return [{"task": name} | setting._curves(name).default for name in TASKS]
    if isinstance(setting, PointsParameter):
        return [[list(point) for point in each.points] for each in POINT_SETS.values()]
    if isinstance(setting, ReturnsParameter):
        return [market.synthetic(200).rounded()]
    return [{"chosen": name, "curves": [{"name": name}]} for name in setting.table]


def defaults(operation: str) -> Values:
    return {setting.name: setting.default for setting in OPERATIONS[operation].settings}


@pytest.mark.parametrize(
    ("operation", "setting"),
    [
        pytest.param(operation, setting, id=f"{operation}-{setting.name}")
        for operation in OURS
        for setting in OPERATIONS[operation].settings
    ],
)
def test_each_setting_at_its_ends_has_an_answer_in_json(operation: str, setting: Parameter) -> None:
    """Whatever a control is set to, there are facts that JSON can carry, and blobs of the right size."""
    for value in ends(setting):
        values = parameters.checked(OPERATIONS[operation].settings, {setting.name: value})
        answer = OPERATIONS[operation].answer(images.NO_PICTURE, values, True)
        json.dumps(answer.facts, allow_nan=False)
        for blob in answer.blobs:
            assert len(blob.data) == 4 * blob.shape[0]


@pytest.mark.parametrize("task", TASKS)
def test_the_facts_are_those_of_the_chosen_loss(task: str) -> None:
    """Formula, gradient, reason, source and clipping of each loss are on the page when it is chosen."""
    app = opened(losses=f"{task},{TASKS[task].losses[0]}")
    for seq, name in enumerate(TASKS[task].losses, start=1):
        set_in(app, "losses", {"losses": {"task": task, "chosen": name, "curves": [{"name": name}]}}, seq)
        text, record = text_of(app), LOSSES[name]
        for part in (record.formula, record.gradient_formula, record.why, record.source, record.clipping):
            assert part in text


def test_an_address_sets_the_lab_and_the_lab_sets_the_address() -> None:
    """What a link says is what the lab holds, and what the lab is set to is what the link says."""
    app = opened(
        losses="scores,hinge,~binary_crossentropy~label_smoothing=0.2",
        scores_prediction="2.5",
        scores_target="0",
    )
    assert operation.chosen_curve(state_of(app).values) == LossCurve.of(
        "scores", "binary_crossentropy", {"label_smoothing": 0.2}
    )
    assert operation.target_and_prediction(state_of(app).values) == (0, 2.5)
    chosen = {
        "task": "numbers",
        "chosen": "huber",
        "curves": [{"name": "huber", "parameters": {"delta": 3.0}}],
    }
    set_in(app, "losses", {"losses": chosen, "numbers_target": 7.0})
    assert app.query_params["losses"] == "numbers,huber~delta=3.0"
    assert app.query_params["numbers_target"] == "7.0"
    assert "scores_target" not in app.query_params


@pytest.mark.parametrize(
    "query",
    [
        {"losses": "colours,huber"},
        {"losses": "numbers,hinge"},
        {"losses": "numbers,huber~delta=99"},
        {"losses": "numbers,huber,huber"},
        {"losses": "probabilities,binary_crossentropy~from_logits=1"},
        {"losses": ""},
        {"numbers_target": "-1"},
        {"probabilities_prediction": "1.01"},
        {"scores_target": "0.5"},
    ],
)
def test_a_wrong_address_is_said_and_the_rest_of_it_kept(query: dict[str, str]) -> None:
    """A setting that cannot be read has its default and a sentence; the others hold."""
    app = opened(profit_target="0.05", **query)
    assert len(app.warning) == 1
    assert state_of(app).values["profit_target"] == 0.05
    assert state_of(app).values | {"profit_target": -0.03} == defaults("losses")


@pytest.mark.parametrize("tab", ["Facts", *TABS.values(), "Code", "Take away", "Explain"])
def test_every_tab_opens(tab: str) -> None:
    """Each tab fills without an error, from its own link."""
    assert len(text_of(opened(tab=tab))) > 150


@pytest.mark.parametrize("operation", TABS)
def test_a_tab_has_its_settings_in_the_address(operation: str) -> None:
    """What is set in a tab is in the link, and a link with it opens it on a cold server."""
    wanted: dict[str, Any] = {
        "samples": {"numbers_wild": 55.0},
        "fit": {"points": [[1.0, 2.0], [3.0, 4.5]], "degree": 0},
        "trading": {"weight": 3.0, "signal": 0.4, "bound": "linear", "shown": "all", "seed": 9},
    }[operation]
    app = opened(tab=TABS[operation])
    set_in(app, operation, wanted)
    query = {name: app.query_params[name] for name in wanted}
    cold = opened(
        tab=TABS[operation],
        **{name: text if isinstance(text, str) else text[0] for name, text in query.items()},
    )
    assert state_of(cold, operation).values == defaults(operation) | wanted


def test_samples_follow_the_losses_above() -> None:
    """The losses of the samples are those of the plot, and a link says them once."""
    app = opened(losses="scores,hinge,~squared_hinge", tab=TABS["samples"])
    assert state_of(app, "samples").values["losses"] == state_of(app).values["losses"]


def test_the_answers_of_the_fits_are_those_of_explorer() -> None:
    """Mean, median and quantile of a constant, and a sentence where a loss refuses its points."""
    values = defaults("fit") | {"degree": 0}
    facts = OPERATIONS["fit"].answer(images.NO_PICTURE, values, True).facts
    y = [point[1] for point in values["points"]]
    assert facts["curves"][0]["coefficients"] == pytest.approx([sum(y) / len(y)])
    assert facts["curves"][1]["said_of"].startswith("The median, where anything from 3.8 to 4.2")
    one = OPERATIONS["fit"].answer(images.NO_PICTURE, defaults("fit") | {"points": [[1.0, 1.0]]}, True).facts
    assert "A line needs points at 2 different x" in one["curves"][0]["refused"]


def test_the_trades_are_those_of_explorer() -> None:
    """Every system's outcome on the held-out days, as explorer trains it."""
    values = defaults("trading") | {"weight": 2.0, "lags": 2, "steps": 50, "seed": 4}
    facts = OPERATIONS["trading"].answer(images.NO_PICTURE, values, True).facts
    learnt = trading_data(market.synthetic(seed=4), Trading(lags=2, steps=50))
    parameters = {"asymmetric": {"weight": 2.0}, "shortfall": {"threshold": 0.02}}
    for curve in facts["curves"][:-1]:
        truth = train(learnt, curve["name"], **parameters.get(curve["name"], {})).held_out
        assert (curve["profit"], curve["drawdown"], curve["hit_rate"]) == (
            truth.profit,
            truth.drawdown,
            truth.hit_rate,
        )
    assert facts["curves"][-1]["name"] == "hold"


def test_a_market_of_ones_own_is_traded_and_stays_out_of_the_address() -> None:
    """The returns of a file take the place of the built-in market, and no link has them."""
    app = opened(tab="Trading")
    returns = market.synthetic(200, seed=8).rounded()
    set_in(app, "trading", {"returns": returns})
    facts = OPERATIONS["trading"].answer(images.NO_PICTURE, state_of(app, "trading").values, True).facts
    assert facts["own"]
    assert facts["training"] + facts["held_out"] == 197
    assert "returns" not in app.query_params


DAYS = [date(2023, 11, 20) + timedelta(days=step) for step in range(200)]
PRICES = (100 * (1 + market.synthetic(200, seed=8).returns).cumprod()).round(6).tolist()


def uploaded(app: AppTest, rows: list[str], head: str = "date,close") -> AppTest:
    """Bring a file on the Trading tab, and trade it if it can be."""
    data = "\n".join([head, *rows]).encode()
    app.file_uploader(key="own_returns").set_value(("mine.csv", data, "text/csv")).run()
    return app if app.error else used(app)


def used(app: AppTest) -> AppTest:
    """Trade what was brought."""
    app.button(key="own_returns_use").click().run()
    assert not app.exception
    return app


def trades(app: AppTest) -> str:
    """Give what the tab trades."""
    return operation.trades_csv(state_of(app, "trading").values)


@pytest.mark.parametrize("writing", ["{:%m/%d/%Y}", "{:%d.%m.%Y}", "{:%Y%m%d}", '"{:%B %d, %Y}"'])
def test_a_file_with_its_newest_day_first_is_traded_forwards(writing: str) -> None:
    """The trades are those of the same file in order with ISO dates, and the page says that it was turned."""
    straight = uploaded(
        opened(tab="Trading", holds="price"),
        [f"{day},{price}" for day, price in zip(DAYS, PRICES, strict=True)],
    )
    turned = uploaded(
        opened(tab="Trading", holds="price"),
        [f"{writing.format(day)},{price}" for day, price in zip(DAYS, PRICES, strict=True)][::-1],
    )
    assert trades(turned) == trades(straight)
    said = "The file has the newest day first and was turned round."
    assert said in turned.success[0].value
    assert said not in straight.success[0].value
    for app in (straight, turned):
        assert "199 returns are traded above" in app.success[0].value
        assert "The returns run from 21 November 2023 to 6 June 2024." in app.success[0].value
        assert len(app.warning) == 0


def test_a_file_without_dates_is_said_to_have_none() -> None:
    """Its first row is taken for the oldest, and the page says so."""
    app = uploaded(opened(tab="Trading", holds="price"), list(map(str, PRICES)), "close")
    assert "its first row is taken for the oldest day" in app.warning[0].value


def test_a_file_in_disorder_is_refused_and_the_one_before_goes_on() -> None:
    """The line is named, and what was traded before is still traded, and said to be."""
    rows = [f"{day:%d/%m/%Y},{price}" for day, price in zip(DAYS, PRICES, strict=True)]
    app = uploaded(opened(tab="Trading", holds="price"), rows)
    before = trades(app)
    uploaded(app, [*rows[50:], *rows[:50]])
    assert "Row 151, column 1 \\('date'\\), line 152 of the file, holds" in app.error[0].value
    assert "sort the file by date" in app.error[0].value
    assert len(app.success) == 0
    assert any("read before are traded above" in caption.value for caption in app.caption)
    assert trades(app) == before


def test_what_a_column_holds_is_chosen_and_stays_in_the_address() -> None:
    """Simple and log returns of one market are traded alike, each as it is said to be."""
    returns = market.synthetic(200, seed=8).returns.tolist()
    columns = {
        "fraction": returns,
        "percent": [100 * each for each in returns],
        "log": [math.log1p(each) for each in returns],
        "log_percent": [100 * math.log1p(each) for each in returns],
    }
    found = {}
    for unit, column in columns.items():
        app = opened(tab="Trading")
        app.button_group(key="own_holds").set_value(unit).run()
        assert app.query_params.get("holds", "fraction") == unit
        uploaded(app, [f"{day},{each!r}" for day, each in zip(DAYS, column, strict=True)], "date,return")
        found[unit] = state_of(app, "trading").values["returns"]
        assert state_of(opened(tab="Trading", holds=unit), "trading").values["holds"] == unit
    rounded = [round(each, 6) for each in returns]
    assert found == dict.fromkeys(columns, rounded)


def test_the_order_of_day_and_month_is_chosen_and_stays_in_the_address() -> None:
    """What nothing in the column settles is asked; the answer reads the file anew, and a link keeps it."""
    rows = ["01/03/2024,0.01", "02/02/2024,0.02", "03/01/2024,0.03"]
    app = uploaded(opened(tab="Trading"), rows, "date,return")
    assert "Choose day first or month first" in app.error[0].value
    app.button_group(key="own_dates").set_value("day").run()
    assert "gives 3 returns; 60 or more are needed" in app.error[0].value
    assert app.query_params["dates"] == "day"
    daily = [f"{day:%d/%m/%Y},0.01" if step % 2 else f"{day:%d/%m/%Y},-0.01" for step, day in enumerate(DAYS)]
    cold = uploaded(opened(tab="Trading", dates="month"), daily, "date,return")
    assert "which is no date with the month first; choose another order" in cold.error[0].value
    used(cold.button_group(key="own_dates").set_value("auto").run())
    assert "200 returns are traded above" in cold.success[0].value
    assert "dates" not in cold.query_params


def test_a_market_is_described_before_it_is_traded() -> None:
    """What was read is said, another order of dates is another use, and going back allows a second one."""
    app = opened(tab="Trading", holds="price")
    rows = [
        f"{day:%d.%m.%Y};{price:.2f}".replace(".", ",", 0) for day, price in zip(DAYS, PRICES, strict=True)
    ]
    data = "\n".join(["Kurse der Börse;", "Datum;Schluss", *rows]).encode("cp1252")
    app.file_uploader(key="own_returns").set_value(("kurse.csv", data, "text/csv")).run()
    text = driving.shown(text_of(app))
    assert (
        "Windows-1252, 1 numeric column, 1 text column ('Datum': dates, kept as text), 200 rows; 1 row le"
        in text
    )
    assert "column Schluss: 199 returns. The returns run from 21 November 2023 to 6 June 2024." in text
    assert state_of(app, "trading").values["returns"] is None
    used(app)
    assert len(state_of(app, "trading").values["returns"]) == 199
    assert app.button(key="own_returns_use").disabled
    app.button_group(key="own_dates").set_value("day").run()
    assert not app.button(key="own_returns_use").disabled
    next(each for each in app.button if each.label == "Return to the built-in market").click().run()
    assert state_of(app, "trading").values["returns"] is None
    used(app)
    assert len(state_of(app, "trading").values["returns"]) == 199


def test_the_lesson_is_no_advice() -> None:
    """The tab says so without being asked."""
    assert "**no advice** on what to do with money" in text_of(opened(tab="Trading"))


def test_code_is_shown_for_the_present_numbers() -> None:
    """The program has the page's target, prediction and parameters, in the framework of one's choice."""
    curve = LossCurve.of("numbers", "huber", {"delta": 2.0})
    query = {"losses": "numbers,~huber~delta=2.0", "numbers_prediction": "9.0", "tab": "Code"}
    assert opened(**query).code[0].value + "\n" == loss_code.code("keras", curve, 4.0, 9.0)
    for framework, title in ((each.name, each.title) for each in loss_code.SNIPPETS.values()):
        shown = opened(**query, code=title).code[0].value
        assert shown + "\n" == loss_code.code(framework, curve, 4.0, 9.0)


@pytest.mark.parametrize(
    "value",
    [None, [], [[1]], [[1, 11]], [["a", 1]], [[1, 2, 3]], "1,2", [[0, 0]] * 61],
)
def test_points_that_cannot_be_are_refused(value: Any) -> None:
    """A point has two coordinates on the plane, and there are not too many."""
    with pytest.raises(ExplorerError, match=r"[A-Z].+\.$"):
        PointsParameter(
            name="points",
            title="Points",
            preset="wild",
        ).checked(value)


@pytest.mark.parametrize("value", [[], [0.01], [0.01] * 3001, ["a"] * 100, "0.01", [True] * 100])
def test_returns_that_cannot_be_are_refused(value: Any) -> None:
    """A market has enough days, and numbers for all of them."""
    with pytest.raises(ExplorerError, match=r"[A-Z].+\.$"):
        ReturnsParameter(
            name="returns",
            title="Your market",
        ).checked(value)
