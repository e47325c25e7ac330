"""Measure drawing: from the move of a pointer to all maps of all layers painted, and what that is made of.

`python tests/benchmarks/sketch.py` starts the app, draws in Chromium with each variant of the sketch network,
and prints Markdown tables. A move counts from its event until every mosaic that answers it has been drawn.
"""

from __future__ import annotations

import math
import shutil
import statistics
import time
from collections.abc import Callable

from live import FLAGS, PAUSE, WATCH, print_drag, served, spread
from playwright.sync_api import Page, sync_playwright

from explorer import parameters, sketch
from explorer.images import drawings
from pages.operations import OPERATIONS

MOVES = 480
POINTS = 40
REPEATS = 60


def draw(page: Page) -> list[tuple[float, float]]:
    """Draw loops that wander over the pad; give a pair (event, painted) in milliseconds for each answer."""
    box = page.locator(".pad canvas").first.bounding_box()
    assert box
    page.evaluate("() => { window.asked.clear(); window.painted.length = 0; }")
    began = time.perf_counter()
    for step in range(MOVES):
        angle, radius = step / 9, 0.1 + 0.3 * abs(math.sin(step / 70))
        x, y = 0.5 + radius * math.cos(angle), 0.5 + radius * math.sin(1.1 * angle)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if not step:
            page.mouse.down()
        time.sleep(max(0.0, began + (step + 1) * PAUSE - time.perf_counter()))
    page.mouse.up()
    page.wait_for_timeout(1500)
    asked, painted = page.evaluate("() => [Object.fromEntries(window.asked), window.painted]")
    return [(asked[str(seq)], at) for seq, at in painted if str(seq) in asked]


def point(page: Page) -> list[float]:
    """Point at cells of the eighth layer; give the milliseconds until each is worked out."""
    box = page.locator(".layers canvas.mosaic").nth(7).bounding_box()
    assert box
    page.evaluate(
        """() => {
          const lab = [...document.querySelectorAll('*')]
            .map((host) => host.shadowRoot?.querySelector('.lab')).find(Boolean);
          window.told = [];
          let moved = 0;
          window.addEventListener('pointermove', () => { moved = performance.now(); }, true);
          new MutationObserver(() => window.told.push(performance.now() - moved))
            .observe(lab, { attributeFilter: ['data-unit'] });
        }"""
    )
    for step in range(POINTS):
        page.mouse.move(box["x"] + 4 + 3 * step, box["y"] + 0.6 * box["height"])
        page.wait_for_timeout(100)
    told: list[float] = page.evaluate("() => window.told")
    return told


def milliseconds(call: Callable[[], object]) -> float:
    """Give the median time of a call."""
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)


def main() -> None:
    """Run every measurement once."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed; install the package chromium.")
    print("| what | p50 | p95 | pictures a second |\n|---|---|---|---|")
    with sync_playwright() as playwright, served() as (url, _):
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, variant in sketch.VARIANTS.items():
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(f"{url}/draw_and_watch?variant={name}")
            page.locator(".lab.sketch[data-exact=true]").wait_for(timeout=30_000)
            page.wait_for_timeout(2500)
            page.evaluate(WATCH)
            print_drag(f"{variant.title}: all maps while drawing, lane", draw(page))
            if name == sketch.DEFAULT:
                print(f"| {variant.title}: a cell is pointed at | {spread(point(page))} | |", flush=True)
            page.close()
        browser.close()
    print("\n| in the server | the drawing found | all layers | maps painted as well | erasing, 225 places |")
    print("|---|---|---|---|---|")
    drawing = drawings.draw("smiley").repeat(3, axis=2)
    seen = sketch.prepare(drawing)
    operation = OPERATIONS["sketch"]
    for name, variant in sketch.VARIANTS.items():
        values = parameters.checked(operation.settings, {"variant": name})
        found = milliseconds(lambda: sketch.look(drawing))
        layers = milliseconds(lambda name=name: sketch.forward(seen, name))
        whole = milliseconds(lambda values=values: operation.answer(drawing.copy(), values, False))
        began = time.perf_counter()
        sketch.erase(seen, name, stride=4)
        erasing = 1000 * (time.perf_counter() - began)
        print(f"| {variant.title} | {found:.1f} ms | {layers:.1f} ms | {whole:.1f} ms | {erasing:.0f} ms |")


if __name__ == "__main__":
    main()
