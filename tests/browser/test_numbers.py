"""How the browser adds up and writes numbers: as the library does, which writes the texts beside them."""

from __future__ import annotations

import base64
import math
import random
from typing import Any

import pytest
from playwright.sync_api import Page

from explorer import figures, rounding
from pages.served import FILES

pytestmark = pytest.mark.browser

NUMBERS = [
    mantissa * 10.0**power * sign
    for mantissa in (1.0, 1.2346, 2.5001, 9.9949, 9.9951, 3.0)
    for power in range(-21, 9)
    for sign in (1, -1)
]


def asked(page: Page, question: str, given: Any) -> Any:
    """Call what `numbers.js` has."""
    script = base64.b64encode(FILES["frontend/core/numbers.js"]).decode()
    names = "short, fixed, total, percent, decimalsOf"
    return page.evaluate(
        f"""async (given) => {{
            const {{ {names} }} = await import("data:text/javascript;base64,{script}");
            return given.map({question});
        }}""",
        given,
    )


@pytest.mark.parametrize("digits", [2, 3, 4])
def test_a_number_is_written_as_in_the_texts(page: Page, digits: int) -> None:
    """Digits, powers and signs are those of `figures.format_number`, from 1e-21 to 1e9."""
    written = asked(page, f"(number) => short(number, {digits})", NUMBERS)
    assert written == [figures.format_number(number, digits) for number in NUMBERS]


def test_a_sum_is_settled_as_in_the_library(page: Page) -> None:
    """Sums that cancel are 0 and small ones are not, where `rounding.total` says so."""
    rng = random.Random(7)
    decimals = [[rng.randint(-99, 99) / 100 for _ in range(rng.randint(1, 9))] for _ in range(200)]
    balanced = [[*terms, *(-term for term in terms)] for terms in decimals[:50]]
    edges = [[0.1, 0.2, -0.3], [1e-20], [1e-8, 2e-8], [1, -1 + 1e-9], [1, -1 + 1e-6], []]
    terms = [*decimals, *balanced, *edges]
    found = asked(page, "(terms) => total(terms)", terms)
    for sum_, given in zip(found, terms, strict=True):
        expected = rounding.total(given, given=rounding.SINGLE)
        assert (sum_ == 0) == (expected == 0)
        assert math.isclose(sum_, expected, rel_tol=1e-12)
