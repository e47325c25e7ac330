"""The bar of a class, which is on every page while this browser is in one."""

from __future__ import annotations

from pages import served
from pages.catalogue import CATALOGUE, CLASSROOM

_bar = served.component(
    "explorer_class_bar",
    "components/classroom.js",
    "frontend/styles/histogram.css",
    "components/classroom.css",
    html="<!-- The bar builds itself. -->\n",
)


def titles() -> dict[str, str]:
    """What the pages are called, by their addresses."""
    return {"": "Home"} | {entry.name: entry.title for entry in (*CATALOGUE, *CLASSROOM)}


def bar() -> None:
    """Give the bar its place; it shows itself where the browser is in a class."""
    _bar(key="class_bar", data={"titles": titles()})
