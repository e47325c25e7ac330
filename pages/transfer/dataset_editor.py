"""The board: the classes side by side, and what is done on it with classes and pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping

import streamlit as st

from explorer.transfer.labelled_images import MAX_CLASSES, LabelledImagesError
from explorer.transfer.splits import Split
from explorer.words import counted
from pages import served
from pages.components.dataset_session import DatasetSession

KEY = "teach_board"

_component = served.component(
    "teaching_board",
    "transfer/dataset_editor.js",
    "transfer/dataset_editor.css",
    html="<!-- The board builds itself. -->\n",
)
_thumbnails = served.component(
    "teaching_thumbnails",
    "transfer/thumbnails.js",
    html="<!-- The board shows them. -->\n",
)


def follow(session: DatasetSession) -> None:
    """Do what was asked on the board since the last run."""
    request = st.session_state.get(KEY, {}).get("act")
    if not isinstance(request, Mapping) or not isinstance(request.get("seq"), int):
        return
    if request["seq"] <= session.seq:
        return
    session.seq = request["seq"]
    session.said.clear()
    try:
        session.act(request)
    except LabelledImagesError as error:
        session.said.append(str(error))


def show(session: DatasetSession, halves: Split | None) -> None:
    """Show the classes with their pictures, and which of these are for the test."""
    held = {pick.photo.key for pick in halves.held_out} if halves else set()
    shelves = [
        {
            "name": name,
            "said": _said([photo.key in held for photo in photos]),
            "photos": [
                {
                    "key": photo.key,
                    "name": photo.name,
                    "held": photo.key in held or session.labelled.fixed.get(photo.key) == "held",
                    "fixed": photo.key in session.labelled.fixed,
                }
                for photo in photos
            ],
        }
        for name, photos in session.labelled.shelves.items()
    ]
    state = {"seq": session.seq, "shelves": shelves, "target": session.target, "most": MAX_CLASSES}
    # All as text: in a dictionary Streamlit would look for data frames, in every run.
    with st.container(gap=None):
        with st.container(gap=None):
            for number, photos in enumerate(session.labelled.shelves.values()):
                # In messages of their own, which a run does not send again as long as they are the same.
                small = {photo.key: session.thumbnail(photo) for photo in photos}
                _thumbnails(key=f"teach_thumbnails_{number}", data={"photos": json.dumps(small)})
        _component(key=KEY, data={"board": json.dumps(state)}, on_act_change=lambda: None)


def _said(held: list[bool]) -> str:
    """How many pictures a class has."""
    pictures = counted(len(held), "picture")
    return f"{pictures}, {sum(held)} for the test" if any(held) else pictures
