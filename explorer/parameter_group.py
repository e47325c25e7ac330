"""Several settings that are chosen together or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from explorer import parameters
from explorer.descriptions import ParameterDescription
from explorer.errors import ExplorerError
from explorer.parameters import Parameter, Values, excerpt

BETWEEN = "~~"  # two settings, in the address


class GroupDescription(ParameterDescription):
    """Settings that are chosen together: their names."""

    kind: Literal["group"]
    default: None
    names: list[str]


@dataclass(frozen=True, kw_only=True)
class Group(Parameter):
    """The values of several settings, or None: nothing is chosen.

    Example:
        >>> from explorer.parameters import WholeNumber
        >>> sides = tuple(
        ...     WholeNumber(name=name, title=name, low=1, high=8, default=1) for name in ("rows", "columns")
        ... )
        >>> size = Group(name="size", title="Size", settings=sides)
        >>> size.default, size.checked({"columns": 3})
        (None, {'rows': 1, 'columns': 3})
        >>> size.to_text({"rows": 1, "columns": 3})
        'rows=1~~columns=3'
    """

    settings: tuple[Parameter, ...]

    @property
    def default(self) -> None:
        """Nothing."""

    def checked(self, value: Any) -> dict[str, Any] | None:
        """Return a value for every setting: the defaults of those that were left out."""
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise ExplorerError(f"{self.title} takes settings with values, but {excerpt(value)} came.")
        return parameters.checked(self.settings, value)

    def to_text(self, value: Values | None) -> str:
        """Write the first setting, which there always is, and what differs from the defaults."""
        if value is None:
            return ""
        first, *_ = self.settings
        texts = {first.name: first.to_text(value[first.name])} | parameters.to_query(self.settings, value)
        return BETWEEN.join(f"{name}={text}" for name, text in texts.items())

    def from_text(self, text: str) -> dict[str, Any] | None:
        """Read the settings, or raise what the first bad one says."""
        if not text:
            return None
        query = dict(part.partition("=")[::2] for part in text.split(BETWEEN))
        unknown = query.keys() - {setting.name for setting in self.settings}
        if unknown:
            raise ExplorerError(f"{self.title} has no setting {excerpt(min(unknown))}; leave it out.")
        return {
            setting.name: setting.from_text(query[setting.name]) if setting.name in query else setting.default
            for setting in self.settings
        }

    def gathered(self, query: Mapping[str, str], prefix: str) -> str:
        """Return the text for settings that stand in an address one by one, each after a prefix."""
        return BETWEEN.join(
            f"{setting.name}={query[prefix + setting.name]}"
            for setting in self.settings
            if prefix + setting.name in query
        )

    def describe(self) -> GroupDescription:
        """Return the names of the settings."""
        return {
            "kind": "group",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "names": [setting.name for setting in self.settings],
        }
