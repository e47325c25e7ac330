"""What went wrong in a script of a page: the browser reports it, and the server's log has it once."""

from __future__ import annotations

import json
import logging

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from pages.live.messages import path
from pages.live.origin import own_origin

MAX_REPORT = 8_192  # bytes: a sentence, and the places that led to it
MAX_KEPT = 100  # different reports; a log that strangers can fill is none
FIELDS = ("message", "stack", "page")

logger = logging.getLogger(__name__)


def routes(base_url: str) -> list[BaseRoute]:
    """The address of reports, beside the scripts that send them."""
    reports = Reports()
    return [Route(path(base_url, "frontend/{version}/report"), reports.take, methods=["POST"], name="report")]


class Reports:
    """Takes reports, and writes each down when it comes for the first time."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    async def take(self, request: Request) -> Response:
        """Answer a browser that reports: 204, or why its report is none."""
        if not own_origin(request.headers):
            return Response("Reports come from the explorer's own pages.", 403, media_type="text/plain")
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MAX_REPORT:
                return Response(f"A report takes at most {MAX_REPORT} bytes.", 413, media_type="text/plain")
        try:
            fields = json.loads(body)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict) or not all(isinstance(fields.get(name), str) for name in FIELDS):
            return Response("A report has message, stack and page.", 400, media_type="text/plain")
        self._write(fields["message"], fields["stack"], fields["page"])
        return Response(status_code=204)

    def _write(self, message: str, stack: str, page: str) -> None:
        # Thirty browsers with one fault are one fault; the stack names the file and line.
        told = f"{message}\n{stack}"
        if told in self._seen or len(self._seen) >= MAX_KEPT:
            return
        self._seen.add(told)
        # Quoted, so that what came from outside stays one entry of the log.
        logger.error("A script failed on the page %r: %r %r", page, message, stack)
