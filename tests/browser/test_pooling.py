"""The Pooling page as a person uses it: drag, hover, press keys, shift the picture, open a link."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from explorer import images
from explorer.experiments import Pooling
from pages import operations, settings
from pages.operations import OPERATIONS

pytestmark = pytest.mark.browser

OPERATION = OPERATIONS["pool2d"]
FORGIVING = OPERATIONS["forgives"]


def open_page(page: Page, url: str, query: str = "") -> None:
    """Open the page and wait until the exact map is on its stage."""
    page.goto(f"{url}/pooling?{query}")
    rested(page)


def rested(page: Page) -> None:
    """Wait until the last question is answered exactly, and the page's run is over."""
    page.wait_for_function(
        """() => {
          const lab = [...document.querySelectorAll('*')]
            .map((host) => host.shadowRoot?.querySelector('.lab[data-operation=pool2d]')).find(Boolean);
          const map = lab?.querySelector('canvas[data-pane=map]');
          return map?.dataset.exact === 'true' && map.dataset.seq === (lab.dataset.asked ?? map.dataset.seq)
            && !document.querySelector('[data-testid=stStatusWidget]');
        }""",
        timeout=20_000,
    )


def lane_open(page: Page) -> None:
    """Wait until the live lane carries the questions."""
    expect(page.locator("[data-operation=pool2d][data-lane=open]")).to_be_attached(timeout=10_000)
    rested(page)


def map_of(page: Page) -> Locator:
    return page.locator("canvas[data-pane=map]")


def revision(element: Locator) -> int:
    return int(element.get_attribute("data-revision") or 0)


def point(page: Page, row: int, column: int, shape: tuple[int, ...]) -> None:
    """Move the pointer to the middle of a cell of the map."""
    canvas = map_of(page)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    scale = min(box["width"] / shape[1], box["height"] / shape[0])
    x = box["x"] + (box["width"] - scale * shape[1]) / 2 + (column + 0.5) * scale
    y = box["y"] + (box["height"] - scale * shape[0]) / 2 + (row + 0.5) * scale
    page.mouse.move(x, y)
    page.wait_for_timeout(40)


def unit(page: Page, rows: int, columns: int) -> tuple[float, float]:
    """Give the middle of a cell of the size picker, counted from 1."""
    box = page.locator(".unit").nth((rows - 1) * 8 + columns - 1).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def screen_pooling(page: Page) -> Pooling:
    """Read the experiment from the page's address, as a cold server would."""
    query = {name: texts[0] for name, texts in parse_qs(urlsplit(page.url).query).items()}
    values, complaints = settings.from_query(OPERATION.settings, query)
    assert complaints == []
    return operations.poolings.pooling(values)


def working_picture(page: Page) -> np.ndarray:
    query = parse_qs(urlsplit(page.url).query)
    size = int(query.get("size", ["256"])[0])
    original = images.sample(query.get("sample", ["chelsea"])[0], size)
    return images.prepare(original, size=size, colour=query.get("colour", ["grey"])[0] == "colour")


GRID = [
    "pool_size=2x2",
    "pool_size=3x3&strides=1&padding=same&kind=min",
    "pool_size=3x3&strides=2&padding=1&ceil_mode=true",
    "pool_size=2x5&kind=average&padding=1&strides=3",
    "pool_size=3x3&kind=average&padding=same&count_padding=true&strides=1",
    "pool_size=4x4&kind=average&padding=same&count_padding=true&ceil_mode=true&strides=3",
    "pool_size=3x2&kind=l2&padding=same&strides=2&dilation_rate=2",
    "pool_size=8x8&kind=l2",
    "pool_size=3x2&kind=max&dilation_rate=3&padding=2",
]


@pytest.mark.parametrize("query", GRID)
def test_hovered_numbers_and_winners_equal_the_operation(page: Page, server, query: str) -> None:
    """Whatever cell is pointed at, its value and its winner are explorer's, and worked out alike."""
    open_page(page, server.url, f"{query}&size=16&sample=coins&colour=grey")
    pooling, picture = screen_pooling(page), working_picture(page)
    truth = pooling.feature_map(picture)
    rows, columns = truth.shape[:2]
    cells = {(0, 0), (rows - 1, columns - 1), (rows // 2, columns // 3), (0, columns - 1), (rows - 1, 0)}
    for row, column in cells:
        point(page, row, column, truth.shape)
        expect(page.locator(".place")).to_contain_text(f"row {row}, column {column}")
        value = page.locator(".value")
        assert float(value.get_attribute("data-value")) == pytest.approx(truth[row, column, 0], abs=5e-5)
        assert float(value.get_attribute("data-worked")) == pytest.approx(truth[row, column, 0], abs=5e-5)
        if pooling.has_winner:
            winner = pooling.winners(picture)[row, column, 0].tolist()
            assert value.get_attribute("data-winner") == f"{winner[0]},{winner[1]}"
            assert page.locator(".cells .winner").count() == 1
        else:
            assert value.get_attribute("data-winner") is None


def test_equal_pixels_have_the_first_winner_in_reading_order(page: Page, server) -> None:
    """On an even surface the window's first pixel wins; in colour each channel has a winner of its own."""
    open_page(page, server.url, "sample=vertical_edge&size=16&pool_size=4x4")
    point(page, 0, 0, (4, 4))
    assert page.locator(".value").get_attribute("data-winner") == "0,0"
    open_page(page, server.url, "sample=astronaut&size=16&colour=colour&pool_size=5x3")
    winners = screen_pooling(page).winners(working_picture(page))
    point(page, 1, 2, winners.shape)
    page.mouse.down()
    page.mouse.up()
    for channel, name in enumerate(("red", "green", "blue")):
        page.get_by_role("button", name=name, exact=True).click()
        row, column = winners[1, 2, channel]
        assert page.locator(".value").get_attribute("data-winner") == f"{row},{column}"


def test_the_window_is_dragged_live(page: Page, server) -> None:
    """While the size is dragged pictures keep coming; at rest address and map are those of the last."""
    open_page(page, server.url, "size=64&sample=camera")
    lane_open(page)
    before = revision(map_of(page))
    page.mouse.move(*unit(page, 1, 1))
    page.mouse.down()
    for side in range(1, 9):
        page.mouse.move(*unit(page, side, 9 - side))
        page.wait_for_timeout(60)
    expect(page.locator(".window .readout")).to_have_text("8 × 1")
    assert revision(map_of(page)) - before >= 6
    page.mouse.move(*unit(page, 5, 3))
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('pool_size=5x3')")
    rested(page)
    truth = screen_pooling(page).feature_map(working_picture(page))
    assert truth.shape == (12, 21, 1)
    point(page, 7, 13, truth.shape)
    assert float(page.locator(".value").get_attribute("data-value")) == pytest.approx(
        truth[7, 13, 0], abs=5e-5
    )


def test_a_scale_follows_the_kind(page: Page, server) -> None:
    """Roots of sums leave the scale of a picture, so L2 is stretched, and the others are grey again."""
    open_page(page, server.url, "size=32&sample=coins")
    page.locator(".option[data-value=l2]").click()
    page.wait_for_function("() => location.search.includes('scale=stretched')")
    page.locator(".option[data-value=average]").click()
    page.wait_for_function("() => !location.search.includes('scale=')")


def test_the_keyboard_alone_does_it(page: Page, server) -> None:
    """Window, strips and stage answer the keyboard, and the focus is visible."""
    open_page(page, server.url, "size=32&sample=coins&colour=grey")
    sizer = page.locator("[data-name=pool_size]")
    sizer.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "PageDown"):
        page.keyboard.press(key)
    expect(sizer).to_have_attribute("aria-valuetext", "3 rows by 5 columns")
    page.wait_for_function("() => location.search.includes('pool_size=3x5')")
    assert sizer.evaluate("(e) => getComputedStyle(e).outlineStyle") != "none"
    page.locator("[data-name=kind] [aria-checked=true]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('kind=average')")
    page.locator("[data-name=strides] [aria-checked=true]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('strides=1')")
    rested(page)
    map_of(page).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(".place")).to_contain_text("row 1, column 1")
    truth = screen_pooling(page).feature_map(working_picture(page))
    assert float(page.locator(".value").get_attribute("data-value")) == pytest.approx(
        truth[1, 1, 0], abs=5e-5
    )
    sizer.focus()
    page.keyboard.press("End")
    page.wait_for_function("() => location.search.includes('pool_size=8x8')")
    page.keyboard.press("Home")
    page.wait_for_function("() => location.search.includes('pool_size=1x1')")


def test_an_impossible_window_is_said_and_left(page: Page, server) -> None:
    """A window that reads nothing but padding is refused in a sentence, and every control goes back."""
    open_page(page, server.url, "size=16&sample=coins&padding=2&pool_size=3x3")
    lane_open(page)
    page.locator("[data-name=pool_size]").focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-operation=pool2d] .message")).to_contain_text("nothing but padding")
    expect(page.locator(".window .readout")).to_have_text("3 × 3")
    rested(page)
    assert screen_pooling(page).pool_size == (3, 3)


def test_what_pooling_forgives_moves_with_its_sliders_and_with_the_window(page: Page, server) -> None:
    """Pictures and numbers follow the change and the pooling above, before anything is released."""
    open_page(page, server.url, "size=64&sample=camera&tab=What+pooling+forgives&right=0")
    view = page.locator("[data-operation=forgives]")
    expect(page.locator("[data-operation=forgives][data-lane=open]")).to_be_attached(timeout=10_000)
    expect(page.locator("[data-change=map]")).to_contain_text("0 % changed")
    slider = page.locator("[data-name=right]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    before = revision(view)
    page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(1, 21):
        page.mouse.move(box["x"] + 8 + step * (box["width"] - 16) / 20, box["y"] + box["height"] / 2)
        page.wait_for_timeout(30)
    assert revision(view) - before >= 6
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('right=8')")
    assert_forgives(page)

    page.locator("[data-name=pool_size]").scroll_into_view_if_needed()
    before = revision(view)
    page.mouse.move(*unit(page, 3, 3))
    page.mouse.down()
    page.mouse.move(*unit(page, 4, 4))
    page.wait_for_timeout(300)
    assert revision(view) > before
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('pool_size=4x4')")
    assert_forgives(page)
    expect(page.locator(".sentences")).to_contain_text("The pooled map moves along: shifted by 2 cells")


def assert_forgives(page: Page) -> None:
    """The numbers on the page come to be those that explorer computes for the address."""
    rested(page)
    query = {name: texts[0] for name, texts in parse_qs(urlsplit(page.url).query).items()}
    values, _ = settings.from_query(FORGIVING.settings, query)
    truth = FORGIVING.answer(working_picture(page), values, True).facts
    for pair in truth["pairs"]:
        page.wait_for_function(
            """([name, value]) => [...document.querySelectorAll('*')]
              .map((host) => host.shadowRoot?.querySelector(`[data-change=${name}]`)).filter(Boolean)
              .some((element) => Math.abs(Number(element.dataset.value) - value) < 1e-6)""",
            arg=[pair["name"], pair["change"]],
        )
    expect(page.locator(".sentences li")).to_have_text([*truth["shifts"], truth["moved"]])


def test_a_cold_link_opens_the_same_experiment(page: Page, server) -> None:
    """What an address says is what the controls show, on a server that has never seen it."""
    server.restart()
    cold = "pool_size=4x2&kind=average&strides=3&padding=2&dilation_rate=2&count_padding=true&ceil_mode=true"
    rest = "scale=stretched&size=48&sample=brick&tab=What+pooling+forgives&down=2&angle=-7.5&noise=0.1"
    open_page(page, server.url, f"{cold}&{rest}&filter=outline8&rectifier=absolute")
    expect(page.locator(".window .readout")).to_have_text("4 × 2")
    for name, option in (
        ("kind", "average"),
        ("strides", "3"),
        ("padding", "2"),
        ("count_padding", "true"),
        ("ceil_mode", "true"),
        ("filter", "outline8"),
        ("rectifier", "absolute"),
    ):
        chosen = page.locator(f"[data-name={name}] [data-value={option!r}]")
        expect(chosen).to_have_attribute("aria-checked", "true")
    for name, number in (("dilation_rate", "2"), ("down", "2"), ("angle", "-7.5"), ("noise", "0.1")):
        expect(page.locator(f"[data-name={name}]")).to_have_attribute("aria-valuenow", number)
    truth = screen_pooling(page).feature_map(working_picture(page))
    point(page, 4, 7, truth.shape)
    assert float(page.locator(".value").get_attribute("data-value")) == pytest.approx(
        truth[4, 7, 0], abs=5e-5
    )


@pytest.mark.parametrize("tab", ["Facts", "Compare", "What pooling forgives", "Code", "Take away", "Explain"])
def test_a_phone_shows_it_without_sideways_scroll(phone: Page, server, tab: str) -> None:
    """At 390 px nothing is wider than the screen, and no option of a strip is cut off."""
    open_page(phone, server.url, f"tab={tab.replace(' ', '+')}")
    widths = phone.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    cut = phone.evaluate(
        """() => [...document.querySelectorAll('*')].map((host) => host.shadowRoot).filter(Boolean)
          .flatMap((root) => [...root.querySelectorAll('.lab .option')])
          .filter((option) => {
            const strip = option.parentElement.getBoundingClientRect();
            const box = option.getBoundingClientRect();
            return box.right > strip.right + 1 || option.scrollWidth > option.clientWidth + 1;
          }).map((option) => option.textContent)"""
    )
    assert cut == []


def test_a_finger_drags_the_window(phone: Page, server) -> None:
    """On a touch screen the size follows the finger, and the page does not scroll away under it."""
    open_page(phone, server.url, "size=32&sample=coins")
    phone.locator("[data-name=pool_size]").scroll_into_view_if_needed()
    touch = phone.context.new_cdp_session(phone)
    top = phone.locator("[data-testid=stMain]").evaluate("(e) => e.scrollTop")
    for kind, size in (("touchStart", (1, 1)), ("touchMove", (3, 2)), ("touchMove", (6, 4))):
        x, y = unit(phone, *size)
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        phone.wait_for_timeout(60)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(phone.locator(".window .readout")).to_have_text("6 × 4")
    assert phone.locator("[data-testid=stMain]").evaluate("(e) => e.scrollTop") == top
    phone.wait_for_function("() => location.search.includes('pool_size=6x4')")
