"""The pictures that feature visualisation paints: their waves and their colours."""

from __future__ import annotations

import numpy as np

from explorer.imagenet.networks import Array, network
from explorer.imagenet.preprocessing import preprocess


def parameters_shape(size: int, fourier: bool) -> tuple[int, ...]:
    """The shape of what `maximise` changes: waves of three planes, or pixels."""
    return (2, 3, size, size // 2 + 1) if fourier else (size, size, 3)


def step_sizes(size: int) -> Array:
    """Return the size of a step for each wave, (size, size // 2 + 1): the longer the wave, the larger."""
    frequencies = np.hypot(np.fft.fftfreq(size)[:, np.newaxis], np.fft.rfftfreq(size))
    waves: Array = (size / 4 / np.maximum(frequencies, 1 / size)).astype(np.float32)
    return waves


# Colours of photographs differ in brightness far more than in hue: the columns are the directions in which
# those of ImageNet vary, and as long as they vary (Olah and others, 2017, in their code); the longest is 1.
COLOURS = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]], np.float32)
COLOURS /= np.linalg.norm(COLOURS, axis=0).max()


def colour_scaling(name: str) -> tuple[Array, Array]:
    """Return the matrix (3, 3) and the offset (3,) that scale colours in [0, 1] for a network.

    Whatever the preprocessing does is affine in the colours, so that four of them tell all of it.
    """
    size = network(name).size
    probes = np.zeros((4, size, size, 3), np.uint8)
    probes[1:] = 255 * np.eye(3, dtype=np.uint8)[:, np.newaxis, np.newaxis]
    offset, *rows = preprocess(name, probes)[:, 0, 0]
    return np.stack(rows) - offset, offset
