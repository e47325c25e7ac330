"""The table of losses: one record each, under Keras's name where Keras has it and with its arguments.

A float64 array stays float64, everything else becomes float32.
"""

from __future__ import annotations

from explorer.losses.classification import CLASSIFICATION
from explorer.losses.profit import PROFIT
from explorer.losses.record import Loss
from explorer.losses.regression import REGRESSION

LOSSES: dict[str, Loss] = {loss.name: loss for loss in (*REGRESSION, *CLASSIFICATION, *PROFIT)}
"""Every loss by its name, in the order of the menu."""
