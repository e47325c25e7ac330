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


def finite(value: Any, title: str) -> float:
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
        number = finite(value, self.title)
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
        low, high = (finite(end, self.title) for end in value)
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


@dataclass(frozen=True)
class Menu(Choice):
    """A choice of so many that they stand in a menu."""

    def describe(self) -> dict[str, Any]:
        """Say what the menu needs."""
        return super().describe() | {"kind": "menu"}


@dataclass(frozen=True)
class Field(Number):
    """A number that is typed."""

    def describe(self) -> dict[str, Any]:
        """Say what the field needs."""
        return super().describe() | {"kind": "field"}


@dataclass(frozen=True)
class Stops(Number):
    """A number between two bounds whose slider goes from one of its `stops` to the next."""

    stops: tuple[float, ...] = ()

    def describe(self) -> dict[str, Any]:
        """Say what the slider needs."""
        return super().describe() | {"kind": "stops", "stops": list(self.stops)}


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
