"""The glossary in a browser: cards beside words, and the page with its search."""

from __future__ import annotations

from typing import Any

import pytest
from browser.hands import FIRST_SIGHT, opened
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def words(page: Page) -> Any:
    """Give the terms that open in the texts of the page."""
    return page.get_by_test_id("stMain").locator("a[href*='glossary?term=']")


def test_a_bold_term_opens_its_card_by_keyboard(page: Page, server: Any) -> None:
    """Enter opens it beside the word with its picture, Escape closes it, and the word has the focus again."""
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    opened(page, f"{server.url}/convolution?tab=Explain", "filter2d")
    assert not [url for url in requested if url.endswith(("card.js", "glossary.json"))]
    word = words(page).filter(has_text="stride").first
    before = page.url
    word.focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="stride")
    expect(card).to_be_visible()
    expect(card.get_by_role("heading", name="stride")).to_be_focused()
    expect(card.get_by_role("img")).to_have_js_property("complete", True)
    assert card.get_by_role("img").evaluate("picture => picture.naturalWidth") > 0
    assert page.url == before
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(word).to_be_focused()


def test_a_card_leads_on_to_another_term_and_to_the_glossary(page: Page, server: Any) -> None:
    """A term in a card takes its place; the glossary then opens at it in the same session."""
    opened(page, f"{server.url}/pooling?tab=Explain", "pool2d")
    words(page).filter(has_text="Pooling").first.click()
    page.get_by_role("dialog", name="pooling").get_by_role("link", name="max pooling").click()
    card = page.get_by_role("dialog", name="max pooling")
    expect(card).to_be_visible()
    card.get_by_role("link", name="Open the glossary").click()
    heading = page.get_by_role("heading", name="max pooling", exact=True)
    expect(heading).to_be_in_viewport(timeout=FIRST_SIGHT)
    assert page.url.endswith("/glossary?term=max_pooling")


def test_the_search_leaves_what_has_the_words(page: Page, server: Any) -> None:
    """Letters without a term are off, and a search in vain says so."""
    page.goto(f"{server.url}/glossary?term=stride")
    expect(page.get_by_role("heading", name="stride", exact=True)).to_be_in_viewport(timeout=FIRST_SIGHT)
    field = page.get_by_role("searchbox", name="Find a term")
    field.fill("checksum")
    expect(page.get_by_role("heading", name="MD5")).to_be_visible()
    expect(page.get_by_role("heading", name="stride", exact=True)).to_be_hidden()
    expect(page.get_by_role("status").filter(has_text="1 term")).to_be_visible()
    expect(page.get_by_role("button", name="S", exact=True)).to_be_disabled()
    field.fill("banana")
    expect(page.get_by_text("No term has these words. Try a shorter one.")).to_be_visible()
