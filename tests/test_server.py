"""The server as a real process, started from a directory that is not the project's."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from websockets.sync.client import connect

from pages.catalogue import CATALOGUE

ROOT = Path(__file__).parents[1]
QUESTIONS = {"": "How does a computer see?"} | {entry.name: entry.question for entry in CATALOGUE}
SLOW = "imagenet"  # its page waits for the worker process and a network
HEAVY = {"tensorflow", "keras", "torch", "jax"}

pytestmark = pytest.mark.server
both = pytest.mark.parametrize("command", ["streamlit", "uvicorn"])


@both
def test_both_ways_of_starting_serve_the_home_page_and_say_nothing_odd(launch, command):
    """`streamlit run` and `uvicorn app:app` start the explorer from anywhere, without a warning."""
    server = launch(command=command)
    with urlopen(server.url) as answer:
        assert answer.status == 200
    visit = server.visit()
    assert (visit.titles, visit.errors) == ([QUESTIONS[""]], [])
    server.stop()
    assert "Traceback" not in server.said()
    assert "deprecat" not in server.said().lower()


@both
def test_settings_of_the_project_hold_from_another_directory(launch, command):
    """The settings beside `app.py` are in force in the running server, whichever way it was started."""
    options = launch(command=command, informer=True).tell()["options"]
    wanted = {
        "runner.postScriptGC": False,
        "browser.gatherUsageStats": False,
        "server.maxUploadSize": 128,
        "server.fileWatcherType": "none",
        "server.showEmailPrompt": False,
        "client.showErrorDetails": "none",
        "theme.light.primaryColor": "#0b5fa5",
        "theme.dark.primaryColor": "#6cb4ee",
    }
    assert {key: options[key] for key in wanted} == wanted


@pytest.mark.parametrize("page", [page for page in QUESTIONS if page != SLOW])
def test_a_link_to_a_page_works_on_a_cold_server(launch, page):
    """The first thing that a new server is asked may be any page, and the page runs to its end."""
    server = launch()
    with urlopen(f"{server.url}/{page}") as answer:
        assert answer.status == 200
    visit = server.visit(page)
    assert visit.found
    assert visit.titles == [QUESTIONS[page]]
    assert visit.errors == []
    server.stop()


def test_an_unknown_page_is_said_to_be_unknown(launch):
    """An address without a page behind it is said to be one, and the home page comes instead."""
    visit = launch().visit("no-such-page")
    assert not visit.found
    assert visit.titles == [QUESTIONS[""]]


def test_a_server_that_served_every_page_is_light(launch):
    """No page makes it import a deep-learning framework, and one alone needs pandas; it stays below 280 MB.

    Its first page is the one that starts the worker process, so that this is a link on a cold server as well.
    """
    server = launch(informer=True)
    for page in [SLOW, *(page for page in QUESTIONS if page not in (SLOW, "vectors"))]:
        visit = server.visit(page)
        assert (visit.titles, visit.errors) == ([QUESTIONS[page]], [])
    assert "pandas" not in server.tell()["modules"]
    assert server.resident() < 200e6
    server.visit("vectors")
    assert server.resident() < 280e6
    assert HEAVY.isdisjoint(name.partition(".")[0] for name in server.tell()["modules"])
    assert "tensorflow" not in server.mapped()
    server.stop()


# Both servers end themselves by the signal once all is closed; Streamlit's command line makes 1 of SIGINT.
@both
@pytest.mark.parametrize(
    ("how", "codes"),
    [(signal.SIGINT, {0, 1}), (signal.SIGTERM, {0, -signal.SIGTERM})],
    ids=["SIGINT", "SIGTERM"],
)
def test_a_server_in_use_stops_cleanly(launch, command, how, codes):
    """Asked to stop while a page and a lane are open, the server ends at once and without complaint."""
    server = launch(command=command)
    address = f"ws://localhost:{server.port}"
    with (
        connect(f"{address}/_stcore/stream", subprotocols=["streamlit"], proxy=None),
        connect(f"{address}/lane", origin=server.url, proxy=None),
    ):
        assert server.stop(how) in codes
    assert "Traceback" not in server.said()


def test_a_base_path_holds_for_everything(launch):
    """Below `server.baseUrlPath` there are health, pages and the lane, and none of them beside it."""
    server = launch(base="/vision/explorer")
    assert server.visit("convolution").titles == [QUESTIONS["convolution"]]
    origin = server.url.removesuffix(server.base)
    with connect(f"ws://localhost:{server.port}{server.base}/lane", origin=origin, proxy=None):
        pass
    for elsewhere in ("/_stcore/health", "/lane"):
        with pytest.raises(HTTPError) as error:
            urlopen(origin + elsewhere)
        assert error.value.code in (403, 404)
        error.value.close()
    server.stop()


def test_a_page_that_fails_says_one_sentence(launch, tmp_path):
    """What nobody foresaw is one sentence on the page and a traceback in the log."""
    project = tmp_path / "project"
    for folder in (".streamlit", "assets", "explorer", "pages"):
        shutil.copytree(ROOT / folder, project / folder)
    shutil.copy(ROOT / "app.py", project)
    with (project / "pages" / "home.py").open("a") as home:
        home.write('\nraise RuntimeError("nobody foresaw this")\n')
    server = launch(project=project)
    visit = server.visit()
    assert visit.titles == [QUESTIONS[""]]
    assert len(visit.errors) == 1
    assert visit.errors[0].startswith("This page met an error it did not expect (RuntimeError).")
    server.stop()
    assert "nobody foresaw this" in server.said()
