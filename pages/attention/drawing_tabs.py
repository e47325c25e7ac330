"""The tabs of attention on a drawing: a transformer that has learned, and what it is beside a convolution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from explorer import figures, sketch
from explorer.attention import trained
from explorer.code.transformer import SEEN, SNIPPETS, WEIGHTS, code
from explorer.convolution import experiments
from explorer.images import Array
from explorer.parameters import Values
from explorer.sketch.parameters import DRAWING
from explorer.words import percent
from pages.attention import drawing
from pages.components import charts, held_drawing, lab, markdown, pad, panels
from pages.components.file_button import file_button
from pages.live.messages import SentDrawing
from pages.operations import OPERATIONS

PATCH = 27  # in the middle of the drawing: it looks where the class token does
DRAWN = OPERATIONS["drawn_attention"]


def show_drawing() -> None:
    """Show a transformer that has learned, on a drawing: what its patches look at, and what it answers."""
    panels.say(
        "This small **vision transformer** has learned from the drawings that taught the network of "
        "*Draw and watch*. Draw, then press a patch to see what it looks at."
    )
    panels.show_lab(DRAWN, drawn_state(), None, drawing.labels(sent()), brought=brought)


def drawn_state() -> lab.State:
    """The settings of the drawing: a link carries nobody's own."""
    state = lab.state(DRAWN, st.query_params)
    if state.values["source"] == DRAWING and held_drawing.held() is None:
        state.adopt(state.values | {"source": drawing.EXAMPLE})
    return state


def sent() -> SentDrawing | None:
    """What was drawn in this session, if anything, as the browser reads it."""
    held = held_drawing.held()
    return pad.sent(held.drawing) if held else None


def brought(request: Mapping[str, Any], values: Values) -> Array:
    """Keep the drawing that came with a question, and give what is to be looked at."""
    held_drawing.take(request)
    return held_drawing.named(values["source"], drawing.EXAMPLE)


def show_beside() -> None:
    """Set the transformer beside the convolutional network of the same size."""
    both = trained.compared()
    st.markdown(
        markdown.table(
            (
                "Network",
                "Parameters",
                "Multiplications",
                "Test accuracy",
                "After one layer a unit sees",
                "At the end",
            ),
            (
                (
                    each.title,
                    f"{each.parameters:,}",
                    f"{each.multiply_adds:,}",
                    percent(each.accuracy),
                    f"{each.seen[0]} × {each.seen[0]}",
                    f"{each.seen[-1]} × {each.seen[-1]}",
                )
                for each in both
            ),
            "lrrrrr",
        )
    )
    plan = trained.facts()["plan"]
    st.caption(
        f"Both learned from the same {plan['each']:,} drawings per class, the transformer from each of them "
        f"moved, turned and squeezed anew {plan['epochs']} times. **Test accuracy** is the share of correct "
        f"answers on {plan['tested']} drawings per class in styles that neither had seen. "
        "**Multiplications** are those for one drawing."
    )
    try:
        seen = sketch.prepare(brought({}, drawn_state().values))
    except sketch.SketchError as error:
        st.info(str(error))
        return
    show_views(seen)
    target = int(drawing.ran(seen, drawn_state().values).probabilities.argmax())
    found = trained.shifts(seen, target)
    st.markdown("**Move the drawing sideways**, without centring it anew, and ask both again:")
    lines = {"Vision transformer": found.transformer, "Convolutional network": found.convolution}
    charts.chart(
        figures.courses,
        {name: (found.right, [100 * share for share in shares]) for name, shares in lines.items()},
        ("pixels to the right", f"probability of {found.label}, %"),
        key="shifts",
    )
    st.markdown(
        f"Moved by one pixel, the first maps of the convolution move along: {percent(found.maps_change)} of "
        "them change. Moved by one patch, the transformer's vectors after the first block change by "
        f"{percent(found.rows_change)}, as each place adds a vector of its own. It has to learn that a shape "
        "is the same everywhere, and learns it from drawings that were moved."
    )


def show_views(seen: Array) -> None:
    """Show what one unit of each network depends on, in the middle of the patch that looks."""
    patch = drawing.looks(drawn_state().values)[0]
    patch = PATCH if patch is None else patch
    st.markdown(f"**What one unit in the middle of {trained.called(patch)} can see**; the rest is veiled:")
    for column, view in zip(st.columns(4), trained.views(patch), strict=False):
        pixels = figures.enlarge(view.shown(seen), 4)
        rows, columns = view.size
        column.image(
            figures.data_uri(figures.encode(pixels), figures.MIME["png"]),
            caption=f"{view.title}: {rows} × {columns} pixels",
            alt=f"The drawing, of which {rows} × {columns} pixels are not veiled",
        )


def show_code() -> None:
    """Show the transformer on the drawing as a program, and the files that it reads."""
    st.markdown("## The transformer on the drawing")
    framework = panels.choose_framework(SNIPPETS, "numpy", "drawn_code")
    values = drawn_state().values
    places = trained.shuffled(values["shuffled"]) if values["shuffled"] else None
    st.code(code(framework, trained.network(), dropped=values["dropped"], places=places), "python")
    st.caption("It answers as the page does, from the same weights. Save both files next to it.")
    one, two, _ = st.columns(3)
    file_button(one, "Weights as NPZ", lambda: sketch.asset(WEIGHTS).read_bytes(), WEIGHTS, width="stretch")
    with panels.complaining():
        seen = sketch.prepare(brought({}, values))
        file_button(two, "Drawing as NPY", lambda: experiments.to_npy(seen), SEEN, width="stretch")
