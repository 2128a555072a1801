"""Water given: what recording, correcting, moving and voiding leave in the books, and what is not taken."""

import math
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.facts import facts_of
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    AuditEntry,
    ChangeLog,
    Session,
    WaterAdministration,
    WaterRestriction,
    WaterType,
    Weighing,
)
from colonydesk.domain.errors import Conflict, Doubtful, Refused
from colonydesk.domain.moment import State, state_at
from colonydesk.services.waters import (
    CorrectWater,
    MoveWater,
    VoidWater,
    correct_water,
    move_water,
    record_water,
    void_water,
)
from tests.builders import (
    NOW,
    Scene,
    at_once,
    audit,
    fails_whole,
    nothing_written,
    plans,
    row,
    rows,
    scene,
    water,
)
from tests.db.faults import plain
from tests.queries.colony import counted

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
START = NOW - 10 * DAY


@pytest.fixture
def here(db: Database) -> Scene:
    """The mouse is on restriction for ten days and weighed 20 g this morning: it gets 0.8 mL a day."""
    of = scene(db)
    restrict(of, of.mouse)
    return of


def restrict(of: Scene, subject_id: UUID, weight: float = 20.0, **changes: Any) -> None:
    usual = {"start_time": START, "reference_weight": 21.0, "water_type_id": of.hydrogel}
    of.add(WaterRestriction, subject_id=subject_id, **{**usual, **changes})
    of.add(Weighing, subject_id=subject_id, weight=weight, date_time=NOW - 2 * HOUR)


def correction(of: Scene, water_id: UUID, amount: float | None, **changes: Any) -> CorrectWater:
    usual = {"command_id": uuid4(), "id": uuid4(), "water_id": water_id, "user_id": of.bob}
    return CorrectWater(**{**usual, "water_administered": amount, **changes})


def move(of: Scene, water_id: UUID, subject_id: UUID, **changes: Any) -> MoveWater:
    usual = {"command_id": uuid4(), "id": uuid4(), "water_id": water_id, "user_id": of.bob}
    return MoveWater(**{**usual, "subject_id": subject_id, **changes})


def voiding(of: Scene, water_id: UUID, reason: str = "spilt") -> VoidWater:
    return VoidWater(command_id=uuid4(), water_id=water_id, user_id=of.bob, reason=reason)


def state(of: Scene, subject_id: UUID | None = None, at: datetime = NOW) -> State:
    subject_id = subject_id or of.mouse
    with of.db.read() as connection:
        return state_at(facts_of(connection, (subject_id,))[subject_id], at)


def asked(error: pytest.ExceptionInfo[Doubtful]) -> dict[str, str]:
    plain(error.value)
    return {question.code: question.text for question in error.value.questions}


# What is left in the books


def test_water_is_recorded_with_its_audit_and_its_change(here: Scene) -> None:
    command = water(here, 0.5, NOW - HOUR)
    done = record_water(here.db, command, NOW)

    found = row(here.db, WaterAdministration, command.id)
    kept = {"subject_id": here.mouse, "user_id": here.ann, "water_administered": 0.5, "adlib": False}
    kept |= {"date_time": NOW - HOUR, "water_type_id": here.hydrogel}
    assert {name: found[name] for name in kept} == kept
    assert (found["created_at"], found["updated_by_id"], found["version"]) == (NOW, here.ann, 1)
    assert (found["voided_at"], found["superseded_by_id"], found["session_id"]) == (None, None, None)

    after = {name: str(value) if isinstance(value, UUID) else value for name, value in kept.items()}
    after["date_time"] = (NOW - HOUR).isoformat()
    assert audit(here.db, command.command_id) == [("water_administration", command.id, "insert", None, after)]
    (change,) = rows(here.db, ChangeLog)
    assert (change["kind"], change["user_id"], change["at"]) == ("water.record", here.ann, NOW)
    assert change["changed"] == {"water_administration": [command.id.hex], "subject": [here.mouse.hex]}
    assert done.changed == {"water_administration": (command.id,), "subject": (here.mouse,)}
    assert state(here).given_water_total == 0.5
    assert state(here).remaining_water == pytest.approx(0.3)


def test_ad_lib_needs_no_amount_and_may_have_one(here: Scene) -> None:
    for amount in (None, 1.5):
        command = water(here, amount, NOW - (2 if amount else 1) * HOUR, adlib=True)
        record_water(here.db, command, NOW)
        found = row(here.db, WaterAdministration, command.id)
        assert (found["water_administered"], found["adlib"]) == (amount, True)
    assert (state(here).given_water_total, state(here).remaining_water, state(here).adlib) == (1.5, 0.0, True)


def test_water_of_a_session_is_reward(here: Scene) -> None:
    session = here.add(Session, subject_id=here.mouse, start_time=NOW - HOUR)
    record_water(here.db, water(here, 0.3, session_id=session), NOW)
    record_water(here.db, water(here, 0.4), NOW)
    assert (state(here).given_water_reward, state(here).given_water_supplement) == (0.3, 0.4)


def test_a_correction_replaces_the_amount_and_keeps_the_wrong_one(here: Scene) -> None:
    session = here.add(Session, subject_id=here.mouse, start_time=NOW - HOUR)
    first = water(here, 0.7, session_id=session)
    record_water(here.db, first, NOW)
    command = correction(here, first.id, 0.5)
    done = correct_water(here.db, command, NOW + HOUR)

    old = row(here.db, WaterAdministration, first.id)
    new = row(here.db, WaterAdministration, command.id)
    assert (old["water_administered"], old["superseded_by_id"]) == (0.7, command.id)
    assert (old["voided_at"], old["void_reason"], old["version"]) == (NOW + HOUR, "corrected", 2)
    assert (new["water_administered"], new["date_time"], new["session_id"]) == (0.5, NOW, session)
    assert (new["water_type_id"], new["user_id"], new["updated_by_id"]) == (here.hydrogel, here.ann, here.bob)
    assert (new["voided_at"], new["superseded_by_id"], new["version"]) == (None, None, 1)
    inserted, marked = audit(here.db, command.command_id)
    assert inserted[:3] == ("water_administration", command.id, "insert")
    assert marked[1:3] == (first.id, "update")
    assert marked[4]["superseded_by_id"] == str(command.id)
    assert done.changed == {"water_administration": (command.id, first.id), "subject": (here.mouse,)}
    assert len(rows(here.db, ChangeLog)) == 2
    assert state(here).given_water_total == 0.5


def test_a_move_gives_the_water_to_the_animal_that_drank_it(here: Scene) -> None:
    other = here.subject("M2")
    restrict(here, other)
    session = here.add(Session, subject_id=here.mouse, start_time=NOW - HOUR)
    first = water(here, 0.7, session_id=session)
    record_water(here.db, first, NOW)
    command = move(here, first.id, other)
    done = move_water(here.db, command, NOW + HOUR)

    old = row(here.db, WaterAdministration, first.id)
    new = row(here.db, WaterAdministration, command.id)
    assert (old["superseded_by_id"], old["void_reason"]) == (command.id, "moved to another animal")
    assert (old["session_id"], new["session_id"]) == (session, None)
    assert (new["subject_id"], new["water_administered"], new["date_time"]) == (other, 0.7, NOW)
    assert [entry[1:3] for entry in audit(here.db, command.command_id)] == [
        (command.id, "insert"),
        (first.id, "update"),
    ]
    assert done.changed == {
        "water_administration": (command.id, first.id),
        "subject": (other, here.mouse),
    }
    assert (state(here).given_water_total, state(here, other).given_water_total) == (0.0, 0.7)


def test_a_void_takes_the_water_out_of_every_sum(here: Scene) -> None:
    first = water(here, 0.7)
    record_water(here.db, first, NOW)
    command = voiding(here, first.id, " spilt ")
    done = void_water(here.db, command, NOW + HOUR)
    old = row(here.db, WaterAdministration, first.id)
    assert (old["voided_at"], old["void_reason"], old["superseded_by_id"]) == (NOW + HOUR, "spilt", None)
    ((_, marked, action, before, after),) = audit(here.db, command.command_id)
    assert (marked, action) == (first.id, "update")
    assert (before["void_reason"], after["void_reason"]) == (None, "spilt")
    assert done.changed == {"water_administration": (first.id,), "subject": (here.mouse,)}
    assert (state(here).given_water_total, state(here).remaining_water) == (0.0, pytest.approx(0.8))


# The kind of water


def test_the_kind_is_the_restrictions_of_that_time_else_plain_water(here: Scene) -> None:
    sucrose = here.add(WaterType, name="Water 10% Sucrose")
    other = here.subject("M2")
    earlier = {"start_time": START - 20 * DAY, "end_time": START - 15 * DAY, "water_type_id": sucrose}
    restrict(here, here.mouse, **earlier)
    anything = frozenset({"not_restricted", "again"})

    def kind(at: datetime, **changes: Any) -> UUID:
        command = water(here, 0.1, at, confirmed=anything, **changes)
        record_water(here.db, command, NOW)
        found: UUID = row(here.db, WaterAdministration, command.id)["water_type_id"]
        return found

    assert kind(NOW) == here.hydrogel
    # By the lab's day, like the restriction itself: in the morning of the day on which it began.
    assert kind(START - 5 * HOUR) == here.hydrogel
    assert kind(START - 16 * HOUR) == here.water
    assert kind(START - 15 * DAY) == sucrose
    assert kind(START - 15 * DAY + HOUR) == here.water
    assert kind(NOW, water_type_id=sucrose) == sucrose
    assert kind(NOW, subject_id=other) == here.water
    restrict(here, other, water_type_id=None)
    assert kind(NOW - HOUR, subject_id=other) == here.water


def test_where_nobody_named_a_kind_there_is_none(db: Database) -> None:
    of = scene(db)
    with db.engine.begin() as connection:
        connection.execute(WaterType.__table__.delete())
    command = water(of, confirmed=frozenset({"not_restricted"}))
    record_water(db, command, NOW)
    assert row(db, WaterAdministration, command.id)["water_type_id"] is None


# Again, and at once


def prepared(of: Scene, what: str) -> Callable[[Database], Any]:
    if what == "record":
        recording = water(of, 0.5)
        return lambda db: record_water(db, recording, NOW)
    first, other = water(of, 0.5), of.subject("M2")
    restrict(of, other)
    record_water(of.db, first, NOW)
    if what == "correct":
        correcting = correction(of, first.id, 0.6)
        return lambda db: correct_water(db, correcting, NOW)
    if what == "move":
        moving = move(of, first.id, other)
        return lambda db: move_water(db, moving, NOW)
    taking_out = voiding(of, first.id)
    return lambda db: void_water(db, taking_out, NOW)


@pytest.mark.parametrize("what", ["record", "correct", "move", "void"])
def test_failing_anywhere_it_writes_nothing_and_given_again_it_changes_nothing(
    here: Scene, what: str
) -> None:
    act = prepared(here, what)
    first = fails_whole(here.db, act)
    with nothing_written(here.db):
        assert act(here.db) == replace(first, repeated=True)


def test_one_command_from_two_workstations_at_once_is_one_row(here: Scene, database_url: str) -> None:
    command = water(here, 0.8)
    with closing(open_database(database_url)) as other:
        results = at_once(here.mouse, (here.db, other), [lambda db: record_water(db, command, NOW)] * 2)
    assert sorted(done.repeated for done in results) == [False, True]
    assert results[0].changed == results[1].changed
    assert len(rows(here.db, WaterAdministration)) == 1
    assert len(rows(here.db, AuditEntry)) == len(rows(here.db, ChangeLog)) == 1


def test_two_members_giving_the_days_water_at_once_are_not_both_unasked(
    here: Scene, database_url: str
) -> None:
    one, two = water(here, 0.8), water(here, 0.8, user_id=here.bob)
    with closing(open_database(database_url)) as other:
        results = at_once(
            here.mouse,
            (here.db, other),
            [lambda db: record_water(db, one, NOW), lambda db: record_water(db, two, NOW)],
        )
    (question,) = (result for result in results if isinstance(result, Doubtful))
    assert {asking.code for asking in question.questions} == {"excess", "again"}
    assert state(here).given_water_total == 0.8


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
    second = correction(here, first.id, 0.85)
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


# What it costs


def test_the_number_of_statements_does_not_grow_and_the_indexes_are_asked(here: Scene) -> None:
    with counted(here.db) as few:
        record_water(here.db, water(here, 0.1), NOW)
    for number in range(20):
        moment = NOW - (number + 1) * DAY
        here.add(Weighing, subject_id=here.mouse, weight=20.0, date_time=moment)
        here.add(WaterAdministration, subject_id=here.mouse, water_administered=0.8, date_time=moment)
        restrict(here, here.subject(f"N{number}", cage="A1"))
    with counted(here.db) as many:
        record_water(here.db, water(here, 0.2), NOW)
    assert len(many) == len(few)
    found = plans(here.db, lambda: record_water(here.db, water(here, 0.3), NOW))
    assert "ix_water_administration_subject_id_date_time" in found
    assert "ix_weighing_subject_id_date_time" in found
    for whole in ("scan weighing", "scan water_administration", "on weighing\n", "scan subject"):
        assert whole not in found
