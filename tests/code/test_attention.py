"""The programs of the Attention page, run: their weights and output are those on the screen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.attention.experiment import SmallAttention
from explorer.code.attention import SNIPPETS, code
from explorer.errors import ExplorerError

EXPERIMENTS = {
    "one head": SmallAttention(),
    "words and positions": SmallAttention(example="river", heads=3, positions=True, mask="causal"),
    "cold and masked": SmallAttention(mask="own", allowed=np.eye(6) + np.eye(6, k=2), temperature=0.5),
    "own numbers": SmallAttention(
        example="money", heads=2, numbers=[[1, 0.25], [-3, 2], [0, 0], [1, 1]], temperature=2.0
    ),
}


@pytest.mark.parametrize("found", EXPERIMENTS.values(), ids=EXPERIMENTS)
@pytest.mark.parametrize("framework", SNIPPETS)
@pytest.mark.filterwarnings("ignore:.*softmax over axis:UserWarning")
def test_programs_make_the_numbers_of_the_screen(framework: str, found: SmallAttention) -> None:
    """Each library ends with the same weights and the same output, with every setting."""
    pytest.importorskip({"keras": "keras", "pytorch": "torch"}.get(framework, "numpy"))
    names: dict[str, Any] = {}
    exec(code(framework, found), names)
    width = names["output"].shape[1]
    weights = found.run.weights if found.heads > 1 else found.run.weights[0]
    np.testing.assert_allclose(names["weights"], weights, atol=1e-6)
    np.testing.assert_allclose(names["output"], found.run.output[:, :width], atol=1e-5)
    assert width == found.given.shape[1] + 2 * found.positions


def test_lines_are_no_longer_than_a_screen() -> None:
    """Nothing has to be scrolled for, in any program."""
    lines = [
        line
        for framework in SNIPPETS
        for found in EXPERIMENTS.values()
        for line in code(framework, found).split("\n")
    ]
    assert max(map(len, lines)) <= 110


def test_an_unknown_library_is_refused() -> None:
    """The sentence names those there are."""
    with pytest.raises(ExplorerError, match="numpy, keras, pytorch"):
        code("jax", SmallAttention())
