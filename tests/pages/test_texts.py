"""What every tab of every page says: whole tables, plurals, and no word of a programming language."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import driving
import pytest
from streamlit.testing.v1 import AppTest

from explorer import pipeline, sketch
from explorer.losses import TASKS
from pages.catalogue import CATALOGUE, Entry
from pages.components import markdown
from pages.components.markdown import Marked, plain
from pages.draw_and_watch import operation as draw_and_watch

# Streamlit calls some of its own commands in ways that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:streamlit.*")

# What makes a page quick, or gives its tabs more to say; a page that is not here is opened as it is.
QUERIES = {"imagenet": {"network": "MobileNet-0.25-128", "weights": "random"}}
PAGES = Path(driving.MAIN).parent
FILES = ["home/page.py", *(entry.file for entry in CATALOGUE)]
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


def tabs_of(file: str) -> Iterator[AppTest]:
    """Open each tab of a page: as many as there are when the page comes, each in a link of its own."""
    query = QUERIES.get(file.removesuffix("/page.py"), {})
    first = driving.opened(file, **query)
    yield first
    for tab in first.tabs[1:]:
        yield driving.opened(file, tab=tab.label, **query)


def said(app: AppTest) -> Iterator[str]:
    """Give all that a page says in words: texts, names of controls and of what they offer, and help."""
    for element in (*app.main, *app.sidebar):
        yield from _said(element)


def _said(node: object) -> Iterator[str]:
    proto = getattr(node, "proto", None)
    for name in ("body", "label", "help", "placeholder", "text", "caption"):
        text = getattr(proto, name, None)
        if isinstance(text, str) and getattr(node, "type", "") not in ("code", "html"):
            yield text
    for text in getattr(proto, "options", ()):
        if isinstance(text, str):
            yield text
    for child in getattr(node, "children", {}).values():
        yield from _said(child)


@pytest.mark.parametrize("file", FILES)
def test_every_tab_of_a_page_is_in_plain_words_and_whole_tables(file: str) -> None:
    """No tab shows a value that is none, a table that is cut, or one thing in the plural."""
    seen = 0
    for app in tabs_of(file):
        for text in said(app):
            seen += 1
            words = CODE.sub("", driving.shown(text))
            assert driving.misread(words) == [], words
        for head, *rows in driving.tables_of(app):
            assert rows
            for row in rows:
                assert len(row) == len(head), row
                assert row[-1], row
    assert seen > 3


@pytest.mark.parametrize("task", TASKS)
def test_the_table_of_losses_is_whole_for_each_task(task: str) -> None:
    """Each loss has its line with all its cells, whatever bars its formula and its sentences have."""
    page, tab = ("trading", "Losses of money") if task == "profit" else ("losses", "Facts")
    app = driving.opened(f"{page}/page.py", tab=tab, losses=f"{task},{TASKS[task].losses[0]}")
    ((head, *rows),) = driving.tables_of(app)
    assert len(rows) == len(TASKS[task].losses)
    # No constant is the best one for a label or a return: no column stands empty.
    assert {len(row) for row in rows} == {len(head)} == {4 if task == "numbers" else 3}
    assert all(row[0] and row[1] and row[-1] for row in rows)


def test_the_pipeline_counts_one_bias_and_one_weight() -> None:
    """A single kernel of one cell holds one weight and one bias."""
    app = driving.opened("pipeline/page.py", tab="Facts", blocks="convolution~bank=own=1x1_2")
    ((*_, together),) = driving.tables_of(app)
    assert together[3] == "**1 weight + 1 bias**"


@pytest.mark.parametrize("file", ["convolution/page.py", "pooling/page.py"])
def test_the_size_is_said_as_its_formula_counts_it(file: str) -> None:
    """The sentence beside the formula has its fraction, its rounding and its 1."""
    text = driving.text_of(driving.opened(file, tab="Facts"))
    assert r"\right\rfloor + 1" in text
    assert "(picture + padding − window) ÷ stride, rounded down, plus 1." in text


def test_what_is_said_of_the_drawing_networks_is_counted() -> None:
    """Parameters, and how many weights more the dense layer has without pooling, are those of the files."""
    text = (PAGES / "draw_and_watch" / "text.md").read_text("utf-8")
    weights = {
        name: math.prod(next(layer for layer in sketch.layers(name)[::-1] if layer.field).shape)
        for name in sketch.VARIANTS
    }
    assert weights["no_pooling"] == 16 * weights["two_blocks"]
    assert "the dense layer has sixteen times as many weights" in text
    assert f"{sketch.facts()['variants'][sketch.DEFAULT]['parameters']:,} weights and biases" in text


@pytest.mark.parametrize("size", ["16", "64", "256", "512"])
def test_a_preset_speaks_of_the_picture_that_is_on(size: str) -> None:
    """What a preset says of sizes are the shapes and the end that the page shows, at any working size."""
    for name in ("too_much", "down_up"):
        preset = pipeline.PRESETS[name]
        app = driving.opened("pipeline/page.py", blocks=pipeline.to_text(preset.pipeline), size=size)
        picture = app.session_state["chooser"].picture.levels
        run = pipeline.run(preset.pipeline, picture)
        sentence = preset.said(picture.shape)
        rows, columns, _ = run.steps[-1].maps.shape
        assert f"{picture.shape[0]} × {picture.shape[1]}" in sentence or rows == picture.shape[0]
        assert f"{rows} × {columns}" in sentence
        assert ("no longer fits" in sentence) == (run.stopped is not None)


@pytest.mark.parametrize("entry", [each for each in CATALOGUE if each.looked_at], ids=lambda each: each.name)
def test_the_sidebar_says_when_a_page_looks_at_its_picture(entry: Entry) -> None:
    """The tab or the choice that it names is there, so that no control of the sidebar is without effect."""
    app = driving.opened(entry.file, level="everything")
    assert entry.looked_at in {each.value for each in app.sidebar.caption}
    (named,) = re.findall(r"\*(.+)\*", entry.looked_at)
    choices = draw_and_watch.SOURCE.options.values() if entry.name == "draw_and_watch" else ()
    assert named in {*(tab.label for tab in app.tabs), *choices}


NASTY = (
    "1 / |y|",
    "$a$ and $b$",
    "~~x~~ *a* **b** _c_ __d__",
    ":tada: :material/home: :streamlit: :red[x]",
    "<b>x</b> [x](y) ![z](w) `c`",
    "tail\\",
    "temperature (°C) × – ’",
    "&amp; # h",
)


def test_a_cell_of_plain_text_stands_as_it_is() -> None:
    """Whatever a name or a sentence holds, its row has its cells, and nothing of it is Markdown."""
    app = AppTest.from_string("import streamlit as st\nst.markdown(st.session_state['written'])")
    app.session_state["written"] = markdown.table(("text", "end"), [(text, "end") for text in NASTY])
    ((_, *rows),) = driving.tables_of(app.run())
    assert rows == [[text, "end"] for text in NASTY]


def test_a_line_break_ends_no_row() -> None:
    """A cell is one line."""
    assert markdown.table(("a", "b"), [("one\ntwo\r\nthree", "end")]).splitlines()[2:] == [
        "| one two three | end |"
    ]


def test_a_bar_in_a_formula_ends_no_cell() -> None:
    """A formula keeps its bars, single and double, and words around it theirs."""
    written = markdown.table(("a",), [(Marked(r"$\left|x\right| + \|y\|$ | **z** \| w"),)]).splitlines()[2]
    assert written == r"| $\left\vert x\right\vert  + \Vert y\Vert $ \| **z** \| w |"


def test_a_row_of_another_length_is_refused() -> None:
    """What would be cut off, or left empty, is a mistake of the page."""
    with pytest.raises(ValueError, match="A row has 1 cell for 2 heads"):
        markdown.table(("a", "b"), [("one",)])


def test_no_backslash_is_put_before_a_character_that_has_no_meaning() -> None:
    """Before anything but ASCII punctuation Markdown would show the backslash."""
    assert plain("21 °C × 2 – √x … 😀") == "21 °C × 2 – √x … 😀"
