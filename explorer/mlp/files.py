"""Networks as files: JSON and NumPy's .npz."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from reprlib import repr as short
from typing import Any

import numpy as np

from explorer import zips
from explorer.errors import ExplorerError
from explorer.mlp.features import checked_features
from explorer.mlp.layers import Array, Dense, read_parameters
from explorer.mlp.network import DenseNetwork

MAX_FILE = 1_000_000
"""The most characters or bytes of a network that is read."""


def to_json(network: DenseNetwork) -> str:
    """Return layers and weights as JSON, each number by its shortest decimal; `from_json` reads it.

    Example:
        >>> network = DenseNetwork([Dense(1)], [[[0.1], [2]]], [[0]])
        >>> json.loads(to_json(network))["layers"][0]["weights"]
        [[0.1], [2.0]]
    """
    records = []
    parts = zip(network.layers, network.weights, network.biases, network.norms, strict=True)
    for layer, kernel, bias, norm in parts:
        record = _described(layer) | {"weights": _decimals(kernel), "biases": [float(str(b)) for b in bias]}
        records.append(record | ({"normalisation": _decimals(norm)} if len(norm) else {}))
    return json.dumps({"layers": records} | _made(network))


def from_json(text: str) -> DenseNetwork:
    """Return the network that `to_json` wrote.

    Raises:
        ExplorerError: If it is not such a text.
    """
    try:
        record = json.loads(text[: MAX_FILE + 1])
        records, features = _records(record), _features(record)
    except (ValueError, RecursionError) as error:
        raise ExplorerError(f"This is not the JSON of a network: {error}") from error
    return DenseNetwork(
        tuple(_layer(record) for record in records),
        tuple(
            read_parameters(record.get("weights", ()), f"weights {n}") for n, record in enumerate(records, 1)
        ),
        tuple(
            read_parameters(record.get("biases", ()), f"biases {n}") for n, record in enumerate(records, 1)
        ),
        features,
        tuple(
            read_parameters(record.get("normalisation", np.zeros((0, layer.units))), f"normalisation {n}")
            for n, (record, layer) in enumerate(zip(records, map(_layer, records), strict=True), 1)
        ),
    )


def to_npz(network: DenseNetwork) -> bytes:
    """Return layers and weights as an .npz file for NumPy; `from_npz` reads it.

    It holds weights_1, biases_1 and so on, and in `layers` what the layers are, as JSON.

    Example:
        >>> network = DenseNetwork.create([Dense(1, "relu")])
        >>> sorted(np.load(io.BytesIO(to_npz(network))).keys())
        ['biases_1', 'layers', 'weights_1']
    """
    arrays = {f"weights_{n}": kernel for n, kernel in enumerate(network.weights, 1)}
    arrays |= {f"biases_{n}": bias for n, bias in enumerate(network.biases, 1)}
    arrays |= {f"normalisation_{n}": norm for n, norm in enumerate(network.norms, 1) if len(norm)}
    records = {"layers": [_described(layer) for layer in network.layers]}
    described = np.array(json.dumps(records | _made(network)))
    file = io.BytesIO()
    np.savez(file, layers=described, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def from_npz(data: bytes) -> DenseNetwork:
    """Return the network that `to_npz` wrote.

    Raises:
        ExplorerError: If it is not such a file.
    """
    try:
        with zips.opened(data) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_FILE:
                raise ExplorerError(f"it holds more than {MAX_FILE:,} bytes.")
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            record = json.loads(str(file["layers"]))
            records, features = _records(record), _features(record)
            count = range(1, len(records) + 1)
            weights, biases = ([file[f"{name}_{n}"] for n in count] for name in ("weights", "biases"))
            layers = tuple(map(_layer, records))
            norms = tuple(
                file[f"normalisation_{n}"]
                if layer.batch_normalization
                else np.zeros((0, layer.units), np.float32)
                for n, layer in enumerate(layers, 1)
            )
    except _UNREADABLE as error:
        raise ExplorerError(f"This is not the .npz file of a network: {error}") from error
    return DenseNetwork(layers, tuple(weights), tuple(biases), features, norms)


def _described(layer: Dense) -> dict[str, Any]:
    """Write what a layer is for a file."""
    record = {"units": layer.units, "activation": layer.activation, "parameters": dict(layer.parameters)}
    more = {"batch_normalization": layer.batch_normalization, "dropout": layer.dropout}
    return record | {name: value for name, value in more.items() if value}


def _decimals(rows: Array) -> list[list[float]]:
    return [[float(str(number)) for number in row] for row in rows]


def _made(network: DenseNetwork) -> dict[str, list[str]]:
    """Write the inputs made by hand for a file, where there are some."""
    return {"features": list(network.features)} if network.features else {}


def _features(value: Any) -> tuple[str, ...]:
    """Read the inputs made by hand from a file."""
    names = value.get("features", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ExplorerError(f'"features" is a list of names; {short(names)} came.')
    return checked_features(names)


def _records(value: Any) -> list[dict[str, Any]]:
    """Read the list of layers from a file."""
    records = value.get("layers") if isinstance(value, dict) else None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise ExplorerError('it needs {"layers": [...]} with an object for each layer.')
    return records


def _layer(record: Mapping[str, Any]) -> Dense:
    """Read what a layer is from a file."""
    units, activation, parameters = (record.get(key) for key in ("units", "activation", "parameters"))
    if not isinstance(activation, str) or not isinstance(parameters, dict | None):
        raise ExplorerError(
            "A layer needs the name of its activation, and its parameters by name; "
            f"{short(activation)} and {short(parameters)} came."
        )
    return Dense(
        units,  # type: ignore[arg-type]
        activation,
        parameters or {},
        batch_normalization=record.get("batch_normalization", False) is True,
        dropout=record.get("dropout", 0.0),
    )


_UNREADABLE = (*zips.DAMAGES, KeyError, MemoryError)
"""What NumPy raises for a ZIP that is no .npz, or is damaged."""
