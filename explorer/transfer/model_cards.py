"""A model card: what a network was taught on, how it did, and what it has never seen.

After Mitchell and others, Model Cards for Model Reporting, FAT* 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.exports import ANYTHING_ELSE
from explorer.imagenet.networks import network
from explorer.imagenet.weights import find_weights
from explorer.transfer.evaluation import confusion, precision_recall
from explorer.transfer.predictions import predict_many
from explorer.transfer.training_job import Sample, TrainedClassifier
from explorer.words import whole_percent

GREY = 4
"""Levels by which red, green and blue of a grey picture differ at most, in the mean."""


@dataclass(frozen=True, eq=False)
class TaughtNetwork:
    """What was learned, with what it was taught on and tested with.

    Attributes:
        trained: What was learned.
        train: The training pictures as the network sees them, and the numbers of their classes.
        held_out: The test pictures, likewise.
        date: When it was taught, such as 2026-03-31.
    """

    trained: TrainedClassifier
    train: tuple[Sample, ...]
    held_out: tuple[Sample, ...]
    date: str

    @property
    def shown(self) -> tuple[Sample, ...]:
        """What an exported file is tried with: the test pictures, or else those that it learned from."""
        return self.held_out or self.train


def model_card(taught: TaughtNetwork) -> dict[str, str]:
    """Return the card: what each line is about, and what it says.

    Raises:
        NetworkError, WeightsError: If the network or its weights cannot be used.
    """
    trained = taught.trained
    plan, classes = trained.plan, trained.classes
    record = network(plan.network)
    known = "" if find_weights(plan.network, plan.weights).trained else ", with random weights"
    tuned = f", fine-tuned in {record.backbone.block}" if trained.block else ""
    return {
        "Classes": ", ".join(classes),
        "Network": f"{record.title}{known}{tuned}, with a new head; {trained.epochs} epochs",
        "Input": f"{record.size} × {record.size} pixels of red, green and blue"
        + (" that are alike, as it takes grey ones" if record.channels == 1 else "")
        + ", levels from 0 to 255; of a "
        + ("picture the square in its middle" if plan.fit == "crop" else "picture all, made square"),
        "Training pictures": _counts(taught.train, classes),
        "Test pictures": _counts(taught.held_out, classes) if taught.held_out else "none",
        "Test": _tested(taught),
        "Never seen": " ".join(never_seen(taught.train)),
        "Date": taught.date,
    }


def _counts(samples: Sequence[Sample], classes: Sequence[str]) -> str:
    counts = np.bincount([label for _, label in samples], minlength=len(classes))
    return ", ".join(f"{count} of {name}" for count, name in zip(counts, classes, strict=True))


def _tested(taught: TaughtNetwork) -> str:
    if not taught.held_out:
        return "It was tested on no picture, so nobody knows how good it is."
    labels = [label for _, label in taught.held_out]
    counts = confusion(predict_many(taught.trained, [pixels for pixels, _ in taught.held_out]), labels)
    scores = precision_recall(counts)
    each = ", ".join(
        f"{name} {whole_percent(score.recall)}"
        for name, score in zip(taught.trained.classes, scores, strict=True)
        if score.recall is not None
    )
    right = int(np.trace(counts))
    share = whole_percent(right / len(labels))
    return f"{right} of {len(labels)} test pictures right ({share}); by class: {each}."


def never_seen(train: Sequence[Sample]) -> list[str]:
    """Say what is missing from training pictures, as far as their numbers tell.

    >>> never_seen([(np.full((2, 2, 3), 90, np.uint8), 0), (np.full((2, 2, 3), 120, np.uint8), 1)])[1]
    'All training pictures are grey: it never saw a colour.'
    """
    pictures = [pixels.astype(np.float32) for pixels, _ in train]
    grey = [float(np.ptp(pixels, axis=2).mean()) <= GREY for pixels in pictures]
    means = [float(pixels.mean()) for pixels in pictures]
    said = [ANYTHING_ELSE]
    if all(grey):
        said.append("All training pictures are grey: it never saw a colour.")
    elif not any(grey):
        said.append("All training pictures have colours: it never saw a grey one.")
    said.append(
        f"The darkest training picture has a mean level of {min(means):.0f} and the lightest one of "
        f"{max(means):.0f}, of 0 to 255: it saw none in less or more light."
    )
    return said
