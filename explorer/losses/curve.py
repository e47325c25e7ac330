"""The losses on the screen: their curves over a prediction, and how samples pull.

A gradient here is the slope of the curve on the screen; where a loss takes the probabilities of two classes
these are p and 1 - p, and the slope is that along p.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import figures, rounding
from explorer.calculus import Kink, Samples, broken, extent, places
from explorer.errors import ExplorerError
from explorer.losses.record import EPSILON, Loss
from explorer.losses.table import LOSSES
from explorer.losses.tasks import TASKS, Task, short_title
from explorer.parameters import Switch

Real = NDArray[np.float64]

_WILD_PLACES = 161


@dataclass(frozen=True)
class LossCurve:
    """A loss of a task with its parameters.

    Attributes:
        task: Key in `TASKS`.
        name: Key in `LOSSES`.
        parameters: (name, value) of each parameter that the task's offer has.

    Raises:
        ExplorerError: If the task has no such loss, or a parameter is unknown or out of its bounds.
    """

    task: str
    name: str
    parameters: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if self.task not in TASKS or self.name not in TASKS[self.task].losses:
            raise ExplorerError(
                f"There is no loss {self.name!r} for the task {self.task!r}; choose from the list."
            )
        offer = TASKS[self.task].table[self.name]
        given = dict(self.parameters)
        unknown = given.keys() - {each.name for each in offer.parameters}
        if unknown:
            raise ExplorerError(f"{offer.title} has no parameter {min(unknown)!r} here; leave it out.")
        complete = tuple(
            (each.name, each.checked(given.get(each.name, each.default))) for each in offer.parameters
        )
        object.__setattr__(self, "parameters", complete)

    @classmethod
    def of(cls, task: str, name: str, parameters: Mapping[str, float] | None = None) -> LossCurve:
        """Make one of a mapping of parameters."""
        return cls(task, name, tuple((parameters or {}).items()))

    @property
    def record(self) -> Loss:
        """What the table of losses says of it."""
        return LOSSES[self.name]

    @property
    def values(self) -> dict[str, float]:
        """Every parameter that the loss is called with.

        Example:
            >>> LossCurve("scores", "binary_crossentropy").values
            {'label_smoothing': 0.0, 'from_logits': True}
        """
        switches = {each.name for each in self.record.parameters if isinstance(each, Switch)}
        chosen = {name: bool(value) if name in switches else value for name, value in self.parameters}
        return chosen | ({"from_logits": TASKS[self.task].logits} if "from_logits" in switches else {})

    @property
    def title(self) -> str:
        """Its short name."""
        return short_title(self.record.title)

    @property
    def said(self) -> str:
        """Its name with its parameters.

        Example:
            >>> LossCurve("numbers", "huber").said
            'Huber, delta 1'
        """
        titles = {each.name: each.title.lower() for each in TASKS[self.task].table[self.name].parameters}
        return ", ".join(
            [self.record.title, *(f"{titles[name]} {value:g}" for name, value in self.parameters)]
        )

    def losses(self, target: ArrayLike, prediction: ArrayLike) -> Real:
        """Return the loss of each pair of a target and a prediction, float64 of one shape.

        Example:
            >>> LossCurve("numbers", "mean_squared_error").losses([1, 2], [3, 2]).tolist()
            [4.0, 0.0]
        """
        return np.asarray(self.record.f(*self.vectors(target, prediction), **self.values), np.float64)

    def slopes(self, target: ArrayLike, prediction: ArrayLike) -> Real:
        """Return the slope of each pair's loss along the prediction, float64 of one shape.

        It is 0 where it changes sign as the prediction moves by no more than rounding moves it: the bottom of
        the loss lies there.

        Example:
            >>> LossCurve("probabilities", "categorical_crossentropy").slopes([1.0], [0.5]).tolist()
            [-2.0]
            >>> smoothed = LossCurve("probabilities", "binary_crossentropy", (("label_smoothing", 0.1),))
            >>> smoothed.slopes(0.2, 0.23).tolist()
            0.0
        """
        goal, guess = np.asarray(target, np.float64), np.asarray(prediction, np.float64)
        domain = self.record.prediction
        # A probability p comes with 1 - p, and so with the rounding of 1.
        size = np.abs(goal) + np.abs(guess) + (1.0 if domain.high == 1 else 0.0)
        moved = rounding.noise(size, 2)
        before, after = (
            self._slopes(goal, np.clip(guess + way, domain.low, domain.high)) for way in (-moved, moved)
        )
        return np.where(before * after < 0, 0.0, self._slopes(goal, guess))[()]

    def _slopes(self, target: Real, prediction: Real) -> Real:
        gradient = self.record.gradient(*self.vectors(target, prediction), **self.values)
        slope = gradient[..., 0] - (gradient[..., 1] if self._along_both else 0)
        return np.asarray(slope, np.float64)

    @property
    def _along_both(self) -> bool:
        """Whether a prediction is p of p and 1 - p, so that both move."""
        return self.record.prediction.vector and not TASKS[self.task].logits

    def vectors(self, target: ArrayLike, prediction: ArrayLike) -> tuple[Real, Real]:
        """Make samples of one output, or of two classes of which the second is no: (..., 1) or (..., 2).

        Example:
            >>> LossCurve("probabilities", "kl_divergence").vectors(1.0, 0.25)[1].tolist()
            [0.25, 0.75]
        """
        goal, guess = np.broadcast_arrays(np.asarray(target, np.float64), np.asarray(prediction, np.float64))
        if not self.record.prediction.vector:
            return goal[..., np.newaxis], guess[..., np.newaxis]
        other = np.zeros_like(guess) if TASKS[self.task].logits else 1 - guess
        return np.stack([goal, 1 - goal], axis=-1), np.stack([guess, other], axis=-1)

    def kinks(self, target: float) -> tuple[Kink, ...]:
        """List the predictions at which the slope jumps."""
        if self.record.prediction.vector:
            return ()
        return self.record.kinks(target, **self.values)

    def samples(self, target: float) -> Samples:
        """Sample value and slope over the plot's predictions."""
        return _samples(self, target)

    def sentence(self, target: float, prediction: float) -> str:
        """What happens at this prediction: clipping, or a kink; "" where nothing does."""
        if self.task == "probabilities" and prediction in (0, 1):
            against = target if prediction == 0 else 1 - target
            endless = against > 0 or self.values.get("label_smoothing", 0) > 0
            value, slope = (
                figures.format_number(float(found) + 0.0, 4)
                for found in (self.losses(target, prediction), self.slopes(target, prediction))
            )
            return (
                "Clipped here: probabilities stay at least one ten-millionth away from 0 and 1. The loss is "
                f"{value}{', not infinite' * endless}, and the gradient {slope}."
            )
        for kink in self.kinks(target):
            if abs(kink.x - prediction) < 1e-9:
                return str(kink)
        return ""


def span(curves: Sequence[LossCurve]) -> tuple[tuple[float, float], tuple[float, float]]:
    """How far the axes of losses and slopes have to reach, whatever the parameters.

    It is as far as the curves go at the task's usual target with each parameter at both its ends, so that the
    axes keep still while a control moves, but not farther than the task's `most`, unless the flattest of them
    needs that.

    Example:
        >>> losses, slopes = span([LossCurve("numbers", "mean_absolute_error")])
        >>> [round(end, 2) for end in losses], [round(end, 2) for end in slopes]
        ([-0.36, 6.36], [-1.12, 1.12])
    """
    task = TASKS[curves[0].task]
    found = [_outermost(task.name, curve.name) for curve in curves]

    def ends(sampled: Sequence[Real], most: float) -> tuple[float, float]:
        flattest = min(float(np.quantile(np.abs(each), 0.95)) for each in sampled)
        return extent(sampled, most=max(most, flattest))

    return (
        ends([values for values, _ in found], task.most[0]),
        ends([slopes for _, slopes in found], task.most[1]),
    )


@dataclass(frozen=True)
class Batch:
    """A few samples, what each costs, and how hard it pulls.

    Attributes:
        targets: float64 (n,).
        predictions: float64 (n,).
        losses: float64 (curves, n).
        pulls: float64 (curves, n): the share of each sample in all slopes, by size, 0 to 1.
    """

    targets: Real
    predictions: Real
    losses: Real
    pulls: Real


def batch(curves: Sequence[LossCurve], wild: float) -> Batch:
    """Return the losses and pulls of the samples of a task, the last of them with its wild number.

    Example:
        >>> found = batch([LossCurve("numbers", "mean_absolute_error")], 50.0)
        >>> found.targets[-1], found.losses[0, -1], found.pulls[0, -1].round(3)
        (np.float64(50.0), np.float64(45.0), np.float64(0.167))
    """
    targets, predictions = _samples_with(TASKS[curves[0].task], np.array([wild]))
    losses = np.stack([curve.losses(targets[0], predictions[0]) for curve in curves])
    slopes = np.stack([np.abs(curve.slopes(targets[0], predictions[0])) for curve in curves])
    return Batch(targets[0], predictions[0], losses, _shares(slopes))


def pull_curve(curve: LossCurve) -> tuple[Real, Real]:
    """The share of the wild sample in all slopes, over the numbers it can have: x and shares, (n,) each.

    Example:
        >>> x, shares = pull_curve(LossCurve("numbers", "mean_squared_error"))
        >>> bool(shares[-1] > 0.95), x[-1]
        (True, np.float64(100.0))
    """
    return _pull_curve(curve)


def to_csv(curves: Sequence[LossCurve], target: float) -> str:
    r"""Write the curves on the screen as CSV: the prediction, and value and gradient of each loss.

    Example:
        >>> to_csv([LossCurve("numbers", "huber")], 4.0).splitlines()[0]
        'prediction,huber,huber gradient'
    """
    task = TASKS[curves[0].task]
    x = places(task.prediction.low, task.prediction.high)
    columns = [x] + [sides(target, x) for curve in curves for sides in (curve.losses, curve.slopes)]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(
        ["prediction"] + [head for curve in curves for head in (curve.name, f"{curve.name} gradient")]
    )
    writer.writerows(zip(*(column.tolist() for column in columns), strict=True))
    return file.getvalue()


@lru_cache(maxsize=512)
def _samples(curve: LossCurve, target: float) -> Samples:
    task = TASKS[curve.task]
    kinks = curve.kinks(target)
    # a probability of 0 or 1 is clipped, and just beside it the curve is at its steepest
    edges = [EPSILON, 1 - EPSILON, 1e-4, 1 - 1e-4] if task.name == "probabilities" else []
    x = places(task.prediction.low, task.prediction.high, [*(kink.x for kink in kinks), *edges])
    values = curve.losses(target, x)
    slopes = broken(curve.slopes(target, x), x, [kink.x for kink in kinks])
    for array in (x, values, slopes):
        array.flags.writeable = False
    return Samples(x, values, slopes)


@lru_cache(maxsize=256)
def _outermost(task: str, name: str) -> tuple[Real, Real]:
    """Values and slopes at the usual target, with each parameter at its default and at both its ends."""
    described = TASKS[task]
    offer = described.table[name]
    settings: list[dict[str, float]] = [{}]
    settings += [{each.name: end} for each in offer.parameters for end in (each.low, each.high)]
    x = np.linspace(described.prediction.low, described.prediction.high, 241)
    curves = [LossCurve.of(task, name, values) for values in settings]
    usual = described.target.default
    return (
        np.stack([curve.losses(usual, x) for curve in curves]),
        np.stack([curve.slopes(usual, x) for curve in curves]),
    )


@lru_cache(maxsize=256)
def _pull_curve(curve: LossCurve) -> tuple[Real, Real]:
    task = TASKS[curve.task]
    x = np.linspace(task.wild.low, task.wild.high, _WILD_PLACES)
    return x, _shares(np.abs(curve.slopes(*_samples_with(task, x))))[:, -1]


def _samples_with(task: Task, wild: Real) -> tuple[Real, Real]:
    """Targets and predictions, (n, samples) each, of which the last sample has each of the wild numbers."""
    targets, predictions = (np.tile(column, (len(wild), 1)) for column in np.array(task.samples).T)
    (targets if task.moves == "target" else predictions)[:, -1] = wild
    return targets, predictions


def _shares(slopes: Real) -> Real:
    """The share of each in the sum along the last axis; 0 where all are 0."""
    total = slopes.sum(-1, keepdims=True)
    shares: Real = np.divide(slopes, total, out=np.zeros_like(slopes), where=total > 0)
    return shares
