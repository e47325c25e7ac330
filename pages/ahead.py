"""What is begun before a page asks for it.

What the first page would wait for, the start of the server has done: a process of its own has what looks into
networks, and this one all that any page imports. A browser that goes to a page has Streamlit's own scripts
half a second later, and only then does the page run: by that time the worker has its network at hand.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from explorer import compute
from explorer.imagenet import inspection
from explorer.imagenet.engine import opening
from pages import streamlit_compat, streamlit_files
from pages.components import waiting
from pages.components.network_choices import ANY_NETWORK
from pages.served import PAGES

LOOKING_INSIDE = ("imagenet", "transfer")


def start() -> None:
    """Do what the first page would wait for; the worker's process starts meanwhile."""
    waiting.prepare(compute.load, inspection.__name__)
    for script in (PAGES / "main.py", *sorted(PAGES.glob("*/page.py"))):
        load(script)
    import_module("pandas")  # which Streamlit imports when it first takes data for a component
    streamlit_compat.learn_sources()
    streamlit_files.pack()


def load(script: Path) -> None:
    """Import what a script of Streamlit's imports, without running it."""
    for statement in ast.parse(script.read_text("utf-8")).body:
        if isinstance(statement, ast.ImportFrom) and statement.module:
            found = import_module(statement.module)
            for alias in statement.names:
                if not hasattr(found, alias.name):
                    import_module(f"{statement.module}.{alias.name}")


def begin(page: str, query: Mapping[str, str]) -> None:
    """Have the worker open what the page's address leads to, where it comes with the install."""
    if page in LOOKING_INSIDE and ANY_NETWORK.name not in query:
        waiting.prepare(opening.prepare, ANY_NETWORK.default)
