from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_OID as SPACE
from uuid import uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonydesk.domain.notices import (
    AnimalFacts,
    CageFacts,
    Member,
    PairFacts,
    RequestFacts,
    animal_notices,
    breeding_check_due,
    cage_cleaning_due,
    genotyping_due,
    is_unread,
    little_training,
    not_weighed,
    request_due,
    responsible_user_changed,
    underweight,
    water_due,
    wean_due,
)


def identify(name):
    return uuid5(SPACE, name)


def member(name):
    return Member(identify(name), name)


NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
TODAY = NOW.date()
ANIMAL = AnimalFacts(
    id=identify("m1"),
    nickname="m1",
    timezone="UTC",
    restricted_since=datetime(2026, 3, 1, 10, tzinfo=UTC),
    reference_weight=20.0,
    weight=16.0,
    weighed_at=datetime(2026, 3, 10, 9, tzinfo=UTC),
    percentage=80.0,
    threshold_pct=0.85,
    remaining=0.8,
    last_water_at=datetime(2026, 3, 9, 9, tzinfo=UTC),
    last_water=0.8,
    session_days=frozenset(TODAY - timedelta(days=days) for days in range(1, 6)),
)
PAST_DUE = ANIMAL._replace(
    weighed_at=None,
    session_days=frozenset(),
    birth_date=date(2026, 2, 5),
    to_be_genotyped=True,
)


def test_everything_due_for_an_animal_is_found_at_once():
    types = [notice.notification_type for notice in animal_notices(PAST_DUE, NOW)]
    assert types == ["mouse_water", "mouse_not_weighed", "mouse_training", "wean_due", "genotyping_due"]


def test_nothing_is_told_of_the_dead():
    dead = PAST_DUE._replace(alive=False)
    assert animal_notices(dead, NOW) == []
    assert underweight(ANIMAL._replace(alive=False)) is None
    assert responsible_user_changed(ANIMAL.id, "m1", False, member("alice"), member("bob")) is None


def test_decided_underweight_ends_with_the_restriction_but_for_the_absolute_minimum():
    free = ANIMAL._replace(restricted_since=None)
    assert underweight(ANIMAL) is not None
    assert underweight(free) is None
    assert underweight(free._replace(percentage=75.0)) is None
    assert underweight(free._replace(percentage=74.9)).title.startswith("WARNING")


def test_underweight_says_the_percentage_as_the_screens_do():
    below = underweight(ANIMAL._replace(percentage=84.96, threshold_pct=0.85))
    assert below.title.startswith("WARNING: m1 weight was 84.9% on ")  # never as if it were on the limit


@pytest.mark.parametrize(
    ("percentage", "head"),
    [(85.0, "WARNING"), (85.01, "ATTENTION"), (87.0, "ATTENTION"), (87.01, None), (0.0, None), (-3.0, None)],
)
def test_underweight_is_told_up_to_two_percent_above_the_highest_threshold(percentage, head):
    notice = underweight(ANIMAL._replace(percentage=percentage))
    assert (notice.title.split(":")[0] if notice else None) == head


def test_the_highest_threshold_is_the_absolute_minimum_where_the_labs_own_is_lower():
    assert underweight(ANIMAL._replace(percentage=74.5, threshold_pct=0.7)).title.startswith("WARNING")
    assert underweight(ANIMAL._replace(percentage=76.5, threshold_pct=0.7)).title.startswith("ATTENTION")


def test_an_unknown_percentage_raises_no_alarm():
    assert underweight(ANIMAL._replace(percentage=None)) is None


def test_times_are_told_in_the_labs_zone():
    tokyo = ANIMAL._replace(timezone="Asia/Tokyo")
    assert underweight(tokyo).title == "WARNING: m1 weight was 80.0% on 2026-03-10 18:00:00"
    # 15:00 UTC on the 10th is midnight of the 11th in Tokyo: the weighing was yesterday's
    assert not_weighed(tokyo, NOW).title == 'ATTENTION: subject "m1" weighing missing for 2026-03-11'
    assert not_weighed(tokyo, NOW - timedelta(seconds=1)) is None


def test_the_first_day_counts_as_weighed_only_with_a_reference_weight():
    started = ANIMAL._replace(restricted_since=NOW.replace(hour=8), weighed_at=None)
    assert not_weighed(started, NOW) is None
    assert not_weighed(started._replace(reference_weight=None), NOW) is not None
    assert not_weighed(started._replace(reference_weight=0.0), NOW) is not None


def test_water_is_due_23_hours_less_10_seconds_after_the_last():
    last = NOW - timedelta(hours=23)
    assert water_due(ANIMAL._replace(last_water_at=last + timedelta(seconds=10)), NOW) is not None
    assert water_due(ANIMAL._replace(last_water_at=last + timedelta(seconds=11)), NOW) is None
    assert water_due(ANIMAL._replace(last_water_at=last), NOW, timedelta(hours=24)) is None


def test_an_amount_that_rounds_to_nothing_is_not_owed():
    assert water_due(ANIMAL._replace(remaining=4e-7), NOW) is None
    assert water_due(ANIMAL._replace(remaining=0.001), NOW).title == "0.01 mL remaining for m1"
    assert water_due(ANIMAL._replace(remaining=None), NOW) is None


def test_water_names_an_ad_lib_day_and_a_missing_member():
    message = water_due(ANIMAL._replace(last_water=None), NOW).message
    assert "Last water administration: 2026-03-09 09:00:00, ad lib\n" in message
    assert "User: -\n" in message


def test_training_counts_the_days_of_the_week_before_today():
    assert little_training(ANIMAL, NOW) is None
    yesterday = TODAY - timedelta(days=1)
    notice = little_training(ANIMAL._replace(session_days=ANIMAL.session_days - {yesterday}), NOW)
    assert notice.title == "m1 trained on fewer than 5 days of the past week"
    assert notice.details == "Days with a session from 2026-03-03 to 2026-03-09: 4\n"
    for other in (TODAY, TODAY - timedelta(days=8)):
        days = (ANIMAL.session_days - {yesterday}) | {other}
        assert little_training(ANIMAL._replace(session_days=days), NOW) is not None
    assert little_training(ANIMAL._replace(session_days=frozenset(), restricted_since=None), NOW) is None


def test_weaning_is_due_at_the_lines_age_until_there_is_a_wean_date():
    pup = AnimalFacts(id=ANIMAL.id, nickname="m1", timezone="UTC", birth_date=TODAY - timedelta(days=21))
    assert wean_due(pup, TODAY).title == "m1: wean, due 2026-03-10"
    assert wean_due(pup, TODAY + timedelta(days=3)).title == "m1: wean, due 2026-03-10"
    assert wean_due(pup, TODAY - timedelta(days=1)) is None
    assert wean_due(pup._replace(wean_after_days=24), TODAY) is None
    assert wean_due(pup._replace(wean_date=TODAY), TODAY) is None
    assert wean_due(pup._replace(birth_date=None), TODAY) is None


def test_decided_who_has_no_wean_date_long_after_is_not_told_of():
    pup = ANIMAL._replace(birth_date=TODAY - timedelta(days=21 + 28))
    assert wean_due(pup, TODAY) is not None
    assert wean_due(pup, TODAY + timedelta(days=1)) is None


def test_genotyping_is_due_at_28_days_where_it_is_asked_for():
    pup = PAST_DUE._replace(birth_date=TODAY - timedelta(days=28))
    assert genotyping_due(pup, TODAY).title == "m1: genotype, due 2026-03-10"
    assert genotyping_due(pup, TODAY - timedelta(days=1)) is None
    assert genotyping_due(pup._replace(to_be_genotyped=False), TODAY) is None


def test_a_cage_is_cleaned_by_its_frequency_from_the_last_time_or_the_start():
    cage = CageFacts(identify("C1"), "C1", date(2026, 2, 24), None, 14)
    assert cage_cleaning_due(cage, TODAY).title == "Cage C1: clean, due 2026-03-10"
    assert cage_cleaning_due(cage, TODAY).about_id == identify("C1")
    assert cage_cleaning_due(replace(cage, last_cleaned=date(2026, 2, 25)), TODAY) is None
    assert cage_cleaning_due(replace(cage, every_days=None), TODAY) is None
    assert cage_cleaning_due(replace(cage, every_days=0), TODAY) is None


def test_an_open_request_is_told_from_7_days_before():
    named = frozenset({identify("alice")})
    request = RequestFacts(identify("R1"), "alice", "PV", 12, 5, date(2026, 3, 17), named)
    notice = request_due(request, TODAY)
    assert notice.title == "alice's request for 12 PV: due 2026-03-17"
    assert notice.details == "Still to be assigned: 5 of 12\n"
    assert notice.named == named
    assert request_due(request, TODAY - timedelta(days=1)) is None
    assert request_due(request, TODAY + timedelta(days=30)) is not None
    assert request_due(replace(request, remaining=0), TODAY) is None
    assert request_due(replace(request, due_date=None), TODAY) is None


def test_a_pair_is_checked_every_21_days_without_a_litter():
    pair = PairFacts(identify("P"), "PV_BP_001", identify("m1"), date(2026, 2, 17), None, None)
    first = breeding_check_due(pair, TODAY)
    assert first.title == "Breeding pair PV_BP_001: check, 21 days without a litter, due 2026-03-10"
    assert breeding_check_due(pair, TODAY - timedelta(days=1)) is None
    assert breeding_check_due(pair, TODAY + timedelta(days=20)).title == first.title
    second = breeding_check_due(pair, TODAY + timedelta(days=21))
    assert second.title == "Breeding pair PV_BP_001: check, 42 days without a litter, due 2026-03-31"
    assert breeding_check_due(replace(pair, last_litter=date(2026, 3, 5)), TODAY) is None
    assert breeding_check_due(replace(pair, end_date=TODAY), TODAY) is None
    assert breeding_check_due(replace(pair, start_date=None), TODAY) is None


@given(
    st.floats(min_value=0.001, max_value=200.0),
    st.floats(min_value=0.0, max_value=1.0),
    st.floats(min_value=0.0, max_value=1.0),
    st.booleans(),
)
def test_an_animal_below_the_absolute_minimum_is_always_told(percentage, threshold, minimum, restricted):
    animal = ANIMAL._replace(
        percentage=percentage,
        threshold_pct=threshold,
        absolute_min_pct=minimum,
        restricted_since=ANIMAL.restricted_since if restricted else None,
    )
    notice = underweight(animal)
    if percentage < 100 * minimum - 0.001:
        assert notice.title.startswith("WARNING")
    elif not restricted and percentage > 100 * minimum:
        assert notice is None


@pytest.mark.parametrize(
    ("read", "until", "unread"),
    [
        (None, None, True),
        (-1, None, False),
        (-2, -1, True),
        (-2, 0, True),
        (-2, 1, False),
        (-1, -2, False),
        (-1, -1, False),
        (None, 1, True),
    ],
)
def test_read_until_it_is_put_off_and_that_is_over(read, until, unread):
    read_at, snoozed_until = (
        None if hours is None else NOW + timedelta(hours=hours) for hours in (read, until)
    )
    assert is_unread(read_at, snoozed_until, NOW) is unread
