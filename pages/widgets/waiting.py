"""What a page does while something heavy is computed: it says what, and lets it be cancelled."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import closing, suppress
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from explorer import compute
from explorer.attribution import Progress

T = TypeVar("T")

KEPT = 6  # results of one kind that a session keeps
PATIENCE = 10  # looks at a request before it is said that it waits


def prepare(function: Callable[..., object], *arguments: Any) -> None:
    """Have the worker do what will be asked for sooner or later; nobody waits for it here."""
    with suppress(compute.ComputeError):  # a worker with more important things to do
        compute.shared().submit(function, *arguments, session="preparation")


def session() -> str:
    """Name the session, so that each gets its turn."""
    run = get_script_run_ctx()
    return run.session_id if run else ""


def give_way() -> None:
    """End this run of the page if the person has done something since; the next one sees what.

    Streamlit itself ends it for what concerns the whole page. What is done in a fragment waits for the end of
    the run, unless the run gives way.
    """
    run = get_script_run_ctx()
    if run and run.script_requests and run.script_requests._state is ScriptRequestType.RERUN:
        st.rerun(scope="fragment" if run.fragment_ids_this_run else "app")


def result(function: Callable[..., T], *arguments: Any, say: str = "", key: bool = True) -> T:
    """Have the worker call a function, and say meanwhile what is waited for.

    Whatever the person does next stops the run of the page, and with it this request.
    """
    place = st.empty()

    def watch(request: compute.Request[T]) -> None:
        give_way()
        if request.done():
            place.empty()
        else:
            what = say or "The network computes"
            place.caption(f":material/hourglass_top: {what} ({request.state}). {restarted(request)}")

    return compute.shared().run(function, *arguments, session=session(), key=key, watch=watch)


def restarted(request: compute.Request[Any]) -> str:
    """Say that the worker died, if it did."""
    return "The worker process died and was started again." if request.restarts else ""


def pieces(
    name: str,
    question: Hashable,
    make: Callable[[Callable[..., Any]], Iterator[Progress]],
    paint: Callable[[Progress | None], object],
    *,
    start: str = "",
    unit: str = "pictures",
    key: bool = True,
) -> Progress | None:
    """Compute something long on demand, with a bar, what there is of it so far, and a button that stops it.

    Whatever else the person does stops it as well. How far it came is kept in the session for each question,
    and shown again; what the worker still has of it need not be computed anew.

    Args:
        name: What it is called in the session and, with "_go" and "_stop" behind it, the key of its buttons.
        question: What is asked: the same question has the same answer.
        make: Gives the generator of `attribution.Progress`, for a runner of its pieces.
        paint: Shows a `Progress`, or what stands there before the first.
        start: Words of the button that starts it; without them it starts by itself.
        unit: What its parts are, in the plural.
        key: As for `compute.Compute.submit`.

    Returns:
        How far it has come, or None where nothing is there.
    """
    kept: dict[Hashable, Progress] = st.session_state.setdefault(f"pieces of {name}", {})
    found = kept.get(question)
    begin, note, stop, delay, picture = (st.empty() for _ in range(5))
    wanted = found is None or found.done < found.total
    if wanted and start:
        if found:
            note.caption(f"Stopped after {found.done} of {found.total} {unit}.")
        wanted = begin.button(start, key=f"{name}_go", type="primary")
    with picture.container():
        paint(None if wanted else found)
    if wanted:
        note.progress(0.0, "Getting ready")
        stop.button("Stop", key=f"{name}_stop", help="What has come so far stays.")
        with closing(make(compute.shared().runner(session(), key=key, watch=_watcher(delay)))) as generator:
            for found in generator:
                kept[question] = found
                note.progress(found.done / found.total, f"{found.done} of {found.total} {unit}")
                with picture.container():
                    paint(found)
                give_way()
        while len(kept) > KEPT:
            del kept[next(iter(kept))]
        for place in (begin, note, stop, delay):
            place.empty()
    return found


def _watcher(place: DeltaGenerator) -> Callable[[compute.Request[Any]], None]:
    """Give what watches one request after another, and says in a place why it takes long."""
    said = ""
    asked: compute.Request[Any] | None = None
    pulses = 0

    def watch(request: compute.Request[Any]) -> None:
        nonlocal said, asked, pulses
        give_way()
        asked, pulses = request, pulses + 1 if request is asked else 0
        waits = request.state == "waiting" and pulses > PATIENCE
        wanted = restarted(request) or ("Others are computing; this waits for its turn." if waits else "")
        if wanted != said:
            said = wanted
            place.caption(said) if said else place.empty()

    return watch
