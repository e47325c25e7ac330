"""Basics or everything: what a page opens on, and which links ask for more."""

from __future__ import annotations

import pytest
from driving import opened, shown

from explorer.parameters import Choice, Number, Parameter, Switch
from pages.basics import BASICS, asks_for_more, left_out, rare, told
from pages.catalogue import CATALOGUE
from pages.components import level
from pages.operations import OPERATIONS
from pages.transfer import plan

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
        for operation, names in page.settings.items():
            known = {setting.name for setting in OPERATIONS[operation].settings}
            assert set(names) <= known, name
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
    for operation, names in page.settings.items():
        for setting in OPERATIONS[operation].settings:
            usual = setting.to_text(setting.default)
            assert not asks_for_more(name, {setting.name: usual})
            expected = setting.name not in (*names, *page.follows)
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
    assert tabs_of(app) == ["Facts", "Guess first", "Explain"]
    assert app.session_state["tab"] == "Facts"
    assert "level" not in app.query_params
    app = choose(app, "everything", 2)
    assert "Code" in tabs_of(app)
    assert app.query_params["level"] == "everything"
    assert app.query_params["strides"] == "2"
    app.switch_page("pooling/page.py").run()
    assert "Invariance" in tabs_of(app)
    assert choose(app, "nonsense", 3).query_params["level"] == "everything"


def another(setting: Parameter):
    """Give a value that is not the one a setting comes with."""
    if isinstance(setting, Choice):
        return next(option for option in setting.options if option != setting.default)
    if isinstance(setting, Switch):
        return not setting.default
    return setting.low if setting.default != setting.low else setting.high


def hidden_in(name: str) -> list[tuple[Parameter, str]]:
    """Give the settings that a page's basics leave out, of those that are a number or a choice, and where."""
    if name in TEACHING:
        found = [(setting, plan.PREFIX) for setting in left_out(name, plan.SETTINGS, plan.PREFIX)]
    else:
        first = next(iter(BASICS[name].settings))
        settings = [each for each in OPERATIONS[first].settings if each.name in rare(OPERATIONS[first])]
        found = [(setting, "") for setting in left_out(name, settings)]
    simple = [each for each in found if isinstance(each[0], Choice | Number | Switch)]
    return [each for each in simple if each[0].owner is None and each[0].name not in {"dark", "advance"}]


def told_on(app) -> list[str]:
    return [shown(each.value) for each in app.caption if "of Everything" in each.value]


@pytest.mark.parametrize("name", NAMES)
def test_basics_say_what_acts_unseen(name: str) -> None:
    """Two settings that were changed before are named on basics, and are reset, or shown, by a button."""
    chosen = hidden_in(name)[:2]
    link = {prefix + setting.name: setting.to_text(another(setting)) for setting, prefix in chosen}
    app = opened(f"{name}/page.py", **link)
    assert told_on(app) == []
    app = choose(app, "basics", 1)
    assert not app.exception
    if not chosen:
        assert told_on(app) == []
        return
    (sentence,) = told_on(app)
    for setting, _ in chosen:
        assert f"{setting.title[1:]} {setting.said(another(setting))}" in sentence

    whole = choose(opened(f"{name}/page.py", **link), "basics", 1)
    next(each for each in whole.button if each.label == "Show").click().run()
    assert told_on(whole) == []
    assert whole.query_params["level"] == "everything"
    assert all(whole.query_params[key] == text for key, text in link.items())

    next(each for each in app.button if each.label == "Reset").click().run()
    assert told_on(app) == []
    assert not link.keys() & app.query_params.keys()
    assert "level" not in app.query_params


def test_what_nothing_chosen_has_is_not_said_to_act() -> None:
    """The momentum of an optimiser that is not chosen is not named, and a setting without a word is."""
    network = {setting.name: setting for setting in OPERATIONS["network"].settings}
    values = {name: setting.default for name, setting in network.items()}
    assert told(network.values(), values | {"optimizer_beta_1": 0.5}) == ""
    assert told(network.values(), values | {"optimizer": "adam", "optimizer_beta_1": 0.5}) == (
        "2 settings of Everything are changed: optimiser “Adam”, beta 1 0.5."
    )
    sketch = OPERATIONS["sketch"].settings
    values = {setting.name: setting.default for setting in sketch} | {"off": [[0, 1, 0.0]]}
    assert told(sketch, values) == "1 setting of Everything is changed: maps switched off."
