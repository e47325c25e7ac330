"""How many frames a second live training gives: one person in Chromium, and a classroom that trains at once.

    python tests/benchmarks/training.py --clients 20 --seconds 10

Starts the app and lets a network of 6 hidden layers of 8 units train on 500 points with Adam: first on the
page in a real browser, where a frame counts when the plane is painted; then from so many clients, each of
which sends back where its training stands as soon as an answer brings it, while one more drags a filter.
Prints a Markdown table. Browser and clients take their share of the same processors.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import shutil
import statistics
import struct
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from lane import drag, photograph, running_app
from playwright.sync_api import sync_playwright
from websockets.asyncio.client import connect

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
PARAMETERS: dict[str, Any] = {
    "layers": [[8, "tanh"]] * 6 + [[1, "sigmoid"]],
    "data": "spiral",
    "points": 500,
    "optimizer": "adam",
    "learning_rate": 0.01,
    "advance": "play",
}
QUERY = "layers=" + "8~tanh," * 6 + "1~sigmoid&data=spiral&optimizer=adam&learning_rate=0.01"


def watch(port: int, seconds: float) -> tuple[float, list[float]]:
    """Let the page play in a browser; give frames a second, and the milliseconds between two of them."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed; install the package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"http://127.0.0.1:{port}/hidden_layers?{QUERY}")
        page.locator(".lab[data-lane=open]").wait_for(timeout=20_000)
        page.wait_for_timeout(2500)
        plane = page.locator("canvas[data-pane=plane]")
        plane.evaluate(
            """(plane) => {
              window.painted = [];
              new MutationObserver(() => window.painted.push(performance.now()))
                .observe(plane, { attributeFilter: ['data-revision'] });
            }"""
        )
        page.get_by_role("button", name="Play: train until you pause").click()
        page.wait_for_timeout(1000 * seconds)
        painted: list[float] = page.evaluate("() => window.painted")
        browser.close()
    waits = [after - before for before, after in itertools.pairwise(painted)]
    return 1000 * len(waits) / (painted[-1] - painted[0]), waits


async def train(port: int, begin: float, seconds: float) -> list[float]:
    """Be one client: train from the common beginning on, and give the seconds that each frame took."""
    taken: list[float] = []
    state = None
    origin = f"http://127.0.0.1:{port}"
    async with connect(f"ws://127.0.0.1:{port}/lane", origin=origin, max_size=None, proxy=None) as lane:
        await asyncio.sleep(begin - time.time())
        seq = 0
        while time.time() < begin + seconds:
            seq += 1
            parameters = PARAMETERS | {"training_state": state, "seed": 1}
            asked = time.perf_counter()
            request = {"seq": seq, "operation": "network", "parameters": parameters, "rest": False}
            await lane.send(json.dumps(request))
            message = await lane.recv()
            taken.append(time.perf_counter() - asked)
            (length,) = struct.unpack("<I", message[:4])  # type: ignore[arg-type]
            state = json.loads(message[4 : 4 + length])["facts"]["training_state"]
    return taken


def train_together(clients: int, port: int, begin: float, seconds: float) -> list[list[float]]:
    """Be several clients in one process."""

    async def together() -> list[list[float]]:
        return list(await asyncio.gather(*(train(port, begin, seconds) for _ in range(clients))))

    return asyncio.run(together())


def row(what: str, rates: list[float], waits: list[float]) -> None:
    """Print a row of the table; `waits` are in milliseconds."""
    p50, p95 = (sorted(waits)[int(share * (len(waits) - 1))] for share in (0.5, 0.95))
    print(
        f"| {what} | {min(rates):.1f} | {statistics.median(rates):.1f} | {p50:.0f} | {p95:.0f} |", flush=True
    )


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--processes", type=int, default=2, help="processes that the clients share")
    chosen = parser.parse_args()
    print(f"{os.cpu_count()} cores")
    print("| 8 x 6 hidden units, 500 points | frames a second each, least | median | p50 ms | p95 ms |")
    print("|---|---|---|---|---|")
    with running_app() as port:
        rate, waits = watch(port, chosen.seconds)
        row("one person, in Chromium", [rate], waits)
        shares = [len(range(first, chosen.clients, chosen.processes)) for first in range(chosen.processes)]
        with ProcessPoolExecutor(chosen.processes, get_context("spawn")) as pool:
            begin = time.time() + 3  # by then every process has started and every client is connected
            jobs = [
                pool.submit(train_together, share, port, begin, chosen.seconds) for share in shares if share
            ]
            dragged = asyncio.run(drag(port, photograph(256), begin, chosen.seconds))
            found = [taken for job in jobs for taken in job.result()]
    rates = [len(taken) / chosen.seconds for taken in found]
    row(f"{chosen.clients} at once, lane alone", rates, [1000 * wait for taken in found for wait in taken])
    waits = [1000 * wait for wait in dragged.latencies]
    row("meanwhile a filter dragged over 256 x 256 RGB", [dragged.pictures / chosen.seconds], waits)


if __name__ == "__main__":
    main()
