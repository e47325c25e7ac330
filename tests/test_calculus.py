from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from explorer.calculus import SAMPLES, broken, extent, places

ENDS = st.floats(-1e3, 1e3)


@given(ENDS, st.floats(1e-2, 1e3), st.lists(ENDS, max_size=5))
def test_places_grow_from_end_to_end_and_hold_every_break(low, width, breaks):
    """A curve is sampled evenly, at each break between the ends, and on both sides of it."""
    high = low + width
    x = places(low, high, breaks)
    assert (x[0], x[-1]) == (low, high)
    assert (np.diff(x) > 0).all()
    assert set(np.linspace(low, high, SAMPLES)) <= set(x)
    for place in breaks:
        if low < place < high:
            index = int(np.flatnonzero(x == place)[0])
            assert 0 < x[index] - x[index - 1] <= width / (SAMPLES - 1)
            assert 0 < x[index + 1] - x[index] <= width / (SAMPLES - 1)


@pytest.mark.parametrize(
    ("low", "high", "count"), [(1, 1, 5), (2, 1, 5), (0, 1, 1), (float("nan"), 1, 5), (0, float("inf"), 5)]
)
def test_places_that_are_none_are_refused(low, high, count):
    """A plot without width, or with one place, is answered with a sentence."""
    with pytest.raises(ValueError, match=r"A plot runs from a low to a high end .+ came\."):
        places(low, high, count=count)


def test_a_curve_breaks_where_it_jumps_and_nowhere_else():
    """At a gap there is no number, so that no steep line is drawn; the curve given stays as it is."""
    values = np.array([0.0, 5.0, 1.0, 2.0])
    x = np.array([-1.0, 0.0, 1.0, 2.0])
    assert_array_equal(broken(values, x, [0.0, 2.0, 7.0]), [0, np.nan, 1, np.nan])
    assert_array_equal(values, [0, 5, 1, 2])


def test_an_axis_holds_the_curves_and_zero_but_never_more_than_it_may():
    """Worked by hand: from the least to the greatest value, with a tenth of that height left free."""
    assert extent([[2.0, 4.0]], most=10, margin=0.1) == pytest.approx((-0.4, 4.4))
    assert extent([[-1.0, np.nan], [np.inf, 3.0]], most=10, margin=0) == (-1, 3)
    assert extent([[-50.0, 50.0]], most=6, margin=0) == (-6, 6)
    assert extent([[0.0]], most=6, margin=0) == (0, 1)
    assert extent([], most=6, margin=0) == (0, 1)
