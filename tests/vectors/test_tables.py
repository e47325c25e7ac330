from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from explorer.tables import MAX_COLUMNS, MAX_TABLE_FILE
from explorer.vectors import MAX_MAGNITUDE, angle, cosine, distance, dot, length
from explorer.vectors.tables import (
    TABLES,
    from_columns,
    from_text,
    one_hot,
    read_csv,
    to_text,
    write_csv,
)

WIDE = st.floats(-MAX_MAGNITUDE, MAX_MAGNITUDE)


def table_of(columns) -> dict[str, list]:
    """The columns of a table as plain lists."""
    return {name: list(cells) for name, cells in columns.items()}


# ------------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize("name", TABLES)
def test_built_in_tables_are_complete(name):
    """Each table says what can be seen in it and where it is from, has a vector or more, and fits a page."""
    table = TABLES[name]
    assert table.name == name
    assert table.title
    assert table.why.endswith(".")
    assert table.source.endswith(".")
    assert len(table.numbers) >= 3
    assert 2 <= table.size <= 12
    assert {len(cells) for cells in table.columns.values()} == {table.size}
    assert len(set(table.row_names)) == table.size
    assert table.matrix().shape == (table.size, len(table.numbers))


def test_built_in_tables_keep_their_word():
    """What their sentences say of the arrows, colours and tastes is so."""
    plane, space, colours = TABLES["arrows"], TABLES["arrows_3d"], TABLES["colours"]
    assert dot(plane.vector("b"), plane.vector("c")).value == 0
    assert_array_equal(plane.vector("d"), -2 * plane.vector("a"))
    assert length(space.vector("a")) == length(space.vector("b")) == 3
    assert angle(space.vector("a"), space.vector("b")) == 90
    assert_array_equal(space.vector("c"), 2 * space.vector("a"))
    named = dict(zip(colours.row_names, colours.matrix(), strict=True))
    assert angle(named["red"] + named["blue"], named["purple"]) < 1e-12
    assert angle(named["white"], named["grey"]) < 1e-12
    flowers = TABLES["flowers"].matrix()
    apart = [[distance(one, other) for other in flowers] for one in flowers]
    for place, ways in enumerate(apart[:3]):
        assert max(ways[:3]) < min(ways[3:]), place
    tastes = TABLES["ratings"]
    assert cosine(tastes.vector("Ada"), tastes.vector("Chloe")) > 0.95
    assert cosine(tastes.vector("Ada"), tastes.vector("Dan")) < 0.7


def test_a_table_gives_columns_rows_and_matrices():
    """A column, a row and a choice of columns are the numbers that stand there."""
    table = from_columns({"fruit": ["fig", "plum"], "x": [1, 2], "y": [3, 4], "z": [5, 6]})
    assert table.numbers == ("x", "y", "z")
    assert table.texts == ("fruit",)
    assert table.row_names == ("fig", "plum")
    assert_array_equal(table.vector("y"), [3, 4])
    assert_array_equal(table.row(1), [2, 4, 6])
    assert_array_equal(table.matrix(["z", "x"]), [[5, 1], [6, 2]])
    assert table_of(from_columns(table.cells()).columns) == table_of(table.columns)
    assert not table.vector("x").flags.writeable


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda table: table.vector("sky"), "'sky' holds text; choose one of 'temperature"),
        (lambda table: table.vector("snow"), "no column 'snow'; the columns: 'day', 'sky'"),
        (lambda table: table.row(7), "no row 7: there are 7, counted from 0"),
        (lambda table: table.row(True), "no row True"),
        (lambda table: table.matrix([]), "needs a column or more"),
    ],
)
def test_what_a_table_does_not_have_is_said(ask, message):
    """An unknown column or row, or a text for a vector, gets a sentence."""
    with pytest.raises(ValueError, match=re.escape(message)):
        ask(TABLES["weather"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x,y\n1,2\n3,4\n", {"x": [1, 3], "y": [2, 4]}),
        ("1,2\n3,4", {"column 1": [1, 3], "column 2": [2, 4]}),
        ("x;y\r\n1,5;2\r\n-3;,25\r\n", {"x": [1.5, -3], "y": [2, 0.25]}),
        ("x;y\n1.5;2\n", {"x": [1.5], "y": [2]}),
        ("x\ty\n1\t2e3\n", {"x": [1], "y": [2000]}),
        ("\ufeffx,y\n1,2\n", {"x": [1], "y": [2]}),
        ("\ufeff1,2\n", {"column 1": [1], "column 2": [2]}),
        ("\n\nx,y\n\n1,2\n,\n  \n3,4\n\n", {"x": [1, 3], "y": [2, 4]}),
        ("x,y,\n1,2,\n3,4\n", {"x": [1, 3], "y": [2, 4]}),
        (",y\n1,2\n", {"column 1": [1], "y": [2]}),
        ("x,x,x (2)\n1,2,3\n", {"x": [1], "x (2)": [2], "x (2) (2)": [3]}),
        ('"a;b", "say ""x"""\n1, 2\n', {"a;b": [1], 'say "x"': [2]}),
        ("name,x\nAda,1\n Ben  B ,2\n", {"name": ["Ada", "Ben B"], "x": [1, 2]}),
        ("town;x\nParis, France;1,5\n", {"town": ["Paris, France"], "x": [1.5]}),
        ("x\n−2\n+.5\n3.\n", {"x": [-2, 0.5, 3]}),
        ("x\r1\r2\r", {"x": [1, 2]}),
        ("7", {"column 1": [7]}),
        ("x,why\n1,some\n2,none\n", {"x": [1, 2], "why": ["some", "none"]}),
    ],
)
def test_files_as_they_come(text, expected):
    """Separators, decimal commas, headers, marks, blank lines and quotation marks are understood."""
    assert table_of(read_csv(text).columns) == expected
    assert table_of(read_csv(text.encode()).columns) == expected


def test_a_cell_is_found_in_its_file():
    """Row, column and line of a cell are those of the file, blank lines counted, in a part of it too."""
    table = read_csv('day,x\n\n"a\nb",1\nc,2\n\n\nd,3\n')
    assert table.where(0, "day") == "Row 1, column 1 ('day'), line 4 of the file,"
    assert table.where(2, "x") == "Row 3, column 2 ('x'), line 8 of the file,"
    part = table.part(slice(1, 3), slice(1, 2))
    assert part.where(1, "x") == "Row 3, column 1 ('x'), line 8 of the file,"
    assert from_columns({"x": [1, 2]}).where(1, "x") == "Row 2, column 1 ('x')"
    assert table.with_column("y").where(1, "x") == "Row 2, column 2 ('x')"


def test_a_file_in_utf_16_is_read():
    """What Excel calls Unicode text: UTF-16 with its mark, tabs between the cells."""
    assert table_of(read_csv("größe\tx\n1\t2\n".encode("utf-16")).columns) == {"größe": [1], "x": [2]}


def test_header_and_separator_can_be_said():
    """What the first row is can be said, against what it looks like; the separator likewise."""
    assert table_of(read_csv("3,4\n1,2\n").columns) == {"column 1": [3, 1], "column 2": [4, 2]}
    assert table_of(read_csv("3,4\n1,2\n", header=True).columns) == {"3": [1], "4": [2]}
    years = {"column 1": [2019, 1], "column 2": [2020, 2]}
    assert table_of(read_csv("2019,2020\n1,2\n", header=False).columns) == years
    assert table_of(read_csv("a;b,c\n1,2\n", separator=",").columns) == {"a;b": [1], "c": [2]}
    with pytest.raises(ValueError, match=r"separated by '[|]'; choose one of semicolon, tab, comma"):
        read_csv("1|2", separator="|")


def test_a_file_says_how_it_was_read():
    """The sentence of a table gives separator, decimal mark and size, and says where names are missing."""
    assert read_csv("x;y\n1,5;2\n").why == "Semicolon, decimal comma, 2 numeric columns, 1 row."
    assert read_csv("1\n2\n").why == "One column, 1 numeric column, 2 rows. The file gives no names."


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "The file is empty"),
        (b"", "The file is empty"),
        (" \n\n ,, \n", "The file is empty"),
        ("x,y\n", "one row, which was read as the names"),
        ("x,y\n1,2\n3\n", "Line 3 of the file has 1 cell, and most have 2"),
        ("1,2\n3,4\n5,6,7\n", "Line 3 of the file has 3 cells, and most have 2"),
        ("x,y\n1,2\n\n3,four\n", "Row 2, column 2 ('y'), line 4 of the file, holds 'four', which is not a"),
        ("x,y\nred,1\n2,3\n", "Row 1, column 1 ('x'), line 2 of the file, holds 'red', which is not a numb"),
        ("x,y\n1,\n,2\n", "In every row a value is missing, so that none is left; take the mean"),
        (
            "x,y\n1,inf\n1,2\n",
            "Row 1, column 2 ('y'), line 2 of the file, holds 'inf', which is not a number",
        ),
        ("x,y\n1,2\n1,inf\n", "holds 'inf', which is not a number"),
        ("x,y\n1,2\n1,1_000\n", "holds '1_000', which is not a number"),
        ("x\n1e101\n", "holds '1e101', which is beyond 1e100"),
        ("x\n1\n1e999\n", "holds '1e999', which is beyond 1e100"),
        ("x;y\n1,5;2.5\n", "holds '2.5', and the numbers are read with a decimal comma; write all of them"),
        (
            "x;y\n1.5;2\n1;2,5\n",
            "Row 1, column 1 ('x'), line 2 of the file, holds '1.5', and the numbers are",
        ),
        ("x,y\nred,green\n", "The table holds text only; column 1 ('x') begins with 'red' in row 1"),
        ('x,y\n1,"2\n', "cannot be split into cells"),
        ('x,y\n1,"2"3\n', "Line 2 of the file cannot be split into cells"),
        ("x\n" + "9" * 200_000, "cannot be split into cells"),
        (b"x,y\n1,\x81\n", "is not a text: the bytes from 6 on are none; save the table as"),
        (b"\xff\xfe1", "is not a text: the bytes from 2 on are none"),
        (b"PK\x03\x04zip", "The workbook is damaged or was cut off"),
        (b"1,2\n\x00,3", "holds bytes that are zero"),
        ("1" * (MAX_TABLE_FILE + 1), "has 10.0 MB and 10 MB are the most"),
        (b"1" * (2 * MAX_TABLE_FILE), "has 20.0 MB and 10 MB are the most"),
        (",".join("1" * (MAX_COLUMNS + 1)), "has 4,097 columns and 4,096 are the most"),
        (12, "from its text or its bytes, not from 12"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_files_that_cannot_be_read_say_why_and_where(source, message):
    """Empty, ragged, not numeric, too large, wrongly encoded: a sentence with row, column and line."""
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        read_csv(source)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("wrong", [5_000, 5_001, 9_999])
def test_a_cell_deep_in_a_long_file_is_found(wrong):
    """A file is read some thousand rows at a time; rows and lines are counted through."""
    lines = ["x,y", *["1,2"] * 10_000]
    lines[wrong] = "1,two"
    with pytest.raises(
        ValueError, match=rf"Row {wrong}, column 2 \('y'\), line {wrong + 1} of the file, hol"
    ):
        read_csv("\n".join(lines))
    lines[wrong] = "1,2.5"
    table = read_csv("\n".join(lines))
    assert table.size == 10_000
    assert table.vector("y")[wrong - 1] == 2.5
    assert table.vector("y").sum() == 20_000.5


def test_a_file_of_the_largest_size_is_read():
    """10 MB are read: 4096 columns, some thousand rows."""
    line = ",".join(["0.5"] * 1024) + "\n"
    table = read_csv((line * (MAX_TABLE_FILE // len(line))).encode())
    assert len(table.numbers) == 1024
    assert table.matrix().sum() == table.size * 512


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(
    lambda text: not any(character.isnumeric() for character in text) and text.strip("\ufeff \u200b")
)


@settings(deadline=None)
@given(
    st.integers(1, 5).flatmap(
        lambda n: st.dictionaries(
            TEXTS,
            st.lists(WIDE, min_size=n, max_size=n) | st.lists(TEXTS, min_size=n, max_size=n),
            min_size=1,
            max_size=4,
        )
    )
)
def test_a_table_survives_its_file(columns):
    """What is written as CSV is read again, number for number and text for text."""
    assume(any(isinstance(cells[0], float) for cells in columns.values()))
    try:
        table = from_columns(columns)
    except ValueError as error:
        assume("missing" not in str(error))
        raise
    again = read_csv(write_csv(table), header=True)
    assert table_of(again.columns) == table_of(table.columns)
    assert table_of(read_csv(write_csv(table).encode(), header=True).columns) == table_of(table.columns)


MESS = st.text(st.sampled_from(list('0123456789.,;\t\n\r"-+eE_xNa \ufeff−\x00é')), max_size=60)


@settings(deadline=None)
@given(st.one_of(MESS, st.text(max_size=60), st.binary(max_size=60), MESS.map(str.encode)))
@example("\udc80,1\n2,3")
@example('"\n"')
@example("1,2\n1,2,,")
@example("²\n1")
@example("0\t\ufeff")
@example("0;\ufeff \ufeff")
def test_a_file_is_a_table_or_a_sentence(source):
    """Whatever comes, there are finite numbers or a sentence, and never another error."""
    try:
        table = read_csv(source)
    except ValueError as error:
        said = str(error)
    else:
        said = table.why
        assert np.isfinite(table.matrix()).all()
        assert {len(cells) for cells in table.columns.values()} == {table.size}
        assert all(cell.strip() for name in table.texts for cell in table.columns[name])
    assert re.fullmatch(r"[A-Z0-9].*\.", said, re.DOTALL), said


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({}, "The table is empty"),
        ({"x": []}, "The table is empty"),
        ({"x": [1, 2], "y": [1]}, "Column 2 ('y') has 1 cell and column 1 has 2"),
        ({"x": [1, None]}, "Row 2, column 1 ('x') is missing; fill it in"),
        ({"x": [1, math.nan]}, "Row 2, column 1 ('x') is missing"),
        ({"x": [math.inf, 1]}, "Row 1, column 1 ('x') holds 'inf', which is not a number; write one"),
        ({"x": [1, "two"]}, "Row 2, column 1 ('x') holds 'two', which is not a number"),
        ({"x": [1, 10**400]}, "Row 2, column 1 ('x') holds '1e999', which is beyond 1e100"),
        ({"x": [1, 2j]}, "holds '2j', which is not a number"),
        ({"x": ["a"]}, "The table holds text only"),
        ({str(place): [1] for place in range(MAX_COLUMNS + 1)}, "4,096 columns at the most, not 4,097"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_cells_that_make_no_table_say_which(columns, message):
    """An edited table with a hole, a text among numbers or columns of several lengths gets a sentence."""
    with pytest.raises(ValueError, match=re.escape(message)):
        from_columns(columns)


@settings(deadline=None)
@given(
    st.integers(1, 5).flatmap(
        lambda n: st.dictionaries(
            TEXTS,
            st.lists(WIDE, min_size=n, max_size=n) | st.lists(TEXTS, min_size=n, max_size=n),
            min_size=1,
            max_size=4,
        )
    )
)
def test_a_table_survives_its_address(columns):
    """What is written for a link is read again, number for number and text for text."""
    assume(any(isinstance(cells[0], float) for cells in columns.values()))
    try:
        table = from_columns(columns)
    except ValueError as error:
        assume("missing" not in str(error))
        raise
    again = from_text(to_text(table))
    assert table_of(again.columns) == table_of(table.columns)
    assert again.why == "Your own table."


# ------------------------------------------------------------------------------- vectors picked and put back


@pytest.mark.parametrize("along", ["columns", "rows"])
@pytest.mark.parametrize("name", TABLES)
def test_a_vector_put_back_changes_nothing_else(name, along):
    """Each vector of each table can be picked and exchanged; all other cells stay, and so does the table."""
    table = TABLES[name]
    before = table.cells()
    for place, vector in enumerate(table.vector_names(along)):
        numbers = table.pick(along, vector)
        assert numbers.size == len(table.places(along))
        changed = table.put(along, vector, numbers + 1)
        expected = table.matrix().copy()
        if along == "columns":
            expected[:, place] += 1
        else:
            expected[place] += 1
        assert_array_equal(changed.matrix(), expected)
        assert changed.row_names == table.row_names
        assert (changed.name, changed.why) == ("own", "Your own table.")
        assert table_of(table.put(along, vector, numbers).columns) == before
    assert table.cells() == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.pick("rows", "Caturday"), "no row 'Caturday'; the rows: 'Monday', 'Tuesday'"),
        (lambda table: table.pick("columns", "sky"), "'sky' holds text"),
        (lambda table: table.put("rows", "Monday", [1, 2]), "'Monday' has 3 numbers, not 2"),
        (lambda table: table.put("rows", "Monday", [1, 2, math.nan]), "is missing"),
        (lambda table: table.put("columns", "rain (mm)", [1e101] * 7), "which is beyond 1e100"),
        (lambda table: table.part(slice(2), slice(2)), "no numbers in this part"),
        (lambda table: table.part(slice(9, 12), slice(None)), "no numbers in this part"),
        (
            lambda table: table.with_part(slice(1), from_columns({"rain (mm)": [1, 2]})),
            "Rows come and go in all columns at once",
        ),
        (
            lambda table: table.with_part(slice(1), from_columns({"sky": [1]})),
            "Column 'sky' would hold numbers and texts",
        ),
    ],
)
def test_what_cannot_be_put_is_said(change, message):
    """Another length, an unknown name, a number that is none, or a part without numbers gets a sentence."""
    with pytest.raises(ValueError, match=re.escape(message)):
        change(TABLES["weather"])


@settings(deadline=None)
@given(st.data(), st.integers(1, 12), st.integers(1, 4))
def test_a_part_put_back_is_the_table(data, height, width):
    """Any part of a table, given back as it was, leaves all as it was; rows that come are in its place."""
    table = from_columns({f"c{column}": range(column, column + height) for column in range(width)})
    first = data.draw(st.integers(0, height - 1))
    rows = slice(first, data.draw(st.integers(first + 1, height + 3)))
    left = data.draw(st.integers(0, width - 1))
    part = table.part(rows, slice(left, None))
    assert part.first == first + 1
    assert table.with_part(rows, part).cells() == table.cells()
    whole = table.part(rows, slice(None))
    longer = from_columns({name: [*cells, -1] for name, cells in whole.cells().items()})
    again = table.with_part(rows, longer)
    assert again.size == height + 1
    assert again.row(first + whole.size).tolist() == [-1] * width


def test_rows_of_a_part_keep_their_numbers():
    """The first row of a part that begins at the third is row 3, unless its rows have names."""
    table = from_columns({"x": range(5)})
    part = table.part(slice(2, None), slice(None))
    assert part.row_names == ("row 3", "row 4", "row 5")
    assert part.part(slice(1, None), slice(None)).row_names == ("row 4", "row 5")
    assert TABLES["weather"].part(slice(5, None), slice(None)).row_names == ("Saturday", "Sunday")


# ------------------------------------------------------------------------------------------------ one-hot


@pytest.mark.parametrize(
    ("values", "categories"),
    [
        (["b", "a", "b"], ("a", "b")),
        (["b", "B", "é", "a"], ("B", "a", "b", "é")),
        ([3, 1, 2, 1], (1, 2, 3)),
        (np.array([2.0, -1.0, 2.0]), (-1, 2)),
        ([np.int64(4), 3.0], (3, 4)),
    ],
)
def test_one_hot_codes_have_one_1(values, categories):
    """Categories are sorted; each row has its 1 in the column of its category, and reads back from there."""
    code = one_hot(values)
    assert code.categories == categories
    assert code.matrix.shape == (len(values), len(categories))
    assert_array_equal(code.matrix.sum(axis=1), 1)
    assert set(np.unique(code.matrix)) <= {0, 1}
    assert [categories[place] for place in code.matrix.argmax(axis=1)] == list(values)


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=30))
def test_one_hot_is_numpys_unique(values):
    """Sorted categories and places are those of numpy.unique."""
    categories, places = np.unique(values, return_inverse=True)
    code = one_hot(values)
    assert code.categories == tuple(categories)
    assert_array_equal(code.matrix, np.eye(len(categories))[places])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "There is nothing to code"),
        ([1, 0.5], "Row 2 holds 0.5: a category is a text or a whole number"),
        ([math.nan], "Row 1 holds nan"),
        ([np.float64(math.inf)], "Row 1 holds inf"),
        ([None], "Row 1 holds None"),
        (["a", 1], "mix texts, such as 'a', and numbers, such as 1"),
        (range(1001), "1,001 rows of 1,001 categories are too many"),
        (list(range(900)) * 20, "18,000 rows of 900 categories are too many"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_category_is_refused(values, message):
    """Fractions, holes, mixtures and too many categories get a sentence."""
    with pytest.raises(ValueError, match=re.escape(message)):
        one_hot(values)


def test_a_column_of_a_table_is_coded():
    """A column of text is coded by its words, one of numbers by its numbers."""
    weather = TABLES["weather"]
    assert weather.one_hot("sky").matrix.sum(axis=0).tolist() == [2, 2, 3]
    assert weather.one_hot("wind (km/h)").categories == (8, 9, 10, 15, 18, 26, 30)
    with pytest.raises(ValueError, match=r"Row 3 holds 0\.5"):
        weather.one_hot("rain (mm)")
