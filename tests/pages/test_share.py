"""The link that others can open: which computer it names, and its QR code."""

from __future__ import annotations

import driving
import httpx
import pytest
from starlette.applications import Starlette

from pages import share

PAGE = "http://localhost:8501/pooling?kind=average"


def ask(link: str) -> httpx.Response:
    """Ask for a link to share, as the Share button does."""
    return driving.ask(Starlette(routes=share.routes("")), "/share", params={"link": link})


@pytest.fixture
def in_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a network, on a server that all of it can reach at port 8501."""
    monkeypatch.setattr(share, "listens_to_all", lambda port: port == 8501)
    monkeypatch.setattr(share, "own_address", lambda: "192.168.1.7")


@pytest.mark.usefixtures("in_a_network")
@pytest.mark.parametrize(
    ("link", "shared"),
    [
        (PAGE, "http://192.168.1.7:8501/pooling?kind=average"),
        ("http://[::1]:8501/", "http://192.168.1.7:8501/"),
        ("http://lab.school:8501/pooling", "http://lab.school:8501/pooling"),
        ("http://localhost:9000/pooling", None),
        ("http://localhost/pooling", None),
    ],
)
def test_a_link_names_the_computer_as_others_do(link: str, shared: str | None) -> None:
    """The computer's address stands for localhost, unless the server answers to itself alone or elsewhere."""
    answer = ask(link).json()
    assert (answer["link"], answer["isForAll"]) == (shared or link, shared is not None)
    assert answer["code"].startswith("data:image/svg+xml")


@pytest.mark.usefixtures("in_a_network")
def test_a_server_that_was_given_a_name_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy or in a container nobody else knows it."""
    monkeypatch.setattr(share.st, "get_option", {"browser.serverAddress": "lab.school"}.get)
    assert ask(PAGE).json()["link"] == "http://lab.school:8501/pooling?kind=average"


def test_what_is_too_long_for_a_code_is_still_a_link() -> None:
    """A QR code takes 2,953 bytes at most."""
    link = f"http://lab.school/pooling?kernel={'1' * 3000}"
    assert ask(link).json() == {"link": link, "isForAll": True, "code": None}


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "http://", "http://[half", f"http://x/{'1' * 9000}"]
)
def test_what_is_no_link_is_refused(link: str) -> None:
    """No code is made of it."""
    assert ask(link).status_code == 400


def test_the_address_in_the_network_is_one_that_others_can_reach() -> None:
    """Or there is none; it is never this computer's own name for itself."""
    address = share.own_address()
    assert address is None or not share.is_loopback(address)
    assert not share.listens_to_all(1)
