"""A model of one's own in place of a known network: its file is taken in, and what was read of it is said."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from explorer.errors import ExplorerError
from explorer.imagenet.networks import NetworkError, network
from explorer.imagenet.own_networks import OwnNetwork, is_own, name_of
from explorer.models.containers import MAX_BYTES
from explorer.models.reading import OF_COLOURS, SCALES, bring
from explorer.words import counted
from pages.components import waiting
from pages.components.markdown import plain

OWN = "own"
"""What stands for it in the menu."""

NAMED = 6  # classes that are named in the sentence on a model

_LAST = "own model"  # where the session keeps the name of the last one
_TURN = "own model turn"
_REFUSED = "own model refused"  # why what came last was not taken


def title() -> str:
    """What the menu calls it."""
    name = st.session_state.get(_LAST)
    try:
        return f"Your model: {network(name).title}" if name else "Your model"
    except NetworkError:
        return "Your model"


def remember(present: str) -> None:
    """Remember the network that is on, if it is one's own."""
    if is_own(present):
        st.session_state[_LAST] = present


def last(present: str) -> str:
    """Return the network that is on when a model of one's own is chosen: the last one, or the present one."""
    return str(st.session_state.get(_LAST) or present)


def show(name: str, take: Callable[[str], None]) -> None:
    """Say what was read of the model that is on, and take in another one.

    Args:
        name: The network that is on.
        take: Puts another one in its place, or raises an `ExplorerError` where that cannot be.
    """
    record = _known(name) if is_own(name) else None
    if record is None:
        offer(take)
        if not is_own(name):
            st.caption(f"Until a model is open, {network(name).title} stays on.")
    else:
        said, *scale, another = st.columns(
            [7, 2] if record.scales else [5, 2, 2], vertical_alignment="bottom"
        )
        with said:
            describe(record)
        for place in scale:
            with place:
                choose_scale(record, take)
        turn = st.session_state.setdefault(_TURN, 0)
        with another.popover("Open another model", width="stretch", key=f"own_model_place_{turn}"):
            offer(take)
    if st.session_state.get(_REFUSED):
        st.error(plain(st.session_state[_REFUSED]))


def _known(name: str) -> OwnNetwork | None:
    """The record of a model, unless it is no longer here."""
    try:
        record = network(name)
    except NetworkError:
        return None
    return record if isinstance(record, OwnNetwork) else None


def describe(record: OwnNetwork) -> None:
    """What the model takes and gives, and what is to be known of it."""
    names = ": " + ", ".join(plain(label.text) for label in record.labels[:NAMED]) if record.is_named else ""
    more = ", and more" if names and len(record.labels) > NAMED else ""
    colours = "in grey" if record.channels == 1 else "in colour"
    st.markdown(
        f"**{plain(record.title)}** takes pictures of {record.size} × {record.size} pixels {colours} and "
        f"knows {counted(len(record.labels), 'class', 'classes')}{names}{more}."
    )
    scaled = ["Pixels go in as 0 to 255: it scales them itself."] if record.scales else []
    notes = " ".join(plain(note) for note in [*scaled, *record.notes])
    size = f"{record.megabytes:.2g} MB" if record.megabytes >= 1 else f"{record.megabytes * 1024:.0f} kB"
    st.caption(f"{plain(record.file)}, {size}, written by {plain(record.writer)}. {notes}")


def choose_scale(record: OwnNetwork, take: Callable[[str], None]) -> None:
    """Let it be chosen how pixels go in."""
    offered = [mode for mode in SCALES if record.channels == 3 or mode not in OF_COLOURS]
    mode = st.selectbox(
        "Pixels go in as",
        offered,
        index=offered.index(record.mode),
        format_func=SCALES.__getitem__,
        help="A file does not say how pixels were scaled in training. This is what such models usually take; "
        "if the answers look wrong, choose what was done in yours.",
    )
    if mode != record.mode:
        name = st.session_state[_LAST] = name_of(record.digest, mode)
        take(name)
        st.rerun()


def offer(take: Callable[[str], None]) -> None:
    """Take in files as soon as they have come; those that are no model change nothing."""
    turn = st.session_state.setdefault(_TURN, 0)
    files = st.file_uploader(
        "A model for pictures (.keras, .h5, .onnx, or the ZIP of Teachable Machine), and its labels.txt",
        accept_multiple_files=True,
        max_upload_size=MAX_BYTES // 2**20,
        key=f"own_model_{turn}",
        help="Choose the model and the file with the names of its classes together. In Teachable Machine: "
        "Export Model, Tensorflow, Keras, Download.",
    )
    st.caption(
        "The file is read, never run. What was read stays on this server until others need its place, and "
        "whoever has a link to this page can look at it meanwhile."
    )
    if not files:
        return
    came = {file.name: file.getvalue() for file in files}
    st.session_state[_TURN] = turn + 1  # the next ones come into an empty place
    try:
        name = waiting.result(bring, came, say="Reading the model", key=False)
        take(name)
    except waiting.Stopped:
        return
    except ExplorerError as error:
        st.session_state[_REFUSED] = str(error)
    else:
        st.session_state[_REFUSED], st.session_state[_LAST] = "", name
    st.rerun()
