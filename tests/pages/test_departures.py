"""What a page asks for while its person is on the way to another is passed over; nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

import driving
import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages import departures
from pages.departures import Departures
from pages.streamlit_compat import STREAM


def ask(page: str, fragment: str = "") -> Message:
    """Make what a browser sends where a page, or one of its fragments, is to run."""
    message = BackMsg()
    message.rerun_script.page_script_hash = page
    message.rerun_script.fragment_id = fragment
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def tell(page: str) -> Message:
    """Make what a session sends where a page begins."""
    message = ForwardMsg()
    message.navigation.page_script_hash = page
    return {"type": "websocket.send", "bytes": message.SerializeToString()}


BEAT: Message = {"type": "websocket.receive", "bytes": BackMsg(app_heartbeat=True).SerializeToString()}
END: Message = {"type": "websocket.disconnect", "code": 1001}


def heard(said: list[Message], path: str = f"/below{STREAM}") -> list[Message]:
    """Give what a session hears, where browser and session say this in turn."""
    got: list[Message] = []
    sent: list[Message] = []
    events: Iterator[Message] = iter([*said, END])

    async def session(scope: Scope, receive: Receive, send: Send) -> None:
        speaks.append(send)
        while (message := await receive()) != END:
            got.append(message)

    async def receive() -> Message:
        while (message := next(events))["type"] == "websocket.send":
            await speaks[0](message)
        return message

    async def send(message: Message) -> None:
        sent.append(message)

    speaks: list[Send] = []
    driving.run_async(Departures(session)({"type": "websocket", "path": path}, receive, send))
    assert sent == [each for each in said if each["type"] == "websocket.send"]
    return got


def test_a_fragment_of_a_page_that_is_left_does_not_run():
    """Neither before the session has begun the next page, nor after, until the browser knows."""
    before = [ask(""), tell("A"), ask("A", "slider")]
    left = ask("A", "slider")
    after = [tell("B"), ask("B", "slider")]
    assert heard([*before, ask("B"), left, after[0], left, after[1]]) == [
        before[0],
        before[2],
        ask("B"),
        after[1],
    ]


def test_a_page_that_sends_its_person_on_is_left():
    """The browser has not asked for the next page, and its fragments run."""
    assert heard([ask("A"), tell("A"), tell("B"), ask("A", "slider"), ask("B", "slider")]) == [
        ask("A"),
        ask("B", "slider"),
    ]


def test_one_comes_back_to_a_page():
    """What is asked of it then runs as at first."""
    said = [ask("A"), tell("A"), ask("B"), tell("B"), ask("A"), tell("A"), ask("A", "slider")]
    assert heard(said) == [each for each in said if each["type"] == "websocket.receive"]


def test_nobody_is_on_the_way_for_long(monkeypatch):
    """Whatever names another page later means it."""
    said = [ask("A"), ask("B"), ask("A", "slider")]
    assert heard(said) == said[:2]
    monkeypatch.setattr(departures, "ON_THE_WAY", 0.0)
    assert heard(said) == said


def test_a_connection_made_anew_lets_every_fragment_run():
    """It begins with whatever the person does next."""
    assert heard([ask("A", "slider")]) == [ask("A", "slider")]


@pytest.mark.parametrize("message", [BEAT, {"type": "websocket.receive", "bytes": b"\xff\xff"}])
def test_what_asks_no_run_is_let_through(message):
    """A sign of life, and what Streamlit itself has to refuse."""
    assert heard([ask("A"), ask("B"), message]) == [ask("A"), ask("B"), message]


def test_another_socket_is_not_listened_to():
    """The live lane speaks another language."""
    said = [ask("A"), ask("B"), ask("A", "slider")]
    assert heard(said, "/lane") == said
