"""Basics or everything, as seen: what the keyboard comes to, and what the browser remembers."""

from __future__ import annotations

import pytest
from browser.hands import in_address, not_in_address, opened, rested
from playwright.sync_api import Page, expect

from pages.basics import BASICS, rare
from pages.operations import OPERATIONS

pytestmark = pytest.mark.browser

CHROMEBOOK = {"width": 1366, "height": 768}

# All that Tab comes to within the views.
STOPS = """() => labs()
  .flatMap((lab) => [...lab.querySelectorAll("a[href], button, input, select, summary, [tabindex]")])
  .filter((part) => part.tabIndex >= 0 && !part.disabled && part.checkVisibility()).length"""
MOST = {"convolution": 17, "hidden_layers": 26}  # stops on the basics: 49 and 56 with everything


def shown(page: Page) -> set[str]:
    """Give the names of the settings that are seen."""
    return set(
        page.evaluate(
            """() => labs().flatMap((lab) => [...lab.querySelectorAll(".control [data-name]")])
              .filter((part) => part.checkVisibility()).map(({ dataset }) => dataset.name)"""
        )
    )


@pytest.mark.parametrize("name", MOST)
def test_a_page_opens_on_its_basics_and_the_switch_shows_everything(page, server, name: str) -> None:
    """Settings, tabs and stops are few at first; the choice is in the address, and kept by the browser."""
    page.set_viewport_size(CHROMEBOOK)
    opened(page, f"{server.url}/{name}", everything=False)
    left_out = {each for operation in BASICS[name].settings for each in rare(OPERATIONS[operation])}
    assert shown(page).isdisjoint(left_out)
    few = page.evaluate(STOPS)
    assert few <= MOST[name]
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_text(list(BASICS[name].tabs))
    not_in_address(page, "level=everything")

    level = page.get_by_role("radiogroup", name="Level")
    level.get_by_role("radio", name="Basics").press("ArrowRight")
    in_address(page, "level=everything")
    expect(page.get_by_role("tab", name="Code")).to_be_visible()
    rested(page)
    assert page.evaluate(STOPS) > 2 * few
    assert shown(page) & left_out
    opened(page, f"{server.url}/pooling", everything=False)
    expect(page.get_by_role("tab", name="Invariance")).to_be_visible()
    level.get_by_role("radio", name="Basics").click()
    expect(tabs).to_have_text(list(BASICS["pooling"].tabs))
    not_in_address(page, "level=everything")


def test_what_acts_unseen_is_shown_by_a_button(page: Page, server) -> None:
    """On basics a line names a stride that was set before; its button leads to the control itself."""
    opened(page, f"{server.url}/convolution?strides=2&pad_mode=edge", "filter2d")
    level = page.get_by_role("radiogroup", name="Level")
    level.get_by_role("radio", name="Basics").click()
    line = page.get_by_text("1 setting of Everything is changed: stride 2.")
    expect(line).to_be_visible()
    assert "strides" not in shown(page)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(level.get_by_role("radio", name="Everything")).to_be_checked()
    rested(page)
    expect(line).to_have_count(0)
    assert "strides" in shown(page)


@pytest.mark.parametrize("name", ["convolution", "losses"])
def test_no_link_stands_below_a_stage_on_the_projector(page: Page, server, name: str) -> None:
    """What leads to another page stands below the tabs, and is gone in projector mode."""
    link = page.get_by_test_id("stPageLink").or_(page.get_by_role("button", name="Send this"))
    opened(page, f"{server.url}/{name}", everything=False)
    expect(link.first).to_be_visible()
    opened(page, f"{server.url}/{name}?projector=true", everything=False)
    expect(link.filter(visible=True)).to_have_count(0)
