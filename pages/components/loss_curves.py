"""Curves of losses and a batch with an outlier: what two pages answer, each for tasks of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, TypedDict

from explorer import losses
from explorer.convolution.experiments import Array
from explorer.losses import LossCurve
from explorer.losses.parameters import LossesParameter
from explorer.parameters import Values
from pages.live.protocol import Answer, Operation, float_blob

PlotAxis = Annotated[list[float | str], tuple[float, float, str]]
"""The ends of an axis, and its title."""


def operations(tasks: Sequence[str], *, plot: str, samples: str) -> tuple[Operation, Operation]:
    """Return what plots the losses of some tasks, and what shows a batch with an outlier under them.

    Args:
        tasks: Keys in `explorer.losses.TASKS`, the first to begin with.
        plot: The name of the first operation.
        samples: The name of the second.
    """
    chosen = LossesParameter(name="losses", title="Losses", tasks=tuple(tasks))
    known = [losses.TASKS[name] for name in tasks]
    return (
        Operation(
            name=plot,
            settings=(chosen, *(argument for task in known for argument in (task.target, task.prediction))),
            facts=LossesFacts,
            answer=_plotted,
            view="losses",
            picture=False,
        ),
        Operation(
            name=samples,
            settings=(chosen, *(task.wild for task in known)),
            facts=SamplesFacts,
            answer=_sampled,
            view="samples",
            picture=False,
        ),
    )


class KinkFacts(TypedDict):
    """A place where a loss has no derivative: the slopes to both sides, and what is taken there."""

    x: float
    left: float
    right: float
    slope: float


class PlottedLoss(TypedDict):
    """A loss on the plot, with its value and slope at the prediction."""

    name: str
    title: str
    said: str
    value: float
    slope: float
    kinks: list[KinkFacts]
    note: str


class LossesFacts(TypedDict):
    """What is said of the losses of a task on one plot; `ends` are those of the values and of the slopes."""

    task: str
    curves: list[PlottedLoss]
    chosen: str
    target: float
    prediction: float
    x: PlotAxis
    ends: tuple[tuple[float, float], tuple[float, float]]
    said: str


class SampledLoss(TypedDict):
    """A loss of each sample of a batch, each one's pull in %, and the mean with and without the wild one."""

    name: str
    title: str
    losses: list[float]
    pulls: list[float]
    mean: float
    without: float


class SamplesFacts(TypedDict):
    """What is said of a batch with a wild sample; `even` is the pull of each if all pulled alike, in %."""

    task: str
    chosen: str
    curves: list[SampledLoss]
    targets: list[float]
    predictions: list[float]
    wild: float
    x: PlotAxis
    moves: Annotated[str, Literal["target", "prediction"]]
    even: float


def shown_curves(values: Values) -> tuple[LossCurve, ...]:
    """Make the losses that these settings describe."""
    chosen = values["losses"]
    return tuple(LossCurve.of(chosen["task"], **curve) for curve in chosen["curves"])


def chosen_curve(values: Values) -> LossCurve:
    """Make the one in question."""
    return next(curve for curve in shown_curves(values) if curve.name == values["losses"]["chosen"])


def target_and_prediction(values: Values) -> tuple[float, float]:
    """Return the two numbers of the present task."""
    task = losses.TASKS[values["losses"]["task"]]
    return values[task.target.name], values[task.prediction.name]


def _plotted(_: Array, values: Values, rest: bool) -> Answer:
    task = losses.TASKS[values["losses"]["task"]]
    target, prediction = target_and_prediction(values)
    shown = shown_curves(values)
    curves: list[PlottedLoss] = []
    blobs = []
    for number, curve in enumerate(shown):
        samples = curve.samples(target)
        for name, array in (("x", samples.x), ("values", samples.values), ("slopes", samples.slopes)):
            blobs.append(float_blob(f"{name}{number}", array))
        curves.append(
            {
                "name": curve.name,
                "title": curve.title,
                "said": curve.said,
                "value": float(curve.losses(target, prediction)),
                "slope": float(curve.slopes(target, prediction)),
                "kinks": [
                    {"x": kink.x, "left": kink.left, "right": kink.right, "slope": kink.slope}
                    for kink in curve.kinks(target)
                ],
                "note": curve.sentence(target, prediction),
            }
        )
    facts: LossesFacts = {
        "task": task.name,
        "curves": curves,
        "chosen": values["losses"]["chosen"],
        "target": target,
        "prediction": prediction,
        "x": [task.prediction.low, task.prediction.high, task.prediction.title],
        "ends": losses.span(shown),
        "said": task.said,
    }
    return Answer(facts, tuple(blobs))


def _sampled(_: Array, values: Values, rest: bool) -> Answer:
    task = losses.TASKS[values["losses"]["task"]]
    shown = shown_curves(values)
    found = losses.batch(shown, values[task.wild.name])
    curves: list[SampledLoss] = []
    blobs = []
    for number, curve in enumerate(shown):
        x, pulls = losses.pull_curve(curve)
        blobs += [float_blob(f"x{number}", x), float_blob(f"values{number}", 100 * pulls)]
        curves.append(
            {
                "name": curve.name,
                "title": curve.title,
                "losses": found.losses[number].tolist(),
                "pulls": found.pulls[number].tolist(),
                "mean": float(found.losses[number].mean()),
                "without": float(found.losses[number][:-1].mean()),
            }
        )
    facts: SamplesFacts = {
        "task": task.name,
        "chosen": values["losses"]["chosen"],
        "curves": curves,
        "targets": found.targets.tolist(),
        "predictions": found.predictions.tolist(),
        "wild": values[task.wild.name],
        "x": [task.wild.low, task.wild.high, task.wild.title],
        "moves": task.moves,
        "even": 100 / len(task.samples),
    }
    return Answer(facts, tuple(blobs))
