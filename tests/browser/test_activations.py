"""The Activations page as a student uses it: choose, lay over, drag, read off, by hand and by keyboard."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer import images
from explorer.curves import ACTIVATIONS, softmax
from pages import operations, settings
from pages.operations import OPERATIONS
from pages.operations.curves import ACTIVATE

pytestmark = pytest.mark.browser


def opened(page: Page, url: str, query: str = "") -> None:
    """Open the page and wait until the lane carries its questions."""
    page.goto(f"{url}/activations?{query}")
    expect(page.locator(".lab.activations[data-lane=open]")).to_be_attached(timeout=20_000)
    rested(page)


def rested(page: Page, view: str = "activations") -> None:
    """Wait until the last question of a view is answered, and the page's run is over."""
    page.wait_for_function(
        """(view) => {
          const lab = [...document.querySelectorAll('*')]
            .map((host) => host.shadowRoot?.querySelector(`.lab.${view}`)).find(Boolean);
          return lab?.dataset.seq && lab.dataset.seq === (lab.dataset.asked ?? lab.dataset.seq)
            && !document.querySelector('[data-testid=stStatusWidget]');
        }""",
        arg=view,
        timeout=20_000,
    )
    page.wait_for_timeout(250)  # the exact answer is asked for a little later


def plot_of(page: Page, name: str = "activations") -> Locator:
    return page.locator(f"canvas[data-plot={name}]")


def revision(locator: Locator) -> int:
    return int(locator.get_attribute("data-revision") or 0)


def read(page: Page, name: str) -> float:
    """Read one of the large numbers, unrounded."""
    return float(page.locator(f"[data-read={name}]").get_attribute("data-value") or "nan")


def in_address(page: Page) -> settings.Values:
    """Read the settings from the address, as a cold server would."""
    query = {name: texts[0] for name, texts in parse_qs(urlsplit(page.url).query).items()}
    values, complaints = settings.from_query(ACTIVATE, query)
    assert complaints == []
    return values


def agrees(page: Page) -> None:
    """What is read off the page is what explorer computes for the settings in its address."""
    values = in_address(page)
    bend = operations.curves.chosen_bend(values)
    touching = bend.record.tangent(values["x"], **bend.values)
    assert read(page, "x") == values["x"]
    assert read(page, "value") == pytest.approx(touching.value, abs=1e-12)
    assert read(page, "slope") == pytest.approx(touching.slope, abs=1e-12)
    assert (plot_of(page).get_attribute("aria-label") or "").startswith(bend.said)
    expect(page.locator(".marker")).to_have_attribute("aria-valuetext", bend.at(values["x"]))


def table_of(page: Page, view: str = "activations") -> list[list[str]]:
    """Read the text alternative of a plot: its rows."""
    rows = page.locator(f".lab.{view} figure.plot table tr")
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


def middle(locator: Locator) -> tuple[float, float]:
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_is_drawn_and_read_off(page: Page, server: Any, name: str) -> None:
    """A click on a function draws it: its numbers and the table beside the plot are those of explorer."""
    if name == "sigmoid":
        opened(page, server.url, "curves=relu&x=-0.5")
    else:
        opened(page, server.url, "x=-0.5")
    page.locator(f"[data-function={name}]").click()
    page.wait_for_function(
        f"() => decodeURIComponent(location.search).includes('{name}') || '{name}' === 'sigmoid'"
    )
    rested(page)
    agrees(page)
    record = ACTIVATIONS[name]
    expect(page.locator(".bendname")).to_have_text(record.title)
    heading, *rows = table_of(page)
    assert heading[1:] == [record.title, "slope"]
    for place, value, _ in rows:
        x = float(place.replace("−", "-"))
        if all(abs(kink.x - x) > 1e-6 for kink in record.kinks()):
            assert float(value.replace("−", "-")) == pytest.approx(float(record.f(x)), rel=1e-3, abs=1e-6)


def test_a_parameter_moves_its_curve_while_it_is_dragged(page: Page, server: Any) -> None:
    """The plot is repainted again and again before the slider is let go, and ends on the last value."""
    opened(page, server.url, "curves=elu&x=-2.0")
    slider = page.locator(".knobs .slider[data-name=alpha]")
    x, y = middle(slider)
    before = revision(plot_of(page))
    value = read(page, "value")
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(40):
        page.mouse.move(x + 3 * step, y)
        page.wait_for_timeout(12)
    assert revision(plot_of(page)) - before >= 15
    assert read(page, "value") != value
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('elu')")
    rested(page)
    alpha = float(slider.get_attribute("aria-valuenow") or "nan")
    assert in_address(page)["curves"]["curves"] == [{"name": "elu", "parameters": {"alpha": alpha}}]
    agrees(page)


def test_the_axis_stays_while_a_parameter_is_dragged(page: Page, server: Any) -> None:
    """From one end of the parameter to the other it is the curve that moves."""
    opened(page, server.url, "curves=elu~alpha=0.1")
    slider = page.locator(".knobs .slider[data-name=alpha]")
    slider.focus()
    first = (
        operations.OPERATIONS["activations"].answer(images.NO_PICTURE, in_address(page), True).facts["ends"]
    )
    page.keyboard.press("End")
    page.wait_for_function("() => decodeURIComponent(location.search).includes('alpha=5')")
    rested(page)
    last = (
        operations.OPERATIONS["activations"].answer(images.NO_PICTURE, in_address(page), True).facts["ends"]
    )
    assert first == last
    agrees(page)


def test_the_line_is_dragged_over_the_plot(page: Page, server: Any) -> None:
    """Pressed anywhere, the line comes; value, slope and tangent follow before it is let go."""
    opened(page, server.url, "curves=tanh")
    box = plot_of(page).bounding_box()
    assert box
    before = revision(plot_of(page))
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.7 * box["width"], y)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(box["x"] + (0.7 - 0.015 * step) * box["width"], y)
        page.wait_for_timeout(12)
    assert revision(plot_of(page)) - before >= 10
    assert read(page, "x") < 0
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('x=-')")
    rested(page)
    agrees(page)
    assert read(page, "x") == float(page.locator(".marker").get_attribute("aria-valuenow") or "nan")


def test_the_keyboard_alone_does_it(page: Page, server: Any) -> None:
    """The list, the button that keeps a function, the line and the sliders answer keys."""
    opened(page, server.url, "curves=sigmoid")
    page.locator("[data-function=sigmoid]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('tanh')")
    rested(page)
    expect(page.locator("[data-function=tanh]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.wait_for_function("() => decodeURIComponent(location.search).includes('tanh,relu')")
    rested(page)
    expect(page.locator("[data-keep=relu]")).to_have_attribute("aria-pressed", "true")
    page.locator(".marker").focus()
    before = read(page, "x")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('x=1.55')")
    rested(page)
    assert read(page, "x") == pytest.approx(before + 0.05)
    page.keyboard.press("Home")
    page.wait_for_function("() => location.search.includes('x=-6')")
    rested(page)
    agrees(page)
    page.locator(".slider[data-name=limit]").focus()
    page.keyboard.press("End")
    page.wait_for_function("() => location.search.includes('limit=0.5')")
    rested(page)
    expect(page.locator(".facts li").first).to_contain_text("within ±0.5")


def test_functions_are_laid_over_one_another_and_taken_off(page: Page, server: Any) -> None:
    """Any number is on the plot; with the chosen one off another is in question, and the last one stays."""
    opened(page, server.url, "curves=sigmoid")
    expect(page.locator("[data-keep=sigmoid]")).to_be_disabled()
    for name in ("tanh", "relu", "gelu", "sine", "gaussian"):
        page.locator(f"[data-keep={name}]").click()
    page.wait_for_function("() => decodeURIComponent(location.search).includes('sine,gaussian')")
    rested(page)
    titles = [ACTIVATIONS[name].title for name in ("sigmoid", "tanh", "relu", "gelu", "sine", "gaussian")]
    heading = table_of(page)[0]
    assert [title for title in heading[1:] if "slope" not in title] == titles
    page.locator("[data-keep=sigmoid]").click()
    page.wait_for_function("() => decodeURIComponent(location.search).includes('~gaussian')")
    rested(page)
    expect(page.locator(".bendname")).to_have_text("Gaussian")
    page.get_by_role("button", name="Only the chosen one").click()
    page.wait_for_function("() => !location.search.includes('tanh')")
    rested(page)
    assert in_address(page)["curves"]["curves"] == [{"name": "gaussian", "parameters": {}}]


def test_a_kink_is_said_where_the_line_stands_on_it(page: Page, server: Any) -> None:
    """On ReLU's corner the slope is called an agreement, and the binary step is said not to be trainable."""
    opened(page, server.url, "curves=relu&x=0.0")
    expect(page.locator(".marker")).to_have_attribute("aria-valuetext", re.compile("by agreement"))
    facts = page.locator(".aside > .facts").first
    expect(facts).to_contain_text("At 0 the slope changes from 0 to 1")
    expect(facts).to_contain_text("Dead, with a slope of exactly 0, from −6 to 0.")
    page.locator("[data-function=binary_step]").click()
    expect(facts).to_contain_text("gradient descent cannot train it")


def test_pointing_reads_the_lines_off(page: Page, server: Any) -> None:
    """The box beside the pointer names each line with its value there, which is explorer's."""
    opened(page, server.url, "curves=~softplus,sine")
    box = plot_of(page).bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    tip = page.locator(".lab.activations .tip")
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
    opened(page, server.url, "curves=tanh,~leaky_relu~negative_slope=0.35&x=-3.0&reach=8&tab=Layers&layers=4")
    agrees(page)
    assert read(page, "value") == pytest.approx(-1.05)
    rested(page, "chain")
    expect(page.locator("[data-verdict=leaky_relu]")).to_contain_text("passes: times 0.015 after 4 layers")


def test_the_chain_follows_the_plot_while_it_moves(page: Page, server: Any) -> None:
    """Layers are set in the tab, the function above: the dots are repainted while either is dragged."""
    opened(page, server.url, "curves=leaky_relu&x=-1.0&tab=Layers")
    rested(page, "chain")
    before = revision(plot_of(page, "chain"))
    x, y = middle(page.locator(".knobs .slider[data-name=negative_slope]"))
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(x + 2 * step, y)
        page.wait_for_timeout(15)
    assert revision(plot_of(page, "chain")) - before >= 6
    page.mouse.up()
    rested(page)
    rested(page, "chain")
    slope = in_address(page)["curves"]["curves"][0]["parameters"]["negative_slope"]
    layers = page.locator(".slider[data-name=layers]")
    layers.focus()
    page.keyboard.press("Home")
    page.wait_for_function("() => location.search.includes('layers=1')")
    rested(page, "chain")
    assert table_of(page, "chain")[1][0] == "1"
    shown = float(table_of(page, "chain")[1][1])
    assert shown == pytest.approx(slope, rel=1e-3)


def test_softmax_answers_while_a_number_is_dragged(page: Page, server: Any) -> None:
    """Bars move before the slider is let go; the shares are softmax's and add up to 1."""
    opened(page, server.url, "tab=Softmax&logits=1.0,0.0,-2.0&temperature=0.5")
    rested(page, "softmax")
    x, y = middle(page.locator(".slider[data-name=logit2]"))
    lab = page.locator(".lab.softmax")
    before = revision(lab)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(25):
        page.mouse.move(x + step, y)
        page.wait_for_timeout(12)
    assert revision(lab) - before >= 8
    page.mouse.up()
    page.wait_for_function("() => !decodeURIComponent(location.search).includes('1.0,0.0,')")
    rested(page, "softmax")

    def shares_agree() -> None:
        logits = [float(x) for x in parse_qs(urlsplit(page.url).query)["logits"][0].split(",")]
        shown = [
            float(share.get_attribute("data-value") or "nan") for share in page.locator("[data-share]").all()
        ]
        assert shown == pytest.approx(softmax(logits, temperature=0.5).tolist(), abs=1e-6)
        assert sum(shown) == pytest.approx(1)

    shares_agree()
    expect(lab).to_contain_text("The probabilities add up to 1.")
    first = [
        float(share.get_attribute("data-value") or "nan") for share in page.locator("[data-share]").all()
    ]
    page.get_by_role("button", name="Add 1 to all").click()
    page.wait_for_function("() => decodeURIComponent(location.search).includes('logits=2')")
    rested(page, "softmax")
    shares_agree()
    moved = [
        float(share.get_attribute("data-value") or "nan") for share in page.locator("[data-share]").all()
    ]
    assert moved == pytest.approx(first)
    page.get_by_role("button", name="One more number").click()
    expect(page.locator("[data-share]")).to_have_count(4)


def test_a_feature_map_is_bent_by_the_chosen_function(page: Page, server: Any) -> None:
    """Before, after and slope are painted, and what is said of them is counted from the same map."""
    opened(page, server.url, "tab=On+a+picture&curves=relu&sample=coins&size=64&colour=grey&bias=0.1")
    rested(page, "bend")
    lab = page.locator(".lab.bend")
    picture = images.prepare(images.sample("coins", 64), size=64, colour=False)
    values = settings.parse(OPERATIONS["bend"].settings, {"curves": in_address(page)["curves"], "bias": 0.1})
    facts = OPERATIONS["bend"].answer(picture, values, True).facts
    expect(lab.locator(".bentshares")).to_have_text(facts["sentence"])
    before = revision(lab)
    page.locator("[data-function=tanh]").click()
    expect(lab.locator("figure.after figcaption")).to_have_text("After Tanh")
    assert revision(lab) > before


def test_without_a_lane_runs_answer(page: Page, server: Any, complaints: list[str]) -> None:
    """Where no WebSocket of ours opens, the plot still follows, through runs of the page."""
    page.route_web_socket(re.compile("/lane$"), lambda socket: socket.close())
    page.goto(f"{server.url}/activations?curves=elu&x=-2.0")
    expect(page.locator(".lab.activations[data-lane=closed]")).to_be_attached(timeout=20_000)
    before = revision(plot_of(page))
    x, y = middle(page.locator(".knobs .slider[data-name=alpha]"))
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(x + 2 * step, y)
        page.wait_for_timeout(60)
    expect(plot_of(page)).not_to_have_attribute("data-revision", str(before), timeout=15_000)
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('elu~alpha')")
    rested(page)
    agrees(page)
    complaints.clear()  # the browser complains of the connection that was refused


def test_a_phone_shows_it_without_sideways_scroll(phone: Page, server: Any) -> None:
    """At 390 px nothing sticks out, the chosen function is in sight, and a tap brings the line."""
    opened(phone, server.url, "curves=sigmoid,~gaussian&tab=Layers")
    rested(phone, "chain")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = phone.locator("[data-function=gaussian]").bounding_box()
    assert box
    assert 0 <= box["x"] <= 390 - box["width"]
    expect(phone.locator(".lab.activations .plotlegend")).to_be_visible()
    plot = plot_of(phone)
    plot.scroll_into_view_if_needed()
    area = plot.bounding_box()
    assert area
    phone.touchscreen.tap(area["x"] + 0.25 * area["width"], area["y"] + 0.5 * area["height"])
    phone.wait_for_function("() => location.search.includes('x=-')")
    rested(phone)
    agrees(phone)


def test_the_dark_theme_has_colours_of_its_own(open_page: Any, server: Any) -> None:
    """On the dark theme the lines have lighter colours, and none of the errors of the console."""
    page = open_page(color_scheme="dark")
    page.goto(f"{server.url}/activations?curves=sigmoid")
    expect(page.locator(".lab.activations[data-theme=dark]")).to_be_attached(timeout=20_000)
    rested(page)
    colour = page.locator(".bendname").evaluate("(heading) => getComputedStyle(heading).color")
    assert colour == "rgb(86, 180, 233)"
