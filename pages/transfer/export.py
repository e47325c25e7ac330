"""Download and share: network, labels, pictures, and the experiment as a program and as data."""

from __future__ import annotations

import streamlit as st

from explorer.code import transfer as transfer_code
from explorer.transfer import archives, export
from explorer.transfer.labelled_images import SIDE
from pages.components import panels, waiting
from pages.transfer.context import TeachingContext


def show(context: TeachingContext) -> None:
    """Offer the files, the program and the link."""
    classes, folders = context.classes, transfer_code.folders(context.classes)
    one, two, three, four = st.columns(4)
    one.download_button(
        "Network (.keras)",
        lambda: waiting.result(export.saved, context.trained, say="Packing the network"),
        "transfer.keras",
        width="stretch",
        key="teach_file",
    )
    two.download_button("Labels", "\n".join(classes), "labels.txt", width="stretch", key="teach_labels")
    three.download_button(
        "Pictures (ZIP)",
        lambda: archives.to_zip(context.halves, folders),
        "pictures.zip",
        width="stretch",
        key="teach_pictures",
    )
    four.download_button(
        "Experiment (JSON)",
        lambda: export.record(context.plan, classes, context.halves, context.learned),
        "experiment.json",
        width="stretch",
        key="teach_record",
    )
    st.caption(
        "The network takes a picture of any size as levels from 0 to 255, red first; it resizes and scales "
        "them itself. The function `read` of the program turns a file into such levels: upright, in sRGB, "
        f"not transparent and at most {SIDE} pixels long. The labels are in the order of the answers. It "
        f"opens in Keras {export.OLDEST_KERAS} or newer."
    )
    st.markdown("**The whole experiment as a program**")
    st.code(transfer_code.script(context.plan, classes), "python", height=420)
    st.caption(
        "Save the program, unpack the pictures next to it as `pictures`, and put the weights of "
        f"{context.network.title}, `{context.network.file}`, there too. The program also answers pictures in "
        "`pictures/new`; it skips and names any file that is not a picture."
    )
    panels.show_address()
    st.caption("Your pictures stay with you: the link opens with the same settings and empty classes.")
