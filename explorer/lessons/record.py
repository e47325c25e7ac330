"""What a lesson is: its levels, their steps, and the checks of a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from explorer.errors import ExplorerError

Value: TypeAlias = bool | int | float | str | None
"""What a measure gives; None where there is nothing to measure yet."""

COMPARISONS = ("equals", "at_least", "at_most", "one_of", "changed", "falls_to", "grows_to")
"""How a check compares a measure, by the key that says so in the file."""

EVERYTHING = "everything"
"""What a step shows that shows every setting and every tab."""

FROM_START = ("changed", "falls_to", "grows_to")
"""Those that compare with what the measure was when the step began."""


class LessonError(ExplorerError):
    """What is wrong with a lesson's file: where, what came, what was expected."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """What has to hold of one of the page's numbers.

    Attributes:
        measure: Key in the page's table of `measures.MEASURES`.
        comparison: One of `COMPARISONS`.
        wanted: What it is compared with: a number, a text, on or off, or some of them for `one_of`. For
            `falls_to` and `grows_to` it is a part or a multiple of the number at the start of the step.
        within: How far a number may lie from the one that it should equal.
        otherwise: What is said where it does not hold; measures stand in it in braces. Without it, a sentence
            is made of the present number and the wanted one.
    """

    measure: str
    comparison: str
    wanted: Value | tuple[Value, ...]
    within: float = 1e-6
    otherwise: str = ""


@dataclass(frozen=True, kw_only=True)
class LessonStep:
    """One thing to do on one page.

    Attributes:
        page: The page's name.
        query: The settings that it opens with, by their names in the address. With none, the page goes on
            with what the person has made of it.
        text: A sentence or two on what there is to see.
        task: What to do, in one line.
        hint: How to do it.
        done: What is said when all checks hold; measures stand in it in braces.
        shows: Names of the settings and tabs that the page shows, or `EVERYTHING`; none: what its basics
            show.
        checks: What has to hold, in the order in which it is looked at.
        question: Which kind of question is asked on the page; the empty text where none is.
    """

    page: str
    query: Mapping[str, str]
    text: str
    task: str
    hint: str
    done: str = ""
    shows: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    question: str = ""


@dataclass(frozen=True, kw_only=True)
class Level:
    """A way through the lesson for some of the class.

    Attributes:
        name: What the address calls it.
        title: What the page calls it.
        sentence: For whom it is, or what it is about.
        summary: What one knows after it.
        steps: In their order.
    """

    name: str
    title: str
    sentence: str
    summary: str
    steps: tuple[LessonStep, ...]


@dataclass(frozen=True, kw_only=True)
class Notes:
    """What a teacher wants to know before the lesson."""

    aim: str
    timing: str
    answers: str
    misconceptions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A lesson.

    Attributes:
        name: The name of its file without the ending; the address has it.
        title: What it is called.
        question: What it answers.
        age: For whom it is, as in "11 to 14".
        minutes: How long it takes.
        needs: What has to be there beside the explorer.
        codes: Where it stands in curricula, as in "AI4K12 1-A".
        notes: For the teacher.
        levels: From the first to the hardest.
    """

    name: str
    title: str
    question: str
    age: str
    minutes: int
    needs: tuple[str, ...]
    codes: tuple[str, ...]
    notes: Notes
    levels: tuple[Level, ...]

    def level(self, name: str) -> Level:
        """Return the level of this name.

        Raises:
            LessonError: If there is none.
        """
        for level in self.levels:
            if level.name == name:
                return level
        known = ", ".join(level.name for level in self.levels)
        raise LessonError(f"{self.title} has no level {name[:40]!r}; choose one of {known}.")
