"""Streamlit's own scripts, styles and fonts, packed and answered from memory.

Streamlit sends each of them as it lies on the disk, by way of a thread: over 2 MB in sixty files before a
browser shows anything. A class of thirty that opens the app shares one network and one process for that. From
here they come at once, and the scripts in a quarter of their bytes. (Streamlit lets no route of an app stand
where its files are, so this stands before all routes.)
"""

from __future__ import annotations

import mimetypes
import re
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

from pages import served
from pages.live.messages import path

ROOT = Path(file_util.get_static_dir())
FOLDER = "static"
FILES = {file.relative_to(ROOT).as_posix(): file for file in (ROOT / FOLDER).rglob("*") if file.is_file()}
"""What is there, by its address below the app's; each name holds a hash of the content."""

PACKED = {".js", ".css"}  # pictures and fonts are packed as they are
_SCRIPT = re.compile(rf"{FOLDER}/js/[\w.-]+\.js")
_IMPORT = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')


class Files:
    """Answers for the application where one of Streamlit's files is asked for, below its base path."""

    def __init__(self, app: ASGIApp, base_url: str) -> None:
        self.app = app
        self._begins = path(base_url, "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the file, packed where the browser unpacks, or as the application does."""
        if scope["type"] == "http" and scope["method"] == "GET":
            name = scope["path"].removeprefix(self._begins)
            if name in FILES:
                await _answer(name, Headers(scope=scope))(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _answer(name: str, asked: Headers) -> Response:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    small = (lambda: _packed(name)) if FILES[name].suffix in PACKED else None
    return served.response(asked, kind, served.FOR_GOOD, FILES[name].read_bytes, small)


@cache
def _packed(name: str) -> bytes:
    return served.packed(FILES[name].read_bytes())


def pack() -> None:
    """Pack what every browser asks for first, so that none waits for it."""
    for name in fetched_first():
        _packed(name)


@cache
def fetched_first() -> tuple[str, ...]:
    """The addresses of the scripts that Streamlit's document names."""
    return tuple(dict.fromkeys(_SCRIPT.findall((ROOT / "index.html").read_text("utf-8"))))


@cache
def fetched_late(*chunks: str) -> tuple[str, ...]:
    """The addresses of scripts that Streamlit fetches when a page first needs them, and of what these need.

    Args:
        chunks: What Streamlit's build calls them, without hashes; one that it does not have is left out.
    """
    known = dict.fromkeys(fetched_first())
    waiting = [name for chunk in chunks for name in FILES if name.startswith(f"{FOLDER}/js/{chunk}.")]
    while waiting:
        name = waiting.pop(0)
        if name in FILES and name not in known:
            known[name] = None
            waiting += [f"{FOLDER}/js/{each}" for each in _IMPORT.findall(FILES[name].read_text("utf-8"))]
    return tuple(name for name in known if name not in fetched_first())
