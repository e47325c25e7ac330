"""The programs of the transformer on a drawing, run: they answer as the page does, from the same weights."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer import sketch
from explorer.attention import trained
from explorer.code.transformer import SEEN, SNIPPETS, WEIGHTS, code
from explorer.images import drawings


@pytest.mark.parametrize("framework", SNIPPETS)
def test_programs_answer_as_the_page(framework: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Probabilities and every attention are equal to 1e-4, with everything in place and without."""
    pytest.importorskip(framework)
    seen = sketch.prepare(drawings.draw("smiley"))
    shutil.copy(sketch.asset(WEIGHTS), tmp_path)
    np.save(tmp_path / SEEN, seen)
    monkeypatch.chdir(tmp_path)
    for altered in ({}, {"dropped": [3, 20], "places": trained.shuffled(5)}):
        names: dict[str, Any] = {}
        exec(code(framework, trained.network(), **altered), names)
        run = trained.network()(seen, **altered)
        np.testing.assert_allclose(names["probabilities"], run.probabilities, atol=1e-4)
        for layer, shares in enumerate(names["attention"]):
            np.testing.assert_allclose(shares, run.attention(layer), atol=1e-4)
        assert len(names["attention"]) == len(run.blocks)


@pytest.mark.parametrize("framework", SNIPPETS)
def test_lines_are_no_longer_than_a_screen(framework: str) -> None:
    """Nothing has to be scrolled for."""
    text = code(framework, trained.network(), dropped=range(40), places=trained.shuffled(5))
    assert max(map(len, text.split("\n"))) <= 100
