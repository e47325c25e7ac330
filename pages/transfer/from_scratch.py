"""From scratch: the same few pictures, and a small network that has never seen any other."""

from __future__ import annotations

import streamlit as st

from explorer.transfer import from_scratch
from explorer.transfer.training_job import Course
from pages.components import waiting
from pages.components.markdown import plain
from pages.transfer import learning
from pages.transfer.context import TeachingContext


def show(context: TeachingContext) -> None:
    """Train the small network beside the transferred one, and say what the difference is worth."""
    st.markdown(
        "**Why does it work?** The network brings features that a million photographs have shaped; only the "
        "head is new. Here a network that knows nothing learns from the same pictures."
    )
    st.caption(from_scratch.SCRATCH)
    own, other = st.columns(2, gap="large")
    end = context.plan.epochs
    with own:
        st.markdown(f"**Transferred from {plain(context.network.title)}**")
        show_one(context.course, end)
    with other:
        st.markdown("**From scratch**")
        waiting.pieces(
            "teach_scratch",
            context.question,
            lambda run: from_scratch.scratch.pieces(
                context.plan, context.train, context.held_out, context.classes, run=run
            ),
            lambda progress: show_one(progress.value if progress else None, end),
            start="Train from scratch",
            unit="epochs",
        )
    st.page_link(
        "pipeline/page.py",
        label="Build such a network yourself on Pipeline: *Train it* can learn from these pictures, too.",
        icon=":material/stacks:",
    )


def show_one(course: Course | None, end: int) -> None:
    """Show the curves of one of the two, and say what came of it."""
    learning.show_course(course, end)
    st.caption(learning.told(course))
