"""The page of all lessons: each can be begun there, gone on with, and a broken file is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import opened
from streamlit.testing.v1 import AppTest

from explorer.lessons.shelf import FOLDER, SHIPPED, shelf
from pages.components.markdown import plain
from pages.lesson_offers import OFFERS

PROGRESS = "lesson_progress"


def links(app: AppTest) -> list[tuple[str, str]]:
    """Give the links in the page: where they lead, and with which query."""
    found = [element.proto for element in app.get("page_link")]
    return [(proto.page, proto.query_string) for proto in found]


def test_every_level_of_every_lesson_can_be_begun() -> None:
    """The links lead to the first step of each level, in the order of the pages that they begin on."""
    app = opened("lessons/page.py")
    assert not app.warning
    expected = [
        (level.steps[0].page, f"lesson={lesson.name}&lesson_level={level.name}&lesson_step=1")
        for lesson in shelf(OFFERS, "").lessons.values()
        for level in lesson.levels
    ]
    assert links(app) == expected
    places = [list(OFFERS).index(page) for page, query in expected if "level=first" in query]
    assert places == sorted(places)
    titles = [element.value for element in app.header]
    assert titles == [plain(lesson.title) for lesson in shelf(OFFERS, "").lessons.values()]


def test_a_broken_file_is_told_and_the_rest_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence has the file and the line; nothing in it is taken for Markdown."""
    (tmp_path / "mine.toml").write_text('title = "[a](b)"\nwhat = 1\n')
    monkeypatch.setenv(FOLDER, str(tmp_path))
    app = opened("lessons/page.py")
    (warning,) = app.warning
    assert "mine.toml, line 2" in warning.value.replace("\\", "").replace("⁠", "")
    assert len(app.header) == len(list(SHIPPED.glob("*.toml")))


def test_the_browser_says_where_somebody_goes_on() -> None:
    """A step that there is opens; one that there is no longer gets its sentence."""
    app = opened("lessons/page.py")
    app.session_state[PROGRESS] = {"go": {"key": "edges_by_hand/first", "at": 3}}
    app.run()
    assert not app.exception
    assert app.query_params["lesson_step"] == "3"
    again = opened("lessons/page.py")
    for key, at in (("edges_by_hand/first", 99), ("gone/first", 1), (None, None)):
        again.session_state[PROGRESS] = {"go": {"key": key, "at": at}}
        again.run()
        assert not again.exception
        assert again.warning
