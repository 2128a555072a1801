"""Weighings: what recording, correcting, moving and voiding leave in the books, once, and at what cost."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from colonydesk.db.engine import Database
from colonydesk.db.errors import DatabaseUnavailable
from colonydesk.db.facts import facts_of
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import AuditEntry, ChangeLog, Weighing
from colonydesk.domain.errors import Conflict, Doubtful, Refused
from colonydesk.services.weights import (
    CorrectWeighing,
    MoveWeighing,
    VoidWeighing,
    correct_weighing,
    move_weighing,
    record_weighing,
    void_weighing,
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
    weighing,
)
from tests.db.faults import plain
from tests.queries.colony import counted

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def correction(of: Scene, weighing_id: UUID, weight: float, **changes: Any) -> CorrectWeighing:
    usual = {"command_id": uuid4(), "id": uuid4(), "weighing_id": weighing_id, "user_id": of.bob}
    return CorrectWeighing(**{**usual, "weight": weight, **changes})


def move(of: Scene, weighing_id: UUID, subject_id: UUID, **changes: Any) -> MoveWeighing:
    usual = {"command_id": uuid4(), "id": uuid4(), "weighing_id": weighing_id, "user_id": of.bob}
    return MoveWeighing(**{**usual, "subject_id": subject_id, **changes})


def voiding(of: Scene, weighing_id: UUID, reason: str = "wrong cage") -> VoidWeighing:
    return VoidWeighing(command_id=uuid4(), weighing_id=weighing_id, user_id=of.bob, reason=reason)


def weights(of: Scene, subject_id: UUID | None = None) -> list[float]:
    """The weights that count, in the order of their times."""
    subject_id = subject_id or of.mouse
    with of.db.read() as connection:
        known: list[float] = facts_of(connection, (subject_id,))[subject_id].weights.tolist()
    return known


# What is left in the books


def test_a_weighing_is_recorded_with_its_audit_and_its_change(here: Scene) -> None:
    reading = {"reading_raw": "S S  22.40 g", "reading_stable": True, "balance_serial": "B42"}
    command = weighing(here, 22.4, NOW - HOUR, **reading)
    done = record_weighing(here.db, command, NOW)

    found = row(here.db, Weighing, command.id)
    kept = {"subject_id": here.mouse, "user_id": here.ann, "weight": 22.4, "date_time": NOW - HOUR, **reading}
    assert {name: found[name] for name in kept} == kept
    assert (found["created_at"], found["updated_at"], found["updated_by_id"]) == (NOW, NOW, here.ann)
    assert (found["version"], found["voided_at"], found["superseded_by_id"]) == (1, None, None)

    after = {**kept, "subject_id": str(here.mouse), "user_id": str(here.ann)}
    after["date_time"] = (NOW - HOUR).isoformat()
    assert audit(here.db, command.command_id) == [("weighing", command.id, "insert", None, after)]
    (change,) = rows(here.db, ChangeLog)
    assert (change["kind"], change["user_id"], change["at"]) == ("weighing.record", here.ann, NOW)
    assert change["changed"] == {"weighing": [command.id.hex], "subject": [here.mouse.hex]}
    assert done.changed == {"weighing": (command.id,), "subject": (here.mouse,)}
    assert (done.command_id, done.repeated) == (command.command_id, False)
    assert weights(here) == [22.4]


def test_a_correction_replaces_the_number_and_keeps_the_wrong_one(here: Scene) -> None:
    first = weighing(here, 32.4, reading_raw="32.4", reading_stable=True, balance_serial="B42")
    record_weighing(here.db, first, NOW)
    command = correction(here, first.id, 22.4)
    done = correct_weighing(here.db, command, NOW + HOUR)

    old, new = row(here.db, Weighing, first.id), row(here.db, Weighing, command.id)
    assert (old["weight"], old["superseded_by_id"], old["voided_at"]) == (32.4, command.id, NOW + HOUR)
    assert (old["void_reason"], old["version"], old["updated_by_id"]) == ("corrected", 2, here.bob)
    assert (new["weight"], new["date_time"], new["user_id"]) == (22.4, NOW, here.ann)
    assert (new["created_at"], new["updated_by_id"], new["version"]) == (NOW + HOUR, here.bob, 1)
    assert (new["superseded_by_id"], new["voided_at"], new["void_reason"]) == (None, None, None)
    # The balance showed the wrong number.
    assert (new["reading_raw"], new["reading_stable"], new["balance_serial"]) == (None, None, None)
    assert old["reading_raw"] == "32.4"

    inserted, marked = audit(here.db, command.command_id)
    assert inserted[:4] == ("weighing", command.id, "insert", None)
    assert inserted[4]["weight"] == 22.4
    assert marked == (
        "weighing",
        first.id,
        "update",
        {"voided_at": None, "void_reason": None, "superseded_by_id": None},
        {
            "voided_at": (NOW + HOUR).isoformat(),
            "void_reason": "corrected",
            "superseded_by_id": str(command.id),
        },
    )
    assert done.changed == {"weighing": (command.id, first.id), "subject": (here.mouse,)}
    assert len(rows(here.db, ChangeLog)) == 2
    assert weights(here) == [22.4]


def test_the_time_alone_can_be_corrected_and_the_reading_stays(here: Scene) -> None:
    first = weighing(here, 22.4, reading_raw="22.4")
    record_weighing(here.db, first, NOW)
    command = correction(here, first.id, 22.4, date_time=NOW - DAY)
    correct_weighing(here.db, command, NOW)
    new = row(here.db, Weighing, command.id)
    assert (new["date_time"], new["weight"], new["reading_raw"]) == (NOW - DAY, 22.4, "22.4")


def test_a_move_gives_the_weighing_to_the_animal_it_was_of(here: Scene) -> None:
    other = here.subject("M2")
    first = weighing(here, 22.4, reading_raw="22.4")
    record_weighing(here.db, first, NOW)
    command = move(here, first.id, other)
    done = move_weighing(here.db, command, NOW + HOUR)

    old, new = row(here.db, Weighing, first.id), row(here.db, Weighing, command.id)
    assert (old["subject_id"], old["superseded_by_id"]) == (here.mouse, command.id)
    assert (old["void_reason"], old["voided_at"]) == ("moved to another animal", NOW + HOUR)
    assert (new["subject_id"], new["weight"], new["date_time"]) == (other, 22.4, NOW)
    assert (new["reading_raw"], new["user_id"]) == ("22.4", here.ann)
    assert [entry[1:3] for entry in audit(here.db, command.command_id)] == [
        (command.id, "insert"),
        (first.id, "update"),
    ]
    assert done.changed == {"weighing": (command.id, first.id), "subject": (other, here.mouse)}
    assert (weights(here), weights(here, other)) == ([], [22.4])


def test_a_void_takes_the_weighing_out_of_every_sum(here: Scene) -> None:
    first = weighing(here, 22.4)
    record_weighing(here.db, first, NOW)
    command = voiding(here, first.id, "  it was the cage  ")
    done = void_weighing(here.db, command, NOW + HOUR)
    old = row(here.db, Weighing, first.id)
    assert (old["voided_at"], old["void_reason"]) == (NOW + HOUR, "it was the cage")
    assert (old["superseded_by_id"], old["weight"]) == (None, 22.4)
    ((_, marked, action, before, after),) = audit(here.db, command.command_id)
    assert (marked, action) == (first.id, "update")
    assert before == {"voided_at": None, "void_reason": None}
    assert after == {"voided_at": (NOW + HOUR).isoformat(), "void_reason": "it was the cage"}
    assert done.changed == {"weighing": (first.id,), "subject": (here.mouse,)}
    assert weights(here) == []


# Again, and at once


def corrected(of: Scene) -> Callable[[Database], Any]:
    first = weighing(of, 21.0)
    record_weighing(of.db, first, NOW)
    command = correction(of, first.id, 22.0)
    return lambda db: correct_weighing(db, command, NOW)


def moved(of: Scene) -> Callable[[Database], Any]:
    first, other = weighing(of, 21.0), of.subject("M2")
    record_weighing(of.db, first, NOW)
    command = move(of, first.id, other)
    return lambda db: move_weighing(db, command, NOW)


def voided(of: Scene) -> Callable[[Database], Any]:
    first = weighing(of, 21.0)
    record_weighing(of.db, first, NOW)
    command = voiding(of, first.id)
    return lambda db: void_weighing(db, command, NOW)


def recorded(of: Scene) -> Callable[[Database], Any]:
    command = weighing(of, 21.0)
    return lambda db: record_weighing(db, command, NOW)


@pytest.mark.parametrize("prepare", [recorded, corrected, moved, voided])
def test_failing_anywhere_it_writes_nothing_and_given_again_it_changes_nothing(
    here: Scene, prepare: Callable[[Scene], Callable[[Database], Any]]
) -> None:
    act = prepare(here)
    first = fails_whole(here.db, act)
    with nothing_written(here.db):
        assert act(here.db) == replace(first, repeated=True)


def test_a_command_that_was_refused_can_be_given_again(here: Scene) -> None:
    record_weighing(here.db, weighing(here, 22.0, NOW - DAY), NOW)
    command = weighing(here, 42.0)
    with pytest.raises(Doubtful):
        record_weighing(here.db, command, NOW)
    done = record_weighing(here.db, replace(command, confirmed=frozenset({"change"})), NOW)
    assert not done.repeated
    assert weights(here) == [22.0, 42.0]


def test_one_command_from_two_workstations_at_once_is_one_row(here: Scene, database_url: str) -> None:
    command = weighing(here, 22.4)
    with closing(open_database(database_url)) as other:
        results = at_once(here.mouse, (here.db, other), [lambda db: record_weighing(db, command, NOW)] * 2)
    assert sorted(done.repeated for done in results) == [False, True]
    assert results[0].changed == results[1].changed
    assert [found["id"] for found in rows(here.db, Weighing)] == [command.id]
    assert len(rows(here.db, AuditEntry)) == len(rows(here.db, ChangeLog)) == 1


def test_two_members_weighing_one_animal_at_once_are_not_both_unasked(here: Scene, database_url: str) -> None:
    one, two = weighing(here, 22.4), weighing(here, 22.5, user_id=here.bob)
    with closing(open_database(database_url)) as other:
        results = at_once(
            here.mouse,
            (here.db, other),
            [lambda db: record_weighing(db, one, NOW), lambda db: record_weighing(db, two, NOW)],
        )
    (question,) = (result for result in results if isinstance(result, Doubtful))
    assert [asking.code for asking in question.questions] == ["again"]
    assert len(weights(here)) == 1
    late = replace(two if results[1] is question else one, confirmed=frozenset({"again"}))
    record_weighing(here.db, late, NOW)
    assert sorted(weights(here)) == [22.4, 22.5]


def test_two_corrections_at_once_leave_one_successor(here: Scene, database_url: str) -> None:
    first = weighing(here, 32.4)
    record_weighing(here.db, first, NOW)
    one, two = correction(here, first.id, 22.4), correction(here, first.id, 22.5)
    with closing(open_database(database_url)) as other:
        results = at_once(
            here.mouse,
            (here.db, other),
            [lambda db: correct_weighing(db, one, NOW), lambda db: correct_weighing(db, two, NOW)],
            taking="FOR UPDATE",
        )
    (refused,) = (result for result in results if isinstance(result, Refused))
    assert "no longer counts (corrected)" in plain(refused)
    assert len(weights(here)) == 1
    assert len(rows(here.db, Weighing)) == 2


# All or nothing


def test_a_row_the_database_does_not_take_leaves_nothing(here: Scene) -> None:
    first = weighing(here)
    record_weighing(here.db, first, NOW)
    with nothing_written(here.db), pytest.raises(Conflict, match="saved already"):  # the id is another one's
        record_weighing(here.db, weighing(here, 22.1, NOW - DAY, id=first.id), NOW)


def test_a_full_disk_leaves_nothing_and_the_same_command_goes_through_later(sqlite_url: str) -> None:
    with closing(open_database(sqlite_url)) as db:
        here = scene(db)
        command = weighing(here, 22.4, reading_raw="x" * 100_000)
        db.engine.dispose()
        room = ["1"]

        def limit(driver: Any, _record: Any, _proxy: Any) -> None:
            driver.execute(f"PRAGMA max_page_count={room[0]}")

        event.listen(db.engine, "checkout", limit)
        with nothing_written(db):
            with pytest.raises(DatabaseUnavailable) as error:
                record_weighing(db, command, NOW)
            assert "disk is full" in plain(error.value)
        room[0] = "100000"
        assert not record_weighing(db, command, NOW).repeated
        assert weights(here) == [22.4]


# What it costs


def with_history(of: Scene, count: int) -> None:
    for number in range(count):
        subject = of.subject(f"N{number}", cage="A1")
        of.add(Weighing, subject_id=subject, weight=22.0, date_time=NOW - DAY)
        of.add(Weighing, subject_id=of.mouse, weight=22.0, date_time=NOW - (number + 1) * DAY)


def test_the_number_of_statements_does_not_grow(here: Scene) -> None:
    with counted(here.db) as few:
        record_weighing(here.db, weighing(here), NOW)
    with_history(here, 25)
    again = weighing(here, 22.0, NOW - HOUR, confirmed=frozenset({"again"}))
    with counted(here.db) as many:
        record_weighing(here.db, again, NOW)
    # Command, animal, cage, weighing, audit, change; on a server a lock settles who numbers the next change.
    assert len(few) == len(many) == (7 if here.db.dialect == "postgresql" else 6)


def test_the_checks_ask_the_indexes(here: Scene) -> None:
    with_history(here, 5)
    found = plans(here.db, lambda: record_weighing(here.db, weighing(here), NOW))
    assert "ix_weighing_live" in found
    if here.db.dialect == "sqlite":  # a server finds its way by statistics
        assert "ix_subject_cage_lab_id" in found
    for whole in ("scan weighing", "scan subject", "seq scan"):
        assert whole not in found
