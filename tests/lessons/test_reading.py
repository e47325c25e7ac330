"""A lesson from its file: all of it is read, and every fault is told with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.lessons.measures import MEASURES
from explorer.lessons.reading import MAX_BYTES, LessonPage, line_of, read
from explorer.lessons.record import Check, LessonError
from explorer.lessons.shelf import FOLDER, shelf
from explorer.parameters import Choice, WholeNumber
from pages.lesson_offers import OFFERS

PAGES = {
    "convolution": LessonPage(
        settings={
            "strides": (WholeNumber(name="strides", title="Stride", low=1, high=8, default=1),),
            "flip": (Choice(name="flip", title="Flip", options={False: "off", True: "on"}, default=False),),
        },
        tabs=("Facts", "Explain"),
        questions=("kernel_cell",),
    ),
    "pooling": LessonPage(settings={}),
}

WHOLE = """\
title = "Edges"
question = "Where is an edge?"
age = "11 to 14"
minutes = 45
needs = ["A picture"]
codes = ["AI4K12 1-A"]

[notes]
aim = "To see edges."
timing = "All of it takes 45 minutes."
answers = "The weights add up to 0."
misconceptions = ["A filter knows edges."]

[[levels]]
name = "first"
title = "First"
sentence = "For everybody."
summary = "An edge is a difference."

[[levels.steps]]
page = "convolution"
query = { strides = 2, flip = true, tab = "Facts" }
text = \"\"\"
Two lines
become one.\"\"\"
task = "Make the weights add up to 1."
hint = "Drag one."
done = "They add up to {kernel_sum}."
shows = ["strides", "Explain"]
question = "kernel_cell"

[[levels.steps.checks]]
measure = "kernel_sum"
equals = 1
within = 0.01
otherwise = "They add up to {kernel_sum}, in {rows} rows."

[[levels.steps.checks]]
measure = "rows"
one_of = [127, 128]

[[levels.steps]]
page = "pooling"
text = "Look."
task = "Look."
hint = "Look."
"""


def changed(old: str, new: str) -> bytes:
    """The whole lesson with one thing in it changed."""
    assert WHOLE.count(old) == 1, old
    return WHOLE.replace(old, new).encode()


def fault(data: bytes, file: str = "edges.toml") -> str:
    """What reading it says."""
    with pytest.raises(LessonError) as error:
        read(data, file, PAGES)
    return str(error.value)


def test_all_of_a_lesson_is_read() -> None:
    """Texts, lists and tables are where the file has them; settings are texts of the address."""
    lesson = read(WHOLE.encode(), "folder/edges.toml", PAGES)
    assert (lesson.name, lesson.title, lesson.age, lesson.minutes) == ("edges", "Edges", "11 to 14", 45)
    assert (lesson.needs, lesson.codes) == (("A picture",), ("AI4K12 1-A",))
    assert lesson.notes.misconceptions == ("A filter knows edges.",)
    level = lesson.level("first")
    one, two = level.steps
    assert one.query == {"strides": "2", "flip": "true", "tab": "Facts"}
    assert one.text == "Two lines become one."
    assert (one.shows, one.question) == (("strides", "Explain"), "kernel_cell")
    assert one.checks == (
        Check(
            measure="kernel_sum",
            comparison="equals",
            wanted=1,
            within=0.01,
            otherwise="They add up to {kernel_sum}, in {rows} rows.",
        ),
        Check(measure="rows", comparison="one_of", wanted=(127, 128)),
    )
    assert (two.page, two.query, two.checks, two.done) == ("pooling", {}, (), "")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('title = "Edges"', "title = 3", 1, "title takes a text, but 3 came"),
        ('title = "Edges"', f'title = "{"x" * 91}"', 1, "title takes 1 to 90 characters, but 91 came"),
        ('title = "Edges"\n', "", 1, "title is missing"),
        ('age = "11 to 14"', 'aeg = "11 to 14"', 3, "There is no 'aeg' here"),
        ("minutes = 45", 'minutes = "45"', 4, "minutes takes a whole number from 1 to 240, but '45' came"),
        ("minutes = 45", "minutes = 241", 4, "but 241 came"),
        ("minutes = 45", "minutes = true", 4, "but true came"),
        ("minutes = 45", f"minutes = {'9' * 20}", 4, "a number of more than 15 digits came"),
        ("minutes = 45", f"minutes = {'9' * 5000}", 4, "This is not TOML"),
        ('needs = ["A picture"]', 'needs = "A picture"', 5, "needs takes a list of texts"),
        ('needs = ["A picture"]', 'needs = [\n"A",\n3]', 5, "needs takes a text, but 3 came"),
        ('["AI4K12 1-A"]', '["AI4K12 1-A"', 8, "This is not TOML"),
        ('aim = "To see edges."', "aim = 1979-05-27", 9, "aim takes a text, but 1979-05-27 came"),
        ('aim = "To see edges."\n', "", 8, "aim is missing"),
        ("[notes]", "[remarks]", 8, "There is no 'remarks' here"),
        ('name = "first"', 'name = "First Level"', 15, "name takes small letters, digits and _"),
        ('sentence = "For everybody."', "", 14, "sentence is missing"),
        ('page = "pooling"', 'page = "vectors"', 43, "There is no page 'vectors' for lessons"),
        ('page = "pooling"', "", 42, "page is missing"),
        ("strides = 2", "strides = 9", 22, "Stride takes 1 to 8, but 9 came"),
        ("strides = 2", 'strides = "two"', 22, "takes a number, but 'two' came"),
        ("strides = 2", "strides = [2]", 22, "but a list of 1 thing came"),
        ("strides = 2", "stride = 2", 22, "has no setting 'stride'"),
        ('tab = "Facts"', 'tab = "Fact"', 22, "has no tab 'Fact'"),
        ('shows = ["strides", "Explain"]', 'shows = ["kernels"]', 29, "no setting and no tab 'kernels'"),
        ('question = "kernel_cell"', 'question = "which"', 30, "no question 'which' can be asked"),
        ('measure = "kernel_sum"', 'measure = "sum"', 33, "has no measure 'sum'"),
        ("equals = 1", "equal = 1", 34, "There is no 'equal' here"),
        ("equals = 1\n", "", 32, "but 0 came; add one"),
        ("equals = 1\n", "equals = 1\nat_most = 2\n", 32, "but 2 came; keep one"),
        ("equals = 1\n", "equals = [1]\n", 34, "equals takes a number, a text, true or false"),
        ("equals = 1\n", "at_least = nan\n", 34, "at_least takes a number, but nan came"),
        ("equals = 1\n", 'changed = "yes"\n', 34, "changed takes true or false, but 'yes' came"),
        ("one_of = [127, 128]", "one_of = []", 40, "one_of takes a list"),
        ("within = 0.01", "within = -1", 35, "within takes a number from 0 on, but -1 came"),
        ("{kernel_sum}, in", "{kernel}, in", 36, "otherwise asks for 'kernel'"),
        ("{kernel_sum}, in", "{kernel_sum, in", 36, "otherwise has a brace without its partner"),
        ("up to {kernel_sum}.", "up to {0}.", 28, "done asks for '0'"),
        ("up to {kernel_sum}.", "up to {}.", 28, "done asks for ''"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(old: str, new: str, line: int, said: str) -> None:
    """Whatever is wrong, the sentence begins with file and line, and says what came."""
    sentence = fault(changed(old, new))
    assert sentence.startswith(f"edges.toml, line {line}: ")
    assert said in sentence
    assert sentence.endswith((".", "?"))


def test_two_levels_of_one_name_are_a_fault() -> None:
    """An address could not tell them apart."""
    level = WHOLE[WHOLE.index("[[levels]]") :]
    assert fault((WHOLE + level).encode()).startswith("edges.toml, line 48: Two levels are called first")


def test_a_file_that_is_no_text_or_too_long_is_told() -> None:
    """Other bytes are told with their line; a huge file is not read."""
    assert "line 2: A lesson is text in UTF-8" in fault(b'title = "a"\nage = "\xff"')
    assert "at most 100,000 bytes" in fault(b"#" * (MAX_BYTES + 1))
    assert "at most 2,000 lines" in fault(b"#\n" * 2001)
    assert "line 1: A lesson's file has a name of small letters" in fault(WHOLE.encode(), "My lesson.toml")


def test_a_line_is_found_however_a_key_is_written() -> None:
    """In tables, dotted keys, inline tables, and behind values of several lines."""
    text = 'a.b = 1\nc = """\n[d]\nx = 1\n"""\n\n# d\n[d]\nx = [\n  1,\n]\n[[e]]\n[[e]]\ny = {z = 1}\n'
    for path, line in {
        ("a", "b"): 1,
        ("c",): 2,
        ("d",): 8,
        ("d", "x"): 9,
        ("e", 0): 12,
        ("e", 1): 13,
        ("e", 1, "y", "z"): 14,
        (): 1,
    }.items():
        assert line_of(text, path) == line, path


@given(st.data())
def test_a_damaged_file_gives_its_sentence(data: st.DataObject) -> None:
    """Cut, doubled or exchanged pieces of a lesson make another lesson or a LessonError, and nothing else."""
    text = WHOLE
    pieces = [*WHOLE.splitlines(keepends=True), "[", "{", '"', "\x00", "9" * 400, "nan", "é", "[[x]]\n"]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 60)))
        text = text[:start] + data.draw(st.sampled_from(["", *pieces])) + text[end:]
    said = "edges.toml, line "
    try:
        read(text.encode(), "edges.toml", PAGES)
    except LessonError as error:
        said = str(error)
    assert said.startswith("edges.toml, line ")


@given(st.binary(max_size=200))
def test_any_bytes_give_a_sentence(data: bytes) -> None:
    """Whatever a file holds, it is a LessonError at worst."""
    with pytest.raises(LessonError, match=r"^any\.toml, line \d+: "):
        read(data, "any.toml", PAGES)


def test_a_folder_of_the_teachers_is_on_the_shelf(tmp_path, monkeypatch) -> None:
    """Its lessons stand beside the shipped ones, a broken file is told, and a mended one appears."""
    monkeypatch.setenv(FOLDER, str(tmp_path))
    good, bad = tmp_path / "mine.toml", tmp_path / "bad.toml"
    good.write_text(WHOLE)
    bad.write_bytes(changed("minutes = 45", "minutes = 0"))
    (tmp_path / "notes.txt").write_text("not a lesson")
    found = shelf(PAGES)
    assert found.lesson("mine").title == "Edges"
    assert [each for each in found.troubles if each.startswith("bad.toml, line 4: ")]
    with pytest.raises(LessonError, match="There is no lesson 'bad'"):
        found.lesson("bad")
    bad.write_text(WHOLE)
    assert shelf(PAGES).lesson("bad").minutes == 45


def test_a_folder_that_is_not_there_is_told() -> None:
    """The sentence names the variable and the folder."""
    assert "no/such" in shelf(PAGES, "no/such").troubles[0]


GUIDE = (Path(__file__).parents[2] / ".github" / "CONTRIBUTING.md").read_text("utf-8")


def test_the_guide_has_a_lesson_that_can_be_read() -> None:
    """Who copies the example has a lesson, whose one step is done by what its hint says."""
    (example,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    lesson = read(example.encode(), "my_lesson.toml", OFFERS)
    assert lesson.level("first").steps[0].checks[0].measure == "variance_ratio"


def test_the_guide_lists_every_measure() -> None:
    """The table has the measures of each page, and marks those that are shares."""
    for page, table in MEASURES.items():
        names = ", ".join(f"`{each.name}`" + " %" * (each.unit == "%") for each in table.values())
        assert f"| {page} | {names} |" in GUIDE, page
