"""The camera: a photograph in its own resolution, frames live, or a sentence where the browser gives none."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict
from urllib.parse import urlsplit

import streamlit as st

from explorer.images import ImageError
from pages import served, streamlit_compat

NOT_SECURE = (
    "There is no camera here: browsers give it to pages that come by https alone, and this one came by http. "
    "Take the picture with the camera's own app and upload it; a teacher finds under *Camera* in the README "
    "how to serve the explorer by https."
)
MAX_BYTES = 10 * 2**20
"""Of a photograph; in base64 it takes a third more, and no message of the browser's may have 20 MB."""

MAX_BURST = 60
"""Pictures of one recording."""

_component = served.component(
    "camera",
    "components/camera.js",
    served.BUTTONS,
    "components/camera.css",
    html="<!-- The camera builds itself. -->\n",
)


@dataclass(frozen=True)
class Burst:
    """What was recorded: JPEGs, one after the other, and a name of its own."""

    id: str
    files: tuple[bytes, ...]


class LiveFrames(TypedDict):
    """How frames are made, of the camera or of a sheet: pixels a side, and whether in colour."""

    size: int
    colour: bool


@dataclass(frozen=True)
class Photograph:
    """A photograph as a JPEG, or a frame that was frozen as a PNG, with a name of its own."""

    id: str
    file: bytes
    is_frame: bool = False


def camera(key: str, live: LiveFrames | None = None, room: int | None = None) -> Photograph | Burst | None:
    """Draw the camera, or say why there is none, and return what was taken in the run that it comes with.

    Where there is more than one camera, front or back can be chosen. With `live`, its frames can also go to
    the views of the page, by the lane and past this session, until one is frozen: that comes as a photograph.
    Where there is a `room` for more pictures at once, a button records as many while it is held.

    Raises:
        ImageError: If what the browser sent is no photograph.
    """
    if not is_secure(st.context.url):
        st.info(NOT_SECURE)
        return None
    count = f"{key}_count"

    def arrived() -> None:
        st.session_state[count] = st.session_state.get(count, 0) + 1

    data = {
        "not_secure": NOT_SECURE.replace("*", ""),
        "most": MAX_BYTES,
        "arrived": st.session_state.get(count, 0),
        "page": streamlit_compat.page_id(),
        "live": live,
        "room": room,
    }
    # (A trigger: what is a state travels along with every later run.)
    found = _component(key=key, data=data, on_photo_change=arrived, on_burst_change=arrived)
    if found.burst is not None:
        return read_burst(found.burst)
    return None if found.photo is None else read(found.photo)


def read(came: Any) -> Photograph:
    """Check what came from the browser before anything believes it; whether it is a JPEG its reader says.

    Raises:
        ImageError: If it is no photograph of the camera.
    """
    fields: Mapping[str, Any] = came if isinstance(came, Mapping) else {}
    name, text, frame = fields.get("id"), fields.get("file"), fields.get("is_frame", False)
    if not isinstance(frame, bool):
        name = None
    if isinstance(name, str) and 0 < len(name) <= 64 and isinstance(text, str) and len(text) <= 2 * MAX_BYTES:
        try:
            return Photograph(name, base64.b64decode(text, validate=True), frame)
        except (binascii.Error, ValueError):
            pass
    raise ImageError("What came is not a photograph of this camera; take another one.")


def read_burst(came: Any) -> Burst:
    """Check what came of a recording before anything believes it.

    Raises:
        ImageError: If one of its pictures is none of the camera's, or if there are too many.
    """
    fields: Mapping[str, Any] = came if isinstance(came, Mapping) else {}
    texts = fields.get("files")
    if isinstance(texts, list) and 0 < len(texts) <= MAX_BURST:
        photos = [read({"id": fields.get("id"), "file": text}) for text in texts]
        return Burst(photos[0].id, tuple(photo.file for photo in photos))
    raise ImageError("What came is no recording of this camera; make another one.")


def is_secure(url: str | None) -> bool:
    """Whether a browser gives the camera to a page of this address: by https, or from the machine itself.

    An unknown address counts as secure, since the browser speaks for itself then.

    >>> [is_secure(f"http://{host}:8501/") for host in ("localhost", "127.0.0.1", "[::1]", "192.168.1.5")]
    [True, True, True, False]
    """
    if not url:
        return True
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
