"""Checks against numbers worked out by hand, and the sentences that they make."""

from __future__ import annotations

import pytest

from explorer.lessons.checks import MET, evaluate, needed, needed_at_start
from explorer.lessons.record import Check, LessonStep, Value


def step(*checks: Check, done: str = "") -> LessonStep:
    return LessonStep(page="convolution", query={}, text="", task="", hint="", done=done, checks=checks)


def one(
    comparison: str, wanted: Value | tuple[Value, ...], within: float = 1e-6, otherwise: str = ""
) -> LessonStep:
    return step(
        Check(measure="kernel_sum", comparison=comparison, wanted=wanted, within=within, otherwise=otherwise)
    )


@pytest.mark.parametrize(
    ("comparison", "wanted", "value", "before", "met"),
    [
        ("equals", 1, 1.0, None, True),
        ("equals", 1, 1.02, None, False),
        ("equals", 1, None, None, False),
        ("equals", 1, True, None, False),
        ("equals", "box", "box", None, True),
        ("equals", "box", 1.0, None, False),
        ("equals", True, True, None, True),
        ("equals", True, False, None, False),
        ("at_least", 2, 2.0, None, True),
        ("at_least", 2, 1.99, None, False),
        ("at_most", 2, 2.0, None, True),
        ("at_most", 2, 2.01, None, False),
        ("one_of", (1, 3), 3, None, True),
        ("one_of", (1, 3), 2, None, False),
        ("changed", True, 2.0, 1.0, True),
        ("changed", True, 1.0, 1.0, False),
        ("changed", False, 1.0, 1.0, True),
        ("changed", True, 2.0, None, False),
        ("falls_to", 0.5, 4.0, 8.0, True),
        ("falls_to", 0.5, 4.1, 8.0, False),
        ("grows_to", 2, 6.0, 3.0, True),
        ("grows_to", 2, 5.9, 3.0, False),
    ],
)
def test_a_check_holds_as_worked_out_by_hand(comparison, wanted, value, before, met) -> None:
    """Each comparison on either side of its bound; what is not known yet never holds."""
    outcome = evaluate(one(comparison, wanted), {"kernel_sum": value}, {"kernel_sum": before})
    assert outcome.met is met
    assert outcome.sentence == MET if met else "um of the weights" in outcome.sentence


@pytest.mark.parametrize(
    ("comparison", "wanted", "value", "before", "sentence"),
    [
        ("equals", 1, 0.5, None, "The sum of the weights is 0.5, and should be 1."),
        ("equals", 1, None, None, "The sum of the weights is not known yet."),
        ("at_least", 2, 1.5, None, "The sum of the weights is 1.5, and should be at least 2."),
        ("at_most", 2, 3, None, "The sum of the weights is 3, and should be at most 2."),
        ("one_of", (1, 3), 2, None, "The sum of the weights is 2, and should be one of 1, 3."),
        (
            "changed", True, 1, 1,
            "The sum of the weights is 1, as at the start of this step; it should change.",
        ),
        (
            "falls_to", 0.5, 3, 4,
            "The sum of the weights is 3. It was 4 at the start, and should be at most 2.",
        ),
        (
            "grows_to", 2, 3, 4,
            "The sum of the weights is 3. It was 4 at the start, and should be at least 8.",
        ),
    ],
)  # fmt: skip
def test_a_sentence_is_made_of_the_present_number(comparison, wanted, value, before, sentence) -> None:
    """Without words of the lesson's own, what came and what is wanted are said."""
    assert (
        evaluate(one(comparison, wanted), {"kernel_sum": value}, {"kernel_sum": before}).sentence == sentence
    )


def test_the_first_check_that_fails_speaks_with_the_lessons_words() -> None:
    """Checks are looked at in their order, and numbers stand in their sentences as the page writes them."""
    both = step(
        Check(measure="kernel_sum", comparison="equals", wanted=1, otherwise="Sum {kernel_sum}."),
        Check(measure="near_zero", comparison="at_least", wanted=0.5, otherwise="Flat: {near_zero}."),
        done="Now {near_zero} of {rows} rows.",
    )
    numbers: dict[str, Value] = {"kernel_sum": 1 / 3, "near_zero": 0.25, "rows": 1200}
    assert evaluate(both, numbers).sentence == "Sum 0.333."
    assert evaluate(both, numbers | {"kernel_sum": 1.0}).sentence == "Flat: 25.0\u00a0%."
    done = evaluate(both, numbers | {"kernel_sum": 1.0, "near_zero": 0.5})
    assert (done.met, done.sentence) == (True, "Now 50.0\u00a0% of 1,200 rows.")


def test_only_what_a_step_speaks_of_is_measured() -> None:
    """Checks and sentences name the measures, each once; comparisons with the start name theirs."""
    asked = step(
        Check(measure="kernel_sum", comparison="falls_to", wanted=0.5, otherwise="{map_max} {rows}"),
        Check(measure="rows", comparison="equals", wanted=3),
        done="{columns}",
    )
    assert needed(asked) == ("kernel_sum", "rows", "columns", "map_max")
    assert needed_at_start(asked) == ("kernel_sum",)
