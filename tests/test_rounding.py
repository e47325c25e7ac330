from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from explorer import rounding

DECIMALS = st.tuples(st.integers(-999, 999), st.integers(0, 6)).map(lambda pair: f"{pair[0]}e-{pair[1]}")


@settings(deadline=None)
@given(st.lists(DECIMALS, min_size=1, max_size=12), st.randoms())
def test_decimals_that_add_up_to_0_do(texts, random):
    """Decimals and their opposites, in whatever order, add up to 0, and so does their last running sum."""
    terms = [float(text) for text in texts] + [-float(text) for text in texts]
    random.shuffle(terms)
    assert rounding.total(terms) == 0
    assert rounding.running(terms)[-1] == 0
    assert rounding.mean(terms) == 0


@settings(deadline=None)
@given(st.lists(DECIMALS, min_size=1, max_size=12))
def test_a_sum_that_is_none_is_kept(texts):
    """Decimals whose exact sum is not 0, by a millionth of the smallest unit or more, have a sum."""
    exact = sum(Fraction(text) for text in texts)
    found = rounding.total([float(text) for text in texts])
    assert (found == 0) == (exact == 0)
    assert found == pytest.approx(float(exact), rel=1e-6)


@pytest.mark.parametrize("size", [1e-300, 1e-20, 1e-7, 1, 1e20])
def test_the_scale_is_that_of_the_terms(size):
    """A small number alone is kept, and what is left of large ones that cancel is 0, at any size."""
    assert rounding.total([size]) == size
    assert rounding.total([size, size]) == 2 * size
    assert rounding.total([0.1 * size, 0.2 * size, -0.3 * size]) == 0
    assert rounding.total([size, -size * (1 - 1e-12)]) == pytest.approx(1e-12 * size, rel=1e-3)


def test_numbers_read_as_float32_are_known_to_fewer_digits():
    """What float32 leaves of 0.1 + 0.2 - 0.3 is nothing if they were read so, a number if they are exact."""
    terms = np.float32([0.1, 0.2, -0.3])
    assert rounding.total(terms, given=rounding.SINGLE) == 0
    assert rounding.total(terms) == math.fsum(map(float, terms)) != 0


def test_sums_run_along_the_last_axis():
    """Each row has sums of its own, and a residue on the way is 0 without harm to what follows."""
    found = rounding.running([[0.1, 0.2, -0.3, 1.0], [1.0, 2.0, 3.0, 4.0]])
    assert found[0, 2] == 0
    assert found[0, 3] == 1
    assert_array_equal(found[1], [1, 3, 6, 10])


def test_a_map_is_settled_cell_by_cell():
    """What is small beside the terms of its own cell is 0; what is small beside those of others stays."""
    sums = np.float32([7e-9, 7e-9, -3e-8, 0.5, np.nan])
    magnitudes = np.float32([0.6, 1e-8, 0.6, 0.6, np.inf])
    found = rounding.settled_map(sums, 3, 0.6, lambda cells: magnitudes[cells or ...])
    assert_array_equal(found, np.float32([0, 7e-9, 0, 0.5, np.nan]))
    assert found.dtype == np.float32


@pytest.mark.parametrize("is_own", [False, True])
@pytest.mark.parametrize("size", [1, 65_536, 65_537, 200_000])
def test_maps_of_any_size_are_settled_in_place_or_in_a_copy(size: int, is_own: bool):
    """Every last one of the small numbers is found, and the map of somebody else stays as it was."""
    sums = np.ones(size, np.float32)
    small = np.unique(np.linspace(0, size - 1, 5).astype(int))
    sums[small] = 3e-9
    before = sums.copy()
    sizes = np.full(size, 0.6, np.float32)
    found = rounding.settled_map(sums, 3, 0.6, lambda cells: sizes[cells or ...], is_own=is_own)
    assert_array_equal(np.flatnonzero(found == 0), small)
    assert (found is sums) is is_own
    assert_array_equal(sums, found if is_own else before)


def test_magnitudes_are_not_asked_for_in_vain():
    """A map without a small number is given back as it is."""
    sums = np.float32([[0.5, 0.0], [-1.0, 1e-3]])
    for each in (sums, sums[:0]):
        assert rounding.settled_map(each, 3, 1.0, lambda cells: pytest.fail("asked")) is each
    enormous, endless = np.float32([1e30, 1e38]), np.float32([np.inf, np.inf])
    found = rounding.settled_map(enormous, 9, math.inf, lambda cells: endless[cells or ...])
    assert_array_equal(found, enormous)
