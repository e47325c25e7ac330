"""What those meet who listen to a page, go through it with keys, or have the system choose its colours."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from browser.hands import answered, at, box_of, opened, rested, view
from PIL import Image
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

# Collects in `spoken` what a screen reader would read out by itself from now on.
LISTEN = """() => {
  window.spoken = [];
  const live = "output, [role=status], [role=alert], [role=log], [aria-live=polite], [aria-live=assertive]";
  const heard = ({ target }) => {
    const region = (target.nodeType === Node.TEXT_NODE ? target.parentElement : target).closest?.(live);
    if (region?.textContent) window.spoken.push(region.textContent);
  };
  for (const root of [document, ...labs().map((lab) => lab.getRootNode())]) {
    new MutationObserver((changes) => changes.forEach(heard))
      .observe(root, { subtree: true, childList: true, characterData: true });
  }
}"""
SAID = "(count) => window.spoken.length >= count"


def test_a_drag_is_told_once_and_when_it_ends(page: Page, server) -> None:
    """While a slider moves nothing is read out but the slider; what became of the map is, after it."""
    opened(page, f"{server.url}/convolution", "filter2d")
    page.evaluate(LISTEN)
    slider = view(page, "filter2d").locator(".slider[data-name=gain]")
    x, y = at(slider)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 21):
        page.mouse.move(x + step, y)
        page.wait_for_timeout(40)
    answered(page)
    assert page.evaluate("window.spoken") == []
    page.mouse.up()
    page.wait_for_function(SAID, arg=1)
    rested(page, "filter2d")
    (sentence,) = page.evaluate("window.spoken")
    assert sentence == page.locator("canvas[data-pane=map]").get_attribute("aria-label")


def test_a_training_is_told_when_it_stops(page: Page, server) -> None:
    """Numbers that run are not read out; how far the training has come is, once it pauses."""
    opened(page, f"{server.url}/hidden_layers", "network")
    page.evaluate(LISTEN)
    lab = view(page, "network")
    lab.get_by_role("button", name="Play: train until you pause").click()
    page.wait_for_function("() => Number(labs()[0].dataset.step) >= 40")
    assert page.evaluate("window.spoken") == []
    lab.get_by_role("button", name="Pause").click()
    page.wait_for_function(SAID, arg=1)
    rested(page, "network")
    sentences = page.evaluate("window.spoken")
    assert len(sentences) <= 3
    assert re.match(r"Output over the plane after \d+ steps: train loss", sentences[-1])


def seen_focus(page: Page, element: Locator) -> int:
    """Count the pixels that the focus changes in and around an element."""
    box = box_of(element)
    clip = {"x": box["x"] - 6, "y": box["y"] - 6, "width": box["width"] + 12, "height": box["height"] + 12}
    element.evaluate("element => element.blur()")
    page.mouse.move(0, 0)
    shots = []
    for _ in range(2):
        shots.append(Image.open(io.BytesIO(page.screenshot(clip=clip, animations="disabled"))).convert("RGB"))
        page.keyboard.press("Shift")  # so that the browser knows of a keyboard
        element.focus()
    return int(np.any(np.asarray(shots[0]) != np.asarray(shots[1]), axis=2).sum())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_seen_where_it_was_hidden(open_page, server, scheme: str) -> None:
    """A chosen option, a function's name and a picture have a ring of two colours, and links one ring."""
    page = opened(open_page(color_scheme=scheme), f"{server.url}/convolution", "filter2d")
    lab = view(page, "filter2d")
    for element in (lab.locator(".option[aria-checked=true]").first, lab.locator("canvas[data-pane=map]")):
        box = box_of(element)
        assert seen_focus(page, element) >= 2 * 2 * (
            box["width"] + box["height"] - 20
        )  # two pixels all round
    tab = page.get_by_role("tab", name="Facts")
    tab.scroll_into_view_if_needed()
    sides = box_of(tab)
    assert seen_focus(page, tab) >= 2 * 2 * (sides["width"] + sides["height"] - 8)
    link = page.get_by_role("link", name="Send this map to Pooling")
    link.focus()
    expect(link).to_have_css("outline-style", "solid")


def test_what_is_chosen_is_seen_where_the_system_has_the_colours(open_page, server) -> None:
    """In forced colours a chosen option has another ground, a slider a rail, and a weight its tint."""
    page = opened(open_page(forced_colors="active"), f"{server.url}/convolution", "filter2d")
    lab = view(page, "filter2d")
    ground = "element => getComputedStyle(element).backgroundColor"
    strip = lab.locator(".strip").first
    chosen, other = (
        strip.locator(f".option[aria-checked={checked}]").first.evaluate(ground)
        for checked in ("true", "false")
    )
    assert chosen != other
    assert lab.locator(".rail").first.evaluate("rail => getComputedStyle(rail).borderTopStyle") == "solid"
    tints = lab.locator(".weight").evaluate_all(f"weights => weights.map({ground})")
    assert len(set(tints)) > 1
    assert lab.locator(".colours").evaluate("bar => getComputedStyle(bar).backgroundImage") != "none"


def test_no_heading_offers_a_link_of_its_own(page: Page, server) -> None:
    """The link that a page has to give is its experiment's: a heading has none, also under the pointer."""
    opened(page, f"{server.url}/losses?tab=Facts", "losses")
    heading = page.get_by_role("heading", name="All losses for numbers")
    heading.hover()
    expect(heading.locator("a")).not_to_be_visible()
