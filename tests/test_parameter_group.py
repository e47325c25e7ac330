"""A group of settings: nothing, or a value for each of them."""

from __future__ import annotations

import pytest

from explorer.errors import ExplorerError
from explorer.parameter_group import Group
from pages.components.filters import FILTER

GROUP = Group(name="filter", title="Filter", settings=FILTER)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"kernel": {"name": "gaussian", "rows": 5, "columns": 5, "arguments": {"sigma": 1.5}}, "strides": 2},
        {"kernel": {"weights": [[0.5, -1.0], [2.0, 3.0]]}, "padding": 2, "flip": True, "activation": "relu"},
    ],
    ids=str,
)
def test_a_group_comes_back_from_the_address_as_it_was(value) -> None:
    """What is written of the settings, or of none, is read as the same."""
    whole = GROUP.checked(value)
    assert GROUP.from_text(GROUP.to_text(whole)) == whole
    assert (whole is None) == (value is None)


def test_settings_one_by_one_are_the_same_group() -> None:
    """An address that has each setting under a name of its own says what one text says."""
    query = {"b_kernel": "box~3x3", "b_strides": "2", "strides": "4"}
    assert GROUP.from_text(GROUP.gathered(query, "b_")) == GROUP.from_text("kernel=box~3x3~~strides=2")
    assert GROUP.from_text(GROUP.gathered({"strides": "4"}, "b_")) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("kernel=box~3x3~~strides=99", "Stride takes 1 to 8, but 99 came"),
        ("kernel=none", "The link asks for the kernel 'none'"),
        ("steps=2", "Filter has no setting 'steps'"),
        ("2", "Filter has no setting '2'"),
    ],
)
def test_a_bad_text_is_said(text: str, sentence: str) -> None:
    """The sentence is that of the setting which does not take it."""
    with pytest.raises(ExplorerError, match=sentence):
        GROUP.from_text(text)


@pytest.mark.parametrize("value", [3, "box", ["kernel"], {"steps": 2}], ids=str)
def test_what_is_no_group_is_said(value: object) -> None:
    """What comes over the wire is settings with values, and only those that there are."""
    with pytest.raises(ExplorerError):
        GROUP.checked(value)
