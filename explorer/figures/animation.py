"""The sliding window as an animation."""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from explorer.errors import ExplorerError
from explorer.figures.colours import ROLES, Pixels, rgb_of
from explorer.figures.encoding import checked_pixels

if TYPE_CHECKING:
    from PIL import Image


_Texts = list[npt.NDArray[np.str_]]

MAX_ANIMATED_SIDE = 64
"""The longest side of a picture, in pixels, that `sliding_window_gif` draws."""

MAX_FRAMES = 400
"""The most places of the window, which is the number of frames, that `sliding_window_gif` draws."""

EXCERPT_SIDE = 12
"""The most rows and columns of a map in the part of it that `excerpt` cuts out."""

SMALLEST_CELL_WITH_NUMBER = 24
"""The least side of a cell, in screen pixels, for a number to be written into it."""

_LARGEST_CELL = 64
_USUAL_CELL = 44  # the least in which a number such as -0.25 is written twice as large
_FILM_PIXELS = 64_000_000  # of all frames together, as they are held in memory at once
_PAPER, _INK, _HIDDEN, _PADDING, _FIELD, _OUTPUT = range(6)
_PALETTE = [(255, 255, 255), (0, 0, 0), (232, 232, 232)] + [
    rgb_of(ROLES[name].light) for name in ("padding", "field", "output")
]


def animatable(picture_shape: tuple[int, ...], result_shape: tuple[int, ...]) -> bool:
    """Whether `sliding_window_gif` takes a picture and a map of these shapes.

    >>> animatable((20, 20, 1), (20, 20, 1)), animatable((21, 21, 1), (21, 21, 1))
    (True, False)
    """
    frames = result_shape[0] * result_shape[1]
    return max(picture_shape[:2]) <= MAX_ANIMATED_SIDE and frames <= MAX_FRAMES


@dataclass(frozen=True)
class Excerpt:
    """A part of a picture and of the map that a window makes of it.

    Attributes:
        picture: Rows and columns of the picture that the part of the map is made from.
        result: Rows and columns of the map.
        taps: What each of these rows and columns reads, counted from the corner of the picture's part.
    """

    picture: tuple[slice, slice]
    result: tuple[slice, slice]
    taps: tuple[npt.NDArray[np.integer], npt.NDArray[np.integer]]


def excerpt(
    picture_shape: tuple[int, ...], taps: tuple[npt.ArrayLike, npt.ArrayLike], around: tuple[int, int]
) -> Excerpt:
    """The part of a sliding window around one cell of its map that `sliding_window_gif` takes.

    It has as many rows and columns of the map, up to 12, as read at most 64 lines of the picture.

    Args:
        picture_shape: (H, W, ...).
        taps: as for `sliding_window_gif`.
        around: row and column of a cell of the map, as near to the middle as the map's edges allow.

    >>> lines = np.arange(100)[:, None] + [0, 1, 2]  # a window of 3 over 102 lines
    >>> part = excerpt((102, 102), (lines, lines), (0, 50))
    >>> part.result, part.picture
    ((slice(0, 12, None), slice(44, 56, None)), (slice(0, 14, None), slice(44, 58, None)))
    >>> part.taps[1][0].tolist()
    [0, 1, 2]
    """
    parts = [
        _excerpt_along(size, _tap_table(table, axis), middle)
        for size, table, axis, middle in zip(picture_shape, taps, ("rows", "columns"), around, strict=False)
    ]
    (picture_rows, rows, row_taps), (picture_columns, columns, column_taps) = parts
    return Excerpt((picture_rows, picture_columns), (rows, columns), (row_taps, column_taps))


def _excerpt_along(
    size: int, table: npt.NDArray[np.int64], middle: int
) -> tuple[slice, slice, npt.NDArray[np.int64]]:
    for count in range(min(EXCERPT_SIDE, len(table)), 0, -1):
        first = min(max(0, middle - count // 2), len(table) - count)
        part = table[first : first + count]
        # Padding stays padding: where the window leaves the picture, the part ends where the picture does.
        top = min(max(0, int(part.min())), size - 1)
        bottom = max(top + 1, min(size, int(part.max()) + 1))
        if bottom - top <= MAX_ANIMATED_SIDE:
            break
    return slice(top, bottom), slice(first, first + count), part - top


def sliding_window_gif(
    picture: Pixels,
    result: Pixels,
    taps: tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    values: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    kernel: tuple[Pixels, npt.ArrayLike] | None = None,
    blank: npt.ArrayLike | None = None,
    unread: npt.ArrayLike | None = None,
    cell: int | None = None,
    seconds_per_frame: float = 0.3,
) -> bytes:
    """The window slides over the picture and the output appears cell by cell: an animated GIF.

    There is one frame for each output cell. In it the cells that the window reads are outlined in the colour
    of the receptive field, and the output cell they make in the colour of the output. Cells outside the
    picture are hatched as padding. The last frame stays a second longer.

    Everything lies on one grid of square cells with one empty cell all round: the picture with its padding at
    the top left, two empty columns, then the output; between the two, where it is given, the kernel.

    Args:
        picture: uint8 (H, W) or (H, W, 3), at most 64 a side: the painted input.
        result: uint8 (H', W') or (H', W', 3), at most 400 cells: the painted output.
        taps: two arrays of whole numbers, (H', kh) rows and (W', kw) columns: output cell (i, j) reads
            the input cells (taps[0][i, m], taps[1][j, n]). Coordinates are those of the unpadded
            picture: negative ones, and those from H or W on, lie in the padding.
        values: numbers (H, W) and (H', W'), or with one channel behind, to write into the cells, if these
            are at least 24 pixels wide. Those of a whole-number type have no decimals.
        kernel: uint8 (kh, kw) or (kh, kw, 3), the painted weights, and numbers (kh, kw) to write into them.
        blank: truth values (H, W): cells of the picture that are padding, or zeros between its cells. They
            are hatched as padding, and nothing is written into them.
        unread: truth values (H, W): cells that no window reads. They are striped.
        cell: side of a cell in screen pixels, 4 to 64; as large as is sensible if not given.
        seconds_per_frame: 0.02 to 5, to a hundredth of a second.

    Returns:
        The file. Colours are exact as long as picture and result have no more than 250 different ones.

    Raises:
        ExplorerError: an argument cannot be used, or the animation would be too large; the message says
            what to do.

    >>> corners = np.array([[0, 1], [1, 2]])
    >>> pictures = np.eye(3, dtype=np.uint8), np.eye(2, dtype=np.uint8)
    >>> sliding_window_gif(*pictures, (corners, corners))[:6]
    b'GIF89a'
    """
    pictures = [checked_pixels(picture), checked_pixels(result)]
    if kernel is not None:
        pictures.append(checked_pixels(kernel[0]))
    board = _Board.of(pictures, taps, cell)
    if not 0.02 <= seconds_per_frame <= 5:
        raise ExplorerError(f"A frame is shown for 0.02 to 5 seconds, not {seconds_per_frame}.")
    numbers = None if values is None else values if kernel is None else (*values, kernel[1])
    written = None if numbers is None else _animation_texts(numbers, board)

    first, *others = board.frames(written, _animation_mask(blank, board), _animation_mask(unread, board))
    hundredth = round(seconds_per_frame * 100) * 10  # milliseconds
    durations = [hundredth] * (len(others) + 1)
    durations[-1] += 1000
    file = io.BytesIO()
    first.save(
        file,
        "GIF",
        save_all=True,
        append_images=others,
        duration=durations if others else durations[0],
        loop=0,
        optimize=True,
    )
    return file.getvalue()


@dataclass(frozen=True)
class _Board:
    """The grid of cells that an animation is drawn on: picture, kernel if there is one, and result."""

    pictures: list[Pixels]  # picture, result, perhaps the kernel
    rows: npt.NDArray[np.int64]  # (H', kh)
    columns: npt.NDArray[np.int64]  # (W', kw)
    cell: int

    @classmethod
    def of(
        cls, pictures: list[Pixels], taps: tuple[npt.ArrayLike, npt.ArrayLike], cell: int | None
    ) -> _Board:
        """The board for these arrays, if they fit together and the animation is not too large."""
        picture, result, *_ = pictures
        height, width = picture.shape[:2]
        if max(height, width) > MAX_ANIMATED_SIDE:
            raise ExplorerError(
                f"The animation is for pictures of at most {MAX_ANIMATED_SIDE} pixels a side, but this is "
                f"{height} by {width}; choose a smaller working size."
            )
        rows, columns = _tap_table(taps[0], "rows"), _tap_table(taps[1], "columns")
        if result.shape[:2] != (len(rows), len(columns)):
            raise ExplorerError(
                f"The taps describe an output of {len(rows)} by {len(columns)} cells, but the result has "
                f"{result.shape[0]} by {result.shape[1]}."
            )
        frames = len(rows) * len(columns)
        if frames > MAX_FRAMES:
            raise ExplorerError(
                f"The animation would have {frames} frames, one for each output cell; {MAX_FRAMES} are the "
                f"most; choose a smaller picture or a larger stride."
            )
        board = cls(pictures, rows, columns, cell or 1)
        lines, places = board._extent()
        most = min(_LARGEST_CELL, math.isqrt(_FILM_PIXELS // (lines * places * frames)))
        if most < 4:
            raise ExplorerError(
                f"The animation would be too large: {frames} frames of {lines} by {places} cells, padding "
                f"included; choose a smaller picture, kernel or dilation."
            )
        if cell is None:
            return cls(pictures, rows, columns, max(4, min(_USUAL_CELL, most, 1200 // places)))
        if not 4 <= cell <= most:
            raise ExplorerError(f"A cell of this animation is 4 to {most} pixels wide, not {cell}.")
        return board

    def _margins(self) -> tuple[int, int, int, int]:
        """How many cells of padding the window reads above, below, left and right of the picture."""
        height, width = self.pictures[0].shape[:2]
        above, left = max(0, -int(self.rows.min())), max(0, -int(self.columns.min()))
        below, right = int(self.rows.max()) - height + 1, int(self.columns.max()) - width + 1
        return above, max(0, below), left, max(0, right)

    def _places(self) -> list[int]:
        """The column of the board that each of the pictures begins in, and at last the board's own width."""
        _, _, left, right = self._margins()
        picture, result, *kernel = (array.shape[1] for array in self.pictures)
        middle = 3 + left + picture + right
        output = middle + sum(kernel) + 2 * len(kernel)
        return [1 + left, output, *([middle] if kernel else []), output + result + 1]

    def _extent(self) -> tuple[int, int]:
        """The size of the whole board in cells: (lines, places)."""
        above, below, _, _ = self._margins()
        picture, *others = (array.shape[0] for array in self.pictures)
        return max(above + picture + below, *others) + 2, self._places()[-1]

    def _block(self, which: int, row: int, column: int) -> tuple[slice, slice]:
        """The pixels of one cell of one of the pictures; large cells leave a pixel between them."""
        side = self.cell - 1 if self.cell >= 8 else self.cell
        line = 1 + row + (self._margins()[0] if which == 0 else 0)
        top, left = line * self.cell, (self._places()[which] + column) * self.cell
        return slice(top, top + side), slice(left, left + side)

    def frames(
        self, texts: _Texts | None, blank: npt.NDArray[np.bool_], unread: npt.NDArray[np.bool_]
    ) -> Iterator[Image.Image]:
        """One palette image for each output cell, row by row."""
        from PIL import Image

        palette, drawn = _animation_colours(self.pictures)
        lines, places = self._extent()
        canvas = np.full((lines * self.cell, places * self.cell), _PAPER, np.uint8)
        border = max(1, self.cell // 10)
        side = self.cell - 1 if self.cell >= 8 else self.cell
        write = _writer(palette, side - 2 * border, texts)

        def fill(which: int, row: int, column: int) -> None:
            block = canvas[self._block(which, row, column)]
            block[:] = drawn[which][row, column]
            if which == 0 and unread[row, column]:
                _stripe(block)
            if texts is not None:
                write(block, drawn[which][row, column], str(texts[which][row, column]))

        height, width = drawn[0].shape
        above, below, left, right = self._margins()
        for row, column in itertools.product(range(-above, height + below), range(-left, width + right)):
            if 0 <= row < height and 0 <= column < width and not blank[row, column]:
                fill(0, row, column)
                continue
            block = canvas[self._block(0, row, column)]
            _outline(block, _HIDDEN, 1)
            np.fill_diagonal(block[::-1], _PADDING)
            if 0 <= row < height and 0 <= column < width and unread[row, column]:
                _stripe(block)
        for which in range(2, len(drawn)):
            for row, column in np.ndindex(drawn[which].shape):
                fill(which, row, column)
        for row, column in np.ndindex(drawn[1].shape):
            canvas[self._block(1, row, column)] = _HIDDEN

        for row, column in np.ndindex(drawn[1].shape):
            fill(1, row, column)
            frame = canvas.copy()
            for read_row, read_column in itertools.product(self.rows[row], self.columns[column]):
                _outline(frame[self._block(0, int(read_row), int(read_column))], _FIELD, border)
            _outline(frame[self._block(1, row, column)], _OUTPUT, border)
            image = Image.fromarray(frame)
            image.putpalette(palette.ravel().tolist())
            yield image


def _outline(block: Pixels, colour: int, border: int) -> None:
    """Colour the border of a block of pixels, inside its edges."""
    block[:border] = block[-border:] = colour
    block[:, :border] = block[:, -border:] = colour


def _stripe(block: Pixels) -> None:
    """Draw stripes from the top right to the bottom left of a block, two pixels in eight."""
    row, column = np.indices(block.shape)
    block[(row + column) % 8 < 2] = _PADDING


def _animation_mask(given: npt.ArrayLike | None, board: _Board) -> npt.NDArray[np.bool_]:
    """Truth values for each cell of the picture, False where none are given."""
    shape = board.pictures[0].shape[:2]
    if given is None:
        return np.zeros(shape, bool)
    mask = np.asarray(given)
    if mask.shape != shape or mask.dtype != np.bool_:
        raise ExplorerError(
            f"The picture's {shape[0]} by {shape[1]} cells need a truth value each, but these are "
            f"{mask.dtype} of shape {mask.shape}."
        )
    return mask


def _tap_table(given: npt.ArrayLike, axis: str) -> npt.NDArray[np.int64]:
    table = np.asarray(given)
    if table.ndim != 2 or table.size == 0 or table.dtype.kind not in "iu":
        raise ExplorerError(
            f"The taps of the {axis} are whole numbers of shape (outputs, kernel size), but these are "
            f"{table.dtype} of shape {table.shape}."
        )
    return table.astype(np.int64)


def _animation_texts(given: Sequence[npt.ArrayLike], board: _Board) -> _Texts | None:
    """The numbers to write, or None if the cells are too small for them."""
    arrays = [np.asarray(numbers) for numbers in given]
    arrays = [array[:, :, 0] if array.ndim == 3 and array.shape[2] == 1 else array for array in arrays]
    expected = [picture.shape[:2] for picture in board.pictures]
    found = [array.shape for array in arrays]
    if found != expected:
        raise ExplorerError(
            f"The numbers written into the cells have the shapes {_joined(expected)}, one for each cell, but "
            f"these have {_joined(found)}."
        )
    if board.cell < SMALLEST_CELL_WITH_NUMBER:
        return None
    return [
        np.array([[_cell_text(float(x), array.dtype.kind in "iu") for x in row] for row in array])
        for array in arrays
    ]


def _joined(shapes: Sequence[tuple[int, ...]]) -> str:
    *others, last = map(str, shapes)
    return f"{', '.join(others)} and {last}"


def _animation_colours(pictures: Sequence[Pixels]) -> tuple[Pixels, list[Pixels]]:
    """A palette (n, 3), and each picture as indices (H, W) into it."""
    from PIL import Image

    flat = np.concatenate(
        [np.broadcast_to(np.atleast_3d(p), (*p.shape[:2], 3)).reshape(-1, 3) for p in pictures]
    )  # (cells of all pictures, 3)
    free = 256 - len(_PALETTE)
    colours, index = np.unique(flat, axis=0, return_inverse=True)
    if len(colours) > free:
        strip = Image.fromarray(flat[None]).quantize(free, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        colours = np.array(strip.getpalette(), np.uint8).reshape(-1, 3)[:free]
        index = np.asarray(strip)
    palette = np.concatenate([np.array(_PALETTE, np.uint8), colours])
    shifted = (index.ravel() + len(_PALETTE)).astype(np.uint8)
    ends = np.cumsum([p.shape[0] * p.shape[1] for p in pictures])[:-1]
    parts = np.split(shifted, ends)
    return palette, [part.reshape(p.shape[:2]) for part, p in zip(parts, pictures, strict=True)]


_GLYPHS = {
    "0": "75557",
    "1": "26227",
    "2": "71747",
    "3": "71717",
    "4": "55711",
    "5": "74717",
    "6": "74757",
    "7": "71111",
    "8": "75757",
    "9": "75717",
    "-": "00700",
    ".": "00001",
    "e": "75747",
    "N": "57755",
    "a": "71757",
    "i": "10111",
    "n": "00755",
    "f": "34744",
}
"""Five rows of at most three pixels, each row an octal digit: sharp in a GIF, where no smoothed letter is."""


def _stamp(text: str) -> npt.NDArray[np.bool_]:
    """The pixels of a text, True for ink, five rows high and without a margin.

    >>> for row in _stamp("-1.5"):
    ...     print("".join(np.where(row, "#", "-")))
    -----#----###
    ----##----#--
    ###--#----###
    -----#------#
    ----###-#-###
    """
    parts = []
    for glyph in (_GLYPHS[character] for character in text):
        width = max(int(row) for row in glyph).bit_length()
        parts.append(np.array([[int(row) >> bit & 1 for bit in range(width)[::-1]] for row in glyph], bool))
        parts.append(np.zeros((5, 1), bool))
    return np.concatenate(parts[:-1], axis=1)


def _cell_text(x: float, whole: bool = False) -> str:
    """A number for a cell: two decimals if below 10, fewer above, at most 19 pixels wide in `_GLYPHS`.

    >>> [_cell_text(x) for x in (0.5, -0.001, -12.34, 1234.5, -65025.0, math.inf)]
    ['0.50', '0.00', '-12.3', '1234', '-7e4', 'inf']
    >>> _cell_text(-3.0, whole=True)
    '-3'
    """
    if not math.isfinite(x):
        return str(x).replace("nan", "NaN")
    if abs(x) >= 9999.5:
        mantissa, exponent = f"{x:.0e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    decimals = 0 if whole or abs(x) >= 99.95 else 1 if abs(x) >= 9.995 else 2
    text = f"{x:.{decimals}f}"
    return "0.00" if text == "-0.00" else text


def _writer(palette: Pixels, side: int, texts: _Texts | None) -> Callable[[Pixels, int, str], None]:
    """A function that writes a text into a block of a colour, in one size for all texts."""
    widest = {text for table in texts or () for text in table.flat}
    tall = 5  # rows of a glyph
    scale = max(1, side // max((max(tall, _stamp(text).shape[1]) for text in widest), default=tall))
    dark = palette @ [0.2126, 0.7152, 0.0722] < 118  # below, white has the greater contrast

    def write(block: Pixels, colour: int, text: str) -> None:
        stamp = np.kron(_stamp(text), np.ones((scale, scale), bool))
        top, left = (block.shape[0] - stamp.shape[0]) // 2, (block.shape[1] - stamp.shape[1]) // 2
        middle = block[top : top + stamp.shape[0], left : left + stamp.shape[1]]
        middle[stamp] = _PAPER if dark[colour] else _INK

    return write
