"""None of these ten? A drawing's best score beside those of the drawings that the network was tested on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer import figures
from explorer.sketch.network import SketchRun, facts

RARE, LOW = 0.05, 0.2
"""The shares of the test drawings below which a score is called rare, and low."""


@dataclass(frozen=True)
class Familiarity:
    """How a drawing's best score compares with the test drawings', all of which show one of the ten things.

    It is a comparison and no eleventh answer: what shows none of the ten may score high as well.

    Attributes:
        score: The largest of its ten scores, before the softmax.
        lower: The share of the test drawings whose largest score is lower, 0 to 1, to about a hundredth.
    """

    score: float
    lower: float

    @property
    def sentence(self) -> str:
        """The same in words."""
        count = round(100 * self.lower)
        score = figures.format_number(self.score, 2)
        told = f"Its best score, {score}, beats {count or 'none'} of 100 test drawings"
        if self.lower < RARE:
            return f"{told}: it may well be none of these."
        if self.lower < LOW:
            return f"{told}: it may be none of these."
        return f"{told}: that is usual, but other things can score as high."


def familiarity(run: SketchRun) -> Familiarity | None:
    """Compare the best score of a run with those of the test drawings.

    None where maps are switched off: the network was tested with all of them.

    Example:
        >>> from explorer.images import drawings
        >>> from explorer.sketch import forward, prepare
        >>> names = "smiley", "house"
        >>> smiley, house = (familiarity(forward(prepare(drawings.draw(name)))) for name in names)
        >>> round(smiley.lower, 1), round(house.lower, 2)
        (0.5, 0.04)
        >>> house.sentence
        'Its best score, 0.85, beats 4 of 100 test drawings: it may well be none of these.'
    """
    if run.off:
        return None
    steps = facts()["variants"][run.variant]["test"]["best_scores"]
    score = float(run.maps["dense"].max())
    return Familiarity(score, float(np.interp(score, steps, np.linspace(0, 1, len(steps)))))
