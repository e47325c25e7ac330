"""The Pooling page as a person uses it: drag, hover, press keys, shift the picture, open a link."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from browser.hands import (
    answered,
    at,
    box_of,
    cell_of,
    drag,
    in_address,
    not_in_address,
    number_of,
    opened,
    query_of,
    repainted,
    rested,
    scrolled,
    sideways,
    tab,
    touches,
    values_of,
    view,
)
from playwright.sync_api import Locator, Page, expect

from explorer import figures, images
from explorer.convolution.experiments import Pooling
from pages.operations import OPERATIONS
from pages.pooling import operation

pytestmark = pytest.mark.browser


def open_page(page: Page, url: str, query: str = "", *operations: str) -> None:
    opened(page, f"{url}/pooling?{query}", "pool2d", *operations)


def map_of(page: Page) -> Locator:
    return page.locator("canvas[data-pane=map]")


def point(page: Page, row: int, column: int, shape: tuple[int, ...]) -> None:
    """Move the pointer to the middle of a cell of the map, and wait until that cell is shown."""
    page.mouse.move(*cell_of(map_of(page), row, column, shape))
    expect(page.locator(".place")).to_contain_text(f"row {row + 1}, column {column + 1}")


def unit(page: Page, rows: int, columns: int) -> tuple[float, float]:
    """Give the middle of a cell of the size picker, counted from 1."""
    return at(page.locator(".unit").nth((rows - 1) * 8 + columns - 1))


def screen_pooling(page: Page) -> Pooling:
    """Read the experiment from the page's address, as a cold server would."""
    return operation.pooling(values_of(page, "pool2d"))


def working_picture(page: Page) -> np.ndarray:
    query = query_of(page)
    size = int(query.get("size", 256))
    original = images.sample(query.get("sample", "chelsea"), size)
    return images.prepare(original, size=size, colour=query.get("colour") == "colour")


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
        value = page.locator(".value")
        assert number_of(value) == pytest.approx(truth[row, column, 0], abs=5e-5)
        assert number_of(value, "worked") == pytest.approx(truth[row, column, 0], abs=5e-5)
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
    page.mouse.move(*unit(page, 1, 1))
    with repainted(map_of(page)):
        page.mouse.down()
    for side in range(1, 9):
        with repainted(map_of(page)):
            page.mouse.move(*unit(page, side, 9 - side))
    answered(page)
    expect(page.locator(".window .readout")).to_have_text("8 × 1")
    page.mouse.move(*unit(page, 5, 3))
    page.mouse.up()
    in_address(page, "pool_size=5x3")
    truth = screen_pooling(page).feature_map(working_picture(page))
    assert truth.shape == (12, 21, 1)
    point(page, 7, 13, truth.shape)
    assert number_of(page.locator(".value")) == pytest.approx(truth[7, 13, 0], abs=5e-5)


def test_settings_are_taken_back_step_by_step(page: Page, server) -> None:
    """Undo goes back through the window, the kind with its scale, and the stride; a drag is one step."""
    open_page(page, server.url, "size=32&sample=coins")
    undo, readout = page.get_by_role("button", name="Undo"), page.locator(".window .readout")
    strides, before = page.locator("[data-name=strides]"), screen_pooling(page)
    expect(undo).to_be_disabled()
    page.mouse.move(*unit(page, 3, 3))
    page.mouse.down()
    for side in (4, 5, 6):
        page.mouse.move(*unit(page, side, 3))
    page.mouse.up()
    expect(readout).to_have_text("6 × 3")
    page.locator(".option[data-value=l2]").click()
    in_address(page, "scale=stretched")
    strides.locator("[data-value='3']").click()
    in_address(page, "strides=3")
    undo.click()
    not_in_address(page, "strides=3")
    assert screen_pooling(page).kind == "l2"
    undo.click()
    not_in_address(page, "scale=")
    expect(readout).to_have_text("6 × 3")
    page.locator(".sizer").press("Control+z")
    not_in_address(page, "pool_size=6x3")
    assert screen_pooling(page) == before
    expect(undo).to_be_disabled()


def test_a_scale_follows_the_kind(page: Page, server) -> None:
    """Roots of sums leave the scale of a picture, so L2 is stretched, and the others are grey again."""
    open_page(page, server.url, "size=32&sample=coins")
    page.locator(".option[data-value=l2]").click()
    in_address(page, "scale=stretched")
    page.locator(".option[data-value=average]").click()
    not_in_address(page, "scale=")
    not_in_address(page, "limits=")  # grey has one pair of ends


def test_the_map_is_drawn_at_the_pictures_scale_and_in_the_themes_colours(
    open_page: Any, server: Any
) -> None:
    """At true size 3 x 3 pooling takes a third of the frame; zero turns dark with the theme, at once."""
    page = open_page(color_scheme="light")
    opened(page, f"{server.url}/pooling?size=48&sample=coins&pool_size=3x3&scale=signed", "pool2d")
    pixel = """(canvas, [across, down]) => {
      const [x, y] = [across * canvas.width, down * canvas.height];
      return String(canvas.getContext("2d").getImageData(x, y, 1, 1).data);
    }"""
    picture = working_picture(page)
    pooled = screen_pooling(page).feature_map(picture)
    row, column = (size // 2 for size in pooled.shape[:2])
    corner = (0.2, 0.2)
    cell = tuple(
        0.5 + (index + 0.5 - size / 2) / whole
        for index, size, whole in zip((column, row), pooled.shape[1::-1], picture.shape[1::-1], strict=True)
    )
    ends = figures.usual_limits(pooled, "signed")

    def colour(dark: bool) -> str:
        painted = figures.paint(pooled, "signed", limits=ends, dark=dark).pixels[row, column]
        return ",".join(map(str, (*painted, 255)))

    assert map_of(page).evaluate(pixel, corner).endswith(",255")
    with repainted(map_of(page)):
        page.locator(".option[data-value=true_size]").click()
    in_address(page, "drawn=true_size")
    rested(page)
    assert map_of(page).evaluate(pixel, corner).endswith(",0")
    assert map_of(page).evaluate(pixel, cell) == colour(dark=False)
    page.emulate_media(color_scheme="dark")
    expect(view(page, "pool2d")).to_have_attribute("data-theme", "dark")
    page.wait_for_function(
        f"([canvas, place, wanted]) => ({pixel})(canvas, place) === wanted",
        arg=[map_of(page).element_handle(), cell, colour(dark=True)],
    )


def test_what_a_run_painted_follows_the_theme(page: Page, server) -> None:
    """Pictures that no view paints are those of the theme that is on, without another touch."""
    page.emulate_media(color_scheme="light")  # the test before may have had the same tab
    open_page(page, server.url, "size=32&sample=coins&tab=Compare")
    name = "Max pooling minus box kernel"
    light = page.get_by_alt_text(name).get_attribute("src")
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_alt_text(name)).not_to_have_attribute("src", light or "")


def test_the_keyboard_alone_does_it(page: Page, server) -> None:
    """Window, strips and stage answer the keyboard, and the focus is visible."""
    open_page(page, server.url, "size=32&sample=coins&colour=grey")
    sizer = page.locator("[data-name=pool_size]")
    sizer.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "PageDown"):
        page.keyboard.press(key)
    expect(sizer).to_have_attribute("aria-valuetext", "3 rows by 5 columns")
    in_address(page, "pool_size=3x5")
    assert sizer.evaluate("(e) => getComputedStyle(e).outlineStyle") != "none"
    page.locator("[data-name=kind] [aria-checked=true]").focus()
    page.keyboard.press("ArrowRight")
    in_address(page, "kind=average")
    page.locator("[data-name=strides] [aria-checked=true]").focus()
    page.keyboard.press("ArrowRight")
    in_address(page, "strides=1")
    map_of(page).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(".place")).to_contain_text("row 2, column 2")
    truth = screen_pooling(page).feature_map(working_picture(page))
    assert number_of(page.locator(".value")) == pytest.approx(truth[1, 1, 0], abs=5e-5)
    sizer.focus()
    page.keyboard.press("End")
    in_address(page, "pool_size=8x8")
    page.keyboard.press("Home")
    in_address(page, "pool_size=1x1")


def test_an_impossible_window_is_said_and_left(page: Page, server) -> None:
    """A window that reads nothing but padding is refused in a sentence, and every control goes back."""
    open_page(page, server.url, "size=16&sample=coins&padding=2&pool_size=3x3")
    page.locator("[data-name=pool_size]").focus()
    page.keyboard.press("Home")
    expect(view(page, "pool2d").locator(".message")).to_contain_text("nothing but padding")
    expect(page.locator(".window .readout")).to_have_text("3 × 3")
    rested(page)
    assert screen_pooling(page).pool_size == (3, 3)


def test_the_invariance_moves_with_its_sliders_and_with_the_window(page: Page, server) -> None:
    """Pictures and numbers follow the change and the pooling above, before anything is released."""
    open_page(page, server.url, "size=64&sample=camera&tab=Invariance&right=0", "invariance")
    invariance = view(page, "invariance")
    expect(page.locator("[data-change=map]")).to_contain_text("0.0 % changed")
    assert box_of(page.locator(".pairs"))["y"] == box_of(invariance.locator(".controls"))["y"]  # side by side
    slider = page.locator("[data-name=right]")
    (left, y), (right, _) = at(slider, 0.05), at(slider, 1)
    drag(page, (left, y), (right, y), invariance, steps=4)
    page.mouse.up()
    in_address(page, "right=8")
    assert_invariance(page)

    drag(page, unit(page, 3, 3), unit(page, 4, 4), invariance, steps=1)
    page.mouse.up()
    in_address(page, "pool_size=4x4")
    assert_invariance(page)
    expect(page.locator(".sentences")).to_contain_text(
        "The pooled map moves with the picture: shifted by 2 cells"
    )
    undo = invariance.get_by_role("button", name="Undo")
    undo.click()  # the shift: the window is taken back where it was changed
    in_address(page, "right=0")
    assert screen_pooling(page).pool_size == (4, 4)
    expect(undo).to_be_disabled()
    expect(page.locator("[data-change=map]")).to_contain_text("0.0 % changed")


def assert_invariance(page: Page) -> None:
    """The numbers on the page come to be those that explorer computes for the address."""
    truth = OPERATIONS["invariance"].answer(working_picture(page), values_of(page, "invariance"), True).facts
    for pair in truth["pairs"]:
        change = page.locator(f"[data-change={pair['name']}]")
        assert number_of(change) == pytest.approx(pair["change"], abs=1e-6)
    expect(page.locator(".sentences li")).to_have_text([*truth["shifts"], truth["moved"]])


def test_a_cold_link_opens_the_same_experiment(page: Page, server) -> None:
    """What an address says is what the controls show, on a server that has never seen it."""
    server.restart()
    cold = "pool_size=4x2&kind=average&strides=3&padding=2&dilation_rate=2&count_padding=true&ceil_mode=true"
    rest = "scale=stretched&size=48&sample=brick&tab=Invariance&down=2&angle=-7.5&noise=0.1"
    open_page(page, server.url, f"{cold}&{rest}&filter=outline8&rectifier=absolute", "invariance")
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
    assert number_of(page.locator(".value")) == pytest.approx(truth[4, 7, 0], abs=5e-5)


def test_a_link_with_a_former_name_opens_the_same(page: Page, server) -> None:
    """A cold link is shown, the address says the present name, and the way back leads to the same tab."""
    server.restart()
    query = "size=48&sample=brick&tab=What+pooling+forgives&down=2"
    open_page(page, server.url, query, "invariance")
    in_address(page, "tab=Invariance", "size=48", "down=2")
    expect(page.get_by_role("tab", name="Invariance")).to_have_attribute("aria-selected", "true")
    expect(page.locator("[data-name=down]")).to_have_attribute("aria-valuenow", "2")
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Losses").click()
    expect(view(page, "losses")).to_be_visible()
    page.go_back()
    in_address(page, "tab=Invariance", "size=48", "down=2")
    expect(view(page, "invariance")).to_be_attached()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_phone_shows_it_without_sideways_scroll(phone: Page, server) -> None:
    """At 390 px nothing is wider than the screen, and no option of a strip is cut off."""
    open_page(phone, server.url)
    for name in ("Facts", "Compare", "Invariance", "Code", "Download and share", "Explain"):
        tab(phone, name, *(("invariance",) if name == "Invariance" else ()))
        assert sideways(phone) <= 0, name
        cut = phone.evaluate(
            """() => labs().flatMap((lab) => [...lab.querySelectorAll('.option')])
              .filter((option) => {
                const strip = option.parentElement.getBoundingClientRect();
                const box = option.getBoundingClientRect();
                return box.right > strip.right + 1 || option.scrollWidth > option.clientWidth + 1;
              }).map((option) => option.textContent)"""
        )
        assert cut == [], name


def test_a_finger_drags_the_window(phone: Page, server) -> None:
    """On a touch screen the size follows the finger, and the page does not scroll away under it."""
    open_page(phone, server.url, "size=32&sample=coins")
    places = [unit(phone, *size) for size in ((1, 1), (3, 2), (6, 4))]
    touch, top = touches(phone), scrolled(phone)
    for kind, place in zip(("touchStart", "touchMove", "touchMove"), places, strict=True):
        with repainted(map_of(phone)):
            touch(kind, place)
    touch("touchEnd")
    expect(phone.locator(".window .readout")).to_have_text("6 × 4")
    assert scrolled(phone) == top
    in_address(phone, "pool_size=6x4")


def test_a_filters_map_is_pooled_with_its_own_numbers_until_the_picture_is_back(page: Page, server) -> None:
    """The map stands in the picture's place, its window has the map's numbers, and one button leads back."""
    open_page(page, server.url, "filtered=kernel=sobel_x~3x3~~strides=2&scale=signed&kind=min&pool_size=3x2")
    expect(page.locator(".mapsource")).to_contain_text("Pooling the map of Sobel x, 3 × 3 on your picture.")
    picture = page.locator("canvas[data-pane=picture]")
    expect(picture).to_have_attribute(
        "aria-label", re.compile(r"^Feature map of Sobel x, 3 × 3: 85 by 128 cells")
    )
    box = box_of(picture)
    page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.45 * box["height"])
    value = page.locator(".worked .value")
    cells = page.locator(".worked .patch .cells span")
    expect(cells).to_have_count(6)
    seen = re.findall(r"\d+", page.locator(".worked .place").inner_text())
    row, column = 3 * (int(seen[0]) - 1), 2 * (int(seen[1]) - 1)
    made = operation.pooled(working_picture(page), values_of(page, "pool2d"))
    patch = made[row : row + 3, column : column + 2]
    numbers = [float(cell.get_attribute("title") or "nan") for cell in cells.all()]
    assert numbers == pytest.approx(patch.ravel().tolist(), abs=1e-6)
    assert number_of(value) == pytest.approx(float(patch.min()), abs=1e-4)
    page.get_by_role("button", name="Pool the picture").click()
    rested(page)
    not_in_address(page, "filtered")
    expect(page.locator(".mapsource")).to_be_hidden()
    expect(picture).to_have_attribute("aria-label", re.compile("170 by 256 pixels"))


def test_a_picture_narrower_than_the_window_is_refused_once(page: Page, server) -> None:
    """What was possible last is not so with this picture: nobody asks for it again and again."""
    open_page(page, server.url, "size=64&sample=camera")
    page.get_by_test_id("stSidebar").get_by_role("radio", name="Upload", exact=True).click()
    narrow = images.to_png(np.zeros((64, 1, 3), np.float32))
    file = {"name": "narrow.png", "mimeType": "image/png", "buffer": narrow}
    page.locator('input[type="file"]').set_input_files([file])
    expect(page.locator(".message").first).to_contain_text("has only 1")
    page.wait_for_timeout(500)
    asked = number_of(view(page, "pool2d"), "asked")
    page.wait_for_timeout(500)
    assert number_of(view(page, "pool2d"), "asked") == asked
    x, y = unit(page, 1, 1)
    page.mouse.click(x, y)
    rested(page)
    assert facts_size(page) == "64 × 1"


def facts_size(page: Page) -> str:
    """Read the size of the map from its caption."""
    return page.locator("figure.map figcaption").inner_text().removeprefix("Pooled map").strip()
