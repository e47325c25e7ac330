"""The pages as Streamlit's navigation takes them."""

from __future__ import annotations

import copy
from functools import cache

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.catalogue import CATALOGUE, CLASSROOM, sections


def pages() -> dict[str, list[StreamlitPage]]:
    """Return all pages by section; every run of a session has its own, in which `st.navigation` writes."""
    return {section: [copy.copy(page) for page in found] for section, found in _known().items()}


@cache
def _known() -> dict[str, list[StreamlitPage]]:
    # Making them looks each script up on the disk, which took a tenth of all that a run asks of the server.
    known = {"": [st.Page("home/page.py", title="Home", icon=":material/home:", default=True)]}
    for section, entries in sections(CATALOGUE).items():
        known[section] = [
            st.Page(entry.file, title=entry.title, icon=entry.icon, help=entry.question, url_path=entry.name)
            for entry in entries
        ]
    known["Class"] = [
        st.Page(entry.file, title=entry.title, icon=entry.icon, help=entry.question, url_path=entry.name)
        for entry in CLASSROOM
    ]
    return known
