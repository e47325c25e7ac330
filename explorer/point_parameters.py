"""Points and series of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer import fitting
from explorer.errors import ExplorerError
from explorer.parameters import Parameter, ParameterError, Values, excerpt, finite
from explorer.trading import market


@dataclass(frozen=True, kw_only=True)
class PointsParameter(Parameter):
    """Points on a plane, `[[x, y], ...]`, with both coordinates between two bounds."""

    kind = "points"
    preset: str
    most: int = 60
    low: float = 0.0
    high: float = 10.0

    @property
    def default(self) -> list[list[float]]:
        """The preset's points."""
        return [list(point) for point in fitting.POINT_SETS[self.preset].points]

    def checked(self, value: Any) -> list[list[float]]:
        """Return the points."""
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            raise ParameterError(
                f"{self.title} takes 1 to {self.most} points, but {excerpt(value)} came; change that."
            )
        points = []
        for point in value:
            if not isinstance(point, list) or len(point) != 2:
                raise ParameterError(f"A point takes x and y, but {excerpt(point)} came; give both.")
            x, y = (finite(part, "A point") for part in point)
            if not all(self.low <= part <= self.high for part in (x, y)):
                raise ParameterError(
                    f"A point takes {self.low:g} to {self.high:g} on both axes, but {x:g} and {y:g} came; "
                    "stay between."
                )
            points.append([x, y])
        return points

    def to_text(self, value: list[list[float]]) -> str:
        """Write the points for the address: `0.5,1.6_1.5,1.9`."""
        return "_".join(f"{x!r},{y!r}" for x, y in value)

    def from_text(self, text: str) -> list[list[float]]:
        """Read the points from the address."""
        try:
            points = [[float(part) for part in point.split(",")] for point in text.split("_")]
        except ValueError:
            raise ParameterError(
                f"{self.title} takes points such as 1,2_3,4, but {excerpt(text)} came; type them so."
            ) from None
        return self.checked(points)

    def describe(self) -> Values:
        """Return what the plot of points needs, and which sets there are to begin with."""
        return super().describe() | {
            "low": self.low,
            "high": self.high,
            "most": self.most,
            "sets": [
                {
                    "name": each.name,
                    "title": each.title,
                    "why": each.why,
                    "degree": each.degree,
                    "points": [list(point) for point in each.points],
                }
                for each in fitting.POINT_SETS.values()
            ],
        }


@dataclass(frozen=True, kw_only=True)
class ReturnsParameter(Parameter):
    """The returns of the student's own market, or None for the built-in one; never in the address."""

    kind = "returns"
    default: None = None

    def checked(self, value: Any) -> list[float] | None:
        """Return the returns."""
        if value is None:
            return None
        if not isinstance(value, list):
            raise ParameterError(f"{self.title} takes a list of returns, but {excerpt(value)} came.")
        numbers = [finite(number, "A return") for number in value]
        try:
            market.Market(np.array(numbers), self.title)
        except ExplorerError as error:
            raise ParameterError(str(error)) from None
        return numbers

    def to_text(self, value: list[float] | None) -> str:
        """Write nothing: a file of one's own stays with its owner."""
        return ""

    def from_text(self, text: str) -> None:
        """Read nothing."""
        if text:
            raise ParameterError(f"{self.title} cannot come with an address; choose the file under Trading.")
