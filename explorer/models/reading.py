"""A model is read from the files that a person brings, and kept as a network that is asked for by its name.

files -> layers, laid flat -> the engine's layers and numbers -> a folder, from which every process opens it

Everything is read as data. No class, function or pickle that a file names is looked up, and no framework is
started: what a model computes is computed by `explorer.imagenet.engine`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from explorer import zips
from explorer.errors import ExplorerError
from explorer.imagenet import networks, own_networks
from explorer.imagenet.engine.graph import Architecture
from explorer.imagenet.engine.layers import (
    DropoutLayer,
    FlattenLayer,
    GlobalAveragePooling2DLayer,
    ReshapeLayer,
    Shape,
    WindowLayer,
)
from explorer.imagenet.engine.network import EngineNetwork
from explorer.imagenet.engine.plans import to_plan
from explorer.imagenet.labels import LABELS, Label
from explorer.imagenet.records import Backbone
from explorer.models.building import Built, built
from explorer.models.containers import MAX_BYTES, Unpacked, read_entry, unpacked
from explorer.models.errors import ModelError
from explorer.models.keras_configs import flat
from explorer.models.keras_weights import NamedNumbers, OrderedNumbers, hdf5
from explorer.models.onnx_graphs import read_onnx

MAX_CONFIG_BYTES = 16 * 2**20

SCALES = {
    "none": "0 to 255",
    "unit": "0 to 1",
    "tf": "−1 to 1",
    "torch": "ImageNet's mean and deviation",
    "caffe": "blue first, less ImageNet's mean",
}
"""Ways in which a model may have its pixels, by keys of `networks.SCALINGS`."""

OF_COLOURS = ("torch", "caffe")
"""Those that need red, green and blue."""

_KNOWN_SCALES = (
    (r"expanded_conv_depthwise|Conv1_relu|conv_dw_1|block2_sepconv1|post_relu", "tf"),
    (r"conv5_block3_out|block5_conv3", "caffe"),
    (r"conv5_block16_concat", "torch"),
)
"""How networks of Keras's have their pixels that do not scale them, told by the names of their layers."""


_WHATEVER = (
    ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError,
)  # fmt: skip

_Read: TypeAlias = tuple[Built, str, tuple[str, ...]]
"""A network, what wrote it, and the names of its classes, or none."""


def bring(files: Mapping[str, bytes]) -> str:
    """Read a model, keep it, and return the name by which every function of `explorer.imagenet` takes it.

    Args:
        files: What was brought along, by name: a `.keras`, `.h5` or `.onnx` file, or a ZIP with one, and
            perhaps a file with the names of its classes.

    Raises:
        ModelError: If it cannot be read, or has what is refused.
        NetworkError: If it cannot be kept.
    """
    came = unpacked(files)
    digest = hashlib.blake2b(repr((came.kind, came.labels)).encode() + came.data, digest_size=16).hexdigest()
    try:
        with np.errstate(all="ignore"):  # what comes of a file's numbers is looked at
            network, writer, named = _READERS[came.kind](came)
            _try(network)
    except ExplorerError:
        raise
    # A file can say anything of its layers, and NumPy and h5py then raise whatever comes of it.
    except _WHATEVER as error:
        raise ModelError(
            f"The layers in {came.name} do not fit together ({type(error).__name__}: {error}); save the "
            "model again."
        ) from error
    mode = _scale(network, came)
    labels, notes = _classes(network.architecture, named)
    backbone = backbone_of(network.architecture)
    record = {
        "title": "Teachable Machine" if came.is_teachable else came.name.rpartition(".")[0][:60] or came.name,
        "size": network.architecture.nodes[0].shape[0],
        "channels": network.architecture.nodes[0].shape[2],
        "file": came.name[:100],
        "megabytes": len(came.data) / 2**20,
        "writer": writer,
        "scales": network.scales,
        "classes": [dataclasses.astuple(label) for label in labels],
        "is_named": labels[0].text != _COUNTED.format(1),
        "blocks": _blocks(network.architecture),
        "notes": [*network.notes, *notes],
        "backbone": dataclasses.asdict(backbone),
        "place": network.places.get(backbone.layer, ()),
    }
    told = {"record": record, "architecture": to_plan(network.architecture)}
    own_networks.keep(digest, told, network.weights)
    return own_networks.name_of(digest, mode)


def _read_keras(came: Unpacked) -> _Read:
    """Read a `.keras` file: a ZIP with the layers as JSON and their numbers as HDF5."""
    try:
        with zips.opened(came.data) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            config = read_entry(archive, entries["config.json"], MAX_CONFIG_BYTES)
            written = read_entry(archive, entries["metadata.json"], MAX_CONFIG_BYTES)
            stored = read_entry(archive, entries["model.weights.h5"], MAX_BYTES)
    except (KeyError, zips.DamagedZipError) as error:
        raise ModelError(f"{came.name} is damaged, or not whole; save the model again.") from error
    told, version = _json(config), str(_json(written).get("keras_version", "unknown"))
    with hdf5(stored) as file:
        return _built(told, told.get("compile_config"), OrderedNumbers(file), version, came)


def _read_h5(came: Unpacked) -> _Read:
    """Read an `.h5` file, in which the layers are JSON in an attribute."""
    with hdf5(came.data) as file:
        if "model_config" not in file.attrs:
            raise ModelError(
                f"{came.name} has the numbers of layers and not the layers; save the whole model, with "
                "model.save and not model.save_weights."
            )
        told = _json(file.attrs["model_config"])
        version = _text(file.attrs.get("keras_version", "unknown"))
        training = file.attrs.get("training_config")
        return _built(told, _json(training) if training else None, NamedNumbers(file), version, came)


def _built(told: Mapping[str, Any], training: Any, numbers: Any, version: str, came: Unpacked) -> _Read:
    loss = json.dumps(training).lower().replace("_", "")
    is_binary = "binarycrossentropy" in loss or len(came.labels) == 2
    is_keras_2 = not version.startswith("3")
    found = built(flat(told), numbers, is_keras_2=is_keras_2, is_binary=is_binary)
    return found, f"Keras {version}", came.labels


def _read_onnx(came: Unpacked) -> _Read:
    """Read a file of ONNX, which may name its classes itself."""
    network, writer, labels = read_onnx(came.data, is_binary=len(came.labels) == 2)
    return network, writer, came.labels or labels


_READERS = {"keras": _read_keras, "h5": _read_h5, "onnx": _read_onnx}


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _json(value: Any) -> dict[str, Any]:
    """Read JSON that is an object, or raise a `ModelError`."""
    text = _text(value)
    try:
        told = json.loads(text) if len(text) <= MAX_CONFIG_BYTES else None
    except (json.JSONDecodeError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise ModelError("The file does not say which layers the model has; save the model again.")
    return told


def _try(network: Built) -> None:
    """Run a network once on a grey picture."""
    architecture = network.architecture
    engine = EngineNetwork(architecture, network.weights)
    logits = engine.forward(np.full((1, *architecture.nodes[0].shape), 0.5, np.float32), keep=()).logits
    if not np.isfinite(logits).all():
        raise ModelError(
            "The model gives no finite numbers for a grey picture: its training may have failed; train it "
            "model again."
        )


def _scale(network: Built, came: Unpacked) -> str:
    """Tell how pixels go into a network: as its first layers say, or as such networks have them."""
    if network.scales:
        return "none"
    if came.is_teachable:
        return "tf"
    names = " ".join(node.name for node in network.architecture.layers)
    return next((mode for pattern, mode in _KNOWN_SCALES if re.search(pattern, names)), "unit")


def _classes(architecture: Architecture, named: Sequence[str]) -> tuple[tuple[Label, ...], list[str]]:
    """Name the classes: as the file beside the model does, or as well as may be."""
    logits = next(node for node in architecture.nodes if node.name == architecture.logits)
    count = int(np.prod(logits.shape))
    notes: list[str] = []
    if len(named) == count:
        return tuple(Label(at, "", name) for at, name in enumerate(named)), notes
    if named:
        notes.append(
            f"The file beside it names {len(named)} classes, and the model has {count}; they are counted "
            "instead."
        )
    elif count == len(LABELS):
        return LABELS, ["It has a thousand classes, taken for those of ImageNet."]
    else:
        notes.append("No file named its classes, so they are counted: bring labels.txt with it.")
    return tuple(Label(at, "", _COUNTED.format(at + 1)) for at in range(count)), notes


_COUNTED = "class {}"


_CARRIERS = (DropoutLayer, FlattenLayer, GlobalAveragePooling2DLayer, ReshapeLayer)
"""Layers that hand numbers on, or average them as a new head does."""


def backbone_of(architecture: Architecture) -> Backbone:
    """Return what a new head can stand on: what goes into the last layer with a kernel.

    Of maps these are the averages, be they averaged there or laid in a row. Where several branches make the
    logits it is the last layer with rows and columns.
    """
    nodes = {node.name: node for node in architecture.nodes}
    head = nodes[architecture.logits]
    while len(head.inputs) == 1 and not any("kernel" in name for name in head.variables):
        head = nodes[head.inputs[0]]
    if len(head.inputs) == 1:
        last = nodes[head.inputs[0]]
        while isinstance(last.layer, _CARRIERS):
            last = nodes[last.inputs[0]]
    else:
        last = [node for node in architecture.layers if _has_maps(node.shape)][-1]
    has_maps = _has_maps(last.shape)
    features = last.shape[-1] if has_maps else math.prod(last.shape)
    if not any(node.variables for node in architecture.up_to(last.name).nodes):
        features = 0
    return Backbone(layer=last.name, features=features, block="", block_inputs={}, tuned=0, has_maps=has_maps)


def _has_maps(shape: Shape) -> bool:
    return len(shape) == 3 and max(shape[:2]) > 1


def _blocks(architecture: Architecture) -> dict[str, str]:
    """Tell the blocks of a network: as the networks of Keras's that it may be made of, or by its sizes."""
    names = [node.name for node in architecture.layers]
    patterns = [network.block_pattern for network in networks.NETWORKS.values()]
    found = [[re.search(pattern, name) for name in names] for pattern in patterns]
    best = max(found, key=lambda matches: len({match[1] for match in matches if match}))
    named = {name: match[1] for name, match in zip(names, best, strict=True) if match}
    if len(set(named.values())) < 4 or len(named) < len(names) / 4:
        return _by_size(architecture)
    last = list(named)[-1]
    for name in names[: names.index(last)]:  # one whose name tells nothing follows one of its block
        before = architecture.layer_inputs(name)[:1]
        if name not in named and before and before[0] in named:
            named[name] = named[before[0]]
    return named


def _by_size(architecture: Architecture) -> dict[str, str]:
    """Begin a block with every convolution that makes maps smaller, and after every pooling that does."""
    shapes = {node.name: node.shape for node in architecture.nodes}
    blocks: dict[str, str] = {}
    number, begins = 1, False
    for node in architecture.layers[1:]:
        if len(node.shape) != 3 or max(node.shape[:2]) == 1:
            break
        weighted = architecture.weighted(node.name)
        is_smaller = isinstance(weighted.layer, WindowLayer) and max(weighted.layer.stride) > 1
        pools = is_smaller and not weighted.variables
        is_first = shapes[weighted.inputs[0]] == architecture.nodes[0].shape
        if begins or (is_smaller and not pools and blocks and not is_first):
            number += 1
        begins = pools
        blocks[node.name] = f"block {number}"
    return blocks
