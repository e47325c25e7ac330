"""Features: what the head stands on, before and after the network was trained; who is near whom."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from explorer import figures
from explorer.imagenet.own_networks import is_own
from explorer.images import Array
from explorer.pieces import Pieces
from explorer.transfer import features, predictions
from explorer.transfer.splits import Pick
from explorer.words import whole_percent
from pages.components import waiting
from pages.transfer.context import TeachingContext
from pages.transfer.pictures import Tile, gallery

NEAREST = 5
START = "Show it next to this map"
RANDOM = "With random weights, before any training"
STYLE = Path(__file__).with_name("features.css")


def show(context: TeachingContext) -> None:
    """Show which pictures are alike for the network, and a map of all of them."""
    backbone = context.network.backbone
    source = "the mean of each feature map of" if backbone.has_maps else "what comes out of"
    st.markdown(
        f"The network turns each picture into **{backbone.features:,} numbers**, its **features**: {source} "
        f"`{backbone.layer}`. The new head sees nothing else."
    )
    picks = (*context.halves.train, *context.halves.held_out)
    after = computed(context, "teach_features", context.plan.weights, picks)
    if after is None:
        return
    show_nearest(context, picks, after)
    left, right = st.columns(2, gap="large")
    with left:
        own = "With its own weights" if is_own(context.plan.network) else "With the weights of ImageNet"
        show_map(context, RANDOM if context.plan.weights == "random" else own, picks, after)
    with right:
        show_second(context, picks)
    st.caption(
        "**PCA**: the flat view that keeps the points as spread out as possible. Pictures that look close "
        "here may be far apart in other directions; pictures that are far apart here really are. A dashed "
        "frame marks test pictures."
    )


def show_second(context: TeachingContext, picks: tuple[Pick, ...]) -> None:
    """Show the map before any training beside it, or the one after fine-tuning."""
    tuned = context.trained if context.trained and context.trained.block else None
    options = {"random": "before any training"} if context.plan.weights != "random" else {}
    options |= {"tuned": "after fine-tuning"} if tuned else {}
    if not options:
        return
    chosen = next(iter(options))
    if len(options) > 1:
        chosen = st.segmented_control(
            "Compare with",
            list(options),
            format_func=options.__getitem__,
            default=chosen,
            required=True,
            key="teach_comparison",
            bind="query-params",
        )
    if chosen == "random" or not tuned:
        title, found = RANDOM, computed(context, "teach_random", "random", picks, START)
    else:
        title = "The last block fine-tuned on your pictures"
        found = pieces(
            context,
            "teach_tuned",
            context.question,
            picks,
            lambda pictures, run: predictions.tuned_features_of_pictures.pieces(tuned, pictures, run=run),
            START,
        )
    if found is not None:
        show_map(context, title, picks, found)


def computed(
    context: TeachingContext, name: str, weights: str, picks: tuple[Pick, ...], start: str = ""
) -> Array | None:
    """Have the worker give the features of all pictures."""
    return pieces(
        context,
        name,
        (context.plan.network, context.plan.fit, weights, tuple(pick.photo.key for pick in picks)),
        picks,
        lambda pictures, run: features.features_of_pictures.pieces(
            context.plan.network, pictures, weights, run=run
        ),
        start,
    )


def pieces(
    context: TeachingContext,
    name: str,
    question: Hashable,
    picks: tuple[Pick, ...],
    make: Callable[..., Pieces[Any]],
    start: str,
) -> Array | None:
    """Have the worker look at one picture after another; nothing until it has seen them all."""
    found = waiting.pieces(
        name,
        question,
        lambda run: make([pixels for pixels, _ in context.samples(picks)], run),
        lambda progress: None,
        start=start,
    )
    return found.value if found and found.done == found.total else None


def show_nearest(context: TeachingContext, picks: tuple[Pick, ...], known: Array) -> None:
    """Show the training pictures that are most like the picture of the sidebar, or like a test picture."""
    count = len(context.halves.train)
    asked = st.selectbox(
        "Most similar training pictures to",
        [None, *range(count, len(picks))],
        format_func=lambda place: (
            f"{context.picture.title}, the picture from the sidebar"
            if place is None
            else f"{picks[place].photo.name}, test picture of {context.classes[picks[place].label_index]}"
        ),
        key="teach_alike",
    )
    if asked is None:
        own = waiting.result(features.features, context.plan.network, context.pixels, context.plan.weights)
    else:
        own = known[asked]
    gallery(
        Tile(
            context.session.thumbnail(picks[place].photo),
            f"{context.classes[picks[place].label_index]} {figures.format_number(cosine)}",
            picks[place].photo.name,
        )
        for place, cosine in features.nearest(own, known[:count], NEAREST)
    )
    st.caption("The number is the **cosine similarity** of the features: 1 where they point the same way.")


def show_map(context: TeachingContext, title: str, picks: tuple[Pick, ...], rows: Array) -> None:
    """Show every picture at its place on the map."""
    found = features.feature_map(rows)
    places = features.spread(found.points)
    held = {pick.photo.key for pick in context.halves.held_out}
    labels = [pick.label_index for pick in picks]
    colours = figures.SERIES
    drawn = "".join(
        f'<img src="{context.session.thumbnail(pick.photo)}" alt="" '
        f'class="{"held" if pick.photo.key in held else "known"}" '
        f'title="{escape(context.classes[pick.label_index])}: {escape(pick.photo.name)}" '
        f'style="left: {inset(x)}; top: {inset(y)}; '
        f'border-color: {colours[pick.label_index % len(colours)]}">'
        for pick, (x, y) in zip(picks, places, strict=True)
    )
    names = "".join(
        f'<span style="left: {inset(x)}; top: {inset(y)}">{escape(context.classes[label])}</span>'
        for label, (x, y) in features.middles(places, labels).items()
    )
    alt = f"A map of {len(picks)} pictures by their features"
    st.html(STYLE)
    st.html(f'<div class="map" role="img" aria-label="{alt}">{drawn}{names}</div>')
    first, second = (whole_percent(share) for share in found.shares)
    st.caption(f"**{title}**. The horizontal axis shows {first} of the variance, the vertical one {second}.")


def inset(share: float) -> str:
    """Keep a picture whose middle is at the rim inside the map."""
    return f"calc(8% + 80% * {share:.4f})"
