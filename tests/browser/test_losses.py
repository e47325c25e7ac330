"""The Losses page as a person uses it: drag predictions, points and sliders, press keys, open a link."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from browser.hands import (
    at,
    drag,
    in_address,
    not_in_address,
    number_of,
    opened,
    repainted,
    scrolled,
    sideways,
    tab,
    touches,
    values_of,
)
from PIL import ImageColor
from playwright.sync_api import Locator, Page, expect

from explorer import figures, images
from pages.losses import operation
from pages.operations import OPERATIONS

pytestmark = pytest.mark.browser

TABS = {"samples": "One outlier", "fit": "Fit it"}
EVERY_TAB = ["Facts", *TABS.values(), "Code", "Download and share", "Explain"]


def open_page(page: Page, url: str, query: str = "", operation: str = "losses") -> None:
    """Open the page with the tab of an operation."""
    chosen = TABS.get(operation, "Facts").replace(" ", "+")
    opened(page, f"{url}/losses?tab={chosen}&{query}", "losses", operation)


def plot(page: Page, name: str) -> Locator:
    return page.locator(f"canvas[data-plot={name}]")


def facts_of(page: Page, operation: str = "losses") -> dict:
    """Compute what the page has to show, from its address alone."""
    return OPERATIONS[operation].answer(images.NO_PICTURE, values_of(page, operation), True).facts


def read(page: Page, name: str) -> float:
    return number_of(page.locator(f"[data-read={name!r}]"))


def assert_readings(page: Page) -> None:
    """Losses and gradients on the page are those of explorer for its address."""
    for curve in facts_of(page)["curves"]:
        assert read(page, f"{curve['name']} loss") == pytest.approx(curve["value"], rel=1e-9)
        assert read(page, f"{curve['name']} gradient") == pytest.approx(curve["slope"], rel=1e-9)


def test_prediction_and_target_are_dragged_in_either_plot(page: Page, server) -> None:
    """Both plots are drawn again before the button is let go, and at rest the numbers are explorer's."""
    open_page(page, server.url)
    for name, marker, setting in (
        ("loss", "prediction", "numbers_prediction"),
        ("gradient", "target", "numbers_target"),
    ):
        number = values_of(page, "losses")[setting]
        x, y = at(page.locator(f".plot[data-name={name}] .marker[data-name={marker}] .grip"))
        drag(page, (x, y), (x + 60, y), plot(page, "loss"), plot(page, "gradient"))
        assert values_of(page, "losses")[setting] == number
        page.mouse.up()
        in_address(page, setting)
        assert values_of(page, "losses")[setting] > number + 0.8
        assert_readings(page)


def test_a_parameter_is_dragged_live(page: Page, server) -> None:
    """The curve of a loss moves with its parameter before release, and the axis stays."""
    open_page(page, server.url, "losses=numbers,huber")
    x, y = at(page.locator("[data-name=delta] .thumb"))
    drag(page, (x, y), (x + 120, y), plot(page, "loss"))
    page.mouse.up()
    in_address(page, "delta")
    assert_readings(page)


def test_a_task_has_its_own_losses_and_keeps_them(page: Page, server) -> None:
    """Another task brings its losses and controls; the way back finds those that were chosen before."""
    open_page(page, server.url, "losses=numbers,~huber~delta=2.0,poisson")
    page.get_by_role("radio", name="Probabilities").click()
    in_address(page, "probabilities")
    expect(page.locator("[data-name=probabilities_prediction]")).to_be_visible()
    expect(page.locator("[data-name=numbers_prediction]")).to_be_hidden()
    page.get_by_role("button", name="Show KL divergence as well").click()
    in_address(page, "kl_divergence")
    assert_readings(page)
    page.get_by_role("radio", name="Numbers").click()
    in_address(page, "huber")
    assert "losses=numbers,huber~delta=2.0,poisson" in unquote(page.url)
    assert_readings(page)


def test_clipping_is_said_at_a_probability_of_nought(page: Page, server) -> None:
    """At the end of the slider the loss is finite, and the page says why."""
    open_page(page, server.url, "losses=probabilities,binary_crossentropy")
    page.locator(".slider[data-name=probabilities_prediction]").focus()
    page.keyboard.press("Home")
    notes = page.locator("section.notes")
    expect(notes).to_contain_text("The loss is 16.12, not infinite, and the gradient 0.")
    page.keyboard.press("ArrowRight")
    expect(notes).not_to_contain_text("infinite")


def test_the_outlier_is_dragged_live(page: Page, server) -> None:
    """Shares and table follow while it moves, and at rest they are explorer's; the losses follow the plot."""
    open_page(page, server.url, operation="samples")
    x, y = at(page.locator("[data-name=numbers_wild] .thumb"))
    drag(page, (x, y), (x + 150, y), plot(page, "samples"))
    page.mouse.up()
    in_address(page, "numbers_wild")
    for curve in facts_of(page, "samples")["curves"]:
        for row, loss in enumerate(curve["losses"], start=1):
            assert read(page, f"{curve['name']} {row}") == pytest.approx(loss, rel=1e-9)
        assert read(page, f"{curve['name']} mean") == pytest.approx(curve["mean"], rel=1e-9)
    page.get_by_role("button", name="Show Poisson as well").first.click()
    expect(page.locator("[data-read='poisson mean']")).to_be_visible()


def assert_fits(page: Page) -> None:
    """The fitted answers on the page are those of explorer for the points in its address."""
    for name, found in operation.fits(values_of(page, "fit")).items():
        row = page.locator(f"[data-fit={name}]")
        expect(row).to_contain_text(str(found))
        assert read(page, name) == pytest.approx(found.value, rel=1e-9)


def test_a_point_is_dragged_and_every_answer_follows(page: Page, server) -> None:
    """The curves are drawn again before release; the point stays where it was let go."""
    open_page(page, server.url, operation="fit")
    assert_fits(page)
    point = page.locator("[data-point='9']")
    line = page.locator("[data-read=mean_squared_error]").get_attribute("data-value")
    x, y = at(point)
    drag(page, (x, y), (x - 60, y + 150), plot(page, "fit"))
    assert page.locator("[data-read=mean_squared_error]").get_attribute("data-value") != line
    page.mouse.up()
    in_address(page, "points")
    x, y = values_of(page, "fit")["points"][8]
    assert x < 8
    assert y < 7.5
    expect(point).to_have_attribute("aria-valuenow", str(y))
    assert_fits(page)


def test_points_are_added_moved_and_removed_with_the_keyboard_alone(page: Page, server) -> None:
    """A button adds a point, arrow keys move it, Delete removes it, and the focus is visible."""
    open_page(page, server.url, "degree=0", operation="fit")
    page.get_by_role("button", name="Add a point").focus()
    page.keyboard.press("Enter")
    added = page.locator("[data-point='11']")
    expect(added).to_be_focused()
    assert added.evaluate("(e) => getComputedStyle(e).outlineStyle") != "none"
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(added).to_have_attribute("aria-valuetext", "x 6.1, y 5.2")
    in_address(page, "_6.1,5.2")
    assert_fits(page)
    page.keyboard.press("Delete")
    expect(added).not_to_be_attached()
    not_in_address(page, "points")
    assert_fits(page)
    page.get_by_label("Points to begin with").select_option("skewed")
    in_address(page, "points")
    expect(page.locator("[data-fit=mean_absolute_error]")).to_contain_text("anything from 1.9 to 2.1")


def test_a_click_adds_a_point_and_a_double_click_removes_it(page: Page, server) -> None:
    """A click where there is no point makes one there."""
    open_page(page, server.url, operation="fit")
    page.mouse.click(*at(plot(page, "fit"), 0.3, 0.3))
    expect(page.locator("[data-point]")).to_have_count(11)
    in_address(page, "points")
    page.locator("[data-point='11']").dblclick()
    expect(page.locator("[data-point]")).to_have_count(10)


def test_the_keyboard_alone_does_it(page: Page, server) -> None:
    """Task, losses, markers and sliders answer the keyboard, and the focus is visible."""
    open_page(page, server.url)
    marker = page.locator(".plot[data-name=loss] .marker[data-name=prediction]")
    marker.focus()
    for key in ("ArrowRight", "ArrowRight", "PageUp"):
        page.keyboard.press(key)
    in_address(page, "numbers_prediction=7.6")
    page.locator("[data-function=mean_squared_error]").first.focus()
    for key in ("ArrowRight", "Enter"):
        page.keyboard.press(key)
    in_address(page, "~mean_absolute_error")
    page.locator("[data-name=task] [aria-checked=true]").focus()
    page.keyboard.press("ArrowRight")
    in_address(page, "probabilities")
    slider = page.locator(".slider[data-name=probabilities_prediction]")
    slider.focus()
    assert slider.evaluate("(e) => getComputedStyle(e).outlineStyle") != "none"
    page.keyboard.press("End")
    in_address(page, "probabilities_prediction=1.0")
    assert_readings(page)


def test_the_table_has_the_colours_of_the_lines_when_the_theme_changes(page: Page, server) -> None:
    """The mark before the name of a loss is painted anew with its curve."""
    open_page(page, server.url)
    series = figures.series_colours()
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator(".lab.losses")).to_have_attribute("data-theme", scheme)
        for head, colour in zip(page.locator(".readings th[scope=row]").all(), series[scheme], strict=False):
            expect(head).to_have_css("border-left-color", f"rgb{ImageColor.getrgb(colour)}")


def test_a_cold_link_opens_the_same_experiment(page: Page, server) -> None:
    """What an address says is what the controls show, on a server that has never seen it."""
    server.restart()
    query = (
        "losses=scores,hinge,~binary_focal_crossentropy~gamma=3.5&scores_prediction=-2.5&scores_target=0"
        "&points=1.0,2.0_3.0,9.0_5.0,4.0&degree=0&fits=mean_absolute_error,~quantile~quantile=0.25"
    )
    open_page(page, server.url, query, operation="fit")
    expect(page.locator(".slider[data-name=scores_prediction]")).to_have_attribute("aria-valuenow", "-2.5")
    expect(page.locator(".slider[data-name=scores_target]")).to_have_attribute("aria-valuenow", "0")
    expect(page.locator(".slider[data-name=gamma]")).to_have_attribute("aria-valuenow", "3.5")
    expect(page.locator("[data-point]")).to_have_count(3)
    expect(page.locator(".slider[data-name=quantile]")).to_have_attribute("aria-valuenow", "0.25")
    expect(page.locator("[data-name=degree] [aria-checked=true]")).to_have_text("constant")
    assert_readings(page)
    assert_fits(page)


def test_a_phone_shows_it_without_sideways_scroll(phone: Page, server) -> None:
    """At 390 px nothing is wider than the screen, and no option of a strip is cut off."""
    open_page(phone, server.url)
    for name in EVERY_TAB:
        tab(phone, name, *(operation for operation, title in TABS.items() if title == name))
        assert sideways(phone) <= 0, name
        cut = phone.evaluate(
            """() => labs().flatMap((lab) => [...lab.querySelectorAll('.option, .slider, canvas.curves')])
              .filter((each) => each.offsetParent && (each.getBoundingClientRect().right > innerWidth + 1
                || (each.matches('.option') && each.scrollWidth > each.clientWidth + 1)))
              .map((each) => each.textContent || each.dataset.name || each.dataset.plot)"""
        )
        assert cut == [], name


def test_a_finger_drags_a_point(phone: Page, server) -> None:
    """On a touch screen a point follows the finger, and the page does not scroll away under it."""
    open_page(phone, server.url, operation="fit")
    x, y = at(phone.locator("[data-point='5']"))
    touch, top = touches(phone), scrolled(phone)
    touch("touchStart", (x, y))
    for up in (20, 50, 80):
        with repainted(plot(phone, "fit")):
            touch("touchMove", (x, y - up))
    touch("touchEnd")
    in_address(phone, "points")
    assert scrolled(phone) == top
    assert values_of(phone, "fit")["points"][4][1] > 5
    assert_fits(phone)
