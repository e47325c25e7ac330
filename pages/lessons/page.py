"""Lessons: which there are, for whom, how long they take, and where to begin."""

from __future__ import annotations

import streamlit as st

from explorer.lessons.record import Lesson, LessonError
from explorer.words import counted
from pages import served
from pages.components import lesson
from pages.components.markdown import plain

PROGRESS = "lesson_progress"

_progress = served.component(
    "lesson_progress",
    "lessons/progress.js",
    served.BUTTONS,
    "lessons/style.css",
    html="<!-- It builds itself. -->\n",
)


def main() -> None:
    """Show the page."""
    st.markdown(
        "A lesson leads through the pages step by step. Each step says what to do and checks the numbers "
        "of your own picture."
    )
    shelf = lesson.lessons()
    for trouble in shelf.troubles:
        st.warning(plain(trouble))
    go_on(list(shelf.lessons))
    with st.container(key="cards-of-lessons"):
        for each in shelf.lessons.values():
            show(each)


def go_on(known: list[str]) -> None:
    """Offer to go on where this browser was; only the browser knows."""
    _progress(key=PROGRESS, data={"known": known}, on_go_change=lambda: None)
    asked = st.session_state.get(PROGRESS, {}).get("go")
    if not isinstance(asked, dict):
        return
    try:
        file, query = lesson.link(str(asked.get("key")), asked.get("at"))
    except LessonError as error:  # a lesson that has changed since
        st.warning(plain(str(error)))
        return
    st.switch_page(file, query_params=query)


def show(each: Lesson) -> None:
    """Show a lesson with a way into each of its levels."""
    with st.container(border=True, key=f"lesson-{each.name}", gap="small"):
        st.header(plain(each.title), anchor=False)
        st.markdown(plain(each.question))
        needs = f" You need: {plain('; '.join(each.needs))}." if each.needs else ""
        st.caption(f"{each.minutes} minutes, age {plain(each.age)}.{needs}")
        for at in each.levels:
            file, query = lesson.link(f"{each.name}/{at.name}", 1)
            steps = counted(len(at.steps), "step")
            st.page_link(
                file,
                label=f"**{plain(at.title)}** · {steps}. {plain(at.sentence)}",
                icon=":material/play_arrow:",
                query_params=query,
            )


main()
