"""The camera: in its own resolution where there is one, and a sentence where the browser gives none."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.images import ImageError
from pages.components import camera

ROOT = Path(camera.__file__).parents[2]


def script() -> None:
    import streamlit as st

    from pages.components.camera import camera

    st.session_state["photo"] = camera("lens")


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        ("https://explorer.school.example/", True),
        ("http://localhost:8501/convolution?size=64", True),
        ("http://explorer.localhost/", True),
        ("http://127.0.0.1:8501/", True),
        ("http://127.8.0.1/", True),
        ("http://[::1]:8501/", True),
        (None, True),
        ("http://192.168.1.5:8501/", False),
        ("http://explorer.school.example/", False),
        ("http://[fe80::1]/", False),
        ("http://localhost.example/", False),
    ],
)
def test_the_camera_is_there_where_browsers_give_it(
    url: str | None, secure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By https and on the machine itself; anywhere else one sentence says why not and what to do."""

    class Context:
        pass

    context = Context()
    context.url = url
    monkeypatch.setattr(camera.st, "context", context)
    assert camera.is_secure(url) is secure
    app = AppTest.from_function(script, default_timeout=30).run()
    assert not app.exception
    assert len(app.get("bidi_component")) == secure
    assert [info.value for info in app.info] == ([] if secure else [camera.NOT_SECURE])
    assert app.session_state["photo"] is None


@pytest.mark.parametrize(
    "came",
    [
        "photo",
        {"id": "a"},
        {"id": "", "file": "AAAA"},
        {"id": "a" * 65, "file": "AAAA"},
        {"id": 1, "file": "AAAA"},
        {"id": "a", "file": "A?=="},
        {"id": "a", "file": "é"},
        {"id": "a", "file": 4 * "A" * camera.MAX_BYTES},
        {"id": "a", "file": "AAAA", "is_frame": "yes"},
    ],
)
def test_what_the_browser_sends_is_checked(came: object) -> None:
    """Its shape, its name, its size and its letters."""
    with pytest.raises(ImageError, match="not a photograph of this camera"):
        camera.read(came)


def test_a_photograph_is_read_as_it_was_sent() -> None:
    """The bytes of the file, its name, and whether it is a frame."""
    assert camera.read({"id": "a.1", "file": "/9j/"}) == camera.Photograph("a.1", b"\xff\xd8\xff")
    sent = {"id": "a.1", "file": "/9j/", "is_frame": True}
    assert camera.read(sent) == camera.Photograph("a.1", b"\xff\xd8\xff", is_frame=True)


def test_a_recording_is_read_picture_by_picture() -> None:
    """Each as a photograph, in their order; an empty one, too long a one and a bad picture are refused."""
    sent = {"id": "a.1", "files": ["/9j/", "/9g="]}
    assert camera.read_burst(sent) == camera.Burst("a.1", (b"\xff\xd8\xff", b"\xff\xd8"))
    longest = ["/9j/"] * camera.MAX_BURST
    assert len(camera.read_burst({"id": "a.1", "files": longest}).files) == camera.MAX_BURST
    for files in ([], [*longest, "/9j/"], "/9j/", ["/9j/", 7], None):
        with pytest.raises(ImageError, match=r"not a photograph|no recording"):
            camera.read_burst({"id": "a.1", "files": files})


def test_the_largest_photograph_fits_into_a_message() -> None:
    """The browser keeps to a number of bytes that the server lets through, in base64 and with some room."""
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["server"]["maxMessageSize"] * 2**20 > 1.4 * camera.MAX_BYTES


def test_the_readme_has_what_the_sentence_points_to() -> None:
    """The teacher finds the section, and in it the two ways to https."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("\n## Camera\n")[2].partition("\n## ")[0]
    assert "sslCertFile" in section
    assert "reverse-proxy" in section
