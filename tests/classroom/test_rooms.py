"""A class as a record: names, seats, questions and who sees what."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pages.classroom import rooms
from pages.classroom.limits import REJOINED_HERE
from pages.classroom.rooms import (
    AWAY,
    EMPTY,
    IDLE,
    LETTERS,
    MAX_NAME,
    MAX_REMOVED,
    MAX_STUDENTS,
    OLDEST,
    UNFIT,
    ClassroomError,
    DamagedRoom,
    Removal,
    Room,
    Student,
    cleaned,
    from_text,
    is_address,
    is_fit,
    new_code,
    new_room,
    read_code,
    student_view,
    tally,
    teacher_view,
    to_text,
    written,
)

SECRET = "the teacher's secret"
NOW = 1_000_000.0
DIGEST = rooms.digest("a key")


def room_of(*names: str, now: float = NOW) -> Room:
    """Give a class in which these have joined; the token of the first is `token 1`."""
    room = new_room("RTKB", SECRET, now)
    for number, name in enumerate(names, 1):
        room = room.join(f"token {number}", name, now)
    return room


# --- codes and keys --------------------------------------------------------------------------------------


def test_there_are_as_many_codes_as_the_limits_reckon_with():
    """Of 19 letters four make 130,321 codes, and those with something unfit left out 122,824."""
    assert len(set(LETTERS)) == 19
    assert sum(is_fit("".join(letters)) for letters in product(LETTERS, repeat=4)) == 122_824


def test_no_code_has_a_vowel_a_lookalike_or_a_word():
    """None of a thousand codes has a letter that looks like a digit, or what the list rules out."""
    codes = [new_code() for _ in range(1000)]
    assert len(set(codes)) > 950
    assert not set("".join(codes)) & set("AEIOULQ0123456789")
    assert not [code for code in codes for word in UNFIT if word in code]
    assert all(read_code(code.lower()) == code for code in codes)


@pytest.mark.parametrize("typed", ["RTKB", "rtkb", " r t k b ", "rt-kb", "Rtk\tb\n"])
def test_a_code_is_read_however_it_is_typed(typed):
    """Case, spaces and hyphens do not matter."""
    assert read_code(typed) == "RTKB"


@pytest.mark.parametrize("typed", ["", "RTK", "RTKBB", "RT1B", "RT'B", "\x00\x00\x00\x00", "R" * 10_000])
def test_what_is_no_code_is_told(typed):
    """A sentence says what a code looks like."""
    with pytest.raises(ClassroomError, match="A code has four letters"):
        read_code(typed)


def test_keys_are_long_and_kept_as_digests_alone():
    """A key has 128 bits, no two are alike, and what is kept of a class holds none of them."""
    keys = {rooms.new_key() for _ in range(100)}
    assert len(keys) == 100
    assert min(len(key) for key in keys) * 6 >= 128
    text = to_text(room_of("Ada"))
    assert SECRET not in text
    assert "token 1" not in text


def test_a_key_says_who_somebody_is():
    """The teacher's secret is number 0, each token its student, and anything else nobody."""
    room = room_of("Ada", "Grace").leave(1, NOW)
    assert [room.knows(key) for key in (SECRET, "token 1", "token 2", "", "\ud800")] == [
        0,
        None,
        2,
        None,
        None,
    ]


# --- names -----------------------------------------------------------------------------------------------


@given(some.text(max_size=60), some.integers(1, 40))
def test_a_cleaned_text_is_one_line_of_what_can_be_seen(text, most):
    """Cleaning cuts, leaves no control or direction character and no doubled space, and is done once."""
    found = cleaned(text, most)
    assert len(found) <= most
    assert found == found.strip()
    assert "  " not in found
    assert not {unicodedata.category(each) for each in found} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert cleaned(found, most) == found


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada", "Ada"),
        ("", "Student 1"),
        ("   ", "Student 1"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert"),
        ("\u202eadA", "adA"),
        ("A\x00d\x1ba", "Ada"),
        ("Zoë", "Zoë"),
        ("李雷", "李雷"),
        ("e" + "\u0301" * 30, "é\u0301\u0301"),
    ],
)
def test_a_name_is_shown_as_text(name, shown):
    """Nothing of a name is taken for HTML later: it stays what it is, without what cannot be seen."""
    assert room_of(name).students[0].name == shown


def test_a_name_of_which_nothing_can_be_seen_is_told():
    """It is no name, and none at all is one."""
    with pytest.raises(ClassroomError, match="Nothing of this name can be seen"):
        room_of("\u200b\u200d")


def test_the_same_name_gets_a_number():
    """Two of one name, whatever the case, can be told apart, also where the number takes the last letters."""
    room = room_of("Ada", "ada", "ADA", "x" * 30, "x" * 24, "Student 7", "")
    assert [each.name for each in room.students] == [
        "Ada",
        "ada 2",
        "ADA 3",
        "x" * 24,
        "x" * 22 + " 2",
        "Student 7",
        "Student 7 2",
    ]


@given(some.lists(some.text(max_size=30), max_size=MAX_STUDENTS))
def test_names_are_never_alike_and_never_long(names):
    """Whatever they type, students have different names of at most 24 characters."""
    room = new_room("RTKB", SECRET, NOW)
    for number, name in enumerate(names):
        try:
            room = room.join(str(number), name, NOW)
        except ClassroomError:
            continue
    found = [each.name.casefold() for each in room.students]
    assert len(found) == len(set(found))
    assert all(0 < len(each.name) <= MAX_NAME for each in room.students)


# --- seats -----------------------------------------------------------------------------------------------


def test_a_full_class_takes_nobody_until_somebody_leaves():
    """Sixty have a seat, the next is told, and a seat that is left is free."""
    room = room_of(*[""] * MAX_STUDENTS)
    with pytest.raises(ClassroomError, match="full: 60 students"):
        room.join("late", "Late", NOW)
    assert room.leave(5, NOW).join("late", "Late", NOW).students[-1].number == 61


def test_numbers_are_given_once():
    """A kick that was meant for one never hits another who came later."""
    room = room_of("Ada").leave(1, NOW).join("token", "Grace", NOW)
    assert [each.number for each in room.students] == [2]
    with pytest.raises(ClassroomError, match="no longer in the class"):
        room.mute(1, True, NOW)


@pytest.mark.parametrize(
    ("room", "ends"),
    [
        (room_of(), NOW + EMPTY),
        (room_of("Ada"), NOW + IDLE),
        (room_of("Ada").leave(1, NOW), NOW + IDLE),
        (room_of("Ada").touch(NOW + OLDEST - 5), NOW + OLDEST),
    ],
)
def test_a_class_in_which_nothing_happens_ends(room, ends):
    """Sooner where nobody has ever joined, and never later than twelve hours after it began."""
    assert room.ends == ends


# --- questions -------------------------------------------------------------------------------------------


def test_answers_are_counted_and_rare_ones_together():
    """The most frequent answer comes first, of equal ones the first by its letters; the ninth is another."""
    room = room_of(*[""] * 14).ask(1, "How large?", NOW)
    given_ = ["3", "3,0", 3.0, "Edge", "edge", "a", "b", "c", "d", "e", "f", "g", "h"]
    for number, answer in enumerate(given_, 1):
        room = room.answer(number, 1, answer, NOW)
    assert [(bar["answer"], bar["count"]) for bar in tally(room)] == [
        ("3", 3),
        ("Edge", 2),
        *((letter, 1) for letter in "abcdef"),
        (None, 2),
    ]


def test_a_later_answer_takes_the_place_of_an_earlier_one():
    """Each student counts once."""
    room = room_of("Ada").ask(1, "", NOW).answer(1, 1, "2", NOW).answer(1, 1, "3", NOW)
    assert tally(room) == [{"answer": "3", "count": 1}]


def test_answers_belong_to_their_question():
    """What is late, comes after the answers are open, or is empty is told; a new question forgets the old."""
    room = room_of("Ada")
    with pytest.raises(ClassroomError, match="question is over"):
        room.answer(1, 1, "3", NOW)
    room = room.ask(1, "First", NOW).answer(1, 1, "3", NOW)
    with pytest.raises(ClassroomError, match="is empty"):
        room.answer(1, 1, " \x00", NOW)
    revealed = room.reveal(1, NOW)
    with pytest.raises(ClassroomError, match="are open"):
        revealed.answer(1, 1, "4", NOW)
    again = revealed.ask(2, "Second", NOW)
    assert again.students[0].answer is None
    with pytest.raises(ClassroomError, match="question is over"):
        again.answer(1, 1, "3", NOW)
    assert again.close(2, NOW).question is None


def test_what_is_asked_twice_keeps_its_answers():
    """A question that a lost connection sends again is the same question."""
    room = room_of("Ada").ask(1, "First", NOW).answer(1, 1, "3", NOW)
    assert room.ask(1, "First", NOW).students[0].answer == "3"
    assert room.ask(7, "No such", NOW).question == room.question
    with pytest.raises(ClassroomError, match="no question to reveal"):
        room_of("Ada").reveal(1, NOW)


@given(some.floats(allow_nan=False, allow_infinity=False))
def test_a_number_and_its_text_are_one_answer(number):
    """However a number comes, as a number or typed, it is written alike."""
    assert written(number) == written(repr(number))
    assert len(written(number)) < 25


# --- what each sees --------------------------------------------------------------------------------------


def test_a_student_sees_nothing_of_anybody_else():
    """In a student's view there is no name, place or answer of another one, until answers are revealed."""
    room = room_of("Ada", "Grace").ask(1, "Which?", NOW).answer(2, 1, "a secret answer", NOW)
    room = room.place(2, "losses?tab=x", "1-0", NOW)
    text = json.dumps(student_view(room, 1))
    assert not [each for each in ("Grace", "secret", "losses", room.key) if each in text]
    opened = student_view(room.reveal(1, NOW), 1)
    assert opened["question"] is not None
    assert opened["question"]["answers"] == [{"answer": "a secret answer", "count": 1}]
    assert "Grace" not in json.dumps(opened)


def test_the_teacher_sees_who_is_where():
    """A tile has the name, the place, the marks, the answer, and whether the browser was heard of lately."""
    room = room_of("Ada", "Grace").ask(1, "", NOW).place(1, "pooling?size=3", "1-", NOW).answer(1, 1, 7, NOW)
    room = room.away(2, NOW)
    ada, grace = teacher_view(room, NOW + AWAY)["students"]
    assert ada == {
        "number": 1,
        "name": "Ada",
        "address": "pooling?size=3",
        "marks": "1-",
        "answer": "7",
        "isMuted": False,
        "isAway": False,
    }
    assert grace["isAway"]
    assert teacher_view(room, NOW + AWAY + 1)["students"][0]["isAway"]


def test_a_muted_student_is_a_number():
    """The name and the answer of a muted one are on nobody's screen, and do not count."""
    room = room_of("Rude words").ask(1, "", NOW).answer(1, 1, "more of them", NOW).mute(1, True, NOW)
    shown = json.dumps([teacher_view(room, NOW), student_view(room.reveal(1, NOW), 1)["question"]])
    assert "Rude" not in shown
    assert "more" not in shown
    assert "more" in json.dumps(teacher_view(room.mute(1, False, NOW), NOW))


# --- who was removed -------------------------------------------------------------------------------------


def removed_ada() -> Room:
    """Give a class that has removed Ada, who had joined from 10.0.0.1; Grace at 10.0.0.2 is still there."""
    room = new_room("RTKB", SECRET, NOW).join("token 1", "Ada", NOW, "10.0.0.1")
    return room.join("token 2", "Grace", NOW, "10.0.0.2").remove(1, NOW)


def test_one_who_was_removed_leaves_a_digest_and_nothing_else():
    """Neither name nor address stays, and what the teacher does twice is done once."""
    text = to_text(removed_ada())
    assert not [each for each in ("Ada", "token 1", "10.0.0.1") if each in text]
    assert removed_ada().remove(1, NOW) == removed_ada()
    assert teacher_view(removed_ada(), NOW)["removed"] == 1


def test_a_browser_that_was_removed_does_not_come_back():
    """Whatever its address and its name, until the teacher lets it in again; others are not held up."""
    room = removed_ada()
    with pytest.raises(ClassroomError, match="were removed"):
        room.join("new", "Somebody else", NOW + 10_000, "10.0.0.9", "token 1")
    assert room.join("new", "Emmy", NOW, "10.0.0.9", "a token of another class").students[-1].name == "Emmy"
    assert room.readmit(NOW).join("new", "Ada", NOW, "10.0.0.1", "token 1").students[-1].name == "Ada"


def test_an_address_from_which_one_was_removed_joins_once_in_five_minutes():
    """Who forgets the token waits, and so does the next one after them."""
    room, wait = removed_ada(), REJOINED_HERE.every
    with pytest.raises(ClassroomError, match="five minutes"):
        room.join("new", "Ada", NOW + wait - 1, "10.0.0.1")
    room = room.join("new", "Ada", NOW + wait, "10.0.0.1")
    with pytest.raises(ClassroomError, match="five minutes"):
        room.join("newer", "Ada", NOW + 2 * wait - 1, "10.0.0.1")
    assert len(room.join("newer", "Ada", NOW + 2 * wait, "10.0.0.1").students) == 3


def test_a_class_remembers_the_last_sixty_that_it_removed():
    """A room stays bounded, however often somebody comes back."""
    room = new_room("RTKB", SECRET, NOW)
    for number in range(1, MAX_REMOVED + 3):
        room = room.join(f"token {number}", "", NOW, f"10.0.0.{number}").remove(number, NOW)
    assert len(room.removed) == MAX_REMOVED
    assert not room.has_removed("token 1")
    assert room.has_removed(f"token {MAX_REMOVED + 2}")


# --- there and back --------------------------------------------------------------------------------------


FULL = replace(
    room_of("Ada", "Grace")
    .ask(1, "Wie groß?", NOW, "0123456789abcdef 1 0")
    .answer(2, 1, "3", NOW)
    .place(1, "losses?a=%20", "10-", NOW),
    experiment="pooling?size=2",
    picture=rooms.digest("a picture"),
    moves=3,
    removed=(Removal(rooms.digest("token 3"), rooms.digest("RTKB 10.0.0.3"), NOW + 300),),
)


def test_a_class_comes_back_as_it_was():
    """What is kept of a class is the class."""
    for room in (room_of(), FULL, FULL.reveal(1, NOW), FULL.close(1, NOW).leave(1, NOW)):
        assert from_text(to_text(room)) == room
        assert from_text(to_text(room).encode()) == room


JUNK = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=9),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@given(some.data())
def test_what_is_no_class_is_told(data):
    """Whatever stands where a class should be, it is a sound class or `DamagedRoom`, and nothing else."""
    room = json.loads(to_text(FULL))
    place = data.draw(some.sampled_from([room, *room["students"], *room["removed"], room["question"]]))
    place[data.draw(some.sampled_from([*place, "more"]))] = data.draw(JUNK)
    text = json.dumps(room)
    if data.draw(some.booleans()):
        text = text[: data.draw(some.integers(0, len(text)))]
    try:
        found = from_text(text)
    except DamagedRoom:
        return
    assert from_text(to_text(found)) == found
    for student in found.students:
        student_view(found, student.number)
    teacher_view(found, NOW)


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "[" * 100_000, b"\xff\xfe", "7", '{"students": 1}'])
def test_what_is_not_even_an_object_is_told(text):
    """Other programs may have written to the store."""
    with pytest.raises(DamagedRoom):
        from_text(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "rtkb"},
        {"key": SECRET},
        {"experiment": "//evil.example"},
        {"joined": 0},
        {"moves": True},
        {"began": "now"},
        {"students": (Student(1, DIGEST, "A", DIGEST), Student(1, DIGEST, "B", DIGEST))},
        {"students": (Student(1, DIGEST, "<b>\x00", DIGEST),)},
        {"students": (Student(1, DIGEST, "A", DIGEST, marks="?"),)},
        {"students": (Student(1, DIGEST, "A", "192.168.1.7"),)},
        {"question": rooms.ClassQuestion(1, "?", "the second one")},
        {"picture": "../room"},
        {"picture": 7},
        {"wished": -1},
        {"removed": (Removal(DIGEST, DIGEST, float("inf")),)},
        {"removed": (Removal(DIGEST, DIGEST, NOW),) * (MAX_REMOVED + 1)},
    ],
)
def test_a_class_that_does_not_fit_together_is_told(changes):
    """Each bound that a page keeps is looked at again."""
    with pytest.raises(DamagedRoom):
        from_text(to_text(replace(FULL, **changes)))


@pytest.mark.parametrize(
    "text",
    [
        "//evil.example",
        "/etc/passwd",
        "https://evil.example",
        "javascript:alert(1)",
        "a/../b",
        "a#b",
        "a?b c",
        "a?b\n",
        "a?é",
        "A",
        "_a",
        "a?" + "x" * 8_192,
        None,
        7,
    ],
)
def test_what_leads_elsewhere_is_no_address(text):
    """An address is a page of the explorer with its settings."""
    assert not is_address(text)
