"""What a page does while something heavy is computed: it says what and how long, and lets it be cancelled."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer import compute
from explorer.imagenet import explanations
from explorer.pieces import Pieces, Progress, Runner
from pages import streamlit_compat

T = TypeVar("T")

KEPT = 6  # results of one kind that a session keeps
GRACE = 0.4  # seconds in which nothing is said: what flashes up disturbs
FRAME = 0.3  # seconds between two paintings of what has come: they hold up controls dragged on other pages
PATIENCE = 1.0  # seconds that a request waits for its turn before that is said
_CANCELLED = "cancelled"  # where the session keeps what it does not want to wait for
_MOVING = Path(__file__).with_name("waiting.css")
_BAR = '<div class="waiting" role="progressbar" aria-label="Computing"><i></i></div>'


class Stopped(compute.ComputeError):
    """The person cancelled what is needed here; its place on the page says so, and lets it go on."""


def prepare(function: Callable[..., object], *arguments: Any) -> None:
    """Have the worker do what will be asked for sooner or later; nobody waits for it here."""
    with suppress(compute.ComputeError):  # a worker with more important things to do
        compute.shared().submit(function, *arguments, session="preparation")


def give_way() -> None:
    """End this run of the page if the person has done something since; the next one sees what.

    Streamlit itself ends it for what concerns the whole page. What is done in a fragment waits for the end of
    the run, unless the run gives way.
    """
    if streamlit_compat.is_asked_anew():
        st.rerun(scope="fragment" if streamlit_compat.is_in_fragment() else "app")


def result(function: Callable[..., T], *arguments: Any, say: str = "Computing", key: bool = True) -> T:
    """Have the worker call a function; where that takes long, say so, count the seconds, and offer to cancel.

    Whatever else the person does stops the run of the page, and with it this request.

    Raises:
        Stopped: If it was cancelled; the page has said so.
    """
    with _waited_for(say, compute.call_content(function, *arguments)) as note:
        return note.run(say, function, *arguments, key=key)


def in_a_download() -> Runner:
    """Return what has the worker call functions once a download is pressed, when Streamlit shows nothing."""
    return compute.shared().runner(streamlit_compat.session_id())


@contextmanager
def steps(title: str, total: int) -> Iterator[Callable[..., Any]]:
    """Have the worker do one thing after another, with a bar of those that are done.

    Gives what takes the words for a step, and then what `result` takes.

    Raises:
        Stopped: If it was cancelled; the page has said so. What was done by then is not lost.
    """
    with _waited_for(title, compute.content(title)) as note:
        done = 0

        def step(say: str, function: Callable[..., T], *arguments: Any, key: bool = True) -> T:
            nonlocal done
            words = f"{title}, step {done + 1} of {total}: {say}"
            found = note.run(words, function, *arguments, key=key, share=done / total)
            done += 1
            return found

        yield step


@contextmanager
def _waited_for(title: str, question: bytes) -> Iterator[_Note]:
    """Return the note on something that is waited for, unless the person did not want to wait for it."""
    cancelled: dict[bytes, None] = st.session_state.setdefault(_CANCELLED, {})
    place, name = st.empty(), f"{_CANCELLED} {question.hex()}"
    if question in cancelled:
        with place.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{title}: cancelled.")
            st.button("Go on", key=f"{name} on", on_click=cancelled.pop, args=(question, None))
        raise Stopped(f"{title}: cancelled.")
    note = _Note(place, name, lambda: cancelled.update({question: None}))
    yield note
    if note.words:
        place.empty()


@dataclass
class _Note:
    """What stands in a place while something is waited for."""

    place: DeltaGenerator
    name: str
    cancel: Callable[[], None]
    words: str = ""
    bar: DeltaGenerator | None = None
    begun: float = field(default_factory=time.monotonic)
    delay: _Delay = field(default_factory=lambda: _Delay())

    def run(
        self, say: str, function: Callable[..., T], *arguments: Any, key: bool, share: float | None = None
    ) -> T:
        """Have the worker call a function, and say meanwhile what is waited for."""

        def watch(request: compute.Request[T]) -> None:
            give_way()
            passed = time.monotonic() - self.begun
            if not request.done() and passed > GRACE:
                self.show(f"{say}, {passed:.0f} s. {self.delay.why(request)}", share)

        return compute.shared().run(
            function, *arguments, session=streamlit_compat.session_id(), key=key, watch=watch
        )

    def show(self, words: str, share: float | None) -> None:
        """Write the words, and how much is done where that is known."""
        if words == self.words:
            return
        if not self.bar:
            with self.place.container():
                self.bar = st.empty()
                if share is None:
                    st.html(_MOVING)
                    st.html(_BAR)
                st.button("Cancel", key=self.name, on_click=self.cancel)
        self.words = words
        if share is None:
            self.bar.caption(words)
        else:
            self.bar.progress(share, words)


class _Delay:
    """Why requests, one after another, take long."""

    def __init__(self) -> None:
        self._request: compute.Request[Any] | None = None
        self._since = 0.0

    def why(self, request: compute.Request[Any]) -> str:
        """That the worker died, or that a request has waited for its turn for some time."""
        if request is not self._request:
            self._request, self._since = request, time.monotonic()
        if request.restarts:
            return "The worker process stopped and has started again."
        waits = request.state == "waiting" and time.monotonic() - self._since > PATIENCE
        return "Waiting: other users are first." if waits else ""


def so_far(name: str, question: Hashable) -> Progress[Any] | None:
    """Return how far `pieces` has come with a question, if anywhere."""
    return _kept(name).get(question)


def _kept(name: str) -> dict[Hashable, Progress[Any]]:
    kept: dict[Hashable, Progress[Any]] = st.session_state.setdefault(f"pieces of {name}", {})
    return kept


def pieces(
    name: str,
    question: Hashable,
    make: Callable[[Callable[..., Any]], Pieces[Any]],
    paint: Callable[[Progress[Any] | None], object],
    *,
    start: str = "",
    again: str = "",
    unit: str = "pictures",
    key: bool = True,
) -> Progress[Any] | None:
    """Compute something long on demand, with a bar, what there is of it so far, and a button that stops it.

    Whatever else the person does stops it as well. How far it came is kept in the session for each question,
    and shown again; what the worker still has of it need not be computed anew.

    Args:
        name: What it is called in the session and, with "_go" and "_stop" behind it, the key of its buttons.
        question: What is asked: the same question has the same answer.
        make: Gives the generator of `pieces.Progress`, for a runner of its pieces.
        paint: Shows a `Progress`, or what stands there before the first.
        start: Words of the button that starts it; without them it starts by itself.
        again: What has to change before it can be started once more. With it the button stays, out of use.
        unit: What its parts are, in the plural.
        key: As for `compute.Compute.submit`.

    Returns:
        How far it has come, or None where nothing is there.
    """
    kept = _kept(name)
    found = kept.get(question)
    # What begins, or was stopped, gives its place to the bar, and to the button that stops.
    begin, note, delay, picture = (st.empty() for _ in range(4))
    wanted = found is None or found.done < found.total
    if wanted and start:
        if found:
            note.caption(f"Stopped after {found.done} of {found.total} {unit}.")
        wanted = begin.button(start, key=f"{name}_go", type="primary")
    with picture.container():
        paint(None if wanted else found)
    if wanted:
        course, painted = _Course(begin, delay, unit), 0.0
        note.button("Stop", key=f"{name}_stop", help="The result so far stays.")
        with closing(
            make(compute.shared().runner(streamlit_compat.session_id(), key=key, watch=course.watch))
        ) as generator:
            for found in generator:
                kept[question] = found
                course.take(found)
                if time.monotonic() - painted > FRAME or found.done == found.total:
                    with picture.container():
                        paint(found)
                    painted = time.monotonic()
                give_way()
        while len(kept) > KEPT:
            del kept[next(iter(kept))]
        for place in (begin, note, delay):
            place.empty()
    if again and found and found.done == found.total:
        begin.button(start, key=f"{name}_done", disabled=True)
        note.caption(again)
    return found


class _Course:
    """The bar of something in pieces, with the seconds that it took and will take, and why it waits."""

    def __init__(self, bar: DeltaGenerator, aside: DeltaGenerator, unit: str) -> None:
        self._bar, self._aside, self._unit = bar, aside, unit
        self._words = self._why = ""
        self._delay = _Delay()
        self._begun = time.monotonic()
        self._found: Progress[Any] | None = None
        self._first: tuple[int, float] | None = None  # parts that were done first, and when
        self._show()

    def take(self, found: Progress[Any]) -> None:
        """Show how far it has come."""
        self._first = self._first or (found.done, time.monotonic())
        self._found = found
        self._show()

    def watch(self, request: compute.Request[Any]) -> None:
        """Count the seconds, and say why a piece takes some."""
        give_way()
        why = self._delay.why(request)
        if why != self._why:
            self._why = why
            self._aside.caption(why) if why else self._aside.empty()
        self._show()

    def _show(self) -> None:
        now, found = time.monotonic(), self._found
        words = [f"{found.done} of {found.total} {self._unit}" if found else "Getting ready"]
        words.append(f"{now - self._begun:.0f} s passed")
        if found and self._first:
            first, since = self._first
            rest = explanations.left(found.done, found.total, first, now - since)
            if rest:
                words.append(f"{explanations.about(rest)} left")
        if ", ".join(words) != self._words:
            self._words = ", ".join(words)
            self._bar.progress(found.done / found.total if found else 0.0, self._words)
