"""Every kind of question, by its name and by its page."""

from __future__ import annotations

from explorer.questions.activations import KINDS_OF_ACTIVATIONS
from explorer.questions.arithmetic import KINDS_OF_ARITHMETIC
from explorer.questions.attention import KINDS_OF_ATTENTION
from explorer.questions.convolution import KINDS_OF_CONVOLUTION
from explorer.questions.draw_and_watch import KINDS_OF_SKETCH
from explorer.questions.hidden_layers import KINDS_OF_HIDDEN_LAYERS
from explorer.questions.imagenet import KINDS_OF_IMAGENET
from explorer.questions.losses import KINDS_OF_LOSSES
from explorer.questions.pipeline import KINDS_OF_PIPELINE
from explorer.questions.pooling import KINDS_OF_POOLING
from explorer.questions.record import QuestionKind

QUESTIONS: dict[str, QuestionKind] = {
    kind.name: kind
    for kind in (
        *KINDS_OF_ARITHMETIC,
        *KINDS_OF_CONVOLUTION,
        *KINDS_OF_POOLING,
        *KINDS_OF_PIPELINE,
        *KINDS_OF_ACTIVATIONS,
        *KINDS_OF_HIDDEN_LAYERS,
        *KINDS_OF_LOSSES,
        *KINDS_OF_ATTENTION,
        *KINDS_OF_SKETCH,
        *KINDS_OF_IMAGENET,
    )
}
"""The kinds of questions, in the order of the pages."""


def of_page(page: str) -> list[QuestionKind]:
    """Return the kinds that belong to a page.

    >>> [kind.name for kind in of_page("pooling")], of_page("home")
    (['pooling_winner', 'pooling_value'], [])
    """
    return [kind for kind in QUESTIONS.values() if kind.page == page]
