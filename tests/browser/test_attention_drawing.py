"""Attention on a drawing as a person uses it: draw, press patches, drop and shuffle them."""

from __future__ import annotations

from typing import Any

import pytest
from browser.hands import at, box_of, cell_of, in_address, not_in_address, opened, rested, sideways, values_of
from playwright.sync_api import Page, expect

from explorer import sketch
from explorer.attention import trained
from explorer.images import drawings

pytestmark = pytest.mark.browser

PATCHES = (8, 8)


def test_a_drawing_is_looked_at_and_altered(page: Page, server: Any) -> None:
    """A press asks a patch of what is drawn, and another drops it; keys do the same; a button undoes it."""
    opened(page, f"{server.url}/attention", "drawn_attention", "attention")
    lab = page.locator(".lab.drawnattention")
    page.mouse.move(*at(lab.locator(".pad canvas"), 0.5, 0.15))
    box = box_of(lab.locator(".pad canvas"))
    page.mouse.down()
    for x, y in ((0.8, 0.8), (0.2, 0.8), (0.5, 0.15)):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=6)
    page.mouse.up()
    in_address(page, "source=drawing")
    expect(lab).to_have_attribute("data-best", "triangle")

    board = lab.get_by_role("application", name="The drawing in 8 by 8 patches")
    page.mouse.click(*cell_of(board, 3, 4, PATCHES))
    in_address(page, "patch=29")
    expect(lab.locator("figcaption").first).to_have_text("What patch 29 looks at: layer 3, all heads")
    lab.locator(".drawntile[data-layer='1'][data-head='2']").click()
    in_address(page, "depth=1", "only=2")
    expect(lab.locator(".drawnsaid")).to_contain_text("In layer 1, in head 2, patch 29 takes ")

    lab.get_by_role("button", name="Drop by press").click()
    page.mouse.click(*cell_of(board, 3, 4, PATCHES))
    in_address(page, "dropped=28")
    not_in_address(page, "patch=")
    board.focus()
    for key in ("ArrowRight", "ArrowDown", "Delete"):
        page.keyboard.press(key)
    in_address(page, "dropped=28.37")
    lab.get_by_role("button", name="Shuffle positions").click()
    in_address(page, "shuffled=1")
    expect(lab.locator(".drawntold")).to_contain_text("With every patch in its place it says triangle")
    expect(lab.get_by_role("img", name="Shuffled: the drawing that it takes the patches for")).to_be_visible()
    lab.get_by_role("button", name="All as it was").click()
    not_in_address(page, "shuffled")
    expect(lab).to_have_attribute("data-best", "triangle")


def test_a_link_opens_what_it_says_on_a_phone(phone: Page, server: Any) -> None:
    """The sentence is that of the library, nothing is wider than the window, and a tap asks a patch."""
    opened(
        phone,
        f"{server.url}/attention?tab=On+a+drawing&source=curved_star&dropped=3.20&shuffled=7&depth=2&only=1",
        "drawn_attention",
        everything=False,
    )
    run = trained.network()(
        sketch.prepare(drawings.draw("curved_star")), dropped=[3, 20], places=trained.shuffled(7)
    )
    lab = phone.locator(".lab.drawnattention")
    expect(lab.locator(".drawnsaid")).to_have_text(trained.sentence(run, 1, None, 0))
    best = sketch.CLASSES[int(run.probabilities.argmax())]
    expect(lab.locator(f"tr[data-class='{best}'] .drawnshare").first).to_have_class("drawnshare first")
    assert sideways(phone) == 0
    board = lab.locator(".drawnboard")
    phone.touchscreen.tap(*cell_of(board, 1, 1, PATCHES))
    in_address(phone, "patch=10")
    assert values_of(phone, "drawn_attention")["patch"] == 10
    rested(phone, "drawn_attention")


def test_what_cannot_be_looked_at_is_told(page: Page, server: Any) -> None:
    """The last patch stays, with a sentence; and of an empty sheet the sentence alone is not faded."""
    dropped = ".".join(map(str, range(63)))
    opened(page, f"{server.url}/attention?dropped={dropped}", "drawn_attention", everything=False)
    lab = page.locator(".lab.drawnattention")
    lab.get_by_role("button", name="Drop by press").click()
    board = lab.locator(".drawnboard")
    page.mouse.click(*cell_of(board, 7, 7, PATCHES))
    expect(lab.locator(".message")).to_contain_text("The last patch has to stay")
    page.mouse.click(*cell_of(board, 7, 6, PATCHES))
    expect(lab.locator(".message")).to_be_hidden()
    rested(page, "drawn_attention")
    assert values_of(page, "drawn_attention")["dropped"] == list(range(62))
    lab.get_by_role("button", name="Clear").click()
    said = lab.locator(".drawnsaid")
    expect(said).to_contain_text("There is nothing drawn")
    lab.evaluate(
        """(lab) => {
          const said = lab.querySelector(".drawnsaid");
          for (let each = said; each !== lab; each = each.parentElement)
            if (getComputedStyle(each).opacity !== "1") throw new Error(`${each.className} is faded`);
        }"""
    )
