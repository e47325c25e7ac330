"""The drawing pad: a canvas of our own that sends a picture after every stroke."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from explorer import images
from explorer.images import ImageError

SIDE = 256
MAX_TEXT = 400_000  # base64 of an incompressible drawing of 256 x 256 pixels with alpha, and some room
PAPERS = ("white", "black")

_FRONTEND = Path(__file__).parent / "frontend"


@dataclass(frozen=True)
class Drawing:
    """What the pad sent: a PNG of `SIDE` x `SIDE` pixels, the paper it is on, and a name of its own."""

    id: str
    png: bytes
    paper: str


def _button(name: str, label: str, path: str, *, pressed: bool | None = None) -> str:
    state = "" if pressed is None else f' aria-pressed="{str(pressed).lower()}"'
    return (
        f'<button type="button" name="{name}" aria-label="{label}" title="{label}"{state}>'
        f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{path}"/></svg></button>'
    )


_HTML = f"""
<div class="pad" role="group" aria-label="Drawing pad">
  <div class="sheet">
    <canvas width="{SIDE}" height="{SIDE}" tabindex="0" role="img" data-revision="0"
      aria-label="Drawing sheet" aria-describedby="how"></canvas>
    <div class="ring" hidden></div>
    <p class="hint" aria-hidden="true">Draw here</p>
  </div>
  <p class="how" id="how">Draw with the mouse, a finger or a pen. By keyboard, the arrow keys move the brush
    and the space bar lowers and lifts it; Control Z takes a stroke back.</p>
  <div class="tools" role="toolbar" aria-label="Drawing tools">
    {_button("brush", "Brush", "M4 20l1-4L16 5l3 3L8 19l-4 1zM14 7l3 3", pressed=True)}
    {_button("eraser", "Eraser", "M8 19l-4.500-4.500L13 5l6 6-8 8H8zM9 9l6 6M6 19h13", pressed=False)}
    <span class="gap"></span>
    {_button("undo", "Undo", "M9 6L4 11l5 5M4 11h10a5 5 0 0 1 0 10h-3")}
    {_button("redo", "Redo", "M15 6l5 5-5 5M20 11H10a5 5 0 0 0 0 10h3")}
    {_button("clear", "Clear", "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v6M14 11v6")}
    <span class="gap"></span>
    {_button("paper", "White on black", "M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16zM12 4v16", pressed=False)}
  </div>
  <label class="size"><span>Brush</span>
    <input type="range" name="size" min="1" max="48" value="12" aria-label="Brush size in pixels">
    <output>12 px</output></label>
</div>
"""

_component = st.components.v2.component(
    "drawing_pad",
    html=_HTML,
    css=(_FRONTEND / "pad.css").read_text(encoding="utf-8"),
    js=(_FRONTEND / "pad.js").read_text(encoding="utf-8"),
)


def pad(drawing: Drawing | None, *, key: str) -> Drawing | None:
    """Draw the pad, with an earlier drawing on it, and give the newest drawing.

    Raises:
        ImageError: if what the browser sent is not a drawing of this pad.
    """
    sent = ""
    if drawing is not None:
        png = base64.b64encode(drawing.png).decode("ascii")
        # As text: Streamlit would load pandas to find out that a dictionary is no data frame.
        sent = json.dumps({"id": drawing.id, "png": png, "paper": drawing.paper})
    # The callback only declares the name of the state, so that it is there before the first stroke.
    result = _component(key=key, data={"drawing": sent}, on_drawing_change=lambda: None)
    came = result.drawing
    if came is None or (drawing is not None and isinstance(came, Mapping) and came.get("id") == drawing.id):
        return drawing
    return _read(came)


def _read(came: Any) -> Drawing:
    """Check what came from the browser before anything believes it."""
    wrong = ImageError("What came is not a drawing of this pad; draw one more stroke to send it again.")
    if not isinstance(came, Mapping):
        raise wrong
    name, text, paper = came.get("id"), came.get("png"), came.get("paper")
    if not (isinstance(name, str) and 0 < len(name) <= 64 and isinstance(text, str) and paper in PAPERS):
        raise wrong
    if len(text) > MAX_TEXT:
        raise ImageError(
            f"The drawing is larger than {MAX_TEXT} characters can hold; clear the pad and draw again."
        )
    try:
        png = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise wrong from None
    rows, columns, _ = images.load(png).shape
    if (rows, columns) != (SIDE, SIDE):
        raise ImageError(
            f"The drawing has {columns} x {rows} pixels instead of {SIDE} x {SIDE}; clear the pad."
        )
    return Drawing(name, png, paper)
