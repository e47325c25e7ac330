"""The Vectors page as a student uses it: drag a tip, type into a cell, open a file, press keys."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from browser.hands import (
    answered,
    at,
    box_of,
    drag,
    eventually,
    in_address,
    not_in_address,
    number_of,
    opened,
    query_of,
    repainted,
    rested,
    scrolled,
    sideways,
    tab,
    touches,
)
from playwright.sync_api import Locator, Page, expect

from explorer import images, vectors
from explorer.vectors.tables import TABLES, from_text
from pages.vectors import operation

pytestmark = pytest.mark.browser

ROW = 37  # CSS pixels of a row of the editor


def open_page(page: Page, url: str, query: str = "") -> None:
    opened(page, f"{url}/vectors?{query}")


def space(page: Page) -> Locator:
    return page.locator("canvas[data-space=vectors]")


def result(page: Page) -> Any:
    return json.loads(page.locator("[data-read=result]").get_attribute("data-value") or "null")


def measured(page: Page, name: str) -> float:
    return number_of(page.locator(f"[data-measure='{name}']"))


def tip(page: Page, name: str) -> list[float]:
    """Read where the tip of an arrow is, from its accessible name."""
    label = page.locator(f"[data-hold={name}]").get_attribute("aria-label") or ""
    return [float(number) for number in label.partition(", at ")[2].replace("−", "-").split(", ")]


TAKEN = 100  # ms in which the editor takes over what its field shows: no hand is as quick


def type_cell(page: Page, row: int, column: int, text: str) -> None:
    """Type into a cell of the editor; columns of up to three letters are 49 pixels wide, the first 70."""
    rested(page)
    cell = page.get_by_test_id(f"glide-cell-{column + 1}-{row}")
    expect(cell).to_be_attached()
    box = box_of(page.get_by_test_id("stDataFrame").first)
    page.mouse.click(box["x"] + 34 + 70 + 49 * (column - 1) + 24, box["y"] + ROW * (row + 1) + ROW / 2)
    expect(cell).to_have_attribute("aria-selected", "true")
    field = page.locator("input.gdg-input")  # the editor opens it over the cell with the first letter
    for letters in range(1, len(text) + 1):
        page.keyboard.type(text[letters - 1])
        expect(field).to_have_value(text[:letters])
    page.wait_for_timeout(TAKEN)
    page.keyboard.press("Enter")


def test_a_dragged_tip_moves_every_number_before_release(page: Page, server) -> None:
    """While a's tip is held, the sum and the measures are those of where it is; then the table has it."""
    open_page(page, server.url)
    assert tip(page, "a") == [3, 1]
    x, y = at(page.locator("[data-hold=a]"))
    page.mouse.move(x, y)
    page.mouse.down()
    seen = [(3.0, 1.0)]

    def agree() -> bool:
        a = tip(page, "a")
        return (
            tuple(a) not in seen
            and result(page) == vectors.add(a, [1, 2]).tolist()
            and measured(page, "dot product") == pytest.approx(vectors.dot(a, [1, 2]).value)
            and measured(page, "angle") == pytest.approx(vectors.angle(a, [1, 2]))
        )

    for step in range(1, 6):
        page.mouse.move(x - 9 * step, y - 14 * step)
        eventually(page, agree, "all numbers are those of where the tip has come to")
        seen.append(tuple(tip(page, "a")))
    assert "cells" not in query_of(page)
    held, other = (box_of(page.locator(f"[data-hold={name}]")) for name in "ab")
    page.mouse.up()
    in_address(page, "cells=")
    rested(page)
    table = from_text(query_of(page)["cells"])
    assert table.vector("a").tolist() == list(seen[-1])
    assert table.vector("b").tolist() == [1, 2]
    # The plane stays: the tip snaps to round numbers, and moves no further.
    assert box_of(page.locator("[data-hold=b]")) == other
    assert abs(box_of(page.locator("[data-hold=a]"))["x"] - held["x"]) < 3
    expect(page.locator("[data-testid=stMarkdownContainer] .katex").first).to_contain_text("=")
    assert result(page) == vectors.add(seen[-1], [1, 2]).tolist()
    undo = page.get_by_role("button", name="Undo", exact=True)
    undo.click()
    rested(page)
    assert result(page) == [4, 3]
    assert from_text(query_of(page)["cells"]).vector("a").tolist() == [3, 1]
    expect(undo).to_be_disabled()


def test_a_typed_cell_moves_arrow_and_result(page: Page, server) -> None:
    """Two cells, one after the other, are typed into the sheet: the arrows and the sum follow."""
    open_page(page, server.url)
    type_cell(page, 0, 1, "5")
    in_address(page, "x,5,1,-2,-6")
    assert tip(page, "a") == [5, 1]
    assert result(page) == [6, 3]
    type_cell(page, 1, 2, "7")
    in_address(page, "y,1,7,1,-2")
    assert tip(page, "b") == [1, 7]
    assert result(page) == [6, 8]
    type_cell(page, 0, 2, "0.5")
    in_address(page, "x,5,0.5,-2,-6")
    assert result(page) == [5.5, 8]


def test_what_was_typed_is_there_after_another_page(page: Page, server) -> None:
    """Type, drag, go to another page and come back: table, arrows and picks are as they were."""
    open_page(page, server.url, "operation=dot")
    type_cell(page, 0, 1, "4")
    in_address(page, "x,4,1,-2,-6")
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="How does a computer see?")).to_be_visible()
    page.locator("[data-testid=stSidebarNavLink]", has_text="Vectors").click()
    in_address(page, "x,4,1,-2,-6")
    assert result(page) == 6
    assert tip(page, "a") == [4, 1]


def test_a_link_opens_the_same_on_a_cold_server(page: Page, server) -> None:
    """Table, picks, operation and factor stand in the link, also at the first page that a server shows."""
    server.restart()
    cells = quote("name,u,v\none,1.5,-2\ntwo,0,4")
    open_page(page, server.url, f"cells={cells}&along=rows&first=two&operation=scale&factor=-1.5")
    assert tip(page, "a") == [0, 4]
    assert result(page) == [0, -6]
    expect(page.locator(".slider[data-name=factor]")).to_have_attribute("aria-valuenow", "-1.5")


def test_a_dragged_factor_moves_the_arrow_before_release(page: Page, server) -> None:
    """The factor is a slider, and the scaled vector follows it while it is held, in plane, space and bars."""
    for table in ("arrows", "arrows_3d", "ratings"):
        open_page(page, server.url, f"operation=scale&table={table}")
        a = TABLES[table].matrix()[:, 0]
        slider = page.locator(".slider[data-name=factor]")
        drag(page, at(slider), at(slider, 0.25), space(page), steps=4)
        factor = float(slider.get_attribute("aria-valuenow") or "nan")
        assert -3 < factor < 0
        assert result(page) == pytest.approx(vectors.scale(a, factor).tolist())
        page.mouse.up()
        in_address(page, f"factor={factor}")


def test_everything_by_keyboard(page: Page, server) -> None:
    """Arrow keys move a focused tip, choose an operation, turn a factor; each is an answer at rest."""
    open_page(page, server.url)
    page.locator("[data-hold=b]").focus()
    page.keyboard.press("ArrowRight")
    rested(page)
    step = tip(page, "b")[0] - 1
    assert step > 0
    assert result(page) == pytest.approx([4 + step, 3])
    page.keyboard.press("Shift+ArrowDown")
    rested(page)
    assert tip(page, "b") == pytest.approx([1 + step, 2 - 10 * step])
    before = at(page.locator("[data-hold=b]"))
    page.get_by_role("button", name="Fit", exact=True).press("Enter")
    page.wait_for_timeout(400)
    assert at(page.locator("[data-hold=b]")) != before
    box, edges = box_of(page.locator(".spacebox")), [at(page.locator(f"[data-hold={name}]")) for name in "ab"]
    assert all(box["x"] < x < box["x"] + box["width"] for x, _ in edges)
    assert all(box["y"] < y < box["y"] + box["height"] for _, y in edges)
    page.locator(".strip[data-name=operation] [aria-checked=true]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    in_address(page, "operation=dot")
    assert result(page) == pytest.approx(vectors.dot([3, 1], tip(page, "b")).value)
    open_page(page, server.url, "table=arrows_3d")
    space(page).focus()
    with repainted(space(page)):
        page.keyboard.press("ArrowLeft")


def test_numbers_on_the_screen_are_the_explorers(page: Page, server) -> None:
    """Result, working and measures of every operation are those of explorer.vectors, for bars as well."""
    open_page(page, server.url, "table=weather&factor=0.5")
    a, b = (TABLES["weather"].vector(name) for name in TABLES["weather"].numbers[:2])
    for name, record in vectors.OPERATIONS.items():
        page.locator(f".strip[data-name=operation] [data-value={name}]").click()
        rested(page)
        found = record.apply(a, b, 0.5)
        expect(page.locator("[data-read=result]")).to_have_text(found.said)
        cells = page.locator(".working tbody tr:not(.gap)")
        for index, (_, texts) in enumerate(found.rows()):
            assert cells.nth(index).locator("td").all_inner_texts() == list(texts)
        for measure in vectors.measures(a, b):
            expect(page.locator(f"[data-measure='{measure.name}']")).to_have_text(measure.said)


def test_a_zero_vector_is_said_and_can_be_left(page: Page, server) -> None:
    """The tip of b dragged to the origin: no angle, a sentence, and the way back works."""
    open_page(page, server.url, f"operation=angle&cells={quote('a,b' + chr(10) + '3,1' + chr(10) + '1,0')}")
    handle = page.locator("[data-hold=b]")
    start = at(handle)
    for _ in range(200):
        if tip(page, "b") == [0, 0]:
            break
        handle.focus()
        page.keyboard.press("ArrowLeft")
        answered(page)
    rested(page)
    expect(page.locator(".vectorsentence")).to_contain_text("b is the zero vector")
    expect(page.locator("[data-read=result]")).to_have_text("none")
    drag(page, at(handle), start, space(page), steps=4)
    page.mouse.up()
    rested(page)
    assert result(page) == pytest.approx(vectors.angle([3, 1], tip(page, "b")))


def test_a_file_is_opened_and_a_bad_one_refused(page: Page, server) -> None:
    """A CSV file becomes the table; a ragged one gives one sentence and leaves it."""
    open_page(page, server.url)
    page.get_by_role("button", name="File", exact=True).click()
    chooser = page.locator("[data-testid=stFileUploader] input[type=file]").last
    chooser.set_input_files({"name": "own.csv", "mimeType": "text/csv", "buffer": b"u;v\n1,5;2\n2;-4\n"})
    expect(page.get_by_text("Semicolon, decimal comma, 2 numeric columns, 2 rows.")).to_be_visible()
    page.get_by_role("button", name="Use this table").click()
    expect(page.locator("[data-hold=a]")).to_have_attribute("aria-label", re.compile("1.5, 2"))
    rested(page)
    assert result(page) == [3.5, -2]
    assert "cells" not in query_of(page)
    page.get_by_role("button", name="File", exact=True).click()  # the window closed itself over the table
    chooser.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": b"u,v\n1\n"})
    expect(page.get_by_text("bad.csv: Line 2 of the file has 1 cell")).to_be_visible()
    rested(page)
    assert result(page) == [3.5, -2]


def test_a_matrix_times_a_vector_step_by_step(page: Page, server) -> None:
    """A dragged weight changes the product before release; the steps add column after column."""
    open_page(page, server.url, "tab=Matrix%20times%20vector&table=baskets&x=1.0,2.0,0.5")
    grid = page.locator(".productgrid")
    matrix = TABLES["baskets"].matrix()
    assert json.loads(grid.get_attribute("data-result") or "") == (matrix @ [1, 2, 0.5]).tolist()
    slider = page.locator(".slider[data-name=x1]")
    drag(page, at(slider), at(slider, 0.7), steps=3)
    weight = float(slider.get_attribute("aria-valuenow") or "nan")
    assert weight > 1
    held = json.loads(grid.get_attribute("data-result") or "")
    assert held == pytest.approx((matrix @ [weight, 2, 0.5]).tolist())
    page.mouse.up()
    in_address(page, f"x={weight},2.0,0.5")
    page.get_by_role("button", name="One step back").click()
    in_address(page, "step=2")
    for row, number in enumerate((matrix[:, :2] @ [weight, 2]).tolist()):
        expect(page.locator(".ax td").nth(row)).to_have_text(vectors.plain(number))
    page.get_by_role("radio", name="a dot product for each row").click()
    in_address(page, "way=rows")
    for row, number in enumerate((matrix @ [weight, 2, 0.5]).tolist()[:2]):
        expect(page.locator(".ax td").nth(row)).to_have_text(vectors.plain(number))


def test_a_patch_of_the_picture_is_a_dot_product(page: Page, server) -> None:
    """The window is dragged over the picture: the number under it is that of the feature map, at once."""
    open_page(page, server.url, "tab=A%20picture%20as%20a%20matrix&size=32&patch_row=3&patch_column=4")
    image = images.prepare(images.sample("chelsea"), size=32, colour=False)
    canvas = page.locator("canvas[data-patch=picture]")
    drag(page, at(canvas, 0.3, 0.4), at(canvas, 0.6, 0.7), canvas, steps=4)
    shown = number_of(page.locator("[data-read=cell]"))
    assert "patch_row=3" in page.url
    page.mouse.up()
    not_in_address(page, "patch_row=3&")
    query = query_of(page)
    values = {
        "patch_kernel": "sobel_x",
        "patch_row": int(query["patch_row"]),
        "patch_column": int(query["patch_column"]),
        "patch_channel": 0,
    }
    assert shown == pytest.approx(operation.patch_cell(image, values).value, abs=1e-6)
    place = f"Row {values['patch_row'] + 1}, column {values['patch_column'] + 1}"
    expect(page.locator(".patchstage figcaption")).to_contain_text(place)
    canvas.focus()
    page.keyboard.press("ArrowUp")
    in_address(page, f"patch_row={values['patch_row'] - 1}")


@pytest.mark.parametrize("table", ["arrows", "arrows_3d", "flowers"])
def test_the_page_fits_a_laptop_and_a_phone(page: Page, phone: Page, server, table: str) -> None:
    """At 1280 x 800 picture and result are above the fold; at 390 nothing scrolls sideways."""
    open_page(page, server.url, f"table={table}&operation=project")
    for part in (".spacebox", "[data-read=result]", ".measures"):
        box = box_of(page.locator(part))
        assert box["y"] + box["height"] <= 800, part
    open_page(phone, server.url, f"table={table}&operation=project")
    stage, sheet = (box_of(phone.locator(part).first) for part in (".spacebox", "[data-testid=stDataFrame]"))
    assert stage["y"] < sheet["y"]
    assert sideways(phone) <= 0
    # The picture is the same one beside every table.
    for name in ("Matrix times vector", "For a network", *(["A picture as a matrix"] * (table == "arrows"))):
        tab(phone, name)
        assert sideways(phone) <= 0, name


def test_a_finger_drags_a_tip(phone: Page, server) -> None:
    """On a phone the tip follows the finger and the page does not scroll."""
    open_page(phone, server.url)
    x, y = at(phone.locator("[data-hold=a]"))
    touch, top = touches(phone), scrolled(phone)
    touch("touchStart", (x, y))
    for step in range(1, 5):
        with repainted(space(phone)):
            touch("touchMove", (x - 12 * step, y - 8 * step))
    answered(phone)
    moved = tip(phone, "a")
    assert moved[0] < 3
    assert result(phone) == vectors.add(moved, [1, 2]).tolist()
    touch("touchEnd")
    in_address(phone, "cells=")
    assert scrolled(phone) == top


@pytest.mark.parametrize(
    ("cells", "answers"),
    [
        (
            "a,b\n0.1,0.3\n0.3,-0.1",
            {
                "cosine": ("0", "They are at right angles"),
                "project": ("(0, 0)", "no part of it lies along b"),
            },
        ),
        ("a,b\n0.1,1\n0.2,1\n-0.3,1", {"dot": ("0", "Zero")}),
        ("a,b\n0.1,0.3\n0.2,0.6\n0.3,0.9", {"angle": ("0°", "in the same direction")}),
        ("a,b\n1e-20,1\n0,5", {"dot": ("1e−20", "Positive")}),
    ],
)
def test_headline_and_words_agree(
    page: Page, server, cells: str, answers: dict[str, tuple[str, str]]
) -> None:
    """Decimals that cancel are headlined as 0, beside the words for it, and a small number as it is."""
    open_page(page, server.url, f"operation={next(iter(answers))}&cells={quote(cells)}")
    for name, (said, words) in answers.items():
        page.locator(f".strip[data-name=operation] [data-value={name}]").click()
        rested(page)
        expect(page.locator("[data-read=result]")).to_have_text(said)
        expect(page.locator(".vectorsentence")).to_contain_text(words)
        shown = page.locator(".vectorlab .aside").inner_text()
        assert set(re.findall(r"\S*e−\d+", shown)) <= {"1e−20", "1.961e−21"}
