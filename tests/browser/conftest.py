"""Chromium, a server for it, and pages that fail their test when the browser complains."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

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
    # The menus below the address bar are pages of their own, two for each new tab: a third of what one takes.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
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
def start() -> Iterator[Callable[..., Browser]]:
    """Start a headless Chromium, the one that the system has, with more arguments."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sentence = "These tests drive the app in Chromium, and there is none: install the package chromium."
        if os.environ.get("EXPLORER_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    started: list[Browser] = []
    with sync_playwright() as playwright:

        def start_(*more: str) -> Browser:
            arguments = [*ARGUMENTS, *more]
            started.append(
                playwright.chromium.launch(executable_path=chromium, headless=True, args=arguments)
            )
            return started[-1]

        yield start_
        for each in started:
            each.close()


@pytest.fixture(scope="session")
def browser(start: Callable[..., Browser]) -> Browser:
    """Give the Chromium that the tests of this process share."""
    return start()


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


# What a tab never forgets again: one in which a test did it is not used for another.
LASTING = ("add_init_script", "route_web_socket", "expose_function", "expose_binding")


class Tab:
    """A tab while a test has it: it remembers who listens, and whether something lasts in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.lasts = False
        self._heard: list[tuple[str, Callable[..., Any]]] = []
        listen = page.on

        def on(event: str, act: Callable[..., Any]) -> None:
            self._heard.append((event, act))
            listen(event, act)

        page.on = on
        for name in LASTING:
            setattr(page, name, self._marking(getattr(page, name)))

    def _marking(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def do(*arguments: Any, **options: Any) -> Any:
            self.lasts = True
            return method(*arguments, **options)

        return do

    def let_go(self) -> None:
        """Give the page its own methods again, and take the listeners away."""
        for name in ("on", *LASTING):
            delattr(self.page, name)
        for event, act in self._heard:
            self.page.remove_listener(event, act)


class Tabs:
    """Tabs of a browser, used again: a new one works three times as long to open a page."""

    def __init__(self, context_of: Callable[..., BrowserContext]) -> None:
        self._context_of = context_of
        self._free: dict[BrowserContext, list[Page]] = {}

    def take(self, **options: Any) -> Tab:
        """Give a tab with nothing in it."""
        context = self._context_of(**options)
        free = self._free.setdefault(context, [])
        if not free:
            return Tab(context.new_page())
        page = free.pop()
        # A test before this one may have looked at another size, at which the sidebar lies elsewhere.
        page.set_viewport_size(options["viewport"])
        return Tab(page)

    def give_back(self, tab: Tab) -> None:
        """Take what a test has left in a tab out of it, or close it."""
        tab.let_go()
        page = tab.page
        if page.is_closed():
            return
        page.unroute_all(behavior="ignoreErrors")
        page.evaluate(
            "() => { try { localStorage.clear(); sessionStorage.clear(); } catch { /* nothing is open */ } }"
        )
        if tab.lasts:
            page.close()
            return
        page.mouse.move(0, 0)
        origin = urlsplit(page.url)
        page.goto("about:blank")
        # Only now: a page keeps what was made in it when it goes away.
        page.context.new_cdp_session(page).send(
            "Storage.clearDataForOrigin",
            {"origin": f"{origin.scheme}://{origin.netloc}", "storageTypes": "indexeddb,local_storage"},
        )
        self._free[page.context].append(page)


@pytest.fixture(scope="session")
def tabs(context_of: Callable[..., BrowserContext]) -> Tabs:
    return Tabs(context_of)


@pytest.fixture
def open_page(tabs: Tabs, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Open pages, which leave nothing to the next test: `open_page(color_scheme="dark", **LAPTOP)`."""
    taken: list[Tab] = []

    def open_(**options: Any) -> Page:
        taken.append(tabs.take(**(LAPTOP | options)))
        page = taken[-1].page
        page.on("console", lambda message: _serious(message) and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_
    for tab in taken:
        tabs.give_back(tab)
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
