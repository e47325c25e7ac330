"""Where classes are: in the memory of this server or, for several servers, in Valkey or Redis.

`EXPLORER_ROOMS=redis://host:6379/0` chooses the latter, which needs the extra `class`. A class is one value
that is read, changed and written as a whole, and only where nobody else has written meanwhile. Whoever
follows a class is told when it has changed, and reads it: a notice that is lost costs a moment and no
content. Neither writes to a disk by itself; the values in Valkey expire with their class.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from pages.classroom import rooms
from pages.classroom.limits import BEGUN_HERE, WRONG_ANYWHERE, WRONG_HERE, Limit
from pages.classroom.rooms import ClassroomError, DamagedRoom, Room

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.commands.core import AsyncScript

logger = logging.getLogger(__name__)

VARIABLE = "EXPLORER_ROOMS"
MAX_ADDRESSES = 4_096  # of which tries are remembered; the oldest is forgotten
MAX_VALUE = 1_000_000  # bytes of a class; sixty students with the longest addresses take 160 thousand
TRIES = 50  # to write a class that others are writing as well
PATIENCE = 3.0  # seconds for an answer of Valkey
PREFIX = "explorer:class:"

Change = Callable[[Room], Room | None]
"""What becomes of a class: the next record, or None where it ends."""

NO_CLASS = "There is no class with this code. Look at it again: it is on your teacher's screen."
TOO_MANY_TRIES = "Too many wrong codes came from your network. Wait a minute, then try again."
TOO_MANY_CLASSES = f"{rooms.MAX_ROOMS} classes are going on here, and there is no room for another one."
TOO_MANY_BEGUN = "Many classes were begun from your network. Wait five minutes, then try again."
OVER = "This class has ended. Nothing of it was kept."


class StoreAway(Exception):
    """The store does not answer."""


class Store(Protocol):
    """What a class is kept in."""

    notify: Callable[[str], None]
    """Called with the code of a class that is followed and has changed or ended."""

    async def begin(self, room: Room, address: str) -> bool:
        """Keep a new class, unless its code is taken; a `ClassroomError` says that there are too many."""

    async def find(self, code: str, address: str) -> Room:
        """Give the class that somebody at an address names by its code, or raise a `ClassroomError`."""

    async def read(self, code: str) -> Room | None:
        """Give a class; None where there is none any more."""

    async def change(self, code: str, change: Change) -> Room | None:
        """Change a class as if nobody else did meanwhile, and give it; None where it has ended."""

    async def put_picture(self, code: str, digest: str, png: bytes) -> None:
        """Keep the picture that a class sees, in place of another one, until it sees none."""

    async def picture(self, code: str, digest: str) -> bytes | None:
        """Give the picture of a class; None where it is another one, or there is none any more."""

    async def follow(self, code: str) -> None:
        """Notify from now on when this class has changed."""

    async def leave(self, code: str) -> None:
        """Notify no longer."""

    async def close(self) -> None:
        """Let go of everything."""


def chosen(environment: Mapping[str, str] = os.environ) -> Store:
    """Return the store that the environment names."""
    url = environment.get(VARIABLE, "")
    return ValkeyStore(url) if url else MemoryStore()


class MemoryStore:
    """Classes in the memory of one server: they end with it."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.notify: Callable[[str], None] = lambda code: None
        self._now = now
        self._rooms: dict[str, Room] = {}
        self._pictures: dict[str, tuple[str, bytes]] = {}
        self._followed: set[str] = set()
        self._due: OrderedDict[tuple[str, str], float] = OrderedDict()

    async def begin(self, room: Room, address: str) -> bool:
        """Keep a new class."""
        self._forget_old()
        if len(self._rooms) >= rooms.MAX_ROOMS:
            raise ClassroomError(TOO_MANY_CLASSES)
        if room.code in self._rooms:
            return False
        if not self._take((BEGUN_HERE, address)):
            raise ClassroomError(TOO_MANY_BEGUN)
        self._rooms[room.code] = room
        return True

    async def find(self, code: str, address: str) -> Room:
        """Look a class up; a wrong code is a try."""
        limits = (WRONG_HERE, address), (WRONG_ANYWHERE, "")
        if not self._has(*limits):
            raise ClassroomError(TOO_MANY_TRIES)
        room = await self.read(code)
        if room is None:
            self._take(*limits)
            raise ClassroomError(NO_CLASS)
        return room

    async def read(self, code: str) -> Room | None:
        """Give a class."""
        room = self._rooms.get(code)
        if room is not None and room.ends <= self._now():
            self._forget(code)
            return None
        return room

    async def change(self, code: str, change: Change) -> Room | None:
        """Change a class."""
        room = await self.read(code)
        if room is None:
            return None
        changed = change(room)
        if changed is None:
            self._forget(code)
        else:
            self._rooms[code] = changed
            if not changed.picture and not changed.wished:
                self._pictures.pop(code, None)
        if code in self._followed and changed is not room:
            self.notify(code)
        return changed

    async def put_picture(self, code: str, digest: str, png: bytes) -> None:
        """Keep a picture."""
        if code in self._rooms:
            self._pictures[code] = digest, png

    async def picture(self, code: str, digest: str) -> bytes | None:
        """Give a picture."""
        kept, png = self._pictures.get(code, ("", b""))
        return png if kept == digest else None

    async def follow(self, code: str) -> None:
        """Notify of a class."""
        self._followed.add(code)

    async def leave(self, code: str) -> None:
        """Notify no longer."""
        self._followed.discard(code)

    async def close(self) -> None:
        """Forget all classes."""
        self._rooms.clear()
        self._pictures.clear()

    def _forget(self, code: str) -> None:
        del self._rooms[code]
        self._pictures.pop(code, None)

    def _forget_old(self) -> None:
        now = self._now()
        for code in [code for code, room in self._rooms.items() if room.ends <= now]:
            self._forget(code)

    def _has(self, *limits: tuple[Limit, str]) -> bool:
        now = self._now()
        return all(
            limit.taken(self._due.get((limit.name, address), 0), now) is not None for limit, address in limits
        )

    def _take(self, *limits: tuple[Limit, str]) -> bool:
        now = self._now()
        for limit, address in limits:
            key = limit.name, address
            after = limit.taken(self._due.pop(key, 0), now)
            if after is None:
                self._due[key] = now + limit.burst * limit.every
                return False
            self._due[key] = after
        while len(self._due) > MAX_ADDRESSES:
            self._due.popitem(last=False)
        return True


# The time is Valkey's own, so that servers whose clocks differ agree. A stock that is full needs no key.
_LIMITS = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1e6
local function after(key, burst, every)
  local due = math.max(tonumber(redis.call('GET', key) or '0') or 0, now) + every
  return due <= now + burst * every and due or nil
end
local function take(key, due)
  redis.call('SET', key, string.format('%.6f', due), 'PX', math.ceil((due - now) * 1000))
end
"""

# KEYS: the class, all classes, the address's stock. ARGV: text, milliseconds, code, most classes, burst,
# every, what the keys of classes begin with, seconds of the oldest class.
_BEGIN = (
    _LIMITS
    + """
for _, code in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  if redis.call('EXISTS', ARGV[7] .. code) == 0 then redis.call('SREM', KEYS[2], code) end
end
if redis.call('SCARD', KEYS[2]) >= tonumber(ARGV[4]) then return 'full' end
if redis.call('EXISTS', KEYS[1]) == 1 then return 'taken' end
local due = after(KEYS[3], tonumber(ARGV[5]), tonumber(ARGV[6]))
if not due then return 'often' end
take(KEYS[3], due)
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SADD', KEYS[2], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[8])
return 'begun'
"""
)

# KEYS: the class, the address's stock, everybody's. ARGV: burst, every, of both.
_FIND = (
    _LIMITS
    + """
local here = after(KEYS[2], tonumber(ARGV[1]), tonumber(ARGV[2]))
local anywhere = after(KEYS[3], tonumber(ARGV[3]), tonumber(ARGV[4]))
if not here or not anywhere then return false end
local found = redis.call('GET', KEYS[1])
if found then return found end
take(KEYS[2], here)
take(KEYS[3], anywhere)
return ''
"""
)

# KEYS: the class, all classes, its picture. ARGV: what it was, what it becomes or nothing, milliseconds,
# code, channel, and something where the picture stays.
_CHANGE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1], KEYS[3])
  redis.call('SREM', KEYS[2], ARGV[4])
else
  if ARGV[6] == '' then redis.call('DEL', KEYS[3]) end
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
redis.call('PUBLISH', ARGV[5], ARGV[4])
return 1
"""


class ValkeyStore:
    """Classes in Valkey or Redis, which several servers share: none that stops takes a class along."""

    def __init__(self, url: str, now: Callable[[], float] = time.time) -> None:
        try:
            from redis import asyncio as client
        except ImportError:
            raise RuntimeError(
                f'{VARIABLE} needs the package redis: python -m pip install -e ".[class]"'
            ) from None
        self.notify: Callable[[str], None] = lambda code: None
        self._now = now
        self._client: Redis = client.Redis.from_url(
            url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, decode_responses=False
        )
        self._begin, self._find, self._change = (
            self._client.register_script(text) for text in (_BEGIN, _FIND, _CHANGE)
        )
        self._turns: dict[str, asyncio.Lock] = {}
        # What was read or written last, by the code: a text that has not changed need not be read again.
        self._known: OrderedDict[str, tuple[bytes, Room]] = OrderedDict()
        self._followed: set[str] = set()
        self._listening: asyncio.Task[None] | None = None
        self._heard = self._client.pubsub(ignore_subscribe_messages=True)

    async def begin(self, room: Room, address: str) -> bool:
        """Keep a new class."""
        keys = [_key(room.code), f"{PREFIX}all", _stock(BEGUN_HERE, address)]
        arguments = [rooms.to_text(room), self._left(room), room.code, rooms.MAX_ROOMS]
        found = await self._call(
            self._begin, keys, [*arguments, BEGUN_HERE.burst, BEGUN_HERE.every, _key(""), int(rooms.OLDEST)]
        )
        if found in (b"full", b"often"):
            raise ClassroomError(TOO_MANY_CLASSES if found == b"full" else TOO_MANY_BEGUN)
        return bool(found == b"begun")

    async def find(self, code: str, address: str) -> Room:
        """Look a class up; a wrong code is a try."""
        keys = [_key(code), _stock(WRONG_HERE, address), _stock(WRONG_ANYWHERE, "")]
        limits = [WRONG_HERE.burst, WRONG_HERE.every, WRONG_ANYWHERE.burst, WRONG_ANYWHERE.every]
        found = await self._call(self._find, keys, limits)
        if found is None:
            raise ClassroomError(TOO_MANY_TRIES)
        room = self._sound(code, found)
        if room is None:
            raise ClassroomError(NO_CLASS)
        return room

    async def read(self, code: str) -> Room | None:
        """Give a class."""
        return self._sound(code, await self._reach(self._client.get(_key(code))))

    async def change(self, code: str, change: Change) -> Room | None:
        """Change a class, and again from the start where another server was faster."""
        # Those of this server wait for each other, so that only servers compete.
        async with self._turns.setdefault(code, asyncio.Lock()):
            # At first from what is known: mostly nobody else has written, and the script compares anyway.
            known = self._known.get(code)
            for attempt in range(TRIES):
                if known:
                    before, room = known
                else:
                    before = await self._reach(self._client.get(_key(code)))
                    found = self._sound(code, before)
                    if found is None:
                        return None
                    room = found
                is_read, known = not known, None
                try:
                    changed = change(room)
                except ClassroomError:
                    if is_read:
                        raise
                    continue
                if changed is room:
                    if is_read:
                        return room
                    continue
                after = "" if changed is None else rooms.to_text(changed)
                left = 0 if changed is None else self._left(changed)
                keys = [_key(code), f"{PREFIX}all", _picture_key(code)]
                # What is wished for may be on its way: it stays.
                seen = "" if changed is None else changed.picture or str(changed.wished or "")
                arguments = [before, after, left, code, _channel(code), seen]
                if await self._call(self._change, keys, arguments):
                    if changed is not None:
                        self._know(code, after.encode(), changed)
                    return changed
                await asyncio.sleep(0.001 * attempt)
        raise StoreAway(f"The class {code} is written by too many at once.")

    async def put_picture(self, code: str, digest: str, png: bytes) -> None:
        """Keep a picture as long as the class can last."""
        value = digest.encode("ascii") + png
        await self._reach(self._client.set(_picture_key(code), value, ex=int(rooms.OLDEST)))

    async def picture(self, code: str, digest: str) -> bytes | None:
        """Give a picture."""
        value = await self._reach(self._client.get(_picture_key(code)))
        wanted = digest.encode("ascii")
        is_it = value is not None and len(value) <= len(wanted) + rooms.MAX_SHOWN and value.startswith(wanted)
        return value[len(wanted) :] if is_it else None

    async def follow(self, code: str) -> None:
        """Subscribe to a class."""
        self._followed.add(code)
        await self._reach(self._heard.subscribe(_channel(code)))
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._listen())

    async def leave(self, code: str) -> None:
        """End the subscription."""
        self._followed.discard(code)
        self._turns.pop(code, None)
        with contextlib.suppress(StoreAway):
            await self._reach(self._heard.unsubscribe(_channel(code)))

    async def close(self) -> None:
        """Close the connections; the classes stay."""
        if self._listening:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await self._heard.aclose()  # type: ignore[no-untyped-call]
        await self._client.aclose()

    async def _listen(self) -> None:
        from redis.exceptions import RedisError

        while not _is_cancelled():
            try:
                message = await self._heard.get_message(timeout=1)
            except (RedisError, OSError):
                await asyncio.sleep(
                    0.5
                )  # it connects again by itself, and subscribes to what it was subscribed to
                for code in self._followed:
                    self.notify(code)
                continue
            if message:
                code = message["channel"].decode("ascii", "replace").rpartition(":")[2]
                if code in self._followed:
                    self.notify(code)

    async def _call(self, script: AsyncScript, keys: list[str], arguments: list[Any]) -> Any:
        return await self._reach(script(keys=keys, args=arguments))

    async def _reach(self, work: Any) -> Any:
        from redis.exceptions import RedisError

        try:
            return await work
        except (RedisError, OSError) as error:
            raise StoreAway(str(error)) from error
        finally:
            # The client swallows a cancellation while it connects: who was cancelled must not go on.
            if _is_cancelled():
                raise asyncio.CancelledError

    def _sound(self, code: str, text: bytes | None) -> Room | None:
        """Read what came back; what is no class of this code counts as none."""
        if not text:
            self._known.pop(code, None)
            return None
        known, room = self._known.get(code, (b"", None))
        if room is None or text != known:
            room = self._read(code, text)
            if room is None:
                return None
            self._know(code, text, room)
        return room if room.ends > self._now() else None

    def _know(self, code: str, text: bytes, room: Room) -> None:
        self._known[code] = text, room
        self._known.move_to_end(code)
        while len(self._known) > rooms.MAX_ROOMS:
            self._known.popitem(last=False)

    def _read(self, code: str, text: bytes) -> Room | None:
        try:
            if len(text) > MAX_VALUE:
                raise DamagedRoom("It is larger than a class can be.")
            room = rooms.from_text(text)
            if room.code != code:
                raise DamagedRoom("It is another class.")
        except DamagedRoom as error:
            logger.error("What is kept of the class %s is none: %s", code, error)
            return None
        return room

    def _left(self, room: Room) -> int:
        return max(1, int(1000 * (room.ends - self._now())))


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _key(code: str) -> str:
    return f"{PREFIX}room:{code}"


def _picture_key(code: str) -> str:
    return f"{PREFIX}picture:{code}"


def _channel(code: str) -> str:
    return f"{PREFIX}changed:{code}"


def _stock(limit: Limit, address: str) -> str:
    return f"{PREFIX}{limit.name}:{address}"
