"""The ImageNet Large Scale Visual Recognition Challenge: who classified photographs best, and how well.

A network is right in top-k if the true class is among its k most probable ones. The challenge counted the
share of test photographs on which the best five were all wrong: the top-5 error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
        2010, "NEC-UIUC", "NEC Labs and University of Illinois", 28.2, 0,
        "Descriptors designed by hand, and a linear classifier on top.", REPORT,
    ),
    Winner(
        2011, "XRCE", "Xerox Research Centre Europe", 25.8, 0,
        "Fisher vectors: better statistics of descriptors designed by hand.", REPORT,
    ),
    Winner(
        2012, "AlexNet", "SuperVision, University of Toronto", 15.3, 8,
        "Filters learned from the photographs, on graphics cards. The figure used other ImageNet photographs "
        "as well; with those of the challenge alone it was 16.4.",
        "Krizhevsky, Sutskever and Hinton, NIPS 2012",
    ),
    Winner(
        2013, "Clarifai", "Clarifai, after work at New York University", 11.2, 8,
        "A larger AlexNet, improved by looking at what its layers see. The figure used other photographs as "
        "well; with those of the challenge alone it was 11.7.",
        REPORT,
    ),
    Winner(
        2014, "GoogLeNet", "Google", 6.7, 22,
        "Blocks that look at several scales side by side, with a twelfth of AlexNet's parameters.",
        "Szegedy and others, CVPR 2015",
    ),
    Winner(
        2015, "ResNet", "Microsoft Research Asia", 3.6, 152,
        "Blocks that add to what comes in, so that very deep networks can be trained.",
        "He and others, CVPR 2016",
    ),
    Winner(
        2016, "Trimps-Soushen", "Third Research Institute of the Ministry of Public Security", 3.0, 0,
        "Several known networks that vote; no new one.", "Results of ILSVRC 2016, image-net.org",
    ),
    Winner(
        2017, "SENet", "Momenta and University of Oxford", 2.3, 152,
        "Blocks that weigh their own channels by what is on the whole picture.", "Hu and others, CVPR 2018",
    ),
)  # fmt: skip
"""The winners of all years in which the challenge was held, the first first."""

HUMAN = 5.1
"""Top-5 error, in percent, of one trained person on 1500 test photographs (Russakovsky and others, 2015)."""


def rank(scores: Sequence[float], index: int) -> int:
    """Count which place a class has among all, from 1 for the greatest score; equals share the best place.

    Raises:
        ValueError: If there is no such class.

    Example:
        >>> rank([0.1, 0.7, 0.2], 2)
        2
    """
    if not 0 <= index < len(scores):
        raise ValueError(
            f"There are {len(scores)} classes, counted from 0, but {index} came; choose another."
        )
    return 1 + sum(score > scores[index] for score in scores)
