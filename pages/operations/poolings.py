"""Pooling on a picture, and what pooling forgives."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from explorer import experiments, figures
from explorer.experiments import Array, Convolution, Pooling
from explorer.invariance import MOST_CELLS, MOST_DEGREES, MOST_NOISE, Change, Pair, forgiveness
from explorer.kernels import KERNELS
from explorer.spatial import POOLINGS
from pages.operations.filters import PADDINGS, SHOWN, show, window_tables
from pages.operations.records import Answer, Blob, Operation, integer_blob
from pages.settings import Choice, Number, SizeSetting, Values


@lru_cache(maxsize=64)
def _pool_tables(shape: tuple[int, ...], experiment: Pooling) -> tuple[Blob, ...]:
    return window_tables(experiment, shape) + tuple(
        integer_blob(f"{axis}_counts", counts)
        for axis, counts in zip(("rows", "columns"), experiment.counts(shape), strict=True)
    )


POOL = (
    SizeSetting(
        "pool_size",
        "Window",
        [2, 2],
        help="How many rows and columns become one number. Drag over the cells, or use the arrow keys.",
    ),
    Choice(
        "kind",
        "Pooling",
        {"max": "max", "average": "average", "min": "min", "l2": "L2"},
        "max",
        help="How one number is made of the cells in the window.",
        details={record.name: record.why for record in POOLINGS.values()},
    ),
    Choice(
        "strides",
        "Stride",
        {None: "as the window"} | {cells: str(cells) for cells in range(1, 9)},
        None,
        help="How many cells the window moves on. As the window, the windows stand side by side; a smaller "
        "stride lets them overlap, a larger one leaves cells between them that nobody reads.",
    ),
    Choice(
        "padding",
        "Padding",
        PADDINGS,
        "valid",
        help="Cells added around the picture before the window slides. They never win.",
        details={
            "valid": "The window stays inside the picture.",
            "same": "Just enough cells for a map of the picture's size at stride 1.",
        },
    ),
    Number("dilation_rate", "Dilation", 1, 6, 1, help="How far apart the cells are that the window reads."),
    Choice(
        "count_padding",
        "Padded cells in an average",
        {False: "left out", True: "count as 0"},
        False,
        help="What an average is divided by where the window reaches out of the picture: the pixels alone, "
        "or all cells, which darkens the edge. It concerns average pooling with padding alone.",
    ),
    Choice(
        "ceil_mode",
        "Last window",
        {False: "whole ones only", True: "cut ones too"},
        False,
        help="If the windows do not come out even, pixels are left over at the bottom and right. They "
        "are dropped, or they make a last, smaller window (ceil mode).",
    ),
)

POOL_SHOWN = (replace(SHOWN[0], default="unit"), *SHOWN[1:])

FILTERS = {"identity": "none", "sobel_x": "Sobel x", "sobel_y": "Sobel y", "outline8": "Outline"}

FORGIVES = (
    Number("down", "Shift down", 0, MOST_CELLS, 0, unit="px", help="Whole pixels; the top row is repeated."),
    Number(
        "right", "Shift right", 0, MOST_CELLS, 1, unit="px", help="Whole pixels; the left column is repeated."
    ),
    Number(
        "angle", "Rotate", -MOST_DEGREES, MOST_DEGREES, 0.0, 0.5, unit="degrees", help="About the centre."
    ),
    Number("noise", "Noise", 0.0, MOST_NOISE, 0.0, 0.01, help="Standard deviation, on pixels from 0 to 1."),
    Choice(
        "filter",
        "Filter",
        FILTERS,
        "sobel_x",
        help="What makes the map that is pooled, with same padding and mirrored borders.",
        details={name: KERNELS[name].why for name in FILTERS},
    ),
    Choice(
        "rectifier",
        "Then",
        {name: experiments.RECTIFIERS[name].title for name in ("relu", "absolute")},
        "relu",
        help="What is done to each sum: negative ones become 0, or lose their sign.",
    ),
)


def pooling(values: Values) -> Pooling:
    """Make the pooling that these settings describe."""
    chosen = {setting.name: values[setting.name] for setting in POOL}
    return Pooling(**chosen | {"pool_size": tuple(values["pool_size"])})


def _pool2d(image: Array, values: Values, rest: bool) -> Answer:
    experiment = pooling(values)
    answer = show(experiment.feature_map(image), values, rest=rest)
    facts = answer.facts | {"input_shape": list(image.shape), "pads": experiment.pads(image.shape)}
    return Answer(facts, (*answer.blobs, *_pool_tables(image.shape, experiment)))


def _forgive(image: Array, values: Values, rest: bool) -> Answer:
    filter2d = Convolution(
        KERNELS[values["filter"]].weights, pad_mode="reflect", activation=values["rectifier"]
    )
    change = Change(values["down"], values["right"], values["angle"], values["noise"])
    found = forgiveness(image, filter2d, pooling(values), change)
    answers = [
        _pair("picture", found.picture, "unit", (0.0, 1.0), (-1.0, 1.0), rest),
        *(
            _pair(name, pair, "signed", ends, ends, rest)
            for name, pair in (("map", found.map), ("pooled", found.pooled))
            for ends in [figures.shared_limits((pair.first, pair.second, pair.difference), "signed")]
        ),
    ]
    facts = {
        "input_shape": list(image.shape),
        "pairs": [answer.facts for answer in answers],
        "shifts": [found.map_shift.said("The map"), found.pooled_shift.said("The pooled map")],
        "shifted": values["down"] > 0 or values["right"] > 0,
        "moved": str(found.moved or ""),
    }
    return Answer(facts, tuple(blob for answer in answers for blob in answer.blobs))


def _pair(
    name: str, pair: Pair, scale: str, ends: figures.Limits, difference: figures.Limits, rest: bool
) -> Answer:
    """Paint an array of the picture, that of the changed picture, and their difference, in one picture."""
    tiles = [
        figures.paint(pair.first, scale, limits=ends).pixels,
        figures.paint(pair.second, scale, limits=ends).pixels,
        figures.paint(pair.difference, "signed", limits=difference).pixels,
    ]
    kind = "png" if rest else "jpeg"
    picture = Blob(name, figures.MIME[kind], figures.encode(figures.mosaic(tiles, columns=3, gap=0), kind))
    facts = {
        "name": name,
        "shape": list(pair.first.shape),
        "ends": ends,
        "difference": difference,
        "change": pair.change,
        "unchanged": pair.unchanged,
        "blank": pair.blank,
    }
    return Answer(facts, (picture,))


OPERATIONS = (
    Operation(
        "pool2d",
        (*POOL, *POOL_SHOWN),
        _pool2d,
        lambda shape, values: pooling(values).output_shape(shape),
        view="pool",
    ),
    Operation(
        "forgives",
        (*FORGIVES, *POOL),
        _forgive,
        lambda shape, values: pooling(values).output_shape(shape),
        view="forgives",
    ),
)
