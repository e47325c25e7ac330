"""The numerical methods behind a fit: linear programs solved to a vertex, and Newton's method downhill."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.floating]

Slopes = Callable[[Real], Real]

# By hand: scipy.optimize costs the server 0.3 s and 47 MB, and does not tell whether a fit is unique.
_STEPS = 200  # a fit takes ten or twenty

MIN_RATE = 1e-10
"""What is added to a count while rates are kept above 0, in the last round."""

_SHORT = 0.9995  # of the way to a bound

TOUCHING = 1e-7
"""As a share of the largest target: nearer than this, a curve goes through a point."""


def halfway(kinks: Real, below: Real, above: Real) -> tuple[float, float]:
    """Find the lowest and highest c with the least sum of below (kink - c), or above (c - kink) past it."""
    order = np.argsort(kinks, kind="stable")
    slopes = np.concatenate([[-below.sum()], -below.sum() + np.cumsum((below + above)[order])])
    flat = 1e-12 * float((below + above).sum())
    first = int(np.argmax(slopes[1:] >= -flat))  # the sum falls up to this kink
    last = int(np.argmax(slopes[1:] > flat))  # and rises from this one on
    return float(kinks[order[first]]), float(kinks[order[last]])


def straight(basis: Real, kinks: Real, below: Real, above: Real) -> tuple[Real, bool]:
    """Find the p = basis @ weights with the least sum of below (kink - p), or above (p - kink) past it.

    The dual linear program is solved by a primal-dual interior-point method (S. Portnoy, R. Koenker, The
    Gaussian hare and the Laplacian tortoise, 1997), which ends in the middle of all that is best. From there
    the curve is moved until it goes through as many kinks as it has weights.

    Args:
        basis: (n, p), of rank p.
        kinks: (n,).
        below: (n,), above 0.
        above: (n,), above 0.

    Returns:
        The weights (p,), and whether they alone are the best.
    """
    size = float(np.abs(kinks).max()) or 1.0
    slopes = below + above
    small = 1e-13 * size * len(kinks) * float(np.median(slopes))
    weights = np.linalg.lstsq(basis, kinks, rcond=None)[0]
    missing = kinks - basis @ weights
    lower, upper = np.maximum(-missing, 0) + 0.1 * size, np.maximum(missing, 0) + 0.1 * size
    share, left = above.copy(), below.copy()  # dual: share is 0 where p is above its kink, left where below
    for _ in range(_STEPS):
        gap = float(share @ lower + left @ upper)  # at most this much above the least sum
        if gap <= small:
            break
        change, moved, down, up = _newton(basis, share, left, lower, upper, -share * lower, -left * upper)
        dual, primal = _reach((share, moved), (left, -moved)), _reach((lower, down), (upper, up))
        ahead = (share + dual * moved) @ (lower + primal * down) + (left - dual * moved) @ (
            upper + primal * up
        )
        centre = gap / (2 * len(kinks)) * (ahead / gap) ** 3
        change, moved, down, up = _newton(
            basis,
            *(share, left, lower, upper),
            centre - share * lower - moved * down,
            centre - left * upper + moved * up,
        )
        dual, primal = _reach((share, moved), (left, -moved)), _reach((lower, down), (upper, up))
        share, left = share + _SHORT * dual * moved, left - _SHORT * dual * moved
        weights = weights + _SHORT * primal * change
        lower, upper = lower + _SHORT * primal * down, upper + _SHORT * primal * up
    weights, unique = _to_a_vertex(basis, kinks, weights, TOUCHING * size)
    return _along_edges(basis, kinks, below, above, weights, unique)


def _newton(
    basis: Real, share: Real, left: Real, lower: Real, upper: Real, first: Real, second: Real
) -> tuple[Real, Real, Real, Real]:
    """Find the changes that change share x lower by first and left x upper by second."""
    weight = 1 / (upper / left + lower / share)
    aim = first / share - second / left
    weighted = weight[:, np.newaxis] * basis
    hessian = basis.T @ weighted
    hessian += 1e-14 * np.trace(hessian) * np.eye(len(hessian))  # few points may carry all the weight
    change = np.linalg.solve(hessian, weighted.T @ aim)
    moved = weight * (aim - basis @ change)
    return change, moved, (first - lower * moved) / share, (second + upper * moved) / left


def _reach(*pairs: tuple[Real, Real]) -> float:
    """How far, up to 1, numbers above 0 can go along their changes and stay there."""
    falls = [-float((change / value).min()) for value, change in pairs]
    return 1 / max(1.0, *falls)


def _to_a_vertex(basis: Real, kinks: Real, weights: Real, near: float) -> tuple[Real, bool]:
    """Move along what is equally good until the curve goes through as many kinks as it has weights."""
    unique = True
    for _ in range(basis.shape[1]):
        missing = kinks - basis @ weights
        touched = np.abs(missing) <= near
        free = null_space(basis[touched])
        if not len(free):
            break
        unique = False
        slopes = basis @ free[0]
        ahead = np.flatnonzero(~touched & (np.abs(slopes) > 1e-9))
        steps = missing[ahead] / slopes[ahead]
        weights = weights + steps[np.argmin(np.abs(steps))] * free[0]
    touched = np.abs(kinks - basis @ weights) <= near
    return np.linalg.lstsq(basis[touched], kinks[touched], rcond=None)[0], unique


def _along_edges(
    basis: Real, kinks: Real, below: Real, above: Real, weights: Real, unique: bool
) -> tuple[Real, bool]:
    """Go from vertex to vertex while the sum falls, as the simplex method does.

    Where some points weigh ten million times what others do, as targets of 0 in percent, the interior-point
    method ends at a vertex that is not the best.
    """

    def total(at: Real) -> float:
        missing = kinks - basis @ at
        return float(np.where(missing > 0, below * missing, -above * missing).sum())

    rows = _independent(basis, np.argsort(np.abs(kinks - basis @ weights), kind="stable"))
    lowest, moved = total(weights), False
    for _ in range(_STEPS):
        missing = kinks - basis @ weights
        edge, level = -1, False
        for corner, direction in enumerate(np.linalg.inv(basis[rows]).T):
            slopes = basis @ direction
            ahead = np.abs(slopes) > 1e-9
            ahead[rows] = False
            ahead[rows[corner]] = True
            rises, steep = slopes[ahead] > 0, np.abs(slopes[ahead])
            before = np.where(rises, below[ahead], above[ahead]) * steep
            after = np.where(rises, above[ahead], below[ahead]) * steep
            low, high = halfway(missing[ahead] / slopes[ahead], before, after)
            level |= low < high
            step = low if low > 0 else min(high, 0.0)
            here = total(weights + step * direction)
            if here < lowest - 1e-9 * (1 + abs(lowest)):
                lowest, edge = here, corner
                reached = int(np.flatnonzero(ahead)[np.argmin(np.abs(missing[ahead] / slopes[ahead] - step))])
        if edge < 0:
            return weights, not level if moved else unique
        rows[edge] = reached
        weights, moved = np.linalg.solve(basis[rows], kinks[rows]), True
        lowest = min(lowest, total(weights))
    return weights, unique


def _independent(basis: Real, order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Choose as many rows of a basis as it has columns, the first of an order that are independent."""
    rows: list[int] = []
    for row in order:
        if np.linalg.matrix_rank(basis[[*rows, row]]) > len(rows):
            rows.append(int(row))
        if len(rows) == basis.shape[1]:
            break
    return np.array(rows)


def null_space(matrix: Real) -> Real:
    """Directions (k, p) that the rows of a matrix (n, p) do not see."""
    if not len(matrix):
        return np.eye(matrix.shape[1])
    _, sizes, directions = np.linalg.svd(matrix)
    return np.asarray(directions[int((sizes > 1e-9 * sizes[0]).sum()) :])


def downhill(
    basis: Real, weights: Real, value: Callable[[Real], float], slope: Slopes, *curvatures: Slopes
) -> Real:
    """Go downhill by Newton's method until nothing is gained.

    Args:
        basis: (n, p).
        weights: (p,), where to begin.
        value: predictions (n,) -> the sum to make small; infinite where a prediction is not allowed.
        slope: predictions -> its derivatives (n,).
        curvatures: predictions -> second derivatives (n,), 0 or more: the true ones, or larger ones that make
            a sure but shorter step. The best step of all is taken, halved until the sum falls.

    Returns:
        The weights (p,) of the lowest place found.
    """
    lowest = value(basis @ weights)
    for _ in range(_STEPS):
        predictions = basis @ weights
        downwards = -basis.T @ slope(predictions)
        found = weights
        before = lowest
        for curvature in curvatures:
            hessian = basis.T @ (curvature(predictions)[:, np.newaxis] * basis)
            hessian += (1e-12 * np.trace(hessian) + 1e-12) * np.eye(len(weights))
            step = np.linalg.solve(hessian, downwards)
            length = 1.0
            while length > 1e-9:
                here = value(basis @ (weights + length * step))
                if here <= before - 1e-4 * length * float(downwards @ step):
                    if here < lowest:
                        found, lowest = weights + length * step, here
                    break
                length /= 2
        if before - lowest <= 1e-13 * (1 + abs(before)):
            return found
        weights = found
    return weights


def least_squares(basis: Real, y: Real) -> tuple[Real, bool]:
    """Solve the least-squares problem; its answer is unique."""
    return np.linalg.lstsq(basis, y, rcond=None)[0], True


def poisson_rates(basis: Real, weights: Real, counts: Real) -> Real:
    """Minimise the Poisson loss of counts above 0 from weights whose predictions are above 0."""

    def value(rates: Real) -> float:
        return float((rates - counts * np.log(rates)).sum()) if rates.min() > 0 else math.inf

    def slope(rates: Real) -> Real:
        return np.asarray(1 - counts / rates)

    def curvature(rates: Real) -> Real:
        return np.asarray(counts / np.square(rates))

    return downhill(basis, weights, value, slope, curvature)
