"""What is compiled of a network: logits with parts hidden, gradients, maps of layers, and the way up a unit.

Each function is made on first use, and let go together with the network.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from explorer.imagenet import models, structure
from explorer.imagenet.attribution.colours import COLOURS, parameters_shape, step_sizes
from explorer.imagenet.models import Opened
from explorer.imagenet.networks import Array, NetworkError, Pixels
from explorer.imagenet.preprocessing import preprocess, seen

CAMS = {
    "grad_cam": "Grad-CAM",
    "hires_cam": "HiResCAM",
    "layer_cam": "LayerCAM",
}
"""Titles of the explanations that every layer with rows and columns has one of, by name."""

PIECE = 16  # pictures in a piece for a network that costs nothing: MobileNetV2 then takes about 0.1 s

COSTLY = 2e9  # multiplications and additions a picture that halve that number

FOLDED = 10_000_000  # parameters up to which each compiled function has a copy of its own, and is faster


class Engine:
    """The compiled functions of a network in memory; each is made on first use and ends with the network."""

    def __init__(self, model: Any, logits: Any) -> None:
        self.model = model
        self.logits = logits
        self._made: dict[Hashable, Any] = {}
        self._making = threading.RLock()

    def hidden(self, picture: Array, cover: Array, masks: NDArray[np.bool_]) -> Array:
        """Return the logits (n, classes) of a picture with another one where masks (n, size, size) say so."""
        made = self._get("hidden", self._hidden)(picture[np.newaxis], cover[np.newaxis], masks)
        return made.numpy()  # type: ignore[no-any-return]

    def gradients(self, batch: Array, target: int) -> Array:
        """Return the gradient of a logit with respect to each picture, (n, size, size, 3)."""
        return self._get("gradients", self._gradients)(batch, target).numpy()  # type: ignore[no-any-return]

    def cams(self, picture: Array, target: int, names: Sequence[str], method: str) -> dict[str, Array]:
        """Return the maps of some layers from one pass forward and one back."""
        every = ("cams", self._spatial())
        key = ("cams", tuple(names))
        # One lone layer, the last above all, is compiled much sooner than all of them, and runs sooner.
        key = every if every in self._made and key not in self._made else key
        found = self._get(key, lambda: self._cams(key[1]))(picture[np.newaxis], target)[method]
        return {name: found[name].numpy() for name in names}

    def randomised(self, picture: Array, target: int, name: str, method: str, values: list[Array]) -> Array:
        """Return an explanation by the network with other values for all its weights."""
        made = self._get(("randomised", name), lambda: self._cams((name,), fixed=False))
        found = made(picture[np.newaxis], target, values)[method]
        if method == "saliency":
            return np.abs(found.numpy()[0]).max(axis=-1)  # type: ignore[no-any-return]
        return found[name].numpy()  # type: ignore[no-any-return]

    def head(self) -> tuple[Any, Array, Array]:
        """The compiled function to averages and logits, the kernel (c, classes), the bias (classes,)."""
        return self._get("head", self._head)  # type: ignore[no-any-return]

    def maximiser(self, layer: str | None, fourier: bool, colours: tuple[Array, Array]) -> tuple[Any, Any]:
        """The compiled functions of parameters: to a unit's slope, and to the picture and its answer."""
        key = ("maximiser", layer, fourier)
        return self._get(key, lambda: self._maximiser(layer, fourier, colours))  # type: ignore[no-any-return]

    def layer(self, name: str) -> Any:
        """Return a layer, or raise a `NetworkError`."""
        try:
            return self.model.get_layer(name)
        except ValueError:
            raise NetworkError(
                f"{self.model.name} has no layer {name!r}; choose one of structure.layers."
            ) from None

    def weighted(self) -> list[Any]:
        """Return the layers that have weights, the last first."""
        return [layer for layer in reversed(self.model.layers) if layer.weights]

    def _get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        with self._making:
            if key not in self._made:
                self._made[key] = make()
            return self._made[key]

    def _spatial(self) -> tuple[str, ...]:
        shapes = {layer.name: tuple(layer.output.shape) for layer in self.model.layers}
        return tuple(name for name, shape in shapes.items() if len(shape) == 4 and max(shape[1:3]) > 1)

    def _network(self, *outputs: Any) -> Callable[..., Any]:
        """Return the function to some tensors, with its weights as constants where that is affordable.

        TensorFlow then merges each normalisation with its convolution: a third of the time is saved.
        """
        import keras
        import tensorflow as tf

        inner = keras.Model(self.model.input, outputs)
        small = self.model.count_params() <= FOLDED

        def apply(batch: Any, values: Any = ()) -> Any:
            if small and not values:
                with tf.init_scope():
                    values = [weight.numpy() for weight in self.model.weights]
            with keras.StatelessScope(list(zip(self.model.weights, values, strict=bool(values)))):
                return tf.nest.flatten(inner(batch, training=False))

        return apply

    def _hidden(self) -> Any:
        import tensorflow as tf

        apply = self._network(self.logits)
        masks = tf.TensorSpec((None, *self.model.input_shape[1:3]), tf.bool)

        def hide(picture: Any, cover: Any, masks: Any) -> Any:
            return apply(tf.where(masks[..., tf.newaxis], cover, picture))[0]

        return _compiled(hide, self._batch(1), self._batch(1), masks)

    def _gradients(self) -> Any:
        import tensorflow as tf

        apply = self._network(self.logits)

        def differentiate(batch: Any, target: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(batch)
                score = tf.reduce_sum(apply(batch)[0][:, target])
            return tape.gradient(score, batch)

        return _compiled(differentiate, self._batch(), tf.TensorSpec((), tf.int32))

    def _cams(self, names: Sequence[str], fixed: bool = True) -> Any:
        import tensorflow as tf

        apply = self._network(*(self.layer(name).output for name in names), self.logits)

        def explain(picture: Any, target: Any, values: Any = ()) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(picture)
                *activations, logits = apply(picture, values)
                score = tf.reduce_sum(logits[:, target])
            back = activations if fixed else [*activations, picture]
            gradients = tape.gradient(score, back, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            maps: dict[str, Any] = {method: {} for method in CAMS}
            for name, activation, gradient in zip(names, activations, gradients, strict=False):
                weights = tf.reduce_mean(gradient, axis=(1, 2), keepdims=True)
                for method, factor in zip(CAMS, (weights, gradient, tf.nn.relu(gradient)), strict=True):
                    maps[method][name] = tf.nn.relu(tf.reduce_sum(factor * activation, axis=-1))[0]
            return maps if fixed else maps | {"saliency": gradients[-1]}

        signature = [self._batch(1), tf.TensorSpec((), tf.int32)]
        if not fixed:
            signature.append([tf.TensorSpec(weight.shape, weight.dtype) for weight in self.model.weights])
        return _compiled(explain, *signature)

    def _head(self) -> tuple[Any, Array, Array]:
        import keras

        passed = (keras.layers.Dropout, keras.layers.Reshape, keras.layers.Flatten)
        tail = list(reversed(self.model.layers))
        while isinstance(tail[0], (*passed, keras.layers.Activation, keras.layers.Softmax)):
            tail.pop(0)
        dense = tail.pop(0)
        while isinstance(tail[0], passed):
            tail.pop(0)
        average = tail[0]
        # A convolution of a single cell with a kernel of a single cell is a dense layer.
        single = isinstance(dense, keras.layers.Conv2D) and dense.kernel_size == (1, 1)
        linear = isinstance(dense, keras.layers.Dense) or single
        if not (linear and isinstance(average, keras.layers.GlobalAveragePooling2D)):
            raise NetworkError(
                f"The classes of {self.model.name} are not decided by one dense layer on the averages of the "
                "last maps, so its logits are no sums over channels; choose another network, such as "
                "MobileNetV2."
            )
        apply = keras.Model(self.model.input, [average.output, self.logits])
        function = _compiled(lambda batch: apply(batch, training=False), self._batch())
        kernel = np.asarray(dense.kernel).reshape(-1, dense.kernel.shape[-1])
        bias = np.zeros(kernel.shape[1], np.float32) if dense.bias is None else np.asarray(dense.bias)
        return function, kernel, bias

    def _maximiser(self, layer: str | None, fourier: bool, colours: tuple[Array, Array]) -> tuple[Any, Any]:
        import tensorflow as tf

        output = self.logits if layer is None else self.layer(layer).output
        apply = self._network(output)
        size = self.model.input_shape[1]
        waves = step_sizes(size)

        def paint(parameters: Any) -> Any:
            if fourier:
                spectrum = tf.complex(parameters[0], parameters[1]) * tf.cast(waves, tf.complex64)
                planes = tf.signal.irfft2d(spectrum, (size, size))
                parameters = tf.transpose(planes, (1, 2, 0))
            return tf.nn.sigmoid(tf.matmul(parameters, COLOURS.T))

        def answer(pictures: Any, unit: Any) -> Any:
            return tf.reduce_mean(apply(tf.matmul(pictures, colours[0]) + colours[1])[0][..., unit])

        def slope(parameters: Any, unit: Any, transform: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(parameters)
                moved = tf.raw_ops.ImageProjectiveTransformV3(
                    images=paint(parameters)[tf.newaxis],
                    transforms=transform[tf.newaxis],
                    output_shape=(size, size),
                    interpolation="BILINEAR",
                    fill_mode="REFLECT",
                    fill_value=0.0,
                )
                score = answer(moved, unit)
            return tape.gradient(score, parameters)

        def arrive(parameters: Any, unit: Any) -> Any:
            picture = paint(parameters)
            # What is asked about is what can be saved: 8-bit levels.
            return picture, answer(tf.round(255 * picture)[tf.newaxis] / 255, unit)

        unit, transform = tf.TensorSpec((), tf.int32), tf.TensorSpec((8,), tf.float32)
        parameters = tf.TensorSpec(parameters_shape(size, fourier), tf.float32)
        return _compiled(slope, parameters, unit, transform), _compiled(arrive, parameters, unit)

    def _batch(self, count: int | None = None) -> Any:
        import tensorflow as tf

        return tf.TensorSpec((count, *self.model.input_shape[1:]), tf.float32)


def _compiled(function: Callable[..., Any], *signature: Any) -> Any:
    """Compile a function as it is written, once for all arguments of these shapes."""
    import tensorflow as tf

    return tf.function(function, input_signature=signature, autograph=False)


_engines: WeakKeyDictionary[Opened, Engine] = WeakKeyDictionary()

_attaching = threading.Lock()


def engine_of(name: str, weights: str) -> Engine:
    """Return what is compiled of a network, which is let go together with it."""
    found = models.opened(name, weights)
    with _attaching:
        if found not in _engines:
            _engines[found] = Engine(found.model, found.logits)
        return _engines[found]


def target_of(engine: Engine, picture: Array, target: int | None) -> int:
    """Check a class, or give the one with the greatest logit."""
    if target is None:
        return int(engine.hidden(picture, picture, np.zeros((1, *picture.shape[:2]), bool)).argmax())
    classes = engine.logits.shape[-1]
    if not (isinstance(target, int | np.integer) and 0 <= target < classes):
        raise NetworkError(f"The classes are 0 to {classes - 1}, and {target!r} came; choose one of them.")
    return int(target)


@dataclass(frozen=True, eq=False)
class NetworkInput:
    """A picture on its way into a network: which network, with which weights, and what it sees.

    Attributes:
        name: A key of `networks.NETWORKS`.
        weights: One of `weights.WEIGHTS`.
        pixels: As `preprocessing.seen` gives them.
    """

    name: str
    weights: str
    pixels: Pixels

    @classmethod
    def of(cls, name: str, image: Array | Pixels, fit: str, weights: str) -> NetworkInput:
        """A picture of any size, made to fit."""
        return cls(name, weights, seen(name, image, fit))

    @property
    def engine(self) -> Engine:
        """What is compiled of the network."""
        return engine_of(self.name, self.weights)

    @cached_property
    def scaled(self) -> Array:
        """The pixels as the first layer expects them."""
        return preprocess(self.name, self.pixels)

    def settled(self, target: int | None) -> int:
        """The class, or the one with the greatest logit where none is given."""
        return target_of(self.engine, self.scaled, target)

    def changed(self, pixels: NDArray[Any]) -> Array:
        """Other pixels for the same network, scaled."""
        return preprocess(self.name, pixels)


def begin(given: NetworkInput, target: int | None) -> tuple[int, int]:
    """Settle the class, and how many pictures a piece has."""
    return given.settled(target), piece_size(given.name, given.weights)


def piece_size(name: str, weights: str) -> int:
    """How many pictures a piece has: the fewer, the more a network costs."""
    cost = sum(layer.multiply_adds or 0 for layer in structure.layers(name, weights=weights))
    return max(1, round(PIECE / (1 + cost / COSTLY)))
