"""The class of the records of activations."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from reprlib import repr as short

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.calculus import (
    Kink,
    Link,
    Range,
    Real,
    Tangent,
    apply,
    checked_values,
    find_kinks,
    finite_number,
    real_array,
)
from explorer.errors import ExplorerError
from explorer.parameters import Number
from explorer.words import signed


@dataclass(frozen=True, eq=False, kw_only=True)
class Activation:
    """An activation function with its derivative.

    Attributes:
        name: Key in `ACTIVATIONS`.
        title: The field's name for it.
        formula: f(x) in LaTeX.
        derivative_formula: f'(x) in LaTeX.
        why: One sentence: what it is good or bad for.
        source: Where it comes from.
        zero_centred: Whether inputs around 0 (a standard normal's) give outputs with mean 0, at the
            parameters' defaults.
        function: The function behind `f`: (float array, **parameters) -> float array.
        slope: The function behind `derivative`.
        limits: The function behind `range`: (**parameters) -> Range.
        parameters: What shapes it besides x.
        kink_places: Places where it may have no derivative; a text names the parameter that is such a place.
        keras: The call that gives the same in Keras, with the parameters by name; "" where Keras has none.
        torch: The same in PyTorch.
        numpy: The same as one line of NumPy, of an array x.
        torch_layer: PyTorch's layer that gives it at the parameters' defaults; "" where PyTorch has none.
        keras_trained: What a network that trains takes in place of `keras`, where that is "" or a layer that
            goes on learning.
        torch_trained: The same for `torch`, where that is "" or has another slope at a kink, where sums of 0
            often lie.
        in_pipeline: Whether the blocks of a pipeline offer it, at its parameters' defaults.
    """

    name: str
    title: str
    formula: str
    derivative_formula: str
    why: str
    source: str
    zero_centred: bool
    function: Callable[..., Real]
    slope: Callable[..., Real]
    limits: Callable[..., Range]
    parameters: tuple[Number, ...] = ()
    kink_places: tuple[float | str, ...] = ()
    keras: str = ""
    torch: str = ""
    numpy: str
    torch_layer: str = ""
    keras_trained: str = ""
    torch_trained: str = ""
    in_pipeline: bool = False

    def f(self, x: ArrayLike, **parameters: float) -> Real:
        """Apply the function to each number.

        Args:
            x: Real numbers of any shape.
            **parameters: In place of the defaults of `parameters`.

        Returns:
            float32 of the same shape; float64 for a float64 array.

        Raises:
            ExplorerError: If x is not made of real numbers, or a parameter is unknown or out of its bounds.

        Example:
            >>> from explorer.activations import ACTIVATIONS
            >>> ACTIVATIONS["leaky_relu"].f([-1, 0, 2], negative_slope=0.5).tolist()
            [-0.5, 0.0, 2.0]
        """
        return apply(self.function, real_array(x), self.values(**parameters))

    def derivative(self, x: ArrayLike, **parameters: float) -> Real:
        """Return the slope of the function at each number; at a kink, the slope that `kinks` states.

        Takes, returns and raises what `f` does.

        Example:
            >>> from explorer.activations import ACTIVATIONS
            >>> ACTIVATIONS["relu"].derivative([-1, 0, 2]).tolist()
            [0.0, 0.0, 1.0]
        """
        return apply(self.slope, real_array(x), self.values(**parameters))

    def values(self, **parameters: float) -> dict[str, float]:
        """Return every parameter its value: those given, checked, and the defaults of the others.

        Raises:
            ExplorerError: If a parameter is unknown or out of its bounds.

        Example:
            >>> from explorer.activations import ACTIVATIONS
            >>> ACTIVATIONS["elu"].values()
            {'alpha': 1.0}
        """
        return checked_values(self.title, self.parameters, parameters)

    def range(self, **parameters: float) -> Range:
        """Return the interval of its values.

        Raises:
            ExplorerError: If a parameter is unknown or out of its bounds.

        Example:
            >>> from explorer.activations import ACTIVATIONS
            >>> str(ACTIVATIONS["elu"].range(alpha=2.0))
            '(−2, ∞)'
        """
        return self.limits(**self.values(**parameters))

    def kinks(self, **parameters: float) -> tuple[Kink, ...]:
        """List the places where it has no derivative, from left to right.

        A kink that the parameters straighten out, as a leaky ReLU's at a slope of 1, is not listed, unless
        the number taken for the slope there is another all the same.

        Raises:
            ExplorerError: If a parameter is unknown or out of its bounds.

        Example:
            >>> from explorer.activations import ACTIVATIONS
            >>> ACTIVATIONS["relu"].kinks()
            (Kink(x=0.0, value=0.0, slope=0.0, left=0.0, right=1.0, jump=0.0),)
        """
        values = self.values(**parameters)
        places = [values[place] if isinstance(place, str) else place for place in self.kink_places]
        return find_kinks(lambda x: self.function(x, **values), lambda x: self.slope(x, **values), places)

    def mean(self, **parameters: float) -> float:
        """Mean output for inputs from a standard normal: 0 where the function keeps them centred.

        Raises:
            ExplorerError: If a parameter is unknown or out of its bounds.

        Example:
            >>> from explorer.activations import ACTIVATIONS
            >>> round(ACTIVATIONS["sigmoid"].mean(), 6), round(ACTIVATIONS["relu"].mean(), 4)
            (0.5, 0.3989)
        """
        x = np.linspace(-12, 12, 24_000)  # an even number, so that no point lies on a kink at 0
        weights = np.exp(-(x**2) / 2)
        return float(weights @ self.function(x, **self.values(**parameters)) / weights.sum())

    def tangent(self, x: float, /, **parameters: float) -> Tangent:
        """Return the line that touches the curve at x; at a kink, one with the slope that `kinks` states.

        Raises:
            ExplorerError: If x is not a number, or a parameter is unknown or out of its bounds.

        Example:
            >>> from explorer.activations import ACTIVATIONS
            >>> ACTIVATIONS["tanh"].tangent(0)
            Tangent(x=0.0, value=0.0, slope=1.0)
        """
        x = finite_number(x, "x")
        value, slope = self.f(np.float64(x), **parameters), self.derivative(np.float64(x), **parameters)
        return Tangent(x, float(value), float(slope))

    def saturation(
        self, low: float, high: float, limit: float = 0.01, /, **parameters: float
    ) -> list[tuple[float, float]]:
        """Find the intervals where the curve is so flat that a unit hardly learns: |slope| < limit.

        With a limit of 0 these are the intervals where the slope is exactly 0, where a unit does not learn
        at all. A place that is flat at one point only, as a kink may be, is no interval.

        Args:
            low: Where to begin looking.
            high: Where to end.
            limit: Slopes below this count as flat.
            **parameters: In place of the defaults of `parameters`.

        Returns:
            Pairs (from, to) from left to right.

        Raises:
            ExplorerError: If low is not below high, the limit is negative, or a parameter is not right.

        Example:
            >>> from explorer.activations import ACTIVATIONS
            >>> ACTIVATIONS["hard_sigmoid"].saturation(-5, 5)
            [(-5.0, -3.0), (3.0, 5.0)]
        """
        low, high, limit = (
            finite_number(low, "low"),
            finite_number(high, "high"),
            finite_number(limit, "limit"),
        )
        if low >= high or limit < 0:
            raise ExplorerError(
                "Saturation is looked for from a low to a high end, with a limit of 0 or more; these are "
                f"{signed(low)}, {signed(high)} and {signed(limit)}."
            )
        values = self.values(**parameters)

        def flat(x: Real) -> NDArray[np.bool_]:
            slope = np.abs(apply(self.slope, x, values))
            return np.asarray((slope < limit) | (slope == 0))

        grid = np.linspace(low, high, 2001)
        inside = flat(grid)
        edges = np.flatnonzero(inside[1:] != inside[:-1])
        left, right, state = grid[edges], grid[edges + 1], inside[edges]
        for _ in range(50):  # halves each gap until it has no width
            middle = (left + right) / 2
            same = flat(middle) == state
            left, right = np.where(same, middle, left), np.where(same, right, middle)
        ends = [low] * bool(inside[0]) + right.round(9).tolist() + [high] * bool(inside[-1])
        pairs = zip(ends[::2], ends[1::2], strict=True)
        return [(start, end) for start, end in pairs if end - start > 1e-6 * (high - low)]

    def chain(self, x: float, layers: int, weight: float = 1.0, /, **parameters: float) -> list[Link]:
        """Send a number through layers of one unit each, and multiply the slopes on the way.

        The product is the gradient of the last output with respect to x. It vanishes where slopes are below 1
        and explodes where they are above. The chain ends early where a number grows beyond float64.

        Args:
            x: What goes in.
            layers: How many layers, 1 to 1000.
            weight: The weight of every unit; there is no bias.
            **parameters: In place of the defaults of `parameters`.

        Returns:
            A `Link` for each layer.

        Raises:
            ExplorerError: If an argument is not right.

        Example:
            >>> from explorer.activations import ACTIVATIONS
            >>> [link.product for link in ACTIVATIONS["leaky_relu"].chain(-1, 3, negative_slope=0.5)]
            [0.5, 0.25, 0.125]
        """
        if isinstance(layers, bool) or not isinstance(layers, int) or not 1 <= layers <= 1000:
            raise ExplorerError(f"A chain has 1 to 1000 layers, a whole number; {short(layers)} came.")
        output, weight, product = finite_number(x, "x"), finite_number(weight, "weight"), 1.0
        links = []
        for layer in range(1, layers + 1):
            before = weight * output
            output = float(self.f(np.float64(before), **parameters))
            slope = weight * float(self.derivative(np.float64(before), **parameters))
            product *= slope
            if not all(map(math.isfinite, (before, output, slope, product))):
                break
            links.append(Link(layer, before, output, slope, product))
        return links
