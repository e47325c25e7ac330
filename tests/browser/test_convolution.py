"""The Convolution page as a person uses it: drag, type, hover, pin, play, reload, lose the connection."""

from __future__ import annotations

import io
import itertools
import json
import math
import re

import numpy as np
import pytest
from browser.hands import (
    answered,
    at,
    box_of,
    cell_of,
    drag,
    eventually,
    in_address,
    lanes_are,
    number_of,
    opened,
    query_of,
    repainted,
    rested,
    scrolled,
    sideways,
    touches,
    values_of,
)
from PIL import Image
from playwright.sync_api import Locator, Page, WebSocket, WebSocketRoute, expect

from explorer import images
from explorer.convolution.experiments import Convolution
from explorer.parameters import Values
from explorer.words import percent
from pages.components.filters import convolution
from pages.operations import OPERATIONS

pytestmark = pytest.mark.browser

OPERATION = OPERATIONS["filter2d"]


def open_page(page: Page, url: str, query: str = "", lane: str = "open") -> None:
    opened(page, f"{url}/convolution?{query}", lane=lane)


def map_of(page: Page) -> Locator:
    return page.locator("canvas[data-pane=map]")


def value(page: Page) -> float:
    """Read the large number behind the cell, unrounded."""
    return number_of(page.locator(".value"))


def point(page: Page, row: int, column: int, shape: tuple[int, ...]) -> None:
    """Move the pointer to the middle of a cell of the map, and wait until that cell is shown."""
    page.mouse.move(*cell_of(map_of(page), row, column, shape))
    expect(page.locator(".place")).to_contain_text(f"row {row + 1}, column {column + 1}")


def screen_values(page: Page) -> Values:
    return values_of(page, "filter2d")


def working_picture(page: Page) -> np.ndarray:
    query = query_of(page)
    size = int(query.get("size", 256))
    original = images.sample(query.get("sample", "chelsea"), size)
    return images.prepare(original, size=size, colour=query.get("colour") == "colour")


def expected_map(page: Page) -> np.ndarray:
    return convolution(screen_values(page)).feature_map(working_picture(page))


GRID = [
    "kernel=gaussian~5x5~sigma=1.0&padding=same&pad_mode=reflect",
    "kernel=sobel_x~3x3&strides=3&padding=valid",
    "kernel=sobel_y~3x3&dilation_rate=2&padding=4&pad_mode=wrap",
    "kernel=roberts~2x2&padding=same&flip=true&bias=0.25&gain=-1.5",
    "kernel=1,2,-3.5_0.25,0,-1&strides=2&padding=same&pad_mode=edge&activation=relu",
    "kernel=box~7x7&padding=6&pad_mode=symmetric&strides=5&activation=absolute",
]


@pytest.mark.parametrize("query", GRID)
def test_hovered_numbers_equal_the_operation(page: Page, server, query: str) -> None:
    """Whatever cell is pointed at, its sum and its value are those of `convolution`, to four decimals."""
    open_page(page, server.url, f"{query}&size=16&sample=coins&colour=grey")
    truth = expected_map(page)
    rows, columns = truth.shape[:2]
    cells = {(0, 0), (rows - 1, columns - 1), (rows // 2, columns // 3), (0, columns - 1), (rows - 1, 0)}
    experiment = convolution(screen_values(page))
    for row, column in cells:
        point(page, row, column, truth.shape)
        assert value(page) == pytest.approx(float(truth[row, column, 0]), abs=5e-5)
        plain = Convolution(
            experiment.kernel,
            strides=experiment.strides,
            padding=experiment.padding,
            dilation_rate=experiment.dilation_rate,
            pad_mode=experiment.pad_mode,
            flip=experiment.flip,
        ).feature_map(working_picture(page))
        worked = number_of(page.locator(".value"), "sum")
        assert worked == pytest.approx(float(plain[row, column, 0]), abs=5e-5)


def test_colour_pictures_are_worked_channel_by_channel(page: Page, server) -> None:
    """In a colour picture each channel has its own sum, and the chosen one is shown."""
    open_page(
        page, server.url, "colour=colour&size=16&sample=astronaut&kernel=laplacian_of_gaussian~5x5~sigma=1.0"
    )
    truth = expected_map(page)
    point(page, 7, 5, truth.shape)
    page.mouse.down()
    page.mouse.up()
    for channel, name in enumerate(("red", "green", "blue")):
        page.get_by_role("button", name=name, exact=True).click()
        assert value(page) == pytest.approx(float(truth[7, 5, channel]), abs=5e-5)


def test_a_dragged_weight_repaints_and_the_last_value_wins(page: Page, server) -> None:
    """While a weight is scrubbed pictures keep coming, and the last picture is that of the final weight."""
    open_page(page, server.url, "size=64&sample=camera&kernel=sobel_x~3x3&limits=-4.0,4.0")
    x, y = at(page.locator("input.weight").nth(5))
    drag(page, (x, y), (x + 30, y), map_of(page), steps=10)
    page.mouse.move(x + 59, y, steps=29)  # faster than any answer
    page.mouse.up()
    in_address(page, "kernel=-1")
    weights = screen_values(page)["kernel"]["weights"]
    assert weights[1][2] == pytest.approx(2 + 59 * 0.02, abs=0.021)
    truth = expected_map(page)
    for row, column in ((5, 9), (33, 60), (63, 63)):
        point(page, row, column, truth.shape)
        assert value(page) == pytest.approx(float(truth[row, column, 0]), abs=5e-5)
    assert painted_pixels_match(page)


def test_a_release_asks_nothing_that_the_last_move_has_asked(page: Page, server) -> None:
    """A slider that is let go asks for the exact answer alone: its picture is painted already."""
    sent: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        if socket.url.endswith("/lane"):
            socket.on("framesent", lambda frame: sent.append(frame))

    page.on("websocket", listen)
    open_page(page, server.url, "size=64&sample=camera")
    x, y = at(page.locator("[data-name=gain] .thumb"))
    drag(page, (x, y), (x + 40, y), map_of(page))
    answered(page)
    sent.clear()
    page.mouse.up()
    rested(page)
    questions = [json.loads(frame) for frame in sent]
    gain = screen_values(page)["gain"]
    assert [(question["rest"], question["parameters"]["gain"]) for question in questions] == [(True, gain)]
    assert gain != 1.0


def test_facts_follow_the_hand(page: Page, server) -> None:
    """While a slider is held the page says what is true of the map; the run that follows changes nothing."""
    open_page(page, server.url, "size=64&sample=camera")
    said = page.locator("[data-fact=Values] span")
    before = said.inner_text()
    x, y = at(page.locator("[data-name=bias] .thumb"))
    drag(page, (x, y), (x + 40, y), map_of(page))
    answered(page)
    # What is written follows the picture at once.
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 20))")
    while_held = said.inner_text()
    assert while_held != before
    page.mouse.up()
    rested(page)
    settled = dict(OPERATION.answer(working_picture(page), screen_values(page), True).facts["said"])
    assert while_held == said.inner_text() == settled["Values"]
    assert page.locator("[data-fact=Brightness] span").inner_text() == settled["Brightness"]


SLOW_LANE = """
window.WebSocket = class extends WebSocket {
  set onmessage(hear) {
    super.onmessage = (event) => {
      if (this.url.endsWith('/lane')) setTimeout(hear, 700, event);
      else hear(event);
    };
  }
  get onmessage() { return super.onmessage; }
};
"""


def test_on_a_slow_lane_facts_never_go_back(page: Page, server) -> None:
    """What the run on a release has written is not written over by answers from the midst of the drag."""
    page.add_init_script(SLOW_LANE)
    open_page(page, server.url, "size=64&sample=camera")
    said = page.locator("[data-fact=Values] span")
    x, y = at(page.locator("[data-name=bias] .thumb"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y, steps=5)
    page.wait_for_timeout(300)  # the first answer is on its way
    page.mouse.move(x + 60, y, steps=20)
    page.evaluate(
        """() => {
          window.told = [];
          const values = () => document.querySelector('[data-fact=Values] span')?.textContent;
          new MutationObserver(() => window.told.push(values()))
            .observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
    page.mouse.up()
    rested(page)
    settled = dict(OPERATION.answer(working_picture(page), screen_values(page), True).facts["said"])["Values"]
    assert said.inner_text() == settled
    told = page.evaluate("() => window.told.filter(Boolean)")
    assert set(told[told.index(settled) :]) == {settled}


def test_what_is_let_go_as_the_lane_is_lost_is_exact_in_the_end(page: Page, server) -> None:
    """The exact map is asked for though the connection has gone since the last move."""
    lanes: list[WebSocketRoute] = []

    def through(lane: WebSocketRoute) -> None:
        lane.connect_to_server()
        lanes.append(lane)

    page.route_web_socket(re.compile("/lane$"), through)
    open_page(page, server.url, "size=64&sample=camera")
    x, y = at(page.locator("[data-name=gain] .thumb"))
    drag(page, (x, y), (x + 20, y), map_of(page))
    answered(page)
    page.mouse.up()
    lanes[-1].close()
    rested(page)
    assert painted_pixels_match(page)


def levels_of(page: Page) -> np.ndarray:
    """Read the pixels of the map as they stand on the screen: (rows, columns, 3)."""
    width, height, data = page.evaluate(
        """() => {
          const canvas = labs()[0].querySelector('canvas[data-pane=map]');
          const { width, height } = canvas;
          return [width, height, [...canvas.getContext('2d').getImageData(0, 0, width, height).data]];
        }"""
    )
    return np.array(data, np.int16).reshape(height, width, 4)[..., :3]


@pytest.mark.parametrize("has_decoder", [True, False])
def test_a_large_map_moves_in_the_pixels_that_it_has_on_the_screen(
    page: Page, server, has_decoder: bool
) -> None:
    """Its moving picture is as large as its place, and looks as the exact one does; zoomed in it is larger.

    Browsers that have no decoder for bytes decode it in another way.
    """
    pictures: list[tuple[int, int]] = []

    def listen(socket: WebSocket) -> None:
        if socket.url.endswith("/lane"):
            socket.on("framereceived", lambda frame: pictures.append(jpeg_size(frame)))

    if not has_decoder:
        page.add_init_script("delete window.ImageDecoder")
    page.on("websocket", listen)
    open_page(page, server.url, "size=512&sample=astronaut&colour=colour")
    place = max(map_of(page).evaluate("({ width, height }) => [width, height]"))
    assert place < 384
    x, y = at(page.locator("[data-name=gain] .thumb"))
    drag(page, (x, y), (x + 20, y), map_of(page))
    answered(page)
    assert max(pictures[-1]) == place
    moving = levels_of(page)
    page.mouse.up()
    rested(page)
    exact = levels_of(page)
    assert np.abs(moving - exact).mean() < 5 < np.abs(moving[1:] - exact[:-1]).mean()
    page.get_by_role("button", name="Zoom in to the pixel grid").click()
    x, y = at(page.locator("[data-name=gain] .thumb"))
    drag(page, (x, y), (x + 20, y), map_of(page))
    answered(page)
    assert max(pictures[-1]) == 512
    page.mouse.up()


def jpeg_size(message: bytes | str) -> tuple[int, int]:
    """Return the width and height of the JPEG in an answer of the lane; zeros where there is none."""
    start = message.find(b"\xff\xd8\xff") if isinstance(message, bytes) else -1
    return Image.open(io.BytesIO(message[start:])).size if start >= 0 else (0, 0)


def painted_pixels_match(page: Page) -> bool:
    """Compare the map's bitmap on the stage with the picture that explorer paints."""
    values = screen_values(page)
    answer = OPERATION.answer(working_picture(page), values, True)
    truth = images.load(next(blob.data for blob in answer.blobs if blob.name == "picture"))
    canvas = levels_of(page)
    height, width = canvas.shape[:2]
    rows, columns = truth.shape[:2]
    scale = min(width / columns, height / rows)
    left, top = (width - scale * columns) / 2, (height - scale * rows) / 2
    for row, column in itertools.product(range(3, rows, 13), range(3, columns, 13)):
        pixel = canvas[int(top + (row + 0.5) * scale), int(left + (column + 0.5) * scale)]
        level = np.rint(255 * np.broadcast_to(truth[row, column], 3))
        if np.abs(pixel - level).max() > 2:
            return False
    return True


def test_the_keyboard_alone_does_it(page: Page, server) -> None:
    """Slider, strip, weight and stage answer the keyboard, and the focus is visible."""
    open_page(page, server.url, "size=32&sample=coins&colour=grey")
    slider = page.locator("[data-name=strides]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuenow", "2")
    in_address(page, "strides=2")
    page.locator("[data-name=padding] [aria-checked=true]").focus()
    page.keyboard.press("ArrowRight")
    in_address(page, "padding=0")
    weight = page.locator("input.weight").first
    weight.focus()
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    in_address(page, "kernel=0,0,1_")
    map_of(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".place")).to_contain_text("row 2, column 2")
    truth = expected_map(page)
    assert value(page) == pytest.approx(float(truth[1, 1, 0]), abs=5e-5)
    outline = slider.evaluate("(e) => { e.focus(); return getComputedStyle(e).outlineStyle; }")
    assert outline != "none"


def test_a_typed_weight_and_undo(page: Page, server) -> None:
    """A typed weight is used, as a fraction too, nonsense is refused at its cell, and undo goes back."""
    open_page(page, server.url, "size=32&sample=coins&kernel=identity~3x3")
    cell = page.locator("input.weight").nth(4)
    cell.fill("-2.5")
    cell.press("Enter")
    in_address(page, "0,-2.5,0")
    cell.fill("many")
    slider, bubble = page.locator("[data-name=strides]"), page.locator(".bubble")
    below = slider.bounding_box()
    cell.press("Enter")
    expect(bubble).to_have_text("“many” is not a number from −1000 to 1000.")
    assert slider.bounding_box() == below
    expect(cell).to_have_value("−2.50")
    cell.fill("1/9")
    expect(bubble).to_have_count(0)
    cell.press("Enter")
    in_address(page, "0,0.11111111")
    page.get_by_role("button", name="Undo").click()
    in_address(page, "0,-2.5,0")
    page.get_by_role("button", name="Undo").click()
    in_address(page, "identity")


def test_settings_and_kernel_are_taken_back_in_one_order(page: Page, server) -> None:
    """Undo goes back through kernel, sliders and options as they were changed, and a drag is one step."""
    open_page(page, server.url, "size=32&sample=coins&kernel=sobel_x~3x3&scale=signed")
    undo, strides = page.get_by_role("button", name="Undo"), page.locator("[data-name=strides]")
    menu, flipped = (
        page.get_by_label("Kernel", exact=True).and_(page.locator("select")),
        page.locator("[data-name=flip]"),
    )
    expect(undo).to_have_count(1)
    expect(undo).to_be_disabled()
    drag(page, at(strides, 0.05), at(strides, 0.7), steps=3)
    page.mouse.up()
    rested(page)
    dragged = str(strides.get_attribute("aria-valuenow"))
    assert dragged != "1"
    menu.select_option("gaussian")
    rested(page)
    assert screen_values(page)["scale"] == "unit"
    flipped.locator("[data-value=true]").click()
    page.get_by_role("button", name="↻ 180°").click()
    page.get_by_role("button", name="Mean 0").click()
    rested(page)
    balanced = screen_values(page)["kernel"]["weights"]
    assert sum(map(sum, balanced)) == pytest.approx(0, abs=1e-6)
    undo.click()
    undo.click()
    rested(page)
    expect(menu).to_have_value("gaussian")
    expect(flipped.locator("[data-value=true]")).to_have_attribute("aria-checked", "true")
    undo.click()
    expect(flipped.locator("[data-value=true]")).to_have_attribute("aria-checked", "false")
    strides.press("Control+z")
    rested(page)
    expect(menu).to_have_value("sobel_x")
    assert screen_values(page)["scale"] == "signed"
    expect(strides).to_have_attribute("aria-valuenow", dragged)
    strides.press("Control+z")
    rested(page)
    expect(strides).to_have_attribute("aria-valuenow", "1")
    expect(undo).to_be_disabled()
    truth = expected_map(page)
    point(page, 3, 4, truth.shape)
    assert value(page) == pytest.approx(float(truth[3, 4, 0]), abs=5e-5)


def test_what_was_refused_is_no_step_to_undo(page: Page, server) -> None:
    """A setting that cannot be goes back by itself; Undo takes the change before it back."""
    open_page(page, server.url, "size=16&sample=coins&kernel=box~7x7&padding=valid")
    strides, dilation = page.locator("[data-name=strides]"), page.locator("[data-name=dilation_rate]")
    undo = page.get_by_role("button", name="Undo")
    strides.press("ArrowRight")
    rested(page)
    dilation.press("End")
    rested(page)
    expect(page.locator(".message")).to_be_visible()
    expect(dilation).to_have_attribute("aria-valuenow", "1")
    undo.click()
    rested(page)
    expect(strides).to_have_attribute("aria-valuenow", "1")
    expect(undo).to_be_disabled()


def test_a_cold_link_opens_the_same_experiment(page: Page, server) -> None:
    """What an address says is what the controls show, on a server that has never seen it."""
    server.restart()
    cold = "kernel=gabor~9x9~orientation=45.0~wavelength=5.0&strides=2&padding=3&pad_mode=edge&bias=-0.5"
    rest = "gain=2.0&flip=true&activation=absolute&scale=stretched&size=48&sample=brick"
    open_page(page, server.url, f"{cold}&{rest}")
    expect(page.locator("[data-name=strides]")).to_have_attribute("aria-valuenow", "2")
    expect(page.locator("[data-name=bias]")).to_have_attribute("aria-valuenow", "-0.5")
    for name, option in (
        ("padding", "3"),
        ("pad_mode", "edge"),
        ("flip", "true"),
        ("activation", "absolute"),
    ):
        expect(page.locator(f"[data-name={name}] [data-value={option!r}]")).to_have_attribute(
            "aria-checked", "true"
        )
    expect(page.locator("select.menu")).to_have_value("gabor")
    truth = expected_map(page)
    point(page, 4, 7, truth.shape)
    assert value(page) == pytest.approx(float(truth[4, 7, 0]), abs=5e-5)


def test_a_turned_kernel_says_what_it_does_then(page: Page, server) -> None:
    """By a convolution Sobel x is negative where the right is brighter, and its help says so."""
    open_page(page, server.url, "kernel=sobel_x&size=32")
    why = page.get_by_role("button", name="What is this kernel for?")
    why.click()
    expect(page.get_by_text("positive where the right side is brighter")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("[data-name=flip] [data-value=true]").click()
    why.click()
    expect(page.get_by_text("negative where the right side is brighter")).to_be_visible()


def test_the_lane_comes_back_after_a_restart(page: Page, server, complaints: list[str]) -> None:
    """When the server restarts the open page goes on by itself, without a reload."""
    open_page(page, server.url, "size=32&sample=coins&colour=grey")
    page.evaluate("() => { window.kept = true; }")
    server.restart()
    lanes_are(page, "open")
    page.locator("[data-name=gain]").focus()
    page.keyboard.press("End")
    in_address(page, "gain=4")
    assert page.evaluate("() => window.kept") is True
    complaints.clear()  # the browser reported the server that was away for a moment


@pytest.fixture
def laneless(page: Page) -> Page:
    """Give a page behind a proxy which lets no WebSocket of the lane through."""
    page.route_web_socket(re.compile("/lane$"), lambda socket: socket.close())
    return page


def test_without_the_lane_the_same_page_goes_through_runs(laneless: Page, server) -> None:
    """Where the lane cannot open, dragging still repaints, and ends at the same picture."""
    page = laneless
    open_page(page, server.url, "size=64&sample=camera&colour=grey", lane="closed")
    slider = page.locator("[data-name=bias]")
    x, y = at(slider)
    drag(page, (x, y), (x + 39, y), map_of(page))
    page.mouse.up()
    in_address(page, "bias=")
    assert slider.get_attribute("aria-valuenow") == f"{screen_values(page)['bias']:g}"
    truth = expected_map(page)
    point(page, 20, 31, truth.shape)
    assert value(page) == pytest.approx(float(truth[20, 31, 0]), abs=5e-5)


def test_an_impossible_experiment_is_said_and_left(page: Page, server) -> None:
    """A kernel larger than the picture is refused in a sentence, and the map that was stays."""
    open_page(page, server.url, "size=16&sample=coins&kernel=box~3x3&padding=valid")
    page.locator("input.side").first.fill("31")
    page.locator("input.side").first.press("Enter")
    expect(page.locator(".message")).to_contain_text(re.compile("kernel|smaller|larger", re.IGNORECASE))
    rested(page)
    assert screen_values(page)["kernel"]["rows"] == 3
    assert painted_pixels_match(page)
    page.locator("input.side").first.fill("5")
    page.locator("input.side").first.press("Enter")
    in_address(page, "5x3")
    expect(page.locator(".message")).to_be_hidden()


def test_a_refused_setting_goes_back_to_what_was_possible(page: Page, server) -> None:
    """After a refusal control, map and address agree again, and other settings still work."""
    open_page(page, server.url, "size=16&sample=coins&kernel=sobel_x~3x3&padding=valid")
    dilation = page.locator("[data-name=dilation_rate]")
    dilation.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        rested(page)
    page.keyboard.press("End")
    rested(page)
    strides = page.locator("[data-name=strides]")
    strides.focus()
    page.keyboard.press("ArrowRight")
    in_address(page, "strides=2")
    assert dilation.get_attribute("aria-valuenow") == str(screen_values(page)["dilation_rate"])
    truth = expected_map(page)
    point(page, 0, 1, truth.shape)
    assert value(page) == pytest.approx(float(truth[0, 1, 0]), abs=5e-5)


def test_a_drag_that_comes_back_ends_exactly(page: Page, server) -> None:
    """A control that is dragged away and back to where it was is at rest: its exact map comes."""
    open_page(page, server.url, "size=32&sample=coins")
    x, y = at(page.locator("[data-name=gain] .thumb"))
    drag(page, (x, y), (x + 30, y), map_of(page), steps=3)
    page.mouse.move(x, y, steps=6)
    page.mouse.up()
    rested(page)
    assert map_of(page).get_attribute("data-exact") == "true"


def test_the_tints_of_other_weights_wait_for_the_hand(page: Page, server) -> None:
    """A weight that is dragged beyond the largest leaves the others as they are, until it is let go."""
    open_page(page, server.url, "size=32&sample=coins&kernel=sobel_x~3x3")
    first, dragged = page.locator("input.weight").first, page.locator("input.weight").nth(5)
    tint = str(first.evaluate("(cell) => getComputedStyle(cell).backgroundColor"))
    x, y = at(dragged)
    drag(page, (x, y), (x + 120, y), map_of(page), steps=4)
    assert abs(float(dragged.get_attribute("aria-valuenow") or 0)) > 3
    expect(first).to_have_css("background-color", tint)
    page.mouse.up()
    expect(first).not_to_have_css("background-color", tint)


def test_colours_answer_the_hand_until_they_are_fitted(page: Page, server) -> None:
    """A larger gain is a stronger colour; "Fit colours" and another kind of kernel rescale."""
    open_page(page, server.url, "size=32&sample=coins&kernel=sobel_x~3x3")
    fit = page.get_by_role("button", name="Fit colours")
    expect(fit).to_be_disabled()
    first = expected_map(page)
    m = float(np.sort(np.abs(first), axis=None)[first.size - 1 - first.size // 100])
    x, y = at(page.locator("[data-name=gain] .thumb"))
    drag(page, (x, y), (x + 40, y), map_of(page), steps=4)
    page.mouse.up()
    in_address(page, "gain=")
    values = screen_values(page)
    assert values["gain"] > 1
    end = math.ceil(100 * m) / 100  # outward, to three digits of the difference of both ends
    assert values["limits"] == pytest.approx([-end, end])
    beyond = (np.abs(expected_map(page)) > values["limits"][1]).mean()
    remark = page.locator(".legend .remark")
    expect(remark).to_contain_text(f"{percent(beyond)} of the values lie outside")
    assert painted_pixels_match(page)
    held = map_of(page).evaluate("(canvas) => canvas.toDataURL()")
    fit.click()
    rested(page)
    assert screen_values(page)["limits"] is None
    expect(fit).to_be_disabled()
    assert map_of(page).evaluate("(canvas) => canvas.toDataURL()") != held
    page.locator("[data-name=bias]").press("ArrowRight")
    in_address(page, "limits=")
    page.locator("select.menu").select_option("box")
    in_address(page, "kernel=box")
    assert screen_values(page)["limits"] is None
    assert screen_values(page)["scale"] == "unit"


def test_a_press_that_slips_off_a_weight_drags_nothing(page: Page, server) -> None:
    """Let go beside its cell, before it became a drag, it scrubs no weight when the pointer returns."""
    open_page(page, server.url)
    cell = page.locator(".weight").first
    before = cell.get_attribute("aria-valuenow")
    end, middle = at(cell, 1.0)
    page.mouse.move(end - 1, middle)
    page.mouse.down()
    page.mouse.move(end + 1, middle)
    page.mouse.up()
    page.mouse.move(*at(cell, 0.2), steps=4)
    answered(page)
    assert cell.get_attribute("aria-valuenow") == before


def test_a_finger_drags_a_zoomed_view(phone: Page, server) -> None:
    """It moves the picture and not the page; where the whole picture is seen, the finger scrolls on."""
    open_page(phone, server.url)
    picture, touch = phone.locator("canvas[data-pane=picture]"), touches(phone)

    def drag_up() -> None:
        x, y = at(picture)
        touch("touchStart", (x, y))
        for step in range(1, 9):
            touch("touchMove", (x, y - 10 * step))
        touch("touchEnd")

    phone.get_by_role("button", name="Zoom in to the pixel grid").click()
    rested(phone)
    at(picture)
    seen, place = picture.evaluate("(canvas) => canvas.toDataURL()"), scrolled(phone)
    drag_up()
    assert picture.evaluate("(canvas) => canvas.toDataURL()") != seen
    assert scrolled(phone) == place
    phone.get_by_role("button", name="Zoom out").click()
    drag_up()
    eventually(phone, lambda: scrolled(phone) > place, "the page scrolls")


def test_a_new_picture_while_zoomed_and_playing_shows_whole_again(page: Page, server) -> None:
    """Whatever was going on, another picture starts at the whole map, and nothing breaks."""
    open_page(page, server.url, "size=32&sample=coins")
    page.get_by_role("button", name="Zoom in to the pixel grid").click()
    page.get_by_role("button", name="Play").click()
    samples = page.get_by_role("combobox", name="Sample")
    samples.click()  # focus alone scrolls the sidebar, which closes the menu
    samples.fill("Coffee")
    page.get_by_role("option", name=re.compile("Coffee")).click()
    in_address(page, "coffee")
    expect(page.locator(".zoomed")).to_have_text("×1")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_a_weight_is_scrubbed_by_touch(phone: Page, server) -> None:
    """A finger that moves along a weight changes it, and the page does not scroll away."""
    open_page(phone, server.url, "size=32&sample=coins&kernel=identity~3x3")
    x, y = at(phone.locator("input.weight").nth(4))
    touch = touches(phone)
    touch("touchStart", (x, y))
    for step in range(1, 13):
        with repainted(map_of(phone)):
            touch("touchMove", (x + 5 * step, y))
    touch("touchEnd")
    in_address(phone, "0_0,2")
    assert screen_values(phone)["kernel"]["weights"][1][1] == pytest.approx(1 + 60 * 0.02, abs=0.05)


def test_playing_fills_the_map_and_stops(page: Page, server) -> None:
    """The window slides over every cell in turn; stop shows the whole map again."""
    open_page(page, server.url, "size=16&sample=coins&colour=grey")
    page.get_by_role("button", name="One cell on").click()
    expect(page.locator(".place")).to_contain_text("row 1, column 1")
    page.get_by_role("button", name="One cell on").click()
    expect(page.locator(".place")).to_contain_text("row 1, column 2")
    page.locator("select.speed").select_option("1000")
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".place")).to_contain_text("row 13, column 16")
    page.get_by_role("button", name="Show the whole map").click()
    expect(page.locator(".hint")).to_be_visible()


def test_zooming_shows_the_pixel_grid_where_one_looks(page: Page, server) -> None:
    """Zoomed in, pointing still asks a cell, and the arrow keys keep it in view."""
    open_page(page, server.url, "size=64&sample=coins&kernel=sobel_x~3x3")
    truth = expected_map(page)
    map_of(page).focus()
    for key in ("ArrowDown", *["ArrowRight"] * 9):
        page.keyboard.press(key)
    for _ in range(3):
        page.get_by_role("button", name="Zoom in to the pixel grid").click()
    expect(page.locator(".zoomed")).to_have_text("×8")
    map_of(page).focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".place")).to_contain_text("row 1, column 20")
    page.keyboard.press("Escape")
    page.mouse.move(*at(map_of(page)))
    expect(page.locator(".place")).to_contain_text(re.compile(r"row \d+, column \d+"))
    place = re.search(r"row (\d+), column (\d+)", page.locator(".place").inner_text())
    assert place
    row, column = (int(number) - 1 for number in place.groups())
    assert abs(column - 19) <= 1
    assert value(page) == pytest.approx(float(truth[row, column, 0]), abs=5e-5)
    page.keyboard.press("-")
    page.keyboard.press("-")
    page.keyboard.press("-")
    expect(page.locator(".zoomed")).to_have_text("×1")


def test_the_phone_shows_the_stage_first_and_nothing_sideways(phone: Page, server) -> None:
    """At 390 pixels picture and map lie side by side at the top, and the page does not scroll sideways."""
    open_page(phone, server.url, "size=32&sample=coins")
    assert sideways(phone) <= 0
    picture, feature_map = (box_of(phone.locator(f"canvas[data-pane={name}]")) for name in ("picture", "map"))
    controls = box_of(phone.locator(".controls"))
    assert abs(picture["y"] - feature_map["y"]) < 2
    assert controls["y"] > picture["y"] + picture["height"]
    assert feature_map["x"] + feature_map["width"] <= 390


def test_b_lies_beside_a_and_the_line_between_them_moves_by_key_and_by_hand(page: Page, server) -> None:
    """What is kept is seen right of the line, after a reload as well; the rest is the current map."""
    open_page(page, server.url)
    original = page.locator("canvas[data-pane=map]").evaluate("(canvas) => canvas.toDataURL()")
    page.get_by_role("button", name="Keep as B").first.click()
    rested(page)
    page.get_by_role("combobox", name="Kernel").select_option("sobel_y")
    rested(page)
    line = page.get_by_role("slider", name="Line between A and B")
    seen = {}
    for key, share in (("Home", "0"), ("End", "100")):
        line.press(key)
        expect(line).to_have_attribute("aria-valuenow", share)
        seen[key] = page.locator("canvas[data-pane=map]").evaluate("(canvas) => canvas.toDataURL()")
    assert seen["Home"] != seen["End"]
    box = box_of(page.locator("canvas[data-pane=map]"))
    at_right = (box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    drag(page, at_right, (box["x"] + box["width"] / 4, at_right[1]))
    expect(line).to_have_attribute("aria-valuenow", "25")
    in_address(page, "b_kernel=sobel_x")
    page.reload()
    rested(page)
    expect(page.locator(".heldnote")).to_contain_text("Sobel x, 3 × 3")
    page.get_by_role("button", name="Swap A and B").first.click()
    rested(page)
    expect(page.get_by_role("combobox", name="Kernel")).to_have_value("sobel_x")
    page.get_by_role("button", name="Remove B").first.click()
    expect(line).to_be_hidden()
    rested(page)
    page.get_by_role("button", name="Fit colours").click()  # the colours were those of the other map
    rested(page)
    assert page.locator("canvas[data-pane=map]").evaluate("(canvas) => canvas.toDataURL()") == original
