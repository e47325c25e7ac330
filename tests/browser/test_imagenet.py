"""The ImageNet page as a person uses it: walk the layers, question a cell, open a channel, switch it off."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import numpy as np
import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from explorer import images
from explorer.imagenet import outputs, predictions, preprocessing, structure
from pages.components import chooser

pytestmark = pytest.mark.browser

SMALL = "MobileNet-0.25-128"
QUERY = f"network={SMALL}&weights=random&level=everything"


DEAD = "network=EfficientNetLite0&depth=79&channel=11&level=everything"  # 0 everywhere on the cat

# How many colours stand on a canvas, transparent cells left out.
COLOURS_IN = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer).filter((pixel) => pixel >>> 24)).size;
}"""


def lab(page: Page) -> Locator:
    return page.locator(".lab.inside")


def maps(page: Page) -> Locator:
    return page.locator("canvas[data-maps=layer]")


def open_page(page: Page, url: str, **more: object) -> None:
    """Open the page on a small network with random weights, and wait until it is at rest."""
    query = "&".join([QUERY, *(f"{name}={value}" for name, value in more.items())])
    page.goto(f"{url}/imagenet?{query}")
    expect(lab(page)).to_have_attribute("data-lane", "open", timeout=60_000)
    expect(lab(page)).to_have_attribute("data-exact", "true", timeout=60_000)


def repainted(page: Page, act) -> None:
    """Do something and wait until another picture is there."""
    before = int(lab(page).get_attribute("data-revision") or 0)
    act()
    page.wait_for_function(
        """(before) => {
          const lab = [...document.querySelectorAll('*')]
            .map((host) => host.shadowRoot?.querySelector('.lab.inside')).find(Boolean);
          return Number(lab?.dataset.revision) > before;
        }""",
        arg=before,
        timeout=30_000,
    )


def workers(server) -> list[psutil.Process]:
    """Give the processes that compute."""
    children = psutil.Process(server.process.pid).children()
    found = [child for child in children if "popen_loky" in " ".join(child.cmdline())]
    assert found
    return found


def compute_idle(page: Page, server, looks: int) -> None:
    """Look until the processes that compute have done nothing for a while."""

    def used() -> float:
        return sum(sum(worker.cpu_times()[:2]) for worker in workers(server))

    for _ in range(looks):
        before = used()
        page.wait_for_timeout(400)
        if used() - before < 0.05:
            return
    pytest.fail("The processes that compute do not come to rest.")


def middle(target: Locator) -> tuple[float, float]:
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# What Python runs before anything else, in the server and in the process that computes.
NO_FRAMEWORK = """
import sys

class NoFramework:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("tensorflow", "keras"):
            raise ImportError(f"{name} is not to be had here.")

sys.meta_path.insert(0, NoFramework())
"""


def test_a_fresh_machine_knows_the_cat(page: Page, launch: Callable[..., Any], tmp_path: Path) -> None:
    """With no files of weights, no TensorFlow and no network, three clicks show bars, layers and Grad-CAM."""
    (tmp_path / "sitecustomize.py").write_text(NO_FRAMEWORK)
    server = launch(
        environment={
            "PYTHONPATH": str(tmp_path),
            "EXPLORER_WEIGHTS": "",
            "KERAS_HOME": str(tmp_path / "keras"),
            "HTTPS_PROXY": "http://127.0.0.1:9",  # where nobody listens
        }
    )
    page.goto(server.url)
    page.get_by_role("link", name="ImageNet", exact=True).click()
    first = page.locator(".class").first
    expect(first).to_be_visible(timeout=60_000)
    expected = predictions.predict("EfficientNetLite0", images.sample(chooser.DEFAULT_SAMPLE), 1)[0]
    expect(first).to_contain_text(expected.label)
    assert float(first.get_attribute("data-probability") or "nan") == pytest.approx(
        expected.probability, abs=1e-5
    )
    cut = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent)"
    assert page.locator(".controls .option").evaluate_all(cut) == []
    strip = page.get_by_role("toolbar", name="The network")
    rooms = ["edges", "edges", "textures", "textures", "parts", *["objects"] * 4]
    names = [f"{at}: {room}" for at, room in enumerate(rooms, 1)]
    expect(strip.locator("b")).to_have_text(["Picture", *names, expected.label])
    assert min(strip.locator("canvas:visible").evaluate_all(f"(all) => all.map({COLOURS_IN})")) > 16
    expect(page.locator("canvas[data-graph=layers]")).to_be_hidden()
    stem = strip.get_by_role("button", pressed=True)
    expect(stem).to_have_text(re.compile("1: edges"))
    stem.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(maps(page)).to_have_attribute("data-layer", "top_activation")
    expect(strip.get_by_role("button", pressed=True)).to_have_text(re.compile("9: objects"))
    page.get_by_role("tab", name="Layers").click()
    expect(page.get_by_role("tabpanel", name="Layers")).to_contain_text("block1a_dwconv")
    page.get_by_role("radio", name="Grad-CAM").click()
    expect(page.locator(".lab.inside > .note")).to_contain_text("Grad-CAM")
    expect(lab(page)).to_have_attribute("data-exact", "true")
    bar = page.locator(".layer .colourline .colours").bounding_box()
    assert bar
    assert bar["width"] > 60  # beside the words that stand there while each channel has its own scale
    looks, whole = (page.locator(part).bounding_box() for part in (".lab.inside > .controls", ".lab.inside"))
    assert looks
    assert whole
    assert looks["width"] > 0.9 * whole["width"]  # the choices stand in one row, and none covers another
    page.goto(f"{server.url}/imagenet?{DEAD}")
    expect(page.locator(".channelpanel .note")).to_have_text("0 everywhere on this picture", timeout=60_000)
    expect(page.locator(".layer .colourline")).to_be_hidden()
    beneath = page.get_by_role("checkbox", name="photograph beneath")
    expect(beneath).not_to_be_checked()
    beneath.check()
    assert maps(page).evaluate(COLOURS_IN) == 1
    assert "Traceback" not in server.said()
    server.stop()


PHOTO_PIXELS = """(canvas) => {
  const { width, height } = canvas;
  const side = Math.min(width, height);
  const small = new OffscreenCanvas(32, 32).getContext("2d");
  small.imageSmoothingQuality = "high";
  small.drawImage(canvas, (width - side) / 2, (height - side) / 2, side, side, 0, 0, 32, 32);
  return Array.from(small.getImageData(0, 0, 32, 32).data);
}"""


def test_the_network_follows_the_part_of_the_picture_that_is_dragged(page: Page, server) -> None:
    """While the hand moves the lane answers; what the browser draws then is what the explorer cuts out."""
    open_page(page, server.url, sample="astronaut", fit="crop")
    photo = page.locator("canvas[data-pane=photo]")
    bar = page.locator(".class").first
    page.get_by_role("button", name="Zoom in").click()
    expect(page.locator(".framing output")).to_have_text("1.25×")
    expect(page).to_have_url(re.compile("zoom=1.25"), timeout=30_000)
    expect(photo).to_have_attribute("data-exact", "true", timeout=30_000)
    first, address = bar.get_attribute("data-probability"), page.url
    x, y = middle(photo)
    page.mouse.move(x, y)
    page.mouse.down()
    repainted(page, lambda: page.mouse.move(x + 30, y + 20))
    repainted(page, lambda: page.mouse.move(x + 60, y - 40))
    assert bar.get_attribute("data-probability") != first
    assert photo.get_attribute("data-exact") == "false"
    drawn = np.array(photo.evaluate(PHOTO_PIXELS), float)
    assert page.url == address
    page.mouse.up()
    expect(photo).to_have_attribute("data-exact", "true", timeout=30_000)
    expect(page).not_to_have_url(address, timeout=30_000)
    rested = np.array(photo.evaluate(PHOTO_PIXELS), float)
    assert np.abs(drawn - rested).mean() < 2  # of 255 levels: two ways of shrinking one part
    asked = parse_qs(urlparse(page.url).query)
    frame = {name: float(asked[name][0]) for name in ("zoom", "across", "down")}
    pixels = preprocessing.seen(SMALL, images.sample("astronaut"), "crop", **frame)
    best = predictions.predict(SMALL, pixels, 1, weights="random")[0]
    assert float(bar.get_attribute("data-probability") or "nan") == pytest.approx(best.probability, abs=1e-5)
    photo.focus()
    page.keyboard.press("0")
    expect(page.locator(".framing output")).to_have_text("1.00×")
    expect(page).not_to_have_url(re.compile("zoom="), timeout=30_000)


def test_layers_are_walked_while_the_graph_is_dragged(page: Page, server) -> None:
    """Each step of the drag paints another layer before the button is let go; then the address has it."""
    open_page(page, server.url, depth=4)
    graph = page.locator("canvas[data-graph=layers]")
    x, y = middle(graph)
    repainted(page, lambda: (page.mouse.move(x, y), page.mouse.down()))
    seen = {maps(page).get_attribute("data-layer")}
    for step in (1, 2, 3):
        repainted(page, lambda step=step: page.mouse.move(x + 40 * step, y))
        seen.add(maps(page).get_attribute("data-layer"))
    assert len(seen) >= 3
    assert "depth=4" in page.url
    page.mouse.up()
    page.wait_for_function("() => !/depth=4(&|$)/.test(location.search) && /depth=/.test(location.search)")


def test_a_cell_frames_its_receptive_field_and_a_channel_its_numbers(page: Page, server) -> None:
    """What is framed on the photograph is the explorer's field; the number is that of the layer's output."""
    open_page(page, server.url, depth=9, channel=2)
    name = maps(page).get_attribute("data-layer") or ""
    page.mouse.move(*middle(maps(page)))
    readout = page.locator(".readline")
    expect(readout).to_have_attribute("data-value", re.compile(r"\d"), timeout=15_000)
    words = (readout.text_content() or "").split(":")[0].replace(",", "").split()
    row, column = int(words[3]) - 1, int(words[5]) - 1
    pixels = preprocessing.seen(SMALL, images.sample(chooser.DEFAULT_SAMPLE))
    field = structure.field_of(SMALL, name, row, column)
    photo = page.locator("canvas[data-pane=photo]")
    assert tuple(map(int, (photo.get_attribute("data-rectangle") or "").split(","))) == field
    truth = outputs.layer_output(SMALL, pixels, name, weights="random")[row, column, 2]
    assert float(readout.get_attribute("data-value") or "nan") == pytest.approx(float(truth), abs=1e-4)


def test_a_channel_is_opened_and_switched_off(page: Page, server) -> None:
    """A click opens the channel under it, a switch moves the classes, and the link has both."""
    open_page(page, server.url, depth=5)
    first = page.locator(".class").first
    before = first.get_attribute("data-probability")
    x, y = middle(maps(page))
    repainted(page, lambda: page.mouse.click(x, y))
    page.wait_for_function("() => location.search.includes('channel=')")
    switch = page.get_by_role("button", name=re.compile("Switch o(ff|n) this channel"))
    expect(switch).to_be_enabled()
    switch.click()
    page.wait_for_function("() => location.search.includes('off=5.')")
    expect(switch).to_have_text("Switch on")
    expect(first).not_to_have_attribute("data-probability", before or "")
    shown = {
        int(each.get_attribute("data-index") or -1): float(each.get_attribute("data-probability") or "nan")
        for each in page.locator(".class").all()
    }
    channel = int(page.url.split("channel=")[1].split("&")[0])
    name = maps(page).get_attribute("data-layer") or ""
    pixels = preprocessing.seen(SMALL, images.sample(chooser.DEFAULT_SAMPLE))
    logits = predictions.logits(SMALL, pixels, weights="random", scales={name: {channel: 0.0}})
    powers = np.exp(logits - logits.max())
    truth = powers / powers.sum()
    assert shown == pytest.approx({index: float(truth[index]) for index in shown}, abs=1e-6)
    page.get_by_role("button", name="All channels on").click()
    page.wait_for_function("() => !location.search.includes('off=')")
    expect(first).to_have_attribute("data-probability", before or "")


def test_channel_layer_and_frame_are_taken_back(page: Page, server) -> None:
    """Undo zooms out, walks back to the layer, and switches the channel on there that was switched off."""
    open_page(page, server.url, depth=5, channel=2)
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()
    page.get_by_role("button", name="Switch off this channel").click()
    page.wait_for_function("() => location.search.includes('off=5.2')")
    layer = page.get_by_role("slider", name="Layer", exact=True)
    layer.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('depth=6')")
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_function("() => location.search.includes('zoom=')")
    undo.click()
    page.wait_for_function("() => !location.search.includes('zoom=')")
    layer.press("Control+z")
    page.wait_for_function("() => /depth=5/.test(location.search) && /channel=2/.test(location.search)")
    expect(page.get_by_role("button", name="Switch on this channel")).to_be_enabled()
    undo.click()
    page.wait_for_function("() => !location.search.includes('off=')")
    expect(undo).to_be_disabled()


def test_a_link_opens_the_same_and_stop_ends_what_the_worker_does(page: Page, server) -> None:
    """Layer, order and explanation come back from the address; after Stop the worker does no more pieces."""
    link = {"overlay": "layer_cam", "tab": "Feature visualisation", "visualisation_steps": 512}
    link |= {"overlay_opacity": 40, "overlay_cells": "true"}
    open_page(page, server.url, depth=20, order="variance", **link)
    expect(page.get_by_role("radio", name="variance")).to_have_attribute("aria-checked", "true")
    expect(page.get_by_role("radio", name="LayerCAM")).to_have_attribute("aria-checked", "true")
    expect(page.locator(".lab.inside > .note")).to_contain_text("LayerCAM")
    opacity = page.get_by_label("Opacity of the heat map").and_(page.locator(".heatline input"))
    expect(opacity).to_have_value("40")
    expect(page.get_by_label("cells", exact=True)).to_be_checked()
    opacity.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('overlay_opacity=45')")
    compute_idle(page, server, 60)  # what is prepared for later is done
    page.get_by_role("button", name="Visualise it").click()
    # TensorFlow starts in the process that computes.
    expect(page.get_by_text(re.compile(r"^\d+ of 512 steps, \d+ s passed"))).to_be_visible(timeout=60_000)
    page.get_by_test_id("stTabs").get_by_role("button", name="Stop").click()
    stopped = page.get_by_text(re.compile(r"^Stopped after \d+ of 512 steps"))
    expect(stopped).to_be_visible()
    compute_idle(page, server, 4)
    assert 0 < int((stopped.text_content() or "").split()[2]) < 512
    assert page.get_by_role("button", name="Visualise it").is_visible()


def test_the_worker_may_be_killed(page: Page, server) -> None:
    """The process that computes is ended in mid-session: the next question is answered all the same."""
    open_page(page, server.url, depth=5)
    for worker in workers(server):
        worker.kill()
    repainted(page, lambda: page.get_by_role("radio", name="maximum").click())
    page.wait_for_function("() => location.search.includes('order=maximum')")


def test_the_keyboard_alone_does_it(page: Page, server) -> None:
    """Arrows move the cell, Enter opens its channel, Page Down goes on, Escape shows all."""
    open_page(page, server.url, depth=7)
    maps(page).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".readline")).to_contain_text("channel 1, row")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('channel=0')")
    expect(maps(page)).to_have_attribute("data-channel", "0")
    page.keyboard.press("PageDown")
    expect(maps(page)).to_have_attribute("data-channel", "1")
    page.keyboard.press("Escape")
    expect(maps(page)).to_have_attribute("data-channel", "")
    slider = page.locator(".slider[data-name=depth]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('depth=8')")


def test_on_a_phone_nothing_is_cut(phone: Page, server) -> None:
    """What it sees stands first, the answer is in sight, and the page does not scroll sideways."""
    open_page(phone, server.url, depth=9)
    answer = phone.locator(".networkstrip .stage").last.bounding_box()
    assert answer
    assert answer["x"] + answer["width"] <= 390  # however far the strip is scrolled
    assert phone.evaluate("() => document.scrollingElement.scrollWidth <= innerWidth")
    photo, layer = (phone.locator(f"figure.{name}").bounding_box() for name in ("photo", "layer"))
    assert photo
    assert layer
    assert photo["y"] < layer["y"]
    assert layer["x"] >= 0
    assert layer["x"] + layer["width"] <= 390
    tops = phone.locator(".networkstrip svg").evaluate_all(
        "(ways) => ways.map((way) => Math.round(way.getBoundingClientRect().top))"
    )
    assert len(set(tops)) == 1  # the way to the answer, a word, is as high as those to the maps
