"""A training as it travels: what is learned from, where it stands, and what was measured."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from explorer.activations import softmax
from explorer.imagenet.networks import Pixels, network
from explorer.images import Array
from explorer.mlp.optimizers import OPTIMIZERS
from explorer.transfer.heads import LOSS
from explorer.transfer.plan import Plan, TransferError

Sample: TypeAlias = tuple[Pixels, int]

BATCH = 8
"""Pictures whose mean gradient makes a step; the last batch of an epoch may be smaller."""

MAX_CLASSES = 10


@dataclass(frozen=True)
class Epoch:
    """What was measured after an epoch; nothing of held-out pictures where there are none.

    Attributes:
        number: Which one; 0 is before the first.
        loss: Mean cross-entropy of the training pictures themselves, in nats.
        accuracy: The share of them, 0 to 1, that got the right class.
        held_out_loss: The same of the held-out pictures.
        held_out_accuracy: The same of the held-out pictures.
        tuned: Whether the last block learned in it.
    """

    number: int
    loss: float
    accuracy: float
    held_out_loss: float | None
    held_out_accuracy: float | None
    tuned: bool = False


@dataclass(frozen=True, eq=False)
class TrainedClassifier:
    """All that is needed to name a picture's class.

    Attributes:
        plan: How it was trained.
        classes: Their names.
        head: Kernel (d, classes) and bias; with a hidden layer, its kernel and bias before them.
        block: The numbers of the last block where it was fine-tuned, or nothing.
        epochs: How many epochs it took, those of the block included.
    """

    plan: Plan
    classes: tuple[str, ...]
    head: tuple[Array, ...]
    block: tuple[Array, ...] = ()
    epochs: int = 0


@dataclass(frozen=True, eq=False)
class Course:
    """How a training goes.

    Attributes:
        stage: What is done: "features", "head", "block", or "done".
        history: What was measured so far.
        trained: What has been learned so far; None before the first epoch, and for a network from scratch.
        answers: Probabilities (n, classes) of the training pictures, in the order in which they came.
        held_out_answers: The same of the held-out pictures.
        trouble: Why it ended early, or nothing.
    """

    stage: str
    history: tuple[Epoch, ...] = ()
    trained: TrainedClassifier | None = None
    answers: Array = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    held_out_answers: Array = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    trouble: str = ""


@dataclass(frozen=True, eq=False)
class TrainingState:
    """Where a training stands, as it travels: what learns, the head last, and what Adam remembers of each."""

    learning: tuple[Array, ...]
    slots: tuple[Array, ...] = ()
    updates: int = 0
    epoch: int = 0
    sound: bool = True

    def stepped(self, gradients: Sequence[Array], rate: float) -> TrainingState:
        """Go a step of Adam."""
        learning = tuple(array.copy() for array in self.learning)
        slots = tuple(slot.copy() for slot in self.slots) or tuple(
            np.zeros((2, *array.shape), np.float32) for array in learning
        )
        for parts in zip(learning, gradients, slots, strict=True):
            _ADAM.update(*parts, self.updates + 1, rate, **_ADAM_ARGUMENTS)
        sound = all(bool(np.isfinite(array).all()) for array in learning)
        return replace(self, learning=learning, slots=slots, updates=self.updates + 1, sound=sound)


_ADAM = OPTIMIZERS["adam"]

_ADAM_ARGUMENTS = {parameter.name: parameter.default for parameter in _ADAM.parameters}


@dataclass(frozen=True, eq=False)
class TrainingJob:
    """What is learned from, and what is only measured.

    Attributes:
        inputs: What stands for the training pictures, every one followed by its versions: (n * each, ...).
        held_out: What stands for the held-out pictures: (m, ...).
        labels: The classes of the training pictures, (n,).
        held_out_labels: Those of the held-out pictures, (m,).
        classes: How many classes there are.
        each: How many versions there are of a training picture, itself included.
    """

    inputs: tuple[NDArray[Any], ...]
    held_out: tuple[NDArray[Any], ...]
    labels: NDArray[np.int64]
    held_out_labels: NDArray[np.int64]
    classes: int
    each: int

    @property
    def own(self) -> tuple[NDArray[Any], ...]:
        """What stands for the training pictures themselves."""
        return tuple(part[:: self.each] for part in self.inputs)

    def batches(self, seed: int, epoch: int) -> list[NDArray[np.int64]]:
        """Draw which pictures and versions make the batches of an epoch."""
        order = np.random.default_rng((seed, epoch)).permutation(len(self.labels) * self.each)
        return [order[at : at + BATCH] for at in range(0, len(order), BATCH)]

    def targets(self, rows: NDArray[np.int64]) -> Array:
        """Return the probabilities (n, classes) that are right for pictures and versions."""
        return np.eye(self.classes, dtype=np.float32)[self.labels[rows // self.each]]

    def measured(self, number: int, logits: Array, held_out: Array, tuned: bool = False) -> Epoch:
        """How good logits are, of training pictures and of held-out ones."""
        loss, accuracy = _loss_and_accuracy(logits, self.labels)
        held_out_loss, held_out_accuracy = _loss_and_accuracy(held_out, self.held_out_labels)
        return Epoch(number, loss, accuracy, held_out_loss, held_out_accuracy, tuned)


def _loss_and_accuracy(logits: Array, labels: NDArray[np.int64]) -> Any:
    """Return mean loss and accuracy, or None twice where there is nothing to measure."""
    if not len(labels):
        return None, None
    targets = np.eye(logits.shape[1], dtype=np.float32)[labels]
    losses = LOSS.f(targets, logits, from_logits=True)
    return float(losses.mean()), float((logits.argmax(axis=1) == labels).mean())


class HeadTrainer:
    """Who is taught: checked pictures in an order of their own, by class and content, and what came of it."""

    def __init__(
        self, plan: Plan, train: Sequence[Sample], held_out: Sequence[Sample], classes: Sequence[str]
    ) -> None:
        if not 2 <= len(classes) <= MAX_CLASSES:
            raise TransferError(f"2 to {MAX_CLASSES} classes can be told apart, and {len(classes)} came.")
        record = network(plan.network)
        side = record.size
        for pixels, label in (*train, *held_out):
            if pixels.dtype != np.uint8 or pixels.shape != (side, side, 3):
                raise TransferError(
                    f"{record.title} takes {side} × {side} pixels of 3 uint8 levels, and {pixels.dtype} "
                    f"values of shape {pixels.shape} came; give what preprocessing.seen gives."
                )
            if not 0 <= label < len(classes):
                raise TransferError(
                    f"Classes are numbered 0 to {len(classes) - 1}, and {label} came; name it, or leave its "
                    "pictures out."
                )
        missing = [name for at, name in enumerate(classes) if at not in {label for _, label in train}]
        if missing:
            raise TransferError(
                f"There is no picture of {' and of '.join(missing)} to train on; add one, or remove the "
                "class."
            )
        keys = [(label, hashlib.sha256(pixels.tobytes()).digest()) for pixels, label in train]
        self._places = sorted(range(len(train)), key=keys.__getitem__)
        self._labels = np.array([train[at][1] for at in self._places])
        self._held_out_labels = np.array([label for _, label in held_out], int)
        self._answers = self._held_out_answers = np.zeros((0, len(classes)), np.float32)
        self.plan = plan
        self.classes = tuple(classes)
        self.train = [train[at][0] for at in self._places]
        self.held_out = [pixels for pixels, _ in held_out]
        self.history: tuple[Epoch, ...] = ()

    def job(
        self, inputs: tuple[NDArray[Any], ...], held_out: tuple[NDArray[Any], ...], each: int
    ) -> TrainingJob:
        """Put what stands for the pictures together with their classes."""
        labels = self._labels, self._held_out_labels
        return TrainingJob(inputs, held_out, *labels, len(self.classes), each)

    @np.errstate(all="ignore")
    def answer(self, logits: Array, held_out: Array) -> None:
        """Keep what is said of training pictures and of held-out ones."""
        self._answers, self._held_out_answers = np.empty_like(logits), softmax(held_out)
        self._answers[self._places] = softmax(logits)

    def course(self, stage: str, state: TrainingState, keep: bool = True) -> Course:
        """How it goes, and give what was learned if it is to be kept."""
        heads = 4 if self.plan.head == "hidden" else 2
        block, head = state.learning[:-heads], state.learning[-heads:]
        trained = TrainedClassifier(self.plan, self.classes, head, block, state.epoch) if keep else None
        trouble = "" if state.sound else _DIVERGED.format(state.epoch + 1)
        return Course(stage, self.history, trained, self._answers, self._held_out_answers, trouble)


_DIVERGED = (
    "The training diverged in epoch {}: a weight or the loss is no finite number any more. What was learned "
    "before is kept; choose a smaller learning rate."
)
