"""A stack that learns before one's eyes, as a student trains it: play, step, freeze, ask, and come back."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from browser.hands import FIRST_SIGHT, kept, opened, rested, view
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

FEW = 5  # steps that a student makes one by one
STACK = "convolution~bank=sobel_x,sobel_y~strides=2~~activation~~flatten~~dense~~softmax"


def open_tab(page: Page, url: str) -> Locator:
    query = urlencode({"sample": "coins", "size": "32", "blocks": STACK, "tab": "Train it"})
    opened(page, f"{url}/pipeline?{query}", "pipeline", "pipeline_training")
    return view(page, "pipeline_training")


def step_of(lab: Locator) -> int:
    return int(lab.get_attribute("data-step") or 0)


def train(page: Page, steps: int) -> None:
    """Train from the start: a few steps one by one, more until they are seen, and then pause."""
    lab = view(page, "pipeline_training")
    if step_of(lab):
        lab.get_by_role("button", name=re.compile("^Rewind")).click()
        expect(lab).to_have_attribute("data-step", "0")
        rested(page)
    if steps <= FEW:
        for step in range(steps):
            lab.get_by_role("button", name="Train on one batch").click()
            expect(lab).to_have_attribute("data-step", str(step + 1))
            rested(page)
        return
    lab.get_by_role("button", name="Train it until you pause").click()
    page.wait_for_function(
        "(most) => labs().some(({ dataset: { operation, step } }) =>"
        " operation === 'pipeline_training' && step >= most)",
        arg=steps,
    )
    lab.get_by_role("button", name="Pause").click()
    rested(page)


def pixels(lab: Locator, selector: str) -> str:
    text: str = lab.locator(selector).first.evaluate("canvas => canvas.toDataURL()")
    return text


def test_a_stack_learns_until_it_is_paused_and_outlasts_a_reload(page: Page, server: Any) -> None:
    """Kernels move away from where they started, numbers follow, and a later visit goes on from there."""
    lab = open_tab(page, server.url)
    expect(lab.locator("[data-read=accuracy]")).to_have_text(re.compile(r"^\d"))
    before, start = pixels(lab, ".now"), lab.locator(".before").first.get_attribute("aria-label")
    train(page, 24)
    reached = step_of(lab)
    assert pixels(lab, ".now") != before
    expect(lab.locator(".before").first).to_have_attribute("aria-label", str(start))
    expect(page.get_by_text("Trained stack as ONNX")).to_be_visible()
    page.wait_for_timeout(300)
    assert step_of(lab) == reached
    kept(page, "pipeline", 1)
    page.reload()
    lab = view(page, "pipeline_training")
    question = lab.get_by_role("group", name=re.compile(r"^Go on with your trained stack"))
    question.get_by_role("button", name="Yes").click()
    expect(lab).to_have_attribute("data-step", str(reached))
    rested(page)
    lab.get_by_role("button", name="Train on one batch").click()
    expect(lab).to_have_attribute("data-step", str(reached + 1))
    rested(page)
    play = lab.get_by_role("button", name="Train it until you pause")
    tab, link = page.get_by_role("tab"), page.get_by_role("link", name="Pooling", exact=True)
    for leave, come_back, there in (  # while it plays
        (tab.get_by_text("Facts").click, tab.get_by_text("Train it").click, "pipeline"),
        (link.click, page.go_back, "pooling"),
    ):
        reached = step_of(lab)
        play.click()
        expect(lab).not_to_have_attribute("data-step", str(reached))
        leave()
        expect(lab).to_have_count(0)
        page.wait_for_url(re.compile(rf"/{there}\b"))  # the browser's history has it
        come_back()
        expect(play).to_be_visible()
        page.wait_for_function("(most) => labs().some(({ dataset }) => dataset.step > most)", arg=reached)
        rested(page)
    lab.get_by_role("button", name="Rewind: back to the weights of the stack above").click()
    expect(lab).to_have_attribute("data-step", "0")
    assert pixels(lab, ".now") == before


def test_a_kernel_is_frozen_and_a_weight_is_worked_out(page: Page, server: Any) -> None:
    """What is frozen stays while the other kernel moves; the gradient has its drawings, one by one."""
    lab = open_tab(page, server.url)
    tiles = lab.locator(".tile")
    tiles.nth(1).get_by_role("button", name="Freeze kernel 2").click()
    rested(page)
    frozen, free = (tiles.nth(at).locator(".now") for at in (1, 0))
    before = [each.get_attribute("aria-label") for each in (frozen, free)]
    lab.get_by_role("button", name="Train on one batch").click()
    expect(lab).to_have_attribute("data-step", "1")
    rested(page)
    assert frozen.get_attribute("aria-label") == before[0]
    expect(free).not_to_have_attribute("aria-label", str(before[1]))
    lab.get_by_role("button", name="Train it until you pause").click()
    expect(lab).not_to_have_attribute("data-step", "1")
    free.click(position={"x": 4, "y": 4})  # which pauses
    rested(page)
    expect(lab.locator(".gradient .place")).to_contain_text("kernel 1, map 1, row 1, column 1")
    said = lab.locator(".gradient .partsaid")
    expect(said).to_have_text(re.compile(r"^picture 1 of 32 adds"))
    lab.get_by_role("button", name="The next picture").click()
    expect(said).to_have_text(re.compile(r"^picture 2 of 32 adds"))
    free.press("ArrowRight")
    expect(lab.locator(".gradient .place")).to_contain_text("row 1, column 2")
    lab.get_by_role("button", name="Train it until you pause").click()
    expect(lab).to_have_attribute("data-playing", "true")
    page.get_by_role("button", name="Remove block 5").click()  # another stack begins at rest
    expect(lab).to_have_attribute("data-playing", "false")
    expect(lab).to_have_attribute("data-step", "0")
    rested(page)


def test_a_stack_learns_classes_of_ones_own_and_outlasts_a_reload(page: Page, server: Any) -> None:
    """It takes the pictures that Transfer gathered; later the browser brings them back with the training."""
    page.goto(f"{server.url}/transfer?level=everything")
    page.get_by_role("button", name="Load an example").click(timeout=FIRST_SIGHT)
    kept(page, "transfer", 25)  # its pictures, and the list of them
    page.get_by_role("link", name="Pipeline", exact=True).click()
    page.get_by_role("tab", name="Train it").click()
    page.get_by_text("Your classes from Transfer").click()
    page.get_by_role("button", name="Take a stack that can be trained").click()
    lab, rows = view(page, "pipeline_training"), ["cat", "coffee", "rocket"]
    expect(lab.locator(".confused tbody th")).to_have_text(rows)
    rested(page)
    lab.get_by_role("button", name="Train on one batch").click()
    expect(lab).to_have_attribute("data-step", "1")
    kept(page, "pipeline", 1)
    rested(page)
    page.reload()
    question = page.get_by_role("group", name=re.compile(r"^Go on with your trained stack \(1 step\)"))
    expect(question).to_be_visible(timeout=FIRST_SIGHT)
    page.get_by_role("tab", name="Facts").click()  # no answer: it is asked again
    expect(question).to_have_count(0)
    page.get_by_role("tab", name="Train it").click()
    question.get_by_role("button", name="Yes").click()
    expect(lab).to_have_attribute("data-step", "1")
    expect(lab.locator(".confused tbody th")).to_have_text(rows)
    rested(page)
