"""The lessons that there are: those that are shipped, and those in a folder of the teacher's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from explorer.lessons.reading import MAX_BYTES, LessonPage, read
from explorer.lessons.record import Lesson, LessonError

SHIPPED = Path(__file__).with_name("shipped")

FOLDER = "EXPLORER_LESSONS"
"""The environment variable that names a folder with more lessons."""


@dataclass(frozen=True)
class Shelf:
    """Lessons by their names, in the order of the pages they begin on, and what is wrong with other files.

    A lesson of the teacher's takes the place of a shipped one of its name.
    """

    lessons: Mapping[str, Lesson]
    troubles: tuple[str, ...] = ()

    def lesson(self, name: str) -> Lesson:
        """Return the lesson of this name.

        Raises:
            LessonError: If there is none.
        """
        if name not in self.lessons:
            known = ", ".join(self.lessons)
            raise LessonError(f"There is no lesson {name[:40]!r}; choose one of {known}.")
        return self.lessons[name]


def shelf(pages: Mapping[str, LessonPage], folder: str | None = None) -> Shelf:
    """Read all lessons; a file is read again only after it has changed.

    Args:
        pages: What a lesson may say of each page.
        folder: Where more lessons are; without it, what `EXPLORER_LESSONS` says.

    Example:
        >>> shelf({}, "no/such/folder").troubles[0]
        "EXPLORER_LESSONS names the folder 'no/such/folder', which does not exist; make it, or name another."
    """
    lessons: dict[str, Lesson] = {}
    troubles = []
    folder = os.environ.get(FOLDER, "") if folder is None else folder
    files = sorted(SHIPPED.glob("*.toml"))
    if folder:
        try:
            files += sorted(path for path in Path(folder).iterdir() if path.suffix == ".toml")
        except OSError:
            troubles.append(
                f"{FOLDER} names the folder {folder!r}, which does not exist; make it, or name another."
            )
    for file in files:
        try:
            lesson = _opened(file, pages)
        except LessonError as error:
            troubles.append(str(error))
        else:
            lessons[lesson.name] = lesson
    places = list(pages)
    ordered = sorted(lessons.values(), key=lambda lesson: places.index(lesson.levels[0].steps[0].page))
    return Shelf({lesson.name: lesson for lesson in ordered}, tuple(troubles))


def _opened(file: Path, pages: Mapping[str, LessonPage]) -> Lesson:
    try:
        found = file.stat()
        return _read(file, found.st_mtime_ns, found.st_size, _Pages(pages))
    except OSError:
        raise LessonError(f"{file.name}: The file cannot be read; look at its permissions.") from None


class _Pages:
    """What there is on the pages, as a key of the cache: there is one such table."""

    def __init__(self, pages: Mapping[str, LessonPage]) -> None:
        self.pages = pages

    def __hash__(self) -> int:
        return id(self.pages)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pages) and other.pages is self.pages


@lru_cache(maxsize=64)
def _read(file: Path, changed: int, size: int, pages: _Pages) -> Lesson:
    with file.open("rb") as opened:
        return read(opened.read(MAX_BYTES + 1), file.name, pages.pages)
