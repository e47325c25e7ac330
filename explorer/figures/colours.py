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
    """What a colour means, on every page.

    Attributes:
        name: What the code calls it.
        title: What a reader calls it.
        light: Its hex colour on the light theme, for lines and areas.
        dark: The same on the dark theme.
        light_text: The shade of it in which words and digits are written on the light theme.
        dark_text: The same on the dark theme.
    """

    name: str
    title: str
    light: str
    dark: str
    light_text: str
    dark_text: str


ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        Role(
            name="input",
            title="input",
            light="#0b8fda",
            dark="#6bc7fa",
            light_text="#0073bc",
            dark_text="#6bc7fa",
        ),
        Role(
            name="kernel",
            title="kernel",
            light="#7c3097",
            dark="#9868bf",
            light_text="#7c3097",
            dark_text="#a675cd",
        ),
        Role(
            name="output",
            title="output",
            light="#087757",
            dark="#45bb78",
            light_text="#087757",
            dark_text="#45bb78",
        ),
        Role(
            name="padding",
            title="padding",
            light="#939085",
            dark="#868a90",
            light_text="#726f65",
            dark_text="#868a90",
        ),
        Role(
            name="field",
            title="receptive field",
            light="#c17d01",
            dark="#f5d547",
            light_text="#a26000",
            dark_text="#f5d547",
        ),
        Role(
            name="positive",
            title="positive value",
            light="#c03a00",
            dark="#fa8428",
            light_text="#c03a00",
            dark_text="#fa8428",
        ),
        Role(
            name="negative",
            title="negative value",
            light="#124ed4",
            dark="#4d8dff",
            light_text="#124ed4",
            dark_text="#4d8dff",
        ),
        Role(
            name="accent",
            title="accent",
            light="#b7489b",
            dark="#ff93bf",
            light_text="#b34497",
            dark_text="#ff93bf",
        ),
    )
}
"""The hues of Okabe and Ito, moved apart in lightness.

Each has a contrast of at least 3 to 1 with its theme's background (white, and #0e1117), the accent 4.5 to 1.
Its text shades have 4.5 to 1, also on the grey grounds of `.streamlit/config.toml`: the same hue, as light or
dark as that takes.
Any two are at least 0.09 apart in OKLab (0.02 can just be seen), also for a red-blind or green-blind person.
"""

SERIES = ("#0072b2", "#d55e00", "#009e73", "#b86fa0")
"""Colours of a chart's lines, after Okabe and Ito, with a contrast of at least 3 to 1 on either theme."""

SERIES_TEXT = ("#0072b2", "#bf4a00", "#007f56", "#9e5788")  # for names on the light theme: at least 4.5 to 1
SERIES_ON_DARK = ("#56b4e9", "#ff9d4d", "#2fc495", "#dda0c8")  # at least 7 to 1, where nothing else is asked
QUIET = "#7a7a7a"  # grey, which is readable on both themes
QUIET_ON_LIGHT, QUIET_ON_DARK = "#5b6672", "#a3afbb"  # at least 4.5 to 1, where the theme is known
DASHES = ("solid", "10px,3px", "3px,3px", "10px,3px,3px,3px")  # colour is never the only difference


CLASS_COLOURS = ("#2060b9", "#c8500a", "#5fb79c", "#8a1046", "#e3c51a", "#6fa8f8")
"""Colours of up to six classes of points on the light theme; the first two are like the signed scale's ends.

Any two, and each and the ground, are at least 0.14 apart in OKLab, also for a red-blind or green-blind eye.
"""

CLASS_COLOURS_ON_DARK = ("#71acff", "#f48a64", "#8ff0d0", "#c01d48", "#f7e04a", "#2350c4")  # likewise


def class_colours(count: int, *, dark: bool) -> tuple[str, ...]:
    """The colours of so many classes of points, six at most.

    >>> class_colours(3, dark=False)
    ('#2060b9', '#c8500a', '#5fb79c')
    """
    return (CLASS_COLOURS_ON_DARK if dark else CLASS_COLOURS)[:count]


def series_colours() -> dict[str, tuple[str, ...]]:
    """The colours of a chart's lines and of their names on the two themes, for the front end.

    >>> series_colours()["light"] == SERIES
    True
    >>> series_colours()["dark_text"] == series_colours()["dark"]
    True
    """
    return {
        "light": SERIES,
        "dark": SERIES_ON_DARK,
        "light_text": SERIES_TEXT,
        "dark_text": SERIES_ON_DARK,
    }


class RoleColours(TypedDict):
    """The name of a role, its colours on the light theme and on the dark one, and its shades for text."""

    title: str
    light: str
    dark: str
    light_text: str
    dark_text: str


def role_colours() -> dict[str, RoleColours]:
    """The roles as plain values, for the front end.

    >>> field = role_colours()["field"]
    >>> field["title"], field["light"], field["light_text"]
    ('receptive field', '#c17d01', '#a26000')
    """
    return {
        name: {
            "title": role.title,
            "light": role.light,
            "dark": role.dark,
            "light_text": role.light_text,
            "dark_text": role.dark_text,
        }
        for name, role in ROLES.items()
    }


def hex_colour(colour: Sequence[int] | Pixels) -> str:
    """A colour written as #rrggbb."""
    red, green, blue = (int(level) for level in colour)
    return f"#{red:02x}{green:02x}{blue:02x}"


def rgb_of(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of a colour written as #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
