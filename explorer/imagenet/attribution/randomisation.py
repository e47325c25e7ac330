"""Explanations by a network whose last layers are untrained: do they owe anything to training?"""

from __future__ import annotations

import numpy as np

from explorer.imagenet.attribution.checks import check_choice, check_whole
from explorer.imagenet.attribution.class_activation import with_rows
from explorer.imagenet.attribution.engine import CAMS, NetworkInput, cams, gradients, weighted
from explorer.imagenet.engine import opening
from explorer.imagenet.engine.network import EngineNetwork
from explorer.imagenet.engine.random_weights import untrained
from explorer.imagenet.networks import Array, Pixels
from explorer.imagenet.structure import spatial_layers

RANDOMISABLE = (*CAMS, "saliency")
"""Explanations that `randomised` gives."""


def weighted_layers(name: str, *, weights: str = "auto") -> tuple[str, ...]:
    """Name the layers that have weights, from the top down: the order in which `randomised` takes them."""
    return tuple(weighted(opening.open_engine(name, weights)))


def randomised(
    name: str,
    image: Array | Pixels,
    top: int,
    layer: str | None = None,
    target: int | None = None,
    *,
    method: str = "grad_cam",
    seed: int = 0,
    fit: str = "resize",
    weights: str = "auto",
) -> Array:
    """Explain with the last layers untrained: a map that stays the same owes nothing to what they learned.

    In a copy, their kernels are drawn anew from a normal distribution of variance 2 / fan-in, scales and
    variances are 1, and biases and means 0 (Adebayo and others, 2018: cascading randomisation). With one
    seed, layers that are random for one `top` are the same for a greater one.

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `preprocessing.seen`.
        top: How many of `weighted_layers` are randomised; 0 is the explanation itself.
        layer: For the methods of `CAMS`, the layer, or None for the last one with a spatial size over 1.
        target: The class, or None for the one with the greatest logit before anything is randomised.
        method: One of `RANDOMISABLE`.
        seed: Which random weights.
        fit: How the picture becomes square.
        weights: Which weights.

    Returns:
        What the method gives, float32 (h, w).
    """
    check_choice(RANDOMISABLE, method, "method")
    given = NetworkInput.of(name, image, fit, weights)
    chosen = weighted(given.network)
    check_whole("top", top, 0, len(chosen))
    known = spatial_layers(name)
    where = known[-1] if layer is None else with_rows(name, layer, known)
    settled = given.settled(target)
    graph = given.network.architecture
    values = dict(opening.learned_weights(name, weights))
    for number, each in enumerate(chosen[:top]):
        rng = np.random.default_rng((seed, number))
        values[each] = [untrained(*variable, rng) for variable in graph.weighted(each).variables.items()]
    changed = EngineNetwork(graph, values)
    if method == "saliency":
        gradient: Array = gradients(changed, given.scaled[np.newaxis], settled)[0]
        strongest: Array = np.abs(gradient).max(axis=-1)
        return strongest
    return cams(changed.forward(given.scaled[np.newaxis]), settled, [where], method)[where]
