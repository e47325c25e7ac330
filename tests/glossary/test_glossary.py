"""The glossary: what it says, what its pictures show, and that the pages use its words."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from explorer import images, sketch
from explorer.glossary import TERMS, find, picture, pictures, words
from pages.catalogue import CATALOGUE

ROOT = Path(__file__).parents[2]
PAGES = {entry.name for entry in CATALOGUE}
BOLD = re.compile(r"\*\*([^*]+)\*\*")


def bold_in(page: str) -> list[str]:
    """What the text of a page sets in bold."""
    return BOLD.findall(" ".join((ROOT / "pages" / page / "text.md").read_text("utf-8").split()))


@pytest.mark.parametrize("term", TERMS.values(), ids=lambda each: each.name)
def test_a_term_is_told_in_two_short_sentences(term):
    """Both end with a full stop, neither is long, and other terms and pages are named as they are called."""
    assert len(re.findall(r"[.](?= [A-Z0-9]|$)", term.meaning)) == 2, term.meaning
    assert max(len(each.split()) for each in re.split(r"(?<=[.]) (?=[A-Z0-9])", term.meaning)) <= 32
    assert re.fullmatch(r"[a-z0-9_]+", term.name)
    assert term.shows.endswith(".")
    assert term.pages
    assert set(term.pages) <= PAGES
    assert set(term.see) <= TERMS.keys() - {term.name}


def test_no_word_means_two_terms():
    """Names, terms and aliases are all different, so that a bold word opens the one that is meant."""
    known = [
        (each.name, form.lower().replace("_", " "))
        for each in TERMS.values()
        for form in {each.name.replace("_", " "), each.term, *each.aliases}
    ]
    owners: dict[str, set[str]] = {}
    for name, form in known:
        owners.setdefault(form, set()).add(name)
    assert {form: names for form, names in owners.items() if len(names) > 1} == {}


def test_terms_stand_from_a_to_z():
    """The table is in the order in which it is read."""
    terms = [each.term.lower() for each in TERMS.values()]
    assert terms == sorted(terms)
    assert [each["name"] for each in words()] == list(TERMS)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_what_is_bold_in_a_text_is_a_term(page):
    """A text sets terms in bold and nothing else, and the glossary knows that they are seen there."""
    found = {each: find(each) for each in bold_in(page)}
    assert [each for each, term in found.items() if term is None] == []
    assert [each for each, term in found.items() if term and page not in term.pages] == []


@pytest.mark.parametrize("name", TERMS)
def test_a_picture_is_small_and_can_be_opened(name):
    """It is a drawing or a painted picture with at most 330 pixels a side, on either theme."""
    made = picture(name)
    assert made.mime in {"image/svg+xml", "image/webp"}
    for data in (made.light, made.dark):
        assert len(data) < 40_000
        if made.mime == "image/webp":
            rows, columns = images.load(data).shape[:2]
        else:
            assert b"light-dark" not in data
            assert b"currentColor" not in data
            columns, rows = (int(re.search(rb'%s="(\d+)"' % side, data)[1]) for side in (b"width", b"height"))
        assert min(rows, columns) >= 30
        assert max(rows, columns) <= 360


def test_the_slopes_of_the_drawing_are_those_of_the_network():
    """The gradient that saliency and heat maps are made of is what the logit changes by, seen from afar."""
    rng = np.random.default_rng(0)
    seen = rng.uniform(0.2, 0.8, (64, 64, 1)).astype(np.float32)  # where no two cells of a window are equal
    run = sketch.forward(seen)
    place = sketch.CLASSES.index(run.ranking[0][0])
    slopes = pictures.slopes_of(run, "seen")
    assert slopes.shape == seen.shape
    way = 1e-3 * slopes / np.abs(slopes).max()
    ahead, behind = (float(sketch.forward(seen + sign * way).maps["dense"][place]) for sign in (1, -1))
    assert_allclose(ahead - behind, 2 * float((slopes * way).sum()), rtol=0.02)


def test_pictures_show_what_their_terms_say():
    """The tinted cells of stride, dilation, window and receptive field are counted by hand."""
    assert pictures.corners(2).tolist() == [
        [(row % 2, column % 2) == (0, 0) and row < 4 and column < 4 for column in range(5)]
        for row in range(5)
    ]
    assert np.argwhere(pictures.window(0, 0, dilation_rate=2)).tolist() == [
        [row, column] for row in (0, 2, 4) for column in (0, 2, 4)
    ]
    assert pictures.window(1, 1).sum() == 9
    assert pictures.field().sum() == 25
    assert pictures.work(3) == 9 * 64 * 64
    assert pictures.dropped().sum() == 9
    assert [
        block.sum() for half in np.split(pictures.winners("max"), 2) for block in np.split(half, 2, axis=1)
    ] == [1, 1, 1, 1]
