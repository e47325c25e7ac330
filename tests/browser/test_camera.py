"""The camera in a browser: both sides, photographs, live frames, and the sentences without one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("playwright")
from browser import hands
from browser.hands import FIRST_SIGHT, eventually, lanes_are, rested
from playwright.sync_api import Browser, Locator, Page, expect

from pages.components.camera import NOT_SECURE

pytestmark = [pytest.mark.browser, pytest.mark.server]

ALLOWED = ("--use-fake-ui-for-media-stream",)
REFUSED = ("--deny-permission-prompts",)
COUNTED = """
window.streams = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await ask(wanted);
  window.streams.push(stream);
  return stream;
};
"""
LIVE = """streams.flatMap((stream) => stream.getVideoTracks())
  .filter(({ readyState }) => readyState === "live").map((track) => track.getSettings().deviceId)"""
SLOW = """
const now = HTMLCanvasElement.prototype.toBlob;
HTMLCanvasElement.prototype.toBlob = function (done, ...how) {
  now.call(this, (photo) => setTimeout(done, 2000, photo), ...how);
};
"""
# How far the camera's picture is from the first that was looked at, in levels of a pixel.
MOVED = """([camera]) => {
  const video = camera.querySelector("video");
  const context = new OffscreenCanvas(64, 36).getContext("2d");
  context.drawImage(video, 0, 0, 64, 36);
  const { data } = context.getImageData(0, 0, 64, 36);
  video.first ??= data;
  return data.reduce((sum, level, at) => sum + Math.abs(level - video.first[at]), 0) / data.length;
}"""


@pytest.fixture
def with_cameras(start: Callable[..., Browser]) -> Iterator[Callable[..., Page]]:
    """Give a page whose browser has so many cameras: `with_cameras(2)`, `with_cameras(1, REFUSED)`."""
    started: list[Browser] = []

    def page_(count: int, leave: tuple[str, ...] = ALLOWED) -> Page:
        started.append(start(f"--use-fake-device-for-media-stream=device-count={count}", *leave))
        page = started[-1].new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(hands.WATCH + COUNTED)
        return page

    yield page_
    for each in started:
        each.close()


def opened(page: Page, address: str, place: str = "stSidebar") -> Locator:
    """Open the camera on a page: the chooser's, or another one."""
    page.goto(address)
    page.get_by_test_id(place).get_by_role("radio", name="Camera", exact=True).click(timeout=FIRST_SIGHT)
    return page.get_by_test_id(place).locator(".camera")


def size_of(camera: Locator) -> tuple[int, int]:
    """Wait for the live picture, and give its width and height."""
    expect(camera).to_have_attribute("data-size", re.compile(r"^[1-9]\d*x[1-9]\d*$"))
    width, height = (camera.get_attribute("data-size") or "").split("x")
    return int(width), int(height)


def live(page: Page) -> list[str]:
    """Name the devices whose cameras are on."""
    found: list[str] = page.evaluate(LIVE)
    return found


def test_a_photograph_arrives_with_all_pixels_of_the_camera(server: Any, with_cameras: Any) -> None:
    """It becomes the page's picture; one camera asks for no choice, and is let go with the source."""
    page = with_cameras(1)
    camera = opened(page, f"{server.url}?size=64")
    size = size_of(camera)
    limits = page.evaluate("streams.at(-1).getVideoTracks()[0].getCapabilities()")
    assert size == (limits["width"]["max"], limits["height"]["max"])
    expect(camera.get_by_label("What the camera sees")).to_be_visible()
    expect(camera.get_by_role("group", name="Camera")).to_be_hidden()
    camera.get_by_role("button", name="Take photo").press("Enter")
    seen = page.get_by_alt_text("Your photo as the operation sees it")
    expect(seen).to_be_visible()
    expect(camera.get_by_role("status")).to_have_text("The photo is taken.")
    rows = round(1024 * size[1] / size[0])
    expect(page.get_by_text(f"Shrunk from {rows} × 1024")).to_be_visible()
    page.get_by_role("radio", name="Sample", exact=True).click()
    expect(camera).to_have_count(0)
    eventually(page, lambda: live(page) == [], "the camera is let go")


def test_front_and_back_are_two_cameras(server: Any, with_cameras: Any) -> None:
    """Each side is another device, one on at a time; another source lets go of it, and the side is kept."""
    page = with_cameras(2)
    camera = opened(page, server.url)
    strip = camera.get_by_role("group", name="Camera")
    front, back = (strip.get_by_role("button", name=name, exact=True) for name in ("Front", "Back"))
    expect(front).to_have_attribute("aria-pressed", "true")
    (first,) = live(page)
    back.press("Space")
    expect(back).to_have_attribute("aria-pressed", "true")
    expect(front).to_have_attribute("aria-pressed", "false")
    (second,) = live(page)
    assert first != second
    size_of(camera)
    page.get_by_role("radio", name="Sample", exact=True).click()
    eventually(page, lambda: live(page) == [], "the camera is let go")
    page.get_by_role("radio", name="Camera", exact=True).click()
    expect(back).to_have_attribute("aria-pressed", "true")
    assert live(page) == [second]
    front.click()
    expect(front).to_have_attribute("aria-pressed", "true")
    assert live(page) == [first]


def pressed_twice(page: Page, url: str) -> Locator:
    """Take a photograph on Transfer, and press for a second one of another picture."""
    camera = opened(page, f"{url}/transfer", "stMain")
    size_of(camera)
    camera.evaluate_all(MOVED)
    camera.get_by_role("button", name="Take photo").click()
    expect(page.get_by_role("button", name="photo 1, training picture")).to_be_visible()
    # (The browser's own camera shows the same picture again and again, and a class has each once.)
    eventually(page, lambda: camera.evaluate_all(MOVED) > 1, "the picture has changed")
    camera.get_by_role("button", name="Take photo").click()
    return camera


def test_photographs_come_one_after_the_other_into_a_class(server: Any, with_cameras: Any) -> None:
    """In Transfer each press is one picture, and the camera stays on between them."""
    page = with_cameras(1)
    pressed_twice(page, server.url)
    expect(page.get_by_role("button", name="photo 2, training picture")).to_be_visible()
    expect(page.get_by_role("region", name="Class class 1, 2 pictures")).to_be_visible()
    assert page.evaluate("streams.length") == 1


def test_nothing_else_is_said_while_a_photograph_is_made(server: Any, with_cameras: Any) -> None:
    """A slow computer takes seconds for one; that the browser has kept the one before is said afterwards."""
    page = with_cameras(1)
    page.add_init_script(SLOW)
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    camera = pressed_twice(page, server.url)
    expect(camera.get_by_role("status")).to_be_empty()
    before = len(sent)
    expect(camera.get_by_role("status")).to_have_text("The photo is taken.")
    expect(page.get_by_role("button", name="photo 2, training picture")).to_be_visible()
    assert len(sent) == before + 1
    eventually(page, lambda: len(sent) == before + 2, "the browser says what it keeps")


def gone_live(page: Page, address: str, view: str) -> Locator:
    """Open the camera on a page and go live: the bar above a view, once frames are shown."""
    camera = opened(page, address)
    size_of(camera)
    lanes_are(page, "open")
    camera.get_by_role("button", name="Go live").click()
    bar = bar_of(page, view)
    eventually(page, lambda: shown(bar) > 2, "frames are shown")
    return bar


def bar_of(page: Page, operation: str) -> Locator:
    """The bar of the live camera above a view."""
    lab = page.locator(f".lab[data-operation={operation}]")
    return page.locator(".camerabar").and_(lab.locator("xpath=preceding-sibling::*[1]"))


def shown(bar: Locator) -> int:
    """How many frames have been shown."""
    return int(bar.get_attribute("data-frames") or 0)


def test_a_live_camera_feeds_the_stage_and_a_frozen_frame_becomes_the_picture(
    server: Any, with_cameras: Any
) -> None:
    """A pinned sum is that of the frame shown; frozen, it stays, and the page's facts are about the frame."""
    page = with_cameras(1)
    bar = gone_live(page, f"{server.url}/convolution?size=64&colour=grey&kernel=box~3x3", "filter2d")
    expect(page.get_by_test_id("stMain").get_by_text("Picture 64 × 64", exact=True)).to_be_visible()
    expect(page.get_by_alt_text(re.compile("as the operation sees it"))).to_be_hidden()
    map_ = page.locator("canvas[data-pane=map]")
    map_.focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    value = page.locator(".worked [data-value]")
    expect(value).to_have_attribute("data-value", re.compile("."))
    before = shown(bar)
    said = page.locator("[data-fact=Values]")
    about_still = said.inner_text()
    eventually(page, lambda: shown(bar) > before + 2, "the frames go on")
    assert said.inner_text() == about_still
    bar.get_by_role("button", name="Freeze").press("Space")
    expect(bar).to_contain_text("All of this page is about this frame.")
    expect(map_).to_have_attribute("data-exact", "true")
    expect(said).not_to_have_text(about_still)
    expect(page.get_by_alt_text("Your photo as the operation sees it, 64 × 64 pixels")).to_be_visible()
    expect(page.get_by_text("A frame of the camera: the square in its middle")).to_be_visible()
    # The server's own value of the pinned cell, and the sum that the browser works out from the frame.
    expect(value).not_to_have_attribute("data-value", "0")
    exact, worked = (float(value.get_attribute(name) or "nan") for name in ("data-value", "data-sum"))
    assert exact == pytest.approx(worked, abs=1e-5)
    still = shown(bar)
    page.wait_for_timeout(300)
    assert shown(bar) == still
    page.mouse.click(5, 300)
    page.keyboard.press("Space")  # wherever nothing else takes it
    eventually(page, lambda: shown(bar) > still + 1, "it goes on")
    bar.get_by_role("button", name="Stop").click()
    expect(bar).to_be_hidden()
    expect(map_).to_have_attribute("data-exact", "true")
    assert len(live(page)) == 1  # the camera's own picture, for another photograph


@pytest.mark.parametrize(
    ("address", "operation"),
    [
        ("pooling?size=64&level=everything&tab=Invariance", "invariance"),
        ("pooling?size=64&filtered=kernel=sobel_x~3x3&scale=signed", "pool2d"),
        ("pipeline?size=64", "pipeline"),
        ("activations?size=64&tab=On+a+picture", "activated"),
        ("draw_and_watch?size=64&source=picture", "sketch"),
        ("imagenet", "look"),
    ],
)
def test_a_live_camera_feeds_every_view_that_works_on_the_picture(
    server: Any, with_cameras: Any, address: str, operation: str
) -> None:
    """On the screen, frame after frame; a frozen one is answered exactly, and then the sample is back."""
    page = with_cameras(1)
    bar = gone_live(page, f"{server.url}/{address}", operation)
    controls = page.locator(".camerabar:visible")
    expect(controls).to_be_in_viewport(ratio=1)
    if operation == "look":  # the maps of the other stages come with a frozen frame
        eventually(page, lambda: page.locator(OPENED).evaluate(IS_PAINTED), "the stage that is open is shown")
    controls.get_by_role("button", name="Freeze").click()
    page.locator(".lab[data-camera=frozen]").first.wait_for()
    expect(page.get_by_text("Your photo is still on.")).to_be_visible()
    rested(page, operation)
    still = shown(bar)
    controls.get_by_role("button", name="Go on").click()
    eventually(page, lambda: shown(bar) > still + 2, "frames are shown again")
    controls.get_by_role("button", name="Stop").click()
    expect(page.locator(".camerabar:visible")).to_have_count(0)
    rested(page, operation)


def test_frames_are_the_square_in_the_middle_of_what_the_camera_sees(server: Any, with_cameras: Any) -> None:
    """As in a mirror or not, in the working size and colours that were chosen last."""
    page = with_cameras(1)
    gone_live(page, f"{server.url}/pooling?size=64&colour=colour", "pool2d")
    stage = page.get_by_test_id("stMain")
    expect(stage.get_by_text("Picture 64 × 64 × 3", exact=True)).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_role("radio", name="Grey", exact=True).click()
    expect(stage.get_by_text("Picture 64 × 64", exact=True)).to_be_visible()
    camera = page.locator(".camera")
    mirrored = camera.get_by_role("checkbox", name="Mirrored")
    expect(mirrored).to_be_checked()  # the front camera is a mirror
    expect(camera).to_have_class(re.compile("mirrored"))
    mirrored.press("Space")
    expect(camera).not_to_have_class(re.compile("mirrored"))


def test_the_other_camera_goes_live_in_the_place_of_the_one_that_was(server: Any, with_cameras: Any) -> None:
    """One is on at a time, and only the front one begins as a mirror."""
    page = with_cameras(2)
    bar = gone_live(page, f"{server.url}/convolution?size=64", "filter2d")
    (first,) = live(page)
    camera = page.locator(".camera")
    camera.get_by_role("button", name="Back", exact=True).press("Enter")
    expect(camera.get_by_role("checkbox", name="Mirrored")).not_to_be_checked()
    before = shown(bar)
    eventually(page, lambda: shown(bar) > before + 1, "frames of the other camera are shown")
    (second,) = live(page)
    assert first != second


def test_the_camera_is_let_go_when_the_page_the_tab_or_the_choice_changes(
    server: Any, with_cameras: Any
) -> None:
    """Its light goes out each time, and the picture of before comes back."""
    page = with_cameras(1)
    bar = gone_live(page, f"{server.url}/convolution?size=64", "filter2d")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Pooling", exact=True).click()
    eventually(page, lambda: live(page) == [], "another page has no camera")
    camera = page.locator(".camera")
    expect(camera.get_by_role("status")).to_contain_text("The camera is off")
    camera.get_by_role("button", name="Turn the camera on").press("Enter")
    camera.get_by_role("button", name="Go live").press("Enter")
    bar = bar_of(page, "pool2d")
    eventually(page, lambda: shown(bar) > 2, "frames are shown")
    page.evaluate(HIDE, True)
    eventually(page, lambda: live(page) == [], "a page in the background has no camera")
    before = shown(bar)
    page.evaluate(HIDE, False)
    eventually(page, lambda: shown(bar) > before, "it goes on when the page is looked at again")
    page.get_by_test_id("stSidebar").get_by_role("radio", name="Sample", exact=True).click()
    eventually(page, lambda: live(page) == [], "another source has no camera")
    expect(bar).to_be_hidden()


OPENED = ".networkstrip .stage[aria-pressed=true] canvas"
IS_PAINTED = """canvas => canvas.getContext("2d")
  .getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0)"""

HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_camera_that_is_taken_away_is_said(server: Any, with_cameras: Any) -> None:
    """Its plug was pulled: the picture of before comes back, with a way to ask again."""
    page = with_cameras(1)
    bar = gone_live(page, f"{server.url}/convolution?size=64", "filter2d")
    page.evaluate("streams.at(-1).getTracks()[0].dispatchEvent(new Event('ended'))")
    camera = page.locator(".camera")
    expect(camera.get_by_role("status")).to_contain_text("The camera gives no picture")
    expect(camera.get_by_role("button")).to_have_text(["Try again"])
    expect(bar).to_be_hidden()
    expect(page.get_by_test_id("stMain").get_by_text("Picture 43 × 64", exact=True)).to_be_visible()
    assert live(page) == []


def test_no_frame_goes_where_the_lane_is_closed(server: Any, with_cameras: Any) -> None:
    """Frames go by the lane alone: without one a sentence says what to do."""
    page = with_cameras(1)
    page.route_web_socket(re.compile("/lane$"), lambda socket: socket.close())
    camera = opened(page, f"{server.url}/convolution?size=64")
    size_of(camera)
    lanes_are(page, "closed")
    camera.get_by_role("button", name="Go live").press("Enter")
    expect(camera.get_by_role("status")).to_contain_text("take a photo instead")
    expect(page.locator(".camerabar").first).to_be_hidden()


def test_where_nothing_looks_at_the_picture_there_is_nothing_to_go_live_for(
    server: Any, with_cameras: Any
) -> None:
    """In Transfer a photograph goes into a class."""
    page = with_cameras(1)
    camera = opened(page, f"{server.url}/transfer", "stMain")
    size_of(camera)
    expect(camera.get_by_role("button", name="Take photo")).to_be_visible()
    expect(camera.get_by_role("button", name="Go live")).to_be_hidden()


def test_a_button_that_is_held_records_a_burst(server: Any, with_cameras: Any) -> None:
    """Picture after picture goes into the class, by pointer and by key, and each recording is one burst."""
    page = with_cameras(1)
    camera = opened(page, f"{server.url}/transfer", "stMain")
    size_of(camera)
    record = camera.get_by_role("button", name="Hold to record")
    record.hover()  # once it stands still below the camera's picture
    page.mouse.down()
    expect(camera.get_by_text(re.compile(r"^([5-9]|[1-5]\d) of 60$"))).to_be_visible()
    page.mouse.up()
    expect(camera.get_by_role("status")).to_contain_text("recorded.")
    expect(record).to_be_visible()
    expect(page.get_by_role("button", name="burst 1, picture 5", exact=False).first).to_be_visible()
    record.focus()
    page.keyboard.down("Enter")
    expect(camera.get_by_text(re.compile(r"^([2-9]|[1-5]\d) of \d+$"))).to_be_visible()
    page.keyboard.up("Enter")
    expect(page.get_by_role("button", name="burst 2, picture 1", exact=False).first).to_be_visible()
    page.evaluate(HIDE, True)
    eventually(page, lambda: live(page) == [], "a page in the background has no camera")
    page.evaluate(HIDE, False)
    eventually(page, lambda: len(live(page)) == 1, "it is opened anew")
    expect(camera.get_by_role("status")).to_contain_text("recorded.")


def test_what_was_taught_is_said_of_the_live_camera(server: Any, with_cameras: Any) -> None:
    """A bar for each class follows; below the threshold, which is dragged, it is none of them."""
    page = with_cameras(1)
    query = "teach_network=mobilenet-0.25-128&teach_weights=random&teach_epochs=5&tab=Try+it"
    page.goto(f"{server.url}/transfer?{query}")
    page.get_by_role("button", name="Load an example").click(timeout=FIRST_SIGHT)
    page.get_by_role("button", name="Train", exact=True).click(timeout=FIRST_SIGHT)
    expect(page.get_by_text("Go live beside the camera's picture")).to_be_visible(timeout=FIRST_SIGHT)
    page.get_by_test_id("stSidebar").get_by_role("radio", name="Camera", exact=True).click()
    page.locator(".camera").get_by_role("button", name="Go live").click()
    bar = page.locator(".camerabar:visible")
    eventually(page, lambda: shown(bar) > 2, "frames are answered")
    threshold = page.get_by_role("slider", name="None of these below")
    threshold.focus()
    page.keyboard.press("Home")
    said = page.locator(".live-said")
    expect(said).to_have_text(re.compile("^(cat|coffee|rocket)$"))
    line = page.locator(".live-prediction")
    box = threshold.bounding_box()
    assert box
    page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    expect(line).to_have_attribute("style", re.compile("--least: 1;"))
    expect(said).to_have_text("None of these")
    page.get_by_role("tab", name="Results").click()
    expect(line).to_have_count(0)
    expect(page.locator(".camera").get_by_role("button", name="Freeze")).to_be_hidden()
    expect(page.locator(".camera").get_by_role("button", name="Take photo")).to_be_visible()


def test_a_camera_that_was_refused_is_said_and_can_be_asked_again(server: Any, with_cameras: Any) -> None:
    """One sentence with the way out, and nothing to press but that."""
    page = with_cameras(1, REFUSED)
    camera = opened(page, server.url)
    expect(camera.get_by_role("status")).to_contain_text("The browser gives this page no camera: allow it")
    expect(camera.get_by_role("button")).to_have_text(["Try again"])
    page.context.grant_permissions(["camera"])
    camera.get_by_role("button", name="Try again").press("Enter")
    size_of(camera)
    expect(camera.get_by_role("status")).to_have_text("")


def test_a_machine_without_a_camera_says_so(server: Any, with_cameras: Any) -> None:
    """And what to do in its place."""
    camera = opened(with_cameras(0), server.url)
    expect(camera.get_by_role("status")).to_contain_text("There is no camera: connect one and try again")


def test_a_page_to_which_browsers_give_no_camera_says_why(server: Any, page: Page) -> None:
    """The browser knows better than the address: behind a proxy both may differ."""
    page.add_init_script('Object.defineProperty(navigator, "mediaDevices", { value: undefined })')
    camera = opened(page, server.url)
    expect(camera.get_by_role("status")).to_have_text(NOT_SECURE.replace("*", ""))
    expect(camera.get_by_role("button")).to_have_count(0)
