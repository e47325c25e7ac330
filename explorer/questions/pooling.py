"""Questions on pooling: which cell of a window wins, and what a window becomes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from explorer.convolution.experiments import Pooling
from explorer.convolution.pooling import POOLINGS
from explorer.questions.convolution import EXCERPT
from explorer.questions.drawing import (
    MOST_TERMS,
    Array,
    answers,
    busiest,
    chance,
    covered,
    cut,
    grey,
    grid,
    number,
    one_of,
    pooled,
    shades,
)
from explorer.questions.record import (
    DECIMALS,
    Answer,
    Cell,
    GridFigure,
    PosedQuestion,
    QuestionError,
    QuestionKind,
)

_LARGEST = 12  # rows of a part of the picture that is written as numbers
_TRIES = 40  # windows that are drawn in search of some with a single winner
_FOUND = 5  # so many, of which the one with most contrast is taken
WAYS = {
    "max": "max pooling keeps the largest cell",
    "min": "min pooling keeps the smallest cell",
    "average": "average pooling takes the mean",
    "l2": "L2 pooling takes the root of the sum of the squares",
}


def excerpt(experiment: Pooling, picture: Array, seed: int) -> tuple[Pooling, Array]:
    """Return the pooling without padding, and a part of the picture in shades from 0 to 9 for its windows.

    Args:
        experiment: The pooling.
        picture: (H, W, C) in [0, 1].
        seed: As `chance`.

    Raises:
        QuestionError: If the window covers more than can be written as numbers.

    Example:
        >>> excerpt(Pooling("max", (2, 2)), np.eye(20, dtype=np.float32)[..., None], 1)[1].shape
        (8, 8)
    """
    light, reach = grey(picture), max(experiment.reach)
    if reach > min(_LARGEST, *light.shape):
        raise QuestionError(
            f"The window covers {reach} pixels, and {min(_LARGEST, *light.shape)} can be shown as numbers: "
            "choose a smaller window or dilation."
        )
    side = max(EXCERPT, reach)
    place = busiest(chance(seed, "excerpt"), light, side)
    return replace(experiment, padding="valid", ceil_mode=False), shades(cut(light, place, side))


def winner(experiment: Pooling, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask which cell of a window wins; arguments and errors as `excerpt`.

    Raises:
        QuestionError: Also if the pooling has no winner, or no window has one alone.

    Example:
        >>> photograph = np.random.default_rng(0).random((20, 20, 1), np.float32)
        >>> asked = winner(Pooling("max", (2, 2)), photograph, 1)
        >>> asked.form, asked.answer in asked.shows[0].framed, len(asked.mistakes)
        ('cell', True, 63)
    """
    assert picture is not None
    if not experiment.has_winner:
        raise QuestionError("Only max and min pooling have a cell that wins: choose one of them.")
    bare, pixels = excerpt(experiment, picture, seed)
    rng = chance(seed, "pooling_winner")
    won = bare.winners(pixels[..., np.newaxis])[:, :, 0]  # (H', W', 2)
    framed, patch, cell = _windowed(bare, pixels, rng, alone=True)
    where = f"row {cell[0] + 1}, column {cell[1] + 1} of the pooled map"
    best = int(won[cell][0]), int(won[cell][1])
    most = "largest" if bare.kind == "max" else "smallest"
    read = [number(value) for value in patch.ravel().tolist()]
    return PosedQuestion(
        kind="pooling_winner",
        seed=seed,
        prompt=f"{POOLINGS[bare.kind].title}: click the cell of the framed window that wins.",
        on_paper=f"Which pixel wins in the window of {where}? Give its row and column in the picture.",
        form="cell",
        answer=best,
        mistakes=_other_cells(pixels, best, framed, most),
        worked=f"{pooled(bare.kind, read, float(pixels[best]))} It is in row {best[0] + 1}, column "
        f"{best[1] + 1} of the picture.",
        shows=(GridFigure(title="Picture", role="input", cells=grid(pixels), framed=framed, clicked=True),),
    )


def _other_cells(pixels: Array, best: Cell, framed: tuple[Cell, ...], most: str) -> dict[Answer, str]:
    told: dict[Answer, str] = {}
    for row, column in np.ndindex(*pixels.shape):
        value = number(float(pixels[row, column]))
        if (row, column) not in framed:
            told[row, column] = f"That {value} lies outside the window; only framed cells count."
        elif (row, column) != best:
            told[row, column] = (
                f"That is {value}, and the window has a {number(float(pixels[best]))}: the {most} cell wins."
            )
    return told


def _windowed(
    experiment: Pooling, pixels: Array, rng: np.random.Generator, *, alone: bool
) -> tuple[tuple[Cell, ...], Array, Cell]:
    """Draw an output cell: the cells of its window, what they hold, and which it is.

    With `alone` the value that wins stands there once.
    """
    every_row, every_column = experiment.taps(pixels.shape)
    found: list[tuple[tuple[Cell, ...], Array, Cell]] = []
    for _ in range(_TRIES):
        cell = one_of(rng, range(len(every_row))), one_of(rng, range(len(every_column)))
        rows, columns = every_row[cell[0]], every_column[cell[1]]
        patch = pixels[np.ix_(rows, columns)]
        best = patch.max() if experiment.kind == "max" else patch.min()
        if np.ptp(patch) and (not alone or (patch == best).sum() == 1):
            framed = tuple((int(row), int(column)) for row in rows for column in columns)
            found.append((framed, patch, cell))
        if len(found) == _FOUND:
            break
    if not found:
        raise QuestionError("There is too little contrast here: choose another picture or a larger window.")
    return max(found, key=lambda each: float(np.ptp(each[1])))


def window_value(experiment: Pooling, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask what a window becomes; arguments and errors as `excerpt`.

    Example:
        >>> photograph = np.random.default_rng(0).random((20, 20, 1), np.float32)
        >>> asked = window_value(Pooling("average", (2, 2)), photograph, 1)
        >>> asked.worked, asked.answer
        ('(7 + 3 + 9 + 1) ÷ 4 = 5.', 5.0)
    """
    assert picture is not None
    bare, pixels = excerpt(experiment, picture, seed)
    if bare.kind in ("average", "l2") and bare.window[0] * bare.window[1] > MOST_TERMS:
        raise QuestionError(
            f"The window has {bare.window[0] * bare.window[1]} cells, and a sum by hand takes {MOST_TERMS} "
            "at most: choose a smaller window."
        )
    rng = chance(seed, "pooling_value")
    framed, patch, cell = _windowed(bare, pixels, rng, alone=False)
    made = bare.feature_map(pixels)
    answer = float(made[cell])
    within = 0.0 if bare.has_winner else DECIMALS
    ways = {
        "max": (float(patch.max()), "That is the largest cell of the window"),
        "average": (float(patch.mean()), "That is the mean of the window"),
        "min": (float(patch.min()), "That is the smallest cell of the window"),
    }
    record = POOLINGS[bare.kind]
    wrong = [
        (value, f"{said}; {WAYS[bare.kind]}.") for kind, (value, said) in ways.items() if kind != bare.kind
    ]
    if bare.kind == "average":
        wrong.insert(0, (float(patch.sum()), "You added the cells up; divide by how many there are."))
    elif bare.kind == "l2":
        squares = float(np.square(patch).sum())
        wrong.insert(0, (squares, "That is the sum of the squares; L2 pooling takes its root."))
        wrong.insert(1, (float(np.sqrt(squares / patch.size)), "You took their mean: add the squares up."))
    wrong.append((float(patch.sum()), "You added up the cells of the window."))
    wrong.append((float(pixels.max()), "That is the largest of all cells, and not only of the window."))
    return PosedQuestion(
        kind="pooling_value",
        seed=seed,
        prompt=f"{record.title}: what does the framed window become?",
        on_paper=f"Which number is in row {cell[0] + 1}, column {cell[1] + 1} of the pooled map?",
        form="number",
        answer=answer,
        mistakes=answers(answer, wrong, within),
        worked=pooled(bare.kind, [number(value) for value in patch.ravel().tolist()], answer),
        within=within,
        shows=(
            GridFigure(title="Picture", role="input", cells=grid(pixels), framed=framed),
            covered("Pooled map", grid(made), cell),
        ),
    )


KINDS_OF_POOLING = (
    QuestionKind(
        name="pooling_winner",
        title="Which cell wins?",
        page="pooling",
        make=winner,
    ),
    QuestionKind(
        name="pooling_value",
        title="What a window becomes",
        page="pooling",
        make=window_value,
    ),
)
