"""Lessons, as a student goes through one: each step is done as it says, with the mouse and the keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from browser import test_draw_and_watch, test_hidden_layers, test_pipeline_training
from browser.hands import (
    FIRST_SIGHT,
    at,
    at_rest,
    eventually,
    in_address,
    lanes_are,
    not_in_address,
    rested,
    scrolled,
    sideways,
)
from lessons.bench import State
from lessons.walk import SHELF, walked
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

FIRST = "lesson=edges_by_hand&lesson_level=first"


def strip(page: Page) -> Locator:
    return page.get_by_role("region", name="Lesson")


def press(page: Page, name: str) -> None:
    strip(page).get_by_role("button", name=name, exact=True).click()


def begun(page: Page, address: str) -> Page:
    """Open a step, and wait until its view rests."""
    page.goto(address)
    expect(strip(page)).to_be_visible(timeout=FIRST_SIGHT)
    expect(page.locator(".lab").first).to_be_attached()
    lanes_are(page, "open")
    rested(page)
    return page


def weight(page: Page, row: int, column: int) -> Locator:
    return page.get_by_role("spinbutton", name=f"Weight, row {row}, column {column}")


def choose(page: Page, kernel: str) -> None:
    page.get_by_role("combobox", name="Kernel").select_option(kernel)


def drag_the_middle(page: Page) -> None:
    """Let go of the weight, and nothing more: what was dragged a moment ago counts."""
    middle = weight(page, 2, 2)
    start = at(middle)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] - 40, start[1], steps=4)
    page.mouse.up()


def enlarge(page: Page) -> None:
    for side in ("rows", "columns"):
        field = page.get_by_role("spinbutton", name=f"Kernel {side}")
        field.fill("9")
        field.press("Enter")


def subtract_the_left(page: Page) -> None:
    weight(page, 2, 1).fill("-1")  # no Enter: Check takes the focus, and the number counts


def compare_above(page: Page) -> None:
    weight(page, 2, 1).fill("0")
    weight(page, 1, 2).fill("-1")


def subtract_on_paper(page: Page) -> None:
    """The framed middle pixel minus the one on its left."""
    framed = [int(text) for text in page.locator(".guess td.framed").all_inner_texts()]
    page.locator(".guess").get_by_role("textbox").fill(f"{framed[4] - framed[3]}")
    page.locator(".guess").get_by_role("button", name="Check").click()
    expect(page.locator(".guess .marks li.right")).to_have_count(1)


# What is done in each step, and how the sentence begins that says what is still missing.
WAY: list[tuple[str, Callable[[Page], None]]] = [
    ("Map and picture still differ", drag_the_middle),
    ("The weights add up to 9", lambda page: choose(page, "box")),
    ("The whiskers can still be seen", enlarge),
    ("Only 50.0 % of the cells are close to 0", subtract_the_left),
    ("The map is the same everywhere", compare_above),
    ("The weights on the left add up to −4", lambda page: choose(page, "sobel_y")),
    ("The variance is 1 times", lambda page: choose(page, "sharpen")),
    ("Answer the question under Guess first", subtract_on_paper),
]


def test_edges_by_hand_is_done_from_start_to_end(page: Page, server) -> None:
    """From the page of lessons to the summary: what is missing is said, what is asked for is enough."""
    page.goto(f"{server.url}/lessons")
    # Every lesson has a level of this title, and how many are there already is a matter of speed.
    edges = page.locator(".st-key-lesson-edges_by_hand")
    edges.get_by_role("link", name="First steps").click(timeout=FIRST_SIGHT)
    expect(page).to_have_url(re.compile("/convolution.*lesson_step=1"))
    for number, (missing, act) in enumerate(WAY, 1):
        expect(strip(page).locator(".place")).to_have_text(f"{number} of {len(WAY)}")
        in_address(page, f"lesson_step={number}")
        lanes_are(page, "open")
        rested(page)
        outcome = strip(page).locator(".outcome")
        expect(outcome).to_be_hidden()
        press(page, "Check")
        expect(outcome).to_contain_text(missing)
        # Who presses it once more sees that it was checked, though the same is missing.
        press(page, "Check")
        expect(strip(page).get_by_role("button", name="Check", exact=True)).to_be_visible()
        act(page)
        press(page, "Check")
        expect(outcome).to_have_class("outcome met")
        press(page, "Finish" if number == len(WAY) else "Next")
    expect(strip(page).locator(".task")).to_have_text("First steps: done")
    expect(strip(page).locator(".text")).to_contain_text("Weights that add up to 0 make flat areas 0")
    noted = json.loads(page.evaluate("localStorage.getItem('explorer.lessons')"))
    assert noted["edges_by_hand/first"]["met"] == [*range(1, len(WAY) + 1)]
    press(page, "The sums behind it")
    expect(page).to_have_url(re.compile("/arithmetic.*lesson_level=second"))
    expect(strip(page).locator(".place")).to_have_text("1 of 8")


# As a link does that is opened within the session.
GO = """(settings) => {
  const url = new URL(location.href);
  for (const [name, text] of Object.entries(settings)) url.searchParams.set(name, text);
  history.pushState(null, "", url);
  dispatchEvent(new PopStateEvent("popstate"));
}"""


STEPS = 8  # of an epoch: 250 points in batches of 32


def do(page: Page, begun: State, done: State) -> None:
    """Bring a page from the state in which its step begins to the one in which it is done."""
    settings = {name: text for name, text in done.query.items() if begun.query.get(name) != text}
    if settings:
        page.evaluate(GO, settings)
        at_rest(page)  # a run that takes the settings over halts what plays
    if done.epochs:
        test_hidden_layers.play_until(page, STEPS * done.epochs)
    if done.steps:
        test_pipeline_training.train(page, done.steps)
    if done.drawn != begun.drawn:
        test_draw_and_watch.draw(page, [list(done.drawn)])
        rested(page)


def is_met(page: Page) -> bool:
    press(page, "Check")
    rested(page)
    return "met" in (strip(page).locator(".outcome").get_attribute("class") or "")


# Edges by hand is done with the hand above, what is taught in the seventh in `test_bias_lesson.py`.
OTHERS = [name for name in SHELF.lessons if name not in ("edges_by_hand", "bias_in_bias_out")]


@pytest.mark.parametrize("lesson", OTHERS)
def test_the_easiest_level_is_walked_from_start_to_end(page: Page, server, lesson: str) -> None:
    """Each step with checks, brought to the state that the library finds done, is done on the page too."""
    steps = list(walked(lesson, "first"))
    page.goto(f"{server.url}/{steps[0][1].page}?lesson={lesson}&lesson_level=first")
    for number, step, before, after in steps:
        place = strip(page).locator(".place")
        expect(place).to_have_text(f"{number} of {len(steps)}", timeout=FIRST_SIGHT)
        expect(page).to_have_url(re.compile(f"lesson_step={number}"))
        rested(page)
        do(page, before, after)
        # A quick run of the page cannot be seen from outside: one that is still to come is checked after it.
        if step.checks:
            eventually(page, lambda: is_met(page), f"step {number} of {lesson} is done")
        press(page, "Finish" if number == len(steps) else "Next")
    expect(strip(page).locator(".task")).to_contain_text(": done")


def test_a_lesson_goes_on_where_the_browser_was(page: Page, server) -> None:
    """After a visit the page of lessons leads back to the step; all can be forgotten."""
    begun(page, f"{server.url}/convolution?{FIRST}&lesson_step=4")
    page.goto(f"{server.url}/lessons")
    page.get_by_role("button", name="Go on with Edges by hand, First steps: step 4 of 8").click(
        timeout=FIRST_SIGHT
    )
    expect(strip(page).locator(".place")).to_have_text("4 of 8")
    page.get_by_role("button", name="Forget everything on this computer").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_function("localStorage.getItem('explorer.lessons') === null")


def test_the_keyboard_and_a_screen_reader_follow(page: Page, server) -> None:
    """After Next the task has the focus, and it is read out once; every check is read out as its sentence."""
    begun(page, f"{server.url}/convolution?{FIRST}&lesson_step=1")
    spoken = strip(page).get_by_role("status")
    strip(page).get_by_role("button", name="Check").press("Enter")
    expect(spoken).to_contain_text("Map and picture still differ by only 0")
    spoken.evaluate(
        """(region) => {
          window.heard = [];
          const options = { childList: true, characterData: true, subtree: true };
          new MutationObserver(() => heard.push(region.textContent)).observe(region, options);
        }"""
    )
    strip(page).get_by_role("button", name="Check").press("Enter")
    page.wait_for_function("() => window.heard.length === 2")
    assert page.evaluate("heard") == ["", spoken.inner_text()]
    strip(page).get_by_role("button", name="Next").press("Enter")
    expect(spoken).to_have_text("Step 2 of 8: Make the nine weights add up to 1, all of them alike.")
    expect(strip(page).locator(".task")).to_be_focused()
    hint = strip(page).get_by_role("button", name="Hint")
    hint.press("Enter")
    expect(hint).to_have_attribute("aria-expanded", "true")
    expect(strip(page).locator(".hint")).to_be_visible()


def test_leaving_keeps_the_experiment(page: Page, server) -> None:
    """The strip goes, and its place in the address; the kernel stays."""
    begun(page, f"{server.url}/convolution?{FIRST}&lesson_step=6")
    press(page, "Leave the lesson")
    expect(strip(page)).to_have_count(0)
    not_in_address(page, "lesson")
    in_address(page, "sample=brick")
    expect(page.locator("html")).not_to_have_attribute("data-lesson", "step")


def test_a_telephone_shows_the_strip_whole(phone: Page, server) -> None:
    """Nothing is wider than the screen, every button can be touched, and the page's own first words wait."""
    begun(phone, f"{server.url}/convolution?{FIRST}&lesson_step=3")
    press(phone, "Hint")
    press(phone, "Check")
    expect(strip(phone).locator(".outcome")).to_be_visible()
    assert sideways(phone) <= 0
    for button in strip(phone).get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
    expect(phone.get_by_text("multiplies the pixels in a small window")).to_be_hidden()


def in_sight(page: Page, element: Locator, above: float = 0) -> bool:
    """Whether all of an element stands in the window, below so many pixels."""
    box = element.bounding_box()
    size = page.viewport_size
    return bool(box and size and box["y"] >= above and box["y"] + box["height"] <= size["height"])


ASKING = {
    "edges": "convolution?lesson=edges_by_hand&lesson_level=first&lesson_step=8",
    "sizes": "arithmetic?lesson=padding_and_stride&lesson_level=first&lesson_step=7",
    "errors": "losses?lesson=what_is_an_error&lesson_level=first&lesson_step=7",
}


@pytest.mark.parametrize("address", ASKING.values(), ids=ASKING)
def test_the_question_of_a_step_is_in_sight(page: Page, server, address: str) -> None:
    """With its task above it, on a laptop of 1366 × 768 pixels, whatever the page shows before."""
    page.set_viewport_size({"width": 1366, "height": 768})
    begun(page, f"{server.url}/{address}")
    guess = page.locator(".guess")
    expect(guess.get_by_role("button", name="Check")).to_be_visible()

    def together() -> bool:
        strip_box = strip(page).bounding_box()
        below = strip_box["y"] + strip_box["height"] if strip_box else 0
        return (
            in_sight(page, strip(page))
            and in_sight(page, guess.locator(".prompt"), below)
            and in_sight(page, guess.get_by_role("button", name="Check"), below)
        )

    eventually(page, together, "task and question are in sight")
    page.mouse.move(700, 500)
    page.mouse.wheel(0, -3000)
    eventually(page, lambda: scrolled(page) == 0, "the page stays where it was scrolled to")
    page.wait_for_timeout(300)
    assert scrolled(page) == 0


def test_the_sum_of_a_step_is_in_sight_below_all_that_the_lesson_says(page: Page, server) -> None:
    """With hint and verdict open, on a laptop, the value is seen whole."""
    page.set_viewport_size({"width": 1366, "height": 768})
    begun(page, f"{server.url}/convolution?lesson=edges_by_hand&lesson_level=first&lesson_step=2")
    press(page, "Hint")
    press(page, "Check")
    expect(strip(page).locator(".outcome")).to_contain_text("The weights add up to 9")
    page.locator("canvas[data-pane=picture]").hover(position={"x": 100, "y": 60})
    value = page.locator(".worked .value")
    expect(value).to_be_visible()
    assert in_sight(page, value)


def test_the_tab_of_a_step_is_in_sight(page: Page, server) -> None:
    """With its task above it, on a laptop; the step before is about the stage, and begins at the top."""
    page.set_viewport_size({"width": 1366, "height": 768})
    begun(page, f"{server.url}/attention?lesson=what_attention_sees&lesson_level=second&lesson_step=7")
    map_shown = page.get_by_role("figure", name="What the answer looks at: layer 1, head 1")

    def together() -> bool:
        strip_box = strip(page).bounding_box()
        below = strip_box["y"] + strip_box["height"] if strip_box else 0
        return in_sight(page, strip(page)) and in_sight(page, map_shown, below)

    eventually(page, together, "task and tab are in sight")
    press(page, "Step before")
    expect(strip(page).locator(".place")).to_have_text("6 of 8")
    eventually(page, lambda: scrolled(page) == 0, "the page begins at the top")


def test_the_question_of_a_step_is_in_sight_on_a_phone(phone: Page, server) -> None:
    """It begins below the header, and does not pull the page back once somebody has scrolled."""
    begun(phone, f"{server.url}/{ASKING['edges']}")
    prompt = phone.locator(".guess .prompt")
    eventually(phone, lambda: in_sight(phone, prompt, 50), "the question is in sight")
    assert sideways(phone) <= 0
