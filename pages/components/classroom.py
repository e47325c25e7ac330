"""The bar of a class, which is on every page while this browser is in one."""

from __future__ import annotations

import base64
from typing import Any

import streamlit as st

from pages import served
from pages.catalogue import CATALOGUE, CLASSROOM
from pages.components import chooser

_bar = served.component(
    "explorer_class_bar",
    "components/classroom.js",
    "frontend/styles/histogram.css",
    "components/classroom.css",
    html="<!-- The bar builds itself. -->\n",
)


_KEY = "class_bar"
_WANTED = "class picture"  # when the person said yes last


def titles() -> dict[str, str]:
    """What the pages are called, by their addresses."""
    return {"": "Home"} | {entry.name: entry.title for entry in (*CATALOGUE, *CLASSROOM)}


def heed() -> None:
    """Take over the picture that the class sees, before the chooser makes the page's."""
    chooser.borrow(st.session_state.get(_KEY, {}).get("lent"))


def bar() -> None:
    """Give the bar its place; it shows itself where the browser is in a class.

    It is given the person's own picture once they have said yes to that.
    """
    said: dict[str, Any] = st.session_state.get(_KEY, {})
    wanted = said.get("wanted")
    is_wanted = wanted is not None and wanted != st.session_state.get(_WANTED)
    st.session_state[_WANTED] = wanted
    has_own = chooser.has_own()
    _bar(
        key=_KEY,
        data={
            "titles": titles(),
            "hasOwn": has_own,
            "picture": base64.b64encode(chooser.own_picture()).decode("ascii")
            if has_own and is_wanted
            else "",
        },
        on_lent_change=lambda: None,
        on_wanted_change=lambda: None,
    )
