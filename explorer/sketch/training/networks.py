"""The networks: built, trained, rounded to what is kept, and measured."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer import sketch
from explorer.convolution.layout import Array
from explorer.sketch import CLASSES, SIDE
from explorer.sketch.training.drawings import Drawings
from explorer.sketch.training.styles import STYLES

# Training and measuring.


@dataclass(frozen=True)
class TrainingPlan:
    """How much is drawn and how long it is trained on.

    Attributes:
        each: Drawings of each class to train on.
        tested: Drawings of each class in the validation and in the test.
        epochs: How often every drawing to train on is seen, by the variant whose share is 1.
        seed: Decides the drawings, the first weights and the order.
        processes: How many processes draw.
    """

    each: int = 4000
    tested: int = 600
    epochs: int = 12
    seed: int = 2026
    processes: int = os.cpu_count() or 1


# Of the epochs: most weights of these are in their dense layer, and they learn sooner.
_SHARES = {"no_pooling": 0.2, "one_block": 0.5}
_BATCH = 64
_RATE = 2e-3  # falls to 0 along a cosine
_DECAY = 0.02
_SMOOTHING = 0.05  # of the labels: a network that is told to be certain shows nothing but certainty
_DROPOUT = 0.3


def build(variant: str, dropout: float = 0.0) -> Any:
    """Build a variant as a Keras model, (n, 64, 64, 1) in [0, 1] -> probabilities (n, 10); untrained.

    Its layers are called as in `sketch.layers`.
    """
    import keras

    model = keras.Sequential([keras.Input((SIDE, SIDE, 1))], name=variant)
    for layer in sketch.layers(variant):
        match layer.kind:
            case "convolution" if layer.step is not None:
                maps, size = layer.shape[-1], layer.step.kernel_size
                model.add(keras.layers.Conv2D(maps, size, padding="same", name=layer.name))
            case "relu":
                model.add(keras.layers.ReLU(name=layer.name))
            case "pooling":
                model.add(keras.layers.MaxPooling2D(2, name=layer.name))
            case "dense":
                model.add(keras.layers.Flatten(name="flatten"))
                model.add(keras.layers.Dropout(dropout, name="dropout"))
                model.add(keras.layers.Dense(len(CLASSES), name=layer.name))
            case _:
                model.add(keras.layers.Softmax(name=layer.name))
    return model


def epochs_of(variant: str, plan: TrainingPlan) -> int:
    """Say for how many epochs a variant is trained.

    Example:
        >>> epochs_of("two_blocks", TrainingPlan()), epochs_of("no_pooling", TrainingPlan())
        (12, 2)
    """
    return max(1, round(plan.epochs * _SHARES.get(variant, 1)))


def train(variant: str, drawings: Drawings, plan: TrainingPlan) -> Any:
    """Train a variant; the same plan and drawings give the same weights on the same kind of machine."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(plan.seed)
    tf.config.experimental.enable_op_determinism()
    model = build(variant, _DROPOUT)
    epochs = epochs_of(variant, plan)
    steps = epochs * -(-len(drawings.seen) // _BATCH)
    # The drawings stay bytes until a batch is read.
    learner = keras.Sequential([keras.layers.Rescaling(1 / 255), model])
    learner.compile(
        optimizer=keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(_RATE, steps), weight_decay=_DECAY
        ),
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=_SMOOTHING),
        metrics=["accuracy"],
    )
    goals = np.eye(len(CLASSES), dtype=np.float32)[drawings.labels]
    learner.fit(drawings.seen, goals, batch_size=_BATCH, epochs=epochs, verbose=2)
    return model


def rounded(kernel: Array) -> tuple[NDArray[np.int8], Array]:
    """Write a kernel (..., n) as whole numbers from -127 to 127 and one scale for each output, (n,).

    kernel is about whole * scale, off by half a scale at the most.

    Example:
        >>> whole, scale = rounded(np.array([[101.0, 0.0], [-254.0, 0.0]], np.float32))
        >>> whole.tolist(), scale.tolist()
        ([[50, 0], [-127, 0]], [2.0, 1.0])
    """
    largest = np.abs(kernel).max(axis=tuple(range(kernel.ndim - 1)))
    scale = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    return np.round(kernel / scale).astype(np.int8), scale


def keep(model: Any) -> dict[str, NDArray[Any]]:
    """Round a model's weights to what is kept of them, in the model too, and give them by their names."""
    kept: dict[str, NDArray[Any]] = {}
    for layer in model.layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            whole, scale = rounded(kernel)
            layer.set_weights([whole * scale, bias])
            for part, numbers in (("kernel", whole), ("scale", scale), ("bias", bias)):
                kept[f"{model.name}/{layer.name}/{part}"] = numbers
    return kept


def measure(model: Any, drawings: Drawings) -> dict[str, Any]:
    """Count what a model says of drawings.

    Returns:
        "drawings", how many; "accuracy", the share that it gets right; "confusion", 10 x 10 counts, a row for
        each true class and a column for each answer; "styles", the share by class and style.
    """
    said = np.concatenate([np.asarray(model(seen)).argmax(axis=1) for seen in _batches(drawings)])
    is_right = said == drawings.labels
    confusion = np.zeros((len(CLASSES), len(CLASSES)), np.int64)
    np.add.at(confusion, (drawings.labels, said), 1)
    styles: dict[str, dict[str, float]] = {}
    for number in np.unique(drawings.styles):
        style, share = STYLES[number], float(is_right[drawings.styles == number].mean())
        styles.setdefault(style.label, {})[style.name] = round(share, 4)
    return {
        "drawings": len(said),
        "accuracy": round(float(is_right.mean()), 4),
        "confusion": confusion.tolist(),
        "styles": styles,
    }


def best_scores(model: Any, drawings: Drawings) -> list[float]:
    """Return the percentiles 0 to 100 of the drawings' best scores, which are those before the softmax."""
    import keras

    scored = keras.Model(model.inputs[0], model.get_layer("dense").output)
    best = np.concatenate([np.asarray(scored(seen)).max(axis=1) for seen in _batches(drawings)])
    steps: list[float] = np.percentile(best, np.arange(101)).round(3).tolist()
    return steps


def _batches(drawings: Drawings) -> Iterator[Array]:
    for start in range(0, len(drawings.seen), 500):
        yield drawings.seen[start : start + 500].astype(np.float32) / np.float32(255)
