"""Pipelines that learn to read the small drawings: what they take, and how well they do."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from explorer import images
from explorer.convolution.layout import Array
from explorer.pipeline.learning import LearningMeasure, LearningNetwork
from explorer.sketch import CLASSES
from explorer.sketch.drawings import SMALL_SIDE, small_drawings

SHAPE = (SMALL_SIDE, SMALL_SIDE, 1)
"""Of what a pipeline is given: 0 for paper, 1 for ink."""

ANSWERS = len(CLASSES)
"""How many numbers it has to end in."""


def measured_on_test(network: LearningNetwork) -> LearningMeasure:
    """Say how well a pipeline answers the drawings in styles that are never trained on.

    Example:
        >>> from explorer.pipeline import PRESETS
        >>> network = LearningNetwork(PRESETS["drawings"].pipeline, SHAPE, ANSWERS)
        >>> measured_on_test(network).confusion.sum(axis=1).tolist()
        [50, 50, 50, 50, 50, 50, 50, 50, 50, 50]
    """
    return network.measure(*_test())


@cache
def _test() -> tuple[Array, NDArray[np.uint8]]:
    drawings = small_drawings("test")
    return images.from_levels(drawings.pictures), drawings.labels
