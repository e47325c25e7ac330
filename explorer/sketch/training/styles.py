"""All styles of all classes, and the part of the data that each belongs to."""

from __future__ import annotations

from explorer.sketch import CLASSES
from explorer.sketch.training.arrows import ARROWS
from explorer.sketch.training.circles import CIRCLES
from explorer.sketch.training.crosses import CROSSES
from explorer.sketch.training.hearts import HEARTS
from explorer.sketch.training.smileys import SMILEYS
from explorer.sketch.training.spirals import SPIRALS
from explorer.sketch.training.squares import SQUARES
from explorer.sketch.training.stars import STARS
from explorer.sketch.training.strokes import Style
from explorer.sketch.training.triangles import TRIANGLES
from explorer.sketch.training.zigzags import ZIGZAGS

PARTS = ("train", "validation", "test")

STYLES: tuple[Style, ...] = tuple(
    Style(label, *entry)
    for label, entries in zip(
        CLASSES,
        (
            CIRCLES,
            SQUARES,
            TRIANGLES,
            STARS,
            HEARTS,
            CROSSES,
            ARROWS,
            ZIGZAGS,
            SPIRALS,
            SMILEYS,
        ),
        strict=True,
    )
    for entry in entries
)
