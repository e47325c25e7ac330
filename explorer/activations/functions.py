"""The activations and their slopes as functions of float arrays, and softmax.

They take a float array and return one of the same precision, unchecked; `Activation.f` and `softmax` check.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from explorer.calculus import Real, finite_number, real_array
from explorer.errors import ExplorerError
from explorer.words import signed

SELU_SCALE = 1.0507009873554805
"""What SELU multiplies all with."""
SELU_ALPHA = 1.6732632423543772
"""How deep SELU goes below 0, before that."""

_GELU_SCALE = math.sqrt(2 / math.pi)

_GELU_CUBIC = 0.044715

# By hand: scipy.special.ndtr takes 0.6 of the time, but its import costs the server 0.2 s and 22 MB.
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
    array = real_array(x)
    temperature = finite_number(temperature, "temperature")
    if temperature <= 0:
        raise ExplorerError(f"The temperature must be above 0; it is {signed(temperature)}.")
    if not -array.ndim <= axis < array.ndim or array.shape[axis] == 0:
        raise ExplorerError(
            f"Softmax needs numbers along axis {axis}; the input has the shape {array.shape}."
        )
    return plain_softmax(array, axis, temperature)


def plain_softmax(x: Real, axis: int = -1, temperature: float = 1.0) -> Real:
    """Softmax of numbers that are checked already."""
    with np.errstate(over="ignore"):
        below = x - x.max(axis, keepdims=True)
        # In double precision, because a temperature that float32 takes for 0 would make 0 / 0 of the largest.
        powers = np.exp(np.asarray(below / np.float64(temperature), x.dtype))
    return np.asarray(powers / powers.sum(axis, keepdims=True))


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


def erf(x: Real) -> Real:
    """The error function, which GELU is made of: 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x."""
    return np.copysign(1 - 2 * _tail(np.abs(x) * math.sqrt(2)), x)


def sigmoid(x: Real) -> Real:
    """The logistic function, 1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-x))  # where exp overflows, 1 / infinity is the 0 that is right


def sigmoid_slope(x: Real) -> Real:
    """Slope of the sigmoid."""
    return sigmoid(x) * sigmoid(-x)


def tanh_slope(x: Real) -> Real:
    """Slope of the hyperbolic tangent."""
    tail = np.exp(-2 * np.abs(x))  # 1 - tanh^2 would lose the tails to rounding
    return np.asarray(4 * tail / np.square(1 + tail))


def relu(x: Real) -> Real:
    """The positive part of x."""
    return np.maximum(x, 0)


def relu_slope(x: Real) -> Real:
    """1 above 0, else 0."""
    return (x > 0).astype(x.dtype)


def leaky_relu(x: Real, slope: float) -> Real:
    """The positive part of x and a share of the negative one."""
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


def elu(x: Real, alpha: float) -> Real:
    """X above 0, alpha (exp(x) - 1) below."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def elu_slope(x: Real, alpha: float) -> Real:
    """Slope of ELU; at 0 that of the left side."""
    return np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))


def selu_slope(x: Real) -> Real:
    """Slope of SELU; at 0 that of the right side."""
    # TensorFlow's slope at 0 is that of the right side
    return SELU_SCALE * np.where(x >= 0, 1, SELU_ALPHA * np.exp(np.minimum(x, 0)))


def celu(x: Real, alpha: float) -> Real:
    """X above 0, alpha (exp(x / alpha) - 1) below."""
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0) / alpha)


def celu_slope(x: Real, alpha: float) -> Real:
    """Slope of CELU."""
    return np.exp(np.minimum(x, 0) / alpha)


def _bell(x: Real) -> Real:
    """Density of the standard normal."""
    return np.exp(-np.square(x) / 2) / math.sqrt(2 * math.pi)


def gelu(x: Real) -> Real:
    """X times the share of the standard normal below it."""
    distance = np.abs(x)
    return relu(x) - distance * _tail(distance)


def gelu_slope(x: Real) -> Real:
    """Slope of GELU."""
    tail = _tail(np.abs(x))
    return np.where(x < 0, tail, 1 - tail) + x * _bell(x)


def gelu_tanh(x: Real) -> Real:
    """GELU by the approximation with tanh."""
    # (1 + tanh u) / 2 is the sigmoid of 2 u, which keeps the digits of the left tail
    return x * sigmoid(2 * _GELU_SCALE * (x + _GELU_CUBIC * x * x * x))


def gelu_tanh_slope(x: Real) -> Real:
    """Slope of the approximation of GELU."""
    x = np.clip(x, -30, 30)  # beyond, the slope is 0 or 1 to the last digit
    inner = 2 * _GELU_SCALE * (x + _GELU_CUBIC * x * x * x)
    return sigmoid(inner) + x * sigmoid_slope(inner) * 2 * _GELU_SCALE * (1 + 3 * _GELU_CUBIC * x * x)


def silu(x: Real) -> Real:
    """X times its sigmoid."""
    return x * sigmoid(x)


def silu_slope(x: Real) -> Real:
    """Slope of SiLU."""
    return sigmoid(x) + x * sigmoid_slope(x)


def softplus(x: Real) -> Real:
    """The logarithm of 1 + exp(x)."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def mish(x: Real) -> Real:
    """X times tanh of its softplus."""
    return x * np.tanh(softplus(x))


def mish_slope(x: Real) -> Real:
    """Slope of Mish."""
    soft = softplus(x)
    return np.tanh(soft) + x * sigmoid(x) * tanh_slope(soft)


def hard_sigmoid(x: Real) -> Real:
    """The straight line (x + 3) / 6, cut at 0 and 1."""
    return np.clip(x + 3, 0, 6) / 6


def inside(x: Real, end: float) -> Real:
    """1 between -end and end, 0 at the ends and outside."""
    return (np.abs(x) < end).astype(x.dtype)


def hard_silu_slope(x: Real) -> Real:
    """Slope of hard SiLU; at the kinks, what TensorFlow takes."""
    return hard_sigmoid(x) + x * inside(x, 3) / 6


def gaussian(x: Real) -> Real:
    """The bump exp(-x^2)."""
    return np.exp(-np.square(x))
