"""What a lesson can measure on a page: one table, computed from the experiment that the page shows.

A page hands over its subject, such as a `Filtered` picture; a `Measure` makes one number or word of it. Where
the page shows the same number, both come from the same function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explorer import activations, figures, rounding, sketch
from explorer.activations import ACTIVATIONS
from explorer.attention import trained
from explorer.attention.examples import EXAMPLES
from explorer.attention.experiment import MASKS, SAID_STEPS
from explorer.convolution.arithmetic import KINDS
from explorer.convolution.experiments import Array
from explorer.convolution.pooling import POOLINGS
from explorer.errors import ExplorerError
from explorer.lessons.record import Value
from explorer.lessons.subjects import StackedWork
from explorer.losses import LOSSES, fitting
from explorer.mlp import scores
from explorer.mlp.training import TrainingFrame, TrainingSetup
from explorer.pipeline import PipelineRun
from explorer.transfer.evaluation import Examination
from explorer.words import percent

FLAT = 0.02
"""The share of the picture's range, black to white, that a cell of a flat area may differ from 0 by."""

NOTHING = 1e-5
"""What a cell that should be 0 may have of rounding."""

DARK = 0.1
"""The brightest that a dark cell is, where 0 is black and 1 is white."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number or word of a page.

    Attributes:
        name: What a lesson's file calls it.
        title: What it is, as it stands after "The": "sum of the weights".
        of: Takes the page's subject.
        unit: What stands behind the number; "%" where it is a share, 0 to 1, and written in percent.
        records: Where it gives the name of a record, those records: their titles are what one reads.
    """

    name: str
    title: str
    of: Callable[[Any], Value]
    unit: str = ""
    records: Mapping[str, Any] = field(default_factory=dict)

    def said(self, value: Value) -> str:
        r"""Write a value of it as one reads it.

        Example:
            >>> MEASURES["convolution"]["kernel_sum"].said(1 / 3), MEASURES["pooling"]["kept"].said(0.25)
            ('0.333', '25.0\xa0%')
            >>> MEASURES["losses"]["function"].said("huber")
            'Huber'
        """
        match value:
            case None:
                return "not known yet"
            case bool():
                return "yes" if value else "no"
            case str():
                return str(self.records[value].title) if value in self.records else value
            case _ if self.unit == "%":
                return percent(value)
            case int():
                written = f"{value:,}"
            case _:
                written = figures.format_number(value)
        return f"{written} {self.unit}".rstrip()


def _accuracy(examined: Examination | None) -> float | None:
    return examined.right / len(examined.answered) if examined and examined.answered else None


def _network(setup: TrainingSetup) -> TrainingFrame:
    return setup.advanced("none")


def _trained(name: str) -> Callable[[TrainingSetup], Value]:
    def of(setup: TrainingSetup) -> Value:
        found = _network(setup).measure
        value: Value = getattr(found, name) if found else None
        return value

    return of


def _wrong(setup: TrainingSetup) -> int | None:
    found = _network(setup).measure
    if found is None or found.test_accuracy is None:
        return None
    return round((1 - found.test_accuracy) * len(setup.split.test))


def _last(run: PipelineRun) -> Array:
    return run.maps(len(run.steps))


def _blocks(kind: str) -> Callable[[StackedWork], int]:
    return lambda work: sum(type(block).__name__ == f"{kind}Block" for block in work.run.pipeline.blocks)


def _size(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape))


def _table(*measures: Measure) -> dict[str, Measure]:
    return {measure.name: measure for measure in measures}


MEASURES: dict[str, dict[str, Measure]] = {
    "convolution": _table(
        Measure(
            name="kernel_sum",
            title="sum of the weights",
            of=lambda seen: seen.part(),
        ),
        Measure(
            name="left_sum",
            title="sum of the weights left of the middle",
            of=lambda seen: seen.part(columns=slice(seen.middle[1])),
        ),
        Measure(
            name="right_sum",
            title="sum of the weights right of the middle",
            of=lambda seen: seen.part(columns=slice(seen.experiment.window[1] - seen.middle[1], None)),
        ),
        Measure(
            name="top_sum",
            title="sum of the weights above the middle",
            of=lambda seen: seen.part(rows=slice(seen.middle[0])),
        ),
        Measure(
            name="bottom_sum",
            title="sum of the weights below the middle",
            of=lambda seen: seen.part(rows=slice(seen.experiment.window[0] - seen.middle[0], None)),
        ),
        Measure(
            name="weights",
            title="number of weights",
            of=lambda seen: seen.experiment.kernel.size,
        ),
        Measure(
            name="weights_used",
            title="number of weights that are not 0",
            of=lambda seen: int(np.count_nonzero(seen.experiment.kernel)),
        ),
        Measure(
            name="largest_weight",
            title="largest weight",
            of=lambda seen: float(seen.experiment.kernel.max()),
        ),
        Measure(
            name="smallest_weight",
            title="smallest weight",
            of=lambda seen: float(seen.experiment.kernel.min()),
        ),
        Measure(
            name="kernel_rows",
            title="number of rows of the kernel",
            of=lambda seen: seen.experiment.window[0],
        ),
        Measure(
            name="kernel_columns",
            title="number of columns of the kernel",
            of=lambda seen: seen.experiment.window[1],
        ),
        Measure(
            name="stride",
            title="stride",
            of=lambda seen: seen.experiment.strides,
        ),
        Measure(
            name="dilation",
            title="dilation",
            of=lambda seen: seen.experiment.dilation_rate,
        ),
        Measure(
            name="rows",
            title="number of rows of the feature map",
            of=lambda seen: seen.map.shape[0],
        ),
        Measure(
            name="columns",
            title="number of columns of the feature map",
            of=lambda seen: seen.map.shape[1],
        ),
        Measure(
            name="picture_rows",
            title="number of rows of the picture",
            of=lambda seen: seen.image.shape[0],
        ),
        Measure(
            name="picture_columns",
            title="number of columns of the picture",
            of=lambda seen: seen.image.shape[1],
        ),
        Measure(
            name="multiplications",
            title="number of multiplications",
            of=lambda seen: seen.experiment.multiplications(seen.image.shape),
        ),
        Measure(
            name="map_min",
            title="smallest value of the feature map",
            of=lambda seen: seen.summary.low,
        ),
        Measure(
            name="map_max",
            title="largest value of the feature map",
            of=lambda seen: seen.summary.high,
        ),
        Measure(
            name="map_mean",
            title="mean of the feature map",
            of=lambda seen: seen.summary.mean,
        ),
        Measure(
            name="map_variance",
            title="variance of the feature map",
            of=lambda seen: seen.summary.std**2,
        ),
        Measure(
            name="variance_ratio",
            title="variance of the feature map, divided by that of the picture,",
            of=lambda seen: seen.variance_ratio,
        ),
        Measure(
            name="change",
            title="mean difference between feature map and picture",
            of=lambda seen: seen.change,
        ),
        Measure(
            name="near_zero",
            title="share of the cells that are close to 0",
            unit="%",
            of=lambda seen: float((np.abs(seen.map) <= FLAT).mean()),
        ),
        Measure(
            name="dark",
            title="share of the cells that are dark or negative",
            unit="%",
            of=lambda seen: float((seen.map <= DARK).mean()),
        ),
        Measure(
            name="negative",
            title="share of the cells below 0",
            unit="%",
            of=lambda seen: float((seen.map < -NOTHING).mean()),
        ),
    ),
    "pooling": _table(
        Measure(
            name="pool_rows",
            title="number of rows of the window",
            of=lambda seen: seen.experiment.window[0],
        ),
        Measure(
            name="pool_columns",
            title="number of columns of the window",
            of=lambda seen: seen.experiment.window[1],
        ),
        Measure(
            name="kind",
            title="kind of pooling",
            of=lambda seen: seen.experiment.kind,
            records=POOLINGS,
        ),
        Measure(
            name="stride",
            title="stride down",
            of=lambda seen: seen.experiment.steps[0],
        ),
        Measure(
            name="rows",
            title="number of rows of the pooled map",
            of=lambda seen: seen.map.shape[0],
        ),
        Measure(
            name="columns",
            title="number of columns of the pooled map",
            of=lambda seen: seen.map.shape[1],
        ),
        Measure(
            name="cells",
            title="number of cells of the pooled map",
            of=lambda seen: seen.map.shape[0] * seen.map.shape[1],
        ),
        Measure(
            name="kept",
            title="number of cells for each pixel of the picture",
            unit="%",
            of=lambda seen: seen.kept,
        ),
        Measure(
            name="work",
            title="number of steps of work",
            of=lambda seen: seen.experiment.operations(seen.image.shape),
        ),
        Measure(
            name="map_min",
            title="smallest value of the pooled map",
            of=lambda seen: seen.summary.low,
        ),
        Measure(
            name="map_max",
            title="largest value of the pooled map",
            of=lambda seen: seen.summary.high,
        ),
        Measure(
            name="map_mean",
            title="mean of the pooled map",
            of=lambda seen: seen.summary.mean,
        ),
        Measure(
            name="map_variance",
            title="variance of the pooled map",
            of=lambda seen: seen.summary.std**2,
        ),
        Measure(
            name="shift",
            title="shift in pixels, down and right together,",
            of=lambda seen: seen.change.down + seen.change.right,
        ),
        Measure(
            name="map_change",
            title="change of the feature map",
            unit="%",
            of=lambda seen: seen.report.map.change,
        ),
        Measure(
            name="pooled_change",
            title="change of the pooled map",
            unit="%",
            of=lambda seen: seen.report.pooled.change,
        ),
    ),
    "arithmetic": _table(
        Measure(
            name="kind",
            title="operation",
            of=lambda sums: sums.kind,
            records=KINDS,
        ),
        Measure(
            name="input_rows",
            title="number of rows of the input",
            of=lambda sums: sums.image.shape[0],
        ),
        Measure(
            name="input_columns",
            title="number of columns of the input",
            of=lambda sums: sums.image.shape[1],
        ),
        Measure(
            name="kernel_rows",
            title="number of rows of the kernel",
            of=lambda sums: sums.kernel.shape[0],
        ),
        Measure(
            name="kernel_columns",
            title="number of columns of the kernel",
            of=lambda sums: sums.kernel.shape[1],
        ),
        Measure(
            name="kernel_sum",
            title="sum of the weights",
            of=lambda sums: int(sums.kernel.sum()),
        ),
        Measure(
            name="padding",
            title="number of rows of padding above the input",
            of=lambda sums: sums.axes[0].pads[0],
        ),
        Measure(
            name="stride",
            title="stride",
            of=lambda sums: sums.strides,
        ),
        Measure(
            name="dilation",
            title="dilation",
            of=lambda sums: sums.dilation_rate,
        ),
        Measure(
            name="rows",
            title="number of rows of the output",
            of=lambda sums: sums.output.shape[0],
        ),
        Measure(
            name="columns",
            title="number of columns of the output",
            of=lambda sums: sums.output.shape[1],
        ),
        Measure(
            name="first",
            title="first number of the output",
            of=lambda sums: float(sums.output[0, 0]),
        ),
        Measure(
            name="middle",
            title="number in the middle of the output",
            of=lambda sums: float(sums.output[sums.output.shape[0] // 2, sums.output.shape[1] // 2]),
        ),
        Measure(
            name="largest",
            title="largest number of the output",
            of=lambda sums: float(sums.output.max()),
        ),
        Measure(
            name="smallest",
            title="smallest number of the output",
            of=lambda sums: float(sums.output.min()),
        ),
        Measure(
            name="total",
            title="sum of the output",
            of=lambda sums: rounding.total(sums.output, given=rounding.SINGLE),
        ),
        Measure(
            name="unused",
            title="number of cells of the input that no window reads",
            of=lambda sums: int(sums.unused.sum()),
        ),
        Measure(
            name="work",
            title="number of cells that are read",
            of=lambda sums: sums.work(),
        ),
    ),
    "pipeline": _table(
        Measure(
            name="blocks",
            title="number of blocks",
            of=lambda work: len(work.run.pipeline.blocks),
        ),
        Measure(
            name="convolutions",
            title="number of convolutions",
            of=_blocks("Convolution"),
        ),
        Measure(
            name="poolings",
            title="number of poolings",
            of=_blocks("Pooling"),
        ),
        Measure(
            name="activations",
            title="number of activations",
            of=_blocks("Activation"),
        ),
        Measure(
            name="complete",
            title="way through all blocks",
            of=lambda work: work.run.stopped is None,
        ),
        Measure(
            name="shape",
            title="shape at the end",
            of=lambda work: _size(_last(work.run).shape),
        ),
        Measure(
            name="rows",
            title="number of rows at the end",
            of=lambda work: _last(work.run).shape[0],
        ),
        Measure(
            name="columns",
            title="number of columns at the end",
            of=lambda work: _last(work.run).shape[1],
        ),
        Measure(
            name="maps",
            title="number of maps at the end",
            of=lambda work: _last(work.run).shape[2],
        ),
        Measure(
            name="parameters",
            title="number of parameters",
            of=lambda work: sum(step.weights + step.biases for step in work.run.steps),
        ),
        Measure(
            name="multiply_adds",
            title="number of multiply-adds",
            of=lambda work: sum(step.multiply_adds for step in work.run.steps),
        ),
        Measure(
            name="receptive_field",
            title="number of rows of the receptive field",
            of=lambda work: work.run.steps[-1].field.size[0] if work.run.steps else 1,
        ),
        Measure(
            name="learned_steps",
            title="number of training steps",
            of=lambda work: work.steps,
        ),
        Measure(
            name="test_accuracy",
            title="share of the test drawings that are right",
            unit="%",
            of=lambda work: work.test_accuracy,
        ),
        Measure(
            name="kernel_change",
            title="mean change of a weight in the first convolution",
            of=lambda work: work.kernel_change,
        ),
        Measure(
            name="frozen",
            title="number of frozen kernels",
            of=lambda work: work.frozen,
        ),
        Measure(
            name="trained_parameters",
            title="number of weights and biases that are trained",
            of=lambda work: work.parameters,
        ),
    ),
    "activations": _table(
        Measure(
            name="function",
            title="function",
            of=lambda seen: seen.curve.name,
            records=ACTIVATIONS,
        ),
        Measure(
            name="x",
            title="place x",
            of=lambda seen: seen.x,
        ),
        Measure(
            name="value",
            title="value at x",
            of=lambda seen: seen.curve.record.tangent(seen.x, **seen.curve.values).value,
        ),
        Measure(
            name="slope",
            title="slope at x",
            of=lambda seen: seen.curve.record.tangent(seen.x, **seen.curve.values).slope,
        ),
        Measure(
            name="at_zero",
            title="share of the cells that are 0 after the activation",
            unit="%",
            of=lambda seen: float((seen.applied[0] == 0).mean()),
        ),
        Measure(
            name="flat",
            title="share of the cells whose slope counts as flat",
            unit="%",
            of=lambda seen: activations.flat_shares(seen.applied[1], seen.limit)[0],
        ),
        Measure(
            name="dead",
            title="share of the cells whose slope is 0",
            unit="%",
            of=lambda seen: activations.flat_shares(seen.applied[1], seen.limit)[1],
        ),
        Measure(
            name="layers",
            title="number of layers",
            of=lambda seen: seen.layers,
        ),
        Measure(
            name="gradient",
            title="gradient at the first layer",
            of=lambda seen: seen.gradient,
        ),
        Measure(
            name="top_probability",
            title="largest probability of the softmax",
            unit="%",
            of=lambda seen: max(seen.probabilities),
        ),
    ),
    "hidden_layers": _table(
        Measure(
            name="training_accuracy",
            title="share of the training points that are right",
            unit="%",
            of=_trained("train_accuracy"),
        ),
        Measure(
            name="test_accuracy",
            title="share of the test points that are right",
            unit="%",
            of=_trained("test_accuracy"),
        ),
        Measure(
            name="test_wrong",
            title="number of test points that are wrong",
            of=_wrong,
        ),
        Measure(
            name="training_loss",
            title="loss on the training points",
            of=_trained("train_loss"),
        ),
        Measure(
            name="test_loss",
            title="loss on the test points",
            of=_trained("test_loss"),
        ),
        Measure(
            name="epochs",
            title="number of epochs",
            of=lambda setup: _network(setup).state.epoch,
        ),
        Measure(
            name="layers",
            title="number of hidden layers",
            of=lambda setup: len(setup.network.hidden),
        ),
        Measure(
            name="units",
            title="number of hidden units",
            of=lambda setup: sum(layer.units for layer in setup.network.hidden),
        ),
        Measure(
            name="parameters",
            title="number of weights and biases",
            of=lambda setup: setup.network.learnt,
        ),
        Measure(
            name="points",
            title="number of points",
            of=lambda setup: len(setup.points),
        ),
        Measure(
            name="classes",
            title="number of classes",
            of=lambda setup: len(setup.points.classes),
        ),
        Measure(
            name="inputs",
            title="number of inputs",
            of=lambda setup: setup.network.inputs,
        ),
        Measure(
            name="units_at_95",
            title="number of hidden units that reach 95\xa0% of the test points",
            of=lambda setup: scores.units_used(setup.network, _network(setup).measure),
        ),
        Measure(
            name="margin",
            title="distance of the nearest training point from the border",
            of=lambda setup: scores.margin(setup.network, setup.split.train, setup.training.threshold),
        ),
        Measure(
            name="overfitting",
            title="share of right training points, less that of the test points,",
            unit="%",
            of=lambda setup: scores.overfitting(_network(setup).measure),
        ),
    ),
    "losses": _table(
        Measure(
            name="function",
            title="chosen loss",
            of=lambda judged: judged.curve.name,
            records=LOSSES,
        ),
        Measure(
            name="target",
            title="target",
            of=lambda judged: judged.target,
        ),
        Measure(
            name="prediction",
            title="prediction",
            of=lambda judged: judged.prediction,
        ),
        Measure(
            name="loss",
            title="loss",
            of=lambda judged: float(judged.curve.losses(judged.target, judged.prediction)),
        ),
        Measure(
            name="gradient",
            title="gradient",
            of=lambda judged: float(judged.curve.slopes(judged.target, judged.prediction)),
        ),
        Measure(
            name="constant",
            title="best constant under the chosen loss",
            of=lambda judged: getattr(fitting.RULES.get(judged.curve.name), "constant", None),
        ),
        Measure(
            name="outlier",
            title="number of the outlier",
            of=lambda judged: judged.wild,
        ),
        Measure(
            name="outlier_share",
            title="share of the outlier in the total gradient",
            unit="%",
            of=lambda judged: float(judged.batch.pulls[0, -1]),
        ),
        Measure(
            name="batch_loss",
            title="mean loss of the batch",
            of=lambda judged: float(judged.batch.losses[0].mean()),
        ),
        Measure(
            name="fit",
            title="loss that is fitted under",
            of=lambda judged: judged.fitted.loss,
            records=LOSSES,
        ),
        Measure(
            name="fit_degree",
            title="degree of the fitted curve",
            of=lambda judged: len(judged.fitted.coefficients) - 1,
        ),
        Measure(
            name="fit_loss",
            title="mean loss of the fitted curve",
            of=lambda judged: judged.fitted.value,
        ),
        Measure(
            name="fit_at_0",
            title="height of the fitted curve at x = 0",
            of=lambda judged: judged.fitted.coefficients[0],
        ),
        Measure(
            name="fit_touches",
            title="number of points on the fitted curve",
            of=lambda judged: judged.fitted.touched,
        ),
    ),
    "attention": _table(
        Measure(
            name="sequence",
            title="example",
            of=lambda seen: seen.found.example,
            records=EXAMPLES,
        ),
        Measure(
            name="token",
            title="number of the patch or word that looks",
            of=lambda seen: seen.row + 1,
        ),
        Measure(
            name="looked_at",
            title="patch or word that is looked at most",
            of=lambda seen: seen.looked_at,
        ),
        Measure(
            name="top_weight",
            title="largest weight",
            unit="%",
            of=lambda seen: float(seen.attended.weights[seen.row].max()),
        ),
        Measure(
            name="own_weight",
            title="weight that it gives itself",
            unit="%",
            of=lambda seen: float(seen.attended.weights[seen.row, seen.row]),
        ),
        Measure(
            name="taken_1",
            title="first number that it takes",
            of=lambda seen: float(seen.attended.output[seen.row, 0]),
        ),
        Measure(
            name="taken_2",
            title="second number that it takes",
            of=lambda seen: float(seen.attended.output[seen.row, 1]),
        ),
        Measure(
            name="difference",
            title="first number that it takes, less the second,",
            of=lambda seen: float(np.subtract(*seen.attended.output[seen.row])),
        ),
        Measure(
            name="heads",
            title="number of heads",
            of=lambda seen: seen.found.heads,
        ),
        Measure(
            name="head",
            title="number of the head on show",
            of=lambda seen: seen.head + 1,
        ),
        Measure(
            name="positions",
            title="use of positions",
            of=lambda seen: seen.found.positions,
        ),
        Measure(
            name="mask",
            title="mask",
            of=lambda seen: MASKS[seen.found.mask],
        ),
        Measure(
            name="hidden",
            title="number of pairs that the mask hides",
            of=lambda seen: seen.hidden,
        ),
        Measure(
            name="temperature",
            title="temperature",
            of=lambda seen: seen.found.temperature,
        ),
        Measure(
            name="twins",
            title="number of pairs that become the same",
            of=lambda seen: seen.twins,
        ),
        Measure(
            name="scores",
            title="number of scores",
            of=lambda seen: seen.found.run.weights.size,
        ),
        Measure(
            name="parameters",
            title="number of weights to learn",
            of=lambda seen: seen.found.size,
        ),
        Measure(
            name="asked",
            title="kind of the number in question",
            of=lambda seen: SAID_STEPS[seen.asked[0]],
        ),
        Measure(
            name="asked_value",
            title="number in question",
            of=lambda seen: seen.found.worked(*seen.asked).value,
        ),
        Measure(
            name="drawn_class",
            title="most probable class of the drawing",
            of=lambda seen: seen.drawn.top[0],
        ),
        Measure(
            name="drawn_probability",
            title="probability of that class",
            unit="%",
            of=lambda seen: seen.drawn.top[1],
        ),
        Measure(
            name="drawn_changed",
            title="change of that class by what is dropped and shuffled",
            of=lambda seen: seen.drawn.is_changed,
        ),
        Measure(
            name="dropped",
            title="number of patches of the drawing that are dropped",
            of=lambda seen: len(seen.drawn.whole.kept) - len(seen.drawn.run.kept),
        ),
        Measure(
            name="shuffled",
            title="shuffling of the drawing's positions",
            of=lambda seen: seen.drawn.is_shuffled,
        ),
        Measure(
            name="drawn_looked_at",
            title="patch of the drawing that is looked at most",
            of=lambda seen: trained.called(seen.drawn.most[0]),
        ),
        Measure(
            name="drawn_share",
            title="share that is taken from that patch",
            unit="%",
            of=lambda seen: seen.drawn.most[1],
        ),
        Measure(
            name="drawn_layer",
            title="number of the layer that looks at the drawing",
            of=lambda seen: seen.drawn.layer + 1,
        ),
        Measure(
            name="drawn_head",
            title="number of the head that looks at the drawing, 0 for all",
            of=lambda seen: 0 if seen.drawn.head is None else seen.drawn.head + 1,
        ),
    ),
    "draw_and_watch": _table(
        Measure(
            name="top_class",
            title="most probable class",
            of=lambda seen: seen.run.ranking[0][0],
        ),
        Measure(
            name="probability",
            title="probability of that class",
            unit="%",
            of=lambda seen: float(seen.run.ranking[0][1]),
        ),
        Measure(
            name="second_class",
            title="second class",
            of=lambda seen: seen.run.ranking[1][0],
        ),
        Measure(
            name="top_changed",
            title="change of the most probable class by what is switched off",
            of=lambda seen: seen.run.ranking[0][0] != seen.whole.ranking[0][0],
        ),
        Measure(
            name="channels_off",
            title="number of maps that are switched off",
            of=lambda seen: sum(map(len, seen.run.off.values())),
        ),
        Measure(
            name="network",
            title="network",
            of=lambda seen: seen.run.variant,
            records=sketch.VARIANTS,
        ),
    ),
    "imagenet": _table(
        Measure(
            name="top_class",
            title="most probable class",
            of=lambda seen: seen.answers[0][0],
        ),
        Measure(
            name="probability",
            title="probability of that class",
            unit="%",
            of=lambda seen: seen.answers[0][1],
        ),
        Measure(
            name="top_before",
            title="most probable class with nothing switched off",
            of=lambda seen: seen.whole[0][0],
        ),
        Measure(
            name="top_changed",
            title="change of the most probable class by what is switched off",
            of=lambda seen: seen.answers[0][0] != seen.whole[0][0],
        ),
        Measure(
            name="channels_off",
            title="number of channels that are switched off",
            of=lambda seen: seen.off,
        ),
    ),
    "transfer": _table(
        Measure(
            name="classes",
            title="number of classes",
            of=lambda taught: len(taught.labelled.classes),
        ),
        Measure(
            name="pictures",
            title="number of pictures",
            of=lambda taught: taught.labelled.size,
        ),
        Measure(
            name="fewest",
            title="number of pictures of the smallest class",
            of=lambda taught: min(taught.labelled.counts.values(), default=0),
        ),
        Measure(
            name="most",
            title="number of pictures of the largest class",
            of=lambda taught: max(taught.labelled.counts.values(), default=0),
        ),
        Measure(
            name="trained",
            title="training with these pictures",
            of=lambda taught: taught.training is not None,
        ),
        Measure(
            name="training_accuracy",
            title="share of the training pictures that are right",
            unit="%",
            of=lambda taught: _accuracy(taught.training),
        ),
        Measure(
            name="test_accuracy",
            title="share of the test pictures that are right",
            unit="%",
            of=lambda taught: _accuracy(taught.test),
        ),
        Measure(
            name="test_pictures",
            title="number of test pictures",
            of=lambda taught: len(taught.test.answered) if taught.test else None,
        ),
        Measure(
            name="best_class",
            title="class with the largest share of right test pictures",
            of=lambda taught: max(taught.recalls(), key=taught.recalls().__getitem__, default=None),
        ),
        Measure(
            name="best_accuracy",
            title="largest share of right test pictures of a class",
            unit="%",
            of=lambda taught: max(taught.recalls().values(), default=None),
        ),
        Measure(
            name="worst_class",
            title="class with the smallest share of right test pictures",
            of=lambda taught: min(taught.recalls(), key=taught.recalls().__getitem__, default=None),
        ),
        Measure(
            name="worst_accuracy",
            title="smallest share of right test pictures of a class",
            unit="%",
            of=lambda taught: min(taught.recalls().values(), default=None),
        ),
    ),
}
"""By the name of the page, and of the measure."""


def measured(page: str, subject: Any, names: Iterable[str]) -> dict[str, Value]:
    """Measure some things of a page's subject.

    Args:
        page: Key in `MEASURES`.
        subject: What the measures of this page take.
        names: Keys in its table.

    Raises:
        ExplorerError: If there is no such page or measure, or the subject cannot be computed, such as a
            filter that finds no place in the picture.

    Example:
        >>> from explorer.convolution.experiments import Convolution
        >>> from explorer.lessons.subjects import Filtered
        >>> step = Filtered(Convolution(np.array([[-1.0, 1.0]])), np.ones((5, 5, 1), np.float32))
        >>> measured("convolution", step, ("kernel_sum", "rows"))
        {'kernel_sum': 0.0, 'rows': 5}
    """
    table = MEASURES.get(page)
    if table is None:
        raise ExplorerError(
            f"Nothing is measured on {page[:40]!r}; choose one of the pages {', '.join(MEASURES)}."
        )
    found = {}
    for name in dict.fromkeys(names):
        if name not in table:
            raise ExplorerError(
                f"The page {page} has no measure {name[:40]!r}; choose one of {', '.join(table)}."
            )
        found[name] = table[name].of(subject)
    return found
