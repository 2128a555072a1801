"""What is told again, and to whom: not to who has put it off or done with it, and what is told once, once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, update

from colonydesk.db.engine import Database
from colonydesk.db.tables import LabMember, Notification, NotificationRule, Subject
from colonydesk.domain.delivery import LEFT, Matter
from colonydesk.exchange.notices import check
from colonydesk.services.notices.create import create, told_before
from colonydesk.services.notices.marks import mark_notifications
from colonydesk.services.notices.sending import claim
from tests.builders import rows
from tests.queries.colony import Colony, counted
from tests.services.notices import NOW, listed, mark, matter, member, shown, told

HOURS = timedelta(hours=1)


def again(db: Database, due: Matter, now: datetime) -> set[UUID] | None:
    """Who is told of the same at another moment; None where nothing is created."""
    made = create(db, [due], now)
    return set(made[0].recipients) if made else None


def both(db: Database) -> tuple[UUID, UUID, Matter]:
    ann, bob = member(db, "ann"), member(db, "bob")
    return ann, bob, matter(ann)._replace(to=frozenset({ann, bob}))


def test_what_was_put_off_is_not_told_again_before_it_comes_back(db: Database) -> None:
    ann, bob, due = both(db)
    [first] = told(db, due)
    mark_notifications(db, mark(ann, first, as_="snoozed", until=NOW + 4 * HOURS), NOW)
    assert again(db, due, NOW + 2 * HOURS) == {bob}
    assert again(db, due._replace(to=frozenset({ann})), NOW + 3.5 * HOURS) is None
    [back] = listed(db, ann, "unread", NOW + 4 * HOURS)
    assert back == due.notice.title
    assert again(db, due, NOW + 4 * HOURS) == {bob}  # to ann it is told by coming back
    assert again(db, due, NOW + 5 * HOURS) == {ann, bob}


def test_what_is_done_is_not_told_again_on_that_day_of_the_lab(db: Database) -> None:
    ann, bob, due = both(db)
    due = due._replace(timezone="America/New_York")
    [first] = told(db, due)
    mark_notifications(db, mark(ann, first), NOW)
    midnight = datetime(2026, 3, 11, 4, tzinfo=UTC)  # in New York
    assert again(db, due, midnight - 2 * HOURS) == {bob}
    assert again(db, due, midnight) == {ann, bob}


def test_when_all_have_done_with_it_nothing_is_created(db: Database) -> None:
    ann = member(db, "ann")
    [first] = told(db, matter(ann))
    mark_notifications(db, mark(ann, first), NOW)
    assert again(db, matter(ann), NOW + 2 * HOURS) is None
    assert len(rows(db, Notification)) == 1
    mark_notifications(db, mark(ann, first, as_="open"), NOW)
    assert again(db, matter(ann), NOW + 2 * HOURS) == {ann}


def test_the_marks_are_read_with_the_earlier_notifications_in_one_statement(db: Database) -> None:
    _, _, due = both(db)
    members = [member(db, f"m{number}") for number in range(5)]
    due = due._replace(to=frozenset(members))
    [first] = told(db, due)
    for one in members:
        mark_notifications(db, mark(one, first), NOW)
    with counted(db) as sent, db.read() as connection:
        [(_, earlier)] = told_before(connection, [due])[due.notice.title]
    assert len(sent) == 1
    assert {one.user_id for one in earlier.marks} == set(members)


def test_not_weighed_and_done_is_told_again_tomorrow(db: Database) -> None:
    colony = Colony(db)
    ann = colony.add(LabMember, username="ann")
    lab = colony.lab(timezone="UTC", reference_weight_pct=0.85, zscore_weight_pct=0.0)
    mouse = colony.subject("M1", lab, responsible_user_id=ann)
    colony.restriction(mouse, NOW - timedelta(days=9))
    colony.write()

    def not_weighed(now: datetime) -> list[UUID]:
        made = check(db, now).created
        return [one.id for one in made if one.notification_type == "mouse_not_weighed"]

    [first] = not_weighed(NOW)
    mark_notifications(db, mark(ann, first), NOW)
    assert not_weighed(NOW + 2 * HOURS) == []
    assert len(not_weighed(NOW + 24 * HOURS)) == 1


# Told once


@pytest.fixture
def wean(db: Database) -> Matter:
    ann = member(db, "ann")
    return matter(ann, "M1: wean, due 2026-03-09", "wean_due")


def test_what_is_told_once_was_told_though_there_is_no_mail_server(db: Database, wean: Matter) -> None:
    """Ann saw it in the program, and has done with it."""
    [first] = told(db, wean)
    mark_notifications(db, mark(*wean.to, first), NOW)
    later = NOW + timedelta(days=8)
    assert claim(db, later) is None
    assert shown(db, first).status == "no-send"
    assert again(db, wean, later) is None


def test_what_only_one_who_has_left_was_told_is_told_to_who_is_there(db: Database, wean: Matter) -> None:
    [first] = told(db, wean)
    with db.engine.begin() as connection:
        connection.execute(update(LabMember).values(is_active=False))
    assert claim(db, NOW) is None
    assert shown(db, first).failure == LEFT
    assert again(db, wean._replace(to=frozenset()), NOW) is None
    bob = member(db, "bob")
    assert again(db, wean._replace(to=frozenset({bob})), NOW) == {bob}


def test_what_is_told_once_is_told_to_who_comes_to_be_responsible_afterwards(db: Database) -> None:
    colony = Colony(db)
    ann = colony.add(LabMember, username="ann")
    pup: dict[str, Any] = {"birth_date": NOW.date() - timedelta(days=22), "responsible_user_id": ann}
    colony.subject("pup", colony.lab(timezone="UTC"), **pup)
    colony.write()
    assert [one.recipients for one in check(db, NOW).created] == [{ann}]
    bob = member(db, "bob")
    with db.engine.begin() as connection:
        connection.execute(update(Subject).values(responsible_user_id=bob))
    assert [one.recipients for one in check(db, NOW + HOURS).created] == [{bob}]
    assert check(db, NOW + 2 * HOURS).created == ()
    with db.engine.begin() as connection:  # and back
        connection.execute(update(Subject).values(responsible_user_id=ann))
    assert check(db, NOW + 3 * HOURS).created == ()


def test_a_rule_holds_for_what_falls_due_after_it_was_chosen(db: Database) -> None:
    colony = Colony(db)
    ann = colony.add(LabMember, username="ann")
    bob = colony.add(LabMember, username="bob")
    lab = colony.lab(timezone="UTC")
    pup: dict[str, Any] = {"birth_date": NOW.date() - timedelta(days=22), "responsible_user_id": ann}
    colony.subject("pup", lab, **pup)
    colony.subject("younger", lab, **pup | {"birth_date": NOW.date() - timedelta(days=20)})
    colony.write()
    assert [one.recipients for one in check(db, NOW).created] == [{ann}]
    with db.engine.begin() as connection:
        wish = {"notification_type": "wean_due", "subjects_scope": "all", "user_id": bob}
        connection.execute(
            insert(NotificationRule).values(id=uuid4(), created_at=NOW, updated_at=NOW, **wish)
        )
    assert check(db, NOW + HOURS).created == ()
    assert [one.recipients for one in check(db, NOW + timedelta(days=1)).created] == [{ann, bob}]


def test_what_only_those_could_receive_who_have_left_says_so(db: Database) -> None:
    colony = Colony(db)
    left = colony.add(LabMember, username="left", is_active=False)
    pup: dict[str, Any] = {"birth_date": NOW.date() - timedelta(days=22), "responsible_user_id": left}
    colony.subject("pup", colony.lab(timezone="UTC"), **pup)
    colony.write()
    [made] = check(db, NOW).created
    assert (made.status, made.recipients) == ("no-send", frozenset())
    assert "no active member is responsible" in shown(db, made.id).failure
    assert check(db, NOW + timedelta(days=1)).created == ()
    bob = member(db, "bob")
    with db.engine.begin() as connection:
        connection.execute(update(Subject).values(responsible_user_id=bob))
    [made] = check(db, NOW + timedelta(days=2)).created
    assert made.recipients == {bob}
