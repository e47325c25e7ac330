"""What a class is and what can happen in it: records, and functions that make the next record of one.

Nothing here knows of connections, of stores or of Streamlit, and the time is always given. What a person may
do wrong raises a `ClassroomError` with a sentence for them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import unicodedata
from collections import Counter
from dataclasses import dataclass, fields, replace
from math import isfinite
from typing import Any, Literal, TypedDict

from explorer.errors import ExplorerError
from pages.classroom.limits import REJOINED_HERE

MAX_ROOMS = 30
MAX_STUDENTS = 60
MAX_REMOVED = 60  # whom a class remembers to have removed
MAX_NAME = 24  # characters
MAX_ANSWER = 80
MAX_PROMPT = 160
MAX_ADDRESS = 8_192  # of an experiment that a teacher brings the class to
MAX_PLACE = 2_048  # of the one on a student's screen: sixty of them are on the wall
MAX_MARKS = 40  # steps of a lesson
MAX_SHOWN_SIDE = 256  # pixels of the longer side of a student's picture that the class sees
MAX_SHOWN = 200_000  # bytes of it: without any compression it would take 196,608
MAX_GIVEN = 4 * MAX_SHOWN // 3 + 4  # characters in which it comes
MAX_BARS = 8  # of a histogram; what else was answered is counted together
MAX_SENT = 200  # characters of any text as it comes: no field of ours lets more through

IDLE = 3 * 3600.0  # seconds until a class in which nothing happens has ended
EMPTY = 1200.0  # the same before anybody has joined
OLDEST = 12 * 3600.0  # a class that is older has ended, whatever happens in it
AWAY = 45.0  # seconds without a word after which a student counts as away; a browser speaks every 20

LETTERS = "BCDFGHJKMNPRSTVWXYZ"
"""The letters of a code: no vowels, which make words, and none that look like another letter or a digit."""

UNFIT = (
    *(
        "BTCH",
        "BJ",
        "CCK",
        "CLT",
        "CNT",
        "CRP",
        "DCK",
        "DMN",
        "FCK",
        "FGT",
        "FKK",
        "FKN",
        "FTZ",
        "FXK",
        "GTFH",
    ),
    *("HH", "JZZ", "KKK", "KKN", "KNK", "KZ", "MRD", "NGG", "NGR", "NS", "PNS", "PRN", "PSS", "PTN", "RTRD"),
    *("SCHW", "SHT", "SLT", "SS", "STF", "SXX", "SXY", "TTS", "TWT", "VGN", "WC", "WHR", "WNK", "WTF", "XXX"),
)
"""What no code contains, in several languages: words that are read even without their vowels."""

ADDRESS = re.compile(r"(?:[a-z]+(?:_[a-z]+)*)?(?:\?[!-~]*)?")
MARKS = re.compile(r"[01-]*")  # of each step of a lesson: its check was met, was not, or was not made
POSED = re.compile(r"(?:[0-9a-f]{16} [1-9]\d{0,3} \d)?")  # its identity, its set, and how many come before it
_KEY = re.compile(r"[0-9a-f]{64}")
_PICTURE = re.compile(r"(?:[0-9a-f]{64})?")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)
_UNSEEN = {
    "Cc",
    "Cf",
    "Cs",
    "Co",
    "Cn",
}  # control, direction and joining characters, and what is no character
_SPACES = {"Zs", "Zl", "Zp"}


REMOVED = "You were removed from this class, so you cannot join it again; ask your teacher to let you in."
REMOVED_HERE = (
    "Somebody was removed from this class who had joined from your address; wait five minutes and join then, "
    "or ask your teacher to let you in."
)


class ClassroomError(ExplorerError):
    """What somebody in a class cannot do, in a sentence for them."""


class DamagedRoom(ExplorerError):
    """What was read back is no class."""


@dataclass(frozen=True)
class ClassQuestion:
    """A question to the whole class.

    Attributes:
        number: Which of the class's questions it is, from 1: an answer says which one it is for.
        prompt: Its words; empty where it was asked aloud.
        posed: Which question of Guess first it is, where it is one: see `POSED`.
        is_revealed: Whether the class sees the answers.
    """

    number: int
    prompt: str = ""
    posed: str = ""
    is_revealed: bool = False


@dataclass(frozen=True)
class Student:
    """One who has joined.

    Attributes:
        number: By which the teacher names them; nobody else of this class ever gets it.
        key: The digest of the token that their browser holds, and nobody else.
        name: What they are called in this class.
        host: The digest of the network address that they joined from.
        address: The experiment on their screen.
        marks: What became of the checks of a lesson's steps, a character each: see `MARKS`.
        answer: Their answer to the present question.
        is_muted: Whether their name and answers stay hidden.
        seen: When their browser spoke last; 0 once it has gone.
    """

    number: int
    key: str
    name: str
    host: str
    address: str = ""
    marks: str = ""
    answer: str | None = None
    is_muted: bool = False
    seen: float = 0.0


@dataclass(frozen=True)
class Removal:
    """What a class keeps of one whom the teacher has removed: no name and no answer.

    Attributes:
        key: The digest of the token that their browser held.
        host: The digest of the network address that they had joined from.
        due: When the next one may join from there.
    """

    key: str
    host: str
    due: float


@dataclass(frozen=True)
class Room:
    """A class at one moment.

    Attributes:
        code: By which students join.
        key: The digest of the teacher's secret.
        began: When it began.
        changed: When something happened in it last.
        joined: How many have joined so far.
        students: Those who are in it, in the order in which they joined.
        experiment: The address to which the teacher brought everyone last.
        shown: Whose experiment that is; 0 is the teacher's.
        wished: Whose own picture the class is to see with it, until they answer; 0 is nobody's.
        kept: Who has answered that theirs stays with them.
        picture: The digest of the picture that the class sees with it; empty where there is none. The picture
            itself lies beside the class in its store.
        moves: How often that happened: the same address again is another move.
        is_frozen: Whether the students' screens wait for the teacher.
        question: The present question, if there is one.
        asked: How many questions there were.
        removed: Those whom the teacher has removed and not let in again.
    """

    code: str
    key: str
    began: float
    changed: float
    joined: int = 0
    students: tuple[Student, ...] = ()
    experiment: str = ""
    shown: int = 0
    wished: int = 0
    kept: int = 0
    picture: str = ""
    moves: int = 0
    is_frozen: bool = False
    question: ClassQuestion | None = None
    asked: int = 0
    removed: tuple[Removal, ...] = ()

    @property
    def ends(self) -> float:
        """When it ends if nothing happens any more."""
        return min(self.changed + (IDLE if self.joined else EMPTY), self.began + OLDEST)

    def student(self, number: int) -> Student:
        """The student with this number, or a `ClassroomError` where they have gone."""
        for each in self.students:
            if each.number == number:
                return each
        raise ClassroomError("This student is no longer in the class.")

    def knows(self, key: str) -> int | None:
        """Whose key this is: 0 is the teacher's, a student's has their number, and None is nobody's."""
        found = digest(key)
        for number, held in ((0, self.key), *((each.number, each.key) for each in self.students)):
            if hmac.compare_digest(found, held):
                return number
        return None

    def has_removed(self, key: str) -> bool:
        """Whether this is the key of one whom the teacher has removed."""
        found = digest(key)
        return any(hmac.compare_digest(found, each.key) for each in self.removed)

    # What students do.

    def join(self, key: str, name: str, now: float, host: str = "", held: str = "") -> Room:
        """The class with one more student, who is the last of `students`.

        Args:
            key: The new token of their browser.
            name: What they want to be called.
            now: The time.
            host: The network address that they join from.
            held: The token that their browser had before in this class.

        Raises:
            ClassroomError: If the class is full, if nothing of the name can be seen, or if the teacher has
                removed the browser that held the token, or a little while ago one at this address.
        """
        if self.has_removed(held):
            raise ClassroomError(REMOVED)
        if len(self.students) >= MAX_STUDENTS:
            raise ClassroomError(f"This class is full: {MAX_STUDENTS} students are in it.")
        at = digest(f"{self.code} {host}")
        due = max((each.due for each in self.removed if each.host == at), default=None)
        after = None if due is None else REJOINED_HERE.taken(due, now)
        if due is not None and after is None:
            raise ClassroomError(REMOVED_HERE)
        number = self.joined + 1
        wanted = cleaned(name, MAX_NAME)
        if name.strip() and not wanted:
            raise ClassroomError("Nothing of this name can be seen; type another one, or none.")
        taken = {each.name.casefold() for each in self.students}
        student = Student(number, digest(key), _free_name(wanted or f"Student {number}", taken), at, seen=now)
        removed = tuple(
            replace(each, due=after) if after is not None and each.host == at else each
            for each in self.removed
        )
        return replace(self, joined=number, students=(*self.students, student), removed=removed, changed=now)

    def leave(self, number: int, now: float) -> Room:
        """The class without a student; nothing of them stays."""
        students = tuple(each for each in self.students if each.number != number)
        left = self.hide(now) if self.shown == number else self
        return replace(left, students=students, changed=now)

    def place(self, number: int, address: str, marks: str, now: float) -> Room:
        """The class with a student's whereabouts."""
        return self._with(number, now, address=address, marks=marks, seen=now)

    def back(self, number: int, now: float) -> Room:
        """The class with a student whose browser is there."""
        return self._with(number, now, seen=now)

    def away(self, number: int, now: float) -> Room:
        """The class with a student whose browser has gone; they are still in it."""
        return self._with(number, now, seen=0.0)

    def answer(self, number: int, question: int, given: str | float, now: float) -> Room:
        """The class with a student's answer to its present question, in place of an earlier one of theirs."""
        if self.question is None or self.question.number != question:
            raise ClassroomError("This question is over; the teacher has not asked another one.")
        if self.question.is_revealed:
            raise ClassroomError("The answers are open, so this question takes no more of them.")
        text = written(given)
        if not text:
            raise ClassroomError("Your answer is empty; type a number or a few words.")
        return self._with(number, now, answer=text, seen=now)

    def give(self, number: int, picture: str, now: float) -> Room:
        """The class that sees a student's own picture, of this digest, which the teacher has asked for."""
        if self.wished != number:
            raise ClassroomError("Your teacher does not ask for your picture now, so nobody sees it.")
        return replace(self, wished=0, picture=picture, changed=now)

    def keep(self, number: int, now: float) -> Room:
        """The class that does not see a student's own picture, as they have decided."""
        return replace(self, wished=0, kept=number, changed=now) if self.wished == number else self

    def spare(self, number: int, now: float) -> Room:
        """The class whose teacher need not ask: what is on a student's screen is no picture of their own."""
        return replace(self, wished=0, changed=now) if self.wished == number else self

    # What the teacher does.

    def bring(self, address: str, now: float, of: int = 0) -> Room:
        """The class with everyone brought to an experiment: the teacher's, or that of a student.

        A student is asked for the picture that the class then sees with it.
        """
        moved = replace(self.hide(now), experiment=address, shown=of, moves=self.moves + 1)
        return replace(moved, wished=of if any(each.number == of for each in self.students) else 0)

    def hide(self, now: float) -> Room:
        """The class that sees no student's picture, and asks nobody for one."""
        return replace(self, wished=0, kept=0, picture="", changed=now)

    def freeze(self, on: bool, now: float) -> Room:
        """The class with its screens stopped, or free again."""
        return replace(self, is_frozen=on, changed=now)

    def ask(self, question: int, prompt: str, now: float, posed: str = "") -> Room:
        """The class with its next question, whose number is one more than `asked`; any other came before."""
        if question != self.asked + 1:
            return replace(self, changed=now)
        students = tuple(replace(each, answer=None) for each in self.students)
        new = ClassQuestion(question, cleaned(prompt, MAX_PROMPT), posed)
        return replace(self, question=new, asked=question, students=students, changed=now)

    def reveal(self, question: int, now: float) -> Room:
        """The class in which all see the answers to a question."""
        if self.question is None or self.question.number != question:
            raise ClassroomError("There is no question to reveal; ask one first.")
        return replace(self, question=replace(self.question, is_revealed=True), changed=now)

    def close(self, question: int, now: float) -> Room:
        """The class without a question; the answers are forgotten."""
        if self.question is None or self.question.number != question:
            return replace(self, changed=now)
        students = tuple(replace(each, answer=None) for each in self.students)
        return replace(self, question=None, students=students, changed=now)

    def mute(self, number: int, on: bool, now: float) -> Room:
        """The class with a student whose name and answers are hidden, or shown again."""
        return self._with(number, now, is_muted=on)

    def remove(self, number: int, now: float) -> Room:
        """The class without a student, who cannot simply join again."""
        gone = [each for each in self.students if each.number == number]
        removed = [*self.removed, *(Removal(each.key, each.host, now + REJOINED_HERE.every) for each in gone)]
        return replace(self.leave(number, now), removed=tuple(removed[-MAX_REMOVED:]))

    def readmit(self, now: float) -> Room:
        """The class that all whom the teacher has removed may join again."""
        return replace(self, removed=(), changed=now)

    def touch(self, now: float) -> Room:
        """The class whose teacher is there, though nothing else happened."""
        return replace(self, changed=now)

    def _with(self, number: int, now: float, **changes: Any) -> Room:
        changed = replace(self.student(number), **changes)
        students = tuple(changed if each.number == number else each for each in self.students)
        return replace(self, students=students, changed=now)


def new_room(code: str, key: str, now: float) -> Room:
    """A class that begins now, with the teacher's key."""
    return Room(code, digest(key), now, now)


def is_fit(code: str) -> bool:
    """Whether a text can be a class's code.

    >>> [is_fit(code) for code in ("RTKB", "rtkb", "RTK", "RTKO", "WTFB")]
    [True, False, False, False, False]
    """
    return len(code) == 4 and set(code) <= set(LETTERS) and not any(each in code for each in UNFIT)


def new_code() -> str:
    """A code that nobody can foresee; whether a class has it already its store knows."""
    while not is_fit(code := "".join(secrets.choice(LETTERS) for _ in range(4))):
        pass
    return code


def read_code(text: str) -> str:
    """The code that somebody typed, whatever the case and the spaces, or a `ClassroomError`.

    >>> read_code(" rt-kb ")
    'RTKB'
    """
    code = re.sub(r"[\s-]", "", text).upper()
    if len(code) != 4 or not code.isalpha():
        raise ClassroomError("A code has four letters, as in RTKB; your teacher's screen shows yours.")
    return code


def new_key() -> str:
    """A teacher's secret, or a student's token: 128 bits from the system's generator."""
    return secrets.token_urlsafe(16)


def digest(key: str) -> str:
    """What is kept of a key: whoever reads a store cannot come in with it."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def cleaned(text: str, most: int) -> str:
    r"""A text in one line without what cannot be seen, cut at so many characters.

    >>> cleaned("  Ada\u202e \x00<b>\n Lovelace", 12)
    'Ada <b> Love'
    """
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if kind in _SPACES or character in "\t\n\r":
            kept.append(" ")
        # Letters of some scripts carry two marks; a tower of them would reach into the lines above.
        elif kind not in _UNSEEN and marks <= 2 and (not marks or kept):
            kept.append(character)
    # Cutting may end on a space.
    return " ".join("".join(kept).split())[:most].strip()


def _free_name(name: str, taken: set[str]) -> str:
    found, count = name, 1
    while found.casefold() in taken:
        count += 1
        ending = f" {count}"
        found = name[: MAX_NAME - len(ending)].rstrip() + ending
    return found


def written(given: str | float) -> str:
    """An answer as a text: a number in its shortest form, with a true minus, however it was typed.

    >>> [written(each) for each in (0.5, "0,50", "-5.0 ", "a  vertical edge", 7)]
    ['0.5', '0.5', '−5', 'a vertical edge', '7']
    """
    text = cleaned(given, MAX_ANSWER) if isinstance(given, str) else repr(given)
    if not re.fullmatch(
        r"[+\-−]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d{1,3})?", text, re.ASCII | re.IGNORECASE
    ):
        return text
    number = float(text.replace(",", ".").replace("−", "-"))
    return format(number + 0.0, ".12g").replace("-", "−") if isfinite(number) else text


def tally(room: Room) -> list[AnswerBar]:
    """How often each answer to the present question was given, the most frequent first.

    Answers that differ in the case of their letters alone are the same; those of muted students do not count.
    """
    counts: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    for student in room.students:
        if student.answer is not None and not student.is_muted:
            counts[student.answer.casefold()] += 1
            spelt.setdefault(student.answer.casefold(), student.answer)
    ordered = sorted(counts, key=lambda each: (-counts[each], each))
    shown, others = ordered[:MAX_BARS], ordered[MAX_BARS:]
    bars = [AnswerBar(answer=spelt[each], count=counts[each]) for each in shown]
    if others:
        bars.append(AnswerBar(answer=None, count=sum(counts[each] for each in others)))
    return bars


# What each of them sees.


class AnswerBar(TypedDict):
    """One bar of the answers' histogram: an answer, or None for all rare ones, and how many gave it."""

    answer: str | None
    count: int


class AskedView(TypedDict):
    """The present question; a student sees its answers once they are revealed."""

    number: int
    prompt: str
    posed: str
    isRevealed: bool
    answers: list[AnswerBar] | None


class StudentView(TypedDict):
    """What a student sees of the class: nothing of anybody else."""

    role: Literal["student"]
    code: str
    name: str
    move: int
    experiment: str
    isMine: bool
    isWished: bool
    picture: str
    isFrozen: bool
    question: AskedView | None
    answer: str | None


class TileView(TypedDict):
    """One student on the teacher's wall."""

    number: int
    name: str
    address: str
    marks: str
    answer: str | None
    isMuted: bool
    isAway: bool


class TeacherView(TypedDict):
    """What the teacher sees of the class."""

    role: Literal["teacher"]
    code: str
    move: int
    experiment: str
    shown: int
    wished: int
    kept: int
    picture: str
    isFrozen: bool
    question: AskedView | None
    asked: int
    removed: int
    students: list[TileView]


def student_view(room: Room, number: int) -> StudentView:
    """What the class looks like from a student's seat."""
    student = room.student(number)
    return {
        "role": "student",
        "code": room.code,
        "name": student.name,
        "move": room.moves,
        "experiment": room.experiment,
        "isMine": room.shown == number,
        "isWished": room.wished == number,
        "picture": picture_for(room, number),
        "isFrozen": room.is_frozen,
        "question": _asked(room, is_open=room.question is not None and room.question.is_revealed),
        "answer": student.answer,
    }


def teacher_view(room: Room, now: float) -> TeacherView:
    """What the class looks like from the teacher's desk."""
    return {
        "role": "teacher",
        "code": room.code,
        "move": room.moves,
        "experiment": room.experiment,
        "shown": room.shown,
        "wished": room.wished,
        "kept": room.kept,
        "picture": room.picture,
        "isFrozen": room.is_frozen,
        "question": _asked(room, is_open=True),
        "asked": room.asked,
        "removed": len(room.removed),
        "students": [
            {
                "number": each.number,
                "name": f"Student {each.number}" if each.is_muted else each.name,
                "address": each.address,
                "marks": each.marks,
                "answer": None if each.is_muted else each.answer,
                "isMuted": each.is_muted,
                "isAway": now - each.seen > AWAY,
            }
            for each in room.students
        ],
    }


def picture_for(room: Room, number: int) -> str:
    """The digest of the picture that somebody sees in place of theirs; the one whose it is has it anyway."""
    return "" if number and room.shown == number else room.picture


def _asked(room: Room, *, is_open: bool) -> AskedView | None:
    if room.question is None:
        return None
    return {
        "number": room.question.number,
        "prompt": room.question.prompt,
        "posed": room.question.posed,
        "isRevealed": room.question.is_revealed,
        "answers": tally(room) if is_open else None,
    }


# How a class travels to a store and back.


def to_text(room: Room) -> str:
    """A class as JSON."""
    # (`asdict` copies each value, which took longer than all else that a change of a class needs.)
    question = room.question and vars(room.question)
    fields = vars(room) | {
        "students": [vars(each) for each in room.students],
        "removed": [vars(each) for each in room.removed],
        "question": question,
    }
    return json.dumps(fields, separators=(",", ":"))


def from_text(text: str | bytes) -> Room:
    """The class that `to_text` wrote; anything else is a `DamagedRoom`: others can write to a store too."""
    try:
        read = json.loads(text)
        question = read["question"]
        room = Room(
            **_of(Room, read)
            | {
                "students": tuple(Student(**_of(Student, each)) for each in read["students"]),
                "removed": tuple(Removal(**_of(Removal, each)) for each in read["removed"]),
                "question": None if question is None else ClassQuestion(**_of(ClassQuestion, question)),
            }
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        raise DamagedRoom("What was kept of this class cannot be read; start it again.") from None
    if not _is_sound(room):
        raise DamagedRoom("What was kept of this class does not fit together; start it again.")
    return room


def _of(kind: type, read: Any) -> dict[str, Any]:
    """The fields of a record, none missing and none beside them."""
    if not isinstance(read, dict) or set(read) != {each.name for each in fields(kind)}:
        raise TypeError("the fields are others")
    return read


def _is_sound(room: Room) -> bool:
    numbers = [each.number for each in room.students]
    texts: list[tuple[Any, int]] = [
        (each.answer, MAX_ANSWER) for each in room.students if each.answer is not None
    ]
    texts += [(each.name, MAX_NAME) for each in room.students]
    times = [room.began, room.changed, *(each.seen for each in room.students)]
    times += [each.due for each in room.removed]
    counts = [room.joined, room.shown, room.wished, room.kept, room.moves, room.asked, *numbers]
    flags = [room.is_frozen, *(each.is_muted for each in room.students)]
    if room.question is not None:
        texts.append((room.question.prompt, MAX_PROMPT))
        counts.append(room.question.number)
        flags.append(room.question.is_revealed)
    keys = [room.key]
    keys += [key for each in room.students for key in (each.key, each.host)]
    keys += [key for each in room.removed for key in (each.key, each.host)]
    return (
        isinstance(room.code, str)
        and is_fit(room.code)
        and all(isinstance(each, str) and _KEY.fullmatch(each) for each in keys)
        and all(type(each) in (int, float) and isfinite(each) for each in times)
        and all(type(each) is int and each >= 0 for each in counts)
        and all(type(each) is bool for each in flags)
        and all(isinstance(each, str) and cleaned(each, most) == each for each, most in texts)
        and is_address(room.experiment)
        and isinstance(room.picture, str)
        and _PICTURE.fullmatch(room.picture) is not None
        and all(is_address(each.address, MAX_PLACE) for each in room.students)
        and all(is_marks(each.marks) for each in room.students)
        and (room.question is None or is_posed(room.question.posed))
        and len(numbers) == len(set(numbers)) <= MAX_STUDENTS
        and len(room.removed) <= MAX_REMOVED
        and all(0 < each <= room.joined for each in numbers)
    )


def is_address(text: Any, most: int = MAX_ADDRESS) -> bool:
    """Whether a text is the address of an experiment, seen from the explorer's own: a page and its settings.

    >>> [is_address(text) for text in ("", "losses?a=1", "//evil.example", "../x", "javascript:1", "a?b c")]
    [True, True, False, False, False, False]
    """
    return isinstance(text, str) and len(text) <= most and ADDRESS.fullmatch(text) is not None


def is_given(text: Any) -> bool:
    """Whether a text can be a picture that a browser sends, as Base64.

    >>> [is_given(text) for text in ("iVBORw0KGgo=", "", "data:image/png,x", "A" * (MAX_GIVEN + 1))]
    [True, False, False, False]
    """
    return isinstance(text, str) and len(text) <= MAX_GIVEN and _BASE64.fullmatch(text) is not None


def is_marks(text: Any) -> bool:
    """Whether a text says what became of a lesson's checks."""
    return isinstance(text, str) and len(text) <= MAX_MARKS and MARKS.fullmatch(text) is not None


def is_posed(text: Any) -> bool:
    """Whether a text names a question of Guess first, or none.

    >>> [is_posed(text) for text in ("", "0123456789abcdef 12 4", "0123456789abcdef 0 4", "<b>")]
    [True, True, False, False]
    """
    return isinstance(text, str) and POSED.fullmatch(text) is not None
