"""Guess first: five questions about the present settings, judged here; the browser never has the answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NotRequired, TypedDict

import streamlit as st

from explorer import parameters
from explorer.errors import ExplorerError
from explorer.images import Array
from explorer.parameters import WholeNumber
from explorer.pieces import call
from explorer.questions import Judgement, PosedQuestion, QuestionShown, judge, of_page
from explorer.questions.record import Answer
from pages import served, streamlit_compat
from pages.components import address, waiting

TAB = "Guess first"
"""The tab that it stands in."""

COUNT = 5
"""How many questions make a set."""

SET = WholeNumber(
    name="questions",
    title="Questions",
    low=1,
    high=9_999,
    default=1,
)
"""Which set: the same number and settings give everybody the same five."""

_component = served.component(
    "explorer_guess",
    "components/guess.js",
    served.BUTTONS,
    "components/guess.css",
    html="<!-- It builds itself. -->\n",
)


class OpenedAnswer(TypedDict):
    """What there is to see once somebody has answered."""

    given: Answer
    correct: bool
    sentence: str
    worked: str
    answer: Answer
    said: str


class GuessData(TypedDict):
    """What a run brings to the browser.

    Attributes:
        question: What is asked, without the answer; None after the last one.
        id: Tells this question from all others, and is the same in every browser: an answer names what it
            answers.
        place: How many of the set stand before it.
        results: Of each of them, whether it was answered correctly; None where it was passed over.
        streak: How many have been answered correctly one after the other.
        set: The number of the set.
        complaint: Why there is no question, or the last answer could not be read.
        opened: What there is to say of the answer, where there is one.
        led: Tells the step of a lesson that asks it from those before; 0 where none does.
    """

    question: QuestionShown | None
    id: str
    place: int
    results: list[bool | None]
    streak: int
    count: int
    set: int
    complaint: str
    opened: OpenedAnswer | None
    led: int


class _Sent(TypedDict):
    """What a person did: answered the question of an `id`, went on, or took other questions.

    Their class may lead them to the question of a `set` that has so many before it.
    """

    at: float
    act: Literal["answer", "next", "again", "other", "class"]
    id: NotRequired[str]
    given: NotRequired[Any]
    set: NotRequired[Any]
    place: NotRequired[Any]


@dataclass(eq=False)
class _Posed:
    """A question as it was made, and for what."""

    question: PosedQuestion
    shown: QuestionShown
    id: str
    made_for: tuple[Any, ...]


@dataclass(eq=False)
class Round:
    """How far a session is with a page's questions."""

    set: int
    results: list[bool | None] = field(default_factory=list)
    streak: int = 0
    seen: float = 0.0  # the time of the last thing that the person did
    posed: _Posed | None = None
    judged: tuple[Any, Judgement] | None = None  # what was answered to the posed question
    complaint: str = ""
    kind: str = ""  # the only one that is asked, where a lesson says so
    led: int = 0  # how many steps of lessons have begun here
    last: Judgement | None = None  # of the answer that came last

    def begin(self, number: int) -> None:
        """Take a set from its first question on."""
        self.set, self.results, self.judged, self.posed, self.last = number, [], None, None, None

    def take(self, sent: _Sent) -> None:
        """Do what the person did; what is about another question than the posed one is passed by."""
        self.complaint = ""
        match sent["act"]:
            case "answer" if self.posed and self.judged is None and sent.get("id") == self.posed.id:
                try:
                    judgement = judge(self.posed.question, sent.get("given"))
                except ExplorerError as error:
                    self.complaint = str(error)
                    return
                self.judged, self.last = (sent.get("given"), judgement), judgement
                self.results.append(judgement.correct)
                self.streak = self.streak + 1 if judgement.correct else 0
            case "next" if self.judged:
                self.judged = self.posed = None
            case "again" if len(self.results) == COUNT:
                self.begin(self.set)
            case "other":
                self.begin(self.set % int(SET.high) + 1)
            case "class":
                self.lead(sent.get("set"), sent.get("place"))

    def lead(self, number: object, place: object) -> None:
        """Take a set from one of its questions on; what was answered before it in this set stays."""
        if type(number) is not int or type(place) is not int or not 0 <= place < COUNT:
            return
        if not SET.low <= number <= SET.high:
            return
        before = self.results[:place] if number == self.set else []
        self.begin(number)
        self.results = [*before, *[None] * (place - len(before))]


def ask(page: str, kind: str, *, anew: bool) -> None:
    """Ask questions of one kind alone on a page; with the empty text, of every kind.

    They begin `anew` where a step of a lesson does, and where the kind is another one.
    """
    if not kind and _name(page) not in st.session_state:
        return
    round_ = _round(page)
    if anew or round_.kind != kind:
        round_.kind = kind
        round_.led += 1
        round_.begin(round_.set)


def answered(page: str) -> tuple[bool, Judgement | None]:
    """Return whether a question of the present set was answered correctly, and the last judgement."""
    round_ = _round(page)
    return any(round_.results), round_.last


@st.fragment
def show(
    page: str,
    experiment: Callable[[int], Any],
    picture: Array | None,
    settings: object,
    run: Callable[..., Any] = call,
) -> None:
    """Ask about the page's present settings, one question after the other.

    Args:
        page: Whose questions.
        experiment: Gives what a question of a seed is about, an object of the library.
        picture: The page's picture, if its questions need one.
        settings: What the questions depend on: while it stays, the question stays.
        run: Calls what makes a question; `waiting.result` has the worker do it.
    """
    round_ = _round(page)
    key = f"guess_{page}"
    sent = st.session_state.get(key, {}).get("sent")
    if isinstance(sent, dict) and sent.get("act") and sent.get("at") != round_.seen:
        round_.seen = sent["at"]
        round_.take(sent)  # type: ignore[arg-type]
    address.write_text(SET.name, "" if round_.set == SET.default else str(round_.set))
    st.markdown("**Five questions** about the settings above: answer first, then the way there opens.")
    asked, waited_for = st.container(), st.container()
    try:
        with waited_for:  # below the question, which keeps its place
            trouble = _pose(round_, page, experiment, picture, settings, run)
    except waiting.Stopped:
        trouble = ""
    with asked:
        _component(
            key=key,
            # One text: among other values Streamlit would look for data frames, in every run.
            data={"guess": json.dumps(_data(round_, trouble))},
            on_sent_change=lambda: None,
        )


def _name(page: str) -> str:
    return f"questions {page}"


def _round(page: str) -> Round:
    """Where the session stands; a link, or a step back, says which set."""
    name = _name(page)
    asked = SET.name in st.query_params
    if name not in st.session_state or (asked and streamlit_compat.went_back_or_forward()):
        values, _ = parameters.from_query((SET,), st.query_params)
        st.session_state[name] = Round(int(values[SET.name]))
    kept: Round = st.session_state[name]
    return kept


def _pose(
    round_: Round,
    page: str,
    experiment: Callable[[int], Any],
    picture: Array | None,
    settings: object,
    run: Callable[..., Any],
) -> str:
    """Bring the question up to date with the settings, unless it has been answered; say what hinders."""
    if round_.judged or len(round_.results) == COUNT:
        return ""
    seed = COUNT * round_.set + len(round_.results)
    dark = st.context.theme.type == "dark"
    made_for = (seed, dark, settings)
    if round_.posed and round_.posed.made_for == made_for:
        return ""
    kinds = [kind for kind in of_page(page) if round_.kind in ("", kind.name)]
    trouble = ""
    for turn in range(len(kinds)):
        kind = kinds[(len(round_.results) + turn) % len(kinds)]
        try:
            question = run(kind.make, experiment(seed), picture, seed)
        except waiting.Stopped:
            round_.posed = None
            raise
        except ExplorerError as error:
            trouble = trouble or str(error)
            continue
        shown = question.shown(dark=dark)
        light = question.shown(dark=False) if dark else shown
        mark = hashlib.blake2b(json.dumps(light).encode(), digest_size=8).hexdigest()
        round_.posed = _Posed(question, shown, mark, made_for)
        return ""
    round_.posed = None
    return trouble


def _data(round_: Round, trouble: str) -> GuessData:
    posed, opened = round_.posed, None
    if posed and round_.judged:
        given, judgement = round_.judged
        opened = OpenedAnswer(
            given=given,
            correct=judgement.correct,
            sentence=judgement.sentence,
            worked=judgement.worked,
            answer=posed.question.answer,
            said=posed.question.written,
        )
    return {
        "question": posed.shown if posed else None,
        "id": posed.id if posed else "",
        "place": len(round_.results) - bool(opened),
        "results": round_.results,
        "streak": round_.streak,
        "count": COUNT,
        "set": round_.set,
        "complaint": round_.complaint or trouble,
        "opened": opened,
        "led": round_.led if round_.kind else 0,
    }
