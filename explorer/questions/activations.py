"""Questions on an activation: its value and its slope at a place."""

from __future__ import annotations

import math

import numpy as np

from explorer.activations import ActivationCurve
from explorer.questions.drawing import Array, answers, chance, number, one_of
from explorer.questions.record import DECIMALS, Aim, PosedQuestion, QuestionKind

REACH = 3
"""How far from 0 the places are that are asked about."""

STEPS = 2
"""How many of them there are between two whole numbers."""

NEAR = 0.03
"""By how much a number may be off that is no plain fraction: it can be read or dragged so far."""

HIGHEST = 6
"""How far up numbers are that can be dragged: beyond, a pixel would be too much."""


def value_at(experiment: ActivationCurve, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask for the value at a place.

    Args:
        experiment: The function.
        picture: None is needed.
        seed: As `chance`.

    Example:
        >>> asked = value_at(ActivationCurve("relu"), None, 3)
        >>> asked.prompt, asked.answer
        ('ReLU: what is its value at x = −0.5?', 0.0)
    """
    return _asked(experiment, seed, "value")


def slope_at(experiment: ActivationCurve, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask for the slope at a place without a kink; arguments as `value_at`.

    Example:
        >>> asked = slope_at(ActivationCurve("sigmoid"), None, 4)
        >>> asked.prompt, round(asked.answer, 4), asked.within
        ('Sigmoid: what is its slope at x = 0.5? Within 0.03 is close enough.', 0.235, 0.03)
    """
    return _asked(experiment, seed, "slope")


def _at(experiment: ActivationCurve, x: float) -> tuple[float, float]:
    """Value and slope at a place."""
    place = np.array([x])
    record, values = experiment.record, experiment.values
    return float(record.f(place, **values)[0]), float(record.derivative(place, **values)[0])


def _asked(experiment: ActivationCurve, seed: int, what: str) -> PosedQuestion:
    rng = chance(seed, f"activations_{what}")
    kinks = [kink.x for kink in experiment.kinks]
    places = [
        place / STEPS
        for place in range(-REACH * STEPS, REACH * STEPS + 1)
        if not any(math.isclose(place / STEPS, kink, abs_tol=1e-9) for kink in kinks)
    ]
    x = places[one_of(rng, range(len(places)))]
    value, slope = _at(experiment, x)
    mirrored = dict(zip(("value", "slope"), _at(experiment, -x), strict=True))
    answer = value if what == "value" else slope
    # What is a plain fraction can be worked out; the rest is read from the curve.
    is_plain = math.isclose(answer * 1000, round(answer * 1000), abs_tol=1e-6)
    within = DECIMALS if is_plain else NEAR
    other, name = (slope, "slope") if what == "value" else (value, "value")
    wrong = [
        (other, f"That is the {name}; the question is about the {what}."),
        (mirrored[what], f"That is the {what} at x = {number(-x)}: mind the sign."),
        (x, "That is x itself, before the function."),
        (-answer, "You lost the sign."),
    ]
    return PosedQuestion(
        kind=f"activations_{what}",
        seed=seed,
        prompt=f"{experiment.said}: what is its {what} at x = {number(x)}?"
        + ("" if is_plain else f" Within {NEAR} is close enough."),
        form="number",
        answer=answer,
        mistakes=answers(answer, wrong, within),
        worked=f"{experiment.at(x)}.",
        within=within,
        aim=_aim(experiment, places, what, x, value),
    )


def _aim(experiment: ActivationCurve, places: list[float], what: str, x: float, value: float) -> Aim | None:
    """Axes with room for the answers at all places, so that they tell nothing of this one."""
    found = [_at(experiment, place) for place in places]
    up = math.ceil(max(abs(each) + abs(slope) * (what == "slope") for each, slope in found))
    if not 0 < up <= HIGHEST:
        return None
    if what == "slope":
        return Aim(what="slope", x=x, y=value, across=REACH + 1.5, up=up)
    return Aim(what="height", x=x, y=0.0, across=REACH + 0.5, up=up)


KINDS_OF_ACTIVATIONS = (
    QuestionKind(
        name="activations_value",
        title="Value at x",
        page="activations",
        make=value_at,
    ),
    QuestionKind(
        name="activations_slope",
        title="Slope at x",
        page="activations",
        make=slope_at,
    ),
)
