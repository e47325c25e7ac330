"""One filter on a picture, and what is said of any map that is shown."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from explorer.convolution import experiments, layout
from explorer.convolution.experiments import Array, Convolution
from explorer.convolution.kernel_parameter import KernelParameter, KernelValue
from explorer.parameters import Choice, Number, Values, WholeNumber
from pages.components.maps import LEVELS, PADDINGS, SHOWN, SlidingFacts, show, window_tables
from pages.live.protocol import Answer, Blob, Operation

KERNEL = KernelParameter(
    name="kernel",
    title="Kernel",
    preset="sobel_x",
)

FILTER = (
    KERNEL,
    WholeNumber(
        name="strides",
        title="Stride",
        low=1,
        high=8,
        default=1,
        help=(
            "How many pixels the window moves on between two cells. With 2 it leaves out every other place, "
            "down and across: the map has about a quarter of the cells and takes about a quarter of the work."
        ),
    ),
    WholeNumber(
        name="dilation_rate",
        title="Dilation",
        low=1,
        high=6,
        default=1,
        help="How far apart neighbouring weights reach: a wider view with as many multiplications.",
    ),
    Number(
        name="gain",
        title="Gain",
        low=-4.0,
        high=4.0,
        default=1.0,
        step=0.05,
        help=(
            "Multiplies the sum: above 1 every answer gets stronger, below 1 weaker, and with a minus it "
            "turns round."
        ),
    ),
    Number(
        name="bias",
        title="Bias",
        low=-2.0,
        high=2.0,
        default=0.0,
        step=0.01,
        help="Is added to the sum: every answer moves up or down.",
    ),
    Choice(
        name="padding",
        title="Padding",
        options=PADDINGS,
        default="same",
        help=(
            "Cells added around the picture before the window slides. They can keep the map as large as "
            "the picture, and let the window look at the edges more often."
        ),
        details={
            "valid": "The window stays inside the picture, so the map is smaller.",
            "same": "Just enough cells to keep the picture's size at stride 1.",
        },
    ),
    Choice(
        name="pad_mode",
        title="Border",
        options={mode: mode for mode in layout.PAD_MODES},
        default="edge",  # zeros would draw an edge around every picture
        help="What the added cells hold.",
        details={
            "constant": "Zeros: black around the picture.",
            "edge": "The outermost pixel again and again.",
            "reflect": "The picture mirrored, its edge pixel once.",
            "symmetric": "The picture mirrored, its edge pixel twice.",
            "wrap": "The opposite side of the picture.",
        },
    ),
    Choice(
        name="flip",
        title="Operation",
        options={False: "cross-correlation", True: "convolution"},
        default=False,
        help="Networks learn their weights, so turning the kernel round first would change nothing.",
    ),
    Choice(
        name="activation",
        title="Activation",
        options={record.name: record.title for record in experiments.RECTIFIERS.values()},
        default="none",
        help="What is done to each value at the end.",
    ),
)

GEOMETRY = ("strides", "dilation_rate", "padding", "pad_mode")


def convolution(values: Values) -> Convolution:
    """Make the experiment that these settings describe."""
    return Convolution(
        kernel=values["kernel"]["weights"],
        **{setting.name: values[setting.name] for setting in FILTER if setting is not KERNEL},
    )


class FilterFacts(SlidingFacts):
    """What is said of a filtered picture."""

    kernel: KernelValue
    multiplications: int


def _filter2d(image: Array, values: Values, rest: bool) -> Answer:
    experiment = convolution(values)
    shown, blobs = show(experiment.feature_map(image), values, rest=rest)
    geometry = tuple((name, values[name]) for name in GEOMETRY)
    facts: FilterFacts = {
        **shown,
        "kernel": values["kernel"],
        "input_shape": list(image.shape),
        "pads": experiment.pads(image.shape),
        "multiplications": experiment.multiplications(image.shape),
    }
    return Answer(facts, (*blobs, *_filter_tables(image.shape, experiment.kernel.shape, geometry)))


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
        settings=(*FILTER, *SHOWN, LEVELS),
        facts=FilterFacts,
        answer=_filter2d,
        check=lambda shape, values: convolution(values).output_shape(shape),
    ),
)
