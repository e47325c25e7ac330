"""What several kinds of test need: a real server process, and a visitor without a browser."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.request import urlopen

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# On a CPU TensorFlow dilates transposed convolutions by oneDNN alone, which is off where there is no AVX-512.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

ROOT = Path(__file__).parents[1]
MAIN_MODULE = sys.modules["__main__"]

# No test measures time: on a busy machine one example may take as long as it likes.
hypothesis_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("patient")

# Runs a module as `python -m` does, and tells on SIGUSR1 what holds inside the process.
INFORMER = """
import json, os, runpy, signal, sys
def tell(*_):
    import streamlit
    from streamlit import config
    options = {key: config.get_option(key) for key in config.get_config_options()}
    told = {"modules": sorted(sys.modules), "options": options}
    with open("told.part", "w") as file:
        json.dump(told, file, default=str)
    os.replace("told.part", "told.json")
signal.signal(signal.SIGUSR1, tell)
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


class Server:
    """The explorer in a process of its own, on a free port, started from `directory`.

    An `informer` lets a test `tell()` what holds inside the process, where a `prelude` runs before all else.
    """

    def __init__(
        self,
        directory: Path,
        *,
        command: str = "streamlit",
        base: str = "",
        project: Path = ROOT,
        informer: bool = False,
        prelude: str = "",
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.directory = directory
        self.environment = environment
        self.base = base
        self.port = _free_port()
        self.log = directory / f"server-{self.port}.log"
        self.command = [
            sys.executable,
            *(["-c", prelude + INFORMER] if informer or prelude else ["-m"]),
            *{
                "streamlit": ["streamlit", "run", str(project / "app.py"), "--server.port", str(self.port)],
                "uvicorn": ["uvicorn", "app:app", "--app-dir", str(project), "--port", str(self.port)],
            }[command],
        ]
        self.start()

    @property
    def url(self) -> str:
        """The address of the home page, without a slash at its end."""
        return f"http://localhost:{self.port}{self.base}"

    def start(self, *, within: float = 30) -> None:
        """Start the process and wait until it says that it is well."""
        environment = os.environ | self.environment
        if self.base:
            environment["STREAMLIT_SERVER_BASE_URL_PATH"] = self.base
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.directory,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + within
        while not self.healthy():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                self.process.wait()
                pytest.fail(f"The server did not start; it said:\n{self.said()}")
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGTERM, *, within: float = 20) -> int:
        """Ask the process to end and give its exit code; one that stays is killed and fails the test."""
        self.process.send_signal(how)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail(f"The server did not stop within {within} s of {how.name}; it said:\n{self.said()}")

    def restart(self) -> None:
        """Stop, and start again on the same port."""
        self.stop()
        self.start()

    def healthy(self) -> bool:
        """Ask Streamlit's own health address."""
        try:
            with urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                return answer.read() == b"ok"
        except OSError:
            return False

    def said(self) -> str:
        """Give all that the process has written."""
        return self.log.read_text(errors="replace")

    def resident(self) -> int:
        """Give the memory that the process holds, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def tell(self, *, within: float = 10) -> dict[str, Any]:
        """Ask a server with an informer for its settings (`options`) and what it has imported (`modules`)."""
        told = self.directory / "told.json"
        told.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + within
        while not told.exists():
            if time.monotonic() > deadline:
                pytest.fail(f"The server told nothing; it said:\n{self.said()}")
            time.sleep(0.05)
        return json.loads(told.read_text())

    def mapped(self) -> str:
        """Give the files that the process has mapped into memory, its shared libraries among them."""
        return Path(f"/proc/{self.process.pid}/maps").read_text()

    def visit(self, page: str = "", query: str = "", *, within: float = 30) -> Visit:
        """Open a page as a browser does, in a new session, and give what the script sent."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
        from websockets.sync.client import connect

        request = BackMsg()
        request.rerun_script.page_name = page
        request.rerun_script.query_string = query
        visit = Visit()
        address = f"ws{self.url.removeprefix('http')}/_stcore/stream"
        with connect(address, subprotocols=["streamlit"], max_size=None, proxy=None) as socket_:
            socket_.send(request.SerializeToString())
            while not visit.finished:
                message = ForwardMsg.FromString(socket_.recv(within))
                visit.take(message)
        return visit


@dataclass
class Visit:
    """What a page sent: its titles, its messages of error, and whether it ran to its end."""

    titles: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    found: bool = True
    finished: bool = False

    def take(self, message) -> None:
        kind = message.WhichOneof("type")
        if kind == "script_finished":
            self.finished = True
        elif kind == "page_not_found":
            self.found = False
        elif kind == "delta":
            element = message.delta.new_element
            match element.WhichOneof("type"):
                case "exception":
                    self.errors.append(element.exception.message)
                case "alert" if element.alert.format == element.alert.ERROR:
                    self.errors.append(element.alert.body)
                case "heading" if element.heading.tag == "h1":
                    self.titles.append(element.heading.body)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect tests without looking for garbage among them, and leave them out of every look that follows.

    They are so many, and stay to the end, that it took a quarter of the time of collecting them.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.fixture(autouse=True)
def own_main_module() -> Iterator[None]:
    """Give the main module its place again: a page's script takes it, and keeps it.

    A process that is spawned later would run that script once more before its own work.
    """
    yield
    sys.modules["__main__"] = MAIN_MODULE


@pytest.fixture(scope="session")
def launch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start servers, each from a directory of its own that is not the project's; all end with the tests."""
    servers: list[Server] = []

    def start(**options) -> Server:
        servers.append(Server(tmp_path_factory.mktemp("elsewhere"), **options))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.stop()
