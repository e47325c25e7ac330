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
HEADS = ("Rank", "Class", "Probability", "Logit", "Index (from 0)", "WordNet")


def show(context: NetworkContext) -> None:
    """Show the first classes or those that are searched for, and let one be explained."""
    text = st.text_input(
        "Search the thousand classes", placeholder="cup, tabby, n02123045 or 281", key="class_search"
    )
    wanted = tuple(label.index for label in search(text, limit=SHOWN)) if text else None
    if wanted == ():
        st.info(f"No class has {text!r} in its name. Try another word, or just a part of one.")
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
        "The **logit** is the plain score of a class. The **softmax** turns logits into probabilities: each "
        f"is exp(logit ÷ {context.values['temperature']:g}) divided by the sum over all thousand classes. "
        f"**Entropy**, a measure of doubt: {format_number(found['entropy'])} bits, as unsure as between "
        f"{format_number(found['alternatives'])} equally likely classes."
    )
    labels = {each["index"]: each["label"] for each in found["classes"]}
    explained = st.selectbox(
        "Show why it says",
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
