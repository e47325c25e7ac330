"""What is relied on of Streamlit is there: each test names what a release has taken away."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import tomllib
from pathlib import Path
from typing import Any, cast

import driving
import pytest
import streamlit
from starlette.applications import Starlette
from streamlit import config, env_util
from streamlit.elements.lib import streamlit_plotly_theme
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.state.query_params import QueryParams
from streamlit.web.server.starlette.starlette_routes import create_host_config_routes
from streamlit.web.server.starlette.starlette_websocket import create_websocket_routes

from explorer import figures
from explorer.figures.colours import QUIET_ON_DARK, QUIET_ON_LIGHT
from pages import streamlit_compat, streamlit_files

PAGES = Path(streamlit_compat.__file__).parent
NAMED = re.compile(r'data-testid=\\?"(st[\w-]+)')
PRIVATE = re.compile(r"get_script_run_ctx|script_requests|_main_script_path|streamlit\.runtime\.scriptrunner")


@pytest.fixture(scope="module")
def bundle() -> str:
    """All scripts that Streamlit sends to a browser."""
    folder = Path(streamlit.__file__).parent / "static"
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.rglob("*.js")))


@pytest.mark.parametrize("name", streamlit_compat.TEST_IDS)
def test_streamlit_still_marks_this_part_of_its_frame(bundle, name):
    """A style that names a part of the frame names one that the frame has."""
    stem, _, kind = name.partition("-")  # Streamlit puts the kind of a button behind a hyphen
    assert re.search(rf"[\"'`]{stem}[\"'`-]", bundle), name
    assert kind in bundle


def test_every_named_part_is_listed():
    """A style sheet and a script name parts of the frame, and the list is theirs: no more, and no less."""
    files = [path for kind in ("*.css", "*.py", "*.js") for path in PAGES.rglob(kind)]
    named = {
        path.relative_to(PAGES).as_posix(): set(NAMED.findall(path.read_text("utf-8")))
        for path in files
        if "node_modules" not in path.parts
    }
    named = {name: parts for name, parts in named.items() if parts}
    assert named.keys() == {"frontend/styles/frame.css", "frontend/core/sidebar.js"}
    assert set.union(*named.values()) == set(streamlit_compat.TEST_IDS)


def test_no_rule_of_the_frame_ends_in_any_element():
    """On the screen a rule names what it is about: "> *" had each run style the whole page anew."""
    styles = re.sub(r"/\*.*?\*/", "", (PAGES / "frontend/styles/frame.css").read_text("utf-8"), flags=re.S)
    on_screen = styles.partition("@media print")[0]
    rules = re.findall(r"([^{}]+)\{", on_screen)
    ends = [part.strip() for rule in rules for part in rule.split(",") if part.strip().endswith("*")]
    assert len(rules) > 50
    assert not ends


def test_the_browser_still_keeps_whether_the_sidebar_is_folded(bundle):
    """A phone forgets it at the end of a visit, under the name that Streamlit has for it."""
    script = (PAGES / "frontend" / "core" / "sidebar.js").read_text("utf-8")
    assert f'"{streamlit_compat.FOLDED}"' in script
    assert f"`{streamlit_compat.FOLDED}$" in bundle


def test_streamlit_still_takes_where_its_server_is(bundle):
    """A page's document says it under the name by which Streamlit's scripts look for it."""
    assert streamlit_compat.server_beside().startswith("window.__streamlit={BACKEND_BASE_URL:")
    assert "window.__streamlit;" in bundle
    assert re.search(r"BACKEND_BASE_URL\),\{pathname:", bundle)


def host_config(script: str) -> dict[str, Any]:
    """What the script of a document says of the server."""
    said: dict[str, Any] = json.loads(script.partition("HOST_CONFIG:")[2].removesuffix("}"))
    return said


def test_what_is_said_of_the_server_is_what_it_says(bundle):
    """Streamlit's scripts go on at once with what they know as this, if all that they need is there."""
    said = host_config(streamlit_compat.server_beside())
    answer = driving.ask(Starlette(routes=create_host_config_routes(None)), "/_stcore/host-config")
    assert said.items() <= answer.json().items()
    assert re.search(
        r"=\w+\.HOST_CONFIG;if\(!\w+\)return!1;let\{allowedOrigins:\w+,useExternalAuthToken:", bundle
    )


def test_no_origin_ends_the_script(monkeypatch):
    """Whatever somebody has written into the settings of the server."""
    monkeypatch.setattr(streamlit_compat.config, "get_option", lambda name: ["https://a/</script><b>"])
    script = streamlit_compat.server_beside.__wrapped__()
    assert "</script>" not in script
    assert host_config(script)["allowedOrigins"] == ["https://a/</script><b>"]


@pytest.mark.parametrize("chunk", [*streamlit_compat.COMPONENT_CHUNKS, *streamlit_compat.CHOOSER_CHUNKS])
def test_streamlit_still_calls_its_scripts_so(chunk, bundle):
    """What is fetched early is one script of this name, which Streamlit's own fetches when it needs it."""
    name = streamlit_files.fetched_late(chunk)[0]
    assert re.fullmatch(rf"static/js/{chunk}\.[\w-]+\.js", name)
    assert f"import(`./{name.rpartition('/')[2]}`)" in bundle


def test_the_sources_of_modules_are_known_before_streamlit_asks():
    """What `inspect` has found of every module that has a file it keeps, and looks at none twice."""
    streamlit_compat.learn_sources()
    assert inspect.modulesbyfile[inspect.getabsfile(streamlit_compat)] == streamlit_compat.__name__
    assert "inspect.stack()" in inspect.getsource(env_util.is_repl)


@pytest.mark.parametrize(
    "name",
    [
        "session_id",
        "page_script_hash",
        "query_string",
        "is_history_navigation",
        "script_requests",
        "fragment_ids_this_run",
        "session_state",
    ],
)
def test_a_run_still_knows(name):
    """What a page asks of its run is there."""
    known = {field.name for field in dataclasses.fields(ScriptRunContext)} | set(dir(ScriptRunContext))
    assert name in known


@pytest.mark.parametrize(
    "name",
    [
        "clear_with_no_forward_msg",
        "set_with_no_forward_msg",
        "set_initial_query_params_from_current",
        "_send_query_param_msg",
    ],
)
def test_the_address_can_still_be_replaced(name):
    """What the address is made to say is kept, seeds widgets, and is sent to the browser."""
    assert callable(getattr(QueryParams, name))


def test_a_waiting_run_can_still_be_seen():
    """The requests of a session say that one waits."""
    requests = ScriptRequests()
    assert requests._state is ScriptRequestType.CONTINUE
    assert ScriptRequestType.RERUN


def test_settings_beside_a_script_are_still_read():
    """The path by which settings are found has the name that it had."""
    assert hasattr(config, "_main_script_path")


def test_nothing_private_is_used_elsewhere():
    """Pages and server ask `streamlit_compat`, so that a new release is one file's work."""
    users = [
        path.relative_to(PAGES).as_posix()
        for path in PAGES.rglob("*.py")
        if PRIVATE.search(path.read_text("utf-8"))
    ]
    assert users == ["streamlit_compat.py"]
    assert not PRIVATE.search((PAGES.parent / "app.py").read_text("utf-8"))


def test_charts_take_the_colours_of_their_lines_from_the_theme():
    """Streamlit still puts a theme's colours where these stand, and lines and grey are those of the views."""
    known = streamlit_plotly_theme
    assert streamlit_compat.THEME_PLACES == (
        known.CATEGORY_0,
        known.CATEGORY_1,
        known.CATEGORY_2,
        known.CATEGORY_3,
        known.CATEGORY_6,
    )
    settings = tomllib.loads((PAGES.parent / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    quiet = {"light": QUIET_ON_LIGHT, "dark": QUIET_ON_DARK}
    for theme, grey in quiet.items():
        colours = settings[theme]["chartCategoricalColors"]
        assert (*colours[:4], colours[6]) == (*figures.series_colours()[theme], grey)


def test_what_a_browser_asks_is_still_told_apart():
    """A run, of a page or of a fragment, by its page; and what asks for none, or is no message at all."""
    message = BackMsg()
    message.rerun_script.page_script_hash = "page"
    assert streamlit_compat.asked(message.SerializeToString()) == ("page", False)
    message.rerun_script.fragment_id = "fragment"
    assert streamlit_compat.asked(message.SerializeToString()) == ("page", True)
    assert streamlit_compat.asked(BackMsg(app_heartbeat=True).SerializeToString()) is None
    assert streamlit_compat.asked(b"\xff\xff") is None


def test_the_page_that_begins_is_still_told():
    """A browser hears of it by a message of its own."""
    message = ForwardMsg()
    message.navigation.page_script_hash = "page"
    assert streamlit_compat.begun(message.SerializeToString()) == "page"
    assert streamlit_compat.begun(ForwardMsg().SerializeToString()) is None


def test_streamlit_still_listens_at_its_address():
    """Where a browser and its session speak."""
    (route,) = create_websocket_routes(cast(Runtime, None), None)
    assert getattr(route, "path", "") == streamlit_compat.STREAM
