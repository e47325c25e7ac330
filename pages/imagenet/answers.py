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
FEW = 12  # classes, of which all are shown
HEADS = ("Rank", "Class", "Probability", "Logit", "Index (from 0)", "WordNet")


def show(context: NetworkContext) -> None:
    """Show the first classes or those that are searched for, and let one be explained."""
    labels = context.network.labels
    has_ids = any(label.wnid for label in labels)
    many = "thousand" if len(labels) == 1000 else f"{len(labels):,}"
    text, most = "", len(labels)
    if len(labels) > FEW:
        most = SHOWN
        text = st.text_input(
            f"Search the {many} classes",
            placeholder="cup, tabby, n02123045 or 281" if has_ids else "a part of a name, or a number",
            key="class_search",
        )
    wanted = tuple(label.index for label in search(text, SHOWN, labels)) if text else None
    if wanted == ():
        st.info(f"No class has {text!r} in its name. Try another word, or just a part of one.")
        return
    found = waiting.result(
        inspection.answers,
        context.name,
        context.picture.levels,
        operation.view(context.values),
        wanted or most,
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
    columns = len(HEADS) if has_ids else len(HEADS) - 1
    st.markdown(markdown.table(HEADS[:columns], (row[:columns] for row in rows), "rlrrrl"[:columns]))
    st.markdown(
        "The **logit** is the plain score of a class. The **softmax** turns logits into probabilities: each "
        f"is exp(logit ÷ {context.values['temperature']:g}) divided by the sum over all {many} classes. "
        f"**Entropy**, a measure of doubt: {format_number(found['entropy'])} bits, as unsure as between "
        f"{format_number(found['alternatives'])} equally likely classes."
    )
    names = {each["index"]: each["label"] for each in found["classes"]}
    explained = st.selectbox(
        "Show why it says",
        list(names),
        index=None,
        format_func=names.__getitem__,
        placeholder="choose a class",
        key="explain_class",
    )
    if explained is not None and explained != context.values["target"]:
        overlay = context.values["overlay"] if context.values["overlay"] != "none" else "grad_cam"
        context.state.adopt(context.values | {"target": explained, "overlay": overlay})
        st.rerun()
