"""The ImageNet Large Scale Visual Recognition Challenge: who classified photographs best, and how well.

A network is right in top-k if the true class is among its k most probable ones. The challenge counted the
share of test photographs on which the best five were all wrong: the top-5 error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.errors import ExplorerError

REPORT = "Russakovsky and others, ImageNet Large Scale Visual Recognition Challenge, IJCV 115, 2015"


@dataclass(frozen=True)
class Winner:
    """The best entry of a year.

    Attributes:
        year: When it won.
        name: What it is known as.
        team: Who sent it in.
        error: Top-5 error on the test photographs, in percent.
        depth: How many layers with weights follow each other, or 0 where it was no such network.
        why: What was new about it, in a sentence.
        source: Where the figure is from.
    """

    year: int
    name: str
    team: str
    error: float
    depth: int
    why: str
    source: str


WINNERS: tuple[Winner, ...] = (
    Winner(
        year=2010,
        name="NEC-UIUC",
        team="NEC Labs and University of Illinois",
        error=28.2,
        depth=0,
        why="Descriptors designed by hand, and a linear classifier on top.",
        source=REPORT,
    ),
    Winner(
        year=2011,
        name="XRCE",
        team="Xerox Research Centre Europe",
        error=25.8,
        depth=0,
        why="Fisher vectors: better statistics of descriptors designed by hand.",
        source=REPORT,
    ),
    Winner(
        year=2012,
        name="AlexNet",
        team="SuperVision, University of Toronto",
        error=15.3,
        depth=8,
        why=(
            "Filters learned from the photographs, on graphics cards. The figure used other ImageNet "
            "photographs "
            "as well; with those of the challenge alone it was 16.4."
        ),
        source="Krizhevsky, Sutskever and Hinton, NIPS 2012",
    ),
    Winner(
        year=2013,
        name="Clarifai",
        team="Clarifai, after work at New York University",
        error=11.2,
        depth=8,
        why=(
            "A larger AlexNet, improved by looking at what its layers see. The figure used other "
            "photographs as "
            "well; with those of the challenge alone it was 11.7."
        ),
        source=REPORT,
    ),
    Winner(
        year=2014,
        name="GoogLeNet",
        team="Google",
        error=6.7,
        depth=22,
        why="Blocks that look at several scales side by side, with a twelfth of AlexNet's parameters.",
        source="Szegedy and others, CVPR 2015",
    ),
    Winner(
        year=2015,
        name="ResNet",
        team="Microsoft Research Asia",
        error=3.6,
        depth=152,
        why="Blocks that add to what comes in, so that very deep networks can be trained.",
        source="He and others, CVPR 2016",
    ),
    Winner(
        year=2016,
        name="Trimps-Soushen",
        team="Third Research Institute of the Ministry of Public Security",
        error=3.0,
        depth=0,
        why="Several known networks that vote; no new one.",
        source="Results of ILSVRC 2016, image-net.org",
    ),
    Winner(
        year=2017,
        name="SENet",
        team="Momenta and University of Oxford",
        error=2.3,
        depth=152,
        why="Blocks that weigh their own channels by what is on the whole picture.",
        source="Hu and others, CVPR 2018",
    ),
)
"""The winners of all years in which the challenge was held, the first first."""

HUMAN = 5.1
"""Top-5 error, in percent, of one trained person on 1500 test photographs (Russakovsky and others, 2015)."""


def rank(scores: Sequence[float], index: int) -> int:
    """Count which place a class has among all, from 1 for the greatest score; equals share the best place.

    Raises:
        ExplorerError: If there is no such class.

    Example:
        >>> rank([0.1, 0.7, 0.2], 2)
        2
    """
    if not 0 <= index < len(scores):
        raise ExplorerError(
            f"There are {len(scores)} classes, counted from 0, but {index} came; choose another."
        )
    return 1 + sum(score > scores[index] for score in scores)
