"""What a taught network answers to pictures whose classes are known, made ready for the screen.

probabilities of many pictures -> Examination: which are right, who is taken for whom, and which pictures
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import transfer
from explorer.errors import ExplorerError
from explorer.imagenet import attribution
from explorer.imagenet.attribution import Pieces, Progress
from explorer.imagenet.pretrained import Pixels
from explorer.images import Array
from explorer.transfer import Course, Epoch, Plan, Score, Trained
from explorer.transfer.album import Photo, Pick, Split

Lines = dict[str, tuple[list[int], list[float]]]

MEASURES = {"loss": "loss", "accuracy": "accuracy, share that is right"}
"""What is measured after each epoch: the name in `Epoch`, and the words beside the axis."""

GROUPS = {"": "trained on", "held_out_": "held out"}
"""What each line is called, by what stands before the measure in the names of `Epoch`."""


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
        return transfer.confusion(probabilities.reshape(shape), [each.truth for each in self.answered])

    @property
    def scores(self) -> dict[str, Score]:
        """Precision and recall of each class, by its name."""
        return dict(zip(self.classes, transfer.precision_recall(self.confusion), strict=True))

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
        """Give the pictures that a cell of the confusion matrix counts."""
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
    """Give the epochs and the values of a measure, for what is trained on and for what is held out.

    Args:
        history: Of a `Course`.
        measure: One of `MEASURES`.

    Returns:
        The lines by their titles; one without values is left out.

    >>> lines([Epoch(0, 0.7, 0.5, None, None, False)], "loss")
    {'trained on': ([0], [0.7])}
    """
    found: Lines = {}
    for group, title in GROUPS.items():
        values = [(epoch.number, getattr(epoch, group + measure)) for epoch in history]
        known = [(number, value) for number, value in values if value is not None]
        if known:
            found[title] = ([number for number, _ in known], [value for _, value in known])
    return found


def tuned_pieces(
    trained: Trained, pictures: Sequence[Pixels], *, run: Callable[..., Any] = attribution.call
) -> Pieces:
    """Compute the features of each picture with the block that was fine-tuned; the value is (done, d)."""
    found: list[Array] = []
    for pixels in pictures:
        found.append(run(transfer.tuned_features, trained, pixels))
        yield Progress(len(found), len(pictures), np.stack(found))


def spread(points: ArrayLike) -> list[tuple[float, float]]:
    """Lay points out in a square without distortion: shares of its width from the left and from the top.

    >>> spread([[-1, 0], [1, 1]])
    [(0.0, 0.75), (1.0, 0.25)]
    """
    at = np.asarray(points, np.float64).reshape(-1, 2)
    low, high = at.min(axis=0), at.max(axis=0)
    reach = float((high - low).max()) or 1.0
    shares = (at - (low + high) / 2) / reach * [1, -1] + 0.5
    return [(float(x), float(y)) for x, y in np.clip(shares, 0, 1)]


def middles(places: Sequence[tuple[float, float]], labels: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Give the mean place of each class.

    >>> middles([(0, 0), (1, 0), (1, 1)], [4, 4, 7])
    {4: (0.5, 0.0), 7: (1.0, 1.0)}
    """
    at = np.asarray(places, np.float64).reshape(-1, 2)
    numbers = np.asarray(labels)
    return {
        int(label): (float(mean[0]), float(mean[1]))
        for label in np.unique(numbers)
        for mean in [at[numbers == label].mean(axis=0)]
    }


def record(plan: Plan, classes: Sequence[str], halves: Split, course: Course) -> str:
    """Write the experiment down as JSON: all choices, which pictures, every epoch and every answer."""
    pictures = [
        {
            "key": pick.photo.key,
            "name": pick.photo.name,
            "class": classes[pick.label_index],
            "held_out": held_out,
            "probabilities": np.asarray(row, np.float64).round(6).tolist(),
        }
        for held_out, picks, answers in (
            (False, halves.train, course.answers),
            (True, halves.held_out, course.held_out_answers),
        )
        for pick, row in zip(picks, answers, strict=True)
    ]
    told: dict[str, Any] = {
        "plan": dataclasses.asdict(plan),
        "classes": list(classes),
        "history": [dataclasses.asdict(epoch) for epoch in course.history],
        "pictures": pictures,
    }
    return json.dumps(told, indent=1, ensure_ascii=False)
