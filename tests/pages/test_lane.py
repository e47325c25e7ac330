"""The live lane over real WebSockets: honest talk, the newest wins, and all else is refused."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import random
import socket
import struct
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import cv2
import numpy as np
import pytest
import streamlit as st
from driving import run_async
from hypothesis import given
from hypothesis import strategies as some
from serving import Raw, Served, closed, eventually, serve
from websockets.exceptions import InvalidStatus

from explorer import images
from explorer.convolution.experiments import Convolution
from explorer.errors import ExplorerError
from explorer.parameters import WholeNumber, checked
from pages.live import lane as module
from pages.live import scheduler
from pages.live.lane import Lane
from pages.live.messages import MAX_TEXT, CloseConnection, LaneRequest, SentPicture, pack, respond
from pages.live.protocol import Answer, Blob, Operation
from pages.live.scheduler import Bucket
from pages.operations import OPERATIONS

# --- a server, a client, and operations whose timing a test can hold in its hand -----------------------


@dataclass
class Gate:
    """Operations that wait at a gate, and a record of what was done."""

    opened: threading.Event = field(default_factory=threading.Event)
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    together: int = 0
    most_together: int = 0

    def wait(self, image: np.ndarray, values: dict[str, Any], rest: bool) -> Answer:
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        self.entered.release()
        assert self.opened.wait(10)
        self.together -= 1
        return _echo(image, values, rest)


def _echo(image: np.ndarray, values: dict[str, Any], rest: bool) -> Answer:
    blobs = (Blob("word", "text/plain", b"seven b"), Blob("values", "float32", image.tobytes(), image.shape))
    return Answer({"value": values.get("value"), "mean": float(image.mean())}, blobs)


def _raise(error: Exception) -> Callable[..., Answer]:
    def answer(image: np.ndarray, values: dict[str, Any], rest: bool) -> Answer:
        raise error

    return answer


def table(gate: Gate | None = None) -> dict[str, Operation]:
    """Small operations beside the real ones."""
    value = WholeNumber(
        name="value",
        title="Value",
        low=0,
        high=1000,
        default=0,
    )
    operations = (
        Operation(
            name="echo",
            settings=(value,),
            facts=dict,
            answer=_echo,
        ),
        Operation(
            name="gate",
            settings=(value,),
            facts=dict,
            answer=gate.wait if gate else _echo,
        ),
        Operation(
            name="impossible",
            settings=(),
            facts=dict,
            answer=_raise(ExplorerError("The kernel is larger than the picture.")),
        ),
        Operation(
            name="mismatched",
            settings=(),
            facts=dict,
            answer=_raise(ValueError("operands could not be broadcast together")),
        ),
        Operation(
            name="broken",
            settings=(),
            facts=dict,
            answer=_raise(KeyError("a bug")),
        ),
        Operation(
            name="endless",
            settings=(),
            facts=dict,
            answer=lambda *_: Answer({"mean": float("nan")}),
        ),
        Operation(
            name="large",
            settings=(),
            facts=dict,
            answer=lambda *_: Answer({}, (Blob("zeros", "uint8", bytes(8_000_000)),)),
        ),
    )
    return OPERATIONS | {operation.name: operation for operation in operations}


@pytest.fixture
def served() -> Iterator[Served]:
    with serve(Lane(table())) as served:
        yield served


def ask(seq: int, operation: str = "echo", *, rest: bool = False, **parameters: Any) -> str:
    return json.dumps({"seq": seq, "operation": operation, "parameters": parameters, "rest": rest})


def unpack(message: bytes | str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Take an answer apart as the browser does: header and blobs by name."""
    assert isinstance(message, bytes), message
    (length,) = struct.unpack("<I", message[:4])
    header = json.loads(message[4 : 4 + length])
    blobs = {}
    for blob in header["blobs"]:
        assert blob["offset"] % 4 == 0
        assert blob["offset"] >= 4 + length
        blobs[blob["name"]] = message[blob["offset"] : blob["offset"] + blob["length"]]
    return header, blobs


def error_of(message: bytes | str) -> str:
    assert isinstance(message, str)
    answer = json.loads(message)
    assert set(answer) == {"seq", "error"}
    return answer["error"]


def picture(height: int = 8, width: int = 6, channels: int = 3, seed: int = 0) -> np.ndarray:
    levels = np.random.default_rng(seed).integers(0, 256, (height, width, channels))
    return levels.astype(np.float32) / np.float32(255)


PICTURE = picture()
PNG = images.to_png(PICTURE)
HUGE_PNG = PNG[:16] + struct.pack(">II", 9000, 9000) + PNG[24:]


# --- what an honest page meets -------------------------------------------------------------------------


@pytest.mark.parametrize("rest", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"kernel": {"weights": [[0.1, -2.5, 1.0]]}, "strides": 3, "padding": 2, "pad_mode": "reflect"},
        {"kernel": {"name": "gaussian", "rows": 5, "columns": 5}, "padding": "valid", "scale": "unit"},
        {"flip": True, "activation": "relu", "gain": -1.5, "bias": 0.25, "dilation_rate": 2},
    ],
)
def test_an_answer_equals_the_direct_call(served, parameters, channels, rest):
    """What comes over the wire is what the operation gives for the same picture and settings, to the byte."""
    image = picture(33, 20, channels)
    operation = OPERATIONS["filter2d"]
    direct = operation.answer(image, checked(operation.settings, parameters), rest)
    with served.open() as client:
        client.send(images.to_png(image))
        client.send(ask(5, "filter2d", rest=rest, **parameters))
        header, blobs = unpack(client.recv(timeout=10))
    assert (header["seq"], header["rest"]) == (5, rest)
    assert header["facts"] == json.loads(json.dumps(direct.facts))
    assert blobs == {blob.name: blob.data for blob in direct.blobs}
    assert [tuple(blob["shape"]) for blob in header["blobs"]] == [blob.shape for blob in direct.blobs]
    assert [blob["kind"] for blob in header["blobs"]] == [blob.kind for blob in direct.blobs]


def test_values_at_rest_are_the_feature_map(served):
    """The exact values at rest are those of `explorer`, called without any page."""
    kernel = [[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]
    expected = Convolution(np.array(kernel), strides=2, padding=1, pad_mode="edge").feature_map(PICTURE)
    with served.open() as client:
        client.send(PNG)
        client.send(ask(0, "filter2d", rest=True, kernel={"weights": kernel}, strides=2, padding=1))
        header, blobs = unpack(client.recv(timeout=10))
    values = np.frombuffer(blobs["values"], np.float32).reshape(header["facts"]["shape"])
    np.testing.assert_array_equal(values, expected)
    painted = images.load(blobs["picture"])
    assert painted.shape[:2] == expected.shape[:2]


@given(sizes=some.lists(some.integers(0, 9), max_size=9), words=some.text(max_size=9), rest=some.booleans())
def test_every_part_of_a_packed_answer_begins_at_a_multiple_of_four(sizes, words, rest):
    """Blobs of any length come back whole, each at a multiple of four bytes, below one JSON header."""
    blobs = tuple(Blob(f"b{i}", "uint8", bytes([i + 1]) * size, (size,)) for i, size in enumerate(sizes))
    message = pack(2**53 - 1, rest, Answer({"words": words}, blobs))
    header, found = unpack(message)
    assert header["facts"] == {"words": words}
    assert found == {blob.name: blob.data for blob in blobs}
    assert len(message) % 4 == 0


def test_facts_that_json_does_not_know_are_refused():
    """Browsers cannot read NaN, so a packed answer never holds one."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        pack(0, False, Answer({"mean": float("nan")}))


def test_only_the_newest_waits():
    """While one request is in work the newest of the others waits behind it; the rest are dropped."""
    gate = Gate()
    with serve(Lane(table(gate))) as served, served.open() as client:
        client.send(PNG)
        client.send(ask(1, "gate"))
        assert gate.entered.acquire(timeout=10)
        for seq in range(2, 100):
            client.send(ask(seq, "gate", value=seq))
        assert client.ping().wait(10)  # the server has read them all
        client.send(ask(100, "gate", value=100))
        time.sleep(0.1)
        gate.opened.set()
        answers = [unpack(client.recv(timeout=10))[0] for _ in range(2)]
        assert [(answer["seq"], answer["facts"]["value"]) for answer in answers] == [(1, 0), (100, 100)]
    assert gate.most_together == 1


def test_the_newest_of_each_operation_waits():
    """What is asked of one operation does not drop what is asked of another; the earlier goes first."""
    gate = Gate()
    with serve(Lane(table(gate))) as served, served.open() as client:
        client.send(PNG)
        client.send(ask(1, "gate"))
        assert gate.entered.acquire(timeout=10)
        for seq in (2, 3):
            client.send(ask(seq, "echo", value=seq))
        for seq in (4, 5):
            client.send(ask(seq, "gate", value=seq))
        client.send(ask(6, "echo", value=6))
        assert client.ping().wait(10)
        time.sleep(0.1)
        gate.opened.set()
        answers = [unpack(client.recv(timeout=10))[0]["seq"] for _ in range(3)]
    assert answers == [1, 5, 6]


def test_in_a_flood_answers_grow_and_the_last_request_is_answered(served):
    """Whatever is skipped, sequence numbers grow from answer to answer and end with the last one asked."""
    with served.open() as client:
        client.send(PNG)
        for seq in range(0, 800, 2):
            client.send(ask(seq, "filter2d", bias=seq / 800))
        answered = []
        while not answered or answered[-1] != 798:
            answered.append(unpack(client.recv(timeout=10))[0]["seq"])
    assert answered == sorted(set(answered))


def test_a_busy_connection_does_not_hold_up_another():
    """A connection that floods has one request in work, so its neighbour is answered meanwhile."""
    gate = Gate()
    with serve(Lane(table(gate))) as served, served.open() as busy, served.open() as other:
        busy.send(PNG)
        for seq in range(200):
            busy.send(ask(seq, "gate"))
        assert gate.entered.acquire(timeout=10)
        other.send(PNG)
        other.send(ask(0, "echo", value=7))
        assert unpack(other.recv(timeout=10))[0]["facts"]["value"] == 7
        gate.opened.set()


def _asked(
    turns: scheduler.FairScheduler, operation: Operation, **parameters: Any
) -> asyncio.Task[bytes | str]:
    return asyncio.create_task(turns.do(LaneRequest(0, operation, parameters, False, SentPicture(PNG))))


async def _answered(paces: list[str]) -> list[int]:
    """Ask for all at once while the threads are held, and give the order in which they were answered."""
    order: list[int] = []
    gate = Gate()

    def note(image: np.ndarray, values: dict[str, Any], rest: bool) -> Answer:
        order.append(values["value"])
        return _echo(image, values, rest)

    value = WholeNumber(
        name="value",
        title="Value",
        low=0,
        high=1000,
        default=0,
    )
    turns = scheduler.FairScheduler()
    tasks = [
        _asked(
            turns,
            Operation(
                name="held",
                settings=(),
                facts=dict,
                answer=gate.wait,
            ),
        )
        for _ in range(scheduler.THREADS)
    ]
    await asyncio.sleep(0)
    for at, pace in enumerate(paces):
        tasks.append(
            _asked(
                turns,
                Operation(
                    name="note",
                    settings=(value,),
                    facts=dict,
                    answer=note,
                    pace=pace,
                ),
                value=at,
            )
        )
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(*tasks)
    turns.close()
    return order


def test_a_coroutine_runs_beside_a_loop_that_is_running():
    """What a test awaits ends also where another loop is running, as Playwright's is after a browser test."""

    async def outer() -> int:
        return run_async(asyncio.sleep(0, result=7))

    assert run_async(outer()) == 7


def test_hands_pass_films_and_films_still_go_on():
    """What is under a finger goes before twenty trainings; thirty fingers do not stop a training."""
    reach = scheduler.THREADS  # so many run side by side, and their notes may change places
    films_first = run_async(_answered(["background"] * 20 + ["interactive"]))
    assert films_first.index(20) < reach
    hands_first = run_async(_answered(["interactive"] * 30 + ["background"]))
    assert hands_first.index(30) <= scheduler.INTERACTIVE_AT_ONCE + reach
    assert sorted(hands_first) == list(range(31))


def test_one_who_leaves_the_queue_holds_nobody_up():
    """A request that is cancelled while it waits frees nothing that it did not have."""

    async def leave() -> int:
        gate = Gate()
        turns = scheduler.FairScheduler()
        holders = [
            _asked(
                turns,
                Operation(
                    name="held",
                    settings=(),
                    facts=dict,
                    answer=gate.wait,
                ),
            )
            for _ in range(scheduler.THREADS)
        ]
        leaving, staying = (
            _asked(
                turns,
                Operation(
                    name="quick",
                    settings=(),
                    facts=dict,
                    answer=_echo,
                ),
            )
            for _ in range(2)
        )
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.sleep(0)
        assert not staying.done()
        gate.opened.set()
        assert isinstance(await asyncio.wait_for(staying, 10), bytes)
        await asyncio.gather(*holders)
        turns.close()
        return turns._free

    assert run_async(leave()) == scheduler.THREADS


def test_a_request_sees_the_picture_of_its_moment():
    """A picture that comes in mid-stream changes the requests after it, not the one before it."""
    gate, first, second = Gate(), picture(seed=1), picture(4, 4, 1, seed=2)
    with serve(Lane(table(gate))) as served, served.open() as client:
        client.send(images.to_png(first))
        client.send(ask(1, "gate"))
        assert gate.entered.acquire(timeout=10)
        client.send(images.to_png(second))
        client.send(ask(2, "gate"))
        gate.opened.set()
        for image in (first, second):
            header, blobs = unpack(client.recv(timeout=10))
            assert header["blobs"][1]["shape"] == list(image.shape)
            assert blobs["values"] == image.tobytes()


@pytest.mark.parametrize(
    ("png", "request_", "sentence"),
    [
        (None, ask(1), "No picture has come yet"),
        (b"", ask(1), "another format than PNG"),
        (b"\xff\xd8\xff\xe0 a JPEG", ask(1), "another format than PNG"),
        (PNG[:60], ask(1), "damaged or cut short"),
        (PNG[:10], ask(1), "damaged in its first bytes"),
        (HUGE_PNG, ask(1), "9000 × 9000 pixels; shrink it to at most 512"),
        (images.to_png(picture(1, 513)), ask(1), "513 × 1 pixels"),
        (PNG, ask(1, value=1001), "Value takes 0 to 1000, but 1001 came"),
        (PNG, ask(1, value="7"), "Value takes a finite number"),
        (PNG, ask(1, value=10**400), "Value takes a finite number"),
        (PNG, ask(1, colour="red"), "no setting called 'colour'"),
        (PNG, ask(1, "filter2d", kernel={"name": "nobody"}), "The kernel 'nobody' does not exist"),
        (PNG, ask(1, "filter2d", kernel={"weights": [[1] * 32]}), "1 to 31 weights"),
        (PNG, ask(1, "impossible"), "The kernel is larger than the picture."),
    ],
)
def test_an_impossible_experiment_is_a_sentence_and_the_connection_goes_on(served, png, request_, sentence):
    """What cannot be done is said in words, and the next request is answered as if nothing had been."""
    with served.open() as client:
        if png is not None:
            client.send(png)
        client.send(request_)
        assert sentence in error_of(client.recv(timeout=10))
        client.send(PNG)
        client.send(ask(2, value=3))
        assert unpack(client.recv(timeout=10))[0]["facts"]["value"] == 3


@pytest.mark.parametrize("operation", ["broken", "mismatched", "endless"])
def test_a_bug_is_logged_and_said_in_a_sentence(served, caplog, operation):
    """An exception that nobody foresaw leaves its traceback in the log, not on the page, and ends nothing."""
    with served.open() as client:
        client.send(PNG)
        client.send(ask(1, operation))
        assert "went wrong" in error_of(client.recv(timeout=10))
        client.send(ask(2, value=3))
        assert unpack(client.recv(timeout=10))[0]["facts"]["value"] == 3
    (record,) = (record for record in caplog.records if record.name == module.__name__)
    assert operation in record.getMessage()
    assert record.exc_info


# --- what nobody honest sends --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", 1008),
        ("{", 1008),
        ("null", 1008),
        ("[1, 2]", 1008),
        (ask(1)[:-1] + ', "more": 1}', 1008),
        (json.dumps({"seq": 1, "operation": "echo", "parameters": {}}), 1008),
        (ask(1).replace("1", "1.0"), 1008),
        (ask(1).replace("1", "true"), 1008),
        (ask(1).replace("1", '"1"'), 1008),
        (ask(1).replace("1", "NaN"), 1008),
        (ask(-1), 1008),
        (ask(2**53), 1008),
        (ask(1).replace("1", "9" * 5000), 1008),
        (ask(1, "nothing"), 1008),
        (ask(1).replace('"echo"', "7"), 1008),
        (ask(1).replace('"echo"', "[]"), 1008),
        (ask(1).replace("{}", "[]"), 1008),
        (ask(1).replace("false", "0"), 1008),
        (ask(1).replace("false", "null"), 1008),
        ("[" * 60_000, 1008),
        ('{"a":' * 10_000, 1008),
        (ask(1, text="x" * MAX_TEXT), 1009),
        (ask(1, text="x").replace("x", "é" * (MAX_TEXT // 2)), 1009),
        (b"\x89PNG" + bytes(4_000_000), 1009),
    ],
)
def test_a_malformed_message_closes_with_a_reason(served, message, code):
    """No page of ours sends this, so the connection ends, and the reason says what was expected."""
    with served.open() as client:
        client.send(PNG)
        client.send(message)
        found, reason = closed(client)
    assert found == code
    assert reason.endswith(".")
    assert 20 < len(reason.encode()) <= 120


def test_the_cores_are_for_other_requests(served):
    """While the lane is open a call of OpenCV uses one thread."""
    with served.open():
        assert cv2.getNumThreads() == 1


def test_an_answer_says_how_long_its_question_was_with_the_server():
    """The browser tells by it how far the server is: the wait for a turn counts, and so does the work."""

    def slow(image: Any, values: Any, rest: bool) -> Answer:
        time.sleep(0.02)
        return Answer({})

    operation = replace(table()["echo"], answer=slow)
    request = LaneRequest(1, operation, {}, False, SentPicture(PNG), came=time.monotonic() - 0.5)
    header, _ = unpack(respond(request))
    assert 520 <= header["took"] < 520 + 5_000


def test_parameters_nested_without_end_are_malformed():
    """What is too deep even to be named in a sentence ends the connection as any other malformed message."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    request = LaneRequest(1, table()["echo"], {"value": deep}, False, SentPicture(PNG))
    with pytest.raises(CloseConnection, match="nested too deeply") as caught:
        respond(request)
    assert caught.value.code == 1008


@pytest.mark.parametrize("second", [3, 2, 0])
def test_a_sequence_number_that_does_not_grow_closes(served, second):
    """Each request of a connection has a larger number than the one before."""
    with served.open() as client:
        client.send(ask(3))
        client.send(ask(second))
        assert closed(client) == (1008, "The field seq has to grow from request to request.")


def test_too_many_messages_close():
    """After the burst a connection may not send faster than the rate allows."""
    with serve(Lane(table(), messages_per_second=1, burst=10)) as served, served.open() as client:
        for seq in range(10):
            client.send(ask(seq))
        client.send(ask(10))
        assert closed(client) == (1008, "More than 1 messages a second came.")


def test_the_bucket_fills_with_time(monkeypatch):
    """Ten a second in the long run: three more after three tenths of a second, and never over the burst."""
    now = [100.0]
    monkeypatch.setattr(scheduler.time, "monotonic", lambda: now[0])
    bucket = Bucket(rate=10, burst=4)
    assert [bucket.take() for _ in range(5)] == [True, True, True, True, False]
    now[0] += 0.31
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    now[0] += 3600
    assert [bucket.take() for _ in range(5)] == [True, True, True, True, False]


def test_places_are_bounded_and_come_back():
    """When all places are taken a newcomer is refused before the handshake; a place left is a place free."""
    with serve(Lane(table(), max_connections=3)) as served:
        with contextlib.ExitStack() as stack:
            first, *_ = [stack.enter_context(served.open()) for _ in range(3)]
            with pytest.raises(InvalidStatus, match="403"), served.open():
                pass
            first.close()
            eventually(lambda: served.connections() == 2)
            with served.open() as client:
                client.send(PNG)
                client.send(ask(1))
                unpack(client.recv(timeout=10))
        eventually(lambda: served.connections() == 0)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://{host}", True),
        ("https://{host}", True),  # a proxy in front speaks https
        ("https://classroom.example", True),
        ("http://classroom.example", False),
        ("https://classroom.example.evil.example", False),
        ("http://127.0.0.1:1", False),
        ("http://{host}.evil.example", False),
        ("http://evil.example/{host}", False),
        ("http://evil@{host}", False),
        ("null", False),
        ("{host}", False),
        ("http://[", False),
        ("", False),
        (None, False),
    ],
)
def test_only_pages_of_this_server_and_trusted_origins_may_connect(served, monkeypatch, origin, allowed):
    """The Origin is the page's own, or one that Streamlit's option names; anything else gets a 403."""
    options = {"server.corsAllowedOrigins": ["https://classroom.example"]}
    monkeypatch.setattr(st, "get_option", lambda key: options[key])
    if origin is not None:
        origin = origin.format(host=f"127.0.0.1:{served.port}")
    if allowed:
        with served.open(origin=origin) as client:
            client.send(ask(1))
            assert "No picture" in error_of(client.recv(timeout=10))
    else:
        with pytest.raises(InvalidStatus, match="403"), served.open(origin=origin):
            pass


@pytest.mark.parametrize("given_base", ["class/seven", "/class/seven/"])
def test_the_address_lies_below_the_base_url(given_base):
    """With `server.baseUrlPath` the lane is below it, and only there."""
    lane = Lane(table())
    assert [route.path for route in lane.routes(given_base)] == ["/class/seven/lane"]
    assert [route.path for route in lane.routes("")] == ["/lane"]
    with serve(lane, "class/seven") as served:
        with served.open() as client:
            client.send(ask(1))
            assert "No picture" in error_of(client.recv(timeout=10))
        served.base = ""
        with pytest.raises(InvalidStatus), served.open():
            pass


# --- endings -------------------------------------------------------------------------------------------


def test_a_client_that_vanishes_in_mid_work_leaves_nothing_behind(caplog):
    """No task, no place, no thread and no traceback remains of a browser that went while it was answered."""
    gate = Gate()
    with serve(Lane(table(gate))) as served:
        idle = served.tasks()
        for abruptly in (True, False):
            client = Raw(served.port)
            client.send(PNG, Raw.BINARY)
            client.send(ask(1, "gate").encode())
            client.send(ask(2, "gate").encode())
            assert gate.entered.acquire(timeout=10)
            if abruptly:
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        eventually(lambda: served.connections() == 0)
        gate.opened.set()
        eventually(lambda: served.tasks() == idle)
        with served.open() as client:
            client.send(PNG)
            client.send(ask(1))
            unpack(client.recv(timeout=10))
    assert gate.together == 0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lane")]
    assert not caplog.records


def test_a_client_that_does_not_read_is_closed_and_keeps_its_place_until_it_is_gone():
    """Answers do not pile up for a browser that has stopped reading: one is on its way, then it ends."""
    gate = Gate()
    lane = Lane(table(gate), send_timeout=0.2)
    with serve(lane) as served:
        raw = Raw(served.port, receive_buffer=4096)
        raw.send(PNG, Raw.BINARY)
        for seq in range(3):
            raw.send(ask(seq, "large").encode())
            time.sleep(0.2)
        time.sleep(0.3)
        assert served.connections() == 1
        opcodes = []
        while not opcodes or opcodes[-1] != Raw.CLOSE:
            opcode, payload = raw.receive()
            opcodes.append(opcode)
        assert payload == struct.pack(">H", 1008) + b"The answers are not read; connect again."
        assert len(opcodes) < 4
        raw.close()
        eventually(lambda: served.connections() == 0)


def test_without_its_lifespan_the_lane_refuses():
    """A host that skips the lifespan has no threads for the lane, so pages must do without it."""
    lane = Lane(table())
    sent = run_async(_drive(lane, []))
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_the_end_of_the_lifespan_closes_connections_and_threads():
    """When the server stops, each browser is told so, and no thread or task remains."""
    lane = Lane(table())

    async def stop_in_mid_talk() -> list[dict[str, Any]]:
        async with lane.lifespan(None):
            talk = asyncio.create_task(
                _drive(lane, [{"bytes": PNG}, {"text": ask(1)}], until=lambda sent: len(sent) == 2)
            )
            sent = await talk
        assert not lane._conversations
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return sent

    sent = run_async(stop_in_mid_talk())
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.send", "websocket.close"]
    assert sent[-1]["code"] == 1001
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lane")]


async def _drive(
    lane: Lane,
    messages: list[dict[str, Any]],
    until: Callable[[list[dict[str, Any]]], bool] = lambda sent: True,
) -> list[dict[str, Any]]:
    """Talk to the route without a server; what it sends goes on being noted after this returns."""
    (route,) = lane.routes("")
    sent: list[dict[str, Any]] = []
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    queue.put_nowait({"type": "websocket.connect"})
    for message in messages:
        queue.put_nowait({"type": "websocket.receive"} | message)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"here:1"), (b"origin", b"http://here:1")]
    scope = {"type": "websocket", "path": "/lane", "headers": headers}
    task = asyncio.create_task(route.app(scope, queue.get, send))
    while not (sent and until(sent)):
        await asyncio.sleep(0.01)
    lane.test_task = task  # the loop keeps only a weak reference
    return sent


# --- fuzz ----------------------------------------------------------------------------------------------


JUNK: list[Any] = [
    None,
    True,
    -1,
    0,
    7.5,
    1e308,
    10**30,
    10**4000,
    "",
    "same",
    "\ud800",
    "é" * 50,
    "\x00",
    [],
    [[]],
    [[1, 2], [3]],
    [[1e9]],
    [["x"]],
    {},
    {"name": "gaussian", "arguments": {"sigma": "wide"}},
    {"name": "gaussian", "rows": -3},
    {"name": ["gaussian"]},
    {"weights": [[1, None]]},
    {"weights": [[0.5] * 31] * 31, "action": "flip"},
    {"weights": [[1.0]], "action": "resize", "rows": 1e30},
    {"weights": [[1.0]], "action": {}},
]


class Fuzz:
    """Seeded malformed messages: each is bytes to put on the wire after an honest handshake."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.kinds = [
            *[self.changed_field] * 4,
            *[self.changed_parameter] * 4,
            *[self.flipped_bits] * 3,
            *[self.cut_text] * 2,
            *[self.spoilt_picture] * 3,
            self.noise,
            self.bomb,
            self.numbers,
            self.bad_unicode,
            self.bad_frame,
            self.too_large,
        ]
        self.names = [setting.name for setting in OPERATIONS["filter2d"].settings]

    def message(self, seq: int) -> tuple[bytes, bool]:
        """Give what to send, and whether the client hangs up after it: a torn frame waits for its rest."""
        kind = self.random.choice(self.kinds)
        return kind(seq), kind == self.bad_frame

    def honest(self, seq: int) -> dict[str, Any]:
        parameters = {"kernel": {"weights": [[1.0, 0.5], [0.25, -1.0]]}, "strides": 2, "padding": "same"}
        return {"seq": seq, "operation": "filter2d", "parameters": parameters, "rest": False}

    def text(self, value: Any) -> bytes:
        return Raw.frame(json.dumps(value).encode())

    def changed_field(self, seq: int) -> bytes:
        request, name = (
            self.honest(seq),
            self.random.choice(["seq", "operation", "parameters", "rest", "more"]),
        )
        if self.random.random() < 0.3:
            request.pop(name, None)
        else:
            request[name] = self.random.choice(JUNK[:7] + JUNK[8:])
        return self.text(request)

    def changed_parameter(self, seq: int) -> bytes:
        request = self.honest(seq)
        for _ in range(self.random.randint(1, 3)):
            request["parameters"][self.random.choice(self.names)] = self.random.choice(JUNK)
        return self.text(request)

    def flipped_bits(self, seq: int) -> bytes:
        data = bytearray(json.dumps(self.honest(seq)).encode())
        for _ in range(self.random.randint(1, 4)):
            data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
        return Raw.frame(bytes(data))

    def cut_text(self, seq: int) -> bytes:
        data = json.dumps(self.honest(seq)).encode()
        return Raw.frame(data[: self.random.randrange(len(data))])

    def spoilt_picture(self, seq: int) -> bytes:
        data = bytearray(PNG)
        kind = self.random.randrange(4)
        if kind == 0:
            del data[self.random.randrange(len(data)) :]
        elif kind == 1:
            for _ in range(self.random.randint(1, 8)):
                data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
        elif kind == 2:
            data[16:24] = struct.pack(">II", self.random.getrandbits(32), self.random.getrandbits(32))
        else:
            data = bytearray(self.random.randbytes(self.random.randrange(300)))
        return Raw.frame(bytes(data), Raw.BINARY) + self.text(self.honest(seq))

    def noise(self, seq: int) -> bytes:
        return Raw.frame(self.random.randbytes(self.random.randrange(200)))

    def bomb(self, seq: int) -> bytes:
        depth = self.random.choice([50, 500, 990, 20_000])
        opening, closing = self.random.choice([("[", "]"), ('{"a":', "}")])
        if depth < 1000 and self.random.random() < 0.5:
            inside = opening * depth + ("1" if closing == "}" else "") + closing * depth
            name = self.random.choice(self.names)
            spoilt = json.dumps(self.honest(seq) | {"parameters": {name: "here"}}).replace('"here"', inside)
            return Raw.frame(spoilt.encode())
        return Raw.frame((opening * min(depth, 60_000 // len(opening))).encode())

    def numbers(self, seq: int) -> bytes:
        digits = self.random.choice(
            ["9" * 5000, "9" * 400, "-1e999", "1e-999", "NaN", "-Infinity", "00", "0x1"]
        )
        name = self.random.choice(["seq", *self.names])
        request = self.honest(seq)
        (request if name == "seq" else request["parameters"])[name] = "here"
        return Raw.frame(json.dumps(request).replace('"here"', digits).encode())

    def bad_unicode(self, seq: int) -> bytes:
        return Raw.frame(
            json.dumps(self.honest(seq)).encode() + self.random.choice([b"\xff", b"\xc3", b"\xed\xa0\x80"])
        )

    def bad_frame(self, seq: int) -> bytes:
        return self.random.choice(
            [
                Raw.frame(b"{}", self.random.choice([0, 3, 7, 11])),
                b"\x81\x02{}",  # not masked
                b"\xf1\x82\0\0\0\0{}",  # reserved bits
                b"\x82\xff" + struct.pack(">Q", 2**40) + bytes(4),
                self.random.randbytes(40),
            ]
        )

    def too_large(self, seq: int) -> bytes:
        if self.random.random() < 0.02:
            return Raw.frame(bytes(2_000_001), Raw.BINARY)
        return Raw.frame(b" " * self.random.randint(65_537, 70_000))


TRACED = 7_500  # from this message on memory is traced, which makes everything four times slower


def test_ten_thousand_malformed_messages(caplog):
    """Nothing that a hostile client sends crashes the server, is a surprise to it, or stays in its memory."""
    fuzz, threads = Fuzz(seed=20), threading.active_count()
    lane = Lane(OPERATIONS, messages_per_second=1e6, burst=1e6)
    try:
        # Text that is not UTF-8 never reaches the lane: the server logs it, with a traceback, and closes.
        with serve(lane, log_level="critical") as served:
            idle = served.tasks()
            client, seq, closings = None, 0, 0
            for count in range(10_000):
                if client is None:
                    client, seq = Raw(served.port), 0
                seq += 2
                message, hangs_up = fuzz.message(seq)
                # A connection that survives says so with its error for the honest request that follows.
                alive = {"seq": seq + 1, "operation": "filter2d", "parameters": {"strides": 9}, "rest": False}
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    client.socket.sendall(message + fuzz.text(alive))
                    if hangs_up:
                        client.socket.shutdown(socket.SHUT_WR)
                if not _survives(client, seq + 1):
                    client.close()
                    client, closings = None, closings + 1
                if count == TRACED:
                    gc.collect()
                    tracemalloc.start()
            if client:
                client.close()
            eventually(lambda: served.connections() == 0)
            eventually(lambda: served.tasks() == idle)
            gc.collect()
            kept = tracemalloc.get_traced_memory()[0] / (10_000 - TRACED)
            with served.open() as honest:
                honest.send(PNG)
                honest.send(ask(1, "filter2d", rest=True))
                header, blobs = unpack(honest.recv(timeout=10))
    finally:
        tracemalloc.stop()
    kernel = np.array(header["facts"]["kernel"]["weights"])
    expected = Convolution(kernel, pad_mode="edge").feature_map(PICTURE)
    np.testing.assert_array_equal(
        np.frombuffer(blobs["values"], np.float32).reshape(expected.shape), expected
    )
    assert 3000 < closings < 10_000, "the mix of messages is lopsided"
    # Python's own free lists take 0.1 MB, however many messages came; one connection is over 1000 bytes.
    assert kept < 100, f"{kept:.0f} bytes of each message stay in memory"
    eventually(lambda: threading.active_count() == threads)
    assert [record.getMessage() for record in caplog.records] == []


def _survives(client: Raw, seq: int) -> bool:
    try:
        while True:
            opcode, payload = client.receive()
            if opcode == Raw.CLOSE:
                return False
            if opcode == Raw.TEXT and json.loads(payload)["seq"] == seq:
                return True
    except ConnectionResetError:
        return False


def test_an_operation_on_the_whole_picture_is_given_its_levels():
    """What cuts a part out of a picture has it up to twice as large as others, as levels, and no larger."""
    came = []

    def keep(image, values, rest):
        came.append(image)
        return Answer({})

    whole = replace(table()["echo"], answer=keep, whole=True)
    ask_of = partial(LaneRequest, 1, whole, {}, False)
    levels = np.arange(1024 * 3, dtype=np.uint32).astype(np.uint8).reshape(1, 1024, 3)
    assert isinstance(respond(ask_of(SentPicture(images.to_png(images.from_levels(levels))))), bytes)
    assert came[0].dtype == np.uint8
    assert came[0].tolist() == levels.tolist()
    refused = respond(ask_of(SentPicture(images.to_png(picture(1, 1025)))))
    assert "1025 × 1 pixels; shrink it to at most 1024" in json.loads(refused)["error"]
