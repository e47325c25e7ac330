"""Try it: what the taught network says to the picture of the sidebar, and where each of its heads looks."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer import figures
from explorer.imagenet import attribution, explanations, inspection
from explorer.imagenet.overlays import HeatStyle
from explorer.imagenet.own_networks import is_own
from explorer.images import Array
from explorer.transfer import predictions
from explorer.transfer.labelled_images import Photo
from pages.components import chooser, waiting
from pages.components.heat import choose_style, ends, show_legend
from pages.components.markdown import plain
from pages.transfer import live_prediction
from pages.transfer.context import TeachingContext
from pages.transfer.pictures import shares


def show(context: TeachingContext) -> None:
    """Show the answer to the picture of the sidebar and where both heads look; let it be learned."""
    st.markdown(
        f"**{plain(context.picture.title)}**, the picture from the sidebar. Choose another one there, take a "
        "photograph, or draw: the answer follows. *Go live* beside the camera's picture, and bars follow it."
    )
    live_prediction.show(context)
    ask = partial(waiting.result, say="Looking at the picture")
    probabilities = ask(predictions.predict, context.trained, context.pixels).tolist()
    answer = context.classes[probabilities.index(max(probabilities))]
    said, seen, new, old = st.columns([3, 2, 2, 2], gap="medium")
    with said:
        shares(context.classes, probabilities)
        offer_to_learn(context)
    size = context.network.size
    seen.image(
        figures.data_uri(figures.encode(context.pixels), figures.MIME["png"]),
        width="stretch",
        caption=f"What the network sees, {size} × {size}",
        alt=f"{context.picture.title}, as the network sees it, {size} by {size} pixels",
    )
    style = choose_style()
    with new:
        show_heat(
            context, style, f"New head: {answer}", ask(predictions.grad_cam, context.trained, context.pixels)
        )
    with old:
        view = inspection.LayerView(weights=context.plan.weights)
        first = ask(inspection.answers, context.plan.network, context.pixels, view, 1)["classes"][0]
        call = partial(attribution.grad_cam, context.plan.network, context.pixels, None, first["index"])
        title = f"{'Its own' if is_own(context.plan.network) else 'ImageNet'} head: {first['label']}"
        show_heat(context, style, title, ask(partial(call, weights=context.plan.weights)))
    many = len(context.network.labels)
    st.caption(
        "**Grad-CAM** for both heads, on the same last maps: what speaks for the new class, and what speaks "
        f"for the best of the {'thousand' if many == 1000 else many} classes that the network knew before. "
        "The new head knows only your classes: whatever it sees becomes one of them, often with confidence."
    )


def show_heat(context: TeachingContext, style: HeatStyle, title: str, values: Array) -> None:
    """Show where a head sees its answer."""
    found = explanations.heat(context.plan.network, context.pixels, values, style)
    words = ends(found)
    st.image(
        figures.data_uri(figures.encode(found.over), figures.MIME["png"]),
        width="stretch",
        alt=f"{title}: {words}",
    )
    if not found.flat:
        show_legend(found.limit, style)
    st.caption(f"{plain(title)}. {words}")


def offer_to_learn(context: TeachingContext) -> None:
    """Let the picture be put into a class: what the network got wrong, it may learn."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        target = st.selectbox("The right answer is", context.classes, key="teach_truth")
        if st.button("Add to this class", key="teach_learn"):
            session = context.session
            photo = Photo.of(chooser.original(), context.picture.title)
            changed, session.said = session.labelled.add_all(target, [photo])
            if changed.id != session.labelled.id:
                session.change(changed)
            st.rerun()
