"""A sheet for a level of a lesson: questions from its steps on paper, with their solutions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from explorer import sheets
from explorer.lessons.record import Lesson, Level
from explorer.questions import QUESTIONS, PosedQuestion, QuestionKind, of_page
from explorer.sheets import ClassSheet
from pages import asked, lesson_offers
from pages.components import address, lesson, panels

Way = Callable[[int], PosedQuestion]


@st.fragment
def show(lessons: list[Lesson]) -> None:
    """Let a lesson and a level be chosen, and offer the sheet."""
    which, how = st.columns(2)
    known = {each.name: each for each in lessons}
    name = which.selectbox(
        "Lesson", list(known), format_func=lambda each: known[each].title, key="sheet_lesson"
    )
    chosen = known[name]
    levels = {each.name: each for each in chosen.levels}
    of = how.selectbox(
        "Level", list(levels), format_func=lambda each: levels[each].title, key=f"sheet_level_{name}"
    )
    level = levels[of]
    panels.offer_sheet(partial(sheet, chosen, level), link(chosen, level))


def sheet(chosen: Lesson, level: Level, seed: int) -> ClassSheet:
    """Make the sheet of a seed.

    Raises:
        ExplorerError: If no step has a question that can be printed.
    """
    return sheets.lesson_sheet(
        title=f"{chosen.title} · {level.title}", task=chosen.question, ways=ways(level), seed=seed
    )


def link(chosen: Lesson, level: Level) -> str:
    """Return the address of the level's first step."""
    file, query = lesson.link(f"{chosen.name}/{level.name}", 1)
    return address.link_to(file.partition("/")[0], query)


def ways(level: Level) -> list[Way]:
    """What its steps can ask: their own questions first, then every kind once before any comes again."""
    own: list[tuple[QuestionKind, Mapping[str, str]]] = []
    others: list[tuple[QuestionKind, Mapping[str, str]]] = []
    last: dict[str, Mapping[str, str]] = {}
    for step in level.steps:
        # A step without settings goes on with those that the page has by then.
        query = last[step.page] = lesson_offers.address(step) or last.get(step.page, {})
        if step.question:
            own.append((QUESTIONS[step.question], query))
        others += [(kind, query) for kind in of_page(step.page) if kind.name != step.question]
    turns: Counter[str] = Counter(kind.name for kind, _ in own)
    placed = []
    for kind, query in others:
        placed.append((turns[kind.name], kind, query))
        turns[kind.name] += 1
    placed.sort(key=lambda each: each[0])
    return [partial(asked.question, *each) for each in (*own, *(each[1:] for each in placed))]
