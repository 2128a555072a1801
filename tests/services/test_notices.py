"""Notifications are created once, whoever asks, and a member does with them what they like."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
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
    NotificationSetting,
    Subject,
    SubjectRequest,
    WaterRestriction,
)
from colonydesk.domain.delivery import NOBODY
from colonydesk.domain.errors import Refused
from colonydesk.domain.mail import MailServer
from colonydesk.exchange.notices import check, check_weighings
from colonydesk.queries.due import due_weighings
from colonydesk.queries.notices import alerts, notice_counts
from colonydesk.queries.receivers import mail_server, receivers, rules_of
from colonydesk.services.notices.create import create, told_before
from colonydesk.services.notices.events import request_assigned, request_made, responsible_changed
from colonydesk.services.notices.marks import MarkNotifications, mark_notifications
from colonydesk.services.notices.rules import SaveRule, save_rule
from colonydesk.services.notices.server import SaveMailServer, save_mail_server
from colonydesk.services.undo import undo
from colonydesk.services.weights import record_weighing
from tests import builders
from tests.builders import audit, rows, scene
from tests.queries.colony import counted
from tests.services.notices import NOW, listed, mark, matter, member, shown, told, waiting_notification

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


# What a member does


def test_read_done_put_off_and_back(db: Database) -> None:
    ann = member(db, "ann")
    [one] = told(db, matter(ann))

    def counts(now: Any = NOW) -> tuple[int, int, int]:
        with db.read() as connection:
            found = notice_counts(connection, ann, now)
        return found.open, found.unread, found.snoozed

    assert counts() == (1, 1, 0)
    mark_notifications(db, mark(ann, one, as_="read"), NOW)
    assert counts() == (1, 0, 0)
    mark_notifications(db, mark(ann, one, as_="unread"), NOW)
    assert counts() == (1, 1, 0)
    until = NOW + timedelta(hours=1)
    mark_notifications(db, mark(ann, one, as_="snoozed", until=until), NOW)
    assert counts() == (0, 0, 1)
    assert counts(until) == (1, 1, 0)
    done = mark(ann, one)
    mark_notifications(db, done, NOW)
    assert counts() == (0, 0, 0)
    assert listed(db, ann, "done") == ["M1 is thirsty"]
    undo(db, uuid4(), done.command_id, ann, NOW)
    assert counts() == (0, 0, 1)
    mark_notifications(db, mark(ann, one, as_="open"), NOW)
    assert counts() == (1, 0, 0)


def test_what_was_put_off_is_unread_again_and_told_again_when_the_time_is_over(db: Database) -> None:
    ann = member(db, "ann")
    [one] = told(db, matter(ann))
    until = NOW + timedelta(hours=1)
    mark_notifications(db, mark(ann, one, as_="read"), NOW)
    mark_notifications(db, mark(ann, one, as_="snoozed", until=until), NOW)

    def told_at(now: datetime) -> list[tuple[UUID, datetime | None]]:
        with db.read() as connection:
            return [found.occasion for found in alerts(connection, ann, now)]

    before = until - timedelta(minutes=1)
    assert (told_at(before), listed(db, ann, "unread", before), listed(db, None, "unread", before)) == (
        [],
        [],
        [],
    )
    assert told_at(until) == [(one, until)]
    assert listed(db, ann, "unread", until) == listed(db, None, "unread", until) == ["M1 is thirsty"]
    assert shown(db, one).of(ann).is_unread(until)
    mark_notifications(db, mark(ann, one, as_="read"), until)
    assert shown(db, one).of(ann).read_at == until
    assert (told_at(until), listed(db, ann, "unread", until), listed(db, None, "unread", until)) == (
        [],
        [],
        [],
    )
    again = until + timedelta(hours=4)
    mark_notifications(db, mark(ann, one, as_="snoozed", until=again), until)
    assert told_at(again) == [(one, again)]
    mark_notifications(db, mark(ann, one), again)
    assert told_at(again) == []


def test_what_is_put_off_for_longer_than_a_message_is_told_comes_back_all_the_same(db: Database) -> None:
    ann = member(db, "ann")
    [one] = told(db, matter(ann))
    late, until = NOW + timedelta(days=25), NOW + timedelta(days=32)
    mark_notifications(db, mark(ann, one, as_="snoozed", until=until), late)
    assert listed(db, ann, "open", until) == listed(db, None, "open", until) == ["M1 is thirsty"]
    with db.read() as connection:
        assert [found.id for found in alerts(connection, ann, until)] == [one]
        assert alerts(connection, ann, until + timedelta(days=4)) == ()  # it had its days


def test_marking_is_repeatable_and_keeps_the_first_moment(db: Database) -> None:
    ann = member(db, "ann")
    [one] = told(db, matter(ann))
    command = mark(ann, one)
    first = mark_notifications(db, command, NOW)
    assert first.changed["notification"] == (one,)
    assert mark_notifications(db, command, NOW).repeated
    mark_notifications(db, mark(ann, one), NOW + timedelta(hours=1))
    assert shown(db, one).of(ann).done_at == NOW
    assert len(audit(db, command.command_id)) == 1


def test_what_is_for_somebody_else_cannot_be_marked(db: Database) -> None:
    ann, bob = member(db, "ann"), member(db, "bob")
    [one] = told(db, matter(ann))
    with pytest.raises(Refused, match="somebody else"):
        mark_notifications(db, mark(bob, one), NOW)


@pytest.mark.parametrize("until", [None, NOW, NOW + timedelta(days=40)])
def test_nothing_is_put_off_to_the_past_or_for_ever(db: Database, until: Any) -> None:
    ann = member(db, "ann")
    [one] = told(db, matter(ann))
    with pytest.raises(Refused):
        mark_notifications(db, mark(ann, one, as_="snoozed", until=until), NOW)


def test_each_failure_to_send_is_shown_with_its_words_and_its_time(db: Database) -> None:
    one = waiting_notification(db, member(db, "ann"))
    slow, refused = "smtp.example.org:25 does not answer in time.", "smtp.example.org:25 refused: 554 no"

    def note(hours: int, **values: Any) -> None:
        at = NOW + timedelta(hours=hours)
        with db.unit(uuid4(), "notices.failed", None, at) as unit:
            unit.update(Notification, one, {"tried_at": at, **values})

    def failures() -> list[tuple[int, str]]:
        found = shown(db, one).failures
        return [((failure.at - NOW) // timedelta(hours=1), failure.words) for failure in found]

    assert failures() == []
    note(1, attempts=1, failure=slow)
    note(2, attempts=2, failure=slow)  # the same again: the audit says only that it is one more
    assert failures() == [(1, slow), (2, slow)]
    note(3, attempts=3, failure=refused, status="no-send")
    assert failures() == [(1, slow), (2, slow), (3, refused)]
    note(4, failure=None, status="sent", sent_at=NOW)
    assert failures() == [(1, slow), (2, slow), (3, refused)]
    note(5, failure="Not accepted for bob@example.org: 550 unknown")
    assert failures()[3:] == [(5, "Not accepted for bob@example.org: 550 unknown")]


def test_old_ones_leave_the_open_and_stay_in_the_books(db: Database) -> None:
    ann = member(db, "ann")
    told(db, matter(ann))
    later = NOW + timedelta(days=31)
    assert listed(db, ann, now=later) == []
    assert listed(db, ann, "all", now=later) == ["M1 is thirsty"]


def test_the_list_is_filtered(db: Database) -> None:
    ann, bob = member(db, "ann"), member(db, "bob")
    mouse = builders.add(db, Subject, nickname="Max_1")
    told(
        db,
        matter(ann, "one", subject_id=mouse),
        matter(bob, "two", "mouse_training"),
        matter(None, "three"),
    )
    assert listed(db, ann) == ["one"]
    assert sorted(listed(db, None)) == ["one", "three", "two"]
    assert listed(db, None, kind="mouse_training") == ["two"]
    assert listed(db, None, text="max_") == ["one"]
    assert listed(db, None, text="thr") == ["three"]
    told(db, matter(ann, "Überprüfen"))
    assert listed(db, None, text="ÜBER") == ["Überprüfen"]
    assert listed(db, None, "all", status="no-send") == ["three"]
    mark_notifications(db, mark(bob, *(row["id"] for row in rows(db, Notification, title="two"))), NOW)
    assert sorted(listed(db, None)) == ["one", "three", "Überprüfen"]
    assert listed(db, None, "done") == ["two"]
    waiting_notification(db, ann, "no time", send_at=None)
    assert listed(db, None, "all")[-1] == "no time"


# Rules and the mail server


def rule(user: UUID, scope: str | None, kind: str = "mouse_water") -> SaveRule:
    return SaveRule(
        command_id=uuid4(), id=uuid4(), user_id=user, member_id=user, notification_type=kind, scope=scope
    )


def test_a_rule_is_made_changed_and_taken_away(db: Database) -> None:
    ann = member(db, "ann")

    def found() -> dict[str, str]:
        with db.read() as connection:
            return rules_of(connection, ann)

    command = rule(ann, "all")
    save_rule(db, command, NOW)
    assert found() == {"mouse_water": "all"}
    save_rule(db, rule(ann, "none"), NOW)
    assert found() == {"mouse_water": "none"}
    last = rule(ann, None)
    save_rule(db, last, NOW)
    assert found() == {}
    undo(db, uuid4(), last.command_id, ann, NOW)
    assert found() == {"mouse_water": "none"}
    save_rule(db, rule(ann, None, "wean_due"), NOW)


@pytest.mark.parametrize(("kind", "scope"), [("no_such", "all"), ("mouse_water", "everybody")])
def test_a_rule_of_no_such_thing_is_refused(db: Database, kind: str, scope: str) -> None:
    ann = member(db, "ann")
    with pytest.raises(Refused):
        save_rule(db, rule(ann, scope, kind), NOW)


def test_who_would_get_it_now_and_why(db: Database) -> None:
    of = scene(db)
    boss, quiet = member(db, "boss", first_name="Bo", last_name="Ss"), member(db, "quiet")
    mouse = of.subject("M7", responsible_user_id=quiet)
    for user, scope in ((boss, "all"), (quiet, "none"), (of.ann, "mine")):
        save_rule(db, rule(user, scope), NOW)

    def found(kind: str, subject: UUID | None) -> dict[str, str]:
        with db.read() as connection:
            return {one.username: one.reason for one in receivers(connection, kind, subject, NOW)}

    assert found("mouse_water", mouse) == {"boss": "all", "quiet": "none"}
    assert found("mouse_training", mouse) == {"quiet": "responsible"}
    assert found("mouse_water", None) == {}
    member(db, "stock", is_stock_manager=True)
    assert found("request_due", mouse) == {"stock": "named"}


SERVER = MailServer("smtp.example.org", 587, "starttls", "colony@example.org", "colony")


def test_the_mail_server_is_stored_without_its_secret(db: Database) -> None:
    ann = member(db, "ann")
    command = SaveMailServer(command_id=uuid4(), user_id=ann, server=SERVER)
    save_mail_server(db, command, NOW)
    with db.read() as connection:
        assert mail_server(connection) == SERVER
    assert "secret" not in {column.name for column in NotificationSetting.__table__.columns}
    save_mail_server(db, SaveMailServer(command_id=uuid4(), user_id=ann, server=None), NOW)
    with db.read() as connection:
        assert mail_server(connection) is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"host": ""}, "host"),
        ({"host": "two words"}, "host"),
        ({"port": 0}, "port"),
        ({"security": "none"}, "security"),
        ({"security": "rot13"}, "security"),
        ({"sender": "nobody"}, "sender"),
    ],
)
def test_what_cannot_be_of_a_mail_server_is_refused_at_its_field(
    db: Database, values: dict[str, Any], field: str
) -> None:
    ann = member(db, "ann")
    command = SaveMailServer(command_id=uuid4(), user_id=ann, server=replace(SERVER, **values))
    with pytest.raises(Refused) as refused:
        save_mail_server(db, command, NOW)
    assert refused.value.field == field


def test_a_mark_that_does_not_exist_is_refused(db: Database) -> None:
    ann = member(db, "ann")
    command = MarkNotifications(command_id=uuid4(), user_id=ann, notification_ids=(), mark="lost")
    with pytest.raises(Refused):
        mark_notifications(db, command, NOW)
