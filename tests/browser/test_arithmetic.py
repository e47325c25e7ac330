"""The Arithmetic page as a student uses it: hover, type, paste, play, drag, reload."""

from __future__ import annotations

import json
import re
from itertools import chain
from typing import Any

import numpy as np
import pytest
from browser.hands import (
    at,
    cell_of,
    drag,
    in_address,
    not_in_address,
    number_of,
    opened,
    repainted,
    rested,
    sideways,
    values_of,
)
from playwright.sync_api import Locator, Page, expect

from explorer import images
from explorer.convolution.arithmetic import Arithmetic
from explorer.convolution.experiments import Convolution
from explorer.convolution.kernels import KERNELS
from pages.arithmetic import operation

pytestmark = pytest.mark.browser

# Remembers which texts each canvas has drawn since it was cleared, and where.
RECORDER = """() => {
const { fillText, clearRect } = CanvasRenderingContext2D.prototype;
window.drawn = {};
CanvasRenderingContext2D.prototype.clearRect = function (...box) {
  if (this.canvas.dataset.pane) window.drawn[this.canvas.dataset.pane] = [];
  return clearRect.apply(this, box);
};
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  window.drawn[this.canvas.dataset.pane]?.push([text, x, y, this.textAlign]);
  return fillText.call(this, text, x, y);
};
}"""


def open_page(page: Page, url: str, query: str = "", lane: str = "open") -> None:
    opened(page, f"{url}/arithmetic?{query}", lane=lane)


def pane(page: Page, name: str) -> Locator:
    return page.locator(f"canvas[data-pane={name}]")


def experiment(page: Page) -> Arithmetic:
    """Compute what the address says, as a cold server would."""
    return operation.sums(values_of(page, "arithmetic"))


def point(page: Page, name: str, row: int, column: int, shape: tuple[int, ...]) -> tuple[float, float]:
    """Move the pointer to the middle of a cell of a grid of this shape; three pixels round it are free."""
    place = cell_of(pane(page, name), row, column, shape, margin=3)
    page.mouse.move(*place)
    of = {"picture": "input", "kernel": "kernel", "map": "output"}[name]
    expect(page.locator(".place")).to_contain_text(f"{of} row {row + 1}, column {column + 1}")
    return place


def worked(page: Page, name: str) -> Any:
    """Read what the worked sum is made of."""
    return json.loads(page.locator(".worked").get_attribute(f"data-{name}") or "null")


# Goes through the cells of the map, and tells for each what is worked out and what each canvas has drawn.
TOUR = """async (scrub, { cells, panes }) => {
  const find = (selector) => scrub.getRootNode().querySelector(selector);
  const frames = [];
  for (let index = 0; index < cells; index += 1) {
    scrub.value = index;
    scrub.dispatchEvent(new Event("input"));
    await new Promise(requestAnimationFrame);
    const { value, terms } = find(".worked").dataset;
    const drawn = Object.fromEntries(panes.map((name) => {
      const { width, height } = find(`canvas[data-pane=${name}]`).getBoundingClientRect();
      return [name, { width, height, texts: window.drawn[name] }];
    }));
    frames.push({ place: find(".place").textContent, value: Number(value), terms: JSON.parse(terms), drawn });
  }
  return frames;
}"""


def cells_of(drawn: dict[str, Any], shape: tuple[int, ...]) -> list[list[str]]:
    """Sort the numbers that a canvas was told to write into the cells in which they stand."""
    width, height = drawn["width"], drawn["height"]
    scale = min((width - 6) / shape[1], (height - 6) / shape[0])
    left, top = (width - scale * shape[1]) / 2, (height - scale * shape[0]) / 2
    cells = [[""] * shape[1] for _ in range(shape[0])]
    for text, x, y, align in drawn["texts"]:
        if align == "center":
            cells[int((y - top) / scale)][int((x - left) / scale)] = text.replace("−", "-")
    return cells


FRAMES = [
    "",
    "rows=4&columns=6&kernel_rows=2&padding=same&strides=1",
    "rows=7&columns=5&strides=3&padding=valid&kernel_columns=2",
    "dilation_rate=2&padding=2&strides=1&rows=4&columns=4",
    "kind=transposed&rows=2&columns=3&padding=0",
    "kind=transposed&rows=3&columns=2&padding=same&strides=3&kernel_rows=2",
    "kind=max&padding=same&rows=4&kernel_rows=2",
    "kind=average&padding=1&rows=4&kernel_columns=2",
    "kind=min&padding=valid&input=-9,8,7_6,5,-99&rows=2&columns=3&kernel_rows=2&kernel_columns=2&strides=1",
]


@pytest.mark.parametrize("query", FRAMES)
def test_numbers_drawn_equal_numbers_computed(page: Page, server, query: str) -> None:
    """Stepped from the first frame to the last, every cell, term and sum on the screen is explorer's."""
    open_page(page, server.url, query)
    page.evaluate(RECORDER)
    truth = experiment(page)
    shape = truth.output.shape
    board = np.where(truth.is_input, truth.board.astype(str), "0" if truth.weights is not None else "")
    expect(page.locator(".sums")).to_contain_text(truth.size_sums()[1])
    expect(page.locator(".unused")).to_have_text(truth.unused_sentence())
    scrub, panes = page.get_by_label("Cell of the map"), ["picture", "map", "kernel"]
    named = "Kernel rows" if truth.weights is not None else "Window rows"
    expect(page.locator(".control:has([data-name=kernel_rows]) .name")).to_have_text(named)
    frames = scrub.evaluate(TOUR, {"cells": truth.output.size, "panes": panes})
    for index, shown in enumerate(frames):
        row, column = divmod(index, shape[1])
        frame = truth.frame(row, column)
        assert f"output row {row + 1}, column {column + 1}" in shown["place"]
        assert shown["value"] == pytest.approx(frame.value)
        if frame.weights is None:
            assert shown["terms"] == frame.values[frame.is_input].tolist()
        else:
            pairs = zip(frame.values.ravel().tolist(), frame.weights.ravel().tolist(), strict=True)
            assert shown["terms"] == [list(pair) for pair in pairs]
        assert cells_of(shown["drawn"]["picture"], board.shape) == board.tolist()
        flat = [
            (f"{cell:.2f}" if cell % 1 else f"{cell:.0f}") if place <= index else ""
            for place, cell in enumerate(truth.output.ravel().tolist())
        ]
        assert list(chain.from_iterable(cells_of(shown["drawn"]["map"], shape))) == flat
        window = np.where(frame.is_input, frame.values.astype(str), "") if truth.weights is None else None
        kernel = truth.kernel.astype(str) if window is None else window
        assert cells_of(shown["drawn"]["kernel"], truth.kernel.shape) == kernel.tolist()


def test_hovering_works_both_ways(page: Page, server) -> None:
    """An output cell shows what it is made of; an input cell shows all the outputs that it feeds."""
    open_page(page, server.url, "rows=6&columns=6&strides=1&padding=valid&kernel_rows=2")
    truth = experiment(page)
    point(page, "map", 3, 2, truth.output.shape)
    assert number_of(page.locator(".worked")) == truth.output[3, 2]
    for row, column in ((0, 0), (2, 3), (5, 5)):
        point(page, "picture", row, column, truth.image.shape)
        expect(page.locator(".place")).to_have_text(f"input row {row + 1}, column {column + 1}")
        assert [tuple(cell) for cell in worked(page, "goals")] == truth.feeds(row, column)
    page.mouse.move(5, 5)
    expect(page.locator(".place")).to_contain_text("output row 4, column 3")


def test_a_pixel_lights_the_cells_that_read_it_on_a_picture_too(page: Page, server) -> None:
    """On the Convolution page, mirrored padding included, a pixel lights the very cells that read it."""
    address = "size=16&sample=coins&colour=grey&kernel=box~3x3&strides=2&pad_mode=reflect"
    opened(page, f"{server.url}/convolution?{address}")
    filtered = Convolution(KERNELS["box"].weights, strides=2, padding="same", pad_mode="reflect")
    height, width = images.prepare(images.sample("coins", 16), size=16).shape[:2]
    (top, bottom), (left, right) = filtered.pads((height, width))
    rows, columns = filtered.taps((height, width))
    padded = (height + top + bottom, width + left + right)
    lit = pane(page, "map")
    for row, column in ((0, 0), (5, 6), (1, 14), (height - 1, 15)):
        page.mouse.move(*cell_of(pane(page, "picture"), top + row, left + column, padded))
        readers = [
            np.flatnonzero((table == place).any(axis=1)).tolist()
            for table, place in ((rows, row), (columns, column))
        ]
        expect(lit).to_have_attribute("data-lit", json.dumps(readers, separators=(",", ":")))
    page.mouse.move(5, 5)
    expect(lit).not_to_have_attribute("data-lit", re.compile(""))


def test_without_a_lane_the_page_answers(page: Page, server) -> None:
    """Where no WebSocket of the lane gets through, typed numbers and dragged sliders work all the same."""
    page.route_web_socket("**/lane**", lambda socket: socket.close())
    open_page(page, server.url, "padding=valid&strides=1", lane="closed")
    page.locator("input.typed[data-grid=input]").focus()
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    in_address(page, "input=50,")
    truth = experiment(page)
    point(page, "map", 0, 0, truth.output.shape)
    assert number_of(page.locator(".worked")) == truth.output[0, 0]


def test_an_unused_cell_feeds_nothing(page: Page, server) -> None:
    """A stride that does not divide leaves a striped row: it is named, and goes nowhere."""
    open_page(page, server.url, "rows=6&columns=5&strides=2&padding=valid")
    expect(page.locator(".unused")).to_have_text("No window reads row 6 of the input.")
    point(page, "picture", 5, 1, (6, 5))
    expect(page.locator(".terms")).to_have_text("No window reads this cell.")


def test_a_dragged_slider_repaints_before_it_is_released(page: Page, server) -> None:
    """While the size is dragged new grids keep coming, and the last is that of the final size."""
    open_page(page, server.url)
    slider = page.locator("[data-name=rows]")
    drag(page, at(slider, 0.3), at(slider, 0.87), pane(page, "map"), steps=4)
    assert "rows=" not in page.url
    page.mouse.up()
    rows = int(slider.get_attribute("aria-valuenow") or 0)
    in_address(page, f"rows={rows}")
    expect(page.locator("figure.picture figcaption")).to_have_text(f"Input {rows} × 5")


def test_a_number_is_typed_into_a_cell(page: Page, server) -> None:
    """A click on a cell and two digits: the output moves at once, and the address keeps the numbers."""
    open_page(page, server.url, "rows=4&columns=4&padding=valid&strides=1")
    page.mouse.click(*point(page, "picture", 1, 2, (4, 4)))
    with repainted(pane(page, "map")):
        page.keyboard.type("-7")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("42")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    in_address(page, "_3,3,42,2_")
    truth = experiment(page)
    assert truth.image[1, 2] == -7
    assert truth.image[2, 2] == 42
    point(page, "map", 0, 0, truth.output.shape)
    assert number_of(page.locator(".worked")) == truth.output[0, 0]


def test_fast_typing_loses_nothing(page: Page, server) -> None:
    """Nine digits and nine steps, faster than any answer, are nine numbers."""
    open_page(page, server.url, "rows=3&columns=3&padding=1&strides=1")
    page.locator("input.typed[data-grid=input]").focus()
    for digit in "987654321":
        page.keyboard.type(digit)
        page.keyboard.press("Enter")
    in_address(page, "input=9,8,7_6,5,4_3,2,1")
    assert experiment(page).image.tolist() == [[9, 8, 7], [6, 5, 4], [3, 2, 1]]


def test_what_is_no_number_is_said_and_taken_back(page: Page, server) -> None:
    """A word in a cell leaves the cell as it was, with a sentence."""
    open_page(page, server.url, "kernel=1,2_3,4&kernel_rows=2&kernel_columns=2")
    page.locator("input.typed[data-grid=kernel]").focus()
    page.keyboard.type("1x")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".bubble")).to_have_text("“1x” is not a whole number from −99 to 99.")
    page.keyboard.type("7")
    expect(page.locator(".bubble")).to_have_count(0)
    page.keyboard.press("Escape")
    assert experiment(page).kernel.tolist() == [[1, 2], [3, 4]]


def paste(page: Page, text: str) -> None:
    page.locator("input.typed[data-grid=input]").evaluate(
        """(field, text) => {
          field.focus();
          const clipboardData = new DataTransfer();
          clipboardData.setData("text", text);
          field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }));
        }""",
        text,
    )


def test_a_block_is_pasted_from_a_spreadsheet(page: Page, server) -> None:
    """The grid takes the block's size and numbers; what is no grid gets a sentence and changes nothing."""
    open_page(page, server.url, "padding=valid&strides=1")
    paste(page, "1\t2\t3\t4\n5\t6\t7\t8\n9\t10\t-11\t12\n")
    in_address(page, "input=1,2,3,4_5,6,7,8_9,10,-11,12")
    assert experiment(page).image.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, -11, 12]]
    expect(page.locator("figure.picture figcaption")).to_have_text("Input 3 × 4")
    paste(page, "1 2 3\n4 5")
    expect(page.locator(".message")).to_contain_text("differ in length: row 1 has 3 numbers, row 2 has 2")
    rested(page)
    assert experiment(page).image.shape == (3, 4)
    expect(page.locator("figure.picture figcaption")).to_have_text("Input 3 × 4")


def test_drawn_numbers_replace_ones_own_and_give_them_back(page: Page, server) -> None:
    """Random numbers take the place of the person's own, and one click brings these back."""
    open_page(page, server.url, "input=1,2_3,4&rows=2&columns=2&padding=2")
    page.get_by_role("button", name="New random numbers").click()
    not_in_address(page, "input=")
    undo = page.get_by_role("button", name="Undo")
    undo.click()
    in_address(page, "input=1,2_3,4")
    assert experiment(page).image.tolist() == [[1, 2], [3, 4]]
    expect(undo).to_be_disabled()


def test_the_window_plays_pauses_and_steps(page: Page, server) -> None:
    """Played, the output fills cell by cell to its end; a step goes one on; a click pins."""
    open_page(page, server.url, "rows=6&columns=6&padding=valid&strides=1")
    page.get_by_label("Speed").select_option("2")
    scrub = page.get_by_label("Cell of the map")
    page.get_by_role("button", name="Play").click()
    expect(scrub).not_to_have_value("0")
    page.get_by_role("button", name="Pause").click()
    reached = int(scrub.input_value())
    assert 0 < reached < 15
    page.get_by_role("button", name="One cell on").click()
    assert int(scrub.input_value()) == reached + 1
    page.get_by_role("button", name="Show the whole map").click()
    page.mouse.click(*point(page, "map", 1, 1, (4, 4)))
    page.mouse.move(*cell_of(pane(page, "map"), 3, 3, (4, 4), margin=3))
    expect(page.locator(".place")).to_contain_text("output row 2, column 2")


def test_the_keyboard_alone_does_it(page: Page, server) -> None:
    """Cells are typed, the output is walked, and controls are set without a mouse."""
    open_page(page, server.url, "padding=valid&strides=1")
    page.locator("input.typed[data-grid=input]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("5")
    expect(page.locator(".place")).to_have_text("input row 1, column 2")
    assert [tuple(cell) for cell in worked(page, "goals")] == [(0, 0), (0, 1)]
    page.keyboard.press("Enter")
    in_address(page, "input=")
    assert experiment(page).image[0, 1] == 5
    pane(page, "map").focus()
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(".place")).to_contain_text("output row 2, column 2")
    page.locator("[data-name=kind] [aria-checked=true]").focus()
    page.keyboard.press("ArrowRight")
    in_address(page, "kind=transposed")
    expect(page.locator("figure.map figcaption")).to_have_text("Output 7 × 7")


def test_settings_without_a_place_are_a_sentence_and_go_back(page: Page, server) -> None:
    """A kernel that finds no place is refused in words, and its slider returns to what was possible."""
    open_page(page, server.url, "rows=3&columns=3&padding=valid&strides=1")
    slider = page.locator("[data-name=kernel_rows]")
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator(".message")).to_contain_text("the padded image has only 3")
    expect(slider).to_have_attribute("aria-valuenow", "3")


def test_a_cold_link_opens_the_same_grids(page: Page, server, open_page: Any) -> None:
    """Another person's browser shows from the link alone what the first one had."""
    query = (
        "kind=average&input=1,2,3_4,5,6&rows=2&columns=3&kernel_rows=2&kernel_columns=2&padding=0&strides=1"
    )
    other = open_page()
    for visitor in (page, other):
        opened(visitor, f"{server.url}/arithmetic?{query}")
        expect(visitor.locator(".worked .value")).to_have_text("= 3")
        expect(visitor.locator("figure.map figcaption")).to_have_text("Output 1 × 2")


@pytest.mark.parametrize(
    "query", ["", "kind=transposed&rows=6&columns=6&kernel_rows=7&kernel_columns=7&padding=valid"]
)
def test_a_phone_shows_it_without_scrolling_sideways(phone: Page, server, query: str) -> None:
    """At 390 pixels everything stands within the width, and a tap on an input cell opens it for typing."""
    opened(phone, f"{server.url}/arithmetic?{query}")
    assert sideways(phone) <= 0
    assert phone.evaluate("labs()[0].scrollWidth <= labs()[0].clientWidth")
    if not query:
        phone.touchscreen.tap(*at(pane(phone, "picture")))
        expect(phone.locator("input.typed[data-grid=input]")).to_be_focused()


def test_grids_are_drawn_anew_at_another_size_of_the_window(page: Page, server) -> None:
    """After a resize each grid has as many pixels as its place has, and is as wide as its column."""
    open_page(page, server.url)
    drawn = """() => labs().flatMap((lab) => [...lab.querySelectorAll("canvas.pane")]).every(
      ({ width, clientWidth, height, clientHeight }) => width === clientWidth && height === clientHeight)"""
    margins = """(boxes) => boxes.map((box) => {
      const [inner, outer] = [box, box.parentElement].map((part) => part.getBoundingClientRect());
      return Math.max(Math.abs(inner.left - outer.left), Math.abs(inner.right - outer.right));
    })"""
    for size in ((1000, 1000), (1920, 1080)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.wait_for_function(drawn)
        assert max(page.locator(".arithmetic figure > .box").evaluate_all(margins)) < 1
