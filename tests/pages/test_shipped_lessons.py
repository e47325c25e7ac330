"""A shipped lesson on its pages: a step is not done as it comes, and done when one does what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from driving import misread, opened
from lessons.solutions import SOLUTIONS
from streamlit.testing.v1 import AppTest

from explorer.lessons.shelf import shelf
from explorer.questions import QUESTIONS, judge, of_page
from pages import asked, lesson_offers
from pages.components import lesson, waiting
from pages.components.guess import COUNT
from pages.lesson_offers import OFFERS

SHELF = shelf(OFFERS, "")
WALKED = "edges_by_hand"
"""The lesson that is walked through on its pages, which take seconds; `tests/lessons` does the others."""

STEPS = [(WALKED, level.name, at) for level in SHELF.lesson(WALKED).levels for at in range(len(level.steps))]


def answer(app: AppTest, page: str) -> None:
    """Answer the page's question rightly."""
    posed = app.session_state[f"questions {page}"].posed
    given = posed.question.answer
    app.session_state[f"guess_{page}"] = {"sent": {"act": "answer", "at": 1, "id": posed.id, "given": given}}
    app.run()
    assert not app.exception


def checked(app: AppTest, at: int = 1) -> tuple[bool, str]:
    """Press Check, and give what is said."""
    app.session_state[lesson.STRIP] = {"pressed": {"act": "check", "at": at}}
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
        assert all(what[0].islower() for what in each.needs), "after “You need:” no sentence begins"
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
        met, sentence = checked(app)
        assert not met
        assert sentence.startswith("Answer the question under Guess first")
        answer(app, step.page)
        assert checked(app, at=2) == (True, step.done)
        return
    met, sentence = checked(app)
    assert not met
    assert misread(sentence) == []
    done = opened(f"{step.page}/page.py", **place, **lesson_offers.address(step) | solution)
    met, sentence = checked(done)
    assert met, sentence
    assert misread(sentence) == []


ASKING = [
    pytest.param(each.name, level.name, at, id=f"{each.name}-{level.name}-{at + 1}")
    for each in SHELF.lessons.values()
    for level in each.levels
    for at, step in enumerate(level.steps)
    if step.question
]
WITHOUT = {("bias_in_bias_out", "second")}
"""Levels all of whose steps are on Transfer, where there is no kind of question."""


def test_every_level_asks_something_where_there_is_a_kind_for_it() -> None:
    """One of its steps at least has a question, and that is done by a right answer alone."""
    asking = {(name, level) for name, level, _ in (each.values for each in ASKING)}
    levels = {(each.name, level.name) for each in SHELF.lessons.values() for level in each.levels}
    assert asking == levels - WITHOUT
    for name, level in WITHOUT:
        assert not any(of_page(step.page) for step in SHELF.lesson(name).level(level).steps)


@pytest.mark.parametrize(("name", "level", "at"), ASKING)
def test_a_step_has_its_question_five_times(
    name: str, level: str, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever answers wrongly takes the next one: a whole set can be made of the step's settings."""

    def result(function: Callable[..., Any], *arguments: Any, say: str) -> Any:
        return function(*arguments)

    monkeypatch.setattr(waiting, "result", result)
    step = SHELF.lesson(name).level(level).steps[at]
    kind, query = QUESTIONS[step.question], lesson_offers.address(step)
    assert kind.page == step.page
    assert not step.checks
    found = [asked.question(kind, query, seed) for seed in range(COUNT, 2 * COUNT)]
    assert len({json.dumps(question.shown()) for question in found}) > 1
    for question in found:
        assert judge(question, question.answer).correct
        assert misread(question.prompt) == []
