"""What surrounds every page: its style sheet, and the switch for the projector."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

STYLES = Path(__file__).parents[1] / "frontend" / "styles"


def projector_switch() -> None:
    """Show the switch in the sidebar's head or, where it has hidden the sidebar, in the page's corner."""
    on = st.session_state.get("projector", st.query_params.get("projector") == "true")
    place = st if on else st.sidebar
    place.toggle("Projector", key="projector", bind="query-params")


def dress() -> None:
    """Put on the style sheet of every page, which with the projector on enlarges and clears it."""
    st.html(STYLES / "tokens.css")
    st.html(STYLES / "frame.css")
