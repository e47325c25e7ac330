"""Transfer: a network that knows a thousand classes learns a few new ones from a handful of pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.imagenet import pretrained
from pages.inside import files, opening
from pages.teaching import board, features, gathering, learning, plan, results, room, scratch, taking, trying
from pages.teaching.room import Room
from pages.teaching.scene import Scene
from pages.widgets import lab, panels, waiting
from pages.widgets.markdown import plain

EXPLANATION = Path(__file__).parent / "texts" / "transfer.md"


def main() -> None:
    """Show the page."""
    st.title("What can it learn from a few pictures?")
    st.markdown(
        "A trained network brings its **features**; only a new **head** learns, from your pictures, to tell "
        "your classes apart."
    )
    classroom, state = room.room(), plan.state()
    board.follow(classroom)
    stage, side = st.columns([5, 2], gap="medium")
    below = st.container()
    with side:
        gathering.offer(classroom)
    with below:
        notices = st.container()
        place = plan.choose(state)
        with notices:
            panels.complain([*state.complaints, *classroom.said])
        choices = plan.choices(state)
    halves = room.halves(classroom.album, choices.share, choices.plan.seed)
    with stage:
        board.show(classroom, halves)
        gathering.describe(classroom)
    with below:
        if halves:
            scene = teach(Scene(classroom, choices.plan, halves), state, place)
        else:
            scene = None
            waiting.prepare(partial(pretrained.layers, choices.plan.network, weights=choices.plan.weights))
            show_missing(classroom)
        show_tabs(scene)


def show_missing(classroom: Room) -> None:
    """Say what is missing before anything can be learned."""
    sentences = [plain(sentence) for sentence in classroom.album.missing]
    st.info("\n\n".join(sentences), icon=":material/photo_library:")


def teach(scene: Scene, state: lab.State, place: DeltaGenerator) -> Scene:
    """Have the network ready, and train on demand; say what is wrong where that cannot be."""
    with panels.complaining():
        weights, _ = opening.opened(scene.plan.network, scene.plan.weights)
        files.announce(weights, state)
        chosen = state.values["weights"]
        return learning.teach(replace(scene, plan=replace(scene.plan, weights=chosen)), place)
    return scene


@st.fragment
def show_tabs(scene: Scene | None) -> None:
    """Show what follows from the training, as far as there is any."""
    panels.tabs(
        {
            "Results": lambda: taught(scene, results.show),
            "Try it": lambda: taught(scene, trying.show),
            "Features": lambda: gathered(scene, features.show),
            "From scratch": lambda: gathered(scene, scratch.show),
            "Take away": lambda: taught(scene, taking.show),
            "Explain": lambda: st.markdown(EXPLANATION.read_text("utf-8")),
        }
    )


def gathered(scene: Scene | None, show: Callable[[Scene], None]) -> None:
    """Show a tab that needs pictures of two classes."""
    if scene is None:
        st.info("This needs pictures of at least two classes: add some above, or fill in the example.")
        return
    with panels.complaining():
        show(scene)


def taught(scene: Scene | None, show: Callable[[Scene], None]) -> None:
    """Show a tab that needs a network that has learned something."""
    if scene and not scene.trained:
        st.info("Nothing is learned from these pictures with these choices yet: press Train.")
        return
    gathered(scene, show)


main()
