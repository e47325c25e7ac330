"""Every page of the catalogue runs, whatever its address says."""

from __future__ import annotations

import driving
import pytest

from explorer.parameters import Choice, Number, Parameter
from pages.catalogue import CATALOGUE, Entry
from pages.operations import OPERATIONS
from pages.transfer import plan

FILES = ["home/page.py", *(entry.file for entry in CATALOGUE)]
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


opened = driving.follow


SETTINGS = {setting.name: setting for operation in OPERATIONS.values() for setting in operation.settings}
SETTINGS |= {plan.PREFIX + setting.name: setting for setting in plan.SETTINGS}
NAMES = set(SETTINGS)


def unusual(setting: Parameter) -> str | None:
    """Write a value that a setting does not have by itself, where that is easily found."""
    if isinstance(setting, Number):
        return setting.to_text(setting.high if setting.default != setting.high else setting.low)
    if isinstance(setting, Choice):
        return setting.to_text(next(value for value in reversed(setting.options) if value != setting.default))
    return None


@pytest.fixture(scope="module")
def settled() -> dict[str, dict[str, str]]:
    """What each page makes of an address in which whatever can be is unusual."""
    asked = {name: text for name, setting in SETTINGS.items() if (text := unusual(setting)) is not None}
    return {file: {**opened(file, **asked).query_params} for file in FILES}


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


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_what_a_link_asks_in_vain_is_quoted_as_it_stands(entry: Entry):
    """A complaint shows the link's own words, which are no Markdown of the page's."""
    app = opened(entry.file, **dict.fromkeys(NAMES, "[press](https://a.b) www.a.b **!**"))
    assert app.warning
    for warning in app.warning:
        assert "[press](" not in warning.value
        assert "://" not in warning.value.replace("\\", "")
        assert "www." not in warning.value
        assert "**!" not in warning.value


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: repr(value)[:12])
def test_nonsense_in_the_address_breaks_no_page(file, value):
    """Whatever stands behind the settings' names in a link, the page runs and keeps its title."""
    names = {*NAMES, "projector", "sample", "size", "tab", "code", "no_such_setting"}
    app = opened(file, **dict.fromkeys(names, value))
    assert not app.exception
    assert len(app.title) == 1


@pytest.mark.parametrize("file", FILES)
def test_a_page_fed_its_own_address_says_the_same(file, settled):
    """The address that a page writes opens the page that wrote it."""
    assert len(settled[file]) > 5
    again = opened(file, **settled[file])
    assert {**again.query_params} == settled[file]
    assert not again.exception


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_a_picture_is_offered_where_it_is_seen_and_outlasts_other_pages(entry: Entry):
    """A page that works without pictures offers none, and the next page still has the one chosen before."""
    app = opened("convolution/page.py", sample="coins")
    app.switch_page(entry.file).run()
    offered = [box.value for box in app.selectbox if box.key == "chooser_sample"]
    assert offered == (["coins"] if entry.sees_picture else [])
    app.switch_page("pooling/page.py").run()
    assert app.selectbox(key="chooser_sample").value == "coins"


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
    for dark in (False, True):
        before, after = picture.shown(dark=dark)
        for drawn in (before, after):
            assert drawn.startswith(("data:image/", "<svg "))
            assert 1_500 < len(drawn) < 200_000
        assert before != after
    assert len(picture.text) > 40
