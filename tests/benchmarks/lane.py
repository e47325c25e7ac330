"""How many pictures a second the live lane gives a whole classroom that drags at once.

    python tests/benchmarks/lane.py --clients 30 --seconds 10
    python tests/benchmarks/lane.py --clients 30 --seconds 10 --operation look

Starts the app, connects the clients from processes of their own, and lets each ask for the next feature
map as soon as one arrives, two on their way at most; or for what a trained network says of the next part of
the picture. Prints one row of a Markdown table. The clients take
their share of the same processors, so a server that is left alone does better.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import math
import os
import signal
import socket
import statistics
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from websockets.asyncio.client import connect

ROOT = Path(__file__).parents[2]
IN_FLIGHT = 2


@dataclass(frozen=True)
class Outcome:
    """What one client saw: pictures, how long each took in seconds, and what went wrong."""

    pictures: int
    latencies: list[float]
    errors: int


@contextlib.contextmanager
def running_app() -> Iterator[int]:
    """Run the app on a free port until the block ends, and give the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            until = time.monotonic() + 30
            while not is_healthy(port):
                if time.monotonic() > until or server.poll() is not None:
                    raise SystemExit("The app does not start; run `streamlit run app.py` to see why.")
                time.sleep(0.1)
            yield port
        finally:
            server.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()


def is_healthy(port: int) -> bool:
    """Whether Streamlit says that it is up."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def kernel(moment: int, client: int) -> dict[str, object]:
    """Give a moment of a drag: one weight of a 3 x 3 kernel on its way to and fro."""
    weight = round(math.sin(moment / 20), 3)
    return {"kernel": {"weights": [[-1.0, 0.0, 1.0], [-2.0, weight, 2.0], [-1.0, 0.0, 1.0]]}}


def frame(moment: int, client: int) -> dict[str, object]:
    """Give a moment of a drag: the part that the network sees on its own way over the picture."""
    return {"depth": 60, "zoom": 1.5 + client / 100, "across": (1 + math.sin(moment / 20)) / 2}


DRAGGED = {"filter2d": kernel, "look": frame}


async def drag(port: int, png: bytes, begin: float, seconds: float, operation: str, client: int) -> Outcome:
    """Be one client: connect, wait for the common beginning, and drag."""
    latencies, sent, errors, seq = [], {}, 0, 0
    origin = f"http://127.0.0.1:{port}"
    url = f"ws://127.0.0.1:{port}/lane"
    async with connect(url, origin=origin, max_size=None, compression=None, proxy=None) as lane:
        await lane.send(png)
        asked = {"operation": operation, "parameters": DRAGGED[operation](-client - 1, client), "rest": False}
        await lane.send(json.dumps({"seq": 0} | asked))  # a network is opened by the first who asks
        await lane.recv()
        await asyncio.sleep(begin - time.time())
        end = begin + seconds
        while time.time() < end:
            while len(sent) < IN_FLIGHT:
                seq += 1
                sent[seq] = time.perf_counter()
                asked["parameters"] = DRAGGED[operation](seq, client)
                await lane.send(json.dumps({"seq": seq} | asked))
            message = await lane.recv()
            now = time.perf_counter()
            if isinstance(message, str):
                answered, errors = json.loads(message)["seq"], errors + 1
            else:
                answered = seq_of(message)
                latencies.append(now - sent[answered])
            # An answer retires every earlier request: the lane skips what is out of date.
            sent = {number: moment for number, moment in sent.items() if number > answered}
    return Outcome(len(latencies), latencies, errors)


def seq_of(message: bytes) -> int:
    """Read the sequence number out of an answer."""
    (length,) = struct.unpack("<I", message[:4])
    return json.loads(message[4 : 4 + length])["seq"]


def drag_together(
    clients: range, port: int, png: bytes, begin: float, seconds: float, operation: str
) -> list[Outcome]:
    """Be several clients in one process."""

    async def together() -> list[Outcome | BaseException]:
        drags = (drag(port, png, begin, seconds, operation, client) for client in clients)
        return await asyncio.gather(*drags, return_exceptions=True)

    outcomes = asyncio.run(together())
    return [found if isinstance(found, Outcome) else Outcome(0, [], 1) for found in outcomes]


def photograph(side: int) -> bytes:
    """Give a photograph at the size asked for, as PNG."""
    sys.path.insert(0, str(ROOT))
    from explorer import images

    return images.to_png(images.prepare(images.sample("astronaut"), size=side))


def main() -> None:
    """Measure, and print a row of the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--side", type=int, default=256, help="pixels a side of the RGB picture")
    parser.add_argument("--operation", choices=DRAGGED, default="filter2d", help="what is asked")
    parser.add_argument("--processes", type=int, default=2, help="processes that the clients share")
    chosen = parser.parse_args()
    png = photograph(chosen.side)
    shares = [range(first, chosen.clients, chosen.processes) for first in range(chosen.processes)]
    with running_app() as port, ProcessPoolExecutor(chosen.processes, get_context("spawn")) as pool:
        begin = time.time() + 5  # by then every process has started and every client has had an answer
        jobs = [
            pool.submit(drag_together, share, port, png, begin, chosen.seconds, chosen.operation)
            for share in shares
            if share
        ]
        outcomes = [outcome for job in jobs for outcome in job.result()]
    rates = [outcome.pictures / chosen.seconds for outcome in outcomes]
    latencies = sorted(latency for outcome in outcomes for latency in outcome.latencies)
    if len(latencies) < 2:
        raise SystemExit("No picture came back; see what the app logs.")
    p50, p95 = (1000 * latencies[int(share * (len(latencies) - 1))] for share in (0.5, 0.95))
    print("| picture | clients | pictures a second each, least | median | p50 ms | p95 ms | errors | cores |")
    print("|---|---|---|---|---|---|---|---|")
    print(
        f"| {chosen.side} x {chosen.side} RGB, {chosen.operation} | {chosen.clients} "
        f"| {min(rates):.1f} | {statistics.median(rates):.1f} "
        f"| {p50:.0f} | {p95:.0f} | {sum(outcome.errors for outcome in outcomes)} | {os.cpu_count()} |"
    )


if __name__ == "__main__":
    main()
