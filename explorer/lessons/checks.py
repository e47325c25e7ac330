"""Whether a check holds, and the sentence that the present numbers make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from explorer.lessons.measures import MEASURES, Measure
from explorer.lessons.record import FROM_START, Check, LessonStep, Value

MET = "That is right."
"""What is said where a step has no sentence of its own."""


@dataclass(frozen=True)
class CheckOutcome:
    """Whether something holds, and the sentence that says so or says why not."""

    met: bool
    sentence: str


def needed(step: LessonStep) -> tuple[str, ...]:
    """Name the measures that the checks and sentences of a step need, each once."""
    texts = [step.done, *(check.otherwise for check in step.checks)]
    names = [check.measure for check in step.checks]
    return tuple(dict.fromkeys([*names, *(name for text in texts for name in placeholders(text))]))


def needed_at_start(step: LessonStep) -> tuple[str, ...]:
    """Name the measures whose numbers at the start of a step its checks need."""
    return tuple(check.measure for check in step.checks if check.comparison in FROM_START)


def placeholders(text: str) -> list[str]:
    """List the names in braces in a sentence.

    Raises:
        ValueError: If a brace is left open.

    Example:
        >>> placeholders("The map has {rows} rows.")
        ['rows']
    """
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def evaluate(
    step: LessonStep, present: Mapping[str, Value], start: Mapping[str, Value] | None = None
) -> CheckOutcome:
    """Look at all checks of a step, in their order.

    Args:
        step: The step.
        present: The measures that `needed` names.
        start: Those that `needed_at_start` names, as they were when the step began.

    Returns:
        That the step is done, or the sentence of the first check that does not hold.

    Example:
        >>> step = LessonStep(
        ...     page="convolution", query={}, text="", task="", hint="", done="They add up to {kernel_sum}.",
        ...     checks=(Check(measure="kernel_sum", comparison="equals", wanted=1.0, within=0.01),),
        ... )
        >>> evaluate(step, {"kernel_sum": 0.5}).sentence
        'The sum of the weights is 0.5, and should be 1.'
        >>> evaluate(step, {"kernel_sum": 1.0})
        CheckOutcome(met=True, sentence='They add up to 1.')
    """
    for check in step.checks:
        outcome = judged(step.page, check, present, start or {})
        if not outcome.met:
            return outcome
    return CheckOutcome(True, filled(step.page, step.done, present) or MET)


def judged(page: str, check: Check, present: Mapping[str, Value], start: Mapping[str, Value]) -> CheckOutcome:
    """Look at one check; see `evaluate`."""
    value, before = present[check.measure], start.get(check.measure)
    if _holds(check, value, before):
        return CheckOutcome(True, "")
    sentence = filled(page, check.otherwise, present)
    return CheckOutcome(False, sentence or _sentence(MEASURES[page][check.measure], check, value, before))


def filled(page: str, text: str, present: Mapping[str, Value]) -> str:
    r"""Write the present numbers into a sentence.

    Example:
        >>> filled("pooling", "Only {kept} are left.", {"kept": 0.25})
        'Only 25.0\xa0% are left.'
    """
    table = MEASURES[page]
    return text.format_map({name: table[name].said(present[name]) for name in placeholders(text)})


def _holds(check: Check, value: Value, before: Value) -> bool:
    wanted = check.wanted
    if value is None:
        return False
    match check.comparison:
        case "one_of":
            assert isinstance(wanted, tuple)
            return any(_equal(value, each, check.within) for each in wanted)
        case "changed":
            return before is not None and (not _equal(value, before, check.within)) == wanted
        case "at_least":
            return _number(value) >= _number(wanted) - _ROUNDING
        case "at_most":
            return _number(value) <= _number(wanted) + _ROUNDING
        case "falls_to":
            return before is not None and _number(value) <= _number(wanted) * _number(before) + _ROUNDING
        case "grows_to":
            return before is not None and _number(value) >= _number(wanted) * _number(before) - _ROUNDING
        case _:
            return not isinstance(wanted, tuple) and _equal(value, wanted, check.within)


_ROUNDING = 1e-9  # a number that is meant to lie on the bound may miss it by so much


def _equal(value: Value, wanted: Value, within: float) -> bool:
    if _is_number(value) and _is_number(wanted):
        return abs(_number(value) - _number(wanted)) <= within + _ROUNDING
    return type(value) is type(wanted) and value == wanted


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)


def _sentence(measure: Measure, check: Check, value: Value, before: Value) -> str:
    """Say what the number is and what it should be."""
    is_ = f"The {measure.title} is {measure.said(value)}"
    wanted = check.wanted
    if isinstance(value, bool) and not isinstance(wanted, tuple) and check.comparison == "equals":
        return f"{measure.title.capitalize()}: {measure.said(value)}; it should be {measure.said(wanted)}."
    if value is None:
        return f"{is_}."
    match check.comparison:
        case "one_of":
            assert isinstance(wanted, tuple)
            return f"{is_}, and should be one of {', '.join(map(measure.said, wanted))}."
        case "changed" if wanted:
            return f"{is_}, as at the start of this step; it should change."
        case "changed":
            return f"{is_}, and was {measure.said(before)} at the start of this step; it should stay."
        case "at_least" | "at_most":
            assert not isinstance(wanted, tuple)
            return f"{is_}, and should be {check.comparison.replace('_', ' ')} {measure.said(wanted)}."
        case "falls_to" | "grows_to":
            end = "at most" if check.comparison == "falls_to" else "at least"
            bound = measure.said(_number(wanted) * _number(before)) if before is not None else "another"
            return f"{is_}. It was {measure.said(before)} at the start, and should be {end} {bound}."
        case _:
            assert not isinstance(wanted, tuple)
            return f"{is_}, and should be {measure.said(wanted)}."
