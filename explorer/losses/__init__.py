"""Losses: their functions and gradients, and what follows from them for points and samples.

Example:
    >>> LOSSES["mean_squared_error"].f([[0, 1]], [[0, 3]]).tolist()
    [2.0]
"""

from explorer.losses.curve import Batch, LossCurve, batch, pull_curve, span, to_csv
from explorer.losses.record import EPSILON, GROUPS, Domain, Loss
from explorer.losses.table import LOSSES
from explorer.losses.tasks import TASKS, Offer, Task

__all__ = [
    "EPSILON",
    "GROUPS",
    "LOSSES",
    "TASKS",
    "Batch",
    "Domain",
    "Loss",
    "LossCurve",
    "Offer",
    "Task",
    "batch",
    "pull_curve",
    "span",
    "to_csv",
]
