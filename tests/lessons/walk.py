"""The shipped lessons step by step: what each begins with, and what it is done by."""

from __future__ import annotations

from collections.abc import Iterator

from lessons.bench import State
from lessons.solutions import SOLUTIONS

from explorer.lessons.record import LessonStep
from explorer.lessons.shelf import shelf
from pages import lesson_offers
from pages.lesson_offers import OFFERS

SHELF = shelf(OFFERS, "")
LEVELS = [(each.name, level.name) for each in SHELF.lessons.values() for level in each.levels]
DONE = ("epochs", "steps", "drawn", "board")


def walked(lesson: str, level: str) -> Iterator[tuple[int, LessonStep, State, State]]:
    """Give each step with the state that it begins in, and the one in which it is done.

    A step without settings goes on where the step before ended; pictures and drawings stay on their board.
    """
    ended: dict[str, State] = {}
    for at, step in enumerate(SHELF.lesson(lesson).level(level).steps):
        solution = SOLUTIONS[lesson][level][at]
        before = ended.get(step.page, State())
        begun = before
        if step.query:  # what was learnt, was learnt with other settings
            board = tuple(act for act in before.board if act != "train")
            begun = State(lesson_offers.address(step), board=board)
        settings = {name: text for name, text in solution.items() if name not in DONE}
        done = begun.then(settings, **{name: solution[name] for name in DONE if name in solution})
        ended[step.page] = done
        yield at + 1, step, begun, done
