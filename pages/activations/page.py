"""Activations: what a unit makes of its weighted sum, and what the slope does to learning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import streamlit as st

from explorer import activations
from explorer.activations import ACTIVATIONS, ActivationCurve
from explorer.code import activations as activation_code
from explorer.convolution import experiments
from explorer.errors import ExplorerError
from pages import former_names
from pages.activations import operation
from pages.components import chooser, guess, lab, markdown, panels
from pages.components.chooser import Picture
from pages.components.file_button import file_button
from pages.components.formulas import breakable, formula
from pages.components.markdown import Marked
from pages.live.protocol import Operation
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["activations"]
CHAIN = OPERATIONS["chain"]
SOFTMAX = OPERATIONS["softmax"]
ON_PICTURE = OPERATIONS["activated"]
FUNCTION = ("curves",)  # what every link says, as its default was another once
HEADINGS = ("Function", "f(x)", "Range", "Zero-centred", "Kinks at", "Good or bad for")
EXPLANATION = Path(__file__).with_name("text.md")


def main() -> None:
    """Show the page."""
    panels.say(
        "A sum of sums is only a sum. So a unit applies a **nonlinear** function f to its sum x: the "
        "**activation**. The steeper f is at x, the more the unit can learn."
    )
    picture = chooser.current()
    show_experiment(picture, lab.state(OPERATION, former_names.with_function(st.query_params)))
    lab.supply(picture)


@st.fragment
def show_experiment(picture: Picture, state: lab.State) -> None:
    """Show the plot and what follows from its settings: all that a control at rest brings up to date."""
    panels.show_lab(OPERATION, state, None, always=FUNCTION)
    curve, reach = operation.chosen_curve(state.values), state.values["reach"]
    panels.tabs(
        {
            "On a picture": lambda: show_picture(picture, state),
            "Layers": lambda: show_layers(state),
            "Softmax": show_softmax,
            "Facts": lambda: show_facts(curve),
            guess.TAB: lambda: guess.show("activations", lambda seed: curve, None, curve),
            "Code": lambda: show_code(curve, reach),
            "Download and share": lambda: show_files(curve, reach, picture),
            "Explain": lambda: panels.say(EXPLANATION.read_text("utf-8")),
        },
        looking=("On a picture", "Download and share"),
    )


def show_layers(state: lab.State) -> None:
    """Send x through layers of the functions, and show how their slopes multiply."""
    st.markdown(
        "The number x goes through layers of one unit each. On the way back every layer multiplies the "
        "**gradient** by weight × slope: factors below 1 make it **vanish**, factors above 1 make it "
        "**explode**."
    )
    show_below(CHAIN, state, None)


def show_softmax() -> None:
    """Turn a few numbers into probabilities."""
    st.markdown(
        "**Softmax** turns a whole vector of numbers, the **logits**, into probabilities: each becomes "
        "exp(z / T) divided by the sum of all. T is the **temperature**."
    )
    panels.show_lab(SOFTMAX, lab.state(SOFTMAX, st.query_params), None)


def show_picture(picture: Picture, state: lab.State) -> None:
    """Apply the chosen function to a feature map of the present picture."""
    st.markdown(
        "Apply the chosen function to every cell of a **feature map**. Blue is below zero, orange is above, "
        "and zero is neutral; in a colour picture zero is mid-grey in each channel. Each map has its own "
        "colour scale."
    )
    show_below(ON_PICTURE, state, picture)


def show_below(operation: Operation, state: lab.State, picture: Picture | None) -> None:
    """Show a view that takes what it has in common with the plot from there."""
    held = lab.state(operation, st.query_params)
    shared = {
        setting.name: state.values[setting.name]
        for setting in operation.settings
        if setting.name in state.values
    }
    if any(held.values[name] != value for name, value in shared.items()):
        held.adopt(held.values | shared)
    panels.show_lab(operation, held, picture, leave_out=shared)


def show_facts(curve: ActivationCurve) -> None:
    """Show the formulas of the chosen function, and a table of all."""
    record = curve.record
    left, words = st.columns([2, 3], gap="large")
    with left:
        formula(rf"f(x) = {record.formula}")
        formula(rf"f'(x) = {record.derivative_formula}")
    with words:
        st.markdown(f"**{curve.said}**: {record.why}")
        st.markdown(f"{curve.range_sentence()} {curve.centre_sentence()} {curve.kink_sentence()}")
        st.caption(record.source)
    st.markdown("## All functions, with their usual parameters")
    with st.container(key="functions-table"):
        st.markdown(markdown.table(HEADINGS, rows()))


def rows() -> Iterator[tuple[str, ...]]:
    """Return the rows of the table: what each function is, and where it is used."""
    for name, record in ACTIVATIONS.items():
        curve = ActivationCurve(name)
        yield (
            Marked(f"**{record.title}**"),
            Marked(f"$\\displaystyle {breakable(record.formula)}$"),
            str(record.range()),
            "yes" if record.zero_centred else "no",
            ", ".join(f"{kink.x:g}".replace("-", "−") for kink in curve.kinks) or "none",
            record.why,
        )


def show_code(curve: ActivationCurve, reach: float) -> None:
    """Show the chosen function in the framework of one's choice."""
    framework = panels.choose_framework(activation_code.SNIPPETS)
    try:
        st.code(activation_code.code(framework, curve, -reach, reach), "python")
    except ExplorerError as error:
        st.info(str(error))
    else:
        st.caption("This program computes y, the curve on this page, at 481 places.")


def show_files(curve: ActivationCurve, reach: float, picture: Picture) -> None:
    """Offer the curve as numbers, and a link."""
    one, two, _ = st.columns(3)
    file_button(
        one,
        "Curve as CSV",
        lambda: activations.to_csv(curve, -reach, reach),
        f"{curve.name}.csv",
        width="stretch",
        help="x, value and slope at 481 places.",
    )
    file_button(
        two,
        "Curve as NPY",
        lambda: experiments.to_npy(activations.table(curve, -reach, reach)),
        f"{curve.name}.npy",
        width="stretch",
        help="The same as an array (481, 3).",
    )
    panels.show_link(picture)


main()
