"""How fast `filter2d` is: beside OpenCV, beside TensorFlow, and with strides beside the full map.

    python tests/benchmarks/spatial.py

Prints Markdown tables of the median times on pictures of one channel, the candidates taking turns so that
they meet the machine in the same moods, and the geometric means of the ratios. Pictures and maps are NumPy
arrays for all of them.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import cv2
import numpy as np
import tensorflow as tf

from explorer.spatial import filter2d

SIZES = (64, 128, 256, 512, 1024)
KERNELS = (3, 5, 7)
STRIDES = (2, 4, 8)
ROUNDS = 30
ROUND_SECONDS = 0.003


def times(*candidates: Callable[[], object]) -> list[float]:
    """Median microseconds of each candidate, measured in turns."""
    counts = []
    for candidate in candidates:
        candidate()
        start = time.perf_counter()
        candidate()
        counts.append(max(1, int(ROUND_SECONDS / (time.perf_counter() - start))))
    rounds: list[list[float]] = [[] for _ in candidates]
    for _ in range(ROUNDS):
        for candidate, count, found in zip(candidates, counts, rounds, strict=True):
            start = time.perf_counter()
            for _ in range(count):
                candidate()
            found.append((time.perf_counter() - start) / count * 1e6)
    return [statistics.median(found) for found in rounds]


def inputs(size: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """A picture, and a kernel with a weight 0, for which the picture is searched for NaN first."""
    random = np.random.default_rng(size + side)
    kernel = random.standard_normal((side, side)).astype(np.float32)
    kernel[0, 0] = 0
    return random.random((size, size), np.float32), kernel


def beside_others() -> None:
    """Print filter2d beside cv2.filter2D and tf.nn.conv2d."""
    print("| picture | kernel | filter2d, a weight 0 | filter2d | cv2.filter2D | tf.nn.conv2d |")
    print("|---|---|---|---|---|---|")
    rows = []
    for size in SIZES:
        for side in KERNELS:
            image, kernel = inputs(size, side)
            dense = np.where(kernel == 0, np.float32(0.5), kernel)
            batch, weights = image[None, :, :, None], kernel[:, :, None, None]
            row = times(
                lambda image=image, kernel=kernel: filter2d(image, kernel),
                lambda image=image, dense=dense: filter2d(image, dense),
                lambda image=image, kernel=kernel: cv2.filter2D(image, -1, kernel),
            )
            # By itself, because TensorFlow's threads go on spinning for a while and slow down who comes next.
            row += times(
                lambda batch=batch, weights=weights: tf.nn.conv2d(batch, weights, 1, "VALID").numpy()
            )
            time.sleep(0.2)
            rows.append(row)
            print(f"| {size} | {side} x {side} | " + " | ".join(f"{value:.1f} us" for value in row) + " |")
    ours, dense, opencv, tensorflow = np.array(rows).T
    print()
    print("| geometric means | without zeros | with a zero |")
    print("|---|---|---|")
    print(f"| times cv2.filter2D | {mean(dense / opencv):.2f} | {mean(ours / opencv):.2f} |")
    print(f"| faster than tf.nn.conv2d | {mean(tensorflow / dense):.1f} | {mean(tensorflow / ours):.1f} |")
    print()


def with_strides() -> None:
    """Print filter2d with a stride beside the full map of which every n-th cell is kept."""
    print("| picture | kernel | stride | filter2d | full map, then every n-th | ratio |")
    print("|---|---|---|---|---|---|")
    ratios = []
    for size in SIZES[2:]:
        for side in (*KERNELS, 15, 31):
            image, kernel = inputs(size, side)
            for step in STRIDES:
                strided, full = times(
                    lambda image=image, kernel=kernel, step=step: filter2d(image, kernel, strides=step),
                    lambda image=image, kernel=kernel, step=step: np.ascontiguousarray(
                        filter2d(image, kernel)[::step, ::step]
                    ),
                )
                ratios.append(strided / full)
                print(
                    f"| {size} | {side} x {side} | {step} | {strided:.0f} us | {full:.0f} us | "
                    f"{strided / full:.2f} |"
                )
    print()
    print(f"Geometric mean: a stride costs {mean(np.array(ratios)):.2f} of the full map.")


def mean(ratios: np.ndarray) -> float:
    """Geometric mean."""
    return float(np.exp(np.log(ratios).mean()))


if __name__ == "__main__":
    beside_others()
    with_strides()
