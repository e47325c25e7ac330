"""What the sketch network looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from explorer import figures, sketch
from explorer.descriptions import OptionDescription, OptionValue, ParameterDescription
from explorer.images import drawings
from explorer.parameters import Choice
from explorer.words import percent

DRAWING, PICTURE = "drawing", "picture"


class ExampleDrawing(TypedDict):
    """A drawing that can be looked at; the `picture` is a data URI."""

    name: str
    title: str
    why: str
    picture: str


class SourceDescription(ParameterDescription):
    """A choice whose options are a pad, a picture, and drawings."""

    kind: Literal["source"]
    default: OptionValue
    options: list[OptionDescription]
    examples: list[ExampleDrawing]


@dataclass(frozen=True, kw_only=True)
class SourceParameter(Choice):
    """A drawing, the picture that is chosen beside the page, or one of the `drawings`."""

    def describe(self) -> SourceDescription:  # type: ignore[override]
        """Return what the choice needs: beside its options the drawings as pictures."""
        return {
            **super().describe(),
            "kind": "source",
            "examples": [
                {
                    "name": drawing.name,
                    "title": drawing.title,
                    "why": f"{drawing.why} {_known(drawing)}".strip(),
                    "picture": _picture(drawing),
                }
                for drawing in drawings.SAMPLE_DRAWINGS.values()
            ],
        }


def _known(drawing: drawings.SampleDrawing) -> str:
    """How often the style was recognised when the network was tested, where it is one of the test's."""
    if not drawing.style:
        return ""
    share = sketch.facts()["variants"][sketch.DEFAULT]["test"]["styles"][drawing.meant][drawing.style]
    return f"It recognised {percent(share)} of the test drawings in this style as {drawing.meant}."


def _picture(drawing: drawings.SampleDrawing) -> str:
    kind = "webp" if drawing.photograph else "png"  # of a few lines a PNG is smaller, and exact
    painted = figures.paint(drawings.draw(drawing.name), "unit").pixels
    return figures.data_uri(figures.encode(painted, kind), figures.MIME[kind])
