"""Who is answered next: a fair share of few threads for all connections, and a limit for each."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from explorer import compute
from pages.live.messages import LaneRequest, respond

THREADS = 2  # while one is in OpenCV the other has Python's lock; of four, two only wait for it
WAITERS = 32  # threads that only wait for the worker process, which has its own queue
INTERACTIVE_AT_ONCE = 4  # so many pass before a training goes on: thirty that drag do not stop it


class Bucket:
    """A token bucket: `burst` messages at once, `rate` a second in the long run."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._filled = burst, time.monotonic()

    def take(self) -> bool:
        """Take a token if there is one."""
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._rate)
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class FairScheduler:
    """The lane's threads: what somebody drags goes before trainings, but after some of them one has its turn.

    Requests of one pace wait in the order they came, and a connection has one at a time: that is fair.
    """

    def __init__(self) -> None:
        compute.one_thread_a_call()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="lane")
        self._waiters = ThreadPoolExecutor(WAITERS, thread_name_prefix="lane-waiter")
        self._free = THREADS
        self._passed = 0
        self._interactive: deque[asyncio.Future[None]] = deque()
        self._background: deque[asyncio.Future[None]] = deque()

    async def do(self, request: LaneRequest) -> bytes | str:
        """Answer a request when it is its turn."""
        loop = asyncio.get_running_loop()
        if request.operation.pace == "worker":
            return await loop.run_in_executor(self._waiters, respond, request)
        turn: asyncio.Future[None] = loop.create_future()
        (self._background if request.operation.pace == "background" else self._interactive).append(turn)
        self._call()
        try:
            await turn
            return await loop.run_in_executor(self._threads, respond, request)
        finally:
            if not turn.cancelled():
                self._free += 1
                self._call()

    def _call(self) -> None:
        while self._free and (self._interactive or self._background):
            background = self._background and (not self._interactive or self._passed >= INTERACTIVE_AT_ONCE)
            turn = (self._background if background else self._interactive).popleft()
            if turn.cancelled():  # its connection has gone
                continue
            self._passed = 0 if background else self._passed + 1
            self._free -= 1
            turn.set_result(None)

    def close(self) -> None:
        """Let what runs end, and no more begin."""
        self._threads.shutdown()
        self._waiters.shutdown(cancel_futures=True)
