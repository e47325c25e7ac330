"""Whether the library for HDF5 survives a file: a damaged one can stop it, or keep it busy for ever.

So a process of its own reads all of it first, and is ended when it takes too long or too much memory: few
bytes can say that a thousand texts are the same large one, and each is laid out by itself.
"""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import suppress
from typing import Any

MAX_SECONDS = 20.0
MAX_ARRAY_BYTES = 2**29
MAX_MEMORY = 3 * 2**30
"""Bytes of addresses that the process may have, its programs included."""


def survives(data: bytes) -> bool:
    """Whether a process that reads all of a file comes to its end."""
    command = [sys.executable, __file__, str(MAX_MEMORY)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=MAX_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def read_all(data: bytes) -> None:
    """Read every attribute and array of numbers in a file; links to elsewhere are not followed."""
    import h5py

    def read(_: str, found: Any) -> None:
        dict(found.attrs)
        is_read = isinstance(found, h5py.Dataset) and found.dtype.kind in "fiu" and not found.external
        if is_read and found.nbytes <= MAX_ARRAY_BYTES:
            found[()]

    with h5py.File(io.BytesIO(data), "r") as file:
        dict(file.attrs)
        file.visititems(read)


def limit_memory(most: int) -> None:
    """Let this process have no more memory, where the system can see to that."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    limit_memory(int(sys.argv[1]))
    read_all(sys.stdin.buffer.read())
