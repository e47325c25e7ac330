"""The drawings to start from and those that a network was not made for."""

from __future__ import annotations

import numpy as np
import pytest

from explorer import sketch
from explorer.images import drawings
from explorer.images.drawings import SAMPLE_DRAWINGS


def test_each_is_a_drawing_that_the_network_can_see():
    """They have a pad's size, black ink on white paper, and no two are alike; what they mean is a class."""
    drawn = [drawings.draw(name) for name in SAMPLE_DRAWINGS]
    for drawing, levels in zip(SAMPLE_DRAWINGS.values(), drawn, strict=True):
        assert levels.shape[:2] == (drawings.SIDE, drawings.SIDE)
        assert not levels.flags.writeable
        assert drawing.meant in ("", *sketch.CLASSES)
        if drawing.strokes():
            assert (levels[[0, -1]] == 1).all()
            assert not sketch.look(levels).light
    seen = [sketch.prepare(levels).tobytes() for levels in drawn]
    assert len(set(seen)) == len(seen)


def test_the_first_is_recognised_and_the_styles_are_those_of_the_training():
    """The page opens with a drawing that the network knows; a style that is named is a held-out one."""
    first = next(iter(SAMPLE_DRAWINGS))
    assert sketch.predict(drawings.draw(first))[0][0] == SAMPLE_DRAWINGS[first].meant
    held_out = sketch.facts()["variants"][sketch.DEFAULT]["test"]["styles"]
    named = [drawing for drawing in SAMPLE_DRAWINGS.values() if drawing.style]
    assert named
    for drawing in named:
        assert held_out[drawing.meant][drawing.style] < 0.9


def test_a_photograph_is_brought_to_the_pads_size():
    """It fills the sheet, in colour."""
    assert drawings.draw("photograph").shape == (drawings.SIDE, drawings.SIDE, 3)
    assert np.ptp(drawings.draw("photograph")) > 0.5


def test_an_unknown_name_is_refused_in_a_sentence():
    """The error names those that there are."""
    with pytest.raises(ValueError, match="There is no drawing 'unicorn'; choose one of smiley, "):
        drawings.draw("unicorn")
