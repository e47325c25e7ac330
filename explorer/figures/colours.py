"""The colours of the roles and of series, for light and dark themes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Limits = tuple[float, float]


@dataclass(frozen=True)
class Role:
    """What a colour means, on every page; `light` and `dark` are its hex colours on the two themes."""

    name: str
    title: str
    light: str
    dark: str


ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        Role(
            name="input",
            title="input",
            light="#0b8fda",
            dark="#6bc7fa",
        ),
        Role(
            name="kernel",
            title="kernel",
            light="#7c3097",
            dark="#9868bf",
        ),
        Role(
            name="output",
            title="output",
            light="#087757",
            dark="#45bb78",
        ),
        Role(
            name="padding",
            title="padding",
            light="#939085",
            dark="#868a90",
        ),
        Role(
            name="field",
            title="receptive field",
            light="#c17d01",
            dark="#f5d547",
        ),
        Role(
            name="positive",
            title="positive value",
            light="#c03a00",
            dark="#fa8428",
        ),
        Role(
            name="negative",
            title="negative value",
            light="#124ed4",
            dark="#4d8dff",
        ),
        Role(
            name="accent",
            title="accent",
            light="#b7489b",
            dark="#ff93bf",
        ),
    )
}
"""The hues of Okabe and Ito, moved apart in lightness.

Each has a contrast of at least 3 to 1 with its theme's background (white, and #0e1117), the accent 4.5 to 1.
Any two are at least 0.09 apart in OKLab (0.02 can just be seen), also for a red-blind or green-blind person.
"""

SERIES = ("#0072b2", "#d55e00", "#009e73", "#b86fa0")
"""Colours of a chart's lines, after Okabe and Ito, with a contrast of at least 3 to 1 on either theme."""

SERIES_ON_DARK = ("#56b4e9", "#ff9d4d", "#2fc495", "#dda0c8")  # at least 7 to 1, where nothing else is asked
QUIET = "#7a7a7a"  # grey, which is readable on both themes
QUIET_ON_LIGHT, QUIET_ON_DARK = "#5b6672", "#a3afbb"  # at least 4.5 to 1, where the theme is known
DASHES = ("solid", "10px,3px", "3px,3px", "10px,3px,3px,3px")  # colour is never the only difference


def series_colours() -> dict[str, tuple[str, ...]]:
    """The colours of a chart's lines on the two themes, for the front end: `SERIES`, and lighter ones.

    >>> series_colours()["light"] == SERIES
    True
    """
    return {"light": SERIES, "dark": SERIES_ON_DARK}


class RoleColours(TypedDict):
    """The name of a role, and its colours on the light theme and on the dark one."""

    title: str
    light: str
    dark: str


def role_colours() -> dict[str, RoleColours]:
    """The roles as plain values, for the front end.

    >>> role_colours()["field"]
    {'title': 'receptive field', 'light': '#c17d01', 'dark': '#f5d547'}
    """
    return {
        name: {"title": role.title, "light": role.light, "dark": role.dark} for name, role in ROLES.items()
    }


def hex_colour(colour: Sequence[int] | Pixels) -> str:
    """A colour written as #rrggbb."""
    red, green, blue = (int(level) for level in colour)
    return f"#{red:02x}{green:02x}{blue:02x}"


def rgb_of(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of a colour written as #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
