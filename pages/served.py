"""Scripts, styles and descriptions of settings, which a browser fetches once and keeps.

A component of Streamlit carries its script, its style and its data in every message of its page. So each
carries a stub that imports its view, and what a release does not change comes from a route of its own: its
address holds a hash of everything there, so that a browser may keep what it has for good, and asks anew after
a release.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypedDict

import streamlit as st
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from explorer import figures, glossary
from pages.catalogue import CATALOGUE
from pages.live.messages import path
from pages.live.protocol import Operation
from pages.operations import OPERATIONS

PAGES = Path(__file__).parent
WRITTEN = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
KINDS = WRITTEN | {".json": "application/json"}
FOR_GOOD = "public, max-age=31536000, immutable"  # how long a browser keeps what its address tells apart
BUTTONS = "frontend/styles/buttons.css"  # what every component outside a lab wears first
TOOLS = {"node_modules", "tests", "eslint.config.js"}  # what checks the front end, and no browser needs


def described(operation: Operation) -> str:
    """The name of the file that describes an operation to its view."""
    return f"described/{operation.name}.json"


class Description(TypedDict):
    """What a view shows of its operation, many times what changes in a run.

    Attributes:
        settings: The descriptions of its controls.
        roles: The colours of what a thing is.
        series: The colours of a chart's lines, by theme.
    """

    settings: Annotated[list[Mapping[str, Any]], "Setting[]"]
    roles: Mapping[str, figures.RoleColours]
    series: Mapping[str, tuple[str, ...]]


def _description(operation: Operation) -> bytes:
    description: Description = {
        "settings": [setting.describe() for setting in operation.settings],
        "roles": figures.role_colours(),
        "series": figures.series_colours(),
    }
    return json.dumps(description).encode()


def _glossary() -> bytes:
    """What the glossary says, with what pages are called; its pictures have addresses of their own."""
    titles = {entry.name: entry.title for entry in CATALOGUE}
    return json.dumps({"terms": glossary.words(), "titles": titles}).encode()


def _written(folder: Path) -> Iterator[Path]:
    # (Not by a pattern: that would walk through all that Node's tools have installed, at each start.)
    for each in sorted(folder.iterdir()):
        if each.name in TOOLS:
            continue
        if each.is_dir():
            yield from _written(each)
        elif each.suffix in WRITTEN:
            yield each


FILES = {
    **{file.relative_to(PAGES).as_posix(): file.read_bytes() for file in _written(PAGES)},
    **{described(operation): _description(operation) for operation in OPERATIONS.values()},
    "described/glossary.json": _glossary(),
}
"""What is served, by its path in `pages`; the descriptions are made, and have no file there."""

VERSION = hashlib.sha256(
    b"".join(len(each).to_bytes(8) + each for item in FILES.items() for each in (item[0].encode(), item[1]))
).hexdigest()[:12]
"""A hash of names and contents: part of every address."""


def address(name: str) -> str:
    """Where a file is, seen from any page."""
    return f"frontend/{VERSION}/{name}"


_STUB = """\
const at = (name) => new URL(`frontend/%s/${name}`, document.baseURI).href;
const opened = import(at("frontend/core/open.js")).then(({ open }) => open(at, ...%s));
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


def component(
    name: str, module: str, *styles: str, operation: Operation | None = None, html: str | None = None
) -> Any:
    """A component of Streamlit whose view is a module of `FILES`, with its styles and its operation."""
    return st.components.v2.component(name, html=html, js=stub(module, *styles, operation=operation))


def stub(module: str, *styles: str, operation: Operation | None = None) -> str:
    """The script of a component: it opens the view, whose files are fetched once for all components."""
    description = described(operation) if operation else None
    missing = {module, *styles, *filter(None, [description])} - FILES.keys()
    if missing:
        raise FileNotFoundError(f"There is no {min(missing)} in pages.")
    return _STUB % (VERSION, json.dumps([module, styles, description]))


def routes(base_url: str) -> list[BaseRoute]:
    """The address of all files below Streamlit's `server.baseUrlPath`."""
    return [
        Route(path(base_url, "frontend/{version}/pictures/{theme}/{name}"), _picture, name="pictures"),
        Route(path(base_url, "frontend/{version}/{name:path}"), _serve, name="frontend"),
    ]


def _picture(request: Request) -> Response:
    """The picture of a term, which is made when it is first asked for, in a thread beside the server's."""
    theme, name = request.path_params["theme"], request.path_params["name"]
    if name not in glossary.TERMS or theme not in ("light", "dark"):
        return Response("There is no such picture.", 404, media_type="text/plain")
    picture = glossary.picture(name)
    # The address does not tell how pictures are made: a browser keeps them for a day.
    headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return Response(getattr(picture, theme), headers=headers, media_type=picture.mime)


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in FILES:
        return Response("There is no such file.", 404, media_type="text/plain")
    # A page that was open when the server was renewed asks for the files of before, and gets those of now.
    keep = FOR_GOOD if request.path_params["version"] == VERSION else "no-store"
    kind = KINDS[Path(name).suffix]
    return response(request.headers, kind, keep, lambda: FILES[name], lambda: _packed(name))


@cache
def _packed(name: str) -> bytes:
    return packed(FILES[name])


def packed(content: bytes) -> bytes:
    """Pack what a browser unpacks by itself."""
    return gzip.compress(content, mtime=0)


def response(
    asked: Headers,
    kind: str,
    keep: str,
    plain: Callable[[], bytes],
    small: Callable[[], bytes] | None = None,
) -> Response:
    """Answer with a file, packed where the browser unpacks.

    Args:
        asked: The header of the question.
        kind: What it is, as a media type.
        keep: How long a browser may keep it, as `Cache-Control`.
        plain: Gives its content.
        small: Gives that packed; where there is none it comes as it is.
    """
    headers = {"Cache-Control": keep, "X-Content-Type-Options": "nosniff"}
    if small:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in asked.get("accept-encoding", ""):
            return Response(small(), headers=headers | {"Content-Encoding": "gzip"}, media_type=kind)
    return Response(plain(), headers=headers, media_type=kind)
