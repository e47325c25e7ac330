"""Training a network on points, step by step, with its history."""

from __future__ import annotations

import math
from dataclasses import dataclass
from reprlib import repr as short

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.losses import LOSSES
from explorer.mlp.datasets import Points, PointSplit
from explorer.mlp.features import with_features
from explorer.mlp.layers import MAX_WEIGHT, Array, Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Objective, Training
from explorer.mlp.optimizers import LEARNING_RATE, OPTIMIZERS
from explorer.mlp.passes import Learning, backpropagate, layer_views, propagate
from explorer.words import counted

EXPLOSION = 1e6
"""Training has diverged when the loss is so many times what it was at the start, plus one."""

MOMENTUM = 0.9
"""The share of a running mean or variance that a batch normalisation keeps from step to step."""

MAX_MEASURES = 400
"""The most points of a training history; beyond, half of them, spread evenly, are kept."""


@dataclass(frozen=True)
class TrainingMeasure:
    """How well a network does after some training; None where there is nothing to measure.

    Attributes:
        step: Steps so far.
        epoch: Epochs so far; a fraction within an epoch.
        train_loss: Mean loss of the points to train on, without the penalty.
        test_loss: Mean loss of the points that training never sees.
        train_accuracy: Share of the points to train on that are on their side of the threshold, or whose
            class has the largest output.
        test_accuracy: Share of the others, likewise.
        penalty: What L1 and L2 add to the loss that is minimised.
    """

    step: int
    epoch: float
    train_loss: float
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    penalty: float


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Where training stands: what is needed to go on from there as if it had never stopped.

    Attributes:
        parameters: (size,): as `DenseNetwork.flat` gives them, read-only.
        slots: (slots, size): what the optimizer remembers, read-only.
        updates: Steps that the optimizer has made since it was chosen.
        step: Steps so far.
        epoch: Whole epochs so far.
        seen: Points of the present epoch that are used up.
    """

    parameters: Array
    slots: Array
    updates: int = 0
    step: int = 0
    epoch: int = 0
    seen: int = 0


def misfit(output: Dense, points: Points, training: Training) -> str:
    """Say why an output layer cannot learn the targets of some points, or under a loss; "" where it can.

    Example:
        >>> from explorer.mlp.datasets import DATASETS
        >>> misfit(Dense(1, "sigmoid"), DATASETS["rings"].make(20), Training())[:61]
        'These points are of 3 classes, and the output has 1 unit: it '
    """
    units, loss = output.units, LOSSES[training.loss]
    if points.task == "regression" and units > 1:
        return (
            f"A regression here learns one number for each point, and this network has {units} outputs: "
            "choose a single linear output."
        )
    classes = len(points.classes)
    if classes and not (classes == units and output.is_softmax) and not (classes == 2 and units == 1):
        return (
            f"These points are of {classes} classes, and the output has {counted(units, 'unit')}: it needs "
            f"{classes} with softmax{', or one' if classes == 2 else ''}."
        )
    if loss.target.vector and not output.is_softmax:
        return (
            f"{loss.title} compares the probabilities of several classes, and this network has one output: "
            "choose softmax for it, or another loss."
        )
    if output.is_softmax and not loss.target.vector:
        return (
            f"{loss.title} takes one output, and a softmax has several: choose categorical cross-entropy, "
            "or another output."
        )
    return ""


class Trainer:
    """Trains a network on points: it holds the only numbers of this module that change.

    The order of the points depends on the seed and the number of the epoch alone, so that the same start,
    points and training always give the same weights.

    Attributes:
        split: The points.
        training: How to train; `configure` changes it.
        trouble: A sentence if the last training diverged or the loss refused an output, else "".

    Example:
        >>> from explorer.mlp.layers import Dense
        >>> from explorer.mlp.datasets import DATASETS
        >>> network = DenseNetwork.create([Dense(4), Dense(1, "sigmoid")], seed=3)
        >>> trainer = Trainer(network, DATASETS["circle"].make(200).split(), Training(learning_rate=1.0))
        >>> trainer.epoch(100)
        >>> trainer.history[-1].test_accuracy > 0.95
        True
        >>> trainer.rewind()
        >>> bool((trainer.network.flat() == network.flat()).all())
        True
    """

    def __init__(self, network: DenseNetwork, split: PointSplit, training: Training) -> None:
        """Stand at the start.

        Raises:
            ExplorerError: If the network has not two inputs, its output does not fit the targets or the
                loss, or there is no point to train on.
        """
        if network.coordinates != 2:
            raise ExplorerError(
                f"A network that is trained on points needs two inputs; this one has {network.coordinates}."
            )
        if not len(split.train):
            raise ExplorerError(
                "There is no point to train on; draw a few, or choose a larger share for training."
            )
        if trouble := misfit(network.output, split.train, training):
            raise ExplorerError(trouble)
        self.split, self.training, self.trouble = split, training, ""
        self._inputs, self._test_inputs = (
            with_features(part.x, network.features) for part in (split.train, split.test)
        )  # (n, inputs)
        self._targets = split.train.targets(network.output.units)  # (n, units of the output layer)
        self._test_targets = split.test.targets(network.output.units)
        self._history: list[tuple[TrainingMeasure, Array]] = []
        self._order: tuple[tuple[int, int], NDArray[np.intp], Array, Array] | None = None
        self._begin(network)

    @property
    def network(self) -> DenseNetwork:
        """The network as it is now."""
        return self._network.with_flat(self._parameters)

    @property
    def steps(self) -> int:
        """Steps so far."""
        return self._step

    @property
    def epochs(self) -> float:
        """Epochs so far; a fraction within an epoch."""
        return self._epoch + self._seen / len(self.split.train)

    @property
    def history(self) -> tuple[TrainingMeasure, ...]:
        """Measures from the start to now, at most 400, evenly spread where some had to be dropped."""
        return tuple(measure for measure, _ in self._history)

    @property
    def trail(self) -> Array:
        """The parameters at each measure of `history`, flat: (measures, size).

        For use of the library by itself: no page needs it.
        """
        return np.array([parameters for _, parameters in self._history], np.float32).reshape(
            -1, self._network.size
        )

    @property
    def next_batch(self) -> NDArray[np.intp]:
        """Rows of `split.train` whose mean gradient makes the next step.

        For use of the library by itself: no page needs it.
        """
        return self._rows()[0][self._seen : self._seen + self.training.batch_size]

    def step(self, count: int = 1) -> None:
        """Make some steps, a batch each.

        If training diverges it goes back to where it was before them, and `trouble` says why.
        """
        self._advance(_count(count, "steps"))

    def epoch(self, count: int = 1) -> None:
        """Go on to the end of the epoch, and of some more: in each, every point is used once.

        If training diverges it goes back to where the epoch before ended, and `trouble` says why.
        """
        for _ in range(_count(count, "epochs")):
            left = len(self.split.train) - self._seen
            self._advance(-(-left // self.training.batch_size))
            if self.trouble:
                break

    def rewind(self) -> None:
        """Go back to the start: the same weights, the same order of points, nothing remembered."""
        self._begin(self._network)

    def replace(self, network: DenseNetwork) -> None:
        """Put edited weights in place, and go on from there.

        Before the first step they become the start to which `rewind` goes back, afterwards they do not.

        Raises:
            ExplorerError: If the layers are others.
        """
        before = self._network
        if (network.layers, network.features) != (before.layers, before.features):
            raise ExplorerError("These weights are of other layers; begin a new training with them.")
        if not self._step:
            self._begin(network)
            return
        self._parameters[:] = network.flat()
        self.trouble = self._record()

    def configure(self, training: Training) -> None:
        """Change how to train from here on; another optimizer begins without a memory."""
        if training.optimizer != self.training.optimizer:
            self._slots = np.zeros((OPTIMIZERS[training.optimizer].slots, self._network.size), np.float32)
            self._updates = 0
        self.training = training
        self._objective = Objective.of(self._network.output, training)
        if self._step:
            self.trouble = self._record()
        else:
            self._begin(self._network)

    def snapshot(self) -> Snapshot:
        """Keep where training stands."""
        parameters, slots = self._parameters.copy(), self._slots.copy()
        parameters.setflags(write=False)
        slots.setflags(write=False)
        return Snapshot(parameters, slots, self._updates, self._step, self._epoch, self._seen)

    def restore(self, snapshot: Snapshot) -> None:
        """Go to where training stood; the history keeps what lies before.

        Raises:
            ExplorerError: If the snapshot is of other layers or another optimizer.
        """
        if snapshot.parameters.shape != self._parameters.shape or snapshot.slots.shape != self._slots.shape:
            raise ExplorerError("This snapshot is of other layers or another optimizer.")
        self._parameters[:], self._slots[:] = snapshot.parameters, snapshot.slots
        self._updates, self._step = snapshot.updates, snapshot.step
        self._epoch, self._seen = snapshot.epoch, snapshot.seen
        self._history = [entry for entry in self._history if entry[0].step < self._step]
        self.trouble = self._record()

    def _begin(self, network: DenseNetwork) -> None:
        """Stand at the start with these weights."""
        self._network = network
        layers, inputs = network.layers, network.inputs
        self._parameters = network.flat()
        self._parts = layer_views(self._parameters, layers, inputs)
        self._gradient = np.zeros_like(self._parameters)
        self._slopes = layer_views(self._gradient, layers, inputs)
        self._is_weight = np.zeros_like(self._parameters)
        for kernel in layer_views(self._is_weight, layers, inputs).kernels:
            kernel[:] = 1
        self._objective = Objective.of(network.output, self.training)
        self._slots = np.zeros((OPTIMIZERS[self.training.optimizer].slots, network.size), np.float32)
        self._updates = self._step = self._epoch = self._seen = 0
        self._history = []
        self.trouble = self._record()

    def _rows(self) -> tuple[NDArray[np.intp], Array, Array]:
        """Return the order of the points in the present epoch, and the points in that order."""
        key = (self.training.seed, self._epoch)
        if self._order is None or self._order[0] != key:
            order = np.random.default_rng((*key, 2)).permutation(len(self.split.train))
            self._order = key, order, self._inputs[order], self._targets[order]  # (n, inputs), (n, units)
        return self._order[1:]

    def _advance(self, count: int) -> None:
        """Make some steps, and go back if they lead nowhere."""
        before, wanted = self.snapshot(), self._step + count
        self.trouble = ""
        try:
            with np.errstate(all="ignore"):
                while self._step < wanted and self._is_sound():
                    self._descend()
        except ExplorerError as error:  # a loss that does not take the output
            trouble = str(error)
        else:
            trouble = self._record() if self._is_sound() else self._advice()
        if trouble:
            self.restore(before)
            self.trouble = trouble

    def _is_sound(self) -> bool:
        # Not-a-number fails every comparison, and the sum of squares, infinite at the worst, is one call.
        with np.errstate(over="ignore"):
            return float(np.dot(self._parameters, self._parameters)) <= MAX_WEIGHT**2

    def _descend(self) -> None:
        """Make one step."""
        training, layers = self.training, self._network.layers
        _, x, y = self._rows()
        batch = slice(self._seen, self._seen + training.batch_size)
        x, y = x[batch], y[batch]
        learning = Learning(self._masks(len(x)))
        pre, post = propagate(layers, self._parts, x, learning=learning)
        delta = self._objective.delta(layers[-1], y, pre[-1], post[-1])
        backpropagate(layers, self._parts, x, pre, post, delta, self._slopes, learning)
        if training.l1 or training.l2:
            weights = self._is_weight * self._parameters
            self._gradient += training.l1 * np.sign(weights) + 2 * training.l2 * weights
        self._updates += 1
        OPTIMIZERS[training.optimizer].update(
            self._parameters,
            self._gradient,
            self._slots,
            self._updates,
            training.rate_at(self._updates - 1),
            **dict(training.optimizer_parameters),
        )
        for place, moments in learning.moments.items():
            for running, now in zip(self._parts.norms[place][2:], moments, strict=True):
                running += (now - running) * (1 - MOMENTUM)
        self._step += 1
        self._seen += len(x)
        if self._seen >= len(self.split.train):
            self._epoch, self._seen = self._epoch + 1, 0

    def _masks(self, points: int) -> list[Array | None]:
        """Draw what dropout leaves of the answers to a batch: the same for the same place in the training."""
        layers = self._network.layers
        if not any(layer.dropout for layer in layers):
            return [None] * len(layers)
        rng = np.random.default_rng((self.training.seed, self._epoch, self._seen, 3))
        return [
            (rng.random((points, layer.units)) >= layer.dropout).astype(np.float32)
            / np.float32(1 - layer.dropout)
            if layer.dropout
            else None
            for layer in layers
        ]

    def _record(self) -> str:
        """Measure how well the network does now; give a sentence if the loss is refused or has exploded."""
        try:
            with np.errstate(all="ignore"):
                train = self._measured(self._inputs, self._targets)
                test = self._measured(self._test_inputs, self._test_targets) if len(self.split.test) else None
        except ExplorerError as error:  # a loss that does not take the output
            return str(error)
        first = self._history[0][0].train_loss if self._history else train[0]
        if not abs(train[0]) <= EXPLOSION * (1 + abs(first)) or not math.isfinite(train[0]):
            return self._advice()
        measure = TrainingMeasure(
            self._step,
            self.epochs,
            train[0],
            test[0] if test and math.isfinite(test[0]) else None,
            train[1],
            test[1] if test else None,
            self._network.with_flat(self._parameters).penalty(self.training),
        )
        if self._history and self._history[-1][0].step == self._step:
            self._history.pop()
        self._history.append((measure, self._parameters.copy()))
        if len(self._history) > MAX_MEASURES:
            self._thin()
        return ""

    def _measured(self, x: Array, target: Array) -> tuple[float, float | None]:
        """Return mean loss and accuracy."""
        pre, post = propagate(self._network.layers, self._parts, x)
        loss = float(self._objective.losses(target, pre[-1], post[-1]).mean(dtype=np.float64))
        if self.split.train.task != "classification":
            return loss, None
        if target.shape[1] > 1:
            return loss, float((post[-1].argmax(1) == target.argmax(1)).mean())
        return loss, float(((post[-1] > self.training.threshold) == (target > 0.5)).mean())

    def _thin(self) -> None:
        """Drop half of the history: keep the measures nearest to steps at even distances."""
        steps = np.array([measure.step for measure, _ in self._history])
        wanted = np.linspace(steps[0], steps[-1], MAX_MEASURES // 2)
        nearest = np.abs(steps[:, np.newaxis] - wanted).argmin(0)  # (measures, wanted) -> (wanted,)
        self._history = [self._history[place] for place in np.unique(nearest)]

    def _advice(self) -> str:
        """Say in a sentence what became of training, and what to change."""
        training, layers = self.training, self._network.layers
        reach = float(np.abs(self.split.train.x).max())
        unbounded = [layer.activation for layer in layers if layer.activation == "exponential"]
        if not self._step:
            change = "Choose smaller weights, or another activation or loss."
        elif reach > 20:
            change = f"The inputs reach {reach:.4g}: standardise them, or lower the learning rate a lot."
        elif 2 * training.l2 * training.learning_rate > 1:
            change = f"L2 of {training.l2:g} is too strong for this learning rate: lower one of the two."
        elif unbounded:
            change = "The exponential explodes easily: choose another activation, or lower the learning rate."
        elif LOSSES[training.loss].group == "Profit":
            change = "This loss has no least value: choose another, or a bounded output, such as tanh."
        else:
            lower = max(training.learning_rate / 10, LEARNING_RATE.low)
            change = f"Lower the learning rate: it is {training.learning_rate:g}, try {lower:.3g}."
        if not self._step:
            return f"The loss of this network is too large to train from. {change}"
        return (
            f"Training diverged at step {self._step}: the loss or the weights grew beyond all bounds. The "
            f"network is back where it last worked. {change}"
        )


def _count(count: int, noun: str) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 10_000:
        raise ExplorerError(f"Training goes on by 1 to 10000 {noun} at a time; {short(count)} came.")
    return count
