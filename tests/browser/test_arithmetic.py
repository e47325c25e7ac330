"""The Arithmetic page as a student uses it: hover, type, paste, play, drag, reload."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from explorer import images
from explorer.arithmetic import Arithmetic
from explorer.experiments import Convolution
from explorer.kernels import KERNELS
from pages import operations, settings
from pages.operations.grids import ARITHMETIC

pytestmark = pytest.mark.browser

# Remembers which texts each canvas has drawn since it was cleared, and where.
RECORDER = """
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
"""


def open_page(page: Page, url: str, query: str = "") -> None:
    """Open the page and wait until the lane carries its questions."""
    page.goto(f"{url}/arithmetic?{query}")
    expect(page.locator(".lab[data-lane=open]")).to_be_attached(timeout=20_000)
    rested(page)


def rested(page: Page) -> None:
    """Wait until the last question is answered, and the page's run is over."""
    page.wait_for_function(
        """() => {
          const lab = [...document.querySelectorAll('*')]
            .map((host) => host.shadowRoot?.querySelector('.lab')).find(Boolean);
          const map = lab?.querySelector('canvas[data-pane=map]');
          return map?.dataset.exact === 'true' && map.dataset.seq === (lab.dataset.asked ?? map.dataset.seq)
            && !document.querySelector('[data-testid=stStatusWidget]');
        }""",
        timeout=20_000,
    )
    page.wait_for_timeout(50)


def in_address(page: Page, text: str) -> None:
    page.wait_for_function("(text) => decodeURIComponent(location.search).includes(text)", arg=text)
    rested(page)


def pane(page: Page, name: str) -> Locator:
    return page.locator(f"canvas[data-pane={name}]")


def revision(page: Page) -> int:
    return int(pane(page, "map").get_attribute("data-revision") or 0)


def experiment(page: Page) -> Arithmetic:
    """Compute what the address says, as a cold server would."""
    query = {name: texts[0] for name, texts in parse_qs(urlsplit(page.url).query).items()}
    values, complaints = settings.from_query(ARITHMETIC, query)
    assert complaints == []
    return operations.grids.sums(values)


def point(page: Page, name: str, row: int, column: int, shape: tuple[int, ...]) -> tuple[float, float]:
    """Move the pointer to the middle of a cell of a grid of this shape; three pixels round it are free."""
    canvas = pane(page, name)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    scale = min((box["width"] - 6) / shape[1], (box["height"] - 6) / shape[0])
    x = box["x"] + (box["width"] - scale * shape[1]) / 2 + (column + 0.5) * scale
    y = box["y"] + (box["height"] - scale * shape[0]) / 2 + (row + 0.5) * scale
    page.mouse.move(x, y)
    page.wait_for_timeout(40)
    return x, y


def worked(page: Page, name: str) -> Any:
    """Read what the worked sum is made of."""
    return json.loads(page.locator(".worked").get_attribute(f"data-{name}") or "null")


def drawn(page: Page, name: str, shape: tuple[int, ...]) -> list[list[str]]:
    """Read the numbers that stand in the cells of a grid, from what its canvas was told to write."""
    box = pane(page, name).bounding_box()
    assert box
    scale = min((box["width"] - 6) / shape[1], (box["height"] - 6) / shape[0])
    left, top = (box["width"] - scale * shape[1]) / 2, (box["height"] - scale * shape[0]) / 2
    cells = [[""] * shape[1] for _ in range(shape[0])]
    for text, x, y, align in page.evaluate("(name) => window.drawn[name]", name):
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
    page.add_init_script(RECORDER)
    open_page(page, server.url, query)
    truth = experiment(page)
    shape = truth.output.shape
    board = np.where(truth.is_input, truth.board.astype(str), "0" if truth.weights is not None else "")
    expect(page.locator(".sums")).to_contain_text(truth.size_sums()[1])
    expect(page.locator(".unused")).to_have_text(truth.unused_sentence())
    scrub = page.get_by_label("Cell of the map")
    for index in range(truth.output.size):
        scrub.evaluate("(scrub, at) => { scrub.value = at; scrub.dispatchEvent(new Event('input')); }", index)
        row, column = divmod(index, shape[1])
        frame = truth.frame(row, column)
        expect(page.locator(".place")).to_contain_text(f"output row {row}, column {column}")
        assert float(page.locator(".worked").get_attribute("data-value") or "nan") == pytest.approx(
            frame.value
        )
        if frame.weights is None:
            assert worked(page, "terms") == frame.values[frame.is_input].tolist()
        else:
            pairs = zip(frame.values.ravel().tolist(), frame.weights.ravel().tolist(), strict=True)
            assert worked(page, "terms") == [list(pair) for pair in pairs]
        assert drawn(page, "picture", board.shape) == board.tolist()
        flat = [
            (f"{cell:.2f}" if cell % 1 else f"{cell:.0f}") if place <= index else ""
            for place, cell in enumerate(truth.output.ravel().tolist())
        ]
        assert list(chain.from_iterable(drawn(page, "map", shape))) == flat
    if truth.weights is not None:
        assert drawn(page, "kernel", truth.kernel.shape) == truth.kernel.astype(str).tolist()


def test_hovering_works_both_ways(page: Page, server) -> None:
    """An output cell shows what it is made of; an input cell shows all the outputs that it feeds."""
    open_page(page, server.url, "rows=6&columns=6&strides=1&padding=valid&kernel_rows=2")
    truth = experiment(page)
    point(page, "map", 3, 2, truth.output.shape)
    expect(page.locator(".place")).to_contain_text("output row 3, column 2")
    assert float(page.locator(".worked").get_attribute("data-value") or "nan") == truth.output[3, 2]
    for row, column in ((0, 0), (2, 3), (5, 5)):
        point(page, "picture", row, column, truth.image.shape)
        expect(page.locator(".place")).to_have_text(f"input row {row}, column {column}")
        assert [tuple(cell) for cell in worked(page, "goals")] == truth.feeds(row, column)
    page.mouse.move(5, 5)
    expect(page.locator(".place")).to_contain_text("output row 3, column 2")


def test_a_pixel_lights_the_cells_that_read_it_on_a_picture_too(page: Page, server) -> None:
    """On the Convolution page, mirrored padding included, a pixel lights the very cells that read it."""
    page.goto(
        f"{server.url}/convolution?size=16&sample=coins&colour=grey&kernel=box~3x3&strides=2&pad_mode=reflect"
    )
    rested(page)
    filtered = Convolution(KERNELS["box"].weights, strides=2, padding="same", pad_mode="reflect")
    height, width = images.prepare(images.sample("coins", 16), size=16).shape[:2]
    (top, bottom), (left, right) = filtered.pads((height, width))
    rows, columns = filtered.taps((height, width))
    canvas = pane(page, "picture")
    box = canvas.bounding_box()
    assert box
    scale = min(box["width"] / (width + left + right), box["height"] / (height + top + bottom))
    across = box["x"] + (box["width"] - scale * (width + left + right)) / 2
    down = box["y"] + (box["height"] - scale * (height + top + bottom)) / 2
    for row, column in ((0, 0), (5, 6), (1, 14), (height - 1, 15)):
        page.mouse.move(across + (left + column + 0.5) * scale, down + (top + row + 0.5) * scale)
        page.wait_for_timeout(40)
        lit = json.loads(pane(page, "map").get_attribute("data-lit") or "[]")
        assert lit == [
            np.flatnonzero((table == at).any(axis=1)).tolist()
            for table, at in ((rows, row), (columns, column))
        ]
    page.mouse.move(5, 5)
    page.wait_for_timeout(40)
    assert pane(page, "map").get_attribute("data-lit") is None


def test_without_a_lane_the_page_answers(page: Page, server) -> None:
    """Where no WebSocket of the lane gets through, typed numbers and dragged sliders work all the same."""
    page.route_web_socket("**/lane**", lambda socket: socket.close())
    page.goto(f"{server.url}/arithmetic?padding=valid&strides=1")
    expect(page.locator(".lab[data-lane=closed]")).to_be_attached(timeout=20_000)
    rested(page)
    page.locator("input.typed[data-grid=input]").focus()
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    in_address(page, "input=50,")
    truth = experiment(page)
    point(page, "map", 0, 0, truth.output.shape)
    assert float(page.locator(".worked").get_attribute("data-value") or "nan") == truth.output[0, 0]


def test_an_unused_cell_feeds_nothing(page: Page, server) -> None:
    """A stride that does not divide leaves a striped row: it is named, and goes nowhere."""
    open_page(page, server.url, "rows=6&columns=5&strides=2&padding=valid")
    expect(page.locator(".unused")).to_have_text("No window reads row 5 of the input.")
    point(page, "picture", 5, 1, (6, 5))
    expect(page.locator(".terms")).to_have_text("No window reads it.")


def test_a_dragged_slider_repaints_before_it_is_released(page: Page, server) -> None:
    """While the size is dragged new grids keep coming, and the last is that of the final size."""
    open_page(page, server.url)
    slider = page.locator("[data-name=rows]")
    box = slider.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    before = revision(page)
    page.mouse.move(box["x"] + 0.3 * box["width"], y)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(box["x"] + (0.3 + 0.03 * step) * box["width"], y)
        page.wait_for_timeout(30)
    assert revision(page) - before >= 5
    assert "rows=" not in page.url
    page.mouse.up()
    rows = int(slider.get_attribute("aria-valuenow") or 0)
    in_address(page, f"rows={rows}")
    expect(page.locator("figure.picture figcaption")).to_have_text(f"Input {rows} × 5")


def test_a_number_is_typed_into_a_cell(page: Page, server) -> None:
    """A click on a cell and two digits: the output moves at once, and the address keeps the numbers."""
    open_page(page, server.url, "rows=4&columns=4&padding=valid&strides=1")
    before = revision(page)
    x, y = point(page, "picture", 1, 2, (4, 4))
    page.mouse.click(x, y)
    page.keyboard.type("-7")
    page.wait_for_timeout(300)
    assert revision(page) > before
    page.keyboard.press("ArrowDown")
    page.keyboard.type("42")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    in_address(page, "_3,3,42,2_")
    truth = experiment(page)
    assert truth.image[1, 2] == -7
    assert truth.image[2, 2] == 42
    point(page, "map", 0, 0, truth.output.shape)
    assert float(page.locator(".worked").get_attribute("data-value") or "nan") == truth.output[0, 0]


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
    expect(page.locator(".message")).to_contain_text("whole number from −99 to 99, and “1x” is not")
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
    page.wait_for_timeout(300)
    assert experiment(page).image.shape == (3, 4)
    expect(page.locator("figure.picture figcaption")).to_have_text("Input 3 × 4")


def test_drawn_numbers_replace_ones_own_and_give_them_back(page: Page, server) -> None:
    """Other numbers take the place of the person's own, and one click brings these back."""
    open_page(page, server.url, "input=1,2_3,4&rows=2&columns=2&padding=2")
    page.get_by_role("button", name="Other numbers").click()
    page.wait_for_function("() => !location.search.includes('input=')")
    page.get_by_role("button", name="My numbers back").click()
    in_address(page, "input=1,2_3,4")
    assert experiment(page).image.tolist() == [[1, 2], [3, 4]]


def test_the_window_plays_pauses_and_steps(page: Page, server) -> None:
    """Played, the output fills cell by cell to its end; a step goes one on; a click pins."""
    open_page(page, server.url, "rows=6&columns=6&padding=valid&strides=1")
    page.get_by_label("Speed").select_option("10")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(600)
    page.get_by_role("button", name="Pause").click()
    scrub = page.get_by_label("Cell of the map")
    reached = int(scrub.input_value())
    assert 0 < reached < 15
    page.get_by_role("button", name="One cell on").click()
    assert int(scrub.input_value()) == reached + 1
    page.get_by_role("button", name="Show the whole map").click()
    x, y = point(page, "map", 1, 1, (4, 4))
    page.mouse.click(x, y)
    point(page, "map", 3, 3, (4, 4))
    expect(page.locator(".place")).to_contain_text("output row 1, column 1")


def test_the_keyboard_alone_does_it(page: Page, server) -> None:
    """Cells are typed, the output is walked, and controls are set without a mouse."""
    open_page(page, server.url, "padding=valid&strides=1")
    page.locator("input.typed[data-grid=input]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("5")
    expect(page.locator(".place")).to_have_text("input row 0, column 1")
    assert [tuple(cell) for cell in worked(page, "goals")] == [(0, 0), (0, 1)]
    page.keyboard.press("Enter")
    in_address(page, "input=")
    assert experiment(page).image[0, 1] == 5
    pane(page, "map").focus()
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(".place")).to_contain_text("output row 1, column 1")
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
        visitor.goto(f"{server.url}/arithmetic?{query}")
        rested(visitor)
        expect(visitor.locator(".worked .value")).to_have_text("= 3")
        expect(visitor.locator("figure.map figcaption")).to_have_text("Output 1 × 2")


@pytest.mark.parametrize(
    "query", ["", "kind=transposed&rows=6&columns=6&kernel_rows=7&kernel_columns=7&padding=valid"]
)
def test_a_phone_shows_it_without_scrolling_sideways(phone: Page, server, query: str) -> None:
    """At 390 pixels everything stands within the width, and a tap on an input cell opens it for typing."""
    phone.goto(f"{server.url}/arithmetic?{query}")
    rested(phone)
    widths = phone.evaluate(
        """() => {
          const lab = [...document.querySelectorAll('*')]
            .map((host) => host.shadowRoot?.querySelector('.lab')).find(Boolean);
          return [document.documentElement.scrollWidth, innerWidth, lab.scrollWidth, lab.clientWidth];
        }"""
    )
    assert widths[0] <= widths[1]
    assert widths[2] <= widths[3]
    canvas = pane(phone, "picture")
    box = canvas.bounding_box()
    assert box
    if not query:
        canvas.tap(position={"x": box["width"] / 2, "y": box["height"] / 2})
        expect(phone.locator("input.typed[data-grid=input]")).to_be_focused()
