"""Questions on small grids: a covered cell of the output, and the output's size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from explorer.convolution.arithmetic import KINDS, Arithmetic, GridFrame
from explorer.errors import ExplorerError
from explorer.questions.drawing import (
    MOST_TERMS,
    Array,
    answers,
    chance,
    covered,
    grid,
    masked,
    number,
    one_of,
    pooled,
    products,
)
from explorer.questions.record import DECIMALS, GridFigure, PosedQuestion, QuestionError, QuestionKind
from explorer.questions.sizes import SlidingAxis
from explorer.words import counted

_TRIES = 12  # cells that are drawn, of which the one with most usual mistakes is asked about
_BOARD = 12  # rows or columns of a board from which on the window alone is shown


def covered_cell(experiment: Arithmetic, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask for the number in a covered cell of the output.

    Args:
        experiment: The grids and the window.
        picture: None is needed.
        seed: As `chance`.

    Raises:
        QuestionError: If the window has too many cells for a sum by hand.

    Example:
        >>> sums = Arithmetic(np.arange(9).reshape(3, 3), np.array([[0, 1], [2, 3]]))
        >>> asked = covered_cell(sums, None, 1)
        >>> asked.answer in (19, 25, 37, 43), asked.worked
        (True, '5 · 1 + 7 · 2 + 8 · 3 = 43.')
    """
    if experiment.kernel.size > MOST_TERMS:
        raise QuestionError(
            f"The window has {experiment.kernel.size} cells, and a sum by hand takes {MOST_TERMS} at most: "
            "choose a smaller kernel."
        )
    rng = chance(seed, "arithmetic_cell")
    rows, columns = experiment.output.shape
    cells = [(one_of(rng, range(rows)), one_of(rng, range(columns))) for _ in range(_TRIES)]
    found = [(cell, _mistakes(experiment, experiment.frame(*cell))) for cell in cells]
    cell, wrong = max(found, key=lambda pair: len(pair[1]))
    frame = experiment.frame(*cell)
    answer = float(experiment.output[cell])
    within = DECIMALS if experiment.kind == "average" else 0.0
    return PosedQuestion(
        kind="arithmetic_cell",
        seed=seed,
        prompt=f"{KINDS[experiment.kind].title}: which number is in row {cell[0] + 1}, column "
        f"{cell[1] + 1} of the output?",
        form="number",
        answer=answer,
        mistakes=answers(answer, wrong, within),
        worked=_worked(experiment, frame, answer),
        within=within,
        shows=_shown(experiment, frame),
    )


def _mistakes(experiment: Arithmetic, frame: GridFrame) -> list[tuple[float, str]]:
    """Return what usual mistakes make of a window, those that give another number than the right one."""
    values, weights = frame.values, frame.weights
    if weights is None:
        wrong = _pooling_mistakes(experiment.kind, values, frame.is_input)
    else:
        wrong = [
            (
                float((values * weights[::-1, ::-1]).sum()),
                "You used the kernel rotated by 180°. Here it lies on the cells as it is written."
                if experiment.kind == "convolution"
                else "You used the kernel as it is written; here it lies on the cells rotated by 180°.",
            ),
            (float(values.sum()), "You added up the cells. Multiply each by the weight on it first."),
            (
                float((values * np.abs(weights)).sum()),
                "You lost a minus sign: a product with a negative weight is taken away.",
            ),
        ]
        if weights.shape[0] == weights.shape[1]:
            mirrored = float((values * weights.T).sum())
            wrong.append((mirrored, "You swapped rows and columns of the kernel."))
    if experiment.strides > 1 and experiment.kind != "transposed":
        near = replace(experiment, strides=1).frame(frame.row, frame.col)
        wrong.append(
            (
                float(near.value),
                f"You forgot the stride: the window moves {experiment.strides} cells from one output cell to "
                "the next.",
            )
        )
    if any(axis.margins[0] for axis in experiment.axes) and experiment.kind != "transposed":
        wrong += _without_padding(experiment, frame)
    value = float(frame.value)
    return [(number, said) for number, said in wrong if number != value]


def _without_padding(experiment: Arithmetic, frame: GridFrame) -> list[tuple[float, str]]:
    """What comes out where the first window is laid on the first cells of the input."""
    try:
        bare = replace(experiment, padding="valid").frame(frame.row, frame.col)
    except ExplorerError:
        return []  # without padding there is no such cell
    return [(float(bare.value), "You forgot the padding: the first window begins in it, not on the input.")]


def _pooling_mistakes(
    kind: str, values: NDArray[np.int64], is_input: NDArray[np.bool_]
) -> list[tuple[float, str]]:
    """What comes out where a window is folded in another way."""
    read = values[is_input]
    mean = float(read.mean())
    wrong = {
        "max": [
            (float(read.min()), "That is the smallest cell of the window; max pooling keeps the largest."),
            (mean, "That is the mean of the window; max pooling keeps its largest cell."),
        ],
        "min": [
            (float(read.max()), "That is the largest cell of the window; min pooling keeps the smallest."),
            *[(0.0, "You counted the padding as 0; it never wins.")] * (not is_input.all()),
            (mean, "That is the mean of the window; min pooling keeps its smallest cell."),
        ],
        "average": [
            (float(read.sum()), "You added the cells up; divide by how many there are."),
            (
                float(read.sum()) / is_input.size,
                "You divided by all cells of the window; the padding does not count.",
            ),
            (float(read.max()), "That is the largest cell of the window, not its mean."),
        ],
    }[kind]
    return [*wrong, (float(read.sum()), "You added up the cells of the window.")]


def _worked(experiment: Arithmetic, frame: GridFrame, answer: float) -> str:
    if frame.weights is not None:
        return f"{products(frame.values, frame.weights)} = {number(answer)}."
    read = [number(value) for value in frame.values[frame.is_input].tolist()]
    return pooled(experiment.kind, read, answer)


def _shown(experiment: Arithmetic, frame: GridFrame) -> tuple[GridFigure, ...]:
    """The board, the kernel and the output, or of a large board the window alone."""
    rows, columns = experiment.board_positions()
    taps = tuple((int(r), int(c)) for r in rows[frame.row] for c in columns[frame.col])
    if max(experiment.board.shape) <= _BOARD:
        board = GridFigure(
            title="Input",
            role="input",
            cells=grid(experiment.board),
            faint=masked(~experiment.is_input),
            framed=taps,
        )
    else:
        board = GridFigure(
            title="Window",
            role="input",
            cells=grid(frame.values),
            faint=masked(~frame.is_input),
            framed=tuple(np.ndindex(*frame.values.shape)),
        )
    kernel = (
        ()
        if experiment.weights is None
        else (GridFigure(title="Kernel", role="kernel", cells=grid(experiment.kernel)),)
    )
    shown = [board, *kernel]
    if max(experiment.output.shape) <= _BOARD:
        shown.append(covered("Output", grid(experiment.output), (frame.row, frame.col)))
    return tuple(shown)


def output_size(experiment: Arithmetic, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask how many rows or columns the output has; arguments as `covered_cell`.

    Example:
        >>> sums = Arithmetic(np.ones((6, 6)), np.ones((3, 3)), strides=2)
        >>> asked = output_size(sums, None, 1)
        >>> asked.answer, asked.mistakes[3.0]
        (2.0, 'You rounded up. A window that does not fit whole is left out: round down.')
    """
    rng = chance(seed, "arithmetic_size")
    which = one_of(rng, (0, 1))
    axis, name = experiment.axes[which], ("rows", "columns")[which]
    before, after = axis.pads
    asked = f"How many {name} does the output have?"
    geometry = (
        f"The input has {axis.size} {name}, the kernel {axis.taps}; stride {experiment.strides}, dilation "
        f"{experiment.dilation_rate}"
    )
    answer = float(axis.outputs)
    if experiment.kind == "transposed":
        prompt = (
            f"{geometry}, and {before} + {after} {name} are cut off. Transposed convolution: {asked.lower()}"
        )
        worked, wrong = _transposed_size(axis.size, axis.reach, experiment.strides, before, after)
    else:
        prompt = f"{geometry}, padding {before} + {after}. {asked}"
        way = SlidingAxis(
            size=axis.size,
            before=before,
            after=after,
            taps=axis.taps,
            dilation=experiment.dilation_rate,
            stride=experiment.strides,
            outputs=axis.outputs,
        )
        worked, wrong = way.worked(), way.mistakes()
    return PosedQuestion(
        kind="arithmetic_size",
        seed=seed,
        prompt=prompt,
        form="number",
        answer=answer,
        mistakes=answers(answer, wrong),
        worked=worked,
        said=counted(axis.outputs, name.removesuffix("s")),
        unit=name,
    )


def _transposed_size(
    size: int, reach: int, stride: int, before: int, after: int
) -> tuple[str, list[tuple[float, str]]]:
    """Work out the size of a transposed convolution, and what comes out when a part is forgotten."""
    spread = stride * (size - 1) + reach
    outputs = spread - before - after
    worked = (
        f"The first and the last input cell lie {stride} · ({size} − 1) = {stride * (size - 1)} cells apart, "
        f"and each writes {counted(reach, 'cell')}: {stride * (size - 1)} + {reach} − {before} − "
        f"{number(after) if after >= 0 else f'({number(after)})'} = {outputs}."
    )
    wrong = [
        (spread, "You forgot to cut off the padding that is undone."),
        (
            stride * size + reach - before - after,
            f"Between {size} cells there are {size - 1} steps.",
        ),
        (size * stride, "You multiplied by the stride alone; the kernel reaches further."),
        ((size - reach) // stride + 1, "That is the size of a convolution; this one makes maps larger."),
    ]
    return worked, [(float(each), said) for each, said in wrong]


KINDS_OF_ARITHMETIC = (
    QuestionKind(
        name="arithmetic_cell",
        title="A covered cell",
        page="arithmetic",
        make=covered_cell,
    ),
    QuestionKind(
        name="arithmetic_size",
        title="Size of the output",
        page="arithmetic",
        make=output_size,
    ),
)
