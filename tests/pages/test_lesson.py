"""The strip of a lesson: where a session is in it, what its page shows, and what a check says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from driving import follow, opened, set_in, state_of
from streamlit.testing.v1 import AppTest

from explorer.lessons.record import LessonStep
from explorer.lessons.shelf import FOLDER
from pages import lesson_offers, streamlit_compat
from pages.basics import BASICS
from pages.components import chooser, lesson, level

SHORT = """\
title = "Short"
question = "How?"
age = "11 to 14"
minutes = 20
[notes]
aim = "Aim."
timing = "Timing."
answers = "Answers."

[[levels]]
name = "first"
title = "First"
sentence = "For all."
summary = "Known now."

[[levels.steps]]
page = "convolution"
query = { kernel = "box~3x3", sample = "coins" }
text = "Text."
task = "Blur more."
hint = "Larger."
done = "{weights} weights."
shows = ["strides", "Code"]
[[levels.steps.checks]]
measure = "map_variance"
falls_to = 0.9
otherwise = "Still {map_variance}, from {weights} weights."

[[levels.steps]]
page = "convolution"
text = "Text."
task = "Look."
hint = "Look."

[[levels.steps]]
page = "convolution"
query = { kernel = "identity~3x3", strides = 2, tab = "Explain" }
text = "Text."
task = "Look again."
hint = "Look."

[[levels.steps]]
page = "pooling"
query = { pool_size = "3x3" }
text = "Text."
task = "Pool."
hint = "Pool."
shows = ["everything"]
[[levels.steps.checks]]
measure = "pool_rows"
equals = 4

[[levels]]
name = "second"
title = "Second"
sentence = "For some."
summary = "More is known."
[[levels.steps]]
page = "arithmetic"
query = { padding = "valid" }
text = "Text."
task = "Work it out."
hint = "Nine products."
done = "Right, {rows} rows."
question = "arithmetic_cell"
[[levels.steps]]
page = "pooling"
text = "Text."
task = "Look."
hint = "Look."
"""


@pytest.fixture(autouse=True)
def short_lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a short lesson into the teacher's folder."""
    (tmp_path / "short.toml").write_text(SHORT)
    monkeypatch.setenv(FOLDER, str(tmp_path))


def at(step: int, page: str = "convolution", name: str = "first", **query: str) -> AppTest:
    """Follow a link to a step."""
    return opened(f"{page}/page.py", lesson="short", lesson_level=name, lesson_step=str(step), **query)


def press(app: AppTest, act: str, times: list[int] = [0]) -> AppTest:  # noqa: B006
    """Press a button of the strip."""
    times[0] += 1
    app.session_state[lesson.STRIP] = {"pressed": {"act": act, "at": times[0]}}
    app.run()
    assert not app.exception
    here = app.session_state.get("lesson running")
    if here:  # a browser knows where `st.switch_page` has led
        app.switch_page(f"{here.step.page}/page.py")
    return app


def strip(app: AppTest) -> lesson.StripData | None:
    """Give what the strip shows, if there is one."""
    for element in app.get("bidi_component"):
        if element.proto.component_name.endswith("explorer_lesson"):
            return json.loads(json.loads(element.proto.json)["strip"])
    return None


def where(app: AppTest) -> tuple[str, ...]:
    """Give what the address says of the lesson."""
    return tuple(app.query_params.get(name, "") for name in (lesson.NAME, lesson.LEVEL, lesson.STEP))


def tabs(app: AppTest) -> list[str]:
    return [tab.label for tab in app.tabs]


def kernel(app: AppTest) -> str:
    return state_of(app, "filter2d").values["kernel"]["name"]


def test_a_bare_link_sets_up_its_step() -> None:
    """The page has the step's settings, picture and tabs, and the address says so."""
    app = at(1)
    assert where(app) == ("short", "first", "1")
    assert (kernel(app), app.query_params["sample"]) == ("box", "coins")
    assert app.selectbox(key="chooser_sample").value == "coins"
    assert app.query_params["pad_mode"] == "edge"  # not what a link of long ago would mean
    assert tabs(app) == ["Code"]
    shown = strip(app)
    assert (shown["at"], shown["total"], shown["task"], shown["elsewhere"]) == (1, 4, "Blur more.", "")


def test_a_link_with_settings_keeps_them() -> None:
    """A step that somebody has gone on with, and shares or loads again, is as it was."""
    app = at(1, kernel="gaussian~5x5", pad_mode="edge")
    assert kernel(app) == "gaussian"
    assert strip(app)["at"] == 1


def test_a_step_shows_what_it_names_and_everything_stays_in_reach() -> None:
    """Settings and tabs are the step's; the switch still opens all of them, until the next step begins."""
    app = at(1)
    rare = json.loads(json.loads(view(app, "filter2d"))["lab"])["rare"]
    assert "kernel" in rare
    assert "strides" not in rare
    app.session_state[level.SWITCH] = {"chosen": {"level": "everything", "at": 1}}
    app.run()
    assert "Compare" in tabs(app)
    assert tabs(press(app, "next")) == list(BASICS["convolution"].tabs)


def steps() -> list[LessonStep]:
    """All steps of the lessons that come along."""
    shelf = lesson.lessons()
    return [step for each in shelf.lessons.values() for found in each.levels for step in found.steps]


def test_a_step_shows_the_tab_that_it_opens_on() -> None:
    """Though its author named neither tabs nor settings."""
    opening = [step for step in steps() if "tab" in step.query]
    assert len(opening) > 30
    for step in opening:
        assert step.query["tab"] in lesson_offers.shown(step).tabs or "everything" in step.shows
    bare = replace(opening[0], page="activations", query={"tab": "Softmax"}, shows=())
    assert lesson_offers.shown(bare).tabs == (*BASICS["activations"].tabs, "Softmax")


def test_what_a_step_is_about_may_stand_below_the_stage() -> None:
    """A question does, and a tab where the step has nothing to set on the stage above it."""
    below = {
        (step.page, step.query.get("tab", "")): lesson_offers.below(step)
        for step in steps()
        if not step.question
    }
    assert below["attention", "On a drawing"] == below["losses", "Fit it"] == "tab"
    assert below["pipeline", "Train it"] == below["pooling", "Invariance"] == below["convolution", ""] == ""
    assert {lesson_offers.below(step) for step in steps() if step.question} == {"question"}


def view(app: AppTest, operation: str) -> str:
    return next(
        element.proto.json
        for element in app.get("bidi_component")
        if element.proto.component_name.endswith(f"explorer_{operation}")
    )


def test_a_check_reads_the_newest_numbers_and_those_of_the_start() -> None:
    """What is said is made of the present settings; a larger kernel passes, and the step is done for good."""
    app = press(at(1), "check")
    met, sentence = strip(app)["outcome"]
    # The same again is news for the browser, which waits for it.
    first = strip(app)
    assert strip(press(app, "check")) == first | {"checked": first["checked"] + 1}
    assert not met
    assert sentence.startswith("Still 0.0")
    assert sentence.endswith("from 9 weights.")
    kernel_of = state_of(app, "filter2d").values["kernel"] | {"name": "box", "rows": 9, "columns": 9}
    app.session_state["lab_filter2d"] = {}
    values = state_of(app, "filter2d").values
    wanted = {part: kernel_of[part] for part in ("name", "rows", "columns")}
    set_in(app, values | {"kernel": wanted}, seq=5, operation="filter2d")
    app = press(app, "check")
    assert strip(app)["outcome"] == [True, "81 weights."]
    assert strip(app)["met"] == [1]
    back = press(press(app, "next"), "back")
    assert (strip(back)["outcome"], strip(back)["met"]) == (None, [1])


def test_next_goes_on_with_what_there_is_or_sets_up_the_page() -> None:
    """A step without settings leaves the page as it is; one with some has all others at their defaults."""
    app = at(1)
    set_in(app, state_of(app, "filter2d").values | {"dilation_rate": 3}, operation="filter2d")
    press(app, "next")
    assert where(app)[2] == "2"
    assert (kernel(app), state_of(app, "filter2d").values["dilation_rate"]) == ("box", 3)
    press(app, "next")
    assert (kernel(app), state_of(app, "filter2d").values["dilation_rate"]) == ("identity", 1)
    assert state_of(app, "filter2d").values["strides"] == 2
    assert app.session_state["tab"] == "Explain"
    assert app.query_params["sample"] == "coins"  # a step that names no picture keeps the person's


def test_a_step_with_a_picture_prepares_it_as_it_comes() -> None:
    """Somebody who has worked on a smaller picture has the step's own size again."""
    app = at(1)
    press(app, "next")
    app.select_slider(key="chooser_size").set_value(64).run()
    assert app.query_params["size"] == "64"
    press(app, "back")
    assert app.select_slider(key="chooser_size").value == chooser.SIZE.default
    assert "size" not in app.query_params
    assert app.query_params["sample"] == "coins"


def test_next_leads_to_another_page_and_back_again() -> None:
    """The step's page opens with its settings; the page of the step before is as its step has it."""
    app = press(at(3), "next")
    assert where(app)[2] == "4"
    assert state_of(app, "pool2d").values["pool_size"] == [3, 3]
    assert strip(app)["task"] == "Pool."
    assert "Invariance" in tabs(app)
    app = press(app, "check")
    assert strip(app)["outcome"] == [False, "The number of rows of the window is 3, and should be 4."]
    assert strip(press(app, "back"))["task"] == "Look again."


def test_on_another_page_the_strip_leads_back() -> None:
    """The lesson waits, the address says nothing of it, and the step goes on with what was made there."""
    app = at(1)
    set_in(app, state_of(app, "filter2d").values | {"strides": 3}, operation="filter2d")
    app.switch_page("pooling/page.py").run()
    assert strip(app)["elsewhere"] == "Convolution"
    assert where(app) == ("", "", "")
    press(app, "return")
    assert (strip(app)["elsewhere"], strip(app)["at"]) == ("", 1)
    assert state_of(app, "filter2d").values["strides"] == 3


def test_after_the_last_step_there_is_a_summary_and_the_next_level() -> None:
    """All steps behind, the strip says what is known now; the next level begins with its first step."""
    app = press(at(4, "pooling"), "next")
    shown = strip(app)
    assert (shown["over"], shown["text"], shown["then"]) == (True, "Known now.", "Second")
    assert where(app)[2] == "5"
    app = press(app, "level")
    assert where(app) == ("short", "second", "1")
    assert strip(press(press(app, "next"), "next"))["then"] == ""


def test_leaving_takes_nothing_away() -> None:
    """Settings and picture stay; what the basics would hide is in sight, since it is set."""
    app = press(at(3), "leave")
    assert strip(app) is None
    assert where(app) == ("", "", "")
    assert (kernel(app), state_of(app, "filter2d").values["strides"]) == ("identity", 2)
    assert app.query_params["level"] == "everything"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"lesson": "long"}, "There is no lesson 'long'; choose one of "),
        ({"lesson": "short", "lesson_level": "third"}, "Short has no level 'third'; choose one of first"),
        ({"lesson": "short", "lesson_step": "9"}, "Short has the steps 1 to 4 here, but '9' came"),
        ({"lesson": "short", "lesson_step": "²"}, "but '²' came in the link"),
        ({"lesson": "short", "lesson_step": ""}, "but '' came in the link"),
    ],
)
def test_a_link_that_leads_nowhere_is_told(query: dict[str, str], said: str) -> None:
    """The page opens without a lesson, under a sentence."""
    app = follow("convolution/page.py", **query)
    assert not app.exception
    assert said in " ".join(warning.value for warning in app.warning).replace("\\", "").replace("⁠", "")
    assert strip(app) is None
    assert where(app) == ("", "", "")


def test_a_page_that_cannot_be_measured_says_why() -> None:
    """A filter that finds no place is no number, and the check gives the page's own sentence."""
    app = at(1, kernel="box~31x31", pad_mode="edge", padding="valid", size="16")
    assert "31" in strip(press(app, "check"))["outcome"][1]


def answer(app: AppTest, given: object, times: list[int] = [0]) -> AppTest:  # noqa: B006
    """Answer the question on Arithmetic."""
    times[0] += 1
    asked = app.session_state["questions arithmetic"].posed.id
    app.session_state["guess_arithmetic"] = {
        "sent": {"act": "answer", "id": asked, "given": given, "at": times[0]}
    }
    app.run()
    assert not app.exception
    return app


def test_a_step_asks_a_question_of_its_kind() -> None:
    """Its tab is open; the step is done by a right answer, and after a wrong one it says the mistake."""
    app = at(1, "arithmetic", "second")
    assert tabs(app) == ["Guess first"]
    asked = app.session_state["questions arithmetic"]
    assert asked.posed.question.kind == "arithmetic_cell"
    assert strip(app)["checks"]
    assert strip(press(app, "check"))["outcome"][1].startswith("Answer the question under Guess first")
    answer(app, asked.posed.question.answer + 100)
    assert strip(press(app, "check"))["outcome"] == [False, f"{asked.last.sentence} Take the next question."]
    app.session_state["guess_arithmetic"] = {"sent": {"act": "next", "at": -1}}
    app.run()
    answer(app, asked.posed.question.answer)
    assert strip(press(app, "check"))["outcome"] == [True, "Right, 2 rows."]
    assert asked.posed.question.kind == "arithmetic_cell"
    press(app, "leave")
    assert asked.kind == ""


def test_the_browsers_history_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back, forward or brought along with a class, a session is at the step of the address, or at none."""
    app = at(1)
    monkeypatch.setattr(streamlit_compat, "went_back_or_forward", lambda: True)
    app.query_params.clear()
    app.query_params.update({"lesson": "short", "lesson_level": "first", "lesson_step": "3"})
    app.run()
    assert not app.exception
    assert (strip(app)["at"], kernel(app)) == (3, "identity")
    for name in lesson.address.LESSON:
        del app.query_params[name]
    app.run()
    assert strip(app) is None
    assert kernel(app) == "identity"
