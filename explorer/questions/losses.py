"""Questions on losses: which of some losses has made this curve of the points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer import figures
from explorer.errors import ExplorerError
from explorer.losses import LOSSES, LossCurve, fitting
from explorer.losses.fitting import CURVES, Fit
from explorer.questions.drawing import Array, arranged, chance, one_of
from explorer.questions.record import DrawingFigure, Option, PosedQuestion, QuestionError, QuestionKind

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
_HINTS = {
    "mean_squared_error": "The squared error is pulled furthest towards points that lie far away.",
    "mean_absolute_error": "The absolute error runs through the middle of the points, however far one lies.",
    "quantile": "The quantile leaves its share of the points below the curve.",
    "huber": "Huber squares small errors only, so one far point pulls it a little.",
    "log_cosh": "Log-cosh pulls like the squared error nearby and like the absolute error far away.",
}


@dataclass(frozen=True)
class FittedPoints:
    """Points with the losses under which curves are fitted to them.

    Attributes:
        points: (x, y) of each.
        degree: Of the curve: 0 is a constant, 1 a line.
        losses: Keys of `fitting.RULES`, each with pairs of parameters and values.
    """

    points: tuple[tuple[float, float], ...]
    degree: int
    losses: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]


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
        >>> asked = whose_curve(FittedPoints(points, 1, ()), None, 1)
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
        prompt=f"Which loss has made this {kind} of the points?",
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


KINDS_OF_LOSSES = (
    QuestionKind(
        name="losses_curve",
        title="Which loss fitted it?",
        page="losses",
        make=whose_curve,
    ),
)
