"""What hangs on saving sessions: their place, number and counts, on both engines."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import Session, WaterAdministration
from colonydesk.domain.errors import Doubtful, Refused
from colonydesk.services.records import save_record
from tests.builders import NOW, Scene, at_once, nothing_written, row, rows, scene
from tests.db.faults import plain
from tests.services.saving import act, change, changing, save, saving

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def session(of: Scene, **values: Any) -> UUID:
    return act(of, "session", **values)


def refused(of: Scene, field: str, words: str, **values: Any) -> None:
    with nothing_written(of.db), pytest.raises(Refused) as error:
        session(of, **values)
    assert error.value.field == field
    assert words in plain(error.value)


def asked(of: Scene, **values: Any) -> list[tuple[str, str]]:
    with nothing_written(of.db), pytest.raises(Doubtful) as doubt:
        session(of, **values)
    assert doubt.value.field == "start_time"
    return [(question.code, question.text) for question in doubt.value.questions]


def test_a_session_takes_the_lab_of_its_animal_and_begins_now(here: Scene) -> None:
    found = row(here.db, Session, session(here))
    assert (found["lab_id"], found["start_time"], found["qc"]) == (here.lab, NOW, 0)
    person = here.subject("H1", is_human=True)
    assert row(here.db, Session, session(here, subject_id=person))["lab_id"] == here.lab


def test_a_session_knows_when_it_was_saved_last(here: Scene) -> None:
    command = saving(here, "session", subject_id=here.mouse, start_time=NOW - DAY)
    save_record(here.db, command, NOW - HOUR)
    assert row(here.db, Session, command.id)["auto_datetime"] == NOW - HOUR
    change(here, Session, command.id, qc=40)
    assert row(here.db, Session, command.id)["auto_datetime"] == NOW


def test_times_that_cannot_be(here: Scene) -> None:
    refused(here, "start_time", "in the future", start_time=NOW + HOUR)
    refused(here, "end_time", "end is before the start", start_time=NOW, end_time=NOW - HOUR)
    refused(here, "start_time", "not born yet", start_time=NOW - 200 * DAY)


def test_a_sub_session_keeps_empty_what_it_shows_of_its_parent(here: Scene) -> None:
    top = session(here)
    part = session(here, parent_session_id=top)
    assert row(here.db, Session, part)["lab_id"] is None
    with here.db.read() as connection:
        linked = connection.exec_driver_sql("SELECT count(*) FROM session_user").scalar_one()
    assert linked == 1, "the parent's only"


def test_the_screens_fetch_what_is_below_a_session_again(here: Scene) -> None:
    top = session(here)
    part = session(here, parent_session_id=top)
    deep = session(here, parent_session_id=part)
    done = change(here, Session, top, narrative="the rig was noisy")
    assert set(done.changed["session"]) == {top, part, deep}
    assert done.changed["subject"] == (here.mouse,)


def test_no_circle_of_parents(here: Scene) -> None:
    top = session(here)
    part = session(here, parent_session_id=top)
    deep = session(here, parent_session_id=part)
    for parent, words in (
        (top, "cannot be a part of itself"),
        (part, "itself a part of this one"),
        (deep, "itself a part of this one"),
        (uuid4(), "no longer in the database"),
    ):
        with nothing_written(here.db), pytest.raises(Refused) as error:
            change(here, Session, top, parent_session_id=parent)
        assert (error.value.field, words in plain(error.value)) == ("parent_session_id", True)


def test_a_circle_in_imported_books_neither_hangs_nor_hinders(here: Scene) -> None:
    one, two = uuid4(), uuid4()
    here.add(Session, id=one, subject_id=here.mouse, start_time=NOW)
    here.add(Session, id=two, subject_id=here.mouse, start_time=NOW, parent_session_id=one)
    with here.db.engine.begin() as connection:
        table = Session.__table__
        connection.execute(table.update().where(table.c.id == one).values(parent_session_id=two))  # type: ignore[attr-defined]
    session(here, parent_session_id=one)
    change(here, Session, one, narrative="looked at")
    change(here, Session, one, parent_session_id=None)


def test_two_workstations_cannot_close_a_circle_between_them(here: Scene, database_url: str) -> None:
    one, two = session(here), session(here, start_time=NOW - DAY)
    below = changing(here, Session, one, parent_session_id=two)
    above = changing(here, Session, two, parent_session_id=one)
    with closing(open_database(database_url)) as other:
        results = at_once(
            here.mouse,
            (here.db, other),
            [lambda db: save_record(db, below, NOW), lambda db: save_record(db, above, NOW)],
        )
    (error,) = (result for result in results if isinstance(result, Refused))
    assert error.field == "parent_session_id"


def test_a_sub_session_is_of_its_parents_animal(here: Scene) -> None:
    top, other = session(here), here.subject("M2")
    refused(here, "parent_session_id", "not one of M2's", subject_id=other, parent_session_id=top)
    session(here, parent_session_id=top)
    with nothing_written(here.db), pytest.raises(Refused, match="has sub-sessions"):
        change(here, Session, top, subject_id=other)
    with_water = session(here, start_time=NOW - DAY)
    here.add(
        WaterAdministration,
        subject_id=here.mouse,
        date_time=NOW - DAY,
        water_administered=0.5,
        session_id=with_water,
    )
    with nothing_written(here.db), pytest.raises(Refused, match="has water given in it") as error:
        change(here, Session, with_water, subject_id=other)
    assert error.value.field == "subject_id"
    change(here, Session, session(here, start_time=NOW - 2 * DAY), subject_id=other)


def test_a_second_session_on_one_day_of_the_lab_is_asked_about(here: Scene) -> None:
    late = datetime(2026, 3, 9, 3, 30, tzinfo=UTC)  # half past eleven in the evening of 8 March, there
    first = session(here, start_time=late)
    assert asked(here, start_time=late - 10 * HOUR) == [
        ("again", "M1 has a session at 23:30 on this day already.")
    ]
    session(here, start_time=late + HOUR)
    session(here, start_time=late, subject_id=here.subject("M2"))
    session(here, start_time=late, parent_session_id=first)
    session(here, start_time=late - 10 * HOUR, confirmed=frozenset({"again"}))
    change(here, Session, first, narrative="not asked about")
    with pytest.raises(Doubtful):
        change(here, Session, first, start_time=late - HOUR)
    change(here, Session, first, number=12)
    alone = session(here, start_time=late - 5 * DAY)
    change(here, Session, alone, start_time=late - 5 * DAY - HOUR)


def test_sessions_are_numbered_by_day_and_sub_sessions_within_their_parent(here: Scene) -> None:
    def number(**values: Any) -> int | None:
        found: int | None = row(here.db, Session, session(here, **values))["number"]
        return found

    again = frozenset({"again"})
    assert [number(), number(confirmed=again), number(start_time=NOW - DAY)] == [1, 2, 1]
    assert number(number=7, confirmed=again) == 7
    assert number(confirmed=again) == 8
    assert number(start_time=None) is None
    top = rows(here.db, Session, number=7)[0]["id"]
    assert [number(parent_session_id=top), number(parent_session_id=top)] == [1, 2]
    here.add(Session, subject_id=here.mouse, parent_session_id=top)
    here.add(Session, subject_id=here.mouse, parent_session_id=top)
    assert number(parent_session_id=top) == 5, "two without a number count too"


def test_a_number_that_is_there_already_is_asked_about(here: Scene) -> None:
    top = session(here, number=3)
    part = session(here, parent_session_id=top, number=1)
    assert asked(here, number=3) == [
        ("again", "M1 has a session at 10:30 on this day already."),
        ("number", "There is a number 3 on this day already."),
    ]
    assert asked(here, parent_session_id=top, number=1) == [
        ("number", "There is a number 1 in that session already.")
    ]
    change(here, Session, part, narrative="its own number is no other's")
    same = session(here, parent_session_id=top, number=1, confirmed=frozenset({"number"}))
    change(here, Session, same, narrative="it was asked about once")
    refused(here, "number", "starts at 1", number=0)


def test_trials_and_qc(here: Scene) -> None:
    refused(here, "n_trials", "less than 0 trials", n_trials=-1)
    refused(here, "n_correct_trials", "less than 0", n_correct_trials=-1)
    refused(here, "n_correct_trials", "more correct trials", n_trials=10, n_correct_trials=11)
    refused(here, "qc", "20 is no QC", qc=20)
    which = session(here, n_trials=10, n_correct_trials=10, qc=40)
    change(here, Session, which, qc=None)
    assert row(here.db, Session, which)["qc"] == 0
    with pytest.raises(Refused, match="more correct trials"):
        change(here, Session, which, n_trials=9)
    odd = here.add(Session, subject_id=here.mouse, n_trials=1, n_correct_trials=2)
    change(here, Session, odd, narrative="as imported")


def test_a_session_is_saved_once_however_often_it_is_sent(here: Scene) -> None:
    command = saving(here, "session", subject_id=here.mouse)
    save_record(here.db, command, NOW)
    with nothing_written(here.db):
        assert save_record(here.db, command, NOW).repeated
    assert len(rows(here.db, Session)) == 1
    with pytest.raises(Refused, match="Choose the animal"):
        save(here, "session")
