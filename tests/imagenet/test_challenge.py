"""The winners of the challenge, and places among scores."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from explorer.imagenet.challenge import HUMAN, WINNERS, rank


def test_every_year_of_the_challenge_has_a_winner_with_a_source():
    """One winner a year from 2010 to 2017, each better than the one before."""
    assert [winner.year for winner in WINNERS] == list(range(2010, 2018))
    assert all(late.error < early.error for early, late in itertools.pairwise(WINNERS))
    assert all(winner.source and winner.why for winner in WINNERS)


def test_the_first_network_better_than_a_person_is_of_2015():
    """ResNet is the first winner whose error is below the person's."""
    assert next(winner.year for winner in WINNERS if winner.error < HUMAN) == 2015


def test_a_place_is_that_of_a_sorted_list():
    """Without equal scores the place is where sorting puts the class."""
    scores = np.random.default_rng(1).normal(size=50)
    for place, index in enumerate(np.argsort(-scores), 1):
        assert rank(scores.tolist(), int(index)) == place
    assert rank([1.0, 1.0, 0.0], 1) == 1
    with pytest.raises(ValueError, match="3 classes"):
        rank([1.0, 1.0, 0.0], 3)
