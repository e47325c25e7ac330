"""Basics or everything: what a page opens on, and which links ask for more."""

from __future__ import annotations

import pytest
from driving import opened

from pages.basics import BASICS, asks_for_more, rare
from pages.catalogue import CATALOGUE
from pages.components import level
from pages.operations import OPERATIONS

NAMES = [entry.name for entry in CATALOGUE]
TEACHING = {"transfer"}  # its settings are no operation's


def tabs_of(app) -> list[str]:
    return [tab.label for tab in app.tabs]


def choose(app, name: str, at: int):
    """Do what the switch beside the title does."""
    app.session_state[level.SWITCH] = {"chosen": {"level": name, "at": at}}
    return app.run()


def test_every_page_says_what_is_basic() -> None:
    """The table names each page, settings that there are, and no page as a whole."""
    assert list(BASICS) == sorted(BASICS, key=NAMES.index) == NAMES
    for name, page in BASICS.items():
        assert page.settings or name in TEACHING
        for operation, shown in page.settings.items():
            known = {setting.name for setting in OPERATIONS[operation].settings}
            assert set(shown) <= known, name
            assert operation in {"losses", "vectors"} or rare(OPERATIONS[operation]), name


@pytest.mark.parametrize("name", NAMES)
def test_a_page_opens_on_its_basic_tabs(name: str) -> None:
    """A bare address shows the basic tabs alone; "everything" shows more, and stays in the address."""
    file = f"{name}/page.py"
    app = opened(file)
    assert tabs_of(app) == list(BASICS[name].tabs)
    assert "level" not in app.query_params
    whole = opened(file, level="everything")
    assert set(tabs_of(whole)) == {*BASICS[name].tabs, *BASICS[name].more}
    assert whole.query_params["level"] == "everything"


@pytest.mark.parametrize("name", sorted(BASICS.keys() - TEACHING))
def test_links_to_rarer_settings_ask_for_more(name: str) -> None:
    """Whatever the basics leave out opens everything, unless it is as it comes; what they show does not."""
    page = BASICS[name]
    for operation, shown in page.settings.items():
        for setting in OPERATIONS[operation].settings:
            usual = setting.to_text(setting.default)
            assert not asks_for_more(name, {setting.name: usual})
            expected = setting.name not in (*shown, *page.follows)
            assert asks_for_more(name, {setting.name: f"{usual}0"}) == expected, setting.name


def test_former_links_to_a_specialist_tab_or_a_held_experiment_open_everything() -> None:
    """The tab of a link made before there were two levels is there, and so is what it compares with."""
    app = opened("convolution/page.py", tab="Compare", b_kernel="box~3x3")
    assert "Compare" in tabs_of(app)
    assert app.query_params["level"] == "everything"
    assert any(button.label == "Remove B" for button in app.button)


def test_the_switch_changes_the_tabs_and_the_address() -> None:
    """Either way, within the session and on the next page; a tab that goes gives its place to the first."""
    app = choose(opened("convolution/page.py", tab="Code", strides="2"), "basics", 1)
    assert tabs_of(app) == ["Facts", "Explain"]
    assert app.session_state["tab"] == "Facts"
    assert "level" not in app.query_params
    app = choose(app, "everything", 2)
    assert "Code" in tabs_of(app)
    assert app.query_params["level"] == "everything"
    assert app.query_params["strides"] == "2"
    app.switch_page("pooling/page.py").run()
    assert "Invariance" in tabs_of(app)
    assert choose(app, "nonsense", 3).query_params["level"] == "everything"
