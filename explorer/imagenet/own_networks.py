"""Networks that were brought along: where they are kept, and how they are found again by their names.

A name is "own.", what tells the file from all others, and how its pixels are scaled. What was read of the
file lies in a folder of this computer, so that every process finds it; it has numbers and names alone, and
nothing of it is ever run. The oldest are removed when there are too many.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np

from explorer.imagenet.labels import Label
from explorer.imagenet.records import SCALINGS, Array, Backbone, NetworkError, NetworkRecord

MAX_KEPT_BYTES = 2_000_000_000

OWN_PREFIX = "own."
"""What the name of every network begins with that was brought along."""

_NAME = re.compile(rf"{re.escape(OWN_PREFIX)}([0-9a-f]{{32}})\.({'|'.join(SCALINGS)})")


@dataclass(frozen=True, kw_only=True)
class OwnNetwork(NetworkRecord):
    """A network that was read from a file.

    Attributes:
        digest: What tells the file from all others.
        file: Its name.
        megabytes: Its size, in 2**20 bytes.
        writer: What wrote it.
        scales: Whether it scales pixels in its own first layers.
        classes: Their names, in the order of the outputs.
        is_named: Whether these are more than numbers.
        blocks: The block of each layer that is in one.
        notes: What is to be known of it, in sentences.
        place: Where the layer lies in the file at which its backbone ends: the names of the models that it is
            in, and its own; nothing where the file is none of Keras's.
    """

    digest: str
    file: str
    megabytes: float
    writer: str
    scales: bool
    classes: tuple[Label, ...]
    is_named: bool
    blocks: Mapping[str, str]
    notes: tuple[str, ...]
    place: tuple[str, ...]

    @property
    def opens_in_keras(self) -> bool:
        """Whether today's Keras opens the file: what Keras 2 wrote it often does not."""
        return self.writer.startswith("Keras 3")

    @property
    def labels(self) -> tuple[Label, ...]:
        """Its classes, in the order of its outputs."""
        return self.classes

    @property
    def weights_file(self) -> Path:
        """Where its numbers lie."""
        return _place(self.digest, "npz")


def is_own(name: str) -> bool:
    """Whether a name is that of a network that was brought along, be it here or not.

    >>> is_own("VGG16"), is_own(name_of("0" * 32, "unit"))
    (False, True)
    """
    return _NAME.fullmatch(name) is not None


def same_model(one: str, other: str) -> bool:
    """Whether two names are of one model that was brought along, however its pixels are scaled.

    >>> same_model(name_of("0" * 32, "unit"), name_of("0" * 32, "tf")), same_model("VGG16", "VGG16")
    (True, False)
    """
    found = [_NAME.fullmatch(name) for name in (one, other)]
    return len({match[1] if match else None for match in found}) == 1 and all(found)


def name_of(digest: str, mode: str) -> str:
    """Return the name of a network whose pixels are scaled as `mode` says."""
    return f"{OWN_PREFIX}{digest}.{mode}"


def own_network(name: str) -> OwnNetwork:
    """Return the record of a network that was brought along.

    Raises:
        NetworkError: If it is not here, or no longer.
    """
    match = _NAME.fullmatch(name)
    if not match:
        raise NetworkError(f"There is no network {name!r}; open the file of one.")
    digest, mode = match.groups()
    told = described(digest)["record"]
    try:
        return OwnNetwork(
            **told
            | {
                "name": name,
                "mode": mode,
                "digest": digest,
                "backbone": Backbone(**told["backbone"]),
                "classes": tuple(Label(*each) for each in told["classes"]),
                "notes": tuple(told["notes"]),
                "place": tuple(told["place"]),
            }
        )
    except (KeyError, TypeError):  # another version of the explorer wrote it
        raise _gone() from None


def _gone() -> NetworkError:
    return NetworkError(
        "This model is not on this computer, or no longer; open its file again under Your model."
    )


@lru_cache(maxsize=8)
def described(digest: str) -> Mapping[str, Any]:
    """Return what was written down of a network: its record, and its layers.

    Raises:
        NetworkError: If it is not here, or no longer.
    """
    try:
        told: Mapping[str, Any] = json.loads(_place(digest, "json").read_text("utf-8"))
    except (OSError, json.JSONDecodeError):
        raise _gone() from None
    return told


def own_weights(digest: str) -> dict[str, list[Array]]:
    """Return the weights of each layer that has some, in Keras's order.

    Raises:
        NetworkError: If they are not here, or no longer.
    """
    counts: Mapping[str, int] = described(digest)["weights"]
    path = _place(digest, "npz")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = iter([file[f"arr_{at}"] for at in range(sum(counts.values()))])
        with suppress(OSError):  # the folder may be another's
            os.utime(path)
    except OSError:
        described.cache_clear()
        raise NetworkError(
            "The numbers of this model are no longer on this computer; open its file again under Your model."
        ) from None
    return {owner: [next(arrays) for _ in range(count)] for owner, count in counts.items()}


def keep(digest: str, told: Mapping[str, Any], weights: Mapping[str, Sequence[Array]]) -> None:
    """Write down what was read of a file, in place of the oldest if there is too much.

    Args:
        digest: What tells the file from all others.
        told: The "record" and the "architecture", fit for JSON.
        weights: Of each layer that has some.
    """
    whole = {**told, "weights": {owner: len(arrays) for owner, arrays in weights.items()}}
    flat = [array for arrays in weights.values() for array in arrays]
    with _written(_place(digest, "npz")) as file:
        np.savez(file, *flat)
    with _written(_place(digest, "json")) as file:
        file.write(json.dumps(whole).encode())
    described.cache_clear()
    _make_room(digest)


@contextmanager
def _written(path: Path) -> Iterator[IO[bytes]]:
    """Give a file that is there at once, with all that is written into it, or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            yield file
        except BaseException:
            os.unlink(file.name)
            raise
    os.replace(file.name, path)


def _make_room(newest: str) -> None:
    """Remove the models that were not asked for longest, until the rest are few enough."""
    found = []
    for path in folder().glob("*.npz"):
        with suppress(FileNotFoundError):  # another process may have made room
            found.append((path.stat().st_mtime, path.stat().st_size, path))
    total = 0
    for _, size, path in sorted(found, reverse=True):
        total += size
        if total > MAX_KEPT_BYTES and path.stem != newest:
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)


def folder() -> Path:
    """Return the folder for models: `EXPLORER_MODELS`, or one of this user's among temporary files.

    Where workers run on other computers, it is to be a folder that all of them share.

    Raises:
        NetworkError: If it cannot be had, or is somebody else's.
    """
    named = os.environ.get("EXPLORER_MODELS")
    path = Path(named) if named else Path(tempfile.gettempdir()) / f"explorer-models-{getpass.getuser()}"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = path.lstat().st_uid
    except OSError as error:
        raise NetworkError(
            f"Models are kept in {path}, which cannot be written to ({error.strerror}); name another folder "
            "in EXPLORER_MODELS."
        ) from error
    if not named and hasattr(os, "getuid") and owner != os.getuid():
        raise NetworkError(f"{path} is another user's; name a folder for models in EXPLORER_MODELS.")
    return path


def _place(digest: str, kind: str) -> Path:
    return folder() / f"{digest}.{kind}"
