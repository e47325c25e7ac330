"""A button that gives a file: whoever presses it gets it, and the page stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Literal

from streamlit.delta_generator import DeltaGenerator


def file_button(
    place: DeltaGenerator | ModuleType,
    label: str,
    make: Callable[[], str | bytes] | str | bytes,
    name: str,
    *,
    key: str | None = None,
    help: str | None = None,
    kind: Literal["primary", "secondary"] = "secondary",
    width: Literal["content", "stretch"] = "content",
) -> None:
    """Offer a file of this name at a place of the page, or on the page itself.

    What `make` makes is made when the button is pressed. The page does not run for it: a run that began while
    the file was on its way would lose it.
    """
    place.download_button(label, make, name, key=key, help=help, type=kind, width=width, on_click="ignore")
