"""Early stopping: where training should have ended, by the loss on the test points."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from reprlib import repr as short
from typing import TypedDict

from explorer.errors import ExplorerError
from explorer.parameters import WholeNumber

PATIENCE = WholeNumber(
    name="patience",
    title="Patience",
    low=0,
    high=100,
    step=1,
    default=0,
)


class StoppingRecord(TypedDict):
    """Where a training should have ended, as plain values; see `EarlyStopping`."""

    best_loss: float
    best_epoch: int
    best_step: int
    stopped_epoch: int
    stopped_step: int


@dataclass(frozen=True)
class EarlyStopping:
    """What is known of the ends of the epochs so far.

    Attributes:
        best_loss: The smallest loss on the test points.
        best_epoch: Whole epochs when it was measured first.
        best_step: Steps then.
        stopped_epoch: Whole epochs when the patience was used up; 0 before.
        stopped_step: Steps then.
    """

    best_loss: float
    best_epoch: int
    best_step: int
    stopped_epoch: int = 0
    stopped_step: int = 0

    @classmethod
    def read(cls, record: object) -> EarlyStopping:
        """Read what `record` wrote.

        Raises:
            ExplorerError: If a part is missing, unknown, of another kind or no count.
        """
        names = [each.name for each in fields(cls)]
        if not isinstance(record, Mapping) or set(record) != set(names):
            raise ExplorerError(
                f"An early stopping has {', '.join(names)}; {short(record)} came. Rewind to begin again."
            )
        loss, *counts = (record[name] for name in names)
        is_loss = isinstance(loss, int | float) and not isinstance(loss, bool) and math.isfinite(loss)
        if not is_loss or not all(type(count) is int and count >= 0 for count in counts):
            raise ExplorerError(
                f"An early stopping has a loss and counts; {short(dict(record))} came. Rewind to begin again."
            )
        return cls(float(loss), *counts)

    def record(self) -> StoppingRecord:
        """Write it as plain values for JSON."""
        return {
            "best_loss": self.best_loss,
            "best_epoch": self.best_epoch,
            "best_step": self.best_step,
            "stopped_epoch": self.stopped_epoch,
            "stopped_step": self.stopped_step,
        }


def after_epoch(
    before: EarlyStopping | None, loss: float, epoch: int, step: int, patience: int
) -> EarlyStopping:
    """Take the loss at the end of an epoch in, as Keras's EarlyStopping does.

    Training should end when the loss has had no new minimum for as many epochs as there is patience. What
    comes after that end changes nothing; with another patience the waiting goes on.

    Args:
        before: What was known; None at the first end of an epoch.
        loss: The loss on the test points.
        epoch: Whole epochs so far.
        step: Steps so far.
        patience: How many epochs to wait; 0 waits for ever.

    Example:
        >>> known = None
        >>> for epoch, loss in enumerate((0.5, 0.3, 0.4, 0.35, 0.2), 1):
        ...     known = after_epoch(known, loss, epoch, 8 * epoch, patience=2)
        >>> known.best_epoch, known.stopped_epoch
        (2, 4)
    """
    if before is not None and before.stopped_epoch and before.stopped_epoch - before.best_epoch == patience:
        return before
    if before is None or loss < before.best_loss:
        return EarlyStopping(loss, epoch, step)
    ends = patience and epoch - before.best_epoch >= patience
    return EarlyStopping(
        before.best_loss, before.best_epoch, before.best_step, epoch if ends else 0, step if ends else 0
    )
