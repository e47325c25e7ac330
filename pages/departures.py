"""What a page asks for while its person is on the way to another page: it is passed over.

From a click on a link until the next page begins, a browser names the page that it leaves in all that it asks
for. Streamlit would run a fragment of that page after the next page, and the browser, told of the page before
once more, would empty what it has just been given.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages import streamlit_compat


class Departures:
    """Passes over what is asked of a page that is left, and lets everything else through."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Listen to what a browser and its session say to each other; all else goes on as it is."""
        if scope["type"] != "websocket" or not scope["path"].endswith(streamlit_compat.STREAM):
            await self.app(scope, receive, send)
            return
        visit = _Visit(receive, send)
        await self.app(scope, visit.receive, visit.send)


class _Visit:
    """One connection, and the page that its person is at or on the way to."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._page = ""

    async def receive(self) -> Message:
        while True:
            message = await self._receive()
            if not self._is_left(streamlit_compat.asked(message.get("bytes") or b"")):
                return message

    def _is_left(self, asked: tuple[str, bool] | None) -> bool:
        if asked is None:
            return False
        page, is_fragment = asked
        if is_fragment:
            # On a connection that was lost and made anew nobody has said yet which page it is.
            return bool(self._page) and page != self._page
        # Without a name an address says which page it is; its run will tell.
        self._page = page or self._page
        return False

    async def send(self, message: Message) -> None:
        # A page can send its person on as well: its run then begins as another page's.
        self._page = streamlit_compat.begun(message.get("bytes") or b"") or self._page
        await self._send(message)
