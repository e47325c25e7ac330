"""The Trading page without a browser: settings in and out, every tab, a market of one's own, former links."""

from __future__ import annotations

import math
from datetime import date, timedelta
from functools import partial
from typing import Any

import driving
import pytest
from streamlit.testing.v1 import AppTest

from explorer import images
from explorer.errors import ExplorerError
from explorer.losses import LossCurve
from explorer.parameters import Values
from explorer.trading import market
from explorer.trading.parameters import ReturnsParameter
from explorer.trading.systems import Trading, trading_data, train
from pages.components import loss_curves
from pages.operations import OPERATIONS
from pages.trading import operation

opened = partial(driving.opened, "trading/page.py")
state_of = driving.state_of
text_of = driving.text_of


def set_in(app: AppTest, operation: str, parameters: Values, seq: int = 1) -> AppTest:
    return driving.set_in(app, parameters, seq, operation=operation)


def defaults(operation: str) -> Values:
    return {setting.name: setting.default for setting in OPERATIONS[operation].settings}


@pytest.mark.parametrize("tab", ["Market", "Losses of money", "Code", "Download and share", "Explain"])
def test_every_tab_opens(tab: str) -> None:
    """Each tab fills without an error, from its own link."""
    assert len(text_of(opened(tab=tab))) > 250


def test_what_is_set_is_in_the_address() -> None:
    """A link opens the systems, the losses of money and their outlier on a cold server as they were set."""
    wanted = {
        "trading": {"weight": 3.0, "signal": 0.4, "bound": "linear", "shown": "all", "seed": 9},
        "profits": {"profit_prediction": -1.5},
        "profit_samples": {"profit_wild": -0.4},
    }
    app = opened(tab="Losses of money")
    for seq, (name, values) in enumerate(wanted.items(), start=1):
        set_in(app, name, values, seq)
    link = {name: app.query_params[name] for name in app.query_params}
    cold = opened(**{name: text if isinstance(text, str) else text[0] for name, text in link.items()})
    for name, values in wanted.items():
        assert state_of(cold, name).values == defaults(name) | values


def test_the_outlier_is_one_under_the_losses_above() -> None:
    """The losses of the samples are those of the plot, and a link says them once."""
    app = opened(losses="profit,~downside~power=2,shortfall", tab="Losses of money")
    plotted = state_of(app, "profits").values
    assert loss_curves.chosen_curve(plotted) == LossCurve.of("profit", "downside", {"power": 2})
    assert state_of(app, "profit_samples").values["losses"] == plotted["losses"]


def test_the_trades_are_those_of_explorer() -> None:
    """Every system's outcome on the test days, as explorer trains it."""
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
    app = opened()
    returns = market.synthetic(200, seed=8).rounded()
    set_in(app, "trading", {"returns": returns})
    facts = OPERATIONS["trading"].answer(images.NO_PICTURE, state_of(app, "trading").values, True).facts
    assert facts["own"]
    assert facts["training"] + facts["held_out"] == 197
    assert "returns" not in app.query_params


DAYS = [date(2023, 11, 20) + timedelta(days=step) for step in range(200)]
PRICES = (100 * (1 + market.synthetic(200, seed=8).returns).cumprod()).round(6).tolist()


def uploaded(app: AppTest, rows: list[str], head: str = "date,close") -> AppTest:
    """Bring a file on the page, and trade it if it can be."""
    data = "\n".join([head, *rows]).encode()
    app.file_uploader(key="own_returns").set_value(("mine.csv", data, "text/csv")).run()
    return app if app.error else used(app)


def used(app: AppTest) -> AppTest:
    """Trade what was brought."""
    app.button(key="own_returns_use").click().run()
    assert not app.exception
    return app


def trades(app: AppTest) -> str:
    """Give what the page trades."""
    return operation.trades_csv(state_of(app, "trading").values)


@pytest.mark.parametrize("writing", ["{:%m/%d/%Y}", "{:%d.%m.%Y}", "{:%Y%m%d}", '"{:%B %d, %Y}"'])
def test_a_file_with_its_newest_day_first_is_traded_forwards(writing: str) -> None:
    """The trades are those of the same file in order with ISO dates, and the page says that it was turned."""
    straight = uploaded(
        opened(holds="price"),
        [f"{day},{price}" for day, price in zip(DAYS, PRICES, strict=True)],
    )
    turned = uploaded(
        opened(holds="price"),
        [f"{writing.format(day)},{price}" for day, price in zip(DAYS, PRICES, strict=True)][::-1],
    )
    assert trades(turned) == trades(straight)
    said = "The file has the newest day first and was reversed."
    assert said in turned.success[0].value
    assert said not in straight.success[0].value
    for app in (straight, turned):
        assert "trade your 199 returns" in app.success[0].value
        assert "The returns run from 21 November 2023 to 6 June 2024." in app.success[0].value
        assert len(app.warning) == 0


def test_a_file_without_dates_is_said_to_have_none() -> None:
    """Its first row is taken for the oldest, and the page says so."""
    app = uploaded(opened(holds="price"), list(map(str, PRICES)), "close")
    assert "the first row counts as the oldest day" in app.warning[0].value


def test_a_file_in_disorder_is_refused_and_the_one_before_goes_on() -> None:
    """The line is named, and what was traded before is still traded, and said to be."""
    rows = [f"{day:%d/%m/%Y},{price}" for day, price in zip(DAYS, PRICES, strict=True)]
    app = uploaded(opened(holds="price"), rows)
    before = trades(app)
    uploaded(app, [*rows[50:], *rows[:50]])
    assert "Row 151, column 1 \\('date'\\), line 152 of the file, holds" in app.error[0].value
    assert "sort the file by date" in app.error[0].value
    assert len(app.success) == 0
    assert any("trade the returns that were read before" in caption.value for caption in app.caption)
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
        app = opened()
        app.button_group(key="own_holds").set_value(unit).run()
        assert app.query_params.get("holds", "fraction") == unit
        uploaded(app, [f"{day},{each!r}" for day, each in zip(DAYS, column, strict=True)], "date,return")
        found[unit] = state_of(app, "trading").values["returns"]
        assert state_of(opened(holds=unit), "trading").values["holds"] == unit
    rounded = [round(each, 6) for each in returns]
    assert found == dict.fromkeys(columns, rounded)


def test_the_order_of_day_and_month_is_chosen_and_stays_in_the_address() -> None:
    """What nothing in the column settles is asked; the answer reads the file anew, and a link keeps it."""
    rows = ["01/03/2024,0.01", "02/02/2024,0.02", "03/01/2024,0.03"]
    app = uploaded(opened(), rows, "date,return")
    assert "Choose day first or month first" in app.error[0].value
    app.button_group(key="own_dates").set_value("day").run()
    assert "gives 3 returns; 60 or more are needed" in app.error[0].value
    assert app.query_params["dates"] == "day"
    daily = [f"{day:%d/%m/%Y},0.01" if step % 2 else f"{day:%d/%m/%Y},-0.01" for step, day in enumerate(DAYS)]
    cold = uploaded(opened(dates="month"), daily, "date,return")
    assert "which is no date with the month first; choose another order" in cold.error[0].value
    used(cold.button_group(key="own_dates").set_value("auto").run())
    assert "trade your 200 returns" in cold.success[0].value
    assert "dates" not in cold.query_params


def test_a_market_is_described_before_it_is_traded() -> None:
    """What was read is said, another order of dates is another use, and going back allows a second one."""
    app = opened(holds="price")
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
    """The page says so without being asked."""
    assert "**not financial advice**" in text_of(opened())


@pytest.mark.parametrize("value", [[], [0.01], [0.01] * 3001, ["a"] * 100, "0.01", [True] * 100])
def test_returns_that_cannot_be_are_refused(value: Any) -> None:
    """A market has enough days, and numbers for all of them."""
    with pytest.raises(ExplorerError, match=r"[A-Z].+\.$"):
        ReturnsParameter(
            name="returns",
            title="Your market",
        ).checked(value)
