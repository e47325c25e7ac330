"""Questions on losses: which of them made a curve, what one costs, and which constant is best under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from explorer import figures
from explorer.errors import ExplorerError
from explorer.losses import LOSSES, LossCurve, fitting
from explorer.losses.fitting import CURVES, Fit
from explorer.questions.drawing import Array, answers, arranged, bracketed, chance, grid, number, one_of
from explorer.questions.record import (
    DECIMALS,
    DrawingFigure,
    GridFigure,
    Option,
    PosedQuestion,
    QuestionError,
    QuestionKind,
)
from explorer.words import percent

AXES = (0.0, 10.0)
"""Where both axes of the drawing begin and end."""

_OPTIONS = 4
_APART = 0.03  # of the points' height: what two curves must differ by at some point to be told apart
# What there is to choose from where too few are chosen on the page, each unlike the one before.
_MORE = (
    ("mean_squared_error", ()),
    ("mean_absolute_error", ()),
    ("quantile", (("quantile", 0.9),)),
    ("quantile", (("quantile", 0.1),)),
    ("huber", ()),
)
_TARGETS = 5  # of which the best constant is asked for, or as many fewer as make the middle one plain
_TRIES = 20  # draws of them in search of targets that differ
_CONSTANTS = {"mean_squared_error": "mean", "mean_absolute_error": "median", "quantile": "quantile"}
_WHOLE = tuple(float(place) for place in range(-2, 3))
_HALVES = tuple(place / 2 for place in range(-6, 7))


def _of_huber(error: float, loss: float, values: Mapping[str, float]) -> str:
    if abs(error) <= values["delta"]:
        return f"It is no larger than delta, so the loss is half of its square: {number(loss)}."
    return f"It is larger than delta, so the loss is delta · (|error| − delta ÷ 2) = {number(loss)}."


def _of_quantile(error: float, loss: float, values: Mapping[str, float]) -> str:
    share = values["quantile"] if error < 0 else round(1 - values["quantile"], 4)
    side = "low" if error < 0 else "high"
    return f"A prediction that is too {side} costs {number(share)} for each unit: {number(loss)}."


def _of_tube(error: float, loss: float, values: Mapping[str, float]) -> str:
    free = values["epsilon"]
    return f"The first {number(free)} of its size cost nothing; what lies beyond is {number(loss)}."


# How a loss comes from the error: (error, loss, parameters) -> a sentence. Only these are asked for.
_BY_HAND: dict[str, Callable[[float, float, Mapping[str, float]], str]] = {
    "mean_squared_error": lambda error, loss, _: f"Its square is {number(loss)}.",
    "mean_absolute_error": lambda error, loss, _: f"Without its sign it is {number(loss)}.",
    "huber": _of_huber,
    "quantile": _of_quantile,
    "epsilon_insensitive": _of_tube,
}

_HINTS = {
    "mean_squared_error": "The squared error is pulled furthest towards points that lie far away.",
    "mean_absolute_error": "The absolute error runs through the middle of the points, however far one lies.",
    "quantile": "The quantile leaves its share of the points below the curve.",
    "huber": "Huber squares small errors only, so one far point pulls it a little.",
    "log_cosh": "Log-cosh pulls like the squared error nearby and like the absolute error far away.",
}


Chosen = tuple[str, tuple[tuple[str, float], ...]]
"""A loss by its key in `LOSSES`, with pairs of parameters and values."""


@dataclass(frozen=True)
class FittedPoints:
    """Points with the losses under which curves are fitted to them, and a loss that is looked at by itself.

    Attributes:
        points: (x, y) of each.
        degree: Of the curve: 0 is a constant, 1 a line.
        losses: Those under which curves are fitted.
        curve: The loss of one prediction.
    """

    points: tuple[tuple[float, float], ...]
    degree: int
    losses: tuple[Chosen, ...]
    curve: LossCurve


@dataclass(frozen=True, eq=False)
class _Fitted:
    title: str
    name: str
    parameters: dict[str, float]
    fit: Fit


def _fits(experiment: FittedPoints) -> list[_Fitted]:
    """Fit the points under the chosen losses and a few more, as far as the curves can be told apart."""
    x, y = zip(*experiment.points, strict=True)
    apart = _APART * max(float(np.ptp(y)), 1e-9)
    found: list[_Fitted] = []
    for name, pairs in (*experiment.losses, *_MORE):
        parameters = dict(pairs)
        try:
            fit = fitting.fit(x, y, name, degree=experiment.degree, **parameters)
        except ExplorerError:
            continue  # a loss that does not take such points, which the page says beside it
        differ = [float(np.abs(fit.predictions - each.fit.predictions).max()) for each in found]
        if fit.unique and len(found) < _OPTIONS and all(each >= apart for each in differ):
            title = LossCurve.of("numbers", name, parameters).said
            found.append(_Fitted(title, name, parameters, fit))
    return found


def whose_curve(experiment: FittedPoints, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask which loss has made a curve of the points.

    Args:
        experiment: Points and losses.
        picture: None is needed.
        seed: As `chance`.

    Raises:
        QuestionError: If the losses make the same curve of the points.

    Example:
        >>> points = tuple((float(x), float(x)) for x in range(9)) + ((9.0, 0.0),)
        >>> asked = whose_curve(FittedPoints(points, 1, (), LossCurve("numbers", "huber")), None, 1)
        >>> len(asked.options), asked.answer in asked.mistakes
        (4, False)
    """
    found = _fits(experiment)
    if len(found) < 2:
        raise QuestionError(
            "Every loss makes the same curve of these points: drag one point far away from the others."
        )
    rng = chance(seed, "losses_curve")
    right = found[one_of(rng, range(len(found)))]
    others = [each for each in found if each is not right]
    options, letter, mistakes = arranged(
        rng,
        Option(text=right.title),
        [(Option(text=each.title), _wrong(experiment, each, right)) for each in others],
    )
    x = np.linspace(*AXES, 101)
    kind = CURVES[experiment.degree]
    said = f" {right.fit.said}" if right.fit.said else ""
    return PosedQuestion(
        kind="losses_curve",
        seed=seed,
        prompt=f"Which loss fitted this {kind} to the points?",
        form="choice",
        answer=letter,
        mistakes=mistakes,
        worked=f"{right.title} makes {right.fit} of the points.{said} "
        f"{_HINTS.get(right.name, LOSSES[right.name].why)}",
        shows=(
            DrawingFigure(
                title="Points and curve",
                alt=f"{len(experiment.points)} points and a {kind} through them",
                svg=figures.points_svg(experiment.points, (x, right.fit.at(x)), AXES),
            ),
        ),
        options=options,
    )


def _wrong(experiment: FittedPoints, chosen: _Fitted, right: _Fitted) -> str:
    """Why it is not this loss: another curve costs less under it."""
    targets = np.array([y for _, y in experiment.points])
    terms = LOSSES[chosen.name].terms(targets[:, None], right.fit.predictions[:, None], **chosen.parameters)
    here, best = figures.format_number(float(terms.mean())), figures.format_number(chosen.fit.value)
    hint = f" {_HINTS[chosen.name]}" if chosen.name in _HINTS else ""
    return f"Under {chosen.title} this curve costs {here} on average, and {chosen.fit} only {best}.{hint}"


def loss_at(experiment: FittedPoints, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask for the loss of one prediction; arguments as `whose_curve`.

    Raises:
        QuestionError: If the loss is none that is worked out by hand.

    Example:
        >>> asked = loss_at(FittedPoints((), 1, (), LossCurve("numbers", "mean_squared_error")), None, 1)
        >>> asked.prompt, asked.answer
        ('Target 1, prediction 2.5: how large is the loss under Mean squared error (MSE)?', 2.25)
    """
    rng = chance(seed, "losses_value")
    curve = experiment.curve
    if curve.name not in _BY_HAND:
        raise QuestionError(
            f"{curve.record.title} takes a calculator: choose MSE, MAE, Huber or the quantile for a question "
            "about its value."
        )
    pairs = [(target, guess) for target in _WHOLE for guess in _HALVES if target != guess]
    target, guess = pairs[one_of(rng, range(len(pairs)))]
    answer, slope = float(curve.losses(target, guess)), float(curve.slopes(target, guess))
    error = guess - target
    wrong = [
        (slope, "That is the gradient, how steep the loss is there; the question is about its value."),
        (error, "That is the error, prediction minus target; no loss here is below 0."),
        (abs(error), "That is the absolute error; this is another loss."),
        (error**2, "That is the squared error; this is another loss."),
        (error**2 / 2, "That is half of the squared error; this is another loss."),
        ((target + guess) ** 2, "You added target and prediction; the error is their difference."),
        (-answer, "You lost the sign: no loss here is below 0."),
    ]
    return PosedQuestion(
        kind="losses_value",
        seed=seed,
        prompt=f"Target {number(target)}, prediction {number(guess)}: how large is the loss under "
        f"{curve.said}?",
        form="number",
        answer=answer,
        mistakes=answers(answer, wrong, DECIMALS),
        worked=f"The error is {number(guess)} − {bracketed(target)} = {number(error)}. "
        f"{_BY_HAND[curve.name](error, answer, curve.values)}",
        within=DECIMALS,
    )


def best_constant(experiment: FittedPoints, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask which one number predicts some of the targets best under a loss; arguments as `whose_curve`.

    Raises:
        QuestionError: If there are too few points, or all have the same target.

    Example:
        >>> points = tuple((float(x), y) for x, y in enumerate((1.0, 9.0, 2.0)))
        >>> curve = LossCurve("numbers", "huber")
        >>> asked = best_constant(FittedPoints(points, 0, (("mean_absolute_error", ()),), curve), None, 1)
        >>> asked.answer, asked.mistakes[4.0]
        (2.0, 'That is the mean, which the squared error asks for; this loss asks for the median.')
    """
    rng = chance(seed, "losses_constant")
    heights = [round(y, 1) for _, y in experiment.points]
    count = min(_TARGETS, len(heights) - (len(heights) + 1) % 2)
    if count < 3 or len(set(heights)) == 1:
        raise QuestionError(
            "The best constant is told by three points or more at different heights: add some."
        )
    for _ in range(_TRIES):
        targets = [heights[place] for place in rng.permutation(len(heights))[:count].tolist()]
        if len(set(targets)) > 1:
            break
    plain = [("mean_squared_error", ()), ("mean_absolute_error", ())]
    offered = [each for each in experiment.losses if each[0] in _CONSTANTS] or plain
    chosen = [each for each in offered if _fit_of(targets, each).unique] or plain
    name, pairs = chosen[one_of(rng, range(len(chosen)))]
    answer = round(float(_fit_of(targets, (name, pairs)).predictions[0]), 10)
    ordered = sorted(targets)
    share = dict(pairs).get("quantile", 0.5)
    known = {"mean": sum(targets) / count, "median": ordered[count // 2]}
    asked_for = _CONSTANTS[name] if name != "quantile" or share != 0.5 else "median"
    wrong = [
        (
            known[other],
            f"That is the {other}, which the {of} asks for; this loss asks for the {asked_for}.",
        )
        for other, of in (("mean", "squared error"), ("median", "absolute error"))
    ]
    wrong += [
        ((ordered[0] + ordered[-1]) / 2, "That lies halfway between the ends, whatever the others are."),
        (targets[count // 2], "That one stands in the middle of the row: sort them first."),
        (sum(targets), f"That is the sum; divide it by {count}."),
    ]
    return PosedQuestion(
        kind="losses_constant",
        seed=seed,
        prompt=f"One number has to predict all {count} targets. Which one has the smallest mean loss under "
        f"{LossCurve.of('numbers', name, dict(pairs)).said}?",
        form="number",
        answer=answer,
        mistakes=answers(answer, wrong, DECIMALS),
        worked=_way(asked_for, targets, answer, share),
        within=DECIMALS,
        shows=(GridFigure(title="Targets", role="input", cells=grid([targets])),),
    )


def _fit_of(targets: list[float], chosen: Chosen) -> Fit:
    """Fit a constant to targets."""
    name, pairs = chosen
    return fitting.fit(range(len(targets)), targets, name, degree=0, **dict(pairs))


def _way(asked_for: str, targets: list[float], answer: float, share: float) -> str:
    """How the best constant is found."""
    if asked_for == "mean":
        total = " + ".join(map(number, targets))
        return f"Its best constant is the mean: ({total}) ÷ {len(targets)} = {number(answer)}."
    ordered = ", ".join(map(number, sorted(targets)))
    if asked_for == "median":
        return f"Its best constant is the median, the middle one of {ordered}: {number(answer)}."
    return (
        f"Its best constant has at most {percent(share)} of the targets below it and at most "
        f"{percent(1 - share)} above it: of {ordered} that is {number(answer)}."
    )


KINDS_OF_LOSSES = (
    QuestionKind(
        name="losses_curve",
        title="Which loss fitted it?",
        page="losses",
        make=whose_curve,
    ),
    QuestionKind(
        name="losses_value",
        title="What does it cost?",
        page="losses",
        make=loss_at,
    ),
    QuestionKind(
        name="losses_constant",
        title="The best constant",
        page="losses",
        make=best_constant,
    ),
)
