"""The link that others in the network can open, and its QR code.

A browser asks here when somebody presses Share: nothing of it is made before.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from pages.live.messages import path

MAX_LINK = 8_192  # characters: 31 x 31 weights in full take less
QR_SCALE = 4  # pixels a module in the file; the page shows it as large as there is room


def routes(base_url: str) -> list[BaseRoute]:
    """The address that makes links to share, below Streamlit's `server.baseUrlPath`."""
    return [Route(path(base_url, "share"), _share, name="share")]


def _share(request: Request) -> Response:
    # Not `async`: Starlette gives it a thread of its own, so that nobody's drag waits for a code.
    link = request.query_params.get("link", "")
    if len(link) > MAX_LINK or not is_web(link):
        return Response("A link begins with http, and is not endless.", 400, media_type="text/plain")
    shared = for_the_network(link)
    reach = {"link": shared or link, "isForAll": shared is not None, "code": qr_code(shared or link)}
    return JSONResponse(reach, headers={"Cache-Control": "no-store"})


def is_web(link: str) -> bool:
    """Whether a text is the address of a page.

    >>> is_web("http://localhost:8501/pooling"), is_web("javascript:alert(1)"), is_web("http://[half")
    (True, False, False)
    """
    try:
        parts = urlsplit(link)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def for_the_network(link: str) -> str | None:
    """Return a link that other computers can open; None where there is none.

    A link that names this computer by a name of its own stays as it is. In one to localhost stands, instead,
    the name that the server was given (`browser.serverAddress`) or this computer's address in its network.

    >>> for_the_network("https://school.example/explorer/pooling?kind=average")
    'https://school.example/explorer/pooling?kind=average'
    """
    parts = urlsplit(link)
    if not is_loopback(parts.hostname or ""):
        return link
    named = st.get_option("browser.serverAddress")
    if named and not is_loopback(named):
        return _with_host(parts, named)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = own_address() if listens_to_all(port) else None
    return _with_host(parts, address) if address else None


def _with_host(parts: SplitResult, host: str) -> str:
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"[{host}]{port}" if ":" in host else host + port).geturl()


def is_loopback(host: str) -> bool:
    """Whether a name leads from every computer to itself.

    >>> [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "192.168.1.7", "lab.local")]
    [True, True, True, False, False]
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def listens_to_all(port: int) -> bool:
    """Whether this process answers at a port whatever address of this computer was asked."""
    import psutil  # with the first link that somebody asks for, as all below: the server starts without

    return any(
        each.status == psutil.CONN_LISTEN and each.laddr.port == port and each.laddr.ip in ("0.0.0.0", "::")
        for each in psutil.Process().net_connections("tcp")
    )


def own_address() -> str | None:
    """This computer's address in its network; None where it is in none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing: a datagram socket only looks up by which of the addresses it would leave. The
            # other end is one of documentation's, which nobody has (RFC 5737).
            probe.connect(("198.51.100.1", 9))
            found: str | None = probe.getsockname()[0]
        except OSError:  # a network without a way out of it, as in a classroom without the internet
            found = _first_address()
    return None if is_loopback(found or "localhost") else found


def _first_address() -> str | None:
    import psutil

    ups = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = [
        each.address
        for name, addresses in psutil.net_if_addrs().items()
        for each in addresses
        if name in ups and each.family == socket.AF_INET
    ]
    wide = [each for each in found if not is_loopback(each) and not ipaddress.ip_address(each).is_link_local]
    return wide[0] if wide else None


def qr_code(link: str) -> str | None:
    """Return a link's QR code as an SVG in a data URI; None where the link is too long for any."""
    import segno

    try:
        return str(segno.make(link, micro=False).svg_data_uri(scale=QR_SCALE, light="#fff"))
    except segno.DataOverflowError:
        return None
