"""What the sketch network looks at."""

from __future__ import annotations

from dataclasses import dataclass

from explorer import figures, sketch
from explorer.images import drawings
from explorer.parameters import Choice, Values

DRAWING, PICTURE = "drawing", "picture"


@dataclass(frozen=True, kw_only=True)
class SourceParameter(Choice):
    """A drawing, the picture that is chosen beside the page, or one of the `doodles`."""

    def describe(self) -> Values:
        """Return what the choice needs: beside its options the doodles as pictures."""
        return super().describe() | {
            "kind": "source",
            "examples": [
                {
                    "name": doodle.name,
                    "title": doodle.title,
                    "why": f"{doodle.why} {_known(doodle)}".strip(),
                    "picture": _picture(doodle),
                }
                for doodle in drawings.SAMPLE_DRAWINGS.values()
            ],
        }


def _known(doodle: drawings.SampleDrawing) -> str:
    """Say how often the style was recognised when the network was tested, where it is one of the test's."""
    if not doodle.style:
        return ""
    share = sketch.facts()["variants"][sketch.DEFAULT]["test"]["styles"][doodle.meant][doodle.style]
    return f"Of the test drawings in this style {share:.1%} were recognised as {doodle.meant}."


def _picture(doodle: drawings.SampleDrawing) -> str:
    kind = "webp" if doodle.photograph else "png"  # of a few lines a PNG is smaller, and exact
    painted = figures.paint(drawings.draw(doodle.name), "unit").pixels
    return figures.data_uri(figures.encode(painted, kind), figures.MIME[kind])
