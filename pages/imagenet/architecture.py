"""Every layer of the network: what it is, what it makes, and what it costs."""

from __future__ import annotations

from html import escape
from itertools import groupby
from pathlib import Path

import streamlit as st

from explorer.imagenet import inspection
from explorer.imagenet.networks import Network
from explorer.imagenet.structure import Layer
from explorer.words import counted
from pages.components.markdown import plain
from pages.imagenet.context import NetworkContext

STYLE = Path(__file__).with_name("architecture.css")
HEADS = ("No.", "Layer", "Kind", "Output", "Parameters", "Multiply-adds", "Receptive field")


def show(context: NetworkContext) -> None:
    """Show the layers in folding blocks, and let one be gone to."""
    record, layers = context.network, context.layers
    totals = inspection.totals(layers)
    size = (
        f"{len(layers)} layers, **{totals.parameters:,}** parameters, **{totals.multiply_adds:,}** "
        "multiply-adds for one picture."
    )
    if isinstance(record, Network):
        st.markdown(
            f"**{record.title}**, {record.year}: {size} On the photographs of the challenge its first answer "
            f"is right for {said(record.top1)}, and one of its first five for {said(record.top5)} "
            f"([{record.paper}]({record.link}))."
        )
        st.caption(
            f"Figures published with the network's own weights ({record.source}); other weights may differ."
        )
    else:
        st.markdown(f"**{plain(record.title)}**: {size}")
    names = [layer.name for layer in layers]
    chosen = st.selectbox(
        "Show this layer above",
        range(len(names)),
        index=names.index(context.layer.name),
        format_func=lambda at: f"{at + 1}  {names[at]}",
    )
    if chosen != (context.values["depth"] or 0):
        context.state.adopt(context.values | {"depth": chosen, "channel": None})
        st.rerun()
    blocks = [(block, list(members)) for block, members in groupby(layers, key=lambda layer: layer.block)]
    places = {layer.name: at for at, layer in enumerate(layers)}
    inner = "".join(fold(block, members, places, context.layer) for block, members in blocks)
    st.html(STYLE)
    st.html(f'<div class="architecture">{inner}</div>')


def said(share: float | None) -> str:
    """Write a published accuracy, or that there is none."""
    return "an unpublished share" if share is None else f"{share:g} %"


def fold(block: str, layers: list[Layer], places: dict[str, int], here: Layer) -> str:
    """Write one block as HTML; the one with the present layer is open."""
    totals = inspection.totals(layers)
    rows = "".join(row(places[layer.name], layer, layer.name == here.name) for layer in layers)
    title = block or " to ".join(dict.fromkeys((layers[0].name, layers[-1].name)))
    heads = "".join(f"<th scope='col'>{head}</th>" for head in HEADS)
    return (
        f"<details{' open' if here in layers else ''}><summary>{escape(title)} <span>"
        f"{counted(len(layers), 'layer')}, to {shape(layers[-1])}, {totals.parameters:,} parameters, "
        f"{totals.multiply_adds:,} multiply-adds</span></summary>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def row(place: int, layer: Layer, is_here: bool) -> str:
    """Write one layer as a row of the table."""
    sees = "the whole picture" if layer.receptive is None else f"{layer.receptive[0]} × {layer.receptive[0]}"
    cells = (place + 1, escape(layer.name), layer.kind, shape(layer))
    numbers = (f"{layer.parameters:,}", f"{layer.multiply_adds:,}", sees)
    return (
        f"<tr{' class=here' if is_here else ''}>"
        + "".join(f"<td>{cell}</td>" for cell in (*cells, *numbers))
        + "</tr>"
    )


def shape(layer: Layer) -> str:
    """Write a layer's shape."""
    return " × ".join(str(side) for side in layer.output_shape)
