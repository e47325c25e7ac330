"""The server as a real process, started from a directory that is not the project's."""

from __future__ import annotations

import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import packages_distributions
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from websockets.sync.client import connect

from pages.catalogue import CATALOGUE
from pages.components import charts

ROOT = Path(__file__).parents[1]
QUESTIONS = {"": "How does a computer see?"} | {entry.name: entry.question for entry in CATALOGUE}
HEAVY = {"tensorflow", "keras", "torch", "jax"}

# Keeps pandas half made for as long as a page needs to draw its figures.
SLOW_PANDAS = """
import importlib.util, sys, time
class SlowPandas:
    def find_spec(self, name, path=None, target=None):
        if name != "pandas":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module
        spec.loader.exec_module = lambda module: (time.sleep(5), execute(module))
        return spec
sys.meta_path.insert(0, SlowPandas())
"""

pytestmark = pytest.mark.server
both = pytest.mark.parametrize("command", ["streamlit", "uvicorn"])


@both
def test_both_ways_of_starting_serve_the_home_page_and_say_nothing_odd(launch, command):
    """`streamlit run` and `uvicorn app:app` start the explorer from anywhere, without a warning."""
    server = launch(command=command)
    with urlopen(server.url) as answer:
        assert answer.status == 200
    visit = server.visit()
    assert visit.found
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


@pytest.mark.parametrize("page", [page for page in QUESTIONS if page])
def test_a_link_to_a_page_works_on_a_cold_server(launch, page):
    """The first thing that a new server is asked may be any page, as well as the home page above."""
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


def test_a_server_that_served_every_page_is_light_and_imports_no_framework(launch):
    """What draws charts and sheets comes with the first of them alone, a deep-learning framework never.

    All pages without a chart bring nothing that the home page did not, but the processes that compute; and
    all of them together take less than 280 MB.
    """
    server = launch(informer=True)
    server.visit()
    before = _packages_of_others(server.tell()["modules"])
    chartless = [page for page in QUESTIONS if page not in ("vectors", "draw_and_watch")]
    for page in chartless:
        visit = server.visit(page)
        assert (visit.titles, visit.errors) == ([QUESTIONS[page]], [])
    assert _packages_of_others(server.tell()["modules"]) - before <= {"loky", "psutil", "cloudpickle"}
    for page in ("vectors", "draw_and_watch"):
        visit = server.visit(page)
        assert (visit.titles, visit.errors) == ([QUESTIONS[page]], [])
    modules = server.tell()["modules"]
    assert {name.partition(".")[0] for name in charts.LIBRARIES} <= _packages_of_others(modules)
    assert HEAVY.isdisjoint(name.partition(".")[0] for name in modules)
    assert server.resident() < 280e6
    assert "tensorflow" not in server.mapped()
    server.stop()


def _packages_of_others(modules: list[str]) -> set[str]:
    installed = packages_distributions().keys() - {"explorer"}
    return installed & {name.partition(".")[0] for name in modules}


def test_figures_wait_for_what_another_session_imports(launch):
    """A page with a Plotly figure opens while the first visitor of Vectors makes the server import pandas."""
    server = launch(prelude=SLOW_PANDAS)
    with ThreadPoolExecutor() as pool:
        visits = [pool.submit(server.visit, page) for page in ("vectors", "draw_and_watch")]
    assert [visit.result().errors for visit in visits] == [[], []]
    assert "Traceback" not in server.said()
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
        shutil.copytree(ROOT / folder, project / folder, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copy(ROOT / "app.py", project)
    with (project / "pages" / "home" / "page.py").open("a") as home:
        home.write('\nraise RuntimeError("nobody foresaw this")\n')
    server = launch(project=project)
    visit = server.visit()
    assert visit.titles == [QUESTIONS[""]]
    assert len(visit.errors) == 1
    assert visit.errors[0].startswith("This page met an error it did not expect (RuntimeError).")
    server.stop()
    assert "nobody foresaw this" in server.said()
