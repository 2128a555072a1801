"""Notifications are created once, whoever asks."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    ChangeLog,
    Line,
    Notification,
    NotificationRecipient,
    NotificationRule,
    Subject,
    SubjectRequest,
    WaterRestriction,
)
from colonydesk.domain.delivery import NOBODY
from colonydesk.domain.errors import Refused
from colonydesk.exchange.notices import check, check_weighings
from colonydesk.queries.due import due_weighings
from colonydesk.services.notices.create import create, told_before
from colonydesk.services.notices.events import request_assigned, request_made, responsible_changed
from colonydesk.services.notices.marks import mark_notifications
from colonydesk.services.undo import undo
from colonydesk.services.weights import record_weighing
from tests import builders
from tests.builders import rows, scene
from tests.queries.colony import counted
from tests.services.notices import NOW, listed, mark, matter, member, shown, told

# Created once


def test_a_notification_is_stored_with_its_recipients(db: Database) -> None:
    ann, bob = member(db, "ann"), member(db, "bob")
    of = scene_animal(db)
    due = matter(ann, subject_id=of, details="More words.\n")._replace(to=frozenset({ann, bob}))
    [made] = create(db, [due], NOW)
    row = shown(db, made.id)
    assert (row.title, row.status, row.subject_id, row.send_at) == ("M1 is thirsty", "to-send", of, NOW)
    assert row.message == "M1 is thirsty\n\nMore words.\n"
    assert [one.username for one in row.recipients] == ["ann", "bob"]
    [change] = rows(db, ChangeLog)
    assert change["changed"] == {"notification": [made.id.hex]}


def scene_animal(db: Database) -> UUID:
    return builders.add(db, Subject, nickname="M1")


def test_the_same_is_not_created_again_within_the_labs_delay(db: Database) -> None:
    ann = member(db, "ann")
    due = matter(ann)
    assert len(told(db, due)) == 1
    assert told(db, due, now=NOW + timedelta(seconds=3599)) == ()
    assert told(db, due._replace(delay=timedelta(seconds=1)), now=NOW + timedelta(seconds=2)) != ()
    assert len(told(db, due, now=NOW + timedelta(hours=3))) == 1
    assert len(told(db, matter(ann, "another"), due, now=NOW + timedelta(hours=3))) == 1
    assert len(rows(db, Notification)) == 4


def test_of_the_same_twice_in_one_check_one_is_stored(db: Database) -> None:
    ann = member(db, "ann")
    assert len(told(db, matter(ann), matter(ann))) == 1


def test_what_nobody_can_receive_says_so(db: Database) -> None:
    [made] = create(db, [matter(None)], NOW)
    row = shown(db, made.id)
    assert (made.status, row.failure, row.recipients) == ("no-send", NOBODY, ())
    assert told(db, matter(None), now=NOW + timedelta(minutes=1)) == ()


def test_a_check_with_nothing_new_writes_nothing_and_asks_once(db: Database) -> None:
    ann = member(db, "ann")
    told(db, matter(ann))
    with counted(db) as sent:
        assert told(db, matter(ann)) == ()
    assert sent == []  # no unit of work was begun; the one question goes through the bare driver
    with counted(db) as asked, db.read() as connection:
        assert told_before(connection, [matter(ann)])
    assert len(asked) == 1
    assert len(rows(db, ChangeLog)) == 1


def test_a_hundred_are_stored_in_as_many_statements_as_two(db: Database) -> None:
    ann = member(db, "ann")
    told(db, matter(ann))  # the first of all makes the row of the settings too
    with counted(db) as few:
        told(db, *(matter(ann, f"few {number}") for number in range(2)))
    with counted(db) as many:
        told(db, *(matter(ann, f"many {number}") for number in range(100)))
    assert len(many) == len(few)


def race(url: str, stations: int, due: list[Any]) -> int:
    """So many workstations that check at the same time; how many notifications they say they created."""
    start = threading.Barrier(stations)

    def station() -> int:
        db = open_database(url)
        start.wait()
        try:
            return len(create(db, due, NOW))
        finally:
            db.close()

    with ThreadPoolExecutor(stations) as pool:
        return sum(one.result(60) for one in [pool.submit(station) for _ in range(stations)])


def test_ten_workstations_at_once_create_each_once(db: Database, database_url: str) -> None:
    ann, bob = member(db, "ann"), member(db, "bob")
    due = [matter(ann, f"M{number}")._replace(to=frozenset({ann, bob})) for number in range(1000)]
    assert race(database_url, 10, due) == 1000
    assert len(rows(db, Notification)) == 1000
    assert len(rows(db, NotificationRecipient)) == 2000


def test_two_events_at_once_without_the_lock_are_one(db: Database) -> None:
    """Made of what it says: the second insert of the same finds it there."""
    ann = member(db, "ann")
    [first] = told(db, matter(ann))
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM notification_recipient"))
        connection.execute(text("DELETE FROM notification"))
    [again] = told(db, matter(ann))
    assert again == first


# Underweight, when a weighing is saved


YES = frozenset({"range", "change", "again", "cage_mate", "implant"})


@pytest.fixture
def of(db: Database) -> builders.Scene:
    """The mouse M1 is ann's and restricted, at 25 g."""
    found = scene(db)
    found.add(
        WaterRestriction,
        subject_id=found.mouse,
        start_time=builders.NOW - timedelta(days=9),
        reference_weight=25.0,
    )
    with db.engine.begin() as connection:
        connection.execute(Subject.__table__.update().values(responsible_user_id=found.ann))
    return found


def test_a_weighing_below_is_told_as_soon_as_it_is_asked_for(of: builders.Scene) -> None:
    entry = builders.weighing(of, 20.0, confirmed=YES)
    record_weighing(of.db, entry, builders.NOW)
    [made] = check_weighings(of.db, builders.NOW).created
    assert made.title.startswith("WARNING: M1 weight was 80.0%")
    row = shown(of.db, made.id)
    assert (row.about_table, row.about_id) == ("weighing", entry.id)
    with counted(of.db) as sent:
        assert check_weighings(of.db, builders.NOW).created == ()
    assert sent == []
    with counted(of.db) as asked, of.db.read() as connection:
        assert due_weighings(connection, builders.NOW).matters == ()
    assert len(asked) == 1  # it is not looked at again
    later = [
        one for one in check(of.db, builders.NOW).created if one.notification_type == "mouse_underweight"
    ]
    assert later == []


def test_a_weighing_whose_program_ended_at_once_is_told_by_the_next_check(of: builders.Scene) -> None:
    record_weighing(of.db, builders.weighing(of, 20.0, confirmed=YES), builders.NOW)
    made = check(of.db, builders.NOW + timedelta(hours=5)).created
    assert "mouse_underweight" in {one.notification_type for one in made}


def test_a_weighing_can_be_undone_after_it_was_told(of: builders.Scene) -> None:
    entry = builders.weighing(of, 20.0, confirmed=YES)
    record_weighing(of.db, entry, builders.NOW)
    [made] = check_weighings(of.db, builders.NOW).created
    mark_notifications(of.db, mark(of.ann, made.id), builders.NOW)
    undo(of.db, uuid4(), entry.command_id, of.ann, builders.NOW)
    assert shown(of.db, made.id).settled


# Events


def run_in_unit(db: Database, act: Any) -> UUID:
    command = uuid4()
    with db.unit(command, "test", None, NOW) as unit:
        act(unit)
        unit.insert(Line, {"id": uuid4(), "nickname": f"line {command}"})
    return command


def test_a_new_request_goes_to_the_stock_managers(db: Database) -> None:
    ann = member(db, "ann")
    for name, values in (("stock", {}), ("left", {"is_active": False})):
        member(db, name, is_stock_manager=True, **values)
    line = builders.add(db, Line, nickname="CK")
    values = {"user_id": ann, "line_id": line, "count": 12, "due_date": date(2026, 4, 1)}
    request = builders.add(db, SubjectRequest, description="Females only", **values)
    run_in_unit(db, lambda unit: request_made(unit, request))
    [row] = rows(db, Notification)
    found = shown(db, row["id"])
    assert found.title == "New request by ann: 12 CK, due 2026-04-01"
    assert "Females only" in found.message
    assert [one.username for one in found.recipients] == ["stock"]
    assert (found.about_table, found.about_id) == ("subject_request", request)


def test_an_animal_given_to_a_request_is_told_to_its_member(db: Database) -> None:
    ann = member(db, "ann")
    request = builders.add(db, SubjectRequest, user_id=ann, count=3)
    mouse = builders.add(db, Subject, nickname="M1", responsible_user_id=ann, request_id=request)
    other = builders.add(db, Subject, nickname="M2", responsible_user_id=ann)
    run_in_unit(db, lambda unit: [request_assigned(unit, one) for one in (mouse, other)])
    [row] = rows(db, Notification)
    assert row["title"] == "M1 was given to ann's request for 3 of any line"
    assert listed(db, ann) == [row["title"]]


def test_another_responsible_member_is_told_to_both(db: Database) -> None:
    ann, bob, eve = member(db, "ann"), member(db, "bob"), member(db, "eve")
    builders.add(
        db, NotificationRule, user_id=eve, notification_type="responsible_user_change", subjects_scope="all"
    )
    mouse = builders.add(db, Subject, nickname="M1", responsible_user_id=bob)
    run_in_unit(db, lambda unit: responsible_changed(unit, mouse, ann, bob))
    [row] = rows(db, Notification)
    assert row["title"] == "Responsible user of M1 changed from ann to bob"
    assert [one.username for one in shown(db, row["id"]).recipients] == ["ann", "bob", "eve"]


def test_a_change_that_told_of_something_can_be_undone_whatever_became_of_the_notification(
    db: Database,
) -> None:
    ann, bob = member(db, "ann"), member(db, "bob")
    mouse = builders.add(db, Subject, nickname="M1", responsible_user_id=bob)
    command = run_in_unit(db, lambda unit: responsible_changed(unit, mouse, ann, bob))
    [row] = rows(db, Notification)
    mark_notifications(db, mark(ann, row["id"]), NOW)
    undo(db, uuid4(), command, ann, NOW)
    assert len(rows(db, Notification)) == 1


def test_an_event_of_a_change_that_fails_is_not_stored(db: Database) -> None:
    ann, bob = member(db, "ann"), member(db, "bob")
    mouse = builders.add(db, Subject, nickname="M1", responsible_user_id=bob)

    def fail(unit: Any) -> None:
        responsible_changed(unit, mouse, ann, bob)
        raise Refused("no")

    with pytest.raises(Refused):
        run_in_unit(db, fail)
    assert rows(db, Notification) == []
