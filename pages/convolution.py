"""Convolution: one filter on one picture, with every number open to question."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer import experiments, figures, kernels, snippets
from explorer.experiments import Array, Convolution
from pages import operations, settings
from pages.operations import FILTER, OPERATIONS
from pages.settings import Values
from pages.widgets import address, chooser, lab
from pages.widgets.chooser import Picture

OPERATION = OPERATIONS["filter2d"]
HELD = "held experiment"  # where the session keeps B
ASIDE = "b_"  # before each setting of the held experiment B in the address
TABS = ("Facts", "Compare", "Code", "Take away", "Explain")
EXPLANATION = Path(__file__).parent / "texts" / "convolution.md"


def main() -> None:
    """Show the page."""
    st.title("What does a filter see?")
    st.markdown(
        "A **filter** multiplies the pixels in a small window with its **weights**; "
        "each sum becomes one cell of the **feature map**."
    )
    picture = chooser.current()
    show_experiment(picture, lab.state(OPERATION, st.query_params))
    lab.supply(picture)


@st.fragment
def show_experiment(picture: Picture, state: lab.State) -> None:
    """Show the lab and what follows from its settings: all that a control at rest brings up to date."""
    held = held_experiment(state)
    notices = st.container()
    lab.show(OPERATION, state, picture)
    for complaint in state.complaints:
        notices.warning(complaint)
    address.write(OPERATION.settings, state.values)
    if held is None:
        address.drop(FILTER, ASIDE)
    else:
        address.write(FILTER, held, ASIDE, always=("kernel",))
    experiment = operations.convolution(state.values)
    try:
        feature_map = experiment.feature_map(picture.levels)
    except ValueError:
        return  # the lab has said why, beside the control that has to change
    facts, comparison, code, files, explanation = st.tabs(
        TABS, key="tab", on_change="rerun", bind="query-params"
    )
    for tab, fill in (
        (facts, lambda: show_facts(experiment, picture, feature_map)),
        (comparison, lambda: show_comparison(state, picture, feature_map, held)),
        (code, lambda: show_code(experiment, picture)),
        (files, lambda: show_files(experiment, picture, feature_map, state)),
        (explanation, lambda: st.markdown(EXPLANATION.read_text("utf-8"))),
    ):
        if tab.open:
            with tab:
                fill()


def show_facts(experiment: Convolution, picture: Picture, feature_map: Array) -> None:
    """Show the arithmetic of the size, the work it takes, and the values of the map."""
    shape = picture.levels.shape
    size, work = st.columns([3, 2], gap="large")
    with size:
        st.markdown(
            "**Size of the map**: the picture and its padding, less the cells that the window reaches over, "
            "dilation × (kernel − 1) + 1, divided by the stride and rounded down."
        )
        for formula in experiment.size_formulas(shape):
            st.latex(formula)
    with work:
        found = experiments.describe(feature_map)
        st.markdown(
            f"**Work**: {experiment.multiplications(shape):,} multiplications of a weight with a pixel."
        )
        st.markdown(
            "**Values**: "
            + ", ".join(
                f"{name} {figures.format_number(value)}"
                for name, value in (
                    ("minimum", found.low),
                    ("maximum", found.high),
                    ("mean", found.mean),
                    ("standard deviation", found.std),
                )
            )
            + "."
        )
        st.markdown(experiment.balance())


def show_comparison(state: lab.State, picture: Picture, feature_map: Array, held: Values | None) -> None:
    """Hold one experiment as B, and show A, B and their difference."""
    take, swap, drop = st.columns(3)
    kind = "secondary" if held else "primary"
    take.button("Hold this as B", on_click=hold, args=(state.values,), type=kind, width="stretch")
    if held is None:
        st.info("Hold the present experiment as B, then change anything above: A is what you change.")
        return
    swap.button("Swap A and B", on_click=exchange, args=(state, held), width="stretch")
    drop.button("Let B go", on_click=hold, args=(None,), width="stretch")
    other = operations.convolution(held)
    try:
        second = other.feature_map(picture.levels)
        found = experiments.compare(feature_map, second)
    except ValueError as error:
        st.error(str(error))
        return
    scale = state.values["scale"]
    limits = figures.shared_limits((feature_map, second), scale)
    pictures = (
        ("A, the present experiment", feature_map, scale, limits),
        ("B, held", second, scale, limits),
        ("A minus B", found.difference, "signed", None),
    )
    for column, (name, values, colours, ends) in zip(st.columns(3), pictures, strict=True):
        painted = figures.paint(values, colours, limits=ends)
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
    st.plotly_chart(figures.overlaid_histograms({"A": feature_map, "B": second}), theme=None)


def held_experiment(state: lab.State) -> Values | None:
    """Give the held experiment B: the session's, or the one that the address brings."""
    if HELD not in st.session_state or address.went_back_or_forward():
        st.session_state[HELD] = None
        if f"{ASIDE}kernel" in st.query_params:
            held, complaints = settings.from_query(FILTER, st.query_params, ASIDE)
            state.complaints.extend(complaints)
            if not complaints:
                st.session_state[HELD] = held | {name: state.values[name] for name in ("scale", "limits")}
    return st.session_state[HELD]


def hold(values: Values | None) -> None:
    """Hold these settings as B, or none."""
    st.session_state[HELD] = values


def exchange(state: lab.State, held: Values) -> None:
    """Make B the present experiment, and hold what was."""
    hold(state.values)
    state.adopt(held)


def show_code(experiment: Convolution, picture: Picture) -> None:
    """Show the experiment as a program in the framework of one's choice."""
    framework = st.segmented_control(
        "Written with",
        list(snippets.SNIPPETS),
        format_func=lambda name: snippets.SNIPPETS[name].title,
        default="numpy",
        required=True,
        key="code",
        bind="query-params",
    )
    st.code(snippets.code(framework, experiment, preparation=picture.preparation), "python")
    st.caption(
        f"It ends with this page's map, to five decimals. Put it beside {picture.preparation.file}, "
        "which is under Take away."
    )


def show_files(experiment: Convolution, picture: Picture, feature_map: Array, state: lab.State) -> None:
    """Offer the map, the kernel, the sliding window and a link."""
    painted = figures.paint(feature_map, state.values["scale"], limits=state.values["limits"])
    zero, one, two, three, four = st.columns(5)
    zero.download_button("Picture as PNG", chooser.original, picture.preparation.file, width="stretch")
    one.download_button(
        "Map as PNG", lambda: figures.encode(painted.pixels, "png"), "feature_map.png", width="stretch"
    )
    two.download_button(
        "Map as NPY", lambda: experiments.to_npy(feature_map), "feature_map.npy", width="stretch"
    )
    three.download_button(
        "Kernel as JSON", kernels.to_json(experiment.kernel), "kernel.json", width="stretch"
    )
    four.download_button("Kernel as CSV", kernels.to_csv(experiment.kernel), "kernel.csv", width="stretch")
    if figures.filmable(picture.levels.shape, feature_map.shape):
        st.download_button(
            "Sliding window as GIF",
            lambda: figures.sliding_window_gif(
                figures.paint(picture.levels, "unit").pixels,
                painted.pixels,
                experiment.positions(picture.levels.shape),
                values=(picture.levels, feature_map) if feature_map.shape[2] == 1 else None,
            ),
            "sliding_window.gif",
        )
    else:
        st.caption(
            f"The sliding window as a GIF takes a map of at most {figures.MOST_FRAMES} cells: "
            "choose a smaller working size or a larger stride."
        )
    st.markdown("**Link to this experiment**: whoever opens it sees the same settings.")
    st.code(address.link(), language=None, wrap_lines=True)
    if picture.private:
        st.caption("Your own picture stays with you: the link opens with a sample in its place.")


main()
