"""Measure how long it takes to teach a network three classes of photographs, from a worker not yet started.

`EXPLORER_WEIGHTS=folder python tests/benchmarks/transfer.py` prints Markdown tables for MobileNetV2: one or
two photographs of each class to train on (`images/*_train_*` beside the folder of the weights), all of
`*_test_*` held out. Then it exports the network in every format, with a worker of its own. It ends with an
error if not all of these are right, or if the training, or all exports together, take 30 s or more.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from typing import Any

from explorer import compute, images
from explorer.imagenet import preprocessing, weights
from explorer.pieces import Progress
from explorer.transfer import formats, from_scratch, predictions, training
from explorer.transfer.formats import FORMATS
from explorer.transfer.model_cards import TaughtNetwork
from explorer.transfer.plan import Plan
from explorer.transfer.training_job import Course, Sample

NAMES = ("cat", "dog", "hotdog")
LIMIT = 30.0  # seconds
MANY = 30  # parts of each photograph that stand for a classroom's
HEADINGS = "seconds of each stage (steps, and the median) | together | right"


def photographs(part: str) -> list[Sample]:
    """Give the photographs of a part as the network sees them, and their classes."""
    folder = weights.folders()[0][0] / ".." / ".." / "images"
    return [
        (preprocessing.seen(Plan.network, images.load(path)), label)
        for label, name in enumerate(NAMES)
        for path in sorted(folder.glob(f"{name}_{part}_*.jpg"))
    ]


def many(samples: list[Sample]) -> list[Sample]:
    """Cut as many different parts out of photographs as a classroom brings."""
    found = []
    for pixels, label in samples:
        for number in range(MANY):
            found.append((preprocessing.seen(Plan.network, pixels[number:, : -1 - number]), label))
    return found


def taught(
    make: Callable[..., Any], plan: Plan, samples: tuple[list[Sample], list[Sample]], run: Callable[..., Any]
) -> tuple[Course, list[tuple[str, list[float]]]]:
    """Train, and give the course with the seconds of each step of each stage."""
    steps: list[tuple[str, float]] = []
    began, last = time.perf_counter(), Progress(0, 1, None)
    for last in make(plan, *samples, NAMES, run=run):
        now = time.perf_counter()
        # The last step says that all is done, and was one of the stage before.
        stage = steps[-1][0] if last.value.stage == "done" else last.value.stage
        steps.append((stage, now - began))
        began = now
    groups = groupby(steps, key=lambda step: step[0])
    return last.value, [(stage, [seconds for _, seconds in group]) for stage, group in groups]


def row(what: str, course: Course, stages: list[tuple[str, list[float]]]) -> None:
    """Print a row of the table."""
    told = ", ".join(
        f"{stage} {sum(taken):.2f} s ({len(taken)}, {1000 * statistics.median(taken):.0f} ms)"
        for stage, taken in stages
    )
    measured = course.history[-1]
    right = f"{measured.accuracy:.0%} and {measured.held_out_accuracy:.0%}"
    print(f"| {what} | {told} | {sum(sum(taken) for _, taken in stages):.1f} s | {right} |", flush=True)


def exported(course: Course, samples: tuple[list[Sample], list[Sample]]) -> float:
    """Export in every format, and print and give how long that took, from a worker not yet started."""
    assert course.trained is not None
    taught = TaughtNetwork(course.trained, tuple(samples[0]), tuple(samples[1]), "2026-03-31")
    place = compute.local()
    print("\n| export, worker not yet started | seconds | MB | |\n|---|---|---|---|")
    began = last = time.perf_counter()
    for name, format_ in FORMATS.items():
        if format_.withheld:
            print(f"| {format_.title} | | | {format_.withheld} |")
            continue
        found = place.run(formats.exported, name, taught)
        now = time.perf_counter()
        size = len(found.data) / 1e6
        print(f"| {format_.title} | {now - last:.1f} | {size:.1f} | {found.agreement.sentence} |", flush=True)
        last = now
    place.close()
    print(f"| all | {last - began:.1f} | | |")
    return last - began


def main() -> None:
    """Teach in several ways, and print the tables."""
    samples = photographs("train"), photographs("test")
    began = time.perf_counter()
    place = compute.local()
    run = place.runner("one")
    course, stages = taught(training.train.pieces, Plan(), samples, run)
    whole = time.perf_counter() - began
    print(f"{len(samples[0])} photographs of {len(NAMES)} classes to train on, {len(samples[1])} held out.\n")
    print(f"| {Plan.network} | {HEADINGS} |\n|---|---|---|---|")
    row("linear head, worker not yet started", course, stages)
    plan = Plan(head="hidden", flip=True, crop=True, colour=True)
    for what, make, each in (
        ("again: the features are kept", training.train.pieces, Plan()),
        ("hidden layer, augmented", training.train.pieces, plan),
        ("fine-tuned", training.train.pieces, Plan(fine_tune=True)),
        ("hidden layer, augmented, fine-tuned", training.train.pieces, replace(plan, fine_tune=True)),
        ("a small network from scratch", from_scratch.scratch.pieces, Plan()),
    ):
        row(what, *taught(make, each, samples, run))
    trained = course.trained
    assert trained is not None
    for what, function, arguments in (
        ("one prediction", predictions.predict, (trained, samples[1][0][0])),
        ("another", predictions.predict, (trained, samples[1][1][0])),
        ("Grad-CAM", predictions.grad_cam, (trained, samples[1][0][0])),
    ):
        start = time.perf_counter()
        run(function, *arguments)
        print(f"| {what} | | {1000 * (time.perf_counter() - start):.0f} ms | |", flush=True)
    crowd = many(samples[0]), samples[1]
    print(f"\n| {len(crowd[0])} pictures | {HEADINGS} |\n|---|---|---|---|")
    row("linear head", *taught(training.train.pieces, Plan(), crowd, run))
    row("fine-tuned", *taught(training.train.pieces, Plan(fine_tune=True), crowd, run))
    place.close()
    exports = exported(course, samples)
    right = course.history[-1].held_out_accuracy
    if right != 1 or whole >= LIMIT or exports >= LIMIT:
        sys.exit(
            f"{right:.0%} were right after {whole:.1f} s, and the exports took {exports:.1f} s; all were to "
            f"be, in less than {LIMIT:g} s each."
        )


if __name__ == "__main__":
    if not weights.find_weights(Plan.network).trained:
        sys.exit("The benchmark needs the trained weights: set EXPLORER_WEIGHTS.")
    main()
