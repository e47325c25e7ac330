"""A page is left over a slow network, and what it asked for on the way does not empty the next one."""

from __future__ import annotations

import re

import pytest
from browser.hands import at_rest, eventually, opened, rested, view
from playwright.sync_api import Page, WebSocketRoute, expect

pytestmark = pytest.mark.browser


def test_what_is_asked_on_the_way_leaves_the_next_page_whole(page: Page, server) -> None:
    """An answer is given after a click on the link to another page, which the server has not heard of yet."""
    held: list[tuple[WebSocketRoute, str | bytes]] = []
    is_slow = False

    def between(socket: WebSocketRoute) -> None:
        session = socket.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if is_slow:
                held.append((session, message))
            else:
                session.send(message)

        socket.on_message(pass_on)

    page.route_web_socket(re.compile("/_stcore/stream"), between)
    opened(page, f"{server.url}/arithmetic?tab=Guess+first", "arithmetic", everything=False)
    answer = page.locator(".guess").get_by_role("textbox")
    answer.fill("1")
    is_slow = True
    page.get_by_test_id("stSidebarNav").get_by_text("Activations").click()
    answer.press("Enter")
    page.wait_for_timeout(300)
    is_slow = False
    assert len(held) >= 2  # both, and maybe a sign of life
    for session, message in held:
        session.send(message)
    expect(page.get_by_role("heading", level=1)).to_have_text("What does an activation do?")
    rested(page, "activations")
    page.wait_for_timeout(500)
    expect(view(page, "activations")).to_be_visible()


def test_a_page_answers_after_its_connection_was_lost(page: Page, server) -> None:
    """Streamlit connects again without a word of which page it is at."""
    sockets: list[WebSocketRoute] = []

    def between(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket(re.compile("/_stcore/stream"), between)
    opened(page, f"{server.url}/arithmetic?tab=Guess+first", "arithmetic", everything=False)
    sockets[0].close()
    eventually(page, lambda: len(sockets) == 2, "it is connected again")
    at_rest(page)
    answer = page.locator(".guess").get_by_role("textbox")
    answer.fill("1")
    answer.press("Enter")
    expect(page.locator(".guess .verdict")).not_to_be_empty()
