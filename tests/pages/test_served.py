"""What a browser keeps of the front end: what is served, where, and how long a browser keeps it."""

from __future__ import annotations

import json
import re

import driving
import httpx
import pytest
from starlette.applications import Starlette

from explorer.figures import ROLES
from pages import served
from pages.live.protocol import Operation
from pages.operations import OPERATIONS
from pages.served import FILES, VERSION
from pages.views import VIEWS, imports

FRAME = {"components", "frontend"}
SCRIPTS = {name: content.decode() for name, content in FILES.items() if name.endswith(".js")}


@pytest.fixture(params=["", "vision/explorer"])
def at(request):
    """Asks a server with, and one without, a base path for a file."""
    app = Starlette(routes=served.routes(request.param))
    base = f"/{request.param}" if request.param else ""

    def ask(name: str, version: str = VERSION, **headers: str) -> httpx.Response:
        return driving.ask(app, f"{base}/frontend/{version}/{name}", headers=headers)

    return ask


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_import_is_a_file_that_is_served(name):
    """A module names its imports relative to itself, so that any address serves them."""
    named = re.findall(r"""(?:\}\sfrom|^import)\s["']([^"']+)["'];$""", SCRIPTS[name], re.M)
    assert all(each.startswith(("./", "../")) for each in named)
    assert [each.rpartition("/")[2] for each in named] == [each.rpartition("/")[2] for each in imports(name)]
    assert all(path in SCRIPTS for path in imports(name))


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_reaches_into_the_folder_of_another_page(name):
    """What the views of two pages need is a shared module."""
    folder = name.split("/")[0]
    for path in imports(name):
        assert path.split("/")[0] in ({"frontend"} if folder in FRAME else {"frontend", "components", folder})


def test_imports_run_in_no_circle():
    """Of two modules one at most needs the other, by whatever way."""

    def walk(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above, name))
        for each in imports(name):
            walk(each, (*above, name))

    for name in SCRIPTS:
        walk(name, ())


def test_a_browser_keeps_a_file_for_good(at):
    """The address changes with what is served, so that nothing has to be asked again."""
    answer = at("frontend/core/open.js")
    assert answer.status_code == 200
    assert answer.content == FILES["frontend/core/open.js"]
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert at("pooling/style.css").headers["content-type"] == "text/css; charset=utf-8"


def test_a_page_that_was_open_when_the_server_was_renewed_goes_on(at):
    """Files are found under the address of before, and not kept under it."""
    answer = at("frontend/core/open.js", version="0123456789ab")
    assert answer.content == FILES["frontend/core/open.js"]
    assert answer.headers["cache-control"] == "no-store"


def test_files_travel_small_where_the_browser_unpacks(at):
    """The same content comes packed, in less than half the bytes, and plain to whoever asks so."""
    packed = at("frontend/stage/stage.js")
    plain = at("frontend/stage/stage.js", **{"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.content == plain.content == FILES["frontend/stage/stage.js"]
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize("name", ["served.py", "../app.py", "frontend/none.js", "convolution/text.md", ""])
def test_nothing_else_is_served(at, name):
    """Only scripts, styles and descriptions have an address."""
    assert at(name.replace("..", "%2e%2e")).status_code == 404


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_a_message_carries_no_script(operation: Operation):
    """A component names its view, its styles and its description: the stub is small beside them."""
    names = VIEWS[operation.view]
    script = served.stub(*names, operation=operation)
    assert len(script) < 1000
    assert all(name in script for name in (*names, served.described(operation)))


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_a_view_is_told_all_of_its_settings(at, operation: Operation):
    """What no message of a run carries a browser finds under the version that the component names."""
    answer = at(served.described(operation))
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    told = answer.json()
    settings = [setting.describe() for setting in operation.settings]
    assert told["settings"] == json.loads(json.dumps(settings))
    assert told["roles"].keys() == ROLES.keys()
    assert told["series"].keys() == {"light", "dark", "light_text", "dark_text"}


def test_colours_of_the_roles_are_those_of_the_figures():
    """What a style calls a role's colour is the colour that pictures and charts give it."""
    tokens = FILES["frontend/styles/tokens.css"].decode()
    found = dict(re.findall(r"--role-([a-z-]+): (light-dark\([^)]*\));", tokens))
    lines = {name: f"light-dark({role.light}, {role.dark})" for name, role in ROLES.items()}
    texts = {
        f"{name}-text": f"light-dark({role.light_text}, {role.dark_text})" for name, role in ROLES.items()
    }
    assert found == lines | texts


def test_no_style_is_written_inside_python():
    """A style sheet is a file: an editor knows it as one, and a browser's tools name it."""
    assert not [path for path in served.PAGES.rglob("*.py") if "<style" in path.read_text("utf-8")]
