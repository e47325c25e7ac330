"""How fast a pipeline learns to read small drawings, with Keras on TensorFlow beside it.

    python tests/benchmarks/learning.py --epochs 10

Trains two blocks of 8 and 16 maps, a dense layer and a softmax on the 4,000 drawings that ship with the
explorer, with Adam and batches of 32, and measures the answers to the 500 drawings in styles that are never
trained on after every advance, as the page does. Then Keras trains the same network on the same drawings for
as many epochs; it measures nothing meanwhile. Prints a Markdown table with seconds by the clock and of the
processors: where others use them as well, the latter say more.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from explorer.pipeline.learning import LearningNetwork, LearningPlan, PipelineTrainer
from explorer.pipeline.presets import PRESETS
from explorer.sketch import CLASSES
from explorer.sketch.drawings import small_drawings

GOAL = 0.9
ADVANCE = 8  # steps between two measures: a repaint of the page


def learn(epochs: int, plan: LearningPlan) -> dict[str, float]:
    """Train here: seconds of an epoch, measures a second, and when and how far the test came."""
    train, test = small_drawings("train"), small_drawings("test")
    network = LearningNetwork(PRESETS["drawings"].pipeline, (32, 32, 1), len(CLASSES))
    trainer = PipelineTrainer(network, train.pictures, train.labels, plan)
    seen = test.pictures.astype(np.float32) / np.float32(255)
    began, used = time.perf_counter(), time.process_time()
    measuring, measuring_used, reached, measures, best = 0.0, 0.0, float("nan"), 0, 0.0
    while trainer.state.epoch < epochs:
        trainer.step(ADVANCE)
        looked, looked_used = time.perf_counter(), time.process_time()
        accuracy = network.measure(seen, test.labels).accuracy
        measures += 1
        measuring += time.perf_counter() - looked
        measuring_used += time.process_time() - looked_used
        best = max(best, accuracy)
        if accuracy >= GOAL and reached != reached:
            reached = time.perf_counter() - began
    spent, used = time.perf_counter() - began, time.process_time() - used
    return {
        "epoch": (spent - measuring) / epochs,
        "used": (used - measuring_used) / epochs,
        "measures": measures / spent,
        "reached": reached,
        "last": accuracy,
        "best": best,
    }


def keras_epoch(epochs: int, plan: LearningPlan) -> tuple[float, float]:
    """Train by Keras: seconds of an epoch, by the clock and of the processors; the first does not count."""
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(len(CLASSES), activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(plan.learning_rate), "categorical_crossentropy")
    train = small_drawings("train")
    x = train.pictures.astype(np.float32) / np.float32(255)
    targets = np.eye(len(CLASSES), dtype=np.float32)[train.labels]
    fit = {"batch_size": plan.batch_size, "verbose": 0}
    model.fit(x, targets, epochs=1, **fit)
    began, used = time.perf_counter(), time.process_time()
    model.fit(x, targets, epochs=epochs, **fit)
    return (time.perf_counter() - began) / epochs, (time.process_time() - used) / epochs


def main() -> None:
    """Measure both, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--epochs", type=int, default=10)
    epochs = parser.parse_args().epochs
    plan = LearningPlan()
    found = learn(epochs, plan)
    clock, used = keras_epoch(epochs, plan)
    print("| `learning.py`, two blocks of 8 and 16 maps on 32 x 32 drawings | by the clock | processors |")
    print("|---|---|---|")
    print(f"| an epoch of 4,000 drawings | {found['epoch']:.2f} s | {found['used']:.2f} s |")
    print(f"| an epoch by Keras on TensorFlow | {clock:.2f} s | {used:.2f} s |")
    print(f"| measures of 500 test drawings, 8 steps apart | {found['measures']:.1f} a second | |")
    print(f"| 90 % of the test drawings right after | {found['reached']:.0f} s | |")
    print(f"| right after {epochs} epochs | {found['last']:.1%}, at best {found['best']:.1%} | |")


if __name__ == "__main__":
    main()
