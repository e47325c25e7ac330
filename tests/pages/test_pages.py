"""Every page of the catalogue runs, whatever its address says."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.catalogue import CATALOGUE, Entry

MAIN = Path(__file__).parents[2] / "pages" / "main.py"
FILES = ["home.py", *(entry.file for entry in CATALOGUE)]
NONSENSE = [
    "",
    "nan",
    "-1",
    "1e999",
    "9" * 400,
    "<script>alert(1)</script>",
    "[[",
    '{"a": 1}',
    "\x00",
    "ß→日本",
]

# Streamlit calls some of its own commands in ways that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:streamlit.*")


def opened(file: str, **query: str) -> AppTest:
    """Follow a link to a page: the frame starts with the query, and so does the page."""
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.query_params.update(query)
    app.run().switch_page(file)
    app.query_params.update(query)
    return app.run()


@pytest.fixture(scope="module")
def settled() -> dict[str, str]:
    """What the pages write into their addresses by themselves: the names of all settings."""
    return {file: {name: values[-1] for name, values in opened(file).query_params.items()} for file in FILES}


@pytest.mark.parametrize("file", FILES)
def test_a_page_runs(file):
    """A page runs to its end without an exception or an error, under one title."""
    app = opened(file)
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_a_page_asks_the_question_of_its_card(entry: Entry):
    """The title of a page is the question that the home page announces."""
    assert opened(entry.file).title[0].value == entry.question


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: repr(value)[:12])
def test_nonsense_in_the_address_breaks_no_page(file, value, settled):
    """Whatever stands behind the settings' names in a link, the page runs and keeps its title."""
    names = {*settled[file], "projector", "sample", "size", "no_such_setting"}
    app = opened(file, **dict.fromkeys(names, value))
    assert not app.exception
    assert len(app.title) == 1


@pytest.mark.parametrize("file", FILES)
def test_a_page_fed_its_own_address_says_the_same(file, settled):
    """The address that a page writes opens the page that wrote it."""
    again = opened(file, **settled[file])
    assert {name: values[-1] for name, values in again.query_params.items()} == settled[file]
    assert not again.exception


@pytest.mark.parametrize("file", FILES)
def test_a_page_shown_on_a_projector_runs(file):
    """Projector mode is a setting like any other: it is in the address and breaks no page."""
    app = opened(file, projector="true")
    assert not app.exception
    assert app.toggle(key="projector").value is True


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_a_card_has_a_real_picture(entry: Entry):
    """A card shows two different pictures made by the explorer, and says in words what they show."""
    picture = entry.picture()
    for address in (picture.before, picture.after):
        assert address.startswith("data:image/")
        assert 4_000 < len(address) < 200_000
    assert picture.before != picture.after
    assert len(picture.text) > 40
