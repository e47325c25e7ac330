"""What is begun before a page asks for it.

A browser that goes to a page has Streamlit's own scripts half a second later, and only then does the page
run. By that time the modules that it needs are imported, and the worker's process has its network at hand.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from explorer.imagenet.engine import opening
from pages.components import waiting
from pages.components.network_choices import ANY_NETWORK

MAIN = Path(__file__).with_name("main.py")
LOOKING_INSIDE = ("imagenet", "transfer")


def load(script: Path = MAIN) -> None:
    """Import what a script of Streamlit's imports, without running it."""
    for statement in ast.parse(script.read_text("utf-8")).body:
        if isinstance(statement, ast.ImportFrom) and statement.module:
            found = import_module(statement.module)
            for alias in statement.names:
                if not hasattr(found, alias.name):
                    import_module(f"{statement.module}.{alias.name}")
    import_module("pandas")  # which Streamlit imports when it first takes data for a component


def begin(page: str, query: Mapping[str, str]) -> None:
    """Have the worker open what the page's address leads to, where it comes with the install."""
    if page in LOOKING_INSIDE and ANY_NETWORK.name not in query:
        waiting.prepare(opening.prepare, ANY_NETWORK.default)
