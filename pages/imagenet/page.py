"""ImageNet: a photograph inside a network that was trained on a million of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.compute import ComputeError
from explorer.imagenet.networks import NETWORKS, NetworkError, network
from explorer.imagenet.own_networks import is_own, same_model
from explorer.imagenet.weights import WeightsError
from pages import former_names
from pages.components import (
    chooser,
    guess,
    lab,
    network_files,
    network_opening,
    own_model,
    panels,
    waiting,
)
from pages.components.markdown import plain
from pages.components.network_choices import ANY_NETWORK, FIT
from pages.imagenet import (
    answers,
    architecture,
    challenge,
    compare,
    explanation_views,
    export,
    feature_visualisation,
    filters,
    operation,
    program,
    questions,
)
from pages.imagenet.context import NetworkContext
from pages.imagenet.operation import LOOK
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["look"]
EXPLANATION = Path(__file__).with_name("text.md")
TABS = {
    "Answers": answers.show,
    "Why": explanation_views.show,
    "Feature visualisation": feature_visualisation.show,
    guess.TAB: questions.show,
    "Layers": architecture.show,
    "Filters": filters.show,
    "Side by side": compare.show,
    "The challenge": challenge.show,
    "Code": program.show,
    "Download and share": export.show,
}

PUBLISHED = ("Feature visualisation", "The challenge", "Code")
"""Tabs about networks that are known, and that Keras builds."""


def main() -> None:
    """Show the page."""
    state = lab.state(OPERATION, former_names.with_network(st.query_params, LOOK))
    learned = (
        "It learned its classes from the pictures that it was shown."
        if is_own(state.values["network"])
        else "It learned a thousand classes from a million photographs."
    )
    panels.say(f"{learned} Each **layer** turns the feature maps of the layer before into new ones.")
    choose_network(state)
    context = open_network(state)
    if context:
        show_experiment(context)
    lab.supply(chooser.whole())


def choose_network(state: lab.State) -> None:
    """Offer the networks, and how the picture is made square."""
    name, fit = st.columns([3, 2], vertical_alignment="bottom")
    present = state.values["network"]
    own_model.remember(present)
    titles = {each: f"{found.title} ({found.year}, {found.size} pixels)" for each, found in NETWORKS.items()}
    titles[own_model.OWN] = own_model.title()
    picked = name.selectbox(
        ANY_NETWORK.title,
        list(titles),
        index=len(NETWORKS) if is_own(present) else list(NETWORKS).index(present),
        format_func=titles.__getitem__,
    )
    chosen = {
        ANY_NETWORK.name: own_model.last(present) if picked == own_model.OWN else picked,
        FIT.name: fit.segmented_control(
            FIT.title,
            list(FIT.options),
            format_func=FIT.options.__getitem__,
            default=state.values["fit"],
            required=True,
            help=FIT.help,
        ),
    }
    if chosen[ANY_NETWORK.name] != present:
        chosen |= begun(present, chosen[ANY_NETWORK.name])
    if any(state.values[key] != value for key, value in chosen.items()):
        state.adopt(state.values | chosen)
        st.rerun()  # so that the menus know what is on before somebody chooses again
    if picked == own_model.OWN:
        own_model.show(state.values["network"], partial(take, state))


def take(state: lab.State, name: str) -> None:
    """Look into another network."""
    present = state.values["network"]
    state.adopt(state.values | begun(present, network(name).name) | {"network": name})


def begun(before: str, after: str) -> dict[str, Any]:
    """What settings are in another network: channels, layers and classes of one mean nothing in another."""
    if same_model(before, after):
        return {}
    anew = {each.name: each.default for each in LOOK if each.name in ("depth", "channel", "off")}
    if is_own(before) or is_own(after):
        anew |= {"target": None, "weights": "auto"}
    return anew


def open_network(state: lab.State) -> NetworkContext | None:
    """Have the worker open the network, step by step; say what is missing where it cannot."""
    values = state.values
    name = values["network"]
    try:
        picture = chooser.seen_by(name, values["fit"], **operation.frame(values))
        weights, layers = network_opening.opened(
            name, values["weights"], (picture.levels, operation.view(values))
        )
        network_files.announce(weights, state)
    except waiting.Stopped:
        return None
    except (ComputeError, NetworkError, WeightsError) as error:
        st.error(plain(str(error)))
        return None
    return NetworkContext(state, weights, layers)


@st.fragment
def show_experiment(context: NetworkContext) -> None:
    """Show the network's inside and what follows from its choices: all that rests."""
    panels.show_lab(
        OPERATION,
        context.state,
        chooser.whole(),
        operation.labels(context.layers),
        always=(ANY_NETWORK.name,),
    )
    own = is_own(context.name)
    tabs = {
        name: partial(fill, show, context) for name, show in TABS.items() if not own or name not in PUBLISHED
    }
    panels.tabs(tabs | {"Explain": lambda: panels.say(EXPLANATION.read_text("utf-8"))})


def fill(show: Callable[[NetworkContext], object], context: NetworkContext) -> None:
    """Fill a tab; what cannot be done is a sentence in it, and the rest of the page stays."""
    with panels.complaining():
        show(context)


main()
