"""A logit as the exact sum of what the channels of the last maps add to it."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.imagenet.attribution.engine import NetworkInput, head
from explorer.imagenet.networks import Array, Pixels


@dataclass(frozen=True, eq=False)
class Contributions:
    """A logit as a sum over channels.

    Attributes:
        channels: What each channel of the last maps adds, (c,): its average times its weight.
        bias: What is added without any picture.
        logit: The logit as the network gives it: `channels.sum() + bias`.
    """

    channels: Array
    bias: float
    logit: float


def contributions(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    fit: str = "resize",
    weights: str = "auto",
) -> Contributions:
    """Take a logit apart exactly, where one dense layer on averages of maps decides.

    `logit_k = sum_c mean(A_c) W_ck + b_k` over the channels c of the last maps A.

    Raises:
        NetworkError: If there is no such network or class, or if its head is another.
    """
    given = NetworkInput.of(name, image, fit, weights)
    average, kernel, bias = head(given.network)
    settled, maps = given.settled(target), given.maps
    channels = maps[average].reshape(-1) * kernel[:, settled]
    return Contributions(channels, float(bias[settled]), float(maps.logits[0, settled]))
