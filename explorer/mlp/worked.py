"""One point's way through a network and back, worked out in numbers and formulas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from reprlib import repr as short

import numpy as np
from numpy.typing import ArrayLike

from explorer import rounding
from explorer.errors import ExplorerError
from explorer.mlp.features import FEATURES
from explorer.mlp.layers import Real
from explorer.mlp.network import DenseNetwork, Forward
from explorer.mlp.objective import Training
from explorer.mlp.passes import EPSILON, clip


@dataclass(frozen=True)
class Factor:
    """One factor of a product.

    Attributes:
        symbol: LaTeX.
        value: The number.
        meaning: What it is, in a few words.
    """

    symbol: str
    value: float
    meaning: str


@dataclass(frozen=True)
class Chain:
    """A gradient as the product that the chain rule makes of it.

    Attributes:
        symbol: LaTeX of the gradient.
        factors: What is multiplied.
        penalty: What L1 and L2 add to the product.
    """

    symbol: str
    factors: tuple[Factor, ...]
    penalty: float = 0.0

    @property
    def value(self) -> float:
        """The product, and what the penalty adds; 0 where the two cancel but for rounding."""
        return _sum([math.prod(factor.value for factor in self.factors), self.penalty])

    @property
    def latex(self) -> str:
        r"""The gradient in symbols and in numbers of four digits; p is what the penalty adds.

        Example:
            >>> print(Chain("g", (Factor("x_1", 2.0, "input"), Factor("d", -0.5, "slope"))).latex)
            g = x_1 \cdot d = 2 \cdot (-0.5) = -1
        """
        symbols = r" \cdot ".join(factor.symbol for factor in self.factors)
        numbers = r" \cdot ".join(_factor(factor.value) for factor in self.factors)
        if self.penalty:
            symbols += " + p"
            numbers += f" + {_factor(self.penalty)}"
        elif len(self.factors) == 1:
            return f"{self.symbol} = {symbols} = {_decimal(self.value)}"
        return f"{self.symbol} = {symbols} = {numbers} = {_decimal(self.value)}"


@dataclass(frozen=True, eq=False)
class ForwardStep:
    """What one layer does to one point, in float64; a sum of which rounding alone is left is 0.

    Attributes:
        layer: Its number, from 0.
        title: Its name.
        activation: Name of its activation, with its parameters.
        symbols: What comes in, in LaTeX.
        inputs: (inputs,): what comes in.
        weights: (inputs, units).
        biases: (units,).
        products: (inputs, units): each input times each of its weights.
        sums: (units,): the products' sum over the inputs, plus the bias.
        norm: (4, units): gamma, beta, mean and spread of a batch normalisation in use; None without one.
        pre_activations: (units,): z, those sums, normalised where the layer does that.
        activations: (units,): a = f(z).
    """

    layer: int
    title: str
    activation: str
    symbols: tuple[str, ...]
    inputs: Real
    weights: Real
    biases: Real
    products: Real
    sums: Real
    norm: Real | None
    pre_activations: Real
    activations: Real

    @property
    def letter(self) -> str:
        """What a sum is called: z, or s where it is normalised first."""
        return "z" if self.norm is None else "s"

    def normalised(self, unit: int = 0) -> str:
        r"""Write how the sum of a unit is normalised, in LaTeX; "" where it is not.

        Example:
            >>> from explorer.mlp.layers import Dense
            >>> layers = [Dense(1, batch_normalization=True), Dense(1)]
            >>> norm = [[2], [0.5], [1], [4]], np.zeros((0, 1))
            >>> network = DenseNetwork(layers, [[[1]], [[1]]], [[0], [0]], (), norm)
            >>> print(forward_steps(network, [3])[0].normalised())
            z_{1} = \gamma \cdot \frac{s_{1} - \mu}{\sigma} + \beta = 2 \cdot \frac{3 - 1}{2} + 0.5 = 2.5
        """
        if self.norm is None:
            return ""
        gamma, beta, mean, spread = self.norm[:, unit]
        j, s, z = unit + 1, self.sums[unit], self.pre_activations[unit]
        return (
            rf"z_{{{j}}} = \gamma \cdot \frac{{s_{{{j}}} - \mu}}{{\sigma}} + \beta = "
            rf"{_decimal(gamma)} \cdot \frac{{{_decimal(s)} - {_factor(mean)}}}{{{_decimal(spread)}}} + "
            rf"{_factor(beta)} = {_decimal(z)}"
        )

    def weighted_sum(self, unit: int = 0) -> str:
        r"""Write the weighted sum of a unit in symbols and numbers, in LaTeX.

        Example:
            >>> from explorer.mlp.layers import Dense
            >>> neuron = DenseNetwork([Dense(1)], [[[2], [-1]]], [[0.5]])
            >>> print(forward_steps(neuron, [1, 3])[0].weighted_sum())
            z_{1} = x_{1} w_{1,1} + x_{2} w_{2,1} + b_{1} = 1 \cdot 2 + 3 \cdot (-1) + 0.5 = -0.5
        """
        j = unit + 1
        symbols = [f"{symbol} w_{{{i},{j}}}" for i, symbol in enumerate(self.symbols, 1)]
        numbers = [
            rf"{_factor(value)} \cdot {_factor(weight)}"
            for value, weight in zip(self.inputs, self.weights[:, unit], strict=True)
        ]
        symbols, numbers = [*symbols, f"b_{{{j}}}"], [*numbers, _factor(self.biases[unit])]
        found = _decimal(self.sums[unit])
        return f"{self.letter}_{{{j}}} = {' + '.join(symbols)} = {' + '.join(numbers)} = {found}"

    def activated(self, unit: int = 0) -> str:
        """Write the activation of a unit in numbers, in LaTeX.

        Example:
            >>> from explorer.mlp.layers import Dense
            >>> neuron = DenseNetwork([Dense(1, "relu")], [[[2], [-1]]], [[0.5]])
            >>> print(forward_steps(neuron, [3, 1])[0].activated())
            a_{1} = f(z_{1}) = f(5.5) = 5.5
        """
        j, z, a = unit + 1, self.pre_activations[unit], self.activations[unit]
        return f"a_{{{j}}} = f(z_{{{j}}}) = f({_decimal(z)}) = {_decimal(a)}"

    @property
    def matrix_product(self) -> str:
        """The sums of the whole layer in numbers, in LaTeX: z = x W + b."""
        x, bias, z = map(_matrix, (self.inputs, self.biases, self.sums))
        return rf"{self.letter} = x W + b = {x} {_matrix(self.weights)} + {bias} = {z}"

    @property
    def all_activated(self) -> str:
        """The activations of the whole layer in numbers, in LaTeX: a = f(z)."""
        return rf"a = f(z) = {_matrix(self.activations)}"


@dataclass(frozen=True, eq=False)
class BackwardStep:
    """How the loss of one point changes with every number of one layer, in float64, sums likewise.

    Attributes:
        layer: Its number, from 0.
        title: Its name.
        symbols: What comes in, in LaTeX.
        inputs: (inputs,): what comes in.
        upstream: (units,): dL/da: the weights to the next layer times dL/dz there, summed; for the output
            layer the slope of the loss.
        slopes: (units,): f'(z).
        deltas: (units,): dL/dz, the product of the two, but for a softmax.
        weights: (inputs, units): dL/dW = input times dL/dz, and what the penalty adds.
        penalties: (inputs, units): what the penalty adds.
        biases: (units,): dL/db = dL/dz, times the scale of a batch normalisation.
        scales: (units,): gamma / spread of a batch normalisation, by which the gradient goes on to the sum;
            None without one.
        next_weights: (units, units of the next layer); None for the output layer.
        next_deltas: (units of the next layer,); likewise.
        together: The activation that dL/dz is computed with at once, a sigmoid or a softmax; else "".
    """

    layer: int
    title: str
    symbols: tuple[str, ...]
    inputs: Real
    upstream: Real
    slopes: Real
    deltas: Real
    weights: Real
    penalties: Real
    biases: Real
    scales: Real | None
    next_weights: Real | None
    next_deltas: Real | None
    together: str

    def weight(self, source: int, unit: int = 0) -> Chain:
        r"""Return the gradient of a weight as a product, from an input to a unit, both counted from 0.

        Example:
            >>> from explorer.mlp.layers import Dense
            >>> neuron = DenseNetwork([Dense(1, "linear")], [[[2], [-1]]], [[0.5]])
            >>> step = backward_steps(neuron, [1, 3], [1], Training("mean_squared_error"))[0]
            >>> [factor.value for factor in step.weight(1).factors], step.weight(1).value
            ([3.0, 1.0, -3.0], -9.0)
        """
        i, j = source + 1, unit + 1
        given = Factor(self.symbols[source], float(self.inputs[source]), "input")
        return Chain(
            rf"\frac{{\partial L}}{{\partial w_{{{i},{j}}}}}",
            (given, *self._scale(unit), *self._delta(unit)),
            float(self.penalties[source, unit]),
        )

    def bias(self, unit: int = 0) -> Chain:
        """Return the gradient of a bias as a product; what comes in is 1."""
        factors = (*self._scale(unit), *self._delta(unit))
        return Chain(rf"\frac{{\partial L}}{{\partial b_{{{unit + 1}}}}}", factors)

    def _scale(self, unit: int) -> tuple[Factor, ...]:
        if self.scales is None:
            return ()
        symbol = r"\frac{\gamma}{\sigma}"
        return (Factor(symbol, float(self.scales[unit]), "slope of the normalisation"),)

    def _delta(self, unit: int) -> tuple[Factor, ...]:
        j = unit + 1
        if self.together:
            meaning = f"slope of loss and {self.together} together"
            return (Factor(rf"\frac{{\partial L}}{{\partial z_{{{j}}}}}", float(self.deltas[unit]), meaning),)
        arrives = "slope of the loss" if self.next_deltas is None else "gradient from the next layer"
        return (
            Factor(f"f'(z_{{{j}}})", float(self.slopes[unit]), "slope of the activation"),
            Factor(rf"\frac{{\partial L}}{{\partial a_{{{j}}}}}", float(self.upstream[unit]), arrives),
        )

    def coming_back(self, unit: int = 0) -> str:
        r"""Write what comes back to a unit from the next layer as a weighted sum, in LaTeX; "" for an output.

        Example:
            >>> from explorer.mlp.layers import Dense
            >>> network = DenseNetwork([Dense(1, "linear"), Dense(1, "linear")], [[[1]], [[3]]], [[0], [0]])
            >>> last, first = backward_steps(network, [1], [1], Training("mean_squared_error"))
            >>> print(first.coming_back())
            \frac{\partial L}{\partial a_{1}} = 3 \cdot 4 = 12
        """
        if self.next_weights is None or self.next_deltas is None:
            return ""
        terms = [
            rf"{_factor(weight)} \cdot {_factor(delta)}"
            for weight, delta in zip(self.next_weights[unit], self.next_deltas, strict=True)
        ]
        symbol = rf"\frac{{\partial L}}{{\partial a_{{{unit + 1}}}}}"
        return f"{symbol} = {' + '.join(terms)} = {_decimal(self.upstream[unit])}"


def forward_steps(network: DenseNetwork, x: ArrayLike) -> tuple[ForwardStep, ...]:
    """Follow one point through a network: a step for each layer, the first first.

    Args:
        network: Where it goes.
        x: (inputs,): the point.

    Raises:
        ExplorerError: If x is not a point of the network's inputs.

    Example:
        >>> from explorer.mlp.layers import Dense
        >>> neuron = DenseNetwork([Dense(1, "relu")], [[[2], [-1]]], [[0.5]])
        >>> forward_steps(neuron, [1, 3])[0].products.tolist()
        [[2.0], [-3.0]]
    """
    forward, sums = _settled(network, x)
    steps = []
    for place, layer in enumerate(network.layers):
        inputs = (forward.activations[place - 1] if place else forward.x)[0]
        weights = network.weights[place].astype(np.float64)
        steps.append(
            ForwardStep(
                place,
                _title(network, place),
                layer.said,
                _symbols(network, place),
                inputs,
                weights,
                network.biases[place].astype(np.float64),
                inputs[:, np.newaxis] * weights,
                sums[place][0],
                _norm(network, place),
                forward.pre_activations[place][0],
                forward.activations[place][0],
            )
        )
    return tuple(steps)


def backward_steps(
    network: DenseNetwork, x: ArrayLike, y: ArrayLike, training: Training | None = None
) -> tuple[BackwardStep, ...]:
    """Follow the gradient of one point's loss back through a network: a step for each layer, the last first.

    Args:
        network: Where it goes.
        x: (inputs,): the point.
        y: (units of the output layer,), or one number: its target.
        training: Where loss, l1 and l2 are taken from; the default is a binary cross-entropy.

    Raises:
        ExplorerError: If a shape does not fit, or the loss cannot take the network's output.
    """
    training = training or Training()
    (forward, _), target = _settled(network, x), _one(y, "y")
    if target.shape == forward.output.shape:
        # An output that is its target but for rounding is on it, and its error is 0.
        size = np.abs(forward.output) + np.abs(target)
        hit = _sums(forward.output - target, size, 2) == 0
        output = np.where(hit, target, forward.output)
        forward = replace(forward, activations=(*forward.activations[:-1], output))
    gradients = network.backward_from(forward, target, training)
    deltas = back = gradients.pre_activations[-1][0]
    steps: list[BackwardStep] = []
    for place in reversed(range(len(network.layers))):
        is_last = place == len(network.layers) - 1
        inputs = (forward.activations[place - 1] if place else forward.x)[0]
        upstream, slopes = gradients.activations[place][0], gradients.slopes[place][0]
        next_weights = next_deltas = None
        if not is_last:
            next_weights, next_deltas = network.weights[place + 1].astype(np.float64), back
            terms = next_weights * next_deltas  # (units, units of the next layer)
            upstream = clip(_sums(terms.sum(1), np.abs(terms).sum(1), terms.shape[1]))
            deltas = clip(upstream * slopes)
        weights = network.weights[place].astype(np.float64)
        penalties = training.l1 * np.sign(weights) + 2 * training.l2 * weights
        norm = _norm(network, place)
        scales = None if norm is None else norm[0] / norm[3]
        back = deltas if scales is None else clip(deltas * scales)
        products = np.outer(inputs, back)
        steps.append(
            BackwardStep(
                place,
                _title(network, place),
                _symbols(network, place),
                inputs,
                upstream,
                slopes,
                deltas,
                clip(_sums(products + penalties, np.abs(products) + np.abs(penalties), 2)),
                penalties,
                back,
                scales,
                next_weights,
                next_deltas,
                network.output.activation
                if is_last and (gradients.from_logits or network.output.is_softmax)
                else "",
            )
        )
    return tuple(steps)


def _one(values: ArrayLike, name: str) -> Real:
    """Read one point as a batch of it, in float64."""
    try:
        return np.atleast_1d(np.asarray(values, np.float64))[np.newaxis]  # (1, numbers)
    except (TypeError, ValueError) as error:
        raise ExplorerError(f"{name} must be a list of numbers; it is {short(values)}.") from error


def _norm(network: DenseNetwork, place: int) -> Real | None:
    """Gamma, beta, mean and spread of a layer's batch normalisation in use: (4, units)."""
    norm = network.norms[place].astype(np.float64)
    if not len(norm):
        return None
    return np.asarray([*norm[:3], np.sqrt(np.maximum(norm[3], 0) + EPSILON)])


def _settled(network: DenseNetwork, x: ArrayLike) -> tuple[Forward, list[Real]]:
    """Send one point through a network, each weighted sum of which rounding alone is left being 0.

    The second are the sums before a normalisation.
    """
    forward = network.forward(_one(x, "x"))
    point, sums, pre, post = forward.x, [], [], []
    with np.errstate(all="ignore"):
        parts = zip(network.layers, network.weights, network.biases, strict=True)
        for place, (layer, kernel, bias) in enumerate(parts):
            weights, biases = kernel.astype(np.float64), bias.astype(np.float64)
            size = np.abs(point) @ np.abs(weights) + np.abs(biases)
            z = clip(_sums(point @ weights + biases, size, len(weights) + 1))
            sums.append(z)
            norm = _norm(network, place)
            if norm is not None:
                z = clip(norm[0] * (z - norm[2]) / norm[3] + norm[1])
            point = clip(layer.f(z))
            pre.append(z)
            post.append(point)
    return replace(forward, pre_activations=tuple(pre), activations=tuple(post)), sums


def _sums(found: Real, size: Real, terms: int) -> Real:
    """Settle sums of numbers that were given as float32, as weights are."""
    return np.asarray(rounding.settled(found, size, terms, given=rounding.SINGLE))


def _sum(terms: Sequence[float]) -> float:
    return rounding.total(terms, given=rounding.SINGLE)


def _title(network: DenseNetwork, place: int) -> str:
    return f"Hidden layer {place + 1}" if place < len(network.hidden) else "Output layer"


def _symbols(network: DenseNetwork, place: int) -> tuple[str, ...]:
    """Name what comes into a layer."""
    count = network.layers[place - 1].units if place else network.coordinates
    named = tuple(f"{'a' if place else 'x'}_{{{i}}}" for i in range(1, count + 1))
    return named if place else (*named, *(FEATURES[name].formula for name in network.features))


def _decimal(number: float) -> str:
    """Write a number with four digits for LaTeX."""
    text = f"{number:.4g}"
    if "e" not in text:
        return "0" if text == "-0" else text
    digits, power = text.split("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}"


def _factor(number: float) -> str:
    """Write a number where a sign would be misread."""
    text = _decimal(number)
    return f"({text})" if text.startswith("-") else text


def _matrix(values: Real) -> str:
    rows = r" \\ ".join(" & ".join(map(_decimal, row)) for row in np.atleast_2d(values))
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"
