"""Try it: what the taught network says to the picture of the sidebar, and where each of its heads looks."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer import figures
from explorer.imagenet import attribution, explanations, inspection
from explorer.images import Array
from explorer.transfer import predictions
from explorer.transfer.album import Photo
from pages.inside import why
from pages.teaching.pictures import shares
from pages.teaching.scene import Scene
from pages.widgets import chooser, waiting
from pages.widgets.markdown import plain


def show(scene: Scene) -> None:
    """Show the answer to the picture of the sidebar and where both heads look; let it be learned."""
    st.markdown(
        f"**{plain(scene.picture.title)}**, the picture of the sidebar. Take another one there, "
        "photograph something, or draw: the answer follows."
    )
    ask = partial(waiting.result, say="The network looks at the picture")
    probabilities = ask(predictions.predict, scene.trained, scene.pixels).tolist()
    answer = scene.classes[probabilities.index(max(probabilities))]
    said, seen, new, old = st.columns([3, 2, 2, 2], gap="medium")
    with said:
        shares(scene.classes, probabilities)
        offer_to_learn(scene)
    size = scene.network.size
    seen.image(
        figures.data_uri(figures.encode(scene.pixels), figures.MIME["png"]),
        width="stretch",
        caption=f"What the network sees, {size} × {size}",
        alt=f"{scene.picture.title}, as the network sees it, {size} by {size} pixels",
    )
    with new:
        show_heat(scene, f"New head: {answer}", ask(predictions.grad_cam, scene.trained, scene.pixels))
    with old:
        view = inspection.View(weights=scene.plan.weights)
        first = ask(inspection.answers, scene.plan.network, scene.pixels, view, 1)["classes"][0]
        call = partial(attribution.grad_cam, scene.plan.network, scene.pixels, None, first["index"])
        show_heat(scene, f"ImageNet head: {first['label']}", ask(partial(call, weights=scene.plan.weights)))
    st.caption(
        "**Grad-CAM** of both heads, on the same last maps: what speaks for the new class, and what spoke "
        "for the best of the thousand that the network knew before. It knows your classes and no others: "
        "whatever it is shown becomes one of them, often with confidence."
    )


def show_heat(scene: Scene, title: str, values: Array) -> None:
    """Show where a head sees its answer."""
    found = explanations.heat(scene.plan.network, scene.pixels, values)
    words = why.ends(found, title)
    st.image(
        figures.data_uri(figures.encode(found.over), figures.MIME["png"]),
        width="stretch",
        caption=f"{plain(title)}. {words}",
        alt=f"{title}: {words}",
    )


def offer_to_learn(scene: Scene) -> None:
    """Let the picture be put into a class: what the network got wrong, it may learn."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        target = st.selectbox("In truth it is", scene.classes, key="teach_truth")
        if st.button("Add to this class", key="teach_learn"):
            room = scene.room
            photo = Photo.of(chooser.original(), scene.picture.title)
            changed, room.said = room.album.add_all(target, [photo])
            if changed.id != room.album.id:
                room.change(changed)
            st.rerun()
