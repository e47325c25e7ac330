"""What the network says of every class: places, logits and probabilities."""

from __future__ import annotations

import streamlit as st

from explorer.figures import format_number
from explorer.imagenet import inspection
from explorer.imagenet.labels import search
from explorer.words import percent
from pages.components import markdown, waiting
from pages.components.markdown import Marked, plain
from pages.imagenet import operation
from pages.imagenet.context import NetworkContext

SHOWN = 10
HEADS = ("place", "class", "probability", "logit", "number", "WordNet")


def show(context: NetworkContext) -> None:
    """Show the first classes or those that are searched for, and let one be explained."""
    text = st.text_input(
        "Search the thousand classes", placeholder="cup, tabby, n02123045 or 281", key="class_search"
    )
    wanted = tuple(label.index for label in search(text, limit=SHOWN)) if text else None
    if wanted == ():
        st.info(f"None of the thousand classes has {text!r} in its name. Half of a word is enough.")
        return
    found = waiting.result(
        inspection.answers,
        context.name,
        context.picture.levels,
        operation.view(context.values),
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
        f"exp(logit / {context.values['temperature']:g}) divided by the sum of all thousand. "
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
    if explained is not None and explained != context.values["target"]:
        overlay = context.values["overlay"] if context.values["overlay"] != "none" else "grad_cam"
        context.state.adopt(context.values | {"target": explained, "overlay": overlay})
        st.rerun()
