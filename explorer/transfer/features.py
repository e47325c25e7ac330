"""Features of pictures, the averages of a network's last maps: their likeness, and a map of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from explorer.imagenet.networks import Pixels, network
from explorer.images import Array
from explorer.pieces import Pieces, Progress, Runner, call, in_pieces
from explorer.transfer.augmentation import Augmentation, augmented
from explorer.transfer.backbones import Place, block_inputs, last_maps, pooled


def features(name: str, pixels: Pixels, weights: str = "auto") -> Array:
    """Return the features of a picture: the averages of the network's last maps.

    Args:
        name: A key of `networks.NETWORKS`, or the name of a network that was brought along.
        pixels: What the network sees, as `preprocessing.seen` gives it.
        weights: One of `weights.WEIGHTS`; "random" are features before anything was learned.

    Returns:
        float32 (d,), d = `network(name).backbone.features`.

    Raises:
        NetworkError, WeightsError: If the network, the picture or the weights cannot be used.
    """
    found: Array = pooled(last_maps((name, weights), pixels[np.newaxis]))[0]
    return found


@in_pieces
def features_of_pictures(
    name: str, pictures: Sequence[Pixels], weights: str = "auto", *, run: Runner = call
) -> Pieces[Array]:
    """Compute the features of pictures one by one: after each, those so far, float32 (done, d)."""
    found = np.zeros((0, network(name).backbone.features), np.float32)
    for done, pixels in enumerate(pictures, 1):
        found = np.vstack([found, run(features, name, pixels, weights)])
        yield Progress(done, len(pictures), found)


def features_of_versions(place: Place, pixels: Pixels, asked: Augmentation) -> Array:
    """Return the features (n, d) of what is made of a picture, without those of the picture itself."""
    return pooled(last_maps(place, augmented(pixels, asked)[1:]))


def block_inputs_of_versions(place: Place, pixels: Pixels, asked: Augmentation) -> list[Array]:
    """Return what goes into the last block, of all that is made of a picture."""
    return block_inputs(place, augmented(pixels, asked))


def nearest(one: ArrayLike, others: ArrayLike, count: int = 5) -> list[tuple[int, float]]:
    """Return the features most alike to some, as (place, cosine), the most alike first.

    The cosine of the angle between two is 1 where they point the same way, and 0 where one is zero.

    Args:
        one: Features (d,).
        others: Features (n, d).
        count: How many to give at most.

    >>> nearest([1, 0], [[0, 2], [3, 3], [5, 0]], count=2)
    [(2, 1.0), (1, 0.7071)]
    """
    x, rows = np.asarray(one, np.float64), np.asarray(others, np.float64)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(x)
    cosines = np.divide(rows @ x, lengths, out=np.zeros(len(rows)), where=lengths > 0)
    order = np.argsort(-cosines, kind="stable")[:count]
    return [(int(at), round(float(cosines[at]), 4)) for at in order]


@dataclass(frozen=True, eq=False)
class FeatureMap:
    """Features on a plane.

    Attributes:
        points: float32 (n, 2), across and up.
        shares: How much of the variance each of the two axes keeps, 0 to 1.
    """

    points: Array
    shares: tuple[float, float]


def feature_map(rows: ArrayLike) -> FeatureMap:
    """Lay features (n, d) on the plane in which they vary most: their first two principal components.

    `X - mean = U S V^T`, and the points are the first two columns of U S. Of both directions of an axis the
    one is taken in which the largest entry of its column of V is positive.

    >>> feature_map([[0, 0, 0], [2, 0, 0], [4, 0, 0]]).points.tolist()
    [[-2.0, 0.0], [0.0, 0.0], [2.0, 0.0]]
    """
    x = np.asarray(rows, np.float64)
    u, s, v = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    signs = np.sign(v[np.arange(len(v)), np.abs(v).argmax(axis=1)])
    points = np.zeros((len(x), 2), np.float32)
    kept = u[:, :2] * s[:2] * signs[:2]
    points[:, : kept.shape[1]] = kept
    variances = np.zeros(2)
    variances[: len(s)] = s[:2] ** 2
    total = float((s**2).sum())
    shares = variances / total if total else variances
    return FeatureMap(points, (float(shares[0]), float(shares[1])))


def spread(points: ArrayLike) -> list[tuple[float, float]]:
    """Lay points out in a square without distortion: shares of its width from the left and from the top.

    >>> spread([[-1, 0], [1, 1]])
    [(0.0, 0.75), (1.0, 0.25)]
    """
    at = np.asarray(points, np.float64).reshape(-1, 2)
    low, high = at.min(axis=0), at.max(axis=0)
    reach = float((high - low).max()) or 1.0
    shares = (at - (low + high) / 2) / reach * [1, -1] + 0.5
    return [(float(x), float(y)) for x, y in np.clip(shares, 0, 1)]


def middles(places: Sequence[tuple[float, float]], labels: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Return the mean place of each class.

    >>> middles([(0, 0), (1, 0), (1, 1)], [4, 4, 7])
    {4: (0.5, 0.0), 7: (1.0, 1.0)}
    """
    at = np.asarray(places, np.float64).reshape(-1, 2)
    numbers = np.asarray(labels)
    return {
        int(label): (float(mean[0]), float(mean[1]))
        for label in np.unique(numbers)
        for mean in [at[numbers == label].mean(axis=0)]
    }
