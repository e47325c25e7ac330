"""Where heavy work runs: in a worker process beside the server, or on a cluster, never in the server.

    request -> queue of its session -> worker -> everybody who waits for the answer

A server asks `shared()`. Two environment variables decide what it gets. `EXPLORER_CLUSTER` is the address of
a Dask scheduler, such as ``tcp://10.0.0.1:8786``; its workers need this package, and find files by settings
of their own. Without it the work is done on this computer by `EXPLORER_WORKERS` processes: one, unless it
says more, as TensorFlow uses every core from within one process, and each holds networks of its own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import functools
import hashlib
import importlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, wait
from multiprocessing.connection import Connection
from pathlib import PurePath
from typing import Any, Protocol, TypeVar

import cv2
import numpy as np

from explorer.errors import ExplorerError

T = TypeVar("T")

CACHE_BYTES = 16_000_000
MAX_WAITING = 256  # requests of all sessions together: some minutes of work for one process
MAX_WAITING_EACH = 32
POLL_SECONDS = 0.1  # seconds between two looks at a request that somebody waits for
CAPACITY_POLL_SECONDS = 1.0  # seconds after which the threads of a cluster are counted again
CONNECT = 10.0  # seconds that a scheduler has to answer

# What a worker process starts with; what the server's own environment says has precedence.
QUIET = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # Loky takes a process that grew by 300 MB for leaking and replaces it. Ours grows by a network.
    "LOKY_MAX_MEMORY_LEAK_SIZE": "1e15",
}


class ComputeError(ExplorerError):
    """Why a request could not be computed, in a sentence for the reader."""


class WorkerTraceback(Exception):
    """The traceback of an error in the worker, given as its cause, so that a log shows both ends."""


class Request(Future[T]):
    """One session's claim to an answer: a `Future`, which can be cancelled until the answer is there."""

    _work: _Work | None = None

    @property
    def state(self) -> str:
        """Tell "waiting" (for its turn), "running" or "done"."""
        if self.done() or self._work is None:
            return "done"
        return "running" if self._work.flying else "waiting"

    @property
    def restarts(self) -> int:
        """Count how often the worker died with this request and was replaced."""
        return self._work.deaths if self._work else 0


@dataclasses.dataclass(eq=False)
class _Work:
    """A call that is to be done once, with all requests that wait for it and their sessions."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    key: bytes | None
    waiters: dict[Future[Any], str] = dataclasses.field(default_factory=dict)
    flying: bool = False
    deaths: int = 0


class Backend(Protocol):
    """Where calls are done: an executor, how many calls it does at once, and how to leave it."""

    executor: Executor

    def capacity(self) -> int:
        """Count the calls that can run at the same time."""

    def end(self) -> None:
        """Leave no process and no connection."""


class Compute:
    """A fair queue in front of one executor, which is started on first use.

    `start` opens the `Backend` and raises a `ComputeError` where it cannot. Sessions take turns. The same
    call, by content, is done once for all who wait for it; its answer is kept while the pickled answers
    kept come to less than `cache_bytes`. When a worker dies the place is opened again and the call is
    retried once.
    """

    def __init__(self, start: Callable[[], Backend], *, cache_bytes: int = CACHE_BYTES) -> None:
        self._start = start
        self._cache = _Cache(cache_bytes)
        self._changed = threading.Condition()
        self._queues: OrderedDict[str, dict[_Work, None]] = OrderedDict()
        self._served = ""  # the session that had the last turn
        self._again: deque[_Work] = deque()  # retried before anything else
        self._works: dict[bytes, _Work] = {}  # what can be joined
        self._running: set[_Work] = set()
        self._place: Backend | None = None
        self._spent: list[Backend] = []
        self._thread: threading.Thread | None = None
        self.closed = False

    def submit(
        self, function: Callable[..., T], *arguments: Any, session: str = "", key: bool = True
    ) -> Request[T]:
        """Ask for `function(*arguments)`; the answer, or the error as it was raised, is the request's.

        The function is one of a module, or a `functools.partial` of one, which carries its keywords; it and
        its arguments and answer can be pickled. `key=False` is for a function that answers differently each
        time: it is neither joined nor kept. Cancelling takes the call out of the queue unless somebody else
        waits for it. Errors: `ComputeError` where too many requests wait or all is closed, `TypeError` for
        what cannot be compared by content.
        """
        digest = call_content(function, *arguments) if key else None
        request: Request[T] = Request()
        with self._changed:
            if self.closed:
                raise ComputeError("The server is stopping and computes nothing more; reload the page later.")
            answer = self._cache.get(digest)
            if answer is None:
                work = self._works.get(digest) if digest else None
                self._enter(request, session, work or _Work(function, arguments, digest))
        if answer is not None:
            _deliver(request, True, answer)
        return request

    def run(
        self,
        function: Callable[..., T],
        *arguments: Any,
        session: str = "",
        key: bool = True,
        timeout: float | None = None,
        watch: Callable[[Request[T]], object] | None = None,
    ) -> T:
        """Submit, wait and give the answer.

        `watch` is called with the request ten times a second while it waits and once at the end. Whatever
        leaves this function before the answer, an error of `watch` included, cancels the request; after
        `timeout` seconds that is a `ComputeError`.
        """
        request = self.submit(function, *arguments, session=session, key=key)
        end = None if timeout is None else time.monotonic() + timeout
        try:
            while not request.done():
                if watch:
                    watch(request)
                left = None if end is None else end - time.monotonic()
                if left is not None and left <= 0:
                    raise ComputeError(
                        f"{function.__name__} took longer than {timeout:g} seconds, and nobody waits for it "
                        "any more; try again, or choose something smaller."
                    )
                pulse = POLL_SECONDS if watch else None
                wait([request], min((seconds for seconds in (pulse, left) if seconds), default=None))
            if watch:
                watch(request)
        finally:
            request.cancel()
        return request.result()

    def runner(self, session: str, **options: Any) -> Callable[..., Any]:
        """Return `run` for a session, with its options, as what takes a function and its arguments."""
        return functools.partial(self.run, session=session, **options)

    def close(self) -> None:
        """End the workers, and with a `ComputeError` everything that waits; nothing is accepted any more."""
        with self._changed:
            self.closed = True
            waiters = [request for work in self._running for request in self._release(work)]
            waiters += self._clear()
            self._changed.notify_all()
            thread = self._thread
        for request in waiters:
            _deliver(request, *_failure(ComputeError("The server stopped before this was computed.")))
        if thread:
            thread.join()

    def _enter(self, request: Request[Any], session: str, work: _Work) -> None:
        """Let a request wait for a call, in the queue of its session unless the call has been sent."""
        if not work.flying:
            own = len(self._queues.get(session, ()))
            if own >= MAX_WAITING_EACH:
                raise ComputeError(f"{own} requests of this page wait already; try again when some are done.")
            everything = sum(map(len, self._queues.values()))
            if everything >= MAX_WAITING:
                raise ComputeError(f"{everything} requests wait already, as many as may; try again soon.")
            self._queues.setdefault(session, {})[work] = None
        if work.key:
            self._works[work.key] = work
        work.waiters[request] = session
        request._work = work
        request.add_done_callback(functools.partial(self._left, work))
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="compute", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _left(self, work: _Work, request: Future[Any]) -> None:
        """Forget a request that is done, and with its last one a call that was not begun."""
        with self._changed:
            session = work.waiters.pop(request, None)
            if session is None:
                return
            if session not in work.waiters.values():
                self._unqueue(work, session)
            if not work.waiters and not work.flying and work.key:
                del self._works[work.key]

    def _unqueue(self, work: _Work, session: str) -> None:
        queue = self._queues.get(session, {})
        queue.pop(work, None)
        if not queue:
            self._queues.pop(session, None)

    def _release(self, work: _Work) -> list[Future[Any]]:
        """Return those who wait for a call, and make it one that nobody can join."""
        if work.key:
            self._works.pop(work.key, None)
        waiters, work.waiters = list(work.waiters), {}
        return waiters

    def _clear(self) -> list[Future[Any]]:
        """Empty the queues, and give those who wait in them."""
        works = {*self._again, *(work for queue in self._queues.values() for work in queue)}
        self._again.clear()
        self._queues.clear()
        return [request for work in works for request in self._release(work)]

    def _next(self) -> _Work | None:
        """Take the call whose turn it is: sessions go round, none twice running while another waits."""
        while self._again:
            work = self._again.popleft()
            if work.waiters:
                return work
            self._release(work)
        if not self._queues:
            return None
        if self._served in self._queues:
            self._queues.move_to_end(self._served)
        self._served = next(iter(self._queues))
        work = next(iter(self._queues[self._served]))
        for session in {*work.waiters.values()}:
            self._unqueue(work, session)
        work.flying = True
        return work

    def _serve(self) -> None:
        """Send one call after another to the place; the one thread that opens and leaves places."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self.closed or self._queues or self._again)
                spent, self._spent = self._spent, []
                place = self._place
                if self.closed:
                    break
            for gone in spent:
                gone.end()
            new = place is None
            try:
                # Not under the lock: both take their time, and may need a thread that waits for the lock.
                if place is None:
                    place = self._place = self._start()
                capacity = place.capacity()
            except Exception as error:
                with self._changed:
                    self._retire(place)
                if new:
                    self._refuse(error)
                continue
            with self._changed:
                if self._place is not place:
                    continue
                if len(self._running) >= capacity:
                    self._changed.wait(CAPACITY_POLL_SECONDS)
                    continue
                work = self._next()
                if work is None:
                    continue
                self._running.add(work)
            self._send(place, work)
        for gone in [*spent, *([place] if place else [])]:
            gone.end()

    def _refuse(self, error: Exception) -> None:
        """Tell all who wait that there is no place to compute."""
        with self._changed:
            waiters = self._clear()
        if not isinstance(error, ComputeError):
            error = ComputeError(f"Nothing can be computed now: {error!r}.")
        for request in waiters:
            _deliver(request, *_failure(error))

    def _retire(self, place: Backend | None) -> None:
        if place and place is self._place:
            self._place = None
            self._spent.append(place)

    def _send(self, place: Backend, work: _Work) -> None:
        try:
            call = pickle.dumps((work.function, work.arguments), protocol=pickle.HIGHEST_PROTOCOL)
        except Exception as error:
            self._landed(work, *_failure(error))
            return
        try:
            future = place.executor.submit(_answer, call)
        except Exception:  # it broke while it had nothing to do, and says so in as many ways as there are
            self._lost(place, work)
        else:
            future.add_done_callback(functools.partial(self._done, place, work))

    def _done(self, place: Backend, work: _Work, future: Future[tuple[bool, bytes]]) -> None:
        """Take what came back from the place, in a thread of its executor."""
        try:
            fine, data = future.result()
        except (BrokenExecutor, CancelledError):
            self._lost(place, work)
        except Exception as error:
            failure = ComputeError(f"{work.function.__name__} could not be computed: {error}")
            self._landed(work, *_failure(failure))
        else:
            self._landed(work, fine, data)

    def _lost(self, place: Backend, work: _Work) -> None:
        """Open another place for a call that was lost with this one, for the first time."""
        with self._changed:
            self._retire(place)
            work.deaths += 1
            if work.deaths < 2:
                self._running.discard(work)
                self._again.append(work)
                self._changed.notify_all()
                return
        sentence = (
            f"The process that computes stopped twice in the midst of {work.function.__name__}. "
            "There may be too little memory for it: choose something smaller, or close other programs."
        )
        self._landed(work, *_failure(ComputeError(sentence)))

    def _landed(self, work: _Work, fine: bool, data: bytes) -> None:
        with self._changed:
            self._running.discard(work)
            if fine:
                self._cache.put(work.key, data)
            waiters = self._release(work)
            self._changed.notify_all()
        for request in waiters:
            _deliver(request, fine, data)


class _Cache:
    """Pickled answers by key, the least recently used of which go when their bytes exceed `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._answers: OrderedDict[bytes, bytes] = OrderedDict()

    def get(self, key: bytes | None) -> bytes | None:
        if key is None or key not in self._answers:
            return None
        self._answers.move_to_end(key)
        return self._answers[key]

    def put(self, key: bytes | None, answer: bytes) -> None:
        if key is None or len(answer) > self._most:
            return
        self._bytes += len(answer) - len(self._answers.pop(key, b""))
        self._answers[key] = answer
        while self._bytes > self._most:
            self._bytes -= len(self._answers.popitem(last=False)[1])


class _Local:
    """Worker processes of this computer, which live no longer than the server."""

    def __init__(self, workers: int) -> None:
        from loky import ProcessPoolExecutor

        self._workers = workers
        # The only end that can be written to is in this process: when it is gone, so are the workers.
        self._theirs, self._ours = multiprocessing.Pipe(duplex=False)
        # Without a timeout: a worker that has waited for an hour still has its networks.
        self.executor: Executor = ProcessPoolExecutor(
            workers,
            timeout=None,
            initializer=_settle,
            initargs=(self._theirs,),
            env={name: os.environ.get(name, value) for name, value in QUIET.items()},
        )

    def capacity(self) -> int:
        return self._workers

    def end(self) -> None:
        self.executor.shutdown(wait=True, kill_workers=True)  # type: ignore[call-arg]  # of loky
        self._ours.close()
        self._theirs.close()


def _settle(server: Connection) -> None:
    """Make a new worker process give way to the server, leave Ctrl+C to it, and end with it in any case."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(5)  # while all cores compute, a control that is dragged on another page keeps its pace

    def follow() -> None:
        with contextlib.suppress(EOFError, OSError):
            server.recv_bytes()  # nothing is ever sent, so it is the end that comes
        os._exit(0)

    threading.Thread(target=follow, daemon=True).start()


class _Cluster:
    """The workers of a Dask scheduler, as many calls at once as they have threads."""

    def __init__(self, address: str) -> None:
        try:
            import dask
            from distributed import Client
        except ImportError:
            raise ComputeError(
                "EXPLORER_CLUSTER needs the package distributed; run pip install 'explorer[cluster]'."
            ) from None
        # Pictures are sent with the call, and one of 1024 x 1024 pixels is more than it thinks proper.
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
        try:
            self._client = Client(address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ComputeError(
                f"No Dask scheduler answers at {address}, where EXPLORER_CLUSTER points ({error}); start one "
                "there, or unset EXPLORER_CLUSTER to compute on this computer."
            ) from error
        self.executor: Executor = self._client.get_executor(pure=False)
        self._counted, self._threads = -CAPACITY_POLL_SECONDS, 1

    def capacity(self) -> int:
        if time.monotonic() - self._counted > CAPACITY_POLL_SECONDS:
            # Without any worker one call goes ahead, and the scheduler keeps it until a worker comes.
            self._threads = max(1, sum(self._client.nthreads().values()))
            self._counted = time.monotonic()
        return self._threads

    def end(self) -> None:
        self._client.close()


def local(workers: int = 1, **options: Any) -> Compute:
    """Return a `Compute` whose work is done by processes of this computer."""
    return Compute(functools.partial(_Local, workers), **options)


def cluster(address: str, **options: Any) -> Compute:
    """Return a `Compute` whose work is done by the workers of the Dask scheduler at `address`."""
    return Compute(functools.partial(_Cluster, address), **options)


_shared: Compute | None = None
_sharing = threading.Lock()


def shared() -> Compute:
    """Return the one `Compute` of this process, of the kind that the environment names."""
    global _shared
    with _sharing:
        if _shared is None or _shared.closed:
            address = os.environ.get("EXPLORER_CLUSTER")
            _shared = cluster(address) if address else local(_workers())
        return _shared


def load(module: str) -> None:
    """Import a module: where a worker does so, the first call of what is in it does not wait for that."""
    importlib.import_module(module)


def one_thread_a_call() -> None:
    """Let a call of OpenCV use one thread, in this process.

    Our pictures are small: more threads take a quarter more processor time for them, and no call ends sooner.
    A server has other requests for its other cores.
    """
    cv2.setNumThreads(1)


def _workers() -> int:
    said = os.environ.get("EXPLORER_WORKERS", "1")
    if not (said.isdecimal() and int(said)):
        raise ComputeError(f"EXPLORER_WORKERS is {said!r}; it is a number of processes, 1 or more.")
    return int(said)


def content(*values: Any) -> bytes:
    """Return 16 bytes that are equal where the values are equal in type and content, and else are not.

    Values: None, numbers, text, bytes, arrays, paths, members of enumerations, and tuples, lists,
    dictionaries and dataclasses of these. Error: `TypeError` for any other.

    >>> content("gaussian", np.zeros((2, 2))) == content("gaussian", np.zeros((2, 2), order="F"))
    True
    >>> content("gaussian", np.zeros((2, 2))) == content("gaussian", np.zeros(4))
    False
    """
    told = hashlib.blake2b(digest_size=16)
    for value in values:
        _tell(told, value)
    return told.digest()


def call_content(function: Callable[..., Any], *arguments: Any) -> bytes:
    """Return `content` of a function of a module, or a `functools.partial` of one, with its arguments."""
    whole = function if isinstance(function, functools.partial) else functools.partial(function)
    return content(_name(whole.func), *whole.args, *arguments, whole.keywords)


def _tell(told: hashlib.blake2b, value: Any) -> None:
    said, parts = b"", []
    match value:
        case np.ndarray() if not value.dtype.hasobject:
            said = repr((value.dtype, value.shape)).encode() + value.tobytes()
        case None | bool() | int() | float() | complex() | str() | np.generic() | enum.Enum() | PurePath():
            said = repr(value).encode()
        case bytes():
            said = value
        case tuple() | list():
            parts = list(value)
        case dict():
            parts = [part for key in sorted(value, key=repr) for part in (key, value[key])]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            parts = [getattr(value, field.name) for field in dataclasses.fields(value)]
        case _:
            raise TypeError(
                f"A {type(value).__name__} cannot be compared by content; give numbers, text, arrays and "
                "collections of these, or submit with key=False."
            )
    # With every length told, no two sequences of values are told in the same bytes.
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    told.update(f"{kind} {len(parts)} {len(said)} ".encode())
    told.update(said)
    for part in parts:
        _tell(told, part)


def _name(function: Callable[..., Any]) -> str:
    """Name a function by its module, where every worker finds it, or raise a `TypeError`."""
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    if getattr(sys.modules.get(module), name, None) is not function:
        raise TypeError(f"{function!r} is no function of a module; a worker finds no other.")
    return f"{module}.{name}"


def _answer(call: bytes) -> tuple[bool, bytes]:
    """Do a pickled call where the work is done: whether it went well, and its pickled answer or error.

    That is pickled here, and not by the executor, so that what cannot be pickled or read again is an error
    of this call and not the end of the executor, and so that the size of the answer is known.
    """
    try:
        function, arguments = pickle.loads(call)
        return True, pickle.dumps(function(*arguments), protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return _failure(error, "".join(traceback.format_exception(error)))


def _failure(error: Exception, trace: str = "") -> tuple[bool, bytes]:
    try:
        data = pickle.dumps((error, trace))
        pickle.loads(data)  # an error whose constructor takes more than its message fails only here
    except Exception:
        data = pickle.dumps((ComputeError(f"{type(error).__name__}: {error}"), trace))
    return False, data


def _deliver(request: Future[Any], fine: bool, data: bytes) -> None:
    """Hand a request its own copy of an answer, or of an error."""
    if not request.set_running_or_notify_cancel():
        return
    try:
        value = pickle.loads(data)
    except Exception as error:
        request.set_exception(error)
        return
    if fine:
        request.set_result(value)
        return
    failure, trace = value
    if trace:
        failure.__cause__ = WorkerTraceback(f"\n{trace}")
    request.set_exception(failure)
