"""Water: what recording, correcting, moving and voiding leave in the books, once, and at what cost."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
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
from colonydesk.domain.errors import Doubtful, Refused
from colonydesk.domain.moment import State, state_at
from colonydesk.services.records import save_record
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
from tests.queries.colony import counted
from tests.services.saving import changing

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
        again = frozenset({"again"}) if amount else frozenset()
        command = water(here, amount, NOW - (2 if amount else 1) * HOUR, adlib=True, confirmed=again)
        record_water(here.db, command, NOW)
        found = row(here.db, WaterAdministration, command.id)
        assert (found["water_administered"], found["adlib"]) == (amount, True)
    assert (state(here).given_water_total, state(here).remaining_water, state(here).adlib) == (1.5, 0.0, True)


def test_water_is_given_in_a_session_of_its_own_animal(here: Scene) -> None:
    theirs = here.add(Session, subject_id=here.subject("M2"), start_time=NOW - HOUR)
    for session, words in ((theirs, "another animal's"), (uuid4(), "no longer in the database")):
        with nothing_written(here.db), pytest.raises(Refused, match=words) as error:
            record_water(here.db, water(here, 0.3, session_id=session), NOW)
        assert error.value.field == "session_id"
    imported = here.add(
        WaterAdministration,
        subject_id=here.mouse,
        date_time=NOW - HOUR,
        water_administered=0.3,
        session_id=theirs,
    )
    command = CorrectWater(
        command_id=uuid4(), id=uuid4(), water_id=imported, user_id=here.ann, water_administered=0.4
    )
    correct_water(here.db, command, NOW)
    assert row(here.db, WaterAdministration, command.id)["session_id"] == theirs, "as it came"


def test_a_session_is_not_given_to_another_animal_while_water_is_given_in_it(
    here: Scene, database_url: str
) -> None:
    session = here.add(Session, subject_id=here.mouse, start_time=NOW - HOUR)
    given = water(here, 0.3, session_id=session)
    moved = changing(here, Session, session, subject_id=here.subject("M2"))
    with closing(open_database(database_url)) as other:
        results = at_once(
            here.mouse,
            (here.db, other),
            [lambda db: record_water(db, given, NOW), lambda db: save_record(db, moved, NOW)],
        )
    assert sum(isinstance(result, Refused) for result in results) == 1


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


def test_a_correction_keeps_or_changes_the_kind_of_water(here: Scene) -> None:
    first = water(here, 0.7)
    record_water(here.db, first, NOW)
    kept = correction(here, first.id, 0.6)
    correct_water(here.db, kept, NOW)
    assert row(here.db, WaterAdministration, kept.id)["water_type_id"] == here.hydrogel
    changed = correction(here, kept.id, 0.6, water_type_id=here.water)
    correct_water(here.db, changed, NOW)
    assert row(here.db, WaterAdministration, changed.id)["water_type_id"] == here.water
    assert row(here.db, WaterAdministration, kept.id)["water_type_id"] == here.hydrogel


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
    assert "ix_water_administration_live" in found
    assert "ix_weighing_live" in found
    for whole in ("scan weighing", "scan water_administration", "on weighing\n", "scan subject"):
        assert whole not in found
