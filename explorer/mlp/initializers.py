"""The initialisers: how the weights of a layer are drawn before training."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.mlp.layers import Real
from explorer.parameters import Number


@dataclass(frozen=True)
class Initializer:
    """A way to draw the weights of a layer before training; the biases always start at 0.

    Attributes:
        name: Key in `INITIALIZERS`, as in Keras.
        title: Name to show.
        formula: LaTeX: what the weights are, with n the inputs and m the units of the layer.
        why: One sentence: what it is good or bad for.
        source: Where it comes from.
        keras: The call that gives the same in Keras, with the parameters by name.
        draw: (inputs, units, generator, **parameters) -> (inputs, units).
        parameters: What shapes it besides.
    """

    name: str
    title: str
    formula: str
    why: str
    source: str
    keras: str
    draw: Callable[..., Real]
    parameters: tuple[Number, ...] = ()


def _zeros(fan_in: int, units: int, rng: np.random.Generator) -> Real:
    return np.zeros((fan_in, units))


def _uniform(fan_in: int, units: int, rng: np.random.Generator, limit: float) -> Real:
    return rng.uniform(-limit, limit, (fan_in, units))


def _scaled(scale: float, average: bool, normal: bool) -> Callable[..., Real]:
    """Make Keras's variance scaling: a variance of scale / n, with n the inputs or the mean of both sides."""

    def draw(fan_in: int, units: int, rng: np.random.Generator) -> Real:
        variance = scale / ((fan_in + units) / 2 if average else fan_in)
        if not normal:
            return _uniform(fan_in, units, rng, math.sqrt(3 * variance))
        values = rng.standard_normal((fan_in, units))
        while (beyond := np.abs(values) > 2).any():
            values[beyond] = rng.standard_normal(np.count_nonzero(beyond))
        return values * (math.sqrt(variance) / _CUT_DEVIATION)

    return draw


_CUT_DEVIATION = 0.87962566103423978
"""Standard deviation of a standard normal cut off at -2 and 2."""

_GLOROT = (
    "X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010."
)
_HE = "K. He, X. Zhang, S. Ren, J. Sun, Delving deep into rectifiers, ICCV 2015."

INITIALIZERS: dict[str, Initializer] = {
    record.name: record
    for record in (
        Initializer(
            name="zeros",
            title="Zeros",
            formula=r"w = 0",
            why=(
                "All units of a layer start alike and stay alike, so that a hidden layer does no more than "
                "one unit."
            ),
            source="The warning example of every textbook.",
            keras="keras.initializers.Zeros()",
            draw=_zeros,
        ),
        Initializer(
            name="random_uniform",
            title="Uniform",
            formula=r"w \sim U(-l, l) \quad l = \text{limit}",
            why=(
                "All widths of layers get the same limit: signals fade in a deep network if it is small, and "
                "saturate units if it is large."
            ),
            source="Keras's documentation.",
            keras="keras.initializers.RandomUniform(-limit, limit)",
            draw=_uniform,
            parameters=(
                Number(
                    name="limit",
                    title="Limit",
                    low=0.0,
                    high=10.0,
                    step=0.05,
                    default=0.05,
                ),
            ),
        ),
        Initializer(
            name="glorot_uniform",
            title="Glorot, uniform",
            formula=r"w \sim U(-l, l) \quad l = \sqrt{\frac{6}{n + m}}",
            why=(
                "Signals keep their size forwards and gradients theirs backwards, for tanh and sigmoid; "
                "Keras's "
                "default."
            ),
            source=_GLOROT,
            keras="keras.initializers.GlorotUniform()",
            draw=_scaled(1.0, average=True, normal=False),
        ),
        Initializer(
            name="glorot_normal",
            title="Glorot, normal",
            formula=r"w \sim N\left(0, \frac{2}{n + m}\right) \text{, cut off at twice its width}",
            why="Glorot's variance from a bell instead of a box: most weights are small, a few are larger.",
            source=_GLOROT,
            keras="keras.initializers.GlorotNormal()",
            draw=_scaled(1.0, average=True, normal=True),
        ),
        Initializer(
            name="he_uniform",
            title="He, uniform",
            formula=r"w \sim U(-l, l) \quad l = \sqrt{\frac{6}{n}}",
            why="Larger than Glorot's, because a ReLU lets only half of the signal through.",
            source=_HE,
            keras="keras.initializers.HeUniform()",
            draw=_scaled(2.0, average=False, normal=False),
        ),
        Initializer(
            name="he_normal",
            title="He, normal",
            formula=r"w \sim N\left(0, \frac{2}{n}\right) \text{, cut off at twice its width}",
            why="He's variance from a bell instead of a box, the usual choice before a ReLU.",
            source=_HE,
            keras="keras.initializers.HeNormal()",
            draw=_scaled(2.0, average=False, normal=True),
        ),
        Initializer(
            name="lecun_normal",
            title="LeCun, normal",
            formula=r"w \sim N\left(0, \frac{1}{n}\right) \text{, cut off at twice its width}",
            why="It keeps a signal's variance forwards, which is what SELU asks for.",
            source="Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller, Efficient backprop, 1998.",
            keras="keras.initializers.LecunNormal()",
            draw=_scaled(1.0, average=False, normal=True),
        ),
    )
}
"""The initialisations by Keras's names, in the order of the menu."""
