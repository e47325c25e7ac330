"""Download and share: what the network sees, its maps, and a link."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

import streamlit as st

from explorer.convolution import experiments
from explorer.imagenet import inspection, outputs
from explorer.imagenet.own_networks import OwnNetwork, is_own
from pages.components import panels, waiting
from pages.components.file_button import file_button
from pages.components.markdown import plain
from pages.imagenet import operation
from pages.imagenet.context import NetworkContext


def show(context: NetworkContext) -> None:
    """Offer what the network sees, the layer's values and a link, and say which weights are in use."""
    one, two, three = st.columns(3)
    file_button(
        one, "What it sees as PNG", context.picture.png, f"seen_by_{stem(context)}.png", width="stretch"
    )
    file_button(
        two,
        f"{context.layer.name} as NPY",
        lambda: experiments.to_npy(layer_output(context)),
        f"{stem(context)}_{context.layer.name}.npy",
        width="stretch",
    )
    file_button(
        three,
        "Its channels as PNG",
        lambda: mosaic(context),
        f"{stem(context)}_{context.layer.name}.png",
        width="stretch",
    )
    panels.show_link(context.picture)
    describe(context)


def stem(context: NetworkContext) -> str:
    """Return what the names of files begin with."""
    return re.sub(r"\W+", "_", context.network.title) if is_own(context.name) else context.name


def describe(context: NetworkContext) -> None:
    """Which weights are in use, and what happens to the pixels before the first layer."""
    weights, network = context.weights, context.network
    used = "**Random weights**, always the same."
    if isinstance(network, OwnNetwork):
        used = f"**Your model**: {plain(network.file)}, written by {plain(network.writer)}."
    elif weights.path:
        used = (
            f"**Trained weights**: `{weights.path.name}` from {weights.origin}, "
            f"with the MD5 checksum `{weights.md5}`."
        )
    st.caption(f"{used} **Before the first layer**: {context.network.scaling.sentence}")


def layer_output(context: NetworkContext) -> inspection.Array:
    """Have the worker give the whole layer."""
    call = partial(outputs.layer_output, context.name, context.picture.levels, context.layer.name)
    return waiting.result(partial(call, weights=context.choice))


def mosaic(context: NetworkContext) -> bytes:
    """Have the worker paint all channels, as the lab shows them."""
    view = replace(operation.view(context.values), channel=None)
    found = waiting.result(inspection.look, context.name, context.picture.levels, view)
    return found.pictures["mosaic"].data
