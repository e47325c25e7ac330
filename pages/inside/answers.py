"""What the network says of every class: places, logits and probabilities."""

from __future__ import annotations

import streamlit as st

from explorer.figures import format_number
from explorer.imagenet import inspection, pretrained
from pages import operations
from pages.inside.scene import Scene
from pages.widgets import markdown, waiting
from pages.widgets.markdown import Marked, plain

SHOWN = 10
HEADS = ("place", "class", "probability", "logit", "number", "WordNet")


def show(scene: Scene) -> None:
    """Show the first classes or those that are searched for, and let one be explained."""
    text = st.text_input(
        "Search the thousand classes", placeholder="cup, tabby, n02123045 or 281", key="class_search"
    )
    wanted = tuple(label.index for label in pretrained.search(text, limit=SHOWN)) if text else None
    if wanted == ():
        st.info(f"None of the thousand classes has {text!r} in its name. Half of a word is enough.")
        return
    found = waiting.result(
        inspection.answers,
        scene.name,
        scene.picture.levels,
        operations.inside.view(scene.values),
        wanted or SHOWN,
    )
    rows = (
        (
            str(each["place"]),
            Marked(f"**{plain(each['label'])}**"),
            percent(each["probability"]),
            f"{each['logit']:.2f}",
            str(each["index"]),
            each["wnid"],
        )
        for each in found["classes"]
    )
    st.markdown(markdown.table(HEADS, rows, "rlrrrl"))
    st.markdown(
        "The **softmax** makes probabilities of logits: each is "
        f"exp(logit / {scene.values['temperature']:g}) divided by the sum of all thousand. "
        f"**Entropy** {format_number(found['entropy'])} bits: as unsure as between "
        f"{format_number(found['alternatives'])} equally likely classes."
    )
    labels = {each["index"]: each["label"] for each in found["classes"]}
    explained = st.selectbox(
        "Explain above why it says",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        placeholder="choose a class",
        key="explain_class",
    )
    if explained is not None and explained != scene.values["target"]:
        overlay = scene.values["overlay"] if scene.values["overlay"] != "none" else "grad_cam"
        scene.state.adopt(scene.values | {"target": explained, "overlay": overlay})
        st.rerun()


def percent(share: float) -> str:
    """Write a probability that may be very small, and is never all.

    >>> [percent(share) for share in (0.81649, 0.00712, 1.2e-8, 0.99996)]
    ['81.65 %', '0.71 %', '< 0.001 %', '> 99.99 %']
    """
    if share < 1e-5:
        return "< 0.001 %"
    if share > 0.9999:
        return "> 99.99 %"
    return f"{100 * share:.{2 if share > 0.001 else 3}f} %"
