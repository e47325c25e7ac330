"""The pages of a class run, whatever their address says."""

from __future__ import annotations

import driving
import pytest

from pages.catalogue import CATALOGUE, CLASSROOM
from pages.classroom.messages import PAGES
from pages.components.classroom import titles

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:streamlit.*")


@pytest.mark.parametrize("entry", CLASSROOM, ids=lambda entry: entry.name)
@pytest.mark.parametrize("code", ["", "RTKB", "<script>alert(1)</script>", "\x00", "9" * 400])
def test_a_page_of_a_class_runs(entry, code):
    """One title, which is its question, no picture to choose, and no error."""
    app = driving.opened(entry.file, code=code, projector="nonsense", tab="none")
    assert [title.value for title in app.title] == [entry.question]
    assert not app.error
    assert not [box for box in app.selectbox if box.key == "chooser_sample"]


def test_every_page_has_a_title_on_the_wall():
    """Whatever a student's browser may say, its page has a title."""
    assert titles().keys() == PAGES


def test_names_and_titles_are_taken_once():
    """No page of a class shares a name, a title or a question with another page."""
    for field in ("name", "title", "question"):
        values = [getattr(entry, field) for entry in (*CATALOGUE, *CLASSROOM)]
        assert len(values) == len(set(values))
