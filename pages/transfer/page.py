"""Transfer: a network that knows a thousand classes learns a few new ones from a handful of pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.imagenet.engine import opening
from pages.components import dataset_session, lab, network_files, network_opening, panels, waiting
from pages.components.dataset_session import DatasetSession
from pages.components.markdown import plain
from pages.transfer import (
    dataset_editor,
    export,
    features,
    from_scratch,
    import_pictures,
    kept_images,
    learning,
    live_prediction,
    plan,
    predict,
    results,
)
from pages.transfer.context import TeachingContext

EXPLANATION = Path(__file__).with_name("text.md")


def main() -> None:
    """Show the page."""
    panels.say(
        "A trained network brings its **features**. Only a new **head** learns to tell your classes apart, "
        "from just a few pictures."
    )
    session, state = dataset_session.session(), plan.state()
    dataset_editor.follow(session)
    stage, side = st.columns([5, 2], gap="medium")
    below = st.container()
    with side:
        import_pictures.offer(session)
    with below:
        notices = st.container()
        place = plan.choose(state)
        with notices:
            panels.complain([*state.complaints, *session.said])
        choices = plan.choices(state)
    halves = dataset_session.halves(session.labelled, choices.share, choices.plan.seed)
    with stage:
        dataset_editor.show(session, halves)
        import_pictures.describe(session)
        kept_images.keep(session)
        for note in halves.notes if halves else ():
            st.caption(plain(note))
    with below:
        if halves:
            context = teach(TeachingContext(session, choices.plan, halves), state, place)
        else:
            context = None
            waiting.prepare(opening.prepare, choices.plan.network, choices.plan.weights)
            show_missing(session)
        show_tabs(context)


def show_missing(session: DatasetSession) -> None:
    """What is missing before anything can be learned."""
    sentences = [plain(sentence) for sentence in session.labelled.missing]
    st.info("\n\n".join(sentences), icon=":material/photo_library:")


def teach(context: TeachingContext, state: lab.State, place: DeltaGenerator) -> TeachingContext:
    """Have the network ready, and train on demand; say what is wrong where that cannot be."""
    with panels.complaining():
        weights, _ = network_opening.opened(context.plan.network, context.plan.weights)
        network_files.announce(weights, state)
        chosen = state.values["weights"]
        return learning.teach(replace(context, plan=replace(context.plan, weights=chosen)), place)
    return context


@st.fragment
def show_tabs(context: TeachingContext | None) -> None:
    """Show what follows from the training, as far as there is any."""
    panels.tabs(
        {
            "Results": lambda: taught(context, results.show),
            live_prediction.TAB: lambda: taught(context, predict.show),
            "Features": lambda: gathered(context, features.show),
            "From scratch": lambda: gathered(context, from_scratch.show),
            "Download and share": lambda: taught(context, export.show),
            "Explain": lambda: panels.say(EXPLANATION.read_text("utf-8")),
        }
    )


def gathered(context: TeachingContext | None, show: Callable[[TeachingContext], None]) -> None:
    """Show a tab that needs pictures of two classes."""
    if context is None:
        st.info("This needs pictures of at least two classes: add some above, or load the example.")
        return
    with panels.complaining():
        show(context)


def taught(context: TeachingContext | None, show: Callable[[TeachingContext], None]) -> None:
    """Show a tab that needs a network that has learned something."""
    if context and not context.trained:
        st.info("Not trained yet with these settings: press Train.")
        return
    gathered(context, show)


main()
