"""Where trainings of pipelines stand: keys that travel, and numbers where a key is not known."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from explorer.errors import ExplorerError
from explorer.pipeline.learning import LearningState
from explorer.pipeline.states import (
    STATES,
    LearningStateParameter,
    LearningStates,
    WeightPlacesParameter,
    numbers_of,
)

PARAMETER = LearningStateParameter(name="training", title="Where the training stands")
PLACES = WeightPlacesParameter(name="frozen", title="Frozen kernels", length=2, most=3)


def state(seed: int, step: int = 3) -> LearningState:
    rng = np.random.default_rng(seed)
    return LearningState(
        rng.random(7, dtype=np.float32),
        rng.random((2, 7), dtype=np.float32),
        updates=2,
        step=step,
        epoch=1,
        seen=32,
    )


def sent(told: dict, numbers: np.ndarray) -> dict:
    return told | {"data": base64.b64encode(numbers.tobytes()).decode()}


def test_numbers_that_come_are_kept_and_the_key_goes_on():
    """A server that does not know a key learns the state from its numbers, under the same key."""
    elsewhere = LearningStates()
    told = elsewhere.keep(state(1))
    assert STATES.find(told) is None
    came = PARAMETER.checked(sent(told, numbers_of(state(1))))
    assert came == told == PARAMETER.checked(told)
    found = STATES.find(came)
    assert_array_equal(found.parameters, state(1).parameters)
    assert_array_equal(found.slots, state(1).slots)
    assert (found.updates, found.step, found.epoch, found.seen) == (2, 3, 1, 32)


def test_other_numbers_and_counts_have_other_keys():
    """A key says all that a training goes on from."""
    states = LearningStates()
    keys = {states.keep(each)["key"] for each in (state(1), state(2), state(1, step=4), state(1))}
    assert len(keys) == 3


def test_the_oldest_states_go():
    """The bytes are bounded, and one that is asked for stays longer."""
    states = LearningStates(most=200)  # two of 84 bytes
    first, second = states.keep(state(1)), states.keep(state(2))
    assert states.find(first)
    third = states.keep(state(3))
    assert states.find(second) is None
    assert states.find(first)
    assert states.find(third)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": 3}, "key is a short text"),
        ({"key": "x"}, "key is a short text"),
        ({"step": -1}, "counts from 0 to"),
        ({"slots": 3}, "counts from 0 to 2"),
        ({"seen": True}, "counts from 0 to"),
        ({"data": "%"}, "cannot be read"),
        ({"data": base64.b64encode(b"1234").decode()}, "cannot be read"),
        ({"data": base64.b64encode(np.full(3, np.nan, "<f4").tobytes()).decode()}, "not finite"),
        ({"more": 1}, "stands at a key and counts"),
    ],
)
def test_what_is_no_state_is_refused(change, words):
    """In a sentence that says to rewind."""
    told = LearningStates().keep(state(1))
    with pytest.raises(ExplorerError, match=words):
        PARAMETER.checked(told | change)


def test_an_address_leads_to_the_start():
    """It carries no weights."""
    assert PARAMETER.to_text(STATES.keep(state(1))) == ""
    assert PARAMETER.from_text("") is None
    with pytest.raises(ExplorerError, match="press Play"):
        PARAMETER.from_text("x")


def test_places_are_read_and_refused():
    """They come back from their text, sorted and each once; what is none is refused."""
    places = PLACES.checked([[3, 1], [0, 2], [3, 1]])
    assert places == [[0, 2], [3, 1]] == PLACES.from_text(PLACES.to_text(places))
    assert PLACES.from_text("") == []
    for wrong in ([[1]], [[1, -1]], [[1, True]], [[0, each] for each in range(4)], 7):
        with pytest.raises(ExplorerError, match="at most 3 places of 2 whole numbers"):
            PLACES.checked(wrong)
    with pytest.raises(ExplorerError, match=r"places such as 0\.0"):
        PLACES.from_text("a")
