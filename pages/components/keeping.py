"""What the browser keeps of what a person made, so that a reload loses nothing, and how it is forgotten.

A session ends with its tab, and two minutes after a connection is lost. What was made in the browser, such
as a drawing, its view keeps there by itself; what only the session has, such as an uploaded picture, `keep`
hands to the browser. It comes back when the person says so. Nothing of it is written to the server's disk.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from explorer.errors import ExplorerError
from pages import served

PART = 3_000_000
"""Bytes that go to the browser at a time; one thing more than these goes alone."""
MAX_RETURNED = 60_000_000
"""Bytes that a session takes back, in base64."""
UNREADABLE = "What this browser had kept could not be read, and is forgotten."

_forget = served.component(
    "explorer_forget",
    "components/forget.js",
    served.BUTTONS,
    "frontend/styles/offer.css",
    html="<!-- The button builds itself. -->\n",
)
_keeper = served.component(
    "explorer_keeper",
    "components/keeper.js",
    served.BUTTONS,
    "frontend/styles/offer.css",
    html="<!-- The question builds itself. -->\n",
)


@dataclass(frozen=True)
class Thing:
    """What the browser is to keep.

    Attributes:
        name: What it is called among its kind.
        id: Things of one name with equal ids are equal.
        said: What it is, as in "Go on with your drawing"; empty where another thing says it.
        read: Gives its bytes.
    """

    name: str
    id: str
    said: str
    read: Callable[[], bytes]


@dataclass
class _Kept:
    """What a session knows of what the browser keeps of a kind.

    Attributes:
        session: What the browser knows this session by; after a restart of the server it is another.
        ids: Of the things that the browser has, by name.
        coming: What has come back so far.
        taken: How many parts of it.
        is_complete: Whether all of it is here.
        trouble: Why what came back was not taken.
    """

    session: str = field(default_factory=lambda: secrets.token_hex(6))
    ids: dict[str, str] = field(default_factory=dict)
    coming: dict[str, bytes] = field(default_factory=dict)
    taken: int = 0
    is_complete: bool = False
    trouble: str = ""

    def learn(self, pairs: Any) -> None:
        """Hear which things have arrived in the browser."""
        if isinstance(pairs, list):
            self.ids |= {str(name): str(known) for name, known in pairs}

    def collect(self, came: Any) -> None:
        """Take a part of what comes back; what is none spoils all of it."""
        try:
            part, parts, things = came["part"], came["parts"], came["things"]
            if part == 0:
                self.coming, self.taken, self.trouble = {}, 0, ""
            size = sum(len(each["data"]) for each in things) + sum(map(len, self.coming.values()))
            if part != self.taken or size > MAX_RETURNED:
                raise ValueError("a part is missing, or it is too much")
            self.coming |= {
                str(each["name"]): base64.b64decode(each["data"], validate=True) for each in things
            }
        except (TypeError, KeyError, ValueError, binascii.Error):
            self.coming, self.trouble = {}, UNREADABLE
            return
        self.taken += 1
        self.is_complete = self.taken == parts


@st.fragment
def keep(
    kind: str,
    things: Callable[[], Sequence[Thing]],
    is_made: Callable[[], bool],
    take: Callable[[Mapping[str, bytes]], None],
) -> None:
    """Have the browser keep some things, and offer at this place what an earlier visit left.

    Args:
        kind: What belongs together; it is offered, and comes back, together.
        things: Gives what is to be kept, and nothing else of the kind is.
        is_made: Whether the session has made something of the kind, even if it was given up again: what an
            earlier visit left is offered all the same, and what this one made is kept beside it.
        take: Takes back what was kept, by name, as the session's own. An ExplorerError says that it is bad.
    """
    state: _Kept = st.session_state.setdefault(f"kept {kind}", _Kept())
    key = f"keeper_{kind}"

    def arrived() -> None:
        state.learn(st.session_state[key].get("kept"))

    def came() -> None:
        state.collect(st.session_state[key].get("came"))

    made = is_made()
    present = things() if made else ()
    sent, room = [], PART
    for thing in present:
        if state.ids.get(thing.name) == thing.id or room <= 0:
            continue
        sent.append((thing, thing.read()))
        room -= len(sent[-1][1])
    told = {
        "kind": kind,
        "session": state.session,
        "made": made,
        "names": [thing.name for thing in present],
        "sent": [
            {"name": thing.name, "id": thing.id, "said": thing.said, "size": len(data)}
            for thing, data in sent
        ],
        "taken": state.taken,
    }
    text = json.dumps(told).encode()
    data = len(text).to_bytes(4) + text + b"".join(data for _, data in sent)
    _keeper(key=key, data=data, on_kept_change=arrived, on_came_change=came)
    if state.is_complete:
        state.is_complete = False
        try:
            with st.spinner("Taking it back"):
                take(state.coming)
        except ExplorerError:
            state.trouble = UNREADABLE
        state.coming = {}
        st.rerun()
    if state.trouble:
        st.caption(state.trouble)


def forget_button() -> None:
    """Draw the button that forgets all that the browser keeps, with what that is."""
    _forget(key="forget")
