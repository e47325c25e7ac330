"""What brings pictures into the classes: files, a ZIP of folders, the camera, a drawing, an example."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer.images import ImageError
from explorer.transfer import archives, examples, labelled_images
from explorer.transfer.examples import EXAMPLES
from pages.components.camera import Burst, camera
from pages.components.dataset_session import DatasetSession, forget
from pages.components.markdown import plain
from pages.components.pad import pad

SOURCES = {"files": "Files", "camera": "Camera", "draw": "Draw"}
MAX_MEGABYTES = archives.MAX_ZIP_BYTES // 2**20
PRIVATE = (
    "Your pictures go no further than the computer that runs the explorer, which writes none of them to "
    "disk. This browser keeps a copy, so that a reload loses nothing: *Delete all* removes it."
)
STYLE = Path(__file__).with_name("import_pictures.css")


def offer(session: DatasetSession) -> None:
    """Offer the ways in which pictures come, and take in what came."""
    st.html(STYLE)
    # In a place of their own: when they go, all else keeps its number in the page, and the camera stays on.
    examples_place = st.container()
    if not session.labelled.size:
        for number, example in enumerate(EXAMPLES.values()):
            examples_place.button(
                example.title,
                key=f"teach_example_{example.name}" if number else "teach_example",
                type="secondary" if number else "primary",
                width="stretch",
                on_click=fill_in,
                args=(session, example.name),
                help=example.why,
            )
    if session.labelled.classes:
        st.markdown(f"Add to **{plain(session.target)}**")
        source = st.segmented_control(
            "Add from",
            list(SOURCES),
            format_func=SOURCES.__getitem__,
            default="files",
            required=True,
            key="teach_from",
            bind="query-params",
            label_visibility="collapsed",
            width="stretch",
        )
        {"files": offer_files, "camera": offer_camera, "draw": offer_pad}[source](session)
    if session.labelled.size or session.before:
        undo, forget_all = st.columns(2)
        undo.button(
            "Undo", key="teach_undo", on_click=session.undo, disabled=not session.before, width="stretch"
        )
        forget_all.button("Delete all", key="teach_forget", on_click=forget, width="stretch")


def describe(session: DatasetSession) -> None:
    """What becomes of the pictures and, of the example, what it is."""
    st.caption(f"{EXAMPLES[session.example_name].said}\n\n{PRIVATE}" if session.has_example else PRIVATE)


def fill_in(session: DatasetSession, name: str) -> None:
    """Begin with an example."""
    example = examples.example(name)
    merged, session.said = session.labelled.merge(example)
    session.change(merged)
    session.example_name = name
    session.example = frozenset(photo.key for photos in example.shelves.values() for photo in photos)


def offer_files(session: DatasetSession) -> None:
    """Take in files as soon as they have come, and leave the place empty for the next ones."""
    files = st.file_uploader(
        "Pictures, or a ZIP of folders",
        accept_multiple_files=True,
        max_upload_size=MAX_MEGABYTES,
        key=f"teach_files_{session.turn}",
        help="Choose many at once. In a ZIP, each folder is a class. Pictures are kept small: "
        f"{labelled_images.SIDE} pixels along the longest side.",
    )
    if files:
        with st.spinner("Reading the pictures"):
            session.take((file.name, file.getvalue()) for file in files)
        st.rerun()


def offer_camera(session: DatasetSession) -> None:
    """Take in a photograph as soon as it is taken; the camera stays on for the next one."""
    try:
        taken = camera("teach_camera", room=session.room)
    except ImageError as error:
        st.error(plain(str(error)))
        return
    if taken and taken.id != session.photo:
        session.photo = taken.id
        if isinstance(taken, Burst):
            session.take_burst(taken.files)
        else:
            session.take_made("photo", taken.file)
        st.rerun()


def offer_pad(session: DatasetSession) -> None:
    """Take in a drawing when it is finished, and give an empty sheet."""
    try:
        session.drawing = pad(session.drawing, key=f"teach_pad_{session.turn}", kind="transfer drawing")
    except ImageError as error:
        st.error(plain(str(error)))
    added = st.button(
        f"Add the drawing to {plain(session.target)}",
        key="teach_add_drawing",
        type="primary",
        width="stretch",
        disabled=session.drawing is None,
    )
    if added and session.drawing:
        drawing, session.drawing = session.drawing, None
        session.take_made("drawing", drawing.png)
        st.rerun()
