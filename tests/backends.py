"""Where tests compute, without a process of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor


class ThreadBackend:
    """Computes in threads of this process, as `explorer.compute` does in others."""

    def __init__(self, threads: int = 1) -> None:
        self.executor, self._threads = ThreadPoolExecutor(threads), threads

    def capacity(self) -> int:
        return self._threads

    def end(self) -> None:
        self.executor.shutdown()
