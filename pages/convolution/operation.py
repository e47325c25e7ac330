"""One filter on a picture, and what is said of any map that is shown."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any, TypedDict

from explorer import figures
from explorer.convolution import experiments
from explorer.convolution.experiments import Array, Convolution
from explorer.convolution.kernel_parameter import KernelValue
from explorer.errors import ExplorerError
from explorer.lessons.subjects import Filtered
from explorer.parameter_group import Group
from explorer.parameters import Values
from explorer.words import counted
from pages.components.filters import FILTER, convolution, named
from pages.components.maps import (
    LEVELS,
    PIXELS,
    SHOWN,
    Said,
    SlidingFacts,
    picture,
    show,
    values_said,
    window_tables,
)
from pages.live.protocol import Answer, Blob, Operation

HELD = Group(
    name="held",
    title="B",
    help="An experiment that is kept beside the current one.",
    settings=FILTER,
)

GEOMETRY = ("strides", "dilation_rate", "padding", "pad_mode")


class HeldFacts(TypedDict):
    """What is said of the kept experiment B: its kernel, and its map or why it has none on this picture."""

    title: str
    shape: list[int]
    sentence: str


def measured(values: Values, image: Array) -> Filtered:
    """What lessons measure: the filter on the picture."""
    return Filtered(convolution(values), image)


class FilterFacts(SlidingFacts):
    """What is said of a filtered picture; `held` where an experiment is kept beside it."""

    kernel: KernelValue
    multiplications: int
    held: HeldFacts | None


def said(experiment: Convolution, shape: tuple[int, ...], found: experiments.Summary) -> Said:
    """What the page says of the map of a picture of this shape."""
    work = counted(experiment.multiplications(shape), "multiplication")
    return [
        ("Work", f"{work} of a pixel by a weight."),
        ("Values", values_said(found)),
        ("Brightness", experiment.balance()),
    ]


def _filter2d(image: Array, values: Values, rest: bool) -> Answer:
    experiment = convolution(values)
    shown, blobs = show(
        experiment.feature_map(image), values, partial(said, experiment, image.shape), rest=rest
    )
    low, high = shown["scale"]
    held, pictures = _held(image, values, (low, high), rest)
    geometry = tuple((name, values[name]) for name in GEOMETRY)
    facts: FilterFacts = {
        **shown,
        "kernel": values["kernel"],
        "input_shape": list(image.shape),
        "pads": experiment.pads(image.shape),
        "multiplications": experiment.multiplications(image.shape),
        "held": held,
    }
    tables = _filter_tables(image.shape, experiment.kernel.shape, geometry)
    return Answer(facts, (*blobs, *pictures, *tables))


def _held(
    image: Array, values: Values, limits: figures.Limits, rest: bool
) -> tuple[HeldFacts | None, tuple[Blob, ...]]:
    """Paint the map of the kept experiment in the colours of the present one, to be compared with it."""
    if values[HELD.name] is None:
        return None, ()
    experiment = convolution(values[HELD.name])
    facts: HeldFacts = {"title": named(values[HELD.name]), "shape": [], "sentence": ""}
    try:
        feature_map = experiment.feature_map(image)
    except ExplorerError as error:
        facts["sentence"] = str(error)
        return facts, ()
    facts["shape"] = list(feature_map.shape)
    made = figures.paint(feature_map, values["scale"], limits=limits, dark=values["dark"])
    return facts, (picture("held", made.pixels, rest=rest, longest=values[PIXELS.name]),)


# While a weight is dragged these stay the same. Many threads that each take a few tiny NumPy steps mostly
# wait for one another: with 30 people dragging, kept tables are a third more pictures for everybody.
@lru_cache(maxsize=64)
def _filter_tables(
    shape: tuple[int, ...], window: tuple[int, int], geometry: tuple[tuple[str, Any], ...]
) -> tuple[Blob, ...]:
    rows, columns = window
    return window_tables(Convolution.without_weights(rows, columns, **dict(geometry)), shape)


OPERATIONS = (
    Operation(
        name="filter2d",
        settings=(*FILTER, *SHOWN, LEVELS, HELD),
        facts=FilterFacts,
        answer=_filter2d,
        check=lambda shape, values: convolution(values).output_shape(shape),
    ),
)
