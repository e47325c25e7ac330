"""Attention with several heads, its weights laid out as Keras lays them out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from explorer.attention.checks import (
    AttentionError,
    Mask,
    checked_mask,
    checked_rows,
    checked_temperature,
)
from explorer.attention.dot_product import Attended, attended
from explorer.calculus import Real, real_array
from explorer.words import counted


@dataclass(frozen=True, eq=False)
class HeadsRun:
    """What several heads make of a sequence.

    Attributes:
        heads: Each head's own attention.
        output: (rows, width), the heads' outputs through the output kernel, added up.
    """

    heads: tuple[Attended, ...]
    output: Real

    @property
    def weights(self) -> Real:
        """What each row takes from each other, by head: (heads, rows, rows)."""
        return np.stack([head.weights for head in self.heads])


@dataclass(frozen=True, eq=False)
class MultiHeadAttention:
    """Self-attention with h heads: the sum over heads of softmax(X Wq (X Wk)ᵀ / √d) X Wv Wo, with biases.

    The arrays are those of `keras.layers.MultiHeadAttention`, in the order of its `get_weights()`:
    `MultiHeadAttention(*layer.get_weights())`.

    Attributes:
        query_kernel: (width, heads, d).
        query_bias: (heads, d).
        key_kernel: (width, heads, d).
        key_bias: (heads, d).
        value_kernel: (width, heads, value width).
        value_bias: (heads, value width).
        output_kernel: (heads, value width, output width).
        output_bias: (output width,).

    Raises:
        AttentionError: If the shapes do not fit one another.

    Example:
        >>> eye, none = np.eye(2)[:, None], np.zeros((1, 2))
        >>> layer = MultiHeadAttention(eye, none, eye, none, eye, none, np.eye(2)[None], np.zeros(2))
        >>> layer([[1.0, 0.0], [0.0, 1.0]]).weights.round(2).tolist()
        [[[0.67..., 0.33...], [0.33..., 0.67...]]]
    """

    query_kernel: Real
    query_bias: Real
    key_kernel: Real
    key_bias: Real
    value_kernel: Real
    value_bias: Real
    output_kernel: Real
    output_bias: Real

    def __post_init__(self) -> None:
        """Read the arrays, and see whether they fit."""
        for name in self.__dataclass_fields__:
            object.__setattr__(self, name, real_array(getattr(self, name), f"The {name.replace('_', ' ')}"))
        if self.query_kernel.ndim != 3 or self.value_kernel.ndim != 3 or self.output_kernel.ndim != 3:
            raise AttentionError(
                "The kernels are (width, heads, d), that of the output is (heads, d, width); they have the "
                f"shapes {self.query_kernel.shape}, {self.value_kernel.shape} and {self.output_kernel.shape}."
            )
        width, heads, d = self.query_kernel.shape
        value_width, outputs = self.output_kernel.shape[1:]
        expected = {
            "query_bias": (heads, d),
            "key_kernel": (width, heads, d),
            "key_bias": (heads, d),
            "value_kernel": (width, heads, value_width),
            "value_bias": (heads, value_width),
            "output_kernel": (heads, value_width, outputs),
            "output_bias": (outputs,),
        }
        for name, shape in expected.items():
            found = getattr(self, name).shape
            if found != shape:
                raise AttentionError(
                    f"With {counted(heads, 'head')} of {counted(d, 'number')} over vectors of {width} the "
                    f"{name.replace('_', ' ')} is {shape}; it has the shape {found}."
                )

    @property
    def heads(self) -> int:
        """How many heads there are."""
        return int(self.query_kernel.shape[1])

    def __call__(
        self, inputs: ArrayLike, *, mask: ArrayLike | None = None, temperature: float = 1.0
    ) -> HeadsRun:
        """Let each row of a sequence look at all rows of it, or at those that the mask leaves.

        Args:
            inputs: X, (rows, width).
            mask: (rows, rows), true where a row may look at another; the same for all heads.
            temperature: As `attend` has it, the same for all heads.

        Raises:
            AttentionError: If the rows have another width, the mask does not fit, or the temperature is not
                above 0.
        """
        rows = checked_rows(inputs, "The sequence")
        if rows.shape[1] != len(self.query_kernel):
            raise AttentionError(
                f"The layer takes vectors of {counted(len(self.query_kernel), 'number')}; these have "
                f"{rows.shape[1]}."
            )
        allowed = checked_mask(mask, len(rows), len(rows))
        scale = 1 / (math.sqrt(self.query_kernel.shape[2]) * checked_temperature(temperature))
        runs = tuple(self._head(rows, head, allowed, scale) for head in range(self.heads))
        kernels: Sequence[Real] = list(self.output_kernel)
        parts = [run.output @ kernel for run, kernel in zip(runs, kernels, strict=True)]
        return HeadsRun(runs, np.sum(parts, axis=0) + self.output_bias)

    def _head(self, rows: Real, head: int, mask: Mask | None, scale: float) -> Attended:
        query, key, value = (
            rows @ kernel[:, head] + bias[head]
            for kernel, bias in (
                (self.query_kernel, self.query_bias),
                (self.key_kernel, self.key_bias),
                (self.value_kernel, self.value_bias),
            )
        )
        return attended(query, key, value, mask, scale)
