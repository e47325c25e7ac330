"""The live lane: a WebSocket beside Streamlit that answers a control while it is dragged.

A connection brings its picture once, as a binary message, and then sends requests, as text messages
`{"seq", "operation", "parameters", "rest"}`. A request is answered with one binary message, which
`messages.pack` lays out, or with the text message `{"seq", "error"}` where its experiment cannot be done.
Only the newest request of a connection is answered, and the last one always. A message that no honest page
sends closes the connection with a reason. Nothing is kept outside the connection, so any replica can serve
it.

A connection whose first message is `{"class": ...}` is that of a class instead, see `pages.classroom`.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from explorer import compute
from pages import ahead, sockets
from pages.classroom import messages as classroom_messages
from pages.classroom import store
from pages.classroom.rooms import MAX_GIVEN
from pages.classroom.service import Classroom, Seat
from pages.live.messages import (
    MAX_PICTURE,
    MAX_TEXT,
    CloseConnection,
    LaneRequest,
    SentPicture,
    bounded,
    parsed,
    path,
    read,
    refusal,
    size_of,
)
from pages.live.origin import own_origin
from pages.live.protocol import Operation
from pages.live.scheduler import Bucket, FairScheduler
from pages.operations import OPERATIONS

logger = logging.getLogger(__name__)


class Conversation:
    """One connection: it listens all the time and answers the newest request of each operation in turn."""

    def __init__(self, websocket: WebSocket, lane: Lane, turns: FairScheduler) -> None:
        self._websocket, self._lane, self._turns = websocket, lane, turns
        self._bucket = Bucket(lane.messages_per_second, lane.burst)
        self._picture: SentPicture | None = None
        self._newest: dict[
            str, LaneRequest
        ] = {}  # by operation: what one is asked does not replace another's
        self._asked = asyncio.Event()
        self._last_seq = -1
        host = websocket.client.host if websocket.client else ""
        self._seat = Seat(lane.classroom, host) if lane.classroom else None

    async def run(self) -> None:
        """Listen and answer until one of the two ends, then end the other and tell the browser why."""
        why: CloseConnection | None = CloseConnection(
            1001, "The server is stopping; connect again."
        )  # if this is cancelled
        halves = [asyncio.create_task(self._listen()), asyncio.create_task(self._answer())]
        if self._seat:
            halves.append(asyncio.create_task(self._seat.run(self._send)))
        try:
            done, _ = await asyncio.wait(halves, return_when=asyncio.FIRST_COMPLETED)
            done.pop().result()
            why = None  # the browser has gone
        except CloseConnection as ending:
            why = ending
        finally:
            for half in halves:
                half.cancel()
            await asyncio.gather(*halves, return_exceptions=True)
            if why:
                with suppress(WebSocketDisconnect, RuntimeError):  # the browser was faster
                    # A browser that does not read keeps its place until it reads again or is gone: what it
                    # has not read is still in memory, and the number of places is what bounds that.
                    await self._websocket.close(why.code, why.reason)

    async def _listen(self) -> None:
        while (message := await self._websocket.receive())["type"] != "websocket.disconnect":
            self._take(message)

    def _take(self, message: Message) -> None:
        if not self._bucket.take():
            raise CloseConnection(
                1008, f"More than {self._lane.messages_per_second:g} messages a second came."
            )
        png = message.get("bytes")
        size = 0 if png is not None else size_of(message["text"])
        bounded(size, self._largest)
        fields: Any = None if png is not None else parsed(message["text"])
        is_class = isinstance(fields, dict) and fields.keys() == {classroom_messages.FIELD}
        if is_class or (self._seat and self._seat.is_used):
            bounded(size, self._most)
            self._take_class(fields if is_class else None)
            return
        if png is not None:
            if len(png) > MAX_PICTURE:
                raise CloseConnection(1009, f"A picture takes at most {MAX_PICTURE} bytes.")
            self._picture = SentPicture(png)
            return
        request = read(fields, self._lane.operations, self._picture)
        bounded(size, request.operation.most or MAX_TEXT)
        if request.seq <= self._last_seq:
            raise CloseConnection(1008, "The field seq has to grow from request to request.")
        self._last_seq = request.seq
        self._newest[request.operation.name] = request
        self._asked.set()

    @property
    def _largest(self) -> int:
        """How many bytes of a text are read at all, before it says what it is."""
        return max(self._most, self._lane.largest)

    @property
    def _most(self) -> int:
        """How long a text of a class may be: one whom their teacher has asked for a picture may send one."""
        return MAX_TEXT + MAX_GIVEN if self._seat and self._seat.was_wished else MAX_TEXT

    def _take_class(self, fields: dict[str, Any] | None) -> None:
        if self._seat is None:
            raise CloseConnection(1008, "There are no classes here.")
        if self._picture or self._last_seq >= 0 or fields is None:
            raise CloseConnection(1008, "A connection is a class's or asks for pictures, not both.")
        self._seat.take(classroom_messages.read(fields[classroom_messages.FIELD]))

    async def _answer(self) -> None:
        while True:
            await self._asked.wait()
            request = min(self._newest.values(), key=lambda each: each.seq)
            del self._newest[request.operation.name]
            if not self._newest:
                self._asked.clear()
            try:
                message = await self._turns.do(request)
            except CloseConnection:
                raise
            except Exception:
                logger.exception("The operation %s failed.", request.operation.name)
                message = refusal(request, "This went wrong inside the explorer; change a setting to go on.")
            try:
                await self._send(message)
            except (WebSocketDisconnect, RuntimeError):  # gone, or closed by the server underneath
                return

    async def _send(self, message: bytes | str) -> None:
        try:
            async with asyncio.timeout(self._lane.send_timeout):
                kind = "bytes" if isinstance(message, bytes) else "text"
                await self._websocket.send({"type": "websocket.send", kind: message})
        except TimeoutError:
            raise CloseConnection(1008, "The answers are not read; connect again.") from None


@dataclass(eq=False)
class Lane:
    """A table of operations behind one address, with its limits, its threads and its connections."""

    operations: Mapping[str, Operation]
    classroom: Classroom | None = None
    max_connections: int = 256  # beside those that are in a class, which has bounds of its own
    messages_per_second: float = 240
    burst: float = 480
    send_timeout: float = 20
    _turns: FairScheduler | None = field(default=None, init=False)
    _conversations: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    @property
    def largest(self) -> int:
        """How many bytes a request takes at most, whatever it asks."""
        return max(operation.most or MAX_TEXT for operation in self.operations.values())

    def routes(self, base_url: str) -> list[BaseRoute]:
        """Return the lane's address below Streamlit's `server.baseUrlPath`."""
        return [WebSocketRoute(path(base_url), self._converse, name="lane")]

    @asynccontextmanager
    async def lifespan(self, app: object) -> AsyncIterator[None]:
        """Open the threads that all connections share; at the end close the connections, then the threads."""
        turns = self._turns = FairScheduler()
        async with self.classroom.lifespan() if self.classroom else nullcontext():
            try:
                yield
            finally:
                self._turns = None
                for conversation in self._conversations:
                    conversation.cancel()
                if self._conversations:
                    await asyncio.wait(self._conversations, timeout=1)
                turns.close()

    async def _converse(self, websocket: WebSocket) -> None:
        seated = self.classroom.seated if self.classroom else 0
        full = len(self._conversations) - seated >= self.max_connections
        if self._turns is None or full or not own_origin(websocket.headers):
            await websocket.close(1008)  # before the handshake: a plain refusal, and the page does without
            return
        conversation = asyncio.current_task()
        assert conversation is not None
        self._conversations.add(conversation)
        try:
            await websocket.accept()
            await Conversation(websocket, self, self._turns).run()
        finally:
            self._conversations.discard(conversation)


LANE = Lane(OPERATIONS, Classroom(store.chosen()))

routes = LANE.routes


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Keep the lane open; at the end, end the processes that compute for it."""
    sockets.send_at_once(asyncio.get_running_loop())
    worker = compute.shared()
    ahead.start()
    # What was imported stays. Looking through it takes a full collection 50 ms, in the middle of a drag.
    gc.freeze()
    async with LANE.lifespan(app):
        try:
            yield
        finally:
            # Before the lane, whose threads wait for it.
            await asyncio.to_thread(worker.close)
