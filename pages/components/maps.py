"""What is said of any map that is shown: its picture, its numbers, and the windows behind its cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from explorer import figures
from explorer.convolution import experiments
from explorer.convolution.experiments import Array, SlidingWindow
from explorer.descriptions import Ends
from explorer.parameters import Choice, Limits, Switch, Values, WholeNumber
from pages.live.protocol import Blob, integer_blob

MOVING_SAMPLE = 16_384  # values in the histogram of a moving map: a tenth of the time of all of them

# The filters that may come before what a page is about.
FILTERS = {"identity": "none", "sobel_x": "Sobel x", "sobel_y": "Sobel y", "outline8": "Outline"}

PADDINGS = {"valid": "valid", "same": "same"} | {cells: str(cells) for cells in range(7)}

DARK = Switch(
    name="dark",
    title="Dark theme",
)
"""Whether the page is dark, which the browser says and no link does: zero is dark there."""

PIXELS = WholeNumber(
    name="pixels",
    title="Pixels on the screen",
    low=0,
    high=16_384,
    default=0,
)
"""The pixels of the screen along the longer side of where a map stands: while it moves it has no more.

The browser says them to the lane, and no link does; 0 where nobody has.
"""

SAID_BY_BROWSER = (DARK.name, PIXELS.name)

SHOWN = (
    Choice(
        name="scale",
        title="Colours",
        options={record.name: record.title for record in figures.SCALES.values()},
        default="signed",
        help="How values become colours.",
        details={record.name: record.why for record in figures.SCALES.values()},
    ),
    Limits(
        name="limits",
        title="Ends of the colours",
    ),
    DARK,
    PIXELS,
)

LEVELS = Choice(
    name="levels",
    title="Levels",
    options={"unit": "0 to 1", "bytes": "0 to 255"},
    default="unit",
    help="How sums are written: with white at 1, or at 255 as in picture files.",
)


Said = list[tuple[str, str]]
"""What the page says of a map: names with sentences. Its runs write them, and they follow what moves."""


class MapFacts(TypedDict):
    """What is said of a map: its numbers, and what its colours mean."""

    shape: list[int]
    low: float
    high: float
    mean: float
    counts: tuple[int, ...]
    scale: Ends
    remark: str
    legend: list[tuple[float, str]]
    said: Said


class SlidingFacts(MapFacts):
    """What is said of a map that a sliding window made: of which input, with how many cells around it."""

    input_shape: list[int]
    pads: tuple[tuple[int, int], tuple[int, int]]


def values_said(found: experiments.Summary) -> str:
    """Extremes, mean and standard deviation of a map, as a sentence."""
    numbers = {
        "minimum": found.low,
        "maximum": found.high,
        "mean": found.mean,
        "standard deviation": found.std,
    }
    return f"{', '.join(f'{name} {figures.format_number(value)}' for name, value in numbers.items())}."


def painted(feature_map: Array, values: Values) -> figures.Painted:
    """Paint a map as these settings say: between the held ends, or those of its usual values."""
    scale, held = values["scale"], values["limits"]
    limits = held or figures.usual_limits(feature_map, scale)
    return figures.paint(feature_map, scale, limits=limits, dark=values["dark"])


def picture(name: str, pixels: figures.Pixels, *, rest: bool, longest: int = 0) -> Blob:
    """A painted map as a file: exact at rest; while it moves quick to make, and no larger than it is seen."""
    if rest:
        return Blob(name, figures.MIME["png"], figures.encode(pixels))
    seen = figures.as_seen(pixels, longest)
    # Few pixels can be had in more of their quality, in fewer bytes than many.
    quality = figures.MOVING_QUALITY if seen is pixels else figures.SEEN_QUALITY
    return Blob(name, figures.MIME["jpeg"], figures.encode(seen, "jpeg", quality))


def show(
    feature_map: Array, values: Values, said: Callable[[experiments.Summary], Said], *, rest: bool
) -> tuple[MapFacts, tuple[Blob, ...]]:
    """Paint a map and describe it; `said` gives what the page says of it."""
    made = painted(feature_map, values)
    summary = experiments.describe(feature_map, sample=None if rest else MOVING_SAMPLE)
    blobs = [picture("picture", made.pixels, rest=rest, longest=values[PIXELS.name])]
    if rest:
        blobs.append(Blob("values", "float32", feature_map.tobytes(), feature_map.shape))
    facts: MapFacts = {
        "shape": list(feature_map.shape),
        "low": summary.low,
        "high": summary.high,
        "mean": summary.mean,
        "counts": summary.counts,
        "scale": [made.low, made.high],
        "remark": made.remark,
        "legend": figures.legend(
            values["scale"], made.low, made.high, channels=feature_map.shape[-1], dark=values["dark"]
        ),
        "said": said(summary),
    }
    return facts, tuple(blobs)


def window_tables(experiment: SlidingWindow, shape: tuple[int, ...]) -> tuple[Blob, ...]:
    """Which row and column each tap reads, and where it lies: integers for the browser."""
    return tuple(
        integer_blob(f"{axis}_{name}", table)
        for name, both in (("taps", experiment.taps(shape)), ("positions", experiment.positions(shape)))
        for axis, table in zip(("rows", "columns"), both, strict=True)
    )
