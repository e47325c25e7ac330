"""The strip of a lesson: where the session is in it, what its page shows, and whether a step is done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

import streamlit as st

from explorer.errors import ExplorerError
from explorer.lessons import checks
from explorer.lessons.checks import CheckOutcome
from explorer.lessons.record import EVERYTHING, Lesson, LessonError, LessonStep, Level, Value
from explorer.lessons.shelf import Shelf, shelf
from pages import lesson_offers, served, streamlit_compat
from pages.catalogue import CATALOGUE
from pages.components import address, guess
from pages.components.level import Lead
from pages.components.markdown import plain
from pages.lesson_offers import OFFERS
from pages.measured import measured

NAME, LEVEL, STEP = address.LESSON
STRIP = "lesson_strip"  # the component that the person presses

_RUNNING, _PAGE, _SEEN, _TROUBLE = (f"lesson {each}" for each in ("running", "page", "seen", "trouble"))
_KEPT = ("projector",)  # what a step does not change

_strip = served.component(
    "explorer_lesson",
    "components/lesson.js",
    served.BUTTONS,
    "components/lesson.css",
    html="<!-- It builds itself. -->\n",
)


@dataclass
class Running:
    """Where a session is in a lesson.

    Attributes:
        lesson: The lesson.
        level: Its level.
        at: The step, from 0 on; beyond the last one all are done.
        outcome: Of the last check of this step.
        start: What the measures were when the step began that a check compares with.
        is_asked: Whether a check waits for the page to have run.
        checked: How often it was checked.
        is_new: Whether the step's page has not begun it yet.
        met: The steps whose checks held.
    """

    lesson: Lesson
    level: Level
    at: int = 0
    outcome: CheckOutcome | None = None
    start: Mapping[str, Value] | None = None
    is_asked: bool = False
    checked: int = 0
    is_new: bool = True
    met: set[int] = field(default_factory=set)

    @property
    def is_over(self) -> bool:
        """Whether every step is behind."""
        return self.at >= len(self.level.steps)

    @property
    def step(self) -> LessonStep:
        """The step; after the last one still that."""
        return self.level.steps[min(self.at, len(self.level.steps) - 1)]

    @property
    def following(self) -> Level | None:
        """The level after this one, where there is one."""
        place = [each.name for each in self.lesson.levels].index(self.level.name) + 1
        return self.lesson.levels[place] if place < len(self.lesson.levels) else None

    def go(self, at: int) -> None:
        """Stand at another step."""
        self.at = max(0, min(at, len(self.level.steps)))
        self.outcome, self.start, self.is_asked, self.is_new = None, None, False, True

    def names(self) -> dict[str, str]:
        """What the address says of it; steps count from 1 there."""
        return {NAME: self.lesson.name, LEVEL: self.level.name, STEP: str(self.at + 1)}


class StripData(TypedDict):
    """What the strip shows.

    Attributes:
        lesson: The lesson's title.
        level: The level's title.
        key: What the browser keeps the progress under.
        at: The step, from 1 on.
        total: How many steps there are.
        met: The steps that are done.
        below: What the step is about, where that stands below the page's stage.
        elsewhere: The title of the page that the step is on, where that is another one.
        over: Whether all steps are behind; `text` is the summary then.
        then: The title of the level that follows, where there is one.
        outcome: Whether the last check held, and its sentence.
        checked: How often it was checked: an outcome that is like the one before it is another one.
    """

    lesson: str
    level: str
    key: str
    at: int
    total: int
    met: list[int]
    task: str
    text: str
    hint: str
    checks: bool
    below: lesson_offers.Below
    elsewhere: str
    over: bool
    then: str
    outcome: tuple[bool, str] | None
    checked: int


def lessons() -> Shelf:
    """All lessons that there are, and what is wrong with the files that are none."""
    return shelf(OFFERS)


def running() -> Running | None:
    """Where the session is in a lesson, if it is in one."""
    found: Running | None = st.session_state.get(_RUNNING)
    return found


def link(level: str, step: object) -> tuple[str, dict[str, str]]:
    """Return the page of a step, as a file, and the query that leads to the step.

    Args:
        level: Lesson and level, as in "edges_by_hand/first".
        step: From 1 on.

    Raises:
        LessonError: If there is no such step.
    """
    name, _, of = level.partition("/")
    there = _asked({NAME: name, LEVEL: of, STEP: str(step)})
    return f"{there.step.page}/page.py", there.names()


def take(page: str) -> Lead:
    """Find out where the session is, do what was pressed on the strip, and set up the page for a step.

    A link to a step sets up its page unless it has settings of its own.
    """
    went = streamlit_compat.went_back_or_forward()
    is_led = went or st.session_state.get(_PAGE) != page
    st.session_state[_PAGE] = page
    was_on = running() is not None
    if is_led:
        _follow(went)
    if pressed := _pressed():
        _act(pressed, page)
    here = running()
    is_here = here is not None and here.step.page == page
    for name in address.LESSON:
        address.write_text(name, here.names()[name] if here and is_here else "")
    if here is None or not is_here:
        guess.ask(page, "", anew=False)
        return Lead(is_left=was_on and here is None)
    is_begun, here.is_new = here.is_new, False
    guess.ask(page, here.step.question, anew=is_begun)
    has_settings = is_led and not OFFERS[page].settings.keys().isdisjoint(st.query_params)
    is_set = is_begun and not has_settings and _set_up(here.step)
    return Lead(lesson_offers.shown(here.step), is_begun, EVERYTHING in here.step.shows, is_set)


def _set_up(step: LessonStep) -> bool:
    """Write a step's settings into the address in place of those there; return whether it has some."""
    settings = lesson_offers.address(step)
    if settings:
        query = {name: st.query_params.get_all(name) for name in st.query_params}
        kept = {name: query[name] for name in (*address.LESSON, *_KEPT) if name in query}
        streamlit_compat.replace_address(kept | {name: [text] for name, text in settings.items()})
    return bool(settings)


def show(page: str) -> None:
    """Draw the strip, where the session is in a lesson."""
    for sentence in filter(None, [st.session_state.pop(_TROUBLE, "")]):
        st.warning(plain(sentence))
    here = running()
    if here is None:
        return
    titles = {entry.name: entry.title for entry in CATALOGUE}
    data: StripData = {
        "lesson": here.lesson.title,
        "level": here.level.title,
        "key": f"{here.lesson.name}/{here.level.name}",
        "at": here.at + 1,
        "total": len(here.level.steps),
        "met": sorted(each + 1 for each in here.met),
        "task": "" if here.is_over else here.step.task,
        "text": here.level.summary if here.is_over else here.step.text,
        "hint": here.step.hint,
        "checks": bool(here.step.checks or here.step.question),
        "below": "" if here.is_over else lesson_offers.below(here.step),
        "elsewhere": "" if here.step.page == page else titles[here.step.page],
        "over": here.is_over,
        "then": here.following.title if here.following else "",
        "outcome": (here.outcome.met, here.outcome.sentence) if here.outcome else None,
        "checked": here.checked,
    }
    with st.container(key="lesson"):
        _strip(key=STRIP, data={"strip": json.dumps(data)}, on_pressed_change=lambda: None)


def settle(page: str) -> None:
    """After the page has run: measure the start of a step that needs it, and check what was asked to be."""
    here = running()
    if here is None or here.is_over or here.step.page != page:
        return
    asked, here.is_asked = here.is_asked, False
    here.checked += asked
    needed, settings = checks.needed_at_start(here.step), lesson_offers.address(here.step)
    try:
        if needed and settings:
            # Whoever loads the page again is in the midst of the step, and has not its start.
            here.start = measured(page, needed, settings) if asked else None
        elif needed and here.start is None:
            here.start = measured(page, needed)
        if not asked:
            return
        here.outcome = checks.evaluate(here.step, measured(page, checks.needed(here.step)), here.start)
        if here.outcome.met and here.step.question:
            here.outcome = _answered(page) or here.outcome
    except ExplorerError as error:  # the page says it too
        if not asked:
            return
        here.outcome = CheckOutcome(False, str(error))
    if here.outcome.met:
        here.met.add(here.at)
    st.rerun()


def _answered(page: str) -> CheckOutcome | None:
    """Say what is missing of an answer to the step's question, if anything."""
    is_right, last = guess.answered(page)
    if is_right:
        return None
    if last is None:
        return CheckOutcome(False, f"Answer the question under {guess.TAB}, then press Check again.")
    return CheckOutcome(False, f"{last.sentence} Take the next question.")


def _follow(went: bool) -> None:
    """Go where the address says; one that says nothing leaves the lesson only in the browser's history."""
    if NAME not in st.query_params:
        if went:
            st.session_state.pop(_RUNNING, None)
        return
    try:
        found = _asked(st.query_params.to_dict())
    except LessonError as error:
        st.session_state[_TROUBLE] = str(error)
        st.session_state.pop(_RUNNING, None)
        return
    here = running()
    if here is None or (here.lesson.name, here.level.name) != (found.lesson.name, found.level.name):
        st.session_state[_RUNNING] = found
    elif here.at != found.at:
        here.go(found.at)


def _asked(query: Mapping[str, str]) -> Running:
    """Return where a link leads; what it leaves out is the first."""
    lesson = lessons().lesson(query[NAME])
    found = Running(lesson, lesson.level(query[LEVEL]) if LEVEL in query else lesson.levels[0])
    text = query.get(STEP, "1")
    if not text.isdecimal() or not 1 <= int(text[:4]) <= len(found.level.steps) + 1:
        raise LessonError(
            f"{lesson.title} has the steps 1 to {len(found.level.steps)} here, but {text[:9]!r} came in the "
            "link; choose one of them."
        )
    found.go(int(text) - 1)
    return found


def _pressed() -> str:
    """Return what was pressed on the strip since the last run, if anything."""
    pressed: Any = st.session_state.get(STRIP, {}).get("pressed")
    if pressed == st.session_state.get(_SEEN) or not isinstance(pressed, dict):
        return ""
    st.session_state[_SEEN] = pressed
    return str(pressed.get("act", ""))


def _act(pressed: str, page: str) -> None:
    """Do what was pressed; where that leads to another page, the run ends here."""
    here = running()
    if here is None:
        return
    match pressed:
        case "check":
            here.is_asked = True
            return
        case "leave":
            del st.session_state[_RUNNING]
            return
        case "next":
            here.go(here.at + 1)
        case "back":
            here.go(here.at - 1)
        case "level":
            if here.following:
                st.session_state[_RUNNING] = here = Running(here.lesson, here.following)
    if here.step.page != page:
        st.switch_page(f"{here.step.page}/page.py", query_params=here.names())
