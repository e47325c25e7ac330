"""A page's header: its title, and what stands beside it."""

from __future__ import annotations

import streamlit as st

from pages import served

_beside = served.component(
    "page_header", "components/header.js", "components/header.css", html="<!-- It builds itself. -->\n"
)


def show(title: str, *, sees_picture: bool) -> None:
    """Show the title, the way to the picture where the sidebar is out of sight, and the Share button."""
    with st.container(key="header", horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False, width="content")
        _beside(key="beside_title", data={"seesPicture": sees_picture}, width="content", height="content")
