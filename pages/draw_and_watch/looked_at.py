"""What the network looks at."""

from __future__ import annotations

from explorer import images, sketch
from explorer.lessons.subjects import Recognised
from explorer.parameters import Values
from explorer.sketch.parameters import PICTURE
from pages.components import held_drawing
from pages.components.chooser import Picture
from pages.draw_and_watch import operation
from pages.draw_and_watch.operation import EXAMPLE, SOURCE


def looked_at(picture: Picture, values: Values) -> images.Array:
    """Return the drawing, the picture or the drawing that is on."""
    source = values[SOURCE.name]
    if source == PICTURE:
        return picture.levels
    return held_drawing.named(source, EXAMPLE)


def measured(values: Values, picture: Picture) -> Recognised:
    """What lessons measure: the network on the drawing, and the same with nothing switched off.

    Raises:
        SketchError: If nothing is drawn.
    """
    seen = sketch.prepare(looked_at(picture, values))
    off = operation.off(values)
    run = sketch.forward(seen, values["variant"], off)
    return Recognised(run, sketch.forward(seen, values["variant"]) if off else run)
