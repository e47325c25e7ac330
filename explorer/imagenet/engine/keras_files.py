"""Keras's files of weights, read without Keras.

A file in the older HDF5 format has a group for each layer, and the names of groups and of the arrays in each
in attributes. Keras fills a network in their order and not by their names, as those that it made up differ
from one version to the next.
"""

from __future__ import annotations

from itertools import count, takewhile
from pathlib import Path
from typing import Any

import numpy as np

from explorer.convolution.layout import Array
from explorer.errors import ExplorerError
from explorer.imagenet.engine.graph import Architecture


class WeightsFormatError(ExplorerError):
    """What a file of weights has that it should not have, in a few words for a sentence."""


def read_keras_file(path: Path, architecture: Architecture) -> dict[str, list[Array]]:
    """Read the weights of each layer that has some, in Keras's order.

    Raises:
        WeightsFormatError: If the file is no such file, or is one of another network.
        OSError: If it cannot be read.
    """
    import h5py

    expected = architecture.variables()
    with h5py.File(path, "r") as file:
        group = file["model_weights"] if "layer_names" not in file.attrs and "model_weights" in file else file
        layers = [names for name in attribute_names(group, "layer_names") if (names := _arrays(group[name]))]
        if len(layers) != len(expected):
            raise WeightsFormatError(
                f"it has weights for {len(layers)} layers, and the network has {len(expected)} that take some"
            )
        found = {}
        for (layer, variables), arrays in zip(expected.items(), layers, strict=True):
            shapes = [array.shape for array in arrays]
            if shapes != list(variables.values()):
                raise WeightsFormatError(
                    f"{layer} takes weights of the shapes {list(variables.values())}, and it has {shapes}"
                )
            found[layer] = [np.asarray(array, np.float32) for array in arrays]
    return found


def _arrays(group: Any) -> list[Any]:
    """The arrays of a layer, not read yet."""
    return [group[name] for name in attribute_names(group, "weight_names")]


def attribute_names(group: Any, attribute: str) -> list[str]:
    """The names in an attribute, which Keras deals out to several where they are too long for one."""
    dealt = (f"{attribute}{number}" for number in count())
    parts = [attribute] if attribute in group.attrs else list(takewhile(group.attrs.__contains__, dealt))
    if not parts:
        raise WeightsFormatError(f"it has no {attribute}, as Keras's files of weights have")
    names = [name for part in parts for name in group.attrs[part]]
    return [name.decode() if isinstance(name, bytes) else str(name) for name in names]
