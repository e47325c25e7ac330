"""Measure what a person feels on a live plot: from a pointer's move to the curve that it caused, in Chromium.

`python tests/benchmarks/plots.py` starts the app, drags what can be dragged on the pages Activations, Losses
and Vectors in a real browser, and prints a Markdown table. A move counts from the moment its listener is
called until the plot that answers it has been drawn on its canvas.
"""

from __future__ import annotations

import os
import shutil
import statistics
import time
from dataclasses import dataclass

from live import FLAGS, served
from playwright.sync_api import Locator, Page, sync_playwright

from explorer.activations import ACTIVATIONS

MOVES = 240
PAUSE = 1 / 60  # seconds between two moves: what a mouse sends on a 60 Hz display

WATCH = """
(view) => {
  const lab = [...document.querySelectorAll('*')]
    .map((host) => host.shadowRoot?.querySelector(view)).find(Boolean);
  window.asked = new Map();
  window.painted = [];
  let moved = 0;
  window.addEventListener('pointermove', () => { moved = performance.now(); }, true);
  new MutationObserver(() => window.asked.set(Number(lab.dataset.asked), moved))
    .observe(lab, { attributeFilter: ['data-asked'] });
  new MutationObserver(() => window.painted.push([Number(lab.dataset.seq), performance.now()]))
    .observe(lab, { attributeFilter: ['data-seq'] });
}
"""


@dataclass(frozen=True)
class Dragged:
    """What is dragged: its name in the table, the address, the view, the handle, and how far it goes."""

    title: str
    address: str
    view: str
    handle: str
    pixels: int


OTHERS = ",".join(name for name in ACTIVATIONS if name != "elu")
LINE = "canvas[data-plot=activations]"
DRAGGED = (
    Dragged(
        "one activation, its parameter",
        "activations?tab=Facts&curves=elu",
        ".activations",
        "[data-name=alpha] .thumb",
        100,
    ),
    Dragged("one activation, the line", "activations?tab=Facts&curves=elu", ".activations", LINE, 300),
    Dragged(
        "all 24 with their slopes, a parameter",
        f"activations?tab=Facts&curves=elu,{OTHERS}&slopes=all",
        ".activations",
        "[data-name=alpha] .thumb",
        100,
    ),
    Dragged(
        "all 24 with their slopes, the line",
        f"activations?tab=Facts&curves=elu,{OTHERS}&slopes=all",
        ".activations",
        LINE,
        300,
    ),
    Dragged(
        "losses, the prediction",
        "losses?tab=Facts",
        ".losses",
        ".plot[data-name=loss] .marker[data-name=prediction] .grip",
        120,
    ),
    Dragged(
        "losses, the outlier",
        "losses?tab=One+outlier",
        ".samples",
        "[data-name=numbers_wild] .thumb",
        100,
    ),
    Dragged("fit it, a point", "losses?tab=Fit+it", ".fit", "[data-point='5']", 120),
    Dragged("trading, the market's signal", "trading", ".trading", "[data-name=signal] .thumb", 60),
    Dragged("vectors, the tip of an arrow", "vectors", ".vectorlab", "[data-hold=a]", 120),
)


def drag(page: Page, target: Locator, pixels: int) -> list[tuple[float, float]]:
    """Drag to and fro over so many pixels; give (event, painted) in milliseconds for each plot."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate("() => { window.asked.clear(); window.painted.length = 0; }")
    page.mouse.move(x, y)
    page.mouse.down()
    began = time.perf_counter()
    for step in range(MOVES):
        wave = (abs((step % 80) - 40) - 20) / 40
        page.mouse.move(x + wave * pixels, y)
        time.sleep(max(0.0, began + (step + 1) * PAUSE - time.perf_counter()))
    page.mouse.up()
    page.wait_for_timeout(1500)
    asked, painted = page.evaluate("() => [Object.fromEntries(window.asked), window.painted]")
    return [(asked[str(seq)], at) for seq, at in painted if str(seq) in asked]


def main() -> None:
    """Run every measurement once."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed; install the package chromium.")
    print(f"{os.cpu_count()} cores")
    print("| what is dragged | p50 | p95 | plots a second |\n|---|---|---|---|")
    with sync_playwright() as playwright, served() as (url, _):
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for dragged in DRAGGED:
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            page = context.new_page()
            page.goto(f"{url}/{dragged.address}")
            page.locator(f".lab{dragged.view}[data-lane=open]").wait_for(timeout=20_000)
            page.wait_for_timeout(2500)
            page.evaluate(WATCH, f".lab{dragged.view}")
            # Some handles stand several times on a page: in the view first.
            handle = page.locator(f".lab{dragged.view} {dragged.handle}").first
            pairs = drag(page, handle, dragged.pixels)
            waits = sorted(painted - asked for asked, painted in pairs)
            seconds = (pairs[-1][1] - pairs[0][1]) / 1000
            print(
                f"| {dragged.title} | {statistics.median(waits):.0f} ms | "
                f"{waits[int(0.95 * len(waits))]:.0f} ms | {len(waits) / seconds:.0f} |",
                flush=True,
            )
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
