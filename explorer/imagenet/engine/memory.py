"""What is freed after a pass, kept for the next."""

from __future__ import annotations

import ctypes
from functools import lru_cache

KEPT_MEMORY = 128 << 20
"""How many unused bytes the process keeps: the maps and gradients of a network for small devices."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h
_LARGEST_PIECE = 32 << 20  # the greatest threshold that glibc takes for what comes straight from the system


@lru_cache(maxsize=1)
def keep_freed_memory() -> None:
    """Ask the C library, where it is glibc, to keep what is freed.

    By itself it gives large pieces back to the system, which clears each page before it hands it out again:
    that was a third of the time of a pass that keeps its maps.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):  # no glibc: another system's library has ways of its own
        return
    mallopt(_MMAP_THRESHOLD, _LARGEST_PIECE)
    mallopt(_TRIM_THRESHOLD, KEPT_MEMORY)
