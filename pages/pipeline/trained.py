"""The session's own training of a stack, which it holds though the server may forget it."""

from __future__ import annotations

import streamlit as st

from explorer.errors import ExplorerError
from explorer.parameters import Values
from explorer.pipeline.table import BlockValue
from pages.pipeline import learned_from, training
from pages.pipeline.training import LearningExperiment

HELD = "pipeline learned"  # where the session keeps the key and the numbers


def present(values: Values) -> LearningExperiment:
    """Return the training as it stands under these settings."""
    if chosen := values["pictures"]:
        learned_from.known(chosen)
    told = values["training"]
    key, state = st.session_state.get(HELD, ("", None))
    found = training.experiment(values, state if told and told["key"] == key else None)
    if told and not found.lost:
        st.session_state[HELD] = told["key"], found.trainer.state
    return found


def attempted(values: Values, blocks: list[BlockValue]) -> LearningExperiment | None:
    """Return the training of a stack, at its start if the session trains another; None if it cannot be."""
    mine = values if values["blocks"] == blocks else values | {"training": None, "frozen": []}
    try:
        return present(mine | {"blocks": blocks})
    except ExplorerError:
        return None
