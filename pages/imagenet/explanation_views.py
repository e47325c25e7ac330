"""Why the network answers as it does: maps of the picture, what they are worth, and a logit as a sum."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from explorer import figures
from explorer.figures import format_number
from explorer.imagenet import attribution, explanations, inspection, overlays
from explorer.imagenet.explanations import METHODS, RIVALS, Explanation
from explorer.imagenet.overlays import HeatStyle
from explorer.pieces import Progress
from explorer.words import counted, percent
from pages.components import charts, waiting
from pages.components.heat import choose_style, ends, show_legend
from pages.imagenet.context import NetworkContext

PARTS = {
    "where": "Where does it look?",
    "better": "Which heat map is more faithful?",
    "training": "Does the map depend on training?",
    "sum": "Channel by channel",
}

PATCHES, STRIDES = (8, 16, 24, 32, 48, 64), (4, 8, 16, 24, 32)  # of small pictures others

FILLS = {"grey": "grey", "mean": "its mean colour", "black": "black", "blur": "itself, blurred"}

SAID = {
    "occlusion": "A patch covers one place after another. **Orange**: when it is covered, the logit falls, "
    "so this place speaks for the class. **Blue**: when it is covered, the logit rises.",
    "saliency": "How much the logit changes when a pixel changes a little, in either direction. It "
    "measures a slope, not what is in the picture, and is noisy.",
    "smooth_grad": "Saliency averaged over noisy copies of the picture: what changes from copy to copy "
    "cancels out.",
    "integrated_gradients": "Goes from an empty picture to this one in small steps and gives each pixel its "
    "share of the change in the logit. **Orange** pixels raise it, **blue** ones lower it.",
}

STEPS = (
    f"With {Explanation.steps} steps you get a map in seconds; its sum is off by a few per cent, as stated "
    "below it. With 640 steps the error is under 1 % on photographs."
)

TRAINED = {**attribution.CAMS, "saliency": METHODS["saliency"]}


def show(context: NetworkContext) -> None:
    """Show the chosen part for the class that is explained."""
    part = choice("Question", PARTS, "why_part")
    target = explained(context)
    st.markdown(
        f"Explaining: **{target['label']}**, logit {format_number(target['logit'], 4)}. For another class, "
        "click its bar above or search under Answers. Heat maps show the last layer with rows and columns, "
        "or the layer above while a heat map is on there."
    )
    if context.values["off"]:
        st.caption("Here all channels are on, even those that you scaled above.")
    SHOWN[part](context, target)


def choice(title: str, options: dict[str, str], key: str, default: str = "", **more: Any) -> str:
    """Offer a few choices whose key is in the address."""
    chosen: str = st.segmented_control(
        title,
        list(options),
        format_func=options.__getitem__,
        default=default or next(iter(options)),
        required=True,
        key=key,
        bind="query-params",
        **more,
    )
    return chosen


def explained(context: NetworkContext) -> inspection.PlacedClass:
    """Have the worker say which class is explained, and its logit with all channels on."""
    target = context.values["target"]
    view = inspection.LayerView(weights=context.choice)
    wanted = 1 if target is None else (target,)
    found = waiting.result(inspection.answers, context.name, context.picture.levels, view, wanted)
    return found["classes"][0]


# Where it looks


def show_where(context: NetworkContext, target: inspection.PlacedClass) -> None:
    """Show the map of a method beside the photograph and the heat map of the lab's layer."""
    method = choice("Method", METHODS, "why_method")
    explanation = choose_settings(method, context.network.size)
    st.markdown(SAID[method])
    alone = st.toggle("Hide the photograph beneath", key="why_alone", bind="query-params")
    style = choose_style()
    other = lab_explanation(context)
    cam = waiting.result(
        explanations.quick, context.name, context.picture.levels, other, target["index"], context.choice
    )
    if method != "saliency":
        places = ""
        if method == "occlusion":
            cost = attribution.occlusion_cost(
                context.name, patch=explanation.patch, stride=explanation.stride
            )
            places = f"{cost.rows} × {cost.columns} = {counted(cost.positions, 'position')}, "
        show_cost(context, explanations.work(context.name, explanation), places)
    found = waiting.pieces(
        "why_map",
        (context.name, context.choice, context.picture.id, target["index"], explanation),
        lambda run: explanations.explain.pieces(
            context.name,
            context.picture.levels,
            explanation,
            target["index"],
            weights=context.choice,
            run=run,
        ),
        lambda progress: show_maps(
            context,
            {METHODS[method]: progress and progress.value, title_of(other): cam},
            target,
            style,
            alone=alone,
        ),
        start="" if method == "saliency" else "Compute the map",
    )
    if found and method == "integrated_gradients" and found.done == found.total:
        show_completeness(context, target, explanation, found.value)


def choose_settings(method: str, size: int) -> Explanation:
    """Offer the settings of a method for pictures of a size."""
    one, two, three = st.columns(3)
    with one:
        if method == "occlusion":
            patches = PATCHES if size >= 2 * PATCHES[-1] else (2, 4, 8)
            patch = st.select_slider(
                "Patch, pixels",
                patches,
                min(32, patches[-1]),
                key="why_patch",
                bind="query-params",
            )
            with two:
                strides = STRIDES if patches == PATCHES else (1, 2, 4)
                stride = st.select_slider(
                    "Stride, pixels",
                    strides,
                    min(16, strides[-1]),
                    key="why_stride",
                    bind="query-params",
                )
            with three:
                fill = choose_fill("Cover with", "why_fill")
            if stride > patch:
                st.caption("The stride is larger than the patch, so some places are never covered.")
            return Explanation(method, patch=patch, stride=stride, fill=fill)
        if method == "smooth_grad":
            samples = st.select_slider(
                "Noisy copies", (4, 8, 16, 32, 64, 128), 32, key="why_samples", bind="query-params"
            )
            with two:
                noise = st.slider(
                    "Noise, as a share of the levels",
                    0.0,
                    0.5,
                    0.15,
                    0.05,
                    key="why_noise",
                    bind="query-params",
                )
            return Explanation(method, samples=samples, noise=noise)
        if method == "integrated_gradients":
            steps = st.select_slider(
                "Steps",
                (8, 16, 32, 64, 128, 320, 640, 1280),
                Explanation.steps,
                key="why_steps",
                bind="query-params",
                help=STEPS,
            )
            with two:
                fill = choose_fill("Start from", "why_baseline")
            return Explanation(method, steps=steps, fill=fill)
    return Explanation(method)


def choose_fill(title: str, key: str) -> str:
    """Offer the pictures without information."""
    return st.selectbox(
        title,
        list(FILLS),
        format_func=FILLS.__getitem__,
        key=key,
        bind="query-params",
    )


def lab_explanation(context: NetworkContext) -> Explanation:
    """Return the heat map that is on in the lab, or else Grad-CAM."""
    overlay = context.values["overlay"]
    return asked_for("grad_cam" if overlay == "none" else overlay, context)


def title_of(explanation: Explanation) -> str:
    """Name an explanation, and the layer that it is of."""
    title = RIVALS[explanation.method]
    if explanation.method not in attribution.CAMS:
        return title
    return f"{title} of {explanation.layer}"


def show_cost(context: NetworkContext, work: explanations.Work, what: str = "") -> None:
    """What a computation costs, before it is begun."""
    seconds = waiting.result(
        explanations.seconds, context.name, work, context.choice, say="Measuring how fast this network runs"
    )
    back = f", {work.backward} of them forward and back" if work.backward and work.forward else ""
    way = " forward and back" if work.backward and not work.forward else ""
    passes = counted(work.passes, "pass", "passes")
    st.caption(f"**Cost**: {what}{passes}{way}{back}, {explanations.about(seconds)} here.")


def show_maps(
    context: NetworkContext,
    maps: dict[str, Any],
    target: inspection.PlacedClass,
    style: HeatStyle,
    *,
    alone: bool = False,
) -> None:
    """Show what the network sees, and maps of it, each with its ends."""
    columns = st.columns(3)
    seen = figures.paint(context.picture.levels, "unit")
    columns[0].image(
        figures.picture_uri(seen, overlays.SEEN_SIDE),
        width="stretch",
        caption="What the network sees",
        alt=f"{context.picture.title}, {context.network.size} by {context.network.size} pixels",
    )
    for column, (title, values) in zip(columns[1:], maps.items(), strict=False):
        if values is None:
            column.info(f"The map of **{title}** will appear here.")
            continue
        found = explanations.heat(context.name, context.picture.levels, values, style)
        words = ends(found)
        with column:
            st.image(
                figures.data_uri(figures.encode(found.alone if alone else found.over), figures.MIME["png"]),
                width="stretch",
                alt=f"{title} for {target['label']}: {words}",
            )
            if not found.flat:
                show_legend(found.limit, style, signed=found.signed, alone=alone)
            st.caption(f"{title}. {words}")


def show_completeness(
    context: NetworkContext, target: inspection.PlacedClass, explanation: Explanation, found: Any
) -> None:
    """How far the shares add up to what they share out."""
    sums = waiting.result(
        partial(
            attribution.completeness,
            context.name,
            context.picture.levels,
            found,
            target["index"],
            baseline=explanation.fill,
            weights=context.choice,
        )
    )
    total, difference = format_number(sums.total, 4), format_number(sums.difference, 4)
    error = "there is nothing to divide" if sums.error is None else f"an error of {percent(sums.error)}"
    st.markdown(
        f"**Completeness**: from {FILLS[explanation.fill]} to the picture, the logit changes by "
        f"{difference}; all shares add up to {total}, {error}. More steps make the error smaller."
    )


# Which heat map is more faithful


def show_better(context: NetworkContext, target: inspection.PlacedClass) -> None:
    """Hide what two maps find most important first, and see whose class is lost sooner."""
    st.markdown(
        "**Deletion curve**: cover the pixels that a map calls most important first, and watch the "
        "probability of the class. The more faithful map makes it fall sooner: the **area** under its curve "
        "is smaller."
    )
    one, two, three, four = st.columns([3, 3, 2, 3])
    rivals = tuple(
        asked_for(
            column.selectbox(
                title,
                list(RIVALS),
                index=list(RIVALS).index(default),
                format_func=RIVALS.__getitem__,
                key=key,
                bind="query-params",
            ),
            context,
        )
        for column, title, default, key in (
            (one, "First", "grad_cam", "why_first"),
            (two, "Second", "chance", "why_second"),
        )
    )
    with three:
        steps = st.select_slider("Steps", (8, 16, 32, 64), 32, key="why_deletions", bind="query-params")
    with four:
        fill = choose_fill("Cover with", "why_cover")
    show_cost(context, explanations.contest_work(context.name, rivals, steps))
    names = [title_of(rival) for rival in rivals]
    found = waiting.pieces(
        "why_duel",
        (context.name, context.choice, context.picture.id, target["index"], rivals, steps, fill),
        lambda run: explanations.contest.pieces(
            context.name,
            context.picture.levels,
            rivals,
            target["index"],
            steps=steps,
            fill=fill,
            weights=context.choice,
            run=run,
        ),
        lambda progress: show_curves(progress, names, target),
        start="Cover and compare",
    )
    if found and found.done == found.total:
        first, second = found.value
        winner = explanations.winner(first, second)
        st.markdown(
            f"Area under **{names[0]}**: {format_number(first.area)}; under **{names[1]}**: "
            f"{format_number(second.area)}. "
            + (
                f"**{names[winner]}** is more faithful: covering its pixels loses the class sooner."
                if winner is not None
                else "Neither is more faithful."
            )
        )
        st.caption(
            "A picture with covered parts is unlike any photograph, which alone may confuse the network: "
            "compare with random places, and with another cover. Pixel maps cover scattered pixels, which "
            "ruins a picture sooner than covering whole areas: compare like with like."
        )


def asked_for(method: str, context: NetworkContext) -> Explanation:
    """Ask for a method as it comes, and for a heat map of the lab's layer where one is on there.

    Else it is that of the last layer with rows and columns: early ones tell less of a class.
    """
    if method not in attribution.CAMS:
        return Explanation(method)
    here = context.values["overlay"] != "none" and inspection.is_spatial(context.layer)
    return Explanation(
        method, (context.layer if here else context.layers[explanations.last_spatial(context.layers)]).name
    )


def show_curves(progress: Progress[Any] | None, names: list[str], target: inspection.PlacedClass) -> None:
    """Draw the curves as far as they are known."""
    if not progress or not progress.value:
        return
    lines = {
        f"{at}: {name}": (curve.hidden, curve.probabilities)
        for at, name, curve in zip((1, 2), names, progress.value, strict=False)
    }
    axes = ("covered", f"probability of {target['label']}")
    charts.chart(figures.courses, lines, axes, shares=True, key=f"why_curves {progress.done}")


# Does the map depend on training


def show_training(context: NetworkContext, target: inspection.PlacedClass) -> None:
    """Make the weights of the top layers random, and see whether the map notices."""
    st.markdown(
        "**Weight randomisation**: layers get random weights, starting with the last. A map that stays the "
        "same shows the photograph, not what the network has learned."
    )
    method = choice("Map", TRAINED, "why_tested")
    layers = waiting.result(partial(attribution.weighted_layers, context.name, weights=context.choice))
    top = st.slider(
        f"Random layers, from the last of the {len(layers)} with weights",
        0,
        len(layers),
        1,
        key="why_random",
        bind="query-params",
    )
    layer = asked_for(method, context).layer
    ask = partial(
        attribution.randomised, context.name, context.picture.levels, method=method, weights=context.choice
    )
    maps = {
        title: waiting.result(partial(ask, count, layer, target["index"]))
        for title, count in (("Trained", 0), (f"Last {top} random", top))
    }
    show_maps(context, maps, target, choose_style())
    before, after = maps.values() if len(maps) > 1 else (maps["Trained"],) * 2
    st.markdown(explanations.verdict(explanations.rank_correlation(before, after)))
    named = ", ".join(f"`{name}`" for name in layers[:top][:NAMED])
    if top:
        st.caption(f"Random: {named}{' and those before' if top > NAMED else ''}.")


NAMED = 6


# Channel by channel


def show_sum(context: NetworkContext, target: inspection.PlacedClass) -> None:
    """Write the logit as the sum that it is, where one dense layer on averages decides."""
    found = waiting.result(
        partial(
            attribution.contributions,
            context.name,
            context.picture.levels,
            target["index"],
            weights=context.choice,
        )
    )
    sums = explanations.addition(found)
    st.markdown(
        "This sum is exact: the network averages each channel of its last maps, multiplies the average by "
        "the "
        f"weight that the class has for it, and adds up all {len(found.channels):,} products and the "
        f"**bias**."
    )
    values = [value for _, value in sums.largest]
    labels = [f"{channel + 1}" for channel, _ in sums.largest]
    charts.chart(figures.bars, {"What a channel adds to the logit": values}, labels=labels)
    st.latex(explanations.sum_formula(sums))
    last = explanations.last_spatial(context.layers)
    channel = st.selectbox(
        "Show a channel above",
        [channel for channel, _ in sums.largest],
        index=None,
        format_func=lambda channel: str(channel + 1),
        placeholder="choose one of these",
        key="why_channel",
    )
    if channel is not None and (context.values["depth"], context.values["channel"]) != (last, channel):
        context.state.adopt(context.values | {"depth": last, "channel": channel})
        st.rerun()


SHOWN: dict[str, Callable[[NetworkContext, inspection.PlacedClass], None]] = {
    "where": show_where,
    "better": show_better,
    "training": show_training,
    "sum": show_sum,
}
