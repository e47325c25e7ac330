"""A class in browsers: a teacher and students, from the code to the end."""

from __future__ import annotations

import contextlib
import re

import numpy as np
import pytest
from browser import hands
from browser.conftest import LAPTOP, PHONE
from browser.hands import FIRST_SIGHT, box_of, in_address, query_of, rested, sideways
from browser.test_lessons import WAY, press, strip
from playwright.sync_api import Page, expect

from explorer import images

pytestmark = pytest.mark.browser

# Run before the scripts of a page: while `isDown` no lane opens, and `lanes` are those that were opened.
BREAKABLE = """
window.lanes = [];
window.WebSocket = class extends WebSocket {
  constructor(url, ...more) {
    const isLane = String(url).endsWith("/lane");
    super(isLane && window.isDown ? "ws://localhost:1/" : url, ...more);
    if (isLane) window.lanes.push(this);
  }
};
"""


def bar(page: Page):
    return page.get_by_role("region", name="Class")


def started(page: Page, url: str) -> str:
    """Start a class, and give its code."""
    page.goto(f"{url}/class")
    page.get_by_role("button", name="Start a class").click(timeout=FIRST_SIGHT)
    code = page.locator(".invitation .large")
    expect(code).to_have_text(re.compile(r"^[B-Z]{4}$"))
    return code.inner_text()


def joined(page: Page, url: str, code: str, name: str) -> Page:
    """Join a class as its QR code leads there."""
    page.goto(f"{url}/join?code={code}")
    page.get_by_label("First name, or none").fill(name, timeout=FIRST_SIGHT)
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.get_by_text(f"You are in class {code} as {name}.")).to_be_visible()
    return page


def visit(page: Page, title: str) -> None:
    """Open an experiment by the sidebar, and wait for its view."""
    page.get_by_test_id("stSidebarNavLink").filter(has_text=title).click()
    rested(page)


def bring(page: Page) -> None:
    bar(page).get_by_role("button", name="Bring everyone").click()


@pytest.fixture
def teacher(open_page):
    return open_page()


@pytest.fixture
def another(browser):
    """Give pages of other browsers: what a tab remembers of its class is nobody else's."""
    complaints: list[str] = []
    with contextlib.ExitStack() as stack:

        def another_(**options):
            context = stack.enter_context(contextlib.closing(browser.new_context(**options)))
            context.add_init_script(hands.WATCH)
            context.add_init_script(BREAKABLE)
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            return page

        yield another_
    assert complaints == []


@pytest.fixture
def student(another):
    return another(**PHONE)


def test_a_lesson_from_the_code_to_the_end(teacher, student, server):
    """Start, join, bring, ask, answer, reveal, freeze and end: each browser shows what is its own."""
    code = started(teacher, server.url)
    name = "Ada <b>x</b>"
    joined(student, server.url, code, name)
    tile = teacher.locator(".tile")
    expect(tile.locator("b").first).to_have_text(name)
    expect(tile).to_contain_text("Join a class")

    # The sidebar goes on as far as the bar at the foot, and a page without Share begins where others do.
    aside = box_of(teacher.get_by_test_id("stSidebarContent"))
    assert aside["y"] + aside["height"] > box_of(bar(teacher))["y"]
    padding = "(aside) => aside.clientHeight - parseFloat(getComputedStyle(aside).paddingBottom)"
    assert teacher.get_by_test_id("stSidebarContent").evaluate(padding) <= box_of(bar(teacher))["y"]
    title = teacher.get_by_role("heading", level=1)
    above = box_of(title)["y"]

    # The student's session goes on, also when the teacher's settings are another experiment of the same page.
    student.evaluate("window.stayed = true")
    visit(teacher, "Pooling")
    assert box_of(title)["y"] == pytest.approx(above, abs=2)
    bring(teacher)
    expect(student).to_have_url(re.compile("/pooling"))
    rested(student)
    teacher.goto(f"{server.url}/pooling?kind=average&size=64&projector=true")
    rested(teacher)
    bring(teacher)
    expect(student).to_have_url(re.compile("kind=average"))
    rested(student)
    assert query_of(student).get("size") == "64"
    assert "projector" not in query_of(student)
    assert student.evaluate("window.stayed") is True
    expect(student.get_by_role("radio", name="average", exact=True)).to_be_checked()
    assert sideways(student) == 0

    bar(teacher).get_by_role("button", name="Ask").click()
    teacher.get_by_label("Your question").fill("How large is the map?")
    teacher.get_by_role("dialog", name="Ask the class").get_by_role("button", name="Ask").click()
    student.get_by_label("How large is the map?").fill("32")
    bar(student).get_by_role("button", name="Send").click()
    expect(bar(student).get_by_role("status")).to_have_text("Your answer has arrived.")
    expect(bar(teacher)).to_contain_text("1 of 1 answered")
    expect(bar(student).locator(".histogram")).to_have_count(0)
    bar(teacher).get_by_role("button", name="Reveal").click()
    answers = student.get_by_role("dialog", name="Answers of the class")
    expect(answers).to_contain_text("32 (yours)")
    student.keyboard.press("Escape")

    bar(teacher).get_by_role("button", name="Freeze").click()
    pause = student.get_by_role("dialog", name="Paused")
    expect(pause).to_be_visible()
    student.keyboard.press("Escape")
    student.keyboard.press("Escape")
    expect(pause).to_be_visible()
    bar(teacher).get_by_role("button", name="Frozen").click()
    expect(pause).to_be_hidden()

    bar(teacher).get_by_role("button", name="End", exact=True).click()
    bar(teacher).get_by_role("button", name="Yes").click()
    for page in (student, teacher):
        expect(bar(page)).to_contain_text("This class has ended. Nothing of it was kept.")
    bar(student).get_by_role("button", name="Close").click()
    expect(bar(student)).to_be_hidden()
    assert (
        student.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('explorer.class'))") == []
    )


def test_a_student_who_wanders_or_loses_the_connection_comes_back(teacher, student, server):
    """A reload keeps the seat, a lost connection leads back to the class, and so does a button."""
    code = started(teacher, server.url)
    joined(student, server.url, code, "Ada")
    visit(teacher, "Losses")
    bring(teacher)
    expect(student).to_have_url(re.compile("/losses"))
    rested(student)
    student.reload()
    expect(bar(student)).to_contain_text(f"Ada, class {code}", timeout=FIRST_SIGHT)
    rested(student)

    student.goto(f"{server.url}/vectors")
    rested(student)
    expect(student).to_have_url(re.compile("/vectors"))
    bar(student).get_by_role("button", name="Back to the class").click()
    expect(student).to_have_url(re.compile("/losses"))
    rested(student)

    student.evaluate("window.isDown = true; lanes.forEach((lane) => lane.close())")
    expect(bar(student)).to_contain_text("Connection lost")
    visit(teacher, "Vectors")
    bring(teacher)
    student.evaluate("window.isDown = false")
    expect(student).to_have_url(re.compile("/vectors"))
    bar(teacher).get_by_role("button", name="Wall").click()
    tile = teacher.locator(".tile")
    expect(tile).to_have_count(1)
    expect(tile).to_contain_text("Vectors")
    tile.get_by_role("button", name="Open").click()
    expect(teacher).to_have_url(re.compile("/vectors"))


def test_a_students_own_picture_is_shown_with_their_yes_alone(teacher, another, server):
    """Settings come to the screens of all, the picture of a student once they let it; theirs all get back."""
    code = started(teacher, server.url)
    ada, grace = another(**LAPTOP), another(**LAPTOP)
    for page, name in ((ada, "Ada"), (grace, "Grace")):
        joined(page, server.url, code, name)
    hands.opened(ada, f"{server.url}/pooling?kind=average", "pool2d")
    ada.get_by_role("radio", name="Upload", exact=True).click()
    own = {"name": "own.png", "mimeType": "image/png", "buffer": images.to_png(np.zeros((64, 64, 3), "f4"))}
    ada.locator('input[type="file"]').set_input_files([own])
    seen = ada.get_by_alt_text(re.compile("as the operation sees it"))
    expect(seen).to_have_attribute("alt", re.compile("own.png"))
    rested(ada)
    tile = teacher.locator(".tile").filter(has_text="Ada")
    expect(tile).to_contain_text("Pooling")
    tile.get_by_role("button", name="Show").click()
    expect(tile).to_contain_text("If the picture is their own, they are asked first.")
    tile.get_by_role("button", name="Yes").click()
    expect(bar(ada)).to_contain_text("Your teacher shows your experiment to everyone.")
    expect(bar(grace)).to_contain_text("Your teacher has brought everyone to Pooling.")
    for page in (teacher, grace):
        expect(page).to_have_url(re.compile("/pooling.*kind=average"))
        rested(page)
        expect(page.get_by_alt_text(re.compile("own.png"))).to_have_count(0)
    question = bar(ada).get_by_role("group", name="Show your picture?")
    expect(question.get_by_role("alert")).to_be_visible()
    expect(question.get_by_role("button", name="Show it")).not_to_be_focused()  # no Enter is a yes by chance
    expect(bar(grace).get_by_role("group", name="Show your picture?")).to_be_hidden()
    expect(bar(teacher)).to_contain_text("Asking Ada whether the class may see their picture …")
    expect(bar(teacher).get_by_role("button", name="Stop asking")).to_be_visible()
    question.get_by_role("button", name="Keep it to myself").press("Enter")
    expect(question).to_be_hidden()
    expect(bar(teacher)).to_contain_text("Ada keeps the picture.")
    expect(bar(teacher)).not_to_contain_text("Asking Ada")
    # Once more, and this time they let it be seen.
    bar(teacher).get_by_role("button", name="Wall").click()
    tile.get_by_role("button", name="Show").click()
    tile.get_by_role("button", name="Yes").click()
    question.get_by_role("button", name="Show it").press("Enter")
    expect(bar(ada)).to_contain_text("The class sees your picture.")
    for page in (teacher, grace):
        lent = page.get_by_alt_text(re.compile("^A picture from your class as the operation"))
        expect(lent).to_be_attached()
    expect(seen).to_have_attribute("alt", re.compile("own.png"))
    bar(teacher).get_by_role("button", name="Hide the picture").click()
    for page in (teacher, grace):
        expect(page.get_by_alt_text(re.compile("^Chelsea the cat as the operation sees it"))).to_be_attached()
    expect(seen).to_have_attribute("alt", re.compile("own.png"))
    bar(teacher).get_by_role("button", name="Wall").click()
    tile = teacher.locator(".tile").filter(has_text="Grace")
    tile.get_by_role("button", name="Show").click()
    tile.get_by_role("button", name="Yes").click()
    expect(bar(teacher)).to_contain_text("no picture of Grace’s own on the screen")
    bar(teacher).get_by_role("button", name="Wall").click()
    tile = teacher.locator(".tile").filter(has_text="Ada")
    tile.get_by_role("button", name="Show").click()
    tile.get_by_role("button", name="Yes").click()
    bar(teacher).get_by_role("button", name="Stop asking").click()
    expect(question).to_be_hidden()
    expect(bar(teacher)).not_to_contain_text("nothing to ask")


def answer(page: Page, given: str) -> None:
    """Type or choose an answer in Guess first."""
    field = page.locator(".guess").get_by_role("textbox")
    if field.count():
        field.fill(given)
        field.press("Enter")
    else:
        page.locator(f".guess [data-given='{given}']").click()


@pytest.mark.parametrize(
    ("address", "given", "seen", "other"),
    [
        ("arithmetic", ("0.5", "0,50"), "0.5", "12345"),
        ("convolution?kernel=gaussian~5x5", ("A", "A"), "A: from", "B"),
    ],
)
def test_a_question_of_guess_first_is_answered_by_the_class(
    teacher, another, server, address, given, seen, other
):
    """Answers go to the wall, and each is judged where it was given once the teacher reveals them."""
    code = started(teacher, server.url)
    ada, grace = another(**LAPTOP), another(color_scheme="dark", **PHONE)
    for page, name in ((ada, "Ada"), (grace, "Grace")):
        joined(page, server.url, code, name)
    # A tab of the page before does not hide the tab of the question.
    visit(teacher, "Pooling")
    bring(teacher)
    for page in (ada, grace):
        expect(page).to_have_url(re.compile("/pooling"))
        rested(page)
    address += ("&" if "?" in address else "?") + "tab=Guess+first"
    hands.opened(teacher, f"{server.url}/{address}", everything=False)
    guess = teacher.locator(".guess")
    answer(teacher, other)
    guess.get_by_role("button", name="Next question").click()
    expect(guess.locator(".where")).to_have_text("Question 2 of 5")
    bar(teacher).get_by_role("button", name="Ask", exact=True).click()
    asking = teacher.get_by_role("dialog", name="Ask the class")
    prompt = guess.locator(".prompt").inner_text()
    expect(asking).to_contain_text(prompt)
    asking.get_by_role("button", name="Ask this question").click()

    for page, mine in zip((ada, grace), given, strict=True):
        expect(page.locator(".guess .where")).to_have_text("Question 2 of 5", timeout=FIRST_SIGHT)
        expect(page.locator(".guess .prompt")).to_have_text(prompt)
        expect(page.locator(".guess .asked")).to_contain_text("Your class answers this question.")
        expect(bar(page).get_by_role("button", name="Send")).to_be_hidden()
        bar(page).get_by_role("button", name="To the question").click()
        expect(page.locator(".guess .prompt")).to_be_in_viewport()
        answer(page, mine)
        expect(page.locator(".guess .asked")).to_contain_text(f"Your class has your answer: {seen}")
        expect(page.locator(".guess .verdict")).to_be_empty()
    expect(bar(teacher)).to_contain_text("2 of 2 answered")
    # A reload loses neither the place nor the answer, which can be changed.
    grace.reload()
    expect(grace.locator(".guess .asked")).to_contain_text("Your class has your answer", timeout=FIRST_SIGHT)
    answer(grace, other)
    expect(bar(grace)).to_contain_text(f"Your answer: {other}")

    bar(teacher).get_by_role("button", name="Reveal").click()
    for page in (ada, grace):
        answers = page.get_by_role("dialog", name="Answers of the class")
        expect(answers).to_contain_text(seen)
        expect(answers).to_contain_text(other)
        expect(page.locator(".guess .verdict")).not_to_be_empty()
        expect(page.locator(".guess .marks li")).to_have_text(["–", re.compile("[✓✗]"), "", "", ""])


def test_what_is_wrong_at_the_door_is_told(student, teacher, server):
    """A wrong code is a sentence, the form keeps what was typed, and the right code then works."""
    code = started(teacher, server.url)
    student.goto(f"{server.url}/join")
    student.get_by_label("Code of the class").fill("aeio", timeout=FIRST_SIGHT)
    student.get_by_label("First name, or none").fill("Grace")
    join = student.get_by_role("button", name="Join", exact=True)
    join.click()
    expect(student.get_by_role("alert").filter(has_text="no class with this code")).to_be_visible()
    student.get_by_label("Code of the class").fill(f" {code.lower()}")
    join.click()
    expect(student.get_by_text(f"You are in class {code} as Grace.")).to_be_visible()
    teacher.locator(".tile").get_by_role("button", name="Remove").click()
    teacher.locator(".tile").get_by_role("button", name="Yes").click()
    expect(bar(student)).to_contain_text("no longer in this class")

    # Who was removed tries again: as they are, and after they have made their browser forget all.
    refusal = student.get_by_role("alert")
    student.get_by_label("First name, or none").fill("Somebody else")
    join.click()
    expect(refusal).to_contain_text("You were removed from this class")
    student.evaluate("localStorage.clear()")
    join.click()
    expect(refusal).to_contain_text("Somebody was removed from this class")
    expect(teacher.locator(".tile")).to_have_count(0)
    teacher.get_by_role("button", name="Let them in again").click()
    expect(teacher.get_by_text("1 removed")).to_be_hidden()
    join.click()
    expect(student.get_by_text(f"You are in class {code} as Somebody else.")).to_be_visible()


def test_a_page_out_of_a_class_shows_no_bar_and_opens_no_connection_for_one(page, server):
    """Who is in no class notices nothing of classes."""
    hands.opened(page, f"{server.url}/convolution", everything=False)
    expect(bar(page)).to_have_count(0)
    assert page.evaluate("document.documentElement.hasAttribute('data-class-bar')") is False


def test_a_class_is_brought_to_the_step_of_a_lesson(teacher, student, server):
    """The student's browser shows the same step, and the wall shows the step and how its check came out."""
    code = started(teacher, server.url)
    joined(student, server.url, code, "Ada")
    teacher.goto(
        f"{server.url}/convolution?lesson=edges_by_hand&lesson_level=first&lesson_step=2"
        "&sample=chelsea&kernel=1,1,1_1,1,1_1,1,1&scale=unit"
    )
    expect(strip(teacher)).to_contain_text("2 of 8", timeout=FIRST_SIGHT)
    rested(teacher)
    bring(teacher)
    expect(strip(student)).to_contain_text("2 of 8")
    rested(student)
    press(student, "Check")
    expect(strip(student)).to_contain_text("The weights add up to 9")
    bar(teacher).get_by_role("button", name="Wall").click()
    tile = teacher.locator(".tile")
    expect(tile).to_contain_text("Convolution, step 2")
    expect(tile.locator(".mark")).to_have_text(["·", "✗", *["·"] * 6])


def test_edges_by_hand_is_given_from_start_to_end(open_page, student, server):
    """A teacher leads from the list of lessons through each step, asks, stops the screens, and ends."""
    teacher = open_page(viewport={"width": 1366, "height": 768})
    code = started(teacher, server.url)
    joined(student, server.url, code, "Ada")
    teacher.get_by_test_id("stSidebarNavLink").filter(has_text="Lessons").click()
    teacher.locator(".st-key-lesson-edges_by_hand").get_by_role("link", name="First steps").click()
    for number, (_, act) in enumerate(WAY, 1):
        expect(strip(teacher).locator(".place")).to_have_text(f"{number} of {len(WAY)}")
        in_address(teacher, f"lesson_step={number}")
        bar(teacher).get_by_role("button", name=f"Bring everyone to step {number}").click()
        expect(strip(student).locator(".place")).to_have_text(f"{number} of {len(WAY)}")
        in_address(student, f"lesson_step={number}")
        assert sideways(student) <= 0
        if number == 2:
            bar(teacher).get_by_role("button", name="Ask").click()
            teacher.get_by_label("Your question").fill("What do all nine have to be?")
            teacher.get_by_role("dialog", name="Ask the class").get_by_role("button", name="Ask").click()
            student.get_by_label("What do all nine have to be?").fill("1/9")
            bar(student).get_by_role("button", name="Send").click()
            expect(bar(teacher)).to_contain_text("1 of 1 answered")
            bar(teacher).get_by_role("button", name="Freeze").click()
            expect(student.get_by_role("dialog", name="Paused")).to_be_visible()
            bar(teacher).get_by_role("button", name="Reveal").click()
            for page in (teacher, student.get_by_role("dialog", name="Paused")):
                expect(page.locator(".histogram").filter(has_text="1/9")).to_be_visible()
            teacher.keyboard.press("Escape")
            bar(teacher).get_by_role("button", name="Frozen").click()
            bar(teacher).get_by_role("button", name="Close").click()
            expect(bar(teacher).get_by_role("button", name="Ask")).to_be_visible()
        act(student)
        press(student, "Check")
        expect(strip(student).locator(".outcome")).to_have_class("outcome met")
        press(teacher, "Finish" if number == len(WAY) else "Next")
    expect(strip(teacher).locator(".task")).to_have_text("First steps: done")
    press(student, "Finish")
    expect(strip(student).locator(".task")).to_have_text("First steps: done")
    bar(teacher).get_by_role("button", name="Wall").click()
    expect(teacher.locator(".tile .mark")).to_have_text(["✓"] * len(WAY))
    bar(teacher).get_by_role("button", name="End", exact=True).click()
    bar(teacher).get_by_role("button", name="Yes").click()
    expect(bar(student)).to_contain_text("This class has ended.")
    expect(teacher.get_by_role("button", name="Start a class")).to_be_visible()
