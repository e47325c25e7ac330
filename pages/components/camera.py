"""The camera: a photograph in its own resolution, or one sentence where the browser gives none."""

from __future__ import annotations

import ipaddress
from typing import Literal
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

NOT_SECURE = (
    "There is no camera here: browsers give it to pages that come by https alone, and this one came by http. "
    "Take the picture with the camera's own app and upload it; a teacher finds under *Camera* in the README "
    "how to serve the explorer by https."
)
RESOLUTION: Literal["1080p"] = "1080p"
"""Rows that the camera is asked for; one that has fewer gives its own."""


def camera(key: str) -> UploadedFile | None:
    """Draw the camera, or say why there is none, and return the photograph.

    On a telephone Streamlit's widget has a button that changes between the front and the back camera.
    """
    if not is_secure(st.context.url):
        st.info(NOT_SECURE)
        return None
    return st.camera_input("Take a photo", key=key, label_visibility="collapsed", resolution=RESOLUTION)


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
