"""Pooling: a window that makes one number of many, what it keeps, and what it does to a shift."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer import figures, parameters, sheets
from explorer.convolution import experiments
from explorer.convolution.experiments import Array, Pooling
from explorer.convolution.kernels import KERNELS, box
from explorer.convolution.pooling import POOLINGS
from explorer.errors import ExplorerError
from explorer.parameters import Values
from pages.components import chooser, guess, lab, maps, panels
from pages.components.chooser import Picture
from pages.components.file_button import file_button
from pages.components.filters import FILTER
from pages.operations import OPERATIONS
from pages.pooling import operation
from pages.pooling.operation import FILTERED, POOL, said

OPERATION = OPERATIONS["pool2d"]
INVARIANCE = OPERATIONS["invariance"]
EXPLANATION = Path(__file__).with_name("text.md")


def main() -> None:
    """Show the page."""
    panels.say(
        "**Pooling** replaces each window by one number, such as its largest. The map gets smaller and less "
        "sensitive to small shifts."
    )
    picture = chooser.current()
    show_experiment(picture, lab.state(OPERATION, st.query_params))
    lab.supply(picture)


@st.fragment
def show_experiment(picture: Picture, state: lab.State) -> None:
    """Show the lab and what follows from its settings: all that a control at rest brings up to date."""
    panels.show_lab(OPERATION, state, picture)
    experiment = operation.pooling(state.values)
    filtered = operation.filtering(state.values)
    try:
        levels = operation.pooled(picture.levels, state.values)
        pooled = experiment.feature_map(levels)
    except ExplorerError:
        return  # the lab has said why, beside the control that has to change
    panels.tabs(
        {
            "Facts": lambda: show_facts(experiment, levels, pooled, "picture" if filtered is None else "map"),
            guess.TAB: lambda: guess.show(
                "pooling", lambda seed: experiment, picture.levels, (picture.id, experiment)
            ),
            "Compare": lambda: show_comparison(experiment, levels, state.values),
            "Invariance": lambda: show_invariance(picture, state),
            "Code": lambda: panels.show_code(experiment, picture, filtered),
            "Download and share": lambda: show_files(experiment, picture, levels, pooled, state),
            "Explain": lambda: panels.say(EXPLANATION.read_text("utf-8")),
        }
    )
    if filtered is not None:
        chosen = state.values[FILTERED.name]
        st.page_link(
            "convolution/page.py",
            label="Change this filter in Convolution",
            icon=":material/arrow_back:",
            query_params=parameters.to_query(FILTER, chosen) | {"pad_mode": chosen["pad_mode"]},
        )


def show_facts(experiment: Pooling, levels: Array, pooled: Array, what: str) -> None:
    """Show what one number is, the arithmetic of the size, what is kept of what, and the work it takes."""
    shape = levels.shape
    kind = POOLINGS[experiment.kind]
    size, work = st.columns([3, 2], gap="large")
    with size:
        rounded = "up" if experiment.ceil_mode else "down"
        st.markdown(
            f"**Size of the pooled map**: ({what} + padding − window) ÷ stride, rounded {rounded}, plus 1. "
            "A window of n cells covers dilation × (n − 1) + 1."
        )
        for formula in experiment.size_formulas(shape):
            st.latex(formula)
    with work:
        st.markdown(f"**{kind.title}**")
        st.latex(kind.formula)
        panels.show_said(said(experiment, shape, experiments.describe(pooled, bins=0)))


def show_comparison(experiment: Pooling, levels: Array, values: Values) -> None:
    """Show the four kinds side by side, and what a convolution with the same stride makes."""
    scale, dark = values["scale"], values["dark"]
    pooled = {kind: experiment.of_kind(kind).feature_map(levels) for kind in POOLINGS}
    st.markdown("## Four kinds of pooling, one window")
    limits = figures.shared_limits(tuple(pooled.values()), scale)
    show_pictures(
        {
            f"{POOLINGS[kind].title}, mean {figures.format_number(mean)}": (each, scale, limits)
            for kind, each in pooled.items()
            for mean in [experiments.describe(each, bins=0).mean]
        },
        dark,
    )
    low, high = (figures.format_number(end) for end in limits)
    st.caption(f"All four share one colour scale, from {low} to {high}.{beyond(pooled, scale)}")

    mine = pooled[experiment.kind]
    title = POOLINGS[experiment.kind].title
    st.markdown(f"## {title} and a convolution with the same window and stride")
    filters = {
        "Box kernel": experiment.filtered(levels, box(experiment.window)),
        "One-pixel kernel": experiment.filtered(levels, KERNELS["identity"].make(experiment.window)),
    }
    shared = figures.shared_limits((mine, *filters.values()), scale)
    found = {name: experiments.compare(mine, values) for name, values in filters.items()}
    ends = figures.shared_limits([comparison.difference for comparison in found.values()], "signed")
    pictures = {}
    for name, filtered in filters.items():
        pictures[name] = (filtered, scale, shared)
        pictures[f"{title} minus {name.lower()}"] = (found[name].difference, "signed", ends)
    show_pictures(pictures, dark)
    low, high = (figures.format_number(end) for end in shared)
    least, most = (figures.format_number(end) for end in ends)
    st.caption(f"Both maps use colours from {low} to {high}, both differences from {least} to {most}.")
    for name, sentence in (
        (
            "Box kernel",
            "every weight is 1 / n, which is average pooling wherever no window reaches into the padding",
        ),
        (
            "One-pixel kernel",
            "one weight is 1 and the rest are 0, which keeps one pixel of each window and ignores the others",
        ),
    ):
        st.markdown(
            f"**{name}**: {sentence}. {title} differs from it by "
            f"**{figures.format_number(found[name].mean)}** on average and by "
            f"**{figures.format_number(found[name].largest)}** at most."
        )


def beyond(maps: dict[str, Array], scale: str) -> str:
    """Which of the maps the scale clips, or nothing."""
    clipped = [
        f"{POOLINGS[kind].title}: {remark}"
        for kind, values in maps.items()
        if (remark := figures.paint(values, scale).remark) and scale == "unit"
    ]
    return " ".join(["", *clipped])


def show_pictures(pictures: dict[str, tuple[Array, str, figures.Limits]], dark: bool) -> None:
    """Show maps side by side, each with its name, its scale and the ends of that."""
    for column, (name, (values, scale, limits)) in zip(
        st.columns(len(pictures)), pictures.items(), strict=True
    ):
        painted = figures.paint(values, scale, limits=limits, dark=dark)
        column.image(figures.picture_uri(painted), width="stretch", caption=name, alt=name)


def show_invariance(picture: Picture, state: lab.State) -> None:
    """Change the picture a little, and show how much of that the map and the pooled map notice."""
    st.markdown(
        "**How much does a small shift matter?** Change the picture a little: a filter turns it into a "
        "**feature map**, and the pooling above turns that into a pooled map. How much does each of them "
        "change?"
    )
    invariance = lab.state(INVARIANCE, st.query_params)
    pooling = {setting.name: state.values[setting.name] for setting in POOL}
    if any(invariance.values[name] != value for name, value in pooling.items()):
        invariance.adopt(invariance.values | pooling)
    panels.show_lab(INVARIANCE, invariance, picture, leave_out=pooling)
    st.caption(
        "The change is ‖b − a‖ ÷ ‖a‖ over all cells: the length of the difference divided by the length of "
        "the original. The sentences on whether a map moves with the picture are about the shift only, "
        "without rotation and noise. Noise is clipped to the range of the picture, 0 to 1. Within a row of "
        "maps, equal colours mean equal values, and zero has the colour of the page; in a colour picture, "
        "zero is mid-grey in each channel."
    )


def show_files(experiment: Pooling, picture: Picture, levels: Array, pooled: Array, state: lab.State) -> None:
    """Offer the map, the winners, the sliding window and a link."""
    painted = maps.painted(pooled, state.values)
    zero, one, two, three = st.columns(4)
    file_button(zero, "Picture as PNG", chooser.original, picture.preparation.file, width="stretch")
    file_button(
        one, "Map as PNG", lambda: figures.encode(painted.pixels, "png"), "pooled_map.png", width="stretch"
    )
    file_button(two, "Map as NPY", lambda: experiments.to_npy(pooled), "pooled_map.npy", width="stretch")
    if experiment.has_winner:
        file_button(
            three,
            "Winners as NPY",
            lambda: experiments.to_npy(experiment.winners(levels)),
            "winners.npy",
            width="stretch",
            help="Row and column of the number that gave each cell its value, counted from 0.",
        )
    panels.offer_sheet(lambda seed: sheets.pooling_sheet(experiment, picture.levels, seed=seed))
    scale = "unit" if operation.filtering(state.values) is None else "signed"
    panels.show_animation(experiment, levels, pooled, painted.pixels, scale)
    panels.show_link(picture)


main()
