"""Workbooks: the cells of a sheet of an .xlsx or an .ods file.

Both are ZIP archives, which may unpack to a thousand times their size, and say of a cell that it stands in
row 1,000,000 or is repeated so often: what is unpacked, and what is counted, has bounds. The libraries are
imported when such a file comes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from reprlib import repr as short
from typing import Any
from xml.parsers.expat import ParserCreate

from explorer import zips
from explorer.errors import ExplorerError
from explorer.tables.sources import (
    MAX_CELLS,
    TOO_MANY,
    Cell,
    PerCent,
    Row,
    Source,
    bounded,
    check_size,
    filled,
)

MAX_UNPACKED = 64 * 1024 * 1024
"""The most bytes that an .xlsx may unpack to."""

MAX_UNPACKED_ODS = 12 * 1024 * 1024
"""The most bytes that an .ods may unpack to: its library keeps 25 for each."""

_ADVICE = "save the sheet as .xlsx or as CSV in your spreadsheet program"
_OLD = b"\xd0\xcf\x11\xe0"


def is_workbook(source: object) -> bool:
    """Whether these are the bytes of an archive or of an old workbook, and no text."""
    return isinstance(source, bytes) and source.startswith((b"PK\x03\x04", _OLD))


def workbook_source(data: bytes, sheet: str = "") -> Source:
    """Read the rows of a sheet.

    Args:
        data: The bytes of an .xlsx or an .ods file.
        sheet: Its name; "" for the first that is not empty.

    Raises:
        ExplorerError: If it is no such file, unpacks to too much, is damaged, or has no such sheet.
    """
    check_size(data)
    if data.startswith(_OLD):
        raise ExplorerError(f"The file is an old workbook (.xls), or one with a password; {_ADVICE}.")
    try:
        with zips.opened(data) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
    except zips.DamagedZipError as error:
        raise ExplorerError(f"The workbook is damaged or was cut off; {_ADVICE} again.") from error
    if "xl/workbook.xml" in sizes:
        kind, most, read = "Excel workbook", MAX_UNPACKED, _excel_sheets
    elif "content.xml" in sizes:
        kind, most, read = "OpenDocument sheet", MAX_UNPACKED_ODS, _open_document_sheets
    else:
        raise ExplorerError(f"The file is an archive, and no workbook that can be read here; {_ADVICE}.")
    if sum(sizes.values()) > most:
        raise ExplorerError(
            f"The workbook unpacks to {sum(sizes.values()) / 2**20:,.0f} MB and {most // 2**20} MB are the "
            "most; keep the sheet, the rows and the columns that you need."
        )
    try:
        sheets = dict(read(data))
        if not sheets or (sheet and sheet not in sheets):
            raise ExplorerError(
                f"There is no sheet {short(sheet)} in the workbook; it has {', '.join(map(short, sheets))}."
                if sheets
                else f"The file is no workbook with a sheet; {_ADVICE}."
            )
        for name in [sheet] if sheet else sheets:
            rows = list(_bounded(sheets[name]))
            if rows:
                return Source(_padded(rows), kind=kind, sheets=tuple(sheets), sheet=name)
    except ExplorerError:
        raise
    except Exception as error:
        # Of a damaged file the libraries raise whatever their parsers met.
        raise ExplorerError(f"The workbook is damaged or was cut off; {_ADVICE} again.") from error
    raise ExplorerError("The file is empty: it needs a row of numbers or more.")


def _bounded(rows: Iterator[list[Cell]]) -> Iterator[Row]:
    """The rows that are not blank with their places, until there are too many cells."""
    yield from (row for row in bounded(enumerate(rows, start=1)) if filled(row[1]))


def _padded(rows: list[Row]) -> list[Row]:
    """The rows, all of one length: a workbook leaves away what is blank at their ends."""
    width = max(len(row) for _, row in rows)
    if width * len(rows) > MAX_CELLS:
        raise ExplorerError(TOO_MANY)
    return [(place, row + [""] * (width - len(row))) for place, row in rows]


def _excel_sheets(data: bytes) -> Iterator[tuple[str, Iterator[list[Cell]]]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some programs write wrong ones
        yield sheet.title, ([_excel_cell(cell) for cell in row] for row in sheet.iter_rows())


def _open_document_sheets(data: bytes) -> Iterator[tuple[str, Iterator[list[Cell]]]]:
    from odf.opendocument import load
    from odf.table import Table

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # The library prints a fault of the XML, and goes on with what came before it.
        ParserCreate().Parse(archive.read("content.xml"), True)
    for sheet in load(io.BytesIO(data)).getElementsByType(Table):
        yield str(sheet.getAttribute("name")), _open_document_rows(sheet)


def _open_document_rows(sheet: Any) -> Iterator[list[Cell]]:
    """The rows of a sheet; what is blank to the end of the sheet is repeated there, and left away here."""
    from odf.namespaces import TABLENS
    from odf.table import TableRow

    blank = 0
    for element in sheet.getElementsByType(TableRow):
        row: list[Cell] = []
        gap = 0
        for cell in element.childNodes:
            times = int(cell.attributes.get((TABLENS, "number-columns-repeated"), 1))
            value = _open_document_cell(cell)
            if value == "":
                gap += times
                continue
            if len(row) + gap + times > MAX_CELLS:
                raise ExplorerError(TOO_MANY)
            row += [""] * gap + [value] * times
            gap = 0
        times = int(element.attributes.get((TABLENS, "number-rows-repeated"), 1))
        if not row:
            blank += times
            continue
        for _ in range(blank):
            yield []
        for _ in range(times):
            yield list(row)
        blank = 0


def _open_document_cell(cell: Any) -> Cell:
    from odf.namespaces import OFFICENS
    from odf.teletype import extractText

    kind = cell.attributes.get((OFFICENS, "value-type"))
    if kind in ("float", "percentage", "currency"):
        return (PerCent if kind == "percentage" else float)(cell.attributes[OFFICENS, "value"])
    if kind == "date":
        return str(cell.attributes[OFFICENS, "date-value"]).removesuffix("T00:00:00")
    return extractText(cell) if kind else ""


def _excel_cell(cell: Any) -> Cell:
    """A cell of openpyxl as text or number; a date as ISO 8601 writes it."""
    value: object = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return (PerCent if "%" in cell.number_format else float)(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat(" ") if isinstance(value, datetime) else _written(value)


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date | time) else str(value)
