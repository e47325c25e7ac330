"""The Activations page as a student uses it: choose, lay over, drag, read off, by hand and by keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser.hands import (
    at,
    box_of,
    drag,
    in_address,
    not_in_address,
    number_of,
    opened,
    query_of,
    repainted,
    rested,
    sideways,
    values_of,
    view,
)
from playwright.sync_api import Locator, Page, expect

from explorer import images, parameters
from explorer.activations import ACTIVATIONS, softmax
from explorer.parameters import Values
from pages.activations import operation
from pages.operations import OPERATIONS

pytestmark = pytest.mark.browser


def open_page(page: Page, url: str, query: str = "", *followers: str, lane: str = "open") -> None:
    opened(page, f"{url}/activations?{query}", "activations", *followers, lane=lane)


def plot_of(page: Page, name: str = "activations") -> Locator:
    return page.locator(f"canvas[data-plot={name}]")


def read(page: Page, name: str) -> float:
    """Read one of the large numbers, unrounded."""
    return number_of(page.locator(f"[data-read={name}]"))


def chosen(page: Page) -> Values:
    return values_of(page, "activations")


def agrees(page: Page) -> None:
    """What is read off the page is what explorer computes for the settings in its address."""
    values = chosen(page)
    curve = operation.chosen_curve(values)
    touching = curve.record.tangent(values["x"], **curve.values)
    assert read(page, "x") == values["x"]
    assert read(page, "value") == pytest.approx(touching.value, abs=1e-12)
    assert read(page, "slope") == pytest.approx(touching.slope, abs=1e-12)
    assert (plot_of(page).get_attribute("aria-label") or "").startswith(curve.said)
    expect(page.locator(".marker")).to_have_attribute("aria-valuetext", curve.at(values["x"]))


def table_of(page: Page, operation: str = "activations") -> list[list[str]]:
    """Read the text alternative of a plot: its rows."""
    return (
        view(page, operation)
        .locator("figure.plot table tr")
        .evaluate_all("(rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText))")
    )


def test_every_activation_is_drawn_and_read_off(page: Page, server: Any) -> None:
    """A click on a function draws it: its numbers and the table beside the plot are those of explorer."""
    first, *others = ACTIVATIONS
    open_page(page, server.url, f"curves={others[-1]}&x=-0.5")
    for name in (first, *others):
        with repainted(plot_of(page)):
            page.locator(f"[data-function={name}]").click()
        rested(page)
        agrees(page)
        record = ACTIVATIONS[name]
        assert chosen(page)["curves"]["curves"][0]["name"] == name
        expect(page.locator(".chosenname")).to_have_text(record.title)
        # The table is written when the plot has been still for a moment.
        heads = view(page, "activations").locator("figure.plot table th[scope=col]")
        expect(heads).to_have_text([re.compile("x"), record.title, "slope"])
        _, *rows = table_of(page)
        for place, value, _ in rows:
            x = float(place.replace("−", "-"))
            if all(abs(kink.x - x) > 1e-6 for kink in record.kinks()):
                # "≈ 0" is a number that has no digit among the decimals that are shown.
                shown = float(value.removeprefix("≈ ").replace("−", "-"))
                assert shown == pytest.approx(float(record.f(x)), rel=1e-3, abs=1e-6), name


def test_a_parameter_moves_its_curve_while_it_is_dragged(page: Page, server: Any) -> None:
    """The plot is repainted again and again before the slider is let go, and ends on the last value."""
    open_page(page, server.url, "curves=elu&x=-2.0")
    slider = page.locator(".knobs .slider[data-name=alpha]")
    x, y = at(slider)
    value = read(page, "value")
    drag(page, (x, y), (x + 120, y), plot_of(page), steps=15)
    assert read(page, "value") != value
    page.mouse.up()
    in_address(page, "elu")
    alpha = float(slider.get_attribute("aria-valuenow") or "nan")
    assert chosen(page)["curves"]["curves"] == [{"name": "elu", "parameters": {"alpha": alpha}}]
    agrees(page)


def test_the_axis_stays_while_a_parameter_is_dragged(page: Page, server: Any) -> None:
    """From one end of the parameter to the other it is the curve that moves."""
    open_page(page, server.url, "curves=elu~alpha=0.1")
    slider = page.locator(".knobs .slider[data-name=alpha]")
    slider.focus()
    first = OPERATIONS["activations"].answer(images.NO_PICTURE, chosen(page), True).facts["ends"]
    page.keyboard.press("End")
    in_address(page, "alpha=5")
    last = OPERATIONS["activations"].answer(images.NO_PICTURE, chosen(page), True).facts["ends"]
    assert first == last
    agrees(page)


def test_the_line_is_dragged_over_the_plot(page: Page, server: Any) -> None:
    """Pressed anywhere, the line comes; value, slope and tangent follow before it is let go."""
    open_page(page, server.url, "curves=tanh")
    drag(page, at(plot_of(page), 0.7), at(plot_of(page), 0.25), plot_of(page), steps=10)
    assert read(page, "x") < 0
    page.mouse.up()
    in_address(page, "x=-")
    agrees(page)
    assert read(page, "x") == float(page.locator(".marker").get_attribute("aria-valuenow") or "nan")


def test_the_keyboard_alone_does_it(page: Page, server: Any) -> None:
    """The list, the button that keeps a function, the line and the sliders answer keys."""
    open_page(page, server.url, "curves=sigmoid")
    page.locator("[data-function=sigmoid]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    in_address(page, "tanh")
    expect(page.locator("[data-function=tanh]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    in_address(page, "tanh,relu")
    expect(page.locator("[data-keep=relu]")).to_have_attribute("aria-pressed", "true")
    page.locator(".marker").focus()
    before = read(page, "x")
    page.keyboard.press("ArrowRight")
    in_address(page, "x=1.55")
    assert read(page, "x") == pytest.approx(before + 0.05)
    page.keyboard.press("Home")
    in_address(page, "x=-6")
    agrees(page)
    page.locator(".slider[data-name=limit]").focus()
    page.keyboard.press("End")
    in_address(page, "limit=0.5")
    expect(page.locator(".facts li").first).to_contain_text("within ±0.5")


def test_functions_are_laid_over_one_another_and_taken_off(page: Page, server: Any) -> None:
    """Any number is on the plot; with the chosen one off another is in question, and the last one stays."""
    open_page(page, server.url, "curves=sigmoid")
    expect(page.locator("[data-keep=sigmoid]")).to_be_disabled()
    for name in ("tanh", "relu", "gelu", "sine", "gaussian"):
        page.locator(f"[data-keep={name}]").click()
    in_address(page, "sine,gaussian")
    titles = [ACTIVATIONS[name].title for name in ("sigmoid", "tanh", "relu", "gelu", "sine", "gaussian")]
    heading = table_of(page)[0]
    assert [title for title in heading[1:] if "slope" not in title] == titles
    page.locator("[data-keep=sigmoid]").click()
    in_address(page, "~gaussian")
    expect(page.locator(".chosenname")).to_have_text("Gaussian")
    page.get_by_role("button", name="Only the chosen one").click()
    not_in_address(page, "tanh")
    assert chosen(page)["curves"]["curves"] == [{"name": "gaussian", "parameters": {}}]


def test_a_kink_is_said_where_the_line_stands_on_it(page: Page, server: Any) -> None:
    """On ReLU's corner the slope is called an agreement, and the binary step is said not to be trainable."""
    open_page(page, server.url, "curves=relu&x=0.0")
    expect(page.locator(".marker")).to_have_attribute("aria-valuetext", re.compile("by convention"))
    facts = page.locator(".aside > .facts").first
    expect(facts).to_contain_text("At 0 the slope changes from 0 to 1")
    expect(facts).to_contain_text("Dead, with a slope of exactly 0, from −6 to 0.")
    page.locator("[data-function=binary_step]").click()
    expect(facts).to_contain_text("gradient descent cannot train it")


def test_pointing_reads_the_lines_off(page: Page, server: Any) -> None:
    """The box beside the pointer names each line with its value there, which is explorer's."""
    open_page(page, server.url, "curves=~softplus,sine")
    page.mouse.move(*at(plot_of(page), 0.4))
    tip = view(page, "activations").locator(".tip")
    expect(tip).to_be_visible()
    place, *found = tip.locator("b").all_inner_texts()
    x = float(place.removeprefix("x ").replace("−", "-"))
    value, slope, other = (float(text.replace("−", "-")) for text in found)
    for shown, true in (
        (value, ACTIVATIONS["softplus"].f(x)),
        (slope, ACTIVATIONS["softplus"].derivative(x)),
        (other, ACTIVATIONS["sine"].f(x)),
    ):
        assert shown == pytest.approx(float(true), abs=0.02)  # the place is written with two decimals


def test_a_link_opens_the_same_plot_on_a_cold_server(page: Page, server: Any) -> None:
    """After a restart a deep link shows what it says, tab included."""
    server.restart()
    open_page(
        page,
        server.url,
        "curves=tanh,~leaky_relu~negative_slope=0.35&x=-3.0&reach=8&tab=Layers&layers=4",
        "chain",
    )
    agrees(page)
    assert read(page, "value") == pytest.approx(-1.05)
    expect(page.locator("[data-verdict=leaky_relu]")).to_contain_text("passes: times 0.015 after 4 layers")


def test_the_chain_follows_the_plot_while_it_moves(page: Page, server: Any) -> None:
    """Layers are set in the tab, the function above: the dots are repainted while either is dragged."""
    open_page(page, server.url, "curves=leaky_relu&x=-1.0&tab=Layers", "chain")
    x, y = at(page.locator(".knobs .slider[data-name=negative_slope]"))
    drag(page, (x, y), (x + 40, y), plot_of(page), plot_of(page, "chain"))
    page.mouse.up()
    in_address(page, "leaky_relu~")
    slope = chosen(page)["curves"]["curves"][0]["parameters"]["negative_slope"]
    layers = page.locator(".slider[data-name=layers]")
    layers.focus()
    page.keyboard.press("Home")
    in_address(page, "layers=1")
    assert table_of(page, "chain")[1][0] == "1"
    shown = float(table_of(page, "chain")[1][1])
    assert shown == pytest.approx(slope, rel=1e-3)


def test_softmax_answers_while_a_number_is_dragged(page: Page, server: Any) -> None:
    """Bars move before the slider is let go; the shares are softmax's and add up to 1."""
    open_page(page, server.url, "tab=Softmax&logits=1.0,0.0,-2.0&temperature=0.5", "softmax")
    x, y = at(page.locator(".slider[data-name=logit2]"))
    drag(page, (x, y), (x + 24, y), view(page, "softmax"), steps=6)
    page.mouse.up()
    not_in_address(page, "1.0,0.0,")

    def shares_agree() -> list[float]:
        logits = [float(x) for x in query_of(page)["logits"].split(",")]
        shown = [number_of(share) for share in page.locator("[data-share]").all()]
        assert shown == pytest.approx(softmax(logits, temperature=0.5).tolist(), abs=1e-6)
        assert sum(shown) == pytest.approx(1)
        return shown

    first = shares_agree()
    expect(view(page, "softmax")).to_contain_text("The probabilities add up to 1.")
    page.get_by_role("button", name="Add 1 to all").click()
    in_address(page, "logits=2")
    assert shares_agree() == pytest.approx(first)
    page.get_by_role("button", name="One more number").click()
    expect(page.locator("[data-share]")).to_have_count(4)


def test_the_chosen_function_is_applied_to_a_feature_map(page: Page, server: Any) -> None:
    """Before, after and slope are painted, and what is said of them is counted from the same map."""
    open_page(
        page,
        server.url,
        "tab=On+a+picture&curves=relu&sample=coins&size=64&colour=grey&bias=0.1",
        "activated",
    )
    lab = view(page, "activated")
    picture = images.prepare(images.sample("coins", 64), size=64, colour=False)
    values = parameters.checked(
        OPERATIONS["activated"].settings, {"curves": chosen(page)["curves"], "bias": 0.1}
    )
    facts = OPERATIONS["activated"].answer(picture, values, True).facts
    expect(lab.locator(".activated-shares")).to_have_text(facts["sentence"])
    with repainted(lab):
        page.locator("[data-function=tanh]").click()
    expect(lab.locator("figure.after figcaption")).to_have_text("After Tanh")


def test_without_a_lane_runs_answer(page: Page, server: Any, complaints: list[str]) -> None:
    """Where no WebSocket of ours opens, the plot still follows, through runs of the page."""
    page.route_web_socket(re.compile("/lane$"), lambda socket: socket.close())
    open_page(page, server.url, "curves=elu&x=-2.0", lane="closed")
    x, y = at(page.locator(".knobs .slider[data-name=alpha]"))
    drag(page, (x, y), (x + 40, y), plot_of(page), steps=4)
    page.mouse.up()
    in_address(page, "elu~alpha")
    agrees(page)
    complaints.clear()  # the browser complains of the connection that was refused


def test_a_phone_shows_it_without_sideways_scroll(phone: Page, server: Any) -> None:
    """At 390 px nothing sticks out, the chosen function is in sight, and a tap brings the line."""
    open_page(phone, server.url, "curves=sigmoid,~gaussian&tab=Layers", "chain")
    assert sideways(phone) <= 0
    box = box_of(phone.locator("[data-function=gaussian]"))
    assert 0 <= box["x"] <= 390 - box["width"]
    expect(phone.locator(".lab.activations .plotlegend")).to_be_visible()
    phone.touchscreen.tap(*at(plot_of(phone), 0.25))
    in_address(phone, "x=-")
    agrees(phone)


def test_the_dark_theme_has_colours_of_its_own(open_page: Any, server: Any) -> None:
    """On the dark theme the lines have lighter colours, and none of the errors of the console."""
    page = open_page(color_scheme="dark")
    opened(page, f"{server.url}/activations?curves=sigmoid", "activations")
    expect(view(page, "activations")).to_have_attribute("data-theme", "dark")
    colour = page.locator(".chosenname").evaluate("(heading) => getComputedStyle(heading).color")
    assert colour == "rgb(86, 180, 233)"


def test_basics_offer_the_functions_of_a_first_lesson(page: Page, server: Any) -> None:
    """Eight names are listed, and one that a link lays over the plot; keys go along these alone."""
    basic = [each["name"] for each in operation.CURVES.describe()["functions"] if each["basic"]]
    assert len(basic) == 8
    opened(page, f"{server.url}/activations?curves=relu,mish", "activations", everything=False)
    names = page.locator(".choice:visible")
    assert names.evaluate_all("all => all.map(({ dataset }) => dataset.function)") == [*basic, "mish"]
    page.locator("[data-function=gelu]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-function=mish]")).to_be_focused()
    page.get_by_role("radio", name="Basics").press("ArrowRight")
    expect(names).to_have_count(len(ACTIVATIONS))
