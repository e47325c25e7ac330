"""Pooling on a picture, and how little a pooled map changes with the picture."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial
from typing import TypedDict

from explorer import figures
from explorer.convolution import experiments
from explorer.convolution.experiments import Array, Convolution, Pooling
from explorer.convolution.invariance import MAX_CELLS, MAX_DEGREES, MAX_NOISE, Change, Pair, invariance
from explorer.convolution.kernels import KERNELS
from explorer.convolution.pooling import POOLINGS
from explorer.lessons.subjects import Pooled
from explorer.parameter_group import Group
from explorer.parameters import Choice, Number, Size, Values, WholeNumber
from pages.components.filters import FILTER, convolution, named
from pages.components.maps import (
    DARK,
    FILTERS,
    LEVELS,
    PADDINGS,
    SHOWN,
    Said,
    SlidingFacts,
    picture,
    show,
    values_said,
    window_tables,
)
from pages.live.protocol import Answer, Blob, Operation, float_blob, integer_blob

STEPS = {"max": "comparisons", "min": "comparisons", "average": "additions", "l2": "additions of squares"}


@lru_cache(maxsize=64)
def _pool_tables(shape: tuple[int, ...], experiment: Pooling) -> tuple[Blob, ...]:
    return window_tables(experiment, shape) + tuple(
        integer_blob(f"{axis}_counts", counts)
        for axis, counts in zip(("rows", "columns"), experiment.counts(shape), strict=True)
    )


POOL = (
    Size(
        name="pool_size",
        title="Window",
        default=[2, 2],
        largest=8,
        help="How many rows and columns become one number. Drag over the cells, or use the arrow keys.",
    ),
    Choice(
        name="kind",
        title="Pooling",
        options={"max": "max", "average": "average", "min": "min", "l2": "L2"},
        default="max",
        help="How the cells of a window become one number.",
        details={record.name: record.why for record in POOLINGS.values()},
    ),
    Choice(
        name="strides",
        title="Stride",
        options={None: "same as window"} | {cells: str(cells) for cells in range(1, 9)},
        default=None,
        help=(
            "How many cells the window moves. With the same stride as the window, the windows lie side by "
            "side; with a smaller stride they overlap, and a larger one leaves cells that no window covers."
        ),
    ),
    Choice(
        name="padding",
        title="Padding",
        options=PADDINGS,
        default="valid",
        help="Cells added around the picture before the window slides. They never win.",
        details={
            "valid": "The window stays inside the picture.",
            "same": "Just enough cells to keep the picture's size at stride 1.",
        },
    ),
    WholeNumber(
        name="dilation_rate",
        title="Dilation",
        low=1,
        high=6,
        default=1,
        help="How far apart the cells of a window lie.",
    ),
    Choice(
        name="count_padding",
        title="Padded cells in an average",
        options={False: "left out", True: "count as 0"},
        default=False,
        help=(
            "For average pooling with padding: what the sum is divided by where the window reaches beyond "
            "the picture. Count only the pixels, or all cells, which darkens the edge."
        ),
    ),
    Choice(
        name="ceil_mode",
        title="Incomplete windows",
        options={False: "drop", True: "keep"},
        default=False,
        help=(
            "If the windows do not fit evenly, pixels are left over at the bottom and on the right. Drop "
            "them, or keep them as a last, smaller window (ceil mode)."
        ),
    ),
)

DRAWN = Choice(
    name="drawn",
    title="Map",
    options={"enlarged": "Enlarged", "true_size": "True size"},
    default="enlarged",
    help=(
        "Enlarged, the map fills its frame. At true size a cell of the map is as large as a pixel of the "
        "picture, which shows how much smaller the map is."
    ),
)

FILTERED = Group(
    name="filtered",
    title="Filter",
    help="The filter whose feature map is pooled, in place of the picture.",
    settings=FILTER,
)

POOL_SHOWN = (replace(SHOWN[0], default="unit"), *SHOWN[1:], LEVELS, DRAWN, FILTERED)

INVARIANCE = (
    WholeNumber(
        name="down",
        title="Shift down",
        low=0,
        high=MAX_CELLS,
        default=0,
        unit="px",
        help="In whole pixels. The top row is repeated to fill the gap.",
    ),
    WholeNumber(
        name="right",
        title="Shift right",
        low=0,
        high=MAX_CELLS,
        default=1,
        unit="px",
        help="In whole pixels. The left column is repeated to fill the gap.",
    ),
    Number(
        name="angle",
        title="Rotate",
        low=-MAX_DEGREES,
        high=MAX_DEGREES,
        default=0.0,
        step=0.5,
        unit="degrees",
        help="Around the centre.",
    ),
    Number(
        name="noise",
        title="Noise",
        low=0.0,
        high=MAX_NOISE,
        default=0.0,
        step=0.01,
        help="Standard deviation of the noise added to each pixel, from 0 to 1.",
    ),
    Choice(
        name="filter",
        title="Filter",
        options=FILTERS,
        default="sobel_x",
        help="The filter that makes the feature map, with same padding and mirrored borders.",
        details={name: KERNELS[name].why for name in FILTERS},
    ),
    Choice(
        name="rectifier",
        title="Then",
        options={name: experiments.RECTIFIERS[name].title for name in ("relu", "absolute")},
        default="relu",
        help="The function applied to each sum: negative sums become 0, or lose their sign.",
    ),
)


def pooling(values: Values) -> Pooling:
    """Make the pooling that these settings describe."""
    chosen = {setting.name: values[setting.name] for setting in POOL}
    return Pooling(**chosen | {"pool_size": tuple(values["pool_size"])})


def map_filter(values: Values) -> Convolution:
    """Make the filter whose feature map is pooled."""
    return Convolution(KERNELS[values["filter"]].weights, pad_mode="reflect", activation=values["rectifier"])


def change(values: Values) -> Change:
    """Make the change of the picture that these settings describe."""
    return Change(values["down"], values["right"], values["angle"], values["noise"])


def measured(values: Values, invariance_values: Values, image: Array) -> Pooled:
    """What lessons measure: the pooling, and what a change of the picture does to a pooled map."""
    seen = pooled(image, values)
    return Pooled(pooling(values), seen, image, map_filter(invariance_values), change(invariance_values))


def filtering(values: Values) -> Convolution | None:
    """Make the filter whose map is pooled, where it is not the picture."""
    chosen = values[FILTERED.name]
    return None if chosen is None else convolution(chosen)


def pooled(image: Array, values: Values) -> Array:
    """Return what is pooled: the picture (H, W, C), or its map under the filter (H', W', C)."""
    chosen = filtering(values)
    return image if chosen is None else chosen.feature_map(image)


def _pooled_shape(shape: tuple[int, ...], values: Values) -> tuple[int, ...]:
    chosen = filtering(values)
    return shape if chosen is None else chosen.output_shape(shape)


class FilteredFacts(TypedDict):
    """What is said of the map that is pooled in place of the picture; its picture and values come along."""

    title: str
    shape: list[int]
    remark: str


class PoolFacts(SlidingFacts):
    """What is said of a pooled picture, or of a pooled map, where `filtered` says of which filter."""

    filtered: FilteredFacts | None


class PairFacts(TypedDict):
    """What is said of an array of the picture beside that of the changed picture, and of their difference."""

    name: str
    shape: list[int]
    ends: figures.Limits
    difference: figures.Limits
    change: float | None
    unchanged: float
    blank: float


class InvarianceFacts(TypedDict):
    """What is said of a changed picture, its map, and its pooled map."""

    input_shape: list[int]
    pairs: list[PairFacts]
    shifts: list[str]
    shifted: bool
    moved: str


def said(experiment: Pooling, shape: tuple[int, ...], found: experiments.Summary) -> Said:
    """What the page says of the pooled map of levels of this shape."""
    return [
        ("What is left", experiment.kept(shape)),
        (
            "Work",
            f"{experiment.operations(shape):,} {STEPS[experiment.kind]}. There is no weight to learn.",
        ),
        ("Values", values_said(found)),
    ]


def _pool2d(image: Array, values: Values, rest: bool) -> Answer:
    experiment = pooling(values)
    levels = pooled(image, values)
    shown, blobs = show(
        experiment.feature_map(levels), values, partial(said, experiment, levels.shape), rest=rest
    )
    filtered, pictures = _filtered(levels, values, rest)
    facts: PoolFacts = {
        **shown,
        "input_shape": list(image.shape),
        "pads": experiment.pads(levels.shape),
        "filtered": filtered,
    }
    return Answer(facts, (*blobs, *pictures, *_pool_tables(levels.shape, experiment)))


def _filtered(levels: Array, values: Values, rest: bool) -> tuple[FilteredFacts | None, tuple[Blob, ...]]:
    """Paint the map that is pooled, around its zero; its values come with the exact answer."""
    if values[FILTERED.name] is None:
        return None, ()
    limits = figures.usual_limits(levels, "signed")
    made = figures.paint(levels, "signed", limits=limits, dark=values["dark"])
    blobs = [picture("input", made.pixels, rest=rest)]
    if rest:
        blobs.append(float_blob("input_values", levels))
    facts: FilteredFacts = {
        "title": named(values[FILTERED.name]),
        "shape": list(levels.shape),
        "remark": made.remark,
    }
    return facts, tuple(blobs)


def _invariance(image: Array, values: Values, rest: bool) -> Answer:
    found = invariance(image, map_filter(values), pooling(values), change(values))
    shown = partial(_pair, dark=values["dark"], rest=rest)
    pairs = [
        shown("picture", found.picture, "unit", (0.0, 1.0), (-1.0, 1.0)),
        *(
            shown(name, pair, "signed", ends, ends)
            for name, pair in (("map", found.map), ("pooled", found.pooled))
            for ends in [figures.shared_limits((pair.first, pair.second, pair.difference), "signed")]
        ),
    ]
    facts: InvarianceFacts = {
        "input_shape": list(image.shape),
        "pairs": [pair for pair, _ in pairs],
        "shifts": [found.map_shift.said("The feature map"), found.pooled_shift.said("The pooled map")],
        "shifted": values["down"] > 0 or values["right"] > 0,
        "moved": str(found.moved or ""),
    }
    return Answer(facts, tuple(blob for _, blob in pairs))


def _pair(
    name: str,
    pair: Pair,
    scale: str,
    ends: figures.Limits,
    difference: figures.Limits,
    *,
    dark: bool,
    rest: bool,
) -> tuple[PairFacts, Blob]:
    """Paint an array of the picture, that of the changed picture, and their difference, in one picture."""
    tiles = [
        figures.paint(pair.first, scale, limits=ends, dark=dark).pixels,
        figures.paint(pair.second, scale, limits=ends, dark=dark).pixels,
        figures.paint(pair.difference, "signed", limits=difference, dark=dark).pixels,
    ]
    blob = picture(name, figures.mosaic(tiles, columns=3, gap=0), rest=rest)
    facts: PairFacts = {
        "name": name,
        "shape": list(pair.first.shape),
        "ends": ends,
        "difference": difference,
        "change": pair.change,
        "unchanged": pair.unchanged,
        "blank": pair.blank,
    }
    return facts, blob


OPERATIONS = (
    Operation(
        name="pool2d",
        settings=(*POOL, *POOL_SHOWN),
        facts=PoolFacts,
        answer=_pool2d,
        check=lambda shape, values: pooling(values).output_shape(_pooled_shape(shape, values)),
        view="pool",
    ),
    Operation(
        name="invariance",
        settings=(*INVARIANCE, *POOL, DARK),
        facts=InvarianceFacts,
        answer=_invariance,
        check=lambda shape, values: pooling(values).output_shape(shape),
        view="invariance",
    ),
)
