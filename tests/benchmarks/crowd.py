"""Measure a class that opens page after page: how long a page takes, on a cold server and on a warm one.

    python tests/benchmarks/crowd.py --sessions 100

Starts the app and lets each session, which speaks Streamlit's own messages and needs no browser, open the
pages that ask no worker process, each in an order of its own, with 1 to 3 s of thinking between two of them.
Then the same again on the same server. A page counts from its question to the end of its run. Ends with an
error if any page showed one, or if the server logged one.

The sessions share the processors with the server, so a server that is left alone does better.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import Server, Visit  # noqa: E402
from streamlit.proto.BackMsg_pb2 import BackMsg  # noqa: E402
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg  # noqa: E402
from websockets.asyncio.client import connect  # noqa: E402

from pages.catalogue import CATALOGUE  # noqa: E402

PAGES = {entry.name: entry.question for entry in CATALOGUE if entry.name not in ("imagenet", "transfer")}
THINKING = (1.0, 3.0)  # seconds between two pages
PATIENCE = 120.0  # seconds until a page counts as missing


@dataclass
class Outcome:
    """What one session saw: seconds and bytes of each page that it opened, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def attend(url: str, seed: int, begin: float, outcome: Outcome) -> None:
    """Be one session: come in during the first seconds, and open every page once."""
    choice = random.Random(seed)
    names = choice.sample(list(PAGES), len(PAGES))
    await asyncio.sleep(begin - time.time() + choice.uniform(0, THINKING[1]))
    hashes: dict[str, str] = {}
    address = f"ws{url.removeprefix('http')}/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None, proxy=None) as socket:
        for name in names:
            request = BackMsg()
            if name in hashes:
                request.rerun_script.page_script_hash = hashes[name]
            else:
                request.rerun_script.page_name = name
            visit, received, began = Visit(), 0, time.perf_counter()
            await socket.send(request.SerializeToString())
            while not visit.finished:
                data = await asyncio.wait_for(socket.recv(decode=False), PATIENCE)
                received += len(data)
                message = ForwardMsg.FromString(data)
                if message.WhichOneof("type") == "navigation":
                    hashes |= {
                        page.url_pathname: page.page_script_hash for page in message.navigation.app_pages
                    }
                visit.take(message)
            outcome.seconds.append(time.perf_counter() - began)
            outcome.received.append(received)
            outcome.errors += [f"{name}: {error}" for error in visit.errors]
            if visit.titles != [PAGES[name]]:
                outcome.errors.append(f"{name}: its titles are {visit.titles}")
            await asyncio.sleep(choice.uniform(*THINKING))


def attend_together(url: str, seeds: range, begin: float) -> list[Outcome]:
    """Be several sessions in one process."""

    async def one(seed: int) -> Outcome:
        outcome = Outcome()
        try:
            await attend(url, seed, begin, outcome)
        except Exception as error:
            outcome.errors.append(f"the session ended: {error!r}")
        return outcome

    async def together() -> list[Outcome]:
        return await asyncio.gather(*(one(seed) for seed in seeds))

    return asyncio.run(together())


def lesson(url: str, sessions: int, processes: int) -> list[Outcome]:
    """Let all sessions open all pages."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        begin = time.time() + 2 + sessions / 100  # by then every process has started
        jobs = [
            pool.submit(attend_together, url, range(first, sessions, processes), begin)
            for first in range(processes)
        ]
        return [outcome for job in jobs for outcome in job.result()]


def print_row(title: str, outcomes: list[Outcome], server: Server) -> list[str]:
    """Print a row of the table, and give what went wrong."""
    seconds = sorted(second for outcome in outcomes for second in outcome.seconds)
    received = sorted(size for outcome in outcomes for size in outcome.received)
    p50, p95 = (seconds[int(share * (len(seconds) - 1))] for share in (0.5, 0.95))
    errors = [error for outcome in outcomes for error in outcome.errors]
    print(
        f"| {title} | {len(outcomes)} | {len(seconds)} | {p50:.2f} | {p95:.2f} | {seconds[-1]:.2f} "
        f"| {received[len(received) // 2] / 1000:.0f} | {server.resident() / 1e6:.0f} | {len(errors)} |",
        flush=True,
    )
    return errors


def main() -> None:
    """Measure a cold server, then the same server warm."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--processes", type=int, default=2, help="processes that the sessions share")
    parser.add_argument("--project", type=Path, default=ROOT, help="the checkout whose app is measured")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), project=chosen.project.resolve())
        try:
            print(f"{os.cpu_count()} cores\n")
            print(
                "| server | sessions | pages | p50 s | p95 s | longest s | kB a page | server MB | errors |"
            )
            print("|---|---|---|---|---|---|---|---|---|")
            errors = [
                error
                for title in ("cold", "warm")
                for error in print_row(title, lesson(server.url, chosen.sessions, chosen.processes), server)
            ]
            logged = server.said().count("Traceback")
        finally:
            server.stop()
    for error, times in Counter(errors).most_common(10):
        print(f"{times} times: {error}")
    if errors or logged:
        raise SystemExit(f"{len(errors)} pages showed an error, and the server logged {logged}.")


if __name__ == "__main__":
    main()
