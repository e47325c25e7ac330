"""Measure the inside of a trained network: what the worker takes, and what a person waits for in Chromium.

`EXPLORER_WEIGHTS=folder python tests/benchmarks/inside.py` prints Markdown tables for MobileNetV2. A question
counts from the event until its answer is drawn: the channels of the layer, and the bars of the classes.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from live import FLAGS, drag, open_lab, print_drag, served, spread
from playwright.sync_api import Page, sync_playwright

from explorer import compute, images
from explorer.imagenet import attribution, inspection, models, outputs, predictions, preprocessing, weights

NAME = "MobileNetV2"
SESSIONS = 8
ROUNDS = 20
STRIDE = 4  # of the occlusion beside which another page is used: 3136 positions
TARGET = 285


def median(function: Callable[[], object], repeats: int = 15) -> float:
    """Give the median time of a call in milliseconds, after it was called twice."""
    function(), function()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        function()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def measure_network() -> None:
    """Print what the network itself takes, in this process."""
    import tensorflow as tf

    pixels = preprocessing.seen(NAME, images.sample("chelsea"))
    opened = models.opened(NAME)
    batch = tf.constant(preprocessing.preprocess(NAME, pixels)[None])
    plain = tf.function(opened.model)
    forward = median(lambda: plain(batch, training=False).numpy())
    noise = np.random.default_rng(0)

    def another() -> np.ndarray:
        # Another picture each time, so that nothing is at hand.
        changed = pixels.copy()
        changed[0, 0] = noise.integers(0, 256, 3)
        return changed

    every = median(lambda: outputs.layer_output(NAME, another(), "out_relu"))
    cams = median(lambda: attribution.cams(NAME, pixels, TARGET))
    positions = attribution.occlusion_cost(NAME).positions
    occlusion = median(lambda: attribution.occlusion(NAME, pixels, TARGET), 3)
    alone = positions * median(lambda: predictions.logits(NAME, another()))
    print("| MobileNetV2 in one process | time | against one compiled forward pass |\n|---|---|---|")
    print(f"| one compiled forward pass | {forward:.0f} ms | 1 |")
    print(f"| all layers of a new picture | {every:.0f} ms | {every / forward:.1f} |")
    print(f"| Grad-CAM of every layer | {cams:.0f} ms | {cams / forward:.1f} |")
    print(f"| occlusion, {positions} positions | {occlusion:.0f} ms | {occlusion / forward:.0f} |")
    print(f"| the same, one by one | {alone:.0f} ms | {alone / occlusion:.1f} times as long |", flush=True)


def measure_sessions() -> None:
    """Print how long each of several sessions waits for a layer that it had not seen."""
    names = ("astronaut", "camera", "chelsea", "coffee", "rocket", "coins", "clock", "horse")
    pictures = [preprocessing.seen(NAME, images.sample(name)) for name in names]
    place = compute.local()

    def visit(session: int) -> list[float]:
        waits = []
        for depth in range(5, 5 + ROUNDS):
            view = inspection.LayerView(depth=6 * depth, exact=False)
            began = time.perf_counter()
            place.run(inspection.look, NAME, pictures[session], view, session=str(session))
            waits.append(1000 * (time.perf_counter() - began))
            time.sleep(0.2)
        return waits

    visit(0)
    with ThreadPoolExecutor(SESSIONS) as pool:
        waits = [wait for each in pool.map(visit, range(SESSIONS)) for wait in each]
    place.close()
    print(f"\n{SESSIONS} sessions at once, a new layer each: {spread(waits)} (p50, p95)", flush=True)


def click_rounds(page: Page, act: Callable[[int], None]) -> list[float]:
    """Give the milliseconds from each click until its answer is drawn."""
    waits = []
    for at in range(ROUNDS):
        page.evaluate(
            """() => {
              const lab = [...document.querySelectorAll('*')]
                .map((host) => host.shadowRoot?.querySelector('.lab')).find(Boolean);
              window.clicked = 0;
              window.shown = 0;
              const noted = () => { window.clicked = performance.now(); };
              window.addEventListener("click", noted, { capture: true, once: true });
              const drawn = (_, watcher) => { watcher.disconnect(); window.shown = performance.now(); };
              new MutationObserver(drawn)
                .observe(lab, { attributeFilter: ['data-revision'] });
            }"""
        )
        act(at)
        page.wait_for_function("() => window.shown > 0")
        waits.append(page.evaluate("() => window.shown - window.clicked"))
        page.wait_for_timeout(700)
    return waits


def measure_page() -> None:
    """Print what a person waits for."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed; install the package chromium.")
    print("\n| ImageNet page, in Chromium | p50 | p95 | pictures a second |\n|---|---|---|---|")
    with sync_playwright() as playwright, served() as (url, process):
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        began = time.perf_counter()
        page.goto(f"{url}/imagenet?depth=74")
        page.locator(".lab.inside[data-exact=true]").wait_for(timeout=60_000)
        print(f"| first picture, worker not yet started | {time.perf_counter() - began:.1f} s | | |")
        page.wait_for_timeout(12_000)  # what takes seconds the first time is being prepared
        open_lab(page, f"{url}/imagenet?depth=74")
        graph = page.locator("canvas[data-graph=layers]")
        drag(page, graph, scrub=False)
        print_drag("depth slider over all layers, lane", drag(page, graph, scrub=False))
        open_lab(page, f"{url}/imagenet?depth=74&channel=5")
        print_drag(
            "a channel is scaled: the bars, lane", drag(page, page.locator("[data-name=factor]"), scrub=False)
        )
        after = page.get_by_role("button", name="The channel after")
        print(f"| the next channel alone | {spread(click_rounds(page, lambda _: after.click()))} | |")
        switch = page.locator("button", has_text="Switch o").first
        print(
            f"| a channel is switched: the bars | {spread(click_rounds(page, lambda _: switch.click()))} | |"
        )
        status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
        print(f"\nServer: {int(status.split('VmRSS:')[1].split()[0]) // 1024} MB resident after this.")
        browser.close()


def measure_neighbours() -> None:
    """Print what a drag on another page takes, alone and while a network computes for somebody else."""
    print("\n| Convolution page, 256 x 256 RGB, a weight dragged, lane | p50 | p95 | pictures a second |")
    print("|---|---|---|---|")
    with sync_playwright() as playwright, served() as (url, _):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        hand, other = (
            browser.new_context(viewport={"width": 1280, "height": 800}).new_page() for _ in range(2)
        )
        open_lab(hand, f"{url}/convolution?size=256&sample=astronaut&colour=colour")
        weight = hand.locator("input.weight").nth(5)
        drag(hand, weight, scrub=True)
        print_drag("nobody computes", drag(hand, weight, scrub=True))
        other.goto(f"{url}/imagenet?tab=Why&why_stride={STRIDE}")
        start = other.get_by_role("button", name="Compute the map")
        start.wait_for(timeout=60_000)
        other.wait_for_timeout(12_000)  # what takes seconds the first time is being prepared
        start.click()
        other.get_by_text("pictures,").wait_for(timeout=60_000)
        print_drag("a network computes", drag(hand, weight, scrub=True))
        if not other.get_by_test_id("stTabs").get_by_role("button", name="Stop").is_visible():
            sys.exit("The network was done before the drag was: choose a smaller stride.")
        other.goto(f"{url}/transfer?teach_fine_tune=true&teach_tune_epochs=100&teach_tune_rate=0.00001")
        other.get_by_role("button", name="Fill in an example").click(timeout=60_000)
        other.wait_for_timeout(5_000)
        other.get_by_role("button", name="Train", exact=True).click()
        other.wait_for_timeout(5_000)  # the features come first, then the head, then the block
        print_drag("a network is fine-tuned", drag(hand, weight, scrub=True))
        if not other.get_by_test_id("stMain").get_by_role("button", name="Stop").is_visible():
            sys.exit("The training was done before the drag was: choose more epochs.")
        browser.close()


def main() -> None:
    """Run every measurement once."""
    measure_page()
    measure_neighbours()
    measure_sessions()
    measure_network()


if __name__ == "__main__":
    if not weights.find_weights(NAME).trained:
        sys.exit("The benchmark needs the trained weights: set EXPLORER_WEIGHTS.")
    main()
