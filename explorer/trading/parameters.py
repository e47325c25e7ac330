"""The parameter for returns of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from explorer.descriptions import ParameterDescription
from explorer.errors import ExplorerError
from explorer.parameters import Unaddressed, excerpt, finite
from explorer.trading import market


class ReturnsDescription(ParameterDescription):
    """A market of one's own, which comes as a file."""

    kind: Literal["returns"]
    default: None


@dataclass(frozen=True, kw_only=True)
class ReturnsParameter(Unaddressed):
    """The returns of the student's own market, or None for the built-in one; never in the address."""

    instead = "; choose the file under Trading."

    def checked(self, value: Any) -> list[float] | None:
        """Return the returns."""
        if value is None:
            return None
        if not isinstance(value, list):
            raise ExplorerError(f"{self.title} takes a list of returns, but {excerpt(value)} came.")
        numbers = [finite(number, "A return") for number in value]
        market.Market(np.array(numbers), self.title)
        return numbers

    def describe(self) -> ReturnsDescription:
        """Return what a choice of file needs."""
        return {"kind": "returns", **self._titled(), "default": self.default, **self._owned()}
