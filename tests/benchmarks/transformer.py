"""Measure the vision transformer on a drawing: forward pass, what speaks for a class, and the lane's answer.

`OPENBLAS_NUM_THREADS=1 python tests/benchmarks/transformer.py` prints a Markdown table: milliseconds of the
processor for one drawing, on one thread.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from explorer import parameters, sketch
from explorer.attention import relevance, trained
from explorer.images import drawings
from pages.operations import OPERATIONS

REPEATS = 200


def measured(act: Callable[[], object]) -> str:
    """Give the median and the largest of the times that something takes."""
    act()
    times = []
    for _ in range(REPEATS):
        began = time.thread_time()
        act()
        times.append(1000 * (time.thread_time() - began))
    return f"{statistics.median(times):.1f} | {max(times):.1f}"


def main() -> None:
    """Print the table."""
    picture = drawings.draw("smiley")
    seen = sketch.prepare(picture)
    network, operation = trained.network(), OPERATIONS["drawn_attention"]
    run = network(seen)
    values = parameters.checked(operation.settings, {"dropped": [3], "shuffled": 1})
    print("| one drawing | median ms | most |\n|:--|--:|--:|")
    for name, act in {
        "forward pass": lambda: network(seen),
        "attention × gradient": lambda: relevance(network, run, 9),
        "the convolutional network": lambda: sketch.forward(seen),
        "an answer of the lane": lambda: operation.answer(picture, values, True),
    }.items():
        print(f"| {name} | {measured(act)} |")


if __name__ == "__main__":
    main()
