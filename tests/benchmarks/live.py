"""Measure what a person feels: from a pointer's move to the picture that it caused, in Chromium.

`python tests/benchmarks/live.py` starts the app, drags a weight, a slider and the window of a pooling in a
real browser at two sizes, through the lane and through Streamlit runs, then a bias in a pipeline of eight
blocks, and prints a Markdown table. A move counts from the moment its listener is called until what answers
it has been drawn: the map on its canvas, or the mosaics of all blocks.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MOVES = 240
PAUSE = 1 / 60  # seconds between two moves: what a mouse sends on a 60 Hz display

RELEASES = 24

WATCH = """
() => {
  const lab = [...document.querySelectorAll('*')]
    .map((host) => host.shadowRoot?.querySelector('.lab')).find(Boolean);
  const map = lab.querySelector('canvas[data-pane=map]') ?? lab;
  window.asked = new Map();
  window.painted = [];
  window.told = [];
  let moved = 0;
  let released = 0;
  window.addEventListener('pointermove', () => { moved = performance.now(); }, true);
  const facts = document.querySelector('[data-testid=stTabs]');
  const values = () => [...facts.querySelectorAll('p')]
    .map(({ textContent }) => textContent).find((text) => text.startsWith('Values'));
  window.addEventListener('pointerup', () => {
    released = performance.now();
    window.told = [[0, values()]];
  }, true);
  new MutationObserver(() => window.asked.set(Number(lab.dataset.asked), moved))
    .observe(lab, { attributeFilter: ['data-asked'] });
  new MutationObserver(() => window.painted.push([Number(map.dataset.seq), performance.now()]))
    .observe(map, { attributeFilter: ['data-seq'] });
  new MutationObserver(() => window.told.push([performance.now() - released, values()]))
    .observe(facts, { subtree: true, childList: true, characterData: true });
}
"""


def free_port() -> int:
    """Ask the system for a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start the app as its README says, until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            urlopen(f"{url}/_stcore/health", timeout=1)
            break
        except OSError:
            time.sleep(0.05)
    try:
        yield url, process
    finally:
        process.terminate()
        process.wait(10)


def drag(page: Page, target: Locator, *, scrub: bool, drift: float = 0.0) -> list[tuple[float, float]]:
    """Drag a control to and fro; give a pair (event, painted) in milliseconds for each picture.

    Each move goes down by `drift` CSS pixels as well, where no place is to come twice.
    """
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate("() => { window.asked.clear(); window.painted.length = 0; }")
    page.mouse.move(x, y)
    page.mouse.down()
    began = time.perf_counter()
    for step in range(MOVES):
        wave = abs((step % 80) - 40) - 20
        page.mouse.move(x + wave * (1 if scrub else box["width"] / 50), y + step * drift)
        time.sleep(max(0.0, began + (step + 1) * PAUSE - time.perf_counter()))
    page.mouse.up()
    page.wait_for_timeout(1500)
    asked, painted = page.evaluate("() => [Object.fromEntries(window.asked), window.painted]")
    return [(asked[str(seq)], at) for seq, at in painted if str(seq) in asked]


def release(page: Page) -> list[float]:
    """Let the bias go at many places; give the milliseconds until the map's values are right in the facts.

    They are right at once where they followed the drag.
    """
    target = page.locator("[data-name=bias]")
    box = target.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    waits = []
    for place in range(RELEASES):
        x = box["x"] + 30 + place * (box["width"] - 60) / RELEASES
        page.mouse.move(x - 3, y)
        page.mouse.down()
        page.mouse.move(x, y)
        page.wait_for_timeout(60)
        page.mouse.up()
        page.wait_for_timeout(500)
        told: list[tuple[float, str]] = page.evaluate("() => window.told")
        wrong = [number for number, (_, text) in enumerate(told) if text != told[-1][1]]
        waits.append(told[wrong[-1] + 1][0] if wrong else 0.0)
    return waits


def spread(waits: list[float]) -> str:
    """Write the median and the 95th percentile as cells of the table."""
    return f"{statistics.median(waits):.0f} ms | {sorted(waits)[int(0.95 * len(waits))]:.0f} ms"


def measure(page: Page, url: str, size: int, *, lane: bool) -> None:
    """Print the rows for one working size."""
    if not lane:
        page.route_web_socket(re.compile("/lane$"), lambda socket: socket.close())
    open_lab(page, f"{url}/convolution?size={size}&sample=astronaut&colour=colour")
    way = "lane" if lane else "Streamlit runs"
    for name, target, scrub in (
        ("kernel cell", page.locator("input.weight").nth(5), True),
        ("bias slider", page.locator("[data-name=bias]"), False),
    ):
        print_drag(f"{size} x {size} RGB, {name}, {way}", drag(page, target, scrub=scrub))
    if lane:
        print(f"| {size} x {size} RGB, facts after release | {spread(release(page))} | |", flush=True)
    open_lab(page, f"{url}/pooling?size={size}&sample=astronaut&colour=colour")
    pairs = drag(page, page.locator("[data-name=pool_size]"), scrub=False)
    print_drag(f"{size} x {size} RGB, window of a pooling, {way}", pairs)


def measure_pipeline(page: Page, url: str) -> None:
    """Print the rows for 8 blocks of 8 maps at 128 x 128, with the first or the last of them moving."""
    blocks = "~~".join(["convolution~bank=8x3_1"] * 8)
    open_lab(page, f"{url}/pipeline?size=128&sample=astronaut&colour=colour&open=0&blocks={blocks}")
    for name, block in (("first", 1), ("last", 8)):
        card = page.locator(f".card[data-block='{block}']")
        card.get_by_text("Bias", exact=True).first.click()
        pairs = drag(page, card.locator("[data-name=bias]"), scrub=False)
        print_drag(f"128 x 128 RGB, 8 blocks of 8 maps, bias of the {name} block, lane", pairs)


def open_lab(page: Page, address: str) -> None:
    """Open all of a page, wait until it is at rest, and watch what is asked and painted from there on."""
    page.goto(f"{address}&level=everything")
    page.locator("[data-exact=true]").first.wait_for(timeout=20_000)
    page.wait_for_timeout(2500)
    page.evaluate(WATCH)


def print_drag(what: str, pairs: list[tuple[float, float]]) -> None:
    """Print the row of a drag."""
    seconds = (pairs[-1][1] - pairs[0][1]) / 1000
    waits = [painted - asked for asked, painted in pairs]
    print(f"| {what} | {spread(waits)} | {len(waits) / seconds:.0f} |", flush=True)


def main() -> None:
    """Run every measurement once."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed; install the package chromium.")
    print(f"{os.cpu_count()} cores")
    print("| what | p50 | p95 | pictures a second |\n|---|---|---|---|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        began = time.perf_counter()
        with served() as (url, process):
            page = browser.new_page()
            page.goto(f"{url}/convolution")
            page.locator("canvas[data-pane=map][data-seq]").wait_for(timeout=20_000)
            print(f"| cold start to the first map | {time.perf_counter() - began:.1f} s | | |")
            page.close()
            print_table(browser, url)
            status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
            resident = int(status.split("VmRSS:")[1].split()[0]) // 1024
            print(f"\nServer: {resident} MB resident after this.")
        browser.close()


def print_table(browser: Browser, url: str) -> None:
    """Print the rows of both ways at both sizes, each in a browser session of its own."""
    for lane in (True, False):
        for size in (256, 512):
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            measure(context.new_page(), url, size, lane=lane)
            context.close()
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    measure_pipeline(context.new_page(), url)
    context.close()


if __name__ == "__main__":
    main()
