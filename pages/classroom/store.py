"""Where classes are: in the memory of this server. Nothing of them is written to a disk.

Whoever follows a class is told when it has changed, and reads it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from pages.classroom import rooms
from pages.classroom.limits import BEGUN_HERE, WRONG_ANYWHERE, WRONG_HERE, Limit
from pages.classroom.rooms import ClassroomError, Room

MAX_ADDRESSES = 4_096  # of which tries are remembered; the oldest is forgotten

Change = Callable[[Room], Room | None]
"""What becomes of a class: the next record, or None where it ends."""

NO_CLASS = "There is no class with this code. Look at it again: it is on your teacher's screen."
TOO_MANY_TRIES = "Too many wrong codes came from your network. Wait a minute, then try again."
TOO_MANY_CLASSES = f"{rooms.MAX_ROOMS} classes are going on here, and there is no room for another one."
TOO_MANY_BEGUN = "Many classes were begun from your network. Wait five minutes, then try again."
OVER = "This class has ended."


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

    async def follow(self, code: str) -> None:
        """Notify from now on when this class has changed."""

    async def leave(self, code: str) -> None:
        """Notify no longer."""

    async def close(self) -> None:
        """Let go of everything."""


class MemoryStore:
    """Classes in the memory of one server: they end with it."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.notify: Callable[[str], None] = lambda code: None
        self._now = now
        self._rooms: dict[str, Room] = {}
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
            del self._rooms[code]
            return None
        return room

    async def change(self, code: str, change: Change) -> Room | None:
        """Change a class."""
        room = await self.read(code)
        if room is None:
            return None
        changed = change(room)
        if changed is None:
            del self._rooms[code]
        else:
            self._rooms[code] = changed
        if code in self._followed and changed is not room:
            self.notify(code)
        return changed

    async def follow(self, code: str) -> None:
        """Notify of a class."""
        self._followed.add(code)

    async def leave(self, code: str) -> None:
        """Notify no longer."""
        self._followed.discard(code)

    async def close(self) -> None:
        """Forget all classes."""
        self._rooms.clear()

    def _forget_old(self) -> None:
        now = self._now()
        for code in [code for code, room in self._rooms.items() if room.ends <= now]:
            del self._rooms[code]

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
