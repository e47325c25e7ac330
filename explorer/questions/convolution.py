"""Questions on a filter: one sum worked out by hand, and which of four maps its kernel makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from explorer.convolution.experiments import RECTIFIERS, Convolution
from explorer.convolution.kernels import KERNELS
from explorer.figures import format_number
from explorer.questions.drawing import (
    MOST_TERMS,
    Array,
    answers,
    arranged,
    bracketed,
    busiest,
    chance,
    covered,
    cut,
    grey,
    grid,
    number,
    one_of,
    products,
    shades,
)
from explorer.questions.record import (
    DECIMALS,
    GridFigure,
    Option,
    PictureFigure,
    PosedQuestion,
    QuestionError,
    QuestionKind,
)

EXCERPT = 8
"""Rows and columns of the part of a picture whose pixels are written as numbers, where the window fits in."""

_LARGEST = 12  # rows of an excerpt from which on the window alone is shown
_FEW = 9  # weights that may have many decimals in a sum by hand
_SEEN = 128  # pixels of the part of the picture that maps are made of
_APART = 0.02  # the least mean difference of two maps that can be told apart, each on its own scale
_OTHERS = ("sobel_x", "sobel_y", "outline4", "sharpen", "gaussian", "emboss", "line_rising")
_DIGITS = 5e-4  # the share by which a number with four digits may be off


def excerpt(experiment: Convolution, picture: Array, seed: int) -> tuple[Convolution, Array]:
    """Return the filter without padding, and a part of the picture in shades from 0 to 9 for its window.

    Args:
        experiment: The filter.
        picture: (H, W, C) in [0, 1].
        seed: As `chance`.

    Raises:
        QuestionError: If the kernel has too many weights, or the picture is smaller than the window.

    Example:
        >>> bare, pixels = excerpt(Convolution(np.ones((3, 3))), np.eye(20, dtype=np.float32)[..., None], 1)
        >>> bare.padding, pixels.shape, sorted(set(pixels.ravel().tolist()))
        ('valid', (8, 8), [0.0, 9.0])
    """
    if experiment.kernel.size > MOST_TERMS:
        raise QuestionError(
            f"The kernel has {experiment.kernel.size} weights, and a sum by hand takes {MOST_TERMS} at most: "
            "choose a smaller kernel."
        )
    if experiment.kernel.size > _FEW and not _is_short(experiment.kernel):
        raise QuestionError(
            f"The kernel has {experiment.kernel.size} weights of many decimals: choose a smaller kernel, or "
            "one of whole numbers."
        )
    light = grey(picture)
    side = max(EXCERPT, *experiment.reach)
    if min(light.shape) < max(experiment.reach):
        raise QuestionError("The window is larger than the picture: choose a smaller kernel or dilation.")
    place = busiest(chance(seed, "excerpt"), light, side)
    return replace(experiment, padding="valid"), shades(cut(light, place, side))


def _is_short(kernel: Array) -> bool:
    """Whether every weight is written out with two decimals."""
    hundredths = 100 * kernel.astype(np.float64)
    return bool(np.allclose(hundredths, np.rint(hundredths), atol=1e-4))


def covered_cell(experiment: Convolution, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask for one cell of the feature map of a part of the picture; arguments and errors as `excerpt`.

    Example:
        >>> edge = Convolution(np.array([[-1.0, 0.0, 1.0]]))
        >>> asked = covered_cell(edge, np.eye(20, dtype=np.float32)[..., None], 1)
        >>> asked.form, asked.within, asked.shows[1].cells
        ('number', 0.0, (('−1', '0', '1'),))
    """
    assert picture is not None
    bare, pixels = excerpt(experiment, picture, seed)
    rng = chance(seed, "convolution_cell")
    made = bare.feature_map(pixels)
    rows, columns = made.shape
    cells = [(one_of(rng, range(rows)), one_of(rng, range(columns))) for _ in range(12)]
    every_row, every_column = bare.taps(pixels.shape)
    patches = [pixels[np.ix_(every_row[row], every_column[column])] for row, column in cells]
    scored = [_mistakes(bare, patch) for patch in patches]
    best = max(range(len(cells)), key=lambda place: (len(scored[place]), float(patches[place].std())))
    cell, patch, answer = cells[best], patches[best], float(made[cells[best]])
    within = _within(bare, patch)
    kernel = bare.kernel
    taps = tuple((int(r), int(c)) for r in every_row[cell[0]] for c in every_column[cell[1]])
    seen = GridFigure(title="Picture", role="input", cells=grid(pixels), framed=taps)
    shown: tuple[GridFigure, ...] = (seen, covered("Feature map", grid(made), cell))
    if max(pixels.shape) > _LARGEST:
        whole = tuple((r, c) for r in range(patch.shape[0]) for c in range(patch.shape[1]))
        shown = (GridFigure(title="Window", role="input", cells=grid(patch), framed=whole),)
    first, *last = shown
    return PosedQuestion(
        kind="convolution_cell",
        seed=seed,
        prompt="A part of the picture in shades, 0 for the darkest, 9 for the lightest. What does the "
        f"{'convolution' if bare.flip else 'filter'} make of the framed window{said_after(bare)}?",
        on_paper=f"Which number is in row {cell[0] + 1}, column {cell[1] + 1} of the feature map?",
        form="number",
        answer=answer,
        mistakes=answers(answer, scored[best], within),
        worked=_worked(bare, patch, answer),
        within=within,
        shows=(first, GridFigure(title="Kernel", role="kernel", cells=grid(kernel)), *last),
    )


def _weights(experiment: Convolution) -> Array:
    """The weights as they lie on the pixels."""
    return experiment.kernel[::-1, ::-1] if experiment.flip else experiment.kernel


def _finished(experiment: Convolution, total: float) -> float:
    """What gain, bias and activation make of a sum."""
    value = np.float32(experiment.gain * total + experiment.bias)
    return float(RECTIFIERS[experiment.activation].f(np.asarray(value)))


def _within(experiment: Convolution, patch: Array) -> float:
    """By how much a sum may be off whose weights are written with four digits."""
    parts = (*experiment.kernel.ravel().tolist(), experiment.gain, experiment.bias)
    if all(float(part).is_integer() for part in parts):
        return 0.0
    size = abs(experiment.gain) * float((np.abs(_weights(experiment)) * patch).sum())
    return DECIMALS + 2 * _DIGITS * (size + abs(experiment.bias))


def _mistakes(experiment: Convolution, patch: Array) -> list[tuple[float, str]]:
    weights = _weights(experiment)
    total = float((patch * weights).sum())
    sums = [
        (
            float((patch * weights[::-1, ::-1]).sum()),
            "You used the kernel as it is written; a convolution rotates it by 180° first."
            if experiment.flip
            else "You used the kernel rotated by 180°. Here it lies on the pixels as it is written.",
        ),
        (float(patch.sum()), "You added up the pixels. Multiply each by the weight on it first."),
        (
            float((patch * np.abs(weights)).sum()),
            "You lost a minus sign: a product with a negative weight is taken away.",
        ),
    ]
    if weights.shape[0] == weights.shape[1]:
        sums.append((float((patch * weights.T).sum()), "You swapped rows and columns of the kernel."))
    wrong = [(_finished(experiment, wrong), said) for wrong, said in sums]
    if experiment.activation != "none":
        title = RECTIFIERS[experiment.activation].title
        plain = replace(experiment, activation="none")
        wrong.append((_finished(plain, total), f"You forgot the activation, {title}, which comes last."))
    if experiment.bias:
        wrong.append((_finished(replace(experiment, bias=0.0), total), "You forgot to add the bias."))
    if experiment.gain != 1:
        wrong.append((_finished(replace(experiment, gain=1.0), total), "You forgot to multiply by the gain."))
    right = _finished(experiment, total)
    return [(value, said) for value, said in wrong if abs(value - right) > DECIMALS]


def said_after(experiment: Convolution) -> str:
    """What comes after the sum, as words that follow it.

    >>> said_after(Convolution(np.ones((1, 1)), bias=2.0))
    ', with bias 2'
    """
    after = [f"gain {number(experiment.gain)}"] * (experiment.gain != 1)
    after += [f"bias {number(experiment.bias)}"] * (experiment.bias != 0)
    if experiment.activation != "none":
        after.append(f"activation {RECTIFIERS[experiment.activation].title}")
    return f", with {', '.join(after)}" if after else ""


def _worked(experiment: Convolution, patch: Array, answer: float) -> str:
    weights = _weights(experiment)
    total = float((patch * weights).sum(dtype=np.float64))
    text = f"{products(patch, weights)} = {number(round(total, 4))}"
    if experiment.flip:
        text = f"The kernel is rotated by 180° first: {text}"
    if experiment.gain != 1:
        text += f"; times the gain, {number(total)} · {bracketed(experiment.gain)} = "
        text += number(experiment.gain * total)
    if experiment.bias:
        text += (
            f"; plus the bias {number(experiment.bias)}: {number(experiment.gain * total + experiment.bias)}"
        )
    if experiment.activation != "none":
        text += f"; {RECTIFIERS[experiment.activation].title} makes {number(answer)} of it"
    return f"{text}."


def whose_map(experiment: Convolution, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask which of four maps the kernel makes of the picture.

    Args:
        experiment: The filter.
        picture: (H, W, C) in [0, 1].
        seed: As `chance`.

    Raises:
        QuestionError: If four maps cannot be told apart, as in a picture without edges.

    Example:
        >>> photograph = np.random.default_rng(0).random((40, 40, 1), np.float32)
        >>> asked = whose_map(Convolution(KERNELS["sobel_x"].weights), photograph, 1)
        >>> len(asked.options), asked.answer in asked.mistakes, len(asked.mistakes)
        (4, False, 3)
    """
    assert picture is not None
    rng = chance(seed, "convolution_map")
    light = grey(picture)
    seen = cut(light, busiest(rng, light, _SEEN), _SEEN)
    plain = replace(experiment, strides=1, padding="same", gain=1.0, bias=0.0)
    maps, told = [plain.feature_map(seen)], [""]
    for make, sentence in _other_maps(plain):
        if len(maps) == 4:
            break
        found = make(seen)
        if found.any() and all(_differ(found, other) for other in maps):
            maps.append(found)
            told.append(sentence)
    if len(maps) < 4 or not maps[0].any():
        raise QuestionError(
            "The maps of different kernels can hardly be told apart here: choose a picture with more edges, "
            "or another kernel."
        )
    right, *others = [_as_option(each) for each in maps]
    options, letter, mistakes = arranged(rng, right, list(zip(others, told[1:], strict=True)))
    kernel = experiment.kernel
    small = kernel.size <= 49
    grids = (GridFigure(title="Kernel", role="kernel", cells=grid(kernel)),) if small else ()
    size = "" if small else f" of {kernel.shape[0]} × {kernel.shape[1]}"
    rotated = ", rotated by 180° as a convolution does" if experiment.flip else ""
    return PosedQuestion(
        kind="convolution_map",
        seed=seed,
        prompt=f"Which map does this kernel{size} make of the picture{rotated}? Orange is above zero, blue "
        "below.",
        form="choice",
        answer=letter,
        mistakes=mistakes,
        worked=_why(experiment),
        shows=(PictureFigure(title="Picture", alt="A part of the picture in grey", values=seen), *grids),
        options=options,
    )


def _other_maps(experiment: Convolution) -> Iterator[tuple[Callable[[Array], Array], str]]:
    """Ways to another map, the most usual mistake first, and what to say to those who choose it."""
    kernel = experiment.kernel

    def by(weights: Array) -> Callable[[Array], Array]:
        return replace(experiment, kernel=weights).feature_map

    yield (
        by(kernel[::-1, ::-1]),
        "That is the map of the kernel rotated by 180°: light and dark sides of edges are swapped.",
    )
    if kernel.shape[0] == kernel.shape[1]:
        yield (
            by(kernel.T),
            "That is the map of the kernel with rows and columns swapped: it finds edges of the other "
            "direction.",
        )
    yield (
        lambda seen: np.abs(experiment.feature_map(seen)),
        "That map has lost its signs: it is above zero on both sides of an edge.",
    )
    yield (
        by(np.abs(kernel)),
        "That is the map of the kernel without its minus signs: it adds pixels up, and finds no edges.",
    )
    yield by(-kernel), "That is the map of the kernel with all signs swapped: orange and blue are swapped."
    for name in _OTHERS:
        record = KERNELS[name]
        yield by(record.weights), f"That is the map of another kernel, {record.title}."


def _differ(first: Array, second: Array) -> bool:
    """Whether two maps look different, each with colours up to its own largest value."""
    a, b = (each / max(float(np.abs(each).max()), 1e-9) for each in (first, second))
    return float(np.abs(a - b).mean()) >= _APART


def _as_option(values: Array) -> Option:
    low, high = format_number(float(values.min())), format_number(float(values.max()))
    said = f"from {low} to {high}"
    return Option(
        text=said, picture=PictureFigure(title="", alt=f"A map, {said}", values=values, scale="signed")
    )


def _why(experiment: Convolution) -> str:
    """What a look at the weights says of the map."""
    weights = _weights(experiment).astype(np.float64)
    total = float(weights.sum())
    flat = (
        "they add up to 0, so flat areas give 0 and only edges show"
        if abs(total) < 1e-4
        else f"they add up to {format_number(total)}, so flat areas are multiplied by that"
    )
    # Above 0 where more weight lies on the right, or below.
    rows, columns = (np.arange(side) - (side - 1) / 2 for side in weights.shape)
    right, down = float((weights * columns).sum()), float((weights * rows[:, np.newaxis]).sum())
    text = f"Look at the weights: {flat}"
    if abs(right) > abs(down) + 1e-6:
        text += f". The map is positive where it gets {'brighter' if right > 0 else 'darker'} to the right"
    elif abs(down) > abs(right) + 1e-6:
        text += f". The map is positive where it gets {'brighter' if down > 0 else 'darker'} downwards"
    return f"{text}."


KINDS_OF_CONVOLUTION = (
    QuestionKind(
        name="convolution_cell",
        title="A sum by hand",
        page="convolution",
        make=covered_cell,
    ),
    QuestionKind(
        name="convolution_map",
        title="Whose map is it?",
        page="convolution",
        make=whose_map,
    ),
)
