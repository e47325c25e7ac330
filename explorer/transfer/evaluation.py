"""What a taught network answers to pictures whose classes are known, made ready for the screen.

probabilities of many pictures -> Examination: which are right, who is taken for whom, and which pictures
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.errors import ExplorerError
from explorer.transfer.labelled_images import Photo
from explorer.transfer.splits import Pick
from explorer.transfer.training_job import Epoch

Lines = dict[str, tuple[list[int], list[float]]]

MEASURES = {"loss": "loss", "accuracy": "accuracy, share that is right"}
"""What is measured after each epoch: the name in `Epoch`, and the words beside the axis."""

GROUPS = {"": "training", "held_out_": "test"}
"""What each line is called, by what stands before the measure in the names of `Epoch`."""


def confusion(answers: ArrayLike, labels: ArrayLike) -> NDArray[np.int64]:
    """Count the answers: a row for each true class, a column for each that was said to be it.

    Args:
        answers: Probabilities (n, classes).
        labels: The true classes (n,).

    >>> confusion([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3]], [0, 1, 1]).tolist()
    [[1, 0], [1, 1]]
    """
    said = np.asarray(answers)
    counts = np.zeros((said.shape[1], said.shape[1]), np.int64)
    if len(said):
        np.add.at(counts, (np.asarray(labels, int), said.argmax(axis=1)), 1)
    return counts


@dataclass(frozen=True)
class ClassScore:
    """How good the answers are for one class.

    Attributes:
        precision: The share of the pictures said to be of it that are; None if none was said to be.
        recall: The share of its pictures that were said to be of it; None if there is none.
    """

    precision: float | None
    recall: float | None


def precision_recall(counts: ArrayLike) -> list[ClassScore]:
    """Return precision and recall of each class from a `confusion`.

    >>> precision_recall([[3, 0], [1, 0]])
    [ClassScore(precision=0.75, recall=1.0), ClassScore(precision=None, recall=0.0)]
    """
    found = np.asarray(counts)

    def share(part: int, whole: int) -> float | None:
        return float(part / whole) if whole else None

    rows, columns = found.sum(axis=1), found.sum(axis=0)
    return [
        ClassScore(share(found[at, at], columns[at]), share(found[at, at], rows[at]))
        for at in range(len(found))
    ]


@dataclass(frozen=True)
class Answered:
    """A picture, its class, and what the network answers.

    Attributes:
        photo: The picture.
        truth: The number of its class.
        answer: The number of the most probable class.
        probabilities: Of all classes.
    """

    photo: Photo
    truth: int
    answer: int
    probabilities: tuple[float, ...]

    @property
    def right(self) -> bool:
        """Whether the answer is its class."""
        return self.answer == self.truth


@dataclass(frozen=True)
class Examination:
    """Every picture that was asked about, and the names of the classes."""

    classes: tuple[str, ...]
    answered: tuple[Answered, ...]

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """Counts of pictures: a row for each class, a column for each answer."""
        probabilities = np.array([each.probabilities for each in self.answered], np.float32)
        shape = (-1, len(self.classes))
        return confusion(probabilities.reshape(shape), [each.truth for each in self.answered])

    @property
    def scores(self) -> dict[str, ClassScore]:
        """Precision and recall of each class, by its name."""
        return dict(zip(self.classes, precision_recall(self.confusion), strict=True))

    @property
    def right(self) -> int:
        """How many are right."""
        return sum(each.right for each in self.answered)

    @property
    def mistakes(self) -> list[Answered]:
        """Those that are wrong, the surest first."""
        wrong = [each for each in self.answered if not each.right]
        return sorted(wrong, key=lambda each: -max(each.probabilities))

    def cell(self, row: int, column: int) -> list[Answered]:
        """Return the pictures that a cell of the confusion matrix counts."""
        return [each for each in self.answered if (each.truth, each.answer) == (row, column)]


def examine(picks: Sequence[Pick], answers: ArrayLike, classes: Sequence[str]) -> Examination:
    """Put the answers to the pictures that they are about.

    Args:
        picks: The pictures with their classes.
        answers: (n, classes) probabilities, in the same order.
        classes: The names of the classes.

    Raises:
        ExplorerError: If there are not as many answers as pictures.

    >>> pick = Pick(1, Photo("a", "one", b""))
    >>> found = examine([pick], [[0.8, 0.2]], ["cat", "dog"])
    >>> found.right, found.confusion.tolist(), found.scores["cat"].precision
    (0, [[0, 0], [1, 0]], 0.0)
    """
    rows = np.asarray(answers, np.float32)
    if rows.shape != (len(picks), len(classes)):
        raise ExplorerError(
            f"For {len(picks)} pictures and {len(classes)} classes answers of shape "
            f"{(len(picks), len(classes))} were expected, and {rows.shape} came; train again."
        )
    return Examination(
        tuple(classes),
        tuple(
            Answered(pick.photo, pick.label_index, int(row.argmax()), tuple(row.tolist()))
            for pick, row in zip(picks, rows, strict=True)
        ),
    )


def lines(history: Sequence[Epoch], measure: str) -> Lines:
    """Return the epochs and the values of a measure, for the training pictures and for the test pictures.

    Args:
        history: Of a `Course`.
        measure: One of `MEASURES`.

    Returns:
        The lines by their titles; one without values is left out.

    >>> lines([Epoch(0, 0.7, 0.5, None, None, False)], "loss")
    {'training': ([0], [0.7])}
    """
    found: Lines = {}
    for group, title in GROUPS.items():
        values = [(epoch.number, getattr(epoch, group + measure)) for epoch in history]
        known = [(number, value) for number, value in values if value is not None]
        if known:
            found[title] = ([number for number, _ in known], [value for _, value in known])
    return found
