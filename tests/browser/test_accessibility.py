"""What those meet who listen to a page, go through it with keys, or have the system choose its colours."""

from __future__ import annotations

import re

import pytest
from browser.hands import answered, at, opened, rested, view
from playwright.sync_api import Page

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
    lab.get_by_role("button", name="Play: train on and on").click()
    page.wait_for_function("() => Number(labs()[0].dataset.step) >= 40")
    assert page.evaluate("window.spoken") == []
    lab.get_by_role("button", name="Pause").click()
    page.wait_for_function(SAID, arg=1)
    rested(page, "network")
    sentences = page.evaluate("window.spoken")
    assert len(sentences) <= 3
    assert re.match(r"Output over the plane after \d+ steps: train loss", sentences[-1])
