"""Two fingers on what is dragged with one: the heel of a hand, a pinch, or two students at one screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from browser.hands import Point, answered, at, box_of, eventually, opened, rested, touches, view
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

STATE = """(lab) => JSON.stringify([
  ...Array.from(lab.querySelectorAll("[aria-valuenow], [aria-checked=true], .tiphandle, .patchpicture"),
    (each) => each.ariaValueText ?? each.dataset.value ?? (each.style.cssText || each.ariaLabel)),
  lab.querySelector(".neuronsum")?.textContent,
  lab.querySelector("canvas:is(.vectors, [data-pane=picture])")?.toDataURL(),
])"""
"""What the controls of a view stand at, the numbers of its point, and how a space or a picture looks."""


def between(box: dict[str, float], across: float, down: float) -> Point:
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


@dataclass(frozen=True)
class Hold:
    """What one finger drags and another touches, with places as shares of width and height."""

    address: str
    operation: str
    held: str
    start: Point
    there: Point
    further: Point
    touched: str
    where: Point


WITHIN = "vectors?tab=A%20picture%20as%20a%20matrix&size=32"
MIDDLE = (0.5, 0.5)
DRAGS = {
    "slider": Hold(
        "activations", "activations", "[data-name=limit]", (0.2, 0.5), (0.4, 0.5), (0.6, 0.5),
        "[data-name=limit]", (0.9, 0.5),
    ),
    "strip": Hold(
        "convolution", "filter2d", "[data-name=pad_mode]", (0.1, 0.5), (0.4, 0.5), (0.6, 0.5),
        "[data-name=pad_mode]", (0.9, 0.5),
    ),
    "marker": Hold(
        "activations", "activations", ".plotbox", (0.3, 0.5), (0.4, 0.5), (0.6, 0.5), ".plotbox", (0.8, 0.5)
    ),
    "point": Hold(
        "losses?tab=Fit+it", "fit", "[data-point='2']", MIDDLE, (0.5, -2), (0.5, -4),
        "[data-point='5']", MIDDLE,
    ),
    "space": Hold(
        "vectors?table=arrows_3d", "vectors", ".vectors", MIDDLE, (0.6, 0.6), (0.7, 0.7),
        ".vectors", (0.2, 0.2),
    ),
    "view": Hold(
        "convolution", "filter2d", "[data-pane=picture]", MIDDLE, (0.6, 0.6), (0.7, 0.7),
        "[data-pane=picture]", (0.2, 0.2),
    ),
    "tip": Hold("vectors", "vectors", "[data-hold=a]", MIDDLE, (-2, 0.5), (-3, 0.5), "[data-hold=b]", MIDDLE),
    "patch": Hold(
        WITHIN, "patch", ".patchpicture", (0.2, 0.2), (0.4, 0.3), (0.6, 0.3), ".patchpicture", (0.8, 0.8)
    ),
    "plane": Hold(
        "hidden_layers", "network", ".plane", (0.2, 0.3), (0.4, 0.3), (0.6, 0.3), ".plane", (0.8, 0.8)
    ),
    "weight": Hold(
        "convolution", "filter2d", ".weight >> nth=0", MIDDLE, (1, 0.5), (2, 0.5), ".weight >> nth=4", MIDDLE
    ),
    "size": Hold("pooling", "pool2d", ".sizer", (0.1, 0.1), (0.4, 0.4), (0.6, 0.4), ".sizer", (0.9, 0.9)),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAGS)
def test_a_second_finger_neither_moves_nor_ends_a_drag(page: Page, server: Any, name: str) -> None:
    """What the first one holds stays where it is, goes on with it, and comes to rest when it is lifted."""
    drag = DRAGS[name]
    opened(page, f"{server.url}/{drag.address}", drag.operation)
    lab = view(page, drag.operation)
    if name == "view":
        lab.get_by_role("button", name="Zoom in to the pixel grid").click()
    at(lab.locator(drag.held))  # in sight
    box, beside = box_of(lab.locator(drag.held)), box_of(lab.locator(drag.touched))
    other = [between(beside, drag.where[0] + off, drag.where[1] - off) for off in (0, 0.02)]
    touch = touches(page)

    def state() -> str:
        answered(page)
        text: str = lab.evaluate(STATE)
        return text

    states = [state()]
    for kind, share in [("touchStart", drag.start), ("touchMove", drag.there)]:
        touch(kind, between(box, *share))
    eventually(page, lambda: state() != states[0], "the first finger moves it")
    states.append(state())
    touch("touchStart", other[0], finger=1)
    touch("touchMove", other[1], finger=1)
    assert state() == states[1]
    touch("touchEnd", other[1], finger=1)
    assert state() == states[1]
    touch("touchMove", between(box, *drag.further))
    eventually(page, lambda: state() != states[1], "the first finger moves it on")
    assert lab.get_attribute("data-exact") != "true"
    touch("touchEnd", between(box, *drag.further))
    rested(page, drag.operation)
    assert state() not in states
