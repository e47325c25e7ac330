"""What the server and the browser both work out or write, they do alike: both meet the same cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer import rounding, words
from explorer.convolution.pooling import pool_winners
from explorer.figures import format_number

CASES = json.loads((Path(__file__).parents[2] / "pages/frontend/tests/written.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["short"], ids=lambda case: case["text"])
def test_a_number_is_written_as_in_the_browser(case):
    """Digits, idle zeros, minus signs, and half a digit, which goes to the even one."""
    assert format_number(case["value"], case["digits"]) == case["text"]


@pytest.mark.parametrize("case", CASES["total"], ids=lambda case: str(case["terms"]))
def test_a_sum_of_which_rounding_is_left_is_nought_as_in_the_browser(case):
    """The browser's numbers came as float32."""
    assert rounding.total(case["terms"], given=rounding.SINGLE) == case["sum"]


@pytest.mark.parametrize("case", CASES["percent"], ids=lambda case: case["text"])
def test_a_share_is_written_as_in_the_browser(case):
    """Never all, and never nothing, of what is not."""
    assert words.percent(case["share"]) == case["text"]


@pytest.mark.parametrize("case", CASES["counted"], ids=lambda case: case["text"])
def test_a_count_is_written_as_in_the_browser(case):
    """In groups of three digits, with the noun in its form."""
    assert words.counted(case["count"], case["one"]) == case["text"]


@pytest.mark.parametrize("case", CASES["winners"], ids=lambda case: f"{case['kind']} of {case['image']}")
def test_the_winner_of_a_window_is_that_of_the_browser(case):
    """Of equal cells the first in reading order, and never one of the padding."""
    found = pool_winners(case["image"], case["pool"], padding=case["padding"], kind=case["kind"])
    assert found.tolist() == case["winners"]
