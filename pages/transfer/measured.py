"""What lessons measure on this page: the pictures, and how the network does that learnt from them."""

from __future__ import annotations

from dataclasses import replace

from explorer.lessons.subjects import Taught
from pages.components import dataset_session, waiting
from pages.transfer import plan
from pages.transfer.context import TeachingContext


def measured() -> Taught:
    """Look at the session's pictures, and at what was learnt from them under the present plan."""
    session, state = dataset_session.session(), plan.state()
    choices = plan.choices(state)
    halves = dataset_session.halves(session.labelled, choices.share, choices.plan.seed)
    if halves is None:
        return Taught(session.labelled)
    context = TeachingContext(session, choices.plan, halves)
    found = waiting.so_far("teach", context.question)
    context = replace(context, course=found.value if found else None)
    if context.trained is None:
        return Taught(session.labelled)
    return Taught(session.labelled, context.examined(True), context.examined(False))
