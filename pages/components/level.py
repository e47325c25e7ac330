"""Basics or everything: which of the two the session is on, and what follows for the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import streamlit as st

from explorer.parameters import Parameter, Values
from pages import basics, streamlit_compat
from pages.basics import BASICS, LEVELS
from pages.components import address
from pages.components.chooser import SETTINGS
from pages.components.markdown import plain

NAME = "level"  # in the address
SWITCH = "beside_title"  # the component that the person chooses with
COMMON = (NAME, *address.LOOKS, *(setting.name for setting in SETTINGS))

_STATE, _PAGE, _OPEN, _SEEN, _VISIT, _LINK = (
    f"level {each}" for each in ("state", "page", "open", "seen", "visit", "link")
)
_BASIC, _EVERYTHING = LEVELS
Fill = TypeVar("Fill")


def take(page: str) -> None:
    """Find out what the page is opened on, and say it in the address.

    A link decides at the start of a session; a link to what basics leave out opens everything at any time.
    """
    query = st.query_params.to_dict()
    is_new = _STATE not in st.session_state
    if is_new:
        st.session_state[_STATE] = _EVERYTHING if query.get(NAME) == _EVERYTHING else _BASIC
        # A bare address leaves it to what this browser was on last.
        st.session_state[_OPEN] = not query.keys() - {"projector"}
    chosen = st.session_state.get(SWITCH, {}).get("chosen")
    if chosen != st.session_state.get(_SEEN) and isinstance(chosen, dict) and chosen.get("level") in LEVELS:
        st.session_state[_STATE], st.session_state[_SEEN] = chosen["level"], chosen
        st.session_state[_OPEN] = False
    went = streamlit_compat.went_back_or_forward()
    if went:  # the page is as it was then
        st.session_state[_STATE] = _EVERYTHING if query.get(NAME) == _EVERYTHING else _BASIC
    if st.session_state.get(_PAGE) != page or went:
        st.session_state[_PAGE] = page
        st.session_state[_VISIT] = visit() + 1
        # Within a session a tab alone is that of the page before, which Streamlit carries over.
        is_link = is_new or went or bool(query.keys() - {NAME, *address.LOOKS})
        st.session_state[_LINK] = query if is_link else {}
        if basics.asks_for_more(page, link(), COMMON):
            st.session_state[_STATE] = _EVERYTHING
    address.write_text(NAME, "" if is_basic() else _EVERYTHING)


def is_basic() -> bool:
    """Whether the page shows what a first lesson needs, and nothing else."""
    return bool(st.session_state.get(_STATE) == _BASIC)


def is_open() -> bool:
    """Whether nothing has decided yet but that there was no link."""
    return bool(st.session_state.get(_OPEN))


def visit() -> int:
    """Which of the session's visits to pages this one is."""
    return int(st.session_state.get(_VISIT, 0))


def link() -> Mapping[str, str]:
    """What the link said that led to this visit; nothing where none did."""
    query: Mapping[str, str] = st.session_state.get(_LINK, {})
    return query


def shown(tabs: Mapping[str, Fill]) -> dict[str, Fill]:
    """Return those of the page's tabs that its level shows."""
    basic = BASICS[st.session_state[_PAGE]].tabs
    return {name: fill for name, fill in tabs.items() if name in basic or not is_basic()}


def tell_of_hidden(
    settings: Iterable[Parameter], values: Values, reset: Callable[[Values], None], prefix: str = ""
) -> None:
    """On basics, say which settings act though they are not shown, and offer to reset or to show them.

    `reset` takes over their defaults; `prefix` stands before their names in the address.
    """
    hidden = basics.left_out(st.session_state[_PAGE], settings, prefix) if is_basic() else []
    sentence = basics.told(hidden, values)
    if not sentence:
        return
    key = f"hidden-settings-{prefix}{hidden[0].name}"
    with st.container(key=key, horizontal=True, vertical_alignment="center"):
        st.caption(plain(sentence), width="content")
        defaults = {setting.name: setting.default for setting in hidden}
        st.button("Reset", key=f"{key} reset", type="tertiary", on_click=reset, args=(defaults,))
        if st.button("Show", key=f"{key} show", type="tertiary"):
            st.session_state[_STATE] = _EVERYTHING
            st.rerun()
