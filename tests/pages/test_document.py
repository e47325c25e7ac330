"""The document of a page: what it names in its header, and the script that it brings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import driving
import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from explorer.imagenet.engine import opening
from pages import served, streamlit_files
from pages.catalogue import CATALOGUE
from pages.components import waiting
from pages.document import SCRIPTS, Document
from pages.operations import OPERATIONS
from pages.served import FILES
from pages.streamlit_compat import CHOOSER_CHUNKS, COMPONENT_CHUNKS, server_beside
from pages.views import OPENERS, STAGE, VIEWS, imports, modules

ROOT = Path(__file__).parents[2]
HTML = "<html><head></head><body><div id=root></div></body></html>"


def ask_for(
    page: str, kind: str = "text/html; charset=utf-8", method: str = "GET", **headers: str
) -> httpx.Response:
    """Ask an application that answers anything with this kind of content for a page."""
    route = Route("/{path:path}", lambda request: Response(HTML, media_type=kind))
    app = Document(Starlette(routes=[route]))
    return driving.ask(app, page, method, headers={"accept": "text/html"} | headers)


@pytest.mark.parametrize("view", VIEWS)
def test_what_a_view_needs_is_known_before_it_is_asked_for(view):
    """The modules of a view are those that it imports, and those that these import."""
    module = VIEWS[view][0]
    found = modules(module)
    assert found[0] == module
    assert len(found) == len(set(found))
    assert set(found) == {module}.union(*(imports(each) for each in found))


@pytest.mark.parametrize("entry", CATALOGUE, ids=[entry.name for entry in CATALOGUE])
def test_the_document_of_a_page_names_the_modules_of_its_view(entry):
    """A browser fetches them, and what draws them, while Streamlit's scripts run, wherever the server is."""
    page = entry.name
    sent = ask_for(f"/below/{page}").headers.get("link", "")
    late = streamlit_files.fetched_late(*COMPONENT_CHUNKS, *(CHOOSER_CHUNKS if entry.sees_picture else ()))
    found = re.findall(r"<([^>]*)>", sent)
    operations = [each for each in OPERATIONS.values() if VIEWS[each.view][0].startswith(f"{page}/")]
    if operations:
        module, *own = VIEWS[operations[0].view]
        own = [*own, served.described(operations[0])] if len(operations) == 1 else []
        assert found[: len(late)] == list(late)
        assert set(found[len(late) :]) == {
            served.address(each) for each in (STAGE, *own, *modules(*OPENERS, module))
        }
    else:
        assert not sent


@pytest.mark.parametrize(
    ("page", "kind"), [("/", "text/html"), ("/convolution", "text/javascript"), ("/x/y.js", "text/html")]
)
def test_nothing_else_names_modules(page, kind):
    """Neither the home page, which has no view, nor a file."""
    assert "link" not in ask_for(page, kind).headers


def test_a_document_brings_its_scripts():
    """They are served, stand at the end, and their length is told; a file stays as it is."""
    answer = ask_for("/convolution")
    tags = (f'<script type="module" src="{served.address(script)}"></script>' for script in SCRIPTS)
    assert answer.text.endswith(f"{''.join(tags)}</body></html>")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert set(SCRIPTS) <= set(FILES)
    assert ask_for("/convolution", "text/javascript").text == HTML
    assert ask_for("/convolution", accept="*/*").text == HTML


@pytest.mark.parametrize(("page", "is_known"), [("imagenet", True), ("join", True), ("nowhere", False)])
def test_the_document_of_a_page_says_where_the_server_is(page, is_known):
    """Below what is no page of ours nobody knows whether it is the base path."""
    script = f"<script>{server_beside()}</script>"
    begins = ask_for(f"/below/{page}").text.startswith(f"<html><head>{script}</head>")
    assert begins == is_known


@pytest.mark.parametrize(
    ("link", "begun"),
    [
        ("/imagenet", [opening.prepare]),
        ("/transfer?tab=Code", [opening.prepare]),
        ("/imagenet?network=VGG16", []),
        ("/convolution", []),
    ],
)
def test_the_network_that_comes_with_the_install_is_opened_ahead(monkeypatch, link, begun):
    """The worker has it by the time the page asks; a file that may be missing is left to the page."""
    submitted = []
    monkeypatch.setattr(waiting, "prepare", lambda function, *arguments: submitted.append(function))
    ask_for(link)
    ask_for(link, accept="*/*")
    ask_for(link, method="HEAD")
    assert submitted == begun


def test_what_a_page_imports_is_imported_as_the_server_starts():
    """After that neither the frame around every page nor any page imports what was not there."""
    program = """
import sys
from pages import ahead
from pages.components import waiting
begun = []
waiting.prepare = lambda function, *arguments: begun.append((function.__name__, *arguments))
ahead.start()
before = set(sys.modules)
for path in (ahead.PAGES / "main.py", *ahead.PAGES.glob("*/page.py")):
    script = ahead.ast.parse(path.read_text("utf-8"))
    script.body = [each for each in script.body if isinstance(each, ahead.ast.ImportFrom)]
    exec(compile(script, path.name, "exec"))
print(sorted(set(sys.modules) - before), "pandas" in sys.modules, begun)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[] True [('load', 'explorer.imagenet.inspection')]"


def test_a_question_for_the_header_alone_has_no_body():
    """A document that is asked for by HEAD."""
    answer = ask_for("/convolution", method="HEAD")
    assert answer.content == b""
    assert "link" in answer.headers


@pytest.mark.parametrize(
    ("former", "present"),
    [
        ("/losses?tab=Trading&signal=0.4&shown=all", "/trading?signal=0.4&shown=all"),
        ("/below/losses?tab=Trading", "/below/trading"),
        ("/losses?losses=profit,shortfall", "/trading?losses=profit%2Cshortfall&tab=Losses+of+money"),
    ],
)
def test_a_link_to_what_has_moved_is_answered_with_its_address_of_today(former: str, present: str) -> None:
    """Trading was a tab of Losses: the browser is sent on before it sees a page."""
    answer = ask_for(former)
    assert answer.status_code == 307
    assert str(answer.url.join(answer.headers["location"])) == f"http://server{present}"


@pytest.mark.parametrize(
    "link", ["/losses?tab=Facts", "/losses?losses=numbers,huber", "/pooling?tab=Trading"]
)
def test_a_link_to_what_is_there_is_answered_with_its_page(link: str) -> None:
    """Other tabs, other losses and other pages stay where they are."""
    assert ask_for(link).status_code == 200
