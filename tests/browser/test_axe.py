"""axe-core finds nothing in our own markup: every page and tab, both themes, wide and narrow."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from browser import hands
from browser.hands import FIRST_SIGHT, rested
from playwright.sync_api import Page, expect

from pages.catalogue import CATALOGUE, CLASSROOM

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "pages" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
# No rule asks for a theme and a width at once: contrast is a matter of the one, and targets of the other.
LOOKS = (("light", WIDE), ("dark", NARROW))


class LeftOut(NamedTuple):
    """A rule that markup of others breaks: where, and why it is not for us to mend."""

    rule: str
    within: str
    reason: str


STREAMLITS = (
    LeftOut("list", "[data-testid=stSidebarNavItems]", "The navigation has divs between list and items."),
    LeftOut("listitem", "[data-testid=stSidebarNavItems]", "The same, seen from the items."),
    LeftOut("scrollable-region-focusable", "[data-testid=stCode] pre", "Code scrolls without a tab stop."),
    LeftOut("scrollable-region-focusable", ".katex-display", "So do formulas."),
    LeftOut("scrollable-region-focusable", "[data-testid=stMarkdownContainer]", "And tables."),
    LeftOut(
        "presentation-role-conflict", "[data-testid=stFileUploaderDropzone]", "It has a name and no role."
    ),
    LeftOut("empty-table-header", "[data-testid=stDataFrame]", "It has no head for the names of rows."),
)

# The nodes that break a rule, less those within what it is left out for. What the other tabs show alike is
# looked at with the first one alone.
FINDINGS = """async ([tags, leftOut, isFirst]) => {
  const seen = isFirst ? [] : [...document.querySelectorAll("[data-testid=stSidebar], [class*=st-key-lab_]")]
    .filter((element) => !element.closest("[role=tabpanel]"));
  const { violations } = await axe.run({ include: [document], exclude: seen }, {
    runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], preload: false, elementRef: true,
  });
  return violations.flatMap(({ id, nodes }) => nodes
    .filter(({ element }) => !leftOut.some(([rule, within]) => rule === id && element.closest(within)))
    .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`));
}"""


@pytest.fixture(scope="module")
def axe() -> Path:
    """Give axe-core, which comes with the tools of the front end."""
    if not AXE.exists():
        sentence = "axe-core looks at the pages, and it is not there: npm --prefix pages/frontend ci."
        if os.environ.get("EXPLORER_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return AXE


def turn(page: Page, scheme: str) -> None:
    """Take a theme, and wait for the run that paints the page in its colours: it begins a moment later."""
    if page.evaluate("(scheme) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches", scheme):
        return
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.wait_for_function("(theme) => labs().every(({ dataset }) => dataset.theme === theme)", arg=scheme)
    page.wait_for_timeout(300)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def findings(page: Page, *, is_first: bool, scheme: str, size: Any) -> list[str]:
    """Say what axe-core finds in a theme and at a size."""
    page.set_viewport_size(size)
    turn(page, scheme)
    left_out = [[each.rule, each.within] for each in STREAMLITS]
    found = page.evaluate(FINDINGS, [TAGS, left_out, is_first])
    return [f"{scheme}, {size['width']} wide: {each}" for each in found]


def settled(page: Page) -> None:
    """Wait until the run of a page is over, and its views are at rest."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    if page.evaluate("labs().length"):
        rested(page)


STEP = "convolution?lesson=edges_by_hand&lesson_level=first&lesson_step=2"


@pytest.mark.parametrize("name", ["", *(entry.name for entry in (*CATALOGUE, *CLASSROOM)), STEP])
def test_axe_finds_nothing(open_page, server, axe, name: str) -> None:
    """Markup of ours breaks no rule of WCAG 2.0 to 2.2, A and AA, and none of axe-core's best practice."""
    page = open_page()
    page.goto(f"{server.url}/{name}{'&' if '?' in name else '?'}level=everything")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=FIRST_SIGHT)
    settled(page)  # the tabs are there
    page.add_script_tag(path=axe)
    tabs = page.get_by_role("tab").filter(visible=True)
    names = tabs.all_inner_texts()
    found: dict[str, list[str]] = {}
    for at, each in enumerate(names or [""]):
        if each:
            page.get_by_role("tab", name=each, exact=True).click()
            expect(page.get_by_role("tabpanel", name=each, exact=True)).not_to_be_empty()
        settled(page)
        for scheme, size in LOOKS:
            found.setdefault(each, []).extend(findings(page, is_first=at == 0, scheme=scheme, size=size))
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    assert {tab: sentences for tab, sentences in found.items() if sentences} == {}


def test_axe_finds_nothing_in_a_class(open_page, server, axe) -> None:
    """Nor in the bar of a class, and at the teacher's desk."""
    page = open_page()
    page.goto(f"{server.url}/class")
    page.get_by_role("button", name="Start a class").click(timeout=FIRST_SIGHT)
    expect(page.get_by_role("region", name="Class")).to_be_visible()
    page.add_script_tag(path=axe)
    found = [findings(page, is_first=True, scheme=scheme, size=size) for scheme, size in LOOKS]
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_role("button", name="Yes").click()
    assert found == [[], []]


def test_axe_finds_nothing_in_a_live_camera(start, server, axe) -> None:
    """Nor in the bar above a view that the camera feeds, and beside the camera, moving or frozen."""
    browser = start("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    page = browser.new_page(viewport=WIDE)
    page.add_init_script(hands.WATCH)
    page.goto(f"{server.url}/convolution?size=64")
    camera = page.get_by_test_id("stSidebar").get_by_role("radio", name="Camera", exact=True)
    camera.click(timeout=FIRST_SIGHT)
    page.locator(".camera").get_by_role("button", name="Go live").click()
    expect(page.locator(".lab[data-camera=live]")).to_be_visible()
    page.add_script_tag(path=axe)
    found = [findings(page, is_first=True, scheme=scheme, size=size) for scheme, size in LOOKS]
    page.locator(".camerabar").get_by_role("button", name="Freeze").press("Enter")
    expect(page.get_by_text("Your photo is still on.")).to_be_attached()
    found += [findings(page, is_first=True, scheme=scheme, size=size) for scheme, size in LOOKS]
    browser.close()
    assert found == [[], [], [], []]
