"""Links that the first release of the pages made, one of each view with nearly all its settings changed."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from explorer import parameters
from pages.operations import OPERATIONS

LINKS: dict[str, str] = json.loads(Path(__file__).with_name("links.json").read_text("utf-8"))


def test_there_is_a_link_of_every_view() -> None:
    """No view of today goes without a link."""
    assert set(LINKS) == set(OPERATIONS)


@pytest.mark.parametrize("operation", LINKS)
def test_a_link_of_the_first_release_opens_the_same_experiment(operation: str) -> None:
    """Every setting of the link is understood, differs from its default, and is written again as it was."""
    query = dict(parse_qsl(LINKS[operation]))
    values, complaints = parameters.from_query(OPERATIONS[operation].settings, query)
    assert complaints == []
    assert parameters.to_query(OPERATIONS[operation].settings, values) == query
