"""What a browser says to its class and hears from it: one kind of the lane's text messages.

A browser sends `{"class": {"do", "n", ...}}`, where `do` names one of `ACTS` and the rest are its fields,
and hears `{"class": ClassReply}`. What no honest page sends closes the connection with a reason; what people
do wrong is a sentence for them. A reply says the number `n` of an act that is `done`: one that a lost
connection has swallowed is sent again, so every act may be done twice without harm.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, NotRequired, TypedDict

from pages.catalogue import CATALOGUE, CLASSROOM
from pages.classroom import rooms
from pages.classroom.rooms import ClassroomError, Room, StudentView, TeacherView
from pages.live.messages import MAX_SEQ, CloseConnection

FIELD = "class"  # that alone a text message of this kind has

PAGES = {"", *(entry.name for entry in CATALOGUE), *(entry.name for entry in CLASSROOM)}
OWN = {entry.name for entry in CLASSROOM if not entry.takes_class}


class ShownPicture(TypedDict):
    """A student's picture: its digest, and a PNG as Base64."""

    id: str
    png: str


class ClassReply(TypedDict):
    """What a browser hears of its class: each field where there is something to say.

    Attributes:
        done: The number of an act that needs not be sent again.
        said: A sentence for the person who did it.
        code: The code of the class that they are in now.
        key: By which they come back as the same one.
        view: What they see of the class.
        over: Why they are in no class any more.
        picture: The picture of a student that they see, once, when the view names it.
    """

    done: NotRequired[int]
    said: NotRequired[str]
    code: NotRequired[str]
    key: NotRequired[str]
    view: NotRequired[StudentView | TeacherView]
    over: NotRequired[str]
    picture: NotRequired[ShownPicture]


@dataclass(frozen=True)
class Act:
    """One thing that can be done in a class.

    Attributes:
        who: Who may do it; a page of ours offers it to nobody else.
        fields: The types of its fields.
        change: What becomes of the class, given the number of who did it, the fields and the time. None: it
            changes who is in a class, which is the connection's own affair.
    """

    who: Literal["anyone", "student", "teacher"]
    fields: Mapping[str, tuple[type, ...]]
    change: Callable[[Room, int, Mapping[str, Any], float], Room | None] | None = None


def _brought(room: Room, who: int, said: Mapping[str, Any], now: float) -> Room:
    if said["address"].partition("?")[0] in OWN:
        raise ClassroomError(
            "There is no experiment there; open a page of the explorer, then bring everyone."
        )
    return room.bring(said["address"], now, of=said["student"])


ACTS: dict[str, Act] = {
    "start": Act(
        who="anyone",
        fields={},
    ),
    "join": Act(
        who="anyone",
        fields={"code": (str,), "name": (str,), "held": (str,)},
    ),
    "enter": Act(
        who="anyone",
        fields={"code": (str,), "key": (str,)},
    ),
    "leave": Act(
        who="student",
        fields={},
        change=lambda room, who, said, now: room.leave(who, now),
    ),
    "place": Act(
        who="student",
        fields={"address": (str,), "marks": (str,)},
        change=lambda room, who, said, now: room.place(who, said["address"], said["marks"], now),
    ),
    "answer": Act(
        who="student",
        fields={"question": (int,), "answer": (str, int, float)},
        change=lambda room, who, said, now: room.answer(who, said["question"], said["answer"], now),
    ),
    "give": Act(
        who="student",
        fields={"picture": (str,)},
        change=lambda room, who, said, now: room.give(who, said["picture"], now),
    ),
    "keep": Act(
        who="student",
        fields={},
        change=lambda room, who, said, now: room.keep(who, now),
    ),
    "spare": Act(
        who="student",
        fields={},
        change=lambda room, who, said, now: room.spare(who, now),
    ),
    "stay": Act(
        who="teacher",
        fields={},
        change=lambda room, who, said, now: room.touch(now),
    ),
    "bring": Act(
        who="teacher",
        fields={"address": (str,), "student": (int,)},
        change=_brought,
    ),
    "hide": Act(
        who="teacher",
        fields={},
        change=lambda room, who, said, now: room.hide(now),
    ),
    "freeze": Act(
        who="teacher",
        fields={"on": (bool,)},
        change=lambda room, who, said, now: room.freeze(said["on"], now),
    ),
    "ask": Act(
        who="teacher",
        fields={"question": (int,), "prompt": (str,), "posed": (str,)},
        change=lambda room, who, said, now: room.ask(said["question"], said["prompt"], now, said["posed"]),
    ),
    "reveal": Act(
        who="teacher",
        fields={"question": (int,)},
        change=lambda room, who, said, now: room.reveal(said["question"], now),
    ),
    "close": Act(
        who="teacher",
        fields={"question": (int,)},
        change=lambda room, who, said, now: room.close(said["question"], now),
    ),
    "mute": Act(
        who="teacher",
        fields={"student": (int,), "on": (bool,)},
        change=lambda room, who, said, now: room.mute(said["student"], said["on"], now),
    ),
    "kick": Act(
        who="teacher",
        fields={"student": (int,)},
        change=lambda room, who, said, now: room.remove(said["student"], now),
    ),
    "readmit": Act(
        who="teacher",
        fields={},
        change=lambda room, who, said, now: room.readmit(now),
    ),
    "end": Act(
        who="teacher",
        fields={},
        change=lambda room, who, said, now: None,
    ),
}
"""All that can be done in a class, by its name."""


@dataclass(frozen=True)
class ClassMessage:
    """An act as it came: its name, its number and its fields."""

    do: str
    n: int
    fields: Mapping[str, Any]


def read(said: Any) -> ClassMessage:
    """Read what stands in the field `class` of a message, or raise a `CloseConnection`."""
    act = ACTS.get(said["do"]) if isinstance(said, dict) and isinstance(said.get("do"), str) else None
    if act is None:
        raise CloseConnection(1008, "The field class is an object, whose field do names an act.")
    given = {name: value for name, value in said.items() if name not in ("do", "n")}
    if given.keys() != act.fields.keys() or not all(
        type(given[name]) in kinds for name, kinds in act.fields.items()
    ):
        raise CloseConnection(
            1008, f"The act {said['do']} has other fields: {', '.join(act.fields) or 'none'}."
        )
    if type(said.get("n")) is not int or not 0 <= said["n"] <= MAX_SEQ:
        raise CloseConnection(1008, "The field n of an act is a number that counts from 0.")
    if not all(_is_possible(said["do"], name, value) for name, value in given.items()):
        raise CloseConnection(1008, f"A field of the act {said['do']} is out of its bounds.")
    return ClassMessage(said["do"], said["n"], given)


def _is_possible(do: str, name: str, value: Any) -> bool:
    match name:
        case "address":
            most = rooms.MAX_PLACE if do == "place" else rooms.MAX_ADDRESS
            return rooms.is_address(value, most) and value.partition("?")[0] in PAGES
        case "marks":
            return rooms.is_marks(value)
        case "picture":
            return rooms.is_given(value)
        case "posed":
            return rooms.is_posed(value)
        case "question" | "student":
            return bool(0 <= value <= MAX_SEQ)
        case "answer" if not isinstance(value, str):
            # A whole number may have thousands of digits, which no float has.
            return abs(value) <= MAX_SEQ if isinstance(value, int) else isfinite(value)
    return not isinstance(value, str) or len(value) <= rooms.MAX_SENT


def written(reply: ClassReply) -> str:
    """A message to a browser."""
    return json.dumps({FIELD: reply}, separators=(",", ":"))
