"""A heat map over what a network sees: how it is laid there, its legend, and its range in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from explorer import figures
from explorer.figures import format_number
from explorer.imagenet.explanations import Heat
from explorer.imagenet.overlays import HeatStyle, cover

STEPS = 24  # colours in a legend
GROUND = 128.0  # the grey that stands for the photograph there
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
    shares = np.linspace(-1 if signed else 0, 1, STEPS)
    covered: Any = 1.0 if alone else style.opacity * cover(np.abs(shares).astype(np.float32))[:, None]
    if signed and alone:
        colours = np.array([figures.rgb_of(colour) for _, colour in figures.legend("signed", -1, 1, STEPS)])
    elif signed:
        below, above = (
            np.array(figures.rgb_of(figures.ROLES[role].light)) for role in ("negative", "positive")
        )
        colours = np.where(shares[:, None] < 0, below, above)
    else:
        colours = figures.MAGNITUDE_COLOURS[np.rint(255 * shares).astype(int)]
    mixed = np.rint((1 - covered) * GROUND + covered * colours).astype(np.uint8)
    gradient = ", ".join(map(figures.hex_colour, mixed))
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
    beyond = f", {100 * found.clipped:.2g} % of it beyond the end of the colours" if found.clipped else ""
    return f"{said}Values {low} to {high}{beyond}."
