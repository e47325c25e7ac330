"""Measure the camera live: from a frame's event to the map that answers it, for one person and for several.

    python tests/benchmarks/camera.py --clients 8 --seconds 10

The first rows are of Chromium with a film of a noisy photograph as its camera, under a filter at 256 x 256
RGB and in a trained network. The last row is of clients without a browser, which send frames as browsers do,
each the next when the one before is answered: the browsers of a class run on machines of their own. Prints a
Markdown table, and what the server has in memory after a row.

    python tests/benchmarks/camera.py --minutes 10

What the server has in memory at the start and after each of so many minutes, while one person's camera runs
under a filter; and nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from lane import Outcome, kernel, seq_of
from live import FLAGS, ROOT, served, spread
from playwright.sync_api import Browser, Page, sync_playwright
from websockets.asyncio.client import connect

sys.path.insert(0, str(ROOT))
from explorer import images

RATE = 30  # frames a second of the film
FRAMES = 45
WIDTH, HEIGHT = 640, 480
NOISE = 4  # levels: the standard deviation in each pixel, as a small camera has it indoors

# Each frame that is shown, as the milliseconds since it came.
WATCH = """
() => {
  const bar = [...document.querySelectorAll('*')]
    .map((host) => host.shadowRoot?.querySelector('.camerabar:not([hidden])')).find(Boolean);
  window.waits = [];
  new MutationObserver(() => window.waits.push(Number(bar.dataset.wait)))
    .observe(bar, { attributeFilter: ['data-frames'] });
}
"""


def moments(side: int) -> list[npt.NDArray[np.uint8]]:
    """Give a photograph that moves and is noisy, as squares of so many pixels."""
    chance = np.random.default_rng(7)
    still = images.to_levels(images.prepare(images.sample("astronaut"), size=side)).astype(np.int16)
    shifts = (np.sin(np.arange(FRAMES) / 7) * side / 20).astype(int)
    noisy = (
        np.roll(still, shift, axis=1) + chance.normal(0, NOISE, still.shape).astype(np.int16)
        for shift in shifts
    )
    return [np.clip(each, 0, 255).astype(np.uint8) for each in noisy]


def write_film(file: Path) -> None:
    """Write what Chromium takes for its camera: YUV 4:2:0, frame after frame."""
    with file.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        edge = (WIDTH - HEIGHT) // 2
        for square in moments(HEIGHT):
            frame = np.pad(square, ((0, 0), (edge, edge), (0, 0)), mode="reflect")
            film.write(b"FRAME\n" + cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).tobytes())


def go_live(page: Page, address: str) -> None:
    """Open a page with the camera live, and wait until frames come evenly."""
    page.goto(address)
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("radio", name="Camera", exact=True).click(timeout=60_000)
    sidebar.get_by_role("button", name="Go live").click(timeout=60_000)
    page.locator(".camerabar[data-frames]").first.wait_for(timeout=60_000)
    page.wait_for_timeout(3000)
    page.evaluate(WATCH)


def measure(browser: Browser, what: str, address: str, seconds: float) -> None:
    """Print the row of one person."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    go_live(page, address)
    began = time.perf_counter()
    page.wait_for_timeout(1000 * seconds)
    waits: list[float] = page.evaluate("() => window.waits")
    rate = len(waits) / (time.perf_counter() - began)
    print(f"| {what}, one person, Chromium | {spread(waits)} | {rate:.0f} |", flush=True)
    page.close()


async def be_one(port: int, pngs: list[bytes], until: float, client: int) -> Outcome:
    """Send frame after frame under a filter, each when the one before is answered."""
    latencies: list[float] = []
    asked: dict[str, Any] = {"operation": "filter2d", "parameters": kernel(client, client), "rest": False}
    url, origin = f"ws://127.0.0.1:{port}/lane", f"http://127.0.0.1:{port}"
    async with connect(url, origin=origin, max_size=None, compression=None, proxy=None) as lane:
        seq = 0
        while time.time() < until:
            seq += 1
            begun = time.perf_counter()
            await lane.send(pngs[(seq + 5 * client) % len(pngs)])
            await lane.send(json.dumps({"seq": seq} | asked))
            message = await lane.recv()
            if isinstance(message, str) or seq_of(message) != seq:
                raise SystemExit("A frame was not answered; see what the app logs.")
            latencies.append(time.perf_counter() - begun)
    return Outcome(len(latencies), latencies, 0)


def measure_many(port: int, clients: int, seconds: float) -> None:
    """Print the row of several at once."""
    pngs = [images.to_png(images.from_levels(frame)) for frame in moments(256)]

    async def together() -> list[Outcome]:
        until = time.time() + seconds
        return await asyncio.gather(*(be_one(port, pngs, until, client) for client in range(clients)))

    outcomes = asyncio.run(together())
    rates = [outcome.pictures / seconds for outcome in outcomes]
    waits = [1000 * latency for outcome in outcomes for latency in outcome.latencies]
    each = f"{min(rates):.0f} to {max(rates):.0f} each, median {statistics.median(rates):.0f}"
    print(f"| 256 x 256 RGB under a filter, {clients} at once, no browser | {spread(waits)} | {each} |")


def resident(pid: int) -> int:
    """Give the megabytes that a process has in memory."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def measure_memory(browser: Browser, address: str, pid: int, minutes: int) -> None:
    """Print what the server has in memory, minute by minute, while a camera runs."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    go_live(page, address)
    print("| minute | frames shown | server, MB resident |\n|---|---|---|")
    for minute in range(minutes + 1):
        frames = page.evaluate("() => window.waits.length")
        print(f"| {minute} | {frames:,} | {resident(pid)} |", flush=True)
        if minute < minutes:
            page.wait_for_timeout(60_000)
    page.close()


def main() -> None:
    """Run every measurement once."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--minutes", type=int, default=0)
    chosen = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed; install the package chromium.")
    filtered, network = "256 x 256 RGB under a filter", "EfficientNet-Lite0 with the maps of a layer"
    under_filter = "convolution?size=256&colour=colour"
    print(f"{os.cpu_count()} cores")
    with served() as (url, process):
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            film = Path(folder) / "camera.y4m"
            write_film(film)
            camera = (
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={film}",
            )
            browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *camera])
            if chosen.minutes:
                measure_memory(browser, f"{url}/{under_filter}", process.pid, chosen.minutes)
                return
            print("| what | p50 | p95 | pictures a second |\n|---|---|---|---|")
            measure(browser, filtered, f"{url}/{under_filter}", chosen.seconds)
            measure(browser, network, f"{url}/imagenet", chosen.seconds)
            browser.close()
        before = resident(process.pid)
        measure_many(int(url.rpartition(":")[2]), chosen.clients, chosen.seconds)
        after = resident(process.pid)
    print(f"\nServer: {before} MB resident before the last row, {after} MB after it.")


if __name__ == "__main__":
    main()
