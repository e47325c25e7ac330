"""A model of one's own as a person brings it: first a broken file, then one of Teachable Machine."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from browser import hands
from model_files import LABELS, teachable_machine, zipped
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SLOW = 60_000  # ms: the process that computes may have to start
SMALL = "network=MobileNet-0.25-128&weights=random"


def bring(page: Page, name: str, data: bytes) -> None:
    """Choose a file in the place for models."""
    hands.at_rest(page)  # the place of the file before is gone, and no run takes the way to an upload
    place = page.get_by_test_id("stFileUploader").filter(has_text="A model for pictures")
    file: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    place.locator("input[type=file]").set_input_files(file)


@pytest.mark.parametrize("width", [1366, 390])
def test_a_model_is_brought_along_and_looked_into(page: Page, server: Any, width: int) -> None:
    """A refused file leaves all as it was; a good one names its classes, and a map can be switched off."""
    page.set_viewport_size({"width": width, "height": 768})
    hands.opened(page, f"{server.url}/imagenet?{SMALL}", "look")
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name="Your model").click()
    bring(page, "broken.h5", b"\x89HDF\r\n\x1a\n" + bytes(60))
    expect(page.get_by_text("The file is damaged or cut")).to_be_visible()
    expect(page.locator(".bars li")).to_have_count(5)
    data, _ = teachable_machine(np.random.default_rng(3))
    bring(page, "converted_keras.zip", zipped({"keras_model.h5": data, "labels.txt": LABELS}))
    expect(page.get_by_text("takes pictures of 32 × 32 pixels in colour")).to_be_visible()
    expect(page.locator(".bars li")).to_have_count(3)
    hands.rested(page, "look")
    for name in ("Cat", "Dog with a hat", "Empty table"):
        expect(page.locator(".bars")).to_contain_text(name)
    assert "The file is damaged" not in page.locator("body").inner_text()
    assert hands.sideways(page) == 0
    before = page.locator(".bars").inner_text()
    page.locator("canvas[data-maps=layer]").click(position={"x": 20, "y": 20})
    hands.rested(page, "look")
    page.get_by_role("button", name="Switch off this channel").click()
    hands.rested(page, "look")
    hands.in_address(page, "off=")
    hands.eventually(page, lambda: page.locator(".bars").inner_text() != before, "another answer")


def test_a_model_learns_new_classes_on_transfer(page: Page, server: Any) -> None:
    """It is brought, taught with the example and tried; after a reload it is still the network that is on."""
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{server.url}/transfer?teach_epochs=5")
    page.get_by_role("combobox", name="Network").click(timeout=SLOW)
    page.get_by_role("option", name="Your model").click()
    data, _ = teachable_machine(np.random.default_rng(3))
    bring(page, "converted_keras.zip", zipped({"keras_model.h5": data, "labels.txt": LABELS}))
    expect(page.get_by_text("takes pictures of 32 × 32 pixels in colour")).to_be_visible()
    expect(page).to_have_url(re.compile(r"teach_network=own\."))
    page.get_by_role("button", name="Load an example").click()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text(re.compile(r"of 6 test pictures (is|are) correct"))).to_be_visible(timeout=SLOW)
    page.get_by_role("tab", name="Try it").click()
    expect(page.get_by_text("the best of the 3 classes that the network knew before")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("^New head: "))).to_be_visible()
    assert hands.sideways(page) == 0
    page.reload()
    expect(page.get_by_text("takes pictures of 32 × 32 pixels in colour")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("combobox", name="Network")).to_have_value("Your model")
