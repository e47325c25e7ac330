"""How fast `filter2d` and `pool2d` are: beside OpenCV, beside TensorFlow, and with strides.

    python tests/benchmarks/sliding_windows.py [filters] [strides] [pooling]

Prints Markdown tables of the median times, the candidates taking turns so that they meet the machine in the
same moods, and the geometric means of the ratios. Filters run on pictures of one channel, poolings on three.
Pictures and maps are NumPy arrays for all of them.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import cv2
import numpy as np
import tensorflow as tf

from explorer.convolution.filters import filter2d
from explorer.convolution.pooling import pool2d

SIZES = (64, 128, 256, 512, 1024)
KERNELS = (3, 5, 7)
STRIDES = (2, 4, 8)
POOLS = ((2, 2), (3, 2), (3, 1), (2, 1), (4, 4), (8, 8), (8, 1))  # (size, stride)
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


def pooling() -> None:
    """Print pool2d beside every form in OpenCV and NumPy that we know, and beside TensorFlow."""
    image = np.random.default_rng(1).random((512, 512, 3), np.float32)
    print(
        "| kind | size | stride | pool2d | the best other form | | TensorFlow | of the form | of TensorFlow |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    ratios = []
    for kind, tensorflow in (("max", tf.nn.max_pool2d), ("average", tf.nn.avg_pool2d)):
        for size, stride in POOLS:
            forms = {
                "max": {"dilate": dilated, "dilate, resize": dilated_resized, "np.maximum": maxima},
                "average": {"boxFilter": boxed, "boxFilter, resize": boxed_resized, "INTER_AREA": area},
            }[kind]
            if size != stride:
                forms.pop("INTER_AREA", None)
            ours, *others = times(
                lambda size=size, stride=stride, kind=kind: pool2d(image, size, strides=stride, kind=kind),
                *(
                    lambda form=form, size=size, stride=stride: form(image, size, stride)
                    for form in forms.values()
                ),
            )
            # By itself, because TensorFlow's threads go on spinning for a while and slow down who comes next.
            (theirs,) = times(
                lambda size=size, stride=stride, tensorflow=tensorflow: tensorflow(
                    image[np.newaxis], size, stride, "VALID"
                ).numpy()
            )
            time.sleep(0.2)
            best = int(np.argmin(others))
            ratios.append((ours / others[best], ours / theirs))
            print(
                f"| {kind} | {size} x {size} | {stride} | {ours:.0f} us | {others[best]:.0f} us | "
                f"{list(forms)[best]} | {theirs:.0f} us | {ratios[-1][0]:.2f} | {ratios[-1][1]:.2f} |"
            )
    form, tensorflow = np.array(ratios).T
    print()
    print(f"Geometric means: {mean(form):.2f} of the best form, {mean(tensorflow):.2f} of TensorFlow.")
    print()


def dilated(image: np.ndarray, size: int, stride: int) -> np.ndarray:
    """Take maxima everywhere, then every n-th."""
    highest = cv2.dilate(image, np.ones((size, size), np.uint8), anchor=(0, 0))
    return np.ascontiguousarray(kept(highest, size, stride))


def dilated_resized(image: np.ndarray, size: int, stride: int) -> np.ndarray:
    """The same, and let OpenCV keep every n-th."""
    highest = cv2.dilate(image, np.ones((size, size), np.uint8), anchor=(0, 0))
    return resized(highest, size, stride)


def maxima(image: np.ndarray, size: int, stride: int) -> np.ndarray:
    """Take maxima of rows, then of columns, channel by channel."""
    reach = (len(image) - size) // stride * stride + 1
    lines = np.maximum(image[:reach:stride], image[1 : 1 + reach : stride])
    for top in range(2, size):
        np.maximum(lines, image[top : top + reach : stride], out=lines)
    output = np.empty((len(lines), (image.shape[1] - size) // stride + 1, image.shape[2]), np.float32)
    for channel in range(image.shape[2]):
        plane = lines[:, :, channel]
        np.maximum(plane[:, :reach:stride], plane[:, 1 : 1 + reach : stride], out=output[:, :, channel])
        for left in range(2, size):
            columns = plane[:, left : left + reach : stride]
            np.maximum(output[:, :, channel], columns, out=output[:, :, channel])
    return output


def boxed(image: np.ndarray, size: int, stride: int) -> np.ndarray:
    """Take running means, then every n-th."""
    return np.ascontiguousarray(kept(cv2.boxFilter(image, -1, (size, size), anchor=(0, 0)), size, stride))


def boxed_resized(image: np.ndarray, size: int, stride: int) -> np.ndarray:
    """The same, and let OpenCV keep every n-th."""
    return resized(cv2.boxFilter(image, -1, (size, size), anchor=(0, 0)), size, stride)


def area(image: np.ndarray, size: int, stride: int) -> np.ndarray:
    """Shrink by whole factors."""
    return cv2.resize(image, (image.shape[1] // size, len(image) // stride), interpolation=cv2.INTER_AREA)


def kept(array: np.ndarray, size: int, stride: int) -> np.ndarray:
    """View the windows that lie in the picture, every n-th."""
    return array[: len(array) - size + 1 : stride, : array.shape[1] - size + 1 : stride]


def resized(array: np.ndarray, size: int, stride: int) -> np.ndarray:
    """Copy the windows that lie in the picture, every n-th, with OpenCV."""
    rows, cols = kept(array, size, stride).shape[:2]
    view = array[: len(array) - size + 1 : stride, : cols * stride]
    return cv2.resize(view, (cols, rows), interpolation=cv2.INTER_NEAREST)


def mean(ratios: np.ndarray) -> float:
    """Geometric mean."""
    return float(np.exp(np.log(ratios).mean()))


if __name__ == "__main__":
    tables = {"filters": beside_others, "strides": with_strides, "pooling": pooling}
    for table in sys.argv[1:] or tables:
        tables[table]()
