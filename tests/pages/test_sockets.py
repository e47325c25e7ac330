"""The connections of the server: what they send is not kept back."""

from __future__ import annotations

import asyncio
import socket
from typing import cast

import driving
import pytest

from pages import sockets


async def nodelay_of_a_connection(loop: asyncio.AbstractEventLoop, listening: socket.socket) -> int:
    """Connect to a server that is given a listening socket; tell how its end of the connection is set."""
    connected: asyncio.Future[int] = loop.create_future()

    class Told(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            own = transport.get_extra_info("socket")
            connected.set_result(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            cast(asyncio.Transport, transport).close()

    server = await loop.create_server(Told, sock=listening)
    with socket.create_connection(listening.getsockname()):
        told = await asyncio.wait_for(connected, 10)
    server.close()
    return told


@pytest.mark.parametrize("heeded", [True, False])
def test_a_connection_sends_each_piece_at_once(heeded):
    """So it does on a socket as Streamlit opens it, of which asyncio does not see that it is TCP's."""
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        async def connect() -> int:
            loop = asyncio.get_running_loop()
            if heeded:
                sockets.send_at_once(loop)
            return await nodelay_of_a_connection(loop, listening)

        assert bool(driving.run_async(connect())) == heeded


def test_a_loop_of_another_make_is_left_alone():
    """One that takes no other way of starting a server keeps its own."""

    class Loop:
        __slots__ = ()

        def create_server(self) -> None: ...

    sockets.send_at_once(cast(asyncio.AbstractEventLoop, Loop()))
