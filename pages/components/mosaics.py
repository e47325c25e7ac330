"""All maps of one step as one picture, painted as a person chooses, and what its colours mean."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from typing import TypedDict

from explorer import figures
from explorer.convolution.experiments import Array
from explorer.descriptions import SizeValue
from explorer.parameters import Choice, Switch, Values
from pages.components.maps import DARK, picture
from pages.live.protocol import Blob

BY_SIGN = "sign"
EACH_MAP = "map"

COLOURS = Choice(
    name="scale",
    title="Colours",
    options={BY_SIGN: "By sign"} | {record.name: record.title for record in figures.SCALES.values()},
    default=BY_SIGN,
    help="How values become colours.",
    details=(
        {BY_SIGN: "Signed where there are values below zero, otherwise grey, stretched."}
        | {record.name: record.why for record in figures.SCALES.values()}
    ),
)

# Pixels of a map in a mosaic at most. On a laptop's screen a tile has about 85; decoding the pictures is the
# larger part of what an answer costs a browser, so while a control moves somewhat fewer are sent.
# Where they are seen in the network's strip alone, about 24 are.
STRIP_TILE, MOVING_TILE, RESTING_TILE = 32, 64, 256


def looks(step: str) -> tuple[Choice, Choice, Switch]:
    """Make the settings that say how maps are painted; a `step` is what the page calls what made them."""
    return COLOURS, ends(step), DARK


def ends(step: str) -> Choice:
    """Make the setting that says how far the colours reach; a `step` is what the page calls it."""
    return Choice(
        name="ends",
        title="One colour scale for",
        options={step: f"each {step}", EACH_MAP: "each map"},
        default=step,
        help="How far the colours reach.",
        details={
            step: f"Equal colours mean equal values on all maps of a {step}.",
            EACH_MAP: "Each map uses the whole scale: weak maps are seen as well as strong ones.",
        },
    )


class MosaicFacts(TypedDict):
    """What is said of the maps of a step: their numbers, and what their colours mean.

    `limits` are the ends of a scale that all maps share, and `tile` the rows and columns of each map in the
    picture.
    """

    low: float
    high: float
    limits: figures.Limits | None
    colours: tuple[str, ...]
    tile: SizeValue
    remark: str
    painting: str


def painted_maps(
    maps: Array, values: Values, longest: int, *, usual: bool = False
) -> tuple[figures.PaintedMaps, str]:
    """Paint the maps of a step as these settings say, and name the scale."""
    scale = values["scale"]
    if scale == BY_SIGN:
        scale = "signed" if maps.min() < 0 else "stretched"
    shared = values["ends"] != EACH_MAP
    painted = figures.paint_maps(
        maps, scale, shared=shared, longest=longest, usual=usual, dark=values["dark"]
    )
    return painted, scale


def paint(
    name: str, maps: Array, values: Values, rest: bool, *, usual: bool = False, seen: bool = True
) -> tuple[Blob, MosaicFacts]:
    """Paint the maps of a step: the picture of this name, exact at rest, and what its colours mean.

    Maps that move and are not `seen` are painted as small as the network's strip shows them.
    """
    longest = RESTING_TILE if rest else MOVING_TILE if seen else STRIP_TILE
    painted, scale = painted_maps(maps, values, longest, usual=usual)
    blob = picture(name, painted.pixels, rest=rest)
    facts: MosaicFacts = {
        "low": painted.low,
        "high": painted.high,
        "limits": painted.limits[0] if values["ends"] != EACH_MAP else None,
        "colours": scale_colours(scale, values["dark"]),
        "tile": [painted.height, painted.pixels.shape[1]],
        "remark": painted.remark if rest else painted.clipping,
        # What the browser knows a picture by that it shows already: then it need not decode it again.
        "painting": blake2b(blob.data, digest_size=8).hexdigest(),
    }
    return blob, facts


@cache
def scale_colours(scale: str, dark: bool) -> tuple[str, ...]:
    """Return the colours of a scale, evenly spaced from its low end to its high one."""
    return tuple(colour for _, colour in figures.legend(scale, -1, 1, dark=dark))
