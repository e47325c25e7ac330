"""Dense layers: what a layer is apart from its weights, and the shapes that a list of layers needs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from reprlib import repr as short
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.activations import ACTIVATIONS
from explorer.activations.functions import plain_softmax
from explorer.errors import ExplorerError
from explorer.parameters import Number, Switch, WholeNumber

Array = NDArray[np.float32]
Real = NDArray[Any]

Parameters = Mapping[str, Any] | tuple[tuple[str, Any], ...]

MAX_HIDDEN = 6
"""The most hidden layers of a network."""

MAX_UNITS = 16
"""The most units of a layer, and the most inputs."""

MAX_WEIGHT = 1e6
"""The largest magnitude of a weight or a bias; training that goes beyond has diverged."""

SOFTMAX = "softmax"
"""The activation of an output that has a unit for each class. It takes them all together, other than those of
`ACTIVATIONS`."""

UNITS = WholeNumber(
    name="units",
    title="Units",
    low=1,
    high=MAX_UNITS,
    step=1,
    default=4,
)


DROPOUT = Number(
    name="dropout",
    title="Dropout",
    low=0.0,
    high=0.9,
    step=0.1,
    default=0.0,
)

NORM_ROWS = 4
"""Numbers for each unit of a batch normalisation: gamma and beta, which are learnt, and the running mean and
variance."""


@dataclass(frozen=True)
class Dense:
    """What a layer is, apart from its weights.

    Attributes:
        units: Number of its units, 1 to 16.
        activation: Key of `ACTIVATIONS`, or "softmax" for an output of several units.
        parameters: The activation's parameters; those left out take their defaults.
        batch_normalization: Whether its sums are normalised before the activation.
        dropout: The share of its answers that is set to 0 at random while the network learns.

    Raises:
        ExplorerError: If a part is unknown or out of its bounds.

    Example:
        >>> Dense(3, "elu").parameters
        (('alpha', 1.0),)
    """

    units: int
    activation: str = "tanh"
    parameters: Parameters = ()
    batch_normalization: bool = False
    dropout: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "dropout", DROPOUT.checked(self.dropout))
        if self.activation not in (*ACTIVATIONS, SOFTMAX):
            raise ExplorerError(
                f"There is no activation {short(self.activation)}; choose one of "
                f"{', '.join((*ACTIVATIONS, SOFTMAX))}."
            )
        object.__setattr__(self, "units", int(UNITS.checked(self.units)))
        if self.is_softmax:
            values = checked_parameters("Softmax", (), dict(self.parameters))
            if self.units < 2:
                raise ExplorerError(
                    "Softmax shares 1 out among several units, and this layer has 1; take two or more, or "
                    "a sigmoid."
                )
        else:
            values = ACTIVATIONS[self.activation].values(**dict(self.parameters))
        object.__setattr__(self, "parameters", tuple(values.items()))

    @property
    def is_softmax(self) -> bool:
        """Whether its activation takes all units together."""
        return self.activation == SOFTMAX

    @property
    def said(self) -> str:
        """The activation's name with its parameters.

        Example:
            >>> Dense(3, "elu", {"alpha": 0.5}).said, Dense(1).said
            ('ELU, depth below 0 0.5', 'Tanh')
        """
        more = [*(["batch normalisation"] if self.batch_normalization else [])]
        more += [f"dropout {self.dropout:g}"] if self.dropout else []
        if self.is_softmax:
            return "Softmax"
        record = ACTIVATIONS[self.activation]
        return ", ".join([titled(record.title, record.parameters, self.parameters), *more])

    def f(self, z: Real) -> Real:
        """Apply the activation; to be called where NumPy's warnings are off."""
        if self.is_softmax:
            return plain_softmax(z)
        return np.asarray(ACTIVATIONS[self.activation].function(z, **dict(self.parameters)), z.dtype)

    def slope(self, z: Real) -> Real:
        """Return the activation's slopes, likewise; of a softmax how each answer changes with its own z."""
        if self.is_softmax:
            a = self.f(z)
            return np.asarray(a * (1 - a))
        return np.asarray(ACTIVATIONS[self.activation].slope(z, **dict(self.parameters)), z.dtype)

    def pulled(self, upstream: Real, z: Real) -> Real:
        """Return dL/dz of dL/da: (n, units) both.

        Other than for the activations of one number, with a softmax each z changes every answer:
        dL/dz_i = a_i (dL/da_i - sum_j a_j dL/da_j).
        """
        if not self.is_softmax:
            return upstream * self.slope(z)
        a = self.f(z)
        return np.asarray(a * (upstream - (a * upstream).sum(-1, keepdims=True)))


def weight_shapes(layers: Sequence[Dense], inputs: int) -> list[tuple[int, int]]:
    """Return the shape of each layer's weights."""
    units = [inputs, *(layer.units for layer in layers)]
    return list(itertools.pairwise(units))


def norm_shapes(layers: Sequence[Dense]) -> list[tuple[int, int]]:
    """Return the shape of each layer's numbers of batch normalisation: no rows where it has none.

    >>> norm_shapes([Dense(3, batch_normalization=True), Dense(1)])
    [(4, 3), (0, 1)]
    """
    return [(NORM_ROWS if layer.batch_normalization else 0, layer.units) for layer in layers]


def checked_layers(layers: Iterable[Dense]) -> tuple[Dense, ...]:
    """The layers, if there are neither too few nor too many of them."""
    found = tuple(layers)
    if not 1 <= len(found) <= MAX_HIDDEN + 1:
        raise ExplorerError(
            f"A network has 0 to {MAX_HIDDEN} hidden layers and an output layer; {len(found)} layers came."
        )
    if any(layer.is_softmax for layer in found[:-1]):
        raise ExplorerError("A softmax is for the output layer; choose another activation for hidden layers.")
    if found[-1].batch_normalization or found[-1].dropout:
        raise ExplorerError("Batch normalisation and dropout are for hidden layers; leave the output out.")
    return found


def read_parameters(values: ArrayLike, name: str) -> Array:
    """Read weights or biases as a read-only float32 copy."""
    try:
        array = np.array(values)
    except (TypeError, ValueError) as error:
        raise ExplorerError(
            f"{name} must be an array of numbers, its rows of one length; {error}."
        ) from error
    if array.dtype.kind not in "iuf" or not (np.abs(array) <= MAX_WEIGHT).all():
        raise ExplorerError(
            f"{name} must hold numbers of magnitude {MAX_WEIGHT:g} at most; it is {short(values)}."
        )
    array = array.astype(np.float32)
    array.setflags(write=False)
    return array


def checked_parameters(
    title: str, parameters: Sequence[Number], given: Mapping[str, Any]
) -> dict[str, float]:
    """Check the parameters given, and give the others their defaults."""
    known = {parameter.name: parameter for parameter in parameters}
    for name in given.keys() - known.keys():
        raise ExplorerError(
            f"{title} has no parameter {name!r}; the parameters it takes: {', '.join(known) or 'none'}."
        )
    return {name: parameter.checked(given.get(name, parameter.default)) for name, parameter in known.items()}


def titled(title: str, parameters: Sequence[Number | Switch], values: Parameters) -> str:
    """Name a record and its parameters."""
    numbers, words = dict(values), [title]
    for each in parameters:
        value = numbers[each.name]
        number = f"{value:g}" if isinstance(each, Number) else "on" if value else "off"
        words.append(f"{each.title.lower()} {number}")
    return ", ".join(words)
