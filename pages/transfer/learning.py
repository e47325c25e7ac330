"""The training: it is started, watched and stopped here."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer import figures
from explorer.figures import format_number
from explorer.pieces import Progress
from explorer.transfer import evaluation, training
from explorer.transfer.evaluation import MEASURES, Lines
from explorer.transfer.training_job import Course
from explorer.words import whole_percent
from pages.components import waiting
from pages.components.markdown import plain
from pages.transfer.context import TeachingContext

STAGES = {
    "features": "The network looks at every picture once: the head sees only its features.",
    "head": "The head learns.",
    "block": "The last block learns too.",
    "done": "",
}
ENDED = "teach ended"  # session-state key: the training whose end was told
STYLE = Path(__file__).with_name("learning.css")


def teach(context: TeachingContext, place: DeltaGenerator) -> TeachingContext:
    """Train on demand, started and stopped in a place, and show the curves; give what was learned."""
    curves = st.empty()

    def paint(progress: Progress[Any] | None) -> None:
        with curves.container():
            show_progress(context, progress.value if progress else None)

    with place.container(key="teach-run", horizontal=True, vertical_alignment="bottom", gap="small"):
        found = waiting.pieces(
            "teach",
            context.question,
            lambda run: training.train.pieces(
                context.plan, context.train, context.held_out, context.classes, run=run
            ),
            paint,
            start="Train",
            again="Trained. To train again, change a setting or a picture.",
            unit="steps",
        )
    course = found.value if found else None
    if course and course.stage == "done" and st.session_state.get(ENDED) != context.question:
        st.session_state[ENDED] = context.question
        st.toast(f"Training finished. {told(course)}")  # (a screen reader reads it out)
    return replace(context, course=course)


def show_progress(context: TeachingContext, course: Course | None) -> None:
    """Show the curves as far as they are known, and say in words where they are."""
    plan = context.plan
    mark = plan.epochs if plan.fine_tune else None
    show_course(course, plan.epochs + (plan.tune_epochs if plan.fine_tune else 0), mark=mark)
    st.caption(told(course))
    if course and course.trouble:
        st.warning(plain(course.trouble))


def told(course: Course | None) -> str:
    """How far the training is, and how well it goes."""
    if course is None:
        return "**Loss** and **accuracy** will appear here while the head learns."
    if not course.history:
        return STAGES[course.stage]
    last = course.history[-1]
    held_out = (
        f", **{whole_percent(last.held_out_accuracy)}** of the test pictures"
        if last.held_out_accuracy is not None
        else ""
    )
    return (
        f"{STAGES[course.stage]} Epoch **{last.number}**: loss {format_number(last.loss)}, "
        f"correct: **{whole_percent(last.accuracy)}** of the training pictures{held_out}."
    )


def show_course(course: Course | None, end: int, *, mark: int | None = None) -> None:
    """Draw a chart for each measure, side by side; each epoch says its exact values on hover."""
    history = course.history if course else ()
    drawn = "".join(_chart(measure, evaluation.lines(history, measure), end, mark) for measure in MEASURES)
    st.html(STYLE)
    st.markdown(f'<div class="charts">{drawn}</div>', unsafe_allow_html=True)  # `st.html` takes an SVG out


def _chart(measure: str, lines: Lines, end: int, mark: int | None) -> str:
    svg = figures.lines_svg(lines, MEASURES[measure], end, shares=measure == "accuracy", mark=mark)
    said = "; ".join(
        f"{title}: {format_number(values[0])} at epoch {places[0]}, {format_number(values[-1])} at epoch "
        f"{places[-1]}"
        for title, (places, values) in lines.items()
    )
    alt = html.escape(f"{MEASURES[measure]} by epoch. {said or 'Nothing yet.'}")
    hovers = "".join(
        f'<i style="left: {left:.2%}; top: 20%; width: {width:.2%}; height: 68%" '
        f'title="{html.escape(text)}"></i>'
        for left, width, text in figures.lines_hover(lines, end)
    )
    drawn = svg.decode().replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)
    return f'<figure class="chart">{drawn}{hovers}</figure>'
