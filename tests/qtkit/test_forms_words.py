"""Days, moments and numbers as a technician types them."""

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonydesk.domain.errors import Refused
from colonydesk.qtkit.form_words import (
    day_words,
    from_today,
    moment_words,
    number_words,
    read_day,
    read_integer,
    read_moment,
    read_number,
)

TODAY = date(2026, 11, 24)  # a Tuesday
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 24, 15, 30, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", date(2026, 11, 24)),
        ("Yesterday", date(2026, 11, 23)),
        ("tomorrow", date(2026, 11, 25)),
        ("-3", date(2026, 11, 21)),
        ("+2 w", date(2026, 12, 8)),
        ("3 days ago", date(2026, 11, 21)),
        ("2 weeks ago", date(2026, 11, 10)),
        ("in 5 days", date(2026, 11, 29)),
        ("mon", date(2026, 11, 23)),
        ("tuesday", date(2026, 11, 24)),
        ("wed", date(2026, 11, 18)),
        ("23 Nov", date(2026, 11, 23)),
        ("23nov2025", date(2025, 11, 23)),
        ("Nov 23, 2025", date(2025, 11, 23)),
        ("3 January", date(2027, 1, 3)),  # the nearest one
        ("23.11.", date(2026, 11, 23)),
        ("23.11.26", date(2026, 11, 23)),
        ("23/11/2026", date(2026, 11, 23)),
        ("2026-11-23", date(2026, 11, 23)),
        ("29 feb 2028", date(2028, 2, 29)),
    ],
)
def test_reads_a_day(text: str, day: date) -> None:
    assert read_day(text, TODAY) == day


@pytest.mark.parametrize("text", ["", "x", "31 Nov", "29 Feb 2026", "11/23/2026", "month", "23 Foo", "1 2"])
def test_refuses_what_is_no_day(text: str) -> None:
    with pytest.raises(Refused):
        read_day(text, TODAY)


@pytest.mark.parametrize("text", ["0001-01-01", "31 Dec 9999", "0000-01-01"])
def test_refuses_a_day_at_the_ends_of_the_calendar(text: str) -> None:
    for read in (lambda: read_day(text, TODAY), lambda: read_moment(f"{text} 23:59", NOW, LONDON)):
        with pytest.raises(Refused, match=r"reckoned|There is no day"):
            read()


@given(
    st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 12, 31)),
    st.dates(min_value=date(2, 1, 1), max_value=date(9998, 1, 1)),
)
def test_a_day_written_is_read_again(day: date, today: date) -> None:
    assert read_day(day_words(day), today) == day


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("now", "2026-11-24 15:30"),
        ("9:05", "2026-11-24 09:05"),
        ("yesterday 9:15", "2026-11-23 09:15"),
        ("23 Nov 14:05:30", "2026-11-23 14:05:30"),
        ("1 Jul 2026 14:05", "2026-07-01 14:05"),
        ("2026-11-23T14:05", "2026-11-23 14:05"),
        ("mon 2pm", "2026-11-23 14:00"),
        ("12:10 am", "2026-11-24 00:10"),
    ],
)
def test_reads_a_moment_on_the_labs_clock(text: str, local: str) -> None:
    moment = read_moment(text, NOW, LONDON)
    assert moment.tzinfo is UTC
    assert moment == datetime.fromisoformat(local).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("text", "local"),
    [("0:30", "2026-07-02 00:30"), ("yesterday 9:15", "2026-11-23 09:15"), ("now", "2026-11-24 15:30")],
)
def test_a_time_alone_is_of_the_day_of_its_start(text: str, local: str) -> None:
    start = datetime(2026, 7, 1, 23, 15, tzinfo=UTC)  # after midnight, on the clocks of London
    assert read_moment(text, NOW, LONDON, start) == datetime.fromisoformat(local).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("start", "text", "local"),
    [
        ("2026-11-23 22:00", "6:30", "2026-11-24 06:30"),
        ("2026-11-23 22:00", "10 am", "2026-11-24 10:00"),
        ("2026-11-23 22:00", "22:00", "2026-11-23 22:00"),
        ("2026-11-23 22:00", "10:01", "2026-11-23 10:01"),  # more than a night: said, and refused when saved
        ("2026-11-23 09:00", "2:30", "2026-11-23 02:30"),  # in the afternoon, rather
        ("2026-11-23 22:00", "23 Nov 6:30", "2026-11-23 06:30"),
        ("2026-03-28 20:00", "8:00", "2026-03-29 08:00"),  # an hour of that night was skipped
        ("2026-10-24 20:00", "8:00", "2026-10-25 08:00"),  # and one came twice
    ],
)
def test_a_time_alone_after_a_night_is_of_the_next_day(start: str, text: str, local: str) -> None:
    begun = datetime.fromisoformat(start).replace(tzinfo=LONDON).astimezone(UTC)
    found = read_moment(text, NOW, LONDON, begun)
    assert found == datetime.fromisoformat(local).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("23 Nov", "Add the time"),
        ("25:10", "not a time"),
        ("13 pm", "not a time"),
        ("xyz 14:00", "not a day"),
        ("soon", "not a moment"),
        ("29 Mar 2026 1:30", "does not exist"),
    ],
)
def test_says_what_a_moment_lacks(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_moment(text, NOW, LONDON)


def test_a_moment_is_written_on_the_labs_clock() -> None:
    assert moment_words(datetime(2026, 7, 1, 13, 5, tzinfo=UTC), LONDON) == "1 Jul 2026 14:05"


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [("20.1", "", 20.1), ("20,1", "g", 20.1), ("20.1 g", "g", 20.1), (".5", "", 0.5), ("1e3", "", 1000.0)],
)
def test_reads_a_number(text: str, unit: str, number: float) -> None:
    assert read_number(text, unit) == number


@pytest.mark.parametrize("text", ["2o.1", "1,000.5", "nan", "inf", "g", "1 2"])
def test_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(Refused):
        read_number(text, "g")


def test_a_whole_number_has_no_rest() -> None:
    assert read_integer("12") == 12
    with pytest.raises(Refused, match="whole"):
        read_integer("12.5")


@pytest.mark.parametrize("text", ["1e999", "-1e999", "9" * 5000, "9" * 400])
def test_a_number_that_is_too_large_is_said_to_be(text: str) -> None:
    for read in (read_number, read_integer):
        with pytest.raises(Refused, match="too large") as refused:
            read(text)
        assert len(str(refused.value)) < 60


@given(st.text(alphabet="0123456789-+:./ eE,amp now\x00²٣day"))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for zone in (LONDON, ZoneInfo("Pacific/Chatham"), ZoneInfo("America/Los_Angeles")):
        for read in (
            lambda: read_day(text, TODAY),
            lambda zone=zone: read_moment(text, NOW, zone),
            lambda: read_integer(text),
        ):
            with suppress(Refused):
                read()


@given(st.floats(min_value=-1e6, max_value=1e6).map(lambda number: round(number, 4)))
def test_a_number_written_is_read_again(number: float) -> None:
    assert read_number(number_words(number)) == pytest.approx(number, rel=1e-9)


def test_says_what_a_day_is() -> None:
    assert from_today(date(2026, 11, 21), TODAY) == "Sat, 3 days ago"
    assert from_today(TODAY, TODAY) == "Tue, today"
    assert from_today(date(2026, 11, 25), TODAY) == "Wed, tomorrow"
