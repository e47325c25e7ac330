"""Curves that are overlaid, one of them chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from explorer import losses
from explorer.curves import ACTIVATIONS
from pages.settings.records import SettingError, Values, argument_setting


@dataclass(frozen=True)
class CurvesSetting:
    """Functions on one plot, each at most once and with its parameters, and which of them is in question.

    `table` holds what there is: records with name, title, why and parameters. The value is
    `{"chosen": name, "curves": [{"name", "parameters"}, ...]}`; what comes over the wire may leave out
    parameters that have their defaults.
    """

    name: str
    title: str
    preset: tuple[str, ...]
    table: Mapping[str, Any] = field(default_factory=lambda: ACTIVATIONS)

    @property
    def default(self) -> Values:
        """The preset's functions, the first of them in question."""
        return self.parse({"chosen": self.preset[0], "curves": [{"name": name} for name in self.preset]})

    def parse(self, value: Any) -> Values:
        """Give every function with all its parameters."""
        if not isinstance(value, dict) or not isinstance(value.get("curves"), list):
            raise SettingError(
                f"{self.title} takes functions and which one is chosen, but {str(value)[:40]!r} came."
            )
        curves = [self._curve(entry) for entry in value["curves"]]
        names = [curve["name"] for curve in curves]
        if not names or len(set(names)) != len(names):
            raise SettingError(
                f"{self.title} takes each function once, and at least one; {len(names)} came: choose again."
            )
        if value.get("chosen") not in names:
            raise SettingError(f"The chosen function is none of {', '.join(names)}; choose one of them.")
        return {"chosen": value["chosen"], "curves": curves}

    def _curve(self, entry: Any) -> Values:
        name = entry.get("name") if isinstance(entry, dict) else None
        function = self.table.get(name) if isinstance(name, str) else None
        if function is None:
            raise SettingError(f"There is no function called {str(name)[:40]!r}; choose one from the list.")
        given = entry.get("parameters", {})
        if not isinstance(given, dict):
            raise SettingError(
                f"A function's parameters are names with numbers, but {str(given)[:40]!r} came."
            )
        unknown = set(given) - {parameter.name for parameter in function.parameters}
        if unknown:
            raise SettingError(f"{function.title} has no parameter {str(min(unknown))[:40]!r}; leave it out.")
        parameters = {
            parameter.name: argument_setting(parameter).parse(given.get(parameter.name, parameter.default))
            for parameter in function.parameters
        }
        return {"name": function.name, "parameters": parameters}

    def to_text(self, value: Values) -> str:
        """Write the functions for the address, the chosen one after a tilde: `relu,~elu~alpha=2.0`.

        The first needs none: it is chosen where none is marked.
        """
        first = value["curves"][0]["name"]
        return ",".join(
            "~" * (curve["name"] == value["chosen"] != first)
            + "~".join([curve["name"], *(f"{key}={number!r}" for key, number in curve["parameters"].items())])
            for curve in value["curves"]
        )

    def from_text(self, text: str) -> Values:
        """Read the functions from the address; the first is chosen where none is marked."""
        entries = []
        chosen = None
        for part in text.split(","):
            name, *pairs = part.removeprefix("~").split("~")
            chosen = name if chosen is None or part.startswith("~") else chosen
            try:
                parameters = {key: float(number) for key, number in (pair.split("=") for pair in pairs)}
            except ValueError:
                raise SettingError(
                    f"The address has {part[:40]!r} for a function; write elu or elu~alpha=2, say."
                ) from None
            entries.append({"name": name, "parameters": parameters})
        return self.parse({"chosen": chosen, "curves": entries})

    def describe(self) -> dict[str, Any]:
        """Say what the list of functions needs: the names, and the sliders of each."""
        return {
            "kind": "curves",
            "name": self.name,
            "title": self.title,
            "default": self.default,
            "functions": [
                {
                    "name": function.name,
                    "title": function.title,
                    "why": function.why,
                    "parameters": [
                        argument_setting(parameter).describe() for parameter in function.parameters
                    ],
                }
                for function in self.table.values()
            ],
        }


@dataclass(frozen=True)
class LossesSetting:
    """What is predicted, and the losses of that task on one plot: `{"task", "chosen", "curves"}`."""

    name: str
    title: str
    default_task: str = "numbers"

    def _curves(self, task: Any) -> CurvesSetting:
        found = losses.TASKS.get(task) if isinstance(task, str) else None
        if found is None:
            raise SettingError(
                f"There is no task called {str(task)[:40]!r}; choose one of {', '.join(losses.TASKS)}."
            )
        return CurvesSetting(self.name, self.title, found.preset, found.table)

    @property
    def default(self) -> Values:
        """The first task with the losses it begins with."""
        return {"task": self.default_task} | self._curves(self.default_task).default

    def parse(self, value: Any) -> Values:
        """Give every loss with all its parameters."""
        if not isinstance(value, dict):
            raise SettingError(f"{self.title} takes a task and its losses, but {str(value)[:40]!r} came.")
        task = value.get("task")
        return {"task": task} | self._curves(task).parse(value)

    def to_text(self, value: Values) -> str:
        """Write the task and its losses for the address: `numbers,huber~delta=2.0`."""
        return f"{value['task']},{self._curves(value['task']).to_text(value)}"

    def from_text(self, text: str) -> Values:
        """Read the task and its losses from the address."""
        task, _, rest = text.partition(",")
        return {"task": task} | self._curves(task).from_text(rest)

    def describe(self) -> dict[str, Any]:
        """Say what the menu needs: each task with its losses and what it begins with."""
        tasks = [
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
            for task in losses.TASKS.values()
        ]
        return {
            "kind": "losses",
            "name": self.name,
            "title": self.title,
            "default": self.default,
            "tasks": tasks,
        }
