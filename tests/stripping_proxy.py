"""A proxy as schools have them: pages begin with a path of their own, of which the server knows nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def stripping_proxy(port: int, prefix: str) -> Iterator[str]:
    """Pass on what comes below `prefix` to a server's port, without the prefix; give the address.

    A connection carries one request, or one WebSocket.
    """
    listener = socket.create_server(("localhost", 0))

    def listen() -> None:
        with suppress(OSError):  # the listener is closed
            while True:
                visitor, _ = listener.accept()
                threading.Thread(target=converse, args=(visitor,), daemon=True).start()

    def converse(visitor: socket.socket) -> None:
        with suppress(OSError), visitor:
            head = b""
            while b"\r\n\r\n" not in head:
                part = visitor.recv(65536)
                if not part:
                    return
                head += part
            method, path, rest = head.split(b" ", 2)
            if not path.startswith(prefix.encode() + b"/"):
                visitor.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            rest = rest.replace(b"Connection: keep-alive", b"Connection: close", 1)
            with socket.create_connection(("localhost", port)) as server:
                server.sendall(b" ".join((method, path.removeprefix(prefix.encode()), rest)))
                back = threading.Thread(target=pass_on, args=(server, visitor), daemon=True)
                back.start()
                pass_on(visitor, server)
                back.join()

    threading.Thread(target=listen, daemon=True).start()
    yield f"http://localhost:{listener.getsockname()[1]}{prefix}"
    listener.close()


def pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
