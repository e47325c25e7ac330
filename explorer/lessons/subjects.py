"""What the pages show as one value each, which the measures of a lesson are made of."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from explorer import activations, losses, rounding, sketch
from explorer.activations import ActivationCurve
from explorer.attention import Attended, TransformerRun, trained
from explorer.attention.experiment import SmallAttention
from explorer.convolution import experiments
from explorer.convolution.experiments import Array, Convolution, Pooling, Summary
from explorer.convolution.invariance import Change, InvarianceReport, invariance
from explorer.losses import LossCurve, fitting
from explorer.pipeline import ConvolutionBlock, PipelineRun
from explorer.pipeline.learning import LearningNetwork
from explorer.pipeline.training_sets import TrainingSet
from explorer.transfer.evaluation import Examination
from explorer.transfer.labelled_images import LabelledImages


@dataclass(frozen=True, eq=False)
class Filtered:
    """A filter on a picture, float32 (H, W, C) in [0, 1]."""

    experiment: Convolution
    image: Array = field(repr=False)

    @cached_property
    def map(self) -> Array:
        """The feature map."""
        return self.experiment.feature_map(self.image)

    @cached_property
    def summary(self) -> Summary:
        """The feature map in a few numbers."""
        return experiments.describe(self.map, bins=0)

    @property
    def variance_ratio(self) -> float | None:
        """The variance of the map as a multiple of the picture's."""
        before = experiments.describe(self.image, bins=0).std
        return (self.summary.std / before) ** 2 if before else None

    @property
    def change(self) -> float | None:
        """How far map and picture differ on average; None where they differ in size."""
        if self.map.shape != self.image.shape:
            return None
        return experiments.compare(self.map, self.image).mean

    def part(self, rows: slice = slice(None), columns: slice = slice(None)) -> float:
        """The sum of some of the weights."""
        return rounding.total(self.experiment.kernel[rows, columns], given=rounding.SINGLE)

    @property
    def middle(self) -> tuple[int, int]:
        """Half the rows and half the columns of the kernel, without the middle ones."""
        rows, columns = self.experiment.window
        return rows // 2, columns // 2


@dataclass(frozen=True, eq=False)
class Pooled:
    """A pooling on a picture or a map, and what a small change of a picture does to a pooled map."""

    experiment: Pooling
    image: Array = field(repr=False)
    picture: Array = field(repr=False)
    filter2d: Convolution
    change: Change

    @cached_property
    def map(self) -> Array:
        """The pooled map."""
        return self.experiment.feature_map(self.image)

    @cached_property
    def summary(self) -> Summary:
        """The pooled map in a few numbers."""
        return experiments.describe(self.map, bins=0)

    @cached_property
    def report(self) -> InvarianceReport:
        """What the change does."""
        return invariance(self.picture, self.filter2d, self.experiment, self.change)

    @property
    def kept(self) -> float:
        """Cells of the pooled map for each cell of what is pooled."""
        (rows, columns), (high, wide) = self.map.shape[:2], self.image.shape[:2]
        return float(rows * columns / (high * wide))


@dataclass(frozen=True, eq=False)
class Activated:
    """An activation at a place, in a chain of layers, and on the map of a picture; and a softmax."""

    curve: ActivationCurve
    x: float
    feature_map: Callable[[], Array] = field(repr=False)
    limit: float
    layers: int
    weight: float
    probabilities: Sequence[float]

    @cached_property
    def applied(self) -> tuple[Array, Array]:
        """The map after the activation, and its slopes."""
        return self.curve.apply(self.feature_map())

    @property
    def gradient(self) -> float:
        """What the gradient is multiplied by on its way back through the chain."""
        return float(activations.products(self.curve.chain(self.x, self.layers, self.weight))[1][-1])


@dataclass(frozen=True, eq=False)
class Judged:
    """A prediction under a loss, a batch with an outlier, and points that are fitted under a loss."""

    curve: LossCurve
    target: float
    prediction: float
    wild: float
    fit: Callable[[], fitting.Fit] = field(repr=False)

    @cached_property
    def batch(self) -> losses.Batch:
        """The batch with its outlier."""
        return losses.batch([self.curve], self.wild)

    @cached_property
    def fitted(self) -> fitting.Fit:
        """The curve through the points."""
        return self.fit()


@dataclass(frozen=True, eq=False)
class OnDrawing:
    """The vision transformer on a drawing, and who looks at it.

    Attributes:
        run: With what is dropped and shuffled.
        whole: With every patch in its place.
        patch: Who looks, from 0; None: the class token.
        layer: In which layer, from 0.
        head: In which head, from 0; None: the mean of all.
        is_shuffled: Whether patches are told other places.
    """

    run: TransformerRun
    whole: TransformerRun
    patch: int | None
    layer: int
    head: int | None
    is_shuffled: bool

    @property
    def top(self) -> tuple[str, float]:
        """What it says, and how likely it finds that."""
        return sketch.ranked(self.run.probabilities)[0]

    @property
    def is_changed(self) -> bool:
        """Whether it says something else with every patch in its place."""
        return sketch.ranked(self.whole.probabilities)[0][0] != self.top[0]

    @property
    def most(self) -> tuple[int, float]:
        """The patch that is looked at most, from 0, and the share that is taken from it."""
        return trained.most_looked_at(self.run, self.layer, self.patch, self.head)


@dataclass(frozen=True, eq=False)
class Looking:
    """Attention, the vector that looks, the head that is on show, and the number that is asked about.

    Attributes:
        found: The vectors and the heads.
        row: Which of the vectors looks, from 0.
        head: Which head is on show, from 0.
        asked: The step, a key of `STEPS`, with head, row and column of the number in question.
        draw: Gives the transformer on the drawing; raises a SketchError where nothing is drawn.
    """

    found: SmallAttention
    row: int
    head: int
    asked: tuple[str, int, int, int]
    draw: Callable[[], OnDrawing] = field(repr=False)

    @cached_property
    def drawn(self) -> OnDrawing:
        """The transformer on the drawing."""
        return self.draw()

    @property
    def attended(self) -> Attended:
        """What the head on show makes of the vectors."""
        return self.found.run.heads[self.head]

    @property
    def looked_at(self) -> str:
        """What the vector looks at most: several where they have the same weight."""
        most = self.found.looked_at(self.row, self.head)
        return ", ".join(self.found.chosen.called(each) for each in most)

    @property
    def twins(self) -> int:
        """How many pairs of vectors have the same output."""
        rows = self.found.run.output
        return sum(bool(np.allclose(one, other, atol=1e-9)) for one, other in itertools.combinations(rows, 2))

    @property
    def hidden(self) -> int:
        """How many pairs the mask hides."""
        return 0 if self.found.looks is None else int((~self.found.looks).sum())


@dataclass(frozen=True, eq=False)
class Recognised:
    """A drawing in the sketch network, and in the same network with nothing switched off."""

    run: sketch.SketchRun
    whole: sketch.SketchRun


@dataclass(frozen=True, eq=False)
class Seen:
    """What a network says of a photograph, best first, and what it says with nothing switched off.

    Attributes:
        answers: Pairs of a class and its probability.
        whole: The same with nothing switched off.
        off: How many channels are switched off.
    """

    answers: Sequence[tuple[str, float]]
    whole: Sequence[tuple[str, float]]
    off: int


@dataclass(frozen=True, eq=False)
class StackedWork:
    """A stack of blocks on a picture, and how far it has learned to read drawings, or pictures of one's own.

    Attributes:
        run: The blocks on the picture.
        network: The same as it has learned; None where it ends in no answer.
        start: The network before the first step, likewise.
        pictures: What it learns from, likewise.
        steps: Steps so far.
        frozen: How many kernels stay as they are.
    """

    run: PipelineRun
    network: LearningNetwork | None = None
    start: LearningNetwork | None = None
    pictures: TrainingSet | None = None
    steps: int = 0
    frozen: int = 0

    @cached_property
    def test_accuracy(self) -> float | None:
        """The share of the test pictures that get the right answer."""
        return self.pictures.measured(self.network).accuracy if self.pictures and self.network else None

    @property
    def kernel_change(self) -> float | None:
        """How far the weights of the first convolution have moved, on average."""
        if self.network is None or self.start is None:
            return None
        blocks = self.network.pipeline.blocks
        first = next((at for at, block in enumerate(blocks) if isinstance(block, ConvolutionBlock)), None)
        if first is None:
            return None
        now, before = (each.weights(first)[0] for each in (self.network, self.start))
        return float(abs(now - before).mean())

    @property
    def parameters(self) -> int | None:
        """How many weights and biases learn."""
        return len(self.network.parameters) if self.network else None


@dataclass(frozen=True, eq=False)
class Taught:
    """Labelled pictures, and how the network that learnt from them does on its test pictures, if any did."""

    labelled: LabelledImages
    test: Examination | None = None
    training: Examination | None = None

    def recalls(self) -> dict[str, float]:
        """The share of each class's test pictures that got the right answer, where it has some."""
        scores = self.test.scores if self.test else {}
        return {name: score.recall for name, score in scores.items() if score.recall is not None}
