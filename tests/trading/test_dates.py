from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from explorer.trading.dates import is_time, timeline
from explorer.vectors.tables import read_csv

GERMAN = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
FRENCH = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
SPANISH = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def suffix(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def unix(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


CERTAIN = {
    "ISO": lambda d: d.isoformat(),
    "ISO, slashes": lambda d: f"{d:%Y/%m/%d}",
    "ISO, no zeros": lambda d: f"{d.year}.{d.month}.{d.day}",
    "one number": lambda d: f"{d:%Y%m%d}",
    "one number, with the time": lambda d: f"{d:%Y%m%d}093000",
    "Unix, s": lambda d: str(unix(d)),
    "Unix, ms": lambda d: str(1000 * unix(d)),
    "Unix, ns": lambda d: str(10**9 * unix(d)),
    "words, day first": lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}",
    "words, month first": lambda d: f"{MONTHS[d.month - 1]} {d.day}, {d.year}",
    "words, short": lambda d: f"{d.day:02}-{MONTHS[d.month - 1][:3].upper()}-{d:%y}",
    "German": lambda d: f"{d.day}. {GERMAN[d.month - 1]} {d.year}",
    "French": lambda d: f"{d.day}{'er' if d.day == 1 else ''} {FRENCH[d.month - 1]} {d.year}",
    "Spanish": lambda d: f"{d.day} de {SPANISH[d.month - 1]} de {d.year}",
    "words, in full": lambda d: f"{d:%A}, {d.day}{suffix(d.day)} of {MONTHS[d.month - 1]} {d.year}",
    "mail": lambda d: f"{d:%a}, {d.day} {MONTHS[d.month - 1][:3]} {d.year} 16:00:00 GMT",
    "ctime": lambda d: datetime(d.year, d.month, d.day, 9, 5).ctime(),
    "ISO, time and zone": lambda d: f"{d.isoformat()}T16:00:00-05:00",
    "ISO, time": lambda d: f"{d.isoformat()} 16:00:00.250",
    "week": lambda d: "{}-W{:02}-{}".format(*d.isocalendar()),
}
OPEN = {
    "day": (
        "{d:%d/%m/%Y}",
        "{d:%d.%m.%Y}",
        "{d.day}. {d.month}. {d.year}",
        "{d:%d-%m-%y}",
        "{d:%d/%m/%Y} 09:30",
    ),
    "month": ("{d:%m/%d/%Y}", "{d.month}/{d.day}/{d:%y}", "{d:%m-%d-%Y}", "{d:%m/%d/%Y} 9:30 PM"),
    "year": ("{d:%y/%m/%d}",),
}
WRITTEN = CERTAIN | {
    text: (lambda d, text=text: text.format(d=d)) for texts in OPEN.values() for text in texts
}
ORDER_OF = {text: order for order, texts in OPEN.items() for text in texts}

DAYS = st.lists(
    st.dates(date(1973, 6, 1), date(2060, 1, 1)), min_size=2, max_size=40, unique=True
) | st.lists(
    st.builds(date, st.integers(1990, 2030), st.integers(1, 12), st.integers(1, 12)),
    min_size=2,
    max_size=40,
    unique=True,
)
"""Days of two kinds: any, and those whose day could be a month."""


def file_of(cells, head="date"):
    return "\n".join([f"{head},x", *(f'"{cell}",{row}' for row, cell in enumerate(cells))])


def read(cells, order="auto", head="date"):
    return timeline(read_csv(file_of(cells, head)), "x", order)


@settings(deadline=None)
@given(DAYS, st.sampled_from(sorted(WRITTEN)), st.booleans())
def test_dates_in_any_writing_say_which_way_they_run(days, writing, newest_first):
    """However sorted days are written, the way they run is found, and each is read as that day."""
    days = sorted(days, reverse=newest_first)
    found = read([WRITTEN[writing](day) for day in days], ORDER_OF.get(writing, "auto"))
    assert found.newest_first is newest_first
    if found.moments is not None:
        shown = (np.datetime64("1970-01-01") + found.moments // 86_400_000_000).tolist()
        assert shown == days


@settings(deadline=None)
@given(DAYS, st.sampled_from(sorted(ORDER_OF)), st.booleans())
@example([date(2024, 1, 2), date(2024, 2, 1)], "{d:%d/%m/%Y}", False)
def test_a_column_that_settles_its_order_settles_it_rightly(days, writing, newest_first):
    """With nothing said, dates that could be read in two ways run as they do, or are asked about."""
    days = sorted(days, reverse=newest_first)
    cells = [WRITTEN[writing](day) for day in days]
    try:
        found = read(cells)
    except ValueError as error:
        asked, found = str(error), read(cells, ORDER_OF[writing])
    else:
        asked = ""
    assert found.newest_first is newest_first
    assert not asked or asked.endswith("Choose day first or month first.")


@settings(deadline=None)
@given(DAYS, st.sampled_from(sorted(WRITTEN)), st.data())
def test_days_in_disorder_are_never_taken(days, writing, data):
    """Days that run neither way are refused with the line that breaks the order, however they are written."""
    shuffled = data.draw(st.permutations(days))
    assume(shuffled not in (sorted(days), sorted(days, reverse=True)))
    cells = [WRITTEN[writing](day) for day in shuffled]
    with pytest.raises(ValueError, match="are in disorder; sort the file by date") as caught:
        read(cells, ORDER_OF.get(writing, "auto"))
    row = int(re.match(r"Row (\d+), column 1 \('date'\), line (\d+) of the file,", str(caught.value))[1]) - 1
    falls = sum(a > b for a, b in pairwise(shuffled)) > (len(days) - 1) / 2
    assert (shuffled[row] > shuffled[row - 1]) is falls


@settings(deadline=None)
@given(DAYS, st.sampled_from(sorted(WRITTEN)), st.data())
def test_a_day_that_repeats_is_refused(days, writing, data):
    """A moment comes once: the line of the second is named."""
    days = sorted(days)
    row = data.draw(st.integers(1, len(days)))
    days.insert(row, days[row - 1])
    with pytest.raises(ValueError, match=rf"Row {row + 1}, .*, the moment of the row before it") as caught:
        read([WRITTEN[writing](day) for day in days], ORDER_OF.get(writing, "auto"))
    assert f"line {row + 2} of the file" in str(caught.value)


@given(st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1)), min_size=2, max_size=20), st.data())
def test_zones_are_taken_off(moments, data):
    """Moments written in several zones are in the order in which they came, not in that of their clocks."""
    moments = sorted({each.replace(microsecond=0) for each in moments})
    assume(len(moments) > 1)
    zones = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
    cells = [each.replace(tzinfo=UTC).astimezone(data.draw(zones)).isoformat() for each in moments]
    found = read(cells)
    assert not found.newest_first
    assert found.zoned
    assert (np.datetime64("1970-01-01", "us") + found.moments).tolist() == moments


def test_a_clock_of_twelve_hours_begins_with_twelve():
    """Midnight, 1 at night, noon and 1 after noon follow one another, however the halves are written."""
    found = read([f"5/29/2024 {clock}" for clock in ("12:00 AM", "1:00 am", "12:00 p.m.", "1-PM")])
    hours = (found.moments - found.moments[0]) / 3_600_000_000
    assert hours.tolist() == [0, 1, 12, 13]


def test_one_cell_settles_the_column():
    """The 13th is no month: it says how the cells before and after it are read."""
    assert read(["05/06/2024", "06/06/2024", "13/06/2024"]).said(0) == "5 June 2024"
    assert read(["05/06/2024", "05/07/2024", "05/13/2024"]).said(0) == "6 May 2024"
    assert read(["24/05/06", "24/06/05", "24/06/30"]).said(0) == "6 May 2024"


def test_the_order_of_the_column_settles_it():
    """Where no day is above 12, the one reading that runs one way in time is right."""
    assert read(["11/06/2024", "12/06/2024", "01/07/2024"]).said(0) == "11 June 2024"
    assert read(["06/11/2024", "06/12/2024", "07/01/2024"]).said(0) == "11 June 2024"


def test_two_readings_of_one_order_are_not_asked_about():
    """The first of each month and the first days of January run the same way: only the words are unknown."""
    found = read([f"01/{month:02}/2024" for month in range(12, 0, -1)])
    assert found.newest_first
    assert found.said(0) == "01/12/2024"


def test_what_nothing_settles_is_asked():
    """Each reading runs another way: the person says which, and is believed."""
    cells = ["01/03/2024", "02/02/2024", "03/01/2024"]
    with pytest.raises(ValueError, match="no cell of the column tells the day from the month") as caught:
        read(cells)
    assert "Row 1, column 1 ('date'), line 2 of the file, holds '01/03/2024'" in str(caught.value)
    assert "with the day first it is the newest and with the month first it is the oldest" in str(
        caught.value
    )
    assert read(cells, "day").newest_first
    assert not read(cells, "month").newest_first


@pytest.mark.parametrize(
    ("cells", "order", "sentence"),
    [
        (["2024-01-30", "2024-02-30"], "auto", "Row 2, column 1 ('date'), line 3 of the file, holds"),
        (["29/05/2024", "31/06/2024"], "auto", "holds '31/06/2024', a day that no calendar has; write it as"),
        (
            ["29/05/2024", "06/30/2024"],
            "auto",
            "holds '06/30/2024', which cannot have the day first, and '29/",
        ),
        (
            ["05/06/2024", "06/13/2024"],
            "day",
            "holds '06/13/2024', which is no date with the day first; choose",
        ),
        (["05/06/2024", "06/06/2024"], "year", "whose year has four digits and is the last; choose day"),
        (["2024-05-29", "soon"], "auto", "line 3 of the file, holds 'soon', which is no date that can be"),
        (["2024-05-29 24:30", "2024-05-30 00:30"], "auto", "holds '2024-05-29 24:30', which is no date"),
        (
            ["29 maggio 2024", "30 Mai 2024"],
            "auto",
            "holds '29 maggio 2024', which is no date that can be read",
        ),
        (["13/06/2024", "05-07-2024"], "auto", "a spreadsheet may have changed some of its dates and not"),
        (["2024-05-29T09:30Z", "2024-05-29T10:30"], "auto", "one has a time zone and the other has none"),
        (["03/12/2024", "01/12/2024", "02/12/2024"], "auto", "which lies before the '03/12/2024' of"),
        (["05/06/2024", "06/06/2024"], "first", "There is no order 'first'; choose one of auto, day, month,"),
    ],
)
def test_dates_that_cannot_be_read_are_explained(cells, order, sentence):
    """What is no date, written in two ways, or against what was said: line, cell, and what to do."""
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read(cells, order)


def test_a_count_is_a_time_where_it_is_called_one():
    """Days counted down are turned round, and other numbers say nothing of time."""
    assert read([3, 2, 1], head="day").newest_first
    assert read([3, 2, 1], head="t").said(0) == "3"
    assert read([3, 2, 1], head="volume") is None
    with pytest.raises(
        ValueError, match=r"column 1 \('day'\), line 4 of the file, holds '2', which lies before"
    ):
        read([1, 3, 2, 4], head="day")


def test_numbers_are_times_only_where_they_can_be():
    """Unnamed numbers are dates where all are days of the calendar, or Unix times that run one way."""
    assert read([20240531, 20240530], head="n").newest_first
    assert read([20240531, 20240532], head="n") is None
    assert read([1717200000, 1717100000], head="n").newest_first
    assert read([1717200000, 1717100000, 1717300000], head="volume") is None
    table = read_csv("close,Trade date\n1,2024-05-30\n2,2024-05-29\n")
    assert [is_time(table, name) for name in table.columns] == [False, True]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Mo, 3. Juni 2024", "Di, 4. Juni 2024"),
        ("Sonnabend, 31. Mai 2024", "Montag, 3. Juni 2024"),
        ("lundi 3 juin 2024", "mar. 4 juin 2024"),
        ("lunes, 3 de junio de 2024", "martes, 4 de junio de 2024"),
        ("15-dic-23", "2-ene-24"),
        ("30. Dez. 2023", "2. Jän. 2024"),
        ("févr. 2024", "Mär 2024"),
    ],
)
def test_days_and_months_are_short_in_german_french_and_spanish_too(first, second):
    """Sorted by their letters some of these months would run the other way."""
    assert read([first, second]).newest_first is False
    assert read([second, first]).newest_first is True


def test_a_column_of_words_is_no_time():
    """Text that is not dates is passed over, be it called day; one that is called date has to hold them."""
    week = read_csv("day,x\nMonday,1\nTuesday,2\n")
    assert timeline(week, "x") is None
    with pytest.raises(ValueError, match="holds 'Monday', which is no date"):
        timeline(read_csv("date,x\nMonday,1\nTuesday,2\n"), "x")


def test_a_moment_in_several_columns_is_read_as_one():
    """Date and time apart, and year, month and day apart, are the same moments."""
    together = read(["2024-05-29 09:45", "2024-05-29 09:30"])
    apart = timeline(read_csv("<DATE>\t<TIME>\tx\n20240529\t09:45\t1\n20240529\t09:30\t2\n"), "x")
    np.testing.assert_array_equal(apart.moments, together.moments)
    assert apart.newest_first
    assert apart.said(0) == "29 May 2024, 09:45"
    parts = timeline(read_csv("year,month,day,x\n2024,2,1,1\n2024,1,31,2\n2023,12,30,3\n"), "x")
    assert (parts.newest_first, parts.said(0)) == (True, "1 February 2024")
    months = timeline(read_csv("year,month,x\n2023,12,1\n2024,1,2\n"), "x")
    assert (months.newest_first, months.said(1)) == (False, "2024-1")


@settings(deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from(list("0123456789/-.: TZ+aprmJuneMayWd,")), max_size=14),
        min_size=1,
        max_size=5,
    )
)
@example(["0001-01-01T00:00+14:00"])
@example(["9999-12-31T23:59-14:00"])
@example(["2024-W60-1"])
@example(["2024-05-29 +"])
def test_any_cell_is_a_date_or_a_sentence(cells):
    """Whatever stands in a column, it is read or refused with a sentence, and never another error."""
    try:
        found = read(cells)
    except ValueError as error:
        said = str(error)
    else:
        said = f"It is {found and found.said(0)}."
    assert re.fullmatch(r"[A-Z].+\.", said, re.DOTALL)
