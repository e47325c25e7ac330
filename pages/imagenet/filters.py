"""The kernels of a layer: what its windows look for."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.figures import format_number
from explorer.imagenet.banks import COLOURS, Bank, banks_of, kernels
from explorer.imagenet.inspection import Look
from explorer.words import counted, plural
from pages.components import waiting
from pages.imagenet.context import NetworkContext
from pages.imagenet.pictures import show_picture

SCALES = {"kernel": "each kernel", "layer": "the layer"}
SIGNED = "blue is negative, orange is positive, and zero has the colour of the page"
IN_COLOUR = "mid-grey is zero, and a colour is where the kernel weighs that colour more than the others"
STYLE = Path(__file__).with_name("filters.css")


def show(context: NetworkContext) -> None:
    """Show all kernels of a layer, and one of them large with its numbers."""
    bank = choose_bank(context)
    chosen, part, shared = choose_numbers(bank)
    call = partial(kernels, context.name, bank.layer.name, chosen)
    found = waiting.result(
        partial(call, part=part, shared=shared, weights=context.choice, dark=context.values["dark"])
    )
    st.markdown(describe(bank, found, part))
    every, one = st.columns([3, 2], gap="large")
    with every:
        show_picture(
            found, "kernels", f"{bank.count} kernels of {bank.layer.name}, number {chosen + 1} framed"
        )
        st.caption(
            f"{found.facts['across']} in a row. Kernels and channels count from 1 here, from 0 in code. "
            f"{ends(bank, found, shared)}"
        )
    with one:
        show_one(context, bank, found, chosen, part)


def choose_bank(context: NetworkContext) -> Bank:
    """Offer every layer that has kernels; the lab above goes to the one that is chosen."""
    banks = banks_of(context.layers)
    shown = next((bank for bank in banks if bank.layer == context.layer), banks[0])
    chosen = st.selectbox(
        f"Choose one of the {len(banks)} convolution layers",
        banks,
        index=banks.index(shown),
        format_func=lambda bank: f"{bank.place + 1}  {bank.layer.name}, {bank.layer.kind}",
        help="The layer above follows and shows what these kernels make.",
    )
    if chosen != shown:
        context.state.adopt(context.values | {"depth": chosen.place, "channel": None})
        st.rerun()
    if shown.layer != context.layer:
        st.caption(
            f"{context.layer.name}, the layer above ({context.layer.kind}), has no kernels. These are the "
            "kernels of the first convolution."
        )
    return shown


def choose_numbers(bank: Bank) -> tuple[int, int, bool]:
    """Let a kernel, a slice where kernels have many, and the reach of the colours be chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.number_input(
            f"Kernel, 1 to {bank.count}",
            1,
            bank.count,
            key="filters_number",
            bind="query-params",
            width=190,
        )
        chosen, part = number - 1, 0
        if bank.slices > 1 and not bank.in_colour:
            slice_number = st.number_input(
                f"Input channel, 1 to {bank.slices}",
                1,
                bank.slices,
                key="filters_input",
                bind="query-params",
                width=190,
                help="Each kernel has a slice for every input channel. You see one slice of each.",
            )
            part = slice_number - 1
        if bank.of_one_cell:
            return chosen, part, True  # with an end of its own, a single number has one of two colours
        scale = st.segmented_control(
            "One colour scale for",
            list(SCALES),
            format_func=SCALES.__getitem__,
            default="kernel",
            required=True,
            key="filters_scale",
            bind="query-params",
        )
    return chosen, part, scale == "layer"


def describe(bank: Bank, found: Look, part: int) -> str:
    """What a kernel of this layer is, and what of it is shown."""
    rows, columns, inputs, count = found.facts["shape"]
    size = f"{rows} × {columns}"
    if bank.in_colour:
        return (
            f"**{count} kernels of {size} × 3** look at the picture itself: each has weights for red, "
            "green and blue, so it can be shown in colour."
        )
    if inputs == 1:
        second = (
            " The second half of the layer mixes the channels with kernels of 1 × 1, which are not shown."
            if bank.layer.kind.startswith("Separable")
            else ""
        )
        return (
            f"**{count} kernels of {size}**: the layer is **depthwise**, so kernel 5 looks only at channel "
            f"5. You see each kernel whole.{second}"
        )
    shown = (
        f"**{count} kernels of {size} × {inputs}** look at {inputs} channels at once. No picture can show "
        f"all of that: you see **one slice of each**, its weights for **input channel {part + 1}**."
    )
    if bank.of_one_cell:
        return f"{shown} The window is a single cell, so a slice is a single number."
    return shown


def ends(bank: Bank, found: Look, shared: bool) -> str:
    """What the colours mean and how far they reach."""
    low, high, limit = (format_number(found.facts[key]) for key in ("low", "high", "limit"))
    colours = IN_COLOUR if bank.in_colour else SIGNED
    reach = (
        f"All share one scale, −{limit} to {limit}"
        if shared
        else "Each has its own scale, so you can see weak ones too"
    )
    zero = found.facts["zero"]
    gone = f" {counted(zero, 'kernel')} {plural(zero, 'is', 'are')} zero everywhere." if zero else ""
    return f"Colours: {colours}. {reach}. The weights of the layer go from {low} to {high}.{gone}"


def show_one(context: NetworkContext, bank: Bank, found: Look, chosen: int, part: int) -> None:
    """Show one kernel large, its numbers, and what it looks at most."""
    layer, facts = bank.layer, found.facts
    limit = format_number(facts["limit"])
    reach = f"colours from −{limit} to {limit}" if facts["limit"] else "zero everywhere"
    st.markdown(f"**Kernel {chosen + 1}**, {reach}")
    numbers = st.container()
    if bank.in_colour:
        picture, numbers = st.columns([2, 3])
        with picture:
            show_picture(found, "kernel", f"Kernel {chosen + 1} in colour", width=160)
        titles: tuple[str, ...] = COLOURS
    else:
        titles = ("",) if bank.slices == 1 else (f"input channel {part + 1}",)
    st.html(STYLE)
    numbers.html(f'<div class="weights">{"".join(map(table, titles, facts["cells"]))}</div>')
    if len(facts["strongest"]) > 1 and not bank.in_colour:
        words = [f"{channel + 1} ({format_number(strength)})" for channel, strength in facts["strongest"]]
        st.markdown(
            f"Its largest weights are for the input channels {', '.join(words[:-1])} and {words[-1]} (in "
            "brackets: the sum of their magnitudes)."
        )
    if layer.kind.startswith("Separable"):
        return
    text = f"Show its channel, {chosen + 1}, above"
    if st.button(text, disabled=(context.layer, context.values["channel"]) == (layer, chosen)):
        context.state.adopt(context.values | {"depth": bank.place, "channel": chosen})
        st.rerun()


def table(title: str, cells: list[list[dict[str, Any]]]) -> str:
    """Write one slice of a kernel as a table, each number on its colour."""
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td style="background: {cell["colour"]}; color: {cell["ink"]}" title="{cell["value"]!r}">'
            f"{format_number(cell['value'], 2)}</td>"
            for cell in row
        )
        + "</tr>"
        for row in cells
    )
    return f"<table><caption>{title}</caption><tbody>{rows}</tbody></table>"
