"""What the taught network says of the live camera: bars that follow, and a threshold for none of the classes.

Frames come by runs of this part alone, since what was learned is the session's, and the lane keeps nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import streamlit as st

from explorer import images
from explorer.imagenet import preprocessing
from explorer.imagenet.networks import Pixels
from explorer.images import ImageError
from explorer.transfer import predictions
from pages import served
from pages.components import chooser, panels, waiting
from pages.transfer.context import TeachingContext
from pages.views import STAGE

TAB = "Try it"
KEY = "teach_live"
MAX_LETTERS = 2_000_000
"""Of a frame in base64: noise in every pixel takes 0.6 million as a PNG."""
_CAME = "teach_live_frame"

_component = served.component(
    "teaching_live",
    "transfer/live_prediction.js",
    STAGE,
    "transfer/live_prediction.css",
    html="<!-- The bars build themselves. -->\n",
)


class LivePredictionData(TypedDict):
    """What a run brings: the classes, and what was said of the frame with the number `answered`."""

    classes: Sequence[str]
    probabilities: list[float] | None
    answered: int | None


@st.fragment
def show(context: TeachingContext) -> None:
    """Show the bars while the camera is live, and answer the frame that came."""

    def arrived() -> None:
        st.session_state[_CAME] = st.session_state[KEY].get("frame")

    came = st.session_state.pop(_CAME, None)
    if st.session_state["tab"] != TAB:  # a frame that was on its way when another tab was opened
        return
    data: LivePredictionData = {"classes": context.classes, "probabilities": None, "answered": None}
    if came is not None:
        data["answered"] = came.get("id") if isinstance(came, Mapping) else None
        with panels.complaining():
            pixels = read(context, came)
            found = waiting.result(predictions.predict, context.trained, pixels, say="Looking", key=False)
            data["probabilities"] = found.tolist()
    _component(key=KEY, data={"live": json.dumps(data)}, on_frame_change=arrived)


def read(context: TeachingContext, came: Any) -> Pixels:
    """Return what the network sees of a frame.

    Raises:
        ImageError: If what the browser sent is none.
    """
    text = came.get("file") if isinstance(came, Mapping) else None
    if isinstance(text, str) and len(text) <= MAX_LETTERS:
        try:
            image = images.load(base64.b64decode(text, validate=True), max_side=chooser.LIVE_SIDE)
        except (binascii.Error, ValueError):
            pass
        else:
            return preprocessing.seen(context.plan.network, images.to_levels(image), context.plan.fit)
    raise ImageError("What came is no frame of the live camera; stop it and go live again.")
