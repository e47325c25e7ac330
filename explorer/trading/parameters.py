"""The parameter for returns of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from explorer.descriptions import ParameterDescription
from explorer.errors import ExplorerError
from explorer.parameters import Parameter, excerpt, finite
from explorer.trading import market


class ReturnsDescription(ParameterDescription):
    """A market of one's own, which comes as a file."""

    kind: Literal["returns"]
    default: None


@dataclass(frozen=True, kw_only=True)
class ReturnsParameter(Parameter):
    """The returns of the student's own market, or None for the built-in one; never in the address."""

    default: None = None

    def checked(self, value: Any) -> list[float] | None:
        """Return the returns."""
        if value is None:
            return None
        if not isinstance(value, list):
            raise ExplorerError(f"{self.title} takes a list of returns, but {excerpt(value)} came.")
        numbers = [finite(number, "A return") for number in value]
        market.Market(np.array(numbers), self.title)
        return numbers

    def to_text(self, value: list[float] | None) -> str:
        """Write nothing: a file of one's own stays with its owner."""
        return ""

    def from_text(self, text: str) -> None:
        """Read nothing."""
        if text:
            raise ExplorerError(f"{self.title} cannot come with an address; choose the file under Trading.")

    def describe(self) -> ReturnsDescription:
        """Return what a choice of file needs."""
        return {"kind": "returns", **self._titled(), "default": self.default, **self._owned()}
