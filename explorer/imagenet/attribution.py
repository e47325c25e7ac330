"""Why a network answers as it does: which parts of a picture, and which channels, speak for a class.

    picture -> network -> logit of a class -> its gradient, or how it falls when a part is hidden -> map

Explanations are of the logit, before the softmax, in which one class cannot fall because another one rises.
Maps keep the size in which they were computed, and no map is scaled: one that is zero everywhere says that
nothing was found.

What takes long comes in pieces. `<name>_pieces` is a generator that hands each piece, a call of a function of
this module, to `run`, and gives a `Progress` after it; the function without the suffix does all of them.
Nothing is kept between two pieces but networks, so each can be done in another process, and closing the
generator ends the work.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.activations import softmax
from explorer.imagenet import models, structure
from explorer.imagenet.models import Opened
from explorer.imagenet.networks import NetworkError, network
from explorer.imagenet.preprocessing import preprocess, seen
from explorer.imagenet.structure import spatial_layers

Array: TypeAlias = NDArray[np.float32]
Pixels: TypeAlias = NDArray[np.uint8]
Boxes: TypeAlias = NDArray[np.int32]
Runner: TypeAlias = Callable[..., Any]

CAMS = ("grad_cam", "hires_cam", "layer_cam")
"""Maps that every spatial layer has one of."""

RANDOMISABLE = (*CAMS, "saliency")
"""Explanations that `randomised` gives."""

PARAMETRISATIONS = ("fourier", "pixel")
"""What `maximise` changes: the waves that a picture is the sum of, or its pixels one by one."""

PIECE = 16  # pictures in a piece for a network that costs nothing: MobileNetV2 then takes about 0.1 s
COSTLY = 2e9  # multiplications and additions a picture that halve that number
FOLDED = 10_000_000  # parameters up to which each compiled function has a copy of its own, and is faster


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a computation has come.

    Attributes:
        done: Parts that are done, of all kinds alike.
        total: Parts that there are.
        value: The result as far as it is known; the last one is the result.
        reached: What the unit answers to the picture so far, where one is climbed, else NaN.
    """

    done: int
    total: int
    value: Any
    reached: float = math.nan


Pieces: TypeAlias = Generator[Progress, None, None]


def call(function: Callable[..., Any], *arguments: Any, key: bool = True) -> Any:
    """Run a piece here and now; a page passes a runner that does it elsewhere.

    `key=False` says that the answer need not be kept.

    >>> call(max, 1, 2)
    2
    """
    return function(*arguments)


def finish(pieces: Pieces) -> Any:
    """Do all pieces, and give the value of the last.

    >>> finish(Progress(done, 2, 10 * done) for done in (1, 2))
    20
    """
    value = None
    for progress in pieces:
        value = progress.value
    return value


# What is compiled


class _Engine:
    """The compiled functions of a network in memory; each is made on first use and ends with the network."""

    def __init__(self, model: Any, logits: Any) -> None:
        self.model = model
        self.logits = logits
        self._made: dict[Hashable, Any] = {}
        self._making = threading.RLock()

    def hidden(self, picture: Array, cover: Array, masks: NDArray[np.bool_]) -> Array:
        """Give the logits (n, classes) of a picture with another one where masks (n, size, size) say so."""
        made = self._get("hidden", self._hidden)(picture[np.newaxis], cover[np.newaxis], masks)
        return made.numpy()  # type: ignore[no-any-return]

    def gradients(self, batch: Array, target: int) -> Array:
        """Give the gradient of a logit with respect to each picture, (n, size, size, 3)."""
        return self._get("gradients", self._gradients)(batch, target).numpy()  # type: ignore[no-any-return]

    def cams(self, picture: Array, target: int, names: Sequence[str], method: str) -> dict[str, Array]:
        """Give the maps of some layers from one pass forward and one back."""
        every = ("cams", self._spatial())
        key = ("cams", tuple(names))
        # One lone layer, the last above all, is compiled much sooner than all of them, and runs sooner.
        key = every if every in self._made and key not in self._made else key
        found = self._get(key, lambda: self._cams(key[1]))(picture[np.newaxis], target)[method]
        return {name: found[name].numpy() for name in names}

    def randomised(self, picture: Array, target: int, name: str, method: str, values: list[Array]) -> Array:
        """Give an explanation by the network with other values for all its weights."""
        made = self._get(("randomised", name), lambda: self._cams((name,), fixed=False))
        found = made(picture[np.newaxis], target, values)[method]
        if method == "saliency":
            return np.abs(found.numpy()[0]).max(axis=-1)  # type: ignore[no-any-return]
        return found[name].numpy()  # type: ignore[no-any-return]

    def head(self) -> tuple[Any, Array, Array]:
        """Give the compiled function to averages and logits, the kernel (c, classes), the bias (classes,)."""
        return self._get("head", self._head)  # type: ignore[no-any-return]

    def ascent(self, layer: str | None, fourier: bool, colours: tuple[Array, Array]) -> tuple[Any, Any]:
        """Give the compiled functions of parameters: to a unit's slope, and to the picture and its answer."""
        key = ("ascent", layer, fourier)
        return self._get(key, lambda: self._ascent(layer, fourier, colours))  # type: ignore[no-any-return]

    def layer(self, name: str) -> Any:
        """Give a layer, or raise a `NetworkError`."""
        try:
            return self.model.get_layer(name)
        except ValueError:
            raise NetworkError(
                f"{self.model.name} has no layer {name!r}; choose one of structure.layers."
            ) from None

    def weighted(self) -> list[Any]:
        """Give the layers that have weights, the last first."""
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
        """Give the function to some tensors, with its weights as constants where that is affordable.

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

    def _ascent(self, layer: str | None, fourier: bool, colours: tuple[Array, Array]) -> tuple[Any, Any]:
        import tensorflow as tf

        output = self.logits if layer is None else self.layer(layer).output
        apply = self._network(output)
        size = self.model.input_shape[1]
        waves = _waves(size)

        def paint(parameters: Any) -> Any:
            if fourier:
                spectrum = tf.complex(parameters[0], parameters[1]) * tf.cast(waves, tf.complex64)
                planes = tf.signal.irfft2d(spectrum, (size, size))
                parameters = tf.transpose(planes, (1, 2, 0))
            return tf.nn.sigmoid(tf.matmul(parameters, _COLOURS.T))

        def answer(pictures: Any, unit: Any) -> Any:
            return tf.reduce_mean(apply(tf.matmul(pictures, colours[0]) + colours[1])[0][..., unit])

        def climb(parameters: Any, unit: Any, transform: Any) -> Any:
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
        parameters = tf.TensorSpec(_parameters_shape(size, fourier), tf.float32)
        return _compiled(climb, parameters, unit, transform), _compiled(arrive, parameters, unit)

    def _batch(self, count: int | None = None) -> Any:
        import tensorflow as tf

        return tf.TensorSpec((count, *self.model.input_shape[1:]), tf.float32)


def _compiled(function: Callable[..., Any], *signature: Any) -> Any:
    """Compile a function as it is written, once for all arguments of these shapes."""
    import tensorflow as tf

    return tf.function(function, input_signature=signature, autograph=False)


_engines: WeakKeyDictionary[Opened, _Engine] = WeakKeyDictionary()
_attaching = threading.Lock()


def _engine(name: str, weights: str) -> _Engine:
    """Give what is compiled of a network, which is let go together with it."""
    found = models.opened(name, weights)
    with _attaching:
        if found not in _engines:
            _engines[found] = _Engine(found.model, found.logits)
        return _engines[found]


def _target(engine: _Engine, picture: Array, target: int | None) -> int:
    """Check a class, or give the one with the greatest logit."""
    if target is None:
        return int(engine.hidden(picture, picture, np.zeros((1, *picture.shape[:2]), bool)).argmax())
    classes = engine.logits.shape[-1]
    if not (isinstance(target, int | np.integer) and 0 <= target < classes):
        raise NetworkError(f"The classes are 0 to {classes - 1}, and {target!r} came; choose one of them.")
    return int(target)


def _begin(name: str, weights: str, pixels: Pixels | None, target: int | None) -> tuple[int, int]:
    """Settle the class, and how many pictures a piece has."""
    engine = _engine(name, weights)
    settled = 0 if pixels is None else _target(engine, preprocess(name, pixels), target)
    cost = sum(layer.multiply_adds or 0 for layer in structure.layers(name, weights=weights))
    return settled, max(1, round(PIECE / (1 + cost / COSTLY)))


# Class activation maps


def grad_cam(
    name: str,
    image: Array | Pixels,
    layer: str | None = None,
    target: int | None = None,
    *,
    fit: str = "resize",
    weights: str = "auto",
) -> Array:
    """Weight the channels of a layer by what they do for a class on average, and add them up.

    `max(0, sum_c mean(G_c) A_c)`, with A the layer's output and G the gradient of the logit with respect to
    it (Selvaraju and others, 2017).

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `preprocessing.seen`.
        layer: The layer, or None for the last one with a spatial size over 1.
        target: The class, or None for the one with the greatest logit.
        fit: How the picture becomes square.
        weights: Which weights.

    Returns:
        float32 (h, w), the size of the layer's maps.

    Raises:
        NetworkError: If there is no such network, layer or class, or if the layer has no rows and columns.
    """
    return _cam("grad_cam", name, image, layer, target, fit, weights)


def hires_cam(
    name: str,
    image: Array | Pixels,
    layer: str | None = None,
    target: int | None = None,
    *,
    fit: str = "resize",
    weights: str = "auto",
) -> Array:
    """Add up what each channel of a layer does for a class, cell by cell; as `grad_cam`, without averages.

    `max(0, sum_c G_c A_c)` (Draelos and Carin, 2020).
    """
    return _cam("hires_cam", name, image, layer, target, fit, weights)


def layer_cam(
    name: str,
    image: Array | Pixels,
    layer: str | None = None,
    target: int | None = None,
    *,
    fit: str = "resize",
    weights: str = "auto",
) -> Array:
    """Add up what speaks for a class, cell by cell, and leave out what speaks against it; as `grad_cam`.

    `max(0, sum_c max(0, G_c) A_c)` (Jiang and others, 2021).
    """
    return _cam("layer_cam", name, image, layer, target, fit, weights)


def _cam(
    method: str,
    name: str,
    image: Array | Pixels,
    layer: str | None,
    target: int | None,
    fit: str,
    weights: str,
) -> Array:
    engine = _engine(name, weights)
    known = spatial_layers(name, weights=weights)
    chosen = known[-1] if layer is None else _with_rows(engine, layer, known)
    picture = preprocess(name, seen(name, image, fit))
    # To compile all layers at once takes less than to compile a few of them one after another.
    wanted = (chosen,) if chosen == known[-1] else known
    return engine.cams(picture, _target(engine, picture, target), wanted, method)[chosen]


def _with_rows(engine: _Engine, layer: str, known: Sequence[str]) -> str:
    if layer not in known:
        shape = engine.layer(layer).output.shape[1:]
        raise NetworkError(
            f"The layer {layer} gives an array of shape {tuple(shape)}, and a map needs rows and columns; "
            f"choose an earlier layer, such as {known[-1]}."
        )
    return layer


def cams(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    method: str = "grad_cam",
    fit: str = "resize",
    weights: str = "auto",
) -> dict[str, Array]:
    """Give the map of every spatial layer, first to last, from one pass forward and one back.

    Raises:
        NetworkError: If there is no such network or class, or the method is none of `CAMS`.
    """
    _one_of(CAMS, method, "method")
    engine = _engine(name, weights)
    picture = preprocess(name, seen(name, image, fit))
    settled = _target(engine, picture, target)
    return engine.cams(picture, settled, spatial_layers(name, weights=weights), method)


def is_flat(explanation: ArrayLike) -> bool:
    """Tell whether a map is zero everywhere: nothing was found that speaks for the class.

    >>> is_flat(np.zeros((7, 7))), is_flat(np.eye(2))
    (True, False)
    """
    return not np.any(explanation)


def _one_of(names: Sequence[str], value: str, what: str) -> None:
    if value not in names:
        raise NetworkError(f"There is no {what} {value!r}; choose one of {', '.join(names)}.")


# Gradients with respect to the picture


def saliency(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    fit: str = "resize",
    weights: str = "auto",
) -> Array:
    """Give how much a logit changes when a pixel changes a little, float32 (size, size).

    `max_c |d logit / d x_c|` over the colours c of what goes into the network (Simonyan and others, 2014).
    """
    engine = _engine(name, weights)
    picture = preprocess(name, seen(name, image, fit))
    return _strongest(engine.gradients(picture[np.newaxis], _target(engine, picture, target))[0])


def _strongest(gradient: Array) -> Array:
    strongest: Array = np.abs(gradient).max(axis=-1)
    return strongest


def smooth_grad(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    samples: int = 32,
    noise: float = 0.15,
    seed: int = 0,
    fit: str = "resize",
    weights: str = "auto",
) -> Array:
    """Give the saliency of the mean gradient over noisy copies of a picture, float32 (size, size).

    The noise is Gaussian with a standard deviation of `noise` times the 255 levels of a pixel, and not
    clipped (Smilkov and others, 2017).
    """
    return finish(  # type: ignore[no-any-return]
        smooth_grad_pieces(
            name, image, target, samples=samples, noise=noise, seed=seed, fit=fit, weights=weights
        )
    )


def smooth_grad_pieces(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    samples: int = 32,
    noise: float = 0.15,
    seed: int = 0,
    fit: str = "resize",
    weights: str = "auto",
    run: Runner = call,
) -> Pieces:
    """Compute `smooth_grad` piece by piece: after each one, that of the copies so far."""
    _whole("samples", samples, 1)
    if not 0 <= noise <= 1:
        raise NetworkError(f"noise is {noise}; choose a number from 0 to 1.")
    pixels = seen(name, image, fit)
    settled, share = run(_begin, name, weights, pixels, target)
    total = np.zeros((*pixels.shape[:2], 3), np.float32)
    for part in _parts(samples, share / 2):
        total = total + run(_noisy, name, weights, pixels, settled, noise, seed, part.start, part.stop)
        yield Progress(part.stop, samples, _strongest(total / np.float32(part.stop)))


def _noisy(
    name: str, weights: str, pixels: Pixels, target: int, noise: float, seed: int, first: int, end: int
) -> Array:
    """Add up the gradients of some noisy copies, each with noise of its own number."""
    strength = np.float32(255 * noise)
    copies = [
        pixels + strength * np.random.default_rng((seed, number)).standard_normal(pixels.shape, np.float32)
        for number in range(first, end)
    ]
    gradients = _engine(name, weights).gradients(preprocess(name, np.stack(copies)), target)
    total: Array = gradients.sum(axis=0)
    return total


def integrated_gradients(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    steps: int = 640,
    baseline: str = "grey",
    fit: str = "resize",
    weights: str = "auto",
) -> Array:
    """Share out a logit's rise from a baseline to a picture among the pixels, float32 (size, size), signed.

    `sum_c (x_c - x'_c) sum_k (a_{k+1} - a_k) d logit / d x_c (x' + m_k (x - x'))` over colours c, with m_k
    in the middle between a_k and a_{k+1}, and `a_k = (k / steps)^2`, on the straight way from the baseline x'
    to the picture x (Sundararajan and others, 2017). Steps are shorter near the baseline, where the gradient
    changes most. The map's sum comes the closer to the rise of the logit, the more steps there are: see
    `completeness`.

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `preprocessing.seen`.
        target: The class, or None for the one with the greatest logit.
        steps: How many gradients.
        baseline: A key of `FILLS`: the picture without what is to be explained.
        fit: How the picture becomes square.
        weights: Which weights.
    """
    return finish(  # type: ignore[no-any-return]
        integrated_gradients_pieces(
            name, image, target, steps=steps, baseline=baseline, fit=fit, weights=weights
        )
    )


def integrated_gradients_pieces(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    steps: int = 640,
    baseline: str = "grey",
    fit: str = "resize",
    weights: str = "auto",
    run: Runner = call,
) -> Pieces:
    """Compute `integrated_gradients` piece by piece: after each one, the shares of the way so far."""
    _whole("steps", steps, 1)
    pixels = seen(name, image, fit)
    start = filled(pixels, baseline)
    settled, share = run(_begin, name, weights, pixels, target)
    value = np.zeros(pixels.shape[:2], np.float32)
    for part in _parts(steps, share / 2):
        value = value + run(_way, name, weights, pixels, start, settled, steps, part.start, part.stop)
        yield Progress(part.stop, steps, value)


def _way(
    name: str, weights: str, pixels: Pixels, start: Pixels, target: int, steps: int, first: int, end: int
) -> Array:
    """Integrate over some of the steps from one picture to another."""
    before, after = preprocess(name, start), preprocess(name, pixels)
    ends = (np.arange(first, end + 1, dtype=np.float32) / np.float32(steps)) ** 2
    places, lengths = (ends[1:] + ends[:-1]) / 2, np.diff(ends)
    batch = before + places[:, np.newaxis, np.newaxis, np.newaxis] * (after - before)
    gradient = np.tensordot(lengths, _engine(name, weights).gradients(batch, target), 1)
    shares: Array = ((after - before) * gradient).sum(axis=-1)
    return shares


@dataclass(frozen=True)
class Completeness:
    """How well an attribution adds up to what it explains.

    Attributes:
        total: Sum of the attribution.
        difference: Logit of the picture less that of the baseline.
        error: `|total - difference| / |difference|`; None where the difference is 0, for then there is none.
    """

    total: float
    difference: float
    error: float | None


def completeness(
    name: str,
    image: Array | Pixels,
    explanation: Array,
    target: int | None = None,
    *,
    baseline: str = "grey",
    fit: str = "resize",
    weights: str = "auto",
) -> Completeness:
    """Compare the sum of `integrated_gradients` with the difference of logits that it shares out."""
    engine = _engine(name, weights)
    pixels = seen(name, image, fit)
    picture = preprocess(name, pixels)
    settled = _target(engine, picture, target)
    none_and_all = np.broadcast_to([[[False]], [[True]]], (2, *pixels.shape[:2]))
    start = preprocess(name, filled(pixels, baseline))
    after, before = engine.hidden(picture, start, none_and_all)[:, settled]
    total, difference = float(np.sum(explanation, dtype=np.float64)), float(after) - float(before)
    return Completeness(total, difference, abs(total - difference) / abs(difference) if difference else None)


# Hiding parts of the picture


def _blurred(pixels: Pixels) -> Pixels:
    blurred: Any = cv2.GaussianBlur(pixels, (0, 0), pixels.shape[0] / 16)
    return blurred  # type: ignore[no-any-return]


FILLS: dict[str, Callable[[Pixels], Any]] = {
    "grey": lambda pixels: np.full_like(pixels, 128),
    "mean": lambda pixels: np.broadcast_to(np.rint(pixels.mean(axis=(0, 1))), pixels.shape),
    "black": np.zeros_like,
    "blur": _blurred,
}
"""What is put in the place of hidden pixels, before they are scaled: a picture without information."""


def filled(pixels: Pixels, name: str) -> Pixels:
    """Give the picture (H, W, 3) that hidden pixels of another one are taken from.

    Grey is level 128, "mean" the picture's own mean colour, and "blur" the picture through a Gaussian with a
    standard deviation of a sixteenth of its side.

    Raises:
        NetworkError: If the name is none of `FILLS`.

    >>> filled(np.array([[[0, 0, 10], [0, 9, 30]]], np.uint8), "mean")[0, 0].tolist()
    [0, 4, 20]
    """
    _one_of(tuple(FILLS), name, "fill")
    found: Pixels = FILLS[name](pixels).astype(np.uint8)
    return found


@dataclass(frozen=True)
class Cost:
    """What a computation asks for.

    Attributes:
        rows: Positions of the patch from top to bottom.
        columns: Positions from left to right.
        passes: Pictures that the network sees.
    """

    rows: int
    columns: int
    passes: int

    @property
    def positions(self) -> int:
        """Count all positions of the patch."""
        return self.rows * self.columns


def occlusion_cost(name: str, *, patch: int = 32, stride: int = 16) -> Cost:
    """Tell what `occlusion` asks for, before it is run: a picture for each position, and the whole one.

    >>> cost = occlusion_cost("MobileNetV2", patch=32, stride=16)
    >>> cost.positions, cost.passes
    (196, 197)
    """
    size = network(name).size
    _whole("patch", patch, 1, size)
    _whole("stride", stride, 1, size)
    side = math.ceil(size / stride)
    return Cost(side, side, side * side + 1)


def occlusion(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    patch: int = 32,
    stride: int = 16,
    fill: str = "grey",
    fit: str = "resize",
    weights: str = "auto",
) -> Array:
    """Hide one part of a picture after another, and give how far a logit falls.

    The picture is divided into cells of `stride` pixels; the patch is centred on one after another, and cut
    at the picture's edges (Zeiler and Fergus, 2014).

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `preprocessing.seen`.
        target: The class, or None for the one with the greatest logit.
        patch: Side of the hidden square in pixels.
        stride: Pixels from one position to the next.
        fill: A key of `FILLS`: what hides, in pixels before they are scaled.
        fit: How the picture becomes square.
        weights: Which weights.

    Returns:
        float32 (rows, columns), signed: each cell is of the patch that is centred on it.
    """
    return finish(  # type: ignore[no-any-return]
        occlusion_pieces(name, image, target, patch=patch, stride=stride, fill=fill, fit=fit, weights=weights)
    )


def occlusion_pieces(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    patch: int = 32,
    stride: int = 16,
    fill: str = "grey",
    fit: str = "resize",
    weights: str = "auto",
    run: Runner = call,
) -> Pieces:
    """Compute `occlusion` piece by piece, row by row: what is not known yet is zero."""
    cost = occlusion_cost(name, patch=patch, stride=stride)
    pixels = seen(name, image, fit)
    cover = filled(pixels, fill)
    boxes = _boxes(pixels.shape[0], patch, stride)
    settled, share = run(_begin, name, weights, pixels, target)
    whole = run(_occluded, name, weights, pixels, cover, boxes[:0], settled)[0]
    falls = np.zeros(cost.positions, np.float32)
    for part in _parts(cost.positions, share):
        hidden = run(_occluded, name, weights, pixels, cover, boxes[part], settled)
        falls = falls.copy()
        falls[part] = whole - hidden
        yield Progress(part.stop, cost.positions, falls.reshape(cost.rows, cost.columns))


def _boxes(size: int, patch: int, stride: int) -> Boxes:
    """Give where the patches lie, (positions, 4): top, left, bottom and right, the last two excluded."""
    starts = np.arange(0, size, stride) + (stride - patch) // 2
    tops, lefts = (places.ravel() for places in np.meshgrid(starts, starts, indexing="ij"))
    boxes = np.stack([tops, lefts, tops + patch, lefts + patch], axis=1)
    return boxes.clip(0, size).astype(np.int32)


def _occluded(name: str, weights: str, pixels: Pixels, cover: Pixels, boxes: Boxes, target: int) -> Array:
    """Give the logits (n,) of a picture with each of n boxes hidden; without a box, that of the picture."""
    masks = np.zeros((max(1, len(boxes)), *pixels.shape[:2]), bool)
    for mask, (top, left, bottom, right) in zip(masks, boxes, strict=False):
        mask[top:bottom, left:right] = True
    logits = _engine(name, weights).hidden(preprocess(name, pixels), preprocess(name, cover), masks)
    return logits[:, target]


def deletion_curve(
    name: str,
    image: Array | Pixels,
    explanation: Array,
    target: int | None = None,
    *,
    steps: int = 32,
    fill: str = "grey",
    fit: str = "resize",
    weights: str = "auto",
) -> tuple[Array, Array]:
    """Hide more and more of a picture, what an explanation takes for most important first.

    Of two explanations, the one whose curve falls sooner knew better what the network needs (Petsiuk and
    others, 2018).

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `preprocessing.seen`.
        explanation: (h, w) of any size; it is enlarged to the picture's, bilinearly.
        target: The class, or None for the one with the greatest logit.
        steps: In how many steps the whole picture is hidden.
        fill: A key of `FILLS`: what hides.
        fit: How the picture becomes square.
        weights: Which weights.

    Returns:
        Hidden fractions and probabilities of the class, float32 (steps + 1,) each, from 0 to 1 hidden.
    """
    return finish(  # type: ignore[no-any-return]
        deletion_curve_pieces(
            name, image, explanation, target, steps=steps, fill=fill, fit=fit, weights=weights
        )
    )


def deletion_curve_pieces(
    name: str,
    image: Array | Pixels,
    explanation: Array,
    target: int | None = None,
    *,
    steps: int = 32,
    fill: str = "grey",
    fit: str = "resize",
    weights: str = "auto",
    run: Runner = call,
) -> Pieces:
    """Compute `deletion_curve` piece by piece: after each one, the curve so far."""
    pixels = seen(name, image, fit)
    _whole("steps", steps, 1, pixels.shape[0] * pixels.shape[1])
    cover = filled(pixels, fill)
    ranks = _ranks(explanation, pixels.shape[0])
    settled, share = run(_begin, name, weights, pixels, target)
    fractions = np.linspace(0, 1, steps + 1, dtype=np.float32)
    counts = np.rint(fractions * ranks.size).astype(np.int32)
    probabilities = np.zeros(0, np.float32)
    for part in _parts(steps + 1, share):
        more = run(_deleted, name, weights, pixels, cover, ranks, counts[part], settled)
        probabilities = np.concatenate([probabilities, more])
        yield Progress(part.stop, steps + 1, (fractions[: part.stop], probabilities))


def _ranks(explanation: ArrayLike, size: int) -> NDArray[np.int32]:
    """Number the pixels (size, size) from the most important one, 0; the first comes first among equals."""
    found = np.asarray(explanation, np.float32)
    if found.ndim != 2 or not found.size or not np.isfinite(found).all():
        raise NetworkError(
            f"An explanation is an array (h, w) of finite numbers, and one of shape {found.shape} came"
            f"{'' if np.isfinite(found).all() else ' with others'}; give what another function here gave."
        )
    enlarged = cv2.resize(found, (size, size), interpolation=cv2.INTER_LINEAR)
    ranks = np.empty(size * size, np.int32)
    ranks[np.argsort(-enlarged, axis=None, kind="stable")] = np.arange(size * size)
    return ranks.reshape(size, size)


def _deleted(
    name: str,
    weights: str,
    pixels: Pixels,
    cover: Pixels,
    ranks: NDArray[np.int32],
    counts: NDArray[np.int32],
    target: int,
) -> Array:
    """Give the probabilities (n,) of a class with so many of the first pixels hidden."""
    masks = ranks < counts[:, np.newaxis, np.newaxis]
    logits = _engine(name, weights).hidden(preprocess(name, pixels), preprocess(name, cover), masks)
    probabilities: Array = softmax(logits)[:, target]
    return probabilities


# What the channels add up to, and what training has to do with it


@dataclass(frozen=True, eq=False)
class Contributions:
    """A logit as a sum over channels.

    Attributes:
        channels: What each channel of the last maps adds, (c,): its average times its weight.
        bias: What is added without any picture.
        logit: The logit as the network gives it: `channels.sum() + bias`.
    """

    channels: Array
    bias: float
    logit: float


def contributions(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    fit: str = "resize",
    weights: str = "auto",
) -> Contributions:
    """Take a logit apart exactly, where one dense layer on averages of maps decides.

    `logit_k = sum_c mean(A_c) W_ck + b_k` over the channels c of the last maps A.

    Raises:
        NetworkError: If there is no such network or class, or if its head is another.
    """
    engine = _engine(name, weights)
    function, kernel, bias = engine.head()
    picture = preprocess(name, seen(name, image, fit))
    settled = _target(engine, picture, target)
    averages, logits = (values.numpy() for values in function(picture[np.newaxis]))
    channels = averages.reshape(-1) * kernel[:, settled]
    return Contributions(channels, float(bias[settled]), float(logits[0, settled]))


def weighted_layers(name: str, *, weights: str = "auto") -> tuple[str, ...]:
    """Name the layers that have weights, from the top down: the order in which `randomised` takes them."""
    return tuple(layer.name for layer in _engine(name, weights).weighted())


def randomised(
    name: str,
    image: Array | Pixels,
    top: int,
    layer: str | None = None,
    target: int | None = None,
    *,
    method: str = "grad_cam",
    seed: int = 0,
    fit: str = "resize",
    weights: str = "auto",
) -> Array:
    """Explain with the last layers untrained: a map that stays the same owes nothing to what they learned.

    In a copy, their kernels are drawn anew from a normal distribution of variance 2 / fan-in, scales and
    variances are 1, and biases and means 0 (Adebayo and others, 2018: cascading randomisation). With one
    seed, layers that are random for one `top` are the same for a greater one.

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `preprocessing.seen`.
        top: How many of `weighted_layers` are randomised; 0 is the explanation itself.
        layer: For the methods of `CAMS`, the layer, or None for the last one with a spatial size over 1.
        target: The class, or None for the one with the greatest logit before anything is randomised.
        method: One of `RANDOMISABLE`.
        seed: Which random weights.
        fit: How the picture becomes square.
        weights: Which weights.

    Returns:
        What the method gives, float32 (h, w).
    """
    _one_of(RANDOMISABLE, method, "method")
    engine = _engine(name, weights)
    chosen = engine.weighted()
    _whole("top", top, 0, len(chosen))
    known = spatial_layers(name, weights=weights)
    where = known[-1] if layer is None else _with_rows(engine, layer, known)
    picture = preprocess(name, seen(name, image, fit))
    settled = _target(engine, picture, target)
    drawn = {
        id(weight): models.untrained(weight, rng)
        for number, each in enumerate(chosen[:top])
        for rng in [np.random.default_rng((seed, number))]
        for weight in each.weights
    }
    values = [drawn.get(id(weight), weight) for weight in engine.model.weights]
    return engine.randomised(picture, settled, where, method, values)


# Pictures that a unit likes best


@dataclass(frozen=True)
class Climb:
    """How `maximise` goes about it.

    Attributes:
        parametrisation: One of `PARAMETRISATIONS`.
        rate: Learning rate of Adam.
        jitter: Pixels that the picture is moved by at most before each step, up or down and to the sides.
        rotate: Degrees that it is turned by at most.
        scale: Share of its size that it is enlarged or shrunk by at most.
        seed: Which start, and which of these movements.
    """

    parametrisation: str = "fourier"
    rate: float = 0.05
    jitter: int = 8
    rotate: float = 5.0
    scale: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        _one_of(PARAMETRISATIONS, self.parametrisation, "parametrisation")
        for name, low, high in (
            ("rate", 0.0, 10.0),
            ("jitter", 0, 64),
            ("rotate", 0.0, 180.0),
            ("scale", 0.0, 0.5),
        ):
            if not low <= getattr(self, name) <= high:
                raise NetworkError(
                    f"{name} is {getattr(self, name)}; choose a number from {low:g} to {high:g}."
                )


@dataclass(frozen=True, eq=False)
class Ascent:
    """Where `maximise` stands, as it travels: parameters of the picture, and what Adam remembers."""

    step: int
    parameters: Array
    mean: Array
    square: Array


def maximise(
    name: str,
    unit: int,
    layer: str | None = None,
    *,
    steps: int = 128,
    climb: Climb = Climb(),
    weights: str = "auto",
) -> Array:
    """Change a random picture step by step so that a class or a channel answers more strongly.

    Adam climbs the mean of the unit's output over its cells. The picture is the sigmoid of a sum of waves,
    long ones quicker to change ("fourier"), or of free values ("pixel"); each step sees it moved, turned and
    scaled a little, lest patterns arise that no photograph has (Olah and others, 2017).

    Args:
        name: A key of `networks.NETWORKS`.
        unit: The class, or the channel of the layer.
        layer: The layer, or None for the logits. A channel that is 0 everywhere has no slope to climb.
        steps: How many steps.
        climb: How.
        weights: Which weights.

    Returns:
        float32 (size, size, 3) in [0, 1].

    Raises:
        NetworkError: If there is no such network, layer, class or channel.
    """
    return finish(  # type: ignore[no-any-return]
        maximise_pieces(name, unit, layer, steps=steps, climb=climb, weights=weights)
    )


def maximise_pieces(
    name: str,
    unit: int,
    layer: str | None = None,
    *,
    steps: int = 128,
    climb: Climb = Climb(),
    weights: str = "auto",
    run: Runner = call,
) -> Pieces:
    """Compute `maximise` piece by piece: after each one, the picture so far, and what it has reached."""
    _whole("steps", steps, 1)
    ascent = _foot(network(name).size, climb)
    _, share = run(_begin, name, weights, None, None)
    for part in _parts(steps, share / 4):
        count = part.stop - part.start
        ascent, picture, reached = run(_climbed, name, weights, unit, layer, climb, ascent, count)
        yield Progress(part.stop, steps, picture, reached)


def _foot(size: int, climb: Climb) -> Ascent:
    shape = _parameters_shape(size, climb.parametrisation == "fourier")
    start = np.random.default_rng(climb.seed).standard_normal(shape, np.float32) * np.float32(0.01)
    return Ascent(0, start, np.zeros_like(start), np.zeros_like(start))


def _climbed(
    name: str, weights: str, unit: int, layer: str | None, climb: Climb, ascent: Ascent, steps: int
) -> tuple[Ascent, Array, float]:
    """Go some steps, and give where one stands then, the picture there, and the unit's answer to it."""
    engine = _engine(name, weights)
    units = (engine.logits if layer is None else engine.layer(layer).output).shape[-1]
    if not (isinstance(unit, int | np.integer) and 0 <= unit < units):
        raise NetworkError(f"There are the units 0 to {units - 1}, and {unit!r} came; choose one of them.")
    size = network(name).size
    climbing, arrive = engine.ascent(layer, climb.parametrisation == "fourier", _colours(name))
    at, parameters, mean, square = ascent.step, ascent.parameters, ascent.mean, ascent.square
    for number in range(at + 1, at + steps + 1):
        slope = climbing(parameters, unit, _movement(size, climb, number)).numpy()
        mean = np.float32(0.9) * mean + np.float32(0.1) * slope
        square = np.float32(0.999) * square + np.float32(0.001) * slope**2
        upward = mean / (1 - 0.9**number) / (np.sqrt(square / (1 - 0.999**number)) + 1e-8)
        parameters = parameters + np.float32(climb.rate) * upward.astype(np.float32)
    picture, reached = arrive(parameters, unit)
    return Ascent(at + steps, parameters, mean, square), picture.numpy(), float(reached)


def _movement(size: int, climb: Climb, step: int) -> Array:
    """Draw how the picture is moved, turned and scaled: the projection (8,) of a cell to where it is read."""
    rng = np.random.default_rng((climb.seed, step))
    across, down = rng.integers(-climb.jitter, climb.jitter, 2, endpoint=True)
    turn = math.radians(rng.uniform(-climb.rotate, climb.rotate))
    zoom = 1 / rng.uniform(1 - climb.scale, 1 + climb.scale)
    a, b = zoom * math.cos(turn), zoom * math.sin(turn)
    centre = (size - 1) / 2
    right, lower = centre - a * centre + b * centre + across, centre - b * centre - a * centre + down
    return np.array([a, -b, right, b, a, lower, 0, 0], np.float32)


def _parameters_shape(size: int, fourier: bool) -> tuple[int, ...]:
    return (2, 3, size, size // 2 + 1) if fourier else (size, size, 3)


def _waves(size: int) -> Array:
    """Give the size of a step for each wave, (size, size // 2 + 1): the longer the wave, the larger."""
    frequencies = np.hypot(np.fft.fftfreq(size)[:, np.newaxis], np.fft.rfftfreq(size))
    waves: Array = (size / 4 / np.maximum(frequencies, 1 / size)).astype(np.float32)
    return waves


# Colours of photographs differ in brightness far more than in hue: the columns are the directions in which
# those of ImageNet vary, and as long as they vary (Olah and others, 2017, in their code); the longest is 1.
_COLOURS = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]], np.float32)
_COLOURS /= np.linalg.norm(_COLOURS, axis=0).max()


def _colours(name: str) -> tuple[Array, Array]:
    """Give the matrix (3, 3) and the offset (3,) that scale colours in [0, 1] for a network.

    Whatever the preprocessing does is affine in the colours, so that four of them tell all of it.
    """
    size = network(name).size
    probes = np.zeros((4, size, size, 3), np.uint8)
    probes[1:] = 255 * np.eye(3, dtype=np.uint8)[:, np.newaxis, np.newaxis]
    offset, *rows = preprocess(name, probes)[:, 0, 0]
    return np.stack(rows) - offset, offset


# Numbers


def _whole(name: str, value: int, low: int, high: int = 100_000) -> None:
    if not (isinstance(value, int | np.integer) and low <= value <= high):
        raise NetworkError(f"{name} is {value!r}; choose a whole number from {low} to {high}.")


def _parts(count: int, share: float) -> Iterator[slice]:
    """Divide 0 .. count into parts of `share`, at least 1."""
    length = max(1, int(share))
    for start in range(0, count, length):
        yield slice(start, min(start + length, count))
