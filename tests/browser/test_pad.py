"""The drawing pad in a browser: mouse, finger and keyboard, and what arrives on the other side."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest

pytest.importorskip("playwright")
from browser.hands import at, box_of, eventually, opened, pens, repainted, rested, revision, touches
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.server]

SIDE = 256

INK = """(element) => {
    const canvas = document.createElement("canvas");
    canvas.width = element.naturalWidth ?? element.width;
    canvas.height = element.naturalHeight ?? element.height;
    const context = canvas.getContext("2d");
    context.drawImage(element, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let light = 0;
    for (let index = 0; index < data.length; index += 4) light += data[index];
    return 1 - (4 * light) / (255 * data.length);
}"""
"""How dark a canvas or a picture is on average: 0 white, 1 black."""


DARK = """(canvas, [from, to, across]) => {
    const { data } = canvas.getContext("2d").getImageData(from, 0, to - from, across);
    return data.filter((level, index) => index % 4 === 0 && level < 128).length;
}"""
"""How many pixels are dark between two columns, down to a row."""


def ink(element: Locator) -> float:
    return element.evaluate(INK)


def stroke(page: Page, pad: Locator, *points: tuple[float, float]) -> None:
    """Draw along points given as shares of the canvas."""
    along = [at(pad, *point) for point in points]
    page.mouse.move(*along[0])
    page.mouse.down()
    for point in along[1:]:
        page.mouse.move(*point, steps=8)
    page.mouse.up()


def arrived(page: Page) -> Locator:
    """Give the chooser's thumbnail, once it shows the drawing."""
    thumbnail = page.get_by_alt_text("Your drawing as the operation sees it")
    expect(thumbnail).to_be_visible()
    return thumbnail


def shows(page: Page, pad: Locator) -> None:
    """Wait until Python's picture has as much ink as the canvas."""
    eventually(page, lambda: abs(ink(arrived(page)) - ink(pad)) < 0.002, "the thumbnail shows the drawing")


def dark(pad: Locator, start: int = 0, stop: int = SIDE) -> int:
    """Count the dark pixels from a column of the sheet to before another one."""
    return pad.evaluate(DARK, [start, stop, SIDE])


def discs(*diameters: float) -> Any:
    """Give about how many pixels round dots have."""
    return pytest.approx(sum(math.pi * diameter**2 / 4 for diameter in diameters), rel=0.06)


def tool(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def source(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()


@pytest.fixture
def pad(server: Any, page: Page) -> Locator:
    page.goto(server.url)
    source(page, "Draw")
    canvas = page.get_by_role("application", name="Drawing sheet")
    expect(canvas).to_have_attribute("data-revision", "0")
    return canvas


def test_a_stroke_is_drawn_at_once_and_arrives_when_it_ends(page: Page, pad: Locator) -> None:
    """The canvas has the ink before the pointer is lifted; Python has the same picture after it."""
    page.mouse.move(*at(pad, 0.15, 0.15))
    page.mouse.down()
    page.mouse.move(*at(pad, 0.75, 0.7), steps=20)
    assert ink(pad) > 0.02
    assert revision(pad) == 0
    page.mouse.up()
    assert revision(pad) == 1
    shows(page, pad)


def test_picture_and_map_follow_a_stroke_while_it_is_drawn(page: Page, server: Any) -> None:
    """Before the pointer is lifted a page shows the sheet; then the session's drawing takes its place."""
    opened(page, f"{server.url}/convolution")
    source(page, "Draw")
    pad = page.get_by_role("application", name="Drawing sheet")
    picture, map = (page.locator(f"canvas[data-pane={name}]") for name in ("picture", "map"))
    page.mouse.move(*at(pad, 0.2, 0.2))
    page.mouse.down()
    seen = []
    for across in (0.5, 0.8):
        with repainted(map):
            page.mouse.move(*at(pad, across, 0.6), steps=6)
        eventually(page, lambda: abs(ink(picture) - ink(pad)) < 0.005, "the picture shows the sheet")
        seen.append(ink(pad))
    assert 0 < seen[0] < seen[1]
    expect(page.locator("figure.picture figcaption")).to_contain_text("256 × 256")
    expect(page.get_by_alt_text("Your drawing as the operation sees it")).to_have_count(0)
    page.mouse.up()
    shows(page, pad)
    rested(page)
    expect(page.locator(".camerabar")).to_be_hidden()
    assert abs(ink(picture) - ink(pad)) < 0.005
    with repainted(map):
        page.keyboard.press("Control+z")
    eventually(page, lambda: ink(picture) < 0.005, "the stroke is taken back")


def test_undo_redo_and_clear(page: Page, pad: Locator) -> None:
    """Undo takes the last stroke back, redo brings it again, clear empties the sheet and can be undone."""
    stroke(page, pad, (0.2, 0.2), (0.8, 0.2))
    one = ink(pad)
    stroke(page, pad, (0.2, 0.8), (0.8, 0.8))
    two = ink(pad)
    assert 0 < one < two
    for button, expected in [
        ("Undo", one),
        ("Redo", two),
        ("Clear", 0),
        ("Undo", two),
        ("Undo", one),
        ("Undo", 0),
    ]:
        before = revision(pad)
        page.get_by_role("button", name=button).click()
        assert ink(pad) == expected
        assert revision(pad) == before + 1
    shows(page, pad)
    assert page.get_by_role("button", name="Undo").get_attribute("aria-disabled") == "true"


def test_the_keyboard_takes_back_and_brings_again(page: Page, pad: Locator) -> None:
    """Control Z and Control Y, with the focus where the stroke left it."""
    stroke(page, pad, (0.2, 0.2), (0.8, 0.8))
    drawn = ink(pad)
    for keys, expected in [("z", 0), ("y", drawn), ("z", 0), ("Shift+Z", drawn)]:
        page.keyboard.press(f"Control+{keys}")
        assert ink(pad) == expected
    shows(page, pad)


def test_eraser_and_brush_size(page: Page, pad: Locator) -> None:
    """A wider brush leaves more ink, and the eraser takes it away."""
    stroke(page, pad, (0.2, 0.5), (0.8, 0.5))
    thin = ink(pad)
    page.get_by_role("slider", name="Brush size").fill("48")
    stroke(page, pad, (0.2, 0.5), (0.8, 0.5))
    assert ink(pad) > 2 * thin
    page.get_by_role("button", name="Eraser").click()
    stroke(page, pad, (0.2, 0.5), (0.8, 0.5))
    assert ink(pad) == 0
    shows(page, pad)


def test_white_on_black_turns_the_sheet_and_the_drawing(page: Page, pad: Locator) -> None:
    """Black paper: everything is dark but the drawing; turned twice it is what it was."""
    stroke(page, pad, (0.2, 0.5), (0.8, 0.5))
    white = ink(pad)
    turn = page.get_by_role("button", name="Paper: white on black")
    turn.click()
    assert ink(pad) == pytest.approx(1 - white, abs=1e-6)
    shows(page, pad)
    stroke(page, pad, (0.5, 0.1), (0.5, 0.9))
    assert ink(pad) < 1 - white - 0.01
    page.get_by_role("button", name="Undo").click()
    turn.click()
    assert ink(pad) == white


def test_a_drawing_survives_other_pages_and_other_sources(page: Page, pad: Locator) -> None:
    """It is on the pad again after a visit elsewhere, and can be drawn on."""
    stroke(page, pad, (0.2, 0.2), (0.8, 0.8))
    drawn = ink(pad)
    shows(page, pad)
    links = page.get_by_test_id("stSidebarNavLink")
    links.nth(1).click()
    expect(links.nth(1)).to_have_attribute("aria-current", "page")
    assert ink(arrived(page)) > 0
    links.nth(0).click()
    expect(links.nth(0)).to_have_attribute("aria-current", "page")
    eventually(page, lambda: ink(pad) == drawn, "the pad shows the drawing after the visit to another page")
    source(page, "Sample")
    expect(pad).to_have_count(0)
    source(page, "Draw")
    eventually(page, lambda: ink(pad) == drawn, "the pad shows the drawing after the visit to the samples")
    stroke(page, pad, (0.2, 0.8), (0.8, 0.2))
    assert ink(pad) > drawn
    shows(page, pad)


def test_quick_strokes_are_all_kept(page: Page, pad: Locator) -> None:
    """Runs that answer earlier strokes never reset the canvas: ink only grows, and all of it arrives."""
    grown = [0.0]
    for row in range(1, 10):
        stroke(page, pad, (0.1, row / 10), (0.9, row / 10))
        grown.append(ink(pad))
    assert all(before < after for before, after in pairwise(grown))
    assert revision(pad) == 9
    shows(page, pad)
    assert ink(pad) == grown[-1]


def test_drawing_by_keyboard_alone(page: Page, pad: Locator) -> None:
    """The space bar lowers the brush, arrow keys draw, the space bar lifts it; Tab reaches every tool."""
    source(page, "Draw")
    page.keyboard.press("Tab")
    expect(pad).to_be_focused()
    page.keyboard.press("Space")
    for _ in range(10):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Space")
    assert revision(pad) == 1
    assert ink(pad) > 0.02
    shows(page, pad)
    for name in ("Brush", "Eraser", "Undo", "Redo", "Clear", "Paper: white on black"):
        page.keyboard.press("Tab")
        tool = page.get_by_role("button", name=name, exact=True)
        expect(tool).to_be_focused()
        assert tool.evaluate("(button) => getComputedStyle(button).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    expect(page.get_by_role("slider", name="Brush size")).to_be_focused()


def test_a_click_leaves_a_dot_of_the_brush_s_size(page: Page, pad: Locator) -> None:
    """A press that goes nowhere paints a disc; undo, redo and the picture that is kept know it."""
    page.mouse.click(*at(pad))
    assert dark(pad) == discs(12)
    dot = ink(pad)
    shows(page, pad)
    page.get_by_role("slider", name="Brush size").fill("40")
    page.mouse.click(*at(pad, 0.2, 0.2))
    assert dark(pad) == discs(12, 40)
    assert dark(pad, 0, 100) == discs(40)
    for name, expected in [("Undo", dot), ("Undo", 0), ("Redo", dot)]:
        tool(page, name)
        assert ink(pad) == expected
    shows(page, pad)


def test_a_click_with_the_eraser_takes_a_disc_away(page: Page, pad: Locator) -> None:
    """The eraser's dot is as wide as it says, and a little wider for the rim; undo brings the ink again."""
    page.get_by_role("slider", name="Brush size").fill("48")
    stroke(page, pad, (0.1, 0.5), (0.9, 0.5))
    line, inked = dark(pad), ink(pad)
    page.get_by_role("slider", name="Brush size").fill("20")
    tool(page, "Eraser")
    page.mouse.click(*at(pad))
    assert line - dark(pad) == discs(24)
    shows(page, pad)
    tool(page, "Undo")
    assert ink(pad) == inked


def test_a_tap_a_pen_and_a_key_leave_a_dot_as_well(page: Page, pad: Locator) -> None:
    """A finger that taps, a pen that is set down, and the space bar pressed twice paint what a click does."""
    touch, pen = touches(page), pens(page)
    touch("touchStart", at(pad, 0.2, 0.5))
    touch("touchEnd")
    assert dark(pad, 0, 100) == discs(12)
    pen("mousePressed", at(pad, 0.8, 0.5))
    pen("mouseReleased", at(pad, 0.8, 0.5))
    assert dark(pad, 156) == discs(12)
    pad.focus()
    for _ in range(32):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    assert dark(pad) == discs(12, 12, 12)
    assert revision(pad) == 3
    shows(page, pad)


def test_a_pen_goes_before_the_hand_that_rests_on_the_sheet(page: Page, pad: Locator) -> None:
    """The palm's mark goes when the pen comes down, the pen's stroke stays, and undo knows one stroke."""
    touch, pen = touches(page), pens(page)
    stroke(page, pad, (0.1, 0.1), (0.9, 0.1))
    before, right = ink(pad), dark(pad, 128)
    touch("touchStart", at(pad, 0.8, 0.8))
    touch("touchMove", at(pad, 0.8, 0.75))
    pen("mousePressed", at(pad, 0.1, 0.5))
    assert dark(pad, 128) == right  # the mark of the hand is gone
    touch("touchMove", at(pad, 0.85, 0.8))
    pen("mouseMoved", at(pad, 0.3, 0.5))
    touch("touchEnd")
    pen("mouseMoved", at(pad, 0.4, 0.5))
    drawn = ink(pad)
    assert revision(pad) == 1
    pen("mouseReleased", at(pad, 0.4, 0.5))
    assert revision(pad) == 2
    assert ink(pad) == drawn > before
    shows(page, pad)
    tool(page, "Undo")
    assert ink(pad) == before
    tool(page, "Undo")
    assert ink(pad) == 0


def test_a_hand_beside_a_pen_draws_nothing(page: Page, pad: Locator) -> None:
    """While a pen is down, hovers, or was there a moment ago, touches are nothing; later a finger draws."""
    touch, pen = touches(page), pens(page)
    # The events' own clock, so that a slow machine does not turn a moment into a second.
    page.evaluate("Object.defineProperty(Event.prototype, 'timeStamp', { get: () => window.clock })")

    def palm() -> None:
        touch("touchStart", at(pad, 0.8, 0.8))
        touch("touchMove", at(pad, 0.85, 0.75))
        touch("touchEnd")

    page.evaluate("window.clock = 10_000")
    pen("mouseMoved", at(pad, 0.1, 0.5))
    page.evaluate("window.clock = 10_900")
    palm()
    assert ink(pad) == 0
    pen("mousePressed", at(pad, 0.1, 0.5))
    palm()
    pen("mouseMoved", at(pad, 0.4, 0.5))
    pen("mouseReleased", at(pad, 0.4, 0.5))
    palm()
    assert dark(pad, 156) == 0
    assert dark(pad) > 0
    assert revision(pad) == 1
    page.evaluate("window.clock = 12_000")  # by then the pen is away
    palm()
    assert dark(pad, 156) > 0
    assert revision(pad) == 2
    shows(page, pad)


def test_a_second_finger_changes_nothing_of_the_first_one_s_stroke(page: Page, pad: Locator) -> None:
    """It neither draws nor ends the stroke; when the first is lifted, another one draws beside it."""
    touch = touches(page)
    touch("touchStart", at(pad, 0.1, 0.2))
    touch("touchStart", at(pad, 0.8, 0.8), finger=1)
    touch("touchMove", at(pad, 0.8, 0.6), finger=1)
    touch("touchMove", at(pad, 0.3, 0.2))
    assert dark(pad, 156) == 0
    touch("touchMove", at(pad, 0.8, 0.7), finger=1)
    touch("touchMove", at(pad, 0.4, 0.2))
    assert revision(pad) == 0
    touch("touchEnd", at(pad, 0.4, 0.2))
    assert revision(pad) == 1
    stroke_of_one = dark(pad)
    assert dark(pad, 156) == 0
    touch("touchStart", at(pad, 0.1, 0.5), finger=2)
    touch("touchMove", at(pad, 0.4, 0.5), finger=2)
    touch("touchEnd", at(pad, 0.4, 0.5), finger=2)
    assert dark(pad) == pytest.approx(2 * stroke_of_one, rel=0.02)
    assert dark(pad, 156) == 0
    assert revision(pad) == 2


def test_a_touch_that_is_called_off_was_no_stroke(page: Page, pad: Locator) -> None:
    """What the browser takes for a palm leaves the sheet, undo and redo as they were."""
    touch = touches(page)
    stroke(page, pad, (0.2, 0.2), (0.8, 0.2))
    one = ink(pad)
    stroke(page, pad, (0.2, 0.5), (0.8, 0.5))
    two = ink(pad)
    tool(page, "Undo")
    touch("touchStart", at(pad, 0.2, 0.8))
    touch("touchMove", at(pad, 0.8, 0.8))
    assert ink(pad) > one
    touch("touchCancel")
    eventually(page, lambda: ink(pad) == one, "the stroke that was none is gone")
    assert revision(pad) == 3
    for name, expected in [("Redo", two), ("Undo", one), ("Undo", 0)]:
        tool(page, name)
        assert ink(pad) == expected


def test_other_buttons_neither_draw_nor_hold_a_stroke(page: Page, pad: Locator) -> None:
    """The right button leaves no dot and opens no menu in a stroke, which ends where the left one goes up."""
    page.evaluate("addEventListener('contextmenu', (event) => { window.menu = !event.defaultPrevented; })")
    page.mouse.click(*at(pad), button="middle")
    page.mouse.move(*at(pad, 0.2, 0.2))
    page.mouse.down()
    page.mouse.move(*at(pad, 0.4, 0.2))
    page.mouse.down(button="right")
    assert page.evaluate("window.menu") is False
    page.mouse.move(*at(pad, 0.6, 0.2))
    page.mouse.up()
    assert revision(pad) == 1
    drawn = ink(pad)
    page.mouse.move(*at(pad, 0.6, 0.8))
    page.mouse.up(button="right")
    assert ink(pad) == drawn > 0
    assert revision(pad) == 1


def test_a_stroke_may_leave_the_sheet_and_the_window(page: Page, pad: Locator) -> None:
    """It goes on where it comes back, and ends wherever the button goes up."""
    page.mouse.move(*at(pad, 0.5, 0.5))
    page.mouse.down()
    page.mouse.move(-40, at(pad)[1])
    page.mouse.move(*at(pad, 0.5, 0.9))
    assert dark(pad, 0, 20) > 0
    page.mouse.move(600, 500)
    page.mouse.up()
    assert revision(pad) == 1
    drawn = ink(pad)
    page.mouse.move(*at(pad, 0.9, 0.1))
    assert ink(pad) == drawn
    shows(page, pad)


def test_a_pointer_takes_over_from_a_lowered_brush(page: Page, pad: Locator) -> None:
    """Where the space bar has lowered the brush, a press of the mouse ends that stroke and draws another."""
    pad.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    stroke(page, pad, (0.1, 0.2), (0.4, 0.2))
    assert revision(pad) == 2
    assert dark(pad, 0, 100) > 0
    tool(page, "Undo")
    assert dark(pad, 0, 100) == 0
    assert ink(pad) > 0


def test_the_whole_sheet_waits_for_the_stroke(page: Page, pad: Locator) -> None:
    """Clear and the paper do nothing within a stroke, as undo does not: history has whole strokes."""
    page.mouse.move(*at(pad, 0.2, 0.5))
    page.mouse.down()
    page.mouse.move(*at(pad, 0.8, 0.5))
    drawn = ink(pad)
    for name in ("Clear", "Paper: white on black", "Undo"):
        page.get_by_role("button", name=name).evaluate("(button) => button.click()")
        assert ink(pad) == drawn
    page.mouse.up()
    tool(page, "Undo")
    assert ink(pad) == 0


def test_a_finger_draws_and_does_not_scroll(phone: Page, server: Any) -> None:
    """A drag on the sheet is a stroke, not a scroll; the pad fits the phone."""
    phone.goto(server.url)
    phone.get_by_test_id("stExpandSidebarButton").tap()
    phone.get_by_role("radio", name="Draw", exact=True).tap()
    pad = phone.get_by_role("application", name="Drawing sheet")
    expect(pad).to_have_attribute("data-revision", "0")
    start = at(pad, 0.5, 0.1)
    box = box_of(pad)
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    touch = touches(phone)
    touch("touchStart", start)
    for step in range(1, 20):
        touch("touchMove", (start[0], start[1] + 0.8 * box["height"] * step / 19))
    touch("touchEnd")
    expect(pad).to_have_attribute("data-revision", "1")
    assert ink(pad) > 0.02
    assert box_of(pad) == box
    shows(phone, pad)
