"""How a table is to be read, as a person may choose it against what was found."""

from __future__ import annotations

from explorer.parameters import Choice, Values
from explorer.tables.reading import TableReading, read_table
from explorer.tables.sources import DECIMALS, SEPARATORS

FOUND = "found"

SEPARATOR = Choice(
    name="separator",
    title="Between the cells",
    options={FOUND: "as found", **{word: word for word in SEPARATORS.values()}},
    default=FOUND,
    help="What separates the cells of a row.",
)
DECIMAL = Choice(
    name="decimal",
    title="Decimal mark",
    options={FOUND: "as found", "point": "1.5", "comma": "1,5"},
    default=FOUND,
    help="The other mark parts groups of digits: with a decimal comma, 1.234 is one thousand and more.",
)
HEADER = Choice(
    name="header",
    title="First row",
    options={FOUND: "as found", "names": "names", "values": "no names"},
    default=FOUND,
    help="Whether it names the columns. With either choice every row is one of the table: no title, units or "
    "total is looked for.",
)
TOTAL = Choice(
    name="total",
    title="Last row",
    options={FOUND: "as found", "row": "a row", "total": "a total"},
    default=FOUND,
    help="A total is left out. It is found by its name, or where it adds up the columns above it.",
)
MISSING = Choice(
    name="missing",
    title="Where a value is missing",
    options={"drop": "leave the row out", "mean": "the column's mean"},
    default="drop",
    help="A mean keeps the row, and makes the column look calmer than it is.",
)
TABLE_SETTINGS = (SEPARATOR, DECIMAL, HEADER, TOTAL, MISSING)

_SEPARATOR_OF = {word: mark for mark, word in SEPARATORS.items()}
_HEADER_OF = {"names": True, "values": False}
_TOTAL_OF = {"total": True, "row": False}
_DECIMAL_OF = {words.removeprefix("decimal "): mark for mark, words in DECIMALS.items()}


def read_as(source: str | bytes, values: Values, sheet: str = "") -> TableReading:
    r"""Read a table with these settings; its gaps stay, for `TableReading.completed`.

    Args:
        source: As `read_table` takes it.
        values: By the names of `TABLE_SETTINGS`.
        sheet: The sheet of a workbook; "" for the first that is not empty.

    Raises:
        ExplorerError: As for `read_table`.

    Example:
        >>> values = {setting.name: setting.default for setting in TABLE_SETTINGS} | {"decimal": "comma"}
        >>> read_as("x;y\n1.234;2\n", values).columns["x"].tolist()
        [1234.0]
    """
    return read_table(
        source,
        separator=_SEPARATOR_OF.get(values["separator"]),
        decimal=_DECIMAL_OF.get(values["decimal"]),
        header=_HEADER_OF.get(values["header"]),
        total=_TOTAL_OF.get(values["total"]),
        missing="keep",
        sheet=sheet,
    )
