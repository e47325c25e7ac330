"""A table that is brought to a page: said, overruled, and used only then."""

from __future__ import annotations

import io
from functools import partial

import driving
import openpyxl
import pytest
from driving import shown, text_of
from streamlit.testing.v1 import AppTest

from explorer.tables.settings import TABLE_SETTINGS
from pages.components import sheet

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:streamlit.*")

opened = partial(driving.opened, "vectors/page.py")
KEY = "sheet_file"


def brought(app: AppTest, data: bytes, name: str = "mine.csv") -> AppTest:
    app.file_uploader(key=KEY).set_value((name, data, "")).run()
    assert not app.exception
    return app


def used(app: AppTest) -> AppTest:
    app.button(key=f"{KEY}_use").click().run()
    assert not app.exception
    return app


def cells_of(app: AppTest) -> dict[str, list]:
    """The table that is on."""
    held: sheet.Sheet = app.session_state["sheet"]
    return held.whole.cells()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (["x", "y"], [1.5, 2], [3, 4]):
        book.active.append(row)
    book.create_sheet("Second").append([7])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_what_was_understood_is_said_before_it_is_used() -> None:
    """The sentence and the first rows stand there, and the table that was on stays on till it is used."""
    app = opened()
    before = cells_of(app)
    brought(app, "Liste;;\nOrt;Größe;Anteil\n;m;\nBonn;1.234,5;5 %\nGesamt;1.234,5;5 %\n".encode("cp1252"))
    said = (
        "Semicolon, decimal comma, Windows-1252, 2 numeric columns, 1 text column, 1 row; 2 rows left out "
        "(the title in line 1, the total in line 5). Line 3 gives the units. 'Anteil' is in per cent: of 5 % "
        "the number is 0.05."
    )
    assert said in shown(text_of(app))
    assert cells_of(app) == before
    used(app)
    assert cells_of(app) == {"Ort": ["Bonn"], "Größe (m)": [1234.5], "Anteil": [0.05]}
    assert app.button(key=f"{KEY}_use").disabled


@pytest.mark.parametrize(
    ("data", "setting", "value", "expected"),
    [
        (b"x;y\n1.234;1\n", "decimal", "comma", {"x": [1234], "y": [1]}),
        (b"x;y\n1,234;1\n", "decimal", "point", {"x": [1234], "y": [1]}),
        (b"a;b,c\n1,2\n", "separator", "comma", {"a;b": [1], "c": [2]}),
        (b"1,2\n3,4\n", "header", "names", {"1": [3], "2": [4]}),
        (
            b"n,2023,2024\na,1,2\n",
            "header",
            "values",
            {"column 1": ["n", "a"], "column 2": [2023, 1], "column 3": [2024, 2]},
        ),
        (b"x,y\n1,2\n3,4\n5,6\n9,12\n", "total", "row", {"x": [1, 3, 5, 9], "y": [2, 4, 6, 12]}),
        (b"x,y\n1,2\n4,5\n", "total", "total", {"x": [1], "y": [2]}),
        (b"x,y\n1,2\n,4\n", "missing", "mean", {"x": [1, 1], "y": [2, 4]}),
    ],
)
def test_how_it_is_read_can_be_overruled_and_stands_in_the_link(data, setting, value, expected) -> None:
    """A choice reads the file anew, and a link with it reads the next one so from the start."""
    app = brought(opened(), data)
    app.button_group(key=f"{KEY}_{setting}").set_value(value).run()
    assert app.query_params[setting] == value
    assert cells_of(used(app)) == expected
    again = used(brought(opened(**{setting: value}), data))
    assert cells_of(again) == expected
    again.button_group(key=f"{KEY}_{setting}").set_value(
        next(each.default for each in TABLE_SETTINGS if each.name == setting)
    ).run()
    assert setting not in again.query_params


def test_a_file_that_cannot_be_read_as_it_is_can_be_overruled() -> None:
    """The choices stand under the error, and the right one takes it away."""
    app = brought(opened(), b"a,b;c\n1;2\n3;4\n")
    app.button_group(key=f"{KEY}_separator").set_value("comma").run()
    assert "Line 1 of the file has 2 cells, and most have 1" in app.error[0].value
    app.button_group(key=f"{KEY}_separator").set_value("semicolon").run()
    assert not app.error
    assert cells_of(used(app)) == {"a,b": [1, 3], "c": [2, 4]}


def test_a_workbook_opens_and_its_sheets_can_be_chosen() -> None:
    """The first sheet is read and named; another one is of this workbook alone."""
    app = brought(opened(), workbook(), "book.xlsx")
    assert "Excel workbook, sheet 'Sheet' of 2, 2 numeric columns, 2 rows." in shown(text_of(app))
    assert cells_of(used(app)) == {"x": [1.5, 3], "y": [2, 4]}
    assert app.run().button(key=f"{KEY}_use").disabled
    app.selectbox(key=f"{KEY}_sheet").set_value("Second").run()
    assert cells_of(used(app)) == {"column 1": [7]}
    brought(app, b"x,y\n1,2\n")
    assert cells_of(used(app)) == {"x": [1], "y": [2]}


def test_a_table_that_is_no_longer_on_can_be_used_again() -> None:
    """Another table is chosen, and the file's is to be had anew; one that was changed is said to go."""
    app = used(brought(opened(), b"x,y\n1,2\n"))
    held: sheet.Sheet = app.session_state["sheet"]
    held.open("colours")
    app.run()
    assert cells_of(used(app)) == {"x": [1], "y": [2]}
    held.put({0: held.vectors[0] + 6})
    app.run()
    assert cells_of(app) == {"x": [7], "y": [2]}
    brought(app, b"x,y\n3,4\n")
    assert "It replaces your changed table" in text_of(app)
    assert cells_of(used(app)) == {"x": [3], "y": [4]}


def test_rows_are_pasted_as_a_spreadsheet_copies_them() -> None:
    """Tabs between the cells and a decimal comma: pasted cells are a table as a file is."""
    app = opened()
    app.text_area(key=f"{KEY}_pasted").set_value("x\ty\n1,5\t2\n").run()
    assert "What you pasted" in text_of(app)
    assert cells_of(used(app)) == {"x": [1.5], "y": [2]}


def test_an_impossible_setting_in_a_link_is_said() -> None:
    """A link that asks for a separator that there is none gets a sentence, and the file is read as found."""
    app = brought(opened(separator="pipe"), b"x;y\n1,5;2\n")
    assert any("The link asks for 'pipe' under" in shown(w.value) for w in app.warning)
    assert cells_of(used(app)) == {"x": [1.5], "y": [2]}
