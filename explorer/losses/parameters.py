"""Parameters of the losses: a task with its losses, and points to fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypedDict

from explorer.activations.parameters import CurvesDescription, CurvesValue, FunctionsParameter
from explorer.descriptions import ParameterDescription
from explorer.errors import ExplorerError
from explorer.losses.point_sets import POINT_SETS
from explorer.losses.tasks import TASKS
from explorer.parameters import Parameter, excerpt, finite
from explorer.words import signed


class LossesValue(CurvesValue):
    """A task with some of its losses, and the name of the one in question."""

    task: str


class TaskDescription(TypedDict):
    """A task with its losses; `target`, `prediction` and `wild` are the settings that belong to it."""

    name: str
    title: str
    said: str
    same: bool
    target: str
    prediction: str
    wild: str
    curves: CurvesDescription


class LossesDescription(ParameterDescription):
    """A choice of a task, and a list of losses for each."""

    kind: Literal["losses"]
    default: LossesValue
    tasks: list[TaskDescription]


PlacedPoint = Annotated[list[float], tuple[float, float]]


class PointSetDescription(TypedDict):
    """Points to begin with, and the degree of the curve that goes with them."""

    name: str
    title: str
    why: str
    degree: int
    points: list[PlacedPoint]


class PointsDescription(ParameterDescription):
    """A plot of points that can be moved."""

    kind: Literal["points"]
    default: list[PlacedPoint]
    low: float
    high: float
    most: int
    sets: list[PointSetDescription]


@dataclass(frozen=True, kw_only=True)
class LossesParameter(Parameter):
    """What is predicted, and the losses of that task on one plot: `{"task", "chosen", "curves"}`.

    Attributes:
        tasks: Keys in `TASKS` that can be chosen, the first to begin with.
    """

    tasks: tuple[str, ...] = tuple(TASKS)

    @property
    def default(self) -> LossesValue:
        """The first task with the losses that it begins with."""
        first = self.tasks[0]
        return {"task": first, **self._curves(first).default}

    def _curves(self, task: Any) -> FunctionsParameter:
        if task not in self.tasks:
            titles = ", ".join(TASKS[name].title for name in self.tasks)
            raise ExplorerError(f"There is no task called {excerpt(task)}; choose one of {titles}.")
        found = TASKS[task]
        return FunctionsParameter(
            name=self.name,
            title=self.title,
            preset=found.preset,
            table=found.table,
        )

    def checked(self, value: Any) -> LossesValue:
        """Return every loss with all its parameters."""
        if not isinstance(value, dict):
            raise ExplorerError(f"{self.title} takes a task and its losses, but {excerpt(value)} came.")
        curves = self._curves(value.get("task")).checked(value)
        return {"task": value["task"], **curves}

    def to_text(self, value: LossesValue) -> str:
        """Write the task and its losses for the address: `numbers,huber~delta=2.0`."""
        return f"{value['task']},{self._curves(value['task']).to_text(value)}"

    def from_text(self, text: str) -> LossesValue:
        """Read the task and its losses from the address."""
        task, _, rest = text.partition(",")
        return {"task": task, **self._curves(task).from_text(rest)}

    def describe(self) -> LossesDescription:
        """Return what the menu needs: each task with its losses and what it begins with."""
        tasks: list[TaskDescription] = [
            {
                "name": task.name,
                "title": task.title,
                "said": task.said,
                "same": task.same,
                "target": task.target.name,
                "prediction": task.prediction.name,
                "wild": task.wild.name,
                "curves": self._curves(task.name).describe(),
            }
            for task in map(TASKS.__getitem__, self.tasks)
        ]
        return {
            "kind": "losses",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "tasks": tasks,
        }


@dataclass(frozen=True, kw_only=True)
class PointsParameter(Parameter):
    """Points on a plane, `[[x, y], ...]`, with both coordinates between two bounds."""

    preset: str
    most: int = 60
    low: float = 0.0
    high: float = 10.0

    @property
    def default(self) -> list[list[float]]:
        """The preset's points."""
        return [list(point) for point in POINT_SETS[self.preset].points]

    def checked(self, value: Any) -> list[PlacedPoint]:
        """Return the points."""
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            raise ExplorerError(
                f"{self.title} takes 1 to {self.most} points, but {excerpt(value)} came; change that."
            )
        points = []
        for point in value:
            if not isinstance(point, list) or len(point) != 2:
                raise ExplorerError(f"A point takes x and y, but {excerpt(point)} came; give both.")
            x, y = (finite(part, "A point") for part in point)
            if not all(self.low <= part <= self.high for part in (x, y)):
                raise ExplorerError(
                    f"A point takes {signed(self.low)} to {signed(self.high)} on both axes, but "
                    f"{signed(x)} and {signed(y)} came; stay between."
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
            raise ExplorerError(
                f"{self.title} takes points such as 1,2_3,4, but {excerpt(text)} came; type them so."
            ) from None
        return self.checked(points)

    def describe(self) -> PointsDescription:
        """Return what the plot of points needs, and which sets there are to begin with."""
        return {
            "kind": "points",
            **self._titled(),
            "default": self.default,
            **self._owned(),
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
                for each in POINT_SETS.values()
            ],
        }
