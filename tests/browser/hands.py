"""What a person does with a page: open it, hold, drag and touch things, read it, and wait for what follows.

Nothing here waits for a time to pass: a slow machine takes longer, and finds the same.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from explorer import parameters
from explorer.parameters import Values
from pages.operations import OPERATIONS

Point = tuple[float, float]

PATIENCE = 15_000  # ms until something that is expected counts as missing
FIRST_SIGHT = 60_000  # ms for a page on a server that has yet to import what it needs

# Run before the scripts of a page: `labs` finds the views.
WATCH = """
window.labs = () => [...document.querySelectorAll("*")]
  .map((host) => host.shadowRoot?.querySelector(".lab")).filter(Boolean);
"""

# A rest lasts for a moment, since a view that follows another one asks a little after it.
RESTED = """([operations, call, hold]) => {
  const all = labs()
    .map((lab) => ({ ...lab.querySelector("canvas[data-pane=map]")?.dataset, ...lab.dataset }));
  const isAnswered = ({ asked = 0, seq = -1, exact }) => Number(seq) >= Number(asked) && exact !== "false";
  const isRun = ({ asked, committed = -1, run = -1, lane }) => Number(run) >= Number(committed)
    && (committed === -1 || lane !== "open" || Number(asked) > Number(committed));
  const rests = all.length > 0 && all.every((lab) => isAnswered(lab) && isRun(lab))
    && operations.every((operation) => all.some((lab) => lab.operation === operation))
    && document.querySelector("[data-testid=stApp]").dataset.testScriptState === "notRunning";
  const seen = all.map(({ operation, asked, run }) => [operation, asked, run]);
  const key = rests ? JSON.stringify([call, location.search, seen]) : null;
  if (!rests || key !== window.restedAs) {
    window.restedAs = key;
    window.restedSince = performance.now();
  }
  return rests && performance.now() - window.restedSince >= hold;
}"""
HOLD = 120  # ms

OVER = "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
ANSWERED = """() => labs().every((lab) => {
  const { seq } = { ...lab.querySelector("canvas[data-pane=map]")?.dataset, ...lab.dataset };
  return Number(seq) >= Number(lab.dataset.asked ?? 0);
})"""

# What the browser keeps of what was made, without its values.
RECORDS = """async () => {
  const opened = await new Promise((resolve) => {
    const request = indexedDB.open(`explorer ${new URL(".", document.baseURI).pathname}`);
    request.onupgradeneeded = () => request.transaction.abort();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });
  if (!opened) return [];
  const heads = await new Promise((resolve) => {
    const request = opened.transaction("heads").objectStore("heads").getAll();
    request.onsuccess = () => resolve(request.result);
  });
  opened.close();
  return heads.map(({ kind, said }) => [kind, said]);
}"""

calls = itertools.count()


def opened(page: Page, address: str, *operations: str, lane: str = "open", everything: bool = True) -> Page:
    """Open a page, with the views of these operations at least, and wait until all of them are at rest.

    It shows every setting and every tab, unless it shall open as it comes.
    """
    page.goto(address + (("&" if "?" in address else "?") + "level=everything" if everything else ""))
    expect(page.locator(".lab").first).to_be_attached(timeout=FIRST_SIGHT)
    for operation in operations:
        expect(view(page, operation)).to_be_attached(timeout=FIRST_SIGHT)
    lanes_are(page, lane)
    rested(page, *operations)
    return page


def lanes_are(page: Page, state: str) -> None:
    """Wait until the live lane of every view is `open` or `closed`."""
    page.wait_for_function(
        "(state) => labs().length > 0 && labs().every(({ dataset }) => dataset.lane === state)", arg=state
    )


def rested(page: Page, *operations: str) -> None:
    """Wait until every view, among them those of these operations, is at rest.

    Its last question is answered exactly, and the run of the page that a control at rest started is over.
    """
    page.wait_for_function(RESTED, arg=[list(operations), next(calls), HOLD], polling=30)


def at_rest(page: Page) -> None:
    """Wait until a run is over and the views have their answers, and no other run follows at once."""
    for _ in range(2):
        page.wait_for_function(OVER, timeout=FIRST_SIGHT)
        page.wait_for_function(ANSWERED, timeout=FIRST_SIGHT)
        page.wait_for_timeout(HOLD)


def answered(page: Page) -> None:
    """Wait until every view shows the answer to its last question, also while a control is held."""
    page.wait_for_function(ANSWERED, polling=30)


def eventually(page: Page, check: Callable[[], bool], what: str) -> None:
    """Wait until a check holds."""
    for _ in range(PATIENCE // 50):
        if check():
            return
        page.wait_for_timeout(50)
    pytest.fail(f"Within {PATIENCE / 1000:g} seconds it did not come true that {what}.")


def records(page: Page) -> list[list[str]]:
    """Give what the browser keeps for after a reload: of each record its kind and what it is."""
    found: list[list[str]] = page.evaluate(RECORDS)
    return found


def kept(page: Page, kind: str, count: int) -> None:
    """Wait until the browser keeps so many records of a kind."""
    eventually(
        page, lambda: [each for each, _ in records(page)].count(kind) == count, f"{count} of {kind} are kept"
    )


def received(page: Page) -> Counter[str]:
    """Count from now on, as `streamlit`, the bytes that come on Streamlit's socket."""
    bytes_of: Counter[str] = Counter()

    def listen(socket: WebSocket) -> None:
        if "/_stcore/stream" in socket.url:
            socket.on("framereceived", lambda frame: bytes_of.update(streamlit=len(frame)))

    page.on("websocket", listen)
    return bytes_of


def view(page: Page, operation: str) -> Locator:
    return page.locator(f".lab[data-operation={operation}]")


def tab(page: Page, name: str, *operations: str) -> None:
    """Open a tab, and wait until it is filled, with these views at least."""
    page.get_by_role("tab", name=name, exact=True).click()
    expect(page.get_by_role("tabpanel", name=name, exact=True)).not_to_be_empty()
    rested(page, *operations)


def revision(element: Locator) -> int:
    """Count how often something was painted."""
    return int(element.get_attribute("data-revision") or 0)


@contextmanager
def repainted(*elements: Locator) -> Iterator[None]:
    """Do something, and wait until each of these is painted anew."""
    before = [revision(element) for element in elements]
    yield
    for element, earlier in zip(elements, before, strict=True):
        expect(element).not_to_have_attribute("data-revision", str(earlier))


def drag(page: Page, start: Point, end: Point, *painting: Locator, steps: int = 6) -> None:
    """Press at the start and move to the end, without letting go: every step paints each of these anew."""
    page.mouse.move(*start)
    page.mouse.down()
    for step in range(1, steps + 1):
        with repainted(*painting):
            page.mouse.move(
                *(one + (other - one) * step / steps for one, other in zip(start, end, strict=True))
            )
    answered(page)


def touches(page: Page) -> Callable[..., None]:
    """Give fingers: `touch("touchStart", (x, y))`, `touch("touchMove", (x, y))`, `touch("touchEnd")`.

    Another one comes, moves and is lifted by its number: `touch("touchEnd", (x, y), finger=1)`.
    """
    client = page.context.new_cdp_session(page)

    def touch(kind: str, *points: Point, finger: int = 0) -> None:
        places = [{"x": x, "y": y, "id": finger + index} for index, (x, y) in enumerate(points)]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    return touch


def pens(page: Page) -> Callable[[str, Point], None]:
    """Give a pen: `pen("mousePressed", (x, y))`, `pen("mouseMoved", (x, y))`, `pen("mouseReleased", (x, y))`.

    Where it is moved before it is pressed, or after it is lifted, it hovers.
    """
    client = page.context.new_cdp_session(page)
    down = False

    def pen(kind: str, point: Point) -> None:
        nonlocal down
        down = kind == "mousePressed" or (down and kind == "mouseMoved")
        held = {"button": "none" if kind == "mouseMoved" else "left", "buttons": int(down), "force": 0.5}
        place = {"x": point[0], "y": point[1], "pointerType": "pen", "clickCount": 1}
        client.send("Input.dispatchMouseEvent", {"type": kind} | place | held)

    return pen


def box_of(element: Locator) -> dict[str, float]:
    """Give the place on the screen of an element that has one."""
    for _ in range(PATIENCE // 50):  # a run may exchange an element between two looks
        expect(element).to_be_visible()
        if box := element.bounding_box():
            return dict(box)
        element.page.wait_for_timeout(50)
    pytest.fail(f"{element} has no box of its own.")


def at(element: Locator, across: float = 0.5, down: float = 0.5) -> Point:
    """Bring an element into sight and give a point of it, as shares of its width and height: its middle."""
    element.scroll_into_view_if_needed()
    box = box_of(element)
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def cell_of(canvas: Locator, row: int, column: int, shape: Sequence[int], margin: float = 0) -> Point:
    """Give the middle of a cell of a grid that fills a canvas, but for a margin, with squares."""
    x, y = at(canvas)
    box = box_of(canvas)
    scale = min((box["width"] - 2 * margin) / shape[1], (box["height"] - 2 * margin) / shape[0])
    return x + (column + 0.5 - shape[1] / 2) * scale, y + (row + 0.5 - shape[0] / 2) * scale


def sideways(page: Page) -> int:
    """Count the pixels by which the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def scrolled(page: Page) -> float:
    """Say how far the page is scrolled down."""
    return page.get_by_test_id("stMain").evaluate("(main) => main.scrollTop")


def number_of(element: Locator, name: str = "value") -> float:
    """Read a number that an element carries unrounded."""
    return float(element.get_attribute(f"data-{name}") or "nan")


def query_of(page: Page) -> dict[str, str]:
    """Read the address as a server does."""
    query = parse_qs(urlsplit(page.url).query, keep_blank_values=True)
    return {name: texts[0] for name, texts in query.items()}


def values_of(page: Page, operation: str) -> Values:
    """Read the settings of an operation from the address, as a server would that has never seen them."""
    values, complaints = parameters.from_query(OPERATIONS[operation].settings, query_of(page))
    assert complaints == []
    return values


def address_says(page: Page, pattern: str) -> None:
    """Wait until the address, in plain letters, matches a regular expression, and the page is at rest."""
    page.wait_for_function(
        "(pattern) => RegExp(pattern).test(decodeURIComponent(location.search))", arg=pattern
    )
    rested(page)


def in_address(page: Page, *texts: str) -> None:
    """Wait until the address has these texts, and the page is at rest."""
    address_says(page, "^" + "".join(f"(?=[^]*{re.escape(text)})" for text in texts))


def not_in_address(page: Page, text: str) -> None:
    """Wait until the address has this text no longer, and the page is at rest."""
    address_says(page, f"^(?![^]*{re.escape(text)})")
