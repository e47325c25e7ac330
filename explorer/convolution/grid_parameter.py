"""Sizes, and grids of numbers of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from explorer.convolution import arithmetic
from explorer.descriptions import ParameterDescription
from explorer.parameters import Parameter


class GridDescription(ParameterDescription):
    """A grid of whole numbers to write into, or to draw by chance."""

    kind: Literal["grid"]
    default: None


@dataclass(frozen=True, kw_only=True)
class GridParameter(Parameter):
    """Whole numbers of the person's own, rows of equal length, or None while they are drawn by chance.

    Over the wire they come as rows, or as the text that was pasted. `sides` are the fewest and the most rows
    and columns.
    """

    sides: tuple[int, int]
    default: None = None

    def checked(self, value: Any) -> list[list[int]] | None:
        """Return the rows."""
        if value is None:
            return None
        if isinstance(value, str):
            return list(arithmetic.read_grid(value, self.name, self.sides).tolist())
        return list(arithmetic.whole_numbers(value, self.name, self.sides).tolist())

    def to_text(self, value: list[list[int]] | None) -> str:
        """Write the rows for the address: `1,2_3,4`."""
        return "_".join(",".join(str(cell) for cell in row) for row in value or ())

    def from_text(self, text: str) -> list[list[int]] | None:
        """Read the rows from the address."""
        return self.checked(text) if text else None

    def describe(self) -> GridDescription:
        """Return what a grid needs whose cells can be written into."""
        return {"kind": "grid", **self._titled(), "default": self.default, **self._owned()}
