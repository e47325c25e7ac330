"""An activation as it is shown: sampled for a plot, put into words and code, and applied to a feature map."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import figures
from explorer.activations.functions import softmax
from explorer.activations.record import Activation
from explorer.activations.table import ACTIVATIONS
from explorer.calculus import Kink, Link, Range, Samples, broken, extent, places
from explorer.errors import ExplorerError
from explorer.words import counted, percent

Real = NDArray[np.float64]


Curve = NDArray[np.floating]


Array = NDArray[np.float32]


VANISHED = 1e-3
"""A gradient that is multiplied by less than this on its way through the layers is said to vanish."""


EXPLODED = 1e3
"""One that is multiplied by more is said to explode."""


MAX_FLOAT32 = float(np.finfo(np.float32).max)


STEEPEST = 4.0  # a plot that reaches less far to the sides still shows values up to this


@dataclass(frozen=True)
class Point:
    """A place on a plot: a value that is taken there, or, if `open`, one that is only approached."""

    x: float
    y: float
    open: bool = False


@dataclass(frozen=True)
class Interval:
    """Where a slope is small; if `dead`, it is exactly 0."""

    start: float
    end: float
    dead: bool


@dataclass(frozen=True)
class ActivationCurve:
    """One activation with its parameters.

    Attributes:
        name: A key of `ACTIVATIONS`.
        parameters: Pairs of names and values; what is left out has its default.

    Raises:
        ExplorerError: If there is no such activation or parameter, or a value is out of its bounds.

    Example:
        >>> ActivationCurve.of("elu", {"alpha": 2.0}).said
        'ELU, alpha = 2'
    """

    name: str
    parameters: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if self.name not in ACTIVATIONS:
            raise ExplorerError(
                f"There is no activation called {str(self.name)[:40]!r}; choose one of "
                f"{', '.join(ACTIVATIONS)}."
            )
        self.record.values(**dict(self.parameters))

    @classmethod
    def of(cls, name: str, parameters: Mapping[str, float] | None = None) -> ActivationCurve:
        """Make one from a mapping of parameters."""
        return cls(name, tuple((parameters or {}).items()))

    @property
    def record(self) -> Activation:
        """Its record in `ACTIVATIONS`."""
        return ACTIVATIONS[self.name]

    @cached_property
    def values(self) -> dict[str, float]:
        """Every parameter with its value."""
        return self.record.values(**dict(self.parameters))

    @property
    def said(self) -> str:
        """Its name, with its parameters if it has any."""
        return ", ".join([self.record.title, *(f"{name} = {value:g}" for name, value in self.values.items())])

    @property
    def kinks(self) -> tuple[Kink, ...]:
        """Where it has no derivative."""
        return _kinks(self)

    def samples(self, low: float, high: float) -> Samples:
        """Sample the curve and its slope from a low to a high end; see `calculus.places`."""
        return _samples(self, low, high)

    def points(self, low: float, high: float) -> tuple[list[Point], list[Point]]:
        """Mark the kinks between two ends: on the curve where it jumps, and on the slope.

        Example:
            >>> on_curve, on_slope = ActivationCurve("relu").points(-1, 1)
            >>> on_curve, [(point.y, point.open) for point in on_slope]
            ([], [(0.0, True), (1.0, True), (0.0, False)])
        """
        curve, slope = [], []
        for kink in self.kinks:
            if not low <= kink.x <= high:
                continue
            if kink.jump:
                sides = self.record.f(np.array([kink.x - 1e-9, kink.x + 1e-9]), **self.values)
                curve += [Point(kink.x, float(side), open=True) for side in sides]
                curve.append(Point(kink.x, kink.value))
            slope += [Point(kink.x, side, open=True) for side in dict.fromkeys((kink.left, kink.right))]
            slope.append(Point(kink.x, kink.slope))
        return curve, slope

    def intervals(self, low: float, high: float, limit: float) -> list[Interval]:
        """Find where the slope is below the limit, from left to right, and apart from that where it is 0.

        Example:
            >>> [(each.start, each.end, each.dead) for each in ActivationCurve("relu").intervals(-2, 2, 0.1)]
            [(-2.0, 0.0, True)]
        """
        return list(_intervals(self, low, high, limit))

    def extent(self, low: float, high: float, slopes: bool) -> tuple[Curve, ...]:
        """Return values that a plot of it has to hold, whatever its parameters are set to.

        The axis then stays where it is while a parameter is dragged, and the curve is what moves.
        """
        return _span(self.name, low, high, slopes)

    def range_sentence(self) -> str:
        """What its values are.

        Example:
            >>> ActivationCurve("sigmoid").range_sentence()
            'Values in (0, 1): never quite 0 or 1.'
        """
        found = self.record.range(**self.values)
        if found == Range():
            return "Values from −∞ to ∞: nothing bounds them."
        ends = [
            (reached, end)
            for reached, end in ((found.low_reached, found.low), (found.high_reached, found.high))
            if math.isfinite(end)
        ]
        taken, missed = ([_number(end) for reached, end in ends if reached is way] for way in (True, False))
        said = [f"never quite {' or '.join(missed)}"] if missed else []
        if taken:
            said.insert(0, f"{' and '.join(taken)} {'is' if len(taken) == 1 else 'are'} reached")
        return f"Values in {found}: {', '.join(said)}."

    def centre_sentence(self) -> str:
        """Whether inputs around 0 give outputs around 0.

        Example:
            >>> ActivationCurve("relu").centre_sentence()
            'Not zero-centred: for inputs from a standard normal distribution, outputs average 0.399, not 0.'
        """
        mean = _mean(self)
        centred = abs(mean) < 5e-4
        return (
            f"{'Zero-centred' if centred else 'Not zero-centred'}: for inputs from a standard normal "
            f"distribution, outputs average {'0' if centred else f'{_number(mean)}, not 0'}."
        )

    def kink_sentence(self) -> str:
        """What happens at its kinks, or that there is none.

        Example:
            >>> ActivationCurve("tanh").kink_sentence()
            'Smooth: it has a slope at every x.'
        """
        if not self.kinks:
            return "Smooth: it has a slope at every x."
        return " ".join(map(str, self.kinks))

    def training_sentence(self, low: float, high: float, limit: float) -> str:
        """Where between two ends it learns little or nothing.

        Example:
            >>> ActivationCurve("binary_step").training_sentence(-6, 6, 0.05)[:51]
            'Its slope is 0 wherever it has one, so the gradient'
        """
        found = self.intervals(low, high, limit)
        if sum(each.end - each.start for each in found if each.dead) >= (1 - 1e-6) * (high - low):
            return (
                "Its slope is 0 wherever it has one, so the gradient of every weight before it is 0: "
                "gradient descent cannot train it."
            )
        sentences = []
        for dead, what in (
            (True, "Dead, with a slope of exactly 0,"),
            (False, f"Saturated, with a slope within ±{limit:g},"),
        ):
            where = [
                f"from {_number(each.start)} to {_number(each.end)}" for each in found if each.dead == dead
            ]
            if where:
                sentences.append(f"{what} {' and '.join(where)}.")
        return " ".join(sentences) or f"Its slope is never within ±{limit:g} here."

    def at(self, x: float) -> str:
        """Say value and slope at a place, and whether that is a kink.

        Example:
            >>> ActivationCurve("relu").at(0)
            'x = 0: ReLU 0, slope 0 by convention, as there is a kink here'
        """
        touching = self.record.tangent(x, **self.values)
        value, slope = _number(touching.value), _number(touching.slope)
        said = f"x = {_number(x)}: {self.record.title} {value}, slope {slope}"
        kink = next((kink for kink in self.kinks if math.isclose(kink.x, x, abs_tol=1e-9)), None)
        return f"{said} by convention, as there is a kink here" if kink else said

    def chain(self, x: float, layers: int, weight: float) -> list[Link]:
        """Send a number through layers of one unit each; see `Activation.chain`."""
        return self.record.chain(x, layers, weight, **self.values)

    def apply(self, feature_map: ArrayLike) -> tuple[Array, Array]:
        """Apply it to each cell of a feature map: values and slopes, float32 of the same shape."""
        cells = np.asarray(feature_map, np.float32)
        return (
            self.record.f(cells, **self.values).astype(np.float32, copy=False),
            self.record.derivative(cells, **self.values).astype(np.float32, copy=False),
        )


def axis(
    curves: Sequence[ActivationCurve], reach: float, sloped: Sequence[ActivationCurve] = ()
) -> tuple[float, float]:
    """How far up and down a plot of these curves from -reach to reach has to go.

    Args:
        curves: The curves.
        reach: How far the plot goes to each side.
        sloped: Those whose slopes are drawn too.

    Example:
        >>> [round(end, 2) for end in axis([ActivationCurve("sigmoid")], 6)]
        [-0.06, 1.06]
    """
    arrays = [values for curve in curves for values in curve.extent(-reach, reach, curve in sloped)]
    return extent(arrays, most=max(reach, STEEPEST))


def verdict(links: Sequence[Link], layers: int) -> str:
    """What becomes of the gradient on its way through the layers.

    Args:
        links: What `ActivationCurve.chain` found.
        layers: How many layers were asked for.

    Example:
        >>> verdict(ActivationCurve("sigmoid").chain(1.0, 10, 1.0), 10)
        'vanishes: less than a millionth is left after 10 layers'
    """
    if len(links) < layers:
        return f"explodes: the numbers grow beyond the computer's range in layer {len(links) + 1}"
    product = links[-1].product
    after = f"times {_number(product)} after {counted(layers, 'layer')}"
    if product == 0:
        return f"dies: times 0 after {counted(layers, 'layer')}, so nothing before learns"
    if abs(product) < 1e-6:
        return f"vanishes: less than a millionth is left after {counted(layers, 'layer')}"
    if abs(product) < VANISHED:
        return f"vanishes: {after}"
    return f"explodes: {after}" if abs(product) > EXPLODED else f"passes: {after}"


def products(links: Sequence[Link]) -> tuple[Real, Real]:
    """Return the numbers of the layers, and how large the gradient is that comes through so many of them.

    Example:
        >>> layers, gradients = products(ActivationCurve("leaky_relu").chain(-1.0, 2, -2.0))
        >>> layers.tolist(), gradients.tolist()
        ([1.0, 2.0], [2.0, 0.8])
    """
    gradients = np.abs(np.array([link.product for link in links], np.float64))
    # A plot's numbers are float32, and it ends long before the largest of them.
    return np.array([link.layer for link in links], np.float64), np.minimum(gradients, MAX_FLOAT32)


def softmax_steps(logits: ArrayLike, temperature: float) -> tuple[list[float], list[float]]:
    """Work softmax out step by step: exp((z - max z) / T), and that divided by the sum.

    Args:
        logits: The vector z.
        temperature: T, above 0.

    Example:
        >>> powers, probabilities = softmax_steps([1.0, 1.0], 0.5)
        >>> powers, probabilities
        ([1.0, 1.0], [0.5, 0.5])
    """
    z = np.asarray(logits, np.float64)
    probabilities = softmax(z, temperature=temperature)
    return (probabilities / probabilities.max()).tolist(), probabilities.tolist()


def softmax_sentence(probabilities: Sequence[float]) -> str:
    r"""What the probabilities add up to, and how much the largest takes.

    Example:
        >>> softmax_sentence([0.25, 0.75])
        'The probabilities add up to 1. The largest takes 75.0\xa0% of it.'
    """
    total, most = _number(round(sum(probabilities), 9)), percent(max(probabilities))
    return f"The probabilities add up to {total}. The largest takes {most} of it."


def flat_sentence(flat: float, dead: float, limit: float) -> str:
    r"""How many cells of a feature map learn little, and how many nothing.

    Example:
        >>> flat_sentence(0.5, 0, 0.05)
        'In 50.0\xa0% of the cells the slope is within ±0.05, but nowhere exactly 0.'
    """
    said = f"In {percent(flat)} of the cells the slope is within ±{limit:g}"
    if not dead:
        return f"{said}, but nowhere exactly 0." if flat else f"The slope is nowhere within ±{limit:g}."
    return f"{said}, in {percent(dead)} it is exactly 0: no gradient passes there."


def flat_shares(slopes: ArrayLike, limit: float) -> tuple[float, float]:
    """Return the share of slopes that are within a limit around 0, and the share of those that are exactly 0.

    Example:
        >>> flat_shares([[0.0, 0.01, 0.5, 1.0]], 0.05)
        (0.5, 0.25)
    """
    found = np.abs(np.asarray(slopes))
    return float(((found < limit) | (found == 0)).mean()), float((found == 0).mean())


def to_csv(curve: ActivationCurve, low: float, high: float) -> str:
    """Write x, value and slope as CSV with a heading, as many digits as a float64 needs.

    Example:
        >>> to_csv(ActivationCurve("relu"), -6, 6).splitlines()[:2]
        ['x,value,slope', '-6.0,0.0,0.0']
    """
    rows = (",".join(map(repr, row)) for row in table(curve, low, high).tolist())
    return "\n".join(["x,value,slope", *rows]) + "\n"


def table(curve: ActivationCurve, low: float, high: float) -> Real:
    """Return x, value and slope at the even places of a plot: float64 (481, 3).

    Example:
        >>> table(ActivationCurve("relu"), -6, 6).shape
        (481, 3)
    """
    x = places(low, high)
    return np.stack(
        [x, curve.record.f(x, **curve.values), curve.record.derivative(x, **curve.values)], axis=1
    )


@lru_cache(maxsize=256)
def _kinks(curve: ActivationCurve) -> tuple[Kink, ...]:
    return curve.record.kinks(**curve.values)


@lru_cache(maxsize=256)
def _mean(curve: ActivationCurve) -> float:
    return curve.record.mean(**curve.values)


@lru_cache(maxsize=256)
def _samples(curve: ActivationCurve, low: float, high: float) -> Samples:
    x = places(low, high, [kink.x for kink in curve.kinks])
    values = broken(curve.record.f(x, **curve.values), x, [kink.x for kink in curve.kinks if kink.jump])
    slopes = broken(curve.record.derivative(x, **curve.values), x, [kink.x for kink in curve.kinks])
    for array in (x, values, slopes):
        array.flags.writeable = False
    return Samples(x, values, slopes)


@lru_cache(maxsize=256)
def _intervals(curve: ActivationCurve, low: float, high: float, limit: float) -> tuple[Interval, ...]:
    dead = curve.record.saturation(low, high, 0.0, **curve.values)
    flat = curve.record.saturation(low, high, limit, **curve.values)
    found = [Interval(start, end, True) for start, end in dead]
    for start, end in flat:
        left = start
        for first, last in dead:  # what is dead of a flat interval is cut out of it
            if first < end and last > left:
                found.append(Interval(left, first, False))
                left = last
        found.append(Interval(left, end, False))
    shortest = 1e-6 * (high - low)
    return tuple(
        sorted(
            (each for each in found if each.end - each.start > shortest),
            key=lambda each: (each.start, each.end),
        )
    )


@lru_cache(maxsize=256)
def _span(name: str, low: float, high: float, slopes: bool) -> tuple[Curve, ...]:
    record = ACTIVATIONS[name]
    x = np.linspace(low, high, 241)
    found = []
    # Where each parameter is at an end of its own, or at its default, the curve is at its outermost.
    settings = [record.values()] + [
        record.values() | {parameter.name: end}
        for parameter in record.parameters
        for end in (parameter.low, parameter.high)
    ]
    for values in settings:
        found.append(record.f(x, **values))
        if slopes:
            found.append(record.derivative(x, **values))
    return tuple(found)


def _number(x: float) -> str:
    """A number for a sentence."""
    return figures.format_number(x)
