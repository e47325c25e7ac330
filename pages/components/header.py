"""A page's header: its title, and what stands beside it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages import served
from pages.components import level

_beside = served.component(
    "page_header",
    "components/header.js",
    served.BUTTONS,
    "components/header.css",
    html="<!-- It builds itself. -->\n",
)


def show_title(title: str) -> DeltaGenerator:
    """Show the title of a page, and return the row that it stands in."""
    row = st.container(key="header", horizontal=True, vertical_alignment="center")
    row.title(title, anchor=False, width="content")
    return row


def show(title: str, *, sees_picture: bool, has_levels: bool = True) -> None:
    """Show the title, the way to the picture in the sidebar, the level and Share."""
    with show_title(title):
        _beside(
            key=level.SWITCH,
            data={
                "seesPicture": sees_picture,
                "hasLevels": has_levels,
                "isBasic": level.is_basic(),
                "isOpen": level.is_open(),
            },
            on_chosen_change=lambda: None,
            on_theme_change=lambda: None,
            width="content",
            height="content",
        )
