"""Basics or everything: which of the two the session is on, and what follows for the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from explorer.parameters import Parameter, Values
from pages import basics, streamlit_compat
from pages.basics import BASICS, LEVELS, Basics
from pages.components import address
from pages.components.chooser import SETTINGS
from pages.components.guess import SET
from pages.components.markdown import plain
from pages.live.protocol import Operation

NAME = "level"  # in the address
SWITCH = "beside_title"  # the component that the person chooses with
COMMON = (NAME, SET.name, *address.LOOKS, *address.LESSON, *(setting.name for setting in SETTINGS))

_STATE, _PAGE, _OPEN, _SEEN, _VISIT, _LINK, _SHOWN = (
    f"level {each}" for each in ("state", "page", "open", "seen", "visit", "link", "shown")
)
_BASIC, _EVERYTHING = LEVELS
Fill = TypeVar("Fill")


@dataclass(frozen=True)
class Lead:
    """Where a lesson has led.

    Attributes:
        shown: What the page shows for the step that the session is on.
        is_begun: Whether the step begins with this run.
        is_whole: Whether it begins with everything in sight.
        is_set: Whether it has set up the page, so that the address is a link.
        is_left: Whether the lesson has ended with this run.
    """

    shown: Basics | None = None
    is_begun: bool = False
    is_whole: bool = False
    is_set: bool = False
    is_left: bool = False


def take(page: str, lead: Lead) -> None:
    """Find out what the page is opened on, and say it in the address.

    A link decides at the start of a session; a link to what basics leave out opens everything at any time. A
    step of a lesson begins on what it shows, and after the lesson everything is open where something else is
    set.
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
    st.session_state[_SHOWN] = lead.shown
    if lead.is_begun:
        st.session_state[_STATE] = _EVERYTHING if lead.is_whole else _BASIC
    if st.session_state.get(_PAGE) != page or went or lead.is_set:
        st.session_state[_PAGE] = page
        st.session_state[_VISIT] = visit() + 1
        # Within a session a tab alone is that of the page before, which Streamlit carries over.
        is_link = is_new or went or bool(query.keys() - {NAME, *address.LOOKS, *address.LESSON})
        st.session_state[_LINK] = query if is_link else {}
        if not lead.shown and basics.asks_for_more(page, link(), COMMON):
            st.session_state[_STATE] = _EVERYTHING
    if lead.is_left and basics.asks_for_more(page, query, COMMON):
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
    basic = _shown().tabs
    return {name: fill for name, fill in tabs.items() if name in basic or not is_basic()}


def tell_of_hidden(
    settings: Iterable[Parameter], values: Values, reset: Callable[[Values], None], prefix: str = ""
) -> None:
    """On basics, say which settings act though they are not shown, and offer to reset or to show them.

    In a lesson nothing is said: there they belong to the step.

    `reset` takes over their defaults; `prefix` stands before their names in the address.
    """
    is_told = is_basic() and not st.session_state[_SHOWN]
    hidden = basics.left_out(st.session_state[_PAGE], settings, prefix) if is_told else []
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


def rare(operation: Operation) -> list[str]:
    """Return the settings that the page shows with everything alone."""
    return basics.rare(operation, _shown())


def _shown() -> Basics:
    step: Basics | None = st.session_state[_SHOWN]
    return step or BASICS[st.session_state[_PAGE]]
