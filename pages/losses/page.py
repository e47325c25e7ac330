"""Losses: how wrong a prediction is, what each loss makes of points, and what one outlier does."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components import guess, lab, panels
from pages.components.file_button import file_button
from pages.components.loss_facts import offer_curves, show_code, show_facts, show_samples
from pages.losses import operation
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["losses"]
SAMPLES = OPERATIONS["samples"]
FIT = OPERATIONS["fit"]
EXPLANATION = Path(__file__).with_name("text.md")


def main() -> None:
    """Show the page."""
    panels.say(
        "A **loss** measures how wrong a prediction is. Its **gradient** says how hard training pulls the "
        "prediction, and which way."
    )
    show_experiment(lab.state(OPERATION, st.query_params))
    lab.supply(None)


@st.fragment
def show_experiment(state: lab.State) -> None:
    """Show the plots and what follows from their settings: all that a control at rest brings up to date."""
    panels.show_lab(OPERATION, state, None)
    panels.tabs(
        {
            "Facts": lambda: show_facts(state),
            "One outlier": lambda: show_samples(state, lab.state(SAMPLES, st.query_params), SAMPLES),
            "Fit it": show_fit,
            guess.TAB: lambda: show_guess(state),
            "Code": lambda: show_code(state),
            "Download and share": lambda: show_files(state),
            "Explain": lambda: panels.say(EXPLANATION.read_text("utf-8")),
        }
    )
    st.page_link(
        "trading/page.py",
        label="A loss can also count money: see what trading systems learn from it.",
        icon=":material/candlestick_chart:",
    )


def show_fit() -> None:
    """Fit points that the student moves, under each loss."""
    st.markdown(
        "Drag the points. Each loss picks the curve with the smallest **mean loss**, and they differ: the "
        "best constant is the mean, the median or a quantile."
    )
    panels.show_lab(FIT, lab.state(FIT, st.query_params), None)


def show_guess(state: lab.State) -> None:
    """Ask about the points of *Fit it*, and about the loss that is chosen on the plot."""
    asked = operation.asked(state.values, lab.state(FIT, st.query_params).values)
    guess.show("losses", lambda seed: asked, None, asked)


def show_files(state: lab.State) -> None:
    """Offer the curves and the fitted answers as files, and a link."""
    one, two = st.columns(2)
    offer_curves(one, state)
    points = lab.state(FIT, st.query_params).values
    file_button(
        two,
        "Fitted points as CSV",
        lambda: operation.fits_csv(points),
        "fit.csv",
        width="stretch",
        help="The points, and what each loss predicts there.",
    )
    panels.show_address()


main()
