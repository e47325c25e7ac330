"""The glossary as a page, what is served of it, and the terms that open in the texts of all pages."""

from __future__ import annotations

import re

import driving
import httpx
import pytest
from starlette.applications import Starlette

from explorer import glossary, images
from pages import served
from pages.catalogue import CATALOGUE, Entry
from pages.components.markdown import with_terms

# Streamlit calls some of its own commands in ways that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:streamlit.*")

LINK = re.compile(r"\[\*\*([^*]+)\*\*\]\(glossary\?term=(\w+)\)")


def ask(name: str) -> httpx.Response:
    """Ask a server for a file of the front end."""
    app = Starlette(routes=served.routes("school"))
    return driving.ask(app, f"/school/frontend/{served.VERSION}/{name}")


@pytest.mark.parametrize("asked", ["", "stride", "Feature maps"])
def test_the_page_opens_at_a_term(asked):
    """An address may name a term by its name or any of its forms; without one the page opens at A."""
    app = driving.opened("glossary/page.py", **({"term": asked} if asked else {}))
    assert [each.value for each in app.title] == ["What does this word mean?"]
    assert str(len(glossary.TERMS)) in driving.text_of(app)
    assert not app.warning


def test_an_unknown_term_is_told_as_it_was_asked():
    """What an address asks in vain is said in a sentence, and none of it is Markdown."""
    app = driving.opened("glossary/page.py", term="**banana** :tada:")
    (warning,) = app.warning
    assert driving.shown(warning.value) == (
        "The glossary has no term “**banana** :tada:”. Search for another word."
    )


def test_a_bold_term_is_a_link_and_other_bold_words_are_not():
    """The link names the term by its one name; words that are no term stay as they are."""
    assert with_terms("**Feature maps** and **Size**: x") == (
        "[**Feature maps**](glossary?term=feature_map) and **Size**: x"
    )


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_the_terms_of_a_page_open(entry: Entry):
    """First sentence and text of a page link to terms, and the glossary says that they are seen there."""
    query = {"network": "MobileNet-0.25-128", "weights": "random"} if entry.name == "imagenet" else {}
    app = driving.opened(entry.file, tab="Explain", level="everything", **query)
    found = LINK.findall("\n".join(each.value for each in app.markdown))
    assert len(found) >= 5
    assert [(words, name) for words, name in found if glossary.find(words).name != name] == []
    assert [name for _, name in found if entry.name not in glossary.TERMS[name].pages] == []


def test_a_browser_is_told_all_terms_at_once_without_their_pictures():
    """The words are one small file, with the titles of the pages that they name."""
    told = ask("described/glossary.json").json()
    assert [each["name"] for each in told["terms"]] == list(glossary.TERMS)
    assert {name for each in told["terms"] for name in each["pages"]} <= told["titles"].keys()
    assert len(served._packed("described/glossary.json")) < 20_000


def test_a_picture_has_an_address_for_each_theme():
    """It is a file that a browser keeps for a day, since its address does not tell how it was made."""
    light, dark = ask("pictures/light/feature_map"), ask("pictures/dark/feature_map")
    assert light.headers["content-type"] == "image/webp"
    assert light.headers["cache-control"] == "public, max-age=86400"
    assert images.load(light.content).shape == images.load(dark.content).shape
    assert light.content != dark.content
    assert ask("pictures/light/stride").headers["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize("name", ["pictures/light/banana", "pictures/blue/stride", "pictures/light/..%2fapp"])
def test_no_other_picture_is_served(name):
    """A theme and a term are named, or there is nothing."""
    assert ask(name).status_code == 404
