"""The home page and the frame around every page, in a browser."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from browser import hands
from browser.hands import FIRST_SIGHT, at, box_of, eventually, in_address, query_of, rested, sideways
from playwright.sync_api import Page, expect

from pages.catalogue import CATALOGUE

pytestmark = pytest.mark.browser

FIRST = CATALOGUE[0]

# How far the colour of a text is from the colour under it, as WCAG 2 counts contrast.
CONTRAST = """element => {
  const parse = colour => {
    const [r, g, b, alpha = 1] = colour.replace('color(srgb', '').match(/[\\d.e-]+/g).map(Number);
    return [[r, g, b].map(c => colour.startsWith('color(') ? c * 255 : c), alpha];
  };
  const over = ([top, alpha], under) => top.map((c, i) => c * alpha + under[i] * (1 - alpha));
  const ground = e => e
    ? over(parse(getComputedStyle(e).backgroundColor), ground(e.parentElement ?? e.getRootNode().host))
    : [255, 255, 255];
  const light = rgb => rgb
    .map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const under = ground(element);
  const text = over(parse(getComputedStyle(element).color), under);
  const [dark, bright] = [under, text].map(light).sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}"""


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=FIRST_SIGHT)
    return page


def click_the_picture_of_the_first_card(page: Page) -> None:
    """Click where the picture is; what takes the click is the link that lies over the whole card."""
    card = page.locator(f".st-key-card-{FIRST.name}")
    # The picture of a card comes before its link, and what comes below may still move both.
    expect(card.get_by_role("link")).to_be_visible()
    expect(page.get_by_role("button", name=f"Start with {FIRST.title}")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.mouse.click(*at(card.locator(".pair")))


def test_every_page_has_a_card_with_its_picture(page, server):
    """Each page of the catalogue has one card, whose two pictures are loaded and described."""
    opened(page, server.url)
    cards = page.locator('[class*="st-key-card-"]')
    expect(cards).to_have_count(len(CATALOGUE))
    for entry, card in zip(CATALOGUE, cards.all(), strict=True):
        expect(card).to_contain_text(entry.question)
        expect(card).to_contain_text(entry.sentence)
        expect(card.get_by_role("img", name=entry.picture().text)).to_be_visible()
        widths = card.locator(".pair > :is(img, svg)").evaluate_all(
            "pictures => pictures.map(p => p.naturalWidth ?? p.viewBox.baseVal.width)"
        )
        assert len(widths) == 2
        assert min(widths) >= 200
    first, second = (box_of(card) for card in cards.all()[:2])
    assert (first["y"], first["height"]) == (second["y"], second["height"])  # one row, equally tall
    fonts = page.locator(".pair text").evaluate_all("texts => texts.map(t => getComputedStyle(t).fontFamily)")
    assert set(fonts) == {page.locator("h1").evaluate("title => getComputedStyle(title).fontFamily")}


def test_cards_stand_above_the_fold(page, server):
    """At 1280 x 800 the first card and the way to start are seen without scrolling."""
    opened(page, server.url)
    for seen in (
        page.locator('[class*="st-key-card-"]').first,
        page.get_by_text(f"Start with {FIRST.title}"),
    ):
        box = box_of(seen)
        assert box["y"] + box["height"] <= 800
    assert sideways(page) == 0


def test_a_click_anywhere_on_a_card_opens_its_page(page, server):
    """The picture of a card leads to its page, within the same session."""
    opened(page, server.url)
    page.evaluate("window.stayed = true")
    click_the_picture_of_the_first_card(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST.question)
    assert urlsplit(page.url).path == f"/{FIRST.name}"
    assert page.evaluate("window.stayed") is True


def test_the_start_button_opens_the_first_page(page, server):
    """Where to start is one button, and it starts."""
    opened(page, server.url)
    page.get_by_role("button", name=f"Start with {FIRST.title}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST.question)


def test_a_card_is_opened_from_the_keyboard(page, server):
    """Tab reaches the link of the card, and Enter follows it."""
    opened(page, server.url)
    expect(page).to_have_title("Home · Explorer")
    link = page.locator(f".st-key-card-{FIRST.name}").get_by_role("link")
    for _ in range(60):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST.question)
    expect(page).to_have_title(f"{FIRST.title} · Explorer")  # else browser tabs could not be told apart


def test_nothing_is_cut_off_on_a_phone(phone, server):
    """At 390 pixels nothing scrolls sideways, and every word of a card is within the window."""
    opened(phone, server.url)
    assert sideways(phone) == 0
    for text in phone.locator('[class*="st-key-card-"] p').filter(visible=True).all():
        assert text.evaluate("text => text.scrollWidth <= text.clientWidth + 1")
        box = box_of(text)
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_in_both_themes(open_page, server, scheme):
    """Every text of the home page stands at least 4.5 to 1 against its ground, light and dark."""
    page = opened(open_page(color_scheme=scheme), server.url)
    main, sidebar = "[data-testid='stMain']", "[data-testid='stSidebar']"
    # What a component says stands in a shadow root, and comes last.
    expect(page.get_by_text("So that a reload loses nothing")).to_be_visible(timeout=FIRST_SIGHT)
    # A slider's number stands above its thumb, not on it, so its ground cannot be told from the elements.
    texts = page.locator(f"h1, h3, {main} p, {main} li, {sidebar} p:not([data-testid='stSlider'] *)")
    faint = {
        text.inner_text(): round(contrast, 2)
        for text in texts.all()
        if text.is_visible() and (contrast := text.evaluate(CONTRAST)) < 4.5
    }
    assert faint == {}


def test_dark_theme_is_dark(open_page, server):
    """A system that prefers dark gets the dark theme without being asked."""
    page = opened(open_page(color_scheme="dark"), server.url)
    ground = page.locator("[data-testid='stApp']").evaluate("app => getComputedStyle(app).backgroundColor")
    assert ground == "rgb(18, 23, 29)"


def test_projector_mode_enlarges_and_clears_the_page(page, server):
    """One switch makes type larger, hides all but the page, is kept in the address, and leads back."""
    opened(page, server.url)
    heading, sidebar = page.get_by_role("heading", level=1), page.get_by_test_id("stSidebar")
    small = box_of(heading)["height"]
    page.get_by_text("Projector").filter(visible=True).click()
    expect(sidebar).to_be_hidden()
    expect(page.get_by_test_id("stMainMenu")).to_be_hidden()
    eventually(page, lambda: box_of(heading)["height"] > 1.2 * small, "the title grows")
    assert sideways(page) == 0
    page.wait_for_url("**/?*projector=true*")
    page.get_by_text("Projector").filter(visible=True).click()
    expect(sidebar).to_be_visible()
    eventually(page, lambda: box_of(heading)["height"] == pytest.approx(small), "the title shrinks again")


def test_projector_mode_comes_with_a_link_and_follows_to_the_next_page(page, server):
    """A link opens in projector mode on a cold session, and going to a page keeps it."""
    opened(page, f"{server.url}/?projector=true")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    click_the_picture_of_the_first_card(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST.question)
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    page.wait_for_url("**projector=true*")


def test_the_projector_is_steered_by_bar_and_keys(page, server):
    """B blanks, ? lists the keys, arrows change the page; sidebar, controls and tabs are a press away."""
    page.goto(f"{server.url}/convolution?projector=true")
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible(timeout=FIRST_SIGHT)
    expect(page.get_by_role("button", name="Picture")).to_have_count(1)
    bar, tabs = page.get_by_role("navigation", name="Projector"), page.get_by_test_id("stTabs")
    expect(page.locator(".lab.sliding")).to_be_visible(timeout=FIRST_SIGHT)
    expect(bar).to_contain_text("Convolution")
    expect(tabs).to_be_hidden()
    expect(page.get_by_role("link", name="Send this kernel to Pipeline")).to_be_hidden()
    expect(page.locator(".transport")).to_be_hidden()
    page.keyboard.press("b")
    expect(page.locator(".black")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator(".black")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("full screen")
    page.keyboard.press("Escape")
    share = box_of(page.get_by_role("button", name="Share"))
    in_bar = box_of(bar)
    assert in_bar["y"] <= share["y"] < share["y"] + share["height"] <= in_bar["y"] + in_bar["height"] + 8
    level = page.get_by_role("radiogroup", name="Level")
    level.get_by_role("radio", name="Everything").click()
    expect(tabs).to_be_visible()
    expect(page.locator(".transport")).to_be_visible()
    bar.get_by_role("button", name="Picture").click()
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    bar.get_by_role("button", name="Picture").click()
    level.get_by_role("radio", name="Basics").click()
    expect(tabs).to_be_hidden()
    bar.locator("b").click()
    page.keyboard.press("ArrowRight")
    expect(bar.locator("b")).to_have_text("Pooling")
    page.wait_for_url("**/pooling?*projector=true*")
    page.goto(f"{server.url}/join?projector=true")  # without a picture its sidebar has pages alone
    expect(bar.get_by_role("button", name="Pages")).to_be_visible(timeout=FIRST_SIGHT)


def test_a_folded_sidebar_covers_no_title(page, server):
    """With the sidebar folded, title, switch and the sidebar's button each have their own place."""
    opened(page, server.url)
    page.get_by_test_id("stSidebar").hover()
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    button = page.get_by_test_id("stExpandSidebarButton")
    expect(button).to_be_visible()
    assert box_of(button)["y"] + box_of(button)["height"] <= box_of(page.get_by_role("heading", level=1))["y"]


def test_nothing_is_fetched_from_elsewhere(page, server):
    """A classroom without the internet misses nothing: every request goes to the explorer's own server."""
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).netloc))
    opened(page, server.url)
    page.wait_for_load_state("networkidle")
    opened(page, f"{server.url}/{FIRST.name}")
    page.wait_for_load_state("networkidle")
    assert hosts - {""} == {urlsplit(server.url).netloc}


def test_a_restarted_server_is_found_again(page, server, complaints):
    """When the server comes back, the page goes on without a reload."""
    opened(page, server.url)
    page.wait_for_load_state("networkidle")
    server.restart()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED")
    page.get_by_text("Projector").filter(visible=True).click()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    complaints.clear()  # while the server was away, the browser said so


@pytest.mark.parametrize("path", ["", "convolution"])
def test_a_page_that_no_socket_reaches_says_what_to_allow(browser, server, path: str) -> None:
    """Where no WebSocket comes through the page names those to allow, until one opens."""
    context = browser.new_context()
    page = context.new_page()
    blocked = [True]
    page.route_web_socket("**/*", lambda socket: socket.close() if blocked else socket.connect_to_server())
    page.goto(f"{server.url}/{path}")
    notice = page.get_by_role("alert").filter(has_text="lets no WebSocket through")
    expect(notice).to_be_visible(timeout=20_000)
    expect(notice).to_contain_text(f"{server.url.replace('http', 'ws')}/_stcore/stream")
    expect(notice).to_contain_text(f"{server.url.replace('http', 'ws')}/lane")
    blocked.clear()
    expect(notice).to_have_count(0, timeout=60_000)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED")
    context.close()


def test_history_has_one_entry_a_page_with_its_own_settings(page, server):
    """Back and forward lead through the pages as they were left, settings and open tab included."""

    def follow(title: str) -> None:
        page.get_by_test_id("stSidebarNavLink").filter(has_text=title).first.click()
        page.wait_for_url(f"**/{title.lower()}**")
        rested(page)

    hands.opened(page, f"{server.url}/convolution?tab=Code")
    # Of this visit alone: `history` counts to 50, and the visits of tests before this one with it.
    entries = "navigation.entries().length"
    before = page.evaluate(entries)
    for strides in (2, 3):
        page.get_by_role("slider", name="Stride").press("ArrowRight")
        in_address(page, f"strides={strides}")
    follow("Pooling")
    expect(page.get_by_role("tab", name="Facts")).to_have_attribute("aria-selected", "true")
    page.get_by_role("radio", name="average").click()
    in_address(page, "kind=average")
    follow("Convolution")
    assert page.evaluate(entries) == before + 2
    expected = {"pooling": {"kind": "average"}, "convolution": {"tab": "Code", "strides": "3"}}
    for name in expected:
        page.go_back()
        page.wait_for_url(f"**/{name}**")
        in_address(page, *(f"{key}={value}" for key, value in expected[name].items()))
        others = {key for other in expected.keys() - {name} for key in expected[other]}
        assert query_of(page).keys().isdisjoint(others - expected[name].keys())
        tab = expected[name].get("tab", "Facts")
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("slider", name="Stride")).to_have_attribute("aria-valuetext", re.compile("^3"))


def test_share_gives_a_link_that_others_can_open(page, server):
    """It leaves out tab and projector unless they are ticked, has a QR code, and is copied with a word."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hands.opened(page, f"{server.url}/convolution?tab=Code&strides=2")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Share").click()
    card = page.get_by_role("dialog", name="Share")
    code = card.get_by_role("img", name="QR code of the link")
    expect(code).to_have_attribute("src", re.compile("^data:image/svg"))
    link = card.get_by_label("Link").input_value()
    assert "/convolution?strides=2" in link
    assert "tab=" not in link
    assert len(asked) == 1, "nothing is asked before, and nothing twice"
    expect(card.get_by_label("Open in Projector mode")).to_be_hidden()
    first = code.get_attribute("src")
    card.get_by_label("Open on this tab").check()
    expect(card.get_by_label("Link")).to_have_value(re.compile(r"/convolution\?tab=Code&strides=2"))
    expect(code).not_to_have_attribute("src", first)
    card.get_by_role("button", name="Copy").click()
    expect(card.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == card.get_by_label("Link").input_value()


def test_a_page_is_printed_without_what_can_only_be_pressed(open_page, server):
    """The stage and the facts take one sheet of A4 in ink on white, whatever the theme on the screen."""
    page = hands.opened(open_page(color_scheme="dark"), f"{server.url}/convolution")
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.get_by_role("button", name="Share")).to_be_hidden()
    expect(page.get_by_role("button", name="Reset")).to_be_hidden()
    expect(page.locator("canvas.pane").first).to_be_visible()
    expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 0)")
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    page.emulate_media(media="screen")
    assert len(sheets) == 1


def test_what_buttons_say_is_printed_as_well(page, server):
    """The stages of a network and its answers can be pressed, and are read on paper."""
    hands.opened(page, f"{server.url}/draw_and_watch", "sketch")
    page.emulate_media(media="print")
    expect(page.locator(".networkstrip .stage").last).to_be_visible()
    expect(page.locator("[data-class=smiley]")).to_be_visible()
    expect(page.get_by_role("button", name="Clear")).to_be_hidden()
    page.emulate_media(media="screen")


def test_a_phone_has_the_picture_beside_the_title_and_folds_its_menu(phone, server):
    """The chip opens the sidebar at the picture; it folds for a chosen page, and for the next visit."""
    hands.opened(phone, f"{server.url}/convolution")
    sidebar = phone.get_by_test_id("stSidebar")
    phone.get_by_role("button", name="Picture", exact=True).tap()
    expect(sidebar).to_be_in_viewport()
    expect(sidebar.get_by_role("heading", name="Picture")).to_be_in_viewport()
    phone.get_by_test_id("stSidebarNavLink").filter(has_text="Pooling").tap()
    expect(sidebar).not_to_be_in_viewport()
    expect(phone.get_by_role("heading", level=1)).to_have_text("What does pooling keep?")
    rested(phone)
    phone.get_by_role("button", name="Picture", exact=True).tap()
    expect(sidebar).to_be_in_viewport()
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_be_visible(timeout=FIRST_SIGHT)
    expect(sidebar).not_to_be_in_viewport()


def test_the_narrowest_window_has_all_that_stands_beside_the_title(page, server):
    """At 320 pixels, as a page at 400 % is, the last button ends within the margin of the page."""
    page.set_viewport_size({"width": 320, "height": 700})
    hands.opened(page, f"{server.url}/convolution", everything=False)
    share = box_of(page.get_by_role("button", name="Share", exact=True))
    assert share["x"] + share["width"] <= 304
