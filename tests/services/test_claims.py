"""Whose a notification is while it is sent: by a clock that all workstations share, until the claim ends."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection

from colonydesk.db.engine import Database
from colonydesk.db.tables import Notification
from colonydesk.services.notices.sending import (
    LEASE,
    RETRY_AFTER,
    Letter,
    claim,
    database_time,
    is_waiting,
    note_failed,
    note_sent,
    note_unreached,
)
from tests.builders import row
from tests.services.notices import NOW, member, waiting_notification


@pytest.fixture
def one(db: Database) -> UUID:
    """A notification that waits."""
    return waiting_notification(db, member(db, "ann"))


def at(moment: datetime) -> Callable[[Connection], datetime]:
    return lambda _: moment


def taken(db: Database, moment: datetime = NOW) -> Letter:
    letter = claim(db, moment, at(moment))
    assert letter is not None
    return letter


def test_a_claim_is_one_workstations_until_it_ends_and_costs_a_try_then(db: Database, one: UUID) -> None:
    assert taken(db).id == one
    assert claim(db, NOW, at(NOW + LEASE - timedelta(seconds=1))) is None
    theirs = taken(db, NOW + LEASE)
    assert (theirs.id, theirs.attempts) == (one, 1)
    assert "nobody knows" in row(db, Notification, one)["failure"]
    assert taken(db, NOW + 2 * LEASE).attempts == 2
    last = NOW + 2 * LEASE + RETRY_AFTER[1]
    assert claim(db, last, at(last)) is None
    assert (row(db, Notification, one)["status"], row(db, Notification, one)["attempts"]) == ("no-send", 3)


@pytest.mark.usefixtures("one")
@pytest.mark.parametrize("ahead", [-timedelta(days=200), timedelta(minutes=11), timedelta(days=2)])
def test_a_workstation_whose_clock_is_wrong_takes_nobodys_claim_and_gives_none_away(
    db: Database, ahead: timedelta
) -> None:
    """Nor does `check --at`: what is due is by that time, whose it is never."""
    assert claim(db, NOW) is not None
    assert claim(db, NOW + ahead) is None
    with db.read() as connection:
        assert not is_waiting(connection, NOW + ahead)


@pytest.mark.parametrize("wrong", [-timedelta(days=1), timedelta(0), timedelta(days=1)])
def test_a_claim_made_with_a_wrong_clock_lasts_as_long(db: Database, one: UUID, wrong: timedelta) -> None:
    waiting_notification(db, member(db, "bob"), send_at=NOW - timedelta(days=2))
    letter = claim(db, NOW + wrong)
    assert letter is not None
    with db.read() as connection:
        left = letter.claimed_until - database_time(connection)
    assert timedelta(minutes=9) < left <= LEASE


def test_who_comes_back_late_does_not_undo_what_another_has_done(db: Database, one: UUID) -> None:
    late = taken(db)
    theirs = taken(db, NOW + LEASE)
    note_failed(db, late, "does not answer in time", NOW)
    assert claim(db, NOW, at(NOW + LEASE)) is None  # it is still theirs
    note_sent(db, theirs, NOW)
    note_failed(db, late, "does not answer in time", NOW)
    assert row(db, Notification, one)["status"] == "sent"


def test_what_is_being_sent_is_not_counted_against_a_server_that_another_cannot_reach(
    db: Database, one: UUID
) -> None:
    other = waiting_notification(db, member(db, "bob"), send_at=NOW + timedelta(seconds=1))
    assert taken(db).id == one
    later = NOW + timedelta(seconds=1)
    assert note_unreached(db, later, "Nothing answers.", 20, at(NOW)) == (other,)
    assert row(db, Notification, one)["attempts"] == 0
    assert (row(db, Notification, other)["attempts"], row(db, Notification, other)["failure"]) == (
        1,
        "Nothing answers.",
    )
