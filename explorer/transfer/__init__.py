"""Teach a network that knows photographs something new: a new head, from a few pictures.

    picture -> network without its head -> averages of its last maps (features) -> new head -> softmax

The network stays as it is, so that the features of a picture are computed once. The head is trained on them
in NumPy, with Adam, in batches of `BATCH` pictures. Fine-tuning then trains the head and the kernels and
biases of the network's last block; batch normalisation stays in inference mode, and as it was.

What takes long comes in pieces, as in `attribution`. A training travels with its pieces: the weights that
learn, and what Adam remembers. Nothing is kept between two of them but networks, so each can be done in
another process, and closing the generator ends the work. The same plan and the same pictures, in whatever
order they come, give the same result.
"""

from __future__ import annotations

import hashlib
import itertools
import math
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from explorer.activations import softmax
from explorer.errors import ExplorerError
from explorer.imagenet import pretrained
from explorer.imagenet.attribution import Pieces, Progress, Runner, call, finish
from explorer.imagenet.pretrained import NETWORKS, Opened, network, preprocess
from explorer.losses import LOSSES
from explorer.mlp.dense import INITIALIZERS, OPTIMIZERS
from explorer.parameters import Number, WholeNumber

Array: TypeAlias = NDArray[np.float32]
Pixels: TypeAlias = NDArray[np.uint8]
Sample: TypeAlias = tuple[Pixels, int]
Place: TypeAlias = tuple[str, str]  # a network and its weights

BATCH = 8
"""Pictures whose mean gradient makes a step; the last batch of an epoch may be smaller."""

MAX_CLASSES = 10
MAX_STEMS = 256_000_000
"""Bytes of what goes into the last block, of all pictures of a fine-tuning together."""

PIECE = 0.1  # seconds after which a piece of a head's training ends, with the epoch
FRAMES = 20  # pieces of it at least, so that one sees it learn
LOOK = 16  # pictures that a piece looks at when nothing is learned


class TransferError(ExplorerError):
    """What cannot be taught, in a sentence for the reader."""


# What a head stands on


@dataclass(frozen=True)
class Body:
    """A network without its head.

    Attributes:
        layer: Its last layer with rows and columns: the features are the averages of its maps.
        features: How many these are.
        block: The last block, as `pretrained.Layer.block` calls it, which fine-tuning trains, together with
            the layers between it and the features.
        stems: The layers whose outputs go into that block, with the shape of each.
        tuned: How many numbers fine-tuning changes.
    """

    layer: str
    features: int
    block: str
    stems: Mapping[str, tuple[int, ...]]
    tuned: int


BODIES: dict[str, Body] = {
    "MobileNetV2": Body(
        layer="out_relu",
        features=1280,
        block="block_16",
        stems={"block_15_add": (7, 7, 160)},
        tuned=879_040,
    ),
    "MobileNet-0.25-128": Body(
        layer="conv_pw_13_relu",
        features=256,
        block="block_13",
        stems={"conv_pw_12_relu": (4, 4, 256)},
        tuned=67_840,
    ),
    "MobileNetV3Small": Body(
        layer="activation_17",
        features=576,
        block="expanded_conv_10",
        stems={"expanded_conv_9_add": (7, 7, 96)},
        tuned=346_896,
    ),
    "EfficientNetV2B0": Body(
        layer="top_activation",
        features=1280,
        block="block6h",
        stems={"block6g_add": (7, 7, 192)},
        tuned=810_288,
    ),
    "ResNet50": Body(
        layer="conv5_block3_out",
        features=2048,
        block="conv5_block3",
        stems={"conv5_block2_out": (7, 7, 2048)},
        tuned=4_459_520,
    ),
    "VGG16": Body(
        layer="block5_pool",
        features=512,
        block="block5",
        stems={"block4_pool": (14, 14, 512)},
        tuned=7_079_424,
    ),
    "DenseNet121": Body(
        layer="relu",
        features=1024,
        block="conv5_block16",
        stems={"conv5_block15_concat": (7, 7, 992)},
        tuned=163_840,
    ),
    "NASNetMobile": Body(
        layer="activation_187",
        features=1056,
        block="block_12",
        stems={"normal_concat_10": (7, 7, 1056), "normal_concat_11": (7, 7, 1056)},
        tuned=708_576,
    ),
}
"""What a head stands on, for every network of `pretrained.NETWORKS`."""


# What is chosen

HEADS = ("linear", "hidden")
"""One dense layer from features to classes, or one with a hidden layer of ReLU units before it."""

AUGMENTATIONS = {"flip": "Mirror", "crop": "Crop", "colour": "Change the light"}
"""What a picture can be trained on besides itself, by the plan's name for it."""

UNITS = WholeNumber(
    name="units",
    title="Hidden units",
    low=1,
    high=512,
    step=1,
    default=32,
)
LEARNING_RATE = Number(
    name="learning_rate",
    title="Learning rate",
    low=1e-5,
    high=1.0,
    step=1e-5,
    default=0.001,
)
EPOCHS = WholeNumber(
    name="epochs",
    title="Epochs",
    low=1,
    high=500,
    step=1,
    default=40,
)
TUNE_RATE = Number(
    name="tune_rate",
    title="Learning rate of the block",
    low=1e-6,
    high=0.1,
    step=1e-6,
    default=0.0001,
)
TUNE_EPOCHS = WholeNumber(
    name="tune_epochs",
    title="Epochs of the block",
    low=1,
    high=100,
    step=1,
    default=10,
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
class Plan:
    """All that is chosen for a training.

    Attributes:
        network: A key of `pretrained.NETWORKS`.
        weights: Which weights, one of `pretrained.WEIGHTS`.
        fit: How pictures became square, one of `pretrained.FITS`.
        head: One of `HEADS`.
        units: Of the hidden layer.
        learning_rate: Adam's, for the head.
        epochs: How often every picture is seen.
        flip: Whether its mirror image is seen as well.
        crop: Whether `VARIANTS` enlarged parts of it are.
        colour: Whether it is also seen in the light of `VARIANTS` other lamps.
        fine_tune: Whether the last block learns too, after the head.
        tune_rate: Adam's learning rate then, for both.
        tune_epochs: Epochs of that.
        seed: Draws the head's first weights, the order of the pictures, the crops and the lamps.

    Raises:
        TransferError: If a part is unknown or out of its bounds.

    >>> Plan(head="hidden", units=16).units
    16
    """

    network: str = "MobileNetV2"
    weights: str = "auto"
    fit: str = "resize"
    head: str = "linear"
    units: int = 32
    learning_rate: float = 0.001
    epochs: int = 40
    flip: bool = False
    crop: bool = False
    colour: bool = False
    fine_tune: bool = False
    tune_rate: float = 0.0001
    tune_epochs: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        for name, known in (
            ("network", tuple(NETWORKS)),
            ("weights", pretrained.WEIGHTS),
            ("fit", pretrained.FITS),
            ("head", HEADS),
        ):
            if getattr(self, name) not in known:
                raise TransferError(f"{name} is {getattr(self, name)!r}; choose one of {', '.join(known)}.")
        for argument in (UNITS, LEARNING_RATE, EPOCHS, TUNE_RATE, TUNE_EPOCHS, SEED):
            try:
                value = argument.checked(getattr(self, argument.name))
            except ExplorerError as error:
                raise TransferError(str(error)) from None
            object.__setattr__(self, argument.name, value)

    @property
    def body(self) -> Body:
        """What the head stands on."""
        return BODIES[self.network]


VARIANTS = 2  # crops of a picture, and lamps


@dataclass(frozen=True)
class Augmentation:
    """What is made of every picture, besides itself.

    Attributes:
        flip: Whether it is mirrored.
        crops: The parts (left, top, right, bottom), in pixels, that are enlarged to the whole size.
        lamps: The factors of red, green and blue.
    """

    flip: bool = False
    crops: tuple[tuple[float, float, float, float], ...] = ()
    lamps: tuple[tuple[float, float, float], ...] = ()

    @property
    def count(self) -> int:
        """How many pictures come of one, itself included."""
        return 1 + self.flip + len(self.crops) + len(self.lamps)


def augmentation(plan: Plan) -> Augmentation:
    """Draw what a plan makes of every picture: the same of each.

    A crop is a square of 70 to 95 percent of the side, and the factors of a lamp lie between 0.7 and 1.3.

    >>> augmentation(Plan(flip=True, colour=True)).count
    4
    """
    size = network(plan.network).size
    crops, lamps = [], []
    for number in range(VARIANTS):
        rng = np.random.default_rng((plan.seed, number))
        side = size * rng.uniform(0.7, 0.95)
        left, top = rng.uniform(0, size - side, 2)
        crops.append(tuple(round(float(edge), 1) for edge in (left, top, left + side, top + side)))
        lamps.append(tuple(round(float(factor), 3) for factor in rng.uniform(0.7, 1.3, 3)))
    return Augmentation(
        plan.flip,
        tuple(crops) if plan.crop else (),  # type: ignore[arg-type]
        tuple(lamps) if plan.colour else (),  # type: ignore[arg-type]
    )


def versions(plan: Plan, pixels: Pixels) -> Pixels:
    """Give what a plan makes of a picture, the picture itself first: uint8 (n, size, size, 3).

    >>> dots = np.arange(224 * 224 * 3, dtype=np.uint8).reshape(224, 224, 3)
    >>> found = versions(Plan(flip=True), dots)
    >>> found.shape, bool((found[1] == dots[:, ::-1]).all())
    ((2, 224, 224, 3), True)
    """
    return _versions(pixels, augmentation(plan))


def _versions(pixels: Pixels, asked: Augmentation) -> Pixels:
    picture = Image.fromarray(pixels)
    found = [pixels]
    if asked.flip:
        found.append(pixels[:, ::-1])
    for box in asked.crops:
        found.append(np.asarray(picture.resize(picture.size, Image.Resampling.BILINEAR, box=box)))
    for factors in asked.lamps:
        found.append(np.rint(np.minimum(pixels * np.array(factors), 255)).astype(np.uint8))
    return np.stack(found)


# What the network makes of pictures


def features(name: str, pixels: Pixels, weights: str = "auto") -> Array:
    """Give the features of a picture: the averages of the network's last maps.

    Args:
        name: A key of `pretrained.NETWORKS`.
        pixels: What the network sees, as `pretrained.seen` gives it.
        weights: One of `pretrained.WEIGHTS`; "random" are features before anything was learned.

    Returns:
        float32 (d,), d = `BODIES[name].features`.

    Raises:
        NetworkError, WeightsError: If the network, the picture or the weights cannot be used.
    """
    found: Array = _averages(_maps((name, weights), pixels[np.newaxis]))[0]
    return found


def features_pieces(
    name: str, pictures: Sequence[Pixels], weights: str = "auto", *, run: Runner = call
) -> Pieces:
    """Compute the features of pictures one by one: after each, those so far, float32 (done, d)."""
    found = np.zeros((0, BODIES[network(name).name].features), np.float32)
    for done, pixels in enumerate(pictures, 1):
        found = np.vstack([found, run(features, name, pixels, weights)])
        yield Progress(done, len(pictures), found)


def _more_features(place: Place, pixels: Pixels, asked: Augmentation) -> Array:
    """Give the features (n, d) of what is made of a picture, without those of the picture itself."""
    return _averages(_maps(place, _versions(pixels, asked)[1:]))


def _stems(place: Place, pixels: Pixels, asked: Augmentation) -> list[Array]:
    """Give what goes into the last block, of all that is made of a picture."""
    return _before_block(place, _versions(pixels, asked))


def _before_block(place: Place, pictures: Pixels) -> list[Array]:
    """Give what goes into the last block, (n, rows, columns, channels) for each of its stems."""
    found = _made(*place, "stems")(preprocess(place[0], pictures))
    return [tensor.numpy() for tensor in (found if isinstance(found, list) else [found])]


def _maps(place: Place, pictures: Pixels) -> Array:
    """Give the last maps of pictures, (n, rows, columns, d)."""
    found: Array = _made(*place, "maps")(preprocess(place[0], pictures)).numpy()
    return found


def _averages(maps: Array) -> Array:
    averages: Array = maps.mean(axis=(1, 2))
    return averages


_functions: WeakKeyDictionary[Opened, dict[str, Any]] = WeakKeyDictionary()
_making = threading.RLock()


def _made(name: str, weights: str, what: str) -> Any:
    """Give a compiled part of a network; it is made on first use and let go together with the network."""
    found = pretrained.opened(name, weights)
    with _making:
        parts = _functions.setdefault(found, {})
        if what not in parts:
            parts[what] = _make(found, BODIES[name], what)
        return parts[what]


def _make(found: Opened, body: Body, what: str) -> Any:
    import keras

    last = found.model.get_layer(body.layer).output
    stems = [found.model.get_layer(name).output for name in body.stems]
    match what:
        case "maps":
            return pretrained.compiled(found, last)
        case "stems":
            return pretrained.compiled(found, stems)
    return _Trunk(keras.Model(stems, last))


class _Trunk:
    """Layers that learn: from their inputs to maps, with the values that their variables are to have.

    Batch normalisation is left as it is, with the averages that it has learned.
    """

    def __init__(self, model: Any) -> None:
        import keras
        import tensorflow as tf

        kept = keras.layers.BatchNormalization
        self.layers = [layer for layer in model.layers if layer.weights and not isinstance(layer, kept)]
        self.variables = [variable for layer in self.layers for variable in layer.trainable_weights]

        def apply(inputs: Any, values: Any) -> Any:
            with keras.StatelessScope(list(zip(self.variables, values, strict=True))):
                return model(inputs, training=False)

        def pull(inputs: Any, values: Any, slopes: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(values)
                averages = tf.reduce_mean(apply(inputs, values), axis=(1, 2))
            return tape.gradient(averages, values, output_gradients=slopes)

        inputs = [tf.TensorSpec(tensor.shape, tf.float32) for tensor in model.inputs]
        values = [tf.TensorSpec(variable.shape, tf.float32) for variable in self.variables]
        slopes = tf.TensorSpec((None, None), tf.float32)
        self._apply = tf.function(apply, input_signature=[inputs, values], autograph=False)
        self._pull = tf.function(pull, input_signature=[inputs, values, slopes], autograph=False)

    def maps(self, inputs: Sequence[Array], values: Sequence[Array]) -> Array:
        """Give the maps (n, rows, columns, d)."""
        return self._apply(_floats(inputs), list(values)).numpy()  # type: ignore[no-any-return]

    def pull(self, inputs: Sequence[Array], values: Sequence[Array], slopes: Array) -> list[Array]:
        """Give the gradients of the values, from those (n, d) of the averages of the maps."""
        return [tensor.numpy() for tensor in self._pull(_floats(inputs), list(values), slopes)]


def _floats(inputs: Sequence[NDArray[Any]]) -> list[Array]:
    return [part.astype(np.float32, copy=False) for part in inputs]


def _block(place: Place) -> tuple[Array, ...]:
    """Give the numbers that fine-tuning changes, as they are before it."""
    return tuple(variable.numpy() for variable in _made(*place, "trunk").variables)


# The head: dense layers as (kernel, bias, kernel, bias, ...), with ReLU between them


def _drawn(plan: Plan, inputs: int, classes: int) -> tuple[Array, ...]:
    """Draw the weights of a new head by Glorot's uniform distribution; biases are 0."""
    rng = np.random.default_rng(plan.seed)
    sizes = [inputs, *([plan.units] if plan.head == "hidden" else []), classes]
    head: list[Array] = []
    for fan_in, units in itertools.pairwise(sizes):
        kernel = INITIALIZERS["glorot_uniform"].draw(fan_in, units, rng)
        head += [kernel.astype(np.float32), np.zeros(units, np.float32)]
    return tuple(head)


def _forward(head: Sequence[Array], x: Array) -> tuple[list[Array], Array]:
    """Give what goes into each layer, and the logits (n, classes)."""
    inputs = [x]
    for at in range(0, len(head) - 2, 2):
        inputs.append(np.maximum(inputs[-1] @ head[at] + head[at + 1], np.float32(0)))
    return inputs, inputs[-1] @ head[-2] + head[-1]


def _logits(head: Sequence[Array], x: Array) -> Array:
    return _forward(head, x)[1]


def _backward(head: Sequence[Array], inputs: Sequence[Array], slopes: Array) -> tuple[list[Array], Array]:
    """Give the gradients of the head and of its features, from those (n, classes) of the logits."""
    gradients: list[Array] = []
    for at in range(len(inputs) - 1, -1, -1):
        gradients = [inputs[at].T @ slopes, slopes.sum(axis=0), *gradients]
        slopes = slopes @ head[2 * at].T
        if at:
            slopes = slopes * (inputs[at] > 0)
    return gradients, slopes


_LOSS = LOSSES["categorical_crossentropy"]


def _learned(head: Sequence[Array], x: Array, targets: Array) -> tuple[list[Array], Array]:
    """Give the gradients of the mean loss with respect to the head, and to the features (n, d)."""
    inputs, logits = _forward(head, x)
    slopes = _LOSS.gradient(targets, logits, from_logits=True) / np.float32(len(x))
    return _backward(head, inputs, slopes)


# Training


@dataclass(frozen=True)
class Epoch:
    """What was measured after an epoch; nothing of held-out pictures where there are none.

    Attributes:
        number: Which one; 0 is before the first.
        loss: Mean cross-entropy of the training pictures themselves, in nats.
        accuracy: The share of them, 0 to 1, that got the right class.
        held_out_loss: The same of the held-out pictures.
        held_out_accuracy: The same of the held-out pictures.
        tuned: Whether the last block learned in it.
    """

    number: int
    loss: float
    accuracy: float
    held_out_loss: float | None
    held_out_accuracy: float | None
    tuned: bool = False


@dataclass(frozen=True, eq=False)
class Trained:
    """All that is needed to name a picture's class.

    Attributes:
        plan: How it was trained.
        classes: Their names.
        head: Kernel (d, classes) and bias; with a hidden layer, its kernel and bias before them.
        block: The numbers of the last block where it was fine-tuned, or nothing.
        epochs: How many epochs it took, those of the block included.
    """

    plan: Plan
    classes: tuple[str, ...]
    head: tuple[Array, ...]
    block: tuple[Array, ...] = ()
    epochs: int = 0


@dataclass(frozen=True, eq=False)
class Course:
    """How a training goes.

    Attributes:
        stage: What is done: "features", "head", "block", or "done".
        history: What was measured so far.
        trained: What has been learned so far; None before the first epoch, and for a network from scratch.
        answers: Probabilities (n, classes) of the training pictures, in the order in which they came.
        held_out_answers: The same of the held-out pictures.
        trouble: Why it ended early, or nothing.
    """

    stage: str
    history: tuple[Epoch, ...] = ()
    trained: Trained | None = None
    answers: Array = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    held_out_answers: Array = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    trouble: str = ""


@dataclass(frozen=True, eq=False)
class _Standing:
    """Where a training stands, as it travels: what learns, the head last, and what Adam remembers of each."""

    learning: tuple[Array, ...]
    slots: tuple[Array, ...] = ()
    updates: int = 0
    epoch: int = 0
    sound: bool = True

    def stepped(self, gradients: Sequence[Array], rate: float) -> _Standing:
        """Go a step of Adam."""
        learning = tuple(array.copy() for array in self.learning)
        slots = tuple(slot.copy() for slot in self.slots) or tuple(
            np.zeros((2, *array.shape), np.float32) for array in learning
        )
        for parts in zip(learning, gradients, slots, strict=True):
            _ADAM.update(*parts, self.updates + 1, rate, **_MEMORY)
        sound = all(bool(np.isfinite(array).all()) for array in learning)
        return replace(self, learning=learning, slots=slots, updates=self.updates + 1, sound=sound)


_ADAM = OPTIMIZERS["adam"]
_MEMORY = {parameter.name: parameter.default for parameter in _ADAM.parameters}


@dataclass(frozen=True, eq=False)
class _Lesson:
    """What is learned from, and what is only measured.

    Attributes:
        inputs: What stands for the training pictures, every one followed by its versions: (n * each, ...).
        held_out: What stands for the held-out pictures: (m, ...).
        labels: The classes of the training pictures, (n,).
        held_out_labels: Those of the held-out pictures, (m,).
        classes: How many classes there are.
        each: How many versions there are of a training picture, itself included.
    """

    inputs: tuple[NDArray[Any], ...]
    held_out: tuple[NDArray[Any], ...]
    labels: NDArray[np.int64]
    held_out_labels: NDArray[np.int64]
    classes: int
    each: int

    @property
    def own(self) -> tuple[NDArray[Any], ...]:
        """What stands for the training pictures themselves."""
        return tuple(part[:: self.each] for part in self.inputs)

    def batches(self, seed: int, epoch: int) -> list[NDArray[np.int64]]:
        """Draw which pictures and versions make the batches of an epoch."""
        order = np.random.default_rng((seed, epoch)).permutation(len(self.labels) * self.each)
        return [order[at : at + BATCH] for at in range(0, len(order), BATCH)]

    def targets(self, rows: NDArray[np.int64]) -> Array:
        """Give the probabilities (n, classes) that are right for pictures and versions."""
        return np.eye(self.classes, dtype=np.float32)[self.labels[rows // self.each]]

    def measured(self, number: int, logits: Array, held_out: Array, tuned: bool = False) -> Epoch:
        """Say how good logits are, of training pictures and of held-out ones."""
        loss, accuracy = _measured(logits, self.labels)
        held_out_loss, held_out_accuracy = _measured(held_out, self.held_out_labels)
        return Epoch(number, loss, accuracy, held_out_loss, held_out_accuracy, tuned)


def _measured(logits: Array, labels: NDArray[np.int64]) -> Any:
    """Give mean loss and accuracy, or None twice where there is nothing to measure."""
    if not len(labels):
        return None, None
    targets = np.eye(logits.shape[1], dtype=np.float32)[labels]
    losses = _LOSS.f(targets, logits, from_logits=True)
    return float(losses.mean()), float((logits.argmax(axis=1) == labels).mean())


def train(plan: Plan, train: Sequence[Sample], held_out: Sequence[Sample], classes: Sequence[str]) -> Course:
    """Train a new head here and now, and give the end of `train_pieces`."""
    return finish(train_pieces(plan, train, held_out, classes))  # type: ignore[no-any-return]


def scratch(
    plan: Plan, train: Sequence[Sample], held_out: Sequence[Sample], classes: Sequence[str]
) -> Course:
    """Train a network from scratch here and now, and give the end of `scratch_pieces`."""
    return finish(scratch_pieces(plan, train, held_out, classes))  # type: ignore[no-any-return]


def train_pieces(
    plan: Plan,
    train: Sequence[Sample],
    held_out: Sequence[Sample],
    classes: Sequence[str],
    *,
    run: Runner = call,
) -> Pieces:
    """Train a new head piece by piece: after each one, the `Course` so far.

    Args:
        plan: How.
        train: Pictures as `pretrained.seen` gives them, at least one of each class, and the numbers of their
            classes.
        held_out: Pictures that are only measured, likewise; there may be none.
        classes: The names of the classes.
        run: Does a piece elsewhere, as `attribution.call` does it here.

    Raises:
        TransferError: If these are no pictures to train on, or too many for a fine-tuning.
        NetworkError, WeightsError: If the network or its weights cannot be used.
    """
    pupil = _Pupil(plan, train, held_out, classes)
    asked, place = augmentation(plan), (plan.network, plan.weights)
    pictures = (*pupil.train, *pupil.held_out)
    looks: list[tuple[Any, ...]] = [(features, plan.network, pixels, plan.weights) for pixels in pictures]
    if asked.count > 1:
        looks += [(_more_features, place, pixels, asked) for pixels in pupil.train]
    if plan.fine_tune:
        _check_stems(plan.body, len(pupil.train) * asked.count + len(pupil.held_out))
        looks += [(_stems, place, pixels, asked) for pixels in pupil.train]
        looks += [(_stems, place, pixels, Augmentation()) for pixels in pupil.held_out]
    steps = plan.tune_epochs * -(-len(pupil.train) * asked.count // BATCH) if plan.fine_tune else 0
    total = len(looks) + plan.epochs + steps
    found: list[Any] = []
    for look in looks:
        found.append(run(*look))
        yield Progress(len(found), total, Course("features"))

    count = len(pupil.train)
    stems = [found.pop() for _ in pictures][::-1] if plan.fine_tune else []
    more = [found.pop() for _ in pupil.train][::-1] if asked.count > 1 else [()] * count
    rows = [row for own, others in zip(found[:count], more, strict=True) for row in (own, *others)]
    held = np.array(found[count:], np.float32).reshape(-1, plan.body.features)
    lesson = pupil.lesson((np.stack(rows),), (held,), asked.count)
    standing = _Standing(_drawn(plan, plan.body.features, lesson.classes))
    while standing.sound and standing.epoch < plan.epochs:
        standing, epochs = run(_taught, plan, standing, lesson, key=False)
        pupil.history += epochs
        pupil.answer(*(_logits(standing.learning, part) for part in (*lesson.own, held)))
        done = len(looks) + standing.epoch
        if not standing.sound or done == total:
            yield Progress(total, total, pupil.course("done", standing))
        else:
            yield Progress(done, total, pupil.course("head", standing))
    if not (plan.fine_tune and standing.sound):
        return

    flowing = [np.concatenate(parts) for parts in zip(*stems, strict=True)]
    lesson = pupil.lesson(
        tuple(part[: len(rows)] for part in flowing),
        tuple(part[len(rows) :] for part in flowing),
        asked.count,
    )
    start = replace(standing, learning=(*run(_block, place), *standing.learning), slots=(), updates=0)
    done = len(looks) + plan.epochs
    for standing in _deepened(pupil, place, start, lesson, plan.tune_rate, plan.tune_epochs, 1, run):
        done = done + 1 if standing.sound else total
        yield Progress(done, total, pupil.course("done" if done == total else "block", standing))


def _check_stems(body: Body, count: int) -> None:
    """Refuse a fine-tuning that would need too much memory."""
    size = 4 * count * sum(math.prod(shape) for shape in body.stems.values())
    if size > MAX_STEMS:
        raise TransferError(
            f"What goes into {body.block} takes {size / 1e6:.0f} MB for {count} pictures and versions of "
            f"them, and {MAX_STEMS / 1e6:.0f} MB are the most; take fewer pictures, leave an augmentation "
            "out, or choose a smaller network."
        )


class _Pupil:
    """Who is taught: checked pictures in an order of their own, by class and content, and what came of it."""

    def __init__(
        self, plan: Plan, train: Sequence[Sample], held_out: Sequence[Sample], classes: Sequence[str]
    ) -> None:
        if not 2 <= len(classes) <= MAX_CLASSES:
            raise TransferError(f"2 to {MAX_CLASSES} classes can be told apart, and {len(classes)} came.")
        side = network(plan.network).size
        for pixels, label in (*train, *held_out):
            if pixels.dtype != np.uint8 or pixels.shape != (side, side, 3):
                raise TransferError(
                    f"{plan.network} takes {side} x {side} pixels of 3 uint8 levels, and {pixels.dtype} "
                    f"values of shape {pixels.shape} came; give what pretrained.seen gives."
                )
            if not 0 <= label < len(classes):
                raise TransferError(
                    f"Classes are numbered 0 to {len(classes) - 1}, and {label} came; name it, or leave its "
                    "pictures out."
                )
        missing = [name for at, name in enumerate(classes) if at not in {label for _, label in train}]
        if missing:
            raise TransferError(
                f"There is no picture of {' and of '.join(missing)} to train on; add one, or remove the "
                "class."
            )
        keys = [(label, hashlib.sha256(pixels.tobytes()).digest()) for pixels, label in train]
        self._places = sorted(range(len(train)), key=keys.__getitem__)
        self._labels = np.array([train[at][1] for at in self._places])
        self._held_out_labels = np.array([label for _, label in held_out], int)
        self._answers = self._held_out_answers = np.zeros((0, len(classes)), np.float32)
        self.plan = plan
        self.classes = tuple(classes)
        self.train = [train[at][0] for at in self._places]
        self.held_out = [pixels for pixels, _ in held_out]
        self.history: tuple[Epoch, ...] = ()

    def lesson(
        self, inputs: tuple[NDArray[Any], ...], held_out: tuple[NDArray[Any], ...], each: int
    ) -> _Lesson:
        """Put what stands for the pictures together with their classes."""
        labels = self._labels, self._held_out_labels
        return _Lesson(inputs, held_out, *labels, len(self.classes), each)

    @np.errstate(all="ignore")
    def answer(self, logits: Array, held_out: Array) -> None:
        """Keep what is said of training pictures and of held-out ones."""
        self._answers, self._held_out_answers = np.empty_like(logits), softmax(held_out)
        self._answers[self._places] = softmax(logits)

    def course(self, stage: str, standing: _Standing, keep: bool = True) -> Course:
        """Say how it goes, and give what was learned if it is to be kept."""
        heads = 4 if self.plan.head == "hidden" else 2
        block, head = standing.learning[:-heads], standing.learning[-heads:]
        trained = Trained(self.plan, self.classes, head, block, standing.epoch) if keep else None
        trouble = "" if standing.sound else _TROUBLE.format(standing.epoch + 1)
        return Course(stage, self.history, trained, self._answers, self._held_out_answers, trouble)


_TROUBLE = (
    "The training diverged in epoch {}: a weight or the loss is no finite number any more. What was learned "
    "before is kept; choose a smaller learning rate."
)


@np.errstate(all="ignore")  # what overflows is found, and said
def _taught(plan: Plan, standing: _Standing, lesson: _Lesson) -> tuple[_Standing, tuple[Epoch, ...]]:
    """Train a head on features for some epochs, at least one, and measure it after each."""
    begin, first, history = time.perf_counter(), standing.epoch, []
    most = min(plan.epochs, first + -(-plan.epochs // FRAMES))
    (x,), (own,), (held_out,) = lesson.inputs, lesson.own, lesson.held_out

    def measure() -> Epoch:
        logits = (_logits(standing.learning, own), _logits(standing.learning, held_out))
        return lesson.measured(standing.epoch, *logits)

    if not first:
        history.append(measure())
    while standing.epoch < most and (standing.epoch == first or time.perf_counter() - begin < PIECE):
        before = standing
        for rows in lesson.batches(plan.seed, standing.epoch + 1):
            gradients, _ = _learned(standing.learning, x[rows], lesson.targets(rows))
            standing = standing.stepped(gradients, plan.learning_rate)
        standing = replace(standing, epoch=standing.epoch + 1)
        measured = measure()
        if not (standing.sound and math.isfinite(measured.loss)):
            return replace(before, sound=False), tuple(history)
        history.append(measured)
    return standing, tuple(history)


def _deepened(
    pupil: _Pupil,
    place: Place | None,
    standing: _Standing,
    lesson: _Lesson,
    rate: float,
    epochs: int,
    share: int,
    run: Runner,
) -> Iterator[_Standing]:
    """Train a head and what lies under it, `share` batches a piece: where it stands after each one."""

    def look(inputs: tuple[NDArray[Any], ...]) -> Array:
        parts = [
            run(_looked, place, standing.learning, tuple(part[at : at + LOOK] for part in inputs), key=False)
            for at in range(0, len(inputs[0]), LOOK)
        ]
        return np.concatenate([np.zeros((0, lesson.classes), np.float32), *parts])

    def measure() -> bool:
        logits = (look(lesson.own), look(lesson.held_out))
        measured = lesson.measured(standing.epoch, *logits, tuned=place is not None)
        if not math.isfinite(measured.loss):
            return False
        pupil.history += (measured,)
        pupil.answer(*logits)
        return True

    if not standing.epoch:
        measure()
    for _ in range(epochs):
        before = standing
        batches = lesson.batches(pupil.plan.seed, standing.epoch + 1)
        for at in range(0, len(batches), share):
            if at:
                yield standing
            rows = np.concatenate(batches[at : at + share])
            inputs = tuple(part[rows] for part in lesson.inputs)
            standing = run(_stepped, place, standing, inputs, lesson.targets(rows), rate, key=False)
            if not standing.sound:
                break
        standing = replace(standing, epoch=standing.epoch + 1)
        if not (standing.sound and measure()):
            yield replace(before, sound=False)
            return
        yield standing


@np.errstate(all="ignore")
def _stepped(
    place: Place | None, standing: _Standing, inputs: tuple[NDArray[Any], ...], targets: Array, rate: float
) -> _Standing:
    """Train a head and what lies under it on some batches."""
    trunk = _trunk(place)
    count = len(trunk.variables)
    for at in range(0, len(targets), BATCH):
        values, head = standing.learning[:count], standing.learning[count:]
        batch = [part[at : at + BATCH] for part in inputs]
        x = _averages(trunk.maps(batch, values))
        gradients, slopes = _learned(head, x, targets[at : at + BATCH])
        standing = standing.stepped([*trunk.pull(batch, values, slopes), *gradients], rate)
    return standing


@np.errstate(all="ignore")
def _looked(place: Place | None, learning: tuple[Array, ...], inputs: tuple[NDArray[Any], ...]) -> Array:
    """Give the logits (n, classes)."""
    trunk = _trunk(place)
    count = len(trunk.variables)
    return _logits(learning[count:], _averages(trunk.maps(inputs, learning[:count])))


def _trunk(place: Place | None) -> _Trunk:
    """Give the last block of a network with some weights, or the small network that starts from scratch."""
    return _small_trunk() if place is None else _made(*place, "trunk")


# The same few pictures without what others have learned

SCRATCH = (
    "Three convolutions with 16, 32 and 64 kernels of 3 x 3, ReLU after each and max pooling between them, "
    "on 64 x 64 pixels; averages of the last maps, and one dense layer. All weights start at random."
)
"""What `scratch_pieces` trains."""

_SIDE = 64
_KERNELS = (16, 32, 64)
_SHARE = 8  # batches of a piece


def scratch_pieces(
    plan: Plan,
    train: Sequence[Sample],
    held_out: Sequence[Sample],
    classes: Sequence[str],
    *,
    run: Runner = call,
) -> Pieces:
    """Train a small network from random weights on the same pictures, as `train_pieces` trains a head.

    It is `SCRATCH`, with the plan's learning rate, epochs, augmentation and seed.
    """
    pupil, asked = _Pupil(plan, train, held_out, classes), augmentation(plan)
    inputs = [_shrunk(version) for pixels in pupil.train for version in _versions(pixels, asked)]
    others = np.array([_shrunk(pixels) for pixels in pupil.held_out], np.uint8).reshape(-1, _SIDE, _SIDE, 3)
    lesson = pupil.lesson((np.stack(inputs),), (others,), asked.count)
    rng = np.random.default_rng(plan.seed)
    learning: list[Array] = []
    for before, count in zip((3, *_KERNELS), _KERNELS, strict=False):
        kernel = INITIALIZERS["he_normal"].draw(9 * before, count, rng).reshape(3, 3, before, count)
        learning += [kernel.astype(np.float32), np.zeros(count, np.float32)]
    head = _drawn(replace(plan, head="linear"), _KERNELS[-1], lesson.classes)
    start = _Standing((*learning, *head))
    total = plan.epochs * -(-len(inputs) // (BATCH * _SHARE))
    rate = plan.learning_rate
    steps = _deepened(pupil, None, start, lesson, rate, plan.epochs, _SHARE, run)
    for done, standing in enumerate(steps, 1):
        done = done if standing.sound else total
        stage = "done" if done == total else "head"
        yield Progress(done, total, pupil.course(stage, standing, keep=False))


def _shrunk(pixels: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(pixels).resize((_SIDE, _SIDE), Image.Resampling.BILINEAR))


@lru_cache(maxsize=1)
def _small_trunk() -> _Trunk:
    import keras

    inputs = keras.Input((_SIDE, _SIDE, 3))
    x = keras.layers.Rescaling(1 / 127.5, offset=-1.0)(inputs)
    for place, count in enumerate(_KERNELS):
        x = keras.layers.MaxPooling2D(2)(x) if place else x
        x = keras.layers.Conv2D(count, 3, padding="same", activation="relu")(x)
    return _Trunk(keras.Model([inputs], x))


# What it says of a picture


def predict(trained: Trained, pixels: Pixels) -> Array:
    """Give the probability of each class for a picture, float32 (classes,)."""
    found: Array = predict_many(trained, [pixels])[0]
    return found


def predict_many(trained: Trained, pictures: Sequence[Pixels]) -> Array:
    """Give the probabilities of pictures, float32 (n, classes), from one pass."""
    return softmax(_logits(trained.head, _averages(_last_maps(trained, np.stack(pictures)))))


def tuned_features(trained: Trained, pixels: Pixels) -> Array:
    """Give the features (d,) that the head takes: those of `features` unless the block was fine-tuned."""
    found: Array = _averages(_last_maps(trained, pixels[np.newaxis]))[0]
    return found


def _last_maps(trained: Trained, pictures: Pixels) -> Array:
    place = trained.plan.network, trained.plan.weights
    if not trained.block:
        return _maps(place, pictures)
    return _trunk(place).maps(_before_block(place, pictures), trained.block)


def grad_cam(trained: Trained, pixels: Pixels, class_index: int | None = None) -> Array:
    """Give what speaks for a class and where, in the last maps: Grad-CAM of the new head.

    As `attribution.grad_cam` of the old one. The features are averages, so that the mean gradient of a logit
    in a map's h w cells is the gradient of its feature, divided by h w.

    Args:
        trained: What was learned.
        pixels: What the network sees.
        class_index: The class, or None for the most probable one.

    Returns:
        float32 (h, w), the size of the maps.

    Raises:
        TransferError: If there is no such class.
    """
    maps = _last_maps(trained, pixels[np.newaxis])
    inputs, logits = _forward(trained.head, _averages(maps))
    count = len(trained.classes)
    chosen = int(logits.argmax()) if class_index is None else class_index
    if not 0 <= chosen < count:
        raise TransferError(
            f"The classes are 0 to {count - 1}, and {class_index!r} came; choose one of them."
        )
    _, slopes = _backward(trained.head, inputs, np.eye(count, dtype=np.float32)[[chosen]])
    weights = slopes[0] / np.float32(maps[0, ..., 0].size)
    cam: Array = np.maximum((maps[0] * weights).sum(axis=-1), np.float32(0))
    return cam


# What is said of many pictures


def confusion(answers: ArrayLike, labels: ArrayLike) -> NDArray[np.int64]:
    """Count the answers: a row for each true class, a column for each that was said to be it.

    Args:
        answers: Probabilities (n, classes).
        labels: The true classes (n,).

    >>> confusion([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3]], [0, 1, 1]).tolist()
    [[1, 0], [1, 1]]
    """
    said = np.asarray(answers)
    counts = np.zeros((said.shape[1], said.shape[1]), np.int64)
    if len(said):
        np.add.at(counts, (np.asarray(labels, int), said.argmax(axis=1)), 1)
    return counts


@dataclass(frozen=True)
class Score:
    """How good the answers are for one class.

    Attributes:
        precision: The share of the pictures said to be of it that are; None if none was said to be.
        recall: The share of its pictures that were said to be of it; None if there is none.
    """

    precision: float | None
    recall: float | None


def precision_recall(counts: ArrayLike) -> list[Score]:
    """Give precision and recall of each class from a `confusion`.

    >>> precision_recall([[3, 0], [1, 0]])
    [Score(precision=0.75, recall=1.0), Score(precision=None, recall=0.0)]
    """
    found = np.asarray(counts)

    def share(part: int, whole: int) -> float | None:
        return float(part / whole) if whole else None

    rows, columns = found.sum(axis=1), found.sum(axis=0)
    return [
        Score(share(found[at, at], columns[at]), share(found[at, at], rows[at])) for at in range(len(found))
    ]


def nearest(one: ArrayLike, others: ArrayLike, count: int = 5) -> list[tuple[int, float]]:
    """Give the features most alike to some, as (place, cosine), the most alike first.

    The cosine of the angle between two is 1 where they point the same way, and 0 where one is zero.

    Args:
        one: Features (d,).
        others: Features (n, d).
        count: How many to give at most.

    >>> nearest([1, 0], [[0, 2], [3, 3], [5, 0]], count=2)
    [(2, 1.0), (1, 0.7071)]
    """
    x, rows = np.asarray(one, np.float64), np.asarray(others, np.float64)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(x)
    cosines = np.divide(rows @ x, lengths, out=np.zeros(len(rows)), where=lengths > 0)
    order = np.argsort(-cosines, kind="stable")[:count]
    return [(int(at), round(float(cosines[at]), 4)) for at in order]


@dataclass(frozen=True, eq=False)
class FeatureMap:
    """Features on a plane.

    Attributes:
        points: float32 (n, 2), across and up.
        shares: How much of the variance each of the two axes keeps, 0 to 1.
    """

    points: Array
    shares: tuple[float, float]


def feature_map(rows: ArrayLike) -> FeatureMap:
    """Lay features (n, d) on the plane in which they vary most: their first two principal components.

    `X - mean = U S V^T`, and the points are the first two columns of U S. Of both directions of an axis the
    one is taken in which the largest entry of its column of V is positive.

    >>> feature_map([[0, 0, 0], [2, 0, 0], [4, 0, 0]]).points.tolist()
    [[-2.0, 0.0], [0.0, 0.0], [2.0, 0.0]]
    """
    x = np.asarray(rows, np.float64)
    u, s, v = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    signs = np.sign(v[np.arange(len(v)), np.abs(v).argmax(axis=1)])
    points = np.zeros((len(x), 2), np.float32)
    kept = u[:, :2] * s[:2] * signs[:2]
    points[:, : kept.shape[1]] = kept
    variances = np.zeros(2)
    variances[: len(s)] = s[:2] ** 2
    total = float((s**2).sum())
    shares = variances / total if total else variances
    return FeatureMap(points, (float(shares[0]), float(shares[1])))


# Taking it away


def scaling(name: str) -> tuple[list[float], list[float]]:
    """Give the factors and offsets of the channels that `pretrained.preprocess` comes to.

    Where it makes red and blue change places ("caffe"), they are those of blue, green and red.

    >>> scaling("MobileNetV2")
    ([0.0078431373, 0.0078431373, 0.0078431373], [-1.0, -1.0, -1.0])
    """
    side = network(name).size
    levels = np.repeat([0, 255], 3 * side**2).reshape(2, side, side, 3)
    black, white = preprocess(name, levels)[:, 0, 0].astype(np.float64)
    factors, offsets = ([float(f"{value:.8g}") for value in each] for each in ((white - black) / 255, black))
    return factors, offsets


def saved(trained: Trained) -> bytes:
    """Give the whole network as a `.keras` file, scaling and softmax included.

    Its input is a batch of RGB pictures with values from 0 to 255 and of any size. A first layer makes them
    as large as the network's input; pictures that `pretrained.seen` gave pass unchanged, and of others it
    makes the same but for the rounding to 256 levels, and of a crop's edges to whole pixels. No layer is
    hidden in a model within the model.
    """
    import keras

    plan, body = trained.plan, trained.plan.body
    opened = pretrained.opened(plan.network, plan.weights)
    record, model = opened.network, opened.model
    inputs = keras.Input((None, None, 3), name="picture")
    resize = keras.layers.Resizing(
        record.size, record.size, antialias=True, crop_to_aspect_ratio=plan.fit == "crop", name="resize"
    )
    # Its default is training=True, which all layers after it would follow where the model is called.
    x = resize(inputs, training=False)
    if record.mode == "caffe":
        x = keras.ops.flip(x, axis=-1)
    x = keras.layers.Rescaling(*scaling(plan.network), name="scale")(x)
    source = keras.Model(model.input, model.get_layer(body.layer).output)
    copy = keras.models.clone_model(source, input_tensors=x)
    copy.set_weights(source.get_weights())
    x = keras.layers.GlobalAveragePooling2D(name="features")(copy.get_layer(body.layer).output)
    if plan.head == "hidden":
        x = keras.layers.Dense(plan.units, activation="relu", name="hidden")(x)
    x = keras.layers.Dense(len(trained.classes), activation="softmax", name="classes")(x)
    whole = keras.Model(inputs, x, name="transfer")
    names = ("hidden", "classes") if plan.head == "hidden" else ("classes",)
    for at, name in enumerate(names):
        whole.get_layer(name).set_weights(trained.head[2 * at : 2 * at + 2])
    if trained.block:
        layers = [whole.get_layer(layer.name) for layer in _trunk((plan.network, plan.weights)).layers]
        variables = [variable for layer in layers for variable in layer.trainable_weights]
        for variable, value in zip(variables, trained.block, strict=True):
            variable.assign(value)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "transfer.keras"
        whole.save(path)
        return path.read_bytes()
