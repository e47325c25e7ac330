"""Points to begin with, each set with what to look for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PointSet:
    """Points to begin with.

    Attributes:
        name: Key in `POINT_SETS`.
        title: Name to show.
        degree: What to fit to them first.
        points: (x, y) of each, from 0 to 10 on both axes.
        why: One sentence: what to look for.
    """

    name: str
    title: str
    degree: int
    points: tuple[tuple[float, float], ...]
    why: str


POINT_SETS: dict[str, PointSet] = {
    each.name: each
    for each in (
        PointSet(
            name="wild",
            title="A line with one outlier",
            degree=1,
            points=(
                *(
                    (0.5, 1.6),
                    (1.5, 1.9),
                    (2.5, 2.8),
                    (3.5, 2.9),
                    (4.5, 3.8),
                    (5.5, 4.2),
                    (6.5, 4.7),
                    (7.5, 5.6),
                ),
                *((8.5, 9.6), (9.5, 6.3)),
            ),
            why=(
                "Nine points lie near a line, and one, the outlier, does not: the squared error turns the "
                "line towards it, the absolute error hardly does."
            ),
        ),
        PointSet(
            name="skewed",
            title="Prices, most of them low",
            degree=0,
            points=(
                *(
                    (0.5, 1.2),
                    (1.5, 2.1),
                    (2.5, 0.8),
                    (3.5, 1.7),
                    (4.5, 5.8),
                    (5.5, 1.4),
                    (6.5, 2.6),
                    (7.5, 9.4),
                ),
                *((8.5, 1.9), (9.5, 3.2)),
            ),
            why=(
                "Two high prices lift the mean above seven of the ten; the median stays where most prices "
                "are."
            ),
        ),
        PointSet(
            name="fan",
            title="A spread that grows",
            degree=1,
            points=(
                *(
                    (0.5, 1.9),
                    (1.0, 2.3),
                    (2.0, 2.0),
                    (2.5, 3.1),
                    (3.5, 2.2),
                    (4.0, 4.2),
                    (5.0, 2.6),
                    (5.5, 5.4),
                ),
                *((6.5, 3.1), (7.0, 6.6), (8.0, 3.0), (8.5, 8.1), (9.0, 5.4), (9.5, 9.2)),
            ),
            why=(
                "The points spread out to the right. Quantiles of 0.1 and 0.9 fan out with them; the mean "
                "does not show it."
            ),
        ),
        PointSet(
            name="counts",
            title="Counts",
            degree=1,
            points=(
                *(
                    (0.5, 0.0),
                    (1.5, 1.0),
                    (2.5, 0.0),
                    (3.5, 2.0),
                    (4.5, 1.0),
                    (5.5, 3.0),
                    (6.5, 2.0),
                    (7.5, 5.0),
                ),
                *((8.5, 3.0), (9.5, 7.0)),
            ),
            why=("Whole numbers from 0 up: the Poisson loss keeps its line above 0 and trusts small counts."),
        ),
        PointSet(
            name="bend",
            title="A bend",
            degree=2,
            points=(
                *(
                    (0.5, 7.6),
                    (1.5, 5.1),
                    (2.5, 3.6),
                    (3.5, 2.2),
                    (4.5, 1.8),
                    (5.5, 1.5),
                    (6.5, 2.3),
                    (7.5, 3.4),
                ),
                *((8.5, 5.2), (9.5, 7.9)),
            ),
            why=(
                "No line follows a bend, whatever the loss. Choose a parabola, and the losses nearly agree."
            ),
        ),
    )
}
"""Points to begin with, in the order of the menu."""
