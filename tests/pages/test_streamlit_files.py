"""Streamlit's own files as they are answered from here: the same, smaller, known before they are needed."""

from __future__ import annotations

import re
from pathlib import Path

import driving
import pytest
import streamlit
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from pages import streamlit_files

STATIC = Path(streamlit.__file__).parent / "static"


@pytest.fixture(params=["", "vision/explorer"])
def at(request):
    """Asks a server with, and one without, a base path for a file."""
    other = Starlette(routes=[Route("/{path:path}", lambda request: Response("other"))])
    app = streamlit_files.Files(other, request.param)
    base = f"/{request.param}" if request.param else ""
    return lambda path, **headers: driving.ask(app, f"{base}/{path}", headers=headers)


def test_what_streamlits_document_names_is_the_same_in_a_third_of_the_bytes(at):
    """Whether a browser takes it packed or not; it keeps it for good, as the name holds a hash."""
    names = re.findall(r"static/[^\"]+", (STATIC / "index.html").read_text("utf-8"))
    assert set(streamlit_files.fetched_first()) < set(names)
    plain, sent = 0, 0
    for name in names:
        content = (STATIC / name).read_bytes()
        packed = at(name)
        assert packed.content == content
        assert at(name, **{"accept-encoding": "identity"}).content == content
        assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
        plain, sent = plain + len(content), sent + int(packed.headers["content-length"])
    assert len(names) > 50
    assert sent < plain / 3


def test_a_font_is_not_packed_once_more(at):
    """It comes as it lies there, whatever a browser takes, and says what it is."""
    name = next(name for name in streamlit_files.FILES if name.endswith(".woff2"))
    answer = at(name)
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-type"] == "font/woff2"
    assert answer.content == (STATIC / name).read_bytes()


@pytest.mark.parametrize(
    "name",
    ["", "imagenet", "index.html", "static/", "static/js/no.js", "static/%2e%2e/index.html", "x/static/a"],
)
def test_whatever_else_is_asked_for_streamlit_answers(at, name):
    """A page, a name that is not there, one that leads out of the folder, and the folder."""
    assert at(name).text == "other"


def test_what_a_script_needs_comes_with_it():
    """Whatever a script that is fetched late imports is fetched with it, or was fetched first."""
    first = set(streamlit_files.fetched_first())
    late = streamlit_files.fetched_late("Selectbox", "BidiComponent")
    assert len(late) == len(set(late)) > 2
    assert not first & set(late)
    for name in late:
        needed = re.findall(r'(?:from|import)"\./([^"]+)"', (STATIC / name).read_text("utf-8"))
        assert {f"static/js/{each}" for each in needed} <= first | set(late)


def test_a_script_that_streamlit_has_no_more_is_left_out():
    """Nothing is fetched early for it, and nothing fails."""
    assert streamlit_files.fetched_late("Spinach") == ()
