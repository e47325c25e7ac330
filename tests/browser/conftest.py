"""Chromium, a server for it, and pages that fail their test when the browser complains."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import hands
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}


expect.set_options(timeout=hands.PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a headless Chromium: the one that the system has."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sentence = "These tests drive the app in Chromium, and there is none: install the package chromium."
        if os.environ.get("EXPLORER_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(browser: Browser, launch: Callable[..., Any]) -> Any:
    """Give the server that the browser tests of this process share: `url`, `process`, `restart()`."""
    return launch()


@pytest.fixture
def complaints() -> list[str]:
    """Collect errors of the console and of scripts; a test that provokes some clears the list."""
    return []


@pytest.fixture(scope="session")
def context_of(browser: Browser) -> Callable[..., BrowserContext]:
    """Give the context with these options: tests share it, so that Streamlit's scripts are fetched once."""
    contexts: dict[str, BrowserContext] = {}

    def context(**options: Any) -> BrowserContext:
        key = repr(sorted(options.items()))
        if key not in contexts:
            contexts[key] = browser.new_context(**options)
            contexts[key].add_init_script(hands.WATCH)
        return contexts[key]

    return context


@pytest.fixture
def open_page(
    context_of: Callable[..., BrowserContext], complaints: list[str]
) -> Iterator[Callable[..., Page]]:
    """Open pages, which leave nothing to the next test: `open_page(color_scheme="dark", **LAPTOP)`."""
    pages: list[Page] = []

    def open_(**options: Any) -> Page:
        page = context_of(**(LAPTOP | options)).new_page()
        pages.append(page)
        page.on("console", lambda message: _serious(message) and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_
    for page in pages:
        if not page.is_closed():
            page.evaluate("() => { try { localStorage.clear(); } catch { /* no page was opened */ } }")
            page.close()
    assert complaints == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """Give a browser page of a laptop's size, 1280 x 800."""
    return open_page()


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """Give a browser page of a phone's size, 390 x 844, which is touched and not clicked."""
    return open_page(**PHONE)


def _serious(message: ConsoleMessage) -> bool:
    # Opened at /convolution, Streamlit looks for its server there first, is told 404, and then looks at /.
    looking_around = "404" in message.text and "/_stcore/" in message.location["url"]
    return message.type == "error" and not looking_around
