"""Pictures as the process that computes made them, and charts of its numbers."""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st

from explorer import figures
from explorer.imagenet.inspection import Look


def show_picture(found: Look, name: str, text: str, width: int | Literal["stretch"] = "stretch") -> None:
    """Show one of the pictures of a look, with its text alternative."""
    made = found.pictures[name]
    st.image(figures.data_uri(made.data, made.kind), width=width, alt=text)


def show_chart(chart: Any, key: str | None = None) -> None:
    """Show a chart of `explorer.figures` without the buttons that would lie over it on a phone."""
    st.plotly_chart(chart, theme=None, key=key, config={"displayModeBar": False})
