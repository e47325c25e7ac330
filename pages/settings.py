"""Settings: one record for each thing a person can choose, read alike by page, address and live lane.

A record knows its bounds. `parse` takes what came over the wire and gives the value or raises a
`SettingError` with a sentence; `to_text` and `from_text` carry the value through the page's address;
`describe` is what the browser needs to draw the control.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

from explorer import kernels

Values = dict[str, Any]


LARGEST = sys.float_info.max


class SettingError(ValueError):
    """A value that a setting cannot take, as a sentence for the reader."""


class Setting(Protocol):
    """What every record below can do."""

    @property
    def name(self) -> str:
        """Its name in messages and in the address."""

    @property
    def default(self) -> Any:
        """What holds while nobody has chosen."""

    def parse(self, value: Any) -> Any:
        """Give the value that came over the wire, or raise a `SettingError`."""

    def to_text(self, value: Any) -> str:
        """Write the value for the address."""

    def from_text(self, text: str) -> Any:
        """Read the value from the address, or raise a `SettingError`."""

    def describe(self) -> dict[str, Any]:
        """Say what the browser needs to draw the control."""


def _number(value: Any, title: str) -> float:
    # A whole number from JSON may be too large for a float; no setting reaches that far.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        raise SettingError(f"{title} takes a finite number, but {str(value)[:40]!r} came; type a number.")
    return float(value)


@dataclass(frozen=True)
class Number:
    """A number between two bounds; a whole one where `step` and the bounds are whole."""

    name: str
    title: str
    low: float
    high: float
    default: float
    step: float = 1
    help: str = ""
    unit: str = ""

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are meant."""
        return all(isinstance(x, int) for x in (self.low, self.high, self.default, self.step))

    def parse(self, value: Any) -> float:
        """Give the number if it lies within the bounds."""
        number = _number(value, self.title)
        if not self.low <= number <= self.high:
            raise SettingError(
                f"{self.title} takes {self.low:g} to {self.high:g}, but {number:g} came; stay between."
            )
        if not self.whole:
            return number
        if number != int(number):
            raise SettingError(f"{self.title} takes a whole number, but {number:g} came; round it.")
        return int(number)

    def to_text(self, value: float) -> str:
        """Write the number for the address."""
        return repr(value)

    def from_text(self, text: str) -> float:
        """Read the number from the address."""
        try:
            number = float(text)
        except ValueError:
            raise SettingError(f"{self.title} takes a number, but {text[:40]!r} came; type one.") from None
        return self.parse(number)

    def describe(self) -> dict[str, Any]:
        """Say what the slider needs."""
        return {
            "kind": "number",
            "name": self.name,
            "title": self.title,
            "low": self.low,
            "high": self.high,
            "step": self.step,
            "default": self.default,
            "help": self.help,
            "unit": self.unit,
        }


@dataclass(frozen=True)
class Choice:
    """One of a few named values; the values are what the operation takes."""

    name: str
    title: str
    options: Mapping[Any, str]
    default: Any
    help: str = ""
    details: Mapping[Any, str] = field(default_factory=dict)

    def parse(self, value: Any) -> Any:
        """Give the value if it is one of the options."""
        # By type too: to Python true is 1, but to a reader of the wire it is no padding of one cell.
        for option in self.options:
            if type(option) is type(value) and option == value:
                return option
        offered = ", ".join(self.to_text(option) for option in self.options)
        raise SettingError(f"{self.title} has no option {str(value)[:40]!r}; choose one of {offered}.")

    def to_text(self, value: Any) -> str:
        """Write the option for the address."""
        return str(value).lower()

    def from_text(self, text: str) -> Any:
        """Read the option from the address."""
        return self.parse({str(option).lower(): option for option in self.options}.get(text.lower(), text))

    def describe(self) -> dict[str, Any]:
        """Say what the menu needs: the options as pairs, since a value need not be a word."""
        return {
            "kind": "choice",
            "name": self.name,
            "title": self.title,
            "options": [
                {"value": value, "title": title, "detail": self.details.get(value, "")}
                for value, title in self.options.items()
            ],
            "default": self.default,
            "help": self.help,
        }


@dataclass(frozen=True)
class Limits:
    """The two ends of a colour scale when they are held, or None while they follow the map."""

    name: str
    title: str
    default: None = None

    def parse(self, value: Any) -> list[float] | None:
        """Give the two ends, low before high."""
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 2:
            raise SettingError(
                f"{self.title} takes two numbers, low and high, but {str(value)[:40]!r} came; give two."
            )
        low, high = (_number(end, self.title) for end in value)
        if not low < high or max(abs(low), abs(high)) > 1e9:
            raise SettingError(
                f"{self.title} takes a low end below the high one, but {low:g} and {high:g} came; change one."
            )
        return [low, high]

    def to_text(self, value: list[float] | None) -> str:
        """Write both ends for the address."""
        return "" if value is None else ",".join(repr(end) for end in value)

    def from_text(self, text: str) -> list[float] | None:
        """Read both ends from the address."""
        try:
            ends = [float(end) for end in text.split(",")] if text else None
        except ValueError:
            raise SettingError(f"{self.title} takes two numbers, but {text[:40]!r} came; type two.") from None
        return self.parse(ends)

    def describe(self) -> dict[str, Any]:
        """Say what the switch needs."""
        return {"kind": "limits", "name": self.name, "title": self.title, "default": None}


MAX_KERNEL = 31
MAX_WEIGHT = 1000.0

CUSTOM = "custom"
ACTIONS = {
    "normalise": kernels.normalise,
    "zero_mean": kernels.zero_mean,
    "flip": kernels.flip,
    "transpose": kernels.transpose,
    "rotate45": kernels.rotate45,
}


@dataclass(frozen=True)
class KernelSetting:
    """A kernel: a named one with its arguments, or weights of one's own.

    The value is `{"name", "rows", "columns", "arguments", "weights"}`; weights are always there, and
    decide where the name is "custom". What comes over the wire may leave out what follows from the
    rest, and may ask for an `action` on the weights that it brings.
    """

    name: str
    title: str
    preset: str

    @property
    def default(self) -> Values:
        """The preset kernel at its own size."""
        return self.parse({"name": self.preset})

    def parse(self, value: Any) -> Values:
        """Give the whole kernel, weights included."""
        if not isinstance(value, dict):
            raise SettingError(f"{self.title} takes a name or weights, but {str(value)[:40]!r} came.")
        if "action" in value:
            return self._changed(value)
        name = value.get("name", CUSTOM)
        if name == CUSTOM:
            return self._own(self._weights(value.get("weights")))
        kernel = kernels.KERNELS.get(name) if isinstance(name, str) else None
        if kernel is None:
            raise SettingError(
                f"There is no kernel called {str(name)[:40]!r}; choose one of {', '.join(kernels.KERNELS)}."
            )
        arguments = self._arguments(kernel, value.get("arguments", {}))
        size = self._size(value, kernel.weights.shape)
        weights = self._attempt(lambda: kernel.make(size, **arguments))
        return self._named(name, arguments, weights)

    def _changed(self, value: Values) -> Values:
        """Apply an action to the weights that came with it."""
        weights = self._weights(value.get("weights"))
        action = value["action"]
        if action == "resize":
            size = self._size(value, weights.shape)
            return self._own(self._attempt(lambda: kernels.resize(weights, size)))
        if not isinstance(action, str) or action not in ACTIONS:
            raise SettingError(f"A kernel has no action {str(action)[:40]!r}; choose {', '.join(ACTIONS)}.")
        return self._own(self._attempt(lambda: ACTIONS[action](weights)))

    def _attempt(self, make: Any) -> Any:
        try:
            return make()
        except ValueError as error:
            raise SettingError(str(error)) from None

    def _size(self, value: Values, default: tuple[int, ...]) -> tuple[int, int]:
        sides = []
        for side, fallback in zip(("rows", "columns"), default, strict=True):
            number = _number(value.get(side, fallback), f"The kernel's {side}")
            if number != int(number) or not 1 <= number <= MAX_KERNEL:
                raise SettingError(
                    f"The kernel's {side} are whole numbers from 1 to {MAX_KERNEL}, but {number:g} came."
                )
            sides.append(int(number))
        return sides[0], sides[1]

    def _arguments(self, kernel: kernels.Kernel, given: Any) -> dict[str, float]:
        if not isinstance(given, dict):
            raise SettingError(f"A kernel's arguments are names with numbers, but {str(given)[:40]!r} came.")
        unknown = set(given) - {argument.name for argument in kernel.arguments}
        if unknown:
            raise SettingError(f"{kernel.title} has no argument {str(min(unknown))[:40]!r}; leave it out.")
        return {
            argument.name: argument_setting(argument).parse(given.get(argument.name, argument.default))
            for argument in kernel.arguments
        }

    def _weights(self, rows: Any) -> kernels.Weights:
        if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_KERNEL:
            raise SettingError(f"A kernel has 1 to {MAX_KERNEL} rows of weights; give them as a table.")
        if any(not isinstance(row, list) or not 1 <= len(row) <= MAX_KERNEL for row in rows):
            raise SettingError(f"Each row of a kernel has 1 to {MAX_KERNEL} weights; shorten or fill it.")
        if len({len(row) for row in rows}) != 1:
            raise SettingError("The rows of a kernel differ in length; give each row as many weights.")
        for weight in (weight for row in rows for weight in row):
            if abs(_number(weight, "A weight")) > MAX_WEIGHT:
                raise SettingError(
                    f"A weight takes -{MAX_WEIGHT:g} to {MAX_WEIGHT:g}, but {weight:g} came; stay between."
                )
        return kernels.from_rows(rows)

    def _own(self, weights: kernels.Weights) -> Values:
        return self._named(CUSTOM, {}, weights)

    def _named(self, name: str, arguments: dict[str, float], weights: kernels.Weights) -> Values:
        rows, columns = weights.shape
        return {
            "name": name,
            "rows": rows,
            "columns": columns,
            "arguments": arguments,
            "weights": kernels.to_rows(weights),
        }

    def to_text(self, value: Values) -> str:
        """Write the kernel for the address: `gaussian~5x5~sigma=1.5`, or the weights row by row."""
        if value["name"] == CUSTOM:
            return "_".join(",".join(f"{weight:.9g}" for weight in row) for row in value["weights"])
        arguments = [f"{key}={number!r}" for key, number in value["arguments"].items()]
        return "~".join([value["name"], f"{value['rows']}x{value['columns']}", *arguments])

    def from_text(self, text: str) -> Values:
        """Read the kernel from the address."""
        name, *rest = text.split("~")
        try:
            if name in kernels.KERNELS:
                rows, columns = (int(side) for side in rest[0].split("x"))
                pairs = (item.split("=") for item in rest[1:])
                arguments = {key: float(number) for key, number in pairs}
                return self.parse({"name": name, "rows": rows, "columns": columns, "arguments": arguments})
            weights = [[float(weight) for weight in row.split(",")] for row in text.split("_")]
        except SettingError:
            raise
        except (ValueError, IndexError):
            raise SettingError(
                f"The address has {text[:40]!r} for a kernel, which is none; choose one from the menu."
            ) from None
        return self.parse({"weights": weights})

    def describe(self) -> dict[str, Any]:
        """Say what the editor needs: the menu of named kernels with their arguments."""
        return {
            "kind": "kernel",
            "name": self.name,
            "title": self.title,
            "default": self.default,
            "largest": MAX_KERNEL,
            "presets": [
                {
                    "name": kernel.name,
                    "title": kernel.title,
                    "group": kernel.group,
                    "why": kernel.why,
                    "source": kernel.source,
                    "rows": kernel.weights.shape[0],
                    "columns": kernel.weights.shape[1],
                    "fixed": kernel.fixed,
                    "square": kernel.sizes.square,
                    "picture": kernel.keeps_brightness,
                    "arguments": [argument_setting(argument).describe() for argument in kernel.arguments],
                }
                for kernel in kernels.KERNELS.values()
            ],
        }


def argument_setting(argument: kernels.Argument) -> Number:
    """Turn an argument of a kernel family into the setting that its slider and the lane read."""
    bounds = (argument.low, argument.high, argument.default, argument.step)
    return Number(argument.name, argument.title, *bounds, unit=argument.unit)


def parse(settings: tuple[Setting, ...], given: Any) -> Values:
    """Validate everything that came for an operation; what is left out has its default.

    Raises:
        SettingError: for an unknown name or a value out of bounds.
    """
    if not isinstance(given, dict):
        raise SettingError(f"Settings are names with values, but {str(given)[:40]!r} came.")
    unknown = set(given) - {setting.name for setting in settings}
    if unknown:
        raise SettingError(f"There is no setting called {min(unknown)[:40]!r} here; leave it out.")
    return {
        setting.name: setting.parse(given[setting.name]) if setting.name in given else setting.default
        for setting in settings
    }


def to_query(settings: tuple[Setting, ...], values: Values, prefix: str = "") -> dict[str, str]:
    """Write what differs from the defaults for the address."""
    return {
        prefix + setting.name: setting.to_text(values[setting.name])
        for setting in settings
        if values[setting.name] != setting.default
    }


def from_query(
    settings: tuple[Setting, ...], query: Mapping[str, str], prefix: str = ""
) -> tuple[Values, list[str]]:
    """Read values from the address: what cannot be read has its default and a sentence saying so."""
    values, complaints = {}, []
    for setting in settings:
        values[setting.name] = setting.default
        if prefix + setting.name in query:
            try:
                values[setting.name] = setting.from_text(query[prefix + setting.name])
            except SettingError as error:
                complaints.append(str(error))
    return values, complaints


def query_string(query: Mapping[str, str]) -> str:
    """Write an address's query; commas and the like stay readable, as a browser keeps them."""
    return urlencode(query, safe=",~_=")
