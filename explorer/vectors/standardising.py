"""Columns for a network: mean 0 and standard deviation 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from explorer import rounding
from explorer.vectors.checks import Matrix, Vector, checked_real, listed
from explorer.vectors.texts import bracketed, chain, written

# Columns for a network


@dataclass(frozen=True, eq=False)
class Standardised:
    """Columns brought to mean 0 and standard deviation 1.

    Attributes:
        matrix: (n, d); a column of one value only is all zeros.
        mean: Of each column, (d,).
        std: Population standard deviation of each column, (d,).
        constant: The columns of one value only, from 0.
    """

    matrix: Matrix
    mean: Vector
    std: Vector
    constant: tuple[int, ...]

    def sentence(self, names: Sequence[str]) -> str:
        """What was done to columns of these names."""
        done = (
            "Each column minus its mean, divided by its standard deviation (the population's: the sum of "
            "squares is divided by n, not n − 1)."
        )
        if not self.constant:
            return done
        which = listed([names[place] for place in self.constant])
        return f"{done} A column with a single value has deviation 0 and becomes all zeros: {which}."


def standardise(matrix: ArrayLike) -> Standardised:
    """Bring each column of a matrix (n, d) to mean 0 and standard deviation 1: `z = (x - mean) / std`.

    The standard deviation is the population's, `sqrt(mean((x - mean)^2))`, as in Keras's Normalization and
    numpy.std. A column of one value only becomes zeros and is named in `constant`.

    Raises:
        ExplorerError: If it is no matrix of finite numbers.

    Example:
        >>> result = standardise([[1, 5], [3, 5]])
        >>> result.matrix.tolist(), result.mean.tolist(), result.std.tolist(), result.constant
        ([[-1.0, 0.0], [1.0, 0.0]], [2.0, 5.0], [1.0, 0.0], (1,))
    """
    table = checked_real(matrix, "The matrix", "(n, d)", (2,))
    same = table.min(axis=0) == table.max(axis=0)
    # A power of two is exact, and brings every column within 1: no square over- or underflows.
    power = np.frexp(np.abs(table).max(axis=0))[1]
    near_1 = np.ldexp(table, -power)
    size = np.abs(near_1).mean(axis=0)
    mean = np.where(same, near_1[0], rounding.settled(near_1.mean(axis=0), size, len(near_1)))
    way = near_1 - mean
    way -= way.mean(axis=0)  # what rounding left in the mean of numbers far from 0
    # Whole numbers are what they are, however large; a column of which nothing would be left stays as it is.
    kept = rounding.settled(way, np.abs(near_1) + size, len(near_1))
    way = np.where((table == np.rint(table)).all(axis=0) | ~kept.any(axis=0), way, kept)
    std = np.sqrt((way**2).mean(axis=0))
    scores = way / np.where(same, 1.0, std)
    return Standardised(
        scores, np.ldexp(mean, power), np.ldexp(std, power), tuple(np.flatnonzero(same).tolist())
    )


def standardise_text(x: float, mean: float, std: float, z: float) -> str:
    r"""Write how a number x became z, in LaTeX.

    Example:
        >>> standardise_text(3, 2, 0.5, 2)
        'z = \\frac{x - \\mu}{\\sigma} = \\frac{3 - 2}{0.5} = 2'
    """
    if std == 0:
        return r"\sigma = 0, \qquad z = 0"
    taken = bracketed(mean) if mean < 0 else written(mean)
    return chain(
        r"z = \frac{x - \mu}{\sigma}",
        (rf"\frac{{{written(x)} - {taken}}}{{{written(std)}}}", [x, mean, std]),
        (written(z), [z]),
    )
