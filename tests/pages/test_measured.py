"""What each page hands over to lessons: the session's present numbers."""

from __future__ import annotations

import pytest
from driving import opened
from streamlit.testing.v1 import AppTest

from explorer.lessons.measures import MEASURES
from pages.catalogue import CATALOGUE
from pages.lesson_offers import OFFERS
from pages.measured import SUBJECTS

KEPT = ("lab ", "chooser", "dataset_session", "teaching plan", "sketch drawing", "pieces of")
# A network has to be asked about a photograph.
QUICK = sorted(SUBJECTS.keys() - {"imagenet"})


def numbers(app: AppTest, page: str, *names: str) -> dict[str, object]:
    """Measure on a page as it stands, in a run of its own session."""

    def script(page: str, names: list[str]) -> None:
        import streamlit as st

        from pages.measured import measured

        st.session_state["found"] = measured(page, names)

    asked = AppTest.from_function(script, kwargs={"page": page, "names": names or list(MEASURES[page])})
    for key, value in app.session_state.items():
        if key.startswith(KEPT):
            asked.session_state[key] = value
    asked.run()
    assert not asked.exception
    return asked.session_state["found"]


def test_every_measured_page_is_offered_to_lessons() -> None:
    """The three tables have the same pages, in the order of the catalogue where that counts."""
    assert SUBJECTS.keys() == MEASURES.keys() == OFFERS.keys()
    assert list(OFFERS) == [entry.name for entry in CATALOGUE if entry.name in MEASURES]


@pytest.mark.parametrize("page", QUICK)
def test_a_page_as_it_comes_has_its_numbers(page: str) -> None:
    """Every measure of the table can be taken from a page that was just opened."""
    found = numbers(opened(f"{page}/page.py"), page)
    assert found.keys() == MEASURES[page].keys()


def test_numbers_are_those_of_the_settings_that_are_on() -> None:
    """A link's kernel and stride, and the picture's size, are what is measured."""
    app = opened("convolution/page.py", kernel="box~3x3", strides="2", size="64", sample="coins")
    found = numbers(app, "convolution", "kernel_sum", "weights", "stride", "picture_columns")
    assert found == {"kernel_sum": pytest.approx(1), "weights": 9, "stride": 2, "picture_columns": 64}


def test_nothing_is_learned_yet_on_transfer() -> None:
    """Before any training there are classes, and no accuracy."""
    found = numbers(opened("transfer/page.py"), "transfer", "classes", "trained", "test_accuracy")
    assert found == {"classes": 2, "trained": False, "test_accuracy": None}


def test_imagenet_is_asked_with_and_without_what_is_off() -> None:
    """The best class and its probability, and how many channels are off."""
    app = opened("imagenet/page.py", off="5.3")
    found = numbers(app, "imagenet")
    assert found["channels_off"] == 1
    assert 0 < found["probability"] <= 1
    assert found["top_changed"] is (found["top_class"] != found["top_before"])
