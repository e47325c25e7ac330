"""Whether the library for HDF5 survives a file: a damaged one can stop it, or keep it busy for ever.

So a process of its own reads all of it first, and is ended when it takes too long.
"""

from __future__ import annotations

import io
import subprocess
import sys
from typing import Any

MAX_SECONDS = 20.0
MAX_ARRAY_BYTES = 2**29


def survives(data: bytes) -> bool:
    """Whether a process that reads all of a file comes to its end."""
    command = [sys.executable, __file__]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=MAX_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def read_all(data: bytes) -> None:
    """Read every attribute and array of a file; links to elsewhere are not followed."""
    import h5py

    def read(_: str, found: Any) -> None:
        dict(found.attrs)
        if isinstance(found, h5py.Dataset) and not found.external and found.nbytes <= MAX_ARRAY_BYTES:
            found[()]

    with h5py.File(io.BytesIO(data), "r") as file:
        dict(file.attrs)
        file.visititems(read)


if __name__ == "__main__":
    read_all(sys.stdin.buffer.read())
