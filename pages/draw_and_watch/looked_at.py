"""What the network looks at."""

from __future__ import annotations

from explorer import images, sketch
from explorer.images import drawings
from explorer.lessons.subjects import Recognised
from explorer.parameters import Values
from explorer.sketch.parameters import DRAWING, PICTURE
from pages.components.chooser import Picture
from pages.components.held_drawing import held
from pages.draw_and_watch import operation
from pages.draw_and_watch.operation import EXAMPLE, SOURCE


def looked_at(picture: Picture, values: Values) -> images.Array:
    """Return the drawing, the picture or the drawing that is on."""
    source = values[SOURCE.name]
    if source == PICTURE:
        return picture.levels
    drawn = held()
    if source == DRAWING:
        return drawn.levels if drawn else drawings.draw(EXAMPLE)
    return drawings.draw(source)


def measured(values: Values, picture: Picture) -> Recognised:
    """What lessons measure: the network on the drawing, and the same with nothing switched off.

    Raises:
        SketchError: If nothing is drawn.
    """
    seen = sketch.prepare(looked_at(picture, values))
    off = operation.off(values)
    run = sketch.forward(seen, values["variant"], off)
    return Recognised(run, sketch.forward(seen, values["variant"]) if off else run)
