"""Feature visualisation: a picture is changed until a class or a channel answers strongly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from explorer import figures
from explorer.figures import format_number
from explorer.imagenet import explanations
from explorer.imagenet.attribution import MaximisationSettings
from explorer.imagenet.explanations import VisualisedFeature
from explorer.imagenet.labels import LABELS
from explorer.pieces import Progress
from explorer.words import counted
from pages.components import charts, waiting
from pages.components.file_button import file_button
from pages.imagenet import explanation_views
from pages.imagenet.context import NetworkContext

KINDS = {"class": "a class", "channel": "a channel of the layer above"}
PAINTED = {"fourier": "waves", "pixel": "pixels"}


@dataclass(frozen=True)
class ShownUnit:
    """What is maximised: a class where there is no layer, else a channel of it."""

    title: str
    number: int
    layer: str | None = None

    @property
    def measure(self) -> str:
        """What its answer is."""
        return "logit" if self.layer is None else "mean of the channel"


def show(context: NetworkContext) -> None:
    """Let a picture be made for a class or a channel, and show it while it is made."""
    st.markdown(
        "**Feature visualisation** works backwards: the weights stay, and a picture of noise changes step by "
        "step so that one class, or one channel, responds more strongly. The method is called **activation "
        "maximisation**."
    )
    unit = choose_unit(context)
    steps, settings = choose_settings()
    left, right = st.columns([2, 3], gap="large")
    with left:
        found = waiting.pieces(
            "visualisation",
            (context.name, context.choice, unit, steps, settings),
            lambda run: explanations.visualise.pieces(
                context.name,
                unit.number,
                unit.layer,
                steps=steps,
                settings=settings,
                weights=context.choice,
                run=run,
            ),
            lambda progress: show_picture(unit, progress),
            start="Visualise it",
            unit="steps",
            key=False,  # no two pieces are alike, and they are large
        )
    with right:
        if found:
            show_reached(context, unit, found.value)
        st.caption(
            "This is not a photograph, and not one from the training: it starts as noise. Another seed gives "
            "another picture. It shows what raises this number, which need not be what a person would "
            "recognise."
        )


def choose_unit(context: NetworkContext) -> ShownUnit:
    """Offer the classes, or the channels of the lab's layer."""
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        kind = explanation_views.choice("A picture for", KINDS, "visualisation_kind")
    if kind == "class":
        first = explanation_views.explained(context)
        number = right.selectbox(
            "Class",
            range(len(LABELS)),
            index=None,
            format_func=lambda at: f"{LABELS[at].text} ({at})",
            placeholder=f"{first['label']} ({first['index']}), the one above",
            key="visualisation_class",
            bind="query-params",
        )
        chosen = first["index"] if number is None else number
        return ShownUnit(LABELS[chosen].text, chosen)
    layer, channels = context.layer, context.layer.output_shape[-1]
    shown = context.values["channel"] or 0
    number = right.number_input(
        f"Channel of {layer.name}, 1 to {channels}",
        1,
        channels,
        None,
        placeholder=f"{shown + 1}, the one above",
        key="visualisation_number",
        bind="query-params",
    )
    chosen = shown if number is None else number - 1
    return ShownUnit(f"channel {chosen + 1} of {layer.name}", chosen, layer.name)


def choose_settings() -> tuple[int, MaximisationSettings]:
    """Offer how the picture is changed."""
    usual = MaximisationSettings()
    one, two, three = st.columns(3, vertical_alignment="bottom")
    with one:
        painted = explanation_views.choice(
            "Made of",
            PAINTED,
            "visualisation_of",
            usual.parametrisation,
            help="Waves: long ones change soonest, which gives large shapes. Pixels: each is free, and that "
            "gives noise.",
        )
    with two:
        steps = st.select_slider(
            "Steps", (16, 32, 64, 128, 256, 512), 128, key="visualisation_steps", bind="query-params"
        )
    with three:
        seed = st.number_input("Seed", 0, 9999, usual.seed, key="visualisation_seed", bind="query-params")
    with st.expander("Random moves before each step"):
        st.caption(
            "A pattern that works only at one exact place is not a shape, so the picture moves a little "
            "before each step."
        )
        four, five, six = st.columns(3)
        jitter = four.slider(
            "Jitter, pixels", 0, 32, usual.jitter, key="visualisation_jitter", bind="query-params"
        )
        rotate = five.slider(
            "Rotation, degrees", 0.0, 45.0, usual.rotate, 1.0, key="visualisation_rotate", bind="query-params"
        )
        scale = six.slider(
            "Zoom, as a share", 0.0, 0.5, usual.scale, 0.05, key="visualisation_scale", bind="query-params"
        )
    return steps, MaximisationSettings(painted, jitter=jitter, rotate=rotate, scale=scale, seed=seed)


def show_picture(unit: ShownUnit, progress: Progress[Any] | None) -> None:
    """Show how far the picture has come."""
    if not progress:
        return
    found = progress.value
    kind = "png" if progress.done == progress.total else "jpeg"
    reached = f"{unit.measure} {format_number(found.reached[-1])} after {counted(progress.done, 'step')}"
    st.image(
        figures.data_uri(figures.encode(figures.enlarge(found.pixels, 2), kind), figures.MIME[kind]),
        width="stretch",
        caption=f"{unit.title}: {reached}",
        alt=f"A picture made for {unit.title}: {reached}",
    )


def show_reached(context: NetworkContext, unit: ShownUnit, found: VisualisedFeature) -> None:
    """Compare with the person's photograph, show how it grew, and offer the picture."""
    own = waiting.result(
        explanations.activation,
        context.name,
        context.picture.levels,
        unit.number,
        unit.layer,
        context.choice,
    )
    st.markdown(
        f"The {unit.measure} is **{format_number(found.reached[-1])}** on this picture and "
        f"**{format_number(own)}** on your photograph."
    )
    course = {unit.measure: (found.steps, found.reached)}
    charts.chart(figures.courses, course, ("step", unit.measure))
    file_button(
        st,
        "Picture as PNG",
        partial(figures.encode, found.pixels),
        f"feature_visualisation_{context.name}_{unit.number}.png",
    )
