"""The numbers of a model out of an HDF5 file, by layer: in the order of Keras 3, or by Keras 2's names.

HDF5 can point to other files and lay them over its own. Only what lies in the file itself is read, and only
arrays that have the shape that a layer takes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np

from explorer.imagenet.engine.keras_files import WeightsFormatError, attribute_names
from explorer.imagenet.engine.layers import Shape
from explorer.imagenet.records import Array
from explorer.models.errors import ModelError
from explorer.models.hdf5_check import survives
from explorer.models.keras_configs import LayerSpec


class LayerNumbers(Protocol):
    """What gives the numbers of layers."""

    def of(self, spec: LayerSpec, variables: Mapping[str, Shape]) -> list[Array]:
        """Return the arrays of a layer, in the order of `variables`, which gives their shapes by name.

        Raises:
            ModelError: If they are not in the file, or have other shapes.
        """


@contextmanager
def hdf5(data: bytes) -> Iterator[Any]:
    """Give an HDF5 file that is open, or raise a `ModelError` where it is none."""
    import h5py

    if not survives(data):
        raise ModelError("The file is damaged or cut; save the model again, and bring it whole.")
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            yield file
    except ModelError:
        raise
    # h5py raises whatever a broken file makes of it.
    except (OSError, KeyError, RuntimeError, ValueError, TypeError, AttributeError) as error:
        raise ModelError("The file is damaged or cut; save the model again, and bring it whole.") from error


class OrderedNumbers:
    """Those of a file of Keras 3: a group for each layer, and in it "vars" with the numbers 0, 1, 2, ..."""

    def __init__(self, file: Any) -> None:
        self._file = file
        # The first files with the ending .keras had another name for the list of layers.
        self._former = "layers" not in file and "_layer_checkpoint_dependencies" in file

    def of(self, spec: LayerSpec, variables: Mapping[str, Shape]) -> list[Array]:
        """Return the arrays of a layer."""
        group = self._file
        for part in (*spec.stored, "vars"):
            name = "_layer_checkpoint_dependencies" if self._former and part == "layers" else part
            group = _inside(group, name, spec.name)
        return [
            _array(_inside(group, str(at), spec.name), shape, spec)
            for at, shape in enumerate(variables.values())
        ]


class NamedNumbers:
    """Those of a file of Keras 2, or .h5: a group for each outer layer, and names of all that lies in it."""

    def __init__(self, file: Any) -> None:
        self._group = _inside(file, "model_weights", "the model") if "model_weights" in file else file
        self._known: dict[str, dict[tuple[str, str], Any]] = {}

    def of(self, spec: LayerSpec, variables: Mapping[str, Shape]) -> list[Array]:
        """Return the arrays of a layer."""
        outer, name = spec.path[0], spec.path[-1]
        if outer not in self._known:
            self._known[outer] = self._named(outer)
        found = self._known[outer]
        arrays = []
        for variable, shape in variables.items():
            former = _FORMER.get((spec.kind, variable), variable)
            arrays.append(_array(found.get((name, variable), found.get((name, former))), shape, spec))
        return arrays

    def _named(self, outer: str) -> dict[tuple[str, str], Any]:
        """All arrays of an outer layer, by the inner layer and their names there."""
        group = _inside(self._group, outer, outer)
        try:
            names = attribute_names(group, "weight_names")
        except WeightsFormatError as error:
            raise ModelError(f"The file has no numbers for {outer}; save the whole model.") from error
        found: dict[tuple[str, str], Any] = {}
        for name in names:
            *groups, variable = name.split("/")
            here = group
            for part in groups:
                here = _inside(here, part, outer)
            layer = next((part for part in reversed(groups) if part), outer)
            found[layer, variable.partition(":")[0]] = _inside(here, variable, outer)
        return found


_FORMER = {("DepthwiseConv2D", "kernel"): "depthwise_kernel"}
"""What Keras 2 calls numbers that have another name here."""


def _inside(group: Any, name: str, whose: str) -> Any:
    """What a group has under a name, if it lies in this file and is no link to elsewhere."""
    import h5py

    link = group.get(name, getlink=True) if hasattr(group, "get") else None
    if not isinstance(link, h5py.HardLink):
        if link is not None:
            raise ModelError("The file refers to other files, which are not opened; save the model again.")
        raise ModelError(
            f"The numbers of {whose} are not in the file; save the whole model, not its layers alone."
        )
    return group[name]


def _array(stored: Any, shape: Shape, spec: LayerSpec) -> Array:
    """Read an array, if it is one of numbers that has the right shape."""
    came = getattr(stored, "shape", None)
    if came != tuple(shape):
        said = "none" if came is None else " × ".join(map(str, came))
        raise ModelError(
            f"{spec.name}, a {spec.kind} layer, takes numbers of the shape {' × '.join(map(str, shape))}, "
            f"and the file has {said} in their place; save the model again."
        )
    if stored.external or stored.is_virtual:
        raise ModelError("The file refers to other files, which are not opened; save the model again.")
    if stored.dtype.kind != "f":
        raise ModelError(
            f"The numbers of {spec.name} are {stored.dtype}, and fractions are read here; save the model "
            "before it is made smaller."
        )
    return np.asarray(stored[()], np.float32)
