"""The small network that ships with the explorer: what it makes of a drawing, with every layer kept.

    picture -> look: find the ink, centre and scale it -> forward: layer after layer -> ten probabilities

The weights are in `assets/sketch.npz`; `explorer.sketch.training` made them, with this very `look`. A network
that reads 64 x 64 pixels is small enough to be computed with NumPy while somebody draws.
"""

from explorer.sketch.erasing import MAX_ERASED, Erasure, erase
from explorer.sketch.familiarity import Familiarity, familiarity
from explorer.sketch.network import (
    CLASSES,
    DEFAULT,
    VARIANTS,
    SketchLayer,
    SketchRun,
    Variant,
    asset,
    facts,
    forward,
    forward_all,
    layers,
    predict,
    ranked,
    weights,
)
from explorer.sketch.preparation import INK, LOOKED_AT, SIDE, Rectangle, Sight, SketchError, look, prepare
from explorer.sketch.units import Unit, unit

__all__ = [
    "CLASSES",
    "DEFAULT",
    "INK",
    "LOOKED_AT",
    "MAX_ERASED",
    "SIDE",
    "VARIANTS",
    "Erasure",
    "Familiarity",
    "Rectangle",
    "Sight",
    "SketchError",
    "SketchLayer",
    "SketchRun",
    "Unit",
    "Variant",
    "asset",
    "erase",
    "facts",
    "familiarity",
    "forward",
    "forward_all",
    "layers",
    "look",
    "predict",
    "prepare",
    "ranked",
    "unit",
    "weights",
]
