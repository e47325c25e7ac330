"""A heat map over what a network sees, and its range in words."""

from __future__ import annotations

from explorer.figures import format_number
from explorer.imagenet.explanations import Heat


def ends(found: Heat, title: str) -> str:
    """What the colours of a map mean, and how far they reach."""
    if found.flat:
        return "Flat: zero everywhere, nothing was found that speaks for this class."
    low, high, limit = (format_number(value) for value in (found.low, found.high, found.limit))
    colours = (
        f"Orange to {limit} for the class, blue to −{limit} against it"
        if found.signed
        else f"From 0 to {limit}"
    )
    beyond = f", {100 * found.clipped:.2g} % of it beyond that end" if found.clipped else ""
    return f"{colours}. Values {low} to {high}{beyond}."
