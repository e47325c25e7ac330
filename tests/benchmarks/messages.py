"""What travels: bytes on Streamlit's socket to open a page and for a key on a slider, and what HTTP brings.

    python tests/benchmarks/messages.py [PROJECT]

PROJECT is another checkout to measure instead, so that a build is compared with the one before.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parents[2]
PROJECT = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE
sys.path[:0] = [str(HERE), str(HERE / "tests")]

from browser.hands import received  # noqa: E402
from conftest import Server  # noqa: E402
from playwright.sync_api import Page, Response, sync_playwright  # noqa: E402

PAGES = ("convolution", "pooling", "pipeline", "activations", "hidden_layers", "losses")
STILL = 2_500  # ms in which everything that belongs to a key has come


def counted(page: Page) -> Counter[str]:
    """Count, from now on, what a page receives."""
    bytes_of = received(page)

    def fetched(response: Response | None) -> None:
        if response and "/frontend/" in response.url:
            size = response.request.sizes()["responseBodySize"]  # what came from the browser's cache has none
            bytes_of.update(frontend=max(size, 0), files=size > 0)

    page.on("requestfinished", lambda request: fetched(request.response()))
    return bytes_of


def main() -> None:
    """Print a table."""
    print("| page | open, Streamlit | one key, Streamlit | files by HTTP, first visit | second visit |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder), project=PROJECT)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        )
        for name in PAGES:
            context = browser.new_context(viewport={"width": 1366, "height": 768})
            found = []
            for _ in range(2):
                page = context.new_page()
                bytes_of = counted(page)
                page.goto(f"{server.url}/{name}")
                slider = page.locator(
                    ".lab .controls [role=slider]:visible, .lab [role=slider]:visible"
                ).first
                slider.wait_for(timeout=60_000)
                page.wait_for_timeout(STILL)
                opened = Counter(bytes_of)
                slider.focus()
                slider.press("ArrowRight")
                page.wait_for_timeout(STILL)
                found.append((opened, bytes_of["streamlit"] - opened["streamlit"]))
                page.close()
            (first, key), (second, _) = found
            print(
                f"| {name} | {first['streamlit'] / 1e3:.0f} kB | {key / 1e3:.1f} kB "
                f"| {first['frontend'] / 1e3:.0f} kB in {first['files']} files "
                f"| {second['frontend'] / 1e3:.0f} kB |"
            )
            context.close()
        browser.close()
        server.stop()


if __name__ == "__main__":
    main()
