"""Sheets: from present experiments, with grids to work on and three questions, and from lessons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.convolution.arithmetic import KINDS, SIDES, Arithmetic
from explorer.convolution.experiments import Convolution, Pooling
from explorer.convolution.pooling import POOLINGS
from explorer.errors import ExplorerError
from explorer.questions import convolution, pooling
from explorer.questions.arithmetic import covered_cell, output_size
from explorer.questions.drawing import Array, grid, masked
from explorer.questions.record import DrawingFigure, GridFigure, PosedQuestion
from explorer.sheets.paper import ClassSheet, has_room
from explorer.words import counted

MAX_SIDE = 14
"""The most rows or columns of a grid that can be written into."""

MAX_SHEET_SEED = 9_999
"""The last seed of a sheet."""

_QUESTIONS = 3
_OF_A_LESSON = 4  # questions, each with what it is about
_STEP = 10  # seeds that one question of a sheet may be drawn from
_EACH = 100  # seeds of questions that belong to the seed of a sheet

_SHADES = "The numbers are shades of a part of the picture, from 0, the darkest, to 9, the lightest."

Ask = Callable[[int], PosedQuestion]


def arithmetic_sheet(experiment: Arithmetic, *, seed: int, link: str = "") -> ClassSheet:
    """Make a sheet of small grids: the input with its padding, the kernel, and an empty output.

    Args:
        experiment: The grids.
        seed: Draws the questions, 1 to 9999.
        link: The address of the experiment, for the code in the footer.

    Raises:
        ExplorerError: If a grid has too many cells to write in, or the kernel is too large for sums by hand.

    Example:
        >>> sums = Arithmetic(np.arange(16).reshape(4, 4), np.array([[0, 1], [2, 3]]))
        >>> sheet = arithmetic_sheet(sums, seed=1)
        >>> [grid.title for grid in sheet.grids], sheet.solution.cells[0], len(sheet.questions)
        (['Input', 'Kernel', 'Output'], ('24', '30', '36'), 3)
    """
    sides = max(*experiment.board.shape, *experiment.output.shape)
    if sides > MAX_SIDE:
        raise ExplorerError(
            f"A sheet has room for {MAX_SIDE} × {MAX_SIDE} cells, and a grid here has {sides} on a side: "
            "choose a smaller input, less padding, or a smaller stride of a transposed convolution."
        )
    kind = KINDS[experiment.kind]
    padded = not experiment.is_input.all()
    board = GridFigure(
        title="Input and padding" if padded else "Input",
        role="input",
        cells=grid(experiment.board),
        faint=masked(~experiment.is_input) if padded else None,
    )
    kernel: tuple[GridFigure, ...] = ()
    if experiment.weights is not None:
        # (As it lies on the input: that of a transposed convolution is rotated, which the title says.)
        title = "Kernel, rotated by 180°" if experiment.kind == "transposed" else "Kernel"
        kernel = (GridFigure(title=title, role="kernel", cells=grid(experiment.weights)),)
    stride = 1 if experiment.kind == "transposed" else experiment.strides
    return _sheet(
        title=f"{kind.title} by hand",
        task=f"Slide the window of {_size(experiment.kernel.shape)} cells over the input, "
        f"{_moved(stride, experiment.dilation_rate)} {kind.why.replace('**', '')} Fill in the output.",
        grids=(board, *kernel),
        title_of_output="Output",
        output=experiment.output,
        ways=(
            lambda number: covered_cell(experiment, None, number),
            lambda number: output_size(experiment, None, number),
        ),
        seed=seed,
        link=link,
    )


def convolution_sheet(experiment: Convolution, picture: Array, *, seed: int, link: str = "") -> ClassSheet:
    """Make a sheet of a part of the picture in shades from 0 to 9, the kernel, and an empty feature map.

    Arguments and errors as `arithmetic_sheet`; the picture is (H, W, C) in [0, 1].

    Example:
        >>> photograph = np.random.default_rng(0).random((20, 20, 1), np.float32)
        >>> sheet = convolution_sheet(Convolution(np.array([[-1.0, 1.0]])), photograph, seed=1)
        >>> len(sheet.grids[0].cells), len(sheet.solution.cells), len(sheet.solution.cells[0])
        (8, 8, 7)
    """
    bare, pixels = convolution.excerpt(experiment, picture, seed)
    again = pixels[..., np.newaxis]
    sizes = _blank(pixels.shape, bare.kernel.shape, bare.strides, bare.dilation_rate)
    rotated = " Rotate the kernel by 180° first." if bare.flip else ""
    return _sheet(
        title="A filter by hand",
        task=f"{_SHADES} Lay the kernel on them, {_moved(bare.strides, bare.dilation_rate)} Multiply each "
        f"pixel by the weight on it and add up{convolution.said_after(bare)}.{rotated} Fill in the feature "
        "map.",
        grids=(
            GridFigure(title="Picture", role="input", cells=grid(pixels)),
            GridFigure(title="Kernel", role="kernel", cells=grid(bare.kernel)),
        ),
        title_of_output="Feature map",
        output=bare.feature_map(pixels),
        ways=(
            lambda number: convolution.covered_cell(bare, again, number),
            lambda number: output_size(sizes, None, number),
        ),
        seed=seed,
        link=link,
    )


def pooling_sheet(experiment: Pooling, picture: Array, *, seed: int, link: str = "") -> ClassSheet:
    """Make a sheet of a part of the picture in shades from 0 to 9, and an empty pooled map.

    Arguments and errors as `convolution_sheet`.

    Example:
        >>> photograph = np.random.default_rng(0).random((20, 20, 1), np.float32)
        >>> pooling_sheet(Pooling("max", (2, 2)), photograph, seed=1).solution.title
        'Pooled map'
    """
    bare, pixels = pooling.excerpt(experiment, picture, seed)
    again = pixels[..., np.newaxis]
    record, way = POOLINGS[bare.kind], pooling.WAYS[bare.kind]
    ways: list[Ask] = [lambda number: pooling.window_value(bare, again, number)]
    if bare.has_winner:
        ways.insert(0, lambda number: pooling.winner(bare, again, number))
    if bare.steps[0] == bare.steps[1]:
        sizes = _blank(pixels.shape, bare.window, bare.steps[0], bare.dilation_rate)
        ways.append(lambda number: output_size(sizes, None, number))
    return _sheet(
        title=f"{record.title} by hand",
        task=f"{_SHADES} Lay a window of {_size(bare.window)} cells on them, "
        f"{_moved(bare.steps[1], bare.dilation_rate)} {way[0].upper()}{way[1:]} of each window. Fill in the "
        "pooled map.",
        grids=(GridFigure(title="Picture", role="input", cells=grid(pixels)),),
        title_of_output="Pooled map",
        output=bare.feature_map(pixels),
        ways=tuple(ways),
        seed=seed,
        link=link,
    )


def lesson_sheet(*, title: str, task: str, ways: Sequence[Ask], seed: int, link: str = "") -> ClassSheet:
    """Make a sheet of questions from the steps of a lesson, each with the grids and maps that it is about.

    Args:
        title: Of the lesson and its level.
        task: What the lesson asks.
        ways: Each makes a question of a seed, or raises an `ExplorerError` where it has none. They are asked
            by turns, the first ones first.
        seed: Draws the questions, 1 to 9999.
        link: Where the lesson begins, for the code in the footer.

    Raises:
        ExplorerError: If none of them has a question that can be printed.

    Example:
        >>> sums = Arithmetic(np.arange(16).reshape(4, 4), np.array([[0, 1], [2, 3]]))
        >>> ways = [lambda number, ask=ask: ask(sums, None, number) for ask in (covered_cell, output_size)]
        >>> sheet = lesson_sheet(title="Sizes", task="How large?", ways=ways, seed=1)
        >>> [question.kind for question in sheet.questions], sheet.grids
        (['arithmetic_cell', 'arithmetic_size', 'arithmetic_cell', 'arithmetic_size'], ())
    """
    _check_seed(seed)
    questions = tuple(_asked(ways, seed, _OF_A_LESSON))
    if not questions:
        raise ExplorerError(
            "No step here has a question that can be answered on paper: choose another level or lesson."
        )
    sheet = ClassSheet(title=title, task=task, questions=questions, seed=seed, link=link)
    while len(sheet.questions) > 1 and not has_room(sheet):
        sheet = replace(sheet, questions=sheet.questions[:-1])
    return sheet


def _check_seed(seed: int) -> None:
    if type(seed) is not int or not 1 <= seed <= MAX_SHEET_SEED:
        raise ExplorerError(f"A sheet's seed is a whole number from 1 to {MAX_SHEET_SEED:,}; {seed!r} came.")


def _sheet(
    *,
    title: str,
    task: str,
    grids: tuple[GridFigure, ...],
    title_of_output: str,
    output: NDArray[Any],
    ways: tuple[Ask, ...],
    seed: int,
    link: str,
) -> ClassSheet:
    _check_seed(seed)
    cells = grid(np.round(output, 4))
    solution = GridFigure(title=title_of_output, role="output", cells=cells)
    empty = replace(solution, cells=tuple(tuple("" for _ in row) for row in cells))
    return ClassSheet(
        title=title,
        task=task,
        grids=(*grids, empty),
        solution=solution,
        questions=tuple(_asked(ways, seed, _QUESTIONS)),
        seed=seed,
        link=link,
    )


def _asked(ways: Sequence[Ask], seed: int, count: int) -> Iterator[PosedQuestion]:
    """Ask in each of the ways by turns, so that no two questions are alike."""
    known: set[str] = set()
    for turn in range(max(count, len(ways)) if ways else 0):
        for place in range(_STEP):
            try:
                question = ways[turn % len(ways)](_EACH * seed + (_STEP * turn + place) % _EACH)
            except ExplorerError:
                continue  # a way that these settings do not have, as where all windows are alike
            if any(isinstance(each, DrawingFigure) for each in question.shows):
                break  # which is for screens alone
            said = question.on_paper or question.prompt
            if said not in known:
                known.add(said)
                yield question
                break
        if len(known) == count:
            return


def _blank(shape: tuple[int, ...], taps: tuple[int, ...], stride: int, dilation: int) -> Arithmetic:
    """Grids of these sizes for questions about sizes, or a sentence where they are too large."""
    if max(shape) > SIDES[1]:
        raise ExplorerError(
            f"The window covers {max(shape)} pixels, and a sheet has room for {SIDES[1]}: choose a smaller "
            "dilation."
        )
    image, kernel = np.ones(shape, np.int64), np.ones(taps, np.int64)
    return Arithmetic(image, kernel, strides=stride, dilation_rate=dilation)


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} × {shape[1]}"


def _moved(stride: int, dilation: int) -> str:
    """How the window is laid from place to place."""
    apart = "" if dilation == 1 else f" Its cells lie {dilation} apart."
    return f"{counted(stride, 'cell')} further each time.{apart}"
