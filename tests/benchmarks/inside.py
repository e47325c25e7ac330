"""Measure the inside of a trained network: what the worker takes, and what a person waits for in Chromium.

`python tests/benchmarks/inside.py` prints Markdown tables for the network that is installed. A question
counts from the event until its answer is drawn: the channels of the layer, and the bars of the classes.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
from live import FLAGS, drag, open_lab, print_drag, served, spread
from playwright.sync_api import Page, sync_playwright

from explorer import compute, images
from explorer.imagenet import attribution, inspection, models, predictions, preprocessing
from explorer.imagenet.engine.opening import open_engine
from explorer.imagenet.networks import NETWORKS

NAME = "EfficientNetLite0"
SESSIONS = 30
ROUNDS = 20
STRIDE = 4  # of the occlusion beside which another page is used: 3136 positions
TARGET = 285
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
FRESH = f"""
import time; began = time.perf_counter()
from explorer import images
from explorer.imagenet import predict
predict({NAME!r}, images.sample("chelsea"))
print(time.perf_counter() - began)
"""


def median(function: Callable[[], object], repeats: int = 15) -> float:
    """Give the median time of a call in milliseconds, after it was called twice."""
    function(), function()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        function()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def work(function: Callable[[], object], repeats: int = 30) -> float:
    """Give the least processor time of a call in milliseconds, after it was called twice."""
    function(), function()
    times = []
    for _ in range(repeats):
        began = time.process_time()
        function()
        times.append(1000 * (time.process_time() - began))
    return min(times)


def measure_passes() -> None:
    """Print the processor time of passes on one thread, in plain arrays and by TensorFlow."""
    import cv2
    import keras
    import tensorflow as tf

    cv2.setNumThreads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    network = open_engine(NAME)
    batch = preprocessing.preprocess(NAME, preprocessing.seen(NAME, images.sample("chelsea")))[None]
    opened = models.opened(NAME)
    model, tensor = keras.Model(opened.model.input, opened.logits), tf.constant(batch)
    compiled = tf.function(lambda pixels: model(pixels, training=False))
    theirs = work(lambda: compiled(tensor).numpy())
    forward = work(lambda: network.forward(batch))
    both = work(lambda: network.backward(network.forward(batch), TARGET))
    print("| one pass on one thread | processor time | |\n|---|---|---|")
    print(f"| by TensorFlow, which keeps no map | {theirs:.1f} ms | |")
    print(f"| in plain arrays, which keep all | {forward:.1f} ms | {forward / theirs:.2f} times |")
    print(
        f"| and back, the gradient at every layer | {both:.1f} ms | {both / forward:.2f} times |", flush=True
    )


def measure_network() -> None:
    """Print what a new process, and one that runs already, take for an answer and for an explanation."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    found = [
        subprocess.run([sys.executable, "-c", FRESH], env=environment, capture_output=True, check=True)
        for _ in range(5)
    ]
    first = statistics.median(float(each.stdout) for each in found)
    pixels = preprocessing.seen(NAME, images.sample("chelsea"))
    noise = np.random.default_rng(0)

    def another() -> inspection.Pixels:
        # Another picture each time, so that nothing is at hand.
        changed = pixels.copy()
        changed[0, 0] = noise.integers(0, 256, 3)
        return changed

    positions = attribution.occlusion_cost(NAME).positions
    print("\n| by the clock | |\n|---|---|")
    print(f"| a new process: its first answer, imports and weights included | {first:.2f} s |")
    print(f"| an answer | {median(lambda: predictions.logits(NAME, another())):.0f} ms |")
    print(f"| Grad-CAM of every layer | {median(lambda: attribution.cams(NAME, another(), TARGET)):.0f} ms |")
    occlusion = median(lambda: attribution.occlusion(NAME, pixels, TARGET), 3)
    print(f"| occlusion, {positions} positions | {occlusion / 1000:.2f} s |", flush=True)


def measure_sessions() -> None:
    """Print how long each of a class waits that ask for the bars of a new picture at the same time."""
    noise = np.random.default_rng(0)
    size = NETWORKS[NAME].size
    pictures = noise.integers(0, 256, (SESSIONS, size, size, 3), np.uint8)
    place = compute.local()

    def ask(session: int, picture: inspection.Pixels) -> float:
        began = time.perf_counter()
        view = inspection.LayerView(depth=6, exact=False)
        place.run(inspection.look, NAME, picture, view, session=str(session))
        return 1000 * (time.perf_counter() - began)

    ask(0, pictures[0] // 2)
    with ThreadPoolExecutor(SESSIONS) as pool:
        waits = list(pool.map(ask, range(SESSIONS), pictures))
    place.close()
    print(f"\n{SESSIONS} sessions at once, a new picture each: {spread(waits)} (p50, p95)", flush=True)


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
        page.goto(f"{url}/imagenet?depth=60")
        page.locator(".class").first.wait_for(timeout=60_000)
        print(f"| a cold server: the bars of the first picture | {time.perf_counter() - began:.1f} s | | |")
        open_lab(page, f"{url}/imagenet?depth=60")
        page.wait_for_timeout(3_000)
        print(resident("after the page", process.pid))
        graph = page.locator("canvas[data-graph=layers]")
        drag(page, graph, scrub=False)
        print_drag("depth slider over all layers, lane", drag(page, graph, scrub=False))
        open_lab(page, f"{url}/imagenet?depth=60&channel=5")
        print_drag(
            "a channel is scaled: the bars, lane", drag(page, page.locator("[data-name=factor]"), scrub=False)
        )
        after = page.get_by_role("button", name="Next channel")
        print(f"| the next channel alone | {spread(click_rounds(page, lambda _: after.click()))} | |")
        switch = page.locator("button", has_text="Switch o").first
        print(
            f"| a channel is switched: the bars | {spread(click_rounds(page, lambda _: switch.click()))} | |"
        )
        for overlay in ("none", "grad_cam"):
            open_lab(page, f"{url}/imagenet?depth=60&zoom=1.5&overlay={overlay}&network={NAME}")
            photograph = page.locator("canvas[data-pane=photo]")
            heat = "" if overlay == "none" else " and Grad-CAM"
            print_drag(
                f"the picture moves: bars, maps{heat}, lane", drag(page, photograph, scrub=False, drift=0.2)
            )
        print("\n" + resident("after all of this", process.pid).strip("| "))
        browser.close()


def resident(when: str, pid: int) -> str:
    """Say how much memory a server and the processes beside it have."""
    server = psutil.Process(pid)
    sizes = [each.memory_info().rss >> 20 for each in (server, *server.children(recursive=True))]
    parts = f"{sizes[0]}, {sum(sizes[1:])}, {sum(sizes)} MB"
    return f"| resident {when}: server, processes beside it, together | {parts} | | |"


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
        start.click(timeout=60_000)
        other.get_by_text("pictures,").wait_for(timeout=60_000)
        print_drag("a network computes", drag(hand, weight, scrub=True))
        if not other.get_by_test_id("stTabs").get_by_role("button", name="Stop").is_visible():
            sys.exit("The network was done before the drag was: choose a smaller stride.")
        other.goto(f"{url}/transfer?teach_fine_tune=true&teach_tune_epochs=100&teach_tune_rate=0.00001")
        other.get_by_role("button", name="Load an example").click(timeout=60_000)
        other.wait_for_timeout(5_000)
        other.get_by_role("button", name="Train", exact=True).click()
        other.wait_for_timeout(5_000)  # the features come first, then the head, then the block
        print_drag("a network is fine-tuned", drag(hand, weight, scrub=True))
        if not other.get_by_test_id("stMain").get_by_role("button", name="Stop").is_visible():
            sys.exit("The training was done before the drag was: choose more epochs.")
        browser.close()


def main() -> None:
    """Run every measurement once, that of one thread in a process of its own."""
    measure_page()
    measure_neighbours()
    measure_sessions()
    measure_network()
    print(flush=True)
    subprocess.run([sys.executable, __file__, "passes"], env=os.environ | ONE_THREAD, check=True)


if __name__ == "__main__":
    measure_passes() if sys.argv[1:] == ["passes"] else main()
