"""What a browser keeps: it comes back after a reload when somebody says so, and is forgotten at a press."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from browser.hands import FIRST_SIGHT, at, at_rest, kept, lanes_are, opened, records, rested, view
from playwright.sync_api import Locator, Page, expect

from explorer import images

pytestmark = pytest.mark.browser

FULL = """IDBObjectStore.prototype.put = () => {
  window.refused = true;
  throw new DOMException("There is no room.", "QuotaExceededError");
};"""


def picture(seed: int) -> bytes:
    return images.to_png(np.random.default_rng(seed).random((30, 40, 3), np.float32))


def asks(page: Page, what: str) -> Locator:
    """Wait until this is offered, and give the question."""
    question = page.get_by_role("group", name=re.compile(rf"^Go on with {what} from \d\d:\d\d\?$"))
    expect(question).to_be_visible()
    return question


def accept(page: Page, what: str) -> None:
    question = asks(page, what)
    question.get_by_role("button", name="Yes").click()
    expect(question).to_have_count(0)


def sheet(page: Page) -> Locator:
    return page.locator(".lab.sketch .pad .sheet > canvas").first


def draw(page: Page) -> None:
    x, y = at(sheet(page))
    page.mouse.move(x - 40, y - 40)
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=4)
    page.mouse.up()


def pixels(canvas: Locator) -> str:
    return str(canvas.evaluate("(canvas) => canvas.toDataURL()"))


def visit(page: Page, name: str) -> None:
    """Go to another page of the same visit."""
    page.get_by_test_id("stSidebarNavLink").filter(has_text=name).click()


def keys(page: Page) -> list[str]:
    """Name the pictures on Transfer's board: equal pictures have equal names."""
    found: list[str] = page.locator("section .photo").evaluate_all(
        "all => all.map(({ dataset }) => dataset.key)"
    )
    return found


def seen(page: Page) -> Locator:
    return page.get_by_alt_text(re.compile("as the operation sees it"))


def test_what_was_made_comes_back_after_a_reload(page: Page, server: Any) -> None:
    """A drawing, an upload, labelled pictures and a trained network: offered, equal, and forgotten."""
    opened(page, f"{server.url}/draw_and_watch?size=64", "sketch")
    draw(page)
    drawing = pixels(sheet(page))
    kept(page, "sketch drawing", 1)
    visit(page, "Convolution")
    page.get_by_role("radio", name="Upload", exact=True).click()
    page.get_by_test_id("stSidebar").locator("input[type=file]").set_input_files(
        [{"name": "leaf.png", "mimeType": "image/png", "buffer": picture(1)}]
    )
    expect(seen(page)).to_have_attribute("alt", re.compile("^leaf.png"))
    kept(page, "picture", 2)  # with which of them is on the page
    upload = seen(page).get_attribute("src")

    visit(page, "Hidden layers")
    expect(view(page, "network")).to_be_visible()
    rested(page, "network")
    for _ in range(2):
        page.get_by_role("button", name="1 epoch").click()
        rested(page, "network")
    kept(page, "network", 1)
    step = view(page, "network").get_attribute("data-step")
    losses = page.locator(".readings").inner_text()

    visit(page, "Transfer")
    for name in ("class 1", "class 2"):
        page.locator(f'section[aria-label^="Class {name},"] .aim').click()
        expect(page.get_by_text(f"Add to {name}", exact=True)).to_be_visible()
        at_rest(page)  # the run of the press draws the place for files anew
        seed = int(name[-1])
        page.get_by_test_id("stMain").locator("input[type=file]").set_input_files(
            [{"name": f"{seed}.png", "mimeType": "image/png", "buffer": picture(seed)}]
        )
        expect(page.locator(f'section[aria-label^="Class {name},"] .photo')).to_have_count(1)
    kept(page, "transfer", 3)  # with the list of what belongs where
    board = keys(page)

    page.reload()
    accept(page, "your picture leaf.png")
    expect(page.get_by_text("Your file is still on: leaf.png")).to_be_visible()
    accept(page, "your 2 labelled pictures")
    expect(page.locator("section .photo")).to_have_count(2)
    assert keys(page) == board

    visit(page, "Hidden layers")
    accept(page, r"your trained network \(2 epochs\)")
    rested(page, "network")
    expect(view(page, "network")).to_have_attribute("data-step", step or "")
    expect(page.locator(".readings")).to_have_text(losses, use_inner_text=True)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(view(page, "network")).to_have_attribute("data-step", "0")

    visit(page, "Draw and watch")
    asks(page, "your drawing")
    # Nothing comes over what was just made before somebody says so, and then the pad's undo takes it back.
    draw(page)
    accept(page, "your drawing")
    rested(page, "sketch")
    assert pixels(sheet(page)) == drawing
    assert page.get_by_role("button", name="Undo", exact=True).get_attribute("aria-disabled") == "false"
    expect(seen(page)).to_have_attribute("src", upload or "")
    kept(page, "sketch drawing", 1)

    page.get_by_role("button", name="Forget everything on this computer").click()
    page.get_by_role("group", name=re.compile("^Forget all of it")).get_by_role("button", name="Yes").click()
    expect(seen(page)).to_have_attribute("alt", re.compile("^Chelsea"), timeout=FIRST_SIGHT)
    rested(page, "sketch")
    assert records(page) == []
    expect(page.locator(".offer")).to_have_count(0)


def test_a_full_disk_keeps_nothing_and_all_else_works(page: Page, server: Any) -> None:
    """Without room for what is kept a drawing is seen all the same, and nobody is told of it."""
    page.add_init_script(FULL)
    lab = opened(page, f"{server.url}/draw_and_watch", "sketch").locator(".lab.sketch")
    before = lab.get_attribute("data-best")
    draw(page)
    rested(page, "sketch")
    page.wait_for_function("window.refused")
    assert lab.get_attribute("data-best") != before
    assert records(page) == []


def test_an_upload_outlasts_its_server(page: Page, server: Any, complaints: list[str]) -> None:
    """A server that was renewed knows nothing of it: the page that stayed open offers it."""
    opened(page, f"{server.url}/convolution", "filter2d")
    page.get_by_role("radio", name="Upload", exact=True).click()
    page.get_by_test_id("stSidebar").locator("input[type=file]").set_input_files(
        [{"name": "leaf.png", "mimeType": "image/png", "buffer": picture(1)}]
    )
    kept(page, "picture", 2)
    server.restart()
    lanes_are(page, "open")
    visit(page, "Pooling")
    accept(page, "your picture leaf.png")
    expect(page.get_by_text("Your file is still on: leaf.png")).to_be_visible()
    complaints.clear()  # the browser reported the server that was away for a moment


@pytest.mark.parametrize(
    ("link", "operation", "name"),
    [
        ("losses", "losses", "numbers_target"),
        ("trading", "trading", "weight"),
        ("activations", "activations", "x"),
        ("activations?tab=Softmax", "softmax", "temperature"),
        ("activations?tab=Layers", "chain", "layers"),
        ("losses?tab=One+outlier", "samples", "numbers_wild"),
        ("pooling?tab=Invariance", "invariance", "angle"),
    ],
)
def test_what_a_slider_did_is_taken_back(
    page: Page, server: Any, link: str, operation: str, name: str
) -> None:
    """One press of Undo, or Ctrl and Z, gives a setting the value that it had before."""
    opened(page, f"{server.url}/{link}", operation)
    lab = view(page, operation)
    slider, undo = lab.locator(f"[role=slider][data-name={name}]"), lab.get_by_role("button", name="Undo")
    before = str(slider.get_attribute("aria-valuenow"))
    expect(undo).to_be_disabled()
    slider.press("ArrowRight")
    expect(slider).not_to_have_attribute("aria-valuenow", before)
    undo.click()
    expect(slider).to_have_attribute("aria-valuenow", before)
    expect(undo).to_be_disabled()
    slider.press("ArrowLeft")
    expect(undo).to_be_enabled()
    slider.press("Control+z")
    expect(slider).to_have_attribute("aria-valuenow", before)
    rested(page, operation)
