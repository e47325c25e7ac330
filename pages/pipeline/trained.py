"""The session's own training of a stack, which it holds though the server may forget it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer import images, parameters
from explorer.errors import ExplorerError
from explorer.parameters import Values
from explorer.pipeline.table import BlockValue
from pages import served
from pages.components import keeping
from pages.pipeline import learned_from, training
from pages.pipeline.training import LearningExperiment

HELD = "pipeline learned"  # where the session keeps the key and the numbers
LEFT = "left_training"
TROUBLE = "pipeline left lacks"  # why what the browser had kept was not taken

_left = served.component(
    "explorer_left_training",
    "pipeline/left.js",
    served.BUTTONS,
    "frontend/styles/offer.css",
    html="<!-- The question builds itself. -->\n",
)


def offer_left(take: Callable[[Values], None]) -> None:
    """Offer the training that an earlier visit left in this browser; `take` goes on with its settings."""

    def came() -> None:
        try:
            take(taken_back(st.session_state[LEFT].get("came")))
        except ExplorerError:
            st.session_state[TROUBLE] = keeping.UNREADABLE

    _left(key=LEFT, data={}, on_came_change=came)
    if trouble := st.session_state.pop(TROUBLE, ""):
        st.caption(trouble)


def taken_back(kept: Any) -> Values:
    """Return the settings of a training that a browser has kept.

    Raises:
        ExplorerError: If it is none, or one that cannot go on.
    """
    names = {setting.name for setting in training.TRAINING}
    known = {name: value for name, value in kept.items() if name in names} if isinstance(kept, dict) else kept
    values = parameters.checked(training.TRAINING, known)
    training.OPERATION.check(images.NO_PICTURE.shape, values)
    return values


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
