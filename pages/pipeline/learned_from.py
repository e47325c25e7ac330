"""What the stack of *Train it* learns from: the drawings, or the classes that were gathered on Transfer."""

from __future__ import annotations

import streamlit as st

from explorer.errors import ExplorerError
from explorer.pipeline import training_sets
from explorer.pipeline.training_sets import SETS, TrainingSet, TrainingSetValue
from pages.components import dataset_session, lab, panels
from pages.pipeline import training

CHOICES = {"drawings": "Drawings", "own": "Your classes from Transfer"}
HELD = "pipeline pictures"  # where the session keeps the pictures that the stack learns from
MADE = "pipeline pictures of"  # of which labelled pictures these were made
CHOICE = "learn_from"
PROBLEM = "pipeline pictures lack"  # why the pictures of Transfer cannot be learned from


def choose(state: lab.State) -> None:
    """Offer the choice where there are pictures of one's own, and say where they come from."""
    labelled, chosen = dataset_session.session().labelled, state.values["pictures"]
    if chosen and known(chosen) is None:
        take(state, None)
        chosen = None
    if labelled.size or chosen:
        st.session_state[CHOICE] = "own" if chosen else "drawings"
        st.segmented_control(
            "Learn from",
            list(CHOICES),
            format_func=CHOICES.__getitem__,
            required=True,
            key=CHOICE,
            on_change=lambda: turn(state),
        )
    panels.complain([problem] if (problem := st.session_state.pop(PROBLEM, "")) else [])
    if chosen and labelled.size and st.session_state.get(MADE) != labelled.id:
        st.caption("The pictures on Transfer are not the ones that the stack learns from.")
        st.button("Learn from those on Transfer now", on_click=lambda: take_own(state))
    if not chosen:
        st.page_link(
            "transfer/page.py",
            label="For classes of your own, bring pictures or a ZIP of folders to Transfer, then come back.",
            icon=":material/photo_library:",
        )


def turn(state: lab.State) -> None:
    """Follow the choice."""
    if st.session_state[CHOICE] == "own":
        take_own(state)
    else:
        take(state, None)


def take_own(state: lab.State) -> None:
    """Learn from the pictures of Transfer, or say why that cannot be."""
    labelled = dataset_session.session().labelled
    try:
        made = training_sets.of_labelled(labelled)
    except ExplorerError as error:
        st.session_state[PROBLEM] = str(error)
        return
    st.session_state[MADE] = labelled.id
    take(state, made)


def take(state: lab.State, pictures: TrainingSet | None) -> None:
    """Learn from these pictures from now on, or from the drawings."""
    st.session_state[HELD] = pictures
    value = hold(pictures) if pictures else None
    state.adopt(state.values | {"pictures": value, "training": None, "drawing": 0})


def hold(pictures: TrainingSet) -> TrainingSetValue:
    """Let the lane know of the pictures, and return them whole, as the browser is to keep them."""
    value = pictures.value
    SETS.keep(value["key"], pictures)
    return value


def known(chosen: TrainingSetValue) -> TrainingSet | None:
    """Return the chosen pictures: the session holds them, though the server may forget them."""
    held: TrainingSet | None = st.session_state.get(HELD)
    if held is None or held.value["key"] != chosen["key"]:
        held = training.known(chosen)
        st.session_state[HELD] = held
    if held:
        hold(held)
    return held
