"""What is on the screen as a program."""

from __future__ import annotations

import streamlit as st

from explorer.code import imagenet as pretrained_code
from explorer.imagenet import inspection
from explorer.imagenet.networks import published
from pages.components import waiting
from pages.imagenet import operation
from pages.imagenet.context import NetworkContext


def show(context: NetworkContext) -> None:
    """Show a program that makes the prediction, the layer and its heat map."""
    if not context.weights.trained:
        st.info("The program needs the trained weights: get them with the button above.")
        return
    target = context.values["target"]
    if target is None:
        found = waiting.result(
            inspection.answers, context.name, context.picture.levels, operation.view(context.values), 1
        )
        target = found["classes"][0]["index"]
    st.code(
        pretrained_code.code(
            context.name,
            context.layer.name,
            target,
            picture=f"seen_by_{context.name}.png",
            with_cam=inspection.is_spatial(context.layer),
        ),
        "python",
    )
    st.caption(
        f"Save it next to the weights, `{published(context.name).file}`, and the picture (Download and "
        "share). The program leaves channels as they are, also those that are scaled or off here."
    )
