"""Points and series of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer import fitting, market, training
from pages.settings.records import SettingError, finite


@dataclass(frozen=True)
class PointsSetting:
    """Points on a plane, `[[x, y], ...]`, with both coordinates between two bounds."""

    name: str
    title: str
    preset: str
    most: int = 60
    low: float = 0.0
    high: float = 10.0

    @property
    def default(self) -> list[list[float]]:
        """The preset's points."""
        return [list(point) for point in fitting.POINT_SETS[self.preset].points]

    def parse(self, value: Any) -> list[list[float]]:
        """Give the points."""
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            raise SettingError(
                f"{self.title} takes 1 to {self.most} points, but {str(value)[:40]!r} came; change that."
            )
        points = []
        for point in value:
            if not isinstance(point, list) or len(point) != 2:
                raise SettingError(f"A point takes x and y, but {str(point)[:40]!r} came; give both.")
            x, y = (finite(part, "A point") for part in point)
            if not all(self.low <= part <= self.high for part in (x, y)):
                raise SettingError(
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
            raise SettingError(
                f"{self.title} takes points such as 1,2_3,4, but {text[:40]!r} came; type them so."
            ) from None
        return self.parse(points)

    def describe(self) -> dict[str, Any]:
        """Say what the plot of points needs, and which sets there are to begin with."""
        return {
            "kind": "points",
            "name": self.name,
            "title": self.title,
            "default": self.default,
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


@dataclass(frozen=True)
class ReturnsSetting:
    """The returns of the student's own market, or None for the built-in one; never in the address."""

    name: str
    title: str
    default: None = None

    def parse(self, value: Any) -> list[float] | None:
        """Give the returns."""
        if value is None:
            return None
        if not isinstance(value, list):
            raise SettingError(f"{self.title} takes a list of returns, but {str(value)[:40]!r} came.")
        numbers = [finite(number, "A return") for number in value]
        try:
            market.Market(numbers, self.title)
        except ValueError as error:
            raise SettingError(str(error)) from None
        return numbers

    def to_text(self, value: list[float] | None) -> str:
        """Write nothing: a file of one's own stays with its owner."""
        return ""

    def from_text(self, text: str) -> None:
        """Read nothing."""
        if text:
            raise SettingError(f"{self.title} cannot come with an address; choose the file under Trading.")

    def describe(self) -> dict[str, Any]:
        """Say that there is none to draw."""
        return {"kind": "returns", "name": self.name, "title": self.title, "default": None}


@dataclass(frozen=True)
class OwnPointsSetting:
    """Points with a target each, `[[x1, x2, target], ...]`, drawn or from a file."""

    name: str
    title: str

    @property
    def default(self) -> list[list[float]]:
        """None yet."""
        return []

    def parse(self, value: Any) -> list[list[float]]:
        """Give the points."""
        try:
            return training.read_own(value)
        except ValueError as error:
            raise SettingError(str(error)) from None

    def to_text(self, value: list[list[float]]) -> str:
        """Write the points for the address: `0.5,1,0_-1,2,1`."""
        return "_".join(",".join(f"{number:.9g}" for number in row) for row in value)

    def from_text(self, text: str) -> list[list[float]]:
        """Read the points from the address."""
        try:
            rows = [[float(part) for part in row.split(",")] for row in text.split("_")] if text else []
        except ValueError:
            raise SettingError(
                f"{self.title} take x1, x2 and a target each, but {text[:40]!r} came; type 1,2,0_3,4,1, say."
            ) from None
        return self.parse(rows)

    def describe(self) -> dict[str, Any]:
        """Say how many there can be."""
        return {
            "kind": "own",
            "name": self.name,
            "title": self.title,
            "default": [],
            "most": training.MAX_OWN,
        }
