"""Sizes, and grids of numbers of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer import arithmetic
from pages.settings.records import SettingError, finite


@dataclass(frozen=True)
class GridSetting:
    """Whole numbers of the person's own, rows of equal length, or None while they are drawn by chance.

    Over the wire they come as rows, or as the text that was pasted. `sides` are the fewest and the most rows
    and columns.
    """

    name: str
    title: str
    sides: tuple[int, int]
    default: None = None

    def parse(self, value: Any) -> list[list[int]] | None:
        """Give the rows."""
        if value is None:
            return None
        try:
            if isinstance(value, str):
                return arithmetic.read_grid(value, self.name, self.sides).tolist()
            return arithmetic.whole_numbers(value, self.name, self.sides).tolist()
        except ValueError as error:
            raise SettingError(str(error)) from None

    def to_text(self, value: list[list[int]] | None) -> str:
        """Write the rows for the address: `1,2_3,4`."""
        return "_".join(",".join(str(cell) for cell in row) for row in value or ())

    def from_text(self, text: str) -> list[list[int]] | None:
        """Read the rows from the address."""
        return self.parse(text) if text else None

    def describe(self) -> dict[str, Any]:
        """Say what the grid of cells needs."""
        return {"kind": "grid", "name": self.name, "title": self.title, "default": None}


MAX_POOL = 8


@dataclass(frozen=True)
class SizeSetting:
    """Rows and columns of a window, 1 to 8 each: `[rows, columns]`."""

    name: str
    title: str
    default: list[int]
    help: str = ""

    def parse(self, value: Any) -> list[int]:
        """Give both sides as whole numbers within the bounds."""
        if not isinstance(value, list) or len(value) != 2:
            raise SettingError(
                f"{self.title} takes two numbers, rows and columns, but {str(value)[:40]!r} came; give two."
            )
        sides = [finite(side, self.title) for side in value]
        for side in sides:
            if side != int(side) or not 1 <= side <= MAX_POOL:
                raise SettingError(
                    f"{self.title} takes whole numbers from 1 to {MAX_POOL}, but {side:g} came; choose one."
                )
        return [int(side) for side in sides]

    def to_text(self, value: list[int]) -> str:
        """Write the sides for the address: `2x3`."""
        return "x".join(map(str, value))

    def from_text(self, text: str) -> list[int]:
        """Read the sides from the address."""
        try:
            return self.parse([int(side) for side in text.split("x")])
        except SettingError:
            raise
        except ValueError:
            raise SettingError(
                f"{self.title} takes rows and columns such as 2x3, but {text[:40]!r} came; type two."
            ) from None

    def describe(self) -> dict[str, Any]:
        """Say what the picker needs."""
        return {
            "kind": "size",
            "name": self.name,
            "title": self.title,
            "largest": MAX_POOL,
            "default": self.default,
            "help": self.help,
        }


@dataclass(frozen=True)
class VectorSetting:
    """A few numbers between two bounds, of which there are at least and at most so many."""

    name: str
    title: str
    default: list[float]
    low: float
    high: float
    step: float
    counts: tuple[int, int]

    def parse(self, value: Any) -> list[float]:
        """Give the numbers."""
        fewest, most = self.counts
        if not isinstance(value, list) or not fewest <= len(value) <= most:
            raise SettingError(
                f"{self.title} takes {fewest} to {most} numbers, but {str(value)[:40]!r} came; give as many."
            )
        numbers = [finite(number, self.title) for number in value]
        for number in numbers:
            if not self.low <= number <= self.high:
                raise SettingError(
                    f"{self.title} takes {self.low:g} to {self.high:g}, but {number:g} came; stay between."
                )
        return numbers

    def to_text(self, value: list[float]) -> str:
        """Write the numbers for the address: `2.0,1.0,-1.0`."""
        return ",".join(repr(number) for number in value)

    def from_text(self, text: str) -> list[float]:
        """Read the numbers from the address."""
        try:
            numbers = [float(number) for number in text.split(",")]
        except ValueError:
            raise SettingError(
                f"{self.title} takes numbers such as 2,1,-1, but {text[:40]!r} came; type them so."
            ) from None
        return self.parse(numbers)

    def describe(self) -> dict[str, Any]:
        """Say what the sliders need."""
        fewest, most = self.counts
        return {
            "kind": "vector",
            "name": self.name,
            "title": self.title,
            "default": self.default,
            "low": self.low,
            "high": self.high,
            "step": self.step,
            "fewest": fewest,
            "most": most,
        }


@dataclass(frozen=True)
class MatrixSetting:
    """A matrix of numbers, row by row: it comes with a table, and so does not stand in the address."""

    name: str
    title: str
    default: list[list[float]]
    rows: int
    columns: int

    def parse(self, value: Any) -> list[list[float]]:
        """Give the rows, all of one length."""
        if (
            not isinstance(value, list)
            or not 1 <= len(value) <= self.rows
            or any(not isinstance(row, list) or not 1 <= len(row) <= self.columns for row in value)
            or len({len(row) for row in value}) != 1
        ):
            raise SettingError(
                f"{self.title} takes up to {self.rows} rows of up to {self.columns} numbers, all of one "
                f"length, but {str(value)[:40]!r} came; give it so."
            )
        return [[finite(cell, self.title) for cell in row] for row in value]

    def to_text(self, value: list[list[float]]) -> str:
        """Write the rows: `1.0,2.0_3.0,4.0`."""
        return "_".join(",".join(map(repr, row)) for row in value)

    def from_text(self, text: str) -> list[list[float]]:
        """Read the rows."""
        try:
            return self.parse([[float(cell) for cell in row.split(",")] for row in text.split("_")])
        except SettingError:
            raise
        except ValueError:
            raise SettingError(
                f"{self.title} takes rows such as 1,2_3,4, but {text[:40]!r} came; type them so."
            ) from None

    def describe(self) -> dict[str, Any]:
        """Say what it is called."""
        return {"kind": "matrix", "name": self.name, "title": self.title, "default": self.default}
