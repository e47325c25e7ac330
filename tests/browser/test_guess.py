"""Guess first as a student uses it: type, choose and click answers, and read what was wrong about them."""

from __future__ import annotations

import pytest
from browser.hands import at_rest, box_of, eventually, opened, scrolled, sideways, touches
from playwright.sync_api import Locator, Page, WebSocket, expect
from pypdf import PdfReader

from explorer.activations import ActivationCurve
from explorer.questions import QUESTIONS, PosedQuestion, judge
from pages.arithmetic import operation
from pages.arithmetic.operation import ARITHMETIC

pytestmark = pytest.mark.browser
TAB = "?tab=Guess+first"


def guess(page: Page) -> Locator:
    return page.locator(".guess")


def first_question() -> PosedQuestion:
    """The first of set 1 on Arithmetic, as it opens."""
    values = {setting.name: setting.default for setting in ARITHMETIC}
    return QUESTIONS["arithmetic_cell"].make(operation.renewed(values, 5), None, 5)


def test_a_typed_answer_is_judged_and_opens_the_sum(server, page: Page) -> None:
    """The mistake has its name, the covered cell its number, and before that no message has the sum."""
    came: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on(
            "framereceived", lambda frame: came.append(frame if isinstance(frame, bytes) else frame.encode())
        )

    page.on("websocket", listen)
    opened(page, f"{server.url}/arithmetic{TAB}", "arithmetic", everything=False)
    asked = first_question()
    expect(guess(page).locator(".prompt")).to_have_text(asked.prompt)
    expect(guess(page).locator("td.covered")).to_have_text("?")
    worked = asked.worked.encode()
    assert not any(worked in frame for frame in came)
    wrong, sentence = next(iter(asked.mistakes.items()))
    assert isinstance(wrong, float)
    answer = guess(page).get_by_role("textbox")
    answer.fill("nonsense")
    answer.press("Enter")
    expect(guess(page).locator(".verdict")).to_contain_text("An answer is a number")
    expect(answer).to_have_value("nonsense")  # nobody types it twice
    answer.fill(f"{wrong:g}")
    answer.press("Enter")
    expect(guess(page).locator(".verdict")).to_contain_text(sentence)
    expect(guess(page).locator(".verdict")).to_contain_text(asked.worked)
    expect(guess(page).locator("td.covered")).to_have_text(asked.written)
    expect(guess(page).locator(".marks li").first).to_have_text("✗")
    following = guess(page).get_by_role("button", name="Next question")
    expect(following).to_be_focused()
    following.press("Enter")
    expect(guess(page).locator(".where")).to_have_text("Question 2 of 5")
    expect(guess(page).get_by_role("textbox")).to_be_focused()


def test_a_cell_is_chosen_by_the_keyboard(server, page: Page) -> None:
    """The grid is one stop; arrows move within it, Enter answers, and the cell that wins is marked."""
    opened(page, f"{server.url}/pooling{TAB}", "pool2d", everything=False)
    cells = guess(page).locator("td button")
    expect(cells).to_have_count(64)
    cells.first.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    expect(cells.nth(2)).to_be_focused()
    assert [each for each in cells.evaluate_all("all => all.map((each) => each.tabIndex)") if each == 0] == [
        0
    ]
    page.keyboard.press("Enter")
    expect(guess(page).locator("td.right")).to_have_count(1)
    expect(guess(page).get_by_role("button", name="Next question")).to_be_focused()


def test_a_map_is_touched_on_a_phone(server, phone: Page) -> None:
    """Four maps, two and two; one of them is right, and nothing lies outside of the screen."""
    opened(phone, f"{server.url}/convolution{TAB}&kernel=gaussian~5x5", "filter2d", everything=False)
    options = guess(phone).locator(".options button")
    expect(options).to_have_count(4)
    boxes = [each.bounding_box() for each in options.all()]
    assert len({round(box["x"]) for box in boxes if box}) == 2
    assert sideways(phone) <= 0
    options.first.tap()
    expect(guess(phone).locator(".options .right")).to_have_count(1)
    expect(guess(phone).locator(".verdict")).not_to_be_empty()


def test_another_stride_asks_another_question(server, page: Page) -> None:
    """A control of the stage that comes to rest brings the question up to date."""
    opened(page, f"{server.url}/arithmetic{TAB}", "arithmetic", everything=False)
    prompt = guess(page).locator(".shows")
    before = prompt.inner_text()
    page.get_by_role("slider", name="Stride").press("ArrowLeft")
    eventually(page, lambda: prompt.inner_text() != before, "the question has changed")


def test_a_sheet_is_downloaded_with_the_link_of_the_page(server, page: Page) -> None:
    """The file opens: two pages, and the address of the experiment in its footer."""
    opened(page, f"{server.url}/arithmetic?tab=Download+and+share&strides=1", "arithmetic")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Sheet for class (PDF)").click()
    pages = PdfReader(waiting.value.path()).pages
    assert len(pages) == 2
    text = pages[0].extract_text()
    assert "Convolution by hand" in text
    assert "/arithmetic?" in text
    assert "strides=1" in text


def test_a_sheet_of_a_lesson_leads_to_its_first_step(server, page: Page) -> None:
    """A teacher chooses lesson and level; the file has their questions and the address where they begin."""
    page.goto(f"{server.url}/teacher")
    button = page.get_by_role("button", name="Sheet for class (PDF)")
    expect(button).to_be_visible()
    take(page, "Lesson", "Why pool?")
    take(page, "Level", "What is lost")
    eventually(page, lambda: "What is lost" in downloaded(page, button), "the sheet is that of the level")
    text = downloaded(page, button)
    assert "Why pool? · What is lost" in text
    assert "/pooling?lesson=why_pool&lesson_level=third&lesson_step=1" in "".join(text.split())


def take(page: Page, menu: str, option: str) -> None:
    """Take an option of a menu, which a run of the page closes."""
    found = page.get_by_role("option", name=option)

    def opened_() -> bool:
        if not found.is_visible():
            page.get_by_role("combobox", name=menu).click()
        return found.is_visible()

    eventually(page, opened_, f"the menu {menu} is open")
    found.click()


def downloaded(page: Page, button: Locator) -> str:
    """Give the text of the first page of a file, asked for once the run of the last choice is over."""
    at_rest(page)
    with page.expect_download() as waiting:
        button.click()
    first, _ = PdfReader(waiting.value.path()).pages
    return first.extract_text()


def asked_of_sigmoid(seed: int) -> PosedQuestion:
    """What set 1 asks about the sigmoid on Activations: its value first, then its slope."""
    kind = "activations_value" if seed % 2 else "activations_slope"
    return QUESTIONS[kind].make(ActivationCurve("sigmoid"), None, seed)


def spot(page: Page, asked: PosedQuestion, number: float) -> tuple[float, float]:
    """Where on the screen a number stands on the axes of a question."""
    assert asked.aim
    aim, box = asked.aim, box_of(guess(page).locator("svg.aiming"))
    x, y = (aim.x, number) if aim.what == "height" else (aim.x + 1, aim.y + number)
    across = (x + aim.across) / (2 * aim.across)
    down = (1.08 * aim.up - y) / (2.16 * aim.up)
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def nearest(asked: PosedQuestion) -> float:
    """The twentieth that lies nearest to the answer."""
    return round(float(str(asked.answer)) * 20) / 20


SIGMOID = f"{TAB}&curves=sigmoid"


def test_a_point_is_dragged_to_its_height_and_a_line_turned_to_its_slope(server, page: Page) -> None:
    """With the mouse; the field has the number, and the server judges what the field has."""
    opened(page, f"{server.url}/activations{SIGMOID}", "activations", everything=False)
    for seed in (5, 6):
        asked = asked_of_sigmoid(seed)
        expect(guess(page).locator(".prompt")).to_have_text(asked.prompt)
        grip = guess(page).locator(".grip")
        grip.scroll_into_view_if_needed()
        page.mouse.move(*spot(page, asked, 0))
        page.mouse.down()
        page.mouse.move(*spot(page, asked, -0.4), steps=3)
        page.mouse.move(*spot(page, asked, nearest(asked)), steps=3)
        page.mouse.up()
        assert judge(asked, guess(page).get_by_role("textbox").input_value()).correct
        expect(grip).to_have_attribute("aria-valuetext", guess(page).get_by_role("textbox").input_value())
        guess(page).get_by_role("button", name="Check").click()
        expect(guess(page).locator(".verdict")).to_contain_text(asked.worked)
        expect(guess(page).locator(".marks li.right")).to_have_count(seed - 4)
        guess(page).get_by_role("button", name="Next question").click()


def test_a_point_is_dragged_by_keys_alone(server, page: Page) -> None:
    """Arrows move it, Enter answers; a number that is typed moves it as well."""
    opened(page, f"{server.url}/activations{SIGMOID}", "activations", everything=False)
    asked = asked_of_sigmoid(5)
    answer = guess(page).get_by_role("textbox")
    answer.fill("0,5")
    grip = guess(page).get_by_role("slider")
    expect(grip).to_have_attribute("aria-valuetext", "0.5")
    answer.press("Shift+Tab")
    expect(grip).to_be_focused()
    page.keyboard.press("PageDown")
    for _ in range(round(20 * nearest(asked))):
        page.keyboard.press("ArrowUp")
    assert judge(asked, answer.input_value()).correct
    page.keyboard.press("Enter")
    expect(guess(page).locator(".marks li.right")).to_have_count(1)
    expect(guess(page).get_by_role("button", name="Next question")).to_be_focused()


def test_a_point_is_dragged_by_a_finger(server, phone: Page) -> None:
    """It follows the finger, and the page does not scroll; a wrong height is told as a typed one is."""
    opened(phone, f"{server.url}/activations{SIGMOID}", "activations", everything=False)
    asked = asked_of_sigmoid(5)
    guess(phone).get_by_role("button", name="Check").scroll_into_view_if_needed()
    before = scrolled(phone)
    touch = touches(phone)
    touch("touchStart", spot(phone, asked, 0))
    for number in (0.2, 0.5, 0.8):
        touch("touchMove", spot(phone, asked, number))
    touch("touchEnd")
    expect(guess(phone).get_by_role("textbox")).to_have_value("0.8")
    assert scrolled(phone) == before
    guess(phone).get_by_role("button", name="Check").tap()
    expect(guess(phone).locator(".verdict")).to_contain_text(judge(asked, 0.8).sentence)
    expect(guess(phone).locator("svg .dot.right")).to_have_count(1)
    assert sideways(phone) <= 0
