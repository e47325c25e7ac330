"""What is compiled of a network for feature visualisation: the way up a unit, by TensorFlow.

It takes hundreds of passes over pictures that are turned and scaled, which TensorFlow compiles as one. The
functions are made on first use, and let go together with the network.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any
from weakref import WeakKeyDictionary

from explorer.imagenet import models
from explorer.imagenet.attribution.colours import COLOURS, parameters_shape, step_sizes
from explorer.imagenet.models import Opened
from explorer.imagenet.networks import Array, NetworkError

FOLDED = 10_000_000  # parameters up to which each compiled function has a copy of its own, and is faster


class Ascent:
    """The compiled functions of a network in memory; each is made on first use and ends with the network."""

    def __init__(self, model: Any, logits: Any) -> None:
        self.model = model
        self.logits = logits
        self._made: dict[Hashable, tuple[Any, Any]] = {}
        self._making = threading.RLock()

    def units(self, layer: str | None) -> int:
        """Count the channels of a layer, or the classes."""
        return int(self._output(layer).shape[-1])

    def maximiser(self, layer: str | None, fourier: bool, colours: tuple[Array, Array]) -> tuple[Any, Any]:
        """The compiled functions of parameters: to a unit's slope, and to the picture and its answer."""
        key = (layer, fourier)
        with self._making:
            if key not in self._made:
                self._made[key] = self._maximiser(layer, fourier, colours)
            return self._made[key]

    def _output(self, layer: str | None) -> Any:
        if layer is None:
            return self.logits
        try:
            return self.model.get_layer(layer).output
        except ValueError:
            raise NetworkError(
                f"{self.model.name} has no layer {layer!r}; choose one of structure.layers."
            ) from None

    def _network(self, output: Any) -> Callable[..., Any]:
        """Return the function to a tensor, with its weights as constants where that is affordable.

        TensorFlow then merges each normalisation with its convolution: a third of the time is saved.
        """
        import keras
        import tensorflow as tf

        inner = keras.Model(self.model.input, output)
        small = self.model.count_params() <= FOLDED

        def apply(batch: Any) -> Any:
            values = []
            if small:
                with tf.init_scope():
                    values = [weight.numpy() for weight in self.model.weights]
            with keras.StatelessScope(list(zip(self.model.weights, values, strict=bool(values)))):
                return inner(batch, training=False)

        return apply

    def _maximiser(self, layer: str | None, fourier: bool, colours: tuple[Array, Array]) -> tuple[Any, Any]:
        import tensorflow as tf

        apply = self._network(self._output(layer))
        size = self.model.input_shape[1]
        waves = step_sizes(size)

        def paint(parameters: Any) -> Any:
            if fourier:
                spectrum = tf.complex(parameters[0], parameters[1]) * tf.cast(waves, tf.complex64)
                planes = tf.signal.irfft2d(spectrum, (size, size))
                parameters = tf.transpose(planes, (1, 2, 0))
            return tf.nn.sigmoid(tf.matmul(parameters, COLOURS.T))

        def answer(pictures: Any, unit: Any) -> Any:
            return tf.reduce_mean(apply(tf.matmul(pictures, colours[0]) + colours[1])[..., unit])

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


def _compiled(function: Callable[..., Any], *signature: Any) -> Any:
    """Compile a function as it is written, once for all arguments of these shapes."""
    import tensorflow as tf

    return tf.function(function, input_signature=signature, autograph=False)


_ascents: WeakKeyDictionary[Opened, Ascent] = WeakKeyDictionary()

_attaching = threading.Lock()


def ascent_of(name: str, weights: str) -> Ascent:
    """Return what is compiled of a network, which is let go together with it."""
    found = models.opened(name, weights)
    with _attaching:
        if found not in _ascents:
            _ascents[found] = Ascent(found.model, found.logits)
        return _ascents[found]
