"""A lesson from its file, with every fault told by its line.

    TOML -> checked table -> Lesson

What a step may say of a page a `LessonPage` lists: its settings with their bounds, its tabs, its questions.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.errors import ExplorerError
from explorer.lessons.checks import placeholders
from explorer.lessons.measures import MEASURES
from explorer.lessons.record import (
    COMPARISONS,
    EVERYTHING,
    Check,
    Lesson,
    LessonError,
    LessonStep,
    Level,
    Notes,
    Value,
)
from explorer.parameters import Parameter, excerpt
from explorer.words import counted

MAX_BYTES = 100_000
"""The largest file; the shipped ones have a fifth of it."""

MAX_LINES = 2_000
"""The most lines of a file."""

MAX_LINE = 90
"""The most characters of what stands in one line: a title, a task."""

MAX_TEXT = 600
"""The most characters of a text."""

MAX_LEVELS, MAX_STEPS, MAX_CHECKS, MAX_MINUTES = 6, 20, 8, 240

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

Path = tuple[str | int, ...]
"""Where something is in a file: keys of tables, and places in lists."""


@dataclass(frozen=True, kw_only=True)
class LessonPage:
    """What a lesson may say of a page.

    Attributes:
        settings: By the name in the address, the parameters that read it.
        tabs: The names of its tabs.
        questions: The kinds of question that can be asked on it.
    """

    settings: Mapping[str, Sequence[Parameter]]
    tabs: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


def read(data: bytes, file: str, pages: Mapping[str, LessonPage]) -> Lesson:
    """Read a lesson.

    Args:
        data: The content of the file, TOML in UTF-8.
        file: Its name, which sentences begin with; without its ending it is the lesson's.
        pages: What there is on each page.

    Raises:
        LessonError: If something is wrong with it: the sentence names the file and the line, what came, and
            what was expected.

    Example:
        >>> read(b"title = 3", "short.toml", {})
        Traceback (most recent call last):
        explorer.lessons.record.LessonError: short.toml, line 1: title takes a text, but 3 came; put it in \
quotation marks.
    """
    return _Reading(data, file, pages).lesson()


@dataclass(frozen=True)
class _Table:
    """A table of the file, and where it is."""

    path: Path
    values: Mapping[str, Any]


class _Reading:
    """One file while it is read."""

    def __init__(self, data: bytes, file: str, pages: Mapping[str, LessonPage]) -> None:
        self.file, self.pages = file, pages
        if len(data) > MAX_BYTES:
            raise LessonError(
                f"{file}: A lesson has at most {MAX_BYTES:,} bytes, but {len(data):,} came; make it shorter."
            )
        if data.count(b"\n") > MAX_LINES:
            raise LessonError(f"{file}: A lesson has at most {MAX_LINES:,} lines; make it shorter.")
        try:
            self.text = data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise LessonError(
                f"{file}, line {line}: A lesson is text in UTF-8, but other bytes came; save it as UTF-8."
            ) from None
        try:
            self.whole = _Table((), tomllib.loads(self.text))
        except (ValueError, RecursionError) as error:  # what is no TOML, or a number that is none
            raise LessonError(self._not_toml(error)) from None

    def _not_toml(self, error: Exception) -> str:
        found = re.match(r"(.*) \(at line (\d+), column \d+\)$", str(error), re.DOTALL)
        if found:
            reason, line = found[1], int(found[2])
        else:  # it ends too early, or holds a number that is too long or a nest that is too deep
            reason, line = "what begins here does not end as it should", _unread(self.text)
        return f"{self.file}, line {line}: This is not TOML: {reason}; write key = value, texts in quotes."

    # Faults

    def fault(self, path: Path, sentence: str) -> LessonError:
        """Say what is wrong at a place."""
        return LessonError(f"{self.file}, line {line_of(self.text, path)}: {sentence}")

    # Values

    def table(self, table: _Table, known: Collection[str]) -> None:
        """Refuse keys that there are not."""
        for key in table.values:
            if key not in known:
                raise self.fault(
                    (*table.path, key),
                    f"There is no {excerpt(key)} here; choose one of {', '.join(known)}.",
                )

    def given(self, table: _Table, key: str, what: str) -> Any:
        """Return what has to be there."""
        if key not in table.values:
            raise self.fault(table.path, f"{key} is missing; add {key}, {what}.")
        return table.values[key]

    def line(self, table: _Table, key: str) -> str:
        """Return a text in one line."""
        text = self.given(table, key, "a text in one line")
        return self._checked_text((*table.path, key), key, text, MAX_LINE)

    def prose(self, table: _Table, key: str, default: str | None = None) -> str:
        """Return a text, whose lines become one."""
        if default is not None and key not in table.values:
            return default
        text = self.given(table, key, "a text")
        return self._checked_text((*table.path, key), key, text, MAX_TEXT)

    def _checked_text(self, path: Path, key: str, text: Any, most: int) -> str:
        if not isinstance(text, str):
            raise self.fault(path, f"{key} takes a text, but {_said(text)} came; put it in quotation marks.")
        joined = " ".join(text.split())
        if not 1 <= len(joined) <= most:
            raise self.fault(
                path, f"{key} takes 1 to {most} characters, but {len(joined)} came; change its length."
            )
        return joined

    def texts(self, table: _Table, key: str) -> tuple[str, ...]:
        """Return some texts; none where the key is missing."""
        found = table.values.get(key, [])
        path = (*table.path, key)
        if not isinstance(found, list):
            raise self.fault(
                path, f"{key} takes a list of texts, but {_said(found)} came; put it in square brackets."
            )
        return tuple(self._checked_text(path, key, each, MAX_TEXT) for each in found)

    def name(self, table: _Table, key: str) -> str:
        """Return what the address can say."""
        found = self.line(table, key)
        if not NAME.fullmatch(found):
            raise self.fault(
                (*table.path, key),
                f"{key} takes small letters, digits and _, but {excerpt(found)} came; write first, say.",
            )
        return found

    def tables(self, table: _Table, key: str, most: int, needs_one: bool = True) -> Iterator[_Table]:
        """Give the tables of a list."""
        found = table.values.get(key, [])
        path = (*table.path, key)
        if not isinstance(found, list) or any(not isinstance(each, dict) for each in found):
            raise self.fault(path, f"{key} takes tables, but {_said(found)} came; write [[{key}]].")
        if len(found) > most or (needs_one and not found):
            raise self.fault(
                path if found else table.path,
                f"{int(needs_one)} to {most} tables [[{key}]] belong here, but {len(found)} came; "
                f"{'leave some out' if found else 'add one'}.",
            )
        for place, each in enumerate(found):
            yield _Table((*path, place), each)

    # The parts of a lesson

    def lesson(self) -> Lesson:
        """Read all of it."""
        table = self.whole
        known = ("title", "question", "age", "minutes", "needs", "codes", "notes", "levels")
        self.table(table, known)
        title, question, age = (self.line(table, key) for key in known[:3])
        name = self.file.rpartition("/")[2].removesuffix(".toml")
        if not NAME.fullmatch(name):
            raise LessonError(
                f"{self.file}, line 1: A lesson's file has a name of small letters, digits and _, which the "
                f"address takes, but {excerpt(name)} came; rename it, to my_lesson.toml, say."
            )
        minutes = self.given(table, "minutes", "a whole number")
        if type(minutes) is not int or not 1 <= minutes <= MAX_MINUTES:
            raise self.fault(
                ("minutes",),
                f"minutes takes a whole number from 1 to {MAX_MINUTES}, but {_said(minutes)} came; "
                "write minutes = 45, say.",
            )
        needs, codes = self.texts(table, "needs"), self.texts(table, "codes")
        notes = self.notes()
        levels = tuple(self.level(each) for each in self.tables(table, "levels", MAX_LEVELS))
        names = [level.name for level in levels]
        for place, each in enumerate(names):
            if each in names[:place]:
                raise self.fault(
                    ("levels", place, "name"), f"Two levels are called {each}; give one another name."
                )
        return Lesson(
            name=name,
            title=title,
            question=question,
            age=age,
            minutes=minutes,
            needs=needs,
            codes=codes,
            notes=notes,
            levels=levels,
        )

    def notes(self) -> Notes:
        """Read what is for the teacher."""
        found = self.given(self.whole, "notes", "a table [notes] with aim, timing and answers")
        if not isinstance(found, dict):
            raise self.fault(("notes",), f"notes takes a table, but {_said(found)} came; write [notes].")
        table = _Table(("notes",), found)
        self.table(table, ("aim", "timing", "answers", "misconceptions"))
        aim, timing, answers = (self.prose(table, key) for key in ("aim", "timing", "answers"))
        return Notes(
            aim=aim, timing=timing, answers=answers, misconceptions=self.texts(table, "misconceptions")
        )

    def level(self, table: _Table) -> Level:
        """Read a level."""
        self.table(table, ("name", "title", "sentence", "summary", "steps"))
        return Level(
            name=self.name(table, "name"),
            title=self.line(table, "title"),
            sentence=self.prose(table, "sentence"),
            summary=self.prose(table, "summary"),
            steps=tuple(self.step(each) for each in self.tables(table, "steps", MAX_STEPS)),
        )

    def step(self, table: _Table) -> LessonStep:
        """Read a step."""
        self.table(table, ("page", "query", "text", "task", "hint", "done", "shows", "question", "checks"))
        page = self.line(table, "page")
        if page not in self.pages or page not in MEASURES:
            known = ", ".join(each for each in MEASURES if each in self.pages)
            raise self.fault(
                (*table.path, "page"), f"There is no page {excerpt(page)} for lessons; choose one of {known}."
            )
        offer = self.pages[page]
        shows = self.texts(table, "shows")
        names = (EVERYTHING, *offer.settings, *offer.tabs)
        for each in shows:
            if each not in names:
                raise self.fault(
                    (*table.path, "shows"),
                    f"The page {page} has no setting and no tab {excerpt(each)}; choose from "
                    f"{', '.join(names)}.",
                )
        question = self.prose(table, "question", "")
        if question and question not in offer.questions:
            raise self.fault(
                (*table.path, "question"),
                f"On {page} no question {excerpt(question)} can be asked; "
                + (f"choose one of {', '.join(offer.questions)}." if offer.questions else "leave it out."),
            )
        done = self.prose(table, "done", "")
        self._fillable((*table.path, "done"), "done", done, page)
        return LessonStep(
            page=page,
            query=self.query(table, page, offer),
            text=self.prose(table, "text"),
            task=self.line(table, "task"),
            hint=self.prose(table, "hint"),
            done=done,
            shows=shows,
            checks=tuple(
                self.check(each, page) for each in self.tables(table, "checks", MAX_CHECKS, needs_one=False)
            ),
            question=question,
        )

    def query(self, table: _Table, page: str, offer: LessonPage) -> dict[str, str]:
        """Read the settings that a step opens with; each is a text of the address, a number, or on or off."""
        found, path = table.values.get("query", {}), (*table.path, "query")
        if not isinstance(found, dict):
            raise self.fault(
                path, f'query takes a table, but {_said(found)} came; write {{ kernel = "box" }}.'
            )
        query = {}
        for name, value in found.items():
            here = (*path, name)
            if name == "tab":
                if value not in offer.tabs:
                    raise self.fault(
                        here,
                        f"The page {page} has no tab {excerpt(value)}; choose one of "
                        f"{', '.join(offer.tabs)}.",
                    )
                query[name] = value
                continue
            if name not in offer.settings:
                raise self.fault(
                    here,
                    f"The page {page} has no setting {excerpt(name)}; choose one of "
                    f"{', '.join((*offer.settings, 'tab'))}.",
                )
            if not isinstance(value, str | int | float):
                raise self.fault(
                    here,
                    f"{name} takes a text as it stands in the address, or a number, but {_said(value)} came; "
                    "copy it from there.",
                )
            query[name] = str(value).lower() if isinstance(value, bool) else str(value)
            for parameter in offer.settings[name]:
                try:
                    parameter.from_text(query[name])
                except ExplorerError as error:
                    raise self.fault(here, str(error)) from None
        return query

    def check(self, table: _Table, page: str) -> Check:
        """Read a check: a measure, one comparison, and the sentence for when it does not hold."""
        self.table(table, ("measure", *COMPARISONS, "within", "otherwise"))
        measure = self.line(table, "measure")
        if measure not in MEASURES[page]:
            raise self.fault(
                (*table.path, "measure"),
                f"The page {page} has no measure {excerpt(measure)}; choose one of "
                f"{', '.join(MEASURES[page])}.",
            )
        comparisons = [key for key in COMPARISONS if key in table.values]
        if len(comparisons) != 1:
            raise self.fault(
                table.path,
                f"A check has one of {', '.join(COMPARISONS)}, but {len(comparisons)} came; "
                f"{'keep one' if comparisons else 'add one'}.",
            )
        (comparison,) = comparisons
        wanted = self.wanted((*table.path, comparison), comparison, table.values[comparison])
        within = table.values.get("within", Check.within)
        if not _is_number(within) or not 0 <= within < float("inf"):
            raise self.fault(
                (*table.path, "within"),
                f"within takes a number from 0 on, but {_said(within)} came; write within = 0.01, say.",
            )
        otherwise = self.prose(table, "otherwise", "")
        self._fillable((*table.path, "otherwise"), "otherwise", otherwise, page)
        return Check(
            measure=measure,
            comparison=comparison,
            wanted=wanted,
            within=float(within),
            otherwise=otherwise,
        )

    def wanted(self, path: Path, comparison: str, value: Any) -> Value | tuple[Value, ...]:
        """Return what a measure is compared with."""
        match comparison:
            case "equals" if isinstance(value, str | bool) or _is_number(value):
                return value  # type: ignore[no-any-return]
            case "changed" if isinstance(value, bool):
                return value
            case "one_of" if (
                isinstance(value, list)
                and value
                and all(isinstance(each, str | bool) or _is_number(each) for each in value)
            ):
                return tuple(value)
            case "at_least" | "at_most" | "falls_to" | "grows_to" if _is_number(value):
                return value  # type: ignore[no-any-return]
        expected = {
            "equals": "a number, a text, true or false",
            "changed": "true or false",
            "one_of": "a list of numbers or texts, at least one",
        }.get(comparison, "a number")
        raise self.fault(path, f"{comparison} takes {expected}, but {_said(value)} came; change it.")

    def _fillable(self, path: Path, key: str, text: str, page: str) -> None:
        """Refuse braces that name no measure."""
        try:
            names = placeholders(text)
        except ValueError:
            raise self.fault(
                path, f"{key} has a brace without its partner; write {{kernel_sum}}, say."
            ) from None
        for name in names:
            if name not in MEASURES[page]:
                raise self.fault(
                    path,
                    f"{key} asks for {excerpt(name)}, which is no measure of {page}; choose one of "
                    f"{', '.join(MEASURES[page])}.",
                )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _said(value: object) -> str:
    """Name what came: texts in quotes, and tables and lists by their kind."""
    match value:
        case dict():
            return "a table"
        case list():
            return f"a list of {counted(len(value), 'thing')}"
        case bool():
            return str(value).lower()
        case str():
            return excerpt(value)
        case int() if abs(value) >= 10**15:
            return "a number of more than 15 digits"
        case _:
            return str(value)[:40]


def line_of(text: str, path: Path) -> int:
    r"""Return the line, from 1 on, in which a key or table of a TOML file begins.

    The file is well-formed. A key is there from some line on, whichever way it is written, so the lines
    before it are the longest beginning of the file that can be read and has it not.

    Example:
        >>> line_of('title = "a"\n\n[[levels]]\nname = "first"\n', ("levels", 0, "name"))
        4
    """
    lines = _Lines(text)

    def has(count: int) -> bool:
        return _has(lines.beginning(lines.before(count)), path)

    if not path:
        return 1
    return lines.before(lines.last(lambda count: not has(count))) + 1


def _unread(text: str) -> int:
    """Return the line with which a file begins that tells no line of its own to be read no further."""
    lines = _Lines(text)
    return lines.before(lines.last(lambda count: count - lines.before(count) < _LONGEST)) + 1


_LONGEST = 50  # lines of one value


class _Lines:
    """The beginnings of a file, as far as each can be read by itself."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._known: dict[int, Mapping[str, Any] | None] = {0: {}}

    def beginning(self, count: int) -> Mapping[str, Any] | None:
        """Return so many lines as a table, or None where they are none by themselves."""
        if count not in self._known:
            try:
                self._known[count] = tomllib.loads("\n".join(self._lines[:count]))
            except (ValueError, RecursionError):
                self._known[count] = None  # the end of a value is in a later line
        return self._known[count]

    def before(self, count: int) -> int:
        """Return the most lines, up to so many, that can be read."""
        while self.beginning(count) is None:
            count -= 1
        return count

    def last(self, holds: Callable[[int], bool]) -> int:
        """Return the most lines of which something holds that holds of none and not of all."""
        low, high = 0, len(self._lines)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if holds(middle) else (low, middle)
        return low


def _has(table: Any, path: Path) -> bool:
    for part in path:
        if isinstance(part, int):
            if not isinstance(table, list) or part >= len(table):
                return False
        elif not isinstance(table, Mapping) or part not in table:
            return False
        table = table[part]
    return True
