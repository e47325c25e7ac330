"""The Vectors page without a browser: tables in and out, every control at both ends, every tab."""

from __future__ import annotations

import itertools
import json
from functools import partial
from typing import Any

import driving
import numpy as np
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from explorer import images, parameters, vectors
from explorer.convolution import filters
from explorer.convolution.kernels import KERNELS
from explorer.errors import ExplorerError
from explorer.parameters import Choice, Number, Parameter, Values
from explorer.vectors import tables
from explorer.vectors.tables import TABLES
from pages.components import sheet
from pages.operations import OPERATIONS
from pages.vectors import operation
from pages.vectors.operation import MATRIX, MULTIPLY, OPERATE, PATCH, WEIGHTS

# Streamlit calls some of its own commands in ways that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:streamlit.*")


opened = partial(driving.opened, "vectors/page.py")


def sheet_of(app: AppTest) -> sheet.Sheet:
    return app.session_state["sheet"]


def values_of(app: AppTest, name: str = "vectors") -> Values:
    return app.session_state[f"lab {name}"].values


def typed(app: AppTest, **change: Any) -> AppTest:
    """Do what the editor does when cells are typed into, or rows come and go."""
    nothing = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}
    app.session_state[f"sheet_cells_{sheet_of(app).version}"] = nothing | change
    app.run()
    assert not app.exception
    return app


def set_in_lab(app: AppTest, parameters: Values, seq: int = 1, name: str = "vectors") -> AppTest:
    return driving.set_in(app, parameters, seq, operation=name)


def dropped(app: AppTest, data: bytes, name: str = "mine.csv") -> AppTest:
    """Bring a file, and use it if it can be read."""
    app.file_uploader(key="sheet_file").set_value((name, data, "text/csv")).run()
    assert not app.exception
    if not app.error:
        app.button(key="sheet_file_use").click().run()
        assert not app.exception
    return app


def text_of(app: AppTest) -> str:
    return driving.unbroken(
        "\n".join(
            element.value for element in (*app.markdown, *app.latex, *app.caption, *app.info, *app.warning)
        )
    )


def ends(setting: Parameter) -> list[Any]:
    if isinstance(setting, Number):
        return [setting.low, setting.high]
    if isinstance(setting, Choice):
        return list(setting.options)
    return [[-10.0, -10.0, -10.0, -10.0], [10.0, 10.0, 10.0, 10.0]]


# The table


@pytest.mark.parametrize("along", ["columns", "rows"])
@pytest.mark.parametrize("name", TABLES)
def test_every_table_gives_two_vectors(name: str, along: tables.Along) -> None:
    """The first two vectors of a table are a and b, and the address opens the same again."""
    app = opened(table=name, along=along)
    table = TABLES[name]
    first, second = table.vector_names(along)[:2]
    assert values_of(app)["a"] == table.pick(along, first).tolist()
    assert values_of(app)["b"] == table.pick(along, second).tolist()
    query = dict(app.query_params.items())
    again = opened(**query)
    assert values_of(again) == values_of(app)
    assert dict(again.query_params.items()) == query


def test_a_typed_number_changes_the_result_and_the_address() -> None:
    """A cell is edited: the vector, the worked sum and the link follow, and the menu says whose it is."""
    app = typed(opened(), edited_rows={0: {"a": 7}})
    assert values_of(app)["a"] == [7.0, 1.0]
    assert vectors.OPERATIONS["add"].apply([7, 1], [1, 2]).worked in text_of(app)
    assert sheet_of(app).name == sheet.OWN
    text = app.query_params["cells"]
    assert "x,7,1,-2,-6" in text
    again = opened(cells=text)
    assert values_of(again)["a"] == [7.0, 1.0]
    assert sheet_of(again).whole.cells() == sheet_of(app).whole.cells()
    app.run()
    assert values_of(app)["a"] == [7.0, 1.0]  # the editor is still the same one


def test_rows_come_and_go() -> None:
    """A row that is added makes the arrows three numbers long, and one taken away one."""
    app = opened()
    typed(app, added_rows=[{"axis": "z", "a": 5, "b": 6, "c": 0, "d": 0}])
    assert (values_of(app)["a"], values_of(app)["b"]) == ([3.0, 1.0, 5.0], [1.0, 2.0, 6.0])
    typed(app, deleted_rows=[0])
    assert values_of(app)["a"] == [1.0]


def test_a_hole_in_the_table_keeps_the_numbers_before() -> None:
    """While a new row is half full a sentence says what is missing, and nothing else changes."""
    app = typed(opened(), added_rows=[{"axis": "z", "a": 5}])
    assert values_of(app)["a"] == [3.0, 1.0]
    assert len(app.warning) == 1
    assert "Row 3, column 3 ('b') is missing" in app.warning[0].value.replace("\\", "")
    typed(app, added_rows=[{"axis": "z", "a": 5, "b": 0, "c": 0, "d": 0}])
    assert values_of(app)["a"] == [3.0, 1.0, 5.0]
    assert not app.warning


def test_edits_survive_a_change_of_page_and_of_table() -> None:
    """Home and back, or another table and back: what was typed is still there."""
    app = typed(opened(), edited_rows={1: {"b": -9}})
    app.switch_page("home/page.py").run()
    app.switch_page("vectors/page.py").run()
    assert values_of(app)["b"] == [1.0, -9.0]
    menu = next(box for box in app.selectbox if box.label == "Table")
    menu.set_value("colours").run()
    assert values_of(app)["a"] == TABLES["colours"].vector("R").tolist()
    menu = next(box for box in app.selectbox if box.label == "Table")
    menu.set_value(sheet.OWN).run()
    assert values_of(app)["b"] == [1.0, -9.0]
    assert not app.exception


def test_vectors_are_picked_by_name() -> None:
    """The menus choose a and b, the address names them, and a link picks them again."""
    app = opened(table="ratings", first="Dan", second="Ada")
    assert values_of(app)["a"] == TABLES["ratings"].vector("Dan").tolist()
    next(box for box in app.selectbox if box.label == "Vector b").set_value("Chloe").run()
    assert values_of(app)["b"] == TABLES["ratings"].vector("Chloe").tolist()
    assert (app.query_params["first"], app.query_params["second"]) == ("Dan", "Chloe")


def test_changes_of_the_table_are_taken_back_one_by_one() -> None:
    """Undo gives back what was dragged, then what was typed, until the table is the one that was opened."""
    app = typed(opened(), edited_rows={0: {"c": 9}, 1: {"a": 8}})
    set_in_lab(app, values_of(app) | {"b": [-1.5, 2.0]})
    back = app.button(key="sheet_undo")
    back.click().run()
    assert values_of(app)["b"] == [1.0, 2.0]
    assert (values_of(app)["a"], sheet_of(app).whole.vector("c").tolist()) == ([3.0, 8.0], [9.0, 1.0])
    app.button(key="sheet_undo").click().run()
    assert sheet_of(app).name == "arrows"
    assert values_of(app)["a"] == TABLES["arrows"].vector("a").tolist()
    assert "cells" not in app.query_params
    assert app.button(key="sheet_undo").disabled


def test_another_table_has_no_changes_to_take_back() -> None:
    """What was typed into the table before is its own, and stays in the menu."""
    app = typed(opened(), edited_rows={0: {"a": 7}})
    next(box for box in app.selectbox if box.label == "Table").set_value("ratings").run()
    assert app.button(key="sheet_undo").disabled
    assert sheet_of(app).kept[sheet.OWN].vector("a").tolist() == [7.0, 1.0]


def test_a_dragged_tip_is_written_into_the_table() -> None:
    """What the lab says of a and b becomes cells; picked rows are written across the columns."""
    app = set_in_lab(opened(), values_of(opened()) | {"a": [-1.5, 2.0]})
    assert sheet_of(app).whole.vector("a").tolist() == [-1.5, 2.0]
    assert "x,-1.5,1" in app.query_params["cells"]
    app = opened(table="colours", along="rows", first="red", second="blue")
    set_in_lab(app, values_of(app) | {"b": [1.0, 2.0, 3.0]})
    assert sheet_of(app).whole.pick("rows", "blue").tolist() == [1.0, 2.0, 3.0]
    assert sheet_of(app).whole.pick("rows", "red").tolist() == [255.0, 0.0, 0.0]


def test_a_dragged_tip_leaves_a_half_filled_row_in_the_editor() -> None:
    """The row still waits for its cells, and with them the table has both it and what was dragged."""
    app = typed(opened(), added_rows=[{"axis": "z", "a": 5}])
    set_in_lab(app, values_of(app) | {"a": [-1.5, 2.0]})
    assert sheet_of(app).whole.vector("a").tolist() == [-1.5, 2.0]
    assert "Row 3, column 3 ('b') is missing" in app.warning[0].value.replace("\\", "")
    app.switch_page("home/page.py").run()
    app.switch_page("vectors/page.py").run()
    assert "Row 3" in app.warning[0].value
    typed(app, edited_rows={2: {"b": 0, "c": 0, "d": 0}})
    assert sheet_of(app).whole.vector("a").tolist() == [-1.5, 2.0, 5.0]
    assert not app.warning


def test_a_draft_that_cannot_be_kept_is_said() -> None:
    """Where rows went as well the editor starts with the table, and a sentence says what was lost."""
    app = typed(opened(), deleted_rows=[0], added_rows=[{"axis": "z", "a": 5}])
    assert values_of(app)["a"] == [3.0, 1.0]
    set_in_lab(app, values_of(app) | {"a": [-1.5, 2.0]})
    assert sheet_of(app).whole.vector("a").tolist() == [-1.5, 2.0]
    assert "could not be kept" in app.warning[0].value
    typed(app, edited_rows={0: {"b": 4}})
    assert not app.warning


# Columns


def changed_column(app: AppTest, button: str, **inputs: str) -> AppTest:
    """Fill in the form of the columns, and press a button of it."""
    key = f"sheet_column_{sheet_of(app).version}"
    for name, text in inputs.items():
        element = (
            app.selectbox(key=f"{key}_{name}") if name == "chosen" else app.text_input(key=f"{key}_{name}")
        )
        element.set_value(text)
    next(each for each in app.button if each.label == button).click().run()
    assert not app.exception
    return app


def test_columns_come_go_and_change_their_names() -> None:
    """A column of zeros is added, filled, renamed while it is picked, and taken away; the link follows."""
    app = changed_column(opened(), "Add", added=" wind ")
    assert app.query_params["cells"] == "axis,a,b,c,d,wind\nx,3,1,-2,-6,0\ny,1,2,1,-2,0"
    typed(app, edited_rows={0: {"wind": 4}})
    next(box for box in app.selectbox if box.label == "Vector b").set_value("wind").run()
    assert values_of(app)["b"] == [4.0, 0.0]
    changed_column(app, "Rename", chosen="wind", renamed="current, slow")
    assert values_of(app)["b"] == [4.0, 0.0]
    assert app.query_params["second"] == "current, slow"
    again = opened(**app.query_params)
    assert values_of(again)["b"] == [4.0, 0.0]
    assert sheet_of(again).whole.cells() == sheet_of(app).whole.cells()
    changed_column(app, "Remove this column", chosen="current, slow")
    assert "current" not in app.query_params["cells"]
    assert values_of(app)["a"] == [3.0, 1.0]


def test_columns_change_under_a_half_filled_row() -> None:
    """What is not complete yet stays in the editor, with the new column in it."""
    app = typed(opened(), added_rows=[{"axis": "z", "a": 5, "b": 1, "c": 1}])
    changed_column(app, "Add", added="e")
    changed_column(app, "Rename", chosen="e", renamed="f")
    assert "Row 3, column 5 ('d') is missing" in app.warning[0].value.replace("\\", "")
    changed_column(app, "Remove this column", chosen="d")
    assert not app.warning
    assert sheet_of(app).whole.cells()["f"] == [0.0, 0.0, 0.0]
    assert sheet_of(app).whole.cells()["a"] == [3.0, 1.0, 5.0]


@pytest.mark.parametrize(
    ("button", "inputs", "sentence"),
    [
        ("Add", {"added": " "}, "needs a name"),
        ("Add", {"added": "b"}, "There is a column 'b' already"),
        ("Rename", {"chosen": "a", "renamed": ""}, "needs a name"),
        ("Rename", {"chosen": "a", "renamed": "axis"}, "There is a column 'axis' already"),
    ],
    ids=str,
)
def test_a_column_that_cannot_be_is_explained(button: str, inputs: dict[str, str], sentence: str) -> None:
    """A sentence, and the table stays."""
    app = changed_column(opened(), button, **inputs)
    assert sentence in app.error[0].value.replace("\\", "")
    assert "cells" not in app.query_params


def test_the_last_column_of_numbers_stays() -> None:
    """There is always something to draw."""
    app = opened(cells="name,u\none,1.5\ntwo,0", table="arrows")
    changed_column(app, "Remove this column", chosen="u")
    assert "only column of numbers" in app.error[0].value
    assert values_of(app)["a"] == [1.5, 0.0]


def test_columns_of_a_file_change_and_it_stays_private() -> None:
    """A file with another column is still the person's own, and in no link."""
    app = dropped(opened(), b"x,y\n1,2\n3,4\n")
    changed_column(app, "Add", added="z")
    assert sheet_of(app).whole.numbers == ("x", "y", "z")
    assert "cells" not in app.query_params


def test_a_column_picked_twice_stays_one_column() -> None:
    """Both a and b are the same column: a dragged tip moves both."""
    app = opened(first="c", second="c")
    set_in_lab(app, values_of(app) | {"a": [5.0, 5.0], "b": [5.0, 5.0]})
    assert values_of(app)["a"] == values_of(app)["b"] == [5.0, 5.0]
    assert sheet_of(app).whole.vector("c").tolist() == [5.0, 5.0]


# Files


def test_a_file_becomes_the_table_and_stays_private() -> None:
    """Semicolons and decimal commas are read, and neither link nor address carries a number of it."""
    app = dropped(opened(), b"x;y\n1,5;2\n3;4,25\n")
    assert sheet_of(app).whole.cells() == {"x": [1.5, 3.0], "y": [2.0, 4.25]}
    assert values_of(app)["a"] == [1.5, 3.0]
    assert "cells" not in app.query_params
    assert "first" not in app.query_params
    typed(app, edited_rows={0: {"x": 9}})
    assert "cells" not in app.query_params
    app = dropped(opened(tab="Download and share"), b"x,y\n1,2\n3,4\n")
    assert "opens with a built-in table" in text_of(app)


BAD = {
    b"": "The file is empty",
    b"x,y\n1,2\n3\n": "Line 3 of the file has 1 cell",
    b"x,y\n1,2\n3,four\n": "holds 'four', which is not a number",
    b"a,b\nc,d\n": "holds text only",
    b"PK\x03\x04": "The workbook is damaged or was cut off",
    b"\xff\xfe1": "The file is not a text",
}


@pytest.mark.parametrize("bad", BAD, ids=repr)
def test_a_bad_file_gives_one_sentence_and_keeps_the_table(bad: bytes) -> None:
    """What was on before stays on, be it a built-in table or an earlier file."""
    app = dropped(opened(), bad, "bad.csv")
    assert [BAD[bad] in error.value and "bad.csv" in error.value for error in app.error] == [True]
    assert values_of(app)["a"] == [3.0, 1.0]
    dropped(app, b"x,y\n1,2\n3,4\n", "good.csv")
    assert not app.error
    dropped(app, bad, "bad.csv")
    assert len(app.error) == 1
    assert values_of(app)["a"] == [1.0, 3.0]


def test_a_long_file_is_worked_with_part_by_part() -> None:
    """500 rows of it are on; others are chosen by their first, and an edit lands in the right row."""
    data = "name,x,y\n" + "".join(f"n{row},{row},{-row}\n" for row in range(1, 1201))
    app = dropped(opened(), data.encode())
    assert len(values_of(app)["a"]) == 500
    assert "1,200 rows" in text_of(app)
    next(box for box in app.number_input if box.label == "From row").set_value(1001).run()
    assert values_of(app)["a"] == [float(row) for row in range(1001, 1201)]
    typed(app, edited_rows={0: {"x": 0.5}})
    assert sheet_of(app).whole.vector("x")[999:1002].tolist() == [1000.0, 0.5, 1002.0]
    assert sheet_of(app).whole.size == 1200


def test_a_wide_file_is_worked_with_part_by_part() -> None:
    """50 columns of it are on, and a part without numbers is refused."""
    head = ",".join(f"c{column}" for column in range(60))
    line = ",".join(["a" if column >= 55 else "1" for column in range(60)])
    app = dropped(opened(), f"{head}\n{line}\n{line}\n".encode())
    assert len(sheet_of(app).table.numbers) == 50
    column = next(box for box in app.number_input if box.label == "From column")
    column.set_value(52).run()
    assert sheet_of(app).table.numbers == ("c51", "c52", "c53", "c54")
    next(box for box in app.number_input if box.label == "From column").set_value(57).run()
    assert ["no numbers in this part" in error.value for error in app.error] == [True]
    assert sheet_of(app).table.numbers == ("c51", "c52", "c53", "c54")
    assert not app.exception


def test_a_file_of_many_texts_begins_where_the_numbers_do() -> None:
    """60 columns of text before the first number: the part with the number is on."""
    head = ",".join(f"c{column}" for column in range(61))
    line = ",".join(["a"] * 60 + ["7"])
    app = dropped(opened(), f"{head}\n{line}\n".encode())
    assert values_of(app)["a"] == [7.0]
    assert not app.error


def test_words_of_a_link_are_no_markdown() -> None:
    """A name that would be a picture from elsewhere is shown as the letters that it is."""
    app = opened(first="![x](https://example.org/x.png)")
    assert "\\!\\[x\\]" in app.warning[0].value


# Settings


@pytest.mark.parametrize(
    ("name", "tab", "setting"),
    [
        *(("vectors", "Worked", setting) for setting in OPERATE),
        *(("product", "Matrix times vector", setting) for setting in MULTIPLY),
        *(("patch", "A picture as a matrix", setting) for setting in PATCH),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_each_setting_at_its_ends_is_taken_and_stands_in_the_address(
    name: str, tab: str, setting: Parameter
) -> None:
    """Every control, pushed to both ends, leaves a page that runs and a link that says so."""
    app = opened(tab=tab)
    for seq, value in enumerate(ends(setting), start=1):
        set_in_lab(app, values_of(app, name) | {setting.name: value}, seq, name)
        assert values_of(app, name)[setting.name] == value
        query = dict(app.query_params.items())
        assert parameters.from_query((setting,), query)[0][setting.name] == value


@pytest.mark.parametrize(
    ("query", "warnings"),
    [
        ({"table": "nothing"}, 1),
        ({"along": "diagonal"}, 1),
        ({"operation": "divide"}, 1),
        ({"factor": "9"}, 1),
        ({"first": "zz"}, 1),
        ({"first": "zz", "second": "yy"}, 2),
        ({"cells": "x,y\n1"}, 1),
        ({"cells": "only,text\na,b"}, 1),
        ({"cells": "x,y\n" + "1,2\n" * 400}, 1),
        ({"tab": "Matrix times vector", "x": "1,two"}, 1),
        ({"tab": "Matrix times vector", "x": "99"}, 1),
        ({"tab": "A picture as a matrix", "patch_row": "-1", "patch_kernel": "none"}, 2),
    ],
    ids=str,
)
def test_a_bad_address_gives_the_default_and_a_sentence(query: dict[str, str], warnings: int) -> None:
    """Nonsense in a link never shows a traceback: the setting keeps its default and a sentence says so."""
    app = opened(**query)
    assert len(app.warning) == warnings
    assert values_of(app)["a"] == [3.0, 1.0]
    assert not app.error


def test_a_zero_vector_has_a_sentence_in_place_of_an_angle() -> None:
    """Angle, cosine and projection need a direction; the page says so and works on."""
    app = opened(cells="a,b\n0,1\n0,2", operation="angle")
    assert "a is the zero vector" in text_of(app)
    answer = OPERATIONS["vectors"].answer(images.NO_PICTURE, values_of(app), True)
    assert answer.facts["said"] == "none"
    assert "points nowhere" in answer.facts["sentence"]
    assert [arrow["name"] for arrow in answer.facts["arrows"]] == ["a", "b"]


# What the browser is given


@pytest.mark.parametrize("operation", vectors.OPERATIONS)
@pytest.mark.parametrize("name", ["arrows", "arrows_3d", "ratings", "weather"])
def test_the_answer_is_the_explorers(operation: str, name: str) -> None:
    """Result, arrows and working of the lane are those of explorer, and are JSON."""
    table = TABLES[name]
    first, second = table.numbers[:2]
    a, b = table.vector(first), table.vector(second)
    values = {"operation": operation, "factor": -1.5, "a": a.tolist(), "b": b.tolist()}
    answer = OPERATIONS["vectors"].answer(images.NO_PICTURE, values, False)
    facts = json.loads(json.dumps(answer.facts, allow_nan=False))
    result = vectors.OPERATIONS[operation].apply(a, b, -1.5)
    np.testing.assert_array_equal(facts["value"], result.value)
    assert facts["said"] == result.said
    assert {arrow["name"]: arrow["way"] for arrow in facts["arrows"]}["a"] == a.tolist()
    for arrow in facts["arrows"]:
        start = result.starts.get(arrow["name"])
        assert arrow["start"] == (None if start is None else start.tolist())
    assert [measure["value"] for measure in facts["measures"]] == [
        measure.value for measure in vectors.measures(a, b)
    ]


def test_the_steps_of_a_product_add_up() -> None:
    """Column after column the running sum becomes the product, and each row gives one entry of it."""
    matrix = TABLES["baskets"].matrix()
    values = {"matrix": matrix.tolist(), "x": [1.5, -2.0, 0.5], "way": "columns", "step": 3}
    facts = OPERATIONS["product"].answer(images.NO_PICTURE, values, True).facts
    np.testing.assert_allclose(facts["result"], matrix @ [1.5, -2.0, 0.5])
    np.testing.assert_allclose(facts["columns"][-1]["running"], facts["result"])
    np.testing.assert_allclose([row["value"] for row in facts["rows"]], facts["result"])
    with pytest.raises(ValueError, match="The matrix has 3 columns and the vector 2 numbers"):
        OPERATIONS["product"].check((), values | {"x": [1.0, 2.0]})


@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize("kernel", ["sobel_x", "gaussian", "identity"])
def test_the_dot_product_of_a_patch_is_the_cell_of_the_feature_map(kernel: str, colour: bool) -> None:
    """Wherever the window is, also over the edge, the number is that of filter2d, channel by channel."""
    image = images.prepare(images.sample("chelsea"), size=24, colour=colour)
    feature_map = filters.filter2d(image, KERNELS[kernel].weights, padding="same")
    for row, column, channel in itertools.product((0, 7, 400), (0, 11, 400), (0, 2)):
        values = {
            "patch_kernel": kernel,
            "patch_row": row,
            "patch_column": column,
            "patch_channel": channel,
        }
        answer = OPERATIONS["patch"].answer(image, values, False)
        facts = json.loads(json.dumps(answer.facts, allow_nan=False))
        assert (facts["row"], facts["column"]) == (min(row, image.shape[0] - 1), min(column, 23))
        seen = channel if colour else 0
        expected = feature_map[facts["row"], facts["column"], seen]
        assert facts["value"] == pytest.approx(float(expected), abs=1e-5)
        pixels = np.frombuffer(answer.blobs[0].data, np.float32)
        np.testing.assert_array_equal(pixels, image[facts["row"], :, seen])


def test_a_matrix_over_the_wire_is_checked() -> None:
    """Rows of one length, within the bounds, of finite numbers; anything else is a sentence."""
    assert MATRIX.checked([[1, 2.5]]) == [[1.0, 2.5]]
    assert MATRIX.from_text(MATRIX.to_text([[1.0, -2.0], [0.5, 3.0]])) == [[1.0, -2.0], [0.5, 3.0]]
    for wrong in (None, [], [[]], [[1], [1, 2]], [["a"]], [[True]], [[1.0] * 9], [[1.0]] * 13, [[1e999]], 3):
        with pytest.raises(ExplorerError, match=r"\.$"):
            MATRIX.checked(wrong)
    with pytest.raises(ExplorerError, match=r"\.$"):
        MATRIX.from_text("1,x")


# Tabs


def ran(app: AppTest) -> Any:
    """Run the code that is shown, and give what it ends with."""
    names: dict[str, Any] = {}
    exec(app.code[0].value, names)
    return names["result"]


@pytest.mark.parametrize("operation", vectors.OPERATIONS)
def test_code_makes_the_result_of_the_page(operation: str) -> None:
    """The code that is shown, run, ends with the result of explorer."""
    app = opened(tab="Code", operation=operation, factor="-2.5", table="arrows_3d", second="d")
    values = values_of(app)
    expected = vectors.OPERATIONS[operation].apply(values["a"], values["b"], values["factor"]).value
    np.testing.assert_allclose(ran(app), expected, rtol=1e-12, atol=1e-12)


def test_code_makes_the_other_numbers_of_the_page(capsys) -> None:
    """A product, a patch, standardised columns and a one-hot code, run, end with explorer's."""
    weather = TABLES["weather"]
    np.testing.assert_allclose(
        ran(opened(tab="Code", code="Matrix times vector", table="weather")), weather.matrix().sum(axis=1)
    )
    np.testing.assert_allclose(
        ran(opened(tab="Code", code="Standardise", table="weather")),
        vectors.standardise(weather.matrix()).matrix,
        atol=1e-12,
    )
    np.testing.assert_array_equal(
        ran(opened(tab="Code", code="One-hot", table="weather")), weather.one_hot("sky").matrix
    )
    app = opened(tab="Code", code="A patch", patch_row="10", patch_column="20", size="32")
    image = images.prepare(images.sample("chelsea"), size=32, colour=False)
    cell = operation.patch_cell(image, values_of(app, "patch"))
    assert ran(app) == pytest.approx(cell.value, rel=1e-6)


def test_a_product_keeps_its_weights_when_the_table_changes() -> None:
    """The vector x has a number for each column: a wider table adds ones, a narrower one drops the last."""
    app = opened(tab="Matrix times vector", x="2,3", table="arrows")
    assert values_of(app, "product")["x"] == [2.0, 3.0, 1.0, 1.0]
    next(box for box in app.selectbox if box.label == "Table").set_value("baskets").run()
    assert values_of(app, "product")["x"] == [2.0, 3.0, 1.0]
    assert values_of(app, "product")["matrix"] == TABLES["baskets"].matrix().tolist()
    found = vectors.matrix_vector(TABLES["baskets"].matrix(), [2, 3, 1])
    assert found.columns_worked in text_of(app)
    assert found.rows_worked in text_of(app)
    assert len(WEIGHTS.default) == 2


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    "tab",
    [
        "Worked",
        "Matrix times vector",
        "A picture as a matrix",
        "For a network",
        "Download and share",
        "Explain",
    ],
)
def test_every_tab_runs_for_every_table(tab: str, name: str) -> None:
    """No table is without numbers for a tab, and each tab has something to say."""
    app = opened(tab=tab, table=name)
    assert not app.error
    assert len(text_of(app)) > 200


def test_standardising_starts_with_a_table_that_shows_it() -> None:
    """The arrows' two rows would all become 1 and -1: an example stands there until they are asked for."""
    app = opened(tab="For a network")
    weather = TABLES["weather"]
    assert f"“{weather.numbers[0]}”" in driving.shown(text_of(app))
    written = app.dataframe[1].proto.arrow_data.styler.display_values
    assert "−1.136" in pa.ipc.open_stream(written).read_pandas()["temperature (°C)"].tolist()
    np.testing.assert_allclose(ran(opened(tab="Code", code="Standardise")), scores(weather), atol=1e-12)
    np.testing.assert_array_equal(ran(opened(tab="Code", code="One-hot")), weather.one_hot("sky").matrix)
    assert len(set(np.abs(scores(weather)).round(3).ravel())) > 10
    app.toggle(key="network_above").set_value(True).run()
    assert "“a”" in driving.shown(text_of(app))
    assert set(np.abs(scores(TABLES["arrows"])).ravel()) == {1.0}


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.size > 3])
def test_a_table_of_many_rows_is_standardised_itself(name: str) -> None:
    """The example takes the place of short tables alone."""
    app = opened(tab="For a network", table=name)
    assert not [toggle for toggle in app.toggle if toggle.key == "network_above"]
    assert f"“{TABLES[name].numbers[0]}”" in driving.shown(text_of(app))


def scores(table: tables.Table) -> vectors.Matrix:
    return vectors.standardise(table.matrix()).matrix


def test_a_column_that_is_no_category_is_said() -> None:
    """Half a millimetre of rain is no category: a sentence stands in place of the code."""
    app = opened(tab="For a network", table="weather")
    assert TABLES["weather"].one_hot("sky").categories == ("cloud", "rain", "sun")
    next(box for box in app.selectbox if box.label == "Column").set_value("rain (mm)").run()
    assert "Row 3 holds 0.5" in text_of(app)
    assert not app.exception


def test_a_long_table_of_ones_own_has_no_link() -> None:
    """Beyond some hundred numbers the address cannot carry the table, and the page says so."""
    app = opened(tab="Download and share")
    typed(app, added_rows=[{"axis": f"{row}", "a": row, "b": 1.5, "c": 2, "d": 3} for row in range(200)])
    assert len(app.warning) == 1  # a number among names
    typed(app, added_rows=[{"axis": f"n{row}", "a": row, "b": 1.5, "c": 2, "d": 3} for row in range(200)])
    assert "cells" not in app.query_params
    assert "too long for a link" in text_of(app)
