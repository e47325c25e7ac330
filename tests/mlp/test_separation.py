"""Lines between two classes of points: they are found exactly where a linear program finds one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from explorer.errors import ExplorerError
from explorer.mlp.datasets import DATASETS, from_rows
from explorer.mlp.separation import is_separable


@given(
    rows=st.lists(
        st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(0, 1)),
        min_size=2,
        max_size=9,
        unique=True,
    )
)
@example(rows=[(0, 0, 0), (2, 1, 0), (-3, 1, 0), (-3, 1, 1)])  # a corner that both classes have
@settings(max_examples=150, deadline=None)
def test_a_line_parts_points_exactly_where_a_linear_program_finds_one(
    rows: list[tuple[int, int, int]],
) -> None:
    """Weights with a margin of 1 on every point's side exist, or they do not."""
    points = from_rows([list(row) for row in rows], "classification")
    sides = np.where(points.y == 1, 1.0, -1.0)
    signed = sides[:, None] * np.column_stack([points.x, np.ones(len(points))])
    found = linprog(np.zeros(3), A_ub=-signed, b_ub=-np.ones(len(points)), bounds=[(None, None)] * 3)
    assert is_separable(points) == (found.status == 0)


@pytest.mark.parametrize(("name", "parted"), [("gaussians", True), ("circle", False), ("moons", False)])
def test_the_data_sets_are_parted_or_not(name: str, parted: bool) -> None:
    """Two clouds take one line, a ring and crescents more than that."""
    assert is_separable(DATASETS[name].make(200)) == parted


def test_numbers_have_no_sides() -> None:
    """Points with numbers instead of classes are refused with a sentence."""
    with pytest.raises(ExplorerError, match=r"choose points of two classes\.$"):
        is_separable(DATASETS["plane"].make(20))
