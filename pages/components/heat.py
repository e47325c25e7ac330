"""A heat map over what a network sees: how it is laid there, its legend, and its range in words."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer import figures
from explorer.figures import format_number
from explorer.imagenet.explanations import Heat
from explorer.imagenet.overlays import HeatStyle, heat_colours
from explorer.words import percent

STYLE = Path(__file__).with_name("heat.css")


def choose_style() -> HeatStyle:
    """Let be chosen how heat maps lie over the photograph."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        opacity = st.slider(
            "Opacity of the heat map",
            0,
            100,
            round(100 * HeatStyle.opacity),
            5,
            format="%d %%",
            key="heat_opacity",
            bind="query-params",
            width=260,
        )
        cells = st.toggle(
            "Cells",
            key="heat_cells",
            bind="query-params",
            help="Shows each cell of the map as a square; otherwise values between cells are interpolated.",
        )
    return HeatStyle(cells=cells, opacity=opacity / 100)


def show_legend(limit: float, style: HeatStyle, *, signed: bool = False, alone: bool = False) -> None:
    """Show what the colours mean, at the picture: from 0, where the photograph shows, to the limit."""
    colours = heat_colours(style, signed=signed, alone=alone)
    gradient = ", ".join(map(figures.hex_colour, colours))
    ends = (f"−{format_number(limit)}", "0", format_number(limit)) if signed else ("0", format_number(limit))
    st.html(STYLE)
    st.html(
        f'<div class="heatlegend"><div style="background: linear-gradient(to right, {gradient})"></div>'
        f"<p>{''.join(f'<span>{end}</span>' for end in ends)}</p></div>"
    )


def ends(found: Heat) -> str:
    """How far the colours of a map reach, beyond what its legend says."""
    if found.flat:
        return "Flat: zero everywhere, nothing was found that speaks for this class."
    low, high = (format_number(value) for value in (found.low, found.high))
    said = "Orange speaks for the class, blue against it. " if found.signed else ""
    beyond = f", {percent(found.clipped)} of it beyond the end of the colours" if found.clipped else ""
    return f"{said}Values {low} to {high}{beyond}."
