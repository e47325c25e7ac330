"""Examples in docstrings of the front: pytest looks for them in the library alone, as a page is a script."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITH_EXAMPLES = [
    path
    for path in sorted((ROOT / "pages").rglob("*.py"))
    if "node_modules" not in path.parts and ">>> " in path.read_text("utf-8")
]


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_an_example_gives_what_it_says(path):
    """What a docstring shows is what one gets."""
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
