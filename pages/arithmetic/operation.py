"""Sliding windows over small grids of numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypedDict

from explorer import figures, rounding
from explorer.convolution import arithmetic
from explorer.convolution.arithmetic import KINDS, Arithmetic
from explorer.convolution.experiments import Array
from explorer.convolution.grid_parameter import GridParameter
from explorer.parameters import Choice, Values, WholeNumber
from pages.live.protocol import Answer, Blob, Operation

ARITHMETIC = (
    Choice(
        name="kind",
        title="Operation",
        options={
            name: {"transposed": "Transposed"}.get(name, kind.title.removesuffix(" pooling"))
            for name, kind in KINDS.items()
        },
        default="convolution",
        help="How the cells in the window become one number.",
        details={name: kind.why for name, kind in KINDS.items()},
    ),
    Choice(
        name="padding",
        title="Padding",
        options={"valid": "valid", "same": "same", "full": "full"}
        | {cells: str(cells) for cells in range(7)},
        default=1,
        help=(
            "Cells added around the input before the window slides. A transposed convolution does the "
            "opposite: it crops as many cells from the output."
        ),
        details={
            "valid": "None: the window stays inside the input.",
            "same": "Just enough to keep the input's size at stride 1; an odd cell goes below or right.",
            "full": "As much as possible: at least one cell of the kernel still lies on the input.",
        },
    ),
    WholeNumber(
        name="rows",
        title="Input rows",
        low=arithmetic.SIDES[0],
        high=arithmetic.SIDES[1],
        default=5,
    ),
    WholeNumber(
        name="columns",
        title="Input columns",
        low=arithmetic.SIDES[0],
        high=arithmetic.SIDES[1],
        default=5,
    ),
    WholeNumber(
        name="kernel_rows",
        title="Kernel rows",
        low=arithmetic.KERNEL_SIDES[0],
        high=arithmetic.KERNEL_SIDES[1],
        default=3,
    ),
    WholeNumber(
        name="kernel_columns",
        title="Kernel columns",
        low=arithmetic.KERNEL_SIDES[0],
        high=arithmetic.KERNEL_SIDES[1],
        default=3,
    ),
    WholeNumber(
        name="strides",
        title="Stride",
        low=1,
        high=5,
        default=2,
    ),
    WholeNumber(
        name="dilation_rate",
        title="Dilation",
        low=1,
        high=4,
        default=1,
    ),
    WholeNumber(
        name="seed",
        title="Seed",
        low=1,
        high=99,
        default=15,
    ),
    GridParameter(
        name="input",
        title="Input",
        sides=arithmetic.SIDES,
    ),
    GridParameter(
        name="kernel",
        title="Kernel",
        sides=arithmetic.KERNEL_SIDES,
    ),
)


def sums(values: Values) -> Arithmetic:
    """Make the small experiment that these settings describe."""
    rows, columns = values["rows"], values["columns"]
    kernel_rows, kernel_columns = values["kernel_rows"], values["kernel_columns"]
    return Arithmetic(
        arithmetic.fill(values["input"], arithmetic.random_input(rows, columns, values["seed"])),
        arithmetic.fill(
            values["kernel"], arithmetic.random_kernel(kernel_rows, kernel_columns, values["seed"])
        ),
        values["kind"],
        values["strides"],
        values["padding"],
        values["dilation_rate"],
    )


def renewed(values: Values, seed: int) -> Arithmetic:
    """Make the same experiment on an input of other numbers: what becomes of its own is on the stage."""
    present = sums(values)
    rows, columns = present.image.shape
    return replace(present, image=arithmetic.random_input(rows, columns, seed))


def animation(experiment: Arithmetic) -> bytes:
    """Make the GIF of a small experiment: the window over the board, the weights as they lie, the output."""
    board, output, weights = experiment.board, experiment.output, experiment.weights

    def pale(grid: Any) -> figures.Pixels:
        return figures.lighten(figures.paint(grid, "signed").pixels)

    return figures.sliding_window_gif(
        pale(board),
        pale(output),
        experiment.board_positions(),
        values=(board, output),
        kernel=None if weights is None else (pale(weights), weights),
        blank=~experiment.is_input,
        unread=experiment.unread,
        seconds_per_frame=0.8,
    )


class OwnGrids(TypedDict):
    """The grids of the person's own, or none while they are drawn by chance."""

    input: list[list[int]] | None
    kernel: list[list[int]] | None


class ArithmeticFacts(TypedDict):
    """What is said of a small grid and the window that slides over it; pairs are down and across."""

    shape: tuple[int, ...]
    low: float
    high: float
    mean: float
    kind: str
    input: list[list[int]]
    kernel: list[list[int]]
    own: OwnGrids
    weights: list[list[int]] | None
    pads: tuple[tuple[int, int], tuple[int, int]]
    margins: tuple[tuple[int, int], tuple[int, int]]
    apart: int
    unread: tuple[list[bool], list[bool]]
    sums: tuple[str, str]
    unused: str


def _arithmetic(_: Array, values: Values, rest: bool) -> Answer:
    experiment = sums(values)
    rows, columns = experiment.axes
    output = experiment.output
    weights = experiment.weights
    facts: ArithmeticFacts = {
        "shape": output.shape,
        "low": float(output.min()),
        "high": float(output.max()),
        "mean": rounding.mean(output, given=rounding.SINGLE),
        "kind": values["kind"],
        "input": experiment.image.tolist(),
        "kernel": experiment.kernel.tolist(),
        "own": {"input": values["input"], "kernel": values["kernel"]},
        "weights": None if weights is None else weights.tolist(),
        "pads": (rows.pads, columns.pads),
        "margins": (rows.margins, columns.margins),
        "apart": rows.apart,
        "unread": (rows.unread.tolist(), columns.unread.tolist()),
        "sums": experiment.size_sums(),
        "unused": experiment.unused_sentence(),
    }
    tables = (
        (f"{name}_{kind}", table.astype("int16"))
        for name, axis in (("rows", rows), ("columns", columns))
        for kind, table in (("positions", axis.positions), ("taps", axis.reads))
    )
    return Answer(
        facts,
        (
            Blob("values", "float32", output.astype("float32").tobytes(), output.shape),
            *(Blob(name, "int16", table.tobytes(), table.shape) for name, table in tables),
        ),
    )


OPERATIONS = (
    Operation(
        name="arithmetic",
        settings=ARITHMETIC,
        facts=ArithmeticFacts,
        answer=_arithmetic,
        check=lambda shape, values: sums(values),
        view="arithmetic",
        picture=False,
    ),
)
