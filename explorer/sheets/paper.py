"""Sheets as PDF: two A4 pages, of which the second has the solutions.

The library that writes PDF is imported with the first sheet: a server starts without it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer import figures
from explorer.questions.record import (
    LETTERS,
    Figure,
    GridFigure,
    PictureFigure,
    PosedQuestion,
)

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 210.0, 297.0
"""Of A4, in millimetres."""

_MARGIN = 18.0
_LINE = WIDTH - 2 * _MARGIN
_CELL = 9.0  # of a grid, in millimetres, where there is room
_BETWEEN = 9.0  # two grids
_INDENT = 7.0  # of what follows a number
_ANSWER = 8.0  # millimetres of a line to write on
_GRIDS = 128.0  # millimetres of the page that all grids take at most
_CODE = 24.0  # the side of the QR code
_FOOT = 16.0  # from the lower edge to the lowest line
_POINT = 72 / 25.4  # points of a millimetre
_PLAIN, _BOLD = "Vera", "VeraBd"  # come with the library, and have the minus sign and the cross
_MISTAKES = 3  # that are told of each question
_SMALLEST = 3.0  # millimetres of a cell that can be read
_READABLE = 4.5  # of one that is read with ease
_BESIDE = 58.0  # millimetres beside figures that answers need
_PICTURE = 5.0  # cells that a picture is as wide or as high as
_LINK = 84  # characters of a link that are printed: the code has all of it


@dataclass(frozen=True, kw_only=True, eq=False)
class ClassSheet:
    """One page of exercises and one of solutions.

    Attributes:
        title: What it is about.
        task: What to do, in a sentence or two.
        questions: Questions about the grids or, where there are none, each about figures of its own.
        seed: What they were drawn from.
        link: The address of the experiment.
        grids: What is on the page: numbers, weights, and an empty grid to fill in.
        solution: The grid that was empty, filled in.
    """

    title: str
    task: str
    questions: tuple[PosedQuestion, ...]
    seed: int
    link: str
    grids: tuple[GridFigure, ...] = ()
    solution: GridFigure | None = None

    def asked(self, question: PosedQuestion) -> str:
        """What is asked on paper."""
        on_paper = self.grids or question.form == "cell"
        return question.on_paper if on_paper and question.on_paper else question.prompt


def write(sheet: ClassSheet) -> bytes:
    """Write a sheet as a PDF of two pages; the same sheet gives the same bytes.

    Example:
        >>> blank = GridFigure(title="Output", role="output", cells=(("",),))
        >>> filled = GridFigure(title="Output", role="output", cells=(("4",),))
        >>> empty = ClassSheet(
        ...     title="Sums", task="Add.", grids=(blank,), solution=filled, questions=(), seed=1, link="",
        ... )
        >>> write(empty)[:5], write(empty) == write(empty)
        (b'%PDF-', True)
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    _register()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, A4, invariant=1, lang="en-GB", initialFontName=_PLAIN)
    canvas.setTitle(sheet.title)
    canvas.setAuthor("Explorer")
    page = _Page(canvas)
    page.begin(sheet)
    if sheet.grids:
        page.row(sheet.grids)
        page.questions([sheet.asked(question) for question in sheet.questions])
    else:
        page.illustrated([(sheet.asked(question), question) for question in sheet.questions])
    page.foot(sheet, "1 of 2")
    page.turn()
    page.heading(f"Solutions: {sheet.title}")
    page.text("Below each solution, in small print: wrong answers, and the usual mistakes that lead to them.")
    if sheet.solution is not None:
        page.row((sheet.solution,))
    for number, question in enumerate(sheet.questions, 1):
        page.numbered(number, sheet.asked(question), _BOLD)
        page.text(_solved(question), indent=_INDENT)
        for wrong, sentence in list(question.mistakes.items())[:_MISTAKES]:
            if not isinstance(wrong, tuple):
                said = wrong if isinstance(wrong, str) else figures.format_number(wrong, 4)
                page.text(f"{said}:  {sentence}", indent=_INDENT, small=True)
        page.space(2)
    page.foot(sheet, "2 of 2")
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def has_room(sheet: ClassSheet) -> bool:
    """Whether the questions of a sheet without grids stand on one page, and can be read with ease."""
    from reportlab.pdfgen.canvas import Canvas

    _register()
    page = _Page(Canvas(io.BytesIO()), is_trial=True)
    page.begin(sheet)
    return page.can_illustrate([(sheet.asked(question), question) for question in sheet.questions])


def _register() -> None:
    """Make the fonts known to the library."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for font in (_PLAIN, _BOLD):
        if font not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(font, f"{font}.ttf"))


def _solved(question: PosedQuestion) -> str:
    """The answer where it is none of the numbers of the way there, and that way."""
    if isinstance(question.answer, str):
        option = question.options[LETTERS.index(question.answer)]
        return f"{question.answer}{'' if option.picture else f', {option.text}'}. {question.worked}"
    return question.worked


class _Page:
    """A page that is written from top to bottom; places are millimetres from the top left."""

    def __init__(self, canvas: Canvas, *, is_trial: bool = False) -> None:
        self._canvas = canvas
        self._is_trial = is_trial  # Only how far down it comes is asked for.
        self._down = _MARGIN

    def begin(self, sheet: ClassSheet) -> None:
        """Write what stands above all exercises."""
        self.heading(sheet.title)
        self.blanks("Name", "Class", "Date")
        self.text(sheet.task)

    def turn(self) -> None:
        self._canvas.showPage()
        self._down = _MARGIN

    def space(self, height: float) -> None:
        self._down += height

    def heading(self, text: str) -> None:
        self._down += 4
        self._write(_MARGIN, self._down, text, 16, _BOLD)
        self._down += 8

    def blanks(self, *names: str) -> None:
        """Lines to write on, with what belongs there."""
        room = _LINE / (len(names) + 1)
        left = _MARGIN
        self._down += 3
        for number, name in enumerate(names):
            self._write(left, self._down, name, 9.5)
            wide = room * (2 if number == 0 else 1) - 4
            self._line(left + 12, left + wide)
            left += wide + 4
        self._down += 8

    def questions(self, texts: Sequence[str]) -> None:
        """Write questions with lines for their answers: as many as there is room for, up to three each."""
        room = HEIGHT - _FOOT - _CODE - self._down
        written = sum(len(_broken(text, _PLAIN, 10.0, _LINE - _INDENT)) * 5.2 + 8 for text in texts)
        lines = max(1, min(3, int((room - written) / (_ANSWER * max(1, len(texts))))))
        for number, text in enumerate(texts, 1):
            self.numbered(number, text)
            for _ in range(lines):
                self._down += _ANSWER - 1
                self._line(_MARGIN + _INDENT, WIDTH - _MARGIN)
                self._down += 1
            self._down += 7

    def illustrated(self, questions: Sequence[tuple[str, PosedQuestion]]) -> None:
        """Write questions with what they are about, as large as lets all of them stand on the page."""
        cell = next(size for size in _sizes() if size <= _SMALLEST or self._has_room(questions, size))
        self._illustrated(questions, cell)

    def can_illustrate(self, questions: Sequence[tuple[str, PosedQuestion]]) -> bool:
        """Whether there is room for questions with figures that can be read with ease."""
        return self._has_room(questions, _READABLE)

    def _has_room(self, questions: Sequence[tuple[str, PosedQuestion]], cell: float) -> bool:
        trial = _Page(self._canvas.__class__(io.BytesIO()), is_trial=True)
        trial._down = self._down
        trial._illustrated(questions, cell)
        return trial._down <= HEIGHT - _FOOT - _CODE

    def _illustrated(self, questions: Sequence[tuple[str, PosedQuestion]], cell: float) -> None:
        for number, (text, question) in enumerate(questions, 1):
            self.numbered(number, text)
            top = self._down
            edge = self._figures([(figure.title, figure) for figure in question.shows], cell) + _BETWEEN
            is_beside = bool(question.shows) and edge <= WIDTH - _MARGIN - _BESIDE
            if question.form != "choice":
                left = edge if is_beside else _MARGIN + _INDENT
                self._down += 0 if is_beside else _ANSWER - 3
                self._line(left, left + _BESIDE - _INDENT, up=5.0 if is_beside else 0.0)
                self._down += 1 if is_beside else 3
            pictured = [
                (letter, option.picture)
                for letter, option in zip(LETTERS, question.options, strict=False)
                if option.picture is not None
            ]
            self._figures(pictured, cell)
            below, indent = self._down, 2 * _INDENT
            if is_beside and not pictured and question.options:
                self._down, indent = top + 6, edge - _MARGIN
            for letter, option in zip(LETTERS, question.options, strict=False):
                if option.picture is None:
                    self.text(f"{letter}   {option.text}", indent=indent)
            self._down = max(self._down, below) + 4

    def _figures(self, shown: Sequence[tuple[str, Figure]], cell: float) -> float:
        """Draw grids and pictures side by side, in as many rows as that takes, each below its title.

        Returns:
            How far to the right they reach.
        """
        left, tallest, edge = _MARGIN + _INDENT, 0.0, 0.0
        for title, figure in shown:
            if isinstance(figure, GridFigure):
                room, high = self._box(figure, cell)
            else:
                assert isinstance(figure, PictureFigure)
                rows, columns = figure.values.shape[:2]
                wide, high = _PICTURE * cell * columns / max(rows, columns), 5.0 + _PICTURE * cell
                room = max(wide, self._width(title))
            if left > _MARGIN + _INDENT and left + room > WIDTH - _MARGIN:
                self._down += tallest + 4
                left, tallest = _MARGIN + _INDENT, 0.0
            if isinstance(figure, GridFigure):
                self._grid(figure, left, self._down, cell)
            else:
                self._write(left, self._down + 2, title, 9.5, _BOLD)
                self._picture(figure, left, self._down + 5.0, wide)
            edge = max(edge, left + room)
            left += room + _BETWEEN
            tallest = max(tallest, high)
        self._down += tallest + 4 if shown else 0
        return edge

    def _picture(self, figure: PictureFigure, left: float, top: float, wide: float) -> None:
        """Draw a map or a photograph, and what is framed in it."""
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        if self._is_trial:
            return
        pixels = figure.painted()
        high = wide * pixels.shape[0] / pixels.shape[1]
        self._canvas.drawImage(
            ImageReader(Image.fromarray(pixels)),
            left * _POINT,
            (HEIGHT - top - high) * _POINT,
            wide * _POINT,
            high * _POINT,
        )
        if figure.frame is not None:
            rows, columns = figure.values.shape[:2]
            up, near, down, far = figure.frame
            self._canvas.setStrokeColor(figures.ROLES["field"].light)
            self._canvas.setLineWidth(1.8)
            self._canvas.rect(
                (left + wide * near / columns) * _POINT,
                (HEIGHT - top - high * down / rows) * _POINT,
                wide * (far - near) / columns * _POINT,
                high * (down - up) / rows * _POINT,
            )

    def numbered(self, number: int, text: str, font: str = _PLAIN) -> None:
        """Write a paragraph with its number in front."""
        self._write(_MARGIN, self._down, f"{number}.", 10.0, font)
        self.text(text, indent=_INDENT, font=font)

    def text(self, text: str, *, indent: float = 0.0, font: str = _PLAIN, small: bool = False) -> None:
        """Write a paragraph that stands `indent` from the margin."""
        size = 9.0 if small else 10.0
        for line in _broken(text, font, size, _LINE - indent):
            self._write(_MARGIN + indent, self._down, line, size, font)
            self._down += 4.6 if small else 5.2
        self._down += 1.2

    def row(self, grids: Sequence[GridFigure]) -> None:
        """Draw grids side by side, in as many rows as that takes."""
        cell = next(size for size in _sizes() if size <= _SMALLEST or self._height(grids, size) <= _GRIDS)
        left, tallest = _MARGIN, 0.0
        self._down += 3
        for grid in grids:
            wide, high = self._box(grid, cell)
            if left > _MARGIN and left + wide > WIDTH - _MARGIN:
                self._down += tallest + _BETWEEN
                left, tallest = _MARGIN, 0.0
            self._grid(grid, left, self._down, cell)
            left += wide + _BETWEEN
            tallest = max(tallest, high)
        self._down += tallest + _BETWEEN

    def foot(self, sheet: ClassSheet, page: str) -> None:
        """The code of the link, the link, the seed and the page."""
        modules = _code(sheet.link)
        low = HEIGHT - _FOOT
        room = _LINE
        if modules:
            self._modules(modules, WIDTH - _MARGIN - _CODE, low - _CODE)
            room -= _CODE + 4
        self._canvas.setFillColor("#4b5663")
        lines = [f"Explorer, seed {sheet.seed}, page {page}"]
        if sheet.link:
            short = sheet.link if len(sheet.link) <= _LINK else f"{sheet.link[: _LINK - 1]}…"
            lines += ["The experiment:" if sheet.grids else "The lesson:", *_broken(short, _PLAIN, 7.5, room)]
        for number, line in enumerate(reversed(lines)):
            self._write(_MARGIN, low - 4 * number, line, 7.5)
        self._canvas.setFillColor("#000000")

    def _height(self, grids: Sequence[GridFigure], cell: float) -> float:
        """Of all rows that the grids take with cells of this size; much where one is too wide."""
        left, tallest, total = 0.0, 0.0, 0.0
        for grid in grids:
            wide, high = self._box(grid, cell)
            if wide > _LINE:
                return 2 * _GRIDS
            if left and left + wide > _LINE:
                total += tallest + _BETWEEN
                left, tallest = 0.0, 0.0
            left += wide + _BETWEEN
            tallest = max(tallest, high)
        return total + tallest

    def _box(self, grid: GridFigure, cell: float) -> tuple[float, float]:
        return max(cell * len(grid.cells[0]), self._width(grid.title)), 5.0 + cell * len(grid.cells)

    def _width(self, title: str) -> float:
        """Of a figure's title."""
        from reportlab.pdfbase.pdfmetrics import stringWidth

        return float(stringWidth(title, _BOLD, 9.5)) / _POINT

    def _grid(self, grid: GridFigure, left: float, top: float, cell: float) -> None:
        self._write(left, top + 2, grid.title, 9.5, _BOLD)
        top += 5.0
        colour = figures.ROLES[grid.role].light
        size = min(11.0, 0.42 * cell * _POINT)
        for row, texts in enumerate(grid.cells):
            for column, text in enumerate(texts):
                is_faint = grid.faint is not None and grid.faint[row][column]
                is_open = not text or (row, column) == grid.covered
                fill = "#f1f1ee" if is_faint else "#ffffff" if is_open else _tint(colour)
                x, y = left + column * cell, top + row * cell
                self._rectangle(x, y, cell, fill, "#8a8f96" if is_faint else colour)
                fitting = size * min(1.0, 2.7 / max(len(text), 1))
                self._canvas.setFillColor("#5b6672" if is_faint else "#000000")
                self._centre(x + cell / 2, y + cell / 2 + fitting * 0.36 / _POINT, text, fitting)
        self._canvas.setFillColor("#000000")
        for row, column in grid.framed:
            place = (left + column * cell) * _POINT, (HEIGHT - top - (row + 1) * cell) * _POINT
            self._canvas.setStrokeColor(figures.ROLES["field"].light)
            self._canvas.setLineWidth(1.8)
            self._canvas.rect(*place, cell * _POINT, cell * _POINT)

    def _write(self, x: float, y: float, text: str, size: float, font: str = _PLAIN) -> None:
        self._canvas.setFont(font, size)
        self._canvas.drawString(x * _POINT, (HEIGHT - y) * _POINT, text)

    def _centre(self, x: float, y: float, text: str, size: float) -> None:
        self._canvas.setFont(_PLAIN, size)
        self._canvas.drawCentredString(x * _POINT, (HEIGHT - y) * _POINT, text)

    def _line(self, left: float, right: float, up: float = 0.0) -> None:
        self._canvas.setStrokeColor("#8a8f96")
        self._canvas.setLineWidth(0.5)
        y = (HEIGHT - self._down - 1 + up) * _POINT
        self._canvas.line(left * _POINT, y, right * _POINT, y)

    def _rectangle(self, x: float, y: float, side: float, fill: str, stroke: str) -> None:
        self._canvas.setFillColor(fill)
        self._canvas.setStrokeColor(stroke)
        self._canvas.setLineWidth(0.6)
        place = x * _POINT, (HEIGHT - y - side) * _POINT
        self._canvas.rect(*place, side * _POINT, side * _POINT, fill=1, stroke=1)

    def _modules(self, modules: Sequence[Sequence[int]], left: float, top: float) -> None:
        """Draw a QR code, one rectangle for each run of dark modules."""
        side = _CODE / len(modules)
        self._canvas.setFillColor("#000000")
        for row, line in enumerate(modules):
            for start, length in _runs(line):
                self._canvas.rect(
                    (left + start * side) * _POINT,
                    (HEIGHT - top - (row + 1) * side) * _POINT,
                    length * side * _POINT,
                    side * _POINT * 1.01,  # else some printers leave a hair between two rows
                    fill=1,
                    stroke=0,
                )


def _sizes() -> Iterator[float]:
    """Cells in millimetres, from large to small."""
    size = _CELL
    while True:
        yield size
        size -= 0.5


def _runs(line: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where dark modules begin, and how many there are."""
    start = None
    for place, module in enumerate([*line, 0]):
        if module and start is None:
            start = place
        elif not module and start is not None:
            yield start, place - start
            start = None


def _tint(colour: str) -> str:
    """A colour as pale as numbers can be written on, and as paper takes it."""
    return figures.hex_colour(tuple(round(255 - 0.16 * (255 - part)) for part in figures.rgb_of(colour)))


def _code(link: str) -> Sequence[Sequence[int]]:
    """The modules of a link's QR code; none where there is no link, or one too long for any."""
    import segno

    try:
        return [list(row) for row in segno.make(link, micro=False, error="m").matrix] if link else []
    except segno.DataOverflowError:
        return []


def _broken(text: str, font: str, size: float, width: float) -> list[str]:
    """Break a text into lines of so many millimetres."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    def fits(line: str) -> bool:
        found: Any = stringWidth(line, font, size)
        return bool(found <= width * _POINT)

    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and not fits(longer):
            lines.append(line)
            line = word
        else:
            line = longer
        while not fits(line):  # a word longer than a line, such as an address
            length = next(count for count in range(len(line) - 1, 0, -1) if fits(line[:count]))
            lines.append(line[:length])
            line = line[length:]
    return [*lines, line]
