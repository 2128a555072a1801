"""Moments and lab-local days, in zones where they are awkward."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonydesk.domain.days import (
    DAY,
    NOON,
    Zone,
    date_of,
    day_number,
    local_day,
    micros,
    micros_of,
    moment_of,
    zone,
)
from colonydesk.domain.errors import KnownError
from tests.domain.animals import ZONES

MOMENTS = st.integers(-(10**16), 2 * 10**15).map(moment_of)  # 1653 to 2033


@given(st.lists(MOMENTS, max_size=8), st.sampled_from(ZONES))
def test_local_days_are_those_of_zoneinfo(moments: list[datetime], name: str) -> None:
    found = [date_of(number) for number in zone(name).days(micros_of(moments))]
    assert found == [moment.astimezone(ZoneInfo(name)).date() for moment in moments]
    assert found == [local_day(moment, name) for moment in moments]


@pytest.mark.parametrize("name", ZONES)
def test_every_change_of_a_zone_is_found_to_the_second(name: str) -> None:
    """Around midnight and every quarter of an hour of two years the offset is zoneinfo's."""
    first = micros(datetime(2023, 12, 31, tzinfo=UTC))
    moments = first + np.arange(0, 2 * 366 * DAY, DAY // 96)
    moments = np.concatenate([moments, moments - 1])
    info = ZoneInfo(name)
    offsets = [moment_of(at).astimezone(info).utcoffset() // timedelta(microseconds=1) for at in moments]
    assert (Zone(name).local(moments) - moments).tolist() == offsets


@given(st.dates(date(1990, 1, 1), date(2037, 12, 31)), st.sampled_from(ZONES))
def test_noon_and_bounds_of_a_day(day: date, name: str) -> None:
    info = ZoneInfo(name)
    noon = zone(name).moments(np.array([day_number(day) * DAY + NOON]))
    assert moment_of(noon[0]) == datetime(day.year, day.month, day.day, 12, tzinfo=info)
    begin, end = zone(name).bounds(day)
    second = timedelta(seconds=1)
    days = [moment.astimezone(info).date() for moment in (begin - second, begin, end - second, end)]
    assert days == [day - timedelta(days=1), day, day, day + timedelta(days=1)]


def test_a_day_of_a_change_is_longer_or_shorter() -> None:
    lengths = [zone("Europe/London").bounds(day) for day in (date(2024, 3, 31), date(2024, 10, 27))]
    assert [end - begin for begin, end in lengths] == [timedelta(hours=23), timedelta(hours=25)]


@given(MOMENTS)
def test_micros_there_and_back(moment: datetime) -> None:
    assert moment_of(micros(moment)) == moment


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        micros(datetime(2024, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd"])
def test_an_unknown_zone_is_said_in_words(name: str) -> None:
    with pytest.raises(KnownError, match="is not known"):
        zone(name)


def test_no_moments_at_all() -> None:
    nothing = np.empty(0, dtype=np.int64)
    assert zone("Europe/London").days(nothing).size == 0
    assert zone("Europe/London").moments(nothing).size == 0
