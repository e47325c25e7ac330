"""ImageNet: a photograph inside a network that was trained on a million of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from explorer.compute import ComputeError
from explorer.imagenet import inspection
from explorer.imagenet.pretrained import NETWORKS, WeightsError
from pages import operations
from pages.inside import (
    answers,
    architecture,
    beside,
    challenge,
    files,
    filters,
    imagine,
    opening,
    program,
    why,
)
from pages.inside.scene import Scene
from pages.operations import OPERATIONS
from pages.operations.inside import FIT, LOOK, NETWORK
from pages.widgets import chooser, lab, panels, waiting
from pages.widgets.markdown import plain

OPERATION = OPERATIONS["look"]
EXPLANATION = Path(__file__).parent / "texts" / "imagenet.md"
TABS = {
    "Answers": answers.show,
    "Why": why.show,
    "Imagine": imagine.show,
    "Layers": architecture.show,
    "Filters": filters.show,
    "Side by side": beside.show,
    "The challenge": challenge.show,
    "Code": program.show,
    "Take away": files.show,
}


def main() -> None:
    """Show the page."""
    st.title("What does a trained network see?")
    st.markdown(
        "It learned a **thousand classes** from a million photographs. Each **layer** makes new maps of the "
        "layer before."
    )
    state = lab.state(OPERATION, st.query_params)
    choose_network(state)
    picture = chooser.seen_by(state.values["network"], state.values["fit"])
    scene = open_network(state, picture)
    if scene:
        show_experiment(scene)
    lab.supply(picture)


def choose_network(state: lab.State) -> None:
    """Offer the networks, and how the picture is made square."""
    name, fit = st.columns([3, 2], vertical_alignment="bottom")
    chosen = {
        NETWORK.name: name.selectbox(
            NETWORK.title,
            list(NETWORKS),
            index=list(NETWORKS).index(state.values["network"]),
            format_func=lambda key: (
                f"{NETWORKS[key].title} ({NETWORKS[key].year}, {NETWORKS[key].size} pixels)"
            ),
        ),
        FIT.name: fit.segmented_control(
            FIT.title,
            list(FIT.options),
            format_func=FIT.options.__getitem__,
            default=state.values["fit"],
            required=True,
            help=FIT.help,
        ),
    }
    if chosen[NETWORK.name] != state.values["network"]:
        # What was chosen in one network means nothing in another.
        chosen |= {each.name: each.default for each in LOOK if each.name in ("depth", "channel", "off")}
    if any(state.values[key] != value for key, value in chosen.items()):
        state.adopt(state.values | chosen)


def open_network(state: lab.State, picture: chooser.Picture) -> Scene | None:
    """Have the worker open the network, step by step; say what is missing where it cannot."""
    name = state.values["network"]
    try:
        weights, layers = opening.opened(
            name, state.values["weights"], (picture.levels, operations.inside.view(state.values))
        )
        files.announce(weights, state)
    except waiting.Stopped:
        return None
    except (ComputeError, WeightsError) as error:
        st.error(plain(str(error)))
        return None
    for what in ("scales", "grad_cam"):
        waiting.prepare(inspection.warm, name, state.values["weights"], what)
    return Scene(state, picture, weights, layers)


@st.fragment
def show_experiment(scene: Scene) -> None:
    """Show the network's inside and what follows from its choices: all that rests."""
    panels.show_lab(OPERATION, scene.state, scene.picture, operations.inside.labels(scene.layers))
    files.describe(scene)
    tabs = {name: partial(fill, show, scene) for name, show in TABS.items()}
    panels.tabs(tabs | {"Explain": lambda: st.markdown(EXPLANATION.read_text("utf-8"))})


def fill(show: Callable[[Scene], object], scene: Scene) -> None:
    """Fill a tab; what cannot be done is a sentence in it, and the rest of the page stays."""
    with panels.complaining():
        show(scene)


main()
