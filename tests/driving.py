"""Drives the pages without a browser: opens them at an address, and does what their views do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import httpx
from starlette.types import ASGIApp
from streamlit.testing.v1 import AppTest

from pages.components import lab
from pages.components.markdown import WORD_JOINER

MAIN = Path(__file__).parents[1] / "pages" / "main.py"
Outcome = TypeVar("Outcome")


def run_async(work: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Run a coroutine to its end in a thread of its own.

    After a browser test the loop of Playwright's synchronous interface goes on in the main thread, and a
    thread takes one loop at a time.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def ask(app: ASGIApp, path: str, method: str = "GET", **more: Any) -> httpx.Response:
    """Ask an application over HTTP, without a network: with headers, parameters or content as for httpx."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
            return await client.request(method, path, **more)

    return run_async(asked())


# What a program writes of a value that is none; "None: the window stays inside" is English.
_UNREADABLE = re.compile(r"\b(undefined|null|NaN|nan|None(?!: )|Infinity|inf)\b|\[object \w+\]")
# A power of ten as a program writes it; a hash or a name may hold the same letters.
_POWER = re.compile(r"(?<![\w.])\d(?:\.\d+)?e[-−+]?\d+(?![\w.])")
# 1 of something, but for 1.1, 1 × 1, 2 of 1, and a formula in words: 2 × (window − 1) + 1 cells.
_ALONE = (
    r"adds|asks|becomes|bias|class|counts|does|has|holds|is|less|lies|looks|makes|minus|pass|plus|takes|times"
    r"|towards|weighs"
)
_ONE = re.compile(
    r"(?<![\w.,/×·−+-])(?<!× )(?<!of )(?<!\) \+ )(?<!\)\xa0\+\xa0)"
    rf"1[ \xa0](?!(?:{_ALONE})\b)[a-z]+s\b"
)


@cache
def _hash_of(file: str) -> str:
    """Give what Streamlit calls a page, which it knows of pages that a run has named."""
    return AppTest.from_file(MAIN, default_timeout=180).run().switch_page(file)._page_hash


def follow(file: str, **query: str) -> AppTest:
    """Follow a link to a page as a browser does: the first run of the session is that page's."""
    app = AppTest.from_file(MAIN, default_timeout=180)
    app.query_params.update(query)
    app._page_hash = _hash_of(file)
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
    parts = (*app.markdown, *app.latex, *app.caption, *app.get("html"))
    return unbroken("\n".join(element.value for element in parts))


def unbroken(text: str) -> str:
    """Give a text whose formulas do not say where they may break."""
    return text.replace(r"\allowbreak ", "").replace(r"\nobreak ", "")


def shown(text: str) -> str:
    """Give Markdown with what it escapes as a reader sees it."""
    return re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", text).replace(WORD_JOINER, "")


def tables_of(app: AppTest) -> list[list[list[str]]]:
    """Give the Markdown tables of the page: of each its head and its rows, cell by cell, as shown."""
    blocks = [block for element in app.markdown for block in element.value.split("\n\n")]
    tables = [block.splitlines() for block in blocks if re.search(r"^\|[-:| ]+\|$", block, re.MULTILINE)]
    return [[_cells(line) for place, line in enumerate(lines) if place != 1] for lines in tables]


def _cells(line: str) -> list[str]:
    """Part a line as Markdown does: at every bar that is not escaped, also within a formula."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [shown(cell).strip() for cell in re.split(r"(?<!\\)\|", inner)]


def misread(text: str) -> list[str]:
    """Give what no reader should find in a text: values that are none, powers as in code, 1 in the plural."""
    return [found[0] for pattern in (_UNREADABLE, _POWER, _ONE) for found in pattern.finditer(text)]
