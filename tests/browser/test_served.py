"""What travels: files are fetched once, below a base path too, and a message carries what has changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from browser.hands import FIRST_SIGHT, WATCH, in_address, lanes_are, opened, received, rested, view
from playwright.sync_api import Page, expect
from stripping_proxy import stripping_proxy

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]

TO_OPEN = 150_000  # bytes of a page on Streamlit's socket, its pictures and an answer to look at among them
FOR_A_KEY = 15_000  # bytes; of them Streamlit's own theme, in the first run of a part of a page, takes 2,000


def transfers(page: Page) -> list[int]:
    """The bytes that each script and style of ours took over the network; 0 where the browser had it."""
    return page.evaluate(
        """() => performance.getEntriesByType("resource")
            .filter(({ name }) => name.includes("/frontend/")).map(({ transferSize }) => transferSize)"""
    )


def test_a_second_visit_fetches_nothing(open_page, server) -> None:
    """What the first visit brought the browser has: another page brings only what is its own."""
    opened(page := open_page(), f"{server.url}/convolution", "filter2d")
    assert len(transfers(page)) > 10
    page.reload()
    expect(page.locator(".lab").first).to_be_attached(timeout=FIRST_SIGHT)
    assert sum(transfers(page)) == 0


@pytest.mark.parametrize(
    ("link", "operation"),
    [("convolution", "filter2d"), ("losses?tab=Fit it", "fit")],
)
def test_a_first_visit_fetches_a_view_early_and_once(browser, server, link: str, operation: str) -> None:
    """A browser that has nothing asks for a view's modules at once, each once, and needs all of them."""
    context = browser.new_context()
    context.add_init_script(WATCH)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    opened(page, f"{server.url}/{link}", operation)
    found = page.evaluate(
        """() => performance.getEntriesByType("resource")
            .filter(({ name }) => name.includes("/frontend/"))
            .map(({ name, startTime }) => [name, startTime])"""
    )
    names = [name for name, _ in found]
    assert len(names) == len(set(names))
    drawn = page.evaluate("() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    assert sum(start < drawn for _, start in found) > 10
    page.wait_for_timeout(6000)  # a browser says after five seconds what it has fetched in vain
    assert not [text for text in said if "preload" in text]
    context.close()


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("convolution", "filter2d"),
        ("pooling", "pool2d"),
        ("pipeline", "pipeline"),
        ("activations", "activations"),
        ("hidden_layers", "network"),
        ("losses", "losses"),
    ],
)
def test_a_message_carries_what_has_changed(page: Page, server, path: str, operation: str) -> None:
    """What stays as it is, such as the settings' descriptions, comes once by HTTP, exact maps by the lane."""
    bytes_of = received(page)
    opened(page, f"{server.url}/{path}", operation)
    assert 10_000 < bytes_of["streamlit"] < TO_OPEN
    bytes_of.clear()
    slider = view(page, operation).locator("[role=slider]:visible").first
    slider.focus()
    slider.press("ArrowRight")
    rested(page, operation)
    assert 1_000 < bytes_of["streamlit"] < FOR_A_KEY


def test_a_view_that_opens_after_a_restart_has_its_controls(page: Page, server, complaints) -> None:
    """A page that lost its server opens another view, and the same one anew, with all that is set in them."""
    opened(page, f"{server.url}/convolution", "filter2d")
    controls = view(page, "filter2d").get_by_role("slider")
    expect(controls.first).to_be_visible()
    count = controls.count()
    server.restart()
    lanes_are(page, "open")
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Pooling").click()
    expect(view(page, "pool2d").get_by_role("slider").first).to_be_visible(timeout=FIRST_SIGHT)
    page.go_back()
    expect(controls).to_have_count(count, timeout=FIRST_SIGHT)
    rested(page, "filter2d")
    page.reload()
    expect(controls).to_have_count(count, timeout=FIRST_SIGHT)
    rested(page, "filter2d")
    complaints.clear()  # the browser reported the server that was away for a moment


def health_of(page: Page) -> list[str]:
    """Where Streamlit has asked whether its server is well."""
    asked: list[str] = page.evaluate(
        "() => performance.getEntriesByType('resource').map(({ name }) => name)"
        ".filter((name) => name.endsWith('/_stcore/health'))"
    )
    return asked


def test_a_page_does_not_wait_for_what_the_server_says_of_itself(open_page, server) -> None:
    """Its document has said it: the page opens while Streamlit's own question has no answer yet."""
    page, held = open_page(), []
    page.route("**/_stcore/host-config", lambda route: held.append(route))
    opened(page, f"{server.url}/pooling", "pool2d")
    assert len(held) == 1
    held[0].continue_()
    page.unroute_all(behavior="wait")


def test_views_open_below_a_base_path(open_page, launch) -> None:
    """A server whose pages begin with a path of their own gives scripts and lane below it."""
    server = launch(base="/vision/explorer")
    opened(page := open_page(), f"{server.url}/pooling", "pool2d")
    assert all(
        name.startswith(f"{server.url}/frontend/")
        for name in page.evaluate(
            "() => performance.getEntriesByType('resource').map(({ name }) => name)"
            ".filter((name) => name.includes('/frontend/'))"
        )
    )
    assert health_of(page) == [f"{server.url}/_stcore/health"]
    page.close()  # whose lane would miss its server
    server.stop()


def test_views_open_behind_a_proxy_that_strips_a_prefix(open_page, server) -> None:
    """A server that does not know of its prefix is opened cold, gone through, and answers while one drags."""
    with stripping_proxy(server.port, "/school/vision") as address:
        opened(page := open_page(), f"{address}/pooling", "pool2d")
        assert health_of(page) == [f"{address}/_stcore/health"]
        before = page.locator("canvas[data-pane=map]").get_attribute("data-seq")
        page.locator(".sizer").press("ArrowRight")
        expect(page.locator("canvas[data-pane=map]")).not_to_have_attribute("data-seq", before)
        rested(page, "pool2d")
        page.get_by_role("link", name="Activations").first.click()
        lanes_are(page, "open")
        rested(page, "activations")
        assert page.url.startswith(f"{address}/activations")
        page.close()  # whose lane would miss its server


def test_a_page_that_is_open_goes_on_after_an_upgrade_of_the_server(
    open_page, launch, tmp_path, complaints
) -> None:
    """The server comes back with other scripts: what stands answers again, and what is opened next is new."""
    project = tmp_path / "project"
    for folder in (".streamlit", "assets", "explorer", "pages"):
        shutil.copytree(ROOT / folder, project / folder, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copy(ROOT / "app.py", project)
    server = launch(project=project)
    opened(page := open_page(), f"{server.url}/pooling", "pool2d")
    server.stop()
    with (project / "pages" / "activations" / "view.js").open("a") as script:
        script.write('document.documentElement.dataset.release = "next";\n')
    server.start()
    page.locator(".sizer").press("ArrowRight")
    in_address(page, "pool_size=2x3")
    expect(page.locator(".lab[data-operation=pool2d]")).to_have_count(1)
    rested(page, "pool2d")
    complaints.clear()  # the browser reported the server that was away for a moment
    page.get_by_role("link", name="Activations").first.click()
    expect(page.locator("html[data-release=next]")).to_be_attached()
    rested(page, "activations")
    page.close()  # whose lane would miss its server
    server.stop()


@pytest.mark.parametrize("file", ["view.js", "arithmetic.json"])
def test_what_cannot_be_fetched_is_said(open_page, server, complaints, file: str) -> None:
    """Where a script or a description does not come the view says so, and the page around it goes on."""
    page = open_page()
    page.route(f"**/frontend/**/{file}", lambda route: route.abort())
    page.goto(f"{server.url}/arithmetic")
    expect(page.get_by_text("could not be fetched: reload the page.").first).to_be_visible(
        timeout=FIRST_SIGHT
    )
    expect(page.get_by_role("tab").first).to_be_visible()
    complaints.clear()


BROKEN_FILE = "throw new Error('nobody foresaw this file');"
BROKEN_SHOW = "export default () => { throw new Error('nobody foresaw this view'); };"
BROKEN_LATER = """
export default ({ parentElement }) => {
  const button = document.createElement("button");
  button.textContent = "Break";
  button.onclick = () => { throw new Error("nobody foresaw this click"); };
  parentElement.append(button);
};
"""
SENTENCE = "Something went wrong in this part of the page, and the server has noted it: reload the page."


def answer_with(page: Page, script: str) -> None:
    page.route(
        "**/frontend/**/pooling/view.js",
        lambda route: route.fulfill(content_type="text/javascript", body=script),
    )


def test_a_view_that_fails_says_so_and_the_log_has_it_once(open_page, launch, complaints) -> None:
    """An error in a script is a sentence in its place, one entry in the server's log, and no dead page."""
    server = launch()
    unopened = "This part of the page could not be fetched: reload the page."
    for script, sentence in (
        (BROKEN_FILE, unopened),
        (BROKEN_SHOW, SENTENCE),
        (BROKEN_LATER, SENTENCE),
    ):
        for _ in range(2):
            page = open_page()
            answer_with(page, script)
            page.goto(f"{server.url}/pooling")
            if script is BROKEN_LATER:
                page.get_by_role("button", name="Break").click(timeout=FIRST_SIGHT)
                page.get_by_role("button", name="Break").click()
            expect(page.get_by_text(sentence)).to_have_count(1, timeout=FIRST_SIGHT)
            expect(page.get_by_role("tab").first).to_be_visible()
            page.close()
    complaints.clear()
    server.stop()
    for message in (f"nobody foresaw this {what}" for what in ("file", "view", "click")):
        entries = [line for line in server.said().splitlines() if f"'{message}'" in line]
        assert len(entries) == 1, server.said()
        assert "/pooling" in entries[0]
        assert "pooling/view.js" in entries[0]
