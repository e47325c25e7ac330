"""The drawing pad: a canvas of our own that sends a picture after every stroke."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer import images
from explorer.images import ImageError
from pages import served
from pages.components.camera import LiveFrames
from pages.live.messages import SentDrawing

SIDE = 256
MAX_TEXT = 400_000  # base64 of an incompressible drawing of 256 x 256 pixels with alpha, and some room
PAPERS = ("white", "black")


@dataclass(frozen=True)
class Drawing:
    """What the pad sent: a PNG of `SIDE` x `SIDE` pixels, the paper it is on, and a name of its own."""

    id: str
    png: bytes
    paper: str


_component = served.component(
    "drawing_pad",
    "components/pad.js",
    served.BUTTONS,
    "components/pad.css",
    "frontend/styles/offer.css",
    html="<!-- The pad builds itself. -->\n",
)


def pad(
    drawing: Drawing | None, *, key: str, kind: str = "", live: LiveFrames | None = None
) -> Drawing | None:
    """Draw the pad, with an earlier drawing on it, and give the newest drawing.

    The browser keeps the drawing by itself as records of this `kind`, where one is named, and offers it back.
    With `live`, the views of the page take the sheet by the lane while a stroke grows.

    Raises:
        ImageError: if what the browser sent is not a drawing of this pad.
    """
    # As text: in a dictionary Streamlit would look for data frames, in every run.
    text = json.dumps(sent(drawing)) if drawing is not None else ""
    # The callback only declares the name of the state, so that it is there before the first stroke.
    data = {"drawing": text, "kind": kind, "live": live}
    result = _component(key=key, data=data, on_drawing_change=lambda: None)
    came = result.drawing
    if came is None or (drawing is not None and isinstance(came, Mapping) and came.get("id") == drawing.id):
        return drawing
    return read(came)


def sent(drawing: Drawing) -> SentDrawing:
    """Write a drawing as the browser reads it."""
    return {"id": drawing.id, "png": base64.b64encode(drawing.png).decode("ascii"), "paper": drawing.paper}


def read(came: Any) -> Drawing:
    """Check what came from the browser before anything believes it.

    Raises:
        ImageError: if it is not a drawing of a pad.
    """
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
            f"The drawing has {columns} × {rows} pixels instead of {SIDE} × {SIDE}; clear the pad."
        )
    return Drawing(name, png, paper)
