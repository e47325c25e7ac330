"""The classes of a server: who sits where, what they do, and what they are shown.

Each connection of the lane has a `Seat`. It does the acts of its browser one after the other and sends what
the browser has to see; of what has changed meanwhile it sends the newest alone, at most five times a second.
Nothing here takes a thread, so that a drag beside it does not wait.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import hashlib
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from explorer import images
from pages.classroom import rooms
from pages.classroom.limits import neighbourhood
from pages.classroom.messages import ACTS, ClassMessage, ClassReply, written
from pages.classroom.rooms import ClassroomError, Room
from pages.classroom.store import OVER, Store, StoreAway
from pages.live.messages import CloseConnection
from pages.live.scheduler import Bucket

logger = logging.getLogger(__name__)

ACTS_PER_SECOND = 10.0
ACTS_AT_ONCE = 60.0
MAX_WAITING = 60  # acts of one browser that are still to be done
MAX_TABS = 4  # of one person
SHOWN_EVERY = 0.2  # seconds between two views for one browser
GATHERED = 0.04  # seconds in which changes of a class are gathered into one
LOOKED_EVERY = 5.0  # seconds until a class is looked at anew though nobody said that it has changed
TEACHER = 0  # the number under which a class knows its teacher

GONE = "You are no longer in this class. If that surprises you, ask your teacher."
LEFT = "You have left the class. Nothing that you did in it was kept."
OTHER_TAB = "You have opened this class in several tabs; this one has left it."
AWAY = "The classes of this server cannot be reached; connect again."

Send = Callable[[str], Awaitable[None]]


class Seat:
    """What one connection has to do with a class: at first nothing."""

    def __init__(self, classroom: Classroom, host: str) -> None:
        self.code, self.number = "", TEACHER
        self._classroom = classroom
        self._address = neighbourhood(host)
        self._bucket = Bucket(ACTS_PER_SECOND, ACTS_AT_ONCE)
        self._acts: deque[ClassMessage] = deque()
        self._came, self._news = asyncio.Event(), asyncio.Event()
        self._replies: deque[str] = deque()
        self._view = self._sent = ""
        self._picture = ""  # which one it was sent last
        self.was_wished = False  # whether the teacher has asked for a picture of theirs
        self.is_used = False

    def take(self, message: ClassMessage) -> None:
        """Take an act, to be done when those before it are."""
        self.is_used = True
        if message.do == "give" and any(each.do == "give" for each in self._acts):
            raise CloseConnection(1008, "A picture came while another one was waiting.")
        if not self._bucket.take() or len(self._acts) >= MAX_WAITING:
            raise CloseConnection(1008, f"More than {ACTS_PER_SECOND:g} acts a second came.")
        self._acts.append(message)
        self._came.set()

    def tell(self, reply: ClassReply) -> None:
        """Send a reply; none is ever left out."""
        self._replies.append(written(reply))
        self._news.set()

    def lacks(self, room: Room) -> bool:
        """Whether this seat has yet to be sent the picture that it sees."""
        return rooms.picture_for(room, self.number) not in ("", self._picture)

    def show(self, room: Room, png: bytes | None = None) -> None:
        """Send what this seat sees of the class, in place of what was not sent yet, and its picture once."""
        if self.number != TEACHER and all(each.number != self.number for each in room.students):
            self.stand_up(GONE)
            return
        if png is not None and self.lacks(room):
            self._picture = room.picture
            self.tell({"picture": {"id": room.picture, "png": base64.b64encode(png).decode("ascii")}})
        self.was_wished = self.was_wished or (self.number != TEACHER and room.wished == self.number)
        self._view = written(
            {
                "view": rooms.student_view(room, self.number)
                if self.number != TEACHER
                else rooms.teacher_view(room, self._classroom.now())
            }
        )
        self._news.set()

    def stand_up(self, why: str) -> None:
        """Be in no class any more, and say why."""
        self._classroom.free(self)
        self.code, self.number, self._view, self._sent, self._picture = "", TEACHER, "", "", ""
        self.was_wished = False
        self.tell({"over": why})

    async def run(self, send: Send) -> None:
        """Do and show until the connection ends."""
        halves = [asyncio.create_task(self._do_all()), asyncio.create_task(self._show_all(send))]
        try:
            done, _ = await asyncio.wait(halves, return_when=asyncio.FIRST_COMPLETED)
            done.pop().result()
        finally:
            for half in halves:
                half.cancel()
            await asyncio.gather(*halves, return_exceptions=True)
            self._classroom.lose(self)

    async def _show_all(self, send: Send) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._replies:
                await send(self._replies.popleft())
            if self._view != self._sent:
                self._sent = self._view
                if self._sent:
                    await send(self._sent)
                    await asyncio.sleep(SHOWN_EVERY)

    async def _do_all(self) -> None:
        while True:
            await self._came.wait()
            message = self._acts.popleft()
            if not self._acts:
                self._came.clear()
            try:
                await self._do(message)
            except ClassroomError as error:
                self.tell({"done": message.n, "said": str(error)})
            except StoreAway as error:
                logger.error("The store of the classes is away: %s", error)
                raise CloseConnection(1013, AWAY) from None
            else:
                self.tell({"done": message.n})

    async def _do(self, message: ClassMessage) -> None:
        classroom = self._classroom
        match message.do:
            case "start":
                self._change_seat()
                code, key = await classroom.begin(self._address)
                await self._sit_down(code, TEACHER, key)
            case "join":
                self._change_seat()
                code, key = rooms.read_code(message.fields["code"]), rooms.new_key()
                await classroom.store.find(code, self._address)
                name, held = message.fields["name"], message.fields["held"]
                room = await classroom.store.change(
                    code, lambda room: room.join(key, name, classroom.now(), self._address, held)
                )
                if room is None:
                    raise ClassroomError(OVER)
                await self._sit_down(code, room.students[-1].number, key)
            case "enter":
                self._change_seat()
                await self._come_back(message.fields["code"], message.fields["key"])
            case _:
                await self._act(message)

    async def _come_back(self, code: str, key: str) -> None:
        # A code without a class and a class without this key are answered alike: here no code can be tried.
        room = await self._classroom.store.read(code) if rooms.is_fit(code) else None
        number = room.knows(key) if room else None
        if number is None:
            self.stand_up(GONE if room and room.has_removed(key) else OVER)
        else:
            await self._sit_down(code, number, key)

    async def _act(self, message: ClassMessage) -> None:
        if not self.code:  # the class ended while the act was under way
            return
        act, who = ACTS[message.do], self.number
        if (act.who == "teacher") != (who == TEACHER):
            whom = "the teacher" if act.who == "teacher" else "students"
            raise CloseConnection(1008, f"The act {message.do} is for {whom} alone.")
        change, now = act.change, self._classroom.now()
        assert change is not None
        if message.do == "give":
            message = await self._taken_in(message)
        await self._classroom.store.change(self.code, lambda room: change(room, who, message.fields, now))
        if message.do == "leave":
            self.stand_up(LEFT)

    async def _taken_in(self, message: ClassMessage) -> ClassMessage:
        """Read a picture that was asked for, put it beside its class, and name it by its digest."""
        store, number = self._classroom.store, self.number
        room = await store.read(self.code)
        if room is None:
            raise ClassroomError(OVER)
        room.give(number, "", self._classroom.now())  # before anything is decoded
        try:
            png = await asyncio.to_thread(shrunk, message.fields["picture"])
        except images.ImageError as error:
            raise ClassroomError(f"Your picture was not shown. {error}") from None
        digest = hashlib.sha256(png).hexdigest()
        await store.put_picture(self.code, digest, png)
        return replace(message, fields={"picture": digest})

    def _change_seat(self) -> None:
        if self.code:
            self._classroom.lose(self)
            self.code = ""

    async def _sit_down(self, code: str, number: int, key: str) -> None:
        self.code, self.number = code, number
        self.tell({"code": code, "key": key})
        await self._classroom.seat(self)


class Classroom:
    """All seats of this server, by the class."""

    def __init__(self, store: Store, now: Callable[[], float] = time.time) -> None:
        self.store, self.now = store, now
        self._seats: dict[str, list[Seat]] = {}
        self._changed: dict[str, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        store.notify = self._notice

    @property
    def seated(self) -> int:
        """How many connections are in a class."""
        return sum(map(len, self._seats.values()))

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Keep the classes; at the end leave them to the store."""
        try:
            yield
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self.store.close()

    async def begin(self, address: str) -> tuple[str, str]:
        """Begin a class, and give its code and the teacher's secret."""
        key = rooms.new_key()
        while not await self.store.begin(rooms.new_room(code := rooms.new_code(), key, self.now()), address):
            pass
        return code, key

    async def seat(self, seat: Seat) -> None:
        """Show the class to one more seat from now on."""
        seats = self._seats.setdefault(seat.code, [])
        same = [each for each in seats if each.number == seat.number]
        seats.append(seat)
        if len(same) >= MAX_TABS:
            same[0].stand_up(OTHER_TAB)
        if seat.code not in self._changed:
            self._changed[seat.code] = asyncio.Event()
            self._spawn(self._follow(seat.code))
        if seat.number != TEACHER:
            number, now = seat.number, self.now()
            with contextlib.suppress(ClassroomError):
                await self.store.change(seat.code, lambda room: room.back(number, now))
        self._notice(seat.code)

    def free(self, seat: Seat) -> None:
        """Forget who sits in a seat."""
        seats = self._seats.get(seat.code, [])
        if seat in seats:
            seats.remove(seat)
            if not seats:
                del self._seats[seat.code]
            self._notice(seat.code)  # nobody may be left who looks

    def lose(self, seat: Seat) -> None:
        """Free a seat whose browser has gone, and let the class know."""
        code, number = seat.code, seat.number
        self.free(seat)
        if code and number != TEACHER and all(each.number != number for each in self._seats.get(code, [])):
            self._spawn(self._note_away(code, number))

    async def _note_away(self, code: str, number: int) -> None:
        with contextlib.suppress(ClassroomError, StoreAway):  # one who left is not there to be away
            await self.store.change(code, lambda room: room.away(number, self.now()))

    def _notice(self, code: str) -> None:
        if code in self._changed:
            self._changed[code].set()

    async def _follow(self, code: str) -> None:
        changed = self._changed[code]
        is_followed = False
        try:
            while code in self._seats:
                try:
                    if not is_followed:
                        await self.store.follow(code)
                        is_followed = True
                    changed.clear()
                    room = await self.store.read(code)
                except StoreAway as error:
                    logger.error("The store of the classes is away: %s", error)
                    await asyncio.sleep(1)
                    continue
                seats = list(self._seats.get(code, []))
                png = None
                if room is not None and any(seat.lacks(room) for seat in seats):
                    with contextlib.suppress(StoreAway):  # it comes with the next look
                        png = await self.store.picture(code, room.picture)
                for seat in seats:
                    if room is None:
                        seat.stand_up(OVER)
                    elif seat.code == code:  # it may have left while the picture was fetched
                        seat.show(room, png)
                await asyncio.sleep(GATHERED)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOKED_EVERY):
                        await changed.wait()
        finally:
            del self._changed[code]
            await self.store.leave(code)

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def shrunk(text: str) -> bytes:
    """Read a picture that came as Base64 as an upload is read, and write it anew, small, as a PNG.

    Raises:
        ImageError: If it is no picture.
    """
    try:
        file = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise images.ImageError("It did not arrive whole; show it again.") from None
    return images.to_png(images.read(file, max_side=rooms.MAX_SHOWN_SIDE).image)
