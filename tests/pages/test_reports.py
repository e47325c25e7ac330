"""What a browser reports of its scripts: one entry of the log for one fault, and nothing from strangers."""

from __future__ import annotations

import json
import logging

import driving
import httpx
import pytest
from starlette.applications import Starlette

from pages.live import reports
from pages.live.reports import MAX_KEPT, MAX_REPORT

OWN = {"origin": "http://server"}
FAULT = {
    "message": "x is not a function",
    "stack": "TypeError: …\n    at draw (view.js:3:1)",
    "page": "/pooling",
}


@pytest.fixture
def report():
    """Sends a report to a server of its own, and gives the answer."""
    app = Starlette(routes=reports.routes("vision"))

    def send(content: bytes | dict[str, str], headers: dict[str, str] = OWN) -> httpx.Response:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        address = "/vision/frontend/0123456789ab/report"
        return driving.ask(app, address, "POST", content=body, headers=headers)

    return send


def test_one_fault_is_one_entry(report, caplog):
    """Thirty browsers meet it: the log says it once, with page, file and line, on one line."""
    for _ in range(30):
        assert report(FAULT).status_code == 204
    (entry,) = caplog.records
    assert entry.levelno == logging.ERROR
    assert entry.name == "pages.live.reports"
    assert "'/pooling': 'x is not a function'" in entry.getMessage()
    assert "view.js:3:1" in entry.getMessage()
    assert "\n" not in entry.getMessage()


def test_a_log_is_not_filled_from_outside(report, caplog):
    """After a hundred different faults the next ones are answered and not written."""
    for number in range(MAX_KEPT + 20):
        assert report(FAULT | {"message": f"fault {number}"}).status_code == 204
    assert len(caplog.records) == MAX_KEPT


@pytest.mark.parametrize("headers", [{}, {"origin": "http://elsewhere.example"}, {"origin": "http://[::1"}])
def test_other_pages_report_nothing(report, caplog, headers):
    """Only the explorer's own pages are believed."""
    assert report(FAULT, headers).status_code == 403
    assert not caplog.records


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"x" * (MAX_REPORT + 1), 413),
        (b"", 400),
        (b"[1]", 400),
        (b'"text"', 400),
        (b"\xff", 400),
        (b"[" * 8000, 400),
        (json.dumps(FAULT | {"stack": None}).encode(), 400),
    ],
)
def test_what_is_no_report_is_refused(report, caplog, content, status):
    """Too long, not JSON, or without its three texts."""
    assert report(content).status_code == status
    assert not caplog.records
