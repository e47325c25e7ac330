"""What is on the screen as a program."""

from __future__ import annotations

import streamlit as st

from explorer.code import imagenet as pretrained_code
from explorer.imagenet import inspection
from pages import operations
from pages.inside.scene import Scene
from pages.widgets import waiting


def show(scene: Scene) -> None:
    """Show a program that makes the prediction, the layer and its heat map."""
    if not scene.weights.trained:
        st.info("The program needs the trained weights: get them with the button above.")
        return
    target = scene.values["target"]
    if target is None:
        found = waiting.result(
            inspection.answers, scene.name, scene.picture.levels, operations.inside.view(scene.values), 1
        )
        target = found["classes"][0]["index"]
    st.code(
        pretrained_code.code(
            scene.name,
            scene.layer.name,
            target,
            picture=f"seen_by_{scene.name}.png",
            with_cam=inspection.is_spatial(scene.layer),
        ),
        "python",
    )
    st.caption(
        f"Put it beside the file of the weights, `{scene.network.file}`, and the picture, which is under "
        "Take away. Scaled channels are not part of it."
    )
