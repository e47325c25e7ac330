"""Where the weights come from, and how to get them."""

from __future__ import annotations

import streamlit as st

from explorer.compute import ComputeError
from explorer.imagenet import downloads
from explorer.imagenet.networks import NETWORKS, network
from explorer.imagenet.weights import Weights, WeightsError, find_weights, folders, home
from explorer.words import counted
from pages.components import lab, waiting
from pages.components.markdown import plain


def announce(weights: Weights, state: lab.State) -> None:
    """Warn where nothing was learned, or where the file is not the known one, and say what to do."""
    if state.values["weights"] == "auto" and not weights.trained:
        # In the settings as well, so that nothing computed now is taken for trained after a download.
        state.adopt(state.values | {"weights": "random"})
    if weights.trained:
        if weights.complaint:
            st.warning(plain(weights.complaint))
        return
    known = counted(len(network(weights.name).labels), "class", "classes")
    known = "a thousand classes" if weights.name in NETWORKS else known
    st.warning(
        "**Random weights.** The layers, their shapes and their work are those of the network, but it has "
        f"learned nothing, so its answers mean nothing. With its trained weights it knows {known}."
    )
    found = waiting.result(find_weights, weights.name, "auto", key=False)
    if found.trained:
        st.button(
            "Use the trained weights on this computer", type="primary", on_click=use, args=(state, "auto")
        )
        return
    with st.expander("Get the trained weights"):
        offer(state, found)


def offer(state: lab.State, found: Weights) -> None:
    """Offer a download, an upload of the file, or a file that is here but not the known one."""
    name = found.name
    record = NETWORKS[name]
    st.markdown(plain(found.complaint))
    if any((folder / record.file).is_file() for folder, _ in folders()):
        st.button("Use the file on this computer anyway", on_click=use, args=(state, "unverified"))
    origin = dict(folders())[home()]
    if st.button(f"Download {record.megabytes:g} MB", type="primary"):
        download(state)
    st.caption(f"It is saved in {plain(str(home()))} ({origin}), and so is a file that you upload.")
    file, most = None, st.get_option("server.maxUploadSize")
    if record.megabytes < most:
        file = st.file_uploader("Or upload the file", "h5", key=f"weights of {name}")
    else:
        st.caption(f"The file is too large to upload ({most} MB at most): copy it into the folder.")
    if file:
        try:
            # It is tried on the network, and that is done where networks are.
            waiting.result(downloads.accept, name, file.getvalue(), say="Checking the file", key=False)
        except (ComputeError, WeightsError) as error:
            st.error(plain(str(error)))
        else:
            use(state, "auto")
            st.rerun()


def download(state: lab.State) -> None:
    """Download the weights with a bar; whatever interrupts it, the next download goes on from there."""
    bar, stop = st.progress(0.0, "Asking for the file"), st.empty()
    stop.button("Stop", help="The part that has arrived stays: the next download continues from there.")

    def progress(done: int, total: int) -> None:
        bar.progress(min(1.0, done / total), f"{done / 2**20:.1f} of {total / 2**20:.1f} MB")

    try:
        downloads.download(state.values["network"], progress=progress)
    except WeightsError as error:
        bar.empty()
        stop.empty()
        st.error(plain(str(error)))
        return
    use(state, "auto")
    st.rerun()


def use(state: lab.State, weights: str) -> None:
    """Go on with other weights."""
    state.adopt(state.values | {"weights": weights})
