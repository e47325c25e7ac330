"""The web pages that are exported, from a plain server, from a folder, and without a network."""

from __future__ import annotations

import base64
import functools
import http.server
import io
import re
import threading
import zipfile
from contextlib import contextmanager

import cv2
import numpy as np
import picture_files
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from playwright.sync_api import expect

from explorer import images, sketch
from explorer.code.exported import answering
from explorer.imagenet import preprocessing
from explorer.images import drawings
from explorer.sketch import formats as sketch_formats
from explorer.transfer import training
from explorer.transfer.formats import exported
from explorer.transfer.labelled_images import Photo
from explorer.transfer.model_cards import TaughtNetwork
from explorer.transfer.plan import Plan
from explorer.transfer.predictions import predict_many
from explorer.web import runtime as web_runtime
from explorer.web.runtime import WebRuntimeError

pytestmark = pytest.mark.browser

CLASSES = ("cat", "cup of <b>coffee</b>", "Rakete ☄")

LOOK = """async ([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const answers = await Explorer.lookAtFile(new File([bytes], name));
  const canvas = document.getElementById("seen");
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return [answers, Array.from(pixels)];
}"""
"""Gives a file to the page: its answers, and the pixels that it shows."""

UNREAD = {"one_bit.tif", "bits_12.tif"}  # by Chromium
OTHERWISE = {
    "adobe_7.webp",  # Chromium does not turn a WebP
    "bits_10.png",  # that white is a number of 10 bits is the explorer's guess
}


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A plain server of files that says nothing."""

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def runtime():
    """What runs a network in a page, without which there is none."""
    try:
        web_runtime.files()
    except WebRuntimeError as error:
        pytest.skip(str(error))


@contextmanager
def unpacked(found, folder):
    """Unpack what was exported into a folder, serve that, and give the address of the page."""
    with zipfile.ZipFile(io.BytesIO(found.data)) as archive:
        archive.extractall(folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/index.html"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module", params=["resize", "crop"])
def page(request, tmp_path_factory, runtime):
    """A folder with the page, its address at a server, and what was taught, in each fit of pictures."""
    plan = Plan(fit=request.param, epochs=20)
    samples = tuple(
        (preprocessing.seen(plan.network, images.sample(name), plan.fit), label)
        for label, name in enumerate(("chelsea", "coffee", "rocket"))
    )
    trained = training.train(plan, samples, [], CLASSES).trained
    found = exported(
        "web_page", TaughtNetwork(trained, samples, (), "2026-03-31"), answering("web_page", plan)
    )
    folder = tmp_path_factory.mktemp("page")
    with unpacked(found, folder) as address:
        yield folder, address, trained


def opened(tab, address):
    """Open the page, note what it asks for, and wait until it is ready."""
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(address)
    expect(tab.locator("#said")).to_have_text("Ready.", timeout=30_000)
    return asked


def test_the_page_answers_as_the_explorer_does(page, browser):
    """Files of every kind that Chromium reads: to 0.01, and to 1e-5 where it sees the very same levels.

    What becomes of a file's pixels no fit changes, so the second fit sees every third file.
    """
    _, address, trained = page
    tab = browser.new_page()
    asked = opened(tab, address)
    exact = 0
    files = list(picture_files.mixed().items())
    for name, data in files if trained.plan.fit == "resize" else files[::3]:
        answers, pixels = tab.evaluate(LOOK, [name, base64.b64encode(data).decode()])
        if name in UNREAD:
            assert answers == []
            expect(tab.locator("#said")).to_have_text(
                f"{name} cannot be read by this browser; save it as PNG or JPEG and choose it again."
            )
            continue
        seen = preprocessing.seen(trained.plan.network, Photo.of(data, name).image(), trained.plan.fit)
        shown = np.reshape(pixels, (*seen.shape[:2], 4))[..., :3].astype(np.uint8)
        if name in OTHERWISE:
            seen = shown  # what it sees is another picture; its answer to that is right
        same = bool((seen == shown).all())
        exact += same
        # Pillow decodes a large JPEG small, and rounds its sides then: its square may lie a pixel aside.
        assert np.abs(shown.astype(int) - seen).mean() < (4 if name.startswith("large") else 1)
        assert_allclose(answers, predict_many(trained, [seen])[0], atol=1e-5 if same else 0.01)
    assert exact >= (6 if trained.plan.fit == "resize" else 2)
    # Nothing is fetched from elsewhere, and nothing once it is open.
    base = address.removesuffix("index.html")
    assert [url for url in asked if not url.startswith((base, "blob:", "data:"))] == []
    tab.close()


def test_the_page_opens_from_a_folder(page, browser):
    """From the disk, without any server and any network, with the same answer to the last bit."""
    folder, address, trained = page
    data = images.to_png(images.sample("coffee"))
    found = []
    for url in (address, (folder / "index.html").as_uri()):
        context = browser.new_context()
        tab = context.new_page()
        opened(tab, url)
        context.set_offline(True)
        tab.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": data})
        expect(tab.locator("#said")).to_contain_text("cup of <b>coffee</b>, ")
        found.append([float(each.get_attribute("title")) for each in tab.locator("#bars span").all()])
        context.close()
    assert_array_equal(found[0], found[1])
    seen = preprocessing.seen(trained.plan.network, Photo.of(data, "a").image(), trained.plan.fit)
    assert_allclose(found[0], predict_many(trained, [seen])[0], atol=0.01)


def test_the_page_says_what_it_was_taught_on(page, browser):
    """Names of classes are text and never markup; the card is the one of the file beside it."""
    folder, address, _ = page
    tab = browser.new_page()
    opened(tab, address)
    expect(tab.locator("#classes")).to_have_text(f"This network tells 3 classes apart: {', '.join(CLASSES)}.")
    assert tab.locator("main b").count() == 0
    card = tab.locator("#card").inner_text()
    for line in (folder / "model-card.md").read_text("utf-8").splitlines()[2:]:
        title, said = line.removeprefix("- **").split(":** ")
        if title != "This file":
            assert title in card
            assert said in card
    assert (folder / "labels.txt").read_text("utf-8").splitlines() == list(CLASSES)
    tab.close()


def test_the_camera_is_answered_and_let_go(page, start):
    """Frames of a camera move the bars; a press or a file lets it go; one that is refused is said."""
    _, address, _ = page
    browser = start("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    tab = browser.new_page()
    opened(tab, address)
    tab.click("#camera")
    expect(tab.locator("#said")).to_have_text("The camera runs: the bars follow it.")
    before = tab.locator("#bars").evaluate("bars => bars.textContent + bars.innerHTML")
    tab.wait_for_function("before => bars.textContent + bars.innerHTML !== before", arg=before)
    live = "() => document.getElementById('video').srcObject.getTracks()[0].readyState === 'live'"
    assert tab.evaluate(live)
    tab.get_by_role("button", name="Stop the camera").click()
    assert not tab.evaluate(live)
    tab.get_by_role("button", name="Start the camera").click()
    tab.wait_for_function(live)
    data = images.to_png(images.sample("coffee"))
    tab.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": data})
    expect(tab.locator("#said")).to_contain_text("cup of <b>coffee</b>, ")
    assert not tab.evaluate(live)
    refusing = start("--use-fake-device-for-media-stream", "--deny-permission-prompts").new_page()
    opened(refusing, address)
    refusing.click("#camera")
    expect(refusing.locator("#said")).to_contain_text("The camera was refused; allow it beside the address")
    browser.close()
    refusing.context.browser.close()


@pytest.mark.parametrize("page", ["resize"], indirect=True)
@pytest.mark.parametrize(("size", "scheme"), [((1366, 768), "light"), ((390, 844), "dark")])
def test_the_page_fits_its_screen(page, browser, size, scheme):
    """Nothing runs over sideways, and picture, answer and buttons are on the first screen of a laptop."""
    _, address, _ = page
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    tab = context.new_page()
    opened(tab, address)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    if width > height:
        box = tab.locator("#controls").bounding_box()
        assert box["y"] + box["height"] <= height
    context.close()


# The page with a pad, which Draw and watch exports.

LOOK_AT_LEVELS = """async (data) => {
  const levels = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const found = await Explorer.lookAtLevels({ width: 256, height: 256, levels });
  return found && [found.probabilities, Array.from(found.seen.values)];
}"""
"""Gives the levels of a sheet to the page: its answers, and what it sees; null of a blank sheet."""

LEVELS = "() => Array.from(Explorer.pad.levels().levels)"


@pytest.fixture(scope="module")
def pad_page(tmp_path_factory, runtime):
    """A folder with the page of the first small network, and its address at a server."""
    folder = tmp_path_factory.mktemp("pad")
    with unpacked(sketch_formats.exported("web_page", sketch.DEFAULT), folder) as address:
        yield folder, address


def line(sheet, *points, pen=12, level=0):
    """Draw a line on a sheet (256, 256), soft at its sides."""
    places = np.array(points, np.int32) * 16
    cv2.polylines(sheet, [places], False, level, pen, cv2.LINE_AA, 4)
    return sheet


def sheets():
    """Drawings, and sheets with what counts as no ink: rims, printed lines, covers, and hardly so."""
    white = functools.partial(np.full, (256, 256), 255, np.uint8)
    found = {
        name: np.rint(255 * drawings.draw(name)[..., 0]).astype(np.uint8)
        for name, each in drawings.SAMPLE_DRAWINGS.items()
        if not each.photograph
    }
    found["dot"] = line(white(), (128, 128), (129, 128))
    found["short"] = line(white(), (100, 100), (104, 118), pen=4)
    found["chalk"] = 255 - found["smiley"]
    across, along = ((60, 60), (200, 190)), ((0, 100), (255, 132))
    found["from edge to edge"] = line(line(white(), *along), *across)
    found["printed"] = line(line(white(), *along, pen=2), *across)
    found["printed upright"] = line(line(white(), (40, 0), (46, 255), pen=3), *across)
    found["frame"] = line(white(), (0, 0), (255, 0), (255, 255), (0, 255), (0, 0), pen=14)
    for name, place, level in (
        ("rim", np.s_[:, :20], 100),
        ("corner", np.s_[:60, :80], 0),
        ("thumb", np.s_[:60, :90], 150),
        ("night", np.s_[:, :200], 0),
    ):
        covered = white()
        covered[place] = level
        found[name] = line(covered, (60, 40), (220, 200), pen=9, level=255 if name == "night" else 0)
    return found


def test_the_pads_page_sees_and_answers_as_the_explorer_does(pad_page, browser):
    """Sheet after sheet: what the network sees to 1e-5, and the probabilities with it."""
    _, address = pad_page
    tab = browser.new_page()
    opened(tab, address)
    for name, sheet in sheets().items():
        found = tab.evaluate(LOOK_AT_LEVELS, base64.b64encode(sheet.tobytes()).decode())
        try:
            expected = sketch.prepare(images.from_levels(sheet))
        except sketch.SketchError:
            assert found is None, name
            assert name == "frame"
            continue
        answers, seen = found
        assert_allclose(np.reshape(seen, expected.shape), expected, atol=1e-5, err_msg=name)
        assert_allclose(answers, sketch.forward(expected).probabilities, atol=1e-5, err_msg=name)
    tab.close()


def test_a_stroke_on_the_pad_is_answered(pad_page, browser):
    """From the disk and without a network: drawn by mouse and by keys, taken back, and cleared."""
    folder, _ = pad_page
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    tab = context.new_page()
    opened(tab, (folder / "index.html").as_uri())
    context.set_offline(True)
    said = tab.locator("#said")
    box = tab.locator("#pad").bounding_box()
    assert box["y"] + box["height"] < 768
    for number, (x, y) in enumerate([(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2)]):
        tab.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if not number:
            tab.mouse.down()
    tab.mouse.up()
    expect(said).to_have_text(re.compile("^square, 9"))
    expect(tab.locator("#empty")).to_be_hidden()
    agrees(tab)
    tab.locator("#pad").focus()
    tab.keyboard.press("Space")
    for _ in range(4):
        tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Space")
    agrees(tab)
    tab.get_by_role("button", name="Undo").click()
    tab.get_by_role("button", name="Undo").click()
    expect(said).to_have_text("There is nothing drawn.")
    expect(tab.get_by_role("button", name="Undo")).to_be_disabled()
    expect(tab.locator("#bars span").first).to_have_text("")
    tab.mouse.click(box["x"] + 100, box["y"] + 100)
    expect(said).not_to_have_text("There is nothing drawn.")
    tab.get_by_role("button", name="Clear").click()
    expect(said).to_have_text("There is nothing drawn.")
    context.close()


def agrees(tab):
    """The bars come to show what the explorer answers to the pixels that are on the pad."""
    tab.wait_for_function("() => !Explorer.isLooking()")
    shown = [float(each.get_attribute("title")) for each in tab.locator("#bars span").all()]
    levels = np.reshape(tab.evaluate(LEVELS), (256, 256)).astype(np.uint8)
    expected = sketch.forward(sketch.prepare(images.from_levels(levels))).probabilities
    assert_allclose(shown, expected, atol=1e-3)


@pytest.mark.parametrize(("size", "scheme"), [((1366, 768), "light"), ((390, 844), "dark")])
def test_the_pads_page_fits_its_screen(pad_page, browser, size, scheme):
    """Nothing runs over sideways; a laptop's first screen has all that is pressed, a phone's the answer."""
    _, address = pad_page
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    tab = context.new_page()
    opened(tab, address)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    box = tab.locator("#controls" if width > height else "#bars").bounding_box()
    assert box["y"] + box["height"] <= height
    context.close()
