"""The Trading page as a person uses it: train systems, bring a market, open a link."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from browser.hands import (
    at,
    drag,
    in_address,
    not_in_address,
    number_of,
    opened,
    rested,
    sideways,
    tab,
    values_of,
)
from playwright.sync_api import Locator, Page, expect

from explorer import images
from explorer.trading import market
from pages.operations import OPERATIONS

pytestmark = pytest.mark.browser


def plot(page: Page, name: str) -> Locator:
    return page.locator(f"canvas[data-plot={name}]")


def facts_of(page: Page, operation: str) -> dict:
    """Compute what the page has to show, from its address alone."""
    return OPERATIONS[operation].answer(images.NO_PICTURE, values_of(page, operation), True).facts


def read(page: Page, name: str) -> float:
    return number_of(page.locator(f"[data-read={name!r}]"))


def assert_trades(page: Page) -> None:
    """The outcome of every system on the page is that of explorer for its address."""
    for curve in facts_of(page, "trading")["curves"]:
        for key in ("profit", "drawdown", "exposure"):
            assert read(page, f"{curve['name']} {key}") == pytest.approx(curve[key], rel=1e-9)


def test_systems_are_trained_while_a_slider_is_dragged(page: Page, server) -> None:
    """Equity curves move before release, and at rest the table is explorer's."""
    opened(page, f"{server.url}/trading", "trading")
    assert_trades(page)
    for name, way in (("credit", -60), ("signal", 40)):
        x, y = at(page.locator(f"[data-name={name}] .thumb"))
        drag(page, (x, y), (x + way, y), plot(page, "trading"), steps=3)
        page.mouse.up()
        in_address(page, f"{name}=")
        assert_trades(page)


def test_a_market_of_ones_own_takes_the_place_of_the_built_in_one(page: Page, server) -> None:
    """A CSV of returns is traded, a wrong one is explained, and the link has neither."""
    opened(page, f"{server.url}/trading", "trading")
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput").last
    wrong = {"name": "short.csv", "mimeType": "text/csv", "buffer": b"return\n0.01\n0.02\n"}
    chooser.set_input_files(wrong)
    expect(page.get_by_test_id("stAlert")).to_contain_text("The file gives 2 returns; 60 or more are needed")
    returns = market.synthetic(250, seed=3).rounded()
    text = "\n".join(["day,return", *(f"{day},{value}" for day, value in enumerate(returns))])
    page.get_by_role("button", name="Remove short.csv").click()
    chooser.set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name="Trade these returns").click()
    expect(page.get_by_test_id("stAlert")).to_contain_text("The systems above trade your 250 returns")
    expect(page.locator(".trading")).to_contain_text("Your market: 123 training days")
    rested(page, "trading")
    assert "returns" not in page.url
    truth = OPERATIONS["trading"].answer(
        images.NO_PICTURE, values_of(page, "trading") | {"returns": returns}, True
    )
    assert read(page, "forecast profit") == pytest.approx(truth.facts["curves"][0]["profit"], rel=1e-9)
    tab(page, "Losses of money", "profits", "profit_samples")
    tab(page, "Market")
    expect(page.locator(".trading")).to_contain_text("Your market: 123 training days")
    back = page.get_by_role("button", name="Return to the built-in market")
    expect(back).to_be_visible()
    rested(page, "trading")
    back.click()
    expect(page.locator(".trading")).to_contain_text("The built-in market: 498 training days")


def test_prices_with_the_newest_day_first_are_turned_round(page: Page, server) -> None:
    """What the column holds is chosen on the page, stays in the link, and the file is traded forwards."""
    opened(page, f"{server.url}/trading", "trading")
    page.get_by_text("prices", exact=True).click()
    in_address(page, "holds=price")
    steps = market.synthetic(250, seed=3).returns
    prices = (100 * (1 + steps).cumprod()).tolist()
    days = [date(2023, 11, 20) + timedelta(days=step) for step in range(len(prices))]
    rows = [f"{day:%m/%d/%Y},{price!r}" for day, price in zip(days, prices, strict=True)][::-1]
    data = "\n".join(["Date,Close", *rows]).encode()
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput").last
    chooser.set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="Trade these returns").click()
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text("The file has the newest day first and was reversed.")
    expect(alert).to_contain_text("The returns run from 21 November 2023 to 26 July 2024.")
    rested(page, "trading")
    returns = [round(each, 6) for each in steps[1:].tolist()]
    truth = OPERATIONS["trading"].answer(
        images.NO_PICTURE, values_of(page, "trading") | {"returns": returns}, True
    )
    assert read(page, "forecast profit") == pytest.approx(truth.facts["curves"][0]["profit"], rel=1e-6)


def test_a_link_of_the_former_tab_opens_the_same_systems(page: Page, server) -> None:
    """Trading was a tab of Losses; the losses of money are dragged here, and their outlier follows."""
    server.restart()
    link = "tab=Trading&weight=3.0&seed=7&lags=5&bound=linear&shown=all"
    opened(page, f"{server.url}/losses?{link}", "trading")
    assert page.url.startswith(f"{server.url}/trading?")
    not_in_address(page, "tab=Trading")
    for name, number in (("weight", "3"), ("seed", "7"), ("lags", "5")):
        expect(page.locator(f".slider[data-name={name}]")).to_have_attribute("aria-valuenow", number)
    assert_trades(page)
    tab(page, "Losses of money", "profits", "profit_samples")
    expect(page.locator(".strip[data-name=task]")).to_be_hidden()
    x, y = at(page.locator(".plot[data-name=loss] .marker[data-name=prediction] .grip"))
    drag(page, (x, y), (x + 60, y), plot(page, "loss"), plot(page, "gradient"))
    page.mouse.up()
    in_address(page, "profit_prediction")
    page.locator("[data-function=asymmetric_profit]").first.click()
    in_address(page, "~asymmetric_profit")
    for curve in facts_of(page, "profits")["curves"]:
        assert read(page, f"{curve['name']} gradient") == pytest.approx(curve["slope"], rel=1e-9)
    for curve in facts_of(page, "profit_samples")["curves"]:
        assert read(page, f"{curve['name']} mean") == pytest.approx(curve["mean"], rel=1e-9)


def test_a_phone_shows_it_without_sideways_scroll(phone: Page, server) -> None:
    """At 390 px nothing is wider than the screen, whatever tab is open."""
    opened(phone, f"{server.url}/trading", "trading")
    for name in ("Market", "Losses of money", "Code", "Download and share", "Explain"):
        tab(phone, name, *(("profits", "profit_samples") if name == "Losses of money" else ()))
        assert sideways(phone) <= 0, name
