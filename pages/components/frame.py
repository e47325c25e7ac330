"""What surrounds every page: its style sheet, and the switch for the projector with its bar."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

import streamlit as st

from pages import served
from pages.catalogue import CATALOGUE, CLASSROOM

STYLES = Path(__file__).parents[1] / "frontend" / "styles"

# On a projector the basics of these pages are a picture, what is done to it, a map and a sum.
STAGES = ("convolution", "pooling", "pipeline", "draw_and_watch")

_bar = served.component(
    "explorer_projector", "components/projector.js", served.BUTTONS, "components/projector.css"
)


class Neighbour(TypedDict):
    """A page that is one step away in the order of the sidebar, with its address."""

    title: str
    path: str


def projector_switch() -> bool:
    """Show the switch in the sidebar's head or, where it has hidden the sidebar, in the page's corner."""
    on = bool(st.session_state.get("projector", st.query_params.get("projector") == "true"))
    place = st if on else st.sidebar
    place.toggle("Projector", key="projector", bind="query-params")
    return on


def projector_bar(here: str, *, has_chooser: bool) -> None:
    """Show the slim bar of projector mode on the page with this address; can its sidebar choose a picture?"""
    places = [Neighbour(title="Home", path="")]
    places += [Neighbour(title=entry.title, path=entry.name) for entry in (*CATALOGUE, *CLASSROOM)]
    at = next((index for index, place in enumerate(places) if place["path"] == here), 0)
    _bar(
        key="projector_bar",
        data={
            "before": places[at - 1] if at > 0 else None,
            "after": places[at + 1] if at + 1 < len(places) else None,
            "here": places[at]["title"],
            "stage": here in STAGES,
            "hasChooser": has_chooser,
        },
    )


def dress() -> None:
    """Put on the style sheet of every page, which with the projector on enlarges and clears it."""
    st.html(STYLES / "tokens.css")
    st.html(STYLES / "frame.css")
