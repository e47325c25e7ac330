"""Grids of numbers that are the student's own, or those of an example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from explorer.descriptions import ParameterDescription
from explorer.errors import ExplorerError
from explorer.parameters import NumberGrid, Parameter
from explorer.words import signed


class OwnNumbersDescription(ParameterDescription):
    """A grid of numbers to write into, or an example's; each from low to high."""

    kind: Literal["own_numbers"]
    default: None
    low: float
    high: float
    step: float


@dataclass(frozen=True, kw_only=True)
class OwnNumbers(Parameter):
    """Numbers of the person's own in rows of one length, or None while they are an example's.

    Attributes:
        rows: The fewest rows and the most.
        columns: The fewest columns and the most.
        low: The least that a number may be.
        high: The most.
        step: How far a key moves one at once.
    """

    rows: tuple[int, int]
    columns: tuple[int, int]
    low: float = -99.0
    high: float = 99.0
    step: float = 0.1
    default: None = None

    @property
    def _grid(self) -> NumberGrid:
        return NumberGrid(
            name=self.name, title=self.title, default=[[0.0]], rows=self.rows[1], columns=self.columns[1]
        )

    def checked(self, value: Any) -> list[list[float]] | None:
        """Return the rows.

        Example:
            >>> OwnNumbers(name="x", title="X", rows=(1, 2), columns=(2, 2)).checked([[1, 0.5]])
            [[1.0, 0.5]]
        """
        if value is None:
            return None
        rows = self._grid.checked(value)
        if len(rows) < self.rows[0] or len(rows[0]) < self.columns[0]:
            raise ExplorerError(
                f"{self.label} has {self.rows[0]} rows of {self.columns[0]} numbers at least, but "
                f"{len(rows)} of {len(rows[0])} came; add the missing ones."
            )
        numbers = np.array(rows)
        if numbers.min() < self.low or numbers.max() > self.high:
            worst = float(numbers.min() if numbers.min() < self.low else numbers.max())
            raise ExplorerError(
                f"{self.label} takes numbers from {signed(self.low)} to {signed(self.high)}, but "
                f"{signed(worst)} came; stay between."
            )
        return rows

    def to_text(self, value: list[list[float]] | None) -> str:
        """Write the rows for the address: `1,0.5_0,2`.

        Example:
            >>> OwnNumbers(name="x", title="X", rows=(1, 2), columns=(2, 2)).to_text([[1.0, 0.5], [0.0, 2.0]])
            '1,0.5_0,2'
        """
        return "_".join(",".join(f"{cell:.10g}" for cell in row) for row in value or ())

    def from_text(self, text: str) -> list[list[float]] | None:
        """Read the rows from the address."""
        return self.checked(self._grid.from_text(text)) if text else None

    def describe(self) -> OwnNumbersDescription:
        """Return what a grid needs whose cells can be written into."""
        return {
            "kind": "own_numbers",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "low": self.low,
            "high": self.high,
            "step": self.step,
        }
