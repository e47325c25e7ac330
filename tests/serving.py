"""A lane behind a server of the kind that Streamlit starts, and clients for it with manners and without."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from pages.live.lane import Lane


@dataclass
class Served:
    """A running server with its lane."""

    lane: Lane
    port: int
    loop: asyncio.AbstractEventLoop
    base: str = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}{self.base}/lane"

    def open(self, **changes: Any) -> ClientConnection:
        options = {"origin": self.origin, "max_size": None, "compression": None, "proxy": None}
        return connect(self.url, **options | changes)

    def connections(self) -> int:
        return len(self.lane._conversations)

    def tasks(self) -> int:
        """How many tasks live in the server's loop, not counting the one that counts."""

        async def count() -> int:
            return len(asyncio.all_tasks()) - 1

        return asyncio.run_coroutine_threadsafe(count(), self.loop).result(5)


@contextlib.contextmanager
def serve(lane: Lane, base: str = "", log_level: str = "error") -> Iterator[Served]:
    """Serve a lane as Streamlit does: the same server with the same WebSocket protocol."""
    loops: list[asyncio.AbstractEventLoop] = []

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> Any:
        loops.append(asyncio.get_running_loop())
        async with lane.lifespan(app):
            yield

    app = Starlette(routes=lane.routes(base), lifespan=lifespan)
    config = uvicorn.Config(
        app, port=0, log_config=None, log_level=log_level, ws="websockets-sansio", ws_max_size=20_000_000
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        eventually(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(lane, port, loops[0], f"/{base}" if base else "")
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive(), "the server does not stop"


def eventually(holds: Callable[[], bool], within: float = 10) -> None:
    """Wait until something holds; fail if it never does."""
    until = time.monotonic() + within
    while not holds():
        assert time.monotonic() < until, "this never came to hold"
        time.sleep(0.005)


def closed(client: ClientConnection) -> tuple[int, str]:
    """Read until the server closes: its code and its reason."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            client.recv(timeout=10)
    assert client.close_code is not None
    assert client.close_reason is not None
    return client.close_code, client.close_reason


class Raw:
    """A WebSocket client without manners: it sends whatever bytes a test wants, in frames or not."""

    TEXT, BINARY, CLOSE = 1, 2, 8

    def __init__(self, port: int, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(10)
        self.socket.connect(("127.0.0.1", port))
        host = f"127.0.0.1:{port}"
        key = base64.b64encode(bytes(16)).decode()
        self.socket.sendall(
            f"GET /lane HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        self.stream = self.socket.makefile("rb")
        assert b" 101 " in self.stream.readline()
        while self.stream.readline() != b"\r\n":
            pass

    @staticmethod
    def frame(payload: bytes, opcode: int = TEXT) -> bytes:
        """Frame a payload; the mask of zeros leaves it as it is."""
        size = len(payload)
        if size < 126:
            length = struct.pack(">B", 128 | size)
        elif size < 65_536:
            length = struct.pack(">BH", 128 | 126, size)
        else:
            length = struct.pack(">BQ", 128 | 127, size)
        return bytes([128 | opcode]) + length + bytes(4) + payload

    def send(self, payload: bytes, opcode: int = TEXT) -> None:
        self.socket.sendall(self.frame(payload, opcode))

    def receive(self) -> tuple[int, bytes]:
        """Read a frame; the end of the stream counts as a close."""
        head = self.stream.read(2)
        if len(head) < 2:
            return self.CLOSE, b""
        size = head[1] & 127
        if size == 126:
            (size,) = struct.unpack(">H", self.stream.read(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", self.stream.read(8))
        return head[0] & 15, self.stream.read(size)

    def close(self) -> None:
        self.stream.close()
        self.socket.close()
