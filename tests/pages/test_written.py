"""What the server and the browser both work out or write, they do alike: both meet the same cases."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from explorer import images, rounding, words
from explorer.convolution.pooling import pool_winners
from explorer.figures import format_number
from explorer.images.arrays import LUMA, fitted_size

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


@pytest.mark.parametrize(
    "case", CASES["shrunk"], ids=lambda case: f"{len(case['picture'])} rows to {case['longest']}"
)
def test_a_frame_is_shrunk_by_area_average_in_the_browser(case):
    """In so many copies of each pixel that whole blocks of them lie under a new one, it is a block's mean."""
    picture = np.array(case["picture"], np.float64)
    rows, columns, channels = picture.shape
    high, wide = fitted_size(rows, columns, case["longest"])
    copies = picture.repeat(high, axis=0).repeat(wide, axis=1)
    means = copies.reshape(high, rows, wide, columns, channels).mean(axis=(1, 3))
    if case["channels"] == 1:
        means = np.rint(means) @ LUMA[:, np.newaxis].astype(np.float64)
    assert np.rint(means).astype(int).tolist() == case["levels"]


def test_area_average_is_the_box_filter_where_blocks_are_whole():
    """What a photograph goes through with that filter chosen, and a frame always."""
    picture = np.random.default_rng(3).integers(0, 256, (32, 64, 3)).astype(np.float32) / 255
    blocks = picture.reshape(16, 2, 32, 2, 3).mean(axis=(1, 3))
    assert np.abs(images.prepare(picture, size=32, resample="box") - blocks).max() <= 0.5001 / 255
