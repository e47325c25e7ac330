"""One filter on a picture, and what is said of any map that is shown."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from explorer import figures
from explorer.convolution import experiments, spatial
from explorer.convolution.experiments import Array, Convolution, SlidingWindow
from explorer.convolution.kernel_parameter import KernelParameter
from explorer.parameters import Choice, Limits, Number, Values, WholeNumber
from pages.operations.records import Answer, Blob, Operation, integer_blob

MOVING_SAMPLE = 16_384  # values in the histogram of a moving map: a tenth of the time of all of them

PADDINGS = {"valid": "valid", "same": "same"} | {cells: str(cells) for cells in range(7)}

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
        options={mode: mode for mode in spatial.PAD_MODES},
        default="constant",
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
        title="Hold the colour scale",
    ),
)

GEOMETRY = ("strides", "dilation_rate", "padding", "pad_mode")


def convolution(values: Values) -> Convolution:
    """Make the experiment that these settings describe."""
    return Convolution(
        kernel=values["kernel"]["weights"],
        **{setting.name: values[setting.name] for setting in FILTER if setting is not KERNEL},
    )


def show(feature_map: Array, values: Values, *, rest: bool) -> Answer:
    """Paint a map and describe it."""
    painted = figures.paint(feature_map, values["scale"], limits=values["limits"])
    summary = experiments.describe(feature_map, sample=None if rest else MOVING_SAMPLE)
    kind = "png" if rest else "jpeg"
    blobs = [Blob("picture", figures.MIME[kind], figures.encode(painted.pixels, kind))]
    if rest:
        blobs.append(Blob("values", "float32", feature_map.tobytes(), feature_map.shape))
    facts = {
        "shape": list(feature_map.shape),
        "low": summary.low,
        "high": summary.high,
        "mean": summary.mean,
        "counts": summary.counts,
        "scale": [painted.low, painted.high],
        "remark": painted.remark,
        "legend": figures.legend(values["scale"], painted.low, painted.high, channels=feature_map.shape[-1]),
    }
    return Answer(facts, tuple(blobs))


def _filter2d(image: Array, values: Values, rest: bool) -> Answer:
    experiment = convolution(values)
    answer = show(experiment.feature_map(image), values, rest=rest)
    geometry = tuple((name, values[name]) for name in GEOMETRY)
    facts = answer.facts | {
        "kernel": values["kernel"],
        "input_shape": list(image.shape),
        "pads": experiment.pads(image.shape),
        "multiplications": experiment.multiplications(image.shape),
    }
    return Answer(facts, (*answer.blobs, *_filter_tables(image.shape, experiment.kernel.shape, geometry)))


# While a weight is dragged these stay the same. Many threads that each take a few tiny NumPy steps mostly
# wait for one another: with 30 people dragging, kept tables are a third more pictures for everybody.
@lru_cache(maxsize=64)
def _filter_tables(
    shape: tuple[int, ...], window: tuple[int, int], geometry: tuple[tuple[str, Any], ...]
) -> tuple[Blob, ...]:
    rows, columns = window
    return window_tables(Convolution([[0.0] * columns] * rows, **dict(geometry)), shape)


def window_tables(experiment: SlidingWindow, shape: tuple[int, ...]) -> tuple[Blob, ...]:
    """Say which row and column each tap reads, and where it lies: integers for the browser."""
    return tuple(
        integer_blob(f"{axis}_{name}", table)
        for name, both in (("taps", experiment.taps(shape)), ("positions", experiment.positions(shape)))
        for axis, table in zip(("rows", "columns"), both, strict=True)
    )


OPERATIONS = (
    Operation(
        name="filter2d",
        settings=(*FILTER, *SHOWN),
        answer=_filter2d,
        check=lambda shape, values: convolution(values).output_shape(shape),
    ),
)
