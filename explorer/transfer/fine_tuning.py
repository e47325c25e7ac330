"""The training of a head together with the layers below it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.imagenet.networks import Backbone
from explorer.images import Array
from explorer.pieces import Runner
from explorer.transfer.backbones import Place, TrainableLayers, last_block, pooled
from explorer.transfer.heads import head_logits, loss_gradients
from explorer.transfer.plan import TransferError
from explorer.transfer.training_job import BATCH, HeadTrainer, TrainingJob, TrainingState

MAX_BLOCK_INPUTS = 256_000_000
"""Bytes of what goes into the last block, of all pictures of a fine-tuning together."""

LOOK = 16  # pictures that a piece looks at when nothing is learned


def check_memory(backbone: Backbone, count: int) -> None:
    """Refuse a fine-tuning that would need too much memory."""
    size = 4 * count * sum(math.prod(shape) for shape in backbone.block_inputs.values())
    if size > MAX_BLOCK_INPUTS:
        raise TransferError(
            f"What goes into {backbone.block} takes {size / 1e6:.0f} MB for {count} pictures and versions of "
            f"them, and {MAX_BLOCK_INPUTS / 1e6:.0f} MB are the most; take fewer pictures, leave an "
            "augmentation out, or choose a smaller network."
        )


def train_with_layers(
    trainer: HeadTrainer,
    place: Place | None,
    state: TrainingState,
    job: TrainingJob,
    rate: float,
    epochs: int,
    share: int,
    run: Runner,
) -> Iterator[TrainingState]:
    """Train a head and what lies under it, `share` batches a piece: where it stands after each one."""

    def look(inputs: tuple[NDArray[Any], ...]) -> Array:
        parts = [
            run(
                _layers_logits,
                place,
                state.learning,
                tuple(part[at : at + LOOK] for part in inputs),
                key=False,
            )
            for at in range(0, len(inputs[0]), LOOK)
        ]
        return np.concatenate([np.zeros((0, job.classes), np.float32), *parts])

    def measure() -> bool:
        logits = (look(job.own), look(job.held_out))
        measured = job.measured(state.epoch, *logits, tuned=place is not None)
        if not math.isfinite(measured.loss):
            return False
        trainer.history += (measured,)
        trainer.answer(*logits)
        return True

    if not state.epoch:
        measure()
    for _ in range(epochs):
        before = state
        batches = job.batches(trainer.plan.seed, state.epoch + 1)
        for at in range(0, len(batches), share):
            if at:
                yield state
            rows = np.concatenate(batches[at : at + share])
            inputs = tuple(part[rows] for part in job.inputs)
            state = run(_train_batches, place, state, inputs, job.targets(rows), rate, key=False)
            if not state.sound:
                break
        state = replace(state, epoch=state.epoch + 1)
        if not (state.sound and measure()):
            yield replace(before, sound=False)
            return
        yield state


@np.errstate(all="ignore")
def _train_batches(
    place: Place | None, state: TrainingState, inputs: tuple[NDArray[Any], ...], targets: Array, rate: float
) -> TrainingState:
    """Train a head and what lies under it on some batches."""
    trunk = trainable_layers(place)
    count = len(trunk.variables)
    for at in range(0, len(targets), BATCH):
        values, head = state.learning[:count], state.learning[count:]
        batch = [part[at : at + BATCH] for part in inputs]
        x = pooled(trunk.maps(batch, values))
        gradients, slopes = loss_gradients(head, x, targets[at : at + BATCH])
        state = state.stepped([*trunk.pull(batch, values, slopes), *gradients], rate)
    return state


@np.errstate(all="ignore")
def _layers_logits(
    place: Place | None, learning: tuple[Array, ...], inputs: tuple[NDArray[Any], ...]
) -> Array:
    """Return the logits (n, classes)."""
    trunk = trainable_layers(place)
    count = len(trunk.variables)
    return head_logits(learning[count:], pooled(trunk.maps(inputs, learning[:count])))


def trainable_layers(place: Place | None) -> TrainableLayers:
    """Return the last block of a network with some weights, or the small network that starts from scratch."""
    return _small_layers() if place is None else last_block(place)


SMALL_SIDE = 64
"""Rows and columns of the pictures that the small network sees."""

SMALL_KERNELS = (16, 32, 64)
"""How many kernels each of its convolutions has."""


@lru_cache(maxsize=1)
def _small_layers() -> TrainableLayers:
    import keras

    inputs = keras.Input((SMALL_SIDE, SMALL_SIDE, 3))
    x = keras.layers.Rescaling(1 / 127.5, offset=-1.0)(inputs)
    for place, count in enumerate(SMALL_KERNELS):
        x = keras.layers.MaxPooling2D(2)(x) if place else x
        x = keras.layers.Conv2D(count, 3, padding="same", activation="relu")(x)
    return TrainableLayers(keras.Model([inputs], x))
