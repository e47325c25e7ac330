"""The small experiment: its examples by hand, each number worked out, and what does not fit."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.attention import AttentionError
from explorer.attention.examples import EXAMPLES
from explorer.attention.experiment import STEPS, SmallAttention
from explorer.attention.parameters import OwnNumbers
from explorer.errors import ExplorerError

ALL = [
    SmallAttention(example=name, heads=3, positions=positions, mask=mask, temperature=temperature)
    for name in EXAMPLES
    for positions, mask, temperature in ((False, "none", 1.0), (True, "causal", 2.0))
]


def test_a_box_by_hand() -> None:
    """Patch 2 is dark above and light below: query (0, −2), score 4 with itself, e^(4 / √2) of the sum."""
    found = SmallAttention()
    assert found.run.heads[0].query[1].tolist() == [0, -2]
    assert found.run.heads[0].scores[1].tolist() == [2, 4, 2, -2, -4, -2]
    powers = [math.exp(score / math.sqrt(2)) for score in (2, 4, 2, -2, -4, -2)]
    weights = [each / sum(powers) for each in powers]
    np.testing.assert_allclose(found.run.heads[0].weights[1], weights, rtol=1e-12)
    below = sum(weight * value for weight, value in zip(weights, (0.5, 1, 0.5, 0, 0, 0), strict=True))
    assert found.run.heads[0].output[1, 1] == pytest.approx(below)


@pytest.mark.parametrize("found", ALL, ids=lambda found: f"{found.example} {found.mask}")
def test_every_number_is_worked_out(found: SmallAttention) -> None:
    """What works a number out gives that number, and the products of a dot product add up to it."""
    for step in STEPS:
        for head in range(3):
            table = found.table(step, head)
            for row, column in np.ndindex(*table.shape):
                worked = found.worked(step, head, row, column)
                assert worked.value == pytest.approx(table[row, column], abs=1e-9)
                if worked.dot is not None:
                    assert worked.dot.products.sum() == pytest.approx(table[row, column], abs=1e-9)
                    assert worked.left
                    assert worked.right


def test_heads_look_for_what_they_say() -> None:
    """Opposite edges find each other, a word the one before it, and a place itself; without positions all."""
    box = SmallAttention(heads=2)
    assert [box.looked_at(row, 1) for row in (1, 4)] == [(4,), (1,)]
    words = SmallAttention(example="river", heads=3, positions=True)
    assert [words.looked_at(row, 1) for row in range(1, 5)] == [(0,), (1,), (2,), (3,)]
    assert [words.looked_at(row, 2) for row in range(5)] == [(row,) for row in range(5)]
    without = SmallAttention(example="river", heads=3)
    np.testing.assert_allclose(without.run.weights[1:], 1 / 5)


def test_a_bank_takes_the_meaning_of_the_words_around_it() -> None:
    """The same vector becomes more of water beside a river, and more of money beside money."""
    river, money = (SmallAttention(example=name).run.heads[0].output[1] for name in ("river", "money"))
    assert river[0] > 2 * river[1]
    assert money[1] > 2 * money[0]


def test_without_positions_twins_take_the_same() -> None:
    """Equal vectors have equal outputs until their positions tell them apart."""
    outputs = SmallAttention(example="textures", heads=3).run.output
    np.testing.assert_allclose(outputs[:3], outputs[[0, 0, 0]], atol=1e-12)
    placed = SmallAttention(example="textures", heads=3, positions=True).run.output
    assert np.abs(placed[0] - placed[1]).max() > 0.01


def test_masks_hide_what_they_say() -> None:
    """A causal mask leaves nothing after a row, one of one's own what is ticked, and its numbers say so."""
    causal = SmallAttention(mask="causal")
    assert (np.triu(causal.run.heads[0].weights, 1) == 0).all()
    assert causal.worked("scaled", 0, 0, 1).value == -math.inf
    assert "mask hides it" in causal.worked("weight", 0, 0, 1).why
    own = SmallAttention(mask="own", allowed=np.eye(6))
    np.testing.assert_array_equal(own.run.heads[0].weights, np.eye(6))
    assert SmallAttention(mask="own").looks is None


def test_what_a_row_looks_at_is_said_in_a_sentence() -> None:
    """Itself, another one, several or all: each has its sentence."""
    said = [
        SmallAttention(example=name).sentence(row).replace("\u00a0", " ")
        for name, row in (("box", 0), ("box", 1), ("river", 0), ("river", 1), ("money", 2))
    ]
    assert said == [
        "Patch 1 looks most at patches 1 and 2: 38 % each.",
        "Patch 2 looks most at itself: 66 %.",
        "Word 1 (the) looks at all alike: 20 % each.",
        "Word 2 (bank) looks most at words 2 and 5: 46 % each.",
        "Word 3 (lends) looks most at word 4 (money): 65 %.",
    ]
    assert SmallAttention(mask="causal").sentence(0).replace("\u00a0", " ") == (
        "Patch 1 looks most at itself: 100 %."
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"example": "cat"}, "no example 'cat'"),
        ({"mask": "left"}, "no mask 'left'"),
        ({"heads": 4}, "1 to 3 heads; 4 came"),
        ({"numbers": [[1, 2]]}, "numbers of 'A box' is 6 rows of 4 numbers"),
        ({"query_kernel": [[1.0]]}, "query kernel of 'A box' is 6 rows of 6 numbers"),
        ({"mask": "own", "allowed": [[1]]}, "for each of 6 rows"),
        ({"mask": "own", "allowed": np.zeros((6, 6))}, "query 1 look at nothing"),
        ({"temperature": 0}, "above 0"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(settings: dict[str, object], sentence: str) -> None:
    """It is refused before anything is asked of it."""
    with pytest.raises(AttentionError, match=sentence):
        SmallAttention(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (("square", 0, 0, 0), "no step 'square'"),
        (("score", 1, 0, 0), "There is 1 head; there is no head 2"),
        (("score", 0, 6, 0), "no row 7"),
        (("query", 0, 0, 2), "a column 3"),
    ],
)
def test_a_number_that_is_not_there_is_refused(cell: tuple[str, int, int, int], sentence: str) -> None:
    """The sentence counts from 1."""
    with pytest.raises(AttentionError, match=sentence):
        SmallAttention().worked(*cell)


def test_own_numbers_have_bounds_and_a_shape() -> None:
    """Too few rows, and numbers beyond the bounds, are refused; the address gives back what it took."""
    grid = OwnNumbers(name="numbers", title="Vectors", rows=(2, 3), columns=(2, 2), low=-9.0, high=9.0)
    rows = [[1.0, -0.25], [0.0, 9.0]]
    assert grid.from_text(grid.to_text(rows)) == rows
    assert grid.from_text("") is grid.checked(None) is None
    for wrong, sentence in (([[1, 2]], "2 rows of 2 numbers at least"), ([[1, 2], [3, 10]], "−9|-9 to 9")):
        with pytest.raises(ExplorerError, match=sentence):
            grid.checked(wrong)
