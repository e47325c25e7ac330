"""The losses on the screen: which belong together, their curves over a prediction, and how samples pull.

Losses that take the same kind of prediction share a plot: they make up a task. A gradient here is the slope
of the curve on the screen; where a loss takes the probabilities of two classes these are p and 1 - p, and
the slope is that along p.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import figures, rounding
from explorer.curves import EPSILON, LOSSES, Kink, Loss
from explorer.errors import ExplorerError
from explorer.parameters import Number, Switch, WholeNumber
from explorer.plots import broken, extent, places

Real = NDArray[np.float64]
Sample = tuple[float, float]  # target, prediction

_WILD_PLACES = 161


@dataclass(frozen=True)
class Offer:
    """A loss as a menu offers it for a task: what can be set, without what the task itself decides."""

    name: str
    title: str
    why: str
    parameters: tuple[Number, ...]


@dataclass(frozen=True)
class Task:
    """Losses that take the same kind of prediction.

    Attributes:
        name: Key in `TASKS`.
        title: Name to show.
        said: What target and prediction are, in a sentence.
        losses: Keys in `curves.LOSSES`.
        preset: Those to begin with, the first of them in question.
        target: Bounds of the target, and what it is called.
        prediction: Bounds of the prediction, which are those of the plot.
        same: Whether target and prediction are of one kind, so that both have a place on the axis.
        logits: Whether the prediction is a logit, for losses that take either.
        most: How far the axes of the loss and of its gradient reach at most.
        samples: (target, prediction) of each sample of the batch; the last is the wild one.
        wild: Bounds of the number of the wild sample that can be moved.
        moves: Whether that is its "target" or its "prediction".
    """

    name: str
    title: str
    said: str
    losses: tuple[str, ...]
    preset: tuple[str, ...]
    target: Number
    prediction: Number
    same: bool
    logits: bool
    most: tuple[float, float]
    samples: tuple[Sample, ...]
    wild: Number
    moves: str

    @property
    def table(self) -> dict[str, Offer]:
        """The losses by name, with the parameters that are left to choose."""
        return {name: _offer(LOSSES[name]) for name in self.losses}


def _offer(loss: Loss) -> Offer:
    parameters = []
    for each in loss.parameters:
        if isinstance(each, Number):
            parameters.append(each)
        elif each.name != "from_logits":  # on a slider a switch is 0 or 1
            parameters.append(
                WholeNumber(
                    name=each.name,
                    title=each.title,
                    low=0,
                    high=1,
                    step=1,
                    default=int(each.default),
                )
            )
    return Offer(loss.name, _short(loss.title), loss.why, tuple(parameters))


def _short(title: str) -> str:
    """The abbreviation in a title, if it has one: MSE of Mean squared error (MSE)."""
    found = re.search(r"\(([A-Z]+)\)", title)
    return found.group(1) if found else title


TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task(
            name="numbers",
            title="Numbers",
            said="The target is a number, and so is the prediction.",
            losses=tuple(loss.name for loss in LOSSES.values() if loss.group == "Regression"),
            preset=("mean_squared_error", "mean_absolute_error", "huber"),
            target=Number(
                name="numbers_target",
                title="Target y",
                low=0.0,
                high=10.0,
                step=0.1,
                default=4.0,
            ),
            prediction=Number(
                name="numbers_prediction",
                title="Prediction ŷ",
                low=0.0,
                high=10.0,
                step=0.05,
                default=6.5,
            ),
            same=True,
            logits=False,
            most=(16.0, 10.0),
            samples=((2.0, 2.6), (3.0, 2.7), (4.0, 4.5), (5.0, 4.6), (6.0, 6.2), (4.5, 5.0)),
            wild=Number(
                name="numbers_wild",
                title="Wild target",
                low=0.0,
                high=100.0,
                step=0.5,
                default=20.0,
            ),
            moves="target",
        ),
        Task(
            name="probabilities",
            title="Probabilities",
            said="The target is a label, 1 for yes and 0 for no; the prediction is the probability of yes.",
            losses=(
                "binary_crossentropy",
                "binary_focal_crossentropy",
                "categorical_crossentropy",
                "categorical_focal_crossentropy",
                "kl_divergence",
            ),
            preset=("binary_crossentropy", "binary_focal_crossentropy"),
            target=Number(
                name="probabilities_target",
                title="Label y",
                low=0.0,
                high=1.0,
                step=0.05,
                default=1.0,
            ),
            prediction=Number(
                name="probabilities_prediction",
                title="Probability p",
                low=0.0,
                high=1.0,
                step=0.005,
                default=0.3,
            ),
            same=True,
            logits=False,
            most=(6.0, 12.0),
            samples=((1.0, 0.9), (0.0, 0.2), (1.0, 0.7), (0.0, 0.05), (0.0, 0.4), (1.0, 0.05)),
            wild=Number(
                name="probabilities_wild",
                title="Wild probability",
                low=0.0,
                high=1.0,
                step=0.005,
                default=0.05,
            ),
            moves="prediction",
        ),
        Task(
            name="scores",
            title="Scores",
            said=(
                "The target is a label, 1 for yes and 0 for no; the prediction is a score, a logit: above "
                "0 it "
                "says yes."
            ),
            losses=(
                "hinge",
                "squared_hinge",
                "binary_crossentropy",
                "binary_focal_crossentropy",
                "categorical_crossentropy",
                "categorical_focal_crossentropy",
            ),
            preset=("hinge", "squared_hinge", "binary_crossentropy"),
            target=WholeNumber(
                name="scores_target",
                title="Label y",
                low=0,
                high=1,
                step=1,
                default=1,
            ),
            prediction=Number(
                name="scores_prediction",
                title="Score ŷ",
                low=-6.0,
                high=6.0,
                step=0.05,
                default=-1.0,
            ),
            same=False,
            logits=True,
            most=(8.0, 6.0),
            samples=((1.0, 2.0), (0.0, -1.5), (1.0, 0.6), (0.0, -3.0), (0.0, -0.2), (1.0, -4.0)),
            wild=Number(
                name="scores_wild",
                title="Wild score",
                low=-20.0,
                high=6.0,
                step=0.1,
                default=-4.0,
            ),
            moves="prediction",
        ),
        Task(
            name="profit",
            title="Profit",
            said=(
                "The target is the return of a day, the prediction the position taken before it; their "
                "product "
                "is the profit."
            ),
            losses=tuple(loss.name for loss in LOSSES.values() if loss.group == "Profit"),
            preset=("downside", "asymmetric_profit", "shortfall"),
            target=Number(
                name="profit_target",
                title="Return y",
                low=-0.1,
                high=0.1,
                step=0.005,
                default=-0.03,
            ),
            prediction=Number(
                name="profit_prediction",
                title="Position ŷ",
                low=-2.0,
                high=2.0,
                step=0.05,
                default=0.5,
            ),
            same=False,
            logits=False,
            most=(0.15, 0.12),
            samples=((0.01, 0.8), (-0.005, 0.5), (0.02, 1.0), (-0.01, -0.6), (0.004, -0.3), (-0.03, 0.9)),
            wild=Number(
                name="profit_wild",
                title="Wild return",
                low=-0.5,
                high=0.1,
                step=0.005,
                default=-0.1,
            ),
            moves="target",
        ),
    )
}
"""What can be predicted, in the order of the menu."""


@dataclass(frozen=True)
class Samples:
    """A loss over predictions: x, values and slopes, each float64 (n,); NaN where a slope jumps."""

    x: Real
    values: Real
    slopes: Real


@dataclass(frozen=True)
class Charge:
    """A loss of a task with its parameters.

    Attributes:
        task: Key in `TASKS`.
        name: Key in `curves.LOSSES`.
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
    def of(cls, task: str, name: str, parameters: Mapping[str, float] | None = None) -> Charge:
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
            >>> Charge("scores", "binary_crossentropy").values
            {'label_smoothing': 0.0, 'from_logits': True}
        """
        switches = {each.name for each in self.record.parameters if isinstance(each, Switch)}
        chosen = {name: bool(value) if name in switches else value for name, value in self.parameters}
        return chosen | ({"from_logits": TASKS[self.task].logits} if "from_logits" in switches else {})

    @property
    def title(self) -> str:
        """Its short name."""
        return _short(self.record.title)

    @property
    def said(self) -> str:
        """Its name with its parameters.

        Example:
            >>> Charge("numbers", "huber").said
            'Huber, delta 1'
        """
        titles = {each.name: each.title.lower() for each in TASKS[self.task].table[self.name].parameters}
        return ", ".join(
            [self.record.title, *(f"{titles[name]} {value:g}" for name, value in self.parameters)]
        )

    def losses(self, target: ArrayLike, prediction: ArrayLike) -> Real:
        """Give the loss of each pair of a target and a prediction, float64 of one shape.

        Example:
            >>> Charge("numbers", "mean_squared_error").losses([1, 2], [3, 2]).tolist()
            [4.0, 0.0]
        """
        return np.asarray(self.record.f(*self.vectors(target, prediction), **self.values), np.float64)

    def slopes(self, target: ArrayLike, prediction: ArrayLike) -> Real:
        """Give the slope of each pair's loss along the prediction, float64 of one shape.

        It is 0 where it changes sign as the prediction moves by no more than rounding moves it: the bottom of
        the loss lies there.

        Example:
            >>> Charge("probabilities", "categorical_crossentropy").slopes([1.0], [0.5]).tolist()
            [-2.0]
            >>> smoothed = Charge("probabilities", "binary_crossentropy", (("label_smoothing", 0.1),))
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
            >>> Charge("probabilities", "kl_divergence").vectors(1.0, 0.25)[1].tolist()
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
        """Say what happens at this prediction: clipping, or a kink; "" where nothing does."""
        if self.task == "probabilities" and prediction in (0, 1):
            against = target if prediction == 0 else 1 - target
            endless = against > 0 or self.values.get("label_smoothing", 0) > 0
            value, slope = (
                figures.format_number(float(found) + 0.0, 4)
                for found in (self.losses(target, prediction), self.slopes(target, prediction))
            )
            return (
                "Clipped here: no probability is taken to be nearer to 0 than one ten-millionth. The loss is "
                f"{value}{', where it would be infinite' * endless}, and the gradient {slope}."
            )
        for kink in self.kinks(target):
            if abs(kink.x - prediction) < 1e-9:
                return str(kink)
        return ""


def span(charges: Sequence[Charge]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Say how far the axes of losses and slopes have to reach, whatever the parameters.

    It is as far as the curves go at the task's usual target with each parameter at both its ends, so that the
    axes keep still while a control moves, but not farther than the task's `most`, unless the flattest of them
    needs that.

    Example:
        >>> losses, slopes = span([Charge("numbers", "mean_absolute_error")])
        >>> [round(end, 2) for end in losses], [round(end, 2) for end in slopes]
        ([-0.36, 6.36], [-1.12, 1.12])
    """
    task = TASKS[charges[0].task]
    found = [_outermost(task.name, charge.name) for charge in charges]

    def ends(curves: Sequence[Real], most: float) -> tuple[float, float]:
        flattest = min(float(np.quantile(np.abs(curve), 0.95)) for curve in curves)
        return extent(curves, most=max(most, flattest))

    return (
        ends([values for values, _ in found], task.most[0]),
        ends([slopes for _, slopes in found], task.most[1]),
    )


@dataclass(frozen=True)
class Batch:
    """A few samples, what each is charged, and how hard it pulls.

    Attributes:
        targets: float64 (n,).
        predictions: float64 (n,).
        losses: float64 (charges, n).
        pulls: float64 (charges, n): the share of each sample in all slopes, by size, 0 to 1.
    """

    targets: Real
    predictions: Real
    losses: Real
    pulls: Real


def batch(charges: Sequence[Charge], wild: float) -> Batch:
    """Charge the samples of a task, the last of them with its wild number.

    Example:
        >>> found = batch([Charge("numbers", "mean_absolute_error")], 50.0)
        >>> found.targets[-1], found.losses[0, -1], found.pulls[0, -1].round(3)
        (np.float64(50.0), np.float64(45.0), np.float64(0.167))
    """
    targets, predictions = _samples_with(TASKS[charges[0].task], np.array([wild]))
    losses = np.stack([charge.losses(targets[0], predictions[0]) for charge in charges])
    slopes = np.stack([np.abs(charge.slopes(targets[0], predictions[0])) for charge in charges])
    return Batch(targets[0], predictions[0], losses, _shares(slopes))


def pull_curve(charge: Charge) -> tuple[Real, Real]:
    """Give the share of the wild sample in all slopes, over the numbers it can have: x and shares, (n,) each.

    Example:
        >>> x, shares = pull_curve(Charge("numbers", "mean_squared_error"))
        >>> bool(shares[-1] > 0.95), x[-1]
        (True, np.float64(100.0))
    """
    return _pull_curve(charge)


def to_csv(charges: Sequence[Charge], target: float) -> str:
    r"""Write the curves on the screen as CSV: the prediction, and value and gradient of each loss.

    Example:
        >>> to_csv([Charge("numbers", "huber")], 4.0).splitlines()[0]
        'prediction,huber,huber gradient'
    """
    task = TASKS[charges[0].task]
    x = places(task.prediction.low, task.prediction.high)
    columns = [x] + [curve(target, x) for charge in charges for curve in (charge.losses, charge.slopes)]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(
        ["prediction"] + [head for charge in charges for head in (charge.name, f"{charge.name} gradient")]
    )
    writer.writerows(zip(*(column.tolist() for column in columns), strict=True))
    return file.getvalue()


# ------------------------------------------------- kept: most of a plot stays while one thing of it moves


@lru_cache(maxsize=512)
def _samples(charge: Charge, target: float) -> Samples:
    task = TASKS[charge.task]
    kinks = charge.kinks(target)
    # a probability of 0 or 1 is clipped, and just beside it the curve is at its steepest
    edges = [EPSILON, 1 - EPSILON, 1e-4, 1 - 1e-4] if task.name == "probabilities" else []
    x = places(task.prediction.low, task.prediction.high, [*(kink.x for kink in kinks), *edges])
    values = charge.losses(target, x)
    slopes = broken(charge.slopes(target, x), x, [kink.x for kink in kinks])
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
    charges = [Charge.of(task, name, values) for values in settings]
    usual = described.target.default
    return (
        np.stack([charge.losses(usual, x) for charge in charges]),
        np.stack([charge.slopes(usual, x) for charge in charges]),
    )


@lru_cache(maxsize=256)
def _pull_curve(charge: Charge) -> tuple[Real, Real]:
    task = TASKS[charge.task]
    x = np.linspace(task.wild.low, task.wild.high, _WILD_PLACES)
    return x, _shares(np.abs(charge.slopes(*_samples_with(task, x))))[:, -1]


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
