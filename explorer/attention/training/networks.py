"""The transformer as a Keras model: built, trained, rounded to what is kept, and read as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from explorer.attention import MultiHeadAttention, VisionTransformer
from explorer.attention.transformer import EPSILON
from explorer.calculus import Real
from explorer.sketch import CLASSES, SIDE
from explorer.sketch.training.drawings import Drawings
from explorer.sketch.training.networks import TrainingPlan

Random = np.random.Generator


@dataclass(frozen=True)
class TransformerSize:
    """How large the network is.

    Attributes:
        patch: The side of a patch in pixels.
        width: How many numbers a vector has.
        layers: How many blocks there are.
        heads: How many heads each attention has.
        hidden: How many units the dense layers of a block have between them.
    """

    patch: int = 8
    width: int = 48
    layers: int = 3
    heads: int = 4
    hidden: int = 96


_BATCH = 128
_RATE = 2e-3  # rises from 0 for a while, then falls to 0 along a cosine
_WARM = 300  # steps for which it rises
_DECAY = 0.05
_STEEPEST = 1.0  # norm to which a gradient is cut
_SMOOTHING = 0.05  # of the labels, as the sketch network's
_TOLD = 0.5  # times the waves that positions start from
_AUGMENTED = {"turn": 8.0, "squeeze": 0.1, "slant": 0.1, "move": 4.0}


def build(size: TransformerSize) -> Any:
    """Build the network as a Keras model, (n, 64, 64, 1) in [0, 1] -> probabilities (n, 10); untrained."""
    import keras

    layers = keras.layers
    seen = keras.Input((SIDE, SIDE, 1))
    # A convolution whose windows touch: each patch through one and the same dense layer. Keras would start it
    # far smaller than it starts a dense layer, and learning with it.
    embedding = layers.Conv2D(
        size.width,
        size.patch,
        strides=size.patch,
        kernel_initializer="lecun_normal",
        name="embedding",
    )
    rows = layers.Reshape((-1, size.width))(embedding(seen))
    rows = _told_places()(name="places")(rows)
    for number in range(1, size.layers + 1):
        name = f"block{number}"
        normed = layers.LayerNormalization(epsilon=EPSILON, name=f"{name}_attention_norm")(rows)
        attention = layers.MultiHeadAttention(size.heads, size.width // size.heads, name=f"{name}_attention")
        rows = layers.Add()([rows, attention(normed, normed)])
        normed = layers.LayerNormalization(epsilon=EPSILON, name=f"{name}_dense_norm")(rows)
        wide = layers.Dense(size.hidden, activation="gelu", name=f"{name}_widen")(normed)
        rows = layers.Add()([rows, layers.Dense(size.width, name=f"{name}_narrow")(wide)])
    answer = layers.LayerNormalization(epsilon=EPSILON, name="norm")(rows[:, 0])
    scores = layers.Dense(len(CLASSES), name="head")(answer)
    return keras.Model(seen, layers.Softmax(name="softmax")(scores), name="transformer")


@cache
def _told_places() -> type:
    """The layer that adds a vector to each patch for its place, and puts the class token before them."""
    import keras

    class Places(keras.layers.Layer):  # type: ignore[misc]
        def build(self, shape: tuple[int | None, int, int]) -> None:
            _, count, width = shape
            small = keras.initializers.RandomNormal(stddev=0.02)
            self.positions = self.add_weight(shape=(count, width), initializer=small, name="positions")
            self.positions.assign(waves(round(count**0.5), width))
            self.token = self.add_weight(shape=(1, width), initializer=small, name="class_token")

        def call(self, rows: Any) -> Any:
            ops = keras.ops
            token = ops.broadcast_to(self.token, (ops.shape(rows)[0], 1, rows.shape[2]))
            return ops.concatenate([token, rows + self.positions], axis=1)

    return Places


def waves(side: int, width: int) -> Real:
    """Return what positions start from: sines and cosines of the row, then of the column, (side², width).

    Neighbours start alike, so that the network need not find out from drawings which patches touch.

    Example:
        >>> waves(2, 8).round(2).tolist()[1]
        [0.0, 0.0, 0.5, 0.5, 0.5, 0.4..., 0.0, 0.2...]
    """
    count = width // 4
    turns = np.arange(side)[:, np.newaxis] * np.pi / 2 / float(side) ** (np.arange(count) / count)
    axis = _TOLD * np.concatenate([np.sin(turns), np.cos(turns)], axis=1)
    both = np.concatenate([np.repeat(axis, side, axis=0), np.tile(axis, (side, 1))], axis=1)
    return both.astype(np.float32)


def augmented(seen: NDArray[np.uint8], rng: Random) -> NDArray[np.uint8]:
    """Turn, squeeze, slant, mirror and move drawings (n, 64, 64, 1), each a little and by chance."""
    found = np.empty_like(seen)
    middle = np.full(2, (SIDE - 1) / 2)
    for drawing, target in zip(seen, found, strict=True):
        angle = np.radians(rng.normal(0, _AUGMENTED["turn"]))
        turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        wide, tall = np.exp(rng.normal(-_AUGMENTED["squeeze"] / 2, _AUGMENTED["squeeze"], 2))
        mirror = rng.choice([-1, 1])
        matrix = turned @ np.array([[wide * mirror, rng.normal(0, _AUGMENTED["slant"])], [0, tall]])
        move = middle - matrix @ middle + rng.uniform(-_AUGMENTED["move"], _AUGMENTED["move"], 2)
        target[..., 0] = cv2.warpAffine(drawing, np.column_stack([matrix, move]), (SIDE, SIDE))
    return found


def train(size: TransformerSize, drawings: Drawings, plan: TrainingPlan) -> Any:
    """Train a network; the same plan and drawings give the same weights on the same kind of machine."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(plan.seed)
    tf.config.experimental.enable_op_determinism()
    model = build(size)
    steps = plan.epochs * -(-len(drawings.seen) // _BATCH)
    # The drawings stay bytes until a batch is read.
    learner = keras.Sequential([keras.layers.Rescaling(1 / 255), model])
    learner.compile(
        optimizer=keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(
                0.0, max(steps - _WARM, 1), warmup_target=_RATE, warmup_steps=_WARM
            ),
            weight_decay=_DECAY,
            clipnorm=_STEEPEST,
        ),
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=_SMOOTHING),
        metrics=["accuracy"],
    )
    goals = np.eye(len(CLASSES), dtype=np.float32)[drawings.labels]
    rng = np.random.default_rng(plan.seed)
    for _ in range(plan.epochs):
        order = rng.permutation(len(goals))
        seen = augmented(drawings.seen[order], rng)
        learner.fit(seen, goals[order], batch_size=_BATCH, shuffle=False, verbose=2)
    return model


def read(model: Any) -> VisionTransformer:
    """Read a model's weights as a network of the explorer's."""
    arrays: dict[str, Real] = {}

    def take(layer: str, name: str, *parts: str) -> None:
        for part, numbers in zip(parts, model.get_layer(layer).get_weights(), strict=True):
            arrays[f"{name}/{part}" if name else part] = numbers

    take("embedding", "embedding", "kernel", "bias")
    take("places", "", "positions", "class_token")
    kernel, positions = arrays["embedding/kernel"], arrays["positions"]
    side, width = round(len(positions) ** 0.5), positions.shape[1]
    arrays["embedding/kernel"] = kernel.reshape(-1, width)
    arrays["positions"] = positions.reshape(side, side, width)
    arrays["class_token"] = arrays["class_token"][0]
    number = 1
    while f"block{number}_widen" in {layer.name for layer in model.layers}:
        for part in ("attention_norm", "dense_norm"):
            take(f"block{number}_{part}", f"block{number}/{part}", "gamma", "beta")
        take(f"block{number}_attention", f"block{number}/attention", *MultiHeadAttention.__dataclass_fields__)
        for part in ("widen", "narrow"):
            take(f"block{number}_{part}", f"block{number}/{part}", "kernel", "bias")
        number += 1
    take("norm", "norm", "gamma", "beta")
    take("head", "head", "kernel", "bias")
    return VisionTransformer.from_arrays(arrays)


def keep(model: Any) -> dict[str, NDArray[np.float16]]:
    """Round a model's weights to half precision, in the model too, and give them by their names."""
    for layer in model.layers:
        layer.set_weights([numbers.astype(np.float16) for numbers in layer.get_weights()])
    return {name: numbers.astype(np.float16) for name, numbers in read(model).arrays().items()}
