"""A small network that starts at random weights, trained on the same few pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from explorer.imagenet.networks import Pixels
from explorer.images import Array
from explorer.mlp.initializers import INITIALIZERS
from explorer.pieces import Pieces, Progress, Runner, call, in_pieces
from explorer.transfer.augmentation import augmentation, augmented
from explorer.transfer.fine_tuning import SMALL_KERNELS, SMALL_SIDE, train_with_layers
from explorer.transfer.heads import initial_head
from explorer.transfer.plan import Plan
from explorer.transfer.training_job import BATCH, Course, HeadTrainer, Sample, TrainingState

SCRATCH = (
    "Three convolutions with 16, 32 and 64 kernels of 3 × 3, ReLU after each and max pooling between them, "
    "on 64 × 64 pixels; averages of the last maps, and one dense layer. All weights start at random."
)
"""What `scratch` trains."""

_BATCHES_A_PIECE = 8  # batches of a piece


@in_pieces
def scratch(
    plan: Plan,
    train: Sequence[Sample],
    held_out: Sequence[Sample],
    classes: Sequence[str],
    *,
    run: Runner = call,
) -> Pieces[Course]:
    """Train a small network from random weights on the same pictures, as `train` trains a head.

    It is `SCRATCH`, with the plan's learning rate, epochs, augmentation and seed.
    """
    trainer, asked = HeadTrainer(plan, train, held_out, classes), augmentation(plan)
    inputs = [_shrunk(version) for pixels in trainer.train for version in augmented(pixels, asked)]
    others = np.array([_shrunk(pixels) for pixels in trainer.held_out], np.uint8).reshape(
        -1, SMALL_SIDE, SMALL_SIDE, 3
    )
    job = trainer.job((np.stack(inputs),), (others,), asked.count)
    rng = np.random.default_rng(plan.seed)
    learning: list[Array] = []
    for before, count in zip((3, *SMALL_KERNELS), SMALL_KERNELS, strict=False):
        kernel = INITIALIZERS["he_normal"].draw(9 * before, count, rng).reshape(3, 3, before, count)
        learning += [kernel.astype(np.float32), np.zeros(count, np.float32)]
    head = initial_head(replace(plan, head="linear"), SMALL_KERNELS[-1], job.classes)
    start = TrainingState((*learning, *head))
    total = plan.epochs * -(-len(inputs) // (BATCH * _BATCHES_A_PIECE))
    rate = plan.learning_rate
    steps = train_with_layers(trainer, None, start, job, rate, plan.epochs, _BATCHES_A_PIECE, run)
    for done, state in enumerate(steps, 1):
        done = done if state.sound else total
        stage = "done" if done == total else "head"
        yield Progress(done, total, trainer.course(stage, state, keep=False))


def _shrunk(pixels: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(pixels).resize((SMALL_SIDE, SMALL_SIDE), Image.Resampling.BILINEAR))
