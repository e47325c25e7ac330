"""The document that answers to a page's address: Streamlit's, with what it cannot know of this app.

Its header names what the browser will need for the page's view. Its body has scripts more: one says why a
page stays empty, as it does where a school's proxy lets no WebSocket through; one keeps an entry a page in
the browser's history; one folds the sidebar of a telephone. And Streamlit need not look for its server, nor
wait for what that says of itself.

A link to what has moved to another page is answered with its address of today, before Streamlit sees it: the
browser's history has one entry for it.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages import ahead, former_names, served, views
from pages.catalogue import CATALOGUE, CLASSROOM
from pages.streamlit_compat import server_beside

SCRIPTS = ("frontend/core/connection.js", "frontend/core/history.js", "frontend/core/frame.js")
_NAMES = {entry.name for entry in (*CATALOGUE, *CLASSROOM)}
_TAGS = "".join(f'<script type="module" src="{served.address(each)}"></script>' for each in SCRIPTS)


class Document:
    """Adds to the documents of an application, and to nothing else that it answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with a header and the scripts more where that is a document."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        page = scope["path"].rpartition("/")[2]
        present = former_names.moved(page, query)
        if present is not None:
            await Response(status_code=307, headers={"Location": present})(scope, receive, send)
            return
        if scope["method"] == "GET":
            ahead.begin(page, query)
        headers = MutableHeaders(raw=list(scope["headers"]))
        del headers["accept-encoding"]  # what is to be added to must not come packed
        await self.app({**scope, "headers": headers.raw}, receive, _Addition(page, send).send)


class _Addition:
    """Passes an answer on; of a document the start waits until its end is known."""

    def __init__(self, page: str, send: Send) -> None:
        self._page = page
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            is_document = Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")
            if is_document:
                self._start = message
            else:
                await self._send(message)
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        headers = MutableHeaders(raw=start["headers"])
        links = views.early(self._page)
        if links:
            headers.append("Link", links)
        body = self._body.replace(b"</body>", f"{_TAGS}</body>".encode())
        if self._page in _NAMES:
            body = body.replace(b"<head>", f"<head><script>{server_beside()}</script>".encode(), 1)
        if self._body:  # of a question for the header alone the length is that of what it asked about
            headers["Content-Length"] = str(len(body))
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})
