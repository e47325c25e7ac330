"""From bytes to rows of cells: how a text is encoded, and what stands between its cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from reprlib import repr as short

from explorer.errors import ExplorerError
from explorer.tables.numerals import numeral

MAX_TABLE_FILE = 10 * 1024 * 1024
"""The most bytes of a file."""

MAX_COLUMNS = 4096
"""The most columns of a table."""

MAX_CELLS = 3_000_000
"""The most cells of a table, each row counted as one more, and blank ones between others too."""

TOO_MANY = (
    f"The table has more than {MAX_CELLS:,} cells, blank ones counted; keep the rows and columns needed."
)

SEPARATORS = {";": "semicolon", "\t": "tab", ",": "comma"}
"""What may stand between the cells of a text, the likeliest first."""

DECIMALS = {".": "decimal point", ",": "decimal comma"}
"""What may stand before the tenths."""


class PerCent(float):
    """A number that a workbook shows in per cent: 0.05 as 5 %."""


Cell = str | float
Row = tuple[int, list[Cell]]
"""A row that is not blank: the (last) line on which it stands, from 1, and its cells."""

_LOOKED_AT = 200  # rows, to see what separates their cells
_SAID = re.compile(r"\s*\"?sep=(?P<mark>.)\"?[ \t]*(?:\r\n|\r|\n|$)", re.IGNORECASE)
_COMMA_NUMBER = re.compile(r"[-+]?\d+,\d+")
_ADVICE = 'save the table as "CSV UTF-8" or as .xlsx in your spreadsheet program'


@dataclass(frozen=True, eq=False)
class Source:
    """The rows of a file, and how they were found.

    Attributes:
        rows: Those that are not blank.
        kind: "text", "Excel workbook" or "OpenDocument sheet".
        encoding: Of a text that is not in UTF-8: what it is in; else "".
        separator: A key of `SEPARATORS`, or "" where nothing separates cells.
        sheets: Names of a workbook's sheets.
        sheet: The one that was read.
    """

    rows: list[Row]
    kind: str = "text"
    encoding: str = ""
    separator: str = ""
    sheets: tuple[str, ...] = ()
    sheet: str = ""


def text_source(source: str | bytes, separator: str | None = None) -> Source:
    r"""Split a text into rows of cells.

    Args:
        source: The text, or its bytes: UTF-8, UTF-16, or Windows's cp1252.
        separator: A key of `SEPARATORS`; None: that of a line "sep=;", or what parts the rows most evenly.

    Raises:
        ExplorerError: If it is no text, is too large, or cannot be split.

    Example:
        >>> found = text_source("sep=;\nx;y\n1,5;2\n")
        >>> found.separator, found.rows
        (';', [(2, ['x', 'y']), (3, ['1,5', '2'])])
    """
    if separator is not None and separator not in SEPARATORS:
        names = ", ".join(SEPARATORS.values())
        raise ExplorerError(f"The cells cannot be separated by {short(separator)}; choose one of {names}.")
    text, encoding = decoded(source)
    before = 0
    if said := _SAID.match(text):
        text, before = text[said.end() :], len(re.findall(r"\r\n|\r|\n", said[0]))
        separator = separator or (said["mark"] if said["mark"] in SEPARATORS else None)
    separator = separator if separator is not None else separator_of(text)
    rows = [(line + before, row) for line, row in bounded(_rows(text, separator or "\0"))]
    if not rows:
        raise ExplorerError("The file is empty: it needs a row of numbers or more.")
    return Source(rows, encoding=encoding, separator=separator)


def decoded(source: str | bytes) -> tuple[str, str]:
    r"""Return a text without its byte-order mark, and its encoding where that is not UTF-8.

    Example:
        >>> decoded("Größe".encode("cp1252")), decoded("Größe".encode("utf-16"))
        (('Größe', 'Windows-1252'), ('Größe', 'UTF-16'))
    """
    if not isinstance(source, str | bytes):
        raise ExplorerError(f"A table is read from its text or its bytes, not from {short(source)}.")
    check_size(source)
    encoding = ""
    if isinstance(source, bytes):
        source, encoding = _as_text(source)
    if "\0" in source:
        raise ExplorerError(f"The file is not a text: it holds bytes that are zero; {_ADVICE}.")
    return source.removeprefix("\ufeff"), encoding


def check_size(source: str | bytes) -> None:
    """Refuse a file that is too large."""
    # A character of text takes a byte or more.
    if len(source) > MAX_TABLE_FILE:
        raise ExplorerError(
            f"The file has {len(source) / 2**20:.1f} MB and {MAX_TABLE_FILE // 2**20} MB are the most; "
            "keep the rows and columns that you need."
        )


def _as_text(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = {"utf-16": "UTF-16"}
    elif bare := _bare_utf_16(data):
        encodings = {bare: "UTF-16"}
    else:
        # Excel's plain CSV. Five of its bytes stand for no character; hardly a picture has none of them.
        encodings = {"utf-8": "", "cp1252": "Windows-1252"}
    for encoding, name in encodings.items():
        try:
            return data.decode(encoding), name
        except UnicodeDecodeError as error:
            wrong = error.start
    raise ExplorerError(f"The file is not a text: the bytes from {wrong:,} on are none; {_ADVICE}.")


def _bare_utf_16(data: bytes) -> str:
    r"""The order of bytes of a UTF-16 that lost its mark, "" where it is none.

    What separates cells and rows, and digits, are two bytes there of which one is zero, always on one side.

    >>> _bare_utf_16("x;y\n1;2\n".encode("utf-16-le")), _bare_utf_16(b"x;y\n")
    ('utf-16-le', '')
    """
    first, second = data[0:_LOOKED_AT:2].count(0), data[1:_LOOKED_AT:2].count(0)
    most = min(len(data), _LOOKED_AT) // 4  # half of the characters
    if len(data) % 2 == 0 and max(first, second) > most and not min(first, second):
        return "utf-16-le" if second else "utf-16-be"
    return ""


def separator_of(text: str) -> str:
    r"""Return what separates the cells of a text: a key of `SEPARATORS`, or "" where nothing does.

    It is what parts most rows into equally many cells. A decimal comma parts the rows of a single column
    too, but not its name.

    Example:
        >>> [separator_of(text) for text in ("a;b\n1,5;2,5\n", "Sales 2024\na\tb\n1,5\t2\n", "x\n1,5\n2,5\n")]
        [';', '\t', '']
    """
    shares = {mark: _evenness(text, mark) for mark in SEPARATORS}
    best = max(shares, key=shares.__getitem__)
    if not shares[best]:
        return ""
    if best == ",":
        found = islice(re.finditer(r"[^\r\n]*[^\r\n\s][^\r\n]*", text), _LOOKED_AT)
        lines = [each[0].strip() for each in found]
        if "," not in lines[0] and all(map(_COMMA_NUMBER.fullmatch, lines[1:])):
            return ""
    return best


def _evenness(text: str, separator: str) -> float:
    """The share of the first rows that have as many cells as most, and more than one; 1 if all are blank."""
    widths: Counter[int] = Counter()
    try:
        for _, row in islice(_rows(text, separator), _LOOKED_AT):
            widths[len(row)] += 1
    except ExplorerError:
        widths[0] += 1  # who reads the whole text says where it cannot be split
    if not widths:
        return 1.0
    width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]))
    return count / widths.total() if width > 1 else 0.0


def _rows(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )
    try:
        for row in reader:
            if any(row) and not "".join(row).isspace():
                yield reader.line_num, list(row)
    except csv.Error as error:
        raise ExplorerError(
            f"Line {reader.line_num} of the file cannot be split into cells ({error}); look for a quotation "
            "mark that is not closed, or for one within a cell."
        ) from error


def bounded(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows until there are too many cells: a file of 10 MB may hold millions.

    Raises:
        ExplorerError: Then.
    """
    cells = 0
    for row in rows:
        cells += len(row[1]) + 1
        if cells > MAX_CELLS:
            raise ExplorerError(TOO_MANY)
        yield row


def is_blank(cell: Cell) -> bool:
    """Whether nothing is written there."""
    return isinstance(cell, str) and not cell.strip()


def is_number(cell: Cell) -> bool:
    """Whether a cell can be read as a number with one decimal mark or the other."""
    return not isinstance(cell, str) or numeral(cell) is not None


def shown(cell: Cell) -> str:
    """A cell as it is read out: whole numbers without an idle ".0"."""
    if isinstance(cell, str):
        return cell
    return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)


def filled(row: Sequence[Cell]) -> int:
    """How many of the cells are not blank."""
    return sum(not is_blank(cell) for cell in row)


def trimmed(row: Iterable[Cell]) -> list[Cell]:
    """A row without the blank cells at its end."""
    cells = list(row)
    while cells and is_blank(cells[-1]):
        cells.pop()
    return cells
