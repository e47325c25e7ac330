"""What people bring: a table in every dialect, with titles, units, totals and gaps, as text and workbook."""

from __future__ import annotations

import csv
import datetime
import io
import re
import subprocess
import sys
import zipfile

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet, OpenDocumentText
from odf.table import Table, TableCell, TableRow
from odf.text import P

from explorer.tables import CellColumn, Numerals, column_of, read_table, workbooks
from explorer.tables.numerals import numeral

SPACES = " \u00a0\u202f\u2009"


def columns_of(read) -> dict[str, list]:
    """The columns as plain lists."""
    return {name: list(cells) for name, cells in read.columns.items()}


def read(source, **settings) -> dict[str, list]:
    return columns_of(read_table(source, **settings))


# One table in every dialect

NUMBERS = st.integers(-(10**9), 10**9).map(lambda whole: whole / 100)
WORDS = st.text(st.sampled_from("abcxyzäöüß,;. "), min_size=1, max_size=6).map(
    lambda text: f"w{text.strip()}"
)
TABLES = st.integers(2, 6).flatmap(
    lambda rows: st.tuples(
        st.lists(WORDS, min_size=rows, max_size=rows),
        st.lists(st.lists(NUMBERS, min_size=rows, max_size=rows), min_size=2, max_size=3),
    )
)


def written(number: float, decimal: str, group: str, kind: str) -> str:
    """A number as a spreadsheet shows it."""
    text = f"{number:,.2f}".replace(",", "g").replace(".", decimal).replace("g", group)
    if kind == "money":
        return f"-€ {text[1:]}" if number < 0 else f"€ {text}"
    return f"({text[1:]})" if kind == "accounts" and number < 0 else text


@settings(deadline=None, max_examples=150)
@given(
    TABLES,
    st.sampled_from(";\t,"),
    st.sampled_from([*((".", group) for group in ["", ",", "'", "’", *SPACES])])
    | st.sampled_from([*((",", group) for group in ["", ".", "'", *SPACES])]),
    st.sampled_from(["plain", "money", "accounts"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "text"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_a_table_in_any_dialect_is_the_same_table(table, separator, marks, kind, encoding, ending, said):
    """Separator, decimal mark, groups, currency, encoding and line ends are found, or said by "sep="."""
    words, columns = table
    decimal, group = marks
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, lineterminator=ending)
    writer.writerow(["Größe", *(f"x{place}" for place in range(len(columns)))])
    for word, *row in zip(words, *columns, strict=True):
        writer.writerow([word, *(written(number, decimal, group, kind) for number in row)])
    text = f"sep={separator}{ending}" * said + file.getvalue()
    if encoding == "cp1252":
        text = text.replace("\u2009", "\u00a0").replace("\u202f", "\u00a0")
    found = read_table(text if encoding == "text" else text.encode(encoding))
    assert found.source.separator == separator
    assert found.decimal == decimal
    assert columns_of(found) == {
        "Größe": [" ".join(word.split()) for word in words],
        **{f"x{place}": column for place, column in enumerate(columns)},
    }


@pytest.mark.parametrize(
    ("cell", "decimal", "number"),
    [
        ("1.234,5", ",", 1234.5),
        ("1 234,5", ",", 1234.5),
        ("1\u00a0234\u00a0567,5", ",", 1234567.5),
        ("1'234.5", ".", 1234.5),
        ("1’234’567", ".", 1234567),
        ("5 %", ".", 0.05),
        ("-0,52%", ",", -0.0052),
        ("$190.29", ".", 190.29),
        ("-$1,002.26", ".", -1002.26),
        ("$-5", ".", -5),
        ("US$ 7", ".", 7),
        ("1.234,50 €", ",", 1234.5),
        ("CHF 1'234.50", ".", 1234.5),
        ("12 kr", ",", 12),
        ("14,22,33,109.45", ".", 142233109.45),
        ("(5.00)", ".", -5),
        ("5-", ".", -5),
        ("−5", ".", -5),
        ("+,5", ",", 0.5),
        ("3.", ".", 3),
        ("2e3", ".", 2000),
        ("0.123", ".", 0.123),
    ],
)
def test_a_number_is_read_as_it_is_written(cell, decimal, number):
    """Groups, currencies, per cent, accountants' brackets and signs on either side."""
    assert Numerals(decimal).read(cell) == number


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "29.05.2024",
            "2024-05-29",
            "1 23",
            "1.2.3",
            "12,34",
            "1'23",
            "--5",
            "(5",
            "5)",
            "-(5)",
            "1_000",
            "inf",
        ),
        *("$", "%", "5 %%", "$5 %", "2023 2024", "", "1e", "²", "five", "0x10", "1,,000", "1,234,56"),
    ],
)
def test_what_is_no_number_is_none(cell):
    """Dates, half groups, doubled signs and words are texts; with a point as decimal mark 12,34 is none."""
    assert Numerals(".").read(cell) is None


@given(st.floats(-1e12, 1e12), st.sampled_from(".,"))
def test_a_number_survives_its_writing(number, decimal):
    """What a program writes with all its digits is the same number with either mark."""
    assert Numerals(decimal).read(repr(number).replace(".", decimal)) == number


@pytest.mark.parametrize(("cell", "marks"), [("1.5", "."), ("1,5", ","), ("1.234", ".,"), ("1,234.5", ".")])
def test_a_cell_settles_its_decimal_mark_or_leaves_it_open(cell, marks):
    """Three digits after the only mark may be thousandths or a group."""
    assert numeral(cell).marks == marks


def test_one_cell_settles_the_file():
    """1.234 is a thousand and more beside 1,5, wherever in the file, and one and a bit beside 1.5."""
    assert read("x;y\n1.234;7\n2.345;1,5\n") == {"x": [1234, 2345], "y": [7, 1.5]}
    assert read("x;y\n1.234;7\n2.345;1.5\n") == {"x": [1.234, 2.345], "y": [7, 1.5]}
    assert read('x,y\n"1,002.26",7\n992.43,1\n') == {"x": [1002.26, 992.43], "y": [7, 1]}


@pytest.mark.parametrize(
    ("text", "found", "other"),
    [
        ("x;y\n1.234;1\n", [1.234], [1234]),
        ("x;y\n1,234;1\n", [1.234], [1234]),
        ('x,y\n"1,234",1\n', [1234], [1.234]),
    ],
)
def test_what_nothing_settles_is_said_and_can_be_overruled(text, found, other):
    """The sentence gives both readings, and each decimal mark can be asked for."""
    first = read_table(text)
    assert list(first.columns["x"]) == found
    assert "could be" in first.said
    chosen = read_table(text, decimal={".": ",", ",": "."}[first.decimal])
    assert list(chosen.columns["x"]) == other
    assert not chosen.doubt


def test_the_separator_can_be_overruled():
    """It wins over what the rows look like, and over a line that names another one."""
    assert read("a;b,c\n1,2\n", separator=",") == {"a;b": [1], "c": [2]}
    assert read("sep=;\na;b,c\n1,2\n", separator=",") == {"a;b": [1], "c": [2]}
    assert read("x\n1,5\n2,5\n") == {"x": [1.5, 2.5]}


# What stands around a table


@pytest.mark.parametrize(
    ("text", "expected", "said"),
    [
        ("Sales of 2024\n\na;b\n1;2\n", {"a": [1], "b": [2]}, "1 row left out (the title in line 1)"),
        (
            "Sales;;\nall towns;;\na;b;c\n1;2;3\n",
            {"a": [1], "b": [2], "c": [3]},
            "2 rows left out (the title",
        ),
        ("t;v\ns;m/s\n0;1,5\n1;2\n", {"t (s)": [0, 1], "v (m/s)": [1.5, 2]}, "Line 2 gives the units."),
        ("t,v\n[s],(m)\n0,1\n", {"t (s)": [0], "v (m)": [1]}, "Line 2 gives the units."),
        ("n;x\na;1\nb;2\nTotal;3\n", {"n": ["a", "b"], "x": [1, 2]}, "1 row left out (the total in line 4)"),
        ("x;y\n1;2\n3;4\nSumme:;6\n", {"x": [1, 3], "y": [2, 4]}, "the total in line 4"),
        ("x;y\n1;2\nSource: Eurostat\n", {"x": [1], "y": [2]}, "1 row left out (a note in line 3)"),
        ("n,2019,2020\na,1,2\n", {"n": ["a"], "2019": [1], "2020": [2]}, "2 numeric columns"),
        ("2019,2020\n1,2\n", {"2019": [1], "2020": [2]}, "2 numeric columns, 1 row."),
        (",1,2,3\na,4,5,6\n", {"column 1": ["a"], "1": [4], "2": [5], "3": [6]}, "3 numeric columns"),
        ("2019,2020\n2001,2002\n", {"column 1": [2019, 2001], "column 2": [2020, 2002]}, "gives no names"),
        (
            "a,1,2\nb,2,3\n",
            {"column 1": ["a", "b"], "column 2": [1, 2], "column 3": [2, 3]},
            "gives no names",
        ),
        ("x,,y\n1,,2\n", {"x": [1], "y": [2]}, "'column 2' is empty and left out"),
        ("p;q\n5 %;€ 3\n", {"p": [0.05], "q": [3]}, "'p' is in per cent: of 5 % the number is 0.05."),
        ("p;q\n5 %;€ 3\n", {"p": [0.05], "q": [3]}, "'q' is written with a currency, which is left away."),
        (
            "d,x\n29.05.2024,1\n30.05.2024,2\n",
            {"d": ["29.05.2024", "30.05.2024"], "x": [1, 2]},
            "('d': dates",
        ),
        (
            "d,x\nMay 29 2024,1\n",
            {"d": ["May 29 2024"], "x": [1]},
            "1 text column ('d': dates, kept as text)",
        ),
        (
            "Größe;b\n1,5;2\n".encode("cp1252"),
            {"Größe": [1.5], "b": [2]},
            "decimal comma, Windows-1252, 2 num",
        ),
    ],
)
def test_what_stands_around_a_table_is_left_out_and_said(text, expected, said):
    """Titles, units, totals, notes, blank columns; years as names; dates as text: read, and said."""
    found = read_table(text)
    assert columns_of(found) == expected
    assert said in found.said


def test_a_table_that_says_its_first_row_is_taken_whole():
    """Where it is said what the first row is, a row called Total is a row."""
    assert read("n,x\na,1\nTotal,3\n", header=True) == {"n": ["a", "Total"], "x": [1, 3]}


@pytest.mark.parametrize(
    "rows",
    [
        ["a;1;2", "b;3;4", "c;5;6", ";9;12"],
        ["1,5;20", "2,5;30", "3,25;40", "7,25;90"],
        ["1.234,5;20", "2;30", "3;40", "1.239,5;90"],  # 1.234 could be less than two
        ["€ 1,000.5;-5 %", "€ 2;-7 %", "€ 3;-9 %", "€ 1,005.5;-21 %"],
        ["33.3;0.333", "33.3;0.333", "33.3;0.333", "100.0;1.000"],  # rounded before they were added
        ["1250;2", "3400;3", "2370;4", "7021;9"],  # and in whole thousands
        ["1234.5;2", "4567.4;3", "8901.3;4", "14703;9"],  # after they were added
        ["a;1;2;", "b;-;4;7", "c;5;6;", "-;6;12;n/a"],  # a gap adds nothing, nor is all added
    ],
)
def test_a_total_without_a_name_is_left_out_and_said(rows):
    """The last row adds up three rows or more in two columns or more, within rounding."""
    text = "\n".join([";".join("abcd"[: rows[0].count(";") + 1]), *rows, "Source: Eurostat"])
    found = read_table(text, missing="keep")
    assert found.lines.tolist() == [2, 3, 4]
    assert "2 rows left out (the sums of the columns in line 5, a note in line 6)" in found.said
    assert read_table(text, total=False, missing="keep").lines.tolist() == [2, 3, 4, 5]


@pytest.mark.parametrize(
    "rows",
    [
        ["1;2", "3;4", "4;6"],  # two rows
        ["1;2", "3;4", "5;6", "9;13"],
        ["a;1", "b;2", "c;3", ";6"],  # one column
        ["a;1;2", "b;3;4", "c;5;6", "d;9;12"],  # it has a name of its own
        ["0;0", "0;1", "1;0", "1;1"],  # a truth table
        ["1;-1", "2;2", "3;-1", "6;0"],  # nothing beyond what is added in the second
        ["30;2019", "33;2020", "36;2021", "99;2022"],
    ],
)
def test_a_row_that_may_be_no_total_stays(rows):
    """Few rows, one column, a name, or numbers that are found among those above."""
    text = "\n".join([";".join("xyz"[: rows[0].count(";") + 1]), *rows])
    found = read_table(text, missing="keep")
    assert len(found.lines) == len(rows)
    assert "left out" not in found.said


def test_what_the_last_row_is_can_be_overruled():
    """A total by its name stays a row, and any last row goes, also where the first row was said."""
    text = "Sales;\nn;x\na;1\nb;2\nTotal;3\n"
    assert read(text, total=False) == {"n": ["a", "b", "Total"], "x": [1, 2, 3]}
    assert read(text, total=True) == {"n": ["a", "b"], "x": [1, 2]}
    assert read("n;x\na;1\nb;2\nAll;3\nSource: us\n", total=True) == {"n": ["a", "b"], "x": [1, 2]}
    assert read("1;2\n3;4\n4;6\n", header=False, total=True) == {"column 1": [1, 3], "column 2": [2, 4]}


@pytest.mark.parametrize("cell", ["1e999999", "1e-999999", "1e200"])
def test_a_number_beyond_all_sums_is_no_total(cell):
    """It is refused where it stands, or is zero, and adding it up fails nowhere."""
    text = f"x;y\n{cell};1\n2;2\n3;3\n{cell};9\n"
    if cell == "1e-999999":
        assert read(text) == {"x": [0, 2, 3, 0], "y": [1, 2, 3, 9]}
    else:
        with pytest.raises(ValueError, match="beyond 1e100"):
            read(text)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_utf_16_that_lost_its_mark_is_read(encoding):
    """Half of its bytes are zero, always on one side; a binary file is still no text."""
    found = read_table("Größe;y\n1,5;2\n€ 3;4\n".encode(encoding))
    assert columns_of(found) == {"Größe": [1.5, 3], "y": [2, 4]}
    assert "UTF-16" in found.said
    with pytest.raises(ValueError, match="not a text"):
        read_table(b"\0a\0\0" * 20)


def test_a_text_of_millions_of_rows_is_refused():
    """A digit a line makes 4 million rows of 8 MB, which took 1.4 GB of memory."""
    with pytest.raises(ValueError, match="more than 3,000,000 cells"):
        read_table(b"1\n" * 4_000_000)


GAPS = "name,x,y\nAda,1,2\nBen,n/a,4\n,3,6\n"


def test_missing_values_are_counted_and_left_to_a_choice():
    """Rows are left out, or the mean stands there, or the file is refused with the place."""
    found = read_table(GAPS)
    assert columns_of(found) == {"name": ["Ada"], "x": [1], "y": [2]}
    assert found.lines.tolist() == [2]
    assert found.missing == (2, 2)
    assert "2 values are missing in 2 rows: these rows are left out." in found.said
    filled = read_table(GAPS, missing="mean")
    assert columns_of(filled) == {"name": ["Ada", "Ben", "missing"], "x": [1, 2, 3], "y": [2, 4, 6]}
    assert "the mean of the column stands there." in filled.said
    with pytest.raises(
        ValueError, match=r"Row 2, column 2 \('x'\), line 3 of the file, is missing \('n/a'\)"
    ):
        read_table(GAPS.replace(",3,", "Cleo,3,"), missing="refuse")


@given(
    st.lists(st.none() | st.integers(-99, 99), min_size=2, max_size=9).filter(
        lambda c: c.count(None) < len(c)
    )
)
def test_a_mean_fills_gaps_as_numpy_has_it(cells):
    """The filled column has the mean of what is there, and nothing that is there changes."""
    text = "x,y\n" + "".join(f"{'' if cell is None else cell},1\n" for cell in cells)
    column = read_table(text, missing="mean").columns["x"]
    there = [cell for cell in cells if cell is not None]
    np.testing.assert_allclose(column.mean(), np.mean(there), atol=1e-12)
    assert [number for number, cell in zip(column, cells, strict=True) if cell is not None] == there


def test_a_column_mostly_of_words_is_text():
    """Among words a number is a word; among numbers a word is a slip, and is named."""
    assert read("room,x\n12b,1\n12,2\n9a,3\n")["room"] == ["12b", "12", "9a"]
    with pytest.raises(
        ValueError, match=r"Row 3, column 1 \('x'\), line 4 of the file, holds '9a', which is not"
    ):
        read_table("x,y\n12,1\n12,2\n9a,3\n")


# Workbooks


def excel(rows, *more) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "First"
    for row in rows:
        book.active.append(row)
    for title, cells in more:
        sheet = book.create_sheet(title)
        for row in cells:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def open_document(rows, attributes=None) -> bytes:
    """An .ods: None is blank, a pair a value with its type."""
    book = OpenDocumentSpreadsheet()
    sheet = Table(name="First")
    for cells in rows:
        row = TableRow()
        for cell in cells:
            if cell is None:
                row.addElement(TableCell())
            elif isinstance(cell, str):
                element = TableCell(valuetype="string")
                element.addElement(P(text=cell))
                row.addElement(element)
            elif isinstance(cell, datetime.date):
                row.addElement(TableCell(valuetype="date", datevalue=cell.isoformat()))
            else:
                row.addElement(TableCell(valuetype="float", value=cell))
        sheet.addElement(row)
    for name, value in (attributes or {}).items():
        sheet.childNodes[-1].setAttribute(name, value)
    # What LibreOffice writes below every table: blank to the end of the sheet.
    blank = TableRow(numberrowsrepeated=1_048_570)
    blank.addElement(TableCell(numbercolumnsrepeated=16_384))
    sheet.addElement(blank)
    book.spreadsheet.addElement(sheet)
    file = io.BytesIO()
    book.write(file)
    return file.getvalue()


BOOK = [
    ["Weather of the week"],
    [],
    ["day", "rain", "wind"],
    [None, "mm", "km/h"],
    [datetime.date(2024, 5, 29), 0.5, 8],
    [datetime.date(2024, 5, 30), 12, 10.25],
    [datetime.date(2024, 5, 31), 7],
    ["Total", 12.5, 18.25],
]


@pytest.mark.parametrize(
    ("make", "kind"), [(excel, "Excel workbook"), (open_document, "OpenDocument sheet")], ids=["xlsx", "ods"]
)
def test_a_workbook_is_read_as_its_text_is(make, kind):
    """Title, units, total and dates of a sheet, with numbers as the program keeps them."""
    found = read_table(make(BOOK))
    assert columns_of(found) == {
        "day": ["2024-05-29", "2024-05-30"],
        "rain (mm)": [0.5, 12],
        "wind (km/h)": [8, 10.25],
    }
    assert found.said == (
        f"{kind}, 2 numeric columns, 1 text column ('day': dates, kept as text), 2 rows; 2 rows left out "
        "(the title in line 1, the total in line 8). Line 4 gives the units. 1 value is missing in 1 row: "
        "this row is left out."
    )
    assert found.lines.tolist() == [5, 6]


def test_numbers_that_a_workbook_keeps_as_text_are_numbers():
    """A German export has 1,5 as text beside numbers; years may be names."""
    assert read(excel([["x", 2019], ["1,5", 2], ["1.234,5", 3]])) == {"x": [1.5, 1234.5], "2019": [2, 3]}


def excel_per_cent():
    book = openpyxl.Workbook()
    for row in (["town", "share"], ["Bonn", 0.05], ["Ulm", 0.125]):
        book.active.append(row)
    book.active["B2"].number_format = "0%"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def open_document_per_cent():
    data = open_document([["town", "share"], ["Bonn", 0.05], ["Ulm", 0.125]])
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'value-type="float"', b'value-type="percentage"'))
    return changed.getvalue()


@pytest.mark.parametrize("make", [excel_per_cent, open_document_per_cent], ids=["xlsx", "ods"])
def test_a_cell_that_is_shown_in_per_cent_is_read_as_in_a_text(make):
    """A cell shown as 5 % is 0.05, and it is said."""
    found, text = read_table(make()), read_table("town;share\nBonn;5 %\nUlm;12.5 %\n")
    assert columns_of(found) == columns_of(text)
    assert found.percent == text.percent == ("share",)
    assert "'share' is in per cent: of 5 % the number is 0.05." in found.said


def test_the_sheet_is_chosen():
    """The first that is not empty is read and named, and another can be asked for."""
    book = excel([], ("Prices", [["x"], [1]]), ("Notes", [["y"], [2]]))
    assert read(book) == {"x": [1]}
    assert "sheet 'Prices' of 3" in read_table(book).said
    assert read(book, sheet="Notes") == {"y": [2]}
    with pytest.raises(
        ValueError, match="no sheet 'Plan' in the workbook; it has 'First', 'Prices', 'Notes'"
    ):
        read_table(book, sheet="Plan")


def archive(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return file.getvalue()


def changed(book: bytes, member: str, change) -> bytes:
    """The same workbook with one of its files changed."""
    with zipfile.ZipFile(io.BytesIO(book)) as source:
        return archive(
            **{
                name: change(source.read(name)) if name == member else source.read(name)
                for name in source.namelist()
            }
        )


SHEET = "xl/worksheets/sheet1.xml"
FAR = b'<row r="900000000"><c r="A900000000"><v>1</v></c></row></sheetData>'
WIDE = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(2, 400))
ODS = open_document([["x"], [1]])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"\xd0\xcf\x11\xe0old",
            "is an old workbook (.xls), or one with a password; save the sheet as .xlsx",
        ),
        (archive(**{"a.txt": b"x"}), "is an archive, and no workbook that can be read here"),
        (archive(**{"xl/workbook.xml": b"x"}), "The workbook is damaged or was cut off"),
        (archive(**{"content.xml": b"<x/>"}), "is damaged or was cut off"),
        (archive(**{"xl/workbook.xml": bytes(workbooks.MAX_UNPACKED + 1)}), "unpacks to 64 MB and 64 MB are"),
        (archive(**{"content.xml": bytes(20 << 20)}), "unpacks to 20 MB and 12 MB are the most"),
        (excel([["x"], [1]])[:-30], "is damaged or was cut off"),
        (excel([]), "The file is empty"),
        (changed(excel([["x"], [1]]), SHEET, lambda xml: xml[:-40]), "is damaged or was cut off"),
        (
            changed(excel([["x"], [1]]), SHEET, lambda xml: xml.replace(b"</sheetData>", FAR)),
            "more than 3,000,000 cells",
        ),
        (
            changed(excel([["x"]]), SHEET, lambda xml: xml.replace(b"</sheetData>", WIDE + b"</sheetData>")),
            "more than 3,000,000 cells",
        ),
        (open_document([["x"], [1]], {"numberrowsrepeated": 10**12}), "more than 3,000,000 cells"),
        (open_document([["x"], [1], [None]], {"numberrowsrepeated": 10**12})[:-9], "damaged or was cut off"),
        (changed(ODS, "content.xml", lambda xml: xml[:-40]), "is damaged or was cut off"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_workbook_that_cannot_be_read_says_why(data, message):
    """Old, foreign, damaged, or greater inside than a table: a sentence, soon, and with what to do."""
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        read_table(data)
    assert str(caught.value).endswith(".")


def test_a_text_document_is_no_table():
    """An .odt has no sheet."""
    file = io.BytesIO()
    OpenDocumentText().write(file)
    with pytest.raises(ValueError, match="no workbook with a sheet; save"):
        read_table(file.getvalue())


def test_the_libraries_of_workbooks_come_with_the_first_one():
    """Who reads a text has imported none of them."""
    code = (
        "import sys; from explorer.vectors.tables import read_csv; read_csv('x\\n1');"
        "print({'openpyxl', 'odf', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_cells_are_read_as_a_column():
    """Numbers that a workbook has typed stand beside texts of numbers."""
    column = column_of(CellColumn([1.5, "2,5", 3.0]), Numerals(","), str)
    assert column.tolist() == [1.5, 2.5, 3]
    assert not column.flags.writeable


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"decimal": "'"}, 'no decimal mark "\'"'),
        ({"missing": "guess"}, "by 'guess'; choose drop, mean, keep or refuse"),
    ],
)
def test_settings_that_there_are_not_are_refused(settings, message):
    """A decimal mark is the point or the comma, and what is missing is left out, filled or refused."""
    with pytest.raises(ValueError, match=message):
        read_table("x\n1\n", **settings)
