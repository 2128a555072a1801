"""Undo of every command, and undo of the undo; refused where something was changed since."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    AuditEntry,
    Base,
    ChangeLog,
    Note,
    Subject,
    Surgery,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.domain.errors import Conflict, Refused
from colonydesk.services.done import Done
from colonydesk.services.restrictions import end_restriction, start_restriction
from colonydesk.services.undo import undo
from colonydesk.services.waters import correct_water, move_water, record_water, void_water
from colonydesk.services.weights import correct_weighing, move_weighing, record_weighing, void_weighing
from tests.builders import (
    NOW,
    Scene,
    at_once,
    audit,
    books,
    fails_whole,
    nothing_written,
    restriction,
    row,
    rows,
    scene,
    water,
    weighing,
)
from tests.db.faults import plain
from tests.services import test_restrictions, test_waters, test_weights

DAY = timedelta(days=1)
LATER = NOW + timedelta(minutes=5)
BOOKKEEPING = {"version", "updated_at", "updated_by_id", "created_at"}
ANYTHING = frozenset({"not_restricted", "excess", "change"})


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def record_of(of: Scene, kind: type[Base]) -> UUID:
    if kind is Weighing:
        first = weighing(of, 22.0, NOW - DAY)
        record_weighing(of.db, first, NOW)
        return first.id
    second = water(of, 0.5, NOW - DAY, confirmed=ANYTHING)
    record_water(of.db, second, NOW)
    return second.id


def recording(of: Scene, kind: type[Base]) -> Done:
    if kind is Weighing:
        return record_weighing(of.db, weighing(of), NOW)
    return record_water(of.db, water(of, confirmed=ANYTHING), NOW)


def correcting(of: Scene, kind: type[Base]) -> Done:
    first = record_of(of, kind)
    if kind is Weighing:
        return correct_weighing(of.db, test_weights.correction(of, first, 23.0), NOW)
    return correct_water(of.db, test_waters.correction(of, first, 0.6, confirmed=ANYTHING), NOW)


def moving(of: Scene, kind: type[Base]) -> Done:
    first, other = record_of(of, kind), of.subject("M2")
    if kind is Weighing:
        return move_weighing(of.db, test_weights.move(of, first, other), NOW)
    return move_water(of.db, test_waters.move(of, first, other, confirmed=ANYTHING), NOW)


def voiding(of: Scene, kind: type[Base]) -> Done:
    first = record_of(of, kind)
    if kind is Weighing:
        return void_weighing(of.db, test_weights.voiding(of, first), NOW)
    return void_water(of.db, test_waters.voiding(of, first), NOW)


def starting(of: Scene, _kind: type[Base] | None = None) -> Done:
    return start_restriction(of.db, restriction(of, NOW - DAY), NOW)


def ending(of: Scene, _kind: type[Base] | None = None) -> Done:
    starting(of)
    return end_restriction(of.db, test_restrictions.ending(of, open_one(of)), NOW)


def open_one(of: Scene) -> UUID:
    (found,) = (one["id"] for one in rows(of.db, WaterRestriction) if one["end_time"] is None)
    return UUID(str(found))


def what_counts(of: Scene) -> dict[str, Any]:
    """What a person sees: records that count, restrictions with who did them, protocol numbers."""
    seen: dict[str, Any] = {}
    for table in (Weighing, WaterAdministration, WaterRestriction, Subject):
        found = [one for one in rows(of.db, table) if one.get("voided_at") is None]
        seen[table.__tablename__] = {
            one["id"]: {name: value for name, value in one.items() if name not in BOOKKEEPING}
            for one in found
        }
    seen["who"] = books(of.db)["water_restriction_user"]
    return seen


KINDS = (Weighing, WaterAdministration)
ACTS: list[tuple[Callable[..., Done], type[Base]]] = [
    *((act, kind) for act in (recording, correcting, moving, voiding) for kind in KINDS),
    (starting, WaterRestriction),
    (ending, WaterRestriction),
]
NAMES = [f"{act.__name__}-{kind.__tablename__}" for act, kind in ACTS]


@pytest.mark.parametrize(("act", "kind"), ACTS, ids=NAMES)
def test_undo_and_undo_of_the_undo(here: Scene, act: Callable[..., Done], kind: type[Base]) -> None:
    """What counts is as before, then as after; every step is in the books and names what it touched."""
    if act is not recording and act is not starting:
        # The same preparation, so that it can be compared with what was before.
        act(here, kind)
        last = rows(here.db, ChangeLog)[-1]["command_id"]
        done_state = what_counts(here)
        undo(here.db, uuid4(), last, here.bob, LATER)
        before_state = what_counts(here)
        redone = uuid4()
        undo(here.db, redone, rows(here.db, ChangeLog)[-1]["command_id"], here.bob, LATER)
        assert what_counts(here) == done_state != before_state
        command_id = redone
    else:
        before_state = what_counts(here)
        command_id = act(here, kind).command_id
        done_state = what_counts(here)

    changes = len(rows(here.db, ChangeLog))
    first = uuid4()
    named = rows(here.db, ChangeLog, command_id=command_id)[0]["changed"]
    taken_back = undo(here.db, first, command_id, here.bob, LATER)
    assert what_counts(here) == before_state
    assert {table: {one.hex for one in ids} for table, ids in taken_back.changed.items()} == {
        table: set(ids) for table, ids in named.items()
    }
    assert audit(here.db, first)
    (change,) = rows(here.db, ChangeLog, command_id=first)
    assert (change["kind"], change["user_id"], change["at"]) == ("undo", here.bob, LATER)

    second = uuid4()
    again = undo(here.db, second, first, here.ann, LATER)
    assert what_counts(here) == done_state
    assert {table: set(ids) for table, ids in again.changed.items()} == {
        table: set(ids) for table, ids in taken_back.changed.items()
    }
    assert len(rows(here.db, ChangeLog)) == changes + 2
    undo(here.db, uuid4(), second, here.ann, LATER)
    assert what_counts(here) == before_state


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_that_is_undone_stays_marked_and_out_of_every_sum(here: Scene, kind: type[Base]) -> None:
    command = recording(here, kind)
    undo(here.db, uuid4(), command.command_id, here.bob, LATER)
    (found,) = rows(here.db, kind)
    assert (found["voided_at"], found["void_reason"], found["superseded_by_id"]) == (LATER, "undone", None)
    assert (found["version"], found["updated_by_id"]) == (2, here.bob)


def test_an_undone_correction_leaves_the_first_number_and_marks_the_second(here: Scene) -> None:
    command = correcting(here, Weighing)
    undo(here.db, uuid4(), command.command_id, here.bob, LATER)
    first, second = sorted(rows(here.db, Weighing), key=lambda one: float(one["weight"]))
    assert (first["weight"], first["voided_at"], first["superseded_by_id"]) == (22.0, None, None)
    assert (second["weight"], second["void_reason"]) == (23.0, "undone")


def test_an_undone_start_is_gone_with_its_link_and_its_protocol(here: Scene) -> None:
    command = starting(here)
    undo(here.db, uuid4(), command.command_id, here.bob, LATER)
    assert rows(here.db, WaterRestriction) == []
    assert books(here.db)["water_restriction_user"] == []
    assert row(here.db, Subject, here.mouse)["protocol_number"] == "1"


def test_steps_are_undone_one_after_the_other(here: Scene) -> None:
    """Recorded, corrected, voided: three times back, three times forth."""
    empty = what_counts(here)
    done = [recording(here, Weighing).command_id]
    states = [empty, what_counts(here)]
    (first,) = rows(here.db, Weighing)
    correction = test_weights.correction(here, first["id"], 22.4)
    done.append(correct_weighing(here.db, correction, NOW).command_id)
    states.append(what_counts(here))
    done.append(void_weighing(here.db, test_weights.voiding(here, correction.id), NOW).command_id)
    undone = []
    for command_id, state in zip(reversed(done), reversed(states), strict=True):
        undone.append(undo(here.db, uuid4(), command_id, here.bob, LATER).command_id)
        assert what_counts(here) == state
    for command_id, state in zip(reversed(undone), (*states[1:], empty), strict=True):
        undo(here.db, uuid4(), command_id, here.bob, LATER)
        assert what_counts(here)["weighing"] == state["weighing"]


def test_end_and_start_are_undone_one_after_the_other(here: Scene) -> None:
    before = what_counts(here)
    start = starting(here)
    end = end_restriction(here.db, test_restrictions.ending(here, open_one(here)), NOW)
    undo(here.db, uuid4(), end.command_id, here.bob, LATER)
    assert row(here.db, Subject, here.mouse)["protocol_number"] == "3"
    undo(here.db, uuid4(), start.command_id, here.bob, LATER)
    assert what_counts(here) == before


# What cannot be undone


def refused(of: Scene, command_id: UUID) -> str:
    with nothing_written(of.db):
        with pytest.raises(Refused) as error:
            undo(of.db, uuid4(), command_id, of.bob, LATER)
        return plain(error.value)


def test_what_was_changed_since_is_not_undone(here: Scene) -> None:
    first = weighing(here, 22.0)
    record_weighing(here.db, first, NOW)
    correction = test_weights.correction(here, first.id, 22.4)
    correct_weighing(here.db, correction, NOW)
    assert "changed again since" in refused(here, first.command_id)
    void_weighing(here.db, test_weights.voiding(here, correction.id), NOW)
    assert "changed again since" in refused(here, correction.command_id)
    twice = weighing(here, 22.0)
    record_weighing(here.db, twice, NOW)
    undo(here.db, uuid4(), twice.command_id, here.bob, LATER)
    assert "changed again since" in refused(here, twice.command_id)


def test_a_restriction_that_went_on_is_not_undone(here: Scene) -> None:
    start = starting(here)
    end = end_restriction(here.db, test_restrictions.ending(here, open_one(here)), NOW)
    assert "changed again since" in refused(here, start.command_id)
    start_restriction(here.db, restriction(here, NOW), NOW)
    assert "changed again since" in refused(here, end.command_id)
    end_restriction(here.db, test_restrictions.ending(here, open_one(here), LATER), LATER)
    # All fields are as the first end left them, but its time is taken.
    assert refused(here, end.command_id) == "M1 has another restriction at this time by now."


def test_a_restriction_is_not_brought_back_for_an_animal_that_died(here: Scene) -> None:
    end = ending(here)
    with here.db.unit(uuid4(), "test", here.ann, NOW) as unit:
        unit.update(Subject, here.mouse, {"death_date": date(2026, 3, 10)})
    assert refused(here, end.command_id) == "M1 is dead: no restriction can start."


def test_the_protocol_follows_what_came_meanwhile(here: Scene) -> None:
    start = starting(here)
    here.add(Surgery, subject_id=here.mouse, start_time=NOW)
    undone = undo(here.db, uuid4(), start.command_id, here.bob, LATER)
    assert row(here.db, Subject, here.mouse)["protocol_number"] == "2"
    undo(here.db, uuid4(), undone.command_id, here.bob, LATER)
    assert row(here.db, Subject, here.mouse)["protocol_number"] == "3"


def test_other_fields_of_the_animal_may_have_changed(here: Scene) -> None:
    start = starting(here)
    with here.db.unit(uuid4(), "test", here.ann, NOW) as unit:
        unit.update(Subject, here.mouse, {"cage": "B2"})
    undo(here.db, uuid4(), start.command_id, here.bob, LATER)
    subject = row(here.db, Subject, here.mouse)
    assert (subject["cage"], subject["protocol_number"]) == ("B2", "1")


def test_what_is_no_command_of_a_person_is_not_undone(here: Scene) -> None:
    assert refused(here, uuid4()) == "There is nothing to undo."
    run = uuid4()
    with here.db.unit(run, "import", here.ann, NOW) as unit:
        unit.as_one("import", {"written": 3}, ["subject"])
    assert refused(here, run) == "This cannot be undone."
    noted = uuid4()
    with here.db.unit(noted, "demonstration", here.ann, NOW) as unit:
        unit.note_run(Subject, here.mouse, "demonstration", {"subject": 3})
    assert refused(here, noted) == "This cannot be undone."


def test_who_undoes_must_be_active(here: Scene) -> None:
    command = recording(here, Weighing)
    with nothing_written(here.db):
        with pytest.raises(Refused) as error:
            undo(here.db, uuid4(), command.command_id, here.eve, LATER)
        assert error.value.field == "user"


# Again, and at once


@pytest.mark.parametrize("act", [correcting, starting])
def test_failing_anywhere_it_writes_nothing_and_given_again_it_changes_nothing(
    here: Scene, act: Callable[..., Done]
) -> None:
    command, new = act(here, Weighing), uuid4()
    first = fails_whole(here.db, lambda db: undo(db, new, command.command_id, here.bob, LATER))
    with nothing_written(here.db):
        assert undo(here.db, new, command.command_id, here.bob, LATER) == replace(first, repeated=True)


@pytest.mark.parametrize("same", [True, False])
def test_two_undos_at_once_are_one(here: Scene, database_url: str, same: bool) -> None:
    command = starting(here)
    one = uuid4()
    two = one if same else uuid4()
    with closing(open_database(database_url)) as other:
        results = at_once(
            here.mouse,
            (here.db, other),
            [
                lambda db: undo(db, one, command.command_id, here.bob, LATER),
                lambda db: undo(db, two, command.command_id, here.bob, LATER),
            ],
            taking="FOR UPDATE",
        )
    if same:
        assert sorted(done.repeated for done in results) == [False, True]
    else:
        (late,) = (result for result in results if not isinstance(result, Done))
        assert isinstance(late, Refused | Conflict)
    assert rows(here.db, WaterRestriction) == []
    assert len(rows(here.db, ChangeLog)) == 2


# Any row of any table


def test_rows_that_were_changed_and_deleted_come_back_to_the_last_byte(here: Scene) -> None:
    note = uuid4()
    values = {"text": "ear", "image": bytes(range(256)), "date_time": NOW, "json": {"alyx": {"pk": 3}}}
    with here.db.unit(uuid4(), "note", here.ann, NOW) as unit:
        unit.insert(Note, {"id": note, "content_type": "subject", "object_id": here.mouse, **values})
    first = row(here.db, Note, note)
    changed, deleted = uuid4(), uuid4()
    with here.db.unit(changed, "note", here.ann, NOW) as unit:
        unit.update(Note, note, {"image": None, "text": "nose", "date_time": NOW - DAY, "json": None})
    with here.db.unit(deleted, "note", here.ann, NOW) as unit:
        unit.delete(Note, note)
    assert "changed again since" in refused(here, changed)
    undo(here.db, uuid4(), deleted, here.bob, LATER)
    undo(here.db, uuid4(), changed, here.bob, LATER)
    found = row(here.db, Note, note)
    assert {name: found[name] for name in found if name not in BOOKKEEPING} == {
        name: first[name] for name in first if name not in BOOKKEEPING
    }
    assert found["image"] == bytes(range(256))
    assert len({entry["number"] for entry in rows(here.db, AuditEntry)}) == 5
