"""Scripts and styles in a browser: fetched once, below a base path too, and missed in a sentence."""

from __future__ import annotations

import pytest
from browser.hands import FIRST_SIGHT, opened
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def transfers(page: Page) -> list[int]:
    """The bytes that each script and style of ours took over the network; 0 where the browser had it."""
    return page.evaluate(
        """() => performance.getEntriesByType("resource")
            .filter(({ name }) => name.includes("/frontend/")).map(({ transferSize }) => transferSize)"""
    )


def test_a_second_visit_fetches_nothing(open_page, server) -> None:
    """What the first visit brought the browser has: another page brings only what is its own."""
    opened(page := open_page(), f"{server.url}/convolution", "filter2d")
    assert len(transfers(page)) > 10
    page.reload()
    expect(page.locator(".lab").first).to_be_attached(timeout=FIRST_SIGHT)
    assert sum(transfers(page)) == 0


def test_views_open_below_a_base_path(open_page, launch) -> None:
    """A server whose pages begin with a path of their own gives scripts and lane below it."""
    server = launch(base="/vision/explorer")
    opened(page := open_page(), f"{server.url}/pooling", "pool2d")
    assert all(
        name.startswith(f"{server.url}/frontend/")
        for name in page.evaluate(
            "() => performance.getEntriesByType('resource').map(({ name }) => name)"
            ".filter((name) => name.includes('/frontend/'))"
        )
    )
    page.close()  # whose lane would miss its server
    server.stop()


def test_what_cannot_be_fetched_is_said(open_page, server, complaints) -> None:
    """Where a script does not come the view says so, and the page around it goes on."""
    page = open_page()
    page.route("**/frontend/**/view.js", lambda route: route.abort())
    page.goto(f"{server.url}/arithmetic")
    expect(page.get_by_text("could not be fetched: reload the page.").first).to_be_visible(
        timeout=FIRST_SIGHT
    )
    expect(page.get_by_role("tab").first).to_be_visible()
    complaints.clear()
