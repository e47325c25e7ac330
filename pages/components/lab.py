"""The lab: the component that holds a stage and its controls, and the settings it speaks of."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

import streamlit as st

from explorer import images, parameters
from explorer.convolution.experiments import Array
from explorer.errors import ExplorerError
from explorer.parameters import Parameter, Values
from pages import served, streamlit_compat
from pages.components import address, level
from pages.components.chooser import Picture, Whole
from pages.components.maps import DARK, SAID_BY_BROWSER
from pages.live import messages
from pages.live.protocol import Operation
from pages.operations import OPERATIONS
from pages.views import STAGE, VIEWS

PAGE_STORE = "page_store"

Brought = Callable[[Mapping[str, Any], Values], Array]
"""Gives what an operation works on, from the newest question and the settings."""


def _component(operation: Operation) -> Any:
    module, *styles = VIEWS[operation.view]
    return served.component(
        f"explorer_{operation.name}",
        module,
        STAGE,
        *styles,
        operation=operation,
        html="<!-- The view builds itself. -->\n",
    )


_components = {operation.name: _component(operation) for operation in OPERATIONS.values()}
_store = served.component("explorer_store", "frontend/live/store.js")


class LabPicture(TypedDict):
    """Which picture a view works on, under its caption; its bytes come by `supply`."""

    id: str
    title: str
    channels: int


class LabData(TypedDict):
    """What a run of the page brings to a view.

    Attributes:
        operation: Which operation the view shows.
        rare: The names of the settings that wait for everything.
        values: The settings as they are.
        labels: Texts that the view shows beside the answers.
        seq: The number of the newest question that was read.
        epoch: Grows whenever the page itself changes the settings.
        picture: The working picture, if there is one.
        answer: A message of the lane in base64, where this run answers a question.
        answered: The number of the question that this run has seen.
        committed: The number of the newest one from a control at rest that the whole page has seen.
        complaint: Why the newest settings are impossible.
        lane: Where the lane is, seen from the page.
    """

    operation: str
    rare: list[str]
    values: Values
    labels: Mapping[str, Any]
    seq: int
    epoch: int
    picture: LabPicture | None
    answer: str | None
    answered: int | None
    committed: int
    complaint: str | None
    lane: str


@dataclass
class State:
    """What a session remembers of one lab, also while another page is shown."""

    values: Values
    seq: int = 0
    committed: int = -1  # the newest question from a control at rest that the page around the view has seen
    epoch: int = 0
    complaints: list[str] = field(default_factory=list)
    picture: str | None = None  # the one that the settings were last shown with
    written: Mapping[str, str] | None = None  # what the address says of them

    def turn_to(self, picture: Picture | Whole) -> None:
        """Go on with this picture; the ends of the colours were those of the one before."""
        if self.picture not in (None, picture.id) and self.values.get("limits") is not None:
            self.adopt(self.values | {"limits": None})
        self.picture = picture.id

    def adopt(self, values: Values) -> None:
        """Take settings that did not come from the lab itself; the lab follows at the next run."""
        self.values = values
        self.epoch += 1


def state(operation: Operation, query: Mapping[str, str]) -> State:
    """Return the session's settings of an operation.

    A new session reads them from the address, and so does one whose person went back or forward to other
    settings, or followed a link that has some of them to another page.
    """
    return remembered(_key(operation), operation.settings, query)


def present(operation: Operation) -> Values:
    """Return the session's settings of an operation as they are, or the defaults where it has none yet."""
    kept: State | None = st.session_state.get(_key(operation))
    return kept.values if kept else parameters.checked(operation.settings, {})


def _key(operation: Operation) -> str:
    return f"lab {operation.name}"


def remembered(key: str, settings: Sequence[Parameter], query: Mapping[str, str], prefix: str = "") -> State:
    """Return what the session keeps under a key of its own, with settings from the address as `state` says.

    `prefix` stands before the names of the settings in the address.
    """
    query = {name: text for name, text in query.items() if name not in SAID_BY_BROWSER}
    is_led = _is_led(key, settings, prefix)
    before: State | None = st.session_state.get(key)
    if streamlit_compat.went_back_or_forward():
        # Where the address is as it was left, what it has no room for is as well, such as a training.
        is_led = before is None or before.written != address.said(settings, query, prefix)
    if before is None or is_led:
        values, complaints = parameters.from_query(settings, query, prefix)
        held = st.session_state.setdefault(key, State(values))
        held.complaints = complaints
        if before:  # even at the same settings: a view may have trained on from them unseen
            held.adopt(values)
    kept: State = st.session_state[key]
    if DARK.name in kept.values and st.context.theme.type:
        kept.values = kept.values | {DARK.name: st.context.theme.type == "dark"}
    return kept


def _is_led(key: str, settings: Sequence[Parameter], prefix: str) -> bool:
    """Whether a link has led to this page since its settings were looked at last, and has some of them."""
    looked: dict[str, int] = st.session_state.setdefault("lab visits", {})
    visit = level.visit()
    is_new = looked.get(key) != visit
    looked[key] = visit
    return is_new and any(prefix + setting.name in level.link() for setting in settings)


def supply(picture: Picture | Whole | None) -> None:
    """Hand the picture to the browser; called by the page, outside of any fragment.

    A page without a picture calls it as well: what it sets up carries what no fragment can.
    """
    data = picture.id.encode() + picture.png if picture else b"-"
    _store(key=PAGE_STORE, data=data, on_commit_change=lambda: None)


def show(
    operation: Operation,
    state: State,
    picture: Picture | Whole | None,
    labels: Mapping[str, Any] | None = None,
    brought: Brought | None = None,
) -> None:
    """Draw the operation's view and take over what the person set in it.

    `labels` are texts that the view shows, such as the names in a table, and that the lane need not know.
    A view whose questions bring what they are about, such as a drawing, has it read by `brought`, which
    raises an ExplorerError where it cannot be.

    While a control is dragged the lane answers. Where none can be opened runs of the lab alone do: it is a
    fragment. A control at rest speaks through the store, which is outside that fragment, so that the
    fragment of the page that called this runs as well.
    """
    if picture:
        state.turn_to(picture)
    _store(key=_store_key(operation), data={"operation": operation.name}, on_commit_change=lambda: None)
    # A run of the view alone may carry what rests as well; it is settled when the page has been run for it.
    rested = _newest(operation, _store_key(operation), PAGE_STORE)
    state.committed = max(state.committed, rested.get("seq", -1))
    _draw(operation, state, picture, labels or {}, brought)


@st.fragment
def _draw(
    operation: Operation,
    state: State,
    picture: Picture | Whole | None,
    labels: Mapping[str, Any],
    brought: Brought | None,
) -> None:
    key = f"lab_{operation.name}"
    request = _newest(operation, key, _store_key(operation), PAGE_STORE)
    levels: Array | images.Levels = picture.levels if picture else images.NO_PICTURE
    complaint = _take(operation, state, request, levels.shape)
    answer = None
    if complaint is None:
        try:
            if brought:
                levels = brought(request, state.values)
            if not request.get("lane"):
                # A new view has not asked yet: it sees something at once, and then asks for all of it.
                rest = bool(request) and request.get("rest") is not False
                found = operation.answer(levels, state.values, rest)
                answer = base64.b64encode(messages.pack(state.seq, rest, found)).decode()
        except ExplorerError as error:
            complaint = str(error)
    data: LabData = {
        "operation": operation.name,
        "rare": level.rare(operation),
        "values": state.values,
        "labels": labels,
        "seq": state.seq,
        "epoch": state.epoch,
        "picture": _lab_picture(picture, levels),
        "answer": answer,
        "answered": request.get("seq"),
        "committed": state.committed,
        "complaint": complaint,
        "lane": "lane",  # beside the page, below whatever base path its address has
    }
    # One text: among other values Streamlit would look for data frames, in every run.
    _components[operation.name](
        key=key,
        data={"lab": json.dumps(data)},
        on_live_change=lambda: None,
    )


def _lab_picture(picture: Picture | Whole | None, levels: Array | images.Levels) -> LabPicture | None:
    return {"id": picture.id, "title": picture.title, "channels": levels.shape[2]} if picture else None


def _newest(operation: Operation, *places: str) -> dict[str, Any]:
    """The request with the greatest sequence number among components, or nothing where none has one."""
    requests = [
        request
        for state in (st.session_state.get(place, {}) for place in places)
        for request in (state.get("live"), state.get("commit"))
        if isinstance(request, dict)
        and isinstance(request.get("seq"), int)
        and request.get("operation") == operation.name
    ]
    return max(requests, key=lambda request: request["seq"], default={})


def _store_key(operation: Operation) -> str:
    return f"store_{operation.name}"


def _take(operation: Operation, state: State, request: dict[str, Any], shape: tuple[int, ...]) -> str | None:
    """Take over the settings that came, if they are possible, or give the sentence that says why not.

    They are read once: a sequence number that does not grow was read before.
    """
    if request.get("seq", -1) <= state.seq:
        return None
    state.seq = request["seq"]
    try:
        values = parameters.checked(operation.settings, request.get("parameters"))
        operation.check(shape, values)
    except ExplorerError as error:
        return str(error)
    state.values = values
    state.complaints.clear()
    return None
