"""A question with its exact answer: what is asked and shown, what is right, and which mistakes are usual."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from explorer import figures
from explorer.errors import ExplorerError

Cell = tuple[int, int]
"""Row and column of a cell, counted from 0."""

Answer = float | str | Cell
"""What can be answered: a number, the letter of an option, or a cell."""

Form = Literal["number", "choice", "cell"]

LETTERS = "ABCDEF"
"""What options are called, in the order in which they stand."""

ENLARGED = 160
"""Pixels of the longest side, at least, of a picture that is shown."""

DECIMALS = 0.006
"""By how much a number may be off that people write with two decimals."""

MAX_GIVEN = 1e12
"""The largest magnitude of a number that is read as an answer."""


class QuestionError(ExplorerError):
    """Why there is no question for the present settings, and which ones have some."""


class GridShown(TypedDict):
    """A grid as a browser lays it out; cells are texts, `covered` the one that has to be found."""

    kind: Literal["grid"]
    title: str
    role: str
    cells: list[list[str]]
    faint: list[list[bool]] | None
    framed: list[Cell]
    covered: Cell | None
    clicked: bool


class PictureShown(TypedDict):
    """A picture as a browser shows it; `frame` is top, left, bottom and right as shares of its sides."""

    kind: Literal["picture"]
    title: str
    uri: str
    alt: str
    frame: tuple[float, float, float, float] | None


class AimShown(TypedDict):
    """What is dragged for a number, as a browser draws it; see `Aim`."""

    what: Literal["height", "slope"]
    x: float
    y: float
    across: float
    up: float


class OptionShown(TypedDict):
    """One of the answers to choose from."""

    letter: str
    text: str
    picture: NotRequired[PictureShown]


class QuestionShown(TypedDict):
    """A question without its answer: all that a browser may know before somebody has answered."""

    kind: str
    seed: int
    prompt: str
    form: Form
    unit: str
    shows: list[GridShown | PictureShown]
    options: list[OptionShown]
    aim: AimShown | None


@dataclass(frozen=True, kw_only=True)
class GridFigure:
    """A grid of numbers beside a question.

    Attributes:
        title: What it is.
        role: A key of `figures.ROLES`, whose colour it has.
        cells: What stands in each cell.
        faint: Whether a cell is drawn pale, as padding is; None where none is.
        framed: The cells that the window covers.
        covered: The cell whose number has to be found.
        clicked: Whether the answer is a cell of this grid.
    """

    title: str
    role: str
    cells: tuple[tuple[str, ...], ...]
    faint: tuple[tuple[bool, ...], ...] | None = None
    framed: tuple[Cell, ...] = ()
    covered: Cell | None = None
    clicked: bool = False

    def shown(self, *, dark: bool = False) -> GridShown:
        """Return what a browser lays out."""
        return {
            "kind": "grid",
            "title": self.title,
            "role": self.role,
            "cells": [list(row) for row in self.cells],
            "faint": None if self.faint is None else [list(row) for row in self.faint],
            "framed": list(self.framed),
            "covered": self.covered,
            "clicked": self.clicked,
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class PictureFigure:
    """A map or a picture beside a question.

    Attributes:
        title: What it is; nothing where it stands within an option.
        alt: The same for those who do not see it.
        values: float32 (H, W), or (H, W, 3) of a photograph.
        scale: A key of `figures.SCALES`.
        frame: Top, left, bottom and right of a frame, in cells.
    """

    title: str
    alt: str
    values: NDArray[np.float32]
    scale: str = "unit"
    frame: tuple[int, int, int, int] | None = None

    def painted(self, *, dark: bool = False) -> NDArray[np.uint8]:
        """Return its pixels: small ones enlarged cell by cell."""
        painted = figures.paint(self.values, self.scale, dark=dark).pixels
        return figures.enlarge(painted, max(1, math.ceil(ENLARGED / max(painted.shape[:2]))))

    def shown(self, *, dark: bool = False) -> PictureShown:
        """Return what a browser shows."""
        file = figures.encode(self.painted(dark=dark), "webp")
        rows, columns = self.values.shape[:2]
        frame = None
        if self.frame is not None:
            top, left, bottom, right = self.frame
            frame = top / rows, left / columns, bottom / rows, right / columns
        return {
            "kind": "picture",
            "title": self.title,
            "uri": figures.data_uri(file, "image/webp"),
            "alt": self.alt,
            "frame": frame,
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawingFigure:
    """A drawing in SVG beside a question, with colours for either theme."""

    title: str
    alt: str
    svg: bytes

    def shown(self, *, dark: bool = False) -> PictureShown:
        """Return what a browser shows."""
        # An image does not know its page's theme: it would follow the system's.
        theme = b' style="color-scheme:%s"' % (b"dark" if dark else b"light")
        file = self.svg.replace(b"<svg", b"<svg" + theme, 1)
        return {
            "kind": "picture",
            "title": self.title,
            "uri": figures.data_uri(file, "image/svg+xml"),
            "alt": self.alt,
            "frame": None,
        }


Figure = GridFigure | PictureFigure | DrawingFigure


@dataclass(frozen=True, kw_only=True)
class Aim:
    """Axes on which a number is dragged: a point to its height, or a line through a point to its slope.

    Attributes:
        what: "height" or "slope".
        x: Where the point stands.
        y: How high a point is that a line turns about.
        across: How far the axis of x goes from 0, to both sides.
        up: How far the other one does.
    """

    what: Literal["height", "slope"]
    x: float
    y: float
    across: float
    up: float

    def shown(self) -> AimShown:
        """Return what a browser draws."""
        return {"what": self.what, "x": self.x, "y": self.y, "across": self.across, "up": self.up}


@dataclass(frozen=True, kw_only=True)
class Option:
    """One of the answers to choose from, in words or as a picture, each of them unlike all others."""

    text: str
    picture: PictureFigure | None = None


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Whether an answer is right, and what there is to say of it.

    Attributes:
        correct: Whether it is.
        sentence: What was right or wrong about it; a usual mistake by its name.
        worked: The way to the answer, with its numbers.
    """

    correct: bool
    sentence: str
    worked: str


@dataclass(frozen=True, kw_only=True, eq=False)
class PosedQuestion:
    """One question about the present settings.

    Attributes:
        kind: Key in `QUESTIONS`.
        seed: What it was drawn from: the same seed and settings give the same question.
        prompt: What is asked, in a sentence or two.
        form: "number": a number is typed; "choice": an option is chosen; "cell": a cell is clicked.
        answer: The number, the option's letter, or the cell.
        mistakes: What to say of each usual wrong answer; of a choice every wrong option has its sentence.
        worked: The way to the answer with its numbers, as plain text.
        on_paper: What is asked where the grids stand above, and nothing is framed or clicked.
        said: The answer as it is written out, where it is no letter.
        within: By how much a number may be off, since numbers are shown rounded.
        unit: What stands behind the number.
        shows: What is looked at.
        options: The answers to choose from.
        aim: Axes on which the number can be dragged, where it has a place on some.
    """

    kind: str
    seed: int
    prompt: str
    form: Form
    answer: Answer
    mistakes: Mapping[Answer, str]
    worked: str
    on_paper: str = ""
    said: str = ""
    within: float = 0.0
    unit: str = ""
    shows: tuple[Figure, ...] = ()
    options: tuple[Option, ...] = field(default=(), repr=False)
    aim: Aim | None = None

    @property
    def written(self) -> str:
        """The answer as it is written out."""
        if self.said or not isinstance(self.answer, float):
            return self.said
        return figures.format_number(self.answer, 4)

    def shown(self, *, dark: bool = False) -> QuestionShown:
        """Return the question without its answer, fit for JSON.

        Args:
            dark: Whether it will stand on a dark page.
        """
        options: list[OptionShown] = []
        for letter, option in zip(LETTERS, self.options, strict=False):
            shown: OptionShown = {"letter": letter, "text": option.text}
            if option.picture is not None:
                shown["picture"] = option.picture.shown(dark=dark)
            options.append(shown)
        return {
            "kind": self.kind,
            "seed": self.seed,
            "prompt": self.prompt,
            "form": self.form,
            "unit": self.unit,
            "shows": [each.shown(dark=dark) for each in self.shows],
            "options": options,
            "aim": None if self.aim is None else self.aim.shown(),
        }


@dataclass(frozen=True, kw_only=True)
class QuestionKind:
    """A kind of question.

    Attributes:
        name: Key in `QUESTIONS`.
        title: What it asks about, in a few words.
        page: The page that it belongs to.
        make: (experiment, picture, seed) -> a question about the page's present experiment, an object of the
            library, and its picture (H, W, C) or None. It raises a `QuestionError` where there is none.
    """

    name: str
    title: str
    page: str
    make: Callable[[Any, NDArray[np.float32] | None, int], PosedQuestion]


def judge(question: PosedQuestion, given: object) -> Judgement:
    """Say whether an answer is right, and which mistake a wrong one comes from.

    Args:
        question: What was asked.
        given: A number, or a text with one; the letter of an option; row and column of a cell.

    Raises:
        QuestionError: If it cannot be read as an answer.

    Example:
        >>> asked = PosedQuestion(
        ...     kind="sum", seed=1, prompt="What is 2 + 2?", form="number", answer=4.0,
        ...     mistakes={0.0: "You took 2 from 2; add them."}, worked="2 + 2 = 4.",
        ... )
        >>> judge(asked, "4").correct, judge(asked, 0).sentence
        (True, 'You took 2 from 2; add them.')
        >>> judge(asked, 5).sentence
        '5 is too large: it is 4.'
    """
    match question.form:
        case "number":
            correct, sentence = _judged_number(question, read_number(given))
        case "choice":
            letters = LETTERS[: len(question.options)]
            if not isinstance(given, str) or len(given) != 1 or given not in letters:
                raise QuestionError(
                    f"An answer is one of {', '.join(letters)}, but {str(given)[:40]!r} came; choose one."
                )
            correct = given == question.answer
            sentence = f"Right: {given}." if correct else question.mistakes[given]
        case "cell":
            correct, sentence = _judged_cell(question, given)
    return Judgement(correct=correct, sentence=sentence, worked=question.worked)


def read_number(given: object) -> float:
    """Read a number as people type it: with a point or a comma, a true minus sign, or as a fraction.

    Raises:
        QuestionError: If it is none.

    Example:
        >>> read_number("−1,5"), read_number("1/4"), read_number(3)
        (-1.5, 0.25, 3.0)
    """
    refused = f"An answer is a number, but {str(given)[:40]!r} came; type digits, such as −3 or 0.5."
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise QuestionError(refused)
    text = str(given).strip().replace("−", "-").replace(",", ".")
    top, slash, bottom = text.partition("/")
    try:
        number = float(top) / (float(bottom) if slash else 1.0)
    except (ValueError, ZeroDivisionError) as error:
        raise QuestionError(refused) from error
    if not abs(number) <= MAX_GIVEN:
        raise QuestionError(refused)
    return number


def _judged_number(question: PosedQuestion, given: float) -> tuple[bool, str]:
    answer = question.answer
    assert isinstance(answer, float)
    said = question.written
    # (What is off by no more than rounding may be: the mistakes of a question lie further from its answer.)
    if is_near(given, answer, question.within):
        return True, f"Right: {said}."
    for wrong, sentence in question.mistakes.items():
        # A mistake that is no whole number is written rounded as well.
        rounded = question.within if not isinstance(wrong, float) or wrong.is_integer() else DECIMALS
        if isinstance(wrong, float) and is_near(given, wrong, max(question.within, rounded)):
            return False, sentence
    size = "too large" if given > answer else "too small"
    return False, f"{figures.format_number(given, 4)} is {size}: it is {said}."


def is_near(given: float, number: float, within: float) -> bool:
    """Whether two numbers are equal, but for what rounding may make of them.

    >>> is_near(0.3, 0.1 + 0.2, 0.0), is_near(0.31, 0.3, 0.0)
    (True, False)
    """
    return abs(given - number) <= within + 1e-9 * max(1.0, abs(number))


def _judged_cell(question: PosedQuestion, given: object) -> tuple[bool, str]:
    grid = next(each for each in question.shows if isinstance(each, GridFigure) and each.clicked)
    rows, columns = len(grid.cells), len(grid.cells[0])
    pair = list(given) if isinstance(given, list | tuple) else []
    if len(pair) != 2 or not all(type(place) is int for place in pair):
        raise QuestionError(
            f"An answer is row and column of a cell, but {str(given)[:40]!r} came; click one."
        )
    row, column = pair
    if not (0 <= row < rows and 0 <= column < columns):
        raise QuestionError(
            f"An answer is a cell of {rows} rows and {columns} columns, but row {row}, column {column} came; "
            "click one of them."
        )
    if (row, column) == question.answer:
        return True, f"Right: the {grid.cells[row][column]} in row {row + 1}, column {column + 1}."
    told = question.mistakes.get((row, column))
    return (
        False,
        told or f"The {grid.cells[row][column]} in row {row + 1}, column {column + 1} is wrong.",
    )
