"""Networks of dense layers: every number of the forward and the backward pass.

A layer multiplies its inputs by its weights, adds its biases and applies its activation: a = f(x W + b). The
weights W have the shape (inputs, units), as Keras's kernels have, and a batch x has the shape (n, inputs).
What happens to a float64 batch happens in float64; everything else is float32.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import index
from reprlib import repr as short
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from explorer.errors import ExplorerError
from explorer.mlp.datasets import Extent
from explorer.mlp.features import checked_features, with_features
from explorer.mlp.initializers import INITIALIZERS
from explorer.mlp.layers import (
    MAX_UNITS,
    UNITS,
    Array,
    Dense,
    Real,
    checked_layers,
    checked_parameters,
    norm_shapes,
    read_parameters,
    weight_shapes,
)
from explorer.mlp.objective import SEED, Objective, Training
from explorer.mlp.passes import (
    GradientLink,
    Learning,
    Parts,
    backpropagate,
    cast,
    clip,
    is_within_limit,
    layer_views,
    propagate,
)
from explorer.words import counted

Point = tuple[float, float]

MAX_PIXELS = 512 * 512
"""The most cells of a picture over the plane."""


@dataclass(frozen=True, eq=False)
class Forward:
    """What a batch becomes on its way through a network.

    Attributes:
        x: (n, inputs): the batch, with the inputs made by hand behind the coordinates.
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
        slopes: For each layer (n, units): da/dz = f'(z), of a softmax how each answer changes with its own z.
        pre_activations: For each layer (n, units): dL/dz, but for a softmax the product of the two.
        weights: For each layer (inputs, units): dL/dW = inputs^T dL/dz, and what the penalty adds.
        biases: For each layer (units,): dL/db = the sum of dL/dz over the batch.
        norms: For each layer (4 or 0, units): dL/dgamma and dL/dbeta of its batch normalisation, then zeros.
        inputs: (n, inputs): dL/dx.
        from_logits: Whether the output layer's dL/dz is computed at once, as Keras does for a cross-entropy
            of a sigmoid or a softmax: two factors would lose all digits where either saturates.
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
    norms: tuple[Real, ...]
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
        inputs: float32 (h, w, inputs): the coordinates, and the inputs made by hand.
        outputs: For each layer float32 (h, w, units): row 0 is at the top, and a cell stands for its centre.
        held: Whether a number was beyond 1e30 and is held there.
    """

    extent: Extent
    inputs: Array
    outputs: tuple[Array, ...]
    held: bool

    @property
    def output(self) -> Array:
        """float32 (h, w, units of the output layer)."""
        return self.outputs[-1]


@dataclass(frozen=True, eq=False)
class DenseNetwork:
    """Layers with their weights and biases, none of which ever changes: an edit gives a new network.

    Attributes:
        layers: 0 to 6 hidden layers, and the output layer.
        weights: For each layer float32 (inputs, units), read-only.
        biases: For each layer float32 (units,), read-only.
        features: Keys of `FEATURES`: inputs that the network makes itself of two coordinates.
        norms: For each layer float32 (4, units): gamma, beta, running mean and running variance of its batch
            normalisation, (0, units) where it has none; left out, as they are before training.

    Raises:
        ExplorerError: If the number of layers or a shape does not fit, a weight is not a number of magnitude
            1e6 at most, or a feature is unknown.

    Example:
        >>> layers = (Dense(2, "relu"), Dense(1, "linear"))
        >>> xor = DenseNetwork(layers, ([[1, 1], [1, 1]], [[1], [-2]]), ([0, -1], [0]))
        >>> xor.forward([[0, 0], [0, 1], [1, 0], [1, 1]]).output.ravel().tolist()
        [0.0, 1.0, 1.0, 0.0]
    """

    layers: tuple[Dense, ...]
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    features: tuple[str, ...] = ()
    norms: tuple[Array, ...] = ()

    def __post_init__(self) -> None:
        layers, features = checked_layers(self.layers), checked_features(self.features)
        if not len(layers) == len(self.weights) == len(self.biases):
            raise ExplorerError(
                f"Each layer has its weights and its biases; there are {counted(len(layers), 'layer')}, "
                f"{counted(len(self.weights), 'array')} of weights and {len(self.biases)} of biases."
            )
        weights = tuple(read_parameters(array, f"weights {n}") for n, array in enumerate(self.weights, 1))
        biases = tuple(read_parameters(array, f"biases {n}") for n, array in enumerate(self.biases, 1))
        inputs = weights[0].shape[0] if weights[0].ndim == 2 else 0
        if not 1 <= inputs <= MAX_UNITS:
            raise ExplorerError(
                f"The first layer's weights need the shape (inputs, units) with 1 to {MAX_UNITS} inputs; "
                f"they have the shape {weights[0].shape}."
            )
        for number, (shape, kernel, bias) in enumerate(
            zip(weight_shapes(layers, inputs), weights, biases, strict=True), 1
        ):
            if kernel.shape != shape or bias.shape != shape[1:]:
                raise ExplorerError(
                    f"Layer {number} needs weights of the shape {shape} and biases of the shape {shape[1:]}; "
                    f"they have {kernel.shape} and {bias.shape}."
                )
        norms = tuple(read_parameters(array, f"norms {n}") for n, array in enumerate(self.norms, 1))
        if not norms:
            norms = tuple(
                read_parameters(_first_norm(rows, units), "norms") for rows, units in norm_shapes(layers)
            )
        if [norm.shape for norm in norms] != norm_shapes(layers):
            raise ExplorerError(
                f"The normalisations of these layers have the shapes {norm_shapes(layers)}; arrays of the "
                f"shapes {[norm.shape for norm in norms]} came."
            )
        object.__setattr__(self, "norms", norms)
        if features and inputs != 2 + len(features):
            raise ExplorerError(
                f"Two coordinates and {counted(len(features), 'input')} made by hand need a first layer of "
                f"{2 + len(features)} inputs; its weights have the shape {weights[0].shape}."
            )
        object.__setattr__(self, "features", features)
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
        features: Iterable[str] = (),
        **parameters: float,
    ) -> DenseNetwork:
        """Draw the weights of a new network; its biases are 0.

        Args:
            layers: 0 to 6 hidden layers, and the output layer.
            inputs: Numbers that a point has, 1 to 16; with features two.
            initializer: Key of `INITIALIZERS`.
            seed: The same seed draws the same weights, and a layer's do not depend on the layers behind it.
            features: Keys of `FEATURES`: inputs that the network makes itself.
            **parameters: The initializer's parameters, in place of their defaults.

        Raises:
            ExplorerError: If a part is unknown or out of its bounds.

        Example:
            >>> DenseNetwork.create([Dense(3), Dense(1, "sigmoid")], initializer="he_normal", seed=4).size
            13
        """
        if initializer not in INITIALIZERS:
            raise ExplorerError(
                f"There is no initializer {short(initializer)}; choose one of {', '.join(INITIALIZERS)}."
            )
        record = INITIALIZERS[initializer]
        values = checked_parameters(record.title, record.parameters, parameters)
        layers, seed = checked_layers(layers), int(SEED.checked(seed))
        inputs = int(replace(UNITS, name="inputs", title="Inputs").checked(inputs))
        made = checked_features(features)
        inputs += len(made)
        weights = tuple(
            record.draw(fan_in, units, np.random.default_rng((seed, place)), **values)
            for place, (fan_in, units) in enumerate(weight_shapes(layers, inputs))
        )
        return cls(layers, weights, tuple(np.zeros(layer.units, np.float32) for layer in layers), made)

    @property
    def inputs(self) -> int:
        """Numbers that come into the first layer."""
        return len(self.weights[0])

    @property
    def coordinates(self) -> int:
        """Numbers that a point has: the inputs that are not made by hand."""
        return self.inputs - len(self.features)

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
        """Number of weights and biases, and of the numbers of batch normalisation."""
        return sum(array.size for array in (*self.weights, *self.biases, *self.norms))

    @property
    def learnt(self) -> int:
        """Number of those that training changes by their gradients: all but running means and variances."""
        return self.size - sum(array.size // 2 for array in self.norms)

    def flat(self) -> Array:
        """List every parameter in one new vector (size,): a layer's weights row by row, then its biases.

        Behind them come the rows of its batch normalisation.
        """
        parts = zip(self.weights, self.biases, self.norms, strict=True)
        return np.concatenate([array.ravel() for part in parts for array in part])

    def _parts(self, dtype: np.dtype[Any]) -> Parts:
        return Parts(*(cast(arrays, dtype) for arrays in (self.weights, self.biases, self.norms)))

    def with_flat(self, vector: ArrayLike) -> DenseNetwork:
        """Put a vector as `flat` gives it in place of the parameters.

        Raises:
            ExplorerError: If its length is not `size`, or a number is not finite or too large.

        Example:
            >>> neuron = DenseNetwork.create([Dense(1)])
            >>> neuron.with_flat([1, 2, 3]).biases[0].tolist()
            [3.0]
        """
        array = read_parameters(vector, "parameters")
        if array.shape != (self.size,):
            raise ExplorerError(
                f"This network has {self.size} parameters; an array of the shape {array.shape} came."
            )
        weights, biases, norms = map(tuple, layer_views(array, self.layers, self.inputs))
        return DenseNetwork(self.layers, weights, biases, self.features, norms)

    def forward(self, x: ArrayLike) -> Forward:
        """Send a batch through the layers, and keep everything.

        Args:
            x: Real numbers (n, coordinates).

        Raises:
            ExplorerError: If x has another shape, or is not made of finite numbers.

        Example:
            >>> neuron = DenseNetwork([Dense(1, "relu")], [[[2], [-1]]], [[0.5]])
            >>> forward = neuron.forward([[1, 3], [2, 1]])
            >>> forward.pre_activations[0].tolist(), forward.output.tolist()
            ([[-0.5], [3.5]], [[0.0], [3.5]])
        """
        batch = with_features(_batch(x, "x", self.coordinates), self.features)
        parts = self._parts(batch.dtype)
        with np.errstate(all="ignore"):
            pre, post = propagate(self.layers, parts, batch)
            held = not all(map(is_within_limit, (*pre, *post)))
            if held:
                pre, post = propagate(self.layers, parts, batch, clip)
        return Forward(batch, tuple(pre), tuple(post), held)

    def backward(self, x: ArrayLike, y: ArrayLike, training: Training | None = None) -> Gradients:
        """Return the gradient of the loss with respect to every number of the network.

        Args:
            x: Real numbers (n, coordinates), one point at least.
            y: Targets (n, units of the output layer).
            training: Where loss, l1 and l2 are taken from; the default is a binary cross-entropy.

        Raises:
            ExplorerError: If a shape does not fit, something is no finite number, or the loss cannot take the
                network's outputs.

        Example:
            >>> neuron = DenseNetwork([Dense(1, "linear")], [[[2], [-1]]], [[0.5]])
            >>> gradients = neuron.backward([[1, 3]], [[1]], Training("mean_squared_error"))
            >>> gradients.loss, gradients.weights[0].tolist(), gradients.biases[0].tolist()
            (2.25, [[-3.0], [-9.0]], [-3.0])
        """
        return self.backward_from(self.forward(x), y, training or Training())

    def backward_from(self, forward: Forward, y: ArrayLike, training: Training) -> Gradients:
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
        objective = Objective.of(self.output, training)
        parts = self._parts(batch.dtype)
        slopes = Parts(*([np.empty_like(array) for array in arrays] for arrays in parts))
        with np.errstate(all="ignore"):
            slope = self.output.slope(pre[-1])
            upstream = objective.upstream(target, post[-1])
            delta = objective.delta(self.output, target, pre[-1], post[-1])
            chain, first = backpropagate(self.layers, parts, batch, pre, post, delta, slopes)
            for kernel, gradient in zip(parts.kernels, slopes.kernels, strict=True):
                gradient += training.l1 * np.sign(kernel) + 2 * training.l2 * kernel
            losses = objective.losses(target, pre[-1], post[-1])
            chain.append(GradientLink(upstream, slope, delta))
            inputs = first @ parts.kernels[0].T
        upstreams, own_slopes, deltas = zip(*chain, strict=True)
        found = (
            losses,
            inputs,
            *upstreams,
            *own_slopes,
            *deltas,
            *slopes.kernels,
            *slopes.biases,
            *slopes.norms,
        )
        held = forward.held or not all(map(is_within_limit, found))

        def kept(arrays: Iterable[Real]) -> tuple[Real, ...]:
            return tuple(map(clip, arrays)) if held else tuple(arrays)

        return Gradients(
            forward=forward,
            losses=kept([losses])[0],
            penalty=self.penalty(training),
            activations=kept(upstreams),
            slopes=kept(own_slopes),
            pre_activations=kept(deltas),
            weights=kept(slopes.kernels),
            biases=kept(slopes.biases),
            norms=kept(slopes.norms),
            inputs=kept([inputs])[0],
            from_logits=objective.from_logits,
            held=held,
        )

    def learning_gradient(
        self, x: ArrayLike, y: ArrayLike, training: Training, masks: Sequence[Array | None] = ()
    ) -> Array:
        """Return the gradient that a step is made of: in training, not in use.

        A batch normalisation takes mean and variance of the batch, and dropout multiplies by its masks.

        Args:
            x: Real numbers (n, coordinates).
            y: Targets (n, units of the output layer).
            training: Where loss, l1 and l2 are taken from.
            masks: For each layer what its answers are multiplied by (n, units), or None; left out, nothing is
                dropped.

        Returns:
            float32 (size,), in the order of `flat`; 0 for running means and variances.

        Example:
            >>> network = DenseNetwork([Dense(1, "linear"), Dense(1, "linear")], [[[2]], [[3]]], [[0], [0]])
            >>> squares = Training("mean_squared_error")
            >>> network.learning_gradient([[1]], [[0]], squares, [np.float32([[2]]), None]).tolist()
            [144.0, 144.0, 96.0, 24.0]
        """
        batch = with_features(_batch(x, "x", self.coordinates), self.features).astype(np.float32)
        target = _batch(y, "y", self.output.units).astype(np.float32)
        parameters, gradient = self.flat(), np.zeros(self.size, np.float32)
        parts, slopes = (layer_views(each, self.layers, self.inputs) for each in (parameters, gradient))
        learning = Learning(masks or [None] * len(self.layers))
        pre, post = propagate(self.layers, parts, batch, learning=learning)
        delta = Objective.of(self.output, training).delta(self.output, target, pre[-1], post[-1])
        backpropagate(self.layers, parts, batch, pre, post, delta, slopes, learning)
        for kernel, slope in zip(parts.kernels, slopes.kernels, strict=True):
            slope += training.l1 * np.sign(kernel) + 2 * training.l2 * kernel
        return gradient

    def penalty(self, training: Training) -> float:
        """Return what L1 and L2 add to the loss: l1 times the sum of all |w| + l2 times the sum of all w^2.

        Example:
            >>> neuron = DenseNetwork([Dense(1)], [[[2], [-1]]], [[7]])
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
            ExplorerError: If a point has not two coordinates, or the extent or the grid is empty or too
                large.

        Example:
            >>> neuron = DenseNetwork([Dense(1, "linear")], [[[1], [10]]], [[0]])
            >>> neuron.planes((0, 2, 0, 2), (2, 2)).output[:, :, 0].tolist()
            [[15.5, 16.5], [5.5, 6.5]]
        """
        self._needs_a_plane()
        extent, (rows, columns) = _extent(extent), _grid_shape(shape)
        forward = self.forward(_grid(extent, rows, columns))
        outputs = tuple(layer.reshape(rows, columns, -1) for layer in forward.activations)  # (h, w, units)
        return Planes(extent, forward.x.reshape(rows, columns, -1), outputs, forward.held)

    def line(self, extent: Extent, unit: int = 0) -> tuple[Point, Point] | None:
        """Return the ends of the line on which the weighted sum of a unit of the first layer is 0.

        Args:
            extent: (left, right, bottom, top): the part of the plane that the line is cut to.
            unit: The unit, counted from 0.

        Returns:
            Two points (x1, x2), or None if the line does not cross the part, or both weights are 0.

        Raises:
            ExplorerError: If the network has not two inputs and no other, the extent is empty, or there is
                no such unit.

        Example:
            >>> DenseNetwork([Dense(1)], [[[1], [2]]], [[-2]]).line((-2, 2, -2, 2))
            ((-2.0, 2.0), (2.0, 0.0))
        """
        self._needs_a_plane()
        if self.features:
            raise ExplorerError("With inputs made by hand a unit draws a curve, not a line; leave them out.")
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
        if self.coordinates != 2:
            raise ExplorerError(
                f"Only a network of two inputs can be drawn over a plane; this one has {self.coordinates}."
            )


def _first_norm(rows: int, units: int) -> Array:
    """A batch normalisation before training: gamma 1, beta 0, mean 0 and variance 1."""
    return np.repeat(np.array([[1], [0], [0], [1]], np.float32), units, axis=1)[:rows]


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
        raise ExplorerError(f"A picture has 1 to {MAX_PIXELS} cells; {rows} × {columns} were asked for.")
    return rows, columns


@lru_cache(maxsize=8)
def _grid(extent: Extent, rows: int, columns: int) -> Array:
    """The centres of a grid's cells, row by row from the top: float32 (rows * columns, 2), read-only."""
    left, right, bottom, top = extent
    across = left + (np.arange(columns) + 0.5) * ((right - left) / columns)
    up = top - (np.arange(rows) + 0.5) * ((top - bottom) / rows)
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype(np.float32)  # (rows * columns, 2)
    grid.setflags(write=False)
    return grid
