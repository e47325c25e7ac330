"""Sheets of lessons: what the pages ask, on one page to write on and one of solutions."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import driving
import pytest
from pypdf import PdfReader

from explorer import sheets
from explorer.errors import ExplorerError
from explorer.lessons.shelf import shelf
from explorer.questions import QUESTIONS, of_page
from explorer.questions.record import GridFigure
from pages import asked
from pages.components import guess, waiting
from pages.lesson_offers import OFFERS
from pages.teacher import lesson_sheets

SHELF = shelf(OFFERS, "")
LEVELS = [(each.name, level.name) for each in SHELF.lessons.values() for level in each.levels]
WITHOUT = {("bias_in_bias_out", "second")}
LINK = "http://192.168.1.23:8501/pooling?lesson=why_pool&lesson_level=first&lesson_step=1"
MILLIMETRE = 72 / 25.4


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the network in this process: there is no page that would wait for the worker."""

    def result(function: Callable[..., Any], *arguments: Any, say: str) -> Any:
        return function(*arguments)

    monkeypatch.setattr(waiting, "result", result)


def flowing(text: str) -> str:
    """A text without its line ends, and with plain spaces."""
    return " ".join(text.split())


@pytest.mark.parametrize(("name", "level"), LEVELS)
def test_every_level_has_a_sheet_that_opens(name: str, level: str) -> None:
    """Two A4 pages: the questions with their options and grids, and their answers; nothing is cut off."""
    chosen = SHELF.lesson(name)
    if (name, level) in WITHOUT:
        with pytest.raises(ExplorerError, match="choose another level"):
            lesson_sheets.sheet(chosen, chosen.level(level), 3)
        return
    sheet = replace(lesson_sheets.sheet(chosen, chosen.level(level), 3), link=LINK)
    pages = PdfReader(io.BytesIO(sheets.write(sheet))).pages
    assert len(pages) == 2
    first, second = (flowing(page.extract_text()) for page in pages)
    for text in (first, second):
        assert sheet.title in text
        assert "seed 3" in text
        assert LINK in text
    assert len(sheet.questions) >= 2
    for question in sheet.questions:
        prompt, worked = flowing(sheet.asked(question)), flowing(question.worked)
        assert prompt in first
        assert prompt in second
        assert worked in second
        assert worked not in first
        for letter, option in zip("ABCDEF", question.options, strict=False):
            assert option.picture or f"{letter} {option.text}" in first
        for figure in question.shows:
            if isinstance(figure, GridFigure):
                assert " ".join(text for row in figure.cells for text in row) in first
        if isinstance(question.answer, str):
            option = question.options["ABCDEF".index(question.answer)]
            assert (
                f"{question.answer}. {worked}" in second
                or f"{question.answer}, {option.text}. {worked}" in second
            )
        assert driving.misread(question.prompt) == []
    for page in pages:
        places: list[tuple[float, float, str]] = []

        def visit(text: str, matrix: Any, at: Any, *_: Any, found: Any = places) -> None:
            if text.strip():
                found.append((at[4] / MILLIMETRE, at[5] / MILLIMETRE, text.strip()))

        page.extract_text(visitor_text=visit)
        assert min(x for x, _, _ in places) >= 17.9
        assert max(x for x, _, _ in places) < 192
        assert min(y for _, y, text in places if not re.search(r"seed|lesson:|http", text)) > 38


@pytest.mark.parametrize("page", [page for page in OFFERS if of_page(page)])
def test_what_is_printed_is_what_the_page_asks(page: str) -> None:
    """The first question on the page, as it comes, is the one that its address gives."""
    app = driving.opened(f"{page}/page.py", tab=guess.TAB)
    posed = app.session_state[f"questions {page}"].posed
    kind = QUESTIONS[posed.question.kind]
    printed = asked.question(kind, {}, posed.question.seed)
    assert printed.shown() == posed.question.shown()
    assert (printed.answer, printed.worked) == (posed.question.answer, posed.question.worked)


def test_a_step_with_a_question_of_its_own_is_printed_first() -> None:
    """The covered cell of the lesson's third step, with that step's grids."""
    chosen = SHELF.lesson("edges_by_hand")
    level = chosen.level("second")
    sheet = lesson_sheets.sheet(chosen, level, 1)
    assert sheet.questions[0].kind == "arithmetic_cell"
    kinds = [question.kind for question in sheet.questions]
    assert set(kinds) >= {"arithmetic_cell", "convolution_cell"}
    other = lesson_sheets.sheet(chosen, level, 2)
    assert [each.shown() for each in other.questions] != [each.shown() for each in sheet.questions]


def test_the_teacher_chooses_lesson_level_and_seed() -> None:
    """A level with questions has a button, and one without has a sentence."""
    app = driving.opened("teacher/page.py")

    def labels() -> set[str]:
        return {each.proto.label for each in app.get("download_button")}

    assert labels() == {"Sheet for class (PDF)"}
    app.number_input(key="sheet_seed").set_value(9999).run()
    assert labels() == {"Sheet for class (PDF)"}
    app.selectbox(key="sheet_lesson").select("bias_in_bias_out").run()
    assert labels() == {"Sheet for class (PDF)"}
    app.selectbox(key="sheet_level_bias_in_bias_out").select("second").run()
    assert not app.exception
    assert labels() == set()
    assert any("choose another level" in each.value for each in app.caption)


def test_the_link_on_a_sheet_opens_its_first_step() -> None:
    """With lesson, level and step in its query."""
    chosen = SHELF.lesson("why_pool")
    found = lesson_sheets.link(chosen, chosen.level("second"))
    assert found.endswith("/pooling?lesson=why_pool&lesson_level=second&lesson_step=1")
