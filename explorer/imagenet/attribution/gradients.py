"""Gradients with respect to the picture: saliency, SmoothGrad, integrated gradients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.imagenet.attribution.checks import check_whole
from explorer.imagenet.attribution.engine import NetworkInput, begin, gradients, hidden
from explorer.imagenet.attribution.perturbation import filled
from explorer.imagenet.networks import Array, NetworkError, Pixels
from explorer.pieces import Pieces, Progress, Runner, call, in_pieces, parts


def saliency(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    fit: str = "resize",
    weights: str = "auto",
) -> Array:
    """Return how much a logit changes when a pixel changes a little, float32 (size, size).

    `max_c |d logit / d x_c|` over the colours c of what goes into the network (Simonyan and others, 2014).
    """
    given = NetworkInput.of(name, image, fit, weights)
    return _strongest(gradients(given.network, given.scaled[np.newaxis], given.settled(target))[0])


def _strongest(gradient: Array) -> Array:
    strongest: Array = np.abs(gradient).max(axis=-1)
    return strongest


@in_pieces
def smooth_grad(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    samples: int = 32,
    noise: float = 0.15,
    seed: int = 0,
    fit: str = "resize",
    weights: str = "auto",
    run: Runner = call,
) -> Pieces[Array]:
    """Return the saliency of the mean gradient over noisy copies of a picture, float32 (size, size).

    The noise is Gaussian with a standard deviation of `noise` times the 255 levels of a pixel, and not
    clipped (Smilkov and others, 2017).
    """
    check_whole("samples", samples, 1)
    if not 0 <= noise <= 1:
        raise NetworkError(f"noise is {noise}; choose a number from 0 to 1.")
    given = NetworkInput.of(name, image, fit, weights)
    settled, share = run(begin, given, target)
    total = np.zeros_like(given.pixels, np.float32)
    for part in parts(samples, share / 2):
        total = total + run(_noisy, given, settled, noise, seed, part.start, part.stop)
        yield Progress(part.stop, samples, _strongest(total / np.float32(part.stop)))


def _noisy(given: NetworkInput, target: int, noise: float, seed: int, first: int, end: int) -> Array:
    """Add up the gradients of some noisy copies, each with noise of its own number."""
    strength = np.float32(255 * noise)
    copies = [
        given.pixels
        + strength * np.random.default_rng((seed, number)).standard_normal(given.pixels.shape, np.float32)
        for number in range(first, end)
    ]
    total: Array = gradients(given.network, given.changed(np.stack(copies)), target).sum(axis=0)
    return total


@in_pieces
def integrated_gradients(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    steps: int = 640,
    baseline: str = "grey",
    fit: str = "resize",
    weights: str = "auto",
    run: Runner = call,
) -> Pieces[Array]:
    """Share out a logit's rise from a baseline to a picture among the pixels, float32 (size, size), signed.

    `sum_c (x_c - x'_c) sum_k (a_{k+1} - a_k) d logit / d x_c (x' + m_k (x - x'))` over colours c, with m_k
    in the middle between a_k and a_{k+1}, and `a_k = (k / steps)^2`, on the straight way from the baseline x'
    to the picture x (Sundararajan and others, 2017). Steps are shorter near the baseline, where the gradient
    changes most. The map's sum comes the closer to the rise of the logit, the more steps there are: see
    `completeness`.

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `preprocessing.seen`.
        target: The class, or None for the one with the greatest logit.
        steps: How many gradients.
        baseline: A key of `FILLS`: the picture without what is to be explained.
        fit: How the picture becomes square.
        weights: Which weights.
        run: Does a piece elsewhere, as `pieces.call` does it here.
    """
    check_whole("steps", steps, 1)
    given = NetworkInput.of(name, image, fit, weights)
    start = filled(given.pixels, baseline)
    settled, share = run(begin, given, target)
    value = np.zeros(given.pixels.shape[:2], np.float32)
    for part in parts(steps, share / 2):
        value = value + run(_way, given, start, settled, steps, part.start, part.stop)
        yield Progress(part.stop, steps, value)


def _way(given: NetworkInput, start: Pixels, target: int, steps: int, first: int, end: int) -> Array:
    """Integrate over some of the steps from one picture to another."""
    before, after = given.changed(start), given.scaled
    ends = (np.arange(first, end + 1, dtype=np.float32) / np.float32(steps)) ** 2
    places, lengths = (ends[1:] + ends[:-1]) / 2, np.diff(ends)
    batch = before + places[:, np.newaxis, np.newaxis, np.newaxis] * (after - before)
    gradient = np.tensordot(lengths, gradients(given.network, batch, target), 1)
    shares: Array = ((after - before) * gradient).sum(axis=-1)
    return shares


@dataclass(frozen=True)
class Completeness:
    """How well an attribution adds up to what it explains.

    Attributes:
        total: Sum of the attribution.
        difference: Logit of the picture less that of the baseline.
        error: `|total - difference| / |difference|`; None where the difference is 0, for then there is none.
    """

    total: float
    difference: float
    error: float | None


def completeness(
    name: str,
    image: Array | Pixels,
    explanation: Array,
    target: int | None = None,
    *,
    baseline: str = "grey",
    fit: str = "resize",
    weights: str = "auto",
) -> Completeness:
    """Compare the sum of `integrated_gradients` with the difference of logits that it shares out."""
    given = NetworkInput.of(name, image, fit, weights)
    none_and_all = np.broadcast_to([[[False]], [[True]]], (2, *given.pixels.shape[:2]))
    start = given.changed(filled(given.pixels, baseline))
    after, before = hidden(given.maps, start, none_and_all)[:, given.settled(target)]
    total, difference = float(np.sum(explanation, dtype=np.float64)), float(after) - float(before)
    return Completeness(total, difference, abs(total - difference) / abs(difference) if difference else None)
