"""ImageNet: a photograph inside a network that was trained on a million of them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from explorer import inspection, pretrained
from explorer.compute import ComputeError
from explorer.pretrained import NETWORKS, WeightsError
from pages import operations
from pages.inside import answers, architecture, beside, challenge, files, filters, imagine, program, why
from pages.inside.scene import Scene
from pages.operations import OPERATIONS
from pages.operations.inside import FIT, NETWORK
from pages.widgets import chooser, lab, panels, waiting

OPERATION = OPERATIONS["look"]
EXPLANATION = Path(__file__).parent / "texts" / "imagenet.md"


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
        chosen |= {"depth": None, "channel": None, "off": []}
    if any(state.values[key] != value for key, value in chosen.items()):
        state.adopt(state.values | chosen)


def open_network(state: lab.State, picture: chooser.Picture) -> Scene | None:
    """Have the worker open the network, step by step; say what is missing where it cannot."""
    name, choice = state.values["network"], state.values["weights"]
    try:
        weights = waiting.result(
            pretrained.find_weights, name, choice, say="Starting the process that computes", key=False
        )
        if choice == "auto" and not weights.trained:
            # In the settings as well, so that nothing computed now is taken for trained after a download.
            choice = "random"
            state.adopt(state.values | {"weights": choice})
        layers = waiting.result(
            partial(pretrained.layers, name, weights=choice), say=f"Opening {NETWORKS[name].title}"
        )
    except (ComputeError, WeightsError) as error:
        st.error(chooser.plain(str(error)))
        return None
    files.announce(weights, state)
    for what in ("scales", "grad_cam"):
        waiting.prepare(inspection.warm, name, choice, what)
    return Scene(state, picture, weights, layers)


@st.fragment
def show_experiment(scene: Scene) -> None:
    """Show the network's inside and what follows from its choices: all that rests."""
    panels.show_lab(OPERATION, scene.state, scene.picture, operations.inside.labels(scene.layers))
    files.describe(scene)
    panels.tabs(
        {
            "Answers": lambda: answers.show(scene),
            "Why": lambda: why.show(scene),
            "Imagine": lambda: imagine.show(scene),
            "Layers": lambda: architecture.show(scene),
            "Filters": lambda: filters.show(scene),
            "Side by side": lambda: beside.show(scene),
            "The challenge": lambda: challenge.show(scene),
            "Code": lambda: program.show(scene),
            "Take away": lambda: files.show(scene),
            "Explain": lambda: st.markdown(EXPLANATION.read_text("utf-8")),
        }
    )


main()
