"""What brings pictures into the classes: files, a ZIP of folders, the camera, a drawing, an example."""

from __future__ import annotations

import streamlit as st

from explorer.images import ImageError
from explorer.transfer import album
from pages.components import chooser
from pages.components.markdown import plain
from pages.components.pad import pad
from pages.transfer.dataset_session import DatasetSession, forget

SOURCES = {"files": "Files", "camera": "Camera", "draw": "Draw"}
MAX_MEGABYTES = album.MAX_ZIP_BYTES // 2**20
PRIVATE = "Nothing leaves the computer that runs the explorer; closing this tab forgets it."
EXAMPLE = (
    "**The example** is cut out of three photographs, also what is held out: it is easier than real tasks. "
)
STYLE = """<style>
.st-key-teach_from button { flex: 1 1 0; min-width: 0; padding-inline: 0.25rem; }
</style>"""


def offer(room: DatasetSession) -> None:
    """Offer the ways in which pictures come, and take in what came."""
    st.html(STYLE)
    if not room.album.size:
        st.button(
            "Fill in an example",
            key="teach_example",
            type="primary",
            width="stretch",
            on_click=fill_in,
            args=(room,),
            help="Three classes, cut out of sample photographs: a start without pictures of your own.",
        )
    if room.album.classes:
        st.markdown(f"Add to **{plain(room.target)}**")
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
        {"files": offer_files, "camera": offer_camera, "draw": offer_pad}[source](room)
    if room.album.size or room.before:
        undo, forget_all = st.columns(2)
        undo.button("Undo", key="teach_undo", on_click=room.undo, disabled=not room.before, width="stretch")
        forget_all.button("Forget all", key="teach_forget", on_click=forget, width="stretch")


def describe(room: DatasetSession) -> None:
    """Say what becomes of the pictures and, of the example, what it is."""
    st.caption(EXAMPLE + PRIVATE if room.has_example else PRIVATE)


def fill_in(room: DatasetSession) -> None:
    """Begin with the example."""
    example = album.example()
    merged, room.said = room.album.merge(example)
    room.change(merged)
    room.example = frozenset(photo.key for photos in example.shelves.values() for photo in photos)


def offer_files(room: DatasetSession) -> None:
    """Take in files as soon as they have come, and leave the place empty for the next ones."""
    files = st.file_uploader(
        "Pictures, or a ZIP of folders",
        (*chooser.FILE_TYPES, "zip"),
        accept_multiple_files=True,
        max_upload_size=MAX_MEGABYTES,
        key=f"teach_files_{room.turn}",
        help="Many at once. In a ZIP each folder is a class. Pictures are kept small: "
        f"{album.SIDE} pixels along the longest side.",
    )
    if files:
        with st.spinner("Looking at the pictures"):
            room.take((file.name, file.getvalue()) for file in files)
        st.rerun()


def offer_camera(room: DatasetSession) -> None:
    """Take in a photograph as soon as it is taken; the camera stays on for the next one."""
    photo = st.camera_input("Take a photo", key=f"teach_camera_{room.turn}", label_visibility="collapsed")
    if photo:
        room.take_made("photo", photo.getvalue())
        st.rerun()


def offer_pad(room: DatasetSession) -> None:
    """Take in a drawing when it is finished, and give an empty sheet."""
    try:
        room.drawing = pad(room.drawing, key=f"teach_pad_{room.turn}")
    except ImageError as error:
        st.error(plain(str(error)))
    added = st.button(
        f"Add the drawing to {plain(room.target)}",
        key="teach_add_drawing",
        type="primary",
        width="stretch",
        disabled=room.drawing is None,
    )
    if added and room.drawing:
        drawing, room.drawing = room.drawing, None
        room.take_made("drawing", drawing.png)
        st.rerun()
