"""What two pages say of the losses on their plot: formulas and a table of all of a task, and the program."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer import losses
from explorer.code import losses as loss_code
from explorer.losses import LOSSES, TASKS, Task, fitting
from pages.components import lab, loss_curves, markdown, panels
from pages.components.file_button import file_button
from pages.components.formulas import breakable, formula
from pages.components.markdown import Marked
from pages.live.protocol import Operation

HEADINGS = ("Loss", "Formula", "Best constant", "When to use it")


def show_facts(state: lab.State) -> None:
    """Show the formulas of the chosen loss, what it clips, and a table of all of its task."""
    curve = loss_curves.chosen_curve(state.values)
    target, _ = loss_curves.target_and_prediction(state.values)
    record, task = curve.record, TASKS[curve.task]
    formula(rf"L = {record.formula}")
    formula(rf"\frac{{\partial L}}{{\partial \hat y_i}} = {record.gradient_formula}")
    st.markdown(f"**{curve.said}**: {record.why}")
    if record.prediction.vector:
        st.markdown(
            "This loss takes several classes. The plot has two, and the gradient is the slope of the curve "
            "there."
        )
    if record.clipping:
        st.markdown(f"**Clipping**: {record.clipping}")
    for kink in curve.kinks(target):
        st.markdown(f"**Kink**: {kink}")
    st.caption(record.source)
    st.markdown(f"## All losses for {task.title.lower()}")
    st.markdown(task.said)
    columns = [column for column in zip(HEADINGS, *rows(task), strict=True) if any(column[1:])]
    heads, *body = zip(*columns, strict=True)
    with st.container(key="functions-table"):
        st.markdown(markdown.table(heads, body))


def rows(task: Task) -> Iterator[tuple[str, ...]]:
    """Return the rows of the table: what each loss is, its best constant, and where it is used."""
    for name in task.losses:
        record = LOSSES[name]
        yield (
            Marked(f"**{record.title}**"),
            Marked(f"$\\displaystyle {breakable(record.formula)}$"),
            fitting.RULES[name].constant if name in fitting.RULES else "",
            record.why,
        )


def show_code(state: lab.State) -> None:
    """Show the chosen loss as a program in the framework of one's choice."""
    framework = panels.choose_framework(loss_code.SNIPPETS)
    curve = loss_curves.chosen_curve(state.values)
    target, prediction = loss_curves.target_and_prediction(state.values)
    st.code(loss_code.code(framework, curve, target, prediction), "python")
    st.caption("This program computes the loss on the plot, and its gradient for each number predicted.")


def offer_curves(place: DeltaGenerator, state: lab.State) -> None:
    """Offer the losses on the plot as a file."""
    target, _ = loss_curves.target_and_prediction(state.values)
    shown = loss_curves.shown_curves(state.values)
    file_button(
        place,
        "Losses as CSV",
        lambda: losses.to_csv(shown, target),
        "losses.csv",
        width="stretch",
        help="The prediction, and each loss with its gradient.",
    )


def show_samples(state: lab.State, samples: lab.State, operation: Operation) -> None:
    """Show a batch under the losses of `state`, of which one sample can be moved away from the others."""
    st.markdown(
        "Six samples under the losses above. One is an **outlier**: it lies far from all others. "
        "Move it, and see how much of the total gradient comes from it. Training follows the gradient, so "
        "this is how much one sample has to say."
    )
    if samples.values["losses"] != state.values["losses"]:
        samples.adopt(samples.values | {"losses": state.values["losses"]})
    panels.show_lab(operation, samples, None, leave_out=("losses",))
