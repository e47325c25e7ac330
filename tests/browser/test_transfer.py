"""The Transfer page as a student uses it: name classes, bring pictures, hold one out, train, look."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from browser import hands
from playwright.sync_api import FilePayload, Locator, Page, expect

from explorer import images

pytestmark = pytest.mark.browser

QUERY = "teach_network=mobilenet-0.25-128&teach_weights=random&teach_epochs=10"
SLOW = 60_000  # ms: the process that computes may have to start


def picture(name: str, seed: int, red: float) -> FilePayload:
    """Make a noisy picture, more or less red."""
    levels = np.random.default_rng(seed).random((40, 40, 3), np.float32) * np.float32([red, 0.5, 1 - red])
    return {"name": name, "mimeType": "image/png", "buffer": images.to_png(levels)}


def shelf(page: Page, name: str) -> Locator:
    return page.locator(f'section[aria-label^="Class {name},"]')


def rename(page: Page, old: str, new: str) -> None:
    field = page.get_by_role("textbox", name=f"Name of the class {old}", exact=True)
    field.fill(new)
    field.press("Enter")
    expect(shelf(page, new)).to_be_visible()


def bring(page: Page, name: str, files: list[FilePayload]) -> None:
    """Choose a class on the board, and hand in files for it."""
    shelf(page, name).locator(".aim").click()
    expect(page.get_by_text(f"Add to {name}", exact=True)).to_be_visible()
    hands.at_rest(page)  # Streamlit loses the way to an upload that it is asked for as a run begins
    page.get_by_test_id("stMain").locator("input[type=file]").set_input_files(files)


def train(page: Page) -> None:
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text(re.compile(r"(is|are) correct")).first).to_be_visible(timeout=SLOW)


def test_a_student_teaches_two_classes_and_opens_what_was_answered(page: Page, server: Any) -> None:
    """From empty classes to a cell's very pictures; a bad file is a sentence and takes nothing away."""
    page.goto(f"{server.url}/transfer?{QUERY}&teach_learning_rate=0.01")
    expect(page.get_by_role("button", name="Load an example")).to_be_visible(timeout=SLOW)
    rename(page, "class 1", "red")
    rename(page, "class 2", "blue")
    bring(page, "red", [picture(f"r{number}.png", number, 1.0) for number in range(4)])
    expect(shelf(page, "red").locator(".photo")).to_have_count(4)
    bad: FilePayload = {"name": "bad.png", "mimeType": "image/png", "buffer": b"no picture"}
    bring(page, "blue", [*(picture(f"b{number}.png", 10 + number, 0.0) for number in range(4)), bad])
    expect(shelf(page, "blue").locator(".photo")).to_have_count(4)
    expect(page.get_by_text("no picture of a known kind")).to_be_visible()
    # Of four pictures one is for the test; a second one by hand, and by keyboard.
    expect(shelf(page, "red").locator(".photo.held")).to_have_count(1)
    free = shelf(page, "red").locator(".photo:not(.held)").first
    key = free.get_attribute("data-key")
    expect(free.locator("img")).to_have_js_property("naturalWidth", 40)
    free.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Test", exact=True).press("Enter")
    expect(page.locator(f'.photo.held[data-key="{key}"]')).to_have_attribute(
        "title", "r0.png, test picture, chosen by you"
    )
    # It is no longer chosen, and the keyboard is where it was.
    expect(page.locator(f'.photo[data-key="{key}"]')).to_have_attribute("aria-pressed", "false")
    expect(page.locator(f'.photo[data-key="{key}"]')).to_be_focused()
    expect(page.get_by_role("toolbar", name="Actions for the chosen pictures")).to_have_count(0)
    train(page)
    assert "of 2 test pictures" in (
        page.get_by_text(re.compile(r"(is|are) correct")).first.text_content() or ""
    )
    expect(page.locator(".chart").get_by_role("img")).to_have_count(2)
    expect(page.locator(".chart i").last).to_have_attribute("title", "epoch 10: training 1, test 1")
    counts = page.locator(".confusion td button")
    expect(counts).to_have_text(["1", "·", "·", "1"])
    page.get_by_role("button", name="1 of red, correct").click()
    expect(page.locator("ul.gallery li")).to_have_count(1)
    expect(page.locator("ul.gallery li")).to_contain_text("r0.png")


def test_a_training_is_stopped_and_begun_again_on_a_phone(phone: Page, server: Any) -> None:
    """What was learned until then can be used; nothing is wider than the screen."""
    phone.goto(f"{server.url}/transfer?{QUERY}&teach_fine_tune=true&teach_tune_epochs=100")
    phone.get_by_role("button", name="Load an example").tap(timeout=SLOW)
    begin = phone.get_by_role("button", name="Train", exact=True)
    expect(begin).to_be_visible(timeout=SLOW)
    assert hands.sideways(phone) <= 0
    stop = phone.get_by_test_id("stMain").get_by_role("button", name="Stop", exact=True)
    begin.tap()
    expect(phone.get_by_text("The last block learns too.")).to_be_visible(timeout=SLOW)
    # At once: a tap waits until nothing moves any more, and beside other work the training was over by then.
    stop.evaluate("(button) => button.click()")
    expect(phone.get_by_text("Stopped after")).to_be_visible(timeout=SLOW)
    expect(phone.get_by_text(re.compile(r"(is|are) correct")).first).to_be_visible(timeout=SLOW)
    expect(phone.locator(".confusion td button")).to_have_count(9)
    assert hands.sideways(phone) <= 0
    begin.tap()
    expect(phone.get_by_text("Stopped after")).to_be_hidden(timeout=SLOW)
    stop.evaluate("(button) => button.click()")
    expect(phone.get_by_text("Stopped after")).to_be_visible(timeout=SLOW)
