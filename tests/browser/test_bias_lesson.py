"""The lesson on lopsided pictures as a student goes through it: taught, misled, mended, and mislabelled."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from browser.hands import FIRST_SIGHT, at_rest, eventually
from browser.test_lessons import press, strip
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

GROUNDS = range(13, 17)  # the numbers of each class's pictures on the other ground


def is_met(page: Page) -> bool:
    press(page, "Check")
    at_rest(page)
    return "met" in (strip(page).locator(".outcome").get_attribute("class") or "")


def photos(page: Page, name: str) -> Any:
    return page.locator(f'section[aria-label^="Class {name},"] .photo')


def load(page: Page) -> None:
    page.get_by_role("button", name="Load a misleading example").click()
    expect(photos(page, "coin")).to_have_count(16)
    at_rest(page)


def load_again(page: Page) -> None:
    page.get_by_role("button", name="Delete all", exact=True).click()
    expect(page.locator(".photo")).to_have_count(0)
    load(page)


def act(page: Page, names: list[str], name: str) -> None:
    """Choose pictures on the board, and press a button for them or move them to a class."""
    for each in names:
        page.get_by_role("button", name=re.compile(rf"^{each}\b")).click()
    tools = page.get_by_role("toolbar", name="Actions for the chosen pictures")
    if name in ("Train on", "Test", "Remove"):
        tools.get_by_role("button", name=name, exact=True).click()
    else:
        tools.get_by_label("Move to the class").select_option(name)
    expect(tools).to_have_count(0)
    at_rest(page)


def train(page: Page) -> None:
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("Trained. To train again")).to_be_visible(timeout=FIRST_SIGHT)
    at_rest(page)


def take_the_odd_ones_out(page: Page) -> None:
    act(page, [f"{name} {number}" for name in ("horse", "coin") for number in GROUNDS], "Remove")
    train(page)


def teach_some_of_them(page: Page) -> None:
    load_again(page)
    act(page, [f"{name} {number}" for name in ("horse", "coin") for number in GROUNDS[:2]], "Train on")
    train(page)


def mislabel(page: Page) -> None:
    labels = photos(page, "horse").evaluate_all("all => all.map(each => each.getAttribute('aria-label'))")
    learned = [label.partition(",")[0] for label in labels if "training picture" in label]
    act(page, learned[:5], "coin")
    train(page)


def repair(page: Page) -> None:
    labels = photos(page, "coin").evaluate_all("all => all.map(each => each.getAttribute('aria-label'))")
    act(page, [label.partition(",")[0] for label in labels if label.startswith("horse")], "horse")
    train(page)


WAY: list[Callable[[Page], None]] = [load, train, take_the_odd_ones_out, teach_some_of_them, mislabel, repair]


def test_bias_in_bias_out_is_done_from_start_to_end(page: Page, server: Any) -> None:
    """Each step is not done before, and is after what its hint says; the last one leads to the summary."""
    page.goto(f"{server.url}/transfer?lesson=bias_in_bias_out&lesson_level=first")
    for number, do in enumerate(WAY, 1):
        expect(strip(page).locator(".place")).to_have_text(f"{number} of {len(WAY) + 1}", timeout=FIRST_SIGHT)
        at_rest(page)
        assert not is_met(page)
        do(page)
        eventually(page, lambda: is_met(page), f"step {number} is done")
        press(page, "Next")
    # The seventh asks about another page's network: two other lessons answer such a question.
    expect(page).to_have_url(re.compile("/imagenet.*lesson_step=7"))
    press(page, "Finish")
    expect(strip(page).locator(".task")).to_contain_text(": done")
