"""Tables as spreadsheets, instruments and exchanges write them: one reader for all that people bring.

A file becomes rows of cells (`sources`, `workbooks`), rows become a heading with what stands below it
(`layout`, `sums`), and cells become numbers by the way in which the whole file writes them (`numerals`). What
was understood is a `TableReading`, whose sentence is shown before its numbers are used.
"""

from explorer.tables.numerals import MAX_MAGNITUDE, Numerals
from explorer.tables.reading import (
    CellColumn,
    Column,
    MissingValues,
    NamedColumns,
    TableReading,
    check_numbers,
    column_of,
    label,
    place_of,
    read_table,
    unique_names,
)
from explorer.tables.sources import DECIMALS, MAX_COLUMNS, MAX_TABLE_FILE, SEPARATORS
from explorer.tables.workbooks import is_workbook

__all__ = [
    "DECIMALS",
    "MAX_COLUMNS",
    "MAX_MAGNITUDE",
    "MAX_TABLE_FILE",
    "SEPARATORS",
    "CellColumn",
    "Column",
    "MissingValues",
    "NamedColumns",
    "Numerals",
    "TableReading",
    "check_numbers",
    "column_of",
    "is_workbook",
    "label",
    "place_of",
    "read_table",
    "unique_names",
]
