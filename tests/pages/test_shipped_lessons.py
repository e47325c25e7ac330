"""A shipped lesson on its pages: a step is not done as it comes, and done when one does what it says."""

from __future__ import annotations

import json

import pytest
from driving import misread, opened
from lessons.solutions import SOLUTIONS
from streamlit.testing.v1 import AppTest

from explorer.lessons.shelf import shelf
from pages import lesson_offers
from pages.components import lesson
from pages.lesson_offers import OFFERS

SHELF = shelf(OFFERS, "")
WALKED = "edges_by_hand"
"""The lesson that is walked through on its pages, which take seconds; `tests/lessons` does the others."""

STEPS = [(WALKED, level.name, at) for level in SHELF.lesson(WALKED).levels for at in range(len(level.steps))]


def checked(app: AppTest) -> tuple[bool, str]:
    """Press Check, and give what is said."""
    app.session_state[lesson.STRIP] = {"pressed": {"act": "check", "at": 1}}
    app.run()
    assert not app.exception
    for element in app.get("bidi_component"):
        if element.proto.component_name.endswith("explorer_lesson"):
            met, sentence = json.loads(json.loads(element.proto.json)["strip"])["outcome"]
            return met, sentence
    raise AssertionError("there is no strip")


def test_every_shipped_lesson_can_be_read_and_has_three_levels() -> None:
    """No file is broken; each level has six to nine steps, of which one has a way to do it."""
    assert SHELF.troubles == ()
    for each in SHELF.lessons.values():
        assert [level.name for level in each.levels] == ["first", "second", "third"]
        for level in each.levels:
            assert 6 <= len(level.steps) <= 9, level.name
            assert len(SOLUTIONS[each.name][level.name]) == len(level.steps), level.name


@pytest.mark.parametrize(("name", "level", "at"), STEPS)
def test_a_step_is_done_by_what_it_asks_for(name: str, level: str, at: int) -> None:
    """As it comes a check fails with a sentence of the present numbers; the solution meets every check."""
    step = SHELF.lesson(name).level(level).steps[at]
    place = {"lesson": name, "lesson_level": level, "lesson_step": str(at + 1)}
    solution = SOLUTIONS[name][level][at]
    assert bool(step.checks) == bool(solution)
    app = opened(f"{step.page}/page.py", **place)
    assert not app.warning
    if not step.checks:
        return
    met, sentence = checked(app)
    assert not met
    assert misread(sentence) == []
    done = opened(f"{step.page}/page.py", **place, **lesson_offers.address(step) | solution)
    met, sentence = checked(done)
    assert met, sentence
    assert misread(sentence) == []
