"""The camera: in its own resolution where there is one, and a sentence where the browser gives none."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import camera


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
    assert len(app.camera_input) == secure
    assert [info.value for info in app.info] == ([] if secure else [camera.NOT_SECURE])
    assert app.session_state["photo"] is None


def test_the_camera_is_asked_for_its_own_resolution() -> None:
    """Not for as many pixels as the sidebar is wide."""
    app = AppTest.from_function(script, default_timeout=30).run()
    assert "1080" in str(app.camera_input(key="lens").proto)


def test_the_readme_has_what_the_sentence_points_to() -> None:
    """The teacher finds the section, and in it the two ways to https."""
    from pathlib import Path

    text = (Path(camera.__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    section = text.partition("\n## Camera\n")[2].partition("\n## ")[0]
    assert "sslCertFile" in section
    assert "reverse-proxy" in section
