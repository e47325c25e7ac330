"""What the session has drawn: one drawing, which every page with a pad shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer import images
from explorer.images import drawings
from explorer.sketch.parameters import DRAWING
from pages.components import pad
from pages.components.pad import Drawing

_HELD = "sketch drawing"  # session-state key


@dataclass(frozen=True)
class Held:
    """What was drawn last."""

    drawing: Drawing
    levels: images.Array


def held() -> Held | None:
    """Return what the session has drawn, if anything."""
    found: Held | None = st.session_state.get(_HELD)
    return found


def hold(drawing: Drawing) -> None:
    """Keep a drawing in place of the one before."""
    before = held()
    if before is None or before.drawing.id != drawing.id:
        st.session_state[_HELD] = Held(drawing, images.load(drawing.png))


def named(source: str, example: str) -> images.Array:
    """Return the drawing that a setting names: the session's own, with an example where there is none."""
    drawn = held()
    if source == DRAWING:
        return drawn.levels if drawn else drawings.draw(example)
    return drawings.draw(source)


def take(request: Mapping[str, Any]) -> None:
    """Keep the drawing that came with a question of a view, if one did.

    Raises:
        ImageError: If it is not a drawing of a pad.
    """
    came = request.get("drawing")
    if came is not None:
        hold(pad.read(came))
