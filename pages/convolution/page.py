"""Convolution: one filter on one picture, with every number open to question."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import streamlit as st

from explorer import figures, parameters, sheets
from explorer.convolution import experiments, kernels
from explorer.convolution.experiments import Array, Convolution
from explorer.convolution.kernels import KERNELS
from explorer.errors import ExplorerError
from explorer.parameters import Values
from pages import former_names
from pages.components import address, charts, chooser, guess, lab, maps, panels
from pages.components.chooser import Picture
from pages.components.file_button import file_button
from pages.components.filters import FILTER, convolution
from pages.convolution.operation import HELD, said
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["filter2d"]
ASIDE = "b_"  # before each setting of the kept experiment B in the address
BORDER = ("pad_mode",)  # what every link says, as its default was another once
EXPLANATION = Path(__file__).with_name("text.md")


def main() -> None:
    """Show the page."""
    panels.say(
        "A **filter** multiplies the pixels in a small window by its **weights** and adds up the products; "
        "each sum becomes one cell of the **feature map**."
    )
    picture = chooser.current()
    show_experiment(picture, lab.state(OPERATION, asked()))
    lab.supply(picture)


def asked() -> dict[str, str]:
    """Return what the address asks for; there the settings of B stand one by one."""
    query = former_names.with_border(st.query_params, OPERATION.settings)
    aside = former_names.with_border(st.query_params, FILTER, ASIDE)
    return query | {HELD.name: HELD.gathered(aside, ASIDE)}


@st.fragment
def show_experiment(picture: Picture, state: lab.State) -> None:
    """Show the lab and what follows from its settings: all that a control at rest brings up to date."""
    panels.show_lab(OPERATION, state, picture, leave_out=(HELD.name,), always=BORDER)
    held = state.values[HELD.name]
    if held is None:
        address.drop(FILTER, ASIDE)
    else:
        address.write(FILTER, held, ASIDE, always=("kernel", *BORDER))
    experiment = convolution(state.values)
    try:
        feature_map = experiment.feature_map(picture.levels)
    except ExplorerError:
        return  # the lab has said why, beside the control that has to change
    panels.tabs(
        {
            "Facts": lambda: show_facts(experiment, picture, feature_map),
            guess.TAB: lambda: guess.show(
                "convolution", lambda seed: experiment, picture.levels, (picture.id, repr(state.values))
            ),
            "Compare": lambda: show_comparison(state, picture, feature_map, held),
            "Code": lambda: panels.show_code(experiment, picture),
            "Download and share": lambda: show_files(experiment, picture, feature_map, state),
            "Explain": lambda: panels.say(EXPLANATION.read_text("utf-8")),
        }
    )
    ways = {
        "pooling/page.py": ("Send this map to Pooling", map_sent(state.values)),
        "pipeline/page.py": ("Send this kernel to Pipeline", kernel_sent(state.values)),
    }
    with st.container(horizontal=True):
        for page, (label, query) in ways.items():
            if query is not None:
                st.page_link(page, label=label, icon=":material/send:", query_params=query)


def map_sent(values: Values) -> dict[str, str]:
    """Return the address of Pooling on this filter's map, in colours around its zero."""
    filtered, scale = (
        next(setting for setting in OPERATIONS["pool2d"].settings if setting.name == name)
        for name in ("filtered", "scale")
    )
    chosen = {filtered.name: filtered.checked(of_filter(values)), scale.name: "signed"}
    return parameters.to_query((filtered, scale), chosen)


def kernel_sent(values: Values) -> dict[str, str] | None:
    """Return the address of a pipeline that begins with this kernel, if one takes it."""
    kernel = values["kernel"]
    parts = ("name", "rows", "columns", "arguments") if kernel["name"] in KERNELS else ("weights",)
    stack = [
        {"kind": "convolution", "bank": [{part: kernel[part] for part in parts}]},
        {"kind": "activation", "activation": "relu"},
        {"kind": "pooling", "pooling": "max"},
    ]
    blocks, *_ = OPERATIONS["pipeline"].settings
    try:
        return parameters.to_query((blocks,), {blocks.name: blocks.checked(stack)})
    except ExplorerError:
        return None


def show_facts(experiment: Convolution, picture: Picture, feature_map: Array) -> None:
    """Show the arithmetic of the size, the work it takes, and the values of the map."""
    shape = picture.levels.shape
    size, rest = st.columns([3, 2], gap="large")
    with size:
        st.markdown(
            "**Size of the feature map**: (picture + padding − window) ÷ stride, rounded down, plus 1. The "
            "window covers dilation × (kernel − 1) + 1 cells."
        )
        for formula in experiment.size_formulas(shape):
            st.latex(formula)
    with rest:
        panels.show_said(said(experiment, shape, experiments.describe(feature_map, bins=0)))


def show_comparison(state: lab.State, picture: Picture, feature_map: Array, held: Values | None) -> None:
    """Keep one experiment as B, and show A, B and their difference."""
    take, swap, drop = st.columns(3)
    kind: Literal["primary", "secondary"] = "secondary" if held else "primary"
    take.button("Keep as B", on_click=keep, args=(state, of_filter(state.values)), type=kind, width="stretch")
    if held is None:
        st.info("Keep the current settings as B, then change something: A follows you, B stays.")
        return
    swap.button("Swap A and B", on_click=exchange, args=(state,), width="stretch")
    drop.button("Remove B", on_click=keep, args=(state, None), width="stretch")
    other = convolution(held)
    try:
        second = other.feature_map(picture.levels)
        found = experiments.compare(feature_map, second)
    except ExplorerError as error:
        st.error(str(error))
        return
    scale = state.values["scale"]
    limits = figures.shared_limits((feature_map, second), scale)
    pictures = (
        ("A, current settings", feature_map, scale, limits),
        ("B, kept", second, scale, limits),
        ("A minus B", found.difference, "signed", None),
    )
    for column, (name, values, colours, ends) in zip(st.columns(3), pictures, strict=True):
        painted = figures.paint(values, colours, limits=ends, dark=state.values["dark"])
        low, high = figures.format_number(painted.low), figures.format_number(painted.high)
        column.image(
            figures.picture_uri(painted),
            width="stretch",
            caption=f"{name}: colours from {low} to {high}",
            alt=name,
        )
    st.markdown(
        f"The maps differ by **{figures.format_number(found.mean)}** on average and by "
        f"**{figures.format_number(found.largest)}** at most. A and B share one colour scale; "
        "the difference has its own."
    )
    charts.chart(figures.overlaid_histograms, {"A": feature_map, "B": second})


def keep(state: lab.State, held: Values | None) -> None:
    """Keep these settings as B, or none."""
    state.adopt(state.values | {HELD.name: held})


def exchange(state: lab.State) -> None:
    """Make B the present experiment, and keep what was."""
    state.adopt(state.values | state.values[HELD.name] | {HELD.name: of_filter(state.values)})


def of_filter(values: Values) -> Values:
    """Return those of the settings that make the filter."""
    return {setting.name: values[setting.name] for setting in FILTER}


def show_files(experiment: Convolution, picture: Picture, feature_map: Array, state: lab.State) -> None:
    """Offer the map, the kernel, the sliding window and a link."""
    painted = maps.painted(feature_map, state.values)
    zero, one, two, three, four = st.columns(5)
    file_button(zero, "Picture as PNG", chooser.original, picture.preparation.file, width="stretch")
    file_button(
        one, "Map as PNG", lambda: figures.encode(painted.pixels, "png"), "feature_map.png", width="stretch"
    )
    file_button(
        two, "Map as NPY", lambda: experiments.to_npy(feature_map), "feature_map.npy", width="stretch"
    )
    file_button(three, "Kernel as JSON", kernels.to_json(experiment.kernel), "kernel.json", width="stretch")
    file_button(four, "Kernel as CSV", kernels.to_csv(experiment.kernel), "kernel.csv", width="stretch")
    panels.offer_sheet(lambda seed: sheets.convolution_sheet(experiment, picture.levels, seed=seed))
    panels.show_animation(experiment, picture.levels, feature_map, painted.pixels)
    panels.show_link(picture)


main()
