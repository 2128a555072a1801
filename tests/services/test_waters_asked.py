"""What water is asked about, by its animal and its day; and what is refused."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Weighing
from colonydesk.domain.errors import Conflict, Doubtful, Refused
from colonydesk.services.waters import correct_water, move_water, record_water, void_water
from tests.builders import NOW, Scene, nothing_written, scene, water
from tests.db.faults import plain
from tests.services.test_waters import DAY, HOUR, correction, move, restrict, state, voiding


@pytest.fixture
def here(db: Database) -> Scene:
    """The mouse is on restriction for ten days and weighed 20 g this morning: it gets 0.8 mL a day."""
    of = scene(db)
    restrict(of, of.mouse)
    return of


def asked(error: pytest.ExceptionInfo[Doubtful]) -> dict[str, str]:
    plain(error.value)
    return {question.code: question.text for question in error.value.questions}


# What cannot be


def test_what_cannot_be_is_refused_in_a_sentence_and_not_written(here: Scene) -> None:
    impossible: list[tuple[dict[str, Any], str, str]] = [
        ({"water_administered": math.nan}, "water_administered", "not a number"),
        ({"water_administered": math.inf}, "water_administered", "not a number"),
        ({"water_administered": -0.1}, "water_administered", "cannot be negative"),
        ({"water_administered": 2000.0}, "water_administered", "2000 mL is not possible"),
        ({"water_administered": 10.1}, "water_administered", "the limit for this species is 10 mL"),
        ({"water_administered": None}, "water_administered", "mark it as ad lib"),
        ({"water_administered": math.nan, "adlib": True}, "water_administered", "not a number"),
        ({"date_time": NOW + HOUR}, "date_time", "11:30 on 10 Mar is in the future"),
        ({"date_time": NOW - 200 * DAY}, "date_time", "no water administration on 22 Aug 2025"),
        ({"subject_id": here.subject("D1", death_date=date(2026, 3, 9))}, "date_time", "died on 9 Mar"),
        ({"subject_id": here.subject("H1", is_human=True)}, "subject", "human subject"),
        ({"subject_id": uuid4()}, "subject", "no longer in the database"),
        ({"user_id": uuid4()}, "user", "not in the database"),
        ({"user_id": here.eve}, "user", "not active"),
    ]
    everything = frozenset({"zero", "not_restricted", "excess", "much", "again"})
    for changes, field, words in impossible:
        with nothing_written(here.db):
            with pytest.raises(Refused) as error:
                record_water(here.db, replace(water(here), confirmed=everything, **changes), NOW)
            assert error.value.field == field
            assert words in plain(error.value)


def test_a_kind_that_somebody_deleted_meanwhile_is_said_so(here: Scene) -> None:
    with nothing_written(here.db):
        with pytest.raises(Conflict) as error:
            record_water(here.db, water(here, water_type_id=uuid4()), NOW)
        assert "deleted" in plain(error.value)


def test_what_no_longer_counts_or_is_not_there_is_not_changed(here: Scene) -> None:
    first, other = water(here, 0.5), here.subject("M2")
    record_water(here.db, first, NOW)
    void_water(here.db, voiding(here, first.id, "spilt"), NOW)
    for water_id, words in ((first.id, "no longer counts (spilt)"), (uuid4(), "no longer there")):
        for act in (
            lambda water_id=water_id: correct_water(here.db, correction(here, water_id, 0.4), NOW),
            lambda water_id=water_id: move_water(here.db, move(here, water_id, other), NOW),
            lambda water_id=water_id: void_water(here.db, voiding(here, water_id), NOW),
        ):
            with nothing_written(here.db):
                with pytest.raises(Refused) as error:
                    act()
                assert words in plain(error.value)


def test_a_void_needs_a_reason(here: Scene) -> None:
    first = water(here, 0.5)
    record_water(here.db, first, NOW)
    with nothing_written(here.db):
        with pytest.raises(Refused) as error:
            void_water(here.db, voiding(here, first.id, " "), NOW)
        assert error.value.field == "reason"


# What is asked about


def test_each_doubt_is_asked_and_nothing_written_until_all_are_confirmed(here: Scene) -> None:
    record_water(here.db, water(here, 0.8, NOW - timedelta(minutes=4)), NOW)
    command = water(here, 0.8)
    with nothing_written(here.db):
        with pytest.raises(Doubtful) as error:
            record_water(here.db, command, NOW)
        assert asked(error) == {
            "excess": "Nothing is owed on this day any more; this is 0.8 mL too much.",
            "again": "0.8 mL is already recorded at 10:26.",
        }
        assert error.value.field == "water_administered"
        with pytest.raises(Doubtful) as error:
            record_water(here.db, replace(command, confirmed=frozenset({"again"})), NOW)
        assert asked(error).keys() == {"excess"}
    record_water(here.db, replace(command, confirmed=frozenset({"again", "excess"})), NOW)
    assert state(here).given_water_total == 1.6


def test_zero_and_too_much_and_an_animal_that_is_not_restricted_are_asked_about(here: Scene) -> None:
    free = here.subject("M2")
    for command, codes in (
        (water(here, 0.0), {"zero"}),
        (water(here, 1.7), {"excess", "much"}),
        (water(here, 0.5, subject_id=free), {"not_restricted"}),
        (water(here, None, adlib=True, subject_id=free), {"not_restricted"}),
    ):
        with nothing_written(here.db):
            with pytest.raises(Doubtful) as error:
                record_water(here.db, command, NOW)
            assert asked(error).keys() == codes


def test_a_correction_is_judged_without_what_it_corrects(here: Scene) -> None:
    first = water(here, 0.8)
    record_water(here.db, first, NOW)
    second = correction(here, first.id, 0.8, date_time=NOW - timedelta(minutes=1))
    correct_water(here.db, second, NOW)
    with nothing_written(here.db):
        with pytest.raises(Doubtful) as error:
            correct_water(here.db, correction(here, second.id, 1.2), NOW)
        assert asked(error) == {"excess": "0.4 mL more than the 0.8 mL still owed."}


def test_a_correction_of_ad_lib_is_judged_as_of_a_day_without_it(here: Scene) -> None:
    first = water(here, None, adlib=True)
    record_water(here.db, first, NOW)
    second = correction(here, first.id, 0.8)
    correct_water(here.db, second, NOW)
    assert state(here).remaining_water == pytest.approx(0.0)
    third = correction(here, second.id, None, adlib=True)
    correct_water(here.db, third, NOW)
    assert (state(here).adlib, state(here).given_water_total) == (True, 0.0)


def test_of_two_records_that_are_alike_one_is_corrected(here: Scene) -> None:
    first, second = water(here, 0.3), water(here, 0.3, confirmed=frozenset({"again"}))
    for command in (first, second):
        record_water(here.db, command, NOW)
    correct_water(here.db, correction(here, first.id, 0.5), NOW)
    assert state(here).given_water_total == pytest.approx(0.8)
    with pytest.raises(Doubtful) as error:
        correct_water(here.db, correction(here, second.id, 0.7), NOW)
    assert asked(error) == {"excess": "0.4 mL more than the 0.3 mL still owed."}


def test_a_move_asks_what_is_asked_of_the_animal_it_goes_to(here: Scene) -> None:
    full = here.subject("M2")
    restrict(here, full)
    record_water(here.db, water(here, 0.8, NOW - HOUR, subject_id=full), NOW)
    first = water(here, 0.7)
    record_water(here.db, first, NOW)
    command = move(here, first.id, full)
    with nothing_written(here.db):
        with pytest.raises(Doubtful) as error:
            move_water(here.db, command, NOW)
        assert asked(error).keys() == {"excess"}
    move_water(here.db, replace(command, confirmed=frozenset({"excess"})), NOW)
    assert state(here, full).given_water_total == 1.5
    dead = here.subject("D1", death_date=date(2026, 3, 9))
    with nothing_written(here.db), pytest.raises(Refused, match="died on 9 Mar"):
        move_water(here.db, move(here, command.id, dead), NOW)


# Days are the lab's


def test_the_day_of_water_is_the_labs(here: Scene) -> None:
    """Half past ten in the evening there: the next day already in UTC, on the day the clocks changed."""
    evening = datetime(2026, 3, 9, 2, 30, tzinfo=UTC)
    morning = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
    here.add(Weighing, subject_id=here.mouse, weight=20.0, date_time=morning)
    record_water(here.db, water(here, 0.8, morning), evening)
    with pytest.raises(Doubtful) as error:
        record_water(here.db, water(here, 0.5, evening), evening)
    assert asked(error).keys() == {"excess"}
    midnight = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
    record_water(here.db, water(here, 0.8, midnight), midnight)
    assert state(here, at=evening).given_water_total == 0.8
    assert state(here, at=midnight).given_water_total == 0.8


def test_ad_lib_a_second_time_on_a_day_is_asked(here: Scene) -> None:
    """Not by itself: a correction of it asks nothing, nor does another day or another animal."""
    first = water(here, None, NOW - HOUR, adlib=True)
    record_water(here.db, first, NOW)
    again = water(here, None, adlib=True)
    with nothing_written(here.db):
        with pytest.raises(Doubtful) as error:
            record_water(here.db, again, NOW)
        text = "This animal has water ad lib already today, since 09:30."
        assert asked(error) == {"again": text}
    later = replace(correction(here, first.id, None), adlib=True, date_time=NOW - HOUR / 2)
    correct_water(here.db, later, NOW)
    record_water(here.db, water(here, None, NOW - DAY, adlib=True), NOW)
    other = here.subject("M2")
    restrict(here, other)
    record_water(here.db, water(here, None, subject_id=other, adlib=True), NOW)
    record_water(here.db, replace(again, confirmed=frozenset({"again"})), NOW)
    assert state(here).adlib
