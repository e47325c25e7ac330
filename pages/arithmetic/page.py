"""Arithmetic: sliding windows on grids so small that every number can be seen and checked."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from explorer import figures, sheets
from explorer.code import grids
from explorer.convolution import arithmetic
from explorer.convolution.arithmetic import KINDS, Arithmetic
from explorer.errors import ExplorerError
from pages.arithmetic import operation
from pages.components import address, guess, lab, panels
from pages.components.file_button import file_button
from pages.components.formulas import formula
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["arithmetic"]
EXPLANATION = Path(__file__).with_name("text.md")


def main() -> None:
    """Show the page."""
    panels.say(
        "At each position the **window** turns **input** cells and **kernel** into one **output** number. "
        "Point at a cell, or type into it."
    )
    show_experiment(lab.state(OPERATION, st.query_params))
    lab.supply(None)


@st.fragment
def show_experiment(state: lab.State) -> None:
    """Show the lab and what follows from its settings: all that a control at rest brings up to date."""
    panels.show_lab(OPERATION, state, None)
    try:
        experiment = operation.sums(state.values)
    except ExplorerError:
        return  # the lab has said why, beside the control that has to change
    panels.tabs(
        {
            "Facts": lambda: show_facts(experiment),
            guess.TAB: lambda: guess.show(
                "arithmetic", partial(operation.renewed, state.values), None, repr(state.values)
            ),
            "Code": lambda: show_code(experiment),
            "Download and share": lambda: show_files(experiment),
            "Explain": lambda: panels.say(EXPLANATION.read_text("utf-8")),
        }
    )


def show_facts(experiment: Arithmetic) -> None:
    """Show what is computed, and the arithmetic of the size."""
    kind = KINDS[experiment.kind]
    cell, size = st.columns([2, 3], gap="large")
    with cell:
        st.markdown(f"**One cell**: {kind.why}")
        formula(kind.formula)
        st.markdown(
            f"**Work**: {experiment.work():,} cells read, {experiment.kernel.size} for each output number."
        )
    with size:
        st.markdown(f"**Size of the output**: {kind.size_why}")
        formula(kind.size)
        for size_formula in experiment.size_formulas():
            formula(size_formula)
        st.markdown(experiment.unused_sentence())


def show_code(experiment: Arithmetic) -> None:
    """Show the experiment as a few lines in the framework of one's choice."""
    framework = panels.choose_framework(grids.SNIPPETS, "numpy")
    try:
        st.code(grids.code(framework, experiment), "python")
    except ExplorerError as error:
        st.info(str(error))
    else:
        st.caption("Its result is the output on this page, number for number.")


def show_files(experiment: Arithmetic) -> None:
    """Offer the sliding window, the three grids and a link."""
    one, two, three, four = st.columns(4)
    board, output = experiment.board, experiment.output
    if figures.animatable(board.shape, output.shape):
        file_button(
            one,
            "Sliding window as GIF",
            lambda: operation.animation(experiment),
            "arithmetic.gif",
            width="stretch",
        )
    else:
        one.caption(
            f"A GIF of the sliding window is limited to {figures.MAX_FRAMES} output cells, and to "
            f"{figures.MAX_ANIMATED_SIDE} rows and columns of padded input."
        )
    for column, name, grid in (
        (two, "Input", experiment.image),
        (three, "Kernel", experiment.kernel),
        (four, "Output", output),
    ):
        file_button(
            column, f"{name} as CSV", arithmetic.write_grid(grid), f"{name.lower()}.csv", width="stretch"
        )
    panels.offer_sheet(lambda seed: sheets.arithmetic_sheet(experiment, seed=seed))
    st.markdown("**Link to this experiment**: whoever opens it sees the same numbers.")
    st.code(address.link(), language=None, wrap_lines=True)


main()
