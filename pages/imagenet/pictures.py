"""Pictures as the process that computes made them."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from explorer import figures
from explorer.imagenet.inspection import Look


def show_picture(found: Look, name: str, text: str, width: int | Literal["stretch"] = "stretch") -> None:
    """Show one of the pictures of a look, with its text alternative."""
    made = found.pictures[name]
    st.image(figures.data_uri(made.data, made.kind), width=width, alt=text)
