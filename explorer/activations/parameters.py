"""Curves that are overlaid, one of them chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

from explorer.activations.table import ACTIVATIONS
from explorer.descriptions import NumberDescription, ParameterDescription
from explorer.errors import ExplorerError
from explorer.parameters import Parameter, excerpt


class CurveValue(TypedDict):
    """A function with its parameters."""

    name: str
    parameters: dict[str, float]


class CurvesValue(TypedDict):
    """Functions on one plot, and the name of the one in question."""

    chosen: str
    curves: list[CurveValue]


class FunctionDescription(TypedDict):
    """A function in a list, with the sliders of its parameters, and whether a first lesson needs it."""

    name: str
    title: str
    why: str
    basic: bool
    parameters: list[NumberDescription]


class CurvesDescription(ParameterDescription):
    """A list of functions that can be overlaid."""

    kind: Literal["curves"]
    default: CurvesValue
    functions: list[FunctionDescription]


@dataclass(frozen=True, kw_only=True)
class FunctionsParameter(Parameter):
    """Functions on one plot, each at most once and with its parameters, and which of them is in question.

    `table` holds what there is: records with name, title, why and parameters; a first lesson needs those that
    are `basic`, or all where none is. The value is
    `{"chosen": name, "curves": [{"name", "parameters"}, ...]}`; what comes over the wire may leave out
    parameters that have their defaults.
    """

    preset: tuple[str, ...]
    table: Mapping[str, Any] = field(default_factory=lambda: ACTIVATIONS)
    basic: tuple[str, ...] = ()

    @property
    def default(self) -> CurvesValue:
        """The preset's functions, the first of them in question."""
        return self.checked({"chosen": self.preset[0], "curves": [{"name": name} for name in self.preset]})

    def checked(self, value: Any) -> CurvesValue:
        """Return every function with all its parameters."""
        if not isinstance(value, dict) or not isinstance(value.get("curves"), list):
            raise ExplorerError(
                f"{self.title} takes functions and which one is chosen, but {excerpt(value)} came."
            )
        curves = [self._curve(entry) for entry in value["curves"]]
        names = [curve["name"] for curve in curves]
        if not names or len(set(names)) != len(names):
            raise ExplorerError(
                f"{self.title} takes each function once, and at least one; {len(names)} came: choose again."
            )
        if value.get("chosen") not in names:
            raise ExplorerError(f"The chosen function is none of {', '.join(names)}; choose one of them.")
        return {"chosen": value["chosen"], "curves": curves}

    def _curve(self, entry: Any) -> CurveValue:
        name = entry.get("name") if isinstance(entry, dict) else None
        function = self.table.get(name) if isinstance(name, str) else None
        if function is None:
            raise ExplorerError(f"There is no function called {excerpt(name)}; choose one from the list.")
        given = entry.get("parameters", {})
        if not isinstance(given, dict):
            raise ExplorerError(f"A function's parameters are names with numbers, but {excerpt(given)} came.")
        unknown = set(given) - {parameter.name for parameter in function.parameters}
        if unknown:
            raise ExplorerError(f"{function.title} has no parameter {excerpt(min(unknown))}; leave it out.")
        parameters = {
            parameter.name: parameter.checked(given.get(parameter.name, parameter.default))
            for parameter in function.parameters
        }
        return {"name": function.name, "parameters": parameters}

    def to_text(self, value: CurvesValue) -> str:
        """Write the functions for the address, the chosen one after a tilde: `relu,~elu~alpha=2.0`.

        The first needs none: it is chosen where none is marked.
        """
        first = value["curves"][0]["name"]
        return ",".join(
            "~" * (curve["name"] == value["chosen"] != first)
            + "~".join([curve["name"], *(f"{key}={number!r}" for key, number in curve["parameters"].items())])
            for curve in value["curves"]
        )

    def from_text(self, text: str) -> CurvesValue:
        """Read the functions from the address; the first is chosen where none is marked."""
        entries = []
        chosen = None
        for part in text.split(","):
            name, *pairs = part.removeprefix("~").split("~")
            chosen = name if chosen is None or part.startswith("~") else chosen
            try:
                parameters = {key: float(number) for key, number in (pair.split("=") for pair in pairs)}
            except ValueError:
                raise ExplorerError(
                    f"The address has {excerpt(part)} for a function; write elu or elu~alpha=2, say."
                ) from None
            entries.append({"name": name, "parameters": parameters})
        return self.checked({"chosen": chosen, "curves": entries})

    def describe(self) -> CurvesDescription:
        """Return what the list of functions needs: the names, and the sliders of each."""
        return {
            "kind": "curves",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "functions": [
                {
                    "name": function.name,
                    "title": function.title,
                    "why": function.why,
                    "basic": not self.basic or function.name in self.basic,
                    "parameters": [parameter.describe() for parameter in function.parameters],
                }
                for function in self.table.values()
            ],
        }
