"""Scaled dot-product attention of one head, and where each of its numbers comes from."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from explorer.activations import softmax
from explorer.attention.checks import (
    AttentionError,
    Mask,
    checked_mask,
    checked_rows,
    checked_temperature,
)
from explorer.calculus import Real
from explorer.vectors import Dot, dot
from explorer.words import counted


@dataclass(frozen=True, eq=False)
class Attended:
    """What attention makes of queries, keys and values, step by step.

    Attributes:
        query: (queries, width), what each row looks for.
        key: (keys, width), what each row can be found by.
        value: (keys, value width), what each row gives to those that find it.
        scores: (queries, keys), the dot product of each query with each key.
        scaled: The scores divided by the root of the width and by the temperature; -inf where the mask is.
        weights: (queries, keys), the softmax of each row of `scaled`: its numbers add up to 1.
        output: (queries, value width), of each query the mean of the values, by its weights.
        scale: What each score was multiplied by.
        mask: Which query might look at which key; None where each might look at all.
    """

    query: Real
    key: Real
    value: Real
    scores: Real
    scaled: Real
    weights: Real
    output: Real
    scale: float
    mask: Mask | None = None

    def score(self, query: int, key: int) -> Dot:
        """How a score comes about: the dot product of a query and a key, by their places from 0.

        Raises:
            AttentionError: If there is no such query or key.

        Example:
            >>> attend([[1.0, 2.0]], [[3.0, 4.0]], [[5.0]]).score(0, 0).products.tolist()
            [3.0, 8.0]
        """
        return dot(self.query[self._place("query", query, 0)], self.key[self._place("key", key, 1)])

    def mean(self, query: int, place: int) -> Dot:
        """How one number of the output comes about: weights times values, a term for each key.

        Raises:
            AttentionError: If there is no such query or place.

        Example:
            >>> attend([[0.0]], [[1.0], [2.0]], [[10.0], [20.0]]).mean(0, 0).products.tolist()
            [5.0, 10.0]
        """
        row = self.weights[self._place("query", query, 0)]
        width = self.value.shape[1]
        if not 0 <= place < width:
            raise AttentionError(f"The output has {counted(width, 'number')} a row; there is no {place + 1}.")
        return dot(row, self.value[:, place])

    def _place(self, name: str, place: int, axis: int) -> int:
        count = self.scores.shape[axis]
        if not 0 <= place < count:
            several = {"query": "queries", "key": "keys"}[name]
            raise AttentionError(
                f"There are {count} {several}, counted from 1; there is no {name} {place + 1}."
            )
        return place


def attend(
    query: ArrayLike,
    key: ArrayLike,
    value: ArrayLike,
    *,
    mask: ArrayLike | None = None,
    temperature: float = 1.0,
) -> Attended:
    """Let each query take a mean of the values: softmax(Q Kᵀ / (√d T)) V.

    Args:
        query: Q, (queries, width).
        key: K, (keys, width): the width d is that of the queries.
        value: V, (keys, value width): a row for each key.
        mask: (queries, keys), true where the query may look at the key; None where each may look at all.
        temperature: T, above 0: below 1 each query keeps to its best key, above 1 it looks at more of them.

    Raises:
        AttentionError: If the widths or the numbers of rows do not fit, the mask has another shape or lets a
            query look at nothing, or the temperature is not above 0.

    Reference: Vaswani et al., Attention Is All You Need, 2017 (with T = 1).

    Example:
        >>> found = attend([[2.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]], [[10.0], [20.0]])
        >>> found.scores.tolist(), found.weights.round(3).tolist(), found.output.round(2).tolist()
        ([[2.0, 0.0]], [[0.804..., 0.195...]], [[11.9...]])
    """
    queries = checked_rows(query, "The query")
    keys = checked_rows(key, "The key")
    values = checked_rows(value, "The value")
    width = queries.shape[1]
    if keys.shape[1] != width:
        raise AttentionError(
            f"A query has {counted(width, 'number')} and a key {keys.shape[1]}; their dot product needs one "
            "width."
        )
    if len(values) != len(keys):
        raise AttentionError(
            f"{counted(len(keys), 'key').capitalize()} came with {counted(len(values), 'value')}; each key "
            "needs one."
        )
    scale = 1 / (math.sqrt(width) * checked_temperature(temperature))
    allowed = checked_mask(mask, len(queries), len(keys))
    return attended(queries, keys, values, allowed, scale)


def attended(query: Real, key: Real, value: Real, mask: Mask | None, scale: float) -> Attended:
    """As `attend`, of what is known to fit, with the scores multiplied by `scale`."""
    scores = query @ key.T
    scaled = scores * scores.dtype.type(scale)
    if mask is not None:
        scaled = np.where(mask, scaled, -np.inf).astype(scores.dtype)
    weights = softmax(scaled)
    return Attended(query, key, value, scores, scaled, weights, weights @ value, scale, mask)
