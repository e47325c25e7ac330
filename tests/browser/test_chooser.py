"""The chooser in a browser: the address through pages and history, and files through sources."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from explorer import images

pytest.importorskip("playwright")
from browser.hands import at_rest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.server]

SETTINGS = ("sample", "size", "colour", "resample")


def has(page: Page, **expected: str) -> None:
    """Wait until the address holds exactly these settings of the chooser."""

    def matches(url: str) -> bool:
        query = parse_qs(urlsplit(url).query)
        return {name: query[name][-1] for name in SETTINGS if name in query} == expected

    page.wait_for_url(matches)


def sees(page: Page, words: str) -> None:
    expect(page.get_by_alt_text(re.compile("as the operation sees it"))).to_have_attribute(
        "alt", re.compile(words)
    )


def visit(page: Page, number: int) -> None:
    link = page.get_by_test_id("stSidebarNavLink").nth(number)
    link.click()
    expect(link).to_have_attribute("aria-current", "page")


def source(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()


def test_a_link_opens_the_picture_and_other_pages_keep_it(server: Any, page: Page) -> None:
    """A change of page drops the query string, and the chooser writes it again: each page is a full link."""
    page.goto(f"{server.url}?sample=camera&size=64&resample=box")
    sees(page, "^Photographer .* 64 × 64 pixels")
    for number in (1, 0):
        visit(page, number)
        has(page, sample="camera", size="64", resample="box")
        sees(page, "^Photographer .* 64 × 64 pixels")


def test_back_and_forward_restore_the_picture(server: Any, page: Page) -> None:
    """Each page is one entry in the history, and its address brings back the picture that it names."""
    page.goto(f"{server.url}?sample=camera")
    sees(page, "^Photographer ")
    visit(page, 1)
    has(page, sample="camera")
    samples = page.get_by_role("combobox", name="Sample")
    samples.click()  # focus alone scrolls the sidebar, which closes the menu
    samples.fill("Coffee")
    page.get_by_role("option", name=re.compile("Coffee")).click()
    has(page, sample="coffee")
    at_rest(page)  # a run that is not over writes its own page's address, wherever one has gone meanwhile
    page.go_back()
    sees(page, "^Photographer ")
    has(page, sample="camera")
    at_rest(page)
    page.go_forward()
    sees(page, "^Coffee")
    has(page, sample="coffee")


def test_a_bad_link_says_so_and_mends_the_address(server: Any, page: Page) -> None:
    """The default opens, with a sentence and without a traceback."""
    page.goto(f"{server.url}?size=9999&colour=colour")
    sees(page, "170 × 256")
    expect(page.get_by_test_id("stAlert")).to_contain_text("9999")
    has(page, colour="colour")


def test_an_upload_comes_back_and_stays_out_of_the_address(server: Any, page: Page) -> None:
    """Upload, Draw, Upload: the same picture, on other pages too, and never in the link."""
    page.goto(f"{server.url}?sample=camera&size=64")
    source(page, "Upload")
    mine = images.to_png(np.zeros((40, 20, 3), np.float32))
    file = {"name": "mine.png", "mimeType": "image/png", "buffer": mine}
    page.locator('input[type="file"]').set_input_files([file])
    sees(page, "^mine.png .* 64 × 32 pixels")
    has(page, size="64")
    visit(page, 1)
    sees(page, "^mine.png ")
    source(page, "Draw")
    expect(page.get_by_role("application", name="Drawing sheet")).to_be_visible()
    visit(page, 0)
    sees(page, "^mine.png ")
    source(page, "Upload")
    expect(page.get_by_text("Your file is still on: mine.png")).to_be_visible()
    has(page, size="64")
    page.get_by_role("button", name="Remove", exact=True).click()
    sees(page, "^Photographer ")
    has(page, sample="camera", size="64")


def test_the_sidebar_offers_a_picture_where_one_is_looked_at(server: Any, page: Page) -> None:
    """What would have no effect is hidden: by a choice on the page, by its open tab, and on no other page."""
    offered = page.locator(".st-key-chooser_controls")
    page.goto(f"{server.url}/draw_and_watch")
    expect(page.get_by_text("This page looks at it where you choose")).to_be_visible()
    expect(offered).to_be_hidden()
    source(page, "Picture from the sidebar")
    expect(offered).to_be_visible()
    source(page, "Draw here")
    expect(offered).to_be_hidden()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Activations").click()
    expect(offered).to_be_visible()
    page.get_by_role("tab", name="Facts").click()
    expect(offered).to_be_hidden()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Pooling").click()
    expect(offered).to_be_visible()
