"""What a person reads on every tab of every page: bubbles, names, tables and sentences, in a browser.

The pages come from the catalogue, and their tabs from the page that was opened.
"""

from __future__ import annotations

from typing import Any

import pytest
from browser import hands
from driving import misread
from playwright.sync_api import Page, expect

from pages.catalogue import CATALOGUE

pytestmark = pytest.mark.browser

# What makes a page quick; one that is not here is opened as it is.
QUERIES = {
    "imagenet": "network=MobileNet-0.25-128&weights=random",
    "transfer": "teach_network=mobilenet-0.25-128&teach_weights=random",
}
SLOW = 60_000  # ms: the process that computes may have to start

# Every element of the page, also those in the views' own trees; code and formulas have words of their own.
EVERY = """
const every = (root) => [...root.querySelectorAll("*")]
  .flatMap((element) => [element, ...(element.shadowRoot ? every(element.shadowRoot) : [])]);
const written = (element) => !element.closest("script, style, pre, code, .katex, [data-testid=stCode]");
"""
TEXTS = f"""() => {{
  {EVERY}
  const names = ["title", "alt", "placeholder", "aria-label", "aria-description", "aria-valuetext",
    "aria-roledescription"];
  return every(document.body).filter(written).flatMap((element) => [
    ...names.map((name) => element.getAttribute(name)),
    ...[...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map(({{ data }}) => data),
  ]).filter((text) => text?.trim());
}}"""
# Of each button with an explanation what its bubble says; cards of others are filled as they open.
BUBBLES = f"""() => {{
  {EVERY}
  return every(document.body).filter((element) => element.matches("button[popovertarget^=help-]"))
    .filter((button) => !button.hidden)
    .map((button) => [button.getAttribute("aria-label"),
      button.getRootNode().getElementById(button.getAttribute("popovertarget"))?.textContent ?? ""]);
}}"""
# Of each row of a table how wide it is, how wide its head is, and what it has last.
ROWS = f"""() => {{
  {EVERY}
  const width = (row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
  return every(document.body).filter((element) => element.matches("table") && !element.closest("canvas"))
    .flatMap((table) => [...table.rows].map((row) => {{
      const last = row.cells[row.cells.length - 1];
      const isEmpty = !last?.textContent.trim() && !last?.children.length;
      return {{ width: width(row), head: width(table.rows[0]), isEmpty, text: row.textContent.slice(0, 80) }};
    }}));
}}"""
# The buttons with a question mark that are no circle, as where a style of other buttons wins.
SQUASHED = f"""() => {{
  {EVERY}
  return every(document.body).filter((element) => element.matches(".why") && element.checkVisibility())
    .filter((button) => button.offsetWidth !== button.offsetHeight).map((button) => button.ariaLabel);
}}"""
# What the rows of options have last that are wider than their place.
CUT = f"""() => {{
  {EVERY}
  return every(document.body).filter((element) => element.matches(".strip") && element.checkVisibility())
    .filter((strip) => strip.scrollWidth > strip.clientWidth + 1)
    .map((strip) => `${{strip.dataset.name}}: ${{strip.lastElementChild.textContent}}`);
}}"""
# What scrolls sideways, with the pictures of its ground. Streamlit's own parts have their own ways.
WIDE = f"""() => {{
  {EVERY}
  const theirs = "[role=tablist], [data-testid=stSidebar], [data-testid=stCode], [data-testid=stDataFrame]";
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
    && element.scrollWidth > element.clientWidth + 1;
  return every(document.body).filter((element) => scrolls(element) && !element.closest(theirs))
    .map((element) => [element.className, getComputedStyle(element).backgroundImage]);
}}"""


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=hands.FIRST_SIGHT)
    hands.at_rest(page)


def look(page: Page, where: str) -> tuple[int, int]:
    """Check all that is on the screen, and count the views' bubbles and the texts.

    What Streamlit's own bubbles say is read without a browser.
    """
    texts = page.evaluate(TEXTS)
    assert [text for text in texts if misread(text)] == [], where
    bubbles = page.evaluate(BUBBLES)
    assert [name for name, text in bubbles if not text.strip() or misread(text)] == [], where
    assert page.evaluate(CUT) == [], where
    assert page.evaluate(SQUASHED) == [], where
    rows = page.evaluate(ROWS)
    assert [row for row in rows if row["width"] != row["head"] or row["isEmpty"]] == [], where
    return len(bubbles), len(texts)


@pytest.mark.parametrize("name", ["", *(entry.name for entry in CATALOGUE)])
def test_every_tab_of_a_page_can_be_read(page: Page, server: Any, name: str) -> None:
    """No bubble is empty, no text says undefined or 1 maps, no option is cut, and rows fit their heads."""
    opened(page, f"{server.url}/{name}?level=everything&{QUERIES.get(name, '')}")
    bubbles, texts = look(page, name)
    assert texts > 10
    for tab in page.get_by_role("tab").all():
        title = tab.inner_text()
        tab.click()
        expect(page.get_by_role("tabpanel", name=title, exact=True)).not_to_be_empty(timeout=SLOW)
        hands.at_rest(page)
        bubbles = max(bubbles, look(page, f"{name}, {title}")[0])
    assert bubbles > 0 or page.locator(".lab").count() == 0


@pytest.mark.parametrize("name", [entry.name for entry in CATALOGUE])
def test_what_is_wider_than_a_phone_shows_that_it_goes_on(phone: Page, server: Any, name: str) -> None:
    """What scrolls sideways, as a table or a formula, has a shadow where it goes on; no option is cut."""
    opened(phone, f"{server.url}/{name}?level=everything&{QUERIES.get(name, '')}")
    for tab in ["", *(tab.inner_text() for tab in phone.get_by_role("tab").all())]:
        if tab:
            phone.get_by_role("tab", name=tab, exact=True).press("Enter")  # a tap may hit the row's arrow
            expect(phone.get_by_role("tabpanel", name=tab, exact=True)).not_to_be_empty(timeout=SLOW)
            hands.at_rest(phone)
        assert phone.evaluate(CUT) == [], tab
        assert [what for what, ground in phone.evaluate(WIDE) if "radial-gradient" not in ground] == [], tab


def test_a_choice_without_an_explanation_has_no_question_mark(page: Page, server: Any) -> None:
    """What the options mean is said once each; where nobody has said anything there is no button for it."""
    hands.opened(page, f"{server.url}/hidden_layers")
    pointer = hands.view(page, "network").locator('.strip[data-name="mode"]')
    bubble = pointer.locator("xpath=..").locator(".help")
    assert (bubble.text_content() or "").startswith("ChooseMove the chosen point")
    silent = page.evaluate(f"""() => {{
      {EVERY}
      return every(document.body).filter((element) => element.matches(".control .help"))
        .filter((help) => !help.textContent.trim()).length;
    }}""")
    assert silent == 0


def test_the_preset_speaks_of_the_working_size(page: Page, server: Any) -> None:
    """The sentence of too much pooling has the sizes that its blocks show, also after another size."""
    for size in (64, 256):
        hands.opened(page, f"{server.url}/pipeline?size={size}")
        hands.view(page, "pipeline").locator("[data-preset=too_much]").click()
        hands.rested(page)
        shapes = [text for text in page.locator(".cards .shape").all_inner_texts() if "×" in text]
        rows, columns, _ = shapes[-1].split(" × ")
        expect(page.locator(".presetwhy")).to_contain_text(f"is down to {rows} × {columns} after")
