"""The frameworks that a teacher ticks off, and the page that shows where the lessons stand in them."""

from __future__ import annotations

import re
from pathlib import Path

import driving
import pytest

from explorer.curricula import FRAMEWORKS, place
from pages.components import lesson
from pages.components.markdown import plain

# Streamlit calls some of its own commands in ways that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:streamlit.*")


@pytest.mark.parametrize("framework", FRAMEWORKS.values(), ids=lambda each: each.name)
def test_a_framework_gives_numbers_and_titles_alone(framework):
    """A title is a few words and no sentence; a framework without numbers says why."""
    for number, title in framework.codes.items():
        assert re.fullmatch(r"[A-Za-z0-9.-]+", number)
        assert 1 <= len(title.split()) <= 6
        assert not title.endswith(".")
    assert framework.codes or framework.note


def test_a_code_leads_to_its_place():
    """A lesson's code is the framework's name and a number; what is unknown is told from what is no code."""
    known = place("AI4K12 1-B")
    assert (known.framework.name, known.number, known.title) == ("AI4K12", "1-B", "Processing")
    assert place("CS2023 AI-Vision").title == "Perception and Computer Vision"
    assert place("AI4K12 9-Z").title == ""
    assert place("AI4K12") is None
    assert place("Somebody 1") is None


def test_every_code_of_a_shipped_lesson_is_of_a_framework():
    """No lesson names a curriculum that the teacher's page does not show."""
    codes = [code for each in lesson.lessons().lessons.values() for code in each.codes]
    assert codes
    assert [code for code in codes if place(code) is None] == []


def test_a_teacher_finds_the_command_the_lessons_and_the_curricula():
    """The page has the README's command, each lesson with its notes, and each framework's title."""
    app = driving.opened("teacher/page.py")
    text = driving.shown(driving.text_of(app))
    readme = (Path(driving.MAIN).parents[1] / "README.md").read_text("utf-8")
    (command,) = re.findall(r"python -m pip install -e \. && .*", text)
    assert command in readme
    titles = {each.value for each in app.subheader}
    assert {each.title for each in FRAMEWORKS.values()} <= titles
    lessons = lesson.lessons().lessons.values()
    assert [each.label.split("**")[1] for each in app.expander] == [plain(each.title) for each in lessons]
    for each in lessons:
        assert all(driving.shown(wrong) in text for wrong in each.notes.misconceptions)
    rows = [row for _, *rows in driving.tables_of(app) for row in rows]
    assert ["**A4.3**", "Machine learning approaches (HL only)"] in [row[:2] for row in rows]
