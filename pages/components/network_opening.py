"""Having the worker open a network, step by step."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from explorer.imagenet import inspection, structure
from explorer.imagenet.engine import opening
from explorer.imagenet.networks import NetworkError, network
from explorer.imagenet.structure import Layer
from explorer.imagenet.weights import Weights, find_weights
from pages.components import waiting
from pages.components.markdown import plain


def opened(
    name: str,
    choice: str,
    first: tuple[inspection.Pixels | inspection.Array, inspection.LayerView] | None = None,
) -> tuple[Weights, list[Layer]]:
    """Have the worker open a network, and give its weights and layers; `first` is what is looked at then.

    Raises:
        ComputeError, WeightsError: If it cannot be opened, or the person does not want to wait for it.
    """
    with waiting.steps(f"Opening {plain(network(name).title)}", 3 if first else 2) as step:
        weights = step(
            "the process that computes starts and looks for weights",
            find_weights,
            name,
            choice,
            key=False,
        )
        if not weights.trained:
            choice = "random"  # in every request, so that nothing computed now is taken for trained later
        step("the network is built with its weights", opening.prepare, name, choice, key=False)
        if first:
            image, view = first
            seen = replace(view, weights=choice)
            with suppress(NetworkError):  # what is wrong with the settings is said where they are
                step(
                    "the picture goes through",
                    inspection.look,
                    name,
                    image,
                    seen,
                )
    return weights, structure.layers(name)
