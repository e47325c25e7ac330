"""Fit a constant, a line or a curve to points under each regression loss, to compare the answers.

A curve is a polynomial, and its coefficients are chosen so that the mean loss over the points is least. Where
the best constant is known (the mean, the median, a quantile) it is computed as such. Losses made of straight
pieces are linear programs, solved to a vertex; smooth ones are minimised by Newton's method. The same points
always give the same answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from reprlib import repr as short

import numpy as np
from numpy.polynomial import Polynomial
from numpy.polynomial.polynomial import polyval
from numpy.typing import ArrayLike

from explorer import figures, rounding
from explorer.errors import ExplorerError
from explorer.losses.record import EPSILON
from explorer.losses.solvers import (
    MIN_RATE,
    TOUCHING,
    Real,
    downhill,
    halfway,
    least_squares,
    null_space,
    poisson_rates,
    straight,
)
from explorer.losses.table import LOSSES
from explorer.losses.tasks import TASKS, Offer
from explorer.parameters import WholeNumber
from explorer.words import counted, signed

DEGREE = WholeNumber(
    name="degree",
    title="Degree",
    low=0,
    high=5,
    step=1,
    default=1,
)
"""Degree of the polynomial: 0 is a constant, 1 a line."""


MAX_POINTS = 200
"""The most points that are fitted."""


MAX_COORDINATE = 1e6
"""The largest magnitude of a coordinate."""


CURVES = ("constant", "line", "parabola", "cubic", "curve of degree 4", "curve of degree 5")
"""What the polynomial of each degree is called."""


_ROUNDINGS = 64  # of numbers on the way from the points to the curve's height at one of them


@dataclass(frozen=True, eq=False)
class Fit:
    """A curve through points with the least mean loss.

    Attributes:
        loss: Key in `LOSSES`.
        coefficients: Of 1, x, x² ..., one more than the degree.
        predictions: float64 (n,): the curve's height at each point.
        losses: float64 (n,): each point's loss.
        between: For a constant, the lowest and the highest that are as good; the middle is taken.
        unique: Whether no other curve of this degree is as good; for a loss that is not convex, that is not
            known and taken to be so.
        touched: Number of points that the curve goes through.
    """

    loss: str
    coefficients: tuple[float, ...]
    predictions: Real
    losses: Real
    between: tuple[float, float] | None
    unique: bool
    touched: int

    @property
    def value(self) -> float:
        """The mean loss over the points."""
        return float(self.losses.mean())

    def at(self, x: ArrayLike) -> Real:
        """Return the height of the curve at places of any shape.

        Example:
            >>> fit([0, 1, 2], [1, 3, 5]).at([3, 4]).round(9).tolist()
            [7.0, 9.0]
        """
        return np.asarray(polyval(np.asarray(x, np.float64), self.coefficients))

    @property
    def said(self) -> str:
        """What the best constant is, or how many points the curve goes through, if any.

        Example:
            >>> fit([0, 1], [1, 3], "mean_absolute_error", degree=0).said
            'The median, where anything from 1 to 3 is as good.'
            >>> fit([0, 1, 2], [0, 3, 0], "mean_absolute_error").said
            'It goes through 2 points.'
        """
        if self.between is not None:
            low, high = map(figures.format_number, self.between)
            range_ = f", where anything from {low} to {high} is as good" * (low != high)
            constant = RULES[self.loss].constant
            return f"{constant[0].upper()}{constant[1:]}{range_}."
        touched = f"It goes through {counted(self.touched, 'point')}." * (self.touched > 0)
        others = "Another is as good." * (not self.unique)
        return " ".join(part for part in (touched, others) if part)

    def __str__(self) -> str:
        """Write the curve as a formula.

        Example:
            >>> str(fit([0, 1, 2], [5, 3, 1]))
            'ŷ = 5 − 2x'
        """
        powers = ("", "x", "x²", "x³", "x⁴", "x⁵")[: len(self.coefficients)]
        size = max(map(abs, self.coefficients))
        text = ""
        for number, power in zip(self.coefficients, powers, strict=True):
            written = figures.format_number(abs(number))
            if abs(number) < 1e-9 * size or written in ("0", "≈ 0"):
                continue
            sign = ("−" if number < 0 else "") if not text else (" − " if number < 0 else " + ")
            text += sign + (power if power and written == "1" else written + power)
        return f"ŷ = {text or '0'}"


@dataclass(frozen=True, eq=False)
class Rule:
    """How the best curve for a loss is found, and what its best constant is.

    Attributes:
        loss: Key in `LOSSES`.
        constant: What the best constant is, in words that follow "Its best constant is".
        convex: Whether the mean loss is convex in the coefficients, so that no better answer lies elsewhere.
        level: (y, **parameters) -> the lowest and highest of the best constants; None: found as a curve is.
        curve: (basis (n, p), y, **parameters) -> the p weights of the best curve, and whether it is unique.
        least: The smallest target that it takes.
    """

    loss: str
    constant: str
    convex: bool
    level: Callable[..., tuple[float, float]] | None
    curve: Callable[..., tuple[Real, bool]]
    least: float = -math.inf


def fit(
    x: ArrayLike,
    y: ArrayLike,
    loss: str = "mean_squared_error",
    *,
    degree: int = DEGREE.default,
    **parameters: float,
) -> Fit:
    """Find the polynomial with the least mean loss over the points.

    Args:
        x: Where the points lie, (n,).
        y: Their targets, (n,).
        loss: Key in `RULES`.
        degree: 0 for a constant, 1 for a line, at most 5.
        **parameters: Of the loss, in place of its defaults.

    Raises:
        ExplorerError: If the loss is unknown or does not take such targets, there are too few places for the
            degree, or something is not a finite number.

    Example:
        >>> for loss in ("mean_squared_error", "mean_absolute_error"):
        ...     print(fit([0, 1, 2], [1, 2, 9], loss, degree=0))
        ŷ = 4
        ŷ = 2
    """
    if loss not in RULES:
        raise ExplorerError(f"There is no fit for the loss {short(loss)}; choose one of {', '.join(RULES)}.")
    rule, record = RULES[loss], LOSSES[loss]
    degree = int(DEGREE.checked(degree))
    values = record.values(**parameters)
    places, targets = _points(x, y, degree)
    if targets.min() < rule.least:
        raise ExplorerError(
            f"{record.title} takes targets of {signed(rule.least)} or more, but the lowest point is at "
            f"{signed(targets.min(), 4)}: move it up, or choose another loss."
        )
    between: tuple[float, float] | None
    if degree == 0 and rule.level is not None:
        between = rule.level(targets, **values)
        unique = between[0] == between[1]
        coefficients = [sum(between) / 2]
        predictions: Real = np.full_like(targets, coefficients[0])
        heights = np.abs(predictions)
    else:
        basis, back = _basis(places, degree)
        weights, unique = rule.curve(basis, targets, **values)
        coefficients, predictions = back(weights), basis @ weights
        heights = np.abs(basis) @ np.abs(weights)  # (n,): what each prediction was added up from
        between = (coefficients[0], coefficients[0]) if degree == 0 else None
    # A curve that misses a point, or what is free around it, by rounding alone costs nothing there.
    noise = rounding.noise(np.abs(targets) + heights, _ROUNDINGS)
    nearer = predictions + np.clip(targets - predictions, -noise, noise)
    predictions = np.where(np.abs(targets - predictions) <= noise, targets, predictions)
    losses, least = (
        record.terms(targets[:, np.newaxis], guess[:, np.newaxis], **values)[:, 0]
        for guess in (predictions, nearer)
    )
    losses = np.where(least == 0, 0.0, losses)
    near = np.abs(predictions - targets) <= TOUCHING * (float(np.abs(targets).max()) or 1.0)
    return Fit(
        loss,
        tuple(coefficients),
        predictions,
        np.asarray(losses, np.float64),
        between,
        unique,
        int(near.sum()),
    )


def _points(x: ArrayLike, y: ArrayLike, degree: int) -> tuple[Real, Real]:
    """Check the points."""
    try:
        places, targets = np.array(x, np.float64), np.array(y, np.float64)
    except (TypeError, ValueError) as error:
        raise ExplorerError(f"x and y must each be a list of numbers; {error}.") from error
    if places.ndim != 1 or places.shape != targets.shape:
        raise ExplorerError(
            f"x and y must be two lists of one length; their shapes are {places.shape} and {targets.shape}."
        )
    if len(places) > MAX_POINTS:
        raise ExplorerError(f"There can be {MAX_POINTS} points at most; there are {len(places)}.")
    if not (np.abs(places) <= MAX_COORDINATE).all() or not (np.abs(targets) <= MAX_COORDINATE).all():
        raise ExplorerError(f"Every coordinate must be a number of magnitude {MAX_COORDINATE:g} at most.")
    needed, found = degree + 1, len(np.unique(places))
    if found < needed:
        raise ExplorerError(
            f"A {CURVES[degree]} needs points at {needed} different x or more, and these lie at {found}: "
            "add a point, move one aside, or choose a simpler curve."
        )
    return places, targets


def _basis(places: Real, degree: int) -> tuple[Real, Callable[[Real], list[float]]]:
    """Powers of the places, mapped to -1 to 1 so that they stay apart, and the way back to powers of x."""
    low, high = (float(places.min()), float(places.max())) if degree else (-1.0, 1.0)
    mapped = (2 * places - (low + high)) / (high - low)

    def back(weights: Real) -> list[float]:
        coefficients = Polynomial(weights, [low, high]).convert().coef.tolist()
        return [*coefficients, *[0.0] * (degree + 1 - len(coefficients))]

    return np.vander(mapped, degree + 1, increasing=True), back  # (n, degree + 1)


def _smooth(
    loss: str, curvature: Callable[..., Real], sure: Callable[..., Real]
) -> Callable[..., tuple[Real, bool]]:
    """Minimise a convex smooth loss of the error, from the least-squares curve on."""
    record = LOSSES[loss]

    def curve(basis: Real, y: Real, **values: float) -> tuple[Real, bool]:
        def value(predictions: Real) -> float:
            return float(record.function(y, predictions, **values).sum())

        def slope(predictions: Real) -> Real:
            return record.slope(y, predictions, **values)

        start, _ = least_squares(basis, y)

        def true_curvature(predictions: Real) -> Real:
            return curvature(np.abs(y - predictions), **values)

        def sure_curvature(predictions: Real) -> Real:
            return sure(np.abs(y - predictions), **values)

        weights = downhill(basis, start, value, slope, true_curvature, sure_curvature)
        curved = basis[true_curvature(basis @ weights) > 0]
        return weights, len(curved) > 0 and not len(null_space(curved))

    return curve


def _poisson(basis: Real, y: Real) -> tuple[Real, bool]:
    """Minimise the Poisson loss with rates above 0.

    A barrier keeps them there: a little is added to each count, as if by the logarithm of its rate, and taken
    away in rounds.
    """
    weights: Real = np.zeros(basis.shape[1])
    weights[0] = y.mean() + 1
    added = 1.0
    while added >= MIN_RATE:
        weights = poisson_rates(basis, weights, y + added)
        added /= 100
    return weights, True


def _logarithmic(basis: Real, y: Real) -> tuple[Real, bool]:
    """Minimise the squared logarithmic error, which has more than one valley, from several starts."""
    record = LOSSES["mean_squared_logarithmic_error"]

    def value(predictions: Real) -> float:
        return float(record.function(y, predictions).sum())

    def second_derivative(predictions: Real) -> Real:
        return np.where(predictions > 0, 2 / (1 + np.maximum(predictions, 0)) ** 2, 0)

    starts = [
        np.linalg.lstsq(basis / (1 + y[:, np.newaxis]) ** k, y / (1 + y) ** k, rcond=None)[0]
        for k in (0, 1, 2)
    ]
    level = np.zeros(basis.shape[1])
    level[0] = math.expm1(np.log1p(y).mean())
    ends = [
        downhill(basis, start, value, lambda p: record.slope(y, p), second_derivative)
        for start in [*starts, level]
    ]
    return min(ends, key=lambda weights: value(basis @ weights)), True


def _mean(y: Real) -> tuple[float, float]:
    mean = float(y.mean())
    return mean, mean


def _geometric_mean(y: Real) -> tuple[float, float]:
    mean = math.expm1(float(np.log1p(y).mean()))
    return mean, mean


def _pinball_pieces(y: Real, quantile: float = 0.5) -> tuple[Real, Real, Real]:
    return y, np.full_like(y, quantile), np.full_like(y, 1 - quantile)


def _relative_pieces(y: Real) -> tuple[Real, Real, Real]:
    steepness = 1 / np.maximum(np.abs(y), EPSILON)
    return y, steepness, steepness


def _tube_pieces(y: Real, epsilon: float) -> tuple[Real, Real, Real]:
    # max(|e| - epsilon, 0) is half of |e - epsilon| + |e + epsilon|, less epsilon
    half = np.full(2 * len(y), 0.5)
    return np.concatenate([y - epsilon, y + epsilon]), half, half


def _pieces(loss: str, constant: str, pieces: Callable[..., tuple[Real, Real, Real]]) -> Rule:
    """The rule for a loss made of straight pieces, with one or two kinks to a point."""

    def curve(basis: Real, y: Real, **values: float) -> tuple[Real, bool]:
        kinks, below, above = pieces(y, **values)
        return straight(np.tile(basis, (len(kinks) // len(y), 1)), kinks, below, above)

    return Rule(
        loss=loss,
        constant=constant,
        convex=True,
        level=lambda y, **values: halfway(*pieces(y, **values)),
        curve=curve,
    )


RULES: dict[str, Rule] = {
    rule.loss: rule
    for rule in (
        Rule(
            loss="mean_squared_error",
            constant="the mean",
            convex=True,
            level=_mean,
            curve=least_squares,
        ),
        _pieces("mean_absolute_error", "the median", _pinball_pieces),
        Rule(
            loss="huber",
            constant="the mean, with far points limited to a fixed pull",
            convex=True,
            level=None,
            curve=_smooth(
                "huber",
                lambda error, delta: (error <= delta).astype(float),
                lambda error, delta: delta / np.maximum(error, delta),
            ),
        ),
        Rule(
            loss="log_cosh",
            constant="between the median and the mean",
            convex=True,
            level=None,
            curve=_smooth(
                "log_cosh",
                lambda error: np.square(2 * np.exp(-error) / (1 + np.exp(-2 * error))),
                lambda error: np.divide(np.tanh(error), error, out=np.ones_like(error), where=error > 1e-9),
            ),
        ),
        Rule(
            loss="mean_squared_logarithmic_error",
            constant="the geometric mean of 1 + y, minus 1",
            convex=False,
            level=_geometric_mean,
            curve=_logarithmic,
            least=0.0,
        ),
        _pieces(
            "mean_absolute_percentage_error",
            "a median in which a point weighs 1 / |y|, so that small targets decide",
            _relative_pieces,
        ),
        _pieces("quantile", "the quantile", _pinball_pieces),
        _pieces(
            "epsilon_insensitive", "the middle of those that most points lie within epsilon of", _tube_pieces
        ),
        Rule(
            loss="poisson",
            constant="the mean",
            convex=True,
            level=_mean,
            curve=_poisson,
            least=0.0,
        ),
    )
}
"""How each regression loss is fitted, in the order of `LOSSES`."""


def offers() -> dict[str, Offer]:
    """The losses that curves can be fitted under, as a menu offers them."""
    return {name: offer for name, offer in TASKS["numbers"].table.items() if name in RULES}


def to_csv(x: ArrayLike, y: ArrayLike, fits: Mapping[str, Fit]) -> str:
    r"""Write points and what each curve predicts there as CSV.

    Example:
        >>> to_csv([0, 1], [1, 3], {"huber": fit([0, 1], [1, 3], degree=0)})
        'x,y,huber\n0.0,1.0,2.0\n1.0,3.0,2.0\n'
    """
    columns = [
        np.asarray(x, np.float64),
        np.asarray(y, np.float64),
        *(each.predictions for each in fits.values()),
    ]
    lines = [",".join(["x", "y", *fits])]
    lines += [",".join(map(repr, row)) for row in zip(*(column.tolist() for column in columns), strict=True)]
    return "\n".join(lines) + "\n"
