"""Activations: their functions and slopes, and softmax.

Example:
    >>> ACTIVATIONS["relu"].f([-1, 0, 2]).tolist()
    [0.0, 0.0, 2.0]
    >>> softmax([0, 0]).tolist()
    [0.5, 0.5]
"""

from explorer.activations.curve import (
    ActivationCurve,
    Interval,
    Point,
    axis,
    flat_sentence,
    flat_shares,
    products,
    softmax_sentence,
    softmax_steps,
    table,
    to_csv,
    verdict,
)
from explorer.activations.functions import softmax
from explorer.activations.record import Activation
from explorer.activations.table import ACTIVATIONS

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "ActivationCurve",
    "Interval",
    "Point",
    "axis",
    "flat_sentence",
    "flat_shares",
    "products",
    "softmax",
    "softmax_sentence",
    "softmax_steps",
    "table",
    "to_csv",
    "verdict",
]
