"""Draw and watch as a person uses it: draw, see maps move, ask a number, switch maps off, erase, compare."""

from __future__ import annotations

import base64
import math
import re
from functools import partial
from typing import Any

import numpy as np
import pytest
from browser.hands import (
    answered,
    at,
    box_of,
    in_address,
    not_in_address,
    number_of,
    opened,
    pens,
    repainted,
    rested,
    revision,
    scrolled,
    sideways,
    touches,
    values_of,
)
from playwright.sync_api import Locator, Page, expect

from explorer import figures, images, sketch
from explorer.images import drawings

pytestmark = pytest.mark.browser

Points = list[tuple[float, float]]


def turn(x: float, y: float, radius: float, start: float, stop: float, grow: float = 0.0) -> Points:
    """Points along an arc, in shares of the pad and degrees clockwise from the right."""
    steps = max(8, int(abs(stop - start) / 24))
    places = [
        (start + (stop - start) * step / steps, radius + grow * step / steps) for step in range(steps + 1)
    ]
    return [(x + r * math.cos(math.radians(a)), y + r * math.sin(math.radians(a))) for a, r in places]


# One drawing a class, as a hand with a mouse may go about it: not quite straight, closed or centred.
BY_MOUSE: dict[str, list[Points]] = {
    "circle": [turn(0.46, 0.52, 0.27, -100, 268, 0.015)],
    "square": [[(0.24, 0.27), (0.7, 0.24), (0.73, 0.71), (0.26, 0.73), (0.23, 0.26)]],
    "triangle": [[(0.52, 0.2), (0.79, 0.72), (0.21, 0.76), (0.53, 0.19)]],
    "star": [[(0.5, 0.15), (0.69, 0.75), (0.18, 0.39), (0.83, 0.37), (0.3, 0.77), (0.51, 0.16)]],
    "heart": [
        [(0.5, 0.37), (0.42, 0.25), (0.29, 0.24), (0.21, 0.36), (0.27, 0.53), (0.5, 0.79)],
        [(0.51, 0.38), (0.58, 0.26), (0.7, 0.24), (0.8, 0.35), (0.74, 0.54), (0.5, 0.79)],
    ],
    "cross": [[(0.28, 0.3), (0.71, 0.68)], [(0.69, 0.27), (0.31, 0.71)]],
    "arrow": [[(0.2, 0.66), (0.76, 0.38)], [(0.55, 0.34), (0.78, 0.37), (0.68, 0.57)]],
    "zigzag": [[(0.14, 0.55), (0.29, 0.34), (0.43, 0.57), (0.58, 0.33), (0.71, 0.56), (0.86, 0.36)]],
    "spiral": [turn(0.5, 0.5, 0.02, 0, 900, 0.3)],
    "smiley": [
        turn(0.5, 0.5, 0.33, -95, 270, 0.01),
        [(0.39, 0.4), (0.39, 0.45)],
        [(0.6, 0.39), (0.61, 0.45)],
        turn(0.5, 0.52, 0.17, 155, 25),
    ],
}


def network(page: Page, url: str, query: str = "", **more: Any) -> Locator:
    opened(page, f"{url}/draw_and_watch{query}", "sketch", **more)
    return page.locator(".lab.sketch")


def sheet(page: Page) -> Locator:
    return page.locator(".lab.sketch").get_by_role("application", name="Drawing sheet")


def draw(page: Page, strokes: list[Points]) -> None:
    """Draw with the mouse, from a cleared pad."""
    page.get_by_role("button", name="Clear").click()
    box = box_of(sheet(page))
    for points in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()


def mosaic(page: Page, step: int) -> Locator:
    return page.locator(f".lab.sketch .layers canvas.mosaic[data-step='{step}']")


def open_stage(page: Page, stage: int) -> None:
    """Make a stage of the network large by its thumbnail: 0 is what it sees."""
    page.locator(f".networkstrip [data-stage='{stage}']").click()
    in_address(page, f"layer={stage}")


def thumbnail(page: Page, stage: int) -> str:
    """Give what the strip shows of a stage."""
    return page.locator(f".networkstrip [data-stage='{stage}'] canvas").evaluate(
        "(canvas) => canvas.toDataURL()"
    )


def best(lab: Locator) -> str:
    return lab.get_attribute("data-best") or ""


def test_one_drawing_of_each_class_by_mouse(page: Page, server: Any) -> None:
    """At least eight of ten things that a hand draws are recognised."""
    lab = network(page, server.url)
    said = {}
    for label, strokes in BY_MOUSE.items():
        draw(page, strokes)
        rested(page)
        said[label] = best(lab)
    assert sum(label == answer for label, answer in said.items()) >= 8, said


def test_all_maps_move_while_the_hand_draws(page: Page, server: Any) -> None:
    """The example gives way to the first stroke; with the button down every layer moves, in sight."""
    lab = network(page, server.url)
    assert best(lab) == "smiley"
    assert mosaic(page, 10).count() == 1
    canvases = [mosaic(page, step) for step in (1, 5, 10)]
    before = [thumbnail(page, stage) for stage in range(12)]
    page.mouse.move(*at(sheet(page), 0.2, 0.5))
    page.mouse.down()
    for share in (0.4, 0.6, 0.8):
        with repainted(*canvases):
            page.mouse.move(*at(sheet(page), share, 0.5), steps=4)
    answered(page)
    assert all(
        one != other for one, other in zip(before, map(partial(thumbnail, page), range(12)), strict=True)
    )
    for stage in (0, 1, 11):
        box = box_of(page.locator(f".networkstrip [data-stage='{stage}']"))
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
        assert box["y"] + box["height"] <= 800
    expect(page.locator(".networkstrip [data-stage='11']")).to_contain_text(best(lab))
    assert best(lab) != "smiley"
    expect(lab).to_have_attribute("data-exact", "false")
    before, place = revision(lab), scrolled(page)
    page.mouse.up()
    in_address(page, "source=drawing")
    expect(lab).to_have_attribute("data-exact", "true")
    assert revision(lab) > before
    assert scrolled(page) == place
    page.get_by_role("button", name="Undo").click()
    rested(page)
    assert best(lab) == "smiley"


def test_a_drawing_outlasts_another_page_and_a_cleared_pad_says_so(page: Page, server: Any) -> None:
    """What was drawn is there after a visit elsewhere; where nothing is drawn the maps are dimmed."""
    lab = network(page, server.url)
    draw(page, BY_MOUSE["cross"])
    in_address(page, "source=drawing")
    share = number_of(page.locator(".bestshare"))
    page.get_by_role("link", name="Pooling").first.click()
    rested(page, "pool2d")
    page.get_by_role("link", name="Draw and watch").first.click()
    rested(page, "sketch")
    assert best(lab) == "cross"
    assert number_of(page.locator(".bestshare")) == pytest.approx(share, abs=1e-6)
    page.get_by_role("button", name="Clear").click()
    expect(lab).to_have_class("lab sketch nothing")
    expect(lab).to_contain_text("There is nothing drawn")
    expect(page.get_by_role("cell", name="nothing drawn yet").first).to_be_visible()


def test_a_number_is_asked_and_kept(page: Page, server: Any) -> None:
    """Pointing frames what a cell sees and works out its sum, a click keeps it; nothing moves on the page."""
    lab = network(page, server.url)
    run = sketch.forward(sketch.prepare(drawings.draw("smiley")))
    open_stage(page, 8)
    canvas = mosaic(page, 8)
    canvas.scroll_into_view_if_needed()
    box, layers = box_of(canvas), box_of(page.locator(".lab.sketch .layers"))
    side = (box["width"] - 12) / 4
    spot = box["x"] + side + 4 + side * 20.5 / 32, box["y"] + side + 4 + side * 12.5 / 32
    page.mouse.move(*spot)
    expect(lab).to_have_attribute("data-unit", "8.5.12.20")
    found = sketch.unit(run, "conv4", 5, 12, 20)
    value = page.locator(".worked .value")
    assert number_of(value) == pytest.approx(found.value, abs=2e-2)  # the browser's PNG has rounded levels
    assert page.locator(".worked .partial").count() == 16
    assert page.locator(".lab.sketch .pad .over:not(.chosen)").get_attribute("data-rectangle")
    assert box_of(page.locator(".lab.sketch .layers")) == layers
    page.locator("[data-score=smiley]").hover()
    expect(lab).to_have_attribute("data-unit", "11.9.0.0")
    assert number_of(value) == pytest.approx(float(run.maps["dense"][9]), abs=2e-2)
    scrolled = box_of(canvas)["y"] - box["y"]  # the last of the ten scores may stand below the fold
    page.mouse.click(spot[0], spot[1] + scrolled)
    in_address(page, "unit=8.5.12.20")
    page.mouse.move(5, 5)
    expect(lab).to_have_attribute("data-unit", "8.5.12.20")
    page.locator(".worked .partial[data-part='3']").click()
    expect(page.locator(".worked .part.patch")).to_contain_text("of map 4")
    page.get_by_role("button", name="Let go").click()
    not_in_address(page, "unit=")
    canvas.focus()
    page.keyboard.press("ArrowDown")
    in_address(page, "unit=8.0.16.16")
    page.keyboard.press("Escape")
    not_in_address(page, "unit=")


def test_maps_are_switched_off_and_on(page: Page, server: Any) -> None:
    """The switch of a map sets it to zero in the network; all are on again with one button."""
    network(page, server.url, "?source=curved_star")
    before = number_of(page.locator(".bestshare"))
    open_stage(page, 2)
    box = box_of(mosaic(page, 2))
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.5 * box["height"])
    page.locator(".layer").nth(1).locator(".switch").nth(3).click()
    in_address(page, "off=1.3")
    assert values_of(page, "sketch")["off"] == [[1, 3, 0]]
    assert number_of(page.locator(".bestshare")) != before
    expect(page.locator(".familiar")).to_contain_text("cannot be compared")
    page.get_by_role("button", name="Switch all maps on").click()
    not_in_address(page, "off=")
    expect(page.get_by_role("button", name="Switch all maps on")).to_be_hidden()
    assert number_of(page.locator(".bestshare")) == before


def test_a_stage_of_the_strip_becomes_large(page: Page, server: Any) -> None:
    """A thumbnail enlarges its layer, the first one what the network sees; the last explains the answer."""
    lab = network(page, server.url, "?unit=8.5.12.20")
    expect(lab.locator(".large > :not([hidden]) figcaption")).to_contain_text(
        "Convolution 4 16 maps of 32 × 32"
    )
    assert box_of(mosaic(page, 8))["width"] >= 16 * 17
    open_stage(page, 0)
    expect(lab.locator(".large > :not([hidden]) figcaption")).to_have_text("What it sees 64 × 64 pixels")
    expect(mosaic(page, 8)).to_be_hidden()
    page.locator(".networkstrip [data-stage='11']").click()
    in_address(page, "unit=12.9.0.0", "layer=0")
    expect(page.locator(".worked .steps")).to_contain_text("all ten powers add up to")
    page.locator("[data-variant=one_block]").click()
    in_address(page, "variant=one_block")
    expect(page.locator(".networkstrip .stage")).to_have_count(7)
    network(page, server.url, "?variant=one_block&layer=9")
    expect(lab.locator(".large > :not([hidden]) figcaption")).to_contain_text("Max pooling 1")


def test_erasing_networks_and_pictures(page: Page, server: Any) -> None:
    """Erasing ends with a sentence and frames; each network and picture has its own, and it is a link."""
    lab = network(page, server.url)
    expect(page.locator(".mindscale")).to_be_hidden()  # there is nothing yet that has these colours
    page.get_by_role("radio", name="erase").click()
    in_address(page, "erase=true")
    said = page.locator(".mindsaid")
    expect(said).to_contain_text("It says smiley")
    assert int(lab.get_attribute("data-frames") or 0) > 0
    expect(page.locator(".mindscale")).to_have_text(re.compile(r"^erased: 0[0-9.]+\s% less sure$"))
    page.locator("[data-variant=no_pooling]").click()
    in_address(page, "variant=no_pooling")
    expect(page.locator(".layer")).to_have_count(8)
    page.locator("[data-variant=one_block]").click()
    in_address(page, "variant=one_block")
    expect(page.locator(".layer")).to_have_count(5)
    page.locator("[data-example=letter]").click()
    in_address(page, "source=letter")
    label, share = sketch.predict(drawings.draw("letter"), "one_block")[0]
    compared = sketch.familiarity(sketch.forward(sketch.prepare(drawings.draw("letter")), "one_block"))
    assert compared
    expect(page.locator(".familiar")).to_have_text(compared.sentence)
    expect(said).to_contain_text(f"It says {label}, {share:.0%}"[:-4])
    page.get_by_role("radio", name="Picture from the sidebar").click()
    in_address(page, "source=picture")
    assert best(lab)
    again = network(page, page.url.split("/draw_and_watch")[0], "?" + page.url.split("?")[1])
    assert values_of(page, "sketch")["variant"] == "one_block"
    expect(again.locator(".chosen")).to_be_visible()


def test_without_a_lane_runs_answer(page: Page, server: Any) -> None:
    """Where no WebSocket of the lane opens the drawing goes with the run, and its answer comes back."""
    page.route_web_socket("**/lane", lambda socket: socket.close())
    lab = network(page, server.url, lane="closed")
    draw(page, BY_MOUSE["circle"])
    in_address(page, "source=drawing")
    assert best(lab) == "circle"


def test_a_finger_draws_on_a_phone(phone: Page, server: Any) -> None:
    """The pad comes first, a finger draws, and nothing is wider than the window."""
    lab = network(phone, server.url)
    touch = touches(phone)
    points = [at(sheet(phone), *point) for point in turn(0.5, 0.5, 0.3, -90, 275)]
    touch("touchStart", points[0])
    for point in points[1:]:
        touch("touchMove", point)
    touch("touchEnd")
    in_address(phone, "source=drawing")
    assert best(lab) == "circle"
    assert sideways(phone) <= 0
    expect(phone.locator(".mindscale")).to_be_hidden()  # nothing has been erased
    order = [box_of(phone.locator(f".lab.sketch .{name}"))["y"] for name in ("pad", "layers", "tries")]
    assert order == sorted(order)
    verdict = box_of(phone.locator(".lab.sketch .verdict"))
    assert verdict["y"] + verdict["height"] <= order[1]
    answer = box_of(phone.locator(".networkstrip [data-stage='11']"))
    assert answer["x"] + answer["width"] <= 390  # however many stages there are
    assert 0 <= answer["y"] < order[0]


def on_sheet(page: Page) -> list[tuple[str, float]]:
    """Say what the explorer takes the drawing on the sheet for."""
    png = sheet(page).evaluate("(canvas) => canvas.toDataURL('image/png').split(',')[1]")
    return sketch.predict(images.load(base64.b64decode(png)))


def test_one_dot_is_a_drawing(page: Page, server: Any) -> None:
    """A click on a cleared sheet is answered as the explorer answers a dot, and one undo empties it again."""
    lab = network(page, server.url)
    page.get_by_role("button", name="Clear").click()
    expect(lab).to_have_class("lab sketch nothing")
    page.mouse.click(*at(sheet(page)))
    rested(page)
    expect(lab).to_have_class("lab sketch")
    label, share = on_sheet(page)[0]
    assert best(lab) == label
    assert number_of(page.locator(".bestshare")) == pytest.approx(share, abs=1e-4)
    page.get_by_role("button", name="Undo").click()
    expect(lab).to_have_class("lab sketch nothing")


def test_the_eraser_takes_a_dot_out_of_an_example(page: Page, server: Any) -> None:
    """The rest of the example stays, the network is asked about it, and undo brings the example again."""
    lab = network(page, server.url)
    before, whole = on_sheet(page), number_of(page.locator(".bestshare"))
    page.get_by_role("slider", name="Brush size").fill("40")
    page.get_by_role("button", name="Eraser").click()
    page.mouse.click(*at(sheet(page), 0.5, 0.7))  # the mouth
    rested(page)
    in_address(page, "source=drawing")
    after = on_sheet(page)
    assert after != before
    assert best(lab) == after[0][0]
    assert number_of(page.locator(".bestshare")) == pytest.approx(after[0][1], abs=1e-4) != whole
    page.get_by_role("button", name="Undo").click()
    not_in_address(page, "source=drawing")
    assert number_of(page.locator(".bestshare")) == whole


def test_a_pen_draws_beside_a_hand(page: Page, server: Any) -> None:
    """The palm comes first and stays: the network sees what the pen draws, and nothing else."""
    lab = network(page, server.url)
    page.get_by_role("button", name="Clear").click()
    touch, pen = touches(page), pens(page)
    points = [at(sheet(page), *point) for point in turn(0.5, 0.5, 0.3, -90, 275)]
    touch("touchStart", at(sheet(page), 0.95, 0.95))
    touch("touchMove", at(sheet(page), 0.95, 0.85))
    pen("mousePressed", points[0])
    for index, point in enumerate(points[1:]):
        pen("mouseMoved", point)
        touch("touchMove", at(sheet(page), 0.95, 0.95 - 0.01 * (index % 5)))
    pen("mouseReleased", points[-1])
    touch("touchEnd")
    rested(page)
    assert best(lab) == "circle" == on_sheet(page)[0][0]


def test_a_touch_that_is_called_off_leaves_the_example(page: Page, server: Any) -> None:
    """The example is on again, and answered, as before the touch."""
    lab = network(page, server.url)
    share, shown = number_of(page.locator(".bestshare")), on_sheet(page)
    touch = touches(page)
    with repainted(lab):
        touch("touchStart", at(sheet(page), 0.2, 0.5))
        touch("touchMove", at(sheet(page), 0.8, 0.5))
    answered(page)
    assert number_of(page.locator(".bestshare")) != share
    touch("touchCancel")
    not_in_address(page, "source=drawing")
    expect(lab).to_have_attribute("data-exact", "true")
    assert on_sheet(page) == shown
    assert best(lab) == "smiley"
    assert number_of(page.locator(".bestshare")) == share


def test_a_stroke_that_ends_after_another_source_was_chosen_is_seen(page: Page, server: Any) -> None:
    """A second hand may choose the sidebar's picture within a stroke: what is looked at is not covered."""
    lab = network(page, server.url)
    page.mouse.move(*at(sheet(page), 0.2, 0.2))
    page.mouse.down()
    page.mouse.move(*at(sheet(page), 0.8, 0.8), steps=4)
    lab.get_by_role("radio", name="Picture from the sidebar").evaluate("(choice) => choice.click()")
    expect(lab.locator(".chosen")).to_be_visible()
    page.mouse.up()
    in_address(page, "source=drawing")
    expect(lab.locator(".chosen")).to_be_hidden()
    assert best(lab) == on_sheet(page)[0][0]


def test_headline_and_sentence_write_one_number(page: Page, server: Any) -> None:
    """An empty cell has the bias alone, which is tiny: both places say it in the same digits."""
    network(page, server.url)
    run = sketch.forward(sketch.prepare(drawings.draw("smiley")))
    maps = run.maps["conv1"]
    tiny = int(np.argmin(np.where(maps[0, 0] == 0, np.inf, np.abs(maps[0, 0]))))
    assert 0 < abs(maps[0, 0, tiny]) < 1e-4
    page.goto(f"{page.url}{'&' if '?' in page.url else '?'}unit=1.{tiny}.0.0")
    expect(page.locator(".lab.sketch")).to_have_attribute("data-unit", f"1.{tiny}.0.0")
    said = page.locator(".worked .value").inner_text()
    assert said == figures.format_number(float(maps[0, 0, tiny]), 4)
    sentence = page.locator(".worked .steps").inner_text()
    assert "add up to 0;" in sentence
    assert sentence.endswith(f"that is {said}.")
