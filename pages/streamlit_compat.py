"""What the pages rely on of Streamlit beyond its documentation, all of it here.

`tests/pages/test_streamlit_compat.py` names what a release of Streamlit has taken away.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from google.protobuf.message import DecodeError
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

TEST_IDS = (
    "stApp",
    "stBaseButton-primary",
    "stButton",
    "stCaptionContainer",
    "stCode",
    "stColumn",
    "stDataFrame",
    "stDownloadButton",
    "stElementContainer",
    "stExpandSidebarButton",
    "stHeader",
    "stHeading",
    "stImageCaption",
    "stLayoutWrapper",
    "stMain",
    "stMainBlockContainer",
    "stMarkdownContainer",
    "stPageLink",
    "stPopoverBody",
    "stProgress",
    "stSidebar",
    "stSidebarCollapseButton",
    "stSidebarContent",
    "stSidebarNavLink",
    "stStatusWidget",
    "stTabs",
    "stToastContainer",
    "stVerticalBlock",
)
"""The parts of Streamlit's frame that styles and scripts name, by their `data-testid`."""

FOLDED = "stSidebarCollapsed-"
"""What the browser's storage calls whether the sidebar is folded begins with this."""

COMPONENT_CHUNKS = ("BidiComponent", "Checkbox")
"""What Streamlit's build calls the scripts that draw our components and the switch above them."""

CHOOSER_CHUNKS = ("ButtonGroup", "Selectbox")
"""And those that draw what a picture is chosen with."""

STREAM = "/_stcore/stream"
"""Where a browser and the runs of its pages speak, below the address of the app."""

THEME_PLACES = ("#000001", "#000002", "#000003", "#000004", "#000007")
"""What stands for four lines and grey of `chartCategoricalColors`, until a browser draws the chart."""


def read_settings_beside(script: Path) -> None:
    """Read the settings beside a script, as `streamlit run` does and a bare server does not."""
    config._main_script_path = str(script)


@cache
def server_beside() -> str:
    """A script that tells Streamlit in a page's document where its server is, and what that says of itself.

    It is beside the page. Streamlit would ask below the page's own address first, and wait for the refusal,
    then wait for what is said here: a quarter of a second of each visit. It still asks, while it goes on.
    """
    said = {
        "allowedOrigins": list(config.get_option("client.allowedOrigins")),
        "useExternalAuthToken": False,
        "metricsUrl": "",
    }
    # No origin ends the script, whatever is in it.
    written = json.dumps(said).replace("<", "\\u003c")
    return f'window.__streamlit={{BACKEND_BASE_URL:new URL(".",location.href).href,HOST_CONFIG:{written}}}'


def learn_sources() -> None:
    """Have Python find the source file of every module that was imported; it keeps what it has found.

    Streamlit asks for them all when the first run of the server draws its first element, to see whether it is
    run line by line: a tenth of a second.
    """
    inspect.stack()


def session_id() -> str:
    """The session that runs; the empty text where none does."""
    run = get_script_run_ctx()
    return run.session_id if run else ""


def page_id() -> str:
    """The page that runs; the empty text where none does."""
    run = get_script_run_ctx()
    return run.page_script_hash if run else ""


def went_back_or_forward() -> bool:
    """Whether this run came from the browser's history."""
    run = get_script_run_ctx()
    return bool(run and run.is_history_navigation)


def replace_address(query: Mapping[str, Sequence[str]]) -> None:
    """Make the address say this, and let the widgets that are bound to it read this in the present run.

    `st.query_params` refuses to write what a widget is bound to, as it is after a step back in the browser's
    history, and what it writes no widget reads before the next run.
    """
    run = get_script_run_ctx()
    if run is None:
        return
    with run.session_state.query_params() as params:
        params.clear_with_no_forward_msg(preserve_embed=True)
        for name, texts in query.items():
            params.set_with_no_forward_msg(name, texts[0] if len(texts) == 1 else list(texts))
        params.set_initial_query_params_from_current()
        params._send_query_param_msg()


def restore_address() -> None:
    """Read the address whole after a step in the browser's history, before anything is written into it.

    Streamlit leaves out what a widget of the page before was bound to, as the open tab.
    """
    run = get_script_run_ctx()
    if run is None or not run.is_history_navigation:
        return
    said = parse_qs(run.query_string, keep_blank_values=True)
    with run.session_state.query_params() as params:
        is_whole = said.keys() <= set(params)
    if not is_whole:
        replace_address(said)


def is_asked_anew() -> bool:
    """Whether another run of the same session waits for the end of this one."""
    run = get_script_run_ctx()
    return bool(run and run.script_requests and run.script_requests._state is ScriptRequestType.RERUN)


def is_in_fragment() -> bool:
    """Whether only a fragment of the page runs."""
    run = get_script_run_ctx()
    return bool(run and run.fragment_ids_this_run)


def asked(message: bytes) -> tuple[str, bool] | None:
    """The page that a browser asks a run of, and whether of a fragment alone; nothing where it asks no run.

    The page is the empty text where an address names it, as at first.
    """
    heard = BackMsg()
    try:
        heard.ParseFromString(message)
    except DecodeError:
        return None
    if not heard.HasField("rerun_script"):
        return None
    return heard.rerun_script.page_script_hash, bool(heard.rerun_script.fragment_id)


def begun(message: bytes) -> str | None:
    """The page that a browser is told that it is at; nothing where it is told something else."""
    told = ForwardMsg()
    told.ParseFromString(message)
    return told.navigation.page_script_hash if told.HasField("navigation") else None
