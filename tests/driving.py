"""Drives the pages without a browser: opens them at an address, and does what their views do."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from streamlit.testing.v1 import AppTest

from pages.widgets import lab

MAIN = Path(__file__).parents[1] / "pages" / "main.py"
Outcome = TypeVar("Outcome")


def run_async(work: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Run a coroutine to its end in a thread of its own.

    After a browser test the loop of Playwright's synchronous interface goes on in the main thread, and a
    thread takes one loop at a time.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def follow(file: str, **query: str) -> AppTest:
    """Follow a link to a page: the frame starts with the query, and so does the page."""
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.query_params.update(query)
    app.run().switch_page(file)
    app.query_params.update(query)  # what belongs to a widget is forgotten with the page that had none of it
    return app.run()


def opened(file: str, **query: str) -> AppTest:
    """Open a page that has to run to its end."""
    app = follow(file, **query)
    assert not app.exception
    return app


def set_in(app: AppTest, parameters: Any, seq: int = 1, *, operation: str, **more: Any) -> AppTest:
    """Do what a view does when a control comes to rest."""
    request = {"seq": seq, "operation": operation, "parameters": parameters, "rest": True, "lane": True}
    app.session_state[f"lab_{operation}"] = {"live": request | more}
    app.run()
    assert not app.exception
    return app


def state_of(app: AppTest, operation: str) -> lab.State:
    """Give what the session remembers of an operation's view."""
    return app.session_state[f"lab {operation}"]


def text_of(app: AppTest) -> str:
    """Give the words and formulas of the page."""
    return "\n".join(element.value for element in (*app.markdown, *app.latex, *app.caption))
