"""The live lane: a WebSocket beside Streamlit that answers a control while it is dragged.

A connection brings its picture once, as a binary message, and then sends requests, as text messages
`{"seq", "operation", "parameters", "rest"}`. A request is answered with one binary message (see `pack`),
or with the text message `{"seq", "error"}` where its experiment cannot be done. Only the newest request
of a connection is answered, and the last one always. A message that no honest page sends closes the
connection with a reason. Nothing is kept outside the connection, so any replica can serve it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import struct
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlsplit

import streamlit as st
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from explorer import compute, images, parameters
from explorer.convolution.experiments import Array
from explorer.errors import ExplorerError
from pages import preload
from pages.operations import OPERATIONS, Answer, Operation

logger = logging.getLogger(__name__)

MAX_PICTURE = 2_000_000  # bytes of a PNG: a noisy 512 x 512 RGB picture takes 0.8 million
MAX_SIDE = 512
THREADS = 2  # while one is in OpenCV the other has Python's lock; of four, two only wait for it
WAITERS = 32  # threads that only wait for the worker process, which has its own queue
HANDS_AT_ONCE = 4  # so many pass before a film goes on: thirty hands do not stop it
MAX_TEXT = 65_536  # bytes of a request: 31 x 31 weights in full take 20 thousand
MAX_SEQ = 2**53 - 1  # the largest whole number that a browser counts to exactly
FIELDS = {"seq": int, "operation": str, "parameters": dict, "rest": bool}
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Ending(Exception):
    """Why the server ends a connection: a WebSocket close code and a sentence of at most 120 bytes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Picture:
    """A picture as it came, decoded by the first request that needs it: one replaced before costs nothing."""

    def __init__(self, png: bytes) -> None:
        self._png = png
        self._image: Array | None = None

    def image(self) -> Array:
        """Decode the picture into float32 (H, W, C), or raise an `ImageError`."""
        if self._image is None:
            header = self._png[:24].ljust(24, b"\0")  # signature, length and name of a chunk, width, height
            if not header.startswith(PNG_SIGNATURE):
                raise images.ImageError("The picture came in another format than PNG; send it as PNG.")
            width, height = struct.unpack(">II", header[16:])
            if max(width, height) > MAX_SIDE:
                size = f"{width} x {height}"
                raise images.ImageError(
                    f"The picture has {size} pixels; shrink it to at most {MAX_SIDE} a side."
                )
            self._image = images.load(self._png, max_side=MAX_SIDE)
            self._png = b""
        return self._image


@dataclass(frozen=True)
class Request:
    """What was asked, with the picture that the connection had at that moment."""

    seq: int
    operation: Operation
    parameters: dict[str, Any]
    rest: bool
    picture: Picture | None


def pack(seq: int, rest: bool, answer: Answer) -> bytes:
    """Lay an answer out as one binary message: header length, header, blobs.

    The length is a little-endian uint32, the header is JSON and names each blob with its offset from the
    start of the message. Every part begins at a multiple of 4, so that a browser can view numbers in place.
    """
    facts = json.dumps(answer.facts, allow_nan=False, separators=(",", ":"))

    def header(offset: int) -> bytes:
        blobs = []
        for blob in answer.blobs:
            size = len(blob.data)
            blobs.append(
                {"name": blob.name, "kind": blob.kind, "shape": blob.shape, "offset": offset, "length": size}
            )
            offset += _aligned(size)
        return (
            f'{{"seq":{seq},"rest":{json.dumps(rest)},"facts":{facts},"blobs":{json.dumps(blobs)}}}'.encode()
        )

    # The header tells where it ends, so room for ten digits an offset is left before that is known.
    start = _aligned(4 + len(header(0)) + 10 * len(answer.blobs))
    parts = [struct.pack("<I", start - 4), header(start).ljust(start - 4)]
    parts += [blob.data.ljust(_aligned(len(blob.data)), b"\0") for blob in answer.blobs]
    return b"".join(parts)


def _aligned(size: int) -> int:
    return -size % 4 + size


def read(text: str, operations: Mapping[str, Operation], picture: Picture | None) -> Request:
    """Read a text message, or raise an `Ending`; its parameters are judged when it is answered."""
    if len(text.encode()) > MAX_TEXT:
        raise Ending(1009, f"A request takes at most {MAX_TEXT} bytes.")
    try:
        fields = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):  # not JSON, a number of thousands of digits, or nested without end
        raise Ending(1008, "A request is a JSON object; this text is none.") from None
    if not isinstance(fields, dict) or {name: type(value) for name, value in fields.items()} != FIELDS:
        raise Ending(
            1008, "A request has seq (integer), operation (string), parameters (object), rest (boolean)."
        )
    if not 0 <= fields["seq"] <= MAX_SEQ or fields["operation"] not in operations:
        raise Ending(1008, "The field seq counts from 0, and operation takes the name of an operation.")
    return Request(**fields | {"operation": operations[fields["operation"]], "picture": picture})


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"JSON has no number {constant}.")


def respond(request: Request) -> bytes | str:
    """Do what a request asks, in a thread of the pool: the message that answers it."""
    try:
        image = images.NO_PICTURE
        if request.operation.picture:
            if request.picture is None:
                raise images.ImageError("No picture has come yet; send one first.")
            image = request.picture.image()
        try:
            values = parameters.checked(request.operation.settings, request.parameters)
        except RecursionError:
            raise Ending(1008, "The parameters are nested too deeply.") from None
        answer = request.operation.answer(image, values, request.rest)
    except ExplorerError as error:  # of parameters, images and the explorer: a sentence for the reader
        return _refusal(request, str(error))
    return pack(request.seq, request.rest, answer)


def _refusal(request: Request, sentence: str) -> str:
    return json.dumps({"seq": request.seq, "error": sentence})


def own_origin(headers: Mapping[str, str]) -> bool:
    """Whether the page that connects is this server's, or of an origin that Streamlit is told to trust."""
    origin = headers.get("origin", "")
    try:
        host = urlsplit(origin).netloc
    except ValueError:  # half an IPv6 address
        return False
    if not host:
        return False
    return host == headers.get("host") or origin in st.get_option("server.corsAllowedOrigins")


class Bucket:
    """A token bucket: `burst` messages at once, `rate` a second in the long run."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._filled = burst, time.monotonic()

    def take(self) -> bool:
        """Take a token if there is one."""
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._rate)
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Turns:
    """The lane's threads: hands go before films, but after some of them a film has its turn.

    Requests of one pace wait in the order they came, and a connection has one at a time: that is fair.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="lane")
        self._waiters = ThreadPoolExecutor(WAITERS, thread_name_prefix="lane-waiter")
        self._free = THREADS
        self._passed = 0
        self._hands: deque[asyncio.Future[None]] = deque()
        self._films: deque[asyncio.Future[None]] = deque()

    async def do(self, request: Request) -> bytes | str:
        """Answer a request when it is its turn."""
        loop = asyncio.get_running_loop()
        if request.operation.pace == "worker":
            return await loop.run_in_executor(self._waiters, respond, request)
        turn: asyncio.Future[None] = loop.create_future()
        (self._films if request.operation.pace == "film" else self._hands).append(turn)
        self._call()
        try:
            await turn
            return await loop.run_in_executor(self._threads, respond, request)
        finally:
            if not turn.cancelled():
                self._free += 1
                self._call()

    def _call(self) -> None:
        while self._free and (self._hands or self._films):
            film = self._films and (not self._hands or self._passed >= HANDS_AT_ONCE)
            turn = (self._films if film else self._hands).popleft()
            if turn.cancelled():  # its connection has gone
                continue
            self._passed = 0 if film else self._passed + 1
            self._free -= 1
            turn.set_result(None)

    def close(self) -> None:
        """Let what runs end, and no more begin."""
        self._threads.shutdown()
        self._waiters.shutdown(cancel_futures=True)


class Conversation:
    """One connection: it listens all the time and answers the newest request of each operation in turn."""

    def __init__(self, websocket: WebSocket, lane: Lane, turns: Turns) -> None:
        self._websocket, self._lane, self._turns = websocket, lane, turns
        self._bucket = Bucket(lane.messages_per_second, lane.burst)
        self._picture: Picture | None = None
        self._newest: dict[str, Request] = {}  # by operation: what one is asked does not replace another's
        self._asked = asyncio.Event()
        self._last_seq = -1

    async def run(self) -> None:
        """Listen and answer until one of the two ends, then end the other and tell the browser why."""
        why: Ending | None = Ending(1001, "The server is stopping; connect again.")  # if this is cancelled
        halves = [asyncio.create_task(self._listen()), asyncio.create_task(self._answer())]
        try:
            done, _ = await asyncio.wait(halves, return_when=asyncio.FIRST_COMPLETED)
            done.pop().result()
            why = None  # the browser has gone
        except Ending as ending:
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
            raise Ending(1008, f"More than {self._lane.messages_per_second:g} messages a second came.")
        png = message.get("bytes")
        if png is not None:
            if len(png) > MAX_PICTURE:
                raise Ending(1009, f"A picture takes at most {MAX_PICTURE} bytes.")
            self._picture = Picture(png)
            return
        request = read(message["text"], self._lane.operations, self._picture)
        if request.seq <= self._last_seq:
            raise Ending(1008, "The field seq has to grow from request to request.")
        self._last_seq = request.seq
        self._newest[request.operation.name] = request
        self._asked.set()

    async def _answer(self) -> None:
        while True:
            await self._asked.wait()
            request = min(self._newest.values(), key=lambda each: each.seq)
            del self._newest[request.operation.name]
            if not self._newest:
                self._asked.clear()
            try:
                message = await self._turns.do(request)
            except Ending:
                raise
            except Exception:
                logger.exception("The operation %s failed.", request.operation.name)
                message = _refusal(request, "This went wrong inside the explorer; change a setting to go on.")
            try:
                async with asyncio.timeout(self._lane.send_timeout):
                    kind = "bytes" if isinstance(message, bytes) else "text"
                    await self._websocket.send({"type": "websocket.send", kind: message})
            except TimeoutError:
                raise Ending(1008, "The answers are not read; connect again.") from None
            except (WebSocketDisconnect, RuntimeError):  # gone, or closed by the server underneath
                return


def path(base_url: str) -> str:
    """Say where the lane listens below Streamlit's `server.baseUrlPath`.

    >>> path(""), path("/school/vision/")
    ('/lane', '/school/vision/lane')
    """
    base = base_url.strip("/")
    return f"/{base}/lane" if base else "/lane"


@dataclass(eq=False)
class Lane:
    """A table of operations behind one address, with its limits, its threads and its connections."""

    operations: Mapping[str, Operation]
    max_connections: int = 256
    messages_per_second: float = 240
    burst: float = 480
    send_timeout: float = 20
    _turns: Turns | None = field(default=None, init=False)
    _conversations: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    def routes(self, base_url: str) -> list[BaseRoute]:
        """Give the lane's address below Streamlit's `server.baseUrlPath`."""
        return [WebSocketRoute(path(base_url), self._converse, name="lane")]

    @asynccontextmanager
    async def lifespan(self, app: object) -> AsyncIterator[None]:
        """Open the threads that all connections share; at the end close the connections, then the threads."""
        turns = self._turns = Turns()
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
        full = len(self._conversations) >= self.max_connections
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


LANE = Lane(OPERATIONS)
routes = LANE.routes


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Load what the pages need and keep the lane open; at the end, end the processes that compute for it."""
    loading = preload.begin()
    worker = compute.shared()
    async with LANE.lifespan(app):
        try:
            yield
        finally:
            await asyncio.to_thread(loading.join)
            # Before the lane, whose threads wait for it.
            await asyncio.to_thread(worker.close)
