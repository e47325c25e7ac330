"""The Attention page as a student uses it: drag a pixel, ask about numbers, tick a mask, type."""

from __future__ import annotations

import numpy as np
import pytest
from browser.hands import (
    at,
    drag,
    in_address,
    not_in_address,
    number_of,
    opened,
    rested,
    sideways,
    values_of,
    view,
)
from playwright.sync_api import Locator, Page, expect

from explorer.attention.experiment import SmallAttention
from pages.attention import operation

pytestmark = pytest.mark.browser


def found(page: Page) -> SmallAttention:
    """Compute what the address says, as a cold server would."""
    return operation.small(values_of(page, "attention"))


def number(page: Page, step: int, row: int, column: int, head: int = 0) -> Locator:
    """Give a number that can be asked about: of the table, where it stands there as well."""
    return page.locator(f'.asknumber[data-cell="{step}.{head}.{row}.{column}"]').first


def pixel(page: Page, patch: int, place: int) -> Locator:
    return page.locator(f'.attfield[data-grid=numbers][data-row="{patch}"][data-column="{place}"]')


def weights(page: Page) -> list[float]:
    """Read the weights on the cards, unrounded."""
    return [number_of(card, "weight") for card in page.locator(".attcard").all()]


def test_a_dragged_pixel_moves_every_number_and_is_taken_back(page: Page, server) -> None:
    """Before it is let go the weights are those of the new picture; the link has it, and Undo undoes it."""
    opened(page, f"{server.url}/attention", "attention", everything=False)
    np.testing.assert_allclose(weights(page), SmallAttention().run.heads[0].weights[1])
    start = at(pixel(page, 5, 3))
    drag(page, start, (start[0] + 100, start[1]))
    expect(pixel(page, 5, 3)).to_have_value("2")
    held = SmallAttention().given.copy()
    held[5, 3] = 2
    np.testing.assert_allclose(weights(page), SmallAttention(numbers=held).run.heads[0].weights[1])
    page.mouse.up()
    in_address(page, "numbers=")
    assert found(page).given.tolist() == held.tolist()
    page.locator(".lab.attentionlab").get_by_role("button", name="Undo", exact=True).click()
    not_in_address(page, "numbers=")
    np.testing.assert_allclose(weights(page), SmallAttention().run.heads[0].weights[1])


def test_numbers_are_typed_and_asked_about_by_keys_alone(page: Page, server) -> None:
    """Type a pixel, go through the table with the arrows, ask with Enter: the sum has that number's value."""
    opened(page, f"{server.url}/attention", "attention", everything=False)
    field = pixel(page, 0, 3)
    field.focus()
    page.keyboard.type("-0,5")
    page.keyboard.press("Enter")
    in_address(page, "numbers=")
    assert found(page).given[0].tolist() == [0, 0, 0, -0.5]
    expect(pixel(page, 1, 0)).to_be_focused()
    number(page, 7, 1, 1).focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    in_address(page, "asked=5.0.1.2")
    asked = found(page).worked("score", 0, 1, 2)
    summed = page.locator(".attsum")
    assert number_of(summed) == asked.value
    expect(summed).to_contain_text(asked.title)
    assert summed.locator(".attterm").all_inner_texts() == ["0 · 1", "(−2) · (−1)"]
    expect(number(page, 5, 1, 2)).to_have_attribute("aria-pressed", "true")
    expect(number(page, 5, 1, 2)).to_have_accessible_name("score of patch 3: 2")


def test_heads_masks_and_weights_are_set_by_hand(page: Page, server) -> None:
    """A number of another head brings that head on show; a box hides a word; a weight is dragged."""
    opened(page, f"{server.url}/attention?sequence=river&heads=2&positions=true&mask=own", "attention")
    number(page, 7, 2, 1, head=1).click()
    in_address(page, "head=2", "token=3", "asked=7.1.2.1")
    np.testing.assert_allclose(weights(page), found(page).run.heads[1].weights[2])
    page.get_by_role("checkbox", name="word 3 (of) may look at word 2 (bank)").click()
    in_address(page, "allowed=1,1,1,1,1_1,1,1,1,1_1,0,1,1,1")
    assert weights(page)[1] == 0
    expect(page.locator(".attsum")).to_contain_text("The mask hides it")
    weight = page.locator('.attfield[data-grid=key_kernel][data-row="2"][data-column="2"]')
    start = at(weight)
    drag(page, start, (start[0] + 50, start[1]))
    page.mouse.up()
    in_address(page, "key_kernel=")
    assert found(page).kernel("key")[2, 2] == 2
    rested(page, "attention")
    np.testing.assert_allclose(weights(page), found(page).run.heads[1].weights[2])


def test_a_phone_shows_the_whole_table(phone: Page, server) -> None:
    """Neither the page nor the table scrolls sideways, with words as with patches."""
    for sequence in ("box", "river"):
        opened(phone, f"{server.url}/attention?sequence={sequence}", "attention", everything=False)
        assert sideways(phone) <= 0
        scroll = view(phone, "attention").locator(".attscroll")
        assert scroll.evaluate("(box) => box.scrollWidth - box.clientWidth") <= 0
    opened(phone, f"{server.url}/attention", "attention")
    output = phone.locator(".kerneltable").last
    middles = (
        "(parts) => parts.map((part) => part.getBoundingClientRect()).map(({ x, width }) => x + width / 2)"
    )
    assert output.locator("th[scope=col]").evaluate_all(middles) == pytest.approx(
        output.locator("tr").nth(1).locator(".attfield").evaluate_all(middles), abs=1
    )  # each column stands under its name
    for rail in view(phone, "attention").locator(".controls .slider:visible").all():
        assert rail.evaluate("(slider) => slider.clientWidth") >= 120, rail.get_attribute("data-name")
