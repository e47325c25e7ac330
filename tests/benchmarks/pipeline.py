"""How fast a pipeline runs: 8 blocks of 8 maps on a picture of 128 x 128 in colour.

    python tests/benchmarks/pipeline.py

Prints a Markdown table of milliseconds: a whole run, and one whose last block alone has changed.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from explorer.pipeline import from_json, run

RUNS = 60
RANDOM = {"kind": "convolution", "bank": {"filters": 8, "kernel_size": 3}}
NAMES = ("sobel_x", "sobel_y", "scharr_x", "scharr_y", "prewitt_x", "prewitt_y", "sharpen", "box")
NAMED = {"kind": "convolution", "bank": [{"name": name} for name in NAMES]}
RELU = {"kind": "activation"}
MAPS = {"kind": "normalisation", "over": "map"}
POOL = {"kind": "pooling", "strides": 1, "padding": "same"}

STACKS = {
    "8 random convolutions": [RANDOM] * 8,
    "8 convolutions by name": [NAMED] * 8,
    "convolution, ReLU, normalisation, pooling, twice": [RANDOM, RELU, MAPS, POOL] * 2,
    "convolution and 7 GELU": [RANDOM, *[{"kind": "activation", "activation": "gelu"}] * 7],
    "convolution and 7 normalisations": [RANDOM, *[MAPS] * 7],
}


def milliseconds(call: Callable[[], object]) -> tuple[float, float]:
    """Median and 95th percentile."""
    call()
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def main() -> None:
    image = np.random.default_rng(0).random((128, 128, 3), np.float32)
    print("| blocks | all: median | p95 | the last: median | p95 |")
    print("|---|---|---|---|---|")
    for title, blocks in STACKS.items():
        pipeline = from_json(blocks)
        changed = from_json([*blocks[:-1], blocks[-1] | {"scales": {"0": 0.5}}])
        found = run(pipeline, image)
        whole = milliseconds(lambda pipeline=pipeline: run(pipeline, image))
        last = milliseconds(lambda changed=changed, found=found: run(changed, found.image, found))
        print(f"| {title} | {whole[0]:.1f} | {whole[1]:.1f} | {last[0]:.2f} | {last[1]:.2f} |")


if __name__ == "__main__":
    main()
