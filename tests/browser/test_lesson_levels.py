"""The second and third levels of every lesson, each step done by hand: drag, type, choose, draw, train."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from browser import test_bias_lesson as bias
from browser import test_draw_and_watch, test_pipeline_training
from browser.hands import FIRST_SIGHT, answered, at, at_rest, in_address, query_of, rested
from browser.test_lessons import choose, press, strip, weight
from lessons.solutions import CROSS, STAR
from lessons.walk import SHELF
from playwright.sync_api import Locator, Page, expect

from explorer.questions import QUESTIONS, QuestionKind
from explorer.questions.record import Answer
from pages import asked
from pages.components import chooser
from pages.components.guess import COUNT, SET

pytestmark = pytest.mark.browser

Act = Callable[[Page], None]


def in_turn(*acts: Act) -> Act:
    """Do one thing after the other."""

    def do(page: Page) -> None:
        for act in acts:
            act(page)

    return do


def block(number: int) -> str:
    """Where the controls of a block of the pipeline are."""
    return f".card[data-block='{number}']"


MAIN = "[data-testid=stMain]"
FIT = ".fit"


def click(name: str, *, within: str = MAIN, times: int = 1) -> Act:
    """Press a button."""

    def do(page: Page) -> None:
        button = page.locator(within).get_by_role("button", name=name, exact=True).first
        for _ in range(times):
            button.click()

    return do


def pick(group: str, option: str, *, within: str = MAIN) -> Act:
    """Choose an option that can be seen."""

    def do(page: Page) -> None:
        chosen = page.locator(within).get_by_role("radiogroup", name=group, exact=True)
        chosen.get_by_role("radio", name=option, exact=True).click()

    return do


def select(menu: str, value: str) -> Act:
    """Choose from a menu."""
    return lambda page: page.get_by_role("combobox", name=menu, exact=True).select_option(value)


def slider(page: Page, name: str, within: str) -> Locator:
    return page.locator(within).get_by_role("slider", name=name, exact=True)


def slide(name: str, value: float, *, within: str = MAIN) -> Act:
    """Drag a slider to a value, and let go."""

    def do(page: Page) -> None:
        dragged = slider(page, name, within)
        low, high, now = (
            float(dragged.get_attribute(f"aria-value{each}") or 0) for each in ("min", "max", "now")
        )
        rail = dragged.locator(".rail")
        dragged.hover()  # waits until it stands still: what was done before may have moved it
        page.mouse.move(*at(rail, (now - low) / (high - low)))
        page.mouse.down()
        page.mouse.move(*at(rail, (value - low) / (high - low)), steps=3)
        page.mouse.up()
        expect(dragged).to_have_attribute("aria-valuenow", f"{value:g}")

    return do


def step_to(name: str, key: str, text: str) -> Act:
    """Press a key on a slider until it says so."""

    def do(page: Page) -> None:
        moved = slider(page, name, MAIN)
        for _ in range(50):
            if text in (moved.get_attribute("aria-valuetext"), moved.get_attribute("aria-valuenow")):
                return
            moved.press(key)
        pytest.fail(f"{name} does not come to {text}, but to {moved.get_attribute('aria-valuetext')}.")

    return do


def weights(texts: Mapping[tuple[int, int], str]) -> Act:
    """Type some weights of a kernel; the last one without Enter."""

    def do(page: Page) -> None:
        for (row, column), text in texts.items():
            weight(page, row, column).fill(text)

    return do


def cells(grid: str, *pressed: str) -> Act:
    """Type numbers into a grid from its first cell on, and go from cell to cell with keys."""

    def do(page: Page) -> None:
        page.locator(f"input.typed[data-grid={grid}]").focus()
        for each in pressed:
            if each.startswith("Arrow") or each == "Enter":
                page.keyboard.press(each)
            else:
                page.keyboard.type(each)

    return do


def typed(name: str, text: str) -> Act:
    """Type a number into a field of its own."""

    def do(page: Page) -> None:
        field = page.locator(MAIN).get_by_role("spinbutton", name=name, exact=True)
        field.fill(text)
        field.press("Enter")

    return do


def ticked(*names: str) -> Act:
    """Tick boxes, or take their ticks away."""

    def do(page: Page) -> None:
        for name in names:
            page.get_by_role("checkbox", name=name, exact=True).click()

    return do


def begun_with(name: str) -> Act:
    """Press the button whose name begins so, and goes on with numbers."""
    return lambda page: page.locator(MAIN).get_by_role("button", name=re.compile(f"^{name}")).first.click()


def learn(steps: int) -> Act:
    """Let the stack of the pipeline learn for some steps, and pause."""
    return in_turn(at_rest, lambda page: test_pipeline_training.train(page, steps))


def to_front(kind: str, came: int, to: int) -> Act:
    """Add a block at the end, where it is the one of this number, and move it up."""
    return in_turn(arranged(kind), *(click(f"Move block {at} up") for at in range(came, to, -1)))


def window(rows: int, columns: int) -> Act:
    """Click the last cell of a window of this size."""
    return lambda page: page.mouse.click(*at(page.locator(".unit").nth(8 * (rows - 1) + columns - 1)))


PAUSE = """(epochs) => {
  const lab = labs().find((each) => each.querySelector("[data-read=epoch]")?.textContent >= epochs);
  const pause = lab && [...lab.querySelectorAll("button")].find((each) =>
    [each.ariaLabel, each.title, each.textContent].some((name) => name?.trim() === "Pause"));
  pause?.click();
  return Boolean(pause);
}"""


def train(epochs: int) -> Act:
    """Let it play for some epochs, and pause."""

    def do(page: Page) -> None:
        page.get_by_role("button", name="Play: train until you pause").click()
        # In the page itself: on a busy machine a hand from outside comes dozens of epochs too late.
        page.wait_for_function(PAUSE, arg=epochs)

    return do


def draw(*stroke: tuple[float, float]) -> Act:
    """Draw in one stroke with the mouse."""
    return in_turn(lambda page: test_draw_and_watch.draw(page, [list(stroke)]), rested)


def drag_point(number: int, to: float) -> Act:
    """Drag a point of a plot up or down."""

    def do(page: Page) -> None:
        points = page.locator("[data-point]")
        heights = points.evaluate_all(
            "all => all.map(each => [Number(each.ariaValueNow), each.getBoundingClientRect().y])"
        )
        (low, bottom), (high, top) = min(heights), max(heights)
        x, y = at(points.nth(number - 1))
        page.mouse.move(x, y)
        page.mouse.down()
        now = heights[number - 1][0]
        page.mouse.move(x, y + (to - now) * (top - bottom) / (high - low), steps=3)
        page.mouse.up()

    return do


def open_tile(place: int, across: int) -> Act:
    """Open a channel: in rows of so many it stands at this place, from 0."""

    def do(page: Page) -> None:
        tiles = page.locator("canvas[data-maps=layer]")
        answered(page)  # they stand in the order that was asked for
        page.mouse.click(*at(tiles, (place % across + 0.5) / across, (place // across + 0.5) / across))

    return do


OFF = "Switch off this channel"


def zoom_in(times: int, right: float = 0.0, down: float = 0.0) -> Act:
    """Zoom in at the middle, then drag the frame by shares of its side."""

    def do(page: Page) -> None:
        for _ in range(times):
            page.get_by_role("button", name="Zoom in", exact=True).click()
        in_address(page, "zoom=")
        photo = page.locator("canvas[data-pane=photo]")
        page.mouse.move(*at(photo))
        page.mouse.down()
        page.mouse.move(*at(photo, 0.5 - right, 0.5 - down), steps=3)
        page.mouse.up()

    return do


def chosen(name: str) -> Act:
    """Press what has a picture and no role of its own."""
    return lambda page: page.locator(name).click()


def right_answer(page: Page, kind: QuestionKind) -> tuple[str, Answer]:
    """Ask the library what is right for the question that the page shows, the first of its set."""
    query = query_of(page)
    seed = COUNT * int(query.get(SET.name, SET.default))
    looked_at = chooser.linked(query).levels if kind.page in ("convolution", "pooling", "pipeline") else None
    posed = kind.make(asked.EXPERIMENTS[kind.page](query, seed), looked_at, seed)
    expect(page.locator(".guess .prompt")).to_have_text(posed.prompt)
    return posed.form, posed.answer


def answer(kind: str) -> Act:
    """Answer the question under Guess first by typing, choosing or clicking."""

    def do(page: Page) -> None:
        guess = page.locator(".guess")
        form, right = right_answer(page, QUESTIONS[kind])
        if form == "number":
            guess.get_by_role("textbox").fill(str(right))
            guess.get_by_role("button", name="Check").click()
        elif form == "choice":
            guess.locator(f"[data-given='{right}']").click()
        else:
            guess.locator(f"[data-given='{right[0]},{right[1]}']").click()
        expect(guess.locator(".marks li.right")).to_have_count(1)

    return do


def sample(name: str) -> Act:
    """Take a sample from the menu of the sidebar."""

    def do(page: Page) -> None:
        samples = page.get_by_role("combobox", name="Sample")
        samples.click()
        samples.fill(name)
        samples.press("Enter")

    return do


def arranged(*kinds: str) -> Act:
    """Add blocks at the end of a pipeline, one after the other."""
    return in_turn(*(click(kind, within="[aria-label='Add a block']") for kind in kinds))


def random_kernels(number: int, count: int) -> Act:
    """Give a convolution so many random kernels."""
    return in_turn(
        pick("Kernels", "Random", within=block(number)), slide("How many", count, within=block(number))
    )


def load(name: str, count: int) -> Act:
    """Load one of the examples, of so many pictures."""

    def do(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator(".photo")).to_have_count(count)
        at_rest(page)

    return do


def clear(page: Page) -> None:
    """Delete all pictures."""
    page.get_by_role("button", name="Delete all", exact=True).click()
    expect(page.locator(".photo")).to_have_count(0)
    at_rest(page)


def train_again(page: Page) -> None:
    """Train with settings that were just put back, unless the page still has what it learnt with these."""
    expect(page).not_to_have_url(re.compile("teach_(learning_rate|epochs)="))
    at_rest(page)
    if page.get_by_role("button", name="Train", exact=True).is_enabled():
        bias.train(page)


def moved(to: str, name: str, *numbers: int) -> Act:
    """Choose pictures of a class, and do something with them."""
    return lambda page: bias.act(page, [f"{name} {number}" for number in numbers], to)


def stop_at(name: str, text: str) -> Act:
    """Move a slider of the sidebar's kind with the arrow keys until it says so."""

    def do(page: Page) -> None:
        moved = page.get_by_role("slider", name=name)
        for _ in range(50):
            if moved.get_attribute("aria-valuetext") == text:
                return
            moved.press("ArrowRight")
        pytest.fail(f"{name} does not come to {text}, but to {moved.get_attribute('aria-valuetext')}.")

    return do


ALL_BUT_3 = (1, 2, 4, 5, 6, 7, 8)

WAYS: dict[str, dict[str, list[Act]]] = {
    "edges_by_hand": {
        "second": [
            cells(
                "input",
                "2",
                "ArrowRight",
                "5",
                "ArrowRight",
                "2",
                "ArrowDown",
                "2",
                "ArrowDown",
                "2",
                "Enter",
            ),
            cells("kernel", "1", "ArrowRight", "ArrowRight", "-1", "Enter"),
            answer("arithmetic_cell"),
            weights({(2, 1): "1", (2, 3): "-1"}),
            lambda page: choose(page, "outline4"),
            slide("Bias", 0.5),
            pick("Activation", "ReLU"),
            pick("Activation", "absolute"),
        ],
        "third": [
            slide("Stride", 2),
            slide("Dilation", 4),
            pick("Border", "edge"),
            pick("Operation", "convolution"),
            weights({(r, c): "1.889" if r == c == 2 else "-0.111" for r in (1, 2, 3) for c in (1, 2, 3)}),
            lambda page: choose(page, "emboss"),
            weights({(r, c): "0" for r in (1, 3) for c in (1, 3)} | {(2, 1): "-1", (2, 2): "1", (2, 3): "0"}),
            answer("convolution_cell"),
        ],
    },
    "padding_and_stride": {
        "second": [
            pick("Padding", "1"),
            pick("Padding", "full"),
            slide("Dilation", 2),
            pick("Padding", "2"),
            slide("Stride", 2),
            slide("Stride", 2),
            slide("Stride", 2),
            answer("arithmetic_size"),
        ],
        "third": [
            slide("Dilation", 4),
            pick("Padding", "same"),
            arranged("Convolution", "Convolution"),
            in_turn(
                arranged("Pooling"),
                click("Move block 4 up"),
                click("Move block 3 up"),
                arranged("Pooling"),
                click("Move block 5 up"),
            ),
            in_turn(slide("Size", 3, within=block(1)), click("Duplicate block 1")),
            arranged("Pooling", "Pooling", "Pooling"),
            answer("pipeline_size"),
        ],
    },
    "why_pool": {
        "second": [
            pick("Pooling", "max"),
            pick("Pooling", "average"),
            in_turn(window(3, 3), pick("Stride", "2")),
            window(1, 8),
            pick("Incomplete windows", "keep"),
            click("Move block 3 up"),
            answer("pooling_winner"),
        ],
        "third": [
            window(4, 4),
            window(5, 5),
            in_turn(
                arranged("Pooling", "Pooling"),
                *(
                    in_turn(
                        chosen(f".networkstrip [data-stage='{at}']"),
                        *(slide(name, 8, within=block(at)) for name in ("Window", "Stride")),
                    )
                    for at in (3, 4)
                ),
            ),
            in_turn(arranged("Pooling"), click("Move block 3 up")),
            chosen("[data-variant=one_block]"),
            chosen("[data-example=bent_cross]"),
            answer("pooling_value"),
        ],
    },
    "one_line_is_not_enough": {
        "second": [
            in_turn(step_to("Learning rate", "ArrowRight", "0.3"), train(40)),
            in_turn(step_to("Learning rate", "ArrowLeft", "1"), train(30)),
            in_turn(select("Initial weights", "glorot_uniform"), train(40)),
            train(100),
            in_turn(step_to("Points", "PageUp", "1040"), train(50)),
            in_turn(
                click("Add a hidden layer", times=2),
                click("Remove a unit of hidden layer 1"),
                click("Remove a unit of hidden layer 2"),
            ),
            answer("hidden_layers_separates"),
        ],
        "third": [
            in_turn(
                click("Add a hidden layer"),
                *(click(f"Add a unit to hidden layer {layer}", times=4) for layer in (1, 2)),
                step_to("Learning rate", "ArrowLeft", "0.03"),
                select("Optimiser", "adam"),
                train(100),
            ),
            in_turn(
                click("Add a hidden layer"),
                *(click(f"Remove a unit of hidden layer {layer}", times=2) for layer in (1, 2)),
                train(150),
            ),
            in_turn(select("Activation of output", "linear"), train(60)),
            in_turn(click("Add a hidden layer"), train(50)),
            in_turn(
                click("Remove the last hidden layer"),
                click("Remove a unit of hidden layer 1", times=5),
                train(100),
            ),
            in_turn(click("ReLU"), step_to("x, the pre-activation", "Shift+ArrowRight", "1")),
            answer("activations_slope"),
        ],
    },
    "what_is_an_error": {
        "second": [
            slide("Prediction ŷ", 4.5),
            slide("Target of the outlier", 43),
            slide("Probability p", 0.905),
            slide("Probability p", 0.015),
            pick("Fit", "parabola"),
            click("MAE"),
            answer("losses_constant"),
        ],
        "third": [
            slide("Score ŷ", 1),
            click("Hinge"),
            in_turn(click("Quantile (pinball)", within=FIT), slide("Quantile", 0.9, within=FIT)),
            pick("Fit", "curve of degree 4"),
            click("Poisson", within=FIT),
            drag_point(9, 6.0),
            answer("losses_constant"),
        ],
    },
    "from_pixels_to_cat": {
        "second": [
            in_turn(pick("Channels by", "number"), open_tile(8, 6), click(OFF)),
            in_turn(open_tile(31, 6), *(click(each) for each in [OFF, *["Previous channel", OFF] * 9])),
            zoom_in(4, down=-0.1),
            step_to("Temperature", "ArrowLeft", "0.5"),
            draw(*STAR),
            in_turn(arranged("Convolution"), random_kernels(4, 16), arranged("Activation", "Pooling")),
            answer("imagenet_layer"),
        ],
        "third": [
            zoom_in(5, right=-0.6, down=-0.4),
            sample("Checkerboard"),
            in_turn(open_tile(0, 26), *(click(each) for each in [OFF, *["Next channel", OFF] * 4])),
            zoom_in(2, right=0.2, down=0.3),
            in_turn(
                chosen(".networkstrip [data-stage='2']"),
                lambda page: page.get_by_role("button", name="on, map 4", exact=True).click(),
            ),
            in_turn(
                *(slide(name, value, within=block(1)) for name, value in (("How many", 2), ("Size", 3))),
                arranged("Convolution"),
                random_kernels(4, 16),
                arranged("Activation"),
            ),
            answer("imagenet_hidden"),
        ],
    },
    "what_attention_sees": {
        "second": [
            step_to("Temperature", "ArrowLeft", "0.3"),
            in_turn(step_to("Heads", "ArrowRight", "2"), step_to("Head on show", "ArrowRight", "2")),
            in_turn(
                *(
                    typed(f"key weights, {pixel} to number 2", text)
                    for pixel, text in {
                        "top left": "-1",
                        "top right": "-1",
                        "bottom left": "1",
                        "bottom right": "1",
                    }.items()
                )
            ),
            pick("Positions", "on"),
            pick("Mask", "causal"),
            in_turn(pick("Positions", "on"), step_to("Head on show", "ArrowRight", "2")),
            begun_with("Layer 3, head 1: "),
            answer("attention_score"),
        ],
        "third": [
            ticked(*(f"patch 2 may look at patch {each}" for each in (1, 2, 3, 5, 6))),
            step_to("Heads", "ArrowRight", "3"),
            typed("word 5 (river), money", "2"),
            step_to("Temperature", "ArrowLeft", "0.4"),
            in_turn(
                *(
                    typed(f"query weights, {pixel} to number {number}", "0")
                    for pixel in ("top left", "top right", "bottom left", "bottom right")
                    for number in (1, 2)
                )
            ),
            arranged("Convolution", "Convolution", "Convolution"),
            click("Shuffle positions"),
            answer("attention_taken"),
        ],
    },
    "a_kernel_that_learned_itself": {
        "second": [
            in_turn(
                to_front("Convolution", 4, 1),
                to_front("Activation", 5, 2),
                to_front("Pooling", 6, 3),
                *(slide(name, 4, within=block(3)) for name in ("Window", "Stride")),
                chosen(".networkstrip [data-stage='1']"),
                random_kernels(1, 4),
                learn(150),
            ),
            in_turn(pick("Optimiser", "Adam"), learn(60)),
            in_turn(*(click(f"Freeze kernel {each}") for each in (1, 2, 3, 4)), learn(125)),
            in_turn(to_front("Activation", 6, 2), learn(200)),
            in_turn(
                chosen(".networkstrip [data-stage='4']"),
                slide("How many", 8, within=block(4)),
                chosen(".networkstrip [data-stage='6']"),
                *(slide(name, 4, within=block(6)) for name in ("Window", "Stride")),
                learn(250),
            ),
            answer("pipeline_size"),
        ],
        "third": [
            in_turn(
                slide("How many", 4, within=block(1)),
                chosen(".networkstrip [data-stage='4']"),
                slide("How many", 8, within=block(4)),
                chosen(".networkstrip [data-stage='6']"),
                *(slide(name, 4, within=block(6)) for name in ("Window", "Stride")),
                learn(250),
            ),
            in_turn(slide("Size", 5, within=block(1)), learn(125)),
            in_turn(click("Remove block 7"), to_front("Flatten", 9, 7), learn(60)),
            in_turn(
                pick("Kernels", "Random", within=block(1)), slide("How many", 8, within=block(1)), learn(60)
            ),
            in_turn(
                *(select("Add a kernel", name) for name in ("prewitt_x", "prewitt_y", "sharpen", "emboss")),
                at_rest,
                click("Freeze kernel 1"),
                learn(200),
            ),
            answer("pipeline_parameters"),
        ],
    },
    "three_classes": {
        "second": [
            train(40),
            in_turn(step_to("Learning rate", "ArrowRight", "0.1"), train(30)),
            in_turn(select("Activation of hidden layer 1", "tanh"), train(40)),
            train(60),
            in_turn(step_to("Points", "End", "2000"), train(10)),
            in_turn(select("Initial weights", "glorot_uniform"), train(40)),
            answer("hidden_layers_shares"),
        ],
        "third": [
            in_turn(click("x1²"), click("x2²"), train(30)),
            in_turn(click("x1·x2"), train(40)),
            in_turn(click("Remove a unit of hidden layer 1", times=8), train(100)),
            in_turn(step_to("Learning rate", "ArrowRight", "3"), train(30)),
            in_turn(
                click("Insert a hidden layer after hidden layer 1"),
                *(click(f"Add a unit to hidden layer {layer}", times=4) for layer in (1, 2)),
                train(60),
            ),
            answer("hidden_layers_shares"),
        ],
    },
    "bias_in_bias_out": {
        "second": [
            load("Load an example", 24),
            bias.train,
            in_turn(moved("Test", "cat", *ALL_BUT_3), bias.train),
            in_turn(moved("Test", "coffee", *ALL_BUT_3), moved("Test", "rocket", *ALL_BUT_3), bias.train),
            bias.train,
            in_turn(stop_at("Learning rate", "0.001"), stop_at("Epochs", "40"), train_again),
        ],
        "third": [
            in_turn(load("Load a misleading example", 32), moved("Train on", "horse", 13, 14), bias.train),
            in_turn(
                moved("Train on", "coin", 13, 14),
                *(moved("Remove", name, *range(1, 7)) for name in ("horse", "coin")),
                bias.train,
            ),
            in_turn(clear, load("Load a misleading example", 32), bias.train),
            in_turn(clear, load("Load an example", 24), moved("cat", "rocket", *range(1, 7)), bias.train),
            draw(*CROSS),
            answer("sketch_erased"),
            in_turn(clear, load("Load an example", 24), bias.train),
        ],
    },
}


@pytest.mark.parametrize("lesson", WAYS)
def test_the_other_levels_are_walked_by_hand(page: Page, server: Any, lesson: str) -> None:
    """What a step asks for is done with the page's own controls, and one press on Check finds it done."""
    for level, acts in WAYS[lesson].items():
        steps = SHELF.lesson(lesson).level(level).steps
        page.goto(f"{server.url}/{steps[0].page}?lesson={lesson}&lesson_level={level}")
        for number, (step, act) in enumerate(zip(steps, acts, strict=True), 1):
            place = strip(page).locator(".place")
            expect(place).to_have_text(f"{number} of {len(steps)}", timeout=FIRST_SIGHT)
            expect(page).to_have_url(re.compile(f"lesson_step={number}(&|$)"))
            at_rest(page)
            outcome = strip(page).locator(".outcome")
            expect(outcome).to_be_hidden()
            act(page)
            press(page, "Check")
            expect(outcome).to_have_class("outcome met", timeout=FIRST_SIGHT)
            expect(outcome).to_contain_text(step.done.partition("{")[0])
            press(page, "Finish" if number == len(steps) else "Next")
        expect(strip(page).locator(".task")).to_contain_text(": done")
