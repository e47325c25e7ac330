"""The Attention page without a browser: settings in and out, what is asked about, every tab."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import parse_qs

import driving
import numpy as np
import pytest

from explorer import parameters
from explorer.attention.examples import EXAMPLES
from explorer.attention.experiment import STEPS
from explorer.code.attention import SNIPPETS, code
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
    assert (values["sequence"], values["token"], values["heads"], values["positions"]) == (
        "money",
        4,
        2,
        True,
    )
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
    """The page stands without facts, and the lab says why; what is about drawings stays."""
    app = opened(numbers="_".join(["1,2"] * 4))
    assert not app.latex
    assert not app.error
    assert "vision transformer" in text_of(app)


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


def test_facts_say_what_each_head_looks_for_and_what_it_costs() -> None:
    """A sentence for each head, the scores of all, and the weights whatever the number of patches."""
    text = text_of(opened(heads="2", level="everything", tab="Facts"))
    assert "Head 1** looks for the same edges. Patch 2 looks most at itself: 66\u00a0%." in text
    assert "Head 2** looks for the opposite edges. Patch 2 looks most at patch 5: 66\u00a0%." in text
    assert "72 scores" in text
    assert "64 numbers" in text


@pytest.mark.parametrize("framework", SNIPPETS)
def test_code_is_that_of_the_page(framework: str) -> None:
    """The program that is shown is written from the present settings."""
    app = opened(tab="Code", code=SNIPPETS[framework].title, sequence="money", mask="causal")
    assert app.code[0].value == code(framework, operation.small(state_of(app).values))


def test_a_pair_is_sent_to_vectors_and_a_row_to_the_softmax() -> None:
    """Both pages open with the numbers that are asked about; a row of one score is no softmax."""
    app = opened(asked="5.0.1.2", temperature="2.0")
    links = {each.proto.page: parse_qs(each.proto.query_string) for each in app.get("page_link")}
    assert links["vectors"] == {"cells": ["query,key\n0,1\n-2,-1"], "operation": ["dot"]}
    vectors = driving.opened("vectors/page.py", **{name: each[0] for name, each in links["vectors"].items()})
    assert driving.state_of(vectors, "vectors").values["b"] == [1, -1]
    assert links["activations"]["tab"] == ["Softmax"]
    sent = [float(each) for each in links["activations"]["logits"][0].split(",")]
    np.testing.assert_allclose(sent, np.array([2, 4, 2, -2, -4, -2]) / np.sqrt(2))
    assert links["activations"]["temperature"] == ["2.0"]
    alone = opened(mask="causal", token="1")
    assert [each.proto.page for each in alone.get("page_link")] == ["vectors"]


def test_questions_are_about_other_numbers_than_those_on_the_screen() -> None:
    """What becomes of the numbers on the screen can be read there."""
    values = parameters.checked(ATTENTION, {"heads": 2, "mask": "causal"})
    asked = operation.renewed(values, 3)
    assert (asked.heads, asked.mask) == (2, "causal")
    assert set(asked.given.ravel()) == {0, 1}
    assert (asked.given != operation.small(values).given).any()
