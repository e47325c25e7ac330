"""One filter on a picture, and what is said of any map that is shown."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from explorer.convolution import experiments, layout
from explorer.convolution.experiments import Array, Convolution
from explorer.convolution.kernel_parameter import KernelParameter, KernelValue
from explorer.lessons.subjects import Filtered
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
            "How many pixels the window moves from one cell to the next. With stride 2 it skips every other "
            "position, down and across: the feature map has about a quarter of the cells and takes about a "
            "quarter of the work."
        ),
    ),
    WholeNumber(
        name="dilation_rate",
        title="Dilation",
        low=1,
        high=6,
        default=1,
        help="How far apart neighbouring weights lie: a wider view with just as many multiplications.",
    ),
    Number(
        name="gain",
        title="Gain",
        low=-4.0,
        high=4.0,
        default=1.0,
        step=0.05,
        help=(
            "Multiplies every result: above 1 the feature map gets stronger, below 1 weaker. A negative gain "
            "swaps light and dark."
        ),
    ),
    Number(
        name="bias",
        title="Bias",
        low=-2.0,
        high=2.0,
        default=0.0,
        step=0.01,
        help="Is added to every sum, so the whole feature map gets brighter or darker.",
    ),
    Choice(
        name="padding",
        title="Padding",
        options=PADDINGS,
        default="same",
        help=(
            "Cells added around the picture before the window slides. They can keep the feature map as large "
            "as the picture, and let the window visit the edges more often."
        ),
        details={
            "valid": "The window stays inside the picture, so the feature map is smaller.",
            "same": "Just enough cells to keep the picture's size at stride 1.",
        },
    ),
    Choice(
        name="pad_mode",
        title="Border",
        options={mode: "zeros" if mode == "constant" else mode for mode in layout.PAD_MODES},
        default="edge",  # zeros would draw an edge around every picture
        help="What fills the added cells.",
        details={
            "constant": "Black around the picture, which makes a false edge.",
            "edge": "The outermost pixels, repeated.",
            "reflect": "The picture mirrored, without repeating its edge pixel.",
            "symmetric": "The picture mirrored, with its edge pixel repeated.",
            "wrap": "Pixels from the opposite side of the picture.",
        },
    ),
    Choice(
        name="flip",
        title="Operation",
        options={False: "cross-correlation", True: "convolution"},
        default=False,
        help="A convolution rotates the kernel by 180° first. Networks learn their weights and skip that.",
    ),
    Choice(
        name="activation",
        title="Activation",
        options={record.name: record.title for record in experiments.RECTIFIERS.values()},
        default="none",
        help="The function applied to each value at the end.",
    ),
)

GEOMETRY = ("strides", "dilation_rate", "padding", "pad_mode")


def convolution(values: Values) -> Convolution:
    """Make the experiment that these settings describe."""
    return Convolution(
        kernel=values["kernel"]["weights"],
        **{setting.name: values[setting.name] for setting in FILTER if setting is not KERNEL},
    )


def measured(values: Values, image: Array) -> Filtered:
    """What lessons measure: the filter on the picture."""
    return Filtered(convolution(values), image)


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
