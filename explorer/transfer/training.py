"""The training of a head on features, piece by piece, and of the last block after it."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from explorer.pieces import Pieces, Progress, Runner, call, in_pieces
from explorer.transfer.augmentation import Augmentation, augmentation
from explorer.transfer.backbones import block_values
from explorer.transfer.features import block_inputs_of_versions, features, features_of_versions
from explorer.transfer.fine_tuning import check_memory, train_with_layers
from explorer.transfer.heads import head_logits, initial_head, loss_gradients
from explorer.transfer.plan import Plan
from explorer.transfer.training_job import (
    BATCH,
    Course,
    Epoch,
    HeadTrainer,
    Sample,
    TrainingJob,
    TrainingState,
)

PIECE = 0.1  # seconds after which a piece of a head's training ends, with the epoch

FRAMES = 20  # pieces of it at least, so that one sees it learn


@in_pieces
def train(
    plan: Plan,
    train: Sequence[Sample],
    held_out: Sequence[Sample],
    classes: Sequence[str],
    *,
    run: Runner = call,
) -> Pieces[Course]:
    """Train a new head piece by piece: after each one, the `Course` so far.

    Args:
        plan: How.
        train: Pictures as `preprocessing.seen` gives them, at least one of each class, and the numbers of
            their classes.
        held_out: Pictures that are only measured, likewise; there may be none.
        classes: The names of the classes.
        run: Does a piece elsewhere, as `pieces.call` does it here.

    Raises:
        TransferError: If these are no pictures to train on, or too many for a fine-tuning.
        NetworkError, WeightsError: If the network or its weights cannot be used.
    """
    trainer = HeadTrainer(plan, train, held_out, classes)
    asked, place = augmentation(plan), (plan.network, plan.weights)
    pictures = (*trainer.train, *trainer.held_out)
    looks: list[tuple[Any, ...]] = [(features, plan.network, pixels, plan.weights) for pixels in pictures]
    if asked.count > 1:
        looks += [(features_of_versions, place, pixels, asked) for pixels in trainer.train]
    if plan.fine_tune:
        check_memory(plan.backbone, len(trainer.train) * asked.count + len(trainer.held_out))
        looks += [(block_inputs_of_versions, place, pixels, asked) for pixels in trainer.train]
        looks += [(block_inputs_of_versions, place, pixels, Augmentation()) for pixels in trainer.held_out]
    steps = plan.tune_epochs * -(-len(trainer.train) * asked.count // BATCH) if plan.fine_tune else 0
    total = len(looks) + plan.epochs + steps
    found: list[Any] = []
    for look in looks:
        found.append(run(*look))
        yield Progress(len(found), total, Course("features"))

    count = len(trainer.train)
    inputs = [found.pop() for _ in pictures][::-1] if plan.fine_tune else []
    more = [found.pop() for _ in trainer.train][::-1] if asked.count > 1 else [()] * count
    rows = [row for own, others in zip(found[:count], more, strict=True) for row in (own, *others)]
    held = np.array(found[count:], np.float32).reshape(-1, plan.backbone.features)
    job = trainer.job((np.stack(rows),), (held,), asked.count)
    state = TrainingState(initial_head(plan, plan.backbone.features, job.classes))
    while state.sound and state.epoch < plan.epochs:
        state, epochs = run(_train_head, plan, state, job, key=False)
        trainer.history += epochs
        trainer.answer(*(head_logits(state.learning, part) for part in (*job.own, held)))
        done = len(looks) + state.epoch
        if not state.sound or done == total:
            yield Progress(total, total, trainer.course("done", state))
        else:
            yield Progress(done, total, trainer.course("head", state))
    if not (plan.fine_tune and state.sound):
        return

    flowing = [np.concatenate(parts) for parts in zip(*inputs, strict=True)]
    job = trainer.job(
        tuple(part[: len(rows)] for part in flowing),
        tuple(part[len(rows) :] for part in flowing),
        asked.count,
    )
    start = replace(state, learning=(*run(block_values, place), *state.learning), slots=(), updates=0)
    done = len(looks) + plan.epochs
    for state in train_with_layers(trainer, place, start, job, plan.tune_rate, plan.tune_epochs, 1, run):
        done = done + 1 if state.sound else total
        yield Progress(done, total, trainer.course("done" if done == total else "block", state))


@np.errstate(all="ignore")  # what overflows is found, and said
def _train_head(
    plan: Plan, state: TrainingState, job: TrainingJob
) -> tuple[TrainingState, tuple[Epoch, ...]]:
    """Train a head on features for some epochs, at least one, and measure it after each."""
    begin, first, history = time.perf_counter(), state.epoch, []
    most = min(plan.epochs, first + -(-plan.epochs // FRAMES))
    (x,), (own,), (held_out,) = job.inputs, job.own, job.held_out

    def measure() -> Epoch:
        logits = (head_logits(state.learning, own), head_logits(state.learning, held_out))
        return job.measured(state.epoch, *logits)

    if not first:
        history.append(measure())
    while state.epoch < most and (state.epoch == first or time.perf_counter() - begin < PIECE):
        before = state
        for rows in job.batches(plan.seed, state.epoch + 1):
            gradients, _ = loss_gradients(state.learning, x[rows], job.targets(rows))
            state = state.stepped(gradients, plan.learning_rate)
        state = replace(state, epoch=state.epoch + 1)
        measured = measure()
        if not (state.sound and math.isfinite(measured.loss)):
            return replace(before, sound=False), tuple(history)
        history.append(measured)
    return state, tuple(history)
