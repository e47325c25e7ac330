"""Sliding windows over small grids of numbers."""

from __future__ import annotations

from typing import Any

from explorer import arithmetic, figures, rounding
from explorer.arithmetic import KINDS, Arithmetic
from explorer.experiments import Array
from pages.operations.records import Answer, Blob, Operation
from pages.settings import Choice, GridSetting, Number, Values

ARITHMETIC = (
    Choice(
        "kind",
        "Operation",
        {
            name: {"transposed": "Transposed"}.get(name, kind.title.removesuffix(" pooling"))
            for name, kind in KINDS.items()
        },
        "convolution",
        help="What is made of the cells in the window.",
        details={name: kind.why for name, kind in KINDS.items()},
    ),
    Choice(
        "padding",
        "Padding",
        {"valid": "valid", "same": "same", "full": "full"} | {cells: str(cells) for cells in range(7)},
        1,
        help="Cells added around the input before the window slides. A transposed convolution undoes it: it "
        "cuts as many cells off the output.",
        details={
            "valid": "None: the window stays inside the input.",
            "same": "Just enough to keep the input's size at stride 1; an odd cell goes below or right.",
            "full": "As much as lets one cell of the kernel still lie on the input.",
        },
    ),
    Number("rows", "Input rows", *arithmetic.SIDES, 5),
    Number("columns", "Input columns", *arithmetic.SIDES, 5),
    Number("kernel_rows", "Kernel rows", *arithmetic.KERNEL_SIDES, 3),
    Number("kernel_columns", "Kernel columns", *arithmetic.KERNEL_SIDES, 3),
    Number("strides", "Stride", 1, 5, 2),
    Number("dilation_rate", "Dilation", 1, 4, 1),
    Number("seed", "Random numbers", 1, 99, 15),
    GridSetting("input", "Input", arithmetic.SIDES),
    GridSetting("kernel", "Kernel", arithmetic.KERNEL_SIDES),
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


def film(experiment: Arithmetic) -> bytes:
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


def _arithmetic(_: Array, values: Values, rest: bool) -> Answer:
    experiment = sums(values)
    rows, columns = experiment.axes
    output = experiment.output
    weights = experiment.weights
    facts = {
        "shape": output.shape,
        "low": float(output.min()),
        "high": float(output.max()),
        "mean": rounding.mean(output, given=rounding.SINGLE),
        "kind": values["kind"],
        "input": experiment.image.tolist(),
        "kernel": experiment.kernel.tolist(),
        "own": {name: values[name] for name in ("input", "kernel")},
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
        "arithmetic",
        ARITHMETIC,
        _arithmetic,
        lambda shape, values: sums(values),
        view="arithmetic",
        picture=False,
    ),
)
