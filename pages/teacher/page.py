"""What a teacher wants to know before class: how to start, the lessons with notes, and the curricula."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer import curricula
from explorer.curricula import FRAMEWORKS, Framework
from explorer.lessons.record import Lesson, Level
from explorer.words import counted
from pages.components import lesson, panels
from pages.components.markdown import Marked, plain, table
from pages.teacher import lesson_sheets

EXPLANATION = Path(__file__).with_name("text.md")


def main() -> None:
    """Show the page."""
    st.markdown(
        "A lesson needs one computer that runs the explorer, a projector, and a browser for every two "
        "students. What follows is all that you have to prepare."
    )
    panels.say(EXPLANATION.read_text("utf-8"))
    shelf = lesson.lessons()
    lessons = list(shelf.lessons.values())
    st.header("Lessons", anchor=False)
    panels.complain(shelf.troubles)
    for each in lessons:
        show_notes(each)
    st.subheader("A sheet for a lesson", anchor=False)
    st.markdown(
        "Questions from the steps of a level, for paper: one A4 page to write on, one with the solutions and "
        "the usual mistakes. Each seed draws other questions."
    )
    lesson_sheets.show(lessons)
    st.header("Usual misconceptions", anchor=False)
    st.markdown("What students often think, and what is so.")
    st.markdown("\n".join(f"- {plain(each)}" for one in lessons for each in one.notes.misconceptions))
    st.header("Where the lessons stand in curricula", anchor=False)
    st.markdown("Only numbers and titles stand here; the frameworks say what they ask for in detail.")
    for framework in FRAMEWORKS.values():
        show_framework(framework, lessons)


def show_notes(each: Lesson) -> None:
    """Show a lesson with its time, its levels, and the notes that a teacher unfolds."""
    minutes = counted(each.minutes, "minute")
    with st.expander(f"**{plain(each.title)}** · {minutes} · age {plain(each.age)}"):
        st.markdown(plain(each.question))
        st.markdown("\n".join(level_line(at) for at in each.levels))
        st.caption(f"You need: {plain('; '.join(each.needs) or 'nothing more')}.")
        notes = {"Aim": each.notes.aim, "Timing": each.notes.timing, "Answers": each.notes.answers}
        for name, text in notes.items():
            st.markdown(f"**{name}**: {plain(text)}")
        file, query = lesson.link(f"{each.name}/{each.levels[0].name}", 1)
        st.page_link(file, label="Begin the lesson", icon=":material/play_arrow:", query_params=query)


def level_line(level: Level) -> str:
    """A level in one line of a list."""
    return f"- **{plain(level.title)}**, {counted(len(level.steps), 'step')}. {plain(level.sentence)}"


def show_framework(framework: Framework, lessons: list[Lesson]) -> None:
    """Show which lessons stand for which numbers of a framework."""
    found: dict[str, list[str]] = {number: [] for number in framework.codes}
    for each in lessons:
        for code in each.codes:
            place = curricula.place(code)
            if place and place.framework is framework:
                found.setdefault(place.number, []).append(each.title)
    st.subheader(framework.title, anchor=False)
    note = f" {framework.note}" if framework.note else ""
    st.caption(f"{framework.issued}.{note}")
    rows = [
        (Marked(f"**{plain(number)}**"), framework.codes.get(number, "–"), "; ".join(titles))
        for number, titles in found.items()
        if titles
    ]
    if rows:
        st.markdown(table(("number", "title", "lessons"), rows))
    else:
        st.markdown("No lesson names a number of it.")


main()
