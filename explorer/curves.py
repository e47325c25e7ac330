"""Activation functions and losses: their values, their slopes, and where they bend, saturate and die.

`ACTIVATIONS` and `LOSSES` hold one frozen record each, under Keras's name where Keras has it and with Keras's
arguments. A float64 array stays float64, everything else becomes float32. An infinite result (the exponential
of a large number) is infinite here as in Keras, and no warning is given.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from reprlib import repr as short
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import figures, rounding
from explorer.errors import ExplorerError
from explorer.parameters import Number, Switch, WholeNumber

Real = NDArray[np.floating]

GROUPS = ("Regression", "Classification", "Profit")
EPSILON = 1e-7  # Keras's, by which probabilities are kept off 0 and 1
_SELU_ALPHA = 1.6732632423543772
_SELU_SCALE = 1.0507009873554805
_GELU_SCALE = math.sqrt(2 / math.pi)
_GELU_CUBIC = 0.044715
_ERFC = (
    1.5401816442e-05,
    -8.7050988673e-05,
    -3.8254102752e-05,
    5.7312549993e-04,
    -1.7580547513e-04,
    -2.2881236577e-03,
    1.7670032540e-03,
    8.8085443238e-03,
    -9.8736624688e-03,
    -4.6893590305e-02,
    4.7343341094e-02,
    6.7264315226e-01,
    -6.7179408406e-01,
)


@dataclass(frozen=True)
class Range:
    """The smallest interval that holds a function's values; each end is reached or only approached.

    Example:
        >>> str(Range(0.0, math.inf, low_reached=True))
        '[0, ∞)'
    """

    low: float = -math.inf
    high: float = math.inf
    low_reached: bool = False
    high_reached: bool = False

    def __str__(self) -> str:
        """Say it as an interval: a square bracket where the end is reached, a round one where it is not."""
        opening, closing = "[" if self.low_reached else "(", "]" if self.high_reached else ")"
        return f"{opening}{_written(self.low)}, {_written(self.high)}{closing}"


@dataclass(frozen=True)
class Kink:
    """A place where a function has no derivative, and what is taken for it there.

    Attributes:
        x: The place.
        value: The function's value there.
        slope: The number that stands for the derivative there: TensorFlow's, where Keras has the function.
        left: The slope just left of it.
        right: The slope just right of it.
        jump: How far the function jumps there; 0 where it only bends.

    Example:
        >>> str(Kink(0.0, 0.0, 0.0, -1.0, 1.0, 0.0))
        'At 0 the slope changes from −1 to 1; the value there is 0, and the slope is taken to be 0.'
    """

    x: float
    value: float
    slope: float
    left: float
    right: float
    jump: float

    def __str__(self) -> str:
        """Say it in a sentence."""
        x, value, slope, left, right, jump = map(
            _written, (self.x, self.value, self.slope, self.left, self.right, abs(self.jump))
        )
        if self.jump:
            event = f"it jumps {'up' if self.jump > 0 else 'down'} by {jump}"
        elif left == right:
            event = f"the slope is {left} on both sides"
        else:
            event = f"the slope changes from {left} to {right}"
        return f"At {x} {event}; the value there is {value}, and the slope is taken to be {slope}."


@dataclass(frozen=True)
class Tangent:
    """The straight line that touches a curve at x."""

    x: float
    value: float
    slope: float

    def at(self, x: float) -> float:
        """Height of the line at a place.

        Example:
            >>> Tangent(1.0, 2.0, 0.5).at(3.0)
            3.0
        """
        return self.value + self.slope * (x - self.x)


@dataclass(frozen=True)
class Link:
    """One layer in a chain of layers of one unit each.

    Attributes:
        layer: Its number, from 1.
        pre_activation: The weight times the output of the layer before.
        output: The activation of that.
        slope: What a small change is multiplied by in this layer: the weight times the activation's slope.
        product: The slopes of this layer and all before it multiplied: the gradient that reaches the input.
    """

    layer: int
    pre_activation: float
    output: float
    slope: float
    product: float


@dataclass(frozen=True, eq=False)
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
        bends: Places where it may have no derivative; a text names the parameter that is such a place.
        keras: The call that gives the same in Keras, with the parameters by name; "" where Keras has none.
        torch: The same in PyTorch.
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
    bends: tuple[float | str, ...] = ()
    keras: str = ""
    torch: str = ""

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
            >>> ACTIVATIONS["leaky_relu"].f([-1, 0, 2], negative_slope=0.5).tolist()
            [-0.5, 0.0, 2.0]
        """
        return _apply(self.function, _real(x), self.values(**parameters))

    def derivative(self, x: ArrayLike, **parameters: float) -> Real:
        """Give the slope of the function at each number; at a kink, the slope that `kinks` states.

        Takes, returns and raises what `f` does.

        Example:
            >>> ACTIVATIONS["relu"].derivative([-1, 0, 2]).tolist()
            [0.0, 0.0, 1.0]
        """
        return _apply(self.slope, _real(x), self.values(**parameters))

    def values(self, **parameters: float) -> dict[str, float]:
        """Give every parameter its value: those given, checked, and the defaults of the others.

        Raises:
            ExplorerError: If a parameter is unknown or out of its bounds.

        Example:
            >>> ACTIVATIONS["elu"].values()
            {'alpha': 1.0}
        """
        return _checked(self.title, self.parameters, parameters)

    def range(self, **parameters: float) -> Range:
        """Give the interval of its values.

        Raises:
            ExplorerError: If a parameter is unknown or out of its bounds.

        Example:
            >>> str(ACTIVATIONS["elu"].range(alpha=2.0))
            '(−2, ∞)'
        """
        return self.limits(**self.values(**parameters))

    def kinks(self, **parameters: float) -> tuple[Kink, ...]:
        """List the places where it has no derivative, from left to right.

        A bend that the parameters straighten out, as a leaky ReLU's at a slope of 1, is not listed, unless
        the number taken for the slope there is another all the same.

        Raises:
            ExplorerError: If a parameter is unknown or out of its bounds.

        Example:
            >>> ACTIVATIONS["relu"].kinks()
            (Kink(x=0.0, value=0.0, slope=0.0, left=0.0, right=1.0, jump=0.0),)
        """
        values = self.values(**parameters)
        places = [values[place] if isinstance(place, str) else place for place in self.bends]
        return _kinks(lambda x: self.function(x, **values), lambda x: self.slope(x, **values), places)

    def mean(self, **parameters: float) -> float:
        """Mean output for inputs from a standard normal: 0 where the function keeps them centred.

        Raises:
            ExplorerError: If a parameter is unknown or out of its bounds.

        Example:
            >>> round(ACTIVATIONS["sigmoid"].mean(), 6), round(ACTIVATIONS["relu"].mean(), 4)
            (0.5, 0.3989)
        """
        x = np.linspace(-12, 12, 24_000)  # an even number, so that no point lies on a kink at 0
        weights = np.exp(-(x**2) / 2)
        return float(weights @ self.function(x, **self.values(**parameters)) / weights.sum())

    def tangent(self, x: float, /, **parameters: float) -> Tangent:
        """Give the line that touches the curve at x; at a kink, one with the slope that `kinks` states.

        Raises:
            ExplorerError: If x is not a number, or a parameter is unknown or out of its bounds.

        Example:
            >>> ACTIVATIONS["tanh"].tangent(0)
            Tangent(x=0.0, value=0.0, slope=1.0)
        """
        x = _number(x, "x")
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
            >>> ACTIVATIONS["hard_sigmoid"].saturation(-5, 5)
            [(-5.0, -3.0), (3.0, 5.0)]
        """
        low, high, limit = _number(low, "low"), _number(high, "high"), _number(limit, "limit")
        if low >= high or limit < 0:
            raise ExplorerError(
                "Saturation is looked for from a low to a high end, with a limit of 0 or more; these are "
                f"{low:g}, {high:g} and {limit:g}."
            )
        values = self.values(**parameters)

        def flat(x: Real) -> NDArray[np.bool_]:
            slope = np.abs(_apply(self.slope, x, values))
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
            >>> [link.product for link in ACTIVATIONS["leaky_relu"].chain(-1, 3, negative_slope=0.5)]
            [0.5, 0.25, 0.125]
        """
        if isinstance(layers, bool) or not isinstance(layers, int) or not 1 <= layers <= 1000:
            raise ExplorerError(f"A chain has 1 to 1000 layers, a whole number; {short(layers)} came.")
        output, weight, product = _number(x, "x"), _number(weight, "weight"), 1.0
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

    def dead_share(self, x: ArrayLike, /, **parameters: float) -> float:
        """Share of the units that are dead for these inputs: their slope is 0 for every one of them.

        Args:
            x: Pre-activations (..., units): rows of a batch, or the places of a feature map.
            **parameters: In place of the defaults of `parameters`.

        Returns:
            A number from 0 to 1.

        Raises:
            ExplorerError: If there is no unit or no input, or a parameter is not right.

        Example:
            >>> ACTIVATIONS["relu"].dead_share([[-1, 2, -3], [-2, -1, -4]])
            0.6666666666666666
        """
        slopes = np.atleast_1d(self.derivative(x, **parameters))
        if slopes.size == 0:
            raise ExplorerError("There is no pre-activation here; give an array of the shape (..., units).")
        inputs = slopes.reshape(-1, slopes.shape[-1])  # (inputs, units)
        return float((inputs == 0).all(0).mean())


@dataclass(frozen=True)
class Domain:
    """The numbers that a loss takes for a target or a prediction.

    Attributes:
        title: What the numbers are.
        low: The smallest.
        high: The largest.
        values: All there are, where these are a few.
        vector: Whether several belong together, as the probabilities of the classes do.
    """

    title: str
    low: float = -math.inf
    high: float = math.inf
    values: tuple[float, ...] = ()
    vector: bool = False


@dataclass(frozen=True, eq=False)
class Loss:
    """A loss with its gradient.

    Attributes:
        name: Key in `LOSSES`.
        title: The field's name for it.
        group: One of `GROUPS`.
        formula: The loss of a sample of d outputs in LaTeX, at the parameters' defaults where it is one of a
            family by a switch.
        gradient_formula: Its derivative with respect to one prediction in LaTeX.
        why: One sentence: where it is used.
        source: Where it comes from.
        reduction: Whether a sample's loss is the "mean" or the "sum" of its outputs' terms.
        function: The function behind `terms`: (y_true, y_pred, **parameters) -> array of the same shape.
        slope: The derivative of the terms' sum with respect to y_pred, of the same shape.
        target: What y_true may be.
        prediction: What y_pred may be.
        parameters: What shapes it besides the two.
        clipping: One sentence: what is clipped, and what that does to the gradient; "" where nothing is.
        bends: (target, **parameters) -> the predictions where it may have no derivative.
        logits: What y_pred is instead where from_logits is on.
        keras: The call that gives the same in Keras, with the parameters by name; "" where Keras has none.
    """

    name: str
    title: str
    group: str
    formula: str
    gradient_formula: str
    why: str
    source: str
    reduction: str
    function: Callable[..., Real]
    slope: Callable[..., Real]
    target: Domain
    prediction: Domain
    parameters: tuple[Number | Switch, ...] = ()
    clipping: str = ""
    bends: Callable[..., tuple[float, ...]] = lambda target, **_: ()
    logits: Domain | None = None
    keras: str = ""

    def f(self, y_true: ArrayLike, y_pred: ArrayLike, **parameters: float) -> Real:
        """Give the loss of each sample.

        Args:
            y_true: Targets (..., outputs), or one number for all.
            y_pred: Predictions (..., outputs): a vector is one sample.
            **parameters: In place of the defaults of `parameters`.

        Returns:
            float32 (...), float64 where y_pred is a float64 array: one number for each sample.

        Raises:
            ExplorerError: If the shapes differ, something is not a real number, a prediction is out of the
                loss's reach, or a parameter is unknown or out of its bounds.

        Example:
            >>> LOSSES["mean_squared_error"].f([[0, 1], [2, 2]], [[0, 3], [1, 2]]).tolist()
            [2.0, 0.5]
        """
        fold: Callable[..., Real] = np.mean if self.reduction == "mean" else np.sum
        return self._both(self.function, y_true, y_pred, parameters, lambda terms: fold(terms, axis=-1))

    def terms(self, y_true: ArrayLike, y_pred: ArrayLike, **parameters: float) -> Real:
        """Give each output's term, whose mean or sum over the last axis is the loss.

        Takes and raises what `f` does, and returns an array of y_pred's shape.

        Example:
            >>> LOSSES["mean_absolute_error"].terms([[0, 1]], [[0, 3]]).tolist()
            [[0.0, 2.0]]
        """
        return self._both(self.function, y_true, y_pred, parameters)

    def gradient(self, y_true: ArrayLike, y_pred: ArrayLike, **parameters: float) -> Real:
        """Give the derivative of each sample's loss with respect to each of its predictions.

        At a kink it is the slope that `kinks` states. Takes and raises what `f` does, and returns an array of
        y_pred's shape.

        Example:
            >>> LOSSES["mean_squared_error"].gradient([[0, 1], [2, 2]], [[0, 3], [1, 2]]).tolist()
            [[0.0, 2.0], [-1.0, 0.0]]
        """
        is_mean = self.reduction == "mean"
        return self._both(
            self.slope,
            y_true,
            y_pred,
            parameters,
            lambda slopes: slopes / slopes.shape[-1] if is_mean else slopes,
        )

    def _both(
        self,
        function: Callable[..., Real],
        y_true: ArrayLike,
        y_pred: ArrayLike,
        given: dict[str, float],
        then: Callable[[Real], Real] = lambda terms: terms,
    ) -> Real:
        """Call a function of targets and predictions, and `then`, in the precision of the predictions.

        Where the outcome is not finite it is computed in double precision: it may be that only a square or a
        sum on the way to it was beyond float32.
        """
        values = self.values(**given)
        prediction = np.atleast_1d(_real(y_pred, "y_pred"))
        target = _real(y_true, "y_true").astype(prediction.dtype, copy=False)
        if target.ndim and target.shape != prediction.shape:
            raise ExplorerError(
                f"y_true and y_pred must have the same shape, (..., outputs); they have {target.shape} and "
                f"{prediction.shape}."
            )
        if prediction.shape[-1] == 0:
            raise ExplorerError(
                f"A sample needs at least one output; y_pred has the shape {prediction.shape}."
            )

        def outcome(target: Real, prediction: Real) -> Real:
            return _apply(
                lambda y_pred, **values: then(function(target, y_pred, **values)), prediction, values
            )

        target = np.broadcast_to(target, prediction.shape)
        found = outcome(target, prediction)
        if found.dtype == np.float64 or np.isfinite(found).all():
            return found
        doubles = outcome(target.astype(np.float64), prediction.astype(np.float64))
        with np.errstate(over="ignore"):
            return doubles.astype(np.float32)

    def values(self, **parameters: float) -> dict[str, Any]:
        """Give every parameter its value: those given, checked, and the defaults of the others.

        Raises:
            ExplorerError: If a parameter is unknown or out of its bounds.

        Example:
            >>> LOSSES["binary_crossentropy"].values(from_logits=True)
            {'from_logits': True, 'label_smoothing': 0.0}
        """
        return _checked(self.title, self.parameters, parameters)

    def takes(self, **parameters: float) -> Domain:
        """Say what y_pred may be: it depends on whether logits are asked for.

        Example:
            >>> LOSSES["binary_crossentropy"].takes(from_logits=True).title
            'logit'
        """
        return self.logits if self.logits and self.values(**parameters)["from_logits"] else self.prediction

    def kinks(self, target: float, /, **parameters: float) -> tuple[Kink, ...]:
        """List the predictions where the loss of one output has no derivative, for a target.

        Raises:
            ExplorerError: If the target is not a finite number, or a parameter is unknown or out of its
                bounds.

        Example:
            >>> print(LOSSES["mean_absolute_error"].kinks(2)[0])
            At 2 the slope changes from −1 to 1; the value there is 0, and the slope is taken to be 0.
        """
        target, values = _number(target, "The target"), self.values(**parameters)
        return _kinks(
            lambda x: self.function(np.full_like(x, target), x, **values),
            lambda x: self.slope(np.full_like(x, target), x, **values),
            self.bends(target, **values),
        )


def softmax(x: ArrayLike, axis: int = -1, *, temperature: float = 1.0) -> Real:
    """Turn numbers into probabilities: exp(x / T) divided by the sum of exp(x / T).

    Args:
        x: Real numbers, at least one along the axis.
        axis: The axis along which the probabilities add up to 1.
        temperature: T: below 1 the largest number takes more, above 1 all become more alike.

    Returns:
        float32 of the same shape; float64 for a float64 array.

    Raises:
        ExplorerError: If x is not made of real numbers, the axis is none of its own or empty, or the
            temperature is not above 0.

    Example:
        >>> softmax([0, 0, np.log(2)]).round(2).tolist()
        [0.25, 0.25, 0.5]
    """
    array = _real(x)
    temperature = _number(temperature, "temperature")
    if temperature <= 0:
        raise ExplorerError(f"The temperature must be above 0; it is {temperature:g}.")
    if not -array.ndim <= axis < array.ndim or array.shape[axis] == 0:
        raise ExplorerError(
            f"Softmax needs numbers along axis {axis}; the input has the shape {array.shape}."
        )
    return _softmax(array, axis, temperature)


def _softmax(x: Real, axis: int = -1, temperature: float = 1.0) -> Real:
    with np.errstate(over="ignore"):
        below = x - x.max(axis, keepdims=True)
        # In double precision, because a temperature that float32 takes for 0 would make 0 / 0 of the largest.
        powers = np.exp(np.asarray(below / np.float64(temperature), x.dtype))
    return np.asarray(powers / powers.sum(axis, keepdims=True))


def _real(x: ArrayLike, name: str = "The input") -> Real:
    """Read real numbers: a float64 array or scalar of NumPy's stays as it is, the rest becomes float32."""
    try:
        array = np.asarray(x)
    except (TypeError, ValueError) as error:
        raise ExplorerError(
            f"{name} must be an array of real numbers, its rows of one length; {error}."
        ) from error
    if array.dtype.kind not in "biuf":
        raise ExplorerError(f"{name} must be real numbers; it is {short(x)}.")
    stays = isinstance(x, np.ndarray | np.generic) and array.dtype == np.float64
    return array if stays else array.astype(np.float32, copy=False)


def _number(value: float, name: str) -> float:
    """Read a finite number."""
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not math.isfinite(value):
        raise ExplorerError(f"{name} must be a finite number; it is {short(value)}.")
    return float(value)


def _written(number: float) -> str:
    """Write a number with up to 4 digits, as it is printed in a book."""
    return figures.format_number(number, 4)


def _apply(function: Callable[..., Real], x: Real, values: Mapping[str, Any]) -> Real:
    """Call a function on an array, in the array's own precision."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return np.asarray(function(x, **values), x.dtype)


def _checked(title: str, parameters: Sequence[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Check the parameters given, and give the others their defaults."""
    known = {parameter.name: parameter for parameter in parameters}
    for name in given.keys() - known.keys():
        takes = ", ".join(known) or "none"
        raise ExplorerError(f"{title} has no parameter {name!r}; the parameters it takes: {takes}.")
    return {name: parameter.checked(given.get(name, parameter.default)) for name, parameter in known.items()}


def _kinks(
    function: Callable[[Real], Real], slope: Callable[[Real], Real], places: Iterable[float]
) -> tuple[Kink, ...]:
    """Look at places and a millionth to their left and right; keep those that are not like both sides."""
    found = []
    for x in places:
        around = np.array([x - 1e-6, x, x + 1e-6])
        before, value, after = (function(around).round(5) + 0.0).tolist()  # + 0.0 takes the sign off -0
        left, here, right = (slope(around).round(4) + 0.0).tolist()
        jump = round(after - before, 4)
        if jump or not left == here == right:
            found.append(Kink(x, value, here, left, right, jump))
    return tuple(found)


def _tail(distance: Real) -> Real:
    """Share of the standard normal beyond a distance on one side; in float64 to a hundred-millionth of it.

    It is erfc(x) / 2 at x = distance / sqrt 2, and erfc(x) = t exp(-x^2 + p(t)) with t = 2 / (2 + x), as in
    W. H. Press et al., Numerical recipes, section 6.2; the polynomial p was fitted here, in 2 t - 1.
    """
    x = distance / math.sqrt(2)
    t = 2 / (2 + x)
    place, power = 2 * t - 1, np.full_like(t, _ERFC[0])
    for coefficient in _ERFC[1:]:
        power *= place
        power += coefficient
    return np.asarray(t * np.exp(power - np.square(x)) / 2)


def _sigmoid(x: Real) -> Real:
    return 1 / (1 + np.exp(-x))  # where exp overflows, 1 / infinity is the 0 that is right


def _sigmoid_slope(x: Real) -> Real:
    return _sigmoid(x) * _sigmoid(-x)


def _tanh_slope(x: Real) -> Real:
    tail = np.exp(-2 * np.abs(x))  # 1 - tanh^2 would lose the tails to rounding
    return np.asarray(4 * tail / np.square(1 + tail))


def _relu(x: Real) -> Real:
    return np.maximum(x, 0)


def _positive(x: Real) -> Real:
    return (x > 0).astype(x.dtype)


def _leaky(x: Real, slope: float) -> Real:
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


def _elu(x: Real, alpha: float) -> Real:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _elu_slope(x: Real, alpha: float) -> Real:
    return np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))


def _selu_slope(x: Real) -> Real:
    # TensorFlow's slope at 0 is that of the right side
    return _SELU_SCALE * np.where(x >= 0, 1, _SELU_ALPHA * np.exp(np.minimum(x, 0)))


def _celu(x: Real, alpha: float) -> Real:
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0) / alpha)


def _celu_slope(x: Real, alpha: float) -> Real:
    return np.exp(np.minimum(x, 0) / alpha)


def _bell(x: Real) -> Real:
    """Density of the standard normal."""
    return np.exp(-np.square(x) / 2) / math.sqrt(2 * math.pi)


def _gelu(x: Real) -> Real:
    distance = np.abs(x)
    return _relu(x) - distance * _tail(distance)


def _gelu_slope(x: Real) -> Real:
    tail = _tail(np.abs(x))
    return np.where(x < 0, tail, 1 - tail) + x * _bell(x)


def _gelu_tanh(x: Real) -> Real:
    # (1 + tanh u) / 2 is the sigmoid of 2 u, which keeps the digits of the left tail
    return x * _sigmoid(2 * _GELU_SCALE * (x + _GELU_CUBIC * x * x * x))


def _gelu_tanh_slope(x: Real) -> Real:
    x = np.clip(x, -30, 30)  # beyond, the slope is 0 or 1 to the last digit
    inner = 2 * _GELU_SCALE * (x + _GELU_CUBIC * x * x * x)
    return _sigmoid(inner) + x * _sigmoid_slope(inner) * 2 * _GELU_SCALE * (1 + 3 * _GELU_CUBIC * x * x)


def _silu(x: Real) -> Real:
    return x * _sigmoid(x)


def _silu_slope(x: Real) -> Real:
    return _sigmoid(x) + x * _sigmoid_slope(x)


def _softplus(x: Real) -> Real:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _mish(x: Real) -> Real:
    return x * np.tanh(_softplus(x))


def _mish_slope(x: Real) -> Real:
    soft = _softplus(x)
    return np.tanh(soft) + x * _sigmoid(x) * _tanh_slope(soft)


def _hard_sigmoid(x: Real) -> Real:
    return np.clip(x + 3, 0, 6) / 6


def _inside(x: Real, end: float) -> Real:
    """1 between -end and end, 0 at the ends and outside."""
    return (np.abs(x) < end).astype(x.dtype)


def _hard_silu_slope(x: Real) -> Real:
    return _hard_sigmoid(x) + x * _inside(x, 3) / 6


def _bump(x: Real) -> Real:
    return np.exp(-np.square(x))


def _anywhere() -> Range:
    return Range()


def _from_zero() -> Range:
    return Range(low=0.0, low_reached=True)


def _leaky_range(slope: float) -> Range:
    return Range() if slope > 0 else _from_zero()


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation(
            name="linear",
            title="Linear",
            formula=r"x",
            derivative_formula=r"1",
            why=(
                "It passes the number on as it is, for the output of a regression; layers of nothing else "
                "are "
                "together only one linear layer."
            ),
            source="B. Widrow, M. E. Hoff, Adaptive switching circuits, 1960.",
            zero_centred=True,
            function=lambda x: x.copy(),
            slope=np.ones_like,
            limits=_anywhere,
            keras="keras.activations.linear(x)",
            torch="x",
        ),
        Activation(
            name="binary_step",
            title="Binary step",
            formula=r"\begin{cases} 1 & x \ge 0 \\ 0 & x < 0 \end{cases}",
            derivative_formula=r"0 \quad (x \ne 0)",
            why=(
                "The first artificial neuron's all or nothing; its slope is 0 wherever there is one, so "
                "gradient "
                "descent never learns which way to change a weight."
            ),
            source=(
                "W. S. McCulloch, W. Pitts, A logical calculus of the ideas immanent in nervous activity, "
                "1943."
            ),
            zero_centred=False,
            function=lambda x: (x >= 0).astype(x.dtype),
            slope=np.zeros_like,
            limits=lambda: Range(0.0, 1.0, low_reached=True, high_reached=True),
            bends=(0.0,),
        ),
        Activation(
            name="sigmoid",
            title="Sigmoid",
            formula=r"\frac{1}{1 + e^{-x}}",
            derivative_formula=r"f(x)\,(1 - f(x))",
            why=(
                "It turns any number into a probability; its slope is at most a quarter, so many layers "
                "of it "
                "make gradients vanish."
            ),
            source=(
                "D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning representations by back-propagating "
                "errors, Nature 323, 1986."
            ),
            zero_centred=False,
            function=_sigmoid,
            slope=_sigmoid_slope,
            limits=lambda: Range(0.0, 1.0),
            keras="keras.activations.sigmoid(x)",
            torch="torch.sigmoid(x)",
        ),
        Activation(
            name="tanh",
            title="Tanh",
            formula=r"\tanh x = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
            derivative_formula=r"1 - f(x)^2",
            why=(
                "A sigmoid stretched to run from minus one to one: centred at zero and with a slope of 1 "
                "there, "
                "it trains better, but still saturates at both ends."
            ),
            source="Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller, Efficient backprop, 1998.",
            zero_centred=True,
            function=np.tanh,
            slope=_tanh_slope,
            limits=lambda: Range(-1.0, 1.0),
            keras="keras.activations.tanh(x)",
            torch="torch.tanh(x)",
        ),
        Activation(
            name="relu",
            title="ReLU",
            formula=r"\max(0, x)",
            derivative_formula=r"\begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}",
            why=(
                "Cheap, and its slope of 1 passes through any number of layers; a unit that stays below "
                "zero for "
                "every input gets no gradient and is dead."
            ),
            source=(
                "V. Nair, G. E. Hinton, Rectified linear units improve restricted Boltzmann machines, "
                "ICML 2010."
            ),
            zero_centred=False,
            function=_relu,
            slope=_positive,
            limits=_from_zero,
            bends=(0.0,),
            keras="keras.activations.relu(x)",
            torch="torch.relu(x)",
        ),
        Activation(
            name="leaky_relu",
            title="Leaky ReLU",
            formula=r"\begin{cases} x & x > 0 \\ a x & x \le 0 \end{cases} \quad a = \text{negative\_slope}",
            derivative_formula=r"\begin{cases} 1 & x > 0 \\ a & x \le 0 \end{cases}",
            why="A ReLU that leaks: a small slope below zero keeps every unit learning, so that none dies.",
            source=(
                "A. L. Maas, A. Y. Hannun, A. Y. Ng, Rectifier nonlinearities improve neural network "
                "acoustic "
                "models, 2013."
            ),
            zero_centred=False,
            function=lambda x, negative_slope: _leaky(x, negative_slope),
            slope=lambda x, negative_slope: np.where(x > 0, 1, negative_slope),
            limits=lambda negative_slope: _leaky_range(negative_slope),
            parameters=(
                Number(
                    name="negative_slope",
                    title="Slope below 0",
                    low=0.0,
                    high=1.0,
                    step=0.01,
                    default=0.2,
                ),
            ),
            bends=(0.0,),
            keras="keras.activations.leaky_relu(x, negative_slope=negative_slope)",
            torch="torch.nn.functional.leaky_relu(x, negative_slope)",
        ),
        Activation(
            name="prelu",
            title="PReLU",
            formula=r"\begin{cases} x & x > 0 \\ \alpha x & x \le 0 \end{cases}",
            derivative_formula=r"\begin{cases} 1 & x > 0 \\ 0 & x = 0 \\ \alpha & x < 0 \end{cases}",
            why="A leaky ReLU whose slope below zero is learnt like a weight, one for each channel.",
            source="K. He, X. Zhang, S. Ren, J. Sun, Delving deep into rectifiers, ICCV 2015.",
            zero_centred=False,
            function=lambda x, alpha: _leaky(x, alpha),
            slope=lambda x, alpha: np.where(x > 0, 1, np.where(x < 0, alpha, 0)),
            limits=lambda alpha: _leaky_range(alpha),
            parameters=(
                Number(
                    name="alpha",
                    title="Learnt slope below 0",
                    low=-1.0,
                    high=1.0,
                    step=0.01,
                    default=0.25,
                ),
            ),
            bends=(0.0,),
            keras="keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(alpha))(x)",
            torch="torch.nn.functional.prelu(x, torch.tensor(alpha, dtype=x.dtype))",
        ),
        Activation(
            name="elu",
            title="ELU",
            formula=r"\begin{cases} x & x > 0 \\ \alpha (e^{x} - 1) & x \le 0 \end{cases}",
            derivative_formula=r"\begin{cases} 1 & x > 0 \\ \alpha e^{x} & x \le 0 \end{cases}",
            why=(
                "Its negative values bring the mean output nearer to zero, which speeds training up, and it "
                "levels off where a ReLU would cut."
            ),
            source=(
                "D.-A. Clevert, T. Unterthiner, S. Hochreiter, Fast and accurate deep network learning by "
                "exponential linear units (ELUs), ICLR 2016."
            ),
            zero_centred=False,
            function=_elu,
            slope=_elu_slope,
            limits=lambda alpha: Range(low=-alpha),
            parameters=(
                Number(
                    name="alpha",
                    title="Depth below 0",
                    low=0.1,
                    high=5.0,
                    step=0.1,
                    default=1.0,
                ),
            ),
            bends=(0.0,),
            keras="keras.activations.elu(x, alpha=alpha)",
            torch="torch.nn.functional.elu(x, alpha)",
        ),
        Activation(
            name="selu",
            title="SELU",
            formula=(
                r"s \begin{cases} x & x > 0 \\ \alpha (e^{x} - 1) & x \le 0 \end{cases} "
                r"\quad s \approx 1.0507,\ \alpha \approx 1.6733"
            ),
            derivative_formula=r"s \begin{cases} 1 & x \ge 0 \\ \alpha e^{x} & x < 0 \end{cases}",
            why=(
                "An ELU whose two constants keep mean 0 and variance 1 from layer to layer, given LeCun's "
                "initialisation."
            ),
            source=(
                "G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, Self-normalizing neural networks, "
                "NIPS "
                "2017."
            ),
            zero_centred=True,
            function=lambda x: _SELU_SCALE * _elu(x, _SELU_ALPHA),
            slope=_selu_slope,
            limits=lambda: Range(low=-_SELU_SCALE * _SELU_ALPHA),
            bends=(0.0,),
            keras="keras.activations.selu(x)",
            torch="torch.nn.functional.selu(x)",
        ),
        Activation(
            name="celu",
            title="CELU",
            formula=r"\max(0, x) + \min(0, \alpha (e^{x / \alpha} - 1))",
            derivative_formula=r"\begin{cases} 1 & x > 0 \\ e^{x / \alpha} & x \le 0 \end{cases}",
            why=(
                "An ELU without a kink whatever its alpha, because the exponential's slope at zero is "
                "kept at 1."
            ),
            source="J. T. Barron, Continuously differentiable exponential linear units, 2017.",
            zero_centred=False,
            function=_celu,
            slope=_celu_slope,
            limits=lambda alpha: Range(low=-alpha),
            parameters=(
                Number(
                    name="alpha",
                    title="Depth below 0",
                    low=0.1,
                    high=5.0,
                    step=0.1,
                    default=1.0,
                ),
            ),
            keras="keras.activations.celu(x, alpha=alpha)",
            torch="torch.nn.functional.celu(x, alpha)",
        ),
        Activation(
            name="gelu",
            title="GELU",
            formula=r"x\,\Phi(x) = \frac{x}{2}\left(1 + \operatorname{erf}\frac{x}{\sqrt{2}}\right)",
            derivative_formula=r"\Phi(x) + x\,\varphi(x)",
            why=(
                "It weighs a number by the share of a standard normal below it: a smooth ReLU, the choice of "
                "most transformers."
            ),
            source="D. Hendrycks, K. Gimpel, Gaussian error linear units (GELUs), 2016.",
            zero_centred=False,
            function=_gelu,
            slope=_gelu_slope,
            limits=lambda: Range(low=-0.1699712, low_reached=True),
            keras="keras.activations.gelu(x, approximate=False)",
            torch='torch.nn.functional.gelu(x, approximate="none")',
        ),
        Activation(
            name="gelu_tanh",
            title="GELU, tanh form",
            formula=r"\frac{x}{2}\left(1 + \tanh\left(\sqrt{2 / \pi}\,(x + 0.044715\,x^3)\right)\right)",
            derivative_formula=(
                r"\frac{1 + \tanh u}{2} + \frac{x}{2}\left(1 - \tanh^2 u\right)\sqrt{2 / \pi}\,"
                r"(1 + 0.134145\,x^2), \quad u = \sqrt{2 / \pi}\,(x + 0.044715\,x^3)"
            ),
            why=(
                "GELU by a formula that is quicker where the error function is slow, and off by less than a "
                "thousandth."
            ),
            source="D. Hendrycks, K. Gimpel, Gaussian error linear units (GELUs), 2016.",
            zero_centred=False,
            function=_gelu_tanh,
            slope=_gelu_tanh_slope,
            limits=lambda: Range(low=-0.1700408, low_reached=True),
            keras="keras.activations.gelu(x, approximate=True)",
            torch='torch.nn.functional.gelu(x, approximate="tanh")',
        ),
        Activation(
            name="silu",
            title="SiLU (swish)",
            formula=r"x\,\sigma(x) = \frac{x}{1 + e^{-x}}",
            derivative_formula=r"\sigma(x) + x\,\sigma(x)\,(1 - \sigma(x))",
            why=(
                "A smooth ReLU that dips a little below zero before it levels off, found useful in deep "
                "image "
                "networks such as EfficientNet."
            ),
            source=(
                "S. Elfwing, E. Uchibe, K. Doya, Sigmoid-weighted linear units, 2017; P. Ramachandran, B. "
                "Zoph, "
                "Q. V. Le, Searching for activation functions, 2017."
            ),
            zero_centred=False,
            function=_silu,
            slope=_silu_slope,
            limits=lambda: Range(low=-0.2784645, low_reached=True),
            keras="keras.activations.silu(x)",
            torch="torch.nn.functional.silu(x)",
        ),
        Activation(
            name="mish",
            title="Mish",
            formula=r"x \tanh(\ln(1 + e^{x}))",
            derivative_formula=r"\tanh s + x\,\sigma(x)\,(1 - \tanh^2 s), \quad s = \ln(1 + e^{x})",
            why="Much like SiLU with a slightly deeper dip; detectors of the YOLO family made it known.",
            source="D. Misra, Mish: a self regularized non-monotonic activation function, 2019.",
            zero_centred=False,
            function=_mish,
            slope=_mish_slope,
            limits=lambda: Range(low=-0.3088434, low_reached=True),
            keras="keras.activations.mish(x)",
            torch="torch.nn.functional.mish(x)",
        ),
        Activation(
            name="softplus",
            title="Softplus",
            formula=r"\ln(1 + e^{x})",
            derivative_formula=r"\sigma(x) = \frac{1}{1 + e^{-x}}",
            why=(
                "A ReLU with its corner rounded, always positive, for outputs such as a standard "
                "deviation; its "
                "slope is the sigmoid."
            ),
            source=(
                "C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau, R. Garcia, Incorporating second-order "
                "functional "
                "knowledge for better option pricing, NIPS 2000."
            ),
            zero_centred=False,
            function=_softplus,
            slope=_sigmoid,
            limits=lambda: Range(low=0.0),
            keras="keras.activations.softplus(x)",
            torch="torch.nn.functional.softplus(x)",
        ),
        Activation(
            name="softsign",
            title="Softsign",
            formula=r"\frac{x}{1 + |x|}",
            derivative_formula=r"\frac{1}{(1 + |x|)^2}",
            why=(
                "Shaped like tanh, but its slope falls only with the square of the distance, so that it "
                "saturates more gently."
            ),
            source=(
                "J. Bergstra, G. Desjardins, P. Lamblin, Y. Bengio, Quadratic polynomials learn better image "
                "features, 2009."
            ),
            zero_centred=True,
            function=lambda x: x / (1 + np.abs(x)),
            slope=lambda x: np.square(1 / (1 + np.abs(x))),
            limits=lambda: Range(-1.0, 1.0),
            keras="keras.activations.softsign(x)",
            torch="torch.nn.functional.softsign(x)",
        ),
        Activation(
            name="hard_sigmoid",
            title="Hard sigmoid",
            formula=r"\frac{\min(\max(x + 3, 0), 6)}{6}",
            derivative_formula=r"\begin{cases} 1/6 & |x| < 3 \\ 0 & |x| \ge 3 \end{cases}",
            why=(
                "A sigmoid of three straight pieces, cheap on a phone; beyond 3 on either side it has no "
                "slope."
            ),
            source="A. Howard et al., Searching for MobileNetV3, ICCV 2019.",
            zero_centred=False,
            function=_hard_sigmoid,
            slope=lambda x: _inside(x, 3) / 6,
            limits=lambda: Range(0.0, 1.0, low_reached=True, high_reached=True),
            bends=(-3.0, 3.0),
            keras="keras.activations.hard_sigmoid(x)",
            torch="torch.nn.functional.hardsigmoid(x)",
        ),
        Activation(
            name="hard_silu",
            title="Hard SiLU (hard swish)",
            formula=r"x \cdot \frac{\min(\max(x + 3, 0), 6)}{6}",
            derivative_formula=(
                r"\begin{cases} 0 & x \le -3 \\ (2x + 3) / 6 & -3 < x < 3 \\ 1 & x \ge 3 \end{cases}"
            ),
            why=(
                "SiLU with a hard sigmoid in it, which a phone computes quickly: MobileNetV3 is built "
                "with it."
            ),
            source="A. Howard et al., Searching for MobileNetV3, ICCV 2019.",
            zero_centred=False,
            function=lambda x: x * _hard_sigmoid(x),
            slope=_hard_silu_slope,
            limits=lambda: Range(low=-0.375, low_reached=True),
            bends=(-3.0, 3.0),
            keras="keras.activations.hard_silu(x)",
            torch="torch.nn.functional.hardswish(x)",
        ),
        Activation(
            name="hard_tanh",
            title="Hard tanh",
            formula=r"\min(\max(x, -1), 1)",
            derivative_formula=r"\begin{cases} 1 & |x| \le 1 \\ 0 & |x| > 1 \end{cases}",
            why=(
                "A tanh of three straight pieces: exact in the middle, without any slope beyond 1 on either "
                "side."
            ),
            source="R. Collobert, Large scale machine learning, 2004.",
            zero_centred=True,
            function=lambda x: np.clip(x, -1, 1),
            slope=lambda x: (np.abs(x) <= 1).astype(x.dtype),
            limits=lambda: Range(-1.0, 1.0, low_reached=True, high_reached=True),
            bends=(-1.0, 1.0),
            keras="keras.activations.hard_tanh(x)",
            torch="torch.nn.functional.hardtanh(x)",
        ),
        Activation(
            name="relu6",
            title="ReLU6",
            formula=r"\min(\max(x, 0), 6)",
            derivative_formula=r"\begin{cases} 1 & 0 < x < 6 \\ 0 & \text{otherwise} \end{cases}",
            why=(
                "A ReLU that stops at 6, so that numbers of few bits hold every output: the choice of "
                "MobileNet."
            ),
            source="A. Krizhevsky, Convolutional deep belief networks on CIFAR-10, 2010.",
            zero_centred=False,
            function=lambda x: np.clip(x, 0, 6),
            slope=lambda x: ((x > 0) & (x < 6)).astype(x.dtype),
            limits=lambda: Range(0.0, 6.0, low_reached=True, high_reached=True),
            bends=(0.0, 6.0),
            keras="keras.activations.relu6(x)",
            torch="torch.nn.functional.relu6(x)",
        ),
        Activation(
            name="thresholded_relu",
            title="Thresholded ReLU",
            formula=(
                r"\begin{cases} x & x > \theta \\ 0 & x \le \theta \end{cases} \quad \theta = "
                r"\text{threshold}"
            ),
            derivative_formula=r"\begin{cases} 1 & x > \theta \\ 0 & x \le \theta \end{cases}",
            why="It passes strong answers on unchanged and drops weak ones, with a jump at the threshold.",
            source=(
                "K. Konda, R. Memisevic, D. Krueger, Zero-bias autoencoders and the benefits of co-adapting "
                "features, ICLR 2015."
            ),
            zero_centred=False,
            function=lambda x, threshold: np.where(x > threshold, x, 0),
            slope=lambda x, threshold: (x > threshold).astype(x.dtype),
            limits=lambda threshold: _from_zero(),
            parameters=(
                Number(
                    name="threshold",
                    title="Threshold",
                    low=0.0,
                    high=5.0,
                    step=0.1,
                    default=1.0,
                ),
            ),
            bends=("threshold",),
            keras="keras.activations.relu(x, threshold=threshold)",
            torch="torch.nn.functional.threshold(x, threshold, 0.0)",
        ),
        Activation(
            name="exponential",
            title="Exponential",
            formula=r"e^{x}",
            derivative_formula=r"e^{x}",
            why=(
                "Always positive, for outputs such as a rate or a count; its slope is its value, so it "
                "explodes "
                "within a few layers."
            ),
            source="J. A. Nelder, R. W. M. Wedderburn, Generalized linear models, 1972.",
            zero_centred=False,
            function=np.exp,
            slope=np.exp,
            limits=lambda: Range(low=0.0),
            keras="keras.activations.exponential(x)",
            torch="torch.exp(x)",
        ),
        Activation(
            name="sine",
            title="Sine",
            formula=r"\sin x",
            derivative_formula=r"\cos x",
            why=(
                "It repeats for ever, which lets a network draw the fine detail of a picture from "
                "coordinates."
            ),
            source=(
                "V. Sitzmann, J. N. P. Martel, A. W. Bergman, D. B. Lindell, G. Wetzstein, Implicit neural "
                "representations with periodic activation functions, NeurIPS 2020."
            ),
            zero_centred=True,
            function=np.sin,
            slope=np.cos,
            limits=lambda: Range(-1.0, 1.0, low_reached=True, high_reached=True),
            keras="keras.ops.sin(x)",
            torch="torch.sin(x)",
        ),
        Activation(
            name="gaussian",
            title="Gaussian",
            formula=r"e^{-x^2}",
            derivative_formula=r"-2x\,e^{-x^2}",
            why="It answers near zero and nowhere else: the bump of radial basis function networks.",
            source=(
                "D. S. Broomhead, D. Lowe, Multivariable functional interpolation and adaptive networks, "
                "1988."
            ),
            zero_centred=False,
            function=_bump,
            slope=lambda x: x * (-2 * _bump(x)),
            limits=lambda: Range(0.0, 1.0, high_reached=True),
            keras="keras.ops.exp(-keras.ops.square(x))",
            torch="torch.exp(-x.square())",
        ),
    )
}


def _log_cosh(y_true: Real, y_pred: Real) -> Real:
    distance = np.abs(y_pred - y_true)
    return np.asarray(distance + np.log1p(np.exp(-2 * distance)) - math.log(2))


def _huber(y_true: Real, y_pred: Real, delta: float) -> Real:
    distance = np.abs(y_pred - y_true)
    return np.where(distance <= delta, np.square(distance) / 2, delta * distance - delta**2 / 2)


def _log_of(y: Real) -> Real:
    return np.asarray(np.log(np.maximum(y, EPSILON) + 1))


def _msle_slope(y_true: Real, y_pred: Real) -> Real:
    kept = np.maximum(y_pred, EPSILON)
    return np.where(y_pred >= EPSILON, 2 * (_log_of(y_pred) - _log_of(y_true)) / (kept + 1), 0)


def _scale_of(y_true: Real) -> Real:
    return np.maximum(np.abs(y_true), EPSILON)


def _pinball(y_true: Real, y_pred: Real, quantile: float) -> Real:
    missing = y_true - y_pred
    return np.maximum(quantile * missing, (quantile - 1) * missing)


def _pinball_slope(y_true: Real, y_pred: Real, quantile: float) -> Real:
    return np.where(y_pred < y_true, -quantile, np.where(y_pred > y_true, 1 - quantile, 0))


def _excess(number: Real, free: float, size: Real) -> Real:
    """What a number exceeds a free amount by, or 0; rounding does not say on which side of it a number lies.

    `size` is the sum of the magnitudes of what the number was made of.
    """
    given = rounding.DOUBLE if number.dtype == np.float64 else rounding.SINGLE
    beyond = rounding.settled(number - free, size + abs(free), 3, given=given, added=given)
    return np.asarray(np.maximum(beyond, 0), number.dtype)


def _outside_tube(y_true: Real, y_pred: Real, epsilon: float) -> Real:
    return _excess(np.abs(y_pred - y_true), epsilon, np.abs(y_pred) + np.abs(y_true))


def _outside_tube_slope(y_true: Real, y_pred: Real, epsilon: float) -> Real:
    return np.where(_outside_tube(y_true, y_pred, epsilon) > 0, np.sign(y_pred - y_true), 0)


def _rate(y_pred: Real) -> Real:
    """Check the predictions of a Poisson loss, whose logarithm is taken."""
    if (y_pred < 0).any():
        raise ExplorerError(
            "A Poisson loss takes predicted rates of 0 or more, and a prediction is below 0: use an "
            "activation that is never negative, such as softplus or the exponential."
        )
    return y_pred


def _poisson(y_true: Real, y_pred: Real) -> Real:
    return np.asarray(_rate(y_pred) - y_true * np.log(y_pred + EPSILON))


def _smoothed(y_true: Real, label_smoothing: float, classes: int = 2) -> Real:
    """Move a share of the target from the true class to all classes alike."""
    return y_true * (1 - label_smoothing) + label_smoothing / classes


def _clipped(probability: Real) -> Real:
    return np.clip(probability, EPSILON, 1 - EPSILON)


def _unclipped(probability: Real) -> NDArray[np.bool_]:
    """Where clipping leaves a probability as it is, and lets a gradient through."""
    low, high = np.array([EPSILON, 1 - EPSILON], probability.dtype)
    return np.asarray((probability >= low) & (probability <= high))


def _cross(y_true: Real, y_pred: Real, from_logits: bool) -> Real:
    """Binary cross-entropy of targets that are smoothed already."""
    if from_logits:
        return _softplus(y_pred) - y_true * y_pred
    kept = _clipped(y_pred)
    return -(y_true * np.log(kept) + (1 - y_true) * np.log(1 - kept))


def _cross_slope(y_true: Real, y_pred: Real, from_logits: bool) -> Real:
    if from_logits:
        return _sigmoid(y_pred) - y_true
    kept = _clipped(y_pred)
    return np.where(_unclipped(y_pred), (1 - y_true) / (1 - kept) - y_true / kept, 0)


def _binary_focal(
    y_true: Real,
    y_pred: Real,
    apply_class_balancing: bool,
    alpha: float,
    gamma: float,
    from_logits: bool,
    label_smoothing: float,
) -> tuple[Real, Real]:
    """Binary focal loss and its slope."""
    y_true = _smoothed(y_true, label_smoothing)
    p, p_slope = (_sigmoid(y_pred), _sigmoid_slope(y_pred)) if from_logits else (y_pred, np.ones_like(y_pred))
    if ((p < 0) | (p > 1)).any():
        raise ExplorerError(
            "A focal loss takes predicted probabilities from 0 to 1, and a prediction lies outside: use a "
            "sigmoid output, or from_logits=True."
        )
    weight = y_true * alpha + (1 - y_true) * (1 - alpha) if apply_class_balancing else np.ones_like(p)
    lacking = 1 - (y_true * p + (1 - y_true) * (1 - p))  # what the right class's probability lacks of 1
    lacking_slope = (1 - 2 * y_true) * p_slope
    # kept off 0, where a gamma below 1 has an infinite slope
    steepness = gamma * np.maximum(lacking, EPSILON) ** (gamma - 1) * lacking_slope
    loss, slope = _cross(y_true, y_pred, from_logits), _cross_slope(y_true, y_pred, from_logits)
    return weight * lacking**gamma * loss, weight * (lacking**gamma * slope + steepness * loss)


def _shares(y_pred: Real) -> tuple[Real, Real]:
    """Divide the predictions of the classes by their sum; give the sum too."""
    total = y_pred.sum(-1, keepdims=True)
    if (total == 0).any():
        raise ExplorerError(
            "The probabilities of a sample's classes add up to 0, so that they cannot be divided by their "
            "sum: use a softmax output, or from_logits=True."
        )
    return y_pred / total, total


def _through_shares(slope: Real, shares: Real, total: Real) -> Real:
    """Take a gradient with respect to shares back to the numbers that were divided by their sum."""
    return np.asarray((slope - (slope * shares).sum(-1, keepdims=True)) / total)


def _categorical_crossentropy(y_true: Real, y_pred: Real, from_logits: bool, label_smoothing: float) -> Real:
    y_true = _smoothed(y_true, label_smoothing, y_pred.shape[-1])
    if from_logits:
        below = y_pred - y_pred.max(-1, keepdims=True)
        return np.asarray(y_true * (np.log(np.exp(below).sum(-1, keepdims=True)) - below))
    return -y_true * np.log(_clipped(_shares(y_pred)[0]))


def _categorical_crossentropy_slope(
    y_true: Real, y_pred: Real, from_logits: bool, label_smoothing: float
) -> Real:
    y_true = _smoothed(y_true, label_smoothing, y_pred.shape[-1])
    if from_logits:
        return np.asarray(_softmax(y_pred) * y_true.sum(-1, keepdims=True) - y_true)
    shares, total = _shares(y_pred)
    return _through_shares(np.where(_unclipped(shares), -y_true / _clipped(shares), 0), shares, total)


def _categorical_focal(
    y_true: Real, y_pred: Real, alpha: float, gamma: float, from_logits: bool, label_smoothing: float
) -> tuple[Real, Real]:
    """Categorical focal loss and its slope."""
    y_true = _smoothed(y_true, label_smoothing, y_pred.shape[-1])
    shares, total = _shares(_softmax(y_pred) if from_logits else y_pred)
    kept = _clipped(shares)
    steepness = gamma * (1 - kept) ** (gamma - 1) * np.log(kept) - (1 - kept) ** gamma / kept
    slope = _through_shares(np.where(_unclipped(shares), alpha * y_true * steepness, 0), shares, total)
    # softmax's slopes are those of shares, times the shares
    return -alpha * (1 - kept) ** gamma * y_true * np.log(kept), slope * shares if from_logits else slope


def _signs(y_true: Real) -> Real:
    """Turn labels 0 and 1 into -1 and 1, as Keras does where all are 0 or 1."""
    return 2 * y_true - 1 if ((y_true == 0) | (y_true == 1)).all() else y_true


def _short_of_margin(y_true: Real, y_pred: Real) -> Real:
    return np.maximum(1 - _signs(y_true) * y_pred, 0)


def _hinge_slope(y_true: Real, y_pred: Real) -> Real:
    signs = _signs(y_true)
    return np.where(signs * y_pred <= 1, -signs, 0)  # TensorFlow's slope on the margin is that of inside


def _kept_off_0(probability: Real) -> Real:
    return np.clip(probability, EPSILON, 1)


def _kl_divergence(y_true: Real, y_pred: Real) -> Real:
    y_true = _kept_off_0(y_true)
    return y_true * np.log(y_true / _kept_off_0(y_pred))


def _kl_slope(y_true: Real, y_pred: Real) -> Real:
    kept = _kept_off_0(y_pred)
    return np.where(kept == y_pred, -_kept_off_0(y_true) / kept, 0)


def _lost(y_true: Real, y_pred: Real) -> Real:
    """What a position loses at a return: the negative of its profit."""
    return -y_true * y_pred


def _downside_slope(y_true: Real, y_pred: Real, power: int) -> Real:
    lost = _lost(y_true, y_pred)
    return np.where(lost > 0, -y_true * power * np.maximum(lost, 0) ** (power - 1), 0)


def _weighted_loss(y_true: Real, y_pred: Real, weight: float) -> Real:
    lost = _lost(y_true, y_pred)
    return np.where(lost > 0, weight * lost, lost)


def _weighted_loss_slope(y_true: Real, y_pred: Real, weight: float) -> Real:
    return -y_true * np.where(_lost(y_true, y_pred) > 0, weight, 1)


def _shortfall(y_true: Real, y_pred: Real, threshold: float) -> Real:
    lost = _lost(y_true, y_pred)
    return _excess(lost, threshold, np.abs(lost))


def _shortfall_slope(y_true: Real, y_pred: Real, threshold: float) -> Real:
    return np.where(_shortfall(y_true, y_pred, threshold) > 0, -y_true, 0)


def _at_target(target: float, **_: float) -> tuple[float, ...]:
    return (target,)


def _at_zero(target: float, **_: float) -> tuple[float, ...]:
    return (0.0,)


def _on_margin(target: float, **_: float) -> tuple[float, ...]:
    sign = float(_signs(np.array([target]))[0])
    return (1 / sign,) if sign else ()


_NUMBER = Domain(
    title="number",
)
_POSITIVE = Domain(
    title="number of 0 or more",
    low=0.0,
)
_LABEL = Domain(
    title="label",
    low=0.0,
    high=1.0,
    values=(0.0, 1.0),
)
_SIGN = Domain(
    title="class",
    low=-1.0,
    high=1.0,
    values=(-1.0, 1.0),
)
_SCORE = Domain(
    title="score",
)
_PROBABILITY = Domain(
    title="probability",
    low=0.0,
    high=1.0,
)
_LOGIT = Domain(
    title="logit",
)
_ONE_HOT = Domain(
    title="one-hot vector",
    low=0.0,
    high=1.0,
    vector=True,
)
_PROBABILITIES = Domain(
    title="probabilities that add up to 1",
    low=0.0,
    high=1.0,
    vector=True,
)
_LOGITS = Domain(
    title="logits",
    vector=True,
)
_RETURN = Domain(
    title="return",
)
_POSITION = Domain(
    title="position",
)

_FROM_LOGITS = Switch(
    name="from_logits",
    title="From logits",
)
_SMOOTHING = Number(
    name="label_smoothing",
    title="Label smoothing",
    low=0.0,
    high=1.0,
    step=0.05,
    default=0.0,
)
_ALPHA = Number(
    name="alpha",
    title="Alpha",
    low=0.0,
    high=1.0,
    step=0.05,
    default=0.25,
)
_GAMMA = Number(
    name="gamma",
    title="Gamma",
    low=0.0,
    high=5.0,
    step=0.5,
    default=2.0,
)

_BINARY_CLIPPING = (
    "Probabilities are kept between one ten-millionth and 1 less that, so that no logarithm is infinite, and "
    "beyond these the gradient is 0; logits are not clipped."
)
_BINARY_FOCAL_CLIPPING = (
    "In the logarithm, probabilities are kept between one ten-millionth and 1 less that, and beyond these it "
    "passes no gradient on; the factor in front of it and logits are not clipped."
)
_CLASSES_CLIPPING = (
    "Probabilities are divided by their sum and kept between one ten-millionth and 1 less that, so that no "
    "logarithm is infinite, and beyond these they pass no gradient on; logits are not clipped."
)
_FOCAL_CLIPPING = (
    "Probabilities, and those made from logits too, are divided by their sum and kept between one "
    "ten-millionth and 1 less that; beyond these they pass no gradient on."
)

LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            name="mean_squared_error",
            title="Mean squared error (MSE)",
            group="Regression",
            formula=r"\frac{1}{d} \sum_i (\hat y_i - y_i)^2",
            gradient_formula=r"\frac{2}{d} (\hat y_i - y_i)",
            why=(
                "The usual choice for numbers: its best constant answer is the mean, and one wild point "
                "pulls "
                "hard because its error is squared."
            ),
            source="A.-M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, 1805.",
            reduction="mean",
            function=lambda y_true, y_pred: np.square(y_pred - y_true),
            slope=lambda y_true, y_pred: 2 * (y_pred - y_true),
            target=_NUMBER,
            prediction=_NUMBER,
            keras="keras.losses.mean_squared_error(y_true, y_pred)",
        ),
        Loss(
            name="mean_absolute_error",
            title="Mean absolute error (MAE)",
            group="Regression",
            formula=r"\frac{1}{d} \sum_i |\hat y_i - y_i|",
            gradient_formula=r"\frac{1}{d} \operatorname{sign}(\hat y_i - y_i)",
            why=(
                "For numbers with wild points among them: its best constant answer is the median, and every "
                "error pulls equally hard."
            ),
            source="R. J. Boscovich, De litteraria expeditione per pontificiam ditionem, 1757.",
            reduction="mean",
            function=lambda y_true, y_pred: np.abs(y_pred - y_true),
            slope=lambda y_true, y_pred: np.sign(y_pred - y_true),
            target=_NUMBER,
            prediction=_NUMBER,
            bends=_at_target,
            keras="keras.losses.mean_absolute_error(y_true, y_pred)",
        ),
        Loss(
            name="huber",
            title="Huber",
            group="Regression",
            formula=(
                r"\frac{1}{d} \sum_i \begin{cases} e_i^2 / 2 & |e_i| \le \delta \\ "
                r"\delta |e_i| - \delta^2 / 2 & |e_i| > \delta \end{cases} \quad e_i = \hat y_i - y_i"
            ),
            gradient_formula=r"\frac{1}{d} \min(\max(e_i, -\delta), \delta)",
            why=(
                "Squared for small errors and straight for large ones: smooth at the target, calm about wild "
                "points, used for boxes in detectors and in reinforcement learning."
            ),
            source="P. J. Huber, Robust estimation of a location parameter, 1964.",
            reduction="mean",
            function=_huber,
            slope=lambda y_true, y_pred, delta: np.clip(y_pred - y_true, -delta, delta),
            target=_NUMBER,
            prediction=_NUMBER,
            parameters=(
                Number(
                    name="delta",
                    title="Delta",
                    low=0.1,
                    high=10.0,
                    step=0.1,
                    default=1.0,
                ),
            ),
            keras="keras.losses.huber(y_true, y_pred, delta=delta)",
        ),
        Loss(
            name="log_cosh",
            title="Log-cosh",
            group="Regression",
            formula=r"\frac{1}{d} \sum_i \ln \cosh(\hat y_i - y_i)",
            gradient_formula=r"\frac{1}{d} \tanh(\hat y_i - y_i)",
            why=(
                "Much like Huber with a delta of 1, but smooth to every order, for methods that need second "
                "derivatives."
            ),
            source="P. J. Green, Bayesian reconstructions from emission tomography data, 1990.",
            reduction="mean",
            function=_log_cosh,
            slope=lambda y_true, y_pred: np.tanh(y_pred - y_true),
            target=_NUMBER,
            prediction=_NUMBER,
            keras="keras.losses.log_cosh(y_true, y_pred)",
        ),
        Loss(
            name="mean_squared_logarithmic_error",
            title="Mean squared logarithmic error (MSLE)",
            group="Regression",
            formula=r"\frac{1}{d} \sum_i (\ln(1 + \hat y_i) - \ln(1 + y_i))^2",
            gradient_formula=r"\frac{2}{d} \cdot \frac{\ln(1 + \hat y_i) - \ln(1 + y_i)}{1 + \hat y_i}",
            why=(
                "For amounts that span powers of ten, such as prices or visits: it counts ratios, and too "
                "little "
                "costs more than too much."
            ),
            source="Keras's documentation; known from competitions in forecasting.",
            reduction="mean",
            function=lambda y_true, y_pred: np.square(_log_of(y_pred) - _log_of(y_true)),
            slope=_msle_slope,
            target=_POSITIVE,
            prediction=_POSITIVE,
            clipping=(
                "Targets and predictions below one ten-millionth count as that, and such a prediction "
                "gets no gradient."
            ),
            bends=lambda target, **_: (EPSILON,),
            keras="keras.losses.mean_squared_logarithmic_error(y_true, y_pred)",
        ),
        Loss(
            name="mean_absolute_percentage_error",
            title="Mean absolute percentage error (MAPE)",
            group="Regression",
            formula=r"\frac{100}{d} \sum_i \left| \frac{\hat y_i - y_i}{y_i} \right|",
            gradient_formula=r"\frac{100}{d} \cdot \frac{\operatorname{sign}(\hat y_i - y_i)}{|y_i|}",
            why=(
                "For forecasts that are judged in per cent; a target near zero makes it enormous, and it "
                "prefers "
                "answers that are too low."
            ),
            source="S. Makridakis, Accuracy measures: theoretical and practical concerns, 1993.",
            reduction="mean",
            function=lambda y_true, y_pred: 100 * np.abs((y_true - y_pred) / _scale_of(y_true)),
            slope=lambda y_true, y_pred: 100 * np.sign(y_pred - y_true) / _scale_of(y_true),
            target=_NUMBER,
            prediction=_NUMBER,
            clipping="A target nearer to 0 than one ten-millionth is divided by that instead.",
            bends=_at_target,
            keras="keras.losses.mean_absolute_percentage_error(y_true, y_pred)",
        ),
        Loss(
            name="quantile",
            title="Quantile (pinball)",
            group="Regression",
            formula=(
                r"\frac{1}{d} \sum_i \max(\tau (y_i - \hat y_i), (\tau - 1)(y_i - \hat y_i)) "
                r"\quad \tau = \text{quantile}"
            ),
            gradient_formula=(
                r"\frac{1}{d} \begin{cases} -\tau & \hat y_i < y_i \\ 0 & \hat y_i = y_i \\ "
                r"1 - \tau & \hat y_i > y_i \end{cases}"
            ),
            why=(
                "For an answer that is exceeded only so often, such as the stock that suffices nine days in "
                "ten: its best constant answer is that quantile."
            ),
            source="R. Koenker, G. Bassett, Regression quantiles, 1978.",
            reduction="mean",
            function=_pinball,
            slope=_pinball_slope,
            target=_NUMBER,
            prediction=_NUMBER,
            parameters=(
                Number(
                    name="quantile",
                    title="Quantile",
                    low=0.01,
                    high=0.99,
                    step=0.01,
                    default=0.9,
                ),
            ),
            bends=_at_target,
        ),
        Loss(
            name="epsilon_insensitive",
            title="Epsilon-insensitive",
            group="Regression",
            formula=r"\frac{1}{d} \sum_i \max(|\hat y_i - y_i| - \varepsilon, 0)",
            gradient_formula=(
                r"\frac{1}{d} \begin{cases} \operatorname{sign}(\hat y_i - y_i) & |\hat y_i - y_i| > "
                r"\varepsilon \\ 0 & \text{otherwise} \end{cases}"
            ),
            why=(
                "For answers that need only be near enough: errors up to epsilon are free, which is how "
                "support "
                "vector regression works."
            ),
            source="V. N. Vapnik, The nature of statistical learning theory, 1995.",
            reduction="mean",
            function=_outside_tube,
            slope=_outside_tube_slope,
            target=_NUMBER,
            prediction=_NUMBER,
            parameters=(
                Number(
                    name="epsilon",
                    title="Epsilon",
                    low=0.0,
                    high=5.0,
                    step=0.05,
                    default=0.1,
                ),
            ),
            bends=lambda target, epsilon: (target - epsilon, target + epsilon) if epsilon else (target,),
        ),
        Loss(
            name="poisson",
            title="Poisson",
            group="Regression",
            formula=r"\frac{1}{d} \sum_i (\hat y_i - y_i \ln \hat y_i)",
            gradient_formula=r"\frac{1}{d} \left(1 - \frac{y_i}{\hat y_i}\right)",
            why=(
                "For counts, such as calls in an hour: the likelihood of a Poisson distribution, least "
                "where the "
                "prediction is the target."
            ),
            source="J. A. Nelder, R. W. M. Wedderburn, Generalized linear models, 1972.",
            reduction="mean",
            function=_poisson,
            slope=lambda y_true, y_pred: 1 - y_true / (_rate(y_pred) + EPSILON),
            target=_POSITIVE,
            prediction=_POSITIVE,
            clipping=(
                "One ten-millionth is added to the prediction in the logarithm, so that a rate of 0 "
                "has a finite loss."
            ),
            keras="keras.losses.poisson(y_true, y_pred)",
        ),
        Loss(
            name="binary_crossentropy",
            title="Binary cross-entropy",
            group="Classification",
            formula=r"-\frac{1}{d} \sum_i \left( y_i \ln \hat y_i + (1 - y_i) \ln(1 - \hat y_i) \right)",
            gradient_formula=(
                r"\frac{1}{d} \left( \frac{1 - y_i}{1 - \hat y_i} - \frac{y_i}{\hat y_i} \right)"
            ),
            why="For yes or no after a sigmoid: an answer that is sure and wrong costs without limit.",
            source="D. R. Cox, The regression analysis of binary sequences, 1958.",
            reduction="mean",
            function=lambda y_true, y_pred, from_logits, label_smoothing: _cross(
                _smoothed(y_true, label_smoothing), y_pred, from_logits
            ),
            slope=lambda y_true, y_pred, from_logits, label_smoothing: _cross_slope(
                _smoothed(y_true, label_smoothing), y_pred, from_logits
            ),
            target=_LABEL,
            prediction=_PROBABILITY,
            parameters=(_FROM_LOGITS, _SMOOTHING),
            clipping=_BINARY_CLIPPING,
            logits=_LOGIT,
            keras=(
                "keras.losses.binary_crossentropy("
                "y_true, y_pred, from_logits=from_logits, label_smoothing=label_smoothing)"
            ),
        ),
        Loss(
            name="categorical_crossentropy",
            title="Categorical cross-entropy",
            group="Classification",
            formula=r"-\sum_i y_i \ln \hat y_i",
            gradient_formula=(
                r"\sum_j y_j - \frac{y_i}{\hat y_i} \quad \left(\textstyle\sum_j \hat y_j = 1\right)"
            ),
            why=(
                "For one class out of several after a softmax: the logarithm of the probability given to the "
                "true class, turned positive."
            ),
            source=(
                "J. S. Bridle, Probabilistic interpretation of feedforward classification network "
                "outputs, 1990."
            ),
            reduction="sum",
            function=_categorical_crossentropy,
            slope=_categorical_crossentropy_slope,
            target=_ONE_HOT,
            prediction=_PROBABILITIES,
            parameters=(_FROM_LOGITS, _SMOOTHING),
            clipping=_CLASSES_CLIPPING,
            logits=_LOGITS,
            keras=(
                "keras.losses.categorical_crossentropy("
                "y_true, y_pred, from_logits=from_logits, label_smoothing=label_smoothing)"
            ),
        ),
        Loss(
            name="binary_focal_crossentropy",
            title="Binary focal",
            group="Classification",
            formula=(
                r"-\frac{1}{d} \sum_i (1 - p_i)^\gamma \ln p_i, "
                r"\quad p_i = \begin{cases} \hat y_i & y_i = 1 \\ 1 - \hat y_i & y_i = 0 \end{cases}"
            ),
            gradient_formula=(
                r"\pm\frac{1}{d} \left( \gamma (1 - p_i)^{\gamma - 1} \ln p_i - \frac{(1 - p_i)^\gamma}{p_i} "
                r"\right) \quad (+ \text{ for } y_i = 1)"
            ),
            why=(
                "For rare finds among much background, as in detectors: cases that are already right hardly "
                "count."
            ),
            source=(
                "T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár, Focal loss for dense object detection, "
                "ICCV 2017."
            ),
            reduction="mean",
            function=lambda y_true, y_pred, **values: _binary_focal(y_true, y_pred, **values)[0],
            slope=lambda y_true, y_pred, **values: _binary_focal(y_true, y_pred, **values)[1],
            target=_LABEL,
            prediction=_PROBABILITY,
            parameters=(
                Switch(
                    name="apply_class_balancing",
                    title="Weigh the classes by alpha",
                ),
                replace(_ALPHA, title="Alpha if weighed"),
                _GAMMA,
                _FROM_LOGITS,
                _SMOOTHING,
            ),
            clipping=_BINARY_FOCAL_CLIPPING,
            logits=_LOGIT,
            keras=(
                "keras.losses.binary_focal_crossentropy("
                "y_true, y_pred, apply_class_balancing=apply_class_balancing, alpha=alpha, gamma=gamma, "
                "from_logits=from_logits, label_smoothing=label_smoothing)"
            ),
        ),
        Loss(
            name="categorical_focal_crossentropy",
            title="Categorical focal",
            group="Classification",
            formula=r"-\alpha \sum_i y_i (1 - \hat y_i)^\gamma \ln \hat y_i",
            gradient_formula=(
                r"g_i - \sum_j g_j \hat y_j, \quad g_i = \alpha y_i \left( \gamma (1 - \hat y_i)^{\gamma "
                r"- 1} "
                r"\ln \hat y_i - \frac{(1 - \hat y_i)^\gamma}{\hat y_i} \right) "
                r"\quad \left(\textstyle\sum_j \hat y_j = 1\right)"
            ),
            why="For several classes of which some are rare: samples that are already right hardly count.",
            source=(
                "T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár, Focal loss for dense object detection, "
                "ICCV 2017."
            ),
            reduction="sum",
            function=lambda y_true, y_pred, **values: _categorical_focal(y_true, y_pred, **values)[0],
            slope=lambda y_true, y_pred, **values: _categorical_focal(y_true, y_pred, **values)[1],
            target=_ONE_HOT,
            prediction=_PROBABILITIES,
            parameters=(_ALPHA, _GAMMA, _FROM_LOGITS, _SMOOTHING),
            clipping=_FOCAL_CLIPPING,
            logits=_LOGITS,
            keras=(
                "keras.losses.categorical_focal_crossentropy("
                "y_true, y_pred, alpha=alpha, gamma=gamma, from_logits=from_logits, "
                "label_smoothing=label_smoothing)"
            ),
        ),
        Loss(
            name="hinge",
            title="Hinge",
            group="Classification",
            formula=r"\frac{1}{d} \sum_i \max(1 - y_i \hat y_i, 0)",
            gradient_formula=(
                r"\frac{1}{d} \begin{cases} -y_i & y_i \hat y_i \le 1 \\ 0 & y_i \hat y_i > 1 \end{cases}"
            ),
            why=(
                "For two classes, minus one and one, as in support vector machines: an answer on the "
                "right side "
                "and beyond the margin costs nothing."
            ),
            source="C. Cortes, V. Vapnik, Support-vector networks, 1995.",
            reduction="mean",
            function=_short_of_margin,
            slope=_hinge_slope,
            target=_SIGN,
            prediction=_SCORE,
            bends=_on_margin,
            keras="keras.losses.hinge(y_true, y_pred)",
        ),
        Loss(
            name="squared_hinge",
            title="Squared hinge",
            group="Classification",
            formula=r"\frac{1}{d} \sum_i \max(1 - y_i \hat y_i, 0)^2",
            gradient_formula=r"-\frac{2}{d}\, y_i \max(1 - y_i \hat y_i, 0)",
            why=(
                "A hinge without a corner at the margin, which punishes answers far on the wrong side harder."
            ),
            source="C. Cortes, V. Vapnik, Support-vector networks, 1995.",
            reduction="mean",
            function=lambda y_true, y_pred: np.square(_short_of_margin(y_true, y_pred)),
            slope=lambda y_true, y_pred: -2 * _signs(y_true) * _short_of_margin(y_true, y_pred),
            target=_SIGN,
            prediction=_SCORE,
            keras="keras.losses.squared_hinge(y_true, y_pred)",
        ),
        Loss(
            name="kl_divergence",
            title="KL divergence",
            group="Classification",
            formula=r"\sum_i y_i \ln \frac{y_i}{\hat y_i}",
            gradient_formula=r"-\frac{y_i}{\hat y_i}",
            why=(
                "For copying a whole distribution, as a small network learns from a large one: cross-entropy "
                "less what no prediction could save."
            ),
            source="S. Kullback, R. A. Leibler, On information and sufficiency, 1951.",
            reduction="sum",
            function=_kl_divergence,
            slope=_kl_slope,
            target=_PROBABILITIES,
            prediction=_PROBABILITIES,
            clipping=(
                "Targets and predictions are kept between one ten-millionth and 1, but not divided by "
                "their sum; a prediction beyond gets no gradient."
            ),
            keras="keras.losses.kl_divergence(y_true, y_pred)",
        ),
        Loss(
            name="downside",
            title="Downside",
            group="Profit",
            formula=r"\frac{1}{d} \sum_i \max(-y_i \hat y_i, 0)^k \quad k = \text{power}",
            gradient_formula=r"-\frac{k}{d}\, y_i \max(-y_i \hat y_i, 0)^{k - 1}",
            why=(
                "A position is charged when it loses money and not when it gains; standing aside costs "
                "nothing, "
                "so it needs a reason to take part."
            ),
            source="P. C. Fishburn, Mean-risk analysis with risk associated with below-target returns, 1977.",
            reduction="mean",
            function=lambda y_true, y_pred, power: np.maximum(_lost(y_true, y_pred), 0) ** power,
            slope=_downside_slope,
            target=_RETURN,
            prediction=_POSITION,
            parameters=(
                WholeNumber(
                    name="power",
                    title="Power",
                    low=1,
                    high=2,
                    step=1,
                    default=1,
                ),
            ),
            bends=_at_zero,
        ),
        Loss(
            name="asymmetric_profit",
            title="Asymmetric profit",
            group="Profit",
            formula=(
                r"\frac{1}{d} \sum_i \begin{cases} -w\, y_i \hat y_i & y_i \hat y_i < 0 \\ "
                r"-y_i \hat y_i & y_i \hat y_i \ge 0 \end{cases} \quad w = \text{weight}"
            ),
            gradient_formula=(
                r"-\frac{1}{d}\, y_i \begin{cases} w & y_i \hat y_i < 0 \\ 1 & y_i \hat y_i \ge 0 "
                r"\end{cases}"
            ),
            why=(
                "Losing money hurts more than gaining as much pleases; it has no least value, so "
                "positions need "
                "a bound, such as tanh."
            ),
            source="D. Kahneman, A. Tversky, Prospect theory: an analysis of decision under risk, 1979.",
            reduction="mean",
            function=_weighted_loss,
            slope=_weighted_loss_slope,
            target=_RETURN,
            prediction=_POSITION,
            parameters=(
                Number(
                    name="weight",
                    title="Weight of a loss",
                    low=1.0,
                    high=10.0,
                    step=0.1,
                    default=2.0,
                ),
            ),
            bends=_at_zero,
        ),
        Loss(
            name="shortfall",
            title="Shortfall",
            group="Profit",
            formula=r"\frac{1}{d} \sum_i \max(-y_i \hat y_i - \theta, 0) \quad \theta = \text{threshold}",
            gradient_formula=(
                r"\frac{1}{d} \begin{cases} -y_i & -y_i \hat y_i > \theta \\ 0 & \text{otherwise} "
                r"\end{cases}"
            ),
            why=(
                "Small losses of money are free, and only what goes beyond a threshold is charged: for those "
                "who fear the bad day and not the dull one."
            ),
            source="P. C. Fishburn, Mean-risk analysis with risk associated with below-target returns, 1977.",
            reduction="mean",
            function=_shortfall,
            slope=_shortfall_slope,
            target=_RETURN,
            prediction=_POSITION,
            parameters=(
                Number(
                    name="threshold",
                    title="Loss that is free",
                    low=0.0,
                    high=1.0,
                    step=0.01,
                    default=0.02,
                ),
            ),
            bends=lambda target, threshold: (-threshold / target,) if target else (),
        ),
    )
}
