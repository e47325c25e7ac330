"""The page's address: every setting that differs from its default stands in the query string."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from explorer import parameters
from explorer.parameters import Parameter, Values

LOOKS = ("tab", "projector")  # `frontend/core/links.js` leaves out the same
LESSON = ("lesson", "lesson_level", "lesson_step")  # where the session is in a lesson


def write(
    records: tuple[Parameter, ...], values: Values, prefix: str = "", *, always: tuple[str, ...] = ()
) -> None:
    """Make the address say these values; what `always` names is written even at its default."""
    wanted = parameters.to_query(records, values, prefix)
    wanted |= {
        prefix + record.name: record.to_text(values[record.name])
        for record in records
        if record.name in always
    }
    drop(tuple(record for record in records if prefix + record.name not in wanted), prefix)
    changed = {name: text for name, text in wanted.items() if st.query_params.get(name) != text}
    if changed:
        st.query_params.update(changed)


def said(records: Iterable[Parameter], query: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """Return what an address says of these settings, and at which step of a lesson."""
    names = [*LESSON, *(prefix + record.name for record in records)]
    return {name: query[name] for name in names if name in query}


def drop(records: tuple[Parameter, ...], prefix: str = "") -> None:
    """Take these settings out of the address."""
    for record in records:
        if prefix + record.name in st.query_params:
            del st.query_params[prefix + record.name]


def write_text(name: str, text: str) -> None:
    """Make the address say this text under this name, or nothing where it is empty."""
    if text and st.query_params.get(name) != text:
        st.query_params[name] = text
    elif not text and name in st.query_params:
        del st.query_params[name]


def link_to(page: str, query: Mapping[str, str]) -> str:
    """Return the whole address of another page."""
    here, _, _ = (st.context.url or "").partition("?")
    return f"{here.rpartition('/')[0]}/{page}?{parameters.query_string(query)}"


def link() -> str:
    """Return the whole address of the present experiment, without what only says how it is looked at."""
    page, _, _ = (st.context.url or "").partition("?")
    query = {name: text for name, text in st.query_params.to_dict().items() if name not in LOOKS}
    return page + ("?" + parameters.query_string(query) if query else "")
