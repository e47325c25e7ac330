"""What was drawn on this page, and what the network looks at."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from explorer import images, sketch
from explorer.images import drawings
from explorer.lessons.subjects import Recognised
from explorer.parameters import Values
from explorer.sketch.parameters import DRAWING, PICTURE
from pages.components.chooser import Picture
from pages.components.pad import Drawing
from pages.draw_and_watch import operation
from pages.draw_and_watch.operation import EXAMPLE, SOURCE

_HELD = "sketch drawing"  # session-state key: no other page has a use for it


@dataclass(frozen=True)
class Held:
    """What was drawn here last."""

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


def looked_at(picture: Picture, values: Values) -> images.Array:
    """Return the drawing, the picture or the drawing that is on."""
    source = values[SOURCE.name]
    if source == PICTURE:
        return picture.levels
    drawn = held()
    if source == DRAWING:
        return drawn.levels if drawn else drawings.draw(EXAMPLE)
    return drawings.draw(source)


def measured(values: Values, picture: Picture) -> Recognised:
    """What lessons measure: the network on the drawing, and the same with nothing switched off.

    Raises:
        SketchError: If nothing is drawn.
    """
    seen = sketch.prepare(looked_at(picture, values))
    off = operation.off(values)
    run = sketch.forward(seen, values["variant"], off)
    return Recognised(run, sketch.forward(seen, values["variant"]) if off else run)
