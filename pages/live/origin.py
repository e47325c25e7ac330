"""Which pages may speak to the server beside Streamlit: its own."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st


def own_origin(headers: Mapping[str, str]) -> bool:
    """Whether the page that connects is this server's, or of an origin that Streamlit is told to trust."""
    origin = headers.get("origin", "")
    try:
        host = urlsplit(origin).netloc
    except ValueError:  # half an IPv6 address
        return False
    if not host:
        return False
    return host == headers.get("host") or origin in st.get_option("server.corsAllowedOrigins")
