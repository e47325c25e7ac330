"""Attention: patches or words as small vectors, what each looks at, and every number open to question."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from explorer import parameters
from explorer.attention.examples import DEPTH
from explorer.attention.experiment import SmallAttention
from explorer.code.attention import SNIPPETS, code
from explorer.errors import ExplorerError
from explorer.parameters import Values
from explorer.vectors import tables
from explorer.words import counted
from pages.attention import drawing_tabs, operation
from pages.components import address, guess, lab, panels, sheet
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
    on_drawings: dict[str, Callable[[], None]] = {
        "On a drawing": drawing_tabs.show_drawing,
        "Beside a convolution": drawing_tabs.show_beside,
    }
    try:
        found = operation.small(state.values)
    except ExplorerError:  # the lab has said why, beside the control that has to change
        panels.tabs(on_drawings)
        return
    panels.tabs(
        on_drawings
        | {
            "Facts": lambda: show_facts(found, state.values),
            guess.TAB: lambda: guess.show(
                "attention", partial(operation.renewed, state.values), None, repr(state.values)
            ),
            "Code": lambda: show_code(found),
            "Download and share": show_files,
            "Explain": lambda: panels.say(EXPLANATION.read_text("utf-8")),
        }
    )
    ways = {
        "vectors/page.py": ("Send this query and this key to Vectors", pair_sent(found, state.values)),
        "activations/page.py": ("Send these scores to Softmax", scores_sent(found, state.values)),
    }
    with st.container(horizontal=True):
        for page, (label, query) in ways.items():
            if query is not None:
                st.page_link(page, label=label, icon=":material/send:", query_params=query)


def pair_sent(found: SmallAttention, values: Values) -> dict[str, str]:
    """Return the address of Vectors with a query and the key that it is asked about with, as two columns."""
    head, row, column = operation.met(found, values)
    attended = found.run.heads[head]
    pair = {"query": attended.query[row].tolist(), "key": attended.key[column].tolist()}
    return {sheet.CELLS: tables.to_text(tables.from_columns(pair)), "operation": "dot"}


def scores_sent(found: SmallAttention, values: Values) -> dict[str, str] | None:
    """Return the address of the softmax of one row's scores, if it takes them."""
    head, row, _ = operation.met(found, values)
    logits, temperature = OPERATIONS["softmax"].settings
    shown = found.shown_scores(row, head)
    try:
        given = {logits.name: logits.checked(shown), temperature.name: found.temperature}
        return {"tab": "Softmax"} | parameters.to_query((logits, temperature), given)
    except ExplorerError:
        return None


def show_facts(found: SmallAttention, values: Values) -> None:
    """Show what is computed, what each head looks for, and what it costs."""
    token, _ = operation.looking(found, values)
    rows, width, many = len(found.given), found.width, {"patch": "patches", "word": "words"}[found.chosen.one]
    one, two = st.columns(2, gap="large")
    with one:
        st.markdown("**One head**: each row of Q is a query, each row of K a key, each row of V a value.")
        formula(r"\text{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}}\right) V")
        formula(
            rf"Q = X W_Q: \quad {rows} \times {width} \text{{ times }} {width} \times {DEPTH} \text{{ is }} "
            rf"{rows} \times {DEPTH}"
        )
    with two:
        for head in range(found.heads):
            st.markdown(f"**Head {head + 1}** {found.meant(head)} {found.sentence(token, head)}")
        scores = counted(rows * rows * found.heads, "score")
        st.markdown(
            f"**Work**: {scores}, one for each pair of {many} in each head. Twice as many {many} would have "
            "four times as many pairs."
        )
        st.markdown(f"**Weights**: {counted(found.size, 'number')}, however many {many} there are.")


def show_code(found: SmallAttention) -> None:
    """Show the experiment as a program in the framework of one's choice."""
    framework = panels.choose_framework(SNIPPETS, "numpy")
    st.code(code(framework, found), "python")
    st.caption("It ends with the weights and the output of this page, number for number.")
    drawing_tabs.show_code()


def show_files() -> None:
    """Offer a link."""
    st.markdown("**Link to this experiment**: whoever opens it sees the same numbers.")
    st.code(address.link(), language=None, wrap_lines=True)


main()
