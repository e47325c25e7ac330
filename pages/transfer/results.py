"""What was learned: the test pictures, who is taken for whom, and how far each class can be trusted."""

from __future__ import annotations

import json

import streamlit as st

from explorer.transfer.evaluation import Answered, Examination
from explorer.words import percent, plural, whole_percent
from pages import served
from pages.components import markdown
from pages.components.markdown import plain
from pages.transfer.context import TeachingContext
from pages.transfer.pictures import Tile, gallery

ASKED = {"held": "test pictures", "train": "training pictures"}
KEY = "teach_confusion"

_component = served.component(
    "teaching_confusion",
    "transfer/confusion.js",
    "transfer/confusion.css",
    html="<!-- The table builds itself. -->\n",
)


def show(context: TeachingContext) -> None:
    """Show how the test pictures, or those trained on, were answered."""
    asked = "held"
    if context.halves.held_out:
        asked = st.segmented_control(
            "Pictures",
            list(ASKED),
            format_func=ASKED.__getitem__,
            default="held",
            required=True,
            key="teach_asked",
            bind="query-params",
            label_visibility="collapsed",
        )
    else:
        st.info(
            "There are no test pictures, so nothing shows how the network does on new ones: add pictures."
        )
        asked = "train"
    found = context.examined(asked == "held")
    st.markdown(verdict(found, asked))
    left, right = st.columns([2, 3], gap="large")
    with left:
        cell = show_confusion(found)
        show_scores(found)
    with right:
        show_pictures(context, found, cell)


def verdict(found: Examination, asked: str) -> str:
    """How many are right, and what that is worth."""
    total = len(found.answered)
    said = (
        f"**{found.right} of {total}** {ASKED[asked].removesuffix('s') if total == 1 else ASKED[asked]} "
        f"{plural(found.right, 'is', 'are')} correct."
    )
    if asked == "train":
        return f"{said} The head has seen these pictures, so this says little about new ones."
    if total < FEW:
        return f"{said} With so few, one picture decides: keep more test pictures to be surer."
    return said


FEW = 10


def show_confusion(found: Examination) -> tuple[int, int] | None:
    """Show the confusion matrix, and give the cell that is open."""
    st.markdown("**Confusion matrix**: a row for each class, a column for each answer. Open a cell.")
    state = {"classes": found.classes, "counts": found.confusion.tolist()}
    chosen = _component(key=KEY, data={"table": json.dumps(state)}, on_cell_change=lambda: None).cell
    match chosen:
        case [int(row), int(column)] if {row, column} <= {*range(len(found.classes))}:
            return row, column
    return None


def show_pictures(context: TeachingContext, found: Examination, cell: tuple[int, int] | None) -> None:
    """Show the pictures of a cell or, while none is open, the mistakes and then the rest."""
    if cell is None:
        shown = [*found.mistakes, *(each for each in found.answered if each.right)]
        title = "All pictures, mistakes first" if found.mistakes else "All pictures: no mistakes"
    else:
        truth, answer = (found.classes[place] for place in cell)
        shown = found.cell(*cell)
        title = f"{plain(truth)}, answered {plain(answer)}"
    st.markdown(f"**{title}**")
    if shown:
        gallery(tile(context, each) for each in shown)
    else:
        st.caption("No pictures here: choose a cell with a number.")


def tile(context: TeachingContext, each: Answered) -> Tile:
    """Show a picture with its answer and, where that is wrong, its class."""
    name = context.classes[each.answer]
    title = name if each.right else f"{name}, not {context.classes[each.truth]}"
    words = f"{percent(max(each.probabilities))} · {each.photo.name}"
    return Tile(context.session.thumbnail(each.photo), title, words, wrong=not each.right)


def show_scores(found: Examination) -> None:
    """Show precision and recall of each class, with the counts that they are made of."""
    rows = ((name, of(score.precision), of(score.recall)) for name, score in found.scores.items())
    st.markdown(markdown.table(("Class", "Precision", "Recall"), rows, "lrr"))
    st.caption(
        "**Precision**: how many of the pictures that got this answer really are of this class. **Recall**: "
        "how many of the pictures of this class got this answer. A dash means that there was nothing to "
        "count."
    )


def of(share: float | None) -> str:
    """Write a share, or a dash where it is a share of nothing."""
    return "–" if share is None else whole_percent(share)
