"""One filter with all that is set of it, for its own page and for those that work on its map."""

from __future__ import annotations

from explorer.convolution import experiments, kernels, layout
from explorer.convolution.experiments import Convolution
from explorer.convolution.kernel_parameter import KernelParameter
from explorer.parameters import Choice, Number, Values, WholeNumber
from pages.components.maps import PADDINGS

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


def convolution(values: Values) -> Convolution:
    """Make the experiment that these settings describe."""
    return Convolution(
        kernel=values["kernel"]["weights"],
        **{setting.name: values[setting.name] for setting in FILTER if setting is not KERNEL},
    )


def named(values: Values) -> str:
    """Name a filter by its kernel and the size of that: "Sobel x, 3 × 3"."""
    kernel = values[KERNEL.name]
    known = kernels.KERNELS.get(kernel["name"])
    title = known.title if known else kernels.title_of(kernel["weights"]) or "own weights"
    return f"{title}, {kernel['rows']} × {kernel['columns']}"
