"""The worker process, the queue in front of it, and the same on a cluster."""

from __future__ import annotations

import enum
import functools
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import backends
import numpy as np
import pytest

from explorer import compute
from explorer.convolution import filters
from explorer.imagenet import outputs, predictions
from explorer.images import ImageError

ROOT = Path(__file__).parents[1]
NINE = np.arange(9, dtype=np.float32).reshape(3, 3, 1)
FOUR = np.arange(4, dtype=np.float32).reshape(2, 2, 1, 1)


# What the workers do. They import this file, so it stays light.


def note(path, word, seconds=0.0):
    """Write the word and this process into a file, take some time, and give the word back."""
    with open(path, "a") as file:
        file.write(f"{word} {os.getpid()}\n")
    time.sleep(seconds)
    return word


def noted(path) -> list[str]:
    return [line.split()[0] for line in path.read_text().splitlines()] if path.exists() else []


def convolve_slowly(image, kernel, seconds):
    time.sleep(seconds)
    return os.getpid(), filters.conv2d(image, kernel)


def refuse(sentence):
    raise ImageError(sentence)


class Stubborn(Exception):
    """An error that pickle can write and cannot read."""

    def __init__(self, what, why):
        super().__init__(f"{what} because {why}")


def refuse_stubbornly():
    raise Stubborn("no", "so")


def give_what_cannot_be_sent():
    return lambda: None


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def zeros(size):
    return np.zeros(size, np.uint8)


def describe_the_process():
    return {
        "modules": sorted(sys.modules),
        "environment": {name: os.environ.get(name) for name in compute.QUIET},
        "niceness": os.nice(0),
    }


def import_tensorflow():
    return importlib.import_module("tensorflow").__version__


# What the tests need.


def eventually(happened: Callable[[], object], within: float = 10):
    """Wait until something is true, and give it."""
    deadline = time.monotonic() + within
    while not (value := happened()):
        assert time.monotonic() < deadline, f"This did not happen within {within} s."
        time.sleep(0.02)
    return value


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and that nobody asked about does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(pid: int) -> set[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


@pytest.fixture(scope="module")
def local() -> Iterator[compute.Compute]:
    """A worker process for the tests that leave it alive, or replaced."""
    local = compute.local()
    yield local
    local.close()


gate = threading.Event()
done: list[object] = []


def pass_the_gate():
    assert gate.wait(20)


def do(*words):
    done.append(words[0])
    return words


@pytest.fixture
def queue() -> Iterator[compute.Compute]:
    """A queue whose only thread is held up until `gate` is set; `done` tells what was done then."""
    gate.clear()
    done.clear()
    queue = compute.Compute(backends.ThreadBackend, cache_bytes=4000)
    first = queue.submit(pass_the_gate, session="first", key=False)
    eventually(lambda: first.state == "running")
    yield queue
    gate.set()
    queue.close()


# The worker process.


def test_the_worker_gives_what_the_function_gives(local):
    """An answer from the worker is the answer, and an error is raised as it was."""
    np.testing.assert_array_equal(local.run(filters.conv2d, NINE, FOUR)[..., 0], [[19, 25], [37, 43]])
    with pytest.raises(ImageError, match=r"^No picture\.$") as raised:
        local.run(refuse, "No picture.")
    assert "in refuse" in str(raised.value.__cause__)


def test_what_cannot_be_sent_is_an_error_of_its_request_alone(local):
    """Errors, answers and arguments that pickle refuses are told, and the same worker goes on."""
    worker = local.run(os.getpid)
    with pytest.raises(compute.ComputeError, match="Stubborn: no because so"):
        local.run(refuse_stubbornly)
    with pytest.raises((AttributeError, TypeError), match="pickle"):
        local.run(give_what_cannot_be_sent)
    with pytest.raises((AttributeError, TypeError), match="pickle"):
        local.run(len, (value for value in ()), key=False)
    assert local.run(os.getpid, key=False) == worker


def test_the_worker_is_a_quiet_process_of_its_own(local):
    """It has nothing of the app and no framework before one is asked for, and leaves Ctrl+C to the server."""
    told = local.run(describe_the_process)
    assert {"streamlit", "pages", "app", "tensorflow", "keras"}.isdisjoint(told["modules"])
    assert told["environment"] == compute.QUIET | {
        name: os.environ[name] for name in compute.QUIET if name in os.environ
    }
    assert told["niceness"] == os.nice(0) + 5
    worker = local.run(os.getpid, key=False)
    os.kill(worker, signal.SIGINT)
    assert local.run(os.getpid, key=False) == worker != os.getpid()


def test_a_killed_worker_is_replaced_and_the_request_retried_once(local, tmp_path):
    """Killed in the midst of a request, the worker is replaced, the request done again, and this is told."""
    log, told = tmp_path / "log", []

    def kill(request):
        told.append((request.state, request.restarts))
        if noted(log) and ("killed", 0) not in told:
            os.kill(int(log.read_text().split()[1]), signal.SIGKILL)
            told.append(("killed", 0))

    assert local.run(note, log, "word", 0.5, watch=kill) == "word"
    assert noted(log) == ["word", "word"]
    assert told[-1] == ("done", 1)
    pids = [int(line.split()[1]) for line in log.read_text().splitlines()]
    assert pids[0] != pids[1] == local.run(os.getpid, key=False)


def test_a_request_that_kills_its_worker_twice_is_given_up(local, tmp_path):
    """The second death gives a sentence; a request behind it is done by the next worker."""
    deadly = local.submit(die)
    behind = local.submit(note, tmp_path / "log", "behind", session="another")
    with pytest.raises(compute.ComputeError, match="stopped twice in the midst of die") as raised:
        deadly.result(20)
    assert deadly.restarts == 2
    assert isinstance(raised.value, ValueError)
    assert (behind.result(20), behind.restarts) == ("behind", 0)


def test_a_worker_that_dies_while_it_is_idle_is_replaced_unseen(local):
    """A request after that is answered as any other."""
    worker = local.run(os.getpid, key=False)
    os.kill(worker, signal.SIGKILL)
    eventually(lambda: not alive(worker))
    assert local.run(os.getpid, key=False) != worker


def test_several_workers_compute_at_the_same_time(tmp_path):
    """With two workers two requests are under way in two processes, and a third waits."""
    pair, log = compute.local(2), tmp_path / "log"
    requests = [pair.submit(note, log, str(number), 30) for number in range(3)]
    eventually(lambda: len(noted(log)) == 2)
    assert len({line.split()[1] for line in log.read_text().splitlines()}) == 2
    assert [request.state for request in requests] == ["running", "running", "waiting"]
    pair.close()


# The queue.


def test_sessions_take_turns(queue):
    """One request of B comes after the first of the twenty that A has queued; three sessions go round."""
    requests = [queue.submit(do, f"A{number}", session="A") for number in range(20)]
    requests.append(queue.submit(do, "B0", session="B"))
    requests += [queue.submit(do, f"C{number}", session="C") for number in range(2)]
    gate.set()
    for request in requests:
        request.result(10)
    assert done == ["A0", "B0", "C0", "A1", "C1", *(f"A{number}" for number in range(2, 20))]


def test_a_session_that_had_the_last_turn_lets_another_pass(queue):
    """A's second request waits for B even if it came before: nobody has two turns while another waits."""
    requests = [queue.submit(do, "A0", session="first"), queue.submit(do, "B0", session="B")]
    gate.set()
    for request in requests:
        request.result(10)
    assert done == ["B0", "A0"]


def test_the_same_request_is_done_once(queue):
    """Equal content joins while it waits and is remembered later; each who asked has a copy of its own."""
    image = np.zeros((2, 2), np.float32)
    requests = [queue.submit(do, "same", image.copy(), session=str(number)) for number in range(5)]
    other = queue.submit(do, "same", image + 1)
    gate.set()
    answers = [request.result(10)[1] for request in requests]
    answers[0][:] = 7
    np.testing.assert_array_equal(answers[1:], np.zeros((4, 2, 2)))
    assert other.result(10)[1][0, 0] == 1
    kept = queue.submit(do, "same", image)
    assert (kept.state, kept.restarts, kept.result()[1][0, 0]) == ("done", 0, 0)
    assert done == ["same", "same"]


def test_who_joins_brings_a_turn_of_their_own(queue):
    """A request that waits far back for one session comes as soon as it is the turn of one who joined."""
    requests = [queue.submit(do, number, session="A") for number in range(5)]
    requests.append(queue.submit(do, 4, session="B"))
    gate.set()
    for request in requests:
        request.result(10)
    assert done == [0, 4, 1, 2, 3]


def test_a_function_of_chance_is_done_each_time(queue):
    """Without a key a request is neither joined nor remembered."""
    requests = [queue.submit(do, "chance", key=False) for _ in range(3)]
    gate.set()
    for request in requests:
        request.result(10)
    assert done == ["chance"] * 3


def test_the_cache_is_bounded_by_bytes(queue):
    """The answer used longest ago makes room; one larger than the bound is not kept; errors are not."""
    gate.set()
    for size in (1500, 1501, 1500, 1502, 1500, 1501, 5000, 5000, 1500):
        assert len(queue.run(do, size, zeros(size))[1]) == size
    assert done == [1500, 1501, 1502, 1501, 5000, 5000]
    for _ in range(2):
        with pytest.raises(ImageError):
            queue.run(refuse, "Not kept.")


def test_cancelling_removes_what_is_queued(queue):
    """What was cancelled is not done, and leaves room; who joined it still gets it."""
    alone, shared, joined = (
        queue.submit(do, *words, session=session)
        for words, session in ((("alone",), "A"), (("shared",), "A"), (("shared",), "B"))
    )
    assert {request.state for request in (alone, shared, joined)} == {"waiting"}
    assert alone.cancel()
    assert shared.cancel()
    again = queue.submit(do, "alone", session="C")
    assert again.cancel()
    gate.set()
    assert joined.result(10) == ("shared",)
    assert queue.run(do, "last") == ("last",)
    assert done == ["shared", "last"]
    with pytest.raises(CancelledError):
        alone.result()


def test_a_running_request_can_be_left_and_its_answer_is_kept(local, tmp_path):
    """What runs is not stopped; who left is free at once, and who asks again gets what came of it."""
    log = tmp_path / "log"
    request = local.submit(note, log, "word", 0.3)
    eventually(lambda: noted(log))
    assert request.state == "running"
    assert request.cancel()
    assert local.run(note, log, "word", 0.3) == "word"
    assert noted(log) == ["word"]


def test_whoever_waits_may_stop_waiting(queue):
    """An error of `watch`, and time that is up, cancel the request, which is never done."""
    states = []

    def stop(request):
        states.append(request.state)
        if len(states) == 3:
            raise KeyboardInterrupt

    run = queue.runner("A", watch=stop)
    with pytest.raises(KeyboardInterrupt):
        run(do, "stopped")
    assert states == ["waiting"] * 3
    with pytest.raises(compute.ComputeError, match=r"do took longer than 0\.05 seconds"):
        queue.run(do, "late", timeout=0.05)
    gate.set()
    assert queue.run(do, "last", timeout=10) == ("last",)
    assert done == ["last"]


def test_the_queues_are_bounded(queue):
    """A session, and all together, may have so many requests waiting; beyond that a sentence says so."""
    requests = [queue.submit(do, number, session=str(number % 10)) for number in range(compute.MAX_WAITING)]
    with pytest.raises(compute.ComputeError, match=r"^256 requests wait already"):
        queue.submit(do, "one more", session="new")
    assert requests.pop().cancel()
    assert queue.submit(do, -1, session="new") not in requests
    gate.set()
    for request in requests:
        request.result(10)
    eventually(lambda: len(done) == compute.MAX_WAITING)
    assert sorted(done) == list(range(-1, compute.MAX_WAITING - 1))


def test_one_session_cannot_fill_the_queue(queue):
    """The bound of a session leaves room for others; what it cancels is room again."""
    requests = [queue.submit(do, number, session="A") for number in range(compute.MAX_WAITING_EACH)]
    with pytest.raises(compute.ComputeError, match=r"^32 requests of this page wait already"):
        queue.submit(do, "one more", session="A")
    other = queue.submit(do, "another", session="B")
    requests.pop().cancel()
    requests.append(queue.submit(do, "one more", session="A"))
    gate.set()
    assert other.result(10) == ("another",)
    assert requests[-1].result(10) == ("one more",)


class Breaking(backends.ThreadBackend):
    """A place that breaks with whatever it is given first, as loky does when a worker was killed."""

    opened = 0

    def __init__(self) -> None:
        super().__init__()
        Breaking.opened += 1
        if Breaking.opened == 1:
            self.executor.submit = self._break

    def _break(self, *_):
        raise BrokenProcessPool("A worker is gone.")


def test_a_place_that_cannot_be_used_is_opened_again():
    """A broken executor that refuses a request is left, and the request goes to the next."""
    done.clear()
    Breaking.opened = 0
    breaking = compute.Compute(Breaking)
    assert breaking.run(do, "word") == ("word",)
    assert (Breaking.opened, done) == (2, ["word"])
    breaking.close()


def test_content_is_compared_by_type_and_value():
    """Equal values have equal digests, however they lie in memory; no two of these different ones have."""

    class Colour(enum.Enum):
        RED = 1
        BLUE = 2

    @dataclass(frozen=True)
    class Point:
        x: int
        y: int

    image = np.arange(12, dtype=np.float32).reshape(3, 4)
    same = [
        (image, np.asfortranarray(image)),
        (image[:, ::2], image[:, ::2].copy()),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ("word" * 2, "wordword"),
        (float("nan"), float("nan")),
        (Point(1, 2), Point(1, 2)),
    ]
    for left, right in same:
        assert compute.content(left) == compute.content(right)
    different = [
        *(image, image.T, image.astype(np.float64), image.reshape(4, 3), image + 1, image.ravel()),
        *(0, 0.0, -0.0, False, None, "", b"", (), [], {}, "0", b"0", np.float32(0), np.zeros(0)),
        *((1, 2), [1, 2], (1, (2,)), ((1,), 2), ("a", "b"), ("ab",), ("ab", ""), {1: 2}, Point(1, 2)),
        *(Point(2, 1), Colour.RED, Colour.BLUE, Path("a"), "a", np.zeros(2, "u1, u1"), np.zeros(2, "u1, i1")),
    ]
    digests = [compute.content(value) for value in different]
    assert len(set(digests)) == len(different)
    assert compute.content("a", "b") != compute.content("ab", "")
    for value in (object(), {1, 2}, np.array([object()]), Point):
        with pytest.raises(TypeError, match="cannot be compared by content"):
            compute.content(value)


def test_a_worker_must_be_able_to_find_the_function(queue):
    """A function that is not a module's has a name that another could have too, and is refused."""
    for function in (lambda: 1, Stubborn("a", "b").with_traceback, [].append, queue.close):
        with pytest.raises(TypeError, match="is no function of a module"):
            queue.submit(function)


def test_closing_leaves_no_process_and_nobody_waiting(tmp_path):
    """What runs and what waits, with and without key, ends with a sentence; nothing is accepted then."""
    log = tmp_path / "log"
    closing = compute.local()
    requests = [closing.submit(note, log, str(number), 30, key=number > 0) for number in range(3)]
    eventually(lambda: noted(log))
    worker = int(log.read_text().split()[1])
    started = time.monotonic()
    closing.close()
    closing.close()
    assert time.monotonic() - started < 5
    assert not alive(worker)
    for request in requests:
        with pytest.raises(compute.ComputeError, match=r"^The server stopped before this was computed\.$"):
            request.result(0)
    with pytest.raises(compute.ComputeError, match=r"^The server is stopping"):
        closing.submit(os.getpid)


def test_the_environment_decides_what_is_shared(monkeypatch):
    """`shared` is one for all until it is closed; its settings are checked with a sentence."""
    for name in ("EXPLORER_CLUSTER", "EXPLORER_WORKERS"):
        monkeypatch.delenv(name, raising=False)
    first = compute.shared()
    assert compute.shared() is first
    first.close()
    assert compute.shared() is not first
    compute.shared().close()
    for wrong in ("0", "-1", "many", ""):
        monkeypatch.setenv("EXPLORER_WORKERS", wrong)
        with pytest.raises(compute.ComputeError, match=f"EXPLORER_WORKERS is '{wrong}'"):
            compute.shared()


# The server around it.

# Reads functions of this file from its input, a line each, and tells of each what came of it.
SERVER = """
import json, os, sys
from explorer import compute
import test_compute
print(os.getpid(), flush=True)
for line in sys.stdin:
    name, *arguments = json.loads(line)
    request = compute.shared().submit(getattr(test_compute, name), *arguments)
    print("asked" if name == "note" else json.dumps(request.result()), flush=True)
"""


class Process:
    """A Python process that holds compute, as a server does."""

    def __init__(self, errors: Path) -> None:
        path = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
        with errors.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SERVER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
                env=os.environ | {"PYTHONPATH": path},
            )
        self.pid = int(self.process.stdout.readline())

    def ask(self, *call):
        self.process.stdin.write(json.dumps(call) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        return said if said == "asked\n" else json.loads(said)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def process(tmp_path) -> Iterator[Process]:
    process = Process(tmp_path / "errors")
    yield process
    process.end()


@pytest.mark.server
def test_a_framework_in_the_worker_is_not_in_the_server(process, tmp_path):
    """With TensorFlow in the worker the server stays as small as before."""
    assert process.ask("import_tensorflow").startswith("2.")
    status = Path(f"/proc/{process.pid}/status").read_text()
    assert int(status.split("VmRSS:")[1].split()[0]) * 1024 < 120e6
    assert "tensorflow" not in Path(f"/proc/{process.pid}/maps").read_text()
    assert "Traceback" not in (tmp_path / "errors").read_text()


@pytest.mark.server
@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM", "end of the script"])
def test_the_worker_ends_with_the_server(process, tmp_path, how):
    """However the server ends, in the midst of a request, no process of its own outlives it."""
    log = tmp_path / "log"
    process.ask("note", str(log), "word", 1)
    eventually(lambda: noted(log))
    processes = {process.pid, *children(process.pid)}
    assert int(log.read_text().split()[1]) in processes
    if how == "end of the script":
        process.process.stdin.close()
    else:
        process.process.send_signal(signal.Signals[how])
    process.process.wait(10)
    eventually(lambda: not any(map(alive, processes)), within=5)


APP = """
import os
from pathlib import Path
import streamlit as st
with open({log!r}, "a") as file:
    file.write(f"app {{os.getpid()}}\\n")
app = st.App(Path(__file__).parent / "pages" / "main.py")
"""

PAGE = """
import streamlit as st
from explorer import compute
from test_compute import describe_the_process
told = compute.shared().run(describe_the_process)
st.title(" ".join(sorted({"streamlit", "pages", "app", "numpy"}.intersection(told["modules"]))))
"""


@pytest.mark.server
@pytest.mark.parametrize("command", ["streamlit", "uvicorn"])
def test_nothing_of_the_app_is_executed_again_in_the_worker(launch, monkeypatch, tmp_path, command):
    """Started either way, the app is executed by the server alone, and the worker has the explorer only."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), str(ROOT / "tests"))))
    project, log = tmp_path / "project", tmp_path / "log"
    (project / "pages").mkdir(parents=True)
    (project / "app.py").write_text(APP.format(log=str(log)))
    (project / "pages" / "main.py").write_text(PAGE)
    server = launch(command=command, project=project)
    visit = server.visit()
    assert (visit.titles, visit.errors) == (["numpy"], [])
    assert {line.split()[1] for line in log.read_text().splitlines()} == {str(server.process.pid)}
    processes = children(server.process.pid)
    assert processes
    server.stop()
    eventually(lambda: not any(map(alive, processes)), within=5)


# The cluster.


class Cluster:
    """A Dask scheduler and two workers of one thread each, as processes on loopback."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "scheduler.json"
        self._directory = directory
        self.processes: list[subprocess.Popen] = []

    def start(self) -> None:
        """Start all three, and learn the `address`."""
        self._start("scheduler", "--port", "0")
        for _ in range(2):
            self._start("worker", "--nthreads", "1", "--no-nanny", "--local-directory", str(self._directory))
        self.address = json.loads(eventually(self._written, within=30))["address"]

    def _start(self, kind: str, *options: str) -> None:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options]
        command += ["--host", "127.0.0.1", "--scheduler-file", str(self._file)]
        command += ["--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
        path = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
        with (self._directory / f"{kind}-{len(self.processes)}.log").open("w") as log:
            environment = os.environ | compute.QUIET | {"PYTHONPATH": path}
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, env=environment))

    def _written(self) -> str:
        text = self._file.read_text() if self._file.exists() else ""
        return text if text.endswith("}") else ""

    def kill(self, number: int) -> None:
        """Kill the scheduler, which is number 0, or one of the workers."""
        self.processes[number].kill()
        self.processes[number].wait()

    def end(self) -> None:
        for number in reversed(range(len(self.processes))):
            self.kill(number)


@pytest.fixture
def dask(tmp_path, monkeypatch) -> Iterator[Cluster]:
    """A cluster, both workers ready, which `EXPLORER_CLUSTER` names: `compute.shared()` computes there."""
    dask = Cluster(tmp_path)
    try:
        dask.start()
        monkeypatch.setenv("EXPLORER_CLUSTER", dask.address)
        monkeypatch.setattr(compute, "CONNECT", 2.0)
        monkeypatch.setattr(compute, "_shared", None)
        shared = compute.shared()
        eventually(lambda: len({shared.run(os.getpid, key=False) for _ in range(4)}) == 2, within=30)
        yield dask
        shared.close()
    finally:
        dask.end()


@pytest.mark.server
def test_a_cluster_does_the_same_and_loses_nothing_with_a_worker(dask):
    """Two workers answer as this process does; killed mid-way, one leaves its work to the other."""
    shared = compute.shared()
    np.testing.assert_array_equal(shared.run(filters.conv2d, NINE, FOUR)[..., 0], [[19, 25], [37, 43]])
    with pytest.raises(ImageError, match=r"^No picture\.$"):
        shared.run(refuse, "No picture.")

    images = np.random.default_rng(0).random((20, 32, 32, 1), dtype=np.float32)
    requests = [shared.submit(convolve_slowly, image, FOUR, 0.2) for image in images]
    # What a worker had answered when it was killed the other answers again, so the two are told apart before.
    eventually(lambda: len({request.result()[0] for request in requests if request.done()}) == 2, within=30)
    dask.kill(1)
    for image, request in zip(images, requests, strict=True):
        np.testing.assert_array_equal(request.result(60)[1], filters.conv2d(image, FOUR))

    large = np.zeros((1024, 1024, 3), np.float32)  # 12 MB
    assert shared.run(len, large) == 1024
    dask.kill(0)
    time.sleep(compute.CAPACITY_POLL_SECONDS)
    with pytest.raises(compute.ComputeError, match=rf"^No Dask scheduler answers at {dask.address}, where"):
        shared.run(convolve_slowly, NINE, FOUR, 0.1)


@pytest.mark.server
def test_networks_are_looked_into_on_a_cluster(dask):
    """Predictions and layers of two workers are those of this process, also while one of them is killed."""
    shared = compute.shared()
    name, layer = "MobileNet-0.25-128", "conv_pw_5_relu"
    predict = functools.partial(predictions.predict, name, weights="random")
    output = functools.partial(outputs.layer_output, name, layer=layer, weights="random")
    pictures = np.random.default_rng(4).integers(0, 256, (8, 128, 128, 3), np.uint8)
    requests = [
        (shared.submit(predict, picture, session=str(at)), shared.submit(output, picture, session=str(at)))
        for at, picture in enumerate(pictures)
    ]
    eventually(lambda: sum(request.done() for pair in requests for request in pair) >= 2, 120)
    dask.kill(2)
    for picture, (predicted, given) in zip(pictures, requests, strict=True):
        assert [each.index for each in predicted.result(120)] == [each.index for each in predict(picture)]
        np.testing.assert_allclose(given.result(120), output(picture), atol=1e-5)


@pytest.mark.server
def test_a_cluster_needs_its_package(monkeypatch):
    """Without `distributed` one sentence says what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    nowhere = compute.cluster("tcp://127.0.0.1:1")
    with pytest.raises(compute.ComputeError, match=r"pip install 'explorer\[cluster\]'"):
        nowhere.run(os.getpid)
    nowhere.close()
