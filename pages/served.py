"""Scripts and styles of the front end, which a browser fetches once and keeps.

A component of Streamlit carries its script and style in every message of its page. So each carries a stub
that imports its view, and the files come from a route of their own: their address holds a hash of all of
them, so that a browser may keep what it has for good, and asks anew after a release.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from pages.live.messages import path

PAGES = Path(__file__).parent
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
CHECKS = (PAGES / "frontend/node_modules", PAGES / "frontend/tests", PAGES / "frontend/eslint.config.js")
FILES = {
    file.relative_to(PAGES).as_posix(): file.read_bytes()
    for file in sorted(PAGES.rglob("*"))
    if file.suffix in KINDS and not any(file.is_relative_to(each) for each in CHECKS)
}
"""What is served, by its path in `pages`."""

VERSION = hashlib.sha256(
    b"".join(len(each).to_bytes(8) + each for item in FILES.items() for each in (item[0].encode(), item[1]))
).hexdigest()[:12]
"""A hash of names and contents: part of every address."""

_STUB = """\
const at = (name) => new URL(`frontend/%s/${name}`, document.baseURI).href;
const opened = import(at("frontend/core/open.js")).then(({ open }) => open(at, %s));
export default (component) => {
  let farewell, gone;
  opened.then((show) => { farewell = gone ? undefined : show(component); }, (error) => {
    const textContent = "This part of the page could not be fetched: reload the page.";
    const said = Object.assign(document.createElement("p"), { role: "alert", textContent });
    component.parentElement.replaceChildren(said);
    console.error(error);
  });
  return () => { gone = true; farewell?.(); };
};
"""


def component(name: str, module: str, *styles: str, html: str | None = None) -> Any:
    """A component of Streamlit whose view is a module of `FILES`, with its styles."""
    return st.components.v2.component(name, html=html, js=stub(module, *styles))


def stub(module: str, *styles: str) -> str:
    """The script of a component: it opens the view, whose files are fetched once for all components."""
    missing = {module, *styles} - FILES.keys()
    if missing:
        raise FileNotFoundError(f"There is no {min(missing)} in pages.")
    return _STUB % (VERSION, json.dumps([module, *styles]))


def routes(base_url: str) -> list[BaseRoute]:
    """The address of all files below Streamlit's `server.baseUrlPath`."""
    return [Route(path(base_url, "frontend/{version}/{name:path}"), _serve, name="frontend")]


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in FILES:
        return Response("There is no such file.", 404, media_type="text/plain")
    # A page that was open when the server was renewed asks for the files of before, and gets those of now.
    is_present = request.path_params["version"] == VERSION
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if is_present else "no-store",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    content = FILES[name]
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"], content = "gzip", _packed(name)
    return Response(content, headers=headers, media_type=KINDS[Path(name).suffix])


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(FILES[name], mtime=0)
