"""A newcomer's way to the first sum on each page with sums: everything in sight, and nothing scrolled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser.conftest import PHONE
from browser.hands import box_of, number_of, opened, rested, scrolled
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

CHROMEBOOK: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
PROJECTOR: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}
SCREENS = {"chromebook": CHROMEBOOK, "phone": PHONE, "projector": PROJECTOR}
LEAST = {"chromebook": 28, "phone": 14, "projector": 32}  # CSS pixels of a digit's type


def choose_in_menu(page: Page) -> None:
    page.get_by_role("combobox", name="Kernel").select_option("sobel_y")


def choose_average(page: Page) -> None:
    page.get_by_role("radio", name="average", exact=True).click()


def choose_preset(page: Page) -> None:
    page.get_by_role("button", name="Edge detector").click()


def draw_a_dot(page: Page) -> None:
    page.locator(".sheet canvas").first.click()


# What is chosen, what is pointed at, where, and how many products there are.
WAYS: dict[str, tuple[Callable[[Page], None], str, tuple[float, float], int]] = {
    "convolution": (choose_in_menu, "canvas[data-pane=map]", (0.45, 0.4), 9),
    "pooling": (choose_average, "canvas[data-pane=map]", (0.45, 0.4), 4),
    "pipeline": (choose_preset, "canvas[data-step='1']", (0.45, 0.4), 9),
    "draw_and_watch": (draw_a_dot, "canvas[data-step='1']", (0.2, 0.3), 9),
}


def in_sight(page: Page, part: Locator) -> bool:
    """Whether all of an element is on the screen, and nothing lies over it."""
    box, size = box_of(part), page.viewport_size
    assert size
    on_screen = (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size["width"]
        and box["y"] + box["height"] <= size["height"]
    )
    return on_screen and part.evaluate(
        """(part) => {
          const { left, top, width, height } = part.getBoundingClientRect();
          let over = document.elementFromPoint(left + width / 2, top + height / 2);
          while (over?.shadowRoot) {
            const inner = over.shadowRoot.elementFromPoint(left + width / 2, top + height / 2);
            if (!inner || inner === over) break;
            over = inner;
          }
          return part.contains(over) || over?.tagName === "CANVAS";
        }"""
    )


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", WAYS)
def test_the_first_sum_is_in_sight(name: str, screen: str, open_page: Callable[..., Page], server) -> None:
    """Open, choose, point at a pixel: picture, all numbers of the sum and its value are on the screen."""
    choose, canvas, place, products = WAYS[name]
    page = open_page(**SCREENS[screen])
    query = "?projector=true" if screen == "projector" else ""
    opened(page, f"{server.url}/{name}{query}", everything=False)
    before = scrolled(page)
    choose(page)
    rested(page)
    assert scrolled(page) == before
    box = box_of(page.locator(canvas).first)
    point = box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"]
    size = page.viewport_size
    assert size
    assert point[1] < size["height"], "the map is pointed at where it stands"
    if screen == "phone":
        hint = page.locator(".hint")
        assert all("lick" not in words for words in hint.all_inner_texts()), "a telephone is tapped"
        page.touchscreen.tap(*point)
    else:
        page.mouse.click(*point)
    rested(page)
    value = page.locator(".worked .value")
    expect(value).to_be_visible()
    table = "products" if products == 9 else "patch"
    cells = page.locator(f".worked .{table} .cells span")
    expect(cells).to_have_count(products)
    assert [cell.inner_text() for cell in cells.all() if not cell.inner_text()] == []
    picture = page.locator("canvas[data-pane=picture], .sheet canvas").first
    for part in (picture, value, *cells.all()):
        assert in_sight(page, part)
    type_of = "(part) => parseFloat(getComputedStyle(part).fontSize)"
    assert min(part.evaluate(type_of) for part in (value, *cells.all())) >= LEAST[screen]
    numbers = [float(cell.get_attribute("title") or "nan") for cell in cells.all()]
    made = sum(numbers) / len(numbers) if name == "pooling" else sum(numbers)
    bias = 0.0484 if name == "draw_and_watch" else 0.0  # of the first map of the network that is on
    assert number_of(value) == pytest.approx(made + bias, abs=2e-4)
