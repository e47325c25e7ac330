"""Settings of a network's inside: an index that may be left open, and channels that are switched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pages.settings.records import SettingError, finite
from pages.settings.stack import MAX_PLACE

MOST_SWITCHED = 512  # channels at once: more make an address that a browser cuts off
MOST_FACTOR = 4.0


@dataclass(frozen=True)
class PlaceSetting:
    """A place counted from 0, or None while nothing is chosen.

    Whether there is such a place depends on the network: that is the operation's to say.
    """

    name: str
    title: str
    default: int | None = None
    help: str = ""

    def parse(self, value: Any) -> int | None:
        """Give the whole number, or None."""
        if value is None:
            return None
        number = finite(value, self.title)
        if number != int(number) or not 0 <= number <= MAX_PLACE:
            raise SettingError(
                f"{self.title} takes a whole number from 0 to {MAX_PLACE}, but {number:g} came; take one."
            )
        return int(number)

    def to_text(self, value: int | None) -> str:
        """Write the place for the address."""
        return "" if value is None else str(value)

    def from_text(self, text: str) -> int | None:
        """Read the place from the address."""
        try:
            number = int(text) if text else None
        except ValueError:
            raise SettingError(
                f"{self.title} takes a whole number, but {text[:40]!r} came; type one."
            ) from None
        return self.parse(number)

    def describe(self) -> dict[str, Any]:
        """Say that it is a place."""
        return {
            "kind": "place",
            "name": self.name,
            "title": self.title,
            "default": self.default,
            "help": self.help,
        }


@dataclass(frozen=True)
class SwitchesSetting:
    """Channels that are scaled: `[[layer, channel, factor], ...]`, sorted; factor 0 switches one off.

    Where `high` is 0 channels are switched off, and nothing else.
    """

    name: str
    title: str
    default: list[list[float]] = field(default_factory=list)
    high: float = MOST_FACTOR

    def parse(self, value: Any) -> list[list[float]]:
        """Give each scaled channel once; a factor of 1 changes nothing and is left out."""
        if not isinstance(value, list | tuple) or len(value) > MOST_SWITCHED:
            raise SettingError(
                f"{self.title} takes a list of at most {MOST_SWITCHED} channels, but "
                f"{str(value)[:40]!r} came; switch some on again."
            )
        found: dict[tuple[int, int], float] = {}
        for entry in value:
            if not isinstance(entry, list | tuple) or len(entry) != 3:
                raise SettingError(
                    f"{self.title} takes layer, channel and factor, but {str(entry)[:40]!r} came; give three."
                )
            layer, channel, factor = (finite(part, self.title) for part in entry)
            if any(place != int(place) or not 0 <= place <= MAX_PLACE for place in (layer, channel)):
                raise SettingError(
                    f"{self.title} counts layers and channels from 0, but {str(entry)[:40]!r} came; "
                    "use whole numbers."
                )
            if not 0 <= factor <= self.high:
                raise SettingError(
                    f"{self.title} takes factors from 0 to {self.high:g}, but {factor:g} came; change it."
                )
            found[int(layer), int(channel)] = factor
        return [[*place, factor] for place, factor in sorted(found.items()) if factor != 1]

    def to_text(self, value: list[list[float]]) -> str:
        """Write the channels for the address: `30.17` is off, `30.18.0.5` is halved."""
        return ",".join(
            f"{layer}.{channel}" if factor == 0 else f"{layer}.{channel}.{factor:g}"
            for layer, channel, factor in value
        )

    def from_text(self, text: str) -> list[list[float]]:
        """Read the channels from the address."""
        entries = []
        for part in filter(None, text.split(",")):
            layer, _, rest = part.partition(".")
            channel, _, factor = rest.partition(".")
            try:
                entries.append([int(layer), int(channel), float(factor) if factor else 0.0])
            except ValueError:
                raise SettingError(
                    f"{self.title} takes layer.channel, but {part[:40]!r} came; type 30.17, say."
                ) from None
        return self.parse(entries)

    def describe(self) -> dict[str, Any]:
        """Say what the switches need."""
        return {
            "kind": "switches",
            "name": self.name,
            "title": self.title,
            "default": [],
            "most": MOST_SWITCHED,
            "high": self.high,
        }
