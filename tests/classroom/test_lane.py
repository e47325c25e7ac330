"""A class through the lane: what a teacher and students do and see, and what nobody may."""

from __future__ import annotations

import base64
import contextlib
import io
import itertools
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image
from serving import Raw, Served, closed, eventually, serve
from websockets.sync.client import ClientConnection

from explorer import images
from pages.classroom import limits, rooms, service
from pages.classroom.messages import ACTS
from pages.classroom.service import Classroom
from pages.classroom.store import OVER, MemoryStore
from pages.live.lane import Lane
from pages.operations import OPERATIONS

PNG = images.to_png(images.sample("camera")[:8, :8])
GIVEN = base64.b64encode(PNG).decode("ascii")
ASKED = json.dumps({"seq": 1, "operation": "filter2d", "parameters": {}, "rest": False})
numbers = itertools.count(1)


@dataclass
class Person:
    """One browser's connection to its class."""

    client: ClientConnection
    code: str = ""
    key: str = ""
    view: dict[str, Any] = field(default_factory=dict)
    over: str = ""
    pictures: dict[str, bytes] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    done: int = -1

    def do(self, what: str, **fields: Any) -> str:
        """Do something, hear until it is done, and give the sentence that was said, if any."""
        n, before = next(numbers), len(self.said)
        self.client.send(act(what, n, **fields))
        while self.done != n:
            self.hear()
        return " ".join(self.said[before:])

    def hear(self, within: float = 10) -> None:
        message = json.loads(self.client.recv(timeout=within))
        assert message.keys() == {"class"}
        reply = message["class"]
        self.code, self.key = reply.get("code", self.code), reply.get("key", self.key)
        self.view, self.over = reply.get("view", self.view), reply.get("over", self.over)
        self.done = reply.get("done", self.done)
        if shown := reply.get("picture"):
            self.pictures[shown["id"]] = base64.b64decode(shown["png"])
        self.said += [reply["said"]] if "said" in reply else []

    def sees(self, holds: Any, within: float = 10) -> dict[str, Any]:
        """Hear until the view is as it should be."""
        until = time.monotonic() + within
        while True:
            with contextlib.suppress(LookupError, TypeError):  # a student or a question is still to come
                if holds(self.view):
                    return self.view
            self.hear(until - time.monotonic())

    def ends(self) -> str:
        """Hear until the class is over, and say why."""
        while not self.over:
            self.hear()
        return self.over


def act(do: Any, n: Any = 0, **fields: Any) -> str:
    return json.dumps({"class": {"do": do, "n": n} | fields})


@dataclass
class Clock:
    now: float = 1e9

    def __call__(self) -> float:
        return self.now


@dataclass
class School:
    """A server with its classes, and people who come in."""

    served: Served
    classroom: Classroom
    clock: Clock
    stack: contextlib.ExitStack

    def person(self) -> Person:
        return Person(self.stack.enter_context(self.served.open(max_queue=None)))

    def teacher(self) -> Person:
        person = self.person()
        assert person.do("start") == ""
        return person

    def student(self, code: str, name: str = "") -> Person:
        person = self.person()
        assert person.do("join", code=code, name=name, held="") == ""
        return person

    def room(self, code: str) -> rooms.Room:
        return self.classroom.store._rooms[code]


@pytest.fixture
def school() -> Iterator[School]:
    clock = Clock()
    classroom = Classroom(MemoryStore(clock), clock)
    with serve(Lane(OPERATIONS, classroom)) as served, contextlib.ExitStack() as stack:
        yield School(served, classroom, clock, stack)


# --- a lesson --------------------------------------------------------------------------------------------


def test_a_lesson_from_start_to_end(school):
    """Start, join, bring, freeze, ask, answer, reveal and end: each sees what is theirs."""
    teacher = school.teacher()
    assert rooms.is_fit(teacher.code)
    ada, grace = school.student(teacher.code, "Ada"), school.student(teacher.code.lower(), "")
    view = teacher.sees(lambda view: len(view["students"]) == 2)
    assert [each["name"] for each in view["students"]] == ["Ada", "Student 2"]

    assert teacher.do("bring", address="convolution?kernel=box&lesson_step=3", student=0) == ""
    for student in (ada, grace):
        seen = student.sees(lambda view: view["move"] == 1)
        assert (seen["role"], seen["experiment"]) == ("student", "convolution?kernel=box&lesson_step=3")
    ada.do("place", address="convolution?kernel=box", marks="11-")
    tile = teacher.sees(lambda view: view["students"][0]["marks"] == "11-")["students"][0]
    assert tile["address"] == "convolution?kernel=box"

    teacher.do("freeze", on=True)
    assert ada.sees(lambda view: view["isFrozen"])["isFrozen"]

    teacher.do("ask", question=1, prompt="How large is the map?", posed="")
    assert grace.sees(lambda view: view["question"])["question"] == {
        "number": 1,
        "prompt": "How large is the map?",
        "posed": "",
        "isRevealed": False,
        "answers": None,
    }
    assert ada.do("answer", question=1, answer=254) == grace.do("answer", question=1, answer="254") == ""
    told = teacher.sees(lambda view: all(each["answer"] for each in view["students"]))
    assert told["question"]["answers"] == [{"answer": "254", "count": 2}]
    teacher.do("reveal", question=1)
    assert ada.sees(lambda view: view["question"]["isRevealed"])["question"]["answers"] == [
        {"answer": "254", "count": 2}
    ]

    teacher.do("end")
    assert [each.ends() for each in (teacher, ada, grace)] == [OVER] * 3
    assert not school.classroom.store._rooms
    eventually(lambda: school.classroom.seated == 0 and not school.classroom._changed)


def test_one_who_comes_back_with_their_key_is_the_same(school):
    """After a lost connection a student is where the class is, with their own name and answer."""
    teacher = school.teacher()
    ada = school.student(teacher.code, "Ada")
    teacher.do("ask", question=1, prompt="", posed="")
    ada.do("answer", question=1, answer="yes")
    ada.client.close()
    teacher.sees(lambda view: view["students"][0]["isAway"])
    teacher.do("bring", address="losses", student=0)
    again = school.person()
    again.do("enter", code=teacher.code, key=ada.key)
    seen = again.sees(lambda view: view["role"])
    assert (seen["name"], seen["answer"], seen["experiment"]) == ("Ada", "yes", "losses")
    view = teacher.sees(lambda view: not view["students"][0]["isAway"])
    assert len(view["students"]) == 1
    desk = school.person()
    desk.do("enter", code=teacher.code, key=teacher.key)
    assert desk.sees(lambda view: view["role"])["role"] == "teacher"


def test_a_class_goes_on_while_its_teacher_is_away(school):
    """The teacher's lost connection ends nothing."""
    teacher = school.teacher()
    ada = school.student(teacher.code, "Ada")
    teacher.client.close()
    assert ada.do("place", address="pooling", marks="") == ""
    back = school.person()
    back.do("enter", code=teacher.code, key=teacher.key)
    assert back.sees(lambda view: view["role"])["students"][0]["address"] == "pooling"


def test_a_student_who_leaves_or_is_removed_leaves_nothing(school):
    """Their tile, name and answer are gone, in the store as well; another may come in with the code."""
    teacher = school.teacher()
    ada, grace = school.student(teacher.code, "Ada"), school.student(teacher.code, "Grace")
    ada.do("leave")
    assert ada.ends() == service.LEFT
    teacher.do("kick", student=2)
    assert "no longer in this class" in grace.ends()
    assert teacher.sees(lambda view: not view["students"])
    assert "Ada" not in rooms.to_text(school.room(teacher.code))
    grace.client.send(act("answer", 5, question=1, answer="still here"))
    grace.do("enter", code=teacher.code, key=grace.key)
    assert "no longer in this class" in grace.over
    teacher.do("readmit")
    assert school.student(teacher.code, "Ada").sees(lambda view: view["role"])["name"] == "Ada"


def test_one_who_was_removed_tries_to_come_back(school):
    """With the token, without it, from a new browser, and with another name: each time a sentence."""
    teacher = school.teacher()
    ada, grace = school.student(teacher.code, "Ada"), school.student(teacher.code, "Grace")
    teacher.do("kick", student=1)
    ada.ends()
    for name, held, sentence in (
        ("Ada", ada.key, "You were removed"),
        ("Grace", ada.key, "You were removed"),
        ("Ada", "", "five minutes"),
        ("Emmy", "forged", "five minutes"),
    ):
        for person in (ada, school.person()):
            assert sentence in person.do("join", code=teacher.code, name=name, held=held)
    school.clock.now += limits.REJOINED_HERE.every
    assert "You were removed" in ada.do("join", code=teacher.code, name="Ada", held=ada.key)
    assert ada.do("join", code=teacher.code, name="Ada", held="") == ""
    assert "five minutes" in school.person().do("join", code=teacher.code, name="", held="")
    assert [each.name for each in school.room(teacher.code).students] == ["Grace", "Ada"]
    assert grace.do("place", address="losses", marks="") == ""


def test_a_class_in_which_nothing_happens_ends(school):
    """After three hours the store has forgotten it, and whoever still looks is told."""
    teacher = school.teacher()
    ada = school.student(teacher.code)
    school.clock.now += rooms.IDLE + 1
    assert teacher.ends() == ada.ends() == OVER
    assert not school.classroom.store._rooms


def test_the_wall_is_sent_five_times_a_second_at_most(school, monkeypatch):
    """Whatever thirty students do at once, the newest wall is sent, and few of those between."""
    teacher = school.teacher()
    students = [school.student(teacher.code) for _ in range(5)]
    teacher.sees(lambda view: len(view["students"]) == 5)
    began, views = time.monotonic(), 0
    for turn in range(40):
        for student in students:
            student.client.send(act("place", next(numbers), address=f"losses?turn={turn}", marks=""))
    while not all(each["address"] == "losses?turn=39" for each in teacher.view["students"]):
        teacher.hear()
        views += 1
    assert views <= 3 + (time.monotonic() - began) / service.SHOWN_EVERY


def test_several_tabs_of_one_student_are_one(school):
    """A fifth tab takes the place of the first, which is told."""
    teacher = school.teacher()
    tabs = [school.student(teacher.code, "Ada")]
    for _ in range(service.MAX_TABS):
        tabs.append(school.person())
        tabs[-1].do("enter", code=teacher.code, key=tabs[0].key)
    assert "several tabs" in tabs[0].ends()
    assert len(teacher.sees(lambda view: view["students"])["students"]) == 1
    tabs[1].client.close()
    assert tabs[2].do("place", address="losses", marks="") == ""
    assert not teacher.sees(lambda view: view["students"][0]["address"])["students"][0]["isAway"]


# --- a student's own picture -----------------------------------------------------------------------------


def test_a_picture_is_shown_with_the_students_yes(school):
    """All but its owner get it, small and written anew; it goes when the teacher hides it or goes on."""
    teacher = school.teacher()
    ada, grace = (school.student(teacher.code, name) for name in ("Ada", "Grace"))
    teacher.do("bring", address="pooling", student=1)
    assert ada.sees(lambda view: view["isWished"])["picture"] == ""
    assert not grace.sees(lambda view: view["move"] == 1)["isWished"]
    large = io.BytesIO()
    Image.effect_noise((600, 300), 50).save(large, "JPEG")
    assert ada.do("give", picture=base64.b64encode(large.getvalue()).decode("ascii")) == ""
    for person in (teacher, grace):
        name = person.sees(lambda view: view["picture"])["picture"]
        shown = person.pictures[name]
        assert Image.open(io.BytesIO(shown)).size == (256, 128)
        assert shown.startswith(b"\x89PNG")
        assert len(shown) <= rooms.MAX_SHOWN
    assert ada.sees(lambda view: not view["isWished"])["picture"] == ""
    late = school.student(teacher.code, "Emmy")
    assert late.sees(lambda view: view["picture"] in late.pictures)
    assert teacher.do("hide") == ""
    grace.sees(lambda view: view["picture"] == "")
    assert school.classroom.store._pictures == {}
    assert (ada.pictures, list(grace.pictures)) == ({}, [name])


def test_a_picture_is_kept_by_a_student_who_says_no(school):
    """The teacher is told; what comes after the no, or after the teacher has gone on, is not shown."""
    teacher = school.teacher()
    ada, grace = (school.student(teacher.code, name) for name in ("Ada", "Grace"))
    teacher.do("bring", address="pooling", student=1)
    assert ada.do("keep") == ""
    assert teacher.sees(lambda view: view["kept"] == 1)["picture"] == ""
    assert "does not ask for your picture now" in ada.do("give", picture=GIVEN)
    teacher.do("bring", address="pooling", student=1)
    assert grace.do("spare") == ""
    assert school.room(teacher.code).wished == 1
    assert ada.do("spare") == ""  # there is none of her own on her screen
    spared = teacher.sees(lambda view: view["move"] == 2 and not view["wished"])
    assert (spared["kept"], spared["picture"]) == (0, "")
    teacher.do("bring", address="pooling", student=1)
    teacher.do("bring", address="losses", student=0)
    assert "does not ask for your picture now" in ada.do("give", picture=GIVEN)
    assert grace.sees(lambda view: view["move"] == 4)["picture"] == ""
    assert school.classroom.store._pictures == {}


def test_nobody_sends_a_picture_unasked(school):
    """Neither one who is not asked nor, in place of one who is, another; a large one ends the connection."""
    teacher = school.teacher()
    ada, grace = (school.student(teacher.code, name) for name in ("Ada", "Grace"))
    assert "does not ask for your picture now" in ada.do("give", picture=GIVEN)
    teacher.do("bring", address="pooling", student=1)
    ada.sees(lambda view: view["isWished"])
    assert "does not ask for your picture now" in grace.do("give", picture=GIVEN)
    assert grace.do("keep") == ""
    assert school.room(teacher.code).wished == 1
    grace.client.send(act("give", 1, picture="A" * 70_000))
    assert closed(grace.client) == (1009, "A request takes at most 65536 bytes.")
    for bad in ("AAAA", GIVEN[:40], GIVEN[:-3]):
        assert "Your picture was not shown." in ada.do("give", picture=bad)
    assert school.classroom.store._pictures == {}
    assert ada.do("give", picture=GIVEN) == ""
    ada.do("leave")
    assert teacher.sees(lambda view: view["picture"] == "")
    teacher.do("end")
    assert school.classroom.store._pictures == {}


# --- what people do wrong --------------------------------------------------------------------------------


def test_what_people_do_wrong_is_a_sentence(school):
    """A wrong code, an odd name, a full class and a late answer are told, and the connection goes on."""
    teacher = school.teacher()
    person = school.person()
    wrong = next(code for code in iter(rooms.new_code, None) if code != teacher.code)
    assert "has four letters" in person.do("join", code="abc", name="", held="")
    assert "no class with this code" in person.do("join", code=wrong, name="", held="")
    assert "no class with this code" in person.do("join", code="AEIO", name="", held="")
    assert "Nothing of this name" in person.do("join", code=teacher.code, name="\u200b", held="")
    assert person.do("join", code=teacher.code, name="Ada", held="") == ""
    assert "question is over" in person.do("answer", question=1, answer="late")
    assert "no experiment there" in teacher.do("bring", address="class", student=0)
    assert "no longer in the class" in teacher.do("mute", student=7, on=True)
    assert "no question" in teacher.do("reveal", question=1)
    for _ in range(rooms.MAX_STUDENTS - 1):
        school.classroom.store._rooms[teacher.code] = school.room(teacher.code).join(
            "x", "", school.clock.now
        )
    assert "full" in school.person().do("join", code=teacher.code, name="", held="")


def test_there_are_thirty_classes_and_no_more(school, monkeypatch):
    """The next teacher is told; who began many in a short time waits."""
    teachers = [school.teacher() for _ in range(limits.BEGUN_HERE.burst)]
    assert len({teacher.code for teacher in teachers}) == limits.BEGUN_HERE.burst
    assert "five minutes" in school.person().do("start")
    monkeypatch.setattr(rooms, "MAX_ROOMS", len(teachers))
    assert "classes are going on" in school.person().do("start")
    teachers[0].do("end")
    school.clock.now += limits.BEGUN_HERE.every
    assert school.person().do("start") == ""


def test_codes_cannot_be_tried_out(school):
    """After twenty wrong ones an address waits a minute for each, right or wrong; who has a key does not."""
    teacher = school.teacher()
    ada, guesser = school.student(teacher.code, "Ada"), school.person()
    wrong = [code for code in (rooms.new_code() for _ in range(30)) if code != teacher.code]
    for code in wrong[: limits.WRONG_HERE.burst]:
        assert "no class" in guesser.do("join", code=code, name="", held="")
    for code in (wrong[-1], teacher.code):
        assert "Too many wrong codes" in school.person().do("join", code=code, name="", held="")
    # Who was in the class comes back, and what that answers tells nothing of a code.
    again = school.person()
    again.do("enter", code=teacher.code, key=ada.key)
    assert again.sees(lambda view: view["role"])["name"] == "Ada"
    for code in (teacher.code, wrong[0], "nonsense"):
        guesser.over = ""
        guesser.do("enter", code=code, key="guessed")
        assert guesser.over == OVER
    school.clock.now += limits.WRONG_HERE.every
    assert school.person().do("join", code=teacher.code, name="", held="") == ""


# --- what nobody may -------------------------------------------------------------------------------------

TEACHERS = {
    "stay": {},
    "bring": {"address": "losses", "student": 1},
    "freeze": {"on": True},
    "ask": {"question": 1, "prompt": "", "posed": ""},
    "reveal": {"question": 1},
    "close": {"question": 1},
    "mute": {"student": 1, "on": True},
    "kick": {"student": 1},
    "readmit": {},
    "hide": {},
    "end": {},
}


def test_all_that_a_teacher_does_is_tried():
    """The list beside this one is complete."""
    assert TEACHERS.keys() == {name for name, each in ACTS.items() if each.who == "teacher"}


@pytest.mark.parametrize(("do", "fields"), TEACHERS.items(), ids=list(TEACHERS))
def test_a_student_cannot_do_what_a_teacher_does(school, do, fields):
    """The connection is closed with a reason, and the class is as before."""
    teacher = school.teacher()
    school.student(teacher.code, "Grace")
    ada = school.student(teacher.code, "Ada")
    before = school.room(teacher.code)
    ada.client.send(act(do, 1, **fields))
    assert closed(ada.client) == (1008, f"The act {do} is for the teacher alone.")
    after = school.room(teacher.code)
    assert (after.moves, after.is_frozen, after.question) == (0, False, None)
    assert [each.name for each in after.students] == [each.name for each in before.students]


@pytest.mark.parametrize("do", ["leave", "place", "answer", "give", "keep", "spare"])
def test_a_teacher_is_no_student(school, do):
    """Nor does a teacher do what is a student's."""
    teacher = school.teacher()
    fields = {
        "place": {"address": "", "marks": ""},
        "answer": {"question": 1, "answer": "x"},
        "give": {"picture": GIVEN},
    }.get(do, {})
    teacher.client.send(act(do, 1, **fields))
    assert closed(teacher.client) == (1008, f"The act {do} is for students alone.")


def test_a_student_hears_nothing_of_others_or_of_other_classes(school):
    """Whatever goes on, no message to a student holds another's name, answer, place or key."""
    mine, other = school.teacher(), school.teacher()
    ada = school.student(mine.code, "Ada")
    grace, emmy = school.student(mine.code, "Grace"), school.student(other.code, "Emmy")
    heard: list[str] = []
    hear = ada.client.recv
    ada.client.recv = lambda **options: heard.append(hear(**options)) or heard[-1]  # type: ignore[method-assign]
    mine.do("ask", question=1, prompt="Which?", posed="")
    other.do("ask", question=1, prompt="Another question", posed="")
    grace.do("answer", question=1, answer="Grace's answer")
    grace.do("place", address="pooling?size=3", marks="1")
    emmy.do("answer", question=1, answer="Emmy's answer")
    other.do("bring", address="vectors", student=0)
    mine.do("bring", address="losses", student=0)
    ada.sees(lambda view: view["move"] == 1)
    mine.do("bring", address="losses?function=mse", student=2)
    assert ada.sees(lambda view: view["move"] == 2)["isMine"] is False
    assert grace.sees(lambda view: view["move"] == 2)["isMine"] is True
    secrets = ["Grace", "Emmy", "pooling", "vectors", "Another", other.code, mine.key, grace.key, emmy.key]
    assert not [each for each in secrets if each in "".join(heard)]


def test_a_key_opens_its_own_class_alone(school):
    """Neither a student's nor a teacher's key of one class is known to another."""
    mine, other = school.teacher(), school.teacher()
    ada = school.student(mine.code, "Ada")
    for key in (ada.key, mine.key, "", "\ud800", "x" * 200):
        person = school.person()
        person.do("enter", code=other.code, key=key)
        assert person.over == OVER


def test_an_act_of_nobody_changes_nothing(school):
    """Who is in no class is not told that their act failed: the class may have ended a moment ago."""
    person = school.person()
    for do, fields in TEACHERS.items():
        assert person.do(do, **fields) == ""
    assert person.view == {}
    assert not school.classroom.store._rooms


@pytest.mark.parametrize(
    "message",
    [
        json.dumps({"class": None}),
        json.dumps({"class": []}),
        json.dumps({"class": "start"}),
        json.dumps({"class": {}}),
        json.dumps({"class": {"do": "start"}}),
        act("nothing"),
        act(7),
        act(["start"]),
        act("start", -1),
        act("start", 2**53),
        act("start", 1.0),
        act("start", True),
        act("start", None),
        act("start", more=1),
        act("join", code="RTKB"),
        act("join", code="RTKB", name=""),
        act("join", code="RTKB", name="", held="x" * 201),
        act("join", code=1, name="", held=""),
        act("join", code="RTKB", name=None, held=""),
        act("join", code="RTKB", name="x" * 201, held=""),
        act("join", code="x" * 201, name="", held=""),
        act("place", address="//evil.example", marks=""),
        act("place", address="no_such_page", marks=""),
        act("place", address="losses?" + "x" * 2_048, marks=""),
        act("place", address="losses", marks="?"),
        act("place", address="losses", marks="1" * 41),
        act("answer", question=1, answer=None),
        act("answer", question=1, answer=True),
        act("answer", question=1, answer=["x"]),
        act("answer", question=-1, answer="x"),
        act("answer", question=1, answer="x" * 201),
        act("answer", question=1, answer=10**400),
        act("answer", question=1, answer=0).replace("0}", "1e999}"),
        act("answer", question=1, answer=0).replace("0}", "NaN}"),
        act("freeze", on=1),
        act("kick", student="1"),
        act("ask", question=1, prompt=""),
        act("ask", question=1, prompt="", posed="0123456789abcdef 1 10"),
        act("give", picture=""),
        act("give", picture="data:image/png;base64,AAAA"),
        act("give", picture=1),
        act("bring", address="losses"),
        act("bring", address="losses", student=-1),
        act("bring", address="share?link=x", student=0),
    ],
)
def test_a_malformed_message_closes_with_a_reason(school, message):
    """No page of ours sends this, whoever it comes from."""
    for person in (school.person(), school.teacher()):
        person.client.send(message)
        code, reason = closed(person.client)
        assert code == 1008
        assert reason.endswith(".")
        assert 20 < len(reason.encode()) <= 120


@pytest.mark.parametrize("first", ["picture", "question"])
def test_a_connection_is_a_classs_or_a_views(school, first):
    """One that has a picture or has asked takes no act, and one in a class keeps no picture."""
    view, member = school.person(), school.teacher()
    view.client.send(PNG if first == "picture" else ASKED)
    view.client.send(act("start"))
    assert closed(view.client)[0] == 1008
    member.client.send(PNG if first == "picture" else ASKED)
    code, reason = closed(member.client)
    assert (code, reason) == (1008, "A connection is a class's or asks for pictures, not both.")
    with serve(Lane(OPERATIONS)) as without, without.open() as client:
        client.send(act("start"))
        assert closed(client) == (1008, "There are no classes here.")


def test_too_many_acts_close(school):
    """A browser does ten things a second in the long run, and sixty at once."""
    ada = school.student(school.teacher().code, "Ada")
    for _ in range(80):
        with contextlib.suppress(Exception):
            ada.client.send(act("place", 1, address="losses", marks=""))
    assert closed(ada.client) == (1008, "More than 10 acts a second came.")


def test_members_take_no_places_of_views(school):
    """Who is in a class does not count among the lane's connections, which stay bounded."""
    school.served.lane.max_connections = 2
    teacher = school.teacher()
    people = [school.student(teacher.code) for _ in range(5)]
    assert school.classroom.seated == 6
    for person in people:
        person.client.close()
    eventually(lambda: school.classroom.seated == 1)


def test_a_browser_that_does_not_read_is_closed(school, monkeypatch):
    """Walls do not pile up for a teacher's browser that has stopped reading."""
    school.served.lane.send_timeout = 0.2
    monkeypatch.setattr(service, "SHOWN_EVERY", 0)
    monkeypatch.setattr(service, "GATHERED", 0)
    teacher = school.teacher()
    ada = school.student(teacher.code)
    room = school.room(teacher.code)
    for number in range(1, rooms.MAX_STUDENTS):
        room = room.join(str(number), "", school.clock.now)
        room = room.place(number + 1, "losses?" + "x" * 2_000, "", school.clock.now)
    school.classroom.store._rooms[teacher.code] = room
    teacher.client.close()
    raw = Raw(school.served.port, receive_buffer=4096)
    raw.send(act("enter", 1, code=teacher.code, key=teacher.key).encode())
    for turn in range(1000):
        ada.do("place", address=f"losses?turn={turn}", marks="")
        if turn > 5 and school.classroom.seated == 1:
            break
        time.sleep(0.01)
    opcode = Raw.TEXT
    while opcode == Raw.TEXT:
        opcode, payload = raw.receive()
    assert payload == b"\x03\xf0The answers are not read; connect again."
    raw.close()


def test_nothing_is_left_of_a_class_that_ended(school):
    """No task, no seat and no record stays behind, however the connections ended."""
    idle = school.served.tasks()
    teacher = school.teacher()
    people = [school.student(teacher.code) for _ in range(4)]
    people[0].client.close()
    people[1].do("leave")
    teacher.do("end")
    for person in (*people[1:], teacher):
        person.client.close()
    eventually(lambda: school.served.connections() == 0)
    eventually(lambda: school.served.tasks() == idle)
    assert not school.classroom._seats
    assert not school.classroom._tasks


# --- fuzz ------------------------------------------------------------------------------------------------

JUNK: list[Any] = [
    None,
    True,
    -1,
    0,
    7.5,
    1e308,
    10**30,
    2**53,
    "",
    "x" * 300,
    "\ud800",
    "\x00",
    [],
    {},
    [[]],
]
JUNK += ["RTKB", "losses", "losses?a=1", "//evil", {"do": "start"}, "é" * 100, "\u202e", "<script>"]


def test_fifteen_hundred_spoilt_acts(school, caplog):
    """Whatever comes in the field `class`, the server is surprised by nothing, and other classes go on."""
    chance = random.Random(7)
    honest = school.teacher()
    ada = school.student(honest.code, "Ada")
    store = school.classroom.store
    client, closings = None, 0
    for n in range(1500):
        if client is None:
            client = Raw(school.served.port)
            role = chance.choice(["", "student", "teacher"])
            if role == "student":
                code = chance.choice(list(store._rooms))
                client.send(act("join", 0, code=code, name="", held="").encode())
            elif role:
                client.send(act("start").encode())
        name = chance.choice(list(ACTS))
        fields: dict[str, Any] = {
            each: chance.choice(JUNK) if chance.random() < 0.4 else {str: "", int: 1, bool: True}[kinds[0]]
            for each, kinds in ACTS[name].fields.items()
        }
        message = {"do": name, "n": n} | fields
        if chance.random() < 0.1:
            message[chance.choice(["do", "n", "more"])] = chance.choice(JUNK)
        data = json.dumps({"class": message}).encode()
        if chance.random() < 0.1:
            data = data[: chance.randrange(len(data))]
        client.send(data)
        client.send(act("freeze", 10**6, on=False).encode())
        if not survives(client, 10**6):
            client.close()
            client, closings = None, closings + 1
        if len(store._rooms) > 20:
            for code in set(store._rooms) - {honest.code}:
                del store._rooms[code]
            store._due.clear()
    assert 250 < closings < 1400
    honest.do("bring", address="vectors", student=0)
    ada.sees(lambda view: view["experiment"] == "vectors")
    assert ada.do("place", address="vectors", marks="") == ""
    assert [record.getMessage() for record in caplog.records] == []
    if client:
        client.close()


def survives(client: Raw, n: int) -> bool:
    """Read until an act is done, or the connection is closed."""
    try:
        while True:
            opcode, payload = client.receive()
            if opcode == Raw.CLOSE:
                return False
            if json.loads(payload)["class"].get("done") == n:
                return True
    except (ConnectionResetError, BrokenPipeError):
        return False
