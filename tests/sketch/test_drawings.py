"""The small drawings that ship with the explorer."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_array_equal

from explorer.sketch import CLASSES
from explorer.sketch.drawings import packed, small_drawings, unpacked
from explorer.sketch.training.small import EACH, TESTED, shrunk


def test_drawings_are_what_the_command_draws():
    """Each class has as many, and the first of them come out of the stroke maker again."""
    for part, each in (("train", EACH), ("test", TESTED)):
        drawings = small_drawings(part)
        assert_array_equal(np.bincount(drawings.labels), [each] * len(CLASSES))
        assert drawings.pictures.shape == (each * len(CLASSES), 32, 32, 1)
        assert set(np.unique(drawings.pictures)) == set(range(0, 256, 17))
    drawn, labels = shrunk("test", 1)
    # The first of a class is the one that begins its share in any number of drawings.
    assert_array_equal(drawn[0] * 17, small_drawings("test").pictures[0, ..., 0])
    assert labels[0] == small_drawings("test").labels[0]


def test_two_cells_fit_into_a_byte():
    """Packing loses nothing."""
    levels = np.random.default_rng(2).integers(0, 16, (3, 32, 32)).astype(np.uint8)
    assert_array_equal(unpacked(packed(levels)), levels)
