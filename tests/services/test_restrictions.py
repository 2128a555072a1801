"""Water restrictions: start and end, what they leave in the books, and what is not taken."""

import math
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    ChangeLog,
    Subject,
    Surgery,
    WaterRestriction,
    Weighing,
    water_restriction_user,
)
from colonydesk.domain.errors import Conflict, Doubtful, Refused
from colonydesk.services.restrictions import EndRestriction, end_restriction, start_restriction
from tests.builders import (
    NOW,
    Scene,
    at_once,
    audit,
    fails_whole,
    nothing_written,
    restriction,
    row,
    rows,
    scene,
)
from tests.db.faults import plain

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def ending(of: Scene, restriction_id: UUID, at: datetime = NOW, **changes: Any) -> EndRestriction:
    usual = {"command_id": uuid4(), "restriction_id": restriction_id, "user_id": of.bob}
    return EndRestriction(**{**usual, "end_time": at, **changes})


def protocol(of: Scene) -> str:
    found: str = row(of.db, Subject, of.mouse)["protocol_number"]
    return found


def started(of: Scene, start: datetime = NOW - 5 * DAY, **changes: Any) -> UUID:
    command = restriction(of, start, **changes)
    start_restriction(of.db, command, NOW)
    return command.id


# What is left in the books


def test_a_start_is_recorded_with_who_did_it_and_the_protocol_becomes_3(here: Scene) -> None:
    command = restriction(here, NOW - HOUR, water_type_id=here.hydrogel, narrative="for the wheel task")
    done = start_restriction(here.db, command, NOW)

    found = row(here.db, WaterRestriction, command.id)
    kept = {"subject_id": here.mouse, "lab_id": here.lab, "start_time": NOW - HOUR, "reference_weight": 25.0}
    kept |= {"water_type_id": here.hydrogel, "narrative": "for the wheel task"}
    assert {name: found[name] for name in kept} == kept
    assert (found["end_time"], found["created_at"], found["updated_by_id"]) == (None, NOW, here.ann)
    with here.db.read() as connection:
        assert connection.execute(select(water_restriction_user)).all() == [(command.id, here.ann)]
    subject = row(here.db, Subject, here.mouse)
    assert (subject["protocol_number"], subject["version"], subject["updated_by_id"]) == ("3", 2, here.ann)

    inserted, linked, derived = audit(here.db, command.command_id)
    assert inserted[:4] == ("water_restriction", command.id, "insert", None)
    assert (inserted[4]["reference_weight"], inserted[4]["start_time"]) == (25.0, (NOW - HOUR).isoformat())
    assert linked == ("water_restriction_user", command.id, "link", None, {"other": str(here.ann)})
    protocols = {"protocol_number": "1"}, {"protocol_number": "3"}
    assert derived == ("subject", here.mouse, "update", *protocols)
    (change,) = rows(here.db, ChangeLog)
    assert change["kind"] == "restriction.start"
    assert done.changed == {
        "water_restriction": (command.id,),
        "water_restriction_user": (command.id,),
        "subject": (here.mouse,),
    }


@pytest.mark.parametrize(("operated", "number"), [(False, "1"), (True, "2")])
def test_an_end_is_recorded_and_the_protocol_derived_again(here: Scene, operated: bool, number: str) -> None:
    if operated:
        here.add(Surgery, subject_id=here.mouse, start_time=NOW - 20 * DAY)
    which = started(here)
    command = ending(here, which, NOW - HOUR)
    done = end_restriction(here.db, command, NOW)
    found = row(here.db, WaterRestriction, which)
    assert (found["end_time"], found["version"], found["updated_by_id"]) == (NOW - HOUR, 2, here.bob)
    assert protocol(here) == number
    ended, derived = audit(here.db, command.command_id)
    assert ended[3:] == ({"end_time": None}, {"end_time": (NOW - HOUR).isoformat()})
    assert derived[3:] == ({"protocol_number": "3"}, {"protocol_number": number})
    assert done.changed == {"water_restriction": (which,), "subject": (here.mouse,)}
    assert len(rows(here.db, ChangeLog)) == 2


def test_an_empty_reference_weight_is_the_last_weighing_of_the_week_before(here: Scene) -> None:
    start = NOW - 5 * DAY
    voided = {"voided_at": NOW, "void_reason": "wrong"}
    for weight, at, marks in (
        (19.0, start - 7 * DAY - timedelta(seconds=1), {}),
        (20.0, start - 7 * DAY, {}),
        (21.0, start - 2 * DAY, {}),
        (22.0, start - DAY, voided),
        (23.0, datetime(2026, 3, 6, 5, 0, tzinfo=UTC), {}),  # midnight after the day of the start, there
    ):
        here.add(Weighing, subject_id=here.mouse, weight=weight, date_time=at, **marks)
    which = started(here, start, reference_weight=None)
    assert row(here.db, WaterRestriction, which)["reference_weight"] == 21.0
    end_restriction(here.db, ending(here, which, start + HOUR), NOW)
    # A weighing later on the day of the start still is of that day.
    here.add(Weighing, subject_id=here.mouse, weight=24.0, date_time=start + 2 * HOUR)
    which = started(here, start + HOUR, reference_weight=None)
    assert row(here.db, WaterRestriction, which)["reference_weight"] == 24.0


def test_without_a_weighing_in_the_week_before_the_reference_weight_is_asked_for(here: Scene) -> None:
    here.add(Weighing, subject_id=here.mouse, weight=20.0, date_time=NOW - 7 * DAY - timedelta(seconds=1))
    here.add(Weighing, subject_id=here.subject("M2"), weight=20.0, date_time=NOW)
    with nothing_written(here.db):
        with pytest.raises(Refused) as error:
            start_restriction(here.db, restriction(here, reference_weight=None), NOW)
        assert error.value.field == "reference_weight"
        assert plain(error.value) == "M1 was not weighed in the 7 days before."
        assert "Weigh it first" in error.value.hint
    here.add(Weighing, subject_id=here.mouse, weight=20.5, date_time=NOW - 7 * DAY)
    assert (
        row(here.db, WaterRestriction, started(here, NOW, reference_weight=None))["reference_weight"] == 20.5
    )


# Again, and at once


def test_failing_anywhere_it_writes_nothing_and_given_again_it_changes_nothing(here: Scene) -> None:
    command = restriction(here, NOW - 5 * DAY)
    first = fails_whole(here.db, lambda db: start_restriction(db, command, NOW))
    with nothing_written(here.db):
        assert start_restriction(here.db, command, NOW) == replace(first, repeated=True)
    end = ending(here, command.id)
    first = fails_whole(here.db, lambda db: end_restriction(db, end, NOW))
    with nothing_written(here.db):
        assert end_restriction(here.db, end, NOW) == replace(first, repeated=True)


def test_two_workstations_cannot_start_two_at_once(here: Scene, database_url: str) -> None:
    one, two = restriction(here), restriction(here, user_id=here.bob)
    with closing(open_database(database_url)) as other:
        results = at_once(
            here.mouse,
            (here.db, other),
            [lambda db: start_restriction(db, one, NOW), lambda db: start_restriction(db, two, NOW)],
        )
    (refused,) = (result for result in results if isinstance(result, Refused))
    assert plain(refused) == "M1 is on water restriction already since 10 Mar."
    assert len(rows(here.db, WaterRestriction)) == 1
    assert protocol(here) == "3"


def test_one_start_given_twice_at_once_is_one(here: Scene, database_url: str) -> None:
    command = restriction(here)
    with closing(open_database(database_url)) as other:
        results = at_once(here.mouse, (here.db, other), [lambda db: start_restriction(db, command, NOW)] * 2)
    assert sorted(done.repeated for done in results) == [False, True]
    assert len(rows(here.db, WaterRestriction)) == 1


def test_two_members_ending_one_at_once_end_it_once(here: Scene, database_url: str) -> None:
    which = started(here)
    one, two = ending(here, which), ending(here, which, NOW - HOUR)
    with closing(open_database(database_url)) as other:
        results = at_once(
            here.mouse,
            (here.db, other),
            [lambda db: end_restriction(db, one, NOW), lambda db: end_restriction(db, two, NOW)],
            taking="FOR UPDATE",
        )
    (refused,) = (result for result in results if isinstance(result, Refused))
    assert plain(refused) == "This restriction has ended already."
    assert row(here.db, WaterRestriction, which)["version"] == 2


# What cannot be


def test_a_start_that_cannot_be_is_refused_in_a_sentence_and_not_written(here: Scene) -> None:
    impossible: list[tuple[dict[str, Any], str, str]] = [
        ({"reference_weight": math.nan}, "reference_weight", "more than 0 g"),
        ({"reference_weight": math.inf}, "reference_weight", "more than 0 g"),
        ({"reference_weight": 0.0}, "reference_weight", "more than 0 g"),
        ({"reference_weight": -1.0}, "reference_weight", "more than 0 g"),
        ({"reference_weight": 2000.0}, "reference_weight", "2000 g is not possible"),
        ({"start_time": NOW + HOUR}, "start_time", "in the future"),
        ({"start_time": NOW - 200 * DAY}, "start_time", "M1 was not born yet"),
        ({"subject_id": here.subject("D1", death_date=date(2026, 3, 11))}, "subject", "D1 is dead"),
        ({"subject_id": here.subject("H1", is_human=True)}, "subject", "human subject"),
        ({"subject_id": uuid4()}, "subject", "no longer in the database"),
        ({"user_id": uuid4()}, "user", "not in the database"),
        ({"user_id": here.eve}, "user", "not active"),
    ]
    for changes, field, words in impossible:
        with nothing_written(here.db):
            with pytest.raises(Refused) as error:
                start_restriction(here.db, replace(restriction(here), **changes), NOW)
            assert error.value.field == field
            assert words in plain(error.value)
    with nothing_written(here.db), pytest.raises(Conflict):
        start_restriction(here.db, restriction(here, water_type_id=uuid4()), NOW)


def test_a_reference_weight_that_is_not_usual_is_asked_about(here: Scene) -> None:
    """220 for 22.0: what is expected of the animal came to 220 g, without a question."""
    command = restriction(here, reference_weight=220.0)
    with nothing_written(here.db):
        with pytest.raises(Doubtful) as error:
            start_restriction(here.db, command, NOW)
        (question,) = error.value.questions
        assert (error.value.field, question.code) == ("reference_weight", "range")
        assert question.text == "220 g: usual is 5 to 50 g."
    start_restriction(here.db, replace(command, confirmed=frozenset({"range"})), NOW)
    assert row(here.db, WaterRestriction, command.id)["reference_weight"] == 220.0


def test_the_usual_range_of_a_reference_weight_is_that_without_the_implant(here: Scene) -> None:
    here.add(Surgery, subject_id=here.mouse, start_time=NOW - 20 * DAY, implant_weight=3.0)
    here.add(Surgery, subject_id=here.mouse, start_time=NOW - DAY, implant_weight=30.0)
    for weight, code in ((7.9, "range"), (3.0, "implant"), (53.1, "range")):
        with nothing_written(here.db):
            with pytest.raises(Doubtful) as error:
                started(here, reference_weight=weight)
            assert [question.code for question in error.value.questions] == [code]
    started(here, reference_weight=53.0)


def test_one_is_open_already(here: Scene) -> None:
    started(here)
    for start in (NOW, NOW - 5 * DAY, NOW - 9 * DAY):
        with nothing_written(here.db):
            with pytest.raises(Refused) as error:
                start_restriction(here.db, restriction(here, start), NOW)
            assert error.value.field == "subject"
            assert plain(error.value) == "M1 is on water restriction already since 5 Mar."
    nobody_knows_when = here.subject("M2")
    here.add(WaterRestriction, subject_id=nobody_knows_when)
    with pytest.raises(Refused, match=r"M2 is on water restriction already\.$"):
        start_restriction(here.db, restriction(here, subject_id=nobody_knows_when), NOW)


def test_one_cannot_start_within_or_before_an_earlier_one(here: Scene) -> None:
    which = started(here)
    end = NOW - 2 * DAY
    end_restriction(here.db, ending(here, which, end), NOW)
    for start in (end - timedelta(seconds=1), NOW - 5 * DAY, NOW - 9 * DAY):
        with nothing_written(here.db):
            with pytest.raises(Refused) as error:
                start_restriction(here.db, restriction(here, start), NOW)
            assert error.value.field == "start_time"
            assert plain(error.value) == "M1 has another restriction at this time."
    started(here, end)


def test_an_end_that_cannot_be_is_refused_in_a_sentence_and_not_written(here: Scene) -> None:
    which = started(here)
    for at, words in (
        (NOW - 5 * DAY - timedelta(seconds=1), "cannot end before it starts"),
        (NOW + timedelta(minutes=3), "in the future"),
    ):
        with nothing_written(here.db):
            with pytest.raises(Refused) as error:
                end_restriction(here.db, ending(here, which, at), NOW)
            assert error.value.field == "end_time"
            assert words in plain(error.value)
    with nothing_written(here.db), pytest.raises(Refused) as error:
        end_restriction(here.db, ending(here, which, user_id=here.eve), NOW)
    assert error.value.field == "user"
    with nothing_written(here.db), pytest.raises(Refused, match="no longer there"):
        end_restriction(here.db, ending(here, uuid4()), NOW)
    end_restriction(here.db, ending(here, which, NOW - 5 * DAY), NOW)
    with nothing_written(here.db), pytest.raises(Refused, match="ended already") as error:
        end_restriction(here.db, ending(here, which), NOW)
    assert error.value.field == "end_time"


def test_a_restriction_can_always_be_ended_whatever_is_missing(here: Scene) -> None:
    dead = here.subject("D1", death_date=date(2026, 3, 5), lab_id=None, birth_date=None)
    bare = here.add(WaterRestriction, subject_id=dead)
    ahead = here.add(WaterRestriction, subject_id=here.mouse, start_time=NOW + DAY)
    end_restriction(here.db, ending(here, bare), NOW)
    end_restriction(here.db, ending(here, ahead, NOW + DAY), NOW)
    assert row(here.db, WaterRestriction, bare)["end_time"] == NOW
    assert row(here.db, WaterRestriction, ahead)["end_time"] == NOW + DAY


def test_one_whose_end_lies_ahead_can_be_ended_now(here: Scene) -> None:
    """Imported books hold such; it holds until then, and no other can start beside it."""
    which = here.add(
        WaterRestriction, subject_id=here.mouse, start_time=NOW - 5 * DAY, end_time=NOW + 3 * DAY
    )
    with nothing_written(here.db), pytest.raises(Refused, match="another restriction at this time"):
        start_restriction(here.db, restriction(here), NOW)
    command = ending(here, which)
    end_restriction(here.db, command, NOW)
    assert row(here.db, WaterRestriction, which)["end_time"] == NOW
    (ended, *_) = audit(here.db, command.command_id)
    assert ended[3:] == (
        {"end_time": (NOW + 3 * DAY).isoformat()},
        {"end_time": NOW.isoformat()},
    )
    with nothing_written(here.db), pytest.raises(Refused, match="ended already"):
        end_restriction(here.db, ending(here, which), NOW + HOUR)
    started(here, NOW)


def test_the_day_of_birth_is_the_labs(here: Scene) -> None:
    """Eleven in the evening of 5 March there: 6 March in UTC."""
    late = datetime(2026, 3, 6, 4, 0, tzinfo=UTC)
    born = here.subject("B1", birth_date=date(2026, 3, 6))
    with pytest.raises(Refused, match="B1 was not born yet"):
        start_restriction(here.db, restriction(here, late, subject_id=born), NOW)
    start_restriction(here.db, restriction(here, late + HOUR, subject_id=born), NOW)
