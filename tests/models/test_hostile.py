"""Files that were changed by chance: each gives a network or a sentence, soon and in little memory."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from model_files import CLASSES, CONVOLUTION, INPUT, POOLING, keras_file, layer, teachable_machine, zipped
from onnx import TensorProto, helper, numpy_helper

from explorer.models import hdf5_check, keras_weights
from explorer.models.errors import ModelError
from explorer.models.reading import bring

VALUES: tuple[Any, ...] = (
    None, 0, -1, 2, 10**9, -(10**9), 10**30, 1e308, float("nan"), "", "x", [], {}, [3, 3], [-1, 5], True,
    [10**9, 10**9], [[]], "Sequential", {"class_name": "Sequential", "config": {}},
)  # fmt: skip
LAYERS = (
    INPUT,
    CONVOLUTION,
    layer("MaxPooling2D", "pool", pool_size=[2, 2], strides=[2, 2], padding="same"),
    layer("ZeroPadding2D", "padded", padding=[[1, 0], [0, 1]]),
    layer("UpSampling2D", "grown", size=[2, 2]),
    layer("Cropping2D", "cut", cropping=[[1, 1], [0, 0]]),
    layer("Rescaling", "scaled", scale=0.5, offset=[0, 1]),
    layer("Reshape", "turned", target_shape=[-1, 2, 2]),
    POOLING,
    CLASSES,
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep models in a folder of the test's own."""
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path / "models"))


def outcome(name: str, data: bytes) -> str:
    """Bring a file; anything but a network or a sentence fails the test."""
    try:
        bring({name: data})
    except ModelError as error:
        return "sentence" if str(error).endswith(".") else str(error)
    return "network"


def changed(data: bytes, chance: random.Random) -> bytes:
    """Cut the file off somewhere, or change a few of its bytes."""
    if chance.random() < 0.2:
        return data[: chance.randrange(len(data))]
    found = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(found))
        found[at] = chance.choice((0, 255, found[at] ^ 1, found[at] ^ 128))
    return bytes(found)


def places(told: Any) -> Iterator[tuple[Any, Any]]:
    """Every list or object in a configuration, with each of its keys."""
    if isinstance(told, dict | list):
        for key, value in list(told.items() if isinstance(told, dict) else enumerate(told)):
            yield told, key
            yield from places(value)


def test_a_graph_of_onnx_with_changed_bytes():
    """Channels first, a convolution, a pooling and a matrix."""
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["x", "k"], ["c"], pads=[1, 1, 1, 1], strides=[2, 2]),
            helper.make_node("MaxPool", ["c"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
            helper.make_node("Flatten", ["p"], ["f"]),
            helper.make_node("Gemm", ["f", "w"], ["y"]),
        ],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, 12, 12])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3])],
        [
            numpy_helper.from_array(np.ones((4, 3, 3, 3), np.float32), "k"),
            numpy_helper.from_array(np.ones((36, 3), np.float32), "w"),
        ],
    )
    data = helper.make_model(graph).SerializeToString()
    chance = random.Random(17)
    assert {outcome("a.onnx", changed(data, chance)) for _ in range(250)} == {"network", "sentence"}


def test_layers_with_changed_arguments(monkeypatch: pytest.MonkeyPatch):
    """Of Keras 3 in a ZIP, and of Keras 2 in HDF5: any argument, name or order may be anything."""
    monkeypatch.setattr(keras_weights, "survives", lambda data: True)  # its numbers are as they were
    with zipfile.ZipFile(io.BytesIO(keras_file(*LAYERS))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    old, _ = teachable_machine(np.random.default_rng(3))
    with h5py.File(io.BytesIO(old)) as file:
        former = file.attrs["model_config"]
    chance = random.Random(17)
    found = set()
    for at in range(250):
        told = json.loads(former if at % 5 == 0 else parts["config.json"])
        for _ in range(chance.randint(1, 2)):
            where, key = chance.choice(list(places(told)))
            where[key] = chance.choice(VALUES)
        text = json.dumps(told)
        if at % 5:
            found.add(outcome("a.keras", zipped({**parts, "config.json": text.encode()})))
            continue
        brought = io.BytesIO(old)
        with h5py.File(brought, "r+") as file:
            file.attrs["model_config"] = text
        found.add(outcome("a.h5", brought.getvalue()))
    assert found == {"network", "sentence"}


def test_numbers_with_changed_bytes():
    """Read by a process of its own first, which may be stopped by them."""
    data, _ = teachable_machine(np.random.default_rng(3))
    chance = random.Random(5)
    assert "sentence" in {outcome("a.h5", changed(data, chance)) for _ in range(8)}


def test_a_file_that_takes_too_much_memory_is_given_up(monkeypatch: pytest.MonkeyPatch):
    """The process that reads it first cannot have more."""
    data, _ = teachable_machine(np.random.default_rng(3))
    assert hdf5_check.survives(data)
    monkeypatch.setattr(hdf5_check, "MAX_MEMORY", 2**26)
    assert not hdf5_check.survives(data)
