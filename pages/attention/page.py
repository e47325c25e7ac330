"""Attention: patches or words as small vectors, what each looks at, and every number open to question."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer.attention.experiment import SmallAttention
from explorer.errors import ExplorerError
from explorer.words import counted
from pages.attention import operation
from pages.components import address, lab, panels
from pages.components.formulas import formula
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["attention"]
EXPLANATION = Path(__file__).with_name("text.md")


def main() -> None:
    """Show the page."""
    panels.say(
        "Each **patch** is a vector. Its **query** meets the **keys** of all, and it takes most from those "
        "that fit best. Press any number to see where it comes from, and drag the pixels."
    )
    show_experiment(lab.state(OPERATION, st.query_params))
    lab.supply(None)


@st.fragment
def show_experiment(state: lab.State) -> None:
    """Show the lab and what follows from its settings: all that a control at rest brings up to date."""
    panels.show_lab(OPERATION, state, None)
    try:
        found = operation.small(state.values)
    except ExplorerError:
        return  # the lab has said why, beside the control that has to change
    panels.tabs(
        {
            "Facts": lambda: show_facts(found),
            "Download and share": show_files,
            "Explain": lambda: panels.say(EXPLANATION.read_text("utf-8")),
        }
    )


def show_facts(found: SmallAttention) -> None:
    """Show what is computed, and what it costs."""
    formula(r"\text{Attention}(Q, K, V) = \text{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}}\right) V")
    rows = len(found.given)
    st.markdown(f"**Work**: {counted(rows * rows * found.heads, 'score')}, one for each pair and head.")


def show_files() -> None:
    """Offer a link."""
    st.markdown("**Link to this experiment**: whoever opens it sees the same numbers.")
    st.code(address.link(), language=None, wrap_lines=True)


main()
