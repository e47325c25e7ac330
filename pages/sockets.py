"""How the server's connections send: each piece at once."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any


def send_at_once(loop: asyncio.AbstractEventLoop) -> None:
    """Have connections of servers that are started on this loop from now on send each piece at once.

    An answer is written in two pieces, its header and its body. By default TCP keeps a small second piece
    back until the first is known to have arrived, and the other side waits 40 ms before it says so, in case
    it has something to send with that. asyncio turns this off (TCP_NODELAY) for sockets that are said to be
    TCP's, and the one that Streamlit opens does not say so. What a listening socket is set to, its
    connections are.
    """
    create_server = loop.create_server

    async def create(*arguments: Any, sock: socket.socket | None = None, **more: Any) -> asyncio.Server:
        if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return await create_server(*arguments, sock=sock, **more)

    with suppress(AttributeError):  # a loop of another make, such as uvloop's, which never waits
        loop.create_server = create  # type: ignore[method-assign]
