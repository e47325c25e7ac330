"""What can be predicted, and the losses that take such a prediction.

Losses that take the same kind of prediction share a plot: they make up a task.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from explorer.losses.record import Loss
from explorer.losses.table import LOSSES
from explorer.parameters import Number, WholeNumber

Sample = tuple[float, float]  # target, prediction


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
        takes: Whether a loss takes such a prediction.
        preset: Those to begin with, the first of them in question.
        target: Bounds of the target, and what it is called.
        prediction: Bounds of the prediction, which are those of the plot.
        same: Whether target and prediction are of one kind, so that both have a place on the axis.
        logits: Whether the prediction is a logit, for losses that take either.
        most: How far the axes of the loss and of its gradient reach at most.
        samples: (target, prediction) of each sample of the batch; the last is the outlier.
        wild: Bounds of the outlier's number that can be moved.
        moves: Whether that is its "target" or its "prediction".
    """

    name: str
    title: str
    said: str
    takes: Callable[[Loss], bool]
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
    def losses(self) -> tuple[str, ...]:
        """Keys in `LOSSES`; where the prediction is a logit, first those that take nothing else."""
        found = [loss for loss in LOSSES.values() if self.takes(loss)]
        return tuple(
            loss.name for loss in sorted(found, key=lambda loss: self.logits and loss.logits is not None)
        )

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
    return Offer(loss.name, short_title(loss.title), loss.why, tuple(parameters))


def short_title(title: str) -> str:
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
            takes=lambda loss: loss.group == "Regression",
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
                title="Target of the outlier",
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
            said="The target is a label, 1 for yes and 0 for no. The prediction is the probability of yes.",
            takes=lambda loss: loss.group == "Classification" and loss.prediction.high == 1,
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
                title="Probability of the outlier",
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
                "The target is a label, 1 for yes and 0 for no. The prediction is a score, or logit: above "
                "0 it says yes."
            ),
            takes=lambda loss: (
                loss.group == "Classification" and (loss.logits is not None or loss.prediction.high > 1)
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
                title="Score of the outlier",
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
                "The target is the return of a day. The prediction is the position taken before it, and "
                "their product is the profit."
            ),
            takes=lambda loss: loss.group == "Profit",
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
                title="Return of the outlier",
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
