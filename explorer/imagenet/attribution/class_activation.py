"""Class activation maps: which places of a layer speak for a class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from explorer.imagenet.attribution import engine
from explorer.imagenet.attribution.checks import check_choice
from explorer.imagenet.attribution.engine import CAMS, NetworkInput
from explorer.imagenet.engine.architectures import architecture
from explorer.imagenet.networks import Array, NetworkError, Pixels, network, unknown_layer
from explorer.imagenet.structure import spatial_layers


def grad_cam(
    name: str,
    image: Array | Pixels,
    layer: str | None = None,
    target: int | None = None,
    *,
    fit: str = "resize",
    weights: str = "auto",
) -> Array:
    """Weight the channels of a layer by what they do for a class on average, and add them up.

    `max(0, sum_c mean(G_c) A_c)`, with A the layer's output and G the gradient of the logit with respect to
    it (Selvaraju and others, 2017).

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `preprocessing.seen`.
        layer: The layer, or None for the last one with a spatial size over 1.
        target: The class, or None for the one with the greatest logit.
        fit: How the picture becomes square.
        weights: Which weights.

    Returns:
        float32 (h, w), the size of the layer's maps.

    Raises:
        NetworkError: If there is no such network, layer or class, or if the layer has no rows and columns.
    """
    return _cam("grad_cam", name, image, layer, target, fit, weights)


def hires_cam(
    name: str,
    image: Array | Pixels,
    layer: str | None = None,
    target: int | None = None,
    *,
    fit: str = "resize",
    weights: str = "auto",
) -> Array:
    """Add up what each channel of a layer does for a class, cell by cell; as `grad_cam`, without averages.

    `max(0, sum_c G_c A_c)` (Draelos and Carin, 2020).
    """
    return _cam("hires_cam", name, image, layer, target, fit, weights)


def layer_cam(
    name: str,
    image: Array | Pixels,
    layer: str | None = None,
    target: int | None = None,
    *,
    fit: str = "resize",
    weights: str = "auto",
) -> Array:
    """Add up what speaks for a class, cell by cell, and leave out what speaks against it; as `grad_cam`.

    `max(0, sum_c max(0, G_c) A_c)` (Jiang and others, 2021).
    """
    return _cam("layer_cam", name, image, layer, target, fit, weights)


def _cam(
    method: str,
    name: str,
    image: Array | Pixels,
    layer: str | None,
    target: int | None,
    fit: str,
    weights: str,
) -> Array:
    given = NetworkInput.of(name, image, fit, weights)
    known = spatial_layers(name)
    chosen = known[-1] if layer is None else with_rows(name, layer, known)
    return engine.cams(given.maps, given.settled(target), [chosen], method)[chosen]


def with_rows(name: str, layer: str, known: Sequence[str]) -> str:
    """The layer, or a `NetworkError` where its output has no rows and columns."""
    if layer not in known:
        record = network(name)
        shapes = {node.name: node.shape for node in architecture(record).layers}
        if layer not in shapes:
            raise unknown_layer(record, layer)
        raise NetworkError(
            f"The layer {layer} gives an array of shape {shapes[layer]}, and a map needs rows and columns; "
            f"choose an earlier layer, such as {known[-1]}."
        )
    return layer


def cams(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    method: str = "grad_cam",
    fit: str = "resize",
    weights: str = "auto",
) -> dict[str, Array]:
    """Return the map of every spatial layer, first to last, from one pass forward and one back.

    Raises:
        NetworkError: If there is no such network or class, or the method is none of `CAMS`.
    """
    check_choice(CAMS, method, "method")
    given = NetworkInput.of(name, image, fit, weights)
    known = spatial_layers(name)
    return engine.cams(given.maps, given.settled(target), known, method)


def is_flat(explanation: ArrayLike) -> bool:
    """Whether a map is zero everywhere: nothing was found that speaks for the class.

    >>> is_flat(np.zeros((7, 7))), is_flat(np.eye(2))
    (True, False)
    """
    return not np.any(explanation)
