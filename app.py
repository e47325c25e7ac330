"""The server: the Streamlit pages and, beside them, the live lane.

Start it with ``streamlit run app.py`` or ``uvicorn app:app``, from any working directory.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from pages import departures, document, served, share, streamlit_files
from pages.live import lane, reports
from pages.streamlit_compat import read_settings_beside

# `streamlit run` names the file it runs, and reads the settings beside it; `uvicorn app:app` does not.
read_settings_beside(Path(__file__))


def apologise(error: Exception) -> bool:
    """Say in one sentence that something went wrong; Streamlit has logged the traceback by then."""
    st.error(
        f"This page met an error it did not expect ({type(error).__name__}). "
        "Your settings are kept: change the last one back, or reload the page.",
        icon=":material/error:",
    )
    return True


base_url = st.get_option("server.baseUrlPath")

app = st.App(
    Path(__file__).parent / "pages" / "main.py",
    routes=[
        *lane.routes(base_url),
        *reports.routes(base_url),
        *served.routes(base_url),
        *share.routes(base_url),
    ],
    middleware=[
        Middleware(streamlit_files.Files, base_url=base_url),
        Middleware(document.Document),
        Middleware(departures.Departures),
    ],
    lifespan=lane.lifespan,
    on_script_error=apologise,
)
