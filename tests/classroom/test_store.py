"""Where classes are kept: both stores do the same, and several servers on one of them are one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from driving import run_async
from serving import closed, serve

from pages.classroom import limits, rooms, store
from pages.classroom.rooms import ClassroomError, Room, new_room
from pages.classroom.service import Classroom
from pages.classroom.store import MemoryStore, Store, StoreAway, ValkeyStore
from pages.live.lane import Lane
from pages.operations import OPERATIONS


class Valkey:
    """A Valkey or Redis of a test's own, which keeps nothing on a disk."""

    def __init__(self, command: str) -> None:
        self.command = command
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([self.command, *options], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            assert time.monotonic() < until, "the store does not start"
            time.sleep(0.02)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def ask(self, *words: str) -> bytes:
        """Speak to it without the library that is tested."""
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            encoded = [word.encode() for word in words]
            parts = b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in encoded)
            connection.sendall(b"*%d\r\n%b" % (len(encoded), parts))
            return connection.recv(65_536)


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    command = shutil.which("valkey-server") or shutil.which("redis-server")
    if command is None:
        pytest.skip("There is neither valkey-server nor redis-server: install one of these packages.")
    pytest.importorskip("redis", reason="The extra `class` is not installed.")
    server = Valkey(command)
    yield server
    server.stop()


@pytest.fixture(params=["memory", "valkey"])
def make(request: pytest.FixtureRequest) -> Callable[[], Store]:
    """Give a function that opens the store, empty at first."""
    if request.param == "memory":
        return MemoryStore
    server = request.getfixturevalue("valkey")
    server.ask("FLUSHALL")
    return lambda: ValkeyStore(server.url)


def using(make: Callable[[], Store], work: Callable[[Store], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        kept = make()
        try:
            return await work(kept)
        finally:
            await kept.close()

    return run_async(run())


def a_room(code: str = "RTKB") -> Room:
    return new_room(code, "secret", time.time())


def codes(count: int) -> list[str]:
    found: set[str] = set()
    while len(found) < count:
        found.add(rooms.new_code())
    return list(found)


# --- both alike ------------------------------------------------------------------------------------------


def test_a_class_is_kept_changed_and_ended(make):
    """What was changed is read, a code is taken once, and a class that ended is not there."""

    async def work(kept: Store) -> None:
        assert await kept.begin(a_room(), "here")
        assert not await kept.begin(a_room(), "here")
        changed = await kept.change("RTKB", lambda room: room.join("token", "Zoë", time.time()))
        assert changed == await kept.read("RTKB") == await kept.find("RTKB", "there")
        assert [each.name for each in changed.students] == ["Zoë"]
        assert await kept.change("RTKB", lambda room: room) == changed
        assert await kept.change("RTKB", lambda room: None) is None
        assert await kept.read("RTKB") is None
        assert await kept.change("RTKB", lambda room: pytest.fail("there is none")) is None
        assert await kept.begin(a_room(), "here")

    using(make, work)


def test_a_picture_lies_beside_its_class_until_nobody_sees_it(make):
    """It is found by its digest alone, and goes with what it was shown with, and with the class."""
    digest = rooms.digest("a picture")

    async def work(store: Store) -> None:
        room = a_room()
        await store.begin(room, "here")
        await store.change(room.code, lambda room: room.join("token", "Ada", time.time()))
        for end in (lambda room: room.hide(time.time()), lambda room: None):
            await store.change(room.code, lambda room: room.bring("pooling", time.time(), of=1))
            await store.put_picture(room.code, digest, b"png")
            shown = await store.change(room.code, lambda room: room.give(1, digest, time.time()))
            assert shown is not None
            assert shown.picture == digest
            await store.change(room.code, lambda room: room.freeze(True, time.time()))
            assert await store.picture(room.code, digest) == b"png"
            assert await store.picture(room.code, rooms.digest("another")) is None
            await store.change(room.code, end)
            assert await store.picture(room.code, digest) is None

    using(make, work)


def test_a_sentence_of_a_change_changes_nothing(make):
    """What cannot be is told to whoever asked, and the class is as before."""

    async def work(kept: Store) -> None:
        await kept.begin(a_room(), "here")
        before = await kept.read("RTKB")
        with pytest.raises(ClassroomError):
            await kept.change("RTKB", lambda room: room.mute(1, True, time.time()))
        assert await kept.read("RTKB") == before

    using(make, work)


def test_of_many_who_change_at_once_nobody_is_lost(make):
    """Sixty who join in one moment all have a seat, each with a number of their own."""

    async def work(kept: Store) -> Room:
        await kept.begin(a_room(), "here")
        joining = [
            kept.change("RTKB", lambda room, key=str(number): room.join(key, "Ada", time.time()))
            for number in range(rooms.MAX_STUDENTS)
        ]
        await asyncio.gather(*joining)
        room = await kept.read("RTKB")
        assert room is not None
        return room

    found = using(make, work)
    assert [each.number for each in found.students] == list(range(1, rooms.MAX_STUDENTS + 1))
    assert len({each.name for each in found.students}) == rooms.MAX_STUDENTS


def test_the_number_of_classes_is_bounded(make, monkeypatch):
    """There are as many as may be, one more is refused, and one that ends makes room."""
    monkeypatch.setattr(rooms, "MAX_ROOMS", 5)
    first, *others = codes(6)

    async def work(kept: Store) -> None:
        for code in (first, *others[:4]):
            assert await kept.begin(a_room(code), code)
        with pytest.raises(ClassroomError, match="classes are going on"):
            await kept.begin(a_room(others[4]), "here")
        await kept.change(first, lambda room: None)
        assert await kept.begin(a_room(others[4]), "here")

    using(make, work)


def test_one_address_begins_few_classes(make):
    """After ten at once another address may still begin one."""
    *many, last = codes(limits.BEGUN_HERE.burst + 1)

    async def work(kept: Store) -> None:
        for code in many:
            assert await kept.begin(a_room(code), "here")
        with pytest.raises(ClassroomError, match="five minutes"):
            await kept.begin(a_room(last), "here")
        assert await kept.begin(a_room(last), "there")

    using(make, work)


def test_wrong_codes_are_counted_for_an_address_and_for_all(make):
    """Right ones cost nothing; after twenty wrong ones of an address, or 120 of all, none is looked up."""
    wrong = [code for code in codes(200) if code != "RTKB"]

    async def work(kept: Store) -> tuple[int, int]:
        await kept.begin(a_room(), "here")
        for _ in range(200):
            assert (await kept.find("RTKB", "here")).code == "RTKB"
        for code in wrong[: limits.WRONG_HERE.burst]:
            with pytest.raises(ClassroomError, match="no class with this code"):
                await kept.find(code, "here")
        with pytest.raises(ClassroomError, match="Too many wrong codes"):
            await kept.find("RTKB", "here")
        assert (await kept.find("RTKB", "there")).code == "RTKB"
        looked, refused = 0, 0
        for number, code in enumerate(wrong):
            try:
                await kept.find(code, str(number))
            except ClassroomError as error:
                looked += "no class" in str(error)
                refused += "Too many" in str(error)
        return looked, refused

    looked, refused = using(make, work)
    assert looked in (100, 101)  # one more where half a minute passes meanwhile
    assert looked + refused == len(wrong)


def test_a_class_ends_by_itself(make, monkeypatch):
    """Once nothing has happened for long enough it is gone."""
    monkeypatch.setattr(rooms, "EMPTY", 0.2)

    async def work(kept: Store) -> None:
        await kept.begin(a_room(), "here")
        assert await kept.read("RTKB")
        await asyncio.sleep(0.3)
        assert await kept.read("RTKB") is None

    using(make, work)


def test_who_follows_a_class_is_told_of_changes(make):
    """A change and the end of a class are told once it is followed, and no longer after that."""

    async def work(kept: Store) -> None:
        told: asyncio.Queue[str] = asyncio.Queue()
        kept.notify = told.put_nowait
        for code in ("RTKB", "BRTK"):
            await kept.begin(a_room(code), code)
        await kept.follow("RTKB")
        await kept.change("BRTK", lambda room: room.freeze(True, time.time()))
        await kept.change("RTKB", lambda room: room.freeze(True, time.time()))
        assert await asyncio.wait_for(told.get(), 5) == "RTKB"
        await kept.change("RTKB", lambda room: None)
        assert await asyncio.wait_for(told.get(), 5) == "RTKB"
        await kept.leave("RTKB")
        await kept.begin(a_room(), "here")
        await kept.change("RTKB", lambda room: room.freeze(True, time.time()))
        await asyncio.sleep(0.1)
        assert told.empty()

    using(make, work)


def test_the_environment_chooses():
    """Memory by default, and what `EXPLORER_ROOMS` names otherwise."""
    assert isinstance(store.chosen({}), MemoryStore)
    pytest.importorskip("redis")
    chosen = store.chosen({"EXPLORER_ROOMS": "redis://nowhere.invalid:1/0"})
    assert isinstance(chosen, ValkeyStore)
    run_async(chosen.close())


def test_addresses_are_remembered_within_bounds(monkeypatch):
    """However many try, memory keeps the newest alone."""
    monkeypatch.setattr(store, "MAX_ADDRESSES", 50)
    kept = MemoryStore()

    async def work() -> None:
        for number in range(200):
            with contextlib.suppress(ClassroomError):
                await kept.find("RTKB", str(number))

    run_async(work())
    assert len(kept._due) <= 50


# --- Valkey alone ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "null", "{}", "x" * 2_000_000, '{"code": "RTKB"}', "\ud800"])
def test_what_others_wrote_is_no_class(valkey, caplog, text):
    """A value that is no class counts as none, is told to the log, and can be replaced by one."""
    valkey.ask("FLUSHALL")
    valkey.ask("SET", "explorer:class:room:RTKB", text.encode("utf-8", "replace").decode())

    async def work(kept: Store) -> None:
        assert await kept.read("RTKB") is None
        assert await kept.change("RTKB", lambda room: room) is None
        with pytest.raises(ClassroomError, match="no class"):
            await kept.find("RTKB", "here")

    using(lambda: ValkeyStore(valkey.url), work)
    assert text == "" or "RTKB is none" in caplog.text


def test_a_class_of_another_code_is_none(valkey):
    """Nobody opens a class by writing it under another code."""
    valkey.ask("FLUSHALL")
    valkey.ask("SET", "explorer:class:room:BRTK", rooms.to_text(a_room("RTKB")))
    assert using(lambda: ValkeyStore(valkey.url), lambda kept: kept.read("BRTK")) is None


def test_what_is_kept_expires_and_holds_no_key(valkey):
    """Every key that is left has a time at which it goes, and no secret is among the values."""
    valkey.ask("FLUSHALL")

    async def work(kept: Store) -> None:
        await kept.begin(new_room("RTKB", "the secret", time.time()), "here")
        await kept.change("RTKB", lambda room: room.join("the token", "Ada", time.time()))
        with contextlib.suppress(ClassroomError):
            await kept.find("BRTK", "here")

    using(lambda: ValkeyStore(valkey.url), work)
    listed = valkey.ask("KEYS", "*")
    found = [line.decode() for line in listed.split(b"\r\n") if line.startswith(b"explorer:")]
    assert len(found) == 5
    for key in found:
        left = int(valkey.ask("PTTL", key).strip(b":\r\n"))
        assert left > 0, key
    kept_text = valkey.ask("GET", "explorer:class:room:RTKB").decode()
    assert "Ada" in kept_text
    assert "the secret" not in kept_text
    assert "the token" not in kept_text


def test_two_servers_write_one_class_without_losing_anything(valkey):
    """Each of a hundred changes from two sides is kept, and each side is told of the other's."""
    valkey.ask("FLUSHALL")

    async def work() -> Room | None:
        one, other = ValkeyStore(valkey.url), ValkeyStore(valkey.url)
        told: list[str] = []
        other.notify = told.append
        await one.begin(a_room(), "here")
        await other.follow("RTKB")
        await asyncio.gather(
            *(
                kept.change("RTKB", lambda room: room.bring("losses", time.time()))
                for kept in [one, other] * 50
            )
        )
        await asyncio.sleep(0.1)
        assert told
        found = await one.read("RTKB")
        await one.close()
        await other.close()
        return found

    room = run_async(work())
    assert room is not None
    assert room.moves == 100


def test_a_store_that_is_away_is_said_to_be(valkey):
    """Reading and changing raise `StoreAway`, and go on when it is there again."""
    valkey.ask("FLUSHALL")

    async def work(kept: Store) -> None:
        await kept.begin(a_room(), "here")
        await kept.follow("RTKB")
        told: asyncio.Queue[str] = asyncio.Queue()
        kept.notify = told.put_nowait
        valkey.stop()
        try:
            for act in (kept.read("RTKB"), kept.change("RTKB", lambda room: room), kept.begin(a_room(), "x")):
                with pytest.raises(StoreAway):
                    await act
        finally:
            valkey.start()
        assert await kept.read("RTKB") is None  # it keeps nothing on a disk
        assert await kept.begin(a_room(), "here")
        until = time.monotonic() + 10
        while told.empty() or not told.get_nowait():
            assert time.monotonic() < until
            await asyncio.sleep(0.2)
            await kept.change("RTKB", lambda room: room.freeze(True, time.time()))

    using(lambda: ValkeyStore(valkey.url), work)


def act(do: str, n: int = 0, **fields: Any) -> str:
    return json.dumps({"class": {"do": do, "n": n} | fields})


def hear(client: Any, field: str) -> Any:
    while True:
        reply = json.loads(client.recv(timeout=10))["class"]
        if field in reply:
            return reply[field]


def test_a_class_outlives_the_server_that_it_was_begun_on(valkey):
    """Of two servers one stops in mid-lesson: who was on it comes back on the other, and nothing is lost."""
    valkey.ask("FLUSHALL")

    def lane() -> Lane:
        return Lane(OPERATIONS, Classroom(ValkeyStore(valkey.url)))

    with serve(lane()) as second, contextlib.ExitStack() as stack:
        with serve(lane()) as first:
            teacher, ada, grace = (stack.enter_context(each.open()) for each in (first, first, second))
            teacher.send(act("start"))
            code, reply = "", {}
            while "key" not in reply:
                reply = json.loads(teacher.recv(timeout=10))["class"]
            code, secret = reply["code"], reply["key"]
            ada.send(act("join", code=code, name="Ada", held=""))
            token = hear(ada, "key")
            grace.send(act("join", code=code, name="Grace", held=""))
            teacher.send(act("ask", 1, question=1, prompt="Which?", posed=""))
            while not (hear(grace, "view")["question"]):
                pass
            ada.send(act("answer", 2, question=1, answer="mine"))
            while hear(ada, "done") != 2:
                pass
        assert {closed(ada)[0], closed(teacher)[0]} <= {1001, 1012}
        teacher, ada = (stack.enter_context(second.open()) for _ in range(2))
        teacher.send(act("enter", code=code, key=secret))
        ada.send(act("enter", code=code, key=token))
        wall = hear(teacher, "view")
        assert [each["answer"] for each in wall["students"]] == ["mine", None]
        assert hear(ada, "view")["answer"] == "mine"
        teacher.send(act("bring", 3, address="losses", student=0))
        while hear(grace, "view")["experiment"] != "losses":
            pass


def test_a_server_stops_while_a_class_is_coming_in(valkey):
    """Nothing that waits for the store outlives the server, whoever is still connected."""
    valkey.ask("FLUSHALL")
    lane = Lane(OPERATIONS, Classroom(ValkeyStore(valkey.url)))
    with contextlib.ExitStack() as stack, serve(lane) as served:
        teacher = stack.enter_context(served.open())
        teacher.send(act("start"))
        code = hear(teacher, "code")
        for number in range(20):
            client = stack.enter_context(served.open())
            client.send(act("join", number, code=code, name="", held=""))
        hear(client, "key")
