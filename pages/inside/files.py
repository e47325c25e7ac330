"""Where the weights come from, and what can be taken away."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from explorer.compute import ComputeError
from explorer.convolution import experiments
from explorer.imagenet import inspection, pretrained
from explorer.imagenet.pretrained import NETWORKS, Weights, WeightsError
from pages import operations
from pages.inside.scene import Scene
from pages.widgets import lab, panels, waiting
from pages.widgets.markdown import plain


def announce(weights: Weights, state: lab.State) -> None:
    """Warn where nothing was learned, or where the file is not the known one, and say what to do."""
    if state.values["weights"] == "auto" and not weights.trained:
        # In the settings as well, so that nothing computed now is taken for trained after a download.
        state.adopt(state.values | {"weights": "random"})
    if weights.trained:
        if weights.complaint:
            st.warning(plain(weights.complaint))
        return
    st.warning(
        "**Random weights.** The layers, their shapes and their work are those of the network, but it has "
        "learned nothing: its answers mean nothing. With its trained weights it knows a thousand classes."
    )
    found = waiting.result(pretrained.find_weights, weights.name, "auto", key=False)
    if found.trained:
        st.button("Use the trained weights that are here", type="primary", on_click=use, args=(state, "auto"))
        return
    with st.expander("Get the trained weights"):
        offer(state, found)


def describe(scene: Scene) -> None:
    """Say which weights are in use, and what happens to the pixels before the first layer."""
    weights = scene.weights
    used = "**Random weights**, always the same."
    if weights.path:
        used = f"**Trained weights** `{weights.path.name}` of {weights.origin}, MD5 `{weights.md5}`."
    st.caption(f"{used} **Before the first layer**: {scene.network.preprocessing}")


def offer(state: lab.State, found: Weights) -> None:
    """Offer a download, an upload of the file, or a file that is here but not the known one."""
    name = found.name
    network = NETWORKS[name]
    st.markdown(plain(found.complaint))
    if any((folder / network.file).is_file() for folder, _ in pretrained.folders()):
        st.button("Use the file that is here all the same", on_click=use, args=(state, "unverified"))
    origin = dict(pretrained.folders())[pretrained.home()]
    if st.button(f"Download {network.megabytes:g} MB", type="primary"):
        download(state)
    st.caption(f"It goes into {plain(str(pretrained.home()))} ({origin}), and so does a file that you bring.")
    file, most = None, st.get_option("server.maxUploadSize")
    if network.megabytes < most:
        file = st.file_uploader("Or bring the file", "h5", key=f"weights of {name}")
    else:
        st.caption(f"Of the ways to bring the file the folder is left: uploads take at most {most} MB.")
    if file:
        try:
            # It is tried on the network, and that is done where networks are.
            waiting.result(pretrained.accept, name, file.getvalue(), say="The file is checked", key=False)
        except (ComputeError, WeightsError) as error:
            st.error(plain(str(error)))
        else:
            use(state, "auto")
            st.rerun()


def download(state: lab.State) -> None:
    """Download the weights with a bar; whatever interrupts it, the next download goes on from there."""
    bar, stop = st.progress(0.0, "Asking for the file"), st.empty()
    stop.button("Stop", help="What has come stays: the next download goes on from there.")

    def progress(done: int, total: int) -> None:
        bar.progress(min(1.0, done / total), f"{done / 2**20:.1f} of {total / 2**20:.1f} MB")

    try:
        pretrained.download(state.values["network"], progress=progress)
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


def show(scene: Scene) -> None:
    """Offer what the network sees, the layer's values and a link."""
    one, two, three = st.columns(3)
    one.download_button(
        "What it sees as PNG", scene.picture.png, f"seen_by_{scene.name}.png", width="stretch"
    )
    two.download_button(
        f"{scene.layer.name} as NPY",
        lambda: experiments.to_npy(layer_output(scene)),
        f"{scene.name}_{scene.layer.name}.npy",
        width="stretch",
    )
    three.download_button(
        "Its channels as PNG", lambda: mosaic(scene), f"{scene.name}_{scene.layer.name}.png", width="stretch"
    )
    panels.show_link(scene.picture)


def layer_output(scene: Scene) -> inspection.Array:
    """Have the worker give the whole layer."""
    call = partial(pretrained.layer_output, scene.name, scene.picture.levels, scene.layer.name)
    return waiting.result(partial(call, weights=scene.choice))


def mosaic(scene: Scene) -> bytes:
    """Have the worker paint all channels, as the lab shows them."""
    view = replace(operations.inside.view(scene.values), channel=None)
    found = waiting.result(inspection.look, scene.name, scene.picture.levels, view)
    return found.pictures["mosaic"].data
