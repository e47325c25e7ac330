"""Every step of the shipped lessons: it is not done as it comes, and it can be done."""

from __future__ import annotations

import pytest
from lessons.bench import measured
from lessons.walk import LEVELS, walked

from explorer.lessons.checks import evaluate, needed, needed_at_start


@pytest.mark.parametrize(("lesson", "level"), LEVELS)
def test_each_step_is_open_as_it_comes_and_can_be_done(lesson: str, level: str) -> None:
    """The first check that fails says so with the numbers of the page; after what it asks for, all hold."""
    for number, step, begun, done in walked(lesson, level):
        if not step.checks:
            continue
        names = needed(step)
        start = measured(step.page, begun, needed_at_start(step))
        outcome = evaluate(step, measured(step.page, begun, names), start)
        assert not outcome.met, (number, outcome.sentence)
        assert "{" not in outcome.sentence
        outcome = evaluate(step, measured(step.page, done, names), start)
        assert outcome.met, (number, outcome.sentence)
        assert "{" not in outcome.sentence
