"""Measure what a person feels on a live plot: from a pointer's move to the curve that it caused, in Chromium.

`python tests/benchmarks/plots.py` starts the app, drags a parameter and the line of the Activations page in
a real browser, with one function on the plot and with all of them, and prints a Markdown table. A move counts
from the moment its listener is called until the plot that answers it has been drawn on its canvas.
"""

from __future__ import annotations

import os
import shutil
import statistics
import time

from live import FLAGS, served
from playwright.sync_api import Locator, Page, sync_playwright

from explorer.curves import ACTIVATIONS

MOVES = 240
PAUSE = 1 / 60  # seconds between two moves: what a mouse sends on a 60 Hz display

WATCH = """
() => {
  const lab = [...document.querySelectorAll('*')]
    .map((host) => host.shadowRoot?.querySelector('.lab.activations')).find(Boolean);
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


def drag(page: Page, target: Locator, share: float) -> list[tuple[float, float]]:
    """Drag to and fro over a share of the width; give (event, painted) in milliseconds for each plot."""
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
        page.mouse.move(x + wave * share * box["width"], y)
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
    print("| what | p50 | p95 | plots a second |\n|---|---|---|---|")
    with sync_playwright() as playwright, served() as (url, _):
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        others = ",".join(name for name in ACTIVATIONS if name != "elu")
        for title, query in (
            ("one function", "curves=elu"),
            ("all 24 with their slopes", f"curves=elu,{others}&slopes=all"),
        ):
            page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            page.goto(f"{url}/activations?tab=Facts&{query}")
            page.locator(".lab.activations[data-lane=open]").wait_for(timeout=20_000)
            page.wait_for_timeout(2500)
            page.evaluate(WATCH)
            for name, target, share in (
                ("parameter dragged", page.locator(".knobs .slider[data-name=alpha]"), 0.9),
                ("line dragged", page.locator("canvas[data-plot=activations]"), 0.6),
            ):
                pairs = drag(page, target, share)
                waits = sorted(painted - asked for asked, painted in pairs)
                seconds = (pairs[-1][1] - pairs[0][1]) / 1000
                print(
                    f"| {title}, {name} | {statistics.median(waits):.0f} ms | "
                    f"{waits[int(0.95 * len(waits))]:.0f} ms | {len(waits) / seconds:.0f} |",
                    flush=True,
                )
        browser.close()


if __name__ == "__main__":
    main()
