"""Two networks that see one picture, or one network that sees two, and where they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from explorer import images
from explorer.figures import format_number
from explorer.imagenet import comparison, preprocessing
from explorer.imagenet.comparison import NetworkComparison, Side
from explorer.imagenet.inspection import Look
from explorer.imagenet.labels import LABELS
from explorer.imagenet.networks import NETWORKS
from explorer.imagenet.overlays import HeatStyle
from explorer.imagenet.structure import Layer
from explorer.images import SAMPLES, ImageError
from explorer.words import counted, percent, plural
from pages.components import chooser, network_opening, waiting
from pages.components.heat import choose_style, show_legend
from pages.components.markdown import plain
from pages.imagenet import operation
from pages.imagenet.context import NetworkContext
from pages.imagenet.pictures import show_picture

WITH = {"network": "network", "sample": "sample", "own": "own picture"}
LOOKS = {"channels": "The channels", "heat": "Grad-CAM"}
OWN = "comparison picture"  # where the session keeps it
SMALL = 150  # pixels of what is seen, next to the bars
STYLE = Path(__file__).with_name("compare.css")


@dataclass(frozen=True)
class Part:
    """One of the two: what it is called, and what is looked at."""

    title: str
    side: Side
    layer: Layer


def show(context: NetworkContext) -> None:
    """Compare the network with another one, or its picture with another one."""
    kind, which = st.columns([3, 2])
    # Classes of a model that was brought along are not those of the networks.
    alike = context.network.labels == LABELS
    options = [each for each in WITH if each != "network" or alike]
    chosen = kind.segmented_control(
        "Compare with",
        options,
        format_func=WITH.__getitem__,
        default=options[0],
        required=True,
        key="comparison_with",
        bind="query-params",
    )
    view = replace(operation.view(context.values), channel=None, overlay=None)
    side = Side(context.name, context.picture.levels, view)
    with which:
        second = other_network(context, side) if chosen == "network" else other_picture(context, side, chosen)
    if second is None:
        return
    first = Part(context.network.title if chosen == "network" else context.picture.title, side, context.layer)
    scale = chosen == "network" or not own_scales()
    look = choose_look()
    style = choose_style() if look == "heat" else HeatStyle()
    found = waiting.result(comparison.compare, side, second.side, scale, style, say="Comparing")
    st.html(STYLE)
    st.markdown(agreement(found, one_picture=chosen == "network"))
    for column, part, seen in zip(st.columns(2, gap="large"), (first, second), found.sides, strict=True):
        with column:
            show_part(part, seen, look, style, found.common)
    st.caption(
        "The tick on a bar marks the probability that the other one gives that class. Classes in bold are "
        "among the first five of both. Temperature and the class to explain are set above."
    )


def other_network(context: NetworkContext, first: Side) -> Part:
    """Let a second network be chosen, which sees the same picture in its own size."""
    name = st.selectbox(
        "Second network",
        [name for name in NETWORKS if name != context.name],
        format_func=lambda name: NETWORKS[name].title,
        key="comparison_network",
        bind="query-params",
    )
    record = NETWORKS[name]
    weights, layers = network_opening.opened(name, "random" if context.choice == "random" else "auto")
    if context.weights.trained and not weights.trained:
        st.warning(
            f"**{record.title} has random weights here**, so its answers mean nothing. Choose it at the "
            "top of the page to get its trained weights."
        )
    place = comparison.counterpart(context.layer, context.layers, layers)
    pixels = preprocessing.seen(
        name, chooser.whole().levels, context.values["fit"], **operation.frame(context.values)
    )
    # Channels of one network are not those of another.
    view = replace(first.view, depth=place, scaled=(), weights="auto" if weights.trained else "random")
    return Part(record.title, Side(name, pixels, view), layers[place])


def other_picture(context: NetworkContext, first: Side, chosen: str) -> Part | None:
    """Let a second picture be chosen, which the same network sees."""
    if chosen == "sample":
        name = st.selectbox(
            "Second picture",
            list(SAMPLES),
            index=list(SAMPLES).index("coffee"),
            format_func=lambda name: SAMPLES[name].title,
            key="comparison_sample",
            bind="query-params",
        )
        title, levels = SAMPLES[name].title, images.sample(name)
    else:
        own = own_picture()
        if own is None:
            return None
        title, levels = own
    pixels = preprocessing.seen(context.name, levels, context.values["fit"])
    return Part(title, Side(context.name, pixels, first.view), context.layer)


def own_picture() -> tuple[str, images.Array] | None:
    """Take in a file; until another one is good, the last good picture stays."""
    file = st.file_uploader("Second picture", max_upload_size=chooser.MAX_MEGABYTES, key="comparison_file")
    if file:
        try:
            st.session_state[OWN] = file.name, images.load(file.getvalue(), max_side=chooser.MAX_SIDE)
        except ImageError as error:
            st.error(plain(str(error)))
    own: tuple[str, images.Array] | None = st.session_state.get(OWN)
    if own is None:
        st.caption("Choose a photograph from this computer. The same network looks at both.")
        return None
    st.caption(f"Compared with {plain(own[0])}, until you choose another. {chooser.PRIVATE}")
    if file is None:
        st.button("Remove", key="comparison_remove", on_click=st.session_state.pop, args=(OWN, None))
    return own


def own_scales() -> bool:
    """Let two pictures be painted each on a scale of its own."""
    return st.toggle(
        "Each picture has its own colour scale",
        key="comparison_own_scales",
        bind="query-params",
        help="On one scale, equal colours mean equal values: what is weak looks weak. With its own scale you "
        "see where even weak values lie.",
    )


def choose_look() -> str:
    """Let be chosen what is shown of each below its answers."""
    return st.segmented_control(
        "Look at",
        list(LOOKS),
        format_func=LOOKS.__getitem__,
        default="heat",
        required=True,
        key="comparison_look",
        bind="query-params",
        help="Channels: those of the layer above and, in another network, of a layer equally deep. "
        "Grad-CAM: where each network finds evidence for its answer, in its last layer with rows and "
        "columns.",
    )


def agreement(found: NetworkComparison, *, one_picture: bool) -> str:
    """Say in what the two agree."""
    tops = [[each["label"] for each in side.facts["prediction"]["top"]] for side in found.sides]
    (one, *_), (other, *_) = tops
    said = (
        f"Both say **{one}** first." if one == other else f"The first says **{one}**, the second **{other}**."
    )
    match len(found.common):
        case 0:
            among = "No class is among the first five of both"
        case 1:
            among = f"One class is among the first five of both: {found.common[0]}"
        case count:
            among = f"{count} classes are among the first five of both: {', '.join(found.common)}"
    heat = ""
    if one_picture and found.heat is not None:
        heat = f", and **{percent(found.heat)}** of their heat lies in the same places"
    return (
        f"{said} {among}. **{percent(found.shared)}** of their probability falls on the same classes{heat}."
    )


def show_part(part: Part, seen: Look, look: str, style: HeatStyle, common: Sequence[str]) -> None:
    """Show one of the two: what it sees, what it says, and what is inside."""
    facts = seen.facts
    side = facts["size"]
    st.markdown(f"**{plain(part.title)}**")
    picture, said = st.columns([2, 3])
    with picture:
        show_picture(seen, "seen", f"{part.title}: what the network sees, {side} by {side} pixels", SMALL)
        st.caption(f"What it sees, {side} × {side}")
    with said:
        rows = "".join(row(each, each["label"] in common) for each in facts["prediction"]["top"])
        st.html(f'<ol class="comparison">{rows}</ol>')
        st.caption(f"Uncertainty (entropy) {format_number(facts['prediction']['entropy'])} bits")
    if look == "heat":
        show_heat(part, seen, style)
    else:
        show_channels(part, seen)


def row(each: dict[str, Any], is_common: bool) -> str:
    """Write one class as a bar, with a tick where the other one's would end."""
    which = ", ".join(filter(None, (str(each["index"]), each["wnid"])))
    told = f"class {which}, logit {format_number(each['logit'], 4)}"
    return (
        f'<li title="{told}"><span class="name{" both" if is_common else ""}">{escape(each["label"])}</span>'
        f'<span class="share">{percent(each["probability"])}</span>'
        f'<div class="track"><div class="bar" style="width: {each["probability"]:.2%}"></div>'
        f'<div class="tick" style="left: {each["other"]:.2%}"></div></div></li>'
    )


def show_heat(part: Part, seen: Look, style: HeatStyle) -> None:
    """Show where a network sees its answer."""
    heat, target = seen.facts["heat"], seen.facts["target"]["label"]
    rows, columns = heat["shape"]
    show_picture(seen, "heat", f"{part.title}: where the network sees {target}, {rows} by {columns} cells")
    if not heat["high"] > 0:
        st.caption(f"Grad-CAM for **{target}** is flat: nothing in the last maps speaks for it.")
        return
    show_legend(heat["limit"], style)
    st.caption(
        f"Grad-CAM for **{target}**, {rows} × {columns} cells, from 0 to {format_number(heat['high'])}"
        + (
            ""
            if heat["limit"] == heat["high"]
            else f"; the colours reach {format_number(heat['limit'])}, as in the other map"
        )
    )


def show_channels(part: Part, seen: Look) -> None:
    """Show the channels of one layer."""
    maps, layer = seen.facts["maps"], part.layer
    rows, columns, count = maps["shape"]
    channels = counted(count, "channel")
    show_picture(seen, "mosaic", f"{part.title}: {channels} of {layer.name}, {rows} by {columns} each")
    ends = maps["limits"] or (maps["low"], maps["high"])
    low, high = (format_number(end) for end in ends)
    reach = "one scale" if maps["limits"] else "each with its own scale"
    gone = len(maps["dead"])
    dead = f" {gone:,} {plural(gone, 'is', 'are')} dead on this picture." if gone else ""
    st.caption(
        f"Layer {seen.facts['depth'] + 1}, `{layer.name}` ({layer.kind}): {channels} of "
        f"{rows} × {columns}, {reach}, {low} to {high}.{dead}"
    )
