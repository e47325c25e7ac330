"""The Attention page without a browser: settings in and out, what is asked about, every tab."""

from __future__ import annotations

from functools import partial
from typing import Any

import driving
import numpy as np
import pytest

from explorer import parameters
from explorer.attention.examples import EXAMPLES
from explorer.attention.experiment import STEPS
from pages.attention import operation
from pages.attention.operation import ATTENTION
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["attention"]
opened = partial(driving.opened, "attention/page.py")
set_in_lab = partial(driving.set_in, operation="attention")
state_of = partial(driving.state_of, operation="attention")
text_of = driving.text_of


def facts(**settings: Any) -> dict[str, Any]:
    """Give what the lane answers."""
    return dict(OPERATION.answer(None, parameters.checked(ATTENTION, settings), True).facts)


def test_an_address_sets_the_lab_and_the_lab_sets_the_address() -> None:
    """What a link says is what the lab holds, and a number that is dragged is in the link."""
    app = opened(sequence="money", token="4", heads="2", positions="true", numbers="0,0_1,1_0,1_0,3.5")
    values = state_of(app).values
    assert (values["sequence"], values["token"], values["heads"], values["positions"]) == ("money", 4, 2, True)
    assert operation.small(values).given.tolist() == [[0, 0], [1, 1], [0, 1], [0, 3.5]]
    set_in_lab(app, {"asked": [6, 0, 1, 2], "temperature": 0.5})
    assert app.query_params["asked"] == "6.0.1.2"
    assert app.query_params["temperature"] == "0.5"
    assert "numbers" not in app.query_params


@pytest.mark.parametrize(
    "query",
    [
        {"sequence": "cat"},
        {"token": "7"},
        {"temperature": "0"},
        {"numbers": "1,2_3"},
        {"numbers": "1,2,3,100_" + "_".join(["1,2,3,4"] * 5)},
        {"allowed": "2,1,1,1_" + "_".join(["1,1,1,1"] * 3)},
        {"asked": "1.2"},
    ],
    ids=str,
)
def test_a_bad_address_gives_the_default_and_a_sentence(query: dict[str, str]) -> None:
    """Nonsense in a link never shows a traceback: the setting keeps its default and a sentence says so."""
    app = opened(**query)
    (name,) = query
    default = next(setting.default for setting in ATTENTION if setting.name == name)
    assert state_of(app).values[name] == default
    assert len(app.warning) == 1


def test_numbers_that_do_not_fit_the_example_are_no_traceback() -> None:
    """The page stands without facts, and the lab says why."""
    app = opened(numbers="_".join(["1,2"] * 4))
    assert not app.latex
    assert not app.error


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_answer_is_what_the_library_computes(example: str) -> None:
    """Weights, what is taken and the output are those of the experiment; what is hidden is none."""
    values = parameters.checked(
        ATTENTION, {"sequence": example, "heads": 3, "positions": True, "mask": "causal", "token": 6}
    )
    found, given = operation.small(values), facts(**values)
    for head, told in zip(found.run.heads, given["heads"], strict=True):
        np.testing.assert_array_equal(told["weight"], head.weights)
        np.testing.assert_array_equal(told["mean"], head.output)
        assert told["scaled"][0][1] is None
    np.testing.assert_array_equal(given["output"], found.run.output)
    assert given["token"] == len(found.given) - 1
    assert given["sentence"] == found.sentence(given["token"])


def test_every_number_can_be_asked_about() -> None:
    """What is asked is worked out; what is not there any more gives way to the largest weight."""
    for step in range(1, len(STEPS) + 1):
        worked = facts(asked=[step, 0, 1, 1])["worked"]
        assert worked["cell"] == (step - 1, 0, 1, 1)
        assert worked["title"]
    assert facts(asked=[5, 0, 1, 2])["worked"]["terms"] == [
        {"left": "0", "right": "1", "product": "0"},
        {"left": "(−2)", "right": "(−1)", "product": "2"},
    ]
    for gone in ([5, 2, 1, 1], [5, 0, 9, 1], [5, 0, 1, 9], [10, 0, 0, 0], None):
        assert facts(asked=gone)["worked"]["cell"] == (6, 0, 1, 1)
    hidden = facts(asked=[6, 0, 0, 3], mask="causal")["worked"]
    assert (hidden["value"], hidden["said"]) == (None, "−∞")
