"""What a page asks for while its person is on the way to another page: it is passed over.

From a click on a link until the next page begins, a browser names the page that it leaves in all that it asks
for. Streamlit would run a fragment of that page after the next page, and the browser, told of the page before
once more, would empty what it has just been given.
"""

from __future__ import annotations

from time import monotonic

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages import streamlit_compat

ON_THE_WAY = 10.0
"""Seconds after which a browser is at its page, over the slowest network; what it asks for then it means."""


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
        self._since = 0.0

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
            is_other = bool(self._page) and page != self._page
            return is_other and monotonic() - self._since < ON_THE_WAY
        # Without a name an address says which page it is; its run will tell.
        self._turn_to(page)
        return False

    def _turn_to(self, page: str | None) -> None:
        if page and page != self._page:
            self._page, self._since = page, monotonic()

    async def send(self, message: Message) -> None:
        # A page can send its person on as well: its run then begins as another page's.
        self._turn_to(streamlit_compat.begun(message.get("bytes") or b""))
        await self._send(message)
