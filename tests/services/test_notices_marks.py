"""What a member does with a notification, and what the list shows of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Notification,
    Subject,
)
from colonydesk.domain.errors import Refused
from colonydesk.queries.notices import alerts, notice_counts
from colonydesk.services.notices.marks import MarkNotifications, mark_notifications
from colonydesk.services.undo import undo
from tests import builders
from tests.builders import audit, rows
from tests.services.notices import NOW, listed, mark, matter, member, shown, told, waiting_notification


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


def test_a_mark_that_does_not_exist_is_refused(db: Database) -> None:
    ann = member(db, "ann")
    command = MarkNotifications(command_id=uuid4(), user_id=ann, notification_ids=(), mark="lost")
    with pytest.raises(Refused):
        mark_notifications(db, command, NOW)
