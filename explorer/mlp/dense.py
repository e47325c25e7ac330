"""Neurons and hidden layers: every number of the forward and the backward pass, and training.

A layer multiplies its inputs by its weights, adds its biases and applies its activation: a = f(x W + b). The
weights W have the shape (inputs, units), as Keras's kernels have, and a batch x has the shape (n, inputs).
What happens to a float64 batch happens in float64; everything else is float32.
"""

from __future__ import annotations

import io
import itertools
import json
import math
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import index
from reprlib import repr as short
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import rounding
from explorer.activations import ACTIVATIONS
from explorer.errors import ExplorerError
from explorer.losses import LOSSES, Loss
from explorer.mlp.datasets import Extent, PointSplit
from explorer.parameters import Number, Switch, WholeNumber
from explorer.words import counted

Array = NDArray[np.float32]
Real = NDArray[Any]
Point = tuple[float, float]
Parameters = Mapping[str, Any] | tuple[tuple[str, Any], ...]

MAX_HIDDEN = 6
"""The most hidden layers of a network."""

MAX_UNITS = 16
"""The most units of a layer, and the most inputs."""

MAX_WEIGHT = 1e6
"""The largest magnitude of a weight or a bias; training that goes beyond has diverged."""

HELD = 1e30
"""Numbers beyond this are held at it where a network is drawn or explained, so that none is infinite."""

EXPLOSION = 1e6
"""Training has diverged when the loss is so many times what it was at the start, plus one."""

MAX_MEASURES = 400
"""The most points of a training history; beyond, half of them, spread evenly, are kept."""

MAX_FILE = 1_000_000
"""The most characters or bytes of a network that is read."""

MAX_PIXELS = 512 * 512
"""The most cells of a picture over the plane."""

UNITS = WholeNumber(
    name="units",
    title="Units",
    low=1,
    high=MAX_UNITS,
    step=1,
    default=4,
)
LEARNING_RATE = Number(
    name="learning_rate",
    title="Learning rate",
    low=1e-5,
    high=100.0,
    step=1e-5,
    default=0.1,
)
BATCH_SIZE = WholeNumber(
    name="batch_size",
    title="Batch size",
    low=1,
    high=2000,
    step=1,
    default=32,
)
L1 = Number(
    name="l1",
    title="L1",
    low=0.0,
    high=1.0,
    step=1e-4,
    default=0.0,
)
L2 = Number(
    name="l2",
    title="L2",
    low=0.0,
    high=1.0,
    step=1e-4,
    default=0.0,
)
SEED = WholeNumber(
    name="seed",
    title="Seed",
    low=0,
    high=999_999,
    step=1,
    default=0,
)


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


@dataclass(frozen=True)
class Dense:
    """What a layer is, apart from its weights.

    Attributes:
        units: Number of its units, 1 to 16.
        activation: Key of `ACTIVATIONS`.
        parameters: The activation's parameters; those left out take their defaults.

    Raises:
        ExplorerError: If a part is unknown or out of its bounds.

    Example:
        >>> Dense(3, "elu").parameters
        (('alpha', 1.0),)
    """

    units: int
    activation: str = "tanh"
    parameters: Parameters = ()

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise ExplorerError(
                f"There is no activation {short(self.activation)}; choose one of {', '.join(ACTIVATIONS)}."
            )
        object.__setattr__(self, "units", int(UNITS.checked(self.units)))
        values = ACTIVATIONS[self.activation].values(**dict(self.parameters))
        object.__setattr__(self, "parameters", tuple(values.items()))

    @property
    def said(self) -> str:
        """The activation's name with its parameters.

        Example:
            >>> Dense(3, "elu", {"alpha": 0.5}).said, Dense(1).said
            ('ELU, depth below 0 0.5', 'Tanh')
        """
        record = ACTIVATIONS[self.activation]
        return _said(record.title, record.parameters, self.parameters)

    def f(self, z: Real) -> Real:
        """Apply the activation; to be called where NumPy's warnings are off."""
        return np.asarray(ACTIVATIONS[self.activation].function(z, **dict(self.parameters)), z.dtype)

    def slope(self, z: Real) -> Real:
        """Give the activation's slopes, likewise."""
        return np.asarray(ACTIVATIONS[self.activation].slope(z, **dict(self.parameters)), z.dtype)


@dataclass(frozen=True)
class Optimizer:
    """A rule by which gradients change weights.

    Attributes:
        name: Key in `OPTIMIZERS`.
        title: Name to show.
        formula: LaTeX: one step of a weight w with gradient g and learning rate eta.
        why: One sentence: what it is good or bad for.
        source: Where it comes from.
        keras: The call that makes it in Keras, with the parameters by name.
        torch: The call that makes it in PyTorch, likewise.
        slots: How many numbers it keeps for each weight.
        update: (weights, gradients, slots, step from 1, learning_rate, **parameters), in place.
        parameters: What shapes it besides the learning rate.
        torch_remark: In what PyTorch's is not Keras's and ours.
        torch_step: Lines of PyTorch that make up for it, run before each step, with the parameters by name.
    """

    name: str
    title: str
    formula: str
    why: str
    source: str
    keras: str
    torch: str
    slots: int
    update: Callable[..., None]
    parameters: tuple[Number, ...] = ()
    torch_remark: str = ""
    torch_step: tuple[str, ...] = ()


@dataclass(frozen=True)
class Training:
    """How a network is trained.

    Attributes:
        loss: Key of `LOSSES`.
        loss_parameters: The loss's parameters; those left out take their defaults.
        optimizer: Key of `OPTIMIZERS`.
        optimizer_parameters: The optimizer's parameters, likewise.
        learning_rate: How far a step goes.
        batch_size: Points whose mean gradient makes a step; the last batch of an epoch may be smaller.
        l1: Weight of the penalty on the sum of all |w|; biases are never penalised, as in Keras.
        l2: Weight of the penalty on the sum of all w^2.
        seed: Draws the order of the points in each epoch.

    Raises:
        ExplorerError: If a part is unknown or out of its bounds.

    Example:
        >>> Training(optimizer="momentum").optimizer_parameters
        (('momentum', 0.9),)
    """

    loss: str = "binary_crossentropy"
    loss_parameters: Parameters = ()
    optimizer: str = "sgd"
    optimizer_parameters: Parameters = ()
    learning_rate: float = 0.1
    batch_size: int = 32
    l1: float = 0.0
    l2: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise ExplorerError(f"There is no loss {short(self.loss)}; choose one of {', '.join(LOSSES)}.")
        if self.optimizer not in OPTIMIZERS:
            raise ExplorerError(
                f"There is no optimizer {short(self.optimizer)}; choose one of {', '.join(OPTIMIZERS)}."
            )
        optimizer = OPTIMIZERS[self.optimizer]
        checked = {
            "loss_parameters": tuple(LOSSES[self.loss].values(**dict(self.loss_parameters)).items()),
            "optimizer_parameters": tuple(
                _checked(optimizer.title, optimizer.parameters, dict(self.optimizer_parameters)).items()
            ),
        }
        for argument in (LEARNING_RATE, BATCH_SIZE, L1, L2, SEED):
            checked[argument.name] = argument.checked(getattr(self, argument.name))  # type: ignore[assignment]
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    @property
    def loss_said(self) -> str:
        """The loss's name with its parameters.

        Example:
            >>> Training("huber").loss_said
            'Huber, delta 1'
        """
        record = LOSSES[self.loss]
        return _said(record.title, record.parameters, self.loss_parameters)

    @property
    def optimizer_said(self) -> str:
        """The optimizer's name with its parameters.

        Example:
            >>> Training(optimizer="momentum").optimizer_said
            'SGD with momentum, momentum 0.9'
        """
        record = OPTIMIZERS[self.optimizer]
        return _said(record.title, record.parameters, self.optimizer_parameters)

    @property
    def threshold(self) -> float:
        """The output above which a point is said to be of class 1: a half, or 0 where outputs are scores.

        Example:
            >>> Training("hinge").threshold, Training("mean_squared_error").threshold
            (0.0, 0.5)
        """
        from_logits = dict(self.loss_parameters).get("from_logits", False)
        return 0.0 if from_logits or -1.0 in LOSSES[self.loss].target.values else 0.5


@dataclass(frozen=True, eq=False)
class Forward:
    """What a batch becomes on its way through a network.

    Attributes:
        x: (n, inputs): the batch.
        pre_activations: For each layer (n, units): z = x W + b, where x is what the layer before gives.
        activations: For each layer (n, units): a = f(z).
        held: Whether a number was beyond 1e30 and is held there.
    """

    x: Real
    pre_activations: tuple[Real, ...]
    activations: tuple[Real, ...]
    held: bool = False

    @property
    def output(self) -> Real:
        """(n, units of the output layer)."""
        return self.activations[-1]


@dataclass(frozen=True, eq=False)
class Gradients:
    """What the loss of a batch is, and how it changes with every number of a network.

    The objective is L = the mean of the points' losses + the penalty.

    Attributes:
        forward: The forward pass.
        losses: (n,): the loss of each point.
        penalty: l1 times the sum of all |w| + l2 times the sum of all w^2.
        activations: For each layer (n, units): dL/da.
        slopes: For each layer (n, units): da/dz = f'(z).
        pre_activations: For each layer (n, units): dL/dz, the product of the two.
        weights: For each layer (inputs, units): dL/dW = inputs^T dL/dz, and what the penalty adds.
        biases: For each layer (units,): dL/db = the sum of dL/dz over the batch.
        inputs: (n, inputs): dL/dx.
        from_logits: Whether the output layer's dL/dz is computed at once, as Keras does for a sigmoid and a
            cross-entropy: the product of its two factors would lose all digits where the sigmoid saturates.
        held: Whether a number was beyond 1e30 and is held there.
    """

    forward: Forward
    losses: Real
    penalty: float
    activations: tuple[Real, ...]
    slopes: tuple[Real, ...]
    pre_activations: tuple[Real, ...]
    weights: tuple[Real, ...]
    biases: tuple[Real, ...]
    inputs: Real
    from_logits: bool
    held: bool

    @property
    def loss(self) -> float:
        """The mean of the points' losses, without the penalty."""
        return float(self.losses.mean())


@dataclass(frozen=True, eq=False)
class Planes:
    """What every unit answers to every point of a part of the plane.

    Attributes:
        extent: (left, right, bottom, top) of the part.
        outputs: For each layer float32 (h, w, units): row 0 is at the top, and a cell stands for its centre.
        held: Whether a number was beyond 1e30 and is held there.
    """

    extent: Extent
    outputs: tuple[Array, ...]
    held: bool

    @property
    def output(self) -> Array:
        """float32 (h, w, units of the output layer)."""
        return self.outputs[-1]


@dataclass(frozen=True, eq=False)
class Network:
    """Layers with their weights and biases, none of which ever changes: an edit gives a new network.

    Attributes:
        layers: 0 to 6 hidden layers, and the output layer.
        weights: For each layer float32 (inputs, units), read-only.
        biases: For each layer float32 (units,), read-only.

    Raises:
        ExplorerError: If the number of layers or a shape does not fit, or a weight is not a number of
            magnitude 1e6 at most.

    Example:
        >>> layers = (Dense(2, "relu"), Dense(1, "linear"))
        >>> xor = Network(layers, ([[1, 1], [1, 1]], [[1], [-2]]), ([0, -1], [0]))
        >>> xor.forward([[0, 0], [0, 1], [1, 0], [1, 1]]).output.ravel().tolist()
        [0.0, 1.0, 1.0, 0.0]
    """

    layers: tuple[Dense, ...]
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]

    def __post_init__(self) -> None:
        layers = _layers(self.layers)
        if not len(layers) == len(self.weights) == len(self.biases):
            raise ExplorerError(
                f"Each layer has its weights and its biases; there are {counted(len(layers), 'layer')}, "
                f"{counted(len(self.weights), 'array')} of weights and {len(self.biases)} of biases."
            )
        weights = tuple(_parameters(array, f"weights {n}") for n, array in enumerate(self.weights, 1))
        biases = tuple(_parameters(array, f"biases {n}") for n, array in enumerate(self.biases, 1))
        inputs = weights[0].shape[0] if weights[0].ndim == 2 else 0
        if not 1 <= inputs <= MAX_UNITS:
            raise ExplorerError(
                f"The first layer's weights need the shape (inputs, units) with 1 to {MAX_UNITS} inputs; "
                f"they have the shape {weights[0].shape}."
            )
        for number, (shape, kernel, bias) in enumerate(
            zip(_shapes(layers, inputs), weights, biases, strict=True), 1
        ):
            if kernel.shape != shape or bias.shape != shape[1:]:
                raise ExplorerError(
                    f"Layer {number} needs weights of the shape {shape} and biases of the shape {shape[1:]}; "
                    f"they have {kernel.shape} and {bias.shape}."
                )
        object.__setattr__(self, "layers", layers)
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "biases", biases)

    @classmethod
    def create(
        cls,
        layers: Iterable[Dense],
        *,
        inputs: int = 2,
        initializer: str = "glorot_uniform",
        seed: int = 0,
        **parameters: float,
    ) -> Network:
        """Draw the weights of a new network; its biases are 0.

        Args:
            layers: 0 to 6 hidden layers, and the output layer.
            inputs: Numbers that a point has, 1 to 16.
            initializer: Key of `INITIALIZERS`.
            seed: The same seed draws the same weights, and a layer's do not depend on the layers behind it.
            **parameters: The initializer's parameters, in place of their defaults.

        Raises:
            ExplorerError: If a part is unknown or out of its bounds.

        Example:
            >>> Network.create([Dense(3), Dense(1, "sigmoid")], initializer="he_normal", seed=4).size
            13
        """
        if initializer not in INITIALIZERS:
            raise ExplorerError(
                f"There is no initializer {short(initializer)}; choose one of {', '.join(INITIALIZERS)}."
            )
        record = INITIALIZERS[initializer]
        values = _checked(record.title, record.parameters, parameters)
        layers, seed = _layers(layers), int(SEED.checked(seed))
        inputs = int(replace(UNITS, name="inputs", title="Inputs").checked(inputs))
        weights = tuple(
            record.draw(fan_in, units, np.random.default_rng((seed, place)), **values)
            for place, (fan_in, units) in enumerate(_shapes(layers, inputs))
        )
        return cls(layers, weights, tuple(np.zeros(layer.units, np.float32) for layer in layers))

    @property
    def inputs(self) -> int:
        """Numbers that a point has."""
        return len(self.weights[0])

    @property
    def hidden(self) -> tuple[Dense, ...]:
        """All layers but the last."""
        return self.layers[:-1]

    @property
    def output(self) -> Dense:
        """The last layer."""
        return self.layers[-1]

    @property
    def size(self) -> int:
        """Number of weights and biases."""
        return sum(array.size for array in (*self.weights, *self.biases))

    def flat(self) -> Array:
        """List every parameter in one new vector (size,): a layer's weights row by row, then its biases."""
        return np.concatenate(
            [array.ravel() for pair in zip(self.weights, self.biases, strict=True) for array in pair]
        )

    def with_flat(self, vector: ArrayLike) -> Network:
        """Put a vector as `flat` gives it in place of the parameters.

        Raises:
            ExplorerError: If its length is not `size`, or a number is not finite or too large.

        Example:
            >>> neuron = Network.create([Dense(1)])
            >>> neuron.with_flat([1, 2, 3]).biases[0].tolist()
            [3.0]
        """
        array = _parameters(vector, "parameters")
        if array.shape != (self.size,):
            raise ExplorerError(
                f"This network has {self.size} parameters; an array of the shape {array.shape} came."
            )
        weights, biases = _views(array, _shapes(self.layers, self.inputs))
        return Network(self.layers, tuple(weights), tuple(biases))

    def with_weight(self, layer: int, source: int, unit: int, value: float) -> Network:
        """Change one weight: of a unit, for a unit (or an input) of the layer before; all counted from 0.

        Raises:
            ExplorerError: If there is no such weight, or the value is not finite or too large.

        Example:
            >>> Network.create([Dense(1)], initializer="zeros").with_weight(0, 1, 0, 2.5).weights[0].tolist()
            [[0.0], [2.5]]
        """
        return self._edited(self.weights, layer, (source, unit), value)

    def with_bias(self, layer: int, unit: int, value: float) -> Network:
        """Change one bias, likewise."""
        return self._edited(self.biases, layer, (unit,), value)

    def _edited(self, arrays: tuple[Array, ...], layer: int, place: tuple[int, ...], value: float) -> Network:
        sizes = (len(arrays), *(arrays[layer].shape if layer in range(len(arrays)) else ()))
        pairs = itertools.zip_longest((layer, *place), sizes, fillvalue=0)
        if any(at not in range(size) for at, size in pairs):
            raise ExplorerError(
                f"There is no weight or bias at {place} of layer {layer}, counted from 0; the layers have "
                f"{', '.join(str(array.shape) for array in arrays)} of them."
            )
        number = _parameters(value, "The value")
        if number.ndim:
            raise ExplorerError(f"A weight is one number; {short(value)} came.")
        edited = arrays[layer].copy()
        edited[place] = number
        changed = (*arrays[:layer], edited, *arrays[layer + 1 :])
        if arrays is self.weights:
            return Network(self.layers, changed, self.biases)
        return Network(self.layers, self.weights, changed)

    def forward(self, x: ArrayLike) -> Forward:
        """Send a batch through the layers, and keep everything.

        Args:
            x: Real numbers (n, inputs).

        Raises:
            ExplorerError: If x has another shape, or is not made of finite numbers.

        Example:
            >>> neuron = Network([Dense(1, "relu")], [[[2], [-1]]], [[0.5]])
            >>> forward = neuron.forward([[1, 3], [2, 1]])
            >>> forward.pre_activations[0].tolist(), forward.output.tolist()
            ([[-0.5], [3.5]], [[0.0], [3.5]])
        """
        batch = _batch(x, "x", self.inputs)
        kernels, biases = _cast(self.weights, batch.dtype), _cast(self.biases, batch.dtype)
        with np.errstate(all="ignore"):
            pre, post = _propagate(self.layers, kernels, biases, batch)
            held = not all(map(_fits, (*pre, *post)))
            if held:
                pre, post = _propagate(self.layers, kernels, biases, batch, _hold)
        return Forward(batch, tuple(pre), tuple(post), held)

    def backward(self, x: ArrayLike, y: ArrayLike, training: Training | None = None) -> Gradients:
        """Give the gradient of the loss with respect to every number of the network.

        Args:
            x: Real numbers (n, inputs), one point at least.
            y: Targets (n, units of the output layer).
            training: Where loss, l1 and l2 are taken from; the default is a binary cross-entropy.

        Raises:
            ExplorerError: If a shape does not fit, something is no finite number, or the loss cannot take the
                network's outputs.

        Example:
            >>> neuron = Network([Dense(1, "linear")], [[[2], [-1]]], [[0.5]])
            >>> gradients = neuron.backward([[1, 3]], [[1]], Training("mean_squared_error"))
            >>> gradients.loss, gradients.weights[0].tolist(), gradients.biases[0].tolist()
            (2.25, [[-3.0], [-9.0]], [-3.0])
        """
        return self._backward(self.forward(x), y, training or Training())

    def _backward(self, forward: Forward, y: ArrayLike, training: Training) -> Gradients:
        """Send the gradient back through what a forward pass gave."""
        batch, pre, post = forward.x, forward.pre_activations, forward.activations
        if not len(batch):
            raise ExplorerError("A gradient needs at least one point; the batch is empty.")
        target = _batch(y, "y", self.output.units).astype(batch.dtype, copy=False)
        if len(target) != len(batch):
            raise ExplorerError(
                f"Each point has a target; there are {counted(len(batch), 'point')} and "
                f"{counted(len(target), 'target')}."
            )
        objective = _Objective.of(self, training)
        kernels = _cast(self.weights, batch.dtype)
        weights, biases = (
            [np.empty_like(kernel) for kernel in kernels],
            [np.empty_like(k[0]) for k in kernels],
        )
        with np.errstate(all="ignore"):
            slope = self.output.slope(pre[-1])
            upstream = objective.upstream(target, post[-1])
            delta = objective.delta(self.output, target, pre[-1], post[-1])
            chain = _backpropagate(self.layers, kernels, batch, pre, post, delta, weights, biases)
            for kernel, gradient in zip(kernels, weights, strict=True):
                gradient += training.l1 * np.sign(kernel) + 2 * training.l2 * kernel
            losses = objective.losses(target, pre[-1], post[-1])
            chain.append(_Link(upstream, slope, delta))
            inputs = chain[0].delta @ kernels[0].T
        upstreams, slopes, deltas = zip(*chain, strict=True)
        found = (losses, inputs, *upstreams, *slopes, *deltas, *weights, *biases)
        held = forward.held or not all(map(_fits, found))

        def kept(arrays: Iterable[Real]) -> tuple[Real, ...]:
            return tuple(map(_hold, arrays)) if held else tuple(arrays)

        return Gradients(
            forward=forward,
            losses=kept([losses])[0],
            penalty=self.penalty(training),
            activations=kept(upstreams),
            slopes=kept(slopes),
            pre_activations=kept(deltas),
            weights=kept(weights),
            biases=kept(biases),
            inputs=kept([inputs])[0],
            from_logits=objective.from_logits,
            held=held,
        )

    def penalty(self, training: Training) -> float:
        """Give what L1 and L2 add to the loss: l1 times the sum of all |w| + l2 times the sum of all w^2.

        Example:
            >>> neuron = Network([Dense(1)], [[[2], [-1]]], [[7]])
            >>> neuron.penalty(Training(l1=0.25, l2=0.125))
            1.375
        """
        arrays = [kernel.astype(np.float64) for kernel in self.weights]
        absolute = sum(float(np.abs(array).sum()) for array in arrays)
        return training.l1 * absolute + training.l2 * sum(float((array**2).sum()) for array in arrays)

    def planes(self, extent: Extent, shape: tuple[int, int] = (100, 100)) -> Planes:
        """Ask every unit about every point of a grid, in one forward pass.

        Args:
            extent: (left, right, bottom, top) of the part of the plane.
            shape: Rows and columns of the grid, at most 512 x 512 cells.

        Raises:
            ExplorerError: If the network has not two inputs, or the extent or the grid is empty or too large.

        Example:
            >>> neuron = Network([Dense(1, "linear")], [[[1], [10]]], [[0]])
            >>> neuron.planes((0, 2, 0, 2), (2, 2)).output[:, :, 0].tolist()
            [[15.5, 16.5], [5.5, 6.5]]
        """
        self._needs_a_plane()
        extent, (rows, columns) = _extent(extent), _grid_shape(shape)
        forward = self.forward(_grid(extent, rows, columns))
        outputs = tuple(layer.reshape(rows, columns, -1) for layer in forward.activations)  # (h, w, units)
        return Planes(extent, outputs, forward.held)

    def line(self, extent: Extent, unit: int = 0) -> tuple[Point, Point] | None:
        """Give the ends of the line on which the weighted sum of a unit of the first layer is 0.

        Args:
            extent: (left, right, bottom, top): the part of the plane that the line is cut to.
            unit: The unit, counted from 0.

        Returns:
            Two points (x1, x2), or None if the line does not cross the part, or both weights are 0.

        Raises:
            ExplorerError: If the network has not two inputs, the extent is empty, or there is no such unit.

        Example:
            >>> Network([Dense(1)], [[[1], [2]]], [[-2]]).line((-2, 2, -2, 2))
            ((-2.0, 2.0), (2.0, 0.0))
        """
        self._needs_a_plane()
        left, right, bottom, top = _extent(extent)
        if not 0 <= unit < self.layers[0].units:
            raise ExplorerError(
                f"The first layer has units 0 to {self.layers[0].units - 1}; there is no unit {unit}."
            )
        (across, up), bias = self.weights[0][:, unit].tolist(), float(self.biases[0][unit])
        ends: list[Point] = []
        if up:
            ends += [(x, -(bias + across * x) / up) for x in (left, right)]
        if across:
            ends += [(-(bias + up * x) / across, x) for x in (bottom, top)]
        ends = [(x + 0.0, y + 0.0) for x, y in ends if left <= x <= right and bottom <= y <= top]
        return (min(ends), max(ends)) if ends and min(ends) != max(ends) else None

    def _needs_a_plane(self) -> None:
        if self.inputs != 2:
            raise ExplorerError(
                f"Only a network of two inputs can be drawn over a plane; this one has {self.inputs}."
            )

    def to_json(self) -> str:
        """Write layers and weights as JSON, each number by its shortest decimal; `from_json` reads it.

        Example:
            >>> network = Network([Dense(1)], [[[0.1], [2]]], [[0]])
            >>> json.loads(network.to_json())["layers"][0]["weights"]
            [[0.1], [2.0]]
        """
        records = []
        for layer, kernel, bias in zip(self.layers, self.weights, self.biases, strict=True):
            decimals = [[float(str(weight)) for weight in row] for row in kernel]
            records.append(_described(layer) | {"weights": decimals, "biases": [float(str(b)) for b in bias]})
        return json.dumps({"layers": records})

    @classmethod
    def from_json(cls, text: str) -> Network:
        """Read what `to_json` wrote.

        Raises:
            ExplorerError: If it is not such a text.
        """
        try:
            records = _records(json.loads(text[: MAX_FILE + 1]))
        except (ValueError, RecursionError) as error:
            raise ExplorerError(f"This is not the JSON of a network: {error}") from error
        layers = tuple(_layer(record) for record in records)
        return cls(
            layers,
            tuple(
                _parameters(record.get("weights", ()), f"weights {n}") for n, record in enumerate(records, 1)
            ),
            tuple(
                _parameters(record.get("biases", ()), f"biases {n}") for n, record in enumerate(records, 1)
            ),
        )

    def to_npz(self) -> bytes:
        """Write layers and weights as an .npz file for NumPy; `from_npz` reads it.

        It holds weights_1, biases_1 and so on, and in `layers` what the layers are, as JSON.

        Example:
            >>> network = Network.create([Dense(1, "relu")])
            >>> sorted(np.load(io.BytesIO(network.to_npz())).keys())
            ['biases_1', 'layers', 'weights_1']
        """
        arrays = {f"weights_{n}": kernel for n, kernel in enumerate(self.weights, 1)}
        arrays |= {f"biases_{n}": bias for n, bias in enumerate(self.biases, 1)}
        described = np.array(json.dumps({"layers": [_described(layer) for layer in self.layers]}))
        file = io.BytesIO()
        np.savez(file, layers=described, **arrays)  # type: ignore[arg-type]
        return file.getvalue()

    @classmethod
    def from_npz(cls, data: bytes) -> Network:
        """Read what `to_npz` wrote.

        Raises:
            ExplorerError: If it is not such a file.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(info.file_size for info in archive.infolist()) > MAX_FILE:
                    raise ExplorerError(f"it holds more than {MAX_FILE:,} bytes.")
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                records = _records(json.loads(str(file["layers"])))
                count = range(1, len(records) + 1)
                weights, biases = ([file[f"{name}_{n}"] for n in count] for name in ("weights", "biases"))
        except _UNREADABLE as error:
            raise ExplorerError(f"This is not the .npz file of a network: {error}") from error
        return cls(tuple(map(_layer, records)), tuple(weights), tuple(biases))


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
        inputs: (inputs,): what comes in.
        weights: (inputs, units).
        biases: (units,).
        products: (inputs, units): each input times each of its weights.
        pre_activations: (units,): z, the products' sum over the inputs, plus the bias.
        activations: (units,): a = f(z).
    """

    layer: int
    title: str
    activation: str
    inputs: Real
    weights: Real
    biases: Real
    products: Real
    pre_activations: Real
    activations: Real

    def weighted_sum(self, unit: int = 0) -> str:
        r"""Write the weighted sum of a unit in symbols and numbers, in LaTeX.

        Example:
            >>> neuron = Network([Dense(1)], [[[2], [-1]]], [[0.5]])
            >>> print(forward_steps(neuron, [1, 3])[0].weighted_sum())
            z_{1} = x_{1} w_{1,1} + x_{2} w_{2,1} + b_{1} = 1 \cdot 2 + 3 \cdot (-1) + 0.5 = -0.5
        """
        j, letter = unit + 1, _letter(self.layer)
        symbols = [f"{letter}_{{{i}}} w_{{{i},{j}}}" for i in range(1, len(self.inputs) + 1)]
        numbers = [
            rf"{_factor(value)} \cdot {_factor(weight)}"
            for value, weight in zip(self.inputs, self.weights[:, unit], strict=True)
        ]
        symbols, numbers = [*symbols, f"b_{{{j}}}"], [*numbers, _factor(self.biases[unit])]
        z = _decimal(self.pre_activations[unit])
        return f"z_{{{j}}} = {' + '.join(symbols)} = {' + '.join(numbers)} = {z}"

    def activated(self, unit: int = 0) -> str:
        """Write the activation of a unit in numbers, in LaTeX.

        Example:
            >>> neuron = Network([Dense(1, "relu")], [[[2], [-1]]], [[0.5]])
            >>> print(forward_steps(neuron, [3, 1])[0].activated())
            a_{1} = f(z_{1}) = f(5.5) = 5.5
        """
        j, z, a = unit + 1, self.pre_activations[unit], self.activations[unit]
        return f"a_{{{j}}} = f(z_{{{j}}}) = f({_decimal(z)}) = {_decimal(a)}"

    @property
    def matrix_product(self) -> str:
        """The whole layer in numbers, in LaTeX: x W + b = z, and below it a = f(z)."""
        x, bias, z, a = map(_matrix, (self.inputs, self.biases, self.pre_activations, self.activations))
        return (
            rf"\begin{{aligned}} z &= x W + b = {x} {_matrix(self.weights)} + {bias} = {z} \\ "
            rf"a &= f(z) = {a} \end{{aligned}}"
        )


@dataclass(frozen=True, eq=False)
class BackwardStep:
    """How the loss of one point changes with every number of one layer, in float64, sums likewise.

    Attributes:
        layer: Its number, from 0.
        title: Its name.
        inputs: (inputs,): what comes in.
        upstream: (units,): dL/da: the weights to the next layer times dL/dz there, summed; for the output
            layer the slope of the loss.
        slopes: (units,): f'(z).
        deltas: (units,): dL/dz, the product of the two.
        weights: (inputs, units): dL/dW = input times dL/dz, and what the penalty adds.
        penalties: (inputs, units): what the penalty adds.
        biases: (units,): dL/db = dL/dz.
        next_weights: (units, units of the next layer); None for the output layer.
        next_deltas: (units of the next layer,); likewise.
        from_logits: Whether dL/dz is computed at once, for a sigmoid and a cross-entropy.
    """

    layer: int
    title: str
    inputs: Real
    upstream: Real
    slopes: Real
    deltas: Real
    weights: Real
    penalties: Real
    biases: Real
    next_weights: Real | None
    next_deltas: Real | None
    from_logits: bool

    def weight(self, source: int, unit: int = 0) -> Chain:
        r"""Give the gradient of a weight as a product, from an input to a unit, both counted from 0.

        Example:
            >>> neuron = Network([Dense(1, "linear")], [[[2], [-1]]], [[0.5]])
            >>> step = backward_steps(neuron, [1, 3], [1], Training("mean_squared_error"))[0]
            >>> [factor.value for factor in step.weight(1).factors], step.weight(1).value
            ([3.0, 1.0, -3.0], -9.0)
        """
        i, j = source + 1, unit + 1
        given = Factor(f"{_letter(self.layer)}_{{{i}}}", float(self.inputs[source]), "what comes in")
        return Chain(
            rf"\frac{{\partial L}}{{\partial w_{{{i},{j}}}}}",
            (given, *self._delta(unit)),
            float(self.penalties[source, unit]),
        )

    def bias(self, unit: int = 0) -> Chain:
        """Give the gradient of a bias as a product; what comes in is 1."""
        return Chain(rf"\frac{{\partial L}}{{\partial b_{{{unit + 1}}}}}", self._delta(unit))

    def _delta(self, unit: int) -> tuple[Factor, ...]:
        j = unit + 1
        if self.from_logits:
            meaning = "slope of loss and sigmoid together"
            return (Factor(rf"\frac{{\partial L}}{{\partial z_{{{j}}}}}", float(self.deltas[unit]), meaning),)
        arrives = "slope of the loss" if self.next_deltas is None else "what comes back from the next layer"
        return (
            Factor(f"f'(z_{{{j}}})", float(self.slopes[unit]), "slope of the activation"),
            Factor(rf"\frac{{\partial L}}{{\partial a_{{{j}}}}}", float(self.upstream[unit]), arrives),
        )

    def coming_back(self, unit: int = 0) -> str:
        r"""Write what comes back to a unit from the next layer as a weighted sum, in LaTeX; "" for an output.

        Example:
            >>> network = Network([Dense(1, "linear"), Dense(1, "linear")], [[[1]], [[3]]], [[0], [0]])
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


def forward_steps(network: Network, x: ArrayLike) -> tuple[ForwardStep, ...]:
    """Follow one point through a network: a step for each layer, the first first.

    Args:
        network: Where it goes.
        x: (inputs,): the point.

    Raises:
        ExplorerError: If x is not a point of the network's inputs.

    Example:
        >>> neuron = Network([Dense(1, "relu")], [[[2], [-1]]], [[0.5]])
        >>> forward_steps(neuron, [1, 3])[0].products.tolist()
        [[2.0], [-3.0]]
    """
    forward = _settled(network, x)
    steps = []
    for place, layer in enumerate(network.layers):
        inputs = (forward.activations[place - 1] if place else forward.x)[0]
        weights = network.weights[place].astype(np.float64)
        steps.append(
            ForwardStep(
                place,
                _title(network, place),
                layer.said,
                inputs,
                weights,
                network.biases[place].astype(np.float64),
                inputs[:, np.newaxis] * weights,
                forward.pre_activations[place][0],
                forward.activations[place][0],
            )
        )
    return tuple(steps)


def backward_steps(
    network: Network, x: ArrayLike, y: ArrayLike, training: Training | None = None
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
    forward, target = _settled(network, x), _one(y, "y")
    if target.shape == forward.output.shape:
        # An output that is its target but for rounding is on it, and its error is 0.
        size = np.abs(forward.output) + np.abs(target)
        hit = _sums(forward.output - target, size, 2) == 0
        output = np.where(hit, target, forward.output)
        forward = replace(forward, activations=(*forward.activations[:-1], output))
    gradients = network._backward(forward, target, training)
    deltas = gradients.pre_activations[-1][0]
    steps: list[BackwardStep] = []
    for place in reversed(range(len(network.layers))):
        is_last = place == len(network.layers) - 1
        inputs = (forward.activations[place - 1] if place else forward.x)[0]
        upstream, slopes = gradients.activations[place][0], gradients.slopes[place][0]
        next_weights = next_deltas = None
        if not is_last:
            next_weights, next_deltas = network.weights[place + 1].astype(np.float64), deltas
            terms = next_weights * next_deltas  # (units, units of the next layer)
            upstream = _hold(_sums(terms.sum(1), np.abs(terms).sum(1), terms.shape[1]))
            deltas = _hold(upstream * slopes)
        weights = network.weights[place].astype(np.float64)
        penalties = training.l1 * np.sign(weights) + 2 * training.l2 * weights
        products = np.outer(inputs, deltas)
        steps.append(
            BackwardStep(
                place,
                _title(network, place),
                inputs,
                upstream,
                slopes,
                deltas,
                _hold(_sums(products + penalties, np.abs(products) + np.abs(penalties), 2)),
                penalties,
                deltas,
                next_weights,
                next_deltas,
                is_last and gradients.from_logits,
            )
        )
    return tuple(steps)


@dataclass(frozen=True)
class Measure:
    """How well a network does after some training; None where there is nothing to measure.

    Attributes:
        step: Steps so far.
        epoch: Epochs so far; a fraction within an epoch.
        train_loss: Mean loss of the points to train on, without the penalty.
        test_loss: Mean loss of the points that training never sees.
        train_accuracy: Share of the points to train on that are on their side of the threshold.
        test_accuracy: Share of the others, likewise.
        penalty: What L1 and L2 add to the loss that is minimised.
    """

    step: int
    epoch: float
    train_loss: float
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    penalty: float


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Where training stands: what is needed to go on from there as if it had never stopped.

    Attributes:
        parameters: (size,): as `Network.flat` gives them, read-only.
        slots: (slots, size): what the optimizer remembers, read-only.
        updates: Steps that the optimizer has made since it was chosen.
        step: Steps so far.
        epoch: Whole epochs so far.
        seen: Points of the present epoch that are used up.
    """

    parameters: Array
    slots: Array
    updates: int = 0
    step: int = 0
    epoch: int = 0
    seen: int = 0


class Trainer:
    """Trains a network on points: it holds the only numbers of this module that change.

    The order of the points depends on the seed and the number of the epoch alone, so that the same start,
    points and training always give the same weights.

    Attributes:
        split: The points.
        training: How to train; `configure` changes it.
        trouble: A sentence if the last training diverged or the loss refused an output, else "".

    Example:
        >>> from explorer.mlp.datasets import DATASETS
        >>> network = Network.create([Dense(4), Dense(1, "sigmoid")], seed=3)
        >>> trainer = Trainer(network, DATASETS["circle"].make(200).split(), Training(learning_rate=1.0))
        >>> trainer.epoch(100)
        >>> trainer.history[-1].test_accuracy > 0.95
        True
        >>> trainer.rewind()
        >>> bool((trainer.network.flat() == network.flat()).all())
        True
    """

    def __init__(self, network: Network, split: PointSplit, training: Training) -> None:
        """Stand at the start.

        Raises:
            ExplorerError: If the network has not two inputs and one output, or there is no point to train on.
        """
        if network.inputs != 2 or network.output.units != 1:
            raise ExplorerError(
                "A network that is trained on points needs two inputs and one output; this one has "
                f"{network.inputs} and {network.output.units}."
            )
        if not len(split.train):
            raise ExplorerError(
                "There is no point to train on; draw a few, or choose a larger share for training."
            )
        self.split, self.training, self.trouble = split, training, ""
        self._history: list[tuple[Measure, Array]] = []
        self._order: tuple[tuple[int, int], NDArray[np.intp], Array, Array] | None = None
        self._begin(network)

    @property
    def network(self) -> Network:
        """The network as it is now."""
        return self._network.with_flat(self._parameters)

    @property
    def steps(self) -> int:
        """Steps so far."""
        return self._step

    @property
    def epochs(self) -> float:
        """Epochs so far; a fraction within an epoch."""
        return self._epoch + self._seen / len(self.split.train)

    @property
    def history(self) -> tuple[Measure, ...]:
        """Measures from the start to now, at most 400, evenly spread where some had to be dropped."""
        return tuple(measure for measure, _ in self._history)

    @property
    def trail(self) -> Array:
        """The parameters at each measure of `history`, as `Network.flat` gives them: (measures, size)."""
        return np.array([parameters for _, parameters in self._history], np.float32).reshape(
            -1, self._network.size
        )

    @property
    def next_batch(self) -> NDArray[np.intp]:
        """Rows of `split.train` whose mean gradient makes the next step."""
        return self._rows()[0][self._seen : self._seen + self.training.batch_size]

    def step(self, count: int = 1) -> None:
        """Make some steps, a batch each.

        If training diverges it goes back to where it was before them, and `trouble` says why.
        """
        self._advance(_count(count, "steps"))

    def epoch(self, count: int = 1) -> None:
        """Go on to the end of the epoch, and of some more: in each, every point is used once.

        If training diverges it goes back to where the epoch before ended, and `trouble` says why.
        """
        for _ in range(_count(count, "epochs")):
            left = len(self.split.train) - self._seen
            self._advance(-(-left // self.training.batch_size))
            if self.trouble:
                break

    def rewind(self) -> None:
        """Go back to the start: the same weights, the same order of points, nothing remembered."""
        self._begin(self._network)

    def replace(self, network: Network) -> None:
        """Put edited weights in place, and go on from there.

        Before the first step they become the start to which `rewind` goes back, afterwards they do not.

        Raises:
            ExplorerError: If the layers are others.
        """
        if network.layers != self._network.layers or network.inputs != self._network.inputs:
            raise ExplorerError("These weights are of other layers; begin a new training with them.")
        if not self._step:
            self._begin(network)
            return
        self._parameters[:] = network.flat()
        self.trouble = self._record()

    def configure(self, training: Training) -> None:
        """Change how to train from here on; another optimizer begins without a memory."""
        if training.optimizer != self.training.optimizer:
            self._slots = np.zeros((OPTIMIZERS[training.optimizer].slots, self._network.size), np.float32)
            self._updates = 0
        self.training = training
        self._objective = _Objective.of(self._network, training)
        if self._step:
            self.trouble = self._record()
        else:
            self._begin(self._network)

    def snapshot(self) -> Snapshot:
        """Keep where training stands."""
        parameters, slots = self._parameters.copy(), self._slots.copy()
        parameters.setflags(write=False)
        slots.setflags(write=False)
        return Snapshot(parameters, slots, self._updates, self._step, self._epoch, self._seen)

    def restore(self, snapshot: Snapshot) -> None:
        """Go to where training stood; the history keeps what lies before.

        Raises:
            ExplorerError: If the snapshot is of other layers or another optimizer.
        """
        if snapshot.parameters.shape != self._parameters.shape or snapshot.slots.shape != self._slots.shape:
            raise ExplorerError("This snapshot is of other layers or another optimizer.")
        self._parameters[:], self._slots[:] = snapshot.parameters, snapshot.slots
        self._updates, self._step = snapshot.updates, snapshot.step
        self._epoch, self._seen = snapshot.epoch, snapshot.seen
        self._history = [entry for entry in self._history if entry[0].step < self._step]
        self.trouble = self._record()

    def _begin(self, network: Network) -> None:
        """Stand at the start with these weights."""
        self._network = network
        self._shapes = _shapes(network.layers, network.inputs)
        self._parameters = network.flat()
        self._kernels, self._biases = _views(self._parameters, self._shapes)
        self._gradient = np.zeros_like(self._parameters)
        self._kernel_slopes, self._bias_slopes = _views(self._gradient, self._shapes)
        self._is_weight = np.zeros_like(self._parameters)
        for kernel in _views(self._is_weight, self._shapes)[0]:
            kernel[:] = 1
        self._objective = _Objective.of(network, self.training)
        self._slots = np.zeros((OPTIMIZERS[self.training.optimizer].slots, network.size), np.float32)
        self._updates = self._step = self._epoch = self._seen = 0
        self._history = []
        self.trouble = self._record()

    def _rows(self) -> tuple[NDArray[np.intp], Array, Array]:
        """Give the order of the points in the present epoch, and the points in that order."""
        key = (self.training.seed, self._epoch)
        if self._order is None or self._order[0] != key:
            order = np.random.default_rng((*key, 2)).permutation(len(self.split.train))
            train = self.split.train
            self._order = key, order, train.x[order], train.y[order][:, np.newaxis]  # (n, 2), (n, 1)
        return self._order[1:]

    def _advance(self, count: int) -> None:
        """Make some steps, and go back if they lead nowhere."""
        before, wanted = self.snapshot(), self._step + count
        self.trouble = ""
        try:
            with np.errstate(all="ignore"):
                while self._step < wanted and self._is_sound():
                    self._descend()
        except ExplorerError as error:  # a loss that does not take the output
            trouble = str(error)
        else:
            trouble = self._record() if self._is_sound() else self._advice()
        if trouble:
            self.restore(before)
            self.trouble = trouble

    def _is_sound(self) -> bool:
        # Not-a-number fails every comparison, and the sum of squares, infinite at the worst, is one call.
        with np.errstate(over="ignore"):
            return float(np.dot(self._parameters, self._parameters)) <= MAX_WEIGHT**2

    def _descend(self) -> None:
        """Make one step."""
        training, layers = self.training, self._network.layers
        _, x, y = self._rows()
        batch = slice(self._seen, self._seen + training.batch_size)
        x, y = x[batch], y[batch]
        pre, post = _propagate(layers, self._kernels, self._biases, x)
        delta = self._objective.delta(layers[-1], y, pre[-1], post[-1])
        _backpropagate(layers, self._kernels, x, pre, post, delta, self._kernel_slopes, self._bias_slopes)
        if training.l1 or training.l2:
            weights = self._is_weight * self._parameters
            self._gradient += training.l1 * np.sign(weights) + 2 * training.l2 * weights
        self._updates += 1
        OPTIMIZERS[training.optimizer].update(
            self._parameters,
            self._gradient,
            self._slots,
            self._updates,
            training.learning_rate,
            **dict(training.optimizer_parameters),
        )
        self._step += 1
        self._seen += len(x)
        if self._seen >= len(self.split.train):
            self._epoch, self._seen = self._epoch + 1, 0

    def _record(self) -> str:
        """Measure how well the network does now; give a sentence if the loss is refused or has exploded."""
        try:
            with np.errstate(all="ignore"):
                train = self._measured(self.split.train.x, self.split.train.y)
                test = self._measured(self.split.test.x, self.split.test.y) if len(self.split.test) else None
        except ExplorerError as error:  # a loss that does not take the output
            return str(error)
        first = self._history[0][0].train_loss if self._history else train[0]
        if not abs(train[0]) <= EXPLOSION * (1 + abs(first)) or not math.isfinite(train[0]):
            return self._advice()
        measure = Measure(
            self._step,
            self.epochs,
            train[0],
            test[0] if test and math.isfinite(test[0]) else None,
            train[1],
            test[1] if test else None,
            self._network.with_flat(self._parameters).penalty(self.training),
        )
        if self._history and self._history[-1][0].step == self._step:
            self._history.pop()
        self._history.append((measure, self._parameters.copy()))
        if len(self._history) > MAX_MEASURES:
            self._thin()
        return ""

    def _measured(self, x: Array, y: Array) -> tuple[float, float | None]:
        """Give mean loss and accuracy."""
        pre, post = _propagate(self._network.layers, self._kernels, self._biases, x)
        target = y[:, np.newaxis]  # (n, 1)
        loss = float(self._objective.losses(target, pre[-1], post[-1]).mean(dtype=np.float64))
        if self.split.train.task != "classification":
            return loss, None
        return loss, float(((post[-1] > self.training.threshold) == (target > 0.5)).mean())

    def _thin(self) -> None:
        """Drop half of the history: keep the measures nearest to steps at even distances."""
        steps = np.array([measure.step for measure, _ in self._history])
        wanted = np.linspace(steps[0], steps[-1], MAX_MEASURES // 2)
        nearest = np.abs(steps[:, np.newaxis] - wanted).argmin(0)  # (measures, wanted) -> (wanted,)
        self._history = [self._history[place] for place in np.unique(nearest)]

    def _advice(self) -> str:
        """Say in a sentence what became of training, and what to change."""
        training, layers = self.training, self._network.layers
        reach = float(np.abs(self.split.train.x).max())
        unbounded = [layer.activation for layer in layers if layer.activation == "exponential"]
        if not self._step:
            change = "Choose smaller weights, or another activation or loss."
        elif reach > 20:
            change = f"The inputs reach {reach:.4g}: standardise them, or lower the learning rate a lot."
        elif 2 * training.l2 * training.learning_rate > 1:
            change = f"L2 of {training.l2:g} is too strong for this learning rate: lower one of the two."
        elif unbounded:
            change = "The exponential explodes easily: choose another activation, or lower the learning rate."
        elif LOSSES[training.loss].group == "Profit":
            change = "This loss has no least value: choose another, or a bounded output, such as tanh."
        else:
            lower = max(training.learning_rate / 10, LEARNING_RATE.low)
            change = f"Lower the learning rate: it is {training.learning_rate:g}, try {lower:.3g}."
        if not self._step:
            return f"The loss of this network is too large to train from. {change}"
        return (
            f"Training diverged at step {self._step}: the loss or the weights grew beyond all bounds. The "
            f"network is back where it last worked. {change}"
        )


def losses_for(task: str) -> list[str]:
    """List the losses that make sense for a task, as keys of `LOSSES`.

    Example:
        >>> "hinge" in losses_for("classification"), "hinge" in losses_for("regression")
        (True, False)
    """
    groups = ("Regression",) if task == "regression" else ("Classification", "Regression")
    return [
        loss.name
        for group in groups
        for loss in LOSSES.values()
        if loss.group == group and not loss.target.vector
    ]


def learns_from_logits(network: Network, training: Training) -> bool:
    """Whether the loss is taken of what goes into the output's sigmoid, as Keras does for a cross-entropy.

    A sigmoid near 0 or 1 has lost the digits that the gradient needs.

    Example:
        >>> network = Network.create([Dense(1, "sigmoid")])
        >>> learns_from_logits(network, Training()), learns_from_logits(network, Training("hinge"))
        (True, False)
    """
    loss, values = LOSSES[training.loss], dict(training.loss_parameters)
    is_sigmoid = network.output.activation == "sigmoid" and not loss.target.vector
    return is_sigmoid and not values.get("from_logits", True)


def remarks(network: Network, training: Training, task: str) -> list[str]:
    """Say what cannot work, or not well, before it is tried: a sentence each.

    Example:
        >>> network = Network.create([Dense(2), Dense(1, "linear")], initializer="zeros")
        >>> for remark in remarks(network, Training(), "classification"):
        ...     print(remark.split(":")[0])
        The units of hidden layer 1 start alike
        Binary cross-entropy takes a probability from 0 to 1, and the output can lie outside
    """
    found = []
    for place, layer in enumerate(network.layers):
        name = f"hidden layer {place + 1}" if place < len(network.hidden) else "the output layer"
        if layer.activation == "binary_step":
            found.append(
                f"The binary step of {name} has slope 0 everywhere: no gradient passes it, so neither "
                "this layer nor those before it learn."
            )
        following = network.weights[place + 1] if place < len(network.hidden) else None
        if layer.units > 1 and following is not None:
            alike = (network.weights[place] == network.weights[place][:, :1]).all()
            if (
                alike
                and (network.biases[place] == network.biases[place][0]).all()
                and (following == following[0]).all()
            ):
                found.append(
                    f"The units of {name} start alike: they get the same gradients and stay alike, so that "
                    "the layer works like a single unit. Choose an initialisation that draws by lot."
                )
    loss, output = LOSSES[training.loss], ACTIVATIONS[network.output.activation]
    values = dict(training.loss_parameters)
    reach, takes = output.range(**dict(network.output.parameters)), loss.takes(**values)
    if reach.high > takes.high:
        found.append(
            f"{loss.title} takes a {takes.title} from {takes.low:g} to {takes.high:g}, and the output can "
            "lie outside: choose a sigmoid for the output layer."
        )
    elif reach.low < takes.low:
        found.append(
            f"{loss.title} takes a {takes.title}, and the output can lie below: choose one that is never "
            "negative, such as softplus."
        )
    if values.get("from_logits") and network.output.activation == "sigmoid":
        found.append(
            f"{loss.title} from logits applies a sigmoid itself: choose a linear output, or turn "
            "from_logits off."
        )
    if task == "classification" and -1.0 in loss.target.values and reach.low >= 0:
        found.append(
            f"{loss.title} asks for outputs from -1 to 1, and this output is never negative: choose a linear "
            "output or tanh."
        )
    if task == "regression" and (reach.low >= 0 or reach.high <= 1):
        found.append(
            f"The output lies in {reach}, and a target may lie outside: choose a linear output for a "
            "regression."
        )
    return found


class _Link(NamedTuple):
    """What the chain rule finds at a layer, each (n, units): dL/da, f'(z) and dL/dz."""

    upstream: Real
    slope: Real
    delta: Real


@dataclass(frozen=True)
class _Objective:
    """A loss on the outputs of a layer: from its activations, or for a sigmoid from what goes into it."""

    loss: Loss
    values: dict[str, Any]
    from_logits: bool

    @classmethod
    def of(cls, network: Network, training: Training) -> _Objective:
        loss, values = LOSSES[training.loss], dict(training.loss_parameters)
        return cls(loss, values, learns_from_logits(network, training))

    def losses(self, y: Real, z: Real, a: Real) -> Real:
        """Give the loss of each point: (n, units) -> (n,)."""
        terms = (
            self.loss.function(y, z, **self.values | {"from_logits": True})
            if self.from_logits
            else self.loss.function(y, a, **self.values)
        )
        return np.asarray(terms.mean(-1) if self.loss.reduction == "mean" else terms.sum(-1), a.dtype)

    def upstream(self, y: Real, a: Real) -> Real:
        """Give dL/da, where L is the mean loss of the batch."""
        return self._shared(self.loss.slope(y, a, **self.values), a)

    def delta(self, layer: Dense, y: Real, z: Real, a: Real) -> Real:
        """Give dL/dz likewise."""
        if self.from_logits:
            return self._shared(self.loss.slope(y, z, **self.values | {"from_logits": True}), z)
        return self.upstream(y, a) * layer.slope(z)

    def _shared(self, slopes: Real, like: Real) -> Real:
        count = len(like) * (like.shape[-1] if self.loss.reduction == "mean" else 1)
        return np.asarray(slopes / count, like.dtype)


def _propagate(
    layers: Sequence[Dense],
    kernels: Sequence[Real],
    biases: Sequence[Real],
    x: Real,
    hold: Callable[[Real], Real] = lambda array: array,
) -> tuple[list[Real], list[Real]]:
    """Send a batch through layers; give each one's pre-activations and activations (n, units)."""
    pre, post = [], []
    x = hold(x)
    for layer, kernel, bias in zip(layers, kernels, biases, strict=True):
        z = x @ kernel
        z += bias
        z = hold(z)
        x = hold(layer.f(z))
        pre.append(z)
        post.append(x)
    return pre, post


def _backpropagate(
    layers: Sequence[Dense],
    kernels: Sequence[Real],
    x: Real,
    pre: Sequence[Real],
    post: Sequence[Real],
    delta: Real,
    kernel_slopes: Sequence[Real],
    bias_slopes: Sequence[Real],
) -> list[_Link]:
    """Send dL/dz of the output layer back: fill the gradients in; give the hidden layers' links."""
    links = []
    for place in range(len(layers) - 1, -1, -1):
        np.matmul((post[place - 1] if place else x).T, delta, out=kernel_slopes[place])
        np.add.reduce(delta, axis=0, out=bias_slopes[place])
        if place:
            upstream = delta @ kernels[place].T
            slope = layers[place - 1].slope(pre[place - 1])
            delta = upstream * slope
            links.append(_Link(upstream, slope, delta))
    return links[::-1]


def _hold(array: Real) -> Real:
    """Hold numbers within 1e30; 0 stands for what is no number, such as infinity times 0."""
    return np.asarray(np.clip(np.nan_to_num(array, nan=0.0, posinf=HELD, neginf=-HELD), -HELD, HELD))


def _fits(array: Real) -> bool:
    """Whether all numbers lie within 1e30."""
    return not array.size or bool(array.max() <= HELD and array.min() >= -HELD)


def _shapes(layers: Sequence[Dense], inputs: int) -> list[tuple[int, int]]:
    """Give the shape of each layer's weights."""
    units = [inputs, *(layer.units for layer in layers)]
    return list(itertools.pairwise(units))


def _views(vector: Array, shapes: Iterable[tuple[int, int]]) -> tuple[list[Array], list[Array]]:
    """Lay weights and biases over a vector: what is written to one is written to the other."""
    kernels, biases, at = [], [], 0
    for fan_in, units in shapes:
        kernels.append(vector[at : at + fan_in * units].reshape(fan_in, units))
        at += fan_in * units
        biases.append(vector[at : at + units])
        at += units
    return kernels, biases


def _cast(arrays: Iterable[Array], dtype: np.dtype[Any]) -> list[Real]:
    return [array.astype(dtype, copy=False) for array in arrays]


def _layers(layers: Iterable[Dense]) -> tuple[Dense, ...]:
    found = tuple(layers)
    if not 1 <= len(found) <= MAX_HIDDEN + 1:
        raise ExplorerError(
            f"A network has 0 to {MAX_HIDDEN} hidden layers and an output layer; {len(found)} layers came."
        )
    return found


def _parameters(values: ArrayLike, name: str) -> Array:
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


def _batch(values: ArrayLike, name: str, columns: int) -> Real:
    """Read finite numbers (n, columns): a float64 array stays so, the rest becomes float32."""
    try:
        array = np.asarray(values)
    except (TypeError, ValueError) as error:
        raise ExplorerError(
            f"{name} must be an array of numbers, its rows of one length; {error}."
        ) from error
    if array.dtype.kind not in "biuf" or not np.isfinite(array).all():
        raise ExplorerError(f"{name} must hold finite numbers; it is {short(values)}.")
    if array.ndim != 2 or array.shape[1] != columns:
        raise ExplorerError(f"{name} needs the shape (points, {columns}); it has the shape {array.shape}.")
    stays = isinstance(values, np.ndarray) and array.dtype == np.float64
    return array if stays else array.astype(np.float32, copy=False)


def _one(values: ArrayLike, name: str) -> Real:
    """Read one point as a batch of it, in float64."""
    try:
        return np.atleast_1d(np.asarray(values, np.float64))[np.newaxis]  # (1, numbers)
    except (TypeError, ValueError) as error:
        raise ExplorerError(f"{name} must be a list of numbers; it is {short(values)}.") from error


def _extent(extent: Extent) -> Extent:
    left, right, bottom, top = map(float, extent)
    if not all(map(math.isfinite, extent)) or left >= right or bottom >= top:
        raise ExplorerError(
            f"An extent is (left, right, bottom, top) of an area of the plane; it is {short(extent)}."
        )
    return left, right, bottom, top


def _grid_shape(shape: tuple[int, int]) -> tuple[int, int]:
    rows, columns = (index(side) for side in shape)
    if min(rows, columns) < 1 or rows * columns > MAX_PIXELS:
        raise ExplorerError(f"A picture has 1 to {MAX_PIXELS} cells; {rows} x {columns} were asked for.")
    return rows, columns


@lru_cache(maxsize=8)
def _grid(extent: Extent, rows: int, columns: int) -> Array:
    """Give the centres of a grid's cells, row by row from the top: float32 (rows * columns, 2), read-only."""
    left, right, bottom, top = extent
    across = left + (np.arange(columns) + 0.5) * ((right - left) / columns)
    up = top - (np.arange(rows) + 0.5) * ((top - bottom) / rows)
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype(np.float32)  # (rows * columns, 2)
    grid.setflags(write=False)
    return grid


def _settled(network: Network, x: ArrayLike) -> Forward:
    """Send one point through a network, each weighted sum of which rounding alone is left being 0."""
    forward = network.forward(_one(x, "x"))
    point, pre, post = forward.x, [], []
    with np.errstate(all="ignore"):
        for layer, kernel, bias in zip(network.layers, network.weights, network.biases, strict=True):
            weights, biases = kernel.astype(np.float64), bias.astype(np.float64)
            size = np.abs(point) @ np.abs(weights) + np.abs(biases)
            z = _hold(_sums(point @ weights + biases, size, len(weights) + 1))
            point = _hold(layer.f(z))
            pre.append(z)
            post.append(point)
    return replace(forward, pre_activations=tuple(pre), activations=tuple(post))


def _sums(found: Real, size: Real, terms: int) -> Real:
    """Settle sums of numbers that were given as float32, as weights are."""
    return np.asarray(rounding.settled(found, size, terms, given=rounding.SINGLE))


def _sum(terms: Sequence[float]) -> float:
    return rounding.total(terms, given=rounding.SINGLE)


def _title(network: Network, place: int) -> str:
    return f"Hidden layer {place + 1}" if place < len(network.hidden) else "Output layer"


def _letter(layer: int) -> str:
    return "a" if layer else "x"


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


def _count(count: int, noun: str) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 10_000:
        raise ExplorerError(f"Training goes on by 1 to 10000 {noun} at a time; {short(count)} came.")
    return count


def _checked(title: str, parameters: Sequence[Number], given: Mapping[str, Any]) -> dict[str, float]:
    """Check the parameters given, and give the others their defaults."""
    known = {parameter.name: parameter for parameter in parameters}
    for name in given.keys() - known.keys():
        raise ExplorerError(
            f"{title} has no parameter {name!r}; the parameters it takes: {', '.join(known) or 'none'}."
        )
    return {name: parameter.checked(given.get(name, parameter.default)) for name, parameter in known.items()}


def _said(title: str, parameters: Sequence[Number | Switch], values: Parameters) -> str:
    """Name a record and its parameters."""
    numbers, words = dict(values), [title]
    for each in parameters:
        value = numbers[each.name]
        number = f"{value:g}" if isinstance(each, Number) else "on" if value else "off"
        words.append(f"{each.title.lower()} {number}")
    return ", ".join(words)


def _described(layer: Dense) -> dict[str, Any]:
    """Write what a layer is for a file."""
    return {"units": layer.units, "activation": layer.activation, "parameters": dict(layer.parameters)}


def _records(value: Any) -> list[dict[str, Any]]:
    """Read the list of layers from a file."""
    records = value.get("layers") if isinstance(value, dict) else None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise ExplorerError('it needs {"layers": [...]} with an object for each layer.')
    return records


def _layer(record: Mapping[str, Any]) -> Dense:
    """Read what a layer is from a file."""
    units, activation, parameters = (record.get(key) for key in ("units", "activation", "parameters"))
    if not isinstance(activation, str) or not isinstance(parameters, dict | None):
        raise ExplorerError(
            "A layer needs the name of its activation, and its parameters by name; "
            f"{short(activation)} and {short(parameters)} came."
        )
    return Dense(units, activation, parameters or {})  # type: ignore[arg-type]


_UNREADABLE = (
    ValueError,
    KeyError,
    EOFError,
    OSError,
    MemoryError,
    RecursionError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What NumPy raises for a file that is no .npz, is cut off, locked or damaged."""


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


def _sgd(w: Array, g: Array, slots: Array, step: int, learning_rate: float) -> None:
    w -= learning_rate * g


def _momentum(w: Array, g: Array, slots: Array, step: int, learning_rate: float, momentum: float) -> None:
    speed = slots[0]
    speed *= momentum
    speed -= learning_rate * g
    w += speed


def _adam(
    w: Array,
    g: Array,
    slots: Array,
    step: int,
    learning_rate: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
) -> None:
    m, v = slots
    m += (g - m) * (1 - beta_1)
    v += (np.square(g) - v) * (1 - beta_2)
    w -= m * (learning_rate * math.sqrt(1 - beta_2**step) / (1 - beta_1**step)) / (np.sqrt(v) + epsilon)


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

OPTIMIZERS: dict[str, Optimizer] = {
    record.name: record
    for record in (
        Optimizer(
            name="sgd",
            title="SGD",
            formula=r"w \leftarrow w - \eta\, g",
            why=(
                "Stochastic gradient descent steps against the gradient of each batch: plain, and slow in "
                "long "
                "valleys."
            ),
            source="H. Robbins, S. Monro, A stochastic approximation method, 1951.",
            keras="keras.optimizers.SGD(learning_rate=learning_rate)",
            torch="torch.optim.SGD(model.parameters(), lr=learning_rate)",
            slots=0,
            update=_sgd,
        ),
        Optimizer(
            name="momentum",
            title="SGD with momentum",
            formula=r"v \leftarrow \mu v - \eta\, g, \quad w \leftarrow w + v \quad \mu = \text{momentum}",
            why=(
                "A weight keeps some of its speed, like a ball that rolls downhill: faster along valleys, "
                "and it "
                "can overshoot."
            ),
            source="B. T. Polyak, Some methods of speeding up the convergence of iteration methods, 1964.",
            keras="keras.optimizers.SGD(learning_rate=learning_rate, momentum=momentum)",
            torch="torch.optim.SGD(model.parameters(), lr=learning_rate, momentum=momentum)",
            slots=1,
            update=_momentum,
            parameters=(
                Number(
                    name="momentum",
                    title="Momentum",
                    low=0.0,
                    high=0.99,
                    step=0.01,
                    default=0.9,
                ),
            ),
            torch_remark=(
                "Keras keeps the rate in its velocities, PyTorch does not: the two part if you change the "
                "rate"
            ),
        ),
        Optimizer(
            name="adam",
            title="Adam",
            formula=(
                r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + (1 - \beta_2) "
                r"g^2, "
                r"\quad w \leftarrow w - \eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} "
                r"\cdot \frac{m}{\sqrt{v} + \epsilon}"
            ),
            why=(
                "Each weight gets a step of its own size, whatever the size of its gradient: it needs a "
                "smaller "
                "learning rate, about 0.01."
            ),
            source="D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR 2015.",
            keras=(
                "keras.optimizers.Adam("
                "learning_rate=learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon)"
            ),
            torch=(
                "torch.optim.Adam(model.parameters(), lr=learning_rate, betas=(beta_1, beta_2), eps=epsilon)"
            ),
            slots=2,
            update=_adam,
            parameters=(
                Number(
                    name="beta_1",
                    title="Memory of the gradient",
                    low=0.0,
                    high=0.999,
                    step=0.001,
                    default=0.9,
                ),
                Number(
                    name="beta_2",
                    title="Memory of its square",
                    low=0.0,
                    high=0.9999,
                    step=0.0001,
                    default=0.999,
                ),
                Number(
                    name="epsilon",
                    title="Epsilon",
                    low=1e-8,
                    high=1.0,
                    step=1e-8,
                    default=1e-7,
                ),
            ),
            torch_remark=(
                "Keras adds epsilon to sqrt(v), PyTorch to sqrt(v / (1 - beta_2**t)): this evens it out"
            ),
            torch_step=(
                "for group in optimizer.param_groups:",
                '    group["t"] = group.get("t", 0) + 1',
                '    group["eps"] = epsilon / (1 - group["betas"][1] ** group["t"]) ** 0.5',
            ),
        ),
    )
}
"""The optimizers by name, in the order of the menu."""
