"""Sheets as PDF: two A4 pages, of which the second has the solutions.

The library that writes PDF is imported with the first sheet: a server starts without it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer import figures
from explorer.questions.record import GridFigure, PosedQuestion

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
_LINK = 84  # characters of a link that are printed: the code has all of it


@dataclass(frozen=True, kw_only=True, eq=False)
class ClassSheet:
    """One page of exercises and one of solutions.

    Attributes:
        title: What it is about.
        task: What to do, in a sentence or two.
        grids: What is on the page: numbers, weights, and an empty grid to fill in.
        solution: The grid that was empty, filled in.
        questions: Questions about the grids.
        seed: What they were drawn from.
        link: The address of the experiment.
    """

    title: str
    task: str
    grids: tuple[GridFigure, ...]
    solution: GridFigure
    questions: tuple[PosedQuestion, ...]
    seed: int
    link: str


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
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    for font in (_PLAIN, _BOLD):
        if font not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(font, f"{font}.ttf"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, A4, invariant=1, lang="en-GB", initialFontName=_PLAIN)
    canvas.setTitle(sheet.title)
    canvas.setAuthor("Explorer")
    page = _Page(canvas)
    page.heading(sheet.title)
    page.blanks("Name", "Class", "Date")
    page.text(sheet.task)
    page.row(sheet.grids)
    page.questions([question.on_paper or question.prompt for question in sheet.questions])
    page.foot(sheet, "1 of 2")
    page.turn()
    page.heading(f"Solutions: {sheet.title}")
    page.text("Below each solution, in small print: wrong answers, and the usual mistakes that lead to them.")
    page.row((sheet.solution,))
    for number, question in enumerate(sheet.questions, 1):
        page.numbered(number, question.on_paper or question.prompt, _BOLD)
        page.text(question.worked, indent=_INDENT)
        for wrong, sentence in list(question.mistakes.items())[:_MISTAKES]:
            if isinstance(wrong, float):
                page.text(f"{figures.format_number(wrong, 4)}:  {sentence}", indent=_INDENT, small=True)
        page.space(2)
    page.foot(sheet, "2 of 2")
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


class _Page:
    """A page that is written from top to bottom; places are millimetres from the top left."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._down = _MARGIN

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
        cell = next(size for size in _sizes() if size <= 3 or self._height(grids, size) <= _GRIDS)
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
            lines += ["The experiment:", *_broken(short, _PLAIN, 7.5, room)]
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
        from reportlab.pdfbase.pdfmetrics import stringWidth

        title = stringWidth(grid.title, _BOLD, 9.5) / _POINT
        return max(cell * len(grid.cells[0]), title), 5.0 + cell * len(grid.cells)

    def _grid(self, grid: GridFigure, left: float, top: float, cell: float) -> None:
        self._write(left, top + 2, grid.title, 9.5, _BOLD)
        top += 5.0
        colour = figures.ROLES[grid.role].light
        size = min(11.0, 0.42 * cell * _POINT)
        for row, texts in enumerate(grid.cells):
            for column, text in enumerate(texts):
                is_faint = grid.faint is not None and grid.faint[row][column]
                fill = "#f1f1ee" if is_faint else "#ffffff" if not text else _tint(colour)
                x, y = left + column * cell, top + row * cell
                self._rectangle(x, y, cell, fill, "#8a8f96" if is_faint else colour)
                fitting = size * min(1.0, 2.7 / max(len(text), 1))
                self._canvas.setFillColor("#5b6672" if is_faint else "#000000")
                self._centre(x + cell / 2, y + cell / 2 + fitting * 0.36 / _POINT, text, fitting)
        self._canvas.setFillColor("#000000")

    def _write(self, x: float, y: float, text: str, size: float, font: str = _PLAIN) -> None:
        self._canvas.setFont(font, size)
        self._canvas.drawString(x * _POINT, (HEIGHT - y) * _POINT, text)

    def _centre(self, x: float, y: float, text: str, size: float) -> None:
        self._canvas.setFont(_PLAIN, size)
        self._canvas.drawCentredString(x * _POINT, (HEIGHT - y) * _POINT, text)

    def _line(self, left: float, right: float) -> None:
        self._canvas.setStrokeColor("#8a8f96")
        self._canvas.setLineWidth(0.5)
        y = (HEIGHT - self._down - 1) * _POINT
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
